//! Which share of the events up to a day reports cover (`docs/semantics.md`, 46).
//!
//! The exposure of the outlook weights units by last year's counts, or equally. A comparison that has to be right at every look
//! needs the weights of the units themselves: one that misses a report may have half of all events.

use std::sync::Arc;

use super::course::Over;
use super::delays::Delays;
use super::exposure::Clock;
use super::reported_time::{covered, seasonal};
use super::value::{Prepared, Sum};
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::parallel::check_stop;
use crate::plan::{IndicatorIndex, OverTime, Piece, Trajectory, UnitIndex};
use crate::stats::outlook::RecordedEvents;
use crate::tally::{ReportedSpans, Span, merged};

/// The share of the events up to a day that reports cover.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ReportedShare {
    pub(crate) share: f64,
    /// How uncertain it is: its relative variance, where events are independent.
    pub(crate) variance: f64,
}

impl ReportedShare {
    pub(crate) const ALL: ReportedShare = ReportedShare { share: 1.0, variance: 0.0 };

    pub(crate) fn of_recorded(RecordedEvents { share, deviation }: RecordedEvents) -> Self {
        ReportedShare { share, variance: deviation * deviation }
    }
}

/// What of the time up to some days of a window is reported, unit by unit.
pub(crate) struct ReportedEvents<'a> {
    assessor: &'a Assessor<'a>,
    to_date: Window,
    /// The days of the window to date that each unit has reported; none where nothing has to be reported.
    spans: Option<Arc<[Option<ReportedSpans>]>>,
    /// Whether a reporting unit is at or below each unit.
    is_reported: Vec<bool>,
    /// The time of the window to date.
    now: Time,
    /// That up to each of the days.
    looks: Vec<Time>,
    counts: Sum<'a>,
    last_year: Option<Sum<'a>>,
}

/// How the time up to a day is weighted.
struct Time {
    clock: Clock,
    frame: Frame,
    parts: Vec<Window>,
    delays: Option<Arc<Delays>>,
}

impl Time {
    /// The share of it that spans cover.
    fn share(&self, assessor: &Assessor<'_>, unit: UnitIndex, spans: &[Span]) -> f64 {
        let covered = |days: &Window| covered(days, spans, self.delays.as_deref());
        let to_date = &self.frame.to_date;
        match &self.clock {
            Clock::Days(_) => covered(to_date) / to_date.days() as f64,
            Clock::Seasons(_) => self.clock.of(assessor.plan, unit).map_or(1.0, |exposure| {
                seasonal(exposure, &self.parts, &self.frame, covered).float()
            }),
        }
    }
}

/// A reporting unit.
struct Member {
    unit: UnitIndex,
    /// Its part of the unit that is looked at.
    weight: f64,
    /// The share of its time that is reported.
    share: f64,
}

/// The events that a unit has in the whole time.
struct Rate {
    events: f64,
    variance: f64,
}

impl<'a> Assessor<'a> {
    /// An indicator up to a day, as its counts are compared with a goal. Where they are counted over what accumulates with them,
    /// pairs count, whatever the plan says of what is known of one side only.
    pub(crate) fn prepare_counts(&self, indicator: IndicatorIndex, frame: &Frame) -> Prepared<'_> {
        match self.over(indicator) {
            Some(Over::Whole | Over::Exposure) => self.prepare_pairs(indicator, frame),
            Some(Over::Time | Over::TimeAmong) | None => self.prepare(indicator, frame),
        }
    }

    /// What of an indicator's time up to some days is reported; each of `looks` is the window up to such a day. None where it
    /// counts no events over time, and where its value is already one of what is reported.
    pub(crate) fn reported_events(
        &'a self,
        indicator: IndicatorIndex,
        frame: &Frame,
        looks: &[Window],
        trajectory: &Trajectory,
    ) -> Option<ReportedEvents<'a>> {
        let course = self.course(indicator)?;
        match course.over {
            Over::Time | Over::TimeAmong if !self.is_per_period(indicator) => {}
            Over::Time | Over::TimeAmong | Over::Whole | Over::Exposure => return None,
        }
        let counted = course.above;
        let time = |to_date: &Window| {
            check_stop();
            let frame = Frame { window: frame.window, to_date: *to_date };
            let parts = match trajectory {
                Trajectory::Seasonal { .. } => self.parts(indicator, &frame),
                Trajectory::None
                | Trajectory::Linear { .. }
                | Trajectory::Geometric { .. }
                | Trajectory::Steps(_)
                | Trajectory::Milestones => Vec::new(),
            };
            Time {
                clock: self.clock(trajectory, course.paced_by, &frame, &parts),
                delays: self.delays(counted, to_date),
                frame,
                parts,
            }
        };
        let flows = self.plan.measures_of(indicator).into_iter();
        let flows: Vec<_> =
            flows.filter(|one| self.plan[*one].over_time == OverTime::Sum).collect();
        let to_date = frame.to_date;
        let spans = self.known.reported_spans(&flows, &to_date, self.participants(indicator));
        let last_year = self.plan.calendar().same_window_last_year(&frame.window);
        let last_year = last_year.filter(|window| self.known.is_over(window.end()));
        let sum_over = |window: Window| self.sum(counted, &Frame { window, to_date: window });
        let mut found = ReportedEvents {
            assessor: self,
            to_date,
            spans,
            is_reported: Vec::new(),
            now: time(&to_date),
            looks: looks.iter().map(time).collect(),
            counts: self.sum(counted, frame),
            last_year: last_year.map(sum_over),
        };
        if !self.known.only_prepares() {
            found.is_reported = found.reported_units();
        }
        Some(found)
    }
}

