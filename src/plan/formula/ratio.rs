//! One sum over another; it may exceed 1.

use super::{Definition, Facts, Names, Narrowing, ValueKind};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::nodes::Map;
use crate::plan::{Expression, Plan, Selection, keys};

/// One sum over another; it may exceed 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// The sum above the line.
    pub numerator: Expression,
    /// The sum below the line.
    pub denominator: Expression,
    /// The multiplier, 100 for per cent.
    pub per: Decimal,
}

impl Definition for Ratio {
    const KEY: &'static str = keys::INDICATOR.ratio.name;

    fn facts(&self) -> Facts<'_> {
        let (above, below) = (("Numerator", &self.numerator), ("Denominator", &self.denominator));
        Facts::fraction(ValueKind::Exposure, above, below, self.per)
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
        Some(Ratio { numerator: numerator?, denominator: denominator?, per: self.per })
    }
}
