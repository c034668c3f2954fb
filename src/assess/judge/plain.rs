//! Rows of whole numbers that nothing qualifies: the same as [`Judging::fill`] makes them, sooner.

use super::Judging;
use crate::assess::assessment::{Certainty, Reason, Verdict};
use crate::assess::bounds::Bounds;
use crate::assess::row::{Number, Whole};
use crate::assess::sheet::Part;
use crate::assess::uncertainty::{self, Intervals};
use crate::assess::value::Plain;
use crate::exact::{Floats, Reckoning};
use crate::plan::UnitIndex;
use crate::stats::Interval;

/// A target and one of its windows, which has closed, as far as its rows are plain.
pub(super) struct PlainRows<'j> {
    goal: PlainGoal,
    bounds: &'j Bounds,
    now: Plain<'j>,
    /// What a change starts from.
    then: Option<Plain<'j>>,
    /// The earlier value a campaign's rows are seen against.
    compared: Option<Plain<'j>>,
    minimum_completeness: Option<f64>,
    /// None where values do not vary by chance.
    intervals: Option<&'j Intervals>,
    goal_value: Number,
}

/// A goal that is not relative.
#[derive(Debug, Clone, Copy)]
enum PlainGoal {
    Floor { at: Floats, strict: bool },
    Ceiling { at: Floats, strict: bool },
    Between { low: Floats, high: Floats },
}

/// Where a value stands to a goal.
struct Standing {
    is_met: bool,
    gap: f64,
    /// NaN where there is none.
    attainment: f64,
}

impl PlainGoal {
    fn of(bounds: &Bounds) -> Option<PlainGoal> {
        Some(match bounds {
            Bounds::Floor { at, strict } => PlainGoal::Floor { at: at.floats()?, strict: *strict },
            Bounds::Ceiling { at, strict } => {
                PlainGoal::Ceiling { at: at.floats()?, strict: *strict }
            }
            Bounds::Between { low, high } => {
                PlainGoal::Between { low: low.floats()?, high: high.floats()? }
            }
        })
    }

    #[inline(always)]
    fn standing(self, value: Floats, reckoning: &mut Reckoning) -> Standing {
        let reaches = |gap: Floats, strict: bool| {
            if strict { gap.is_positive() } else { !gap.is_negative() }
        };
        match self {
            PlainGoal::Floor { at, strict } => {
                let gap = reckoning.minus(value, at);
                let attainment = attainment(value, at, reckoning);
                Standing { is_met: reaches(gap, strict), gap: gap.float(), attainment }
            }
            PlainGoal::Ceiling { at, strict } => {
                let gap = reckoning.minus(at, value);
                let attainment = attainment(value, at, reckoning);
                Standing { is_met: reaches(gap, strict), gap: gap.float(), attainment }
            }
            PlainGoal::Between { low, high } => {
                let above = reckoning.minus(value, low);
                let below = reckoning.minus(high, value);
                Standing {
                    is_met: reaches(above, false) && reaches(below, false),
                    gap: above.float().min(below.float()),
                    attainment: f64::NAN,
                }
            }
        }
    }

    /// How many events more meet the goal, or may be left out. A value is slope × events, and of a change that less
    /// what it was then; `most` are the most events there can be.
    #[inline(always)]
    fn needed(
        self,
        recorded: f64,
        most: Option<f64>,
        (slope, then): (Floats, Floats),
        reckoning: &mut Reckoning,
    ) -> Whole {
        let recorded = recorded as i64;
        let most = most.map(|most| most as i64);
        let mut making = |at: Floats| {
            let from = reckoning.plus(at, then);
            reckoning.over(from, slope)
        };
        let possible = |total: i64| total >= 0 && most.is_none_or(|most| total <= most);
        let more = |least: i64| {
            if least <= recorded {
                Whole::from(0)
            } else if possible(least) {
                Whole::from(least - recorded)
            } else {
                Whole::NONE
            }
        };
        match self {
            PlainGoal::Floor { at, strict: false } => more(making(at).ceil()),
            PlainGoal::Floor { at, strict: true } => more(making(at).floor() + 1),
            PlainGoal::Ceiling { at, strict } => {
                let exact = making(at);
                let below = if strict { exact.ceil() - 1 } else { exact.floor() };
                let allowed = most.map_or(below, |most| below.min(most));
                if possible(allowed) { Whole::from(recorded - allowed) } else { Whole::NONE }
            }
            PlainGoal::Between { low, high } => {
                let (least, most) = (making(low).ceil(), making(high).floor());
                if recorded > most || least > most { Whole::NONE } else { more(least) }
            }
        }
    }
}

/// Actual ÷ goal in per cent; NaN where that says nothing.
#[inline(always)]
fn attainment(value: Floats, at: Floats, reckoning: &mut Reckoning) -> f64 {
    if !at.is_positive() || value.is_negative() {
        return f64::NAN;
    }
    let hundredfold = reckoning.times(value, Floats::HUNDRED);
    reckoning.over(hundredfold, at).float()
}

