//! The change of another indicator.

use super::{ChangeAs, Definition, Facts, Inputs, Names, Narrowing, ValueKind};
use crate::error::Place;
use crate::plan::document::Node;
use crate::plan::nodes::{Map, reference};
use crate::plan::{IndicatorIndex, Plan, Reference, Selection, keys};

/// The change of another indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The other indicator.
    pub of: IndicatorIndex,
    /// What it is compared with.
    pub from: Reference,
    /// The unit of the change.
    pub change_unit: ChangeAs,
}

impl Definition for Change {
    const KEY: &'static str = keys::INDICATOR.change.name;

    fn facts(&self) -> Facts<'_> {
        let Change { of, ref from, change_unit } = *self;
        Facts::new(ValueKind::Derived, Inputs::Change { of, from, change_unit })
    }

    fn text(&self, names: &Names<'_>) -> String {
        let language = names.language;
        let (of, from) = (names.indicator(self.of), language.reference(&self.from.to_string()));
        let unit = language.phrase(match self.change_unit {
            ChangeAs::Percent => "change_percent",
            ChangeAs::Absolute => "change_absolute",
        });
        language.say("change_of", &[("of", &of), ("from", &from), ("unit", unit)])
    }

    fn unit_of_value(&self, plan: &Plan) -> String {
        match self.change_unit {
            ChangeAs::Percent => "%".to_owned(),
            ChangeAs::Absolute => plan.unit_of_value(self.of),
        }
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        node.put(&keys::CHANGE.of, Node::text(&plan[self.of].id));
        node.put(&keys::CHANGE.from, reference(&self.from));
        node.set(&keys::CHANGE.r#as, &self.change_unit);
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        Some(Change { of: narrowing.indicator(self.of, selection, place)?, ..self.clone() })
    }
}
