//! The rows of a report as arrays, column by column as [`assessments`](super::assessments) lists them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray,
};
use arrow_buffer::{BooleanBuffer, BooleanBufferBuilder, NullBuffer};
use arrow_schema::SchemaRef;
use chrono::NaiveDate;

use crate::assess::{Common, Number, Row, Whole, methods};
use crate::plan::{Unit, Units};
use crate::report::Report;

/// The rows of a report; `schema` is that of its columns.
#[expect(clippy::expect_used, reason = "the columns are those of the schema; a test compares them")]
pub(super) fn record_batch(report: &Report, schema: SchemaRef) -> RecordBatch {
    let (rows, units) = (report.len(), report.plan().units());
    let mut columns: Vec<Box<dyn Column<'_> + '_>> = vec![
        of_target(rows, |common| Some(Cow::Borrowed(&common.target.id))),
        of_target(rows, |common| Some(Cow::Borrowed(common.indicator()))),
        of_target(rows, |common| common.campaign().map(Cow::Borrowed)),
        of_unit(rows, units, |unit| &unit.id),
        of_unit(rows, units, |unit| &unit.name),
        of_unit(rows, units, |unit| units.level_name(unit.level)),
        days(rows, |common| common.window.start()),
        days(rows, |common| common.window.end()),
        days(rows, |common| common.as_of),
        Box::new(Finals(BooleanBufferBuilder::new(rows))),
        numbers(rows, |_, row| row.numerator),
        numbers(rows, |_, row| row.denominator),
        numbers(rows, |_, row| row.value),
        numbers(rows, |_, row| row.lower),
        numbers(rows, |_, row| row.upper),
        numbers(rows, Common::confidence),
        codes(rows, |row| row.how().map(|how| (how, methods()[how].as_str()))),
        numbers(rows, |_, row| row.baseline),
        of_target(rows, |common| Some(Cow::Owned(common.target.goal.to_string()))),
        numbers(rows, |_, row| row.goal_value),
        numbers(rows, |common, _| common.goal_upper),
        numbers(rows, |_, row| row.expected_now),
        codes(rows, |row| Some((row.verdict as usize, row.verdict.code()))),
        codes(rows, |row| Some((row.certainty as usize, row.certainty.code()))),
        codes(rows, |row| row.pace.map(|pace| (pace as usize, pace.code()))),
        numbers(rows, Common::chance),
        numbers(rows, |_, row| row.foretold(|outlook| outlook.projected)),
        numbers(rows, |_, row| row.foretold(|outlook| outlook.lower)),
        numbers(rows, |_, row| row.foretold(|outlook| outlook.upper)),
        numbers(rows, |_, row| row.gap),
        Box::new(Wholes { cells: Cells::new(rows), whole: |row: &Row| row.needed }),
        numbers(rows, |_, row| row.attainment),
        numbers(rows, |_, row| row.completeness),
        numbers(rows, |_, row| row.imputed),
        codes(rows, |row| row.reason.map(|reason| (reason as usize, reason.code()))),
        of_target(rows, |common| common.basis().map(Cow::Owned)),
        Box::new(Strata { texts: Texts::new(rows), places: places_of_strata(report) }),
    ];
    // All columns take their cells from a few rows while these are at hand; column by column the rows
    // would be fetched from far away three dozen times.
    for (common, block) in report.blocks() {
        for rows in block.rows.chunks(ROWS_AT_HAND) {
            columns.iter_mut().for_each(|column| column.take(&common, common.place, rows));
        }
    }
    let arrays = columns.into_iter().map(Column::array).collect();
    RecordBatch::try_new(schema, arrays).expect("arrays fit the schema made beside them")
}

/// So many rows fit the fast memory of any processor.
const ROWS_AT_HAND: usize = 256;

/// A column in the making.
trait Column<'r> {
    /// Takes the cells of rows of one target and window.
    fn take(&mut self, common: &Common<'r>, target: usize, rows: &[Row]);

    fn array(self: Box<Self>) -> ArrayRef;
}

/// A text that is the same for all rows of a target.
fn of_target<'r>(
    rows: usize,
    text: impl Fn(&Common<'r>) -> Option<Cow<'r, str>> + 'r,
) -> Box<dyn Column<'r> + 'r> {
    Box::new(OfTarget { texts: Texts::new(rows), text })
}

struct OfTarget<F> {
    texts: Texts,
    text: F,
}

