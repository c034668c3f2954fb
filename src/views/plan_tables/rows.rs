//! The rows of the tables of a plan.

use chrono::NaiveDate;

use crate::plan::{Better, OverTime, OverUnits, Variation};
use crate::view::View;

/// A unit of a plan, for the days of one validity.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "plan_units")]
#[non_exhaustive]
pub struct PlanUnit {
    /// The unit's code.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// Its level.
    pub level: String,
    /// The code of the unit above.
    pub parent: Option<String>,
    /// The first day on which it is valid; none if it always was.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it is no longer valid; none if it still is.
    pub valid_to: Option<NaiveDate>,
}

/// A measure of a plan.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "plan_measures")]
#[non_exhaustive]
pub struct PlanMeasure {
    /// The measure's id.
    pub measure: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// What is counted: `case`, `person`.
    pub unit_of_value: Option<String>,
    /// How the values of a unit combine over time.
    pub over_time: OverTime,
    /// How the values of several units combine.
    pub over_units: OverUnits,
    /// The period a report is due for.
    pub every: Option<String>,
    /// The level whose units have to report it.
    pub recorded_at: Option<String>,
    /// The strata by which its outcomes may be split, separated by commas.
    pub strata: Option<String>,
    /// What the plan's authors remark on it.
    pub note: Option<String>,
}

/// An indicator of a plan.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "plan_indicators")]
#[non_exhaustive]
pub struct PlanIndicator {
    /// The indicator's id.
    pub indicator: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// The key of its formula: `proportion`, `rate`.
    pub formula: String,
    /// How it is computed: `cleared ÷ cases × 100`.
    pub computed_as: String,
    /// The unit of its values: `%`, `per 100000`.
    pub unit_of_value: String,
    /// The good direction.
    pub better: Option<Better>,
    /// How its counts vary.
    pub variation: Variation,
    /// What the plan's authors remark on it.
    pub note: Option<String>,
}

/// A target of a plan: one row for each category that it is split by, and for each version.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "plan_targets")]
#[non_exhaustive]
pub struct PlanTarget {
    /// The target's id.
    pub target: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// The categories that it is about, such as `sex=f`.
    pub stratum: Option<String>,
    /// The first day of this version; none for the first.
    pub in_force_from: Option<NaiveDate>,
    /// The indicator's id.
    pub indicator: String,
    /// The goal in words.
    pub goal: String,
    /// The number of its windows.
    pub windows: i64,
    /// First day of the first window.
    pub window_start: NaiveDate,
    /// The day after the last window's last.
    pub window_end: NaiveDate,
    /// The number of units that it is for.
    pub units: i64,
    /// The campaign it belongs to.
    pub campaign: Option<String>,
    /// The campaign's task that it serves.
    pub task: Option<String>,
    /// The documents it rests on, separated by semicolons.
    pub basis: Option<String>,
    /// What the plan's authors remark on it.
    pub note: Option<String>,
}

/// A campaign of a plan.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "plan_campaigns")]
#[non_exhaustive]
pub struct PlanCampaign {
    /// The campaign's id.
    pub campaign: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// First day of its window.
    pub window_start: NaiveDate,
    /// The day after its window's last.
    pub window_end: NaiveDate,
    /// The campaign it is part of.
    pub part_of: Option<String>,
    /// The number of targets that belong to it.
    pub targets: i64,
    /// What the plan's authors remark on it.
    pub note: Option<String>,
}

/// A duty of an office of a plan.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "plan_owners")]
#[non_exhaustive]
pub struct PlanOwner {
    /// The office's id.
    pub owner: String,
    /// Its title, or its id where it has none.
    pub title: String,
    /// The name of who holds it.
    pub name: Option<String>,
    /// The level in each unit of which it exists once.
    pub each: Option<String>,
    /// The targets that it answers for; null for all, and so below.
    pub targets: Option<String>,
    /// The indicators.
    pub indicators: Option<String>,
    /// The campaigns.
    pub campaigns: Option<String>,
    /// The tasks.
    pub tasks: Option<String>,
    /// The level of the units.
    pub level: Option<String>,
    /// The units.
    pub units: Option<String>,
    /// The units that it answers for with all units below them.
    pub within: Option<String>,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day.
    pub until: Option<NaiveDate>,
    /// What the plan's authors remark on it.
    pub note: Option<String>,
}
