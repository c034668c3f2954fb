//! Files and bytes that readers read whole.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result, grouped};
use crate::tally::{Compression, Input, unreadable};

/// A file may have this number of bytes, after decompression.
const MOST_BYTES: u64 = 4 << 30;

/// The content of a file, with a name for places.
#[derive(Debug, Clone)]
pub struct SourceFile {
    name: String,
    bytes: Vec<u8>,
}

impl SourceFile {
    /// Reads a file; one that is compressed by gzip is decompressed.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if it can't be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let mut file = File::open(path).map_err(|cause| unreadable(path, cause))?;
        SourceFile::from_reader(&path.display().to_string(), &mut file)
    }

    /// Reads a stream to its end; one that is compressed by gzip is decompressed.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if it can't be read.
    pub fn from_reader(name: &str, reader: &mut dyn Read) -> Result<Self> {
        let bytes = read_whole(name, reader)?;
        let compression = compression(&bytes);
        let is_plain = matches!(compression, Compression::None);
        let bytes = if is_plain {
            bytes
        } else {
            let input = Input::of_stream(name, Cursor::new(bytes));
            read_whole(name, &mut input.decompressed(compression)?.take_text())?
        };
        Ok(SourceFile { name: name.to_owned(), bytes })
    }

    /// The name, as places have it.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text, without a mark of its encoding; or what is wrong with it.
    pub(super) fn text(&self) -> std::result::Result<&str, Vec<Fault>> {
        crate::plan::document::decode_text(&self.bytes, Some(&self.name))
    }

    /// The text; where there is none, what is wrong with it is added to the faults.
    pub(super) fn text_or(&self, faults: &mut Faults) -> Option<&str> {
        let found = match self.text() {
            Ok(text) => return Some(text),
            Err(found) => found,
        };
        found.into_iter().for_each(|fault| faults.push(fault));
        None
    }

    /// The place of the whole file.
    pub(super) fn place(&self) -> Place {
        Place::File { file: self.name.clone() }
    }
}

fn read_whole(name: &str, reader: &mut dyn Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = reader.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|cause| unreadable(Path::new(name), cause))?;
    if bytes.len() as u64 > MOST_BYTES {
        let place = Place::File { file: name.to_owned() };
        let fault = Fault::new(FaultCode::LimitExceeded, place, "the file is too large")
            .expected(format!("at most {} bytes", grouped(MOST_BYTES)))
            .hint("divide it into parts");
        return Err(Error::one(ErrorKind::File, fault));
    }
    Ok(bytes)
}

fn compression(bytes: &[u8]) -> Compression {
    match bytes {
        #[cfg(feature = "parquet")]
        [0x1F, 0x8B, ..] => Compression::Gzip,
        _ => Compression::None,
    }
}
