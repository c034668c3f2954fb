//! Where outcomes are kept: in memory, or in a journal that outlives the process.

use std::sync::{Arc, RwLock};

use attain::Tally;
#[cfg(feature = "arrow")]
use attain::journal::Journal;
use axum::http::StatusCode;

use crate::intake::{Posted, refused};
use crate::problem::Problem;

/// All outcomes, shared by all requests.
#[derive(Clone)]
pub enum Store {
    /// As long as the process lives. The lock is held while outcomes are recorded, but not while a report is made: a tally is
    /// cheap to clone, and a clone stays as it is whatever is recorded afterwards.
    Memory(Arc<RwLock<Tally>>),
    /// In a folder.
    #[cfg(feature = "arrow")]
    Journal {
        journal: Arc<Journal>,
        /// A snapshot is taken when the log has more bytes.
        snapshot_bytes: u64,
    },
}

/// What became of a request's outcomes.
pub struct Recorded {
    /// How many outcomes there are now.
    pub outcomes: usize,
    /// The number of the record in the journal.
    pub sequence: Option<u64>,
    /// Whether they were there already, under the same key.
    pub is_repeated: bool,
}

impl Store {
    /// All outcomes, as they are now.
    pub fn tally(&self) -> Result<Tally, Problem> {
        match self {
            Store::Memory(tally) => Ok(tally.read().map_err(Problem::internal)?.clone()),
            #[cfg(feature = "arrow")]
            Store::Journal { journal, .. } => Ok(journal.tally()),
        }
    }

    /// Records outcomes, all or none.
    pub fn record(&self, posted: &Posted, key: Option<&str>) -> Result<Recorded, Problem> {
        match self {
            Store::Memory(_) if key.is_some() => {
                let detail = "keys are known by a journal: start the service with --journal, or send no Idempotency-Key";
                Err(Problem::new(StatusCode::BAD_REQUEST, detail))
            }
            Store::Memory(tally) => {
                let mut tally = tally.write().map_err(Problem::internal)?;
                let outcomes = posted.outcomes(&tally)?;
                tally.record_all(&outcomes).map_err(refused)?;
                Ok(Recorded { outcomes: tally.len(), sequence: None, is_repeated: false })
            }
            #[cfg(feature = "arrow")]
            Store::Journal { journal, snapshot_bytes } => {
                let outcomes = posted.outcomes(&journal.tally())?;
                let receipt = journal.record(&outcomes, key).map_err(refused)?;
                if journal.log_bytes() > *snapshot_bytes {
                    // The outcomes are recorded: what fails now is for the log of the service.
                    if let Err(error) = journal.snapshot() {
                        eprintln!("no snapshot was taken: {error}");
                    }
                }
                let (sequence, is_repeated) = (Some(receipt.sequence), receipt.is_repeated);
                Ok(Recorded { outcomes: journal.tally().len(), sequence, is_repeated })
            }
        }
    }
}
