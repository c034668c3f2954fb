//! The class `Replication`.

use pyo3::prelude::*;

use super::table::Table;
use attain::arrow::record_batch;
use attain::views;

/// Models of good practice and the places that took them up; made by `Report.replication`.
#[pyclass(frozen, module = "attain", name = "Replication")]
pub(super) struct Replication(pub(super) views::Replication);

#[pymethods]
impl Replication {
    /// In each window a row for all models together, then one for each model.
    ///
    /// Reach, depth, growth and trend.
    #[getter]
    fn models(&self) -> Table {
        Table::of(record_batch(self.0.models()))
    }

    /// In each window a row for each unit of the level and above.
    ///
    /// How many models and places it has.
    #[getter]
    fn units(&self) -> Table {
        Table::of(record_batch(self.0.units()))
    }

    fn __repr__(&self) -> String {
        let models = self.0.models().iter().filter(|row| row.model.is_some()).count();
        format!("<Replication: {models} rows of models, {} of units>", self.0.units().len())
    }
}
