//! The columns of a report's rows: said once, for the schema and for the arrays of all files and batches.

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
use arrow_schema::{Field, Schema, SchemaRef};
use chrono::NaiveDate;

use crate::assess::{Common, Number, Row, Whole, methods};
use crate::plan::{Unit, Units};
use crate::report::Report;

/// The columns, in order, for so many rows.
fn columns<'r>(rows: usize) -> Vec<Column<'r>> {
    vec![
        always("target", of_target(rows, |common| Some(Cow::Borrowed(&common.target.id)))),
        always("indicator", of_target(rows, |common| Some(Cow::Borrowed(common.indicator())))),
        perhaps("campaign", of_target(rows, |common| common.campaign().map(Cow::Borrowed))),
        always("unit", of_unit(rows, |_, unit| &unit.id)),
        always("unit_name", of_unit(rows, |_, unit| &unit.name)),
        always("level", of_unit(rows, |units, unit| units.level_name(unit.level))),
        always("window_start", days(rows, |common| common.window.start())),
        always("window_end", days(rows, |common| common.window.end())),
        always("as_of", days(rows, |common| common.as_of)),
        always("final", Finals(BooleanBufferBuilder::new(rows))),
        perhaps("numerator", numbers(rows, |_, row| row.numerator)),
        perhaps("denominator", numbers(rows, |_, row| row.denominator)),
        perhaps("value", numbers(rows, |_, row| row.value)),
        perhaps("lower", numbers(rows, |_, row| row.lower)),
        perhaps("upper", numbers(rows, |_, row| row.upper)),
        perhaps("confidence", numbers(rows, Common::confidence)),
        perhaps("method", codes(rows, |row| row.how().map(|how| (how, methods()[how].as_str())))),
        perhaps("baseline", numbers(rows, |_, row| row.baseline)),
        always("goal", of_target(rows, |common| Some(Cow::Owned(common.target.goal.to_string())))),
        perhaps("goal_value", numbers(rows, |_, row| row.goal_value)),
        perhaps("goal_upper", numbers(rows, |common, _| common.goal_upper)),
        perhaps("expected_now", numbers(rows, |_, row| row.expected_now)),
        always("verdict", codes(rows, |row| Some((row.verdict as usize, row.verdict.code())))),
        always(
            "certainty",
            codes(rows, |row| Some((row.certainty as usize, row.certainty.code()))),
        ),
        perhaps("pace", codes(rows, |row| row.pace.map(|pace| (pace as usize, pace.code())))),
        perhaps("chance", numbers(rows, Common::chance)),
        perhaps("projected", numbers(rows, |_, row| row.foretold(|outlook| outlook.projected))),
        perhaps("projected_lower", numbers(rows, |_, row| row.foretold(|outlook| outlook.lower))),
        perhaps("projected_upper", numbers(rows, |_, row| row.foretold(|outlook| outlook.upper))),
        perhaps("gap", numbers(rows, |_, row| row.gap)),
        perhaps("needed", wholes(rows, |row| row.needed)),
        perhaps("attainment", numbers(rows, |_, row| row.attainment)),
        perhaps("completeness", numbers(rows, |_, row| row.completeness)),
        perhaps("imputed", numbers(rows, |_, row| row.imputed)),
        perhaps(
            "reason",
            codes(rows, |row| row.reason.map(|reason| (reason as usize, reason.code()))),
        ),
        perhaps("basis", of_target(rows, |common| common.basis().map(Cow::Owned))),
        perhaps("stratum", Strata { keys: Vec::with_capacity(rows), ..Strata::default() }),
    ]
}

/// Names and types of the columns.
pub(super) fn schema() -> SchemaRef {
    let field = |mut column: Column<'_>| {
        Field::new(column.name, column.cells.array().data_type().clone(), column.is_nullable)
    };
    Arc::new(Schema::new(columns(0).into_iter().map(field).collect::<Vec<_>>()))
}

/// The rows of a report.
#[expect(clippy::expect_used, reason = "fields and arrays come from the same columns and rows")]
pub(super) fn record_batch(report: &Report) -> RecordBatch {
    let rows = report.len();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(rows / ROWS_WORTH_A_THREAD + 1);
    let mut columns = columns(rows);
    let mut arrays: Vec<Option<ArrayRef>> = vec![None; columns.len()];
    if threads == 1 {
        fill(&mut columns, &mut arrays, report);
    } else {
        let share = columns.len().div_ceil(threads);
        std::thread::scope(|scope| {
            for (columns, arrays) in columns.chunks_mut(share).zip(arrays.chunks_mut(share)) {
                scope.spawn(|| fill(columns, arrays, report));
            }
        });
    }
    let arrays = arrays.into_iter().flatten().collect();
    RecordBatch::try_new(schema(), arrays).expect("arrays fit the schema made beside them")
}

/// Fewer rows become columns sooner than a thread has started.
const ROWS_WORTH_A_THREAD: usize = 10_000;

