//! Events that accumulate while a window runs, and the periods in which they do.

use std::sync::Arc;

use super::value::{LANES, Lanes, Sum};
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::plan::formula::ValueKind;
use crate::plan::{Absent, Annualised, Expression, IndicatorIndex, OverTime, Term, UnitIndex};
use crate::tally::Reports;

/// How the events of an indicator accumulate.
pub(super) struct Course<'a> {
    pub(super) above: &'a Expression,
    /// What they are counted over, where that accumulates too.
    pub(super) beside: Option<&'a Expression>,
    pub(super) over: Over,
    /// What has the seasons that count.
    pub(super) paced_by: &'a Expression,
    pub(super) annualised: Annualised,
}

/// A part of the time elapsed.
pub(super) struct PartOfTime<'a> {
    events: Sum<'a>,
    pub(super) over: Option<Sum<'a>>,
    due: Vec<Arc<[Reports]>>,
}

impl PartOfTime<'_> {
    /// The events of units, no more than there are lanes, and what they are counted over; NaN where a report is missing or
    /// a number is not known.
    pub(super) fn known(&self, units: &[UnitIndex]) -> (Lanes, Lanes) {
        let numbers = |sum: &Sum<'_>| {
            let mut are_plain = [true; LANES];
            let mut numbers = sum.wholes(units, &mut are_plain);
            for ((unit, number), is_plain) in units.iter().zip(&mut numbers).zip(are_plain) {
                if !is_plain {
                    *number = sum.total(*unit).map_or(f64::NAN, |total| total.value.float());
                }
            }
            numbers
        };
        let mut events = numbers(&self.events);
        let over = self.over.as_ref().map_or([0.0; LANES], numbers);
        for ((unit, events), over) in units.iter().zip(&mut events).zip(&over) {
            let is_missing = |reports: &Arc<[Reports]>| {
                let Reports { made, due } = reports[unit.place()];
                made < due
            };
            if over.is_nan() || self.due.iter().any(is_missing) {
                *events = f64::NAN;
            }
        }
        (events, over)
    }
}

/// What events are counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// The window's time.
    Time,
    /// The window's time, by and among a stock of which each is an event at most once.
    TimeAmong,
    /// A whole that accumulates with them.
    Whole,
    /// An exposure that accumulates with them.
    Exposure,
}

impl<'a> Assessor<'a> {
    /// What the events of an indicator are counted over; none where its value is not made of events that accumulate.
    pub(super) fn over(&self, indicator: IndicatorIndex) -> Option<Over> {
        let all = |expression: &Expression, is: fn(OverTime) -> bool| {
            expression.terms.iter().all(|term| is(self.plan[term.measure].over_time))
        };
        let flows = |expression: &Expression| all(expression, |over| over == OverTime::Sum);
        let stocks = |expression: &Expression| all(expression, |over| over != OverTime::Sum);
        let facts = self.plan[indicator].formula.facts();
        let below = facts.sides().map(|(_, below)| below);
        if !(facts.is_of_events() && flows(facts.numerator()?)) {
            return None;
        }
        match (facts.value, below) {
            (ValueKind::Share, Some(below)) if stocks(below) => Some(Over::TimeAmong),
            (ValueKind::Exposure, Some(below)) if stocks(below) => Some(Over::Time),
            (_, Some(below)) if !flows(below) => None,
            (ValueKind::Count, _) => Some(Over::Time),
            (ValueKind::Share, _) => Some(Over::Whole),
            (ValueKind::Exposure, _) => Some(Over::Exposure),
            (ValueKind::Things | ValueKind::Derived, _) => None,
        }
    }

    /// How the events of an indicator accumulate; none where its value is not made of such.
    pub(super) fn course(&self, indicator: IndicatorIndex) -> Option<Course<'a>> {
        let over = self.over(indicator)?;
        let facts = self.plan[indicator].formula.facts();
        let (above, below) = (facts.numerator()?, facts.sides().map(|(_, below)| below));
        // What the events are counted over has its seasons; where that is time, they have theirs.
        let (paced_by, beside) = match (over, below) {
            (Over::Whole | Over::Exposure, Some(below)) => (below, Some(below)),
            (Over::Whole | Over::Exposure | Over::Time | Over::TimeAmong, _) => (above, None),
        };
        Some(Course { above, beside, over, paced_by, annualised: facts.annualised })
    }

    /// Events, and what they are counted over, in periods; none for a period that is too short for the figures.
    pub(super) fn parts_of_time(
        &self,
        indicator: IndicatorIndex,
        above: &Expression,
        beside: Option<&Expression>,
        periods: &[Window],
    ) -> Vec<Option<PartOfTime<'_>>> {
        let participants = self.participants(indicator);
        let part = |window: &Window| {
            let frame = Frame { window: *window, to_date: *window };
            let due: Vec<&Expression> = std::iter::once(above).chain(beside).collect();
            let is_too_short = |term: &Term| {
                self.plan[term.measure].absent == Absent::Missing
                    && self.known.is_too_short(term.measure, window)
            };
            if due.iter().flat_map(|sum| &sum.terms).any(is_too_short) {
                return None;
            }
            Some(PartOfTime {
                events: self.sum(above, &frame),
                over: beside.map(|below| self.sum(below, &frame)),
                due: self.due(&due, &frame, participants),
            })
        };
        periods.iter().map(part).collect()
    }
}
