//! The ratio of two shares.

use crate::confidence::{Confidence, Interval};
use crate::error::{Result, out_of_range};
use crate::interval::two_shares::TwoShares;
use crate::root::falling_root;

/// How an interval for the ratio of two shares is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProportionRatioMethod {
    /// Koopman's score interval (1984): the ratios that a score test would not reject. Defined for
    /// every pair of counts.
    #[default]
    Koopman,
    /// The same with the variance times N/(N − 1), for the size N of both groups (Miettinen &
    /// Nurminen 1985).
    MiettinenNurminen,
    /// Normal on the scale of logarithms (Katz et al. 1978), with the variance 1/x₁ − 1/n₁ + 1/x₂ −
    /// 1/n₂. Has no answer where a group has no events.
    LogNormal,
    /// The same after half an event more in each group, in its denominator too (Walter 1975).
    /// Defined for every pair of counts; the limits are around the ratio of these shares.
    AdjustedLogNormal,
}

/// Between which limits the ratio (events₁/denominator₁) ÷ (events₂/denominator₂) lies.
///
/// Score methods: without events in the second group the upper limit is +∞; without events in the
/// first the lower limit is 0. Counts may be other than whole numbers.
///
/// ```
/// use attain_stats::{Confidence, ProportionRatioMethod, proportion_ratio_interval};
///
/// // Koopman's own example: 36 of 40 against 16 of 80.
/// let ratio =
///     proportion_ratio_interval(36.0, 40.0, 16.0, 80.0, ProportionRatioMethod::Koopman, Confidence::P95)?;
/// assert!((ratio.lower - 2.9396).abs() < 5e-5);
/// assert!((ratio.upper - 7.1522).abs() < 5e-5);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a denominator is not above 0, a count is negative or above its denominator, any of them is not
/// finite or beyond 2⁵³, or a count is 0 under [`ProportionRatioMethod::LogNormal`]. Miettinen and
/// Nurminen's interval needs denominators that are more than 1 together.
pub fn proportion_ratio_interval(
    events1: f64,
    denominator1: f64,
    events2: f64,
    denominator2: f64,
    method: ProportionRatioMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let groups = TwoShares::new(events1, denominator1, events2, denominator2)?;
    let TwoShares { first, second, n1, n2 } = groups;
    let (x1, x2) = (first.events, second.events);
    let z = confidence.z();
    match method {
        ProportionRatioMethod::LogNormal => {
            for (argument, x) in [("events1", x1), ("events2", x2)] {
                if x == 0.0 {
                    let expected = "a number above 0; Koopman's method also takes 0";
                    return Err(out_of_range(argument, x, expected));
                }
            }
            Ok(log_normal([x1, first.rest, n1], [x2, second.rest, n2], z))
        }
        ProportionRatioMethod::AdjustedLogNormal => {
            let adjusted = |x: f64, rest: f64, n: f64| [x + 0.5, rest, n + 0.5];
            Ok(log_normal(adjusted(x1, first.rest, n1), adjusted(x2, second.rest, n2), z))
        }
        ProportionRatioMethod::Koopman => Ok(koopman(x1, n1, x2, n2, z)),
        ProportionRatioMethod::MiettinenNurminen => {
            Ok(koopman(x1, n1, x2, n2, z * groups.factor()?.sqrt()))
        }
    }
}

/// The limits around a ratio, from the events, the non-events and the size of each group.
fn log_normal([x1, rest1, n1]: [f64; 3], [x2, rest2, n2]: [f64; 3], z: f64) -> Interval {
    // 1/x − 1/n = (n − x)/(x n), in the form that does not cancel.
    let variance = rest1 / x1 / n1 + rest2 / x2 / n2;
    let factor = (z * variance.sqrt()).exp();
    let ratio = x1 / n1 / (x2 / n2);
    Interval { lower: ratio / factor, upper: ratio * factor }
}

fn koopman(x1: f64, n1: f64, x2: f64, n2: f64, z: f64) -> Interval {
    let (p1, p2) = (x1 / n1, x2 / n2);
    // Shares near 1 differ by their non-events.
    let apart = if p1.min(p2) > 0.5 { (n2 - x2) / n2 - (n1 - x1) / n1 } else { p1 - p2 };
    let unlike = |ln_ratio: f64| {
        if near_one(ln_ratio) { apart - ln_ratio.exp_m1() * p2 } else { p1 - ln_ratio.exp() * p2 }
    };
    // The signed root of Koopman's χ² at ln ratio; falls as the ratio grows.
    let score = |ln_ratio: f64| {
        let difference = unlike(ln_ratio);
        if difference == 0.0 {
            0.0
        } else {
            difference / variance_under(ln_ratio, (x1, n1 - x1, n1), (x2, n2 - x2, n2)).sqrt()
        }
    };
    // The estimate is inside; from there outwards until the score has passed ±z. Without events in
    // one group the estimate is at an end, and 1 may be outside.
    let middle = if x1 > 0.0 && x2 > 0.0 { (p1 / p2).ln() } else { 0.0 };
    let walk = |from: f64, towards: f64, while_true: &dyn Fn(f64) -> bool| {
        let (mut at, mut step) = (from, towards);
        while while_true(score(at)) && at.abs() < 700.0 {
            at += step;
            step *= 2.0;
        }
        at
    };
    let lower = if x1 > 0.0 {
        let inner = walk(middle, 1.0, &|score| score > z);
        let outer = walk(inner, -1.0, &|score| score < z);
        falling_root(outer, inner, |ln_ratio| score(ln_ratio) - z).exp()
    } else {
        0.0
    };
    let upper = if x2 > 0.0 {
        let inner = walk(middle, -1.0, &|score| score < -z);
        let outer = walk(inner, 1.0, &|score| score > -z);
        falling_root(inner, outer, |ln_ratio| score(ln_ratio) + z).exp()
    } else {
        f64::INFINITY
    };
    Interval::between(lower, upper)
}

/// Is the ratio so near 1 that 1 had better be taken off it first?
fn near_one(ln_ratio: f64) -> bool {
    ln_ratio.abs() < 0.5
}

/// The variance of p₁ − ratio·p₂ under the likeliest two shares with that ratio. Each group is its
/// events, its non-events and their sum.
fn variance_under(
    ln_ratio: f64,
    (x1, f1, n1): (f64, f64, f64),
    (x2, f2, n2): (f64, f64, f64),
) -> f64 {
    let ratio = ln_ratio.exp();
    // The likeliest second share is the smaller root of ratio·(n₁+n₂)p² − (left + right)p + x₁+x₂,
    // with left = ratio·(n₁+x₂) and right = x₁+n₂. Everything below is a sum of what is not negative.
    let lead = if near_one(ln_ratio) {
        ln_ratio.exp_m1() * (n1 + x2) + (f1 - f2)
    } else {
        ratio * (n1 + x2) - (x1 + n2)
    };
    let cross = 4.0 * ratio * f1 * f2;
    let root = lead.hypot(cross.sqrt());
    let large = root + lead.abs();
    let small = if large > 0.0 { cross / large } else { 0.0 };
    let (up, down) = if lead >= 0.0 { (large, small) } else { (small, large) };
    let whole = ratio * (n1 + x2) + x1 + n2 + root;
    let events = 2.0 * (x1 + x2) / whole;
    let variance1 = ratio * events * ((2.0 * ratio * f1 + down) / whole) / n1;
    let variance2 = ratio * ratio * events * ((2.0 * f2 + up) / whole) / n2;
    variance1 + variance2
}
