//! The rows of views as record batches, and record batches as CSV files.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array,
    Int64Array, RecordBatch, StringArray, UInt32Array,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use crate::error::Result;
use crate::output;
use crate::parallel::check_stop;
use crate::view::{Cell, Column, ColumnType, View};

/// The schema of a view.
///
/// ```
/// use arrow_schema::DataType;
/// use attain::views::BudgetRow;
///
/// let schema = attain::arrow::schema::<BudgetRow>();
/// let used = schema.field_with_name("used")?;
/// assert_eq!((used.data_type(), used.is_nullable()), (&DataType::Float64, false));
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
pub fn schema<R: View>() -> SchemaRef {
    Arc::new(Schema::new(R::COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

/// The field of a column.
pub(super) fn field<R>(column: &Column<R>) -> Field {
    let field = Field::new(column.name, data_type(column.column_type), column.is_nullable);
    field.with_dict_is_ordered(!column.choices.is_empty())
}

/// Rows of a view as columns, named and ordered as [`View::COLUMNS`] says. `None` is a null.
///
/// ```
/// use attain::{Plan, Tally, arrow, calendar, view::View, views::BudgetRow};
///
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     indicators: {cases-known: {count: cases}},
/// #     targets: {few: {indicator: cases-known, goal: {at_most: 9}, window: "2023"}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// let report = plan.assess(&Tally::new(&plan), calendar::date("2024-01-01").unwrap())?;
/// let batch = arrow::record_batch(&report.budget("few", None)?);
/// assert_eq!((batch.num_rows(), batch.num_columns()), (0, BudgetRow::COLUMNS.len()));
/// # Ok::<(), attain::Error>(())
/// ```
#[expect(clippy::expect_used, reason = "fields and arrays come from the same columns and rows")]
pub fn record_batch<R: View>(rows: &[R]) -> RecordBatch {
    let array = |column: &Column<R>| {
        check_stop();
        column_array(column, rows)
    };
    let arrays = R::COLUMNS.iter().map(array).collect();
    RecordBatch::try_new(schema::<R>(), arrays).expect("arrays fit the schema made beside them")
}

/// The Arrow type of a column.
pub(super) fn data_type(column_type: ColumnType) -> DataType {
    match column_type {
        ColumnType::Text => {
            DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
        }
        ColumnType::Float64 => DataType::Float64,
        ColumnType::Int64 => DataType::Int64,
        ColumnType::UInt32 => DataType::UInt32,
        ColumnType::Boolean => DataType::Boolean,
        ColumnType::Date32 => DataType::Date32,
    }
}

/// The cells of a column. A cell is a null if it is not of the column's type; [`CellType`](crate::view::CellType) rules that out.
pub(super) fn column_array<R>(column: &Column<R>, rows: &[R]) -> ArrayRef {
    let cells = rows.iter().map(column.cell);
    match column.column_type {
        ColumnType::Text if !column.choices.is_empty() => {
            let place = |text: &str| column.choices.iter().position(|choice| *choice == text);
            let key = |cell| match cell {
                Cell::Text(text) => place(&text).map(|place| place as i32),
                _ => None,
            };
            let keys: Int32Array = cells.map(key).collect();
            let texts = StringArray::from_iter_values(column.choices);
            Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(texts)))
        }
        ColumnType::Text => {
            // Each text is kept once, in the order of its first row.
            let mut builder = StringDictionaryBuilder::<Int32Type>::new();
            for cell in cells {
                builder.append_option(if let Cell::Text(text) = &cell { Some(text) } else { None });
            }
            Arc::new(builder.finish())
        }
        ColumnType::Float64 => Arc::new(
            cells
                .map(|cell| if let Cell::Float64(number) = cell { Some(number) } else { None })
                .collect::<Float64Array>(),
        ),
        ColumnType::Int64 => Arc::new(cells.map(|cell| integer(&cell)).collect::<Int64Array>()),
        ColumnType::UInt32 => Arc::new(
            cells
                .map(|cell| integer(&cell).and_then(|number| u32::try_from(number).ok()))
                .collect::<UInt32Array>(),
        ),
        ColumnType::Boolean => Arc::new(
            cells
                .map(|cell| if let Cell::Boolean(truth) = cell { Some(truth) } else { None })
                .collect::<BooleanArray>(),
        ),
        ColumnType::Date32 => {
            Arc::new(
                cells
                    .map(|cell| {
                        if let Cell::Date32(day) = cell { Some(day.to_epoch_days()) } else { None }
                    })
                    .collect::<Date32Array>(),
            )
        }
    }
}

fn integer(cell: &Cell<'_>) -> Option<i64> {
    if let Cell::Int64(number) = cell { Some(*number) } else { None }
}

/// The shortest text that reads as the same float again.
fn shortest(number: f64) -> String {
    let plain = number.to_string();
    let scientific = format!("{number:e}");
    if scientific.len() < plain.len() { scientific } else { plain }
}

/// How a CSV file is written.
///
/// ```
/// use attain::arrow::CsvOptions;
///
/// assert!(!CsvOptions::default().spreadsheet_safe);
/// assert!(CsvOptions::default().spreadsheet_safe(true).spreadsheet_safe);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CsvOptions {
    /// Whether texts that begin with `=`, `+`, `-`, `@`, a tab or a carriage return get an apostrophe in front. A
    /// spreadsheet takes them for formulas, and a formula in a name of a unit may send data elsewhere. Such texts then
    /// read as other texts, so that no is the default. Numbers and days stay as they are.
    pub spreadsheet_safe: bool,
}

