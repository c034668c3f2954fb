//! A published value, judged and never rolled up.

use super::{Definition, Facts, Inputs, Names, Narrowing, ValueKind};
use crate::error::{Fault, FaultCode, Place};
use crate::plan::document::Node;
use crate::plan::nodes::Map;
use crate::plan::{MeasureIndex, OverTime, Plan, Selection, keys};

/// A published value, judged and never rolled up.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The measure of the same id, under which the values arrive.
    pub measure: MeasureIndex,
    /// The unit it is published in, `%` by default.
    pub unit: String,
    /// Whether the latest value inside the window counts. Otherwise only a value published for
    /// the window itself counts.
    pub latest: bool,
}

impl Definition for Reported {
    const KEY: &'static str = keys::INDICATOR.reported.name;

    fn facts(&self) -> Facts<'_> {
        let Reported { measure, latest, .. } = *self;
        Facts::new(ValueKind::Derived, Inputs::Published { measure, latest })
    }

    fn text(&self, names: &Names<'_>) -> String {
        names.language.say("published_value", &[("unit", &self.unit)])
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        self.unit.clone()
    }

    fn node(&self, _: &Plan) -> Node {
        let mut node = Map::default();
        node.set(&keys::REPORTED.unit, &self.unit);
        if self.latest {
            node.put(&keys::REPORTED.over_time, Node::text(OverTime::Last.code()));
        }
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        let several = selection.iter().find(|(_, categories)| categories.len() > 1);
        if let Some((stratum, _)) = several {
            let stratum = narrowing.stratum(stratum).id;
            let message = "published values of several categories can't be added up";
            narrowing.refuse(
                Fault::new(FaultCode::UnsuitableIndicator, place.clone(), message)
                    .expected(format!("one category of `{stratum}`")),
            );
            return None;
        }
        let measure = narrowing.measure(self.measure, selection, place)?;
        Some(Reported { measure, ..self.clone() })
    }
}
