//! Sums of few among many cells, by sorting.

use super::calendar::Calendar;

/// A slot, and the sums of its cells in order.
pub(super) type SlotSums = (u32, Vec<(u32, f64)>);

/// Plain events in buckets of slots, sorted at the end. If the cells exceed the memory, sorting is faster
/// than a look-up of each event's cell.
pub(super) struct Sorted {
    first: u32,
    /// The number of low bits of a slot that the entries hold. The other bits select the bucket.
    shift: u32,
    /// Entries are numbers of a slot's low bits, a cell and a value, from high to low.
    buckets: Vec<Vec<u64>>,
}

/// The most buckets that can be filled efficiently at the same time.
const BUCKETS: u32 = 1 << 12;
/// The widths of a value and of a cell, in bits: see `LARGEST_PLAIN` and `NOWHERE`.
const VALUE_BITS: u32 = 22;
const CELL_BITS: u32 = 30;

impl Sorted {
    /// Allocates buckets for `rows` events.
    pub(super) fn new(calendar: &Calendar, rows: usize) -> Self {
        let first = calendar.slots.first().copied().unwrap_or_default();
        let last = calendar.slots.last().copied().unwrap_or_default();
        let shift = (0..).find(|shift| (last - first) >> shift < BUCKETS).unwrap_or_default();
        let buckets = ((last - first) >> shift) as usize + 1;
        // Room for a bit more than each has if they are spread evenly; what is not written to takes no memory.
        let room = (rows / buckets) + (rows / buckets) / 8;
        Sorted { first, shift, buckets: (0..buckets).map(|_| Vec::with_capacity(room)).collect() }
    }

    pub(super) fn put(&mut self, slot: u32, cell: u32, value: u32) {
        let slot = slot - self.first;
        let low = u64::from(slot & ((1 << self.shift) - 1));
        let entry = (low << CELL_BITS | u64::from(cell)) << VALUE_BITS | u64::from(value);
        self.buckets[(slot >> self.shift) as usize].push(entry);
    }

    pub(super) fn into_sums(self) -> Vec<SlotSums> {
        let mut found: Vec<SlotSums> = Vec::new();
        for (high, mut bucket) in (0_u32..).zip(self.buckets) {
            bucket.sort_unstable();
            let mut place = None;
            for entry in bucket {
                let value = (entry & ((1 << VALUE_BITS) - 1)) as f64;
                let at = entry >> VALUE_BITS;
                let slot = self.first + (high << self.shift) + (at >> CELL_BITS) as u32;
                let is_new_slot = found.last().is_none_or(|(last, _)| *last != slot);
                if is_new_slot {
                    found.push((slot, Vec::new()));
                }
                let Some((_, sums)) = found.last_mut() else { continue };
                match sums.last_mut() {
                    Some((_, sum)) if place == Some(at) && !is_new_slot => *sum += value,
                    _ => sums.push(((at & ((1 << CELL_BITS) - 1)) as u32, value)),
                }
                place = Some(at);
            }
        }
        found
    }
}
