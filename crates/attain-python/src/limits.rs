//! The class `Limits`.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::error::OrRaise;
use attain::Limits as Core;

/// How much a plan, a tally and a report may take before they are refused.
///
/// `judgement_rows` bounds the rows of one report (25 million by default), `tally_bytes` the memory
/// of a tally (4 GiB), `plan_bytes` a plan's file and each table that it names (64 MiB).
#[pyclass(frozen, eq, hash, from_py_object, module = "attain", name = "Limits")]
#[derive(Clone, PartialEq, Hash)]
pub(super) struct Limits(pub(super) Core);

#[pymethods]
impl Limits {
    #[new]
    #[pyo3(signature = (*, judgement_rows=None, tally_bytes=None, plan_bytes=None))]
    fn new(judgement_rows: Option<u64>, tally_bytes: Option<u64>, plan_bytes: Option<u64>) -> Self {
        let usual = Core::default();
        let rows = judgement_rows.unwrap_or(usual.judgement_rows);
        let bytes = tally_bytes.unwrap_or(usual.tally_bytes);
        let plan = plan_bytes.unwrap_or(usual.plan_bytes);
        Limits(usual.judgement_rows(rows).tally_bytes(bytes).plan_bytes(plan))
    }

    /// Reads `judgement_rows=50000000`, or several of these with commas between them.
    #[staticmethod]
    #[pyo3(signature = (text, /))]
    fn parse(text: &str) -> PyResult<Self> {
        Ok(Limits(text.parse::<Core>().or_raise()?))
    }

    /// The rows that one report may have.
    #[getter]
    fn judgement_rows(&self) -> u64 {
        self.0.judgement_rows
    }

    /// The bytes of memory that a tally may take.
    #[getter]
    fn tally_bytes(&self) -> u64 {
        self.0.tally_bytes
    }

    /// The bytes that a plan, and each table that it names, may have.
    #[getter]
    fn plan_bytes(&self) -> u64 {
        self.0.plan_bytes
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
        let Core { judgement_rows, tally_bytes, plan_bytes, .. } = &slf.get().0;
        let text = format!(
            "judgement_rows={judgement_rows},tally_bytes={tally_bytes},plan_bytes={plan_bytes}"
        );
        (parse, (text,)).into_pyobject(slf.py())
    }

    fn __repr__(&self) -> String {
        let Core { judgement_rows, tally_bytes, plan_bytes, .. } = &self.0;
        format!(
            "Limits(judgement_rows={judgement_rows}, tally_bytes={tally_bytes}, plan_bytes={plan_bytes})"
        )
    }
}
