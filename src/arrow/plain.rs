//! Plain events enter by index arithmetic, on all threads.
//!
//! Rows are taken in blocks. Each block is first turned into cells: unit, measure and day by table look-up
//! (dictionaries once per entry), the value as it is. Only if every row of the block has a cell, and a
//! value that a cell can hold, are they added up, in a loop that has nothing left to decide. A block with
//! anything else in it is left for the gate, which takes row by row and finds what is special or wrong.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use chrono::{Datelike, NaiveDate};
use rustc_hash::FxHashMap;

use super::column::{Days, Keys, Numbers, Texts};
use super::outcomes::Columns;
use crate::calendar::Window;
use crate::tally::{Grid, Intake, LARGEST_PLAIN, Rows, Staged, Table};

/// Rows per block: few enough that what is known of them stays in the nearest cache.
const BLOCK: usize = 1_024;

/// The cell of what has none. Three of them still fit into 32 bits.
const NOWHERE: u32 = 1 << 30;

/// When to do what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) threads: usize,
    /// Threads are worth their starting if each has so many rows.
    pub(super) rows_per_thread: usize,
    /// Tables up to so many cells are made for each thread, larger ones for all of them together.
    pub(super) cells_per_thread: usize,
    /// Beyond so many cells there is no table: sums are kept for the cells that are met.
    pub(super) cells_at_most: usize,
    /// A table is worth its making if there is one row for so many cells.
    pub(super) cells_per_row: usize,
}

impl Limits {
    /// Those that measurements speak for.
    pub(super) fn usual() -> Self {
        Limits {
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            rows_per_thread: 1 << 16,
            cells_per_thread: 1 << 22,
            cells_at_most: 1 << 26,
            cells_per_row: 32,
        }
    }
}

/// How many blocks are gathered before they are added to a table that threads share.
const BLOCKS_AT_ONCE: usize = 16;

/// Whether the rows of a batch may be plain events, as far as its columns tell.
pub(super) fn may_be_plain(columns: &Columns<'_>, intake: &Intake<'_>) -> bool {
    let cells = intake.grid().cells();
    intake.rows() == Rows::Events
        && (1..NOWHERE as usize).contains(&cells)
        && columns.start.is_empty()
        && columns.end.is_empty()
        && columns.period.is_empty()
        && columns.status.is_empty()
        && columns.recorded_at.is_empty()
        && columns.value.are_counts()
}

