//! Numbers computed from measures.

use super::formula::{Formula, Variation};
use super::stratum::Selection;
use crate::error::codes::codes;

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

codes! {
    /// The good direction.
    pub enum Better as "direction" {
        /// More is better.
        Higher = "higher",
        /// Less is better.
        Lower = "lower",
    }
}

codes! {
    /// What becomes of figures of a fraction whose counterpart on the other side is missing
    /// (`docs/semantics.md`, 39).
    #[derive(Default)]
    pub enum Unmatched as "choice for unmatched figures" {
        /// They are left out of both sums.
        #[default]
        Exclude = "exclude",
        /// A row with such figures is not judged.
        Refuse = "refuse",
        /// They count as they were recorded.
        AsRecorded = "as_recorded",
    }
}
