//! The rows of pooled values.

use chrono::NaiveDate;

use crate::assess::Verdict;
use crate::report::PoolingReason;
use crate::view::View;

/// A row of judgement with a true value that is estimated from its counts and those of the other units.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "pooled")]
#[non_exhaustive]
pub struct PooledValue {
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
    /// The unit's level.
    pub level: String,
    /// What was counted, as in the rows of the report.
    pub numerator: Option<f64>,
    /// Out of what, as in the rows of the report.
    pub denominator: Option<f64>,
    /// The indicator's value, as in the rows of the report.
    pub value: Option<f64>,
    /// The goal in words.
    pub goal: String,
    /// The goal's number, the lower one of two.
    pub goal_value: Option<f64>,
    /// The upper number of a `between`.
    pub goal_upper: Option<f64>,
    /// The verdict on the value, as in the rows of the report.
    pub verdict: Verdict,
    /// The expected true value, given the counts of the unit and those of all units of its level: it lies between the value
    /// and those of the others, the nearer to these the fewer the counts of the unit are. Of a share of units: the expected share
    /// of the units judged whose true values meet their goal.
    pub pooled: Option<f64>,
    /// The true value is not below this number, with the plan's confidence …
    pub pooled_lower: Option<f64>,
    /// … and not above this one.
    pub pooled_upper: Option<f64>,
    /// The probability that the true value meets the goal.
    pub p_meets: Option<f64>,
    /// The more likely verdict on the true value: `met` from a probability of ½ on. It may differ from `verdict`.
    pub pooled_verdict: Option<Verdict>,
    /// The probability that `pooled_verdict` is wrong: `p_meets` or 1 − `p_meets`, the smaller one.
    pub p_wrong: Option<f64>,
    /// Whether the row is in the list of reliable verdicts: the largest list of rows of this table of which at most 5 % have a
    /// wrong `pooled_verdict`.
    pub in_list: Option<bool>,
    /// How many units were pooled.
    pub pooled_units: Option<i64>,
    /// By how much the true values of units differ: the standard deviation of their logits, or of the logarithms of rates.
    pub between_sd: Option<f64>,
    /// The probability of a least value among the units that is as low as the observed one. A small one says that this
    /// unit does not fit among the others, and is drawn too far towards them.
    pub p_least: Option<f64>,
    /// The probability of a greatest value that is as high as the observed one.
    pub p_greatest: Option<f64>,
    /// Why there is no pooled value, or no probability: `too_few_units`, where fewer than eight units of the level have
    /// counts; `window_runs`, of events that still add up; `in_every`; `goal_at_the_end`; or the reason of the row.
    pub reason: Option<PoolingReason>,
}
