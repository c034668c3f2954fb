//! Standards that units are certified by: criteria on a unit's own indicators, and shares of the units
//! below it that have to hold a standard of their own.

use chrono::NaiveDate;

use super::basis::Document;
use super::goal::Goal;
use super::index::{IndicatorIndex, LevelIndex, StandardIndex};
use super::target::TargetWindow;
use crate::calendar::Window;
use crate::exact::{Decimal, Exact};

/// What a unit of a level has to meet in a window to be certified.
#[derive(Debug, Clone, PartialEq)]
pub struct Standard {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// The level whose units are certified.
    pub level: LevelIndex,
    /// When.
    pub window: TargetWindow,
    /// Its criteria, in the order in which they came into force; at least one.
    pub versions: Vec<StandardVersion>,
}

/// The criteria of a standard from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardVersion {
    /// The day they came into force; the first may have none and then always was.
    pub from: Option<NaiveDate>,
    /// The documents they rest on.
    pub basis: Vec<Document>,
    /// What has to be met.
    pub criterion: Criterion,
}

/// What has to be met: one thing, or several combined.
#[derive(Debug, Clone, PartialEq)]
pub enum Criterion {
    /// Each of these.
    All(Vec<Criterion>),
    /// One of these or more.
    Any(Vec<Criterion>),
    /// This number of these or more.
    AtLeast(usize, Vec<Criterion>),
    /// An indicator of the unit itself reaches a goal.
    Indicator {
        /// What it is called; the indicator's title and the goal if not said.
        title: Option<String>,
        /// The indicator.
        indicator: IndicatorIndex,
        /// What it has to reach.
        goal: Goal,
    },
    /// A share of the units of a lower level, at or below the unit, holds a standard.
    Units {
        /// What it is called; the share and the standard's title if not said.
        title: Option<String>,
        /// The standard they have to hold. Its level says which units.
        hold: StandardIndex,
        /// How many of them.
        share: Share,
    },
}

/// A share of units, in per cent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Share {
    /// This share or more.
    AtLeast(Decimal),
    /// More than this share.
    Above(Decimal),
}

impl Standard {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// The criteria in force on a day; none before the first.
    pub fn in_force(&self, day: NaiveDate) -> Option<&StandardVersion> {
        self.versions.iter().rev().find(|version| version.from.is_none_or(|from| from <= day))
    }

    /// The criteria a window is judged by: those in force on its last day.
    pub fn in_force_for(&self, window: &Window) -> Option<&StandardVersion> {
        self.in_force(window.end().pred_opt()?)
    }
}

impl Criterion {
    /// The criteria that are combined; none of one that stands alone.
    pub fn parts(&self) -> &[Criterion] {
        match self {
            Criterion::All(parts) | Criterion::Any(parts) | Criterion::AtLeast(_, parts) => parts,
            Criterion::Indicator { .. } | Criterion::Units { .. } => &[],
        }
    }

    /// Visits the criteria that stand alone, from the first to the last.
    pub(crate) fn each_single<'c>(&'c self, visit: &mut impl FnMut(&'c Criterion)) {
        match self {
            Criterion::All(parts) | Criterion::Any(parts) | Criterion::AtLeast(_, parts) => {
                for part in parts {
                    part.each_single(visit);
                }
            }
            Criterion::Indicator { .. } | Criterion::Units { .. } => visit(self),
        }
    }
}

impl Share {
    /// How many of a number of units make the share, computed exactly: 70 % of 25 are 17.5, so 18.
    ///
    /// ```
    /// use attain::{exact::decimal, plan::Share};
    ///
    /// assert_eq!(Share::AtLeast(decimal("70").unwrap()).of(25), 18);
    /// assert_eq!(Share::AtLeast(decimal("20").unwrap()).of(126), 26);
    /// assert_eq!(Share::AtLeast(decimal("50").unwrap()).of(126), 63);
    /// assert_eq!(Share::Above(decimal("50").unwrap()).of(126), 64);
    /// ```
    pub fn of(self, units: u32) -> u32 {
        let exactly =
            |share| Exact::of_decimal(share) * &Exact::from(i64::from(units)) / &Exact::HUNDRED;
        let least = match self {
            Share::AtLeast(share) => exactly(share).ceil(),
            Share::Above(share) => exactly(share).floor() + &Exact::ONE,
        };
        // A share of at most all of them fits as they do; one more than all of them is never required.
        least.to_i64().and_then(|least| u32::try_from(least).ok()).unwrap_or(u32::MAX)
    }
}

impl std::fmt::Display for Share {
    /// `at least 70 %`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Share::AtLeast(share) => write!(f, "at least {share} %"),
            Share::Above(share) => write!(f, "more than {share} %"),
        }
    }
}
