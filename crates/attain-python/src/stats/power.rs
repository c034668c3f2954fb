//! Power and sample sizes of tests.

use pyo3::prelude::*;

use super::OrRaise;
use super::argument::{Argument, read};
use super::choice::choice;
use super::compare::NUMBER;
use super::interval::{Answer, with};
use super::rows::{Row, Shape};
use attain::stats::{
    self, ProportionDifferenceApproximation, ProportionDifferencePowerMethod,
    RateRatioApproximation, RateRatioPowerMethod, SampleSize, SampleSizes, StatsError, TestLevel,
    ValuePowerMethod, ValueTestMethod,
};

const SIZE: Shape<2> =
    Shape { class: "SampleSize", numbers: ["size", "power"], word: None, undefined: None };

const SIZES: Shape<3> = Shape {
    class: "SampleSizes",
    numbers: ["size1", "size2", "power"],
    word: None,
    undefined: None,
};

fn level_of(level: Argument<'_, '_>, one_sided: Argument<'_, '_>) -> PyResult<TestLevel> {
    let share = read("level", level)?;
    let level = match read("one_sided", one_sided)? {
        true => TestLevel::one_sided(share),
        false => TestLevel::two_sided(share),
    };
    level.or_raise()
}

/// The power that sizes are computed for: wrong for every row, or for none.
fn goal_of_power(power: Argument<'_, '_>) -> PyResult<f64> {
    stats::power_goal(read("power", power)?).or_raise()
}

fn value_method(name: Argument<'_, '_>) -> PyResult<ValuePowerMethod> {
    let known = [
        ("exact", ValuePowerMethod::Test(ValueTestMethod::Exact)),
        ("mid_p", ValuePowerMethod::Test(ValueTestMethod::MidP)),
        ("score", ValuePowerMethod::Test(ValueTestMethod::Score)),
        ("normal", ValuePowerMethod::Normal),
    ];
    choice("method", name, &known)
}

fn difference_method(name: Argument<'_, '_>) -> PyResult<ProportionDifferencePowerMethod> {
    use ProportionDifferenceApproximation::{Corrected, Pooled, Unpooled};
    use ProportionDifferencePowerMethod::{Fisher, FisherMidP, Mee, MiettinenNurminen, Normal};
    let known = [
        ("miettinen_nurminen", MiettinenNurminen),
        ("mee", Mee),
        ("fisher", Fisher),
        ("fisher_mid_p", FisherMidP),
        ("normal", Normal(Pooled)),
        ("normal_unpooled", Normal(Unpooled)),
        ("normal_corrected", Normal(Corrected)),
    ];
    choice("method", name, &known)
}

fn number(found: Result<f64, StatsError>) -> Row<1> {
    Ok(([found?], None))
}

fn size(found: Result<SampleSize, StatsError>) -> Row<2> {
    let SampleSize { size, power } = found?;
    Ok(([size, power], None))
}

fn sizes(found: Result<SampleSizes, StatsError>) -> Row<3> {
    let SampleSizes { size1, size2, power } = found?;
    Ok(([size1, size2, power], None))
}

#[pyfunction]
pub(super) fn proportion_test_power<'py>(
    py: Python<'py>,
    share: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (method, level) = (value_method(method)?, level_of(level, one_sided)?);
    let arguments = with(["share", "denominator", "goal"], [share, denominator, goal])?;
    arguments.each_row(py, &NUMBER, &[], |[share, n, goal]| {
        number(stats::proportion_test_power(share, n, goal, method, level))
    })
}

#[pyfunction]
pub(super) fn proportion_test_sample_size<'py>(
    py: Python<'py>,
    share: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
    power: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (made_by, method) = ([("method", method.clone())], value_method(method)?);
    let level = level_of(level, one_sided)?;
    let power = goal_of_power(power)?;
    let arguments = with(["share", "goal"], [share, goal])?;
    arguments.each_row(py, &SIZE, &made_by, |[share, goal]| {
        size(stats::proportion_test_sample_size(share, goal, power, method, level))
    })
}

#[pyfunction]
pub(super) fn count_test_power<'py>(
    py: Python<'py>,
    mean: Argument<'_, 'py>,
    expected: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (method, level) = (value_method(method)?, level_of(level, one_sided)?);
    let arguments = with(["mean", "expected"], [mean, expected])?;
    arguments.each_row(py, &NUMBER, &[], |[mean, expected]| {
        number(stats::count_test_power(mean, expected, method, level))
    })
}

