//! Series: charts, their rules, trends.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, UInt32Array, UInt64Array};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::error::refused_by_stats;
use super::super::table::Table;
use super::OrRaise;
use super::choice::choice;
use super::column::Column;
use super::compare::better_end;
use super::groups::Groups;
use super::rows::{numbers, table, texts};
use crate::error::{Fault, FaultCode, Place};
use crate::stats::{
    self, Baseline, ChartKind, ChartOptions, Confidence, FivePointSeries, GCentre, Interval,
    MannKendallMethod, RuleSet, StatsError, TrendDirection, VarianceCorrection,
};

type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

/// A dataclass of `attain.stats`, made of these fields.
pub(super) fn record<'py>(
    py: Python<'py>,
    class: &str,
    fields: &[(&str, Bound<'py, PyAny>)],
) -> PyResult<Bound<'py, PyAny>> {
    let values = PyDict::new(py);
    for (name, value) in fields {
        values.set_item(name, value)?;
    }
    py.import("attain.stats")?.getattr(class)?.call((), Some(&values))
}

fn places(values: Vec<usize>) -> ArrayRef {
    Arc::new(UInt64Array::from_iter_values(values.into_iter().map(|place| place as u64)))
}

#[derive(FromPyObject)]
pub(super) struct ChartChoices<'py> {
    #[pyo3(item)]
    kind: String,
    #[pyo3(item)]
    factor: f64,
    #[pyo3(item)]
    screen_moving_ranges: bool,
    #[pyo3(item)]
    laney: bool,
    #[pyo3(item)]
    centre: String,
    #[pyo3(item)]
    phases: Vec<usize>,
    #[pyo3(item)]
    baseline: Option<Bound<'py, PyAny>>,
    #[pyo3(item)]
    excluded: Vec<usize>,
    #[pyo3(item)]
    per: f64,
    #[pyo3(item)]
    rules: String,
}

fn chart_kind(choices: &ChartChoices<'_>) -> PyResult<ChartKind> {
    let centre = choice(
        "centre",
        &choices.centre,
        &[("mean", GCentre::Mean), ("theoretical_median", GCentre::TheoreticalMedian)],
    )?;
    let screen_moving_ranges = choices.screen_moving_ranges;
    let known = [
        ("run", ChartKind::Run),
        ("xmr", ChartKind::Xmr { factor: choices.factor, screen_moving_ranges }),
        ("moving_range", ChartKind::MovingRange { screen_moving_ranges }),
        ("p", ChartKind::P { laney: choices.laney }),
        ("u", ChartKind::U { laney: choices.laney }),
        ("c", ChartKind::C),
        ("g", ChartKind::G { centre }),
        ("t", ChartKind::T),
    ];
    choice("kind", &choices.kind, &known)
}

/// All points, a number of first points, or the points from one place up to before another.
fn baseline(given: Option<&Bound<'_, PyAny>>) -> PyResult<Baseline> {
    let Some(given) = given else { return Ok(Baseline::WholePhase) };
    if let Ok((from, to)) = given.extract::<(usize, usize)>() {
        return Ok(Baseline::Window(from..to));
    }
    given.extract().map(Baseline::First).map_err(|_| {
        let place = Place::Column { column: "baseline".to_owned() };
        let fault = Fault::new(FaultCode::OutOfRange, place, "this is no baseline")
            .found(given)
            .expected("a number of points, or two places: (0, 12)");
        refused_by_stats(&fault)
    })
}

