//! Sums of figures and values of units in the making, with what qualifies them.

use chrono::NaiveDate;

use super::{Missing, Rolled};
use crate::plan::{OverTime, OverUnits};
use crate::tally::snapshot::Figure;

/// Figures of one unit, reduced along time.
pub(super) fn reduce<'f>(
    figures: impl Iterator<Item = &'f Figure>,
    over_time: OverTime,
) -> Combined {
    let mut sum = Sum::default();
    let mut number = 0_u32;
    let (mut largest, mut smallest) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut last: Option<&Figure> = None;
    let mut values = Vec::new();
    for figure in figures {
        sum.add(figure);
        number += 1;
        largest = largest.max(figure.value.unwrap_or(f64::NEG_INFINITY));
        smallest = smallest.min(figure.value.unwrap_or(f64::INFINITY));
        if over_time == OverTime::Median {
            values.extend(figure.value);
        }
        if last.is_none_or(|last| last.end < figure.end) {
            last = Some(figure);
        }
    }
    let Some(last) = last else { return Combined::default() };
    let mut of_last = Sum::default();
    of_last.add(last);
    // A value, and the size of what it was computed from.
    let alone = |value: f64| (value, value.abs());
    let (value, size) = match over_time {
        OverTime::Sum => (sum.total(), sum.used.weight),
        OverTime::Mean => (sum.over(f64::from(number)), sum.used.weight / f64::from(number)),
        OverTime::Max => alone(largest),
        OverTime::Min => alone(smallest),
        OverTime::Median => {
            let (one, other) = middle(&mut values).unwrap_or_default();
            (mean_of(one, other), mean_of(one.abs(), other.abs()))
        }
        OverTime::Last => alone(last.value.unwrap_or_default()),
    };
    // Only the last figure is used of a stock; all are of the others.
    let used = if over_time == OverTime::Last { of_last } else { sum };
    Combined {
        units: if used.suppressed { 0 } else { 1 },
        values: Sum { any: true, total: value, ..Sum::default() },
        largest: value,
        latest: Some(last.end),
        size,
        used: used.used,
        provisional: used.provisional,
        suppressed: used.suppressed,
        straddles: false,
        overlaps: false,
        whole_and_parts: None,
        whole_and_categories: match over_time {
            OverTime::Last => last.categories.map(|categories| (value, categories)),
            OverTime::Sum | OverTime::Mean | OverTime::Max | OverTime::Min | OverTime::Median => {
                None
            }
        },
    }
}

/// Figures of one unit, each with the number of days for which it stands, reduced to the mean over these days.
pub(super) fn reduce_by_days(figures: &[(Figure, i64)]) -> Combined {
    let mut sum = Sum::default();
    let mut all_days = 0;
    for (figure, days) in figures {
        all_days += days;
        let days = *days as f64;
        let value = figure.value.map(|value| value * days);
        sum.add(&Figure { value, weight: figure.weight * days, ..*figure });
        // What the product has lost.
        if let Some((one, product)) = figure.value.zip(value) {
            sum.add_value(one.mul_add(days, -product));
        }
    }
    let Some(latest) = figures.iter().map(|(figure, _)| figure.end).max() else {
        return Combined::default();
    };
    let days = all_days as f64;
    let value = sum.over(days);
    Combined {
        units: if sum.suppressed { 0 } else { 1 },
        values: Sum { any: true, total: value, ..Sum::default() },
        largest: value,
        latest: Some(latest),
        size: sum.used.weight / days,
        used: sum.used,
        provisional: sum.provisional,
        suppressed: sum.suppressed,
        ..Combined::default()
    }
}

/// The median of values.
pub(in crate::tally) fn median(values: &mut [f64]) -> Option<f64> {
    middle(values).map(|(one, other)| mean_of(one, other))
}

/// The two values in the middle of a row; of an odd number twice the same. Sorts the values.
fn middle(values: &mut [f64]) -> Option<(f64, f64)> {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    Some((values[last / 2], values[values.len() / 2]))
}

fn mean_of(one: f64, other: f64) -> f64 {
    if one == other { one } else { 0.5 * one + 0.5 * other }
}

/// A sum in the making (Neumaier's compensated sum), with what qualifies it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    pub(super) any: bool,
    total: f64,
    lost: f64,
    used: Used,
    provisional: bool,
    suppressed: bool,
    pub(super) straddles: bool,
    /// Whether two figures hold the same days.
    pub(super) overlaps: bool,
    /// How many figures were added.
    figures: u32,
}

