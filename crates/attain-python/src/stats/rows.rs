//! One computation, for one row or for many.

use std::sync::Arc;

use arrow_array::{Array, ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray};
use arrow_buffer::{BooleanBufferBuilder, NullBuffer, ScalarBuffer};
use arrow_schema::{DataType, Field, Schema};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::error::refused_by_stats;
use super::super::run::run;
use super::super::table::Table;
use super::column::Column;
use super::{OrRaise, raised};
use attain::binding::check_stop;
use attain::error::{Fault, FaultCode, Place};
use attain::stats::StatsError;

/// What a row is answered with: a dataclass of `attain.stats`, whose fields are a table's columns.
pub(super) struct Shape<const K: usize> {
    /// The dataclass.
    pub(super) class: &'static str,
    /// Its numbers.
    pub(super) numbers: [&'static str; K],
    /// Its word, if it has one.
    pub(super) word: Option<&'static str>,
    /// Why its first number is undefined, where it may be with the others defined. Such a record has a status too.
    pub(super) undefined: Option<&'static str>,
}

impl<const K: usize> Shape<K> {
    /// Why numbers of an answer are no numbers, if some are.
    fn reason(&self, numbers: &[f64; K]) -> Option<&'static str> {
        let first = numbers.iter().position(|number| number.is_nan())?;
        match self.undefined {
            Some(undefined) if first == 0 && !numbers[1..].iter().any(|number| number.is_nan()) => {
                Some(undefined)
            }
            _ => Some(BEYOND_FLOATS),
        }
    }
}

/// Why an answer is no number although each argument is fine.
const BEYOND_FLOATS: &str = "undefined: the numbers are too large or too small to compute with";

/// The numbers of one row, NaN where undefined, and its word.
pub(super) type Row<const K: usize> = Result<Found<K>, StatsError>;

