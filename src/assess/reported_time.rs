//! How much of the time to date reports cover: time that is not reported is not time without events
//! (`docs/semantics.md`, 26a).

use std::sync::Arc;

use super::delays::Delays;
use super::exposure::{Clock, Exposure};
use super::missing_reports::Missing;
use super::value::Sum;
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Expression, IndicatorIndex, MeasureIndex, OverTime, UnitIndex};
use crate::stats::outlook::RecordedEvents;
use crate::tally::{ReportedSpans, Span};

/// The share of the time elapsed that reports of units cover.
#[derive(Clone)]
pub(super) struct ReportedTime {
    /// Per unit; none where it is 1 for all units.
    shares: Option<Arc<[Exact]>>,
    /// How late events are recorded, where some of the time elapsed are still to be.
    pub(super) delays: Option<Arc<Delays>>,
    /// Of the events among what accumulates with them, how many are recorded; none where they are recorded as late as that.
    among: Option<RecordedAmong>,
}

/// The share of the events that is recorded, relative to that of what they are counted over.
#[derive(Clone)]
struct RecordedAmong {
    /// Per unit.
    shares: Arc<[f64]>,
    /// Their relative standard deviation.
    deviation: f64,
}

impl ReportedTime {
    const ALL: ReportedTime = ReportedTime { shares: None, delays: None, among: None };

    /// The share of a unit; 1 where nothing has to be reported.
    pub(super) fn share(&self, unit: UnitIndex) -> Exact {
        self.shares.as_ref().map_or(Exact::ONE, |shares| shares[unit.place()].clone())
    }

    /// How many of a unit's events are recorded, among what accumulates with them; none where they are recorded as late as
    /// that.
    pub(super) fn among(&self, unit: UnitIndex) -> Option<RecordedEvents> {
        let RecordedAmong { shares, deviation } = self.among.as_ref()?;
        Some(RecordedEvents { share: *shares.get(unit.place())?, deviation: *deviation })
    }

    /// Whether it is 1 for all units.
    pub(super) fn is_all(&self) -> bool {
        self.shares.is_none()
    }
}

/// How many of the events of units are recorded, relative to what they are counted over.
pub(crate) struct RecordedUnits(Option<ReportedTime>);

impl RecordedUnits {
    /// Those of a unit.
    pub(crate) fn of(&self, unit: UnitIndex) -> RecordedEvents {
        let Some(time) = &self.0 else { return RecordedEvents::ALL };
        time.among(unit).unwrap_or(RecordedEvents::ALL)
    }
}

/// The reporting units below a unit.
#[derive(Clone)]
struct Below {
    /// The sum of their shares, and how many they are.
    shares: Exact,
    units: i64,
    /// The same, each share weighted by the count of last year; none if one of them has no such count.
    weighted: Option<(Exact, Exact)>,
}

impl Below {
    const NONE: Below =
        Below { shares: Exact::ZERO, units: 0, weighted: Some((Exact::ZERO, Exact::ZERO)) };

    fn add(&mut self, other: &Below) {
        self.shares = &self.shares + &other.shares;
        self.units += other.units;
        self.weighted = match (self.weighted.take(), &other.weighted) {
            (Some(one), Some(other)) => Some((one.0 + &other.0, one.1 + &other.1)),
            _ => None,
        };
    }

    /// The same units, of which each has this share.
    fn all_with(&self, share: &Exact) -> Below {
        let weighted = self.weighted.as_ref();
        Below {
            shares: share * &Exact::from(self.units),
            units: self.units,
            weighted: weighted.map(|(_, counts)| (share * counts, counts.clone())),
        }
    }

    fn mean(&self) -> Exact {
        match &self.weighted {
            Some((shares, counts)) if counts.is_positive() => shares / counts,
            _ if self.units == 0 => Exact::ONE,
            _ => &self.shares / &Exact::from(self.units),
        }
    }
}