impl Sum {
    pub(super) fn add(&mut self, figure: &Figure) {
        self.any = true;
        self.figures += 1;
        self.provisional |= figure.provisional;
        let Some(value) = figure.value else {
            self.suppressed = true;
            return;
        };
        self.add_value(value);
        self.used.add(figure);
    }

    /// Adds a sum of plain events.
    pub(super) fn add_plain(&mut self, events: f64) {
        self.any = true;
        self.figures += 1;
        self.add_value(events);
        self.used.weight += events;
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

    /// The sum divided by a number, with what the quotient would lose.
    fn over(&self, number: f64) -> f64 {
        let quotient = self.total / number;
        let rest = quotient.mul_add(-number, self.total) + self.lost;
        quotient + rest / number
    }

    /// Adds another sum.
    pub(super) fn merge(&mut self, other: &Sum) {
        self.add_value(other.total);
        self.add_value(other.lost);
        self.any |= other.any;
        self.figures += other.figures;
        self.used.merge(&other.used);
        self.provisional |= other.provisional;
        self.suppressed |= other.suppressed;
        self.straddles |= other.straddles;
        self.overlaps |= other.overlaps;
    }

    pub(super) fn rolled(&self) -> Result<Rolled, Missing> {
        if self.suppressed {
            Err(Missing::Suppressed)
        } else if self.straddles {
            Err(Missing::Straddles)
        } else if self.overlaps {
            Err(Missing::Overlaps)
        } else if self.any {
            Ok(Rolled {
                value: self.total(),
                size: self.used.weight,
                imputed: self.used.share_imputed(),
                provisional: self.provisional,
                figures: self.figures,
                whole_and_parts: None,
                whole_and_categories: None,
            })
        } else {
            Err(Missing::NoData)
        }
    }
}

/// The values of several units, in a form that serves every operator over units.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Combined {
    pub(super) units: u32,
    pub(super) values: Sum,
    pub(super) largest: f64,
    /// The end of the latest figure in use.
    pub(super) latest: Option<NaiveDate>,
    /// The absolute values that went into `values`, summed.
    pub(super) size: f64,
    pub(super) used: Used,
    pub(super) provisional: bool,
    pub(super) suppressed: bool,
    pub(super) straddles: bool,
    pub(super) overlaps: bool,
    pub(super) whole_and_parts: Option<(f64, f64)>,
    pub(super) whole_and_categories: Option<(f64, f64)>,
}

impl Combined {
    pub(super) fn merge(&mut self, other: &Combined) {
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
        self.overlaps |= other.overlaps;
        self.whole_and_parts = both(self.whole_and_parts, other.whole_and_parts);
        self.whole_and_categories = both(self.whole_and_categories, other.whole_and_categories);
    }

    /// The values by so much.
    pub(super) fn scaled(self, by: f64) -> Combined {
        let values =
            Sum { total: self.values.total * by, lost: self.values.lost * by, ..self.values };
        Combined { values, size: self.size * by, used: self.used.scaled(by), ..self }
    }

    pub(super) fn rolled(&self, over_units: OverUnits) -> Result<Rolled, Missing> {
        if self.suppressed {
            return Err(Missing::Suppressed);
        }
        if self.straddles {
            return Err(Missing::Straddles);
        }
        if self.overlaps {
            return Err(Missing::Overlaps);
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
            figures: self.units,
            whole_and_parts: self.whole_and_parts,
            whole_and_categories: self.whole_and_categories,
        })
    }
}

/// The sums of totals and of their parts, where some differ.
pub(super) fn both(one: Option<(f64, f64)>, other: Option<(f64, f64)>) -> Option<(f64, f64)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0 + other.0, one.1 + other.1)),
        (one, other) => one.or(other),
    }
}

/// The figures in use: the sums of the absolute values of all, and of those imputed or estimated.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Used {
    pub(super) weight: f64,
    imputed: f64,
    any_imputed: bool,
}

impl Used {
    pub(super) fn add(&mut self, figure: &Figure) {
        self.weight += figure.weight;
        self.imputed += figure.weight * figure.imputed;
        self.any_imputed |= figure.imputed > 0.0;
    }

    fn merge(&mut self, other: &Used) {
        self.weight += other.weight;
        self.imputed += other.imputed;
        self.any_imputed |= other.any_imputed;
    }

    fn scaled(self, by: f64) -> Used {
        Used { weight: self.weight * by, imputed: self.imputed * by, ..self }
    }

    /// The share imputed or estimated, 0 to 1. An imputed zero is imputed, although it weighs nothing.
    pub(super) fn share_imputed(&self) -> f64 {
        if self.weight > 0.0 {
            self.imputed / self.weight
        } else if self.any_imputed {
            1.0
        } else {
            0.0
        }
    }
}
