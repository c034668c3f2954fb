//! Rows of whole numbers that nothing qualifies: the same as [`Judging::fill`] makes them, sooner.

use std::cmp::Ordering;

use super::{Begun, Judging};
use crate::assess::assessment::{Certainty, Reason, Verdict};
use crate::assess::bounds::Bounds;
use crate::assess::row::{Number, Row};
use crate::assess::uncertainty::{self, Known};
use crate::assess::value::{Plain, PlainEvents};
use crate::exact::{Exact, Words};
use crate::plan::{Target, UnitIndex};

/// A goal that is not relative, in words.
#[derive(Debug, Clone, Copy)]
pub(super) enum PlainGoal {
    Floor { at: Words, strict: bool },
    Ceiling { at: Words, strict: bool },
    Between { low: Words, high: Words },
}

impl PlainGoal {
    /// The goal of a target whose rows may be plain.
    pub(super) fn of(target: &Target, begun: Option<&Begun<'_>>) -> Option<PlainGoal> {
        // What is foretold takes longer than what is left out here.
        let begun = begun?;
        if begun.prospects.is_some() || !begun.judge.indicator.may_be_plain() {
            return None;
        }
        Some(match Bounds::of(&target.goal, None)? {
            Bounds::Floor { at, strict } => PlainGoal::Floor { at: at.words()?, strict },
            Bounds::Ceiling { at, strict } => PlainGoal::Ceiling { at: at.words()?, strict },
            Bounds::Between { low, high } => {
                PlainGoal::Between { low: low.words()?, high: high.words()? }
            }
        })
    }

    #[inline]
    fn verdict(self, value: Words) -> Option<Verdict> {
        let met = match self {
            PlainGoal::Floor { at, strict } => match value.compared(at)? {
                Ordering::Greater => true,
                Ordering::Equal => !strict,
                Ordering::Less => false,
            },
            PlainGoal::Ceiling { at, strict } => match value.compared(at)? {
                Ordering::Less => true,
                Ordering::Equal => !strict,
                Ordering::Greater => false,
            },
            PlainGoal::Between { low, high } => {
                value.compared(low)?.is_ge() && value.compared(high)?.is_le()
            }
        };
        Some(if met { Verdict::Met } else { Verdict::Missed })
    }

    #[inline]
    fn gap(self, value: Words) -> Option<f64> {
        match self {
            PlainGoal::Floor { at, .. } => value.minus(at)?.float(),
            PlainGoal::Ceiling { at, .. } => at.minus(value)?.float(),
            PlainGoal::Between { low, high } => {
                Some(value.minus(low)?.float()?.min(high.minus(value)?.float()?))
            }
        }
    }

    /// None if it is too long; no number if there is none.
    #[inline]
    fn attainment(self, value: Words) -> Option<Number> {
        match self {
            PlainGoal::Floor { at, .. } | PlainGoal::Ceiling { at, .. }
                if at.is_positive() && !value.is_negative() =>
            {
                Some(Some(value.times(Words::HUNDRED)?.over(at)?.float()?).into())
            }
            PlainGoal::Floor { .. } | PlainGoal::Ceiling { .. } | PlainGoal::Between { .. } => {
                Some(Number::NONE)
            }
        }
    }

