//! A goal as bounds on the value, and what follows from where the value stands to them
//! (`docs/semantics.md`, 21 to 25).

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::assessment::{Certainty, Verdict};
use super::value::Events;
use crate::exact::{self, Exact};
use crate::plan::{Amount, ChangeAs, Goal};
use crate::stats::Interval;

/// A goal once its numbers are known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Bounds {
    Floor { at: Exact, strict: bool },
    Ceiling { at: Exact, strict: bool },
    Between { low: Exact, high: Exact },
}

impl Bounds {
    /// The bounds of a goal; `then` is the earlier value of a relative one, without which it has none.
    pub(crate) fn of(goal: &Goal, then: Option<&Exact>) -> Option<Bounds> {
        let exact = |decimal| Exact::of_decimal(decimal);
        Some(match goal {
            Goal::AtLeast(value) => Bounds::Floor { at: exact(*value), strict: false },
            Goal::Above(value) => Bounds::Floor { at: exact(*value), strict: true },
            Goal::AtMost(value) => Bounds::Ceiling { at: exact(*value), strict: false },
            Goal::Below(value) => Bounds::Ceiling { at: exact(*value), strict: true },
            Goal::Between(low, high) => Bounds::Between { low: exact(*low), high: exact(*high) },
            Goal::ReduceBy(by, _) => {
                let then = then?.rational();
                Bounds::Ceiling { at: Exact::new(then - amount(*by, then)), strict: false }
            }
            Goal::IncreaseBy(by, _) => {
                let then = then?.rational();
                Bounds::Floor { at: Exact::new(then + amount(*by, then)), strict: false }
            }
        })
    }

    pub(crate) fn verdict(&self, value: &Exact) -> Verdict {
        let met = match self {
            Bounds::Floor { at, strict: false } => value >= at,
            Bounds::Floor { at, strict: true } => value > at,
            Bounds::Ceiling { at, strict: false } => value <= at,
            Bounds::Ceiling { at, strict: true } => value < at,
            Bounds::Between { low, high } => low <= value && value <= high,
        };
        if met { Verdict::Met } else { Verdict::Missed }
    }

    /// Whether the value's interval leaves the verdict open. Floats will do: chance has no exact edge.
    pub(crate) fn certainty(&self, interval: &Interval, verdict: Verdict) -> Certainty {
        let Interval { lower, upper } = *interval;
        let clear = match self {
            Bounds::Floor { at, .. } | Bounds::Ceiling { at, .. } => !interval.holds(at.float()),
            Bounds::Between { low, high } => match verdict {
                Verdict::Met => low.float() < lower && upper < high.float(),
                Verdict::Missed | Verdict::Indeterminate => {
                    upper < low.float() || high.float() < lower
                }
            },
        };
        if clear { Certainty::Clear } else { Certainty::WithinChance }
    }

    /// The same bounds as bounds on the change from an earlier value; none where that is zero and the
    /// change is told in per cent.
    pub(crate) fn as_change(&self, then: &Exact, told_as: ChangeAs) -> Option<Bounds> {
        let size = then.rational().abs();
        let change = |at: &Exact| {
            let difference = at.rational() - then.rational();
            match told_as {
                ChangeAs::Absolute => Some(Exact::new(difference)),
                ChangeAs::Percent if size.is_zero() => None,
                ChangeAs::Percent => {
                    let hundred = BigRational::from_integer(BigInt::from(100));
                    Some(Exact::new(difference * hundred / &size))
                }
            }
        };
        Some(match self {
            Bounds::Floor { at, strict } => Bounds::Floor { at: change(at)?, strict: *strict },
            Bounds::Ceiling { at, strict } => Bounds::Ceiling { at: change(at)?, strict: *strict },
            Bounds::Between { low, high } => {
                Bounds::Between { low: change(low)?, high: change(high)? }
            }
        })
    }

    /// The number to reach or keep below, and the upper one of two.
    pub(crate) fn numbers(&self) -> (&Exact, Option<&Exact>) {
        match self {
            Bounds::Floor { at, .. } | Bounds::Ceiling { at, .. } => (at, None),
            Bounds::Between { low, high } => (low, Some(high)),
        }
    }

    /// Distance to the goal, positive on the good side.
    pub(crate) fn gap(&self, value: &Exact) -> f64 {
        let value = value.rational();
        exact::float(&match self {
            Bounds::Floor { at, .. } => value - at.rational(),
            Bounds::Ceiling { at, .. } => at.rational() - value,
            Bounds::Between { low, high } => (value - low.rational()).min(high.rational() - value),
        })
    }

    /// Actual ÷ goal in per cent.
    pub(crate) fn attainment(&self, value: &Exact) -> Option<f64> {
        match self {
            Bounds::Floor { at, .. } | Bounds::Ceiling { at, .. }
                if at.rational().is_positive() && !value.is_negative() =>
            {
                let hundred = BigRational::from_integer(BigInt::from(100));
                Some(exact::float(&(value.rational() * hundred / at.rational())))
            }
            Bounds::Floor { .. } | Bounds::Ceiling { .. } | Bounds::Between { .. } => None,
        }
    }

    /// Events still needed; under a ceiling recorded less allowed.
    pub(crate) fn needed(&self, events: &Events) -> Option<i64> {
        if !events.recorded.is_integer() {
            return None;
        }
        let recorded = events.recorded.to_integer();
        let possible = |total: &BigInt| {
            !total.is_negative()
                && events
                    .most
                    .as_ref()
                    .is_none_or(|most| BigRational::from_integer(total.clone()) <= *most)
        };
        let more = |least: BigInt| {
            let more = &least - &recorded;
            if !more.is_positive() {
                Some(0)
            } else if possible(&least) {
                more.to_i64()
            } else {
                None
            }
        };
        match self {
            Bounds::Floor { at, strict } => {
                let exact = events.making(at);
                let least = if *strict {
                    exact.floor().to_integer() + BigInt::one()
                } else {
                    exact.ceil().to_integer()
                };
                more(least)
            }
            Bounds::Ceiling { at, strict } => {
                let exact = events.making(at);
                let mut most = if *strict {
                    exact.ceil().to_integer() - BigInt::one()
                } else {
                    exact.floor().to_integer()
                };
                if let Some(whole) = &events.most {
                    most = most.min(whole.floor().to_integer());
                }
                if possible(&most) { (recorded - most).to_i64() } else { None }
            }
            Bounds::Between { low, high } => {
                let least = events.making(low).ceil().to_integer();
                let most = events.making(high).floor().to_integer();
                if recorded > most || least > most { None } else { more(least) }
            }
        }
    }
}

impl Events {
    /// How many events make a value.
    fn making(&self, value: &Exact) -> BigRational {
        (value.rational() - &self.intercept) / &self.slope
    }
}

/// What is added or taken away.
fn amount(by: Amount, then: &BigRational) -> BigRational {
    match by {
        Amount::Percent(percent) => {
            let hundred = BigRational::from_integer(BigInt::from(100));
            then.abs() * exact::rational_of_decimal(percent) / hundred
        }
        Amount::Absolute(amount) => exact::rational_of_decimal(amount),
    }
}