impl<'r, F: Fn(&Common<'r>) -> Option<Cow<'r, str>>> Column<'r> for OfTarget<F> {
    fn take(&mut self, common: &Common<'r>, target: usize, rows: &[Row]) {
        let key = self.texts.key(target, || (self.text)(common));
        self.texts.keys.resize(self.texts.keys.len() + rows.len(), key);
    }

    fn array(self: Box<Self>) -> ArrayRef {
        self.texts.array()
    }
}

/// The categories that a row is about.
struct Strata {
    texts: Texts,
    /// Per target, the place of its own categories; behind it stand those of the categories that may decide.
    places: Vec<usize>,
}

fn places_of_strata(report: &Report) -> Vec<usize> {
    let mut next = 0;
    let targets = report.plan().targets().iter();
    targets
        .map(|target| {
            let place = next;
            next += 1 + target.categories.len();
            place
        })
        .collect()
}

impl<'r> Column<'r> for Strata {
    fn take(&mut self, common: &Common<'r>, target: usize, rows: &[Row]) {
        let own = self.places[target];
        if common.target.categories.is_empty() {
            let key = self.texts.key(own, || common.stratum(None).map(Cow::Owned));
            self.texts.keys.resize(self.texts.keys.len() + rows.len(), key);
            return;
        }
        for row in rows {
            let category = row.category();
            let place = own + category.map_or(0, |category| category + 1);
            let key = self.texts.key(place, || common.stratum(category).map(Cow::Owned));
            self.texts.keys.push(key);
        }
    }

    fn array(self: Box<Self>) -> ArrayRef {
        self.texts.array()
    }
}

/// A text of the row's unit.
fn of_unit<'r>(
    rows: usize,
    units: &'r Units,
    text: impl Fn(&'r Unit) -> &'r str + 'r,
) -> Box<dyn Column<'r> + 'r> {
    keyed(rows, move |row, texts| {
        let unit = row.unit();
        texts.key(unit.0, || Some(Cow::Borrowed(text(&units[unit]))))
    })
}

/// A code of the row, with its place among all there are.
fn codes<'r>(
    rows: usize,
    code: impl Fn(&Row) -> Option<(usize, &'static str)> + 'r,
) -> Box<dyn Column<'r> + 'r> {
    keyed(rows, move |row, texts| match code(row) {
        Some((place, text)) => texts.key(place, || Some(Cow::Borrowed(text))),
        None => texts.no_key(),
    })
}

fn keyed<'r>(rows: usize, key: impl Fn(&Row, &mut Texts) -> i32 + 'r) -> Box<dyn Column<'r> + 'r> {
    Box::new(Keyed { texts: Texts::new(rows), key })
}

struct Keyed<F> {
    texts: Texts,
    key: F,
}

impl<'r, F: Fn(&Row, &mut Texts) -> i32> Column<'r> for Keyed<F> {
    fn take(&mut self, _: &Common<'r>, _: usize, rows: &[Row]) {
        for row in rows {
            let key = (self.key)(row, &mut self.texts);
            self.texts.keys.push(key);
        }
    }

    fn array(self: Box<Self>) -> ArrayRef {
        self.texts.array()
    }
}

/// A day that is the same for all rows of a block.
fn days<'r>(rows: usize, day: impl Fn(&Common<'r>) -> NaiveDate + 'r) -> Box<dyn Column<'r> + 'r> {
    Box::new(Days { days: Vec::with_capacity(rows), day })
}

struct Days<F> {
    days: Vec<i32>,
    day: F,
}

impl<'r, F: Fn(&Common<'r>) -> NaiveDate> Column<'r> for Days<F> {
    fn take(&mut self, common: &Common<'r>, _: usize, rows: &[Row]) {
        self.days.resize(self.days.len() + rows.len(), (self.day)(common).to_epoch_days());
    }

    fn array(self: Box<Self>) -> ArrayRef {
        Arc::new(Date32Array::from(self.days))
    }
}

/// Whether the window has closed.
struct Finals(BooleanBufferBuilder);

impl<'r> Column<'r> for Finals {
    fn take(&mut self, common: &Common<'r>, _: usize, rows: &[Row]) {
        self.0.append_n(rows.len(), common.is_final);
    }

    fn array(mut self: Box<Self>) -> ArrayRef {
        Arc::new(BooleanArray::new(self.0.finish(), None))
    }
}

