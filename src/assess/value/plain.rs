//! Values made of whole numbers that nothing qualifies: the same as any other value, sooner.
//!
//! Nearly all rows of a large report are such. What is here follows [`Prepared::evaluate`] in floats that hold the
//! whole numbers, and leaves to it whatever is missing, imputed, provisional, fractional, contradictory or too large.

use std::sync::Arc;

use super::lanes::{LANES, Lanes};
use super::matched::Matchings;
use super::{Baseline, Prepared, Sum};
use crate::assess::Verdict;
use crate::assess::spread::{Linked, Spread};
use crate::assess::uncertainty::{Intervals, NamedInterval, Tests};
use crate::calendar::Window;
use crate::exact::{Bound, Floats, Quotient, Signed};
use crate::plan::formula::{ChangeAs, ValueKind};
use crate::plan::{UnitIndex, Units};
use crate::tally::Reports;

/// How plain values of units are computed.
pub(in crate::assess) struct Plain<'p, 'a> {
    above: &'p Sum<'a>,
    /// Of a count there is none.
    below: Option<&'p Sum<'a>>,
    kind: ValueKind,
    /// How the sums are matched, where something may be left out.
    matchings: &'p Matchings<'a>,
    per: Floats,
    due: &'p [Arc<[Reports]>],
    /// The days on which a unit has to exist, where some may not.
    existing: Option<(&'p Units, Window)>,
}

/// What the values of some units are made of.
pub(in crate::assess) struct Gathered {
    pub(in crate::assess) above: Lanes,
    /// 1 for counts, and where a value is not plain.
    pub(in crate::assess) below: Lanes,
    /// NaN where no report is due.
    pub(in crate::assess) completeness: Lanes,
    /// Pairs with both sides and with one; the largest number where the value is not made of pairs.
    pub(in crate::assess) matched: [u32; LANES],
    pub(in crate::assess) unmatched: [u32; LANES],
}

impl<'a> Prepared<'a> {
    /// How plain values are computed, of now and, if it is a change, of then; none where units have no such values.
    pub(in crate::assess) fn plain(&self) -> Option<(Plain<'_, 'a>, Option<Plain<'_, 'a>>)> {
        match self.0.change() {
            Some(change) if change.change_unit == ChangeAs::Absolute => {
                Some((change.now.plain_alone()?, Some(change.then.plain()?)))
            }
            Some(_) | None => Some((self.plain_alone()?, None)),
        }
    }

    fn plain_alone(&self) -> Option<Plain<'_, 'a>> {
        let sums = self.0.sums()?;
        Some(Plain {
            above: &sums.above,
            below: sums.below.as_ref(),
            kind: sums.kind,
            matchings: &sums.matchings,
            per: Floats::of_exact(&sums.per).filter(Signed::is_positive)?,
            due: &sums.due,
            existing: None,
        })
    }
}

impl<'a> Baseline<'a> {
    /// How plain values are computed; none where units have no such values.
    pub(in crate::assess) fn plain(&self) -> Option<Plain<'_, 'a>> {
        match self {
            Baseline::Window { plan, prepared, to_date } => {
                let units = plan.units();
                let some_may_not = !units.are_judged_throughout(to_date);
                let existing = some_may_not.then_some((units, *to_date));
                Some(Plain { existing, ..prepared.plain_alone()? })
            }
            Baseline::Unknown | Baseline::Given(_) => None,
        }
    }
}

impl Plain<'_, '_> {
    /// What the values of units, no more than there are lanes, are made of; those that are not plain are struck out.
    pub(in crate::assess) fn gather(
        &self,
        units: &[UnitIndex],
        are_plain: &mut [bool; LANES],
    ) -> Gathered {
        if let Some((all, days)) = &self.existing {
            for (unit, is_plain) in units.iter().zip(&mut *are_plain) {
                *is_plain &= all.is_judged_throughout(*unit, days);
            }
        }
        let (mut matched, mut unmatched) = ([u32::MAX; LANES], [u32::MAX; LANES]);
        let (mut above_sum, mut below_sum) = (self.above, self.below);
        if let Some(all) = &self.matchings.alone {
            let are_whole = all.are_whole(units);
            if !are_whole && !all.counts_as_recorded() {
                // What is suppressed or cannot be added as recorded is not matched.
                self.above.wholes(units, are_plain);
                if let Some(below) = self.below {
                    below.wholes(units, are_plain);
                }
                let recorded: Vec<&Sum<'_>> = std::iter::once(above_sum).chain(below_sum).collect();
                if let [above, rest @ ..] = all.sums(&recorded) {
                    (above_sum, below_sum) = (above, rest.first());
                }
            }
            all.pairs_of(units, are_whole, &mut matched, &mut unmatched);
            if all.refuses() {
                for lane in 0..LANES {
                    are_plain[lane] &= unmatched[lane] == 0;
                }
            }
        }
        if let Some(beside) = &self.matchings.beside {
            let are_whole = beside.are_whole(units);
            if !are_whole {
                for (unit, is_plain) in units.iter().zip(&mut *are_plain) {
                    *is_plain &= beside.count_as_recorded(std::slice::from_ref(unit));
                }
            }
            beside.pairs_of(units, are_whole, &mut matched, &mut unmatched);
        }
        let above = above_sum.wholes(units, are_plain);
        let mut below = [1.0; LANES];
        if let Some(of) = below_sum {
            below = of.wholes(units, are_plain);
            for lane in 0..LANES {
                let contradicts = self.kind == ValueKind::Share
                    && (above[lane] < 0.0 || above[lane] > below[lane]);
                if below[lane] <= 0.0 || contradicts {
                    (are_plain[lane], below[lane]) = (false, 1.0);
                }
            }
        }
        let mut completeness = [f64::NAN; LANES];
        for reports in self.due {
            for (unit, lowest) in units.iter().zip(&mut completeness) {
                let share = reports[unit.0].completeness().unwrap_or(f64::NAN);
                // Of a number and none it is the number.
                *lowest = lowest.min(share);
            }
        }
        Gathered { above, below, completeness, matched, unmatched }
    }

