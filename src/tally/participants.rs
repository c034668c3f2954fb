//! Which units take part in an indicator: those of which a row of any of its measures is known (`docs/semantics.md`, 29).
//! A unit that reports one measure of an indicator owes all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::reads::Read;
use super::snapshot::Snapshot;
use crate::plan::MeasureIndex;

/// The units that take part in some measures: a place in the sets of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Participants(usize);

/// The different sets of units that take part, each once.
#[derive(Default)]
pub(super) struct ParticipantSets(Mutex<Known>);

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

    /// The units that take part in an indicator of these measures.
    pub(crate) fn participants(&self, measures: &[MeasureIndex]) -> Participants {
        let mut recorded: Vec<MeasureIndex> =
            measures.iter().map(|measure| self.plan().recorded(*measure)).collect();
        recorded.sort_unstable();
        recorded.dedup();
        if self.only_prepares() {
            return Participants(0);
        }
        // A panic in another thread leaves the lists whole.
        let mut known = self.participant_sets().0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.of_measures.get(&recorded) {
            return *found;
        }
        let set: Vec<bool> = (0..self.plan().units().len())
            .map(|unit| recorded.iter().any(|measure| self.has_rows(*measure)[unit]))
            .collect();
        let place = known.sets.iter().position(|other| other[..] == set[..]);
        let place = place.unwrap_or_else(|| {
            known.sets.push(set.into());
            known.sets.len() - 1
        });
        known.of_measures.insert(recorded, Participants(place));
        Participants(place)
    }

    /// Per unit, whether it takes part.
    pub(super) fn takes_part(&self, participants: Participants) -> Arc<[bool]> {
        let known = self.participant_sets().0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known.sets[participants.0])
    }
}
