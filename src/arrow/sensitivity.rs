//! What missing and late reports do to verdicts, as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::SensitivityRow;

const COLUMNS: [Column<SensitivityRow>; 21] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("stratum", Cells::OptionalText(|row| row.stratum.as_deref())),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("reports_due", Cells::OptionalWhole(|row| row.reports_due)),
    Column::new("reports_made", Cells::OptionalWhole(|row| row.reports_made)),
    Column::new("reports_late", Cells::OptionalWhole(|row| row.reports_late)),
    Column::new("reports_missing", Cells::OptionalWhole(|row| row.reports_missing)),
    Column::new("value_worst", Cells::OptionalNumber(|row| row.value_worst)),
    Column::new(
        "verdict_worst",
        Cells::OptionalText(|row| row.verdict_worst.map(|one| one.code())),
    ),
    Column::new("value_best", Cells::OptionalNumber(|row| row.value_best)),
    Column::new("verdict_best", Cells::OptionalText(|row| row.verdict_best.map(|one| one.code()))),
    Column::new("settled", Cells::OptionalTruth(|row| row.settled)),
    Column::new("value_on_time", Cells::OptionalNumber(|row| row.value_on_time)),
    Column::new(
        "verdict_on_time",
        Cells::OptionalText(|row| row.verdict_on_time.map(|one| one.code())),
    ),
    Column::new("reason", Cells::OptionalText(|row| row.reason)),
];

/// The rows of [`Report::sensitivity`](crate::Report::sensitivity) as columns; a `None` is a null.
pub fn sensitivity_batch(rows: &[SensitivityRow]) -> RecordBatch {
    table::record_batch(&COLUMNS, rows)
}
