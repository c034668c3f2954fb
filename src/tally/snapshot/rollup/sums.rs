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
    /// The first of them, as a number.
    first_day: i32,
    /// For each day from the first cut to before the last one, between which cuts it lies.
    slots: Vec<u32>,
    /// How many units there are.
    units: usize,
    /// Per cut one for each unit, so that those of a window stand together: first what lies before the cut
    /// and after the one before it, at the end all that lies before the cut.
    cells: Vec<Cell>,
    /// The absolute values of all numbers, summed.
    size: u64,
    /// How often a figure was counted or marked.
    entries: u64,
    /// Per cut, how many figures cross it.
    crossing: Vec<u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    sum: i64,
    figures: u32,
    marks: u32,
}

impl Cell {
    fn add(&mut self, other: Cell) {
        self.sum += other.sum;
        self.figures += other.figures;
        self.marks += other.marks;
    }
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
        let first_day = cuts[0].to_epoch_days();
        let crossing = vec![0; cuts.len()];
        Some(Sums { cuts, first_day, slots, units, cells, size: 0, entries: 0, crossing })
    }

    /// Counts a number of a unit and the days from a first one to before an end.
    #[inline]
    pub(in crate::tally) fn add(
        &mut self,
        unit: UnitIndex,
        start: NaiveDate,
        end: NaiveDate,
        number: i64,
    ) {
        let Some((first, last)) = self.touched(start, end) else { return };
        if first != last || self.reaches_beyond(start, end) {
            self.crossing[first + 1..=last].iter_mut().for_each(|figures| *figures += 1);
            self.crossing[0] += u32::from(start < self.cuts[0]);
            let end_of_all = self.cuts.len() - 1;
            self.crossing[end_of_all] += u32::from(self.cuts[end_of_all] < end);
            self.mark(unit, start, end);
            return;
        }
        self.size = self.size.saturating_add(number.unsigned_abs());
        self.entries += 1;
        if self.is_sound() {
            let cell = &mut self.cells[(first + 1) * self.units + unit.0];
            cell.sum += number;
            cell.figures += 1;
        }
    }

    /// Marks days of a unit as not to be told from here.
    pub(in crate::tally) fn mark(&mut self, unit: UnitIndex, start: NaiveDate, end: NaiveDate) {
        let Some((first, last)) = self.touched(start, end) else { return };
        self.entries += (last - first) as u64 + 1;
        if self.is_sound() {
            for cut in first + 1..=last + 1 {
                self.cells[cut * self.units + unit.0].marks += 1;
            }
        }
    }

    /// How many cuts there are.
    pub(in crate::tally) fn cuts(&self) -> usize {
        self.cuts.len()
    }

    /// The cuts that no more figures cross than that.
    pub(in crate::tally) fn cuts_crossed_by(&self, figures: usize) -> Vec<NaiveDate> {
        let cuts = self.cuts.iter().zip(&self.crossing);
        cuts.filter(|(_, crossing)| **crossing as usize <= figures).map(|(cut, _)| *cut).collect()
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
        let mut before = vec![Cell::default(); self.units];
        for cells in self.cells.chunks_exact_mut(self.units.max(1)) {
            for unit in below_first {
                if let Some(parent) = units[*unit].parent {
                    let below = cells[unit.0];
                    cells[parent.0].add(below);
                }
            }
            for (all, cell) in before.iter_mut().zip(cells) {
                all.add(*cell);
                *cell = *all;
            }
        }
        Some(self)
    }

    /// The sums between the edges of a window, if both are cuts.
    pub(super) fn between(&self, window: &Window) -> Option<Span<'_>> {
        let before = |day: NaiveDate| {
            let cut = self.cuts.binary_search(&day).ok()?;
            Some(&self.cells[cut * self.units..][..self.units])
        };
        Some(Span { from: before(window.start())?, to: before(window.end())? })
    }

    /// Sums and counts can't have left what their types hold.
    fn is_sound(&self) -> bool {
        self.size < MOST_SIZE && self.entries <= u64::from(u32::MAX)
    }

    /// Between which cuts a span begins and ends; none if it lies outside of them all.
    fn touched(&self, start: NaiveDate, end: NaiveDate) -> Option<(usize, usize)> {
        let day = |day: NaiveDate| day.to_epoch_days() - self.first_day;
        let first = usize::try_from(day(start).max(0)).ok()?;
        // The last day of the span.
        let last = usize::try_from(day(end) - 1).ok()?;
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
    /// Of each unit, all that lies before the one and before the other.
    from: &'s [Cell],
    to: &'s [Cell],
}

