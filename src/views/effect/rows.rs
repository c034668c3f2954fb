//! The effect of a campaign by one method.

use crate::error::codes::codes;
use crate::view::View;
use chrono::NaiveDate;

codes! {
    /// How the effect of a campaign is estimated.
    pub enum EffectMethod as "method" {
        /// By the same window one year back.
        SameWindowLastYear = "same_window_last_year",
        /// By as many days directly before.
        SameLengthBefore = "same_length_before",
        /// By the window that the plan compares the campaign with.
        CampaignComparison = "campaign_comparison",
        /// By a series that is interrupted when the campaign begins: the whole effect.
        InterruptedSeries = "interrupted_series",
        /// By such a series: the step at its beginning.
        InterruptedSeriesLevel = "interrupted_series_level",
        /// By such a series: the change of the slope.
        InterruptedSeriesSlope = "interrupted_series_slope",
        /// By the change of units outside the campaign.
        DifferenceInDifferences = "difference_in_differences",
        /// Displacement to the days after the campaign.
        DisplacedAfter = "displaced_after",
        /// Displacement to units nearby.
        DisplacedNearby = "displaced_nearby",
    }
}

/// The effect of a campaign by one method.
///
/// The estimate is a ratio: 0.8 is a fifth less than what would have been expected, 1 is no change.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "effect")]
#[non_exhaustive]
pub struct EffectRow {
    /// The campaign's id.
    pub campaign: String,
    /// The indicator's id.
    pub indicator: String,
    /// How the effect is estimated.
    pub method: EffectMethod,
    /// The ratio of what was counted to what would have been expected.
    pub estimate: Option<f64>,
    /// Its lower limit.
    pub lower: Option<f64>,
    /// Its upper limit.
    pub upper: Option<f64>,
    /// How often limits made this way hold the truth, a share of 1.
    pub confidence: f64,
    /// How many events were counted in the window that is looked at.
    pub counted: Option<f64>,
    /// How many would have been expected.
    pub expected: Option<f64>,
    /// First day of that window: of the campaign, or of the days after it.
    pub window_start: Option<NaiveDate>,
    /// The day after its last.
    pub window_end: Option<NaiveDate>,
    /// First day of the window that it is compared with.
    pub before_start: Option<NaiveDate>,
    /// The day after its last.
    pub before_end: Option<NaiveDate>,
    /// How many events were counted in that.
    pub before: Option<f64>,
    /// How many events the units that are compared with counted in the window.
    pub outside: Option<f64>,
    /// How many they counted in the window before.
    pub outside_before: Option<f64>,
    /// The number of units, periods or placebo dates from which the spread was estimated.
    pub pieces: Option<i64>,
    /// How much more the counts vary than Poisson counts do; where it is used.
    pub dispersion: Option<f64>,
    /// The correlation of neighbouring periods that the limits of a series allow for, 0 or more.
    pub correlation: Option<f64>,
    /// The ratio that a return to the mean would give without any effect; where the window before is extreme.
    pub regression: Option<f64>,
    /// Why the estimate may be a return to the mean: the window before is the highest or the lowest of up to twelve. And what is
    /// left out of both windows, because a report of one is missing.
    pub warning: Option<String>,
    /// The largest share of imputed and estimated figures among the counts that are compared, in per cent.
    pub imputed: Option<f64>,
    /// What is compared with what.
    pub compared: String,
    /// What has to be true for the estimate to be the campaign's doing.
    pub assumes: String,
    /// Why there is no estimate.
    pub reason: Option<String>,
}
