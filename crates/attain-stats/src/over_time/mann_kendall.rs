//! The test for a monotone trend.

use super::ordered::Ordered;
use super::sen_slope::{present, sen_slope};
use crate::confidence::Confidence;
use crate::error::{Result, StatsError, computed, out_of_range};
use crate::special::normal_upper;

/// How the p-value is found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendallMethod {
    /// The most values without ties for which the p-value is exact, by counting permutations: 10 by
    /// default, at most 100. An exact p-value needs no variance. 0 means never.
    pub exact_up_to: usize,
    /// The correction for a series whose values depend on those before.
    pub correction: VarianceCorrection,
}

impl Default for MannKendallMethod {
    fn default() -> Self {
        MannKendallMethod { exact_up_to: 10, correction: VarianceCorrection::Independent }
    }
}

/// How the score's variance allows for values that depend on those before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum VarianceCorrection {
    /// Not: values are independent but for the trend.
    Independent,
    /// Hamed & Rao's (1998): from the autocorrelations of the detrended values' ranks that are
    /// significant.
    HamedRao {
        /// The largest lag to use; `None` for all.
        lags: Option<usize>,
        /// Which autocorrelations are significant: those beyond z/√n at this confidence.
        significant: Confidence,
    },
    /// Yue & Wang's (2004): from all autocorrelations of the detrended values.
    YueWang {
        /// The largest lag to use; `None` for all.
        lags: Option<usize>,
    },
}

/// A test for a monotone trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Values that were there.
    pub n: usize,
    /// Kendall's score: pairs that rise less pairs that fall.
    pub score: f64,
    /// Its variance without trend, with ties and the correction taken into account.
    pub variance: f64,
    /// Score over all pairs, from −1 to 1 (Kendall's τ_a).
    pub tau: f64,
    /// The score in standard deviations, brought nearer to 0 by one pair (continuity). `None` where
    /// the corrected variance is not above 0.
    pub z: Option<f64>,
    /// The two-sided p-value; `None` where there is no z.
    pub p: Option<f64>,
    /// Whether the p-value is exact.
    pub exact: bool,
}

impl MannKendall {
    /// Returns why there is no p-value, if there is none.
    ///
    /// ```
    /// use attain_stats::{MannKendallMethod, VarianceCorrection, mann_kendall};
    ///
    /// let correction = VarianceCorrection::YueWang { lags: None };
    /// let method = MannKendallMethod { exact_up_to: 0, correction };
    /// let test = mann_kendall(&[1.0, 3.0, 2.0, 4.0, 3.5, 5.5], &method)?;
    /// assert_eq!(test.p.is_none(), test.reason().is_some());
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    pub fn reason(&self) -> Option<&'static str> {
        self.p.is_none().then_some("the variance of the score is not above 0 after the correction")
    }
}

/// Mann & Kendall's test for a monotone trend (Mann 1945, Kendall 1975) in an equally spaced series.
///
/// NaN is a missing value: it is passed over. Under a [`VarianceCorrection`] the series is taken to go
/// on without it.
///
/// ```
/// use attain_stats::{MannKendallMethod, mann_kendall};
///
/// let test = mann_kendall(&[1.0, 2.0, 3.0, 5.0, 4.0], &MannKendallMethod::default())?;
/// assert_eq!((test.score, test.tau), (8.0, 0.8));
/// // 5 of 120 permutations have one inversion or none, and as many the other way.
/// assert!((test.p.unwrap() - 10.0 / 120.0).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, fewer than two are there (three for a correction), or `exact_up_to` is
/// above 100.
pub fn mann_kendall(values: &[f64], method: &MannKendallMethod) -> Result<MannKendall> {
    if method.exact_up_to > 100 {
        return Err(out_of_range("exact_up_to", method.exact_up_to as f64, "at most 100"));
    }
    let points = present(values)?.values;
    let n = points.len();
    let ordered = Ordered::of(&points);
    let score = ordered.score();
    let factor = match method.correction {
        VarianceCorrection::Independent => 1.0,
        VarianceCorrection::HamedRao { .. } | VarianceCorrection::YueWang { .. } if n < 3 => {
            return Err(StatsError::TooFew { argument: "values", found: n, expected: 3 });
        }
        VarianceCorrection::HamedRao { lags, significant } => {
            hamed_rao(&points, lags, significant)?
        }
        VarianceCorrection::YueWang { lags } => yue_wang(&points, lags)?,
    };
    let variance = computed("values", ordered.variance_of_score() * factor)?;
    let pairs = (n * (n - 1)) as f64 / 2.0;
    let exact = n <= method.exact_up_to
        && method.correction == VarianceCorrection::Independent
        && !ordered.has_ties();
    let z = standardised(score, variance);
    let p = if exact { Some(exact_p(n, score)) } else { z.map(two_sided) };
    Ok(MannKendall { n, score, variance, tau: score / pairs, z, p, exact })
}

