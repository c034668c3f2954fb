//! Sums and differences of measures: `cleared + cleared_old - transferred`.

use super::index::MeasureIndex;
use crate::error::quoted;

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

/// What is wrong with an expression, and perhaps how to mend it.
#[derive(Debug, PartialEq)]
pub(super) struct Slip {
    pub(super) message: String,
    pub(super) hint: Option<&'static str>,
}

impl Slip {
    fn new(message: impl Into<String>) -> Self {
        Slip { message: message.into(), hint: None }
    }
}

/// Splits an expression into its words, or says what is wrong with it. A minus sign subtracts only
/// if it stands apart (`a - b`): ids may have hyphens.
pub(super) fn words(text: &str) -> Result<Vec<Word<'_>>, Slip> {
    if let Some(sign) = text.chars().find(|letter| "*/()×÷".contains(*letter)) {
        let hint = match sign {
            '/' | '÷' => Some("a quotient is a `proportion`, a `ratio`, a `rate` or a `mean`"),
            _ => None,
        };
        let message = format!("`{sign}` has no meaning in an expression");
        return Err(Slip { message, hint });
    }
    let mut words = Vec::new();
    let mut subtracted = false;
    let mut expects_measure = true;
    for part in text.split_whitespace() {
        match part {
            "+" | "-" if expects_measure => {
                return Err(Slip::new(if words.is_empty() {
                    format!("an expression begins with a measure, not with `{part}`")
                } else {
                    format!("a measure is missing before `{part}`")
                }));
            }
            "+" | "-" => {
                subtracted = part == "-";
                expects_measure = true;
            }
            id if id.contains('+') => {
                return Err(Slip::new("a space is missing beside `+`"));
            }
            id if !expects_measure => {
                return Err(Slip::new(format!("a `+` or `-` is missing before {}", quoted(id))));
            }
            id => {
                words.push(Word { id, subtracted });
                expects_measure = false;
            }
        }
    }
    if words.is_empty() {
        return Err(Slip::new("an expression names at least one measure"));
    }
    if expects_measure {
        return Err(Slip::new("a measure is missing after the last sign"));
    }
    Ok(words)
}
