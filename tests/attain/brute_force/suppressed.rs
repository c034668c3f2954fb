//! Rule 42: verdicts that hold whatever suppressed cells of a known range hold.

use crate::brute_force::calendar::{Span, Window};
use crate::brute_force::goals::{self, Bound, Resolved};
use crate::brute_force::indicators::{self, Measured};
use crate::brute_force::knowledge::{Knowledge, Record};
use crate::brute_force::model::{Decimal, Exact, Form, From, Goal, exact};
use crate::brute_force::reasons::Reason;
use crate::brute_force::windows;
use num_traits::Signed;

/// As many cells stand at their ends one by one; of more, those of one measure that touch the same windows stand together.
const MOST_CELLS: usize = 5;
/// More groups of cells are not gone through.
const MOST_GROUPS: usize = 6;

/// What suppressed cells make of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfCells {
    /// It is the same at both ends: whether it is met.
    Agree(bool),
    Disagree,
    /// Some end has no value.
    NoEnds,
    /// The page does not say enough, or there are too many cells.
    Open,
}

/// A suppressed cell, and the group of cells with which it stands at an end.
struct Cell {
    measure: usize,
    unit: usize,
    span: Span,
    windows: Vec<bool>,
    group: usize,
}

/// The verdict on a unit that needs suppressed cells.
pub fn verdict(
    knowledge: &Knowledge,
    goal: &Goal,
    indicator: usize,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> OfCells {
    let plan = knowledge.plan;
    let Some(read) = windows_read(knowledge, goal, indicator, unit, window, to_date) else {
        return OfCells::Open;
    };
    let recorded = goals::judged(knowledge, goal, indicator, unit, window, to_date);
    if let Form::ShareOfUnits { .. } = plan.indicators[indicator].form {
        return match (&recorded.0.ends, &recorded.1.bound) {
            (Some((least, greatest)), Some(bound)) => between(least, greatest, bound),
            _ => OfCells::NoEnds,
        };
    }
    let mut cells = cells(knowledge, indicator, unit, &read);
    if cells.len() <= MOST_CELLS {
        (0..cells.len()).for_each(|position| cells[position].group = position);
    } else {
        let mut kinds: Vec<(usize, Vec<bool>)> = Vec::new();
        for cell in &mut cells {
            let kind = (cell.measure, cell.windows.clone());
            cell.group = kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len());
            if cell.group == kinds.len() {
                kinds.push(kind);
            }
        }
    }
    let groups = cells.iter().map(|cell| cell.group + 1).max().unwrap_or(0);
    if groups > MOST_GROUPS {
        return OfCells::Open;
    }
    let mut ends: Vec<(Exact, Bound)> = Vec::new();
    let (mut fits, mut below, mut starts) = (false, Vec::new(), Vec::new());
    for corner in 0..1_usize << groups {
        let disclosed = disclosed(knowledge, indicator, &cells, corner);
        let (measured, resolved) =
            goals::judged(&disclosed, goal, indicator, unit, window, to_date);
        below.extend(measured.denominator.clone());
        starts.extend(resolved.baseline.clone());
        let Some((end, is_contradiction)) = end(knowledge, indicator, measured, resolved) else {
            return OfCells::NoEnds;
        };
        fits |= !is_contradiction;
        ends.push(end);
    }
    let changes_sign = |numbers: &[Exact]| {
        numbers.iter().any(Signed::is_negative) && numbers.iter().any(Signed::is_positive)
    };
    if !fits || changes_sign(&below) || changes_sign(&starts) {
        return OfCells::NoEnds;
    }
    if goals::is_fixed(goal) {
        let least = ends.iter().map(|(value, _)| value).min().unwrap();
        let greatest = ends.iter().map(|(value, _)| value).max().unwrap();
        return between(least, greatest, &ends[0].1);
    }
    let met = ends.iter().filter(|(value, bound)| bound.is_met_by(value)).count();
    match met {
        0 => OfCells::Agree(false),
        _ if met == ends.len() => OfCells::Agree(true),
        _ => OfCells::Disagree,
    }
}

/// The verdict on all values from one to another.
fn between(least: &Exact, greatest: &Exact, bound: &Bound) -> OfCells {
    let (met_at_least, met_at_greatest) = (bound.is_met_by(least), bound.is_met_by(greatest));
    let holds_the_band = match bound {
        Bound::Between(lower, upper) => least < lower && upper < greatest,
        Bound::AtLeast(_) | Bound::Above(_) | Bound::AtMost(_) | Bound::Below(_) => false,
    };
    match (met_at_least, met_at_greatest) {
        (true, true) => OfCells::Agree(true),
        (false, false) if !holds_the_band => OfCells::Agree(false),
        _ => OfCells::Disagree,
    }
}