impl ReportedEvents<'_> {
    /// Whether a reporting unit is at or below each unit.
    fn reported_units(&self) -> Vec<bool> {
        let units = self.assessor.plan.units();
        let mut found = vec![false; units.len()];
        let Some(spans) = &self.spans else { return found };
        for unit in self.assessor.known.below_first() {
            let is_owed = spans[unit.place()].as_ref().is_some_and(|own| own.is_owed);
            found[unit.place()] =
                is_owed || units.children(*unit).iter().any(|child| self.counts(&found, *child));
        }
        found
    }

    /// Whether a unit below another one is, or holds, a reporting unit.
    fn counts(&self, is_reported: &[bool], child: UnitIndex) -> bool {
        let is_valid = self.assessor.plan.units()[child].is_valid_throughout(&self.to_date);
        is_valid && is_reported[child.place()]
    }

    /// The share of a unit's events up to one of the days; none where nobody knows how many events are missing.
    pub(crate) fn share(&self, unit: UnitIndex, look: usize) -> Option<ReportedShare> {
        let time = self.looks.get(look)?;
        let deviation = time.delays.as_ref().map_or(0.0, |delays| delays.deviation);
        if self.spans.is_none() {
            if time.delays.is_none() {
                return Some(ReportedShare::ALL);
            }
            let all = [(self.to_date.start(), self.to_date.end())];
            let share = time.share(self.assessor, unit, &all);
            return Some(ReportedShare { share, variance: deviation * deviation });
        }
        let members_of = |unit: UnitIndex, weight: f64| {
            let mut found = Vec::new();
            self.add_spans(unit, &[], &mut found);
            let member = move |(unit, spans): (UnitIndex, Vec<Span>)| Member {
                unit,
                weight,
                share: time.share(self.assessor, unit, &spans),
            };
            found.into_iter().map(member)
        };
        let pieces = self.pieces(unit).into_iter();
        let members: Vec<Member> =
            pieces.flat_map(|(unit, weight)| members_of(unit, weight)).collect();
        let [first, rest @ ..] = &members[..] else { return Some(ReportedShare::ALL) };
        let variance = deviation * deviation;
        if rest.iter().all(|member| member.share == first.share) {
            return Some(ReportedShare { share: first.share, variance });
        }
        let rates = self.rates(&members)?;
        let all: f64 = rates.iter().map(|rate| rate.events).sum();
        let mean = |weight: &dyn Fn(&Rate) -> f64, of: f64| {
            let parts = rates.iter().zip(&members);
            parts.map(|(rate, member)| weight(rate) * member.share).sum::<f64>() / of
        };
        if all <= 0.0 {
            return Some(ReportedShare { share: mean(&|_| 1.0, members.len() as f64), variance });
        }
        let share = mean(&|rate| rate.events, all);
        if share <= 0.0 {
            return Some(ReportedShare { share, variance });
        }
        let deviations = rates
            .iter()
            .zip(&members)
            .map(|(rate, member)| (member.share - share).powi(2) * rate.variance);
        let of_rates = deviations.sum::<f64>() / (all * share).powi(2);
        Some(ReportedShare { share, variance: variance + of_rates })
    }

    /// The units that a unit is made of, with their weights.
    fn pieces(&self, unit: UnitIndex) -> Vec<(UnitIndex, f64)> {
        let weight = |piece: &Piece| piece.share.as_ref().map_or(1.0, Exact::float);
        match self.assessor.plan.units().pieces(unit, None) {
            None => vec![(unit, 1.0)],
            Some(pieces) => pieces.iter().map(|piece| (piece.unit, weight(piece))).collect(),
        }
    }

    /// Whether a unit, or the units below it, have reported all of the time up to one of the days, late events aside.
    pub(crate) fn is_whole(&self, unit: UnitIndex, look: usize) -> bool {
        let Some(Time { frame, .. }) = self.looks.get(look) else { return false };
        let to_date = &frame.to_date;
        let is_all = |spans: &[Span]| covered(to_date, spans, None) >= to_date.days() as f64;
        self.spans.is_none() || {
            let mut spans = Vec::new();
            for (unit, _) in self.pieces(unit) {
                self.add_spans(unit, &[], &mut spans);
            }
            spans.iter().all(|(_, spans)| is_all(spans))
        }
    }

    /// The share of the events up to one of the days that is recorded by now, with its relative standard deviation.
    pub(crate) fn recorded(&self, look: usize) -> (f64, f64) {
        let time = self.looks.get(look);
        let delays = time.and_then(|time| Some((time, time.delays.as_ref()?)));
        delays.map_or((1.0, 0.0), |(Time { frame: Frame { to_date, .. }, .. }, delays)| {
            let days = delays.recorded_days(to_date.start(), to_date.end());
            (days / to_date.days() as f64, delays.deviation)
        })
    }

    /// The reporting units at and below a unit, with the days that they, and the units above them, have reported; `above` are
    /// those of the units above.
    fn add_spans(
        &self,
        unit: UnitIndex,
        above: &[Span],
        members: &mut Vec<(UnitIndex, Vec<Span>)>,
    ) {
        check_stop();
        let own = self.spans.as_ref().and_then(|spans| spans[unit.place()].as_ref());
        let children = self.assessor.plan.units().children(unit).iter().copied();
        let mut children =
            children.filter(|child| self.counts(&self.is_reported, *child)).peekable();
        let is_member = children.peek().is_none();
        let known = own.filter(|own| own.is_own || is_member);
        let known = known.into_iter().flat_map(|own| own.spans.iter().copied());
        let spans = merged(above.iter().copied().chain(known).collect());
        if is_member {
            if own.is_some_and(|own| own.is_owed) {
                members.push((unit, spans));
            }
            return;
        }
        for child in children {
            self.add_spans(child, &spans, members);
        }
    }

    /// How many events each unit has: those that it reported, divided by the share of its time that it reported. A unit
    /// without any report has as many as in the same window last year, in proportion to the others.
    fn rates(&self, members: &[Member]) -> Option<Vec<Rate>> {
        let count = |sum: &Sum<'_>, unit: UnitIndex| {
            let total = sum.total(unit).ok()?.value.float();
            (total >= 0.0).then_some(total)
        };
        let own_share = |unit: UnitIndex| {
            let own = self.spans.as_ref().and_then(|spans| spans[unit.place()].as_ref());
            own.map_or(0.0, |own| self.now.share(self.assessor, unit, &own.spans))
        };
        let own = members.iter().map(|member| {
            let share = own_share(member.unit);
            if share <= 0.0 {
                return None;
            }
            let events = count(&self.counts, member.unit)?;
            // Half an event more: a unit without events is not known to have none.
            let variance = (events + 0.5) / (share * share);
            Some(Rate { events: events / share, variance })
        });
        let own: Vec<Option<Rate>> = own.collect();
        let mut last_year = Vec::new();
        if own.iter().any(Option::is_none) {
            let sum = self.last_year.as_ref()?;
            last_year = members.iter().map(|member| count(sum, member.unit)).collect();
        }
        let (mut now, mut then) = (0.0, 0.0);
        for (rate, count) in own.iter().zip(&last_year) {
            if let (Some(rate), Some(count)) = (rate, count) {
                now += rate.events;
                then += count;
            }
        }
        let rate = |(place, (own, member)): (usize, (Option<Rate>, &Member))| {
            let rate = match own {
                Some(rate) => rate,
                None if then > 0.0 => {
                    let (count, by) = ((*last_year.get(place)?)?, now / then);
                    Rate { events: count * by, variance: (count + 0.5) * by * by }
                }
                None => return None,
            };
            let Rate { events, variance } = rate;
            let weight = member.weight;
            Some(Rate { events: events * weight, variance: variance * weight * weight })
        };
        own.into_iter().zip(members).enumerate().map(rate).collect()
    }
}
