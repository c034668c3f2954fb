//! A cascade as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::{Cascade, Share, SumOfShares};

const SHARES: [Column<Share>; 19] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("parent", Cells::OptionalText(|row| row.parent.as_deref())),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("final", Cells::Truth(|row| row.is_final)),
    Column::new("by", Cells::Text(|row| row.by)),
    Column::new("weight", Cells::OptionalNumber(|row| row.weight)),
    Column::new("quota", Cells::OptionalNumber(|row| row.quota)),
    Column::new("rounded", Cells::OptionalText(|row| row.rounded)),
    Column::new("comparator", Cells::OptionalText(|row| row.comparator)),
    Column::new("goal_value", Cells::OptionalNumber(|row| row.goal_value)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("gap", Cells::OptionalNumber(|row| row.gap)),
    Column::new("completeness", Cells::OptionalNumber(|row| row.completeness)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

const SUMS: [Column<SumOfShares>; 13] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("children", Cells::OptionalWhole(|row| Some(row.children))),
    Column::new("without_share", Cells::OptionalWhole(|row| Some(row.without_share))),
    Column::new("whole", Cells::OptionalNumber(|row| row.whole)),
    Column::new("parts", Cells::OptionalNumber(|row| row.parts)),
    Column::new("difference", Cells::OptionalNumber(|row| row.difference)),
    Column::new("finding", Cells::OptionalText(|row| row.finding)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

impl Cascade {
    /// The shares as columns, named and ordered as the fields of [`Share`].
    pub fn shares_batch(&self) -> RecordBatch {
        table::record_batch(&SHARES, &self.shares)
    }

    /// What they add up to as columns, named and ordered as the fields of [`SumOfShares`].
    pub fn sums_batch(&self) -> RecordBatch {
        table::record_batch(&SUMS, &self.sums)
    }
}
