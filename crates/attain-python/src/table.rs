//! Columns to Python: a table that any library which speaks Arrow takes without a copy.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int32Type, Int64Type, UInt32Type, UInt64Type};
use arrow_array::{Array, ArrayRef, Float64Array, RecordBatch, StructArray};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use arrow_select::concat::concat_batches;
use chrono::NaiveDate;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyKeyError, PyNotImplementedError};
use pyo3::prelude::*;
use pyo3::types::{IntoPyDict, PyBytes, PyCapsule, PyDict, PyIterator, PyList, PyTuple};
use pyo3_arrow::error::PyArrowResult;
use pyo3_arrow::ffi::{ArrayIterator, to_schema_pycapsule, to_stream_pycapsule};

use attain::arrow::record_batch;
use attain::error::Error;
use attain::view::View;

use super::preview::Preview;
use super::run::{pause, run};

/// A table of named columns: what this package answers with where the answer has many rows.
///
/// It holds the rows and leaves the rest to the library of your choice: `polars.DataFrame(table)`,
/// `pyarrow.table(table)`, `duckdb.from_arrow(table)`, or the `to_…` methods below. Iteration gives
/// the rows as dicts, `table["column"]` the list of a column's values.
#[pyclass(frozen, eq, module = "attain", name = "Table")]
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
}

/// The columns as the fields of one struct, which is how a stream of tables travels.
pub(super) fn row_type(schema: &Schema) -> Field {
    let row = Field::new_struct("", schema.fields().clone(), false);
    row.with_metadata(schema.metadata().clone())
}

/// The rows of a view as a table.
pub(super) fn view<R: View>(
    py: Python<'_>,
    rows: impl FnOnce() -> attain::Result<Vec<R>> + Send,
) -> PyResult<Table> {
    run(py, None, || Ok(Table::of(record_batch(&rows()?))))
}

/// Tables are equal if they have the same columns and rows, in however many batches.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        let rows = |table: &Table| concat_batches(&table.schema, &table.batches).ok();
        self.schema == other.schema && rows(self) == rows(other)
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

    /// The rows as dicts, as `to_dicts` gives them: `pandas.DataFrame(table)` reads these.
    pub(super) fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.to_dicts(py)?.try_iter()
    }

    /// The values of a column; nulls are `None`.
    fn __getitem__<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let Ok(place) = self.schema.index_of(column) else {
            let known = self.column_names();
            let error = Error::unknown_choice("column", column, &known);
            return Err(PyKeyError::new_err(error.to_string()));
        };
        let columns = self.batches.iter().map(|batch| values(py, batch.column(place).as_ref()));
        columns.collect::<PyResult<Vec<_>>>().map(|parts| parts.concat())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (_memo, /))]
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    /// The table that `Table.__reduce__` describes.
    #[staticmethod]
    fn _restore(bytes: &[u8]) -> PyArrowResult<Table> {
        let reader = StreamReader::try_new(bytes, None)?;
        let schema = reader.schema();
        Ok(Table::new(schema, reader.collect::<Result<_, _>>()?))
    }

    /// The table as a stream of Arrow IPC.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyArrowResult<Bound<'py, PyTuple>> {
        let (py, table) = (slf.py(), slf.get());
        let mut writer = StreamWriter::try_new(Vec::new(), &table.schema)?;
        for batch in &table.batches {
            writer.write(batch)?;
        }
        writer.finish()?;
        let bytes = PyBytes::new(py, &writer.into_inner()?);
        Ok((slf.get_type().getattr("_restore")?, (bytes,)).into_pyobject(py)?)
    }

    /// The first rows, as text.
    fn __repr__(&self) -> String {
        Preview::of(&self.schema, &self.batches).text()
    }

    /// The first rows, for a notebook.
    pub(super) fn _repr_html_(&self) -> String {
        Preview::of(&self.schema, &self.batches).html()
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
        let rows = ArrayIterator::new(rows, Arc::new(row_type(&self.schema)));
        to_stream_pycapsule(py, Box::new(rows), requested_schema)
    }

    /// The rows as dicts from columns to values. Needs no other library.
    fn to_dicts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = PyList::empty(py);
        for batch in &self.batches {
            let columns = batch.columns().iter();
            let columns: Vec<Vec<Bound<'py, PyAny>>> =
                columns.map(|array| values(py, array.as_ref())).collect::<PyResult<_>>()?;
            for row in 0..batch.num_rows() {
                if row % ROWS_BETWEEN_PAUSES == 0 {
                    pause(py)?;
                }
                let cells = PyDict::new(py);
                for (field, column) in self.schema.fields().iter().zip(&columns) {
                    cells.set_item(field.name(), &column[row])?;
                }
                rows.append(cells)?;
            }
        }
        Ok(rows)
    }

    /// The table as a `pyarrow.Table`, without a copy. Needs pyarrow.
    pub(super) fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("table", (slf,))
    }

    /// The table as a `pandas.DataFrame`, days as `datetime64`. Needs pandas and pyarrow.
    pub(super) fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let days_are_times = [("date_as_object", false)].into_py_dict(slf.py())?;
        Table::to_arrow(slf)?.call_method("to_pandas", (), Some(&days_are_times))
    }

    /// The table as a `polars.DataFrame`, without a copy. Needs polars.
    pub(super) fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("polars")?.getattr("DataFrame")?.call1((slf,))
    }
}

/// The number of rows that become Python objects between two pauses: some milliseconds.
pub(super) const ROWS_BETWEEN_PAUSES: usize = 1 << 12;

/// The values of a column as Python objects; nulls are `None`.
fn values<'py>(py: Python<'py>, array: &dyn Array) -> PyResult<Vec<Bound<'py, PyAny>>> {
    fn all<'py, T: IntoPyObject<'py>>(
        py: Python<'py>,
        cells: impl Iterator<Item = Option<T>>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        pause(py)?;
        cells.map(|cell| cell.into_bound_py_any(py)).collect()
    }
    match array.data_type() {
        DataType::Boolean => all(py, array.as_boolean().iter()),
        DataType::Float64 => all(py, array.as_primitive::<Float64Type>().iter()),
        DataType::Int32 => all(py, array.as_primitive::<Int32Type>().iter()),
        DataType::Int64 => all(py, array.as_primitive::<Int64Type>().iter()),
        DataType::UInt32 => all(py, array.as_primitive::<UInt32Type>().iter()),
        DataType::UInt64 => all(py, array.as_primitive::<UInt64Type>().iter()),
        DataType::Date32 => {
            let day = NaiveDate::from_epoch_days;
            all(py, array.as_primitive::<Date32Type>().iter().map(|days| days.and_then(day)))
        }
        DataType::Utf8 => all(py, array.as_string::<i32>().iter()),
        DataType::Dictionary(keys, _) if **keys == DataType::Int32 => {
            let dictionary = array.as_dictionary::<Int32Type>();
            // Each text becomes one Python object, however often it occurs.
            let texts = values(py, dictionary.values().as_ref())?;
            let text = |key: Option<i32>| {
                let text = key.and_then(|key| texts.get(usize::try_from(key).ok()?));
                text.cloned().unwrap_or_else(|| py.None().into_bound(py))
            };
            Ok(dictionary.keys().iter().map(text).collect())
        }
        other => {
            let message = format!("no Python type is known for columns of the type {other}");
            Err(PyNotImplementedError::new_err(message))
        }
    }
}
