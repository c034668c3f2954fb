//! The value of a measure for a unit and a window.
//!
//! Time comes first, units second: each unit's figures are reduced over the window by `over_time`, then
//! the units are combined by `over_units`. The rules are told in `docs/semantics.md`, 9 to 15.

use chrono::NaiveDate;

use super::snapshot::{Figure, Snapshot};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{MeasureIndex, OverTime, OverUnits, UnitIndex};

/// The value of a measure for a unit and a window, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rolled {
    pub(crate) value: f64,
    /// The used figures' absolute values, summed.
    pub(crate) size: f64,
    /// Share of the used figures, by absolute value, that are imputed or estimated, 0 to 1; where all
    /// are 0, whether one of them is.
    pub(crate) imputed: f64,
    /// Whether a provisional figure was used.
    pub(crate) provisional: bool,
    /// Where an inner unit's own total was used and its parts differ: both.
    pub(crate) whole_and_parts: Option<(f64, f64)>,
}

/// Why a measure has no value for a unit and a window, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Missing {
    Suppressed,
    Straddles,
    NotAdditive,
    NoData,
}

impl Snapshot<'_> {
    /// The value of a measure for a unit and a window.
    pub(crate) fn rolled(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Result<Rolled, Missing> {
        let kind = &self.plan()[measure];
        if self.is_events(measure) {
            self.events(measure, unit, window)
        } else if (kind.over_time, kind.over_units) == (OverTime::Sum, OverUnits::Sum) {
            let mut sum = Sum::default();
            self.flow(measure, unit, window, &Days::default(), &mut sum);
            let whole_and_parts = self.flow_and_parts(measure, unit, window);
            sum.rolled().map(|rolled| Rolled { whole_and_parts, ..rolled })
        } else {
            self.level(measure, unit, window).rolled(kind.over_units)
        }
    }

    /// A published value: the unit's own figure for the window or the window to date; with `latest`,
    /// the one that ends last inside the window to date.
    pub(crate) fn published(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        to_date: &Window,
        latest: bool,
    ) -> Result<Rolled, Missing> {
        let figures = self.figures(measure, unit);
        let of = |window: &Window| {
            figures
                .iter()
                .find(|figure| (figure.start, figure.end) == (window.start(), window.end()))
        };
        let figure = if latest {
            let mut inside = figures.iter().filter(|figure| figure.is_inside(to_date));
            // Of figures that end together, the first in order is the longest, which stands before the others.
            inside.next().map(|first| {
                inside.fold(first, |best, next| if next.end > best.end { next } else { best })
            })
        } else {
            of(window).or_else(|| of(to_date))
        };
        let Some(figure) = figure else {
            let somewhere = self.has_figure_within(measure, unit, to_date);
            return Err(if somewhere { Missing::NotAdditive } else { Missing::NoData });
        };
        let value = figure.value.ok_or(Missing::Suppressed)?;
        Ok(Rolled {
            value,
            size: figure.weight,
            imputed: figure.imputed,
            provisional: figure.provisional,
            whole_and_parts: None,
        })
    }

    fn has_figure_within(&self, measure: MeasureIndex, unit: UnitIndex, window: &Window) -> bool {
        self.figures(measure, unit).iter().any(|figure| figure.overlaps(window))
            || self
                .children(unit)
                .iter()
                .any(|child| self.has_figure_within(measure, *child, window))
    }

    fn children(&self, unit: UnitIndex) -> &[UnitIndex] {
        self.plan().units().children(unit)
    }

    // ---- flows of figures: sum over time, sum over units ----

    /// Adds up the figures of a unit and, on days they don't cover, of the units below it; `covered` are
    /// the days that figures of units above stand for.
    fn flow(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        covered: &Days,
        sum: &mut Sum,
    ) {
        let figures = self.figures(measure, unit);
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
                sum.straddles = true;
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
        for child in self.children(unit) {
            self.flow(measure, *child, window, &days, sum);
        }
    }

    /// Where a unit's own figures were used, their sum and the sum of what the units below report for
    /// the same spans, if the two differ.
    fn flow_and_parts(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Option<(f64, f64)> {
        if self.children(unit).is_empty() {
            return None;
        }
        let mut both: Option<(f64, f64)> = None;
        for figure in outermost(self.figures(measure, unit), window) {
            let (Some(whole), Some(span)) = (figure.value, Window::new(figure.start, figure.end))
            else {
                continue;
            };
            let mut parts = Sum::default();
            for child in self.children(unit) {
                self.flow(measure, *child, &span, &Days::default(), &mut parts);
            }
            if let Ok(parts) = parts.rolled() {
                let (wholes, sums) = both.unwrap_or_default();
                both = Some((wholes + whole, sums + parts.value));
            }
        }
        both.filter(|(whole, parts)| Exact::of(*whole) != Exact::of(*parts))
    }

    // ---- figures with any other operators ----

    /// A unit's own value where it has one, else the values of the units below.
    fn level(&self, measure: MeasureIndex, unit: UnitIndex, window: &Window) -> Combined {
        let over_time = self.plan()[measure].over_time;
        let over_units = self.plan()[measure].over_units;
        let own = own_value(self.figures(measure, unit), window, over_time);
        let mut parts = Combined::default();
        for child in self.children(unit) {
            parts.merge(&self.level(measure, *child, window));
        }
        let parts_are_later = over_time == OverTime::Last
            && own.latest.is_some_and(|own| parts.latest.is_some_and(|parts| own < parts));
        let has_own = own.units > 0 || own.suppressed;
        if !has_own || parts_are_later {
            // A figure of the unit's own that is of no use straddles only if there is nothing else.
            if parts.units == 0 && !parts.suppressed {
                parts.straddles |= own.straddles;
            }
            return parts;
        }
        let both = own.rolled(over_units).ok().zip(parts.rolled(over_units).ok());
        let whole_and_parts = both
            .map(|(whole, parts)| (whole.value, parts.value))
            .filter(|(whole, parts)| Exact::of(*whole) != Exact::of(*parts));
        Combined { whole_and_parts, ..own }
    }

    // ---- events ----

    /// Events add up: those of the unit and all below it.
    fn events(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Result<Rolled, Missing> {
        let kind = &self.plan()[measure];
        if (kind.over_time, kind.over_units) == (OverTime::Sum, OverUnits::Sum) {
            let mut sum = Sum::default();
            self.event_sum(measure, unit, window, &mut sum);
            // No event is a zero while events were being recorded.
            sum.any |= self.was_recorded_during(measure, window);
            sum.rolled()
        } else {
            let mut combined = Combined::default();
            self.event_values(measure, unit, window, &mut combined);
            combined.rolled(kind.over_units)
        }
    }

    fn event_sum(&self, measure: MeasureIndex, unit: UnitIndex, window: &Window, sum: &mut Sum) {
        for events in self.figures(measure, unit) {
            if events.is_inside(window) {
                sum.add(events);
            } else if events.overlaps(window) {
                sum.straddles = true;
            }
        }
        for child in self.children(unit) {
            self.event_sum(measure, *child, window, sum);
        }
    }

    fn event_values(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        combined: &mut Combined,
    ) {
        let figures = self.figures(measure, unit);
        let spans = spans_of_events(figures);
        let inside = spans.iter().filter(|events| events.is_inside(window));
        let mut own = reduce(inside, self.plan()[measure].over_time);
        own.straddles |= spans.iter().any(|events| events.crosses(window));
        combined.merge(&own);
        for child in self.children(unit) {
            self.event_values(measure, *child, window, combined);
        }
    }
}

impl Figure {
    pub(super) fn is_inside(&self, window: &Window) -> bool {
        window.start() <= self.start && self.end <= window.end()
    }

    pub(super) fn overlaps(&self, window: &Window) -> bool {
        self.start < window.end() && window.start() < self.end
    }

    fn crosses(&self, window: &Window) -> bool {
        self.overlaps(window) && !self.is_inside(window)
    }

    pub(super) fn contains(&self, window: &Window) -> bool {
        self.start <= window.start() && window.end() <= self.end
    }
}

/// The figures inside a window that lie inside no other of them. They come in order of start, longer
/// ones first, so a figure inside another ends no later than one seen before.
fn outermost<'f>(figures: &'f [Figure], window: &Window) -> impl Iterator<Item = &'f Figure> {
    let window = *window;
    let mut latest = None;
    figures.iter().filter(move |figure| {
        let counts = figure.is_inside(&window) && latest.is_none_or(|latest| latest < figure.end);
        if counts {
            latest = Some(figure.end);
        }
        counts
    })
}

