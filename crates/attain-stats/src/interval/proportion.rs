//! A share: events of a denominator.

use std::f64::consts::FRAC_PI_2;

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result};
use crate::root::falling_root;
use crate::special::{Split, beta_lower, beta_quantile, beta_upper};

/// How an interval for a share is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProportionMethod {
    /// Wilson's score interval (1927), without continuity correction: the shares that a score test
    /// would not reject. Good from the smallest denominators on; what England's public-health
    /// statistics use.
    #[default]
    Wilson,
    /// Clopper & Pearson's interval (1934) from the binomial distribution itself: holds the truth
    /// at least as often as it says, usually more often.
    Exact,
    /// The exact limits with half of the probability of the observed count (Lancaster 1961; Berry &
    /// Armitage 1995): shorter, and right on average instead of at least.
    MidP,
    /// The equal-tailed posterior interval under Jeffreys' prior Beta(½, ½), with the limit at 0 of
    /// 0 events and the limit at 1 of all events set to 0 and 1 (Brown, Cai & DasGupta 2001).
    Jeffreys,
    /// Agresti & Coull's interval (1998): the normal interval after adding z²/2 events and z²/2
    /// non-events. Always holds Wilson's. Cut at 0 and 1.
    AgrestiCoull,
    /// The textbook p ± z√(p(1−p)/n), cut at 0 and 1. Collapses to a point at 0 and n events; here
    /// for comparison with others who use it.
    Wald,
    /// Wilson's interval with continuity correction (Newcombe 1998, method 4): the lower limit of half an
    /// event less and the upper limit of half an event more.
    WilsonCorrected,
    /// The textbook interval with continuity correction: 1/(2n) wider on each side, cut at 0 and 1.
    WaldCorrected,
    /// Normal on the scale of ln(p/(1−p)), with the variance 1/x + 1/(n−x). Has no answer at 0 and n
    /// events.
    Logit,
    /// The shares whose likelihood is at least exp(−z²/2) of the greatest one.
    Likelihood,
    /// Normal on the scale of ln(−ln p), with the variance (1−p)/(np(ln p)²). Has no answer at 0 and
    /// n events, and the limits of the non-events are not the mirror image.
    ComplementaryLogLog,
    /// Normal on the scale of arcsin √p, with the variance 1/(4n), cut at 0 and 1.
    Arcsine,
}

impl ProportionMethod {
    /// Every value, in the order of the declaration.
    pub const ALL: [ProportionMethod; 12] = [
        ProportionMethod::Wilson,
        ProportionMethod::Exact,
        ProportionMethod::MidP,
        ProportionMethod::Jeffreys,
        ProportionMethod::AgrestiCoull,
        ProportionMethod::Wald,
        ProportionMethod::WilsonCorrected,
        ProportionMethod::WaldCorrected,
        ProportionMethod::Logit,
        ProportionMethod::Likelihood,
        ProportionMethod::ComplementaryLogLog,
        ProportionMethod::Arcsine,
    ];
}

/// Between which limits a share lies, given `events` of `denominator`.
///
/// Both may be other than whole numbers (weighted counts) under every method: the exact, the mid-P and
/// the Jeffreys interval are then those of the beta distribution with such parameters. The limits lie
/// within [0, 1]; multiply by `per` for per cent. They grow with `events`, widen with `confidence`,
/// and those of the non-events are their mirror image, except under
/// [`ProportionMethod::ComplementaryLogLog`].
///
/// ```
/// use attain_stats::{Confidence, ProportionMethod, proportion_interval};
///
/// let none = proportion_interval(0.0, 20.0, ProportionMethod::Exact, Confidence::P95)?;
/// assert_eq!(none.lower, 0.0);
/// // The rule of three, exactly: 1 − 0.025^(1/20).
/// assert!((none.upper - (1.0 - 0.025f64.powf(0.05))).abs() < 1e-14);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `denominator` is not above 0 (a share of nothing is undefined), `events` is negative or above
/// `denominator`, or either is not finite or beyond 2⁵³; if `events` is 0 or `denominator` under
/// [`ProportionMethod::Logit`] and [`ProportionMethod::ComplementaryLogLog`].
#[inline]
pub fn proportion_interval(
    events: f64,
    denominator: f64,
    method: ProportionMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let (x, n) = check(events, denominator)?;
    // Everything is computed for the half with fewer events than non-events and mirrored from
    // there: x and n − x then cannot disagree.
    let rest = n - x;
    if matches!(method, ProportionMethod::Logit | ProportionMethod::ComplementaryLogLog)
        && (x == 0.0 || rest == 0.0)
    {
        let expected =
            "a number above 0 and below the denominator; the other methods take others too";
        return Err(error::out_of_range("events", x, expected));
    }
    if method == ProportionMethod::ComplementaryLogLog {
        return Ok(complementary_log_log(x, rest, n, confidence.z()));
    }
    let (straight, mirrored) = limits(x.min(rest), x.max(rest), n, method, confidence);
    let (lower, upper) = if x < rest {
        (straight.lower, straight.upper)
    } else if x > rest {
        (mirrored.lower, mirrored.upper)
    } else {
        (straight.lower, mirrored.upper)
    };
    Ok(Interval::between(lower, upper))
}

