//! The class `Imported`, and the readers that `attain.sources` calls.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyList, PyTuple};

use super::document;
use super::error::{OrRaise, exception_of};
use super::plan::Plan;
use super::run::run;
#[cfg(not(feature = "parquet"))]
use super::run::without_parquet;
use super::sources::OpenFile;
use super::table::Table;
use super::tally::Tally;
use attain::arrow::record_batch;
use attain::plan::document::to_json;
use attain::sources::{
    self, Dhis2Options, ExcelMap, ExcelOptions, IatiOptions, SdmxOptions, SeriesCounts, SourceFile,
    read_dhis2, read_excel, read_iati, read_sdmx,
};

/// A plan, outcomes and notes of data collected elsewhere; made by `attain.sources`.
#[pyclass(frozen, module = "attain", name = "Imported")]
pub(super) struct Imported {
    of: sources::Imported,
    /// The plan as a dict, which the caller may change.
    plan: PyOnceLock<Py<PyAny>>,
}

impl From<sources::Imported> for Imported {
    fn from(of: sources::Imported) -> Self {
        Imported { of, plan: PyOnceLock::new() }
    }
}

#[pymethods]
impl Imported {
    /// The plan as a dict, not checked yet: add goals to it and pass it to `Plan.from_dict`.
    #[getter]
    fn plan<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let make = || -> PyResult<Py<PyAny>> {
            Ok(py.import("json")?.call_method1("loads", (to_json(&self.of.plan),))?.unbind())
        };
        Ok(self.plan.get_or_try_init(py, make)?.bind(py).clone())
    }

    /// The outcomes, with the column `source`, which says where each row stands.
    #[getter]
    fn outcomes(&self) -> Table {
        Table::new(self.of.schema.clone(), self.of.outcomes.clone())
    }

    /// Whether the outcomes are figures or events.
    #[getter]
    fn rows(&self) -> &'static str {
        self.of.rows.code()
    }

    /// What was changed, assumed or left out; what is left out comes first.
    #[getter]
    fn notes(&self) -> Table {
        Table::of(record_batch(&self.of.note_rows()))
    }

    /// The tally of the outcomes, for a plan made of `plan`.
    ///
    /// Raises `OutcomeError` with every fault.
    fn tally(&self, py: Python<'_>, plan: &Plan) -> PyResult<Tally> {
        Ok(Tally::of(run(py, None, || self.of.tally(&plan.0))?))
    }

    /// The plan as YAML.
    fn to_yaml(&self) -> String {
        self.of.to_yaml()
    }

    /// Writes the plan as YAML.
    ///
    /// Raises `FileError` if the file can't be written.
    fn write_plan(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        run(py, None, || self.of.write_plan(&path))
    }

    /// Writes the outcomes as CSV.
    ///
    /// Raises `FileError` if the file can't be written.
    fn to_csv(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        run(py, None, || self.of.write_csv(&path))
    }

    /// Writes the outcomes as Parquet.
    ///
    /// Raises `FileError` if the file can't be written.
    fn to_parquet(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        #[cfg(feature = "parquet")]
        return run(py, None, || self.of.write_parquet(&path));
        #[cfg(not(feature = "parquet"))]
        {
            let _ = py;
            Err(without_parquet(&path))
        }
    }

    /// Writes the notes as CSV.
    ///
    /// Raises `FileError` if the file can't be written.
    fn write_notes(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        run(py, None, || self.of.write_notes(&path))
    }

    fn __len__(&self) -> usize {
        self.of.len()
    }

    /// How many outcomes there are, and the notes.
    fn __repr__(&self) -> String {
        format!("<Imported: {}>", self.of)
    }

    /// How many outcomes there are, and the notes as a table, for a notebook.
    fn _repr_html_(&self) -> String {
        format!("<p>{}</p>{}", self.of.summary(), self.notes()._repr_html_())
    }
}

/// The content of paths, bytes and open files, one of them or a list.
fn files(from: &Bound<'_, PyAny>) -> PyResult<Vec<SourceFile>> {
    if from.is_instance_of::<PyList>() || from.is_instance_of::<PyTuple>() {
        let mut all = Vec::new();
        for one in from.try_iter()? {
            all.push(file(&one?)?);
        }
        return Ok(all);
    }
    Ok(vec![file(from)?])
}

/// The value with a code.
fn choice<T: FromStr<Err = attain::Error>>(code: &str) -> PyResult<T> {
    code.parse::<T>().map_err(exception_of)
}

fn optional(from: Option<&Bound<'_, PyAny>>) -> PyResult<Vec<SourceFile>> {
    from.map_or_else(|| Ok(Vec::new()), files)
}

