//! The ratio of the odds of two groups.

use super::two_shares::{Group, TwoShares, split_at_root};
use crate::confidence::{Confidence, Interval};
use crate::error::{Result, out_of_range};
use crate::root::falling_root;

/// How an interval for an odds ratio is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OddsRatioMethod {
    /// The odds ratios that Miettinen and Nurminen's score test (1985) does not reject: the variance
    /// is that of the likeliest two shares with the odds ratio, times N/(N − 1) for the size N of
    /// both groups. Defined for every pair of counts.
    #[default]
    MiettinenNurminen,
    /// The same without the factor (Cornfield 1956, without continuity correction).
    Cornfield,
    /// Normal on the scale of logarithms, with the variance 1/x₁ + 1/(n₁−x₁) + 1/x₂ + 1/(n₂−x₂)
    /// (Woolf 1955). Has no answer where one of the four counts is 0.
    LogNormal,
    /// The same after half an event and half a non-event more in each group (Gart 1966). Defined for
    /// every pair of counts; the limits are around the odds ratio of these counts.
    AdjustedLogNormal,
    /// From the distribution of the events of the first group, given the events of both (Cornfield
    /// 1956): holds the truth at least as often as it says. Needs whole numbers.
    ExactConditional,
    /// The exact limits with half of the probability of the observed count: shorter, and right on
    /// average instead of at least.
    MidP,
}

/// More observations than this have a distribution with too many counts to be summed.
pub(crate) const MOST_SUMMED: f64 = 1e9;

/// Between which limits the odds ratio lies: [events₁/(denominator₁ − events₁)] ÷
/// [events₂/(denominator₂ − events₂)].
///
/// Without events in the second group, or without non-events in the first, the upper limit is +∞
/// under the methods that are defined there; likewise the lower limit is 0. Counts may be other than
/// whole numbers, except for the exact methods.
///
/// ```
/// use attain_stats::{Confidence, OddsRatioMethod, odds_ratio_interval};
///
/// // Fisher's tea tasting: 3 of 4 against 1 of 4. Of 0 to 4 events the tables number 1, 16, 36, 16
/// // and 1, and at the upper limit 3 or fewer have the probability 0.025.
/// let method = OddsRatioMethod::ExactConditional;
/// let odds = odds_ratio_interval(3.0, 4.0, 1.0, 4.0, method, Confidence::P95)?.upper;
/// let fewer = 1.0 + odds * (16.0 + odds * (36.0 + odds * 16.0));
/// assert!((fewer / (fewer + odds.powi(4)) - 0.025).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a denominator is not above 0, a count is negative or above its denominator, or any of them is
/// not finite or beyond 2⁵³; if a group has no events or no non-events under
/// [`OddsRatioMethod::LogNormal`]; if a number is not whole, or both denominators are more than 10⁹
/// together, under the exact methods.
pub fn odds_ratio_interval(
    events1: f64,
    denominator1: f64,
    events2: f64,
    denominator2: f64,
    method: OddsRatioMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let groups = TwoShares::new(events1, denominator1, events2, denominator2)?;
    let TwoShares { first, second, .. } = groups;
    let z = confidence.z();
    let both = |lower: &dyn Fn(Group, Group) -> f64| {
        // The upper limit is one over the lower one of the exchanged groups.
        let upper = 1.0 / lower(second, first);
        Ok(Interval::between(lower(first, second), upper))
    };
    match method {
        OddsRatioMethod::MiettinenNurminen => {
            let z = z * groups.factor()?.sqrt();
            both(&|first, second| lower_by_score(first, second, z))
        }
        OddsRatioMethod::Cornfield => both(&|first, second| lower_by_score(first, second, z)),
        OddsRatioMethod::LogNormal => {
            for (argument, group) in [("events1", first), ("events2", second)] {
                if group.events == 0.0 || group.rest == 0.0 {
                    let expected = "a number above 0 and below the denominator; score methods take \
                                    others too";
                    return Err(out_of_range(argument, group.events, expected));
                }
            }
            Ok(log_normal(first, second, z))
        }
        OddsRatioMethod::AdjustedLogNormal => Ok(log_normal(first.with(0.5), second.with(0.5), z)),
        OddsRatioMethod::ExactConditional | OddsRatioMethod::MidP => {
            let expected = "denominators that are at most 10⁹ together; score methods take more";
            groups.whole(MOST_SUMMED, expected)?;
            let weight = if method == OddsRatioMethod::MidP { 0.5 } else { 1.0 };
            both(&|first, second| lower_by_distribution(first, second, weight, confidence.tail()))
        }
    }
}

