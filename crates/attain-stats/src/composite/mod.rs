//! Composite scores: several indicators brought to one scale, weighted and put together.
//!
//! * `normalise`: each indicator on a scale from 0 (worst) to 100 (best), or on another one.
//! * `aggregate`: one number of several, with a rule for those that are missing.
//! * `sensitivity`: how ranks move when weights do.
//!
//! Terms and formulas are those of the *Handbook on Constructing Composite Indicators* (OECD and European
//! Commission's Joint Research Centre, 2008), steps 5 to 7.

pub(crate) mod aggregate;
pub(crate) mod normalise;
pub(crate) mod sensitivity;

pub use aggregate::{Aggregation, Composite, aggregate, composite};
pub use normalise::{Normalisation, NormalisedScale, normalise};
pub use sensitivity::{
    RankSensitivity, SensitivityOptions, WeightScenario, drawn_weights, rank_sensitivity,
    rank_sensitivity_of, weight_scenarios,
};
