//! The difference of two rates.

use super::count;
use super::difference::difference_interval;
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, finite, positive};
use crate::root::falling_root;

/// How an interval for the difference of two rates is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RateDifferenceMethod {
    /// The differences that Miettinen and Nurminen's score test (1985) does not reject: the variance
    /// is that of the likeliest two rates with the difference.
    #[default]
    Score,
    /// Square-and-add (Zou & Donner 2008) of the score limits of each rate, which are
    /// [x + z²/2 ∓ z√(x + z²/4)] ÷ exposure.
    SquareAndAdd,
    /// d ∓ z√(x₁/exposure₁² + x₂/exposure₂²). Collapses to a point without events; here for
    /// comparison with others who use it.
    Wald,
}

/// Between which limits the difference of two rates lies: (events₁/exposure₁ − events₂/exposure₂) ·
/// per.
///
/// Both exposures are in the same unit. Counts may be other than whole numbers.
///
/// ```
/// use attain_stats::{Confidence, RateDifferenceMethod, rate_difference_interval};
///
/// // 60 cases in 51,477.5 person-years against 30 in 54,308.7, per 1,000.
/// let method = RateDifferenceMethod::Score;
/// let found =
///     rate_difference_interval(60.0, 51477.5, 30.0, 54308.7, 1000.0, method, Confidence::P95)?;
/// assert!(found.lower > 0.25 && found.upper < 1.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is negative, not finite or beyond 2⁵³, or an exposure or `per` is not a finite number
/// above 0.
pub fn rate_difference_interval(
    events1: f64,
    exposure1: f64,
    events2: f64,
    exposure2: f64,
    per: f64,
    method: RateDifferenceMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let x1 = error::count("events1", events1)?;
    let x2 = error::count("events2", events2)?;
    let e1 = positive("exposure1", exposure1)?;
    let e2 = positive("exposure2", exposure2)?;
    let per = positive("per", per)?;
    // In rates per `per`.
    let (e1, e2) = (positive("per", e1 / per)?, positive("per", e2 / per)?);
    let (rate1, rate2) = (finite("exposure1", x1 / e1)?, finite("exposure2", x2 / e2)?);
    let difference = rate1 - rate2;
    let z = confidence.z();
    match method {
        RateDifferenceMethod::Wald => {
            let half = z * (rate1 / e1 + rate2 / e2).sqrt();
            Ok(Interval { lower: difference - half, upper: difference + half })
        }
        RateDifferenceMethod::SquareAndAdd => difference_interval(
            rate1,
            count::score(x1, z).scaled(1.0 / e1),
            rate2,
            count::score(x2, z).scaled(1.0 / e2),
        ),
        RateDifferenceMethod::Score => {
            let upper = upper_by_score([x1, e1], [x2, e2], z);
            let lower = -upper_by_score([x2, e2], [x1, e1], z);
            let (lower, upper) =
                (error::computed("exposure1", lower)?, error::computed("exposure1", upper)?);
            Ok(Interval::between(lower, upper))
        }
    }
}

/// The upper limit of the difference of two rates, from the count and the exposure of each.
fn upper_by_score([x1, e1]: [f64; 2], [x2, e2]: [f64; 2], z: f64) -> f64 {
    let difference = x1 / e1 - x2 / e2;
    // How far the score at a difference is from −z: positive inside the interval.
    let inside = |at: f64| {
        if at == difference { z } else { difference_score([x1, e1], [x2, e2], at) + z }
    };
    // From a step as long as a normal interval's half, in growing steps.
    let mut step = z * ((x1 + z * z) / e1 / e1 + (x2 + z * z) / e2 / e2).sqrt();
    let mut outside = difference + step;
    while inside(outside) > 0.0 && outside.is_finite() {
        step *= 2.0;
        outside += step;
    }
    falling_root(difference, outside, inside)
}

/// The score of a difference `at`: the observed difference less this one, over its standard error
/// under the likeliest two rates with this one. 0 where both are 0.
pub(crate) fn difference_score([x1, e1]: [f64; 2], [x2, e2]: [f64; 2], at: f64) -> f64 {
    let ahead = x1 / e1 - x2 / e2 - at;
    if ahead == 0.0 {
        return 0.0;
    }
    // The smaller rate λ solves (e₁ + e₂)λ² − bλ − x·|at| = 0, with b = x₁ + x₂ − (e₁ + e₂)·|at|
    // and the events x of its group.
    let (gap, all) = (at.abs(), e1 + e2);
    let smaller_events = if at >= 0.0 { x2 } else { x1 };
    let b = x1 + x2 - all * gap;
    let root = b.hypot(2.0 * (all * gap * smaller_events).sqrt());
    let smaller =
        if b >= 0.0 { (b + root) / (2.0 * all) } else { 2.0 * smaller_events * gap / (root - b) };
    let (rate1, rate2) =
        if at >= 0.0 { (smaller + gap, smaller) } else { (smaller, smaller + gap) };
    ahead / (rate1 / e1 + rate2 / e2).sqrt()
}
