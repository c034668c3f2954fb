//! What the value of a measure for a unit is made of: its own figures, and what the units below it add.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::combined::{Combined, Sum};
use super::flow::Days;
use super::stock::{own_figures, spans_of_events};
use super::{Missing, Rolled, outermost};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{MeasureIndex, OverTime, OverUnits, UnitIndex};
use crate::tally::snapshot::cumulative::Totals;
use crate::tally::snapshot::{Figure, Snapshot};
use crate::tally::{Entry, Origin, Status};

/// The value of a measure for a unit, and what it is made of.
#[derive(Debug, Clone)]
pub(crate) struct Breakdown {
    pub(crate) unit: UnitIndex,
    /// What it adds to what it is part of, or why it adds nothing.
    pub(crate) value: Result<f64, Missing>,
    /// The share of it that counts, where boundaries changed; none where nobody says how much.
    pub(crate) share: Option<Exact>,
    /// Its own figures in use.
    pub(crate) figures: Vec<UsedFigure>,
    /// The units below, or those of other days, that count.
    pub(crate) parts: Vec<Breakdown>,
    /// Whether figures and parts add up to the value.
    pub(crate) adds_up: bool,
}

/// A figure as it is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UsedFigure {
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
    /// None where it is suppressed.
    pub(crate) value: Option<f64>,
    /// As it was recorded, where it is one row of the outcomes.
    pub(crate) status: Option<Status>,
    pub(crate) recorded_at: Option<NaiveDate>,
    /// The totals of the year to date whose difference it is; without the second it is a total itself.
    pub(crate) totals: Option<(f64, Option<f64>)>,
    /// The row, where it is one.
    pub(crate) origin: Option<Origin>,
}

/// A measure over a window, to be taken apart.
struct Apart<'s> {
    snapshot: &'s Snapshot<'s>,
    measure: MeasureIndex,
    window: Window,
    /// The sums of plain events of each unit itself.
    plain: HashMap<UnitIndex, Vec<(Window, f64)>>,
    /// Of figures that don't simply add up, the values of all units, and whether they are their own.
    stocks: Vec<(Combined, bool)>,
}

impl Snapshot<'_> {
    /// What the value of a measure for a unit and a window is made of, down to a number of levels below it.
    pub(crate) fn breakdown(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        depth: usize,
    ) -> Breakdown {
        let mut plain: HashMap<UnitIndex, Vec<(Window, f64)>> = HashMap::new();
        if self.is_events(measure) && !self.plan()[measure].is_due() {
            for (unit, days, sum) in self.tally().plain_events(measure, Some(window)) {
                plain.entry(unit).or_default().push((days, sum));
            }
        }
        let stocks = if self.adds_up(measure) || self.is_events(measure) {
            Vec::new()
        } else {
            self.combined_stocks(measure, window)
        };
        let apart = Apart { snapshot: self, measure, window: *window, plain, stocks };
        match self.made_of(measure, unit) {
            Some(_) => apart.carried(unit, depth),
            None => apart.unit(unit, &Days::default(), depth),
        }
    }

    /// The published figure that stands for a unit and a window.
    pub(crate) fn published_figure(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
        value: f64,
    ) -> Option<UsedFigure> {
        let unit = self.published_unit(measure, unit, window).ok()?;
        let figures = self.touching(measure, unit, window).iter();
        let last = figures
            .filter(|one| one.overlaps(window) && one.value == Some(value))
            .max_by_key(|one| one.end)?;
        Some(self.as_it_came(measure, unit, last))
    }

    /// A figure with what its row says of it.
    fn as_it_came(&self, measure: MeasureIndex, unit: UnitIndex, figure: &Figure) -> UsedFigure {
        if let Some(Totals { total, before }) = self.totals_of(measure, unit, figure) {
            let number = |row: &Entry| row.value.map(|value| value + row.lost);
            return UsedFigure {
                start: figure.start,
                end: figure.end,
                value: figure.value,
                status: Some(total.status),
                recorded_at: total.recorded_at,
                totals: number(total).map(|total| (total, before.and_then(number))),
                origin: Some(total.origin),
            };
        }
        let is_row = |entry: &&Entry| {
            entry.combination == 0
                && entry.start == figure.start
                && entry.is_known_on(self.as_of())
                && entry.value.map(|value| value + entry.lost) == figure.value
        };
        let rows = self.entries(self.plan().recorded(measure), unit).iter();
        let row = match self.plan()[measure].narrowed {
            None => rows.filter(is_row).max_by_key(|entry| entry.recorded_at),
            Some(_) => None,
        };
        UsedFigure {
            start: figure.start,
            end: figure.end,
            value: figure.value,
            status: row.map(|row| row.status),
            recorded_at: row.and_then(|row| row.recorded_at),
            totals: None,
            origin: row.map(|row| row.origin),
        }
    }
}

