//! Intervals for one estimate, or for the comparison of two: how far the truth may be from the observed value.
//!
//! | file | gives |
//! |---|---|
//! | [`proportion`] | a share: events of a denominator |
//! | [`finite_population`] | a share of a finite population, from a sample of it |
//! | [`survey`] | a share that a survey with a complex design estimates |
//! | [`multinomial`] | the shares of several categories, all at once |
//! | [`count`] | a count, alone or over an exposure (a rate) |
//! | [`mean`] | a mean of measured values |
//! | [`prediction`] | the sum of some more reports |
//! | [`difference`] | the difference of two estimates |
//! | [`proportion_difference`] | the difference of two shares |
//! | [`proportion_ratio`] | the ratio of two shares |
//! | [`mod@odds_ratio`] | the ratio of two odds |
//! | [`rate_difference`] | the difference of two rates |
//! | [`rate_ratio`] | the ratio of two rates |
//! | [`stratified`] | two groups over strata: Mantel and Haenszel's estimates |
//! | [`paired`] | two shares of the same persons |
//! | [`exact_test`] | one-sided exact tests of a share or a count at a known goal |
//! | [`mod@column`] | shares, counts and rates by the column, faster |

pub mod column;
pub mod count;
pub mod difference;
pub mod exact_test;
pub mod finite_population;
pub mod mean;
pub mod multinomial;
pub mod odds_ratio;
pub mod paired;
pub mod prediction;
pub mod proportion;
pub mod proportion_difference;
pub mod proportion_ratio;
pub mod rate_difference;
pub mod rate_ratio;
pub mod stratified;
pub mod survey;
pub(crate) mod two_shares;

pub use column::{Intervals, count_intervals, proportion_intervals, rate_intervals};
pub use count::{CountMethod, count_interval, rate_interval};
pub use difference::difference_interval;
pub use exact_test::{
    GoalTest, TailMethod, count_tail_above, count_tail_below, count_tails, share_tail_above,
    share_tail_below, share_tails,
};
pub use finite_population::sampled_proportion_interval;
pub use mean::{MeanSummary, mean_interval};
pub use multinomial::{MultinomialMethod, multinomial_intervals};
pub use odds_ratio::{OddsRatioMethod, odds_ratio_interval};
pub use paired::{
    PairedDifferenceMethod, Pairs, paired_difference_interval, paired_odds_ratio_interval,
};
pub use prediction::{ReportSummary, prediction_interval};
pub use proportion::{ProportionMethod, proportion_interval, wilson_or_nan};
pub use proportion_difference::{ProportionDifferenceMethod, proportion_difference_interval};
pub use proportion_ratio::{ProportionRatioMethod, proportion_ratio_interval};
pub use rate_difference::{RateDifferenceMethod, rate_difference_interval};
pub use rate_ratio::{RateRatioMethod, rate_ratio_interval};
pub use stratified::{StratifiedEstimate, StratifiedMeasure, Stratum, mantel_haenszel};
pub use survey::survey_proportion_interval;
