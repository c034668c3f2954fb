//! The reports that are due one by one, what the missing ones could hold, and what is known without the late ones
//! (`docs/semantics.md`, 38).

use chrono::{Days, NaiveDate};

use super::snapshot::participants::Participants;
use super::snapshot::{Figure, Snapshot};
use crate::calendar::Window;
use crate::plan::{MeasureIndex, UnitIndex};

/// A report that is due from a unit for a period.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneReport {
    pub(crate) unit: UnitIndex,
    pub(crate) period: Window,
    pub(crate) made: bool,
    /// Whether it would have been made without what came late.
    pub(crate) in_time: bool,
}

/// What a report that is missing is supposed to hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Supposed {
    pub(crate) measure: MeasureIndex,
    pub(crate) unit: UnitIndex,
    pub(crate) period: Window,
    pub(crate) value: f64,
}

impl<'t> Snapshot<'t> {
    /// What was known without the rows that were recorded after the day on which the report for the period of their
    /// last day was due.
    pub(crate) fn in_time(&self) -> Snapshot<'t> {
        let plan = self.plan();
        self.without_later(|measure, day| {
            let days = Days::new(u64::from(plan[measure].due?));
            let period = plan.calendar().period_at(plan.reporting_period(measure)?, day)?;
            let last: NaiveDate = plan.calendar().window(period)?.end().pred_opt()?;
            last.checked_add_days(days)
        })
    }

    /// What would be known if missing reports came in.
    pub(crate) fn supposing(&self, reports: &[Supposed]) -> Snapshot<'t> {
        let figures = reports.iter().map(|report| {
            let (start, end) = (report.period.start(), report.period.end());
            let figure = Figure::plain(start, end, report.value);
            (report.measure, report.unit, Figure { weight: report.value.abs(), ..figure })
        });
        self.with_figures(figures.collect())
    }

    /// The measure whose reports tell of another one: who reports events reports those of every category.
    pub(crate) fn reported_as(&self, measure: MeasureIndex) -> MeasureIndex {
        if self.is_events(measure) { self.plan().recorded(measure) } else { measure }
    }

    /// The periods of a window to date for which reports of a measure can be missing: those that have ended, or, where
    /// there are none, a window that has.
    /// Whether a period has ended for which reports of a measure are due.
    pub(crate) fn has_ended(
        &self,
        measure: MeasureIndex,
        window: &Window,
        to_date: &Window,
    ) -> bool {
        window.same_days(to_date)
            || !self.reporting_periods_in(self.reported_as(measure), to_date).is_empty()
    }

    pub(super) fn periods_owed(
        &self,
        measure: MeasureIndex,
        window: &Window,
        to_date: &Window,
    ) -> Vec<Window> {
        let periods = self.reporting_periods_in(measure, to_date);
        if periods.is_empty() && window.same_days(to_date) { vec![*window] } else { periods }
    }

    /// The periods of a measure's reports that lie in a window.
    pub(super) fn reporting_periods_in(
        &self,
        measure: MeasureIndex,
        window: &Window,
    ) -> Vec<Window> {
        let every = self.plan().reporting_period(measure);
        every.map_or_else(Vec::new, |every| self.plan().calendar().periods_within(every, window))
    }

    /// The reports of a measure due from each of some units and those below it for the periods of a window to date that
    /// have ended: what [`reports`](Snapshot::reports) counts, one by one. `in_time` is what is known without the late
    /// ones.
    pub(crate) fn reports_one_by_one(
        &self,
        in_time: &Snapshot<'_>,
        measure: MeasureIndex,
        (window, to_date): (&Window, &Window),
        units: &[UnitIndex],
        participants: Participants,
    ) -> Vec<Vec<OneReport>> {
        let measure = self.reported_as(measure);
        let mut all = vec![Vec::new(); units.len()];
        if !self.owes_reports(measure) {
            return all;
        }
        self.note_periods(measure, to_date);
        if self.only_prepares() {
            return all;
        }
        let takes_part = self.takes_part(participants);
        for period in self.periods_owed(measure, window, to_date) {
            let (now, then) =
                (self.has_reported(measure, &period), in_time.has_reported(measure, &period));
            let reports = PeriodReports {
                snapshot: self,
                measure,
                period,
                has_reported: &|unit| Arrival { at_all: now(unit), in_time: then(unit) },
                takes_part: &takes_part,
            };
            for (unit, found) in units.iter().zip(&mut all) {
                match self.made_of(measure, *unit) {
                    None => reports.collect(*unit, Arrival::default(), found),
                    Some(pieces) => {
                        let then = pieces.iter().map(|piece| piece.unit);
                        for piece in then.filter(|unit| reports.is_valid(*unit)) {
                            reports.collect(piece, Arrival::default(), found);
                        }
                    }
                }
            }
        }
        all
    }

    /// The least and the greatest that a unit reported, with those below it, for a period of a window to date, or, if
    /// for none, for one before the window.
    pub(crate) fn range_reported(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        (window, to_date): (&Window, &Window),
    ) -> Option<(f64, f64)> {
        let periods = self.periods_owed(measure, window, to_date);
        let within = self.range_over(measure, unit, &periods);
        within.or_else(|| {
            let recorded = self.days_of_figures(self.reported_as(measure))?;
            let before = if self.reporting_periods_in(measure, to_date).is_empty() {
                let calendar = self.plan().calendar();
                let earlier = |window: &Window| calendar.previous_period(window);
                std::iter::successors(earlier(window), earlier)
                    .take_while(|window| recorded.start() < window.end())
                    .collect()
            } else {
                self.reporting_periods_in(measure, &Window::new(recorded.start(), window.start())?)
            };
            self.range_over(measure, unit, &before)
        })
    }

    fn range_over(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        periods: &[Window],
    ) -> Option<(f64, f64)> {
        let reported_as = self.reported_as(measure);
        let reported = periods.iter().filter(|period| {
            let has_reported = self.has_reported(reported_as, period);
            let reports = PeriodReports {
                snapshot: self,
                measure: reported_as,
                period: **period,
                has_reported: &|unit| Arrival { at_all: has_reported(unit), in_time: false },
                takes_part: &[],
            };
            reports.made(unit).at_all
        });
        let values = reported.filter_map(|period| self.as_recorded(measure, unit, period).ok());
        values.map(|rolled| rolled.value).fold(None, |range, value| match range {
            None => Some((value, value)),
            Some((low, high)) => Some((value.min(low), value.max(high))),
        })
    }
}

