//! Composite scores.

use std::sync::Arc;

use arrow_array::{ArrayRef, UInt64Array};
use pyo3::prelude::*;

use super::super::run::run;
use super::super::table::Table;
use super::argument::{Argument, read, refused, wrong};
use super::choice::choice;
use super::column::Column;
use super::compare::better_end;
use super::rows::{numbers, table, texts};
use super::{OrRaise, raised};
use attain::binding::check_stop;
use attain::stats::engine::composite_value;
use attain::stats::{
    self, Aggregation, BetterEnd, Normalisation, NormalisedScale, RankSensitivity,
    SensitivityOptions, StatsError,
};

/// Values on one scale.
#[pyfunction]
pub(super) fn normalise(
    values: Argument<'_, '_>,
    method: Argument<'_, '_>,
    better: Argument<'_, '_>,
    goalposts: Argument<'_, '_>,
    target: Argument<'_, '_>,
    scale: Argument<'_, '_>,
    truncate: Argument<'_, '_>,
) -> PyResult<Vec<Option<f64>>> {
    // The ends are put in below, where they were checked.
    let known = [
        ("min_max", Normalisation::MinMax),
        ("z_score", Normalisation::ZScore),
        ("rank", Normalisation::Rank),
        ("goalposts", Normalisation::Goalposts { from: 0.0, to: 100.0 }),
        ("distance_to", Normalisation::DistanceToTarget { target: 100.0 }),
    ];
    let mut method = choice("method", method, &known)?;
    let end = if better.is_none() { BetterEnd::Highest } else { better_end(better)? };
    let (ends, aim): (Option<(f64, f64)>, Option<f64>) =
        (read("goalposts", goalposts)?, read("target", target)?);
    let surplus = |name, given: Argument<'_, '_>| {
        let shown = given.to_string();
        refused(name, "no effect with this `method`", &shown, "None")
    };
    match (&mut method, ends, aim) {
        (Normalisation::Goalposts { from, to }, Some(ends), None) => {
            (*from, *to) = ends;
            let is_rising = ends.0 < ends.1;
            if !better.is_none() && is_rising != (end == BetterEnd::Highest) {
                let shown = better.to_string();
                let expected = "None, or the end of the second of the `goalposts`";
                return Err(refused(
                    "better",
                    "goalposts of the other direction",
                    &shown,
                    expected,
                ));
            }
        }
        (Normalisation::Goalposts { .. }, None, _) => {
            return Err(wrong("goalposts", goalposts, "two numbers"));
        }
        (Normalisation::DistanceToTarget { target }, None, Some(aim)) => *target = aim,
        (Normalisation::DistanceToTarget { .. }, None, None) => {
            return Err(wrong("target", target, "a number"));
        }
        (_, _, None) if ends.is_some() => return Err(surplus("goalposts", goalposts)),
        (Normalisation::DistanceToTarget { .. }, Some(_), _) => {
            return Err(surplus("goalposts", goalposts));
        }
        (_, _, Some(_)) => return Err(surplus("target", target)),
        (Normalisation::MinMax | Normalisation::ZScore | Normalisation::Rank, _, None) => {}
    }
    let ends: Option<(f64, f64)> = read("scale", scale)?;
    let truncated = read("truncate", truncate)?;
    match method {
        Normalisation::ZScore if ends.is_some() => return Err(surplus("scale", scale)),
        Normalisation::MinMax | Normalisation::ZScore | Normalisation::Rank if truncated => {
            let shown = truncate.to_string();
            return Err(refused("truncate", "no effect with this `method`", &shown, "False"));
        }
        Normalisation::MinMax
        | Normalisation::ZScore
        | Normalisation::Rank
        | Normalisation::Goalposts { .. }
        | Normalisation::DistanceToTarget { .. } => {}
    }
    let whole = NormalisedScale { truncated, ..NormalisedScale::default() };
    let scale = ends.map_or(whole, |(worst, best)| NormalisedScale { worst, best, truncated });
    let values = known_values("values", values)?;
    let named = |error: StatsError| match error.argument() {
        "from" | "to" => error.with_argument("goalposts"),
        _ => error,
    };
    stats::normalise(&values, end, method, scale).map_err(named).or_raise()
}

