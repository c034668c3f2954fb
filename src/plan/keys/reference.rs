//! The reference of plan files, as Markdown.

use std::collections::BTreeMap;

use super::{Key, Keys, PlanType};
use crate::plan::document::Node;

/// Values that plans hold, by the section and the key.
#[derive(Default)]
pub struct Examples {
    found: BTreeMap<(&'static str, &'static str), Node>,
}

impl Examples {
    /// Notes the value of a key.
    pub fn visit_key<S: Keys, T: PlanType>(&mut self, key: &Key<T>, node: &Node) {
        if let Some(value) = node.get(key.name) {
            self.found.entry((S::NAME, key.name)).or_insert_with(|| value.clone());
            T::walk(value, self);
        }
    }
}
