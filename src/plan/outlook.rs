//! What is expected of a window while it runs, and what its outlook rests on.

use crate::calendar::Every;
use crate::exact::Decimal;

/// The path that a target is expected to take to its goal inside its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trajectory {
    /// None: nothing is expected before the end.
    None,
    /// A straight line: from 0 for what accumulates, else from a number or the baseline.
    Linear {
        /// Where it starts, if the plan says so.
        from: Option<Decimal>,
    },
    /// By the same per cent every day, from a number or the baseline.
    Geometric {
        /// Where it starts, if the plan says so.
        from: Option<Decimal>,
    },
    /// The straight line, taken a period at a time: what is expected rises when a period ends.
    Steps(Every),
    /// From milestone to milestone, in straight lines.
    Milestones,
    /// As much of the goal as the same days held of the same window in earlier years. Time is
    /// weighted in the same way when the rest of the window is foretold.
    Seasonal {
        /// The reporting years.
        years: Vec<i32>,
    },
}

impl Default for Trajectory {
    fn default() -> Self {
        Trajectory::Linear { from: None }
    }
}

/// From which share of what is expected a running window is ahead, and from which on track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceThresholds {
    /// From this share on it is ahead.
    pub ahead: Decimal,
    /// From this share on it is on track.
    pub on_track: Decimal,
}

impl Default for PaceThresholds {
    /// All of what is expected, and 95 per cent of it.
    fn default() -> Self {
        PaceThresholds { ahead: Decimal::ONE, on_track: Decimal::new(95, 2) }
    }
}

/// What the outlook of a running window rests on; what a target leaves out, its plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutlookRules {
    /// What is believed before anything was seen; [`Prior::History`] by default.
    pub prior: Option<Prior>,
    /// How many times the variance of independent events there is; else the figures tell.
    pub dispersion: Option<Decimal>,
    /// By how many per cent the rate to come may have moved from the rate so far (a standard
    /// deviation); 0 by default.
    pub drift: Option<Decimal>,
}

impl OutlookRules {
    /// These rules, and where they say nothing, others.
    #[must_use]
    pub fn or(self, others: OutlookRules) -> OutlookRules {
        OutlookRules {
            prior: self.prior.or(others.prior),
            dispersion: self.dispersion.or(others.dispersion),
            drift: self.drift.or(others.drift),
        }
    }
}

/// What is believed of a rate or a share before anything was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prior {
    /// Jeffreys': half an event over nothing; of a share, half an event and half an other.
    Jeffreys,
    /// All rates, or all shares, alike.
    Uniform,
    /// Of counts and of rates over time: from the unit's count in the same window of last year, from those of the other
    /// units of its level, and from how much they changed from the year before. Where these are not known, and of shares,
    /// the default without history.
    History,
    /// As if this number of events had been seen.
    Counted {
        /// How many.
        events: Decimal,
        /// Among how many, over how much of the denominator or, where there is none, in how many
        /// whole windows.
        of: Decimal,
    },
}
