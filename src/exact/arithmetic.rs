//! Arithmetic that is written once and runs on exact rationals and on quotients of floats.

use super::Exact;

/// A number with a sign.
pub(crate) trait Signed {
    fn is_positive(&self) -> bool;
    fn is_negative(&self) -> bool;
}

/// A whole number, such as a number of events.
pub(crate) trait WholeNumber: Signed + Ord + Clone {
    /// 1 more.
    fn next(&self) -> Self;
    /// 1 less.
    fn previous(&self) -> Self;
    fn minus(&self, other: &Self) -> Self;
    /// None if it does not fit.
    fn to_i64(&self) -> Option<i64>;
}

/// A quotient of two whole numbers.
pub(crate) trait Quotient: Signed + Clone {
    /// The type of its whole part.
    type Whole: WholeNumber;
    /// The nearest float.
    fn float(&self) -> f64;
    /// The greatest whole number that is not above it.
    fn floor(&self) -> Self::Whole;
    /// The least whole number that is not below it.
    fn ceil(&self) -> Self::Whole;
}

/// Operations on quotients. An implementation may note what happens on the way.
pub(crate) trait Arithmetic {
    type N: Quotient;
    const HUNDRED: Self::N;
    fn minus(&mut self, one: &Self::N, other: &Self::N) -> Self::N;
    fn times(&mut self, one: &Self::N, other: &Self::N) -> Self::N;
    /// The divisor has to be positive.
    fn over(&mut self, one: &Self::N, other: &Self::N) -> Self::N;
    fn smaller(&mut self, one: Self::N, other: Self::N) -> Self::N;
}

/// Computes with rationals.
pub(crate) struct ExactArithmetic;

impl Arithmetic for ExactArithmetic {
    type N = Exact;
    const HUNDRED: Exact = Exact::HUNDRED;

    #[inline]
    fn minus(&mut self, one: &Exact, other: &Exact) -> Exact {
        one - other
    }

    #[inline]
    fn times(&mut self, one: &Exact, other: &Exact) -> Exact {
        one * other
    }

    #[inline]
    fn over(&mut self, one: &Exact, other: &Exact) -> Exact {
        one / other
    }

    #[inline]
    fn smaller(&mut self, one: Exact, other: Exact) -> Exact {
        one.min(other)
    }
}

impl Quotient for Exact {
    type Whole = Exact;

    #[inline]
    fn float(&self) -> f64 {
        Exact::float(self)
    }

    #[inline]
    fn floor(&self) -> Exact {
        Exact::floor(self)
    }

    #[inline]
    fn ceil(&self) -> Exact {
        Exact::ceil(self)
    }
}

impl Signed for Exact {
    #[inline]
    fn is_positive(&self) -> bool {
        Exact::is_positive(self)
    }

    #[inline]
    fn is_negative(&self) -> bool {
        Exact::is_negative(self)
    }
}

impl WholeNumber for Exact {
    #[inline]
    fn next(&self) -> Exact {
        self + &Exact::ONE
    }

    #[inline]
    fn previous(&self) -> Exact {
        self - &Exact::ONE
    }

    #[inline]
    fn minus(&self, other: &Exact) -> Exact {
        self - other
    }

    #[inline]
    fn to_i64(&self) -> Option<i64> {
        Exact::to_i64(self)
    }
}

impl Signed for f64 {
    #[inline(always)]
    fn is_positive(&self) -> bool {
        *self > 0.0
    }

    #[inline(always)]
    fn is_negative(&self) -> bool {
        *self < 0.0
    }
}

impl Signed for i64 {
    #[inline(always)]
    fn is_positive(&self) -> bool {
        i64::is_positive(*self)
    }

    #[inline(always)]
    fn is_negative(&self) -> bool {
        i64::is_negative(*self)
    }
}

/// At the ends of its range it stays where it is: the float arithmetic marks such results as not exact.
impl WholeNumber for i64 {
    #[inline(always)]
    fn next(&self) -> i64 {
        self.saturating_add(1)
    }

    #[inline(always)]
    fn previous(&self) -> i64 {
        self.saturating_sub(1)
    }

    #[inline(always)]
    fn minus(&self, other: &i64) -> i64 {
        self.saturating_sub(*other)
    }

    #[inline(always)]
    fn to_i64(&self) -> Option<i64> {
        Some(*self)
    }
}
