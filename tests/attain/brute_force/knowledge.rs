//! Rules 8, 9 and 14: what is known on a day, of which unit, and for which days.

use crate::brute_force::calendar::{Kind, Span, Window, after};
use crate::brute_force::model::{Case, Exact, Measure, Outcome, Plan, When, exact};
use chrono::{Datelike, NaiveDate};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// What one outcome says, once it is known.
#[derive(Debug, Clone)]
pub struct Record {
    pub unit: usize,
    pub span: Span,
    /// `None` where the figure is suppressed.
    pub value: Option<Exact>,
    pub imputed: bool,
    pub provisional: bool,
    /// Of figures that come to hold the same days, the one of the highest rank counts: the one recorded
    /// last, then the one that named the shorter span.
    rank: (Option<NaiveDate>, Reverse<Span>),
}

impl Record {
    /// The day on which it was recorded, where that is said.
    pub fn recorded_at(&self) -> Option<NaiveDate> {
        self.rank.0
    }
}

/// Everything that is known on a day, of every measure.
#[derive(Clone)]
pub struct Knowledge<'case> {
    pub plan: &'case Plan,
    pub as_of: NaiveDate,
    /// By measure.
    records: HashMap<String, Vec<Record>>,
    /// The units that have a row of a measure, those included that say a value is missing.
    rows: HashSet<(String, usize)>,
}

impl<'case> Knowledge<'case> {
    pub fn on(case: &'case Case, as_of: NaiveDate) -> Self {
        let plan = &case.plan;
        let known: Vec<(&Outcome, Span)> = case
            .outcomes
            .iter()
            .filter(|outcome| outcome.recorded_at.is_none_or(|recorded| recorded <= as_of))
            .map(|outcome| (outcome, span_named(plan, &outcome.when)))
            .collect();
        let mut records: HashMap<String, Vec<Record>> = HashMap::new();
        let mut rows = HashSet::new();
        for &(outcome, named) in &known {
            let unit = bearer(plan, &outcome.unit, named);
            rows.insert((outcome.measure.clone(), unit));
            let measure = plan.measures.iter().find(|measure| measure.id == outcome.measure);
            let adds_up = measure.is_some_and(|measure| measure.events);
            let is_known_ahead = measure.is_some_and(|measure| measure.known_ahead);
            let superseded = !adds_up
                && known.iter().any(|(other, other_named)| {
                    *other_named == named
                        && other.unit == outcome.unit
                        && other.measure == outcome.measure
                        && other.recorded_at > outcome.recorded_at
                });
            if superseded {
                continue;
            }
            let value = match (outcome.status, outcome.value) {
                (Some('Q'), _) => None,
                (Some('H' | 'K' | 'L' | 'M' | 'N' | 'O'), _) => continue,
                (_, Some(value)) => Some(value.exact()),
                // An event without a value counts 1.
                (_, None) => Some(exact(1)),
            };
            let record = Record {
                unit,
                // Rule 43: what is known ahead holds the whole of its days.
                span: match outcome.recorded_at {
                    Some(_) if !is_known_ahead => covered_part(named, outcome.recorded_at),
                    Some(_) | None => named,
                },
                value,
                imputed: matches!(outcome.status, Some('I' | 'E')),
                provisional: outcome.status == Some('P'),
                rank: (outcome.recorded_at, Reverse(named)),
            };
            let of_measure = records.entry(outcome.measure.clone()).or_default();
            let is_twin =
                |other: &&mut Record| (other.unit, other.span) == (record.unit, record.span);
            match of_measure.iter_mut().find(is_twin).filter(|_| !adds_up) {
                Some(twin) if twin.rank < record.rank => *twin = record,
                Some(_) => {}
                None => of_measure.push(record),
            }
        }
        for measure in plan.measures.iter().filter(|measure| measure.cumulative) {
            if let Some(totals) = records.get_mut(&measure.id) {
                *totals = totals.iter().map(|one| since(plan, measure, one, totals)).collect();
            }
        }
        Knowledge { plan, as_of, records, rows }
    }

    /// All records of a measure.
    pub fn of(&self, measure: &str) -> Vec<&Record> {
        self.records.get(measure).into_iter().flatten().collect()
    }

    /// A unit's own records of a measure.
    pub fn own(&self, measure: &str, unit: usize) -> Vec<&Record> {
        self.of(measure).into_iter().filter(|record| record.unit == unit).collect()
    }

    /// Whether a unit has a known row of a measure, one that says a value is missing included.
    pub fn has_a_row(&self, measure: &str, unit: usize) -> bool {
        self.rows.contains(&(measure.to_owned(), unit))
    }

    /// The same with one more figure (or event) of a unit.
    pub fn suppose(&mut self, measure: &str, unit: usize, span: Span, value: Exact) {
        let rank = (None, Reverse(span));
        let (imputed, provisional) = (false, false);
        let record = Record { unit, span, value: Some(value), imputed, provisional, rank };
        self.records.entry(measure.to_owned()).or_default().push(record);
    }

