//! The rows of evidence.

use chrono::NaiveDate;

use crate::assess::reasons;
use crate::view::View;

reasons! {
    /// Why a row has no evidence.
    pub enum EvidenceReason as "reason of evidence" {
        /// It has no verdict, or its value has no counts: for the reason of the report's rows.
        Row,
        /// Its counts do not add up over time: a new look does not add cases to those before.
        NotCumulative = "not_cumulative",
        /// The trajectory of the target does not say how many events are expected by that day.
        NoTrajectory = "no_trajectory",
        /// The goal is met in each of several categories.
        InEvery = "in_every",
        /// No share lies beyond its goal, or no number: a goal of 0 or 100 %.
        GoalAtTheEnd = "goal_at_the_end",
    }
}

/// The evidence against a goal at the end of a period, from all counts since the start of the window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "evidence")]
#[non_exhaustive]
pub struct EvidenceRow {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// The day of the look, which counts in full: the last of a period.
    pub day: NaiveDate,
    /// The events from the window's first day up to this day, as they are known today.
    pub events: Option<f64>,
    /// The cases up to this day, of shares; else how many events the goal allows or takes up to this day.
    pub whole: Option<f64>,
    /// The goal in words.
    pub goal: String,
    /// The evidence that the truth misses the goal: how many times more probable the counts are then than at the goal.
    pub evidence: Option<f64>,
    /// Whether the evidence has reached 2 ÷ (1 − confidence) by this day: 40 at 95 %. If the truth meets the goal, an alarm
    /// is ever raised with a probability of half of what the confidence leaves, at most.
    pub alarm: Option<bool>,
    /// Of the last look of each unit and window: whether the goal is missed, with at most 5 % of such rows of this table
    /// expected to be false (e-BH).
    pub established: Option<bool>,
    /// Why there is no evidence: `not_cumulative`, `no_trajectory`, `in_every`, `goal_at_the_end`, or the reason of the row.
    pub reason: Option<EvidenceReason>,
}
