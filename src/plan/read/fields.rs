//! Maps, lists and sections: which keys stand in them, and which are unknown, missing or misspelt.

use super::Reader;
use crate::error::{Fault, FaultCode, Place, nearest, quoted};
use crate::parallel::check_stop;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{Key, Keys, PlanType};

/// The keys of one thing that has been checked for unknown ones.
pub(super) struct Fields<'n> {
    pub(super) place: &'n Place,
    pub(super) entries: &'n [Entry],
    /// Known keys that unknown ones are close to: they count as given, so that no second fault says they are missing.
    pub(super) misspelt: Vec<&'static str>,
    /// The keys that are known.
    known: &'static [&'static str],
}

impl<'n> Fields<'n> {
    /// The keys of something that is known to have no fault, or of nothing.
    pub(super) fn checked<S: Keys>(place: &'n Place, entries: &'n [Entry], _: &S) -> Self {
        Fields { place, entries, misspelt: Vec::new(), known: S::NAMES }
    }

    pub(super) fn get<T: PlanType>(&self, key: &Key<T>) -> Option<&'n Node> {
        self.named(key.name)
    }

    /// The value of a key by its name.
    pub(super) fn named(&self, key: &str) -> Option<&'n Node> {
        debug_assert!(self.known.contains(&key), "`{key}` is a key of another section");
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Whether a key is there but misspelt, which is a fault already.
    pub(super) fn is_misspelt<T: PlanType>(&self, key: &Key<T>) -> bool {
        self.misspelt.contains(&key.name)
    }
}

impl Reader<'_> {
    /// The keys of a section.
    pub(super) fn fields<'n, S: Keys>(&mut self, node: &'n Node, of: &S) -> Option<Fields<'n>> {
        self.fields_called(node, S::WHAT, of)
    }

    /// The keys of a section that faults call otherwise.
    pub(super) fn fields_called<'n, S: Keys>(
        &mut self,
        node: &'n Node,
        what: &str,
        _: &S,
    ) -> Option<Fields<'n>> {
        check_stop();
        let known = S::NAMES;
        let Value::Map(entries) = &node.value else {
            self.wrong(
                FaultCode::NotAMap,
                node,
                what,
                &format!("keys and values: {}", known.join(", ")),
            );
            return None;
        };
        let mut misspelt = Vec::new();
        for entry in entries {
            let key = entry.key.as_str();
            if known.contains(&key) {
                continue;
            }
            let fault = Fault::new(
                FaultCode::UnknownKey,
                entry.place.clone(),
                format!("{what} has no key {}", quoted(key)),
            );
            let is_digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
            self.faults.push(match key {
                ">=" | "≥" => fault.hint("write `at_least`"),
                ">" => fault.hint("write `above`"),
                "<=" | "≤" => fault.hint("write `at_most`"),
                "<" => fault.hint("write `below`"),
                _ if is_digits && entry.value.value == Value::Null => {
                    fault.hint("numbers are written without marks between thousands")
                }
                _ => {
                    misspelt.extend(nearest(key, known.iter().copied()));
                    fault.expected(known.join(", ")).near_miss(key, known.iter().copied())
                }
            });
        }
        Some(Fields { place: &node.place, entries, misspelt, known })
    }

    /// The entries of one of the plan's sections, and whether the section could be read.
    pub(super) fn section<'n>(
        &mut self,
        node: &'n Node,
        name: &str,
        form: &str,
    ) -> (&'n [Entry], bool) {
        match &node.value {
            Value::Map(entries) => (entries, true),
            Value::Null => (&[], true),
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                self.wrong(FaultCode::NotAMap, node, &format!("the section on {name}"), form);
                (&[], false)
            }
        }
    }

    pub(super) fn list<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        form: &str,
    ) -> Option<&'n [Node]> {
        match &node.value {
            Value::List(items) => Some(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
                self.wrong(FaultCode::NotAList, node, what, &format!("a list of {form}"));
                None
            }
        }
    }

    /// A required key whose near miss stands among the keys has its fault already.
    pub(super) fn required<'n, T: PlanType>(
        &mut self,
        fields: &Fields<'n>,
        key: &Key<T>,
    ) -> Option<&'n Node> {
        let found = fields.get(key);
        if found.is_none() && !fields.is_misspelt(key) {
            self.faults.push(
                Fault::new(
                    FaultCode::MissingKey,
                    fields.place.clone(),
                    format!("the key `{}` is missing", key.name),
                )
                .expected(key.expected()),
            );
        }
        found
    }
}

/// Whether a document holds nothing at all.
pub(super) fn is_nothing(root: &Node) -> bool {
    root.is_null() || root.as_map().is_some_and(<[Entry]>::is_empty)
}
