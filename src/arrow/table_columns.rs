//! Tables of outcomes whose columns have names of their own, and wide tables, which have a column for each measure.
//!
//! A batch of such a table becomes batches with the columns that [`Tally::ingest`] reads: one batch, or one for each
//! measure. Rows keep their numbers and faults name the columns of the table.

use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Field, Schema};

use super::column::{Numbers, Texts};
use super::outcomes::Reading;
use super::periods::{is_pandas_period, periods};
use super::validate::unreadable_text;
use crate::error::{Fault, FaultCode, Place, Result};
use crate::names::composed;
use crate::tally::{Column, Intake, Source, Tally};

/// Which columns of a table hold outcomes, where the names are not those of an outcome table.
///
/// Columns that are not named here are read by their usual names (`unit`, `period`, `value` …), except that the table
/// says only once which units, which days and which values its rows are about: if `period` is named, `date` is not read.
///
/// A column of units may hold whole numbers. A column of periods may hold the names of periods, years (2024), months
/// (202405), pandas periods, and days, which have to be the first days of their months and mean these months.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
/// use attain::arrow::TableColumns;
/// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {done: {}, planned: {}},
/// #     units: {levels: [site], list: [{id: north, level: site}, {id: south, level: site}]}}"#)?;
/// let numbers = |numbers: [i64; 2]| Arc::new(Int64Array::from(numbers.to_vec())) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([
///     ("site", Arc::new(StringArray::from(vec!["north", "south"])) as ArrayRef),
///     ("year", numbers([2024, 2024])),
///     ("done", numbers([9, 17])),
///     ("planned", numbers([10, 20])),
/// ])?;
/// let columns = TableColumns::new()
///     .unit("site").period("year").values([("done", "done"), ("planned", "planned")]);
/// let mut tally = attain::Tally::new(&plan);
/// tally.ingest_table([Ok(batch)], &columns)?;
/// assert_eq!(tally.len(), 4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableColumns {
    /// From the highest level to the lowest.
    units: Vec<String>,
    /// Other columns, each with its name in the table.
    named: Vec<(Column, String)>,
    /// Columns of values, each with the id of its measure.
    values: Vec<(String, String)>,
    /// Columns of categories, each with the id of its stratum.
    strata: Vec<(String, String)>,
    /// What all rows have in a column that the table lacks.
    constants: Vec<(Column, String)>,
}

impl TableColumns {
    /// The usual names.
    pub fn new() -> Self {
        TableColumns::default()
    }

    /// The column of the units' codes.
    #[must_use]
    pub fn unit(self, column: impl Into<String>) -> Self {
        self.units([column])
    }

    /// Columns of which each names a unit within the one before: a unit's code is its path, `CA/Orange`. A row that
    /// leaves the lower columns empty is about the upper unit.
    #[must_use]
    pub fn units(mut self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.units = columns.into_iter().map(Into::into).collect();
        self
    }

    /// The column of the periods.
    #[must_use]
    pub fn period(self, column: impl Into<String>) -> Self {
        self.with(Column::Period, column)
    }

    /// The column of the days.
    #[must_use]
    pub fn date(self, column: impl Into<String>) -> Self {
        self.with(Column::Date, column)
    }

    /// The columns of the first days, and of the first days that no longer belong to the rows.
    #[must_use]
    pub fn span(self, start: impl Into<String>, end: impl Into<String>) -> Self {
        self.with(Column::Start, start).with(Column::End, end)
    }

    /// The column of the measures' ids.
    #[must_use]
    pub fn measure(self, column: impl Into<String>) -> Self {
        self.with(Column::Measure, column)
    }

    /// The column of the values.
    #[must_use]
    pub fn value(self, column: impl Into<String>) -> Self {
        self.with(Column::Value, column)
    }

    /// The column of the observation statuses.
    #[must_use]
    pub fn status(self, column: impl Into<String>) -> Self {
        self.with(Column::Status, column)
    }

    /// The column of the days on which rows were recorded.
    #[must_use]
    pub fn recorded_at(self, column: impl Into<String>) -> Self {
        self.with(Column::RecordedAt, column)
    }

