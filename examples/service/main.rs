//! A service that takes outcomes over HTTP while it runs, and says at any time where the targets stand.
//!
//! ```sh
//! cargo run --release --example service -- examples/hanoi/plan.yaml examples/hanoi/outcomes.csv --port 8080
//! curl 'http://127.0.0.1:8080/scorecard?as_of=2025-12-31&target=clearance-2022'
//! ```
//!
//! | request | answer |
//! |---|---|
//! | `POST /outcomes` | lets in one outcome or a list of them, all or none: 201, or 204 for an empty list |
//! | `GET /scorecard` | the rows of judgement; `target`, `unit` and `level` narrow them |
//! | `GET /targets/{id}/explanation` | why a row says what it says; `unit`, and `window` (a day in it), say which |
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
//! | `problem.rs` | how a refusal is told |
//!
//! It listens to its own machine alone: who may ask, and encryption, are the business of the proxy in front
//! of it. Outcomes that were posted live as long as the process does; a service that has to keep them writes
//! them down before it answers.

mod intake;
mod problem;
mod routes;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use attain::{LoadOptions, Plan, Rows, Tally};
use tokio::net::TcpListener;
use tokio::signal;

const USAGE: &str = "\
usage: service PLAN [OUTCOMES ...] [--port PORT] [--rows figures|events] [--tables DIR]
               [--read-timeout SECONDS]

  PLAN      a plan: YAML, JSON or TOML
  OUTCOMES  outcomes to begin with: CSV or Parquet
  --port    the port to listen at; 0, the default, takes a free one
  --rows    what an outcome is: a unit's figure, given once (the default), or an event, to be added up
  --tables  a folder, beside the plan's own, in which the tables that the plan names may lie
  --read-timeout  how long the body of a request may take to arrive, 30 seconds if not said
";

/// How long requests that are under way may take once the service is asked to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long the body of a request may take to arrive, unless the command line says otherwise.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(fault) => {
            eprint!("{fault}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let tally = match arguments.tally() {
        Ok(tally) => tally,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match serve(tally, &arguments).await {
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
}

impl Arguments {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut paths = Vec::new();
        let (mut port, mut rows) = (0, Rows::Figures);
        let mut options = LoadOptions::default();
        let mut read_timeout = READ_TIMEOUT;
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
                "--tables" => options = options.tables(words.next().ok_or("which folder?")?),
                option if option.starts_with('-') => {
                    return Err(format!("there is no option `{option}`"));
                }
                path => paths.push(PathBuf::from(path)),
            }
        }
        let mut paths = paths.into_iter();
        let plan = paths.next().ok_or("which plan?")?;
        Ok(Arguments { plan, outcomes: paths.collect(), port, rows, options, read_timeout })
    }

    fn tally(&self) -> attain::Result<Tally> {
        let plan = Plan::load_with(&self.plan, &self.options)?;
        let mut tally = Tally::of(&plan, self.rows);
        for path in &self.outcomes {
            tally.read(path)?;
        }
        Ok(tally)
    }
}

/// Serves until it is asked to stop, then ends what is under way.
async fn serve(tally: Tally, arguments: &Arguments) -> std::io::Result<()> {
    let listener =
        TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port))).await?;
    writeln!(std::io::stdout(), "listening at http://{}", listener.local_addr()?)?;
    let serving = axum::serve(listener, routes::router(tally, arguments.read_timeout))
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
