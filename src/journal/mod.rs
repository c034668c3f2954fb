//! A tally on disk that outlives its process: what was recorded is there after a crash.
//!
//! A [`Journal`] is a folder with three files. Only one process has it open at a time.
//!
//! | file | content |
//! |---|---|
//! | `snapshot` | the [cells](Tally::cells) at a sequence number, and the keys known by then |
//! | `log` | the records since then |
//! | `lock` | nothing: the process that has the journal open holds a lock on it |
//!
//! * `log`: frames with checksums.
//! * `snapshot`: the snapshot as a file.
//! * `replay`: from both to a tally.

mod log;
mod replay;
mod snapshot;

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, RwLock};

use serde::{Deserialize, Serialize};

use crate::error::{
    Cause, Error, ErrorKind, Fault, FaultCode, Place, Result, file_trouble, grouped, quoted,
};
use crate::output::{unwritable, write_whole};
use crate::plan::Plan;
use crate::tally::{Outcome, Tally};
use crate::trace::traced;
use log::{Log, MAGIC};
use replay::{Record, Replayed, replay};

const SNAPSHOT: &str = "snapshot";
const LOG: &str = "log";
const LOCK: &str = "lock";

/// How many of the last records keep their keys when a snapshot is taken.
const KEYS_KEPT: u64 = 1_000_000;
/// The most bytes of records that are written together.
const LARGEST_FRAME: usize = 1 << 28;
/// The most bytes of a key.
const LONGEST_KEY: usize = 255;

/// The keys of records.
type Keys = HashMap<String, Key>;

/// The record that brought a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Key {
    sequence: u64,
    digest: u32,
}

/// A tally that is kept in a folder: outcomes are on the disk before [`record`](Journal::record) returns.
///
/// Many threads may record and read at once. Those that record at the same time share one `fsync`. Readers take a clone of
/// the tally by [`tally`](Journal::tally), which costs nanoseconds and stays as it is.
///
/// ```
/// use attain::journal::Journal;
/// use attain::{Outcome, Plan, Tally, When};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// # let folder = std::env::temp_dir().join(format!("attain-journal-doc-{}", std::process::id()));
/// let journal = Journal::open(&folder, &plan)?;
/// let cases = [Outcome::new("01", When::Period("2023".into()), "cases", 1840.0)];
/// assert_eq!(journal.record(&cases, Some("message-1"))?.sequence, 1);
///
/// // The sender got no answer and sends it again: nothing is added.
/// let again = journal.record(&cases, Some("message-1"))?;
/// assert!(again.is_repeated && again.sequence == 1);
///
/// drop(journal); // or a crash
/// let journal = Journal::open(&folder, &plan)?;
/// assert_eq!(journal.tally().len(), 1);
/// # drop(journal);
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), attain::Error>(())
/// ```
pub struct Journal {
    folder: PathBuf,
    state: Mutex<State>,
    /// Notified when records were written, or could not be written.
    written: Condvar,
    log: Mutex<Log>,
    /// All that is on the disk.
    durable: RwLock<Tally>,
    keys_kept: u64,
    /// Holds the lock until it is closed.
    _lock: File,
}

struct State {
    /// All that was accepted, whether it is on the disk or not.
    accepted: Tally,
    /// The records that are not yet being written, one a line.
    pending: Vec<u8>,
    /// The number of the last record that was accepted.
    last: u64,
    /// The number of the last record that is on the disk.
    last_durable: u64,
    /// The number of the last record that the snapshot holds.
    of_snapshot: u64,
    keys: Keys,
    /// By their numbers, the records since the snapshot that were taken back, and those that did so.
    retracted: BTreeMap<u64, u64>,
    /// The bytes of all records of the log.
    log_bytes: u64,
    /// Whether a thread writes records.
    is_writing: bool,
    /// Why records can't be written any more.
    failure: Option<Error>,
}

/// The answer to a record: it is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Receipt {
    /// Its number: 1 for the first record of a journal, then 2, and so on.
    pub sequence: u64,
    /// Whether a record with its key was there already, so that nothing was added. The number is that of the first one.
    pub is_repeated: bool,
}