    /// Columns of values, each with the id of its measure, in place of `measure` and `value`. An empty cell is a figure
    /// that is missing (status O), unless a column of statuses says why it is.
    #[must_use]
    pub fn values(
        mut self,
        columns: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>,
    ) -> Self {
        let columns = columns.into_iter();
        self.values = columns.map(|(column, measure)| (column.into(), measure.into())).collect();
        self
    }

    /// A column of categories, and the id of the stratum that they are of.
    #[must_use]
    pub fn stratum(mut self, column: impl Into<String>, stratum: impl Into<String>) -> Self {
        self.strata.push((column.into(), stratum.into()));
        self
    }

    /// The code of the unit that all rows are about.
    #[must_use]
    pub fn all_of_unit(mut self, code: impl Into<String>) -> Self {
        self.constants.push((Column::Unit, code.into()));
        self
    }

    /// The id of the measure that all rows are about. Without a column of values, each row is an event that counts 1.
    #[must_use]
    pub fn all_of_measure(mut self, id: impl Into<String>) -> Self {
        self.constants.push((Column::Measure, id.into()));
        self
    }

    fn with(mut self, column: Column, name: impl Into<String>) -> Self {
        self.named.push((column, name.into()));
        self
    }

    /// Whether all columns have their usual names.
    #[doc(hidden)]
    pub fn are_usual(&self) -> bool {
        *self == TableColumns::default()
    }

    fn name_of(&self, column: Column) -> Option<&str> {
        let named = self.named.iter().rev().find(|(other, _)| *other == column);
        named.map(|(_, name)| name.as_str())
    }

    /// The names that faults have in place of the usual ones.
    fn names_in_faults(&self) -> Vec<(Column, String)> {
        let units = (!self.units.is_empty()).then(|| (Column::Unit, self.units.join(", ")));
        self.named.iter().cloned().chain(units).collect()
    }

    /// Whether a column of the table is read by its usual name.
    fn is_read_as_usual(&self, column: Column) -> bool {
        const WHEN: [Column; 4] = [Column::Date, Column::Start, Column::End, Column::Period];
        if self.constants.iter().any(|(constant, _)| *constant == column) {
            return false;
        }
        let says_when = WHEN.iter().any(|one| self.name_of(*one).is_some());
        match column {
            Column::Unit => self.units.is_empty(),
            Column::Date | Column::Start | Column::End | Column::Period => !says_when,
            Column::Measure | Column::Value => {
                self.values.is_empty() && self.name_of(column).is_none()
            }
            Column::Status | Column::RecordedAt => self.name_of(column).is_none(),
        }
    }
}

impl Tally {
    /// Adds the outcomes of a table whose columns have names of their own, all or none.
    ///
    /// # Errors
    ///
    /// As of [`ingest_all`](Tally::ingest_all); faults name the columns of the table.
    pub fn ingest_table<I>(&mut self, batches: I, columns: &TableColumns) -> Result<()>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        let accepted = self.check_table(batches, columns)?;
        self.add_accepted(accepted);
        Ok(())
    }

    /// Checks a table without adding anything.
    #[doc(hidden)]
    pub fn check_table<I>(
        &self,
        batches: I,
        columns: &TableColumns,
    ) -> Result<crate::tally::Accepted>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        if columns.are_usual() {
            return self.check_batches(batches);
        }
        Reading::new(Intake::new(self, Source::Columns)).all(batches, |reading, batch| {
            reading.table(batch, columns);
        })
    }
}

impl Reading<'_> {
    /// Reads a batch of a table whose columns have names of their own.
    fn table(&mut self, batch: &RecordBatch, columns: &TableColumns) {
        let first_row = self.next_rows(batch.num_rows());
        self.intake.name_columns(columns.names_in_faults());
        let Some(common) = Common::of(batch, columns, first_row, &mut self.intake) else {
            self.give_up();
            return;
        };
        if columns.values.is_empty() {
            self.rows_from(&common.batch(), first_row);
            return;
        }
        for (column, measure) in &columns.values {
            let Some(batch) = common.of_measure(batch, column, measure, &mut self.intake) else {
                self.give_up();
                return;
            };
            let mut names = columns.names_in_faults();
            names.push((Column::Value, column.clone()));
            self.intake.name_columns(names);
            self.rows_from(&batch, first_row);
            // Waiting rows would be reported under the next column's name.
            self.take_waiting();
        }
        self.intake.name_columns(columns.names_in_faults());
    }
}

