//! Units against a target and against each other.

use std::sync::Arc;

use arrow_array::{ArrayRef, UInt64Array};
use arrow_buffer::ScalarBuffer;
use pyo3::prelude::*;

use super::super::run::run;
use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, read, refused};
use super::choice::choice;
use super::column::Column;
use super::interval::count_method;
use super::rows::{Answers, Arguments, Shape, common_length, numbers, table};
use attain::binding::check_stop;
use attain::stats::{
    self, BetterEnd, Confidence, CountFunnelMethod, FunnelSignal, Interval, NormalDraws,
    PAdjustment, RankOptions, RankScope, RankTests, StatsError, TiedRank, WindowShare,
};

pub(super) const FUNNEL: Shape<5> = Shape {
    class: "Funnel",
    numbers: ["value", "inner_lower", "inner_upper", "outer_lower", "outer_upper"],
    word: Some("signal"),
    undefined: None,
};

/// A row of a funnel: the value, its inner and outer limits, and where it stands to them.
pub(super) fn funnel_row(
    value: f64,
    near: Interval,
    far: Interval,
    signal: FunnelSignal,
) -> ([f64; 5], Option<&'static str>) {
    ([value, near.lower, near.upper, far.lower, far.upper], Some(signal.code()))
}

/// The confidences of the inner and the outer limits.
pub(super) fn confidences(
    inner: Argument<'_, '_>,
    outer: Argument<'_, '_>,
) -> PyResult<(Confidence, Confidence)> {
    stats::funnel_confidences(read("inner", inner)?, read("outer", outer)?).or_raise()
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn proportion_funnel<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    baseline: Argument<'_, 'py>,
    per: Argument<'_, 'py>,
    correlation: Argument<'_, 'py>,
    inner: Argument<'_, 'py>,
    outer: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (inner, outer) = confidences(inner, outer)?;
    let (per, correlation) = (read("per", per)?, read("correlation", correlation)?);
    stats::proportion_funnel_limits(0.5, 1.0, per, inner).or_raise()?;
    let arguments = [("events", events), ("denominator", denominator), ("baseline", baseline)];
    if correlation != 0.0 {
        let limits = |baseline, n, level| {
            stats::beta_binomial_funnel_limits(baseline, correlation, n, per, level)
        };
        limits(0.5, 1.0, inner).or_raise()?;
        return Arguments::read(arguments)?.each_row(py, &FUNNEL, &[], |[x, n, baseline]| {
            // Refuses what is no part of a denominator.
            stats::proportion_funnel_signal(x, n, baseline, inner, outer)?;
            let (near, far) = (limits(baseline, n, inner)?, limits(baseline, n, outer)?);
            let value = x / n * per;
            Ok(funnel_row(value, near, far, FunnelSignal::of(value, near, far)))
        });
    }
    Arguments::read(arguments)?.each_row(py, &FUNNEL, &[], |[x, n, baseline]| {
        let signal = stats::proportion_funnel_signal(x, n, baseline, inner, outer)?;
        let near = stats::proportion_funnel_limits(baseline, n, per, inner)?;
        let far = stats::proportion_funnel_limits(baseline, n, per, outer)?;
        Ok(funnel_row(x / n * per, near, far, signal))
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn count_funnel<'py>(
    py: Python<'py>,
    observed: Argument<'_, 'py>,
    expected: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    exact_below: Argument<'_, 'py>,
    relative_variance: Argument<'_, 'py>,
    inner: Argument<'_, 'py>,
    outer: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let known = [("inverted", true), ("byar", false), ("exact", false), ("mid_p", false)];
    let exact_below = read("exact_below", exact_below)?;
    let between: f64 = read("relative_variance", relative_variance)?;
    let is_inverted = choice("method", method, &known)?;
    if between != 0.0 && !is_inverted {
        let shown = relative_variance.to_string();
        return Err(refused("relative_variance", "no effect on this `method`", &shown, "0"));
    }
    let method = if is_inverted {
        CountFunnelMethod::Inverted
    } else {
        CountFunnelMethod::AroundExpected(count_method(method, exact_below)?)
    };
    let (inner, outer) = confidences(inner, outer)?;
    let arguments = [("observed", observed), ("expected", expected)];
    if between != 0.0 {
        let limits =
            |expected, level| stats::negative_binomial_funnel_limits(expected, between, level);
        limits(1.0, inner).or_raise()?;
        return Arguments::read(arguments)?.each_row(py, &FUNNEL, &[], |[observed, expected]| {
            // Refuses what is no count.
            stats::count_funnel_signal(observed, expected, inner, outer)?;
            let (near, far) = (limits(expected, inner)?, limits(expected, outer)?);
            Ok(funnel_row(observed, near, far, FunnelSignal::of(observed, near, far)))
        });
    }
    let one = |[observed, expected]: [f64; 2]| {
        // Refuses what is no count; the inverted limits' signal needs no root to be found.
        let tested = stats::count_funnel_signal(observed, expected, inner, outer)?;
        let near = stats::count_funnel_limits(expected, method, inner)?;
        let far = stats::count_funnel_limits(expected, method, outer)?;
        let signal = match method {
            CountFunnelMethod::Inverted => tested,
            CountFunnelMethod::AroundExpected(_) => FunnelSignal::of(observed, near, far),
        };
        Ok(funnel_row(observed, near, far, signal))
    };
    Arguments::read(arguments)?.all_rows(py, &FUNNEL, &[], one, |[observed, expected]| {
        let found = stats::count_funnels(&observed, &expected, method, inner, outer)?;
        let limits = [found.inner.lower, found.inner.upper, found.outer.lower, found.outer.upper];
        let [near_lower, near_upper, far_lower, far_upper] = limits.map(ScalarBuffer::from);
        let numbers = [observed, near_lower, near_upper, far_lower, far_upper];
        let words =
            found.signals.into_iter().map(|signal| signal.map(FunnelSignal::code)).collect();
        Ok(Answers::of_columns(numbers, found.refused).with_words(words))
    })
}

#[pyfunction]
pub(super) fn benjamini_hochberg(p_values: Argument<'_, '_>) -> PyResult<Vec<Option<f64>>> {
    Ok(stats::benjamini_hochberg(&Column::values("p_values", p_values)?))
}

#[pyfunction]
pub(super) fn holm(p_values: Argument<'_, '_>) -> PyResult<Vec<Option<f64>>> {
    Ok(stats::holm(&Column::values("p_values", p_values)?))
}

#[pyfunction]
pub(super) fn adjusted_p(
    py: Python<'_>,
    p_values: Argument<'_, '_>,
    method: Argument<'_, '_>,
) -> PyResult<Vec<Option<f64>>> {
    let known = [
        ("bonferroni", PAdjustment::Bonferroni),
        ("sidak", PAdjustment::Sidak),
        ("holm", PAdjustment::Holm),
        ("holm_sidak", PAdjustment::HolmSidak),
        ("hochberg", PAdjustment::Hochberg),
        ("hommel", PAdjustment::Hommel),
        ("benjamini_hochberg", PAdjustment::BenjaminiHochberg),
        ("benjamini_yekutieli", PAdjustment::BenjaminiYekutieli),
        ("two_stage", PAdjustment::TwoStage),
        ("two_stage_benjamini_hochberg", PAdjustment::TwoStageBenjaminiHochberg),
    ];
    let method = choice("method", method, &known)?;
    let p_values = Column::values("p_values", p_values)?;
    Ok(py.detach(|| stats::adjusted_p_values(&p_values, method)))
}

/// The end of the values that is better, by name.
pub(super) fn better_end(better: Argument<'_, '_>) -> PyResult<BetterEnd> {
    let known = [("highest", BetterEnd::Highest), ("lowest", BetterEnd::Lowest)];
    choice("better", better, &known)
}

#[pyfunction]
pub(super) fn ranks(
    values: Argument<'_, '_>,
    better: Argument<'_, '_>,
    tied: Argument<'_, '_>,
) -> PyResult<Vec<Option<f64>>> {
    let known =
        [("best", TiedRank::Best), ("middle", TiedRank::Middle), ("worst", TiedRank::Worst)];
    let (better, tied) = (better_end(better)?, choice("tied", tied, &known)?);
    Ok(stats::ranks(&Column::values("values", values)?, better, tied))
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rank_intervals(
    py: Python<'_>,
    estimates: Argument<'_, '_>,
    standard_errors: Argument<'_, '_>,
    better: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
    scope: Argument<'_, '_>,
    step_down: Argument<'_, '_>,
    draws: Argument<'_, '_>,
    seed: Argument<'_, '_>,
) -> PyResult<Table> {
    let known = [("marginal", RankScope::Marginal), ("simultaneous", RankScope::Simultaneous)];
    let options = RankOptions {
        better: better_end(better)?,
        confidence: Confidence::new(read("confidence", confidence)?).or_raise()?,
        scope: choice("scope", scope, &known)?,
        step_down: read("step_down", step_down)?,
        draws: read("draws", draws)?,
        seed: read("seed", seed)?,
    };
    let estimates = Column::values("estimates", estimates)?;
    let errors = Column::values("standard_errors", standard_errors)?;
    let found = ranked(py, &estimates, &errors, &options, |tests| {
        Ok(tests.intervals(options.scope, &check_stop))
    })?;
    let column = |places: Vec<usize>| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(places.into_iter().map(|place| place as u64)))
    };
    table(vec![
        ("rank", column(found.iter().map(|unit| unit.rank).collect())),
        ("best", column(found.iter().map(|unit| unit.best).collect())),
        ("worst", column(found.iter().map(|unit| unit.worst).collect())),
    ])
}

/// Which units could be among the `tau` best.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn tau_best(
    py: Python<'_>,
    estimates: Argument<'_, '_>,
    standard_errors: Argument<'_, '_>,
    tau: Argument<'_, '_>,
    better: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
    step_down: Argument<'_, '_>,
    draws: Argument<'_, '_>,
    seed: Argument<'_, '_>,
) -> PyResult<Vec<bool>> {
    let options = RankOptions {
        better: better_end(better)?,
        confidence: Confidence::new(read("confidence", confidence)?).or_raise()?,
        scope: RankScope::Simultaneous,
        step_down: read("step_down", step_down)?,
        draws: read("draws", draws)?,
        seed: read("seed", seed)?,
    };
    let estimates = Column::values("estimates", estimates)?;
    let errors = Column::values("standard_errors", standard_errors)?;
    let tau = read("tau", tau)?;
    ranked(py, &estimates, &errors, &options, |tests| tests.tau_best(tau, &check_stop))
}

