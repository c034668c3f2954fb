//! Numbers computed from measures.

use super::expression::Expression;
use super::goal::{Goal, Reference};
use super::index::{IndicatorIndex, LevelIndex, MeasureIndex, StratumIndex};
use super::stratum::Selection;
use crate::error::codes::codes;
use crate::exact::Decimal;

/// A number computed from measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// How it is computed.
    pub formula: Formula,
    /// Which direction is the good one; it never changes a value, only views on it.
    pub better: Option<Better>,
    /// Whether its counts vary by chance.
    pub variation: Variation,
    /// What becomes of figures without a counterpart on the other side of a fraction; none where the plan decides.
    pub unmatched: Option<Unmatched>,
    /// The categories it is about by its own `where`; all, if none is named.
    pub narrowed_to: Selection,
}

impl Indicator {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

/// How an indicator is computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Formula {
    /// A count of events or things.
    Count(Expression),
    /// A part of a whole: the numerator's events are among the denominator's.
    Proportion {
        /// The part.
        numerator: Expression,
        /// The whole.
        denominator: Expression,
        /// The multiplier, 100 for per cent.
        per: Decimal,
    },
    /// One sum over another; it may exceed 1.
    Ratio {
        /// The sum above the line.
        numerator: Expression,
        /// The sum below the line.
        denominator: Expression,
        /// The multiplier, 100 for per cent.
        per: Decimal,
    },
    /// Events per population.
    Rate {
        /// The events.
        numerator: Expression,
        /// The population they come from.
        population: Expression,
        /// The multiplier, 100,000 by default.
        per: Decimal,
        /// Whether and how the rate is brought to a year.
        annualised: Annualised,
    },
    /// The rate that a standard population would have: Σ(w·x/n)/Σw.
    StandardisedRate {
        /// The events, of all categories.
        events: Expression,
        /// The population they come from, of all categories.
        population: Expression,
        /// The stratum whose categories are weighted.
        by: StratumIndex,
        /// The standard population of each category.
        standard: Vec<Decimal>,
        /// The multiplier, 100,000 by default.
        per: Decimal,
        /// With fewer events in all the rate is withheld; 10 by default.
        withhold_below: Decimal,
        /// Of each category its events and its population.
        categories: Vec<(Expression, Expression)>,
    },
    /// A sum per thing.
    Mean {
        /// The sum.
        of: Expression,
        /// The number of things.
        per: Expression,
    },
    /// The change of another indicator.
    Change {
        /// The other indicator.
        of: IndicatorIndex,
        /// What it is compared with.
        from: Reference,
        /// How the change is told.
        told_as: ChangeAs,
    },
    /// The share of units that meet a goal of their own, in per cent.
    ShareOfUnits {
        /// The indicator each unit is judged by.
        of: IndicatorIndex,
        /// The level of the units.
        level: LevelIndex,
        /// The goal each unit has to meet.
        goal: Goal,
    },
    /// The share of the reports due that were made, or made in time, in per cent.
    Reporting {
        /// The measures whose reports are counted.
        of: Vec<MeasureIndex>,
        /// Which of them are counted.
        share: ShareOfReports,
    },
    /// A published value, judged and never rolled up.
    Reported {
        /// The measure of the same id, under which the values arrive.
        measure: MeasureIndex,
        /// The unit it is published in, `%` by default.
        unit: String,
        /// Whether the latest value inside the window stands for it; else only a value published
        /// for the window itself does.
        latest: bool,
    },
}

impl Formula {
    /// The way its counts vary unless the plan says otherwise: reports are counted, all of them; whatever else there is
    /// could have come out otherwise.
    pub fn usual_variation(&self) -> Variation {
        match self {
            Formula::Reporting { .. } => Variation::None,
            Formula::Count(_)
            | Formula::Proportion { .. }
            | Formula::Ratio { .. }
            | Formula::Rate { .. }
            | Formula::StandardisedRate { .. }
            | Formula::Mean { .. }
            | Formula::Change { .. }
            | Formula::ShareOfUnits { .. }
            | Formula::Reported { .. } => Variation::Chance,
        }
    }
}

codes! {
    /// Which of the reports due are counted.
    #[derive(Default)]
    pub enum ShareOfReports as "share of reports" {
        /// Those made on or before the day they were due: timeliness.
        #[default]
        OnTime = "on_time",
        /// Those that came at all: completeness.
        Made = "made",
    }
}

codes! {
    /// Whether and how a rate is brought to a year.
    #[derive(Default)]
    pub enum Annualised as "way to bring a rate to a year" {
        /// By the reporting years and parts of years that the window holds.
        Exact = "exact",
        /// By days ÷ 365, whatever the year.
        Days365 = "365",
        /// It is not: events of the window per population.
        #[default]
        None = "none",
    }
}

codes! {
    /// How a change is told.
    pub enum ChangeAs as "form of a change" {
        /// In per cent of the earlier value.
        Percent = "percent",
        /// In the other indicator's unit.
        Absolute = "absolute",
    }
}

codes! {
    /// The good direction.
    pub enum Better as "direction" {
        /// More is better.
        Higher = "higher",
        /// Less is better.
        Lower = "lower",
    }
}

codes! {
    /// Whether an indicator's counts vary by chance.
    #[derive(Default)]
    pub enum Variation as "variation" {
        /// They could have come out otherwise: intervals say by how much.
        #[default]
        Chance = "chance",
        /// They are complete and meant as such: the verdict is clear.
        None = "none",
    }
}

codes! {
    /// What becomes of figures of a fraction whose counterpart on the other side is missing
    /// (`docs/semantics.md`, 39).
    #[derive(Default)]
    pub enum Unmatched as "choice for unmatched figures" {
        /// They are left out of both sums.
        #[default]
        Exclude = "exclude",
        /// A row with such figures is not judged.
        Refuse = "refuse",
        /// They count as they were recorded.
        AsRecorded = "as_recorded",
    }
}
