//! How late events are recorded.

use chrono::{Days, NaiveDate};

use super::Entry;
use super::reads::Read;
use super::snapshot::Snapshot;
use crate::calendar::Window;
use crate::plan::MeasureIndex;
use crate::stats::outlook::ReportingDelays;

/// The days from whose events delays are known, up to the day of the assessment: a year.
const DAYS: u32 = 365;

impl Snapshot<'_> {
    /// How late the events of some measures are recorded, all of them and all units together, as the last year shows it; none
    /// where figures are among them, where no event says when it was recorded, and where events are few.
    ///
    /// Events that don't say so are recorded on their day.
    pub(crate) fn reporting_delays(&self, measures: &[MeasureIndex]) -> Option<ReportingDelays> {
        let next_day = self.as_of().succ_opt()?;
        let last_year =
            Window::new(next_day.checked_sub_days(Days::new(u64::from(DAYS)))?, next_day)?;
        if self.only_prepares() {
            // Whether events say when they were recorded is not known before there are some.
            measures.iter().for_each(|measure| self.note(Read::Figures(*measure, last_year)));
        }
        if !self.are_dated_events(measures) {
            return None;
        }
        for measure in measures {
            self.note(Read::Delays(*measure));
        }
        let mut events: Vec<(u32, u32, f64)> = Vec::new();
        // Whatever its age, an event that does not say when it was recorded counts as recorded on its day.
        let at_once = |number: f64| (0, DAYS, number);
        let days = |from: NaiveDate, until: NaiveDate| {
            u32::try_from((until - from).num_days()).unwrap_or(0)
        };
        for measure in measures {
            let kind = &self.plan()[*measure];
            let recorded = self.plan().recorded(*measure);
            let narrowed = kind.narrowed.as_ref();
            let is_of_it = |entry: &&Entry| {
                let includes =
                    narrowed.is_none_or(|all| all.includes(self.plan(), entry.combination));
                includes && entry.is_known_on(self.as_of())
            };
            for unit in self.below_first() {
                for entry in self.entries(recorded, *unit).iter().filter(is_of_it) {
                    let last = entry.known_end(kind.known_ahead).pred_opt();
                    let Some(day) = last.filter(|day| last_year.contains_day(*day)) else {
                        continue;
                    };
                    events.push(match entry.recorded_at {
                        Some(recorded) => {
                            (days(day, recorded), days(day, self.as_of()), entry.size)
                        }
                        None => at_once(entry.size),
                    });
                }
            }
            let plain = self.tally().plain_events(*measure, Some(&last_year));
            events.extend(plain.map(|(_, _, sum)| at_once(sum.abs())));
        }
        ReportingDelays::of(events).ok().flatten()
    }

    /// Whether some measures are recorded as events, of which one says when it was recorded.
    pub(crate) fn are_dated_events(&self, measures: &[MeasureIndex]) -> bool {
        for measure in measures {
            self.note(Read::Dated(*measure));
        }
        measures.iter().all(|measure| self.is_events(*measure))
            && measures.iter().any(|measure| self.is_dated(*measure))
    }

    /// Whether all events of a window are recorded by now, however late they are.
    pub(crate) fn are_all_recorded(&self, window: &Window) -> bool {
        let end = window.end().checked_add_days(Days::new(u64::from(DAYS)));
        end.is_none_or(|end| self.is_over(end))
    }
}