impl Assessor<'_> {
    /// How many events of units are recorded among what accumulates with them.
    pub(crate) fn recorded_among(&self, indicator: IndicatorIndex, frame: &Frame) -> RecordedUnits {
        let course = self.course(indicator).filter(|course| course.beside.is_some());
        let late = course.filter(|_| self.is_recorded_late(indicator, &frame.to_date));
        RecordedUnits(late.map(|course| self.reported_time(indicator, course.above, frame, None)))
    }

    /// The share of the time elapsed that reports of an indicator's flows cover, unit by unit. `counted` is what is counted,
    /// whose numbers of last year weight the units.
    pub(super) fn reported_time(
        &self,
        indicator: IndicatorIndex,
        counted: &Expression,
        frame: &Frame,
        clock: Option<(&Clock, &[Window])>,
    ) -> ReportedTime {
        match clock {
            Some((Clock::Seasons(_), _)) => {
                self.compute_reported_time(indicator, counted, frame, clock)
            }
            // By days it is the same for all targets.
            Some((Clock::Days(_), _)) | None => {
                let key = (indicator, frame.window, frame.to_date);
                let (time, reads) = self.reported_times.get(key, || {
                    let recording = self.recording();
                    let time = recording.compute_reported_time(indicator, counted, frame, None);
                    (time, recording.known.reads())
                });
                self.known.note_all(&reads);
                time
            }
        }
    }

    fn compute_reported_time(
        &self,
        indicator: IndicatorIndex,
        counted: &Expression,
        frame: &Frame,
        clock: Option<(&Clock, &[Window])>,
    ) -> ReportedTime {
        let all = self.plan.measures_of(indicator);
        let participants = self.participants(indicator);
        let flows: Vec<MeasureIndex> =
            all.into_iter().filter(|one| self.plan[*one].over_time == OverTime::Sum).collect();
        let course = self.course(indicator);
        let paced_by = course.as_ref().map_or(counted, |course| course.paced_by);
        let delays = self.delays(paced_by, &frame.to_date);
        let above = course.filter(|course| course.beside.is_some()).map(|course| course.above);
        let of_events = above.and_then(|above| self.delays(above, &frame.to_date));
        // Events that are all recorded may belong to what is still being recorded.
        let are_apart = of_events.is_some()
            || (delays.is_some() && above.is_some_and(|above| self.knows_delays(above)));
        let spans = self.known.reported_spans(&flows, &frame.to_date, participants);
        let whole = [(frame.to_date.start(), frame.to_date.end())];
        let is_all =
            spans.iter().flat_map(|all| all.iter()).flatten().all(|one| *one.spans == whole[..]);
        if is_all && delays.is_none() && !are_apart && !self.known.only_prepares() {
            return ReportedTime::ALL;
        }
        let is_open = !frame.is_final() || self.may_miss(indicator, Missing::Any);
        let last_year = self.plan.calendar().same_window_last_year(&frame.window);
        let last_year = last_year.filter(|_| is_open && spans.is_some());
        let last_year = last_year.filter(|window| self.known.is_over(window.end()));
        let last_year =
            last_year.map(|window| self.sum(counted, &Frame { window, to_date: window }));
        if self.known.only_prepares() {
            return ReportedTime::ALL;
        }
        let reported = Reported { assessor: self, frame, clock, spans, last_year };
        let shares = reported.shares(delays.as_deref());
        let among = are_apart.then(|| {
            let of_events_alone = reported.shares(of_events.as_deref());
            let quotient = |(events, over): (&Exact, &Exact)| match over.is_positive() {
                true => events.float() / over.float(),
                false => 1.0,
            };
            let deviation = |delays: &Option<Arc<Delays>>| {
                delays.as_ref().map_or(0.0, |delays| delays.deviation)
            };
            RecordedAmong {
                shares: of_events_alone.iter().zip(&shares).map(quotient).collect(),
                deviation: deviation(&delays).hypot(deviation(&of_events)),
            }
        });
        let is_whole = reported.spans.is_none() && delays.is_none();
        ReportedTime { shares: (!is_whole).then(|| shares.into()), delays, among }
    }
}

/// The days that reports of units cover.
struct Reported<'r> {
    assessor: &'r Assessor<'r>,
    frame: &'r Frame,
    clock: Option<(&'r Clock, &'r [Window])>,
    /// None where nothing has to be reported.
    spans: Option<Arc<[Option<ReportedSpans>]>>,
    /// The numbers of last year, which weight the units.
    last_year: Option<Sum<'r>>,
}

