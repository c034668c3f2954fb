//! What parts add to a whole, as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::{ChangePart, Contribution};

const CONTRIBUTIONS: [Column<Contribution>; 17] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("stratum", Cells::OptionalText(|row| row.stratum.as_deref())),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("part_is", Cells::Text(|row| row.part_is)),
    Column::new("part", Cells::OptionalText(|row| row.part.as_deref())),
    Column::new("part_name", Cells::OptionalText(|row| row.part_name.as_deref())),
    Column::new("part_level", Cells::OptionalText(|row| row.part_level.as_deref())),
    Column::new("numerator", Cells::OptionalNumber(|row| row.numerator)),
    Column::new("denominator", Cells::OptionalNumber(|row| row.denominator)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("goal_value", Cells::OptionalNumber(|row| row.goal_value)),
    Column::new("contribution", Cells::OptionalNumber(|row| row.contribution)),
    Column::new("effect", Cells::OptionalText(|row| row.effect)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

const CHANGES: [Column<ChangePart>; 18] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("stratum", Cells::OptionalText(|row| row.stratum.as_deref())),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("before_start", Cells::Day(|row| row.before_start)),
    Column::new("before_end", Cells::Day(|row| row.before_end)),
    Column::new("after_start", Cells::Day(|row| row.after_start)),
    Column::new("after_end", Cells::Day(|row| row.after_end)),
    Column::new("part_is", Cells::Text(|row| row.part_is)),
    Column::new("part", Cells::OptionalText(|row| row.part.as_deref())),
    Column::new("part_name", Cells::OptionalText(|row| row.part_name.as_deref())),
    Column::new("part_level", Cells::OptionalText(|row| row.part_level.as_deref())),
    Column::new("value_before", Cells::OptionalNumber(|row| row.value_before)),
    Column::new("value_after", Cells::OptionalNumber(|row| row.value_after)),
    Column::new("within", Cells::OptionalNumber(|row| row.within)),
    Column::new("mix", Cells::OptionalNumber(|row| row.mix)),
    Column::new("change", Cells::OptionalNumber(|row| row.change)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

/// Contributions as columns, named and ordered as the fields of [`Contribution`].
pub fn contributions_batch(rows: &[Contribution]) -> RecordBatch {
    table::record_batch(&CONTRIBUTIONS, rows)
}

/// The parts of changes as columns, named and ordered as the fields of [`ChangePart`].
pub fn decomposition_batch(rows: &[ChangePart]) -> RecordBatch {
    table::record_batch(&CHANGES, rows)
}
