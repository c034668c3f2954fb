//! The bounds of a goal on the value of a unit (`docs/semantics.md`, 21 to 25).

use super::assessment::{Certainty, Verdict};
use super::value::Events;
use crate::error::codes::codes;
use crate::exact::{Bound, Exact, ExactArithmetic};
use crate::plan::{Amount, ChangeAs, Goal, GoalNumber};
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

impl<N> Bound<N> {
    /// How a value is compared with the number, in words.
    pub(crate) fn comparator(&self) -> Comparator {
        match self {
            Bound::Floor { strict: false, .. } => Comparator::AtLeast,
            Bound::Floor { strict: true, .. } => Comparator::Above,
            Bound::Ceiling { strict: false, .. } => Comparator::AtMost,
            Bound::Ceiling { strict: true, .. } => Comparator::Below,
            Bound::Between { .. } => Comparator::Between,
        }
    }
}

impl Bound {
    /// The bounds of a goal; `then` is the earlier value of a relative one, without which it has none.
    pub(crate) fn of(goal: &Goal, then: Option<&Exact>) -> Option<Bound> {
        let number = |number| match number {
            GoalNumber::Given(number) => Some(Exact::of_decimal(number)),
            GoalNumber::Less(by) => then.map(|then| then - &amount(by, then)),
            GoalNumber::More(by) => then.map(|then| then + &amount(by, then)),
        };
        goal.bounds(number).known()
    }

    pub(crate) fn verdict(&self, value: &Exact) -> Verdict {
        let distance = self.distance(&mut ExactArithmetic, value);
        if self.is_met_at(&distance) { Verdict::Met } else { Verdict::Missed }
    }

    /// Distance to the goal, positive on the good side.
    pub(crate) fn gap(&self, value: &Exact) -> f64 {
        self.distance(&mut ExactArithmetic, value).float()
    }

    /// The same bounds as bounds on the change from an earlier value; none where that is zero and the
    /// change is in per cent.
    pub(crate) fn as_change(&self, then: &Exact, change_unit: ChangeAs) -> Option<Bound> {
        let size = then.abs();
        let change = |at: &Exact| {
            let difference = at - then;
            match change_unit {
                ChangeAs::Absolute => Some(difference),
                ChangeAs::Percent if size.is_zero() => None,
                ChangeAs::Percent => Some(difference * &Exact::HUNDRED / &size),
            }
        };
        self.map(change).known()
    }

    /// Whether no more events can turn the verdict on a value: a floor is reached, a ceiling or the upper end passed.
    pub(crate) fn is_final_for(&self, value: &Exact) -> bool {
        match self {
            Bound::Floor { .. } => self.verdict(value) == Verdict::Met,
            Bound::Ceiling { .. } => self.verdict(value) == Verdict::Missed,
            Bound::Between { high, .. } => value > high,
        }
    }

    /// The bounds on a value that bounds on its change from an earlier one are; none where that is zero and the change is
    /// in per cent.
    pub(crate) fn before_change(&self, then: &Exact, change_unit: ChangeAs) -> Option<Bound> {
        if change_unit == ChangeAs::Percent && then.is_zero() {
            return None;
        }
        Some(self.map(|at| match change_unit {
            ChangeAs::Absolute => then + at,
            ChangeAs::Percent => then + &(then.abs() * at / &Exact::HUNDRED),
        }))
    }

    /// The same bounds as bounds on the events that make the value.
    pub(crate) fn on_events(&self, events: &Events) -> Bound {
        self.map(|at| events.making(at))
    }

    /// Events still needed; under a ceiling recorded less allowed.
    pub(crate) fn events_needed(&self, events: &Events) -> Option<i64> {
        let most = events.most.as_ref().map(Exact::floor);
        if !events.recorded.is_whole() {
            return None;
        }
        self.on_events(events).needed(&events.recorded, most.as_ref())
    }

    /// The smallest change of the events, with everything else as recorded, that turns the verdict; see [`Bound::flip`].
    pub(crate) fn events_to_flip(&self, events: &Events) -> Option<i64> {
        let most = events.most.as_ref().map(Exact::floor);
        if !events.recorded.is_whole() {
            return None;
        }
        self.on_events(events).flip(&events.recorded, most.as_ref())
    }
}

impl Bound<f64> {
    /// Whether the value's interval leaves the verdict open. Floats will do: chance has no exact edge.
    #[inline(always)]
    pub(crate) fn certainty(&self, interval: Interval, is_met: bool) -> Certainty {
        let Interval { lower, upper } = interval;
        let is_clear = match *self {
            Bound::Floor { at, .. } | Bound::Ceiling { at, .. } => !(lower <= at && at <= upper),
            Bound::Between { low, high } if is_met => low < lower && upper < high,
            Bound::Between { low, high } => upper < low || high < lower,
        };
        if is_clear { Certainty::Clear } else { Certainty::WithinChance }
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

    fn goal() -> impl Strategy<Value = Bound> {
        let number = (-20_i64..120, 1_i64..8)
            .prop_map(|(above, below)| Exact::quotient(above, below).unwrap_or(Exact::ZERO));
        prop_oneof![
            (number.clone(), any::<bool>()).prop_map(|(at, strict)| Bound::Floor { at, strict }),
            (number.clone(), any::<bool>()).prop_map(|(at, strict)| Bound::Ceiling { at, strict }),
            (number.clone(), number).prop_map(|(one, other)| Bound::Between {
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
            prop_assert_eq!(goal.events_to_flip(&events), expected);
        }
    }
}
