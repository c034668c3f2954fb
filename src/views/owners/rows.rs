//! The rows of owners.

use crate::view::View;

/// What an office answers for, and how it stands.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "owners")]
#[non_exhaustive]
pub struct OwnerRow {
    /// The office's id.
    pub owner: String,
    /// Its title.
    pub title: String,
    /// The name of who holds it.
    pub name: Option<String>,
    /// The unit of the office, where there is one in each unit of a level.
    pub unit: Option<String>,
    /// The unit's name.
    pub unit_name: Option<String>,
    /// How many rows it answers for on their last day, or today while their windows run.
    pub rows: i64,
    /// How many of them are met.
    pub met: i64,
    /// How many are missed.
    pub missed: i64,
    /// How many can't be judged.
    pub indeterminate: i64,
    /// How many of the verdicts rest on reports that are still missing, and could turn.
    pub unsettled: i64,
    /// How many are behind what is expected by now.
    pub behind: i64,
    /// For how many rows it took over while their windows ran.
    pub inherited: i64,
    /// How many further rows it answered for on the first day, and not on the last.
    pub handed_over: i64,
    /// The expected number of wrong verdicts among the rows that are pooled.
    pub expected_wrong: f64,
    /// The expected number of wrong clear verdicts among the other rows that chance has a part in, if all true values were at
    /// their goals. It is never more.
    pub most_wrong: f64,
}
