//! Who owed which report by when, and when it came.

use chrono::NaiveDate;

use super::reads::Read;
use super::snapshot::{Figure, Snapshot, hold_together};
use super::{Entry, Status};
use crate::calendar::Window;
use crate::error::codes::codes;
use crate::parallel::check_stop;
use crate::plan::{MeasureIndex, Unit, UnitIndex};

/// A report that a unit owes for a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Delivery {
    pub(crate) unit: UnitIndex,
    pub(crate) period: Window,
    /// The last day on which it is on time, if the plan names one.
    pub(crate) due: Option<NaiveDate>,
    pub(crate) report: Report,
}

/// What has come of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Report {
    /// It came on this day.
    On(NaiveDate),
    /// It came; on which day was not recorded.
    Undated,
    /// It has not come.
    Missing,
}

codes! {
    /// How a report stands to the day it was due.
    pub enum Punctuality as "status of a report" {
        /// It was made on or before the day it was due.
        OnTime = "on_time",
        /// It came after it.
        Late = "late",
        /// It came; whether on time can't be told, for the day was not recorded or none is due.
        Undated = "undated",
        /// It has not come, and was due.
        Missing = "missing",
        /// It has not come, and is not due yet.
        Open = "open",
    }
}

impl Delivery {
    /// The day on which it came, as far as recorded.
    pub(crate) fn reported(&self) -> Option<NaiveDate> {
        match self.report {
            Report::On(day) => Some(day),
            Report::Undated | Report::Missing => None,
        }
    }

    /// How it stands on a day.
    pub(crate) fn punctuality(&self, as_of: NaiveDate) -> Punctuality {
        match (self.report, self.due) {
            (Report::On(day), Some(due)) if day <= due => Punctuality::OnTime,
            (Report::On(_), Some(_)) => Punctuality::Late,
            (Report::On(_), None) | (Report::Undated, _) => Punctuality::Undated,
            (Report::Missing, Some(due)) if as_of < due => Punctuality::Open,
            (Report::Missing, _) => Punctuality::Missing,
        }
    }
}

impl Snapshot<'_> {
    /// The reports of a measure that are owed for the periods in a window to date, in order of time and of the table
    /// of units. Units that the plan names (`recorded_at`, `recorded_by`) owe them, else those that ever reported it.
    pub(crate) fn deliveries(&self, measure: MeasureIndex, to_date: &Window) -> Vec<Delivery> {
        let plan = self.plan();
        let Some(every) = plan.reporting_period(measure) else { return Vec::new() };
        self.note(Read::Rows(measure));
        self.note_periods(measure, to_date);
        if self.only_prepares() {
            return Vec::new();
        }
        let kind = &plan[measure];
        let units = plan.units();
        let owing = self.owing(measure);
        let mut deliveries = Vec::new();
        for period in plan.calendar().periods_within(every, to_date) {
            let last = period.end().pred_opt();
            let due = kind
                .due
                .zip(last)
                .and_then(|(days, last)| last.checked_add_days(chrono::Days::new(u64::from(days))));
            let own: Vec<Report> =
                units.iter().map(|(unit, _)| self.first_report(measure, unit, &period)).collect();
            // What a unit reports, it reports for those below it; and a unit has reported where one below it has.
            let mut below = own.clone();
            for unit in self.below_first() {
                if let Some(parent) = units[*unit].parent {
                    below[parent.0] = below[parent.0].min(below[unit.0]);
                }
            }
            for unit in &owing {
                if !units[*unit].is_valid_throughout(&period) {
                    continue;
                }
                let above = units.above(*unit).map(|above| own[above.0]);
                let mine = if kind.recorded_at.is_some() { below[unit.0] } else { own[unit.0] };
                let report = above.fold(mine, Report::min);
                deliveries.push(Delivery { unit: *unit, period, due, report });
            }
        }
        deliveries
    }

    /// How many these are.
    pub(crate) fn number_of_deliveries(&self, measure: MeasureIndex, to_date: &Window) -> u64 {
        let plan = self.plan();
        let Some(every) = plan.reporting_period(measure) else { return 0 };
        let owing = self.owing(measure);
        let of_period = |period: &Window| {
            check_stop();
            let valid =
                owing.iter().filter(|unit| plan.units()[**unit].is_valid_throughout(period));
            valid.count() as u64
        };
        plan.calendar().periods_within(every, to_date).iter().map(of_period).sum()
    }

    /// The units that owe reports of a measure.
    fn owing(&self, measure: MeasureIndex) -> Vec<UnitIndex> {
        let plan = self.plan();
        let owes = |index: UnitIndex, unit: &Unit| match plan[measure].recorded_at {
            Some(_) => plan[measure].is_owed_by(index, unit),
            None => !self.figures(measure, index).is_empty(),
        };
        let owing = plan.units().iter().filter(|(index, unit)| owes(*index, unit));
        owing.map(|(index, _)| index).collect()
    }

    /// The first known report of a unit itself for a period.
    fn first_report(&self, measure: MeasureIndex, unit: UnitIndex, period: &Window) -> Report {
        check_stop();
        let is_about = |entry: &Entry| match self.plan()[measure].cumulative {
            // A total holds all periods of the year up to its own.
            true => {
                let start = self.plan().totals_begin(measure, unit, entry.start);
                is_about(start, entry.end, period)
            }
            false => is_about(entry.start, entry.end, period),
        };
        let known = self.entries(measure, unit).iter().filter(|entry| {
            let is_known = entry.is_known_on(self.as_of());
            is_known && entry.is_a_report() && is_about(entry)
        });
        let first = known.map(|entry| entry.recorded_at.map_or(Report::Undated, Report::On)).min();
        let first = first.or_else(|| match self.plan()[measure].weight_by_days {
            true => self.first_reported_together(measure, unit, period),
            false => None,
        });
        // Plain events are counted, not dated.
        let has_events =
            || self.figures(measure, unit).iter().any(|figure| figure.is_about(period));
        match first {
            Some(report) => report,
            None if has_events() => Report::Undated,
            None => Report::Missing,
        }
    }
}

impl Snapshot<'_> {
    /// When the known reports of a unit, in order of the days on which they came, first held all days of a period.
    fn first_reported_together(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        period: &Window,
    ) -> Option<Report> {
        let known = self.entries(measure, unit).iter().filter(|entry| {
            entry.is_known_on(self.as_of())
                && entry.is_a_report()
                && entry.start < period.end()
                && period.start() < entry.end
        });
        let report = |entry: &&Entry| entry.recorded_at.map_or(Report::Undated, Report::On);
        let mut known: Vec<&Entry> = known.collect();
        known.sort_by_key(report);
        let mut spans = Vec::with_capacity(known.len());
        known.into_iter().find_map(|entry| {
            spans.push((entry.start, entry.end));
            spans.sort_unstable();
            hold_together(spans.iter().copied(), period).then(|| report(&entry))
        })
    }
}

impl Entry {
    /// Whether something was reported, if only that it is kept secret.
    pub(super) fn is_a_report(&self) -> bool {
        self.value.is_some() || self.status == Status::Q
    }
}

impl Figure {
    /// Whether it lies in a period or holds it.
    fn is_about(&self, period: &Window) -> bool {
        is_about(self.start, self.end, period)
    }
}

fn is_about(start: NaiveDate, end: NaiveDate, period: &Window) -> bool {
    (period.start() <= start && end <= period.end())
        || (start <= period.start() && period.end() <= end)
}
