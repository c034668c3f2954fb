//! The value of a measure for a unit and a window.
//!
//! Time comes first, units second: each unit's figures are reduced over the window by `over_time`, then
//! the units are combined by `over_units`. The rules are told in `docs/semantics.md`, 9 to 15.
//!
//! * `flow`: what adds up over time and units, unit by unit, with all that can stand in the way.
//! * `sums`: the same where nothing does, added up once for all units and windows.
//! * `stock`: everything else, for all units at once.
//! * `carried`: what is made of units of other days, where boundaries changed.
//! * `pairs`: fractions, of which what is known of one side only is left out.
//! * `combined`: sums and values in the making.
//! * `breakdown`: what a value is made of, down to the figures.
//! * `conflicts`: the figures for which there is no value.

mod breakdown;
mod carried;
mod combined;
mod conflicts;
mod flow;
mod pairs;
mod stock;
mod sums;

use std::sync::Arc;

pub(crate) use breakdown::{Breakdown, UsedFigure};
use combined::Sum;
pub(in crate::tally) use combined::median;
pub(crate) use conflicts::Conflict;
use flow::Days;
pub(crate) use pairs::{Matching, Paired, PairedBy, Pairing, Pairs};
use stock::own_figures;
use sums::Span;
pub(in crate::tally) use sums::Sums;

use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{MeasureIndex, OverTime, OverUnits, UnitIndex};
use crate::tally::reads::Read;
use crate::tally::snapshot::{Figure, Snapshot};

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
    /// How many figures are used: of flows those that are added, of stocks the units whose own value is.
    pub(crate) figures: u32,
    /// Where an inner unit's own total was used and its parts differ: both.
    pub(crate) whole_and_parts: Option<(f64, f64)>,
    /// Where a total was used and its categories differ: both.
    pub(crate) whole_and_categories: Option<(f64, f64)>,
}

/// Why a measure has no value for a unit and a window, gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Missing {
    Suppressed,
    Straddles,
    Overlaps,
    NotAdditive,
    NoData,
}

/// The exact value of one or more measures for a unit and a window, and what qualifies it.
#[derive(Debug, Clone)]
pub(crate) struct Total {
    pub(crate) value: Exact,
    /// The largest share of a measure's used figures that is imputed or estimated; 0 to 1.
    pub(crate) imputed: f64,
    pub(crate) provisional: bool,
    /// Whether a unit's own total was used although its parts say otherwise.
    pub(crate) parts_differ: bool,
    /// How many figures are used.
    pub(crate) figures: u32,
}

impl Total {
    /// A value that is 0 because nothing was reported.
    pub(crate) const ZERO: Total = Total {
        value: Exact::ZERO,
        imputed: 0.0,
        provisional: false,
        parts_differ: false,
        figures: 0,
    };
}

/// A measure over a window: what can be looked up once for all units has been.
pub(crate) struct Over<'s> {
    snapshot: &'s Snapshot<'s>,
    measure: MeasureIndex,
    window: Window,
    way: Way<'s>,
    /// Which weights share out its values where units were divided.
    weights: Option<usize>,
}

/// Strategy for computing a unit's value.
enum Way<'s> {
    /// Sums over time and units, kept for the days between any two cuts. Where nothing was recorded there
    /// is no data, or, of events that were being recorded, zero.
    Sums { span: Span<'s>, none_is_zero: bool },
    /// The values of all units.
    Units(Arc<[Result<Rolled, Missing>]>),
    /// Only when a caller needs it.
    Each,
}

