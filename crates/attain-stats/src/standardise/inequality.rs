//! The gap from one end of a ranked population to the other: slope and relative index of inequality.

use super::direct::same_length;
use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, finite, out_of_range, positive};
use crate::random::Random;

/// The scale on which values are taken to change in a straight line along the ranking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InequalityScale {
    /// The values themselves.
    #[default]
    Identity,
    /// Their logarithms, for rates; the standard errors are of the logarithms too.
    Log,
    /// Their logits, for shares; the standard errors are of the logits too.
    Logit,
}

/// Which way the gap is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InequalityDirection {
    /// The last group's end less (or over) the first's.
    #[default]
    FirstToLast,
    /// The first group's end less (or over) the last's.
    LastToFirst,
}

/// How the limits are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum InequalityInterval {
    /// From the variances. Exact for the slope on the identity scale and for the ratio on the log
    /// scale; Fieller's theorem for the ratio on the identity scale; elsewhere the delta method, on
    /// the scale of logarithms for a ratio.
    #[default]
    Analytic,
    /// From drawn lines: the quantiles of slopes and ratios over `repetitions` draws.
    Simulated {
        /// Where the random numbers start; the same seed gives the same limits.
        seed: u64,
        /// How many lines are drawn; England's public-health statistics draw 100,000.
        repetitions: u32,
    },
}

/// The choices behind inequality indices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InequalityOptions {
    /// The scale of the straight line.
    pub scale: InequalityScale,
    /// Which way the gap is read.
    pub direction: InequalityDirection,
    /// The slope index's multiplier: 1 by default.
    pub per: f64,
    /// The intervals' confidence: 95 % by default.
    pub confidence: Confidence,
    /// How the limits are found.
    pub interval: InequalityInterval,
}

impl Default for InequalityOptions {
    fn default() -> Self {
        InequalityOptions {
            scale: InequalityScale::default(),
            direction: InequalityDirection::default(),
            per: 1.0,
            confidence: Confidence::P95,
            interval: InequalityInterval::default(),
        }
    }
}

/// Inequality along a ranked population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inequality {
    /// Slope index: the line's value at one end less that at the other.
    pub slope: f64,
    /// Its limits.
    pub slope_interval: Interval,
    /// Relative index: the line's value at one end over that at the other. `None` where the line is
    /// not above 0 at both ends.
    pub relative: Option<f64>,
    /// Its limits; `None` also where they are unbounded.
    pub relative_interval: Option<Interval>,
    /// The line's value at the first group's end, in the values' own unit.
    pub intercept: f64,
}