    /// What a value is multiplied by, beside being divided.
    pub(in crate::assess) fn per(&self) -> Floats {
        self.per
    }

    pub(in crate::assess) fn is_count(&self) -> bool {
        self.below.is_none()
    }

    /// Whether the value is made of events, and not of things that a sum is shared out among.
    pub(in crate::assess) fn is_of_events(&self) -> bool {
        matches!(self.kind, ValueKind::Count | ValueKind::Share | ValueKind::Exposure)
    }

    /// Whether there can be no more events than what they are divided by.
    pub(in crate::assess) fn is_of_whole(&self) -> bool {
        self.kind == ValueKind::Share
    }

    /// Whether chance would hardly have made a verdict; none where counts don't tell.
    #[inline(always)]
    pub(in crate::assess) fn is_clear(
        &self,
        gathered: &Gathered,
        lane: usize,
        (tests, dispersion, linked): (&Tests, f64, Option<Linked>),
        goal: &Bound<f64>,
        verdict: Verdict,
    ) -> Option<bool> {
        let (above, below) = (gathered.above[lane], gathered.below[lane]);
        match self.kind {
            ValueKind::Count => Some(tests.of_count(above, (dispersion, None), 1.0, goal, verdict)),
            ValueKind::Share => {
                Some(tests.of_share((above, below), dispersion, self.per.float(), goal, verdict))
            }
            ValueKind::Exposure => {
                let per_event = self.per.above() / (self.per.below() * below);
                Some(tests.of_count(above, (dispersion, linked), per_event, goal, verdict))
            }
            ValueKind::Things | ValueKind::Derived => None,
        }
    }

    /// Between what limits chance puts a value; none where counts don't tell.
    #[inline(always)]
    pub(in crate::assess) fn interval(
        &self,
        gathered: &Gathered,
        lane: usize,
        intervals: &Intervals,
        spread: Spread,
        linked: Option<Linked>,
    ) -> Option<NamedInterval> {
        let (above, below) = (gathered.above[lane], gathered.below[lane]);
        match self.kind {
            ValueKind::Count => intervals.of_count(above, 1.0, spread, None),
            ValueKind::Share => intervals.of_share(above, below, self.per.float(), spread),
            ValueKind::Exposure => {
                // Both numbers were found to be exact.
                let per_event = self.per.above() / (self.per.below() * below);
                intervals.of_count(above, per_event, spread, linked)
            }
            ValueKind::Things | ValueKind::Derived => None,
        }
    }
}

impl Sum<'_> {
    /// The sums where they are whole numbers that floats hold, and nothing qualifies them; the others are struck out.
    pub(in crate::assess) fn wholes(
        &self,
        units: &[UnitIndex],
        are_plain: &mut [bool; LANES],
    ) -> Lanes {
        // Up to here floats hold every whole number.
        const MOST: u64 = 1 << 53;
        let mut sums = [0_i64; LANES];
        if self.0.iter().any(|term| term.factor.is_some()) {
            *are_plain = [false; LANES];
        }
        for term in &self.0 {
            let mut wholes = [0_i64; LANES];
            term.over.wholes(units, &mut wholes, are_plain);
            for (sum, whole) in sums.iter_mut().zip(wholes) {
                // Too large for a word is too large for a float.
                *sum = if term.subtracted {
                    sum.saturating_sub(whole)
                } else {
                    sum.saturating_add(whole)
                };
            }
        }
        let mut floats = [0.0; LANES];
        for lane in 0..LANES {
            are_plain[lane] &= sums[lane].unsigned_abs() <= MOST && !self.0.is_empty();
            floats[lane] = sums[lane] as f64;
        }
        floats
    }
}
