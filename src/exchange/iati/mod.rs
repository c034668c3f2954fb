//! The report as results of activities in the XML of IATI 2.03.
//!
//! * `activities`: the activities, and which rows belong to them.
//! * `results`: rows by activity, result, indicator and period.
//! * `left_out`: what has no form in IATI.
//! * `xml`: elements.
//! * `write`: elements of the results.

mod activities;
mod left_out;
mod results;
mod write;
mod xml;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result, quoted};
use crate::output::{unwritable, write_whole};
use crate::report::Report;
use activities::Activities;
use results::Results;

pub use left_out::{IatiLeftOut, IatiLeftOutRow};

/// How a report is written as IATI.
///
/// ```
/// use attain::exchange::IatiExport;
///
/// let export = IatiExport::new().activity("XM-EXAMPLE-1").language("vi");
/// assert_eq!(export.activity.as_deref(), Some("XM-EXAMPLE-1"));
/// assert_eq!(IatiExport::new().language, "en");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IatiExport {
    /// The identifier of the activity: the code of a unit, whose rows and those of the units below are written, or another
    /// one, to which all rows belong. Without it each unit without a parent is an activity.
    pub activity: Option<String>,
    /// The language of the texts of the plan.
    pub language: String,
}

impl Default for IatiExport {
    fn default() -> Self {
        IatiExport { activity: None, language: "en".to_owned() }
    }
}

impl IatiExport {
    /// All activities; the texts are English.
    pub fn new() -> Self {
        IatiExport::default()
    }

    /// Sets `activity`.
    #[must_use]
    pub fn activity(self, activity: impl Into<String>) -> Self {
        IatiExport { activity: Some(activity.into()), ..self }
    }

    /// Sets `language`.
    #[must_use]
    pub fn language(self, language: impl Into<String>) -> Self {
        IatiExport { language: language.into(), ..self }
    }
}

impl Report {
    /// Writes the rows as results of activities in IATI 2.03. Returns what has no form there.
    ///
    /// | element | content |
    /// |---|---|
    /// | `iati-activity` | a unit: see [`IatiExport::activity`]. Its title is that of the plan, or the name of the unit if there are several |
    /// | `location` | a unit below: its code and its name |
    /// | `result` | a campaign with targets, or all targets without one. `type` is 1, 2 or 3 if the note of the campaign is `output`, `outcome` or `impact`, else 9 |
    /// | `indicator` | an indicator. `measure` is 2 if its unit is `%`, else 1; `ascending` is 1 if the goal is at least a number; `aggregation-status` is 1 if it is a count whose figures add up over time and units |
    /// | `reference` | vocabulary 99, with the id of the indicator |
    /// | `baseline` | the column `baseline`. Its year is that of the earlier window; of a number, that of the day before the first period |
    /// | `period` | a window; the last day is included |
    /// | `target`, `actual` | goal and value, with dimensions and locations. There is none where there is no number |
    ///
    /// Targets that differ in direction, or that judge the same unit and days twice, are indicators of their own: `ID.2`.
    /// IATI needs more of an activity than a plan knows: organisations, a description, dates and sectors. Add them before
    /// you publish.
    ///
    /// ```
    /// use attain::exchange::IatiExport;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// # let folder = std::env::temp_dir().join(format!("attain-write-iati-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder).unwrap();
    /// # let path = folder.join("results.xml");
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 12.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let left_out = report.write_iati(&path, &IatiExport::new().activity("XM-EXAMPLE-1"))?;
    /// assert!(left_out.is_empty());
    /// let text = std::fs::read_to_string(&path).unwrap();
    /// assert!(text.contains(r#"<indicator measure="1" ascending="0" aggregation-status="1">"#));
    /// assert!(text.contains(r#"<target value="9"/>"#) && text.contains(r#"<actual value="12"/>"#));
    /// # std::fs::remove_dir_all(folder).unwrap();
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// * [`Error::is_request`] if the language is none, or the report has no row of the activity.
    /// * [`Error::is_file`] if the file can't be written.
    pub fn write_iati(
        &self,
        path: impl AsRef<Path>,
        export: &IatiExport,
    ) -> Result<Vec<IatiLeftOutRow>> {
        let path = path.as_ref();
        if !is_language(&export.language) {
            let fault =
                Fault::new(FaultCode::WrongForm, Place::Nowhere, "this is no code of a language");
            let fault = fault.found(quoted(&export.language)).expected("a code such as `en`");
            return Err(Error::one(ErrorKind::Request, fault));
        }
        let activities = Activities::of(self.plan(), export.activity.as_deref());
        let results = Results::of(self, &activities);
        if results.is_empty() {
            let message = match &export.activity {
                Some(activity) => format!("the report has no rows of the activity `{activity}`"),
                None => "the report has no rows: IATI has no file without an activity".to_owned(),
            };
            return Err(Error::request(FaultCode::NoSuchRow, message));
        }
        let write = |file: &mut File| -> io::Result<()> {
            let mut buffered = BufWriter::new(file);
            results.write(&mut buffered, &activities, &export.language)?;
            buffered.flush()
        };
        write_whole(path, write).map_err(|cause| unwritable(path, cause))?;
        Ok(results.left_out.rows())
    }
}

/// Whether a text has the form of a language in XML: `en`, `zh-Hant`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_has_letters_and_parts() {
        assert!(["en", "vi", "zh-Hant", "pt-BR", "de-1996"].into_iter().all(is_language));
        assert!(!["", "e", "en-", "en_GB", "english language", "12"].into_iter().any(is_language));
    }
}