    /// The same with other values in place of those that are suppressed.
    pub fn disclose(&mut self, measure: &str, value: impl Fn(&Record) -> Exact) {
        for record in self.records.get_mut(measure).into_iter().flatten() {
            if record.value.is_none() {
                record.value = Some(value(record));
            }
        }
    }

    /// Rule 13: the days on which an events measure was recorded.
    pub fn recorded_days(&self, measure: usize) -> Option<Span> {
        let shares_an_indicator = |other: usize| {
            (0..self.plan.indicators.len()).any(|indicator| {
                let used = self.plan.measures_of(indicator);
                used.contains(&measure) && used.contains(&other)
            })
        };
        let events: Vec<&Record> = (0..self.plan.measures.len())
            .filter(|&other| self.plan.measures[other].events)
            .filter(|&other| other == measure || shares_an_indicator(other))
            .flat_map(|other| self.of(&self.plan.measures[other].id))
            .collect();
        let said = &self.plan.measures[measure];
        let first = events.iter().map(|event| event.span.start).min();
        let last = events.iter().map(|event| event.span.end).max();
        let days =
            Span::new(said.recorded_from.or(first)?, said.recorded_until.map(after).or(last)?);
        (!days.is_empty()).then_some(days)
    }

    /// The window up to and including the day.
    pub fn to_date(&self, window: Span) -> Span {
        Span::new(window.start, window.end.min(after(self.as_of)))
    }

    /// Whether a window has ended by the day.
    pub fn has_ended(&self, window: Span) -> bool {
        window.end <= after(self.as_of)
    }
}

/// The days an outcome names.
pub fn span_named(plan: &Plan, when: &When) -> Span {
    match when {
        When::Date(date) => Span::day(*date),
        When::Span(span) => *span,
        When::Period(name) => match plan.campaigns.iter().find(|campaign| campaign.id == *name) {
            Some(campaign) => crate::brute_force::windows::window(plan, &campaign.window).span,
            None => plan.calendar.period(name).unwrap().span,
        },
    }
}

/// The days an outcome speaks of: one recorded before its span ended holds what had happened by then.
pub fn covered_part(named: Span, recorded_at: Option<NaiveDate>) -> Span {
    match recorded_at {
        Some(recorded) => Span::new(named.start, named.end.min(after(recorded))),
        None => named,
    }
}

/// Rule 44: what was counted since the total before, of a unit's totals of the year to date.
fn since(plan: &Plan, measure: &Measure, total: &Record, totals: &[Record]) -> Record {
    let begin = |record: &Record| totals_begin(plan, measure, record.unit, record.span);
    let before = |is_meant: &dyn Fn(&Record) -> bool| {
        totals
            .iter()
            .filter(|other| other.unit == total.unit && begin(other) == begin(total))
            .filter(|other| other.span.start < total.span.start && is_meant(other))
            .max_by_key(|other| other.span.start)
            .cloned()
    };
    let whole = Record { span: Span::new(begin(total), total.span.end), ..total.clone() };
    let Some(value) = &total.value else {
        let start = before(&|_| true).map_or(begin(total), |before| before.span.end);
        return Record { span: Span::new(start, total.span.end), ..total.clone() };
    };
    let Some(before) = before(&|other| other.value.is_some()) else { return whole };
    let counted = value - before.value.unwrap();
    if counted < exact(0) && !measure.signed {
        return whole;
    }
    Record {
        span: Span::new(before.span.end, total.span.end),
        value: Some(counted),
        imputed: total.imputed || before.imputed,
        provisional: total.provisional || before.provisional,
        ..total.clone()
    }
}

/// The first day that a total of the year to date holds; the days are those of its period.
pub fn totals_begin(plan: &Plan, measure: &Measure, unit: usize, period: Span) -> NaiveDate {
    let year = match measure.every {
        Some(Kind::Week) => {
            // The first week of the year that names the week.
            let middle = period.start.year();
            let weeks = plan.calendar.periods(Kind::Week, middle - 1..=middle + 1);
            let name = |week: &Window| week.period.clone().unwrap().1;
            let own = weeks.iter().find(|week| week.span.holds(period.start)).unwrap();
            let first = format!("{}-W01", &name(own)[..4]);
            weeks.iter().find(|week| name(week) == first).unwrap().span.start
        }
        _ => plan.calendar.year_of(period.start).start,
    };
    plan.units[unit].valid_from.map_or(year, |from| from.max(year))
}

/// The unit that bears the code on all days of the span.
pub fn bearer(plan: &Plan, code: &str, span: Span) -> usize {
    (0..plan.units.len())
        .find(|&unit| plan.units[unit].code == code && plan.valid_throughout(unit, span))
        .unwrap()
}
