//! Record batches whose columns have names of their own, or a column for each measure: see [`TableColumns`].
//!
//! A batch of such a table becomes batches with the columns that [`Tally::ingest`] reads: one batch, or one for each
//! measure. Rows keep their numbers and faults name the columns of the table.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::StringDictionaryBuilder;
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{Array, ArrayRef, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Field, Schema};

use super::column::{Numbers, Texts};
use super::outcomes::Reading;
use super::periods::{is_pandas_period, periods};
use super::validate::unreadable_text;
use crate::error::{Fault, FaultCode, Result};
use crate::tally::{
    CellSource, Column, Intake, PathColumn, ReadColumns, Source, TableColumns, Tally, path,
};

impl Tally {
    /// Adds the outcomes of a table whose columns have names of their own, all or none.
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
        self.check_table_of(Source::Columns, batches, columns)
    }

    /// The same for one of several tables, whose faults have its name.
    #[doc(hidden)]
    pub fn check_named_table<I>(
        &self,
        name: &str,
        batches: I,
        columns: &TableColumns,
    ) -> Result<crate::tally::Accepted>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        self.check_table_of(Source::File { file: name.to_owned() }, batches, columns)
    }

    fn check_table_of<I>(
        &self,
        source: Source,
        batches: I,
        columns: &TableColumns,
    ) -> Result<crate::tally::Accepted>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        Reading::new(Intake::new(self, source)).all(batches, |reading, batch| {
            reading.table_or_batch(batch, columns);
        })
    }
}

impl Reading<'_> {
    /// Reads a batch of a table whose columns may have names of their own.
    pub(super) fn table_or_batch(&mut self, batch: &RecordBatch, columns: &TableColumns) {
        if !self.path_columns.is_empty() {
            let batch = with_path_columns(batch, &self.path_columns);
            self.table_or_batch_as_is(&batch, columns);
        } else {
            self.table_or_batch_as_is(batch, columns);
        }
    }

    fn table_or_batch_as_is(&mut self, batch: &RecordBatch, columns: &TableColumns) {
        if columns.are_usual() {
            self.batch(batch);
        } else {
            self.table(batch, columns);
        }
    }

    fn table(&mut self, batch: &RecordBatch, columns: &TableColumns) {
        let first_row = self.next_rows(batch.num_rows());
        self.intake.name_columns(columns.names_in_faults());
        let Some(common) = Common::of(batch, columns, first_row, &mut self.intake) else {
            self.give_up();
            return;
        };
        if common.values.is_empty() {
            self.rows_from(&common.batch(), first_row);
            return;
        }
        for (values, measure) in &common.values {
            self.intake.name_column(Column::Value, batch.schema_ref().field(*values).name());
            self.rows_from(&common.of_measure(batch.column(*values), measure), first_row);
            // Waiting rows would be reported under the next column's name.
            self.take_waiting();
        }
        self.intake.name_columns(columns.names_in_faults());
    }
}

/// A batch with the columns that the path of its file adds.
fn with_path_columns(batch: &RecordBatch, added: &[PathColumn]) -> RecordBatch {
    let fields = batch.schema_ref().fields().iter();
    let mut columns: Vec<(Field, ArrayRef)> = fields
        .zip(batch.columns())
        .map(|(field, array)| (field.as_ref().clone(), Arc::clone(array)))
        .collect();
    for PathColumn { name, value } in added {
        // What the file says itself is read from the file.
        if batch.schema_ref().column_with_name(name).is_some() {
            continue;
        }
        let key = value.as_ref().map(|_| 0);
        let keys: Int8Array = (0..batch.num_rows()).map(|_| key).collect();
        let texts = dictionary(keys, &[value.as_deref().unwrap_or_default()]);
        columns.push(column_named(name, texts, None));
    }
    batch_of(batch.num_rows(), &columns)
}

/// The columns that the batches of all measures share, by their usual names.
struct Common<'c> {
    rows: usize,
    columns: Vec<(Field, ArrayRef)>,
    /// The columns of values, each with the id of its measure.
    values: Vec<(usize, &'c str)>,
    has_status: bool,
}

impl<'c> Common<'c> {
    /// None if a column is missing or can't be read; all such faults are noted.
    fn of(
        batch: &RecordBatch,
        columns: &'c TableColumns,
        first_row: usize,
        intake: &mut Intake<'_>,
    ) -> Option<Self> {
        let before = intake.faults_found();
        let schema = batch.schema_ref();
        let headers: Vec<&str> =
            schema.fields().iter().map(|field| field.name().as_str()).collect();
        let read = ReadColumns::find(columns, &headers, intake)?;
        let has_status = read.has(Column::Status);
        let mut common =
            Common { rows: batch.num_rows(), columns: Vec::new(), values: read.values, has_status };
        for (name, source) in &read.columns {
            let is_period = name == Column::Period.name();
            let (array, field) = match source {
                CellSource::Usual(at) | CellSource::Named(at) => {
                    let (field, array) = (schema.field(*at), batch.column(*at));
                    let is_named = matches!(source, CellSource::Named(_));
                    let array = if is_period && (is_named || is_pandas_period(field)) {
                        periods(field, array, first_row, intake)
                    } else {
                        Arc::clone(array)
                    };
                    (array, Some(field))
                }
                CellSource::UnitPath(units) => {
                    let units: Vec<_> = units.iter().map(|at| batch.column(*at)).collect();
                    (codes(&units, first_row, intake), None)
                }
                CellSource::Constant(text) => {
                    (dictionary(Int8Array::from(vec![0; common.rows]), &[text]), None)
                }
            };
            common.columns.push(column_named(name, array, field));
        }
        (intake.faults_found() == before).then_some(common)
    }

    fn batch(&self) -> RecordBatch {
        batch_of(self.rows, &self.columns)
    }

    /// The rows of one measure, whose values are in a column of the table.
    fn of_measure(&self, values: &ArrayRef, measure: &str) -> RecordBatch {
        let mut columns = self.columns.clone();
        if !self.has_status && values.null_count() > 0 {
            let status = |row: usize| if values.is_null(row) { 0 } else { 1 };
            let keys: Int8Array = (0..self.rows).map(|row| Some(status(row))).collect();
            let statuses = dictionary(keys, &["O", "A"]);
            columns.push(column_named(Column::Status.name(), statuses, None));
        }
        columns.push(column_named(Column::Value.name(), Arc::clone(values), None));
        let keys = Int8Array::from(vec![0; self.rows]);
        columns.push(column_named(Column::Measure.name(), dictionary(keys, &[measure]), None));
        batch_of(self.rows, &columns)
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
        let names = labels.iter().map(|labels| labels.get(row).map(Cow::Owned));
        builder.append_option(path(names));
    }
    Arc::new(builder.finish())
}

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
