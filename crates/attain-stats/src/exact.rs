//! Exact rationals, which compare a value with its goal without rounding.
//!
//! A float *means* a decimal: whole numbers themselves, others the decimal of 15 significant digits they print as — as
//! many as a float is sure to hold, so that sums of decimals with few places mean what they would mean on paper.
//! Rationals that fit two machine words, nearly all, are computed in them.

use std::cmp::Ordering;
use std::ops::{Add, Div, Mul, Sub};

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{FromPrimitive, Signed, ToPrimitive};

/// An exact rational number.
#[derive(Debug, Clone)]
pub struct Exact(Form);

#[derive(Debug, Clone)]
enum Form {
    /// `above` ÷ `below`; `below` is positive, `above` not the least of its type (so that its sign can
    /// be turned), and the two may have divisors in common.
    Words { above: i64, below: i64 },
    /// What does not fit, in lowest terms.
    Big(Box<BigRational>),
}

/// Up to here floats hold every whole number.
const FLOAT_HOLDS: u64 = 1 << 53;

impl Exact {
    /// 0.
    pub const ZERO: Exact = Exact::whole(0);
    /// 1.
    pub const ONE: Exact = Exact::whole(1);
    /// 100.
    pub const HUNDRED: Exact = Exact::whole(100);

    /// A whole number.
    #[inline]
    pub const fn whole(number: i32) -> Exact {
        Exact(Form::Words { above: number as i64, below: 1 })
    }

    /// A quotient of whole numbers; none of a divisor that is not positive.
    #[inline]
    pub fn quotient(above: i64, below: i64) -> Option<Exact> {
        (below > 0).then(|| Exact::of_products(i128::from(above), i128::from(below)))
    }

    /// What a recorded value means; `None` for NaN and infinities.
    pub fn of(value: f64) -> Option<Exact> {
        if !value.is_finite() {
            return None;
        }
        if value.fract() == 0.0 {
            // Floats at the edge of what words hold are left to big numbers.
            return if value.abs() < 9e18 {
                Some(Exact(Form::Words { above: value as i64, below: 1 }))
            } else {
                Some(Exact::of_big(BigRational::from_integer(BigInt::from_f64(value)?)))
            };
        }
        // `{:e}` with 14 places after the point gives 15 significant digits: "-1.23456789012345e-7".
        let text = format!("{value:.14e}");
        let (digits, exponent) = text.split_once('e')?;
        let exponent: i32 = exponent.parse().ok()?;
        let mantissa: i64 = digits.replace('.', "").parse().ok()?;
        let scale = exponent - 14;
        let power = scale.unsigned_abs();
        let below = if scale < 0 { 10_i128.checked_pow(power) } else { None };
        Some(match below {
            Some(below) => Exact::of_products(i128::from(mantissa), below),
            None if scale < 0 => {
                Exact::of_big(BigRational::new(mantissa.into(), BigInt::from(10).pow(power)))
            }
            None => {
                let whole = BigInt::from(mantissa) * BigInt::from(10).pow(power);
                Exact::of_big(BigRational::from_integer(whole))
            }
        })
    }

    /// What a sum of recorded values means, whose parts have this absolute sum: parts may cancel
    /// (7.4 − 7.1), and what is left is no more precise than they were.
    pub fn of_sum(value: f64, size: f64) -> Option<Exact> {
        if value.fract() == 0.0 || size <= value.abs() || !size.is_finite() {
            return Exact::of(value);
        }
        // 15 significant digits of the size, as places after the point.
        let places = 14 - size.log10().floor() as i32;
        match usize::try_from(places) {
            Ok(places) => Exact::of(format!("{value:.places$}").parse().ok()?),
            Err(_) => Exact::of(value.round()),
        }
    }

    /// A decimal as it is.
    #[cfg(feature = "rust_decimal")]
    #[inline]
    pub fn of_decimal(decimal: rust_decimal::Decimal) -> Exact {
        // A decimal has at most 28 places, whose power of ten fits.
        Exact::of_products(decimal.mantissa(), 10_i128.pow(decimal.scale()))
    }

    /// `above` ÷ `below`, which is positive.
    #[inline]
    fn of_products(above: i128, below: i128) -> Exact {
        let words = |above: i128, below: i128| {
            let above = i64::try_from(above).ok().filter(|above| *above != i64::MIN)?;
            Some(Exact(Form::Words { above, below: i64::try_from(below).ok()? }))
        };
        words(above, below).unwrap_or_else(|| Exact::of_long_products(above, below))
    }

    /// Of what does not fit words, or only in lower terms.
    #[cold]
    fn of_long_products(above: i128, below: i128) -> Exact {
        let common = common_divisor(above.unsigned_abs(), below.unsigned_abs());
        let lowest = i128::try_from(common).ok().map(|common| (above / common, below / common));
        match lowest {
            Some((above, below)) => Exact::of_big(BigRational::new_raw(above.into(), below.into())),
            None => Exact::of_big(BigRational::new(above.into(), below.into())),
        }
    }