impl Over<'_> {
    /// What the value for a unit means, exactly.
    pub(crate) fn total(&self, unit: UnitIndex) -> Result<Total, Missing> {
        match self.pieces(unit) {
            Some(pieces) => self.carried(pieces),
            None => self.own_total(unit),
        }
    }

    /// The value for a unit.
    pub(crate) fn rolled(&self, unit: UnitIndex) -> Result<Rolled, Missing> {
        match self.pieces(unit) {
            Some(pieces) => self.carried(pieces).map(|total| Rolled::from(&total)),
            None => self.own_rolled(unit),
        }
    }

    /// The value for a unit as it was, whatever the boundaries in which everything is judged.
    pub(crate) fn as_recorded(&self, unit: UnitIndex) -> Result<Rolled, Missing> {
        self.own_rolled(unit)
    }

    /// The same of the unit as it is recorded.
    fn own_total(&self, unit: UnitIndex) -> Result<Total, Missing> {
        if let Way::Sums { span, none_is_zero } = &self.way
            && let Some((sum, figures)) = span.sum(unit)
        {
            return if figures > 0 || *none_is_zero {
                let value = Exact::from(sum);
                Ok(Total { value, figures, ..Total::ZERO })
            } else {
                Err(Missing::NoData)
            };
        }
        let rolled = self.own_rolled(unit)?;
        Ok(Total {
            value: Exact::of_sum(rolled.value, rolled.size).ok_or(Missing::NoData)?,
            imputed: rolled.imputed,
            provisional: rolled.provisional,
            parts_differ: rolled.whole_and_parts.is_some() || rolled.whole_and_categories.is_some(),
            figures: rolled.figures,
        })
    }

    /// The values for units where they are whole numbers that nothing qualifies; the others are struck out.
    #[inline]
    pub(crate) fn wholes(&self, units: &[UnitIndex], wholes: &mut [i64], are_whole: &mut [bool]) {
        if self.snapshot.plan().units().geography().is_some() {
            for (unit, is_whole) in units.iter().zip(&mut *are_whole) {
                *is_whole &= self.pieces(*unit).is_none();
            }
        }
        let lanes = units.iter().zip(wholes).zip(are_whole);
        match &self.way {
            Way::Sums { span, none_is_zero } => {
                for ((unit, whole), is_whole) in lanes {
                    match span.sum(*unit) {
                        Some((sum, figures)) if figures > 0 || *none_is_zero => *whole = sum,
                        Some(_) | None => *is_whole = false,
                    }
                }
            }
            Way::Units(values) => {
                for ((unit, whole), is_whole) in lanes {
                    match values[unit.0].as_ref().ok().and_then(Rolled::whole) {
                        Some(value) => *whole = value,
                        None => *is_whole = false,
                    }
                }
            }
            Way::Each => lanes.for_each(|(_, is_whole)| *is_whole = false),
        }
    }

    /// How many figures the values of units as recorded rest on.
    #[inline]
    pub(crate) fn figures(&self, units: &[UnitIndex], figures: &mut [u32]) {
        let each = |unit: UnitIndex| self.total(unit).map_or(0, |total| total.figures);
        let is_divided = self.snapshot.plan().units().geography().is_some();
        let span = match &self.way {
            Way::Sums { span, .. } if !is_divided => Some(span),
            Way::Sums { .. } | Way::Units(_) | Way::Each => None,
        };
        for (unit, figures) in units.iter().zip(figures) {
            let of_span = span.and_then(|span| span.sum(*unit));
            *figures = of_span.map_or_else(|| each(*unit), |(_, figures)| figures);
        }
    }

    fn own_rolled(&self, unit: UnitIndex) -> Result<Rolled, Missing> {
        match &self.way {
            Way::Units(values) => values[unit.0],
            Way::Sums { span, none_is_zero } => match span.sum(unit) {
                Some((_, 0)) if !none_is_zero => Err(Missing::NoData),
                Some((sum, figures)) => Ok(Rolled {
                    value: sum as f64,
                    figures,
                    // Whole numbers are exact, however much has cancelled.
                    size: sum.abs() as f64,
                    imputed: 0.0,
                    provisional: false,
                    whole_and_parts: None,
                    whole_and_categories: None,
                }),
                None => self.snapshot.rolled_alone(self.measure, unit, &self.window),
            },
            Way::Each => self.snapshot.rolled_alone(self.measure, unit, &self.window),
        }
    }
}

