//! How much more units differ than chance explains, and the limits that allow for it.

use std::sync::Arc;

use arrow_array::BooleanArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::OrRaise;
use super::argument::{Argument, read, refused};
use super::choice::choice;
use super::column::Column;
use super::compare::{FUNNEL, confidences, funnel_row};
use super::rows::{Arguments, common_length, numbers, table, texts};
use attain::stats::{
    self, FunnelScale, FunnelScore, FunnelSignal, Overdispersion, OverdispersionAdjustment,
    StatsError, TailScaling, Tails,
};

fn funnel_scale(name: Argument<'_, '_>) -> PyResult<FunnelScale> {
    let known = [
        ("square_root_ratio", FunnelScale::SquareRootRatio),
        ("log_ratio", FunnelScale::LogRatio),
        ("arcsin_proportion", FunnelScale::ArcsinProportion),
    ];
    choice("scale", name, &known)
}

fn funnel_adjustment(name: Argument<'_, '_>) -> PyResult<OverdispersionAdjustment> {
    let known = [
        ("unadjusted", OverdispersionAdjustment::Unadjusted),
        ("additive", OverdispersionAdjustment::Additive),
        ("multiplicative", OverdispersionAdjustment::Multiplicative),
    ];
    choice("adjustment", name, &known)
}

/// A unit's score, or why it has none.
type Scored = Result<FunnelScore, String>;

/// The answer from the units that have a score; the others are said to have none.
fn answer<'py>(
    py: Python<'py>,
    argument: &'static str,
    scored: &[Scored],
    tails: Argument<'_, 'py>,
    share: Argument<'_, 'py>,
    rescale: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (share, rescale) = (read("share", share)?, read("rescale", rescale)?);
    let known = [
        ("kept", Tails::Kept),
        ("winsorised", Tails::Winsorised(share)),
        ("truncated", Tails::Truncated(share)),
    ];
    let tails = choice("tails", tails, &known)?;
    let scores: Vec<FunnelScore> = scored.iter().filter_map(|unit| unit.clone().ok()).collect();
    let scaling = if rescale { TailScaling::Rescaled } else { TailScaling::Published };
    let named = |error: StatsError| match error.argument() {
        "scores" => error.with_argument(argument),
        "tails" => error.with_argument("share"),
        "standard_error" => error.with_argument("standard_errors"),
        _ => error,
    };
    let found = stats::overdispersion(&scores, tails, scaling).map_err(named).or_raise()?;
    let mut kept_scores = found.kept.iter().copied();
    let kept: BooleanArray =
        scored.iter().map(|unit| Some(unit.is_ok() && kept_scores.next() == Some(true))).collect();
    let of_units = |part: fn(&FunnelScore) -> f64| {
        numbers(scored.iter().map(|unit| unit.as_ref().ok().map(part)))
    };
    let units = table(vec![
        ("z", of_units(|score| score.z)),
        ("standard_error", of_units(|score| score.standard_error)),
        ("kept", Arc::new(kept)),
        ("status", texts(scored.iter().map(|unit| unit.as_ref().err()).collect())),
    ])?;
    let fields = PyDict::new(py);
    fields.set_item("phi_of_all", found.phi_of_all)?;
    fields.set_item("phi", found.phi)?;
    fields.set_item("between_variance", found.between_variance)?;
    fields.set_item("factor", found.factor())?;
    fields.set_item("units", units)?;
    py.import("attain.stats")?.getattr("Overdispersion")?.call((), Some(&fields))
}

/// Each row of two columns, or the reason why it can't be scored.
fn scored(
    columns: [(&str, Argument<'_, '_>); 2],
    score: impl Fn(f64, f64) -> Scored,
) -> PyResult<Vec<Scored>> {
    let names = columns.map(|(name, _)| name);
    let [(one_name, one), (other_name, other)] = columns;
    let read = [Column::read(one_name, one)?, Column::read(other_name, other)?];
    let length = common_length(&names, &read)?.unwrap_or(1);
    let of_row = |row| {
        let values = [read[0].at(row), read[1].at(row)];
        match values.iter().position(|value| value.is_nan()) {
            Some(column) => Err(format!("`{}` is missing", names[column])),
            None => score(values[0], values[1]),
        }
    };
    Ok((0..length).map(of_row).collect())
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn overdispersion<'py>(
    py: Python<'py>,
    observed: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    target: Argument<'_, 'py>,
    scale: Argument<'_, 'py>,
    tails: Argument<'_, 'py>,
    share: Argument<'_, 'py>,
    rescale: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (scale, target) = (funnel_scale(scale)?, read("target", target)?);
    // A target that is wrong is wrong for every row.
    stats::funnel_score(scale, 1.0, 1.0, target).or_raise()?;
    let columns = [("observed", observed), ("denominator", denominator)];
    let units = scored(columns, |observed, denominator| {
        stats::funnel_score(scale, observed, denominator, target).map_err(|error| error.to_string())
    })?;
    answer(py, "observed", &units, tails, share, rescale)
}

