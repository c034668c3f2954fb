//! Which rows rest on outcomes that are made up to illustrate.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::Assessor;
use crate::plan::{Destination, UnitIndex};
use crate::tally::Read;

impl Assessor<'_> {
    /// Marks the rows of a block, whose reads are recorded: those of which anything that was read of their unit, or of a unit
    /// below, is made up.
    pub(super) fn mark_illustrative(&self, units: &[UnitIndex], marks: &mut [u8]) {
        if marks.is_empty() || !self.known.has_illustrative() {
            return;
        }
        let resting = self.resting_on_illustrative();
        for (mark, unit) in marks.iter_mut().zip(units) {
            *mark = u8::from(resting.contains(unit));
        }
    }

    /// The units of whose outcomes something that was read is made up, and those whose values rest on theirs: the units above
    /// that have no total of their own, and those into or from which one of them went.
    fn resting_on_illustrative(&self) -> BTreeSet<UnitIndex> {
        let after_as_of = self.as_of.succ_opt().unwrap_or(NaiveDate::MAX);
        let went = self.went();
        let mut found = BTreeSet::new();
        for read in &*self.known.reads() {
            let (measure, start, end) = match read {
                Read::Values(measure, window) | Read::Figures(measure, window) => {
                    (*measure, window.start(), window.end())
                }
                Read::FiguresBefore(measure, day) => (*measure, NaiveDate::MIN, *day),
                Read::Rows(measure) => (*measure, NaiveDate::MIN, after_as_of),
                Read::Units(_)
                | Read::Dated(_)
                | Read::Delays(_)
                | Read::ShortestSpan(_)
                | Read::SameSpans(_)
                | Read::AtLevel(..)
                | Read::Over(_) => continue,
            };
            let days = (start, end.min(after_as_of));
            let made_up = self.known.illustrative_units(measure, days);
            // Figures as such, such as values that were published, are those of their own units.
            if matches!(read, Read::Figures(..)) {
                found.extend(made_up);
                continue;
            }
            let mut of_read = BTreeSet::new();
            let mut waiting: Vec<UnitIndex> = made_up.collect();
            while let Some(unit) = waiting.pop() {
                if !of_read.insert(unit) {
                    continue;
                }
                let above = self.plan.units()[unit].parent.into_iter();
                let others = above.chain(went.get(&unit).into_iter().flatten().copied());
                waiting.extend(others.filter(|one| !self.known.has_own_total(measure, *one, days)));
            }
            found.extend(of_read);
        }
        found
    }

    /// The units into which each unit went, and from which it came.
    fn went(&self) -> FxHashMap<UnitIndex, Vec<UnitIndex>> {
        let mut went: FxHashMap<UnitIndex, Vec<UnitIndex>> = FxHashMap::default();
        for passage in self.plan.units().changes().iter().flat_map(|change| &change.passages) {
            let (Destination::Unit(to) | Destination::Within(to)) = passage.to;
            went.entry(passage.from).or_default().push(to);
            went.entry(to).or_default().push(passage.from);
        }
        went
    }
}
