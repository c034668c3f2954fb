//! The difference of two independent estimates.

use crate::confidence::Interval;
use crate::error::{Result, finite, out_of_range};

/// Between which limits `estimate1 − estimate2` lies, from each one's own interval.
///
/// Square-and-add, or MOVER (Zou & Donner 2008): each limit of the difference adds, as the root of
/// the sum of squares, the distances to the limits that pull it that way. Works for any two
/// independent estimates (rates, shares, means, standardised rates) whose intervals have the same
/// confidence, however they were made. Infinite limits give infinite ones.
///
/// ```
/// use attain_stats::{Interval, difference_interval};
///
/// let difference = difference_interval(
///     12.0, Interval { lower: 9.0, upper: 16.0 },
///     10.0, Interval { lower: 6.0, upper: 13.0 },
/// )?;
/// assert_eq!(difference.lower, 2.0 - 18f64.sqrt());
/// assert_eq!(difference.upper, 2.0 + 32f64.sqrt());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If an estimate or their difference is not finite, or an interval does not hold its estimate.
#[inline]
pub fn difference_interval(
    estimate1: f64,
    interval1: Interval,
    estimate2: f64,
    interval2: Interval,
) -> Result<Interval> {
    let first = finite("estimate1", estimate1)?;
    let second = finite("estimate2", estimate2)?;
    if !interval1.holds(first) {
        return Err(out_of_range("estimate1", first, "a value inside its interval"));
    }
    if !interval2.holds(second) {
        return Err(out_of_range("estimate2", second, "a value inside its interval"));
    }
    let difference = finite("estimate1", first - second)?;
    Ok(Interval {
        lower: difference - together(first - interval1.lower, interval2.upper - second),
        upper: difference + together(interval1.upper - first, second - interval2.lower),
    })
}

/// The root of the sum of two squares: sooner than `hypot` where neither square leaves the floats' range.
#[inline]
fn together(one: f64, other: f64) -> f64 {
    let sum = one * one + other * other;
    if (1e-280..1e300).contains(&sum) { sum.sqrt() } else { one.hypot(other) }
}
