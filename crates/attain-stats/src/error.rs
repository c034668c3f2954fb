//! The error type: an argument for which a function has no answer.

use std::fmt;

/// The `Result` of this crate.
pub type Result<T> = std::result::Result<T, StatsError>;

/// An argument that no answer exists for: which one, what it was, and what it should have been.
///
/// ```
/// use attain_stats::{Confidence, ProportionMethod, proportion_interval};
///
/// let refused = proportion_interval(7.0, 5.0, ProportionMethod::Wilson, Confidence::P95);
/// assert_eq!(
///     refused.unwrap_err().to_string(),
///     "`events`: found 7, expected a number from 0 to the denominator"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum StatsError {
    /// A number outside the values that the method is defined for; NaN and infinities are too.
    OutOfRange {
        /// The argument's name.
        argument: &'static str,
        /// The number that was given.
        found: f64,
        /// What the method takes.
        expected: &'static str,
    },
    /// Columns that have to run side by side do not have the same length.
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
    Undetermined {
        /// The argument's name.
        argument: &'static str,
        /// What would determine it.
        why: &'static str,
    },
    /// Fewer values than the method needs.
    TooFew {
        /// The argument's name.
        argument: &'static str,
        /// How many values were given.
        found: usize,
        /// How many the method needs.
        expected: usize,
    },
}

impl StatsError {
    /// Returns the name of the argument.
    pub fn argument(&self) -> &'static str {
        match self {
            StatsError::OutOfRange { argument, .. }
            | StatsError::UnequalLengths { argument, .. }
            | StatsError::Undetermined { argument, .. }
            | StatsError::TooFew { argument, .. } => argument,
        }
    }

    /// Returns the same error about another argument: the one that the caller's own function has.
    ///
    /// ```
    /// let error = attain_stats::Confidence::new(95.0).unwrap_err().with_argument("inner");
    /// assert_eq!(error.argument(), "inner");
    /// ```
    #[must_use]
    pub fn with_argument(mut self, name: &'static str) -> Self {
        match &mut self {
            StatsError::OutOfRange { argument, .. }
            | StatsError::UnequalLengths { argument, .. }
            | StatsError::Undetermined { argument, .. }
            | StatsError::TooFew { argument, .. } => *argument = name,
        }
        self
    }

    /// Returns a short description of the problem, without numbers.
    pub fn problem(&self) -> &'static str {
        match self {
            StatsError::OutOfRange { .. } => "this has no answer",
            StatsError::UnequalLengths { .. } => "columns of unequal lengths",
            StatsError::Undetermined { .. } => "these don't determine an answer",
            StatsError::TooFew { .. } => "too few values",
        }
    }

    /// Returns what was given: the number, or how many values. `None` for [`StatsError::Undetermined`].
    pub fn found(&self) -> Option<String> {
        match self {
            StatsError::OutOfRange { found, .. } => Some(found.to_string()),
            StatsError::UnequalLengths { found, .. } => Some(format!("{found} values")),
            StatsError::TooFew { found, .. } => Some(found.to_string()),
            StatsError::Undetermined { .. } => None,
        }
    }

    /// Returns what the method takes.
    ///
    /// ```
    /// let error = attain_stats::Confidence::new(95.0).unwrap_err();
    /// assert_eq!((error.argument(), error.found().as_deref()), ("confidence", Some("95")));
    /// assert_eq!(error.expected(), "a share above 0 and below 1, such as 0.95");
    /// ```
    pub fn expected(&self) -> String {
        match self {
            StatsError::OutOfRange { expected, .. } => (*expected).to_owned(),
            StatsError::UnequalLengths { expected, alongside, .. } => {
                format!("{expected}, as many as `{alongside}` has")
            }
            StatsError::Undetermined { why, .. } => (*why).to_owned(),
            StatsError::TooFew { expected, .. } => format!("at least {expected}"),
        }
    }
}

impl fmt::Display for StatsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: ", self.argument())?;
        match (self.found(), self) {
            (Some(found), StatsError::TooFew { .. }) => write!(f, "found {found} values")?,
            (Some(found), _) => write!(f, "found {found}")?,
            (None, _) => f.write_str(self.problem())?,
        }
        write!(f, ", expected {}", self.expected())
    }
}

impl std::error::Error for StatsError {}

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

/// Lets a computed number through unless rounding left none: the arguments are then too far apart.
#[inline]
pub(crate) fn computed(argument: &'static str, value: f64) -> Result<f64> {
    if value.is_nan() {
        let why = "numbers that are neither too large nor too small to compute with";
        return Err(StatsError::Undetermined { argument, why });
    }
    Ok(value)
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
