//! Rows of whole numbers that nothing qualifies: the same as [`Judging::fill`] makes them, sooner.
#![expect(
    clippy::needless_range_loop,
    reason = "arrays of as many lanes are read and written side by side"
)]

use super::Judging;
use crate::assess::assessment::{Certainty, Reason, Verdict};
use crate::assess::columns::{BuilderSlice, put};
use crate::assess::dispersion::Dispersions;
use crate::assess::packed::{Number, Whole};
use crate::assess::row::is_complete;
use crate::assess::spread::{Linked, Spread};
use crate::assess::uncertainty::{self, Intervals, NamedInterval};
use crate::assess::value::{Gathered, LANES, Lanes, Plain};
use crate::exact::{Arithmetic, Bound, Exact, ExactArithmetic, FloatArithmetic, Floats, Quotient};
use crate::plan::UnitIndex;
use crate::stats::Interval;

/// A target and one of its windows, which has closed, as far as its rows are plain.
pub(super) struct PlainRows<'j, 'a> {
    goal: Bound<Floats>,
    /// The same in floats.
    goal_floats: Bound<f64>,
    now: Plain<'j, 'a>,
    /// What a change starts from.
    then: Option<Plain<'j, 'a>>,
    /// The earlier value a campaign's rows are seen against.
    compared: Option<Plain<'j, 'a>>,
    minimum_completeness: Option<f64>,
    /// None where values do not vary by chance.
    chances: Option<Chances<'j>>,
    goal_value: Number,
    has_progress: bool,
}

/// What intervals and tests of values are made with.
struct Chances<'j> {
    intervals: &'j Intervals,
    categories: u32,
    /// Of the window, and of the window that is compared.
    dispersions: &'j (Dispersions, Dispersions),
    linked: Option<Linked>,
}

/// The values of some units, and where they stand. Each step is a loop over all of them without a branch, so that
/// several are computed at once.
struct Values {
    above: Lanes,
    below: Lanes,
    /// The largest number met on the way to them.
    largest: Lanes,
    gap: Lanes,
    attainment: Lanes,
}

impl Values {
    /// The values of what was gathered.
    #[inline(always)]
    fn of(gathered: &Gathered, per: Floats) -> Values {
        let (mut above, mut below, mut largest) = ([0.0; LANES], [1.0; LANES], [0.0; LANES]);
        for lane in 0..LANES {
            let mut arithmetic = FloatArithmetic::from(0.0);
            let quotient = Floats::of(gathered.above[lane], gathered.below[lane]);
            let value = arithmetic.times(&per, &quotient);
            (above[lane], below[lane]) = (value.above(), value.below());
            largest[lane] = arithmetic.largest;
        }
        Values { above, below, largest, gap: [0.0; LANES], attainment: [0.0; LANES] }
    }

    #[inline(always)]
    fn value(&self, lane: usize) -> Floats {
        Floats::of(self.above[lane], self.below[lane])
    }

    /// What they changed by.
    #[inline(always)]
    fn since(&self, then: &Values) -> Values {
        let mut change = Values { gap: [0.0; LANES], attainment: [0.0; LANES], ..*self };
        for lane in 0..LANES {
            let largest = self.largest[lane];
            let of_then = then.largest[lane];
            let mut arithmetic =
                FloatArithmetic::from(if of_then > largest { of_then } else { largest });
            let value = arithmetic.minus(&self.value(lane), &then.value(lane));
            (change.above[lane], change.below[lane]) = (value.above(), value.below());
            change.largest[lane] = arithmetic.largest;
        }
        change
    }

    /// Compares them with a goal. The match stands outside the loop: in the loop the kind of the goal is known.
    #[inline(always)]
    fn compare(&mut self, goal: Bound<Floats>) {
        match goal {
            Bound::Floor { at, strict } => self.compare_each(|| Bound::Floor { at, strict }),
            Bound::Ceiling { at, strict } => self.compare_each(|| Bound::Ceiling { at, strict }),
            Bound::Between { low, high } => self.compare_each(|| Bound::Between { low, high }),
        }
    }

