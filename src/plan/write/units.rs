//! Units and the changes of their boundaries.

use crate::plan::document::Node;
use crate::plan::keys;
use crate::plan::nodes::{Map, decimal, document_node, list};
use crate::plan::{BoundaryChange, Destination, Passage, Plan};

impl Plan {
    pub(super) fn units_node(&self) -> Node {
        let units = self.units();
        let mut node = Map::default();
        node.put(&keys::UNITS.levels, list(units.levels().iter().map(|level| Node::text(level))));
        let rows = units.iter().map(|(_, unit)| {
            let mut row = Map::default();
            row.put(&keys::UNIT.id, Node::text(&unit.id));
            if unit.name != unit.id {
                row.put(&keys::UNIT.name, Node::text(&unit.name));
            }
            row.put(&keys::UNIT.level, Node::text(units.level_name(unit.level)));
            row.put_text(&keys::UNIT.parent, unit.parent.map(|parent| units[parent].id.as_str()));
            row.set_some(&keys::UNIT.valid_from, unit.valid_from.as_ref());
            row.set_some(&keys::UNIT.valid_to, unit.valid_to.as_ref());
            row.into_node()
        });
        node.put(&keys::UNITS.list, list(rows));
        let changes = units.changes().iter();
        node.put_list(&keys::UNITS.changes, changes.map(|change| self.change_node(change)));
        node.set_some(&keys::UNITS.geography, units.geography().as_ref());
        node.into_node()
    }

    pub(super) fn change_node(&self, change: &BoundaryChange) -> Node {
        let mut node = Map::default();
        node.set(&keys::CHANGE_OF_BOUNDARIES.on, &change.on);
        node.put_text(&keys::CHANGE_OF_BOUNDARIES.title, change.title.as_deref());
        node.put_list(&keys::CHANGE_OF_BOUNDARIES.basis, change.basis.iter().map(document_node));
        node.put_all(
            &keys::CHANGE_OF_BOUNDARIES.weights,
            change.weights.iter().map(|weights| {
                let mut node = Map::default();
                node.put_text(&keys::WEIGHTS.vintage, weights.vintage.as_deref());
                node.set(&keys::WEIGHTS.r#as, &weights.given_as);
                (&weights.id, node.into_node())
            }),
        );
        let passage = |passage: &Passage| {
            let mut node = Map::default();
            node.put(&keys::PASSAGE.from, Node::text(&self.units()[passage.from].id));
            let (key, unit) = match passage.to {
                Destination::Unit(unit) => (&keys::PASSAGE.to, unit),
                Destination::Within(unit) => (&keys::PASSAGE.within, unit),
            };
            node.put(key, Node::text(&self.units()[unit].id));
            let weights = change.weights.iter().zip(&passage.weights);
            node.put_all(
                &keys::PASSAGE.weights,
                weights.filter_map(|(of, weight)| Some((&of.id, decimal((*weight)?)))),
            );
            node.into_node()
        };
        node.put(&keys::CHANGE_OF_BOUNDARIES.list, list(change.passages.iter().map(passage)));
        node.into_node()
    }
}
