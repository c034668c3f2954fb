//! A report as a record batch, a CSV file or a Parquet file.
//!
//! | column | Arrow type | null |
//! |---|---|---|
//! | `target` | Dictionary(Int32, Utf8) | no |
//! | `indicator` | Dictionary(Int32, Utf8) | no |
//! | `campaign` | Dictionary(Int32, Utf8) | yes |
//! | `unit` | Dictionary(Int32, Utf8) | no |
//! | `unit_name` | Dictionary(Int32, Utf8) | no |
//! | `level` | Dictionary(Int32, Utf8) | no |
//! | `window_start` | Date32 | no |
//! | `window_end` | Date32 | no |
//! | `as_of` | Date32 | no |
//! | `final` | Boolean | no |
//! | `numerator` | Float64 | yes |
//! | `denominator` | Float64 | yes |
//! | `value` | Float64 | yes |
//! | `lower` | Float64 | yes |
//! | `upper` | Float64 | yes |
//! | `confidence` | Float64 | yes |
//! | `method` | Dictionary(Int32, Utf8) | yes |
//! | `baseline` | Float64 | yes |
//! | `goal` | Dictionary(Int32, Utf8) | no |
//! | `goal_value` | Float64 | yes |
//! | `goal_upper` | Float64 | yes |
//! | `expected_now` | Float64 | yes |
//! | `verdict` | Dictionary(Int32, Utf8) | no |
//! | `certainty` | Dictionary(Int32, Utf8) | no |
//! | `pace` | Dictionary(Int32, Utf8) | yes |
//! | `chance` | Float64 | yes |
//! | `projected` | Float64 | yes |
//! | `projected_lower` | Float64 | yes |
//! | `projected_upper` | Float64 | yes |
//! | `gap` | Float64 | yes |
//! | `needed` | Int64 | yes |
//! | `attainment` | Float64 | yes |
//! | `completeness` | Float64 | yes |
//! | `matched` | UInt32 | yes |
//! | `unmatched` | UInt32 | yes |
//! | `imputed` | Float64 | yes |
//! | `reason` | Dictionary(Int32, Utf8) | yes |
//! | `basis` | Dictionary(Int32, Utf8) | yes |
//! | `stratum` | Dictionary(Int32, Utf8) | yes |
//!
//! What they mean is said of the fields of [`Assessment`](crate::Assessment). A column that is never null is marked so in the schema.

use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::blocks;
use super::table::{self, Cells, Column};
use crate::error::Result;
use crate::report::{Difference, Report};

const DIFFERENCES: [Column<Difference>; 10] = [
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("measure", Cells::Text(|row| &row.measure)),
    Column::new("parts_are", Cells::Text(|row| row.parts_are)),
    Column::new("whole", Cells::Number(|row| row.whole)),
    Column::new("parts", Cells::Number(|row| row.parts)),
    Column::new("difference", Cells::Number(|row| row.difference)),
];

/// The columns of a report's rows.
///
/// ```
/// let schema = attain::arrow::assessments::schema();
/// assert_eq!(schema.fields().len(), 39);
/// assert!(!schema.field_with_name("verdict")?.is_nullable());
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
pub fn schema() -> SchemaRef {
    blocks::schema()
}

impl Report {
    /// The rows as columns, named and typed as the table in [`arrow::assessments`](crate::arrow::assessments) says.
    ///
    /// ```
    /// # use attain::{calendar, Plan, Tally};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {cases-known: {count: cases}},
    /// #     targets: {few: {indicator: cases-known, goal: {at_most: 9}, window: "2023"}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let report = plan.assess(&Tally::new(&plan), calendar::date("2024-01-01").unwrap())?;
    /// let batch = report.to_record_batch();
    /// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 39));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_record_batch(&self) -> RecordBatch {
        blocks::record_batch(self)
    }

    /// What [`reconcile`](Report::reconcile) lists, as columns: `unit`, `unit_name`, `level`, `window_start`, `window_end`,
    /// `measure`, `parts_are`, `whole`, `parts` and `difference`, with types as those of a report's rows; none is null.
    pub fn differences_batch(&self) -> RecordBatch {
        table::record_batch(&DIFFERENCES, &self.reconcile())
    }

    /// Writes the rows to a CSV file, and replaces what was there. Days are written as 2025-07-01, numbers by the shortest
    /// text that reads as the same number again, nulls as nothing.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        table::write_csv(&self.to_record_batch(), path.as_ref())
    }

    /// Writes the rows to a Parquet file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    #[cfg(feature = "parquet")]
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        super::parquet::write_parquet(path, schema(), &[self.to_record_batch()])
    }
}
