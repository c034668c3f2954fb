//! The rows of verdicts that missing and late reports could lead to.

use chrono::NaiveDate;

use crate::assess::{SensitivityReason, Verdict};
use crate::view::View;

/// A row of judgement, and what missing and late reports could make and made of it.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "sensitivity")]
#[non_exhaustive]
pub struct SensitivityRow {
    /// The target's id.
    pub target: String,
    /// The categories it is about, as in the rows of the report; none where it is about all.
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
    /// What the figures say, as in the rows of the report.
    pub verdict: Verdict,
    /// The indicator's value, as in the rows of the report.
    pub value: Option<f64>,
    /// Reports due for the periods of the window that have ended, from the unit and those below it, of all
    /// measures; none where the row is not judged in its window.
    pub reports_due: Option<i64>,
    /// Those of them that were made.
    pub reports_made: Option<i64>,
    /// Those of them that were made late; none if no measure says by when its reports are due.
    pub reports_late: Option<i64>,
    /// Those that are missing.
    pub reports_missing: Option<i64>,
    /// The value if all that is missing came in at its worst.
    pub value_worst: Option<f64>,
    /// The verdict then.
    pub verdict_worst: Option<Verdict>,
    /// The value if all that is missing came in at its best.
    pub value_best: Option<f64>,
    /// The verdict then.
    pub verdict_best: Option<Verdict>,
    /// Whether missing reports can turn nothing: worst and best agree with the verdict. None where they are not known.
    pub settled: Option<bool>,
    /// The value without what was reported late; none if no measure says by when its reports are due.
    pub value_on_time: Option<f64>,
    /// The verdict without what was reported late.
    pub verdict_on_time: Option<Verdict>,
    /// Why worst and best are not known: a reason of the report's rows, `no_range` if a unit that misses a report never
    /// made one, `not_bounded` if nothing can be said of such a value. Else the row's own reason, if it has one.
    pub reason: Option<SensitivityReason>,
}
