//! Where a whole and its parts differ.

use chrono::NaiveDate;

use crate::assess::PartsAre;
use crate::report::Report;
use crate::view::View;

/// A total that was used although its parts, the units below or the categories of a stratum, report something else for
/// the same days.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "reconcile")]
#[non_exhaustive]
pub struct Difference {
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
    /// The measure's id.
    pub measure: String,
    /// What the parts are.
    pub parts_are: PartsAre,
    /// The total, which was used.
    pub whole: f64,
    /// What the units below or the categories add up to, by the measure's operators, on the days the total covers.
    pub parts: f64,
    /// whole − parts.
    pub difference: f64,
}

impl Report {
    /// Every assessed unit, window and measure whose own total and parts differ, in the order of the
    /// rows; by how much. The own total is the one that was used. The windows that a relative goal or a change compares with
    /// follow the row's own.
    pub fn reconcile(&self) -> Vec<Difference> {
        let mut assessor = self.assessor();
        assessor.cut();
        let differences = assessor.total_differences(self.stored_blocks()).into_iter();
        let units = self.plan().units();
        let rows = differences.map(|found| Difference {
            unit: units[found.unit].id.clone(),
            unit_name: units[found.unit].name.clone(),
            level: units.level_name(units[found.unit].level).to_owned(),
            window_start: found.to_date.start(),
            window_end: found.to_date.end(),
            measure: self.plan()[found.measure].id.clone(),
            parts_are: found.parts_are,
            whole: found.whole,
            parts: found.parts,
            difference: found.whole - found.parts,
        });
        rows.collect()
    }
}
