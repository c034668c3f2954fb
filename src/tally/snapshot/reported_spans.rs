//! Which days the reports of each unit cover.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::Window;
use crate::plan::{MeasureIndex, UnitIndex};
use crate::tally::reads::Read;
use crate::tally::snapshot::participants::Participants;
use crate::tally::snapshot::{Figure, Snapshot};

/// The first of some days and the day after the last.
pub(crate) type Span = (NaiveDate, NaiveDate);

/// The days that the reports of a unit cover.
#[derive(Debug, Clone)]
pub(crate) struct ReportedSpans {
    /// In order of time; none touches the next.
    pub(crate) spans: Vec<Span>,
    /// Whether the unit has figures of its own.
    pub(crate) is_own: bool,
    /// Whether the unit owes reports; else it only has figures.
    pub(crate) is_owed: bool,
}

/// Flows, the first day and the day after the last of a window, and the units that take part.
pub(in crate::tally) type SpansOf = (Vec<MeasureIndex>, NaiveDate, NaiveDate, Participants);

impl Snapshot<'_> {
    /// The days of a window to date that the reports of some flows cover, all of them together, for each unit that reports;
    /// none at all where nothing has to be reported.
    pub(crate) fn reported_spans(
        &self,
        flows: &[MeasureIndex],
        to_date: &Window,
        participants: Participants,
    ) -> Option<Arc<[Option<ReportedSpans>]>> {
        let plan = self.plan();
        let owed: Vec<MeasureIndex> = flows
            .iter()
            .map(|flow| self.reported_as(*flow))
            .filter(|flow| self.owes_reports(*flow) && !self.is_events(*flow))
            .collect();
        // Events are recorded on all days up to the last one that is stated.
        let until = flows.iter().filter(|flow| self.is_events(**flow));
        let until = until.filter_map(|flow| plan[plan.recorded(*flow)].recorded.until?.succ_opt());
        let end = until.min().map_or(to_date.end(), |until| until.min(to_date.end()));
        if owed.is_empty() && end == to_date.end() && !self.only_prepares() {
            return None;
        }
        owed.iter().for_each(|flow| self.note(Read::Figures(*flow, *to_date)));
        if self.only_prepares() {
            return Some(Arc::default());
        }
        let key = (owed.clone(), to_date.start(), end, participants);
        let compute = || self.spans_of(&owed, to_date, end, participants).into();
        Some(self.memos().reported_spans.get(key, compute))
    }

    fn spans_of(
        &self,
        owed: &[MeasureIndex],
        to_date: &Window,
        end: NaiveDate,
        participants: Participants,
    ) -> Vec<Option<ReportedSpans>> {
        let plan = self.plan();
        let takes_part = self.takes_part(participants);
        let units = plan.units();
        let days = (to_date.start(), end);
        let recorded = owed.iter().find(|flow| plan[**flow].recorded_at.is_some());
        let reports = |unit: UnitIndex| match recorded {
            Some(flow) => {
                plan[*flow].is_owed_by(unit, &units[unit])
                    && units[unit].is_valid_throughout(to_date)
            }
            None => takes_part[unit.place()],
        };
        let covered: Vec<&[Vec<Span>]> = owed.iter().map(|flow| self.covered_days(*flow)).collect();
        let spans = |unit: UnitIndex| {
            let mut all = vec![days];
            let mut is_own = false;
            for covered in &covered {
                let own = within(covered, unit, to_date);
                is_own |= !own.is_empty();
                let below;
                let reported = if recorded.is_some() {
                    let mut spans = own.to_vec();
                    self.add_spans_below(covered, unit, to_date, &mut spans);
                    below = merged(spans);
                    &below
                } else {
                    own
                };
                all = shared(&all, reported);
            }
            ReportedSpans { spans: all, is_own, is_owed: recorded.is_none() || reports(unit) }
        };
        let all = units.iter().map(|(unit, _)| {
            let has_figures =
                || covered.iter().any(|covered| !within(covered, unit, to_date).is_empty());
            (days.0 < days.1 && (reports(unit) || has_figures())).then(|| spans(unit))
        });
        all.collect()
    }

    /// The days that the figures of each unit cover.
    fn covered_days(&self, flow: MeasureIndex) -> &[Vec<Span>] {
        self.covered(flow, || {
            let of_unit = |figures: &Vec<Figure>| {
                merged(figures.iter().map(|figure| (figure.start, figure.end)).collect())
            };
            self.all_figures(flow).iter().map(of_unit).collect()
        })
    }

    fn add_spans_below(
        &self,
        covered: &[Vec<Span>],
        unit: UnitIndex,
        window: &Window,
        spans: &mut Vec<Span>,
    ) {
        for child in self.plan().units().children(unit) {
            spans.extend(within(covered, *child, window));
            self.add_spans_below(covered, *child, window, spans);
        }
    }
}

/// The spans of a unit that have a day of a window.
fn within<'s>(covered: &'s [Vec<Span>], unit: UnitIndex, window: &Window) -> &'s [Span] {
    // A measure without figures has no units.
    let spans = covered.get(unit.place()).map_or(&[][..], Vec::as_slice);
    let spans = &spans[..spans.partition_point(|(start, _)| *start < window.end())];
    &spans[spans.partition_point(|(_, end)| *end <= window.start())..]
}

/// Spans in order of time, of which none touches the next.
pub(crate) fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|(start, end)| start < end);
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::with_capacity(spans.len().min(4));
    for (start, end) in spans {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            Some(_) | None => merged.push((start, end)),
        }
    }
    merged
}

/// The days that are in both.
fn shared(one: &[Span], other: &[Span]) -> Vec<Span> {
    let mut all = Vec::new();
    for (start, end) in one {
        for (other_start, other_end) in other {
            let (from, to) = ((*start).max(*other_start), (*end).min(*other_end));
            if from < to {
                all.push((from, to));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(number: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + chrono::TimeDelta::days(number)
    }

    proptest! {
        #[test]
        fn merged_and_shared_spans_hold_the_days_of_all_and_of_both(
            one in prop::collection::vec((0_i64..30, 1_i64..9), 0..6),
            other in prop::collection::vec((0_i64..30, 1_i64..9), 0..6),
        ) {
            let spans = |all: &[(i64, i64)]| {
                all.iter().map(|(start, days)| (day(*start), day(start + days))).collect::<Vec<_>>()
            };
            let holds = |spans: &[Span], at: NaiveDate| {
                spans.iter().any(|(start, end)| *start <= at && at < *end)
            };
            let (ones, others) = (merged(spans(&one)), merged(spans(&other)));
            let both = shared(&ones, &others);
            for number in 0..40 {
                let at = day(number);
                prop_assert_eq!(holds(&ones, at), holds(&spans(&one), at));
                prop_assert_eq!(holds(&both, at), holds(&ones, at) && holds(&others, at));
            }
            prop_assert!(ones.windows(2).all(|two| two[0].1 < two[1].0));
        }
    }
}
