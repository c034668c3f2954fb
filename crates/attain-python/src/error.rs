//! The one place where this crate's errors become Python exceptions.

use std::error::Error as _;
use std::ffi::OsStr;
use std::io;
use std::path::Path;

use pyo3::exceptions::{PyException, PyKeyboardInterrupt};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple, PyType};

use attain::error::{Error, ErrorKind, Fault, FaultCode, Place, Warning, lines};

/// The exceptions, written in Python so that they have attributes and several bases.
mod exceptions {
    pyo3::import_exception!(attain.errors, PlanError);
    pyo3::import_exception!(attain.errors, OutcomeError);
    pyo3::import_exception!(attain.errors, RequestError);
    pyo3::import_exception!(attain.errors, FileError);
    pyo3::import_exception!(attain.errors, MissingFileError);
    pyo3::import_exception!(attain.errors, DeniedFileError);
    pyo3::import_exception!(attain.errors, FolderError);
    pyo3::import_exception!(attain.errors, TableError);
    pyo3::import_exception!(attain.errors, MissingTableError);
    pyo3::import_exception!(attain.errors, DeniedTableError);
    pyo3::import_exception!(attain.errors, TableFolderError);
    pyo3::import_exception!(attain.errors, StatsError);
}

/// The exception of an error.
pub(super) fn exception_of(error: Error) -> PyErr {
    Python::attach(|py| exception(py, &error).unwrap_or_else(|failure| failure))
}

/// Results whose errors are raised. A `From` conversion is not possible: neither `PyErr` nor the error belongs to this crate.
pub(super) trait OrRaise<T> {
    /// The value, or the exception of the error.
    fn or_raise(self) -> PyResult<T>;
}

impl<T> OrRaise<T> for attain::Result<T> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(exception_of)
    }
}

fn exception(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let faults: Vec<Py<PyAny>> =
        error.faults().iter().map(|fault| to_python(py, fault)).collect::<PyResult<_>>()?;
    let arguments = (error.to_string(), faults, error.unlisted());
    let exception = match error.kind() {
        ErrorKind::Plan if error.path().is_some() => of_file(error, arguments),
        ErrorKind::Plan => exceptions::PlanError::new_err(arguments),
        ErrorKind::Outcomes => exceptions::OutcomeError::new_err(arguments),
        ErrorKind::Request => exceptions::RequestError::new_err(arguments),
        ErrorKind::File => of_file(error, arguments),
        // Only a signal stops a call, and then the signal's own exception is raised.
        ErrorKind::Stopped => PyKeyboardInterrupt::new_err(error.to_string()),
        // `ErrorKind` may grow in a later version of the crate.
        _ => exceptions::RequestError::new_err(arguments),
    };
    Ok(exception)
}

/// Message, faults, and the number of further ones.
type Arguments = (String, Vec<Py<PyAny>>, usize);

/// A file that can't be opened, read or written: the file of the call, or a table that its plan names.
fn of_file(error: &Error, (message, faults, unlisted): Arguments) -> PyErr {
    use io::ErrorKind::{IsADirectory, NotFound, PermissionDenied};

    let cause = system_error(error);
    let number = cause.and_then(io::Error::raw_os_error);
    let path = error.path().map(Path::as_os_str).map(OsStr::to_owned);
    let arguments = (message, faults, unlisted, number, path);
    match (error.kind(), cause.map(io::Error::kind)) {
        (ErrorKind::Plan, Some(NotFound)) => exceptions::MissingTableError::new_err(arguments),
        (ErrorKind::Plan, Some(PermissionDenied)) => {
            exceptions::DeniedTableError::new_err(arguments)
        }
        (ErrorKind::Plan, Some(IsADirectory)) => exceptions::TableFolderError::new_err(arguments),
        (ErrorKind::Plan, _) => exceptions::TableError::new_err(arguments),
        (_, Some(NotFound)) => exceptions::MissingFileError::new_err(arguments),
        (_, Some(PermissionDenied)) => exceptions::DeniedFileError::new_err(arguments),
        (_, Some(IsADirectory)) => exceptions::FolderError::new_err(arguments),
        (_, _) => exceptions::FileError::new_err(arguments),
    }
}

