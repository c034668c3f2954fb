//! Exact numbers: the decimals that goals are, and the comparisons that verdicts rest on.
//!
//! A goal is a [`Decimal`]. A recorded value is a float, and *means* a decimal: whole numbers
//! themselves, others the decimal of 15 significant digits they print as — as many as a float is
//! sure to hold, so that sums of decimals with few places mean what they would mean on paper.
//! Values and goals meet as rationals, so that a figure exactly at its goal is seen to be there
//! (law 2 of the design). The rationals are those of the statistics.

mod arithmetic;
mod bound;
mod floats;

pub(crate) use arithmetic::{Arithmetic, ExactArithmetic, Quotient, Signed};
pub(crate) use bound::Bound;
pub(crate) use floats::{FloatArithmetic, Floats};
pub use rust_decimal::Decimal;

pub(crate) use crate::stats::engine::Exact;

/// Reads a decimal as people write it (`75`, `96.4`, `-5`, `1e-3`), exactly; `None` if it is none or
/// has more than 28 digits.
///
/// ```
/// use attain::exact::decimal;
/// assert_eq!(decimal("96.40").unwrap().to_string(), "96.4");
/// assert!(decimal("ninety").is_none());
/// ```
pub fn decimal(text: &str) -> Option<Decimal> {
    let read = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).ok()?
    } else {
        Decimal::from_str_exact(text.strip_prefix('+').unwrap_or(text)).ok()?
    };
    Some(read.normalize())
}

/// Suggests how to write a text that is no number, where its meaning is clear.
pub(crate) fn number_hint(text: &str) -> Option<String> {
    if let Some(number) = text.strip_suffix('%') {
        let number = number.trim();
        // Without marks between thousands, a comma in it is a decimal one.
        let number =
            if number.contains('.') { number.into() } else { number.replacen(',', ".", 1) };
        if number.parse::<f64>().is_ok() {
            return Some(format!("write {number}, without the sign"));
        }
    }
    if text.starts_with(['−', '–'])
        && let Ok(number) = text.replacen(['−', '–'], "-", 1).parse::<f64>()
    {
        return Some(format!("write {number}, with a hyphen for the minus sign"));
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    for mark in [',', '.', ' ', '\u{a0}', '\u{202f}', '\'', '’', '_'] {
        let mut groups = unsigned.split(mark);
        let first = groups.next().unwrap_or_default();
        let groups: Vec<&str> = groups.collect();
        let Some((last, inner)) = groups.split_last() else { continue };
        // The last group may carry decimals behind the other mark.
        let whole = last.split([',', '.']).next().unwrap_or_default();
        let are_thousands = digits(first)
            && first.len() <= 3
            && !first.starts_with('0')
            && inner.iter().chain([&whole]).all(|group| digits(group) && group.len() == 3);
        if are_thousands {
            return Some(match mark {
                ',' if inner.is_empty() && whole == *last => format!(
                    "write {} without a mark between thousands, or {} if it is a decimal comma",
                    text.replace(',', ""),
                    text.replace(',', ".")
                ),
                _ => {
                    let number = text.replace(mark, "").replace(',', ".");
                    format!("write {number} without marks between thousands")
                }
            });
        }
    }
    let (whole, decimals) = unsigned.split_once(',')?;
    ((digits(whole) || whole.is_empty()) && digits(decimals))
        .then(|| format!("write {}, with a decimal point", text.replace(',', ".")))
}
