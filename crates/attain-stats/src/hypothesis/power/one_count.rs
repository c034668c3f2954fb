//! A count or a rate against a value.

use super::normal::Approximation;
use super::{
    BEYOND, MOST, REACH, SampleSize, TestLevel, ValuePowerMethod, findings, horizon, least,
    power_goal, too_near,
};
use crate::error::{self, Result, out_of_range, positive};
use crate::hypothesis::{TwoSided, ValueTestMethod, count_test};
use crate::interval::{TailMethod, count_tail_above, count_tail_below};
use crate::root::falling_root;
use crate::special::{gamma_lower_quantile, gamma_upper_quantile, ln_poisson, normal_quantile};

/// Returns the probability that a test of a count finds that its mean is not `expected`, if it is `mean`.
///
/// A finding is a p-value of at most the level, on the side of the truth.
///
/// ```
/// use attain_stats::{TestLevel, ValuePowerMethod, ValueTestMethod, count_test_power};
///
/// // Where 4 events are expected, none is a finding at 2.5 %: e⁻⁴ is 0.0183.
/// let exact = ValuePowerMethod::Test(ValueTestMethod::Exact);
/// let power = count_test_power(1.0, 4.0, exact, TestLevel::two_sided(0.05)?)?;
/// assert!((power - (-1.0f64).exp()).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `mean` or `expected` is negative, not finite or beyond 2⁵³, or both are the same.
pub fn count_test_power(
    mean: f64,
    expected: f64,
    method: ValuePowerMethod,
    level: TestLevel,
) -> Result<f64> {
    let (mean, expected) = (error::count("mean", mean)?, error::count("expected", expected)?);
    if mean == expected {
        let expected = "a mean other than the expected count, which a test could find";
        return Err(out_of_range("mean", mean, expected));
    }
    Ok(match method {
        ValuePowerMethod::Normal => approximation(mean, expected).power(1.0, level),
        ValuePowerMethod::Test(test) => test_power(mean, expected, test, level.tail()),
    })
}

/// Returns the least exposure from which on the power stays at `power`, for a rate of `rate` where `goal` is tested.
///
/// The power of a test of whole numbers is a saw-tooth: with more exposure it can be less. From the returned exposure on,
/// no exposure up to one with twice as many events (100,000 more at most), or 10,000, has less power than `power`; for exact and mid-P
/// tests none at all has, unless `power` is near 1.
///
/// ```
/// use attain_stats::{TestLevel, ValuePowerMethod, ValueTestMethod, count_test_exposure};
///
/// // No events where 1 per year is the goal: three years, as e⁻³ is just below 5 %.
/// let exact = ValuePowerMethod::Test(ValueTestMethod::Exact);
/// let found = count_test_exposure(0.0, 1.0, 0.8, exact, TestLevel::one_sided(0.05)?)?;
/// assert!((found.size + 0.05f64.ln()).abs() < 1e-9);
/// assert_eq!(found.power, 1.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `rate` is negative or not finite, `goal` is not a finite number above 0, or both are the same; if `power` is
/// not from ½ to below 1; if more than 1,000,000 events would be needed for exact, mid-P and score
/// tests.
pub fn count_test_exposure(
    rate: f64,
    goal: f64,
    power: f64,
    method: ValuePowerMethod,
    level: TestLevel,
) -> Result<SampleSize> {
    let rate = error::count("rate", rate)?;
    let goal = positive("goal", error::count("goal", goal)?)?;
    let wanted = power_goal(power)?;
    if rate == goal {
        let expected = "a rate other than the goal, which a test could find";
        return Err(out_of_range("rate", rate, expected));
    }
    let test = match method {
        ValuePowerMethod::Normal => {
            let approximation = approximation(rate, goal);
            let size = positive("rate", approximation.size(wanted, level))
                .map_err(|_| too_near("rate"))?;
            return Ok(SampleSize { size, power: approximation.power(size, level) });
        }
        ValuePowerMethod::Test(test) => test,
    };
    let tail = level.tail();
    let steps = Steps { ratio: rate / goal, test, tail };
    let expected = steps.expected(wanted).ok_or_else(|| too_near("rate"))?;
    // The exposure at which a count becomes a finding is known but for rounding.
    let mut more = 1e-12;
    loop {
        let size = (expected / goal) * (1.0 + more);
        let found = test_power(rate * size, goal * size, test, tail);
        if found >= wanted {
            return Ok(SampleSize { size, power: found });
        }
        if more > 1e-6 {
            return Err(too_near("rate"));
        }
        more *= 4.0;
    }
}

