//! Rule 29: of the reports that were due, how many were made.

use crate::calendar::{Kind, Span};
use crate::knowledge::{Knowledge, Record};
use crate::model::{Exact, Form, Measure, Plan, Windows, exact};

/// The lowest share, in per cent, among the measures of an indicator; `None` where nothing was due.
pub fn completeness(
    knowledge: &Knowledge,
    indicator: usize,
    unit: usize,
    to_date: Span,
) -> Option<Exact> {
    measures(knowledge.plan, indicator)
        .into_iter()
        .filter_map(|measure| share_made(knowledge, measure, unit, to_date))
        .min()
}

/// The measures that an indicator is made of.
fn measures(plan: &Plan, indicator: usize) -> Vec<&Measure> {
    let indicator = &plan.indicators[indicator];
    let expressions = match &indicator.form {
        Form::Count(of) => vec![of],
        Form::Proportion { numerator, denominator, .. }
        | Form::Ratio { numerator, denominator, .. } => vec![numerator, denominator],
        Form::Rate { numerator, population, .. } => vec![numerator, population],
        Form::Mean { of, per } => vec![of, per],
        Form::Change { of, .. } | Form::ShareOfUnits { of, .. } => return measures(plan, *of),
        // A published value is no measure, and nobody owes one.
        Form::Reported { .. } => return vec![],
    };
    expressions
        .into_iter()
        .flat_map(|expression| &expression.terms)
        .map(|term| &plan.measures[term.measure])
        .collect()
}

fn share_made(
    knowledge: &Knowledge,
    measure: &Measure,
    unit: usize,
    to_date: Span,
) -> Option<Exact> {
    if knowledge.events && measure.recorded_at.is_none() && measure.every.is_none() {
        return None;
    }
    let (mut made, mut due) = (0, 0);
    for period in periods_due(knowledge, measure, to_date) {
        let (more_made, more_due) = match measure.recorded_at {
            Some(level) => reports_of_level(knowledge, measure, unit, level, period),
            None => reports(knowledge, measure, unit, period),
        };
        made += more_made;
        due += more_due;
    }
    (due > 0).then(|| exact(made) / exact(due) * exact(100))
}

fn periods_due(knowledge: &Knowledge, measure: &Measure, to_date: Span) -> Vec<Span> {
    let every = measure.every.or_else(|| finest_every(knowledge.plan, &measure.id));
    let mut periods: Vec<Span> = match every {
        Some(every) => knowledge
            .plan
            .calendar
            .periods_inside(every, to_date)
            .into_iter()
            .map(|period| period.span)
            .collect(),
        None => vec![],
    };
    if periods.is_empty() {
        periods.push(to_date);
    }
    periods
}

/// The finest `every` among the windows of the targets that use a measure.
fn finest_every(plan: &Plan, id: &str) -> Option<Kind> {
    plan.targets
        .iter()
        .filter(|target| measures(plan, target.indicator).iter().any(|used| used.id == id))
        .filter_map(|target| match target.windows {
            Windows::Every { every, .. } => Some(every),
            Windows::One(_) => None,
        })
        .min()
}

fn has_reported(knowledge: &Knowledge, measure: &Measure, unit: usize, period: Span) -> bool {
    let reports =
        |record: &&Record| record.span.lies_inside(period) || period.lies_inside(record.span);
    knowledge.own(&measure.id, unit).iter().any(reports)
}

/// Reports made and due where a level has to report.
fn reports_of_level(
    knowledge: &Knowledge,
    measure: &Measure,
    unit: usize,
    level: usize,
    period: Span,
) -> (i64, i64) {
    let plan = knowledge.plan;
    let (mut made, mut due) = (0, 0);
    for owing in 0..plan.units.len() {
        if plan.units[owing].level != level
            || !plan.is_at_or_below(owing, unit)
            || !plan.valid_throughout(owing, period)
        {
            continue;
        }
        due += 1;
        let stands_for = |other: usize| {
            plan.is_at_or_below(other, owing)
                || (plan.is_at_or_below(owing, other) && plan.is_at_or_below(other, unit))
        };
        let covered = (0..plan.units.len())
            .any(|other| stands_for(other) && has_reported(knowledge, measure, other, period));
        made += i64::from(covered);
    }
    (made, due)
}

/// Reports made and due where those report that do.
fn reports(knowledge: &Knowledge, measure: &Measure, unit: usize, period: Span) -> (i64, i64) {
    if has_reported(knowledge, measure, unit, period) {
        return (1, 1);
    }
    let (mut made, mut due) = (0, 0);
    for child in knowledge.plan.children(unit) {
        if knowledge.plan.valid_throughout(child, period) {
            let (more_made, more_due) = reports(knowledge, measure, child, period);
            made += more_made;
            due += more_due;
        }
    }
    if due == 0 && !knowledge.own(&measure.id, unit).is_empty() {
        due = 1;
    }
    (made, due)
}
