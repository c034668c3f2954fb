//! Funnels of counts for whole columns of units.

use std::sync::{Arc, OnceLock};

use super::funnel::{
    CountFunnelMethod, FunnelSignal, count_funnel_limits, count_funnel_signal, in_order,
    inverted_lower, inverted_upper,
};
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError};
use crate::interval::column::series::Series;
use crate::interval::column::{Recent, same_length};
use crate::interval::{Intervals, count_intervals};

/// From this many rows on, series (6 ms to make, for each new confidence) are quicker than searching for
/// the inverted limits (50 µs for a limit).
pub const SERIES_PAY: usize = 128;

/// Where each of many units stands on a funnel plot of counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CountFunnels {
    /// The inner limits; NaN in the rows that were refused.
    pub inner: Limits,
    /// The outer limits; NaN in the rows that were refused.
    pub outer: Limits,
    /// Where the count stands; `None` in the rows that were refused.
    pub signals: Vec<Option<FunnelSignal>>,
    /// The rows (from 0) that have no answer, in order, and why.
    pub refused: Vec<(usize, StatsError)>,
}

/// Limits by the column.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Limits {
    /// The lower ones.
    pub lower: Vec<f64>,
    /// The upper ones.
    pub upper: Vec<f64>,
}

/// [`count_funnel_limits`] and the signal for each row of two columns: under
/// [`CountFunnelMethod::Inverted`] that of [`count_funnel_signal`], otherwise whether the count lies
/// beyond the limits.
///
/// The inverted limits of [`SERIES_PAY`] rows or more come from series, within 10⁻¹² of an event or
/// of the limit, whichever is more.
///
/// ```
/// use attain_stats::{Confidence, CountFunnelMethod, FunnelSignal, count_funnels};
///
/// let method = CountFunnelMethod::Inverted;
/// let found = count_funnels(&[151.0, 100.0], &[106.4, -1.0], method, Confidence::P95, Confidence::P99_8)?;
/// assert_eq!(found.signals, [Some(FunnelSignal::AboveOuter), None]);
/// assert_eq!(found.refused[0].0, 1);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the columns differ in length, `inner` is a higher confidence than `outer`, or a
/// [`CountMethod`](crate::CountMethod)'s `exact_below` is NaN or negative. A row's own error is in [`CountFunnels::refused`].
pub fn count_funnels(
    observed: &[f64],
    expected: &[f64],
    method: CountFunnelMethod,
    inner: Confidence,
    outer: Confidence,
) -> Result<CountFunnels> {
    in_order(inner, outer)?;
    same_length("expected", expected, observed, "observed")?;
    let near = limits(expected, method, inner)?;
    let far = limits(expected, method, outer)?;
    let mut found = CountFunnels {
        inner: Limits { lower: near.lower, upper: near.upper },
        outer: Limits { lower: far.lower, upper: far.upper },
        ..CountFunnels::default()
    };
    for (row, (&x, &mean)) in observed.iter().zip(expected).enumerate() {
        let (near, far) = (found.inner.at(row), found.outer.at(row));
        let signal = match method {
            CountFunnelMethod::Inverted => match by_limits(x, mean, near, far) {
                Some(signal) => Ok(signal),
                None => count_funnel_signal(x, mean, inner, outer),
            },
            // Refuses what is no count.
            CountFunnelMethod::AroundExpected(_) => {
                count_funnel_signal(x, mean, inner, outer).map(|_| FunnelSignal::of(x, near, far))
            }
        };
        match signal {
            Ok(signal) => found.signals.push(Some(signal)),
            Err(error) => {
                for limits in [&mut found.inner, &mut found.outer] {
                    (limits.lower[row], limits.upper[row]) = (f64::NAN, f64::NAN);
                }
                found.signals.push(None);
                found.refused.push((row, error));
            }
        }
    }
    Ok(found)
}

impl Limits {
    fn at(&self, row: usize) -> Interval {
        Interval { lower: self.lower[row], upper: self.upper[row] }
    }
}