/// The points of a chart and the signals on them.
#[pyfunction]
pub(super) fn control_chart(
    values: Argument<'_, '_>,
    denominators: Option<Bound<'_, PyAny>>,
    choices: ChartChoices<'_>,
) -> PyResult<(Table, Table)> {
    let kind = chart_kind(&choices)?;
    let known = RuleSet::ALL.map(|set| (set.code(), set));
    let rules = choice("rules", &choices.rules, &known)?;
    let options = ChartOptions {
        baseline: baseline(choices.baseline.as_ref())?,
        phases: choices.phases,
        excluded: choices.excluded,
        per: Some(choices.per),
    };
    let values = Column::values("values", values)?;
    let denominators =
        denominators.map(|given| Column::values("denominators", &given)).transpose()?;
    let chart =
        stats::control_chart(kind, &values, denominators.as_deref(), &options).or_raise()?;
    let points = &chart.points;
    let counts: BooleanArray = points.iter().map(|point| Some(point.counts)).collect();
    let points = table(vec![
        ("value", numbers(points.iter().map(|point| point.value))),
        ("centre", numbers(points.iter().map(|point| Some(point.centre)))),
        ("lower", numbers(points.iter().map(|point| point.lower))),
        ("upper", numbers(points.iter().map(|point| point.upper))),
        ("deviations", numbers(points.iter().map(|point| point.deviations))),
        ("counts", Arc::new(counts)),
        ("phase", places(points.iter().map(|point| point.phase).collect())),
    ])?;
    let found = stats::signals(&chart, rules);
    let signals = table(vec![
        ("rule", texts(found.iter().map(|signal| Some(signal.rule.code())).collect())),
        ("side", texts(found.iter().map(|signal| Some(signal.side.code())).collect())),
        ("first", places(found.iter().map(|signal| signal.first).collect())),
        ("completed", places(found.iter().map(|signal| signal.completed).collect())),
        ("last", places(found.iter().map(|signal| signal.last).collect())),
    ])?;
    Ok((points, signals))
}

#[pyfunction]
pub(super) fn runs<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let values = Column::values("values", values)?;
    let chart =
        stats::control_chart(ChartKind::Run, &values, None, &ChartOptions::default()).or_raise()?;
    let Some(runs) = stats::runs_analysis(&chart.points) else { return Ok(None) };
    let fields = [
        ("useful", runs.useful.into_pyobject(py)?.into_any()),
        ("longest_run", runs.longest_run.into_pyobject(py)?.into_any()),
        ("longest_run_limit", runs.longest_run_limit.into_pyobject(py)?.into_any()),
        ("crossings", runs.crossings.into_pyobject(py)?.into_any()),
        ("crossings_limit", runs.crossings_limit.into_pyobject(py)?.into_any()),
        ("signals", runs.signals().into_pyobject(py)?.to_owned().into_any()),
    ];
    record(py, "Runs", &fields).map(Some)
}

/// A column of an answer that has a row for each series.
fn of_series<T>(found: &[Option<T>], number: impl Fn(&T) -> Option<f64>) -> ArrayRef {
    numbers(found.iter().map(|one| one.as_ref().and_then(&number)))
}

/// Computes for each series of a column, and says why where there is no answer.
fn each_series<T>(
    keys: &Groups,
    values: &[f64],
    compute: impl Fn(&[f64]) -> Result<T, StatsError>,
) -> (Vec<Option<T>>, ArrayRef) {
    let values = keys.arranged(values);
    let mut status = vec![];
    let found = keys.ranges().map(|rows| {
        let one = compute(&values[rows]);
        status.push(one.as_ref().err().map(ToString::to_string));
        one.ok()
    });
    (found.collect(), texts(status))
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn mann_kendall<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
    period: Option<usize>,
    exact_up_to: usize,
    correction: Option<&str>,
    lags: Option<usize>,
    significant: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let values = Column::values("values", values)?;
    let significant = Confidence::new(significant).or_raise()?;
    let known = [
        ("hamed_rao", VarianceCorrection::HamedRao { lags, significant }),
        ("yue_wang", VarianceCorrection::YueWang { lags }),
    ];
    let correction = match correction {
        None => VarianceCorrection::Independent,
        Some(name) => choice("correction", name, &known)?,
    };
    let test = |values: &[f64]| match period {
        None => stats::mann_kendall(values, &MannKendallMethod { exact_up_to, correction }),
        Some(period) => stats::seasonal_mann_kendall(values, period),
    };
    if by.is_some() {
        let keys = Groups::read(by.as_ref(), values.len())?;
        let (found, status) = py.detach(|| each_series(&keys, &values, test));
        let counts: UInt32Array =
            found.iter().map(|one| one.and_then(|test| u32::try_from(test.n).ok())).collect();
        let exact: BooleanArray =
            found.iter().map(|one| Some(one.is_some_and(|test| test.exact))).collect();
        let mut columns: Vec<_> = keys.column().into_iter().collect();
        columns.extend([
            ("n", Arc::new(counts) as ArrayRef),
            ("score", of_series(&found, |test| Some(test.score))),
            ("variance", of_series(&found, |test| Some(test.variance))),
            ("tau", of_series(&found, |test| Some(test.tau))),
            ("z", of_series(&found, |test| test.z)),
            ("p", of_series(&found, |test| test.p)),
            ("exact", Arc::new(exact)),
            ("status", status),
        ]);
        return Ok(Bound::new(py, table(columns)?)?.into_any());
    }
    let test = py.detach(|| test(&values)).or_raise()?;
    let fields = [
        ("n", test.n.into_pyobject(py)?.into_any()),
        ("score", test.score.into_pyobject(py)?.into_any()),
        ("variance", test.variance.into_pyobject(py)?.into_any()),
        ("tau", test.tau.into_pyobject(py)?.into_any()),
        ("z", test.z.into_pyobject(py)?.into_any()),
        ("p", test.p.into_pyobject(py)?.into_any()),
        ("exact", test.exact.into_pyobject(py)?.to_owned().into_any()),
    ];
    record(py, "MannKendall", &fields)
}

