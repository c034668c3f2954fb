//! Stocks, levels and peaks: whatever does not simply add up over time and over units
//! (`docs/semantics.md`, 10 to 13).

use chrono::NaiveDate;

use super::combined::{Combined, Used, reduce, reduce_by_days};
use super::flow::Days;
use super::{Missing, Rolled, outermost};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Measure, MeasureIndex, OverTime, OverUnits, UnitIndex};
use crate::tally::snapshot::{Figure, Snapshot};

impl Snapshot<'_> {
    /// The value of a measure of figures for every unit, in the order of the plan's table: a unit's own
    /// value where it has one, else the values of the units below.
    pub(in crate::tally) fn stocks(
        &self,
        measure: MeasureIndex,
        window: &Window,
    ) -> Vec<Result<Rolled, Missing>> {
        let over_units = self.plan()[measure].over_units;
        let values = self.combined_stocks(measure, window);
        values.iter().map(|(value, _)| value.rolled(over_units)).collect()
    }

    /// The same in the making, and whether each is the unit's own.
    pub(super) fn combined_stocks(
        &self,
        measure: MeasureIndex,
        window: &Window,
    ) -> Vec<(Combined, bool)> {
        let kind = &self.plan()[measure];
        let touching = self.touching_any(measure, window);
        let mut values = vec![(Combined::default(), false); self.plan().units().len()];
        for unit in self.below_first() {
            let mut parts = Combined::default();
            for child in self.plan().units().children(*unit) {
                parts.merge(&self.say(*child, *unit, values[child.0].0, kind, window));
            }
            let own = self.own_stock(measure, touching.of(*unit), *unit, window);
            values[unit.0] = own_or_parts(own, parts, kind);
        }
        values
    }

    /// The value of a unit's own figures of a measure that does not add up.
    fn own_stock(
        &self,
        measure: MeasureIndex,
        figures: &[Figure],
        unit: UnitIndex,
        window: &Window,
    ) -> Combined {
        let kind = &self.plan()[measure];
        let over_time = kind.over_time;
        let days = self.days_looked_up(unit, window, over_time);
        let own = own_value(figures, &days, kind);
        if own.units > 0 || own.suppressed || own.straddles || own.overlaps {
            return own;
        }
        let carried = self.carried_forward(measure, unit, &days);
        carried.map_or(own, |figure| reduce(std::iter::once(&figure), over_time))
    }

    /// The last figure of a unit before some days, if the plan carries it forward to their end. It counts as imputed.
    pub(super) fn carried_forward(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        days: &Window,
    ) -> Option<Figure> {
        let earliest = self.plan()[measure].carry?.start_before(days.end())?;
        let before = |figure: &&Figure| earliest <= figure.end && figure.end <= days.start();
        // Of those that end together the first, which is the longest.
        let figures = self.figures(measure, unit).iter().rev().filter(before);
        figures.max_by_key(|figure| figure.end).map(|last| Figure { imputed: 1.0, ..*last })
    }

    /// The days in which a unit's own figures are looked up: of a stock those on which the unit exists.
    pub(super) fn days_looked_up(
        &self,
        unit: UnitIndex,
        window: &Window,
        over_time: OverTime,
    ) -> Window {
        match over_time {
            OverTime::Sum => *window,
            OverTime::Last | OverTime::Mean | OverTime::Max | OverTime::Min | OverTime::Median => {
                self.plan().units()[unit].days_in(window).unwrap_or(*window)
            }
        }
    }

    /// Events reduced along time unit by unit, of a unit and all below it.
    pub(super) fn event_values(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Combined {
        let kind = &self.plan()[measure];
        let figures = self.touching(measure, unit, window);
        let spans = spans_of_events(figures);
        let inside = spans.iter().filter(|events| events.is_inside(window));
        let mut all = reduce(inside, kind.over_time);
        all.straddles |= spans.iter().any(|events| events.crosses(window));
        for child in self.plan().units().children(unit) {
            let values = self.event_values(measure, *child, window);
            all.merge(&self.say(*child, unit, values, kind, window));
        }
        all
    }

    /// What a unit that did not exist as long as the one above it says of it: its last value only if it
    /// stood to the end, its mean for its days only; and no peak, low or median of its days is one of all.
    pub(super) fn say(
        &self,
        unit: UnitIndex,
        above: UnitIndex,
        values: Combined,
        kind: &Measure,
        window: &Window,
    ) -> Combined {
        let units = self.plan().units();
        let unit = &units[unit];
        if unit.is_valid_throughout(window) {
            return values;
        }
        let Some(window) = units[above].days_in(window) else { return values };
        match (kind.over_time, kind.over_units) {
            (OverTime::Last, _) => {
                let stood = window.end().pred_opt().is_some_and(|last| unit.is_valid_on(last));
                if stood { values } else { Combined::default() }
            }
            (OverTime::Mean, OverUnits::Sum) => match unit.days_in(&window) {
                Some(days) => values.scaled(days.days() as f64 / window.days() as f64),
                None => Combined::default(),
            },
            (OverTime::Max | OverTime::Min | OverTime::Median, OverUnits::Sum) => {
                let is_part = !unit.is_valid_throughout(&window) && values.units > 0;
                Combined { straddles: values.straddles || is_part, ..values }
            }
            (
                OverTime::Mean | OverTime::Max | OverTime::Min | OverTime::Median,
                OverUnits::Mean | OverUnits::Max,
            )
            | (OverTime::Sum, _) => values,
        }
    }
}

