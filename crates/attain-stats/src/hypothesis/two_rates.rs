//! The ratio of two rates.

use super::against_value::{ValueTestMethod, proportion_test};
use super::{HypothesisTest, TwoSided};
use crate::error::{self, Result, StatsError, finite, out_of_range, positive};
use crate::special::{gamma_lower, gamma_upper, ln_poisson};

/// How the ratio of two rates is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RateRatioTestMethod {
    /// Przyborowski and Wilenski's C-test (1940): given the sum of both counts, the first is a
    /// binomial share of it. Wrong at most as often as the level says.
    #[default]
    ExactConditional,
    /// The same with half of the probability of the observed count: wrong about as often as the
    /// level says.
    MidP,
    /// The score test of that share, which the score interval inverts.
    Score,
    /// Krishnamoorthy and Thomson's E-test (2004): the probability, at the pooled rate, of a
    /// standardised difference that is at least as large. More powerful than the C-test. Needs whole
    /// numbers.
    ETest,
}

/// The E-test of more events than this takes long, and differs little from the score test.
const MOST_SUMMED: f64 = 1e6;

/// Tests whether the ratio of two rates, (events₁/exposure₁) ÷ (events₂/exposure₂), is `ratio`.
///
/// `two_sided` matters to the C-test and its mid-P form alone. Without any events all p-values of the
/// exact methods are 1.
///
/// ```
/// use attain_stats::{RateRatioTestMethod, TwoSided, rate_ratio_test};
///
/// // Krishnamoorthy and Thomson's example: no dodder seeds in 100 g, and 3 in another 100 g.
/// let test = |method| {
///     rate_ratio_test(0.0, 100.0, 3.0, 100.0, 1.0, method, TwoSided::Doubled).map(|test| test.p)
/// };
/// assert!((test(RateRatioTestMethod::ExactConditional)? - 0.25).abs() < 1e-15);
/// assert!((test(RateRatioTestMethod::ETest)? - 0.0884).abs() < 5e-5);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is negative, not finite or beyond 2⁵³, or an exposure or `ratio` is not a finite number
/// above 0; if a count is not whole with [`TwoSided::MinimumLikelihood`] or under
/// [`RateRatioTestMethod::ETest`]; if there are more than 10⁶ events under the latter.
pub fn rate_ratio_test(
    events1: f64,
    exposure1: f64,
    events2: f64,
    exposure2: f64,
    ratio: f64,
    method: RateRatioTestMethod,
    two_sided: TwoSided,
) -> Result<HypothesisTest> {
    let x1 = error::count("events1", events1)?;
    let x2 = error::count("events2", events2)?;
    let e1 = positive("exposure1", exposure1)?;
    let e2 = positive("exposure2", exposure2)?;
    // With this exposure both groups have the same rate.
    let e1 = positive("ratio", e1 * positive("ratio", ratio)?)?;
    let share = e1 / finite("exposure1", e1 + e2)?;
    let by_share = match method {
        RateRatioTestMethod::ExactConditional => ValueTestMethod::Exact,
        RateRatioTestMethod::MidP => ValueTestMethod::MidP,
        RateRatioTestMethod::Score => ValueTestMethod::Score,
        RateRatioTestMethod::ETest => return e_test([x1, e1], [x2, e2]),
    };
    if x1 + x2 == 0.0 {
        return Ok(match by_share {
            ValueTestMethod::Exact | ValueTestMethod::MidP => NOTHING_KNOWN,
            ValueTestMethod::Score => HypothesisTest::of_score(0.0),
        });
    }
    proportion_test(x1, x1 + x2, share, by_share, two_sided).map_err(|error| {
        let is_first = error.argument() == "events";
        error.with_argument(if is_first { "events1" } else { "events2" })
    })
}

const NOTHING_KNOWN: HypothesisTest = HypothesisTest { p_below: 1.0, p_above: 1.0, p: 1.0 };

/// Standardised differences that differ by less than this, relatively, are equal but for rounding.
const TIE: f64 = 1e-12;

/// The E-test of equal rates, from the count and the exposure of each group.
fn e_test([x1, e1]: [f64; 2], [x2, e2]: [f64; 2]) -> Result<HypothesisTest> {
    for (argument, x) in [("events1", x1), ("events2", x2)] {
        if x.fract() != 0.0 || x > MOST_SUMMED {
            let expected = "a whole number up to 10⁶; the score test takes others too";
            return Err(out_of_range(argument, x, expected));
        }
    }
    if x1 + x2 == 0.0 {
        return Ok(NOTHING_KNOWN);
    }
    // Exposures in units of both, so that the pooled rate is the number of events.
    let (share1, share2) = (e1 / (e1 + e2), e2 / (e1 + e2));
    if share1.min(share2) < error::SMALLEST_COUNT {
        let why = "exposures that differ by a factor of at most 1e100";
        return Err(StatsError::Undetermined { argument: "exposure1", why });
    }
    let (mean1, mean2) = ((x1 + x2) * share1, (x1 + x2) * share2);
    // The standardised difference; falls as the second count grows, and rises with the first.
    let score = |x1: f64, x2: f64| {
        let (rate1, rate2) = (x1 / share1, x2 / share2);
        if rate1 == rate2 {
            0.0
        } else {
            (rate1 - rate2) / (rate1 / share1 + rate2 / share2).sqrt()
        }
    };
    let observed = score(x1, x2);
    let slack = TIE * observed.abs();
    let above = tail([mean1, mean2], |x1, x2| score(x1, x2) >= observed - slack);
    // The same, with the groups exchanged.
    let below = tail([mean2, mean1], |x2, x1| score(x1, x2) <= observed + slack);
    // As far from 0 on the other side.
    let opposite = if observed >= 0.0 {
        tail([mean2, mean1], |x2, x1| score(x1, x2) <= slack - observed)
    } else {
        tail([mean1, mean2], |x1, x2| score(x1, x2) >= -observed - slack)
    };
    let own = if observed >= 0.0 { above } else { below };
    let p = if observed == 0.0 { 1.0 } else { own + opposite };
    Ok(HypothesisTest { p_below: below.min(1.0), p_above: above.min(1.0), p: p.min(1.0) })
}

/// The probability of the pairs of Poisson counts that are inside. A pair with a larger first count,
/// or a smaller second one, is inside too.
fn tail([mean1, mean2]: [f64; 2], is_inside: impl Fn(f64, f64) -> bool) -> f64 {
    let probability = |count: f64, mean: f64| {
        if count > 0.0 { ln_poisson(count, mean).exp() } else { (-mean).exp() }
    };
    // Beyond these counts there is no probability left in a float.
    let reach = |mean: f64| 40.0 * mean.sqrt() + 800.0;
    let first = (mean1 - reach(mean1)).max(0.0).floor();
    let last = (mean1 + reach(mean1)).ceil();
    // The largest second count that is inside, −1 if none is.
    let mut most = (mean2 - reach(mean2)).max(0.0).floor() - 1.0;
    let end = (mean2 + reach(mean2)).ceil();
    let (mut sum, mut at_most) = (0.0, f64::NAN);
    let mut count = first;
    while count <= last {
        let before = most;
        while most < end && is_inside(count, most + 1.0) {
            most += 1.0;
        }
        if most != before || at_most.is_nan() {
            at_most = if most >= 0.0 { gamma_upper(most + 1.0, mean2) } else { 0.0 };
        }
        if most >= end {
            // Every second count is inside, and so are all larger first ones.
            return sum + if count > 0.0 { gamma_lower(count, mean1) } else { 1.0 };
        }
        sum += probability(count, mean1) * at_most;
        count += 1.0;
    }
    sum
}
