//! Flows, which add up over time and over units, unit by unit (`docs/semantics.md`, 10 to 13).

use chrono::NaiveDate;

use super::combined::{Sum, both};
use super::outermost;
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{MeasureIndex, UnitIndex};
use crate::tally::Snapshot;

impl Snapshot<'_> {
    /// Adds up the figures of a unit and, on days they don't cover, of the units below it; `covered` are
    /// the days that figures of units above stand for.
    pub(super) fn flow(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        covered: &Days,
        sum: &mut Sum,
    ) {
        let figures = self.touching(measure, unit, window);
        let mut days = covered.clone();
        let mut last_end = None;
        for figure in outermost(figures, window) {
            if covered.contain(figure.start, figure.end) {
                continue;
            }
            // Partly covered from above, or overlapping its neighbour: it can't be split.
            if covered.overlap(figure.start, figure.end)
                || last_end.is_some_and(|end| figure.start < end)
            {
                sum.overlaps = true;
            }
            last_end = Some(figure.end);
            sum.add(figure);
        }
        for figure in outermost(figures, window) {
            days.add(figure.start, figure.end);
        }
        for figure in figures.iter().filter(|figure| figure.crosses(window)) {
            let (start, end) = (figure.start.max(window.start()), figure.end.min(window.end()));
            sum.straddles |= !days.contain(start, end);
        }
        for child in self.plan().units().children(unit) {
            self.flow(measure, *child, window, &days, sum);
        }
    }

    /// Where own figures of a unit or of units below it were used, their sum and the sum of what stands below them for the
    /// same spans, if the two differ for some unit. `covered` are the days that figures of units above stand for.
    pub(super) fn flow_and_parts(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        covered: &Days,
    ) -> Option<(f64, f64)> {
        let children = self.plan().units().children(unit);
        if children.is_empty() {
            return None;
        }
        let mut days = covered.clone();
        let mut own: Option<(f64, f64)> = None;
        for figure in outermost(self.touching(measure, unit, window), window) {
            days.add(figure.start, figure.end);
            let (Some(whole), Some(span), false) = (
                figure.value,
                Window::new(figure.start, figure.end),
                covered.contain(figure.start, figure.end),
            ) else {
                continue;
            };
            let mut parts = Sum::default();
            for child in children {
                self.flow(measure, *child, &span, &Days::default(), &mut parts);
            }
            if let Ok(parts) = parts.rolled() {
                own = both(own, Some((whole, parts.value)));
            }
        }
        let own = own.filter(|(whole, parts)| Exact::of(*whole) != Exact::of(*parts));
        let below =
            children.iter().map(|child| self.flow_and_parts(measure, *child, window, &days));
        below.fold(own, both)
    }

    /// Where totals over all categories were used and the categories add up to something else, the sums of both.
    pub(super) fn flow_and_categories(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        covered: &Days,
    ) -> Option<(f64, f64)> {
        let mut days = covered.clone();
        let mut own: Option<(f64, f64)> = None;
        for figure in outermost(self.touching(measure, unit, window), window) {
            days.add(figure.start, figure.end);
            if !covered.contain(figure.start, figure.end) {
                own = both(own, figure.value.zip(figure.categories));
            }
        }
        let children = self.plan().units().children(unit).iter();
        let below = children.map(|child| self.flow_and_categories(measure, *child, window, &days));
        below.fold(own, both)
    }

    /// Adds up the events of a unit and of all below it.
    pub(super) fn event_sum(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        sum: &mut Sum,
    ) {
        for events in self.touching(measure, unit, window) {
            if events.is_inside(window) {
                sum.add(events);
            } else if events.overlaps(window) {
                sum.straddles = true;
            }
        }
        if !self.holds_all(measure)
            && let Some(events) = self.tally().plain_sum(measure, unit, window)
        {
            sum.add_plain(events);
        }
        for child in self.plan().units().children(unit) {
            self.event_sum(measure, *child, window, sum);
        }
    }
}

/// A set of days as disjoint spans in order of time.
#[derive(Debug, Clone, Default)]
pub(super) struct Days {
    spans: Vec<(NaiveDate, NaiveDate)>,
}

impl Days {
    pub(super) fn contain(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.spans.iter().any(|span| span.0 <= start && end <= span.1)
    }

    pub(super) fn overlap(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.spans.iter().any(|span| span.0 < end && start < span.1)
    }

    pub(super) fn add(&mut self, start: NaiveDate, end: NaiveDate) {
        let (mut start, mut end) = (start, end);
        self.spans.retain(|span| {
            let touches = span.0 <= end && start <= span.1;
            if touches {
                start = start.min(span.0);
                end = end.max(span.1);
            }
            !touches
        });
        let at = self.spans.partition_point(|span| span.0 < start);
        self.spans.insert(at, (start, end));
    }
}
