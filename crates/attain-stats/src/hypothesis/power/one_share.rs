//! A share against a value.

use super::normal::Approximation;
use super::{
    MOST, SampleSize, TestLevel, ValuePowerMethod, binomial, findings, horizon, least, power_goal,
    share, too_near,
};
use crate::error::{self, Result, out_of_range};
use crate::hypothesis::{TwoSided, ValueTestMethod, proportion_test};
use crate::interval::{TailMethod, share_tail_above, share_tail_below};

/// Returns the probability that a test of `denominator` cases finds that a share is not `goal`, if it is `share`.
///
/// A finding is a p-value of at most the level, on the side of the truth.
///
/// ```
/// use attain_stats::{TestLevel, ValuePowerMethod, ValueTestMethod, proportion_test_power};
///
/// // Of ten cases with a goal of one half, 0 or 1 is a finding: P(X ≤ 1) = 11/1024.
/// let exact = ValuePowerMethod::Test(ValueTestMethod::Exact);
/// let power = proportion_test_power(0.1, 10.0, 0.5, exact, TestLevel::two_sided(0.05)?)?;
/// assert!((power - (0.9f64.powi(10) + 0.9f64.powi(9))).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a share is not from 0 to 1, `share` is `goal`, `denominator` is not above 0, or not whole but for the normal
/// approximation.
pub fn proportion_test_power(
    share: f64,
    denominator: f64,
    goal: f64,
    method: ValuePowerMethod,
    level: TestLevel,
) -> Result<f64> {
    let truth = Truth::new(share, goal, level)?;
    let n = error::denominator("denominator", denominator)?;
    match method {
        ValuePowerMethod::Normal => Ok(truth.approximation().power(n, level)),
        ValuePowerMethod::Test(test) => {
            if n.fract() != 0.0 {
                let expected = "a whole number; normal approximations take others too";
                return Err(out_of_range("denominator", n, expected));
            }
            Ok(truth.power(n, truth.findings(n, test, 0.0)))
        }
    }
}

/// Returns the least denominator from which on the power stays at `power`.
///
/// The power of a test of whole numbers is a saw-tooth: with one case more it can be less. From the returned denominator
/// on, no denominator up to twice as many (100,000 more at most), or 10,000, has less power than `power`; for exact and mid-P tests none at
/// all has, unless `power` is near 1.
///
/// ```
/// use attain_stats::{TestLevel, ValuePowerMethod, ValueTestMethod, proportion_test_sample_size};
///
/// // 85 % where 90 % is the goal.
/// let level = TestLevel::one_sided(0.05)?;
/// let exact = ValuePowerMethod::Test(ValueTestMethod::Exact);
/// let exact = proportion_test_sample_size(0.85, 0.9, 0.8, exact, level)?;
/// let normal = proportion_test_sample_size(0.85, 0.9, 0.8, ValuePowerMethod::Normal, level)?;
/// assert_eq!((exact.size, normal.size), (299.0, 253.0));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`proportion_test_power`], and if `power` is not from ½ to below 1, or more than 1,000,000 cases would be needed
/// for exact, mid-P and score tests.
pub fn proportion_test_sample_size(
    share: f64,
    goal: f64,
    power: f64,
    method: ValuePowerMethod,
    level: TestLevel,
) -> Result<SampleSize> {
    let truth = Truth::new(share, goal, level)?;
    let wanted = power_goal(power)?;
    let test = match method {
        ValuePowerMethod::Normal => {
            let approximation = truth.approximation();
            let size = approximation.size(wanted, level).ceil().max(1.0);
            let size = error::denominator("share", size).map_err(|_| too_near("share"))?;
            return Ok(SampleSize { size, power: approximation.power(size, level) });
        }
        ValuePowerMethod::Test(test) => test,
    };
    let first = least(MOST, |n| truth.best(n) >= wanted).ok_or_else(|| too_near("share"))?;
    let proven = least(2.0 * MOST, |n| truth.least_from(n) >= wanted);
    let end = horizon(proven, first, test);
    let mut found = truth.findings(end, test, 0.0);
    let mut size = SampleSize { size: end, power: truth.power(end, found) };
    if size.power < wanted {
        return Err(too_near("share"));
    }
    while size.size > 1.0 {
        let n = size.size - 1.0;
        found = truth.findings(n, test, found);
        let power = truth.power(n, found);
        if power < wanted {
            break;
        }
        size = SampleSize { size: n, power };
    }
    Ok(size)
}

/// A share, and the goal that it is tested against. Counts are those of the events or the non-events, of which there are
/// fewer in truth than at the goal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Truth {
    share: f64,
    goal: f64,
    tail: f64,
}

impl Truth {
    pub(super) fn new(truth: f64, goal: f64, level: TestLevel) -> Result<Self> {
        let (truth, goal) = (share("share", truth)?, share("goal", goal)?);
        if truth == goal {
            let expected = "a share other than the goal, which a test could find";
            return Err(out_of_range("share", truth, expected));
        }
        Ok(Truth { share: truth, goal, tail: level.tail() })
    }

    fn is_below(&self) -> bool {
        self.share < self.goal
    }

    fn approximation(&self) -> Approximation {
        let deviation = |share: f64| (share * (1.0 - share)).sqrt();
        let distance = (self.share - self.goal).abs();
        Approximation::new(distance, deviation(self.goal), deviation(self.share))
    }