/// A unit's own value where it has one, else the units below combined; and whether it is its own.
fn own_or_parts(own: Combined, mut parts: Combined, kind: &Measure) -> (Combined, bool) {
    let (over_time, over_units) = (kind.over_time, kind.over_units);
    let parts_are_later = over_time == OverTime::Last
        && own.latest.is_some_and(|own| parts.latest.is_some_and(|parts| own < parts));
    let has_own = own.units > 0 || own.suppressed;
    if !has_own || parts_are_later {
        // A figure of the unit's own that is of no use straddles only if there is nothing else.
        if parts.units == 0 && !parts.suppressed {
            parts.straddles |= own.straddles;
        }
        return (parts, false);
    }
    let both = own.rolled(over_units).ok().zip(parts.rolled(over_units).ok());
    let whole_and_parts = both
        .map(|(whole, parts)| (whole.value, parts.value))
        .filter(|(whole, parts)| Exact::of(*whole) != Exact::of(*parts));
    (Combined { whole_and_parts, ..own }, true)
}

/// A unit's own value over a window by its operator over time.
fn own_value(figures: &[Figure], window: &Window, kind: &Measure) -> Combined {
    if kind.weight_by_days {
        return DayByDay::of(figures, window).value();
    }
    let over_time = kind.over_time;
    let mut own = reduce(outermost(figures, window), over_time);
    let overlapping = outermost(figures, window)
        .zip(outermost(figures, window).skip(1))
        .any(|(one, next)| next.start < one.end);
    match over_time {
        OverTime::Sum => {
            let mut days = Days::default();
            outermost(figures, window).for_each(|figure| days.add(figure.start, figure.end));
            own.overlaps |= overlapping;
            own.straddles |= figures.iter().filter(|figure| figure.crosses(window)).any(|figure| {
                !days.contain(figure.start.max(window.start()), figure.end.min(window.end()))
            });
        }
        OverTime::Last | OverTime::Mean | OverTime::Max | OverTime::Min | OverTime::Median => {
            own.overlaps |= overlapping;
            if own.units == 0 && !own.suppressed {
                own = match containing(figures, window) {
                    Some(figure) => reduce(std::iter::once(figure), over_time),
                    None => Combined {
                        straddles: figures.iter().any(|figure| figure.overlaps(window)),
                        ..Combined::default()
                    },
                };
            }
        }
    }
    own
}

/// A stock is not divided by time: one told for a longer span stands for each part of it.
fn containing<'f>(figures: &'f [Figure], window: &Window) -> Option<&'f Figure> {
    figures
        .iter()
        .filter(|figure| figure.contains(window))
        .min_by_key(|figure| (figure.end - figure.start, std::cmp::Reverse(figure.start)))
}

/// The figures that stand for the days of a window, where the mean weights them by days: each day has the shortest
/// figure that contains it.
pub(super) struct DayByDay {
    /// In order of start, each with the number of days for which it stands.
    pub(super) used: Vec<(Figure, i64)>,
    /// Whether one of them crosses the window's edge although no figure stands for some other days.
    pub(super) straddles: bool,
    /// Whether two figures share days, and neither lies inside the other.
    pub(super) overlaps: bool,
}