impl Journal {
    /// Opens the journal of a folder for figures, or begins one there.
    ///
    /// A last record that was not written to its end is cut off: nobody was told that it was recorded. The plan may be a later
    /// version of the one before, as [`Tally::with_plan`] says.
    ///
    /// # Errors
    ///
    /// As of [`open_with`](Journal::open_with).
    pub fn open(folder: impl AsRef<Path>, plan: &Plan) -> Result<Journal> {
        Journal::open_with(folder, Tally::new(plan))
    }

    /// The same with an empty tally, which says the plan, whether rows are figures or events, the limits, and how days of
    /// further rows are read.
    ///
    /// ```
    /// use attain::Tally;
    /// use attain::journal::Journal;
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// # let folder = std::env::temp_dir().join(format!("attain-journal-events-{}", std::process::id()));
    /// let journal = Journal::open_with(&folder, Tally::of_events(&plan))?;
    /// assert!(journal.tally().is_empty());
    /// # drop(journal);
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the files can't be read or written, are damaged, or another process has the journal open;
    /// [`Error::is_request`] if the journal is of another plan or kind of rows, or the tally has outcomes or is for certain
    /// days; [`Error::is_outcomes`] if the plan refuses a record that another version of it accepted.
    pub fn open_with(folder: impl AsRef<Path>, tally: Tally) -> Result<Journal> {
        let folder = folder.as_ref();
        traced!(
            INFO, "attain.journal.open", {folder = tracing::field::display(folder.display())},
            Journal::open_folder(folder, tally),
            |journal| {sequence = journal.sequence(), log_bytes = journal.log_bytes()}
        )
    }

    fn open_folder(folder: &Path, tally: Tally) -> Result<Journal> {
        if !tally.is_empty() {
            let message = "a journal is opened with an empty tally: its outcomes are in its folder";
            let fault = Fault::new(FaultCode::ConflictingArguments, Place::Nowhere, message);
            let fault = fault.found(format!("{} outcomes", grouped(tally.len() as u64)));
            return Err(Error::one(ErrorKind::Request, fault.hint("record them")));
        }
        tally.refuse_other_windows()?;
        fs::create_dir_all(folder).map_err(|cause| unwritable(folder, cause))?;
        // Its name reaches the disk with the folder around it; some systems can't open one, and need not.
        if let Some(around) = folder.parent().and_then(|around| File::open(around).ok()) {
            let _ = around.sync_all();
        }
        let lock = lock(&folder.join(LOCK))?;
        begin(folder, &tally)?;
        let Replayed { tally: replayed, keys, last, of_snapshot, shape, retracted, length } =
            replay(folder, &tally, None)?;
        if replayed.rows() != tally.rows() {
            let message = "the journal has another kind of rows";
            let fault = Fault::new(FaultCode::FiguresAndEvents, Place::Nowhere, message);
            let fault = fault.found(replayed.rows()).expected(tally.rows().code());
            let fault = fault.hint("open it with the kind that it has");
            return Err(Error::one(ErrorKind::Request, fault));
        }
        let path = folder.join(LOG);
        let log = Log::open(&path, length).map_err(|cause| unwritable(&path, cause))?;
        let is_of_other_shape = shape != replayed.plan().shape();
        let state = State {
            accepted: replayed.clone(),
            pending: Vec::new(),
            last,
            last_durable: last,
            of_snapshot,
            keys,
            retracted,
            log_bytes: log.bytes(),
            is_writing: false,
            failure: None,
        };
        let journal = Journal {
            folder: folder.to_owned(),
            state: Mutex::new(state),
            written: Condvar::new(),
            log: Mutex::new(log),
            durable: RwLock::new(replayed),
            keys_kept: KEYS_KEPT,
            _lock: lock,
        };
        if is_of_other_shape {
            // Further records are checked by this plan, and so is what the snapshot says of it.
            let tally = journal.tally();
            journal.write_snapshot(&mut journal.state(), &tally)?;
        }
        Ok(journal)
    }

