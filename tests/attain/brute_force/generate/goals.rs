//! Goals and thresholds, set when the values are known: often exactly where a value is, or a pace changes.

use super::{Draw, windows};
use crate::brute_force::exposure;
use crate::brute_force::goals::{self, Course};
use crate::brute_force::indicators;
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{
    Amount, Case, Decimal, Exact, Form, From, Goal, Plan, Target, exact,
};
use crate::brute_force::pairs;
use crate::brute_force::rows::{self, Row};
use crate::brute_force::windows as named;
use chrono::Datelike;
use num_traits::{Signed, ToPrimitive, Zero};

/// Places a goal may have: more than anyone writes, fewer than a float holds.
const MOST_PLACES: u32 = 6;

/// Gives most targets whose goals are not relative a baseline.
pub fn set_baselines(draw: &mut Draw, case: &mut Case, year: i32) {
    for target in 0..case.plan.targets.len() {
        let Target { indicator, goal, .. } = &case.plan.targets[target];
        let is_change = matches!(case.plan.indicators[*indicator].form, Form::Change { .. });
        if !is_change && goals::is_fixed(goal) && draw.percent(80) {
            let number = |draw: &mut Draw| Decimal::whole(draw.between(-20, 120));
            let from = windows::from(draw, &case.plan, year, number);
            case.plan.targets[target].baseline = Some(from);
        }
    }
}

/// Sets the goals of shares of units, of targets, and what is demanded of completeness.
pub fn set(draw: &mut Draw, case: &mut Case) {
    for indicator in 0..case.plan.indicators.len() {
        if let Form::ShareOfUnits { of, level, .. } = case.plan.indicators[indicator].form {
            let values = values_at(case, of, level);
            let value = (!values.is_empty()).then(|| draw.pick(&values).clone());
            let whole = whole_of(&case.plan, of);
            let goal = if draw.percent(80) {
                fixed(draw, value, whole)
            } else {
                relative(draw, case, value, whole, |_| None)
            };
            if let Form::ShareOfUnits { goal: unset, .. } =
                &mut case.plan.indicators[indicator].form
            {
                *unset = goal;
            }
        }
    }
    // Neither values nor completeness depend on the goals that are still to be set.
    let rows: Vec<Row> = case.as_of.iter().flat_map(|&as_of| rows::assess(case, as_of)).collect();
    for target in 0..case.plan.targets.len() {
        let row = judged_row(draw, case, target, &rows);
        let indicator = case.plan.targets[target].indicator;
        let is_change = matches!(case.plan.indicators[indicator].form, Form::Change { .. });
        let whole = whole_of(&case.plan, indicator);
        let goal = if is_change || draw.percent(65) {
            let value = row.and_then(|row| row.value.clone());
            let tuned = row.filter(|_| draw.percent(40));
            match tuned.and_then(|row| at_a_pace(draw, case, target, row)) {
                Some(goal) if is_open(&goal, whole) => goal,
                _ => fixed(draw, value, whole),
            }
        } else {
            let value = row.and_then(|row| row.value.clone());
            let baseline = |from: &From| {
                let row = row?;
                let knowledge = Knowledge::on(case, row.as_of);
                let none = Amount::Absolute(Decimal::whole(0));
                let goal = Goal::IncreaseBy(none, from.clone());
                let unit = row.unit_position;
                goals::resolve(&knowledge, &goal, indicator, unit, &row.window).baseline
            };
            relative(draw, case, value, whole, baseline)
        };
        case.plan.targets[target].goal = goal;
    }
    if draw.percent(20) {
        case.plan.minimum_completeness = Some(threshold(draw, &rows, None));
    }
    for target in 0..case.plan.targets.len() {
        if draw.percent(15) {
            let id = case.plan.targets[target].id.clone();
            let minimum = threshold(draw, &rows, Some(&id));
            case.plan.targets[target].minimum_completeness = Some(minimum);
        }
    }
}

