//! Outcomes from CSV files.
//!
//! How a text becomes rows of fields is said in `delimited`; here they become numbers and days.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::path::Path;

use chrono::NaiveDate;
use csv::StringRecord;

use super::input::{Input, Progress, unreadable};
use super::intake::period_cells::period_of_text;
use super::value_hint::no_number;
use super::{
    Accepted, CellSource, Column, Fields, Intake, Layout, NumberFormat, ReadColumns, Source,
    TableColumns, Tally, exceeds, no_boolean, path, yes_or_no,
};
use crate::delimited::{Delimited, Row};
use crate::error::{AlreadyReported, FaultCode, Field, Result};

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
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be read;
    /// [`Error::is_outcomes`](crate::Error::is_outcomes) with every fault of every row and its line;
    /// [`Error::is_request`](crate::Error::is_request) if `progress` broke it off. The tally is as before.
    pub fn read_csv(
        &mut self,
        path: impl AsRef<Path>,
        progress: Option<&mut dyn FnMut(Progress) -> ControlFlow<()>>,
    ) -> Result<()> {
        let input = Input::open(path.as_ref(), progress)?;
        let accepted = self.check_csv(input, &TableColumns::default())?;
        self.add_accepted(accepted);
        Ok(())
    }

    /// Checks the outcomes of a CSV text without adding them.
    pub(crate) fn check_csv(
        &self,
        input: Input<'_, '_>,
        columns: &TableColumns,
    ) -> Result<Accepted> {
        let file = input.name();
        let mut intake = Intake::new(self, Source::Lines { file: file.clone(), header: 1 });
        read(input, &file, columns, &mut intake)?;
        intake.finish()
    }
}

/// Reads all rows into an intake.
fn read(
    mut input: Input<'_, '_>,
    file: &str,
    columns: &TableColumns,
    intake: &mut Intake<'_>,
) -> Result<()> {
    let path = input.path;
    let unreadable = |cause| unreadable(path, cause);
    let from = input.take_text();
    let options = intake.options();
    let separator = options.separator.byte();
    let mut table = match Delimited::separated_by(separator, file, from).map_err(unreadable)? {
        Ok(table) => table,
        Err(fault) => {
            intake.fault(match fault.code {
                FaultCode::WrongSeparator => fault.hint(SEPARATOR_HINT),
                _ => fault,
            });
            return Ok(());
        }
    };
    let (names, line) = table.header();
    intake.header_stands_on(line);
    if !columns.are_usual() {
        intake.name_columns(columns.names_in_faults());
    }
    let added = input.added_columns(names);
    let headers = names.iter().chain(added.iter().map(|column| &column.name));
    let headers: Vec<String> = headers.cloned().collect();
    let Some(layout) = FileLayout::of(columns, &headers, intake) else { return Ok(()) };
    let layout = FileLayout { numbers: options.numbers, ..layout };
    while let Some(row) = table.next().map_err(unreadable)? {
        match row {
            Row::Sound(line, record) if added.is_empty() => {
                layout.read(record, line, intake);
            }
            Row::Sound(line, record) => {
                let mut record = record.clone();
                for column in &added {
                    record.push_field(column.value.as_deref().unwrap_or_default());
                }
                layout.read(&record, line, intake);
            }
            Row::Faulty(fault) => intake.fault(fault),
        }
        if intake.is_full() {
            return Ok(());
        }
        input.count_row()?;
    }
    input.report()
}

/// Where the columns that are read stand in a file.
pub(super) struct FileLayout<'c> {
    /// Their places in `sources`.
    layout: Layout,
    sources: Vec<CellSource<'c>>,
    /// The columns of values with their headers, each with the id of its measure.
    values: Vec<(usize, &'c str, &'c str)>,
    numbers: NumberFormat,
}

impl<'c> FileLayout<'c> {
    /// None if the columns have faults, which are noted.
    pub(super) fn of(
        columns: &'c TableColumns,
        headers: &'c [String],
        intake: &mut Intake<'_>,
    ) -> Option<Self> {
        let texts: Vec<&str> = headers.iter().map(String::as_str).collect();
        let ReadColumns { columns, values } = ReadColumns::find(columns, &texts, intake)?;
        let mut names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        if !values.is_empty() {
            names.extend([Column::Measure.name(), Column::Value.name()]);
        }
        let layout = Layout::of(&names, intake);
        let sources = columns.into_iter().map(|(_, source)| source).collect();
        let values = values.into_iter().map(|(at, measure)| (at, texts[at], measure)).collect();
        let numbers = NumberFormat::default();
        intake.is_sound().then_some(FileLayout { layout, sources, values, numbers })
    }

    /// Reads a row: one outcome, or one for each column of values.
    pub(super) fn read(&self, record: &StringRecord, line: usize, intake: &mut Intake<'_>) {
        let unit = self.unit(record);
        let named = self.named_period(record, line, intake);
        let period = match &named {
            Ok(period) => Ok(period.as_deref().or_else(|| self.text(record, Column::Period))),
            Err(AlreadyReported) => Err(AlreadyReported),
        };
        let shared = Shared { record, line, unit: unit.as_deref(), period };
        if self.values.is_empty() {
            let measure = self.text(record, Column::Measure);
            let value = self.text(record, Column::Value);
            let status = self.text(record, Column::Status);
            let fields = self.fields(&shared, measure, value, status, intake);
            intake.fields(line, &fields);
        }
        for (at, header, measure) in &self.values {
            intake.name_column(Column::Value, header);
            let value = trimmed(record, *at);
            let status = match (self.layout.at(Column::Status), value) {
                (None, None) => Some(NOT_REPORTED),
                (None, Some(_)) | (Some(_), _) => self.text(record, Column::Status),
            };
            let fields = self.fields(&shared, Some(measure), value, status, intake);
            intake.fields(line, &fields);
        }
    }

