//! What each part adds to a total, and to its change between two windows (`docs/guides/contributions.md`).
//!
//! All numbers are exact: the parts add up to the whole, to the last digit.

use crate::assess::{Assessor, Baseline, Evaluated, Frame, Prepared, Reason, SumPair};
use crate::exact::{Bound, Exact};
use crate::plan::{Goal, IndicatorIndex, Reference, UnitIndex};

/// A numerator and a denominator.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fraction {
    pub(crate) numerator: Exact,
    pub(crate) denominator: Exact,
}

impl Fraction {
    /// What is left of a whole once its parts are taken away.
    pub(crate) fn rest<'q>(&self, parts: impl Iterator<Item = &'q Fraction>) -> Fraction {
        parts.fold(self.clone(), |rest, part| Fraction {
            numerator: &rest.numerator - &part.numerator,
            denominator: &rest.denominator - &part.denominator,
        })
    }

    pub(crate) fn is_nothing(&self) -> bool {
        self.numerator.is_zero() && self.denominator.is_zero()
    }

    /// What it adds to a whole's distance from a goal: above − goal × below. The sum over all parts is the whole's own.
    pub(crate) fn contribution(&self, goal: &Exact) -> Exact {
        &self.numerator - &(goal * &self.denominator)
    }

    fn ratio(&self) -> Option<Exact> {
        (!self.denominator.is_zero()).then(|| &self.numerator / &self.denominator)
    }
}

/// What a part adds to the change of the whole's ratio.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Effects {
    /// Because its own ratio changed.
    pub(crate) within: Exact,
    /// Because its share in the whole changed.
    pub(crate) mix: Exact,
}

impl Effects {
    /// Kitagawa's (1955) parts of the change of a ratio whose parts are given before and after; `whole` are both wholes,
    /// of denominators that are not 0. A part without a ratio of its own on one side has changed in the mix only.
    pub(crate) fn of(
        before: &Fraction,
        after: &Fraction,
        whole: (&Fraction, &Fraction),
    ) -> Effects {
        let (early, late) = whole;
        match (before.ratio(), after.ratio()) {
            (Some(then), Some(now)) => {
                let (share_then, share_now) = (
                    &before.denominator / &early.denominator,
                    &after.denominator / &late.denominator,
                );
                let half = &Exact::ONE / &Exact::whole(2);
                Effects {
                    within: &(&(&now - &then) * &(&share_then + &share_now)) * &half,
                    mix: &(&(&share_now - &share_then) * &(&now + &then)) * &half,
                }
            }
            (None, _) | (_, None) => Effects {
                within: Exact::ZERO,
                mix: &(&after.numerator / &late.denominator)
                    - &(&before.numerator / &early.denominator),
            },
        }
    }
}

/// What values rest on: shares in per cent.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sources {
    pub(crate) completeness: Option<f64>,
    pub(crate) imputed: Option<f64>,
}

impl Sources {
    fn of(values: impl IntoIterator<Item = Evaluated>) -> Sources {
        values.into_iter().fold(Sources::default(), |all, value| Sources {
            completeness: all.completeness.into_iter().chain(value.completeness).reduce(f64::min),
            imputed: all.imputed.into_iter().chain(value.imputed).reduce(f64::max),
        })
    }
}

/// An indicator over a frame and its goal, for computing what units add.
pub(crate) struct Contributing<'a> {
    prepared: Prepared<'a>,
    goal: &'a Goal,
    then: Option<Baseline<'a>>,
    per: Exact,
    /// Counts have their earlier number below the line.
    is_count: bool,
}

/// The goal of a whole.
pub(crate) struct GoalOfWhole {
    /// In the indicator's unit.
    pub(crate) value: Exact,
    /// The numerator that one of the denominator has to have.
    pub(crate) ratio: Exact,
    /// Whether more is the good side; none of a goal that is between two numbers.
    pub(crate) is_floor: Option<bool>,
}

