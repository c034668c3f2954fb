//! Calls into readers of files that may panic on damaged ones.

use std::error::Error as StdError;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};

/// Calls into a reader of files of a format. On some damaged files it panics instead of returning an error; that is an
/// error here. What it worked on is dropped with it, so nothing half-done is seen again.
pub(super) fn guarded<T, E: Into<Box<dyn StdError + Send + Sync>>>(
    format: &str,
    name: &str,
    call: impl FnOnce() -> std::result::Result<T, E>,
) -> Result<T> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|cause| damaged(format, name, cause)),
        Err(_) => Err(damaged(format, name, "its parts contradict each other")),
    }
}

/// A file that can't be read, or no longer.
#[cold]
fn damaged(format: &str, name: &str, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    let cause = cause.into();
    let place = Place::File { file: name.to_owned() };
    let message = format!("the {format} file is damaged, or holds what can't be read here");
    let fault = Fault::new(FaultCode::DamagedData, place, message);
    Error::one(ErrorKind::File, fault.found(&cause).hint("make it anew")).caused_by(cause)
}
