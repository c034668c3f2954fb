//! The ratio of two rates: is this year's rate below last year's?

use super::proportion;
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, finite, out_of_range, positive};

/// How an interval for the ratio of two rates is made. All but the last condition on the sum of the
/// two counts, of which the first is then a binomial share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RateRatioMethod {
    /// From Clopper & Pearson's interval for that share (Przyborowski & Wilenski 1940): holds the
    /// truth at least as often as it says.
    #[default]
    ExactConditional,
    /// From the mid-P interval for that share: shorter, and right on average instead of at least.
    MidP,
    /// From Wilson's interval for that share, which is the score interval: right on average.
    Score,
    /// Normal on the scale of logarithms, with the variance 1/x₁ + 1/x₂. Has no answer where a group
    /// has no events.
    LogNormal,
}

/// Between which limits the ratio (events₁/exposure₁) ÷ (events₂/exposure₂) lies.
///
/// Without events in the second group there is no upper limit: it is +∞. Without events in the
/// first the lower limit is 0. Without any events nothing is known: from 0 to +∞. Counts may be
/// other than whole numbers.
///
/// ```
/// use attain_stats::{Confidence, RateRatioMethod, rate_ratio_interval};
///
/// // 95 cases this year, 100 last year: a fall of 5 % that may well be chance.
/// let ratio =
///     rate_ratio_interval(95.0, 1.0, 100.0, 1.0, RateRatioMethod::ExactConditional, Confidence::P95)?;
/// assert!(ratio.lower < 0.72 && ratio.upper > 1.26);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is negative, not finite or beyond 2⁵³, an exposure is not a finite number above 0, or a
/// count is 0 under [`RateRatioMethod::LogNormal`].
pub fn rate_ratio_interval(
    events1: f64,
    exposure1: f64,
    events2: f64,
    exposure2: f64,
    method: RateRatioMethod,
    confidence: Confidence,
) -> Result<Interval> {
    let x1 = error::count("events1", events1)?;
    let x2 = error::count("events2", events2)?;
    let factor = positive("exposure2", exposure2)? / positive("exposure1", exposure1)?;
    let factor = positive("exposure1", finite("exposure1", factor)?)?;
    let odds = match method {
        RateRatioMethod::ExactConditional | RateRatioMethod::MidP => {
            let (lower, upper) = if method == RateRatioMethod::MidP {
                proportion::mid_p(x1, x2, confidence.tail())
            } else {
                proportion::exact(x1, x2, confidence.tail())
            };
            Interval::between(
                if x1 > 0.0 { lower.at / lower.rest } else { 0.0 },
                if x2 > 0.0 { upper.at / upper.rest } else { f64::INFINITY },
            )
        }
        RateRatioMethod::Score => {
            // The roots of x₂²ρ² − (2x₁x₂ + z²(x₁+x₂))ρ + x₁², whose product is (x₁/x₂)².
            let z = confidence.z();
            let total = x1 + x2;
            let middle = 2.0 * x1 * x2 + z * z * total;
            let spread = z * (total * (z * z * total + 4.0 * x1 * x2)).sqrt();
            let larger = 0.5 * (middle + spread);
            Interval::between(
                if x1 > 0.0 { x1 * (x1 / larger) } else { 0.0 },
                if x2 > 0.0 { larger / x2 / x2 } else { f64::INFINITY },
            )
        }
        RateRatioMethod::LogNormal => {
            for (argument, x) in [("events1", x1), ("events2", x2)] {
                if x == 0.0 {
                    let expected = "a number above 0; the other methods also take 0";
                    return Err(out_of_range(argument, x, expected));
                }
            }
            let (odds, spread) = (x1 / x2, (1.0 / x1 + 1.0 / x2).sqrt());
            let width = (confidence.z() * spread).exp();
            Interval { lower: odds / width, upper: odds * width }
        }
    };
    Ok(odds.scaled(factor))
}
