//! The tally as a table: format `attain.cells`, version 1.
//!
//! Rows are those of [`CellRow`], with a column for each stratum after `measure`. What belongs to the table as a whole
//! stands in the metadata of its schema:
//!
//! | key | content |
//! |---|---|
//! | `attain.cells` | the version of the format: `1` |
//! | `attain.plan` | the plan's id |
//! | `attain.shape` | [`Plan::shape`] |
//! | `attain.measures` | a JSON object: per measure, its operators and strata in words |
//! | `attain.kind` | whether rows that are added later are `figures` or `events` |
//! | `attain.rows` | how many rows of outcomes the tally holds |
//! | `attain.as_of` | the days on which it can be assessed, separated by commas; absent for all days |
//! | `attain.cuts` | the days that it distinguishes for them: plain events between two of them share a row |
//! | `attain.warnings` | the warnings that were given when outcomes were read, as JSON; absent if there are none |

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use chrono::NaiveDate;

use super::column::{Cell, Days, Numbers, Texts};
use super::outcome_columns::{Columns, fault_of_texts};
use super::table::{column_array, data_type, schema};
use crate::calendar;
use crate::error::{
    AlreadyReported, Error, ErrorKind, Fault, FaultCode, Field as Read, Place, Result,
};
use crate::parallel::check_stop;
use crate::plan::Plan;
use crate::plan::stratum::{Combination, OUTCOME_COLUMNS};
use crate::tally::{
    AboutCells, CellRow, Intake, Restoring, Rows, Slots, Source, StoredEvents, Tally,
    noted_of_json, other_meaning, stratum_column,
};
use crate::view::View;

/// The version of the format that is written. Older ones are read.
const VERSION: &str = "1";
/// As many rows of outcomes may share a row: their sum is exact.
const MOST_ROWS: f64 = u32::MAX as f64;
/// How many rows a batch has.
const ROWS_PER_BATCH: usize = 1 << 16;

const KEY_VERSION: &str = "attain.cells";
const KEY_PLAN: &str = "attain.plan";
const KEY_SHAPE: &str = "attain.shape";
const KEY_MEASURES: &str = "attain.measures";
const KEY_KIND: &str = "attain.kind";
const KEY_ROWS: &str = "attain.rows";
const KEY_AS_OF: &str = "attain.as_of";
const KEY_CUTS: &str = "attain.cuts";
const KEY_WARNINGS: &str = "attain.warnings";

/// What a table of cells does not say of itself: libraries may drop the metadata of a schema, and a query has none.
///
/// ```
/// use attain::arrow::CellOptions;
/// use attain::{Rows, calendar};
/// let options = CellOptions::default().rows(Rows::Events).as_of(&[calendar::date("2024-12-31").unwrap()]);
/// assert_eq!(options.rows, Some(Rows::Events));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CellOptions {
    /// The days for which the table was made; if absent, those of its metadata, else all days.
    pub as_of: Option<Vec<NaiveDate>>,
    /// Whether rows that are added later are figures or events; if absent, as the metadata say, else as all of its rows are.
    pub rows: Option<Rows>,
}

impl CellOptions {
    /// The days for which the table was made.
    #[must_use]
    pub fn as_of(self, days: &[NaiveDate]) -> Self {
        CellOptions { as_of: Some(days.to_vec()), ..self }
    }

    /// Whether rows that are added later are figures or events.
    #[must_use]
    pub fn rows(self, rows: Rows) -> Self {
        CellOptions { rows: Some(rows), ..self }
    }
}

/// The batches of a tally as a table.
pub struct CellBatches<'t> {
    schema: SchemaRef,
    plan: &'t Plan,
    rows: Box<dyn Iterator<Item = (CellRow, Combination)> + Send + 't>,
    /// A table has one batch at least, if only an empty one.
    is_begun: bool,
}

impl Iterator for CellBatches<'_> {
    type Item = std::result::Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        check_stop();
        let (rows, combinations): (Vec<_>, Vec<_>) =
            self.rows.by_ref().take(ROWS_PER_BATCH).unzip();
        if rows.is_empty() && self.is_begun {
            return None;
        }
        self.is_begun = true;
        Some(RecordBatch::try_new(
            Arc::clone(&self.schema),
            arrays(self.plan, &rows, &combinations),
        ))
    }
}

