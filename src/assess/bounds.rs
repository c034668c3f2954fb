//! A goal as bounds on the value, and what follows from where the value stands to them
//! (`docs/semantics.md`, 21 to 25).

use super::assessment::{Certainty, Verdict};
use super::value::Events;
use crate::error::codes::codes;
use crate::exact::Exact;
use crate::plan::{Amount, ChangeAs, Goal};
use crate::stats::Interval;

codes! {
    /// How a value compares with a goal's number where the goal is met.
    pub enum Comparator as "comparator" {
        /// It is the number or more.
        AtLeast = "at least",
        /// It is more.
        Above = "above",
        /// It is the number or less.
        AtMost = "at most",
        /// It is less.
        Below = "below",
        /// It is one of two numbers or lies between them.
        Between = "between",
    }
}

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

    /// Whether no more events can turn the verdict on a value: a floor is reached, a ceiling or the upper end passed.
    pub(crate) fn is_final_for(&self, value: &Exact) -> bool {
        match self {
            Bounds::Floor { .. } => self.verdict(value) == Verdict::Met,
            Bounds::Ceiling { .. } => self.verdict(value) == Verdict::Missed,
            Bounds::Between { high, .. } => value > high,
        }
    }

    /// The bounds on a value that bounds on its change from an earlier one are; none where that is zero and the change is
    /// in per cent.
    pub(crate) fn before_change(&self, then: &Exact, told_as: ChangeAs) -> Option<Bounds> {
        if told_as == ChangeAs::Percent && then.is_zero() {
            return None;
        }
        let number = |at: &Exact| match told_as {
            ChangeAs::Absolute => then + at,
            ChangeAs::Percent => then + &(then.abs() * at / &Exact::HUNDRED),
        };
        Some(match self {
            Bounds::Floor { at, strict } => Bounds::Floor { at: number(at), strict: *strict },
            Bounds::Ceiling { at, strict } => Bounds::Ceiling { at: number(at), strict: *strict },
            Bounds::Between { low, high } => {
                Bounds::Between { low: number(low), high: number(high) }
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

    /// How a value is compared with the number, in words.
    pub(crate) fn comparator(&self) -> Comparator {
        match self {
            Bounds::Floor { strict: false, .. } => Comparator::AtLeast,
            Bounds::Floor { strict: true, .. } => Comparator::Above,
            Bounds::Ceiling { strict: false, .. } => Comparator::AtMost,
            Bounds::Ceiling { strict: true, .. } => Comparator::Below,
            Bounds::Between { .. } => Comparator::Between,
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

impl Bounds {
    /// The smallest change of the events, with everything else as recorded, that turns the verdict: the number
    /// more, or, negative, fewer; of two as small the one upward. None where no number of events can.
    pub(crate) fn flip(&self, events: &Events) -> Option<i64> {
        let Events { recorded, most, .. } = events;
        if !recorded.is_whole() {
            return None;
        }
        let possible =
            |total: &Exact| !total.is_negative() && most.as_ref().is_none_or(|most| total <= most);
        // The first number beyond each end of those that meet the goal, and the first within.
        let (one, no) = (Exact::ONE, None);
        let (below, least, most_allowed, above) = match self {
            Bounds::Floor { at, strict } => {
                let exact = events.making(at);
                let least = if *strict { exact.floor() + &one } else { exact.ceil() };
                (Some(&least - &one), Some(least), no, None)
            }
            Bounds::Ceiling { at, strict } => {
                let exact = events.making(at);
                let most = if *strict { exact.ceil() - &one } else { exact.floor() };
                (None, None, Some(most.clone()), Some(most + &one))
            }
            Bounds::Between { low, high } => {
                let (least, most) = (events.making(low).ceil(), events.making(high).floor());
                if least > most {
                    return None;
                }
                (Some(&least - &one), Some(least), Some(most.clone()), Some(most + &one))
            }
        };
        let is_short = least.as_ref().is_some_and(|least| recorded < least);
        let is_beyond = most_allowed.as_ref().is_some_and(|most| recorded > most);
        let turns = match (is_short, is_beyond) {
            (true, _) => [least, None],
            (false, true) => [most_allowed, None],
            (false, false) => [above, below],
        };
        let changes = turns.into_iter().flatten().filter(possible);
        changes.filter_map(|total| (&total - recorded).to_i64()).min_by_key(|by| by.abs())
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn goal() -> impl Strategy<Value = Bounds> {
        let number = (-20_i64..120, 1_i64..8)
            .prop_map(|(above, below)| Exact::quotient(above, below).unwrap_or(Exact::ZERO));
        prop_oneof![
            (number.clone(), any::<bool>()).prop_map(|(at, strict)| Bounds::Floor { at, strict }),
            (number.clone(), any::<bool>()).prop_map(|(at, strict)| Bounds::Ceiling { at, strict }),
            (number.clone(), number).prop_map(|(one, other)| Bounds::Between {
                low: one.clone().min(other.clone()),
                high: one.max(other),
            }),
        ]
    }

    proptest! {
        /// Against trying every number of events.
        #[test]
        fn the_smallest_change_turns_the_verdict(
            goal in goal(),
            recorded in 0_i64..60,
            slope in (1_i64..9, 1_i64..5),
            whole in prop::option::of(0_i64..60),
        ) {
            let recorded = whole.map_or(recorded, |whole| recorded.min(whole));
            let events = Events {
                recorded: Exact::from(recorded),
                slope: Exact::quotient(slope.0, slope.1).unwrap_or(Exact::ONE),
                intercept: Exact::ZERO,
                most: whole.map(Exact::from),
            };
            let verdict = |events: i64| {
                goal.verdict(&(Exact::from(events) * &Exact::quotient(slope.0, slope.1).unwrap_or(Exact::ONE)))
            };
            let turning = (0..=whole.unwrap_or(1_000)).filter(|n| verdict(*n) != verdict(recorded));
            let expected = turning.map(|n| n - recorded).min_by_key(|by| (by.abs(), -by));
            prop_assert_eq!(goal.flip(&events), expected);
        }
    }
}
