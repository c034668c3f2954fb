//! Rules 16 to 20: the value of an indicator for a unit and a window.

use crate::brute_force::calendar::{Kind, Length, Span, Window, end_a_year_earlier};
use crate::brute_force::completeness::completeness;
use crate::brute_force::goals;
use crate::brute_force::knowledge::{Knowledge, Record};
use crate::brute_force::model::{
    Annualised, Decimal, Exact, Expression, Form, From, Goal, Unmatched, exact,
};
use crate::brute_force::pairs::{self, Other};
use crate::brute_force::reasons::Reason;
use crate::brute_force::rollup::{Rolled, Used, UsedByMeasure};
use crate::brute_force::suppressed::{self, OfCells};
use crate::brute_force::windows;
use chrono::Days;
use num_traits::{Signed, Zero};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// An indicator's value and what it was made of.
#[derive(Clone, Default)]
pub struct Measured {
    pub numerator: Option<Exact>,
    pub denominator: Option<Exact>,
    /// `None` if and only if there are problems.
    pub value: Option<Exact>,
    pub problems: BTreeSet<Reason>,
    /// The value a change starts from.
    pub then: Option<Exact>,
    /// In per cent.
    pub imputed: Option<Exact>,
    pub is_provisional: bool,
    /// What the value would be if something else had been counted; `None` where nothing is counted.
    pub counting: Option<Counting>,
    /// Whether there are counts that chance could have played with.
    pub has_counts: bool,
    /// In per cent; `None` where nothing was due.
    pub completeness: Option<Exact>,
    /// Numbers of pairs.
    pub matched: Option<u64>,
    pub unmatched: Option<u64>,
    /// The least and the greatest share of units, where suppressed cells decide whether some meet their goal.
    pub ends: Option<(Exact, Exact)>,
    /// Whether the page leaves open what suppressed cells make of it.
    pub is_open: bool,
}

/// What an indicator's value would be for other numerators.
#[derive(Clone)]
pub struct Counting {
    pub counted: Exact,
    /// The most that could be counted, where the denominator bounds it.
    pub most: Option<Exact>,
    pub value_of: Rc<dyn Fn(&Exact) -> Exact>,
}

/// Rule 30.
pub fn is_too_low(completeness: Option<&Exact>, minimum: Option<&Exact>) -> bool {
    completeness.zip(minimum).is_some_and(|(completeness, minimum)| completeness < minimum)
}

/// 0, 1, 2, …
pub fn is_whole(number: &Exact) -> bool {
    number.is_integer() && !number.is_negative()
}

