//! The rows of a report as Arrow arrays.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, OnceLock};

use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
    RecordBatch, StringArray, UInt32Array, new_null_array,
};
use arrow_buffer::{
    ArrowNativeType, BooleanBuffer, BooleanBufferBuilder, NullBuffer, ScalarBuffer,
};
use arrow_schema::{DataType, Schema, SchemaRef};
use chrono::NaiveDate;

use super::table;
use crate::assess::{
    self, Assessment, Block, Certainty, Columns, Common, HasNulls, Number, Pace, Packed,
    Projection, Reason, Settling, Text, Verdict, assessment_columns, methods, unit_id, unit_level,
    unit_name,
};
use crate::parallel::{self, threads_for};
use crate::plan::{Unit, UnitIndex, Units};

/// Computes the array of a column.
type ToArray = Box<dyn Fn(&Rows<'_>) -> ArrayRef + Sync>;

/// How the array of a column is made, as its kind says.
macro_rules! array {
    ($column:ident: $type:ty = packed()) => {
        Box::new(packed::<$type>(|columns| &columns.$column, |has_nulls| has_nulls.$column))
    };
    ($column:ident: $type:ty = target($of:path)) => {
        Box::new(of_target(|common| Option::<Text>::from($of(common))))
    };
    ($column:ident: $type:ty = unit($of:path)) => {
        Box::new(of_unit($of))
    };
    ($column:ident: $type:ty = block($of:path)) => {
        Box::new(|rows| <$type as BlockValue>::array(rows, |common| $of(common)))
    };
    ($column:ident: $type:ty = projection($of:path)) => {
        Box::new(|rows| of_projection(rows, $of))
    };
    ($column:ident: $type:ty = computed($of:ident)) => {
        Box::new($of)
    };
}

/// How the arrays are made, in the order of the fields of [`Assessment`], which declares them.
macro_rules! arrays {
    ($($(#[$doc:meta])* $column:ident $name:tt: $type:ty = $kind:ident $of:tt;)+) => {
        fn arrays() -> Vec<ToArray> {
            vec![$(array!($column: $type = $kind $of)),+]
        }
    };
}

assessment_columns!(all => arrays);

/// The schema of columns, by their places in [`Assessment`].
pub(super) fn schema_of(columns: &[usize]) -> SchemaRef {
    let schema = table::schema::<Assessment>();
    let fields = columns.iter().map(|&column| Arc::clone(&schema.fields()[column]));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Columns of the rows of blocks, by their places in [`Assessment`].
#[expect(clippy::expect_used, reason = "fields and arrays come from the same columns and rows")]
pub(super) fn record_batch<'r>(
    blocks: impl Iterator<Item = (Common<'r>, &'r Block)>,
    columns: &[usize],
) -> RecordBatch {
    let rows = Rows::of(blocks.collect());
    let threads = threads_for(rows.len, ROWS_WORTH_A_THREAD);
    let arrays = arrays();
    let arrays = parallel::map(threads, columns, |&column| arrays[column](&rows));
    RecordBatch::try_new(schema_of(columns), arrays)
        .expect("arrays fit the schema made beside them")
}

/// Fewer rows become columns sooner than a thread has started.
const ROWS_WORTH_A_THREAD: usize = 10_000;

/// Rows, block by block.
struct Rows<'r> {
    blocks: Vec<(Common<'r>, &'r Block)>,
    len: usize,
    /// The columns of all blocks and the place of the first row, if the rows stand there one after the other.
    columns: Option<(&'r Columns, usize)>,
    /// A column without a number, for all that are so.
    no_number: OnceLock<ArrayRef>,
}

impl<'r> Rows<'r> {
    fn of(blocks: Vec<(Common<'r>, &'r Block)>) -> Rows<'r> {
        let len = blocks.iter().map(|(_, block)| block.len()).sum();
        let first = blocks.first().map(|(_, first)| (&first.columns, first.places.start));
        let columns = first.and_then(|(columns, first)| {
            let mut end = first;
            let are_in_one = blocks.iter().all(|(_, block)| {
                let continues = block.places.start == end && Arc::ptr_eq(&block.columns, columns);
                end = block.places.end;
                continues
            });
            are_in_one.then_some((&**columns, first))
        });
        Rows { blocks, len, columns, no_number: OnceLock::new() }
    }

    /// A stored column. The cells of several are copied into one.
    fn column<T: ArrowNativeType>(&self, of: fn(&Columns) -> &ScalarBuffer<T>) -> ScalarBuffer<T> {
        match self.columns {
            Some((columns, first)) => of(columns).slice(first, self.len),
            None => {
                let mut all = Vec::with_capacity(self.len);
                for (_, block) in &self.blocks {
                    all.extend_from_slice(&of(&block.columns)[block.places.clone()]);
                }
                all.into()
            }
        }
    }

    /// Whether some rows may have no number in a column.
    fn have(&self, has_nulls: fn(&HasNulls) -> bool) -> bool {
        self.blocks.iter().any(|(_, block)| has_nulls(&block.columns.has_nulls))
    }

    fn no_number(&self) -> ArrayRef {
        let none = || Arc::new(Float64Array::new_null(self.len)) as ArrayRef;
        Arc::clone(self.no_number.get_or_init(none))
    }

    /// What is known of windows that still run, or of which reports are missing, and `none` of others; nothing where there
    /// are no such windows.
    fn projection<T: Copy>(&self, none: T, cell: impl Fn(&Projection) -> T) -> Option<Vec<T>> {
        if self.blocks.iter().all(|(_, block)| block.columns.has_no_projection()) {
            return None;
        }
        let of_block = |block: &'r Block| {
            block.places.clone().map(move |place| block.columns.projection(place))
        };
        let all = self.blocks.iter().flat_map(|(_, block)| of_block(block));
        Some(all.map(|projection| projection.map_or(none, &cell)).collect())
    }

    /// What is the same for the rows of a block.
    fn by_block<T: Copy>(&self, mut cell: impl FnMut(&Common<'r>) -> T) -> Vec<T> {
        let mut all = Vec::with_capacity(self.len);
        for (common, block) in &self.blocks {
            all.resize(all.len() + block.len(), cell(common));
        }
        all
    }
}

/// A text that is the same for all rows of a target.
fn of_target(text: fn(&Common<'_>) -> Option<Text>) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| {
        let mut texts = Texts::default();
        let keys = rows.by_block(|common| texts.key(common.place, || text(common)));
        texts.array(keys)
    }
}

/// A text of the row's unit.
fn of_unit(text: for<'p> fn(&'p Units, &'p Unit) -> &'p str) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| {
        let mut texts = Texts::default();
        let mut keys = Vec::with_capacity(rows.len);
        for (common, block) in &rows.blocks {
            let units = common.plan.units();
            let key = |unit: UnitIndex| texts.key(unit.0, || Some(text(units, &units[unit])));
            keys.extend(block.units().map(key));
        }
        texts.array(keys)
    }
}

/// The codes of a type, in the order of its values.
fn texts<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| code(*one)).collect()
}

