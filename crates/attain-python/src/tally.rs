//! The class `Tally` and the function `tally` that makes one of any table or file.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::thread::ThreadId;
use std::time::Duration;

use arrow_array::{RecordBatch, RecordBatchReader};
use chrono::NaiveDate;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyTuple};
use pyo3_arrow::error::PyArrowError;

use super::columns::Batches;
use super::date::Date;
use super::error::{OrRaise, exception_of, warnings_to_python};
use super::limits::Limits;
use super::plan::Plan;
#[cfg(not(feature = "parquet"))]
use super::run::without_parquet;
use super::run::{run, run_with};
use super::sources::Source;
use super::table::Table;
use attain::arrow::{CellOptions, TableColumns};
use attain::calendar::Every;
use attain::error::{Error, ErrorKind, Fault, FaultCode, Place};
use attain::tally::{self, Accepted, IntakeOptions, NumberFormat, Progress, Separator};

/// Outcomes of a plan, ready to be assessed; made by `attain.tally`.
///
/// Tallies of parts add up to the tally of the whole: `monday + tuesday`, `sum(days)`.
///
/// Threads may share a tally. A reader sees it as it was after the last `add` or `merge` that
/// ended. Additions that run at the same time wait for each other.
#[pyclass(frozen, module = "attain", name = "Tally")]
pub(super) struct Tally {
    /// Locked only briefly: to take a cheap copy that shares its data, or to add rows that are already checked.
    current: RwLock<tally::Tally>,
    /// Held by a thread from the check of new rows until they are added.
    turn: Turn,
}

impl Tally {
    pub(super) fn of(tally: tally::Tally) -> Self {
        Tally { current: RwLock::new(tally), turn: Turn::default() }
    }

    /// The tally as it is now.
    pub(super) fn now(&self, py: Python<'_>) -> tally::Tally {
        let copy = || self.current.read().unwrap_or_else(PoisonError::into_inner).clone();
        // No holder of the lock waits for the interpreter. Detaching only avoids a wait of the other threads.
        py.detach(copy)
    }

    /// Adds the rows of tables and files.
    pub(super) fn add_rows(
        &self,
        outcomes: &Bound<'_, PyAny>,
        columns: &TableColumns,
        options: IntakeOptions,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let py = outcomes.py();
        let sources = Source::all(outcomes)?;
        let check = |tally: &tally::Tally| {
            let before = tally.clone().with_intake(options);
            let checked = check_sources(py, &before, &sources, columns, progress)?;
            // Later rows have their own options.
            Ok(match checked {
                Checked::Rows(accepted) => Checked::Rows(accepted),
                Checked::Whole(whole) => {
                    Checked::Whole(Box::new(whole.with_intake(IntakeOptions::default())))
                }
            })
        };
        let add = |tally: &mut tally::Tally, checked| match checked {
            Checked::Rows(accepted) => tally.add_accepted(*accepted),
            Checked::Whole(whole) => *tally = *whole,
        };
        self.change(py, check, add)?;
        for source in sources {
            if let Source::Stream(open, _) = source {
                open.close()?;
            }
        }
        Ok(())
    }

    /// Changes the tally, in turn with others: `check` looks at it as it is and may take long, `change` does not.
    fn change<C: Send>(
        &self,
        py: Python<'_>,
        check: impl FnOnce(&tally::Tally) -> PyResult<C>,
        change: impl FnOnce(&mut tally::Tally, C) + Send,
    ) -> PyResult<()> {
        let turn = self.turn.take(py)?;
        let checked = check(&self.now(py))?;
        py.detach(|| {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            change(&mut current, checked);
        });
        drop(turn);
        Ok(())
    }
}

/// Lets threads change a tally one after the other.
#[derive(Default)]
struct Turn {
    taken_by: Mutex<Option<ThreadId>>,
    given_back: Condvar,
}

