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
    let stop = Arc::new(AtomicBool::new(false));
    let mut options = RunOptions::new().stop(Arc::clone(&stop));
    if let Some(threads) = threads {
        options = options.threads(threads.get());
    }
    py.detach(|| {
        std::thread::scope(|scope| {
            let (done, is_done) = mpsc::channel::<()>();
            let call = scope.spawn(move || {
                let found = options.run(work);
                // Nobody listens any more after an interrupt.
                let _ = done.send(());
                found
            });
            let mut interrupt = None;
            while let Err(mpsc::RecvTimeoutError::Timeout) = is_done.recv_timeout(INTERVAL) {
                if let Err(raised) = Python::attach(|py| py.check_signals()) {
                    stop.store(true, Ordering::Relaxed);
                    interrupt = Some(raised);
                    break;
                }
            }
            let found = call.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            match interrupt {
                Some(raised) => Err(raised),
                None => found.or_raise(),
            }
        })
    })
}
