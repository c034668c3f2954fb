//! Early warning of outbreaks: counts compared with those of the same season in earlier years.

use super::poisson_regression::{Fit, fit};
use crate::error::{Result, out_of_range};
use crate::special::{beta_lower, gamma_lower, normal_quantile, student_upper};

/// Which version of the method compares a count with those of earlier years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FarringtonMethod {
    /// Farrington et al. (1996): the same season of earlier years, and a limit by powers of two thirds.
    #[default]
    Original,
    /// Noufaily et al. (2013): all earlier periods with ten levels of season, without the latest half year,
    /// and a quantile of the negative binomial distribution.
    Flexible,
}

impl FarringtonMethod {
    /// Every value, in the order of the declaration.
    pub const ALL: [FarringtonMethod; 2] = [FarringtonMethod::Original, FarringtonMethod::Flexible];

    /// Its name in arguments.
    pub const fn code(self) -> &'static str {
        match self {
            FarringtonMethod::Original => "original",
            FarringtonMethod::Flexible => "flexible",
        }
    }

    /// Levels of the season: the time of year of the count, and others of equal lengths.
    fn seasons(self) -> usize {
        match self {
            FarringtonMethod::Original => 1,
            FarringtonMethod::Flexible => 10,
        }
    }

    /// Residuals above this count less.
    fn largest_residual(self) -> f64 {
        match self {
            FarringtonMethod::Original => 1.0,
            FarringtonMethod::Flexible => 2.58,
        }
    }

    /// The trend stays in the model if its p-value is at most this.
    fn trend_below(self) -> f64 {
        match self {
            FarringtonMethod::Original => 0.05,
            FarringtonMethod::Flexible => 1.0,
        }
    }
}

/// The choices behind an early warning by earlier years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FarringtonOptions {
    /// The version of the method. The original one by default.
    pub method: FarringtonMethod,
    /// How many earlier years are used, 1 or more. 5 by default.
    pub years: usize,
    /// How many periods before and after the same period of an earlier year are used. 3 by default.
    pub half_window: usize,
    /// How many periods a year has. 52 by default: weeks.
    pub periods_per_year: usize,
    /// The probability of a false alarm, above 0 and below 1: of both sides in the original method, of
    /// the upper side in the flexible one. 0.05 by default.
    pub alpha: f64,
    /// Whether the model may have a trend. It has one in the years that it is fitted to if it is
    /// significant at 5 % in the original method, there are three years or more, and the expected count
    /// is not above all counts that it is fitted to.
    pub trend: bool,
    /// Whether counts with large residuals, such as those of earlier outbreaks, count less.
    pub reweight: bool,
    /// The least number of events in the latest four periods of an alarm. 5 by default.
    pub least_events: f64,
}

impl Default for FarringtonOptions {
    fn default() -> Self {
        FarringtonOptions {
            method: FarringtonMethod::Original,
            years: 5,
            half_window: 3,
            periods_per_year: 52,
            alpha: 0.05,
            trend: true,
            reweight: true,
            least_events: 5.0,
        }
    }
}

/// A count that is compared with earlier years.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FarringtonLevel {
    /// The expected count.
    pub expected: f64,
    /// The count above which there is an alarm.
    pub limit: f64,
    /// (count − expected) ÷ (limit − expected): above 1 is beyond the limit.
    pub score: f64,
    /// The variance of counts as a multiple of their mean, 1 or more.
    pub dispersion: f64,
    /// Whether the model has a trend.
    pub has_trend: bool,
    /// Whether the count is above the limit, and there were enough events lately.
    pub alarm: bool,
}

/// Why a count is not compared with earlier years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FarringtonReason {
    /// There are not enough years before it.
    TooEarly,
    /// The count is missing.
    Missing,
    /// The earlier counts do not determine the model: there are too few, or none of them has events in
    /// some season.
    Undetermined,
}