/// None if the indicator's parts don't add up to it: a change, a share of units, a standardised rate, a published value;
/// or if it is a count whose goal is no share of an earlier count.
pub(super) fn contributing<'s>(
    assessor: &'s Assessor<'_>,
    indicator: IndicatorIndex,
    goal: &'s Goal,
    frame: &Frame,
) -> Option<Contributing<'s>> {
    let (prepared, then) = assessor.prepare_for_goal(indicator, goal, frame);
    let per = prepared.per()?;
    let is_count = assessor.plan[indicator].formula.facts().count().is_some();
    if is_count && matches!(goal.reference(), None | Some(Reference::Value(_))) {
        return None;
    }
    Some(Contributing { prepared, goal, then, per, is_count })
}

/// An indicator in two windows, for the change between them. None if its parts don't add up to it.
pub(super) fn comparing<'s>(
    assessor: &'s Assessor<'_>,
    indicator: IndicatorIndex,
    before: &Frame,
    after: &Frame,
) -> Option<Compared<'s>> {
    let windows = (before.to_date, after.to_date);
    let before = assessor.prepare_beside(indicator, before, Some(windows.1));
    let after = assessor.prepare_beside(indicator, after, Some(windows.0));
    let per = (before.per()?, after.per()?);
    let is_count = assessor.plan[indicator].formula.facts().count().is_some();
    Some(Compared { before, after, per, is_count })
}

impl Contributing<'_> {
    /// A unit's numerator and denominator; of a count, the count now and then.
    pub(crate) fn fraction(&self, unit: UnitIndex) -> Result<Fraction, Reason> {
        let now = self.prepared.sum_pair(unit).unwrap_or(Err(Reason::NoData))?;
        match now.denominator {
            Some(below) => Ok(Fraction { numerator: now.numerator, denominator: below }),
            None => {
                let then = self.then.as_ref().and_then(|then| then.sum_pair(unit));
                let then: SumPair = then.unwrap_or(Err(Reason::NoBaseline))?;
                Ok(Fraction { numerator: now.numerator, denominator: then.numerator })
            }
        }
    }

    /// The lowest share of the due reports that were made for a unit, in per cent, and the largest share of imputed figures.
    pub(crate) fn sources(&self, unit: UnitIndex) -> Sources {
        let then = self.then.as_ref().and_then(|then| then.evaluate(unit));
        Sources::of(std::iter::once(self.prepared.evaluate(unit)).chain(then))
    }

    /// The goal of the whole that a unit is, by its own sums.
    pub(crate) fn goal(&self, unit: UnitIndex, whole: &Fraction) -> Result<GoalOfWhole, Reason> {
        let then = self.then.as_ref().and_then(|then| then.evaluate(unit));
        let then_value = match &then {
            Some(then) => Some(then.value.as_ref().map_err(|_| Reason::NoBaseline)?),
            None => None,
        };
        let bounds = Bound::of(self.goal, then_value).ok_or(Reason::NoBaseline)?;
        let (value, is_floor) = match &bounds {
            Bound::Floor { at, .. } => (at.clone(), Some(true)),
            Bound::Ceiling { at, .. } => (at.clone(), Some(false)),
            // The number that is missed, or that is nearer.
            Bound::Between { low, high } => match whole.ratio() {
                Some(ratio) => {
                    let value = &ratio * &self.per;
                    let is_low = &value - low < high - &value;
                    (if is_low { low.clone() } else { high.clone() }, None)
                }
                None => return Err(Reason::ZeroDenominator),
            },
        };
        let ratio = if self.is_count {
            if whole.denominator.is_zero() {
                return Err(Reason::ZeroDenominator);
            }
            &value / &whole.denominator
        } else {
            &value / &self.per
        };
        Ok(GoalOfWhole { value, ratio, is_floor })
    }

    /// A quota in the indicator's unit.
    pub(crate) fn value(&self, fraction: &Fraction) -> Option<Exact> {
        if self.is_count {
            return Some(fraction.numerator.clone());
        }
        fraction.ratio().map(|ratio| &ratio * &self.per)
    }
}

/// An indicator in two windows.
pub(crate) struct Compared<'a> {
    before: Prepared<'a>,
    after: Prepared<'a>,
    /// What quotients are multiplied by in each: the windows of a rate may be of different lengths.
    per: (Exact, Exact),
    is_count: bool,
}

