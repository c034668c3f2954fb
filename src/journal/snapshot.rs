//! The snapshot: a tally at a sequence number, and the keys known by then.
//!
//! Its first line is `attain.snapshot 1`, the CRC-32 of everything behind the line in hexadecimal digits, and the length of
//! the second line. The second line is JSON. Then come the cells as a stream of Arrow IPC.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Keys, damaged_snapshot, unreadable};
use crate::error::Result;
use crate::output::{unwritable, write_whole};
use crate::plan::Plan;
use crate::tally::Tally;

const NAME: &str = "attain.snapshot 1";

/// A tally at a sequence number.
pub(super) struct Snapshot {
    pub(super) tally: Tally,
    /// The number of the last record that it holds.
    pub(super) sequence: u64,
    /// The shape of its plan.
    pub(super) shape: String,
    pub(super) keys: Keys,
}

#[derive(Serialize, Deserialize)]
struct About {
    sequence: u64,
    shape: String,
    keys: Keys,
}

/// Writes a snapshot, whole or not at all; it is on the disk when this returns.
pub(super) fn write(path: &Path, tally: &Tally, sequence: u64, keys: &Keys) -> Result<()> {
    let about = About { sequence, shape: tally.plan().shape(), keys: keys.clone() };
    let mut content =
        serde_json::to_vec(&about).map_err(|cause| unwritable(path, io::Error::other(cause)))?;
    let length = content.len();
    tally.write_cells(&mut content)?;
    let first = format!("{NAME} {:08x} {length}\n", crc32fast::hash(&content));
    write_whole(path, |file| {
        file.write_all(first.as_bytes())?;
        file.write_all(&content)
    })
    .map_err(|cause: io::Error| unwritable(path, cause))
}

/// Reads a snapshot for a plan, which may be a later version of its own.
pub(super) fn read(path: &Path, plan: &Plan) -> Result<Snapshot> {
    let bytes = fs::read(path).map_err(|cause| unreadable(path, cause))?;
    let (about, cells) = parts(&bytes).ok_or_else(|| damaged_snapshot(path))?;
    let tally = Tally::read_cells(plan, cells)?;
    Ok(Snapshot { tally, sequence: about.sequence, shape: about.shape, keys: about.keys })
}

/// What it says of itself, and the bytes of its cells; none if they are damaged.
fn parts(bytes: &[u8]) -> Option<(About, &[u8])> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let first = std::str::from_utf8(&bytes[..end]).ok()?;
    let (checksum, length) = first.strip_prefix(NAME)?.strip_prefix(' ')?.split_once(' ')?;
    let content = &bytes[end + 1..];
    if checksum != format!("{:08x}", crc32fast::hash(content)) {
        return None;
    }
    let (about, cells) = content.split_at_checked(length.parse().ok()?)?;
    Some((serde_json::from_slice(about).ok()?, cells))
}
