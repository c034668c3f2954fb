//! Columns from Python: whatever exports Arrow data becomes record batches.
//!
//! What counts is the protocol (`__arrow_c_stream__` or `__arrow_c_array__`), not the library, so
//! pandas, polars, pyarrow, DuckDB and those to come are all the same here.

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use pyo3::exceptions::{PyKeyboardInterrupt, PyStopIteration};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple, PyType};
use pyo3_arrow::input::AnyRecordBatch;

use super::error::{caused_by, exception_of};
use super::exchange::{guarded, validated};
use attain::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place};

/// The batches of a table, read one at a time.
///
/// A table without rows comes as one batch without rows, so that its columns are looked at as those
/// of any other. But a reader that gives no batch may have been read before: taking it for "no
/// outcomes" would turn a slip into a verdict, so it is an error.
pub(super) struct Batches {
    reader: Box<dyn RecordBatchReader + Send>,
    /// Whether its rows can be had only once.
    is_spent_by_reading: bool,
    is_first: bool,
    has_ended: bool,
    interruption: Option<PyErr>,
}

impl Batches {
    /// Opens any table that exports Arrow data, or that has a method which makes one; refuses everything else, saying
    /// what to do.
    pub(super) fn open(table: &Bound<'_, PyAny>) -> PyResult<Self> {
        let kind = table.get_type();
        if exports_arrow(&kind)? {
            // What Python iterates over by `next` is used up by it; tables are checked for an iterator first.
            let is_spent_by_reading = kind.hasattr("__next__")?;
            return Ok(Batches::of(exported(table)?, is_spent_by_reading));
        }
        if kind.hasattr("collect_batches")? {
            return Ok(Batches::of(Box::new(Frames::of_query(table)?), false));
        }
        match made_by_a_method(table)? {
            // It was made for this call, so it is not spent: without batches it has no rows.
            Some(made) if exports_arrow(&made.get_type())? => {
                Ok(Batches::of(exported(&made)?, false))
            }
            Some(_) | None => Err(no_table(table)?),
        }
    }

    fn of(reader: Box<dyn RecordBatchReader + Send>, is_spent_by_reading: bool) -> Self {
        Batches {
            reader,
            is_spent_by_reading,
            is_first: true,
            has_ended: false,
            interruption: None,
        }
    }

    /// The columns, and what the schema says of the table as a whole.
    pub(super) fn schema(&self) -> SchemaRef {
        self.reader.schema()
    }

    /// All batches, and their schema.
    pub(super) fn read_all(mut self) -> PyResult<(SchemaRef, Vec<RecordBatch>)> {
        let schema = self.reader.schema();
        let mut batches = Vec::new();
        for batch in &mut self {
            // What broke the reading off is raised below.
            batches.extend(batch);
        }
        match self.interruption {
            Some(interruption) => Err(interruption),
            None => Ok((schema, batches)),
        }
    }

    /// The exception that broke the reading off, if one did.
    pub(super) fn into_interruption(self) -> Option<PyErr> {
        self.interruption
    }

    fn interrupt(&mut self, interruption: PyErr) -> Option<Result<RecordBatch, ArrowError>> {
        self.has_ended = true;
        self.interruption = Some(interruption);
        Some(Err(ArrowError::ExternalError("interrupted".into())))
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        // A large table is many batches: let Ctrl-C through between them.
        if let Err(interruption) = Python::attach(|py| py.check_signals()) {
            return self.interrupt(interruption);
        }
        let is_first = std::mem::take(&mut self.is_first);
        let next = match guarded(|| self.reader.next()) {
            Ok(next) => next,
            Err(why) => return self.interrupt(broken_table(None, &why)),
        };
        match next {
            Some(Ok(batch)) => Some(Ok(batch)),
            Some(Err(cause)) => {
                let interruption = broken_off(&cause.to_string(), &self.reader.schema());
                self.interrupt(interruption)
            }
            None if is_first && self.is_spent_by_reading => {
                let fault = Fault::new(
                    FaultCode::EmptyInput,
                    Place::Nowhere,
                    "the reader has nothing to read",
                )
                .hint("a reader can be read only once: make a new one, or hand over a table");
                self.interrupt(exception_of(Error::one(ErrorKind::Outcomes, fault)))
            }
            None => {
                self.has_ended = true;
                is_first.then(|| Ok(RecordBatch::new_empty(self.reader.schema())))
            }
        }
    }
}

/// The batches of a table that exports Arrow data.
fn exported(table: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    let failed = |cause| caused_by(table.py(), "the table can't hand over its rows", cause);
    let validated = match validated(table).map_err(failed)? {
        Ok(validated) => validated,
        Err(broken) => return Err(broken_table(broken.column, &broken.why)),
    };
    let import = || validated.extract::<AnyRecordBatch>().and_then(AnyRecordBatch::into_reader);
    match guarded(import) {
        Ok(reader) => reader.map_err(failed),
        Err(why) => Err(broken_table(None, &why)),
    }
}

/// Methods that make a table, or a reader of batches, of what exports no Arrow data itself: scanners of pyarrow,
/// results of DuckDB, cursors of ADBC and other drivers.
const METHODS: [&str; 7] = [
    "to_reader",
    "to_arrow_reader",
    "fetch_arrow",
    "fetch_record_batch",
    "fetch_arrow_table",
    "fetch_arrow_all",
    "fetchall_arrow",
];

/// What such a method makes, if there is one. Instances are not asked for it: some lazy frames have every attribute.
fn made_by_a_method<'py>(source: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let failed = |cause| caused_by(source.py(), "the table can't hand over its rows", cause);
    // A dataset of pyarrow is scanned first.
    let source = match source.get_type().hasattr("scanner")? {
        true => &source.call_method0("scanner").map_err(failed)?,
        false => source,
    };
    let kind = source.get_type();
    for method in METHODS {
        if kind.hasattr(method)? {
            return source.call_method0(method).map(Some).map_err(failed);
        }
    }
    Ok(None)
}

