//! Rows of judgement as record batches, judged part by part: memory does not grow with their number.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use chrono::NaiveDate;

use super::{assessments, blocks};
use crate::assess::{Block, Parts, StoredColumns};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::parallel::check_stop;
use crate::plan::Plan;
use crate::report::Filter;
use crate::tally::Tally;

/// Which rows and columns [`Plan::assess_batches`] gives, and how many rows at a time.
///
/// ```
/// use attain::{Filter, arrow::BatchOptions};
///
/// let options = BatchOptions::new().filter(Filter::default().level("city")).columns(["unit", "verdict"]);
/// assert_eq!(options.rows, 65_536);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchOptions {
    /// Which rows; all, if it has no condition.
    pub filter: Filter,
    /// The names of columns, in the order of the batches; none means all.
    pub columns: Option<Vec<String>>,
    /// The rows of each batch but the last, which may have fewer.
    pub rows: usize,
}

impl Default for BatchOptions {
    fn default() -> Self {
        BatchOptions { filter: Filter::default(), columns: None, rows: 1 << 16 }
    }
}

impl BatchOptions {
    /// All rows and columns, 65,536 rows at a time.
    pub fn new() -> Self {
        BatchOptions::default()
    }

    /// Sets which rows.
    #[must_use]
    pub fn filter(self, filter: Filter) -> Self {
        BatchOptions { filter, ..self }
    }

    /// Sets the columns.
    #[must_use]
    pub fn columns(self, columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        BatchOptions { columns: Some(columns), ..self }
    }

    /// Sets how many rows a batch has.
    #[must_use]
    pub fn rows(self, rows: usize) -> Self {
        BatchOptions { rows, ..self }
    }
}

/// The rows of judgement of a plan as record batches, in the order of a [report](crate::Report); made by
/// [`Plan::assess_batches`].
///
/// An error ends it; so does a [stop](crate::RunOptions::stop). Its errors are of the type
/// [`ArrowError::ExternalError`], with an [`Error`](crate::Error) inside.
pub struct AssessmentBatches {
    plan: Plan,
    as_of: NaiveDate,
    schema: SchemaRef,
    /// The places of the columns.
    columns: Vec<usize>,
    rows: usize,
    parts: Parts,
    /// What was judged and not given, and how many rows that is.
    judged: VecDeque<Block>,
    judged_rows: usize,
}

impl std::fmt::Debug for AssessmentBatches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssessmentBatches")
            .field("plan", &self.plan.id())
            .field("as_of", &self.as_of)
            .field("columns", &self.columns.len())
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl Plan {
    /// The rows of [`assess`](Plan::assess) as record batches, each of which is judged when it is called for: with all rows of
    /// a report of any size, memory stays that of the tally and of some hundred thousand rows.
    ///
    /// The limit on the number of rows of a report does not apply.
    ///
    /// ```
    /// use attain::arrow::BatchOptions;
    /// # use attain::{calendar, Plan, Tally};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: {every: month, within: "2023"}}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// # let (tally, day) = (Tally::new(&plan), calendar::date("2024-01-01").unwrap());
    ///
    /// let options = BatchOptions::new().columns(["window_start", "verdict"]).rows(5);
    /// let mut rows = 0;
    /// for batch in plan.assess_batches(&tally, day, &options)? {
    ///     let batch = batch?;
    ///     assert!(batch.num_rows() <= 5);
    ///     rows += batch.num_rows();
    /// }
    /// assert_eq!(rows, plan.assess(&tally, day)?.len());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`assess_where`](Plan::assess_where) but for the limit, and of [`select`](crate::Report::select); also
    /// [`Error::is_request`](crate::Error::is_request) if a batch would have no row.
    pub fn assess_batches(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        options: &BatchOptions,
    ) -> Result<AssessmentBatches> {
        if options.rows == 0 {
            let fault = Fault::new(FaultCode::OutOfRange, Place::Nowhere, "a batch has no row");
            let fault = fault.found(0).expected("one row at least");
            return Err(Error::one(ErrorKind::Request, fault));
        }
        let tally = self.tally_to_assess(tally, as_of)?;
        let choice = self.choice_of(&options.filter, as_of)?;
        let (columns, stored) = match &options.columns {
            None => (assessments::all_places(), StoredColumns::ALL),
            Some(names) => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                let deciding = choice.deciding_columns();
                let stored: Vec<&str> = names.iter().copied().chain(deciding).collect();
                (assessments::places(&names)?, StoredColumns::named(&stored))
            }
        };
        Ok(AssessmentBatches {
            plan: self.clone(),
            as_of,
            schema: blocks::schema_of(&columns),
            columns,
            rows: options.rows,
            parts: Parts::of(self, &tally, as_of, stored, Some(&choice)),
            judged: VecDeque::new(),
            judged_rows: 0,
        })
    }
}

impl AssessmentBatches {
    /// The next batch; none if there are no more rows.
    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        while self.judged_rows < self.rows {
            check_stop();
            let Some(part) = self.parts.next_part()? else { break };
            for block in part.into_iter().filter(|block| block.len() > 0) {
                self.judged_rows += block.len();
                self.judged.push_back(block);
            }
        }
        let mut missing = self.rows.min(self.judged_rows);
        self.judged_rows -= missing;
        let mut blocks = Vec::new();
        while missing > 0 {
            let Some(mut block) = self.judged.pop_front() else { break };
            if block.len() > missing {
                let (first, rest) = block.split_at(missing);
                self.judged.push_front(rest);
                block = first;
            }
            missing -= block.len();
            blocks.push(block);
        }
        if blocks.is_empty() {
            return Ok(None);
        }
        let blocks = blocks.iter().map(|block| (block.common(&self.plan, self.as_of), block));
        Ok(Some(blocks::record_batch(blocks, &self.columns)))
    }

    /// Writes all batches that have not been given to a Parquet file, whole or not at all; replaces what was there. Memory
    /// is that of the batches and of a row group, which has at most 262,144 rows.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written, and those of a batch.
    #[cfg(feature = "parquet")]
    pub fn write_parquet(self, path: impl AsRef<std::path::Path>) -> Result<()> {
        super::parquet::write_parquet_stream(path, self)
    }
}

impl Iterator for AssessmentBatches {
    type Item = std::result::Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_batch().map_err(|error| ArrowError::ExternalError(Box::new(error))).transpose()
    }
}

impl RecordBatchReader for AssessmentBatches {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}
