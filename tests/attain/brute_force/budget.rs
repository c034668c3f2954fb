//! Rule 26c on random plans: what a goal allows or requires, and how much of it is used.

use crate::brute_force::comparison::{on_random_cases, report};
use crate::brute_force::exposure;
use crate::brute_force::goals::{self, Bound};
use crate::brute_force::indicators::Counting;
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{Case, Exact, Expression, Form, Plan, exact};
use crate::brute_force::rows::{self, Row, Verdict};
use attain::views::BudgetRow;
use num_traits::{Signed, ToPrimitive};
use proptest::prop_assert;
use proptest::test_runner::{TestCaseError, TestCaseResult};
use std::cell::Cell;

const CASES: u32 = 500;

/// What a value is counted over.
#[derive(Clone, Copy, PartialEq)]
enum Over {
    /// Time, or a stock.
    Time,
    /// A whole that accumulates: a proportion is the share of a part of it.
    Whole,
    /// Another denominator that accumulates.
    Others,
}

/// What the rule says of a row.
#[derive(Debug)]
struct Expected {
    counts: Option<&'static str>,
    used: Exact,
    limit: Option<Exact>,
    elapsed: Exact,
}

#[test]
fn budgets_are_those_of_the_rule() {
    let (closed, running, bad) = (Cell::new(0), Cell::new(0), Cell::new(0));
    on_random_cases(CASES, |case| {
        for row in each(case)? {
            let count = if row.elapsed_share == 100.0 { &closed } else { &running };
            count.set(count.get() + 1);
            let is_bad = row.counts.is_some_and(|counts| counts.code() == "bad_events_allowed");
            bad.set(bad.get() + u32::from(is_bad));
        }
        Ok(())
    });
    let occur = [&closed, &running, &bad].map(|number| number.get() > 0);
    assert_eq!(occur, [true; 3], "closed windows, running ones, error budgets");
}

/// Compares the budgets of a case; returns those that were compared.
fn each(case: &Case) -> Result<Vec<BudgetRow>, TestCaseError> {
    let mut compared = Vec::new();
    for as_of in &case.as_of {
        let report = report(case, *as_of)?;
        let knowledge = Knowledge::on(case, *as_of);
        let mut budgets = Vec::new();
        for target in &case.plan.targets {
            let budget = report.budget(&target.id, None);
            budgets.extend(budget.map_err(|error| TestCaseError::fail(error.to_string()))?);
        }
        for row in rows::assess(case, *as_of) {
            let mut found = budgets.iter().filter(|found| {
                (&*found.target, &*found.unit) == (&*row.target, &*row.unit)
                    && (found.window_start, found.window_end)
                        == (row.window.span.start, row.window.span.end)
            });
            // A code that is used again has a row for each of its validities.
            let (found, other) = (found.next(), found.next());
            if row.is_open || row.is_of_cells || row.misses_reports.is_none() || other.is_some() {
                continue;
            }
            let Some(told) = expected(&knowledge, &row) else { continue };
            same(&row, told.as_ref(), found)?;
            compared.extend(found.cloned());
        }
    }
    Ok(compared)
}

