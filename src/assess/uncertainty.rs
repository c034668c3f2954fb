//! How a value could have come out by chance, and what that makes of a verdict
//! (`docs/semantics.md`, 27 and 28).

use crate::exact::Exact;
use crate::plan::ChangeAs;
use crate::stats::{
    self, Confidence, CountMethod, DirectOptions, DirectSums, Interval, ProportionMethod,
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
    Change { now: Box<Known>, then: Box<Known>, told_as: ChangeAs },
    /// It could not: the number is given.
    Fixed,
    /// Nothing is known about it.
    Unknown,
}

/// A value with its sampling.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub(super) value: f64,
    pub(super) sampling: Sampling,
}

/// An interval and the name of the method that made it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct NamedInterval {
    pub(crate) interval: Interval,
    pub(crate) method: Method,
}

/// How an interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Wilson,
    Exact,
    Byar,
    ExactConditional,
    Koopman,
    SquareAndAdd,
    Dobson,
}

impl Method {
    /// In the order of their numbers.
    pub(crate) const ALL: [Method; 7] = [
        Method::Wilson,
        Method::Exact,
        Method::Byar,
        Method::ExactConditional,
        Method::Koopman,
        Method::SquareAndAdd,
        Method::Dobson,
    ];

    /// As the column names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Method::Wilson => "wilson",
            Method::Exact => "exact",
            Method::Byar => "byar",
            Method::ExactConditional => "exact_conditional",
            Method::Koopman => "koopman",
            Method::SquareAndAdd => "square_and_add",
            Method::Dobson => "dobson",
        }
    }
}

/// The intervals of one confidence. Few events occur again and again, and their exact limits take long.
#[derive(Debug)]
pub(crate) struct Intervals {
    confidence: Confidence,
    /// Of 0, 1, 2 ... events.
    of_few: Vec<Interval>,
}

impl Intervals {
    pub(crate) fn new(confidence: Confidence) -> Self {
        let few = (0..).map(f64::from).take_while(|events| *events < EXACT_BELOW);
        let exact = |events| stats::count_interval(events, CountMethod::Exact, confidence);
        // A whole number of events is never refused.
        Intervals { confidence, of_few: few.map_while(|events| exact(events).ok()).collect() }
    }

    #[inline]
    fn of_count(&self, events: f64) -> Option<Interval> {
        let few = events as usize;
        if (0.0..EXACT_BELOW).contains(&events)
            && few as f64 == events
            && let Some(interval) = self.of_few.get(few)
        {
            return Some(*interval);
        }
        let byar = CountMethod::Byar { exact_below: EXACT_BELOW };
        stats::count_interval(events, byar, self.confidence).ok()
    }
}

/// Below so many events Byar's limits are not close enough to the exact ones (Public Health England's rule).
const EXACT_BELOW: f64 = 10.0;

impl Sampling {
    /// The sampling of a change from one value to another.
    pub(crate) fn change(
        now: Sampling,
        then: Sampling,
        now_value: &Exact,
        then_value: &Exact,
        told_as: ChangeAs,
    ) -> Sampling {
        Sampling::Change {
            now: Box::new(Known { value: now_value.float(), sampling: now }),
            then: Box::new(Known { value: then_value.float(), sampling: then }),
            told_as,
        }
    }

    /// The interval of the value, in its own unit; none where counts don't tell.
    #[inline]
    pub(crate) fn interval(&self, intervals: &Intervals) -> Option<NamedInterval> {
        let confidence = intervals.confidence;
        match self {
            Sampling::Proportion { events, whole, per } => {
                let wilson = ProportionMethod::Wilson;
                let interval = stats::proportion_interval(*events, *whole, wilson, confidence);
                named(interval.ok()?.scaled(*per), Method::Wilson)
            }
            Sampling::Count { events, per_event } => {
                let interval = intervals.of_count(*events)?;
                let method = if *events < EXACT_BELOW { Method::Exact } else { Method::Byar };
                named(interval.scaled(*per_event), method)
            }
            Sampling::Standardised { sums, per } => {
                // Whether so few events are to be told has been decided with the value.
                let options = DirectOptions {
                    per: *per,
                    confidence,
                    withhold_below: 0.0,
                    count_method: CountMethod::Byar { exact_below: EXACT_BELOW },
                    ..DirectOptions::default()
                };
                named(sums.rate(&options).ok()?.interval?, Method::Dobson)
            }
            Sampling::Change { now, then, told_as: ChangeAs::Percent } => {
                ratio(now, then, intervals).and_then(|ratio| {
                    let percent = |limit: f64| 100.0 * (limit - 1.0);
                    let Interval { lower, upper } = ratio.interval;
                    named(Interval { lower: percent(lower), upper: percent(upper) }, ratio.method)
                })
            }
            Sampling::Change { now, then, told_as: ChangeAs::Absolute } => {
                difference(now, then, intervals)
            }
            Sampling::Fixed | Sampling::Unknown => None,
        }
    }
}

fn named(interval: Interval, method: Method) -> Option<NamedInterval> {
    Some(NamedInterval { interval, method })
}

/// The interval of now ÷ then.
fn ratio(now: &Known, then: &Known, intervals: &Intervals) -> Option<NamedInterval> {
    let confidence = intervals.confidence;
    match (&now.sampling, &then.sampling) {
        (
            Sampling::Count { events: events1, per_event: per1 },
            Sampling::Count { events: events2, per_event: per2 },
        ) => {
            // A value is events × per_event, so 1 / per_event is what the events are counted over.
            let method = RateRatioMethod::ExactConditional;
            let (exposure1, exposure2) = (per1.recip(), per2.recip());
            let interval = stats::rate_ratio_interval(
                *events1, exposure1, *events2, exposure2, method, confidence,
            );
            named(interval.ok()?, Method::ExactConditional)
        }
        (
            Sampling::Proportion { events: events1, whole: whole1, per: per1 },
            Sampling::Proportion { events: events2, whole: whole2, per: per2 },
        ) => {
            let method = ProportionRatioMethod::Koopman;
            let interval = stats::proportion_ratio_interval(
                *events1, *whole1, *events2, *whole2, method, confidence,
            );
            named(interval.ok()?.scaled(per1 / per2), Method::Koopman)
        }
        (sampling, Sampling::Fixed) if then.value > 0.0 => {
            let NamedInterval { interval, method } = sampling.interval(intervals)?;
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
pub(super) fn difference(
    now: &Known,
    then: &Known,
    intervals: &Intervals,
) -> Option<NamedInterval> {
    let interval1 = now.sampling.interval(intervals)?;
    let (interval2, method) = match then.sampling {
        Sampling::Fixed => (Interval { lower: then.value, upper: then.value }, interval1.method),
        Sampling::Proportion { .. }
        | Sampling::Count { .. }
        | Sampling::Standardised { .. }
        | Sampling::Change { .. }
        | Sampling::Unknown => (then.sampling.interval(intervals)?.interval, Method::SquareAndAdd),
    };
    // Rounding may put a limit a last digit beyond its estimate.
    let inside = |value: f64, interval: Interval| value.max(interval.lower).min(interval.upper);
    let interval = stats::difference_interval(
        inside(now.value, interval1.interval),
        interval1.interval,
        inside(then.value, interval2),
        interval2,
    );
    named(interval.ok()?, method)
}
