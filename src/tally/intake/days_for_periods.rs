//! Days that mean the periods in which they lie.

use chrono::NaiveDate;
use rustc_hash::FxHashSet;

use super::Intake;
use crate::calendar::{Calendar, Every};
use crate::error::{Fault, FaultCode};
use crate::plan::{MeasureIndex, OverTime};
use crate::tally::{Column, Entry};

/// As many different periods show that days mean them.
const FEWEST: usize = 3;

/// The figures of a measure, as long as all of them are of the first days of periods, or all of the last days.
struct Days<'e> {
    every: Every,
    first: Option<&'e Entry>,
    periods: FxHashSet<NaiveDate>,
    are_firsts: bool,
    are_lasts: bool,
}

impl<'e> Days<'e> {
    fn add(&mut self, entry: &'e Entry, calendar: &Calendar) {
        if !self.are_firsts && !self.are_lasts {
            return;
        }
        let day = entry.start;
        let period = calendar.period_at(self.every, day).and_then(|one| calendar.window(one));
        let period = period.filter(|_| day.succ_opt() == Some(entry.end));
        self.are_firsts &= period.is_some_and(|period| period.start() == day);
        self.are_lasts &= period.is_some_and(|period| period.end() == entry.end);
        self.first = self.first.or(Some(entry));
        self.periods.extend(period.map(|period| period.start()));
    }
}

impl Intake<'_> {
    /// Refuses figures of single days of measures that say by which period they are due, if these are all first days,
    /// or all last days, of such periods: each would count for one day alone.
    pub(super) fn refuse_days_for_periods(&mut self) {
        let plan = self.plan();
        let mut measures: Vec<Option<Days<'_>>> = plan
            .measures()
            .iter()
            .map(|measure| {
                let every = measure.every.filter(|_| measure.over_time == OverTime::Sum)?;
                let periods = FxHashSet::default();
                (!measure.reported).then_some(Days {
                    every,
                    first: None,
                    periods,
                    are_firsts: true,
                    are_lasts: true,
                })
            })
            .collect();
        for (measure, _, entry) in &self.entries {
            if let Some(Some(days)) = measures.get_mut(measure.0) {
                days.add(entry, plan.calendar());
            }
        }
        let mut faults = Vec::new();
        for (measure, days) in measures.iter().enumerate() {
            let Some(days) = days.as_ref().filter(|days| days.periods.len() >= FEWEST) else {
                continue;
            };
            let (Some(first), true) = (days.first, days.are_firsts || days.are_lasts) else {
                continue;
            };
            let id = &plan[MeasureIndex(measure)].id;
            let (every, which) = (days.every, if days.are_firsts { "first" } else { "last" });
            let message =
                format!("`{id}` is due each {every}, and its figures are of {which} days alone");
            let place = self.place(first.origin.row, Column::Date.name());
            let found = format!("{} and the {which} days of other periods", first.start);
            faults.push(
                Fault::new(FaultCode::DaysForPeriods, place, message)
                    .found(found)
                    .expected("figures of whole periods")
                    .hint(format!(
                        "read the rows with the option `date_is` (`{every}`) if each date means its {every}; or write the \
                         periods under `period`"
                    )),
            );
        }
        faults.into_iter().for_each(|fault| self.fault(fault));
    }
}