fn same(row: &Row, expected: Option<&Expected>, found: Option<&BudgetRow>) -> TestCaseResult {
    let (expected, found) = match (expected, found) {
        (Some(expected), Some(found)) => (expected, found),
        (expected, found) => {
            let both_none = expected.is_none() && found.is_none();
            prop_assert!(both_none, "{row:#?}: expected {expected:#?}, found {found:#?}");
            return Ok(());
        }
    };
    let is_close = |one: f64, other: f64| (one - other).abs() <= 1e-9 * one.abs().max(other.abs());
    let number = |number: &Exact| number.to_f64().unwrap();
    prop_assert!(
        expected.counts == found.counts.map(|counts| counts.code()),
        "{row:#?}: {expected:#?}, {found:#?}"
    );
    prop_assert!(
        is_close(number(&expected.used), found.used),
        "{row:#?}: {expected:#?}, {found:#?}"
    );
    let limit = expected.limit.as_ref().map(number);
    let is_limit = match (limit, found.limit) {
        (Some(limit), Some(found)) => is_close(limit, found),
        (limit, found) => limit.is_none() && found.is_none(),
    };
    prop_assert!(is_limit, "{row:#?}: {expected:#?}, {found:#?}");
    let elapsed = number(&(&expected.elapsed * exact(100)));
    prop_assert!(is_close(elapsed, found.elapsed_share), "{row:#?}: {expected:#?}, {found:#?}");
    let left = limit.map(|limit| limit - number(&expected.used));
    prop_assert!(left.is_none_or(|left| (left - found.left.unwrap()).abs() < 1e-6), "{found:#?}");
    // An error budget, or a ceiling, is exceeded in a window that has closed just where the goal is missed.
    let alert = found.alert.map(|alert| alert.code());
    if row.is_final
        && row.misses_reports == Some(false)
        && !row.awaits_events
        && found.counts.is_some()
    {
        let is_required = expected.counts == Some("events_required");
        let is_whole =
            expected.used.is_integer() && limit.is_some_and(|limit| limit.fract() == 0.0);
        let told = match (row.verdict, is_required) {
            (Verdict::Met, true) => Some("reached"),
            (Verdict::Missed, true) => None,
            (Verdict::Met, false) => Some("kept"),
            (Verdict::Missed | Verdict::Indeterminate, _) => Some("exceeded"),
        };
        prop_assert!(!is_whole || told == alert, "{row:#?}: {told:?}, {found:#?}");
    }
    Ok(())
}

/// None where it is not compared; `Some(None)` where the row has no budget.
fn expected(knowledge: &Knowledge, row: &Row) -> Option<Option<Expected>> {
    let plan = knowledge.plan;
    let target = plan.targets.iter().find(|target| target.id == row.target)?;
    if row.verdict == Verdict::Indeterminate {
        return Some(None);
    }
    let of = match &plan.indicators[target.indicator].form {
        Form::Change { of, .. } => *of,
        _ => target.indicator,
    };
    let Some((over, is_annualised)) = over(plan, &plan.indicators[of].form) else {
        return Some(None);
    };
    let (unit, window) = (row.unit_position, &row.window);
    let to_date = knowledge.to_date(window.span);
    let (measured, goal) =
        goals::judged(knowledge, &target.goal, target.indicator, unit, window, to_date);
    let (counting, bound) = (measured.counting?, goal.bound?);
    let is_closed = row.is_final && row.misses_reports == Some(false) && !row.awaits_events;
    if is_closed && counting.counted.is_negative() {
        return Some(None);
    }
    if is_closed {
        let whole = match over {
            // What is below the line of a change is not its own denominator.
            Over::Whole if of != target.indicator => return None,
            Over::Whole => measured.denominator.as_ref(),
            Over::Time | Over::Others => None,
        };
        return Some(Some(at_the_end(&bound, &counting, whole, exact(1))));
    }
    // What is expected to come is rounded, and a running change is compared with another number of days.
    let is_simple =
        matches!(plan.indicators[target.indicator].form, Form::Count(_) | Form::Proportion { .. });
    let can_be_negative = plan.measures_of(of).iter().any(|measure| plan.measures[*measure].signed);
    if !is_simple || is_annualised || can_be_negative || counting.counted.is_negative() {
        return None;
    }
    let days = exact(to_date.length()) / exact(window.span.length());
    let elapsed = exposure::exposure(knowledge, of, unit, window, to_date)? * days;
    if !elapsed.is_positive() {
        return None;
    }
    if over != Over::Time && row.awaits_events {
        // How many events are still expected rests on the rate, which is not recomputed here.
        return None;
    }
    match (over, &row.denominator) {
        (Over::Time, None) => Some(Some(at_the_end(&bound, &counting, None, elapsed))),
        (Over::Whole, Some(now)) => {
            let coming = now * (exact(1) - &elapsed) / &elapsed;
            let half = Exact::new(1.into(), 2.into());
            if ((coming.fract() - &half).abs()) < Exact::new(1.into(), 1_000_000.into()) {
                return None;
            }
            let whole = now + (coming + half).floor();
            // Linear in the count, and the less the greater the whole is.
            let at_end = Counting {
                value_of: {
                    let (value_of, now) = (counting.value_of.clone(), now.clone());
                    let whole = whole.clone();
                    std::rc::Rc::new(move |count| value_of(count) * &now / &whole)
                },
                ..counting.clone()
            };
            let mut told = at_the_end(&bound, &at_end, Some(&whole), elapsed);
            if told.counts == Some("bad_events_allowed") {
                told.used = now - counting.counted;
            }
            Some(Some(told))
        }
        _ => None,
    }
}

