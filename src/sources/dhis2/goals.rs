//! Targets that are values of data elements: goals of a plan.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::hierarchy::Hierarchy;
use crate::exact::{Decimal, decimal};
use crate::plan::document::Node;
use crate::sources::tree::{self, Map};

/// A value of an element of targets.
#[derive(Debug, Clone, Copy)]
pub(super) struct TargetValue {
    pub(super) unit: usize,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
    pub(super) value: f64,
}

/// The rows of goals: one for each unit and period, and sums for the units above.
pub(super) fn rows(
    values: &[TargetValue],
    hierarchy: &Hierarchy,
    ids: &[String],
    comparator: &str,
    rolls_up: bool,
) -> Vec<Node> {
    let mut sums: BTreeMap<(NaiveDate, NaiveDate, usize), Decimal> = BTreeMap::new();
    for value in values {
        let Some(number) = decimal(&value.value.to_string()) else { continue };
        let mut units = vec![value.unit];
        if rolls_up {
            units.extend(hierarchy.ancestors(value.unit));
        }
        for unit in units {
            let sum = sums.entry((value.start, value.end, unit)).or_default();
            *sum = sum.checked_add(number).unwrap_or(*sum);
        }
    }
    sums.iter()
        .filter_map(|((start, end, unit), goal)| {
            let goal = tree::number(&goal.normalize().to_string());
            let row = Map::new().with("unit", tree::text(ids.get(*unit)?));
            Some(row.with("window", window(*start, *end)).with(comparator, goal).into())
        })
        .collect()
}

/// A calendar year by its name, other days by their ends.
fn window(start: NaiveDate, end: NaiveDate) -> Node {
    let is_first = |day: NaiveDate| day.ordinal() == 1;
    match is_first(start) && is_first(end) && end.year() == start.year() + 1 {
        true => tree::text(&start.year().to_string()),
        false => tree::texts([start.to_string(), end.to_string()]),
    }
}
