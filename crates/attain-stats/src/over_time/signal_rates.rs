//! How often a chart is wrong: false signals of a steady series, and the power to see a change.

use std::ops::Range;

use super::chart::{Baseline, Chart, ChartKind, ChartOptions, control_chart};
use super::rules::{Rules, signals};
use crate::error::{Result, StatsError, finite, out_of_range, positive};
use crate::random::Random;

/// The chart whose signals are counted in simulated series.
#[derive(Debug, Clone, PartialEq)]
pub struct ChartDesign {
    /// The kind of chart: `Run`, `Xmr`, `C`, `P`, `Np` or `U`.
    pub kind: ChartKind,
    /// How many points the series has: 2 to 1,000.
    pub points: usize,
    /// The points that set centre and limits, by place.
    pub baseline: Range<usize>,
    /// What is a signal.
    pub rules: Rules,
    /// The mean number of events in a period: needed by the kinds `C`, `P`, `Np` and `U`. `None` stands
    /// for normal values.
    pub mean: Option<f64>,
}

/// A change that begins before the latest point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SimulatedChange {
    /// By how many standard deviations of a point the mean rises; below 0 it falls. Counts of mean m
    /// have the standard deviation √m: a rise by 20 % is `0.2 * m.sqrt()`.
    pub shift: f64,
    /// How many points have the new mean, the latest among them.
    pub points: usize,
}

/// The share of series whose latest point is part of a signal.
///
/// The function draws `series` series of independent values by a generator with a fixed seed. It
/// charts each of them, and looks for signals at the latest point. Without a `change` nothing changes
/// in the series, and the share is that of false signals. With one it is the power. The standard error
/// of a share p is √(p(1 − p) ÷ `series`).
///
/// Values are normal, or counts by Poisson's distribution if the design has a `mean`. Charts of shares
/// are simulated as charts of rates: the design's `mean` is then (p ÷ σ)², or ((1 − p) ÷ σ)² for a
/// share p above one half, with σ the standard deviation of a point.
///
/// ```
/// use attain_stats::{ChartDesign, ChartKind, RuleSet, Rules, SimulatedChange, signal_share};
///
/// let design = ChartDesign {
///     kind: ChartKind::U { laney: true },
///     points: 48,
///     baseline: 0..24,
///     rules: Rules::from(RuleSet::Nhs),
///     mean: Some(30.0),
/// };
/// let false_signals = signal_share(&design, None, 4_000)?;
/// assert!((0.030..0.046).contains(&false_signals));
/// let rise = SimulatedChange { shift: 0.2 * 30_f64.sqrt(), points: 7 };
/// assert!((0.33..0.42).contains(&signal_share(&design, Some(rise), 4_000)?));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the kind is another, `points` is outside its range, the baseline has fewer than two points or
/// reaches beyond the series, the mean is not above 0 or is above a million, a kind that counts has none, the shift is not finite,
/// the change has no point or more than the series, or `series` is 0.
pub fn signal_share(
    design: &ChartDesign,
    change: Option<SimulatedChange>,
    series: usize,
) -> Result<f64> {
    let kind = match design.kind {
        ChartKind::Run | ChartKind::Xmr { .. } | ChartKind::C | ChartKind::U { .. } => design.kind,
        ChartKind::P { laney } => ChartKind::U { laney },
        ChartKind::Np => ChartKind::U { laney: false },
        ChartKind::MovingRange { .. }
        | ChartKind::IPrime { .. }
        | ChartKind::G { .. }
        | ChartKind::T => {
            let why = "a kind of chart whose points are independent: run, xmr, c, p, np or u";
            return Err(StatsError::Undetermined { argument: "kind", why });
        }
    };
    if !(2..=1_000).contains(&design.points) {
        let needed = "a number of points from 2 to 1000";
        return Err(out_of_range("points", design.points as f64, needed));
    }
    if design.baseline.end > design.points || design.baseline.len() < 2 {
        let needed = "2 points at least, within the series";
        return Err(out_of_range("baseline", design.baseline.end as f64, needed));
    }
    if series == 0 {
        return Err(out_of_range("series", 0.0, "1 at least"));
    }
    let mean = design.mean.map(|mean| positive("mean", mean)).transpose()?;
    if mean.is_none() && matches!(kind, ChartKind::C | ChartKind::U { .. }) {
        let why = "the mean number of events in a period, which this kind of chart needs";
        return Err(StatsError::Undetermined { argument: "mean", why });
    }
    if let Some(mean) = mean.filter(|mean| *mean > 1e6) {
        return Err(out_of_range("mean", mean, "at most 1000000: larger counts are normal"));
    }
    let shift = finite("shift", change.map_or(0.0, |change| change.shift))?;
    let changed = change.map_or(0, |change| change.points);
    if change.is_some() && !(1..=design.points).contains(&changed) {
        let needed = "a number of points from 1 to that of the series";
        return Err(out_of_range("changed", changed as f64, needed));
    }
    let (steady, moved) = match mean {
        None => (Source::Normal { mean: 0.0 }, Source::Normal { mean: shift }),
        Some(mean) => (Source::counts(mean), Source::counts((mean + shift * mean.sqrt()).max(0.0))),
    };
    let exposures = matches!(kind, ChartKind::U { .. }).then(|| vec![1.0; design.points]);
    let options = ChartOptions {
        baseline: Baseline::Window(design.baseline.clone()),
        ..ChartOptions::default()
    };
    // All designs share the random numbers: shares of near designs differ by the design alone.
    let mut random = Random::seeded(SEED);
    let mut values = vec![0.0; design.points];
    let mut found = 0_usize;
    for _ in 0..series {
        for (place, value) in values.iter_mut().enumerate() {
            let source = if place + changed < design.points { &steady } else { &moved };
            *value = source.draw(&mut random);
        }
        let chart = control_chart(kind, &values, exposures.as_deref(), &options)?;
        found += usize::from(has_signal_at_the_end(&chart, design.rules));
    }
    Ok(found as f64 / series as f64)
}