/// The number that just meets the goal, by search; `whole` is that of a proportion at the end.
fn at_the_end(
    bound: &Bound,
    counting: &Counting,
    whole: Option<&Exact>,
    elapsed: Exact,
) -> Expected {
    let value_of = |count: &Exact| (counting.value_of)(count);
    let slope = value_of(&exact(1)) - value_of(&exact(0));
    let on_the_line = |value: &Exact| (value - value_of(&exact(0))) / &slope;
    // The whole numbers beside it, of which the outermost that meets the goal is the limit.
    let beside = |value: &Exact| {
        let near = on_the_line(value).floor();
        (-3..=3).map(move |step| &near + exact(step))
    };
    let counted = counting.counted.clone();
    let is_whole = counted.is_integer();
    let meets = |count: &Exact| bound.is_met_by(&value_of(count));
    let (counts, limit) = match bound {
        Bound::AtLeast(goal) | Bound::Above(goal) => {
            let least = beside(goal).find(|count| meets(count));
            ("events_required", if is_whole { least.unwrap() } else { on_the_line(goal) })
        }
        Bound::AtMost(goal) | Bound::Below(goal) => {
            let most = beside(goal).rfind(|count| meets(count));
            ("events_allowed", if is_whole { most.unwrap() } else { on_the_line(goal) })
        }
        Bound::Between(..) => {
            return Expected { counts: None, used: counted, limit: None, elapsed };
        }
    };
    match (whole, counts) {
        (Some(whole), "events_required") => Expected {
            counts: Some("bad_events_allowed"),
            used: whole - &counted,
            limit: Some((whole - limit).min(whole.clone())),
            elapsed,
        },
        _ => Expected { counts: Some(counts), used: counted, limit: Some(limit), elapsed },
    }
}

/// What events are counted over, and whether that is brought to a year; none where they do not accumulate.
fn over(plan: &Plan, form: &Form) -> Option<(Over, bool)> {
    let flows = |of: &Expression| of.terms.iter().all(|term| plan.measures[term.measure].is_flow());
    let stocks =
        |of: &Expression| of.terms.iter().all(|term| !plan.measures[term.measure].is_flow());
    let quotient = |above: &Expression, below: &Expression, whole: Over| match () {
        () if !flows(above) => None,
        () if flows(below) => Some(whole),
        () if stocks(below) => Some(Over::Time),
        () => None,
    };
    match form {
        Form::Count(of) => flows(of).then_some((Over::Time, false)),
        Form::Proportion { numerator, denominator, .. } => {
            Some((quotient(numerator, denominator, Over::Whole)?, false))
        }
        Form::Ratio { numerator, denominator, .. } => {
            Some((quotient(numerator, denominator, Over::Others)?, false))
        }
        Form::Rate { numerator, population, .. } => {
            Some((quotient(numerator, population, Over::Others)?, true))
        }
        Form::Mean { .. }
        | Form::Change { .. }
        | Form::ShareOfUnits { .. }
        | Form::Reported { .. } => None,
    }
}
