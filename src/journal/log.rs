//! The log: frames at the end of a file, each with its length and checksums.
//!
//! | bytes | content |
//! |---|---|
//! | 4 | the length of the payload |
//! | 4 | the CRC-32 of the payload |
//! | 4 | the CRC-32 of the eight bytes before |
//! | … | the payload: records as JSON, one a line |
//!
//! Numbers are little-endian. A frame is what one `fsync` makes durable, so only the last frame can be torn. The length has a
//! checksum of its own: a wrong length would make the frames behind it look like a torn one.
//!
//! | what stands where a frame begins | meaning |
//! |---|---|
//! | less than a frame, up to the end of the file | torn: cut off |
//! | a frame that is wrong and whose rest up to the end of the file was never written (zeros) | torn: cut off |
//! | a wrong checksum | damaged: a fault |
//! | a frame whose checksums are right | records |

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place};

/// How a log begins: the name and version of the format.
pub(super) const MAGIC: &[u8] = b"attain.journal 1\n";

/// The length of a frame without its payload.
const HEADER: usize = 12;

/// A log that is open for writing.
pub(super) struct Log {
    file: File,
    length: u64,
}

/// What a log holds.
pub(super) struct Frames {
    /// The payloads, with the byte of the file at which each frame begins.
    pub(super) payloads: Vec<(usize, Vec<u8>)>,
    /// The length of the file up to the end of the last whole frame.
    pub(super) length: u64,
}

impl Log {
    /// Opens a log for writing and cuts it to its whole frames.
    pub(super) fn open(path: &Path, length: u64) -> io::Result<Log> {
        let file = OpenOptions::new().append(true).open(path)?;
        file.set_len(length)?;
        // A process that was killed may have written what it had no time to sync.
        file.sync_all()?;
        Ok(Log { file, length })
    }

    /// The bytes of all frames.
    pub(super) fn bytes(&self) -> u64 {
        self.length.saturating_sub(MAGIC.len() as u64)
    }

    /// Writes a frame, which is on the disk when this returns; the bytes of all frames.
    pub(super) fn append(&mut self, payload: &[u8]) -> io::Result<u64> {
        let frame = frame(payload)?;
        self.file.write_all(&frame)?;
        self.file.sync_data()?;
        self.length += frame.len() as u64;
        Ok(self.bytes())
    }

    /// Removes all frames.
    pub(super) fn clear(&mut self) -> io::Result<()> {
        self.file.set_len(MAGIC.len() as u64)?;
        self.file.sync_all()?;
        self.length = MAGIC.len() as u64;
        Ok(())
    }

    /// Makes every further write fail.
    #[cfg(test)]
    pub(super) fn break_down(&mut self, path: &Path) {
        self.file = File::open(path).unwrap();
    }
}

fn frame(payload: &[u8]) -> io::Result<Vec<u8>> {
    let too_long = |_| io::Error::new(io::ErrorKind::FileTooLarge, "a frame has at most 4 GiB");
    let length = u32::try_from(payload.len()).map_err(too_long)?;
    let mut frame = Vec::with_capacity(HEADER + payload.len());
    frame.extend(length.to_le_bytes());
    frame.extend(crc32fast::hash(payload).to_le_bytes());
    frame.extend(crc32fast::hash(&frame).to_le_bytes());
    frame.extend(payload);
    Ok(frame)
}

/// Reads all whole frames.
pub(super) fn read(path: &Path) -> Result<Frames, Error> {
    let bytes = fs::read(path).map_err(|cause| super::unreadable(path, cause))?;
    if bytes.len() < MAGIC.len() && MAGIC.starts_with(&bytes) {
        return Err(damaged(path, bytes.len(), "the log ends in its first line"));
    }
    if !bytes.starts_with(MAGIC) {
        return Err(damaged(path, 0, "this is no log of this version of the format"));
    }
    let mut at = MAGIC.len();
    let mut payloads = Vec::new();
    while at < bytes.len() {
        match frame_at(&bytes[at..]) {
            Found::Frame(payload) => {
                payloads.push((at, payload.to_vec()));
                at += HEADER + payload.len();
            }
            Found::Torn => break,
            Found::Damaged => {
                return Err(damaged(path, at, "a record is damaged"));
            }
        }
    }
    Ok(Frames { payloads, length: at as u64 })
}

enum Found<'a> {
    Frame(&'a [u8]),
    Torn,
    Damaged,
}

fn frame_at(rest: &[u8]) -> Found<'_> {
    let Some((header, rest)) = rest.split_first_chunk::<HEADER>() else { return Found::Torn };
    let number = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    if crc32fast::hash(&header[..8]) != number(8) {
        let is_unwritten = rest.iter().all(|byte| *byte == 0);
        // A file may get its length before its content when the power fails.
        return if is_unwritten && header[HEADER - 1] == 0 { Found::Torn } else { Found::Damaged };
    }
    let length = number(0) as usize;
    let Some(payload) = rest.get(..length) else { return Found::Torn };
    if crc32fast::hash(payload) == number(4) {
        return Found::Frame(payload);
    }
    // JSON has no zero bytes. Frames behind this one would begin with others.
    let is_torn = length > 0 && rest[length - 1..].iter().all(|byte| *byte == 0);
    if is_torn { Found::Torn } else { Found::Damaged }
}

/// A log that contradicts its checksums.
#[cold]
pub(super) fn damaged(path: &Path, at: usize, message: &str) -> Error {
    let place = Place::File { file: path.display().to_string() };
    let fault = Fault::new(FaultCode::DamagedData, place, message)
        .found(format!("bytes whose checksum or form is wrong, from byte {at}"))
        .hint("restore the folder of the journal from a copy; cut the file there only if everything behind it may be lost");
    Error::one(ErrorKind::File, fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::tests::Folder;

    /// A log of three frames, and where each ends.
    fn log() -> (Vec<u8>, [usize; 3]) {
        let mut bytes = MAGIC.to_vec();
        let ends = ["{\"a\":1}\n", "{\"b\":2}\n{\"c\":@}\n", "{\"d\":4}\n"].map(|payload| {
            bytes.extend(frame(payload.as_bytes()).unwrap());
            bytes.len()
        });
        (bytes, ends)
    }

    #[test]
    fn a_log_that_is_cut_anywhere_has_a_prefix_of_its_frames() {
        let folder = Folder::new("cut");
        let path = folder.path().join("log");
        let (bytes, ends) = log();
        for length in MAGIC.len()..=bytes.len() {
            for zeros in [0, 1, 7, 600] {
                let cut = [&bytes[..length], &vec![0; zeros]].concat();
                fs::write(&path, cut).unwrap();
                let whole = ends.iter().filter(|end| **end <= length).count();
                let read = read(&path).unwrap();
                assert_eq!(read.payloads.len(), whole, "{length} and {zeros} zeros");
                let expected = if whole == 0 { MAGIC.len() } else { ends[whole - 1] };
                assert_eq!(read.length, expected as u64);
            }
        }
        for length in 0..MAGIC.len() {
            fs::write(&path, &bytes[..length]).unwrap();
            assert!(read(&path).is_err());
        }
    }

    #[test]
    fn every_changed_bit_is_found() {
        let folder = Folder::new("bits");
        let path = folder.path().join("log");
        let (bytes, _) = log();
        for bit in 0..8 * bytes.len() {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, changed).unwrap();
            let error = read(&path).map(|read| read.payloads.len()).unwrap_err();
            assert!(error.is_file(), "bit {bit}");
            assert_eq!(error.faults()[0].code, FaultCode::DamagedData, "bit {bit}");
        }
    }
}
