//! What an assessment reads of a tally. Reads are recorded where they happen. Debug builds check that the
//! figures read in a window were recorded.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use rustc_hash::FxHashSet;

use crate::calendar::Window;
use crate::plan::{LevelIndex, MeasureIndex};

/// One thing that was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Read {
    /// The values of a measure over a window.
    Values(MeasureIndex, Window),
    /// The figures and events of a measure in a window as such: who reported, what was published.
    Figures(MeasureIndex, Window),
    /// The figures of a measure that end before a day.
    FiguresBefore(MeasureIndex, NaiveDate),
    /// Which units have rows of a measure.
    Units(MeasureIndex),
    /// All rows of a measure as they were recorded, and when.
    Rows(MeasureIndex),
    /// Whether some row of a measure says when it was recorded.
    Dated(MeasureIndex),
    /// How late the events of a measure were recorded, as known on the day of the assessment.
    Delays(MeasureIndex),
    /// The days of the shortest figure of a measure.
    ShortestSpan(MeasureIndex),
    /// Whether all units have figures of the same days of some measures.
    SameSpans(Arc<[MeasureIndex]>),
    /// Whether all figures of a measure are of units of a level.
    AtLevel(MeasureIndex, LevelIndex),
    /// Whether the day before this one is over on the day of the assessment.
    Over(NaiveDate),
}

/// Records reads. It belongs to one block of rows, or to all of what is only prepared.
#[derive(Default)]
pub(super) struct Recorder(Mutex<FxHashSet<Read>>);

impl Recorder {
    pub(super) fn add(&self, read: Read) {
        self.lock().insert(read);
    }

    pub(super) fn extend(&self, reads: &[Read]) {
        self.lock().extend(reads.iter().cloned());
    }

    /// All reads so far, in no order.
    pub(super) fn reads(&self) -> Arc<[Read]> {
        self.lock().iter().cloned().collect()
    }

    /// Whether the figures of a measure in a window were recorded as read.
    pub(super) fn covers(&self, measure: MeasureIndex, window: &Window) -> bool {
        self.lock().iter().any(|read| match read {
            Read::Values(of, days) | Read::Figures(of, days) => {
                *of == measure && days.start() <= window.start() && window.end() <= days.end()
            }
            Read::FiguresBefore(of, day) => *of == measure && window.end() <= *day,
            Read::Rows(of) => *of == measure,
            Read::Units(_)
            | Read::Dated(_)
            | Read::Delays(_)
            | Read::ShortestSpan(_)
            | Read::SameSpans(_)
            | Read::AtLevel(..)
            | Read::Over(_) => false,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FxHashSet<Read>> {
        // A panic in another thread leaves the set whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
