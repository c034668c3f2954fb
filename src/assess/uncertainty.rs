//! How a value could have come out by chance, and what that makes of a verdict
//! (`docs/semantics.md`, 27 and 28).

use std::sync::OnceLock;

use super::assessment::Verdict;
use super::spread::{Linked, RowSpread, Spread};
use crate::error::codes::codes;
use crate::exact::{Bound, Exact};
use crate::plan::ChangeAs;
use crate::stats::dispersion::confidence_of_degrees;
use crate::stats::pool::PoolKind;
use crate::stats::{
    self, Confidence, CountMethod, DirectMethod, DirectOptions, DirectSums, GoalTest, Interval,
    ProportionRatioMethod, RateRatioMethod,
};

/// How a value could have come out by chance.
#[derive(Debug, Clone)]
pub(crate) enum Sampling {
    /// Events among a whole: binomial.
    Proportion { events: f64, whole: f64, per: f64 },
    /// Events, each worth so much of the value: Poisson.
    Count { events: f64, per_event: f64 },
    /// Events of categories, each weighted by a standard population.
    Standardised { sums: Box<DirectSums>, per: f64 },
    /// A change between two values that both could have come out otherwise.
    Change { now: Box<SampledValue>, then: Box<SampledValue>, change_unit: ChangeAs },
    /// It could not: the number is given.
    Fixed,
    /// Nothing is known about it.
    Unknown,
}

/// A value with its sampling.
#[derive(Debug, Clone)]
pub(crate) struct SampledValue {
    pub(super) value: f64,
    pub(super) sampling: Sampling,
}

/// An interval and the name of the method that made it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NamedInterval {
    pub(crate) interval: Interval,
    pub(crate) method: Method,
}

codes! {
    /// How an interval was made.
    pub(crate) enum Method as "method of intervals" {
        Wilson = "wilson",
        Exact = "exact",
        Byar = "byar",
        ExactConditional = "exact_conditional",
        Koopman = "koopman",
        SquareAndAdd = "square_and_add",
        Dobson = "dobson",
        FayFeuer = "fay_feuer",
    }
}

impl Method {
    /// As [`Columns`](super::columns::Columns) stores it, where a unit's own total says what its parts say.
    pub(crate) const fn stored(self) -> u8 {
        2 * (1 + self as u8)
    }
}

/// The intervals of one confidence. Counts of some events occur again and again: their limits are kept.
#[derive(Debug)]
pub(crate) struct Intervals {
    confidence: Confidence,
    /// Of 0, 1, 2 ... events.
    of_some: Vec<Interval>,
    /// Of a goal that has no categories.
    tests: Tests,
    /// Those of counts whose dispersion is known from some degrees of freedom, by their number.
    of_degrees: Box<[OnceLock<Intervals>]>,
}

/// More degrees of freedom than a dispersion is known from, and 1.
const DEGREES: usize = 64;

/// For fewer events than these limits are kept. Only the first few take long; the others cost less than two of them.
const KEPT: usize = 256;

impl Intervals {
    pub(crate) fn new(confidence: Confidence) -> Self {
        let of_degrees = std::iter::repeat_with(OnceLock::new).take(DEGREES).collect();
        Intervals { of_degrees, ..Intervals::of_one(confidence) }
    }

    /// Those of one confidence alone.
    fn of_one(confidence: Confidence) -> Self {
        let of_count = |events| stats::count_interval(f64::from(events), BYAR, confidence);
        // A whole number of events is never refused.
        let of_some = (0_u32..).take(KEPT).map_while(|events| of_count(events).ok()).collect();
        Intervals {
            confidence,
            of_some,
            tests: Tests::of(confidence, 1),
            of_degrees: Box::default(),
        }
    }

    /// Those with the t distribution of a number of degrees of freedom in place of the normal one.
    #[inline(always)]
    fn with(&self, spread: Spread) -> &Intervals {
        match self.of_degrees.get(usize::from(spread.degrees)) {
            Some(kept) if spread.degrees > 0 => kept.get_or_init(|| {
                let degrees = f64::from(spread.degrees);
                Intervals::of_one(confidence_of_degrees(self.confidence, degrees))
            }),
            Some(_) | None => self,
        }
    }

