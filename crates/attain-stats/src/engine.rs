//! Functions that the `attain` crate shares with this one. Not part of the stable API.

pub use crate::composite::aggregate::{arithmetic_mean, composite_value, harmonic_mean};
pub use crate::composite::normalise::{position, worst_and_best};
pub use crate::composite::sensitivity::ranks_of_scores;
pub use crate::exact::Exact;
