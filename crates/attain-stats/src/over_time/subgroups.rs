//! Control charts of subgroups: means, ranges and standard deviations of a few values each.

use std::collections::BTreeMap;

use super::chart::{Baseline, Chart, ChartOptions, charted_point, phases};
use crate::error::{Result, StatsError, out_of_range};
use crate::special::{ln_gamma, normal_cdf, normal_density};

/// What a point of a chart of subgroups is, and what its limits come from. Limits are three standard
/// deviations from the centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubgroupKind {
    /// Means, with limits from the ranges within subgroups (x̄ with R).
    MeanByRange,
    /// Means, with limits from the standard deviations within subgroups (x̄ with S).
    MeanByDeviation,
    /// Ranges (R): the largest value less the smallest.
    Range,
    /// Standard deviations (S), with n − 1 in the denominator.
    Deviation,
}

/// Constants of subgroups of one size, for normal values with standard deviation 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SubgroupConstants {
    /// d₂, the mean of the range.
    pub range_mean: f64,
    /// d₃, the standard deviation of the range.
    pub range_deviation: f64,
    /// c₄, the mean of the standard deviation.
    pub deviation_mean: f64,
}

impl SubgroupConstants {
    /// Computes the constants for subgroups of `size` values, 2 to 1,000, to seven digits or more.
    ///
    /// A₂ is 3 ÷ (d₂√n), D₃ and D₄ are 1 ∓ 3d₃ ÷ d₂, A₃ is 3 ÷ (c₄√n), B₃ and B₄ are
    /// 1 ∓ 3√(1 − c₄²) ÷ c₄.
    ///
    /// ```
    /// use attain_stats::SubgroupConstants;
    ///
    /// let five = SubgroupConstants::of(5)?;
    /// assert_eq!(format!("{:.3}", five.range_mean), "2.326");
    /// assert_eq!(format!("{:.3}", five.range_deviation), "0.864");
    /// assert_eq!(format!("{:.4}", five.deviation_mean), "0.9400");
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If `size` is outside this range.
    pub fn of(size: usize) -> Result<Self> {
        if !(2..=1_000).contains(&size) {
            return Err(out_of_range("size", size as f64, "a number of values from 2 to 1000"));
        }
        let n = size as f64;
        let ln_ratio = ln_gamma(0.5 * n) - ln_gamma(0.5 * (n - 1.0));
        let deviation_mean = (2.0 / (n - 1.0)).sqrt() * ln_ratio.exp();
        // E W = ∫ P(W > w) dw and E W² = ∫ 2w P(W > w) dw, where
        // P(W ≤ w) = n ∫ φ(x) (Φ(x + w) − Φ(x))ⁿ⁻¹ dx.
        let step = 0.04;
        let half = 225; // From −9 to 9.
        let below: Vec<f64> =
            (0..=4 * half).map(|at| normal_cdf(step * (at as f64 - half as f64))).collect();
        let density: Vec<f64> =
            (0..=2 * half).map(|at| normal_density(step * (at as f64 - half as f64))).collect();
        let (mut mean, mut square) = (0.0, 0.0);
        for width in 0..=2 * half {
            let within: f64 = (0..=2 * half)
                .map(|at| density[at] * (below[at + width] - below[at]).powi(size as i32 - 1))
                .sum();
            let beyond = (1.0 - n * step * within).max(0.0);
            // Simpson's rule.
            let times = if width == 0 || width == 2 * half {
                1.0
            } else if width % 2 == 1 {
                4.0
            } else {
                2.0
            };
            let weight = times * step / 3.0;
            mean += weight * beyond;
            square += weight * 2.0 * step * width as f64 * beyond;
        }
        let range_deviation = (square - mean * mean).max(0.0).sqrt();
        Ok(SubgroupConstants { range_mean: mean, range_deviation, deviation_mean })
    }
}