impl RecordBatchReader for CellBatches<'_> {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// The columns of some rows, in the order of the schema.
fn arrays(plan: &Plan, rows: &[CellRow], combinations: &[Combination]) -> Vec<ArrayRef> {
    let mut arrays = Vec::new();
    for column in CellRow::COLUMNS {
        arrays.push(column_array(column, rows));
        if column.name == AFTER_THIS {
            for stratum in 0..plan.strata().len() {
                let mut builder = StringDictionaryBuilder::<Int32Type>::new();
                for combination in combinations {
                    let digit = plan.combinations().digits_of(*combination).nth(stratum);
                    let category = digit.and_then(|digit| digit.checked_sub(1));
                    builder
                        .append_option(category.map(|at| &plan.strata()[stratum].categories[at]));
                }
                arrays.push(Arc::new(builder.finish()));
            }
        }
    }
    arrays
}

/// The column after which those of strata stand.
const AFTER_THIS: &str = "measure";

fn fields(plan: &Plan) -> Vec<Arc<Field>> {
    let mut fields = Vec::new();
    for field in schema::<CellRow>().fields() {
        fields.push(Arc::clone(field));
        if field.name() == AFTER_THIS {
            let text = data_type(crate::view::ColumnType::Text);
            let strata = plan.strata().iter();
            fields.extend(strata.map(|stratum| {
                Arc::new(Field::new(stratum_column(&stratum.id), text.clone(), true))
            }));
        }
    }
    fields
}

impl Tally {
    /// All that the tally holds as a table: see [`CellRow`] for its columns. The schema's metadata says which plan it belongs
    /// to, and on which days it can be assessed.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2023".into()), "cases", 1840.0))?;
    /// let batches: Vec<_> = tally.cells().collect();
    /// assert_eq!(batches[0].as_ref().unwrap().num_rows(), 1);
    ///
    /// let again = Tally::from_cells(&plan, batches, &Default::default())?;
    /// assert_eq!(again.len(), 1);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn cells(&self) -> CellBatches<'_> {
        let plan = self.plan();
        let of_measure = |measure| plan.meaning_of(measure);
        let measures: BTreeMap<&str, String> =
            plan.measures().iter().map(|one| (one.id.as_str(), of_measure(one))).collect();
        let mut metadata = HashMap::from([
            (KEY_VERSION.to_owned(), VERSION.to_owned()),
            (KEY_PLAN.to_owned(), plan.id().to_owned()),
            (KEY_SHAPE.to_owned(), plan.shape()),
            (KEY_MEASURES.to_owned(), serde_json::json!(measures).to_string()),
            (KEY_KIND.to_owned(), self.rows().to_string()),
            (KEY_ROWS.to_owned(), self.len().to_string()),
        ]);
        if let Slots::Cut { cuts, as_of } = self.slots() {
            metadata.insert(KEY_AS_OF.to_owned(), list_of_days(as_of));
            metadata.insert(KEY_CUTS.to_owned(), list_of_days(cuts));
        }
        if let Some(warnings) = self.noted_as_json() {
            metadata.insert(KEY_WARNINGS.to_owned(), warnings);
        }
        let schema = Arc::new(Schema::new_with_metadata(fields(plan), metadata));
        CellBatches { schema, plan, rows: Box::new(self.cell_rows()), is_begun: false }
    }

    /// The tally of a table that [`cells`](Tally::cells) or a [cell query](Plan::cell_query) made, or of several such tables
    /// one after the other.
    ///
    /// The options say what the table's metadata do not.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the table is of another plan, version or days, [`Error::is_outcomes`] with every fault of every
    /// row (counted from 0): all that outcomes are refused for, and rows that add up days that have to be kept apart.
    pub fn from_cells<I>(plan: &Plan, batches: I, options: &CellOptions) -> Result<Tally>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        Tally::restored(plan, batches, options, &Source::Columns)
    }

    /// The same, of rows that come from `source`.
    pub(super) fn restored<I>(
        plan: &Plan,
        batches: I,
        options: &CellOptions,
        source: &Source,
    ) -> Result<Tally>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        let mut batches = batches.into_iter().peekable();
        let about = match batches.peek() {
            Some(Ok(batch)) => about(plan, batch.schema_ref().metadata(), options)?,
            Some(Err(_)) | None => AboutCells::default(),
        };
        Tally::of_cells(plan, &about, source, |restoring| {
            let mut first_row = 0;
            let mut is_empty = true;
            for batch in batches {
                is_empty = false;
                match batch {
                    Ok(batch) => {
                        read(&batch, first_row, restoring);
                        first_row += batch.num_rows();
                    }
                    Err(cause) => {
                        let message = "the rows can't be read on";
                        let fault = Fault::new(FaultCode::ReadingFailed, Place::Nowhere, message);
                        restoring.figures.fault(fault.found(&cause));
                        restoring.figures.caused_by(cause);
                        break;
                    }
                }
            }
            if is_empty {
                let message = "there are no columns to read";
                let fault = Fault::new(FaultCode::EmptyInput, Place::Nowhere, message);
                restoring.figures.fault(
                    fault.found("no batch of rows").expected("at least one, if only an empty one"),
                );
            }
        })
    }
}

