//! Intervals for one number, or for two compared.

use arrow_buffer::ScalarBuffer;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::choice::choice;
use super::column::Column;
use super::rows::{Answers, Row, Shape, all_rows, each_row};
use crate::stats::{
    self, Confidence, CountMethod, Interval, Intervals, MeanSummary, ProportionMethod,
    ProportionRatioMethod, RateRatioMethod, StatsError,
};

type Answer<'py> = PyResult<Bound<'py, PyAny>>;
type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

const INTERVAL: Shape<3> =
    Shape { class: "Interval", numbers: ["value", "lower", "upper"], word: None };

/// A value, undefined where it is not a number, and its limits.
fn estimate(value: f64, interval: Result<Interval, StatsError>) -> Row<3> {
    let Interval { lower, upper } = interval?;
    Ok(([Some(value), Some(lower), Some(upper)], None))
}

/// The same for columns.
fn estimates(values: ScalarBuffer<f64>, intervals: Intervals) -> Answers<3> {
    let Intervals { lower, upper, refused } = intervals;
    Answers::of_columns([values, lower.into(), upper.into()], refused)
}

/// A ratio that may have nothing to be divided by.
fn ratio(above: f64, below: f64) -> f64 {
    if below == 0.0 { f64::NAN } else { above / below }
}

/// What an interval says of itself.
fn made<'py>(
    py: Python<'py>,
    method: &str,
    confidence: Option<f64>,
) -> PyResult<[(&'static str, Bound<'py, PyAny>); 2]> {
    Ok([
        ("method", PyString::new(py, method).into_any()),
        ("confidence", confidence.into_pyobject(py)?.into_any()),
    ])
}

/// The names of the methods for counts.
pub(super) fn count_method(name: &str, exact_below: f64) -> PyResult<CountMethod> {
    let known = [
        ("byar", CountMethod::Byar { exact_below }),
        ("exact", CountMethod::Exact),
        ("mid_p", CountMethod::MidP),
    ];
    let method = choice("method", name, &known)?;
    // Refused here already, for it is wrong for every row.
    stats::count_interval(1.0, method, Confidence::P95)?;
    Ok(method)
}

#[pyfunction]
pub(super) fn proportion<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    population: Option<Bound<'py, PyAny>>,
    method: &str,
    confidence: f64,
) -> Answer<'py> {
    let known = [
        ("wilson", ProportionMethod::Wilson),
        ("exact", ProportionMethod::Exact),
        ("jeffreys", ProportionMethod::Jeffreys),
        ("agresti_coull", ProportionMethod::AgrestiCoull),
        ("wald", ProportionMethod::Wald),
    ];
    let made_by = made(py, method, Some(confidence))?;
    let method = choice("method", method, &known)?;
    let confidence = Confidence::new(confidence)?;
    let arguments = [("events", events), ("denominator", denominator)];
    match population {
        None => all_rows(
            py,
            &INTERVAL,
            arguments,
            &made_by,
            |[x, n]| estimate(x / n, stats::proportion_interval(x, n, method, confidence)),
            |[events, denominators]| {
                let found =
                    stats::proportion_intervals(&events, &denominators, method, confidence)?;
                let shares: Vec<f64> =
                    events.iter().zip(&*denominators).map(|(x, n)| x / n).collect();
                Ok(estimates(shares.into(), found))
            },
        ),
        Some(population) => {
            let [events, denominator] = arguments;
            let arguments = [events, denominator, ("population", &population)];
            each_row(py, &INTERVAL, arguments, &made_by, |[x, n, all]| {
                estimate(x / n, stats::sampled_proportion_interval(x, n, all, method, confidence))
            })
        }
    }
}

#[pyfunction]
pub(super) fn count<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    method: &str,
    exact_below: f64,
    confidence: f64,
) -> Answer<'py> {
    let made_by = made(py, method, Some(confidence))?;
    let method = count_method(method, exact_below)?;
    let confidence = Confidence::new(confidence)?;
    all_rows(
        py,
        &INTERVAL,
        [("events", events)],
        &made_by,
        |[x]| estimate(x, stats::count_interval(x, method, confidence)),
        |[events]| {
            let found = stats::count_intervals(&events, method, confidence)?;
            Ok(estimates(events, found))
        },
    )
}

#[pyfunction]
pub(super) fn rate<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    exposure: Argument<'_, 'py>,
    per: f64,
    method: &str,
    exact_below: f64,
    confidence: f64,
) -> Answer<'py> {
    let made_by = made(py, method, Some(confidence))?;
    let method = count_method(method, exact_below)?;
    let confidence = Confidence::new(confidence)?;
    stats::rate_interval(1.0, 1.0, per, method, confidence)?;
    let arguments = [("events", events), ("exposure", exposure)];
    let rate = |x: f64, exposure: f64| x * (per / exposure);
    all_rows(
        py,
        &INTERVAL,
        arguments,
        &made_by,
        |[x, exposure]| {
            let interval = stats::rate_interval(x, exposure, per, method, confidence);
            estimate(rate(x, exposure), interval)
        },
        |[events, exposures]| {
            let found = stats::rate_intervals(&events, &exposures, per, method, confidence)?;
            let rates: Vec<f64> =
                events.iter().zip(&*exposures).map(|(x, exposure)| rate(*x, *exposure)).collect();
            Ok(estimates(rates.into(), found))
        },
    )
}

