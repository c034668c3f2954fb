//! Dated, scoped efforts with their own targets.

use super::goal::Reference;
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
    /// What its figures are compared with.
    pub compare: Option<Reference>,
}

impl Campaign {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}