/// The columns that the batches of all measures share, by their usual names.
struct Common {
    rows: usize,
    columns: Vec<(Field, ArrayRef)>,
}

impl Common {
    /// None if a column is missing or can't be read; all such faults are noted.
    fn of(
        batch: &RecordBatch,
        columns: &TableColumns,
        first_row: usize,
        intake: &mut Intake<'_>,
    ) -> Option<Common> {
        let before = intake.faults_found();
        let mut common = Common { rows: batch.num_rows(), columns: Vec::new() };
        let schema = batch.schema_ref();
        for (field, array) in schema.fields().iter().zip(batch.columns()) {
            let usual = Column::ALL.into_iter().find(|column| column.name() == field.name());
            let is_read = match usual {
                Some(column) => columns.is_read_as_usual(column),
                // Strata, or what nobody reads.
                None => {
                    let name = composed(field.name());
                    columns.strata.iter().all(|(column, _)| composed(column) != name)
                }
            };
            let array = match usual {
                Some(Column::Period) if is_read && is_pandas_period(field) => {
                    periods(field, array, first_row, intake)
                }
                _ => Arc::clone(array),
            };
            if is_read {
                common.columns.push(column_named(field.name(), array, Some(field)));
            }
        }
        for (column, name) in &columns.named {
            let Some((field, array)) = column_of(batch, name, intake) else { continue };
            let array = match column {
                Column::Period => periods(field, array, first_row, intake),
                _ => Arc::clone(array),
            };
            common.put(column.name(), array, Some(field));
        }
        for (column, stratum) in &columns.strata {
            if let Some((_, array)) = column_of(batch, column, intake) {
                let array = Arc::clone(array);
                common.put(stratum, array, None);
            }
        }
        for (column, text) in &columns.constants {
            let keys = Int8Array::from(vec![0; common.rows]);
            common.put(column.name(), dictionary(keys, &[text]), None);
        }
        let units: Vec<_> = columns
            .units
            .iter()
            .filter_map(|name| column_of(batch, name, intake))
            .map(|(_, array)| array)
            .collect();
        if intake.faults_found() > before {
            return None;
        }
        if !units.is_empty() {
            common.put(Column::Unit.name(), codes(&units, first_row, intake), None);
        }
        (intake.faults_found() == before).then_some(common)
    }

    fn put(&mut self, name: &str, array: ArrayRef, of: Option<&Field>) {
        self.columns.retain(|(other, _)| other.name() != name);
        self.columns.push(column_named(name, array, of));
    }

    fn batch(&self) -> RecordBatch {
        batch_of(self.rows, &self.columns)
    }

    /// The rows of one measure, whose values are in a column of the table.
    fn of_measure(
        &self,
        table: &RecordBatch,
        column: &str,
        measure: &str,
        intake: &mut Intake<'_>,
    ) -> Option<RecordBatch> {
        let (_, values) = column_of(table, column, intake)?;
        let mut columns = self.columns.clone();
        if !columns.iter().any(|(field, _)| field.name() == Column::Status.name())
            && values.null_count() > 0
        {
            let status = |row: usize| if values.is_null(row) { 0 } else { 1 };
            let keys: Int8Array = (0..self.rows).map(|row| Some(status(row))).collect();
            let statuses = dictionary(keys, &["O", "A"]);
            columns.push(column_named(Column::Status.name(), statuses, None));
        }
        columns.push(column_named(Column::Value.name(), Arc::clone(values), None));
        let keys = Int8Array::from(vec![0; self.rows]);
        columns.push(column_named(Column::Measure.name(), dictionary(keys, &[measure]), None));
        Some(batch_of(self.rows, &columns))
    }
}

/// A column with a name. What the field of the table says of its type beyond Arrow's own types stays.
fn column_named(name: &str, array: ArrayRef, of: Option<&Field>) -> (Field, ArrayRef) {
    let field = Field::new(name, array.data_type().clone(), array.is_nullable());
    match of.filter(|of| of.data_type() == array.data_type()) {
        Some(of) => (field.with_metadata(of.metadata().clone()), array),
        None => (field, array),
    }
}