/// The value of the indicator at `position`, for the part `to_date` of a window.
pub fn measure(
    knowledge: &Knowledge,
    position: usize,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> Measured {
    measure_in_both(knowledge, position, unit, window, to_date, None)
}

/// Whether M8 of rule 39 holds of an indicator: it is a count or a fraction.
pub fn has_blocks(form: &Form) -> bool {
    match form {
        Form::Count(_)
        | Form::Proportion { .. }
        | Form::Ratio { .. }
        | Form::Rate { .. }
        | Form::Mean { .. } => true,
        Form::Change { .. } | Form::ShareOfUnits { .. } | Form::Reported { .. } => false,
    }
}

/// Whether something is subtracted.
pub fn subtracts(form: &Form) -> bool {
    let any = |of: &Expression| of.terms.iter().any(|term| term.subtracted);
    match form {
        Form::Count(of) => any(of),
        Form::Proportion { numerator, denominator, .. }
        | Form::Ratio { numerator, denominator, .. } => any(numerator) || any(denominator),
        Form::Rate { numerator, population, .. } => any(numerator) || any(population),
        Form::Mean { of, per } => any(of) || any(per),
        Form::Change { .. } | Form::ShareOfUnits { .. } | Form::Reported { .. } => false,
    }
}

/// The same, of the units that count in another window, too.
pub fn measure_in_both(
    knowledge: &Knowledge,
    position: usize,
    unit: usize,
    window: &Window,
    to_date: Span,
    other: Option<Other>,
) -> Measured {
    let indicator = &knowledge.plan.indicators[position];
    let mode = knowledge.plan.unmatched(position);
    let divide = |numerator: &Expression, denominator: &Expression, years, per, bounds| {
        let sides = pairs::sides(knowledge, numerator, denominator, unit, to_date, mode, other);
        let (reason, matched, unmatched) = (sides.unmatched_reason, sides.matched, sides.unmatched);
        let mut measured = divide(sides.numerator, sides.denominator, years, per, bounds);
        (measured.matched, measured.unmatched) = (matched, unmatched);
        if let Some(reason) = reason {
            measured.problems.insert(reason);
            (measured.value, measured.counting) = (None, None);
        }
        measured
    };
    let measured = match &indicator.form {
        Form::Count(of) => {
            let (rolled, blocks) =
                pairs::in_both_windows(knowledge, of, unit, to_date, other, mode);
            let mut counted = count(rolled);
            (counted.matched, counted.unmatched) = blocks.unzip();
            counted
        }
        Form::Proportion { numerator, denominator, per } => {
            divide(numerator, denominator, exact(1), *per, Bounds::Proportion)
        }
        Form::Ratio { numerator, denominator, per } => {
            divide(numerator, denominator, exact(1), *per, Bounds::None)
        }
        Form::Rate { numerator, population, per, annualised } => {
            let years = match annualised {
                Annualised::None => exact(1),
                Annualised::Days365 => exact(to_date.length()) / exact(365),
                Annualised::Exact => reporting_years(knowledge, to_date),
            };
            divide(numerator, population, years, *per, Bounds::None)
        }
        Form::Mean { of, per } => {
            let mut mean = divide(of, per, exact(1), Decimal::whole(1), Bounds::None);
            mean.counting = None;
            mean.has_counts = false;
            mean
        }
        Form::Change { of, from, relative } => {
            return change(knowledge, *of, from, *relative, unit, window, to_date);
        }
        Form::ShareOfUnits { of, level, goal } => {
            return share_of_units(knowledge, *of, *level, goal, unit, window, to_date);
        }
        Form::Reported { last } => {
            reported(knowledge, &indicator.id, *last, unit, window.span, to_date)
        }
    };
    Measured { completeness: completeness(knowledge, position, unit, to_date), ..measured }
}

/// An indicator in two windows, of what counts in both (M8); `Unmatched` where nothing does. Each window stands
/// with its part to date.
pub fn in_two_windows(
    knowledge: &Knowledge,
    position: usize,
    unit: usize,
    now: (&Window, Span),
    then: (&Window, Span),
) -> (Measured, Measured) {
    let plan = knowledge.plan;
    let each = |(window, to_date), other: Option<Span>| {
        let other = other.map(|window| Other { window });
        measure_in_both(knowledge, position, unit, window, to_date, other)
    };
    let (mut first, second) = (each(now, None), each(then, None));
    let is_fit = has_blocks(&plan.indicators[position].form)
        && plan.unmatched(position) != Unmatched::AsRecorded;
    // Where a window has no value by itself, there is nothing to compare.
    if !is_fit || first.value.is_none() || second.value.is_none() {
        return (first, second);
    }
    let (matched, matched_then) = (each(now, Some(then.1)), each(then, Some(now.1)));
    let is_unmatched = |measured: &Measured| measured.problems.contains(&Reason::Unmatched);
    if is_unmatched(&matched) || is_unmatched(&matched_then) {
        // The row shows the recorded numbers, but has no value.
        first.problems.insert(Reason::Unmatched);
        (first.matched, first.unmatched) = (matched.matched, matched.unmatched);
        return (first, second);
    }
    (matched, matched_then)
}

fn count(of: Rolled) -> Measured {
    let of_known = of.value.as_ref().and_then(|_| imputed(&of.used));
    Measured {
        numerator: of.value.clone(),
        counting: of.value.clone().map(|counted| Counting {
            counted,
            most: None,
            value_of: Rc::new(Exact::clone),
        }),
        has_counts: of.value.as_ref().is_some_and(is_whole),
        value: of.value,
        problems: of.problems,
        imputed: of_known,
        is_provisional: is_provisional(&of.used),
        ..Measured::default()
    }
}

#[derive(PartialEq)]
enum Bounds {
    None,
    /// Neither count is negative, and the numerator is part of the denominator.
    Proportion,
}

fn divide(
    numerator: Rolled,
    denominator: Rolled,
    years: Exact,
    per: Decimal,
    bounds: Bounds,
) -> Measured {
    let known = [&numerator, &denominator].into_iter().filter(|side| side.value.is_some());
    let of_known = known.filter_map(|side| imputed(&side.used)).max();
    let used: UsedByMeasure = numerator.used.into_iter().chain(denominator.used).collect();
    let mut result = Measured {
        numerator: numerator.value.clone(),
        denominator: denominator.value,
        problems: &numerator.problems | &denominator.problems,
        imputed: of_known,
        is_provisional: is_provisional(&used),
        ..Measured::default()
    };
    let (Some(above), Some(below)) = (result.numerator.clone(), result.denominator.clone()) else {
        return result;
    };
    if bounds == Bounds::Proportion && (above.is_negative() || below.is_negative() || above > below)
    {
        result.problems.insert(Reason::ContradictoryCounts);
    }
    let below = below * years;
    if below.is_zero() {
        result.problems.insert(Reason::ZeroDenominator);
    }
    if !result.problems.is_empty() {
        return result;
    }
    let per = per.exact();
    result.value = Some(&above / &below * &per);
    if below.is_positive() {
        result.has_counts = is_whole(&above) && (bounds == Bounds::None || is_whole(&below));
        result.counting = Some(Counting {
            counted: above,
            most: (bounds == Bounds::Proportion).then(|| below.floor()),
            value_of: Rc::new(move |counted| counted / &below * &per),
        });
    }
    result
}

/// The reporting years and parts of them in a span, each part by its own year's length.
fn reporting_years(knowledge: &Knowledge, span: Span) -> Exact {
    let mut parts: BTreeMap<Span, i64> = BTreeMap::new();
    let mut year = knowledge.plan.calendar.year_of(span.start);
    for day in span.days() {
        if !year.holds(day) {
            year = knowledge.plan.calendar.year_of(day);
        }
        *parts.entry(year).or_default() += 1;
    }
    parts.into_iter().map(|(year, days)| exact(days) / exact(year.length())).sum()
}

/// Rule 14: the largest share of imputed figures among the measures; of zeros, all or nothing.
fn imputed(used: &UsedByMeasure) -> Option<Exact> {
    used.values()
        .map(|used| {
            let total: Exact = used.iter().map(|used| &used.weight).sum();
            let imputed: Exact =
                used.iter().filter(|used| used.imputed).map(|used| &used.weight).sum();
            match total.is_zero() {
                true if used.iter().any(|used| used.imputed) => exact(100),
                true => exact(0),
                false => imputed / total * exact(100),
            }
        })
        .max()
}

fn is_provisional(used: &UsedByMeasure) -> bool {
    used.values().flatten().any(|used| used.provisional)
}

/// Rule 18.
fn change(
    knowledge: &Knowledge,
    of: usize,
    from: &From,
    relative: bool,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> Measured {
    let mut now = measure(knowledge, of, unit, window, to_date);
    let then = match from {
        From::Value(value) => {
            Measured { value: Some(value.exact()), has_counts: true, ..Measured::default() }
        }
        From::PreviousPeriod | From::SameWindowLastYear | From::Window(_) => {
            match windows::compared_with(knowledge.plan, from, window) {
                Some(earlier) => {
                    let span = matching_part(from, window, to_date, &earlier);
                    if knowledge.has_ended(span) && knowledge.plan.valid_throughout(unit, span) {
                        let (later, then) = in_two_windows(
                            knowledge,
                            of,
                            unit,
                            (window, to_date),
                            (&earlier, span),
                        );
                        now = later;
                        then
                    } else {
                        Measured::default()
                    }
                }
                None => Measured::default(),
            }
        }
    };
    // The baseline of a change counts only if there is a change.
    let now_is_known = now.value.is_some();
    let both = now_is_known && then.value.is_some();
    let mut result = Measured {
        numerator: now.value.clone(),
        denominator: then.value.clone().filter(|_| relative && both),
        then: then.value.clone(),
        imputed: now.imputed.into_iter().chain(then.imputed.filter(|_| then.value.is_some())).max(),
        is_provisional: now.is_provisional || then.is_provisional,
        has_counts: now.has_counts && then.has_counts,
        completeness: now.completeness.into_iter().chain(then.completeness.filter(|_| both)).min(),
        ..now
    };
    let Some(then) = then.value else {
        if now_is_known && then.problems.contains(&Reason::Suppressed) {
            result.problems.insert(Reason::Suppressed);
        }
        result.problems.insert(Reason::NoBaseline);
        result.value = None;
        return result;
    };
    if relative && then.is_zero() {
        result.problems.insert(Reason::ZeroDenominator);
        result.value = None;
    }
    let Some(now) = result.value.take() else {
        return result;
    };
    if result.problems.contains(&Reason::Unmatched) {
        result.counting = None;
        return result;
    }
    let difference: Rc<dyn Fn(&Exact) -> Exact> = if relative {
        Rc::new(move |now| (now - &then) / then.abs() * exact(100))
    } else {
        Rc::new(move |now| now - &then)
    };
    result.value = Some(difference(&now));
    result.counting = result.counting.map(|counting| {
        let value_of = counting.value_of;
        Counting { value_of: Rc::new(move |counted| difference(&value_of(counted))), ..counting }
    });
    result
}

/// The part of an earlier window that a running one is compared with.
pub fn matching_part(from: &From, window: &Window, to_date: Span, earlier: &Window) -> Span {
    if to_date == window.span {
        return earlier.span;
    }
    let is_counted = matches!(window.period, Some((Kind::Week, _)))
        || matches!(window.rolling, Some(Length::Days(_)));
    let end = match from {
        // Last year's week begins on another date, and so may a number of days: its days are counted instead.
        From::SameWindowLastYear if !is_counted => end_a_year_earlier(to_date.end),
        _ => earlier.span.start + Days::new(to_date.length().unsigned_abs()),
    };
    Span::new(earlier.span.start, end.min(earlier.span.end))
}

/// Rule 19.
fn share_of_units(
    knowledge: &Knowledge,
    of: usize,
    level: usize,
    goal: &Goal,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> Measured {
    let plan = knowledge.plan;
    let minimum = plan.minimum_completeness.map(Decimal::exact);
    let (mut due, mut judged, mut met, mut either) = (0, 0, 0, 0);
    let mut result = Measured::default();
    for lower in 0..plan.units.len() {
        if plan.units[lower].level != level
            || !plan.is_at_or_below(lower, unit)
            || !plan.valid_throughout(lower, window.span)
        {
            continue;
        }
        due += 1;
        let (measured, resolved) = goals::judged(knowledge, goal, of, lower, window, to_date);
        if is_too_low(measured.completeness.as_ref(), minimum.as_ref()) {
            continue;
        }
        if measured.problems.contains(&Reason::Unmatched) {
            continue;
        }
        if measured.problems.contains(&Reason::Suppressed) || resolved.is_suppressed {
            // Rule 42: a unit whose cells have a known range is judged, or may turn out either way.
            match suppressed::verdict(knowledge, goal, of, lower, window, to_date) {
                OfCells::Agree(is_met) => {
                    judged += 1;
                    met += i64::from(is_met);
                    result.imputed = result.imputed.into_iter().chain([exact(0)]).max();
                }
                OfCells::Disagree => {
                    judged += 1;
                    either += 1;
                }
                OfCells::NoEnds => {}
                OfCells::Open => result.is_open = true,
            }
            continue;
        }
        if let (Some(value), Some(bound)) = (&measured.value, &resolved.bound) {
            judged += 1;
            met += i64::from(bound.is_met_by(value));
            result.imputed = result.imputed.into_iter().chain(measured.imputed).max();
            result.is_provisional |= measured.is_provisional;
        }
    }
    if due > 0 {
        result.completeness = Some(exact(judged as i64) / exact(due) * exact(100));
    }
    if judged == 0 {
        result.problems.insert(Reason::NoData);
        return result;
    }
    let share = |met: i64| exact(met) / exact(judged as i64) * exact(100);
    if either > 0 {
        result.problems.insert(Reason::Suppressed);
        result.ends = Some((share(met), share(met + either)));
        (result.imputed, result.is_provisional) = (None, false);
        return result;
    }
    let (met, judged) = (exact(met), exact(judged as i64));
    let value_of = {
        let judged = judged.clone();
        move |met: &Exact| met / &judged * exact(100)
    };
    result.value = Some(value_of(&met));
    result.numerator = Some(met.clone());
    result.denominator = Some(judged.clone());
    result.counting =
        Some(Counting { counted: met, most: Some(judged), value_of: Rc::new(value_of) });
    result.has_counts = true;
    result
}

/// Rule 20.
fn reported(
    knowledge: &Knowledge,
    id: &str,
    last: bool,
    unit: usize,
    window: Span,
    to_date: Span,
) -> Measured {
    let own = knowledge.own(id, unit);
    let published: Option<&Record> = if last {
        own.into_iter()
            .filter(|figure| figure.span.lies_inside(to_date))
            .max_by_key(|figure| (figure.span.end, figure.span.length()))
    } else {
        let spanning = |span| own.iter().copied().find(|figure| figure.span == span);
        spanning(window).or_else(|| spanning(to_date))
    };
    let mut result = Measured::default();
    let Some(published) = published else {
        let reported_in_parts = knowledge.of(id).into_iter().any(|figure| {
            knowledge.plan.is_at_or_below(figure.unit, unit) && figure.span.overlaps(to_date)
        });
        let reason = if reported_in_parts { Reason::NotAdditive } else { Reason::NoData };
        result.problems.insert(reason);
        return result;
    };
    match &published.value {
        Some(value) => {
            result.value = Some(value.clone());
            let used = Used {
                weight: value.abs(),
                imputed: published.imputed,
                provisional: published.provisional,
            };
            let used = UsedByMeasure::from([(id.to_owned(), vec![used])]);
            result.imputed = imputed(&used);
            result.is_provisional = is_provisional(&used);
        }
        None => {
            result.problems.insert(Reason::Suppressed);
        }
    }
    result
}
