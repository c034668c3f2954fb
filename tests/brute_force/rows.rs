//! The rows of the report: every target, window and unit, as of a day.

use crate::calendar::{Span, Window};
use crate::goals::{self, Pace};
use crate::indicators::{self, Measured};
use crate::knowledge::Knowledge;
use crate::model::{Case, Decimal, Exact, Form, Plan, Scope, Target};
use crate::reasons::Reason;
use crate::windows;
use chrono::NaiveDate;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Met,
    Missed,
    Indeterminate,
}

impl Verdict {
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::Indeterminate => "indeterminate",
        }
    }
}

/// One row, as far as the brute-force assessor goes.
#[derive(Debug, Clone)]
pub struct Row {
    pub target: String,
    pub unit: String,
    /// The unit's position in the table; codes are used again.
    pub unit_position: usize,
    pub window: Window,
    pub as_of: NaiveDate,
    pub is_final: bool,
    pub numerator: Option<Exact>,
    pub denominator: Option<Exact>,
    pub value: Option<Exact>,
    pub baseline: Option<Exact>,
    pub goal_value: Option<Exact>,
    pub goal_upper: Option<Exact>,
    pub expected_now: Option<Exact>,
    pub verdict: Verdict,
    pub pace: Option<Pace>,
    pub gap: Option<Exact>,
    pub needed: Option<i64>,
    pub attainment: Option<Exact>,
    pub completeness: Option<Exact>,
    pub imputed: Option<Exact>,
    pub reason: Option<Reason>,
}

/// All rows: targets in plan order, windows in time order, units in table order.
pub fn assess(case: &Case, as_of: NaiveDate) -> Vec<Row> {
    let knowledge = Knowledge::on(case, as_of);
    let mut rows = Vec::new();
    for target in &case.plan.targets {
        for window in windows::windows(&case.plan, &target.windows) {
            for unit in units(&case.plan, &target.scope, window.span) {
                rows.push(row(&knowledge, target, &window, unit));
            }
        }
    }
    rows
}

/// The units a target is for that were there on at least one of the window's days; of a code that named nothing then, those that it names at
/// other times.
fn units(plan: &Plan, scope: &Scope, window: Span) -> Vec<usize> {
    let was_there = |unit: usize| plan.valid_days(unit, window).is_some();
    let named = |code: &String| {
        (0..plan.units.len()).filter(|&unit| plan.units[unit].code == *code).collect::<Vec<usize>>()
    };
    (0..plan.units.len())
        .filter(|&unit| match scope {
            Scope::Level(level) => plan.units[unit].level == *level && was_there(unit),
            Scope::Codes(codes) => {
                let code = &plan.units[unit].code;
                let anyone = named(code).into_iter().any(was_there);
                codes.contains(code) && (was_there(unit) || !anyone)
            }
        })
        .collect()
}

fn row(knowledge: &Knowledge, target: &Target, window: &Window, unit: usize) -> Row {
    let plan = knowledge.plan;
    let mut row = Row {
        target: target.id.clone(),
        unit: plan.units[unit].code.clone(),
        unit_position: unit,
        window: window.clone(),
        as_of: knowledge.as_of,
        is_final: knowledge.has_ended(window.span),
        numerator: None,
        denominator: None,
        value: None,
        baseline: None,
        goal_value: None,
        goal_upper: None,
        expected_now: None,
        verdict: Verdict::Indeterminate,
        pace: None,
        gap: None,
        needed: None,
        attainment: None,
        completeness: None,
        imputed: None,
        reason: None,
    };
    let minimum = target.minimum_completeness.or(plan.minimum_completeness).map(Decimal::exact);
    let is_valid = plan.valid_throughout(unit, window.span);
    let has_started = window.span.start <= knowledge.as_of;
    let goal = goals::resolve(knowledge, &target.goal, target.indicator, unit, window);
    if let Some(bound) = &goal.bound
        && (is_valid && has_started || goals::is_fixed(&target.goal))
    {
        row.goal_value = Some(bound.goal().clone());
        row.goal_upper = bound.upper().cloned();
    }
    if !is_valid {
        row.reason = Some(Reason::UnitNotValid);
        return row;
    }
    if !has_started {
        row.reason = Some(Reason::NotStarted);
        return row;
    }
    row.baseline = goal.baseline.clone();

    let to_date = knowledge.to_date(window.span);
    let measured = indicators::measure(knowledge, target.indicator, unit, window, to_date);
    row.completeness = measured.completeness.clone();
    let Measured {
        numerator, denominator, value, then, mut problems, imputed, is_provisional, ..
    } = measured;
    row.numerator = numerator;
    row.denominator = denominator;
    // A quotient that makes no sense is still one of figures that are there.
    if problems.first().is_none_or(|problem| *problem > Reason::NoData) {
        row.imputed = imputed;
    }
    row.value = value;
    row.baseline = row.baseline.or(then);
    if goal.bound.is_none() {
        problems.insert(Reason::NoBaseline);
    }
    if indicators::is_too_low(row.completeness.as_ref(), minimum.as_ref()) {
        problems.insert(Reason::TooFewReports);
    }
    row.reason = problems.first().copied();
    let (Some(bound), Some(value)) = (&goal.bound, &row.value) else {
        return row;
    };
    let indicator = &plan.indicators[target.indicator];
    row.gap = Some(bound.gap(value));
    row.attainment = match indicator.form {
        Form::Change { .. } => None,
        _ => bound.attainment(value),
    };
    row.needed = measured.counting.and_then(|counting| bound.needed(&counting));
    if row.reason.is_some() {
        return row;
    }

    if is_provisional || goal.is_provisional {
        row.reason = Some(Reason::Provisional);
    } else if indicator.chance && !(measured.has_counts && goal.has_counts) {
        row.reason = Some(Reason::NoCounts);
    }
    row.verdict = if bound.is_met_by(value) { Verdict::Met } else { Verdict::Missed };
    if !row.is_final {
        let course = goals::course(knowledge, target.indicator);
        let (days, length) = (to_date.length(), window.span.length());
        row.expected_now = goals::expected_now(course, bound, goal.baseline.as_ref(), days, length);
    }
    row.pace = row.expected_now.as_ref().and_then(|expected| bound.pace(value, expected));
    row
}