    /// All that is recorded: a clone, which costs nanoseconds and stays as it is.
    pub fn tally(&self) -> Tally {
        self.durable.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records outcomes, all or none; they are on the disk and in the [tally](Journal::tally) when this returns.
    ///
    /// A `key` names the record, such as the id of a message. A record whose key is known is acknowledged and not added
    /// again, so that a sender without an answer may send it once more. The keys of the last million records are known.
    ///
    /// # Errors
    ///
    /// [`Error::is_outcomes`], with every fault of every row (counted from 0), as of [`Tally::record_all`];
    /// [`Error::is_request`] if the key is empty, longer than 255 bytes, or known with other outcomes; [`Error::is_file`] if
    /// they can't be written. Then nobody knows whether they are on the disk. The journal records nothing more and has to be opened
    /// again; with a key, the record can be sent again.
    pub fn record(&self, outcomes: &[Outcome], key: Option<&str>) -> Result<Receipt> {
        traced!(
            DEBUG, "attain.journal.record", {outcomes = outcomes.len() as u64},
            self.record_durably(outcomes, key),
            |receipt| {sequence = receipt.sequence, is_repeated = receipt.is_repeated}
        )
    }

    fn record_durably(&self, outcomes: &[Outcome], key: Option<&str>) -> Result<Receipt> {
        if let Some(key) = key {
            check_key(key)?;
        }
        let digest = digest(outcomes)?;
        let mut state = self.usable()?;
        if let Some((key, known)) = key.and_then(|key| Some((key, *state.keys.get(key)?))) {
            if known.digest != digest {
                return Err(other_outcomes(key, known.sequence));
            }
            drop(self.until_durable(state, known.sequence)?);
            return Ok(Receipt { sequence: known.sequence, is_repeated: true });
        }
        let line = line(&Record {
            sequence: state.last + 1,
            key: key.map(str::to_owned),
            digest: key.map(|_| digest),
            outcomes: state.accepted.in_days(outcomes),
            retracts: None,
        })?;
        if line.len() > LARGEST_FRAME {
            return Err(too_large(line.len()));
        }
        if state.pending.len() + line.len() > LARGEST_FRAME {
            // Another record may have been accepted while this thread waited.
            drop(self.exclusive(state)?);
            return self.record_durably(outcomes, key);
        }
        state.accepted.record_all(outcomes)?;
        let sequence = state.last + 1;
        state.last = sequence;
        state.pending.extend(line);
        if let Some(key) = key {
            state.keys.insert(key.to_owned(), Key { sequence, digest });
        }
        drop(self.until_durable(state, sequence)?);
        Ok(Receipt { sequence, is_repeated: false })
    }

    /// Takes back the outcomes of the record with this key, and returns the number of the record that says so. The key stays
    /// known: what is sent again with it is not added. A corrected record needs a key of its own.
    ///
    /// The tally is made again from the snapshot and the log, for which other records wait. A snapshot holds sums, from which
    /// no record can be taken back exactly.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if no record has this key, or a snapshot was taken since; [`Error::is_file`] as of
    /// [`record`](Journal::record).
    pub fn retract(&self, key: &str) -> Result<u64> {
        traced!(INFO, "attain.journal.retract", {}, self.retract_durably(key), |number| {
            sequence = *number
        })
    }

    fn retract_durably(&self, key: &str) -> Result<u64> {
        let mut state = self.exclusive(self.usable()?)?;
        let Some(Key { sequence, .. }) = state.keys.get(key).copied() else {
            let message = "no record of the journal has this key";
            let fault = Fault::new(FaultCode::UnknownId, Place::Nowhere, message);
            let fault = fault.found(quoted(key)).expected("the key of a record");
            return Err(Error::one(ErrorKind::Request, fault));
        };
        if let Some(by) = state.retracted.get(&sequence) {
            return Ok(*by);
        }
        if sequence <= state.of_snapshot {
            let message = "the record can't be taken back: a snapshot was taken since";
            let fault = Fault::new(FaultCode::Undetermined, Place::Nowhere, message);
            let fault = fault.found(format!("record {sequence}"));
            let expected = format!("a record after number {}", state.of_snapshot);
            let hint = "record what corrects it, or begin a journal without it";
            return Err(Error::one(ErrorKind::Request, fault.expected(expected).hint(hint)));
        }
        let without = replay(&self.folder, &state.accepted, Some(sequence))?;
        let number = state.last + 1;
        let line = line(&Record {
            sequence: number,
            key: None,
            digest: None,
            outcomes: Vec::new(),
            retracts: Some(sequence),
        })?;
        state.accepted = without.tally;
        state.last = number;
        state.pending = line;
        state.retracted.insert(sequence, number);
        drop(self.exclusive(state)?);
        Ok(number)
    }

    /// Writes a snapshot and empties the log, so that the journal is opened faster and takes less room. Other records wait
    /// meanwhile, readers do not. Records before it can't be [taken back](Journal::retract) any more.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if it can't be written.
    pub fn snapshot(&self) -> Result<()> {
        traced!(
            INFO,
            "attain.journal.snapshot",
            { sequence = self.sequence() },
            self.take_snapshot()
        )
    }

    fn take_snapshot(&self) -> Result<()> {
        let mut state = self.exclusive(self.usable()?)?;
        if state.of_snapshot == state.last {
            return Ok(());
        }
        let tally = state.accepted.clone();
        self.write_snapshot(&mut state, &tally)
    }

    /// Goes on with another version of the plan, as [`Tally::with_plan`] says. Nothing is read again. With other units,
    /// measures or strata, a [snapshot](Journal::snapshot) is taken.
    ///
    /// # Errors
    ///
    /// As of [`Tally::with_plan`], and then the plan is as before; as of [`snapshot`](Journal::snapshot).
    pub fn change_plan(&self, plan: &Plan) -> Result<()> {
        traced!(INFO, "attain.journal.change_plan", { plan = plan.id() }, self.take_plan(plan))
    }

    fn take_plan(&self, plan: &Plan) -> Result<()> {
        let mut state = self.exclusive(self.usable()?)?;
        let changed = state.accepted.with_plan(plan)?;
        if plan.shape() != state.accepted.plan().shape() {
            self.write_snapshot(&mut state, &changed)?;
        }
        state.accepted = changed.clone();
        *self.durable.write().unwrap_or_else(PoisonError::into_inner) = changed;
        Ok(())
    }

    /// How many bytes of records the log has: a measure of when the next [snapshot](Journal::snapshot) is worth its time.
    pub fn log_bytes(&self) -> u64 {
        self.state().log_bytes
    }

    /// The number of the last record that is on the disk; 0 if there is none.
    pub fn sequence(&self) -> u64 {
        self.state().last_durable
    }

    /// The folder that it was opened with.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Journal {
    /// Nothing that is done under a lock leaves it half changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of a journal that can still write.
    fn usable(&self) -> Result<MutexGuard<'_, State>> {
        let state = self.state();
        match &state.failure {
            Some(failure) => Err(failure.clone()),
            None => Ok(state),
        }
    }

