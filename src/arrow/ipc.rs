//! Reads outcomes from files and streams of Arrow IPC.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::rc::Rc;

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::guarded::guarded;
use super::outcomes::Reading;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::tally::{
    Accepted, Counted, Intake, PathColumn, Progress, Source, TableColumns, Tally, Watch,
    broken_off, unreadable,
};

/// How a file begins.
pub(crate) const MARK_OF_FILE: &[u8] = b"ARROW1";

/// How a stream begins: with the mark of its first message.
pub(crate) const MARK_OF_STREAM: &[u8] = &[0xFF; 4];

impl Tally {
    /// Checks the outcomes of a file without adding any. Its first bytes say whether it is a file or a stream of Arrow IPC.
    pub(crate) fn check_arrow(
        &self,
        path: &Path,
        columns: &TableColumns,
        path_columns: &[PathColumn],
        watch: Watch<'_>,
    ) -> Result<Accepted> {
        let unreadable = |cause| unreadable(path, cause);
        let open = || File::open(path).and_then(|file| Ok((file.metadata()?.len(), file)));
        let (bytes_total, mut file) = open().map_err(unreadable)?;
        let mut start = Vec::new();
        (&mut file).take(MARK_OF_FILE.len() as u64).read_to_end(&mut start).map_err(unreadable)?;
        file.rewind().map_err(unreadable)?;
        let name = path.display().to_string();
        let mut reading = Reading::new(Intake::new(self, Source::File { file: name.clone() }));
        reading.path_columns = path_columns.to_vec();
        let counted = Counted::new(file);
        let watched = Watched { name: &name, bytes: counted.count(), bytes_total, watch };
        if start.starts_with(MARK_OF_FILE) {
            read_file(BufReader::new(counted), watched, columns, &mut reading)?;
        } else if start.starts_with(MARK_OF_STREAM) {
            read_stream(BufReader::new(counted), watched, columns, &mut reading)?;
        } else {
            let fault = Fault::new(
                FaultCode::UnknownFormat,
                Place::File { file: name },
                "this is neither a file nor a stream of Arrow IPC",
            );
            let fault = match start.as_slice() {
                [b'F', b'E', b'A', b'1', ..] => {
                    fault.found("Feather 1").hint("write it as Feather 2, which is Arrow IPC")
                }
                _ => fault.hint("its ending says it is; what wrote it?"),
            };
            return Err(Error::one(ErrorKind::File, fault));
        }
        reading.finish()
    }

    /// Checks the outcomes of a file in memory without adding any.
    pub(crate) fn check_arrow_bytes(
        &self,
        content: Vec<u8>,
        name: &str,
        columns: &TableColumns,
    ) -> Result<Accepted> {
        let source = Source::File { file: name.to_owned() };
        let mut reading = Reading::new(Intake::new(self, source));
        read_file(Cursor::new(content), Watched::nothing(name), columns, &mut reading)?;
        reading.finish()
    }

    /// Checks the outcomes of a stream without adding any.
    pub(crate) fn check_arrow_stream(
        &self,
        stream: impl Read,
        name: &str,
        columns: &TableColumns,
    ) -> Result<Accepted> {
        let source = Source::File { file: name.to_owned() };
        let mut reading = Reading::new(Intake::new(self, source));
        read_stream(BufReader::new(stream), Watched::nothing(name), columns, &mut reading)?;
        reading.finish()
    }
}

/// A reading whose progress is reported.
struct Watched<'n, 'w> {
    name: &'n str,
    bytes: Rc<Cell<u64>>,
    bytes_total: u64,
    watch: Watch<'w>,
}

impl<'n> Watched<'n, '_> {
    fn nothing(name: &'n str) -> Self {
        Watched { name, bytes: Rc::default(), bytes_total: 0, watch: None }
    }

    fn report(&mut self) -> Result<()> {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        let bytes_read = self.bytes.get().min(self.bytes_total);
        if watch(Progress { bytes_read, bytes_total: self.bytes_total }).is_break() {
            return Err(broken_off(self.name));
        }
        Ok(())
    }
}

fn read_file(
    content: impl Read + Seek,
    watched: Watched<'_, '_>,
    columns: &TableColumns,
    reading: &mut Reading<'_>,
) -> Result<()> {
    let reader = guarded(FORMAT, watched.name, || FileReader::try_new(content, None))?;
    let schema = reader.schema();
    read(&schema, reader, watched, columns, reading)
}

fn read_stream(
    stream: impl Read,
    watched: Watched<'_, '_>,
    columns: &TableColumns,
    reading: &mut Reading<'_>,
) -> Result<()> {
    let counted = Counted::new(stream);
    let has_ended = counted.has_ended();
    let name = watched.name;
    let reader = guarded(FORMAT, name, || StreamReader::try_new(counted, None))?;
    let schema = reader.schema();
    read(&schema, reader, watched, columns, reading)?;
    if has_ended.get() {
        // A stream says where it ends, and nothing is read behind that.
        let place = Place::File { file: name.to_owned() };
        let fault = Fault::new(FaultCode::DamagedData, place, "the Arrow stream has no end");
        let fault = fault.hint("was it written and copied to the end? make it anew");
        return Err(Error::one(ErrorKind::File, fault));
    }
    Ok(())
}

/// What messages call the format.
const FORMAT: &str = "Arrow";

fn read(
    schema: &SchemaRef,
    mut batches: impl Iterator<Item = std::result::Result<RecordBatch, ArrowError>>,
    mut watched: Watched<'_, '_>,
    columns: &TableColumns,
    reading: &mut Reading<'_>,
) -> Result<()> {
    // Checks the names and types of the columns, even if there are no rows.
    reading.table_or_batch(&RecordBatch::new_empty(SchemaRef::clone(schema)), columns);
    while !reading.is_over {
        let Some(batch) = guarded(FORMAT, watched.name, || batches.next().transpose())? else {
            return watched.report();
        };
        reading.table_or_batch(&batch, columns);
        watched.report()?;
    }
    Ok(())
}
