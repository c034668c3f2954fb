//! Rust values as dicts and lists.

use pyo3::prelude::*;

use super::error::OrRaise;
use attain::error::{Error, ErrorKind, Fault, FaultCode, Place};

/// An explanation as dicts and lists, days as ISO text.
pub(super) fn as_data<'py>(
    py: Python<'py>,
    explanation: &impl serde::Serialize,
) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::to_string(explanation)
        .map_err(|cause| {
            let fault = Fault::new(
                FaultCode::DamagedData,
                Place::Nowhere,
                "the explanation can't be converted to dicts and lists",
            );
            Error::one(ErrorKind::Request, fault.found(cause))
        })
        .or_raise()?;
    py.import("json")?.call_method1("loads", (text,))
}