    /// P(K ≤ k) for `n` cases with this share of events.
    fn at_most(&self, k: f64, n: f64, share: f64) -> f64 {
        if k < 0.0 {
            0.0
        } else if self.is_below() {
            share_tail_below(k, n, share, TailMethod::Exact)
        } else {
            share_tail_above(n - k, n, share, TailMethod::Exact)
        }
    }

    /// P(K = k) likewise.
    fn just(&self, k: f64, n: f64, share: f64) -> f64 {
        let events = if self.is_below() { k } else { n - k };
        binomial(events, n, share)
    }

    /// How many of the counts, from 0 on, are findings.
    pub(super) fn findings(&self, n: f64, test: ValueTestMethod, near: f64) -> f64 {
        findings(near, n, |k| {
            let events = if self.is_below() { k } else { n - k };
            let test = proportion_test(events, n, self.goal, test, TwoSided::Doubled);
            test.is_ok_and(|test| {
                let p = if self.is_below() { test.p_below } else { test.p_above };
                p <= self.tail
            })
        })
    }

    /// The power of that many findings.
    pub(super) fn power(&self, n: f64, findings: f64) -> f64 {
        self.at_most(findings - 1.0, n, self.share)
    }

    /// The power of the most powerful test of this level, which rejects some counts by chance (Neyman & Pearson 1933). It
    /// does not fall as `n` grows, and no exact test has more.
    fn best(&self, n: f64) -> f64 {
        let k = self.findings(n, ValueTestMethod::Exact, 0.0);
        let chance = self.tail - self.at_most(k - 1.0, n, self.goal);
        let at_next = self.just(k, n, self.goal);
        let part = if at_next > 0.0 { (chance / at_next).clamp(0.0, 1.0) } else { 0.0 };
        self.power(n, k) + part * self.just(k, n, self.share)
    }

    /// What the power of the exact test is not below for `n` and any more: the best power less the probability of the most
    /// probable count, which falls as `n` grows.
    fn least_from(&self, n: f64) -> f64 {
        if self.share == 0.0 || self.share == 1.0 {
            return self.power(n, self.findings(n, ValueTestMethod::Exact, 0.0));
        }
        let mode = ((n + 1.0) * self.share).floor().min(n);
        let mode = if self.is_below() { mode } else { n - mode };
        self.best(n) - self.just(mode, n, self.share)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;

    /// The power as a sum over all counts with a p-value of at most `tail` on the side of the truth.
    fn summed(share: f64, n: u32, goal: f64, test: ValueTestMethod, tail: f64) -> f64 {
        let mut row = vec![1.0];
        for _ in 0..n {
            let mut next = vec![0.0; row.len() + 1];
            for (events, mass) in row.iter().enumerate() {
                next[events] += mass * (1.0 - share);
                next[events + 1] += mass * share;
            }
            row = next;
        }
        let is_found = |events: usize| {
            let (x, n) = (events as f64, f64::from(n));
            let test = proportion_test(x, n, goal, test, TwoSided::Doubled).unwrap();
            (if share < goal { test.p_below } else { test.p_above }) <= tail
        };
        row.iter().enumerate().filter(|(x, _)| is_found(*x)).map(|(_, mass)| mass).sum()
    }

    const TESTS: [ValueTestMethod; 3] =
        [ValueTestMethod::Exact, ValueTestMethod::MidP, ValueTestMethod::Score];

    #[test]
    fn power_is_the_sum_over_all_counts_that_are_findings() {
        let shares = [0.0, 0.03, 0.2, 0.5, 0.85, 0.9, 1.0];
        for (share, goal) in shares.iter().flat_map(|&a| shares.map(|b| (a, b))) {
            if share == goal {
                continue;
            }
            for (test, tail) in TESTS.into_iter().flat_map(|test| [(test, 0.05), (test, 0.3)]) {
                for n in [1, 2, 3, 7, 20, 61] {
                    let wanted = summed(share, n, goal, test, tail);
                    let level = TestLevel::one_sided(tail).unwrap();
                    let method = ValuePowerMethod::Test(test);
                    let found =
                        proportion_test_power(share, n.into(), goal, method, level).unwrap();
                    assert!((found - wanted).abs() < 1e-12, "{share} {goal} {test:?} {n}");
                }
            }
        }
    }

    #[test]
    fn from_the_size_on_the_power_stays() {
        let cases = [(0.85, 0.9), (0.95, 0.9), (0.3, 0.5), (0.02, 0.05), (0.0, 0.2), (0.9, 1.0)];
        for (share, goal) in cases {
            for (test, tail) in TESTS.into_iter().flat_map(|test| [(test, 0.05), (test, 0.005)]) {
                for wanted in [0.5, 0.8, 0.95] {
                    let level = TestLevel::one_sided(tail).unwrap();
                    let method = ValuePowerMethod::Test(test);
                    let found =
                        proportion_test_sample_size(share, goal, wanted, method, level).unwrap();
                    let power =
                        |n: f64| proportion_test_power(share, n, goal, method, level).unwrap();
                    assert_eq!(found.power, power(found.size));
                    let end = 2 * found.size as u32 + 100;
                    let last = (1..=end).rev().find(|&n| power(n.into()) < wanted);
                    let wanted = f64::from(last.unwrap_or(0)) + 1.0;
                    assert_eq!(found.size, wanted, "{share} {goal} {test:?} {tail}");
                }
            }
        }
    }
}