/// Compares each count with those of earlier years, by a log-linear regression.
///
/// Counts are in order of time, one for each period, NaN where missing. For each there is a level, or the
/// reason why there is none. The model is a quasi-Poisson regression of the earlier counts. Counts with
/// large Anscombe residuals are weighted by the inverse square of the residual, and the model is fitted
/// again. The limit of the original method is
/// μ(1 + ⅔z√((φ + se² ÷ μ) ÷ μ))^{3/2}, with z the normal quantile of 1 − α ÷ 2. That of the flexible one is
/// the 1 − α quantile of the negative binomial distribution with mean μ and variance φμ.
///
/// Sources: Farrington et al. 1996, *JRSS A* 159; Noufaily et al. 2013, *Statistics in Medicine* 32; the
/// rules for trend and weights are those of the package `surveillance` of R (Salmon et al. 2016).
///
/// ```
/// use attain_stats::{FarringtonOptions, farrington};
///
/// // Five years of 10 or so a week, and then 30.
/// let mut counts: Vec<f64> = (0..52 * 5 + 3).map(|week| 9.0 + f64::from(week * 7 % 3)).collect();
/// counts.push(30.0);
/// let levels = farrington(&counts, &FarringtonOptions::default())?;
/// let level = levels.last().unwrap().unwrap();
/// assert!((level.expected - 10.0).abs() < 0.5 && level.alarm);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a count is below 0 or infinite, `years` is not 1 to 100, a year has fewer than two periods or more than
/// 100,000, the window leaves none for the other seasons of a year, `alpha` is not above 0 and below 1, or `least_events` is below 0 or not finite.
pub fn farrington(
    counts: &[f64],
    options: &FarringtonOptions,
) -> Result<Vec<std::result::Result<FarringtonLevel, FarringtonReason>>> {
    checked(counts, options)?;
    Ok((0..counts.len()).map(|place| level(counts, place, options)).collect())
}

/// Compares the count at one place, as [`farrington`] does: for callers that stop between counts.
///
/// ```
/// use attain_stats::{FarringtonOptions, FarringtonReason, farrington_at};
///
/// let level = farrington_at(&[3.0, 4.0], 1, &FarringtonOptions::default())?;
/// assert_eq!(level, Err(FarringtonReason::TooEarly));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`farrington`], or if the place is not within the counts.
pub fn farrington_at(
    counts: &[f64],
    place: usize,
    options: &FarringtonOptions,
) -> Result<std::result::Result<FarringtonLevel, FarringtonReason>> {
    checked(counts, options)?;
    if place >= counts.len() {
        return Err(out_of_range("place", place as f64, "a place within the counts"));
    }
    Ok(level(counts, place, options))
}

fn checked(counts: &[f64], options: &FarringtonOptions) -> Result<()> {
    if let Some(&count) = counts.iter().find(|count| count.is_infinite() || **count < 0.0) {
        return Err(out_of_range("counts", count, "a finite number, 0 or more"));
    }
    if !(1..=100).contains(&options.years) {
        return Err(out_of_range("years", options.years as f64, "1 to 100 years"));
    }
    if !(2..=100_000).contains(&options.periods_per_year) {
        let needed = "2 to 100000 periods";
        return Err(out_of_range("periods_per_year", options.periods_per_year as f64, needed));
    }
    let window = options.half_window.saturating_mul(2).saturating_add(1).min(1_000_000);
    if options.periods_per_year < window + options.method.seasons() - 1 {
        let needed = "a window that leaves periods for the other seasons of a year";
        return Err(out_of_range("half_window", options.half_window as f64, needed));
    }
    if !(options.alpha > 0.0 && options.alpha < 1.0) {
        return Err(out_of_range("alpha", options.alpha, "a probability above 0 and below 1"));
    }
    if !(options.least_events >= 0.0 && options.least_events.is_finite()) {
        let needed = "a finite number, 0 or more";
        return Err(out_of_range("least_events", options.least_events, needed));
    }
    Ok(())
}

/// An earlier count with its place in time and its level of the season.
struct Earlier {
    count: f64,
    /// Periods before the count that is judged, below 0.
    time: f64,
    season: usize,
}

