//! The rows of awards.

use chrono::NaiveDate;

use crate::error::codes::codes;
use crate::view::View;

codes! {
    /// What the values are drawn from that the safety of a choice rests on.
    pub enum DrawnFrom as "source of draws" {
        /// The true values, as the counts of all units let expect them, with new chance around them.
        Pooled = "pooled",
        /// A normal distribution around each value: fewer than eight units have counts of the indicator.
        OwnValues = "own_values",
        /// Some indicators are pooled and others are not.
        Both = "both",
    }
}

/// What an award's rules make of a unit in a window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "awards")]
#[non_exhaustive]
pub struct AwardRow {
    /// The award's id.
    pub award: String,
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
    /// The day up to and including which outcomes were taken into account.
    pub as_of: NaiveDate,
    /// Whether the window has closed.
    #[view(rename = "final")]
    pub is_final: bool,
    /// Whether the unit fulfils all conditions of the award; none where that is not known, or where missing
    /// reports leave it open whether the unit is chosen.
    pub eligible: Option<bool>,
    /// Why the unit is not chosen, in words.
    pub why_not: Option<String>,
    /// The points that rank it.
    pub points: Option<f64>,
    /// The points if the missing reports held their worst; none where that has no limit.
    pub points_worst: Option<f64>,
    /// The points if the missing reports held their best; none where that has no limit.
    pub points_best: Option<f64>,
    /// Share of the due reports that were made, in per cent; the lowest of what the points rest on.
    pub completeness: Option<f64>,
    /// The grade they earn.
    pub grade: Option<String>,
    /// The rank among the eligible units; equal points share the best of their places.
    pub rank: Option<i64>,
    /// How many may be chosen.
    pub quota: i64,
    /// Whether the unit is chosen.
    pub chosen: bool,
    /// Whether it has the same points as others, of whom the quota would take only some.
    pub tied: bool,
    /// How often the unit is chosen when chance is drawn anew, 0 to 1; none where no value that the points
    /// rest on has an interval.
    pub safety: Option<f64>,
    /// What the values are drawn from: `pooled`, their true values as estimated from the counts of all units; `own_values`,
    /// normal distributions around the values themselves, which overstates the safety; or `both`. None without a safety.
    pub drawn_from: Option<DrawnFrom>,
    /// The documents the award rests on.
    pub basis: Option<String>,
}