impl Rolled {
    /// The value, if it is a whole number and nothing qualifies it.
    #[inline]
    fn whole(&self) -> Option<i64> {
        // Up to here floats hold every whole number.
        const MOST: f64 = (1_i64 << 53) as f64;
        let whole = self.value as i64;
        let is_whole = self.value.abs() <= MOST && whole as f64 == self.value;
        let is_plain = self.imputed == 0.0
            && !self.provisional
            && self.whole_and_parts.is_none()
            && self.whole_and_categories.is_none();
        (is_whole && is_plain).then_some(whole)
    }
}

impl Snapshot<'_> {
    /// The values of a unit's own figures that count in a window; none of one that is suppressed.
    pub(in crate::tally) fn own_figures_in(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Vec<Option<f64>> {
        let kind = &self.plan()[measure];
        let days = self.days_looked_up(unit, window, kind.over_time);
        let figures = self.touching(measure, unit, window);
        if kind.weight_by_days {
            return own_figures(figures, &days, kind).iter().map(|figure| figure.value).collect();
        }
        outermost(figures, &days).map(|figure| figure.value).collect()
    }

    /// A measure over a window, for lookups of many units.
    pub(crate) fn over(&self, measure: MeasureIndex, window: &Window) -> Over<'_> {
        self.note(Read::Values(measure, *window));
        self.note_carried(measure, window);
        let way = if self.only_prepares() {
            Way::Each
        } else if self.adds_up(measure) {
            match self.sums(measure).and_then(|sums| sums.between(window)) {
                Some(span) => Way::Sums {
                    span,
                    none_is_zero: self.is_events(measure)
                        && self.was_recorded_during(measure, window),
                },
                None => Way::Each,
            }
        } else if self.is_events(measure) {
            Way::Each
        } else {
            Way::Units(self.stocks_once(measure, window))
        };
        let weights = self.weights(measure);
        Over { snapshot: self, measure, window: *window, way, weights }
    }

    /// Records that figures before a window are read, where they are carried forward.
    fn note_carried(&self, measure: MeasureIndex, window: &Window) {
        if self.plan()[measure].carry.is_some() {
            self.note(Read::FiguresBefore(measure, window.start()));
        }
    }

    /// The value of a measure for a unit and a window.
    pub(crate) fn rolled(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Result<Rolled, Missing> {
        self.over(measure, window).rolled(unit)
    }

    /// Whether a measure is summed over time and over units.
    pub(in crate::tally) fn adds_up(&self, measure: MeasureIndex) -> bool {
        let kind = &self.plan()[measure];
        (kind.over_time, kind.over_units) == (OverTime::Sum, OverUnits::Sum)
    }

    /// The value of a flow, or of events, from the figures of a unit and of those below it.
    fn rolled_alone(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Result<Rolled, Missing> {
        if !self.adds_up(measure) {
            let combined = self.event_values(measure, unit, window);
            return combined.rolled(self.plan()[measure].over_units);
        }
        let mut sum = Sum::default();
        if self.is_events(measure) {
            self.event_sum(measure, unit, window, &mut sum);
            // No event is a zero while events were being recorded.
            sum.any |= self.was_recorded_during(measure, window);
            return sum.rolled();
        }
        self.flow(measure, unit, window, &Days::default(), &mut sum);
        let none = Days::default();
        let whole_and_parts = self.flow_and_parts(measure, unit, window, &none);
        let whole_and_categories = self.flow_and_categories(measure, unit, window, &none);
        sum.rolled().map(|rolled| Rolled { whole_and_parts, whole_and_categories, ..rolled })
    }

    /// The published values of a measure for a window: units' own figures for the window or the window to date; with
    /// `latest`, those that end last inside the window to date.
    pub(crate) fn published(
        &self,
        measure: MeasureIndex,
        window: &Window,
        to_date: &Window,
        latest: bool,
    ) -> Published<'_> {
        self.note(Read::Figures(measure, *window));
        Published { snapshot: self, measure, window: *window, to_date: *to_date, latest }
    }

    /// The published values of a measure up to the end of a window.
    pub(crate) fn published_so_far(
        &self,
        measure: MeasureIndex,
        window: &Window,
    ) -> PublishedSoFar<'_> {
        self.note(Read::FiguresBefore(measure, window.end()));
        PublishedSoFar { snapshot: self, measure, window: *window }
    }

    fn has_figure_within(&self, measure: MeasureIndex, unit: UnitIndex, window: &Window) -> bool {
        self.touching(measure, unit, window).iter().any(|figure| figure.overlaps(window))
            || self
                .plan()
                .units()
                .children(unit)
                .iter()
                .any(|child| self.has_figure_within(measure, *child, window))
    }
}

