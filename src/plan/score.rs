//! Scores that put several indicators together.

use super::basis::Document;
use super::index::{IndicatorIndex, LevelIndex};
use super::target::TargetWindow;
use crate::exact::{Decimal, Exact};
use crate::stats::Aggregation;

/// Several indicators of the units of a level in one number of points.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// The level whose units are scored, and compared with each other.
    pub level: LevelIndex,
    /// When.
    pub window: TargetWindow,
    /// The documents it rests on.
    pub basis: Vec<Document>,
    /// What it is made of; at least one.
    pub parts: Vec<ScorePart>,
    /// How the parts make the whole.
    pub aggregation: Aggregation,
    /// The weight, in per cent of all, of the parts that a unit needs values of.
    pub coverage: Decimal,
    /// What is taken off afterwards.
    pub deductions: Vec<Deduction>,
    /// The grades, best first.
    pub grades: Vec<Grade>,
}

/// A part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorePart {
    /// Its id in the score.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// The indicator.
    pub indicator: IndicatorIndex,
    /// What it counts for beside the others.
    pub weight: Decimal,
    /// How it is brought to a scale from 0 to 100.
    pub scale: Scale,
}

/// How an indicator is brought to a scale from 0, the worst, to 100, the best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scale {
    /// From the worst to the best of the units compared.
    MinMax,
    /// Standard deviations from the units' mean, around 0.
    ZScore,
    /// By rank among the units compared.
    Rank,
    /// From one number, worth 0, to another, worth 100.
    Goalposts(Decimal, Decimal),
    /// From the worst of the units compared to this number, worth 100.
    DistanceTo(Decimal),
}

/// Points taken off for each of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Deduction {
    /// What it is called; the indicator's title if not said.
    pub title: Option<String>,
    /// The indicator.
    pub indicator: IndicatorIndex,
    /// Points for each 1 of its value.
    pub points: Decimal,
    /// The most that is taken off.
    pub at_most: Option<Decimal>,
}

/// A grade and the points it begins at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Its name.
    pub grade: String,
    /// The least score that earns it; the last may have none, and is for all others.
    pub at_least: Option<Decimal>,
}

impl Score {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// The grade of a number of points, by its place; none below the last that says where it begins.
    pub(crate) fn grade(&self, points: &Exact) -> Option<usize> {
        self.grades.iter().position(|grade| {
            grade.at_least.is_none_or(|least| *points >= Exact::of_decimal(least))
        })
    }
}

impl ScorePart {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

impl Scale {
    /// Whether it needs to be known which values of the indicator are the better ones.
    pub(crate) fn needs_direction(self) -> bool {
        match self {
            Scale::MinMax | Scale::ZScore | Scale::Rank | Scale::DistanceTo(_) => true,
            Scale::Goalposts(..) => false,
        }
    }
}
