//! What looks like a mistake but may be right (law 13): warnings.

use std::fmt;

use super::codes::codes;
use super::{LONGEST_MESSAGE, Place, legible};

codes! {
    /// What a warning is about. The list grows with the versions.
    pub enum WarningCode as "code of a warning" {
        /// The goal of a share in per cent is at least 1 or less. Write `90` or `"90 %"` for 90 %, not `0.9`; a goal that is
        /// this small with its sign, `"0.9 %"`.
        GoalBelowOne = "goal_below_one",
        /// The goal of published values in per cent is at least 10 or more, and no value is above 1. Write 75 for 75 %, not
        /// 0.75, or name the `unit` of the values.
        ValuesBelowOne = "values_below_one",
        /// Two ids, codes of units or categories differ only in capitals, or in letters that are another form of the
        /// same. Rename one if they mean the same.
        AlikeNames = "alike_names",
        /// All ends of spans are last days of months. `end` is the first day that the row is no longer about; the option
        /// `end_inclusive` makes it the last day.
        InclusiveEnds = "inclusive_ends",
        /// Figures of one day stand on the first days, or the last days, of months. Read them with the option `date_is`, or
        /// name the month under `period`.
        FirstsOfMonths = "firsts_of_months",
        /// The figures are of periods shorter than the window, and no `every` says that each period is due.
        EveryNotStated = "every_not_stated",
        /// The fractions of a measure have three decimals each. A point that separates thousands reads as a decimal point.
        FractionsInCounts = "fractions_in_counts",
        /// A column that is not read is named almost as one that is. Rename it if it is meant.
        NearColumn = "near_column",
        /// Columns of a table are not read. Columns of remarks (`source`, `note`, `name` …) are not listed, nor those of
        /// a table whose columns are named in the call.
        UnreadColumns = "unread_columns",
        /// A unit has no figure of a measure that it owes, or that the units beside it report.
        NeverReports = "never_reports",
        /// Events of three months or more carry the same `recorded_at`: the day on which older events were loaded, and no delay. Leave
        /// `recorded_at` out of these, or write the days on which they became known.
        BulkLoad = "bulk_load",
        /// A total of the year to date, as last recorded, is less than the one before. Add the corrected total of the period
        /// before, or `signed: true` to the measure if its totals may fall.
        FallingTotals = "falling_totals",
        /// Rows can't be judged because nothing was recorded for them.
        NoData = "no_data",
        /// Rows are judged although less than 80 % of their reports were made.
        LowCompleteness = "low_completeness",
        /// A total was used although the figures of all its parts add up to something else.
        TotalsDiffer = "totals_differ",
    }
}

/// As many places as a warning names.
pub const PLACES_OF_A_WARNING: usize = 3;

/// What looks like a mistake: nothing is refused for it.
///
/// A plan, tally or report has at most one warning of a code, which counts all places of its kind.
///
/// ```
/// let plan = attain::Plan::from_yaml(r#"
/// attain: 1
/// plan: p
/// units: {levels: [city], list: [{id: "01", level: city}]}
/// measures: {cases: {}, cleared: {}}
/// indicators: {clearance: {proportion: {numerator: cleared, denominator: cases}}}
/// targets: {t: {indicator: clearance, goal: {at_least: 0.9}, window: "2023"}}
/// "#)?;
/// let warnings = plan.warnings();
/// assert_eq!(warnings[0].code, attain::WarningCode::GoalBelowOne);
/// assert_eq!(warnings[0].places[0].to_string(), "targets.t.goal");
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Warning {
    /// What it is about.
    pub code: WarningCode,
    /// What looks wrong, in a sentence.
    pub message: String,
    /// How to correct it, if it is wrong.
    pub hint: Option<String>,
    /// How many places there are.
    pub count: usize,
    /// The first places, at most [`PLACES_OF_A_WARNING`].
    pub places: Vec<Place>,
}

impl Warning {
    /// A warning about some places; none if there is no place.
    pub(crate) fn about(
        code: WarningCode,
        places: impl IntoIterator<Item = Place>,
        message: impl FnOnce(usize) -> String,
        hint: impl Into<String>,
    ) -> Option<Self> {
        let mut places = places.into_iter();
        let first: Vec<Place> = places.by_ref().take(PLACES_OF_A_WARNING).collect();
        let count = first.len() + places.count();
        let message = || legible(&message(count), LONGEST_MESSAGE);
        let hint = legible(&hint.into(), LONGEST_MESSAGE);
        (count > 0).then(|| Warning {
            code,
            message: message(),
            hint: Some(hint),
            count,
            places: first,
        })
    }
}

impl fmt::Display for Warning {
    /// Places, message and hint in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, place) in self.places.iter().enumerate() {
            let joint = if number > 0 { "; " } else { "" };
            write!(f, "{joint}{place}")?;
        }
        match self.count - self.places.len() {
            0 => {}
            more => write!(f, "; and {more} more")?,
        }
        if !self.places.is_empty() {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}
