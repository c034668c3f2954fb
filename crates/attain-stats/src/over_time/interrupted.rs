//! The interrupted series: the change at an interruption, beyond trend and season.

use std::f64::consts::TAU;

use super::poisson_regression::{Fit, fit};
use super::residual_correlation::correlated;
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError};
use crate::special::student_quantile;

/// How a series repeats itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Seasonality {
    /// It does not.
    #[default]
    None,
    /// Pairs of sine and cosine waves over a cycle. Twice the number of pairs is less than the number
    /// of periods.
    Harmonics {
        /// How many periods make a cycle: 12 for months.
        period: usize,
        /// The waves: one a cycle, two a cycle, and so on.
        pairs: usize,
    },
    /// A level of its own for each period of the cycle.
    Terms {
        /// How many periods make a cycle: 4 for quarters.
        period: usize,
    },
}

/// How much the counts vary around their expected values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CountVariation {
    /// As much as Pearson's χ² over the degrees of freedom says, but no less than Poisson counts do; limits by
    /// Student's t.
    #[default]
    QuasiPoisson,
    /// As Poisson counts do; limits by the normal distribution.
    Poisson,
}

/// The options of an interrupted series.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct InterruptedOptions {
    /// How the series repeats itself.
    pub seasonality: Seasonality,
    /// Whether the slope changes as well as the level; needs three periods after the interruption.
    pub slope_change: bool,
    /// How much the counts vary.
    pub variation: CountVariation,
    /// Whether the limits allow for residuals of neighbouring periods that correlate.
    pub correlated: bool,
}

/// A ratio with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioEstimate {
    /// The ratio.
    pub ratio: f64,
    /// Its limits.
    pub interval: Interval,
}

/// The change at an interruption.
#[derive(Debug, Clone, PartialEq)]
pub struct InterruptedSeries {
    /// The total expected after the interruption, divided by the total expected without it.
    pub overall: RatioEstimate,
    /// The step at the interruption.
    pub level: RatioEstimate,
    /// The change of the slope: a factor per period. None if it was not requested.
    pub slope: Option<RatioEstimate>,
    /// The slope before: a factor per period.
    pub trend: RatioEstimate,
    /// Pearson's χ² over the degrees of freedom, or over what it would be for correlated Poisson counts: 1 for Poisson counts.
    pub dispersion: f64,
    /// The number of periods minus the number of terms of the model.
    pub degrees: usize,
    /// The correlation of neighbouring residuals; far from 0, the limits are too narrow unless they
    /// [allow for it](InterruptedOptions::correlated).
    pub autocorrelation: f64,
    /// The correlation of neighbouring periods that the limits allow for, 0 or more: of an autoregressive process of order 1.
    /// It is larger than that of the residuals, since the model takes a part of it out of them. None if it was not requested.
    pub correlation: Option<f64>,
    /// The expected count of each period.
    pub fitted: Vec<f64>,
    /// The expected count of each period without the interruption.
    pub counterfactual: Vec<f64>,
}

