//! Adds record batches of outcomes to a tally.
//!
//! | column | Arrow types |
//! |---|---|
//! | `unit`, `measure`, `period`, `status`, strata | Utf8, LargeUtf8, Utf8View, or a Dictionary of these with keys of any integer type |
//! | `date`, `start`, `end`, `recorded_at` | Date32, Date64, Timestamp of any unit without a time zone (the day it falls on), or texts such as `2025-07-01` |
//! | `value` | integers and floats of any size, decimals of any width |
//!
//! Any of them may be of the type Null, which holds only nulls. A float of half or single precision means its
//! shortest decimal: 0.1 is 0.1. Columns are read in place; none is copied or cast.

use std::ops::Range;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::outcome_columns::Columns;
use super::periods::with_names_of_periods;
use super::plain;
use crate::error::{Fault, FaultCode, Place, Result};
use crate::tally::{Accepted, Intake, PathColumn, Source, Tally};
use crate::trace::traced;

impl Tally {
    /// Adds the outcomes of a record batch, all or none.
    ///
    /// Its columns are `unit`, `measure`, `value` (optional for events), one or several of `date`, `start` with `end`,
    /// and `period` (each row uses one of them), and optionally `status`, `recorded_at` and the plan's strata. Other
    /// columns are not read; a [warning](Tally::warnings) lists them.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let texts = |texts: [&str; 2]| Arc::new(StringArray::from(texts.to_vec())) as ArrayRef;
    /// let batch = RecordBatch::try_from_iter([
    ///     ("unit", texts(["01", "01"])),
    ///     ("period", texts(["2023", "2024"])),
    ///     ("measure", texts(["cases", "cases"])),
    ///     ("value", Arc::new(Int64Array::from(vec![1840, 1914]))),
    /// ])?;
    /// let mut tally = attain::Tally::new(&plan);
    /// tally.ingest(&batch)?;
    /// assert_eq!(tally.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_outcomes`](crate::Error::is_outcomes) with every fault of every column, or, if the columns are
    /// sound, of every row (counted from 0). The tally is as before.
    pub fn ingest(&mut self, batch: &RecordBatch) -> Result<()> {
        self.ingest_all([Ok(batch.clone())])
    }

    /// Adds the outcomes of several record batches, all or none, as if they were one.
    ///
    /// # Errors
    ///
    /// As of [`ingest`](Tally::ingest), with rows counted over all batches. Also fails if a batch can't be read, or if
    /// there is no batch: a reader yields its batches once, and none when it is read again. (A batch without rows is
    /// fine.)
    pub fn ingest_all<I>(&mut self, batches: I) -> Result<()>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        traced!(
            INFO,
            "attain.read",
            {},
            self.check_batches(batches).map(|accepted| self.add_accepted(accepted)),
            |_read| { rows = self.len() as u64 }
        )
    }

    /// Checks record batches without adding anything.
    pub(crate) fn check_batches<I>(&self, batches: I) -> Result<Accepted>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        Reading::new(Intake::new(self, Source::Columns)).all(batches, Reading::batch)
    }
}

/// Reads record batches into an intake.
pub(super) struct Reading<'t> {
    pub(super) intake: Intake<'t>,
    batches: usize,
    pub(super) rows: usize,
    /// Batches that may hold plain events, each with the number of its first row. They are processed together.
    waiting: Vec<(RecordBatch, usize)>,
    rows_waiting: usize,
    pub(super) thresholds: plain::Thresholds,
    /// Columns that the path of a file adds to each batch.
    pub(super) path_columns: Vec<PathColumn>,
    /// Whether further reading is useless.
    pub(super) is_over: bool,
}

/// The number of rows of plain events that are processed together.
const ROWS_AT_ONCE: usize = 1 << 22;

impl<'t> Reading<'t> {
    pub(super) fn new(intake: Intake<'t>) -> Self {
        Reading {
            intake,
            batches: 0,
            rows: 0,
            waiting: Vec::new(),
            rows_waiting: 0,
            thresholds: plain::Thresholds::usual(),
            path_columns: Vec::new(),
            is_over: false,
        }
    }

    /// Reads all batches, each in the given way.
    pub(super) fn all<I>(
        mut self,
        batches: I,
        mut read: impl FnMut(&mut Self, &RecordBatch),
    ) -> Result<Accepted>
    where
        I: IntoIterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    {
        for batch in batches {
            match batch {
                Ok(batch) => read(&mut self, &batch),
                Err(cause) => self.broken(cause),
            }
            if self.is_over {
                break;
            }
        }
        self.finish()
    }

