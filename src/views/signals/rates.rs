//! How often a series' chart is wrong, from simulated series of the same shape.

use std::ops::Range;
use std::sync::LazyLock;

use super::drawn::Drawn;
use super::options::{SignalChart, SignalOptions};
use crate::memo::Memo;
use crate::parallel::check_stop;
use crate::stats::{ChartDesign, ChartKind, Rule, Rules, SimulatedChange, signal_share};

/// How often the chart of a series is wrong, as shares from 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rates {
    /// The latest point is part of a signal although nothing changed.
    pub(super) false_signal: f64,
    /// The latest point is part of a signal after the change of the options.
    pub(super) power: f64,
}

/// The series that are simulated for a shape. The standard error of a share of 4 % is 0.3 points.
const SERIES: usize = 4_000;

/// Simulated means of counts: the smallest, doubled up to nine times. Counts of 128 or more are nearly normal.
const SMALLEST_MEAN: f64 = 0.25;
const DOUBLINGS: i16 = 9;

/// Simulated changes are multiples of this many standard deviations, up to a largest one.
const STEP: f64 = 0.25;
const LARGEST: f64 = 8.0;

/// No pattern is longer: points further back than this change nothing at the latest point.
const REACH: usize = 30;

/// What the share of series with a signal at the latest point depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shape {
    kind: SignalChart,
    points: usize,
    baseline: Range<usize>,
    rules: Rules,
    /// The mean of counts, as the number of doublings of the smallest; none for normal values.
    mean: Option<i16>,
    /// The change in steps, and the points with it.
    change: Option<(i16, usize)>,
}

/// Computed shares. Charts of all reports share them.
static SHARES: LazyLock<Memo<Shape, f64>> = LazyLock::new(|| Memo::of_at_most(20_000));

impl Shape {
    fn share(self) -> f64 {
        let design = ChartDesign {
            kind: match self.kind {
                SignalChart::PPrime | SignalChart::UPrime => ChartKind::U { laney: true },
                SignalChart::P | SignalChart::U => ChartKind::U { laney: false },
                SignalChart::C => ChartKind::C,
                SignalChart::Xmr => ChartKind::NHS_XMR,
                SignalChart::Run => ChartKind::Run,
            },
            points: self.points,
            baseline: self.baseline.clone(),
            rules: self.rules,
            mean: self.mean.map(|doublings| SMALLEST_MEAN * f64::from(doublings).exp2()),
        };
        let change = self
            .change
            .map(|(steps, points)| SimulatedChange { shift: STEP * f64::from(steps), points });
        SHARES.get(self, || {
            check_stop();
            // A chart that was drawn has two points in its baseline or more.
            signal_share(&design, change, SERIES).unwrap_or(f64::NAN)
        })
    }
}

/// How often the chart of a series is wrong. Sizes of long baselines and means of counts are those of
/// the nearest simulated ones; false signals, and the size of the change, are interpolated.
pub(super) fn rates(
    drawn: &Drawn,
    kind: SignalChart,
    options: &SignalOptions,
    rules: Rules,
) -> Rates {
    let (points, baseline) = simulated(drawn.points(), drawn.baseline.clone(), rules);
    let (centre, sigma) = drawn.latest_level();
    let is_share = matches!(kind, SignalChart::PPrime | SignalChart::P);
    // The nearest bound of a share above one half is 1: the other events are counted.
    let is_mirrored = is_share && centre > 0.5;
    let distance = if is_mirrored { 1.0 - centre } else { centre };
    let mean = match kind {
        SignalChart::Xmr | SignalChart::Run => None,
        SignalChart::PPrime
        | SignalChart::P
        | SignalChart::UPrime
        | SignalChart::U
        | SignalChart::C => {
            let events = (distance / sigma).powi(2);
            // Without events there is no spread either.
            let doublings = if events.is_nan() { 0.0 } else { (events / SMALLEST_MEAN).log2() };
            Some(doublings.clamp(0.0, f64::from(DOUBLINGS)))
        }
    };
    let share = |mean: Option<i16>, change: Option<(i16, usize)>| {
        let baseline = baseline.clone();
        Shape { kind, points, baseline, rules, mean, change }.share()
    };
    let false_signal = match mean {
        None => share(None, None),
        Some(mean) => between(mean, |doublings| share(Some(doublings), None)),
    };
    let mut changed = centre * (1.0 + options.change / 100.0);
    if is_share {
        changed = changed.min(1.0);
    }
    let shift = (changed - centre) / sigma;
    let shift = if is_mirrored { -shift } else { shift };
    let shift = if shift.is_nan() { 0.0 } else { shift.clamp(-LARGEST, LARGEST) };
    let changed_points = options.change_periods.min(points);
    let power = between(shift / STEP, |steps| {
        share(mean.map(|mean| mean.round() as i16), Some((steps, changed_points)))
    });
    Rates { false_signal, power }
}

/// The value at a place between whole numbers, on the line through its neighbours.
fn between(place: f64, value: impl Fn(i16) -> f64) -> f64 {
    let (below, above) = (place.floor(), place.ceil());
    let low = value(below as i16);
    if below == above { low } else { low + (place - below) * (value(above as i16) - low) }
}

/// The number of points and the baseline of the simulated series: without points that are neither in
/// the baseline nor in reach of the latest point, and with a long baseline rounded to whole dozens.
fn simulated(points: usize, baseline: Range<usize>, rules: Rules) -> (usize, Range<usize>) {
    let (mut points, mut baseline) = (points, baseline);
    let looks_at_all = |rule: Rule| matches!(rule, Rule::LongRun | Rule::FewCrossings);
    if !rules.rules().any(looks_at_all) {
        let before = baseline.start.min(points.saturating_sub(REACH));
        points -= before;
        baseline = baseline.start - before..baseline.end - before;
        points -= points.saturating_sub(baseline.end + REACH);
    }
    let size = baseline.len();
    if size > 60 {
        let rounded = ((size + 6) / 12 * 12).min(120);
        points = points - size + rounded;
        baseline.end = baseline.start + rounded;
    }
    // Only the rules that look at the whole series have more points than this.
    let most = 360;
    if points > most {
        let start = baseline.start.min(most - 2);
        baseline = start..baseline.end.clamp(start + 2, most);
        points = most;
    }
    (points, baseline)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::RuleSet;

    #[test]
    fn points_that_change_nothing_are_left_out() {
        let nhs = Rules::from(RuleSet::Nhs);
        assert_eq!(simulated(48, 0..24, nhs), (48, 0..24));
        assert_eq!(simulated(48, 0..48, nhs), (48, 0..48));
        assert_eq!(simulated(90, 0..24, nhs), (54, 0..24));
        assert_eq!(simulated(90, 60..84, nhs), (30, 0..24));
        assert_eq!(simulated(90, 80..90, nhs), (30, 20..30));
        assert_eq!(simulated(100, 0..100, nhs), (96, 0..96));
        assert_eq!(simulated(5_000, 0..5_000, nhs), (120, 0..120));
        let anhoej = Rules::from(RuleSet::Anhoej);
        assert_eq!(simulated(90, 0..24, anhoej), (90, 0..24));
        assert_eq!(simulated(5_000, 4_000..5_000, anhoej), (360, 358..360));
    }
}
