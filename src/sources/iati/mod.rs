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

options! {
    /// How results of IATI activities are read.
    pub struct IatiOptions {
        /// The identifier of the only activity that is read.
        activity: Option<String> = None,
        /// The language of titles, where there are several.
        language: Option<String> = None,
        /// The mark before decimals.
        decimal: DecimalMark = DecimalMark::Point,
        /// What values of indicators of percentages are.
        percent: Percent = Percent::Number,
        /// Whether several actual values of one period are parts, which add up.
        events: bool = false,
        /// Whether values hold what happened since the start of the activity: none are added up.
        cumulative: bool = false,
        /// Whether what is left out is a fault.
        strict: bool = false,
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
