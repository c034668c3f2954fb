//! Sums of plain events, one block of cells per slot of time.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;
use std::sync::Arc;

use super::grid::Grid;
use crate::plan::MeasureIndex;

/// The cells of all slots in which something happened.
///
/// Blocks are shared until one of them changes: a tally that goes on while a report of it lives
/// copies what it changes, not what it has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cells {
    slots: BTreeMap<u32, Arc<Block>>,
    /// The memory of all blocks.
    bytes: usize,
}

/// The cells of one slot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Block {
    /// All of them, most of which hold something.
    Dense(Vec<f64>),
    /// Those that hold something, in order.
    Sparse(Vec<(u32, f64)>),
}

/// A block with fewer than one filled cell in this number takes less room as a list of them.
const SPARSE_BELOW: usize = 4;

impl Cells {
    /// Adds the cells of one slot; `units` is their number.
    pub(crate) fn add(&mut self, slot: u32, block: Block, size: usize) {
        self.add_shared(slot, Arc::new(block), size);
    }

    /// Adds sums of cells of one slot, which stand in order.
    pub(crate) fn add_sums(&mut self, slot: u32, sums: Vec<(u32, f64)>, size: usize) {
        let mut block = Block::Sparse(sums);
        block.fill_out(size);
        self.add(slot, block, size);
    }

    fn add_shared(&mut self, slot: u32, block: Arc<Block>, size: usize) {
        match self.slots.entry(slot) {
            Entry::Vacant(vacant) => {
                self.bytes += block.bytes();
                vacant.insert(block);
            }
            Entry::Occupied(mut occupied) => {
                let mine = Arc::make_mut(occupied.get_mut());
                self.bytes -= mine.bytes();
                mine.absorb(&block, size);
                self.bytes += mine.bytes();
            }
        }
    }

    /// The memory of all blocks.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds others of the same grid.
    pub(crate) fn merge(&mut self, other: Cells, size: usize) {
        for (slot, block) in other.slots {
            self.add_shared(slot, block, size);
        }
    }

    /// The measures that have a filled cell.
    pub(crate) fn measures(&self, grid: &Grid) -> Vec<MeasureIndex> {
        let mut found = Vec::new();
        for (_, block) in self.iter() {
            for measure in grid.measures() {
                let is_filled =
                    |cells: &Range<usize>| block.filled_in(cells.clone()).next().is_some();
                if !found.contains(measure) && grid.cells_of(*measure).iter().any(is_filled) {
                    found.push(*measure);
                }
            }
        }
        found
    }

    /// The blocks from one slot to before another, in order of time.
    pub(crate) fn within(
        &self,
        slots: Range<u32>,
    ) -> impl DoubleEndedIterator<Item = (u32, &Block)> {
        self.slots.range(slots).map(|(slot, block)| (*slot, block.as_ref()))
    }

    /// The blocks in order of time.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &Block)> {
        self.slots.iter().map(|(slot, block)| (*slot, block.as_ref()))
    }
}

impl Block {
    /// The cells of a slot as they stand; none if all are empty.
    pub(crate) fn of(cells: &[u32]) -> Option<Block> {
        let filled = cells.iter().filter(|sum| **sum != 0).count();
        if filled == 0 {
            return None;
        }
        let sums = cells.iter().map(|sum| f64::from(*sum));
        Some(if filled * SPARSE_BELOW < cells.len() {
            let mut pairs = Vec::with_capacity(filled);
            pairs.extend((0_u32..).zip(sums).filter(|(_, sum)| *sum != 0.0));
            Block::Sparse(pairs)
        } else {
            Block::Dense(sums.collect())
        })
    }

    /// Adds the sums of another block of the same slot; `size` is how many cells it has.
    fn absorb(&mut self, other: &Block, size: usize) {
        match (&mut *self, other) {
            (Block::Dense(mine), Block::Dense(theirs)) => {
                mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
            }
            (Block::Dense(mine), Block::Sparse(theirs)) => {
                theirs.iter().for_each(|(cell, sum)| mine[*cell as usize] += sum);
            }
            (Block::Sparse(mine), Block::Sparse(theirs)) if theirs.len() == 1 => {
                let (cell, sum) = theirs[0];
                match mine.binary_search_by_key(&cell, |(cell, _)| *cell) {
                    Ok(at) => mine[at].1 += sum,
                    Err(at) => mine.insert(at, (cell, sum)),
                }
                self.fill_out(size);
            }
            (Block::Sparse(mine), Block::Sparse(theirs)) => {
                let mut both = Vec::with_capacity(mine.len() + theirs.len());
                let (mut left, mut right) = (mine.iter().peekable(), theirs.iter().peekable());
                while let (Some(one), Some(other)) = (left.peek(), right.peek()) {
                    let next = match one.0.cmp(&other.0) {
                        std::cmp::Ordering::Less => left.next(),
                        std::cmp::Ordering::Greater => right.next(),
                        std::cmp::Ordering::Equal => {
                            both.push((one.0, one.1 + other.1));
                            left.next();
                            right.next();
                            continue;
                        }
                    };
                    both.extend(next);
                }
                both.extend(left.chain(right));
                *mine = both;
                self.fill_out(size);
            }
            (Block::Sparse(mine), Block::Dense(theirs)) => {
                let mut all = theirs.clone();
                mine.iter().for_each(|(cell, sum)| all[*cell as usize] += sum);
                *self = Block::Dense(all);
            }
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Block::Dense(all) => size_of_val(&all[..]),
            Block::Sparse(some) => size_of_val(&some[..]),
        }
    }

    /// Takes the dense form once a list takes no less room.
    fn fill_out(&mut self, size: usize) {
        if let Block::Sparse(pairs) = self
            && pairs.len() * SPARSE_BELOW >= size
        {
            let mut all = vec![0.0; size];
            pairs.iter().for_each(|(cell, sum)| all[*cell as usize] = *sum);
            *self = Block::Dense(all);
        }
    }

    /// The filled ones among some cells, in order.
    pub(crate) fn filled_in(&self, cells: Range<usize>) -> impl Iterator<Item = (u32, f64)> {
        let (all, some, first) = match self {
            Block::Dense(all) => {
                let cells = cells.start.min(all.len())..cells.end.min(all.len());
                (&all[cells.clone()], &[][..], cells.start as u32)
            }
            Block::Sparse(some) => {
                let at = |end: usize| some.partition_point(|(cell, _)| (*cell as usize) < end);
                (&[][..], &some[at(cells.start)..at(cells.end)], 0)
            }
        };
        let all = (first..).zip(all).map(|(cell, sum)| (cell, *sum));
        all.filter(|(_, sum)| *sum != 0.0).chain(some.iter().copied())
    }
}