    /// None if it is too long; what is needed, if that is possible. `then` is what a change starts from.
    #[inline]
    fn needed(self, events: &PlainEvents, then: Words) -> Option<Option<i64>> {
        let PlainEvents { recorded, slope, most } = *events;
        let making = |at: Words| at.plus(then)?.over(slope);
        let possible = |total: i64| total >= 0 && most.is_none_or(|most| total <= most);
        let more = |least: i64| {
            if least <= recorded {
                Some(Some(0))
            } else if possible(least) {
                Some(Some(least.checked_sub(recorded)?))
            } else {
                Some(None)
            }
        };
        match self {
            PlainGoal::Floor { at, strict: false } => more(making(at)?.ceil()?),
            PlainGoal::Floor { at, strict: true } => more(making(at)?.floor().checked_add(1)?),
            PlainGoal::Ceiling { at, strict } => {
                let exact = making(at)?;
                let below = if strict { exact.ceil()?.checked_sub(1)? } else { exact.floor() };
                let allowed = most.map_or(below, |most| below.min(most));
                Some(if possible(allowed) { Some(recorded.checked_sub(allowed)?) } else { None })
            }
            PlainGoal::Between { low, high } => {
                let (least, most) = (making(low)?.ceil()?, making(high)?.floor());
                if recorded > most || least > most { Some(None) } else { more(least) }
            }
        }
    }
}

impl Judging<'_> {
    /// The row of a unit, if it is plain.
    #[inline]
    pub(super) fn plain_row(
        &self,
        unit: UnitIndex,
        begun: &Begun<'_>,
        goal: PlainGoal,
    ) -> Option<Row> {
        let indicator = &begun.judge.indicator;
        let (now, then) = match indicator.change() {
            None => (indicator.plain(unit)?, None),
            Some((now, then)) => (now.plain(unit)?, Some(then.plain(unit)?)),
        };
        let completeness = match &then {
            None => now.completeness,
            Some(then) => now.completeness.into_iter().chain(then.completeness).reduce(f64::min),
        };
        let too_few = |minimum: f64| completeness.is_some_and(|share| share < minimum);
        if begun.judge.minimum_completeness.is_some_and(too_few) {
            return None;
        }
        let start = then.as_ref().map_or(Words::ZERO, |then| then.value);
        let value = if then.is_some() { now.value.minus(start)? } else { now.value };
        let baseline = match (&then, &begun.compared) {
            (Some(then), _) => Some(then.value),
            (None, Some(compared)) => Some(compared.plain(unit)?.value),
            (None, None) => None,
        };

        let mut row = Row::blank(unit, self.goal_value);
        row.completeness = completeness.into();
        row.imputed = Some(0.0).into();
        if let Some(baseline) = baseline {
            row.baseline = Some(baseline.float()?).into();
        }
        if then.is_some() {
            row.numerator = Some(now.value.float()?).into();
        } else {
            row.numerator = Some(now.numerator).into();
            row.denominator = now.denominator.into();
            row.attainment = goal.attainment(value)?;
        }
        row.value = Some(value.float()?).into();
        row.verdict = goal.verdict(value)?;
        row.gap = Some(goal.gap(value)?).into();
        if let Some(events) = &now.events {
            row.needed = goal.needed(events, start)?.into();
        }
        let bounds = begun.judge.fixed.as_ref()?;
        self.chance(&mut row, bounds, now, then)?;
        if !begun.frame.is_final() {
            let baseline = baseline.map(Exact::from);
            self.pace(&mut row, begun, bounds, &Exact::from(value), baseline.as_ref());
        }
        Some(row)
    }

    /// What chance could have made of it.
    #[inline]
    fn chance(
        &self,
        row: &mut Row,
        bounds: &Bounds,
        now: Plain,
        then: Option<Plain>,
    ) -> Option<()> {
        if !self.varies {
            row.certainty = Certainty::Clear;
            return Some(());
        }
        let intervals = &self.assessor.intervals;
        let interval = match then {
            None => now.sampling.interval(intervals),
            Some(then) => {
                let known = |plain: Plain| {
                    Some(Known { value: plain.value.float()?, sampling: plain.sampling })
                };
                uncertainty::difference(&known(now)?, &known(then)?, intervals)
            }
        };
        match interval {
            Some(named) => {
                row.lower = Some(named.interval.lower).into();
                row.upper = Some(named.interval.upper).into();
                row.method = Some(named.method);
                row.certainty = bounds.certainty(&named.interval, row.verdict);
            }
            None => row.reason = Some(Reason::NoCounts),
        }
        Some(())
    }
}
