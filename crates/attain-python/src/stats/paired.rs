//! Two shares of the same persons.

use pyo3::prelude::*;

use super::argument::Argument;
use super::choice::choice;
use super::interval::{
    Answer, INTERVAL, NOT_NEGATIVE, RATIO, estimate, made, rate_ratio_method, ratio, with,
};
use super::levels::Levels;
use attain::stats::{self, PairedDifferenceMethod, Pairs};

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn paired_difference<'py>(
    py: Python<'py>,
    both: Argument<'_, 'py>,
    first_only: Argument<'_, 'py>,
    second_only: Argument<'_, 'py>,
    neither: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let known = [
        ("newcombe", PairedDifferenceMethod::Newcombe),
        ("tango", PairedDifferenceMethod::Tango),
        ("wald", PairedDifferenceMethod::Wald),
    ];
    let made_by = method;
    let method = choice("method", method, &known)?;
    let levels = Levels::read(confidence, side, [-1.0, 1.0])?;
    let names = ["both", "first_only", "second_only", "neither"];
    let arguments = with(names, [both, first_only, second_only, neither])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &INTERVAL, &made_by, |[both, first_only, second_only, neither]| {
            let pairs = Pairs { both, first_only, second_only, neither };
            let found = stats::paired_difference_interval(pairs, method, level.confidence);
            let all = both + first_only + second_only + neither;
            estimate((first_only - second_only) / all, found, level)
        })
    })
}

#[pyfunction]
pub(super) fn paired_odds_ratio<'py>(
    py: Python<'py>,
    first_only: Argument<'_, 'py>,
    second_only: Argument<'_, 'py>,
    method: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
    side: Argument<'_, 'py>,
) -> Answer<'py> {
    let made_by = method;
    let method = rate_ratio_method(method)?;
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let arguments = with(["first_only", "second_only"], [first_only, second_only])?;
    levels.answer(py, |level| {
        let made_by = made(py, made_by, Some(level.share))?;
        arguments.each_row(py, &RATIO, &made_by, |[first, second]| {
            let confidence = level.confidence;
            let found = stats::paired_odds_ratio_interval(first, second, method, confidence);
            estimate(ratio(first, second), found, level)
        })
    })
}
