//! Quotients that fit two words, for rows by the million: each operation either fits too or says that it does not.

use std::cmp::Ordering;

use super::{Exact, FLOAT_HOLDS, Form};

/// `above` ÷ `below`, which is positive; the two may have divisors in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words {
    above: i64,
    below: i64,
}

impl Exact {
    /// The same number in words, if it fits.
    #[inline]
    pub(crate) fn words(&self) -> Option<Words> {
        match self.0 {
            Form::Words { above, below } => Some(Words { above, below }),
            Form::Big(_) => None,
        }
    }
}

impl From<Words> for Exact {
    fn from(Words { above, below }: Words) -> Exact {
        Exact::of_products(above.into(), below.into())
    }
}

impl Words {
    pub(crate) const ZERO: Words = Words::whole(0);
    pub(crate) const ONE: Words = Words::whole(1);
    pub(crate) const HUNDRED: Words = Words::whole(100);

    #[inline]
    pub(crate) const fn whole(number: i64) -> Words {
        Words { above: number, below: 1 }
    }

    #[inline]
    pub(crate) fn plus(self, other: Words) -> Option<Words> {
        let crosswise = other.above.checked_mul(self.below)?;
        Some(Words {
            above: self.above.checked_mul(other.below)?.checked_add(crosswise)?,
            below: self.below.checked_mul(other.below)?,
        })
    }

    #[inline]
    pub(crate) fn minus(self, other: Words) -> Option<Words> {
        self.plus(Words { above: other.above.checked_neg()?, ..other })
    }

    #[inline]
    pub(crate) fn times(self, other: Words) -> Option<Words> {
        Some(Words {
            above: self.above.checked_mul(other.above)?,
            below: self.below.checked_mul(other.below)?,
        })
    }

    /// None too of a divisor that is not positive.
    #[inline]
    pub(crate) fn over(self, other: Words) -> Option<Words> {
        if other.above <= 0 {
            return None;
        }
        self.times(Words { above: other.below, below: other.above })
    }

    /// Where it stands to another number.
    #[inline]
    pub(crate) fn compared(self, other: Words) -> Option<Ordering> {
        let mine = self.above.checked_mul(other.below)?;
        Some(mine.cmp(&other.above.checked_mul(self.below)?))
    }

    #[inline]
    pub(crate) fn is_positive(self) -> bool {
        self.above > 0
    }

    #[inline]
    pub(crate) fn is_negative(self) -> bool {
        self.above < 0
    }

    /// The nearest float, if floats hold both words: their quotient is the nearest then.
    #[inline]
    pub(crate) fn float(self) -> Option<f64> {
        let fits = self.above.unsigned_abs() <= FLOAT_HOLDS && self.below as u64 <= FLOAT_HOLDS;
        fits.then(|| self.above as f64 / self.below as f64)
    }

    /// The greatest whole number that is not above it.
    #[inline]
    pub(crate) fn floor(self) -> i64 {
        self.above.div_euclid(self.below)
    }

    /// The least whole number that is not below it.
    #[inline]
    pub(crate) fn ceil(self) -> Option<i64> {
        Some(-self.above.checked_neg()?.div_euclid(self.below))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers of every length; some don't fit when they meet.
    fn words() -> impl Strategy<Value = Words> {
        let length = || (any::<i64>(), 0_u32..63).prop_map(|(number, shift)| number >> shift);
        (length(), length()).prop_filter_map("a positive divisor", |(above, below)| {
            let below = below.checked_abs().filter(|below| *below > 0)?;
            Some(Words { above: above.max(-i64::MAX), below })
        })
    }

    proptest! {
        #[test]
        fn what_fits_is_what_exact_numbers_give(x in words(), y in words()) {
            let (a, b) = (Exact::from(x), Exact::from(y));
            let same = |words: Option<Words>, expected: Exact| {
                prop_assert_eq!(words.map(Exact::from).unwrap_or_else(|| expected.clone()), expected);
                Ok(())
            };
            same(x.plus(y), &a + &b)?;
            same(x.minus(y), &a - &b)?;
            same(x.times(y), &a * &b)?;
            if b.is_positive() {
                same(x.over(y), &a / &b)?;
            } else {
                prop_assert!(x.over(y).is_none());
            }
            prop_assert_eq!(x.compared(y).unwrap_or_else(|| a.cmp(&b)), a.cmp(&b));
            let float = x.float().unwrap_or_else(|| a.float());
            prop_assert_eq!(float.to_bits(), a.float().to_bits());
            prop_assert_eq!(Some(x.floor()), a.floor().to_i64());
            prop_assert_eq!(x.ceil(), a.ceil().to_i64());
            prop_assert_eq!((x.is_positive(), x.is_negative()), (a.is_positive(), a.is_negative()));
        }
    }

    #[test]
    fn small_numbers_fit() {
        let x = Exact::quotient(241 * 100, 250).unwrap().words().unwrap();
        let goal = Words::whole(964).over(Words::whole(10)).unwrap();
        assert_eq!(x.compared(goal), Some(Ordering::Equal));
        assert_eq!(x.minus(goal).unwrap().float(), Some(0.0));
        assert_eq!((x.floor(), x.ceil()), (96, Some(97)));
    }
}