/// The error of the operating system among the causes of an error.
fn system_error(error: &Error) -> Option<&io::Error> {
    let mut cause = error.source();
    while let Some(found) = cause {
        match found.downcast_ref() {
            Some(found) => return Some(found),
            None => cause = found.source(),
        }
    }
    None
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
        Place::Within { file, path } => {
            fields.set_item("file", file)?;
            fields.set_item("path", path)?;
        }
        Place::File { file } => fields.set_item("file", file)?,
        // Places of warnings.
        Place::Figures { .. } | Place::Judged { .. } => {}
    }
    fields.set_item("code", fault.code.code())?;
    fields.set_item("message", &fault.message)?;
    fields.set_item("found", &fault.found)?;
    fields.set_item("expected", &fault.expected)?;
    fields.set_item("hint", &fault.hint)?;
    let class = FAULT.import(py, "attain.errors", "Fault")?;
    Ok(class.call((), Some(&fields))?.unbind())
}

/// The error of an argument that is none of a closed list.
#[pyfunction]
#[pyo3(signature = (argument, what, found, choices, /))]
pub(super) fn unknown_choice(
    argument: &str,
    what: &str,
    found: &str,
    choices: Vec<String>,
) -> PyErr {
    let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
    let place = Place::Column { column: argument.to_owned() };
    let fault = Fault::unknown_choice(place, what, found, &choices);
    exception_of(Error::one(ErrorKind::Request, fault))
}

/// A name or a path as a message shows it: with escapes in place of what is not seen.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(super) fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    attain::binding::escaped(text)
}

/// Faults that were found in Python, in lines as every error prints them.
#[pyfunction]
#[pyo3(signature = (faults, /))]
pub(super) fn fault_lines(faults: Vec<Bound<'_, PyAny>>) -> PyResult<Vec<String>> {
    let faults = faults.iter().map(from_python).collect::<PyResult<Vec<_>>>()?;
    Ok(lines(&faults, 0))
}

/// An `attain.errors.Fault` with its place as Python prints it.
fn from_python(fault: &Bound<'_, PyAny>) -> PyResult<Fault> {
    let place = match fault.call_method0("_place")?.extract::<String>()? {
        nowhere if nowhere.is_empty() => Place::Nowhere,
        path => Place::Path { path },
    };
    let code = fault.getattr("code")?.extract::<String>()?;
    let code = code.parse::<FaultCode>().or_raise()?;
    Ok(Fault {
        found: fault.getattr("found")?.extract()?,
        expected: fault.getattr("expected")?.extract()?,
        hint: fault.getattr("hint")?.extract()?,
        ..Fault::new(code, place, fault.getattr("message")?.extract::<String>()?)
    })
}

/// The `attain.errors.AttainWarning`s of what looks like a mistake.
pub(super) fn warnings_to_python(py: Python<'_>, warnings: &[Warning]) -> PyResult<Vec<Py<PyAny>>> {
    let class = py.import("attain.errors")?.getattr("AttainWarning")?;
    let to_python = |warning: &Warning| {
        let places: Vec<String> = warning.places.iter().map(ToString::to_string).collect();
        let fields = PyDict::new(py);
        fields.set_item("code", warning.code.code())?;
        fields.set_item("message", &warning.message)?;
        fields.set_item("hint", &warning.hint)?;
        fields.set_item("count", warning.count)?;
        fields.set_item("places", PyTuple::new(py, places)?)?;
        Ok(class.call((), Some(&fields))?.unbind())
    };
    warnings.iter().map(to_python).collect()
}

/// A fault of what the functions of `attain.stats` were given.
pub(super) fn refused_by_stats(fault: &Fault) -> PyErr {
    Python::attach(|py| match to_python(py, fault) {
        Ok(raised) => exceptions::StatsError::new_err((fault.to_string(), vec![raised])),
        Err(failure) => failure,
    })
}

/// What another library raised, as a fault of the outcomes with the original as its cause.
///
/// What is no `Exception` (an interrupt, an exit) is not about the outcomes and passes unchanged.
pub(super) fn caused_by(py: Python<'_>, message: &str, cause: PyErr) -> PyErr {
    if !cause.is_instance_of::<PyException>(py) {
        return cause;
    }
    let fault = Fault::new(FaultCode::ReadingFailed, Place::Nowhere, message).found(&cause);
    let error = exception_of(Error::one(ErrorKind::Outcomes, fault));
    error.set_cause(py, Some(cause));
    error
}
