//! The readers of this floor one by one: private functions through which the Python tests reach
//! them without a plan around.

use pyo3::prelude::*;

use super::columns::Batches;
use super::date::Date;
use super::document;
use super::table::Table;
use crate::plan::document::{Node, Value};

/// A day, read and given back as ISO text.
#[pyfunction(name = "_read_date")]
pub(super) fn read_date(day: Date) -> String {
    day.0.to_string()
}

/// The leaves of a plan given as Python objects: where each stands, what it is, and its text.
#[pyfunction(name = "_read_document")]
pub(super) fn read_document(
    plan: &Bound<'_, PyAny>,
) -> PyResult<Vec<(String, &'static str, String)>> {
    let mut leaves = Vec::new();
    gather(&document::read(plan)?, &mut leaves);
    Ok(leaves)
}

fn gather(node: &Node, leaves: &mut Vec<(String, &'static str, String)>) {
    let mut leaf = |kind, text: String| leaves.push((node.place.to_string(), kind, text));
    match &node.value {
        Value::Null => leaf("null", String::new()),
        Value::Bool(flag) => leaf("bool", flag.to_string()),
        Value::Number(text) => leaf("number", text.clone()),
        Value::Text(text) => leaf("text", text.clone()),
        Value::List(items) => items.iter().for_each(|item| gather(item, leaves)),
        Value::Map(entries) => entries.iter().for_each(|entry| gather(&entry.value, leaves)),
    }
}

/// Any table, read batch by batch and given back.
#[pyfunction(name = "_read_table")]
pub(super) fn read_table(table: &Bound<'_, PyAny>) -> PyResult<Table> {
    let mut batches = Batches::open(table)?;
    let mut read = Vec::new();
    while let Some(batch) = batches.next(table.py())? {
        read.push(batch);
    }
    Ok(Table::new(batches.schema(), read))
}
