//! The class `Scoring`.

use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowResult;

use super::error::OrRaise;
use super::run::run;
use super::table::Table;
use attain::arrow::record_batch;
use attain::stats::SensitivityOptions;
use attain::views;

/// The scores of the units of a level: points, grades, ranks, and what they are made of.
///
/// Made by `Report.score`. Any library that speaks Arrow takes it as the table of its scores:
/// `polars.DataFrame(scoring)`, or the `to_…` methods.
#[pyclass(frozen, module = "attain", name = "Scoring")]
pub(super) struct Scoring(pub(super) views::Scoring);

#[pymethods]
impl Scoring {
    /// One row a unit and window: points, uncapped too, deductions, coverage, grade, rank.
    #[getter]
    fn scores(&self) -> Table {
        Table::of(record_batch(self.0.scores()))
    }

    /// One row for each part of each unit's score, and for each deduction.
    #[getter]
    fn parts(&self) -> Table {
        Table::of(record_batch(self.0.parts()))
    }

    /// How ranks move when weights do: one by `shift` of itself, one left out, all drawn anew.
    ///
    /// The same `seed` gives the same answer. Raises `RequestError` if `shift` is not above 0 and
    /// at most 1, or there are no draws.
    #[pyo3(signature = (*, shift=0.25, draws=1_000, seed=0))]
    fn sensitivity(&self, py: Python<'_>, shift: f64, draws: u32, seed: u64) -> PyResult<Table> {
        let options = SensitivityOptions { shift, draws, seed };
        let rows = run(py, None, || self.0.sensitivity(&options))?;
        Ok(Table::of(record_batch(&rows)))
    }

    /// Points and ranks with each weight up by `shift` of itself, then down, then left out.
    ///
    /// Raises `RequestError` if `shift` is not above 0 and at most 1.
    #[pyo3(signature = (*, shift=0.25))]
    fn scenarios(&self, shift: f64) -> PyResult<Table> {
        Ok(Table::of(record_batch(&self.0.scenarios(shift).or_raise()?)))
    }

    /// The scores as a `pyarrow.Table`, without a copy. Needs pyarrow.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_arrow(&Bound::new(py, self.scores())?)
    }

    /// The scores as a `pandas.DataFrame`. Needs pandas and pyarrow.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_pandas(&Bound::new(py, self.scores())?)
    }

    /// The scores as a `polars.DataFrame`, without a copy. Needs polars.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_polars(&Bound::new(py, self.scores())?)
    }

    /// The columns' types as a capsule of the Arrow C data interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        self.scores().__arrow_c_schema__(py)
    }

    /// The scores as a capsule of the Arrow C stream interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        self.scores().__arrow_c_stream__(py, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.0.scores().len()
    }

    fn __repr__(&self) -> String {
        format!("<Scoring of {}: {} scores>", self.0.score().id, self.__len__())
    }
}