/// Poisson regression of a series of counts on trend, season and what changed from period `start` on (counted from
/// 0): log expected = log exposure + a + b·t + level + slope·(t − start) + season (Wagner et al. 2002;
/// Bernal, Cummins & Gasparrini 2017).
///
/// The limits allow for counts that vary more than Poisson counts do, but take neighbouring periods to
/// be independent given trend and season; [`autocorrelation`](InterruptedSeries::autocorrelation) says whether they are.
/// With [`correlated`](InterruptedOptions::correlated) they need not be: the limits then come from the sandwich covariance of an
/// autoregressive process of order 1 (Zeger 1988), whose correlation and dispersion are estimated from the residuals
/// without the bias that the fitted terms cause, and whose degrees of freedom are Satterthwaite's (1946). A negative correlation counts
/// as 0, and so does that of fewer than eight degrees of freedom.
///
/// ```
/// use attain_stats::{Confidence, InterruptedOptions, interrupted_series};
///
/// // Ten weeks with about 1,000 events, then four with about 800.
/// let counts = [
///     1010.0, 980.0, 1030.0, 990.0, 970.0, 1020.0, 1000.0, 1040.0, 960.0, 1000.0,
///     810.0, 790.0, 800.0, 820.0,
/// ];
/// let days = [7.0; 14];
/// let found =
///     interrupted_series(&counts, &days, 10, &InterruptedOptions::default(), Confidence::P95)?;
/// assert!((found.overall.ratio - 0.8).abs() < 0.02);
/// assert!(found.overall.interval.upper < 0.95);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the columns are of unequal lengths, a count or an exposure is out of range, fewer than two periods lie before
/// `start` or none after it (three for a change of slope), there are no more periods than terms of the model, or the
/// counts don't determine them: no events on one side or in one season, too few cycles.
pub fn interrupted_series(
    counts: &[f64],
    exposures: &[f64],
    start: usize,
    options: &InterruptedOptions,
    confidence: Confidence,
) -> Result<InterruptedSeries> {
    if exposures.len() != counts.len() {
        return Err(StatsError::UnequalLengths {
            argument: "exposures",
            found: exposures.len(),
            expected: counts.len(),
            alongside: "counts",
        });
    }
    for count in counts {
        error::count("counts", *count)?;
    }
    for exposure in exposures {
        error::positive("exposures", *exposure)?;
    }
    let after_needed = if options.slope_change { 3 } else { 1 };
    if start < 2 || start + after_needed > counts.len() {
        return Err(error::out_of_range(
            "start",
            start as f64,
            "two periods before it, and one after it or three for a change of slope",
        ));
    }
    let (before, after) = counts.split_at(start);
    if before.iter().sum::<f64>() <= 0.0 || after.iter().sum::<f64>() <= 0.0 {
        return Err(StatsError::Undetermined {
            argument: "counts",
            why: "events before and after, and in every season",
        });
    }
    let model = Model { start, slope_change: options.slope_change };
    let seasons = season_columns(options.seasonality, counts.len())?;
    let row = |period: usize, changed: bool| {
        let mut row = model.row(period, changed);
        row.extend_from_slice(&seasons[period]);
        row
    };
    let rows: Vec<Vec<f64>> =
        (0..counts.len()).map(|period| row(period, period >= start)).collect();
    let width = rows[0].len();
    if counts.len() <= width {
        return Err(StatsError::TooFew {
            argument: "counts",
            found: counts.len(),
            expected: width + 1,
        });
    }
    let offsets: Vec<f64> = exposures.iter().map(|exposure| exposure.ln()).collect();
    let mut fit = fit(counts, &rows, &offsets)?;

    let degrees = counts.len() - width;
    let mut dispersion = fit.chi_squared / degrees as f64;
    let mut effective_degrees = degrees as f64;
    let correlation = options.correlated.then(|| {
        let found = correlated(counts, &rows, &fit);
        (dispersion, effective_degrees) = (found.dispersion, found.degrees);
        fit.covariance = found.covariance;
        found.correlation
    });
    let spread = match options.variation {
        CountVariation::Poisson => confidence.z(),
        CountVariation::QuasiPoisson => {
            let t = student_quantile(effective_degrees, 1.0 - confidence.tail());
            t * dispersion.max(1.0).sqrt()
        }
    };
    let counterfactual: Vec<f64> = (0..counts.len())
        .map(|period| (offsets[period] + product(&row(period, false), &fit.coefficients)).exp())
        .collect();
    // The logarithm of a quotient of sums moves with each coefficient by the difference of the means of
    // its column, weighted by what is expected.
    let gradient: Vec<f64> = (0..width)
        .map(|column| {
            let mean = |expected: &[f64], changed: bool| {
                let sum: f64 = (start..counts.len())
                    .map(|period| expected[period] * row(period, changed)[column])
                    .sum();
                sum / expected[start..].iter().sum::<f64>()
            };
            mean(&fit.fitted, true) - mean(&counterfactual, false)
        })
        .collect();
    let all: f64 =
        fit.fitted[start..].iter().sum::<f64>() / counterfactual[start..].iter().sum::<f64>();
    let alone = |column: usize| {
        let one = (0..width).map(|at| if at == column { 1.0 } else { 0.0 });
        estimate(fit.coefficients[column], &one.collect::<Vec<_>>(), &fit, spread)
    };
    Ok(InterruptedSeries {
        overall: estimate(all.ln(), &gradient, &fit, spread),
        level: alone(Model::LEVEL),
        slope: options.slope_change.then(|| alone(Model::SLOPE)),
        trend: alone(Model::TREND),
        dispersion,
        degrees,
        autocorrelation: autocorrelation(counts, &fit.fitted),
        correlation,
        fitted: fit.fitted,
        counterfactual,
    })
}

