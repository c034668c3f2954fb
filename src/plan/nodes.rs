//! Single values, and keys and values in the making.

use crate::calendar::Window;
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{self, Key, PlanType};
use crate::plan::{Amount, Document, Goal, Reference};

pub(super) fn document_node(document: &Document) -> Node {
    let mut node = Map::default();
    node.put(&keys::DOCUMENT.document, Node::text(&document.document));
    node.set_some(&keys::DOCUMENT.dated, document.dated.as_ref());
    node.put_text(&keys::DOCUMENT.clause, document.clause.as_deref());
    node.put_text(&keys::DOCUMENT.title, document.title.as_deref());
    node.put_text(&keys::DOCUMENT.source, document.source.as_deref());
    node.into_node()
}

pub(super) fn goal_node(goal: &Goal) -> Node {
    goal_node_with(goal, decimal)
}

/// A goal whose numbers are written in a way of their own.
pub(super) fn goal_node_with(goal: &Goal, number: impl Fn(Decimal) -> Node) -> Node {
    let mut node = Map::default();
    match goal {
        Goal::AtLeast(value) => node.put(&keys::GOAL.at_least, number(*value)),
        Goal::Above(value) => node.put(&keys::GOAL.above, number(*value)),
        Goal::AtMost(value) => node.put(&keys::GOAL.at_most, number(*value)),
        Goal::Below(value) => node.put(&keys::GOAL.below, number(*value)),
        Goal::Between(low, high) => {
            node.put(&keys::GOAL.between, list([number(*low), number(*high)].into_iter()));
        }
        Goal::ReduceBy(by, from) => node.put(&keys::GOAL.reduce_by, amount(by, from)),
        Goal::IncreaseBy(by, from) => node.put(&keys::GOAL.increase_by, amount(by, from)),
    }
    node.into_node()
}

pub(super) fn amount(by: &Amount, from: &Reference) -> Node {
    let mut node = Map::default();
    match by {
        Amount::Percent(percent) => node.set(&keys::AMOUNT.percent, percent),
        Amount::Absolute(absolute) => node.set(&keys::AMOUNT.absolute, absolute),
    }
    node.put(&keys::AMOUNT.from, reference(from));
    node.into_node()
}

pub(super) fn reference(reference: &Reference) -> Node {
    let mut node = Map::default();
    match reference {
        Reference::PreviousPeriod => return Node::text("previous_period"),
        Reference::SameWindowLastYear => return Node::text("same_window_last_year"),
        Reference::SameWindowMovedBy(anchor) => {
            let mut moved = Map::default();
            moved.put(&keys::MOVED.moved_by, Node::text(anchor.id()));
            node.put(&keys::REFERENCE.same_window_last_year, moved.into_node());
        }
        Reference::SameWindowOf(year) => {
            node.put(&keys::REFERENCE.same_window_of, Node::number(&year.to_string()))
        }
        Reference::Window(days) => node.put(&keys::REFERENCE.window, window(days)),
        Reference::Value(value) => node.set(&keys::REFERENCE.value, value),
    }
    node.into_node()
}

pub(super) fn window(window: &Window) -> Node {
    match window.period() {
        Some(period) => Node::text(&period.to_string()),
        None => list(
            [Node::text(&window.start().to_string()), Node::text(&window.end().to_string())]
                .into_iter(),
        ),
    }
}

pub(super) fn decimal(decimal: Decimal) -> Node {
    Node::number(&decimal.to_string())
}

pub(super) fn list(items: impl Iterator<Item = Node>) -> Node {
    Node::nowhere(Value::List(items.collect()))
}

/// Keys and values in the making.
#[derive(Default)]
pub(super) struct Map {
    entries: Vec<Entry>,
}

impl Map {
    /// Adds a key that the plan chooses: an id, a code, a category.
    pub(super) fn insert(&mut self, key: &str, value: Node) {
        self.entries.push(Entry { place: Place::Nowhere, key: key.to_owned(), value });
    }

    pub(super) fn put<T: PlanType>(&mut self, key: &Key<T>, value: Node) {
        self.insert(key.name, value);
    }

    /// Adds a value, unless it is the default.
    pub(super) fn set<T: PlanType>(&mut self, key: &Key<T>, value: &T::Value) {
        if let Some(node) = key.written(value) {
            self.put(key, node);
        }
    }

    pub(super) fn set_some<T: PlanType>(&mut self, key: &Key<T>, value: Option<&T::Value>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }

    pub(super) fn put_text<T: PlanType>(&mut self, key: &Key<T>, value: Option<&str>) {
        if let Some(value) = value {
            self.put(key, Node::text(value));
        }
    }

    /// Adds a section, unless it is empty.
    pub(super) fn put_map<T: PlanType>(&mut self, key: &Key<T>, map: Map) {
        if !map.entries.is_empty() {
            self.put(key, map.into_node());
        }
    }

    /// Adds a list, unless it is empty.
    pub(super) fn put_list<T: PlanType>(
        &mut self,
        key: &Key<T>,
        items: impl Iterator<Item = Node>,
    ) {
        let items: Vec<Node> = items.collect();
        if !items.is_empty() {
            self.put(key, Node::nowhere(Value::List(items)));
        }
    }

    pub(super) fn put_all<'a, T: PlanType>(
        &mut self,
        key: &Key<T>,
        things: impl Iterator<Item = (&'a String, Node)>,
    ) {
        let mut map = Map::default();
        things.for_each(|(id, node)| map.insert(id, node));
        self.put_map(key, map);
    }

    pub(super) fn into_node(self) -> Node {
        Node::nowhere(Value::Map(self.entries))
    }
}
