//! Series: charts, their rules, trends.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, UInt32Array, UInt64Array};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::error::refused_by_stats;
use super::super::run::run;
use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, Choices, items, read, refused, wrong};
use super::choice::choice;
use super::column::Column;
use super::compare::better_end;
use super::groups::Groups;
use super::rows::{numbers, table, texts};
use attain::binding::check_stop;
use attain::error::{Fault, FaultCode, Place};
use attain::stats::{
    self, Baseline, ChartKind, ChartOptions, ChartPoint, Confidence, FivePointSeries, GCentre,
    Interval, MannKendallMethod, Rule, RuleSet, Rules, SeasonalCorrection, SenSlope, Signal,
    Specification, StatsError, TrendCorrection, TrendDirection,
};

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

/// The kinds of chart that are simulated, by name.
pub(super) fn kinds(choices: &Choices<'_, '_>) -> PyResult<[(&'static str, ChartKind); 6]> {
    let laney = choices.read("laney")?;
    Ok([
        ("run", ChartKind::Run),
        ("xmr", ChartKind::NHS_XMR),
        ("p", ChartKind::P { laney }),
        ("np", ChartKind::Np),
        ("u", ChartKind::U { laney }),
        ("c", ChartKind::C),
    ])
}

fn chart_kind(choices: &Choices<'_, '_>) -> PyResult<ChartKind> {
    let centres = [("mean", GCentre::Mean), ("theoretical_median", GCentre::TheoreticalMedian)];
    let centre = choice("centre", &choices.get("centre")?, &centres)?;
    let screen_moving_ranges = choices.read("screen_moving_ranges")?;
    let (factor, laney) = (choices.read("factor")?, choices.read("laney")?);
    let known = [
        ("run", ChartKind::Run),
        ("xmr", ChartKind::Xmr { factor, screen_moving_ranges }),
        ("moving_range", ChartKind::MovingRange { screen_moving_ranges }),
        ("i_prime", ChartKind::IPrime { screen_moving_ranges }),
        ("p", ChartKind::P { laney }),
        ("np", ChartKind::Np),
        ("u", ChartKind::U { laney }),
        ("c", ChartKind::C),
        ("g", ChartKind::G { centre }),
        ("t", ChartKind::T),
    ];
    let given = choices.get("kind")?;
    let kind = choice("kind", &given, &known)?;
    let name = given.to_string();
    // What is not at its default, and the kinds of chart on which it has an effect.
    let per: f64 = choices.read("per")?;
    let chosen: [(&str, bool, &[&str]); 5] = [
        ("factor", factor != 2.66, &["xmr"]),
        ("screen_moving_ranges", !screen_moving_ranges, &["xmr", "moving_range", "i_prime"]),
        ("laney", laney, &["p", "u"]),
        ("centre", centre != GCentre::Mean, &["g"]),
        ("per", per != 1.0, &["p", "u", "i_prime"]),
    ];
    for (argument, is_chosen, kinds) in chosen {
        if is_chosen && !kinds.contains(&&*name) {
            let shown = choices.get(argument)?.to_string();
            let expected = format!("the default, or a `kind` that is {}", kinds.join(" or "));
            return Err(refused(argument, "no effect on this kind of chart", &shown, &expected));
        }
    }
    Ok(kind)
}

/// A set of rules, or some of its rules, with its run lengths or others.
pub(super) fn rules(choices: &Choices<'_, '_>) -> PyResult<Rules> {
    let sets = RuleSet::ALL.map(|set| (set.code(), set));
    let mut rules = Rules::from(choice("rules", &choices.get("rules")?, &sets)?);
    let only = choices.get("only")?;
    if !only.is_none() {
        let known = Rule::ALL.map(|rule| (rule.code(), rule));
        let chosen = items(&only).map_err(|_| wrong("only", &only, "a list of names of rules"))?;
        let chosen = chosen
            .iter()
            .map(|name| choice("only", name, &known))
            .collect::<PyResult<Vec<Rule>>>()?;
        rules = rules.only(&chosen).or_raise()?;
    }
    if let Some(points) = choices.read("shift_length")? {
        rules = rules.with_shift_length(points).or_raise()?;
    }
    if let Some(points) = choices.read("trend_length")? {
        rules = rules.with_trend_length(points).or_raise()?;
    }
    Ok(rules)
}

/// All points, a number of first points, or the points from one place up to before another.
pub(super) fn baseline(given: Argument<'_, '_>) -> PyResult<Baseline> {
    if given.is_none() {
        return Ok(Baseline::WholePhase);
    }
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
    choices: &Bound<'_, PyDict>,
) -> PyResult<(Table, Table)> {
    let choices = Choices(choices);
    let kind = chart_kind(&choices)?;
    let rules = rules(&choices)?;
    let options = ChartOptions {
        baseline: baseline(&choices.get("baseline")?)?,
        phases: choices.read("phases")?,
        excluded: choices.read("excluded")?,
        per: Some(choices.read("per")?),
    };
    let values = Column::values("values", values)?;
    let denominators =
        denominators.map(|given| Column::values("denominators", &given)).transpose()?;
    let chart =
        stats::control_chart(kind, &values, denominators.as_deref(), &options).or_raise()?;
    let points = &chart.points;
    let mut columns = sigma_columns(points).to_vec();
    let status = texts(statuses(kind, &values, denominators.as_deref(), points));
    columns.push(("status", status));
    Ok((table(columns)?, signal_table(&stats::signals(&chart, rules))?))
}

/// The columns of points: value, lines, distance, and phase.
pub(super) fn sigma_columns(points: &[ChartPoint]) -> [(&'static str, ArrayRef); 11] {
    let of = |number: fn(&ChartPoint) -> Option<f64>| numbers(points.iter().map(number));
    let counts: BooleanArray = points.iter().map(|point| Some(point.counts)).collect();
    [
        ("value", of(|point| point.value)),
        ("centre", of(|point| Some(point.centre))),
        ("lower", of(|point| point.lower)),
        ("upper", of(|point| point.upper)),
        ("lower_1sd", of(|point| Some(point.one_sigma?.lower))),
        ("upper_1sd", of(|point| Some(point.one_sigma?.upper))),
        ("lower_2sd", of(|point| Some(point.two_sigma?.lower))),
        ("upper_2sd", of(|point| Some(point.two_sigma?.upper))),
        ("deviations", of(|point| point.deviations)),
        ("counts", Arc::new(counts)),
        ("phase", places(points.iter().map(|point| point.phase).collect())),
    ]
}

/// A row for each signal.
pub(super) fn signal_table(found: &[Signal]) -> PyResult<Table> {
    table(vec![
        ("rule", texts(found.iter().map(|signal| Some(signal.rule.code())).collect())),
        ("side", texts(found.iter().map(|signal| Some(signal.side.code())).collect())),
        ("first", places(found.iter().map(|signal| signal.first).collect())),
        ("completed", places(found.iter().map(|signal| signal.completed).collect())),
        ("last", places(found.iter().map(|signal| signal.last).collect())),
    ])
}

/// Why points have no value.
fn statuses(
    kind: ChartKind,
    values: &[f64],
    denominators: Option<&[f64]>,
    points: &[ChartPoint],
) -> Vec<Option<&'static str>> {
    let status = |(place, point): (usize, &ChartPoint)| {
        let denominator = denominators.map_or(1.0, |denominators| denominators[place]);
        match point.value {
            Some(_) => None,
            None if values[place].is_nan() => Some("`values` is missing"),
            None if denominator.is_nan() => Some("`denominators` is missing"),
            None if denominator == 0.0 => Some("`denominators` is 0"),
            // A kind of chart whose points are not the values themselves.
            None if matches!(kind, ChartKind::MovingRange { .. }) => {
                Some("no moving range: it ends neither at a first nor at an excluded point")
            }
            None => Some("undefined"),
        }
    };
    points.iter().enumerate().map(status).collect()
}

#[pyfunction]
pub(super) fn runs<'py>(py: Python<'py>, values: Argument<'_, 'py>) -> PyResult<Bound<'py, PyAny>> {
    let values = Column::values("values", values)?;
    let chart =
        stats::control_chart(ChartKind::Run, &values, None, &ChartOptions::default()).or_raise()?;
    let Some(runs) = stats::runs_analysis(&chart.points) else {
        let off_the_median = chart
            .points
            .iter()
            .filter(|point| point.deviations.is_some_and(|deviations| deviations != 0.0));
        return Err(refused(
            "values",
            "too few values that differ from the median",
            &off_the_median.count().to_string(),
            "at least 2",
        ));
    };
    let fields = [
        ("useful", runs.useful.into_pyobject(py)?.into_any()),
        ("longest_run", runs.longest_run.into_pyobject(py)?.into_any()),
        ("longest_run_limit", runs.longest_run_limit.into_pyobject(py)?.into_any()),
        ("crossings", runs.crossings.into_pyobject(py)?.into_any()),
        ("crossings_limit", runs.crossings_limit.into_pyobject(py)?.into_any()),
        ("signals", runs.signals().into_pyobject(py)?.to_owned().into_any()),
    ];
    record(py, "Runs", &fields)
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
    reason: impl Fn(&T) -> Option<&'static str>,
) -> (Vec<Option<T>>, ArrayRef) {
    let values = keys.arranged(values);
    let mut status = vec![];
    let found = keys.ranges().map(|rows| {
        check_stop();
        let one = compute(&values[rows]);
        status.push(match &one {
            Ok(answer) => reason(answer).map(str::to_owned),
            Err(refusal) => Some(refusal.to_string()),
        });
        one.ok()
    });
    (found.collect(), texts(status))
}