impl DayByDay {
    /// Of a unit's own figures, in order of start.
    pub(super) fn of(figures: &[Figure], window: &Window) -> Self {
        let figures: Vec<&Figure> =
            figures.iter().filter(|figure| days_shared(figure, window).is_some()).collect();
        let are_apart = figures.windows(2).all(|two| two[0].end <= two[1].start);
        let (used, overlaps) = if are_apart {
            let days = |figure: &&Figure| Some((**figure, days_shared(figure, window)?));
            (figures.iter().filter_map(days).collect(), false)
        } else {
            (shortest_each_day(&figures, window), any_overlap(&figures))
        };
        let days: i64 = used.iter().map(|(_, days)| days).sum();
        let straddles =
            days < window.days() && used.iter().any(|(figure, _)| figure.crosses(window));
        DayByDay { used, straddles, overlaps }
    }

    fn value(&self) -> Combined {
        if self.straddles {
            return Combined { straddles: true, ..Combined::default() };
        }
        Combined { overlaps: self.overlaps, ..reduce_by_days(&self.used) }
    }
}

/// How many days of a window a figure holds; none where it holds none.
fn days_shared(figure: &Figure, window: &Window) -> Option<i64> {
    let (start, end) = (figure.start.max(window.start()), figure.end.min(window.end()));
    Some((end - start).num_days()).filter(|days| *days > 0)
}

/// Per figure that is the shortest one for some days of a window, how many these are. Of equally short ones the one that
/// starts last stands for them.
fn shortest_each_day(figures: &[&Figure], window: &Window) -> Vec<(Figure, i64)> {
    let mut edges: Vec<NaiveDate> = figures
        .iter()
        .flat_map(|figure| [figure.start.max(window.start()), figure.end.min(window.end())])
        .collect();
    edges.sort_unstable();
    edges.dedup();
    let mut days = vec![0; figures.len()];
    for two in edges.windows(2) {
        let (start, end) = (two[0], two[1]);
        let holding = figures
            .iter()
            .enumerate()
            .filter(|(_, figure)| figure.start <= start && end <= figure.end);
        let shortest = holding
            .min_by_key(|(_, figure)| (figure.end - figure.start, std::cmp::Reverse(figure.start)));
        if let Some((place, _)) = shortest {
            days[place] += (end - start).num_days();
        }
    }
    let used = figures.iter().zip(days).filter(|(_, days)| *days > 0);
    used.map(|(figure, days)| (**figure, days)).collect()
}

/// Whether two figures, in order of start, share days and neither lies inside the other.
fn any_overlap(figures: &[&Figure]) -> bool {
    figures.iter().enumerate().any(|(place, one)| {
        let later = figures[place + 1..].iter().take_while(|other| other.start < one.end);
        later.into_iter().any(|other| one.start < other.start && one.end < other.end)
    })
}

/// The figures that a unit's own value rests on, before one of them is chosen.
pub(super) fn own_figures(figures: &[Figure], window: &Window, kind: &Measure) -> Vec<Figure> {
    if kind.weight_by_days {
        let DayByDay { used, .. } = DayByDay::of(figures, window);
        return used.into_iter().map(|(figure, _)| figure).collect();
    }
    let inside: Vec<Figure> = outermost(figures, window).copied().collect();
    if inside.is_empty() {
        containing(figures, window).copied().into_iter().collect()
    } else {
        inside
    }
}

/// Events of one span may differ in status and day of recording: here they are one.
pub(super) fn spans_of_events(figures: &[Figure]) -> Vec<Figure> {
    let mut spans: Vec<Figure> = Vec::new();
    for figure in figures {
        match spans.last_mut() {
            Some(span) if (span.start, span.end) == (figure.start, figure.end) => {
                span.value = span.value.zip(figure.value).map(|(one, other)| one + other);
                let mut used = Used::default();
                used.add(span);
                used.add(figure);
                span.weight = used.weight;
                span.imputed = used.share_imputed();
                span.provisional |= figure.provisional;
            }
            Some(_) | None => spans.push(*figure),
        }
    }
    spans
}
