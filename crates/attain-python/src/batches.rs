//! The class `AssessmentBatches`, and the function `assess_batches` that makes it.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, ThreadId};

use arrow_array::{ArrayRef, RecordBatch, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, SchemaRef};
use chrono::NaiveDate;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};

use super::date::{Date, PeriodOrDay};
use super::error::OrRaise;
use super::plan::Plan;
use super::report::{OneOrMore, chosen};
use super::run::run;
#[cfg(not(feature = "parquet"))]
use super::run::without_parquet;
use super::table::{Table, row_type};
use super::tally::Tally;
use attain::RunOptions;
use attain::arrow::{self, BatchOptions};
use attain::error::{Error, ErrorKind, Fault, FaultCode, Place};

/// The rows of judgement of a plan, some at a time; made by `attain.assess_batches`.
///
/// Iteration gives tables. Any library that speaks Arrow reads it as a stream:
/// `pyarrow.RecordBatchReader.from_stream(batches)`. Nothing is judged before, and each use judges
/// from the first row on.
#[pyclass(frozen, module = "attain", name = "AssessmentBatches")]
pub(super) struct AssessmentBatches {
    plan: attain::Plan,
    tally: attain::Tally,
    as_of: NaiveDate,
    options: BatchOptions,
    threads: Option<NonZeroUsize>,
    schema: SchemaRef,
}

/// Judges a plan as `assess` does, and gives the rows in tables of `rows` rows.
///
/// The last table may be shorter. Rows are judged when they are needed, some hundred thousand at a
/// time, which takes some tens of megabytes beside the tally, however many rows there are. The
/// limit `judgement_rows` does not apply.
///
/// `columns` names the columns of the tables, in order; all by default. `targets`, `units`,
/// `levels`, `windows`, `verdicts`, `geography` and `threads` mean what they mean in `assess`. An
/// interrupt stops each call.
///
/// Raises `RequestError` as `assess`, `report.select` and `report.filter` do, and if `rows` is 0.
#[pyfunction]
#[pyo3(signature = (plan, tally, *, as_of, columns=None, targets=None, units=None, levels=None, windows=None, verdicts=None, rows=65_536, geography=None, threads=None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(super) fn assess_batches(
    py: Python<'_>,
    plan: &Plan,
    tally: &Tally,
    as_of: Date,
    columns: Option<Vec<String>>,
    targets: Option<OneOrMore<String>>,
    units: Option<OneOrMore<String>>,
    levels: Option<OneOrMore<String>>,
    windows: Option<OneOrMore<PeriodOrDay>>,
    verdicts: Option<OneOrMore<String>>,
    rows: usize,
    geography: Option<Date>,
    threads: Option<NonZeroUsize>,
) -> PyResult<AssessmentBatches> {
    let (plan, tally) = (plan.0.clone(), tally.now(py));
    let filter = chosen(targets, units, levels, windows, verdicts)?.unwrap_or_default();
    let mut options = BatchOptions::new().filter(filter).rows(rows);
    options.columns = columns;
    run(py, threads, move || {
        let (plan, tally) = match geography {
            Some(Date(day)) => (plan.in_geography(Some(day)), tally.in_geography(Some(day))),
            None => (plan, tally),
        };
        let schema = plan.assess_batches(&tally, as_of.0, &options)?.schema();
        Ok(AssessmentBatches { plan, tally, as_of: as_of.0, options, threads, schema })
    })
}

impl AssessmentBatches {
    /// All batches, from the first one on.
    fn stream(&self, py: Python<'_>) -> PyResult<arrow::AssessmentBatches> {
        run(py, self.threads, || self.plan.assess_batches(&self.tally, self.as_of, &self.options))
    }
}

#[pymethods]
impl AssessmentBatches {
    /// The columns' names, in order.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    /// The tables, one after the other.
    fn __iter__(&self, py: Python<'_>) -> PyResult<AssessmentBatchIterator> {
        Ok(AssessmentBatchIterator { batches: self.stream(py)?, threads: self.threads })
    }

