//! What a reader returns.

use std::fmt;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::note::{Note, NoteRow, Notes, Severity};
use super::outcomes::OutcomeTable;
use crate::arrow::{CsvOptions, write_csv};
use crate::error::{Error, ErrorKind, Faults, Result, grouped};
use crate::output::{unwritable, write_whole};
use crate::plan::Plan;
use crate::plan::document::{Node, to_yaml};
use crate::tally::{Rows, Tally};

/// A plan document, outcomes and notes of a file that was collected elsewhere.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Imported {
    /// The plan, not checked yet. It has the targets of the source and no others.
    pub plan: Node,
    /// The columns of the outcomes: those of a table of outcomes, and `source`, which says where each row stands.
    pub schema: SchemaRef,
    /// The outcomes.
    pub outcomes: Vec<RecordBatch>,
    /// Whether the outcomes are figures or events.
    pub rows: Rows,
    /// What was changed, assumed or left out; what is left out comes first.
    pub notes: Vec<Note>,
}

impl Imported {
    /// How many outcomes there are.
    pub fn len(&self) -> usize {
        self.outcomes.iter().map(RecordBatch::num_rows).sum()
    }

    /// Whether there are no outcomes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The plan as YAML.
    pub fn to_yaml(&self) -> String {
        to_yaml(&self.plan)
    }

    /// The notes as rows.
    pub fn note_rows(&self) -> Vec<NoteRow> {
        self.notes.iter().map(Note::row).collect()
    }

    /// The tally of the outcomes. The plan is that of the document, or one made of it.
    ///
    /// # Errors
    ///
    /// Those of [`Tally::ingest`].
    pub fn tally(&self, plan: &Plan) -> Result<Tally> {
        let mut tally = Tally::of(plan, self.rows);
        tally.ingest_all(self.outcomes.iter().cloned().map(Ok))?;
        Ok(tally)
    }

    /// Writes the plan to a file of YAML, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be written.
    pub fn write_plan(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let write = |file: &mut File| file.write_all(self.to_yaml().as_bytes());
        write_whole(path, write).map_err(|cause| unwritable(path, cause))
    }

    /// Writes the outcomes to a CSV file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be written.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        write_csv(&self.schema, &self.outcomes, path.as_ref(), &CsvOptions::default())
    }

    /// Writes the outcomes to a Parquet file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be written.
    #[cfg(feature = "parquet")]
    pub fn write_parquet(&self, path: impl AsRef<Path>) -> Result<()> {
        crate::arrow::parquet::write_parquet(path, self.schema.clone(), &self.outcomes)
    }

    /// Writes the notes to a CSV file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be written.
    pub fn write_notes(&self, path: impl AsRef<Path>) -> Result<()> {
        let batch = crate::arrow::record_batch(&self.note_rows());
        write_csv(
            &batch.schema(),
            std::slice::from_ref(&batch),
            path.as_ref(),
            &CsvOptions::default(),
        )
    }

    /// The result of a reader, or all its faults. Of a strict import, what is left out is a fault.
    pub(super) fn of(
        plan: Node,
        outcomes: OutcomeTable,
        rows: Rows,
        notes: Notes,
        mut faults: Faults,
        strict: bool,
    ) -> Result<Imported> {
        if strict {
            notes.refuse_skipped(&mut faults);
        }
        if !faults.is_empty() {
            return Err(Error::of(ErrorKind::Outcomes, faults));
        }
        let (schema, outcomes) = outcomes.into_batches()?;
        Ok(Imported { plan, schema, outcomes, rows, notes: notes.into_list() })
    }
}

impl Imported {
    /// How many outcomes there are, and how many notes of each severity.
    pub fn summary(&self) -> String {
        let outcomes = grouped(self.len() as u64);
        let mut summary = format!("{outcomes} outcomes ({})", self.rows);
        for severity in Severity::ALL.iter().rev() {
            let count = self.notes.iter().filter(|note| note.severity() == *severity).count();
            if count > 0 {
                let noun = if count == 1 { "note" } else { "notes" };
                summary.push_str(&format!(", {count} {noun} of what was {severity}"));
            }
        }
        summary
    }
}

impl fmt::Display for Imported {
    /// The summary, and a line for each note.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())?;
        self.notes.iter().try_for_each(|note| write!(f, "\n  {note}"))
    }
}
