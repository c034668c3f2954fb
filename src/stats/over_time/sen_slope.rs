//! How steep a trend is: the median of all slopes between two points.

use super::chart::median;
use super::mann_kendall::variance_of_score;
use crate::stats::confidence::{Confidence, Interval};
use crate::stats::error::{Result, StatsError, finite, out_of_range};

/// A robust line through a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SenSlope {
    /// Change per step of time.
    pub slope: f64,
    /// Its limits.
    pub interval: Interval,
    /// The line's value at the first place of the series: median value − slope × median place.
    pub intercept: f64,
}

/// The Theil–Sen slope of an equally spaced series: the median of the slopes between all pairs of
/// points (Theil 1950, Sen 1968), and the order statistics that hold it (Gilbert 1987, section
/// 16.5), by the variance of Kendall's score with ties. NaN is a missing value; places stay as they
/// are.
///
/// ```
/// use attain::stats::{Confidence, sen_slope};
///
/// let line = sen_slope(&[1.0, 3.0, f64::NAN, 7.0, 9.0, 100.0], Confidence::P95)?;
/// assert_eq!(line.slope, 2.0);
/// # Ok::<(), attain::stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, or fewer than two are there.
pub fn sen_slope(values: &[f64], confidence: Confidence) -> Result<SenSlope> {
    let points = present(values)?;
    let slopes = slopes(&points);
    let variance = variance_of_score(&points.iter().map(|&(_, value)| value).collect::<Vec<_>>());
    Ok(line(&points, slopes, variance, 1.0, confidence))
}

/// The Theil–Sen slope of a seasonal series, from pairs of the same season only (Hirsch, Slack &
/// Smith 1982): change per `period` places, that is, per year of 12 months. The series starts with
/// the first season.
///
/// ```
/// use attain::stats::{Confidence, seasonal_sen_slope};
///
/// // Two seasons, the second 100 higher; both rise by 1 a year.
/// let line = seasonal_sen_slope(&[1.0, 101.0, 2.0, 102.0, 3.0, 103.0], 2, Confidence::P95)?;
/// assert_eq!(line.slope, 1.0);
/// # Ok::<(), attain::stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, `period` is 0, or no season has two values.
pub fn seasonal_sen_slope(
    values: &[f64],
    period: usize,
    confidence: Confidence,
) -> Result<SenSlope> {
    let points = present(values)?;
    if period == 0 {
        return Err(out_of_range("period", 0.0, "at least 1 season"));
    }
    let (mut all, mut variance) = (vec![], 0.0);
    for season in 0..period {
        let own: Vec<(f64, f64)> = points
            .iter()
            .filter(|(place, _)| *place as usize % period == season)
            .map(|&(place, value)| ((place as usize / period) as f64, value))
            .collect();
        all.extend(slopes(&own));
        variance += variance_of_score(&own.iter().map(|&(_, value)| value).collect::<Vec<_>>());
    }
    if all.is_empty() {
        return Err(StatsError::TooFew { argument: "values", found: 1, expected: 2 });
    }
    Ok(line(&points, all, variance, period as f64, confidence))
}

/// The values that are there, with their places.
pub(super) fn present(values: &[f64]) -> Result<Vec<(f64, f64)>> {
    let mut points = Vec::with_capacity(values.len());
    for (place, &value) in values.iter().enumerate() {
        if !value.is_nan() {
            points.push((place as f64, finite("values", value)?));
        }
    }
    if points.len() < 2 {
        return Err(StatsError::TooFew { argument: "values", found: points.len(), expected: 2 });
    }
    Ok(points)
}

fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(points.len() * points.len().saturating_sub(1) / 2);
    for (index, (from, start)) in points.iter().enumerate() {
        for (to, end) in &points[index + 1..] {
            slopes.push((end - start) / (to - from));
        }
    }
    slopes
}

fn line(
    points: &[(f64, f64)],
    mut slopes: Vec<f64>,
    variance: f64,
    places_per_step: f64,
    confidence: Confidence,
) -> SenSlope {
    let number = slopes.len() as f64;
    let reach = confidence.z() * variance.sqrt();
    // The (N−C)/2-th slope and the ((N+C)/2 + 1)-th, counted from 1.
    let lower = (0.5 * (number - reach)).round_ties_even() - 1.0;
    let upper = (0.5 * (number + reach)).round_ties_even();
    let last = slopes.len() - 1;
    // Order statistics are all that is needed of the order.
    let mut slope_at = |place: usize| *slopes.select_nth_unstable_by(place, f64::total_cmp).1;
    let interval = Interval {
        lower: slope_at((lower.max(0.0) as usize).min(last)),
        upper: slope_at((upper.max(0.0) as usize).min(last)),
    };
    let slope = 0.5 * (slope_at(last / 2) + slope_at(last.div_ceil(2)));
    let middle_value = median(points.iter().map(|&(_, value)| value).collect());
    let middle_place = median(points.iter().map(|&(place, _)| place).collect());
    SenSlope { slope, interval, intercept: middle_value - middle_place / places_per_step * slope }
}
