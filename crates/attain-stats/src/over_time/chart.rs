//! Control charts: a centre line, and limits that a stable process rarely passes.

use std::ops::Range;

use crate::confidence::Interval;
use crate::error::{Result, StatsError, out_of_range, positive};

/// The kind of charted values, which selects the formula of the limits. Limits are three standard
/// deviations from the centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ChartKind {
    /// Values about their median, without limits: for rules on runs.
    Run,
    /// Single values (XmR, or I): mean ± `factor` × mean moving range.
    Xmr {
        /// 2.66 as it is usually rounded (NHS charts, and the default); 3/1.128 unrounded (qicharts2).
        factor: f64,
        /// Leave moving ranges above 3.267 × their mean out of a second mean, once (NHS charts do):
        /// a single leap then does not widen the limits.
        screen_moving_ranges: bool,
    },
    /// The moving ranges of single values; the first point of a phase has none.
    MovingRange {
        /// As for [`ChartKind::Xmr`].
        screen_moving_ranges: bool,
    },
    /// Means of unequal weight (I′): values are sums, denominators are needed. Limits follow Taylor's
    /// normalised moving ranges (2017), √(π/2)·|xᵢ − xᵢ₋₁| ÷ √(1/nᵢ + 1/nᵢ₋₁).
    IPrime {
        /// Leave normalised ranges above 3.267 × their mean out of a second mean, once (Nelson 1982).
        screen_moving_ranges: bool,
    },
    /// Shares: values are events, denominators are needed.
    P {
        /// Laney's p′ (2002): the limits are multiplied by how much more the shares vary from one
        /// to the next than chance explains.
        laney: bool,
    },
    /// Numbers of events out of denominators, which are needed (np): a p chart, not divided.
    Np,
    /// Rates: values are events, denominators (exposures) are needed.
    U {
        /// Laney's u′, as for p′.
        laney: bool,
    },
    /// Counts over equal exposures.
    C,
    /// Opportunities (cases, days) between rare events: geometric.
    G {
        /// Where the centre line is.
        centre: GCentre,
    },
    /// Time between rare events: a chart of single values of time^(1/3.6), shown as times (Nelson
    /// 1994).
    T,
}

impl ChartKind {
    /// Single values as NHS charts have them: factor 2.66, moving ranges screened.
    pub const NHS_XMR: ChartKind = ChartKind::Xmr { factor: 2.66, screen_moving_ranges: true };
}

/// The centre line of a chart of opportunities between events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GCentre {
    /// The mean. Far more than half of the points lie below it, which runs rules take for a shift.
    #[default]
    Mean,
    /// The median that a geometric distribution with this mean has, near 0.693 × mean.
    TheoreticalMedian,
}

/// Which points the centre and the limits are computed from; they then hold for the whole phase.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Baseline {
    /// All points of a phase.
    #[default]
    WholePhase,
    /// The first points of each phase: the number of them.
    First(usize),
    /// The points with these places, for the whole series; not together with phases.
    Window(Range<usize>),
}

/// The choices behind a chart.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChartOptions {
    /// Where a new phase starts (places in the series, rising): centre and limits start afresh
    /// there. Only where something is known to have changed: never found by the chart itself.
    pub phases: Vec<usize>,
    /// Which points set the limits.
    pub baseline: Baseline,
    /// Points that are shown but count for nothing, by place.
    pub excluded: Vec<usize>,
    /// The multiplier of values and limits of p and u charts, such as 1,000; `None` is 1.
    pub per: Option<f64>,
}

