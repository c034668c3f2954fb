//! The exact limits of counts, at one confidence.

use super::series::Series;
use crate::stats::confidence::{Confidence, Interval};
use crate::stats::interval::count;
use crate::stats::special::{gamma_lower_quantile, gamma_upper_quantile};

/// The largest count whose limits are tabulated.
const TABULATED: u32 = 1024;

/// Enough for any confidence up to 1 − 10⁻⁹.
const TERMS: usize = 10;

/// Garwood's limits: found one by one up to [`TABULATED`] events, and from there on as the count
/// times a series in its reciprocal root, of which Wilson & Hilferty's cube is the beginning.
#[derive(Debug)]
pub(super) struct CountLimits {
    table: Vec<Interval>,
    beyond: Option<[Series<TERMS>; 2]>,
}

impl CountLimits {
    pub(super) fn of(confidence: Confidence) -> Self {
        let tail = confidence.tail();
        let ends = (0.0, f64::from(TABULATED).sqrt().recip());
        let per_event = |quantile: fn(f64, f64) -> f64| {
            Series::of(ends, |root| {
                let shape = 1.0 / (root * root);
                quantile(shape, tail) / shape
            })
        };
        let beyond = per_event(gamma_lower_quantile).zip(per_event(gamma_upper_quantile));
        CountLimits {
            table: (0..=TABULATED).map(|x| count::exact(f64::from(x), confidence)).collect(),
            beyond: beyond.map(<[_; 2]>::from),
        }
    }

    /// The limits for so many events; `None` where only [`count::exact`] has them.
    #[inline]
    pub(super) fn at(&self, events: u32) -> Option<Interval> {
        if let Some(&limits) = self.table.get(events as usize) {
            return Some(limits);
        }
        let [lower, upper] = self.beyond.as_ref()?;
        let (x, more) = (f64::from(events), f64::from(events) + 1.0);
        Some(Interval {
            lower: x * lower.at(x.sqrt().recip()),
            upper: more * upper.at(more.sqrt().recip()),
        })
    }
}
