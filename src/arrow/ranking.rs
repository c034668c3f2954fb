//! Units side by side, and what was, as columns.

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::table::{self, Cells, Column};
use crate::error::Result;
use crate::report::{RankedUnit, Report};

const RANKING: [Column<RankedUnit>; 27] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("stratum", Cells::OptionalText(|row| row.stratum.as_deref())),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("numerator", Cells::OptionalNumber(|row| row.numerator)),
    Column::new("denominator", Cells::OptionalNumber(|row| row.denominator)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("average", Cells::OptionalNumber(|row| row.average)),
    Column::new("rank", Cells::OptionalWhole(|row| row.rank)),
    Column::new("rank_best", Cells::OptionalWhole(|row| row.rank_best)),
    Column::new("rank_worst", Cells::OptionalWhole(|row| row.rank_worst)),
    Column::new("rank_best_of_all", Cells::OptionalWhole(|row| row.rank_best_of_all)),
    Column::new("rank_worst_of_all", Cells::OptionalWhole(|row| row.rank_worst_of_all)),
    Column::new("group", Cells::OptionalWhole(|row| row.group)),
    Column::new("lower", Cells::OptionalNumber(|row| row.lower)),
    Column::new("upper", Cells::OptionalNumber(|row| row.upper)),
    Column::new("signal", Cells::OptionalText(|row| row.signal)),
    Column::new("signal_by_chance", Cells::OptionalText(|row| row.signal_by_chance)),
    Column::new("phi", Cells::OptionalNumber(|row| row.phi)),
    Column::new("p", Cells::OptionalNumber(|row| row.p)),
    Column::new("p_holm", Cells::OptionalNumber(|row| row.p_holm)),
    Column::new("p_bh", Cells::OptionalNumber(|row| row.p_bh)),
    Column::new("finding", Cells::OptionalText(|row| row.finding)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

/// Ranked units as columns, named and ordered as the fields of [`RankedUnit`].
pub fn ranking_batch(rows: &[RankedUnit]) -> RecordBatch {
    table::record_batch(&RANKING, rows)
}

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
        let reports = self.history_by_day(target, unit)?;
        let batches: Vec<RecordBatch> = reports.iter().map(Report::to_record_batch).collect();
        let schema = batches.first().map_or_else(super::assessments::schema, RecordBatch::schema);
        Ok((schema, batches))
    }
}
