//! Adds plain events by index arithmetic, on all threads.
//!
//! This fast path processes rows in blocks. It first converts each block to cells and values: unit, measure
//! and day by table look-up (dictionaries once per entry), the value unchanged. If every row of the block has
//! a cell, and a value that a cell can hold, a simple loop adds them up. The intake processes every
//! other block row by row, and finds the special rows and the faults.
//!
//! * `calendar`: the slot and the era of each day.
//! * `block`: converts the rows of a block to cells and values.
//! * `fill`: reads typed columns by the block.
//! * `sorted`: sums of few among many cells.
//! * `gathered`: sums in a table that threads share.

mod block;
mod calendar;
mod fill;
mod gathered;
mod sorted;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Mutex;

use block::{Block, Taken};
use calendar::Calendar;
use gathered::Gathered;
use sorted::{SlotSums, Sorted};

use super::outcome_columns::Columns;
use crate::parallel;
use crate::tally::{Grid, Intake, Rows, Staged, Table};

/// Rows per block: few enough for the data of a block to stay in the nearest cache.
const BLOCK: usize = 1_024;

/// Marks the absence of a cell. The sum of three such marks still fits into 32 bits.
const NOWHERE: u32 = 1 << 30;

/// The sizes that choose the strategy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thresholds {
    pub(super) threads: usize,
    /// The least rows per thread for which starting threads pays off.
    pub(super) rows_per_thread: usize,
    /// The largest table, in cells, that each thread gets for itself. Threads share a larger one.
    pub(super) cells_per_thread: usize,
    /// The largest table, in cells. Beyond it, sums are kept only for the cells that occur.
    pub(super) cells_at_most: usize,
    /// The most cells per row for which a table pays off.
    pub(super) cells_per_row: usize,
}

impl Thresholds {
    /// The values chosen by measurement.
    pub(super) fn usual() -> Self {
        Thresholds {
            threads: parallel::all_threads(),
            rows_per_thread: 1 << 16,
            cells_per_thread: 1 << 22,
            cells_at_most: 1 << 26,
            cells_per_row: 32,
        }
    }
}

/// Whether the rows of a batch may be plain events, as far as its columns tell.
pub(super) fn may_be_plain(columns: &Columns<'_>, intake: &Intake<'_>) -> bool {
    let cells = intake.grid().cells();
    intake.rows() == Rows::Events
        && intake.dates_are_days()
        && (1..NOWHERE as usize).contains(&cells)
        && columns.start.is_empty()
        && columns.end.is_empty()
        && columns.period.is_empty()
        && columns.status.is_empty()
        && columns.recorded_at.is_empty()
        && columns.illustrative.is_empty()
        && columns.value.are_counts()
}

/// Adds the plain events of several batches. Returns the rows that it skipped, by batch.
pub(super) fn take(
    batches: &[Columns<'_>],
    intake: &mut Intake<'_>,
    thresholds: &Thresholds,
) -> Left {
    let mut plain = std::mem::take(&mut intake.plain);
    let rows = batches.iter().map(|batch| batch.rows).sum::<usize>();
    let left = match Calendar::of(batches, intake.grid()) {
        Some(calendar) => {
            let threads = thresholds.threads.min(rows / thresholds.rows_per_thread).max(1);
            let thresholds = Thresholds { threads, ..*thresholds };
            let place = Place::prepare(&calendar, &mut plain, rows, &thresholds, intake.grid());
            let job = Job { batches, calendar: &calendar, intake, place };
            job.run(&mut plain, threads)
        }
        None => (0..).zip(batches).map(|(at, batch)| (at, 0..batch.rows)).collect(),
    };
    let rows_left = left.iter().map(|(_, rows)| rows.len()).sum::<usize>();
    plain.rows += rows - rows_left;
    intake.plain = plain;
    left
}

/// The storage of sums while rows are processed.
enum Place {
    /// One table per thread. Holds the offset of each calendar day's slot.
    Each(Vec<u32>),
    /// One table that all threads share.
    Shared(Vec<u32>),
    /// Only the cells that occur.
    Scattered,
}

impl Place {
    /// Chooses the storage by the numbers of cells and rows, and allocates it.
    fn prepare(
        calendar: &Calendar,
        plain: &mut Staged,
        rows: usize,
        thresholds: &Thresholds,
        grid: &Grid,
    ) -> Place {
        // Slots come in order of time.
        let (Some(first), Some(last)) = (calendar.slots.first(), calendar.slots.last()) else {
            return Place::Scattered;
        };
        let (mut first, mut last) = match grid.number_of_slots() {
            Some(all) => (0, all - 1),
            None => (*first, *last),
        };
        if let Some(table) = plain.tables.first() {
            first = first.min(table.first);
            last = last.max(table.last(grid));
        }
        let cells = ((last - first) as usize + 1).saturating_mul(grid.cells());
        let is_worth_it = !plain.tables.is_empty() || cells / thresholds.cells_per_row <= rows;
        if cells > thresholds.cells_at_most || !is_worth_it {
            return Place::Scattered;
        }
        let is_shared = thresholds.threads > 1 && cells > thresholds.cells_per_thread;
        let tables = if is_shared { 1 } else { thresholds.threads };
        if plain.tables.len() < tables {
            plain.tables.resize_with(tables, Table::default);
        }
        plain.tables.iter_mut().for_each(|table| table.cover(first, last, grid));
        let size = grid.cells() as u32;
        let offsets = calendar.slots.iter().map(|slot| (slot - first) * size).collect();
        if is_shared { Place::Shared(offsets) } else { Place::Each(offsets) }
    }
}

/// The input that the threads share.
struct Job<'j, 'a, 't> {
    batches: &'j [Columns<'a>],
    calendar: &'j Calendar,
    intake: &'j Intake<'t>,
    place: Place,
}

