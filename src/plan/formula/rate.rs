//! Events per population.

use super::{Annualised, Definition, Facts, Names, Narrowing, ValueKind, quotient};
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
    /// The categories to which the numerator alone is narrowed.
    pub numerator_where: Selection,
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
        let (above, below) = (("events", &self.numerator), ("population", &self.population));
        let facts =
            Facts::fraction(ValueKind::Exposure.of_sum(&self.numerator), above, below, self.per);
        Facts { annualised: self.annualised, ..facts }
    }

    fn text(&self, names: &Names<'_>) -> String {
        let per = self.per;
        let time = match self.annualised {
            Annualised::None => {
                return quotient::text(
                    names,
                    (&self.numerator, &self.numerator_where),
                    &self.population,
                    per,
                );
            }
            Annualised::Days365 => names.language.phrase("days_of_365"),
            Annualised::Exact => names.language.phrase("years"),
        };
        let above = quotient::above(names, (&self.numerator, &self.numerator_where));
        let below = names.operand(&self.population);
        format!("{above} ÷ ({below} × {time}) × {}", names.decimal(per))
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        format!("per {}", self.per)
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        node.put(&keys::RATE.numerator, plan.expression_node(&self.numerator));
        plan.put_selection(&keys::RATE.numerator_where, &self.numerator_where, &mut node);
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
        let both = ((&self.numerator, &self.numerator_where), &self.population);
        let (numerator, population) = quotient::narrow(both, narrowing, selection, place)?;
        Some(Rate { numerator, population, ..self.clone() })
    }
}
