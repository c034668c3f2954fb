//! Power and sample sizes: how often a test finds a difference, and how many cases it needs for that.
//!
//! | file | tests |
//! |---|---|
//! | [`one_share`] | a share against a value |
//! | [`one_count`] | a count or a rate against a value |
//! | [`two_shares`] | the difference of two shares |
//! | [`two_rates`] | the ratio of two rates |
//!
//! Power is the probability of a p-value of at most the [`TestLevel`], on the side of the truth. Findings on the wrong side do
//! not count. The power of an exact, mid-P or score test is the sum of the probabilities of all counts for which the test has
//! such a p-value. Normal approximations are formulas.

mod normal;
pub mod one_count;
pub mod one_share;
pub mod two_rates;
pub mod two_shares;

pub use one_count::{count_test_exposure, count_test_power};
pub use one_share::{proportion_test_power, proportion_test_sample_size};
pub use two_rates::{
    RateRatioApproximation, RateRatioPowerMethod, rate_ratio_test_exposure, rate_ratio_test_power,
};
pub use two_shares::{
    ProportionDifferenceApproximation, ProportionDifferencePowerMethod,
    proportion_difference_test_power, proportion_difference_test_sample_size,
};

use super::ValueTestMethod;
use crate::error::{Result, StatsError, out_of_range};
use crate::special::ln_binomial;

/// The level of a test, of one side or of both.
///
/// ```
/// use attain_stats::TestLevel;
///
/// assert_eq!(TestLevel::two_sided(0.05)?, TestLevel::one_sided(0.025)?);
/// assert!(TestLevel::two_sided(5.0).is_err());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestLevel {
    tail: f64,
}

impl TestLevel {
    /// A finding is a one-sided p-value of at most `level`.
    ///
    /// # Errors
    /// If `level` is not above 0 and below ½.
    pub fn one_sided(level: f64) -> Result<Self> {
        let expected = "a share above 0 and below 0.5, such as 0.05";
        TestLevel::of_tail(level).ok_or_else(|| out_of_range("level", level, expected))
    }

    /// A finding is a two-sided p-value of at most `level`, with doubled tails.
    ///
    /// # Errors
    /// If `level` is not above 0 and below 1.
    pub fn two_sided(level: f64) -> Result<Self> {
        let expected = "a share above 0 and below 1, such as 0.05";
        TestLevel::of_tail(0.5 * level).ok_or_else(|| out_of_range("level", level, expected))
    }

    /// The largest one-sided p-value that is a finding.
    pub fn tail(self) -> f64 {
        self.tail
    }

    fn of_tail(tail: f64) -> Option<Self> {
        (tail > 0.0 && tail < 0.5).then_some(TestLevel { tail })
    }
}

/// How the power of a test against a value is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValuePowerMethod {
    /// The probability of all counts at which this test finds the difference.
    Test(ValueTestMethod),
    /// By the normal approximation of the score test.
    Normal,
}

/// A size of one group, and the power that it gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSize {
    /// The denominator, a whole number, or the exposure.
    pub size: f64,
    /// The power at this size: at least the one asked for.
    pub power: f64,
}

/// Sizes of two groups, and the power that they give.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSizes {
    /// The denominator of the first group, a whole number, or its exposure.
    pub size1: f64,
    /// The same of the second group.
    pub size2: f64,
    /// The power at these sizes.
    pub power: f64,
}

/// Probabilities beyond this many standard deviations, and [`BEYOND`] counts, are less than a float's rounding of the sum.
const REACH: f64 = 9.0;
const BEYOND: f64 = 40.0;

/// The probability of `events` of `n`.
fn binomial(events: f64, n: f64, share: f64) -> f64 {
    if events > 0.0 && events < n && share * (1.0 - share) == 0.0 {
        return 0.0;
    }
    ln_binomial(events, n, share, 1.0 - share).exp()
}

/// The whole numbers around a mean that have all of the probability but for rounding.
fn within_reach(mean: f64, variance: f64) -> (f64, f64) {
    let reach = REACH * variance.sqrt() + BEYOND;
    ((mean - reach).floor().max(0.0), (mean + reach).ceil())
}

