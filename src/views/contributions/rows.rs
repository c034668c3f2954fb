//! The rows of contributions and of changes.

use chrono::NaiveDate;

use crate::assess::Reason;
use crate::error::codes::codes;
use crate::view::View;

codes! {
    /// What a part of a whole is.
    pub enum PartKind as "kind of part" {
        /// A unit.
        Unit = "unit",
        /// A category of a stratum.
        Category = "category",
        /// What no part accounts for.
        Remainder = "remainder",
        /// The whole itself.
        Whole = "whole",
    }
}

codes! {
    /// On which side of the goal a contribution is.
    pub enum ContributionEffect as "effect" {
        /// On the good side.
        Helps = "helps",
        /// On the other side.
        Harms = "harms",
        /// At the goal.
        Neutral = "neutral",
    }
}

/// What a part adds to the distance of a whole from its goal, in events; or the whole itself, which is the exact sum of
/// the rows before it.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "contributions")]
#[non_exhaustive]
pub struct Contribution {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// The code of the whole.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// What the part is; `remainder` is what no part accounts for.
    pub part_is: PartKind,
    /// The code of the part, or its category; none for the rest.
    pub part: Option<String>,
    /// The name of the part.
    pub part_name: Option<String>,
    /// The level of the part.
    pub part_level: Option<String>,
    /// What was counted in the part.
    pub numerator: Option<f64>,
    /// Out of what; of a count, how many there were in the window that the goal starts from.
    pub denominator: Option<f64>,
    /// The indicator's value of the part.
    pub value: Option<f64>,
    /// The number that the whole has to reach or keep below.
    pub goal_value: Option<f64>,
    /// numerator − goal × denominator: events above the goal, below it if negative.
    pub contribution: Option<f64>,
    /// `helps` on the good side of the goal, `harms` on the other, `neutral` at it; none where either side is.
    pub effect: Option<ContributionEffect>,
    /// Share of the part's due reports that were made, in per cent; of a count the lower one of both windows. None for the rest.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures in the part's value, in per cent.
    pub imputed: Option<f64>,
    /// Why the part has no numbers; what it adds is then part of the rest.
    pub reason: Option<Reason>,
}

/// What a part adds to the change of a whole's value between two windows; or the whole itself, which is the exact sum of
/// the rows before it.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "decomposition")]
#[non_exhaustive]
pub struct ChangePart {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// The code of the whole.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// First day of the earlier window.
    pub before_start: NaiveDate,
    /// The day after the earlier window's last.
    pub before_end: NaiveDate,
    /// First day of the later window.
    pub after_start: NaiveDate,
    /// The day after the later window's last.
    pub after_end: NaiveDate,
    /// What the part is; `remainder` is what no part accounts for.
    pub part_is: PartKind,
    /// The code of the part; none for the rest.
    pub part: Option<String>,
    /// The name of the part.
    pub part_name: Option<String>,
    /// The level of the part.
    pub part_level: Option<String>,
    /// The part's value in the earlier window.
    pub value_before: Option<f64>,
    /// The part's value in the later window.
    pub value_after: Option<f64>,
    /// What the change of its own value adds to the change of the whole's, in the indicator's unit.
    pub within: Option<f64>,
    /// What the change of its share in the whole adds.
    pub mix: Option<f64>,
    /// Both together.
    pub change: Option<f64>,
    /// Share of the part's due reports that were made, in per cent; the lower one of both windows. None for the rest.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures in the part's value, in per cent; the larger one of both windows.
    pub imputed: Option<f64>,
    /// Why the part has no numbers; what it adds is then part of the rest.
    pub reason: Option<Reason>,
}