/// One point of a chart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChartPoint {
    /// The plotted value; `None` if it is missing or has no denominator.
    pub value: Option<f64>,
    /// The centre line.
    pub centre: f64,
    /// The lower limit: cut where lower values are impossible; `None` on a run chart.
    pub lower: Option<f64>,
    /// The upper limit: cut where higher values are impossible; `None` on a run chart.
    pub upper: Option<f64>,
    /// The lines one standard deviation from the centre, cut as the limits are; `None` on a run chart.
    pub one_sigma: Option<Interval>,
    /// The lines two standard deviations from the centre, likewise.
    pub two_sigma: Option<Interval>,
    /// How many standard deviations the value lies above the centre, on the scale on which limits
    /// are symmetric. On a run chart −1, 0 or 1. `None` where the value is missing. Up to 3 they are
    /// whole where only rounding makes a difference (10⁻¹² of the value and the centre): such a value
    /// is on the line.
    pub deviations: Option<f64>,
    /// Whether rules regard the point: it has a value and is not excluded.
    pub counts: bool,
    /// Which phase it is in, from 0.
    pub phase: usize,
}

/// A chart: as many points as values were given.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The points, in the order given.
    pub points: Vec<ChartPoint>,
}

/// A control chart of a series.
///
/// `values` are what [`ChartKind`] says, NaN where missing; `denominators` only for p, np, u and I′ charts.
/// A missing or excluded point is passed over: the moving range goes from the point before it to the
/// one after.
///
/// Sources: Montgomery 2013 for the charts; Provost & Murray 2011 for rare events; Laney 2002; Taylor 2017,
/// *Normalized Individuals Control Chart*, for I′.
///
/// ```
/// use attain_stats::{ChartKind, ChartOptions, control_chart};
///
/// let kind = ChartKind::Xmr { factor: 2.66, screen_moving_ranges: false };
/// let chart = control_chart(kind, &[5.0, 7.0, 6.0, 8.0], None, &ChartOptions::default())?;
/// // Mean 6.5, moving ranges 2, 1, 2.
/// let point = chart.points[0];
/// assert_eq!(point.centre, 6.5);
/// assert!((point.upper.unwrap() - (6.5 + 2.66 * 5.0 / 3.0)).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If denominators are missing, superfluous or of another length; a value is infinite, negative where
/// it counts something, or above its denominator on a p chart; a denominator is negative or not
/// finite; `factor` or `per` is not above 0; phases do not rise or start outside the series; a window
/// is given together with phases; or a baseline has fewer than two points to compute from.
pub fn control_chart(
    kind: ChartKind,
    values: &[f64],
    denominators: Option<&[f64]>,
    options: &ChartOptions,
) -> Result<Chart> {
    let per = positive("per", options.per.unwrap_or(1.0))?;
    if let ChartKind::Xmr { factor, .. } = kind {
        positive("factor", factor)?;
    }
    let weights = checked(kind, values, denominators)?;
    let series: Vec<Option<f64>> = values
        .iter()
        .zip(&weights)
        .map(|(&value, &weight)| {
            if value.is_nan() || weight.is_nan() || weight == 0.0 {
                return None;
            }
            Some(match kind {
                ChartKind::P { .. }
                | ChartKind::U { .. }
                | ChartKind::Np
                | ChartKind::IPrime { .. } => value / weight,
                ChartKind::T => value.powf(1.0 / T_EXPONENT),
                ChartKind::Run
                | ChartKind::Xmr { .. }
                | ChartKind::MovingRange { .. }
                | ChartKind::C
                | ChartKind::G { .. } => value,
            })
        })
        .collect();
    let mut counts: Vec<bool> = series.iter().map(Option::is_some).collect();
    for &place in &options.excluded {
        match counts.get_mut(place) {
            Some(counts) => *counts = false,
            None => {
                let needed = "places within the series";
                return Err(out_of_range("excluded", place as f64, needed));
            }
        }
    }
    let mut chart = Chart { points: Vec::with_capacity(values.len()) };
    for (phase, range) in phases(options, values.len())?.into_iter().enumerate() {
        let base = match &options.baseline {
            Baseline::WholePhase => range.clone(),
            Baseline::First(points) => range.start..range.end.min(range.start + points),
            Baseline::Window(window) => window.clone(),
        };
        let shown = match kind {
            // A range is plotted where it ends, and set against the mean of the baseline's ranges.
            ChartKind::MovingRange { .. } => moving_ranges_by_place(&series, &counts, &range),
            _ => series[range.clone()].to_vec(),
        };
        let used = |place: &usize| counts[*place];
        let base = base.filter(used).collect();
        // Without a baseline it is the values that are too few.
        let argument = match &options.baseline {
            Baseline::WholePhase => "values",
            Baseline::First(_) | Baseline::Window(_) => "baseline",
        };
        let level = Level::of(kind, &series, &weights, base, argument)?;
        for (place, value) in range.clone().zip(shown) {
            chart.points.push(level.point(kind, value, weights[place], per, counts[place], phase));
        }
    }
    Ok(chart)
}