    /// What stands in a column, if anything does.
    fn text<'a>(&'a self, record: &'a StringRecord, column: Column) -> Option<&'a str> {
        match self.sources.get(self.layout.at(column)?)? {
            CellSource::Usual(at) | CellSource::Named(at) => trimmed(record, *at),
            CellSource::Constant(text) => Some(text),
            CellSource::UnitPath(_) => None,
        }
    }

    /// The code of the unit.
    fn unit<'a>(&'a self, record: &'a StringRecord) -> Option<Cow<'a, str>> {
        match self.sources.get(self.layout.at(Column::Unit)?)? {
            CellSource::UnitPath(columns) => match &columns[..] {
                [at] => trimmed(record, *at).map(Cow::Borrowed),
                _ => {
                    let names = columns.iter().map(|at| trimmed(record, *at).map(Cow::Borrowed));
                    path(names).map(Cow::Owned)
                }
            },
            CellSource::Usual(_) | CellSource::Named(_) | CellSource::Constant(_) => {
                self.text(record, Column::Unit).map(Cow::Borrowed)
            }
        }
    }

    /// The name of the period that a number or a day means in a column that the caller named.
    fn named_period(
        &self,
        record: &StringRecord,
        line: usize,
        intake: &mut Intake<'_>,
    ) -> Field<String> {
        let source = self.layout.at(Column::Period).and_then(|at| self.sources.get(at));
        let Some(CellSource::Named(at)) = source else { return Ok(None) };
        let Some(text) = trimmed(record, *at) else { return Ok(None) };
        match period_of_text(text) {
            Ok(period) => Ok(period.map(|period| period.to_string())),
            Err(refusal) => {
                let place = intake.place(line, Column::Period.name());
                intake.fault(refusal.fault(place));
                Err(AlreadyReported)
            }
        }
    }

    fn fields<'a>(
        &'a self,
        shared: &Shared<'a>,
        measure: Option<&'a str>,
        value: Option<&'a str>,
        status: Option<&'a str>,
        intake: &mut Intake<'_>,
    ) -> Fields<'a> {
        let Shared { record, line, unit, period } = *shared;
        let mut day = |column: Column| -> Field<NaiveDate> {
            match self.text(record, column).map(|text| (text, crate::calendar::date(text))) {
                None => Ok(None),
                Some((_, Some(day))) => Ok(Some(day)),
                Some((text, None)) => Err(intake.no_day(line, column, text)),
            }
        };
        let (date, start, end) = (day(Column::Date), day(Column::Start), day(Column::End));
        let recorded_at = day(Column::RecordedAt);
        let illustrative = match self.text(record, Column::Illustrative) {
            None => Ok(None),
            Some(text) => yes_or_no(text).map(Some).ok_or_else(|| {
                let place = intake.place(line, Column::Illustrative.name());
                intake.fault(no_boolean(place, text));
                AlreadyReported
            }),
        };
        let value = match value {
            None => Ok(None),
            Some(written) => {
                // What looks like a mark of thousands is none where these are declared.
                if self.numbers.is_usual() {
                    intake.note_written(line, measure.unwrap_or_default(), written);
                }
                number(written, self.numbers, line, intake).map(Some)
            }
        };
        // Fields are read to the end: all that is wrong is told in one go.
        let mut combination = Ok(0);
        for (stratum, column) in self.layout.strata() {
            let category = match &self.sources[column] {
                CellSource::Usual(at) | CellSource::Named(at) => trimmed(record, *at),
                CellSource::Constant(_) | CellSource::UnitPath(_) => None,
            };
            let number = intake.category(line, stratum, category.unwrap_or_default());
            combination = combination.and_then(|sum| Ok(sum + number?));
        }
        Fields {
            unit: Ok(unit),
            date,
            start,
            end,
            period,
            measure: Ok(measure),
            value,
            status: Ok(status),
            recorded_at,
            illustrative,
            source: self.text(record, Column::Source),
            combination,
        }
    }
}

/// How files with other separators are read.
const SEPARATOR_HINT: &str = "save the file as CSV with commas and decimal points, or read it with the options `separator` and `decimal`";

/// What the outcomes of a row share.
struct Shared<'a> {
    record: &'a StringRecord,
    line: usize,
    unit: Option<&'a str>,
    period: Field<&'a str>,
}

/// The status of a figure whose cell in a column of values is empty.
const NOT_REPORTED: &str = "O";

fn trimmed(record: &StringRecord, at: usize) -> Option<&str> {
    let text = record.get(at)?.trim();
    (!text.is_empty()).then_some(text)
}

fn number(
    text: &str,
    format: NumberFormat,
    line: usize,
    intake: &mut Intake<'_>,
) -> Result<f64, AlreadyReported> {
    let usual = format.usual(text).unwrap_or_default();
    let is_written_out = usual
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    match usual.parse::<f64>() {
        Ok(value) if is_written_out => {
            if value.is_infinite() || exceeds(&usual, value) {
                intake.too_large(line, text);
                return Err(AlreadyReported);
            }
            Ok(value)
        }
        Ok(_) | Err(_) => {
            let place = intake.place(line, Column::Value.name());
            let fault = no_number(place, text);
            intake.fault(match format.is_usual() {
                true => fault,
                false => fault.expected(format!("a number such as {}", format.example())),
            });
            Err(AlreadyReported)
        }
    }
}
