//! Series with their signals and trends, as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::{ChartRow, SignalRow};

const SIGNALS: [Column<SignalRow>; 34] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("indicator", Cells::Text(|row| &row.indicator)),
    Column::new("stratum", Cells::OptionalText(|row| row.stratum.as_deref())),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("every", Cells::Text(|row| row.every)),
    Column::new("series_start", Cells::OptionalDay(|row| row.series_start)),
    Column::new("series_end", Cells::OptionalDay(|row| row.series_end)),
    Column::new("points", Cells::OptionalWhole(|row| Some(row.points))),
    Column::new("missing", Cells::OptionalWhole(|row| Some(row.missing))),
    Column::new(
        "missing_reason",
        Cells::OptionalText(|row| row.missing_reason.map(|reason| reason.code())),
    ),
    Column::new("latest", Cells::OptionalDay(|row| row.latest)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("chart", Cells::Text(|row| row.chart)),
    Column::new("centre", Cells::OptionalNumber(|row| row.centre)),
    Column::new("lower", Cells::OptionalNumber(|row| row.lower)),
    Column::new("upper", Cells::OptionalNumber(|row| row.upper)),
    Column::new("signal", Cells::OptionalText(|row| row.signal.as_deref())),
    Column::new("signal_since", Cells::OptionalDay(|row| row.signal_since)),
    Column::new("side", Cells::OptionalText(|row| row.side)),
    Column::new("meaning", Cells::OptionalText(|row| row.meaning)),
    Column::new("signals", Cells::OptionalWhole(|row| row.signals)),
    Column::new("latest_signal", Cells::OptionalDay(|row| row.latest_signal)),
    Column::new("trend_test", Cells::Text(|row| row.trend_test)),
    Column::new("tau", Cells::OptionalNumber(|row| row.tau)),
    Column::new("p", Cells::OptionalNumber(|row| row.p)),
    Column::new("p_bh", Cells::OptionalNumber(|row| row.p_bh)),
    Column::new("slope", Cells::OptionalNumber(|row| row.slope)),
    Column::new("slope_lower", Cells::OptionalNumber(|row| row.slope_lower)),
    Column::new("slope_upper", Cells::OptionalNumber(|row| row.slope_upper)),
    Column::new("trend", Cells::OptionalText(|row| row.trend)),
    Column::new("capability", Cells::OptionalText(|row| row.capability)),
    Column::new("reason", Cells::OptionalText(|row| row.reason)),
];

const CHART: [Column<ChartRow>; 21] = [
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("indicator", Cells::Text(|row| &row.indicator)),
    Column::new("stratum", Cells::OptionalText(|row| row.stratum.as_deref())),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("period_start", Cells::Day(|row| row.period_start)),
    Column::new("period_end", Cells::Day(|row| row.period_end)),
    Column::new("numerator", Cells::OptionalNumber(|row| row.numerator)),
    Column::new("denominator", Cells::OptionalNumber(|row| row.denominator)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("chart", Cells::Text(|row| row.chart)),
    Column::new("centre", Cells::OptionalNumber(|row| row.centre)),
    Column::new("lower", Cells::OptionalNumber(|row| row.lower)),
    Column::new("upper", Cells::OptionalNumber(|row| row.upper)),
    Column::new("goal", Cells::OptionalNumber(|row| row.goal)),
    Column::new("goal_upper", Cells::OptionalNumber(|row| row.goal_upper)),
    Column::new("signal", Cells::OptionalText(|row| row.signal.as_deref())),
    Column::new("side", Cells::OptionalText(|row| row.side)),
    Column::new("meaning", Cells::OptionalText(|row| row.meaning)),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

/// What [`Report::signals`](crate::Report::signals) gives, as columns named and ordered as the fields of [`SignalRow`].
pub fn signals_batch(rows: &[SignalRow]) -> RecordBatch {
    table::record_batch(&SIGNALS, rows)
}

/// What [`Report::chart`](crate::Report::chart) gives, as columns named and ordered as the fields of [`ChartRow`].
pub fn chart_batch(rows: &[ChartRow]) -> RecordBatch {
    table::record_batch(&CHART, rows)
}
