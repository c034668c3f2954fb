//! Why a row can't be judged, in the order in which one reason goes before another.

/// The reasons of the page's last section. Two of them bear the same code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    UnitNotValid,
    NotStarted,
    Suppressed,
    Straddles,
    Overlaps,
    NotAdditive,
    NoData,
    Unmatched,
    ContradictoryCounts,
    ZeroDenominator,
    NoBaseline,
    TooFewReports,
    Provisional,
    ZeroBaseline,
    NoCounts,
}

impl Reason {
    pub fn code(self) -> &'static str {
        match self {
            Reason::UnitNotValid => "unit_not_valid",
            Reason::NotStarted => "not_started",
            Reason::Suppressed => "suppressed",
            Reason::Straddles => "straddles",
            Reason::Overlaps => "overlaps",
            Reason::NotAdditive => "not_additive",
            Reason::NoData => "no_data",
            Reason::Unmatched => "unmatched",
            Reason::ContradictoryCounts | Reason::TooFewReports => "incomplete",
            Reason::ZeroDenominator => "zero_denominator",
            Reason::NoBaseline => "no_baseline",
            Reason::Provisional => "provisional",
            Reason::ZeroBaseline => "zero_baseline",
            Reason::NoCounts => "no_counts",
        }
    }
}
