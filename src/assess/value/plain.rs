//! Values made of whole numbers that nothing qualifies: the same as any other value, sooner.
//!
//! Nearly all rows of a large report are such. What is here follows [`Prepared::evaluate`] in words of fixed
//! length, and leaves to it whatever is missing, imputed, provisional, fractional, contradictory or too long.

use super::{Earlier, Fraction, Kind, Of, Prepared, Sum, completeness};
use crate::assess::uncertainty::Sampling;
use crate::exact::Words;
use crate::plan::{ChangeAs, UnitIndex};

/// A value made of whole numbers.
pub(in crate::assess) struct Plain {
    pub(in crate::assess) numerator: f64,
    pub(in crate::assess) denominator: Option<f64>,
    pub(in crate::assess) value: Words,
    pub(in crate::assess) events: Option<PlainEvents>,
    pub(in crate::assess) sampling: Sampling,
    pub(in crate::assess) completeness: Option<f64>,
}

/// How events make the value: value = slope × events, and of a change that less what it was then.
pub(in crate::assess) struct PlainEvents {
    pub(in crate::assess) recorded: i64,
    pub(in crate::assess) slope: Words,
    /// The most events there can be: those of the whole.
    pub(in crate::assess) most: Option<i64>,
}

impl Prepared<'_> {
    /// Whether units may have plain values.
    pub(in crate::assess) fn may_be_plain(&self) -> bool {
        match &self.0 {
            Kind::Count { .. } => true,
            Kind::Fraction(fraction) => fraction.per.words().is_some_and(Words::is_positive),
            Kind::Change { now, then: Earlier::Window { prepared, .. }, told_as } => {
                let are_values =
                    [now, prepared].iter().all(|one| one.change().is_none() && one.may_be_plain());
                *told_as == ChangeAs::Absolute && are_values
            }
            Kind::Change { .. }
            | Kind::ShareOfUnits(_)
            | Kind::Standardised(_)
            | Kind::Reporting(_)
            | Kind::Reported { .. } => false,
        }
    }

    /// The value of now and that of then, if it is a change.
    pub(in crate::assess) fn change(&self) -> Option<(&Prepared<'_>, &Earlier<'_>)> {
        match &self.0 {
            Kind::Change { now, then, .. } => Some((now, then)),
            Kind::Count { .. }
            | Kind::Fraction(_)
            | Kind::ShareOfUnits(_)
            | Kind::Standardised(_)
            | Kind::Reporting(_)
            | Kind::Reported { .. } => None,
        }
    }

    /// The value for a unit, if it is plain and no change. (In line, its parts stay where they are needed.)
    #[inline(always)]
    pub(in crate::assess) fn plain(&self, unit: UnitIndex) -> Option<Plain> {
        match &self.0 {
            Kind::Count { of, due } => {
                let total = of.whole(unit)?;
                let events = PlainEvents { recorded: total, slope: Words::ONE, most: None };
                let numerator = total as f64;
                Some(Plain {
                    numerator,
                    denominator: None,
                    value: Words::whole(total),
                    events: Some(events),
                    sampling: Sampling::Count { events: numerator, per_event: 1.0 },
                    completeness: completeness(due, unit),
                })
            }
            Kind::Fraction(fraction) => fraction.plain(unit),
            Kind::Change { .. }
            | Kind::ShareOfUnits(_)
            | Kind::Standardised(_)
            | Kind::Reporting(_)
            | Kind::Reported { .. } => None,
        }
    }
}

impl Earlier<'_> {
    /// The value for a unit, if it is plain and no change.
    #[inline]
    pub(in crate::assess) fn plain(&self, unit: UnitIndex) -> Option<Plain> {
        match self {
            Earlier::Window { plan, prepared, to_date } => {
                let existed = plan.units().is_judged_throughout(unit, to_date);
                if existed { prepared.plain(unit) } else { None }
            }
            Earlier::Unknown | Earlier::Given(_) => None,
        }
    }
}

impl Fraction<'_> {
    #[inline(always)]
    fn plain(&self, unit: UnitIndex) -> Option<Plain> {
        let (above, below) = (self.above.whole(unit)?, self.below.whole(unit)?);
        let contradicts = self.of == Of::Whole && (above < 0 || above > below);
        if below <= 0 || contradicts {
            return None;
        }
        let (numerator, denominator) = (above as f64, below as f64);
        let slope = self.per.words()?.over(Words::whole(below))?;
        let sampling = match self.of {
            Of::Whole => {
                Sampling::Proportion { events: numerator, whole: denominator, per: self.per_float }
            }
            Of::Exposure => Sampling::Count { events: numerator, per_event: slope.float()? },
            Of::Things => Sampling::Unknown,
        };
        let most = (self.of == Of::Whole).then_some(below);
        let events = PlainEvents { recorded: above, slope, most };
        Some(Plain {
            numerator,
            denominator: Some(denominator),
            value: slope.times(Words::whole(above))?,
            events: (self.of != Of::Things).then_some(events),
            sampling,
            completeness: completeness(&self.due, unit),
        })
    }
}

impl Sum<'_> {
    /// The sum, if it is a whole number that floats hold, and nothing qualifies it.
    #[inline]
    fn whole(&self, unit: UnitIndex) -> Option<i64> {
        // Up to here floats hold every whole number.
        const MOST: u64 = 1 << 53;
        let mut sum = 0_i64;
        for term in &self.0 {
            let whole = term.over.whole(unit)?;
            sum = sum.checked_add(if term.subtracted { -whole } else { whole })?;
        }
        (!self.0.is_empty() && sum.unsigned_abs() <= MOST).then_some(sum)
    }
}