/// The arrays of packed cells.
trait PackedArray: Packed<Cell: ArrowNativeType> {
    fn array(cells: ScalarBuffer<Self::Cell>, has_nulls: bool) -> ArrayRef;
}

/// The array of a packed column.
fn packed<T: PackedArray>(
    cells: fn(&Columns) -> &ScalarBuffer<T::Cell>,
    has_nulls: fn(&HasNulls) -> bool,
) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| T::array(rows.column(cells), rows.have(has_nulls))
}

/// Arrays of numbers.
macro_rules! packed_numbers {
    ($($type:ty => $array:ty),+) => {
        $(impl PackedArray for $type {
            fn array(cells: ScalarBuffer<Self::Cell>, has_nulls: bool) -> ArrayRef {
                let is_there = |cell| !<$type as Packed>::is_null(cell);
                let nulls = if has_nulls { nulls(&cells, is_there) } else { None };
                Arc::new(<$array>::new(cells, nulls))
            }
        })+
    };
}

packed_numbers!(Option<f64> => Float64Array, Option<i64> => Int64Array, Option<u64> => UInt32Array);

/// Arrays of codes.
macro_rules! packed_codes {
    ($($type:ty => $enum:ident, $zero:expr;)+) => {
        $(impl PackedArray for $type {
            fn array(cells: ScalarBuffer<u8>, _: bool) -> ArrayRef {
                closed(&cells, &texts($enum::ALL, $enum::code), $zero)
            }
        })+
    };
}