fn list_of_days(days: &[NaiveDate]) -> String {
    days.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// What the metadata say of a table.
fn about(
    plan: &Plan,
    metadata: &HashMap<String, String>,
    options: &CellOptions,
) -> Result<AboutCells> {
    let as_of = options.as_of.as_deref();
    let refused = |code, message: &str, found: &str, expected: String, hint: &str| {
        let fault = Fault::new(code, Place::Nowhere, message).found(found).expected(expected);
        Err(Error::one(ErrorKind::Request, fault.hint(hint)))
    };
    let of_days =
        |days: &[NaiveDate]| Slots::Cut { cuts: plan.cuts(days).into(), as_of: days.into() };
    let Some(version) = metadata.get(KEY_VERSION) else {
        return Ok(AboutCells {
            rows: options.rows,
            slots: as_of.map(of_days),
            ..AboutCells::default()
        });
    };
    if version != VERSION {
        let message = "the table has another version of the format `attain.cells`";
        let hint = "a later version of attain wrote it: read it with that one";
        return refused(FaultCode::UnknownVersion, message, version, VERSION.to_owned(), hint);
    }
    let text = |key: &str| metadata.get(key).map(String::as_str);
    if let Some(id) = text(KEY_PLAN).filter(|id| *id != plan.id()) {
        let message = "the table holds outcomes of another plan";
        let hint = "read it with the plan that it was made for";
        return refused(FaultCode::OtherPlan, message, id, format!("`{}`", plan.id()), hint);
    }
    if text(KEY_SHAPE) != Some(plan.shape().as_str()) {
        refuse_other_measures(plan, text(KEY_MEASURES).unwrap_or("{}"))?;
    }
    let slots = match (days_of(text(KEY_AS_OF))?, days_of(text(KEY_CUTS))?, as_of) {
        (None, _, None) => None,
        (None, _, Some(days)) => Some(of_days(days)),
        (Some(of_table), Some(cuts), None) => {
            Some(Slots::Cut { cuts: cuts.into(), as_of: of_table.into() })
        }
        (Some(of_table), Some(cuts), Some(days))
            if days.iter().all(|day| of_table.contains(day)) =>
        {
            Some(Slots::Cut { cuts: cuts.into(), as_of: of_table.into() })
        }
        (Some(of_table), None, None) => Some(of_days(&of_table)),
        (Some(of_table), _, Some(days)) => {
            let message = "the table was made for assessments on other days";
            let (found, expected) = (list_of_days(&of_table), list_of_days(days));
            let hint = "make it for these days too";
            return refused(FaultCode::OtherDays, message, &found, expected, hint);
        }
    };
    let rows = text(KEY_KIND).map(str::parse::<Rows>).transpose()?.or(options.rows);
    let noted = match text(KEY_WARNINGS) {
        Some(json) => noted_of_json(json).ok_or_else(|| damaged("`attain.warnings`", json))?,
        None => Vec::new(),
    };
    let len = text(KEY_ROWS).and_then(|rows| rows.parse().ok());
    Ok(AboutCells { rows, slots, len, noted })
}

/// Refuses a table whose measures mean something else in the plan. Measures that only one of them has are no difference: a
/// row of such a measure is refused where it stands.
fn refuse_other_measures(plan: &Plan, measures: &str) -> Result<()> {
    let broken = || damaged("`attain.measures`", measures);
    let of_table: BTreeMap<String, String> =
        serde_json::from_str(measures).map_err(|_| broken())?;
    for measure in plan.measures() {
        let now = plan.meaning_of(measure);
        if let Some(before) = of_table.get(&measure.id).filter(|before| **before != now) {
            return Err(other_meaning(&measure.id, before, now));
        }
    }
    Ok(())
}

/// The days of a list in the metadata.
fn days_of(list: Option<&str>) -> Result<Option<Vec<NaiveDate>>> {
    let Some(list) = list else { return Ok(None) };
    let days: Option<Vec<NaiveDate>> =
        list.split(',').filter(|day| !day.is_empty()).map(calendar::date).collect();
    match days {
        Some(days) if days.is_sorted_by(|one, next| one < next) => Ok(Some(days)),
        Some(_) | None => Err(damaged("a list of days", list)),
    }
}

#[cold]
fn damaged(what: &str, found: &str) -> Error {
    let message = format!("{what} in the table's metadata can't be read");
    let fault = Fault::new(FaultCode::DamagedData, Place::Nowhere, message).found(found);
    Error::one(ErrorKind::Request, fault.hint("make the table again"))
}

/// The typed columns of a batch of cells.
struct CellColumns<'a> {
    outcomes: Columns<'a>,
    kind: Texts<'a>,
    unit_from: Option<Days<'a>>,
    lost: Numbers<'a>,
    size: Numbers<'a>,
    rows: Numbers<'a>,
    source: Texts<'a>,
    row: Numbers<'a>,
}