/// The columns of the model that are not of the season.
struct Model {
    start: usize,
    slope_change: bool,
}

impl Model {
    const TREND: usize = 1;
    const LEVEL: usize = 2;
    const SLOPE: usize = 3;

    /// Counts time from the interruption: the level is then the step there.
    fn row(&self, period: usize, changed: bool) -> Vec<f64> {
        let time = period as f64 - self.start as f64;
        let mut row = vec![1.0, time, f64::from(u8::from(changed))];
        if self.slope_change {
            row.push(if changed { time } else { 0.0 });
        }
        row
    }
}

fn season_columns(seasonality: Seasonality, length: usize) -> Result<Vec<Vec<f64>>> {
    let column = |period: usize| -> Vec<f64> {
        match seasonality {
            Seasonality::None => Vec::new(),
            Seasonality::Harmonics { period: cycle, pairs } => (1..=pairs)
                .flat_map(|wave| {
                    let turn = TAU * ((wave * period) % cycle) as f64 / cycle as f64;
                    [turn.cos(), turn.sin()]
                })
                .collect(),
            Seasonality::Terms { period: cycle } => {
                (1..cycle).map(|season| f64::from(u8::from(period % cycle == season))).collect()
            }
        }
    };
    let fits = match seasonality {
        Seasonality::None => true,
        Seasonality::Harmonics { period, pairs } => {
            pairs >= 1 && pairs.checked_mul(2).is_some_and(|waves| waves < period)
        }
        Seasonality::Terms { period } => period >= 2,
    };
    if !fits {
        return Err(StatsError::Undetermined {
            argument: "seasonality",
            why: "a cycle of two periods or more, and fewer than half as many pairs of waves, at least one",
        });
    }
    Ok((0..length).map(column).collect())
}

fn product(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(x, b)| x * b).sum()
}

/// A logarithm with its limits, `spread` standard errors away, as a ratio.
fn estimate(log: f64, gradient: &[f64], fit: &Fit, spread: f64) -> RatioEstimate {
    let variance: f64 = fit
        .covariance
        .iter()
        .zip(gradient)
        .map(|(row, outer)| outer * product(row, gradient))
        .sum();
    let half = spread * variance.max(0.0).sqrt();
    RatioEstimate {
        ratio: log.exp(),
        interval: Interval::between((log - half).exp(), (log + half).exp()),
    }
}

/// The correlation of each period's Pearson residual with the next one's.
fn autocorrelation(counts: &[f64], fitted: &[f64]) -> f64 {
    let residuals: Vec<f64> =
        counts.iter().zip(fitted).map(|(count, mean)| (count - mean) / mean.sqrt()).collect();
    let mean = residuals.iter().sum::<f64>() / residuals.len() as f64;
    let squares: f64 = residuals.iter().map(|one| (one - mean).powi(2)).sum();
    let products: f64 = residuals.windows(2).map(|two| (two[0] - mean) * (two[1] - mean)).sum();
    if squares > 0.0 { products / squares } else { 0.0 }
}
