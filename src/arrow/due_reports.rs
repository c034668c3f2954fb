//! Reports due, as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::calendar::Window;
use crate::error::Result;
use crate::report::{DueReport, Report};

const COLUMNS: [Column<DueReport>; 10] = [
    Column::new("measure", Cells::Text(|row| &row.measure)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("period_start", Cells::Day(|row| row.period_start)),
    Column::new("period_end", Cells::Day(|row| row.period_end)),
    Column::new("due", Cells::OptionalDay(|row| row.due)),
    Column::new("reported", Cells::OptionalDay(|row| row.reported)),
    Column::new("status", Cells::Text(|row| row.status)),
    Column::new("days_late", Cells::OptionalWhole(|row| row.days_late)),
];

impl Report {
    /// What [`timeliness`](Report::timeliness) lists, as columns: `measure`, `unit`, `unit_name`, `level`, `period_start`,
    /// `period_end`, `due`, `reported` (days, null where there is none), `status` and `days_late`.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the tally was made [for certain days](crate::Plan::tally_for).
    pub fn timeliness_batch(&self, within: Option<&Window>) -> Result<RecordBatch> {
        Ok(table::record_batch(&COLUMNS, &self.timeliness(within)?))
    }
}
