//! How much of the time to date reports cover: time that is not reported is not time without events
//! (`docs/semantics.md`, 26a).

use std::sync::Arc;

use super::delays::Delays;
use super::exposure::{Clock, Exposure};
use super::missing_reports::Missing;
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Expression, IndicatorIndex, MeasureIndex, OverTime, UnitIndex};
use crate::tally::Span;

/// The share of the time elapsed that reports of units cover.
#[derive(Clone)]
pub(super) struct ReportedTime {
    /// Per unit; none where it is 1 for all units.
    shares: Option<Arc<[Exact]>>,
    /// How late events are recorded, where some of the time elapsed are still to be.
    pub(super) delays: Option<Arc<Delays>>,
}

impl ReportedTime {
    const ALL: ReportedTime = ReportedTime { shares: None, delays: None };

    /// The share of a unit; 1 where nothing has to be reported.
    pub(super) fn share(&self, unit: UnitIndex) -> Exact {
        self.shares.as_ref().map_or(Exact::ONE, |shares| shares[unit.place()].clone())
    }

    /// Whether it is 1 for all units.
    pub(super) fn is_all(&self) -> bool {
        self.shares.is_none()
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
        let paced_by = self.course(indicator).map_or(counted, |course| course.paced_by);
        let delays = self.delays(paced_by, &frame.to_date);
        let spans = self.known.reported_spans(&flows, &frame.to_date, participants);
        let units = self.plan.units();
        let whole = [(frame.to_date.start(), frame.to_date.end())];
        let share = |unit: UnitIndex, spans: &[Span]| match clock {
            Some((clock @ Clock::Seasons(_), parts)) => {
                let exposure = clock.of(self.plan, unit);
                let covered = |days: &Window| covered(days, spans, delays.as_deref());
                exposure.map_or(Exact::ONE, |exposure| seasonal(exposure, parts, frame, covered))
            }
            Some((Clock::Days(_), _)) | None if delays.is_some() => {
                let covered = covered(&frame.to_date, spans, delays.as_deref());
                Exact::of(covered / frame.to_date.days() as f64).unwrap_or(Exact::ONE)
            }
            Some((Clock::Days(_), _)) | None => {
                let days = spans.iter().map(|(start, end)| (*end - *start).num_days()).sum();
                Exact::quotient(days, frame.to_date.days()).unwrap_or(Exact::ONE)
            }
        };
        let Some(spans) = spans else {
            let is_late = delays.is_some() && !self.known.only_prepares();
            let all = || units.iter().map(|(unit, _)| share(unit, &whole)).collect();
            return ReportedTime { shares: is_late.then(all), delays };
        };
        let is_all = spans.iter().flatten().all(|reported| *reported.spans == whole[..]);
        if is_all && delays.is_none() && !self.known.only_prepares() {
            return ReportedTime::ALL;
        }
        let is_open = !frame.is_final() || self.may_miss(indicator, Missing::Any);
        let last_year = self.plan.calendar().same_window_last_year(&frame.window);
        let last_year = last_year.filter(|_| is_open);
        let last_year = last_year.filter(|window| self.known.is_over(window.end()));
        let last_year =
            last_year.map(|window| self.sum(counted, &Frame { window, to_date: window }));
        if self.known.only_prepares() {
            return ReportedTime::ALL;
        }
        let mut below: Vec<Below> = vec![Below::NONE; units.len()];
        let mut shares = vec![Exact::ONE; units.len()];
        for unit in self.known.below_first() {
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
                let own = own.filter(|own| own.is_own).map(|own| share(*unit, &own.spans));
                shares[place] = match own.filter(|own| *own > mean) {
                    Some(own) => {
                        sum = sum.all_with(&own);
                        own
                    }
                    None => mean,
                };
            } else if let Some(own) = own.filter(|own| own.is_owed) {
                let mine = share(*unit, &own.spans);
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
        ReportedTime { shares: Some(shares.into()), delays }
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
