//! Raw recorded quantities and how they add up over time and over units.

use chrono::NaiveDate;

use super::index::{LevelIndex, StratumIndex};
use super::stratum::Narrowed;
use crate::calendar::Every;
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
    /// How values of several units combine.
    pub over_units: OverUnits,
    /// Whether values may be negative.
    pub signed: bool,
    /// The level whose units have to report it.
    pub recorded_at: Option<LevelIndex>,
    /// The period a report is due for.
    pub every: Option<Every>,
    /// How many days after a period's last day its report is on time.
    pub due: Option<u32>,
    /// The weights by which its values are shared out where a unit is divided; none for the first of each change.
    pub apportion: Option<String>,
    /// The strata its outcomes may be told apart by, in the order of the plan.
    pub strata: Vec<StratumIndex>,
    /// What it means that a unit has no figure of it.
    pub absent: Absent,
    /// The least and the greatest value that one report can hold.
    pub range: Option<Range>,
    /// The least and the greatest value that a suppressed cell (status `Q`) can hold.
    pub suppressed: Option<Range>,
    /// Whether figures may be recorded before their period, because they are planned or projected.
    pub known_ahead: bool,
    /// The days on which its events were recorded, where the plan states them.
    pub recorded: RecordedDays,
    /// Whether this is the published value of a `reported` indicator: judged, never rolled up.
    pub reported: bool,
    /// Whether it is another one, narrowed to categories.
    pub(crate) narrowed: Option<Narrowed>,
}

impl Measure {
    /// Whether completeness is owed even where the measure is recorded as events.
    pub fn is_due(&self) -> bool {
        self.recorded_at.is_some() || self.every.is_some()
    }
}

/// What it means that a unit has no figure of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Absent {
    /// Nothing was reported: the value is not known.
    #[default]
    Missing,
    /// There was nothing to report: the value is 0.
    Zero,
}

impl Absent {
    /// Both meanings, in the order of the documentation.
    pub const ALL: [Absent; 2] = [Absent::Missing, Absent::Zero];

    /// The meaning as the plan file names it.
    pub fn name(self) -> &'static str {
        match self {
            Absent::Missing => "missing",
            Absent::Zero => "zero",
        }
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

/// How values of one unit combine along time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OverTime {
    /// A flow: they add up.
    #[default]
    Sum,
    /// A stock: the latest stands.
    Last,
    /// A level: their arithmetic mean.
    Mean,
    /// A peak: the largest.
    Max,
}

/// How values of several units combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OverUnits {
    /// They add up.
    #[default]
    Sum,
    /// Their arithmetic mean.
    Mean,
    /// The largest.
    Max,
}

impl OverTime {
    /// All operators, in the order of the documentation.
    pub const ALL: [OverTime; 4] = [OverTime::Sum, OverTime::Last, OverTime::Mean, OverTime::Max];

    /// The operator as the plan file names it.
    pub fn name(self) -> &'static str {
        match self {
            OverTime::Sum => "sum",
            OverTime::Last => "last",
            OverTime::Mean => "mean",
            OverTime::Max => "max",
        }
    }
}

impl OverUnits {
    /// All operators, in the order of the documentation.
    pub const ALL: [OverUnits; 3] = [OverUnits::Sum, OverUnits::Mean, OverUnits::Max];

    /// The operator as the plan file names it.
    pub fn name(self) -> &'static str {
        match self {
            OverUnits::Sum => "sum",
            OverUnits::Mean => "mean",
            OverUnits::Max => "max",
        }
    }
}
