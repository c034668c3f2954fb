//! Where plain events are counted: one cell per slot of time, measure and unit.
//!
//! Of most events nothing has to be kept but how many there were: those of a positive whole number, on a
//! single day, of status A, without a day of recording, of a measure that adds up along time and over
//! units. They are *plain*, and a cell is all that they need. Everything else is kept row by row, or span
//! by span (see [`Entry`](super::Entry)).

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::calendar::Window;
#[cfg(test)]
use crate::plan::UnitIndex;
use crate::plan::{MeasureIndex, OverTime, OverUnits, Plan};

/// The largest value of a plain event. So many of them as fit into 2^32 rows add up below 2^53, where floats
/// count by ones: their sums are exact, whatever their order.
pub(crate) const LARGEST_PLAIN: f64 = 2_097_152.0;

/// Whether a value can be that of a plain event.
pub(crate) fn is_plain(value: f64) -> bool {
    (1.0..=LARGEST_PLAIN).contains(&value) && value.fract() == 0.0
}

/// The shape of the cells: which measures have some, and which days share one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid {
    units: usize,
    /// The measures whose events add up, in the order of their cells.
    measures: Vec<MeasureIndex>,
    /// Per measure of the plan, its first cell in a slot.
    first_cells: Vec<Option<u32>>,
    slots: Slots,
    /// The days on which some unit begins or ends, in order: between them, codes keep their meaning.
    turns: Vec<NaiveDate>,
}

/// Which days share a slot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Slots {
    /// None do.
    Days,
    /// Those between the same two cuts, which stand in order: the edges of the windows that assessments on
    /// certain days look at.
    Cut { cuts: Arc<[NaiveDate]>, as_of: Arc<[NaiveDate]> },
}

impl Grid {
    pub(crate) fn new(plan: &Plan, slots: Slots) -> Self {
        let units = plan.units().len();
        let adds_up = |measure: &MeasureIndex| {
            let kind = &plan[*measure];
            (kind.over_time, kind.over_units) == (OverTime::Sum, OverUnits::Sum) && !kind.reported
        };
        let all = plan.measures().len();
        let measures: Vec<_> = (0..all).map(MeasureIndex).filter(adds_up).collect();
        let mut first_cells = vec![None; all];
        for (place, measure) in measures.iter().enumerate() {
            first_cells[measure.0] = u32::try_from(place * units).ok();
        }
        let mut turns: Vec<NaiveDate> = plan
            .units()
            .iter()
            .flat_map(|(_, unit)| unit.valid_from.into_iter().chain(unit.valid_to))
            .collect();
        turns.sort_unstable();
        turns.dedup();
        Grid { units, measures, first_cells, slots, turns }
    }

    /// How many cells a slot has.
    pub(crate) fn cells(&self) -> usize {
        self.measures.len() * self.units
    }

    /// How many units have a cell for each measure.
    pub(crate) fn units(&self) -> usize {
        self.units
    }

    /// The measures that have cells, in the order of these.
    pub(crate) fn measures(&self) -> &[MeasureIndex] {
        &self.measures
    }

    /// The first cell of a measure in a slot, that of its first unit; none if its events don't simply add up.
    pub(crate) fn first_cell(&self, measure: MeasureIndex) -> Option<u32> {
        self.first_cells[measure.0]
    }

    /// Whose cell it is.
    #[cfg(test)]
    pub(crate) fn owner(&self, cell: u32) -> (MeasureIndex, UnitIndex) {
        let cell = cell as usize;
        (self.measures[cell / self.units], UnitIndex(cell % self.units))
    }

    /// The slot of a day.
    pub(crate) fn slot(&self, day: NaiveDate) -> u32 {
        match &self.slots {
            // Days of the years 1 to 9999 are positive numbers.
            Slots::Days => u32::try_from(day.num_days_from_ce()).unwrap_or(0),
            Slots::Cut { cuts, .. } => cuts.partition_point(|cut| *cut <= day) as u32,
        }
    }

    /// The days of a slot; of those before the first cut the last one, of those after the last cut the first: no
    /// window tells them from the others.
    pub(crate) fn days(&self, slot: u32) -> Option<Window> {
        match &self.slots {
            Slots::Days => {
                let number = i32::try_from(slot).ok()?;
                Window::day(NaiveDate::from_num_days_from_ce_opt(number)?)
            }
            Slots::Cut { cuts, .. } => {
                let start = (slot as usize).checked_sub(1).map(|before| cuts.get(before));
                match (start, cuts.get(slot as usize)) {
                    (Some(start), Some(end)) => Window::new(*start?, *end),
                    (None, Some(end)) => Window::day(end.pred_opt()?),
                    (Some(start), None) => Window::day(*start?),
                    (None, None) => Window::day(NaiveDate::default()),
                }
            }
        }
    }

    /// How many slots there are in all, if days share them.
    pub(crate) fn number_of_slots(&self) -> Option<u32> {
        match &self.slots {
            Slots::Days => None,
            Slots::Cut { cuts, .. } => Some(cuts.len() as u32 + 1),
        }
    }

    /// The stretch of time, counted by turns before it, in which codes mean what they mean on a day.
    pub(crate) fn era(&self, day: NaiveDate) -> usize {
        self.turns.partition_point(|turn| *turn <= day)
    }

    /// How many such stretches there are.
    pub(crate) fn eras(&self) -> usize {
        self.turns.len() + 1
    }

    /// Some day of such a stretch.
    pub(crate) fn day_of(&self, era: usize) -> Option<NaiveDate> {
        match era.checked_sub(1) {
            Some(turn) => self.turns.get(turn).copied(),
            None => match self.turns.first() {
                Some(first) => first.pred_opt(),
                None => NaiveDate::from_ymd_opt(2000, 1, 1),
            },
        }
    }

    /// The days on which the tally can be assessed, if not on all.
    pub(crate) fn assessed_on(&self) -> Option<&[NaiveDate]> {
        match &self.slots {
            Slots::Days => None,
            Slots::Cut { as_of, .. } => Some(as_of),
        }
    }
}