/// The slope and the relative index of inequality of groups in their ranking's order.
///
/// Each group stands at the middle of its share of the population; through the values runs a line,
/// weighted by population, that is read off at both ends. One value per group in each slice;
/// `standard_errors` are on the scale of the line.
///
/// Sources: Mackenbach & Kunst 1997 for the indices; Fieller 1954 for the ratio's limits.
///
/// ```
/// use attain_stats::{InequalityOptions, inequality_indices};
///
/// // Two halves at ¼ and ¾ of the ranking: 10 apart there, 20 from end to end.
/// let found = inequality_indices(&[70.0, 80.0], &[1.0, 1.0], &[500.0, 500.0], &InequalityOptions::default())?;
/// assert!((found.slope - 20.0).abs() < 1e-12 && (found.intercept - 65.0).abs() < 1e-12);
/// assert!((found.relative.unwrap() - 85.0 / 65.0).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the slices differ in length, there are fewer than two groups with population, a value is not
/// finite or not on its scale (above 0 for Log, between 0 and 1 for Logit), a standard error is
/// negative or not finite, `per` is not above 0, or fewer than 100 repetitions are requested.
pub fn inequality_indices(
    values: &[f64],
    standard_errors: &[f64],
    population: &[f64],
    options: &InequalityOptions,
) -> Result<Inequality> {
    same_length("standard_errors", standard_errors, "values", values)?;
    same_length("population", population, "values", values)?;
    let per = positive("per", options.per)?;
    let line = Line::through(values, standard_errors, population, options.scale)?;
    let indices = |intercept: f64, slope: f64| {
        let (first, last) = match options.scale {
            InequalityScale::Identity => (intercept, intercept + slope),
            InequalityScale::Log => (intercept.exp(), (intercept + slope).exp()),
            InequalityScale::Logit => (expit(intercept), expit(intercept + slope)),
        };
        match options.direction {
            InequalityDirection::FirstToLast => (last - first, last / first, first),
            InequalityDirection::LastToFirst => (first - last, first / last, first),
        }
    };
    let (slope, relative, intercept) = indices(line.intercept, line.slope);
    let defined = options.scale != InequalityScale::Identity
        || (line.intercept > 0.0 && line.intercept + line.slope > 0.0);
    let (slope_interval, relative_interval) = match options.interval {
        InequalityInterval::Analytic => {
            let z = options.confidence.z();
            let straight = line.analytic(options.scale, z);
            match options.direction {
                InequalityDirection::FirstToLast => straight,
                InequalityDirection::LastToFirst => (
                    Interval { lower: -straight.0.upper, upper: -straight.0.lower },
                    straight.1.map(|i| Interval { lower: 1.0 / i.upper, upper: 1.0 / i.lower }),
                ),
            }
        }
        InequalityInterval::Simulated { seed, repetitions } => {
            if repetitions < 100 {
                let needed = "at least 100 repetitions";
                return Err(out_of_range("repetitions", f64::from(repetitions), needed));
            }
            let mut random = Random::seeded(seed);
            let (mut slopes, mut ratios): (Vec<f64>, Vec<f64>) = (0..repetitions)
                .map(|_| {
                    let (intercept, slope) = line.drawn(&mut random);
                    let (slope, ratio, _) = indices(intercept, slope);
                    (slope, ratio)
                })
                .unzip();
            let tail = options.confidence.tail();
            (middle_part(&mut slopes, tail), Some(middle_part(&mut ratios, tail)))
        }
    };
    Ok(Inequality {
        slope: slope * per,
        slope_interval: slope_interval.scaled(per),
        relative: defined.then_some(relative),
        relative_interval: relative_interval.filter(|_| defined),
        intercept,
    })
}

/// A fitted line on its own scale, and how uncertain it is.
struct Line {
    intercept: f64,
    slope: f64,
    variance_of_intercept: f64,
    variance_of_slope: f64,
    covariance: f64,
}

impl Line {
    fn through(
        values: &[f64],
        standard_errors: &[f64],
        population: &[f64],
        scale: InequalityScale,
    ) -> Result<Self> {
        let mut total = 0.0;
        for &persons in population {
            if !(0.0..f64::INFINITY).contains(&persons) {
                return Err(out_of_range("population", persons, "a finite number, 0 or more"));
            }
            total += persons;
        }
        let peopled = population.iter().filter(|&&persons| persons > 0.0).count();
        if peopled < 2 {
            return Err(StatsError::TooFew { argument: "population", found: peopled, expected: 2 });
        }
        // The weighted mean of the midpoints is ½ for any shares.
        let mut spread = 0.0;
        let mut before = 0.0;
        for &persons in population {
            let share = persons / total;
            spread += share * (before + 0.5 * share - 0.5).powi(2);
            before += share;
        }
        let mut line = Line {
            intercept: 0.0,
            slope: 0.0,
            variance_of_intercept: 0.0,
            variance_of_slope: 0.0,
            covariance: 0.0,
        };
        before = 0.0;
        for ((&value, &error), &persons) in values.iter().zip(standard_errors).zip(population) {
            let y = on_scale(value, scale)?;
            if !(0.0..f64::INFINITY).contains(&error) {
                return Err(out_of_range("standard_errors", error, "a finite number, 0 or more"));
            }
            let share = persons / total;
            // Both estimates are sums of the values with fixed weights.
            let for_slope = share * (before + 0.5 * share - 0.5) / spread;
            let for_intercept = share - 0.5 * for_slope;
            before += share;
            line.slope += for_slope * y;
            line.intercept += for_intercept * y;
            let variance = error * error;
            line.variance_of_slope += for_slope * for_slope * variance;
            line.variance_of_intercept += for_intercept * for_intercept * variance;
            line.covariance += for_slope * for_intercept * variance;
        }
        Ok(line)
    }

