//! Exact numbers: the decimals that goals are, and the comparisons that verdicts rest on.
//!
//! A goal is a [`Decimal`]. A recorded value is a float, and *means* a decimal: whole numbers
//! themselves, others the decimal of 15 significant digits they print as — as many as a float is
//! sure to hold, so that sums of decimals with few places mean what they would mean on paper.
//! Values and goals meet as rationals, so that a figure exactly at its goal is seen to be there
//! (law 2 of the design).

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{FromPrimitive, Signed, ToPrimitive};
pub use rust_decimal::Decimal;

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

/// How to write what a text that is no number is meant to be, if that can be told.
pub(crate) fn number_hint(text: &str) -> Option<String> {
    if let Some(number) = text.strip_suffix('%')
        && number.trim().parse::<f64>().is_ok()
    {
        return Some(format!("write {}, without the sign", number.trim()));
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

/// The exact rational a decimal is.
pub(crate) fn rational_of_decimal(decimal: Decimal) -> BigRational {
    BigRational::new(decimal.mantissa().into(), BigInt::from(10).pow(decimal.scale()))
}

/// The exact rational a recorded value means; `None` for NaN and infinities.
pub(crate) fn rational(value: f64) -> Option<BigRational> {
    if !value.is_finite() {
        return None;
    }
    if value.fract() == 0.0 {
        return Some(BigRational::from_integer(BigInt::from_f64(value)?));
    }
    // `{:e}` with 14 places after the point gives 15 significant digits: "-1.23456789012345e-7".
    let text = format!("{value:.14e}");
    let (digits, exponent) = text.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let mantissa: BigInt = digits.replace('.', "").parse().ok()?;
    let scale = exponent - 14;
    let power = BigInt::from(10).pow(scale.unsigned_abs());
    Some(if scale < 0 {
        BigRational::new(mantissa, power)
    } else {
        BigRational::from_integer(mantissa * power)
    })
}

/// The exact rational that a sum of recorded values means, whose parts have this absolute sum: parts may
/// cancel (7.4 − 7.1), and what is left is no more precise than they were.
pub(crate) fn rational_of_sum(value: f64, size: f64) -> Option<BigRational> {
    if value.fract() == 0.0 || size <= value.abs() || !size.is_finite() {
        return rational(value);
    }
    // 15 significant digits of the size, as places after the point.
    let places = 14 - size.log10().floor() as i32;
    match usize::try_from(places) {
        Ok(places) => rational(format!("{value:.places$}").parse().ok()?),
        Err(_) => rational(value.round()),
    }
}

/// The nearest float.
pub(crate) fn float(exact: &BigRational) -> f64 {
    // Ratio's own conversion handles numerators and denominators beyond the floats' range.
    exact.to_f64().unwrap_or(f64::NAN)
}

/// A number known both as a float, fast, and exactly, when a comparison needs it.
#[derive(Debug, Clone)]
pub(crate) struct Exact {
    float: f64,
    exact: BigRational,
}

impl Exact {
    pub(crate) fn new(exact: BigRational) -> Self {
        Exact { float: float(&exact), exact }
    }

    pub(crate) fn of(value: f64) -> Option<Self> {
        rational(value).map(Exact::new)
    }

    pub(crate) fn of_decimal(decimal: Decimal) -> Self {
        Exact::new(rational_of_decimal(decimal))
    }

    pub(crate) fn float(&self) -> f64 {
        self.float
    }

    pub(crate) fn rational(&self) -> &BigRational {
        &self.exact
    }

    pub(crate) fn is_negative(&self) -> bool {
        self.exact.is_negative()
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.exact == other.exact
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.exact.partial_cmp(&other.exact)
    }
}