    /// Of events, each worth so much of a value.
    #[inline(always)]
    pub(crate) fn of_count(
        &self,
        events: f64,
        per_event: f64,
        spread: Spread,
        linked: Option<Linked>,
    ) -> Option<NamedInterval> {
        let dispersion =
            spread.dispersion * linked.map_or(1.0, |linked| linked.of_events(events, per_event));
        self.with(spread).of_independent_count(events / dispersion, per_event * dispersion)
    }

    #[inline(always)]
    fn of_independent_count(&self, events: f64, per_event: f64) -> Option<NamedInterval> {
        let kept = self.of_some.get(events as usize);
        let interval = match kept.filter(|_| events >= 0.0 && events as usize as f64 == events) {
            Some(kept) => *kept,
            None => stats::count_interval(events, BYAR, self.confidence).ok()?,
        };
        let method = if events < EXACT_BELOW { Method::Exact } else { Method::Byar };
        named(interval.scaled(per_event), method)
    }

    /// Of events among a whole, in parts of `per`.
    #[inline(always)]
    pub(crate) fn of_share(
        &self,
        events: f64,
        whole: f64,
        per: f64,
        spread: Spread,
    ) -> Option<NamedInterval> {
        let Spread { dispersion, .. } = spread;
        let z = self.with(spread).confidence.z();
        let (lower, upper) = stats::wilson_or_nan(events / dispersion, whole / dispersion, z);
        let interval = (!lower.is_nan()).then_some(Interval { lower, upper })?;
        named(interval.scaled(per), Method::Wilson)
    }
}

const BYAR: CountMethod = CountMethod::Byar { exact_below: EXACT_BELOW };

/// Below this number of events Byar's limits are not close enough to the exact ones (Public Health England's rule).
const EXACT_BELOW: f64 = 10.0;

/// The exact tests at the number of a goal, one for each verdict.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tests {
    met: GoalTest,
    missed: GoalTest,
}

impl Intervals {
    /// The tests of a goal that every one of `categories` categories has to meet; 1 if there are none. With more
    /// categories, one of them misses the goal by chance more often.
    pub(crate) fn tests(&self, categories: u32, spread: Spread) -> Tests {
        let intervals = self.with(spread);
        if categories == 1 { intervals.tests } else { Tests::of(intervals.confidence, categories) }
    }
}

impl Tests {
    fn of(confidence: Confidence, categories: u32) -> Self {
        let test = |categories| GoalTest::of_confidence(confidence, categories);
        Tests { met: test(1), missed: test(categories) }
    }

    /// Whether chance would hardly have made a verdict on counts against a goal, which is a known number; none where the
    /// value is no count and no share.
    #[inline]
    pub(crate) fn is_clear(
        &self,
        sampling: &Sampling,
        dispersion: f64,
        linked: Option<Linked>,
        bounds: &Bound,
        verdict: Verdict,
    ) -> Option<bool> {
        let bounds = bounds.map(Exact::float);
        match sampling {
            Sampling::Proportion { events, whole, per } => {
                Some(self.of_share((*events, *whole), dispersion, *per, &bounds, verdict))
            }
            Sampling::Count { events, per_event } => {
                Some(self.of_count(*events, (dispersion, linked), *per_event, &bounds, verdict))
            }
            Sampling::Standardised { .. }
            | Sampling::Change { .. }
            | Sampling::Fixed
            | Sampling::Unknown => None,
        }
    }

