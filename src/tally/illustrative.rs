//! Which outcomes are made up to illustrate.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Tally;
use crate::calendar::Window;
use crate::plan::{MeasureIndex, UnitIndex};

/// The days of which outcomes are made up to illustrate, by measure, unit and day of recording.
#[derive(Debug, Clone, Default)]
pub(super) struct Illustrative(BTreeMap<Key, Days>);

type Key = (MeasureIndex, UnitIndex, Option<NaiveDate>);

/// Spans that neither overlap nor touch: the first day of each, and the day after its last.
type Days = BTreeMap<NaiveDate, NaiveDate>;

impl Illustrative {
    pub(super) fn add(
        &mut self,
        measure: MeasureIndex,
        unit: UnitIndex,
        recorded_at: Option<NaiveDate>,
        span: &Window,
    ) {
        add(self.0.entry((measure, unit, recorded_at)).or_default(), span.start(), span.end());
    }

    pub(super) fn extend(&mut self, other: &Illustrative) {
        for (key, spans) in &other.0 {
            let mine = self.0.entry(*key).or_default();
            spans.iter().for_each(|(start, end)| add(mine, *start, *end));
        }
    }

    /// Whether one is made up of a measure and a unit itself, in a span and as recorded on a day.
    pub(super) fn contains(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        recorded_at: Option<NaiveDate>,
        (start, end): (NaiveDate, NaiveDate),
    ) -> bool {
        let spans = self.0.get(&(measure, unit, recorded_at));
        spans.is_some_and(|spans| have_part_of(spans, start, end))
    }
}

/// Adds a span to others.
fn add(spans: &mut Days, mut start: NaiveDate, mut end: NaiveDate) {
    while let Some((first, after)) = spans.range(..=end).next_back().map(|span| (*span.0, *span.1))
        && after >= start
    {
        spans.remove(&first);
        (start, end) = (start.min(first), end.max(after));
    }
    spans.insert(start, end);
}

/// Whether one of the spans has a day from `start` up to but not including `end`.
fn have_part_of(spans: &Days, start: NaiveDate, end: NaiveDate) -> bool {
    spans.range(..end).next_back().is_some_and(|(_, after)| *after > start)
}

impl Tally {
    /// Whether any outcome is made up to illustrate.
    pub(crate) fn has_illustrative(&self) -> bool {
        !self.recorded.illustrative.0.is_empty()
    }

    /// The units of which outcomes of a measure are made up to illustrate: those with a day from `start` up to but not
    /// including `end`, as known on a day.
    pub(crate) fn illustrative_units(
        &self,
        measure: MeasureIndex,
        (start, end): (NaiveDate, NaiveDate),
        known_on: NaiveDate,
    ) -> impl Iterator<Item = UnitIndex> {
        let of_measure =
            (measure, UnitIndex(0), None)..(MeasureIndex(measure.0 + 1), UnitIndex(0), None);
        let all = self.recorded.illustrative.0.range(of_measure);
        all.filter(move |((_, _, recorded_at), spans)| {
            recorded_at.is_none_or(|day| day <= known_on) && have_part_of(spans, start, end)
        })
        .map(|((_, unit, _), _)| *unit)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Spans that are added in any order hold the same days as a set of days.
        #[test]
        fn spans_hold_the_days_that_were_added(
            added in prop::collection::vec((0_i32..40, 1_i32..6), 0..12),
            asked in (0_i32..45, 1_i32..10),
        ) {
            let day = |number: i32| NaiveDate::from_epoch_days(19_000 + number).unwrap();
            let mut spans = Days::default();
            let mut days = std::collections::BTreeSet::new();
            for (start, length) in added {
                add(&mut spans, day(start), day(start + length));
                days.extend(start..start + length);
            }
            let (start, end) = (asked.0, asked.0 + asked.1);
            let expected = days.range(start..end).next().is_some();
            prop_assert_eq!(have_part_of(&spans, day(start), day(end)), expected);
            let ends: Vec<_> = spans.iter().collect();
            prop_assert!(ends.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }
}
