//! Cells and values on their way to a table that threads share.

use std::sync::{Mutex, PoisonError};

use super::BLOCK;
use crate::tally::{Grid, Table};

/// How many blocks are gathered before they are added to the table.
const BLOCKS_AT_ONCE: usize = 16;

/// Cells and values that wait for their turn at a table that threads share.
#[derive(Default)]
pub(super) struct Gathered {
    cells: Vec<u32>,
    values: Vec<u32>,
    mass: u64,
}

impl Gathered {
    pub(super) fn has_room_for(&self, mass: u64) -> bool {
        self.cells.len() < BLOCKS_AT_ONCE * BLOCK && self.mass + mass <= u64::from(u32::MAX)
    }

    pub(super) fn add(&mut self, cells: &[u32], values: &[u32], mass: u64) {
        self.cells.extend_from_slice(cells);
        self.values.extend_from_slice(values);
        self.mass += mass;
    }

    pub(super) fn pour(&mut self, table: &Mutex<&mut Table>, grid: &Grid) {
        // Nothing panics while it adds; were it to, the whole reading would.
        let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
        table.add(&self.cells, &self.values, self.mass, grid);
        self.cells.clear();
        self.values.clear();
        self.mass = 0;
    }
}
