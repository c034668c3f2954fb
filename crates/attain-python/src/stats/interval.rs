//! Intervals for one number, or for two compared.

use arrow_buffer::ScalarBuffer;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::OrRaise;
use super::argument::{Argument, read};
use super::choice::choice;
use super::column::Column;
use super::levels::{Level, Levels};
use super::rows::{Answers, Arguments, Row, Shape};
use attain::stats::{
    self, Confidence, CountMethod, Interval, Intervals, MeanSummary, OddsRatioMethod,
    ProportionDifferenceMethod, ProportionMethod, ProportionRatioMethod, RateDifferenceMethod,
    RateRatioMethod, StatsError,
};

pub(super) type Answer<'py> = PyResult<Bound<'py, PyAny>>;

pub(super) const INTERVAL: Shape<3> =
    Shape { class: "Interval", numbers: ["value", "lower", "upper"], word: None, undefined: None };

/// Of ratios, which may have limits without a value.
pub(super) const RATIO: Shape<3> = Shape {
    undefined: Some("undefined: a ratio to 0, of which only limits are known"),
    ..INTERVAL
};

/// Where means end: nowhere.
const ANY: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];
/// Where counts, rates and ratios end.
pub(super) const NOT_NEGATIVE: [f64; 2] = [0.0, f64::INFINITY];

/// A value, undefined where it is not a number, and its limits.
pub(super) fn estimate(value: f64, interval: Result<Interval, StatsError>, level: Level) -> Row<3> {
    let Interval { lower, upper } = level.of(interval?);
    Ok(([value, lower, upper], None))
}

/// The same for columns.
fn estimates(values: ScalarBuffer<f64>, intervals: Intervals, level: Level) -> Answers<3> {
    let Intervals { mut lower, mut upper, refused } = intervals;
    level.of_columns(&mut lower, &mut upper);
    Answers::of_columns([values, lower.into(), upper.into()], refused)
}

/// A ratio that may have nothing to be divided by.
pub(super) fn ratio(above: f64, below: f64) -> f64 {
    if below == 0.0 { f64::NAN } else { above / below }
}

/// What an interval says of itself.
pub(super) fn made<'py>(
    py: Python<'py>,
    method: &Bound<'py, PyAny>,
    confidence: Option<f64>,
) -> PyResult<[(&'static str, Bound<'py, PyAny>); 2]> {
    Ok([("method", method.clone()), ("confidence", confidence.into_pyobject(py)?.into_any())])
}

/// The names of the methods for shares.
const PROPORTION_METHODS: [(&str, ProportionMethod); 12] = [
    ("wilson", ProportionMethod::Wilson),
    ("exact", ProportionMethod::Exact),
    ("mid_p", ProportionMethod::MidP),
    ("jeffreys", ProportionMethod::Jeffreys),
    ("agresti_coull", ProportionMethod::AgrestiCoull),
    ("wald", ProportionMethod::Wald),
    ("wilson_corrected", ProportionMethod::WilsonCorrected),
    ("wald_corrected", ProportionMethod::WaldCorrected),
    ("logit", ProportionMethod::Logit),
    ("likelihood", ProportionMethod::Likelihood),
    ("complementary_log_log", ProportionMethod::ComplementaryLogLog),
    ("arcsine", ProportionMethod::Arcsine),
];

