//! The counts of two groups, checked, and the root of a score.

use crate::error::{self, Result, StatsError};
use crate::root::falling_root;

/// The events and non-events of one group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) events: f64,
    pub(crate) rest: f64,
}

impl Group {
    pub(crate) fn size(self) -> f64 {
        self.events + self.rest
    }

    /// The same group with events and non-events exchanged.
    pub(crate) fn reversed(self) -> Self {
        Group { events: self.rest, rest: self.events }
    }

    /// The group with `more` added to its events and to its non-events.
    pub(crate) fn with(self, more: f64) -> Self {
        Group { events: self.events + more, rest: self.rest + more }
    }
}

/// Two groups and the sizes that were given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TwoShares {
    pub(crate) first: Group,
    pub(crate) second: Group,
    pub(crate) n1: f64,
    pub(crate) n2: f64,
}

impl TwoShares {
    /// Checks the four numbers.
    pub(crate) fn new(
        events1: f64,
        denominator1: f64,
        events2: f64,
        denominator2: f64,
    ) -> Result<Self> {
        let n1 = error::denominator("denominator1", denominator1)?;
        let n2 = error::denominator("denominator2", denominator2)?;
        let x1 = error::part("events1", events1, n1)?;
        let x2 = error::part("events2", events2, n2)?;
        let first = Group { events: x1, rest: n1 - x1 };
        Ok(TwoShares { first, second: Group { events: x2, rest: n2 - x2 }, n1, n2 })
    }

    /// Fails unless all four are whole and together at most `most`, as distributions of whole
    /// numbers need.
    pub(crate) fn whole(&self, most: f64, too_many: &'static str) -> Result<()> {
        for (argument, value) in [
            ("events1", self.first.events),
            ("denominator1", self.n1),
            ("events2", self.second.events),
            ("denominator2", self.n2),
        ] {
            whole(argument, value)?;
        }
        if self.n1 + self.n2 > most {
            let (argument, found) = if self.n1 >= self.n2 {
                ("denominator1", self.n1)
            } else {
                ("denominator2", self.n2)
            };
            return Err(error::out_of_range(argument, found, too_many));
        }
        Ok(())
    }

    /// Miettinen and Nurminen's factor N/(N − 1) of the variance, for the size N of both groups.
    pub(crate) fn factor(&self) -> Result<f64> {
        let all = self.n1 + self.n2;
        if all > 1.0 {
            return Ok(all / (all - 1.0));
        }
        let why = "denominators that are more than 1 together, as the factor N/(N − 1) needs";
        Err(StatsError::Undetermined { argument: "denominator1", why })
    }
}

/// Lets a whole number through.
pub(crate) fn whole(argument: &'static str, value: f64) -> Result<f64> {
    if value.fract() == 0.0 {
        Ok(value)
    } else {
        let expected = "a whole number; score methods take others too";
        Err(error::out_of_range(argument, value, expected))
    }
}

/// Splits `length` where `falling` crosses zero, and returns both parts.
///
/// `falling` gets both parts: the one before the split, which it falls with, and the one after. The
/// smaller one is the unknown, so it keeps its digits.
pub(crate) fn split_at_root(length: f64, falling: impl Fn(f64, f64) -> f64) -> (f64, f64) {
    let half = 0.5 * length;
    if falling(half, half) <= 0.0 {
        let before = falling_root(0.0, half, |before| falling(before, length - before));
        (before, length - before)
    } else {
        let after = falling_root(0.0, half, |after| -falling(length - after, after));
        (length - after, after)
    }
}