/// Takes the plain events of several batches, and tells which rows of which batch it left.
pub(super) fn take(batches: &[Columns<'_>], intake: &mut Intake<'_>, limits: &Limits) -> Left {
    let mut plain = std::mem::take(&mut intake.plain);
    let rows = batches.iter().map(|batch| batch.rows).sum::<usize>();
    let left = match Calendar::of(batches, intake.grid()) {
        Some(calendar) => {
            let threads = limits.threads.min(rows / limits.rows_per_thread).max(1);
            let limits = Limits { threads, ..*limits };
            let place = Place::prepare(&calendar, &mut plain, rows, &limits, intake.grid());
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

/// What is known of each day from the first to the last.
struct Calendar {
    first: i32,
    slots: Vec<u32>,
    eras: Vec<u32>,
    /// Some day of each era.
    days: Vec<Option<Window>>,
}

impl Calendar {
    /// None where no row has a day of the calendar.
    fn of(batches: &[Columns<'_>], grid: &Grid) -> Option<Self> {
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

/// Where sums are kept while rows are taken.
enum Place {
    /// In a table of each thread; per day of the calendar, where its slot begins.
    Each(Vec<u32>),
    /// In one table of all.
    Shared(Vec<u32>),
    /// By the cells that are met.
    Scattered,
}

impl Place {
    /// Chooses the place by how many cells there are for how many rows, and makes room.
    fn prepare(
        calendar: &Calendar,
        plain: &mut Staged,
        rows: usize,
        limits: &Limits,
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
        let is_worth_it = !plain.tables.is_empty() || cells / limits.cells_per_row <= rows;
        if cells > limits.cells_at_most || !is_worth_it {
            return Place::Scattered;
        }
        let is_shared = limits.threads > 1 && cells > limits.cells_per_thread;
        let tables = if is_shared { 1 } else { limits.threads };
        if plain.tables.len() < tables {
            plain.tables.resize_with(tables, Table::default);
        }
        plain.tables.iter_mut().for_each(|table| table.cover(first, last, grid));
        let size = grid.cells() as u32;
        let offsets = calendar.slots.iter().map(|slot| (slot - first) * size).collect();
        if is_shared { Place::Shared(offsets) } else { Place::Each(offsets) }
    }
}

/// All that the threads need to know.
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
                let taken = in_parallel(shares.into_iter(), |share| self.scattered(&share));
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
                let left = in_parallel(shares.into_iter().zip(tables), |(share, table)| {
                    self.indexed(&share, offsets, table.len(), |cells, values, mass| {
                        table.add(cells, values, mass, grid);
                    })
                });
                left.concat()
            }
            Place::Shared(offsets) => {
                let Some(table) = plain.tables.first_mut() else { return Vec::new() };
                let length = table.len();
                let table = Mutex::new(table);
                let left = in_parallel(shares.into_iter(), |share| {
                    let mut gathered = Gathered::default();
                    let left = self.indexed(&share, offsets, length, |cells, values, mass| {
                        if !gathered.has_room_for(mass) {
                            gathered.pour(&table, grid);
                        }
                        gathered.add(cells, values, mass);
                    });
                    gathered.pour(&table, grid);
                    left
                });
                left.concat()
            }
        }
    }

    /// Calls `add` with the cells, values and their sum of each block of plain events; tells which blocks
    /// are none.
    fn indexed(
        &self,
        share: &[(usize, Range<usize>)],
        offsets: &[u32],
        length: usize,
        mut add: impl FnMut(&[u32], &[u32], u64),
    ) -> Left {
        let mut left = Vec::new();
        for (at, rows) in share {
            let mut block = Block::new(&self.batches[*at], self.calendar, self.intake);
            for rows in blocks(rows.clone()) {
                block.read(rows.clone());
                let largest = block.find_cells(offsets);
                match block.read_values(rows.clone()) {
                    Some(mass) if (largest as usize) < length => {
                        add(&block.cells[..rows.len()], &block.values[..rows.len()], mass);
                    }
                    _ => left.push((*at, rows)),
                }
            }
        }
        left
    }

    /// The sums of plain events in order of slot and cell, and which blocks are none.
    fn scattered(&self, share: &[(usize, Range<usize>)]) -> (Vec<SlotSums>, Left) {
        let mut left = Vec::new();
        let mut sorted = Sorted::new(self.calendar);
        // Slots are kept apart from cells: there may be too many of both for one number.
        let no_offsets: Vec<u32> = vec![0; self.calendar.slots.len()];
        for (at, rows) in share {
            let mut block = Block::new(&self.batches[*at], self.calendar, self.intake);
            for rows in blocks(rows.clone()) {
                block.read(rows.clone());
                let largest = block.find_cells(&no_offsets);
                match block.read_values(rows.clone()) {
                    Some(_) if largest < NOWHERE => {
                        let cells = block.cells[..rows.len()].iter().zip(&block.values);
                        for (day, (cell, value)) in block.days.iter().zip(cells) {
                            let slot = self.calendar.slots.get(*day as usize).copied();
                            sorted.put(slot.unwrap_or_default(), *cell, *value);
                        }
                    }
                    _ => left.push((*at, rows)),
                }
            }
        }
        (sorted.into_sums(), left)
    }
}

/// Which rows of which batch were left.
type Left = Vec<(usize, Range<usize>)>;

/// A slot, and the sums of its cells in order.
type SlotSums = (u32, Vec<(u32, f64)>);

/// Plain events, put by slots and then sorted: where there are more cells than memory, it is quicker to
/// bring like to like than to look for each one's place.
struct Sorted {
    first: u32,
    /// So many low bits of a slot are told in the entries; the others tell the bucket.
    shift: u32,
    /// Entries are numbers of a slot's low bits, a cell and a value, from high to low.
    buckets: Vec<Vec<u64>>,
}

/// More buckets than that are too many to fill at the same time.
const BUCKETS: u32 = 1 << 12;
/// A value takes so many bits, a cell so many: see `LARGEST_PLAIN` and `NOWHERE`.
const VALUE_BITS: u32 = 22;
const CELL_BITS: u32 = 30;

impl Sorted {
    fn new(calendar: &Calendar) -> Self {
        let first = calendar.slots.first().copied().unwrap_or_default();
        let last = calendar.slots.last().copied().unwrap_or_default();
        let shift = (0..).find(|shift| (last - first) >> shift < BUCKETS).unwrap_or_default();
        Sorted { first, shift, buckets: vec![Vec::new(); ((last - first) >> shift) as usize + 1] }
    }

    fn put(&mut self, slot: u32, cell: u32, value: u32) {
        let slot = slot - self.first;
        let low = u64::from(slot & ((1 << self.shift) - 1));
        let entry = (low << CELL_BITS | u64::from(cell)) << VALUE_BITS | u64::from(value);
        self.buckets[(slot >> self.shift) as usize].push(entry);
    }

    fn into_sums(self) -> Vec<SlotSums> {
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

/// Cells and values that wait for their turn at a table that threads share.
#[derive(Default)]
struct Gathered {
    cells: Vec<u32>,
    values: Vec<u32>,
    mass: u64,
}

impl Gathered {
    fn has_room_for(&self, mass: u64) -> bool {
        self.cells.len() < BLOCKS_AT_ONCE * BLOCK && self.mass + mass <= u64::from(u32::MAX)
    }

    fn add(&mut self, cells: &[u32], values: &[u32], mass: u64) {
        self.cells.extend_from_slice(cells);
        self.values.extend_from_slice(values);
        self.mass += mass;
    }

    fn pour(&mut self, table: &Mutex<&mut Table>, grid: &Grid) {
        // Nothing panics while it adds; were it to, the whole reading would.
        let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
        table.add(&self.cells, &self.values, self.mass, grid);
        self.cells.clear();
        self.values.clear();
        self.mass = 0;
    }
}

/// Rows in blocks.
fn blocks(rows: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    rows.clone().step_by(BLOCK).map(move |from| from..rows.end.min(from + BLOCK))
}

/// The rows of all batches, shared out evenly: per thread, which rows of which batch.
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

/// Does each job on a thread of its own, the first on this one; the answers stand in the jobs' order.
pub(super) fn in_parallel<J: Send, A: Send>(
    jobs: impl Iterator<Item = J>,
    work: impl Fn(J) -> A + Sync,
) -> Vec<A> {
    std::thread::scope(|scope| {
        let mut jobs = jobs;
        let first = jobs.next();
        let work = &work;
        let others: Vec<_> = jobs.map(|job| scope.spawn(move || work(job))).collect();
        let mut answers: Vec<A> = first.map(work).into_iter().collect();
        for other in others {
            match other.join() {
                Ok(answer) => answers.push(answer),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        answers
    })
}

/// The block of a batch that is at hand.
struct Block<'r, 'a> {
    batch: &'r Columns<'a>,
    calendar: &'r Calendar,
    unit_codes: Codes<'r, 'a>,
    measure_codes: Codes<'r, 'a>,
    /// Counted from the calendar's first; what is in no calendar is beyond its last, or below 0.
    days: [i32; BLOCK],
    eras: [u32; BLOCK],
    units: [u32; BLOCK],
    measures: [u32; BLOCK],
    cells: [u32; BLOCK],
    values: [u32; BLOCK],
    rows: usize,
}

impl<'r, 'a> Block<'r, 'a> {
    fn new(batch: &'r Columns<'a>, calendar: &'r Calendar, intake: &'r Intake<'_>) -> Self {
        let units = intake.plan().units();
        let unit = move |code: &str, era: usize| {
            let day = calendar.days.get(era).copied().flatten();
            let unit = day.and_then(|day| units.named_throughout(code, &day));
            unit.and_then(|unit| u32::try_from(unit.place()).ok())
        };
        let measure = |id: &str, _: usize| intake.plain_measure(id);
        Block {
            batch,
            calendar,
            unit_codes: Codes::new(&batch.unit, calendar.days.len(), Box::new(unit)),
            measure_codes: Codes::new(&batch.measure, 1, Box::new(measure)),
            days: [0; BLOCK],
            eras: [0; BLOCK],
            units: [0; BLOCK],
            measures: [0; BLOCK],
            cells: [0; BLOCK],
            values: [0; BLOCK],
            rows: 0,
        }
    }

    /// Reads the days, and the codes of units and measures.
    fn read(&mut self, rows: Range<usize>) {
        self.rows = rows.len();
        let days = &mut self.days[..rows.len()];
        self.batch.date.fill(rows.clone(), self.calendar.first, days);
        if self.calendar.days.len() > 1 {
            for (era, day) in self.eras.iter_mut().zip(days) {
                *era = self.calendar.eras.get(*day as usize).copied().unwrap_or_default();
            }
        }
        self.unit_codes.fill(rows.clone(), &self.eras, &mut self.units);
        self.measure_codes.fill(rows, &[0; BLOCK], &mut self.measures);
    }

    /// Finds the cell of every row, given the offset of every day; tells the largest.
    fn find_cells(&mut self, offsets: &[u32]) -> u32 {
        let rows = ..self.rows;
        let known = self.days[rows].iter().zip(&self.units[rows]).zip(&self.measures[rows]);
        let (units, measures) = (&self.unit_codes.entries, &self.measure_codes.entries);
        let mut largest = 0;
        for (cell, ((day, unit), measure)) in self.cells[rows].iter_mut().zip(known) {
            let offset = offsets.get(*day as usize).copied().unwrap_or(NOWHERE);
            let unit = units.get(*unit as usize).copied().unwrap_or(NOWHERE);
            let measure = measures.get(*measure as usize).copied().unwrap_or(NOWHERE);
            *cell = offset + unit + measure;
            largest = largest.max(*cell);
        }
        largest
    }

    /// Reads the values and tells their sum, if they are such as plain events have.
    fn read_values(&mut self, rows: Range<usize>) -> Option<u64> {
        // Floats of this size count by ones: what is added to it becomes a whole number, in its last bits.
        const ONES: f64 = (1_u64 << 52) as f64;
        let mut floats = [0.0; BLOCK];
        let floats = match &self.batch.value {
            Numbers::Float64(array) if array.null_count() == 0 => &array.values()[rows],
            numbers => {
                let floats = &mut floats[..rows.len()];
                numbers.fill(rows, floats);
                &*floats
            }
        };
        let mut strange = 0_u64;
        for (value, float) in self.values.iter_mut().zip(floats) {
            let whole = *float + ONES;
            strange |= u64::from(!(1.0..=LARGEST_PLAIN).contains(float));
            strange |= u64::from(whole - ONES != *float);
            *value = whole.to_bits() as u32;
        }
        if strange != 0 {
            return None;
        }
        Some(self.values[..self.rows].iter().map(|value| u64::from(*value)).sum())
    }
}

/// The number that a text stands for in an era; `None` if it stands for none.
type Meaning<'r> = Box<dyn Fn(&str, usize) -> Option<u32> + 'r>;

/// A column of codes, and the numbers that its entries stand for.
struct Codes<'r, 'a> {
    texts: &'r Texts<'a>,
    meaning: Meaning<'r>,
    /// Per entry of a dictionary and era, its number. Of texts that are no dictionary, the numbers met so far.
    entries: Vec<u32>,
    /// Where the number of a text stands among the entries, by era.
    met: FxHashMap<&'r str, u32>,
    eras: usize,
}

impl<'r, 'a> Codes<'r, 'a> {
    fn new(texts: &'r Texts<'a>, eras: usize, meaning: Meaning<'r>) -> Self {
        let mut codes =
            Codes { texts, meaning, entries: Vec::new(), met: FxHashMap::default(), eras };
        if let Texts::Dictionary { values, .. } = texts {
            codes.entries.reserve(values.len() * eras);
            for entry in 0..values.len() {
                codes.enter(values.cell(entry).ok().flatten());
            }
        }
        codes
    }

    /// Enters what a text stands for, era by era; tells where.
    fn enter(&mut self, text: Option<&str>) -> u32 {
        let at = self.entries.len() as u32;
        for era in 0..self.eras {
            let number = text.and_then(|text| (self.meaning)(text, era));
            self.entries.push(number.unwrap_or(NOWHERE));
        }
        at
    }

    /// Where the numbers of a block of rows stand among the entries.
    fn fill(&mut self, rows: Range<usize>, eras: &[u32; BLOCK], places: &mut [u32; BLOCK]) {
        let places = &mut places[..rows.len()];
        let texts: &'r Texts<'a> = self.texts;
        let Texts::Dictionary { keys, .. } = texts else {
            for ((row, era), place) in rows.zip(eras).zip(places) {
                let first = match texts.cell(row).ok().flatten() {
                    None => u32::MAX - *era,
                    Some(text) => match self.met.get(text) {
                        Some(first) => *first,
                        // So many codes no plan has.
                        None if self.entries.len() > NOWHERE as usize / 256 => u32::MAX - *era,
                        None => {
                            let first = self.enter(Some(text));
                            self.met.insert(text, first);
                            first
                        }
                    },
                };
                *place = first + era;
            }
            return;
        };
        match keys {
            Keys::Int8(keys) => self.keys(keys, rows, eras, places, |key| key as u32),
            Keys::Int16(keys) => self.keys(keys, rows, eras, places, |key| key as u32),
            Keys::Int32(keys) => self.keys(keys, rows, eras, places, |key| key as u32),
            Keys::UInt8(keys) => self.keys(keys, rows, eras, places, u32::from),
            Keys::UInt16(keys) => self.keys(keys, rows, eras, places, u32::from),
            Keys::UInt32(keys) => self.keys(keys, rows, eras, places, |key| key),
            Keys::Int64(keys) => {
                self.keys(keys, rows, eras, places, |key| u32::try_from(key).unwrap_or(u32::MAX));
            }
            Keys::UInt64(keys) => {
                self.keys(keys, rows, eras, places, |key| u32::try_from(key).unwrap_or(u32::MAX));
            }
        }
    }

    /// A key below 0 becomes one far beyond the entries.
    fn keys<T: ArrowPrimitiveType>(
        &self,
        keys: &PrimitiveArray<T>,
        rows: Range<usize>,
        eras: &[u32; BLOCK],
        places: &mut [u32],
        entry: impl Fn(T::Native) -> u32,
    ) {
        let known = &keys.values()[rows.clone()];
        if self.eras == 1 {
            for (place, key) in places.iter_mut().zip(known) {
                *place = entry(*key);
            }
        } else {
            let number = self.eras as u32;
            for ((place, key), era) in places.iter_mut().zip(known).zip(eras) {
                *place = entry(*key).saturating_mul(number).saturating_add(*era);
            }
        }
        if keys.null_count() > 0 {
            for (row, place) in rows.zip(places) {
                if keys.is_null(row) {
                    // What stands behind a null is anything.
                    *place = u32::MAX;
                }
            }
        }
    }
}

impl Texts<'_> {
    /// Whether no row has a text.
    fn is_empty(&self) -> bool {
        match self {
            Texts::Utf8(array) => array.null_count() == array.len(),
            Texts::LargeUtf8(array) => array.null_count() == array.len(),
            Texts::Utf8View(array) => array.null_count() == array.len(),
            Texts::Dictionary { keys, .. } => keys.null_count() == keys.len(),
            Texts::Nothing => true,
        }
    }
}

impl Days<'_> {
    /// Whether no row has a day.
    fn is_empty(&self) -> bool {
        match self {
            Days::Date32(array) => array.null_count() == array.len(),
            Days::Date64(array) => array.null_count() == array.len(),
            Days::Seconds(array) => array.null_count() == array.len(),
            Days::Milliseconds(array) => array.null_count() == array.len(),
            Days::Microseconds(array) => array.null_count() == array.len(),
            Days::Nanoseconds(array) => array.null_count() == array.len(),
            Days::Texts(texts) => texts.is_empty(),
        }
    }

    /// The days of a block of rows, counted from one that is itself counted from the year 1; where there is
    /// none, a number below 0.
    fn fill(&self, rows: Range<usize>, from: i32, days: &mut [i32]) {
        /// 1970-01-01, counted from the year 1.
        const EPOCH: i32 = 719_163;
        if let Days::Date32(array) = self
            && array.null_count() == 0
        {
            let shift = EPOCH - from;
            for (day, value) in days.iter_mut().zip(&array.values()[rows]) {
                *day = value.wrapping_add(shift);
            }
            return;
        }
        for (row, day) in rows.zip(days) {
            let found = self.cell(row).ok().flatten();
            *day = found.map_or(-1, |found| found.num_days_from_ce() - from);
        }
    }
}

impl Numbers<'_> {
    /// Whether they are of a type in which counts come, or missing altogether.
    fn are_counts(&self) -> bool {
        match self {
            Numbers::Int8(_)
            | Numbers::Int16(_)
            | Numbers::Int32(_)
            | Numbers::Int64(_)
            | Numbers::UInt8(_)
            | Numbers::UInt16(_)
            | Numbers::UInt32(_)
            | Numbers::UInt64(_)
            | Numbers::Float32(_)
            | Numbers::Float64(_)
            | Numbers::Nothing => true,
            Numbers::Float16(_)
            | Numbers::Decimal32(_)
            | Numbers::Decimal64(_)
            | Numbers::Decimal128(_)
            | Numbers::Decimal256(_) => false,
        }
    }

    /// The values of a block of rows; an event without one counts 1. What is too large, or no whole number,
    /// stays so.
    fn fill(&self, rows: Range<usize>, values: &mut [f64]) {
        fn copy<T: ArrowPrimitiveType>(
            array: &PrimitiveArray<T>,
            rows: Range<usize>,
            values: &mut [f64],
            float: impl Fn(T::Native) -> f64,
        ) {
            for (value, found) in values.iter_mut().zip(&array.values()[rows.clone()]) {
                *value = float(*found);
            }
            if array.null_count() > 0 {
                for (row, value) in rows.zip(values) {
                    if array.is_null(row) {
                        *value = 1.0;
                    }
                }
            }
        }
        match self {
            Numbers::Int8(array) => copy(array, rows, values, f64::from),
            Numbers::Int16(array) => copy(array, rows, values, f64::from),
            Numbers::Int32(array) => copy(array, rows, values, f64::from),
            Numbers::Int64(array) => copy(array, rows, values, |value| value as f64),
            Numbers::UInt8(array) => copy(array, rows, values, f64::from),
            Numbers::UInt16(array) => copy(array, rows, values, f64::from),
            Numbers::UInt32(array) => copy(array, rows, values, f64::from),
            Numbers::UInt64(array) => copy(array, rows, values, |value| value as f64),
            Numbers::Float32(array) => copy(array, rows, values, f64::from),
            Numbers::Float64(array) => copy(array, rows, values, |value| value),
            Numbers::Nothing => values.fill(1.0),
            Numbers::Float16(_)
            | Numbers::Decimal32(_)
            | Numbers::Decimal64(_)
            | Numbers::Decimal128(_)
            | Numbers::Decimal256(_) => values.fill(f64::NAN),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::types::{Int8Type, UInt16Type};
    use arrow_array::{
        ArrayRef, Date32Array, DictionaryArray, Float64Array, Int8Array, Int32Array, RecordBatch,
        StringArray, StringViewArray, TimestampSecondArray, UInt16Array,
    };
    use proptest::prelude::*;

    use super::super::outcomes::Reading;
    use super::*;
    use crate::Plan;
    use crate::error::Result;
    use crate::tally::{Source, Tally};

    /// Two communes become one in 2021, which takes the code of one of them; `stock` does not add up.
    fn plan() -> Plan {
        Plan::from_yaml(
            r#"
attain: 1
plan: p
units:
  levels: [city, commune]
  list:
    - {id: c, level: city}
    - {id: a, level: commune, parent: c, valid_to: "2021-07-01"}
    - {id: b, level: commune, parent: c, valid_to: "2021-07-01"}
    - {id: a, name: both, level: commune, parent: c, valid_from: "2021-07-01"}
    - {id: d, level: commune, parent: c}
measures: {cases: {}, cleared: {}, weight: {signed: true}, stock: {over_time: last}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 9}, window: {every: quarter, within: ["2020-01-01", "2022-01-01"]}}}
"#,
        )
        .unwrap()
    }

    #[derive(Debug, Clone)]
    struct Sample {
        unit: Option<usize>,
        day: Option<i32>,
        measure: Option<usize>,
        value: Option<f64>,
    }

    const UNITS: [&str; 5] = ["c", "a", "b", "d", "nowhere"];
    const MEASURES: [&str; 5] = ["cases", "cleared", "weight", "stock", "unknown"];

    /// Mostly plain; in `odd` of a thousand rows something is not.
    fn rows(odd: u32) -> impl Strategy<Value = Vec<Sample>> {
        let plain = (0_usize..4, 18_262_i32..18_993, 0_usize..2, 1_u32..9);
        let plain = plain.prop_map(|(unit, day, measure, value)| {
            // `b` ends, and with it what can be said of it.
            let unit = if unit == 2 && day >= 18_809 { 1 } else { unit };
            Sample {
                unit: Some(unit),
                day: Some(day),
                measure: Some(measure),
                value: Some(f64::from(value)),
            }
        });
        let value = prop_oneof![
            Just(None),
            Just(Some(0.0)),
            Just(Some(0.5)),
            Just(Some(-2.0)),
            Just(Some(f64::NAN)),
            Just(Some(f64::INFINITY)),
            Just(Some(2_097_152.0)),
            Just(Some(2_097_153.0)),
            Just(Some(1e15)),
            Just(Some(1e17)),
        ];
        let day = prop_oneof![
            Just(None),
            Just(Some(i32::MIN)),
            Just(Some(i32::MAX)),
            (-800_000..4_000_000).prop_map(Some)
        ];
        let strange = (plain.clone(), value, day, 0_usize..6, 0_usize..6, 0_u8..4).prop_map(
            |(plain, value, day, unit, measure, which)| match which {
                0 => Sample { value, ..plain },
                1 => Sample { day, ..plain },
                2 => Sample { unit: (unit < UNITS.len()).then_some(unit), ..plain },
                _ => Sample {
                    measure: (measure < MEASURES.len()).then_some(measure),
                    value,
                    ..plain
                },
            },
        );
        proptest::collection::vec(prop_oneof![1000 - odd => plain, odd => strange], 1..4_000)
    }

    fn array(array: impl Array + 'static) -> ArrayRef {
        Arc::new(array)
    }

    /// The rows in columns of one kind or another.
    fn batch(rows: &[Sample], kind: u8) -> RecordBatch {
        let unit = |row: &Sample| row.unit.map(|unit| UNITS[unit]);
        let measure = |row: &Sample| row.measure.map(|measure| MEASURES[measure]);
        let units: ArrayRef = match kind % 3 {
            0 => {
                let keys: UInt16Array =
                    rows.iter().map(|row| row.unit.map(|unit| unit as u16)).collect();
                let names = Arc::new(StringArray::from(UNITS.to_vec()));
                array(DictionaryArray::<UInt16Type>::new(keys, names))
            }
            1 => array(rows.iter().map(unit).collect::<StringArray>()),
            _ => array(rows.iter().map(unit).collect::<StringViewArray>()),
        };
        let measures: ArrayRef = match kind % 2 {
            0 => {
                let keys: Int8Array =
                    rows.iter().map(|row| row.measure.map(|one| one as i8)).collect();
                let names = Arc::new(StringArray::from(MEASURES.to_vec()));
                array(DictionaryArray::<Int8Type>::new(keys, names))
            }
            _ => array(rows.iter().map(measure).collect::<StringArray>()),
        };
        let days: ArrayRef = match kind % 5 {
            0 => {
                let noon = |day: i32| i64::from(day) * 86_400 + 43_200;
                let times = rows.iter().map(|row| row.day.map(noon));
                array(times.collect::<TimestampSecondArray>())
            }
            _ => array(rows.iter().map(|row| row.day).collect::<Date32Array>()),
        };
        let values: ArrayRef = match kind % 7 {
            0 => array(
                rows.iter().map(|row| row.value.map(|value| value as i32)).collect::<Int32Array>(),
            ),
            _ => array(rows.iter().map(|row| row.value).collect::<Float64Array>()),
        };
        let columns = [
            ("unit", units, true),
            ("date", days, true),
            ("measure", measures, true),
            ("value", values, true),
        ];
        RecordBatch::try_from_iter_with_nullable(columns).unwrap()
    }

    /// What a tally holds, or what was wrong.
    fn told(outcome: Result<Tally>) -> String {
        match outcome {
            Ok(tally) => format!("{} rows\n{:?}", tally.len(), tally.contents()),
            Err(error) => format!("{error}\n{:?}", error.faults()),
        }
    }

    fn by_rows(mut tally: Tally, batches: &[RecordBatch]) -> Result<Tally> {
        let mut reading = Reading::new(Intake::new(&tally, Source::Columns));
        for batch in batches {
            reading.row_by_row(batch);
        }
        let accepted = reading.finish()?;
        tally.let_in(accepted);
        Ok(tally)
    }

    fn by_blocks(mut tally: Tally, batches: &[RecordBatch], limits: Limits) -> Result<Tally> {
        let mut reading = Reading::new(Intake::new(&tally, Source::Columns));
        reading.limits = limits;
        batches.iter().for_each(|batch| reading.batch(batch));
        let accepted = reading.finish()?;
        tally.let_in(accepted);
        Ok(tally)
    }

    fn limits() -> impl Strategy<Value = Limits> {
        let sizes = (1_usize..5, 1_usize..3_000, 1_usize..40_000, 1_usize..80_000, 1_usize..200);
        sizes.prop_map(
            |(threads, rows_per_thread, cells_per_thread, cells_at_most, cells_per_row)| Limits {
                threads,
                rows_per_thread,
                cells_per_thread,
                cells_at_most,
                cells_per_row,
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        /// Whatever the threads, the batches, the types of the columns and the place of the sums.
        #[test]
        fn blocks_give_what_rows_give(
            rows in prop_oneof![rows(0), rows(2), rows(200)],
            kind in 0_u8..210,
            cut in any::<prop::sample::Index>(),
            limits in limits(),
            by_window in any::<bool>(),
        ) {
            let plan = plan();
            let tally = || match by_window {
                true => plan.tally_for(Rows::Events, &[crate::calendar::date("2021-11-15").unwrap()]),
                false => Tally::of_events(&plan),
            };
            let (first, second) = rows.split_at(cut.index(rows.len() + 1));
            let batches = [batch(first, kind), batch(second, kind)];
            let expected = told(by_rows(tally(), &batches));
            prop_assert_eq!(&told(by_blocks(tally(), &batches, limits)), &expected);

            // One after the other, and part by part.
            if let (Ok(one), Ok(other)) = (by_blocks(tally(), &batches[..1], limits), by_blocks(tally(), &batches[1..], limits)) {
                let after = by_blocks(one.clone(), &batches[1..], limits);
                prop_assert_eq!(told(after), expected.clone());
                let mut both = one;
                both.merge(&other).unwrap();
                prop_assert_eq!(told(Ok(both)), expected);
            }
        }
    }
}
