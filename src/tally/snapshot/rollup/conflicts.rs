//! The figures for which a measure has no value: they cross the edge of a window, or overlap.

use chrono::NaiveDate;

use super::stock::DayByDay;
use super::{Days, Missing, outermost};
use crate::calendar::Window;
use crate::plan::{MeasureIndex, OverTime, UnitIndex};
use crate::tally::Origin;
use crate::tally::snapshot::{Figure, Snapshot};

/// A figure that crosses the edge of a window or overlaps another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Conflict {
    pub(crate) unit: UnitIndex,
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
    /// None where it is suppressed.
    pub(crate) value: Option<f64>,
    /// The row that it is, the latest one of revisions.
    pub(crate) origin: Option<Origin>,
}

/// A search for conflicts in a unit and the units below it.
struct Search<'s> {
    snapshot: &'s Snapshot<'s>,
    measure: MeasureIndex,
    window: Window,
    why: Missing,
    most: usize,
    found: Vec<Conflict>,
}

impl Snapshot<'_> {
    /// The first figures, at most `most`, for which a measure has no value for a unit and a window. None are named unless
    /// they cross its edge or overlap.
    pub(crate) fn conflicts(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        why: Missing,
        most: usize,
    ) -> Vec<Conflict> {
        match why {
            Missing::Straddles | Missing::Overlaps => {}
            Missing::Suppressed | Missing::NotAdditive | Missing::NoData => return Vec::new(),
        }
        let mut search =
            Search { snapshot: self, measure, window: *window, why, most, found: Vec::new() };
        match self.made_of(measure, unit) {
            Some(pieces) => {
                pieces.iter().for_each(|piece| search.unit(piece.unit, &Days::default()));
            }
            None => search.unit(unit, &Days::default()),
        }
        search.found
    }
}

impl Search<'_> {
    /// Looks at a unit and at the units below it that count; figures of units above cover the days `covered`.
    fn unit(&mut self, unit: UnitIndex, covered: &Days) {
        let (snapshot, measure) = (self.snapshot, self.measure);
        let kind = &snapshot.plan()[measure];
        let over_time = kind.over_time;
        let window = snapshot.days_looked_up(unit, &self.window, over_time);
        let figures = snapshot.touching(measure, unit, &window);
        if kind.weight_by_days && !snapshot.is_events(measure) {
            self.day_by_day(unit, &DayByDay::of(figures, &window), &window);
            return;
        }
        let inside: Vec<&Figure> = outermost(figures, &window).collect();
        let is_flow = snapshot.adds_up(measure);
        let are_events = snapshot.is_events(measure);
        let mut days = covered.clone();
        if !are_events {
            inside.iter().for_each(|figure| days.add(figure.start, figure.end));
        }
        match self.why {
            Missing::Straddles => {
                // A stock is only looked for across the edges where nothing lies inside.
                let has_own = !are_events && over_time != OverTime::Sum && !inside.is_empty();
                let crossing = figures.iter().filter(|figure| {
                    let (start, end) =
                        (figure.start.max(window.start()), figure.end.min(window.end()));
                    figure.crosses(&window) && !has_own && !days.contain(start, end)
                });
                crossing.for_each(|figure| self.add(unit, figure));
            }
            Missing::Overlaps if !are_events => {
                let mut before: Option<&Figure> = None;
                for figure in &inside {
                    if covered.contain(figure.start, figure.end) {
                        continue;
                    }
                    if let Some(before) = before.filter(|before| figure.start < before.end) {
                        self.add(unit, before);
                        self.add(unit, figure);
                    } else if covered.overlap(figure.start, figure.end) {
                        self.add(unit, figure);
                    }
                    before = Some(figure);
                }
            }
            Missing::Overlaps | Missing::Suppressed | Missing::NotAdditive | Missing::NoData => {}
        }
        let uses_own = !is_flow && !are_events && !inside.is_empty();
        if uses_own {
            return;
        }
        for child in snapshot.plan().units().children(unit) {
            if self.found.len() >= self.most {
                return;
            }
            self.unit(*child, &days);
        }
    }

    /// The same of a measure whose mean weights figures by days.
    fn day_by_day(&mut self, unit: UnitIndex, days: &DayByDay, window: &Window) {
        let used = || days.used.iter().map(|(figure, _)| figure);
        match self.why {
            Missing::Straddles if days.straddles => {
                used().filter(|one| one.crosses(window)).for_each(|one| self.add(unit, one));
            }
            Missing::Overlaps if days.overlaps => {
                let overlaps = |one: &&Figure| {
                    let others =
                        used().filter(|other| other.start < one.end && one.start < other.end);
                    others.into_iter().any(|other| {
                        let is_later = one.start < other.start && one.end < other.end;
                        is_later || (other.start < one.start && other.end < one.end)
                    })
                };
                used().filter(overlaps).for_each(|one| self.add(unit, one));
            }
            Missing::Straddles
            | Missing::Overlaps
            | Missing::Suppressed
            | Missing::NotAdditive
            | Missing::NoData => {}
        }
        let uses_own = !days.used.is_empty() && !days.straddles;
        if uses_own {
            return;
        }
        for child in self.snapshot.plan().units().children(unit) {
            if self.found.len() >= self.most {
                return;
            }
            self.unit(*child, &Days::default());
        }
    }

    fn add(&mut self, unit: UnitIndex, figure: &Figure) {
        let (start, end) = (figure.start, figure.end);
        let is_known = |one: &Conflict| (one.unit, one.start, one.end) == (unit, start, end);
        if self.found.len() >= self.most || self.found.iter().any(is_known) {
            return;
        }
        let snapshot = self.snapshot;
        if let Some(totals) = snapshot.totals_of(self.measure, unit, figure) {
            let (value, origin) = (figure.value, Some(totals.total.origin));
            self.found.push(Conflict { unit, start, end, value, origin });
            return;
        }
        let rows = snapshot.entries(snapshot.plan().recorded(self.measure), unit).iter();
        let rows = rows.filter(|row| {
            (row.start, row.end) == (start, end) && row.is_known_on(snapshot.as_of())
        });
        let row = rows.max_by_key(|row| row.recorded_at);
        let (value, origin) = (figure.value, row.map(|row| row.origin));
        self.found.push(Conflict { unit, start, end, value, origin });
    }
}
