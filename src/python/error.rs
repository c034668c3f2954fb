//! The one place where this crate's errors become Python exceptions.

use pyo3::exceptions::{PyException, PyKeyboardInterrupt};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place};

/// The exceptions, written in Python so that they have attributes and several bases.
mod exceptions {
    pyo3::import_exception!(attain.errors, PlanError);
    pyo3::import_exception!(attain.errors, OutcomeError);
    pyo3::import_exception!(attain.errors, RequestError);
    pyo3::import_exception!(attain.errors, FileError);
    pyo3::import_exception!(attain.errors, StatsError);
}

impl From<Error> for PyErr {
    fn from(error: Error) -> PyErr {
        Python::attach(|py| exception(py, &error).unwrap_or_else(|failure| failure))
    }
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let faults: Vec<Py<PyAny>> =
        error.faults().iter().map(|fault| to_python(py, fault)).collect::<PyResult<_>>()?;
    let arguments = (error.to_string(), faults, error.unlisted());
    Ok(match error.kind() {
        ErrorKind::Plan => exceptions::PlanError::new_err(arguments),
        ErrorKind::Outcomes => exceptions::OutcomeError::new_err(arguments),
        ErrorKind::Request => exceptions::RequestError::new_err(arguments),
        ErrorKind::File => exceptions::FileError::new_err(arguments),
        // Only a signal stops a call, and then the signal's own exception is raised.
        ErrorKind::Stopped => PyKeyboardInterrupt::new_err(error.to_string()),
    })
}

/// An `attain.errors.Fault`.
fn to_python(py: Python<'_>, fault: &Fault) -> PyResult<Py<PyAny>> {
    static FAULT: PyOnceLock<Py<PyType>> = PyOnceLock::new();

    let fields = PyDict::new(py);
    match &fault.place {
        Place::Nowhere => {}
        Place::Text { file, line, column } => {
            fields.set_item("file", file)?;
            fields.set_item("line", line)?;
            fields.set_item("column", column)?;
        }
        Place::Cell { file, line, column } => {
            fields.set_item("file", file)?;
            fields.set_item("line", line)?;
            fields.set_item("column", column)?;
        }
        Place::Row { row, column } => {
            fields.set_item("row", row)?;
            fields.set_item("column", column)?;
        }
        Place::FileRow { file, row, column } => {
            fields.set_item("file", file)?;
            fields.set_item("row", row)?;
            fields.set_item("column", column)?;
        }
        Place::FileColumn { file, column } => {
            fields.set_item("file", file)?;
            fields.set_item("column", column)?;
        }
        Place::Column { column } => fields.set_item("column", column)?,
        Place::Path { path } => fields.set_item("path", path)?,
        Place::File { file } => fields.set_item("file", file)?,
    }
    fields.set_item("code", fault.code.code())?;
    fields.set_item("message", &fault.message)?;
    fields.set_item("found", &fault.found)?;
    fields.set_item("expected", &fault.expected)?;
    fields.set_item("hint", &fault.hint)?;
    let class = FAULT.import(py, "attain.errors", "Fault")?;
    Ok(class.call((), Some(&fields))?.unbind())
}

/// A fault of what the functions of `attain.stats` were given.
pub(super) fn refused_by_stats(fault: &Fault) -> PyErr {
    Python::attach(|py| match to_python(py, fault) {
        Ok(told) => exceptions::StatsError::new_err((fault.to_string(), vec![told])),
        Err(failure) => failure,
    })
}

/// What another library raised, told as a fault of the outcomes, with the original as its cause.
///
/// What is no `Exception` (an interrupt, an exit) is not about the outcomes and passes unchanged.
pub(super) fn caused_by(py: Python<'_>, message: &str, cause: PyErr) -> PyErr {
    if !cause.is_instance_of::<PyException>(py) {
        return cause;
    }
    let fault = Fault::new(FaultCode::ReadingFailed, Place::Nowhere, message).found(&cause);
    let error = PyErr::from(Error::one(ErrorKind::Outcomes, fault));
    error.set_cause(py, Some(cause));
    error
}
