//! Quotients of whole numbers in floats, for rows by the million.
//!
//! Floats hold whole numbers up to 2⁵³, and what is added and multiplied of them stays exact as long as it stays
//! below. Nothing is checked on the way: the largest number met is kept, and decides at the end.

use super::Exact;

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
    pub(crate) const ONE: Floats = Floats::whole(1.0);
    pub(crate) const HUNDRED: Floats = Floats::whole(100.0);

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

    #[inline(always)]
    pub(crate) fn is_positive(self) -> bool {
        self.above > 0.0
    }

    #[inline(always)]
    pub(crate) fn is_negative(self) -> bool {
        self.above < 0.0
    }

    /// The nearest float.
    #[inline(always)]
    pub(crate) fn float(self) -> f64 {
        // No zero is negative.
        self.above / self.below + 0.0
    }

    /// The greatest whole number that is not above it.
    #[inline(always)]
    pub(crate) fn floor(self) -> i64 {
        // Next to a whole number the float may have been rounded to it: what is left tells.
        let near = self.float() as i64;
        let left = self.above - near as f64 * self.below;
        near.saturating_sub((left < 0.0).into()).saturating_add((left >= self.below).into())
    }

    /// The least whole number that is not below it.
    #[inline(always)]
    pub(crate) fn ceil(self) -> i64 {
        Floats { above: -self.above, ..self }.floor().saturating_neg()
    }
}

/// Computes with such quotients, and tracks the largest number on the way.
pub(crate) struct Reckoning {
    pub(crate) largest: f64,
}

impl Reckoning {
    /// Goes on where the largest number was that.
    #[inline(always)]
    pub(crate) fn from(largest: f64) -> Reckoning {
        Reckoning { largest }
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

    #[inline(always)]
    pub(crate) fn minus(&mut self, one: Floats, other: Floats) -> Floats {
        let (mine, theirs) = (self.met(one.above * other.below), self.met(other.above * one.below));
        Floats { above: self.met(mine - theirs), below: self.met(one.below * other.below) }
    }

    #[inline(always)]
    pub(crate) fn times(&mut self, one: Floats, other: Floats) -> Floats {
        Floats {
            above: self.met(one.above * other.above),
            below: self.met(one.below * other.below),
        }
    }

    /// The divisor has to be positive.
    #[inline(always)]
    pub(crate) fn over(&mut self, one: Floats, other: Floats) -> Floats {
        self.times(one, Floats { above: other.below, below: other.above })
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
            let same = |reckon: &dyn Fn(&mut Reckoning) -> Floats, expected: Exact| {
                let mut reckoning = Reckoning::from(0.0);
                let found = reckon(&mut reckoning);
                if !Reckoning::is_exact(reckoning.largest) {
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
            same(&|reckoning| reckoning.plus(x, y), &a + &b)?;
            same(&|reckoning| reckoning.minus(x, y), &a - &b)?;
            same(&|reckoning| reckoning.times(x, y), &a * &b)?;
            if b.is_positive() {
                same(&|reckoning| reckoning.over(x, y), &a / &b)?;
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
        let mut reckoning = Reckoning::from(0.0);
        let product = reckoning.times(large, large);
        assert!(!Reckoning::is_exact(reckoning.largest));
        // Not even what is no number hides it.
        let mut again = Reckoning::from(0.0);
        let endless = (0..40).fold(product, |number, _| again.times(number, number));
        let none = again.minus(endless, endless);
        assert!(none.float().is_nan() && !Reckoning::is_exact(again.largest));
    }
}