    #[inline(always)]
    fn compare_each(&mut self, goal: impl Fn() -> Bound<Floats>) {
        for lane in 0..LANES {
            let mut arithmetic = FloatArithmetic::from(self.largest[lane]);
            let value = self.value(lane);
            self.gap[lane] = goal().distance(&mut arithmetic, &value).float();
            let attainment = goal().attainment(&mut arithmetic, &value);
            self.attainment[lane] = attainment.unwrap_or(f64::NAN);
            self.largest[lane] = arithmetic.largest;
        }
    }

    /// The values as floats.
    #[inline(always)]
    fn floats(&self) -> Lanes {
        let mut floats = [0.0; LANES];
        for lane in 0..LANES {
            floats[lane] = self.value(lane).float();
        }
        floats
    }
}

impl<'a> Judging<'a> {
    /// How plain rows are made; none where there are none. What is foretold of windows that run takes longer than
    /// what is saved here.
    pub(super) fn plain_rows(&self) -> Option<PlainRows<'_, 'a>> {
        let started = self
            .started
            .as_ref()
            .filter(|started| started.frame.is_final() && self.may_be_plain)
            .filter(|started| !self.is_late(started))?;
        let (now, then) = started.judge.indicator.plain()?;
        let bounds = started.judge.fixed.as_ref()?;
        let compared = match &started.compared {
            Some(compared) => Some(compared.plain()?),
            None => None,
        };
        let goal = bounds.map(Floats::of_exact).known()?;
        Some(PlainRows {
            goal,
            goal_floats: goal.map(Floats::float),
            now,
            then,
            compared,
            minimum_completeness: started.judge.minimum_completeness,
            chances: self.varies.then(|| Chances {
                intervals: &self.assessor.intervals,
                categories: self.categories,
                dispersions: self.dispersions(started),
                linked: self.linked,
            }),
            goal_value: self.goal_value,
            has_progress: self.has_progress,
        })
    }
}

