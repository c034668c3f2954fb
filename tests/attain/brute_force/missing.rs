//! Rules 38, 40 and 41: which reports are missing, what they may hold, and whether that could turn a verdict.

use crate::brute_force::calendar::{Kind, Span, Window};
use crate::brute_force::completeness::{ended_periods, reporting_period, reports_due};
use crate::brute_force::goals::{self, Bound, Course};
use crate::brute_force::indicators;
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{
    Decimal, Exact, Expression, Form, From, Measure, OverUnits, Target, exact,
};
use crate::brute_force::windows;
use num_traits::{Signed, ToPrimitive};
use std::collections::BTreeMap;

/// The largest number of reports of a unit that its limits are computed from.
const MOST_REPORTS: usize = 12;
/// The 97.5 % quantiles of Student's distribution with 1, 2, … 11 degrees of freedom, from a printed table.
const STUDENT: [f64; 11] = [
    12.706_204_736,
    4.302_652_730,
    3.182_446_305,
    2.776_445_105,
    2.570_581_836,
    2.446_911_851,
    2.364_624_252,
    2.306_004_135,
    2.262_157_163,
    2.228_138_852,
    2.200_985_160,
];
/// More corners are not gone through.
const MOST_CORNERS: usize = 6;
/// Stands for no limit.
const WITHOUT_LIMIT: i64 = 1_000_000_000_000_000_000;
/// Ends that are as near as this to the goal are left out of comparisons.
const NEAR: f64 = 1e-9;

/// A report that is due and was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    pub measure: usize,
    pub unit: usize,
    pub period: Span,
}

/// The missing reports of an indicator's measures in a window. Only periods that have ended count.
pub fn missing(
    knowledge: &Knowledge,
    indicator: usize,
    unit: usize,
    window: Span,
    to_date: Span,
) -> Vec<Missing> {
    let plan = knowledge.plan;
    let mut found = Vec::new();
    for measure in plan.measures_of(indicator) {
        let of = &plan.measures[measure];
        let mut periods = ended_periods(knowledge, of, to_date);
        if periods.is_empty() && knowledge.has_ended(window) {
            periods.push(window);
        }
        for period in periods {
            for report in reports_due(knowledge, indicator, of, unit, period) {
                if !report.is_made {
                    found.push(Missing { measure, unit: report.unit, period });
                }
            }
        }
    }
    found
}

/// What is missing from a row.
pub struct Gaps {
    pub now: Vec<Missing>,
    /// In the windows that a change or a relative goal starts from.
    pub then: Vec<Missing>,
    /// The last of these windows.
    pub then_window: Option<Span>,
    /// Whether it is not said which reports of which units count.
    pub is_open: bool,
}

