//! Adds record batches of outcomes to a tally.
//!
//! | column | Arrow types |
//! |---|---|
//! | `unit`, `measure`, `period`, `status`, strata | Utf8, LargeUtf8, Utf8View, or a Dictionary of these with keys of any integer type |
//! | `date`, `start`, `end`, `recorded_at` | Date32, Date64, Timestamp of any unit without a time zone (the day it falls on), or texts such as `2025-07-01` |
//! | `value` | integers and floats of any size, decimals of any width |
//!
//! Any of them may be of the type Null, which holds only nulls. A float of half or single precision means its
//! shortest decimal: 0.1 is 0.1. Columns are read in place; none is copied or cast.

use std::ops::Range;

use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, DataType};
use chrono::NaiveDate;

use super::column::{Cell, Days, Numbers, Texts, Unreadable};
use super::plain;
use crate::error::{Fault, Place, Result};
use crate::plan::{Plan, StratumIndex};
use crate::tally::{Accepted, Column, Field, Fields, Intake, Layout, Rows, Source, Tally, Told};

impl Tally {
    /// Adds the outcomes of a record batch, all or none.
    ///
    /// Its columns are `unit`, `measure`, `value` (optional for events), one or several of `date`, `start` with `end`,
    /// and `period` (each row uses one of them), and optionally `status`, `recorded_at` and the plan's strata. Further
    /// columns are ignored.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let texts = |texts: [&str; 2]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    /// let batch = RecordBatch::try_from_iter([
    ///     ("unit", texts(["01", "01"])),
    ///     ("period", texts(["2023", "2024"])),
    ///     ("measure", texts(["cases", "cases"])),
    ///     ("value", Arc::new(Int64Array::from(vec![1840, 1914]))),
    /// ])?;
    /// let mut tally = attain::Tally::new(&plan);
    /// tally.ingest(&batch)?;
    /// assert_eq!(tally.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_outcomes`](crate::Error::is_outcomes) with every fault of every column, or, if the columns are
    /// sound, of every row (counted from 0). The tally is as before.
    pub fn ingest(&mut self, batch: &RecordBatch) -> Result<()> {
        self.ingest_all([Ok(batch.clone())])
    }

    /// Adds the outcomes of several record batches, all or none, as if they were one.
    ///
    /// # Errors
    ///
    /// As of [`ingest`](Tally::ingest), with rows counted over all batches. Also fails if a batch can't be read, or if
    /// there is no batch: a reader yields its batches once, and none when it is read again. (A batch without rows is
    /// fine.)
    pub fn ingest_all<I>(&mut self, batches: I) -> Result<()>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        let accepted = self.check_batches(batches)?;
        self.let_in(accepted);
        Ok(())
    }

    /// Checks record batches without adding anything.
    pub(crate) fn check_batches<I>(&self, batches: I) -> Result<Accepted>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        let mut reading = Reading::new(Intake::new(self, Source::Columns));
        for batch in batches {
            match batch {
                Ok(batch) => reading.batch(&batch),
                Err(cause) => reading.broken(&cause),
            }
            if reading.is_over {
                break;
            }
        }
        reading.finish()
    }
}

/// Reads record batches into an intake.
pub(super) struct Reading<'t> {
    pub(super) intake: Intake<'t>,
    batches: usize,
    pub(super) rows: usize,
    /// Batches that may hold plain events, each with the number of its first row. They are processed together.
    waiting: Vec<(RecordBatch, usize)>,
    rows_waiting: usize,
    pub(super) thresholds: plain::Thresholds,
    /// Whether further reading is useless.
    pub(super) is_over: bool,
}

/// The number of rows of plain events that are processed together.
const ROWS_AT_ONCE: usize = 1 << 22;

impl<'t> Reading<'t> {
    pub(super) fn new(intake: Intake<'t>) -> Self {
        Reading {
            intake,
            batches: 0,
            rows: 0,
            waiting: Vec::new(),
            rows_waiting: 0,
            thresholds: plain::Thresholds::usual(),
            is_over: false,
        }
    }

    pub(super) fn batch(&mut self, batch: &RecordBatch) {
        self.batches += 1;
        let first_row = self.rows;
        self.rows += batch.num_rows();
        let columns = Columns::of(batch, &mut self.intake)
            .filter(|columns| columns.have_sound_dictionaries(first_row, &mut self.intake));
        match columns {
            Some(columns) if plain::may_be_plain(&columns, &self.intake) => {
                self.waiting.push((batch.clone(), first_row));
                self.rows_waiting += batch.num_rows();
                if self.rows_waiting >= ROWS_AT_ONCE {
                    self.take_waiting();
                }
            }
            Some(columns) => {
                self.take_waiting();
                self.rows(&columns, 0..batch.num_rows(), first_row);
                self.check_room();
            }
            None => {
                self.take_waiting();
                self.is_over = true;
            }
        }
    }

