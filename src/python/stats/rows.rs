//! One computation, for one row or for many.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::error::refused_by_stats;
use super::super::table::Table;
use super::column::Column;
use crate::error::{Fault, Place};
use crate::stats::StatsError;

/// What a row is answered with: a dataclass of `attain.stats`, whose fields are a table's columns.
pub(super) struct Shape<const K: usize> {
    /// The dataclass.
    pub(super) class: &'static str,
    /// Its numbers.
    pub(super) numbers: [&'static str; K],
    /// Its word, if it has one.
    pub(super) word: Option<&'static str>,
}

/// The numbers of one row, `None` where undefined, and its word.
pub(super) type Row<const K: usize> = Result<([Option<f64>; K], Option<&'static str>), StatsError>;

/// The answer for each row of the arguments: a record if they all are single numbers, otherwise a
/// table, in which a row without an answer has nulls and says in `status` why.
///
/// `choices` are the record's fields that are the same for every row.
pub(super) fn each_row<'py, const N: usize, const K: usize>(
    py: Python<'py>,
    shape: &Shape<K>,
    arguments: [(&'static str, &Bound<'py, PyAny>); N],
    choices: &[(&str, Bound<'py, PyAny>)],
    compute: impl Fn([f64; N]) -> Row<K> + Send + Sync,
) -> PyResult<Bound<'py, PyAny>> {
    let names = arguments.map(|(name, _)| name);
    let mut columns = Vec::with_capacity(N);
    for (name, value) in arguments {
        columns.push(Column::read(name, value)?);
    }
    let row = |row: usize| -> Result<_, Refusal> {
        let values: [f64; N] = std::array::from_fn(|column| columns[column].at(row));
        match values.iter().position(|value| value.is_nan()) {
            Some(column) => Err(Refusal::Missing(names[column])),
            None => compute(values).map_err(Refusal::Stats),
        }
    };
    let Some(length) = common_length(&names, &columns)? else {
        let (numbers, word) = row(0)?;
        let fields = PyDict::new(py);
        for (name, number) in shape.numbers.iter().zip(numbers) {
            fields.set_item(name, number.filter(|number| !number.is_nan()))?;
        }
        if let Some(name) = shape.word {
            fields.set_item(name, word)?;
        }
        for (name, value) in choices {
            fields.set_item(name, value)?;
        }
        return py.import("attain.stats")?.getattr(shape.class)?.call((), Some(&fields));
    };
    let columns = py.detach(|| {
        let mut numbers: [Vec<Option<f64>>; K] =
            std::array::from_fn(|_| Vec::with_capacity(length));
        let (mut words, mut status) = (vec![], Vec::with_capacity(length));
        for place in 0..length {
            let (found, word, refusal) = match row(place) {
                Ok((found, word)) => (found, word, None),
                Err(refusal) => ([None; K], None, Some(refusal.to_string())),
            };
            for (column, number) in numbers.iter_mut().zip(found) {
                column.push(number.filter(|number| !number.is_nan()));
            }
            if shape.word.is_some() {
                words.push(word);
            }
            status.push(refusal);
        }
        let mut columns: Vec<(&str, ArrayRef)> = vec![];
        for (name, numbers) in shape.numbers.iter().zip(numbers) {
            columns.push((name, Arc::new(Float64Array::from(numbers))));
        }
        if let Some(name) = shape.word {
            columns.push((name, Arc::new(StringArray::from(words))));
        }
        columns.push(("status", texts(status)));
        columns
    });
    Ok(Bound::new(py, table(columns)?)?.into_any())
}

/// Why a row has no answer.
enum Refusal {
    Missing(&'static str),
    Stats(StatsError),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::Missing(argument) => write!(f, "`{argument}` is missing"),
            Refusal::Stats(error) => error.fmt(f),
        }
    }
}

impl From<Refusal> for PyErr {
    fn from(refusal: Refusal) -> PyErr {
        match refusal {
            Refusal::Stats(error) => error.into(),
            Refusal::Missing(argument) => {
                let place = Place::Column { column: argument.to_owned() };
                refused_by_stats(&Fault::new(place, "the number is missing"))
            }
        }
    }
}

/// How many rows the columns have; `None` if there are only single numbers.
pub(super) fn common_length(names: &[&str], columns: &[Column]) -> PyResult<Option<usize>> {
    let mut common: Option<(&str, usize)> = None;
    for (name, column) in names.iter().zip(columns) {
        if let Column::Many(values) = column {
            match common {
                None => common = Some((name, values.len())),
                Some((_, length)) if length == values.len() => {}
                Some((other, length)) => {
                    let place = Place::Column { column: (*name).to_owned() };
                    let fault = Fault::new(place, "columns of unequal lengths")
                        .found(format!("{} values", values.len()))
                        .expected(format!("{length}, as many as `{other}` has, or one number"));
                    return Err(refused_by_stats(&fault));
                }
            }
        }
    }
    Ok(common.map(|(_, length)| length))
}

/// Optional texts as a column.
pub(super) fn texts<T: AsRef<str>>(values: Vec<Option<T>>) -> ArrayRef {
    Arc::new(StringArray::from_iter(values))
}

/// Optional numbers as a column; what is not a number is a null.
pub(super) fn numbers(values: impl IntoIterator<Item = Option<f64>>) -> ArrayRef {
    let defined = values.into_iter().map(|value| value.filter(|value| !value.is_nan()));
    Arc::new(defined.collect::<Float64Array>())
}

/// A table of columns of one length.
pub(super) fn table(columns: Vec<(&str, ArrayRef)>) -> PyResult<Table> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| {
            let nullable = !matches!(column.data_type(), DataType::Boolean | DataType::UInt64);
            Field::new(*name, column.data_type().clone(), nullable)
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns).map_err(|cause| {
        refused_by_stats(&Fault::new(Place::Nowhere, "the answer makes no table").found(cause))
    })?;
    Ok(Table::new(schema, vec![batch]))
}
