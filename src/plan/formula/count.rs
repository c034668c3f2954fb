//! A count of events or things.

use super::{Definition, Facts, Inputs, Names, Narrowing, Operand, ValueKind};
use crate::error::Place;
use crate::plan::document::Node;
use crate::plan::{Expression, Plan, Selection, keys};

/// A count of events or things.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// What is counted.
    pub of: Expression,
}

impl Definition for Count {
    const KEY: &'static str = keys::INDICATOR.count.name;

    fn facts(&self) -> Facts<'_> {
        let above = Operand { role: "sum", sum: &self.of };
        Facts::new(ValueKind::Count.of_sum(&self.of), Inputs::Sums { above, below: None })
    }

    fn text(&self, names: &Names<'_>) -> String {
        names.sum(&self.of)
    }

    fn unit_of_value(&self, plan: &Plan) -> String {
        let first = self.of.terms.first();
        first.and_then(|term| plan[term.measure].unit.clone()).unwrap_or_default()
    }

    fn node(&self, plan: &Plan) -> Node {
        plan.expression_node(&self.of)
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        Some(Count { of: narrowing.expression(&self.of, selection, place)? })
    }
}
