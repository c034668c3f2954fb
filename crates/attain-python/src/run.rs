//! Long calls: the interpreter is free meanwhile, and an interrupt stops them.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use pyo3::prelude::*;

use super::error::OrRaise;
use attain::RunOptions;

/// How long an interrupt may wait.
const INTERVAL: Duration = Duration::from_millis(50);

/// Runs a call on a thread of its own, with at most `threads` threads. Raises what a signal handler raises, such as
/// `KeyboardInterrupt`, after the call has stopped.
pub(super) fn run<T: Send>(
    py: Python<'_>,
    threads: Option<NonZeroUsize>,
    work: impl FnOnce() -> attain::Result<T> + Send,
) -> PyResult<T> {
    run_with(py, threads, std::iter::empty::<()>(), |_| work())
}

/// Lets other Python threads run, and raises what a signal handler raises. For loops that make Python objects: they
/// can't leave the interpreter for long.
pub(super) fn pause(py: Python<'_>) -> PyResult<()> {
    py.detach(|| ());
    py.check_signals()
}

/// What the thread of a call tells the caller's thread.
enum Message {
    /// It waits for the next item.
    Next,
    Done,
}

/// The same for a call that takes items. They come from the caller's thread, since some Python objects can be used on
/// the thread that made them only.
pub(super) fn run_with<I: Send, T: Send>(
    py: Python<'_>,
    threads: Option<NonZeroUsize>,
    mut items: impl Iterator<Item = I> + Send,
    work: impl FnOnce(&mut (dyn Iterator<Item = I> + Send)) -> attain::Result<T> + Send,
) -> PyResult<T> {
    let stop = Arc::new(AtomicBool::new(false));
    let mut options = RunOptions::new().stop(Arc::clone(&stop));
    if let Some(threads) = threads {
        options = options.threads(threads.get());
    }
    py.detach(|| {
        std::thread::scope(|scope| {
            let (tell, told) = mpsc::channel();
            let (give, given) = mpsc::channel();
            let call = scope.spawn(move || {
                // Nobody listens any more after an interrupt.
                let next = tell.clone();
                let mut taken = std::iter::from_fn(move || {
                    let _ = next.send(Message::Next);
                    given.recv().ok().flatten()
                });
                let found = options.run(|| work(&mut taken));
                let _ = tell.send(Message::Done);
                found
            });
            let mut interrupt = None;
            loop {
                match told.recv_timeout(INTERVAL) {
                    Ok(Message::Next) => {
                        let _ = give.send(items.next());
                    }
                    Ok(Message::Done) | Err(mpsc::RecvTimeoutError::Disconnected) => break,
                    Err(mpsc::RecvTimeoutError::Timeout) => {}
                }
                if let Err(raised) = Python::attach(|py| py.check_signals()) {
                    stop.store(true, Ordering::Relaxed);
                    interrupt = Some(raised);
                    break;
                }
            }
            // A call that waits for an item gets none.
            drop(give);
            let found = call.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match interrupt {
                Some(raised) => Err(raised),
                None => found.or_raise(),
            }
        })
    })
}

/// The exception of a build that can't write workbooks.
#[cfg(not(feature = "formats"))]
pub(super) fn without_workbooks() -> PyErr {
    pyo3::exceptions::PyNotImplementedError::new_err(
        "this build has no workbooks, `make build` makes one that has",
    )
}

/// The exception of a build that can't read or write Parquet files.
#[cfg(not(feature = "parquet"))]
pub(super) fn without_parquet(path: &std::path::Path) -> PyErr {
    pyo3::exceptions::PyNotImplementedError::new_err(format!(
        "{}: this build has no Parquet, `make build` makes one that has",
        path.display()
    ))
}