/// The power that makes Weibull times of rare events nearly normal.
const T_EXPONENT: f64 = 3.6;

/// Mean moving range over standard deviation, for two normal values.
const D2: f64 = 1.128;

/// Upper limit of moving ranges, as a multiple of their mean.
const D4: f64 = 3.267;

/// Centres and limits are computed with rounding errors: a point so near to a line, as a share of the
/// numbers involved, lies on it.
const ROUNDING: f64 = 1e-12;

/// Denominators by place, 1 where the kind has none.
fn checked(kind: ChartKind, values: &[f64], denominators: Option<&[f64]>) -> Result<Vec<f64>> {
    let rated = matches!(
        kind,
        ChartKind::P { .. } | ChartKind::U { .. } | ChartKind::Np | ChartKind::IPrime { .. }
    );
    let weights = match (rated, denominators) {
        (true, Some(denominators)) if denominators.len() == values.len() => denominators.to_vec(),
        (false, None) => vec![1.0; values.len()],
        (_, given) => {
            return Err(StatsError::UnequalLengths {
                argument: "denominators",
                found: given.map_or(0, <[f64]>::len),
                expected: if rated { values.len() } else { 0 },
                alongside: if rated { "values" } else { "this kind of chart" },
            });
        }
    };
    for (&value, &weight) in values.iter().zip(&weights) {
        let counted = !matches!(
            kind,
            ChartKind::Run
                | ChartKind::Xmr { .. }
                | ChartKind::MovingRange { .. }
                | ChartKind::IPrime { .. }
        );
        if value.is_infinite() || (counted && value < 0.0) {
            let needed = if counted { "a finite number, 0 or more" } else { "a finite number" };
            return Err(out_of_range("values", value, needed));
        }
        if weight < 0.0 || weight.is_infinite() {
            return Err(out_of_range("denominators", weight, "a finite number, 0 or more"));
        }
        if matches!(kind, ChartKind::P { .. } | ChartKind::Np) && value > weight {
            return Err(out_of_range("values", value, "at most the denominator"));
        }
        if rated && weight > 0.0 && (value / weight).is_infinite() {
            return Err(out_of_range("denominators", weight, "a number of the size of the values"));
        }
        if weight == 0.0 && value != 0.0 && !value.is_nan() {
            return Err(out_of_range("denominators", 0.0, "above 0 where there are events"));
        }
    }
    Ok(weights)
}

pub(super) fn phases(options: &ChartOptions, length: usize) -> Result<Vec<Range<usize>>> {
    let mut starts = vec![0];
    for &start in &options.phases {
        let rises = start > starts[starts.len() - 1] || (start == 0 && starts.len() == 1);
        if !rises || start >= length {
            return Err(out_of_range("phases", start as f64, "rising places within the series"));
        }
        if start > 0 {
            starts.push(start);
        }
    }
    if let Baseline::Window(window) = &options.baseline
        && (starts.len() > 1 || window.start >= window.end || window.end > length)
    {
        let needed = "a window within the series, without phases";
        return Err(out_of_range("baseline", window.end as f64, needed));
    }
    starts.push(length);
    Ok(starts.windows(2).map(|pair| pair[0]..pair[1]).collect())
}

/// Where a phase's centre is, and how far one standard deviation.
struct Level {
    centre: f64,
    /// The standard deviation for a denominator of 1.
    deviation: f64,
}

