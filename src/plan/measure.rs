//! Raw recorded quantities and how they add up over time and over units.

use chrono::NaiveDate;

use super::index::{LevelIndex, StratumIndex, UnitIndex};
use super::stratum::Narrowed;
use super::units::Unit;
use crate::calendar::{Every, Length};
use crate::error::codes::codes;
use crate::exact::Decimal;

/// A raw recorded quantity: cases, cleared, population.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// Its id, which stands in the outcomes' `measure` column.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// What is counted: `case`, `person`.
    pub unit: Option<String>,
    /// How values of one unit combine along time.
    pub over_time: OverTime,
    /// Whether a mean along time weights each figure by the days for which it stands.
    pub weight_by_days: bool,
    /// Whether each figure is the total from the start of its year to the end of its period.
    pub cumulative: bool,
    /// How values of several units combine.
    pub over_units: OverUnits,
    /// Whether values may be negative.
    pub signed: bool,
    /// Whether values are whole numbers; then outcomes with a fraction are refused.
    pub whole: bool,
    /// The level whose units have to report it.
    pub recorded_at: Option<LevelIndex>,
    /// The units of this level that have to report it, in the order of the plan; none for all units of the level.
    pub recorded_by: Option<Vec<UnitIndex>>,
    /// The period a report is due for.
    pub every: Option<Every>,
    /// How many days after a period's last day its report is on time.
    pub due: Option<u32>,
    /// The weights by which its values are shared out where a unit is divided; none for the first of each change.
    pub apportion: Option<String>,
    /// The strata by which its outcomes may be split, in the order of the plan.
    pub strata: Vec<StratumIndex>,
    /// What it means that a unit has no figure of it.
    pub absent: Absent,
    /// The least and the greatest value that one report can hold.
    pub range: Option<Range>,
    /// The least and the greatest value that a suppressed cell (status `Q`) can hold.
    pub suppressed: Option<Range>,
    /// Whether figures may be recorded before their period, because they are planned or projected.
    pub known_ahead: bool,
    /// How long the last figure of a stock is carried forward where no later one was reported.
    pub carry: Option<Length>,
    /// The days on which its events were recorded, where the plan states them.
    pub recorded: RecordedDays,
    /// Whether this is the published value of a `reported` indicator: judged, never rolled up.
    pub reported: bool,
    /// Whether it is another one, narrowed to categories.
    pub(crate) narrowed: Option<Narrowed>,
}

impl Measure {
    /// Whether the plan says that a unit has to report it (`recorded_at`, `recorded_by`).
    pub(crate) fn is_owed_by(&self, index: UnitIndex, unit: &Unit) -> bool {
        self.recorded_at == Some(unit.level)
            && self.recorded_by.as_ref().is_none_or(|units| units.binary_search(&index).is_ok())
    }

    /// Whether completeness is owed even where the measure is recorded as events.
    pub fn is_due(&self) -> bool {
        self.recorded_at.is_some() || self.every.is_some()
    }
}

codes! {
    /// What it means that a unit has no figure of a measure.
    #[derive(Default)]
    pub enum Absent as "meaning of absent figures" {
        /// Nothing was reported: the value is not known.
        #[default]
        Missing = "missing",
        /// There was nothing to report: the value is 0.
        Zero = "zero",
    }
}

/// The least and the greatest of the numbers that a value can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// The least.
    pub low: Decimal,
    /// The greatest.
    pub high: Decimal,
}

/// The days on which the events of a measure were recorded, as far as the plan states them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RecordedDays {
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The last day, included.
    pub until: Option<NaiveDate>,
}

codes! {
    /// How values of one unit combine along time.
    #[derive(Default)]
    pub enum OverTime as "operator over time" {
        /// A flow: they add up.
        #[default]
        Sum = "sum",
        /// A stock: the latest stands.
        Last = "last",
        /// A level: their arithmetic mean.
        Mean = "mean",
        /// A peak: the largest.
        Max = "max",
        /// A low: the smallest.
        Min = "min",
        /// The middle one in order of size; the mean of the two middle ones, where their number is even.
        Median = "median",
    }
}

impl OverTime {
    /// Whether each of several missing figures may decide the value by itself, whatever the others are: all but sums and means.
    pub(crate) fn picks(self) -> bool {
        match self {
            OverTime::Sum | OverTime::Mean => false,
            OverTime::Last | OverTime::Max | OverTime::Min | OverTime::Median => true,
        }
    }

    /// Whether the value depends on the order in size of figures of all days: that of a part of the days says nothing of all.
    pub(crate) fn is_by_size(self) -> bool {
        match self {
            OverTime::Max | OverTime::Min | OverTime::Median => true,
            OverTime::Sum | OverTime::Last | OverTime::Mean => false,
        }
    }
}

codes! {
    /// How values of several units combine.
    #[derive(Default)]
    pub enum OverUnits as "operator over units" {
        /// They add up.
        #[default]
        Sum = "sum",
        /// Their arithmetic mean.
        Mean = "mean",
        /// The largest.
        Max = "max",
    }
}