impl PlainRows<'_, '_> {
    /// Writes the rows of units, no more than there are lanes, that are judged throughout the window, from a place
    /// on. Those that turn out not to be plain are struck out, and what is written of them is of no use.
    pub(super) fn write(
        &self,
        units: &[UnitIndex],
        first: usize,
        part: &mut BuilderSlice<'_>,
        are_plain: &mut [bool; LANES],
    ) {
        let now = self.now.gather(units, are_plain);
        let then = self.then.as_ref().map(|then| (then, then.gather(units, are_plain)));
        let mut completeness = now.completeness;
        if let Some((_, then)) = &then {
            for lane in 0..LANES {
                completeness[lane] = completeness[lane].min(then.completeness[lane]);
            }
        }
        // What is missing may turn a verdict: such rows are not plain.
        for lane in 0..LANES {
            are_plain[lane] &= is_complete(completeness[lane]);
        }
        if let Some(minimum) = self.minimum_completeness {
            for lane in 0..LANES {
                let is_enough = completeness[lane].is_nan() || completeness[lane] >= minimum;
                are_plain[lane] &= is_enough;
            }
        }

        let now_values = Values::of(&now, self.now.per());
        let then_values = then.as_ref().map(|(plain, then)| Values::of(then, plain.per()));
        let mut values = match &then_values {
            None => Values { ..now_values },
            Some(then) => now_values.since(then),
        };
        let mut progress = [f64::NAN; LANES];
        let baseline = match (&then_values, &self.compared) {
            (Some(then), _) => then.floats(),
            (None, Some(compared)) => {
                let earlier = Values::of(&compared.gather(units, are_plain), compared.per());
                for lane in 0..LANES {
                    let of_then = earlier.largest[lane];
                    values.largest[lane] = values.largest[lane].max(of_then);
                }
                if self.has_progress {
                    for lane in 0..units.len().min(LANES) {
                        progress[lane] =
                            self.progress(values.value(lane), earlier.value(lane), are_plain[lane]);
                    }
                }
                earlier.floats()
            }
            (None, None) => [f64::NAN; LANES],
        };
        values.compare(self.goal);
        let needed = if part.needed.is_empty() {
            [Whole::NONE.or_least(); LANES]
        } else {
            self.needed(&now, then_values.as_ref(), &mut values.largest)
        };
        for lane in 0..LANES {
            are_plain[lane] &= FloatArithmetic::is_exact(values.largest[lane]);
        }
        let value = values.floats();
        let now_value = if then.is_some() { now_values.floats() } else { value };

        let mut verdict = [0_u8; LANES];
        for lane in 0..LANES {
            let met = self.goal.is_met_at(&values.gap[lane]);
            verdict[lane] = if met { Verdict::Met as u8 } else { Verdict::Missed as u8 };
        }
        let mut chance = Chance {
            lower: [f64::NAN; LANES],
            upper: [f64::NAN; LANES],
            how: [0; LANES],
            reason: [0; LANES],
            certainty: [Certainty::Clear as u8; LANES],
        };
        let mut dispersion = [f64::NAN; LANES];
        if let Some(Chances { intervals, categories, dispersions, linked }) = &self.chances {
            let mut tests =
                (Spread::INDEPENDENT.degrees, intervals.tests(*categories, Spread::INDEPENDENT));
            for lane in 0..units.len().min(LANES) {
                if !are_plain[lane] {
                    continue;
                }
                let spread = dispersions.0.of(units[lane]);
                let of_now = self.now.interval(&now, lane, intervals, spread, *linked);
                let interval = match &then {
                    None => of_now,
                    Some((plain, then)) => {
                        let spread = dispersions.1.of(units[lane]);
                        let of_then = plain.interval(then, lane, intervals, spread, *linked);
                        of_now.zip(of_then).and_then(|(of_now, of_then)| {
                            let (now, then) = (now_value[lane], baseline[lane]);
                            uncertainty::squared_and_added(now, of_now, then, of_then)
                        })
                    }
                };
                let verdict = if verdict[lane] == Verdict::Met as u8 {
                    Verdict::Met
                } else {
                    Verdict::Missed
                };
                // Units side by side mostly have the same degrees of freedom.
                if tests.0 != spread.degrees {
                    tests = (spread.degrees, intervals.tests(*categories, spread));
                }
                let tested = match &then {
                    None => {
                        let tests = (&tests.1, spread.dispersion, *linked);
                        self.now.is_clear(&now, lane, tests, &self.goal_floats, verdict)
                    }
                    Some(_) => None,
                };
                if interval.is_some() {
                    dispersion[lane] = dispersions.0.known(units[lane]).unwrap_or(f64::NAN);
                }
                self.chance(interval, tested, verdict == Verdict::Met, lane, &mut chance);
            }
        }

        let rows = units.len().min(LANES);
        let none = [f64::NAN; LANES];
        let is_change = then.is_some();
        let has_below = !is_change && !self.now.is_count();
        for (cell, unit) in part.unit[first..].iter_mut().zip(units) {
            *cell = unit.0 as u32;
        }
        part.category[first..first + rows].fill(0);
        put(part.verdict, first, &verdict[..rows]);
        put(part.certainty, first, &chance.certainty[..rows]);
        put(part.reason, first, &chance.reason[..rows]);
        put(part.how, first, &chance.how[..rows]);
        let numerator = if is_change { &now_value } else { &now.above };
        put(part.numerator, first, &numerator[..rows]);
        let denominator = if has_below { &now.below } else { &none };
        put(part.denominator, first, &denominator[..rows]);
        put(part.value, first, &value[..rows]);
        put(part.lower, first, &chance.lower[..rows]);
        put(part.upper, first, &chance.upper[..rows]);
        put(part.dispersion, first, &dispersion[..rows]);
        put(part.baseline, first, &baseline[..rows]);
        put(part.progress, first, &progress[..rows]);
        put(part.goal_value, first, &[self.goal_value.or_nan(); LANES][..rows]);
        put(part.gap, first, &values.gap[..rows]);
        put(part.needed, first, &needed[..rows]);
        let attainment = if is_change { &none } else { &values.attainment };
        put(part.attainment, first, &attainment[..rows]);
        put(part.completeness, first, &completeness[..rows]);
        put(part.matched, first, &now.matched[..rows]);
        put(part.unmatched, first, &now.unmatched[..rows]);
        put(part.imputed, first, &[0.0; LANES][..rows]);
    }

