//! Quotients of whole numbers in floats, for rows by the million.
//!
//! Floats hold whole numbers up to 2⁵³, and what is added and multiplied of them stays exact as long as it stays
//! below. Nothing is checked on the way: the largest number met is kept, and decides at the end.

use super::Exact;
use super::arithmetic::{Arithmetic, Quotient, Signed};

/// `above` ÷ `below`, both whole, the latter positive; the two may have divisors in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Floats {
    above: f64,
    below: f64,
}

/// Up to here sums and differences of two such numbers are exact too.
const LARGEST: f64 = (1_u64 << 52) as f64;

impl Floats {
    /// The same number in floats, if they hold it.
    pub(crate) fn of_exact(exact: &Exact) -> Option<Floats> {
        let (above, below) = exact.words()?;
        let fits = |number: i64| number.unsigned_abs() <= LARGEST as u64;
        (fits(above) && fits(below)).then_some(Floats { above: above as f64, below: below as f64 })
    }

    pub(crate) const ZERO: Floats = Floats::whole(0.0);

    pub(crate) const fn whole(number: f64) -> Floats {
        Floats::of(number, 1.0)
    }

    /// Both are whole numbers, and the second is positive.
    pub(crate) const fn of(above: f64, below: f64) -> Floats {
        Floats { above, below }
    }

    #[inline(always)]
    pub(crate) fn above(self) -> f64 {
        self.above
    }

    #[inline(always)]
    pub(crate) fn below(self) -> f64 {
        self.below
    }
}

impl Signed for Floats {
    #[inline(always)]
    fn is_positive(&self) -> bool {
        self.above > 0.0
    }

    #[inline(always)]
    fn is_negative(&self) -> bool {
        self.above < 0.0
    }
}

impl Quotient for Floats {
    type Whole = i64;

    #[inline(always)]
    fn float(&self) -> f64 {
        // No zero is negative.
        self.above / self.below + 0.0
    }

    #[inline(always)]
    fn floor(&self) -> i64 {
        // Next to a whole number the float may have been rounded to it: what is left tells.
        let near = self.float() as i64;
        let left = self.above - near as f64 * self.below;
        near.saturating_sub((left < 0.0).into()).saturating_add((left >= self.below).into())
    }

    #[inline(always)]
    fn ceil(&self) -> i64 {
        Floats { above: -self.above, ..*self }.floor().saturating_neg()
    }
}

/// Computes with such quotients, and tracks the largest number on the way.
pub(crate) struct FloatArithmetic {
    pub(crate) largest: f64,
}

impl FloatArithmetic {
    /// Goes on where the largest number was that.
    #[inline(always)]
    pub(crate) fn from(largest: f64) -> FloatArithmetic {
        FloatArithmetic { largest }
    }

    /// Whether all results are exact, if that was the largest number on the way.
    #[inline(always)]
    pub(crate) fn is_exact(largest: f64) -> bool {
        largest <= LARGEST
    }

    #[inline(always)]
    fn met(&mut self, number: f64) -> f64 {
        let size = number.abs();
        // What is no number any more came of one that was too large.
        self.largest = if size > self.largest { size } else { self.largest };
        number
    }

    #[inline(always)]
    pub(crate) fn plus(&mut self, one: Floats, other: Floats) -> Floats {
        let (mine, theirs) = (self.met(one.above * other.below), self.met(other.above * one.below));
        Floats { above: self.met(mine + theirs), below: self.met(one.below * other.below) }
    }
}

impl Arithmetic for FloatArithmetic {
    type N = Floats;
    const HUNDRED: Floats = Floats::whole(100.0);

    #[inline(always)]
    fn minus(&mut self, one: &Floats, other: &Floats) -> Floats {
        let (mine, theirs) = (self.met(one.above * other.below), self.met(other.above * one.below));
        Floats { above: self.met(mine - theirs), below: self.met(one.below * other.below) }
    }

    #[inline(always)]
    fn times(&mut self, one: &Floats, other: &Floats) -> Floats {
        Floats {
            above: self.met(one.above * other.above),
            below: self.met(one.below * other.below),
        }
    }

    #[inline(always)]
    fn over(&mut self, one: &Floats, other: &Floats) -> Floats {
        self.times(one, &Floats { above: other.below, below: other.above })
    }

    /// Compares the nearest floats: of two that are equal either will do.
    #[inline(always)]
    fn smaller(&mut self, one: Floats, other: Floats) -> Floats {
        if other.float() < one.float() { other } else { one }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers of every length; some don't fit when they meet.
    fn floats() -> impl Strategy<Value = Floats> {
        let length = || (any::<i64>(), 11_u32..63).prop_map(|(number, shift)| number >> shift);
        (length(), length()).prop_filter_map("a positive divisor", |(above, below)| {
            let below = below.abs();
            (below > 0).then_some(Floats { above: above as f64, below: below as f64 })
        })
    }

    fn exact(Floats { above, below }: Floats) -> Exact {
        Exact::quotient(above as i64, below as i64).unwrap()
    }

    proptest! {
        #[test]
        fn what_is_said_to_be_exact_is_what_exact_numbers_give(x in floats(), y in floats()) {
            let (a, b) = (exact(x), exact(y));
            let same = |compute: &dyn Fn(&mut FloatArithmetic) -> Floats, expected: Exact| {
                let mut arithmetic = FloatArithmetic::from(0.0);
                let found = compute(&mut arithmetic);
                if !FloatArithmetic::is_exact(arithmetic.largest) {
                    return Ok(());
                }
                prop_assert_eq!(exact(found), expected.clone());
                prop_assert_eq!(found.float().to_bits(), expected.float().to_bits());
                prop_assert_eq!(Some(found.floor()), expected.floor().to_i64());
                prop_assert_eq!(Some(found.ceil()), expected.ceil().to_i64());
                prop_assert_eq!(
                    (found.is_positive(), found.is_negative()),
                    (expected.is_positive(), expected.is_negative())
                );
                Ok(())
            };
            same(&|arithmetic| arithmetic.plus(x, y), &a + &b)?;
            same(&|arithmetic| arithmetic.minus(&x, &y), &a - &b)?;
            same(&|arithmetic| arithmetic.times(&x, &y), &a * &b)?;
            if b.is_positive() {
                same(&|arithmetic| arithmetic.over(&x, &y), &a / &b)?;
            }
            let found = Floats::of_exact(&a);
            prop_assert!(found.is_none_or(|found| exact(found) == a));
        }

        /// Next to whole numbers, and as large as they come.
        #[test]
        fn whole_parts_are_those_of_exact_numbers(
            below in 1_i64..1 << 26, whole in -(1_i64 << 26)..1 << 26, beside in -2_i64..3,
        ) {
            let x = Floats { above: (whole * below + beside) as f64, below: below as f64 };
            prop_assert_eq!(Some(x.floor()), exact(x).floor().to_i64());
            prop_assert_eq!(Some(x.ceil()), exact(x).ceil().to_i64());
        }
    }

    #[test]
    fn what_leaves_the_floats_is_told() {
        let large = Floats::whole((1_u64 << 40) as f64);
        let mut arithmetic = FloatArithmetic::from(0.0);
        let product = arithmetic.times(&large, &large);
        assert!(!FloatArithmetic::is_exact(arithmetic.largest));
        // Not even what is no number hides it.
        let mut again = FloatArithmetic::from(0.0);
        let endless = (0..40).fold(product, |number, _| again.times(&number, &number));
        let none = again.minus(&endless, &endless);
        assert!(none.float().is_nan() && !FloatArithmetic::is_exact(again.largest));
    }
}
