//! A block's rows become cells and values.

use std::ops::Range;

use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow_buffer::ArrowNativeType;
use rustc_hash::FxHashMap;

use super::super::column::{Days, Keys, Numbers, Texts};
use super::super::outcomes::Columns;
use super::calendar::Calendar;
use super::fill::EPOCH;
use super::{BLOCK, NOWHERE};
use crate::plan::StratumIndex;
use crate::tally::{Grid, Intake, LARGEST_PLAIN};

/// Does something with the keys of a dictionary, of whatever type they are.
macro_rules! by_type {
    ($keys:expr, |$typed:ident| $work:expr) => {
        match $keys {
            Keys::Int8($typed) => $work,
            Keys::Int16($typed) => $work,
            Keys::Int32($typed) => $work,
            Keys::Int64($typed) => $work,
            Keys::UInt8($typed) => $work,
            Keys::UInt16($typed) => $work,
            Keys::UInt32($typed) => $work,
            Keys::UInt64($typed) => $work,
        }
    };
}

/// The block of a batch that is at hand.
pub(super) struct Block<'r, 'a> {
    batch: &'r Columns<'a>,
    calendar: &'r Calendar,
    unit_codes: Codes<'r, 'a>,
    measure_codes: Codes<'r, 'a>,
    strata: Vec<Categories<'r, 'a>>,
    grid: &'r Grid,
    /// Whether days are put here even if they could be read where they lie.
    keeps_days: bool,
    /// Whether days beyond the calendar become its first or last.
    settles: bool,
    /// Counted from the calendar's first; what is in no calendar is beyond its last, or below 0.
    days: [i32; BLOCK],
    eras: [u32; BLOCK],
    units: [u32; BLOCK],
    measures: [u32; BLOCK],
    floats: [f64; BLOCK],
    cells: [u32; BLOCK],
    values: [u32; BLOCK],
}

impl<'r, 'a> Block<'r, 'a> {
    pub(super) fn new(
        batch: &'r Columns<'a>,
        calendar: &'r Calendar,
        intake: &'r Intake<'_>,
        keeps_days: bool,
    ) -> Self {
        let units = intake.plan().units();
        let unit = move |code: &str, era: usize| {
            let day = calendar.days.get(era).copied().flatten();
            let unit = day.and_then(|day| units.named_throughout(code, &day));
            unit.and_then(|unit| u32::try_from(unit.place()).ok())
        };
        let measure = |id: &str, _: usize| intake.grid().first_cell(intake.plain_measure(id)?);
        // A column without a category says nothing.
        let strata = batch.strata.iter().filter(|(_, texts)| !texts.is_empty());
        let strata = strata.map(|(stratum, texts)| {
            let digit = move |text: &str, _: usize| match intake.digit(*stratum, text) {
                None if text.trim_start().is_empty() => Some(0),
                digit => digit,
            };
            Categories {
                stratum: *stratum,
                codes: Codes::of_optional(texts, Box::new(digit)),
                places: [0; BLOCK],
                steps: Vec::new(),
                distances: Vec::new(),
            }
        });
        Block {
            batch,
            calendar,
            unit_codes: Codes::new(&batch.unit, calendar.days.len(), Box::new(unit)),
            measure_codes: Codes::new(&batch.measure, 1, Box::new(measure)),
            strata: strata.collect(),
            grid: intake.grid(),
            keeps_days,
            settles: false,
            days: [0; BLOCK],
            eras: [0; BLOCK],
            units: [0; BLOCK],
            measures: [0; BLOCK],
            floats: [0.0; BLOCK],
            cells: [0; BLOCK],
            values: [0; BLOCK],
        }
    }

