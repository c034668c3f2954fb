//! Plain events on their way into a tally: counted, but not added before all rows have been checked.

use rustc_hash::FxHashMap;

use super::cells::{Block, Cells};
use super::grid::Grid;

/// Plain events that have been checked.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    pub(crate) rows: usize,
    /// Sums of rows that came one by one, by slot and cell.
    few: FxHashMap<(u32, u32), f64>,
    /// Sums that were brought together by sorting.
    pub(crate) sums: Cells,
    /// Sums in place, one table per thread or one for all of them.
    pub(crate) tables: Vec<Table>,
}

/// All cells of a stretch of slots, in whole numbers of 32 bits: half the room, which is half the way to memory.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The slot that comes first.
    pub(crate) first: u32,
    /// Per slot, its cells.
    cells: Vec<u32>,
    /// All that has been added since the last pouring, or more: as long as it fits into 32 bits, so does every cell.
    mass: u64,
    /// What has been poured out, to make room for more.
    poured: Cells,
}

impl Table {
    /// The slot that comes last.
    pub(crate) fn last(&self, grid: &Grid) -> u32 {
        let slots = self.cells.len() / grid.cells().max(1);
        self.first + (slots as u32).saturating_sub(1)
    }

    /// Makes room for the slots from one to another.
    pub(crate) fn cover(&mut self, first: u32, last: u32, grid: &Grid) {
        let size = grid.cells();
        if self.cells.is_empty() {
            self.first = first;
        } else if first < self.first {
            let room = (self.first - first) as usize * size;
            let mut cells = vec![0; room + self.cells.len()];
            cells[room..].copy_from_slice(&self.cells);
            (self.first, self.cells) = (first, cells);
        }
        let needed = (last - self.first + 1) as usize * size;
        if self.cells.len() < needed {
            self.cells.resize(needed, 0);
        }
    }

    /// Adds values to cells, which are known to lie within the table; `mass` is their sum or more, of 32 bits.
    pub(crate) fn add(&mut self, cells: &[u32], values: &[u32], mass: u64, grid: &Grid) {
        if self.mass + mass > u64::from(u32::MAX) {
            self.pour(grid);
        }
        self.mass += mass;
        let table = self.cells.as_mut_slice();
        for (cell, value) in cells.iter().zip(values) {
            table[*cell as usize] += value;
        }
    }

    /// Empties the cells into larger ones.
    fn pour(&mut self, grid: &Grid) {
        let size = grid.cells();
        for (slot, cells) in (self.first..).zip(self.cells.chunks_exact_mut(size.max(1))) {
            if let Some(block) = Block::of(cells) {
                self.poured.add(slot, block, size);
            }
            cells.fill(0);
        }
        self.mass = 0;
    }
}

impl Staged {
    /// Adds the sum of a number of plain events.
    pub(crate) fn add(&mut self, slot: u32, cell: u32, value: f64, rows: usize) {
        self.rows += rows;
        *self.few.entry((slot, cell)).or_default() += value;
    }

    /// The memory that the sums take, now or after they are added.
    pub(crate) fn bytes(&self) -> usize {
        let few = self.few.len() * size_of::<((u32, u32), f64)>();
        let tables =
            self.tables.iter().map(|table| size_of_val(&table.cells[..]) + table.poured.bytes());
        few + self.sums.bytes() + tables.sum::<usize>()
    }

    /// All sums, slot by slot.
    pub(crate) fn into_cells(self, grid: &Grid) -> Cells {
        let size = grid.cells();
        let mut cells = self.sums;
        for mut table in self.tables {
            table.pour(grid);
            cells.merge(table.poured, size);
        }
        let mut few: Vec<_> = self.few.into_iter().collect();
        few.sort_unstable_by_key(|(at, _)| *at);
        for slot in few.chunk_by(|(one, _), (next, _)| one.0 == next.0) {
            let sums = slot.iter().map(|((_, cell), sum)| (*cell, *sum)).collect();
            cells.add_sums(slot[0].0.0, sums, size);
        }
        cells
    }
}