/// Whether a report came at all, and whether it came in time.
#[derive(Debug, Clone, Copy, Default)]
struct Arrival {
    at_all: bool,
    in_time: bool,
}

impl Arrival {
    fn or(self, other: Arrival) -> Arrival {
        Arrival { at_all: self.at_all || other.at_all, in_time: self.in_time || other.in_time }
    }
}

/// The reports of a measure for one period.
struct PeriodReports<'a> {
    snapshot: &'a Snapshot<'a>,
    measure: MeasureIndex,
    period: Window,
    /// Whether a unit itself has reported.
    has_reported: &'a dyn Fn(UnitIndex) -> Arrival,
    /// Per unit, whether it takes part.
    takes_part: &'a [bool],
}

impl PeriodReports<'_> {
    fn is_valid(&self, unit: UnitIndex) -> bool {
        self.snapshot.plan().units()[unit].is_valid_throughout(&self.period)
    }

    /// Adds the reports due from a unit and those below it; `above` is what units above it have reported.
    fn collect(&self, unit: UnitIndex, above: Arrival, found: &mut Vec<OneReport>) {
        let units = self.snapshot.plan().units();
        let one = |came: Arrival| OneReport {
            unit,
            period: self.period,
            made: came.at_all,
            in_time: came.in_time,
        };
        let own = (self.has_reported)(unit);
        match self.snapshot.plan()[self.measure].recorded_at {
            Some(level) if units[unit].level == level => {
                let owes = self.snapshot.plan()[self.measure].is_owed_by(unit, &units[unit]);
                if owes && self.is_valid(unit) {
                    found.push(one(above.or(self.made(unit))));
                }
            }
            Some(_) => {
                for child in units.children(unit) {
                    self.collect(*child, above.or(own), found);
                }
            }
            None if own.at_all => found.push(one(own)),
            None => {
                let before = found.len();
                for child in units.children(unit).iter().filter(|child| self.is_valid(**child)) {
                    self.collect(*child, Arrival::default(), found);
                }
                if found.len() == before
                    && self.takes_part.get(unit.place()).is_some_and(|takes| *takes)
                {
                    found.push(one(Arrival::default()));
                }
            }
        }
    }

    /// Whether a unit that owes a report has made it: itself, or, where units of its level owe it, through one below.
    fn made(&self, unit: UnitIndex) -> Arrival {
        let own = (self.has_reported)(unit);
        if self.snapshot.plan()[self.measure].recorded_at.is_none() {
            return own;
        }
        let children = self.snapshot.plan().units().children(unit).iter();
        children.fold(own, |came, child| came.or(self.made(*child)))
    }
}