    /// The same of events among a whole, in parts of `per`.
    #[inline]
    pub(crate) fn of_share(
        &self,
        (events, whole): (f64, f64),
        dispersion: f64,
        per: f64,
        bounds: &Bound<f64>,
        verdict: Verdict,
    ) -> bool {
        let (events, whole) = (events / dispersion, whole / dispersion);
        let share = |goal: f64| goal / per;
        let below = |test: &GoalTest, goal: f64| {
            share(goal) > 1.0 || test.share_is_below(events, whole, share(goal))
        };
        let above = |test: &GoalTest, goal: f64| {
            share(goal) < 0.0 || test.share_is_above(events, whole, share(goal))
        };
        self.decide(bounds, verdict, events / whole * per, below, above)
    }

    /// The same of events, each worth so much of the value.
    #[inline]
    pub(crate) fn of_count(
        &self,
        events: f64,
        (dispersion, linked): (f64, Option<Linked>),
        per_event: f64,
        bounds: &Bound<f64>,
        verdict: Verdict,
    ) -> bool {
        let by =
            |goal: f64| dispersion * linked.map_or(1.0, |linked| linked.at_goal(goal, per_event));
        let expected = |goal: f64| goal / (per_event * by(goal));
        let below =
            |test: &GoalTest, goal: f64| test.count_is_below(events / by(goal), expected(goal));
        let above = |test: &GoalTest, goal: f64| {
            goal < 0.0 || test.count_is_above(events / by(goal), expected(goal))
        };
        self.decide(bounds, verdict, events * per_event, below, above)
    }

    #[inline]
    fn decide(
        &self,
        bounds: &Bound<f64>,
        verdict: Verdict,
        value: f64,
        below: impl Fn(&GoalTest, f64) -> bool,
        above: impl Fn(&GoalTest, f64) -> bool,
    ) -> bool {
        match (*bounds, verdict) {
            (_, Verdict::Indeterminate) => false,
            (Bound::Floor { at, .. }, Verdict::Met) => above(&self.met, at),
            (Bound::Floor { at, .. }, Verdict::Missed) => below(&self.missed, at),
            (Bound::Ceiling { at, .. }, Verdict::Met) => below(&self.met, at),
            (Bound::Ceiling { at, .. }, Verdict::Missed) => above(&self.missed, at),
            (Bound::Between { low, high }, Verdict::Met) => {
                above(&self.met, low) && below(&self.met, high)
            }
            (Bound::Between { low, .. }, Verdict::Missed) if value < low => {
                below(&self.missed, low)
            }
            (Bound::Between { high, .. }, Verdict::Missed) => above(&self.missed, high),
        }
    }
}

impl Sampling {
    /// The sampling of a change from one value to another.
    pub(crate) fn change(
        now: Sampling,
        then: Sampling,
        now_value: &Exact,
        then_value: &Exact,
        change_unit: ChangeAs,
    ) -> Sampling {
        Sampling::Change {
            now: Box::new(SampledValue { value: now_value.float(), sampling: now }),
            then: Box::new(SampledValue { value: then_value.float(), sampling: then }),
            change_unit,
        }
    }

    /// The events and what they are among, or over; none where a value is not made of counts.
    pub(crate) fn counted(&self, linked: Option<Linked>) -> Option<SampledCounts> {
        match *self {
            Sampling::Proportion { events, whole, per } => Some(SampledCounts {
                kind: PoolKind::Share,
                events,
                denominator: whole,
                scale: per,
                variance: 1.0,
            }),
            Sampling::Count { events, per_event } => Some(SampledCounts {
                kind: PoolKind::Rate,
                events,
                denominator: per_event.recip(),
                scale: 1.0,
                variance: linked.map_or(1.0, |linked| linked.of_events(events, per_event)),
            }),
            Sampling::Standardised { .. }
            | Sampling::Change { .. }
            | Sampling::Fixed
            | Sampling::Unknown => None,
        }
    }

