//! Funnel limits for units whose true values differ by a known amount: beta-binomial and negative binomial.

use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, out_of_range, positive};
use crate::outlook::{CountOutlook, CountPrior, ShareOutlook, SharePrior, Unsteadiness};

/// The limits of the share of a unit with this denominator, if true shares have a beta distribution around the baseline.
///
/// `correlation` ρ, from above 0 to below 1, is the correlation of two cases of a unit: the variance of true shares is
/// ρ·baseline·(1 − baseline), and that of events 1 + (n − 1)ρ times the binomial one. The limits are the smallest numbers of events
/// whose cumulative probability reaches half of what the confidence leaves, and one minus that, over the denominator and times
/// `per`. At most that half lies beyond each.
///
/// Source: Skellam 1948 for the beta-binomial distribution; Spiegelhalter 2005 for funnels with variation between units.
///
/// ```
/// use attain_stats::{Confidence, beta_binomial_funnel_limits, proportion_funnel_limits};
///
/// let limits = beta_binomial_funnel_limits(0.8, 0.02, 100.0, 100.0, Confidence::P95)?;
/// assert_eq!((limits.lower, limits.upper), (65.0, 92.0));
/// let chance = proportion_funnel_limits(0.8, 100.0, 100.0, Confidence::P95)?;
/// assert!(limits.lower < chance.lower && limits.upper > chance.upper);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `baseline` or `correlation` is not above 0 and below 1, `denominator` is not a whole number above 0, or `per` is not above 0.
pub fn beta_binomial_funnel_limits(
    baseline: f64,
    correlation: f64,
    denominator: f64,
    per: f64,
    confidence: Confidence,
) -> Result<Interval> {
    for (argument, share) in [("baseline", baseline), ("correlation", correlation)] {
        if !(share > 0.0 && share < 1.0) {
            return Err(out_of_range(argument, share, "a number above 0 and below 1"));
        }
    }
    let n = error::denominator("denominator", denominator)?;
    if n.fract() != 0.0 {
        return Err(out_of_range("denominator", n, "a whole number"));
    }
    let per = positive("per", per)?;
    let size = correlation.recip() - 1.0;
    let prior = SharePrior { events: baseline * size, others: (1.0 - baseline) * size };
    let events = ShareOutlook::new(0.0, 0.0, n, prior, Unsteadiness::default())
        .map_err(|error| error.with_argument("correlation"))?;
    Ok(events.interval(confidence).scaled(per / n))
}

/// The limits of the count of a unit, if true rates have a gamma distribution around the expected one.
///
/// `relative_variance` α, above 0, is the variance of the ratio of true to expected rates: 0.01 for rates that differ by a
/// standard deviation of 10 %. The variance of counts is expected + α·expected². The limits are the smallest counts whose cumulative
/// probability reaches half of what the confidence leaves, and one minus that. At most that half lies beyond each.
///
/// Source: Greenwood & Yule 1920 for the negative binomial distribution; Spiegelhalter 2005 for funnels with variation between units.
///
/// ```
/// use attain_stats::{Confidence, negative_binomial_funnel_limits};
///
/// let limits = negative_binomial_funnel_limits(20.0, 0.05, Confidence::P95)?;
/// assert_eq!((limits.lower, limits.upper), (9.0, 34.0));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `expected` or `relative_variance` is not above 0 or not finite.
pub fn negative_binomial_funnel_limits(
    expected: f64,
    relative_variance: f64,
    confidence: Confidence,
) -> Result<Interval> {
    let expected = error::denominator("expected", expected)?;
    let shape = positive("relative_variance", relative_variance)?.recip();
    let prior = CountPrior { events: shape, exposure: shape };
    let count = CountOutlook::new(0.0, 0.0, expected, prior, Unsteadiness::default())
        .map_err(|error| error.with_argument("relative_variance"))?;
    Ok(count.interval(confidence))
}
