//! The rows of the report: every target, window and unit, as of a day.

use crate::brute_force::calendar::{Span, Window};
use crate::brute_force::delays::{Delays, sums_of_events};
use crate::brute_force::exposure;
use crate::brute_force::goals::{self, Bound, Course, Pace};
use crate::brute_force::indicators::{self, Measured};
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::missing::{self, Settled};
use crate::brute_force::model::{
    Case, Decimal, Exact, Form, OverUnits, Plan, Scope, Target, exact,
};
use crate::brute_force::pairs;
use crate::brute_force::reasons::Reason;
use crate::brute_force::suppressed::{self, OfCells};
use crate::brute_force::windows;
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
    pub progress: Option<Exact>,
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
    pub matched: Option<u64>,
    pub unmatched: Option<u64>,
    pub reason: Option<Reason>,
    /// What certainty may be; several where the rules leave it open or intervals decide.
    pub certainty: Vec<&'static str>,
    /// Whether owed reports are missing; `None` where the page does not say of which units.
    pub misses_reports: Option<bool>,
    /// Whether all that is counted over time are events, and whether some of them are still being recorded.
    pub counts_events: bool,
    pub awaits_events: bool,
    /// Whether the page says what is expected now.
    pub is_expectation_told: bool,
    /// Whether the verdict is that of both ends of suppressed cells.
    pub is_of_cells: bool,
    /// Whether the page does not say what suppressed cells make of the row.
    pub is_open: bool,
}

