//! Arguments that are no columns: numbers, whole numbers, flags and texts, each read under its name in Python.

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyComplex, PyDict, PyFloat, PyMapping, PySet, PyString};

use super::super::error::refused_by_stats;
use attain::error::{Fault, FaultCode, Place};

/// An argument as Python gives it.
pub(super) type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

/// What an argument can be read as.
pub(super) trait FromArgument: Sized {
    /// What the argument takes, for the fault.
    const EXPECTED: &'static str;

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self>;
}

/// Reads an argument. What is not of its kind is a fault that names the argument.
pub(super) fn read<T: FromArgument>(name: &str, value: Argument<'_, '_>) -> PyResult<T> {
    T::from_argument(value).map_err(|cause| {
        if cause.is_instance_of::<PyException>(value.py()) {
            wrong(name, value, T::EXPECTED)
        } else {
            // An interrupt, an exit.
            cause
        }
    })
}

/// The fault of an argument that is not of its kind.
#[cold]
pub(super) fn wrong(name: &str, value: Argument<'_, '_>, expected: &str) -> PyErr {
    let shown = value.repr().map(|text| text.to_string());
    let shown = shown.ok().filter(|text| text.chars().count() <= 80 && !text.contains('\n'));
    let found = shown.or_else(|| Some(value.get_type().qualname().ok()?.to_string()));
    refused(name, "a value of the wrong kind", &found.unwrap_or_default(), expected)
}

/// A fault of an argument.
#[cold]
pub(super) fn refused(name: &str, message: &str, found: &str, expected: &str) -> PyErr {
    let place = Place::Column { column: name.to_owned() };
    refused_by_stats(
        &Fault::new(FaultCode::WrongType, place, message).found(found).expected(expected),
    )
}

/// The arguments that `attain.stats` hands over together.
pub(super) struct Choices<'a, 'py>(pub(super) &'a Bound<'py, PyDict>);

impl<'py> Choices<'_, 'py> {
    /// Reads the argument with this name.
    pub(super) fn read<T: FromArgument>(&self, name: &str) -> PyResult<T> {
        read(name, &self.get(name)?)
    }

    /// Returns the argument with this name as it is.
    pub(super) fn get(&self, name: &str) -> PyResult<Bound<'py, PyAny>> {
        self.0.as_any().get_item(name)
    }
}

/// Whether a value has a number's methods without being one: times and durations of numpy, complex numbers, and
/// columns of one row.
pub(super) fn is_no_number(value: Argument<'_, '_>) -> PyResult<bool> {
    if value.is_instance_of::<PyComplex>() {
        return Ok(true);
    }
    let dimensions = value.getattr_opt("ndim")?;
    if dimensions.is_some_and(|ndim| ndim.extract::<usize>().is_ok_and(|ndim| ndim > 0)) {
        return Ok(true);
    }
    has_other_dtype(value)
}

/// Whether numpy or pandas say that these are times, durations or complex numbers.
pub(super) fn has_other_dtype(value: Argument<'_, '_>) -> PyResult<bool> {
    let Some(dtype) = value.getattr_opt("dtype")? else { return Ok(false) };
    let Some(kind) = dtype.getattr_opt("kind")? else { return Ok(false) };
    Ok(kind.extract::<String>().is_ok_and(|kind| matches!(&*kind, "M" | "m" | "c")))
}

impl FromArgument for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        if !value.is_exact_instance_of::<PyFloat>() && is_no_number(value)? {
            return Err(PyException::new_err("no number"));
        }
        let number: f64 = value.extract()?;
        if number.is_nan() { Err(PyException::new_err("not a number")) } else { Ok(number) }
    }
}

impl FromArgument for u32 {
    const EXPECTED: &'static str = "a whole number from 0 to 4294967295";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        value.extract()
    }
}

impl FromArgument for u64 {
    const EXPECTED: &'static str = "a whole number from 0 to 18446744073709551615";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        value.extract()
    }
}

impl FromArgument for usize {
    const EXPECTED: &'static str = "a whole number, 0 or more";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        value.extract()
    }
}

impl FromArgument for bool {
    const EXPECTED: &'static str = "True or False";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        value.extract()
    }
}

impl FromArgument for String {
    const EXPECTED: &'static str = "a text";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        value.extract()
    }
}

impl<T: FromArgument> FromArgument for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        if value.is_none() { Ok(None) } else { T::from_argument(value).map(Some) }
    }
}

impl FromArgument for (f64, f64) {
    const EXPECTED: &'static str = "two numbers";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        match &items(value)?[..] {
            [first, second] => Ok((f64::from_argument(first)?, f64::from_argument(second)?)),
            _ => Err(PyException::new_err("not two")),
        }
    }
}

impl FromArgument for Vec<f64> {
    const EXPECTED: &'static str = "a list of numbers";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        items(value)?.iter().map(f64::from_argument).collect()
    }
}

impl FromArgument for Vec<usize> {
    const EXPECTED: &'static str = "a list of whole numbers, 0 or more";

    fn from_argument(value: Argument<'_, '_>) -> PyResult<Self> {
        items(value)?.iter().map(usize::from_argument).collect()
    }
}

/// The items of a list.
pub(super) fn items<'py>(value: Argument<'_, 'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    // Their items have no order, or are letters.
    if value.is_instance_of::<PyString>()
        || value.is_instance_of::<PySet>()
        || value.cast::<PyMapping>().is_ok()
    {
        return Err(PyException::new_err("no list"));
    }
    value.try_iter()?.collect()
}