impl Job<'_, '_, '_> {
    fn run(&self, plain: &mut Staged, threads: usize) -> Left {
        let shares = shares(self.batches, threads);
        let grid = self.intake.grid();
        match &self.place {
            Place::Scattered => {
                let taken = parallel::map(threads, shares, |share| self.scattered(&share));
                let mut left = Vec::new();
                for (blocks, left_by_one) in taken {
                    for (slot, sums) in blocks {
                        plain.sums.add_sums(slot, sums, grid.cells());
                    }
                    left.extend(left_by_one);
                }
                left
            }
            Place::Each(offsets) => {
                let tables = plain.tables.iter_mut();
                let left =
                    parallel::map(threads, shares.into_iter().zip(tables), |(share, table)| {
                        self.each_block(&share, offsets, false, |taken| {
                            table.add(taken.cells, taken.values, taken.mass, grid);
                        })
                    });
                left.concat()
            }
            Place::Shared(offsets) => {
                let Some(table) = plain.tables.first_mut() else { return Vec::new() };
                let table = Mutex::new(table);
                let left = parallel::map(threads, shares, |share| {
                    let mut gathered = Gathered::default();
                    let left = self.each_block(&share, offsets, false, |taken| {
                        if !gathered.has_room_for(taken.mass) {
                            gathered.pour(&table, grid);
                        }
                        gathered.add(taken.cells, taken.values, taken.mass);
                    });
                    gathered.pour(&table, grid);
                    left
                });
                left.concat()
            }
        }
    }

    /// Calls `hand_on` with the cells and values of each block of plain events. Returns the other blocks.
    fn each_block(
        &self,
        share: &[(usize, Range<usize>)],
        offsets: &[u32],
        keeps_days: bool,
        mut hand_on: impl FnMut(&Taken<'_>),
    ) -> Left {
        let mut left = Vec::new();
        for (at, rows) in share {
            let batch = &self.batches[*at];
            let mut block = Block::new(batch, self.calendar, self.intake, keeps_days);
            for rows in blocks(rows.clone()) {
                // The intake reports the places of unreadable cells.
                if !batch.are_readable(&rows, self.intake.plan()) {
                    left.push((*at, rows));
                    continue;
                }
                match block.take(rows.clone(), offsets) {
                    Some(taken) => hand_on(&taken),
                    None => left.push((*at, rows)),
                }
            }
        }
        left
    }

    /// The sums of plain events in order of slot and cell, and the other blocks.
    fn scattered(&self, share: &[(usize, Range<usize>)]) -> (Vec<SlotSums>, Left) {
        let rows = share.iter().map(|(_, rows)| rows.len()).sum();
        let mut sorted = Sorted::new(self.calendar, rows);
        // Slots are kept apart from cells: there may be too many of both for one number.
        let no_offsets: Vec<u32> = vec![0; self.calendar.slots.len()];
        let left = self.each_block(share, &no_offsets, true, |taken| {
            let cells = taken.cells.iter().zip(taken.values);
            for (day, (cell, value)) in taken.days.iter().zip(cells) {
                let slot = self.calendar.slots.get(*day as usize).copied();
                sorted.put(slot.unwrap_or_default(), *cell, *value);
            }
        });
        (sorted.into_sums(), left)
    }
}

/// The skipped rows, by batch.
type Left = Vec<(usize, Range<usize>)>;

/// Splits rows into blocks.
pub(super) fn blocks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    rows.clone().step_by(BLOCK).map(move |from| from..rows.end.min(from + BLOCK))
}

/// Splits the rows of all batches evenly: per thread, ranges of rows by batch.
fn shares(batches: &[Columns<'_>], threads: usize) -> Vec<Vec<(usize, Range<usize>)>> {
    let rows: usize = batches.iter().map(|batch| batch.rows).sum();
    let share = rows.div_ceil(threads).next_multiple_of(BLOCK).max(1);
    let mut shares = vec![Vec::new(); threads];
    let mut before = 0;
    for (at, batch) in batches.iter().enumerate() {
        let mut from = 0;
        while from < batch.rows {
            let thread = (before + from) / share;
            let to = ((thread + 1) * share - before).min(batch.rows);
            shares[thread].push((at, from..to));
            from = to;
        }
        before += batch.rows;
    }
    shares
}
