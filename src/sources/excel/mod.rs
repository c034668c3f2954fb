//! Workbooks of Excel: tidy sheets of outcomes, and tracking tables of targets and what was achieved.
//!
//! * `package`: the parts of a workbook file.
//! * `format`: number formats.
//! * `cells`: the cells of a sheet, with what they show.
//! * `words`: what heads of columns mean, in three languages.
//! * `period`: periods as people write them.
//! * `map`: what a reader says of a table that its heads don't.
//! * `values`: cells as numbers and days, with faults and notes.
//! * `tracking`, `head`: tracking tables.
//! * `tidy`: tidy sheets.

mod cells;
mod format;
mod head;
mod map;
mod package;
mod period;
mod tidy;
mod tracking;
mod values;
mod words;

use crate::error::codes::codes;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Result};
use crate::parallel::check_stop;

use super::number::DecimalMark;
use super::{Imported, SourceFile};
use cells::{Book, Sheet};
pub use map::ExcelMap;
use words::Tidy;

codes! {
    /// How the sheets of a workbook are laid out.
    #[derive(Default)]
    pub enum Layout as "layout" {
        /// By what the sheets have.
        #[default]
        Auto = "auto",
        /// A row for each outcome, in the columns of a table of outcomes.
        Tidy = "tidy",
        /// A row for each indicator, with columns of targets and of what was achieved.
        Tracking = "tracking",
    }
}

/// How a workbook is read.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ExcelOptions {
    /// The sheet of a tracking table; the first one that is not hidden where it is not given.
    pub sheet: Option<String>,
    /// How the sheets are laid out.
    pub layout: Layout,
    /// What the heads of a tracking table do not say.
    pub map: ExcelMap,
    /// The decimal mark of numbers that are texts.
    pub decimal: DecimalMark,
    /// Whether what is left out is a fault.
    pub strict: bool,
}

impl Default for ExcelOptions {
    fn default() -> Self {
        ExcelOptions {
            sheet: None,
            layout: Layout::Auto,
            map: ExcelMap::default(),
            decimal: DecimalMark::Point,
            strict: false,
        }
    }
}

/// Reads targets and outcomes from a workbook of Excel.
///
/// # Errors
///
/// [`Error::is_outcomes`] with every fault of every cell; [`Error::is_file`] if the file is no workbook, is damaged or is too
/// large.
pub fn read_excel(file: &SourceFile, options: &ExcelOptions) -> Result<Imported> {
    let unreadable = |fault: Box<Fault>| Error::one(ErrorKind::File, *fault);
    let mut book = Book::open(file).map_err(unreadable)?;
    let names: Vec<(String, bool)> =
        book.names().map(|(name, is_hidden)| (name.to_owned(), is_hidden)).collect();
    let wanted = options.sheet.as_ref().or(options.map.sheet.as_ref());
    if let Some(wanted) = wanted {
        let place = names.iter().position(|(name, _)| name.to_lowercase() == wanted.to_lowercase());
        let Some(place) = place else {
            let known: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
            let fault = Fault::unknown_choice(file.place(), "sheet", wanted, &known);
            return Err(Error::one(ErrorKind::Request, fault));
        };
        let sheet = book.sheet(place).map_err(unreadable)?;
        check_stop();
        return match options.layout {
            Layout::Tidy => tidy::import(file, &[(Tidy::Outcomes, sheet)], options),
            Layout::Tracking => tracking::import(file, &sheet, options),
            Layout::Auto if tidy::is_tidy(&sheet) => {
                tidy::import(file, &[(Tidy::Outcomes, sheet)], options)
            }
            Layout::Auto => tracking::import(file, &sheet, options),
        };
    }
    let mut sheets: Vec<(Tidy, Sheet)> = Vec::new();
    if options.layout != Layout::Tracking {
        for (place, (name, _)) in names.iter().enumerate() {
            let Some(kind) =
                Tidy::of(name).filter(|kind| sheets.iter().all(|(known, _)| known != kind))
            else {
                continue;
            };
            let sheet = book.sheet(place).map_err(unreadable)?;
            // A tracking table may be called `Targets`.
            if options.layout == Layout::Tidy || tidy::is_tidy_of(kind, &sheet) {
                sheets.push((kind, sheet));
            }
        }
        if !sheets.is_empty() {
            return tidy::import(file, &sheets, options);
        }
    }
    let first = names.iter().position(|(_, is_hidden)| !is_hidden);
    let Some(first) = first else {
        let fault =
            Fault::new(FaultCode::EmptyInput, file.place(), "the workbook has no sheet to read");
        return Err(Error::one(ErrorKind::File, fault));
    };
    let sheet = book.sheet(first).map_err(unreadable)?;
    match options.layout {
        Layout::Tidy => tidy::import(file, &[(Tidy::Outcomes, sheet)], options),
        Layout::Auto if tidy::is_tidy(&sheet) => {
            tidy::import(file, &[(Tidy::Outcomes, sheet)], options)
        }
        Layout::Auto | Layout::Tracking => tracking::import(file, &sheet, options),
    }
}
