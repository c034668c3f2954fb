//! Whether more, or something else, is known than was known before.

use std::cell::OnceCell;

use chrono::NaiveDate;

use super::cells::Block;
use super::reads::Read;
use super::snapshot::{Figure, Snapshot};
use crate::plan::MeasureIndex;

/// What is known of a plan's outcomes on two days, and what of it differs.
pub(crate) struct Touched<'s> {
    now: &'s Snapshot<'s>,
    then: &'s Snapshot<'s>,
    /// Per measure, the days of which something else is known.
    days: Vec<Days>,
    /// Per measure, whether reports are due from other units; computed when first read.
    units: Vec<OnceCell<bool>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Days {
    /// Spans, the end after the last day of each.
    Spans(Vec<(NaiveDate, NaiveDate)>),
    All,
}

impl Touched<'_> {
    /// Whether what was read would be something else today.
    pub(crate) fn is_touched(&self, read: &Read) -> bool {
        let (now, then) = (self.now, self.then);
        let is = |measure: &MeasureIndex, is: &dyn Fn(NaiveDate, NaiveDate) -> bool| match &self
            .days[measure.0]
        {
            Days::All => true,
            Days::Spans(spans) => spans.iter().any(|(start, end)| is(*start, *end)),
        };
        match read {
            Read::Values(measure, window) | Read::Figures(measure, window) => {
                is(measure, &|start, end| start < window.end() && window.start() < end)
            }
            Read::FiguresBefore(measure, day) => is(measure, &|start, _| start < *day),
            Read::Units(measure) => *self.units[measure.0].get_or_init(|| {
                now.has_participants(*measure) && now.has_rows(*measure) != then.has_rows(*measure)
            }),
            Read::Rows(measure) | Read::Delays(measure) => {
                is(measure, &|_, _| true)
                    || now.as_of() != then.as_of()
                    || !now.has_same_rows(then, *measure)
            }
            Read::Dated(measure) => now.is_dated(*measure) != then.is_dated(*measure),
            Read::ShortestSpan(measure) => {
                now.shortest_span(*measure) != then.shortest_span(*measure)
            }
            Read::SameSpans(measures) => {
                now.have_same_spans(measures) != then.have_same_spans(measures)
            }
            Read::AtLevel(measure, level) => {
                now.is_of_level(*measure, *level) != then.is_of_level(*measure, *level)
            }
            Read::Over(end) => now.is_over(*end) != then.is_over(*end),
        }
    }
}

impl Days {
    fn add(&mut self, start: NaiveDate, end: NaiveDate) {
        if start < end
            && let Days::Spans(spans) = self
        {
            match spans.last_mut() {
                Some(last) if last.0 <= start && end <= last.1 => {}
                _ => spans.push((start, end)),
            }
        }
    }

    fn add_figures(&mut self, figures: &[Figure]) {
        for figure in figures {
            // One recorded before it began holds no day: it counts where it begins.
            let next_day = figure.start.succ_opt().unwrap_or(figure.start);
            self.add(figure.start, figure.end.max(next_day));
        }
    }

    /// Spans in order, none of which shares days with another.
    fn merged(self) -> Days {
        let Days::Spans(mut spans) = self else { return self };
        spans.sort_unstable();
        let mut merged: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        for (start, end) in spans {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                Some(_) | None => merged.push((start, end)),
            }
        }
        Days::Spans(merged)
    }
}

impl Snapshot<'_> {
    /// What differs from what was known in an earlier snapshot of outcomes of the same plan.
    pub(crate) fn touched_since<'s>(&'s self, earlier: &'s Snapshot<'_>) -> Touched<'s> {
        let mut all: Vec<Days> = (0..self.plan().all_measures().len())
            .map(|measure| self.figures_touched(earlier, MeasureIndex(measure)))
            .collect();
        self.cells_touched(earlier, &mut all);
        let days = all.into_iter().map(Days::merged).collect();
        let units = vec![OnceCell::new(); self.plan().all_measures().len()];
        Touched { now: self, then: earlier, days, units }
    }

    fn figures_touched(&self, earlier: &Snapshot<'_>, measure: MeasureIndex) -> Days {
        if self.is_events(measure) != earlier.is_events(measure) {
            return Days::All;
        }
        let mut days = Days::Spans(Vec::new());
        let (now, then) = (self.all_figures(measure), earlier.all_figures(measure));
        for unit in 0..now.len().max(then.len()) {
            let [now, then] = [now, then].map(|all| all.get(unit).map_or(&[][..], Vec::as_slice));
            let (new, old) = differing(now, then);
            days.add_figures(new);
            days.add_figures(old);
        }
        // No event is a zero while events were being recorded.
        if self.is_events(measure) {
            match (self.recorded_days(measure), earlier.recorded_days(measure)) {
                (None, None) => {}
                (Some((start, end)), None) | (None, Some((start, end))) => days.add(start, end),
                (Some(now), Some(then)) => {
                    days.add(now.0.min(then.0), now.0.max(then.0));
                    days.add(now.1.min(then.1), now.1.max(then.1));
                }
            }
        }
        days
    }

    fn cells_touched(&self, earlier: &Snapshot<'_>, all: &mut [Days]) {
        let (now, then) = (self.tally(), earlier.tally());
        let grid = &now.grid;
        if *grid != then.grid {
            // Slots that can't be compared.
            all.fill(Days::All);
            return;
        }
        let mut new = now.recorded.cells.iter().peekable();
        let mut old = then.recorded.cells.iter().peekable();
        loop {
            let next = new.peek().map(|(slot, _)| *slot);
            let slot = match (next, old.peek().map(|(slot, _)| *slot)) {
                (Some(one), Some(other)) => one.min(other),
                (Some(slot), None) | (None, Some(slot)) => slot,
                (None, None) => break,
            };
            let block_now = new.next_if(|(at, _)| *at == slot).map(|(_, block)| block);
            let block_then = old.next_if(|(at, _)| *at == slot).map(|(_, block)| block);
            let is_shared = block_now.zip(block_then).is_some_and(|(a, b)| std::ptr::eq(a, b));
            let Some(days) = grid.days(slot).filter(|_| !is_shared) else { continue };
            for (measure, touched) in all.iter_mut().enumerate() {
                let stretches = grid.cells_of(MeasureIndex(measure));
                let filled = |block: Option<&Block>| -> Vec<_> {
                    let cells = |block| {
                        stretches
                            .iter()
                            .flat_map(move |cells| Block::filled_in(block, cells.clone()))
                    };
                    block.into_iter().flat_map(cells).collect()
                };
                if filled(block_now) != filled(block_then) {
                    touched.add(days.start(), days.end());
                }
            }
        }
    }
}

/// Those that lie between what two lists begin with and what they end with in common.
fn differing<'f>(new: &'f [Figure], old: &'f [Figure]) -> (&'f [Figure], &'f [Figure]) {
    let common = new.iter().zip(old).take_while(|(one, other)| one == other).count();
    let (new, old) = (&new[common..], &old[common..]);
    let ends = new.iter().rev().zip(old.iter().rev());
    let common = ends.take_while(|(one, other)| one == other).count();
    (&new[..new.len() - common], &old[..old.len() - common])
}
