//! Feasts that move, and the years that comparisons name.

use std::sync::Arc;

use super::Reader;
use super::references::unknown;
use crate::calendar::Anchor;
use crate::error::{Fault, FaultCode};
use crate::plan::document::{Node, Value};

impl Reader<'_> {
    /// The calendar's anchors: ids and the days of each.
    pub(super) fn read_anchors(&mut self, node: &Node) {
        let form = "ids and their days, such as `tet: [2023-01-22, 2024-02-10]`";
        let (entries, is_whole) = self.section(node, "anchors", form);
        self.anchors.is_whole = is_whole;
        for entry in entries {
            let id = self.key_id(entry);
            let list = self.list(&entry.value, "the days of an anchor", "days, one for each year");
            let Some(list) = list else {
                self.anchors.is_whole = false;
                continue;
            };
            let days: Vec<_> =
                list.iter().map(|day| self.date(day, "a day of an anchor")).collect();
            let days: Option<Vec<_>> = days.into_iter().collect();
            let (Some(id), Some(days)) = (id, days) else {
                self.anchors.is_whole = false;
                continue;
            };
            let too_near = days.windows(2).position(|two| Anchor::new("", two.to_vec()).is_none());
            match (too_near, Anchor::new(id, days)) {
                (None, Some(anchor)) => self.anchors.things.push(Arc::new(anchor)),
                (at, _) => {
                    self.anchors.is_whole = false;
                    let later = at.and_then(|at| list.get(at + 1)).unwrap_or(&entry.value);
                    self.faults.push(
                        Fault::new(
                            FaultCode::WrongOrder,
                            later.place.clone(),
                            "a feast comes once a year",
                        )
                        .found(later.describe())
                        .expected("days in order of time, a year or so apart"),
                    );
                }
            }
        }
    }

    /// One of the calendar's anchors, by its id.
    pub(super) fn anchor(&mut self, node: &Node) -> Option<Arc<Anchor>> {
        let id = self.text(node, "the id of an anchor")?;
        let found = self.anchors.place(id).map(|place| Arc::clone(&self.anchors.things[place]));
        if found.is_none() && self.anchors.is_whole {
            let ids: Vec<&str> = self.anchors.things.iter().map(|anchor| anchor.id()).collect();
            let fault = unknown(FaultCode::UnknownId, &node.place, "anchor", id, ids.into_iter());
            self.faults.push(fault);
        }
        found
    }

    /// A year that a reporting year is named after.
    pub(super) fn year(&mut self, node: &Node) -> Option<i32> {
        let year = match &node.value {
            Value::Number(text) | Value::Text(text) => {
                text.parse::<i32>().ok().filter(|year| (1..=9999).contains(year))
            }
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        };
        if year.is_none() {
            self.wrong(FaultCode::OutOfRange, node, "a year", "a year such as 2019");
        }
        year
    }
}
