//! What was promised for which units and which days.

use super::basis::Document;
use super::goal::Goal;
use super::indicator::IndicatorIndex;
use super::stratum::{Selection, StratumIndex};
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
    /// The categories it is about by its `where`; all, if none is named.
    pub narrowed_to: Selection,
    /// The strata it is told apart by. It stands among the targets of a plan once for each of their categories.
    pub by: Vec<StratumIndex>,
    /// The strata in each of whose categories the goal has to be met.
    pub in_every: Vec<StratumIndex>,
    /// Of the strata it is told apart by, the category that this one is about.
    pub category: Selection,
    /// The categories that the goal has to be met in, and what is judged in each; none without `in_every`.
    pub(crate) categories: Vec<(Selection, IndicatorIndex)>,
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

    /// What is judged: one indicator, or one for each category that the goal has to be met in.
    pub(crate) fn judged(&self) -> Vec<IndicatorIndex> {
        match &self.categories[..] {
            [] => vec![self.indicator],
            categories => categories.iter().map(|(_, indicator)| *indicator).collect(),
        }
    }

    /// All categories it is about: those it is narrowed to, and the one of the strata it is told apart by.
    pub(crate) fn selection(&self) -> Selection {
        self.narrowed_to.without(&self.by).and(&self.category)
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
