//! The ratio of two rates.

use super::normal::Approximation;
use super::one_share::Truth;
use super::{SampleSizes, TestLevel, power_goal, too_near, within_reach};
use crate::error::{self, Result, StatsError, finite, out_of_range, positive};
use crate::hypothesis::ValueTestMethod;
use crate::special::ln_poisson;

/// A normal approximation of the power of a test of two rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RateRatioApproximation {
    /// Of the score test, which has the variance of the likeliest rates with the tested ratio (Gu, Ng, Tang & Schucany 2008).
    #[default]
    Score,
    /// Of the logarithm of the ratio, with the variance 1/μ₁ + 1/μ₂.
    Logarithm,
}

/// How the power of a test of two rates is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateRatioPowerMethod {
    /// The probability of all pairs of counts at which this test of the first, given the sum of both, finds the difference.
    Conditional(ValueTestMethod),
    /// By a formula.
    Normal(RateRatioApproximation),
}

/// Sums over all counts take long beyond this mean.
const MOST_EVENTS: f64 = 1e8;

/// Returns the probability that a test of two rates finds that their ratio is not `ratio`, if it is `rate1` ÷ `rate2`.
///
/// A finding is a p-value of at most the level, on the side of the truth.
///
/// ```
/// use attain_stats::{RateRatioPowerMethod, TestLevel, ValueTestMethod, rate_ratio_test_power};
///
/// // Only the second group has events: k of them have the p-value 2⁻ᵏ, so that 6 are a finding.
/// let level = TestLevel::two_sided(0.05)?;
/// let exact = RateRatioPowerMethod::Conditional(ValueTestMethod::Exact);
/// let power = rate_ratio_test_power([0.0, 0.05], [100.0, 100.0], 1.0, exact, level)?;
/// assert!((power - 0.384).abs() < 5e-4);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a rate is negative, not finite or beyond 2⁵³, an exposure or `ratio` is not a finite number above 0, or `ratio` is
/// that of the rates; if more than 100,000,000 events are expected, but for approximations; if a rate is 0 with
/// logarithms.
pub fn rate_ratio_test_power(
    rates: [f64; 2],
    exposures: [f64; 2],
    ratio: f64,
    method: RateRatioPowerMethod,
    level: TestLevel,
) -> Result<f64> {
    let pair = Pair::new(rates, exposures, ratio)?;
    let test = match method {
        RateRatioPowerMethod::Normal(kind) => {
            return Ok(pair.approximation(kind)?.power(1.0, level));
        }
        RateRatioPowerMethod::Conditional(test) => test,
    };
    let all = pair.mean1 + pair.mean2;
    if all > MOST_EVENTS {
        let expected = "at most 100,000,000 events in both groups; normal approximations take more";
        return Err(out_of_range("exposure1", exposures[0], expected));
    }
    // With the tested ratio, the first group has `goal` of the events.
    let goal = pair.scale / (1.0 + pair.scale);
    let truth = Truth::new(pair.mean1 / all, goal, level)
        .map_err(|_| StatsError::Undetermined { argument: "ratio", why: NOT_NEAR })?;
    let (first, last) = within_reach(all, all);
    let (mut sum, mut found, mut events) = (0.0, 0.0, first.max(1.0));
    while events <= last {
        found = truth.findings(events, test, found);
        sum += ln_poisson(events, all).exp() * truth.power(events, found);
        events += 1.0;
    }
    Ok(sum.min(1.0))
}

/// Returns exposures of two groups with a power of `power`: the first by the formula, the second `allocation` times as
/// large.
///
/// ```
/// use attain_stats::{RateRatioApproximation, TestLevel, rate_ratio_test_exposure};
///
/// // Two events for each unit of exposure against one: (z₁ + z₂)²·(1/2 + 1)/ln² 2.
/// let level = TestLevel::two_sided(0.05)?;
/// let logarithm = RateRatioApproximation::Logarithm;
/// let found = rate_ratio_test_exposure([2.0, 1.0], 1.0, 1.0, 0.8, logarithm, level)?;
/// assert!((found.size1 - 24.505).abs() < 1e-3);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`rate_ratio_test_power`], and if `allocation` is not a finite number above 0, or `power` not from ½ to below 1.
pub fn rate_ratio_test_exposure(
    rates: [f64; 2],
    ratio: f64,
    allocation: f64,
    power: f64,
    method: RateRatioApproximation,
    level: TestLevel,
) -> Result<SampleSizes> {
    let allocation = positive("allocation", allocation)?;
    let pair = Pair::new(rates, [1.0, allocation], ratio).map_err(|error| {
        let is_exposure = matches!(error.argument(), "exposure1" | "exposure2");
        if is_exposure { error.with_argument("allocation") } else { error }
    })?;
    let wanted = power_goal(power)?;
    let approximation = pair.approximation(method)?;
    let size1 = approximation.size(wanted, level);
    let size = |size: f64| positive("rate1", size).map_err(|_| too_near("rate1"));
    let (size1, size2) = (size(size1)?, size(size1 * allocation)?);
    Ok(SampleSizes { size1, size2, power: approximation.power(size1, level) })
}

