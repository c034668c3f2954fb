//! Numbers computed from measures.

use super::choices::{Better, Unmatched, Variation};
use super::formula::{Formula, Names};
use super::stratum::Selection;
use super::{IndicatorIndex, Plan};
use crate::language::Language;

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

impl Plan {
    /// The unit of an indicator's values: `%`, `per 100000`, `case`. Empty if the plan does not state one.
    pub fn unit_of_value(&self, indicator: IndicatorIndex) -> String {
        self[indicator].formula.unit_of_value(self)
    }

    /// How an indicator is computed, in words: `cleared ÷ cases × 100`.
    pub fn formula_text(&self, indicator: IndicatorIndex) -> String {
        self[indicator].formula.text(&Names {
            plan: self,
            by_title: false,
            language: Language::English,
        })
    }

    /// The same in a language, with the titles of measures and indicators.
    pub(crate) fn formula_with_titles(
        &self,
        indicator: IndicatorIndex,
        language: Language,
    ) -> String {
        self[indicator].formula.text(&Names::with_titles(self, language))
    }
}
