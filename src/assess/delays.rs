//! Events that are recorded late: how many of each day are known by now (`docs/semantics.md`, 26a).

use std::sync::Arc;

use chrono::NaiveDate;

use super::Assessor;
use crate::calendar::Window;
use crate::plan::{Expression, IndicatorIndex, MeasureIndex};
use crate::stats::outlook::ReportingDelays;

/// How many of the events of a window's days to date are recorded.
#[derive(Debug)]
pub(super) struct Delays {
    start: NaiveDate,
    /// Per day, the sum of the shares recorded of all days before it; one more than there are days.
    recorded: Vec<f64>,
    /// The standard deviation of the last of these sums, relative to it.
    pub(super) deviation: f64,
}

impl Delays {
    /// How many days from one up to but not including another count, each with its share.
    pub(super) fn recorded_days(&self, start: NaiveDate, end: NaiveDate) -> f64 {
        let upto = |day: NaiveDate| {
            let days = usize::try_from((day - self.start).num_days()).unwrap_or(0);
            self.recorded.get(days).or(self.recorded.last()).copied().unwrap_or(0.0)
        };
        (upto(end) - upto(start)).max(0.0)
    }
}

impl<'a> Assessor<'a> {
    /// What events of an indicator, or of that of which it is the change, are counted: those above, and what they are counted
    /// over where that accumulates with them.
    fn sums_of_events(&self, indicator: IndicatorIndex) -> impl Iterator<Item = &'a Expression> {
        let course = self.course(self.underlying(indicator));
        course.into_iter().flat_map(|course| std::iter::once(course.above).chain(course.beside))
    }

    /// Whether all that an indicator counts is recorded as events.
    pub(super) fn counts_events(&self, indicator: IndicatorIndex) -> bool {
        let mut terms =
            self.sums_of_events(indicator).flat_map(|counted| &counted.terms).peekable();
        terms.peek().is_some() && terms.all(|term| self.known.is_events(term.measure))
    }

    /// Whether events that an indicator counts may still be recorded, whatever the tally holds.
    pub(super) fn may_be_recorded_late(&self, indicator: IndicatorIndex, to_date: &Window) -> bool {
        self.sums_of_events(indicator).next().is_some() && !self.known.are_all_recorded(to_date)
    }

    /// Whether events that an indicator counts are still being recorded.
    pub(super) fn is_recorded_late(&self, indicator: IndicatorIndex, to_date: &Window) -> bool {
        // Both are looked at, so that what is read does not depend on the first.
        let late = self
            .sums_of_events(indicator)
            .filter(|counted| self.delays(counted, to_date).is_some());
        late.count() > 0
    }

    /// Whether it is known how late the events of a sum are recorded.
    pub(super) fn knows_delays(&self, counted: &Expression) -> bool {
        let measures = self.dated_events(counted);
        measures.is_some_and(|measures| self.reporting_delays(measures).is_some())
    }

    /// How many of the events of a window's days to date are recorded; none where all are, or where nothing says so.
    pub(super) fn delays(&self, counted: &Expression, to_date: &Window) -> Option<Arc<Delays>> {
        let measures = self.dated_events(counted)?;
        if self.known.are_all_recorded(to_date) {
            return None;
        }
        let delays = self.reporting_delays(measures)?;
        let age = |day: NaiveDate| u32::try_from((self.as_of - day).num_days()).unwrap_or(0);
        if age(to_date.last()) >= delays.longest() {
            return None;
        }
        let (mut recorded, mut deviation) = (vec![0.0], 0.0);
        let mut sum = 0.0;
        for day in to_date.start().iter_days().take(usize::try_from(to_date.days()).unwrap_or(0)) {
            sum += delays.share_within(age(day));
            recorded.push(sum);
            // The shares of all days come from the same events: their errors add up.
            deviation += delays.variance_within(age(day)).sqrt();
        }
        Some(Arc::new(Delays { start: to_date.start(), recorded, deviation: deviation / sum }))
    }

    /// The measures of a sum of events of which some say when they were recorded; none of another sum.
    fn dated_events(&self, counted: &Expression) -> Option<Vec<MeasureIndex>> {
        let mut measures: Vec<MeasureIndex> =
            counted.terms.iter().map(|term| term.measure).collect();
        measures.sort_unstable();
        measures.dedup();
        let may_be = self.known.only_prepares() || self.known.are_dated_events(&measures);
        may_be.then_some(measures)
    }

    /// How late the events of measures are recorded; none where they are too few.
    fn reporting_delays(&self, measures: Vec<MeasureIndex>) -> Option<Arc<ReportingDelays>> {
        let (delays, reads) = self.all_delays.get(measures.clone(), || {
            let recording = self.recording();
            let delays = recording.known.reporting_delays(&measures);
            (delays.map(Arc::new), recording.known.reads())
        });
        self.known.note_all(&reads);
        delays
    }
}