#[pyfunction]
pub(super) fn count_test_exposure<'py>(
    py: Python<'py>,
    rate: Argument<'_, 'py>,
    goal: Argument<'_, 'py>,
    power: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (made_by, method) = ([("method", method.clone())], value_method(method)?);
    let level = level_of(level, one_sided)?;
    let power = goal_of_power(power)?;
    let arguments = with(["rate", "goal"], [rate, goal])?;
    arguments.each_row(py, &SIZE, &made_by, |[rate, goal]| {
        size(stats::count_test_exposure(rate, goal, power, method, level))
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn proportion_difference_test_power<'py>(
    py: Python<'py>,
    share1: Argument<'_, 'py>,
    denominator1: Argument<'_, 'py>,
    share2: Argument<'_, 'py>,
    denominator2: Argument<'_, 'py>,
    difference: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (method, level) = (difference_method(method)?, level_of(level, one_sided)?);
    let names = ["share1", "denominator1", "share2", "denominator2", "difference"];
    let arguments = with(names, [share1, denominator1, share2, denominator2, difference])?;
    arguments.each_row(py, &NUMBER, &[], |[p1, n1, p2, n2, against]| {
        number(stats::proportion_difference_test_power(p1, n1, p2, n2, against, method, level))
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn proportion_difference_test_sample_size<'py>(
    py: Python<'py>,
    share1: Argument<'_, 'py>,
    share2: Argument<'_, 'py>,
    difference: Argument<'_, 'py>,
    allocation: Argument<'_, 'py>,
    power: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let (made_by, method) = ([("method", method.clone())], difference_method(method)?);
    let level = level_of(level, one_sided)?;
    let power = goal_of_power(power)?;
    let names = ["share1", "share2", "difference", "allocation"];
    let arguments = with(names, [share1, share2, difference, allocation])?;
    arguments.each_row(py, &SIZES, &made_by, |[share1, share2, difference, allocation]| {
        sizes(stats::proportion_difference_test_sample_size(
            [share1, share2],
            difference,
            allocation,
            power,
            method,
            level,
        ))
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rate_ratio_test_power<'py>(
    py: Python<'py>,
    rate1: Argument<'_, 'py>,
    exposure1: Argument<'_, 'py>,
    rate2: Argument<'_, 'py>,
    exposure2: Argument<'_, 'py>,
    ratio: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("exact_conditional", RateRatioPowerMethod::Conditional(ValueTestMethod::Exact)),
        ("mid_p", RateRatioPowerMethod::Conditional(ValueTestMethod::MidP)),
        ("score", RateRatioPowerMethod::Conditional(ValueTestMethod::Score)),
        ("normal", RateRatioPowerMethod::Normal(RateRatioApproximation::Score)),
        ("log_normal", RateRatioPowerMethod::Normal(RateRatioApproximation::Logarithm)),
    ];
    let (method, level) = (choice("method", method, &known)?, level_of(level, one_sided)?);
    let names = ["rate1", "exposure1", "rate2", "exposure2", "ratio"];
    let arguments = with(names, [rate1, exposure1, rate2, exposure2, ratio])?;
    arguments.each_row(py, &NUMBER, &[], |[rate1, e1, rate2, e2, ratio]| {
        number(stats::rate_ratio_test_power([rate1, rate2], [e1, e2], ratio, method, level))
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn rate_ratio_test_exposure<'py>(
    py: Python<'py>,
    rate1: Argument<'_, 'py>,
    rate2: Argument<'_, 'py>,
    ratio: Argument<'_, 'py>,
    allocation: Argument<'_, 'py>,
    power: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    level: Argument<'_, 'py>,
    one_sided: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("normal", RateRatioApproximation::Score),
        ("log_normal", RateRatioApproximation::Logarithm),
    ];
    let (made_by, method) = ([("method", method.clone())], choice("method", method, &known)?);
    let level = level_of(level, one_sided)?;
    let power = goal_of_power(power)?;
    let names = ["rate1", "rate2", "ratio", "allocation"];
    let arguments = with(names, [rate1, rate2, ratio, allocation])?;
    arguments.each_row(py, &SIZES, &made_by, |[rate1, rate2, ratio, allocation]| {
        let rates = [rate1, rate2];
        sizes(stats::rate_ratio_test_exposure(rates, ratio, allocation, power, method, level))
    })
}
