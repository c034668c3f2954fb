//! Early warnings from counts.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::run::run;
use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, Choices};
use super::choice::choice;
use super::column::Column;
use super::rows::{flags, nullable_table, numbers, texts};
use attain::binding::check_stop;
use attain::stats::{
    self, EarsMethod, EarsOptions, EarsReason, FarringtonMethod, FarringtonOptions,
    FarringtonReason,
};

/// A column of an answer with a level, or a reason, for each count.
fn of_levels<T, R>(levels: &[Result<T, R>], number: impl Fn(&T) -> f64) -> arrow_array::ArrayRef {
    numbers(levels.iter().map(|level| level.as_ref().ok().map(&number)))
}

#[pyfunction]
pub(super) fn ears(counts: Argument<'_, '_>, choices: &Bound<'_, PyDict>) -> PyResult<Table> {
    let choices = Choices(choices);
    let known = EarsMethod::ALL.map(|method| (method.code(), method));
    let options = EarsOptions {
        method: choice("method", &choices.get("method")?, &known)?,
        baseline: choices.read("baseline")?,
        alpha: choices.read("alpha")?,
        minimum_sigma: choices.read("minimum_sigma")?,
    };
    let counts = Column::values("counts", counts)?;
    let levels = stats::ears(&counts, &options).or_raise()?;
    let status = levels.iter().map(|level| match level.as_ref().err()? {
        EarsReason::TooEarly => Some("there are not enough counts before it"),
        EarsReason::Missing => Some("the count or one of its baseline is missing"),
        EarsReason::NoVariation => {
            Some("the counts of a baseline are all the same: `minimum_sigma` is 0")
        }
    });
    let status = texts(status.collect());
    nullable_table(vec![
        ("count", numbers(counts.iter().map(|count| Some(*count)))),
        ("expected", of_levels(&levels, |level| level.expected)),
        ("sigma", of_levels(&levels, |level| level.sigma)),
        ("statistic", of_levels(&levels, |level| level.statistic)),
        ("limit", of_levels(&levels, |level| level.limit)),
        ("alarm", flags(levels.iter().map(|level| Some(level.as_ref().ok()?.alarm)))),
        ("status", status),
    ])
}

#[pyfunction]
pub(super) fn farrington(
    py: Python<'_>,
    counts: Argument<'_, '_>,
    choices: &Bound<'_, PyDict>,
) -> PyResult<Table> {
    let choices = Choices(choices);
    let known = FarringtonMethod::ALL.map(|method| (method.code(), method));
    let options = FarringtonOptions {
        method: choice("method", &choices.get("method")?, &known)?,
        years: choices.read("years")?,
        half_window: choices.read("half_window")?,
        periods_per_year: choices.read("periods_per_year")?,
        alpha: choices.read("alpha")?,
        trend: choices.read("trend")?,
        reweight: choices.read("reweight")?,
        least_events: choices.read("least_events")?,
    };
    let counts = Column::values("counts", counts)?;
    let levels = run(py, None, || {
        let level = |place| {
            check_stop();
            stats::farrington_at(&counts, place, &options)
        };
        Ok((0..counts.len()).map(level).collect::<Result<Vec<_>, _>>())
    })?;
    let levels = levels.or_raise()?;
    let status = levels.iter().map(|level| match level.as_ref().err()? {
        FarringtonReason::TooEarly => Some("there are not enough years before it"),
        FarringtonReason::Missing => Some("`counts` is missing"),
        FarringtonReason::Undetermined => {
            Some("the earlier counts do not determine the model: too few, or none with events")
        }
    });
    let status = texts(status.collect());
    nullable_table(vec![
        ("count", numbers(counts.iter().map(|count| Some(*count)))),
        ("expected", of_levels(&levels, |level| level.expected)),
        ("limit", of_levels(&levels, |level| level.limit)),
        ("score", of_levels(&levels, |level| level.score)),
        ("dispersion", of_levels(&levels, |level| level.dispersion)),
        ("has_trend", flags(levels.iter().map(|level| Some(level.as_ref().ok()?.has_trend)))),
        ("alarm", flags(levels.iter().map(|level| Some(level.as_ref().ok()?.alarm)))),
        ("status", status),
    ])
}
