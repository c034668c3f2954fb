//! Rust values as JSON, dicts and lists.

use pyo3::prelude::*;

use super::error::OrRaise;
use attain::error::{Error, ErrorKind, Fault, FaultCode, Place};

/// An explanation as dicts and lists, days as ISO text.
pub(super) fn as_data<'py>(
    py: Python<'py>,
    explanation: &impl serde::Serialize,
) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (to_json(explanation)?,))
}

/// A value as JSON.
pub(super) fn to_json(value: &(impl serde::Serialize + ?Sized)) -> PyResult<String> {
    serde_json::to_string(value)
        .map_err(|cause| damaged("the value can't be written", cause))
        .or_raise()
}

/// The value that [`to_json`] wrote.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> PyResult<T> {
    serde_json::from_str(text)
        .map_err(|cause| damaged("the stored value can't be read", cause))
        .or_raise()
}

#[cold]
fn damaged(message: &str, cause: serde_json::Error) -> Error {
    let fault = Fault::new(FaultCode::DamagedData, Place::Nowhere, message).found(cause);
    Error::one(ErrorKind::Request, fault)
}