    /// The part of the way from a baseline to the goal; NaN where there is none.
    fn progress(&self, value: Floats, baseline: Floats, is_plain: bool) -> f64 {
        let mut arithmetic = FloatArithmetic::from(0.0);
        let found = self.goal.progress(&mut arithmetic, &value, &baseline);
        if FloatArithmetic::is_exact(arithmetic.largest) || !is_plain {
            return found.unwrap_or(f64::NAN);
        }
        // Products of four numbers are soon too large for floats.
        let exact = |number: Floats| Exact::quotient(number.above() as i64, number.below() as i64);
        let goal = self.goal.map(|number| exact(*number)).known();
        let found =
            goal.zip(exact(value)).zip(exact(baseline)).and_then(|((goal, value), baseline)| {
                goal.progress(&mut ExactArithmetic, &value, &baseline)
            });
        found.unwrap_or(f64::NAN)
    }

    /// The events still needed. A value is slope × events, and of a change that less what it was then.
    #[inline(always)]
    fn needed(&self, now: &Gathered, then: Option<&Values>, largest: &mut Lanes) -> [i64; LANES] {
        if !self.now.is_of_events() {
            return [Whole::NONE.or_least(); LANES];
        }
        let mut making = |at: Floats| {
            let (mut above, mut below) = ([0.0; LANES], [1.0; LANES]);
            for lane in 0..LANES {
                let mut arithmetic = FloatArithmetic::from(largest[lane]);
                let start = then.map_or(Floats::ZERO, |then| then.value(lane));
                let from = arithmetic.plus(at, start);
                let whole = arithmetic.times(&from, &Floats::whole(now.below[lane]));
                let events = arithmetic.over(&whole, &self.now.per());
                (above[lane], below[lane]) = (events.above(), events.below());
                largest[lane] = arithmetic.largest;
            }
            move |lane: usize| Floats::of(above[lane], below[lane])
        };
        match self.goal {
            Bound::Floor { at, strict } => {
                let at = making(at);
                self.needed_each(now, |lane| Bound::Floor { at: at(lane), strict })
            }
            Bound::Ceiling { at, strict } => {
                let at = making(at);
                self.needed_each(now, |lane| Bound::Ceiling { at: at(lane), strict })
            }
            Bound::Between { low, high } => {
                let (low, high) = (making(low), making(high));
                self.needed_each(now, |lane| Bound::Between { low: low(lane), high: high(lane) })
            }
        }
    }

    #[inline(always)]
    fn needed_each(&self, now: &Gathered, events: impl Fn(usize) -> Bound<Floats>) -> [i64; LANES] {
        let is_of_whole = self.now.is_of_whole();
        let mut needed = [0; LANES];
        for lane in 0..LANES {
            let most = if is_of_whole { now.below[lane] as i64 } else { i64::MAX };
            let found = events(lane).needed(&(now.above[lane] as i64), Some(&most));
            needed[lane] = Whole::from(found).or_least();
        }
        needed
    }

    /// What chance could have made of it.
    #[inline(always)]
    fn chance(
        &self,
        interval: Option<NamedInterval>,
        tested: Option<bool>,
        is_met: bool,
        lane: usize,
        all: &mut Chance,
    ) {
        let Some(NamedInterval { interval: Interval { lower, upper }, method }) = interval else {
            all.certainty[lane] = Certainty::Unknown as u8;
            all.reason[lane] = Reason::NoCounts as u8 + 1;
            return;
        };
        (all.lower[lane], all.upper[lane]) = (lower, upper);
        all.how[lane] = method.stored();
        let certainty = match tested {
            Some(true) => Certainty::Clear,
            Some(false) => Certainty::WithinChance,
            None => self.goal_floats.certainty(Interval { lower, upper }, is_met),
        };
        all.certainty[lane] = certainty as u8;
    }
}

/// What chance could have made of some rows.
struct Chance {
    lower: Lanes,
    upper: Lanes,
    how: [u8; LANES],
    reason: [u8; LANES],
    certainty: [u8; LANES],
}