fn level(
    counts: &[f64],
    place: usize,
    options: &FarringtonOptions,
) -> std::result::Result<FarringtonLevel, FarringtonReason> {
    let count = counts[place];
    if options.years * options.periods_per_year + options.half_window > place {
        return Err(FarringtonReason::TooEarly);
    }
    if count.is_nan() {
        return Err(FarringtonReason::Missing);
    }
    let earlier = earlier(counts, place, options);
    let largest = earlier.iter().map(|one| one.count).fold(f64::NEG_INFINITY, f64::max);
    let fitted = |with_trend| Model::of(&earlier, with_trend, options);
    let mut model = None;
    if options.trend && options.years >= 3 {
        let with_trend = fitted(true).filter(|model| {
            model.trend_p <= options.method.trend_below() && model.expected <= largest
        });
        model = with_trend;
    }
    let has_trend = model.is_some();
    let model = model.or_else(|| fitted(false)).ok_or(FarringtonReason::Undetermined)?;
    let Model { expected, variance, dispersion, .. } = model;
    let limit = match options.method {
        FarringtonMethod::Original => {
            let z = -normal_quantile(0.5 * options.alpha);
            let tau = dispersion + variance / expected;
            let third = expected.powf(2.0 / 3.0) + z * (4.0 / 9.0 * expected.cbrt() * tau).sqrt();
            third.powf(1.5)
        }
        FarringtonMethod::Flexible => {
            negative_binomial_quantile(expected, dispersion, options.alpha)
        }
    };
    let latest: f64 =
        counts[place.saturating_sub(3)..=place].iter().filter(|count| !count.is_nan()).sum();
    let score = (count - expected) / (limit - expected);
    if !limit.is_finite() || !score.is_finite() {
        return Err(FarringtonReason::Undetermined);
    }
    let alarm = count > limit && latest >= options.least_events;
    Ok(FarringtonLevel { expected, limit, score, dispersion, has_trend, alarm })
}

/// The latest periods that the flexible method leaves out, as a share of a year: they may belong to the
/// outbreak.
const LEFT_OUT: f64 = 0.5;

fn earlier(counts: &[f64], place: usize, options: &FarringtonOptions) -> Vec<Earlier> {
    let (year, half) = (options.periods_per_year, options.half_window);
    let longest = options.years * year + half;
    let seasons = options.method.seasons();
    let shortest = match options.method {
        FarringtonMethod::Original => 1,
        FarringtonMethod::Flexible => (LEFT_OUT * year as f64) as usize + 1,
    };
    (shortest..=longest)
        .rev()
        .filter_map(|back| {
            let count = counts[place - back];
            // Periods since the start of the window around the same period of a year.
            let since = (longest - back) % year;
            // The window of this year belongs to the count that is judged.
            let in_window = since <= 2 * half && back + half >= year;
            let season = if since <= 2 * half {
                0
            } else {
                1 + (since - 2 * half - 1) * (seasons - 1).max(1) / (year - 2 * half - 1).max(1)
            };
            let is_used = match options.method {
                FarringtonMethod::Original => in_window,
                FarringtonMethod::Flexible => true,
            };
            let time = -(back as f64);
            (is_used && !count.is_nan()).then_some(Earlier { count, time, season })
        })
        .collect()
}

/// The fitted model at the time of the count that is judged.
struct Model {
    expected: f64,
    /// The variance of the expected count.
    variance: f64,
    dispersion: f64,
    /// The p-value of the trend; 1 without one.
    trend_p: f64,
}