    /// The same without blocks, as the reference for tests of blocks.
    #[cfg(test)]
    pub(super) fn row_by_row(&mut self, batch: &RecordBatch) {
        self.batches += 1;
        let first_row = self.rows;
        self.rows += batch.num_rows();
        if let Some(columns) = Columns::of(batch, &mut self.intake)
            && columns.have_sound_dictionaries(first_row, &mut self.intake)
        {
            self.rows(&columns, 0..batch.num_rows(), first_row);
        }
    }

    /// Stops the reading if the intake is full.
    fn check_room(&mut self) {
        self.is_over |= self.intake.is_full();
    }

    /// Processes the waiting batches: plain events in blocks, other rows one by one.
    fn take_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.rows_waiting = 0;
        let columns: Vec<_> =
            waiting.iter().filter_map(|(batch, _)| Columns::of(batch, &mut self.intake)).collect();
        for (at, rows) in plain::take(&columns, &mut self.intake, &self.thresholds) {
            self.rows(&columns[at], rows, waiting[at].1);
        }
        if !waiting.is_empty() {
            self.intake.count_memory();
        }
        self.check_room();
    }

    fn rows(&mut self, columns: &Columns<'_>, rows: Range<usize>, first_row: usize) {
        for rows in plain::blocks(rows) {
            let are_readable = columns.are_readable(&rows, self.intake.plan());
            for row in rows {
                if !are_readable && columns.is_broken(row, first_row + row, &mut self.intake) {
                    continue;
                }
                let fields = columns.fields(row, first_row + row, &mut self.intake);
                self.intake.fields(first_row + row, &fields);
            }
        }
    }

    fn broken(&mut self, cause: &ArrowError) {
        self.take_waiting();
        let fault = Fault::new(Place::Nowhere, "the rows can't be read on");
        self.intake.fault(fault.found(cause).hint(match self.rows {
            1 => "1 row came before".to_owned(),
            rows => format!("{rows} rows came before"),
        }));
        self.is_over = true;
        self.batches += 1;
    }

    pub(super) fn finish(mut self) -> Result<Accepted> {
        self.take_waiting();
        if self.batches == 0 {
            self.intake.fault(
                Fault::new(Place::Nowhere, "there are no columns to read")
                    .found("no batch of rows")
                    .expected("at least one, if only an empty one")
                    .hint("a reader gives its batches once: make it anew, or keep the table"),
            );
        }
        self.intake.finish()
    }
}

/// The typed columns of a batch.
pub(super) struct Columns<'a> {
    pub(super) rows: usize,
    pub(super) unit: Texts<'a>,
    pub(super) date: Days<'a>,
    pub(super) start: Days<'a>,
    pub(super) end: Days<'a>,
    pub(super) period: Texts<'a>,
    pub(super) measure: Texts<'a>,
    pub(super) value: Numbers<'a>,
    pub(super) status: Texts<'a>,
    pub(super) recorded_at: Days<'a>,
    /// The columns of the strata in the table.
    pub(super) strata: Vec<(StratumIndex, Texts<'a>)>,
}

