//! The rows of a trajectory.

use chrono::NaiveDate;

use crate::assess::{Pace, reasons};
use crate::error::codes::codes;
use crate::view::View;

codes! {
    /// What a row of a trajectory is about.
    pub enum TrajectoryPart as "part of a trajectory" {
        /// A day that has passed: what was known then.
        SoFar = "so_far",
        /// A day to come: the forecast.
        ToCome = "to_come",
    }
}

reasons! {
    /// Why a row of a trajectory has no value, or no forecast.
    pub enum TrajectoryReason as "reason of a trajectory" {
        /// The row has no value, or no verdict.
        Row,
        /// Nothing is forecast for that day: of stocks, published series, shares of units and standardised rates only the
        /// window's end, or nothing.
        NoForecast = "no_forecast",
    }
}

/// A target's value for a unit on a day of a window: as it stood, or as it is forecast.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "trajectory")]
#[non_exhaustive]
pub struct TrajectoryRow {
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
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The day, which counts in full: the last of a month, of the window, or that of the report.
    pub day: NaiveDate,
    /// Whether the day has passed, or is to come.
    pub part: TrajectoryPart,
    /// The value from the window's first day up to this day, as it was known then; none of a day to come.
    pub value: Option<f64>,
    /// What the trajectory of the target expects by this day.
    pub expected: Option<f64>,
    /// Where the value stood; none of a day to come.
    pub pace: Option<Pace>,
    /// The goal in words.
    pub goal: String,
    /// The goal's number, the lower one of two.
    pub goal_value: Option<f64>,
    /// The upper number of a `between`.
    pub goal_upper: Option<f64>,
    /// The median of the forecast of a day to come.
    pub projected: Option<f64>,
    /// With a probability of 50 %, the value is not below this number …
    pub lower_50: Option<f64>,
    /// … and not above this one.
    pub upper_50: Option<f64>,
    /// The same with 80 %.
    pub lower_80: Option<f64>,
    /// The same with 80 %.
    pub upper_80: Option<f64>,
    /// The same with 95 %.
    pub lower_95: Option<f64>,
    /// The same with 95 %.
    pub upper_95: Option<f64>,
    /// Why there is no value, or no forecast.
    pub reason: Option<TrajectoryReason>,
}
