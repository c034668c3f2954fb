//! A goal as bounds on the value, and what follows for a value (`docs/semantics.md`, 21 to 25).

use super::Exact;
use super::arithmetic::{Arithmetic, Quotient, Signed, WholeNumber};

/// The bounds of a goal, in numbers of one type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bound<N = Exact> {
    /// The value reaches a number, or exceeds it if `strict`.
    Floor { at: N, strict: bool },
    /// The value is at most a number, or below it if `strict`.
    Ceiling { at: N, strict: bool },
    /// The value lies between two numbers, ends included.
    Between { low: N, high: N },
}

impl<N> Bound<N> {
    /// The same bounds in other numbers.
    #[inline(always)]
    pub(crate) fn map<M>(&self, mut number: impl FnMut(&N) -> M) -> Bound<M> {
        match self {
            Bound::Floor { at, strict } => Bound::Floor { at: number(at), strict: *strict },
            Bound::Ceiling { at, strict } => Bound::Ceiling { at: number(at), strict: *strict },
            Bound::Between { low, high } => Bound::Between { low: number(low), high: number(high) },
        }
    }

    /// The number to reach or keep below, and the upper one of two.
    pub(crate) fn numbers(&self) -> (&N, Option<&N>) {
        match self {
            Bound::Floor { at, .. } | Bound::Ceiling { at, .. } => (at, None),
            Bound::Between { low, high } => (low, Some(high)),
        }
    }

    /// Whether a value at this distance from the goal meets it.
    #[inline(always)]
    pub(crate) fn is_met_at(&self, distance: &impl Signed) -> bool {
        match self {
            Bound::Floor { strict: true, .. } | Bound::Ceiling { strict: true, .. } => {
                distance.is_positive()
            }
            Bound::Floor { .. } | Bound::Ceiling { .. } | Bound::Between { .. } => {
                !distance.is_negative()
            }
        }
    }
}

impl<N> Bound<Option<N>> {
    /// The bounds whose numbers are all known.
    pub(crate) fn known(self) -> Option<Bound<N>> {
        Some(match self {
            Bound::Floor { at, strict } => Bound::Floor { at: at?, strict },
            Bound::Ceiling { at, strict } => Bound::Ceiling { at: at?, strict },
            Bound::Between { low, high } => Bound::Between { low: low?, high: high? },
        })
    }
}

impl<N: Quotient> Bound<N> {
    /// The distance to the goal, positive on the good side.
    #[inline(always)]
    pub(crate) fn distance<A: Arithmetic<N = N>>(&self, arithmetic: &mut A, value: &N) -> N {
        match self {
            Bound::Floor { at, .. } => arithmetic.minus(value, at),
            Bound::Ceiling { at, .. } => arithmetic.minus(at, value),
            Bound::Between { low, high } => {
                let above = arithmetic.minus(value, low);
                let below = arithmetic.minus(high, value);
                arithmetic.smaller(above, below)
            }
        }
    }

    /// Actual ÷ goal in per cent; none between two numbers, and where one of the two has the wrong sign.
    #[inline(always)]
    pub(crate) fn attainment<A: Arithmetic<N = N>>(
        &self,
        arithmetic: &mut A,
        value: &N,
    ) -> Option<f64> {
        match self {
            Bound::Floor { at, .. } | Bound::Ceiling { at, .. } if at.is_positive() => {
                // It is computed for each value, so that lanes have no branch.
                let hundredfold = arithmetic.times(value, &A::HUNDRED);
                let attainment = arithmetic.over(&hundredfold, at).float();
                (!value.is_negative()).then_some(attainment)
            }
            Bound::Floor { .. } | Bound::Ceiling { .. } | Bound::Between { .. } => None,
        }
    }

    /// The part of the way from a baseline to the goal that is done, in per cent; none of two numbers, and where there is no
    /// way.
    #[inline(always)]
    pub(crate) fn progress<A: Arithmetic<N = N>>(
        &self,
        arithmetic: &mut A,
        value: &N,
        baseline: &N,
    ) -> Option<f64> {
        let (Bound::Floor { at, .. } | Bound::Ceiling { at, .. }) = self else { return None };
        // What is divided by has to be positive.
        let (done, way) = if arithmetic.minus(at, baseline).is_negative() {
            (arithmetic.minus(baseline, value), arithmetic.minus(baseline, at))
        } else {
            (arithmetic.minus(value, baseline), arithmetic.minus(at, baseline))
        };
        if !way.is_positive() {
            return None;
        }
        let hundredfold = arithmetic.times(&done, &A::HUNDRED);
        Some(arithmetic.over(&hundredfold, &way).float())
    }

