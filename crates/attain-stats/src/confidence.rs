//! How sure, and from where to where.

use super::error::{Result, out_of_range};
use super::special::normal_quantile;

/// How often an interval made this way holds the truth: a share above 0 and below 1.
///
/// Intervals are equal-tailed: each limit leaves half of the remainder outside. For a limit on one
/// side only, take the one limit of the interval made with [`Confidence::one_sided`].
///
/// ```
/// use attain_stats::Confidence;
///
/// let confidence = Confidence::new(0.95)?;
/// assert_eq!(confidence, Confidence::P95);
/// assert!((confidence.z() - 1.959963984540054).abs() < 1e-15);
/// assert!(Confidence::new(95.0).is_err());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence {
    share: f64,
    tail: f64,
    /// Kept, because it takes longer to find than most intervals that are made of it.
    z: f64,
}

impl Confidence {
    /// 95 %: the usual one.
    pub const P95: Confidence =
        Confidence { share: 0.95, tail: (1.0 - 0.95) / 2.0, z: 1.959_963_984_540_053_8 };
    /// 99.8 %: the outer limits of funnel plots and control charts.
    pub const P99_8: Confidence =
        Confidence { share: 0.998, tail: (1.0 - 0.998) / 2.0, z: 3.090_232_306_167_812_7 };

    /// A share above 0 and below 1. The `f64` is taken as it is: 1 − 0.999999999 is not rounded to
    /// 10⁻⁹.
    ///
    /// # Errors
    /// If `share` is not above 0 and below 1 (95 instead of 0.95, say).
    pub fn new(share: f64) -> Result<Self> {
        if share > 0.0 && share < 1.0 {
            Ok(Confidence::with_tail(share, (1.0 - share) / 2.0))
        } else {
            Err(out_of_range("confidence", share, "a share above 0 and below 1, such as 0.95"))
        }
    }

    /// The confidence whose lower limit *alone* (or upper limit alone) holds with this share:
    /// one-sided 95 % is two-sided 90 %.
    ///
    /// ```
    /// use attain_stats::Confidence;
    ///
    /// let at_least = Confidence::one_sided(0.975)?;
    /// assert!((at_least.z() - Confidence::P95.z()).abs() < 1e-14);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If `share` is not above 0.5 and below 1.
    pub fn one_sided(share: f64) -> Result<Self> {
        if share > 0.5 && share < 1.0 {
            Ok(Confidence::with_tail(2.0 * share - 1.0, 1.0 - share))
        } else {
            Err(out_of_range("confidence", share, "a share above 0.5 and below 1, such as 0.95"))
        }
    }

    /// The share itself.
    #[inline]
    pub fn share(self) -> f64 {
        self.share
    }

    /// The probability that each limit leaves outside: (1 − share) / 2.
    #[inline]
    pub fn tail(self) -> f64 {
        self.tail
    }

    /// The standard normal quantile that leaves [`tail`](Self::tail) above it.
    #[inline]
    pub fn z(self) -> f64 {
        self.z
    }

    /// The confidence whose limits each leave `tail` outside, a probability above 0 and below ½.
    pub(crate) fn of_tail(tail: f64) -> Self {
        Confidence::with_tail(1.0 - 2.0 * tail, tail)
    }

    /// The confidence of each of several intervals that hold all at once with this one (Bonferroni).
    pub(crate) fn shared_by(self, intervals: usize) -> Self {
        Confidence::of_tail(self.tail / intervals as f64)
    }

    fn with_tail(share: f64, tail: f64) -> Self {
        Confidence { share, tail, z: -normal_quantile(tail) }
    }
}

/// Two limits, the lower one first. Either may be infinite where the method says so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

impl Interval {
    /// Two computed limits. At a confidence near 0 they meet, and rounding must not make them pass.
    #[inline]
    pub(crate) fn between(lower: f64, upper: f64) -> Self {
        Interval { lower, upper: upper.max(lower) }
    }

    /// Is `value` inside, or on a limit?
    ///
    /// ```
    /// let interval = attain_stats::Interval { lower: 0.2, upper: 0.4 };
    /// assert!(interval.holds(0.2) && !interval.holds(0.41));
    /// ```
    #[inline]
    pub fn holds(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Both limits times a factor that is not negative (a rate's `per`, 100 for per cent).
    #[must_use]
    #[inline]
    pub fn scaled(self, factor: f64) -> Self {
        Interval { lower: self.lower * factor, upper: self.upper * factor }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;

    #[test]
    fn the_named_confidences_are_those_of_their_shares_to_the_last_bit() {
        assert_eq!(Confidence::P95, Confidence::new(0.95).unwrap());
        assert_eq!(Confidence::P99_8, Confidence::new(0.998).unwrap());
    }
}
