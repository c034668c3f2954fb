//! Changes of boundaries: units that merge, split, give land away or take another name.

use chrono::NaiveDate;

use crate::error::codes::codes;
use crate::exact::Decimal;
use crate::plan::basis::Document;
use crate::plan::index::UnitIndex;

/// What became of units on one day: those that end go over into those that begin.
#[derive(Debug, Clone, PartialEq)]
pub struct BoundaryChange {
    /// The first day of the new boundaries: units that take part end or begin on it.
    pub on: NaiveDate,
    /// Its title.
    pub title: Option<String>,
    /// The documents that ordered it.
    pub basis: Vec<Document>,
    /// By what units that are divided can be shared out; the first is used where a measure names none.
    pub weights: Vec<Weights>,
    /// Which unit went over into which.
    pub passages: Vec<Passage>,
}

/// By what divided units are shared out: population, area, a measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// Its id, which measures name in `apportion`.
    pub id: String,
    /// When or by what the weights were taken: `2019 census`. Numerators and denominators need the same.
    pub vintage: Option<String>,
    /// What the numbers are.
    pub given_as: GivenAs,
}

codes! {
    /// What the numbers of weights are.
    #[derive(Default)]
    pub enum GivenAs as "meaning of weights" {
        /// Shares of the unit that ends, which add up to 1.
        #[default]
        Shares = "shares",
        /// People, hectares, cases that went over: shares of both units follow from them.
        Amounts = "amounts",
    }
}

/// A unit, or part of it, that went over into another.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// The unit that ends.
    pub from: UnitIndex,
    /// Where it went.
    pub to: Destination,
    /// Its weight by each of the change's weights, where one is given.
    pub weights: Vec<Option<Decimal>>,
}

/// Where a unit went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Destination {
    /// Into a unit that begins.
    Unit(UnitIndex),
    /// Into units below this one; which of them, nobody says.
    Within(UnitIndex),
}