/// The weighted means of rows of parts: `value`, `coverage`, `status`.
#[pyfunction]
pub(super) fn composite(
    parts: Argument<'_, '_>,
    weights: Argument<'_, '_>,
    method: Argument<'_, '_>,
    minimum_coverage: Argument<'_, '_>,
) -> PyResult<Table> {
    let method = aggregation(method)?;
    let (parts, units) = rows("parts", parts)?;
    let weights = weights_of(weights, parts)?;
    let minimum_coverage = read("minimum_coverage", minimum_coverage)?;
    // A fault of the weights is a fault of every row.
    stats::composite(&vec![None; parts], &weights, method, minimum_coverage).or_raise()?;
    let found: Vec<Result<stats::Composite, StatsError>> = units
        .iter()
        .map(|parts| stats::composite(parts, &weights, method, minimum_coverage))
        .collect();
    let status = found.iter().map(|found| match found {
        Err(refusal) => Some(refusal.to_string()),
        Ok(composite) => {
            composite.value.is_none().then(|| uncovered(composite.coverage).to_owned())
        }
    });
    table(vec![
        ("value", numbers(found.iter().map(|found| found.as_ref().ok()?.value))),
        ("coverage", numbers(found.iter().map(|found| Some(found.as_ref().ok()?.coverage)))),
        ("status", texts(status.collect())),
    ])
}

/// Why a row without faults has no composite.
fn uncovered(coverage: f64) -> &'static str {
    if coverage == 0.0 {
        "undefined: no part with a weight is there"
    } else {
        "withheld: a coverage below `minimum_coverage`"
    }
}

/// The ranks under moved weights: a row for each unit, of nulls where it has no score.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rank_sensitivity(
    py: Python<'_>,
    parts: Argument<'_, '_>,
    weights: Argument<'_, '_>,
    method: Argument<'_, '_>,
    minimum_coverage: Argument<'_, '_>,
    shift: Argument<'_, '_>,
    draws: Argument<'_, '_>,
    seed: Argument<'_, '_>,
) -> PyResult<Table> {
    let method = aggregation(method)?;
    let (parts, units) = rows("parts", parts)?;
    let weights = weights_of(weights, parts)?;
    let minimum_coverage = read("minimum_coverage", minimum_coverage)?;
    // A fault of the weights is a fault of every row, also where there are no rows.
    stats::composite(&vec![None; parts], &weights, method, minimum_coverage).or_raise()?;
    let options = SensitivityOptions {
        shift: read("shift", shift)?,
        draws: read("draws", draws)?,
        seed: read("seed", seed)?,
    };
    let score = |unit: usize, weights: &[f64]| {
        check_stop();
        composite_value(&units[unit], weights, method, minimum_coverage)
    };
    let found =
        run(py, None, || Ok(stats::rank_sensitivity_of(units.len(), &weights, &options, score)));
    let found = found?.or_raise()?;
    let status = found.iter().zip(&units).map(|(found, parts)| {
        found.is_none().then(|| {
            // The composite was computed before without fault.
            let coverage = stats::composite(parts, &weights, method, minimum_coverage);
            uncovered(coverage.map_or(0.0, |composite| composite.coverage))
        })
    });
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
        ("status", texts(status.collect())),
    ])
}

/// The weights of the parts, equal unless given.
fn weights_of(weights: Argument<'_, '_>, parts: usize) -> PyResult<Vec<f64>> {
    if weights.is_none() {
        return Ok(vec![1.0; parts]);
    }
    Column::values("weights", weights)
}

fn aggregation(name: Argument<'_, '_>) -> PyResult<Aggregation> {
    choice("method", name, &Aggregation::ALL.map(|way| (way.name(), way)))
}

/// Reads a column of values. NaN means a missing value and becomes `None`.
fn known_values(argument: &str, values: &Bound<'_, PyAny>) -> PyResult<Vec<Option<f64>>> {
    let values = Column::values(argument, values)?;
    Ok(values.into_iter().map(|value| (!value.is_nan()).then_some(value)).collect())
}

/// The number of parts, and their columns as rows, one for each unit.
fn rows(
    argument: &'static str,
    parts: Argument<'_, '_>,
) -> PyResult<(usize, Vec<Vec<Option<f64>>>)> {
    let no_columns = |_| wrong(argument, parts, "a list of columns");
    let items = parts.try_iter().map_err(no_columns)?.collect::<PyResult<Vec<_>>>()?;
    let columns: Vec<Vec<Option<f64>>> =
        items.iter().map(|part| known_values(argument, part)).collect::<PyResult<_>>()?;
    let Some(first) = columns.first() else {
        return Err(raised(&StatsError::TooFew { argument, found: 0, expected: 1 }));
    };
    if let Some(other) = columns.iter().find(|column| column.len() != first.len()) {
        let expected = first.len();
        let found = other.len();
        let alongside = "parts";
        return Err(raised(&StatsError::UnequalLengths { argument, found, expected, alongside }));
    }
    let rows =
        (0..first.len()).map(|row| columns.iter().map(|column| column[row]).collect()).collect();
    Ok((columns.len(), rows))
}