pub fn gaps(
    knowledge: &Knowledge,
    target: &Target,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> Gaps {
    let plan = knowledge.plan;
    let indicator = target.indicator;
    let mut gaps = Gaps { now: vec![], then: vec![], then_window: None, is_open: false };
    let units: Vec<usize> = match plan.indicators[indicator].form {
        Form::ShareOfUnits { level, .. } => (0..plan.units.len())
            .filter(|&lower| plan.units[lower].level == level && plan.is_at_or_below(lower, unit))
            .filter(|&lower| plan.valid_throughout(lower, window.span))
            .collect(),
        _ => vec![unit],
    };
    let earlier = goals::earlier_window(knowledge, &target.goal, unit, window);
    for &unit in &units {
        gaps.now.extend(missing(knowledge, indicator, unit, window.span, to_date));
    }
    if let Form::ShareOfUnits { .. } = plan.indicators[indicator].form {
        gaps.is_open = true;
        if let Some(then) = earlier {
            for &unit in &units {
                gaps.then.extend(missing(knowledge, indicator, unit, then.span, then.span));
            }
        }
        return gaps;
    }
    if let Some(then) = &earlier {
        gaps.then.extend(missing(knowledge, indicator, unit, then.span, then.span));
        gaps.then_window = Some(then.span);
    }
    if let Form::Change { of, from, .. } = &plan.indicators[indicator].form {
        if earlier.is_some() {
            // A change that has to change: four windows.
            gaps.is_open = true;
        }
        if let Form::ShareOfUnits { .. } = plan.indicators[*of].form {
            gaps.is_open = true;
        }
        if let From::PreviousPeriod | From::SameWindowLastYear | From::Window(_) = from
            && let Some(then) = windows::compared_with(plan, from, window)
        {
            let span = indicators::matching_part(from, window, to_date, &then);
            gaps.then.extend(missing(knowledge, *of, unit, span, span));
            gaps.then_window = Some(span);
        }
    }
    gaps
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    Yes,
    No,
    /// The rules leave it open, or a float does.
    Open,
}

/// What the missing reports of a unit and a measure may hold together.
struct Limits {
    low: Exact,
    /// `None` where there is no limit.
    high: Option<Exact>,
}

fn whole_range(range: (Decimal, Decimal), count: i64) -> Limits {
    Limits { low: range.0.exact() * exact(count), high: Some(range.1.exact() * exact(count)) }
}

/// Rule 40, rows 2 to 4; `None` where the page does not say enough.
fn limits(
    knowledge: &Knowledge,
    measure: &Measure,
    unit: usize,
    count: i64,
    end: Span,
    every: Option<Kind>,
) -> Option<Limits> {
    if let Some(range) = measure.range.or(measure.suppressed) {
        return Some(whole_range(range, count));
    }
    let own = own_reports(knowledge, measure, unit, end, every)?;
    if own.len() < 2 {
        // Without a limit below, nothing is settled.
        return (!measure.signed).then(|| Limits { low: exact(0), high: None });
    }
    if !measure.is_flow() && count > 1 {
        return None;
    }
    let are_counts = own.iter().all(|report| report.is_integer() && !report.is_negative());
    let reports: Vec<f64> = own.iter().map(|report| report.to_f64().unwrap()).collect();
    let n = reports.len() as f64;
    let (sum, k) = (reports.iter().sum::<f64>(), count as f64);
    let mean = sum / n;
    let variance = reports.iter().map(|report| (report - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let number = |float: f64| Exact::from_float(float).unwrap();
    if are_counts && measure.is_flow() {
        let dispersion = if mean > 0.0 { (variance / mean).max(1.0) } else { 1.0 };
        let z2 = 1.96 * 1.96 * dispersion;
        let middle = sum + z2 / 2.0;
        let width = (z2 * sum * (1.0 + n / k) + z2 * z2 / 4.0).sqrt();
        let (low, high) = (k / n * (middle - width), k / n * (middle + width));
        let (inner_low, inner_high) = (low.ceil(), high.floor());
        let (low, high) = match inner_low < inner_high {
            true => (inner_low, inner_high),
            false => (low.floor(), high.ceil()),
        };
        return Some(Limits { low: number(low.max(0.0)), high: Some(number(high)) });
    }
    if variance <= 1e-12 * mean * mean {
        // Limits without width would say that the missing report is known.
        return (!measure.signed).then(|| Limits { low: exact(0), high: None });
    }
    let width = STUDENT[reports.len() - 2] * variance.sqrt() * (k + k * k / n).sqrt();
    let low = k * mean - width;
    let low = if measure.signed { low } else { low.max(0.0) };
    Some(Limits { low: number(low), high: Some(number(k * mean + width)) })
}

/// The latest reports of a unit up to the end of a window to date; `None` where figures and periods differ, so that the page
/// does not say what a report is.
fn own_reports(
    knowledge: &Knowledge,
    measure: &Measure,
    unit: usize,
    to_date: Span,
    every: Option<Kind>,
) -> Option<Vec<Exact>> {
    let below = (0..knowledge.plan.units.len())
        .filter(|&other| other != unit && knowledge.plan.is_at_or_below(other, unit))
        .any(|other| !knowledge.own(&measure.id, other).is_empty());
    let own = knowledge.own(&measure.id, unit);
    if below {
        return None;
    }
    let Some(every) = every else {
        return (own.len() < 2).then(Vec::new);
    };
    if measure.events {
        return own.is_empty().then(Vec::new);
    }
    let calendar = &knowledge.plan.calendar;
    let mut first = calendar.periods_inside(every, to_date).first()?.clone();
    for _ in 0..MOST_REPORTS {
        first = calendar.previous_period(&first);
    }
    let mut reports = Vec::new();
    for figure in own {
        let periods = knowledge.plan.calendar.periods_inside(every, figure.span);
        if !periods.iter().any(|period| period.span == figure.span) || figure.value.is_none() {
            return None;
        }
        if first.span.start <= figure.span.start && figure.span.end <= to_date.end {
            reports.push((figure.span, figure.value.clone().unwrap()));
        }
    }
    reports.sort();
    let first = reports.len().saturating_sub(MOST_REPORTS);
    Some(reports.split_off(first).into_iter().map(|(_, value)| value).collect())
}

/// What is supposed of a unit's missing reports of a measure, in one of the two windows.
struct Supposed {
    measure: usize,
    unit: usize,
    periods: Vec<Span>,
    limits: Limits,
}

/// A row that has a verdict.
pub struct Judged<'a> {
    pub target: &'a Target,
    pub unit: usize,
    pub window: &'a Window,
    pub to_date: Span,
    pub bound: &'a Bound,
    pub value: &'a Exact,
}

/// Rule 41.
pub fn settled(knowledge: &Knowledge, row: &Judged) -> Settled {
    let &Judged { target, unit, window, to_date, .. } = row;
    let gaps = gaps(knowledge, target, unit, window, to_date);
    if gaps.now.is_empty() && gaps.then.is_empty() {
        return Settled::Yes;
    }
    if gaps.is_open {
        return Settled::Open;
    }
    let plan = knowledge.plan;
    let form = match &plan.indicators[target.indicator].form {
        Form::Change { of, .. } => &plan.indicators[*of].form,
        form => form,
    };
    let supposed = |missing: &[Missing], end: Span| -> Option<Vec<Supposed>> {
        let mut by_unit: BTreeMap<(usize, usize), Vec<Span>> = BTreeMap::new();
        for one in missing {
            by_unit.entry((one.measure, one.unit)).or_default().push(one.period);
        }
        by_unit
            .into_iter()
            .map(|((measure, unit), periods)| {
                let of = &plan.measures[measure];
                let every = reporting_period(plan, of).filter(|every| {
                    let inside = plan.calendar.periods_inside(*every, periods[0]);
                    inside.iter().any(|period| period.span == periods[0])
                });
                let limits = limits(knowledge, of, unit, periods.len() as i64, end, every)?;
                (of.is_flow() || periods.len() == 1).then_some(Supposed {
                    measure,
                    unit,
                    periods,
                    limits,
                })
            })
            .collect()
    };
    if let Form::Proportion { numerator, denominator, .. } = form {
        if !gaps.then.is_empty()
            || !matches!(plan.indicators[target.indicator].form, Form::Proportion { .. })
        {
            return Settled::Open;
        }
        return proportion(knowledge, row, (numerator, denominator), &gaps.now, supposed);
    }
    let (Some(now), Some(then)) =
        (supposed(&gaps.now, to_date), supposed(&gaps.then, gaps.then_window.unwrap_or(to_date)))
    else {
        return Settled::Open;
    };
    let keys: Vec<(usize, bool)> = {
        let mut keys: Vec<(usize, bool)> = now.iter().map(|one| (one.measure, true)).collect();
        keys.extend(then.iter().map(|one| (one.measure, false)));
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    if keys.len() > MOST_CORNERS {
        return Settled::Open;
    }
    let mut corners = Vec::new();
    for corner in 0..1_usize << keys.len() {
        let mut filled = knowledge.clone();
        for (list, is_now) in [(&now, true), (&then, false)] {
            for one in list {
                let key = keys.iter().position(|key| *key == (one.measure, is_now)).unwrap();
                let total = match (corner >> key & 1, &one.limits.high) {
                    (0, _) => one.limits.low.clone(),
                    (_, Some(high)) => high.clone(),
                    (_, None) => exact(WITHOUT_LIMIT),
                };
                fill(&mut filled, one, |_| &total / exact(one.periods.len() as i64));
            }
        }
        corners.push(filled);
    }
    let overlaps_what_is_known = |one: &Supposed| {
        let own = knowledge.own(&plan.measures[one.measure].id, one.unit);
        own.iter().any(|figure| one.periods.iter().any(|period| period.overlaps(figure.span)))
    };
    if now.iter().chain(&then).any(overlaps_what_is_known) {
        return Settled::Open;
    }
    let is_limited = now.iter().chain(&then).all(|one| one.limits.high.is_some());
    verdicts(knowledge, row, &corners, is_limited)
}

fn fill(knowledge: &mut Knowledge, supposed: &Supposed, value: impl Fn(Span) -> Exact) {
    let id = knowledge.plan.measures[supposed.measure].id.clone();
    for &period in &supposed.periods {
        knowledge.suppose(&id, supposed.unit, period, value(period));
    }
}

/// Whether the verdicts at all corners are that of the row.
fn verdicts(
    knowledge: &Knowledge,
    row: &Judged,
    corners: &[Knowledge],
    is_limited: bool,
) -> Settled {
    let &Judged { target, unit, window, to_date, bound, value } = row;
    let is_met = bound.is_met_by(value);
    let mut is_settled = true;
    let (mut least, mut greatest): (Option<Exact>, Option<Exact>) = (None, None);
    for corner in corners {
        let (measured, resolved) =
            goals::judged(corner, &target.goal, target.indicator, unit, window, to_date);
        let (true, Some(value), Some(bound)) =
            (measured.problems.is_empty(), measured.value, resolved.bound)
        else {
            return Settled::No;
        };
        let is_near = |goal: &Exact| {
            let (value, goal) = (value.to_f64().unwrap(), goal.to_f64().unwrap());
            value != goal && (value - goal).abs() <= NEAR * goal.abs().max(value.abs())
        };
        if is_near(bound.goal()) || bound.upper().is_some_and(is_near) {
            return Settled::Open;
        }
        is_settled &= bound.is_met_by(&value) == is_met;
        least = least.into_iter().chain([value.clone()]).min();
        greatest = greatest.into_iter().chain([value]).max();
    }
    if let (Bound::Between(lower, upper), Some(least), Some(greatest)) = (bound, least, greatest)
        && least < *lower
        && *upper < greatest
    {
        // The band lies between the ends.
        is_settled = false;
    }
    let by_limits = if is_settled { Settled::Yes } else { Settled::No };
    if is_limited {
        return by_limits;
    }
    let accumulates = goals::course(knowledge, target.indicator) == Course::Accumulates;
    let strictly = if accumulates && more_cannot_turn(bound, value) && is_settled {
        Settled::Yes
    } else {
        Settled::No
    };
    if by_limits == strictly { by_limits } else { Settled::Open }
}

/// A ceiling is passed, a floor is reached, the upper end of a band is passed.
pub fn more_cannot_turn(bound: &Bound, value: &Exact) -> bool {
    match bound {
        Bound::AtLeast(_) | Bound::Above(_) => bound.is_met_by(value),
        Bound::AtMost(_) | Bound::Below(_) => !bound.is_met_by(value),
        Bound::Between(_, upper) => value > upper,
    }
}

/// Proportions: a part lies inside its whole, a whole is at least its part.
fn proportion(
    knowledge: &Knowledge,
    row: &Judged,
    (numerator, denominator): (&Expression, &Expression),
    gaps: &[Missing],
    supposed: impl Fn(&[Missing], Span) -> Option<Vec<Supposed>>,
) -> Settled {
    let plan = knowledge.plan;
    let ([part], [whole]) = (&numerator.terms[..], &denominator.terms[..]) else {
        return Settled::Open;
    };
    let (part, whole) = (part.measure, whole.measure);
    let is_plain = |measure: usize| {
        let measure = &plan.measures[measure];
        measure.is_flow() && measure.over_units == OverUnits::Sum && !measure.signed
    };
    let parts: Vec<Missing> = gaps.iter().copied().filter(|one| one.measure == part).collect();
    let wholes: Vec<Missing> = gaps.iter().copied().filter(|one| one.measure == whole).collect();
    if part == whole || !is_plain(part) || !is_plain(whole) {
        return Settled::Open;
    }
    if plan.measures[part].range.is_some() || plan.measures[part].suppressed.is_some() {
        // Whether a range of the part narrows its whole is not said.
        return Settled::Open;
    }
    let reported = |measure: usize, unit: usize, period: Span| {
        let own = knowledge.own(&plan.measures[measure].id, unit);
        own.into_iter().find(|figure| figure.span == period).and_then(|figure| figure.value.clone())
    };
    let is_missing = |list: &[Missing], one: &Missing| {
        list.iter().any(|other| (other.unit, other.period) == (one.unit, one.period))
    };
    for one in &parts {
        if !is_missing(&wholes, one) && reported(whole, one.unit, one.period).is_none() {
            return Settled::Open;
        }
    }
    for one in &wholes {
        if !is_missing(&parts, one) && reported(part, one.unit, one.period).is_none() {
            return Settled::Open;
        }
    }
    let Some(mut wholes_supposed) = supposed(&wholes, row.to_date) else { return Settled::Open };
    for one in &mut wholes_supposed {
        let known: Exact =
            one.periods.iter().filter_map(|period| reported(part, one.unit, *period)).sum();
        one.limits.low = one.limits.low.clone().max(known.clone());
        one.limits.high = one.limits.high.clone().map(|high| high.max(known));
    }
    // Units of which the whole alone is missing, both, or now one and now the other.
    let class = |one: &Supposed| {
        let both = one.periods.iter().filter(|&&period| {
            is_missing(&parts, &Missing { measure: whole, unit: one.unit, period })
        });
        match both.count() {
            0 => 0,
            count if count == one.periods.len() => 1,
            _ => 2,
        }
    };
    let is_limited = wholes_supposed.iter().all(|one| one.limits.high.is_some());
    let mut corners = Vec::new();
    for corner in 0..16_usize {
        let mut filled = knowledge.clone();
        let mut whole_of: BTreeMap<(usize, Span), Exact> = BTreeMap::new();
        for one in &wholes_supposed {
            let total = match (corner >> class(one) & 1, &one.limits.high) {
                (0, _) => one.limits.low.clone(),
                (_, Some(high)) => high.clone(),
                (_, None) => exact(WITHOUT_LIMIT),
            };
            let known: Exact =
                one.periods.iter().filter_map(|period| reported(part, one.unit, *period)).sum();
            let both = one
                .periods
                .iter()
                .filter(|period| reported(part, one.unit, **period).is_none())
                .count();
            let rest = total - known;
            let shared = if both > 0 { both } else { one.periods.len() };
            for &period in &one.periods {
                let known = reported(part, one.unit, period);
                let takes_rest = known.is_none() || both == 0;
                let of_rest = if takes_rest { &rest / exact(shared as i64) } else { exact(0) };
                whole_of.insert((one.unit, period), known.unwrap_or_else(|| exact(0)) + of_rest);
            }
            fill(&mut filled, one, |period| whole_of[&(one.unit, period)].clone());
        }
        for one in &parts {
            let whole = whole_of
                .get(&(one.unit, one.period))
                .cloned()
                .or_else(|| reported(whole, one.unit, one.period))
                .unwrap();
            let value = if corner >> 3 & 1 == 1 { whole } else { exact(0) };
            filled.suppose(&plan.measures[part].id, one.unit, one.period, value);
        }
        corners.push(filled);
    }
    verdicts(knowledge, row, &corners, is_limited)
}