/// The names of the methods for counts that limits of standardised rates are made of.
pub(super) fn count_methods(exact_below: f64) -> [(&'static str, CountMethod); 3] {
    [
        ("byar", CountMethod::Byar { exact_below }),
        ("exact", CountMethod::Exact),
        ("mid_p", CountMethod::MidP),
    ]
}

pub(super) fn count_method(name: Argument<'_, '_>, exact_below: f64) -> PyResult<CountMethod> {
    let mut known = count_methods(exact_below).to_vec();
    known.extend([
        ("score", CountMethod::Score),
        ("jeffreys", CountMethod::Jeffreys),
        ("square_root", CountMethod::SquareRoot),
        ("likelihood", CountMethod::Likelihood),
    ]);
    let method = choice("method", name, &known)?;
    // Refused here already, for it is wrong for every row.
    stats::count_interval(1.0, method, Confidence::P95).or_raise()?;
    Ok(method)
}

#[pyfunction]
pub(super) fn proportion<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    population: Option<Bound<'py, PyAny>>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = method;
    let method = choice("method", method, &PROPORTION_METHODS)?;
    let levels = Levels::read(confidence, side, [0.0, 1.0])?;
    let Some(population) = population else {
        let arguments = with(["events", "denominator"], [events, denominator])?;
        return levels.answer(py, |level| {
            arguments.all_rows(
                py,
                &INTERVAL,
                &made(py, made_by, Some(level.share))?,
                |[x, n]| {
                    let found = stats::proportion_interval(x, n, method, level.confidence);
                    estimate(x / n, found, level)
                },
                |[events, denominators]| {
                    let found = stats::proportion_intervals(
                        &events,
                        &denominators,
                        method,
                        level.confidence,
                    )?;
                    let shares: Vec<f64> =
                        events.iter().zip(&*denominators).map(|(x, n)| x / n).collect();
                    Ok(estimates(shares.into(), found, level))
                },
            )
        });
    };
    let names = ["events", "denominator", "population"];
    let arguments = with(names, [events, denominator, &population])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &INTERVAL, &made_by, |[x, n, all]| {
            let found = stats::sampled_proportion_interval(x, n, all, method, level.confidence);
            estimate(x / n, found, level)
        })
    })
}

/// The limits of a share that a survey estimates.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn survey_proportion<'py>(
    py: Python<'py>,
    share: Argument<'_, 'py>,
    respondents: Argument<'_, 'py>,
    design_effect: Argument<'_, 'py>,
    degrees: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = method;
    let method = choice("method", method, &PROPORTION_METHODS)?;
    let levels = Levels::read(confidence, side, [0.0, 1.0])?;
    let names = ["share", "respondents", "design_effect", "degrees"];
    let arguments = with(names, [share, respondents, design_effect, degrees])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &INTERVAL, &made_by, |[share, n, effect, degrees]| {
            let confidence = level.confidence;
            let found =
                stats::survey_proportion_interval(share, n, effect, degrees, method, confidence);
            estimate(share, found, level)
        })
    })
}

#[pyfunction]
pub(super) fn count<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    exact_below: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = method;
    let method = count_method(method, read("exact_below", exact_below)?)?;
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let arguments = with(["events"], [events])?;
    levels.answer(py, |level| {
        arguments.all_rows(
            py,
            &INTERVAL,
            &made(py, made_by, Some(level.share))?,
            |[x]| estimate(x, stats::count_interval(x, method, level.confidence), level),
            |[events]| {
                let found = stats::count_intervals(&events, method, level.confidence)?;
                Ok(estimates(events, found, level))
            },
        )
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rate<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    exposure: Argument<'_, 'py>,
    per: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    exact_below: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = method;
    let method = count_method(method, read("exact_below", exact_below)?)?;
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let per = read("per", per)?;
    stats::rate_interval(1.0, 1.0, per, method, Confidence::P95).or_raise()?;
    let arguments = with(["events", "exposure"], [events, exposure])?;
    let rate = |x: f64, exposure: f64| x * (per / exposure);
    levels.answer(py, |level| {
        arguments.all_rows(
            py,
            &INTERVAL,
            &made(py, made_by, Some(level.share))?,
            |[x, exposure]| {
                let found = stats::rate_interval(x, exposure, per, method, level.confidence);
                estimate(rate(x, exposure), found, level)
            },
            |[events, exposures]| {
                let found =
                    stats::rate_intervals(&events, &exposures, per, method, level.confidence)?;
                let pairs = events.iter().zip(&*exposures);
                let rates: Vec<f64> = pairs.map(|(x, exposure)| rate(*x, *exposure)).collect();
                Ok(estimates(rates.into(), found, level))
            },
        )
    })
}

#[pyfunction]
pub(super) fn mean_of<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    population: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let levels = Levels::read(confidence, side, ANY)?;
    let mut values = Column::values("values", values)?;
    values.retain(|value| !value.is_nan());
    let population = read("population", population)?;
    let summary = MeanSummary::of(&values).or_raise()?;
    let mean = summary.mean.into_pyobject(py)?.into_any();
    let arguments = with(["values"], [&mean])?;
    levels.answer(py, |level| {
        let made_by = made(py, &PyString::new(py, "student_t"), Some(level.share))?;
        arguments.each_row(py, &INTERVAL, &made_by, |[mean]| {
            estimate(mean, stats::mean_interval(summary, population, level.confidence), level)
        })
    })
}

