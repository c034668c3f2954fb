//! Sums and differences of measures, each perhaps multiplied by a number: `cleared + 0.5 * shared - transferred / 3`.

use super::index::MeasureIndex;
use crate::error::quoted;
use crate::exact::{Decimal, Exact, decimal};

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
    /// The number that it is multiplied by.
    pub factor: Factor,
}

/// A number above 0 that a measure is multiplied by: a decimal, or one divided by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    times: Decimal,
    over: Decimal,
}

impl Factor {
    /// The factor of a measure without one.
    pub const ONE: Factor = Factor { times: Decimal::ONE, over: Decimal::ONE };

    /// What the measure is multiplied by.
    pub fn times(&self) -> Decimal {
        self.times
    }

    /// What it is divided by.
    pub fn over(&self) -> Decimal {
        self.over
    }

    /// The number as a rational.
    pub(crate) fn exact(&self) -> Exact {
        Exact::of_decimal(self.times) / &Exact::of_decimal(self.over)
    }

    /// The product of two; none if it has more than 28 digits.
    fn and(&self, other: &Factor) -> Option<Factor> {
        let times = self.times.checked_mul(other.times)?.normalize();
        let over = self.over.checked_mul(other.over)?.normalize();
        Some(Factor { times, over })
    }

    /// A measure with the factor, in given signs and numbers: `0.5 * doses / 3`.
    pub(crate) fn around(
        &self,
        measure: &str,
        (times, over): (&str, &str),
        number: impl Fn(Decimal) -> String,
    ) -> String {
        let mut text = String::new();
        if self.times != Decimal::ONE {
            text = format!("{} {times} ", number(self.times));
        }
        text.push_str(measure);
        if self.over != Decimal::ONE {
            text.push_str(&format!(" {over} {}", number(self.over)));
        }
        text
    }
}

impl Expression {
    /// Whether some measure is multiplied by a number, so that the sum is not one of events.
    pub fn has_factor(&self) -> bool {
        self.terms.iter().any(|term| term.factor != Factor::ONE)
    }
}

/// One measure's id in the text of an expression, with its sign and its factor.
#[derive(Debug, PartialEq)]
pub(super) struct Word<'a> {
    pub(super) id: &'a str,
    pub(super) subtracted: bool,
    pub(super) factor: Factor,
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

/// A parenthesis that is open.
struct Group {
    /// The number of words before it.
    start: usize,
    is_subtracted: bool,
    factor: Factor,
}

