//! The rows of certificates and of their criteria.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::assess::{Reason, Verdict};
use crate::view::View;

/// Whether a unit holds a standard in a window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "certificates")]
#[non_exhaustive]
pub struct Certificate {
    /// The standard's id.
    pub standard: String,
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
    /// The day up to and including which outcomes were taken into account.
    pub as_of: NaiveDate,
    /// Whether the window has closed.
    #[view(rename = "final")]
    pub is_final: bool,
    /// The day the criteria came into force, where the plan says.
    pub criteria_from: Option<NaiveDate>,
    /// Met: the unit holds the standard. Missed: it does not, whatever is still unknown. Indeterminate:
    /// that depends on what is unknown.
    pub verdict: Verdict,
    /// Why it can't be said, or what qualifies it.
    pub reason: Option<Reason>,
    /// How many criteria there are, those that combine others not counted.
    pub criteria: i64,
    /// How many of them are met.
    pub criteria_met: i64,
    /// The criteria that make the certificate fail, in words.
    pub failed: Option<String>,
    /// The criteria that it waits for, in words.
    pub undecided: Option<String>,
    /// Of the first criterion on units below: how many there are.
    pub units: Option<i64>,
    /// How many of them have to hold their standard.
    pub units_needed: Option<i64>,
    /// How many do.
    pub units_holding: Option<i64>,
    /// Of how many it is not known.
    pub units_unknown: Option<i64>,
    /// How many more have to.
    pub units_short: Option<i64>,
    /// The documents the criteria rest on.
    pub basis: Option<String>,
}

/// The result of one criterion for one unit and window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, View)]
#[view(name = "criteria", own_serialize)]
#[non_exhaustive]
pub struct CriterionResult {
    /// The standard's id.
    pub standard: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// Its place in the standard: `2`, or `2.1` inside a combination.
    pub criterion: String,
    /// What it requires, in words.
    pub title: String,
    /// Whether it is met; indeterminate where reports are missing that could turn it.
    pub verdict: Verdict,
    /// Why it can't be said.
    pub reason: Option<Reason>,
    /// Whether it makes the certificate fail: it is missed, and so is all that it is part of.
    pub fails: bool,
    /// The id of its indicator.
    pub indicator: Option<String>,
    /// The goal in words.
    pub goal: Option<String>,
    /// The indicator's value.
    pub value: Option<f64>,
    /// Distance to the goal in the indicator's unit; positive is the good side.
    pub gap: Option<f64>,
    /// Events still needed to meet the goal; negative: still allowed under a ceiling.
    pub needed: Option<i64>,
    /// Share of the due reports that were made, in per cent.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures in the value, in per cent.
    pub imputed: Option<f64>,
    /// The id of the standard that units below have to hold.
    pub hold: Option<String>,
    /// How many units there are.
    pub units: Option<i64>,
    /// How many of them have to hold it.
    pub units_needed: Option<i64>,
    /// How many do.
    pub units_holding: Option<i64>,
    /// Of how many it is not known.
    pub units_unknown: Option<i64>,
    /// How many more have to.
    pub units_short: Option<i64>,
    /// The names of those that do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[view(skip)]
    pub not_holding: Vec<String>,
    /// The names of those of which it is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[view(skip)]
    pub not_known: Vec<String>,
}