const SEED: u64 = 14;

fn has_signal_at_the_end(chart: &Chart, rules: Rules) -> bool {
    let last = chart.points.len() - 1;
    signals(chart, rules).iter().any(|signal| signal.has(chart, last))
}

/// The distribution of a value.
enum Source {
    Normal {
        mean: f64,
    },
    /// P(X ≤ k) for k = 0, 1, …, from `first` on: smaller numbers never occur.
    Counts {
        first: f64,
        cumulative: Vec<f64>,
    },
}

impl Source {
    /// Poisson's distribution.
    fn counts(mean: f64) -> Self {
        // Beyond nine standard deviations and 40 events lies less than 10⁻¹⁶.
        let reach = 9.0 * mean.sqrt() + 40.0;
        let first = (mean - reach).max(0.0).floor();
        let mut cumulative = Vec::new();
        // By ratios from the first count on, which are scaled at the end.
        let (mut term, mut sum, mut count) = (1e-280_f64, 0.0, first);
        while count <= mean + reach {
            sum += term;
            cumulative.push(sum);
            count += 1.0;
            term *= mean / count;
        }
        for share in &mut cumulative {
            *share /= sum;
        }
        Source::Counts { first, cumulative }
    }

    fn draw(&self, random: &mut Random) -> f64 {
        match self {
            Source::Normal { mean } => mean + random.normal(),
            Source::Counts { first, cumulative } => {
                let at = random.uniform();
                first + cumulative.partition_point(|&share| share < at) as f64
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_counts_have_the_moments_of_poisson() {
        for mean in [0.25, 3.0, 128.0, 5_000.0] {
            let source = Source::counts(mean);
            let mut random = Random::seeded(1);
            let n = 40_000.0;
            let drawn: Vec<f64> = (0..40_000).map(|_| source.draw(&mut random)).collect();
            let found = drawn.iter().sum::<f64>() / n;
            let variance = drawn.iter().map(|x| (x - found).powi(2)).sum::<f64>() / n;
            assert!((found - mean).abs() < 4.0 * (mean / n).sqrt(), "{found}");
            // The variance of a sample variance: (2 + 1/mean) mean² ÷ n.
            let room = 4.0 * mean * ((2.0 + 1.0 / mean) / n).sqrt();
            assert!((variance - mean).abs() < room, "{variance}");
        }
        let none = Source::counts(0.0);
        assert_eq!(none.draw(&mut Random::seeded(1)), 0.0);
    }
}
