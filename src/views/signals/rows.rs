//! The rows for a unit's series, and for each of its periods.

use chrono::NaiveDate;

use super::options::{SignalChart, TrendTest};
use crate::assess::{Reason, reasons};
use crate::calendar::Every;
use crate::error::codes::codes;
use crate::stats::{Capability, Side};
use crate::view::View;

codes! {
    /// Whether a pattern is good news.
    pub enum SignalMeaning as "meaning" {
        /// On the good side.
        Improvement = "improvement",
        /// On the bad side.
        Deterioration = "deterioration",
    }
}

codes! {
    /// Where a series goes.
    pub enum Trend as "trend" {
        /// To the good side.
        Improving = "improving",
        /// To the bad side.
        Worsening = "worsening",
        /// Up, where nothing says which side is good.
        Rising = "rising",
        /// Down, likewise.
        Falling = "falling",
        /// Nowhere beyond chance.
        None = "none",
    }
}

codes! {
    /// Why nothing is said of what a process makes of its goal.
    pub enum CapabilityReason as "reason of a capability" {
        /// The chart has no limits.
        NoLimits = "no_limits",
        /// The goal has no number that stays the same, such as one relative to an earlier value.
        NoFixedGoal = "no_fixed_goal",
        /// The goal is one for windows of another length than the periods of the chart.
        OtherWindows = "other_windows",
    }
}

reasons! {
    /// Why a series has no chart, or no test for a trend.
    pub enum SignalReason as "reason of a series" {
        /// No period has a value, or a value has no counts: for the reason of the report's rows.
        Row,
        /// It has too few points.
        TooFewPoints = "too_few_points",
        /// A count is below 0.
        NegativeCount = "negative_count",
        /// The variance that the test for a trend estimates is not above 0.
        NoVariance = "no_variance",
    }
}

/// A target's indicator over time, for one unit: signals, trend, and the process against the goal.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "signals")]
#[non_exhaustive]
pub struct SignalRow {
    /// The target's id.
    pub target: String,
    /// The indicator's id.
    pub indicator: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// The kind of period.
    pub every: Every,
    /// First day of the series: of its first period with a value.
    pub series_start: Option<NaiveDate>,
    /// The day after its last period, with or without a value.
    pub series_end: Option<NaiveDate>,
    /// Periods with a value.
    pub points: i64,
    /// Periods without one between or after these.
    pub missing: i64,
    /// Why the latest period without a value has none.
    pub missing_reason: Option<Reason>,
    /// First day of the latest period with a value: of the latest point.
    pub latest: Option<NaiveDate>,
    /// The value of the latest point.
    pub value: Option<f64>,
    /// The kind of chart.
    pub chart: SignalChart,
    /// The centre line at the latest point.
    pub centre: Option<f64>,
    /// The lower limit at the latest point.
    pub lower: Option<f64>,
    /// The upper limit there.
    pub upper: Option<f64>,
    /// The patterns that reach to the latest point: `outside_limits, shift`; none where there are none.
    pub signal: Option<String>,
    /// First day of the period in which the earliest of these began.
    pub signal_since: Option<NaiveDate>,
    /// Which side of the centre, or which way, they are.
    pub side: Option<Side>,
    /// Whether they are good news; none where they have no side, or nothing says which is better.
    pub meaning: Option<SignalMeaning>,
    /// How many patterns there are in the whole series; none without a chart.
    pub signals: Option<i64>,
    /// First day of the latest period that is part of a pattern.
    pub latest_signal: Option<NaiveDate>,
    /// The probability that the latest point is part of a pattern if nothing changed, 0 to 1; none without a chart.
    pub false_signal: Option<f64>,
    /// The probability that the latest point is part of a pattern after a change by `change` per cent, 0 to 1.
    pub power: Option<f64>,
    /// The change that `power` is about, in per cent of the centre.
    pub change: f64,
    /// How many of the latest periods have this change.
    pub change_periods: i64,
    /// The test for a trend.
    pub trend_test: TrendTest,
    /// Kendall's τ: pairs that rise less pairs that fall, of all pairs that are compared.
    pub tau: Option<f64>,
    /// The p-value of a trend.
    pub p: Option<f64>,
    /// The same, adjusted so that few of the trends found among all rows are found by mistake (Benjamini and Hochberg).
    pub p_bh: Option<f64>,
    /// Theil & Sen's slope: the value's change per year.
    pub slope: Option<f64>,
    /// Its lower limit.
    pub slope_lower: Option<f64>,
    /// Its upper limit.
    pub slope_upper: Option<f64>,
    /// Where the series goes, by `p_bh`; `rising` and `falling` where nothing says which is better, `none` where there is no
    /// trend beyond chance.
    pub trend: Option<Trend>,
    /// Why `trend` is null: `too_few_points`; `no_variance`, where the test finds no variance above 0; or why no period has a value.
    pub trend_reason: Option<SignalReason>,
    /// What a process between the limits makes of the goal.
    pub capability: Option<Capability>,
    /// Why `capability` is null.
    pub capability_reason: Option<CapabilityReason>,
    /// Why there is no chart: `too_few_points`; `negative_count` or, of a denominator, `no_counts`, where something is below 0; or
    /// why no period has a value.
    pub reason: Option<SignalReason>,
}

/// A period of a target's series for one unit, as its chart has it.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "chart")]
#[non_exhaustive]
pub struct ChartRow {
    /// The target's id.
    pub target: String,
    /// The indicator's id.
    pub indicator: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// First day of the period.
    pub period_start: NaiveDate,
    /// The day after its last.
    pub period_end: NaiveDate,
    /// What was counted.
    pub numerator: Option<f64>,
    /// Out of what, or per what.
    pub denominator: Option<f64>,
    /// The indicator's value.
    pub value: Option<f64>,
    /// The kind of chart.
    pub chart: SignalChart,
    /// The centre line.
    pub centre: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
    /// The line one standard deviation below the centre, cut as the limits are.
    pub lower_1sd: Option<f64>,
    /// The line one standard deviation above the centre.
    pub upper_1sd: Option<f64>,
    /// The line two standard deviations below the centre.
    pub lower_2sd: Option<f64>,
    /// The line two standard deviations above the centre.
    pub upper_2sd: Option<f64>,
    /// The goal's number, the lower one of two, where it is one for such a period.
    pub goal: Option<f64>,
    /// The upper number of a `between`.
    pub goal_upper: Option<f64>,
    /// The patterns that the point is part of.
    pub signal: Option<String>,
    /// Which side of the centre, or which way, they are.
    pub side: Option<Side>,
    /// Whether they are good news.
    pub meaning: Option<SignalMeaning>,
    /// Why there is no value.
    pub reason: Option<Reason>,
}
