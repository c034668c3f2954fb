//! What was promised for which units and which days.

use super::basis::Document;
use super::goal::Goal;
use super::indicator::IndicatorIndex;
use super::stratum::Selection;
use super::unit::{LevelIndex, UnitIndex};
use crate::calendar::{Every, Window};

/// A promise: an indicator's goal for units and windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// What is judged.
    pub indicator: IndicatorIndex,
    /// What it has to reach.
    pub goal: Goal,
    /// When.
    pub window: TargetWindow,
    /// The campaign it belongs to, by its place in the plan.
    pub campaign: Option<usize>,
    /// For whom.
    pub units: Scope,
    /// The categories it is about; all, if none is named.
    pub narrowed_to: Selection,
    /// What it rests on.
    pub basis: Vec<Document>,
    /// Below this completeness, in per cent, its rows are not judged.
    pub minimum_completeness: Option<f64>,
}

impl Target {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

/// The window or windows of a target.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetWindow {
    /// One window.
    Once(Window),
    /// The window of the target's campaign.
    Campaign(usize),
    /// One window for each period that lies wholly inside another window.
    Every {
        /// The kind of period.
        every: Every,
        /// The window they lie in.
        within: Window,
        /// The campaign whose window that is.
        campaign: Option<usize>,
    },
}

/// The units a target is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// The units of the topmost level.
    Top,
    /// All units of a level.
    Level(LevelIndex),
    /// Named units, each with all its validities.
    Named(Vec<UnitIndex>),
}