impl Turn {
    /// Waits for the turn; the interpreter goes on meanwhile, and Ctrl-C ends the wait.
    fn take(&self, py: Python<'_>) -> PyResult<TurnOf<'_>> {
        const BETWEEN_SIGNALS: Duration = Duration::from_millis(50);
        let me = std::thread::current().id();
        loop {
            let taken_by = py.detach(|| {
                let taken_by = self.taken_by.lock().unwrap_or_else(PoisonError::into_inner);
                let is_taken = |by: &mut Option<ThreadId>| by.is_some_and(|by| by != me);
                let waited =
                    self.given_back.wait_timeout_while(taken_by, BETWEEN_SIGNALS, is_taken);
                let (mut taken_by, _) = waited.unwrap_or_else(PoisonError::into_inner);
                let before = *taken_by;
                taken_by.get_or_insert(me);
                before
            });
            match taken_by {
                None => return Ok(TurnOf(self)),
                Some(by) if by == me => {
                    // A callback that changes the same tally would wait for itself.
                    let message = "the tally is being changed by this very thread";
                    return Err(exception_of(Error::request(FaultCode::ReadingFailed, message)));
                }
                Some(_) => py.check_signals()?,
            }
        }
    }
}

/// The turn of a thread, until it is dropped.
struct TurnOf<'t>(&'t Turn);

impl Drop for TurnOf<'_> {
    fn drop(&mut self) {
        *self.0.taken_by.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.0.given_back.notify_one();
    }
}

/// What the rows of a table are.
pub(super) struct Rows(pub(super) tally::Rows);

impl<'py> FromPyObject<'_, 'py> for Rows {
    type Error = PyErr;

    fn extract(name: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(Rows(name.extract::<&str>()?.parse::<tally::Rows>().or_raise()?))
    }
}

/// One name, or several.
pub(super) struct Names(Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Names {
    type Error = PyErr;

    fn extract(names: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match names.extract::<String>() {
            Ok(name) => Ok(Names(vec![name])),
            Err(_) => names.extract().map(Names),
        }
    }
}

/// Columns, each with the id of its measure or stratum: a list where they are the same, or a dict.
pub(super) struct IdsOfColumns(pub(super) Vec<(String, String)>);

impl<'py> FromPyObject<'_, 'py> for IdsOfColumns {
    type Error = PyErr;

    fn extract(columns: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(columns) = columns.cast::<PyDict>() {
            let pair = |(column, measure): (Bound<'_, PyAny>, Bound<'_, PyAny>)| {
                Ok((column.extract()?, measure.extract()?))
            };
            return columns.iter().map(pair).collect::<PyResult<_>>().map(IdsOfColumns);
        }
        let Names(names) = columns.extract()?;
        Ok(IdsOfColumns(names.into_iter().map(|name| (name.clone(), name)).collect()))
    }
}

/// Columns of which there is one.
struct Named {
    period: Option<String>,
    date: Option<String>,
    start: Option<String>,
    end: Option<String>,
    measure: Option<String>,
    value: Option<String>,
    status: Option<String>,
    recorded_at: Option<String>,
}