impl<'a> Columns<'a> {
    /// `None` if a column has a fault. Records all such faults.
    fn of(batch: &'a RecordBatch, intake: &mut Intake<'_>) -> Option<Self> {
        let schema = batch.schema_ref();
        let headers: Vec<&str> =
            schema.fields().iter().map(|field| field.name().as_str()).collect();
        let before = intake.faults_found();
        let layout = Layout::of(&headers, intake);
        let array = |column: Column| layout.at(column).map(|at| batch.column(at).as_ref());
        const TEXT: &str = "text (Utf8 or its kin, or a dictionary of it)";
        let mut texts = |column: Column| match array(column) {
            None => Texts::Nothing,
            Some(array) => Texts::of(array).unwrap_or_else(|| {
                refuse_type(column.name(), column, array, TEXT, intake);
                Texts::Nothing
            }),
        };
        let unit = texts(Column::Unit);
        let period = texts(Column::Period);
        let measure = texts(Column::Measure);
        let status = texts(Column::Status);
        let mut days = |column: Column| match array(column) {
            None => Days::Texts(Texts::Nothing),
            Some(array) => Days::of(array).unwrap_or_else(|| {
                refuse_type(
                    column.name(),
                    column,
                    array,
                    "dates, or timestamps without a time zone",
                    intake,
                );
                Days::Texts(Texts::Nothing)
            }),
        };
        let date = days(Column::Date);
        let start = days(Column::Start);
        let end = days(Column::End);
        let recorded_at = days(Column::RecordedAt);
        let value = match array(Column::Value) {
            None => Numbers::Nothing,
            Some(array) => Numbers::of(array).unwrap_or_else(|| {
                let name = Column::Value.name();
                refuse_type(name, Column::Value, array, "integers, floats or decimals", intake);
                Numbers::Nothing
            }),
        };
        let mut strata = Vec::new();
        for (stratum, at) in layout.strata() {
            let array = batch.column(at).as_ref();
            match Texts::of(array) {
                Some(texts) => strata.push((stratum, texts)),
                // Categories are codes as statuses are.
                None => refuse_type(headers[at], Column::Status, array, TEXT, intake),
            }
        }
        (intake.faults_found() == before).then_some(Columns {
            rows: batch.num_rows(),
            unit,
            date,
            start,
            end,
            period,
            measure,
            value,
            status,
            recorded_at,
            strata,
        })
    }

    /// The columns of texts, with their names.
    pub(super) fn texts<'n>(&self, plan: &'n Plan) -> impl Iterator<Item = (&'n str, &Texts<'a>)> {
        let texts = [
            (Column::Unit, &self.unit),
            (Column::Measure, &self.measure),
            (Column::Period, &self.period),
            (Column::Status, &self.status),
        ];
        let days = [
            (Column::Date, &self.date),
            (Column::Start, &self.start),
            (Column::End, &self.end),
            (Column::RecordedAt, &self.recorded_at),
        ];
        let days = days.into_iter().filter_map(|(column, days)| Some((column, days.texts()?)));
        let named = texts.into_iter().chain(days).map(|(column, texts)| (column.name(), texts));
        let strata = self.strata.iter();
        named.chain(strata.map(|(stratum, texts)| (plan[*stratum].id.as_str(), texts)))
    }

    /// Whether all values of dictionaries can be read; notes those that can't.
    fn have_sound_dictionaries(&self, first_row: usize, intake: &mut Intake<'_>) -> bool {
        let before = intake.faults_found();
        for (column, texts) in self.texts(intake.plan()) {
            if let Some(broken) = texts.broken_value() {
                let place = match broken.row {
                    Some(row) => intake.place(first_row + row, column),
                    None => intake.column_place(column),
                };
                intake.fault(fault_of_texts(broken.why, place));
            }
        }
        intake.faults_found() == before
    }

    /// Whether a row has a text that can't be read; notes each.
    #[cold]
    fn is_broken(&self, row: usize, at: usize, intake: &mut Intake<'_>) -> bool {
        let before = intake.faults_found();
        for (column, texts) in self.texts(intake.plan()) {
            if let Some(why) = texts.defect(row) {
                told(why, at, column, intake);
            }
        }
        intake.faults_found() != before
    }

    fn fields(&self, row: usize, at: usize, intake: &mut Intake<'_>) -> Fields<'a> {
        let mut text = |column: Column, texts: &Texts<'a>| -> Field<&'a str> {
            // An empty text is no text, as in a file.
            match texts.cell(row) {
                Ok(text) => Ok(text.filter(|text| !is_blank(text))),
                Err(why) => Err(told(why, at, column.name(), intake)),
            }
        };
        let unit = text(Column::Unit, &self.unit);
        let period = text(Column::Period, &self.period);
        let measure = text(Column::Measure, &self.measure);
        let status = text(Column::Status, &self.status);
        let mut day = |column: Column, days: &Days<'a>| -> Field<NaiveDate> {
            match days.cell(row) {
                Err(Unreadable::NoDay(text)) if is_blank(&text) => Ok(None),
                cell => cell.map_err(|why| told_day(why, at, column, intake)),
            }
        };
        let date = day(Column::Date, &self.date);
        let start = day(Column::Start, &self.start);
        let end = day(Column::End, &self.end);
        let recorded_at = day(Column::RecordedAt, &self.recorded_at);
        let value: Cell<f64> = self.value.cell(row);
        let value = value.map_err(|why| told(why, at, Column::Value.name(), intake));
        // Reads all cells, to report all faults at once.
        let mut combination = Ok(0);
        for (stratum, texts) in &self.strata {
            let number = match texts.cell(row) {
                Ok(None) => Ok(0),
                Ok(Some(text)) if is_blank(text) => Ok(0),
                Ok(Some(text)) => intake.category(at, *stratum, text),
                Err(why) => Err(told(why, at, &intake.plan()[*stratum].id, intake)),
            };
            combination = combination.and_then(|sum| Ok(sum + number?));
        }
        Fields { unit, date, start, end, period, measure, value, status, recorded_at, combination }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim_start().is_empty()
}

