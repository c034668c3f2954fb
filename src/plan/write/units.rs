//! Units and the changes of their boundaries.

use crate::plan::document::Node;
use crate::plan::nodes::{Map, decimal, document_node, list, text};
use crate::plan::{BoundaryChange, Destination, GivenAs, Passage, Plan};

impl Plan {
    pub(super) fn units_node(&self) -> Node {
        let units = self.units();
        let mut node = Map::default();
        node.put("levels", list(units.levels().iter().map(|level| text(level))));
        let rows = units.iter().map(|(_, unit)| {
            let mut row = Map::default();
            row.put("id", text(&unit.id));
            if unit.name != unit.id {
                row.put("name", text(&unit.name));
            }
            row.put("level", text(units.level_name(unit.level)));
            row.put_text("parent", unit.parent.map(|parent| units[parent].id.as_str()));
            row.put_text("valid_from", unit.valid_from.map(|day| day.to_string()).as_deref());
            row.put_text("valid_to", unit.valid_to.map(|day| day.to_string()).as_deref());
            row.into_node()
        });
        node.put("list", list(rows));
        if !units.changes().is_empty() {
            let changes = units.changes().iter();
            node.put("changes", list(changes.map(|change| self.change_node(change))));
        }
        node.put_text("geography", units.geography().map(|day| day.to_string()).as_deref());
        node.into_node()
    }

    pub(super) fn change_node(&self, change: &BoundaryChange) -> Node {
        let mut node = Map::default();
        node.put("on", text(&change.on.to_string()));
        node.put_text("title", change.title.as_deref());
        if !change.basis.is_empty() {
            node.put("basis", list(change.basis.iter().map(document_node)));
        }
        node.put_all(
            "weights",
            change.weights.iter().map(|weights| {
                let mut node = Map::default();
                node.put_text("vintage", weights.vintage.as_deref());
                if weights.given_as != GivenAs::Shares {
                    node.put("as", text(weights.given_as.code()));
                }
                (&weights.id, node.into_node())
            }),
        );
        let passage = |passage: &Passage| {
            let mut node = Map::default();
            node.put("from", text(&self.units()[passage.from].id));
            let (key, unit) = match passage.to {
                Destination::Unit(unit) => ("to", unit),
                Destination::Within(unit) => ("within", unit),
            };
            node.put(key, text(&self.units()[unit].id));
            let weights = change.weights.iter().zip(&passage.weights);
            node.put_all(
                "weights",
                weights.filter_map(|(of, weight)| Some((&of.id, decimal((*weight)?)))),
            );
            node.into_node()
        };
        node.put("list", list(change.passages.iter().map(passage)));
        node.into_node()
    }
}