    /// Finds the cell and the value of every row, given the offset of every day. None where a row has no cell, or a
    /// value that a plain event can't have.
    pub(super) fn take(&mut self, rows: Range<usize>, offsets: &[u32]) -> Option<Taken<'_>> {
        let mut found = self.find(rows.clone(), offsets);
        if found.is_none() && self.calendar.goes_on && !self.settles {
            // Where one block names days beyond the calendar, so may the next.
            self.settles = true;
            found = self.find(rows.clone(), offsets);
        }
        let mut found = found?;
        let rows = ..rows.len();
        for stratum in &mut self.strata {
            stratum.look_up_steps(&self.measure_codes.entries, self.grid);
            found.cells |= stratum.add(&mut self.cells[rows], &self.measures[rows]);
        }
        if found.cells >= NOWHERE || found.above >= LARGEST_PLAIN as u64 || found.changed != 0 {
            return None;
        }
        let (days, cells, values) = (&self.days[rows], &self.cells[rows], &self.values[rows]);
        // What no sum exceeds does where values are small: it is only to be known when cells may be full.
        const SMALL: u64 = 64;
        let mass = if found.above < SMALL {
            (found.above + 1) * values.len() as u64
        } else {
            values.iter().map(|value| u64::from(*value)).sum()
        };
        Some(Taken { days, cells, values, mass })
    }

    /// Reads columns where they lie if they can be read there, so that what they hold is fetched while cells are
    /// looked up. None where a row names what is not known.
    fn find(&mut self, rows: Range<usize>, offsets: &[u32]) -> Option<Bits> {
        let all = ..rows.len();
        let codes_change = self.calendar.days.len() > 1;
        let in_place = !self.keeps_days && !self.settles && !codes_change;
        let (days, first) = match &self.batch.date {
            Days::Date32(days) if in_place && days.null_count() == 0 => {
                (&days.values()[rows.clone()], self.calendar.first - EPOCH)
            }
            days => {
                let filled = &mut self.days[all];
                days.fill(rows.clone(), self.calendar.first, filled);
                if self.settles {
                    self.calendar.settle(filled);
                }
                (&*filled, 0)
            }
        };
        if codes_change {
            for (era, day) in self.eras.iter_mut().zip(days) {
                *era = self.calendar.eras.get(*day as usize).copied().unwrap_or_default();
            }
        }
        self.measure_codes.fill(rows.clone(), &[0; BLOCK], &mut self.measures);
        for stratum in &mut self.strata {
            stratum.codes.fill(rows.clone(), &[0; BLOCK], &mut stratum.places);
        }
        let floats = match &self.batch.value {
            Numbers::Float64(array) if array.null_count() == 0 => &array.values()[rows.clone()],
            numbers => {
                let filled = &mut self.floats[all];
                numbers.fill(rows.clone(), filled);
                &*filled
            }
        };
        let read = Read { days, first, measures: &self.measures[all], floats };
        let (cells, values) = (&mut self.cells[all], &mut self.values[all]);
        if let Texts::Dictionary { keys, .. } = &self.batch.unit
            && !codes_change
        {
            let units = &self.unit_codes.entries;
            let tables = Tables { offsets, units, measures: &self.measure_codes.entries };
            by_type!(keys, |keys| if keys.null_count() == 0 {
                return read.find(&keys.values()[rows], &tables, cells, values);
            });
        }
        self.unit_codes.fill(rows, &self.eras, &mut self.units);
        let units = &self.unit_codes.entries;
        let tables = Tables { offsets, units, measures: &self.measure_codes.entries };
        read.find(&self.units[all], &tables, cells, values)
    }
}

/// What a block's rows have become.
pub(super) struct Taken<'b> {
    /// Counted from the calendar's first, where they were to be kept.
    pub(super) days: &'b [i32],
    pub(super) cells: &'b [u32],
    pub(super) values: &'b [u32],
    /// What the values add up to, or more.
    pub(super) mass: u64,
}

/// What rows hold, column by column, but for their units.
struct Read<'b> {
    days: &'b [i32],
    /// The calendar's first, counted as they are.
    first: i32,
    /// Places in the table of measures.
    measures: &'b [u32],
    floats: &'b [f64],
}

/// How far apart the cells are of what rows name; `NOWHERE` for what is not known.
struct Tables<'b> {
    offsets: &'b [u32],
    units: &'b [u32],
    measures: &'b [u32],
}

/// All that is set in any of some numbers.
struct Bits {
    cells: u32,
    /// How far values are above the least that there can be: further than any may be where one is smaller than that,
    /// or no number.
    above: u64,
    /// In what values differ from whole numbers.
    changed: u64,
}

impl Read<'_> {
    /// Finds cells and values, given the places of the units in their table; none where something is in no table.
    #[inline]
    fn find<K: ArrowNativeType>(
        &self,
        units: &[K],
        tables: &Tables<'_>,
        cells: &mut [u32],
        values: &mut [u32],
    ) -> Option<Bits> {
        // Floats of this size count by ones: what is added to it becomes a whole number, in its last bits.
        const ONES: f64 = (1_u64 << 52) as f64;
        let least = (ONES + 1.0).to_bits();
        let mut bits = Bits { cells: 0, above: 0, changed: 0 };
        let found = cells.iter_mut().zip(values);
        let columns = self.days.iter().zip(units).zip(self.measures).zip(self.floats);
        for ((cell, value), (((day, unit), measure), float)) in found.zip(columns) {
            let offset = tables.offsets.get(day.wrapping_sub(self.first) as usize)?;
            let unit = tables.units.get(unit.as_usize())?;
            let measure = tables.measures.get(*measure as usize)?;
            // One that is nowhere is in the upper bits of the sum, and up to three of them fit.
            *cell = offset + unit + measure;
            bits.cells |= *cell;
            let whole = *float + ONES;
            *value = whole.to_bits() as u32;
            bits.above |= whole.to_bits().wrapping_sub(least);
            bits.changed |= (whole - ONES).to_bits() ^ float.to_bits();
        }
        Some(bits)
    }
}

/// A column of categories.
struct Categories<'r, 'a> {
    stratum: StratumIndex,
    /// Their digits.
    codes: Codes<'r, 'a>,
    places: [u32; BLOCK],
    /// Per entry of the column of measures, how many cells lie between a category and the next one.
    steps: Vec<u32>,
    /// Where that is the same for all of them, how far away the cells of each entry's category are.
    distances: Vec<u32>,
}

