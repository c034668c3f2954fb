//! The rows of combined goals and of their parts.

use chrono::NaiveDate;

use crate::assess::{Reason, Verdict};
use crate::plan::RuleKind;
use crate::view::View;

/// The verdict over several targets for a unit and a window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "combined_verdicts")]
#[non_exhaustive]
pub struct CombinedVerdict {
    /// The id of the combined goal.
    pub combined: String,
    /// Its title.
    pub title: String,
    /// How many of the targets have to be met: all, any, or at least a number of them.
    pub rule: RuleKind,
    /// How many of the targets have to be met.
    pub required: i64,
    /// How many targets there are.
    pub targets: i64,
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
    /// How many targets are met.
    pub met: i64,
    /// How many are missed.
    pub missed: i64,
    /// How many can't be judged.
    pub indeterminate: i64,
    /// How many moved to the good side of what they are compared with; none if nothing is compared.
    pub improved: Option<i64>,
    /// The verdict over all of them.
    pub verdict: Verdict,
    /// All of it in a sentence or two.
    pub sentence: String,
}

/// One of the targets of a combined goal, for a unit and a window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "combined_parts")]
#[non_exhaustive]
pub struct CombinedPart {
    /// The id of the combined goal.
    pub combined: String,
    /// The target's id.
    pub target: String,
    /// The target's title.
    pub title: String,
    /// The unit's code.
    pub unit: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The indicator's value.
    pub value: Option<f64>,
    /// What it is compared with.
    pub baseline: Option<f64>,
    /// The change from there, in per cent.
    pub change: Option<f64>,
    /// Whether the value moved to the good side of what it is compared with.
    pub improved: Option<bool>,
    /// The goal in words.
    pub goal: String,
    /// The number the value has to reach or keep below; the lower one of two.
    pub goal_value: Option<f64>,
    /// Distance to the goal, positive on the good side.
    pub gap: Option<f64>,
    /// Share of the due reports that were made, in per cent.
    pub completeness: Option<f64>,
    /// What the figures say; indeterminate where reports are missing that could turn it.
    pub verdict: Verdict,
    /// Why it can't be judged, or what qualifies its judgement.
    pub reason: Option<Reason>,
}