fn approximation(mean: f64, expected: f64) -> Approximation {
    Approximation::new((mean - expected).abs(), expected.sqrt(), mean.sqrt())
}

fn test_power(mean: f64, expected: f64, test: ValueTestMethod, tail: f64) -> f64 {
    let is_below = mean < expected;
    let p_at_most = |events: f64, is_found: bool| {
        let test = count_test(events, expected, test, TwoSided::Doubled);
        let p = test.map_or(1.0, |test| if is_below { test.p_below } else { test.p_above });
        (p <= tail) == is_found
    };
    let near = (expected + normal_quantile(tail) * expected.sqrt()).ceil().max(0.0);
    if is_below {
        let found = findings(near, expected.ceil(), |events| p_at_most(events, true));
        return if found > 0.0 {
            count_tail_below(found - 1.0, mean, TailMethod::Exact)
        } else {
            0.0
        };
    }
    let near = 2.0 * expected.ceil() - near;
    // Enough for the smallest tail that a float holds.
    let most = (expected + 4.0 * REACH * expected.sqrt() + 20.0 * BEYOND).ceil();
    let first = findings(near, most, |events| p_at_most(events, false));
    count_tail_above(first, mean, TailMethod::Exact)
}

/// The expected counts at which one more count, or one less, is a finding.
struct Steps {
    /// The true mean over the expected count.
    ratio: f64,
    test: ValueTestMethod,
    tail: f64,
}

impl Steps {
    fn is_below(&self) -> bool {
        self.ratio < 1.0
    }

    /// The least expected count at which `count` events or fewer are a finding, or the largest at which `count` or more are.
    fn at(&self, count: f64, test: ValueTestMethod) -> f64 {
        let exact = |count: f64| {
            if self.is_below() {
                gamma_upper_quantile(count + 1.0, self.tail)
            } else {
                gamma_lower_quantile(count, self.tail)
            }
        };
        match test {
            ValueTestMethod::Exact => exact(count),
            // Half of the probability of the count is less than all of it, and more than none.
            ValueTestMethod::MidP if self.is_below() => {
                let low = if count > 0.0 { exact(count - 1.0) } else { 0.0 };
                falling_root(low, exact(count), |expected| {
                    count_tail_below(count, expected, TailMethod::MidP) - self.tail
                })
            }
            ValueTestMethod::MidP => falling_root(exact(count), exact(count + 1.0), |expected| {
                self.tail - count_tail_above(count, expected, TailMethod::MidP)
            }),
            // (x − μ)² = z²μ.
            ValueTestMethod::Score => {
                let z = -normal_quantile(self.tail);
                let half = z * (count + 0.25 * z * z).sqrt();
                let middle = count + 0.5 * z * z;
                if self.is_below() { middle + half } else { count * count / (middle + half) }
            }
        }
    }

    /// The power just before `count` + 1 events become a finding, or just after `count` stop being one: the least around.
    fn least_power(&self, count: f64, test: ValueTestMethod) -> f64 {
        if self.is_below() {
            count_tail_below(count, self.ratio * self.at(count + 1.0, test), TailMethod::Exact)
        } else if count > 0.0 {
            count_tail_above(count + 1.0, self.ratio * self.at(count, test), TailMethod::Exact)
        } else {
            0.0
        }
    }

