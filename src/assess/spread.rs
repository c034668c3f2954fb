//! How much the counts of one value vary by chance.

use crate::exact::Exact;
use crate::plan::formula::Facts;
use crate::stats::dispersion::UnitDispersion;

/// The dispersion of one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// How many times the variance of independent events its counts have; 1 or more.
    pub(crate) dispersion: f64,
    /// The degrees of freedom that it is estimated from; 0 of a number that is given, or taken to be 1.
    pub(crate) degrees: u8,
}

impl Spread {
    pub(crate) const INDEPENDENT: Spread = Spread { dispersion: 1.0, degrees: 0 };

    /// Some degrees are a whole number: of the periods less one, and of those of other units.
    pub(super) fn of(unit: UnitDispersion) -> Spread {
        Spread { dispersion: unit.factor, degrees: unit.degrees.min(f64::from(u8::MAX)) as u8 }
    }
}

/// A ratio whose numerator has events that belong to events of its denominator, such as clearances of the window's own cases:
/// with the share q of them, the variance of a ratio p is 1 + p(1 − 2q) times that of independent counts. (Of q = 1, with one
/// event of the numerator at most for each of the denominator, this is the variance of a binomial share.)
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Linked {
    /// 1 − 2q.
    slope: f64,
    /// The multiplier of the ratio.
    per: f64,
}

impl Linked {
    /// None where half of the events are linked: then the variance is that of independent counts.
    pub(super) fn of(facts: &Facts<'_>) -> Option<Linked> {
        let linked = Exact::of_decimal(facts.linked?).float();
        let per = Exact::of_decimal(facts.per).float();
        (linked != 0.5).then_some(Linked { slope: 1.0 - 2.0 * linked, per })
    }

    /// The variance of a ratio, in multiples of that of independent counts, by events each worth so much of it. The ratio is
    /// drawn towards one half, as Agresti and Coull (1998) do: at 100 % a share would have no variance.
    pub(crate) fn of_events(self, events: f64, per_event: f64) -> f64 {
        let over = self.per / per_event;
        self.at((events + 2.0) / (over + 4.0), over)
    }

    /// The same at a goal.
    pub(super) fn at_goal(self, goal: f64, per_event: f64) -> f64 {
        self.at(goal / self.per, self.per / per_event)
    }

    fn at(self, ratio: f64, over: f64) -> f64 {
        (1.0 + self.slope * ratio).max((1.0 + over).recip())
    }
}

/// The dispersions of a value and of the one that it is compared with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowSpread {
    pub(crate) now: Spread,
    pub(crate) then: Spread,
    pub(crate) linked: Option<Linked>,
}

impl RowSpread {
    /// The one that is known from fewer degrees of freedom: of a number that is given there are as many as one likes.
    pub(crate) fn fewer_degrees(self) -> Spread {
        let degrees = |spread: &Spread| match spread.degrees {
            0 => u8::MAX,
            degrees => degrees,
        };
        if degrees(&self.then) < degrees(&self.now) { self.then } else { self.now }
    }
}
