//! Awards: who may get one, how many there are, and what becomes of ties.

use super::basis::Document;
use super::index::StandardIndex;
use crate::error::codes::codes;
use crate::exact::{Decimal, Exact};

/// A commendation of the best units of a score's level.
#[derive(Debug, Clone, PartialEq)]
pub struct Award {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// The documents it rests on.
    pub basis: Vec<Document>,
    /// The score that ranks the units, by its place in the plan; level and windows are the score's.
    pub score: usize,
    /// What a unit has to fulfil besides having points.
    pub eligible: Eligibility,
    /// How many are chosen.
    pub quota: Quota,
    /// What becomes of units with equal points of which the quota would take only some.
    pub ties: Ties,
}

/// What a unit has to fulfil to be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Eligibility {
    /// Standards it holds in the window.
    pub standards: Vec<StandardIndex>,
    /// Targets, by their places in the plan, that it meets in the window.
    pub targets: Vec<usize>,
    /// The grade, by its place in the score, that it has or is better than.
    pub grade: Option<usize>,
    /// For how many months it has existed when the window ends; newer units are not rated.
    pub exists_for: Option<u32>,
}

/// How many are chosen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quota {
    /// A number.
    Count(u32),
    /// At most this share, in per cent, of some units: rounded down.
    Share(Decimal, QuotaBase),
}

/// What a share is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaBase {
    /// The units that are rated: they have points, and are not too new.
    Rated,
    /// The units that are eligible.
    Eligible,
    /// The rated units of this grade, by its place in the score, or a better one.
    Grade(usize),
}

codes! {
    /// What becomes of units with equal points of which the quota would take only some.
    #[derive(Default)]
    pub enum Ties as "rule for ties" {
        /// None of them is chosen: the quota is never exceeded.
        #[default]
        AllOut = "all_out",
        /// All of them are.
        AllIn = "all_in",
    }
}

impl Award {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

impl Quota {
    /// How many may be chosen, where a share is one of a number of units; rounded down.
    ///
    /// ```
    /// use attain::{exact::decimal, plan::{QuotaBase, Quota}};
    ///
    /// assert_eq!(Quota::Share(decimal("20").unwrap(), QuotaBase::Rated).of(126), 25);
    /// assert_eq!(Quota::Share(decimal("29").unwrap(), QuotaBase::Rated).of(100), 29);
    /// assert_eq!(Quota::Count(3).of(126), 3);
    /// ```
    pub fn of(self, units: usize) -> usize {
        match self {
            Quota::Count(count) => count as usize,
            Quota::Share(share, _) => {
                let units = i64::try_from(units).unwrap_or(i64::MAX);
                let exactly = Exact::of_decimal(share) * &Exact::from(units) / &Exact::HUNDRED;
                // A share of at most all of them fits as they do.
                exactly.floor().to_i64().and_then(|quota| usize::try_from(quota).ok()).unwrap_or(0)
            }
        }
    }
}