type Found<const K: usize> = ([f64; K], Option<&'static str>);

/// The numbers of many rows, and which of the rows have no answer.
pub(super) struct Answers<const K: usize> {
    numbers: [Float64Array; K],
    words: Vec<Option<&'static str>>,
    refused: Vec<(usize, Refusal)>,
}

impl<const K: usize> Answers<K> {
    /// Row after row.
    fn one_by_one(
        length: usize,
        shape: &Shape<K>,
        answer: impl Fn(usize) -> Result<Found<K>, Refusal>,
    ) -> Self {
        let mut numbers: [Vec<f64>; K] = std::array::from_fn(|_| Vec::with_capacity(length));
        let (mut words, mut refused) = (Vec::with_capacity(length), vec![]);
        for row in 0..length {
            check_stop();
            let (found, word) = match answer(row) {
                Ok((found, word)) => {
                    let reason = shape.reason(&found);
                    refused.extend(reason.map(|reason| (row, Refusal::Undefined(reason))));
                    (found, word)
                }
                Err(refusal) => {
                    refused.push((row, refusal));
                    ([f64::NAN; K], None)
                }
            };
            for (column, number) in numbers.iter_mut().zip(found) {
                column.push(number);
            }
            words.push(word);
        }
        let numbers = numbers.map(|values| {
            let undefined = values.iter().any(|value| value.is_nan());
            let valid = undefined.then(|| values.iter().map(|value| !value.is_nan()).collect());
            Float64Array::new(values.into(), valid)
        });
        Answers { numbers, words, refused }
    }

    /// Whole columns. The rows that were refused, in order, have no answer, whatever stands there.
    pub(super) fn of_columns(
        numbers: [ScalarBuffer<f64>; K],
        refused: Vec<(usize, StatsError)>,
    ) -> Self {
        let length = numbers.first().map_or(0, |column| column.len());
        let mut undefined: Vec<usize> = vec![];
        for column in &numbers {
            // Looking for any is quicker than for each.
            if column.iter().any(|value| value.is_nan()) {
                let rows = (0..length).filter(|&row| column[row].is_nan());
                undefined.extend(rows.filter(|row| {
                    refused.binary_search_by_key(row, |(refused, _)| *refused).is_err()
                }));
            }
        }
        let mut refused: Vec<(usize, Refusal)> =
            refused.into_iter().map(|(row, error)| (row, Refusal::Stats(error))).collect();
        refused.extend(undefined.into_iter().map(|row| (row, Refusal::Undefined(BEYOND_FLOATS))));
        let valid = (!refused.is_empty()).then(|| {
            let mut valid = BooleanBufferBuilder::new(length);
            valid.append_n(length, true);
            for &(row, _) in &refused {
                valid.set_bit(row, false);
            }
            NullBuffer::new(valid.finish())
        });
        Answers {
            numbers: numbers.map(|values| Float64Array::new(values, valid.clone())),
            words: vec![],
            refused,
        }
    }

    /// With a word in every row that has one.
    pub(super) fn with_words(self, words: Vec<Option<&'static str>>) -> Self {
        Answers { words, ..self }
    }
}

/// A function's arguments, read once for however many answers are made of them.
pub(super) struct Arguments<const N: usize> {
    names: [&'static str; N],
    columns: Vec<Column>,
    /// How many rows there are; `None` if the arguments are single numbers.
    length: Option<usize>,
}

impl<const N: usize> Arguments<N> {
    pub(super) fn read(arguments: [(&'static str, &Bound<'_, PyAny>); N]) -> PyResult<Self> {
        let names = arguments.map(|(name, _)| name);
        let columns = arguments
            .iter()
            .map(|(name, value)| Column::read(name, value))
            .collect::<PyResult<Vec<_>>>()?;
        let length = common_length(&names, &columns)?;
        Ok(Arguments { names, columns, length })
    }

    /// The answer for each row: a record if all arguments are single numbers, otherwise a table, in
    /// which a row without an answer has nulls and says in `status` why.
    ///
    /// `choices` are the record's fields that are the same for every row.
    pub(super) fn each_row<'py, const K: usize>(
        &self,
        py: Python<'py>,
        shape: &Shape<K>,
        choices: &[(&str, Bound<'py, PyAny>)],
        compute: impl Fn([f64; N]) -> Row<K> + Send + Sync,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Arguments { names, columns, length } = self;
        let row = |row: usize| row_of(names, columns, row).and_then(|values| Ok(compute(values)?));
        match *length {
            None => record(py, shape, choices, names, row(0)?),
            Some(length) => {
                let answers = || Answers::one_by_one(length, shape, row);
                answer_table(py, shape, names, columns, answers)
            }
        }
    }

    /// As [`each_row`](Self::each_row), where there is a quicker way for whole columns.
    pub(super) fn all_rows<'py, const K: usize>(
        &self,
        py: Python<'py>,
        shape: &Shape<K>,
        choices: &[(&str, Bound<'py, PyAny>)],
        compute: impl Fn([f64; N]) -> Row<K>,
        compute_all: impl FnOnce([ScalarBuffer<f64>; N]) -> Result<Answers<K>, StatsError> + Send,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Arguments { names, columns, length } = self;
        match *length {
            None => {
                let found = compute(row_of(names, columns, 0)?).or_raise()?;
                record(py, shape, choices, names, found)
            }
            Some(length) => {
                let spread = std::array::from_fn(|column| columns[column].spread(length));
                let answers = py.detach(|| compute_all(spread)).or_raise()?;
                answer_table(py, shape, names, columns, || answers)
            }
        }
    }
}

fn row_of<const N: usize>(
    names: &[&'static str; N],
    columns: &[Column],
    row: usize,
) -> Result<[f64; N], Refusal> {
    let values: [f64; N] = std::array::from_fn(|column| columns[column].at(row));
    match values.iter().position(|value| value.is_nan()) {
        Some(column) => Err(Refusal::Missing(names[column])),
        None => Ok(values),
    }
}

fn record<'py, const N: usize, const K: usize>(
    py: Python<'py>,
    shape: &Shape<K>,
    choices: &[(&str, Bound<'py, PyAny>)],
    names: &[&'static str; N],
    (numbers, word): Found<K>,
) -> PyResult<Bound<'py, PyAny>> {
    let fields = PyDict::new(py);
    match shape.reason(&numbers) {
        None => {}
        reason if reason == shape.undefined => fields.set_item("status", reason)?,
        _ => {
            let argument = names.first().copied().unwrap_or_default();
            let why = "numbers that are neither too large nor too small to compute with";
            return Err(raised(&StatsError::Undetermined { argument, why }));
        }
    }
    for (name, number) in shape.numbers.iter().zip(numbers) {
        fields.set_item(name, Some(number).filter(|number| !number.is_nan()))?;
    }
    if let Some(name) = shape.word {
        fields.set_item(name, word)?;
    }
    for (name, value) in choices {
        fields.set_item(name, value)?;
    }
    py.import("attain.stats")?.getattr(shape.class)?.call((), Some(&fields))
}

fn answer_table<'py, const N: usize, const K: usize>(
    py: Python<'py>,
    shape: &Shape<K>,
    names: &[&'static str; N],
    columns: &[Column],
    answers: impl FnOnce() -> Answers<K> + Send,
) -> PyResult<Bound<'py, PyAny>> {
    let columns = run(py, None, || {
        let Answers { numbers, words, refused } = answers();
        let length = numbers.first().map_or(words.len(), |column| column.len());
        let mut found: Vec<(&str, ArrayRef)> = vec![];
        for (name, numbers) in shape.numbers.iter().zip(numbers) {
            found.push((name, Arc::new(numbers)));
        }
        if let Some(name) = shape.word {
            found.push((name, Arc::new(StringArray::from(words))));
        }
        let status = if refused.is_empty() {
            StringArray::new_null(length)
        } else {
            let mut status = vec![None; length];
            for (row, refusal) in refused {
                // That a number is missing says more than that NaN is none.
                let refusal = row_of(names, columns, row).err().unwrap_or(refusal);
                status[row] = Some(refusal.to_string());
            }
            StringArray::from(status)
        };
        found.push(("status", Arc::new(status)));
        Ok(found)
    })?;
    Ok(Bound::new(py, table(columns)?)?.into_any())
}

/// Why a row has no answer.
enum Refusal {
    Missing(&'static str),
    Undefined(&'static str),
    Stats(StatsError),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::Missing(argument) => write!(f, "`{argument}` is missing"),
            Refusal::Undefined(reason) => f.write_str(reason),
            Refusal::Stats(error) => error.fmt(f),
        }
    }
}

impl From<StatsError> for Refusal {
    fn from(error: StatsError) -> Refusal {
        Refusal::Stats(error)
    }
}

impl From<Refusal> for PyErr {
    fn from(refusal: Refusal) -> PyErr {
        match refusal {
            Refusal::Stats(error) => raised(&error),
            Refusal::Undefined(reason) => {
                refused_by_stats(&Fault::new(FaultCode::Undetermined, Place::Nowhere, reason))
            }
            Refusal::Missing(argument) => {
                let place = Place::Column { column: argument.to_owned() };
                refused_by_stats(&Fault::new(
                    FaultCode::MissingValue,
                    place,
                    "the number is missing",
                ))
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
                    let fault =
                        Fault::new(FaultCode::UnequalColumns, place, "columns of unequal lengths")
                            .found(format!("{} values", values.len()))
                            .expected(format!("{length}, as many as `{other}` has, or one number"));
                    return Err(refused_by_stats(&fault));
                }
            }
        }
    }
    Ok(common.map(|(_, length)| length))
}

/// The status of an answer with these numbers: its own, or that they are beyond floats where one is no number.
pub(super) fn status_of(own: Option<String>, numbers: &[Option<f64>]) -> Option<String> {
    let is_lacking = numbers.iter().any(|number| number.is_none_or(f64::is_nan));
    own.or_else(|| is_lacking.then(|| BEYOND_FLOATS.to_owned()))
}

/// Optional texts as a column.
pub(super) fn texts<T: AsRef<str>>(values: Vec<Option<T>>) -> ArrayRef {
    Arc::new(StringArray::from_iter(values))
}

/// Optional truths as a column.
pub(super) fn flags(values: impl IntoIterator<Item = Option<bool>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<BooleanArray>())
}

/// Optional numbers as a column; what is not a number is a null.
pub(super) fn numbers(values: impl IntoIterator<Item = Option<f64>>) -> ArrayRef {
    let defined = values.into_iter().map(|value| value.filter(|value| !value.is_nan()));
    Arc::new(defined.collect::<Float64Array>())
}

/// A table of columns of one length, of which whole numbers and truths are never null.
pub(super) fn table(columns: Vec<(&str, ArrayRef)>) -> PyResult<Table> {
    let is_nullable = |kind: &DataType| !matches!(kind, DataType::Boolean | DataType::UInt64);
    table_of(columns, is_nullable)
}

/// A table of columns of one length, all of which may hold nulls.
pub(super) fn nullable_table(columns: Vec<(&str, ArrayRef)>) -> PyResult<Table> {
    table_of(columns, |_| true)
}

fn table_of(
    columns: Vec<(&str, ArrayRef)>,
    is_nullable: impl Fn(&DataType) -> bool,
) -> PyResult<Table> {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| {
            let kind = column.data_type();
            Field::new(*name, kind.clone(), is_nullable(kind))
        })
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(schema.clone(), columns).map_err(|cause| {
        refused_by_stats(
            &Fault::new(FaultCode::DamagedData, Place::Nowhere, "the answer makes no table")
                .found(cause),
        )
    })?;
    Ok(Table::new(schema, vec![batch]))
}
