//! The class `Plan`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyTuple};

use super::date::{Date, Span};
use super::document;
use super::error::{OrRaise, exception_of, warnings_to_python};
use super::limits::Limits;
use super::run::run;
#[cfg(not(feature = "formats"))]
use super::run::without_workbooks;
use super::table::{Table, view};
use super::tally::Days;
use attain::error::{Error, ErrorKind, Fault, FaultCode, Place};
use attain::plan;
#[cfg(feature = "formats")]
use attain::scorecard::Language;
#[cfg(feature = "formats")]
use attain::workbook::TemplateOptions;

/// What was promised: units, measures, indicators, campaigns and targets.
///
/// A plan is read once, checked whole and never changes. Two plans are equal if they promise the
/// same, wherever they were read from.
#[pyclass(frozen, eq, module = "attain", name = "Plan")]
#[derive(PartialEq)]
pub(super) struct Plan(pub(super) plan::Plan);

/// How a plan is written down.
#[derive(Clone, Copy)]
enum Format {
    Yaml,
    Json,
    Toml,
}

impl<'py> FromPyObject<'_, 'py> for Format {
    type Error = PyErr;

    fn extract(name: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match name.extract::<&str>()? {
            "yaml" => Ok(Format::Yaml),
            "json" => Ok(Format::Json),
            "toml" => Ok(Format::Toml),
            other => {
                let choices = ["yaml", "json", "toml"];
                let fault =
                    Fault::unknown_choice(Place::Nowhere, "format of plans", other, &choices);
                let fault = Fault { code: FaultCode::UnknownFormat, ..fault };
                Err(exception_of(Error::one(ErrorKind::Request, fault)))
            }
        }
    }
}

#[pymethods]
impl Plan {
    /// Reads a plan from a file that ends in `.yaml`, `.yml`, `.json` or `.toml`.
    ///
    /// Tables that it names lie in its own folder, or in the folder `tables`. Raises `FileError` if
    /// the file can't be read, and `PlanError` with every fault, its line and column, if it is no
    /// plan.
    #[staticmethod]
    #[pyo3(signature = (path, /, *, tables=None, limits=None))]
    fn load(
        py: Python<'_>,
        path: PathBuf,
        tables: Option<PathBuf>,
        limits: Option<&Limits>,
    ) -> PyResult<Self> {
        let mut options = plan::LoadOptions::default();
        if let Some(folder) = tables {
            options = options.tables(folder);
        }
        if let Some(limits) = limits {
            options = options.limits(limits.0.clone());
        }
        Ok(Plan(run(py, None, || plan::Plan::load_with(path, &options))?))
    }

    /// Reads a plan from a `yaml`, `json` or `toml` text, which lists its units.
    ///
    /// Raises `PlanError` with every fault and its line and column.
    #[staticmethod]
    #[pyo3(signature = (text, /, format=Format::Yaml), text_signature = "(text, /, format='yaml')")]
    fn parse(py: Python<'_>, text: &str, format: Format) -> PyResult<Self> {
        let plan = run(py, None, || match format {
            Format::Yaml => plan::Plan::from_yaml(text),
            Format::Json => plan::Plan::from_json(text),
            Format::Toml => plan::Plan::from_toml(text),
        });
        Ok(Plan(plan?))
    }

    /// Reads a plan from dicts and lists; tables that it names lie in `directory`.
    ///
    /// A float means the shortest decimal that it is: `96.4` is 96.4 exactly. Raises `PlanError`
    /// with every fault and the keys that lead to it.
    #[staticmethod]
    #[pyo3(signature = (plan, /, directory=None))]
    fn from_dict(plan: &Bound<'_, PyAny>, directory: Option<PathBuf>) -> PyResult<Self> {
        let root = document::read(plan)?;
        let plan = run(plan.py(), None, || plan::Plan::from_document(&root, directory.as_deref()))?;
        Ok(Plan(plan))
    }