impl CsvOptions {
    /// Sets whether texts that a spreadsheet takes for formulas get an apostrophe in front.
    #[must_use]
    pub fn spreadsheet_safe(self, spreadsheet_safe: bool) -> Self {
        CsvOptions { spreadsheet_safe }
    }

    /// The text as it is written.
    fn written<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.spreadsheet_safe && text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            return format!("'{text}").into();
        }
        text.into()
    }
}

/// Writes columns of the types above to a CSV file: nothing for a null.
pub(crate) fn write_csv(
    schema: &Schema,
    batches: &[RecordBatch],
    path: &Path,
    options: &CsvOptions,
) -> Result<()> {
    let write = |file: &mut File| -> std::result::Result<(), Box<dyn StdError + Send + Sync>> {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(schema.fields().iter().map(|field| field.name()))?;
        for batch in batches {
            let columns: Vec<_> =
                batch.columns().iter().map(|column| texts(column.as_ref(), options)).collect();
            for row in 0..batch.num_rows() {
                check_stop();
                for (column, text) in batch.columns().iter().zip(&columns) {
                    writer.write_field(
                        if column.is_null(row) { Cow::Borrowed("") } else { text(row) }.as_bytes(),
                    )?;
                }
                writer.write_record(None::<&[u8]>)?;
            }
        }
        writer.flush()?;
        Ok(())
    };
    output::write_whole(path, write).map_err(|cause| output::unwritable(path, cause))
}

/// The cells of a column as texts.
fn texts<'c>(
    column: &'c dyn Array,
    options: &'c CsvOptions,
) -> Box<dyn Fn(usize) -> Cow<'c, str> + 'c> {
    match column.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = column.as_dictionary::<Int32Type>();
            let (keys, texts) = (dictionary.keys(), dictionary.values().as_string::<i32>());
            Box::new(|row| options.written(texts.value(keys.value(row) as usize)))
        }
        DataType::Utf8 => {
            let texts = column.as_string::<i32>();
            Box::new(|row| options.written(texts.value(row)))
        }
        DataType::Date32 => {
            let days = column.as_primitive::<Date32Type>();
            Box::new(|row| {
                days.value_as_date(row).map_or(Cow::Borrowed(""), |day| day.to_string().into())
            })
        }
        DataType::Boolean => {
            let truths = column.as_boolean();
            Box::new(|row| Cow::Borrowed(if truths.value(row) { "true" } else { "false" }))
        }
        DataType::Int64 => {
            let wholes = column.as_primitive::<Int64Type>();
            Box::new(|row| wholes.value(row).to_string().into())
        }
        DataType::UInt32 => {
            let wholes = column.as_primitive::<UInt32Type>();
            Box::new(|row| wholes.value(row).to_string().into())
        }
        _ => {
            let numbers = column.as_primitive::<Float64Type>();
            Box::new(|row| shortest(numbers.value(row)).into())
        }
    }
}