#[pyfunction]
pub(super) fn mean<'py>(
    py: Python<'py>,
    sum: Argument<'_, 'py>,
    sum_of_squares: Argument<'_, 'py>,
    n: Argument<'_, 'py>,
    population: Option<Bound<'py, PyAny>>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let levels = Levels::read(confidence, side, ANY)?;
    let interval = |sum, squares, n, population, level: Level| {
        let summary = MeanSummary::from_sums(sum, squares, n)?;
        let found = stats::mean_interval(summary, population, level.confidence);
        estimate(summary.mean, found, level)
    };
    let made_by = |level: Level| made(py, &PyString::new(py, "student_t"), Some(level.share));
    let Some(population) = population else {
        let arguments = with(["sum", "sum_of_squares", "n"], [sum, sum_of_squares, n])?;
        return levels.answer(py, |level| {
            arguments.each_row(py, &INTERVAL, &made_by(level)?, |[sum, squares, n]| {
                interval(sum, squares, n, None, level)
            })
        });
    };
    let names = ["sum", "sum_of_squares", "n", "population"];
    let arguments = with(names, [sum, sum_of_squares, n, &population])?;
    levels.answer(py, |level| {
        arguments.each_row(py, &INTERVAL, &made_by(level)?, |[sum, squares, n, population]| {
            interval(sum, squares, n, Some(population), level)
        })
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn proportion_difference<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    denominator1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    denominator2: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("newcombe", ProportionDifferenceMethod::Newcombe),
        ("miettinen_nurminen", ProportionDifferenceMethod::MiettinenNurminen),
        ("mee", ProportionDifferenceMethod::Mee),
        ("agresti_caffo", ProportionDifferenceMethod::AgrestiCaffo),
        ("wald", ProportionDifferenceMethod::Wald),
    ];
    let made_by = method;
    let method = choice("method", method, &known)?;
    let levels = Levels::read(confidence, side, [-1.0, 1.0])?;
    let names = ["events1", "denominator1", "events2", "denominator2"];
    let arguments = with(names, [events1, denominator1, events2, denominator2])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &INTERVAL, &made_by, |[x1, n1, x2, n2]| {
            let found =
                stats::proportion_difference_interval(x1, n1, x2, n2, method, level.confidence);
            estimate(x1 / n1 - x2 / n2, found, level)
        })
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn proportion_ratio<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    denominator1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    denominator2: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("koopman", ProportionRatioMethod::Koopman),
        ("miettinen_nurminen", ProportionRatioMethod::MiettinenNurminen),
        ("log_normal", ProportionRatioMethod::LogNormal),
        ("adjusted_log_normal", ProportionRatioMethod::AdjustedLogNormal),
    ];
    let made_by = method;
    let method = choice("method", method, &known)?;
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let names = ["events1", "denominator1", "events2", "denominator2"];
    let arguments = with(names, [events1, denominator1, events2, denominator2])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &RATIO, &made_by, |[x1, n1, x2, n2]| {
            let found = stats::proportion_ratio_interval(x1, n1, x2, n2, method, level.confidence);
            estimate(ratio(x1 / n1, x2 / n2), found, level)
        })
    })
}