    fn of_big(exact: BigRational) -> Exact {
        let above = exact.numer().to_i64().filter(|above| *above != i64::MIN);
        match above.zip(exact.denom().to_i64()) {
            Some((above, below)) => Exact(Form::Words { above, below }),
            None => Exact(Form::Big(Box::new(exact))),
        }
    }

    fn big(&self) -> BigRational {
        match &self.0 {
            Form::Words { above, below } => BigRational::new((*above).into(), (*below).into()),
            Form::Big(exact) => BigRational::clone(exact),
        }
    }

    /// Numerator and denominator, the latter positive, where words hold them; they may have divisors in common.
    #[inline]
    pub fn words(&self) -> Option<(i64, i64)> {
        match self.0 {
            Form::Words { above, below } => Some((above, below)),
            Form::Big(_) => None,
        }
    }

    /// The nearest float.
    #[inline]
    pub fn float(&self) -> f64 {
        match &self.0 {
            // Where floats hold both numbers, their quotient is the nearest.
            Form::Words { above, below }
                if above.unsigned_abs() <= FLOAT_HOLDS && below.unsigned_abs() <= FLOAT_HOLDS =>
            {
                *above as f64 / *below as f64
            }
            Form::Words { above, below } => {
                let size = nearest_float(above.unsigned_abs(), below.unsigned_abs());
                if *above < 0 { -size } else { size }
            }
            // Ratio's own conversion handles numerators and denominators beyond the floats' range.
            Form::Big(exact) => exact.to_f64().unwrap_or(f64::NAN),
        }
    }

    /// −1, 0 or 1, or any other number of that sign.
    #[inline]
    fn sign(&self) -> i64 {
        match &self.0 {
            Form::Words { above, .. } => *above,
            Form::Big(exact) if exact.is_negative() => -1,
            Form::Big(_) => 1,
        }
    }

    /// Whether it is 0.
    #[inline]
    pub fn is_zero(&self) -> bool {
        self.sign() == 0
    }

    /// Whether it is below 0.
    #[inline]
    pub fn is_negative(&self) -> bool {
        self.sign() < 0
    }

    /// Whether it is above 0.
    #[inline]
    pub fn is_positive(&self) -> bool {
        self.sign() > 0
    }

    /// Whether it is a whole number.
    #[inline]
    pub fn is_whole(&self) -> bool {
        match &self.0 {
            Form::Words { below: 1, .. } => true,
            Form::Words { above, below } => above % below == 0,
            Form::Big(exact) => exact.is_integer(),
        }
    }

    /// Its distance from 0.
    #[inline]
    pub fn abs(&self) -> Exact {
        if self.is_negative() { &Exact::ZERO - self } else { self.clone() }
    }

    /// The greatest whole number that is not above it.
    #[inline]
    pub fn floor(&self) -> Exact {
        match &self.0 {
            Form::Words { above, below } => {
                Exact(Form::Words { above: above.div_euclid(*below), below: 1 })
            }
            Form::Big(exact) => Exact::of_big(exact.floor()),
        }
    }

    /// The least whole number that is not below it.
    #[inline]
    pub fn ceil(&self) -> Exact {
        match &self.0 {
            Form::Words { above, below } => {
                Exact(Form::Words { above: -(-above).div_euclid(*below), below: 1 })
            }
            Form::Big(exact) => Exact::of_big(exact.ceil()),
        }
    }

    /// A whole number that fits; `None` for others.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Form::Words { above, below: 1 } => Some(*above),
            Form::Words { above, below } => (above % below == 0).then(|| above / below),
            Form::Big(exact) => exact.is_integer().then(|| exact.numer().to_i64()).flatten(),
        }
    }
}

/// The quotient is computed to more bits than floats have, the last of which tells whether something is left.
fn nearest_float(above: u64, below: u64) -> f64 {
    // 126 or 127 bits over at most 63: the quotient has at least 63.
    let shift = u128::from(above).leading_zeros() - 1;
    let shifted = u128::from(above) << shift;
    let below = u128::from(below);
    let quotient = (shifted / below) | u128::from(shifted % below != 0);
    // Far from the ends of the floats' range, a power of two changes no digit.
    quotient as f64 / 2.0_f64.powi(shift as i32)
}

/// Euclid's algorithm; of anything and 0, the other.
fn common_divisor(mut one: u128, mut other: u128) -> u128 {
    while other != 0 {
        // Words divide many times faster.
        if let (Ok(mut small), Ok(mut smaller)) = (u64::try_from(one), u64::try_from(other)) {
            while smaller != 0 {
                (small, smaller) = (smaller, small % smaller);
            }
            return u128::from(small);
        }
        (one, other) = (other, one % other);
    }
    one
}

