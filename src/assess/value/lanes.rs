//! Numbers of several units, for the fast path.

/// This number of units is computed together.
pub(in crate::assess) const LANES: usize = 64;

/// A number for each of some units.
pub(in crate::assess) type Lanes = [f64; LANES];