/// Refuses keywords that contradict each other.
fn table_columns(
    unit: Option<Names>,
    values: Option<IdsOfColumns>,
    strata: Option<IdsOfColumns>,
    named: Named,
) -> PyResult<TableColumns> {
    let refused = |message: &str, hint: &str| -> PyErr {
        let fault = Fault::new(FaultCode::ConflictingArguments, Place::Nowhere, message).hint(hint);
        exception_of(Error::one(ErrorKind::Request, fault))
    };
    let Named { period, date, start, end, measure, value, status, recorded_at } = named;
    if values.is_some() && (measure.is_some() || value.is_some()) {
        let hint = "`values` names a column for each measure, `measure` and `value` one for all";
        return Err(refused("`values` excludes `measure` and `value`", hint));
    }
    if start.is_some() != end.is_some() {
        return Err(refused("`start` and `end` need each other", "give both"));
    }
    let mut columns = TableColumns::new();
    if let Some(Names(names)) = unit {
        columns = columns.units(names);
    }
    if let Some(IdsOfColumns(pairs)) = values {
        columns = columns.values(pairs);
    }
    for (column, stratum) in strata.into_iter().flat_map(|IdsOfColumns(pairs)| pairs) {
        columns = columns.stratum(column, stratum);
    }
    if let (Some(start), Some(end)) = (start, end) {
        columns = columns.span(start, end);
    }
    type Set = fn(TableColumns, String) -> TableColumns;
    let others: [(Option<String>, Set); 6] = [
        (period, TableColumns::period),
        (date, TableColumns::date),
        (measure, TableColumns::measure),
        (value, TableColumns::value),
        (status, TableColumns::status),
        (recorded_at, TableColumns::recorded_at),
    ];
    for (name, set) in others {
        if let Some(name) = name {
            columns = set(columns, name);
        }
    }
    Ok(columns)
}

/// How the days of rows are read; refuses an unknown kind of period.
pub(super) fn intake_options(
    end_inclusive: bool,
    date_is: Option<&str>,
) -> PyResult<IntakeOptions> {
    let options = IntakeOptions::default().end_inclusive(end_inclusive);
    Ok(match date_is {
        Some(every) => options.date_is(every.parse::<Every>().or_raise()?),
        None => options,
    })
}

/// How CSV files are written: what separates columns, stands before decimals and groups thousands.
#[derive(Clone, Copy)]
struct Marks {
    separator: char,
    decimal: char,
    thousands: Option<char>,
}

impl Marks {
    /// The options with these marks; refuses marks that mean something else.
    fn of(self, options: IntakeOptions) -> PyResult<IntakeOptions> {
        let separator = Separator::new(self.separator).or_raise()?;
        let numbers = NumberFormat::new(self.decimal, self.thousands).or_raise()?;
        Ok(options.separator(separator).numbers(numbers))
    }
}

