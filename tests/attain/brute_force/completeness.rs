//! Rule 29: of the reports that were due, how many were made.

use chrono::NaiveDate;

use crate::brute_force::calendar::{Kind, Span};
use crate::brute_force::knowledge::{Knowledge, Record};
use crate::brute_force::model::{Exact, Measure, Plan, Windows, exact};

/// The lowest share, in per cent, among the measures of an indicator; `None` where nothing was due.
pub fn completeness(
    knowledge: &Knowledge,
    indicator: usize,
    unit: usize,
    to_date: Span,
) -> Option<Exact> {
    let plan = knowledge.plan;
    plan.measures_of(indicator)
        .into_iter()
        .filter_map(|measure| {
            share_made(knowledge, indicator, &plan.measures[measure], unit, to_date)
        })
        .min()
}

fn share_made(
    knowledge: &Knowledge,
    indicator: usize,
    measure: &Measure,
    unit: usize,
    to_date: Span,
) -> Option<Exact> {
    let mut reports = Vec::new();
    for period in periods_due(knowledge, measure, to_date) {
        reports.extend(reports_due(knowledge, indicator, measure, unit, period));
    }
    let made = reports.iter().filter(|report| report.is_made).count();
    (!reports.is_empty()).then(|| exact(made as i64) / exact(reports.len() as i64) * exact(100))
}

/// A report that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The unit that owes it.
    pub unit: usize,
    pub period: Span,
    pub is_made: bool,
}

/// The reports of a measure that are due for a period from a unit and those below it.
pub fn reports_due(
    knowledge: &Knowledge,
    indicator: usize,
    measure: &Measure,
    unit: usize,
    period: Span,
) -> Vec<Report> {
    if measure.events && measure.recorded_at.is_none() && measure.every.is_none() {
        return vec![];
    }
    // Rule 39: it is 0 wherever it has no figure, so that none is owed.
    if measure.absent_zero {
        return vec![];
    }
    match measure.recorded_at {
        Some(level) => reports_of_level(knowledge, measure, unit, level, period),
        None => reports(knowledge, indicator, measure, unit, period),
    }
}

fn periods_due(knowledge: &Knowledge, measure: &Measure, to_date: Span) -> Vec<Span> {
    let mut periods = ended_periods(knowledge, measure, to_date);
    if periods.is_empty() {
        periods.push(to_date);
    }
    periods
}

/// The periods of the measure's reports that lie wholly in the window to date.
pub fn ended_periods(knowledge: &Knowledge, measure: &Measure, to_date: Span) -> Vec<Span> {
    let Some(every) = reporting_period(knowledge.plan, measure) else { return vec![] };
    let periods = knowledge.plan.calendar.periods_inside(every, to_date);
    periods.into_iter().map(|period| period.span).collect()
}

/// How often a measure is reported, if anything says so.
pub fn reporting_period(plan: &Plan, measure: &Measure) -> Option<Kind> {
    measure.every.or_else(|| finest_every(plan, &measure.id))
}

/// The finest `every` among the windows of the targets that use a measure.
fn finest_every(plan: &Plan, id: &str) -> Option<Kind> {
    let uses_it = |indicator: usize| {
        plan.measures_of(indicator).into_iter().any(|measure| plan.measures[measure].id == id)
    };
    plan.targets
        .iter()
        .filter(|target| uses_it(target.indicator))
        .filter_map(|target| match target.windows {
            Windows::Every { every, .. } => Some(every),
            // Reports are due for periods of a calendar.
            Windows::One(_) | Windows::Consecutive { .. } | Windows::Rolling { .. } => None,
        })
        .min()
}

fn has_reported(knowledge: &Knowledge, measure: &Measure, unit: usize, period: Span) -> bool {
    let reports =
        |record: &&Record| record.span.lies_inside(period) || period.lies_inside(record.span);
    let own = knowledge.own(&measure.id, unit);
    // Figures that are weighted by days may hold the period together.
    let is_held =
        |day: NaiveDate| own.iter().any(|figure| figure.span.start <= day && day < figure.span.end);
    let mut days = period.start.iter_days().take_while(|day| *day < period.end);
    own.iter().any(reports) || (measure.weight_by_days && days.all(is_held))
}

/// Reports that are due where a level has to report.
fn reports_of_level(
    knowledge: &Knowledge,
    measure: &Measure,
    unit: usize,
    level: usize,
    period: Span,
) -> Vec<Report> {
    let plan = knowledge.plan;
    let mut reports = Vec::new();
    for owing in 0..plan.units.len() {
        let is_listed = |codes: &Vec<String>| codes.contains(&plan.units[owing].code);
        if plan.units[owing].level != level
            || !measure.recorded_by.as_ref().is_none_or(is_listed)
            || !plan.is_at_or_below(owing, unit)
            || !plan.valid_throughout(owing, period)
        {
            continue;
        }
        let stands_for = |other: usize| {
            plan.is_at_or_below(other, owing)
                || (plan.is_at_or_below(owing, other) && plan.is_at_or_below(other, unit))
        };
        let is_made = (0..plan.units.len())
            .any(|other| stands_for(other) && has_reported(knowledge, measure, other, period));
        reports.push(Report { unit: owing, period, is_made });
    }
    reports
}

/// Reports that are due where those report that do.
fn reports(
    knowledge: &Knowledge,
    indicator: usize,
    measure: &Measure,
    unit: usize,
    period: Span,
) -> Vec<Report> {
    let plan = knowledge.plan;
    if has_reported(knowledge, measure, unit, period) {
        return vec![Report { unit, period, is_made: true }];
    }
    let mut due = Vec::new();
    for child in plan.children(unit) {
        if plan.valid_throughout(child, period) {
            due.extend(reports(knowledge, indicator, measure, child, period));
        }
    }
    let takes_part = plan
        .measures_of(indicator)
        .into_iter()
        .any(|measure| knowledge.has_a_row(&plan.measures[measure].id, unit));
    if due.is_empty() && takes_part {
        due.push(Report { unit, period, is_made: false });
    }
    due
}