    /// The variance of a·intercept + b·slope.
    fn variance(&self, a: f64, b: f64) -> f64 {
        a * a * self.variance_of_intercept
            + 2.0 * a * b * self.covariance
            + b * b * self.variance_of_slope
    }

    /// The limits of last − first and of last ÷ first.
    fn analytic(&self, scale: InequalityScale, z: f64) -> (Interval, Option<Interval>) {
        let around = |value: f64, variance: f64| {
            let half = z * variance.max(0.0).sqrt();
            Interval { lower: value - half, upper: value + half }
        };
        let as_ratio = |i: Interval| Interval { lower: i.lower.exp(), upper: i.upper.exp() };
        let (a, b) = (self.intercept, self.slope);
        match scale {
            InequalityScale::Identity => (around(b, self.variance(0.0, 1.0)), self.fieller(z)),
            InequalityScale::Log => {
                let (first, last) = (a.exp(), (a + b).exp());
                (
                    around(last - first, self.variance(last - first, last)),
                    Some(as_ratio(around(b, self.variance(0.0, 1.0)))),
                )
            }
            InequalityScale::Logit => {
                let (first, last) = (expit(a), expit(a + b));
                let (steep_first, steep_last) = (first * (1.0 - first), last * (1.0 - last));
                (
                    around(last - first, self.variance(steep_last - steep_first, steep_last)),
                    Some(as_ratio(around(
                        (last / first).ln(),
                        self.variance(first - last, 1.0 - last),
                    ))),
                )
            }
        }
    }

    /// Fieller's limits for (intercept + slope) ÷ intercept; `None` where they are unbounded.
    fn fieller(&self, z: f64) -> Option<Interval> {
        let (first, last) = (self.intercept, self.intercept + self.slope);
        let variance_first = self.variance(1.0, 0.0);
        let variance_last = self.variance(1.0, 1.0);
        let covariance = self.variance_of_intercept + self.covariance;
        let squared = z * z;
        let a = first * first - squared * variance_first;
        let half_b = first * last - squared * covariance;
        let c = last * last - squared * variance_last;
        if a <= 0.0 {
            return None;
        }
        let root = (half_b * half_b - a * c).max(0.0).sqrt();
        Some(Interval { lower: (half_b - root) / a, upper: (half_b + root) / a })
    }

    /// An intercept and a slope drawn from their joint normal distribution.
    fn drawn(&self, random: &mut Random) -> (f64, f64) {
        let (u, v) = (random.normal(), random.normal());
        let spread = self.variance_of_slope.sqrt();
        let common = if spread > 0.0 { self.covariance / spread } else { 0.0 };
        let own = (self.variance_of_intercept - common * common).max(0.0).sqrt();
        (self.intercept + common * u + own * v, self.slope + spread * u)
    }
}

fn on_scale(value: f64, scale: InequalityScale) -> Result<f64> {
    let value = finite("values", value)?;
    match scale {
        InequalityScale::Identity => Ok(value),
        InequalityScale::Log if value > 0.0 => Ok(value.ln()),
        InequalityScale::Log => {
            Err(out_of_range("values", value, "a number above 0, to take its logarithm"))
        }
        InequalityScale::Logit if value > 0.0 && value < 1.0 => Ok(value.ln() - (-value).ln_1p()),
        InequalityScale::Logit => {
            Err(out_of_range("values", value, "a share above 0 and below 1, to take its logit"))
        }
    }
}

fn expit(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// The quantiles that leave `tail` on either side, by linear interpolation between order statistics.
fn middle_part(drawn: &mut [f64], tail: f64) -> Interval {
    drawn.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let place = share * (drawn.len() - 1) as f64;
        let (below, rest) = (place.floor(), place.fract());
        let low = drawn[below as usize];
        let high = drawn[(below as usize + 1).min(drawn.len() - 1)];
        low + rest * (high - low)
    };
    Interval::between(at(tail), at(1.0 - tail))
}