/// A row of a target that has a value, if there is one.
fn judged_row<'a>(draw: &mut Draw, case: &Case, target: usize, rows: &'a [Row]) -> Option<&'a Row> {
    let id = &case.plan.targets[target].id;
    let fit: Vec<&Row> =
        rows.iter().filter(|row| row.target == *id && row.value.is_some()).collect();
    (!fit.is_empty()).then(|| *draw.pick(&fit))
}

/// The values of an indicator for the units of a level, in the first windows of the targets.
fn values_at(case: &Case, indicator: usize, level: usize) -> Vec<Exact> {
    let plan = &case.plan;
    let knowledge = Knowledge::on(case, case.as_of[0]);
    let mut values = Vec::new();
    for target in &plan.targets {
        let window = &named::windows(plan, &target.windows)[0];
        let to_date = knowledge.to_date(window.span);
        if to_date.is_empty() {
            continue;
        }
        for unit in (0..plan.units.len()).filter(|&unit| plan.units[unit].level == level) {
            values.extend(indicators::measure(&knowledge, indicator, unit, window, to_date).value);
        }
    }
    values
}

/// A decimal at the value, or near it.
fn number(draw: &mut Draw, value: &Exact) -> Decimal {
    if draw.percent(70)
        && let Some(decimal) = Decimal::equal_to(value, MOST_PLACES)
    {
        return decimal;
    }
    let places = draw.between(0, 2) as u32;
    let scaled = (value * exact(10_i64.pow(places))).round().to_i64().unwrap_or(0);
    Decimal::new(scaled + draw.between(-2, 2), places)
}

/// The largest value there is, where an indicator is a part of a whole.
fn whole_of(plan: &Plan, indicator: usize) -> Option<Decimal> {
    match plan.indicators[indicator].form {
        Form::Proportion { per, .. } => Some(per),
        Form::ShareOfUnits { .. } => Some(Decimal::whole(100)),
        Form::Count(_)
        | Form::Ratio { .. }
        | Form::Rate { .. }
        | Form::Mean { .. }
        | Form::Change { .. }
        | Form::Reported { .. } => None,
    }
}

/// Whether there are values that meet a fixed goal and values that miss it.
fn is_open(goal: &Goal, whole: Option<Decimal>) -> bool {
    let Some(whole) = whole.map(Decimal::exact) else {
        return true;
    };
    let inside = |goal: &Decimal| !goal.exact().is_negative() && goal.exact() <= whole;
    match goal {
        Goal::AtLeast(goal) | Goal::Below(goal) => inside(goal) && !goal.exact().is_zero(),
        Goal::Above(goal) | Goal::AtMost(goal) => inside(goal) && goal.exact() != whole,
        Goal::Between(lower, upper) => {
            inside(lower) && inside(upper) && !(lower.exact().is_zero() && upper.exact() == whole)
        }
        Goal::ReduceBy(..) | Goal::IncreaseBy(..) => true,
    }
}

fn fixed(draw: &mut Draw, value: Option<Exact>, whole: Option<Decimal>) -> Goal {
    for _ in 0..30 {
        let goal = any_fixed(draw, value.as_ref(), whole);
        if is_open(&goal, whole) {
            return goal;
        }
    }
    Goal::AtLeast(whole.unwrap_or(Decimal::whole(1)))
}

fn any_fixed(draw: &mut Draw, value: Option<&Exact>, whole: Option<Decimal>) -> Goal {
    let goal = match (value, whole) {
        (Some(value), _) if draw.percent(85) => number(draw, value),
        _ if draw.percent(30) => Decimal::whole(0),
        (_, Some(whole)) => Decimal::new(draw.between(0, 10) * whole.digits, 1),
        _ => Decimal::new(draw.between(-50, 1500), draw.between(0, 1) as u32),
    };
    match draw.below(5) {
        0 => Goal::AtLeast(goal),
        1 => Goal::Above(goal),
        2 => Goal::AtMost(goal),
        3 => Goal::Below(goal),
        _ => {
            let width = draw.between(1, 40) * 10_i64.pow(goal.places);
            let other = Decimal::new(
                goal.digits + if draw.percent(50) { width } else { -width },
                goal.places,
            );
            if other.digits < goal.digits {
                Goal::Between(other, goal)
            } else {
                Goal::Between(goal, other)
            }
        }
    }
}

