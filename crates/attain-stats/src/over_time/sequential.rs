//! Charts that add up what came before: cumulative sums and moving averages, and how long they run.

use super::chart::{ChartKind, ChartOptions, control_chart};
use super::rules::Side;
use crate::error::{Result, finite, out_of_range, positive};
use crate::special::{normal_cdf, normal_density};

/// The process that a cumulative sum or a moving average is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Process {
    /// The mean when nothing has changed; `None` is the mean of the first `baseline` values.
    pub target: Option<f64>,
    /// The standard deviation of single values; `None` is the mean moving range of the first `baseline`
    /// values ÷ 1.128.
    pub sigma: Option<f64>,
    /// How many first values target and sigma come from; `None` is all of them.
    pub baseline: Option<usize>,
}

impl Process {
    /// The target and sigma that are given, or those of the values.
    fn estimated(self, values: &[f64]) -> Result<(f64, f64)> {
        if let Some(&value) = values.iter().find(|value| value.is_infinite()) {
            return Err(out_of_range("values", value, "a finite number"));
        }
        let (target, sigma) = match (self.target, self.sigma) {
            (Some(target), Some(sigma)) => (target, sigma),
            (target, sigma) => {
                let first = self.baseline.map_or(values.len(), |first| first.min(values.len()));
                let kind = ChartKind::Xmr { factor: 3.0 / 1.128, screen_moving_ranges: false };
                let argument = if self.baseline.is_some() { "baseline" } else { "values" };
                let chart = control_chart(kind, &values[..first], None, &ChartOptions::default())
                    .map_err(|error| error.with_argument(argument))?;
                // A chart of two values or more has points with limits.
                let point = chart.points.first();
                let centre = point.map_or(f64::NAN, |point| point.centre);
                let upper = point.and_then(|point| point.upper).unwrap_or(f64::NAN);
                (target.unwrap_or(centre), sigma.unwrap_or((upper - centre) / 3.0))
            }
        };
        Ok((finite("target", target)?, positive("sigma", sigma)?))
    }
}

/// The choices behind a chart of cumulative sums.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CusumOptions {
    /// What the values are compared with.
    pub process: Process,
    /// The allowance, in standard deviations: half of the change that is looked for. 0.5 by default.
    pub allowance: f64,
    /// The limit of the sums, in standard deviations, at most 50. 5 by default.
    pub limit: f64,
    /// Where the sums start, as a share of the limit: 0 by default; 0.5 is Lucas & Crosier's fast
    /// initial response (1982).
    pub head_start: f64,
}

impl Default for CusumOptions {
    fn default() -> Self {
        CusumOptions { process: Process::default(), allowance: 0.5, limit: 5.0, head_start: 0.0 }
    }
}

/// A point of a chart of cumulative sums, in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CusumPoint {
    /// The value; `None` if it is missing.
    pub value: Option<f64>,
    /// The upper sum C⁺: how far values were above the target, beyond the allowance.
    pub upper: f64,
    /// The lower sum C⁻, likewise below; it is 0 or more too.
    pub lower: f64,
    /// The sum that is above the limit.
    pub side: Option<Side>,
    /// The place where that sum last was 0, plus one: when the change probably began.
    pub since: Option<usize>,
}

/// A chart of cumulative sums.
#[derive(Debug, Clone, PartialEq)]
pub struct Cusum {
    /// The target.
    pub target: f64,
    /// The standard deviation of single values.
    pub sigma: f64,
    /// The limit of both sums, in the unit of the values.
    pub limit: f64,
    /// A point for each value.
    pub points: Vec<CusumPoint>,
}

