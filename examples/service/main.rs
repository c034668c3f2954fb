//! A service that takes outcomes over HTTP while it runs, and says at any time where the targets stand.
//!
//! ```sh
//! cargo run --release --example service -- examples/hanoi/plan.yaml examples/hanoi/outcomes.csv --port 8080
//! curl 'http://127.0.0.1:8080/scorecard?as_of=2025-12-31&target=clearance-2022'
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `POST /outcomes` | records one outcome or a list of them, all or none: 201, 200 if its `Idempotency-Key` was there already, or 204 for an empty list |
//! | `GET /scorecard` | the rows of judgement; `target`, `unit` and `level` narrow them |
//! | `GET /targets/{id}/explanation` | why a row says what it says; `unit`, and `window` (a day in it), say which |
//! | `GET /metrics` | the latest rows as samples of OpenMetrics, for Prometheus |
//! | `GET /` | the scorecard as a page |
//!
//! Each `GET` takes `as_of`, the day of judgement; without it, that is today in UTC. An outcome is JSON as
//! [`attain::Outcome`] says. A body that does not end in time is answered with 408. Whatever is refused is answered with a problem document; see `problem.rs`.
//!
//! | file | what lives there |
//! |---|---|
//! | `main.rs` | the command line, and the service's start and end |
//! | `routes.rs` | what is answered to which request |
//! | `intake.rs` | a request's body → outcomes, or all that is wrong with them |
//! | `store.rs` | where outcomes are kept: in memory, or in a journal |
//! | `problem.rs` | how a refusal is told |
//!
//! It listens to its own machine alone: who may ask, and encryption, are the business of the proxy in front
//! of it. Outcomes that were posted live as long as the process does; with `--journal` they are on the disk before the
//! answer is sent, and a request that is sent twice with the same `Idempotency-Key` counts once.

mod intake;
mod problem;
mod routes;
mod store;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use attain::{LoadOptions, Plan, Rows, Tally};
use tokio::net::TcpListener;
use tokio::signal;

use crate::store::Store;

const USAGE: &str = "\
usage: service PLAN [OUTCOMES ...] [--port PORT] [--rows figures|events] [--tables DIR]
               [--read-timeout SECONDS] [--journal DIR [--snapshot BYTES]]

  PLAN      a plan: YAML, JSON or TOML
  OUTCOMES  outcomes to begin with: CSV or Parquet
  --port    the port to listen at; 0, the default, takes a free one
  --rows    what an outcome is: a unit's figure, given once (the default), or an event, to be added up
  --tables  a folder, beside the plan's own, in which the tables that the plan names may lie
  --read-timeout  how long the body of a request may take to arrive, 30 seconds if not said
  --journal   a folder in which outcomes outlive the process; it takes the place of OUTCOMES
  --snapshot  how many bytes the log of the journal may have before it becomes a snapshot, 16777216 if not said
";

/// How long requests that are under way may take once the service is asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long the body of a request may take to arrive, unless the command line says otherwise.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// How many bytes the log of the journal may have: it is read in about a second.
const SNAPSHOT_BYTES: u64 = 1 << 24;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(fault) => {
            eprint!("{fault}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let store = match arguments.store() {
        Ok(store) => store,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match serve(store, &arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// What the command line says.
struct Arguments {
    plan: PathBuf,
    outcomes: Vec<PathBuf>,
    port: u16,
    rows: Rows,
    options: LoadOptions,
    read_timeout: Duration,
    #[cfg_attr(not(feature = "arrow"), expect(dead_code, reason = "a journal needs Arrow"))]
    journal: Option<PathBuf>,
    #[cfg_attr(not(feature = "arrow"), expect(dead_code, reason = "a journal needs Arrow"))]
    snapshot_bytes: u64,
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut paths = Vec::new();
        let (mut port, mut rows) = (0, Rows::Figures);
        let mut options = LoadOptions::default();
        let mut read_timeout = READ_TIMEOUT;
        let (mut journal, mut snapshot_bytes) = (None, SNAPSHOT_BYTES);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--port" => {
                    let text = words.next().unwrap_or_default();
                    port = text.parse().map_err(|_| format!("`{text}` is no port"))?;
                }
                "--rows" => {
                    let name = words.next().unwrap_or_default();
                    rows = name.parse().map_err(|error: attain::Error| error.to_string())?;
                }
                "--read-timeout" => {
                    let text = words.next().unwrap_or_default();
                    let seconds =
                        text.parse().map_err(|_| format!("`{text}` is no number of seconds"))?;
                    read_timeout = Duration::from_secs(seconds);
                }
                "--journal" => journal = Some(PathBuf::from(words.next().ok_or("which folder?")?)),
                "--snapshot" => {
                    let text = words.next().unwrap_or_default();
                    snapshot_bytes =
                        text.parse().map_err(|_| format!("`{text}` is no number of bytes"))?;
                }
                "--tables" => options = options.tables(words.next().ok_or("which folder?")?),
                option if option.starts_with('-') => {
                    return Err(format!("there is no option `{option}`"));
                }
                path => paths.push(PathBuf::from(path)),
            }
        }
        let mut paths = paths.into_iter();
        let plan = paths.next().ok_or("which plan?")?;
        let outcomes: Vec<PathBuf> = paths.collect();
        if journal.is_some() && !outcomes.is_empty() {
            return Err("with --journal, outcomes are posted: name no files of them".to_owned());
        }
        if journal.is_some() && cfg!(not(feature = "arrow")) {
            return Err("--journal needs the cargo feature `arrow`".to_owned());
        }
        Ok(Arguments { plan, outcomes, port, rows, options, read_timeout, journal, snapshot_bytes })
    }

    fn store(&self) -> attain::Result<Store> {
        let plan = Plan::load_with(&self.plan, &self.options)?;
        let mut tally = Tally::of(&plan, self.rows);
        #[cfg(feature = "arrow")]
        if let Some(folder) = &self.journal {
            let journal = attain::journal::Journal::open_with(folder, tally)?;
            let (journal, snapshot_bytes) = (Arc::new(journal), self.snapshot_bytes);
            return Ok(Store::Journal { journal, snapshot_bytes });
        }
        for path in &self.outcomes {
            tally.read(path)?;
        }
        Ok(Store::Memory(Arc::new(RwLock::new(tally))))
    }
}

/// Serves until it is asked to stop, then ends what is under way.
async fn serve(store: Store, arguments: &Arguments) -> std::io::Result<()> {
    let listener =
        TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port))).await?;
    writeln!(std::io::stdout(), "listening at http://{}", listener.local_addr()?)?;
    let serving = axum::serve(listener, routes::router(store, arguments.read_timeout))
        .with_graceful_shutdown(asked_to_stop());
    // Somebody who reads an answer slowly, or asks for none, must not keep the service from ending.
    let deadline = async {
        asked_to_stop().await;
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        served = serving => served,
        () = deadline => Ok(()),
    }
}

/// Waits for Ctrl-C, or for the signal by which a supervisor ends a service.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use signal::unix::{SignalKind, signal};
        if let Ok(mut ended) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = signal::ctrl_c() => {}
                _ = ended.recv() => {}
            }
            return;
        }
    }
    // What fails to listen for Ctrl-C has no other way to be asked, and stops when it is killed.
    if signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
