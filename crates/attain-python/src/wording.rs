//! The words, numbers and days of scorecards, for the pages of `attain pack`.

use std::collections::BTreeMap;

use pyo3::prelude::*;

use super::error::OrRaise;
use attain::scorecard::Language;

/// The phrases of a language, by their keys.
#[pyfunction]
fn phrases(language: &str) -> PyResult<BTreeMap<&'static str, &'static str>> {
    let language = language.parse::<Language>().or_raise()?;
    Ok(attain::binding::wording::phrases(language).collect())
}

/// A number, rounded for reading, but never across or onto one of those beside it.
#[pyfunction]
fn number(language: &str, value: f64, beside: Vec<f64>) -> PyResult<String> {
    let language = language.parse::<Language>().or_raise()?;
    Ok(attain::binding::wording::number(language, value, &beside))
}

/// A day.
#[pyfunction]
fn day(language: &str, day: chrono::NaiveDate) -> PyResult<String> {
    let language = language.parse::<Language>().or_raise()?;
    Ok(attain::binding::wording::day(language, day))
}

/// `attain._attain.wording`, which `attain pack` uses.
#[pymodule(submodule)]
pub(super) mod wording {
    #[pymodule_export]
    use super::{day, number, phrases};
}
