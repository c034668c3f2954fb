//! Stored tallies: as a Parquet file, or as a stream of Arrow IPC.

use std::io::{Read, Write};
use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::ArrowError;

use super::cells::CellOptions;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::plan::Plan;
#[cfg(feature = "parquet")]
use crate::tally::Source;
use crate::tally::Tally;

#[cfg(feature = "parquet")]
use super::parquet::{batches_of_file, write_batches};
#[cfg(feature = "parquet")]
use std::path::Path;

/// How many rows a stream has: one that was cut off between two batches looks whole.
const KEY_LENGTH: &str = "attain.cell_rows";

impl Tally {
    /// Writes the [cells](Tally::cells) as a stream of Arrow IPC, to send a tally or to keep it in memory.
    ///
    /// ```
    /// use attain::{Plan, Tally};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let mut bytes = Vec::new();
    /// Tally::new(&plan).write_cells(&mut bytes)?;
    /// assert!(Tally::read_cells(&plan, bytes.as_slice())?.is_empty());
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if they can't be written.
    pub fn write_cells(&self, to: impl Write) -> Result<()> {
        let write = || {
            let batches = self.cells();
            let mut metadata = batches.schema().metadata().clone();
            metadata.insert(KEY_LENGTH.to_owned(), self.number_of_cells().to_string());
            let schema = Arc::new(batches.schema().as_ref().clone().with_metadata(metadata));
            let mut writer = StreamWriter::try_new(to, &schema)?;
            for batch in batches {
                writer.write(&batch?.with_schema(Arc::clone(&schema))?)?;
            }
            writer.finish()
        };
        write()
            .map_err(|cause| broken(FaultCode::UnwritableFile, "the tally can't be written", cause))
    }

    /// The tally that [`write_cells`](Tally::write_cells) wrote.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if this is no such stream, and as of [`from_cells`](Tally::from_cells).
    pub fn read_cells(plan: &Plan, from: impl Read) -> Result<Tally> {
        let batches = StreamReader::try_new(from, None)
            .map_err(|cause| broken(FaultCode::UnknownFormat, "this is no stored tally", cause))?;
        let length = batches.schema().metadata().get(KEY_LENGTH).cloned();
        let mut read = 0;
        let counted = batches.inspect(|batch| {
            read += batch.as_ref().map_or(0, RecordBatch::num_rows);
        });
        let tally = Tally::from_cells(plan, counted, &CellOptions::default())?;
        match length {
            Some(length) if length == read.to_string() => Ok(tally),
            length => {
                let message = "the stored tally has an end that is not its own";
                let fault = Fault::new(FaultCode::DamagedData, Place::Nowhere, message);
                let fault = fault.found(format!("{read} rows"));
                let expected = length.unwrap_or_else(|| "a number of".to_owned());
                let fault = fault.expected(format!("{expected} rows"));
                Err(Error::one(ErrorKind::File, fault.hint("store or send it again, to its end")))
            }
        }
    }

    /// Writes the [cells](Tally::cells) to a Parquet file, whole or not at all; replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if it can't be written.
    #[cfg(feature = "parquet")]
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let batches = self.cells();
        write_batches(path.as_ref(), batches.schema(), batches)
    }

    /// The tally that [`save`](Tally::save) wrote.
    ///
    /// ```no_run
    /// # let plan = attain::Plan::load("plan.yaml")?;
    /// # let tally = attain::Tally::new(&plan);
    /// tally.save("2024.cells.parquet")?;
    /// let tally = attain::Tally::open(&plan, "2024.cells.parquet")?;
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be read, is damaged or is no Parquet, and as of
    /// [`from_cells`](Tally::from_cells).
    #[cfg(feature = "parquet")]
    pub fn open(plan: &Plan, path: impl AsRef<Path>) -> Result<Tally> {
        let path = path.as_ref();
        let source = Source::File { file: path.display().to_string() };
        Tally::restored(plan, batches_of_file(path)?, &CellOptions::default(), &source)
    }
}

#[cold]
fn broken(code: FaultCode, message: &str, cause: ArrowError) -> Error {
    let fault = Fault::new(code, Place::Nowhere, message).found(&cause);
    Error::one(ErrorKind::File, fault).caused_by(cause)
}
