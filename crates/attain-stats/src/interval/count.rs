//! A count of events, alone or over an exposure (a rate).

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, finite, out_of_range, positive};
use crate::root::falling_root;
use crate::special::{
    exp_m1_less_u, gamma_lower, gamma_lower_quantile, gamma_upper, gamma_upper_quantile, ln_poisson,
};

/// How an interval for a count of independent events is made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CountMethod {
    /// Byar's approximation (Breslow & Day 1987), and the exact limits for fewer than `exact_below`
    /// events, where it is poor. England's public-health statistics switch below 10; 0 never
    /// switches. A lower limit that the approximation puts below 0 is 0.
    Byar {
        /// From this many events on the approximation is used.
        exact_below: f64,
    },
    /// Garwood's exact limits (1936) from the Poisson distribution, by χ² quantiles.
    Exact,
    /// The exact limits with half of the probability of the observed count: shorter, and right on
    /// average instead of at least.
    MidP,
    /// The expected counts λ that a score test would not reject: (x − λ)² ≤ z²λ.
    Score,
    /// The equal-tailed posterior interval under Jeffreys' prior, a gamma distribution with x + ½; the
    /// lower limit of 0 events is 0 (Brown, Cai & DasGupta 2003).
    Jeffreys,
    /// Normal on the scale of √x, with the variance ¼: (√x ∓ z/2)², cut at 0.
    SquareRoot,
    /// The expected counts whose likelihood is at least exp(−z²/2) of the greatest one.
    Likelihood,
}

impl Default for CountMethod {
    /// Byar's with exact limits below 10 events.
    fn default() -> Self {
        CountMethod::Byar { exact_below: 10.0 }
    }
}

/// Between which limits the expected count lies, given `events`.
///
/// `events` may be other than a whole number (a weighted count); the exact methods are then those
/// of the gamma distribution. 0 events give the lower limit 0.
///
/// ```
/// use attain_stats::{Confidence, CountMethod, count_interval};
///
/// let none = count_interval(0.0, CountMethod::Exact, Confidence::P95)?;
/// assert_eq!(none.lower, 0.0);
/// assert!((none.upper + 0.025f64.ln()).abs() < 1e-14);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `events` is negative, not finite or beyond 2⁵³, or `exact_below` is NaN or negative.
#[inline]
pub fn count_interval(
    events: f64,
    method: CountMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let x = error::count("events", events)?;
    match method {
        CountMethod::Byar { exact_below } => {
            if exact_below < 0.0 || exact_below.is_nan() {
                return Err(out_of_range(
                    "exact_below",
                    exact_below,
                    "a number of events, 0 or more",
                ));
            }
            if x < exact_below { Ok(exact(x, confidence)) } else { Ok(byar(x, confidence.z())) }
        }
        CountMethod::Exact => Ok(exact(x, confidence)),
        CountMethod::MidP => Ok(mid_p(x, confidence)),
        CountMethod::Score => Ok(score(x, confidence.z())),
        CountMethod::Jeffreys => {
            let tail = confidence.tail();
            let lower = if x > 0.0 { gamma_lower_quantile(x + 0.5, tail) } else { 0.0 };
            Ok(Interval::between(lower, gamma_upper_quantile(x + 0.5, tail)))
        }
        CountMethod::SquareRoot => {
            let (root, half) = (x.sqrt(), 0.5 * confidence.z());
            let square = |root: f64| root * root;
            Ok(Interval { lower: square((root - half).max(0.0)), upper: square(root + half) })
        }
        CountMethod::Likelihood => Ok(likelihood(x, confidence.z())),
    }
}

/// Between which limits a rate lies: `events` over `exposure`, times `per`.
///
/// `exposure` is in whatever the rate is of (persons, person-years, kilometres); a rate per 100,000
/// has `per` 100,000.
///
/// ```
/// use attain_stats::{Confidence, CountMethod, rate_interval};
///
/// let rate = rate_interval(65.0, 100.0, 100.0, CountMethod::default(), Confidence::P95)?;
/// assert!((rate.lower - 50.163187710459454).abs() < 1e-10);
/// assert!((rate.upper - 82.84913854593984).abs() < 1e-10);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`count_interval`], and if `exposure` or `per` is not a finite number above 0.
#[inline]
pub fn rate_interval(
    events: f64,
    exposure: f64,
    per: f64,
    method: CountMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let exposure = positive("exposure", exposure)?;
    let per = positive("per", per)?;
    let factor = finite("per", per / exposure)?;
    Ok(count_interval(events, method, confidence)?.scaled(factor))
}

