//! Values made of whole numbers that nothing qualifies: the same as any other value, sooner.
//!
//! Nearly all rows of a large report are such. What is here follows [`Prepared::evaluate`] in floats that hold the
//! whole numbers, and leaves to it whatever is missing, imputed, provisional, fractional, contradictory or too large.

use std::sync::Arc;

use super::{Earlier, Kind, Of, Prepared, Sum, completeness};
use crate::assess::uncertainty::{Intervals, NamedInterval};
use crate::calendar::Window;
use crate::exact::{Floats, Reckoning};
use crate::plan::{ChangeAs, UnitIndex, Units};
use crate::tally::Reports;

/// How plain values of units are come by.
pub(in crate::assess) struct Plain<'p> {
    above: &'p Sum<'p>,
    /// What it is a fraction of; of a count there is none.
    below: Option<(&'p Sum<'p>, Of)>,
    per: Floats,
    due: &'p [Arc<[Reports]>],
    /// The days on which a unit has to exist, where some may not.
    existing: Option<(&'p Units, Window)>,
}

/// What a unit's value is made of.
#[derive(Debug, Clone, Copy)]
pub(in crate::assess) struct Read {
    pub(in crate::assess) above: f64,
    /// 1 for a count.
    pub(in crate::assess) below: f64,
    pub(in crate::assess) completeness: Option<f64>,
}

impl Prepared<'_> {
    /// How plain values are come by, of now and, if it is a change, of then; none where units have no such values.
    pub(in crate::assess) fn plain(&self) -> Option<(Plain<'_>, Option<Plain<'_>>)> {
        match &self.0 {
            Kind::Change { now, then, told_as: ChangeAs::Absolute } => {
                Some((now.plain_alone()?, Some(then.plain()?)))
            }
            _ => Some((self.plain_alone()?, None)),
        }
    }

    fn plain_alone(&self) -> Option<Plain<'_>> {
        let (above, below, per, due) = match &self.0 {
            Kind::Count { of, due } => (of, None, Floats::ONE, due),
            Kind::Fraction(fraction) => {
                let per = fraction.per.floats().filter(|per| per.is_positive())?;
                (&fraction.above, Some((&fraction.below, fraction.of)), per, &fraction.due)
            }
            Kind::Change { .. }
            | Kind::ShareOfUnits(_)
            | Kind::Standardised(_)
            | Kind::Reporting(_)
            | Kind::Reported { .. } => return None,
        };
        Some(Plain { above, below, per, due, existing: None })
    }
}

impl Earlier<'_> {
    /// How plain values are come by; none where units have no such values.
    pub(in crate::assess) fn plain(&self) -> Option<Plain<'_>> {
        match self {
            Earlier::Window { plan, prepared, to_date } => {
                let units = plan.units();
                let some_may_not = !units.are_judged_throughout(to_date);
                let existing = some_may_not.then_some((units, *to_date));
                Some(Plain { existing, ..prepared.plain_alone()? })
            }
            Earlier::Unknown | Earlier::Given(_) => None,
        }
    }
}

impl Plain<'_> {
    /// What the value of a unit is made of, if it is plain.
    #[inline(always)]
    pub(in crate::assess) fn read(&self, unit: UnitIndex) -> Option<Read> {
        if let Some((units, days)) = &self.existing
            && !units.is_judged_throughout(unit, days)
        {
            return None;
        }
        let above = self.above.whole(unit)?;
        let below = match self.below {
            None => 1.0,
            Some((below, of)) => {
                let below = below.whole(unit)?;
                let contradicts = of == Of::Whole && (above < 0.0 || above > below);
                if below <= 0.0 || contradicts {
                    return None;
                }
                below
            }
        };
        Some(Read { above, below, completeness: completeness(self.due, unit) })
    }

    #[inline(always)]
    pub(in crate::assess) fn is_count(&self) -> bool {
        self.below.is_none()
    }

    /// Whether the value is made of events, and not of things that a sum is shared out among.
    #[inline(always)]
    pub(in crate::assess) fn is_of_events(&self) -> bool {
        self.below.is_none_or(|(_, of)| of != Of::Things)
    }

    /// The most events there can be: those of the whole.
    #[inline(always)]
    pub(in crate::assess) fn most(&self, read: &Read) -> Option<f64> {
        let of_whole = self.below.is_some_and(|(_, of)| of == Of::Whole);
        of_whole.then_some(read.below)
    }

    /// What one event makes of the value.
    #[inline(always)]
    pub(in crate::assess) fn slope(&self, read: &Read, reckoning: &mut Reckoning) -> Floats {
        reckoning.over(self.per, Floats::whole(read.below))
    }

    #[inline(always)]
    pub(in crate::assess) fn value(&self, read: &Read, reckoning: &mut Reckoning) -> Floats {
        let slope = self.slope(read, reckoning);
        reckoning.times(slope, Floats::whole(read.above))
    }

    /// Between what limits chance puts the value; none where counts don't tell.
    #[inline(always)]
    pub(in crate::assess) fn interval(
        &self,
        read: &Read,
        intervals: &Intervals,
    ) -> Option<NamedInterval> {
        match self.below {
            None => intervals.of_count(read.above, 1.0),
            Some((_, Of::Whole)) => intervals.of_share(read.above, read.below, self.per.float()),
            Some((_, Of::Exposure)) => {
                let per_event = self.slope(read, &mut Reckoning::new()).float();
                intervals.of_count(read.above, per_event)
            }
            Some((_, Of::Things)) => None,
        }
    }
}

impl Sum<'_> {
    /// The sum, if it is a whole number that floats hold, and nothing qualifies it.
    #[inline(always)]
    fn whole(&self, unit: UnitIndex) -> Option<f64> {
        // Up to here floats hold every whole number.
        const MOST: u64 = 1 << 53;
        let mut sum = 0_i64;
        for term in &self.0 {
            let whole = term.over.whole(unit)?;
            sum = sum.checked_add(if term.subtracted { -whole } else { whole })?;
        }
        (!self.0.is_empty() && sum.unsigned_abs() <= MOST).then_some(sum as f64)
    }
}
