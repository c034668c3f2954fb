//! The rows of campaigns and of milestones.

use chrono::NaiveDate;

use crate::assess::{Comparator, Reason, Verdict};
use crate::view::View;

/// Where a campaign stands, or one of its tasks.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "campaigns")]
#[non_exhaustive]
pub struct CampaignRow {
    /// The campaign's id.
    pub campaign: String,
    /// Its title.
    pub title: String,
    /// The campaign it is part of.
    pub part_of: Option<String>,
    /// The other campaigns that share days with it without being part of one another, by their ids.
    pub overlaps: Option<String>,
    /// The task the row is about; none in the campaign's own row, which counts all its targets.
    pub task: Option<String>,
    /// The task's title.
    pub task_title: Option<String>,
    /// First day of the campaign.
    pub window_start: NaiveDate,
    /// The day after its last.
    pub window_end: NaiveDate,
    /// How many days it runs.
    pub days: i64,
    /// How many of them are over.
    pub days_passed: i64,
    /// How many rows of targets are met.
    pub met: i64,
    /// How many are missed.
    pub missed: i64,
    /// How many can't be judged.
    pub indeterminate: i64,
}

/// What a target was to have reached by a day, or a campaign to have done.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "milestones")]
#[non_exhaustive]
pub struct MilestoneRow {
    /// The campaign, if there is one.
    pub campaign: Option<String>,
    /// The target whose value it is; none for a deed.
    pub target: Option<String>,
    /// What was to be done; none for a value.
    pub deed: Option<String>,
    /// The unit; none for a deed.
    pub unit: Option<String>,
    /// The unit's name.
    pub unit_name: Option<String>,
    /// The last day that counts.
    pub by: NaiveDate,
    /// Whether that day is over.
    pub due: bool,
    /// How the value compares with that number where it is reached; none for a deed.
    pub comparator: Option<Comparator>,
    /// The value to have reached.
    pub reach: Option<f64>,
    /// The value on that day, from the window's beginning, as far as it is known now.
    pub value: Option<f64>,
    /// Distance to what was to be reached, positive on the good side.
    pub gap: Option<f64>,
    /// The day on which a deed was done.
    pub done: Option<NaiveDate>,
    /// How many days late a deed was done, or is by now; negative: early.
    pub days_late: Option<i64>,
    /// Whether it was reached or done in time; `indeterminate` before it is due, and where reports are missing that could
    /// turn it.
    pub verdict: Verdict,
    /// Why a milestone that is due can't be judged.
    pub reason: Option<Reason>,
}