/// The tabular cumulative sum (Page 1954; Montgomery 2013, 9.1) of a series.
///
/// C⁺ᵢ = max(0, C⁺ᵢ₋₁ + xᵢ − target − kσ) and C⁻ᵢ = max(0, C⁻ᵢ₋₁ + target − kσ − xᵢ). A sum above hσ is
/// a signal. The sums go on after it. NaN is a missing value; the sums stay as they are.
///
/// ```
/// use attain_stats::{CusumOptions, Process, Side, cusum};
///
/// let process = Process { target: Some(10.0), sigma: Some(1.0), baseline: None };
/// let options = CusumOptions { process, ..CusumOptions::default() };
/// let chart = cusum(&[10.0, 13.0, 13.0, 13.0], &options)?;
/// assert_eq!((chart.points[3].upper, chart.points[3].side), (7.5, Some(Side::Above)));
/// assert_eq!(chart.points[3].since, Some(1));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, sigma or the allowance is not above 0, the limit is not above 0 to 50, the head
/// start is not from 0 to below 1, or fewer than two values give the target and sigma.
pub fn cusum(values: &[f64], options: &CusumOptions) -> Result<Cusum> {
    let (target, sigma) = options.process.estimated(values)?;
    let allowance = sigma * positive("allowance", options.allowance)?;
    let limit = sigma * checked_limit(options.limit, MOST_SIGMAS)?;
    let start = limit * checked_head_start(options.head_start)?;
    let mut points = Vec::with_capacity(values.len());
    let (mut upper, mut lower) = (start, start);
    let (mut upper_since, mut lower_since) = (0, 0);
    for (place, &value) in values.iter().enumerate() {
        if !value.is_nan() {
            upper = (upper + value - target - allowance).max(0.0);
            lower = (lower + target - allowance - value).max(0.0);
        }
        if upper == 0.0 {
            upper_since = place + 1;
        }
        if lower == 0.0 {
            lower_since = place + 1;
        }
        let (side, since) = match (upper > limit, lower > limit) {
            (true, true) => (Some(Side::Both), Some(upper_since.min(lower_since))),
            (true, false) => (Some(Side::Above), Some(upper_since)),
            (false, true) => (Some(Side::Below), Some(lower_since)),
            (false, false) => (None, None),
        };
        let value = Some(value).filter(|value| !value.is_nan());
        points.push(CusumPoint { value, upper, lower, side, since });
    }
    Ok(Cusum { target, sigma, limit, points })
}

fn checked_head_start(head_start: f64) -> Result<f64> {
    if (0.0..1.0).contains(&head_start) {
        Ok(head_start)
    } else {
        Err(out_of_range("head_start", head_start, "a share from 0 to below 1"))
    }
}

/// The choices behind a chart of moving averages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EwmaOptions {
    /// What the values are compared with.
    pub process: Process,
    /// The weight λ of the latest value, 0.01 to 1. 0.2 by default.
    pub weight: f64,
    /// The limits, in standard deviations of the average, at most 10. 3 by default.
    pub limit: f64,
}

impl Default for EwmaOptions {
    fn default() -> Self {
        EwmaOptions { process: Process::default(), weight: 0.2, limit: 3.0 }
    }
}

/// A point of a chart of moving averages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EwmaPoint {
    /// The value; `None` if it is missing.
    pub value: Option<f64>,
    /// The weighted average of it and those before.
    pub average: f64,
    /// The lower limit of the average.
    pub lower: f64,
    /// The upper limit of the average.
    pub upper: f64,
    /// On which side of the limits the average is.
    pub side: Option<Side>,
}

/// A chart of exponentially weighted moving averages.
#[derive(Debug, Clone, PartialEq)]
pub struct Ewma {
    /// The target, where the average starts.
    pub target: f64,
    /// The standard deviation of single values.
    pub sigma: f64,
    /// A point for each value.
    pub points: Vec<EwmaPoint>,
}

/// The exponentially weighted moving average (Roberts 1959; Montgomery 2013, 9.2) of a series.
///
/// zᵢ = λxᵢ + (1 − λ)zᵢ₋₁ from z₀ = target. Limits have the exact variance of zᵢ,
/// σ²λ(1 − (1 − λ)²ⁱ) ÷ (2 − λ). NaN is a missing value; the average stays as it is.
///
/// ```
/// use attain_stats::{EwmaOptions, Process, ewma};
///
/// let process = Process { target: Some(10.0), sigma: Some(1.0), baseline: None };
/// let chart = ewma(&[9.45, 7.99], &EwmaOptions { process, weight: 0.1, limit: 2.7 })?;
/// let point = chart.points[0];
/// assert!((point.average - 9.945).abs() < 1e-12 && (point.upper - 10.27).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, sigma is not above 0, the limit is not above 0 to 10, the weight is not from 0.01
/// to 1, or fewer than two values give the target and sigma.
pub fn ewma(values: &[f64], options: &EwmaOptions) -> Result<Ewma> {
    let (target, sigma) = options.process.estimated(values)?;
    let weight = checked_weight(options.weight)?;
    let limit = checked_limit(options.limit, MOST_OF_AVERAGE)?;
    let kept = 1.0 - weight;
    let mut points = Vec::with_capacity(values.len());
    // (1 − λ)²ⁱ
    let (mut average, mut decay) = (target, 1.0);
    for &value in values {
        if !value.is_nan() {
            average = weight * value + kept * average;
            decay *= kept * kept;
        }
        let reach = limit * sigma * (weight / (2.0 - weight) * (1.0 - decay)).sqrt();
        let (lower, upper) = (target - reach, target + reach);
        let side = match (average > upper, average < lower) {
            (true, _) => Some(Side::Above),
            (_, true) => Some(Side::Below),
            (false, false) => None,
        };
        let value = Some(value).filter(|value| !value.is_nan());
        points.push(EwmaPoint { value, average, lower, upper, side });
    }
    Ok(Ewma { target, sigma, points })
}

