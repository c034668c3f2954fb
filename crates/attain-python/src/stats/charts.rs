//! Charts of subgroups, charts that add up, and how often charts are wrong.

use std::sync::Arc;

use arrow_array::{ArrayRef, UInt64Array};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::run::run;
use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, Choices, read, refused};
use super::choice::choice;
use super::column::Column;
use super::groups::Groups;
use super::over_time::{baseline, kinds, record, rules, sigma_columns, signal_table};
use super::rows::{nullable_table, numbers, table, texts};
use attain::stats::{
    self, ChartDesign, ChartOptions, CusumOptions, EwmaOptions, Process, SimulatedChange,
    SubgroupKind,
};

/// The points of a chart of subgroups and the signals on them.
#[pyfunction]
pub(super) fn subgroup_chart(
    values: Argument<'_, '_>,
    by: &Bound<'_, PyAny>,
    choices: &Bound<'_, PyDict>,
) -> PyResult<(Table, Table)> {
    let choices = Choices(choices);
    let known = [
        ("xbar_r", SubgroupKind::MeanByRange),
        ("xbar_s", SubgroupKind::MeanByDeviation),
        ("r", SubgroupKind::Range),
        ("s", SubgroupKind::Deviation),
    ];
    let kind = choice("kind", &choices.get("kind")?, &known)?;
    let rules = rules(&choices)?;
    let options = ChartOptions {
        baseline: baseline(&choices.get("baseline")?)?,
        phases: choices.read("phases")?,
        excluded: choices.read("excluded")?,
        per: None,
    };
    let values = Column::values("values", values)?;
    let keys = Groups::read(Some(by), values.len())?;
    let arranged = keys.arranged(&values);
    let subgroups: Vec<Vec<f64>> = keys.ranges().map(|rows| arranged[rows].to_vec()).collect();
    let chart = stats::subgroup_chart(kind, &subgroups, &options).or_raise()?;
    let sizes = subgroups.iter().map(|subgroup| {
        let values = subgroup.iter().filter(|value| !value.is_nan());
        values.count() as u64
    });
    let sizes: Vec<u64> = sizes.collect();
    let status = chart.points.iter().zip(&sizes).map(|(point, size)| match (point.value, size) {
        (_, 0) => Some("the subgroup has no values"),
        (None, _) => Some("a range or a standard deviation needs two values"),
        (Some(_), 1) if point.lower.is_none() => Some("no limits: the subgroup has one value"),
        (Some(_), _) => None,
    });
    let status = texts(status.collect());
    let mut columns: Vec<_> = keys.column().into_iter().collect();
    columns.push(("size", Arc::new(UInt64Array::from(sizes)) as ArrayRef));
    columns.extend(sigma_columns(&chart.points));
    columns.push(("status", status));
    Ok((table(columns)?, signal_table(&stats::signals(&chart, rules))?))
}

/// How often a chart of some shape is wrong.
#[pyfunction]
pub(super) fn signal_rates<'py>(
    py: Python<'py>,
    points: Argument<'_, 'py>,
    choices: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    /// The simulated series: the standard error of a share of 4 % is 0.14 points.
    const SERIES: usize = 20_000;
    let choices = Choices(choices);
    let points: usize = read("points", points)?;
    let kind = choice("kind", &choices.get("kind")?, &kinds(&choices)?)?;
    let first: Option<usize> = choices.read("baseline")?;
    if first.is_some_and(|first| first > points) {
        let found = first.unwrap_or_default().to_string();
        return Err(refused("baseline", "more points than the series", &found, "at most `points`"));
    }
    let design = ChartDesign {
        kind,
        points,
        baseline: 0..first.unwrap_or(points),
        rules: rules(&choices)?,
        mean: choices.read("mean")?,
    };
    let change =
        SimulatedChange { shift: choices.read("shift")?, points: choices.read("shift_points")? };
    let named = |error: stats::StatsError| match error.argument() {
        "changed" => error.with_argument("shift_points"),
        _ => error,
    };
    let (false_signal, power) = run(py, None, || {
        Ok((
            stats::signal_share(&design, None, SERIES),
            stats::signal_share(&design, Some(change), SERIES),
        ))
    })?;
    let fields = [
        ("false_signal", false_signal.map_err(named).or_raise()?.into_pyobject(py)?.into_any()),
        ("power", power.map_err(named).or_raise()?.into_pyobject(py)?.into_any()),
    ];
    record(py, "SignalRates", &fields)
}

