//! The scorecard: the rows of judgement with the titles of the plan, for people to read.
//!
//! [`text`] prints a [`Scorecard`] on a terminal, [`page`] as HTML; both know nothing of plans.
//!
//! * `from_report`: the scorecard of a [`Report`](crate::Report).
//! * `card`: how `text` and `page` read rows, from structs or from columns.
//! * `bullet`, `mark`, `sparkline`, `rug`: the pictures of a row; `pictures`: those that stand alone.
//! * `wording`, [`number`]: how sentences and numbers are written.

mod bullet;
pub(crate) mod card;
mod from_report;
pub(crate) mod mark;
pub mod number;
pub mod page;
mod pictures;
mod rug;
#[cfg(test)]
mod samples;
mod sparkline;
pub(crate) mod svg;
pub mod text;
pub(crate) mod wording;

use chrono::NaiveDate;

use crate::assess::Assessment;
pub use crate::language::Language;
use crate::report::ExpectedWrong;
pub use pictures::PictureOptions;

/// A report, ready to be read: titles, documents and rows in the order of the plan.
///
/// ```
/// use attain::scorecard::Scorecard;
/// use attain::scorecard::text;
///
/// let scorecard = Scorecard {
///     title: "Safe districts 2023".to_owned(),
///     plan: "districts-2023".to_owned(),
///     as_of: chrono::NaiveDate::from_ymd_opt(2023, 12, 14).unwrap(),
///     expected_wrong: None,
///     sections: Vec::new(),
/// };
/// assert!(text::render(&scorecard, 80, false).starts_with("Safe districts 2023\n"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    /// What it is called.
    pub title: String,
    /// The plan's id.
    pub plan: String,
    /// The day up to and including which outcomes were taken into account.
    pub as_of: NaiveDate,
    /// How many verdicts chance is expected to make wrong, if it is known.
    pub expected_wrong: Option<ExpectedWrong>,
    /// The parts it is read in, usually one for each campaign.
    pub sections: Vec<Section>,
}

/// A part of a scorecard: a campaign, or the targets that belong to none.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The campaign's title, or `Targets`.
    pub heading: String,
    /// The documents the section's targets rest on.
    pub documents: Vec<DocumentLine>,
    /// The rows; those of one target need not stand together.
    pub rows: Vec<Line>,
}

/// A document that sets targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// Its number: `96/2019/QH14`.
    pub document: String,
    /// The day it was signed.
    pub dated: Option<NaiveDate>,
    /// The article, clause or point that sets the target.
    pub clause: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Where it can be read; an address beginning with `http://` or `https://` becomes a link.
    pub source: Option<String>,
}

/// A row with what the plan knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The target's title.
    pub target_title: String,
    /// The indicator's title.
    pub indicator_title: String,
    /// What the value is counted in: `%`, `cases`, `per 100,000`. May be empty.
    pub unit_of_value: String,
    /// What the plan adds to the target for its readers.
    pub note: Option<String>,
    /// What kind of limit the goal is.
    pub limit: Limit,
    /// The row.
    pub assessment: Assessment,
}

/// What kind of limit the goal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The value must not be below it.
    Floor,
    /// The value must not be above it.
    Ceiling,
    /// The value must stay between two.
    Band,
}
