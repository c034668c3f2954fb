//! Rule 26a: the share of the days to date that reports cover.

use crate::brute_force::calendar::{Span, Window, after};
use crate::brute_force::completeness::{ended_periods, reports_due};
use crate::brute_force::delays::{Delays, delayed, sums_of_events};
use crate::brute_force::indicators;
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{Exact, exact};
use num_traits::{Signed, Zero};
use std::collections::BTreeSet;

/// Of an accumulating indicator; `None` where the page does not say whose days count.
pub fn exposure(
    knowledge: &Knowledge,
    indicator: usize,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> Option<Exact> {
    let counted = delayed(knowledge, indicator);
    exposure_of(knowledge, indicator, &counted, (unit, window, to_date))
}

/// How many of the events of an indicator are recorded, relative to those among which they are: 1 where they are counted otherwise, and
/// at most 1. `None` where the page does not say so.
pub fn recorded_among(
    knowledge: &Knowledge,
    indicator: usize,
    (unit, window, to_date): (usize, &Window, Span),
) -> Option<Exact> {
    let sums = sums_of_events(knowledge, indicator);
    let [events, among] = &sums[..] else { return Some(exact(1)) };
    let last = to_date.end.pred_opt().unwrap();
    let delays = |sum: &[usize]| Delays::of(knowledge, sum);
    let awaits = |sum: &[usize]| delays(sum).is_some_and(|delays| delays.await_events_of(last));
    let are_apart = awaits(events) || (awaits(among) && delays(events).is_some());
    if !are_apart {
        return Some(exact(1));
    }
    let place = (unit, window, to_date);
    let events = exposure_of(knowledge, indicator, events, place)?;
    let among = exposure_of(knowledge, indicator, among, place)?;
    let share = if among.is_positive() { events / among } else { exact(1) };
    Some(share.min(exact(1)))
}

/// With the delays of some measures.
fn exposure_of(
    knowledge: &Knowledge,
    indicator: usize,
    delayed: &[usize],
    (unit, window, to_date): (usize, &Window, Span),
) -> Option<Exact> {
    let plan = knowledge.plan;
    let flows: Vec<usize> = plan
        .measures_of(indicator)
        .into_iter()
        .filter(|&measure| plan.measures[measure].is_flow())
        .collect();
    if flows.iter().any(|&flow| plan.measures[flow].absent_zero) {
        return None;
    }
    let figures: Vec<usize> =
        flows.iter().copied().filter(|&flow| !plan.measures[flow].events).collect();
    let until = flows.iter().filter_map(|&flow| plan.measures[flow].recorded_until).min();
    let counts = |day: chrono::NaiveDate| until.is_none_or(|until| day < after(until));
    let delays = Delays::of(knowledge, delayed);
    let recorded = |day: &chrono::NaiveDate| match &delays {
        Some(delays) => delays.recorded(*day),
        None => exact(1),
    };
    if figures.is_empty() {
        let days = to_date.days().into_iter().filter(|day| counts(*day));
        let sum: Exact = days.map(|day| recorded(&day)).sum();
        return Some(sum / exact(to_date.length()));
    }
    let mut reporting: BTreeSet<usize> = BTreeSet::new();
    for &flow in &figures {
        let measure = &plan.measures[flow];
        let mut periods = ended_periods(knowledge, measure, to_date);
        if periods.is_empty() {
            periods.push(to_date);
        }
        for period in periods {
            let due = reports_due(knowledge, indicator, measure, unit, period);
            reporting.extend(due.into_iter().map(|report| report.unit));
        }
        // A figure of a unit that is not one of them is somebody else's report.
        let speaks = |other: usize| {
            let own = knowledge.own(&measure.id, other);
            own.iter().any(|figure| figure.span.overlaps(to_date))
        };
        let outsiders = (0..plan.units.len())
            .filter(|&other| plan.are_related(other, unit) && !reporting.contains(&other));
        if outsiders.into_iter().any(speaks) {
            return None;
        }
    }
    let are_apart = reporting
        .iter()
        .all(|&one| reporting.iter().all(|&other| one == other || !plan.are_related(one, other)));
    if reporting.is_empty() || !are_apart {
        return None;
    }
    let covered = |unit: usize| {
        let days = to_date.days().into_iter().filter(|day| {
            let is_covered = |flow: &usize| {
                let own = knowledge.own(&plan.measures[*flow].id, unit);
                own.iter().any(|figure| figure.span.holds(*day))
            };
            counts(*day) && figures.iter().all(is_covered)
        });
        let sum: Exact = days.map(|day| recorded(&day)).sum();
        sum / exact(to_date.length())
    };
    let weights: Option<Vec<Exact>> =
        plan.calendar.same_window_last_year(window).and_then(|last_year| {
            let count = |unit: usize| {
                let measured =
                    indicators::measure(knowledge, indicator, unit, &last_year, last_year.span);
                measured.numerator
            };
            reporting.iter().map(|&unit| count(unit)).collect()
        });
    let weights = weights.filter(|weights| !weights.iter().all(Zero::is_zero));
    if weights.as_ref().is_some_and(|weights| weights.iter().any(Signed::is_negative)) {
        return None;
    }
    let weights = weights.unwrap_or_else(|| vec![exact(1); reporting.len()]);
    let sum: Exact = weights.iter().sum();
    let weighted: Exact =
        reporting.iter().zip(&weights).map(|(&unit, weight)| covered(unit) * weight).sum();
    Some(weighted / sum)
}