#[inline]
pub(super) fn check(events: f64, denominator: f64) -> Result<(f64, f64)> {
    let n = error::denominator("denominator", denominator)?;
    Ok((error::part("events", events, n)?, n))
}

/// The limits for `x` events and `rest` non-events, x ≤ rest, and their mirror image.
#[inline]
fn limits(
    x: f64,
    rest: f64,
    n: f64,
    method: ProportionMethod,
    confidence: Confidence,
) -> (Interval, Interval) {
    let (lower, upper) = match method {
        ProportionMethod::Wilson => {
            let z = confidence.z();
            let (lower, upper) = wilson(x, rest, n, z);
            (whole(lower), whole(upper))
        }
        ProportionMethod::Exact => exact(x, rest, confidence.tail()),
        ProportionMethod::MidP => mid_p(x, rest, confidence.tail()),
        ProportionMethod::Jeffreys => jeffreys(x, rest, confidence.tail()),
        ProportionMethod::AgrestiCoull => {
            let z = confidence.z();
            let wide = n + z * z;
            let centre = (x + 0.5 * z * z) / wide;
            around(centre, z * (centre * (1.0 - centre) / wide).sqrt())
        }
        ProportionMethod::Wald => {
            let z = confidence.z();
            around(x / n, z * (x / n * (rest / n) / n).sqrt())
        }
        ProportionMethod::WilsonCorrected => wilson_corrected(x, rest, n, confidence.z()),
        ProportionMethod::WaldCorrected => {
            let z = confidence.z();
            around(x / n, z * (x / n * (rest / n) / n).sqrt() + 0.5 / n)
        }
        ProportionMethod::Logit | ProportionMethod::ComplementaryLogLog => {
            let (middle, half) = ((x / rest).ln(), confidence.z() * (1.0 / x + 1.0 / rest).sqrt());
            (logistic(middle - half), logistic(middle + half))
        }
        ProportionMethod::Likelihood => {
            let z = confidence.z();
            (likelihood_lower(x, rest, n, z), likelihood_lower(rest, x, n, z).reversed())
        }
        ProportionMethod::Arcsine => {
            let (angle, half) = (x.sqrt().atan2(rest.sqrt()), 0.5 * confidence.z() / n.sqrt());
            let split = |angle: f64| Split { at: angle.sin().powi(2), rest: angle.cos().powi(2) };
            let (lower, upper) = (angle - half, angle + half);
            (
                if lower > 0.0 { split(lower) } else { NONE },
                if upper < FRAC_PI_2 { split(upper) } else { NONE.reversed() },
            )
        }
    };
    (
        Interval { lower: lower.at, upper: upper.at },
        Interval { lower: upper.rest, upper: lower.rest },
    )
}

/// Returns Wilson's limits (1927) for `x` of `n`, as shares from 0 to 1: the lower, then the upper. `z` is
/// [`Confidence::z`]. Both are NaN where [`proportion_interval`] has an error.
///
/// It has no branches, so the compiler computes several rows at once. Use it in loops over columns.
///
/// ```
/// use attain_stats::{Confidence, ProportionMethod, proportion_interval, wilson_or_nan};
///
/// let z = Confidence::P95.z();
/// let (lower, upper) = wilson_or_nan(160.0, 200.0, z);
/// let interval = proportion_interval(160.0, 200.0, ProportionMethod::Wilson, Confidence::P95)?;
/// assert_eq!((lower, upper), (interval.lower, interval.upper));
/// assert!(wilson_or_nan(7.0, 5.0, z).0.is_nan());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[inline]
pub fn wilson_or_nan(x: f64, n: f64, z: f64) -> (f64, f64) {
    let counts = (x == 0.0 || x >= error::SMALLEST_COUNT)
        & (x <= n)
        & (error::SMALLEST_COUNT..=error::LARGEST_COUNT).contains(&n);
    let rest = n - x;
    let (few, many) = if x < rest { (x, rest) } else { (rest, x) };
    let (low, high) = wilson(few, many, n, z);
    let lower = if x <= rest { low } else { 1.0 - high };
    let upper = if x < rest { high } else { 1.0 - low };
    let upper = if upper > lower { upper } else { lower };
    if counts { (lower, upper) } else { (f64::NAN, f64::NAN) }
}

/// Wilson's limits for x ≤ n − x, in the forms in which nothing cancels.
#[inline]
pub(super) fn wilson(x: f64, rest: f64, n: f64, z: f64) -> (f64, f64) {
    let squared = z * z;
    let sum = 2.0 * x + squared + z * (squared + 4.0 * x * (rest / n)).sqrt();
    // The two limits are the roots of (n+z²)p² − (2x+z²)p + x²/n, whose product is the last term.
    let lower = if x > 0.0 { 2.0 * x * (x / n) / sum } else { 0.0 };
    (lower, 0.5 * sum / (n + squared))
}

