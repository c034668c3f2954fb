//! The rows of a ranking and of a funnel.

use chrono::NaiveDate;

use crate::assess::reasons;
use crate::error::codes::codes;
use crate::stats::FunnelSignal;
use crate::view::View;

codes! {
    /// How a unit's value compares with the average.
    pub enum RankFinding as "finding" {
        /// It is better, beyond chance.
        Better = "better",
        /// It is worse, beyond chance.
        Worse = "worse",
        /// The difference could be chance.
        NoClearDifference = "no_clear_difference",
    }
}

reasons! {
    /// Why a unit has no value, or no comparison with the others.
    pub enum RankingReason as "reason of a ranking" {
        /// It has no value, or its value has no counts: for the reason of the report's rows.
        Row,
        /// No other unit has counts.
        TooFewUnits = "too_few_units",
        /// No unit has an event.
        NoEvents = "no_events",
    }
}

/// A unit among the others of its level.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "ranking")]
#[non_exhaustive]
pub struct RankedUnit {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// Its level.
    pub level: String,
    /// What was counted.
    pub numerator: Option<f64>,
    /// Out of what.
    pub denominator: Option<f64>,
    /// The indicator's value.
    pub value: Option<f64>,
    /// The average of all units: the sum of their numerators over that of their denominators.
    pub average: Option<f64>,
    /// The place of the value, 1 for the best; equal values share the best of their places.
    pub rank: Option<i64>,
    /// The best rank that its true one may be, looked at by itself.
    pub rank_best: Option<i64>,
    /// The worst.
    pub rank_worst: Option<i64>,
    /// The best rank that its true one may be, looked at together with all others.
    pub rank_best_of_all: Option<i64>,
    /// The worst.
    pub rank_worst_of_all: Option<i64>,
    /// Units whose possible ranks, of all at once, reach those of the best one among them; 1 is the group of the best.
    pub group: Option<i64>,
    /// Down to here chance, and as much as units differ anyway, would leave a unit of its size.
    pub lower: Option<f64>,
    /// Up to here.
    pub upper: Option<f64>,
    /// Where the value stands to such limits of the plan's confidence and of 99.8 %.
    pub signal: Option<FunnelSignal>,
    /// The same by chance alone, tested exactly.
    pub signal_by_chance: Option<FunnelSignal>,
    /// How many times more than by chance units differ, squared.
    pub phi: Option<f64>,
    /// The probability of so great a distance from the average, by chance and by as much as units differ anyway.
    pub p: Option<f64>,
    /// The same, adjusted so that hardly any unit is found by mistake (Holm).
    pub p_holm: Option<f64>,
    /// The same, adjusted so that few of those found are found by mistake (Benjamini and Hochberg).
    pub p_bh: Option<f64>,
    /// How the value compares with the average, by the last of these.
    pub finding: Option<RankFinding>,
    /// Share of the due reports that were made, in per cent.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures in the value, in per cent.
    pub imputed: Option<f64>,
    /// Why the unit has no value, or nothing but its rank: `too_few_units`, where no other unit has counts; `no_events`, where
    /// no unit has an event; or the reason of its row.
    pub reason: Option<RankingReason>,
}

codes! {
    /// What a row of a funnel is.
    pub enum FunnelPart as "part of a funnel" {
        /// A unit.
        Unit = "unit",
        /// A point of the lines, at a denominator between those of the units.
        Line = "line",
    }
}

/// A unit in a funnel, or a point of its lines: the limits for a unit with this denominator.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "funnel")]
#[non_exhaustive]
pub struct FunnelRow {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// What the row is.
    pub part: FunnelPart,
    /// The unit's code; null for a point of the lines, and so are its name, level, numerator and value.
    pub unit: Option<String>,
    /// The unit's name.
    pub unit_name: Option<String>,
    /// Its level.
    pub level: Option<String>,
    /// What was counted.
    pub numerator: Option<f64>,
    /// Out of what: the horizontal axis.
    pub denominator: Option<f64>,
    /// The indicator's value: the vertical axis.
    pub value: Option<f64>,
    /// The average of all units: the sum of their numerators over that of their denominators.
    pub average: Option<f64>,
    /// The lower limit of chance alone, of the plan's confidence.
    pub chance_lower: Option<f64>,
    /// The upper limit of chance alone.
    pub chance_upper: Option<f64>,
    /// The lower limit of chance alone, of 99.8 %.
    pub chance_lower_outer: Option<f64>,
    /// The upper limit of chance alone, of 99.8 %.
    pub chance_upper_outer: Option<f64>,
    /// The lower limit of chance and of the variation between units, of the plan's confidence.
    pub adjusted_lower: Option<f64>,
    /// The upper limit of chance and of the variation between units.
    pub adjusted_upper: Option<f64>,
    /// The lower limit of chance and of the variation between units, of 99.8 %.
    pub adjusted_lower_outer: Option<f64>,
    /// The upper limit of chance and of the variation between units, of 99.8 %.
    pub adjusted_upper_outer: Option<f64>,
    /// The position of a unit's value to the limits of chance alone, tested exactly.
    pub signal_by_chance: Option<FunnelSignal>,
    /// The position of a unit's value to the adjusted limits.
    pub signal: Option<FunnelSignal>,
    /// Share of the due reports that were made, in per cent.
    pub completeness: Option<f64>,
    /// Share of imputed and estimated figures in the value, in per cent.
    pub imputed: Option<f64>,
    /// Why a unit has no value, or no limits: as in a ranking.
    pub reason: Option<RankingReason>,
}