/// The windows in which an indicator and its goal are read; `None` where the page does not say how their cells combine.
fn windows_read(
    knowledge: &Knowledge,
    goal: &Goal,
    indicator: usize,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> Option<Vec<Span>> {
    let plan = knowledge.plan;
    let mut read = vec![to_date];
    read.extend(goals::earlier_window(knowledge, goal, unit, window).map(|then| then.span));
    match &plan.indicators[indicator].form {
        Form::Change { of, from, .. } => {
            if !goals::is_fixed(goal) || !indicators::has_blocks(&plan.indicators[*of].form) {
                return None;
            }
            if let From::PreviousPeriod | From::SameWindowLastYear | From::Window(_) = from
                && let Some(then) = windows::compared_with(plan, from, window)
            {
                read.push(indicators::matching_part(from, window, to_date, &then));
            }
        }
        Form::ShareOfUnits { of, .. } => {
            let is_plain = indicators::has_blocks(&plan.indicators[*of].form);
            if !goals::is_fixed(goal) || !is_plain {
                return None;
            }
        }
        Form::Count(_)
        | Form::Proportion { .. }
        | Form::Ratio { .. }
        | Form::Rate { .. }
        | Form::Mean { .. }
        | Form::Reported { .. } => {}
    }
    Some(read)
}

/// The suppressed cells of known ranges that the windows touch.
fn cells(knowledge: &Knowledge, indicator: usize, unit: usize, read: &[Span]) -> Vec<Cell> {
    let plan = knowledge.plan;
    let mut cells: Vec<Cell> = Vec::new();
    for measure in plan.measures_of(indicator) {
        if plan.measures[measure].suppressed.is_none() {
            continue;
        }
        for record in knowledge.of(&plan.measures[measure].id) {
            let windows: Vec<bool> =
                read.iter().map(|window| record.span.overlaps(*window)).collect();
            let is_known = cells.iter().any(|cell| is_of(cell, measure, record));
            if record.value.is_none()
                && windows.contains(&true)
                && plan.are_related(record.unit, unit)
                && !is_known
            {
                let (unit, span) = (record.unit, record.span);
                cells.push(Cell { measure, unit, span, windows, group: 0 });
            }
        }
    }
    cells
}

fn is_of(cell: &Cell, measure: usize, record: &Record) -> bool {
    (cell.measure, cell.unit, cell.span) == (measure, record.unit, record.span)
}

/// What is known with each group of cells at one of its ends.
fn disclosed<'case>(
    knowledge: &Knowledge<'case>,
    indicator: usize,
    cells: &[Cell],
    corner: usize,
) -> Knowledge<'case> {
    let plan = knowledge.plan;
    let mut disclosed = knowledge.clone();
    for measure in plan.measures_of(indicator) {
        let Some((low, high)) = plan.measures[measure].suppressed else { continue };
        let whole = whole_of(knowledge, indicator, measure);
        disclosed.disclose(&plan.measures[measure].id, |record| {
            let cell = cells.iter().find(|cell| is_of(cell, measure, record));
            let is_high = cell.is_some_and(|cell| corner >> cell.group & 1 == 1);
            let end = if is_high { high.exact() } else { low.exact() };
            let whole = whole.and_then(|whole| {
                let own = knowledge.own(&plan.measures[whole].id, record.unit);
                own.into_iter().find(|figure| figure.span == record.span)?.value.clone()
            });
            whole.into_iter().chain([end]).min().unwrap()
        });
    }
    disclosed
}

/// A value and the bound at one corner, and whether the part is more than its whole there.
fn end(
    knowledge: &Knowledge,
    indicator: usize,
    measured: Measured,
    resolved: Resolved,
) -> Option<((Exact, Bound), bool)> {
    let per: Option<Decimal> = match knowledge.plan.indicators[indicator].form {
        Form::Proportion { per, .. } => Some(per),
        _ => None,
    };
    let both = measured.numerator.as_ref().zip(measured.denominator.as_ref());
    let exceeds =
        per.is_some() && both.is_some_and(|(part, whole)| part > whole && *whole > exact(0));
    let value = match per {
        // A part is at most its whole.
        Some(per) if exceeds && measured.problems == [Reason::ContradictoryCounts].into() => {
            Some(per.exact())
        }
        _ => measured.value.filter(|_| measured.problems.is_empty()),
    };
    Some(((value?, resolved.bound?), exceeds))
}

/// The whole of which a measure is the only part.
fn whole_of(knowledge: &Knowledge, indicator: usize, measure: usize) -> Option<usize> {
    match &knowledge.plan.indicators[indicator].form {
        Form::Proportion { numerator, denominator, .. } => {
            match (&numerator.terms[..], &denominator.terms[..]) {
                ([part], [whole]) if part.measure == measure => Some(whole.measure),
                _ => None,
            }
        }
        _ => None,
    }
}
