//! The shares of several categories, all at once.

use super::proportion::{ProportionMethod, proportion_interval};
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError};
use crate::special::{gamma_lower, gamma_upper, ln_poisson, normal_density};

/// How limits of the shares of several categories are made. All limits hold at once with the
/// confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MultinomialMethod {
    /// Goodman's limits (1965): Wilson's of each share, with a k-th of the error for each of k
    /// categories.
    #[default]
    Goodman,
    /// Sison and Glaz's limits (1995), with the upper ones longer than the lower ones. Shorter than
    /// Goodman's where no category is rare; made for seven categories or more. Needs whole numbers.
    SisonGlaz,
}

/// Between which limits the share of each category lies, given the events of all: the limits hold
/// together with the confidence.
///
/// Returns an interval for each count, in their order. A category without events counts as one.
///
/// ```
/// use attain_stats::{Confidence, MultinomialMethod, multinomial_intervals};
///
/// // The figures of Sison and Glaz (1995), in per cent.
/// let counts = [56.0, 72.0, 73.0, 59.0, 62.0, 87.0, 58.0];
/// let found = multinomial_intervals(&counts, MultinomialMethod::SisonGlaz, Confidence::P95)?;
/// let rounded = |share: f64| (1000.0 * share).round() / 10.0;
/// assert_eq!((rounded(found[0].lower), rounded(found[0].upper)), (7.9, 16.4));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If there are fewer than two counts, one is negative, not finite or beyond 2⁵³, or all are 0; if a
/// count is not whole or there are more than 10⁶ events under [`MultinomialMethod::SisonGlaz`].
pub fn multinomial_intervals(
    counts: &[f64],
    method: MultinomialMethod,
    confidence: Confidence,
) -> Result<Vec<Interval>> {
    if counts.len() < 2 {
        let found = counts.len();
        return Err(StatsError::TooFew { argument: "counts", found, expected: 2 });
    }
    let mut all = 0.0;
    for &count in counts {
        all += error::count("counts", count)?;
    }
    if !(error::SMALLEST_COUNT..=error::LARGEST_COUNT).contains(&all) {
        let why = "counts that add up to more than 0 and to at most 2^53";
        return Err(StatsError::Undetermined { argument: "counts", why });
    }
    match method {
        MultinomialMethod::Goodman => {
            let each = confidence.shared_by(counts.len());
            let wilson = |&count: &f64| {
                proportion_interval(count, all, ProportionMethod::Wilson, each)
                    .map_err(|error| error.with_argument("counts"))
            };
            counts.iter().map(wilson).collect()
        }
        MultinomialMethod::SisonGlaz => sison_glaz(counts, all, confidence.share()),
    }
}

/// The box of more events than this takes long to find.
const MOST_EVENTS: f64 = 1e6;

fn sison_glaz(counts: &[f64], all: f64, confidence: f64) -> Result<Vec<Interval>> {
    if let Some(&count) = counts.iter().find(|count| count.fract() != 0.0) {
        let expected = "whole numbers; Goodman's method takes others too";
        return Err(error::out_of_range("counts", count, expected));
    }
    if all > MOST_EVENTS {
        let expected = "at most 10⁶ events in all; Goodman's method takes more";
        return Err(error::out_of_range("counts", all, expected));
    }
    // The largest half-width c of a box around the counts that has at most the confidence: nothing
    // is inside of 0, and everything is inside of n.
    let inside = |half: f64| {
        if half >= all {
            return 1.0;
        }
        let probability = box_probability(counts, all, half);
        // With hardly any variance in the box, the approximation has none.
        if probability.is_nan() { 0.0 } else { probability }
    };
    let (mut half, mut probability, mut next) = (0.0, 0.0, inside(1.0));
    while next <= confidence && half < all {
        half += 1.0;
        (probability, next) = (next, inside(half + 1.0));
    }
    let beyond = ((confidence - probability) / (next - probability)).clamp(0.0, 1.0);
    let limits = counts.iter().map(|count| Interval {
        lower: ((count - half) / all).max(0.0),
        upper: ((count + half + 2.0 * beyond) / all).min(1.0),
    });
    Ok(limits.collect())
}

/// The probability that each count is within `half` of the observed one, if their expectations are
/// the observed counts: independent Poisson counts given their sum, whose distribution is
/// approximated by Edgeworth's expansion (Levin 1981; Sison & Glaz 1995).
fn box_probability(counts: &[f64], all: f64, half: f64) -> f64 {
    let (mut ln_product, mut mean) = (0.0, 0.0);
    let (mut second, mut third, mut fourth, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for &expected in counts {
        if expected == 0.0 {
            // The count is 0 with certainty.
            continue;
        }
        let (low, high) = ((expected - half).max(0.0), (expected + half).min(all));
        let within = between(low, high, expected);
        // The factorial moments of the Poisson distribution cut to the box.
        let moment = |r: f64| {
            let gone =
                between(high - r + 1.0, high, expected) - between(low - r, low - 1.0, expected);
            expected.powf(r) * (1.0 - gone / within)
        };
        let [m1, m2, m3, m4] = [1.0, 2.0, 3.0, 4.0].map(moment);
        let mu = m1;
        let mu2 = m2 + mu - mu * mu;
        let mu3 = m3 + m2 * (3.0 - 3.0 * mu) + mu - 3.0 * mu * mu + 2.0 * mu.powi(3);
        let mu4 = m4 + m3 * (6.0 - 4.0 * mu) + m2 * (7.0 - 12.0 * mu + 6.0 * mu * mu) + mu
            - 4.0 * mu * mu
            + 6.0 * mu.powi(3)
            - 3.0 * mu.powi(4);
        ln_product += within.ln();
        mean += mu;
        second += mu2;
        third += mu3;
        fourth += mu4;
        squares += mu2 * mu2;
    }
    let skewness = third / second.powf(1.5);
    let excess = (fourth - 3.0 * squares) / (second * second);
    let x = (all - mean) / second.sqrt();
    let hermite3 = x.powi(3) - 3.0 * x;
    let hermite4 = x.powi(4) - 6.0 * x * x + 3.0;
    let hermite6 = x.powi(6) - 15.0 * x.powi(4) + 45.0 * x * x - 15.0;
    let expansion = 1.0
        + skewness * hermite3 / 6.0
        + excess * hermite4 / 24.0
        + skewness * skewness * hermite6 / 72.0;
    let density = normal_density(x) * expansion / second.sqrt();
    (ln_product - ln_poisson(all, all)).exp() * density
}

/// P(low ≤ X ≤ high) of a Poisson count.
fn between(low: f64, high: f64, expected: f64) -> f64 {
    if high < low || high < 0.0 {
        return 0.0;
    }
    if low <= 0.0 {
        return gamma_upper(high + 1.0, expected);
    }
    // The difference of the smaller tails keeps its digits.
    if low > expected {
        gamma_lower(low, expected) - gamma_lower(high + 1.0, expected)
    } else {
        gamma_upper(high + 1.0, expected) - gamma_upper(low, expected)
    }
}
