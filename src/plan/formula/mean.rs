//! A sum per thing.

use super::{Definition, Facts, Names, Narrowing, ValueKind, quotient};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::nodes::Map;
use crate::plan::{Expression, Plan, Selection, keys};

/// A sum per thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Mean {
    /// The sum.
    pub of: Expression,
    /// The number of things.
    pub per: Expression,
}

impl Definition for Mean {
    const KEY: &'static str = keys::INDICATOR.mean.name;

    fn facts(&self) -> Facts<'_> {
        let (above, below) = (("sum", &self.of), ("number", &self.per));
        Facts::fraction(ValueKind::Things, above, below, Decimal::ONE)
    }

    fn text(&self, names: &Names<'_>) -> String {
        format!("{} ÷ {}", names.operand(&self.of), names.operand(&self.per))
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        String::new()
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        node.put(&keys::MEAN.of, plan.expression_node(&self.of));
        node.put(&keys::MEAN.per, plan.expression_node(&self.per));
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        let (of, per) = {
            let of = (&self.of, &Selection::default());
            quotient::narrow((of, &self.per), narrowing, selection, place)?
        };
        Some(Mean { of, per })
    }
}
