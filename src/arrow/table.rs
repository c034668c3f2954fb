//! Rows of structs as columns: said once, and written as record batch, CSV or Parquet.

use std::borrow::Cow;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch,
};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use chrono::NaiveDate;

use crate::error::Result;
use crate::output;

/// A column of rows of `R`.
pub(super) struct Column<R> {
    name: &'static str,
    cells: Cells<R>,
}

/// What a column holds and how a row tells it. An `Option` is a null where it is none.
pub(super) enum Cells<R> {
    /// A text that repeats.
    Text(fn(&R) -> &str),
    OptionalText(fn(&R) -> Option<&str>),
    Day(fn(&R) -> NaiveDate),
    OptionalDay(fn(&R) -> Option<NaiveDate>),
    Truth(fn(&R) -> bool),
    OptionalTruth(fn(&R) -> Option<bool>),
    Number(fn(&R) -> f64),
    OptionalNumber(fn(&R) -> Option<f64>),
    OptionalWhole(fn(&R) -> Option<i64>),
}

impl<R> Column<R> {
    pub(super) const fn new(name: &'static str, cells: Cells<R>) -> Self {
        Column { name, cells }
    }

    fn field(&self) -> Field {
        let text = || DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
        let (kind, is_nullable) = match self.cells {
            Cells::Text(_) => (text(), false),
            Cells::OptionalText(_) => (text(), true),
            Cells::Day(_) => (DataType::Date32, false),
            Cells::OptionalDay(_) => (DataType::Date32, true),
            Cells::Truth(_) => (DataType::Boolean, false),
            Cells::OptionalTruth(_) => (DataType::Boolean, true),
            Cells::Number(_) => (DataType::Float64, false),
            Cells::OptionalNumber(_) => (DataType::Float64, true),
            Cells::OptionalWhole(_) => (DataType::Int64, true),
        };
        Field::new(self.name, kind, is_nullable)
    }

    fn array(&self, rows: &[R]) -> ArrayRef {
        match self.cells {
            Cells::Text(cell) => dictionary(rows.iter().map(|row| Some(cell(row)))),
            Cells::OptionalText(cell) => dictionary(rows.iter().map(cell)),
            Cells::Day(cell) => {
                let days = rows.iter().map(|row| cell(row).to_epoch_days());
                Arc::new(Date32Array::from_iter_values(days))
            }
            Cells::OptionalDay(cell) => {
                let days = rows.iter().map(|row| cell(row).map(|day| day.to_epoch_days()));
                Arc::new(days.collect::<Date32Array>())
            }
            Cells::OptionalTruth(cell) => Arc::new(rows.iter().map(cell).collect::<BooleanArray>()),
            Cells::Truth(cell) => {
                Arc::new(BooleanArray::from(rows.iter().map(cell).collect::<Vec<bool>>()))
            }
            Cells::Number(cell) => Arc::new(Float64Array::from_iter_values(rows.iter().map(cell))),
            Cells::OptionalNumber(cell) => {
                Arc::new(rows.iter().map(cell).collect::<Float64Array>())
            }
            Cells::OptionalWhole(cell) => Arc::new(rows.iter().map(cell).collect::<Int64Array>()),
        }
    }
}

/// Texts kept once each, in the order of their first row.
fn dictionary<'r>(texts: impl Iterator<Item = Option<&'r str>>) -> ArrayRef {
    let mut builder = StringDictionaryBuilder::<Int32Type>::new();
    texts.for_each(|text| builder.append_option(text));
    Arc::new(builder.finish())
}

/// The shortest text that reads as the same float again.
fn shortest(number: f64) -> String {
    let plain = number.to_string();
    let scientific = format!("{number:e}");
    if scientific.len() < plain.len() { scientific } else { plain }
}

pub(super) fn schema<R>(columns: &[Column<R>]) -> SchemaRef {
    Arc::new(Schema::new(columns.iter().map(Column::field).collect::<Vec<_>>()))
}

#[expect(clippy::expect_used, reason = "fields and arrays come from the same columns and rows")]
pub(super) fn record_batch<R>(columns: &[Column<R>], rows: &[R]) -> RecordBatch {
    let arrays = columns.iter().map(|column| column.array(rows)).collect();
    RecordBatch::try_new(schema(columns), arrays).expect("arrays fit the schema made beside them")
}

/// Writes columns of the types above to a CSV file: nothing for a null.
pub(super) fn write_csv(batch: &RecordBatch, path: &Path) -> Result<()> {
    let write = |file: &mut File| -> std::result::Result<(), csv::Error> {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(batch.schema().fields().iter().map(|field| field.name()))?;
        let columns: Vec<_> = batch.columns().iter().map(|column| texts(column.as_ref())).collect();
        for row in 0..batch.num_rows() {
            for (column, text) in batch.columns().iter().zip(&columns) {
                writer.write_field(
                    if column.is_null(row) { Cow::Borrowed("") } else { text(row) }.as_bytes(),
                )?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        writer.flush()?;
        Ok(())
    };
    output::write_whole(path, write).map_err(|cause| output::unwritable(path, &cause))
}

/// The cells of a column as texts.
fn texts<'c>(column: &'c dyn Array) -> Box<dyn Fn(usize) -> Cow<'c, str> + 'c> {
    match column.data_type() {
        DataType::Dictionary(..) => {
            let dictionary = column.as_dictionary::<Int32Type>();
            let (keys, texts) = (dictionary.keys(), dictionary.values().as_string::<i32>());
            Box::new(|row| Cow::Borrowed(texts.value(keys.value(row) as usize)))
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
