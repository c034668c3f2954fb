//! A unit's series on its chart.

use std::ops::Range;

use super::periods::PeriodValue;
use crate::assess::Reason;
use crate::calendar::Window;
use crate::stats::{
    self, Baseline, BetterEnd, Chart, ChartKind, ChartOptions, Interval, Rules, Side, Signal,
    control_chart,
};

use super::options::{SignalBaseline, SignalChart, SignalOptions};
use super::rows::{SignalMeaning, SignalReason};

/// The periods of a unit's series, from the first with a value on.
pub(super) struct Series {
    pub(super) periods: Vec<PeriodValue>,
    /// Which of them have a value.
    pub(super) places: Vec<usize>,
    /// Its chart, or why there is none.
    pub(super) drawn: Result<Drawn, SignalReason>,
}

/// What stands on a chart beside the values, point by point.
pub(super) struct Drawn {
    lines: Vec<Lines>,
    /// The points that centre and limits are made from.
    pub(super) baseline: Range<usize>,
    /// Their places count points, not periods.
    pub(super) signals: Vec<Signal>,
    /// What the signals were found on.
    chart: Chart,
}

/// Centre and limits at one point, in the indicator's own unit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines {
    pub(super) centre: f64,
    pub(super) limits: Option<Interval>,
    /// The lines one standard deviation from the centre.
    pub(super) one_sigma: Option<Interval>,
    /// The lines two standard deviations from the centre.
    pub(super) two_sigma: Option<Interval>,
}

/// Patterns told together.
pub(super) struct SignalAtPoint {
    /// `outside_limits, shift`
    pub(super) rules: String,
    pub(super) side: Side,
    /// The point where the earliest began.
    pub(super) first: usize,
}

impl Series {
    /// Of the values of all periods. What came before a series, and what came after the unit had ended, is not missing.
    pub(super) fn of(
        mut periods: Vec<PeriodValue>,
        kind: SignalChart,
        options: &SignalOptions,
        rules: Rules,
    ) -> Series {
        let first = periods.iter().position(|period| period.value.is_ok());
        if let Some(first) = first {
            periods.drain(..first);
        }
        let ended = |period: &PeriodValue| period.value == Err(Reason::UnitNotValid);
        while periods.len() > 1 && periods.last().is_some_and(ended) {
            periods.pop();
        }
        let has_value = |place: &usize| periods[*place].value.is_ok();
        let places: Vec<usize> = (0..periods.len()).filter(has_value).collect();
        let points: Vec<&PeriodValue> = places.iter().map(|place| &periods[*place]).collect();
        let drawn = match points.len() {
            0 => {
                let why = periods.last().and_then(|period| period.value.err());
                Err(SignalReason::Row(why.unwrap_or(Reason::NoData)))
            }
            few if few < options.least_points => Err(SignalReason::TooFewPoints),
            _ => Drawn::of(&points, kind, options, rules),
        };
        Series { periods, places, drawn }
    }

    /// The values in the order of time, NaN where there is none.
    pub(super) fn values(&self) -> Vec<f64> {
        self.periods.iter().map(|period| period.value.unwrap_or(f64::NAN)).collect()
    }

    pub(super) fn latest(&self) -> Option<&PeriodValue> {
        self.places.last().map(|place| &self.periods[*place])
    }

    /// The period of a point.
    pub(super) fn period(&self, point: usize) -> Window {
        self.periods[self.places[point]].period
    }
}

