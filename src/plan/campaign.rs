//! Dated, scoped efforts with their own targets.

use chrono::NaiveDate;

use super::goal::Reference;
use super::target::Scope;
use crate::calendar::Window;

/// A dated effort: a peak campaign before Tet, a year, a 2024–2030 programme.
#[derive(Debug, Clone, PartialEq)]
pub struct Campaign {
    /// Its id, which also names its window.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// The days it runs.
    pub window: Window,
    /// The campaign it is part of, by its place in the plan.
    pub part_of: Option<usize>,
    /// The units that take part; all of them where the plan does not say.
    pub units: Option<Scope>,
    /// What its figures are compared with.
    pub compare: Option<Reference>,
    /// The groups that its targets are sorted into, in their order.
    pub tasks: Vec<Task>,
    /// What is to be done by a day.
    pub milestones: Vec<Deed>,
}

impl Campaign {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

/// A group of a campaign's targets: direction, prevention, enforcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
}

impl Task {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

/// Something a campaign is to have done by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// What.
    pub what: String,
    /// The last day on which it is in time.
    pub by: NaiveDate,
    /// The day on which it was done.
    pub done: Option<NaiveDate>,
}