fn checked_weight(weight: f64) -> Result<f64> {
    if (0.01..=1.0).contains(&weight) {
        Ok(weight)
    } else {
        Err(out_of_range("weight", weight, "a weight from 0.01 to 1"))
    }
}

/// The largest limit of sums, and of averages, in standard deviations.
const MOST_SIGMAS: f64 = 50.0;
const MOST_OF_AVERAGE: f64 = 10.0;

fn checked_limit(limit: f64, most: f64) -> Result<f64> {
    if limit > 0.0 && limit <= most {
        Ok(limit)
    } else if most == MOST_SIGMAS {
        Err(out_of_range("limit", limit, "a number of standard deviations above 0 to 50"))
    } else {
        Err(out_of_range("limit", limit, "a number of standard deviations above 0 to 10"))
    }
}

/// Nodes of the quadrature of run lengths for a narrow range, and per standard deviation of a wider one.
const NODES: f64 = 96.0;
const NODES_PER_SIGMA: f64 = 6.0;

/// Mean run lengths from here on are infinite: rounding leaves nothing of them.
const LONGEST: f64 = 1e12;

fn run_length(mean: f64) -> f64 {
    if (1.0..LONGEST).contains(&mean) { mean } else { f64::INFINITY }
}

/// The mean number of values until a two-sided cumulative sum signals (ARL).
///
/// `shift` is how many standard deviations the mean is away from the target: 0 gives the mean number of
/// values between false signals. Values are normal and independent, target and sigma are known.
/// `allowance`, `limit` and `head_start` are those of [`CusumOptions`].
///
/// The run length of one side solves Page's integral equation (1954); it is solved by Gauss and
/// Legendre's quadrature. Those of both sides are combined as Lucas & Crosier (1982) do: exact without a
/// head start, and with one where limits are not small. From 10¹² on a mean is infinite.
///
/// ```
/// use attain_stats::cusum_run_length;
///
/// // Montgomery 2013, table 9.3: 465 and 10.4.
/// assert_eq!(cusum_run_length(0.0, 0.5, 5.0, 0.0)?.round(), 465.0);
/// assert!((cusum_run_length(1.0, 0.5, 5.0, 0.0)? - 10.4).abs() < 0.05);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `shift` is not finite, `allowance` is not above 0, `limit` is not above 0 to 50, or `head_start` is not
/// from 0 to below 1.
pub fn cusum_run_length(shift: f64, allowance: f64, limit: f64, head_start: f64) -> Result<f64> {
    let shift = finite("shift", shift)?;
    let allowance = positive("allowance", allowance)?;
    let limit = checked_limit(limit, MOST_SIGMAS)?;
    let start = limit * checked_head_start(head_start)?;
    let nodes = (NODES + NODES_PER_SIGMA * limit) as usize;
    // From 0, and from the head start.
    let one_side = |shift: f64| -> (f64, f64) {
        let quadrature = legendre(nodes, 0.0, limit);
        let mut places = vec![0.0];
        places.extend(quadrature.iter().map(|(place, _)| *place));
        let chance = |from: f64| {
            let mut row = vec![normal_cdf(allowance - from - shift)];
            let inside = quadrature.iter();
            row.extend(
                inside.map(|(to, weight)| weight * normal_density(to - from + allowance - shift)),
            );
            row
        };
        let rows: Vec<Vec<f64>> = places.iter().map(|from| chance(*from)).collect();
        let lengths = solve(rows);
        let from_start =
            1.0 + chance(start).iter().zip(&lengths).map(|(p, length)| p * length).sum::<f64>();
        (lengths[0], from_start)
    };
    let ((up, up_start), (down, down_start)) = (one_side(shift), one_side(-shift));
    // Of a side that never signals, the other one is left.
    let both = if run_length(up).is_infinite() {
        down_start
    } else if run_length(down).is_infinite() {
        up_start
    } else {
        (up_start * down + down_start * up - up * down) / (up + down)
    };
    Ok(run_length(both))
}

