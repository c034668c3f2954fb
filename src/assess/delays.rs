//! Events that are recorded late: how many of each day are known by now (`docs/semantics.md`, 26a).

use std::sync::Arc;

use chrono::NaiveDate;

use super::Assessor;
use super::course::Over;
use crate::calendar::Window;
use crate::plan::{Expression, IndicatorIndex, MeasureIndex};

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
    /// What an indicator counts over time, if it counts such, or that of which it is the change.
    fn counted_over_time(&self, indicator: IndicatorIndex) -> Option<&'a Expression> {
        let indicator = self.underlying(indicator);
        let course = self.course(indicator)?;
        match course.over {
            Over::Time | Over::TimeAmong => Some(course.above),
            Over::Whole | Over::Exposure => None,
        }
    }

    /// Whether all that an indicator counts over time is recorded as events.
    pub(super) fn counts_events(&self, indicator: IndicatorIndex) -> bool {
        let counted = self.counted_over_time(indicator);
        let mut terms = counted.into_iter().flat_map(|counted| &counted.terms);
        counted.is_some() && terms.all(|term| self.known.is_events(term.measure))
    }

    /// Whether events that an indicator counts over time may still be recorded, whatever the tally holds.
    pub(super) fn may_be_recorded_late(&self, indicator: IndicatorIndex, to_date: &Window) -> bool {
        self.counted_over_time(indicator).is_some() && !self.known.are_all_recorded(to_date)
    }

    /// Whether events that an indicator counts over time are still being recorded.
    pub(super) fn is_recorded_late(&self, indicator: IndicatorIndex, to_date: &Window) -> bool {
        let counted = self.counted_over_time(indicator);
        counted.is_some_and(|counted| self.delays(counted, to_date).is_some())
    }

    /// How many of the events of a window's days to date are recorded; none where all are, or where nothing says so.
    pub(super) fn delays(&self, counted: &Expression, to_date: &Window) -> Option<Arc<Delays>> {
        let mut measures: Vec<MeasureIndex> =
            counted.terms.iter().map(|term| term.measure).collect();
        measures.sort_unstable();
        measures.dedup();
        let may_be_late = self.known.only_prepares() || self.known.are_dated_events(&measures);
        if !may_be_late || self.known.are_all_recorded(to_date) {
            return None;
        }
        let (delays, reads) = self.all_delays.get(measures.clone(), || {
            let recording = self.recording();
            let delays = recording.known.reporting_delays(&measures);
            (delays.map(Arc::new), recording.known.reads())
        });
        self.known.note_all(&reads);
        let delays = delays?;
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
}
