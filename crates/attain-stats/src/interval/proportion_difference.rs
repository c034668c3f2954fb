//! The difference of two shares.

use super::difference::difference_interval;
use super::proportion::{ProportionMethod, proportion_interval};
use super::two_shares::{Group, TwoShares, split_at_root};
use crate::confidence::{Confidence, Interval};
use crate::error::Result;
use crate::root::falling_root;

/// How an interval for the difference of two shares is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProportionDifferenceMethod {
    /// Newcombe's hybrid score interval (1998, method 10): square-and-add of two Wilson intervals.
    #[default]
    Newcombe,
    /// The differences that Miettinen and Nurminen's score test (1985) does not reject: the variance
    /// is that of the likeliest two shares with the difference, times N/(N − 1) for the size N of
    /// both groups.
    MiettinenNurminen,
    /// The same without the factor (Mee 1984).
    Mee,
    /// The normal interval after one more event and one more non-event in each group (Agresti &
    /// Caffo 2000). Cut at −1 and 1.
    AgrestiCaffo,
    /// The textbook d ± z√(p₁(1−p₁)/n₁ + p₂(1−p₂)/n₂), cut at −1 and 1. Collapses to a point at 0
    /// and all events; here for comparison with others who use it.
    Wald,
}

/// Between which limits the difference of two shares lies: events₁/denominator₁ − events₂/denominator₂.
///
/// Shares are from 0 to 1, and the difference from −1 to 1. Counts may be other than whole numbers.
///
/// ```
/// use attain_stats::{Confidence, ProportionDifferenceMethod, proportion_difference_interval};
///
/// // Newcombe's example (a): 56/70 − 48/80. The figures are his, of methods 10, 6 (Miettinen and
/// // Nurminen's) and 5 (Mee's).
/// for (method, lower, upper) in [
///     (ProportionDifferenceMethod::Newcombe, 0.0524, 0.3339),
///     (ProportionDifferenceMethod::MiettinenNurminen, 0.0528, 0.3382),
///     (ProportionDifferenceMethod::Mee, 0.0533, 0.3377),
/// ] {
///     let found =
///         proportion_difference_interval(56.0, 70.0, 48.0, 80.0, method, Confidence::P95)?;
///     assert!((found.lower - lower).abs() < 5e-5 && (found.upper - upper).abs() < 5e-5);
/// }
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a denominator is not above 0, a count is negative or above its denominator, or any of them is
/// not finite or beyond 2⁵³. Miettinen and Nurminen's interval needs denominators that are more than
/// 1 together.
pub fn proportion_difference_interval(
    events1: f64,
    denominator1: f64,
    events2: f64,
    denominator2: f64,
    method: ProportionDifferenceMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let groups = TwoShares::new(events1, denominator1, events2, denominator2)?;
    let z = confidence.z();
    match method {
        ProportionDifferenceMethod::Newcombe => newcombe(&groups, confidence),
        ProportionDifferenceMethod::MiettinenNurminen => {
            Ok(by_score(&groups, z * groups.factor()?.sqrt()))
        }
        ProportionDifferenceMethod::Mee => Ok(by_score(&groups, z)),
        ProportionDifferenceMethod::AgrestiCaffo => {
            Ok(normal(groups.first.with(1.0), groups.second.with(1.0), z))
        }
        ProportionDifferenceMethod::Wald => Ok(normal(groups.first, groups.second, z)),
    }
}

fn newcombe(groups: &TwoShares, confidence: Confidence) -> Result<Interval> {
    let wilson = |group: Group, size: f64| {
        proportion_interval(group.events, size, ProportionMethod::Wilson, confidence)
    };
    let (first, second) = (wilson(groups.first, groups.n1)?, wilson(groups.second, groups.n2)?);
    difference_interval(
        inside(groups.first.events / groups.n1, first),
        first,
        inside(groups.second.events / groups.n2, second),
        second,
    )
}

/// Wilson's limits hold the share; rounding may put them a last digit off.
fn inside(share: f64, interval: Interval) -> f64 {
    share.max(interval.lower).min(interval.upper)
}

fn normal(first: Group, second: Group, z: f64) -> Interval {
    let variance = |group: Group| {
        let size = group.size();
        (group.events / size) * (group.rest / size) / size
    };
    let difference = apart(first, second);
    let half = z * (variance(first) + variance(second)).sqrt();
    Interval { lower: (difference - half).max(-1.0), upper: (difference + half).min(1.0) }
}

/// The difference of the shares. Shares near 1 differ by their non-events.
fn apart(first: Group, second: Group) -> f64 {
    let (n1, n2) = (first.size(), second.size());
    if first.rest < first.events && second.rest < second.events {
        second.rest / n2 - first.rest / n1
    } else {
        first.events / n1 - second.events / n2
    }
}

fn by_score(groups: &TwoShares, z: f64) -> Interval {
    let difference = apart(groups.first, groups.second);
    let score = |at: f64| difference_score(groups, at);
    Interval::between(
        falling_root(-1.0, difference, |at| score(at) - z),
        falling_root(difference, 1.0, |at| score(at) + z),
    )
}

/// The score of a difference from −1 to 1: the observed difference less this one, over its standard
/// error under the likeliest two shares with this one (Mee 1984). 0 where both are 0.
pub(crate) fn difference_score(groups: &TwoShares, at: f64) -> f64 {
    let ahead = apart(groups.first, groups.second) - at;
    if ahead == 0.0 {
        return 0.0;
    }
    // The mirrored question has the same answer with the other sign.
    let variance = if at >= 0.0 {
        variance_at(groups.first, groups.second, at)
    } else {
        variance_at(groups.second, groups.first, -at)
    };
    ahead / variance.sqrt()
}

/// The variance of the difference under the likeliest two shares p₁ = p₂ + `at`, for 0 ≤ `at` ≤ 1.
fn variance_at(first: Group, second: Group, at: f64) -> f64 {
    let (n1, n2) = (first.size(), second.size());
    if at == 0.0 {
        let all = n1 + n2;
        let events = (first.events + second.events) / all;
        let rest = (first.rest + second.rest) / all;
        return events * rest * (1.0 / n1 + 1.0 / n2);
    }
    let width = 1.0 - at;
    if width <= 0.0 {
        return 0.0;
    }
    // p₂ is from 0 to `width`, and 1 − p₁ is what p₂ leaves of it.
    let (share2, rest1) = split_at_root(width, |share2, rest1| {
        if share2 <= rest1 {
            slope(first, second, at, (share2, rest1))
        } else {
            // Of the non-events, and with the groups exchanged.
            -slope(second.reversed(), first.reversed(), at, (rest1, share2))
        }
    });
    (share2 + at) * rest1 / n1 + share2 * (rest1 + at) / n2
}

/// The derivative of the likelihood by p₂, which falls as p₂ grows. It is multiplied by p₂ where the
/// second group has events, so that it is finite at 0.
fn slope(first: Group, second: Group, at: f64, (share2, rest1): (f64, f64)) -> f64 {
    let part = |count: f64, share: f64| if count > 0.0 { count / share } else { 0.0 };
    let others =
        part(first.events, share2 + at) - part(first.rest, rest1) - part(second.rest, rest1 + at);
    if second.events > 0.0 { second.events + share2 * others } else { others }
}
