//! Tests of hypotheses: p-values for one share, count or mean against a value, and for two groups.
//!
//! | file | tests |
//! |---|---|
//! | [`against_value`] | a share, a count or a mean against a known value |
//! | [`two_shares`] | the difference of two shares |
//! | [`two_rates`] | the ratio of two rates |
//! | [`stratified`] | two groups over strata |
//! | [`paired`] | two shares of the same persons |
//! | [`power`] | how often such tests find a difference, and how many cases they need |
//!
//! Every test has three p-values. `p_below` is small if the truth is below the tested value,
//! `p_above` if it is above it, and `p` if it is on either side.
//!
//! [`GoalTest`](crate::GoalTest) compares one tail with a level, faster.

pub mod against_value;
pub mod paired;
pub mod power;
pub mod stratified;
mod total_probability;
pub mod two_rates;
pub mod two_shares;
mod unconditional;

pub use against_value::{ValueTestMethod, count_test, mean_test, proportion_test};
pub use paired::{McNemarMethod, mcnemar_test};
pub use power::{
    ProportionDifferenceApproximation, ProportionDifferencePowerMethod, RateRatioApproximation,
    RateRatioPowerMethod, SampleSize, SampleSizes, TestLevel, ValuePowerMethod,
    count_test_exposure, count_test_power, power_goal, proportion_difference_test_power,
    proportion_difference_test_sample_size, proportion_test_power, proportion_test_sample_size,
    rate_ratio_test_exposure, rate_ratio_test_power,
};
pub use stratified::{ChiSquaredTest, breslow_day_test, mantel_haenszel_test};
pub use two_rates::{RateRatioTestMethod, rate_ratio_test};
pub use two_shares::{ProportionDifferenceTestMethod, proportion_difference_test};

use crate::special::{normal_cdf, normal_upper};

/// The p-values of a test, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HypothesisTest {
    /// One-sided: small if the truth is below the tested value.
    pub p_below: f64,
    /// One-sided: small if the truth is above the tested value.
    pub p_above: f64,
    /// Two-sided: small if the truth is not the tested value.
    pub p: f64,
}

impl HypothesisTest {
    /// A standard normal score; NaN stays NaN.
    fn of_score(score: f64) -> Self {
        HypothesisTest {
            p_below: normal_cdf(score),
            p_above: normal_upper(score),
            p: 2.0 * normal_upper(score.abs()),
        }
    }

    /// Two tails, and twice the smaller one as two-sided p-value, at most 1.
    fn doubled(p_below: f64, p_above: f64) -> Self {
        HypothesisTest { p_below, p_above, p: (2.0 * p_below.min(p_above)).min(1.0) }
    }
}

/// How an exact test makes a two-sided p-value. Score tests are symmetric and need no such choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TwoSided {
    /// Twice the smaller tail, at most 1. It is at most 1 − confidence where the exact interval with
    /// equal tails excludes the tested value.
    #[default]
    Doubled,
    /// The total probability of all counts that are no more probable than the observed one, as in R
    /// and scipy. Counts whose probabilities differ by less than 10⁻⁷ of them count as equally
    /// probable. Needs whole numbers. With mid-P tails the equally probable counts have half of
    /// their probability (Lancaster 1961; Hirji 2006).
    MinimumLikelihood,
}
