//! The class `Tally` and the function `tally` that makes one of any table or file.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyList, PyString, PyTuple};

use super::columns::Batches;
use super::date::Date;
use super::plan::Plan;
use crate::error::{Error, ErrorKind, Fault, Place};
use crate::tally::{self, Progress};

/// Outcomes of a plan, ready to be assessed; made by `attain.tally`.
///
/// Tallies of parts add up to the tally of the whole: `monday + tuesday`, `sum(days)`.
#[pyclass(module = "attain", name = "Tally")]
#[derive(Clone)]
pub(super) struct Tally(pub(super) tally::Tally);

/// What the rows of a table are.
pub(super) struct Rows(tally::Rows);

impl<'py> FromPyObject<'_, 'py> for Rows {
    type Error = PyErr;

    fn extract(name: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match name.extract::<&str>()? {
            "figures" => Ok(Rows(tally::Rows::Figures)),
            "events" => Ok(Rows(tally::Rows::Events)),
            other => {
                let fault = Fault::new(Place::Nowhere, "rows are nothing of that name")
                    .found(format!("`{other}`"))
                    .expected("`figures` or `events`");
                Err(Error::one(ErrorKind::Request, fault).into())
            }
        }
    }
}

/// A day, or a list of several.
pub(super) struct Days(Vec<NaiveDate>);

impl<'py> FromPyObject<'_, 'py> for Days {
    type Error = PyErr;

    fn extract(days: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let several = days.is_instance_of::<PyList>() || days.is_instance_of::<PyTuple>();
        let days = if several { days.extract()? } else { vec![days.extract::<Date>()?] };
        Ok(Days(days.into_iter().map(|day| day.0).collect()))
    }
}

#[pymethods]
impl Tally {
    /// Lets in more outcomes of the same kind of rows: a table or a file, all or none.
    ///
    /// Raises `OutcomeError` with every fault; the tally is then as before.
    #[pyo3(signature = (outcomes, /, *, progress=None))]
    fn add(
        &mut self,
        outcomes: &Bound<'_, PyAny>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let py = outcomes.py();
        if let Some(path) = path(outcomes)? {
            return self.add_file(py, path, progress);
        }
        let mut batches = Batches::open(outcomes)?;
        let added = py.detach(|| self.0.ingest_all(&mut batches));
        // What broke the reading off says more than that it broke off.
        match batches.into_interruption() {
            Some(interruption) => Err(interruption),
            None => Ok(added?),
        }
    }

    /// Adds the outcomes of another tally of the same plan.
    ///
    /// Raises `OutcomeError` if a figure is in both, `RequestError` if the plans differ.
    fn merge(slf: &Bound<'_, Self>, other: &Bound<'_, Self>) -> PyResult<()> {
        // A tally may be merged with itself: borrow one after the other.
        let other = other.borrow().0.clone();
        Ok(slf.borrow_mut().0.merge(&other)?)
    }

    fn __add__(&self, other: &Bound<'_, Self>) -> PyResult<Self> {
        let mut sum = self.clone();
        sum.0.merge(&other.borrow().0)?;
        Ok(sum)
    }

    /// `sum(tallies)` begins with 0, which adds nothing.
    fn __radd__<'py>(
        slf: &Bound<'py, Self>,
        zero: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if zero.extract::<u8>().is_ok_and(|number| number == 0) {
            Ok(Bound::new(slf.py(), slf.borrow().clone())?.into_any())
        } else {
            Ok(slf.py().NotImplemented().into_bound(slf.py()))
        }
    }

    /// The same outcomes, to be judged in the boundaries of a day: see `Plan.in_geography`.
    #[pyo3(signature = (day, /))]
    fn in_geography(&self, day: Option<Date>) -> Tally {
        Tally(self.0.in_geography(day.map(|day| day.0)))
    }

    /// The plan whose outcomes these are.
    #[getter]
    fn plan(&self) -> Plan {
        Plan(self.0.plan().clone())
    }

    /// How rows are taken: `figures` or `events`.
    #[getter]
    fn rows(&self) -> String {
        self.0.rows().to_string()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("<Tally of {}: {} {}>", self.0.plan().id(), self.0.len(), self.0.rows())
    }
}

impl Tally {
    fn add_file(
        &mut self,
        py: Python<'_>,
        path: PathBuf,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let (progress, bar) = match progress {
            Some(told) if told.is_instance_of::<PyBool>() => {
                let bar = if told.extract()? { Some(new_bar(py, &path)?) } else { None };
                (bar.as_ref().map(|bar| bar.clone().unbind()), bar)
            }
            told => (told.map(|told| told.clone().unbind()), None),
        };
        let mut interruption = None;
        let read = py.detach(|| {
            let mut tell = |so_far: Progress| {
                let told = Python::attach(|py| {
                    py.check_signals()?;
                    if let Some(progress) = &progress {
                        progress.call1(py, (so_far.bytes_read, so_far.bytes_total))?;
                    }
                    Ok(())
                });
                match told {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(raised) => {
                        interruption = Some(raised);
                        ControlFlow::Break(())
                    }
                }
            };
            self.0.read_with_progress(path, &mut tell)
        });
        if let Some(bar) = bar {
            bar.call_method0("close")?;
        }
        match interruption {
            Some(raised) => Err(raised),
            None => Ok(read?),
        }
    }
}

/// A bar that shows how far the reading of a file has come.
fn new_bar<'py>(py: Python<'py>, path: &Path) -> PyResult<Bound<'py, PyAny>> {
    py.import("attain.progress")?.getattr("Bar")?.call1((path.display().to_string(),))
}

/// A text or a path names a file; anything else is a table.
fn path(outcomes: &Bound<'_, PyAny>) -> PyResult<Option<PathBuf>> {
    let is_path =
        outcomes.is_instance_of::<PyString>() || outcomes.get_type().hasattr("__fspath__")?;
    if is_path { Ok(Some(outcomes.extract()?)) } else { Ok(None) }
}

/// Makes a tally of a plan's outcomes, which are a table or a file.
///
/// A table is whatever exports Arrow data, as those of pandas, polars, pyarrow and DuckDB do; a
/// file is told by its path, which ends in `.csv` or `.parquet`. `rows` says what a row is: a
/// figure (one value per unit, span and measure; the default) or an event (rows add up). While a
/// file is read, `progress` is called with the bytes read so far and in all; True draws a bar.
/// Raises `OutcomeError` with every fault of every row, `FileError` if a file can't be read.
///
/// `as_of`, a day or a list of days, says when the tally will be assessed, and that it won't on
/// other days: events of days that need not be told apart then share a cell, which is smaller and
/// faster.
#[pyfunction]
#[pyo3(signature = (plan, outcomes, *, rows=Rows(tally::Rows::Figures), as_of=None, progress=None),
       text_signature = "(plan, outcomes, *, rows='figures', as_of=None, progress=None)", name = "tally")]
pub(super) fn make_tally(
    plan: &Plan,
    outcomes: &Bound<'_, PyAny>,
    rows: Rows,
    as_of: Option<Days>,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Tally> {
    let mut tally = Tally(match as_of {
        None => tally::Tally::of(&plan.0, rows.0),
        Some(days) => plan.0.tally_for(rows.0, &days.0),
    });
    tally.add(outcomes, progress)?;
    Ok(tally)
}
