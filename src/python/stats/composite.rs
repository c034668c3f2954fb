//! Composite scores.

use std::sync::Arc;

use arrow_array::{ArrayRef, StringArray, UInt64Array};
use pyo3::prelude::*;

use super::super::table::Table;
use super::choice::choice;
use super::column::Column;
use super::compare::better_end;
use super::rows::{numbers, table};
use super::{OrRaise, raised};
use crate::stats::{
    self, Aggregation, Normalisation, RankSensitivity, SensitivityOptions, StatsError,
};

/// Values on one scale; `ends` are goalposts or a target, as the method asks.
#[pyfunction]
pub(super) fn normalise(
    values: &Bound<'_, PyAny>,
    method: &str,
    better: &str,
    ends: Vec<f64>,
) -> PyResult<Vec<Option<f64>>> {
    let known = [
        ("min_max", Normalisation::MinMax),
        ("z_score", Normalisation::ZScore),
        ("rank", Normalisation::Rank),
    ];
    let method = match (method, &ends[..]) {
        ("goalposts", [from, to]) => Normalisation::Goalposts { from: *from, to: *to },
        ("distance_to", [target]) => Normalisation::DistanceToTarget { target: *target },
        (method, _) => choice("method", method, &known)?,
    };
    let values = known_values("values", values)?;
    stats::normalise(&values, better_end(better)?, method).or_raise()
}

/// The weighted means of rows of parts: `value`, `coverage`, `status`.
#[pyfunction]
pub(super) fn composite(
    parts: Vec<Bound<'_, PyAny>>,
    weights: Option<Vec<f64>>,
    method: &str,
    minimum_coverage: f64,
) -> PyResult<Table> {
    let method = aggregation(method)?;
    let units = rows("parts", &parts)?;
    let weights = weights.unwrap_or_else(|| vec![1.0; parts.len()]);
    // A fault of the weights is a fault of every row.
    stats::composite(&vec![None; parts.len()], &weights, method, minimum_coverage).or_raise()?;
    let found: Vec<Result<stats::Composite, StatsError>> = units
        .iter()
        .map(|parts| stats::composite(parts, &weights, method, minimum_coverage))
        .collect();
    let status: StringArray =
        found.iter().map(|found| found.as_ref().err().map(StatsError::to_string)).collect();
    table(vec![
        ("value", numbers(found.iter().map(|found| found.as_ref().ok()?.value))),
        ("coverage", numbers(found.iter().map(|found| Some(found.as_ref().ok()?.coverage)))),
        ("status", Arc::new(status)),
    ])
}

/// The ranks under moved weights: a row for each unit, of nulls where it has no score.
#[pyfunction]
pub(super) fn rank_sensitivity(
    py: Python<'_>,
    parts: Vec<Bound<'_, PyAny>>,
    weights: Option<Vec<f64>>,
    method: &str,
    minimum_coverage: f64,
    options: (f64, u32, u64),
) -> PyResult<Table> {
    let method = aggregation(method)?;
    let units = rows("parts", &parts)?;
    let weights = weights.unwrap_or_else(|| vec![1.0; parts.len()]);
    let (shift, draws, seed) = options;
    let options = SensitivityOptions { shift, draws, seed };
    let found = py
        .detach(|| stats::rank_sensitivity(&units, &weights, method, minimum_coverage, &options))
        .or_raise()?;
    let column = |of: fn(&RankSensitivity) -> usize| -> ArrayRef {
        let ranks = found.iter().map(|found| found.as_ref().map(|found| of(found) as u64));
        Arc::new(ranks.collect::<UInt64Array>())
    };
    super::rows::nullable_table(vec![
        ("rank", column(|found| found.rank)),
        ("shifted_best", column(|found| found.one_shifted.0)),
        ("shifted_worst", column(|found| found.one_shifted.1)),
        ("left_out_best", column(|found| found.one_left_out.0)),
        ("left_out_worst", column(|found| found.one_left_out.1)),
        ("drawn_lower", column(|found| found.drawn.0)),
        ("drawn_median", column(|found| found.drawn_median)),
        ("drawn_upper", column(|found| found.drawn.1)),
    ])
}

fn aggregation(name: &str) -> PyResult<Aggregation> {
    choice("method", name, &Aggregation::ALL.map(|way| (way.name(), way)))
}

/// Reads a column of values. NaN means a missing value and becomes `None`.
fn known_values(argument: &str, values: &Bound<'_, PyAny>) -> PyResult<Vec<Option<f64>>> {
    let values = Column::values(argument, values)?;
    Ok(values.into_iter().map(|value| (!value.is_nan()).then_some(value)).collect())
}

/// Columns of parts as rows, one for each unit.
fn rows(argument: &'static str, parts: &[Bound<'_, PyAny>]) -> PyResult<Vec<Vec<Option<f64>>>> {
    let columns: Vec<Vec<Option<f64>>> =
        parts.iter().map(|part| known_values(argument, part)).collect::<PyResult<_>>()?;
    let Some(first) = columns.first() else {
        return Err(raised(&StatsError::TooFew { argument, found: 0, expected: 1 }));
    };
    if let Some(other) = columns.iter().find(|column| column.len() != first.len()) {
        let expected = first.len();
        let found = other.len();
        let alongside = "parts";
        return Err(raised(&StatsError::UnequalLengths { argument, found, expected, alongside }));
    }
    Ok((0..first.len()).map(|row| columns.iter().map(|column| column[row]).collect()).collect())
}
