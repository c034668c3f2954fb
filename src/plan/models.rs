//! Models of good practice, and the places that took them up.

use super::basis::Document;
use super::index::{LevelIndex, MeasureIndex, StratumIndex};
use super::target::TargetWindow;

/// Models that are kept up and replicated: how many places of each unit took up which of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Models {
    /// Their id.
    pub id: String,
    /// Their title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// The measure that counts the places.
    pub places: MeasureIndex,
    /// The stratum whose categories are the models.
    pub by: StratumIndex,
    /// The level whose units take them up.
    pub level: LevelIndex,
    /// When; each window is compared with the one before it.
    pub window: TargetWindow,
    /// The documents they rest on.
    pub basis: Vec<Document>,
    /// The places of each model, in the order of the stratum's categories.
    pub(crate) of_each: Vec<MeasureIndex>,
}

impl Models {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}
