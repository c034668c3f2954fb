//! Where a window that still runs stands against its trajectory (`docs/semantics.md`, 26).

use super::Frame;
use super::assessment::Pace;
use super::value::Accumulation;
use crate::calendar::{Calendar, Every};
use crate::exact::{Bound, Exact};
use crate::plan::{PaceThresholds, Target, Trajectory};

/// A target in one of its windows, and how much of the window has passed.
pub(super) struct WindowProgress<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) target: &'a Target,
    pub(super) frame: &'a Frame,
    /// The share of the window's time that has passed, by the seasons if the trajectory knows them.
    pub(super) season: Option<Exact>,
    /// The share of the time elapsed that reports cover.
    pub(super) reported: Exact,
}

impl WindowProgress<'_> {
    /// What the trajectory expects as of now.
    pub(super) fn expected_now(
        &self,
        bounds: &Bound,
        accumulation: Accumulation,
        baseline: Option<&Exact>,
    ) -> Option<Exact> {
        let (Bound::Floor { at, .. } | Bound::Ceiling { at, .. }) = bounds else { return None };
        let window = &self.frame.window;
        let days = |days: i64| Exact::quotient(days, window.days());
        let start = |from: Option<Exact>| from.or_else(|| baseline.cloned());
        let along = |start: Option<Exact>, passed: &Exact| match (accumulation, start) {
            (Accumulation::Accumulates, Some(start)) => {
                Some(&start + &((at - &start) * &(passed * &self.reported)))
            }
            (Accumulation::Stock | Accumulation::Level, Some(start)) => {
                Some(&start + &((at - &start) * passed))
            }
            (Accumulation::Accumulates, None) => Some(at * &(passed * &self.reported)),
            (Accumulation::Level, None) => Some(at.clone()),
            (Accumulation::Stock, None) => None,
        };
        // Where no other start is named, a stock moves from its baseline, and another level from that of the target.
        let moves = match accumulation {
            Accumulation::Accumulates => false,
            Accumulation::Stock => true,
            Accumulation::Level => self.target.baseline.is_some(),
        };
        let moved_from = || moves.then(|| start(None)).flatten();
        match &self.target.trajectory {
            Trajectory::None => None,
            Trajectory::Linear { from } => {
                let start = from.map(Exact::of_decimal).or_else(moved_from);
                along(start, &days(self.frame.to_date.days())?)
            }
            Trajectory::Geometric { from } => {
                let start = start(from.map(Exact::of_decimal))?;
                if !start.is_positive() || !at.is_positive() {
                    return None;
                }
                let mut passed = days(self.frame.to_date.days())?.float();
                if accumulation == Accumulation::Accumulates {
                    passed *= self.reported.float();
                }
                let (start, end) = (start.float(), at.float());
                Exact::of(start * (end / start).powf(passed))
            }
            Trajectory::Steps(every) => along(moved_from(), &days(self.days_in_steps(*every))?),
            Trajectory::Milestones => self.between_milestones(at, accumulation, moved_from()),
            Trajectory::Seasonal { .. } => match accumulation {
                Accumulation::Accumulates => Some(at * &(self.season.as_ref()? * &self.reported)),
                Accumulation::Level => Some(at.clone()),
                Accumulation::Stock => None,
            },
        }
    }

    /// The days up to the end of the last period that is over.
    fn days_in_steps(&self, every: Every) -> i64 {
        let Frame { window, to_date } = self.frame;
        let over = self.calendar.periods_within(every, to_date);
        over.last().map_or(0, |last| (last.end() - window.start()).num_days())
    }

    /// The straight line from one milestone, or the start, to the next, or the goal.
    fn between_milestones(
        &self,
        at: &Exact,
        accumulation: Accumulation,
        start: Option<Exact>,
    ) -> Option<Exact> {
        let Frame { window, to_date } = self.frame;
        let mut now = Exact::from(to_date.days());
        if accumulation == Accumulation::Accumulates {
            now = &now * &self.reported;
        }
        let mut before = match accumulation {
            Accumulation::Accumulates => Some((0, Exact::ZERO)),
            Accumulation::Stock | Accumulation::Level => start.map(|start| (0, start)),
        };
        let reached = self.target.milestones.iter().map(|milestone| {
            let day = (milestone.by - window.start()).num_days() + 1;
            (day, Exact::of_decimal(milestone.reach))
        });
        for (day, value) in reached.chain([(window.days(), at.clone())]) {
            if Exact::from(day) >= now {
                let Some((from_day, from)) = before else {
                    // Nothing is known of where it starts: the first is expected all the way.
                    return Some(value);
                };
                let passed = &(&now - &Exact::from(from_day)) / &Exact::from(day - from_day);
                return Some(&from + &((&value - &from) * &passed));
            }
            before = Some((day, value));
        }
        None
    }
}

/// With a smaller chance of meeting its goal no value is on track.
const LEAST_CHANCE: f64 = 0.005;

/// Where a value stands to what is expected. `whole` is the most that a share of what is recorded can be.
pub(super) fn pace(
    bounds: &Bound,
    value: &Exact,
    expected: &Exact,
    thresholds: &PaceThresholds,
    whole: Option<&Exact>,
) -> Option<Pace> {
    let ahead = Exact::of_decimal(thresholds.ahead);
    let on_track = Exact::of_decimal(thresholds.on_track);
    // Of a share that is to be more than half of its whole, the rest is what has to stay small.
    let whole = whole.filter(|whole| &(expected + expected) > *whole);
    let reaches = |share: &Exact| match bounds {
        Bound::Floor { .. } => Some(match whole {
            Some(whole) => &(whole - value) * share <= whole - expected,
            None => *value >= expected * share,
        }),
        Bound::Ceiling { .. } => Some(value * share <= *expected),
        Bound::Between { .. } => None,
    };
    Some(if reaches(&ahead)? {
        Pace::Ahead
    } else if reaches(&on_track)? {
        Pace::OnTrack
    } else {
        Pace::Behind
    })
}

/// The pace of a value, once its chance of meeting the goal is known.
pub(super) fn with_chance(pace: Option<Pace>, chance: Option<f64>) -> Option<Pace> {
    let is_hopeless = chance.is_some_and(|chance| chance < LEAST_CHANCE);
    pace.map(|pace| if pace == Pace::OnTrack && is_hopeless { Pace::Behind } else { pace })
}
