//! Two shares of the same persons: pairs of answers, before and after, or matched.

use super::proportion;
use super::rate_ratio::{RateRatioMethod, rate_ratio_interval};
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError};
use crate::root::falling_root;

/// How many pairs have which answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pairs {
    /// The event occurred both times.
    pub both: f64,
    /// The event occurred the first time only.
    pub first_only: f64,
    /// The event occurred the second time only.
    pub second_only: f64,
    /// The event occurred neither time.
    pub neither: f64,
}

impl Pairs {
    /// The number of pairs.
    fn checked(&self) -> Result<f64> {
        error::count("both", self.both)?;
        error::count("first_only", self.first_only)?;
        error::count("second_only", self.second_only)?;
        error::count("neither", self.neither)?;
        let n = self.both + self.first_only + self.second_only + self.neither;
        if n == 0.0 {
            let why = "at least one pair";
            return Err(StatsError::Undetermined { argument: "both", why });
        }
        error::denominator("both", n)
    }
}

/// How the difference of two paired shares gets its limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PairedDifferenceMethod {
    /// Square-and-add of two Wilson intervals, less what they have in common: the correlation φ with Newcombe's
    /// continuity correction (Newcombe 1998, paired data, method 10).
    #[default]
    Newcombe,
    /// The differences that Tango's score test (1998) does not reject.
    Tango,
    /// d ∓ z√(b + c − (b − c)²/n)/n, cut at −1 and 1. A point where b and c are 0.
    Wald,
}

/// Between which limits the first share less the second lies, of pairs of answers.
///
/// ```
/// use attain_stats::{Confidence, PairedDifferenceMethod, Pairs, paired_difference_interval};
///
/// // Of 21 patients 8 improved on one occasion only, 7 of them on the second.
/// let pairs = Pairs { both: 1.0, first_only: 1.0, second_only: 7.0, neither: 12.0 };
/// let found = paired_difference_interval(pairs, PairedDifferenceMethod::Tango, Confidence::P95)?;
/// assert!(found.lower < -0.5 && -0.1 < found.upper && found.upper < 0.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is negative, not finite or beyond 2⁵³, or there are no pairs.
pub fn paired_difference_interval(
    pairs: Pairs,
    method: PairedDifferenceMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let n = pairs.checked()?;
    let Pairs { both: a, first_only: b, second_only: c, neither: d } = pairs;
    let z = confidence.z();
    let difference = (b - c) / n;
    match method {
        PairedDifferenceMethod::Wald => {
            let half = z * (b + c - (b - c) * difference).max(0.0).sqrt() / n;
            Ok(Interval {
                lower: (difference - half).max(-1.0),
                upper: (difference + half).min(1.0),
            })
        }
        PairedDifferenceMethod::Newcombe => {
            let product = a * d - b * c;
            let numerator = if product > 0.0 { (product - 0.5 * n).max(0.0) } else { product };
            let scale = ((a + b) * (c + d)).sqrt() * ((a + c) * (b + d)).sqrt();
            let phi = if scale > 0.0 { numerator / scale } else { 0.0 };
            let (first, second) = (wilson(a + b, c + d, n, z), wilson(a + c, b + d, n, z));
            // √(x² − 2φxy + y²), of which nothing is left where both are as long and φ is 1.
            let together =
                |x: f64, y: f64| ((x - y) * (x - y) + 2.0 * (1.0 - phi) * x * y).max(0.0).sqrt();
            let (share1, share2) = ((a + b) / n, (a + c) / n);
            let lower = together(share1 - first.lower, second.upper - share2);
            let upper = together(first.upper - share1, share2 - second.lower);
            Ok(Interval { lower: difference - lower, upper: difference + upper })
        }
        PairedDifferenceMethod::Tango => {
            let upper = tango_upper(b, c, n, z);
            Ok(Interval::between(-tango_upper(c, b, n, z), upper))
        }
    }
}

/// Wilson's limits of `x` of `n`.
fn wilson(x: f64, rest: f64, n: f64, z: f64) -> Interval {
    let (few, many) = if x < rest { (x, rest) } else { (rest, x) };
    let (lower, upper) = proportion::wilson(few, many, n, z);
    if x < rest {
        Interval { lower, upper }
    } else {
        Interval { lower: 1.0 - upper, upper: 1.0 - lower }
    }
}

/// The largest difference that the score test does not reject, of `b` pairs with the first event only and `c` with the
/// second only.
fn tango_upper(b: f64, c: f64, n: f64, z: f64) -> f64 {
    let difference = (b - c) / n;
    let inside = |at: f64| {
        let ahead = difference - at;
        if ahead == 0.0 {
            return z;
        }
        // The likeliest share of pairs with the second event only solves 2n·q² + Bq − c·at(1 − at) = 0.
        let linear = (2.0 * n - b + c) * at - b - c;
        let constant = c * at * (1.0 - at);
        let root = (linear * linear + 8.0 * n * constant).max(0.0).sqrt();
        let second = if linear > 0.0 {
            2.0 * constant / (root + linear)
        } else {
            (root - linear) / (4.0 * n)
        };
        let variance = (2.0 * second.max(0.0) + at * (1.0 - at)) / n;
        ahead / variance.max(f64::MIN_POSITIVE).sqrt() + z
    };
    falling_root(difference, 1.0, inside)
}

/// Between which limits the odds ratio of pairs lies: pairs with the event the first time only, over those with the event
/// the second time only.
///
/// Given their sum the pairs with one event are a binomial count, as the events of two equal exposures are: the limits are
/// those of [`rate_ratio_interval`].
///
/// ```
/// use attain_stats::{Confidence, RateRatioMethod, paired_odds_ratio_interval};
///
/// let method = RateRatioMethod::ExactConditional;
/// let found = paired_odds_ratio_interval(10.0, 0.0, method, Confidence::P95)?;
/// assert_eq!(found.upper, f64::INFINITY);
/// // 1 − share is 1 − 0.025^(1/10).
/// let share = 0.025f64.powf(0.1);
/// assert!((found.lower - share / (1.0 - share)).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is negative, not finite or beyond 2⁵³, or 0 under [`RateRatioMethod::LogNormal`].
pub fn paired_odds_ratio_interval(
    first_only: f64,
    second_only: f64,
    method: RateRatioMethod,
    confidence: Confidence,
) -> Result<Interval> {
    rate_ratio_interval(first_only, 1.0, second_only, 1.0, method, confidence).map_err(named)
}

/// The error under the name that the argument has here.
fn named(error: StatsError) -> StatsError {
    let is_first = matches!(error.argument(), "events1" | "exposure1");
    error.with_argument(if is_first { "first_only" } else { "second_only" })
}
