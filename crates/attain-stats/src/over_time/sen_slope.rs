//! How steep a trend is: the median of all slopes between two points.

use super::ordered::{Ordered, median_of_sorted};
use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, finite, out_of_range};

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
/// use attain_stats::{Confidence, sen_slope};
///
/// let line = sen_slope(&[1.0, 3.0, f64::NAN, 7.0, 9.0, 100.0], Confidence::P95)?;
/// assert_eq!(line.slope, 2.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, or fewer than two are there.
pub fn sen_slope(values: &[f64], confidence: Confidence) -> Result<SenSlope> {
    let points = present(values)?;
    let mut slopes = Slopes::with_room_for(&points);
    slopes.add(&points);
    let ordered = Ordered::of(&points.values);
    let variance = ordered.variance_of_score();
    Ok(slopes.line(&points, &ordered, variance, 1.0, confidence))
}

/// The Theil–Sen slope of values at times of any distance, in any order: per unit of time, with the line's value at time 0 as
/// intercept. Values of one time are not compared. The limits are as in [`sen_slope`]; the variance of Kendall's score
/// allows for equal times as for equal values. NaN is a missing value.
///
/// ```
/// use attain_stats::{Confidence, sen_slope_at};
///
/// // Surveys of four years.
/// let line = sen_slope_at(&[2006.0, 2011.0, 2014.0, 2022.0], &[40.0, 50.0, 56.0, 72.0], Confidence::P95)?;
/// assert_eq!(line.slope, 2.0);
/// assert_eq!(line.intercept + 2016.0 * line.slope, 60.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If there are not as many times as values, a value is infinite, a time is not finite, or fewer than two values of different times
/// are there.
pub fn sen_slope_at(times: &[f64], values: &[f64], confidence: Confidence) -> Result<SenSlope> {
    if times.len() != values.len() {
        return Err(StatsError::UnequalLengths {
            argument: "times",
            found: times.len(),
            expected: values.len(),
            alongside: "values",
        });
    }
    let mut pairs = Vec::with_capacity(values.len());
    for (&time, &value) in times.iter().zip(values) {
        let time = finite("times", time)?;
        if !value.is_nan() {
            pairs.push((time, finite("values", value)?));
        }
    }
    pairs.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut points = Points::default();
    for (time, value) in pairs {
        points.push(time, value);
    }
    let mut slopes = Slopes::with_room_for(&points);
    slopes.add(&points);
    if slopes.keys.is_empty() {
        let (argument, found) = ("times", usize::from(!points.places.is_empty()));
        return Err(StatsError::TooFew { argument, found, expected: 2 });
    }
    let ordered = Ordered::of(&points.values);
    let tied_times = Ordered::of(&points.places).reduction_of_ties();
    let variance = (ordered.variance_of_score() - tied_times).max(0.0);
    Ok(slopes.line(&points, &ordered, variance, 1.0, confidence))
}

/// The Theil–Sen slope of a seasonal series, from pairs of the same season only (Hirsch, Slack &
/// Smith 1982): change per `period` places, that is, per year of 12 months. The series starts with
/// the first season.
///
/// ```
/// use attain_stats::{Confidence, seasonal_sen_slope};
///
/// // Two seasons, the second 100 higher; both rise by 1 a year.
/// let line = seasonal_sen_slope(&[1.0, 101.0, 2.0, 102.0, 3.0, 103.0], 2, Confidence::P95)?;
/// assert_eq!(line.slope, 1.0);
/// # Ok::<(), attain_stats::StatsError>(())
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
    let (mut slopes, mut variance) = (Slopes::default(), 0.0);
    for own in points.by_season(period) {
        slopes.add(&own);
        variance += Ordered::of(&own.values).variance_of_score();
    }
    if slopes.keys.is_empty() {
        return Err(StatsError::TooFew { argument: "values", found: 1, expected: 2 });
    }
    let ordered = Ordered::of(&points.values);
    Ok(slopes.line(&points, &ordered, variance, period as f64, confidence))
}

/// The values of a series that are there, with their places.
#[derive(Debug, Clone, Default)]
pub(super) struct Points {
    /// Ascending.
    pub(super) places: Vec<f64>,
    pub(super) values: Vec<f64>,
}

impl Points {
    fn push(&mut self, place: f64, value: f64) {
        self.places.push(place);
        self.values.push(value);
    }

