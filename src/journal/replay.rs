//! From snapshot and log to a tally.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::log::{self, damaged};
use super::snapshot::{self, Snapshot};
use super::{Key, Keys, LOG, SNAPSHOT};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::parallel::check_stop;
use crate::tally::{IntakeOptions, Outcome, Tally};

/// A line of the log.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Record {
    pub(super) sequence: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<String>,
    /// The checksum of the outcomes as the caller gave them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<u32>,
    /// What it adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) outcomes: Vec<Outcome>,
    /// The number of the record whose outcomes it takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retracts: Option<u64>,
}

/// What snapshot and log hold together.
pub(super) struct Replayed {
    pub(super) tally: Tally,
    pub(super) keys: Keys,
    /// The number of the last record.
    pub(super) last: u64,
    /// The number of the last record that the snapshot holds.
    pub(super) of_snapshot: u64,
    /// The shape of the plan of the snapshot.
    pub(super) shape: String,
    /// By their numbers, the records of the log that were taken back, and those that did so.
    pub(super) retracted: BTreeMap<u64, u64>,
    /// The length of the log up to the end of the last whole record.
    pub(super) length: u64,
}

/// Reads snapshot and log. `like` says plan, limits and options; `without` is a record that is taken back.
pub(super) fn replay(folder: &Path, like: &Tally, without: Option<u64>) -> Result<Replayed> {
    let Snapshot { tally, sequence, shape, mut keys } =
        snapshot::read(&folder.join(SNAPSHOT), like.plan())?;
    // Records have the days themselves: options were applied before they were written.
    let mut tally = tally.with_limits(like.limits().clone()).with_intake(IntakeOptions::default());
    let path = folder.join(LOG);
    let frames = log::read(&path)?;
    let records = records(&path, &frames.payloads, sequence)?;
    let mut retracted: BTreeMap<u64, u64> =
        records.iter().filter_map(|record| Some((record.retracts?, record.sequence))).collect();
    retracted.retain(|number, _| *number > sequence);
    retracted.extend(without.map(|number| (number, u64::MAX)));
    let last_of_log = records.last().map_or(0, |record| record.sequence);
    for record in records.into_iter().filter(|record| record.sequence > sequence) {
        check_stop();
        if let (Some(key), Some(digest)) = (record.key, record.digest) {
            keys.insert(key, Key { sequence: record.sequence, digest });
        }
        if !retracted.contains_key(&record.sequence) {
            let recorded = tally.record_all(&record.outcomes);
            recorded.map_err(|error| other_plan(&path, record.sequence, error))?;
        }
    }
    let tally = tally.with_intake(like.intake());
    // A log that the snapshot has whole was to be emptied.
    let is_whole_in_snapshot = last_of_log <= sequence;
    let length = if is_whole_in_snapshot { log::MAGIC.len() as u64 } else { frames.length };
    let last = last_of_log.max(sequence);
    Ok(Replayed { tally, keys, last, of_snapshot: sequence, shape, retracted, length })
}

/// The records of all frames, whose numbers follow each other and the snapshot's.
fn records(path: &Path, payloads: &[(usize, Vec<u8>)], of_snapshot: u64) -> Result<Vec<Record>> {
    let mut records: Vec<Record> = Vec::new();
    for (at, payload) in payloads {
        let lines = payload.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        for line in lines {
            let record: Record = serde_json::from_slice(line)
                .map_err(|cause| damaged(path, *at, "a record can't be read").caused_by(cause))?;
            let is_next = match records.last() {
                Some(before) => record.sequence == before.sequence + 1,
                None => record.sequence <= of_snapshot + 1,
            };
            if !is_next {
                return Err(damaged(path, *at, "records are missing before this one"));
            }
            records.push(record);
        }
    }
    Ok(records)
}

/// A record that a later version of the plan refuses.
#[cold]
fn other_plan(path: &Path, sequence: u64, error: Error) -> Error {
    let place = Place::File { file: path.display().to_string() };
    let message = format!("the plan refuses record {sequence} of the journal");
    let fault = Fault::new(FaultCode::OtherPlan, place, message);
    let fault = fault.hint("open the journal with a plan that has what its records name");
    Error::one(ErrorKind::Outcomes, fault).and(error)
}