fn fill<'r>(columns: &mut [Column<'r>], arrays: &mut [Option<ArrayRef>], report: &'r Report) {
    // All columns take their cells from a few rows while these are at hand; column by column the rows
    // would be fetched from far away three dozen times.
    for (common, block) in report.blocks() {
        for rows in block.rows.chunks(ROWS_AT_HAND) {
            for column in &mut *columns {
                column.cells.take(&common, common.place, rows);
            }
        }
    }
    for (column, array) in columns.iter_mut().zip(arrays) {
        *array = Some(column.cells.array());
    }
}

/// So many rows fit the fast memory of any processor.
const ROWS_AT_HAND: usize = 256;

/// A column in the making.
struct Column<'r> {
    name: &'static str,
    is_nullable: bool,
    cells: Box<dyn Cells<'r> + 'r>,
}

/// A column that is never null.
fn always<'r>(name: &'static str, cells: impl Cells<'r> + 'r) -> Column<'r> {
    Column { name, is_nullable: false, cells: Box::new(cells) }
}

fn perhaps<'r>(name: &'static str, cells: impl Cells<'r> + 'r) -> Column<'r> {
    Column { name, is_nullable: true, cells: Box::new(cells) }
}

trait Cells<'r>: Send {
    /// Takes the cells of rows of one target and window.
    fn take(&mut self, common: &Common<'r>, target: usize, rows: &[Row]);

    /// All that were taken; none are left.
    fn array(&mut self) -> ArrayRef;
}

/// A text that is the same for all rows of a target.
fn of_target<'r, F>(rows: usize, text: F) -> OfTarget<F>
where
    F: Fn(&Common<'r>) -> Option<Cow<'r, str>> + Send,
{
    OfTarget { keys: Vec::with_capacity(rows), texts: Texts::default(), text }
}

struct OfTarget<F> {
    keys: Vec<i32>,
    texts: Texts,
    text: F,
}

impl<'r, F: Fn(&Common<'r>) -> Option<Cow<'r, str>> + Send> Cells<'r> for OfTarget<F> {
    fn take(&mut self, common: &Common<'r>, target: usize, rows: &[Row]) {
        let key = self.texts.key(target, || (self.text)(common));
        self.keys.resize(self.keys.len() + rows.len(), key);
    }

    fn array(&mut self) -> ArrayRef {
        std::mem::take(&mut self.texts).array(std::mem::take(&mut self.keys))
    }
}

/// The categories that a row is about.
#[derive(Default)]
struct Strata {
    keys: Vec<i32>,
    texts: Texts,
    /// Per version of a target, the place of its own categories; behind it stand those of the categories that may
    /// decide.
    places: HashMap<usize, usize>,
    next: usize,
}

impl<'r> Cells<'r> for Strata {
    fn take(&mut self, common: &Common<'r>, target: usize, rows: &[Row]) {
        let Strata { keys, texts, places, next } = self;
        let own = *places.entry(target).or_insert_with(|| {
            *next += 1 + common.target.categories.len();
            *next - 1 - common.target.categories.len()
        });
        keys.extend(rows.iter().map(|row| {
            let category = row.category();
            let place = own + category.map_or(0, |category| category + 1);
            texts.key(place, || common.stratum(category).map(Cow::Owned))
        }));
    }

    fn array(&mut self) -> ArrayRef {
        std::mem::take(&mut self.texts).array(std::mem::take(&mut self.keys))
    }
}

/// A text of the row's unit.
fn of_unit<'r>(
    rows: usize,
    text: impl Fn(&'r Units, &'r Unit) -> &'r str + Send,
) -> impl Cells<'r> {
    keyed(
        rows,
        |row| row.unit().0,
        move |common, row| {
            let units = common.plan.units();
            Some(Cow::Borrowed(text(units, &units[row.unit()])))
        },
    )
}

/// A code of the row, with its place among all there are.
fn codes<'r>(
    rows: usize,
    code: impl Fn(&Row) -> Option<(usize, &'static str)> + Send + Copy,
) -> impl Cells<'r> {
    keyed(
        rows,
        move |row| code(row).map_or(0, |(place, _)| place + 1),
        move |_, row| code(row).map(|(_, text)| Cow::Borrowed(text)),
    )
}