fn log_normal(first: Group, second: Group, z: f64) -> Interval {
    let ratio = first.events / first.rest / (second.events / second.rest);
    let counts = [first.events, first.rest, second.events, second.rest];
    let variance: f64 = counts.iter().map(|count| 1.0 / count).sum();
    let factor = (z * variance.sqrt()).exp();
    Interval { lower: ratio / factor, upper: ratio * factor }
}

/// The lower limit by score.
///
/// The likeliest table with an odds ratio has the margins of the observed one: it has `shift` events
/// fewer in the first group and as many more in the second. Its score is shift · √(Σ 1/count).
fn lower_by_score(first: Group, second: Group, z: f64) -> f64 {
    let room = first.events.min(second.rest);
    if room == 0.0 {
        return 0.0;
    }
    let counts = |left: f64, shift: f64| {
        // The count that is nearest to 0 keeps its digits.
        let less = |count: f64| (count - room) + left;
        [less(first.events), less(second.rest), first.rest + shift, second.events + shift]
    };
    let (left, shift) = split_at_root(room, |left, shift| {
        let sum: f64 = counts(left, shift).iter().map(|count| 1.0 / count).sum();
        shift * sum.sqrt() - z
    });
    let [events1, rest2, rest1, events2] = counts(left, shift);
    events1 / rest1 * (rest2 / events2)
}

/// The lower limit at which the events of the first group, or more, have the probability `tail`. The
/// observed count itself has `weight` of its probability in that tail.
fn lower_by_distribution(first: Group, second: Group, weight: f64, tail: f64) -> f64 {
    if first.events == 0.0 || second.rest == 0.0 {
        return 0.0;
    }
    // ln of the odds of the tail, less those that are wanted; falls as the odds ratio does.
    let wanted = (tail / (1.0 - tail)).ln();
    let above = |ln_ratio: f64| {
        let (fewer, more) = around(first, second, ln_ratio);
        ((weight + more) / (1.0 - weight + fewer)).ln() - wanted
    };
    let start = {
        let [more1, more2] = [first.with(0.5), second.with(0.5)];
        (more1.events / more1.rest * (more2.rest / more2.events)).ln()
    };
    // From the estimate outwards, in growing steps.
    let walk = |from: f64, towards: f64, while_true: &dyn Fn(f64) -> bool| {
        let (mut at, mut step) = (from, towards);
        while while_true(above(at)) && at.abs() < 700.0 {
            at += step;
            step *= 2.0;
        }
        at
    };
    let high = walk(start, 1.0, &|above| above < 0.0);
    let low = walk(high, -1.0, &|above| above > 0.0);
    let negative = falling_root(-high, -low, |negative| above(-negative));
    (-negative).exp()
}

/// The probabilities of fewer and of more events in the first group than observed, given the events
/// of both, in units of the probability of the observed count. Infinite where a unit is too small.
fn around(first: Group, second: Group, ln_ratio: f64) -> (f64, f64) {
    let ratio = ln_ratio.exp();
    let sum = |first: Group, second: Group, ratio: f64| {
        let (mut x1, mut rest1) = (first.events, first.rest);
        let (mut x2, mut rest2) = (second.events, second.rest);
        let (mut term, mut sum) = (1.0, 0.0);
        // One event more in the first group is one event fewer in the second.
        while rest1 > 0.0 && x2 > 0.0 {
            let step = rest1 * x2 / ((x1 + 1.0) * (rest2 + 1.0)) * ratio;
            term *= step;
            sum += term;
            if !sum.is_finite() || (step < 1.0 && term < 1e-17 * sum * (1.0 - step)) {
                break;
            }
            (x1, rest1, x2, rest2) = (x1 + 1.0, rest1 - 1.0, x2 - 1.0, rest2 + 1.0);
        }
        sum
    };
    (sum(second, first, 1.0 / ratio), sum(first, second, ratio))
}
