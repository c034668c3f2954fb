//! What outcomes may come from: tables, files, open files, bytes, and lists of these.

use std::io::{self, Read};
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyList, PyMemoryView, PyString, PyTuple};

use super::columns::exports_arrow;
use super::error::{OrRaise, exception_of};
use attain::error::{Error, ErrorKind, Fault, FaultCode, Place};
use attain::files::{outcome_files, refuse_repeated};

/// One of the parts that outcomes come from.
pub(super) enum Source<'py> {
    File(PathBuf),
    /// Bytes in memory, with a name for faults.
    Bytes(Bound<'py, PyBytes>, String),
    /// An open file, with a name for faults.
    Stream(OpenFile<'py>, String),
    /// A table; one of several has a name for faults.
    Table(Bound<'py, PyAny>, Option<String>),
}

impl<'py> Source<'py> {
    /// The parts of what a caller gives. Whether something is a table is found out when it is read.
    pub(super) fn all(outcomes: &Bound<'py, PyAny>) -> PyResult<Vec<Source<'py>>> {
        let mut found = Vec::new();
        add(outcomes, None, &mut found)?;
        if found.is_empty() {
            let fault =
                Fault::new(FaultCode::TooFew, Place::Nowhere, "the list of outcomes is empty")
                    .expected("at least one table or file");
            return Err(exception_of(Error::one(ErrorKind::Request, fault)));
        }
        let files = found.iter().filter_map(|source| match source {
            Source::File(file) => Some(file),
            Source::Bytes(..) | Source::Stream(..) | Source::Table(..) => None,
        });
        refuse_repeated(files).or_raise()?;
        Ok(found)
    }
}

/// The files of outcomes that a path means: itself, all of a folder, or all that match.
#[pyfunction]
#[pyo3(signature = (path, /), name = "outcome_files")]
pub(super) fn files(path: PathBuf) -> PyResult<Vec<PathBuf>> {
    outcome_files(path).or_raise()
}

fn add<'py>(
    outcomes: &Bound<'py, PyAny>,
    name: Option<String>,
    found: &mut Vec<Source<'py>>,
) -> PyResult<()> {
    let kind = outcomes.get_type();
    let named = |name: Option<String>| -> PyResult<String> {
        match name {
            Some(name) => Ok(name),
            None => Ok(format!("<{}>", kind.name()?)),
        }
    };
    if outcomes.is_instance_of::<PyList>() || outcomes.is_instance_of::<PyTuple>() {
        for (at, part) in outcomes.try_iter()?.enumerate() {
            let name = format!("{}[{at}]", name.as_deref().unwrap_or("outcomes"));
            add(&part?, Some(name), found)?;
        }
    } else if exports_arrow(&kind)? {
        found.push(Source::Table(outcomes.clone(), name));
    } else if let Ok(bytes) = outcomes.cast::<PyBytes>() {
        found.push(Source::Bytes(bytes.clone(), named(name)?));
    } else if outcomes.is_instance_of::<PyByteArray>() || outcomes.is_instance_of::<PyMemoryView>()
    {
        let bytes = outcomes.py().get_type::<PyBytes>().call1((outcomes,))?;
        found.push(Source::Bytes(bytes.cast_into()?, named(name)?));
    } else if let Some(open) = OpenFile::of(outcomes)? {
        let name = match open.name()? {
            Some(own) => own,
            None => named(name)?,
        };
        found.push(Source::Stream(open, name));
    } else if outcomes.is_instance_of::<PyString>() || kind.hasattr("__fspath__")? {
        let files = outcome_files(outcomes.extract::<PathBuf>()?).or_raise()?;
        found.extend(files.into_iter().map(Source::File));
    } else {
        found.push(Source::Table(outcomes.clone(), name));
    }
    Ok(())
}

/// A file that Python has opened.
pub(super) struct OpenFile<'py> {
    file: Bound<'py, PyAny>,
    /// Whether it was opened here, and has to be closed here.
    is_own: bool,
}

impl<'py> OpenFile<'py> {
    /// None of what is no open file. Data frames that have every attribute are no files: they are not closed by `with`.
    pub(super) fn of(file: &Bound<'py, PyAny>) -> PyResult<Option<Self>> {
        let kind = file.get_type();
        let is_closed_by_with = kind.hasattr("__enter__")?;
        if kind.hasattr("read")? || (is_closed_by_with && file.hasattr("read")?) {
            return Ok(Some(OpenFile { file: file.clone(), is_own: false }));
        }
        // `fsspec.open` returns a file that is yet to be opened.
        if is_closed_by_with && kind.hasattr("open")? && file.hasattr("fs")? {
            return Ok(Some(OpenFile { file: file.call_method0("open")?, is_own: true }));
        }
        Ok(None)
    }

    /// Its own name, if it has one. A file of a descriptor has a number in its place.
    pub(super) fn name(&self) -> PyResult<Option<String>> {
        for attribute in ["name", "path"] {
            if let Some(name) = self.file.getattr_opt(attribute)?
                && let Ok(name) = name.extract::<String>()
            {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// A reader for threads that don't have the interpreter.
    pub(super) fn reader(&self) -> Reader {
        Reader { file: self.file.clone().unbind(), read: Vec::new(), at: 0, raised: None }
    }

    pub(super) fn close(self) -> PyResult<()> {
        if self.is_own {
            self.file.call_method0("close")?;
        }
        Ok(())
    }
}

/// Reads a Python file. Text is read as UTF-8, whatever its encoding in the file was.
pub(super) struct Reader {
    file: Py<PyAny>,
    read: Vec<u8>,
    at: usize,
    /// What the file raised.
    pub(super) raised: Option<PyErr>,
}

impl Reader {
    fn fill(&mut self) -> PyResult<()> {
        /// Letters or bytes that are read at a time.
        const SIZE: usize = 1 << 18;
        Python::attach(|py| {
            py.check_signals()?;
            let read = self.file.bind(py).call_method1("read", (SIZE,))?;
            self.read.clear();
            self.at = 0;
            if let Ok(text) = read.cast::<PyString>() {
                self.read.extend_from_slice(text.to_str()?.as_bytes());
            } else {
                let bytes = py.get_type::<PyBytes>().call1((read,))?;
                self.read.extend_from_slice(bytes.cast::<PyBytes>()?.as_bytes());
            }
            Ok(())
        })
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.read.len()
            && let Err(raised) = self.fill()
        {
            self.raised = Some(raised);
            return Err(io::Error::other("the file raised an exception"));
        }
        let length = buffer.len().min(self.read.len() - self.at);
        buffer[..length].copy_from_slice(&self.read[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}
