//! Workbooks of Excel: a report, with the scorecard for people to read and the rows beside it; and one to be filled in.
//!
//! A workbook has no formulas, macros or links to other files. It is created on the day of the assessment, so that equal
//! reports give equal bytes.
//!
//! * `sheet`: what all sheets share: names, heads, print settings, the decimals and fills of cells.
//! * `table`: the rows of a view as sheets.
//! * `card`: the scorecard, and the matrix of units and targets.
//! * `about`: the documents, and what the workbook rests on.
//! * `template`: a workbook to be filled in.

mod about;
mod card;
mod sheet;
mod table;
mod template;

use std::io::Write;
use std::path::Path;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::assess::{Assessment, Texts};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result, grouped};
use crate::language::Language;
use crate::output::{self, unwritable};
use crate::parallel::check_stop;
use crate::report::Report;
use crate::tally::Punctuality;
use crate::views::DueReport;
use card::Links;
use sheet::{Formats, MOST_ROWS};
pub use template::TemplateOptions;

/// Rows of a report that are written as a workbook. Each takes some kilobytes of memory while it is written.
const MOST_ROWS_OF_BOOK: usize = 4 * MOST_ROWS;

/// How a workbook is written.
///
/// ```
/// use attain::scorecard::Language;
/// use attain::workbook::WorkbookOptions;
///
/// let options = WorkbookOptions::new().language(Language::Vietnamese);
/// assert_eq!(options.language, Language::Vietnamese);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkbookOptions {
    /// The language of words and days. Columns and codes of tables are English.
    pub language: Language,
}

impl WorkbookOptions {
    /// In English.
    pub fn new() -> Self {
        WorkbookOptions::default()
    }

    /// In a language.
    pub fn language(self, language: Language) -> Self {
        WorkbookOptions { language }
    }
}

impl Report {
    /// The report as an Excel workbook (`.xlsx`).
    ///
    /// | sheet | content |
    /// |---|---|
    /// | Scorecard | a line for each row, in words and numbers, grouped by campaign |
    /// | By unit | the value of the latest window, a row for each unit and a column for each target; only where there are several units |
    /// | Assessments | all columns of the [rows](Assessment), as a table |
    /// | Missing | reports that are missing or late ([`timeliness`](Report::timeliness)) |
    /// | Differences | where a whole and its parts differ ([`reconcile`](Report::reconcile)) |
    /// | Basis | the documents, and the targets that rest on them |
    /// | About | plan, outcomes, day, and what the reasons say |
    ///
    /// More rows than a sheet holds continue on further sheets.
    ///
    /// ```
    /// use attain::workbook::WorkbookOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 8.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let workbook = report.to_excel(&WorkbookOptions::new())?;
    /// assert!(workbook.starts_with(b"PK"));
    /// assert_eq!(workbook, report.to_excel(&WorkbookOptions::new())?);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the report has more than 4,194,300 rows, which are four sheets, or as
    /// [`timeliness`](Report::timeliness).
    pub fn to_excel(&self, options: &WorkbookOptions) -> Result<Vec<u8>> {
        let language = options.language;
        if self.len() > MOST_ROWS_OF_BOOK {
            return Err(too_many(self.len()));
        }
        let mut book =
            book(self.plan().title(), self.as_of()).map_err(|error| unwritten(&error))?;
        self.write_sheets(&mut book, language)?;
        book.save_to_buffer().map_err(|error| unwritten(&error))
    }

    /// Writes [the workbook](Report::to_excel) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// As [`Report::to_excel`]; [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_excel(&self, path: impl AsRef<Path>, options: &WorkbookOptions) -> Result<()> {
        let (path, book) = (path.as_ref(), self.to_excel(options)?);
        output::write_whole(path, |file| file.write_all(&book))
            .map_err(|cause| unwritable(path, cause))
    }

    fn write_sheets(&self, book: &mut Workbook, language: Language) -> Result<()> {
        let texts = Texts::of(self.plan());
        let card = self.card(&texts, language);
        let missing = self.missing_reports()?;
        let differences = self.reconcile();
        let formats = &mut Formats::new(language);
        let written = |written: std::result::Result<(), XlsxError>| {
            written.map_err(|error| unwritten(&error))
        };
        let name = language.phrase("sheet_assessments");
        let links = Links::new(self, name, MOST_ROWS);
        written(card::write_scorecard(book, &card, &links, formats))?;
        if self.plan().units().len() > 1 {
            written(card::write_units(book, self.plan(), &card, formats))?;
        }
        let rows = self.blocks().flat_map(|(common, block)| {
            common.assessments(block.rows().inspect(|_| check_stop()), &texts)
        });
        written(table::write::<Assessment, _>(book, name, "assessments", rows, formats))?;
        let name = language.phrase("sheet_missing");
        written(table::write(book, name, "missing", missing.into_iter(), formats))?;
        let name = language.phrase("sheet_differences");
        written(table::write(book, name, "differences", differences.into_iter(), formats))?;
        written(about::write_basis(book, self, formats))?;
        written(about::write_about(book, self, &card, formats))
    }

    /// The reports that are missing or came late. None of a tally for certain days only, which does not know them.
    fn missing_reports(&self) -> Result<Vec<DueReport>> {
        if self.tally().refuse_other_windows().is_err() {
            return Ok(Vec::new());
        }
        let mut reports = self.timeliness(None)?;
        reports.retain(|report| match report.status {
            Punctuality::Missing | Punctuality::Late => true,
            Punctuality::OnTime | Punctuality::Undated | Punctuality::Open => false,
        });
        Ok(reports)
    }
}

/// A workbook without sheets, created on a day.
fn book(title: &str, day: NaiveDate) -> std::result::Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let mut properties = DocProperties::new().set_title(title);
    if let Some(day) = excel_day(day) {
        properties = properties.set_creation_datetime(&day);
    }
    book.set_properties(&properties);
    Ok(book)
}

/// A day as a date of Excel; none before 1900, which Excel does not know.
fn excel_day(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok()?;
    let (month, date) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    (year >= 1900).then(|| ExcelDateTime::from_ymd(year, month, date).ok()).flatten()
}

#[cold]
fn too_many(rows: usize) -> Error {
    let fault = Fault::new(
        FaultCode::TooMany,
        Place::Nowhere,
        "the report has too many rows for a workbook",
    )
    .found(grouped(rows as u64))
    .expected(format!("at most {} rows", grouped(MOST_ROWS_OF_BOOK as u64)))
    .hint("choose some rows with `filter`, or write Parquet");
    Error::one(ErrorKind::Request, fault)
}

#[cold]
fn unwritten(error: &XlsxError) -> Error {
    Error::request(FaultCode::TooMany, format!("the workbook can't be written: {error}"))
}
