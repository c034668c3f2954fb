//! What plain events of a measure there are.

use std::borrow::Cow;

use super::Tally;
use super::cells::Block;
use crate::calendar::Window;
use crate::plan::{MeasureIndex, UnitIndex};

impl Tally {
    /// The sums of plain events of a measure, with their unit and the days they are of; of all days, or of those
    /// inside a window.
    pub(super) fn plain_events(
        &self,
        measure: MeasureIndex,
        window: Option<&Window>,
    ) -> impl Iterator<Item = (UnitIndex, Window, f64)> {
        let units = self.grid.units();
        // The units stand side by side, again and again.
        let unit = move |cell: u32| match cell as usize {
            cell if cell < units => UnitIndex(cell),
            cell => UnitIndex(cell % units),
        };
        let stretches = self.grid.cells_of(measure);
        let slots = window.map_or(0..u32::MAX, |window| {
            self.grid.slot(window.start())..self.grid.slot(window.end())
        });
        self.recorded.cells.within(slots).flat_map(move |(slot, block)| {
            self.grid.days(slot).into_iter().flat_map(move |days| {
                let sums = stretches.iter().flat_map(|cells| block.filled_in(cells.clone()));
                sums.map(move |(cell, sum)| (unit(cell), days, sum))
            })
        })
    }

    /// The sum of plain events of a measure in a unit itself and a window; none where there are none.
    pub(super) fn plain_sum(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Option<f64> {
        let (first, end) = (self.grid.slot(window.start()), self.grid.slot(window.end()));
        let mut all: Option<f64> = None;
        for (_, block) in self.recorded.cells.within(first..end) {
            for cells in self.grid.cells_of(measure) {
                for first in cells.clone().step_by(self.grid.units().max(1)) {
                    let own = first + unit.0..first + unit.0 + 1;
                    for (_, sum) in block.filled_in(own) {
                        *all.get_or_insert_default() += sum;
                    }
                }
            }
        }
        all
    }

    /// The days from the first plain event of a measure to its last; of one narrowed to categories, from the first
    /// of any category to the last.
    pub(super) fn days_of_plain_events(&self, measure: MeasureIndex) -> Option<Window> {
        let narrowed = self.plan[measure].narrowed.as_ref();
        let stretches = match narrowed.map(|narrowed| narrowed.family(&self.plan)) {
            Some(family) => Cow::Owned(self.grid.cells_in(&family)),
            None => Cow::Borrowed(self.grid.cells_of(measure)),
        };
        let is_filled = |(_, block): &(u32, &Block)| {
            stretches.iter().any(|cells| block.filled_in(cells.clone()).next().is_some())
        };
        let (first, _) = self.recorded.cells.iter().find(is_filled)?;
        let (last, _) = self.recorded.cells.iter().rev().find(is_filled)?;
        Window::new(self.grid.days(first)?.start(), self.grid.days(last)?.end())
    }
}