/// A day, or a list of several.
pub(super) struct Days(pub(super) Vec<NaiveDate>);

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
    /// Adds more outcomes of the same kind of rows, all or none.
    ///
    /// They come from what `attain.tally` reads. Columns are named, and days and numbers are read,
    /// as there.
    ///
    /// Raises `OutcomeError` with every fault; the tally is then as before.
    #[pyo3(signature = (outcomes, /, *, unit=None, period=None, date=None, start=None, end=None, measure=None,
           value=None, values=None, strata=None, status=None, recorded_at=None, end_inclusive=false, date_is=None,
           separator=',', decimal='.', thousands=None, progress=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn add(
        &self,
        outcomes: &Bound<'_, PyAny>,
        unit: Option<Names>,
        period: Option<String>,
        date: Option<String>,
        start: Option<String>,
        end: Option<String>,
        measure: Option<String>,
        value: Option<String>,
        values: Option<IdsOfColumns>,
        strata: Option<IdsOfColumns>,
        status: Option<String>,
        recorded_at: Option<String>,
        end_inclusive: bool,
        date_is: Option<&str>,
        separator: char,
        decimal: char,
        thousands: Option<char>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let named = Named { period, date, start, end, measure, value, status, recorded_at };
        let columns = table_columns(unit, values, strata, named)?;
        let marks = Marks { separator, decimal, thousands };
        let options = marks.of(intake_options(end_inclusive, date_is)?)?;
        self.add_rows(outcomes, &columns, options, progress)
    }

    /// Adds the outcomes of another tally of the same plan.
    ///
    /// Raises `OutcomeError` if a figure is in both, `RequestError` if the plans differ.
    fn merge(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<()> {
        let other = other.get().now(py);
        let check = |tally: &tally::Tally| run(py, None, || tally.check_merge(&other));
        let add_checked = |tally: &mut tally::Tally, ()| tally.merge_checked(&other);
        self.change(py, check, add_checked)
    }

    fn __add__(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<Self> {
        let (mut sum, other) = (self.now(py), other.get().now(py));
        run(py, None, || sum.merge(&other).map(|()| sum)).map(Tally::of)
    }

    /// `sum(tallies)` begins with 0, which adds nothing.
    fn __radd__<'py>(
        slf: &Bound<'py, Self>,
        zero: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        if zero.extract::<u8>().is_ok_and(|number| number == 0) {
            Ok(Bound::new(py, Tally::of(slf.get().now(py)))?.into_any())
        } else {
            Ok(py.NotImplemented().into_bound(py))
        }
    }

    /// The same outcomes, to be judged in the boundaries of a day: see `Plan.in_geography`.
    #[pyo3(signature = (day, /))]
    fn in_geography(&self, py: Python<'_>, day: Option<Date>) -> Tally {
        Tally::of(self.now(py).in_geography(day.map(|day| day.0)))
    }

    /// The same outcomes for another version of their plan.
    ///
    /// It may have another goal or title, or more units, measures or categories. Nothing is read
    /// again.
    ///
    /// Raises `RequestError` if the plan has another id, or measures of other operators or strata,
    /// `OutcomeError` if it lacks units, measures or categories of which the tally has outcomes.
    #[pyo3(signature = (plan, /))]
    fn with_plan(&self, py: Python<'_>, plan: &Plan) -> PyResult<Tally> {
        let now = self.now(py);
        run(py, None, || now.with_plan(&plan.0)).map(Tally::of)
    }

    /// All that the tally holds, as a table in the format `attain.cells`.
    ///
    /// Its rows are figures, and events that were added up; the metadata of its schema say to which
    /// plan it belongs. Give it to any library that speaks Arrow.
    fn cells(&self, py: Python<'_>) -> PyResult<Table> {
        let now = self.now(py);
        let (schema, batches) = run(py, None, || {
            let cells = now.cells();
            let schema = cells.schema();
            Ok((schema, cells.collect::<Result<Vec<_>, _>>()))
        })?;
        let batches = batches.map_err(|cause| PyErr::from(PyArrowError::from(cause)))?;
        Ok(Table::new(schema, batches))
    }

    /// The tally of such a table, or of what a cell query gave.
    ///
    /// `as_of` are the days for which the table was made, if its metadata does not say so, and
    /// `rows` whether rows that are added later are figures or events, if its rows do not say so.
    /// Raises `RequestError` if it is of another plan, version or days, `OutcomeError` with every
    /// fault of every row.
    #[staticmethod]
    #[pyo3(signature = (plan, table, /, *, as_of=None, rows=None))]
    fn from_cells(
        py: Python<'_>,
        plan: &Plan,
        table: &Bound<'_, PyAny>,
        as_of: Option<Days>,
        rows: Option<Rows>,
    ) -> PyResult<Tally> {
        let mut batches = Batches::open(table)?;
        let schema = batches.schema();
        let mut options = CellOptions::default();
        options.as_of = as_of.map(|days| days.0);
        options.rows = rows.map(|rows| rows.0);
        let read = run_with(py, None, &mut batches, |batches| {
            let with_metadata = |batch: Result<RecordBatch, _>| {
                batch.and_then(|batch| batch.with_schema(Arc::clone(&schema)))
            };
            tally::Tally::from_cells(&plan.0, batches.map(with_metadata), &options)
        });
        match batches.into_interruption() {
            Some(interruption) => Err(interruption),
            None => read.map(Tally::of),
        }
    }

    /// Writes the cells to a Parquet file, whole or not at all; replaces what was there.
    ///
    /// Raises `FileError` if it can't be written.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(unused_variables, reason = "nothing is read or written")
    )]
    #[pyo3(signature = (path, /))]
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let now = self.now(py);
        #[cfg(feature = "parquet")]
        return run(py, None, || now.save(path));
        #[cfg(not(feature = "parquet"))]
        return Err(without_parquet(&path));
    }

    /// The tally that `Tally.save` wrote.
    ///
    /// `limits` are those of the tally and of the reports made of it. Raises `FileError` if the
    /// file can't be read, `RequestError` if it is of another plan, `OutcomeError` with every fault
    /// of every row.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(unused_variables, reason = "nothing is read or written")
    )]
    #[staticmethod]
    #[pyo3(signature = (plan, path, /, *, limits=None))]
    fn open(
        py: Python<'_>,
        plan: &Plan,
        path: PathBuf,
        limits: Option<&Limits>,
    ) -> PyResult<Tally> {
        #[cfg(feature = "parquet")]
        return run(py, None, || {
            let limits = limits.map(|limits| limits.0.clone()).unwrap_or_default();
            Ok(tally::Tally::open(&plan.0, path)?.with_limits(limits))
        })
        .map(Tally::of);
        #[cfg(not(feature = "parquet"))]
        return Err(without_parquet(&path));
    }

    /// The plan whose outcomes these are.
    #[getter]
    fn plan(&self, py: Python<'_>) -> Plan {
        Plan(self.now(py).plan().clone())
    }

    /// What in the outcomes looks like a mistake but may be right.
    #[getter]
    fn warnings(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        let now = self.now(py);
        warnings_to_python(py, &run(py, None, || Ok(now.warnings()))?)
    }

    /// The last day that outcomes are about; none without outcomes.
    #[getter]
    fn last_day(&self, py: Python<'_>) -> Option<NaiveDate> {
        self.now(py).last_day()
    }

    /// How rows are taken: `figures` or `events`.
    #[getter]
    fn rows(&self, py: Python<'_>) -> String {
        self.now(py).rows().to_string()
    }

    /// How much the tally may take, and the reports made of it.
    #[getter]
    fn limits(&self, py: Python<'_>) -> Limits {
        Limits(self.now(py).limits().clone())
    }

    fn __len__(&self, py: Python<'_>) -> usize {
        self.now(py).len()
    }

    fn __copy__(&self, py: Python<'_>) -> Tally {
        Tally::of(self.now(py))
    }

    #[pyo3(signature = (_memo, /))]
    fn __deepcopy__(&self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Tally {
        Tally::of(self.now(py))
    }

    /// The tally that `Tally.__reduce__` describes.
    #[staticmethod]
    fn _restore(py: Python<'_>, plan: &Plan, cells: &[u8], limits: &Limits) -> PyResult<Tally> {
        let restored = run(py, None, || tally::Tally::read_cells(&plan.0, cells))?;
        Ok(Tally::of(restored.with_limits(limits.0.clone())))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let now = slf.get().now(py);
        let cells = run(py, None, || {
            let mut bytes = Vec::new();
            now.write_cells(&mut bytes).map(|()| bytes)
        })?;
        let restore = slf.get_type().getattr("_restore")?;
        let plan = Plan(now.plan().clone());
        (restore, (plan, PyBytes::new(py, &cells), Limits(now.limits().clone()))).into_pyobject(py)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let now = self.now(py);
        format!("<Tally of {}: {} {}>", now.plan().id(), now.len(), now.rows())
    }
}

