//! A mean of measured values.

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError, finite, out_of_range};
use crate::special::student_quantile;

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
    /// use attain_stats::MeanSummary;
    ///
    /// let summary = MeanSummary::of(&[2.0, 4.0, 9.0])?;
    /// assert_eq!((summary.mean, summary.variance), (5.0, 13.0));
    /// # Ok::<(), attain_stats::StatsError>(())
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
    /// standard deviation is a thousandth of the mean, six of sixteen. Use [`of`](MeanSummary::of)
    /// where the values are at hand. The sum of squares about the mean is computed without rounding,
    /// but the sums themselves are rounded.
    ///
    /// | sum of squares − sum²/n | result |
    /// |---|---|
    /// | above the rounding of the sums | the variance |
    /// | from minus to plus that rounding | an error: the sums don't determine the variance |
    /// | below | an error: no values have such sums |
    ///
    /// The rounding is one unit in the last place of the sum of squares, plus what one in that of
    /// the sum makes of sum²/n. Whole numbers up to 2⁴⁰ (10¹²) are taken as exact: 0 is then a
    /// variance of 0.
    ///
    /// ```
    /// use attain_stats::MeanSummary;
    ///
    /// let summary = MeanSummary::from_sums(15.0, 101.0, 3.0)?;
    /// assert_eq!((summary.mean, summary.variance), (5.0, 13.0));
    /// // 100,000,000, one more and two more: the squares' sum is rounded to a multiple of 4.
    /// assert!(MeanSummary::from_sums(300_000_003.0, 30_000_000_600_000_004.0, 3.0).is_err());
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If a sum is not finite, `n` is below 2, the sum of squares is smaller than sum²/n, or the
    /// difference of the two is within rounding.
    pub fn from_sums(sum: f64, sum_of_squares: f64, n: f64) -> Result<Self> {
        let sum = finite("sum", sum)?;
        let squares = finite("sum_of_squares", sum_of_squares)?;
        if !(2.0..=error::LARGEST_COUNT).contains(&n) {
            return Err(out_of_range("n", n, "a number of values from 2 to 2^53"));
        }
        let mean = sum / n;
        let about_mean = squares_about_mean(sum, squares, n);
        let rounding = rounding_of(sum, squares, n);
        if !(about_mean >= -rounding && squares >= 0.0) {
            let expected = "at least sum²/n, as every set of values has";
            return Err(out_of_range("sum_of_squares", squares, expected));
        }
        if rounding > 0.0 && about_mean <= rounding {
            let why =
                "a spread above the rounding of the sums; `mean_of` takes the values themselves";
            return Err(StatsError::Undetermined { argument: "sum_of_squares", why });
        }
        Ok(MeanSummary { n, mean, variance: about_mean / (n - 1.0) })
    }
}

/// Σx² − (Σx)²/n. Both products are kept with their rounding errors (fused multiply–add), so that
/// nothing cancels; NaN or −∞ where the sum is far too large for the squares.
fn squares_about_mean(sum: f64, squares: f64, n: f64) -> f64 {
    if squares <= 0.0 {
        return squares - sum * (sum / n);
    }
    // A power of two brings the squares near 1, so that no product overflows or vanishes.
    let half_exponent = (0.5 * squares.log2()).round() as i32;
    let unit = 2f64.powi(-half_exponent);
    let (sum, squares) = (sum * unit, squares * unit * unit);
    let (whole, square) = (squares * n, sum * sum);
    let difference = (whole - square) + (squares.mul_add(n, -whole) - sum.mul_add(sum, -square));
    difference / n / unit / unit
}

/// Up to here (2⁴⁰) whole sums are taken as sums of whole numbers. Fractions that did not show in
/// them would leave less than 0.0002 of squares about the mean; further up, whole sums may be
/// fractions that were rounded.
const EXACT: f64 = 1_099_511_627_776.0;

/// How far the squares about the mean may be from the true ones, where each sum is off by one unit
/// in its last place, twice its own rounding.
fn rounding_of(sum: f64, squares: f64, n: f64) -> f64 {
    if sum.fract() == 0.0 && squares.fract() == 0.0 && squares <= EXACT {
        return 0.0;
    }
    let last_place = |sum: f64| sum.abs().next_up() - sum.abs();
    last_place(squares) + 2.0 * (sum / n).abs() * last_place(sum)
}

