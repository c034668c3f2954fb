//! Who had to report, and who did (`docs/semantics.md`, 29).

use std::sync::Arc;

use crate::calendar::Window;
use crate::plan::{Absent, MeasureIndex};
use crate::tally::reads::Read;
use crate::tally::snapshot::Snapshot;
use crate::tally::snapshot::participants::Participants;

/// Reports due and reports made, over the same units and periods: never more made than due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reports {
    pub(crate) made: u64,
    pub(crate) due: u64,
}

impl Reports {
    /// The share that was made, in per cent, if any was due.
    pub(crate) fn completeness(self) -> Option<f64> {
        if self.made == self.due {
            return (self.due > 0).then_some(100.0);
        }
        Some(100.0 * self.made as f64 / self.due as f64)
    }

    fn add(&mut self, other: Reports) {
        self.made += other.made;
        self.due += other.due;
    }
}

impl std::iter::Sum for Reports {
    fn sum<I: Iterator<Item = Reports>>(all: I) -> Reports {
        let mut sum = Reports::default();
        all.for_each(|one| sum.add(one));
        sum
    }
}

impl Snapshot<'_> {
    /// The reports of a measure due for a window to date from each unit and those below it, in the order
    /// of the plan's table; none where nothing is ever due.
    pub(crate) fn reports(
        &self,
        measure: MeasureIndex,
        to_date: &Window,
        participants: Participants,
    ) -> Option<Arc<[Reports]>> {
        let measure = self.reported_as(measure);
        if !self.owes_reports(measure) {
            return None;
        }
        self.note_periods(measure, to_date);
        Some(if self.only_prepares() {
            Arc::default()
        } else {
            self.reports_once(measure, to_date, participants)
        })
    }

    /// Records that reports of the periods in a window are read.
    pub(in crate::tally) fn note_periods(&self, measure: MeasureIndex, window: &Window) {
        self.note(Read::Figures(measure, *window));
        // A read of the whole window covers those of its periods.
        if self.only_prepares() {
            for period in self.reporting_periods_in(measure, window) {
                self.note(Read::Figures(measure, period));
            }
        }
    }

    /// Whether reports of a measure are due. Events are recorded everywhere, and a measure that is 0 where it has no figure
    /// is never missing.
    pub(crate) fn owes_reports(&self, measure: MeasureIndex) -> bool {
        let kind = &self.plan()[measure];
        kind.absent == Absent::Missing && (!self.is_events(measure) || kind.is_due())
    }

    /// The reports of every unit. It does not check whether any are due.
    pub(in crate::tally) fn reports_of_all(
        &self,
        measure: MeasureIndex,
        to_date: &Window,
        participants: Participants,
    ) -> Vec<Reports> {
        let plan = self.plan();
        let periods = match plan.reporting_period(measure) {
            Some(every) => plan.calendar().periods_within(every, to_date),
            None => Vec::new(),
        };
        match periods[..] {
            [] => self.reports_for(measure, to_date, participants),
            [period] if period.same_days(to_date) => {
                self.reports_for(measure, &period, participants)
            }
            [.., last] => {
                let before =
                    Window::new(to_date.start(), last.start()).filter(|_| periods.len() > 1);
                let known =
                    before.and_then(|before| self.reports_known(measure, &before, participants));
                // A year to date is one month more than the year to date that was read before.
                let (mut all, more) = match known {
                    Some(known) => (known.to_vec(), &periods[periods.len() - 1..]),
                    None => (vec![Reports::default(); plan.units().len()], &periods[..]),
                };
                for period in more {
                    // And months were read as windows of their own.
                    let of_period = self.reports_once(measure, period, participants);
                    all.iter_mut().zip(&of_period[..]).for_each(|(sum, more)| sum.add(*more));
                }
                all
            }
        }
    }

    /// The reports due for one period.
    fn reports_for(
        &self,
        measure: MeasureIndex,
        period: &Window,
        participants: Participants,
    ) -> Vec<Reports> {
        let mut all = self.reports_as_recorded(measure, period, participants);
        self.carry_reports(measure, period, &mut all);
        all
    }

    /// The reports of the units as recorded, before boundary changes are applied.
    fn reports_as_recorded(
        &self,
        measure: MeasureIndex,
        period: &Window,
        participants: Participants,
    ) -> Vec<Reports> {
        let takes_part = self.takes_part(participants);
        let units = self.plan().units();
        let has_reported = self.has_reported(measure, period);
        let mut all = vec![Reports::default(); units.len()];
        let kind = &self.plan()[measure];
        let Some(level) = kind.recorded_at else {
            // One report from a unit that made it; else those of its children; else one not made, if
            // the unit takes part.
            for unit in self.below_first() {
                let mut reports = Reports::default();
                if has_reported(*unit) {
                    reports = Reports { made: 1, due: 1 };
                } else {
                    for child in units.children(*unit) {
                        if units[*child].is_valid_throughout(period) {
                            reports.add(all[child.0]);
                        }
                    }
                    if reports.due == 0 && takes_part[unit.0] {
                        reports.due = 1;
                    }
                }
                all[unit.0] = reports;
            }
            return all;
        };
        // Whether a unit or one below it has reported.
        let mut within = vec![false; units.len()];
        for unit in self.below_first() {
            let own = has_reported(*unit);
            let children = units.children(*unit);
            within[unit.0] = own || children.iter().any(|child| within[child.0]);
            all[unit.0] = if units[*unit].level == level {
                let due = kind.is_owed_by(*unit, &units[*unit])
                    && units[*unit].is_valid_throughout(period);
                Reports { made: u64::from(due && within[unit.0]), due: u64::from(due) }
            } else {
                let mut reports = Reports::default();
                children.iter().for_each(|child| reports.add(all[child.0]));
                // What a unit reports, it reports for all those below.
                let made = if own { reports.due } else { reports.made };
                Reports { made, ..reports }
            };
        }
        all
    }
}
