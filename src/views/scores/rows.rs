//! The rows of scores, of their parts and of their sensitivity.

use chrono::NaiveDate;

use crate::assess::Reason;
use crate::view::View;

/// The score of a unit in a window.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "scores")]
#[non_exhaustive]
pub struct UnitScore {
    /// The score's id.
    pub score: String,
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
    /// The points: what the parts make, less what is taken off.
    pub points: Option<f64>,
    /// The points if the missing reports held their worst; none where that has no limit.
    pub points_worst: Option<f64>,
    /// The points if the missing reports held their best; none where that has no limit.
    pub points_best: Option<f64>,
    /// The points if parts beyond the scale counted as they are.
    pub uncapped: Option<f64>,
    /// What the parts make.
    pub before_deductions: Option<f64>,
    /// What is taken off.
    pub deducted: Option<f64>,
    /// The weight of the parts that the unit has values of, in per cent of all.
    pub coverage: Option<f64>,
    /// The grade the points earn.
    pub grade: Option<String>,
    /// The rank of the points, 1 the best; equal ones share the best of their places.
    pub rank: Option<i64>,
    /// The rank of the uncapped points.
    pub uncapped_rank: Option<i64>,
    /// Share of the due reports that were made, in per cent; the lowest of the parts and deductions.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures, in per cent; the largest of the parts and deductions.
    pub imputed: Option<f64>,
    /// Why there are no points; or, with points, `missing_reports` where reports are missing that could change them.
    pub reason: Option<Reason>,
    /// The documents the score rests on.
    pub basis: Option<String>,
}

/// A part of a unit's score, or something that is taken off it.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "score_parts")]
#[non_exhaustive]
pub struct UnitScorePart {
    /// The score's id.
    pub score: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The part's id; none of a deduction.
    pub part: Option<String>,
    /// Its title.
    pub title: String,
    /// The id of its indicator.
    pub indicator: String,
    /// The indicator's value.
    pub value: Option<f64>,
    /// The value on the scale from 0 to 100, and beyond it.
    pub scaled: Option<f64>,
    /// The value on the scale.
    pub capped: Option<f64>,
    /// What the part counts for beside the others.
    pub weight: Option<f64>,
    /// What it adds to the points before deductions, where they are an arithmetic mean; of a deduction what it
    /// takes off, negative.
    pub points: Option<f64>,
    /// Share of the due reports that were made, in per cent.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures in the value, in per cent.
    pub imputed: Option<f64>,
    /// Why there is no value.
    pub reason: Option<Reason>,
}

/// How a unit's rank moves when the weights do.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "score_sensitivity")]
#[non_exhaustive]
pub struct ScoreSensitivity {
    /// The score's id.
    pub score: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The rank by the plan's weights.
    pub rank: i64,
    /// The best rank when one weight is moved up or down.
    pub shifted_best: i64,
    /// The worst.
    pub shifted_worst: i64,
    /// The best rank when one part is left out.
    pub left_out_best: i64,
    /// The worst.
    pub left_out_worst: i64,
    /// The 5th of a hundred ranks when all weights are drawn anew.
    pub drawn_lower: i64,
    /// The 50th.
    pub drawn_median: i64,
    /// The 95th.
    pub drawn_upper: i64,
}

/// A unit's points and rank when one weight was moved.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "score_scenarios")]
#[non_exhaustive]
pub struct ScoreScenario {
    /// The score's id.
    pub score: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The part whose weight was moved.
    pub part: String,
    /// What it was multiplied by: 0 leaves the part out.
    pub factor: f64,
    /// The points.
    pub points: Option<f64>,
    /// The rank.
    pub rank: Option<i64>,
}
