//! Why a row can't be judged, in the order in which one reason goes before another.

/// The reasons of the page's last section. Two of them bear the same code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    UnitNotValid,
    NotStarted,
    Suppressed,
    Straddles,
    NotAdditive,
    NoData,
    ContradictoryCounts,
    ZeroDenominator,
    NoBaseline,
    TooFewReports,
    Provisional,
    NoCounts,
}

impl Reason {
    pub fn code(self) -> &'static str {
        match self {
            Reason::UnitNotValid => "unit_not_valid",
            Reason::NotStarted => "not_started",
            Reason::Suppressed => "suppressed",
            Reason::Straddles => "straddles",
            Reason::NotAdditive => "not_additive",
            Reason::NoData => "no_data",
            Reason::ContradictoryCounts | Reason::TooFewReports => "incomplete",
            Reason::ZeroDenominator => "zero_denominator",
            Reason::NoBaseline => "no_baseline",
            Reason::Provisional => "provisional",
            Reason::NoCounts => "no_counts",
        }
    }
}
