//! A unit and the days on which it is valid.

use chrono::NaiveDate;

use crate::calendar::Window;
use crate::plan::index::{LevelIndex, UnitIndex};

/// A unit during one stretch of validity. Codes are reused after reforms: a code names a unit only
/// together with a date (law 10 of the design).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its code.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: LevelIndex,
    /// The unit it belongs to.
    pub parent: Option<UnitIndex>,
    /// The first day it is valid; always valid before `valid_to` if absent.
    pub valid_from: Option<NaiveDate>,
    /// The first day it is no longer valid; valid ever after if absent.
    pub valid_to: Option<NaiveDate>,
}

impl Unit {
    /// Whether the unit is valid on a day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day < to)
    }

    /// Whether the unit is valid on all days of a window.
    pub fn is_valid_throughout(&self, window: &Window) -> bool {
        self.valid_from.is_none_or(|from| from <= window.start())
            && self.valid_to.is_none_or(|to| window.end() <= to)
    }

    /// Whether the unit is valid on some day of a window.
    pub fn is_valid_during(&self, window: &Window) -> bool {
        self.valid_from.is_none_or(|from| from < window.end())
            && self.valid_to.is_none_or(|to| window.start() < to)
    }

    /// The days of a window on which the unit is valid.
    pub(crate) fn days_in(&self, window: &Window) -> Option<Window> {
        let start = self.valid_from.map_or(window.start(), |from| from.max(window.start()));
        let end = self.valid_to.map_or(window.end(), |to| to.min(window.end()));
        Window::new(start, end)
    }

    pub(super) fn overlaps(&self, other: &Unit) -> bool {
        starts_before_end(self.valid_from, other.valid_to)
            && starts_before_end(other.valid_from, self.valid_to)
    }

    pub(super) fn covers(&self, other: &Unit) -> bool {
        let from = match (self.valid_from, other.valid_from) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => mine <= theirs,
        };
        let to = match (self.valid_to, other.valid_to) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(mine), Some(theirs)) => theirs <= mine,
        };
        from && to
    }

    /// `valid from 2025-07-01`, `always valid`: for messages.
    pub(crate) fn validity(&self) -> String {
        match (self.valid_from, self.valid_to) {
            (None, None) => "always valid".to_owned(),
            (Some(from), None) => format!("valid from {from}"),
            (None, Some(to)) => format!("valid before {to}"),
            (Some(from), Some(to)) => format!("valid from {from} to before {to}"),
        }
    }
}

fn starts_before_end(from: Option<NaiveDate>, to: Option<NaiveDate>) -> bool {
    match (from, to) {
        (Some(from), Some(to)) => from < to,
        (None, _) | (_, None) => true,
    }
}
