//! Plan documents, made key by key.

use crate::error::Place;
use crate::plan::document::{Entry, Node, Value};

pub(super) fn text(text: &str) -> Node {
    Node::new(Place::Nowhere, Value::Text(text.to_owned()))
}

pub(super) fn number(number: &str) -> Node {
    Node::new(Place::Nowhere, Value::Number(number.to_owned()))
}

pub(super) fn flag(flag: bool) -> Node {
    Node::new(Place::Nowhere, Value::Bool(flag))
}

pub(super) fn list(items: impl IntoIterator<Item = Node>) -> Node {
    Node::new(Place::Nowhere, Value::List(items.into_iter().collect()))
}

pub(super) fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Node {
    list(texts.into_iter().map(|one| text(one.as_ref())))
}

/// A map of keys in the order in which they are put.
#[derive(Debug, Default, Clone)]
pub(super) struct Map(Vec<Entry>);

impl Map {
    pub(super) fn new() -> Self {
        Map::default()
    }

    /// The map with a key.
    #[must_use]
    pub(super) fn with(mut self, key: &str, value: impl Into<Node>) -> Self {
        self.put(key, value);
        self
    }

    /// The map with a key, if it has a value.
    #[must_use]
    pub(super) fn with_some(self, key: &str, value: Option<impl Into<Node>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    pub(super) fn put(&mut self, key: &str, value: impl Into<Node>) {
        self.0.push(Entry { place: Place::Nowhere, key: key.to_owned(), value: value.into() });
    }

    /// Puts all keys of another map behind those of this one.
    pub(super) fn append(&mut self, other: Map) {
        self.0.extend(other.0);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Node {
        Node::new(Place::Nowhere, Value::Map(map.0))
    }
}
