//! The columns of a report's rows: said once, for the schema and for the arrays of all files and batches.

use std::borrow::Cow;
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
use arrow_schema::DataType;
use chrono::NaiveDate;

use super::table;
use crate::assess::{
    Ahead, Assessment, Block, Certainty, Common, Holes, NO_PAIRS, Number, Pace, Reason, Sheet,
    Verdict, Whole, methods,
};
use crate::parallel::{self, threads_for};
use crate::plan::{Unit, UnitIndex, Units};
use crate::report::Report;
use crate::view::View;

/// How the columns are made, in the order of the fields of [`Assessment`], which declares them.
fn columns() -> Vec<Column> {
    vec![
        column("target", of_target(|common| Some(Cow::Borrowed(&common.target.id)))),
        column("indicator", of_target(|common| Some(Cow::Borrowed(common.indicator())))),
        column("campaign", of_target(|common| common.campaign().map(Cow::Borrowed))),
        column("unit", of_unit(|_, unit| &unit.id)),
        column("unit_name", of_unit(|_, unit| &unit.name)),
        column("level", of_unit(|units, unit| units.level_name(unit.level))),
        column("window_start", days(|common| common.window.start())),
        column("window_end", days(|common| common.window.end())),
        column("as_of", days(|common| common.as_of)),
        column("final", finals),
        column("numerator", numbers(|sheet| &sheet.numerator, |holes| holes.numerator)),
        column("denominator", numbers(|sheet| &sheet.denominator, |holes| holes.denominator)),
        column("value", numbers(|sheet| &sheet.value, |holes| holes.value)),
        column("lower", numbers(|sheet| &sheet.lower, |holes| holes.lower)),
        column("upper", numbers(|sheet| &sheet.upper, |holes| holes.upper)),
        column("confidence", confidences),
        column(
            "method",
            codes(
                |sheet| &sheet.how,
                || methods().iter().map(String::as_str).collect(),
                Zero::Nothing,
            ),
        ),
        column("baseline", numbers(|sheet| &sheet.baseline, |holes| holes.baseline)),
        column("goal", of_target(|common| Some(Cow::Owned(common.target.goal.to_string())))),
        column("goal_value", numbers(|sheet| &sheet.goal_value, |holes| holes.goal_value)),
        column("goal_upper", of_blocks(|common| common.goal_upper)),
        column("expected_now", ahead(|ahead| ahead.expected_now)),
        column(
            "verdict",
            codes(|sheet| &sheet.verdict, || texts(Verdict::ALL, Verdict::code), Zero::First),
        ),
        column(
            "certainty",
            codes(|sheet| &sheet.certainty, || texts(Certainty::ALL, Certainty::code), Zero::First),
        ),
        column("pace", paces),
        column("chance", chances),
        column("projected", ahead(|ahead| ahead.foretold(|outlook| outlook.projected))),
        column("projected_lower", ahead(|ahead| ahead.foretold(|outlook| outlook.lower))),
        column("projected_upper", ahead(|ahead| ahead.foretold(|outlook| outlook.upper))),
        column("gap", numbers(|sheet| &sheet.gap, |holes| holes.gap)),
        column("needed", needed),
        column("attainment", numbers(|sheet| &sheet.attainment, |holes| holes.attainment)),
        column("completeness", numbers(|sheet| &sheet.completeness, |holes| holes.completeness)),
        column("matched", pairs(|sheet| &sheet.matched)),
        column("unmatched", pairs(|sheet| &sheet.unmatched)),
        column("imputed", numbers(|sheet| &sheet.imputed, |holes| holes.imputed)),
        column(
            "reason",
            codes(|sheet| &sheet.reason, || texts(Reason::ALL, Reason::code), Zero::Nothing),
        ),
        column("basis", of_target(|common| common.basis().map(Cow::Owned))),
        column("stratum", strata),
    ]
}

/// The rows of a report.
#[expect(clippy::expect_used, reason = "fields and arrays come from the same columns and rows")]
pub(super) fn record_batch(report: &Report) -> RecordBatch {
    let rows = Rows::of(report);
    let threads = threads_for(rows.len, ROWS_WORTH_A_THREAD);
    let columns = columns();
    let declared = Assessment::COLUMNS.iter().map(|column| column.name);
    debug_assert!(columns.iter().map(|column| column.name).eq(declared));
    let arrays = parallel::map(threads, &columns, |column| (column.array)(&rows));
    RecordBatch::try_new(table::schema::<Assessment>(), arrays)
        .expect("arrays fit the schema made beside them")
}

/// Fewer rows become columns sooner than a thread has started.
const ROWS_WORTH_A_THREAD: usize = 10_000;

/// The rows of a report, block by block.
struct Rows<'r> {
    blocks: Vec<(Common<'r>, &'r Block)>,
    len: usize,
    /// The sheet, if the rows are all that there are in one.
    sheet: Option<&'r Sheet>,
    /// A column without a number, for all that are so.
    no_number: OnceLock<ArrayRef>,
}