    /// Waits until a record is on the disk. The first thread that waits writes all pending records; those that come meanwhile
    /// are written together by the next one.
    fn until_durable<'j>(
        &'j self,
        mut state: MutexGuard<'j, State>,
        sequence: u64,
    ) -> Result<MutexGuard<'j, State>> {
        while state.last_durable < sequence {
            if let Some(failure) = &state.failure {
                return Err(failure.clone());
            }
            if state.is_writing {
                state = self.written.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let records = std::mem::take(&mut state.pending);
            let (accepted, last) = (state.accepted.clone(), state.last);
            state.is_writing = true;
            drop(state);
            let written = self.log().append(&records);
            state = self.state();
            state.is_writing = false;
            match written {
                Ok(bytes) => {
                    state.last_durable = last;
                    state.log_bytes = bytes;
                    *self.durable.write().unwrap_or_else(PoisonError::into_inner) = accepted;
                }
                Err(cause) => {
                    self.fail(&mut state, cause);
                }
            }
            self.written.notify_all();
        }
        Ok(state)
    }

    /// Waits until all that was accepted is on the disk. Nothing is accepted until the guard is dropped.
    fn exclusive<'j>(&'j self, mut state: MutexGuard<'j, State>) -> Result<MutexGuard<'j, State>> {
        while state.last_durable < state.last {
            let last = state.last;
            state = self.until_durable(state, last)?;
        }
        Ok(state)
    }

    /// Writes a snapshot of a tally that has all records, and empties the log.
    fn write_snapshot(&self, state: &mut State, tally: &Tally) -> Result<()> {
        let oldest = state.last.saturating_sub(self.keys_kept);
        state.keys.retain(|_, key| key.sequence > oldest);
        snapshot::write(&self.folder.join(SNAPSHOT), tally, state.last, &state.keys)?;
        state.of_snapshot = state.last;
        state.retracted.clear();
        // Where this fails, the log has records that the snapshot has too. They are skipped.
        let cleared = self.log().clear();
        cleared.map_err(|cause| self.fail(state, cause))?;
        state.log_bytes = 0;
        Ok(())
    }

    /// After a failed write nobody knows what is on the disk: nothing more is written.
    #[cold]
    fn fail(&self, state: &mut State, cause: io::Error) -> Error {
        let path = self.folder.join(LOG);
        let place = Place::File { file: path.display().to_string() };
        let message = format!("the journal can't be written: {}", file_trouble(&cause));
        let fault = Fault::new(FaultCode::UnwritableFile, place, message);
        let fault = fault.hint(
            "correct the cause, open the journal again, and send again what was not acknowledged",
        );
        let error = Error::one(ErrorKind::File, fault).caused_by(Cause::of_file(&path, cause));
        state.failure = Some(error.clone());
        error
    }
}