    /// The power at the expected count at which the exact test has just its level: no exact test of this level has more there.
    /// It does not fall as the count grows.
    fn best(&self, count: f64) -> f64 {
        let mean = self.ratio * self.at(count, ValueTestMethod::Exact);
        if self.is_below() {
            count_tail_below(count, mean, TailMethod::Exact)
        } else {
            count_tail_above(count, mean, TailMethod::Exact)
        }
    }

    /// What the power of the exact test is not below from that expected count on: less the probability of the most probable
    /// count, which falls as the mean grows.
    fn least_from(&self, count: f64) -> f64 {
        let mean = self.ratio * self.at(count, ValueTestMethod::Exact);
        let mode = mean.floor();
        let most = if mode > 0.0 { ln_poisson(mode, mean).exp() } else { (-mean).exp() };
        if self.ratio == 0.0 { 1.0 } else { self.best(count) - most }
    }

    /// The expected count from which on the power stays at `wanted`.
    fn expected(&self, wanted: f64) -> Option<f64> {
        let first = least(MOST, |count| self.best(count) >= wanted)?;
        let proven = least(2.0 * MOST, |count| self.least_from(count) >= wanted);
        let end = horizon(proven, first, self.test) + 2.0;
        if self.least_power(end, self.test) < wanted {
            return None;
        }
        let mut count = end;
        while count > 0.0 && self.least_power(count - 1.0, self.test) >= wanted {
            count -= 1.0;
        }
        Some(if self.is_below() {
            self.at(count, self.test)
        } else {
            // After `count` − 1 stopped being a finding the power rises again.
            gamma_lower_quantile(count, wanted) / self.ratio
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;

    const TESTS: [ValueTestMethod; 3] =
        [ValueTestMethod::Exact, ValueTestMethod::MidP, ValueTestMethod::Score];

    #[test]
    fn power_is_the_sum_over_all_counts_that_are_findings() {
        let means: [f64; 7] = [0.0, 0.4, 1.0, 3.7, 9.0, 20.5, 40.0];
        for (mean, expected) in means.iter().flat_map(|&a| means.map(|b| (a, b))) {
            if mean == expected {
                continue;
            }
            for (test, tail) in TESTS.into_iter().flat_map(|test| [(test, 0.05), (test, 1e-4)]) {
                let mut mass = (-mean).exp();
                let mut wanted = 0.0;
                for events in 0..300 {
                    let p = count_test(events.into(), expected, test, TwoSided::Doubled).unwrap();
                    if (if mean < expected { p.p_below } else { p.p_above }) <= tail {
                        wanted += mass;
                    }
                    mass *= mean / f64::from(events + 1);
                }
                let level = TestLevel::one_sided(tail).unwrap();
                let method = ValuePowerMethod::Test(test);
                let found = count_test_power(mean, expected, method, level).unwrap();
                assert!((found - wanted).abs() < 1e-12, "{mean} {expected} {test:?} {found}");
            }
        }
    }

    #[test]
    fn from_the_exposure_on_the_power_stays() {
        for (rate, goal) in [(0.0, 2.0), (1.0, 2.0), (0.8, 1.0), (1.3, 1.0), (30.0, 4.0)] {
            for (test, tail) in TESTS.into_iter().flat_map(|test| [(test, 0.05), (test, 0.005)]) {
                for wanted in [0.5, 0.8, 0.95] {
                    let level = TestLevel::one_sided(tail).unwrap();
                    let method = ValuePowerMethod::Test(test);
                    let found = count_test_exposure(rate, goal, wanted, method, level).unwrap();
                    let power = |exposure: f64| {
                        count_test_power(rate * exposure, goal * exposure, method, level).unwrap()
                    };
                    let about = format!("{rate} {goal} {test:?} {tail} {wanted} {found:?}");
                    assert!(found.power >= wanted, "{about}");
                    assert!(power(found.size * (1.0 - 1e-7)) < wanted, "{about}");
                    for step in 1..300 {
                        let exposure = found.size * (1.0 + f64::from(step) * 3e-3);
                        assert!(power(exposure) >= wanted, "{about} {exposure}");
                    }
                }
            }
        }
    }
}