packed_codes! {
    Verdict => Verdict, Zero::First;
    Certainty => Certainty, Zero::First;
    Option<Reason> => Reason, Zero::Nothing;
}

impl PackedArray for bool {
    fn array(cells: ScalarBuffer<u8>, _: bool) -> ArrayRef {
        Arc::new(BooleanArray::from_iter(cells.iter().map(|cell| Some(*cell != 0))))
    }
}

/// How value and interval were computed.
fn method(rows: &Rows<'_>) -> ArrayRef {
    let texts: Vec<&str> = methods().iter().map(String::as_str).collect();
    coded(&rows.column(|columns| &columns.how), &texts, Zero::Nothing)
}

/// What a code of 0 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zero {
    First,
    Nothing,
}

/// The codes of a closed list: all its texts in order of meaning, whether they occur or not.
fn closed(codes: &[u8], texts: &[&str], zero: Zero) -> ArrayRef {
    let none = u8::from(zero == Zero::Nothing);
    let nulls = match zero {
        Zero::Nothing => nulls(codes, |code| code != 0),
        Zero::First => None,
    };
    let keys = if codes.iter().all(|code| *code <= none) {
        // Memory that is not written to is not taken.
        vec![0; codes.len()]
    } else {
        codes.iter().map(|code| i32::from(code.saturating_sub(none))).collect()
    };
    dictionary(keys, nulls, texts)
}

/// Of the texts those that occur, in the order of their first row.
fn coded(codes: &[u8], texts: &[&str], zero: Zero) -> ArrayRef {
    let none = u8::from(zero == Zero::Nothing);
    let (mut keys, mut occurs) = ([0; 256], [false; 256]);
    let mut occurring = Vec::new();
    for code in codes {
        if !std::mem::replace(&mut occurs[usize::from(*code)], true)
            && let Some(text) =
                code.checked_sub(none).and_then(|place| texts.get(usize::from(place)))
        {
            keys[usize::from(*code)] = occurring.len() as i32;
            occurring.push(*text);
        }
    }
    if occurring.is_empty() {
        return no_text(codes.len());
    }
    let nulls = match zero {
        Zero::Nothing if occurs[0] => nulls(codes, |code| code != 0),
        Zero::Nothing | Zero::First => None,
    };
    let keys: Vec<i32> = if occurring.len() < 2 {
        // Memory that is not written to is not taken.
        vec![0; codes.len()]
    } else {
        codes.iter().map(|code| keys[usize::from(*code)]).collect()
    };
    dictionary(keys, nulls, &occurring)
}

/// A column without a text.
fn no_text(rows: usize) -> ArrayRef {
    let (key, text) = (Box::new(DataType::Int32), Box::new(DataType::Utf8));
    new_null_array(&DataType::Dictionary(key, text), rows)
}

fn dictionary(keys: Vec<i32>, nulls: Option<NullBuffer>, texts: &[impl AsRef<str>]) -> ArrayRef {
    let keys = Int32Array::new(keys.into(), nulls);
    let texts = StringArray::from_iter_values(texts);
    Arc::new(DictionaryArray::<Int32Type>::new(keys, Arc::new(texts)))
}