    /// The same with more counted, so that the value moves by a number: up by more events, and of a quotient down by a larger
    /// denominator. Sums by category stay as they are.
    pub(super) fn moved(&self, by: f64, is_quotient: bool) -> Sampling {
        match self {
            Sampling::Proportion { events, whole, per } => {
                let larger = events * per / (events * per / whole + by);
                if is_quotient && by < 0.0 && larger > *whole && larger.is_finite() {
                    return Sampling::Proportion { events: *events, whole: larger, per: *per };
                }
                let events = (events + by * whole / per).max(0.0).min(*whole);
                Sampling::Proportion { events, whole: *whole, per: *per }
            }
            Sampling::Count { events, per_event } => {
                let smaller = per_event + by / events;
                if is_quotient && by < 0.0 && smaller > 0.0 {
                    return Sampling::Count { events: *events, per_event: smaller };
                }
                Sampling::Count {
                    events: (events + by / per_event).max(0.0),
                    per_event: *per_event,
                }
            }
            Sampling::Change { now, then, change_unit } => {
                let by = match change_unit {
                    ChangeAs::Absolute => by,
                    ChangeAs::Percent => by * then.value.abs() / 100.0,
                };
                let now = SampledValue {
                    value: now.value + by,
                    sampling: now.sampling.moved(by, is_quotient),
                };
                Sampling::Change {
                    now: Box::new(now),
                    then: then.clone(),
                    change_unit: *change_unit,
                }
            }
            Sampling::Standardised { .. } | Sampling::Fixed | Sampling::Unknown => self.clone(),
        }
    }

    /// The interval of the value, in its own unit; none where it does not follow from counts.
    #[inline]
    pub(crate) fn interval(
        &self,
        intervals: &Intervals,
        spread: RowSpread,
    ) -> Option<NamedInterval> {
        match self {
            Sampling::Proportion { events, whole, per } => {
                intervals.of_share(*events, *whole, *per, spread.now)
            }
            Sampling::Count { events, per_event } => {
                intervals.of_count(*events, *per_event, spread.now, spread.linked)
            }
            Sampling::Standardised { sums, per } => {
                // Dobson's limits are too narrow where few events carry most of the weight.
                let (limits, method) = if sums.is_unstable() {
                    (DirectMethod::FayFeuer, Method::FayFeuer)
                } else {
                    (DirectMethod::Dobson(BYAR), Method::Dobson)
                };
                // Values of few events were withheld when the value was computed.
                let options = DirectOptions {
                    per: *per,
                    confidence: intervals.with(spread.now).confidence,
                    withhold_below: 0.0,
                    method: limits,
                    ..DirectOptions::default()
                };
                let sums = sums.with_dispersion(spread.now.dispersion);
                named(sums.rate(&options).ok()?.interval?, method)
            }
            Sampling::Change { now, then, change_unit: ChangeAs::Percent } => {
                ratio(now, then, intervals, spread).and_then(|ratio| {
                    let percent = |limit: f64| 100.0 * (limit - 1.0);
                    let Interval { lower, upper } = ratio.interval;
                    named(Interval { lower: percent(lower), upper: percent(upper) }, ratio.method)
                })
            }
            Sampling::Change { now, then, change_unit: ChangeAs::Absolute } => {
                difference(now, then, intervals, spread)
            }
            Sampling::Fixed | Sampling::Unknown => None,
        }
    }
}

/// The counts that a value is made of, as they are pooled.
pub(crate) struct SampledCounts {
    pub(crate) kind: PoolKind,
    pub(crate) events: f64,
    /// The whole of a share, or what events are counted over.
    pub(crate) denominator: f64,
    /// The value of a share, or a rate, of 1.
    pub(crate) scale: f64,
    /// The variance of the events in multiples of that of independent counts, where a part of them is linked.
    pub(crate) variance: f64,
}

impl NamedInterval {
    /// The same around a value that moved by a number.
    pub(super) fn moved(self, by: f64) -> NamedInterval {
        let Interval { lower, upper } = self.interval;
        NamedInterval { interval: Interval { lower: lower + by, upper: upper + by }, ..self }
    }
}

fn named(interval: Interval, method: Method) -> Option<NamedInterval> {
    Some(NamedInterval { interval, method })
}