#[expect(clippy::expect_used, reason = "fields and arrays are made from the same columns")]
fn batch_of(rows: usize, columns: &[(Field, ArrayRef)]) -> RecordBatch {
    let fields = columns.iter().map(|(field, _)| field.clone());
    let schema = Schema::new(fields.collect::<Vec<_>>());
    let arrays = columns.iter().map(|(_, array)| Arc::clone(array)).collect();
    let options = arrow_array::RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(schema), arrays, &options)
        .expect("fields fit the arrays that they are made from")
}

fn dictionary(keys: Int8Array, texts: &[&str]) -> ArrayRef {
    let texts = StringArray::from_iter_values(texts);
    Arc::new(DictionaryArray::<Int8Type>::new(keys, Arc::new(texts)))
}

/// A column of a table by its name; a missing one is a fault.
pub(super) fn column_of<'b>(
    batch: &'b RecordBatch,
    name: &str,
    intake: &mut Intake<'_>,
) -> Option<(&'b Field, &'b ArrayRef)> {
    let schema = batch.schema_ref();
    let fields = schema.fields();
    let place_of = |name: &str| fields.iter().position(|field| composed(field.name()) == name);
    let at =
        fields.iter().position(|field| field.name() == name).or_else(|| place_of(&composed(name)));
    if let Some(at) = at {
        return Some((&fields[at], batch.column(at)));
    }
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let fault = Fault::new(
        FaultCode::MissingColumn,
        Place::Column { column: name.to_owned() },
        "there is no such column",
    )
    .found(format!("the columns {}", names.join(", ")))
    .near_miss(name, names.iter().copied());
    intake.fault(fault);
    None
}

/// The codes of units: texts as they are, whole numbers as texts, and paths made of several columns.
fn codes(columns: &[&ArrayRef], first_row: usize, intake: &mut Intake<'_>) -> ArrayRef {
    let labels: Option<Vec<Labels<'_>>> =
        columns.iter().map(|array| Labels::of(array.as_ref())).collect();
    let (Some(labels), false) = (labels, columns.len() == 1 && Texts::of(columns[0]).is_some())
    else {
        // The reading of the rows refuses columns of other types.
        let other = columns.iter().find(|array| Labels::of(array.as_ref()).is_none());
        return Arc::clone(other.unwrap_or(&columns[0]));
    };
    for array in columns {
        if let Some((row, why)) = unreadable_text(array.as_ref()) {
            let place = match row {
                Some(row) => intake.place(first_row + row, Column::Unit.name()),
                None => intake.column_place(Column::Unit.name()),
            };
            intake.fault(Fault::new(FaultCode::DamagedData, place, why));
            return Arc::clone(columns[0]);
        }
    }
    let mut builder = StringDictionaryBuilder::<Int32Type>::new();
    for row in 0..columns[0].len() {
        builder.append_option(path(labels.iter().map(|labels| labels.get(row))));
    }
    Arc::new(builder.finish())
}

/// The code of a unit that is named by one name for each level; names below the first empty one are left out.
pub(super) fn path(names: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let names: Vec<String> = names.into_iter().map_while(|name| name).collect();
    (!names.is_empty()).then(|| names.join(PATH_SEPARATOR))
}

/// What separates the levels of a path.
const PATH_SEPARATOR: &str = "/";

/// A column of names: texts, which have been validated, or whole numbers.
pub(super) enum Labels<'a> {
    Texts(Texts<'a>),
    Numbers(Numbers<'a>),
}

impl<'a> Labels<'a> {
    /// None where the column is of another type.
    pub(super) fn of(array: &'a dyn Array) -> Option<Self> {
        match Texts::of(array) {
            Some(texts) => Some(Labels::Texts(texts)),
            None => Numbers::of(array).map(Labels::Numbers),
        }
    }

    /// The name in a row; none where there is none, and where a number is not whole.
    pub(super) fn get(&self, row: usize) -> Option<String> {
        match self {
            Labels::Texts(texts) => {
                texts.cell(row).ok()?.filter(|text| !text.trim().is_empty()).map(str::to_owned)
            }
            Labels::Numbers(numbers) => {
                let number = numbers.cell(row).ok()??;
                (number.fract() == 0.0).then(|| number.to_string())
            }
        }
    }
}