/// Words are tried first; then twice their bits, in which products of words fit, and sums of two of them.
macro_rules! operator {
    ($trait:ident, $method:ident, $words:expr, $products:expr) => {
        impl $trait<&Exact> for &Exact {
            type Output = Exact;
            #[inline]
            fn $method(self, other: &Exact) -> Exact {
                let (Form::Words { above: a, below: b }, Form::Words { above: c, below: d }) =
                    (&self.0, &other.0)
                else {
                    return Exact::of_big($trait::$method(self.big(), other.big()));
                };
                let words: fn(i64, i64, i64, i64) -> Option<(i64, i64)> = $words;
                if let Some((above, below)) = words(*a, *b, *c, *d)
                    && below > 0
                    && above != i64::MIN
                {
                    return Exact(Form::Words { above, below });
                }
                let products: fn(i128, i128, i128, i128) -> (i128, i128) = $products;
                let (above, below) = products((*a).into(), (*b).into(), (*c).into(), (*d).into());
                if below > 0 {
                    Exact::of_products(above, below)
                } else {
                    Exact::of_big($trait::$method(self.big(), other.big()))
                }
            }
        }

        impl $trait<&Exact> for Exact {
            type Output = Exact;
            #[inline]
            fn $method(self, other: &Exact) -> Exact {
                $trait::$method(&self, other)
            }
        }
    };
}

operator!(
    Add,
    add,
    |a, b, c, d| {
        if b == d {
            return Some((a.checked_add(c)?, b));
        }
        Some((a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?, b.checked_mul(d)?))
    },
    |a, b, c, d| (a * d + c * b, b * d)
);
operator!(
    Sub,
    sub,
    |a, b, c, d| {
        if b == d {
            return Some((a.checked_sub(c)?, b));
        }
        Some((a.checked_mul(d)?.checked_sub(c.checked_mul(b)?)?, b.checked_mul(d)?))
    },
    |a, b, c, d| (a * d - c * b, b * d)
);
operator!(Mul, mul, |a, b, c, d| Some((a.checked_mul(c)?, b.checked_mul(d)?)), |a, b, c, d| (
    a * c,
    b * d
));
operator!(
    Div,
    div,
    |a, b, c, d| Some((a.checked_mul(d)?, b.checked_mul(c)?)),
    |a, b, c, d| if c < 0 { (-a * d, b * -c) } else { (a * d, b * c) }
);

impl From<i64> for Exact {
    #[inline]
    fn from(number: i64) -> Self {
        Exact::of_products(number.into(), 1)
    }
}

impl PartialEq for Exact {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Words { above: a, below: b }, Form::Words { above: c, below: d }) => {
                match (a.checked_mul(*d), c.checked_mul(*b)) {
                    _ if b == d => a.cmp(c),
                    (Some(mine), Some(theirs)) => mine.cmp(&theirs),
                    _ => (i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b))),
                }
            }
            _ => self.big().cmp(&other.big()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers of every length, so that words are left and come back to.
    fn exact() -> impl Strategy<Value = (BigRational, Exact)> {
        let length = || (any::<i64>(), 0_u32..63).prop_map(|(number, shift)| number >> shift);
        (length(), length()).prop_filter_map("a positive divisor", |(above, below)| {
            let above = above.max(i64::MIN + 1);
            let below = below.checked_abs().filter(|below| *below > 0)?;
            let big = BigRational::new(above.into(), below.into());
            Some((big, Exact(Form::Words { above, below })))
        })
    }

    proptest! {
        #[test]
        fn words_give_what_big_numbers_give((a, x) in exact(), (b, y) in exact(), (c, z) in exact()) {
            let same = |big: &BigRational, exact: &Exact| {
                prop_assert_eq!(big, &exact.big());
                prop_assert_eq!(big.to_f64().map(f64::to_bits), Some(exact.float().to_bits()));
                prop_assert_eq!(big.is_integer(), exact.is_whole());
                prop_assert_eq!(&big.floor(), &exact.floor().big());
                prop_assert_eq!(&big.ceil(), &exact.ceil().big());
                prop_assert_eq!(&Signed::abs(big), &exact.abs().big());
                prop_assert_eq!(Signed::is_negative(big), exact.is_negative());
                Ok(())
            };
            same(&a, &x)?;
            same(&(&a + &b), &(&x + &y))?;
            same(&(&a - &b), &(&x - &y))?;
            same(&(&a * &b), &(&x * &y))?;
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
            // Beyond words, and back again.
            same(&(&a * &b * &c - &c), &(&x * &y * &z - &z))?;
            if !y.is_zero() {
                same(&(&a / &b), &(&x / &y))?;
                prop_assert_eq!(&x * &y / &y, x.clone());
            }
        }

        #[test]
        fn a_recorded_value_means_the_decimal_it_prints_as(digits in -999_999_999_999_999_i64..=999_999_999_999_999, scale in 0_u32..25) {
            let text = format!("{digits}e-{scale}");
            let meant = BigRational::new(digits.into(), BigInt::from(10).pow(scale));
            prop_assert_eq!(Exact::of(text.parse().unwrap()).unwrap().big(), meant);
        }
    }
}
