//! The effect of a campaign as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::EffectRow;

const EFFECT: [Column<EffectRow>; 21] = [
    Column::new("campaign", Cells::Text(|row| &row.campaign)),
    Column::new("indicator", Cells::Text(|row| &row.indicator)),
    Column::new("method", Cells::Text(|row| row.method)),
    Column::new("estimate", Cells::OptionalNumber(|row| row.estimate)),
    Column::new("lower", Cells::OptionalNumber(|row| row.lower)),
    Column::new("upper", Cells::OptionalNumber(|row| row.upper)),
    Column::new("confidence", Cells::Number(|row| row.confidence)),
    Column::new("counted", Cells::OptionalNumber(|row| row.counted)),
    Column::new("expected", Cells::OptionalNumber(|row| row.expected)),
    Column::new("window_start", Cells::OptionalDay(|row| row.window_start)),
    Column::new("window_end", Cells::OptionalDay(|row| row.window_end)),
    Column::new("before_start", Cells::OptionalDay(|row| row.before_start)),
    Column::new("before_end", Cells::OptionalDay(|row| row.before_end)),
    Column::new("before", Cells::OptionalNumber(|row| row.before)),
    Column::new("outside", Cells::OptionalNumber(|row| row.outside)),
    Column::new("outside_before", Cells::OptionalNumber(|row| row.outside_before)),
    Column::new("pieces", Cells::OptionalWhole(|row| row.pieces)),
    Column::new("dispersion", Cells::OptionalNumber(|row| row.dispersion)),
    Column::new("compared", Cells::Text(|row| &row.compared)),
    Column::new("assumes", Cells::Text(|row| &row.assumes)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.as_deref())),
];

/// What [`Report::effect`](crate::Report::effect) gives, as columns named and ordered as the fields of [`EffectRow`].
pub fn effect_batch(rows: &[EffectRow]) -> RecordBatch {
    table::record_batch(&EFFECT, rows)
}