/// Returns `power`, if sizes can be computed for it: where many are, the check is made once.
///
/// ```
/// use attain_stats::power_goal;
///
/// assert_eq!(power_goal(0.8)?, 0.8);
/// assert!(power_goal(80.0).is_err());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `power` is not from ½ to below 1.
pub fn power_goal(power: f64) -> Result<f64> {
    if (0.5..1.0).contains(&power) {
        return Ok(power);
    }
    Err(out_of_range("power", power, "a share from 0.5 to below 1, such as 0.8"))
}

/// Lets a share through.
fn share(argument: &'static str, value: f64) -> Result<f64> {
    if (0.0..=1.0).contains(&value) {
        return Ok(value);
    }
    Err(out_of_range(argument, value, "a share from 0 to 1, such as 0.95"))
}

/// The fault of a difference that no number of cases within reach shows.
fn too_near(argument: &'static str) -> StatsError {
    let why =
        "a truth that is farther from the tested value; normal approximations take nearer ones";
    StatsError::Undetermined { argument, why }
}

/// How many of the counts from 0 to `most` are findings. `is_found` holds up to some count and for none after it. Few are
/// looked at where `near` is near.
fn findings(near: f64, most: f64, is_found: impl Fn(f64) -> bool) -> f64 {
    // The answer is from `low` to `high`.
    let (mut low, mut high) = (0.0, most + 1.0);
    let mut step = 1.0;
    let mut next = near.clamp(low, high);
    // Outwards from `near`, by steps that double.
    if next > low && !is_found(next - 1.0) {
        high = next - 1.0;
        while high > low {
            next = (high - step).max(low);
            if next <= low || is_found(next - 1.0) {
                low = next;
                break;
            }
            high = next - 1.0;
            step *= 2.0;
        }
    } else {
        low = next;
        while low < high {
            next = (low + step - 1.0).min(most);
            if !is_found(next) {
                high = next;
                break;
            }
            low = next + 1.0;
            step *= 2.0;
        }
    }
    while low < high {
        let middle = (0.5 * (low + high)).floor();
        if is_found(middle) {
            low = middle + 1.0;
        } else {
            high = middle;
        }
    }
    low
}

/// The least whole number for which `holds`, which holds for all larger ones too; `None` beyond `most`.
fn least(most: f64, holds: impl Fn(f64) -> bool) -> Option<f64> {
    let (mut fails, mut end) = (0.0, 1.0);
    while !holds(end) {
        if end >= most {
            return None;
        }
        (fails, end) = (end, (2.0 * end).min(most));
    }
    while end - fails > 1.0 {
        let middle = (0.5 * (fails + end)).floor();
        if holds(middle) {
            end = middle;
        } else {
            fails = middle;
        }
    }
    Some(end)
}

/// How far sizes are looked at, from a bound beyond which the power of exact tests is proven to stay, and the least size that
/// any exact test of the level can have.
fn horizon(proven: Option<f64>, least: f64, test: ValueTestMethod) -> f64 {
    let beyond = |size: f64| size + size.min(FARTHEST);
    let end = proven.unwrap_or(f64::INFINITY).min(beyond(least).max(ALL_LOOKED_AT));
    match test {
        ValueTestMethod::Exact | ValueTestMethod::MidP => end,
        // The proof is of exact tests, which score tests are near.
        ValueTestMethod::Score => beyond(end),
    }
}

/// Sizes up to this are all looked at, if the power is not proven to stay before.
const ALL_LOOKED_AT: f64 = 1e4;
/// No more sizes than these are looked at beyond a large one.
const FARTHEST: f64 = 1e5;
/// Exact sizes above this take long.
const MOST: f64 = 1e6;

#[cfg(test)]
mod tests {
    use super::findings;

    #[test]
    fn findings_are_counted_from_anywhere() {
        for most in 0..20 {
            for found in 0..=most + 1 {
                for near in 0..25 {
                    let counted = findings(f64::from(near), f64::from(most), |count| {
                        assert!((0.0..=f64::from(most)).contains(&count));
                        count < f64::from(found)
                    });
                    assert_eq!(counted, f64::from(found), "{most} {near}");
                }
            }
        }
    }
}