/// The batches of a lazy query, which is run part by part and never held whole.
struct Frames {
    parts: Py<PyAny>,
    current: Box<dyn RecordBatchReader + Send>,
    schema: SchemaRef,
    has_ended: bool,
}

impl Frames {
    fn of_query(query: &Bound<'_, PyAny>) -> PyResult<Self> {
        let failed = |cause| caused_by(query.py(), "the query can't hand over its rows", cause);
        let parts = query.call_method0("collect_batches").map_err(failed)?;
        let parts = parts.call_method0("__iter__").map_err(failed)?;
        let (first, has_ended) = match next_of(&parts).map_err(failed)? {
            Some(first) => (first, false),
            // No rows: a table of them still has the columns.
            None => (query.call_method0("collect").map_err(failed)?, true),
        };
        let current = exported(&first)?;
        Ok(Frames { parts: parts.unbind(), schema: current.schema(), current, has_ended })
    }
}

impl Iterator for Frames {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(batch) = self.current.next() {
                return Some(batch);
            }
            if self.has_ended {
                return None;
            }
            let next = Python::attach(|py| match next_of(self.parts.bind(py))? {
                Some(part) => exported(&part).map(Some),
                None => Ok(None),
            });
            match next {
                Ok(Some(next)) => self.current = next,
                Ok(None) => self.has_ended = true,
                Err(raised) => {
                    self.has_ended = true;
                    return Some(Err(ArrowError::ExternalError(raised.to_string().into())));
                }
            }
        }
    }
}

impl RecordBatchReader for Frames {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// The next item of a Python iterator.
fn next_of<'py>(items: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    match items.call_method0("__next__") {
        Ok(item) => Ok(Some(item)),
        Err(raised) if raised.is_instance_of::<PyStopIteration>(items.py()) => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// A table whose arrays are not what its schema or their lengths say.
#[cold]
fn broken_table(column: Option<String>, why: &str) -> PyErr {
    let place = column.map_or(Place::Nowhere, |column| Place::Column { column });
    let fault = Fault::new(FaultCode::DamagedData, place, "the table is not what it claims to be")
        .found(why);
    let fault = fault.hint("the file or the library that it comes from is at fault: make it anew");
    exception_of(Error::one(ErrorKind::Outcomes, fault))
}

/// Why a table broke off while it was read.
#[cold]
fn broken_off(cause: &str, schema: &SchemaRef) -> PyErr {
    let raised = gist(cause);
    // Of what Python raised, only the text comes through the Arrow interface.
    if let Some((_, why)) = raised.split_once("BrokenDataError: ") {
        return broken_table(None, why);
    }
    if raised == "KeyboardInterrupt" {
        return PyKeyboardInterrupt::new_err(());
    }
    let mut faults = Faults::default();
    // polars hands such columns over with a buffer, which the standard gives them none of.
    if raised.contains("The datatype \"Null\" doesn't expect buffer") {
        let columns = schema.fields().iter().filter(|field| field.data_type().is_null());
        for column in columns {
            let place = Place::Column { column: column.name().clone() };
            faults.push(
                Fault::new(
                    FaultCode::WrongType,
                    place,
                    "this column has no type, for it holds nothing but nulls",
                )
                .hint("cast it to the type that it is meant to have, or leave it out"),
            );
        }
    }
    if faults.is_empty() {
        let message = "the table broke off while it was read";
        faults.push(Fault::new(FaultCode::ReadingFailed, Place::Nowhere, message).found(raised));
    }
    exception_of(Error::of(ErrorKind::Outcomes, faults))
}

/// What broke a table off: of a Python traceback, the line that names the exception.
fn gist(cause: &str) -> &str {
    let Some((_, traceback)) = cause.split_once("Traceback (most recent call last):") else {
        return cause;
    };
    let is_frame = |line: &&str| line.is_empty() || line.starts_with(' ');
    traceback.lines().find(|line| !is_frame(line)).unwrap_or(cause)
}

/// Whether the type itself exports Arrow. Instances are not checked: some lazy frames have every attribute.
pub(super) fn exports_arrow(kind: &Bound<'_, PyType>) -> PyResult<bool> {
    Ok(kind.hasattr("__arrow_c_stream__")? || kind.hasattr("__arrow_c_array__")?)
}

/// Methods that make a table of something that is none yet, most telling first.
const WAYS_TO_A_TABLE: [&str; 6] =
    ["toArrow", "to_arrow", "compute", "collect", "toPandas", "to_pandas"];

/// Says what stands where a table is wanted, and how to make a table of it.
#[cold]
fn no_table(value: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let kind = value.get_type();
    let fault = Fault::new(FaultCode::NotATable, Place::Nowhere, "this is no table")
        .found(kind.fully_qualified_name()?)
        .expected(
            "a table that exports Arrow data, as those of pandas, polars, pyarrow or DuckDB do",
        );
    let fault = if value.is_instance_of::<PyBytes>() {
        fault.hint("read the file or the query into a table first")
    } else if value.is_instance_of::<PyDict>()
        || value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyTuple>()
    {
        fault.hint("make a table of it, with `polars.DataFrame(…)` for instance")
    } else {
        let mut way = None;
        for method in WAYS_TO_A_TABLE {
            if kind.hasattr(method)? {
                way = Some(method);
                break;
            }
        }
        match way {
            Some(method) => fault.hint(format!("make a table of it with `.{method}()`")),
            None => fault,
        }
    };
    Ok(exception_of(Error::one(ErrorKind::Outcomes, fault)))
}
