//! The rows of shares, and of their sums.

use chrono::NaiveDate;

use crate::assess::{Comparator, Reason, Verdict};
use crate::error::codes::codes;
use crate::view::View;

codes! {
    /// Where the goal of a unit comes from.
    pub enum GoalSource as "source of a goal" {
        /// The plan states it.
        Stated = "stated",
        /// It is the same as that of the unit above.
        Same = "same",
        /// It is an equal share.
        Equal = "equal",
        /// It is a share in proportion to a measure.
        Proportional = "proportional",
        /// The plan lists the shares.
        Explicit = "explicit",
    }
}

codes! {
    /// How a quota was made a whole number.
    pub enum QuotaRounding as "rounding" {
        /// Rounded up.
        Up = "up",
        /// Rounded down.
        Down = "down",
        /// Left as it is.
        None = "none",
    }
}

codes! {
    /// How the goals of a unit's children compare with the unit's own.
    pub enum SumFinding as "finding" {
        /// They add up to it.
        Agrees = "agrees",
        /// They add up to less.
        Short = "short",
        /// They add up to more.
        Beyond = "beyond",
    }
}

/// The goal of one unit in one window, and what the unit made of it.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "cascade_shares")]
#[non_exhaustive]
pub struct Share {
    /// The target's id.
    pub target: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// The code of the unit whose goal this is a share of; none for the target's own units.
    pub parent: Option<String>,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// Whether the window has closed.
    #[view(rename = "final")]
    pub is_final: bool,
    /// Where the goal comes from.
    pub by: GoalSource,
    /// What the share is in proportion to: the measure's value, or 1 for equal shares.
    pub weight: Option<f64>,
    /// The share before it is rounded to a whole number.
    pub quota: Option<f64>,
    /// `up` or `down` where the quota was made a whole number by largest remainder, `none` where it
    /// was left as it is.
    pub rounded: Option<QuotaRounding>,
    /// How the value compares with the number where the goal is met.
    pub comparator: Option<Comparator>,
    /// The number the value has to reach or keep below; the lower one of a `between`.
    pub goal_value: Option<f64>,
    /// The indicator's value for the unit itself.
    pub value: Option<f64>,
    /// Distance to the goal, positive on the good side.
    pub gap: Option<f64>,
    /// Share of the due reports that were made, in per cent.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures in the value, in per cent.
    pub imputed: Option<f64>,
    /// What the figures say of the unit against its share; indeterminate where reports are missing that could turn it.
    pub verdict: Verdict,
    /// Why the unit has no share or can't be judged.
    pub reason: Option<Reason>,
}

/// What the goals of a unit's children add up to, beside the unit's own, which they never replace.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "cascade_sums")]
#[non_exhaustive]
pub struct SumOfShares {
    /// The target's id.
    pub target: String,
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
    /// How many children the unit has.
    pub children: i64,
    /// How many of them have no share.
    pub without_share: i64,
    /// The unit's own goal; of counts, the whole number that says the same.
    pub whole: Option<f64>,
    /// What the children's goals add up to.
    pub parts: Option<f64>,
    /// whole − parts.
    pub difference: Option<f64>,
    /// `agrees`; `short` where the parts add up to less than the whole, `beyond` where to more.
    pub finding: Option<SumFinding>,
    /// Why there is no difference, or why a child has no share.
    pub reason: Option<Reason>,
}