/// A correction of a series, or of a series with seasons.
#[derive(Clone, Copy)]
enum Correction {
    OfSeries(TrendCorrection),
    OfSeasons(SeasonalCorrection),
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn mann_kendall<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
    period: Argument<'_, 'py>,
    exact_up_to: Argument<'_, 'py>,
    correction: Argument<'_, 'py>,
    lags: Argument<'_, 'py>,
    significant: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let values = Column::values("values", values)?;
    let significant: f64 = read("significant", significant)?;
    let significant = Confidence::new(significant)
        .map_err(|error| error.with_argument("significant"))
        .or_raise()?;
    let (exact_up_to, period) = (read("exact_up_to", exact_up_to)?, read("period", period)?);
    let max_lag: Option<usize> = read("lags", lags)?;
    let of_seasons = |correction| Correction::OfSeasons(correction);
    let known = [
        (
            "hamed_rao",
            Correction::OfSeries(TrendCorrection::HamedRao { lags: max_lag, significant }),
        ),
        ("yue_wang", Correction::OfSeries(TrendCorrection::YueWang { lags: max_lag })),
        ("pre_whitening", Correction::OfSeries(TrendCorrection::PreWhitening)),
        ("trend_free_pre_whitening", Correction::OfSeries(TrendCorrection::TrendFreePreWhitening)),
        ("hirsch_slack", of_seasons(SeasonalCorrection::HirschSlack)),
    ];
    let corrected = !correction.is_none();
    if max_lag.is_some() && !corrected {
        let shown = lags.to_string();
        return Err(refused("lags", "no effect without a `correction`", &shown, "None"));
    }
    let shown = correction.to_string();
    let chosen = match corrected {
        false if Option::is_some(&period) => of_seasons(SeasonalCorrection::Independent),
        false => Correction::OfSeries(TrendCorrection::Independent),
        true => choice("correction", correction, &known)?,
    };
    let has_lags = match chosen {
        Correction::OfSeries(
            TrendCorrection::HamedRao { .. } | TrendCorrection::YueWang { .. },
        ) => true,
        Correction::OfSeries(
            TrendCorrection::Independent
            | TrendCorrection::PreWhitening
            | TrendCorrection::TrendFreePreWhitening,
        )
        | Correction::OfSeasons(_) => false,
    };
    if max_lag.is_some() && corrected && !has_lags {
        let shown = lags.to_string();
        let expected = "None, or the correction `hamed_rao` or `yue_wang`";
        return Err(refused("lags", "no effect on this `correction`", &shown, expected));
    }
    let seasonal = match (chosen, period) {
        (Correction::OfSeries(_), Some(_)) => {
            let expected = "None, or `hirsch_slack`";
            return Err(refused("correction", "no effect with a `period`", &shown, expected));
        }
        (Correction::OfSeasons(_), None) => {
            let expected = "a `period`, or another correction";
            return Err(refused("correction", "no effect without a `period`", &shown, expected));
        }
        (Correction::OfSeries(correction), None) => Err(correction),
        (Correction::OfSeasons(correction), Some(period)) => Ok((period, correction)),
    };
    let test = |values: &[f64]| match seasonal {
        Err(correction) => {
            stats::mann_kendall(values, &MannKendallMethod { exact_up_to, correction })
        }
        Ok((period, correction)) => stats::seasonal_mann_kendall(values, period, correction),
    };
    if by.is_some() {
        let keys = Groups::read(by.as_ref(), values.len())?;
        let (found, status) =
            run(py, None, || Ok(each_series(&keys, &values, test, |test| test.reason())))?;
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
            ("tau_b", of_series(&found, |test| test.tau_b)),
            ("z", of_series(&found, |test| test.z)),
            ("p", of_series(&found, |test| test.p)),
            ("p_rising", of_series(&found, |test| test.p_rising)),
            ("p_falling", of_series(&found, |test| test.p_falling)),
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
        ("tau_b", test.tau_b.into_pyobject(py)?.into_any()),
        ("z", test.z.into_pyobject(py)?.into_any()),
        ("p", test.p.into_pyobject(py)?.into_any()),
        ("p_rising", test.p_rising.into_pyobject(py)?.into_any()),
        ("p_falling", test.p_falling.into_pyobject(py)?.into_any()),
        ("exact", test.exact.into_pyobject(py)?.to_owned().into_any()),
        ("status", test.reason().into_pyobject(py)?.into_any()),
    ];
    record(py, "MannKendall", &fields)
}

