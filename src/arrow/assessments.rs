//! A report as a record batch, a CSV file or a Parquet file.
//!
//! The fields of [`Assessment`] declare the columns: names, types, which of them are never null, and what they mean.

use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::blocks;
use super::table;
use crate::assess::Assessment;
use crate::error::Result;
use crate::report::Report;

/// The columns of a report's rows.
///
/// ```
/// let schema = attain::arrow::assessments::schema();
/// assert_eq!(schema.fields().len(), 39);
/// assert!(!schema.field_with_name("verdict")?.is_nullable());
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
pub fn schema() -> SchemaRef {
    table::schema::<Assessment>()
}

impl Report {
    /// The rows as columns, named and typed as the fields of [`Assessment`].
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
