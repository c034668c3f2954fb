//! A share of a finite population, from a sample drawn without replacement.
//!
//! | method | with a population |
//! |---|---|
//! | `Exact` | the hypergeometric limits: the numbers of events in the population that neither one-sided test rejects |
//! | the others | the method's own limits for the sample size that an infinite population would need for the same variance (Cochran 1977, 3.2) |

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, out_of_range};
use crate::interval::proportion::{self, ProportionMethod, proportion_interval};
use crate::special::{hypergeometric_lower, normal_quantile};

/// Between which limits the share of a finite population lies, given `events` in a sample of
/// `denominator` out of `population`.
///
/// [`ProportionMethod::Exact`] inverts the hypergeometric distribution with equal tails. The upper
/// limit is the largest number K of events in the population with P(X ≤ events | K) above half of
/// the remainder; the lower limit is the smallest K with P(X ≥ events | K) above it (Wright 1991).
/// They hold at least as often as the confidence says, for every K. They are widened to the share
/// in the sample where that is no multiple of 1/`population` and just outside.
///
/// The other methods take the sample size n(N−1)/(N−n) (Cochran 1977, section 3.2) at the share in
/// the sample. They hold about as often as without a population, and less often where most of the
/// population is in the sample.
///
/// Where the sample is the population both limits are its share.
///
/// ```
/// use attain_stats::{Confidence, ProportionMethod, sampled_proportion_interval};
///
/// let part = sampled_proportion_interval(30.0, 100.0, 200.0, ProportionMethod::Wilson, Confidence::P95)?;
/// let all = sampled_proportion_interval(60.0, 200.0, 200.0, ProportionMethod::Wilson, Confidence::P95)?;
/// assert!(part.lower > 0.23 && part.upper < 0.37);
/// assert_eq!((all.lower, all.upper), (0.3, 0.3));
/// // None of 80: both of 2 events are among the 20 others with a probability of 3.8 %.
/// let none = sampled_proportion_interval(0.0, 80.0, 100.0, ProportionMethod::Exact, Confidence::P95)?;
/// assert_eq!((none.lower, none.upper), (0.0, 0.02));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`proportion_interval`], if `population` is below `denominator`, and for
/// [`ProportionMethod::Exact`] if one of the three is not a whole number.
pub fn sampled_proportion_interval(
    events: f64,
    denominator: f64,
    population: f64,
    method: ProportionMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let (x, n) = proportion::check(events, denominator)?;
    let population = error::denominator("population", population)?;
    if population < n {
        let expected = "a number not below the denominator, which is a part of it";
        return Err(out_of_range("population", population, expected));
    }
    match method {
        ProportionMethod::Exact => {
            whole("events", x)?;
            whole("denominator", n)?;
            whole("population", population)?;
            Ok(hypergeometric_limits(x, n, population, confidence.tail()))
        }
        ProportionMethod::Wilson
        | ProportionMethod::MidP
        | ProportionMethod::Jeffreys
        | ProportionMethod::AgrestiCoull
        | ProportionMethod::Wald
        | ProportionMethod::WilsonCorrected
        | ProportionMethod::WaldCorrected
        | ProportionMethod::Logit
        | ProportionMethod::Likelihood
        | ProportionMethod::ComplementaryLogLog
        | ProportionMethod::Arcsine => by_effective_size(x, n, population, method, confidence),
    }
}

fn whole(argument: &'static str, value: f64) -> Result<()> {
    if value.fract() == 0.0 {
        Ok(())
    } else {
        let expected = "a whole number, as the exact limits for a population need";
        Err(out_of_range(argument, value, expected))
    }
}

