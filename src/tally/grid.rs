//! Where plain events are counted: one cell per slot of time, measure, combination of categories and unit.
//!
//! Of most events nothing has to be kept but how many there were: those of a positive whole number, on a
//! single day, of status A, without a day of recording, of a measure that adds up along time and over
//! units. They are *plain*, and a cell is all that they need. Everything else is kept row by row, or span
//! by span (see [`Entry`](super::Entry)).

use std::ops::Range;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use crate::calendar::Window;
use crate::plan::stratum::{Combination, Narrowed, Strata, digits};
use crate::plan::{MeasureIndex, OverTime, OverUnits, Plan, Selection, StratumIndex, UnitIndex};

/// The largest value of a plain event. As many of them as fit into 2^32 rows add up below 2^53, where floats
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
    /// Per measure of the plan, how many cells lie between a category and the next one, by stratum; nothing where it
    /// is not recorded by the stratum.
    steps: Vec<Vec<Option<u32>>>,
    /// Per measure of the plan and per one narrowed to categories, its cells in a slot: stretches, in order.
    cells_of: Vec<Vec<Range<usize>>>,
    /// How many cells a slot has.
    cells: usize,
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
        let mut steps = vec![Vec::new(); all];
        let mut cells_of = vec![Vec::new(); plan.all_measures().len()];
        let mut cells = 0_usize;
        for measure in &measures {
            let first = cells;
            let mut step = units;
            for stratum in (0..plan.strata().len()).map(StratumIndex) {
                let has = plan[*measure].strata.contains(&stratum);
                steps[measure.0].push(if has { u32::try_from(step).ok() } else { None });
                if has {
                    step = step.saturating_mul(digits(&plan[stratum]));
                }
            }
            cells = first.saturating_add(step);
            // Cells beyond what their numbers can tell are none: such events are kept span by span.
            if u32::try_from(cells).is_ok() {
                first_cells[measure.0] = u32::try_from(first).ok();
                cells_of[measure.0].push(first..cells);
            } else {
                cells = first;
            }
        }
        for (index, narrowed) in plan.all_measures().iter().enumerate() {
            let Some(Narrowed { measure, to }) = &narrowed.narrowed else { continue };
            if let Some(all) = cells_of[measure.0].first() {
                cells_of[index] = stretches(all, units, &steps[measure.0], to);
            }
        }
        let turns = plan.units().turns().to_vec();
        Grid { units, measures, first_cells, steps, cells_of, cells, slots, turns }
    }

    /// How many cells a slot has.
    pub(crate) fn cells(&self) -> usize {
        self.cells
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

    /// The measure whose first cell this is.
    pub(crate) fn measure_at(&self, first: u32) -> Option<MeasureIndex> {
        self.measures.iter().copied().find(|measure| self.first_cell(*measure) == Some(first))
    }

    /// How many cells lie between a category of a stratum and the next one; none if the measure has no such cells.
    pub(crate) fn step(&self, measure: MeasureIndex, stratum: StratumIndex) -> Option<u32> {
        self.steps[measure.0].get(stratum.0).copied().flatten()
    }

    /// The cell of a measure, the categories of a combination and a unit; none if its events don't simply add up.
    pub(crate) fn cell(
        &self,
        measure: MeasureIndex,
        combination: Combination,
        strata: &Strata,
        unit: UnitIndex,
    ) -> Option<u32> {
        let mut cell = self.first_cell(measure)? + unit.0 as u32;
        if combination != 0 {
            for (step, digit) in self.steps[measure.0].iter().zip(strata.digits_of(combination)) {
                cell += step.unwrap_or_default() * digit as u32;
            }
        }
        Some(cell)
    }

    /// The cells of a measure in a slot: stretches, in order. In each of them all units stand side by side, once or
    /// several times.
    pub(crate) fn cells_of(&self, measure: MeasureIndex) -> &[Range<usize>] {
        &self.cells_of[measure.0]
    }

    /// Those of some categories only.
    pub(crate) fn cells_in(&self, narrowed: &Narrowed) -> Vec<Range<usize>> {
        let Narrowed { measure, to } = narrowed;
        let all = self.cells_of(*measure).first();
        let steps = &self.steps[measure.0];
        all.map_or_else(Vec::new, |all| stretches(all, self.units, steps, to))
    }

    /// Whose cell it is, of the cells of a measure: the number of its categories, and the unit.
    pub(crate) fn owner(
        &self,
        measure: MeasureIndex,
        cell: u32,
        strata: &Strata,
    ) -> (Combination, UnitIndex) {
        let units = self.units.max(1);
        let at = (cell - self.first_cell(measure).unwrap_or_default()) as usize;
        let (mut rest, unit) = (at / units, UnitIndex(at % units));
        let mut combination = 0;
        for (stratum, of_plan, step) in strata.steps() {
            if self.step(measure, stratum).is_some() {
                let digits = digits(of_plan);
                combination += (rest % digits) as Combination * step;
                rest /= digits;
            }
        }
        (combination, unit)
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

    /// Whether no day of a window shares a slot with a day outside it.
    #[inline]
    pub(crate) fn distinguishes(&self, window: &Window) -> bool {
        match &self.slots {
            Slots::Days => true,
            Slots::Cut { cuts, .. } => {
                let is_cut = |day: NaiveDate| cuts.binary_search(&day).is_ok();
                is_cut(window.start()) && is_cut(window.end())
            }
        }
    }

    /// Which days share a slot.
    pub(crate) fn slots(&self) -> &Slots {
        &self.slots
    }

    /// How many slots there are in all, if days share them.
    pub(crate) fn number_of_slots(&self) -> Option<u32> {
        match &self.slots {
            Slots::Days => None,
            Slots::Cut { cuts, .. } => Some(cuts.len() as u32 + 1),
        }
    }

    /// From the last day before any cut to the first one after: all days before are like the one, all
    /// after like the other. None where every day is a slot of its own, or none is told from another.
    pub(crate) fn days_told_apart(&self) -> Option<(NaiveDate, NaiveDate)> {
        let Slots::Cut { cuts, .. } = &self.slots else { return None };
        let first = cuts.first().into_iter().chain(self.turns.first()).min()?;
        let last = cuts.last().into_iter().chain(self.turns.last()).max()?;
        Some((first.pred_opt()?, *last))
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

/// Of the cells of a measure, those of a selection of its categories: stretches, in order.
fn stretches(
    all: &Range<usize>,
    units: usize,
    steps: &[Option<u32>],
    selection: &Selection,
) -> Vec<Range<usize>> {
    let is_recorded = |stratum: StratumIndex| steps.get(stratum.0).is_some_and(Option::is_some);
    if !selection.iter().all(|(stratum, _)| is_recorded(stratum)) {
        return Vec::new();
    }
    // From the stratum with the largest step to that with the smallest, so that the cells stand in order.
    let mut firsts = vec![all.start];
    let mut above = all.len();
    let recorded = steps.iter().enumerate().filter_map(|(stratum, step)| Some((stratum, (*step)?)));
    for (stratum, step) in recorded.collect::<Vec<_>>().into_iter().rev() {
        let step = step as usize;
        let digits = 0..above / step.max(1);
        let chosen: Vec<usize> = match selection.of(StratumIndex(stratum)) {
            Some(categories) => {
                let mut chosen: Vec<usize> = categories.iter().map(|one| one + 1).collect();
                chosen.sort_unstable();
                chosen.retain(|digit| digits.contains(digit));
                chosen
            }
            None => digits.collect(),
        };
        let with = |first: usize| chosen.iter().map(move |digit| first + step * digit);
        firsts = firsts.into_iter().flat_map(with).collect();
        above = step;
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    for first in firsts {
        match found.last_mut() {
            Some(last) if last.end == first => last.end += units,
            Some(_) | None => found.push(first..first + units),
        }
    }
    found
}
