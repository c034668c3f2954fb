//! Inequality along a ranking, group by group.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::super::table::Table;
use super::choice::choice;
use super::rows::{numbers, table, texts};
use super::standardise::{of_rows, rows_by_group, side_by_side};
use crate::stats::{
    self, Confidence, Inequality, InequalityDirection, InequalityInterval, InequalityOptions,
    InequalityScale,
};

type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

/// The slope and the relative index of inequality, group by group.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn inequality(
    py: Python<'_>,
    values: Argument<'_, '_>,
    standard_errors: Argument<'_, '_>,
    population: Argument<'_, '_>,
    by: Option<Bound<'_, PyList>>,
    scale: &str,
    direction: &str,
    per: f64,
    repetitions: Option<u32>,
    seed: u64,
    confidence: f64,
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
    let options = InequalityOptions {
        scale: choice("scale", scale, &scales)?,
        direction: choice("direction", direction, &directions)?,
        per,
        confidence: Confidence::new(confidence)?,
        interval: repetitions.map_or(InequalityInterval::Analytic, |repetitions| {
            InequalityInterval::Simulated { seed, repetitions }
        }),
    };
    stats::inequality_indices(&[0.4, 0.5], &[1.0, 1.0], &[1.0, 1.0], &options)?;
    let arguments =
        [("values", values), ("standard_errors", standard_errors), ("population", population)];
    let ([values, errors, population], length) = side_by_side(arguments)?;
    let is_grouped = by.is_some();
    let mut keys = vec![];
    let mut found = vec![];
    for (key, rows) in rows_by_group(by.as_ref(), length)? {
        keys.push(key);
        let (values, errors) = (of_rows(&values, &rows), of_rows(&errors, &rows));
        let population = of_rows(&population, &rows);
        found
            .push(py.detach(|| stats::inequality_indices(&values, &errors, &population, &options)));
    }
    let column = |part: &dyn Fn(&Inequality) -> Option<f64>| {
        numbers(found.iter().map(|found| found.as_ref().ok().and_then(part)))
    };
    let mut columns = vec![];
    if is_grouped {
        columns.push(("by", texts(keys)));
    }
    columns.extend([
        ("slope", column(&|of| Some(of.slope))),
        ("slope_lower", column(&|of| Some(of.slope_interval.lower))),
        ("slope_upper", column(&|of| Some(of.slope_interval.upper))),
        ("relative", column(&|of| of.relative)),
        ("relative_lower", column(&|of| of.relative_interval.map(|limits| limits.lower))),
        ("relative_upper", column(&|of| of.relative_interval.map(|limits| limits.upper))),
        ("intercept", column(&|of| Some(of.intercept))),
        (
            "status",
            texts(found.iter().map(|of| of.as_ref().err().map(ToString::to_string)).collect()),
        ),
    ]);
    table(columns)
}
