//! How much counts are taken to vary by chance.

use crate::exact::Decimal;

/// What the certainty of verdicts rests on; what a target leaves out, its plan says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CertaintyRules {
    /// How much more counts vary than independent events.
    pub dispersion: Option<DispersionRule>,
    /// The reporting years whose changes from year to year show it, in order of time; else the periods of the window do.
    pub from: Option<Vec<i32>>,
}

impl CertaintyRules {
    /// These rules, and where they say nothing, others.
    #[must_use]
    pub fn or(&self, others: &CertaintyRules) -> CertaintyRules {
        CertaintyRules {
            dispersion: self.dispersion.or(others.dispersion),
            from: self.from.clone().or_else(|| others.from.clone()),
        }
    }
}

/// The variance of counts, in multiples of that of independent events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DispersionRule {
    /// Estimated from the figures.
    Auto,
    /// A number, 1 or more; 1 takes events to be independent.
    Times(Decimal),
}
