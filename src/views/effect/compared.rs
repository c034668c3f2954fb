//! The counts of two windows, of what was reported in both of them.

use crate::assess::{Assessor, Frame, Prepared, Reason, ReportedEvents};
use crate::calendar::Window;
use crate::plan::{IndicatorIndex, Trajectory, UnitIndex};

/// How many of the reports that are left out a warning names.
const NAMED: usize = 3;

/// What units counted in a window and in an earlier one, of the reports that were made in both.
pub(super) struct Compared {
    pub(super) counted: f64,
    pub(super) before: f64,
    /// What the earlier count leads one to expect at the same rate.
    pub(super) expected: f64,
    /// How uncertain that is, because events are still to be recorded: its relative variance.
    pub(super) variance: f64,
    /// What is left out because a report is missing in one of the windows or in both.
    pub(super) left_out: LeftOut,
}

/// Units and periods of which a report is missing in one of two windows or in both.
#[derive(Default)]
pub(super) struct LeftOut {
    first: Vec<String>,
    number: usize,
}

impl LeftOut {
    pub(super) fn push(&mut self, place: impl FnOnce() -> String) {
        self.number += 1;
        if self.first.len() < NAMED {
            self.first.push(place());
        }
    }

    pub(super) fn append(&mut self, other: LeftOut) {
        self.number += other.number;
        self.first.extend(other.first);
        self.first.truncate(NAMED);
    }

    /// What is left out, in words.
    pub(super) fn warning(&self) -> Option<String> {
        let more = match self.number - self.first.len() {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        (self.number > 0).then(|| {
            format!(
                "a report is missing in one of the windows, and what was counted there is left out of both: {}{more}",
                self.first.join(", ")
            )
        })
    }
}

/// Two periods that stand in the same place of two windows.
struct Pair<'a> {
    window: Window,
    before: Window,
    now: Side<'a>,
    then: Side<'a>,
}

/// Counts of one period.
struct Side<'a> {
    prepared: Prepared<'a>,
    reported: Option<ReportedEvents<'a>>,
}

impl Side<'_> {
    /// The count of a unit of which every report was made.
    fn known(&self, unit: UnitIndex) -> Option<f64> {
        let evaluated = self.prepared.evaluate(unit);
        let misses = evaluated.completeness.is_some_and(|share| share < 100.0);
        let is_whole = self.reported.as_ref().is_none_or(|reported| reported.is_whole(unit, 0));
        let count = evaluated.value.ok()?.float();
        (!misses && is_whole).then_some(count)
    }

    /// Whether a unit owes reports, or has some.
    fn takes_part(&self, unit: UnitIndex) -> bool {
        let evaluated = self.prepared.evaluate(unit);
        evaluated.completeness.is_some() || evaluated.value.is_ok()
    }
}

/// Counts of an indicator in windows.
#[derive(Clone, Copy)]
pub(super) struct WindowCounts<'a> {
    pub(super) assessor: &'a Assessor<'a>,
    pub(super) indicator: IndicatorIndex,
}

impl<'a> WindowCounts<'a> {
    /// The counts of units in a window that is over, unit by unit.
    pub(super) fn counts(self, units: &[UnitIndex], window: &Window) -> Vec<Result<f64, Reason>> {
        let frame = Frame { window: *window, to_date: *window };
        let prepared = self.assessor.prepare(self.indicator, &frame);
        let of = |unit: &UnitIndex| {
            if !self.assessor.plan.units().is_judged_throughout(*unit, window) {
                return Err(Reason::UnitNotValid);
            }
            let evaluated = prepared.evaluate(*unit);
            // Time that is not reported is not time without events.
            let misses = evaluated.completeness.is_some_and(|share| share < 100.0);
            if misses && evaluated.value.is_ok() {
                return Err(Reason::MissingReports);
            }
            evaluated.value.map(|value| value.float())
        };
        units.iter().map(of).collect()
    }

