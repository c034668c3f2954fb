//! What counts and shares may come to.

use pyo3::prelude::*;

use super::OrRaise;
use super::rows::{Arguments, Row, Shape};
use crate::stats::outlook::{CountOutlook, CountPrior, ShareOutlook, SharePrior, Unsteadiness};
use crate::stats::{Confidence, Interval, StatsError};

type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

const OUTLOOK: Shape<6> = Shape {
    class: "Outlook",
    numbers: ["at_most", "at_least", "mean", "median", "lower", "upper"],
    word: None,
};

/// The same for every row.
#[derive(FromPyObject)]
pub(super) struct Choices {
    #[pyo3(item)]
    prior: (f64, f64),
    #[pyo3(item)]
    dispersion: f64,
    #[pyo3(item)]
    drift: f64,
    #[pyo3(item)]
    confidence: f64,
}

impl Choices {
    fn unsteadiness(&self) -> Unsteadiness {
        Unsteadiness { dispersion: self.dispersion, drift: self.drift }
    }

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<[(&'static str, Bound<'py, PyAny>); 1]> {
        Ok([("confidence", self.confidence.into_pyobject(py)?.into_any())])
    }
}

/// How many there are at the end, of a count over an exposure.
#[pyfunction]
pub(super) fn count_outlook<'py>(
    py: Python<'py>,
    seen: Argument<'_, 'py>,
    elapsed: Argument<'_, 'py>,
    remaining: Argument<'_, 'py>,
    limit: Argument<'_, 'py>,
    choices: Choices,
) -> PyResult<Bound<'py, PyAny>> {
    let confidence = Confidence::new(choices.confidence).or_raise()?;
    let (events, exposure) = choices.prior;
    let prior = CountPrior { events, exposure };
    // Refused here already, for it is wrong for every row.
    CountOutlook::new(0.0, 1.0, 1.0, prior, choices.unsteadiness()).or_raise()?;
    let given = [("seen", seen), ("elapsed", elapsed), ("remaining", remaining), ("limit", limit)];
    let row = |[seen, elapsed, remaining, limit]: [f64; 4]| -> Row<6> {
        let found = CountOutlook::new(seen, elapsed, remaining, prior, choices.unsteadiness())?;
        outlook_row(
            limit,
            [found.at_most(limit), found.at_least(limit), found.mean(), found.median()],
            found.interval(confidence),
        )
    };
    Arguments::read(given)?.each_row(py, &OUTLOOK, &choices.fields(py)?, row)
}

/// How many of a whole are events at the end.
#[pyfunction]
pub(super) fn share_outlook<'py>(
    py: Python<'py>,
    seen: Argument<'_, 'py>,
    of: Argument<'_, 'py>,
    remaining: Argument<'_, 'py>,
    limit: Argument<'_, 'py>,
    choices: Choices,
) -> PyResult<Bound<'py, PyAny>> {
    let confidence = Confidence::new(choices.confidence).or_raise()?;
    let (events, others) = choices.prior;
    let prior = SharePrior { events, others };
    ShareOutlook::new(0.0, 1.0, 1.0, prior, choices.unsteadiness()).or_raise()?;
    let given = [("seen", seen), ("of", of), ("remaining", remaining), ("limit", limit)];
    let row = |[seen, of, remaining, limit]: [f64; 4]| -> Row<6> {
        let found = ShareOutlook::new(seen, of, remaining, prior, choices.unsteadiness())?;
        outlook_row(
            limit,
            [found.at_most(limit), found.at_least(limit), found.mean(), found.median()],
            found.interval(confidence),
        )
    };
    Arguments::read(given)?.each_row(py, &OUTLOOK, &choices.fields(py)?, row)
}

/// The columns of an outlook: the chances, mean, median and the interval.
fn outlook_row(limit: f64, [at_most, at_least, mean, median]: [f64; 4], ends: Interval) -> Row<6> {
    if !limit.is_finite() {
        let expected = "a finite number";
        return Err(StatsError::OutOfRange { argument: "limit", found: limit, expected });
    }
    let Interval { lower, upper } = ends;
    Ok(([at_most, at_least, mean, median, lower, upper].map(Some), None))
}
