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

use crate::assess::{Block, Common, Number, Row, Whole, methods};
use crate::plan::Unit;
use crate::report::Report;

/// The rows of a report; `schema` is that of its columns.
#[expect(clippy::expect_used, reason = "the columns are those of the schema; a test compares them")]
pub(super) fn record_batch(report: &Report, schema: SchemaRef) -> RecordBatch {
    let rows = Rows { report, blocks: report.blocks().collect(), len: report.len() };
    let arrays = vec![
        rows.of_target(|common| Some(Cow::Borrowed(&common.target.id))),
        rows.of_target(|common| Some(Cow::Borrowed(common.indicator()))),
        rows.of_target(|common| common.campaign().map(Cow::Borrowed)),
        rows.of_unit(|unit| &unit.id),
        rows.of_unit(|unit| &unit.name),
        rows.of_unit(|unit| report.plan().units().level_name(unit.level)),
        rows.days(|common| common.window.start()),
        rows.days(|common| common.window.end()),
        rows.days(|common| common.as_of),
        rows.finals(),
        rows.numbers(|_, row| row.numerator),
        rows.numbers(|_, row| row.denominator),
        rows.numbers(|_, row| row.value),
        rows.numbers(|_, row| row.lower),
        rows.numbers(|_, row| row.upper),
        rows.numbers(|common, row| common.confidence(row)),
        rows.codes(|row| row.how().map(|how| (how, methods()[how].as_str()))),
        rows.numbers(|_, row| row.baseline),
        rows.of_target(|common| Some(Cow::Owned(common.target.goal.to_string()))),
        rows.numbers(|_, row| row.goal_value),
        rows.numbers(|common, _| common.goal_upper),
        rows.numbers(|_, row| row.expected_now),
        rows.codes(|row| Some((row.verdict as usize, row.verdict.code()))),
        rows.codes(|row| Some((row.certainty as usize, row.certainty.code()))),
        rows.codes(|row| row.pace.map(|pace| (pace as usize, pace.code()))),
        rows.numbers(|common, row| common.chance(row)),
        rows.no_numbers(),
        rows.no_numbers(),
        rows.no_numbers(),
        rows.numbers(|_, row| row.gap),
        rows.wholes(|row| row.needed),
        rows.numbers(|_, row| row.attainment),
        rows.numbers(|_, row| row.completeness),
        rows.numbers(|_, row| row.imputed),
        rows.codes(|row| row.reason.map(|reason| (reason as usize, reason.code()))),
        rows.of_target(|common| common.basis().map(Cow::Owned)),
    ];
    RecordBatch::try_new(schema, arrays).expect("arrays fit the schema made beside them")
}

struct Rows<'r> {
    report: &'r Report,
    blocks: Vec<(Common<'r>, &'r Block)>,
    len: usize,
}

impl<'r> Rows<'r> {
    /// A text that is the same for all rows of a target.
    fn of_target(&self, text: impl Fn(&Common<'r>) -> Option<Cow<'r, str>>) -> ArrayRef {
        let mut texts = Texts::new(self.len);
        for (common, block) in &self.blocks {
            let key =
                if block.rows.is_empty() { NULL } else { texts.key(block.target, || text(common)) };
            texts.keys.resize(texts.keys.len() + block.rows.len(), key);
        }
        texts.array()
    }

    /// A text of the row's unit.
    fn of_unit(&self, text: impl Fn(&'r Unit) -> &'r str) -> ArrayRef {
        let units = self.report.plan().units();
        self.keyed(|row, texts| {
            let unit = row.unit();
            texts.key(unit.0, || Some(Cow::Borrowed(text(&units[unit]))))
        })
    }

    /// A code of the row, with its place among all there are.
    fn codes(&self, code: impl Fn(&Row) -> Option<(usize, &'static str)>) -> ArrayRef {
        self.keyed(|row, texts| match code(row) {
            Some((place, text)) => texts.key(place, || Some(Cow::Borrowed(text))),
            None => texts.no_key(),
        })
    }

    fn keyed(&self, key: impl Fn(&'r Row, &mut Texts) -> i32) -> ArrayRef {
        let mut texts = Texts::new(self.len);
        for (_, block) in &self.blocks {
            for row in &block.rows {
                let key = key(row, &mut texts);
                texts.keys.push(key);
            }
        }
        texts.array()
    }

    /// A day that is the same for all rows of a block.
    fn days(&self, day: impl Fn(&Common<'r>) -> NaiveDate) -> ArrayRef {
        let mut days = Vec::with_capacity(self.len);
        for (common, block) in &self.blocks {
            days.resize(days.len() + block.rows.len(), day(common).to_epoch_days());
        }
        Arc::new(Date32Array::from(days))
    }

    fn finals(&self) -> ArrayRef {
        let mut finals = BooleanBufferBuilder::new(self.len);
        for (common, block) in &self.blocks {
            finals.append_n(block.rows.len(), common.is_final);
        }
        Arc::new(BooleanArray::new(finals.finish(), None))
    }

    fn numbers(&self, number: impl Fn(&Common<'r>, &Row) -> Number) -> ArrayRef {
        let (numbers, nulls) = self.filled(|common, row| number(common, row).get());
        Arc::new(Float64Array::new(numbers.into(), nulls))
    }

    fn wholes(&self, whole: impl Fn(&Row) -> Whole) -> ArrayRef {
        let (wholes, nulls) = self.filled(|_, row| whole(row).get());
        Arc::new(Int64Array::new(wholes.into(), nulls))
    }

    /// What rows have of something, and which of them have it. Memory that no row fills is left as the
    /// system gives it: fresh pages cost more than what is written to them.
    fn filled<T: Copy + Default>(
        &self,
        cell: impl Fn(&Common<'r>, &Row) -> Option<T>,
    ) -> (Vec<T>, Option<NullBuffer>) {
        let mut cells = vec![T::default(); self.len];
        let mut there = vec![0_u8; self.len.div_ceil(8)];
        let (mut at, mut found) = (0, 0);
        for (common, block) in &self.blocks {
            for (row, place) in block.rows.iter().zip(&mut cells[at..]) {
                if let Some(cell) = cell(common, row) {
                    *place = cell;
                    there[at / 8] |= 1 << (at % 8);
                    found += 1;
                }
                at += 1;
            }
        }
        let there = BooleanBuffer::new(there.into(), 0, self.len);
        (cells, (found < self.len).then(|| NullBuffer::new(there)))
    }

    /// A column that no row fills.
    fn no_numbers(&self) -> ArrayRef {
        Arc::new(Float64Array::new_null(self.len))
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
