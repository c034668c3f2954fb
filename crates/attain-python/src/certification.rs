//! The classes `Certification` and `CertificateExplanation`.

use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use pyo3_arrow::error::PyArrowResult;

use super::data::as_data;
use super::date::Date;
use super::error::OrRaise;
use super::table::Table;
use attain::arrow::record_batch;
use attain::views;

/// Which units hold a standard: a certificate a unit and window, and what the criteria came to.
///
/// Made by `Report.certification`. Any library that speaks Arrow takes it as the table of its
/// certificates: `polars.DataFrame(certification)`, or the `to_…` methods.
#[pyclass(frozen, module = "attain", name = "Certification")]
pub(super) struct Certification(pub(super) views::Certification);

#[pymethods]
impl Certification {
    /// One row a unit and window: verdict, what failed, how many units below hold theirs.
    #[getter]
    fn certificates(&self) -> Table {
        Table::of(record_batch(self.0.certificates()))
    }

    /// One row for each criterion of each unit: value, goal, what is needed.
    #[getter]
    fn criteria(&self) -> Table {
        Table::of(record_batch(self.0.criteria()))
    }

    /// Why a unit holds the standard or does not, in words.
    ///
    /// `window`, a day in it, may be left out if there are certificates of one window only. Raises
    /// `RequestError` if no certificate fits, or several.
    #[pyo3(signature = (unit, *, window=None))]
    fn explain(&self, unit: &str, window: Option<Date>) -> PyResult<CertificateExplanation> {
        Ok(CertificateExplanation(self.0.explain(unit, window.map(|day| day.0)).or_raise()?))
    }

    /// Where all units hold the standard: the topmost units of which all of its level do.
    ///
    /// With `neighbours`, pairs of codes, the runs of neighbours that do. Raises `RequestError`
    /// if the plan has no unit of such a code.
    #[pyo3(signature = (*, neighbours=None))]
    fn green_zones(&self, neighbours: Option<Vec<(String, String)>>) -> PyResult<Table> {
        let zones = match &neighbours {
            None => self.0.green_zones(),
            Some(pairs) => {
                let pairs = pairs.iter().map(|(one, other)| (one.as_str(), other.as_str()));
                self.0.green_zones_of_neighbours(pairs).or_raise()?
            }
        };
        Ok(Table::of(record_batch(&zones)))
    }

    /// The certificates as a `pyarrow.Table`, without a copy. Needs pyarrow.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_arrow(&Bound::new(py, self.certificates())?)
    }

    /// The certificates as a `pandas.DataFrame`. Needs pandas and pyarrow.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_pandas(&Bound::new(py, self.certificates())?)
    }

    /// The certificates as a `polars.DataFrame`, without a copy. Needs polars.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_polars(&Bound::new(py, self.certificates())?)
    }

    /// The columns' types as a capsule of the Arrow C data interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        self.certificates().__arrow_c_schema__(py)
    }

    /// The certificates as a capsule of the Arrow C stream interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        self.certificates().__arrow_c_stream__(py, requested_schema)
    }

    fn __len__(&self) -> usize {
        self.0.certificates().len()
    }

    fn __repr__(&self) -> String {
        format!("<Certification of {}: {} certificates>", self.0.standard().id, self.__len__())
    }
}

/// One certificate in words. Printed, it reads as text; `to_dict()` has it as data.
#[pyclass(frozen, module = "attain", name = "CertificateExplanation")]
pub(super) struct CertificateExplanation(views::CertificateExplanation);

#[pymethods]
impl CertificateExplanation {
    /// The judgement in one sentence.
    #[getter]
    fn judgement(&self) -> &str {
        &self.0.judgement
    }

    /// How the criteria are combined.
    #[getter]
    fn rule(&self) -> &str {
        &self.0.rule
    }

    /// All of it as dicts and lists, days as ISO text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        as_data(py, &self.0)
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        let certificate = &self.0.certificate;
        format!(
            "<CertificateExplanation of {} for {}: {}>",
            certificate.standard, certificate.unit, self.0.judgement
        )
    }
}
