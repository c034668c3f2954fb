//! The name of a method, as Python gives it, for the method itself.

use pyo3::PyResult;

use super::super::error::refused_by_stats;
use crate::error::{Fault, FaultCode, Place};

/// The choice of that name; an unknown name is refused with all that there are.
pub(super) fn choice<T: Copy>(argument: &str, name: &str, known: &[(&str, T)]) -> PyResult<T> {
    if let Some(&(_, choice)) = known.iter().find(|(known, _)| *known == name) {
        return Ok(choice);
    }
    let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
    let place = Place::Column { column: argument.to_owned() };
    let fault = Fault::new(FaultCode::UnknownChoice, place, "there is no such choice")
        .found(format!("`{name}`"))
        .expected(names.join(", "))
        .near_miss(name, names.iter().copied());
    Err(refused_by_stats(&fault))
}
