//! What a plan can choose for a formula.

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
    /// How a change is told.
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