pub(super) fn rate_ratio_method(name: Argument<'_, '_>) -> PyResult<RateRatioMethod> {
    let known = [
        ("exact_conditional", RateRatioMethod::ExactConditional),
        ("mid_p", RateRatioMethod::MidP),
        ("score", RateRatioMethod::Score),
        ("log_normal", RateRatioMethod::LogNormal),
    ];
    choice("method", name, &known)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rate_ratio<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    exposure1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    exposure2: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = method;
    let method = rate_ratio_method(method)?;
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let names = ["events1", "exposure1", "events2", "exposure2"];
    let arguments = with(names, [events1, exposure1, events2, exposure2])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &RATIO, &made_by, |[x1, e1, x2, e2]| {
            let found = stats::rate_ratio_interval(x1, e1, x2, e2, method, level.confidence);
            estimate(ratio(x1 / e1, x2 / e2), found, level)
        })
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn odds_ratio<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    denominator1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    denominator2: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("miettinen_nurminen", OddsRatioMethod::MiettinenNurminen),
        ("cornfield", OddsRatioMethod::Cornfield),
        ("log_normal", OddsRatioMethod::LogNormal),
        ("adjusted_log_normal", OddsRatioMethod::AdjustedLogNormal),
        ("exact_conditional", OddsRatioMethod::ExactConditional),
        ("mid_p", OddsRatioMethod::MidP),
    ];
    let made_by = method;
    let method = choice("method", method, &known)?;
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let names = ["events1", "denominator1", "events2", "denominator2"];
    let arguments = with(names, [events1, denominator1, events2, denominator2])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &RATIO, &made_by, |[x1, n1, x2, n2]| {
            let found = stats::odds_ratio_interval(x1, n1, x2, n2, method, level.confidence);
            // Odds of nothing but events are infinite, and so is their ratio to other odds.
            let odds = ratio(x1 * (n2 - x2), (n1 - x1) * x2);
            estimate(odds, found, level)
        })
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rate_difference<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    exposure1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    exposure2: Argument<'_, 'py>,
    per: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("score", RateDifferenceMethod::Score),
        ("square_and_add", RateDifferenceMethod::SquareAndAdd),
        ("wald", RateDifferenceMethod::Wald),
    ];
    let made_by = method;
    let method = choice("method", method, &known)?;
    let levels = Levels::read(confidence, side, ANY)?;
    let per = read("per", per)?;
    stats::rate_difference_interval(1.0, 1.0, 1.0, 1.0, per, method, Confidence::P95).or_raise()?;
    let names = ["events1", "exposure1", "events2", "exposure2"];
    let arguments = with(names, [events1, exposure1, events2, exposure2])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &INTERVAL, &made_by, |[x1, e1, x2, e2]| {
            let confidence = level.confidence;
            let found = stats::rate_difference_interval(x1, e1, x2, e2, per, method, confidence);
            estimate(x1 / (e1 / per) - x2 / (e2 / per), found, level)
        })
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
    )?;
    let made_by = made(py, &PyString::new(py, "square_and_add"), None)?;
    arguments.each_row(py, &INTERVAL, &made_by, |[one, lower1, upper1, two, lower2, upper2]| {
        let first = Interval { lower: lower1, upper: upper1 };
        let second = Interval { lower: lower2, upper: upper2 };
        let Interval { lower, upper } = stats::difference_interval(one, first, two, second)?;
        Ok(([one - two, lower, upper], None))
    })
}

/// Names go with arguments.
pub(super) fn with<const N: usize>(
    names: [&'static str; N],
    values: [Argument<'_, '_>; N],
) -> PyResult<Arguments<N>> {
    Arguments::read(std::array::from_fn(|place| (names[place], values[place])))
}