/// The interval of now ÷ then.
fn ratio(
    now: &SampledValue,
    then: &SampledValue,
    intervals: &Intervals,
    spread: RowSpread,
) -> Option<NamedInterval> {
    let confidence = intervals.with(spread.fewer_degrees()).confidence;
    let by = |value: &SampledValue, spread: Spread, linked: Option<Linked>| {
        let linked = match (&value.sampling, linked) {
            (Sampling::Count { events, per_event }, Some(linked)) => {
                linked.of_events(*events, *per_event)
            }
            (_, _) => 1.0,
        };
        (spread.dispersion * linked).recip()
    };
    let (by1, by2) = (by(now, spread.now, spread.linked), by(then, spread.then, spread.linked));
    match (&now.sampling, &then.sampling) {
        (
            Sampling::Count { events: events1, per_event: per1 },
            Sampling::Count { events: events2, per_event: per2 },
        ) => {
            // A value is events × per_event, so 1 / per_event is what the events are counted over.
            let method = RateRatioMethod::ExactConditional;
            let (exposure1, exposure2) = (by1 / per1, by2 / per2);
            let (events1, events2) = (events1 * by1, events2 * by2);
            let interval = stats::rate_ratio_interval(
                events1, exposure1, events2, exposure2, method, confidence,
            );
            named(interval.ok()?, Method::ExactConditional)
        }
        (
            Sampling::Proportion { events: events1, whole: whole1, per: per1 },
            Sampling::Proportion { events: events2, whole: whole2, per: per2 },
        ) => {
            let method = ProportionRatioMethod::Koopman;
            let (events1, whole1) = (events1 * by1, whole1 * by1);
            let (events2, whole2) = (events2 * by2, whole2 * by2);
            let interval = stats::proportion_ratio_interval(
                events1, whole1, events2, whole2, method, confidence,
            );
            named(interval.ok()?.scaled(per1 / per2), Method::Koopman)
        }
        (sampling, Sampling::Fixed) if then.value > 0.0 => {
            let NamedInterval { interval, method } = sampling.interval(intervals, spread)?;
            named(interval.scaled(then.value.recip()), method)
        }
        (
            Sampling::Proportion { .. }
            | Sampling::Count { .. }
            | Sampling::Standardised { .. }
            | Sampling::Change { .. }
            | Sampling::Fixed
            | Sampling::Unknown,
            _,
        ) => None,
    }
}

/// The interval of now − then: the two intervals, squared and added.
fn difference(
    now: &SampledValue,
    then: &SampledValue,
    intervals: &Intervals,
    spread: RowSpread,
) -> Option<NamedInterval> {
    let now_interval = now.sampling.interval(intervals, spread)?;
    match then.sampling {
        Sampling::Fixed => {
            let fixed = Interval { lower: then.value, upper: then.value };
            let then_interval = NamedInterval { interval: fixed, ..now_interval };
            let apart = squared_and_added(now.value, now_interval, then.value, then_interval)?;
            named(apart.interval, now_interval.method)
        }
        Sampling::Proportion { .. }
        | Sampling::Count { .. }
        | Sampling::Standardised { .. }
        | Sampling::Change { .. }
        | Sampling::Unknown => {
            let of_then = RowSpread { now: spread.then, ..spread };
            let then_interval = then.sampling.interval(intervals, of_then)?;
            squared_and_added(now.value, now_interval, then.value, then_interval)
        }
    }
}

/// The interval of the difference of two values with intervals of their own.
#[inline]
pub(super) fn squared_and_added(
    now: f64,
    now_interval: NamedInterval,
    then: f64,
    then_interval: NamedInterval,
) -> Option<NamedInterval> {
    let (of_now, of_then) = (now_interval.interval, then_interval.interval);
    // Rounding may put a limit a last digit beyond its estimate.
    let inside = |value: f64, interval: Interval| value.max(interval.lower).min(interval.upper);
    let interval =
        stats::difference_interval(inside(now, of_now), of_now, inside(then, of_then), of_then);
    named(interval.ok()?, Method::SquareAndAdd)
}