    pub(super) fn batch(&mut self, batch: &RecordBatch) {
        let first_row = self.next_rows(batch.num_rows());
        let before = self.intake.faults_found();
        match with_names_of_periods(batch, first_row, &mut self.intake) {
            Some(_) if self.intake.faults_found() > before => self.give_up(),
            Some(named) => self.rows_from(&named, first_row),
            None => self.rows_from(batch, first_row),
        }
    }

    /// Counts the rows of another batch, and returns the number of its first one.
    pub(super) fn next_rows(&mut self, rows: usize) -> usize {
        self.batches += 1;
        let first_row = self.rows;
        self.rows += rows;
        first_row
    }

    /// Reads a batch whose rows are counted from `first_row`.
    pub(super) fn rows_from(&mut self, batch: &RecordBatch, first_row: usize) {
        let columns = Columns::of(batch, first_row, &mut self.intake)
            .filter(|columns| columns.have_sound_dictionaries(first_row, &mut self.intake));
        match columns {
            Some(columns) if plain::may_be_plain(&columns, &self.intake) => {
                self.waiting.push((batch.clone(), first_row));
                self.rows_waiting += batch.num_rows();
                if self.rows_waiting >= ROWS_AT_ONCE {
                    self.take_waiting();
                }
            }
            Some(columns) => {
                self.take_waiting();
                self.rows(&columns, 0..batch.num_rows(), first_row);
                self.check_room();
            }
            None => self.give_up(),
        }
    }

    /// Ends the reading: the columns have faults.
    pub(super) fn give_up(&mut self) {
        self.take_waiting();
        self.is_over = true;
    }

    /// The same without blocks, as the reference for tests of blocks.
    #[cfg(test)]
    pub(super) fn row_by_row(&mut self, batch: &RecordBatch) {
        let first_row = self.next_rows(batch.num_rows());
        if let Some(columns) = Columns::of(batch, first_row, &mut self.intake)
            && columns.have_sound_dictionaries(first_row, &mut self.intake)
        {
            self.rows(&columns, 0..batch.num_rows(), first_row);
        }
    }

    /// Stops the reading if the intake is full.
    fn check_room(&mut self) {
        self.is_over |= self.intake.is_full();
    }

    /// Processes the waiting batches: plain events in blocks, other rows one by one.
    pub(super) fn take_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.rows_waiting = 0;
        let columns = waiting.iter();
        let columns: Vec<_> = columns
            .filter_map(|(batch, first_row)| Columns::of(batch, *first_row, &mut self.intake))
            .collect();
        for (at, rows) in plain::take(&columns, &mut self.intake, &self.thresholds) {
            self.rows(&columns[at], rows, waiting[at].1);
        }
        if !waiting.is_empty() {
            self.intake.count_memory();
        }
        self.check_room();
    }

    fn rows(&mut self, columns: &Columns<'_>, rows: Range<usize>, first_row: usize) {
        for rows in plain::blocks(rows) {
            let are_readable = columns.are_readable(&rows, self.intake.plan());
            for row in rows {
                if !are_readable && columns.is_broken(row, first_row + row, &mut self.intake) {
                    continue;
                }
                let fields = columns.fields(row, first_row + row, &mut self.intake);
                self.intake.fields(first_row + row, &fields);
            }
        }
    }

    fn broken(&mut self, cause: ArrowError) {
        self.take_waiting();
        let fault =
            Fault::new(FaultCode::ReadingFailed, Place::Nowhere, "the rows can't be read on");
        self.intake.fault(fault.found(&cause).hint(match self.rows {
            1 => "1 row came before".to_owned(),
            rows => format!("{rows} rows came before"),
        }));
        self.intake.caused_by(cause);
        self.is_over = true;
        self.batches += 1;
    }

    pub(super) fn finish(mut self) -> Result<Accepted> {
        self.take_waiting();
        if self.batches == 0 {
            self.intake.fault(
                Fault::new(FaultCode::EmptyInput, Place::Nowhere, "there are no columns to read")
                    .found("no batch of rows")
                    .expected("at least one, if only an empty one")
                    .hint("a reader gives its batches once: make it anew, or keep the table"),
            );
        }
        self.intake.finish()
    }
}