impl Model {
    /// `None` if the earlier counts do not determine it.
    fn of(earlier: &[Earlier], with_trend: bool, options: &FarringtonOptions) -> Option<Self> {
        let levels: Vec<usize> = (1..options.method.seasons())
            .filter(|level| earlier.iter().any(|one| one.season == *level))
            .collect();
        // The count that is judged has time 0 and the first level of the season.
        let row = |time: f64, season: usize| {
            let mut row = vec![1.0];
            if with_trend {
                row.push(time);
            }
            row.extend(levels.iter().map(|level| f64::from(u8::from(*level == season))));
            row
        };
        let rows: Vec<Vec<f64>> = earlier.iter().map(|one| row(one.time, one.season)).collect();
        let degrees = rows.len().checked_sub(rows.first()?.len()).filter(|left| *left > 0)? as f64;
        let weighted = |weights: &[f64]| -> Option<(Fit, f64)> {
            // A weight multiplies both the count and the mean.
            let counts: Vec<f64> =
                earlier.iter().zip(weights).map(|(one, weight)| one.count * weight).collect();
            let offsets: Vec<f64> = weights.iter().map(|weight| weight.ln()).collect();
            let fit = fit(&counts, &rows, &offsets).ok()?;
            let dispersion = fit.chi_squared / degrees;
            Some((fit, dispersion))
        };
        let mut weights = vec![1.0; rows.len()];
        let (mut model, mut dispersion) = weighted(&weights)?;
        if options.reweight {
            weights = Self::weights(earlier, &rows, &model, dispersion.max(1.0), options);
            (model, dispersion) = weighted(&weights)?;
        }
        let of_trend = |at: f64| {
            let error = (dispersion * model.covariance[1][1]).sqrt();
            2.0 * student_upper(degrees, (at / error).abs())
        };
        let trend_p = if with_trend { of_trend(model.coefficients[1]) } else { 1.0 };
        let expected = model.coefficients[0].exp();
        let dispersion = dispersion.max(1.0);
        let variance = expected * expected * dispersion * model.covariance[0][0];
        (expected > 0.0 && expected.is_finite()).then_some(Model {
            expected,
            variance,
            dispersion,
            trend_p,
        })
    }

    /// Weights by standardised Anscombe residuals of an unweighted fit; their sum is the number of counts.
    fn weights(
        earlier: &[Earlier],
        rows: &[Vec<f64>],
        model: &Fit,
        dispersion: f64,
        options: &FarringtonOptions,
    ) -> Vec<f64> {
        let residual = |((one, row), mean): ((&Earlier, &Vec<f64>), &f64)| {
            let spread: f64 = row
                .iter()
                .zip(&model.covariance)
                .map(|(x, line)| x * line.iter().zip(row).map(|(cell, y)| cell * y).sum::<f64>())
                .sum();
            let leverage = (mean * spread).min(1.0 - 1e-9);
            let raw =
                1.5 * (one.count.powf(2.0 / 3.0) - mean.powf(2.0 / 3.0)) / mean.powf(1.0 / 6.0);
            raw / (dispersion * (1.0 - leverage)).sqrt()
        };
        let most = options.method.largest_residual();
        let weights: Vec<f64> = earlier
            .iter()
            .zip(rows)
            .zip(&model.fitted)
            .map(residual)
            .map(|residual| if residual > most { residual.powi(-2) } else { 1.0 })
            .collect();
        let scale = weights.len() as f64 / weights.iter().sum::<f64>();
        weights.into_iter().map(|weight| scale * weight).collect()
    }
}

/// The smallest count whose cumulative probability is 1 − `alpha` or more, for counts with this mean and
/// with `dispersion` times the variance of Poisson's distribution.
fn negative_binomial_quantile(mean: f64, dispersion: f64, alpha: f64) -> f64 {
    let above = |count: f64| {
        if dispersion > 1.0 {
            // P(X > k) = I_q(k + 1, size), with q = 1 − 1/φ.
            beta_lower(count + 1.0, mean / (dispersion - 1.0), 1.0 - 1.0 / dispersion)
        } else {
            // P(X > k) of Poisson's distribution.
            gamma_lower(count + 1.0, mean)
        }
    };
    let (mut low, mut high) = (-1.0, mean.ceil().max(1.0));
    while above(high) > alpha && high < 1e12 {
        low = high;
        high *= 2.0;
    }
    while high - low > 1.0 {
        let middle = (0.5 * (low + high)).floor();
        if above(middle) > alpha {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}