/// The answer of tests of ranks. An interrupt stops them.
fn ranked<T: Send>(
    py: Python<'_>,
    estimates: &[f64],
    errors: &[f64],
    options: &RankOptions,
    answer: impl FnOnce(&RankTests<'_>) -> Result<T, StatsError> + Send,
) -> PyResult<T> {
    let draws = estimates.len().saturating_mul(options.draws as usize);
    let found = run(py, None, || {
        let normals = NormalDraws::new(options.seed, draws, &check_stop);
        Ok(RankTests::new(estimates, errors, options, &normals).and_then(|tests| answer(&tests)))
    });
    found?.or_raise()
}

/// A number by itself: `attain.stats` hands it back without a record round it.
pub(super) const NUMBER: Shape<1> =
    Shape { class: "_number", numbers: ["value"], word: None, undefined: None };

#[pyfunction]
pub(super) fn effective_population<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    rate: Argument<'_, 'py>,
    per: Argument<'_, 'py>,
    years: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let (per, years) = (read("per", per)?, read("years", years)?);
    stats::effective_population(1.0, 1.0, per, years).or_raise()?;
    let arguments = Arguments::read([("events", events), ("rate", rate)])?;
    arguments.each_row(py, &NUMBER, &[], |[events, rate]| {
        Ok(([stats::effective_population(events, rate, per, years)?], None))
    })
}