pub(super) fn exact(x: f64, confidence: Confidence) -> Interval {
    let tail = confidence.tail();
    Interval {
        lower: if x > 0.0 { gamma_lower_quantile(x, tail) } else { 0.0 },
        upper: gamma_upper_quantile(x + 1.0, tail),
    }
}

/// Byar's limits, without a switch.
#[inline]
pub(super) fn byar(x: f64, z: f64) -> Interval {
    let limit = |count: f64, z: f64| {
        let root = 1.0 - 1.0 / (9.0 * count) + z / (3.0 * count.sqrt());
        count * root * root * root
    };
    Interval { lower: if x > 0.0 { limit(x, -z).max(0.0) } else { 0.0 }, upper: limit(x + 1.0, z) }
}

/// The expected counts whose score test does not reject x.
pub(super) fn score(x: f64, z: f64) -> Interval {
    let squared = z * z;
    let larger = x + 0.5 * squared + z * (x + 0.25 * squared).sqrt();
    // The product of both limits is x².
    Interval { lower: if x > 0.0 { x / larger * x } else { 0.0 }, upper: larger }
}

/// The expected counts at which twice the logarithm of the likelihood has fallen by z².
fn likelihood(x: f64, z: f64) -> Interval {
    let fall = 0.5 * z * z;
    if x == 0.0 {
        return Interval { lower: 0.0, upper: fall };
    }
    // At x·eᵗ it has fallen by x(eᵗ − 1 − t). The limits by score are no closer to x above it.
    let fallen = |t: f64| x * exp_m1_less_u(t) - fall;
    let lower = falling_root(-1.0 - fall / x, 0.0, fallen);
    let upper = -falling_root(-(score(x, z).upper / x).ln(), 0.0, |t| fallen(-t));
    Interval::between(x * lower.exp(), x * upper.exp())
}

/// The expected counts at which P(more than x) + ½P(x), or P(fewer than x) + ½P(x), is the tail.
fn mid_p(x: f64, confidence: Confidence) -> Interval {
    let tail = confidence.tail();
    if x == 0.0 {
        // ½ e^(−λ) = tail.
        return Interval { lower: 0.0, upper: (-(2.0 * tail).ln()).max(0.0) };
    }
    // The two distributions that the mid-P tail is the average of bracket the limit.
    let lower = mid_p_limit(
        (gamma_lower_quantile(x, tail), gamma_lower_quantile(x + 1.0, tail)),
        |rate| 0.5 * (gamma_lower(x, rate) + gamma_lower(x + 1.0, rate)),
        (x, tail, 1.0),
    );
    // No events and a half at the least.
    let low = if x < 1.0 { (-(2.0 * tail).ln()).max(0.0) } else { gamma_upper_quantile(x, tail) };
    let upper = mid_p_limit(
        (low, gamma_upper_quantile(x + 1.0, tail)),
        |rate| 0.5 * (gamma_upper(x, rate) + gamma_upper(x + 1.0, rate)),
        (x, tail, -1.0),
    );
    Interval::between(lower, upper)
}

/// Newton on ln(averaged tail) over ln λ, kept inside the bracket; `sign` is 1 where the tail grows
/// with λ and −1 where it falls.
fn mid_p_limit(
    (low, high): (f64, f64),
    averaged: impl Fn(f64) -> f64,
    (x, tail, sign): (f64, f64, f64),
) -> f64 {
    let (mut low, mut high) = (low.max(f64::MIN_POSITIVE), high.max(f64::MIN_POSITIVE));
    let middle = |low: f64, high: f64| low.sqrt() * high.sqrt();
    let mut rate = middle(low, high);
    for _ in 0..100 {
        let probability = averaged(rate);
        let miss = sign * (tail / probability).ln();
        if miss > 0.0 {
            low = rate;
        } else {
            high = rate;
        }
        // d/dλ of the averaged tail is the mean of the probabilities of x and of x − 1 events.
        let slope = 0.5 * ln_poisson(x, rate).exp() * (rate + x) / probability;
        let next = rate * (miss / slope).clamp(-100.0, 100.0).exp();
        if miss.abs() < 1e-8 {
            // Newton squares the miss: the next step is the last digit.
            return next;
        }
        rate = if next > low && next < high { next } else { middle(low, high) };
        if high - low <= 4.0 * f64::EPSILON * high {
            break;
        }
    }
    rate
}