/// The columns that an outcome table has too, with strata under their own names.
fn outcome_columns(
    batch: &RecordBatch,
    plan: &Plan,
) -> std::result::Result<RecordBatch, ArrowError> {
    let schema = batch.schema_ref();
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    let strata = plan.strata().iter().map(|one| (stratum_column(&one.id), one.id.as_str()));
    // In a table of cells this column is one of its own.
    let others = OUTCOME_COLUMNS.into_iter().filter(|name| *name != "source");
    let others = others.map(|name| (name.to_owned(), name));
    for (column, name) in others.into_iter().chain(strata) {
        if let Ok(at) = schema.index_of(&column) {
            fields.push(schema.field(at).clone().with_name(name).with_nullable(true));
            arrays.push(Arc::clone(batch.column(at)));
        }
    }
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options)
}

impl<'a> CellColumns<'a> {
    /// The columns beside those of outcomes; none if one has a fault, which is recorded.
    fn of(batch: &'a RecordBatch, outcomes: Columns<'a>, intake: &mut Intake<'_>) -> Option<Self> {
        let before = intake.faults_found();
        let texts = |name: &str, intake: &mut Intake<'_>| match batch.column_by_name(name) {
            None => Texts::Nothing,
            Some(array) => Texts::of(array.as_ref()).unwrap_or_else(|| {
                refuse_type(name, array.data_type(), "text", intake);
                Texts::Nothing
            }),
        };
        let numbers = |name: &str, intake: &mut Intake<'_>| match batch.column_by_name(name) {
            None => Numbers::Nothing,
            Some(array) => Numbers::of(array.as_ref()).unwrap_or_else(|| {
                refuse_type(name, array.data_type(), "numbers", intake);
                Numbers::Nothing
            }),
        };
        let (kind, source) = (texts("kind", intake), texts("source", intake));
        let [lost, size, rows, row] =
            ["lost", "size", "rows", "row"].map(|name| numbers(name, intake));
        let unit_from = batch.column_by_name("unit_from").and_then(|array| {
            let days = Days::of(array.as_ref());
            if days.is_none() {
                refuse_type("unit_from", array.data_type(), "dates", intake);
            }
            days
        });
        if batch.column_by_name("kind").is_none() {
            let place = intake.header_place();
            let fault = Fault::new(FaultCode::MissingColumn, place, "there is no column `kind`");
            intake.fault(
                fault
                    .expected("figures or events in each row")
                    .hint("a table of outcomes is read by `tally`"),
            );
        }
        for (name, texts) in [("kind", &kind), ("source", &source)] {
            if let Some(broken) = texts.broken_value() {
                let place = intake.column_place(name);
                intake.fault(fault_of_texts(broken.why, place));
            }
        }
        (intake.faults_found() == before).then_some(CellColumns {
            outcomes,
            kind,
            unit_from,
            lost,
            size,
            rows,
            source,
            row,
        })
    }
}

#[cold]
fn refuse_type(name: &str, found: &DataType, expected: &str, intake: &mut Intake<'_>) {
    let place = intake.column_place(name);
    let fault = Fault::new(FaultCode::WrongType, place, "this type can't be read here");
    intake.fault(fault.found(found).expected(expected));
}

