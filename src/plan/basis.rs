//! The legal or planning documents a target rests on.

use std::fmt;

use chrono::NaiveDate;

/// A document that sets a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its number or name: `96/2019/QH14`.
    pub document: String,
    /// The day it is dated.
    pub dated: Option<NaiveDate>,
    /// The article or clause.
    pub clause: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Where it can be read: an address or a citation.
    pub source: Option<String>,
}

impl fmt::Display for Document {
    /// `96/2019/QH14 (2019-11-27), Art. 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.with_day(|dated| dated.to_string()))
    }
}

impl Document {
    fn with_day(&self, day: impl Fn(NaiveDate) -> String) -> String {
        let mut text = self.document.clone();
        if let Some(dated) = self.dated {
            text.push_str(&format!(" ({})", day(dated)));
        }
        if let Some(clause) = &self.clause {
            text.push_str(&format!(", {clause}"));
        }
        text
    }

    /// The document with its title and where it can be read, its day written by `day`.
    pub(crate) fn in_full(&self, day: impl Fn(NaiveDate) -> String) -> String {
        let mut text = self.with_day(day);
        for more in [&self.title, &self.source].into_iter().flatten() {
            text.push_str(". ");
            text.push_str(more);
        }
        text
    }
}
