//! The typed columns of a batch of outcomes, read cell by cell.

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use chrono::NaiveDate;

use super::column::{Booleans, Cell, Days, Numbers, Texts, Unreadable, no_numbers};
use super::periods::number_hint;
use crate::calendar::Calendar;
use crate::error::{AlreadyReported, Fault, FaultCode, Field, Place};
use crate::plan::{Plan, StratumIndex};
use crate::tally::{Column, Fields, Intake, Layout, Rows, no_boolean, no_number};

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
    pub(super) illustrative: Booleans<'a>,
    pub(super) source: Texts<'a>,
    /// The columns of the strata in the table.
    pub(super) strata: Vec<(StratumIndex, Texts<'a>)>,
}

impl<'a> Columns<'a> {
    /// `None` if a column has a fault. Records all such faults; rows are counted from `first_row`.
    pub(super) fn of(
        batch: &'a RecordBatch,
        first_row: usize,
        intake: &mut Intake<'_>,
    ) -> Option<Self> {
        let schema = batch.schema_ref();
        let headers: Vec<&str> =
            schema.fields().iter().map(|field| field.name().as_str()).collect();
        let before = intake.faults_found();
        let layout = Layout::of(&headers, intake);
        let array = |column: Column| layout.at(column).map(|at| batch.column(at).as_ref());
        let field = |column: Column| layout.at(column).map(|at| schema.field(at));
        const TEXT: &str = "text (Utf8 or its kin, or a dictionary of it)";
        let mut texts = |column: Column| match array(column) {
            None => Texts::Nothing,
            Some(array) => Texts::of(array).unwrap_or_else(|| {
                refuse_type(column.name(), column, (array, field(column)), TEXT, first_row, intake);
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
                    (array, field(column)),
                    "dates, or timestamps without a time zone",
                    first_row,
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
                let (name, expected) = (Column::Value.name(), "integers, floats or decimals");
                refuse_type(name, Column::Value, (array, None), expected, first_row, intake);
                Numbers::Nothing
            }),
        };
        let illustrative = match array(Column::Illustrative) {
            None => Booleans::Texts(Texts::Nothing),
            Some(array) => Booleans::of(array).unwrap_or_else(|| {
                let column = Column::Illustrative;
                refuse_type(column.name(), column, (array, None), "booleans", first_row, intake);
                Booleans::Texts(Texts::Nothing)
            }),
        };
        // A remark of another type is left alone.
        let source = array(Column::Source).and_then(Texts::of).unwrap_or(Texts::Nothing);
        let mut strata = Vec::new();
        for (stratum, at) in layout.strata() {
            let array = batch.column(at).as_ref();
            match Texts::of(array) {
                Some(texts) => strata.push((stratum, texts)),
                // Categories are codes as statuses are.
                None => {
                    let array = (array, None);
                    refuse_type(headers[at], Column::Status, array, TEXT, first_row, intake);
                }
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
            illustrative,
            source,
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
            (Column::Source, &self.source),
        ];
        let days = [
            (Column::Date, &self.date),
            (Column::Start, &self.start),
            (Column::End, &self.end),
            (Column::RecordedAt, &self.recorded_at),
        ];
        let days = days.into_iter().filter_map(|(column, days)| Some((column, days.texts()?)));
        let booleans = self.illustrative.texts().map(|texts| (Column::Illustrative, texts));
        let named = texts
            .into_iter()
            .chain(days)
            .chain(booleans)
            .map(|(column, texts)| (column.name(), texts));
        let strata = self.strata.iter();
        named.chain(strata.map(|(stratum, texts)| (plan[*stratum].id.as_str(), texts)))
    }

    /// Whether all values of dictionaries can be read; notes those that can't.
    pub(super) fn have_sound_dictionaries(
        &self,
        first_row: usize,
        intake: &mut Intake<'_>,
    ) -> bool {
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
    pub(super) fn is_broken(&self, row: usize, at: usize, intake: &mut Intake<'_>) -> bool {
        let before = intake.faults_found();
        for (column, texts) in self.texts(intake.plan()) {
            if let Some(why) = texts.defect(row) {
                report_cell(why, at, column, intake);
            }
        }
        intake.faults_found() != before
    }

    pub(super) fn fields(&self, row: usize, at: usize, intake: &mut Intake<'_>) -> Fields<'a> {
        let mut text = |column: Column, texts: &Texts<'a>| -> Field<&'a str> {
            // An empty text is no text, as in a file.
            match texts.cell(row) {
                Ok(text) => Ok(text.filter(|text| !is_blank(text))),
                Err(why) => Err(report_cell(why, at, column.name(), intake)),
            }
        };
        let unit = text(Column::Unit, &self.unit);
        let period = text(Column::Period, &self.period);
        let measure = text(Column::Measure, &self.measure);
        let status = text(Column::Status, &self.status);
        let source = text(Column::Source, &self.source).ok().flatten();
        let mut day = |column: Column, days: &Days<'a>| -> Field<NaiveDate> {
            match days.cell(row) {
                Err(Unreadable::NoDay(text)) if is_blank(&text) => Ok(None),
                cell => cell.map_err(|why| report_day(why, at, column, intake)),
            }
        };
        let date = day(Column::Date, &self.date);
        let start = day(Column::Start, &self.start);
        let end = day(Column::End, &self.end);
        let recorded_at = day(Column::RecordedAt, &self.recorded_at);
        let illustrative = match self.illustrative.cell(row) {
            Err(Unreadable::NoBoolean(text)) if is_blank(&text) => Ok(None),
            cell => cell.map_err(|why| report_cell(why, at, Column::Illustrative.name(), intake)),
        };
        let value: Cell<f64> = self.value.cell(row);
        let value = value.map_err(|why| report_cell(why, at, Column::Value.name(), intake));
        // Reads all cells, to report all faults at once.
        let mut combination = Ok(0);
        for (stratum, texts) in &self.strata {
            let number = match texts.cell(row) {
                Ok(None) => Ok(0),
                Ok(Some(text)) if is_blank(text) => Ok(0),
                Ok(Some(text)) => intake.category(at, *stratum, text),
                Err(why) => Err(report_cell(why, at, &intake.plan()[*stratum].id, intake)),
            };
            combination = combination.and_then(|sum| Ok(sum + number?));
        }
        Fields {
            unit,
            date,
            start,
            end,
            period,
            measure,
            value,
            status,
            recorded_at,
            illustrative,
            source,
            combination,
        }
    }
}

fn is_blank(text: &str) -> bool {
    text.trim_start().is_empty()
}

/// Notes why a day can't be read.
#[cold]
fn report_day(
    why: Unreadable,
    at: usize,
    column: Column,
    intake: &mut Intake<'_>,
) -> AlreadyReported {
    match why {
        Unreadable::NoDay(text) => intake.no_day(at, column, &text),
        other => report_cell(other, at, column.name(), intake),
    }
}

/// Notes why a cell can't be read.
#[cold]
fn report_cell(
    why: Unreadable,
    at: usize,
    column: &str,
    intake: &mut Intake<'_>,
) -> AlreadyReported {
    match why {
        Unreadable::TooLarge(text) => intake.too_large(at, text),
        other => {
            let fault = fault_of_texts(other, intake.place(at, column));
            intake.fault(fault);
        }
    }
    AlreadyReported
}

/// Why a cell can't be read, as a fault.
#[cold]
pub(super) fn fault_of_texts(why: Unreadable, place: Place) -> Fault {
    match why {
        Unreadable::NoEntry(key) => {
            Fault::new(FaultCode::DamagedData, place, "the column's dictionary has no such entry")
                .found(key)
                .hint("the table is broken: make it anew")
        }
        Unreadable::BeyondCalendar(found) => {
            Fault::new(FaultCode::OutOfRange, place, "the date is out of range")
                .found(found)
                .expected("a day of the years 1 to 9999")
        }
        Unreadable::NoDay(text) => {
            let fault = Fault::new(FaultCode::NotADate, place, "this is no date")
                .found(format!("`{text}`"))
                .expected("a day such as 2025-07-01");
            match Calendar::default().day_hint_of_row(&text) {
                Some(hint) => fault.hint(hint),
                None => fault,
            }
        }
        Unreadable::NoBoolean(text) => no_boolean(place, &text),
        Unreadable::TooLarge(text) => {
            Fault::new(FaultCode::NumberTooLarge, place, "the number is too large").found(text)
        }
        Unreadable::NotUtf8(found) => {
            Fault::new(FaultCode::WrongEncoding, place, "the text is in the wrong encoding")
                .found(found)
                .expected("UTF-8")
                .hint(
                    "the library that read the file did not check it: read it in its own encoding",
                )
        }
        Unreadable::OutOfBounds(found) => Fault::new(
            FaultCode::DamagedData,
            place,
            "the text lies outside of its column's memory",
        )
        .found(found)
        .hint("the table is broken: make it anew"),
    }
}

#[cold]
fn refuse_type(
    name: &str,
    column: Column,
    (array, field): (&dyn Array, Option<&arrow_schema::Field>),
    expected: &str,
    first_row: usize,
    intake: &mut Intake<'_>,
) {
    if column == Column::Value {
        let before = intake.faults_found();
        for (row, text) in no_numbers(array) {
            let place = intake.place(first_row + row, name);
            intake.fault(no_number(place, &text));
        }
        if intake.faults_found() > before {
            return;
        }
    }
    let place = intake.column_place(name);
    let found = array.data_type();
    let mut fault = Fault::new(FaultCode::WrongType, place, "this type can't be read here")
        .found(found)
        .expected(expected);
    let hint = field.and_then(|field| number_hint(field, column, array));
    let hint = hint.or_else(|| type_hint(column, found, intake.rows()).map(str::to_owned));
    if let Some(hint) = hint {
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
        Column::Source => None,
        Column::Illustrative => is_number.then_some("convert the column to booleans"),
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
