//! The options of indicators and formulas.

use crate::error::codes::codes;

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
    /// The unit of a change.
    pub enum ChangeAs as "form of a change" {
        /// In per cent of the earlier value.
        Percent = "percent",
        /// In the other indicator's unit.
        Absolute = "absolute",
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
    /// The good direction.
    pub enum Better as "direction" {
        /// More is better.
        Higher = "higher",
        /// Less is better.
        Lower = "lower",
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