#[pyfunction]
pub(super) fn mean_of<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    population: Option<f64>,
    confidence: f64,
) -> Answer<'py> {
    let made_by = made(py, "student_t", Some(confidence))?;
    let confidence = Confidence::new(confidence)?;
    let mut values = Column::values("values", values)?;
    values.retain(|value| !value.is_nan());
    let summary = MeanSummary::of(&values)?;
    let mean = summary.mean.into_pyobject(py)?.into_any();
    each_row(py, &INTERVAL, [("values", &mean)], &made_by, |[mean]| {
        estimate(mean, stats::mean_interval(summary, population, confidence))
    })
}

#[pyfunction]
pub(super) fn mean<'py>(
    py: Python<'py>,
    sum: Argument<'_, 'py>,
    sum_of_squares: Argument<'_, 'py>,
    n: Argument<'_, 'py>,
    population: Option<Bound<'py, PyAny>>,
    confidence: f64,
) -> Answer<'py> {
    let made_by = made(py, "student_t", Some(confidence))?;
    let confidence = Confidence::new(confidence)?;
    let interval = |sum, squares, n, population| {
        let summary = MeanSummary::from_sums(sum, squares, n)?;
        estimate(summary.mean, stats::mean_interval(summary, population, confidence))
    };
    let [sum, squares, n] = [("sum", sum), ("sum_of_squares", sum_of_squares), ("n", n)];
    match population {
        None => each_row(py, &INTERVAL, [sum, squares, n], &made_by, |[sum, squares, n]| {
            interval(sum, squares, n, None)
        }),
        Some(population) => {
            let arguments = [sum, squares, n, ("population", &population)];
            each_row(py, &INTERVAL, arguments, &made_by, |[sum, squares, n, population]| {
                interval(sum, squares, n, Some(population))
            })
        }
    }
}

#[pyfunction]
pub(super) fn proportion_difference<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    denominator1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    denominator2: Argument<'_, 'py>,
    confidence: f64,
) -> Answer<'py> {
    let made_by = made(py, "newcombe", Some(confidence))?;
    let confidence = Confidence::new(confidence)?;
    let names = ["events1", "denominator1", "events2", "denominator2"];
    let arguments = with(names, [events1, denominator1, events2, denominator2]);
    each_row(py, &INTERVAL, arguments, &made_by, |[x1, n1, x2, n2]| {
        let interval = stats::proportion_difference_interval(x1, n1, x2, n2, confidence);
        estimate(x1 / n1 - x2 / n2, interval)
    })
}

#[pyfunction]
pub(super) fn proportion_ratio<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    denominator1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    denominator2: Argument<'_, 'py>,
    method: &str,
    confidence: f64,
) -> Answer<'py> {
    let made_by = made(py, method, Some(confidence))?;
    let known = [
        ("koopman", ProportionRatioMethod::Koopman),
        ("log_normal", ProportionRatioMethod::LogNormal),
    ];
    let method = choice("method", method, &known)?;
    let confidence = Confidence::new(confidence)?;
    let names = ["events1", "denominator1", "events2", "denominator2"];
    let arguments = with(names, [events1, denominator1, events2, denominator2]);
    each_row(py, &INTERVAL, arguments, &made_by, |[x1, n1, x2, n2]| {
        let interval = stats::proportion_ratio_interval(x1, n1, x2, n2, method, confidence);
        estimate(ratio(x1 / n1, x2 / n2), interval)
    })
}

#[pyfunction]
pub(super) fn rate_ratio<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    exposure1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    exposure2: Argument<'_, 'py>,
    method: &str,
    confidence: f64,
) -> Answer<'py> {
    let made_by = made(py, method, Some(confidence))?;
    let known = [
        ("exact_conditional", RateRatioMethod::ExactConditional),
        ("score", RateRatioMethod::Score),
    ];
    let method = choice("method", method, &known)?;
    let confidence = Confidence::new(confidence)?;
    let names = ["events1", "exposure1", "events2", "exposure2"];
    let arguments = with(names, [events1, exposure1, events2, exposure2]);
    each_row(py, &INTERVAL, arguments, &made_by, |[x1, e1, x2, e2]| {
        let interval = stats::rate_ratio_interval(x1, e1, x2, e2, method, confidence);
        estimate(ratio(x1 / e1, x2 / e2), interval)
    })
}

#[pyfunction]
pub(super) fn difference<'py>(
    py: Python<'py>,
    estimate1: Argument<'_, 'py>,
    lower1: Argument<'_, 'py>,
    upper1: Argument<'_, 'py>,
    estimate2: Argument<'_, 'py>,
    lower2: Argument<'_, 'py>,
    upper2: Argument<'_, 'py>,
) -> Answer<'py> {
    let arguments = with(
        ["estimate1", "lower1", "upper1", "estimate2", "lower2", "upper2"],
        [estimate1, lower1, upper1, estimate2, lower2, upper2],
    );
    let made_by = made(py, "square_and_add", None)?;
    each_row(py, &INTERVAL, arguments, &made_by, |[one, lower1, upper1, two, lower2, upper2]| {
        let first = Interval { lower: lower1, upper: upper1 };
        let second = Interval { lower: lower2, upper: upper2 };
        estimate(one - two, stats::difference_interval(one, first, two, second))
    })
}

/// Names go with arguments.
fn with<'a, 'py, const N: usize>(
    names: [&'static str; N],
    values: [Argument<'a, 'py>; N],
) -> [(&'static str, Argument<'a, 'py>); N] {
    std::array::from_fn(|place| (names[place], values[place]))
}
