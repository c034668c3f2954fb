//! What texts of outcomes are read from: files and streams, which may be compressed, with reports of progress.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::rc::Rc;

use crate::error::{Cause, Error, ErrorKind, Fault, FaultCode, Place, Result, file_trouble};

/// How far the reading of a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read so far.
    pub bytes_read: u64,
    /// Bytes there are to read.
    pub bytes_total: u64,
}

/// What is told of a file's progress; to break off is to leave the tally as it was.
pub(crate) type Watch<'w> = Option<&'w mut dyn FnMut(Progress) -> ControlFlow<()>>;

/// Rows between two reports of progress.
const ROWS_PER_REPORT: usize = 8_192;

/// A column that the path of a file adds: `unit=001` in `unit=001/2024.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PathColumn {
    pub(crate) name: String,
    /// None where the path says that it is missing.
    pub(crate) value: Option<String>,
}

/// How a text is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    #[cfg(feature = "parquet")]
    Gzip,
    #[cfg(feature = "parquet")]
    Zstd,
}

/// A text of outcomes, which is read once from its beginning.
pub(crate) struct Input<'i, 'w> {
    /// What faults name: the path of a file, or the name of a stream.
    pub(crate) path: &'i Path,
    path_columns: &'i [PathColumn],
    text: Box<dyn Read + 'i>,
    /// Bytes read so far, before decompression.
    bytes_read: Rc<Cell<u64>>,
    bytes_total: u64,
    watch: Watch<'w>,
    rows_since_report: usize,
}

impl<'i, 'w> Input<'i, 'w> {
    /// Opens a file that is not compressed.
    pub(crate) fn open(path: &'i Path, watch: Watch<'w>) -> Result<Self> {
        let opened = File::open(path).and_then(|opened| Ok((opened.metadata()?.len(), opened)));
        let (bytes_total, opened) = opened.map_err(|cause| unreadable(path, cause))?;
        let counted = Counted::new(opened);
        let bytes_read = counted.count();
        Ok(Input {
            path,
            path_columns: &[],
            text: Box::new(counted),
            bytes_read,
            bytes_total,
            watch,
            rows_since_report: 0,
        })
    }

    /// A stream with a name.
    pub(crate) fn of_stream(name: &'i str, text: impl Read + 'i) -> Self {
        Input {
            path: Path::new(name),
            path_columns: &[],
            text: Box::new(text),
            bytes_read: Rc::default(),
            bytes_total: 0,
            watch: None,
            rows_since_report: 0,
        }
    }

    /// The same, with columns that the path adds to each row.
    pub(crate) fn with_path_columns(self, path_columns: &'i [PathColumn]) -> Self {
        Input { path_columns, ..self }
    }

    /// The same, decompressed.
    pub(crate) fn decompressed(self, compression: Compression) -> Result<Self> {
        match compression {
            Compression::None => Ok(self),
            #[cfg(feature = "parquet")]
            Compression::Gzip => {
                let text = flate2::read::MultiGzDecoder::new(self.text);
                Ok(Input { text: Box::new(Decompressed(text)), ..self })
            }
            #[cfg(feature = "parquet")]
            Compression::Zstd => {
                let path = self.path;
                let text = zstd::stream::read::Decoder::new(self.text);
                let text = text.map_err(|cause| unreadable(path, cause))?;
                Ok(Input { text: Box::new(Decompressed(text)), ..self })
            }
        }
    }

    /// The columns that the path adds to those of the file. What the file says itself is read from the file.
    pub(super) fn added_columns(&self, of_file: &[String]) -> Vec<&'i PathColumn> {
        self.path_columns.iter().filter(|column| !of_file.contains(&column.name)).collect()
    }

    /// The name that faults give the file.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The text, which can be taken once; it is empty afterwards.
    pub(crate) fn take_text(&mut self) -> Box<dyn Read + 'i> {
        std::mem::replace(&mut self.text, Box::new(io::empty()))
    }

    /// Counts a row, and reports the progress now and then.
    pub(super) fn count_row(&mut self) -> Result<()> {
        self.rows_since_report += 1;
        if self.rows_since_report < ROWS_PER_REPORT {
            return Ok(());
        }
        self.rows_since_report = 0;
        self.report()
    }

    /// Reports the progress.
    pub(super) fn report(&mut self) -> Result<()> {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        // A file that grows while it is read has no more bytes than it had.
        let bytes_read = self.bytes_read.get().min(self.bytes_total);
        match watch(Progress { bytes_read, bytes_total: self.bytes_total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(broken_off(&self.name())),
        }
    }
}

/// Counts the bytes that are read, and notes whether something was asked for behind the last one.
pub(crate) struct Counted<R> {
    from: R,
    bytes: Rc<Cell<u64>>,
    has_ended: Rc<Cell<bool>>,
}

impl<R> Counted<R> {
    pub(crate) fn new(from: R) -> Self {
        Counted { from, bytes: Rc::default(), has_ended: Rc::default() }
    }

    /// The number of bytes so far, which goes on counting.
    pub(crate) fn count(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.bytes)
    }

    /// Whether the end has been read, which is noted when it is.
    #[cfg(feature = "arrow")]
    pub(crate) fn has_ended(&self) -> Rc<Cell<bool>> {
        Rc::clone(&self.has_ended)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(buffer)?;
        self.bytes.set(self.bytes.get() + read as u64);
        if read == 0 && !buffer.is_empty() {
            self.has_ended.set(true);
        }
        Ok(read)
    }
}

#[cfg(feature = "arrow")]
impl<R: io::Seek> io::Seek for Counted<R> {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.from.seek(to)
    }
}

/// A decompressed text, whose errors say that the compressed one is damaged.
#[cfg(feature = "parquet")]
struct Decompressed<R>(R);

#[cfg(feature = "parquet")]
impl<R: Read> Read for Decompressed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|cause| match cause.kind() {
            io::ErrorKind::Interrupted => cause,
            kind => io::Error::new(
                kind,
                format!("the compressed text is damaged or has no end ({cause})"),
            ),
        })
    }
}

/// A file that can't be read at all.
#[cold]
pub(crate) fn unreadable(path: &Path, cause: io::Error) -> Error {
    let place = Place::File { file: path.display().to_string() };
    let message = format!("the file can't be read: {}", file_trouble(&cause));
    Error::one(ErrorKind::File, Fault::new(FaultCode::from(&cause), place, message))
        .caused_by(Cause::of_file(path, cause))
}

/// A reading that its watcher broke off.
#[cold]
pub(crate) fn broken_off(file: &str) -> Error {
    let place = Place::File { file: file.to_owned() };
    Error::one(
        ErrorKind::Request,
        Fault::new(FaultCode::Stopped, place, "the reading was broken off"),
    )
}
