//! What is told of a unit's series, and of each of its periods.

use chrono::NaiveDate;
use serde::Serialize;

use crate::assess::Reason;

/// A target's indicator over time, for one unit: signals, trend, and the process against the goal.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    pub every: &'static str,
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
    pub chart: &'static str,
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
    /// Which side of the centre, or which way, they are: `above`, `below`, or `both`.
    pub side: Option<&'static str>,
    /// `improvement` or `deterioration`; none where they have no side, or nothing says which is better.
    pub meaning: Option<&'static str>,
    /// How many patterns there are in the whole series; none without a chart.
    pub signals: Option<i64>,
    /// First day of the latest period that is part of a pattern.
    pub latest_signal: Option<NaiveDate>,
    /// The test for a trend.
    pub trend_test: &'static str,
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
    /// `improving`, `worsening` or, where nothing says which is better, `rising`, `falling`; `none` where there is no trend
    /// beyond chance, by `p_bh`.
    pub trend: Option<&'static str>,
    /// What a process between the limits makes of the goal: `capable`, `incapable` or `hit_and_miss`.
    pub capability: Option<&'static str>,
    /// Why there is no chart: `too_few_points`; `negative_count` or, of a denominator, `no_counts`, where something is below 0; or
    /// why no period has a value.
    pub reason: Option<&'static str>,
}

/// A period of a target's series for one unit, as its chart has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    pub chart: &'static str,
    /// The centre line.
    pub centre: Option<f64>,
    /// The lower limit.
    pub lower: Option<f64>,
    /// The upper limit.
    pub upper: Option<f64>,
    /// The goal's number, the lower one of two, where it is one for such a period.
    pub goal: Option<f64>,
    /// The upper number of a `between`.
    pub goal_upper: Option<f64>,
    /// The patterns that the point is part of.
    pub signal: Option<String>,
    /// Which side of the centre, or which way, they are.
    pub side: Option<&'static str>,
    /// `improvement` or `deterioration`.
    pub meaning: Option<&'static str>,
    /// Why there is no value.
    pub reason: Option<Reason>,
}
