//! What goes wrong while another library hands over its data.
//!
//! The Arrow import trusts its producer, and panics where arrays are not what their schema says. A panic here is a
//! fault of the data.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

/// Why data are not what they claim to be.
pub(super) struct Broken {
    /// The column, where it is known.
    pub(super) column: Option<String>,
    pub(super) why: String,
}

thread_local! {
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Calls into the import; a panic becomes its text, and is not printed. What it worked on is dropped with it, so nothing
/// half-done is seen again.
pub(super) fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_GUARDED.get() {
                usual(panic);
            }
        }));
    });
    let before = IS_GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    IS_GUARDED.set(before);
    result.map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or_default();
        // The rest of the text compares values.
        text.lines().next().unwrap_or_default().to_owned()
    })
}

/// Data of pyarrow or pandas after pyarrow's own check of the lengths of buffers, which the Arrow interface does not
/// tell; other data unchanged.
///
/// The outer error is an exception of the caller's own objects.
pub(super) fn validated<'py>(
    data: &Bound<'py, PyAny>,
) -> PyResult<Result<Bound<'py, PyAny>, Broken>> {
    let py = data.py();
    match py.import("attain._exchange")?.call_method1("validated", (data,)) {
        Ok(validated) => Ok(Ok(validated)),
        Err(cause) => match broken(py, &cause) {
            Some(broken) => Ok(Err(broken)),
            None => Err(cause),
        },
    }
}

/// What an exception of `attain._exchange` tells.
fn broken(py: Python<'_>, cause: &PyErr) -> Option<Broken> {
    let kind = py.import("attain._exchange").ok()?.getattr("BrokenDataError").ok()?;
    if !cause.is_instance_of::<PyException>(py) || !cause.is_instance(py, &kind) {
        return None;
    }
    let value = cause.value(py);
    let column = value.getattr("column").ok()?.extract().ok()?;
    Some(Broken { column, why: value.to_string() })
}
