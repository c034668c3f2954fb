//! Where a whole and its parts differ.

use chrono::NaiveDate;
use serde::Serialize;

use super::Report;
use crate::assess::Assessor;
use crate::plan::MeasureIndex;

/// A unit's own total that was used although the units below it report something else for the same
/// days.
#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// The unit's own total, which was used.
    pub whole: f64,
    /// What the units below it add up to, by the measure's operators, on the days the total covers.
    pub parts: f64,
    /// whole − parts.
    pub difference: f64,
}

impl Report {
    /// Every assessed unit, window and measure whose own total and parts differ, in the order of the
    /// rows; by how much. The own total is the one that was used.
    pub fn reconcile(&self) -> Vec<Difference> {
        let assessor = Assessor::new(&self.plan, &self.tally, self.as_of);
        let units = self.plan.units();
        let mut seen = std::collections::HashSet::new();
        let mut differences = Vec::new();
        for subject in &self.subjects {
            let Some(frame) = assessor.frame(&subject.window) else { continue };
            let target = &self.plan.targets()[subject.target];
            for measure in self.plan.measures_of(target.indicator) {
                let days = (frame.to_date.start(), frame.to_date.end());
                if !seen.insert((subject.unit, measure, days)) {
                    continue;
                }
                let rolled = assessor.known.rolled(measure, subject.unit, &frame.to_date);
                let Some((whole, parts)) = rolled.ok().and_then(|rolled| rolled.whole_and_parts)
                else {
                    continue;
                };
                let MeasureIndex(index) = measure;
                let unit = &units[subject.unit];
                differences.push(Difference {
                    unit: unit.id.clone(),
                    unit_name: unit.name.clone(),
                    level: units.level_name(unit.level).to_owned(),
                    window_start: frame.to_date.start(),
                    window_end: frame.to_date.end(),
                    measure: self.plan.measures()[index].id.clone(),
                    whole,
                    parts,
                    difference: whole - parts,
                });
            }
        }
        differences
    }
}
