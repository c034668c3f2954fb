//! The slot and the era of each day that has events.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};

use super::super::outcome_columns::Columns;
use super::{BLOCK, blocks};
use crate::calendar::Window;
use crate::tally::Grid;

/// The slot and the era of each day from the first to the last.
pub(super) struct Calendar {
    pub(super) first: i32,
    pub(super) slots: Vec<u32>,
    pub(super) eras: Vec<u32>,
    /// One day of each era.
    pub(super) days: Vec<Option<Window>>,
    /// Whether earlier and later days are equivalent to the first and the last day.
    pub(super) goes_on: bool,
}

impl Calendar {
    /// `None` if no row has a day of the calendar.
    pub(super) fn of(batches: &[Columns<'_>], grid: &Grid) -> Option<Self> {
        let rows = batches.iter().map(|batch| batch.rows).sum::<usize>();
        let told_apart = grid.days_told_apart();
        let told_apart =
            told_apart.map(|(first, last)| first.num_days_from_ce()..=last.num_days_from_ce());
        // A scan of few rows is faster than a look-up of many days.
        let told_apart = told_apart.filter(|days| days.clone().count() <= rows);
        let goes_on = told_apart.is_some();
        let all = told_apart.unwrap_or_else(|| days_of(batches));
        let first = *all.start();
        let days = all.filter_map(NaiveDate::from_num_days_from_ce_opt);
        let (slots, eras): (Vec<u32>, Vec<u32>) =
            days.map(|day| (grid.slot(day), grid.era(day) as u32)).unzip();
        let days = (0..grid.eras()).map(|era| Window::day(grid.day_of(era)?)).collect();
        (!slots.is_empty()).then_some(Calendar { first, slots, eras, days, goes_on })
    }

    /// Replaces earlier days by the calendar's first and later ones by its last, counted from the first. Invalid days
    /// become −1.
    pub(super) fn settle(&self, days: &mut [i32]) {
        let last = self.slots.len() as i32 - 1;
        for day in days {
            let is_sound = SOUND.contains(&day.wrapping_add(self.first));
            *day = if is_sound { (*day).clamp(0, last) } else { -1 };
        }
    }
}

/// The days from the first to the last that occur in the rows.
fn days_of(batches: &[Columns<'_>]) -> RangeInclusive<i32> {
    let (mut first, mut last) = (i32::MAX, i32::MIN);
    let mut days = [0; BLOCK];
    for batch in batches {
        for block in blocks(0..batch.rows) {
            if !batch.date.texts().is_none_or(|texts| texts.are_readable(block.clone())) {
                continue;
            }
            let days = &mut days[..block.len()];
            batch.date.fill(block, 0, days);
            let lowest = days.iter().copied().fold(i32::MAX, i32::min);
            let highest = days.iter().copied().fold(i32::MIN, i32::max);
            if SOUND.contains(&lowest) && SOUND.contains(&highest) {
                (first, last) = (first.min(lowest), last.max(highest));
                continue;
            }
            for day in days.iter().filter(|day| SOUND.contains(*day)) {
                (first, last) = (first.min(*day), last.max(*day));
            }
        }
    }
    first..=last
}

/// The days of the years 1 to 9999, counted from the first.
const SOUND: RangeInclusive<i32> = 1..=3_652_059;
