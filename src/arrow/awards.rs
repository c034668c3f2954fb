//! Awards as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::AwardRow;

const AWARDS: [Column<AwardRow>; 18] = [
    Column::new("award", Cells::Text(|row| &row.award)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("as_of", Cells::Day(|row| row.as_of)),
    Column::new("final", Cells::Truth(|row| row.is_final)),
    Column::new("eligible", Cells::OptionalTruth(|row| row.eligible)),
    Column::new("why_not", Cells::OptionalText(|row| row.why_not.as_deref())),
    Column::new("points", Cells::OptionalNumber(|row| row.points)),
    Column::new("grade", Cells::OptionalText(|row| row.grade.as_deref())),
    Column::new("rank", Cells::OptionalWhole(|row| row.rank)),
    Column::new("quota", Cells::OptionalWhole(|row| Some(row.quota))),
    Column::new("chosen", Cells::Truth(|row| row.chosen)),
    Column::new("tied", Cells::Truth(|row| row.tied)),
    Column::new("safety", Cells::OptionalNumber(|row| row.safety)),
    Column::new("basis", Cells::OptionalText(|row| row.basis.as_deref())),
];

/// Awards as columns named as the fields of [`AwardRow`] (`final` for `is_final`).
pub fn awards_batch(rows: &[AwardRow]) -> RecordBatch {
    table::record_batch(&AWARDS, rows)
}