/// The mean number of values until a moving average is outside its limits (ARL).
///
/// As [`cusum_run_length`]; limits are those of a long series, σ`limit`√(λ ÷ (2 − λ)) from the target
/// (Lucas & Saccucci 1990; Crowder 1987).
///
/// ```
/// use attain_stats::ewma_run_length;
///
/// // Lucas & Saccucci's table: 500 with λ = 0.1 and 2.814.
/// assert!((ewma_run_length(0.0, 0.1, 2.814)? - 500.0).abs() < 1.5);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `shift` is not finite, `weight` is not from 0.01 to 1, or `limit` is not above 0 to 10.
pub fn ewma_run_length(shift: f64, weight: f64, limit: f64) -> Result<f64> {
    let shift = finite("shift", shift)?;
    let weight = checked_weight(weight)?;
    let reach = checked_limit(limit, MOST_OF_AVERAGE)? * (weight / (2.0 - weight)).sqrt();
    let nodes = (NODES + NODES_PER_SIGMA * reach / weight) as usize;
    let quadrature = legendre(nodes, -reach, reach);
    let chance = |from: f64| -> Vec<f64> {
        let inside = quadrature.iter();
        inside
            .map(|(to, part)| {
                part / weight * normal_density((to - (1.0 - weight) * from) / weight - shift)
            })
            .collect()
    };
    let rows: Vec<Vec<f64>> = quadrature.iter().map(|(from, _)| chance(*from)).collect();
    let lengths = solve(rows);
    let inside: f64 = chance(0.0).iter().zip(&lengths).map(|(p, length)| p * length).sum();
    Ok(run_length(1.0 + inside))
}

/// Nodes and weights of Gauss and Legendre's quadrature between two places.
fn legendre(nodes: usize, from: f64, to: f64) -> Vec<(f64, f64)> {
    let n = nodes as f64;
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let node = |place: usize| {
        // Newton's method from Tricomi's approximation.
        let mut x = (std::f64::consts::PI * (place as f64 + 0.75) / (n + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..20 {
            let (mut before, mut value) = (1.0, x);
            for degree in 2..=nodes {
                let k = degree as f64;
                (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
            }
            slope = n * (x * value - before) / (x * x - 1.0);
            let step = value / slope;
            x -= step;
            if step.abs() < 1e-15 {
                break;
            }
        }
        (middle + half * x, half * 2.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..nodes).map(node).collect()
}

/// The mean numbers of steps until a chain leaves, from each of its states: (1 − chances) lengths = 1.
fn solve(chances: Vec<Vec<f64>>) -> Vec<f64> {
    let size = chances.len();
    let mut rows = chances;
    for (place, row) in rows.iter_mut().enumerate() {
        row.iter_mut().for_each(|chance| *chance = -*chance);
        row[place] += 1.0;
        row.push(1.0);
    }
    // Gauss's elimination with the largest pivot of each column.
    for column in 0..size {
        let largest =
            (column..size).max_by(|a, b| rows[*a][column].abs().total_cmp(&rows[*b][column].abs()));
        rows.swap(column, largest.unwrap_or(column));
        let pivot = rows[column].clone();
        for row in &mut rows[column + 1..] {
            let times = row[column] / pivot[column];
            row.iter_mut()
                .zip(&pivot)
                .skip(column)
                .for_each(|(cell, other)| *cell -= times * other);
        }
    }
    let mut lengths = vec![0.0; size];
    for place in (0..size).rev() {
        let known: f64 =
            (place + 1..size).map(|column| rows[place][column] * lengths[column]).sum();
        lengths[place] = (rows[place][size] - known) / rows[place][place];
    }
    lengths
}
