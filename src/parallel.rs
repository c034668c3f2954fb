//! Work that is shared out among threads.

use std::sync::{Mutex, PoisonError};

/// As many threads as the machine has.
pub(crate) fn all_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The same, or fewer: one more for each so many pieces of work, which are worth its start.
pub(crate) fn threads_for(pieces: usize, worth_a_thread: usize) -> usize {
    all_threads().min(pieces / worth_a_thread + 1)
}

/// Does something with each item, on so many threads, of which this is one: whoever is free takes the next. The answers
/// stand in the order of the items, whoever found them. A panic in a thread goes on in this one.
pub(crate) fn map<I: Send, A: Send>(
    threads: usize,
    items: impl IntoIterator<Item = I, IntoIter: Send>,
    work: impl Fn(I) -> A + Sync,
) -> Vec<A> {
    let items = items.into_iter();
    if threads <= 1 {
        return items.map(work).collect();
    }
    let items = Mutex::new(items.enumerate());
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let some = || {
        let mut answers = Vec::new();
        while let Some((place, item)) = next() {
            answers.push((place, work(item)));
        }
        answers
    };
    let mut answers = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(some)).collect();
        let mut answers = some();
        for other in others {
            match other.join() {
                Ok(more) => answers.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
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
    fn a_thread_has_to_be_worth_its_start() {
        assert_eq!(threads_for(99, 100), 1);
        assert_eq!(threads_for(100, 100), all_threads().min(2));
        assert_eq!(threads_for(usize::MAX, 100), all_threads());
    }
}
