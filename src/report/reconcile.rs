//! Where a whole and its parts differ.

use chrono::NaiveDate;
use serde::Serialize;

use super::Report;
use crate::assess::Assessor;

/// A total that was used although its parts, the units below or the categories of a stratum, report something else for
/// the same days.
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
    /// What the parts are: `units` below, or `categories`.
    pub parts_are: &'static str,
    /// The total, which was used.
    pub whole: f64,
    /// What the units below or the categories add up to, by the measure's operators, on the days the total covers.
    pub parts: f64,
    /// whole − parts.
    pub difference: f64,
}

impl Report {
    /// Every assessed unit, window and measure whose own total and parts differ, in the order of the
    /// rows; by how much. The own total is the one that was used.
    pub fn reconcile(&self) -> Vec<Difference> {
        let mut assessor = Assessor::new(&self.plan, &self.tally, self.as_of);
        assessor.cut();
        let units = self.plan.units();
        let mut seen = std::collections::HashSet::new();
        let mut differences = Vec::new();
        for block in &self.blocks {
            let Some(frame) = assessor.frame(&block.window) else { continue };
            let target = &self.plan.targets()[block.target];
            let judged = target.judged().into_iter();
            let measures = judged.flat_map(|indicator| self.plan.measures_of(indicator));
            let over: Vec<_> = measures
                .map(|measure| (measure, assessor.known.over(measure, &frame.to_date)))
                .collect();
            let days = (frame.to_date.start(), frame.to_date.end());
            let rows = block.units();
            for (unit, (measure, over)) in
                rows.flat_map(|unit| over.iter().map(move |one| (unit, one)))
            {
                if !seen.insert((unit, *measure, days)) {
                    continue;
                }
                let Ok(rolled) = over.rolled(unit) else { continue };
                let unit = &units[unit];
                let both = [
                    ("units", rolled.whole_and_parts),
                    ("categories", rolled.whole_and_categories),
                ];
                for (parts_are, differing) in both {
                    let Some((whole, parts)) = differing else { continue };
                    differences.push(Difference {
                        unit: unit.id.clone(),
                        unit_name: unit.name.clone(),
                        level: units.level_name(unit.level).to_owned(),
                        window_start: frame.to_date.start(),
                        window_end: frame.to_date.end(),
                        measure: self.plan[*measure].id.clone(),
                        parts_are,
                        whole,
                        parts,
                        difference: whole - parts,
                    });
                }
            }
        }
        differences
    }
}