impl Level {
    /// From the baseline's places that count.
    fn of(
        kind: ChartKind,
        series: &[Option<f64>],
        weights: &[f64],
        base: Vec<usize>,
        argument: &'static str,
    ) -> Result<Self> {
        let values: Vec<f64> = base.iter().filter_map(|&place| series[place]).collect();
        if values.len() < 2 {
            return Err(StatsError::TooFew { argument, found: values.len(), expected: 2 });
        }
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let ranges = moving_ranges(&values);
        Ok(match kind {
            ChartKind::Run => Level { centre: median(values), deviation: 1.0 },
            ChartKind::Xmr { factor, screen_moving_ranges } => Level {
                centre: mean,
                deviation: factor * mean_range(&ranges, screen_moving_ranges) / 3.0,
            },
            ChartKind::MovingRange { screen_moving_ranges } => {
                let centre = mean_range(&ranges, screen_moving_ranges);
                Level { centre, deviation: (D4 - 1.0) * centre / 3.0 }
            }
            ChartKind::T => Level { centre: mean, deviation: mean_range(&ranges, false) / D2 },
            ChartKind::C => Level { centre: mean, deviation: mean.sqrt() },
            ChartKind::G { centre } => Level {
                centre: match centre {
                    GCentre::Mean => mean,
                    GCentre::TheoreticalMedian => mean * std::f64::consts::LN_2,
                },
                deviation: (mean * (mean + 1.0)).sqrt(),
            },
            ChartKind::IPrime { screen_moving_ranges } => {
                let sizes: Vec<f64> = base.iter().map(|&place| weights[place]).collect();
                let total: f64 = sizes.iter().sum();
                let sum: f64 = values.iter().zip(&sizes).map(|(value, size)| value * size).sum();
                let ranges: Vec<f64> = ranges
                    .iter()
                    .zip(sizes.windows(2))
                    .map(|(range, sizes)| {
                        let both = 1.0 / sizes[0] + 1.0 / sizes[1];
                        std::f64::consts::FRAC_PI_2.sqrt() * range / both.sqrt()
                    })
                    .collect();
                Level { centre: sum / total, deviation: mean_range(&ranges, screen_moving_ranges) }
            }
            ChartKind::P { .. } | ChartKind::U { .. } | ChartKind::Np => {
                let laney =
                    matches!(kind, ChartKind::P { laney: true } | ChartKind::U { laney: true });
                let denominators = base.iter().map(|&place| weights[place]);
                let total: f64 = denominators.clone().sum();
                let events: f64 =
                    values.iter().zip(denominators.clone()).map(|(value, n)| value * n).sum();
                let centre = events / total;
                let variance = match kind {
                    ChartKind::P { .. } | ChartKind::Np => centre * (1.0 - centre),
                    _ => centre,
                };
                let deviation = variance.max(0.0).sqrt();
                let excess = if laney && deviation > 0.0 {
                    let scores: Vec<f64> = values
                        .iter()
                        .zip(denominators)
                        .map(|(value, n)| (value - centre) / (deviation / n.sqrt()))
                        .collect();
                    mean_range(&moving_ranges(&scores), false) / D2
                } else {
                    1.0
                };
                Level { centre, deviation: deviation * excess }
            }
        })
    }

