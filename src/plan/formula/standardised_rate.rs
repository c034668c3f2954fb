//! The rate that a standard population would have: Σ(w·x/n)/Σw.

use super::{Definition, Facts, Inputs, Names, Narrowing, Operand, ValueKind, quotient};
use crate::error::{Fault, FaultCode, Place};
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::nodes::{Map, decimal};
use crate::plan::{Expression, Plan, Selection, StratumIndex, keys};

/// The rate that a standard population would have: Σ(w·x/n)/Σw.
#[derive(Debug, Clone, PartialEq)]
pub struct StandardisedRate {
    /// The events, of all categories.
    pub events: Expression,
    /// The population they come from, of all categories.
    pub population: Expression,
    /// The stratum whose categories are weighted.
    pub by: StratumIndex,
    /// The standard population of each category.
    pub standard: Vec<Decimal>,
    /// The multiplier, 100,000 by default.
    pub per: Decimal,
    /// With fewer events in all the rate is withheld; 10 by default.
    pub withhold_below: Decimal,
    /// Of each category its events and its population.
    pub categories: Vec<(Expression, Expression)>,
}

impl Definition for StandardisedRate {
    const KEY: &'static str = keys::INDICATOR.standardised_rate.name;

    fn facts(&self) -> Facts<'_> {
        let inputs = Inputs::Categories {
            above: Operand { role: "events", sum: &self.events },
            below: Operand { role: "population", sum: &self.population },
            each: &self.categories,
        };
        Facts { per: self.per, ..Facts::new(ValueKind::Derived, inputs) }
    }

    fn text(&self, names: &Names<'_>) -> String {
        let crude = quotient::text(
            names,
            (&self.events, &Selection::default()),
            &self.population,
            self.per,
        );
        let stratum = &names.plan[self.by].id;
        names.language.say("standardised_by", &[("crude", &crude), ("stratum", stratum)])
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        format!("per {}", self.per)
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        node.put(&keys::STANDARDISED_RATE.events, plan.expression_node(&self.events));
        node.put(&keys::STANDARDISED_RATE.population, plan.expression_node(&self.population));
        node.put(&keys::STANDARDISED_RATE.by, Node::text(&plan[self.by].id));
        let mut weights = Map::default();
        for (category, weight) in plan[self.by].categories.iter().zip(&self.standard) {
            weights.insert(category, decimal(*weight));
        }
        node.put(&keys::STANDARDISED_RATE.standard, weights.into_node());
        node.set(&keys::STANDARDISED_RATE.per, &self.per);
        node.set(&keys::STANDARDISED_RATE.withhold_below, &self.withhold_below);
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        let stratum = narrowing.stratum(self.by);
        if selection.of(self.by).is_some() {
            let message = format!("the rate is standardised by `{}`", stratum.id);
            let found = format!("`{}` once more", stratum.id);
            narrowing.refuse(
                Fault::new(FaultCode::ConflictingKeys, place.clone(), message)
                    .found(found)
                    .expected("other strata"),
            );
            return None;
        }
        let mut categories = Vec::new();
        for category in 0..stratum.categories.len() {
            let selection = selection.and(&Selection::new(vec![(self.by, vec![category])]));
            let nothing = Selection::default();
            let both = ((&self.events, &nothing), &self.population);
            // A fault of one category is a fault of all.
            categories.push(quotient::narrow(both, narrowing, &selection, place)?);
        }
        Some(StandardisedRate { categories, ..self.clone() })
    }
}
