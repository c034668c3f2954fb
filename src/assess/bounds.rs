//! A goal as bounds on the value, and what follows from where the value stands to them
//! (`docs/semantics.md`, 21 to 25).

use super::assessment::{Certainty, Verdict};
use super::value::Events;
use crate::exact::Exact;
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
                let then = then?;
                Bounds::Ceiling { at: then - &amount(*by, then), strict: false }
            }
            Goal::IncreaseBy(by, _) => {
                let then = then?;
                Bounds::Floor { at: then + &amount(*by, then), strict: false }
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
        let size = then.abs();
        let change = |at: &Exact| {
            let difference = at - then;
            match told_as {
                ChangeAs::Absolute => Some(difference),
                ChangeAs::Percent if size.is_zero() => None,
                ChangeAs::Percent => Some(difference * &Exact::HUNDRED / &size),
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

    /// How a value is held against the number, in words.
    pub(crate) fn comparator(&self) -> &'static str {
        match self {
            Bounds::Floor { strict: false, .. } => "at least",
            Bounds::Floor { strict: true, .. } => "above",
            Bounds::Ceiling { strict: false, .. } => "at most",
            Bounds::Ceiling { strict: true, .. } => "below",
            Bounds::Between { .. } => "between",
        }
    }

    /// Distance to the goal, positive on the good side.
    pub(crate) fn gap(&self, value: &Exact) -> f64 {
        let gap = match self {
            Bounds::Floor { at, .. } => value - at,
            Bounds::Ceiling { at, .. } => at - value,
            Bounds::Between { low, high } => (value - low).min(high - value),
        };
        gap.float()
    }

    /// Actual ÷ goal in per cent.
    pub(crate) fn attainment(&self, value: &Exact) -> Option<f64> {
        match self {
            Bounds::Floor { at, .. } | Bounds::Ceiling { at, .. }
                if at.is_positive() && !value.is_negative() =>
            {
                Some((value * &Exact::HUNDRED / at).float())
            }
            Bounds::Floor { .. } | Bounds::Ceiling { .. } | Bounds::Between { .. } => None,
        }
    }

    /// Events still needed; under a ceiling recorded less allowed.
    pub(crate) fn needed(&self, events: &Events) -> Option<i64> {
        let Events { recorded, most, .. } = events;
        if !recorded.is_whole() {
            return None;
        }
        let possible =
            |total: &Exact| !total.is_negative() && most.as_ref().is_none_or(|most| total <= most);
        let more = |least: Exact| {
            let more = &least - recorded;
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
                more(if *strict { exact.floor() + &Exact::ONE } else { exact.ceil() })
            }
            Bounds::Ceiling { at, strict } => {
                let exact = events.making(at);
                let mut allowed = if *strict { exact.ceil() - &Exact::ONE } else { exact.floor() };
                if let Some(whole) = most {
                    allowed = allowed.min(whole.floor());
                }
                if possible(&allowed) { (recorded - &allowed).to_i64() } else { None }
            }
            Bounds::Between { low, high } => {
                let (least, most) = (events.making(low).ceil(), events.making(high).floor());
                if *recorded > most || least > most { None } else { more(least) }
            }
        }
    }
}

impl Events {
    /// How many events make a value.
    fn making(&self, value: &Exact) -> Exact {
        (value - &self.intercept) / &self.slope
    }
}

/// What is added or taken away.
fn amount(by: Amount, then: &Exact) -> Exact {
    match by {
        Amount::Percent(percent) => then.abs() * &Exact::of_decimal(percent) / &Exact::HUNDRED,
        Amount::Absolute(amount) => Exact::of_decimal(amount),
    }
}
