//! Converts the rows of a block to cells and values.

use std::ops::Range;

use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use arrow_buffer::ArrowNativeType;
use rustc_hash::FxHashMap;

use super::super::column::{Days, Keys, Numbers, Texts};
use super::super::outcome_columns::Columns;
use super::calendar::Calendar;
use super::fill::EPOCH;
use super::{BLOCK, NOWHERE};
use crate::names::find_name;
use crate::plan::StratumIndex;
use crate::tally::{Grid, Intake, LARGEST_PLAIN};

/// Evaluates an expression with the keys of a dictionary, for every type of key.
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

/// The current block of a batch.
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
            let named = |day| find_name(code, |code| units.named_throughout(code, &day));
            let unit = day.and_then(named);
            unit.and_then(|unit| u32::try_from(unit.place()).ok())
        };
        let measure = |id: &str, _: usize| intake.grid().first_cell(intake.plain_measure(id)?);
        // A column without a category has no effect.
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
            // If one block has days beyond the calendar, the next may have them too.
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
        // An upper bound is enough if values are small: the mass only shows when cells may be full.
        const SMALL: u64 = 64;
        let mass = if found.above < SMALL {
            (found.above + 1) * values.len() as u64
        } else {
            values.iter().map(|value| u64::from(*value)).sum()
        };
        Some(Taken { days, cells, values, mass })
    }

    /// Reads columns in place if possible; the values are then loaded during the look-up of cells. `None` if a row
    /// has an unknown unit, measure or day.
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

/// The cells and values of a block's rows.
pub(super) struct Taken<'b> {
    /// Counted from the calendar's first, where they were to be kept.
    pub(super) days: &'b [i32],
    pub(super) cells: &'b [u32],
    pub(super) values: &'b [u32],
    /// The sum of the values, or an upper bound of it.
    pub(super) mass: u64,
}

/// The columns of rows, without the units.
struct Read<'b> {
    days: &'b [i32],
    /// The calendar's first, counted as they are.
    first: i32,
    /// Places in the table of measures.
    measures: &'b [u32],
    floats: &'b [f64],
}

/// The offsets of the cells of days, units and measures; `NOWHERE` for unknown ones.
struct Tables<'b> {
    offsets: &'b [u32],
    units: &'b [u32],
    measures: &'b [u32],
}

/// Bitwise OR over a column, to test many rows at once.
struct Bits {
    cells: u32,
    /// The distance of values above the least valid one. It is out of range if a value is smaller, or not a number.
    above: u64,
    /// The bits in which values differ from whole numbers.
    changed: u64,
}

impl Read<'_> {
    /// Finds cells and values, given the places of the units in their table. `None` if a table lacks a key.
    #[inline]
    fn find<K: ArrowNativeType>(
        &self,
        units: &[K],
        tables: &Tables<'_>,
        cells: &mut [u32],
        values: &mut [u32],
    ) -> Option<Bits> {
        // Floats of this size have a spacing of 1: a sum with it is a whole number, in the last bits.
        const ONES: f64 = (1_u64 << 52) as f64;
        let least = (ONES + 1.0).to_bits();
        let mut bits = Bits { cells: 0, above: 0, changed: 0 };
        let found = cells.iter_mut().zip(values);
        let columns = self.days.iter().zip(units).zip(self.measures).zip(self.floats);
        for ((cell, value), (((day, unit), measure), float)) in found.zip(columns) {
            let offset = tables.offsets.get(day.wrapping_sub(self.first) as usize)?;
            let unit = tables.units.get(unit.as_usize())?;
            let measure = tables.measures.get(*measure as usize)?;
            // `NOWHERE` shows in the upper bits of the sum. Up to three of them fit.
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
    /// Per entry of the column of measures, the number of cells from a category to the next one.
    steps: Vec<u32>,
    /// If all steps are equal, the distance of the cells of each entry's category.
    distances: Vec<u32>,
}

impl Categories<'_, '_> {
    /// Looks up the steps of new measures, given the first cell of each.
    fn look_up_steps(&mut self, measures: &[u32], grid: &Grid) {
        for first in &measures[self.steps.len()..] {
            let measure = grid.measure_at(*first);
            let step = measure.and_then(|measure| grid.step(measure, self.stratum));
            // A measure that is not recorded by the stratum has no cell for any of its categories.
            self.steps.push(step.unwrap_or(NOWHERE));
            self.distances.clear();
        }
        // Most plans record all measures by all strata. A step then needs no look-up.
        let digits = self.codes.entries.as_slice();
        let is_known = self.distances.len() == digits.len();
        if let (false, [step, others @ ..]) = (is_known, &self.steps[..])
            && others.iter().all(|other| other == step)
        {
            self.distances = digits.iter().map(|digit| distance(*digit, *step)).collect();
        }
    }

    /// Moves cells without a category to the cells of their categories. Returns the bitwise OR of distances and cells.
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

/// The distance of a category's cell from the cell without a category; beyond all cells if there is no such cell.
fn distance(digit: u32, step: u32) -> u32 {
    (u64::from(digit) * u64::from(step)).min(u64::from(NOWHERE)) as u32
}

/// Maps a text to its number in an era; `None` if it has no number.
type Meaning<'r> = Box<dyn Fn(&str, usize) -> Option<u32> + 'r>;

/// A column of codes, and the numbers of its entries.
struct Codes<'r, 'a> {
    texts: &'r Texts<'a>,
    meaning: Meaning<'r>,
    /// The number per entry of a dictionary and era. For other texts, the numbers of the texts so far.
    entries: Vec<u32>,
    /// The place of a text's numbers among the entries, which are by era.
    met: FxHashMap<&'r str, u32>,
    eras: usize,
    /// The place of the number of a missing text among the entries, if a text may be missing.
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

    /// Codes that may be missing in some rows. A missing code has the number 0.
    fn of_optional(texts: &'r Texts<'a>, meaning: Meaning<'r>) -> Self {
        let mut codes = Codes::empty(texts, 1, meaning);
        if let Texts::Dictionary { values, .. } = texts {
            for entry in 0..values.len() {
                match values.cell(entry).ok().flatten() {
                    Some(text) => codes.enter(Some(text)),
                    None => codes.enter_nothing(),
                };
            }
            // Keys beyond the dictionary have no known text.
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

    /// Adds the numbers of a text, era by era. Returns their place.
    fn enter(&mut self, text: Option<&str>) -> u32 {
        let at = self.entries.len() as u32;
        for era in 0..self.eras {
            let number = text.and_then(|text| (self.meaning)(text, era));
            self.entries.push(number.unwrap_or(NOWHERE));
        }
        at
    }

    /// Finds the places of the numbers of a block of rows among the entries.
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
