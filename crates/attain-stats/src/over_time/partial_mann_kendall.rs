//! The test for a monotone trend beyond that of a covariate.

use super::mann_kendall::average_ranks;
use super::ordered::Ordered;
use crate::error::{Result, StatsError, computed, finite};
use crate::special::{normal_cdf, normal_upper};

/// A test for a monotone trend that a covariate does not explain.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartialMannKendall {
    /// Places with a value and a covariate.
    pub n: usize,
    /// Kendall's score of the values, less what the covariate's score predicts.
    pub score: f64,
    /// Its variance without such a trend.
    pub variance: f64,
    /// The correlation of both scores without a trend, from −1 to 1.
    pub correlation: f64,
    /// The score in standard deviations.
    pub z: f64,
    /// The two-sided p-value.
    pub p: f64,
    /// The one-sided p-value: small if the values rise more than the covariate explains.
    pub p_rising: f64,
    /// The one-sided p-value: small if they fall more.
    pub p_falling: f64,
}

/// A smaller part of the variance that is left is rounding.
const ROUNDING: f64 = 1e-12;

/// The partial Mann–Kendall test (Libiseller & Grimvall 2002) for a monotone trend in an equally spaced series, beyond the trend
/// that its covariate has.
///
/// Without a trend, the scores of both series are about normal, with a covariance that Dietz & Killeen (1981) estimate from
/// ranks; the test is of one score given the other. A place where one of both is NaN is passed over.
///
/// ```
/// use attain_stats::partial_mann_kendall;
///
/// let flow = [5.0, 3.0, 8.0, 1.0, 9.0, 4.0, 7.0, 2.0, 6.0, 10.0];
/// // Twice the flow, and 3 more each time.
/// let load: Vec<f64> = (0..10).zip(flow).map(|(t, flow)| 2.0 * flow + 3.0 * f64::from(t)).collect();
/// let test = partial_mann_kendall(&load, &flow)?;
/// assert!(test.p_rising < 0.001);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If both series do not have the same length, a number is infinite, fewer than three places have both, all values or all
/// covariates are equal, or the values are always in the order of the covariate, or in the opposite one.
pub fn partial_mann_kendall(values: &[f64], covariate: &[f64]) -> Result<PartialMannKendall> {
    if values.len() != covariate.len() {
        return Err(StatsError::UnequalLengths {
            argument: "covariate",
            found: covariate.len(),
            expected: values.len(),
            alongside: "values",
        });
    }
    let (mut ys, mut xs) = (vec![], vec![]);
    for (&y, &x) in values.iter().zip(covariate) {
        if !y.is_nan() && !x.is_nan() {
            ys.push(finite("values", y)?);
            xs.push(finite("covariate", x)?);
        }
    }
    let n = ys.len();
    if n < 3 {
        return Err(StatsError::TooFew { argument: "values", found: n, expected: 3 });
    }
    let (y, x) = (Ordered::of(&ys), Ordered::of(&xs));
    let (variance_y, variance_x) = (y.variance_of_score(), x.variance_of_score());
    for (argument, variance) in [("values", variance_y), ("covariate", variance_x)] {
        if variance <= 0.0 {
            let why = "numbers that are not all equal";
            return Err(StatsError::Undetermined { argument, why });
        }
    }
    let covariance = covariance_of_scores(&ys, &xs);
    let correlation = covariance / (variance_y * variance_x).sqrt();
    let score = y.score() - covariance / variance_x * x.score();
    // (1 − ρ)(1 + ρ) keeps the digits of what is left.
    let variance = variance_y * ((1.0 - correlation) * (1.0 + correlation));
    if variance <= ROUNDING * variance_y {
        let why =
            "values that are not always in the order of the covariate, or in the opposite one";
        return Err(StatsError::Undetermined { argument: "values", why });
    }
    let z = computed("values", score / variance.sqrt())?;
    Ok(PartialMannKendall {
        n,
        score,
        variance,
        correlation,
        z,
        p: 2.0 * normal_upper(z.abs()),
        p_rising: normal_upper(z),
        p_falling: normal_cdf(z),
    })
}

/// The covariance of the scores of two series without a trend (Dietz & Killeen 1981): [K + 4ΣR·R′ − n(n + 1)²]/3, with Kendall's
/// score K of one series against the other, and the ranks R.
fn covariance_of_scores(ys: &[f64], xs: &[f64]) -> f64 {
    let n = ys.len() as f64;
    let mut pairs: Vec<(f64, f64)> = xs.iter().copied().zip(ys.iter().copied()).collect();
    // Zeros of both signs are equal.
    for (x, y) in &mut pairs {
        (*x, *y) = (*x + 0.0, *y + 0.0);
    }
    pairs.sort_by(|(x, y), (other_x, other_y)| x.total_cmp(other_x).then(y.total_cmp(other_y)));
    let by_covariate: Vec<f64> = pairs.iter().map(|(_, y)| *y).collect();
    // Values of equal covariates are in rising order, and count for nothing.
    let rising_in_ties: f64 = pairs
        .chunk_by(|(x, _), (other, _)| x == other)
        .map(|tied| {
            let pairs = |size: usize| 0.5 * size as f64 * (size as f64 - 1.0);
            let equal = tied.chunk_by(|(_, y), (_, other)| y == other);
            pairs(tied.len()) - equal.map(|same| pairs(same.len())).sum::<f64>()
        })
        .sum();
    let score = Ordered::of(&by_covariate).score() - rising_in_ties;
    let ranks = average_ranks(ys).into_iter().zip(average_ranks(xs));
    let products: f64 = ranks.map(|(y, x)| y * x).sum();
    (score + 4.0 * products - n * (n + 1.0) * (n + 1.0)) / 3.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The definition, pair by pair and place by place.
        #[test]
        fn covariances_are_those_of_all_pairs(
            points in prop::collection::vec((-3_i8..4, -9_i8..10), 3..30),
        ) {
            let ys: Vec<f64> = points.iter().map(|(y, _)| f64::from(*y)).collect();
            let xs: Vec<f64> = points.iter().map(|(_, x)| f64::from(*x)).collect();
            let sign = |a: f64, b: f64| f64::from(i8::from(b > a) - i8::from(b < a));
            let n = points.len();
            let (mut sum, mut products) = (0.0, 0.0);
            for i in 0..n {
                let of = |values: &[f64]| (0..n).map(|j| sign(values[j], values[i])).sum::<f64>();
                products += of(&ys) * of(&xs);
                sum += (0..i).map(|j| sign(ys[j], ys[i]) * sign(xs[j], xs[i])).sum::<f64>();
            }
            // With ranks R = (n + 1 + Σ sign)/2, 4ΣR·R′ − n(n + 1)² is Σ(Σ sign)(Σ sign′).
            let wanted = (sum + products) / 3.0;
            prop_assert!((covariance_of_scores(&ys, &xs) - wanted).abs() < 1e-9);
            // Of a series and itself it is the variance, with ties.
            let own = covariance_of_scores(&xs, &xs);
            prop_assert!((own - Ordered::of(&xs).variance_of_score()).abs() < 1e-9);
        }
    }
}