/// The arrays of values that only rows with projection have.
trait ProjectionValue: Copy {
    fn array(rows: &Rows<'_>, value: fn(&Projection) -> Self) -> ArrayRef;
}

fn of_projection<T: ProjectionValue>(rows: &Rows<'_>, value: fn(&Projection) -> T) -> ArrayRef {
    T::array(rows, value)
}

impl ProjectionValue for Number {
    fn array(rows: &Rows<'_>, value: fn(&Projection) -> Self) -> ArrayRef {
        match rows.projection(f64::NAN, |projection| value(projection).or_nan()) {
            Some(numbers) => floats(numbers),
            None => rows.no_number(),
        }
    }
}

impl ProjectionValue for Option<Pace> {
    fn array(rows: &Rows<'_>, value: fn(&Projection) -> Self) -> ArrayRef {
        let code = |projection: &Projection| value(projection).map_or(0, |pace| pace as u8 + 1);
        match rows.projection(0, code) {
            Some(codes) => closed(&codes, &texts(Pace::ALL, Pace::code), Zero::Nothing),
            None => {
                let nulls = NullBuffer::new_null(rows.len);
                let nulls = Some(nulls).filter(|_| rows.len > 0);
                dictionary(vec![0; rows.len], nulls, &texts(Pace::ALL, Pace::code))
            }
        }
    }
}

/// The offices that answer for rows.
fn owners(rows: &Rows<'_>) -> ArrayRef {
    let has_owners = |(common, _): &(Common<'_>, &Block)| !common.plan.owners().is_empty();
    if !rows.blocks.iter().any(has_owners) {
        return no_text(rows.len);
    }
    let mut texts = Texts::default();
    // Units with the same offices share a text; each block has places of its own, for offices change from window to window.
    let mut keys = Vec::with_capacity(rows.len);
    for (at, (common, block)) in rows.blocks.iter().enumerate() {
        let units = common.plan.units().len();
        let offices = common.offices();
        let key = |unit: UnitIndex| texts.key(at * units + unit.0, || offices.ids(unit));
        keys.extend(block.units().map(key));
    }
    texts.array(keys)
}

/// The categories that a row is about.
fn stratum(rows: &Rows<'_>) -> ArrayRef {
    let mut texts = Texts::default();
    // Per version of a target, the place of its own categories; behind it stand those of the categories that may
    // decide.
    let mut places: HashMap<usize, usize> = HashMap::new();
    let mut next = 0;
    let mut keys = Vec::with_capacity(rows.len);
    for (common, block) in &rows.blocks {
        let own = *places.entry(common.place).or_insert_with(|| {
            let own = next;
            next += 1 + common.target.categories.len();
            own
        });
        let mut key = |category: u16| {
            let decides = usize::from(category).checked_sub(1);
            texts.key(own + usize::from(category), || common.stratum_of(decides))
        };
        if common.target.categories.is_empty() {
            keys.resize(keys.len() + block.len(), key(0));
        } else {
            let categories = &block.columns.category[block.places.clone()];
            keys.extend(categories.iter().map(|category| key(*category)));
        }
    }
    texts.array(keys)
}

/// The arrays of values that are the same for all rows of a block.
trait BlockValue: Sized {
    fn array(rows: &Rows<'_>, value: fn(&Common<'_>) -> Self) -> ArrayRef;
}

impl BlockValue for NaiveDate {
    fn array(rows: &Rows<'_>, value: fn(&Common<'_>) -> Self) -> ArrayRef {
        Arc::new(Date32Array::from(rows.by_block(|common| value(common).to_epoch_days())))
    }
}

impl BlockValue for bool {
    fn array(rows: &Rows<'_>, value: fn(&Common<'_>) -> Self) -> ArrayRef {
        let mut truths = BooleanBufferBuilder::new(rows.len);
        for (common, block) in &rows.blocks {
            truths.append_n(block.len(), value(common));
        }
        Arc::new(BooleanArray::new(truths.finish(), None))
    }
}

impl BlockValue for Option<f64> {
    fn array(rows: &Rows<'_>, value: fn(&Common<'_>) -> Self) -> ArrayRef {
        if rows.blocks.iter().all(|(common, _)| value(common).is_none()) {
            return rows.no_number();
        }
        floats(rows.by_block(|common| value(common).unwrap_or(f64::NAN)))
    }
}

/// Floats, of which NaN is none.
fn floats(numbers: Vec<f64>) -> ArrayRef {
    let nulls = nulls(&numbers, |number| !number.is_nan());
    Arc::new(Float64Array::new(numbers.into(), nulls))
}