/// Takes the lock of a journal.
fn lock(path: &Path) -> Result<File> {
    let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let file = opened.map_err(|cause| unwritable(path, cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            let place = Place::File { file: path.display().to_string() };
            let message = "the journal is open already, in this process or in another one";
            let fault = Fault::new(FaultCode::UnreadableFile, place, message);
            let fault = fault.hint("close it there first, or use another folder");
            Err(Error::one(ErrorKind::File, fault))
        }
        Err(fs::TryLockError::Error(cause)) => Err(unwritable(path, cause)),
    }
}

/// Makes the files of a new journal: the log first, so that a snapshot is never without one.
fn begin(folder: &Path, tally: &Tally) -> Result<()> {
    let [path, log] = [SNAPSHOT, LOG].map(|name| folder.join(name));
    if path.exists() {
        return Ok(());
    }
    // A log that has records is of a journal that has lost its snapshot.
    if log.exists() && !log::read(&log)?.payloads.is_empty() {
        return Err(unreadable(&path, io::ErrorKind::NotFound.into()));
    }
    let written = write_whole(&log, |file| io::Write::write_all(file, MAGIC));
    written.map_err(|cause: io::Error| unwritable(&log, cause))?;
    snapshot::write(&path, tally, 0, &Keys::new())
}

fn line(record: &Record) -> Result<Vec<u8>> {
    let mut line = serde_json::to_vec(record).map_err(not_as_json)?;
    line.push(b'\n');
    Ok(line)
}

/// The checksum of outcomes as they were given.
fn digest(outcomes: &[Outcome]) -> Result<u32> {
    Ok(crc32fast::hash(&serde_json::to_vec(outcomes).map_err(not_as_json)?))
}

fn check_key(key: &str) -> Result<()> {
    if (1..=LONGEST_KEY).contains(&key.len()) {
        return Ok(());
    }
    let message = "the key of a record has no suitable length";
    let fault = Fault::new(FaultCode::OutOfRange, Place::Nowhere, message);
    let fault = fault.found(format!("{} bytes", key.len()));
    let fault = fault.expected(format!("1 to {LONGEST_KEY} bytes"));
    Err(Error::one(ErrorKind::Request, fault.hint("use the id of the message, such as a UUID")))
}

#[cold]
fn not_as_json(cause: serde_json::Error) -> Error {
    Error::request(FaultCode::WrongForm, format!("the record can't be written as JSON: {cause}"))
}

#[cold]
fn other_outcomes(key: &str, sequence: u64) -> Error {
    let message = format!("record {sequence} has the same key and other outcomes");
    let fault = Fault::new(FaultCode::DuplicateId, Place::Nowhere, message).found(quoted(key));
    let fault = fault.expected("the same outcomes, or a key that no other record has");
    Error::one(ErrorKind::Request, fault.hint("give each record a new key"))
}

#[cold]
fn too_large(bytes: usize) -> Error {
    let fault = Fault::new(
        FaultCode::LimitExceeded,
        Place::Nowhere,
        "the record is too large for a journal",
    )
    .found(format!("{} bytes", grouped(bytes as u64)))
    .expected(format!("at most {} bytes", grouped(LARGEST_FRAME as u64)));
    Error::one(ErrorKind::Request, fault.hint("record it in parts"))
}

#[cold]
fn unreadable(path: &Path, cause: io::Error) -> Error {
    let place = Place::File { file: path.display().to_string() };
    let message = format!("the journal can't be read: {}", file_trouble(&cause));
    let fault = Fault::new(FaultCode::from(&cause), place, message);
    let fault = fault.hint("restore the folder of the journal from a copy");
    Error::one(ErrorKind::File, fault).caused_by(Cause::of_file(path, cause))
}

