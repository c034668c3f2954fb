//! The test for a monotone trend.

use super::ordered::Ordered;
use super::sen_slope::{Points, present, sen_slope};
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
    pub correction: TrendCorrection,
}

impl Default for MannKendallMethod {
    fn default() -> Self {
        MannKendallMethod { exact_up_to: 10, correction: TrendCorrection::Independent }
    }
}

/// How the test allows for values that depend on those before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TrendCorrection {
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
    /// Pre-whitening (von Storch 1995): x_t − r·x_(t−1) is tested in place of x_t, with r the autocorrelation at lag 1. It
    /// takes a part of a trend away, too, so it finds fewer trends.
    PreWhitening,
    /// Trend-free pre-whitening (Yue, Pilon, Phinney & Cavadias 2002): the Theil–Sen line is taken away, what remains is pre-whitened,
    /// and the line is added again. It keeps the trend, and finds one more often than stated where there is none.
    TrendFreePreWhitening,
}

/// A test for a monotone trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Values that were tested: those that were there, less the first one after pre-whitening.
    pub n: usize,
    /// Kendall's score: pairs that rise less pairs that fall.
    pub score: f64,
    /// Its variance without trend, with ties and the correction taken into account.
    pub variance: f64,
    /// Score over all pairs, from −1 to 1 (Kendall's τ_a).
    pub tau: f64,
    /// Score over √(all pairs × pairs of different values), from −1 to 1 (Kendall's τ_b). `None` where all values are equal.
    pub tau_b: Option<f64>,
    /// The score in standard deviations, brought nearer to 0 by one pair (continuity). `None` where
    /// the corrected variance is not above 0.
    pub z: Option<f64>,
    /// The two-sided p-value; `None` where there is no z.
    pub p: Option<f64>,
    /// The one-sided p-value: small if the series rises.
    pub p_rising: Option<f64>,
    /// The one-sided p-value: small if the series falls.
    pub p_falling: Option<f64>,
    /// Whether the p-values are exact.
    pub exact: bool,
}

impl MannKendall {
    /// Returns why there is no p-value, if there is none.
    ///
    /// ```
    /// use attain_stats::{MannKendallMethod, TrendCorrection, mann_kendall};
    ///
    /// let correction = TrendCorrection::YueWang { lags: None };
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
/// NaN is a missing value: it is passed over. Under a [`TrendCorrection`] the series is taken to go
/// on without it.
///
/// One-sided p-values are P(S ≥ score) and P(S ≤ score). Both contain the observed score, so that together they are more
/// than 1.
///
/// ```
/// use attain_stats::{MannKendallMethod, mann_kendall};
///
/// let test = mann_kendall(&[1.0, 2.0, 3.0, 5.0, 4.0], &MannKendallMethod::default())?;
/// assert_eq!((test.score, test.tau), (8.0, 0.8));
/// // 5 of 120 permutations have one inversion or none, and as many the other way.
/// assert!((test.p.unwrap() - 10.0 / 120.0).abs() < 1e-15);
/// assert!((test.p_rising.unwrap() - 5.0 / 120.0).abs() < 1e-15);
/// assert!(test.p_falling.unwrap() > 0.98);
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
    let mut points = present(values)?.values;
    if method.correction != TrendCorrection::Independent && points.len() < 3 {
        let found = points.len();
        return Err(StatsError::TooFew { argument: "values", found, expected: 3 });
    }
    let factor = match method.correction {
        TrendCorrection::Independent => 1.0,
        TrendCorrection::HamedRao { lags, significant } => hamed_rao(&points, lags, significant)?,
        TrendCorrection::YueWang { lags } => yue_wang(&points, lags)?,
        TrendCorrection::PreWhitening => {
            points = pre_whitened(&points);
            1.0
        }
        TrendCorrection::TrendFreePreWhitening => {
            let slope = sen_slope(&points, Confidence::P95)?.slope;
            points = pre_whitened(&detrended(&points)?);
            for (place, value) in (1..).zip(&mut points) {
                *value += slope * f64::from(place);
            }
            1.0
        }
    };
    let n = points.len();
    let ordered = Ordered::of(&points);
    let score = ordered.score();
    let variance = computed("values", ordered.variance_of_score() * factor)?;
    let pairs = (n * (n - 1)) as f64 / 2.0;
    let exact = n <= method.exact_up_to
        && method.correction == TrendCorrection::Independent
        && !ordered.has_ties();
    let tau_b = tau_b(score, pairs, ordered.tied_pairs());
    let p_values =
        if exact { Some(PValues::exact(n, score)) } else { PValues::normal(score, variance) };
    Ok(MannKendall::of(n, score, variance, (score / pairs, tau_b), p_values, exact))
}

