//! CSV tables that stand beside a plan: each field with its line and column.

use std::io;

use chrono::NaiveDate;
use csv::StringRecord;

use super::units::PlacedField;
use crate::calendar;
use crate::delimited::{Delimited, Row};
use crate::error::{AlreadyReported, Fault, FaultCode, Faults, Place, file_trouble, nearest};
use crate::names::composed;

/// What a table is called, and which columns it may have; further ones are left alone.
pub(super) struct SideTable<'t> {
    /// The file, as messages name it.
    pub(super) file: &'t str,
    /// What it is a table of: `unit table`.
    pub(super) what: &'t str,
    /// The columns it may have.
    pub(super) columns: &'t [&'t str],
    /// Those of them it can't do without.
    pub(super) required: &'t [&'t str],
}

/// The fields of one row.
pub(super) struct Cells<'r> {
    table: &'r SideTable<'r>,
    line: usize,
    /// Where each of the table's columns stands.
    at: &'r [Option<usize>],
    record: &'r StringRecord,
}

impl SideTable<'_> {
    /// Reads each row; none if the columns are at fault.
    pub(super) fn read<T>(
        &self,
        bytes: &[u8],
        faults: &mut Faults,
        mut row: impl FnMut(Cells<'_>, &mut Faults) -> T,
    ) -> Option<Vec<T>> {
        let mut text = match Delimited::open(self.file, bytes) {
            Ok(Ok(text)) => text,
            Ok(Err(fault)) => {
                faults.push(fault);
                return None;
            }
            Err(cause) => {
                faults.push(self.unreadable(&cause));
                return None;
            }
        };
        let (names, line) = text.header();
        let at = self.places(names, line, faults)?;
        let mut rows = Vec::new();
        loop {
            match text.next() {
                Ok(Some(Row::Sound(line, record))) => {
                    rows.push(row(Cells { table: self, line, at: &at, record }, faults));
                }
                Ok(Some(Row::Faulty(fault))) => faults.push(fault),
                Ok(None) => return Some(rows),
                Err(cause) => {
                    faults.push(self.unreadable(&cause));
                    return None;
                }
            }
        }
    }

    /// Where each of the columns stands.
    fn places(
        &self,
        names: &[String],
        line: usize,
        faults: &mut Faults,
    ) -> Option<Vec<Option<usize>>> {
        let place = |column: Option<&str>| cell(self.file, line, column);
        let faults_before = faults.len();
        let mut at = vec![None; self.columns.len()];
        for (index, name) in names.iter().enumerate() {
            let name_in_nfc = composed(name);
            let Some(column) = self.columns.iter().position(|column| *column == name_in_nfc) else {
                continue;
            };
            if at[column].is_some() {
                let fault = Fault::new(
                    FaultCode::DuplicateColumn,
                    place(Some(name)),
                    "this column stands twice",
                );
                faults.push(fault.expected("it once"));
            }
            at[column] = Some(index);
        }
        let others = names.iter().filter(|name| !self.columns.contains(&&*composed(name)));
        for (column, _) in self.columns.iter().zip(&at).filter(|(_, at)| at.is_none()) {
            let known = self.columns.iter().copied();
            let suggested =
                others.clone().find(|other| nearest(other, known.clone()) == Some(column));
            // A table may do without the other columns, but not by a slip of the pen.
            if !self.required.contains(column) && suggested.is_none() {
                continue;
            }
            let message = format!("the {} has no column `{column}`", self.what);
            let fault = Fault::new(FaultCode::MissingColumn, place(None), message)
                .found(format!("the columns {}", names.join(", ")));
            faults.push(match suggested {
                Some(suggested) => fault.hint(format!(
                    "if `{suggested}` is meant, rename it to `{column}`; else give it another name"
                )),
                None => fault,
            });
        }
        (faults.len() == faults_before).then_some(at)
    }

    #[cold]
    fn unreadable(&self, cause: &io::Error) -> Fault {
        let place = Place::File { file: self.file.to_owned() };
        Fault::new(
            FaultCode::from(cause),
            place,
            format!("the {} can't be read: {}", self.what, file_trouble(cause)),
        )
    }
}

impl<'r> Cells<'r> {
    /// Where the row stands.
    pub(super) fn row(&self) -> Place {
        cell(self.table.file, self.line, None)
    }

    /// Where a field stands.
    pub(super) fn place(&self, column: usize) -> Place {
        cell(self.table.file, self.line, Some(self.table.columns[column]))
    }

    /// What stands in a field, if anything does.
    pub(super) fn field(&self, column: usize) -> Option<&'r str> {
        let text = self.at[column].and_then(|index| self.record.get(index)).map(str::trim);
        text.filter(|text| !text.is_empty())
    }

    /// A field with its place, in NFC.
    pub(super) fn text(&self, column: usize) -> Option<(Place, String)> {
        self.field(column).map(|text| (self.place(column), composed(text).into_owned()))
    }

    /// A field in which something has to stand.
    pub(super) fn required(
        &self,
        column: usize,
        expected: &str,
        faults: &mut Faults,
    ) -> PlacedField<String> {
        self.text(column).map(Some).ok_or_else(|| {
            let fault =
                Fault::new(FaultCode::MissingValue, self.place(column), "nothing stands here");
            faults.push(fault.expected(expected));
            AlreadyReported
        })
    }

    /// A field that holds a day.
    pub(super) fn day(&self, column: usize, faults: &mut Faults) -> PlacedField<NaiveDate> {
        let Some(text) = self.field(column) else { return Ok(None) };
        match calendar::date(text) {
            Some(day) => Ok(Some((self.place(column), day))),
            None => {
                let fault = Fault::new(FaultCode::NotADate, self.place(column), "this is no date")
                    .found(format!("`{text}`"));
                let fault = fault.expected("a day such as 2025-07-01");
                faults.push(match calendar::day_hint(text) {
                    Some(hint) => fault.hint(hint),
                    None => fault,
                });
                Err(AlreadyReported)
            }
        }
    }
}

fn cell(file: &str, line: usize, column: Option<&str>) -> Place {
    Place::Cell { file: file.to_owned(), line, column: column.map(str::to_owned) }
}
