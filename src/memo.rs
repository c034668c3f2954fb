//! Values that are computed once, whatever the number of threads that ask for them.

use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

/// Computed values by key. A value is cheap to clone: an `Arc`, or an `Option` of one.
pub(crate) struct Memo<K, V> {
    most: usize,
    all: Mutex<FxHashMap<K, Arc<OnceLock<V>>>>,
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// Keeps every value.
    pub(crate) fn new() -> Self {
        Memo::of_at_most(usize::MAX)
    }

    /// Keeps at most a number of values: when one more is needed, all are dropped and computed again when needed.
    pub(crate) fn of_at_most(most: usize) -> Self {
        Memo { most: most.max(1), all: Mutex::default() }
    }

    /// The value of a key. The first thread that needs it computes it; the others wait.
    pub(crate) fn get(&self, key: K, compute: impl FnOnce() -> V) -> V {
        // A panic in another thread leaves the map whole.
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= self.most && !all.contains_key(&key) {
            all.clear();
        }
        let one = Arc::clone(all.entry(key).or_default());
        drop(all);
        one.get_or_init(compute).clone()
    }

    /// Drops all values.
    pub(crate) fn clear(&self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The value of a key if it was computed.
    pub(crate) fn known(&self, key: &K) -> Option<V> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(key)?.get().cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::Memo;

    #[test]
    fn a_value_is_computed_once_and_again_after_it_was_dropped() {
        let computed = Cell::new(0);
        let memo = Memo::of_at_most(2);
        let get = |key: u8| {
            memo.get(key, || {
                computed.set(computed.get() + 1);
                10 * key
            })
        };
        assert_eq!((get(1), get(2), get(1), computed.get()), (10, 20, 10, 2));
        assert_eq!((memo.known(&1), memo.known(&3)), (Some(10), None));
        assert_eq!((get(3), memo.known(&1), get(1), computed.get()), (30, None, 10, 4));
        memo.clear();
        assert_eq!((memo.known(&1), get(1), computed.get()), (None, 10, 5));
    }
}
