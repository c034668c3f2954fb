//! What a report says and IATI has no form for.

use crate::error::codes::codes;
use crate::view::View;

codes! {
    /// What a file of IATI does not have.
    pub enum IatiLeftOut as "part that is left out" {
        /// The goal lies between two numbers: the value is written without a target.
        Between = "between",
        /// The goal is above or below a number that does not meet it: the value is written without a target.
        Strict = "strict",
        /// The number of the goal is not known: the value is written without a target.
        NoGoal = "no_goal",
        /// The baseline is another one than that of the first period with the same dimensions and locations.
        OtherBaseline = "other_baseline",
        /// The unit is not valid throughout the window: the row is left out.
        UnitNotValid = "unit_not_valid",
    }
}

/// What a file of IATI does not have, and how often.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "left_out")]
#[non_exhaustive]
pub struct IatiLeftOutRow {
    /// What is left out, and why.
    pub what: IatiLeftOut,
    /// How many rows of the report it is part of.
    pub count: u64,
    /// The target, unit and window of the first three of them.
    pub places: String,
}

/// As many places are named.
const PLACES: usize = 3;

/// What is left out, as it is counted.
#[derive(Debug, Default)]
pub(super) struct LeftOut(Vec<(IatiLeftOut, u64, Vec<String>)>);

impl LeftOut {
    pub(super) fn add(&mut self, what: IatiLeftOut, place: impl FnOnce() -> String) {
        let at = self.0.iter().position(|(known, ..)| *known == what).unwrap_or_else(|| {
            self.0.push((what, 0, Vec::new()));
            self.0.len() - 1
        });
        if let Some((_, count, places)) = self.0.get_mut(at) {
            *count += 1;
            if places.len() < PLACES {
                places.push(place());
            }
        }
    }

    /// One row for each kind, in the order of the codes.
    pub(super) fn rows(&self) -> Vec<IatiLeftOutRow> {
        let row = |what: &IatiLeftOut| {
            let (what, count, places) = self.0.iter().find(|(known, ..)| known == what)?;
            Some(IatiLeftOutRow { what: *what, count: *count, places: places.join("; ") })
        };
        IatiLeftOut::ALL.iter().filter_map(row).collect()
    }
}
