//! Inequality along a ranking, group by group.

use pyo3::prelude::*;

use super::super::table::Table;
use super::OrRaise;
use super::choice::choice;
use super::groups::Groups;
use super::rows::{numbers, table, texts};
use super::standardise::side_by_side;
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
    by: Option<Bound<'_, PyAny>>,
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
        confidence: Confidence::new(confidence).or_raise()?,
        interval: repetitions.map_or(InequalityInterval::Analytic, |repetitions| {
            InequalityInterval::Simulated { seed, repetitions }
        }),
    };
    stats::inequality_indices(&[0.4, 0.5], &[1.0, 1.0], &[1.0, 1.0], &options).or_raise()?;
    let arguments =
        [("values", values), ("standard_errors", standard_errors), ("population", population)];
    let ([values, errors, population], length) = side_by_side(arguments)?;
    let keys = Groups::read(by.as_ref(), length)?;
    let [values, errors, population] =
        [&values, &errors, &population].map(|column| keys.arranged(column));
    let mut found = vec![];
    for rows in keys.ranges() {
        let (values, errors) = (&values[rows.clone()], &errors[rows.clone()]);
        let population = &population[rows];
        found.push(py.detach(|| stats::inequality_indices(values, errors, population, &options)));
    }
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
        (
            "status",
            texts(found.iter().map(|of| of.as_ref().err().map(ToString::to_string)).collect()),
        ),
    ]);
    table(columns)
}