#[pyfunction]
pub(super) fn partial_mann_kendall<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    covariate: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let values = Column::values("values", values)?;
    let covariate = Column::values("covariate", covariate)?;
    let test = py.detach(|| stats::partial_mann_kendall(&values, &covariate)).or_raise()?;
    let fields = [
        ("n", test.n.into_pyobject(py)?.into_any()),
        ("score", test.score.into_pyobject(py)?.into_any()),
        ("variance", test.variance.into_pyobject(py)?.into_any()),
        ("correlation", test.correlation.into_pyobject(py)?.into_any()),
        ("z", test.z.into_pyobject(py)?.into_any()),
        ("p", test.p.into_pyobject(py)?.into_any()),
        ("p_rising", test.p_rising.into_pyobject(py)?.into_any()),
        ("p_falling", test.p_falling.into_pyobject(py)?.into_any()),
    ];
    record(py, "PartialMannKendall", &fields)
}

#[pyfunction]
pub(super) fn sen_slope<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    by: Option<Bound<'py, PyAny>>,
    times: Option<Bound<'py, PyAny>>,
    period: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let values = Column::values("values", values)?;
    let times = times.map(|given| Column::values("times", &given)).transpose()?;
    let (confidence, seasons) = (read("confidence", confidence)?, read("period", period)?);
    let level = Confidence::new(confidence).or_raise()?;
    if times.is_some() && Option::is_some(&seasons) {
        let shown = period.to_string();
        return Err(refused("period", "no effect with `times`", &shown, "None"));
    }
    if let Some(times) = times.as_ref().filter(|times| times.len() != values.len()) {
        return Err(StatsError::UnequalLengths {
            argument: "times",
            found: times.len(),
            expected: values.len(),
            alongside: "values",
        })
        .or_raise();
    }
    let line = |values: &[f64], times: Option<&[f64]>| match (times, seasons) {
        (Some(times), _) => stats::sen_slope_at(times, values, level),
        (None, None) => stats::sen_slope(values, level),
        (None, Some(period)) => stats::seasonal_sen_slope(values, period, level),
    };
    if by.is_some() {
        let keys = Groups::read(by.as_ref(), values.len())?;
        let values = keys.arranged(&values);
        let times = times.as_ref().map(|times| keys.arranged(times));
        let of_rows = |rows: Range<usize>| {
            check_stop();
            line(&values[rows.clone()], times.as_ref().map(|times| &times[rows]))
        };
        let all: Vec<_> = run(py, None, || Ok(keys.ranges().map(of_rows).collect()))?;
        let refusal =
            |one: &Result<SenSlope, StatsError>| one.as_ref().err().map(ToString::to_string);
        let status = texts(all.iter().map(refusal).collect());
        let found: Vec<Option<SenSlope>> = all.into_iter().map(Result::ok).collect();
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
    let line = py.detach(|| line(&values, times.as_deref())).or_raise()?;
    let fields = [
        ("slope", line.slope.into_pyobject(py)?.into_any()),
        ("lower", line.interval.lower.into_pyobject(py)?.into_any()),
        ("upper", line.interval.upper.into_pyobject(py)?.into_any()),
        ("intercept", line.intercept.into_pyobject(py)?.into_any()),
        ("confidence", confidence.into_pyobject(py)?.into_any()),
    ];
    record(py, "SenSlope", &fields)
}

