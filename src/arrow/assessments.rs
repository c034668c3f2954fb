//! A report as a record batch, a CSV file or a Parquet file.
//!
//! The fields of [`Assessment`] declare the columns: names, types, which of them are never null, and what they mean.

use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use chrono::NaiveDate;

use super::blocks;
use super::table::{self, CsvOptions};
use crate::assess::Assessment;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result, quoted};
use crate::plan::Plan;
use crate::report::{Filter, Report};
use crate::tally::Tally;
use crate::view::View;

/// The columns of a report's rows.
///
/// ```
/// let schema = attain::arrow::assessments::schema();
/// assert_eq!(schema.fields().len(), 45);
/// assert!(!schema.field_with_name("verdict")?.is_nullable());
/// # Ok::<(), arrow_schema::ArrowError>(())
/// ```
pub fn schema() -> SchemaRef {
    table::schema::<Assessment>()
}

/// The places of columns in [`Assessment`].
pub(super) fn places(names: &[&str]) -> Result<Vec<usize>> {
    let mut faults = Faults::default();
    let known = || Assessment::COLUMNS.iter().map(|column| column.name);
    let fault = |code, message: &str| Fault::new(code, Place::Nowhere, message);
    if names.is_empty() {
        faults.push(fault(FaultCode::TooFew, "no column is named").expected("one column at least"));
    }
    let mut places = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        match known().position(|column| column == *name) {
            None => faults.push(
                fault(FaultCode::UnknownColumn, "the rows have no such column")
                    .found(quoted(name))
                    .near_miss(name, known()),
            ),
            Some(_) if names[..at].contains(name) => faults.push(
                fault(FaultCode::DuplicateEntry, "this column stands twice").found(quoted(name)),
            ),
            Some(place) => places.push(place),
        }
    }
    if faults.is_empty() { Ok(places) } else { Err(Error::of(ErrorKind::Request, faults)) }
}

/// The places of all columns.
pub(super) fn all_places() -> Vec<usize> {
    (0..Assessment::COLUMNS.len()).collect()
}

impl Plan {
    /// What [`Report::select`] gives of the report of [`assess`](Plan::assess), without the report: other columns are neither
    /// stored nor converted, as far as no chosen one is computed from them.
    ///
    /// ```
    /// # use attain::{calendar, Plan, Tally};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {cases-known: {count: cases}},
    /// #     targets: {few: {indicator: cases-known, goal: {at_most: 9}, window: "2023"}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let (tally, day) = (Tally::new(&plan), calendar::date("2024-01-01").unwrap());
    /// let columns = ["unit", "value", "verdict"];
    /// let batch = plan.assess_columns(&tally, day, &columns)?;
    /// assert_eq!(batch, plan.assess(&tally, day)?.select(&columns)?);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`assess`](Plan::assess) and of [`Report::select`].
    pub fn assess_columns(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        columns: &[&str],
    ) -> Result<RecordBatch> {
        self.assess_columns_if(tally, as_of, None, columns)
    }

    /// The same of the rows that a filter keeps: what [`Report::select`] gives of the report of
    /// [`assess_where`](Plan::assess_where).
    ///
    /// # Errors
    ///
    /// Those of [`assess_where`](Plan::assess_where) and of [`Report::select`].
    pub fn assess_columns_where(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        filter: &Filter,
        columns: &[&str],
    ) -> Result<RecordBatch> {
        self.assess_columns_if(tally, as_of, Some(filter), columns)
    }

    fn assess_columns_if(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        filter: Option<&Filter>,
        columns: &[&str],
    ) -> Result<RecordBatch> {
        let places = places(columns)?;
        let report = self.assess_stored(tally, as_of, filter, columns)?;
        Ok(blocks::record_batch(report.blocks(), &places))
    }
}

impl Report {
    /// The rows as columns, named and typed as the fields of [`Assessment`].
    ///
    /// ```
    /// # use attain::{calendar, Plan, Tally};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {cases-known: {count: cases}},
    /// #     targets: {few: {indicator: cases-known, goal: {at_most: 9}, window: "2023"}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let report = plan.assess(&Tally::new(&plan), calendar::date("2024-01-01").unwrap())?;
    /// let batch = report.to_record_batch();
    /// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 45));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_record_batch(&self) -> RecordBatch {
        blocks::record_batch(self.blocks(), &all_places())
    }

    /// Some columns of [`to_record_batch`](Report::to_record_batch), in the order given. The others are not converted.
    ///
    /// ```
    /// # use attain::{calendar, Plan, Tally};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {cases-known: {count: cases}},
    /// #     targets: {few: {indicator: cases-known, goal: {at_most: 9}, window: "2023"}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let report = plan.assess(&Tally::new(&plan), calendar::date("2024-01-01").unwrap())?;
    /// let batch = report.select(&["unit", "verdict"])?;
    /// assert_eq!(batch.schema().field(1).name(), "verdict");
    /// assert_eq!((batch.num_rows(), batch.num_columns()), (1, 2));
    /// let refused = report.select(&["verdct"]).unwrap_err();
    /// assert!(refused.to_string().contains("did you mean `verdict`?"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if no column is named, a name is not that of a column, or a name stands twice.
    pub fn select(&self, columns: &[&str]) -> Result<RecordBatch> {
        Ok(blocks::record_batch(self.blocks(), &places(columns)?))
    }

    /// Writes the rows to a CSV file, and replaces what was there. Days are written as 2025-07-01, numbers by the shortest
    /// text that reads as the same number again, nulls as nothing. Texts stand as they are, also those that a spreadsheet
    /// takes for formulas; see [`CsvOptions`].
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write_csv_with(path, &CsvOptions::default())
    }

    /// The same with options: for spreadsheets, texts that they would compute begin with an apostrophe.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_csv_with(&self, path: impl AsRef<Path>, options: &CsvOptions) -> Result<()> {
        let batch = self.to_record_batch();
        table::write_csv(&batch.schema(), std::slice::from_ref(&batch), path.as_ref(), options)
    }

    /// Writes the rows to a Parquet file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    #[cfg(feature = "parquet")]
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        super::parquet::write_parquet(path, schema(), &[self.to_record_batch()])
    }
}