#[cold]
fn damaged_snapshot(path: &Path) -> Error {
    let place = Place::File { file: path.display().to_string() };
    let fault = Fault::new(FaultCode::DamagedData, place, "the snapshot of the journal is damaged");
    let fault = fault.found("another checksum or form").expected("those it was written with");
    let fault = fault.hint("restore the folder of the journal from a copy");
    Error::one(ErrorKind::File, fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is deleted with the test.
    pub(super) struct Folder(PathBuf);

    impl Folder {
        pub(super) fn new(name: &str) -> Folder {
            let path =
                std::env::temp_dir().join(format!("attain-journal-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        pub(super) fn path(&self) -> &Path {
            &self.0
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn plan() -> Plan {
        Plan::from_yaml(
            r#"{attain: 1, plan: p, measures: {cases: {}},
            units: {levels: [city], list: [{id: "01", level: city}]}}"#,
        )
        .unwrap()
    }

    fn event(value: f64) -> [Outcome; 1] {
        [Outcome::new("01", crate::When::Period("2023".into()), "cases", value)]
    }

    #[test]
    fn after_a_failed_write_nothing_is_acknowledged() {
        let folder = Folder::new("failure");
        let journal = Journal::open_with(folder.path(), Tally::of_events(&plan())).unwrap();
        journal.record(&event(1.0), Some("a")).unwrap();
        journal.log().break_down(&folder.path().join(LOG));
        for key in [Some("b"), Some("a"), None] {
            let error = journal.record(&event(1.0), key).unwrap_err();
            assert!(error.is_file(), "{error}");
            assert!(error.to_string().contains("open the journal again"), "{error}");
        }
        assert!(journal.snapshot().is_err() && journal.retract("a").is_err());
        assert_eq!((journal.tally().len(), journal.sequence()), (1, 1));
        drop(journal);
        let journal = Journal::open_with(folder.path(), Tally::of_events(&plan())).unwrap();
        assert_eq!(journal.record(&event(1.0), Some("b")).unwrap().sequence, 2);
    }

    #[test]
    fn a_snapshot_forgets_the_keys_of_old_records() {
        let folder = Folder::new("keys");
        let mut journal = Journal::open_with(folder.path(), Tally::of_events(&plan())).unwrap();
        journal.keys_kept = 2;
        for key in ["a", "b", "c"] {
            journal.record(&event(1.0), Some(key)).unwrap();
        }
        assert!(journal.record(&event(1.0), Some("a")).unwrap().is_repeated);
        journal.snapshot().unwrap();
        assert!(journal.record(&event(1.0), Some("b")).unwrap().is_repeated);
        assert!(!journal.record(&event(1.0), Some("a")).unwrap().is_repeated);
    }

    #[test]
    fn a_snapshot_whose_log_was_not_emptied_counts_nothing_twice() {
        let folder = Folder::new("between");
        let journal = Journal::open_with(folder.path(), Tally::of_events(&plan())).unwrap();
        journal.record(&event(5.0), Some("a")).unwrap();
        let log = fs::read(folder.path().join(LOG)).unwrap();
        journal.snapshot().unwrap();
        drop(journal);
        fs::write(folder.path().join(LOG), log).unwrap();
        let journal = Journal::open_with(folder.path(), Tally::of_events(&plan())).unwrap();
        assert_eq!((journal.tally().len(), journal.sequence()), (1, 1));
        assert_eq!(journal.record(&event(5.0), None).unwrap().sequence, 2);
        assert!(journal.retract("a").unwrap_err().is_request());
    }

    #[test]
    fn every_changed_bit_of_a_snapshot_is_found() {
        let folder = Folder::new("snapshot");
        let journal = Journal::open(folder.path(), &plan()).unwrap();
        journal.record(&event(5.0), Some("a")).unwrap();
        journal.snapshot().unwrap();
        drop(journal);
        let path = folder.path().join(SNAPSHOT);
        let bytes = fs::read(&path).unwrap();
        let around_the_parts = (0..400).chain(bytes.len() - 100..bytes.len());
        for byte in around_the_parts {
            let mut changed = bytes.clone();
            changed[byte] ^= 1 << (byte % 8);
            fs::write(&path, changed).unwrap();
            let error = Journal::open(folder.path(), &plan()).unwrap_err();
            assert_eq!(error.faults()[0].code, FaultCode::DamagedData, "byte {byte}");
        }
    }
}