/// As many or more, or as few or fewer, are improbable if a count lies beyond the inverted limit on its side
/// of the mean. `None` where there are no limits or no count, or where the last digits would have to decide.
fn by_limits(x: f64, mean: f64, inner: Interval, outer: Interval) -> Option<FunnelSignal> {
    let x = error::count("observed", x).ok()?;
    let above = x > mean;
    let (near, far) = if above { (inner.upper, outer.upper) } else { (inner.lower, outer.lower) };
    // No count is below 0. NaN is not clear.
    let is_clear = |limit: f64| limit == 0.0 || (x - limit).abs() > 1e-9 * (1.0 + limit);
    if !(is_clear(near) && is_clear(far)) {
        return None;
    }
    let on_its_side = |limits: Interval| match above {
        true => Interval { lower: 0.0, ..limits },
        false => Interval { upper: f64::INFINITY, ..limits },
    };
    Some(FunnelSignal::of(x, on_its_side(inner), on_its_side(outer)))
}

fn limits(
    expected: &[f64],
    method: CountFunnelMethod,
    confidence: Confidence,
) -> Result<Intervals> {
    let one = |row: usize| count_funnel_limits(expected[row], method, confidence);
    Ok(match method {
        CountFunnelMethod::AroundExpected(method) => count_intervals(expected, method, confidence)?,
        CountFunnelMethod::Inverted if expected.len() >= SERIES_PAY => {
            let inverted = Inverted::recent(confidence);
            let inverted = inverted.get_or_init(|| Inverted::of(confidence));
            Intervals::of(expected.len(), one, |rows, lower, upper| {
                for ((lower, upper), &mean) in lower.iter_mut().zip(upper).zip(&expected[rows]) {
                    let found = inverted.at(mean);
                    *lower = found.map_or(f64::NAN, |found| found.lower);
                    *upper = found.map_or(f64::NAN, |found| found.upper);
                }
            })
        }
        CountFunnelMethod::Inverted => Intervals::one_by_one(expected.len(), one),
    })
}

/// The inverted limits at one confidence: mean + √mean times a function that is smooth in √mean, and
/// from [`FAR`] on in its reciprocal.
struct Inverted {
    /// Below this mean the lower limit is 0.
    first_lower: f64,
    lower: Pieces,
    upper: Pieces,
}

/// Smaller means have the limits of [`count_funnel_limits`].
const NEAR: f64 = 0.5;

/// The root of the mean from which one series does.
const FAR: f64 = 8.0;

struct Pieces {
    /// Each with the root of the mean at which it ends.
    near: Vec<(f64, Option<Series<16>>)>,
    far: Option<Series<14>>,
}

impl Inverted {
    /// Where that of a confidence is kept, or to be put.
    fn recent(confidence: Confidence) -> Arc<OnceLock<Inverted>> {
        static LATEST: Recent<OnceLock<Inverted>> = Recent::new();
        LATEST.of(confidence, OnceLock::new)
    }

    fn of(confidence: Confidence) -> Self {
        let tail = confidence.tail();
        let first_lower = -tail.ln();
        Inverted {
            first_lower,
            lower: Pieces::of(first_lower.sqrt(), 1.25, |mean| inverted_lower(mean, tail)),
            upper: Pieces::of(NEAR, 1.4, |mean| inverted_upper(mean, tail)),
        }
    }

    fn at(&self, mean: f64) -> Option<Interval> {
        let root = mean.sqrt();
        // Not NaN, and not where the last digit decides whether there is a lower limit.
        if !(root > NEAR && mean < 1e15) || (mean - self.first_lower).abs() < 1e-9 {
            return None;
        }
        let lower = if mean < self.first_lower { 0.0 } else { self.lower.at(mean, root)? };
        Some(Interval { lower, upper: self.upper.at(mean, root)? })
    }
}

impl Pieces {
    /// Pieces from a root of the mean on, each `longer` times as far out as the one before.
    fn of(start: f64, longer: f64, limit: impl Fn(f64) -> f64) -> Self {
        let from_mean = |root: f64| {
            let mean = root * root;
            (limit(mean) - mean) / root
        };
        let mut near = vec![];
        let mut from = start;
        while from < FAR {
            let to = (from * longer).min(FAR);
            near.push((to, Series::of((from, to), from_mean)));
            from = to;
        }
        let far = Series::of((0.0, FAR.recip()), |reciprocal| from_mean(1.0 / reciprocal));
        Pieces { near, far }
    }

    fn at(&self, mean: f64, root: f64) -> Option<f64> {
        let from_mean = match self.near.iter().find(|(end, _)| root <= *end) {
            Some((_, series)) => series.as_ref()?.at(root),
            None => self.far.as_ref()?.at(root.recip()),
        };
        Some(mean + root * from_mean)
    }
}
