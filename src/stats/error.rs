//! What `stats` refuses: always an argument, never a computation.

/// The `Result` of this floor.
pub type Result<T> = std::result::Result<T, StatsError>;

/// An argument that no answer exists for: which one, what it was, and what it should have been.
///
/// ```
/// use attain::stats::{Confidence, ProportionMethod, proportion_interval};
///
/// let refused = proportion_interval(7.0, 5.0, ProportionMethod::Wilson, Confidence::P95);
/// assert_eq!(
///     refused.unwrap_err().to_string(),
///     "`events`: found 7, expected a number from 0 to the denominator"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// A number outside the values that the method is defined for; NaN and infinities are too.
    #[error("`{argument}`: found {found}, expected {expected}")]
    OutOfRange {
        /// The argument's name.
        argument: &'static str,
        /// The number that was given.
        found: f64,
        /// What the method takes.
        expected: &'static str,
    },
    /// Columns that have to run side by side do not have the same length.
    #[error(
        "`{argument}`: found {found} values, expected {expected}, as many as `{alongside}` has"
    )]
    UnequalLengths {
        /// The column that does not fit.
        argument: &'static str,
        /// Its length.
        found: usize,
        /// The length it should have.
        expected: usize,
        /// The column it has to run alongside.
        alongside: &'static str,
    },
    /// Values that are fine one by one but together don't determine an answer.
    #[error("`{argument}`: these don't determine an answer, expected {why}")]
    Undetermined {
        /// The argument's name.
        argument: &'static str,
        /// What would determine it.
        why: &'static str,
    },
    /// Fewer values than the method needs.
    #[error("`{argument}`: found {found} values, expected at least {expected}")]
    TooFew {
        /// The argument's name.
        argument: &'static str,
        /// How many values were given.
        found: usize,
        /// How many the method needs.
        expected: usize,
    },
}

/// Events and denominators beyond this are no longer whole numbers in an `f64` (2⁵³).
pub(crate) const LARGEST_COUNT: f64 = 9_007_199_254_740_992.0;

/// Weighted counts may be small, but not so small that their quotients leave `f64`.
pub(crate) const SMALLEST_COUNT: f64 = 1e-100;

#[cold]
pub(crate) fn out_of_range(
    argument: &'static str,
    found: f64,
    expected: &'static str,
) -> StatsError {
    StatsError::OutOfRange { argument, found, expected }
}

/// Lets a finite number through.
#[inline]
pub(crate) fn finite(argument: &'static str, value: f64) -> Result<f64> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(out_of_range(argument, value, "a finite number"))
    }
}

/// Lets a finite number above 0 through.
#[inline]
pub(crate) fn positive(argument: &'static str, value: f64) -> Result<f64> {
    if value > 0.0 && value.is_finite() {
        Ok(value)
    } else {
        Err(out_of_range(argument, value, "a finite number above 0"))
    }
}

/// Lets a count through: 0 or more, whole or not.
#[inline]
pub(crate) fn count(argument: &'static str, value: f64) -> Result<f64> {
    if value == 0.0 {
        // −0 is 0.
        Ok(0.0)
    } else if (SMALLEST_COUNT..=LARGEST_COUNT).contains(&value) {
        Ok(value)
    } else {
        Err(out_of_range(argument, value, "0 or a number from 1e-100 to 2^53"))
    }
}

/// Lets a count through that is part of a denominator.
#[inline]
pub(crate) fn part(argument: &'static str, value: f64, denominator: f64) -> Result<f64> {
    if value > denominator || value < 0.0 {
        return Err(out_of_range(argument, value, "a number from 0 to the denominator"));
    }
    count(argument, value)
}

/// Lets a denominator through: a count above 0.
#[inline]
pub(crate) fn denominator(argument: &'static str, value: f64) -> Result<f64> {
    if (SMALLEST_COUNT..=LARGEST_COUNT).contains(&value) {
        Ok(value)
    } else {
        Err(out_of_range(argument, value, "a number above 0, from 1e-100 to 2^53"))
    }
}
