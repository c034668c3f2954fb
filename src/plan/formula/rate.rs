//! Events per population.

use super::{Annualised, Definition, Facts, Names, Narrowing, ValueKind};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::nodes::Map;
use crate::plan::{Expression, Plan, Selection, keys};

/// Events per population.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// The events.
    pub numerator: Expression,
    /// The population they come from.
    pub population: Expression,
    /// The multiplier, 100,000 by default.
    pub per: Decimal,
    /// Whether and how the rate is brought to a year.
    pub annualised: Annualised,
}

impl Definition for Rate {
    const KEY: &'static str = keys::INDICATOR.rate.name;

    fn facts(&self) -> Facts<'_> {
        let (above, below) = (("Events", &self.numerator), ("Population", &self.population));
        let facts = Facts::fraction(ValueKind::Exposure, above, below, self.per);
        Facts { annualised: self.annualised, ..facts }
    }

    fn text(&self, names: &Names<'_>) -> String {
        let [above, below] = [&self.numerator, &self.population].map(|sum| names.operand(sum));
        let per = self.per;
        match self.annualised {
            Annualised::None => format!("{above} ÷ {below} × {per}"),
            Annualised::Days365 => format!("{above} ÷ ({below} × days ÷ 365) × {per}"),
            Annualised::Exact => format!("{above} ÷ ({below} × years) × {per}"),
        }
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        format!("per {}", self.per)
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        node.put(&keys::RATE.numerator, plan.expression_node(&self.numerator));
        node.put(&keys::RATE.population, plan.expression_node(&self.population));
        node.set(&keys::RATE.per, &self.per);
        node.set(&keys::RATE.annualised, &self.annualised);
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        let numerator = narrowing.expression(&self.numerator, selection, place);
        let population = narrowing.expression(&self.population, selection, place);
        Some(Rate { numerator: numerator?, population: population?, ..self.clone() })
    }
}
