//! Ids that plans allow, made of names that were given elsewhere.

use rustc_hash::FxHashSet;

use crate::names::{composed, is_id};

/// An id with letters, digits, `_`, `-` and `.` only: other signs become hyphens. An empty name is `unnamed`.
pub(super) fn slug(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() || letter == '_' || letter == '.' {
            id.extend(letter.to_lowercase());
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_end_matches('-').trim_start_matches('.');
    if is_id(id) { id.to_owned() } else { "unnamed".to_owned() }
}

/// The ids of one section: each is given once.
#[derive(Debug, Default)]
pub(super) struct Ids {
    taken: FxHashSet<String>,
}

impl Ids {
    /// The same, where some ids have a meaning of their own.
    pub(super) fn reserving(reserved: impl IntoIterator<Item = &'static str>) -> Self {
        Ids { taken: reserved.into_iter().map(str::to_owned).collect() }
    }

    /// The wanted id, if plans allow it, read it as it is and it is free; else the slug of it, with a number if need be.
    /// Says whether it differs from what was wanted.
    pub(super) fn take(&mut self, wanted: &str) -> (String, bool) {
        let is_kept = is_id(wanted) && composed(wanted) == wanted;
        if is_kept && self.taken.insert(wanted.to_owned()) {
            return (wanted.to_owned(), false);
        }
        let base = slug(&composed(wanted));
        let mut id = base.clone();
        let mut number = 1_usize;
        while !self.taken.insert(id.clone()) {
            number += 1;
            id = format!("{base}-{number}");
        }
        (id, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_plans_allow_are_kept_and_others_become_slugs() {
        let mut ids = Ids::default();
        for (wanted, id) in [
            ("K1DkT2kokjD", "K1DkT2kokjD"),
            ("a.b", "a.b"),
            ("TA Age (malaria)", "ta-age-malaria"),
            ("ta-age (malaria)", "ta-age-malaria-2"),
            ("Tỷ lệ %", "tỷ-lệ"),
            ("", "unnamed"),
            ("*", "unnamed-2"),
            ("-x", "x"),
            // Letters that are one sign and become several: plans read them so.
            ("\u{b5c}a", "\u{b21}-a"),
        ] {
            assert_eq!(ids.take(wanted), (id.to_owned(), wanted != id));
        }
    }
}