fn keyed<'r, P, T>(rows: usize, place: P, text: T) -> Keyed<P, T>
where
    P: Fn(&Row) -> usize + Send,
    T: Fn(&Common<'r>, &Row) -> Option<Cow<'r, str>> + Send,
{
    Keyed { keys: Vec::with_capacity(rows), texts: Texts::default(), place, text }
}

struct Keyed<P, T> {
    keys: Vec<i32>,
    texts: Texts,
    place: P,
    text: T,
}

impl<'r, P, T> Cells<'r> for Keyed<P, T>
where
    P: Fn(&Row) -> usize + Send,
    T: Fn(&Common<'r>, &Row) -> Option<Cow<'r, str>> + Send,
{
    fn take(&mut self, common: &Common<'r>, _: usize, rows: &[Row]) {
        let Keyed { keys, texts, place, text } = self;
        keys.extend(rows.iter().map(|row| texts.key(place(row), || text(common, row))));
    }

    fn array(&mut self) -> ArrayRef {
        std::mem::take(&mut self.texts).array(std::mem::take(&mut self.keys))
    }
}

/// A day that is the same for all rows of a block.
fn days<'r, F: Fn(&Common<'r>) -> NaiveDate + Send>(rows: usize, day: F) -> Days<F> {
    Days { days: Vec::with_capacity(rows), day }
}

struct Days<F> {
    days: Vec<i32>,
    day: F,
}

impl<'r, F: Fn(&Common<'r>) -> NaiveDate + Send> Cells<'r> for Days<F> {
    fn take(&mut self, common: &Common<'r>, _: usize, rows: &[Row]) {
        self.days.resize(self.days.len() + rows.len(), (self.day)(common).to_epoch_days());
    }

    fn array(&mut self) -> ArrayRef {
        Arc::new(Date32Array::from(std::mem::take(&mut self.days)))
    }
}

/// Whether the window has closed.
struct Finals(BooleanBufferBuilder);

impl<'r> Cells<'r> for Finals {
    fn take(&mut self, common: &Common<'r>, _: usize, rows: &[Row]) {
        self.0.append_n(rows.len(), common.is_final);
    }

    fn array(&mut self) -> ArrayRef {
        Arc::new(BooleanArray::new(self.0.finish(), None))
    }
}

fn numbers<'r, F: Fn(&Common<'r>, &Row) -> Number + Send>(rows: usize, number: F) -> Numbers<F> {
    Numbers { without: 0, numbers: Vec::with_capacity(rows), number }
}

/// Memory that is not written to is not taken, and fresh memory costs more than what is written to it: until
/// some row has a number, rows are only counted.
struct Numbers<F> {
    without: usize,
    /// NaN where there is none.
    numbers: Vec<f64>,
    number: F,
}

impl<'r, F: Fn(&Common<'r>, &Row) -> Number + Send> Cells<'r> for Numbers<F> {
    fn take(&mut self, common: &Common<'r>, _: usize, rows: &[Row]) {
        let Numbers { without, numbers, number } = self;
        if numbers.is_empty() {
            if rows.iter().all(|row| number(common, row).get().is_none()) {
                *without += rows.len();
                return;
            }
            numbers.resize(*without, f64::NAN);
        }
        numbers.extend(rows.iter().map(|row| number(common, row).or_nan()));
    }

    fn array(&mut self) -> ArrayRef {
        let numbers = std::mem::take(&mut self.numbers);
        if numbers.is_empty() {
            return Arc::new(Float64Array::new_null(std::mem::take(&mut self.without)));
        }
        let nulls = nulls(numbers.len(), |row| !numbers[row].is_nan());
        Arc::new(Float64Array::new(numbers.into(), nulls))
    }
}

fn wholes<F: Fn(&Row) -> Whole + Send>(rows: usize, whole: F) -> Wholes<F> {
    Wholes { wholes: Vec::with_capacity(rows), whole }
}

struct Wholes<F> {
    /// The least of its type where there is none.
    wholes: Vec<i64>,
    whole: F,
}

impl<'r, F: Fn(&Row) -> Whole + Send> Cells<'r> for Wholes<F> {
    fn take(&mut self, _: &Common<'r>, _: usize, rows: &[Row]) {
        self.wholes.extend(rows.iter().map(|row| (self.whole)(row).or_least()));
    }

    fn array(&mut self) -> ArrayRef {
        let wholes = std::mem::take(&mut self.wholes);
        let nulls = nulls(wholes.len(), |row| wholes[row] != Whole::NONE.or_least());
        Arc::new(Int64Array::new(wholes.into(), nulls))
    }
}

/// Which rows are there, unless all are.
fn nulls(rows: usize, is_there: impl Fn(usize) -> bool) -> Option<NullBuffer> {
    let nulls = NullBuffer::new(BooleanBuffer::collect_bool(rows, is_there));
    (nulls.null_count() > 0).then_some(nulls)
}

/// Texts that are kept once each, in the order of their first row. What texts belong to (a unit, a target, a
/// code) has a place, and only the first row of each place looks at a text.
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
        if self.by_place.contains(&NULL) {
            nulls = self::nulls(keys.len(), |row| keys[row] != NULL);
            keys.iter_mut().for_each(|key| *key = (*key).max(0));
        }
        let texts = StringArray::from_iter_values(&self.texts);
        Arc::new(DictionaryArray::<Int32Type>::new(
            Int32Array::new(keys.into(), nulls),
            Arc::new(texts),
        ))
    }
}