/// The share 0, and its distance from 1.
const NONE: Split = Split { at: 0.0, rest: 1.0 };

/// Wilson's limits of half an event less and of half an event more.
fn wilson_corrected(x: f64, rest: f64, n: f64, z: f64) -> (Split, Split) {
    let lower = if x > 0.5 { wilson(x - 0.5, rest + 0.5, n, z).0 } else { 0.0 };
    let upper = if rest > 0.5 { wilson(x + 0.5, rest - 0.5, n, z).1 } else { 1.0 };
    (whole(lower), whole(upper))
}

/// The limits whose ln(−ln p) lie `z` standard errors from the observed one.
fn complementary_log_log(x: f64, rest: f64, n: f64, z: f64) -> Interval {
    // −ln p, without cancellation where p is near 1.
    let depth = if x < rest { -(x / n).ln() } else { -(-rest / n).ln_1p() };
    let factor = (z * (rest / x / n).sqrt() / depth).exp();
    Interval::between((-depth * factor).exp(), (-depth / factor).exp())
}

/// The share below x/n at which twice the logarithm of the likelihood has fallen by z².
fn likelihood_lower(x: f64, rest: f64, n: f64, z: f64) -> Split {
    let fall = 0.5 * z * z;
    if x == 0.0 {
        return NONE;
    }
    if rest == 0.0 {
        let ln_share = -fall / n;
        return Split { at: ln_share.exp(), rest: -ln_share.exp_m1() };
    }
    let (share, others) = (x / n, rest / n);
    let fallen = |logit: f64| {
        let at = logistic(logit);
        let of_events = x * ((share - at.at) / at.at).ln_1p();
        of_events + rest * ((others - at.rest) / at.rest).ln_1p()
    };
    // Events alone take that much away there.
    let low = share.ln() + (rest * others.ln() - fall) / x;
    let high = (x / rest).ln();
    logistic(falling_root(low.max(-700.0).min(high), high, |logit| fallen(logit) - fall))
}

/// The share with this logit, and its distance from 1: neither loses digits.
fn logistic(logit: f64) -> Split {
    Split { at: 1.0 / (1.0 + (-logit).exp()), rest: 1.0 / (1.0 + logit.exp()) }
}

/// Clopper & Pearson's limits, each with its distance from 1.
pub(super) fn exact(x: f64, rest: f64, tail: f64) -> (Split, Split) {
    let lower = if x > 0.0 { beta_quantile(x, rest + 1.0, tail) } else { NONE };
    let upper =
        if rest > 0.0 { beta_quantile(rest, x + 1.0, tail).reversed() } else { NONE.reversed() };
    (lower, upper)
}

/// The mid-P limits, each with its distance from 1.
pub(super) fn mid_p(x: f64, rest: f64, tail: f64) -> (Split, Split) {
    (mid_p_lower(x, rest, tail), mid_p_lower(rest, x, tail).reversed())
}

/// The share at which P(more than x) + ½P(x) is the tail.
fn mid_p_lower(x: f64, rest: f64, tail: f64) -> Split {
    if x == 0.0 {
        return NONE;
    }
    if rest == 0.0 {
        // ½ p^x = tail.
        let ln_share = (2.0 * tail).ln() / x;
        return Split { at: ln_share.exp(), rest: -ln_share.exp_m1() };
    }
    // Of tiny counts the limit may be nearer to 0 or 1 than floats are.
    let logit = |split: Split| (split.at / split.rest).ln().clamp(-700.0, 700.0);
    let averaged = |split: Split| {
        0.5 * if split.at <= split.rest {
            beta_lower(x, rest + 1.0, split.at) + beta_lower(x + 1.0, rest, split.at)
        } else {
            beta_upper(rest + 1.0, x, split.rest) + beta_upper(rest, x + 1.0, split.rest)
        }
    };
    // The two distributions that the mid-P tail is the average of bracket the limit.
    let low = logit(beta_quantile(x, rest + 1.0, tail));
    let high = logit(beta_quantile(x + 1.0, rest, tail));
    logistic(falling_root(low, high, |logit| (tail / averaged(logistic(logit))).ln()))
}

fn jeffreys(x: f64, rest: f64, tail: f64) -> (Split, Split) {
    let lower = if x > 0.0 { beta_quantile(x + 0.5, rest + 0.5, tail) } else { NONE };
    let upper = if rest > 0.0 {
        beta_quantile(rest + 0.5, x + 0.5, tail).reversed()
    } else {
        NONE.reversed()
    };
    (lower, upper)
}

fn around(centre: f64, half: f64) -> (Split, Split) {
    (whole((centre - half).max(0.0)), whole((centre + half).min(1.0)))
}

fn whole(at: f64) -> Split {
    Split { at, rest: 1.0 - at }
}
