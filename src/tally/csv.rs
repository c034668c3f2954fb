//! Outcomes from CSV files.
//!
//! How a text becomes rows of fields is said in `delimited`; here they become numbers and days.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use chrono::NaiveDate;
use csv::StringRecord;

use super::value_hint::no_number;
use super::{Accepted, Column, Fields, Intake, Layout, Source, Tally, exceeds};
use crate::delimited::{Delimited, Row};
use crate::error::{
    AlreadyReported, Cause, Error, ErrorKind, Fault, FaultCode, Field, Place, Result, file_trouble,
};

/// How far the reading of a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read so far.
    pub bytes_read: u64,
    /// Bytes there are to read.
    pub bytes_total: u64,
}

/// What is told of a file's progress; to break off is to leave the tally as it was.
pub(crate) type Watch<'w> = Option<&'w mut dyn FnMut(Progress) -> ControlFlow<()>>;

/// Rows between two reports of progress.
const ROWS_PER_REPORT: usize = 8_192;

impl Tally {
    /// Adds the outcomes of a CSV file, all or none. Its columns are those of an outcome table; others are not read, and
    /// a [warning](Tally::warnings) lists them. An empty field is a missing value. Blanks around a field don't count.
    ///
    /// `progress` is called now and then; where it breaks, the reading stops and the tally is as before.
    ///
    /// ```
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// # let path = std::env::temp_dir().join(format!("attain-doc-{}.csv", std::process::id()));
    /// std::fs::write(&path, "unit,period,measure,value\n01,2023,cases,1840\n01,2024,cases,\"1,914\"\n")?;
    /// let error = attain::Tally::new(&plan).read_csv(&path, None).unwrap_err();
    /// # std::fs::remove_file(&path)?;
    /// assert_eq!(error.faults()[0].place.line(), Some(3));
    /// assert_eq!(error.faults()[0].found.as_deref(), Some("`1,914`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be read; [`Error::is_outcomes`] with every fault of every row and its
    /// line; [`Error::is_request`] if `progress` broke it off. The tally is as before.
    pub fn read_csv(
        &mut self,
        path: impl AsRef<Path>,
        progress: Option<&mut dyn FnMut(Progress) -> ControlFlow<()>>,
    ) -> Result<()> {
        let accepted = self.check_csv(path.as_ref(), progress)?;
        self.add_accepted(accepted);
        Ok(())
    }

    /// Checks the outcomes of a CSV file without adding them.
    pub(crate) fn check_csv(&self, path: &Path, progress: Watch<'_>) -> Result<Accepted> {
        let file = path.display().to_string();
        let opened = File::open(path).and_then(|opened| Ok((opened.metadata()?.len(), opened)));
        let (bytes_total, opened) = opened.map_err(|cause| unreadable(path, cause))?;
        let mut intake = Intake::new(self, Source::Lines { file: file.clone(), header: 1 });
        let reading = Reading { path, file: &file, bytes_total, watch: progress };
        reading.read(opened, &mut intake)?;
        intake.finish()
    }
}

/// A file that can't be read at all.
#[cold]
pub(crate) fn unreadable(path: &Path, cause: io::Error) -> Error {
    let place = Place::File { file: path.display().to_string() };
    let message = format!("the file can't be read: {}", file_trouble(&cause));
    Error::one(ErrorKind::File, Fault::new(FaultCode::from(&cause), place, message))
        .caused_by(Cause::of_file(path, cause))
}

/// A reading that its watcher broke off.
#[cold]
pub(crate) fn broken_off(file: &str) -> Error {
    let place = Place::File { file: file.to_owned() };
    Error::one(
        ErrorKind::Request,
        Fault::new(FaultCode::Stopped, place, "the reading was broken off"),
    )
}

struct Reading<'r, 'w> {
    path: &'r Path,
    file: &'r str,
    bytes_total: u64,
    watch: Watch<'w>,
}

impl Reading<'_, '_> {
    fn read(mut self, opened: impl Read, intake: &mut Intake<'_>) -> Result<()> {
        let unreadable = |cause| unreadable(self.path, cause);
        let mut table = match Delimited::open(self.file, opened).map_err(unreadable)? {
            Ok(table) => table,
            Err(fault) => {
                intake.fault(fault);
                return Ok(());
            }
        };
        let (names, line) = table.header();
        intake.header_stands_on(line);
        let headers: Vec<&str> = names.iter().map(String::as_str).collect();
        let layout = Layout::of(&headers, intake);
        if !intake.is_sound() {
            return Ok(());
        }
        let mut since_report = 0;
        while let Some(row) = table.next().map_err(unreadable)? {
            match row {
                Row::Sound(line, record) => {
                    let fields = read_fields(record, &layout, line, intake);
                    intake.fields(line, &fields);
                }
                Row::Faulty(fault) => intake.fault(fault),
            }
            if intake.is_full() {
                return Ok(());
            }
            since_report += 1;
            if since_report == ROWS_PER_REPORT {
                since_report = 0;
                self.report(table.bytes_read())?;
            }
        }
        self.report(table.bytes_read())
    }

    fn report(&mut self, bytes_read: u64) -> Result<()> {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        // A file that grows while it is read has no more bytes than it had.
        let bytes_read = bytes_read.min(self.bytes_total);
        match watch(Progress { bytes_read, bytes_total: self.bytes_total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(broken_off(self.file)),
        }
    }
}

fn read_fields<'a>(
    record: &'a StringRecord,
    layout: &Layout,
    line: usize,
    intake: &mut Intake<'_>,
) -> Fields<'a> {
    let text = |column: Column| -> Option<&'a str> {
        let text = record.get(layout.at(column)?)?.trim();
        (!text.is_empty()).then_some(text)
    };
    let mut day = |column: Column| -> Field<NaiveDate> {
        match text(column).map(|text| (text, crate::calendar::date(text))) {
            None => Ok(None),
            Some((_, Some(day))) => Ok(Some(day)),
            Some((text, None)) => Err(intake.no_day(line, column, text)),
        }
    };
    let (date, start, end) = (day(Column::Date), day(Column::Start), day(Column::End));
    let recorded_at = day(Column::RecordedAt);
    let value = match text(Column::Value) {
        None => Ok(None),
        Some(written) => {
            intake.note_written(line, text(Column::Measure).unwrap_or_default(), written);
            number(written, line, intake).map(Some)
        }
    };
    // Fields are read to the end: all that is wrong is told in one go.
    let mut combination = Ok(0);
    for (stratum, column) in layout.strata() {
        let category = record.get(column).unwrap_or_default().trim();
        let number = intake.category(line, stratum, category);
        combination = combination.and_then(|sum| Ok(sum + number?));
    }
    Fields {
        unit: Ok(text(Column::Unit)),
        date,
        start,
        end,
        period: Ok(text(Column::Period)),
        measure: Ok(text(Column::Measure)),
        value,
        status: Ok(text(Column::Status)),
        recorded_at,
        combination,
    }
}

fn number(text: &str, line: usize, intake: &mut Intake<'_>) -> Result<f64, AlreadyReported> {
    let is_written_out = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    match text.parse::<f64>() {
        Ok(value) if is_written_out => {
            if value.is_infinite() || exceeds(text, value) {
                intake.too_large(line, text);
                return Err(AlreadyReported);
            }
            Ok(value)
        }
        Ok(_) | Err(_) => {
            let place = intake.place(line, Column::Value.name());
            intake.fault(no_number(place, text));
            Err(AlreadyReported)
        }
    }
}
