//! Budgets as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::error::Result;
use crate::report::{BudgetRow, Report};

const COLUMNS: [Column<BudgetRow>; 18] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("goal", Cells::Text(|row| &row.goal)),
    Column::new("used", Cells::OptionalNumber(|row| Some(row.used))),
    Column::new("limit", Cells::OptionalNumber(|row| row.limit)),
    Column::new("left", Cells::OptionalNumber(|row| row.left)),
    Column::new("denominator_left", Cells::OptionalNumber(|row| row.denominator_left)),
    Column::new("used_share", Cells::OptionalNumber(|row| row.used_share)),
    Column::new("elapsed_share", Cells::OptionalNumber(|row| Some(row.elapsed_share))),
    Column::new("burn", Cells::OptionalNumber(|row| row.burn)),
    Column::new("recent_burn", Cells::OptionalNumber(|row| row.recent_burn)),
    Column::new("exhausted_on", Cells::OptionalDay(|row| row.exhausted_on)),
    Column::new("alert", Cells::OptionalText(|row| row.alert)),
    Column::new("chance", Cells::OptionalNumber(|row| row.chance)),
];

impl Report {
    /// What [`budget`](Report::budget) gives, as columns named and ordered as the fields of [`BudgetRow`].
    ///
    /// # Errors
    ///
    /// As [`budget`](Report::budget).
    pub fn budget_batch(&self, target: &str) -> Result<RecordBatch> {
        Ok(table::record_batch(&COLUMNS, &self.budget(target)?))
    }
}