#[pyfunction]
pub(super) fn five_point_trend<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    denominators: Argument<'_, 'py>,
    exposures: Argument<'_, 'py>,
    values: Argument<'_, 'py>,
    standard_errors: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let confidence = Confidence::new(read("confidence", confidence)?).or_raise()?;
    let given = [
        ("events", events),
        ("denominators", denominators),
        ("exposures", exposures),
        ("values", values),
        ("standard_errors", standard_errors),
    ];
    let given: Vec<_> = given.into_iter().filter(|(_, column)| !column.is_none()).collect();
    let names: Vec<&str> = given.iter().map(|(name, _)| *name).collect();
    let known: [&[&str]; 3] =
        [&["events", "denominators"], &["events", "exposures"], &["values", "standard_errors"]];
    if !known.contains(&&names[..]) {
        let argument = match names[..] {
            ["events"] => "denominators",
            ["values"] => "standard_errors",
            [.., last] => last,
            [] => "events",
        };
        let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let expected = "`events` with either `denominators` or `exposures`, or `values` with \
            `standard_errors`";
        return Err(refused(argument, "not the columns of a series", &found, expected));
    }
    let columns = given
        .iter()
        .map(|(name, column)| Column::values(name, column))
        .collect::<PyResult<Vec<_>>>()?;
    let (one, other) = (&columns[0], &columns[1]);
    let series = match names[1] {
        "denominators" => FivePointSeries::Proportions { events: one, denominators: other },
        "exposures" => FivePointSeries::Rates { events: one, exposures: other },
        _ => FivePointSeries::Estimates { values: one, standard_errors: other },
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
    lower: Argument<'_, '_>,
    upper: Argument<'_, '_>,
    target: Argument<'_, '_>,
    better: Argument<'_, '_>,
) -> PyResult<&'static str> {
    let limits = Interval { lower: read("lower", lower)?, upper: read("upper", upper)? };
    let target = read("target", target)?;
    let named = |error: StatsError| match error.argument() {
        "limits" if limits.lower.is_finite() => error.with_argument("upper"),
        "limits" => error.with_argument("lower"),
        _ => error,
    };
    let found = stats::capability(limits, target, better_end(better)?);
    Ok(found.map_err(named).or_raise()?.code())
}

