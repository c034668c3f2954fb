//! The exact limits of counts, at one confidence.

use super::series::Series;
use super::{limits_or_nan, whole};
use crate::confidence::{Confidence, Interval};
use crate::interval::count;

/// The largest count whose limits are tabulated.
const TABULATED: usize = 1024;

/// Enough for any confidence up to 1 − 10⁻⁹.
const TERMS: usize = 9;

/// Garwood's limits. Up to [`TABULATED`] events they are tabulated. Beyond, they are the count times a
/// series in its reciprocal root, which begins with Wilson & Hilferty's cube.
#[derive(Debug)]
pub(super) struct CountLimits {
    table: [Interval; TABULATED + 1],
    beyond: Option<[Series<TERMS>; 2]>,
}

impl CountLimits {
    pub(super) fn of(confidence: Confidence) -> Self {
        let ends = (0.0, (TABULATED as f64 + 0.5).sqrt().recip());
        let per_event = |limit: fn(Interval) -> f64| {
            Series::of(ends, |root| {
                let centre = 1.0 / (root * root);
                limit(count::exact(centre - 0.5, confidence)) / centre
            })
        };
        let beyond = per_event(|limits| limits.lower).zip(per_event(|limits| limits.upper));
        CountLimits {
            table: std::array::from_fn(|x| count::exact(x as f64, confidence)),
            beyond: beyond.map(<[_; 2]>::from),
        }
    }

    /// The limits for a number of events; `None` if only [`count::exact`] has them.
    #[inline]
    pub(super) fn at(&self, events: u32) -> Option<Interval> {
        match self.table.get(events as usize) {
            Some(&limits) => Some(limits),
            None => self.beyond.as_ref().map(|beyond| limits_beyond(beyond, f64::from(events))),
        }
    }

    /// The limits for each of several counts, NaN where only [`count::exact`] has them.
    pub(super) fn fill(&self, events: &[f64], lower: &mut [f64], upper: &mut [f64]) {
        let Some(beyond) = &self.beyond else {
            for ((lower, upper), &x) in lower.iter_mut().zip(upper).zip(events) {
                let found = whole(x).and_then(|x| self.table.get(x as usize).copied());
                (*lower, *upper) = limits_or_nan(found);
            }
            return;
        };
        // Neither which counts are small nor which are whole can be foreseen: both ways are gone, by
        // the series first, several at once, and the table's answer is taken without a branch.
        for ((lower, upper), &x) in lower.iter_mut().zip(&mut *upper).zip(events) {
            let limits = limits_beyond(beyond, x);
            (*lower, *upper) = (limits.lower, limits.upper);
        }
        for ((lower, upper), &x) in lower.iter_mut().zip(upper).zip(events) {
            let small = x <= TABULATED as f64;
            let tabulated = self.table[(x as u32 as usize).min(TABULATED)];
            let nearest = f64::from(x as u32);
            let low = if small { tabulated.lower } else { *lower };
            let high = if small { tabulated.upper } else { *upper };
            (*lower, *upper) = if nearest == x { (low, high) } else { (f64::NAN, f64::NAN) };
        }
    }
}

#[inline]
fn limits_beyond([lower, upper]: &[Series<TERMS>; 2], events: f64) -> Interval {
    let centre = events + 0.5;
    let root = centre.sqrt().recip();
    Interval { lower: centre * lower.at(root), upper: centre * upper.at(root) }
}
