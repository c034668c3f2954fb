//! Sums and differences of measures: `cleared + cleared_old - transferred`.

use super::measure::MeasureIndex;

/// A sum and difference of measures; at least one.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// The measures, in the order they were written.
    pub terms: Vec<Term>,
}

/// One measure of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The measure.
    pub measure: MeasureIndex,
    /// Whether it is subtracted.
    pub subtracted: bool,
}

/// One measure's id in the text of an expression, with its sign.
#[derive(Debug, PartialEq)]
pub(super) struct Word<'a> {
    pub(super) id: &'a str,
    pub(super) subtracted: bool,
}

/// Splits an expression into its words, or says what is wrong with it. A minus sign subtracts only
/// if it stands apart (`a - b`): ids may have hyphens.
pub(super) fn words(text: &str) -> Result<Vec<Word<'_>>, String> {
    let mut words = Vec::new();
    let mut subtracted = false;
    let mut expects_measure = true;
    for part in text.split_whitespace() {
        match part {
            "+" | "-" if expects_measure => {
                return Err(if words.is_empty() {
                    format!("an expression begins with a measure, not with `{part}`")
                } else {
                    format!("two signs in a row: a measure has to stand before `{part}`")
                });
            }
            "+" | "-" => {
                subtracted = part == "-";
                expects_measure = true;
            }
            id if !expects_measure => {
                return Err(format!("a `+` or `-` has to stand before `{id}`"));
            }
            id => {
                match id.chars().find(|sign| "+*/()".contains(*sign)) {
                    Some('+') => return Err("write a space on each side of `+`".to_owned()),
                    Some(sign) => {
                        return Err(format!(
                            "`{sign}` has no meaning here: measures are added and subtracted"
                        ));
                    }
                    None => {}
                }
                words.push(Word { id, subtracted });
                expects_measure = false;
            }
        }
    }
    if words.is_empty() {
        return Err("an expression names at least one measure".to_owned());
    }
    if expects_measure {
        return Err("the expression ends with a sign: a measure has to follow".to_owned());
    }
    Ok(words)
}
