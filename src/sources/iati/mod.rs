//! Results of IATI activities, version 2.03.
//!
//! Activities and their locations become units, results campaigns, indicators indicators, and targets targets. Target,
//! actual and baseline values are texts, which people have written.
//!
//! * `xml`: elements of a file, with limits and without entities of its own.
//! * `build`: activities as a plan and outcomes.
//! * `value`: target, actual and baseline values, their dimensions and places.

mod build;
mod value;
mod xml;

use super::number::DecimalMark;
use super::{Imported, SourceFile};
use crate::error::Result;
use crate::error::codes::codes;

codes! {
    /// What values of indicators of percentages are.
    pub enum Percent as "form of percentages" {
        /// Percentages: 75 is 75 %.
        Number = "number",
        /// Parts of one: 0.75 is 75 %.
        Fraction = "fraction",
    }
}

/// How results of IATI activities are read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct IatiOptions {
    /// The identifier of the only activity that is read.
    pub activity: Option<String>,
    /// The language of titles, where there are several.
    pub language: Option<String>,
    /// The mark before decimals.
    pub decimal: DecimalMark,
    /// What values of indicators of percentages are.
    pub percent: Percent,
    /// Whether several actual values of one period are parts, which add up.
    pub events: bool,
    /// Whether values hold what happened since the start of the activity: none are added up.
    pub cumulative: bool,
    /// Whether what is left out is a fault.
    pub strict: bool,
}

impl Default for IatiOptions {
    fn default() -> Self {
        IatiOptions {
            activity: None,
            language: None,
            decimal: DecimalMark::Point,
            percent: Percent::Number,
            events: false,
            cumulative: false,
            strict: false,
        }
    }
}

/// Reads the results of IATI activities.
///
/// # Errors
///
/// [`Error::is_outcomes`](crate::Error::is_outcomes) with every fault, each with its line and column.
pub fn read_iati(files: &[SourceFile], options: &IatiOptions) -> Result<Imported> {
    build::import(files, options)
}
