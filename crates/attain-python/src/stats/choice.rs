//! The name of a method, as Python gives it, for the method itself.

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::super::error::refused_by_stats;
use super::argument::{Argument, wrong};
use attain::error::{Fault, Place};

/// The choice of that name; an unknown name is refused with all that there are.
pub(super) fn choice<T: Copy>(
    argument: &str,
    given: Argument<'_, '_>,
    known: &[(&str, T)],
) -> PyResult<T> {
    let names = || known.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    let Ok(name) = given.cast::<PyString>() else {
        return Err(wrong(argument, given, &names().join(", ")));
    };
    let name = &*name.to_cow()?;
    if let Some(&(_, choice)) = known.iter().find(|(known, _)| *known == name) {
        return Ok(choice);
    }
    let names = names();
    let place = Place::Column { column: argument.to_owned() };
    Err(refused_by_stats(&Fault::unknown_choice(place, "choice", name, &names)))
}