    /// A workbook to be filled in: bytes, or nothing where `path` names the file to write.
    ///
    /// It has a row for each unit, period and measure that the targets need. A measure that says
    /// who reports it, and how often, has a row for each report; another one has a row for each
    /// unit and window of the targets that use it. `attain.sources.excel` reads it back; a row
    /// without a value is not reported.
    ///
    /// `within` chooses the periods in a period such as `2025-Q1`, or in a first day and the day
    /// after the last. `language` is that of explanations: `"en"` or `"vi"`.
    ///
    /// Raises `RequestError` if there would be more than 100,000 rows.
    #[cfg_attr(not(feature = "formats"), expect(unused_variables, reason = "nothing is written"))]
    #[pyo3(signature = (path=None, *, within=None, language="en"))]
    fn to_template<'py>(
        &self,
        py: Python<'py>,
        path: Option<PathBuf>,
        within: Option<Span>,
        language: &str,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        #[cfg(feature = "formats")]
        {
            let mut options =
                TemplateOptions::new().language(language.parse::<Language>().or_raise()?);
            options.within = within.map(|span| span.window(&self.0)).transpose()?;
            let workbook = run(py, None, || match path {
                None => self.0.to_template(&options).map(Some),
                Some(path) => self.0.write_template(path, &options).map(|()| None),
            })?;
            Ok(workbook.map(|bytes| PyBytes::new(py, &bytes)))
        }
        #[cfg(not(feature = "formats"))]
        Err(without_workbooks())
    }

    /// The plan as YAML, its units listed in it; `Plan.parse` reads it back equal.
    fn to_yaml(&self) -> String {
        self.0.to_yaml()
    }

    /// The plan as JSON, its units listed in it; `Plan.parse(…, "json")` reads it back equal.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// The plan as TOML, its units listed in it; `Plan.parse(…, "toml")` reads it back equal.
    ///
    /// Raises `PlanError` if a goal is a number that TOML can't hold.
    fn to_toml(&self) -> PyResult<String> {
        self.0.to_toml().or_raise()
    }

    /// The plan's id.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The plan's title, or its id where it has none.
    #[getter]
    fn title(&self) -> &str {
        self.0.title()
    }

    /// What the plan's authors remark on it.
    #[getter]
    fn note(&self) -> Option<&str> {
        self.0.note()
    }

    /// The plan as it is judged in the boundaries of one day, whatever the days of the outcomes.
    ///
    /// With `None`, each unit is judged on the days it is valid. Its targets are judged on tallies
    /// in the same boundaries.
    #[pyo3(signature = (day, /))]
    fn in_geography(&self, day: Option<Date>) -> Plan {
        Plan(self.0.in_geography(day.map(|day| day.0)))
    }

    /// The day in whose boundaries everything is judged.
    ///
    /// None if each unit is judged on the days it is valid.
    #[getter]
    fn geography(&self) -> Option<chrono::NaiveDate> {
        self.0.units().geography()
    }

    /// The files of the tables that it names, as they were read.
    #[getter]
    fn tables(&self) -> Vec<PathBuf> {
        self.0.tables().to_vec()
    }

    /// All files that the plan was read from: its own, and those of its tables.
    #[getter]
    fn files(&self) -> Vec<PathBuf> {
        self.0.files()
    }

    /// A fingerprint of everything that the plan says.
    ///
    /// Equal plans have the same; another goal, title or unit gives another one.
    #[getter]
    fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }

    /// A fingerprint of what gives outcomes their meaning.
    ///
    /// Units with their validity, measures with their operators, and strata belong to it, but no
    /// goals, titles or targets.
    #[getter]
    fn shape(&self) -> String {
        self.0.shape()
    }

    /// The days that assessments on some days distinguish, in order.
    ///
    /// These are the first day of every window that rows and views read on these days, and the day
    /// after its last. Plain events between two of them may be added up.
    #[pyo3(signature = (as_of, /))]
    fn cuts(&self, py: Python<'_>, as_of: Days) -> Vec<chrono::NaiveDate> {
        py.detach(|| self.0.cuts(&as_of.0))
    }

    /// Where the units of one day lie on another, before it or after it: a row for each pair.
    ///
    /// `share` is the share of the first that lies in the other (null where nobody says),
    /// `relation` how they stand to each other: `same`, `one_to_one`, `whole`, `part`, `unknown`,
    /// `lost`. Divided units are shared out by `weights`, or by the first of each change.
    ///
    /// Raises `RequestError` if no change has such weights.
    #[pyo3(signature = (start, end, /, *, weights=None))]
    fn mapping(&self, start: Date, end: Date, weights: Option<&str>) -> PyResult<Table> {
        let batch = self.0.mapping_batch(start.0, end.0, weights).or_raise()?;
        Ok(Table::of(batch))
    }

    /// The plan's strata, each with its categories.
    #[getter]
    fn strata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let strata = PyDict::new(py);
        for stratum in self.0.strata() {
            strata.set_item(&stratum.id, stratum.categories.clone())?;
        }
        Ok(strata)
    }

    /// What in the plan looks like a mistake but may be right.
    #[getter]
    fn warnings(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        warnings_to_python(py, &self.0.warnings())
    }

    /// The units as a table: a row for each validity of a code.
    #[getter]
    fn units(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.unit_rows()))
    }

    /// The measures as a table.
    #[getter]
    fn measures(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.measure_rows()))
    }

    /// The indicators as a table, with their formulas in words.
    #[getter]
    fn indicators(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.indicator_rows()))
    }

    /// The targets as a table.
    ///
    /// It has a row for each category that a target is split by, and for each version.
    #[getter]
    fn targets(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.target_rows()))
    }

    /// The campaigns as a table.
    #[getter]
    fn campaigns(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.campaign_rows()))
    }

    /// The offices that answer for targets and units as a table, with a row for each duty.
    #[getter]
    fn owners(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.owner_rows()))
    }

    fn __repr__(&self) -> String {
        // A target that is split by strata has one id.
        let mut ids: Vec<&str> = self.0.targets().iter().map(|target| target.id.as_str()).collect();
        ids.dedup();
        let (targets, units) = (ids.len(), self.0.units().len());
        format!("<Plan {}: {targets} targets, {units} units>", self.id())
    }

    /// Equal plans have the same id.
    fn __hash__(&self) -> u64 {
        hash_of(self.id())
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (_memo, /))]
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let parse = slf.get_type().getattr("parse")?;
        (parse, (slf.get().to_json(), "json")).into_pyobject(slf.py())
    }
}

/// A hash in Python.
pub(super) fn hash_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The JSON Schema of plan files, for editors that complete and check while one writes.
#[pyfunction]
pub(super) fn schema() -> String {
    format!("{:#}", plan::json_schema())
}
