//! Days from Python: a `datetime.date` or ISO text, and nothing that also has a time of day.

use chrono::NaiveDate;
use pyo3::prelude::*;
use pyo3::types::{PyDate, PyDateTime, PyString};

use super::error::exception_of;
use attain::calendar::{Window, date};
use attain::error::{Error, ErrorKind, Fault, FaultCode, Place};

/// A day, as an argument of a Python function.
pub(super) struct Date(pub(super) NaiveDate);

impl<'py> FromPyObject<'_, 'py> for Date {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        // A datetime is a date to Python; which day it means depends on a time zone we don't know.
        if value.is_instance_of::<PyDateTime>() {
            let message = "a moment stands where a day is wanted";
            let fault =
                Fault::new(FaultCode::NotADate, Place::Nowhere, message).found(value.str()?);
            return Err(refused(fault.hint("take its day with `.date()`")));
        }
        if value.is_instance_of::<PyDate>() {
            return Ok(Date(value.extract()?));
        }
        let fault = Fault::new(FaultCode::NotADate, Place::Nowhere, "this is no date");
        let Ok(text) = value.cast::<PyString>() else {
            return Err(refused(fault.found(value.get_type().qualname()?)));
        };
        match date(&text.to_string_lossy()) {
            Some(day) => Ok(Date(day)),
            None => Err(refused(fault.found(value.repr()?))),
        }
    }
}

fn refused(fault: Fault) -> PyErr {
    exception_of(Error::one(
        ErrorKind::Request,
        fault.expected("a `datetime.date` or a text such as 2025-12-31"),
    ))
}

/// A window: a day in it, or the name of a period.
#[derive(FromPyObject)]
pub(super) enum PeriodOrDay {
    Day(Date),
    Period(String),
}

impl PeriodOrDay {
    pub(super) fn into_name(self) -> String {
        match self {
            PeriodOrDay::Day(day) => day.0.to_string(),
            PeriodOrDay::Period(name) => name,
        }
    }
}

/// A window: the name of a period, or a first day and the day after the last.
#[derive(FromPyObject)]
pub(super) enum Span {
    Days(Date, Date),
    Period(String),
}

impl Span {
    /// The window in a plan's calendar.
    pub(super) fn window(&self, plan: &attain::plan::Plan) -> PyResult<Window> {
        let (window, found) = match self {
            Span::Days(start, end) => {
                (Window::new(start.0, end.0), format!("{} and {}", start.0, end.0))
            }
            Span::Period(name) => {
                let calendar = plan.calendar();
                let period = calendar.period(name);
                (period.and_then(|period| calendar.window(period)), format!("`{name}`"))
            }
        };
        window.ok_or_else(|| {
            let fault =
                Fault::new(FaultCode::NotAPeriod, Place::Nowhere, "this is no window").found(found);
            let expected = "a period such as 2025 or 2025-Q1, or a first day and a later one";
            exception_of(Error::one(ErrorKind::Request, fault.expected(expected)))
        })
    }
}