fn by_effective_size(
    x: f64,
    n: f64,
    population: f64,
    method: ProportionMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let unseen = population - n;
    let effective = n * (population - 1.0) / unseen;
    if unseen == 0.0 || !(effective > n && effective <= error::LARGEST_COUNT) {
        // All were seen (or all but a hair): nothing is left to chance. A sample of one or less has
        // no variance to correct.
        let share = x / n;
        return if unseen == 0.0 || effective > n {
            Ok(Interval { lower: share, upper: share })
        } else {
            proportion_interval(x, n, method, confidence)
        };
    }
    // All events stay all: rounded, x · (effective ÷ n) may fall just short of them.
    let scaled = if x == n { effective } else { (x * (effective / n)).min(effective) };
    proportion_interval(scaled, effective, method, confidence)
}

fn hypergeometric_limits(x: f64, n: f64, population: f64, tail: f64) -> Interval {
    // Few events are many others.
    let fewest = population - most_events(n - x, n, population, tail);
    let most = most_events(x, n, population, tail);
    let share = x / n;
    Interval { lower: (fewest / population).min(share), upper: (most / population).max(share) }
}

/// A tail this near to the level, relatively, is equal to it but for rounding, and rejects.
const TIE: f64 = 1e-12;

/// The largest number of events in the population that x events in the sample do not reject.
fn most_events(x: f64, n: f64, population: f64, tail: f64) -> f64 {
    // P(X ≤ x) is 1 for x events in the population, and 0 where fewer than n − x others are left.
    let (mut kept, mut rejected) = (x, population - (n - x) + 1.0);
    let wanted = normal_quantile(tail);
    let unseen = population - n;
    // Wilson's limit, half an event further, is near.
    let mut guess = {
        let effective = n * (population - 1.0) / unseen.max(1.0);
        let share = ((x + 0.5) / n).min(1.0);
        let (few, z) = (share * effective, -wanted);
        let rest = effective - few;
        let upper = if few <= rest {
            proportion::wilson(few, rest, effective, z).1
        } else {
            1.0 - proportion::wilson(rest, few, effective, z).0
        };
        upper * population
    };
    // The normal scores of the tails at both ends, once known.
    let (mut kept_score, mut rejected_score) = (f64::NAN, f64::NAN);
    let mut round = 0;
    while rejected - kept > 1.0 {
        round += 1;
        let probe = guess.floor().max(kept + 1.0).min(rejected - 1.0);
        let probability = hypergeometric_lower(x, n, probe, population);
        let score = normal_quantile(probability);
        if probability > tail * (1.0 + TIE) {
            (kept, kept_score) = (probe, score);
        } else {
            (rejected, rejected_score) = (probe, score);
        }
        // The score is nearly linear in the number of events.
        let across = (kept_score - wanted) / (kept_score - rejected_score);
        guess = if round % 4 == 0 {
            // Whatever the scores say, the search ends.
            0.5 * (kept + rejected)
        } else if across.is_finite() {
            kept + across * (rejected - kept)
        } else if score.is_finite() {
            let share = probe / population;
            let variance = n * share * (1.0 - share) * (unseen / (population - 1.0));
            probe + (score - wanted) * variance.sqrt() * population / n
        } else {
            0.5 * (kept + rejected)
        };
        // NaN would stay NaN.
        if guess.is_nan() {
            guess = 0.5 * (kept + rejected);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;
    use crate::special::pascal;

    fn exact(x: usize, n: usize, population: usize, confidence: Confidence) -> Interval {
        let [x, n, population] = [x, n, population].map(|count| count as f64);
        sampled_proportion_interval(x, n, population, ProportionMethod::Exact, confidence).unwrap()
    }

    /// How often the limits of each number of events seen hold each number of events in the
    /// population, summed over all samples: the lowest over the populations.
    fn lowest_coverage(choose: &[Vec<f64>], n: usize, population: usize, of: Confidence) -> f64 {
        let limits: Vec<Interval> = (0..=n).map(|x| exact(x, n, population, of)).collect();
        let coverage = |events: usize| {
            let others = population - events;
            let seen = n.saturating_sub(others)..=n.min(events);
            let share = events as f64 / population as f64;
            let held = seen.filter(|&x| limits[x].holds(share));
            held.map(|x| choose[events][x] * choose[others][n - x]).sum::<f64>()
                / choose[population][n]
        };
        (0..=population).map(coverage).fold(1.0, f64::min)
    }

    #[test]
    fn exact_limits_hold_at_least_as_often_as_they_say_for_every_population_from_10_to_120() {
        let choose = pascal(120);
        for population in 10..=120 {
            for n in 1..=population {
                let lowest = lowest_coverage(&choose, n, population, Confidence::P95);
                assert!(lowest >= 0.95 - 1e-12, "{n} of {population}: {lowest}");
            }
        }
    }

    #[test]
    fn exact_limits_hold_at_other_confidences() {
        let choose = pascal(60);
        for share in [0.5, 0.8, 0.9, 0.99, 0.998] {
            for population in (1..=60).step_by(7) {
                for n in 1..=population {
                    let of = Confidence::new(share).unwrap();
                    let lowest = lowest_coverage(&choose, n, population, of);
                    assert!(lowest >= share - 1e-12, "{share}: {n} of {population}: {lowest}");
                }
            }
        }
    }

    /// The definition, number by number: what the search must find.
    #[test]
    fn exact_limits_are_the_outermost_numbers_that_no_test_rejects() {
        let choose = pascal(75);
        for confidence in [0.5, 0.95, 0.998] {
            let of = Confidence::new(confidence).unwrap();
            for population in (1..=75).step_by(2) {
                for n in 1..=population {
                    for x in 0..=n {
                        let at_most = |events: usize| -> f64 {
                            let others = population - events;
                            let sum: f64 = (n.saturating_sub(others)..=x.min(events))
                                .map(|x| choose[events][x] * choose[others][n - x])
                                .sum();
                            sum / choose[population][n]
                        };
                        let most = (0..=population).rev().find(|&k| at_most(k) > of.tail() + 1e-13);
                        let most = most.unwrap() as f64 / population as f64;
                        let found = exact(x, n, population, of);
                        let wanted = most.max(x as f64 / n as f64);
                        assert_eq!(found.upper, wanted, "{x} of {n} of {population}");
                        // The others have the mirrored limits.
                        let others = exact(n - x, n, population, of);
                        assert!((others.lower - (1.0 - found.upper)).abs() < 1e-15);
                    }
                }
            }
        }
    }

    #[test]
    fn large_populations_come_near_the_limits_without_one() {
        for (x, n) in [(0.0, 80.0), (7.0, 300.0), (450.0, 1_000.0), (1_000.0, 1_000.0)] {
            let of = Confidence::P95;
            let without = proportion_interval(x, n, ProportionMethod::Exact, of).unwrap();
            let found =
                sampled_proportion_interval(x, n, 1e12, ProportionMethod::Exact, of).unwrap();
            assert!((found.lower - without.lower).abs() < 1e-8, "{found:?} {without:?}");
            assert!((found.upper - without.upper).abs() < 1e-8, "{found:?} {without:?}");
        }
        // The largest there are, within moments.
        let largest = error::LARGEST_COUNT;
        let (n, x) = (largest / 2.0, largest / 8.0);
        let of = Confidence::P95;
        let found =
            sampled_proportion_interval(x, n, largest, ProportionMethod::Exact, of).unwrap();
        assert!(found.holds(0.25) && found.upper - found.lower < 1e-7, "{found:?}");
    }

    #[test]
    fn exact_limits_need_whole_numbers() {
        for (x, n, population) in [(1.5, 10.0, 20.0), (1.0, 10.5, 20.0), (1.0, 10.0, 20.5)] {
            let of =
                |method| sampled_proportion_interval(x, n, population, method, Confidence::P95);
            assert!(of(ProportionMethod::Exact).is_err());
            assert!(of(ProportionMethod::Wilson).is_ok());
        }
    }
}
