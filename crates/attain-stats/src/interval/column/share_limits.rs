//! The exact limits of shares, at one confidence.

use super::count_limits::CountLimits;
use super::series::{DoubleSeries, Series};
use crate::confidence::{Confidence, Interval};
use crate::interval::proportion::{ProportionMethod, proportion_interval};
use crate::special::{Split, beta_quantile, gamma_lower_quantile, gamma_upper_quantile};

/// The largest denominator whose limits are tabulated, for any number of events.
const TABULATED: u32 = 64;

/// The largest shape with a series of its own.
const SHAPES: u32 = 64;

/// Enough for any confidence up to 1 − 10⁻⁹.
const TERMS: usize = 14;
const ROOT_TERMS: usize = 14;
const SQUARE_TERMS: usize = 10;

/// Clopper & Pearson's limits.
///
/// A share's limit is a quantile of the beta distribution with parameters a and b. Write it as
/// p = h/(1 + h/2), that is h = 2 tanh(t/2) with t = −ln(1−p), and let N = b + (a−1)/2. The density
/// of t is then that of e^(−Nt) sinh(t/2)^(a−1), so that N·h depends on N through 1/N² alone. As N
/// grows it becomes the quantile λ of the gamma distribution with shape a (the limit of a count),
/// and as a grows it does so too, whatever a/N. Bolshev's approximation says that N·h is λ; the
/// missing factor is near 1, a smooth function of (a/N)² and, between shapes, of 1/√a.
#[derive(Debug)]
pub(super) struct ShareLimits {
    /// The limits for 0, 1, …, n of n events, n = 0 (nothing), 1, …, [`TABULATED`].
    table: Vec<Interval>,
    lower: Factors,
    upper: Factors,
}

/// What to multiply Bolshev's approximation with.
#[derive(Debug)]
struct Factors {
    /// For the shapes from 1 on, in (a/N)².
    small: Vec<Option<Series<TERMS>>>,
    /// For all larger ones, in 1/√a and (a/N)².
    large: Option<DoubleSeries<ROOT_TERMS, SQUARE_TERMS>>,
}

impl ShareLimits {
    pub(super) fn of(confidence: Confidence) -> Self {
        let tail = confidence.tail();
        let mut table = vec![Interval { lower: f64::NAN, upper: f64::NAN }];
        for n in 1..=TABULATED {
            table.extend((0..=n).map(|x| {
                let (x, n) = (f64::from(x), f64::from(n));
                proportion_interval(x, n, ProportionMethod::Exact, confidence)
                    .unwrap_or(Interval { lower: f64::NAN, upper: f64::NAN })
            }));
        }
        ShareLimits {
            table,
            lower: Factors::of(|a, b| beta_quantile(a, b, tail), |a| gamma_lower_quantile(a, tail)),
            upper: Factors::of(
                |a, b| beta_quantile(b, a, tail).reversed(),
                |a| gamma_upper_quantile(a, tail),
            ),
        }
    }

    /// The limits for `x` events of `n`, 0 ≤ x ≤ n, n > 0; `None` if only the beta quantiles have
    /// them.
    #[inline]
    pub(super) fn at(&self, x: u32, n: u32, counts: &CountLimits) -> Option<Interval> {
        if n <= TABULATED {
            return self.table.get((n * (n + 1) / 2 + x) as usize).copied();
        }
        // As the direct way does: the half with fewer events, and its mirror image.
        let few = x.min(n - x);
        let of_count = counts.at(few)?;
        let (events, whole) = (f64::from(few), f64::from(n));
        let middle = whole - 0.5 * events;
        let lower = if few > 0 {
            self.lower.share(few, events, middle + 0.5, of_count.lower)?
        } else {
            0.0
        };
        let upper = self.upper.share(few + 1, events + 1.0, middle, of_count.upper)?;
        let (lower, upper) = if x < n - x {
            (lower, upper)
        } else if x > n - x {
            (1.0 - upper, 1.0 - lower)
        } else {
            (lower, 1.0 - lower)
        };
        Some(Interval::between(lower, upper))
    }
}

impl Factors {
    fn of(beta: impl Fn(f64, f64) -> Split, gamma: impl Fn(f64) -> f64) -> Self {
        let factor = |a: f64, limit: f64, square: f64| {
            let middle = a / square.sqrt();
            let Split { at, rest } = beta(a, middle - 0.5 * (a - 1.0));
            2.0 * at / (1.0 + rest) * (middle / limit)
        };
        // Never more than half of the events: (a−1) ≤ n/2, and n beyond the table.
        let end = |a: f64| {
            let n = (2.0 * (a - 1.0)).max(f64::from(TABULATED + 1));
            let ratio = a / (n - 0.5 * (a - 1.0));
            (0.0, ratio * ratio)
        };
        let small = (1..=SHAPES).map(|shape| {
            let a = f64::from(shape);
            let limit = gamma(a);
            Series::of(end(a), |square| factor(a, limit, square))
        });
        let first = f64::from(SHAPES + 1);
        Factors {
            small: small.collect(),
            large: DoubleSeries::of([(0.0, first.sqrt().recip()), end(first)], |root, square| {
                let a = 1.0 / (root * root);
                factor(a, gamma(a), square)
            }),
        }
    }

    /// The limit for shape a, from N and the limit of a count.
    #[inline]
    fn share(&self, shape: u32, a: f64, middle: f64, of_count: f64) -> Option<f64> {
        let ratio = a / middle;
        let square = ratio * ratio;
        let factor = match self.small.get(shape as usize - 1) {
            Some(series) => series.as_ref()?.at(square),
            None => self.large.as_ref()?.at(a.sqrt().recip(), square),
        };
        let scaled = of_count * factor;
        Some(scaled / (middle + 0.5 * scaled))
    }
}