/// Rows that have been checked: those of one source, or a tally that has those of several.
enum Checked {
    Rows(Box<Accepted>),
    Whole(Box<tally::Tally>),
}

/// Checks all sources. Faults of files are reported together; otherwise the first source with faults is.
fn check_sources(
    py: Python<'_>,
    tally: &tally::Tally,
    sources: &[Source<'_>],
    columns: &TableColumns,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Checked> {
    if let [source] = sources {
        let accepted = check_source(py, tally, source, columns, progress)?;
        return Ok(Checked::Rows(Box::new(accepted)));
    }
    let files: Option<Vec<PathBuf>> = sources
        .iter()
        .map(|source| match source {
            Source::File(path) => Some(path.clone()),
            Source::Bytes(..) | Source::Stream(..) | Source::Table(..) => None,
        })
        .collect();
    if let Some(files) = files {
        let title = format!("{} files", files.len());
        let whole =
            watched(py, &title, progress, |watch| tally.with_files(&files, columns, Some(watch)))?;
        return Ok(Checked::Whole(Box::new(whole)));
    }
    let mut whole = tally.clone();
    for source in sources {
        let accepted = check_source(py, &whole, source, columns, progress)?;
        py.detach(|| whole.add_accepted(accepted));
    }
    Ok(Checked::Whole(Box::new(whole)))
}

fn check_source(
    py: Python<'_>,
    tally: &tally::Tally,
    source: &Source<'_>,
    columns: &TableColumns,
    progress: Option<&Bound<'_, PyAny>>,
) -> PyResult<Accepted> {
    match source {
        Source::File(path) => {
            let title = path.display().to_string();
            watched(py, &title, progress, |watch| tally.check_file(path, columns, Some(watch)))
        }
        Source::Bytes(bytes, name) => {
            let bytes = bytes.as_bytes();
            run(py, None, || tally.check_stream(bytes, name, columns))
        }
        Source::Stream(open, name) => {
            let mut reader = open.reader();
            let checked = py.detach(|| tally.check_stream(&mut reader, name, columns));
            match reader.raised {
                Some(raised) => Err(raised),
                None => checked.or_raise(),
            }
        }
        Source::Table(table, name) => check_table(tally, table, name.as_deref(), columns),
    }
}

/// Checks a table of outcomes.
fn check_table(
    tally: &tally::Tally,
    outcomes: &Bound<'_, PyAny>,
    name: Option<&str>,
    columns: &TableColumns,
) -> PyResult<Accepted> {
    let mut batches = Batches::open(outcomes)?;
    let checked = run_with(outcomes.py(), None, &mut batches, |batches| match name {
        None => tally.check_table(batches, columns),
        Some(name) => tally.check_named_table(name, batches, columns),
    });
    // What broke the reading off says more than that it broke off.
    match batches.into_interruption() {
        Some(interruption) => Err(interruption),
        None => checked,
    }
}

/// Reads files, and calls `progress` or draws a bar with this title.
fn watched<T: Send>(
    py: Python<'_>,
    title: &str,
    progress: Option<&Bound<'_, PyAny>>,
    read: impl FnOnce(&mut dyn FnMut(Progress) -> ControlFlow<()>) -> attain::Result<T> + Send,
) -> PyResult<T> {
    let (progress, bar) = match progress {
        Some(flag) if flag.is_instance_of::<PyBool>() => {
            let bar = if flag.extract()? { Some(new_bar(py, title)?) } else { None };
            (bar.as_ref().map(|bar| bar.clone().unbind()), bar)
        }
        callback => (callback.map(|callback| callback.clone().unbind()), None),
    };
    let mut interruption = None;
    let read = py.detach(|| {
        let mut tell = |so_far: Progress| {
            let called = Python::attach(|py| {
                py.check_signals()?;
                if let Some(progress) = &progress {
                    progress.call1(py, (so_far.bytes_read, so_far.bytes_total))?;
                }
                Ok(())
            });
            match called {
                Ok(()) => ControlFlow::Continue(()),
                Err(raised) => {
                    interruption = Some(raised);
                    ControlFlow::Break(())
                }
            }
        };
        read(&mut tell)
    });
    if let Some(bar) = bar {
        bar.call_method0("close")?;
    }
    match interruption {
        Some(raised) => Err(raised),
        None => Ok(read.or_raise()?),
    }
}

/// A bar that shows how far the reading of a file has come.
fn new_bar<'py>(py: Python<'py>, title: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("attain.progress")?.getattr("Bar")?.call1((title,))
}

/// Makes a tally of a plan's outcomes, which are a table, a file, or a list of these.
///
/// A table is whatever exports Arrow data, as those of pandas, polars, pyarrow and DuckDB do, a
/// dataset or scanner of pyarrow, a lazy frame of polars, or a cursor that fetches Arrow data. A
/// path is that of a file, a folder, or a pattern such as `2024/*.csv.gz`; the ending of a file
/// says its format: CSV, JSON lines, Parquet or Arrow IPC. Open files and bytes say it by their
/// first bytes. All rows are added, or none. `rows` says what a row is: a figure (one value per
/// unit, span and measure; the default) or an event (rows add up). While files are read,
/// `progress` is called with the bytes read so far and in all; True draws a bar. Raises
/// `OutcomeError` with every fault of every row, `FileError` if a file can't be read.
///
/// Columns of a table or a file that have other names are given by keyword. `unit` may name
/// several columns, from the highest level to the lowest: a unit's code is then its path,
/// `CA/Orange`. In place of `measure` and `value`, `values` names a column for each measure, as a
/// list or as a dict of columns and measures; an empty cell is then a missing figure. `strata` are
/// columns of categories, named in the same way. `period` may be a column of names, years, months
/// such as 202405, pandas periods, or first days of months.
///
/// `end_inclusive` says that `end` is the last day of a span; otherwise it is the day after.
/// `date_is`, such as "month", says that each date means the period of the plan's calendar
/// that contains it; otherwise it is a single day.
///
/// `separator`, `decimal` and `thousands` say how CSV files are written: `separator=";"`,
/// `decimal=","` and `thousands="."` read `1.840,5` as 1840.5. Other numbers are refused.
///
/// `as_of`, a day or a list of days, says when the tally will be assessed, and that it won't on
/// other days: events of days that no window separates then share a cell, which is smaller and
/// faster. `limits` bound the memory it may take, and the rows of the reports made of it.
#[pyfunction]
#[pyo3(signature = (plan, outcomes, *, rows=Rows(tally::Rows::Figures), unit=None, period=None, date=None, start=None,
       end=None, measure=None, value=None, values=None, strata=None, status=None, recorded_at=None, end_inclusive=false,
       date_is=None, separator=',', decimal='.', thousands=None, as_of=None, progress=None, limits=None),
       text_signature = "(plan, outcomes, *, rows='figures', unit=None, period=None, date=None, start=None, end=None, measure=None, value=None, values=None, strata=None, status=None, recorded_at=None, end_inclusive=False, date_is=None, separator=',', decimal='.', thousands=None, as_of=None, progress=None, limits=None)",
       name = "tally")]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(super) fn make_tally(
    plan: &Plan,
    outcomes: &Bound<'_, PyAny>,
    rows: Rows,
    unit: Option<Names>,
    period: Option<String>,
    date: Option<String>,
    start: Option<String>,
    end: Option<String>,
    measure: Option<String>,
    value: Option<String>,
    values: Option<IdsOfColumns>,
    strata: Option<IdsOfColumns>,
    status: Option<String>,
    recorded_at: Option<String>,
    end_inclusive: bool,
    date_is: Option<&str>,
    separator: char,
    decimal: char,
    thousands: Option<char>,
    as_of: Option<Days>,
    progress: Option<&Bound<'_, PyAny>>,
    limits: Option<&Limits>,
) -> PyResult<Tally> {
    let named = Named { period, date, start, end, measure, value, status, recorded_at };
    let columns = table_columns(unit, values, strata, named)?;
    let marks = Marks { separator, decimal, thousands };
    let options = marks.of(intake_options(end_inclusive, date_is)?)?;
    let tally = match as_of {
        None => tally::Tally::of(&plan.0, rows.0),
        Some(days) => plan.0.tally_for(rows.0, &days.0),
    };
    let tally =
        Tally::of(tally.with_limits(limits.map(|limits| limits.0.clone()).unwrap_or_default()));
    tally.add_rows(outcomes, &columns, options, progress)?;
    Ok(tally)
}