/// A unit's own value over a window by its operator over time.
fn own_value(figures: &[Figure], window: &Window, over_time: OverTime) -> Combined {
    let mut own = reduce(outermost(figures, window), over_time);
    let overlapping = outermost(figures, window)
        .zip(outermost(figures, window).skip(1))
        .any(|(one, next)| next.start < one.end);
    match over_time {
        OverTime::Sum => {
            let mut days = Days::default();
            outermost(figures, window).for_each(|figure| days.add(figure.start, figure.end));
            own.straddles |= overlapping
                || figures.iter().filter(|figure| figure.crosses(window)).any(|figure| {
                    !days.contain(figure.start.max(window.start()), figure.end.min(window.end()))
                });
        }
        OverTime::Last | OverTime::Mean | OverTime::Max => {
            own.straddles |= overlapping;
            if own.units == 0 && !own.suppressed {
                // A stock is not divided by time: one told for a longer span stands for each part of it.
                let containing =
                    figures.iter().filter(|figure| figure.contains(window)).min_by_key(|figure| {
                        (figure.end - figure.start, std::cmp::Reverse(figure.start))
                    });
                own = match containing {
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

/// Figures of one unit, reduced along time.
fn reduce<'f>(figures: impl Iterator<Item = &'f Figure>, over_time: OverTime) -> Combined {
    let mut sum = Sum::default();
    let mut number = 0_u32;
    let mut largest = f64::NEG_INFINITY;
    let mut last: Option<&Figure> = None;
    for figure in figures {
        sum.add(figure);
        number += 1;
        largest = largest.max(figure.value.unwrap_or(f64::NEG_INFINITY));
        if last.is_none_or(|last| last.end < figure.end) {
            last = Some(figure);
        }
    }
    let Some(last) = last else { return Combined::default() };
    let mut of_last = Sum::default();
    of_last.add(last);
    let value = match over_time {
        OverTime::Sum => sum.total(),
        OverTime::Mean => sum.total() / f64::from(number),
        OverTime::Max => largest,
        OverTime::Last => last.value.unwrap_or_default(),
    };
    // Only the last figure is used of a stock; all are of the others.
    let used = if over_time == OverTime::Last { of_last } else { sum };
    Combined {
        units: if used.suppressed { 0 } else { 1 },
        values: Sum { any: true, total: value, ..Sum::default() },
        largest: value,
        latest: Some(last.end),
        size: match over_time {
            OverTime::Sum => sum.used.weight,
            OverTime::Mean => sum.used.weight / f64::from(number),
            OverTime::Max | OverTime::Last => value.abs(),
        },
        used: used.used,
        provisional: used.provisional,
        suppressed: used.suppressed,
        straddles: false,
        whole_and_parts: None,
    }
}

/// Events of one span may be told apart by status and day of recording: here they are one.
fn spans_of_events(figures: &[Figure]) -> Vec<Figure> {
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

/// A sum in the making (Neumaier's compensated sum), with what qualifies it.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    any: bool,
    total: f64,
    lost: f64,
    used: Used,
    provisional: bool,
    suppressed: bool,
    straddles: bool,
}

impl Sum {
    fn add(&mut self, figure: &Figure) {
        self.any = true;
        self.provisional |= figure.provisional;
        let Some(value) = figure.value else {
            self.suppressed = true;
            return;
        };
        self.add_value(value);
        self.used.add(figure);
    }

    fn add_value(&mut self, value: f64) {
        let total = self.total + value;
        self.lost += if self.total.abs() >= value.abs() {
            (self.total - total) + value
        } else {
            (value - total) + self.total
        };
        self.total = total;
    }

    fn total(&self) -> f64 {
        self.total + self.lost
    }

    fn rolled(&self) -> Result<Rolled, Missing> {
        if self.suppressed {
            Err(Missing::Suppressed)
        } else if self.straddles {
            Err(Missing::Straddles)
        } else if self.any {
            Ok(Rolled {
                value: self.total(),
                size: self.used.weight,
                imputed: self.used.share_imputed(),
                provisional: self.provisional,
                whole_and_parts: None,
            })
        } else {
            Err(Missing::NoData)
        }
    }
}

/// The values of several units, in a form that serves every operator over units.
#[derive(Debug, Clone, Copy, Default)]
struct Combined {
    units: u32,
    values: Sum,
    largest: f64,
    /// The end of the latest figure in use.
    latest: Option<NaiveDate>,
    /// The absolute values that went into `values`, summed.
    size: f64,
    used: Used,
    provisional: bool,
    suppressed: bool,
    straddles: bool,
    whole_and_parts: Option<(f64, f64)>,
}

impl Combined {
    fn merge(&mut self, other: &Combined) {
        if other.units > 0 {
            self.largest =
                if self.units == 0 { other.largest } else { self.largest.max(other.largest) };
            self.values.add_value(other.values.total);
            self.values.add_value(other.values.lost);
        }
        self.units += other.units;
        self.size += other.size;
        self.latest = self.latest.max(other.latest);
        self.used.merge(&other.used);
        self.provisional |= other.provisional;
        self.suppressed |= other.suppressed;
        self.straddles |= other.straddles;
    }

    fn rolled(&self, over_units: OverUnits) -> Result<Rolled, Missing> {
        if self.suppressed {
            return Err(Missing::Suppressed);
        }
        if self.straddles {
            return Err(Missing::Straddles);
        }
        if self.units == 0 {
            return Err(Missing::NoData);
        }
        Ok(Rolled {
            value: match over_units {
                OverUnits::Sum => self.values.total(),
                OverUnits::Mean => self.values.total() / f64::from(self.units),
                OverUnits::Max => self.largest,
            },
            size: match over_units {
                OverUnits::Sum => self.size,
                OverUnits::Mean => self.size / f64::from(self.units),
                OverUnits::Max => self.largest.abs(),
            },
            imputed: self.used.share_imputed(),
            provisional: self.provisional,
            whole_and_parts: self.whole_and_parts,
        })
    }
}

/// The figures in use: the sums of the absolute values of all, and of those imputed or estimated.
#[derive(Debug, Clone, Copy, Default)]
struct Used {
    weight: f64,
    imputed: f64,
    any_imputed: bool,
}

impl Used {
    fn add(&mut self, figure: &Figure) {
        self.weight += figure.weight;
        self.imputed += figure.weight * figure.imputed;
        self.any_imputed |= figure.imputed > 0.0;
    }

    fn merge(&mut self, other: &Used) {
        self.weight += other.weight;
        self.imputed += other.imputed;
        self.any_imputed |= other.any_imputed;
    }

    /// The share imputed or estimated, 0 to 1. An imputed zero is imputed, although it weighs nothing.
    fn share_imputed(&self) -> f64 {
        if self.weight > 0.0 {
            self.imputed / self.weight
        } else if self.any_imputed {
            1.0
        } else {
            0.0
        }
    }
}

/// A set of days as disjoint spans in order of time.
#[derive(Debug, Clone, Default)]
struct Days {
    spans: Vec<(NaiveDate, NaiveDate)>,
}

impl Days {
    fn contain(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.spans.iter().any(|span| span.0 <= start && end <= span.1)
    }

    fn overlap(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.spans.iter().any(|span| span.0 < end && start < span.1)
    }

    fn add(&mut self, start: NaiveDate, end: NaiveDate) {
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