const NOT_NEAR: &str = "a ratio that differs from that of the rates by more than rounding";

/// The mean counts of two groups, and the ratio of both that is tested.
#[derive(Debug, Clone, Copy)]
struct Pair {
    mean1: f64,
    mean2: f64,
    /// The first mean over the second, with the tested ratio.
    scale: f64,
}

impl Pair {
    fn new(rates: [f64; 2], exposures: [f64; 2], ratio: f64) -> Result<Self> {
        let rate1 = error::count("rate1", rates[0])?;
        let rate2 = error::count("rate2", rates[1])?;
        let e1 = positive("exposure1", exposures[0])?;
        let e2 = positive("exposure2", exposures[1])?;
        let ratio = positive("ratio", ratio)?;
        if rate1 == ratio * rate2 {
            let expected = "a ratio other than that of the rates, which a test could find";
            return Err(out_of_range("ratio", ratio, expected));
        }
        let mean1 = finite("exposure1", rate1 * e1)?;
        let mean2 = finite("exposure2", rate2 * e2)?;
        let scale = positive("exposure1", e1 * ratio / e2)?;
        if mean1 + mean2 < error::SMALLEST_COUNT {
            return Err(too_near("rate1"));
        }
        Ok(Pair { mean1, mean2, scale })
    }

    fn approximation(&self, kind: RateRatioApproximation) -> Result<Approximation> {
        let Pair { mean1, mean2, scale } = *self;
        match kind {
            RateRatioApproximation::Score => Ok(Approximation::new(
                (mean1 - scale * mean2).abs(),
                (scale * (mean1 + mean2)).sqrt(),
                (mean1 + scale * scale * mean2).sqrt(),
            )),
            RateRatioApproximation::Logarithm => {
                for (argument, mean) in [("rate1", mean1), ("rate2", mean2)] {
                    if mean == 0.0 {
                        let expected =
                            "a rate above 0, which has a logarithm; the score test takes 0";
                        return Err(out_of_range(argument, mean, expected));
                    }
                }
                let deviation = (1.0 / mean1 + 1.0 / mean2).sqrt();
                let distance = (mean1 / mean2 / scale).ln().abs();
                Ok(Approximation::new(distance, deviation, deviation))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;
    use crate::hypothesis::{RateRatioTestMethod, TwoSided, rate_ratio_test};

    #[test]
    fn power_is_the_sum_over_all_pairs_that_are_findings() {
        let methods = [
            (ValueTestMethod::Exact, RateRatioTestMethod::ExactConditional),
            (ValueTestMethod::MidP, RateRatioTestMethod::MidP),
            (ValueTestMethod::Score, RateRatioTestMethod::Score),
        ];
        let cases = [([0.0, 1.0], 1.0), ([3.0, 1.0], 1.0), ([2.0, 1.0], 3.0), ([1.0, 1.5], 0.5)];
        for ((rates, ratio), exposures) in
            cases.into_iter().flat_map(|case| [[4.0, 4.0], [3.0, 7.5]].map(|e| (case, e)))
        {
            for ((power, test), tail) in
                methods.into_iter().flat_map(|method| [0.05, 0.3].map(|tail| (method, tail)))
            {
                let level = TestLevel::one_sided(tail).unwrap();
                let [e1, e2] = exposures;
                let mut wanted = 0.0;
                let masses = |mean: f64| -> Vec<f64> {
                    let next = |mass: &f64, count: i32| mass * mean / f64::from(count);
                    let all = (1..70).scan((-mean).exp(), |mass, count| {
                        *mass = next(mass, count);
                        Some(*mass)
                    });
                    std::iter::once((-mean).exp()).chain(all).collect()
                };
                for (x1, mass1) in masses(rates[0] * e1).iter().enumerate() {
                    for (x2, mass2) in masses(rates[1] * e2).iter().enumerate() {
                        let (x1, x2) = (x1 as f64, x2 as f64);
                        let doubled = TwoSided::Doubled;
                        let p = rate_ratio_test(x1, e1, x2, e2, ratio, test, doubled).unwrap();
                        if (if rates[0] > ratio * rates[1] { p.p_above } else { p.p_below }) <= tail
                        {
                            wanted += mass1 * mass2;
                        }
                    }
                }
                let method = RateRatioPowerMethod::Conditional(power);
                let found = rate_ratio_test_power(rates, exposures, ratio, method, level).unwrap();
                assert!((found - wanted).abs() < 1e-12, "{rates:?} {ratio} {power:?} {wanted}");
            }
        }
    }
}