/// A control chart of subgroups: a point for each of them.
///
/// NaN among the values of a subgroup is a missing value, and is passed over. A subgroup without
/// values has no point; a range or a standard deviation needs two. Limits follow the size of each
/// subgroup. The options' `per` has no effect.
///
/// The standard deviation within subgroups is the mean of R ÷ d₂ (Burr 1969 for unequal sizes); or that
/// of S ÷ c₄ where all subgroups of the baseline are of one size, and else the pooled S ÷ c₄.
///
/// Source: Montgomery, *Introduction to Statistical Quality Control*, 2013, 6.2 and 6.3.
///
/// ```
/// use attain_stats::{ChartOptions, SubgroupKind, subgroup_chart};
///
/// let subgroups = [vec![5.0, 7.0], vec![6.0, 8.0], vec![4.0, 6.0]];
/// let options = ChartOptions::default();
/// let chart = subgroup_chart(SubgroupKind::MeanByRange, &subgroups, &options)?;
/// assert_eq!((chart.points[0].value, chart.points[0].centre), (Some(6.0), 6.0));
/// // All ranges are 2, and A₂ is 1.880 for subgroups of two.
/// assert!((chart.points[0].upper.unwrap() - (6.0 + 1.880 * 2.0)).abs() < 1e-3);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value is infinite, a subgroup has more than 1,000 values, phases do not rise or start outside
/// the series, a window is given together with phases, an excluded place is outside the series, or a
/// baseline has fewer than two subgroups of two values or more.
pub fn subgroup_chart(
    kind: SubgroupKind,
    subgroups: &[Vec<f64>],
    options: &ChartOptions,
) -> Result<Chart> {
    let all = subgroups.iter().map(|values| Subgroup::of(values)).collect::<Result<Vec<_>>>()?;
    let mut constants = BTreeMap::new();
    for size in all.iter().map(|subgroup| subgroup.size).filter(|size| *size >= 2) {
        if let std::collections::btree_map::Entry::Vacant(entry) = constants.entry(size) {
            entry.insert(SubgroupConstants::of(size)?);
        }
    }
    let mut counts: Vec<bool> = all.iter().map(|subgroup| subgroup.value(kind).is_some()).collect();
    for &place in &options.excluded {
        let Some(counts) = counts.get_mut(place) else {
            return Err(out_of_range("excluded", place as f64, "places within the series"));
        };
        *counts = false;
    }
    let mut chart = Chart { points: Vec::with_capacity(all.len()) };
    for (phase, range) in phases(options, all.len())?.into_iter().enumerate() {
        let base = match &options.baseline {
            Baseline::WholePhase => range.clone(),
            Baseline::First(points) => range.start..range.end.min(range.start + points),
            Baseline::Window(window) => window.clone(),
        };
        let used: Vec<&Subgroup> =
            base.filter(|place| counts[*place]).map(|place| &all[place]).collect();
        let argument = match &options.baseline {
            Baseline::WholePhase => "values",
            Baseline::First(_) | Baseline::Window(_) => "baseline",
        };
        let spread = Spread::of(kind, &used, &constants, argument)?;
        for place in range {
            let subgroup = &all[place];
            let (centre, deviation) = spread.at(kind, subgroup.size, &constants);
            let floor = match kind {
                SubgroupKind::MeanByRange | SubgroupKind::MeanByDeviation => f64::NEG_INFINITY,
                SubgroupKind::Range | SubgroupKind::Deviation => 0.0,
            };
            let value = subgroup.value(kind);
            chart.points.push(charted_point(value, centre, deviation, floor, counts[place], phase));
        }
    }
    Ok(chart)
}

struct Subgroup {
    size: usize,
    mean: f64,
    range: f64,
    deviation: f64,
}