fn numbers<'r>(
    rows: usize,
    number: impl Fn(&Common<'r>, &Row) -> Number + 'r,
) -> Box<dyn Column<'r> + 'r> {
    Box::new(Numbers { cells: Cells::new(rows), number })
}

struct Numbers<F> {
    cells: Cells<f64>,
    number: F,
}

impl<'r, F: Fn(&Common<'r>, &Row) -> Number> Column<'r> for Numbers<F> {
    fn take(&mut self, common: &Common<'r>, _: usize, rows: &[Row]) {
        self.cells.take(rows, |row| (self.number)(common, row).get());
    }

    fn array(self: Box<Self>) -> ArrayRef {
        let (numbers, nulls) = self.cells.finished();
        Arc::new(Float64Array::new(numbers.into(), nulls))
    }
}

struct Wholes<F> {
    cells: Cells<i64>,
    whole: F,
}

impl<'r, F: Fn(&Row) -> Whole> Column<'r> for Wholes<F> {
    fn take(&mut self, _: &Common<'r>, _: usize, rows: &[Row]) {
        self.cells.take(rows, |row| (self.whole)(row).get());
    }

    fn array(self: Box<Self>) -> ArrayRef {
        let (wholes, nulls) = self.cells.finished();
        Arc::new(Int64Array::new(wholes.into(), nulls))
    }
}

/// What rows have of something, and which of them have it. Memory that no row fills is left as the system
/// gives it: fresh pages cost more than what is written to them.
struct Cells<T> {
    cells: Vec<T>,
    there: Vec<u8>,
    at: usize,
    found: usize,
}

impl<T: Copy + Default> Cells<T> {
    fn new(rows: usize) -> Self {
        let (cells, there) = (vec![T::default(); rows], vec![0; rows.div_ceil(8)]);
        Cells { cells, there, at: 0, found: 0 }
    }

    fn take(&mut self, rows: &[Row], cell: impl Fn(&Row) -> Option<T>) {
        for (row, place) in rows.iter().zip(&mut self.cells[self.at..]) {
            if let Some(cell) = cell(row) {
                *place = cell;
                self.there[self.at / 8] |= 1 << (self.at % 8);
                self.found += 1;
            }
            self.at += 1;
        }
    }

    fn finished(self) -> (Vec<T>, Option<NullBuffer>) {
        let rows = self.cells.len();
        let there = BooleanBuffer::new(self.there.into(), 0, rows);
        (self.cells, (self.found < rows).then(|| NullBuffer::new(there)))
    }
}

/// Keys of texts that are kept once each, in the order of their first row. What texts belong to (a unit, a
/// target, a code) has a place, and only the first row of each place looks at a text.
struct Texts {
    keys: Vec<i32>,
    has_null: bool,
    by_place: Vec<i32>,
    by_text: HashMap<String, i32>,
    texts: Vec<String>,
}

/// The keys of no text, and of a place that has not been seen.
const NULL: i32 = -1;
const UNSEEN: i32 = -2;

impl Texts {
    fn new(rows: usize) -> Texts {
        Texts {
            keys: Vec::with_capacity(rows),
            has_null: false,
            by_place: Vec::new(),
            by_text: HashMap::new(),
            texts: Vec::new(),
        }
    }

    fn key<'t>(&mut self, place: usize, text: impl FnOnce() -> Option<Cow<'t, str>>) -> i32 {
        match self.by_place.get(place) {
            Some(key) if *key != UNSEEN => return *key,
            Some(_) => {}
            None => self.by_place.resize(place + 1, UNSEEN),
        }
        let key = match text() {
            None => self.no_key(),
            Some(text) => match self.by_text.entry(text.into_owned()) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => {
                    self.texts.push(new.key().clone());
                    // As many texts as places, of which a plan has far fewer than keys.
                    *new.insert(self.texts.len() as i32 - 1)
                }
            },
        };
        self.by_place[place] = key;
        key
    }

    fn no_key(&mut self) -> i32 {
        self.has_null = true;
        NULL
    }

    fn array(mut self) -> ArrayRef {
        let mut nulls = None;
        if self.has_null {
            let there = BooleanBuffer::collect_bool(self.keys.len(), |row| self.keys[row] != NULL);
            nulls = Some(NullBuffer::new(there));
            self.keys.iter_mut().filter(|key| **key == NULL).for_each(|key| *key = 0);
        }
        let keys = Int32Array::new(self.keys.into(), nulls);
        let texts = StringArray::from_iter_values(&self.texts);
        Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(texts)))
    }
}
