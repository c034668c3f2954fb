//! Which units take part in an indicator: those of which a row of any of its measures is known (`docs/semantics.md`, 29).
//! A unit that reports one measure of an indicator owes all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::plan::{IndicatorIndex, MeasureIndex};
use crate::tally::reads::Read;
use crate::tally::snapshot::Snapshot;

/// The units that take part in some measures: a place in the sets of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Participants(usize);

/// The different sets of units that take part, each once.
#[derive(Default)]
pub(in crate::tally) struct ParticipantSets(Mutex<Known>);

#[derive(Default)]
struct Known {
    of_measures: HashMap<Vec<MeasureIndex>, Participants>,
    /// Per unit, whether it takes part.
    sets: Vec<Arc<[bool]>>,
}

impl Snapshot<'_> {
    /// Records that the units that take part in an indicator of these measures are read.
    pub(crate) fn note_participants(&self, measures: &[MeasureIndex]) {
        for measure in measures {
            self.note(Read::Units(self.plan().recorded(*measure)));
        }
    }

    /// The units that take part in an indicator of these measures; no unit where no report is due.
    pub(crate) fn participants(&self, measures: &[MeasureIndex]) -> Participants {
        if self.only_prepares() {
            return Participants(0);
        }
        let mut recorded: Vec<MeasureIndex> =
            measures.iter().map(|measure| self.plan().recorded(*measure)).collect();
        recorded.sort_unstable();
        recorded.dedup();
        // Finding the units that have rows reads every cell of the tally.
        if !measures.iter().any(|measure| self.depends_on_participants(*measure)) {
            recorded.clear();
        }
        // A panic in another thread leaves the lists whole.
        let lock = || self.participant_sets().0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().of_measures.get(&recorded) {
            return *found;
        }
        let rows: Vec<&[bool]> = recorded.iter().map(|measure| self.has_rows(*measure)).collect();
        let set: Vec<bool> = (0..self.plan().units().len())
            .map(|unit| rows.iter().any(|has_rows| has_rows[unit]))
            .collect();
        // Two threads may compute the same set; it is stored once.
        let mut known = lock();
        let place = known.sets.iter().position(|other| other[..] == set[..]);
        let place = place.unwrap_or_else(|| {
            known.sets.push(set.into());
            known.sets.len() - 1
        });
        known.of_measures.insert(recorded, Participants(place));
        Participants(place)
    }

    /// Whether some row depends on which units have rows of a measure: reports of it are due, or of a measure that shares
    /// an indicator with it.
    pub(in crate::tally) fn has_participants(&self, measure: MeasureIndex) -> bool {
        let plan = self.plan();
        let mut indicators = (0..plan.all_indicators().len()).map(IndicatorIndex);
        self.depends_on_participants(measure)
            || indicators.any(|indicator| {
                let measures = plan.measures_of(indicator);
                measures.iter().any(|other| plan.recorded(*other) == plan.recorded(measure))
                    && measures.iter().any(|other| self.depends_on_participants(*other))
            })
    }

    /// Whether reports of a measure are due, or the plan states the last day on which its events are recorded.
    fn depends_on_participants(&self, measure: MeasureIndex) -> bool {
        let reported_as = self.reported_as(measure);
        self.owes_reports(measure)
            || self.owes_reports(reported_as)
            || self.plan()[self.plan().recorded(measure)].recorded.until.is_some()
    }

    /// Per unit, whether it takes part.
    pub(in crate::tally) fn takes_part(&self, participants: Participants) -> Arc<[bool]> {
        let known = self.participant_sets().0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.sets[participants.0])
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::plan::{MeasureIndex, Plan};
    use crate::tally::{Outcome, Tally, When};

    #[test]
    fn units_with_events_take_part_only_where_reports_are_due() {
        let plan = Plan::from_yaml(
            "{attain: 1, plan: p, measures: {free: {}, until: {recorded: {until: '2023-06-30'}}, due: {every: month}},
              indicators: {free: {count: free}, until: {count: until}, due: {count: due}},
              units: {levels: [city], list: [{id: '01', level: city}, {id: '02', level: city}]}}",
        )
        .unwrap();
        let day = NaiveDate::from_ymd_opt(2023, 6, 14).unwrap();
        let mut tally = Tally::of_events(&plan);
        for measure in ["free", "until", "due"] {
            tally.record(&Outcome::new("01", When::Date(day), measure, 1.0)).unwrap();
        }
        let known = tally.as_of(day);
        let takes_part = |measure: usize| {
            known.takes_part(known.participants(&[MeasureIndex(measure)])).to_vec()
        };
        assert_eq!(takes_part(0), [false, false]);
        assert_eq!(takes_part(1), [true, false]);
        assert_eq!(takes_part(2), [true, false]);
    }
}