impl Judging<'_> {
    /// How plain rows are made; none where there are none. What is foretold of windows that run takes longer than
    /// what is saved here.
    pub(super) fn plain_rows(&self) -> Option<PlainRows<'_>> {
        let begun =
            self.begun.as_ref().filter(|begun| begun.frame.is_final() && self.may_be_plain)?;
        let (now, then) = begun.judge.indicator.plain()?;
        let bounds = begun.judge.fixed.as_ref()?;
        let compared = match &begun.compared {
            Some(compared) => Some(compared.plain()?),
            None => None,
        };
        Some(PlainRows {
            goal: PlainGoal::of(bounds)?,
            bounds,
            now,
            then,
            compared,
            minimum_completeness: begun.judge.minimum_completeness,
            intervals: self.varies.then_some(&self.assessor.intervals),
            goal_value: self.goal_value,
        })
    }
}

impl PlainRows<'_> {
    /// Writes the row of a unit that is judged throughout the window, if it is plain.
    #[inline]
    pub(super) fn write(&self, unit: UnitIndex, place: usize, part: &mut Part<'_>) -> bool {
        self.write_plain(unit, place, part).is_some()
    }

    #[inline(always)]
    fn write_plain(&self, unit: UnitIndex, place: usize, part: &mut Part<'_>) -> Option<()> {
        let now = self.now.read(unit)?;
        let mut completeness = now.completeness;
        let mut then = None;
        if let Some(of_then) = &self.then {
            let read = of_then.read(unit)?;
            completeness = completeness.into_iter().chain(read.completeness).reduce(f64::min);
            then = Some((of_then, read));
        }
        let too_few = |minimum: f64| completeness.is_some_and(|share| share < minimum);
        if self.minimum_completeness.is_some_and(too_few) {
            return None;
        }

        let mut reckoning = Reckoning::new();
        let slope = self.now.slope(&now, &mut reckoning);
        let now_value = self.now.value(&now, &mut reckoning);
        let (value, start, baseline) = match (&then, &self.compared) {
            (Some((plain, read)), _) => {
                let start = plain.value(read, &mut reckoning);
                (reckoning.minus(now_value, start), start, start.float())
            }
            (None, Some(compared)) => {
                let read = compared.read(unit)?;
                (now_value, Floats::ZERO, compared.value(&read, &mut reckoning).float())
            }
            (None, None) => (now_value, Floats::ZERO, f64::NAN),
        };
        let standing = self.goal.standing(value, &mut reckoning);
        let needed = if self.now.is_of_events() {
            let most = self.now.most(&now);
            self.goal.needed(now.above, most, (slope, start), &mut reckoning)
        } else {
            Whole::NONE
        };
        if !reckoning.is_exact() {
            return None;
        }
        let verdict = if standing.is_met { Verdict::Met } else { Verdict::Missed };
        let mut certainty = Certainty::Clear;
        let (mut lower, mut upper, mut how, mut reason) = (f64::NAN, f64::NAN, 0, 0);
        if let Some(intervals) = self.intervals {
            let interval = match &then {
                None => self.now.interval(&now, intervals),
                Some((plain, read)) => {
                    let now_interval = self.now.interval(&now, intervals);
                    let then_interval = plain.interval(read, intervals);
                    now_interval.zip(then_interval).and_then(|(now, then)| {
                        let (value, earlier) = (now_value.float(), start.float());
                        uncertainty::squared_and_added(value, now, earlier, then)
                    })
                }
            };
            match interval {
                Some(named) => {
                    Interval { lower, upper } = named.interval;
                    how = named.method.code();
                    certainty = self.bounds.certainty(&named.interval, verdict);
                }
                None => {
                    reason = Reason::NoCounts as u8 + 1;
                    certainty = Certainty::Unknown;
                }
            }
        }

        let is_change = then.is_some();
        part.unit[place] = unit.0 as u32;
        part.category[place] = 0;
        part.verdict[place] = verdict as u8;
        part.certainty[place] = certainty as u8;
        part.reason[place] = reason;
        part.how[place] = how;
        part.numerator[place] = if is_change { now_value.float() } else { now.above };
        part.denominator[place] =
            if is_change || self.now.is_count() { f64::NAN } else { now.below };
        part.value[place] = value.float();
        part.lower[place] = lower;
        part.upper[place] = upper;
        part.baseline[place] = baseline;
        part.goal_value[place] = self.goal_value.or_nan();
        part.gap[place] = standing.gap;
        part.needed[place] = needed.or_least();
        part.attainment[place] = if is_change { f64::NAN } else { standing.attainment };
        part.completeness[place] = completeness.unwrap_or(f64::NAN);
        part.imputed[place] = 0.0;
        Some(())
    }
}
