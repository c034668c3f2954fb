//! The class `Combined`.

use pyo3::prelude::*;

use super::table::Table;
use attain::arrow::record_batch;
use attain::views;

/// The verdict on several targets together; made by `Report.combined`.
///
/// Printed, it reads as sentences.
#[pyclass(frozen, module = "attain", name = "Combined")]
pub(super) struct Combined(pub(super) views::Combined);

#[pymethods]
impl Combined {
    /// A row for each combined goal, unit and window.
    #[getter]
    fn verdicts(&self) -> Table {
        let batch = record_batch(&self.0.verdicts);
        Table::new(batch.schema(), vec![batch])
    }

    /// For each of them, a row for each of its targets.
    #[getter]
    fn parts(&self) -> Table {
        let batch = record_batch(&self.0.parts);
        Table::new(batch.schema(), vec![batch])
    }

    fn __str__(&self) -> String {
        let lines = self.0.verdicts.iter().map(|row| {
            let last = row.window_end.pred_opt().unwrap_or(row.window_end);
            let days = format!("{} to {last}", row.window_start);
            format!("{}, {}, {days}: {}", row.title, row.unit_name, row.sentence)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn __repr__(&self) -> String {
        format!("<Combined: {} verdicts>", self.0.verdicts.len())
    }
}