impl Categories<'_, '_> {
    /// Looks up the steps of measures that have not been met before, given the first cell of each.
    fn look_up_steps(&mut self, measures: &[u32], grid: &Grid) {
        for first in &measures[self.steps.len()..] {
            let measure = grid.measure_at(*first);
            let step = measure.and_then(|measure| grid.step(measure, self.stratum));
            // A measure that is not recorded by the stratum has no cell for any of its categories.
            self.steps.push(step.unwrap_or(NOWHERE));
            self.distances.clear();
        }
        // Most plans record all measures by all strata: then a step needs no look-up.
        let digits = self.codes.entries.as_slice();
        let is_known = self.distances.len() == digits.len();
        if let (false, [step, others @ ..]) = (is_known, &self.steps[..])
            && others.iter().all(|other| other == step)
        {
            self.distances = digits.iter().map(|digit| distance(*digit, *step)).collect();
        }
    }

    /// Moves cells from those of no category to those of their categories; gives all bits of how far, and where to.
    fn add(&self, cells: &mut [u32], measures: &[u32]) -> u32 {
        let digits = self.codes.entries.as_slice();
        let mut bits = 0;
        if self.distances.len() == digits.len() {
            let distances = self.distances.as_slice();
            for (cell, place) in cells.iter_mut().zip(&self.places) {
                let distance = distances.get(*place as usize).copied().unwrap_or(NOWHERE);
                *cell = cell.wrapping_add(distance);
                bits |= distance | *cell;
            }
            return bits;
        }
        for ((cell, place), measure) in cells.iter_mut().zip(&self.places).zip(measures) {
            let digit = digits.get(*place as usize).copied().unwrap_or(NOWHERE);
            let step = self.steps.get(*measure as usize).copied().unwrap_or(NOWHERE);
            let distance = distance(digit, step);
            *cell = cell.wrapping_add(distance);
            bits |= distance | *cell;
        }
        bits
    }
}

/// How far the cell of a category lies from that of none; beyond all cells, where there is no such cell.
fn distance(digit: u32, step: u32) -> u32 {
    (u64::from(digit) * u64::from(step)).min(u64::from(NOWHERE)) as u32
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
    /// Where the number of no text stands among the entries, if a text may be missing.
    nothing: Option<u32>,
}

impl<'r, 'a> Codes<'r, 'a> {
    fn new(texts: &'r Texts<'a>, eras: usize, meaning: Meaning<'r>) -> Self {
        let mut codes = Codes::empty(texts, eras, meaning);
        if let Texts::Dictionary { values, .. } = texts {
            codes.entries.reserve(values.len() * eras);
            for entry in 0..values.len() {
                codes.enter(values.cell(entry).ok().flatten());
            }
        }
        codes
    }

    /// Codes of which some rows may have none, which stands for 0.
    fn of_optional(texts: &'r Texts<'a>, meaning: Meaning<'r>) -> Self {
        let mut codes = Codes::empty(texts, 1, meaning);
        if let Texts::Dictionary { values, .. } = texts {
            for entry in 0..values.len() {
                match values.cell(entry).ok().flatten() {
                    Some(text) => codes.enter(Some(text)),
                    None => codes.enter_nothing(),
                };
            }
            // Keys beyond the dictionary stand for nothing that is known.
            codes.enter(None);
        }
        codes.nothing = Some(codes.enter_nothing());
        codes
    }

    fn empty(texts: &'r Texts<'a>, eras: usize, meaning: Meaning<'r>) -> Self {
        let (entries, met) = (Vec::new(), FxHashMap::default());
        Codes { texts, meaning, entries, met, eras, nothing: None }
    }

    fn enter_nothing(&mut self) -> u32 {
        self.entries.push(0);
        self.entries.len() as u32 - 1
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
                    None => self.nothing.unwrap_or(u32::MAX - *era),
                    Some(text) => match self.met.get(text) {
                        Some(first) => *first,
                        // No plan has that number of codes.
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
        by_type!(keys, |keys| self.keys(keys, rows, eras, places));
    }

    /// A key below 0 becomes one far beyond the entries.
    fn keys<T: ArrowPrimitiveType>(
        &self,
        keys: &PrimitiveArray<T>,
        rows: Range<usize>,
        eras: &[u32; BLOCK],
        places: &mut [u32],
    ) {
        let entry = |key: T::Native| u32::try_from(key.as_usize()).unwrap_or(u32::MAX);
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
        if let Some(nothing) = self.nothing {
            // Before it stands what keys beyond the dictionary stand for.
            places.iter_mut().for_each(|place| *place = (*place).min(nothing - 1));
        }
        if keys.null_count() > 0 {
            for (row, place) in rows.zip(places) {
                if keys.is_null(row) {
                    // What stands behind a null is anything.
                    *place = self.nothing.unwrap_or(u32::MAX);
                }
            }
        }
    }
}
