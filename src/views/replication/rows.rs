//! The rows of models and of the units that took them up.

use chrono::NaiveDate;

use crate::assess::Reason;
use crate::error::codes::codes;
use crate::view::View;

codes! {
    /// What became of a model since the window before.
    pub enum ModelTrend as "trend of a model" {
        /// No unit had it, some have.
        New = "new",
        /// More units have it.
        Spreads = "spreads",
        /// As many units have it.
        Stays = "stays",
        /// Fewer units have it.
        Shrinks = "shrinks",
        /// No unit has it any more.
        Gone = "gone",
    }
}

/// How far a model reaches in a window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "models")]
#[non_exhaustive]
pub struct ModelReach {
    /// The model, a category of the stratum; none for all models together.
    pub model: Option<String>,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The units of the level that exist throughout the window.
    pub units: u64,
    /// Those of them that tell of any model.
    pub told: u64,
    /// Those of these with a place of the model.
    pub reached: u64,
    /// `reached` ÷ `told`, in per cent.
    pub reach: Option<f64>,
    /// The places of the model.
    pub places: Option<f64>,
    /// Places per unit reached.
    pub depth: Option<f64>,
    /// The models with a place anywhere; of one model 1 or 0.
    pub kept_up: u64,
    /// The units reached in the window before.
    pub reached_before: Option<u64>,
    /// The places in the window before.
    pub places_before: Option<f64>,
    /// Places now less places before.
    pub growth: Option<f64>,
    /// What became of it since the window before; none where there is no window before.
    pub trend: Option<ModelTrend>,
}

/// What a unit has of the models in a window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "models_of_units")]
#[non_exhaustive]
pub struct ModelsOfUnit {
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// How many models it has a place of; none if it tells of none.
    pub models: Option<u64>,
    /// How many places it has; none if it tells of none.
    pub places: Option<f64>,
    /// Why it has no numbers.
    pub reason: Option<Reason>,
}
