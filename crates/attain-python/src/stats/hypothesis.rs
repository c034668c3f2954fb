//! Tests of hypotheses: a share, a count or a mean against a value, and two groups.

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::OrRaise;
use super::argument::Argument;
use super::choice::choice;
use super::column::Column;
use super::interval::{Answer, with};
use super::rows::{Row, Shape};
use attain::stats::{
    self, HypothesisTest, McNemarMethod, MeanSummary, ProportionDifferenceTestMethod,
    RateRatioTestMethod, StatsError, TwoSided, ValueTestMethod,
};

const TEST: Shape<4> = Shape {
    class: "HypothesisTest",
    numbers: ["value", "p_below", "p_above", "p"],
    word: None,
    undefined: None,
};

/// Of ratios, which may be tested without having a value.
const RATIO_TEST: Shape<4> =
    Shape { undefined: Some("undefined: a ratio to 0, of which only p-values are known"), ..TEST };

/// A value, undefined where it is not a number, and its p-values.
fn tested(value: f64, found: Result<HypothesisTest, StatsError>) -> Row<4> {
    let HypothesisTest { p_below, p_above, p } = found?;
    Ok(([value, p_below, p_above, p], None))
}

fn two_sided_of(name: Argument<'_, '_>) -> PyResult<TwoSided> {
    let known =
        [("doubled", TwoSided::Doubled), ("minimum_likelihood", TwoSided::MinimumLikelihood)];
    choice("two_sided", name, &known)
}

fn value_method(name: Argument<'_, '_>) -> PyResult<ValueTestMethod> {
    let known = [
        ("exact", ValueTestMethod::Exact),
        ("mid_p", ValueTestMethod::MidP),
        ("score", ValueTestMethod::Score),
    ];
    choice("method", name, &known)
}

#[pyfunction]
pub(super) fn proportion_test<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    two_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (made_by, method) = ([("method", method.clone())], value_method(method)?);
    let two_sided = two_sided_of(two_sided)?;
    let arguments = with(["events", "denominator", "goal"], [events, denominator, goal])?;
    arguments.each_row(py, &TEST, &made_by, |[x, n, goal]| {
        tested(x / n, stats::proportion_test(x, n, goal, method, two_sided))
    })
}

#[pyfunction]
pub(super) fn count_test<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    expected: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    two_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (made_by, method) = ([("method", method.clone())], value_method(method)?);
    let two_sided = two_sided_of(two_sided)?;
    let arguments = with(["events", "expected"], [events, expected])?;
    arguments.each_row(py, &TEST, &made_by, |[x, expected]| {
        tested(x, stats::count_test(x, expected, method, two_sided))
    })
}

#[pyfunction]
pub(super) fn mean_test<'py>(
    py: Python<'py>,
    sum: Argument<'_, 'py>,
    sum_of_squares: Argument<'_, 'py>,
    n: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = [("method", PyString::new(py, "student_t").into_any())];
    let names = ["sum", "sum_of_squares", "n", "goal"];
    let arguments = with(names, [sum, sum_of_squares, n, goal])?;
    arguments.each_row(py, &TEST, &made_by, |[sum, squares, n, goal]| {
        let summary = MeanSummary::from_sums(sum, squares, n)?;
        tested(summary.mean, stats::mean_test(summary, goal))
    })
}

#[pyfunction]
pub(super) fn mean_of_test<'py>(
    py: Python<'py>,
    values: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = [("method", PyString::new(py, "student_t").into_any())];
    let mut values = Column::values("values", values)?;
    values.retain(|value| !value.is_nan());
    let summary = MeanSummary::of(&values).or_raise()?;
    let arguments = with(["goal"], [goal])?;
    arguments.each_row(py, &TEST, &made_by, |[goal]| {
        tested(summary.mean, stats::mean_test(summary, goal))
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn proportion_difference_test<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    denominator1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    denominator2: Argument<'_, 'py>,
    difference: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    two_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("miettinen_nurminen", ProportionDifferenceTestMethod::MiettinenNurminen),
        ("mee", ProportionDifferenceTestMethod::Mee),
        ("fisher", ProportionDifferenceTestMethod::Fisher),
        ("fisher_mid_p", ProportionDifferenceTestMethod::FisherMidP),
        ("barnard", ProportionDifferenceTestMethod::Barnard),
        ("boschloo", ProportionDifferenceTestMethod::Boschloo),
    ];
    let (made_by, method) = ([("method", method.clone())], choice("method", method, &known)?);
    let two_sided = two_sided_of(two_sided)?;
    let names = ["events1", "denominator1", "events2", "denominator2", "difference"];
    let arguments = with(names, [events1, denominator1, events2, denominator2, difference])?;
    arguments.each_row(py, &TEST, &made_by, |[x1, n1, x2, n2, against]| {
        let found = stats::proportion_difference_test(x1, n1, x2, n2, against, method, two_sided);
        tested(x1 / n1 - x2 / n2, found)
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rate_ratio_test<'py>(
    py: Python<'py>,
    events1: Argument<'_, 'py>,
    exposure1: Argument<'_, 'py>,
    events2: Argument<'_, 'py>,
    exposure2: Argument<'_, 'py>,
    ratio: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    two_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("exact_conditional", RateRatioTestMethod::ExactConditional),
        ("mid_p", RateRatioTestMethod::MidP),
        ("score", RateRatioTestMethod::Score),
        ("e_test", RateRatioTestMethod::ETest),
    ];
    let (made_by, method) = ([("method", method.clone())], choice("method", method, &known)?);
    let two_sided = two_sided_of(two_sided)?;
    let names = ["events1", "exposure1", "events2", "exposure2", "ratio"];
    let arguments = with(names, [events1, exposure1, events2, exposure2, ratio])?;
    arguments.each_row(py, &RATIO_TEST, &made_by, |[x1, e1, x2, e2, against]| {
        let found = stats::rate_ratio_test(x1, e1, x2, e2, against, method, two_sided);
        // Without events in the second group there is no ratio.
        let value = if x2 == 0.0 { f64::NAN } else { (x1 / e1) / (x2 / e2) };
        tested(value, found)
    })
}

#[pyfunction]
pub(super) fn mcnemar_test<'py>(
    py: Python<'py>,
    first_only: Argument<'_, 'py>,
    second_only: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("exact", McNemarMethod::Exact),
        ("mid_p", McNemarMethod::MidP),
        ("score", McNemarMethod::Score),
        ("score_corrected", McNemarMethod::ScoreCorrected),
    ];
    let (made_by, method) = ([("method", method.clone())], choice("method", method, &known)?);
    let arguments = with(["first_only", "second_only"], [first_only, second_only])?;
    arguments.each_row(py, &RATIO_TEST, &made_by, |[first, second]| {
        // Without pairs of the second kind there is no ratio.
        let value = if second == 0.0 { f64::NAN } else { first / second };
        tested(value, stats::mcnemar_test(first, second, method))
    })
}