    /// Writes all rows as Parquet, in row groups of at most 262,144 rows.
    ///
    /// The file replaces what was there once it is whole; an interrupt leaves what was there.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(unused_variables, reason = "nothing is written, so no thread has to be let go")
    )]
    fn to_parquet(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        #[cfg(feature = "parquet")]
        return run(py, self.threads, || {
            let batches = self.plan.assess_batches(&self.tally, self.as_of, &self.options)?;
            batches.write_parquet(path)
        });
        #[cfg(not(feature = "parquet"))]
        return Err(without_parquet(&path));
    }

    /// The columns' types as a capsule of the Arrow C data interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.schema.as_ref())
    }

    /// The rows as a capsule of the Arrow C stream interface, from the first one on.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let stream = Exported {
            batches: self.stream(py)?,
            threads: self.threads,
            made_on: thread::current().id(),
        };
        let rows = ArrayIterator::new(stream, Arc::new(row_type(&self.schema)));
        to_stream_pycapsule(py, Box::new(rows), requested_schema)
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (_memo, /))]
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __repr__(&self) -> String {
        format!(
            "<AssessmentBatches of {} as of {}: {} rows at a time>",
            self.plan.id(),
            self.as_of,
            self.options.rows
        )
    }
}

/// The tables of `AssessmentBatches`, one after the other.
#[pyclass(module = "attain", name = "_AssessmentBatchIterator")]
pub(super) struct AssessmentBatchIterator {
    batches: arrow::AssessmentBatches,
    threads: Option<NonZeroUsize>,
}

#[pymethods]
impl AssessmentBatchIterator {
    fn __iter__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Table>> {
        let batch = run(py, self.threads, || Ok(self.batches.next()))?;
        batch.map(|batch| batch.map(Table::of).map_err(error_of).or_raise()).transpose()
    }
}

/// The error of a batch.
fn error_of(cause: ArrowError) -> Error {
    let cause = match cause {
        ArrowError::ExternalError(inner) => match inner.downcast::<Error>() {
            Ok(error) => return *error,
            Err(other) => other.to_string(),
        },
        other => other.to_string(),
    };
    let fault = Fault::new(FaultCode::ReadingFailed, Place::Nowhere, "a batch can't be made");
    Error::one(ErrorKind::Request, fault.found(cause))
}

/// The batches for another library, which calls for them on any thread, with or without the interpreter.
struct Exported {
    batches: arrow::AssessmentBatches,
    threads: Option<NonZeroUsize>,
    made_on: ThreadId,
}

impl Exported {
    fn next_batch(&mut self) -> Option<Result<RecordBatch, ArrowError>> {
        // Only a thread of Python can be interrupted. Another one must not wait for the interpreter: a thread that has it
        // may wait for this batch.
        if thread::current().id() != self.made_on {
            let mut options = RunOptions::new();
            if let Some(threads) = self.threads {
                options = options.threads(threads.get());
            }
            let next = options.run(|| Ok(self.batches.next()));
            return next.unwrap_or_else(|error| Some(Err(ArrowError::ExternalError(error.into()))));
        }
        Python::attach(|py| {
            run(py, self.threads, || Ok(self.batches.next())).unwrap_or_else(|raised| {
                // The library raises an error of its own, from this text.
                let text = if raised.is_instance_of::<PyKeyboardInterrupt>(py) {
                    "KeyboardInterrupt".to_owned()
                } else {
                    raised.to_string()
                };
                Some(Err(ArrowError::ExternalError(text.into())))
            })
        })
    }
}

impl Iterator for Exported {
    type Item = Result<ArrayRef, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = self.next_batch()?;
        Some(batch.map(|batch| Arc::new(StructArray::from(batch)) as ArrayRef))
    }
}