fn file(from: &Bound<'_, PyAny>) -> PyResult<SourceFile> {
    let py = from.py();
    if from.is_instance_of::<PyBytes>() || from.is_instance_of::<PyByteArray>() {
        let bytes: Vec<u8> = from.extract()?;
        return run(py, None, || SourceFile::from_reader("<bytes>", &mut bytes.as_slice()));
    }
    if let Some(open) = OpenFile::of(from)? {
        let name = open.name()?.unwrap_or_else(|| "<file>".to_owned());
        let mut reader = open.reader();
        let read = SourceFile::from_reader(&name, &mut reader);
        if let Some(raised) = reader.raised.take() {
            return Err(raised);
        }
        open.close()?;
        return read.or_raise();
    }
    let path: PathBuf = from.extract()?;
    run(py, None, || SourceFile::open(&path))
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "only `attain.sources` calls it")]
fn sdmx(
    from: &Bound<'_, PyAny>,
    dialect: &str,
    config: Option<&Bound<'_, PyAny>>,
    area: Option<String>,
    indicator: Option<String>,
    strata: Vec<String>,
    counts: &Bound<'_, PyAny>,
    units: Option<&Bound<'_, PyAny>>,
    recorded: bool,
    strict: bool,
) -> PyResult<Imported> {
    let py = from.py();
    let read = files(from)?;
    let mut options = SdmxOptions::default();
    options.dialect = choice(dialect)?;
    options.config = config.map(file).transpose()?;
    options.area = area;
    options.indicator = indicator;
    options.strata = strata;
    options.counts = SeriesCounts::from_document(&document::read(counts)?).or_raise()?;
    options.units = units.map(file).transpose()?;
    options.recorded = recorded;
    options.strict = strict;
    run(py, None, || read_sdmx(&read, &options)).map(Imported::from)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "only `attain.sources` calls it")]
fn dhis2(
    metadata: &Bound<'_, PyAny>,
    values: &Bound<'_, PyAny>,
    registrations: Option<&Bound<'_, PyAny>>,
    targets: BTreeMap<String, String>,
    at_most: Vec<String>,
    kinds: BTreeMap<String, String>,
    outside: &str,
    recorded: &str,
    inner: &str,
    ids: &str,
    labels: &str,
    roll_up: bool,
    zeros: Option<&str>,
    strict: bool,
) -> PyResult<Imported> {
    let py = metadata.py();
    let mut options = Dhis2Options::default();
    options.targets = targets;
    options.at_most = at_most;
    for (indicator, kind) in kinds {
        options.kinds.insert(indicator, choice(&kind)?);
    }
    options.outside = choice(outside)?;
    options.recorded = choice(recorded)?;
    options.inner = choice(inner)?;
    options.ids = choice(ids)?;
    options.labels = choice(labels)?;
    options.roll_up = roll_up;
    options.zeros = zeros.map(choice).transpose()?;
    options.strict = strict;
    let (metadata, values) = (files(metadata)?, files(values)?);
    let registrations = optional(registrations)?;
    run(py, None, || read_dhis2(&metadata, &values, &registrations, &options)).map(Imported::from)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "only `attain.sources` calls it")]
fn iati(
    from: &Bound<'_, PyAny>,
    activity: Option<String>,
    language: Option<String>,
    decimal: &str,
    percent: &str,
    events: bool,
    cumulative: bool,
    strict: bool,
) -> PyResult<Imported> {
    let py = from.py();
    let read = files(from)?;
    let mut options = IatiOptions::default();
    options.activity = activity;
    options.language = language;
    options.decimal = choice(decimal)?;
    options.percent = choice(percent)?;
    options.events = events;
    options.cumulative = cumulative;
    options.strict = strict;
    run(py, None, || read_iati(&read, &options)).map(Imported::from)
}

#[pyfunction]
fn excel(
    from: &Bound<'_, PyAny>,
    sheet: Option<String>,
    layout: &str,
    map: Option<&Bound<'_, PyAny>>,
    decimal: &str,
    strict: bool,
) -> PyResult<Imported> {
    let py = from.py();
    let mut options = ExcelOptions::default();
    options.sheet = sheet;
    options.layout = choice(layout)?;
    options.map = map.map_or_else(|| Ok(ExcelMap::default()), excel_map)?;
    options.decimal = choice(decimal)?;
    options.strict = strict;
    let read = file(from)?;
    run(py, None, || read_excel(&read, &options)).map(Imported::from)
}

/// A map of a workbook: a dict, or a file.
fn excel_map(map: &Bound<'_, PyAny>) -> PyResult<ExcelMap> {
    if map.is_instance_of::<PyDict>() {
        return ExcelMap::from_document(&document::read(map)?).or_raise();
    }
    ExcelMap::from_file(&file(map)?).or_raise()
}

/// `attain._attain.importing`, which `attain.sources` uses.
#[pymodule(submodule)]
pub(super) mod importing {
    #[pymodule_export]
    use super::{dhis2, excel, iati, sdmx};
}