impl Compared<'_> {
    /// A unit's quota before and after, the numerator in the indicator's unit. Counts have nothing below the line.
    pub(crate) fn fractions(&self, unit: UnitIndex) -> Result<(Fraction, Fraction), Reason> {
        let of = |prepared: &Prepared<'_>, per: &Exact| -> Result<Fraction, Reason> {
            let quotient = prepared.sum_pair(unit).unwrap_or(Err(Reason::NoData))?;
            let below = quotient.denominator.unwrap_or(Exact::ZERO);
            Ok(Fraction { numerator: &quotient.numerator * per, denominator: below })
        };
        Ok((of(&self.before, &self.per.0)?, of(&self.after, &self.per.1)?))
    }

    /// The lowest share of the due reports that were made for a unit in either window, in per cent, and the largest share of
    /// imputed figures.
    pub(crate) fn sources(&self, unit: UnitIndex) -> Sources {
        Sources::of([self.before.evaluate(unit), self.after.evaluate(unit)])
    }

    /// What a quota is worth in the indicator's unit.
    pub(crate) fn value(&self, fraction: &Fraction) -> Option<Exact> {
        if self.is_count { Some(fraction.numerator.clone()) } else { fraction.ratio() }
    }

    /// What a part adds to the change of the whole; none where the whole has no value in one of the windows.
    pub(crate) fn effects(
        &self,
        (before, after): (&Fraction, &Fraction),
        whole: (&Fraction, &Fraction),
    ) -> Option<Effects> {
        if self.is_count {
            return Some(Effects {
                within: &after.numerator - &before.numerator,
                mix: Exact::ZERO,
            });
        }
        let has_value = !whole.0.denominator.is_zero() && !whole.1.denominator.is_zero();
        has_value.then(|| Effects::of(before, after, whole))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers with decimals and without, of any sign where rests have one.
    fn fraction() -> impl Strategy<Value = Fraction> {
        ((-5_000_i64..5_000), (1_i64..40), (-900_i64..5_000), (1_i64..40)).prop_map(
            |(above, by, below, per)| Fraction {
                numerator: Exact::quotient(above, by).unwrap(),
                denominator: Exact::quotient(below, per).unwrap(),
            },
        )
    }

    fn sum(fractions: &[Fraction]) -> Fraction {
        let nothing = Fraction { numerator: Exact::ZERO, denominator: Exact::ZERO };
        fractions.iter().fold(nothing, |sum, fraction| Fraction {
            numerator: &sum.numerator + &fraction.numerator,
            denominator: &sum.denominator + &fraction.denominator,
        })
    }

    proptest! {
        #[test]
        fn contributions_and_the_rest_add_up_exactly_to_the_whole(
            whole in fraction(), parts in prop::collection::vec(fraction(), 0..8), above in 0_i64..2_000, below in 1_i64..900,
        ) {
            let goal = Exact::quotient(above, below).unwrap();
            let rest = whole.rest(parts.iter());
            let all = parts.iter().chain([&rest]);
            let added = all.fold(Exact::ZERO, |sum, part| &sum + &part.contribution(&goal));
            prop_assert_eq!(added, whole.contribution(&goal));
            prop_assert!(sum(&parts).rest(parts.iter()).is_nothing());
        }

        #[test]
        fn effects_of_all_parts_add_up_exactly_to_the_change(
            parts in prop::collection::vec((fraction(), fraction()), 1..8), whole in (fraction(), fraction()),
        ) {
            prop_assume!(!whole.0.denominator.is_zero() && !whole.1.denominator.is_zero());
            let before = whole.0.rest(parts.iter().map(|part| &part.0));
            let after = whole.1.rest(parts.iter().map(|part| &part.1));
            let added = parts.iter().chain([&(before, after)]).fold(Exact::ZERO, |sum, (before, after)| {
                let effects = Effects::of(before, after, (&whole.0, &whole.1));
                &(&sum + &effects.within) + &effects.mix
            });
            prop_assert_eq!(added, whole.1.ratio().unwrap() - &whole.0.ratio().unwrap());
        }
    }
}