/// The indices of a process, a row for each.
#[pyfunction]
pub(super) fn capability_indices(
    values: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    lower: Argument<'_, '_>,
    upper: Argument<'_, '_>,
    target: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
) -> PyResult<Table> {
    let wanted = Specification {
        lower: read("lower", lower)?,
        upper: read("upper", upper)?,
        target: read("target", target)?,
    };
    let confidence = Confidence::new(read("confidence", confidence)?).or_raise()?;
    let values = Column::values("values", values)?;
    let keys = Groups::read(by.as_ref(), values.len())?;
    let subgroups: Vec<Vec<f64>> = {
        let values = keys.arranged(&values);
        let known = |rows: Range<usize>| {
            values[rows].iter().copied().filter(|value| !value.is_nan()).collect()
        };
        keys.ranges().map(known).collect()
    };
    let subgroups: Vec<&[f64]> = subgroups.iter().map(Vec::as_slice).collect();
    let found = stats::capability_indices(&subgroups, wanted, confidence).or_raise()?;
    let column = |of: &dyn Fn((f64, Interval)) -> f64| {
        numbers(found.iter().map(|index| index.found.ok().map(of)))
    };
    table(vec![
        ("index", texts(found.iter().map(|index| Some(index.kind.code())).collect())),
        ("value", column(&|(value, _)| value)),
        ("lower", column(&|(_, limits)| limits.lower)),
        ("upper", column(&|(_, limits)| limits.upper)),
        ("status", texts(found.iter().map(|index| index.found.err()).collect())),
    ])
}