#[pyfunction]
pub(super) fn sen_slope<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
    period: Option<usize>,
    confidence: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let values = Column::values("values", values)?;
    let level = Confidence::new(confidence).or_raise()?;
    let line = |values: &[f64]| match period {
        None => stats::sen_slope(values, level),
        Some(period) => stats::seasonal_sen_slope(values, period, level),
    };
    if by.is_some() {
        let keys = Groups::read(by.as_ref(), values.len())?;
        let (found, status) = py.detach(|| each_series(&keys, &values, line));
        let mut columns: Vec<_> = keys.column().into_iter().collect();
        columns.extend([
            ("slope", of_series(&found, |line| Some(line.slope))),
            ("lower", of_series(&found, |line| Some(line.interval.lower))),
            ("upper", of_series(&found, |line| Some(line.interval.upper))),
            ("intercept", of_series(&found, |line| Some(line.intercept))),
            ("status", status),
        ]);
        return Ok(Bound::new(py, table(columns)?)?.into_any());
    }
    let line = py.detach(|| line(&values)).or_raise()?;
    let fields = [
        ("slope", line.slope.into_pyobject(py)?.into_any()),
        ("lower", line.interval.lower.into_pyobject(py)?.into_any()),
        ("upper", line.interval.upper.into_pyobject(py)?.into_any()),
        ("intercept", line.intercept.into_pyobject(py)?.into_any()),
        ("confidence", confidence.into_pyobject(py)?.into_any()),
    ];
    record(py, "SenSlope", &fields)
}

/// `of` is what the two columns are: proportions, rates or estimates.
#[pyfunction]
pub(super) fn five_point_trend<'py>(
    py: Python<'py>,
    of: &str,
    one: Argument<'_, 'py>,
    other: Argument<'_, 'py>,
    confidence: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let confidence = Confidence::new(confidence).or_raise()?;
    let (first, second) = match of {
        "proportions" => ("events", "denominators"),
        "rates" => ("events", "exposures"),
        _ => ("values", "standard_errors"),
    };
    let one = Column::values(first, one)?;
    let other = Column::values(second, other)?;
    let series = match of {
        "proportions" => FivePointSeries::Proportions { events: &one, denominators: &other },
        "rates" => FivePointSeries::Rates { events: &one, exposures: &other },
        _ => FivePointSeries::Estimates { values: &one, standard_errors: &other },
    };
    let trend = stats::five_point_trend(series, confidence).or_raise()?;
    let direction = trend.direction.map(|direction| match direction {
        TrendDirection::Rising => "rising",
        TrendDirection::Falling => "falling",
    });
    let fields = [
        ("chi_squared", trend.chi_squared.into_pyobject(py)?.into_any()),
        ("critical", trend.critical.into_pyobject(py)?.into_any()),
        ("direction", direction.into_pyobject(py)?.into_any()),
    ];
    record(py, "FivePointTrend", &fields)
}

#[pyfunction]
pub(super) fn capability(
    lower: f64,
    upper: f64,
    target: f64,
    better: &str,
) -> PyResult<&'static str> {
    let limits = Interval { lower, upper };
    Ok(stats::capability(limits, target, better_end(better)?).or_raise()?.code())
}
