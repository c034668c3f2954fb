//! The readers of this floor one by one: private functions through which the Python tests reach
//! them without a plan around.

use arrow_array::RecordBatch;
use pyo3::prelude::*;

use super::columns::Batches;
use super::date::Date;
use super::table::Table;

/// A day, read and given back as ISO text.
#[pyfunction(name = "_read_date")]
pub(super) fn read_date(day: Date) -> String {
    day.0.to_string()
}

/// Any table, read batch by batch and given back.
#[pyfunction(name = "_read_table")]
pub(super) fn read_table(table: &Bound<'_, PyAny>) -> PyResult<Table> {
    let mut batches = Batches::open(table)?;
    let schema = batches.schema();
    let read: Vec<RecordBatch> = batches.by_ref().filter_map(Result::ok).collect();
    match batches.into_interruption() {
        Some(interruption) => Err(interruption),
        None => Ok(Table::new(schema, read)),
    }
}