/// Notes why a day can't be read.
#[cold]
fn told_day(why: Unreadable, at: usize, column: Column, intake: &mut Intake<'_>) -> Told {
    match why {
        Unreadable::NoDay(text) => intake.no_day(at, column, &text),
        other => told(other, at, column.name(), intake),
    }
}

/// Notes why a cell can't be read.
#[cold]
fn told(why: Unreadable, at: usize, column: &str, intake: &mut Intake<'_>) -> Told {
    match why {
        Unreadable::TooLarge(text) => intake.too_large(at, text),
        other => {
            let fault = fault_of_texts(other, intake.place(at, column));
            intake.fault(fault);
        }
    }
    Told
}

/// Why a cell can't be read, as a fault.
#[cold]
pub(super) fn fault_of_texts(why: Unreadable, place: Place) -> Fault {
    match why {
        Unreadable::NoEntry(key) => Fault::new(place, "the column's dictionary has no such entry")
            .found(key)
            .hint("the table is broken: make it anew"),
        Unreadable::BeyondCalendar(found) => Fault::new(place, "the date is out of range")
            .found(found)
            .expected("a day of the years 1 to 9999"),
        Unreadable::NoDay(text) => Fault::new(place, "this is no date").found(format!("`{text}`")),
        Unreadable::TooLarge(text) => Fault::new(place, "the number is too large").found(text),
        Unreadable::NotUtf8(found) => Fault::new(place, "the text is in the wrong encoding")
            .found(found)
            .expected("UTF-8")
            .hint("the library that read the file did not check it: read it in its own encoding"),
        Unreadable::OutOfBounds(found) => {
            Fault::new(place, "the text lies outside of its column's memory")
                .found(found)
                .hint("the table is broken: make it anew")
        }
    }
}

#[cold]
fn refuse_type(
    name: &str,
    column: Column,
    array: &dyn Array,
    expected: &str,
    intake: &mut Intake<'_>,
) {
    let place = intake.column_place(name);
    let found = array.data_type();
    let mut fault =
        Fault::new(place, "this type can't be read here").found(found).expected(expected);
    if let Some(hint) = type_hint(column, found, intake.rows()) {
        fault = fault.hint(hint);
    }
    intake.fault(fault);
}

/// How a column of another type can be mended.
fn type_hint(column: Column, found: &DataType, rows: Rows) -> Option<&'static str> {
    let is_text = matches!(found, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View)
        || matches!(found, DataType::Dictionary(_, values)
            if matches!(**values, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View));
    let is_number = found.is_numeric()
        || matches!(found, DataType::Dictionary(_, values) if values.is_numeric());
    let is_bytes = matches!(
        found,
        DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_)
    );
    match column {
        Column::Unit | Column::Measure | Column::Status if is_number => {
            Some("codes are text: read the column as text, so that leading zeros stay")
        }
        Column::Period if is_number => Some("periods are text: 2023 is written \"2023\""),
        Column::Period if found.is_temporal() => {
            Some("a column of days is called `date`; periods are texts such as \"2023-05\"")
        }
        Column::Unit | Column::Measure | Column::Status | Column::Period if is_bytes => {
            Some("these are bytes: convert the column to text")
        }
        Column::Unit | Column::Measure | Column::Status | Column::Period => None,
        Column::Date | Column::Start | Column::End | Column::RecordedAt => match found {
            DataType::Timestamp(_, Some(_)) => Some(
                "which day it is depends on where: convert to local time, then leave out the time zone",
            ),
            DataType::Time32(_) | DataType::Time64(_) => {
                Some("a time of day says no day: give the date it belongs to")
            }
            _ if is_number => Some("convert the column to dates"),
            _ => None,
        },
        Column::Value => match found {
            DataType::Boolean if rows == Rows::Events => {
                Some("an event counts 1: leave the column out, or convert it to numbers")
            }
            DataType::Boolean => Some("convert the column to numbers: 0 and 1"),
            _ if is_text => Some("convert the column to numbers"),
            DataType::Dictionary(..) => Some("decode the dictionary"),
            _ => None,
        },
    }
}