    /// The least and the greatest whole number that meet the goal; none on a side that is open.
    #[inline(always)]
    pub(crate) fn whole_numbers(&self) -> (Option<N::Whole>, Option<N::Whole>) {
        match self {
            Bound::Floor { at, strict: false } => (Some(at.ceil()), None),
            Bound::Floor { at, strict: true } => (Some(at.floor().next()), None),
            Bound::Ceiling { at, strict: false } => (None, Some(at.floor())),
            Bound::Ceiling { at, strict: true } => (None, Some(at.ceil().previous())),
            Bound::Between { low, high } => (Some(low.ceil()), Some(high.floor())),
        }
    }

    /// Of bounds on a number of events: how many more are needed; under a ceiling recorded less allowed. None if no
    /// possible number meets the goal. `most` is the greatest possible number.
    #[inline(always)]
    pub(crate) fn needed(&self, recorded: &N::Whole, most: Option<&N::Whole>) -> Option<i64> {
        let more = |least: N::Whole| {
            if least <= *recorded {
                Some(0)
            } else if is_possible(&least, most) {
                least.minus(recorded).to_i64()
            } else {
                None
            }
        };
        match self.whole_numbers() {
            (Some(least), None) => more(least),
            (None, Some(allowed)) => {
                let allowed = match most {
                    Some(most) => allowed.min(most.clone()),
                    None => allowed,
                };
                if is_possible(&allowed, most) { recorded.minus(&allowed).to_i64() } else { None }
            }
            (Some(least), Some(allowed)) if *recorded <= allowed && least <= allowed => more(least),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }

    /// Of bounds on a number of events: the smallest change of the recorded number that turns the verdict. Positive is
    /// more events, and preferred of two changes of one size. None if no possible number does.
    pub(crate) fn flip(&self, recorded: &N::Whole, most: Option<&N::Whole>) -> Option<i64> {
        let (least, allowed) = self.whole_numbers();
        if least.as_ref().zip(allowed.as_ref()).is_some_and(|(least, allowed)| least > allowed) {
            return None;
        }
        let is_short = least.as_ref().is_some_and(|least| recorded < least);
        let is_beyond = allowed.as_ref().is_some_and(|allowed| recorded > allowed);
        let turns = match (is_short, is_beyond) {
            (true, _) => [least, None],
            (false, true) => [allowed, None],
            (false, false) => {
                [allowed.map(|allowed| allowed.next()), least.map(|least| least.previous())]
            }
        };
        let changes = turns.into_iter().flatten().filter(|total| is_possible(total, most));
        changes.filter_map(|total| total.minus(recorded).to_i64()).min_by_key(|by| by.abs())
    }
}

#[inline(always)]
fn is_possible<W: WholeNumber>(total: &W, most: Option<&W>) -> bool {
    !total.is_negative() && most.is_none_or(|most| total <= most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exact::{ExactArithmetic, FloatArithmetic, Floats};

    fn number() -> impl Strategy<Value = Exact> {
        (-200_i64..200, 1_i64..30)
            .prop_map(|(above, below)| Exact::quotient(above, below).unwrap_or(Exact::ZERO))
    }

    fn bound() -> impl Strategy<Value = Bound> {
        prop_oneof![
            (number(), any::<bool>()).prop_map(|(at, strict)| Bound::Floor { at, strict }),
            (number(), any::<bool>()).prop_map(|(at, strict)| Bound::Ceiling { at, strict }),
            (number(), number()).prop_map(|(low, high)| Bound::Between { low, high }),
        ]
    }

    proptest! {
        #[test]
        fn both_arithmetics_give_the_same(
            bound in bound(), value in number(), recorded in 0_i64..60, most in prop::option::of(0_i64..60),
        ) {
            let floats = bound.map(Floats::of_exact).known().unwrap();
            let mut arithmetic = FloatArithmetic::from(0.0);
            let float_value = Floats::of_exact(&value).unwrap();
            let distance = bound.distance(&mut ExactArithmetic, &value);
            let float_distance = floats.distance(&mut arithmetic, &float_value);
            prop_assert_eq!(distance.float().to_bits(), float_distance.float().to_bits());
            prop_assert_eq!(bound.is_met_at(&distance), floats.is_met_at(&float_distance));
            prop_assert_eq!(
                bound.attainment(&mut ExactArithmetic, &value),
                floats.attainment(&mut arithmetic, &float_value)
            );
            let exact_most = most.map(Exact::from);
            prop_assert_eq!(
                bound.needed(&Exact::from(recorded), exact_most.as_ref()),
                floats.needed(&recorded, most.as_ref())
            );
            prop_assert_eq!(
                bound.flip(&Exact::from(recorded), exact_most.as_ref()),
                floats.flip(&recorded, most.as_ref())
            );
        }
    }
}
