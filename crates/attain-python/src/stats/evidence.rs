//! Evidence that may be looked at after every report.

use pyo3::prelude::*;

use super::OrRaise;
use super::argument::{Argument, read};
use super::choice::choice;
use super::rows::{Arguments, Shape};
use attain::stats::{self, GoalSide};

const EVIDENCE: Shape<2> =
    Shape { class: "Evidence", numbers: ["evidence", "ln_evidence"], word: None, undefined: None };

/// Evidence from its logarithm. It is at most the largest float.
fn evidence(ln: f64) -> [f64; 2] {
    [ln.exp().min(f64::MAX), ln]
}

fn side(name: Argument<'_, '_>) -> PyResult<GoalSide> {
    choice("goal_side", name, &[("at_least", GoalSide::AtLeast), ("at_most", GoalSide::AtMost)])
}

#[pyfunction]
pub(super) fn share_evidence<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
    goal_side: Argument<'_, 'py>,
    dispersion: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (side, dispersion) = (side(goal_side)?, read("dispersion", dispersion)?);
    // A dispersion that is wrong is wrong for every row.
    stats::share_evidence(0.0, 1.0, 0.5, dispersion, side).or_raise()?;
    let arguments = [("events", events), ("denominator", denominator), ("goal", goal)];
    Arguments::read(arguments)?.each_row(py, &EVIDENCE, &[], |[x, n, goal]| {
        Ok((evidence(stats::share_evidence(x, n, goal, dispersion, side)?), None))
    })
}

#[pyfunction]
pub(super) fn count_evidence<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    expected: Argument<'_, 'py>,
    goal_side: Argument<'_, 'py>,
    dispersion: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (side, dispersion) = (side(goal_side)?, read("dispersion", dispersion)?);
    stats::count_evidence(0.0, 1.0, dispersion, side).or_raise()?;
    let arguments = Arguments::read([("events", events), ("expected", expected)])?;
    arguments.each_row(py, &EVIDENCE, &[], |[x, expected]| {
        Ok((evidence(stats::count_evidence(x, expected, dispersion, side)?), None))
    })
}