/// The confidences of the intervals.
fn confidence(rows: &Rows<'_>) -> ArrayRef {
    let how = rows.column(|columns| &columns.how);
    let confidence = rows.blocks.first().map_or(f64::NAN, |(common, _)| common.interval_confidence);
    // All rows of a report have that of its plan.
    let of_row = |how: &u8| if Columns::has_interval(*how) { confidence } else { f64::NAN };
    floats(how.iter().map(of_row).collect())
}

/// The probabilities of meeting the goals.
fn chance(rows: &Rows<'_>) -> ArrayRef {
    let mut chances: Vec<f64> = Vec::with_capacity(rows.len);
    for (common, block) in &rows.blocks {
        let places = block.places.clone();
        let forecast = |place: usize| {
            let projection = block.columns.projection(place);
            projection.map_or(f64::NAN, |projection| projection.chance().or_nan())
        };
        let is_over = block.columns.has_no_projection();
        if common.is_final {
            let settling = Settling::of(common.plan, common.target, common.is_final);
            let of_code =
                Verdict::ALL.iter().map(|verdict| assess::chance(Number::NONE, true, *verdict));
            let of_code: Vec<f64> = of_code.map(Number::or_nan).collect();
            let (codes, completeness) = (&block.columns.verdict, &block.columns.completeness);
            let certainty = |place: usize| block.columns.certainty_of(place);
            chances.extend(places.map(|place| {
                let forecast = if is_over { f64::NAN } else { forecast(place) };
                if forecast.is_nan() && settling.is_settled(completeness[place], certainty(place)) {
                    of_code[usize::from(codes[place])]
                } else {
                    forecast
                }
            }));
        } else {
            chances.extend(places.map(forecast));
        }
    }
    floats(chances)
}

/// Which cells are there, unless all are.
fn nulls<T: Copy>(cells: &[T], is_there: impl Fn(T) -> bool) -> Option<NullBuffer> {
    if cells.iter().fold(true, |all, cell| all & is_there(*cell)) {
        return None;
    }
    let byte = |cells: &[T]| {
        let bits = cells.iter().zip(0..8).map(|(cell, bit)| u8::from(is_there(*cell)) << bit);
        bits.fold(0, |byte, bit| byte | bit)
    };
    let (eights, rest) = cells.as_chunks::<8>();
    let eights = eights.iter().map(|eight| byte(eight));
    let bytes: Vec<u8> = eights.chain((!rest.is_empty()).then(|| byte(rest))).collect();
    Some(NullBuffer::new(BooleanBuffer::new(bytes.into(), 0, cells.len())))
}

/// Texts that are kept once each, in the order of their first row. What texts belong to (a unit, a target, a
/// category) has a place, and only the first row of each place looks at a text.
#[derive(Default)]
struct Texts {
    by_place: Vec<i32>,
    by_text: HashMap<String, i32>,
    texts: Vec<String>,
}

/// The keys of no text, and of a place that has not been seen.
const NULL: i32 = -1;
const UNSEEN: i32 = -2;

impl Texts {
    #[inline]
    fn key<T: AsRef<str>>(&mut self, place: usize, text: impl FnOnce() -> Option<T>) -> i32 {
        match self.by_place.get(place) {
            Some(key) if *key != UNSEEN => *key,
            Some(_) | None => self.first_key(place, text()),
        }
    }

    #[cold]
    fn first_key(&mut self, place: usize, text: Option<impl AsRef<str>>) -> i32 {
        if self.by_place.len() <= place {
            self.by_place.resize(place + 1, UNSEEN);
        }
        let key = match text {
            None => NULL,
            Some(text) => match self.by_text.entry(text.as_ref().to_owned()) {
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

    fn array(self, mut keys: Vec<i32>) -> ArrayRef {
        let mut nulls = None;
        if self.texts.is_empty() {
            return no_text(keys.len());
        }
        if self.by_place.contains(&NULL) {
            nulls = self::nulls(&keys, |key| key != NULL);
            keys.iter_mut().for_each(|key| *key = (*key).max(0));
        }
        dictionary(keys, nulls, &self.texts)
    }
}