    fn point(
        &self,
        kind: ChartKind,
        value: Option<f64>,
        weight: f64,
        per: f64,
        counts: bool,
        phase: usize,
    ) -> ChartPoint {
        let centre = self.centre;
        let deviation = match kind {
            // Without a denominator these charts have no limits at that point.
            ChartKind::P { .. }
            | ChartKind::U { .. }
            | ChartKind::Np
            | ChartKind::IPrime { .. } => self.deviation / weight.sqrt(),
            _ => self.deviation,
        };
        let deviations = value.map(|value| {
            let distance = value - centre;
            if kind == ChartKind::Run {
                // A median is a value, or the middle of two, as it stands.
                if distance == 0.0 { 0.0 } else { distance.signum() }
            } else {
                snapped(distance, deviation, value.abs() + centre.abs())
            }
        });
        let (floor, ceiling) = match kind {
            ChartKind::Run | ChartKind::Xmr { .. } | ChartKind::IPrime { .. } => {
                (f64::NEG_INFINITY, f64::INFINITY)
            }
            ChartKind::P { .. } | ChartKind::Np => (0.0, 1.0),
            _ => (0.0, f64::INFINITY),
        };
        let shown = |value: f64| match kind {
            ChartKind::T => value.max(0.0).powf(T_EXPONENT),
            ChartKind::P { .. } | ChartKind::U { .. } | ChartKind::IPrime { .. } => value * per,
            ChartKind::Np => value * weight,
            _ => value,
        };
        // The line this number of standard deviations above the centre.
        let line = |sigmas: f64| {
            let line = (centre + sigmas * deviation).max(floor).min(ceiling);
            (kind != ChartKind::Run && deviation.is_finite()).then(|| shown(line))
        };
        let lines = |sigmas: f64| {
            let (lower, upper) = line(-sigmas).zip(line(sigmas))?;
            Some(Interval { lower, upper })
        };
        ChartPoint {
            value: value.map(shown),
            centre: shown(centre),
            lower: line(-3.0),
            upper: line(3.0),
            one_sigma: lines(1.0),
            two_sigma: lines(2.0),
            deviations,
            counts: counts && value.is_some(),
            phase,
        }
    }
}

/// A point whose value is shown as it is, with lines that are cut at `least`. A deviation that is NaN leaves the
/// point without lines.
pub(super) fn charted_point(
    value: Option<f64>,
    centre: f64,
    deviation: f64,
    least: f64,
    counts: bool,
    phase: usize,
) -> ChartPoint {
    let line =
        |sigmas: f64| deviation.is_finite().then(|| (centre + sigmas * deviation).max(least));
    let lines = |sigmas: f64| {
        let (lower, upper) = line(-sigmas).zip(line(sigmas))?;
        Some(Interval { lower, upper })
    };
    let deviations = value
        .filter(|_| deviation.is_finite())
        .map(|value| snapped(value - centre, deviation, value.abs() + centre.abs()));
    ChartPoint {
        value,
        centre,
        lower: line(-3.0),
        upper: line(3.0),
        one_sigma: lines(1.0),
        two_sigma: lines(2.0),
        deviations,
        counts: counts && deviations.is_some(),
        phase,
    }
}

/// The distance in standard deviations. It is whole where it is so but for rounding: a value on a line 1, 2 or 3
/// deviations from the centre is on it, and not beyond. `size` is the size of the numbers whose difference it is.
fn snapped(distance: f64, deviation: f64, size: f64) -> f64 {
    let tolerance = ROUNDING * size;
    if distance.abs() <= tolerance {
        return 0.0;
    }
    let deviations = distance / deviation;
    let whole = deviations.round();
    if whole.abs() <= 3.0 && (distance - whole * deviation).abs() <= tolerance {
        whole
    } else {
        deviations
    }
}

fn moving_ranges(values: &[f64]) -> Vec<f64> {
    values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).collect()
}

/// The moving range that ends at each place of a phase.
fn moving_ranges_by_place(
    series: &[Option<f64>],
    counts: &[bool],
    range: &Range<usize>,
) -> Vec<Option<f64>> {
    let mut before = None;
    range
        .clone()
        .map(|place| {
            let value = series[place].filter(|_| counts[place])?;
            before.replace(value).map(|before: f64| (value - before).abs())
        })
        .collect()
}

/// The mean of moving ranges; screened, of those not above 3.267 times that mean.
fn mean_range(ranges: &[f64], screen: bool) -> f64 {
    let mean = |ranges: &mut dyn Iterator<Item = f64>| {
        let (sum, number) = ranges.fold((0.0, 0u32), |(sum, n), range| (sum + range, n + 1));
        if number == 0 { 0.0 } else { sum / f64::from(number) }
    };
    let all = mean(&mut ranges.iter().copied());
    if screen { mean(&mut ranges.iter().copied().filter(|range| *range <= D4 * all)) } else { all }
}

pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match (values.len() % 2, values.get(middle)) {
        (1, Some(&value)) => value,
        (_, Some(&value)) => 0.5 * (values[middle - 1] + value),
        (_, None) => f64::NAN,
    }
}
