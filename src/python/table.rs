//! Columns to Python: a table that any library which speaks Arrow takes without a copy.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StructArray};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};

/// A table of named columns: what this package answers with where the answer has many rows.
///
/// It holds the rows and leaves the rest to the library of your choice: `polars.DataFrame(table)`,
/// `pyarrow.table(table)`, `duckdb.from_arrow(table)`, or the `to_…` methods below.
#[pyclass(frozen, module = "attain", name = "Table")]
pub(super) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    /// A table of batches that all have the columns of `schema`.
    pub(super) fn new(schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Table { schema, batches }
    }

    /// A table of one batch.
    pub(super) fn of(batch: RecordBatch) -> Self {
        Table::new(batch.schema(), vec![batch])
    }

    /// The rows of tables with the same columns, one table under the other, and each one's own number
    /// in a column more.
    pub(super) fn stacked<'a>(
        name: &str,
        tables: impl Iterator<Item = (f64, &'a Table)>,
    ) -> Result<Self, ArrowError> {
        let (mut schema, mut batches) = (Schema::empty(), vec![]);
        for (number, table) in tables {
            let mut fields = table.schema.fields().to_vec();
            fields.push(Arc::new(Field::new(name, DataType::Float64, false)));
            schema = Schema::new(fields);
            for batch in &table.batches {
                let mut columns = batch.columns().to_vec();
                columns.push(Arc::new(Float64Array::from_value(number, batch.num_rows())));
                batches.push(RecordBatch::try_new(Arc::new(schema.clone()), columns)?);
            }
        }
        Ok(Table { schema: Arc::new(schema), batches })
    }

    /// The columns as the fields of one struct, which is how a stream of tables travels.
    fn row_type(&self) -> Field {
        Field::new_struct("", self.schema.fields().clone(), false)
    }
}

#[pymethods]
impl Table {
    /// The columns' names, in order.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __repr__(&self) -> String {
        format!("<Table: {} rows of {}>", self.__len__(), self.column_names().join(", "))
    }

    /// The schema as a capsule of the Arrow C data interface.
    pub(super) fn __arrow_c_schema__<'py>(
        &self,
        py: Python<'py>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        to_schema_pycapsule(py, self.schema.as_ref())
    }

    /// The rows as a capsule of the Arrow C stream interface.
    #[pyo3(signature = (requested_schema=None))]
    pub(super) fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        let rows: Vec<Result<ArrayRef, ArrowError>> = self
            .batches
            .iter()
            .map(|batch| Ok(Arc::new(StructArray::from(batch.clone())) as ArrayRef))
            .collect();
        let rows = ArrayIterator::new(rows, Arc::new(self.row_type()));
        to_stream_pycapsule(py, Box::new(rows), requested_schema)
    }

    /// The table as a `pyarrow.Table`, without a copy. Needs pyarrow.
    pub(super) fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// The table as a `pandas.DataFrame`. Needs pandas and pyarrow.
    pub(super) fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_arrow(slf)?.call_method0("to_pandas")
    }

    /// The table as a `polars.DataFrame`, without a copy. Needs polars.
    pub(super) fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.getattr("DataFrame")?.call1((slf,))
    }
}
