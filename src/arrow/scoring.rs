//! Scores as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::{ScoreScenario, ScoreSensitivity, Scoring, UnitScore, UnitScorePart};

const SCORES: [Column<UnitScore>; 18] = [
    Column::new("score", Cells::Text(|row| &row.score)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("as_of", Cells::Day(|row| row.as_of)),
    Column::new("final", Cells::Truth(|row| row.is_final)),
    Column::new("points", Cells::OptionalNumber(|row| row.points)),
    Column::new("uncapped", Cells::OptionalNumber(|row| row.uncapped)),
    Column::new("before_deductions", Cells::OptionalNumber(|row| row.before_deductions)),
    Column::new("deducted", Cells::OptionalNumber(|row| row.deducted)),
    Column::new("coverage", Cells::OptionalNumber(|row| row.coverage)),
    Column::new("grade", Cells::OptionalText(|row| row.grade.as_deref())),
    Column::new("rank", Cells::OptionalWhole(|row| row.rank)),
    Column::new("uncapped_rank", Cells::OptionalWhole(|row| row.uncapped_rank)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
    Column::new("basis", Cells::OptionalText(|row| row.basis.as_deref())),
];

const PARTS: [Column<UnitScorePart>; 14] = [
    Column::new("score", Cells::Text(|row| &row.score)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("part", Cells::OptionalText(|row| row.part.as_deref())),
    Column::new("title", Cells::Text(|row| &row.title)),
    Column::new("indicator", Cells::Text(|row| &row.indicator)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("scaled", Cells::OptionalNumber(|row| row.scaled)),
    Column::new("capped", Cells::OptionalNumber(|row| row.capped)),
    Column::new("weight", Cells::OptionalNumber(|row| row.weight)),
    Column::new("points", Cells::OptionalNumber(|row| row.points)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

const SENSITIVITY: [Column<ScoreSensitivity>; 13] = [
    Column::new("score", Cells::Text(|row| &row.score)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("rank", Cells::OptionalWhole(|row| Some(row.rank))),
    Column::new("shifted_best", Cells::OptionalWhole(|row| Some(row.shifted_best))),
    Column::new("shifted_worst", Cells::OptionalWhole(|row| Some(row.shifted_worst))),
    Column::new("left_out_best", Cells::OptionalWhole(|row| Some(row.left_out_best))),
    Column::new("left_out_worst", Cells::OptionalWhole(|row| Some(row.left_out_worst))),
    Column::new("drawn_lower", Cells::OptionalWhole(|row| Some(row.drawn_lower))),
    Column::new("drawn_median", Cells::OptionalWhole(|row| Some(row.drawn_median))),
    Column::new("drawn_upper", Cells::OptionalWhole(|row| Some(row.drawn_upper))),
];

const SCENARIOS: [Column<ScoreScenario>; 9] = [
    Column::new("score", Cells::Text(|row| &row.score)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("part", Cells::Text(|row| &row.part)),
    Column::new("factor", Cells::Number(|row| row.factor)),
    Column::new("points", Cells::OptionalNumber(|row| row.points)),
    Column::new("rank", Cells::OptionalWhole(|row| row.rank)),
];

impl Scoring {
    /// The scores as columns named as the fields of [`UnitScore`] (`final` for `is_final`).
    pub fn scores_batch(&self) -> RecordBatch {
        table::record_batch(&SCORES, self.scores())
    }

    /// What the scores are made of, as columns named as the fields of [`UnitScorePart`].
    pub fn parts_batch(&self) -> RecordBatch {
        table::record_batch(&PARTS, self.parts())
    }
}

/// How ranks move with the weights, as columns named as the fields of [`ScoreSensitivity`].
pub fn score_sensitivity_batch(rows: &[ScoreSensitivity]) -> RecordBatch {
    table::record_batch(&SENSITIVITY, rows)
}

/// Points and ranks under other weights, as columns named as the fields of [`ScoreScenario`].
pub fn score_scenarios_batch(rows: &[ScoreScenario]) -> RecordBatch {
    table::record_batch(&SCENARIOS, rows)
}
