//! The rows of the report: every target, window and unit, as of a day.

use crate::calendar::Window;
use crate::completeness::completeness;
use crate::goals::{self, Pace};
use crate::indicators::{self, Measured};
use crate::knowledge::Knowledge;
use crate::model::{Case, Decimal, Exact, Form, Scope, Target, exact};
use crate::reasons::Reason;
use crate::rollup::UsedByMeasure;
use crate::windows;
use chrono::NaiveDate;
use num_traits::Zero;

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
            for unit in units(&knowledge, &target.scope) {
                rows.push(row(&knowledge, target, &window, unit));
            }
        }
    }
    rows
}

fn units(knowledge: &Knowledge, scope: &Scope) -> Vec<usize> {
    let units = &knowledge.plan.units;
    (0..units.len())
        .filter(|&unit| match scope {
            Scope::Level(level) => units[unit].level == *level,
            Scope::Codes(codes) => codes.contains(&units[unit].code),
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
    let is_valid = plan.valid_throughout(unit, window.span);
    let goal = goals::resolve(knowledge, &target.goal, target.indicator, unit, window);
    let is_fixed = goal.baseline.is_none();
    if let Some(bound) = &goal.bound
        && (is_valid || is_fixed)
    {
        row.goal_value = Some(bound.goal().clone());
        row.goal_upper = bound.upper().cloned();
    }
    if !is_valid {
        row.reason = Some(Reason::UnitNotValid);
        return row;
    }
    row.baseline = goal.baseline.clone();
    if window.span.start > knowledge.as_of {
        row.reason = Some(Reason::NotStarted);
        return row;
    }

    let to_date = knowledge.to_date(window.span);
    let measured = indicators::measure(knowledge, target.indicator, unit, window, to_date);
    row.completeness = match measured.units_judged {
        Some((_, 0)) => None,
        Some((judged, due)) => Some(exact(judged as i64) / exact(due as i64) * exact(100)),
        None => completeness(knowledge, target.indicator, unit, window),
    };
    let Measured { numerator, denominator, value, then, mut problems, used, .. } = measured;
    row.numerator = numerator;
    row.denominator = denominator;
    row.imputed = value.as_ref().and_then(|_| imputed(&used));
    row.value = value;
    row.baseline = row.baseline.or(then);
    if !row.is_final
        && let Some(bound) = &goal.bound
    {
        let course = goals::course(knowledge, target.indicator);
        let (days, length) = (to_date.length(), window.span.length());
        row.expected_now = goals::expected_now(course, bound, goal.baseline.as_ref(), days, length);
    }

    if goal.bound.is_none() {
        problems.insert(Reason::NoBaseline);
    }
    let minimum = target.minimum_completeness.or(plan.minimum_completeness).map(Decimal::exact);
    if let (Some(completeness), Some(minimum)) = (&row.completeness, minimum)
        && *completeness < minimum
    {
        problems.insert(Reason::TooFewReports);
    }
    row.reason = problems.first().copied();
    let (None, Some(bound), Some(value)) = (row.reason, &goal.bound, &row.value) else {
        return row;
    };

    let indicator = &plan.indicators[target.indicator];
    let is_provisional =
        |used: &UsedByMeasure| used.values().flatten().any(|used| used.provisional);
    if is_provisional(&used) || is_provisional(&goal.used) {
        row.reason = Some(Reason::Provisional);
    } else if indicator.chance && !(measured.has_counts && goal.has_counts) {
        row.reason = Some(Reason::NoCounts);
    }
    row.verdict = if bound.is_met_by(value) { Verdict::Met } else { Verdict::Missed };
    row.gap = Some(bound.gap(value));
    row.needed = measured.counting.and_then(|counting| bound.needed(&counting));
    row.attainment = match indicator.form {
        Form::Change { .. } => None,
        _ => bound.attainment(value),
    };
    row.pace = row.expected_now.as_ref().and_then(|expected| bound.pace(value, expected));
    row
}

/// The largest share of imputed figures among the measures; `None` where all figures are 0 and some are imputed.
fn imputed(used: &UsedByMeasure) -> Option<Exact> {
    if !used.values().flatten().any(|used| used.imputed) {
        return Some(exact(0));
    }
    used.values()
        .filter_map(|used| {
            let total: Exact = used.iter().map(|used| &used.weight).sum();
            let imputed: Exact =
                used.iter().filter(|used| used.imputed).map(|used| &used.weight).sum();
            (!total.is_zero()).then(|| imputed / total * exact(100))
        })
        .max()
}