#[pyfunction]
pub(super) fn overdispersion_of_scores<'py>(
    py: Python<'py>,
    z: Argument<'_, 'py>,
    standard_errors: Argument<'_, 'py>,
    tails: Argument<'_, 'py>,
    share: Argument<'_, 'py>,
    rescale: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let units = scored([("z", z), ("standard_errors", standard_errors)], |z, standard_error| {
        Ok(FunnelScore { z, standard_error })
    })?;
    answer(py, "z", &units, tails, share, rescale)
}

/// The spread that `overdispersion` returned.
fn spread_of(spread: Argument<'_, '_>) -> PyResult<Overdispersion> {
    let no_spread = || {
        let kind = spread.get_type().qualname();
        let found = kind.map_or_else(|_| String::new(), |kind| kind.to_string());
        let expected = "an `Overdispersion`, of numbers that are 0 or more";
        refused("spread", "this is no overdispersion", &found, expected)
    };
    let number = |name| {
        let found = spread.getattr(name).ok().and_then(|value| read::<f64>(name, &value).ok());
        found.filter(|number| (0.0..f64::INFINITY).contains(number)).ok_or_else(no_spread)
    };
    let (phi, between_variance) = (number("phi")?, number("between_variance")?);
    Ok(Overdispersion { phi_of_all: phi, phi, between_variance, kept: vec![] })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn adjusted_funnel<'py>(
    py: Python<'py>,
    observed: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    spread: Argument<'_, 'py>,
    target: Argument<'_, 'py>,
    scale: Argument<'_, 'py>,
    adjustment: Argument<'_, 'py>,
    inner: Argument<'_, 'py>,
    outer: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (scale, adjustment) = (funnel_scale(scale)?, funnel_adjustment(adjustment)?);
    let (inner, outer) = confidences(inner, outer)?;
    let (spread, target) = (spread_of(spread)?, read("target", target)?);
    let limits = |denominator, confidence| {
        stats::adjusted_funnel_limits(scale, denominator, target, &spread, adjustment, confidence)
    };
    limits(1.0, inner).or_raise()?;
    let arguments = [("observed", observed), ("denominator", denominator)];
    Arguments::read(arguments)?.each_row(py, &FUNNEL, &[], |[observed, denominator]| {
        // Refuses what has no place on the scale, such as 0 observed on that of logarithms.
        stats::funnel_score(scale, observed, denominator, target)?;
        let (near, far) = (limits(denominator, inner)?, limits(denominator, outer)?);
        let value = observed / denominator;
        Ok(funnel_row(value, near, far, FunnelSignal::of(value, near, far)))
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn adjusted_funnel_of_values<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    standard_errors: Argument<'_, 'py>,
    spread: Argument<'_, 'py>,
    target: Argument<'_, 'py>,
    adjustment: Argument<'_, 'py>,
    inner: Argument<'_, 'py>,
    outer: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let adjustment = funnel_adjustment(adjustment)?;
    let (inner, outer) = confidences(inner, outer)?;
    let (spread, target) = (spread_of(spread)?, read("target", target)?);
    let limits = |error, confidence| {
        stats::adjusted_value_limits(error, target, &spread, adjustment, confidence)
    };
    limits(1.0, inner).or_raise()?;
    let arguments = [("values", values), ("standard_errors", standard_errors)];
    Arguments::read(arguments)?.each_row(py, &FUNNEL, &[], |[value, error]| {
        let (near, far) = (limits(error, inner)?, limits(error, outer)?);
        Ok(funnel_row(value, near, far, FunnelSignal::of(value, near, far)))
    })
}
