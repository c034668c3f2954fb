//! The class `Cascade`.

use pyo3::prelude::*;

use super::table::Table;
use attain::arrow::record_batch;
use attain::views;

/// A target's goal shared out among the units below; made by `Report.cascade`.
#[pyclass(frozen, module = "attain", name = "Cascade")]
pub(super) struct Cascade(pub(super) views::Cascade);

#[pymethods]
impl Cascade {
    /// A row for each unit: its share, how it was computed, and what the unit made of it.
    #[getter]
    fn shares(&self) -> Table {
        let batch = record_batch(&self.0.shares);
        Table::new(batch.schema(), vec![batch])
    }

    /// A row for each unit with units below it: what their goals add up to, beside its own.
    #[getter]
    fn sums(&self) -> Table {
        let batch = record_batch(&self.0.sums);
        Table::new(batch.schema(), vec![batch])
    }

    fn __repr__(&self) -> String {
        let target = self.0.shares.first().map_or("no unit", |share| share.target.as_str());
        let (shares, sums) = (self.0.shares.len(), self.0.sums.len());
        format!("<Cascade of {target}: {shares} goals, {sums} sums>")
    }
}