impl Apart<'_> {
    /// A unit as it is recorded; `covered` are the days that figures of units above stand for.
    fn unit(&self, unit: UnitIndex, covered: &Days, depth: usize) -> Breakdown {
        let snapshot = self.snapshot;
        match (snapshot.adds_up(self.measure), snapshot.is_events(self.measure)) {
            (true, false) => self.flow(unit, covered, depth),
            (_, true) => self.events(unit, depth),
            (false, false) => self.stock(unit, None, depth),
        }
    }

    fn children(&self, unit: UnitIndex, depth: usize) -> impl Iterator<Item = UnitIndex> {
        let units = self.snapshot.plan().units();
        let children = if depth == 0 { &[][..] } else { units.children(unit) };
        children.iter().copied().filter(|child| units[*child].is_valid_during(&self.window))
    }

    fn recorded(&self, unit: UnitIndex, figure: &Figure) -> UsedFigure {
        self.snapshot.as_it_came(self.measure, unit, figure)
    }

    fn flow(&self, unit: UnitIndex, covered: &Days, depth: usize) -> Breakdown {
        let figures = self.snapshot.touching(self.measure, unit, &self.window);
        let mut days = covered.clone();
        let mut used = Vec::new();
        for figure in outermost(figures, &self.window) {
            if !covered.contain(figure.start, figure.end) {
                used.push(self.recorded(unit, figure));
            }
        }
        outermost(figures, &self.window).for_each(|figure| days.add(figure.start, figure.end));
        let mut sum = Sum::default();
        self.snapshot.flow(self.measure, unit, &self.window, covered, &mut sum);
        // Below a total of all days no unit counts.
        let is_covered = days.contain(self.window.start(), self.window.end());
        let children = self.children(unit, if is_covered { 0 } else { depth });
        let value = sum.rolled().map(rounded);
        Breakdown {
            unit,
            adds_up: value.is_ok(),
            value,
            share: None,
            figures: used,
            parts: children.map(|child| self.flow(child, &days, depth - 1)).collect(),
        }
    }

    fn events(&self, unit: UnitIndex, depth: usize) -> Breakdown {
        let (snapshot, measure, window) = (self.snapshot, self.measure, &self.window);
        let kind = &snapshot.plan()[measure];
        let touching = snapshot.touching(measure, unit, window);
        let mut inside: Vec<Figure> =
            touching.iter().filter(|figure| figure.is_inside(window)).copied().collect();
        if let Some(plain) = self.plain.get(&unit) {
            inside.extend(
                plain.iter().map(|(days, sum)| Figure::plain(days.start(), days.end(), *sum)),
            );
        }
        inside.sort_by_key(|figure| (figure.start, std::cmp::Reverse(figure.end)));
        let value = snapshot.as_recorded(measure, unit, window).map(rounded);
        let adds_up = snapshot.adds_up(measure);
        let used = match kind.over_time {
            OverTime::Sum => inside,
            OverTime::Last | OverTime::Mean | OverTime::Max | OverTime::Min | OverTime::Median => {
                one_for_all(spans_of_events(&inside), kind.over_time)
            }
        };
        let own_adds_up = kind.over_time == OverTime::Sum || used.len() < 2;
        let parts = self.children(unit, depth).map(|child| self.events(child, depth - 1));
        Breakdown {
            unit,
            adds_up: value.is_ok() && (adds_up || kind.over_units == OverUnits::Sum && own_adds_up),
            value,
            share: None,
            figures: used.iter().map(|figure| self.recorded(unit, figure)).collect(),
            parts: parts.collect(),
        }
    }

    /// A unit, as the one above it hears it.
    fn stock(&self, unit: UnitIndex, above: Option<UnitIndex>, depth: usize) -> Breakdown {
        let kind = &self.snapshot.plan()[self.measure];
        let (own, uses_own) = self.stocks[unit.0];
        let said = match above {
            Some(above) => self.snapshot.say(unit, above, own, kind, &self.window),
            None => own,
        };
        let rolled = |value: &Combined| value.rolled(kind.over_units).map(rounded);
        let value = rolled(&said);
        let (figures, parts, adds_up) = if uses_own {
            let touching = self.snapshot.touching(self.measure, unit, &self.window);
            let days = self.snapshot.days_looked_up(unit, &self.window, kind.over_time);
            let mut used = one_for_all(own_figures(touching, &days, kind), kind.over_time);
            if used.is_empty() {
                used.extend(self.snapshot.carried_forward(self.measure, unit, &days));
            }
            let adds_up = kind.over_time == OverTime::Sum || used.len() < 2;
            let used = used.iter().map(|figure| self.recorded(unit, figure));
            (used.collect(), Vec::new(), adds_up)
        } else {
            let children = self.children(unit, depth);
            let parts = children.map(|child| self.stock(child, Some(unit), depth - 1));
            (Vec::new(), parts.collect(), kind.over_units == OverUnits::Sum)
        };
        let adds_up = adds_up && value.is_ok() && value == rolled(&own);
        Breakdown { unit, value, share: None, figures, parts, adds_up }
    }

    /// A unit made of others.
    fn carried(&self, unit: UnitIndex, depth: usize) -> Breakdown {
        let (snapshot, measure, window) = (self.snapshot, self.measure, &self.window);
        let kind = &snapshot.plan()[measure];
        let units = snapshot.plan().units();
        let value = snapshot.rolled(measure, unit, window).map(rounded);
        let pieces = snapshot.made_of(measure, unit).unwrap_or_default();
        let parts = pieces.iter().filter_map(|piece| {
            let days = units[piece.unit].days_in(window)?;
            // A stock that has ended does not count.
            if kind.over_time == OverTime::Last && days.end() != window.end() {
                return None;
            }
            let whole = self.unit(piece.unit, &Days::default(), depth);
            let time = match (kind.over_time, kind.over_units) {
                (OverTime::Mean, OverUnits::Sum) => Exact::quotient(days.days(), window.days()),
                _ => None,
            };
            let factor = piece.share.as_ref().map(|share| share * &time.unwrap_or(Exact::ONE));
            if factor.as_ref() == Some(&Exact::ONE) {
                return Some(Breakdown { share: piece.share.clone(), ..whole });
            }
            let value = match (whole.value, &factor) {
                (Ok(value), Some(factor)) => {
                    Exact::of(value).map(|value| (value * factor).float()).ok_or(Missing::NoData)
                }
                (Ok(0.0), None) => Ok(0.0),
                (Ok(_), None) => Err(Missing::NotAdditive),
                (Err(missing), _) => Err(missing),
            };
            Some(Breakdown {
                unit: piece.unit,
                value,
                share: piece.share.clone(),
                figures: Vec::new(),
                parts: vec![whole],
                adds_up: false,
            })
        });
        Breakdown {
            unit,
            adds_up: value.is_ok() && kind.over_units == OverUnits::Sum,
            value,
            share: None,
            figures: Vec::new(),
            parts: parts.collect(),
        }
    }
}

/// The value, rounded as rolled-up values are.
fn rounded(rolled: Rolled) -> f64 {
    Exact::of_sum(rolled.value, rolled.size).map_or(rolled.value, |value| value.float())
}

/// The figures that a value over time rests on: of stocks the last one, of peaks the largest, of lows the smallest, of others
/// all.
fn one_for_all(figures: Vec<Figure>, over_time: OverTime) -> Vec<Figure> {
    let one = match over_time {
        OverTime::Sum | OverTime::Mean | OverTime::Median => return figures,
        // Of those that end together the first, which is the longest.
        OverTime::Last => figures.iter().rev().max_by_key(|figure| figure.end).copied(),
        OverTime::Max => {
            let value = |figure: &Figure| figure.value.unwrap_or(f64::NEG_INFINITY);
            figures.iter().copied().max_by(|one, other| value(one).total_cmp(&value(other)))
        }
        OverTime::Min => {
            let value = |figure: &Figure| figure.value.unwrap_or(f64::INFINITY);
            figures.iter().copied().min_by(|one, other| value(one).total_cmp(&value(other)))
        }
    };
    one.into_iter().collect()
}