impl Reported<'_> {
    /// The share of the time elapsed that spans cover.
    fn share(&self, unit: UnitIndex, spans: &[Span], delays: Option<&Delays>) -> Exact {
        let Frame { to_date, .. } = self.frame;
        match self.clock {
            Some((clock @ Clock::Seasons(_), parts)) => {
                let exposure = clock.of(self.assessor.plan, unit);
                let covered = |days: &Window| covered(days, spans, delays);
                exposure
                    .map_or(Exact::ONE, |exposure| seasonal(exposure, parts, self.frame, covered))
            }
            Some((Clock::Days(_), _)) | None if delays.is_some() => {
                let covered = covered(to_date, spans, delays);
                Exact::of(covered / to_date.days() as f64).unwrap_or(Exact::ONE)
            }
            Some((Clock::Days(_), _)) | None => {
                let days = spans.iter().map(|(start, end)| (*end - *start).num_days()).sum();
                Exact::quotient(days, to_date.days()).unwrap_or(Exact::ONE)
            }
        }
    }

    /// Per unit, the share of the time elapsed that its reports cover.
    fn shares(&self, delays: Option<&Delays>) -> Vec<Exact> {
        let Reported { assessor, frame, spans, last_year, .. } = self;
        let units = assessor.plan.units();
        let Some(spans) = spans else {
            let whole = [(frame.to_date.start(), frame.to_date.end())];
            return units.iter().map(|(unit, _)| self.share(unit, &whole, delays)).collect();
        };
        let mut below: Vec<Below> = vec![Below::NONE; units.len()];
        let mut shares = vec![Exact::ONE; units.len()];
        for unit in assessor.known.below_first() {
            let place = unit.place();
            let mut sum = Below::NONE;
            for child in units.children(*unit) {
                if units[*child].is_valid_throughout(&frame.to_date) {
                    sum.add(&below[child.place()]);
                }
            }
            let own = spans[place].as_ref();
            if sum.units > 0 {
                let mean = sum.mean();
                // What the unit itself reported stands for those below it.
                let own = own.filter(|own| own.is_own);
                let own = own.map(|own| self.share(*unit, &own.spans, delays));
                shares[place] = match own.filter(|own| *own > mean) {
                    Some(own) => {
                        sum = sum.all_with(&own);
                        own
                    }
                    None => mean,
                };
            } else if let Some(own) = own.filter(|own| own.is_owed) {
                let mine = self.share(*unit, &own.spans, delays);
                let count = last_year.as_ref().and_then(|sum| Some(sum.total(*unit).ok()?.value));
                sum = Below {
                    units: 1,
                    weighted: count.map(|count| (&mine * &count, count)),
                    shares: mine.clone(),
                };
                shares[place] = mine;
            }
            below[place] = sum;
        }
        if units.geography().is_some() {
            for (unit, _) in units.iter() {
                let Some(pieces) = units.pieces(unit, None) else { continue };
                let mut sum = Below::NONE;
                pieces.iter().for_each(|piece| sum.add(&below[piece.unit.place()]));
                shares[unit.place()] = sum.mean();
            }
        }
        shares
    }
}

/// How many days of a window are reported: each day of the spans counts with the share of its events that is recorded by now.
pub(super) fn covered(window: &Window, spans: &[Span], delays: Option<&Delays>) -> f64 {
    let days = spans.iter().map(|(start, end)| {
        let (start, end) = ((*start).max(window.start()), (*end).min(window.end()));
        match delays {
            Some(delays) => delays.recorded_days(start, end),
            None => (end - start).num_days().max(0) as f64,
        }
    });
    days.sum()
}

/// The share of the seasonal time elapsed that is reported; `covered` counts the days of a window that are.
pub(super) fn seasonal(
    exposure: &Exposure,
    parts: &[Window],
    frame: &Frame,
    covered: impl Fn(&Window) -> f64,
) -> Exact {
    let elapsed = exposure.elapsed;
    let (mut weight, mut days, mut weight_shared, mut days_shared) = (0.0, 0, 0.0, 0.0);
    for (part, part_weight) in parts.iter().zip(&exposure.parts) {
        weight += part_weight;
        days += part.days();
        weight_shared += part_weight * covered(part) / part.days() as f64;
        days_shared += covered(part);
    }
    // Days in no part share what is left of the time elapsed.
    let (left, days_left) = ((elapsed - weight).max(0.0), frame.to_date.days() - days);
    if days_left > 0 {
        let others = covered(&frame.to_date) - days_shared;
        weight_shared += left * others / days_left as f64;
        weight += left;
    }
    let share = if weight > 0.0 { weight_shared / weight } else { 1.0 };
    Exact::of(share.clamp(0.0, 1.0)).unwrap_or(Exact::ONE)
}
