//! The ratio of two shares.

use super::confidence::{Confidence, Interval};
use super::error::{self, Result, out_of_range};
use super::root::falling_root;

/// How an interval for the ratio of two shares is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProportionRatioMethod {
    /// Koopman's score interval (1984): the ratios that a score test would not reject. Defined for
    /// every pair of counts.
    #[default]
    Koopman,
    /// Normal on the scale of logarithms (Katz et al. 1978), with the variance 1/x₁ − 1/n₁ + 1/x₂ −
    /// 1/n₂. Has no answer where a group has no events.
    LogNormal,
}

/// Between which limits the ratio (events₁/denominator₁) ÷ (events₂/denominator₂) lies.
///
/// Koopman's: without events in the second group the upper limit is +∞; without events in the first
/// the lower limit is 0. Counts may be other than whole numbers.
///
/// ```
/// use attain::stats::{Confidence, ProportionRatioMethod, proportion_ratio_interval};
///
/// // Koopman's own example: 36 of 40 against 16 of 80.
/// let ratio =
///     proportion_ratio_interval(36.0, 40.0, 16.0, 80.0, ProportionRatioMethod::Koopman, Confidence::P95)?;
/// assert!((ratio.lower - 2.939).abs() < 5e-4);
/// assert!((ratio.upper - 7.152).abs() < 5e-4);
/// # Ok::<(), attain::stats::StatsError>(())
/// ```
///
/// # Errors
/// If a denominator is not above 0, a count is negative or above its denominator, any of them is not
/// finite or beyond 2⁵³, or a count is 0 under [`ProportionRatioMethod::LogNormal`].
pub fn proportion_ratio_interval(
    events1: f64,
    denominator1: f64,
    events2: f64,
    denominator2: f64,
    method: ProportionRatioMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let n1 = error::denominator("denominator1", denominator1)?;
    let n2 = error::denominator("denominator2", denominator2)?;
    let x1 = within("events1", events1, n1)?;
    let x2 = within("events2", events2, n2)?;
    let z = confidence.z();
    match method {
        ProportionRatioMethod::LogNormal => {
            for (argument, x) in [("events1", x1), ("events2", x2)] {
                if x == 0.0 {
                    let expected = "a number above 0; Koopman's method also takes 0";
                    return Err(out_of_range(argument, x, expected));
                }
            }
            // 1/x − 1/n = (n − x)/(x n), in the form that does not cancel.
            let variance = (n1 - x1) / x1 / n1 + (n2 - x2) / x2 / n2;
            let factor = (z * variance.sqrt()).exp();
            let ratio = x1 / n1 / (x2 / n2);
            Ok(Interval { lower: ratio / factor, upper: ratio * factor })
        }
        ProportionRatioMethod::Koopman => Ok(koopman(x1, n1, x2, n2, z)),
    }
}

fn within(argument: &'static str, events: f64, n: f64) -> Result<f64> {
    if events >= 0.0 && events <= n {
        Ok(events + 0.0)
    } else {
        Err(out_of_range(argument, events, "a number from 0 to its denominator"))
    }
}

fn koopman(x1: f64, n1: f64, x2: f64, n2: f64, z: f64) -> Interval {
    let (p1, p2) = (x1 / n1, x2 / n2);
    // The signed root of Koopman's χ² at ln ratio; falls as the ratio grows.
    let score = |ln_ratio: f64| {
        let ratio = ln_ratio.exp();
        let (first, second) = shares_under(ratio, x1, n1, x2, n2);
        let variance = first * (1.0 - first) / n1 + ratio * ratio * second * (1.0 - second) / n2;
        let difference = p1 - ratio * p2;
        if difference == 0.0 { 0.0 } else { difference / variance.max(0.0).sqrt() }
    };
    // The estimate is inside; from there outwards until the score has passed ±z.
    let middle = if x1 > 0.0 && x2 > 0.0 { (p1 / p2).ln() } else { 0.0 };
    let lower = if x1 > 0.0 {
        let (mut inner, mut step) = (middle, 1.0);
        // Without events in the second group the estimate is infinite, and 1 may be outside.
        while score(inner) > z && inner < 80.0 {
            inner += step;
            step *= 2.0;
        }
        let (mut outer, mut step) = (inner, 1.0);
        while score(outer) < z && outer > -700.0 {
            outer -= step;
            step *= 2.0;
        }
        falling_root(outer, inner, |ln_ratio| score(ln_ratio) - z).exp()
    } else {
        0.0
    };
    let upper = if x2 > 0.0 {
        let (mut inner, mut step) = (middle, 1.0);
        while score(inner) < -z && inner > -80.0 {
            inner -= step;
            step *= 2.0;
        }
        let (mut outer, mut step) = (inner, 1.0);
        while score(outer) > -z && outer < 700.0 {
            outer += step;
            step *= 2.0;
        }
        falling_root(inner, outer, |ln_ratio| score(ln_ratio) + z).exp()
    } else {
        f64::INFINITY
    };
    Interval { lower, upper }
}

/// The likeliest two shares whose ratio is `ratio`.
fn shares_under(ratio: f64, x1: f64, n1: f64, x2: f64, n2: f64) -> (f64, f64) {
    let left = ratio * (n1 + x2);
    let right = x1 + n2;
    // The discriminant as a sum of what is not negative.
    let root = (left - right).hypot(2.0 * (ratio * (n1 - x1) * (n2 - x2)).sqrt());
    let second = (2.0 * (x1 + x2) / (left + right + root)).min(1.0);
    ((ratio * second).min(1.0), second)
}
