//! Plain events on their way into a tally: counted, but not let in before all rows have been checked.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::cells::{Block, Cells};
use super::grid::Grid;

/// Plain events that have been checked.
#[derive(Debug, Default)]
pub(crate) struct Staged {
    pub(crate) rows: usize,
    /// Sums by slot and cell, for few rows and for many possible cells.
    pub(crate) sums: FxHashMap<(u32, u32), f64>,
    /// Sums in place, one table per thread or one for all of them.
    pub(crate) tables: Vec<Table>,
}

/// All cells of a stretch of slots.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// The slot that comes first.
    pub(crate) first: u32,
    /// Per slot, its cells.
    pub(crate) cells: Vec<f64>,
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
            let mut cells = vec![0.0; room + self.cells.len()];
            cells[room..].copy_from_slice(&self.cells);
            (self.first, self.cells) = (first, cells);
        }
        let needed = (last - self.first + 1) as usize * size;
        if self.cells.len() < needed {
            self.cells.resize(needed, 0.0);
        }
    }
}

impl Staged {
    /// Counts one plain event.
    pub(crate) fn add(&mut self, slot: u32, cell: u32, value: f64) {
        self.rows += 1;
        *self.sums.entry((slot, cell)).or_default() += value;
    }

    /// All sums, slot by slot.
    pub(crate) fn into_cells(self, grid: &Arc<Grid>) -> Cells {
        let size = grid.cells();
        let mut cells = Cells::default();
        let mut tables = self.tables.into_iter();
        if let Some(mut sum) = tables.next() {
            for table in tables.filter(|table| !table.cells.is_empty()) {
                sum.cover(table.first, table.last(grid), grid);
                let from = (table.first - sum.first) as usize * size;
                let into = sum.cells[from..].iter_mut();
                into.zip(&table.cells).for_each(|(into, one)| *into += one);
            }
            for (slot, block) in (sum.first..).zip(sum.cells.chunks_exact(size.max(1))) {
                if let Some(block) = Block::of(block) {
                    cells.add(slot, block, size);
                }
            }
        }
        let mut sums: Vec<_> = self.sums.into_iter().collect();
        sums.sort_unstable_by_key(|(at, _)| *at);
        for slot in sums.chunk_by(|(one, _), (next, _)| one.0 == next.0) {
            let pairs: Vec<(u32, f64)> =
                slot.iter().map(|((_, cell), sum)| (*cell, *sum)).collect();
            cells.add(slot[0].0.0, Block::Sparse(pairs), size);
        }
        cells
    }
}