const BY_INTERVAL: [&str; 3] = ["clear", "within_chance", "unknown"];

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
        progress: None,
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
        matched: None,
        unmatched: None,
        reason: None,
        certainty: vec!["unknown"],
        misses_reports: Some(false),
        counts_events: false,
        awaits_events: false,
        is_expectation_told: true,
        is_of_cells: false,
        is_open: false,
    };
    let minimum = target.minimum_completeness.or(plan.minimum_completeness).map(Decimal::exact);
    let is_valid = plan.valid_throughout(unit, window.span);
    let has_started = window.span.start <= knowledge.as_of;
    if !is_valid || !has_started {
        if goals::is_fixed(&target.goal) {
            let goal = goals::resolve(knowledge, &target.goal, target.indicator, unit, window);
            row.goal_value = goal.bound.as_ref().map(|bound| bound.goal().clone());
            row.goal_upper = goal.bound.as_ref().and_then(|bound| bound.upper().cloned());
        }
        row.reason = Some(if is_valid { Reason::NotStarted } else { Reason::UnitNotValid });
        return row;
    }
    let to_date = knowledge.to_date(window.span);
    let indicator = &plan.indicators[target.indicator];
    let (measured, goal) =
        goals::judged(knowledge, &target.goal, target.indicator, unit, window, to_date);
    row.goal_value = goal.bound.as_ref().map(|bound| bound.goal().clone());
    row.goal_upper = goal.bound.as_ref().and_then(|bound| bound.upper().cloned());
    row.baseline = goal.baseline.clone();
    row.completeness = measured.completeness.clone();
    (row.matched, row.unmatched) = (measured.matched, measured.unmatched);
    row.is_open = measured.is_open;
    let Measured {
        numerator, denominator, value, then, mut problems, imputed, is_provisional, ..
    } = measured;
    row.numerator = numerator;
    row.denominator = denominator;
    row.imputed = imputed;
    row.value = value.filter(|_| !problems.contains(&Reason::Unmatched));
    row.baseline = row.baseline.or_else(|| then.clone());
    let mut of_baseline = goal.imputed;
    if row.baseline.is_none()
        && let Some(then) = goals::own_baseline(knowledge, target, unit, window)
    {
        (row.baseline, of_baseline) = (then.value, then.imputed);
    }
    row.imputed = row.imputed.into_iter().chain(of_baseline).max();
    row.progress = goals::progress(knowledge, target, &row);
    if goal.bound.is_none() {
        if problems.is_empty() && goal.is_suppressed {
            problems.insert(Reason::Suppressed);
        }
        problems.insert(Reason::NoBaseline);
    }
    if indicators::is_too_low(row.completeness.as_ref(), minimum.as_ref()) {
        problems.insert(Reason::TooFewReports);
    }
    row.reason = problems.first().copied();
    let has_cells = plan
        .measures_of(target.indicator)
        .into_iter()
        .any(|measure| plan.measures[measure].suppressed.is_some());
    if has_cells
        && row.reason == Some(Reason::Suppressed)
        && !problems.contains(&Reason::TooFewReports)
    {
        let (goal, indicator) = (&target.goal, target.indicator);
        match suppressed::verdict(knowledge, goal, indicator, unit, window, to_date) {
            OfCells::Agree(is_met) => {
                row.verdict = if is_met { Verdict::Met } else { Verdict::Missed };
                row.is_of_cells = true;
                row.certainty = vec!["clear", "within_chance", "unknown", "unsettled"];
            }
            OfCells::Disagree | OfCells::NoEnds => {}
            OfCells::Open => row.is_open = true,
        }
        return row;
    }
    let (Some(bound), Some(value)) = (&goal.bound, &row.value) else {
        return row;
    };
    row.gap = Some(bound.gap(value));
    row.attainment = match indicator.form {
        Form::Change { .. } => None,
        _ => bound.attainment(value),
    };
    row.needed = measured.counting.and_then(|counting| bound.needed(&counting));
    if row.reason.is_some() {
        return row;
    }

    let is_relative_to_zero = goals::earlier_window(knowledge, &target.goal, unit, window)
        .is_some()
        && goal.baseline.as_ref().is_some_and(Zero::is_zero);
    if is_provisional || goal.is_provisional {
        row.reason = Some(Reason::Provisional);
    } else if is_relative_to_zero {
        row.reason = Some(Reason::ZeroBaseline);
    } else if indicator.chance && !(measured.has_counts && goal.has_counts) {
        row.reason = Some(Reason::NoCounts);
    }
    row.verdict = if bound.is_met_by(value) { Verdict::Met } else { Verdict::Missed };
    let gaps = missing::gaps(knowledge, target, unit, window, to_date);
    let misses_any = !gaps.now.is_empty() || !gaps.then.is_empty();
    row.misses_reports = match (gaps.now.is_empty(), gaps.then.is_empty()) {
        (true, true) => Some(false),
        _ if gaps.is_open => None,
        (false, _) => Some(true),
        (true, false) => None,
    };

    // Rules 26, 26a and 26b.
    let course = goals::course(knowledge, target.indicator);
    let sums = sums_of_events(knowledge, target.indicator);
    row.counts_events =
        !sums.is_empty() && sums.iter().flatten().all(|&measure| plan.measures[measure].events);
    let last = to_date.end.pred_opt().unwrap();
    row.awaits_events = sums
        .iter()
        .any(|sum| Delays::of(knowledge, sum).is_some_and(|delays| delays.await_events_of(last)));
    if !row.is_final || row.misses_reports == Some(true) || row.awaits_events {
        let (days, length) = (exact(to_date.length()), exact(window.span.length()));
        let elapsed = match course {
            Course::Accumulates => {
                // Over a stock that weighs as much as was reported, the value is already one of the periods reported.
                let exposure = match pairs::weighs_a_stock(plan, target.indicator) {
                    true => Some(exact(1)),
                    false => exposure::exposure(knowledge, target.indicator, unit, window, to_date),
                };
                exposure.map(|exposure| exposure * days / length)
            }
            Course::Stock | Course::Level => Some(days / length),
        };
        row.is_expectation_told = elapsed.is_some() || matches!(bound, Bound::Between(..));
        row.expected_now = elapsed.and_then(|elapsed| {
            let moves = match course {
                Course::Accumulates => false,
                Course::Stock => true,
                Course::Level => target.baseline.is_some(),
            };
            goals::expected_now(course, bound, row.baseline.as_ref().filter(|_| moves), &elapsed)
        });
        // Of a value of which some events are not recorded yet, as much is expected so far.
        let of = match indicator.form {
            Form::Change { of, .. } => of,
            _ => target.indicator,
        };
        let recorded = exposure::recorded_among(knowledge, of, (unit, window, to_date));
        row.is_expectation_told &= recorded.is_some();
        let from = match (&indicator.form, then) {
            (Form::Change { relative: true, .. }, _) => exact(100),
            (Form::Change { .. }, Some(then)) => then,
            (_, _) => exact(0),
        };
        if let (Some(expected), Some(recorded)) = (&mut row.expected_now, recorded) {
            *expected = (&*expected + &from) * recorded - from;
        }
    }
    row.is_expectation_told &= !(row.is_final && row.misses_reports.is_none());
    let whole = goals::whole(knowledge, target.indicator);
    row.pace =
        row.expected_now.as_ref().and_then(|expected| bound.pace(value, expected, whole.as_ref()));

    // Rule 28.
    let settled = if misses_any {
        let judged = missing::Judged { target, unit, window, to_date, bound, value };
        missing::settled(knowledge, &judged)
    } else {
        Settled::Yes
    };
    let measures = plan.measures_of(target.indicator);
    let is_signed = measures.iter().any(|&measure| plan.measures[measure].signed);
    row.certainty = if !row.is_final && course == Course::Accumulates && !is_signed {
        let is_plain =
            measures.iter().all(|&measure| plan.measures[measure].over_units == OverUnits::Sum)
                && !indicators::subtracts(&indicator.form);
        match missing::more_cannot_turn(bound, value) {
            _ if !is_plain => vec!["clear", "unknown"],
            true => vec!["clear"],
            false => vec!["unknown"],
        }
    } else if !indicator.chance {
        vec!["clear"]
    } else {
        BY_INTERVAL.to_vec()
    };
    if row.awaits_events && (row.is_final || sums.len() == 2) {
        // Whether events that are still recorded may turn it depends on the chance, which is not recomputed here.
        row.certainty.push("unsettled");
    }
    match settled {
        Settled::Yes => {}
        Settled::No => row.certainty = vec!["unsettled"],
        Settled::Open => row.certainty.push("unsettled"),
    }
    row
}