/// The test for a monotone trend within seasons (Hirsch, Slack & Smith 1982): scores and variances of
/// the seasons, which are taken to be independent, are added up. The series starts with the first of
/// `period` seasons.
///
/// ```
/// use attain_stats::seasonal_mann_kendall;
///
/// let test = seasonal_mann_kendall(&[1.0, 101.0, 2.0, 102.0, 3.0, 103.0], 2)?;
/// assert_eq!((test.score, test.tau), (6.0, 1.0));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, `period` is 0, or no season has two values.
pub fn seasonal_mann_kendall(values: &[f64], period: usize) -> Result<MannKendall> {
    let points = present(values)?;
    if period == 0 {
        return Err(out_of_range("period", 0.0, "at least 1 season"));
    }
    let (mut total, mut variance, mut pairs) = (0.0, 0.0, 0.0);
    for own in points.by_season(period) {
        let ordered = Ordered::of(&own.values);
        total += ordered.score();
        variance += ordered.variance_of_score();
        pairs += (own.values.len() * own.values.len().saturating_sub(1)) as f64 / 2.0;
    }
    if pairs == 0.0 {
        return Err(StatsError::TooFew { argument: "values", found: 1, expected: 2 });
    }
    let z = standardised(total, variance);
    Ok(MannKendall {
        n: points.values.len(),
        score: total,
        variance,
        tau: total / pairs,
        z,
        p: z.map(two_sided),
        exact: false,
    })
}

fn standardised(score: f64, variance: f64) -> Option<f64> {
    if score == 0.0 {
        return Some(0.0);
    }
    (variance > 0.0).then(|| (score - score.signum()) / variance.sqrt())
}

fn two_sided(z: f64) -> f64 {
    2.0 * normal_upper(z.abs())
}

/// The share of permutations whose score is at least as far from 0.
fn exact_p(n: usize, score: f64) -> f64 {
    // Score = pairs − 2·inversions; inversions are sums of one of 0…k for k = 1…n−1.
    let pairs = n * (n - 1) / 2;
    let far = ((pairs as f64 - score.abs()) / 2.0) as usize;
    if 2 * far >= pairs {
        return 1.0;
    }
    let mut shares = vec![0.0; pairs + 1];
    shares[0] = 1.0;
    for k in 1..n {
        let before = shares.clone();
        let mut window = 0.0;
        for (inversions, share) in shares.iter_mut().enumerate() {
            window += before[inversions];
            if inversions > k {
                window -= before[inversions - k - 1];
            }
            *share = window / (k as f64 + 1.0);
        }
    }
    (2.0 * shares[..=far].iter().sum::<f64>()).min(1.0)
}

/// The factor on the variance from the significant autocorrelations of ranks.
fn hamed_rao(points: &[f64], lags: Option<usize>, significant: Confidence) -> Result<f64> {
    let detrended = detrended(points)?;
    let correlations = autocorrelations(&average_ranks(&detrended), lags);
    let n = points.len() as f64;
    let threshold = significant.z() / n.sqrt();
    let sum: f64 = correlations
        .iter()
        .enumerate()
        .filter(|(_, r)| r.abs() > threshold)
        .map(|(index, r)| {
            let rest = n - (index as f64 + 1.0);
            rest * (rest - 1.0) * (rest - 2.0) * r
        })
        .sum();
    Ok(1.0 + 2.0 * sum / (n * (n - 1.0) * (n - 2.0)))
}

/// The factor on the variance from all autocorrelations of values.
fn yue_wang(points: &[f64], lags: Option<usize>) -> Result<f64> {
    let correlations = autocorrelations(&detrended(points)?, lags);
    let n = points.len() as f64;
    let sum: f64 = correlations
        .iter()
        .enumerate()
        .map(|(index, r)| (1.0 - (index as f64 + 1.0) / n) * r)
        .sum();
    Ok(1.0 + 2.0 * sum)
}

/// The residuals of a series from its Theil–Sen line.
fn detrended(points: &[f64]) -> Result<Vec<f64>> {
    let slope = sen_slope(points, Confidence::P95)?.slope;
    // Counted from 1, as peers do: values that are equal but for rounding then rank as theirs do.
    Ok((1..).zip(points).map(|(place, value)| value - slope * f64::from(place)).collect())
}

fn average_ranks(values: &[f64]) -> Vec<f64> {
    use crate::compare::{BetterEnd, TiedRank, ranks};
    ranks(values, BetterEnd::Lowest, TiedRank::Middle).into_iter().flatten().collect()
}

/// The autocorrelations at lags 1, 2, …; all 0 for a constant series.
fn autocorrelations(values: &[f64], lags: Option<usize>) -> Vec<f64> {
    let n = values.len();
    let mean = values.iter().sum::<f64>() / n as f64;
    let centred: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let variance: f64 = centred.iter().map(|value| value * value).sum();
    (1..=lags.unwrap_or(n - 1).min(n - 1))
        .map(|lag| {
            let sum: f64 = centred.iter().zip(&centred[lag..]).map(|(a, b)| a * b).sum();
            if variance > 0.0 { sum / variance } else { 0.0 }
        })
        .collect()
}
