//! Inequality along a ranking, group by group.

use std::ops::Range;

use pyo3::prelude::*;

use super::super::run::run;
use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, read};
use super::choice::choice;
use super::groups::Groups;
use super::rows::{numbers, status_of, table, texts};
use super::standardise::side_by_side;
use attain::binding::check_stop;
use attain::stats::{
    self, Confidence, Inequality, InequalityDirection, InequalityInterval, InequalityOptions,
    InequalityScale, StatsError, TheilKind, ValueBounds,
};

/// Why indices are not there.
fn status(found: &Result<Inequality, StatsError>) -> Option<String> {
    match found {
        Err(refusal) => Some(refusal.to_string()),
        Ok(Inequality { relative: None, .. }) => {
            Some("no relative index: the line is not above 0 at both ends".to_owned())
        }
        Ok(Inequality { relative_interval: None, .. }) => {
            Some("the relative index has no limits: its interval is not bounded".to_owned())
        }
        Ok(Inequality {
            relative,
            relative_interval: Some(ratio),
            slope_interval: limits,
            slope,
            intercept,
        }) => {
            let numbers = [limits.lower, limits.upper, ratio.lower, ratio.upper, *slope];
            let numbers = numbers.map(Some);
            status_of(status_of(None, &numbers), &[*relative, Some(*intercept)])
        }
    }
}

/// The slope and the relative index of inequality, group by group.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn inequality(
    py: Python<'_>,
    values: Argument<'_, '_>,
    standard_errors: Argument<'_, '_>,
    population: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    scale: Argument<'_, '_>,
    direction: Argument<'_, '_>,
    per: Argument<'_, '_>,
    repetitions: Argument<'_, '_>,
    seed: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
) -> PyResult<Table> {
    let scales = [
        ("identity", InequalityScale::Identity),
        ("log", InequalityScale::Log),
        ("logit", InequalityScale::Logit),
    ];
    let directions = [
        ("first_to_last", InequalityDirection::FirstToLast),
        ("last_to_first", InequalityDirection::LastToFirst),
    ];
    let seed = read("seed", seed)?;
    let repetitions: Option<u32> = read("repetitions", repetitions)?;
    let options = InequalityOptions {
        scale: choice("scale", scale, &scales)?,
        direction: choice("direction", direction, &directions)?,
        per: read("per", per)?,
        confidence: Confidence::new(read("confidence", confidence)?).or_raise()?,
        interval: repetitions.map_or(InequalityInterval::Analytic, |repetitions| {
            InequalityInterval::Simulated { seed, repetitions }
        }),
    };
    stats::inequality_indices(&[0.4, 0.5], &[1.0, 1.0], &[1.0, 1.0], &options).or_raise()?;
    let arguments =
        [("values", values), ("standard_errors", standard_errors), ("population", population)];
    let ([values, errors, population], length) = side_by_side(arguments, &[])?;
    let keys = Groups::read(by.as_ref(), length)?;
    let [values, errors, population] =
        [&values, &errors, &population].map(|column| keys.arranged(column));
    let indices = |rows: Range<usize>| {
        check_stop();
        let (values, errors) = (&values[rows.clone()], &errors[rows.clone()]);
        stats::inequality_indices(values, errors, &population[rows], &options)
    };
    let found: Vec<_> = run(py, None, || Ok(keys.ranges().map(indices).collect()))?;
    let column = |part: &dyn Fn(&Inequality) -> Option<f64>| {
        numbers(found.iter().map(|found| found.as_ref().ok().and_then(part)))
    };
    let mut columns: Vec<_> = keys.column().into_iter().collect();
    columns.extend([
        ("slope", column(&|of| Some(of.slope))),
        ("slope_lower", column(&|of| Some(of.slope_interval.lower))),
        ("slope_upper", column(&|of| Some(of.slope_interval.upper))),
        ("relative", column(&|of| of.relative)),
        ("relative_lower", column(&|of| of.relative_interval.map(|limits| limits.lower))),
        ("relative_upper", column(&|of| of.relative_interval.map(|limits| limits.upper))),
        ("intercept", column(&|of| Some(of.intercept))),
        ("status", texts(found.iter().map(status).collect())),
    ]);
    table(columns)
}

/// An index of each population: a number, or a table with `by`.
fn index_of<'py>(
    py: Python<'py>,
    name: &'static str,
    values: Argument<'_, 'py>,
    population: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
    index: impl Fn(&[f64], &[f64]) -> Result<f64, StatsError> + Send + Sync,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = [("values", values), ("population", population)];
    let ([values, population], length) = side_by_side(arguments, &[])?;
    let keys = Groups::read(by.as_ref(), length)?;
    let [values, population] = [&values, &population].map(|column| keys.arranged(column));
    if by.is_none() {
        return Ok(index(&values, &population).or_raise()?.into_pyobject(py)?.into_any());
    }
    let of_rows = |rows: Range<usize>| {
        check_stop();
        index(&values[rows.clone()], &population[rows])
    };
    let found: Vec<_> = run(py, None, || Ok(keys.ranges().map(of_rows).collect()))?;
    let refusal = |one: &Result<f64, StatsError>| one.as_ref().err().map(ToString::to_string);
    let mut columns: Vec<_> = keys.column().into_iter().collect();
    columns.extend([
        (name, numbers(found.iter().map(|one| one.as_ref().ok().copied()))),
        ("status", texts(found.iter().map(refusal).collect())),
    ]);
    Ok(Bound::new(py, table(columns)?)?.into_any())
}

#[pyfunction]
pub(super) fn gini<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    population: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    index_of(py, "gini", values, population, by, stats::gini)
}

#[pyfunction]
pub(super) fn theil<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    population: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
    kind: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let kind = choice("kind", kind, &[("t", TheilKind::T), ("l", TheilKind::L)])?;
    index_of(py, "theil", values, population, by, |values, population| {
        stats::theil(values, population, kind)
    })
}

#[pyfunction]
pub(super) fn concentration_index<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    population: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
    bounds: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let bounds: Option<(f64, f64)> = read("bounds", bounds)?;
    let bounds = bounds.map(|(least, greatest)| ValueBounds::new(least, greatest));
    let bounds = bounds.transpose().or_raise()?;
    index_of(py, "concentration_index", values, population, by, |values, population| {
        stats::concentration_index(values, population, bounds)
    })
}
