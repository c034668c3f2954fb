//! What a binding to another language needs beyond the public interface.
//!
//! Items here may change in any release. `crates/attain-python` is the binding of this project.

pub use crate::arrow::{Contents, Question, unreadable_text};
pub use crate::error::codes::find;
pub use crate::error::{Faults, legible};
pub use crate::names::escaped;
pub use crate::parallel::check_stop;
pub use crate::plan::document::{Budget, DEPTH_LIMIT, Entry, Node, Value, too_deep};
pub use crate::tally::{Accepted, number_in_column_hint};

/// The words of scorecards, for pages that a binding writes by itself.
pub mod wording {
    use chrono::NaiveDate;

    use crate::language::Language;

    /// The phrases of a language, by their keys.
    pub fn phrases(language: Language) -> impl Iterator<Item = (&'static str, &'static str)> {
        language.catalogue().iter().map(|(key, phrase)| (key.as_str(), phrase.as_str()))
    }

    /// A number, rounded beside others: see [`rounded`](crate::scorecard::number::rounded).
    pub fn number(language: Language, value: f64, beside: &[f64]) -> String {
        language.rounded(value, beside)
    }

    /// A day: `14 Dec 2023`.
    pub fn day(language: Language, day: NaiveDate) -> String {
        language.day(day)
    }
}
