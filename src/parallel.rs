//! Work on several threads: how many, and when to stop.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::error::{Error, Result};

/// How many threads a call may use, and a flag that stops it.
///
/// Applies to all calls of this crate inside [`run`](RunOptions::run). Without it a call uses as many threads as the machine
/// has, or as the environment variable `ATTAIN_THREADS` says (a whole number from 1; anything else is ignored). Threads live
/// for one call only, so a process may fork between calls.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::AtomicBool;
///
/// use attain::{Plan, RunOptions, Tally, calendar};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     indicators: {known: {count: cases}},
/// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: "2023"}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// # let (tally, day) = (Tally::new(&plan), calendar::date("2023-12-31").unwrap());
///
/// let stop = Arc::new(AtomicBool::new(false)); // another thread may set it
/// let options = RunOptions::new().threads(1).stop(Arc::clone(&stop));
/// let report = options.run(|| plan.assess(&tally, day))?;
/// assert_eq!(report.len(), 1);
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    threads: Option<usize>,
    stop: Option<Arc<AtomicBool>>,
}

/// What unwinds a call that was stopped.
struct Stopped;

thread_local! {
    static CURRENT: RefCell<RunOptions> = const { RefCell::new(RunOptions { threads: None, stop: None }) };
}

impl RunOptions {
    /// As many threads as the machine has, and no flag.
    pub fn new() -> Self {
        RunOptions::default()
    }

    /// At most this number of threads; 0 counts as 1.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.max(1));
        self
    }

    /// Stops calls soon after the flag is set: assessments after at most 64 more rows on each thread, other calls between two
    /// pieces of work.
    ///
    /// A stopped call unwinds to [`run`](RunOptions::run). Where panics abort the process (`panic = "abort"`), the flag
    /// has no effect.
    #[must_use]
    pub fn stop(mut self, flag: Arc<AtomicBool>) -> Self {
        self.stop = Some(flag).filter(|_| cfg!(panic = "unwind"));
        self
    }

    /// Runs calls with these options.
    ///
    /// # Errors
    ///
    /// [`Error::is_stopped`] if the flag was set before the calls were done; else what `work` returns.
    pub fn run<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let before = CURRENT.replace(self.clone());
        // What a stopped call leaves behind is not used again: locks hold whole values, and cells are filled or empty.
        let found = catch_unwind(AssertUnwindSafe(work));
        CURRENT.set(before);
        match found {
            Ok(found) => found,
            Err(payload) if payload.is::<Stopped>() => Err(Error::stopped()),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// Unwinds to [`RunOptions::run`] if the flag is set.
pub fn check_stop() {
    let is_set = |options: &RunOptions| {
        options.stop.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    };
    if CURRENT.with_borrow(is_set) {
        // Not a panic: no message is printed.
        resume_unwind(Box::new(Stopped) as Box<dyn Any + Send>);
    }
}

/// As many threads as the options of this call allow: those of the machine, if they say nothing.
pub(crate) fn all_threads() -> usize {
    static BOUND: LazyLock<Option<usize>> = LazyLock::new(|| {
        let number = std::env::var("ATTAIN_THREADS").ok()?.trim().parse().ok()?;
        Some(number).filter(|number| *number > 0)
    });
    let of_machine = || std::thread::available_parallelism().map_or(1, usize::from);
    CURRENT.with_borrow(|options| options.threads).or(*BOUND).unwrap_or_else(of_machine)
}

/// The same, or fewer: one more for each `worth_a_thread` pieces of work, which are worth its start.
pub(crate) fn threads_for(pieces: usize, worth_a_thread: usize) -> usize {
    all_threads().min(pieces / worth_a_thread + 1)
}

/// Maps `items` on `threads` threads, of which this is one. Idle threads take the next item. Results keep the order.
/// A panic in a thread continues in this one.
pub(crate) fn map<I: Send, A: Send>(
    threads: usize,
    items: impl IntoIterator<Item = I, IntoIter: Send>,
    work: impl Fn(I) -> A + Sync,
) -> Vec<A> {
    let items = items.into_iter();
    let work = |item: I| {
        check_stop();
        work(item)
    };
    if threads <= 1 {
        return items.map(work).collect();
    }
    let options = CURRENT.with_borrow(RunOptions::clone);
    let items = Mutex::new(items.enumerate());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let some = || {
        let mut answers = Vec::new();
        while let Some((place, item)) = next() {
            answers.push((place, work(item)));
        }
        answers
    };
    let on_a_thread = || {
        CURRENT.set(options.clone());
        some()
    };
    let mut answers = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(on_a_thread)).collect();
        let mut answers = some();
        for other in others {
            match other.join() {
                Ok(more) => answers.extend(more),
                Err(panic) => resume_unwind(panic),
            }
        }
        answers
    });
    answers.sort_unstable_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn answers_stand_in_the_order_of_the_items() {
        let squares: Vec<u64> = (0..1_000).map(|item| item * item).collect();
        for threads in [0, 1, 2, 7] {
            assert_eq!(map(threads, 0..1_000_u64, |item| item * item), squares);
        }
        assert!(map(3, Vec::<u8>::new(), |item| item).is_empty());
    }

    #[test]
    fn every_item_is_handed_out_once() {
        let mut cells = [0; 100];
        map(4, &mut cells, |cell| *cell += 1);
        assert_eq!(cells, [1; 100]);
    }

    #[test]
    fn a_panic_goes_on_where_the_work_was_asked_for() {
        for threads in [1, 3] {
            let found = catch_unwind(|| map(threads, 0..50, |item| assert!(item != 20, "at 20")));
            assert!(found.is_err());
        }
    }

    #[test]
    fn options_hold_inside_run_and_in_its_threads() {
        let threads = || map(3, 0..3, |_| all_threads());
        let found = RunOptions::new().threads(7).run(|| Ok(threads())).unwrap();
        assert_eq!(found, [7; 3]);
        assert_eq!(RunOptions::new().threads(0).run(|| Ok(all_threads())).unwrap(), 1);
        let outer = RunOptions::new().threads(5);
        let found = outer.run(|| {
            let inner = RunOptions::new().threads(2).run(|| Ok(all_threads()))?;
            Ok((inner, all_threads()))
        });
        assert_eq!(found.unwrap(), (2, 5));
    }

    #[test]
    fn a_set_flag_stops_work_on_all_threads() {
        for threads in [1, 4] {
            let flag = Arc::new(AtomicBool::new(false));
            let done = Mutex::new(0);
            let options = RunOptions::new().stop(Arc::clone(&flag));
            let found = options.run(|| {
                Ok(map(threads, 0..10_000, |item| {
                    *done.lock().unwrap() += 1;
                    flag.store(item >= 20, Ordering::Relaxed);
                }))
            });
            assert!(found.unwrap_err().is_stopped());
            assert!(*done.lock().unwrap() < 100);
            flag.store(false, Ordering::Relaxed);
            assert_eq!(options.run(|| Ok(map(threads, 0..9, |item| item).len())).unwrap(), 9);
        }
    }

    #[test]
    fn a_panic_inside_run_stays_a_panic() {
        let options = RunOptions::new().stop(Arc::default());
        let found = catch_unwind(|| options.run(|| -> Result<()> { panic!("by itself") }));
        assert!(found.is_err());
        assert!(!CURRENT.with_borrow(|options| options.stop.is_some()));
    }

    #[test]
    fn a_thread_has_to_be_worth_its_start() {
        assert_eq!(threads_for(99, 100), 1);
        assert_eq!(threads_for(100, 100), all_threads().min(2));
        assert_eq!(threads_for(usize::MAX, 100), all_threads());
    }
}
