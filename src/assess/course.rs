//! Events that accumulate while a window runs, and the periods in which they do.

use std::sync::Arc;

use super::value::{LANES, Sum};
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::memo::Memo;
use crate::plan::formula::ValueKind;
use crate::plan::{Absent, Annualised, Expression, IndicatorIndex, OverTime, Term, UnitIndex};
use crate::tally::{Read, Reports};

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

/// The numbers of all units in a part of time.
pub(super) struct PartOfTime {
    /// The events, by the unit's place; NaN where a report is missing or a number is not known.
    events: Vec<f64>,
    /// What they are counted over, where that accumulates too.
    over: Option<Vec<f64>>,
}

impl PartOfTime {
    /// The events of a unit, NaN where they are not known, and what they are counted over.
    pub(super) fn of(&self, unit: UnitIndex) -> (f64, Option<f64>) {
        let at = |numbers: &Vec<f64>| numbers.get(unit.place()).copied().unwrap_or(f64::NAN);
        (at(&self.events), self.over.as_ref().map(at))
    }
}

/// Parts of time by indicator, whether with what its events are counted over, and window; with what is read to compute each.
pub(super) type AllPartsOfTime =
    Memo<(IndicatorIndex, bool, Window), (Option<Arc<PartOfTime>>, Arc<[Read]>)>;

/// More numbers of parts of time are not kept: 64 MB.
const MOST_NUMBERS: usize = 1 << 23;

/// As many parts of time as are worth their memory.
pub(super) fn parts_of_time_of(units: usize) -> AllPartsOfTime {
    Memo::of_at_most(MOST_NUMBERS / (2 * units.max(1)))
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
    /// The indicator of which another one is the change; one that is no change, itself.
    pub(super) fn underlying(&self, indicator: IndicatorIndex) -> IndicatorIndex {
        self.plan[indicator].formula.facts().changed().unwrap_or(indicator)
    }

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
    ) -> Vec<Option<Arc<PartOfTime>>> {
        let part = |window: &Window| {
            let key = (indicator, beside.is_some(), *window);
            let (part, reads) = self.parts_of_time.get(key, || {
                let recording = self.recording();
                let part = recording.part_of_time(indicator, above, beside, window);
                (part.map(Arc::new), recording.known.reads())
            });
            self.known.note_all(&reads);
            part
        };
        periods.iter().map(part).collect()
    }

    /// Whether periods of that length are too short for the figures of events or of what they are counted over.
    pub(super) fn are_too_short(
        &self,
        above: &Expression,
        beside: Option<&Expression>,
        days: i64,
    ) -> bool {
        let is_too_short = |term: &Term| {
            self.plan[term.measure].absent == Absent::Missing
                && self.known.is_too_short(term.measure, days)
        };
        std::iter::once(above).chain(beside).flat_map(|sum| &sum.terms).any(is_too_short)
    }

    fn part_of_time(
        &self,
        indicator: IndicatorIndex,
        above: &Expression,
        beside: Option<&Expression>,
        window: &Window,
    ) -> Option<PartOfTime> {
        if self.are_too_short(above, beside, window.days()) {
            return None;
        }
        let frame = Frame { window: *window, to_date: *window };
        let both: Vec<&Expression> = std::iter::once(above).chain(beside).collect();
        let (above, below) = (self.sum(above, &frame), beside.map(|below| self.sum(below, &frame)));
        let due = self.due(&both, &frame, self.participants(indicator));
        if self.known.only_prepares() {
            return Some(PartOfTime { events: Vec::new(), over: below.map(|_| Vec::new()) });
        }
        let mut events = self.numbers(&above);
        let over = below.map(|below| self.numbers(&below));
        for (place, events) in events.iter_mut().enumerate() {
            let is_missing = |reports: &Arc<[Reports]>| {
                let Reports { made, due } = reports[place];
                made < due
            };
            let over = over.as_ref().map_or(0.0, |over| over[place]);
            if over.is_nan() || due.iter().any(is_missing) {
                *events = f64::NAN;
            }
        }
        Some(PartOfTime { events, over })
    }

    /// The sums of all units; NaN where one is not known.
    fn numbers(&self, sum: &Sum<'_>) -> Vec<f64> {
        let units: Vec<UnitIndex> = self.plan.units().iter().map(|(unit, _)| unit).collect();
        let mut all = Vec::with_capacity(units.len());
        for units in units.chunks(LANES) {
            let mut are_plain = [true; LANES];
            let wholes = sum.wholes(units, &mut are_plain);
            all.extend(units.iter().zip(wholes.iter().zip(are_plain)).map(
                |(unit, (whole, is_plain))| match is_plain {
                    true => *whole,
                    false => sum.total(*unit).map_or(f64::NAN, |total| total.value.float()),
                },
            ));
        }
        all
    }
}