impl Span<'_> {
    /// The sum of a unit with all below it, and of how many figures; none if some can't be told from here.
    #[inline]
    pub(super) fn sum(&self, unit: UnitIndex) -> Option<(i64, u32)> {
        let (before, after) = (self.from[unit.0], self.to[unit.0]);
        (before.marks == after.marks)
            .then(|| (after.sum - before.sum, after.figures - before.figures))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::Plan;

    /// A city of two districts, of which the first has two stations.
    fn plan() -> Plan {
        Plan::from_yaml(
            "{attain: 1, plan: p, measures: {m: {}}, units: {levels: [city, district, station], list: [
                {id: s1, level: station, parent: d1}, {id: c, level: city},
                {id: d1, level: district, parent: c}, {id: d2, level: district, parent: c},
                {id: s2, level: station, parent: d1}]}}",
        )
        .unwrap()
    }

    const BELOW_FIRST: [UnitIndex; 5] =
        [UnitIndex(0), UnitIndex(4), UnitIndex(2), UnitIndex(3), UnitIndex(1)];

    fn day(number: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 12, 20).unwrap() + chrono::TimeDelta::days(number)
    }

    proptest! {
        #[test]
        fn what_lies_between_cuts_is_summed_and_the_rest_is_left_to_others(
            cuts in prop::collection::vec(0_i64..40, 2..6),
            numbers in prop::collection::vec((0_usize..5, -5_i64..45, 1_i64..12, -9_i64..100), 0..30),
            marked in prop::collection::vec((0_usize..5, -5_i64..45, 1_i64..12), 0..2),
        ) {
            let plan = plan();
            let units = plan.units();
            let Some(mut sums) = Sums::new(cuts.iter().map(|cut| day(*cut)).collect(), 5) else {
                prop_assert!(cuts.iter().all(|cut| *cut == cuts[0]));
                return Ok(());
            };
            let span = |start: i64, days: i64| (day(start), day(start + days));
            for (unit, start, days, number) in &numbers {
                let (start, end) = span(*start, *days);
                sums.add(UnitIndex(*unit), start, end, *number);
            }
            for (unit, start, days) in &marked {
                let (start, end) = span(*start, *days);
                sums.mark(UnitIndex(*unit), start, end);
            }
            let sums = sums.finished(units, &BELOW_FIRST).unwrap();
            for (unit, _) in units.iter() {
                for (one, other) in cuts.iter().flat_map(|one| cuts.iter().map(move |other| (*one, *other))) {
                    let Some(window) = Window::new(day(one), day(other)) else { continue };
                    let (mut sum, mut figures, mut can_be_told) = (0, 0, true);
                    let in_window = |start: i64, days: i64| start < other && one < start + days;
                    for (of, start, days, number) in &numbers {
                        if !units.is_within(UnitIndex(*of), unit) || !in_window(*start, *days) {
                            continue;
                        }
                        sum += number;
                        figures += 1;
                        let crosses = |cut: &i64| *start < *cut && *cut < start + days;
                        can_be_told &= !cuts.iter().any(crosses);
                    }
                    for (of, start, days) in &marked {
                        let is_below = units.is_within(UnitIndex(*of), unit);
                        // A mark holds from one cut to the next.
                        let from = cuts.iter().filter(|cut| **cut <= *start).max().unwrap_or(start);
                        let to = cuts.iter().filter(|cut| start + days <= **cut).min();
                        let days = to.map_or(start + days, |to| *to) - from;
                        can_be_told &= !(is_below && in_window(*from, days));
                    }
                    let found = sums.between(&window).unwrap().sum(unit);
                    prop_assert_eq!(found, can_be_told.then_some((sum, figures)));
                }
            }
        }
    }

    #[test]
    fn a_cut_knows_how_many_figures_cross_it() {
        let cuts = [0, 5, 10, 20];
        let mut sums = Sums::new(cuts.map(day).to_vec(), 5).unwrap();
        sums.add(UnitIndex(0), day(0), day(10), 1); // crosses 5
        sums.add(UnitIndex(3), day(-2), day(10), 1); // crosses 0 and 5
        sums.add(UnitIndex(4), day(10), day(20), 1);
        assert_eq!(sums.cuts_crossed_by(0), [10, 20].map(day));
        assert_eq!(sums.cuts_crossed_by(1), [0, 10, 20].map(day));
        assert_eq!(sums.cuts_crossed_by(2), cuts.map(day));
    }

    #[test]
    fn sums_beyond_what_floats_hold_are_left_to_others() {
        let plan = plan();
        let sums = |number: i64| {
            let mut sums = Sums::new(vec![day(0), day(9)], 5)?;
            sums.add(UnitIndex(0), day(1), day(2), number);
            sums.add(UnitIndex(4), day(1), day(2), 1);
            sums.finished(plan.units(), &BELOW_FIRST)
        };
        assert!(sums((1 << 53) - 1).is_none());
        assert!(sums((1 << 53) - 2).is_some());
    }
}
