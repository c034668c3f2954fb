//! A part of a whole: the numerator's events are among the denominator's.

use super::{Definition, Facts, Names, Narrowing, ValueKind};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::nodes::Map;
use crate::plan::{Expression, Plan, Selection, keys};

/// A part of a whole: the numerator's events are among the denominator's.
#[derive(Debug, Clone, PartialEq)]
pub struct Proportion {
    /// The part.
    pub numerator: Expression,
    /// The whole.
    pub denominator: Expression,
    /// The multiplier, 100 for per cent.
    pub per: Decimal,
}

impl Definition for Proportion {
    const KEY: &'static str = keys::INDICATOR.proportion.name;

    fn facts(&self) -> Facts<'_> {
        let (above, below) = (("Numerator", &self.numerator), ("Denominator", &self.denominator));
        let facts = Facts::fraction(ValueKind::Share, above, below, self.per);
        Facts { greatest: Some(self.per), ..facts }
    }

    fn text(&self, names: &Names<'_>) -> String {
        let [above, below] = [&self.numerator, &self.denominator].map(|sum| names.operand(sum));
        format!("{above} ÷ {below} × {}", self.per)
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        match self.per.to_string().as_str() {
            "100" => "%".to_owned(),
            "1" => String::new(),
            per => format!("per {per}"),
        }
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        node.put(&keys::FRACTION.numerator, plan.expression_node(&self.numerator));
        node.put(&keys::FRACTION.denominator, plan.expression_node(&self.denominator));
        node.set(&keys::FRACTION.per, &self.per);
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        let numerator = narrowing.expression(&self.numerator, selection, place);
        let denominator = narrowing.expression(&self.denominator, selection, place);
        Some(Proportion { numerator: numerator?, denominator: denominator?, per: self.per })
    }
}