    fn side(&self, window: &Window) -> Side<'a> {
        let frame = Frame { window: *window, to_date: *window };
        Side {
            prepared: self.assessor.prepare(self.indicator, &frame),
            reported: self.reported(window),
        }
    }

    /// What of a window is reported.
    fn reported(&self, window: &Window) -> Option<ReportedEvents<'a>> {
        let frame = Frame { window: *window, to_date: *window };
        self.assessor.reported_events(self.indicator, &frame, &[*window], &Trajectory::None)
    }

    /// The share of a window's events that is recorded by now, with its relative standard deviation.
    pub(super) fn recorded(&self, window: &Window) -> (f64, f64) {
        self.reported(window).map_or((1.0, 0.0), |reported| reported.recorded(0))
    }

    /// The counts of units in a window and an earlier one: those of the units and periods whose reports were made in both.
    pub(super) fn compared(
        &self,
        units: &[UnitIndex],
        window: &Window,
        before: &Window,
    ) -> Result<Compared, (Window, Reason)> {
        let mut of_windows = [0.0; 2];
        let mut is_whole = true;
        let mut without = None;
        for (window, sum) in [window, before].into_iter().zip(&mut of_windows) {
            let reported = self.reported(window);
            for (unit, count) in units.iter().zip(self.counts(units, window)) {
                let all = reported.as_ref().is_none_or(|reported| reported.is_whole(*unit, 0));
                is_whole &= all;
                match count {
                    Ok(count) => *sum += count,
                    Err(reason @ (Reason::MissingReports | Reason::NoData)) => {
                        is_whole = false;
                        without = without.or(Some((*window, reason)));
                    }
                    Err(reason) => return Err((*window, reason)),
                }
            }
        }
        let (share, deviation) = self.recorded(window);
        let (share_before, deviation_before) = self.recorded(before);
        let late = share / share_before;
        let variance = deviation * deviation + deviation_before * deviation_before;
        let [counted, of_before] = of_windows;
        if is_whole {
            let days = window.days() as f64 / before.days() as f64;
            let (expected, left_out) = (of_before * days * late, LeftOut::default());
            return Ok(Compared { counted, before: of_before, expected, variance, left_out });
        }
        let mut sum = Compared {
            counted: 0.0,
            before: 0.0,
            expected: 0.0,
            variance,
            left_out: LeftOut::default(),
        };
        let mut pairs = 0;
        for pair in self.pairs(window, before) {
            for unit in units {
                pairs += self.add(&pair, *unit, &mut sum);
            }
        }
        if pairs == 0 {
            return Err(without.unwrap_or((*window, Reason::MissingReports)));
        }
        sum.expected *= late;
        Ok(sum)
    }

    /// Adds what a unit, or else the units below it, counted in both periods; returns how many units have counts.
    fn add(&self, pair: &Pair<'_>, unit: UnitIndex, sum: &mut Compared) -> usize {
        if let (Some(now), Some(then)) = (pair.now.known(unit), pair.then.known(unit)) {
            sum.counted += now;
            sum.before += then;
            sum.expected += then * (pair.window.days() as f64 / pair.before.days() as f64);
            return 1;
        }
        let units = self.assessor.plan.units();
        let takes_part =
            |unit: &UnitIndex| pair.now.takes_part(*unit) || pair.then.takes_part(*unit);
        let children = units.children(unit).iter().copied().filter(takes_part);
        let children: Vec<UnitIndex> = children.collect();
        if children.is_empty() {
            sum.left_out.push(|| format!("`{}` in {}", units[unit].id, pair.window));
        }
        children.into_iter().map(|child| self.add(pair, child, sum)).sum()
    }

    /// The periods of two windows that stand in the same place; the two windows themselves where they are not made of as
    /// many periods each.
    fn pairs(&self, window: &Window, before: &Window) -> Vec<Pair<'a>> {
        let plan = self.assessor.plan;
        let every = self.assessor.usual_every(self.indicator);
        let periods = |window: &Window| {
            let periods = plan.calendar().periods_within(every, window);
            let ends = periods.first().zip(periods.last());
            let is_made_of = ends.is_some_and(|(first, last)| {
                first.start() == window.start() && last.end() == window.end()
            });
            if is_made_of { periods } else { vec![*window] }
        };
        let (mut now, mut then) = (periods(window), periods(before));
        if now.len() != then.len() {
            (now, then) = (vec![*window], vec![*before]);
        }
        let pair = |(window, before): (Window, Window)| Pair {
            window,
            before,
            now: self.side(&window),
            then: self.side(&before),
        };
        now.into_iter().zip(then).map(pair).collect()
    }
}