/// Between which limits a mean lies: Student's t interval with n − 1 degrees of freedom.
///
/// `population` is how many values there are in all, where they were sampled from a known number
/// without replacement; the variance is then reduced by the share that was seen, 1 − n/N (Cochran
/// 1977, section 2.6). `None` for a population without end.
///
/// ```
/// use attain_stats::{Confidence, MeanSummary, mean_interval};
///
/// let summary = MeanSummary::of(&[2.0, 4.0, 9.0])?;
/// let interval = mean_interval(summary, None, Confidence::P95)?;
/// assert!((interval.upper - (5.0 + 4.302652729749462 * (13.0f64 / 3.0).sqrt())).abs() < 1e-12);
/// let all_seen = mean_interval(summary, Some(3.0), Confidence::P95)?;
/// assert_eq!((all_seen.lower, all_seen.upper), (5.0, 5.0));
/// # Ok::<(), attain_stats::StatsError>(())
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use num_bigint::BigInt;
    use num_rational::BigRational;
    use num_traits::ToPrimitive;

    use super::*;
    use crate::random::Random;

    /// Exact rational arithmetic on the floats as they are.
    fn exact_about_mean(sum: f64, squares: f64, n: f64) -> f64 {
        let exact = |value: f64| BigRational::from_float(value).unwrap();
        (exact(squares) - exact(sum) * exact(sum) / exact(n)).to_f64().unwrap()
    }

    #[test]
    fn squares_about_the_mean_are_those_of_exact_arithmetic() {
        let mut random = Random::seeded(3);
        for round in 0..20_000 {
            let n = (2.0 + 1e6 * random.uniform().powi(4)).floor();
            let mean = 10f64.powf(60.0 * (random.uniform() - 0.5));
            let spread = mean * 10f64.powf(-10.0 * random.uniform());
            let sum = mean * n;
            let squares = sum * (sum / n) + spread * spread * n;
            let exact = exact_about_mean(sum, squares, n);
            let found = squares_about_mean(sum, squares, n);
            assert!((found - exact).abs() <= 1e-15 * exact.abs(), "{round}: {found:e} {exact:e}");
        }
        // As large and as small as they come.
        for scale in [1e150, 1e-150] {
            let found = squares_about_mean(15.0 * scale, 101.0 * (scale * scale), 3.0);
            assert!((found / (26.0 * scale * scale) - 1.0).abs() < 1e-13, "{found:e}");
        }
    }

    /// The sums of values whose true spread is known, rounded once. An answer is near the truth, or
    /// there is none.
    #[test]
    fn sums_give_the_variance_or_say_that_they_do_not_hold_it() {
        let mut random = Random::seeded(4);
        let (mut answered, mut refused) = (0, 0);
        for _ in 0..3_000 {
            // Thousandths, so that the true sums are whole and exact.
            let middle = 10f64.powf(3.0 + 9.0 * random.uniform()) as i64;
            let reach = 10f64.powf(4.0 * random.uniform());
            let n = 3 + (random.uniform() * 40.0) as i64;
            let values: Vec<BigInt> = (0..n)
                .map(|_| BigInt::from(middle + (reach * (random.uniform() - 0.5)) as i64))
                .collect();
            let sum: BigInt = values.iter().sum();
            let squares: BigInt = values.iter().map(|value| value * value).sum();
            let about = BigRational::new(&squares * n - &sum * &sum, BigInt::from(n * 1_000_000));
            let true_variance = about.to_f64().unwrap() / (n - 1) as f64;
            let of_thousandths =
                |sum: BigInt, by: i64| BigRational::new(sum, BigInt::from(by)).to_f64().unwrap();
            let (sum, squares) = (of_thousandths(sum, 1_000), of_thousandths(squares, 1_000_000));
            match MeanSummary::from_sums(sum, squares, n as f64) {
                Ok(summary) => {
                    answered += 1;
                    // The rounding is at most the spread, and half of it is what was rounded.
                    let off = (summary.variance - true_variance).abs();
                    assert!(off <= 0.51 * summary.variance, "{summary:?} {true_variance}");
                }
                Err(error) => {
                    refused += 1;
                    assert!(matches!(error, StatsError::Undetermined { .. }), "{error}");
                    let rounding = rounding_of(sum, squares, n as f64);
                    assert!(true_variance * (n - 1) as f64 <= 1.51 * rounding, "{error}");
                }
            }
        }
        assert!(answered > 500 && refused > 500, "{answered} {refused}");
    }

    #[test]
    fn a_sum_of_squares_below_what_the_sum_allows_is_refused() {
        for (sum, squares, n) in [
            (300_000_003.0, 30_000_000_575_000_000.0, 3.0),
            (3_000.0, 2_999_999.998, 3.0),
            (15.0, 74.0, 3.0),
            (15.0, 74.999_999_999_999, 3.0),
            (0.3, 0.029_999_999_999_9, 3.0),
            (1.0, 0.0, 2.0),
            (1e200, 1.0, 2.0),
            (0.0, -1.0, 2.0),
        ] {
            let refused = MeanSummary::from_sums(sum, squares, n).unwrap_err();
            assert!(matches!(refused, StatsError::OutOfRange { .. }), "{sum} {squares}: {refused}");
        }
    }

    #[test]
    fn a_spread_within_rounding_is_no_answer_unless_the_sums_are_exact() {
        for (sum, squares, n) in [
            (300_000_003.0, 30_000_000_600_000_004.0, 3.0),
            (0.3, 0.03, 3.0),
            (1e20, 5e39, 2.0),
            (1.2e8, 4.8e15, 3.0),
        ] {
            let refused = MeanSummary::from_sums(sum, squares, n).unwrap_err();
            assert!(matches!(refused, StatsError::Undetermined { .. }), "{sum}: {refused}");
        }
        for (sum, squares, n) in [(15.0, 75.0, 3.0), (0.0, 0.0, 5.0), (3e5, 3e10, 3.0)] {
            assert_eq!(MeanSummary::from_sums(sum, squares, n).unwrap().variance, 0.0);
        }
    }
}
