//! A target as it stood at each month's end, as columns.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::error::Result;
use crate::report::Report;

impl Report {
    /// What [`history`](Report::history) gives, as columns like those of the report's own rows: a batch for each day, in order of
    /// time, with the rows of that day.
    ///
    /// # Errors
    ///
    /// As [`history`](Report::history).
    pub fn history_batches(
        &self,
        target: &str,
        unit: Option<&str>,
    ) -> Result<(SchemaRef, Vec<RecordBatch>)> {
        let reports = self.history_by_day(target, unit, None)?;
        let batches: Vec<RecordBatch> = reports.iter().map(Report::to_record_batch).collect();
        let schema = batches.first().map_or_else(super::assessments::schema, RecordBatch::schema);
        Ok((schema, batches))
    }
}
