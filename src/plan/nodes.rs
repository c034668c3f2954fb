//! Single values, and keys and values in the making.

use crate::calendar::Window;
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::{Amount, Document, Goal, Reference};

pub(super) fn document_node(document: &Document) -> Node {
    let mut node = Map::default();
    node.put("document", text(&document.document));
    node.put_text("dated", document.dated.map(|day| day.to_string()).as_deref());
    node.put_text("clause", document.clause.as_deref());
    node.put_text("title", document.title.as_deref());
    node.put_text("source", document.source.as_deref());
    node.into_node()
}

pub(super) fn goal_node(goal: &Goal) -> Node {
    let mut node = Map::default();
    match goal {
        Goal::AtLeast(value) => node.put("at_least", decimal(*value)),
        Goal::Above(value) => node.put("above", decimal(*value)),
        Goal::AtMost(value) => node.put("at_most", decimal(*value)),
        Goal::Below(value) => node.put("below", decimal(*value)),
        Goal::Between(low, high) => {
            node.put("between", list([decimal(*low), decimal(*high)].into_iter()));
        }
        Goal::ReduceBy(by, from) => node.put("reduce_by", amount(by, from)),
        Goal::IncreaseBy(by, from) => node.put("increase_by", amount(by, from)),
    }
    node.into_node()
}

pub(super) fn amount(by: &Amount, from: &Reference) -> Node {
    let mut node = Map::default();
    match by {
        Amount::Percent(percent) => node.put("percent", decimal(*percent)),
        Amount::Absolute(absolute) => node.put("absolute", decimal(*absolute)),
    }
    node.put("from", reference(from));
    node.into_node()
}

pub(super) fn reference(reference: &Reference) -> Node {
    let mut node = Map::default();
    match reference {
        Reference::PreviousPeriod => return text("previous_period"),
        Reference::SameWindowLastYear => return text("same_window_last_year"),
        Reference::SameWindowMovedBy(anchor) => {
            let mut moved = Map::default();
            moved.put("moved_by", text(anchor.id()));
            node.put("same_window_last_year", moved.into_node());
        }
        Reference::SameWindowOf(year) => node.put("same_window_of", number(&year.to_string())),
        Reference::Window(days) => node.put("window", window(days)),
        Reference::Value(value) => node.put("value", decimal(*value)),
    }
    node.into_node()
}

pub(super) fn window(window: &Window) -> Node {
    match window.period() {
        Some(period) => text(&period.to_string()),
        None => {
            list([text(&window.start().to_string()), text(&window.end().to_string())].into_iter())
        }
    }
}

pub(super) fn bare(value: Value) -> Node {
    Node { place: Place::Nowhere, value }
}

pub(super) fn text(text: &str) -> Node {
    bare(Value::Text(text.to_owned()))
}

pub(super) fn number(number: &str) -> Node {
    bare(Value::Number(number.to_owned()))
}

pub(super) fn decimal(decimal: Decimal) -> Node {
    number(&decimal.to_string())
}

pub(super) fn list(items: impl Iterator<Item = Node>) -> Node {
    bare(Value::List(items.collect()))
}

/// Keys and values in the making.
#[derive(Default)]
pub(super) struct Map {
    pub(super) entries: Vec<Entry>,
}

impl Map {
    pub(super) fn put(&mut self, key: &str, value: Node) {
        self.entries.push(Entry { place: Place::Nowhere, key: key.to_owned(), value });
    }

    pub(super) fn put_text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(key, text(value));
        }
    }

    pub(super) fn put_all<'a>(
        &mut self,
        key: &str,
        things: impl Iterator<Item = (&'a String, Node)>,
    ) {
        let mut map = Map::default();
        things.for_each(|(id, node)| map.put(id, node));
        if !map.entries.is_empty() {
            self.put(key, map.into_node());
        }
    }

    pub(super) fn into_node(self) -> Node {
        bare(Value::Map(self.entries))
    }
}