impl Subgroup {
    fn of(values: &[f64]) -> Result<Self> {
        if let Some(&value) = values.iter().find(|value| value.is_infinite()) {
            return Err(out_of_range("values", value, "a finite number"));
        }
        let values: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        let size = values.len();
        if size > 1_000 {
            let needed = "at most 1000 values in a subgroup";
            return Err(out_of_range("subgroups", size as f64, needed));
        }
        let n = size as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
        Ok(Subgroup {
            size,
            mean,
            range: largest - smallest,
            deviation: (squares / (n - 1.0)).sqrt(),
        })
    }

    fn value(&self, kind: SubgroupKind) -> Option<f64> {
        match kind {
            SubgroupKind::MeanByRange | SubgroupKind::MeanByDeviation => {
                (self.size >= 1).then_some(self.mean)
            }
            SubgroupKind::Range => (self.size >= 2).then_some(self.range),
            SubgroupKind::Deviation => (self.size >= 2).then_some(self.deviation),
        }
    }
}

/// The level of a phase, and the variation within its subgroups.
struct Spread {
    mean: f64,
    /// The mean of R ÷ d₂; or the mean or pooled S.
    within: f64,
}

impl Spread {
    fn of(
        kind: SubgroupKind,
        used: &[&Subgroup],
        constants: &BTreeMap<usize, SubgroupConstants>,
        argument: &'static str,
    ) -> Result<Self> {
        let total: f64 = used.iter().map(|subgroup| subgroup.size as f64).sum();
        let sum: f64 = used.iter().map(|subgroup| subgroup.size as f64 * subgroup.mean).sum();
        let with_spread: Vec<&Subgroup> =
            used.iter().copied().filter(|subgroup| subgroup.size >= 2).collect();
        if with_spread.len() < 2 {
            return Err(StatsError::TooFew { argument, found: with_spread.len(), expected: 2 });
        }
        let number = with_spread.len() as f64;
        let within = match kind {
            SubgroupKind::MeanByRange | SubgroupKind::Range => {
                let scaled = with_spread.iter().map(|subgroup| {
                    constants
                        .get(&subgroup.size)
                        .map_or(f64::NAN, |of| subgroup.range / of.range_mean)
                });
                scaled.sum::<f64>() / number
            }
            SubgroupKind::MeanByDeviation | SubgroupKind::Deviation => {
                if with_spread.iter().all(|subgroup| subgroup.size == with_spread[0].size) {
                    with_spread.iter().map(|subgroup| subgroup.deviation).sum::<f64>() / number
                } else {
                    let squares = with_spread
                        .iter()
                        .map(|subgroup| (subgroup.size as f64 - 1.0) * subgroup.deviation.powi(2));
                    let degrees =
                        with_spread.iter().map(|subgroup| subgroup.size as f64 - 1.0).sum::<f64>();
                    (squares.sum::<f64>() / degrees).sqrt()
                }
            }
        };
        Ok(Spread { mean: sum / total, within })
    }

    /// Centre and standard deviation of the point of a subgroup of some size; NaN where there is none.
    fn at(
        &self,
        kind: SubgroupKind,
        size: usize,
        constants: &BTreeMap<usize, SubgroupConstants>,
    ) -> (f64, f64) {
        let n = size as f64;
        let of = constants.get(&size);
        match kind {
            SubgroupKind::MeanByRange => {
                (self.mean, if size == 0 { f64::NAN } else { self.within / n.sqrt() })
            }
            SubgroupKind::MeanByDeviation => {
                let deviation =
                    of.map_or(f64::NAN, |of| self.within / of.deviation_mean / n.sqrt());
                (self.mean, deviation)
            }
            SubgroupKind::Range => of.map_or((f64::NAN, f64::NAN), |of| {
                (of.range_mean * self.within, of.range_deviation * self.within)
            }),
            SubgroupKind::Deviation => {
                let deviation = of.map_or(f64::NAN, |of| {
                    let c4 = of.deviation_mean;
                    self.within * (1.0 - c4 * c4).sqrt() / c4
                });
                (self.within, deviation)
            }
        }
    }
}