/// Takes from each value the part that the one before predicts, by the autocorrelation at lag 1; one value less.
fn pre_whitened(points: &[f64]) -> Vec<f64> {
    let correlation = autocorrelations(points, Some(1)).first().copied().unwrap_or_default();
    points.windows(2).map(|two| two[1] - two[0] * correlation).collect()
}

fn tau_b(score: f64, pairs: f64, tied: f64) -> Option<f64> {
    (pairs > tied).then(|| score / (pairs * (pairs - tied)).sqrt())
}

impl MannKendall {
    fn of(
        n: usize,
        score: f64,
        variance: f64,
        (tau, tau_b): (f64, Option<f64>),
        p_values: Option<PValues>,
        exact: bool,
    ) -> Self {
        MannKendall {
            n,
            score,
            variance,
            tau,
            tau_b,
            z: standardised(score, variance),
            p: p_values.map(|of| of.two_sided),
            p_rising: p_values.map(|of| of.rising),
            p_falling: p_values.map(|of| of.falling),
            exact,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct PValues {
    two_sided: f64,
    rising: f64,
    falling: f64,
}

impl PValues {
    /// From the normal distribution, one pair nearer to 0; none without a variance.
    fn normal(score: f64, variance: f64) -> Option<PValues> {
        let two_sided = standardised(score, variance).map(two_sided)?;
        // A score of 0 without a variance, of values that are all equal, is in the middle.
        let upper = |score: f64| {
            if variance > 0.0 { normal_upper((score - 1.0) / variance.sqrt()) } else { 1.0 }
        };
        Some(PValues { two_sided, rising: upper(score), falling: upper(-score) })
    }

    fn exact(n: usize, score: f64) -> PValues {
        let shares = inversion_shares(n);
        let (rising, falling) = (at_least(&shares, score), at_least(&shares, -score));
        PValues { two_sided: (2.0 * rising.min(falling)).min(1.0), rising, falling }
    }
}

/// How the seasonal test allows for seasons of a year that depend on each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SeasonalCorrection {
    /// Not: seasons are independent, and their variances are added up.
    #[default]
    Independent,
    /// Hirsch & Slack's (1984): the covariances of the seasons' scores, which Dietz & Killeen (1981) estimate from the ranks of
    /// the years within each season, are added too. It needs some ten years; with fewer it finds too few trends.
    HirschSlack,
}

/// The test for a monotone trend within seasons (Hirsch, Slack & Smith 1982): scores and variances of
/// the seasons are added up. The series starts with the first of `period` seasons.
///
/// ```
/// use attain_stats::{SeasonalCorrection, seasonal_mann_kendall};
///
/// let values = [1.0, 101.0, 2.0, 102.0, 3.0, 103.0];
/// let test = seasonal_mann_kendall(&values, 2, SeasonalCorrection::Independent)?;
/// assert_eq!((test.score, test.tau), (6.0, 1.0));
/// // Both seasons rise in the same years: the variance of their sum is 4 times that of one, not twice.
/// let dependent = seasonal_mann_kendall(&values, 2, SeasonalCorrection::HirschSlack)?;
/// assert_eq!(dependent.variance, 2.0 * test.variance);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, `period` is 0, or no season has two values.
pub fn seasonal_mann_kendall(
    values: &[f64],
    period: usize,
    correction: SeasonalCorrection,
) -> Result<MannKendall> {
    let points = present(values)?;
    if period == 0 {
        return Err(out_of_range("period", 0.0, "at least 1 season"));
    }
    let (mut total, mut variance, mut pairs, mut tied) = (0.0, 0.0, 0.0, 0.0);
    let seasons = points.by_season(period);
    for own in &seasons {
        let ordered = Ordered::of(&own.values);
        total += ordered.score();
        variance += ordered.variance_of_score();
        tied += ordered.tied_pairs();
        pairs += (own.values.len() * own.values.len().saturating_sub(1)) as f64 / 2.0;
    }
    if pairs == 0.0 {
        return Err(StatsError::TooFew { argument: "values", found: 1, expected: 2 });
    }
    match correction {
        SeasonalCorrection::Independent => {}
        SeasonalCorrection::HirschSlack => variance = dependent_variance(&seasons),
    }
    let tau = (total / pairs, tau_b(total, pairs, tied));
    let p_values = PValues::normal(total, variance);
    Ok(MannKendall::of(points.values.len(), total, variance, tau, p_values, false))
}

/// The variance of the sum of the seasons' scores, with Dietz & Killeen's covariances.
///
/// The covariance of the seasons g and h is [K + 4ΣR·R′ − n(n_g + 1)(n_h + 1)]/3: K the pairs of years that rise or fall in
/// both less those that do opposite, R the ranks, (n_g + 1)/2 for a missing value. With s(i, j) the seasons that rise from
/// year i to year j less those that fall, the sum of all covariances is [Σ_(i<j) s² + Σ_j (Σ_i s)²]/3.
fn dependent_variance(seasons: &[Points]) -> f64 {
    let years = seasons.iter().filter_map(|own| own.places.last()).fold(0.0, |a, &b| b.max(a));
    let years = years as usize + 1;
    let mut table = vec![vec![f64::NAN; seasons.len()]; years];
    for (season, own) in seasons.iter().enumerate() {
        for (&year, &value) in own.places.iter().zip(&own.values) {
            table[year as usize][season] = value;
        }
    }
    let mut squares = 0.0;
    let mut of_years = vec![0.0; years];
    for (later, values) in table.iter().enumerate() {
        for (earlier, others) in table[..later].iter().enumerate() {
            let sign = |(a, b): (&f64, &f64)| f64::from(i8::from(a > b) - i8::from(a < b));
            let rising: f64 = values.iter().zip(others).map(sign).sum();
            squares += rising * rising;
            of_years[later] += rising;
            of_years[earlier] -= rising;
        }
    }
    (squares + of_years.iter().map(|sum| sum * sum).sum::<f64>()) / 3.0
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

/// The share of permutations with each number of inversions: sums of one of 0…k for k = 1…n−1.
fn inversion_shares(n: usize) -> Vec<f64> {
    let pairs = n * (n - 1) / 2;
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
    shares
}

/// The share of permutations whose score, pairs − 2·inversions, is at least `score`.
fn at_least(inversion_shares: &[f64], score: f64) -> f64 {
    let pairs = inversion_shares.len() - 1;
    let most = ((pairs as f64 - score) / 2.0) as usize;
    let sum = |shares: &[f64]| shares.iter().sum::<f64>();
    // Few inversions are as probable as many: the sum of the smaller part keeps its digits.
    if 2 * most < pairs {
        sum(&inversion_shares[..=most])
    } else {
        1.0 - sum(&inversion_shares[..pairs - most])
    }
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

pub(super) fn average_ranks(values: &[f64]) -> Vec<f64> {
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
