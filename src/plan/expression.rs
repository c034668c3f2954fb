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

/// Splits an expression into its words, or says what is wrong with it. Parentheses group measures; a minus sign before them
/// changes the signs within. A minus sign subtracts only if it stands apart (`a - b`): ids may have hyphens.
pub(super) fn words(text: &str) -> Result<Vec<Word<'_>>, Slip> {
    if let Some(sign) = text.chars().find(|letter| "*/×÷".contains(*letter)) {
        let hint = match sign {
            '/' | '÷' => Some("a quotient is a `proportion`, a `ratio`, a `rate` or a `mean`"),
            _ => None,
        };
        let message = format!("`{sign}` has no meaning in an expression");
        return Err(Slip { message, hint });
    }
    let mut words = Vec::new();
    // Whether the measures of each open parenthesis are subtracted.
    let mut open: Vec<bool> = Vec::new();
    let mut subtracted = false;
    let mut expects_measure = true;
    for part in parts(text) {
        let is_in_subtracted = open.last().copied().unwrap_or_default();
        match part {
            "+" | "-" | ")" if expects_measure => {
                return Err(Slip::new(if words.is_empty() && open.is_empty() {
                    format!("an expression begins with a measure, not with `{part}`")
                } else {
                    format!("a measure is missing before `{part}`")
                }));
            }
            "+" | "-" => {
                subtracted = is_in_subtracted != (part == "-");
                expects_measure = true;
            }
            ")" if open.pop().is_none() => {
                return Err(Slip::new("`)` closes no `(`"));
            }
            ")" => {}
            id if id.contains('+') => {
                return Err(Slip::new("a space is missing beside `+`"));
            }
            other if !expects_measure => {
                return Err(Slip::new(format!("a `+` or `-` is missing before {}", quoted(other))));
            }
            "(" => open.push(subtracted),
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
    if !open.is_empty() {
        return Err(Slip::new("a `(` is not closed"));
    }
    Ok(words)
}

/// Ids, signs and parentheses: what stands between blanks, and each parenthesis.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().flat_map(|part| {
        let pieces = part.split_inclusive(['(', ')']).flat_map(|piece| {
            // A parenthesis is one byte.
            let end = piece.len() - usize::from(piece.ends_with(['(', ')']));
            let (before, parenthesis) = piece.split_at(end);
            [before, parenthesis]
        });
        pieces.filter(|piece| !piece.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The sum that an expression is, with a number for each of `a` to `e`; computed by recursion.
    fn value(text: &str) -> i64 {
        fn sum(rest: &mut std::str::Chars<'_>) -> i64 {
            let (mut total, mut sign) = (0, 1);
            while let Some(letter) = rest.next() {
                match letter {
                    '+' => sign = 1,
                    '-' => sign = -1,
                    '(' => total += sign * sum(rest),
                    ')' => return total,
                    'a'..='e' => total += sign * 10_i64.pow(letter as u32 - 'a' as u32),
                    _ => {}
                }
            }
            total
        }
        sum(&mut text.chars())
    }

    fn expression() -> impl Strategy<Value = String> {
        let id = prop::sample::select(vec!["a", "b", "c", "d", "e"]).prop_map(str::to_owned);
        id.prop_recursive(5, 40, 4, |inner| {
            let signs = prop::sample::select(vec![" + ", " - "]);
            (inner.clone(), prop::collection::vec((signs, inner), 0..4), any::<bool>()).prop_map(
                |(first, rest, is_grouped)| {
                    let rest: String =
                        rest.iter().map(|(sign, term)| format!("{sign}{term}")).collect();
                    if is_grouped { format!("({first}{rest})") } else { format!("{first}{rest}") }
                },
            )
        })
    }

    proptest! {
        #[test]
        fn parentheses_change_signs_as_in_arithmetic(text in expression()) {
            let found: i64 = words(&text).unwrap().iter().map(|word| {
                let size = value(word.id);
                if word.subtracted { -size } else { size }
            }).sum();
            prop_assert_eq!(found, value(&text));
        }
    }

    #[test]
    fn parentheses_stand_in_pairs_around_measures() {
        for (text, message) in [
            ("a - (b", "a `(` is not closed"),
            ("a - b)", "`)` closes no `(`"),
            (")", "an expression begins with a measure, not with `)`"),
            ("a - ()", "a measure is missing before `)`"),
            ("(- a)", "a measure is missing before `-`"),
            ("a (b)", "a `+` or `-` is missing before `(`"),
            ("(a) b", "a `+` or `-` is missing before `b`"),
            ("a - (b +)", "a measure is missing before `)`"),
            ("(", "an expression names at least one measure"),
        ] {
            assert_eq!(words(text).unwrap_err().message, message, "{text}");
        }
        let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(words(&deep).unwrap(), [Word { id: "a", subtracted: false }]);
    }
}