/// Splits an expression into its words, or says what is wrong with it. Parentheses group measures; what stands before them,
/// or divides them, holds for each measure within. A minus sign subtracts only if it stands apart (`a - b`): ids may have
/// hyphens.
pub(super) fn words(text: &str) -> Result<Vec<Word<'_>>, Slip> {
    if let Some(sign) = text.chars().find(|letter| "×÷".contains(*letter)) {
        let hint = match sign {
            '÷' => Some(QUOTIENTS),
            _ => None,
        };
        let message = format!("`{sign}` has no meaning in an expression");
        return Err(Slip { message, hint });
    }
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut open: Vec<Group> = Vec::new();
    let mut subtracted = false;
    // The factor of the next measure or group.
    let mut factor = Factor::ONE;
    // The number of words before the last measure or group.
    let mut last = 0;
    let mut expects_measure = true;
    let mut divisions = 0;
    let mut parts = parts(text).peekable();
    while let Some(part) = parts.next() {
        let is_in_subtracted = open.last().is_some_and(|group| group.is_subtracted);
        match part {
            "+" | "-" | ")" | "*" | "/" if expects_measure => {
                return Err(Slip::new(if words.is_empty() && open.is_empty() {
                    format!("an expression begins with a measure, not with `{part}`")
                } else {
                    format!("a measure is missing before `{part}`")
                }));
            }
            "+" | "-" => {
                subtracted = is_in_subtracted != (part == "-");
                factor = open.last().map_or(Factor::ONE, |group| group.factor);
                expects_measure = true;
            }
            ")" => match open.pop() {
                Some(group) => last = group.start,
                None => return Err(Slip::new("`)` closes no `(`")),
            },
            "*" => {
                let message = "a number stands before `*`, a measure or `(` behind it";
                return Err(Slip { message: message.into(), hint: Some(FACTORS) });
            }
            "/" => {
                divisions += 1;
                if divisions > MOST_DIVISIONS {
                    let message = format!("an expression divides at most {MOST_DIVISIONS} times");
                    return Err(Slip { message, hint: None });
                }
                let divisor = parts.next().and_then(decimal);
                let Some(over) = divisor else {
                    let message = "a number stands behind `/`";
                    return Err(Slip { message: message.into(), hint: Some(QUOTIENTS) });
                };
                let divided = Factor { times: Decimal::ONE, over: positive(over)? };
                for word in &mut words[last..] {
                    word.factor = product(word.factor, divided)?;
                }
            }
            id if id.contains('+') => {
                return Err(Slip::new("a space is missing beside `+`"));
            }
            other if !expects_measure => {
                return Err(Slip::new(format!("a `+` or `-` is missing before {}", quoted(other))));
            }
            "(" => {
                open.push(Group { start: words.len(), is_subtracted: subtracted, factor });
            }
            number if parts.peek() == Some(&"*") => {
                let Some(times) = decimal(number) else {
                    let message = format!("{} is no number to multiply by", quoted(number));
                    return Err(Slip { message, hint: Some(FACTORS) });
                };
                let multiplied = Factor { times: positive(times)?, over: Decimal::ONE };
                factor = product(factor, multiplied)?;
                parts.next();
            }
            id => {
                last = words.len();
                words.push(Word { id, subtracted, factor });
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

/// More are no formula that somebody reads. Each looks at all measures that it divides.
const MOST_DIVISIONS: usize = 100;

const FACTORS: &str = "the number stands first: `0.5 * cases`";
const QUOTIENTS: &str = "a quotient is a `proportion`, a `ratio`, a `rate` or a `mean`";

fn positive(number: Decimal) -> Result<Decimal, Slip> {
    if number > Decimal::ZERO {
        return Ok(number);
    }
    let message =
        format!("a measure is multiplied or divided by a number above 0, not by {number}");
    Err(Slip { message, hint: None })
}

fn product(one: Factor, other: Factor) -> Result<Factor, Slip> {
    one.and(&other).ok_or_else(|| Slip::new("a factor has more than 28 digits"))
}

/// Ids, numbers, signs and parentheses: what stands between blanks, and each of `(`, `)`, `*` and `/`.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    const ALONE: [char; 4] = ['(', ')', '*', '/'];
    text.split_whitespace().flat_map(|part| {
        let pieces = part.split_inclusive(ALONE).flat_map(|piece| {
            // Each of these is one byte.
            let end = piece.len() - usize::from(piece.ends_with(ALONE));
            let (before, alone) = piece.split_at(end);
            [before, alone]
        });
        pieces.filter(|piece| !piece.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What an expression is, with a number for each of `a` to `e`: each part is written as text, and computed as a number.
    #[derive(Debug, Clone)]
    struct Made {
        text: String,
        value: f64,
    }

    fn measure_value(id: &str) -> f64 {
        10_f64.powi(id.as_bytes()[0].into()) / 10_f64.powi(b'a'.into())
    }

    fn expression() -> impl Strategy<Value = Made> {
        let id = prop::sample::select(vec!["a", "b", "c", "d", "e"])
            .prop_map(|id| Made { text: id.to_owned(), value: measure_value(id) });
        id.prop_recursive(5, 40, 4, |inner| {
            let operators = prop::sample::select(vec![" + ", " - "]);
            let sum = (inner.clone(), prop::collection::vec((operators, inner.clone()), 0..4));
            let sum = sum.prop_map(|(first, rest)| {
                let mut all = first;
                for (operator, one) in rest {
                    let sign = if operator == " + " { 1.0 } else { -1.0 };
                    all.text.push_str(&format!("{operator}{}", one.text));
                    all.value += sign * one.value;
                }
                Made { text: format!("({})", all.text), ..all }
            });
            let factors = prop::sample::select(vec![(2.0, "2"), (0.25, "0.25"), (10.0, "10")]);
            let scaled = (factors, inner, any::<bool>()).prop_map(|((by, text), one, divides)| {
                let Made { text: of, value } = one;
                match divides {
                    true => Made { text: format!("{of} /{text}"), value: value / by },
                    false => Made { text: format!("{text}* {of}"), value: value * by },
                }
            });
            prop_oneof![sum, scaled]
        })
    }

    proptest! {
        #[test]
        fn numbers_and_parentheses_are_those_of_arithmetic(made in expression()) {
            let found: f64 = words(&made.text).unwrap().iter().map(|word| {
                let size = measure_value(word.id) * word.factor.exact().float();
                if word.subtracted { -size } else { size }
            }).sum();
            prop_assert!((found - made.value).abs() <= 1e-9 * made.value.abs().max(1e4));
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
            ("a * 2", "`a` is no number to multiply by"),
            ("a + b * 2", "`b` is no number to multiply by"),
            ("(a) * 2", "a number stands before `*`, a measure or `(` behind it"),
            ("half * a", "`half` is no number to multiply by"),
            ("2 * ", "an expression names at least one measure"),
            ("a + 2 * ", "a measure is missing after the last sign"),
            ("a + 2 * * a", "a measure is missing before `*`"),
            ("* a", "an expression begins with a measure, not with `*`"),
            ("a / b", "a number stands behind `/`"),
            ("a / ", "a number stands behind `/`"),
            ("a / 0", "a measure is multiplied or divided by a number above 0, not by 0"),
            ("-2 * a", "a measure is multiplied or divided by a number above 0, not by -2"),
            ("2 a", "a `+` or `-` is missing before `a`"),
            ("a ÷ b", "`÷` has no meaning in an expression"),
        ] {
            assert_eq!(words(text).unwrap_err().message, message, "{text}");
        }
        let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
        assert_eq!(
            words(&deep).unwrap(),
            [Word { id: "a", subtracted: false, factor: Factor::ONE }]
        );
        let often = format!("a{}", " / 1".repeat(101));
        assert_eq!(words(&often).unwrap_err().message, "an expression divides at most 100 times");
        let large = format!("{}a", "1000000000000000 * ".repeat(2));
        assert_eq!(words(&large).unwrap_err().message, "a factor has more than 28 digits");
    }
}
