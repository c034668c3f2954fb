//! Stored tallies: as a Parquet file, or as a stream of Arrow IPC.

use std::io::{Read, Write};
use std::sync::Arc;

use arrow_array::RecordBatchReader;
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
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
    pub fn read_cells(plan: &Plan, mut from: impl Read) -> Result<Tally> {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).map_err(|cause| {
            broken(FaultCode::UnreadableFile, "the stored tally can't be read", cause.into())
        })?;
        // A decoder of bytes that are there allocates no more than these, whatever lengths damaged ones state.
        let mut decoder = StreamDecoder::new();
        let mut rest = Buffer::from(bytes);
        let mut read = 0;
        let mut length = None;
        let mut batches = std::iter::from_fn(|| {
            let batch = guarded(|| match decoder.decode(&mut rest)? {
                Some(batch) => Ok(Some(batch)),
                None => decoder.finish().map(|()| None),
            });
            if let Ok(Some(batch)) = &batch {
                read += batch.num_rows();
                length =
                    length.take().or_else(|| batch.schema().metadata().get(KEY_LENGTH).cloned());
            }
            batch.transpose()
        })
        .peekable();
        if let Some(Err(cause)) = batches.next_if(Result::is_err) {
            return Err(broken(FaultCode::UnknownFormat, "this is no stored tally", cause));
        }
        let tally = Tally::from_cells(plan, batches, &CellOptions::default())?;
        match length {
            Some(length) if length == read.to_string() => Ok(tally),
            length => {
                let message = "the stored tally has another number of rows than it says";
                let fault = Fault::new(FaultCode::DamagedData, Place::Nowhere, message);
                let expected = length.unwrap_or_else(|| "no number".to_owned());
                let fault = fault.found(read).expected(expected);
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

/// Damaged bytes may break what the reader takes for granted.
fn guarded<T>(
    call: impl FnOnce() -> std::result::Result<T, ArrowError>,
) -> std::result::Result<T, ArrowError> {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(call));
    caught
        .unwrap_or_else(|_| Err(ArrowError::IpcError("its parts contradict each other".to_owned())))
}

#[cold]
fn broken(code: FaultCode, message: &str, cause: ArrowError) -> Error {
    let fault = Fault::new(code, Place::Nowhere, message).found(&cause);
    Error::one(ErrorKind::File, fault).caused_by(cause)
}
