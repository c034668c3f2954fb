//! Distributions of counts and shares at the end.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::OrRaise;
use super::argument::{Argument, Choices};
use super::rows::{Arguments, Row, Shape};
use attain::stats::outlook::{CountOutlook, CountPrior, ShareOutlook, SharePrior, Unsteadiness};
use attain::stats::{Confidence, Interval, StatsError};

const OUTLOOK: Shape<6> = Shape {
    class: "Outlook",
    numbers: ["at_most", "at_least", "mean", "median", "lower", "upper"],
    word: None,
    undefined: None,
};

/// The same for every row.
struct OutlookChoices {
    prior: (f64, f64),
    unsteadiness: Unsteadiness,
    confidence: Confidence,
}

impl OutlookChoices {
    fn read(choices: &Bound<'_, PyDict>) -> PyResult<Self> {
        let choices = Choices(choices);
        Ok(OutlookChoices {
            prior: choices.read("prior")?,
            unsteadiness: Unsteadiness {
                dispersion: choices.read("dispersion")?,
                drift: choices.read("drift")?,
            },
            confidence: Confidence::new(choices.read("confidence")?).or_raise()?,
        })
    }

    fn fields<'py>(&self, py: Python<'py>) -> PyResult<[(&'static str, Bound<'py, PyAny>); 1]> {
        Ok([("confidence", self.confidence.share().into_pyobject(py)?.into_any())])
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
    choices: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let choices = OutlookChoices::read(choices)?;
    let (events, exposure) = choices.prior;
    let prior = CountPrior { events, exposure };
    // Refused here already, for it is wrong for every row.
    CountOutlook::new(0.0, 1.0, 1.0, prior, choices.unsteadiness).map_err(named).or_raise()?;
    let given = [("seen", seen), ("elapsed", elapsed), ("remaining", remaining), ("limit", limit)];
    let row = |[seen, elapsed, remaining, limit]: [f64; 4]| -> Row<6> {
        let found = CountOutlook::new(seen, elapsed, remaining, prior, choices.unsteadiness)?;
        outlook_row(
            limit,
            [found.at_most(limit), found.at_least(limit), found.mean(), found.median()],
            found.interval(choices.confidence),
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
    choices: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let choices = OutlookChoices::read(choices)?;
    let (events, others) = choices.prior;
    let prior = SharePrior { events, others };
    ShareOutlook::new(0.0, 1.0, 1.0, prior, choices.unsteadiness).map_err(named).or_raise()?;
    let given = [("seen", seen), ("of", of), ("remaining", remaining), ("limit", limit)];
    let row = |[seen, of, remaining, limit]: [f64; 4]| -> Row<6> {
        let found = ShareOutlook::new(seen, of, remaining, prior, choices.unsteadiness)?;
        outlook_row(
            limit,
            [found.at_most(limit), found.at_least(limit), found.mean(), found.median()],
            found.interval(choices.confidence),
        )
    };
    Arguments::read(given)?.each_row(py, &OUTLOOK, &choices.fields(py)?, row)
}

/// The error under the name that the argument has in Python, where both numbers of the prior are one argument.
fn named(error: StatsError) -> StatsError {
    if error.argument().starts_with("prior.") { error.with_argument("prior") } else { error }
}

/// The columns of an outlook: the chances, mean, median and the interval.
fn outlook_row(limit: f64, [at_most, at_least, mean, median]: [f64; 4], ends: Interval) -> Row<6> {
    if !limit.is_finite() {
        let expected = "a finite number";
        return Err(StatsError::OutOfRange { argument: "limit", found: limit, expected });
    }
    let Interval { lower, upper } = ends;
    Ok(([at_most, at_least, mean, median, lower, upper], None))
}