impl<'r> Rows<'r> {
    fn of(report: &'r Report) -> Rows<'r> {
        let blocks: Vec<_> = report.blocks().collect();
        let mut len = 0;
        let mut in_one = true;
        for (_, block) in &blocks {
            in_one &= Arc::ptr_eq(&block.sheet, &blocks[0].1.sheet) && block.places.start == len;
            len += block.len();
        }
        let first = blocks.first().map(|(_, block)| &*block.sheet);
        let sheet = first.filter(|sheet| in_one && sheet.unit.len() == len);
        Rows { blocks, len, sheet, no_number: OnceLock::new() }
    }

    /// A column of the sheet; what stands in several is brought together.
    fn column<T: ArrowNativeType>(&self, of: fn(&Sheet) -> &ScalarBuffer<T>) -> ScalarBuffer<T> {
        match self.sheet {
            Some(sheet) => of(sheet).clone(),
            None => {
                let mut all = Vec::with_capacity(self.len);
                for (_, block) in &self.blocks {
                    all.extend_from_slice(&of(&block.sheet)[block.places.clone()]);
                }
                all.into()
            }
        }
    }

    /// Whether some rows may have no number in a column.
    fn have(&self, holes: fn(&Holes) -> bool) -> bool {
        self.blocks.iter().any(|(_, block)| holes(&block.sheet.holes))
    }

    fn no_number(&self) -> ArrayRef {
        let none = || Arc::new(Float64Array::new_null(self.len)) as ArrayRef;
        Arc::clone(self.no_number.get_or_init(none))
    }

    /// What is known of windows that still run, or of which reports are missing, and `none` of others; nothing where there
    /// are no such windows.
    fn ahead<T: Copy>(&self, none: T, cell: impl Fn(&Ahead) -> T) -> Option<Vec<T>> {
        if self.blocks.iter().all(|(_, block)| block.sheet.is_all_over()) {
            return None;
        }
        let ahead = |block: &'r Block, place: usize| block.sheet.ahead(place);
        let of_block =
            |block: &'r Block| block.places.clone().map(move |place| ahead(block, place));
        let all = self.blocks.iter().flat_map(|(_, block)| of_block(block));
        Some(all.map(|ahead| ahead.map_or(none, &cell)).collect())
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

/// A column, and how it is made.
struct Column {
    name: &'static str,
    array: Box<dyn Fn(&Rows<'_>) -> ArrayRef + Sync>,
}

fn column(name: &'static str, array: impl Fn(&Rows<'_>) -> ArrayRef + Sync + 'static) -> Column {
    Column { name, array: Box::new(array) }
}

/// A text that is the same for all rows of a target.
fn of_target(
    text: impl for<'c> Fn(&'c Common<'_>) -> Option<Cow<'c, str>>,
) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| {
        let mut texts = Texts::default();
        let keys = rows.by_block(|common| texts.key(common.place, || text(common)));
        texts.array(keys)
    }
}

/// A text of the row's unit.
fn of_unit(
    text: impl for<'p> Fn(&'p Units, &'p Unit) -> &'p str,
) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| {
        let mut texts = Texts::default();
        let mut keys = Vec::with_capacity(rows.len);
        for (common, block) in &rows.blocks {
            let units = common.plan.units();
            let key = |unit: UnitIndex| {
                texts.key(unit.0, || Some(Cow::Borrowed(text(units, &units[unit]))))
            };
            keys.extend(block.units().map(key));
        }
        texts.array(keys)
    }
}

/// The codes of a type, in the order of its values.
fn texts<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| code(*one)).collect()
}

/// Codes as they stand in the sheet: places among texts, or 1 more than these where 0 is none.
fn codes(
    of: fn(&Sheet) -> &ScalarBuffer<u8>,
    texts: fn() -> Vec<&'static str>,
    zero: Zero,
) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| coded(&rows.column(of), &texts(), zero)
}

/// What a code of 0 says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Zero {
    First,
    Nothing,
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

/// Where windows that still run stand.
fn paces(rows: &Rows<'_>) -> ArrayRef {
    let pace = |ahead: &Ahead| ahead.pace.map_or(0, |pace| pace as u8 + 1);
    match rows.ahead(0, pace) {
        Some(paces) => coded(&paces, &texts(Pace::ALL, Pace::code), Zero::Nothing),
        None => no_text(rows.len),
    }
}

/// The categories that a row is about.
fn strata(rows: &Rows<'_>) -> ArrayRef {
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
            texts.key(own + usize::from(category), || common.stratum(decides).map(Cow::Owned))
        };
        if common.target.categories.is_empty() {
            keys.resize(keys.len() + block.len(), key(0));
        } else {
            let categories = &block.sheet.category[block.places.clone()];
            keys.extend(categories.iter().map(|category| key(*category)));
        }
    }
    texts.array(keys)
}

