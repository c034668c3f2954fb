//! What is known of each day on which something happened.

use chrono::NaiveDate;

use super::super::outcomes::Columns;
use super::{BLOCK, blocks};
use crate::calendar::Window;
use crate::tally::Grid;

/// What is known of each day from the first to the last.
pub(super) struct Calendar {
    pub(super) first: i32,
    pub(super) slots: Vec<u32>,
    pub(super) eras: Vec<u32>,
    /// Some day of each era.
    pub(super) days: Vec<Option<Window>>,
}

impl Calendar {
    /// None where no row has a day of the calendar.
    pub(super) fn of(batches: &[Columns<'_>], grid: &Grid) -> Option<Self> {
        let (mut first, mut last) = (i32::MAX, i32::MIN);
        let mut days = [0; BLOCK];
        for batch in batches {
            for block in blocks(0..batch.rows) {
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
        let days = (first..=last).filter_map(NaiveDate::from_num_days_from_ce_opt);
        let (slots, eras): (Vec<u32>, Vec<u32>) =
            days.map(|day| (grid.slot(day), grid.era(day) as u32)).unzip();
        let days = (0..grid.eras()).map(|era| Window::day(grid.day_of(era)?)).collect();
        (!slots.is_empty()).then_some(Calendar { first, slots, eras, days })
    }
}

/// The days of the years 1 to 9999, counted from the first.
const SOUND: std::ops::RangeInclusive<i32> = 1..=3_652_059;