    /// Those of each season, their places counted in whole periods.
    pub(super) fn by_season(&self, period: usize) -> Vec<Points> {
        // No season after the last place has any.
        let last = self.places.last().map_or(0, |&place| place as usize);
        let mut seasons = vec![Points::default(); period.min(last + 1)];
        for (&place, &value) in self.places.iter().zip(&self.values) {
            let place = place as usize;
            seasons[place % period].push((place / period) as f64, value);
        }
        seasons
    }
}

pub(super) fn present(values: &[f64]) -> Result<Points> {
    let mut points = Points {
        places: Vec::with_capacity(values.len()),
        values: Vec::with_capacity(values.len()),
    };
    for (place, &value) in values.iter().enumerate() {
        if !value.is_nan() {
            points.push(place as f64, finite("values", value)?);
        }
    }
    if points.values.len() < 2 {
        let found = points.values.len();
        return Err(StatsError::TooFew { argument: "values", found, expected: 2 });
    }
    Ok(points)
}

/// The slopes between pairs of points, as whole numbers in the same order, which are quicker to
/// compare.
#[derive(Debug, Default)]
struct Slopes {
    keys: Vec<i64>,
}

impl Slopes {
    fn with_room_for(points: &Points) -> Self {
        let n = points.values.len();
        Slopes { keys: Vec::with_capacity(n * n.saturating_sub(1) / 2) }
    }

    fn add(&mut self, points: &Points) {
        let Points { places, values } = points;
        for (index, (from, start)) in places.iter().zip(values).enumerate() {
            let later = places[index + 1..].iter().zip(&values[index + 1..]);
            let apart = later.filter(|(to, _)| *to > from);
            self.keys.extend(apart.map(|(to, end)| order_key((end - start) / (to - from))));
        }
    }

    /// Takes the order statistics that are requested; the slopes are left in no order.
    fn line(
        mut self,
        points: &Points,
        ordered: &Ordered,
        variance: f64,
        places_per_step: f64,
        confidence: Confidence,
    ) -> SenSlope {
        let number = self.keys.len() as f64;
        let reach = confidence.z() * variance.sqrt();
        let last = self.keys.len() - 1;
        let within = |place: f64| (place.max(0.0) as usize).min(last);
        // The (N−C)/2-th slope and the ((N+C)/2 + 1)-th, counted from 1.
        let lower = within((0.5 * (number - reach)).round_ties_even() - 1.0);
        let upper = within((0.5 * (number + reach)).round_ties_even());
        let [lower, low, high, upper] = self.at([lower, last / 2, last.div_ceil(2), upper]);
        let slope = 0.5 * (low + high);
        let middle_place = median_of_sorted(&points.places);
        SenSlope {
            slope,
            interval: Interval { lower, upper },
            intercept: ordered.median() - middle_place / places_per_step * slope,
        }
    }

    /// The slopes at four places of their order, from the outer two inwards: each time only what
    /// lies between has to be looked at.
    fn at(&mut self, [lower, low, high, upper]: [usize; 4]) -> [f64; 4] {
        let (mut from, mut to) = (0, self.keys.len());
        let mut found = [0.0; 4];
        for (slot, place) in [(0, lower), (3, upper), (1, low), (2, high)] {
            // Every place before `from` or from `to` on that is requested is where it belongs.
            if (from..to).contains(&place) {
                self.keys[from..to].select_nth_unstable(place - from);
                match slot {
                    3 => to = place,
                    _ => from = place + 1,
                }
            }
            found[slot] = of_order_key(self.keys[place]);
        }
        found
    }
}

/// Whole numbers in the order of [`f64::total_cmp`], and back.
fn order_key(value: f64) -> i64 {
    turned(value.to_bits() as i64)
}

fn of_order_key(key: i64) -> f64 {
    f64::from_bits(turned(key) as u64)
}

/// Negative floats grow with their bits' other way round.
fn turned(bits: i64) -> i64 {
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn selected_slopes_are_those_of_a_full_sort(
            floats in proptest::collection::vec(prop_oneof![-3.0..3.0f64, (-3..3i8).prop_map(f64::from)], 1..80),
            outer in (0.0..=1.0f64, 0.0..=1.0f64),
        ) {
            let mut sorted = floats.clone();
            sorted.sort_by(f64::total_cmp);
            let last = floats.len() - 1;
            let (low, high) = (last / 2, last.div_ceil(2));
            let lower = (outer.0 * low as f64) as usize;
            let upper = high + (outer.1 * (last - high) as f64) as usize;
            let places = [lower, low, high, upper];
            let mut slopes = Slopes { keys: floats.into_iter().map(order_key).collect() };
            prop_assert_eq!(slopes.at(places).map(f64::to_bits), places.map(|place| sorted[place].to_bits()));
        }
    }
}