/// A day that is the same for all rows of a block.
fn days(day: fn(&Common<'_>) -> NaiveDate) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| Arc::new(Date32Array::from(rows.by_block(|common| day(common).to_epoch_days())))
}

/// Whether the window has closed.
fn finals(rows: &Rows<'_>) -> ArrayRef {
    let mut finals = BooleanBufferBuilder::new(rows.len);
    for (common, block) in &rows.blocks {
        finals.append_n(block.len(), common.is_final);
    }
    Arc::new(BooleanArray::new(finals.finish(), None))
}

fn numbers(
    of: fn(&Sheet) -> &ScalarBuffer<f64>,
    has_holes: fn(&Holes) -> bool,
) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| {
        let numbers = rows.column(of);
        let nulls = if rows.have(has_holes) { holes(&numbers) } else { None };
        Arc::new(Float64Array::new(numbers, nulls))
    }
}

/// Floats, of which NaN is none.
fn floats(numbers: Vec<f64>) -> ArrayRef {
    let nulls = holes(&numbers);
    Arc::new(Float64Array::new(numbers.into(), nulls))
}

fn holes(numbers: &[f64]) -> Option<NullBuffer> {
    nulls(numbers, |number| !number.is_nan())
}

fn needed(rows: &Rows<'_>) -> ArrayRef {
    let numbers = rows.column(|sheet| &sheet.needed);
    let is_there = |number: i64| number != Whole::NONE.or_least();
    let nulls = if rows.have(|holes| holes.needed) { nulls(&numbers, is_there) } else { None };
    Arc::new(Int64Array::new(numbers, nulls))
}

/// Numbers of pairs; none where a value is not made of pairs.
fn pairs(of: fn(&Sheet) -> &ScalarBuffer<u32>) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| {
        let numbers = rows.column(of);
        let nulls = nulls(&numbers, |number: u32| number != NO_PAIRS);
        Arc::new(UInt32Array::new(numbers, nulls))
    }
}

/// A number that is the same for all rows of a block.
fn of_blocks(number: fn(&Common<'_>) -> Number) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| {
        if rows.blocks.iter().all(|(common, _)| number(common).get().is_none()) {
            return rows.no_number();
        }
        floats(rows.by_block(|common| number(common).or_nan()))
    }
}

/// The confidences of the intervals.
fn confidences(rows: &Rows<'_>) -> ArrayRef {
    let how = rows.column(|sheet| &sheet.how);
    let confidence = rows.blocks.first().map_or(f64::NAN, |(common, _)| common.confidence);
    // All rows of a report have that of its plan.
    let of_row = |how: &u8| if Sheet::has_interval(*how) { confidence } else { f64::NAN };
    floats(how.iter().map(of_row).collect())
}

/// The probabilities of meeting the goals.
fn chances(rows: &Rows<'_>) -> ArrayRef {
    let mut chances: Vec<f64> = Vec::with_capacity(rows.len);
    for (common, block) in &rows.blocks {
        let places = block.places.clone();
        let foretold = |place: usize| {
            let chance = |ahead: &Ahead| ahead.foretold(|outlook| outlook.chance).or_nan();
            block.sheet.ahead(place).map_or(f64::NAN, chance)
        };
        let is_over = block.sheet.is_all_over();
        if common.is_final {
            let of_code = Verdict::ALL.iter().map(|verdict| Common::chance_at_the_end(*verdict));
            let of_code: Vec<f64> = of_code.map(Number::or_nan).collect();
            let (codes, completeness) = (&block.sheet.verdict, &block.sheet.completeness);
            let certainty =
                |place: usize| Certainty::ALL[usize::from(block.sheet.certainty[place])];
            chances.extend(places.map(|place| {
                let foretold = if is_over { f64::NAN } else { foretold(place) };
                if foretold.is_nan() && common.is_settled(completeness[place], certainty(place)) {
                    of_code[usize::from(codes[place])]
                } else {
                    foretold
                }
            }));
        } else {
            chances.extend(places.map(foretold));
        }
    }
    floats(chances)
}

/// A number that only windows that still run have.
fn ahead(number: fn(&Ahead) -> Number) -> impl Fn(&Rows<'_>) -> ArrayRef {
    move |rows| match rows.ahead(f64::NAN, |ahead| number(ahead).or_nan()) {
        Some(numbers) => floats(numbers),
        None => rows.no_number(),
    }
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
    fn key<'t>(&mut self, place: usize, text: impl FnOnce() -> Option<Cow<'t, str>>) -> i32 {
        match self.by_place.get(place) {
            Some(key) if *key != UNSEEN => *key,
            Some(_) | None => self.first_key(place, text()),
        }
    }

    #[cold]
    fn first_key(&mut self, place: usize, text: Option<Cow<'_, str>>) -> i32 {
        if self.by_place.len() <= place {
            self.by_place.resize(place + 1, UNSEEN);
        }
        let key = match text {
            None => NULL,
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
