//! Columns of periods that are not written as texts: years and months as numbers, first days of months, and periods of
//! pandas.

use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use chrono::{Datelike, NaiveDate, Weekday};

use super::column::{Days, Numbers};
use crate::calendar::{self, Calendar, Every, Period};
use crate::tally::{
    Column, Intake, NoPeriod, PERIOD_DAYS, PERIOD_NUMBERS, month_of_first_day, period_of_number,
};

/// The names of periods, whatever the column holds; cells that name none are faults.
pub(super) fn periods(
    field: &Field,
    array: &ArrayRef,
    first_row: usize,
    intake: &mut Intake<'_>,
) -> ArrayRef {
    let calendar = intake.plan().calendar();
    let Some(cells) = PeriodCells::of(field, array.as_ref(), calendar) else {
        return Arc::clone(array);
    };
    let mut builder = StringDictionaryBuilder::<Int32Type>::new();
    for row in 0..array.len() {
        match cells.get(row) {
            Ok(period) => builder.append_option(period.map(|period| period.to_string())),
            Err(refusal) => {
                let place = intake.place(first_row + row, Column::Period.name());
                intake.fault(refusal.fault(place));
                builder.append_null();
            }
        }
    }
    Arc::new(builder.finish())
}

/// A column of periods that are not written as texts.
pub(super) enum PeriodCells<'a> {
    /// Years and months as numbers.
    Numbers(Numbers<'a>),
    /// First days of months.
    Days(Days<'a>),
    /// Periods as pandas exports them: how many there are from the first of 1970, and how long each is.
    Pandas(Numbers<'a>, Every),
}

/// The key under which Arrow schemas name a type that the standard lacks, and the one that says more about it.
const EXTENSION: (&str, &str) = ("ARROW:extension:name", "ARROW:extension:metadata");

impl<'a> PeriodCells<'a> {
    /// None where the column holds texts, or something that can't be read.
    pub(super) fn of(field: &Field, array: &'a dyn Array, calendar: &Calendar) -> Option<Self> {
        if is_pandas_period(field) {
            let frequency = field.metadata().get(EXTENSION.1)?;
            let every = every_of_pandas(frequency)?;
            // Weeks that begin on another day than the plan's have its names, and not its days.
            let is_known = every != Every::Week || calendar.weeks_start() == Weekday::Mon;
            return is_known.then_some(PeriodCells::Pandas(Numbers::of(array)?, every));
        }
        match array.data_type() {
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(_, None) => {
                Days::of(array).map(PeriodCells::Days)
            }
            other if other.is_numeric() => Numbers::of(array).map(PeriodCells::Numbers),
            _ => None,
        }
    }

    pub(super) fn get(&self, row: usize) -> std::result::Result<Option<Period>, NoPeriod> {
        let refused = |found: String, expected, hint| NoPeriod { found, expected, hint };
        match self {
            PeriodCells::Numbers(numbers) => {
                let number = numbers.cell(row);
                let number = number.map_err(|why| refused(why.found(), PERIOD_NUMBERS, None))?;
                let number = number.filter(|number| !number.is_nan());
                number.map(period_of_number).transpose()
            }
            PeriodCells::Days(days) => {
                let day = days.cell(row);
                let day = day.map_err(|why| refused(why.found(), PERIOD_DAYS, None))?;
                day.map(month_of_first_day).transpose()
            }
            PeriodCells::Pandas(ordinals, every) => {
                let expected = "a period of the years 1 to 9999";
                let ordinal = ordinals.cell(row);
                let ordinal = ordinal.map_err(|why| refused(why.found(), expected, None))?;
                let Some(ordinal) = ordinal else { return Ok(None) };
                let period = period_since_1970(ordinal as i64, *every);
                let found = || format!("period {ordinal} from 1970");
                period.map(Some).ok_or_else(|| refused(found(), expected, None))
            }
        }
    }
}

pub(super) fn is_pandas_period(field: &Field) -> bool {
    field.metadata().get(EXTENSION.0).is_some_and(|name| name == "pandas.period")
}

/// How a column of numbers, or of periods of pandas, that can't be read as it is can be mended.
pub(super) fn number_hint(field: &Field, column: Column, array: &dyn Array) -> Option<String> {
    let is_of_days = match column {
        Column::Date | Column::Start | Column::End | Column::RecordedAt => true,
        Column::Period => false,
        Column::Unit
        | Column::Measure
        | Column::Value
        | Column::Status
        | Column::Illustrative
        | Column::Source => {
            return None;
        }
    };
    if is_pandas_period(field) {
        let frequency = field.metadata().get(EXTENSION.1).and_then(|text| frequency(text));
        return Some(match (is_of_days, frequency) {
            (true, _) => "these are periods of pandas: call the column `period`, or convert it to dates".to_owned(),
            (false, Some(frequency)) => format!(
                "of periods of pandas, months, years and quarters that end in December, and weeks that end on Sunday are \
                 read, not `{frequency}`: convert the column to texts, as the plan's calendar names them (\"2023-Q1\")"
            ),
            (false, None) => "the periods of pandas do not say how long they are: convert the column to texts such as \"2023-05\"".to_owned(),
        });
    }
    let cells = PeriodCells::Numbers(Numbers::of(array)?);
    let first = (0..array.len()).find(|row| !array.is_null(*row))?;
    let number = match &cells {
        PeriodCells::Numbers(numbers) => numbers.cell(first).ok()??,
        PeriodCells::Days(_) | PeriodCells::Pandas(..) => return None,
    };
    let period = cells.get(first).ok().flatten();
    if is_of_days {
        return match (calendar::day_hint(&number.to_string()), period) {
            (Some(hint), _) => Some(format!("{number} is no day: {hint}")),
            (None, Some(period)) => Some(format!(
                "{number} names a period: call the column `period`, and write \"{period}\""
            )),
            (None, None) => None,
        };
    }
    period.map(|period| format!("periods are text: {number} is written \"{period}\""))
}

/// The batch with the names of the periods in its column `period`, if these are periods of pandas.
pub(super) fn with_names_of_periods(
    batch: &RecordBatch,
    first_row: usize,
    intake: &mut Intake<'_>,
) -> Option<RecordBatch> {
    let (at, field) = batch.schema_ref().column_with_name(Column::Period.name())?;
    if !is_pandas_period(field) {
        return None;
    }
    let names = periods(field, batch.column(at), first_row, intake);
    let mut fields = batch.schema_ref().fields().to_vec();
    fields[at] = Arc::new(Field::new(field.name(), names.data_type().clone(), true));
    let mut columns = batch.columns().to_vec();
    columns[at] = names;
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).ok()
}

/// The frequency in the metadata of pandas.
fn frequency(metadata: &str) -> Option<String> {
    let metadata: serde_json::Value = serde_json::from_str(metadata).ok()?;
    Some(metadata.get("freq")?.as_str()?.to_owned())
}

/// The kind of period of a frequency as pandas writes it in its metadata: `{"freq": "M"}`. Years and quarters have to
/// end in December, weeks on Sunday.
fn every_of_pandas(metadata: &str) -> Option<Every> {
    match &*frequency(metadata)? {
        "Y-DEC" | "A-DEC" | "YE-DEC" | "Y" | "A" => Some(Every::Year),
        "Q-DEC" | "QE-DEC" | "Q" => Some(Every::Quarter),
        "M" | "ME" => Some(Every::Month),
        "W-SUN" | "W" => Some(Every::Week),
        _ => None,
    }
}

/// The period with a number, counted from the first that begins in 1970 or holds its first day.
fn period_since_1970(ordinal: i64, every: Every) -> Option<Period> {
    let year_and_part = |parts: i64| {
        let year = i32::try_from(ordinal.div_euclid(parts).checked_add(1970)?).ok()?;
        (1..=9999).contains(&year).then_some((year, ordinal.rem_euclid(parts) as u32 + 1))
    };
    match every {
        Every::Year => year_and_part(1).map(|(year, _)| Period::Year(year)),
        Every::Half => year_and_part(2).map(|(year, half)| Period::Half(year, half)),
        Every::Quarter => year_and_part(4).map(|(year, quarter)| Period::Quarter(year, quarter)),
        Every::Month => year_and_part(12).map(|(year, month)| Period::Month(year, month)),
        Every::Day => NaiveDate::from_epoch_days(i32::try_from(ordinal).ok()?).map(Period::Day),
        Every::Week => {
            // The week of 1 January 1970, a Thursday, begins on 29 December 1969 and is number 1 in pandas.
            let days = ordinal.checked_sub(1)?.checked_mul(7)?.checked_sub(3)?;
            let monday = NaiveDate::from_epoch_days(i32::try_from(days).ok()?)?;
            let week = monday.iso_week();
            Some(Period::Week(week.year(), week.week()))
        }
    }
}
