//! Own totals that were used although their parts report something else.

use std::collections::HashSet;

use super::{Assessor, Block};
use crate::calendar::Window;
use crate::error::codes::codes;
use crate::parallel::check_stop;
use crate::plan::{MeasureIndex, UnitIndex, Units};
use crate::tally::Over;

codes! {
    /// What the parts of a total are.
    pub enum PartsAre as "kind of parts" {
        /// The units below.
        Units = "units",
        /// The categories of a stratum.
        Categories = "categories",
    }
}

/// An own total, and the sum of its parts that differs from it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TotalDifference {
    pub(crate) unit: UnitIndex,
    pub(crate) measure: MeasureIndex,
    pub(crate) to_date: Window,
    pub(crate) parts_are: PartsAre,
    pub(crate) whole: f64,
    pub(crate) parts: f64,
}

impl Assessor<'_> {
    /// The own totals that the rows of some blocks use and that differ from what their parts report, in the order of the
    /// rows; each once. Rows use those of the windows that they are compared with, too.
    pub(crate) fn total_differences(&self, blocks: &[Block]) -> Vec<TotalDifference> {
        let units = self.plan.units();
        let mut seen = HashSet::new();
        let mut differences = Vec::new();
        for block in blocks {
            let Some(frame) = self.frame(&block.window) else { continue };
            let target = self.plan.targets()[block.target].in_force(&block.window);
            let mut over = Vec::new();
            for indicator in target.judged() {
                let mut windows = vec![frame.to_date];
                self.windows_read(indicator, Some(&target.goal), &frame, &mut windows);
                let measures = self.plan.measures_of(indicator);
                over.extend(windows.iter().flat_map(|window| {
                    measures
                        .iter()
                        .map(|measure| (*measure, *window, self.known.over(*measure, window)))
                }));
            }
            let rows = block.units();
            for (unit, (measure, window, over)) in
                rows.flat_map(|unit| over.iter().map(move |one| (unit, one)))
            {
                check_stop();
                let days = (window.start(), window.end());
                for (unit, parts_are, (whole, parts)) in differing(over, units, unit) {
                    if seen.insert((unit, *measure, days, parts_are)) {
                        differences.push(TotalDifference {
                            unit,
                            measure: *measure,
                            to_date: *window,
                            parts_are,
                            whole,
                            parts,
                        });
                    }
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
