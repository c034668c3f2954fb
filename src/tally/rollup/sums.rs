//! Sums of whole numbers between any two of the days at which time is cut, for every unit with all
//! below it.
//!
//! A flow is a plain sum where each figure lies between two cuts next to each other, and stands for days
//! that no other figure of the unit or of one above it stands for. Whatever else there is (figures that
//! cross a cut or overlap, suppressed, provisional and imputed ones, fractions) is marked where it stands,
//! and what it touches is not told from here.

use chrono::NaiveDate;

use crate::calendar::Window;
use crate::plan::{UnitIndex, Units};

/// Sums of one measure.
#[derive(Debug)]
pub(in crate::tally) struct Sums {
    /// In order of time; two at least.
    cuts: Vec<NaiveDate>,
    /// For each day from the first cut to before the last one, between which cuts it lies.
    slots: Vec<u32>,
    /// Per unit as many as there are cuts: first what lies before a cut and after the one before it, at
    /// the end all that lies before a cut.
    cells: Vec<Cell>,
    /// The absolute values of all numbers, summed.
    size: u64,
    /// How often a figure was counted or marked.
    entries: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    sum: i64,
    figures: u32,
    marks: u32,
}

/// Beyond this memory a table is no longer worth it: 256 MB.
const MOST_CELLS: usize = 1 << 24;
/// A table knows every one of its days.
const MOST_DAYS: i64 = 1 << 20;
/// As far as floats hold every whole number, and so every sum of some of these.
const MOST_SIZE: u64 = 1 << 53;

impl Sums {
    /// A table without figures; none if there is nothing between the cuts or too much.
    pub(in crate::tally) fn new(mut cuts: Vec<NaiveDate>, units: usize) -> Option<Sums> {
        cuts.sort_unstable();
        cuts.dedup();
        let days = cuts.last()?.signed_duration_since(*cuts.first()?).num_days();
        if cuts.len() < 2 || days > MOST_DAYS || cuts.len().checked_mul(units)? > MOST_CELLS {
            return None;
        }
        let mut slots = Vec::with_capacity(usize::try_from(days).ok()?);
        for (slot, pair) in cuts.windows(2).enumerate() {
            let end = usize::try_from((pair[1] - cuts[0]).num_days()).ok()?;
            slots.resize(end, u32::try_from(slot).ok()?);
        }
        let cells = vec![Cell::default(); cuts.len() * units];
        Some(Sums { cuts, slots, cells, size: 0, entries: 0 })
    }

    /// Counts numbers, each of a unit and the days from a first one to before an end.
    pub(in crate::tally) fn add(
        &mut self,
        numbers: impl IntoIterator<Item = (UnitIndex, NaiveDate, NaiveDate, i64)>,
    ) {
        for (unit, start, end, number) in numbers {
            let Some((first, last)) = self.touched(start, end) else { continue };
            if first != last || self.reaches_beyond(start, end) {
                self.mark(unit, start, end);
                continue;
            }
            self.size = self.size.saturating_add(number.unsigned_abs());
            self.entries += 1;
            if self.is_sound() {
                let cell = &mut self.cells[unit.0 * self.cuts.len() + first + 1];
                cell.sum += number;
                cell.figures += 1;
            }
        }
    }

    /// Marks days of a unit as not to be told from here.
    pub(in crate::tally) fn mark(&mut self, unit: UnitIndex, start: NaiveDate, end: NaiveDate) {
        let Some((first, last)) = self.touched(start, end) else { return };
        self.entries += (last - first) as u64 + 1;
        if self.is_sound() {
            let row = unit.0 * self.cuts.len() + 1;
            for cell in &mut self.cells[row + first..=row + last] {
                cell.marks += 1;
            }
        }
    }

    /// Adds to each unit those below it, and to each cut all before it; `below_first` has every unit after
    /// those below it. None if the numbers exceed what is exact.
    pub(in crate::tally) fn finished(
        mut self,
        units: &Units,
        below_first: &[UnitIndex],
    ) -> Option<Sums> {
        if !self.is_sound() {
            return None;
        }
        let width = self.cuts.len();
        for unit in below_first {
            let Some(parent) = units[*unit].parent else { continue };
            for slot in 1..width {
                let Cell { sum, figures, marks } = self.cells[unit.0 * width + slot];
                let above = &mut self.cells[parent.0 * width + slot];
                above.sum += sum;
                above.figures += figures;
                above.marks += marks;
            }
        }
        for row in self.cells.chunks_exact_mut(width) {
            let mut all = Cell::default();
            for cell in row {
                all.sum += cell.sum;
                all.figures += cell.figures;
                all.marks += cell.marks;
                *cell = all;
            }
        }
        Some(self)
    }

    /// The sums between the edges of a window, if both are cuts.
    pub(super) fn between(&self, window: &Window) -> Option<Span<'_>> {
        let cut = |day: NaiveDate| self.cuts.binary_search(&day).ok();
        Some(Span { sums: self, from: cut(window.start())?, to: cut(window.end())? })
    }

    /// Sums and counts can't have left what their types hold.
    fn is_sound(&self) -> bool {
        self.size < MOST_SIZE && self.entries <= u64::from(u32::MAX)
    }

    /// Between which cuts a span begins and ends; none if it lies outside of them all.
    fn touched(&self, start: NaiveDate, end: NaiveDate) -> Option<(usize, usize)> {
        let first = usize::try_from((start - self.cuts[0]).num_days().max(0)).ok()?;
        // The last day of the span.
        let last = usize::try_from((end - self.cuts[0]).num_days() - 1).ok()?;
        let last = last.min(self.slots.len() - 1);
        let slot = |day: usize| self.slots.get(day).map(|slot| *slot as usize);
        Some((slot(first)?, slot(last)?))
    }

    fn reaches_beyond(&self, start: NaiveDate, end: NaiveDate) -> bool {
        start < self.cuts[0] || self.cuts.last().is_some_and(|last| *last < end)
    }
}

/// The sums between two cuts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span<'s> {
    sums: &'s Sums,
    from: usize,
    to: usize,
}

impl Span<'_> {
    /// The sum of a unit with all below it, and of how many figures; none if some can't be told from here.
    pub(super) fn sum(&self, unit: UnitIndex) -> Option<(i64, u32)> {
        let row = unit.0 * self.sums.cuts.len();
        let (before, after) = (self.sums.cells[row + self.from], self.sums.cells[row + self.to]);
        (before.marks == after.marks)
            .then(|| (after.sum - before.sum, after.figures - before.figures))
    }
}