/// The published values of a measure for a window.
pub(crate) struct Published<'s> {
    snapshot: &'s Snapshot<'s>,
    measure: MeasureIndex,
    window: Window,
    to_date: Window,
    latest: bool,
}

impl Published<'_> {
    /// The value of a unit.
    pub(crate) fn of(&self, unit: UnitIndex) -> Result<Rolled, Missing> {
        let Published { snapshot, measure, window, to_date, latest } = self;
        let unit = snapshot.published_unit(*measure, unit, window)?;
        let figures = snapshot.touching(*measure, unit, window);
        let of = |window: &Window| {
            figures
                .iter()
                .find(|figure| (figure.start, figure.end) == (window.start(), window.end()))
        };
        let figure = if *latest {
            let mut inside = figures.iter().filter(|figure| figure.is_inside(to_date));
            // Of figures that end together, the first in order is the longest, which stands before the others.
            inside.next().map(|first| {
                inside.fold(first, |best, next| if next.end > best.end { next } else { best })
            })
        } else {
            of(window).or_else(|| of(to_date))
        };
        let Some(figure) = figure else {
            let somewhere = snapshot.has_figure_within(*measure, unit, to_date);
            return Err(if somewhere { Missing::NotAdditive } else { Missing::NoData });
        };
        let value = figure.value.ok_or(Missing::Suppressed)?;
        Ok(Rolled {
            value,
            size: figure.weight,
            imputed: figure.imputed,
            provisional: figure.provisional,
            figures: 1,
            whole_and_parts: None,
            whole_and_categories: None,
        })
    }
}

/// The published values of a measure up to the end of a window.
pub(crate) struct PublishedSoFar<'s> {
    snapshot: &'s Snapshot<'s>,
    measure: MeasureIndex,
    window: Window,
}

impl PublishedSoFar<'_> {
    /// The values of a unit in order of the days they end on; where several end together the longest comes last.
    pub(crate) fn of(&self, unit: UnitIndex) -> Vec<(Window, f64)> {
        let PublishedSoFar { snapshot, measure, window } = self;
        let Ok(unit) = snapshot.published_unit(*measure, unit, window) else { return Vec::new() };
        let figures = snapshot.figures(*measure, unit).iter();
        let mut values: Vec<(Window, f64)> = figures
            .filter(|figure| figure.end <= window.end())
            .filter_map(|figure| Some((Window::new(figure.start, figure.end)?, figure.value?)))
            .collect();
        values.sort_by_key(|(days, _)| (days.end(), std::cmp::Reverse(days.start())));
        values
    }
}

impl Figure {
    pub(in crate::tally) fn is_inside(&self, window: &Window) -> bool {
        window.start() <= self.start && self.end <= window.end()
    }

    pub(in crate::tally) fn overlaps(&self, window: &Window) -> bool {
        self.start < window.end() && window.start() < self.end
    }

    pub(in crate::tally) fn crosses(&self, window: &Window) -> bool {
        self.overlaps(window) && !self.is_inside(window)
    }

    pub(in crate::tally) fn contains(&self, window: &Window) -> bool {
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
