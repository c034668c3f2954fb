//! How a target of a unit is shared out among the units below it.

use super::index::{LevelIndex, MeasureIndex};
use crate::calendar::Window;
use crate::exact::Decimal;

/// How a target of a unit is shared out among the units below it, level by level.
#[derive(Debug, Clone, PartialEq)]
pub struct Cascade {
    /// The lowest level that gets a share.
    pub to: LevelIndex,
    /// What a share is made by.
    pub by: ShareBy,
    /// Whether shares of counts are whole numbers; they are unless the plan says otherwise.
    pub whole_numbers: bool,
}

/// What a share is made by.
#[derive(Debug, Clone, PartialEq)]
pub enum ShareBy {
    /// Every unit has the same goal as the whole: the only way for what isn't a sum.
    Same,
    /// The goal's number is divided equally among the children of a unit.
    Equal,
    /// The goal's number is divided in proportion to a measure.
    Proportional {
        /// The measure.
        measure: MeasureIndex,
        /// The days over which it is read.
        window: Window,
    },
    /// Each unit's number stands in the plan, by the unit's code.
    Explicit(Vec<(String, Decimal)>),
}

impl ShareBy {
    /// The way as the plan file names it.
    pub fn name(&self) -> &'static str {
        match self {
            ShareBy::Same => "same",
            ShareBy::Equal => "equal",
            ShareBy::Proportional { .. } => "proportional",
            ShareBy::Explicit(_) => "explicit",
        }
    }
}
