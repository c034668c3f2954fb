//! A mean of measured values.

use crate::stats::confidence::{Confidence, Interval};
use crate::stats::error::{self, Result, StatsError, finite, out_of_range};
use crate::stats::special::student_quantile;

/// What an interval for a mean needs to know of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanSummary {
    /// How many values.
    pub n: f64,
    /// Their mean.
    pub mean: f64,
    /// Their variance, with the divisor n − 1.
    pub variance: f64,
}

impl MeanSummary {
    /// From the values themselves.
    ///
    /// ```
    /// use attain::stats::MeanSummary;
    ///
    /// let summary = MeanSummary::of(&[2.0, 4.0, 9.0])?;
    /// assert_eq!((summary.mean, summary.variance), (5.0, 13.0));
    /// # Ok::<(), attain::stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If there are fewer than two values, one is not finite, or they are too large to square.
    pub fn of(values: &[f64]) -> Result<Self> {
        if values.len() < 2 {
            return Err(StatsError::TooFew {
                argument: "values",
                found: values.len(),
                expected: 2,
            });
        }
        for &value in values {
            finite("values", value)?;
        }
        let n = values.len() as f64;
        let rough = values.iter().sum::<f64>() / n;
        // The second pass takes out what rounding left of the deviations' sum.
        let (mut sum, mut squares) = (0.0, 0.0);
        for &value in values {
            let deviation = value - rough;
            sum += deviation;
            squares += deviation * deviation;
        }
        let variance = (squares - sum * (sum / n)).max(0.0) / (n - 1.0);
        if !variance.is_finite() {
            return Err(out_of_range("values", rough, "values small enough to be squared"));
        }
        Ok(MeanSummary { n, mean: rough + sum / n, variance })
    }

    /// From the sum of the values, the sum of their squares and how many there are.
    ///
    /// Sums of squares lose the digits that the mean and the values have in common: where the
    /// standard deviation is a thousandth of the mean, six of sixteen. Take
    /// [`of`](MeanSummary::of) where the values are at hand.
    ///
    /// ```
    /// use attain::stats::MeanSummary;
    ///
    /// let summary = MeanSummary::from_sums(15.0, 101.0, 3.0)?;
    /// assert_eq!((summary.mean, summary.variance), (5.0, 13.0));
    /// # Ok::<(), attain::stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If a sum is not finite, `n` is below 2, or the sum of squares is smaller than the sum allows.
    pub fn from_sums(sum: f64, sum_of_squares: f64, n: f64) -> Result<Self> {
        let sum = finite("sum", sum)?;
        let squares = finite("sum_of_squares", sum_of_squares)?;
        if !(2.0..=error::LARGEST_COUNT).contains(&n) {
            return Err(out_of_range("n", n, "a number of values from 2 to 2^53"));
        }
        let mean = sum / n;
        let about_mean = squares - sum * mean;
        // Equal values may come out a rounding below 0; more than that is a slip in the sums.
        if !(about_mean >= -1e-9 * squares.abs() && squares >= 0.0) {
            let expected = "at least sum²/n, as every set of values has";
            return Err(out_of_range("sum_of_squares", squares, expected));
        }
        Ok(MeanSummary { n, mean, variance: about_mean.max(0.0) / (n - 1.0) })
    }
}

/// Between which limits a mean lies: Student's t interval with n − 1 degrees of freedom.
///
/// `population` is how many values there are in all, where they were sampled from a known number
/// without replacement; the variance is then reduced by the share that was seen, 1 − n/N (Cochran
/// 1977, section 2.6). `None` for a population without end.
///
/// ```
/// use attain::stats::{Confidence, MeanSummary, mean_interval};
///
/// let summary = MeanSummary::of(&[2.0, 4.0, 9.0])?;
/// let interval = mean_interval(summary, None, Confidence::P95)?;
/// assert!((interval.upper - (5.0 + 4.302652729749462 * (13.0f64 / 3.0).sqrt())).abs() < 1e-12);
/// let all_seen = mean_interval(summary, Some(3.0), Confidence::P95)?;
/// assert_eq!((all_seen.lower, all_seen.upper), (5.0, 5.0));
/// # Ok::<(), attain::stats::StatsError>(())
/// ```
///
/// # Errors
/// If `n` is below 2, the mean or the variance is not finite, the variance is negative, or
/// `population` is below `n`.
pub fn mean_interval(
    summary: MeanSummary,
    population: Option<f64>,
    confidence: Confidence,
) -> Result<Interval> {
    let MeanSummary { n, mean, variance } = summary;
    let mean = finite("mean", mean)?;
    if !(2.0..=error::LARGEST_COUNT).contains(&n) {
        return Err(out_of_range("n", n, "a number of values from 2 to 2^53"));
    }
    if !(variance >= 0.0 && variance.is_finite()) {
        return Err(out_of_range("variance", variance, "a finite number, 0 or more"));
    }
    let unseen = match population {
        None => 1.0,
        Some(population) if population >= n => 1.0 - n / population,
        Some(population) => {
            return Err(out_of_range("population", population, "a number not below n"));
        }
    };
    let half = -student_quantile(n - 1.0, confidence.tail()) * (variance / n * unseen).sqrt();
    Ok(Interval { lower: mean - half, upper: mean + half })
}