/// A goal that makes the pace of a running row exactly 1 or 0.95.
fn at_a_pace(draw: &mut Draw, case: &Case, target: usize, row: &Row) -> Option<Goal> {
    let knowledge = Knowledge::on(case, row.as_of);
    let value = row.value.as_ref()?;
    if row.is_final || !value.is_positive() {
        return None;
    }
    let elapsed = match goals::course(&knowledge, case.plan.targets[target].indicator) {
        Course::Accumulates => {
            let to_date = knowledge.to_date(row.window.span);
            let indicator = case.plan.targets[target].indicator;
            let unit = row.unit_position;
            let exposure = match pairs::weighs_a_stock(&case.plan, indicator) {
                true => exact(1),
                false => exposure::exposure(&knowledge, indicator, unit, &row.window, to_date)?,
            };
            exposure * exact(to_date.length()) / exact(row.window.span.length())
        }
        Course::Level => exact(1),
        Course::Stock => return None,
    };
    if elapsed.is_zero() {
        return None;
    }
    let tolerance = if draw.percent(50) { exact(1) } else { exact(95) / exact(100) };
    let floor = Decimal::equal_to(&(value / &elapsed / &tolerance), MOST_PLACES);
    let ceiling = Decimal::equal_to(&(value / &elapsed * &tolerance), MOST_PLACES);
    if draw.percent(50) { floor.map(Goal::AtLeast) } else { ceiling.map(Goal::AtMost) }
}

/// A goal relative to another window, with a change that just does, where one with a decimal exists.
fn relative(
    draw: &mut Draw,
    case: &Case,
    value: Option<Exact>,
    whole: Option<Decimal>,
    baseline: impl Fn(&From) -> Option<Exact>,
) -> Goal {
    let year = case.as_of[0].year();
    let from = windows::from(draw, &case.plan, year, |draw| match &value {
        Some(value) => number(draw, value),
        None => Decimal::whole(draw.between(0, whole.map_or(60, |whole| whole.digits))),
    });
    let then = match &from {
        From::Value(value) => Some(value.exact()),
        From::PreviousPeriod | From::SameWindowLastYear | From::Window(_) => baseline(&from),
    };
    let mut reduces = draw.percent(50);
    let mut amount = None;
    if let (Some(value), Some(then)) = (&value, &then) {
        reduces = value < then;
        let difference = (value - then).abs();
        let exactly = |number: &Exact| {
            Decimal::equal_to(number, MOST_PLACES).filter(|decimal| decimal.digits > 0)
        };
        if draw.percent(50) && !then.is_zero() {
            amount = exactly(&(&difference / then.abs() * exact(100))).map(Amount::Percent);
        } else {
            amount = exactly(&difference).map(Amount::Absolute);
        }
    }
    let amount = amount.filter(|_| draw.percent(80)).unwrap_or_else(|| {
        let decimal = Decimal::new(draw.between(1, 300), draw.between(0, 1) as u32);
        if draw.percent(50) { Amount::Percent(decimal) } else { Amount::Absolute(decimal) }
    });
    // Nothing can be reduced by more than all of it.
    let reduces =
        reduces && !matches!(amount, Amount::Percent(percent) if percent.exact() > exact(100));
    if reduces { Goal::ReduceBy(amount, from) } else { Goal::IncreaseBy(amount, from) }
}

/// A minimum of completeness, often exactly what a row has.
fn threshold(draw: &mut Draw, rows: &[Row], target: Option<&str>) -> Decimal {
    let found: Vec<Decimal> = rows
        .iter()
        .filter(|row| target.is_none_or(|target| target == row.target))
        .filter_map(|row| Decimal::equal_to(row.completeness.as_ref()?, MOST_PLACES))
        .collect();
    if !found.is_empty() && draw.percent(70) {
        *draw.pick(&found)
    } else {
        Decimal::whole(*draw.pick(&[50, 80, 90, 100]))
    }
}
