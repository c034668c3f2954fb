//! One sum over another; it may exceed 1.

use super::{Definition, Facts, Names, Narrowing, ValueKind, quotient};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::{Expression, Plan, Selection, keys};

/// One sum over another; it may exceed 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratio {
    /// The sum above the line.
    pub numerator: Expression,
    /// The categories to which the numerator alone is narrowed.
    pub numerator_where: Selection,
    /// The sum below the line.
    pub denominator: Expression,
    /// The multiplier, 100 for per cent.
    pub per: Decimal,
    /// The share of the numerator's events that belong to events of the denominator in the same window.
    pub linked: Decimal,
}

impl Definition for Ratio {
    const KEY: &'static str = keys::INDICATOR.ratio.name;

    fn facts(&self) -> Facts<'_> {
        let (above, below) = (("numerator", &self.numerator), ("denominator", &self.denominator));
        let linked = Some(self.linked);
        Facts {
            linked,
            ..Facts::fraction(ValueKind::Exposure.of_sum(&self.numerator), above, below, self.per)
        }
    }

    fn text(&self, names: &Names<'_>) -> String {
        quotient::text(names, (&self.numerator, &self.numerator_where), &self.denominator, self.per)
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        quotient::unit_of_value(self.per)
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = quotient::map(
            plan,
            (&self.numerator, &self.numerator_where),
            &self.denominator,
            self.per,
        );
        node.set(&keys::RATIO.linked, &self.linked);
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        let both = ((&self.numerator, &self.numerator_where), &self.denominator);
        let (numerator, denominator) = quotient::narrow(both, narrowing, selection, place)?;
        Some(Ratio { numerator, denominator, ..self.clone() })
    }
}