fn process(choices: &Choices<'_, '_>) -> PyResult<Process> {
    Ok(Process {
        target: choices.read("target")?,
        sigma: choices.read("sigma")?,
        baseline: choices.read("baseline")?,
    })
}

/// Why a value is missing.
fn missing(value: Option<f64>) -> Option<&'static str> {
    value.is_none().then_some("`values` is missing")
}

#[pyfunction]
pub(super) fn cusum<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    choices: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let choices = Choices(choices);
    let options = CusumOptions {
        process: process(&choices)?,
        allowance: choices.read("allowance")?,
        limit: choices.read("limit")?,
        head_start: choices.read("head_start")?,
    };
    let values = Column::values("values", values)?;
    let chart = stats::cusum(&values, &options).or_raise()?;
    let run_length =
        stats::cusum_run_length(0.0, options.allowance, options.limit, options.head_start)
            .or_raise()?;
    let points = &chart.points;
    let since: UInt64Array =
        points.iter().map(|point| point.since.map(|place| place as u64)).collect();
    let points = nullable_table(vec![
        ("value", numbers(points.iter().map(|point| point.value))),
        ("upper", numbers(points.iter().map(|point| Some(point.upper)))),
        ("lower", numbers(points.iter().map(|point| Some(point.lower)))),
        ("side", texts(points.iter().map(|point| Some(point.side?.code())).collect())),
        ("since", Arc::new(since)),
        ("status", texts(points.iter().map(|point| missing(point.value)).collect())),
    ])?;
    let fields = [
        ("points", Bound::new(py, points)?.into_any()),
        ("target", chart.target.into_pyobject(py)?.into_any()),
        ("sigma", chart.sigma.into_pyobject(py)?.into_any()),
        ("limit", chart.limit.into_pyobject(py)?.into_any()),
        ("run_length", run_length.into_pyobject(py)?.into_any()),
    ];
    record(py, "Cusum", &fields)
}

#[pyfunction]
pub(super) fn ewma<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    choices: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let choices = Choices(choices);
    let options = EwmaOptions {
        process: process(&choices)?,
        weight: choices.read("weight")?,
        limit: choices.read("limit")?,
    };
    let values = Column::values("values", values)?;
    let chart = stats::ewma(&values, &options).or_raise()?;
    let run_length = stats::ewma_run_length(0.0, options.weight, options.limit).or_raise()?;
    let points = &chart.points;
    let points = nullable_table(vec![
        ("value", numbers(points.iter().map(|point| point.value))),
        ("average", numbers(points.iter().map(|point| Some(point.average)))),
        ("lower", numbers(points.iter().map(|point| Some(point.lower)))),
        ("upper", numbers(points.iter().map(|point| Some(point.upper)))),
        ("side", texts(points.iter().map(|point| Some(point.side?.code())).collect())),
        ("status", texts(points.iter().map(|point| missing(point.value)).collect())),
    ])?;
    let fields = [
        ("points", Bound::new(py, points)?.into_any()),
        ("target", chart.target.into_pyobject(py)?.into_any()),
        ("sigma", chart.sigma.into_pyobject(py)?.into_any()),
        ("run_length", run_length.into_pyobject(py)?.into_any()),
    ];
    record(py, "Ewma", &fields)
}

#[pyfunction]
pub(super) fn cusum_run_length(
    shift: Argument<'_, '_>,
    allowance: Argument<'_, '_>,
    limit: Argument<'_, '_>,
    head_start: Argument<'_, '_>,
) -> PyResult<f64> {
    let (shift, allowance) = (read("shift", shift)?, read("allowance", allowance)?);
    let (limit, head_start) = (read("limit", limit)?, read("head_start", head_start)?);
    stats::cusum_run_length(shift, allowance, limit, head_start).or_raise()
}

#[pyfunction]
pub(super) fn ewma_run_length(
    shift: Argument<'_, '_>,
    weight: Argument<'_, '_>,
    limit: Argument<'_, '_>,
) -> PyResult<f64> {
    let (shift, weight) = (read("shift", shift)?, read("weight", weight)?);
    stats::ewma_run_length(shift, weight, read("limit", limit)?).or_raise()
}