/// Checks the rows of a batch, which are counted from `first_row`.
fn read(batch: &RecordBatch, first_row: usize, restoring: &mut Restoring<'_>) {
    let intake = &mut restoring.figures;
    let of_outcomes = match outcome_columns(batch, intake.plan()) {
        Ok(of_outcomes) => of_outcomes,
        Err(cause) => {
            let message = "the columns of the table contradict each other";
            let fault = Fault::new(FaultCode::DamagedData, intake.header_place(), message);
            intake.fault(fault.found(&cause).hint("the table is broken: make it anew"));
            intake.caused_by(cause);
            return;
        }
    };
    let columns = Columns::of(&of_outcomes, first_row, intake)
        .filter(|columns| columns.have_sound_dictionaries(first_row, intake))
        .and_then(|columns| CellColumns::of(batch, columns, intake));
    let Some(columns) = columns else { return };
    let has_origins = !matches!(columns.source, Texts::Nothing);
    for row in 0..batch.num_rows() {
        let at = first_row + row;
        if columns.outcomes.is_broken(row, at, &mut restoring.figures) {
            continue;
        }
        let Ok(kind) = kind(&columns, row, at, restoring) else { continue };
        if has_origins {
            let number = columns.row.cell(row).ok().flatten();
            match (text(&columns.source, row), number) {
                (Ok(Some(source)), Some(number)) => {
                    restoring.origins.note(at, source, number as usize);
                }
                (Ok(Some(source)), None) => restoring.origins.cite(at, source),
                (Ok(None) | Err(_), _) => {}
            }
        }
        match kind {
            Rows::Figures => {
                let fields = columns.outcomes.fields(row, at, &mut restoring.figures);
                restoring.figures.fields(at, &fields);
            }
            Rows::Events => events(&columns, row, at, &mut restoring.events),
        }
    }
}

fn kind(
    columns: &CellColumns<'_>,
    row: usize,
    at: usize,
    restoring: &mut Restoring<'_>,
) -> std::result::Result<Rows, AlreadyReported> {
    let intake = &mut restoring.figures;
    let text = match text(&columns.kind, row) {
        Ok(text) => text.unwrap_or_default(),
        Err(why) => {
            let place = intake.place(at, "kind");
            intake.fault(fault_of_texts(why, place));
            return Err(AlreadyReported);
        }
    };
    text.parse::<Rows>().map_err(|_| {
        let choices = Rows::ALL.iter().map(|rows| rows.code()).collect::<Vec<_>>();
        let place = intake.place(at, "kind");
        intake.fault(Fault::unknown_choice(place, "kind of rows", text, &choices));
        AlreadyReported
    })
}

/// Checks a row of events.
fn events(columns: &CellColumns<'_>, row: usize, at: usize, intake: &mut Intake<'_>) {
    let fields = columns.outcomes.fields(row, at, intake);
    let mut number = |name: &str, numbers: &Numbers<'_>| -> Read<f64> {
        numbers.cell(row).map_err(|why| {
            let place = intake.place(at, name);
            intake.fault(fault_of_texts(why, place));
            AlreadyReported
        })
    };
    let lost = number("lost", &columns.lost);
    let size = number("size", &columns.size);
    let rows = number("rows", &columns.rows);
    let unit_from = columns.unit_from.as_ref().map(|days| {
        days.cell(row).map_err(|why| {
            let place = intake.place(at, "unit_from");
            intake.fault(fault_of_texts(why, place));
            AlreadyReported
        })
    });
    let (Ok(lost), Ok(size), Ok(rows), Ok(unit_from)) = (lost, size, rows, unit_from.transpose())
    else {
        return;
    };
    let Some(row) = intake.row_of(at, &fields) else { return };
    let rows = rows.unwrap_or(1.0);
    if !(1.0..=MOST_ROWS).contains(&rows) || rows.fract() != 0.0 {
        let place = intake.place(at, "rows");
        let fault = Fault::new(FaultCode::OutOfRange, place, "this is no number of rows");
        intake.fault(fault.found(rows).expected("a whole number from 1 to 4,294,967,295"));
        return;
    }
    let rows = rows as usize;
    let lost = lost.unwrap_or_default();
    intake.stored_events(at, &StoredEvents { row, unit_from, lost, size, rows });
}

/// The text of a row.
fn text<'a>(texts: &Texts<'a>, row: usize) -> Cell<&'a str> {
    texts.defect(row).map_or_else(|| texts.cell(row), Err)
}
