//! Models and their places, as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::{ModelReach, ModelsOfUnit, Replication};

const MODELS: [Column<ModelReach>; 14] = [
    Column::new("model", Cells::OptionalText(|row| row.model.as_deref())),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("units", Cells::OptionalWhole(|row| Some(row.units as i64))),
    Column::new("told", Cells::OptionalWhole(|row| Some(row.told as i64))),
    Column::new("reached", Cells::OptionalWhole(|row| Some(row.reached as i64))),
    Column::new("reach", Cells::OptionalNumber(|row| row.reach)),
    Column::new("places", Cells::OptionalNumber(|row| row.places)),
    Column::new("depth", Cells::OptionalNumber(|row| row.depth)),
    Column::new("kept_up", Cells::OptionalWhole(|row| Some(row.kept_up as i64))),
    Column::new("reached_before", Cells::OptionalWhole(|row| row.reached_before.map(|n| n as i64))),
    Column::new("places_before", Cells::OptionalNumber(|row| row.places_before)),
    Column::new("growth", Cells::OptionalNumber(|row| row.growth)),
    Column::new("trend", Cells::OptionalText(|row| row.trend)),
];

const UNITS: [Column<ModelsOfUnit>; 8] = [
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("models", Cells::OptionalWhole(|row| row.models.map(|n| n as i64))),
    Column::new("places", Cells::OptionalNumber(|row| row.places)),
    Column::new("reason", Cells::OptionalText(|row| row.reason)),
];

impl Replication {
    /// What [`models`](Replication::models) lists, as columns of the same names.
    pub fn models_batch(&self) -> RecordBatch {
        table::record_batch(&MODELS, self.models())
    }

    /// What [`units`](Replication::units) lists, as columns of the same names.
    pub fn units_batch(&self) -> RecordBatch {
        table::record_batch(&UNITS, self.units())
    }
}
