//! Numbers computed from measures.

use super::choices::{Better, Unmatched, Variation};
use super::formula::Formula;
use super::stratum::Selection;

/// A number computed from measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// How it is computed.
    pub formula: Formula,
    /// Which direction is the good one; it never changes a value, only views on it.
    pub better: Option<Better>,
    /// Whether its counts vary by chance.
    pub variation: Variation,
    /// What becomes of figures without a counterpart on the other side of a fraction; none where the plan decides.
    pub unmatched: Option<Unmatched>,
    /// The categories it is about by its own `where`; all, if none is named.
    pub narrowed_to: Selection,
}

impl Indicator {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}