#[pyfunction]
pub(super) fn contribution_to_gap<'py>(
    py: Python<'py>,
    numerator: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = [("numerator", numerator), ("denominator", denominator), ("goal", goal)];
    Arguments::read(arguments)?.each_row(py, &NUMBER, &[], |[numerator, denominator, goal]| {
        Ok(([stats::contribution_to_gap(numerator, denominator, goal)?], None))
    })
}

#[pyfunction]
pub(super) fn change_effects(
    numerator_before: Argument<'_, '_>,
    denominator_before: Argument<'_, '_>,
    numerator_after: Argument<'_, '_>,
    denominator_after: Argument<'_, '_>,
) -> PyResult<Table> {
    let names = ["numerator_before", "denominator_before", "numerator_after", "denominator_after"];
    let given = [numerator_before, denominator_before, numerator_after, denominator_after];
    let mut columns = vec![];
    for (name, value) in names.iter().zip(given) {
        columns.push(Column::read(name, value)?);
    }
    let length = common_length(&names, &columns)?.unwrap_or(1);
    for numerator in [0, 2] {
        columns[numerator].in_rows(names[numerator], length)?;
    }
    let units: Vec<WindowShare> = (0..length)
        .map(|row| WindowShare {
            numerator_before: columns[0].at(row),
            denominator_before: columns[1].at(row),
            numerator_after: columns[2].at(row),
            denominator_after: columns[3].at(row),
        })
        .collect();
    let effects = stats::change_effects(&units).or_raise()?;
    table(vec![
        ("within", numbers(effects.iter().map(|unit| Some(unit.within)))),
        ("mix", numbers(effects.iter().map(|unit| Some(unit.mix)))),
    ])
}