impl Drawn {
    fn of(
        points: &[&PeriodValue],
        kind: SignalChart,
        options: &SignalOptions,
        rules: Rules,
    ) -> Result<Drawn, SignalReason> {
        let baseline = match options.baseline {
            SignalBaseline::Whole => 0..points.len(),
            SignalBaseline::First(number) => 0..number.min(points.len()),
            SignalBaseline::Within(window) => {
                let place = |is_before: fn(&Window, &Window) -> bool| {
                    points.partition_point(|point| is_before(&point.period, &window))
                };
                place(|period, window| period.start() < window.start())..place(|period, window| {
                    period.end() <= window.end()
                })
            }
        };
        if baseline.len() < 2 {
            return Err(SignalReason::TooFewPoints);
        }
        let chart_options = ChartOptions {
            baseline: Baseline::Window(baseline.clone()),
            ..ChartOptions::default()
        };
        let draw = |kind, values: &[f64], exposures: Option<&[f64]>| {
            // Two points or more of finite numbers: what is left to refuse is a count below 0.
            control_chart(kind, values, exposures, &chart_options)
                .map_err(|_| SignalReason::NegativeCount)
        };
        let counted = |kind| {
            let counted =
                points.iter().map(|point| point.counted.ok_or(SignalReason::Row(Reason::NoCounts)));
            let counted = counted.collect::<Result<Vec<_>, _>>()?;
            let events: Vec<f64> = counted.iter().map(|one| one.events).collect();
            let exposures: Vec<f64> = counted.iter().map(|one| one.exposure).collect();
            let chart = draw(kind, &events, Some(&exposures))?;
            Ok((chart, counted.iter().map(|one| one.times).collect()))
        };
        let plain = |kind| {
            let values = points.iter().map(|point| point.value.unwrap_or(f64::NAN));
            let values: Vec<f64> = values.collect();
            Ok((draw(kind, &values, None)?, vec![1.0; values.len()]))
        };
        let drawn: Result<(Chart, Vec<f64>), SignalReason> = match kind {
            SignalChart::PPrime => counted(ChartKind::P { laney: true }),
            SignalChart::P => counted(ChartKind::P { laney: false }),
            SignalChart::UPrime => counted(ChartKind::U { laney: true }),
            SignalChart::U => counted(ChartKind::U { laney: false }),
            SignalChart::C => plain(ChartKind::C),
            SignalChart::Xmr => plain(ChartKind::NHS_XMR),
            SignalChart::Run => plain(ChartKind::Run),
        };
        let (chart, times) = drawn?;
        let lines = chart.points.iter().zip(times).map(|(point, times)| {
            let multiplied = |lines: Interval| Interval {
                lower: times * lines.lower,
                upper: times * lines.upper,
            };
            let limits = point.lower.zip(point.upper);
            let limits = limits.map(|(lower, upper)| Interval { lower, upper });
            Lines {
                centre: times * point.centre,
                limits: limits.map(multiplied),
                one_sigma: point.one_sigma.map(multiplied),
                two_sigma: point.two_sigma.map(multiplied),
            }
        });
        let (lines, signals) = (lines.collect(), stats::signals(&chart, rules));
        Ok(Drawn { lines, baseline, signals, chart })
    }

    /// How many points the chart has.
    pub(super) fn points(&self) -> usize {
        self.chart.points.len()
    }

    /// Centre and standard deviation at the latest point, in the unit of the chart: of a share from 0 to 1. On a run chart
    /// the standard deviation is that of a chart of single values.
    pub(super) fn latest_level(&self) -> (f64, f64) {
        let Some(point) = self.chart.points.last() else { return (f64::NAN, f64::NAN) };
        let sigma = match point.one_sigma {
            // One of the two lines may be cut.
            Some(lines) => (lines.upper - point.centre).max(point.centre - lines.lower),
            None => {
                let values: Vec<f64> = self.chart.points[self.baseline.clone()]
                    .iter()
                    .filter_map(|point| point.value)
                    .collect();
                let chart =
                    control_chart(ChartKind::NHS_XMR, &values, None, &ChartOptions::default());
                let lines = chart.ok().and_then(|chart| chart.points.first()?.one_sigma);
                lines.map_or(f64::NAN, |lines| 0.5 * (lines.upper - lines.lower))
            }
        };
        (point.centre, sigma)
    }

    pub(super) fn lines(&self, point: usize) -> Lines {
        self.lines[point]
    }

    pub(super) fn latest(&self) -> Option<Lines> {
        self.lines.last().copied()
    }

    /// The patterns that a point is part of; none if it is part of none.
    pub(super) fn at(&self, point: usize) -> Option<SignalAtPoint> {
        let here: Vec<&Signal> =
            self.signals.iter().filter(|signal| signal.has(&self.chart, point)).collect();
        let first = here.iter().map(|signal| signal.first).min()?;
        let mut rules: Vec<_> = here.iter().map(|signal| signal.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        let codes: Vec<&str> = rules.iter().map(|rule| rule.code()).collect();
        let mut sides = here.iter().map(|signal| signal.side).filter(|side| *side != Side::Both);
        let side = sides.next().unwrap_or(Side::Both);
        let side = if sides.all(|other| other == side) { side } else { Side::Both };
        Some(SignalAtPoint { rules: codes.join(", "), side, first })
    }
}

/// `improvement` or `deterioration`, where a side is better than the other.
pub(super) fn meaning(side: Side, better: Option<BetterEnd>) -> Option<SignalMeaning> {
    match (side, better?) {
        (Side::Above, BetterEnd::Highest) | (Side::Below, BetterEnd::Lowest) => {
            Some(SignalMeaning::Improvement)
        }
        (Side::Above, BetterEnd::Lowest) | (Side::Below, BetterEnd::Highest) => {
            Some(SignalMeaning::Deterioration)
        }
        (Side::Both, _) => None,
    }
}
