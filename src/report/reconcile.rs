//! Where a whole and its parts differ.

use chrono::NaiveDate;

use super::Report;
use crate::assess::Assessor;
use crate::error::codes::codes;
use crate::parallel::check_stop;
use crate::plan::{UnitIndex, Units};
use crate::tally::Over;
use crate::view::View;

codes! {
    /// What the parts of a total are.
    pub enum PartsAre as "kind of parts" {
        /// The units below.
        Units = "units",
        /// The categories of a stratum.
        Categories = "categories",
    }
}

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
                check_stop();
                for (unit, parts_are, (whole, parts)) in differing(over, units, unit) {
                    if !seen.insert((unit, *measure, days, parts_are)) {
                        continue;
                    }
                    let unit = &units[unit];
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

/// The units at or below one whose own total and parts, or categories, differ: the unit that has the total is named, not
/// those above it that use it.
fn differing(
    over: &Over<'_>,
    units: &Units,
    unit: UnitIndex,
) -> Vec<(UnitIndex, PartsAre, (f64, f64))> {
    let mut found = Vec::new();
    let Ok(rolled) = over.rolled(unit) else { return found };
    if rolled.whole_and_parts.is_none() && rolled.whole_and_categories.is_none() {
        return found;
    }
    let below: Vec<_> =
        units.children(unit).iter().flat_map(|child| differing(over, units, *child)).collect();
    for (parts_are, both) in [
        (PartsAre::Units, rolled.whole_and_parts),
        (PartsAre::Categories, rolled.whole_and_categories),
    ] {
        let Some(both) = both else { continue };
        let mut of_below = below.iter().filter(|(_, are, _)| *are == parts_are).peekable();
        if of_below.peek().is_none() {
            found.push((unit, parts_are, both));
            continue;
        }
        let sum =
            of_below.clone().fold((0.0, 0.0), |sum, (_, _, both)| (sum.0 + both.0, sum.1 + both.1));
        if sum != both {
            found.push((unit, parts_are, both));
        }
        found.extend(of_below.copied());
    }
    found
}
