//! A part of a whole: the numerator's events are among the denominator's.

use super::{Definition, Facts, Names, Narrowing, ValueKind, quotient};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::{Expression, Plan, Selection, keys};

/// A part of a whole: the numerator's events are among the denominator's.
#[derive(Debug, Clone, PartialEq)]
pub struct Proportion {
    /// The part.
    pub numerator: Expression,
    /// The categories to which the numerator alone is narrowed.
    pub numerator_where: Selection,
    /// The whole.
    pub denominator: Expression,
    /// The multiplier, 100 for per cent.
    pub per: Decimal,
}

impl Definition for Proportion {
    const KEY: &'static str = keys::INDICATOR.proportion.name;

    fn facts(&self) -> Facts<'_> {
        let (above, below) = (("numerator", &self.numerator), ("denominator", &self.denominator));
        let facts = Facts::fraction(ValueKind::Share, above, below, self.per);
        Facts { greatest: Some(self.per), ..facts }
    }

    fn text(&self, names: &Names<'_>) -> String {
        quotient::text(names, (&self.numerator, &self.numerator_where), &self.denominator, self.per)
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        quotient::unit_of_value(self.per)
    }

    fn node(&self, plan: &Plan) -> Node {
        quotient::map(plan, (&self.numerator, &self.numerator_where), &self.denominator, self.per)
            .into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        let both = ((&self.numerator, &self.numerator_where), &self.denominator);
        let (numerator, denominator) = quotient::narrow(both, narrowing, selection, place)?;
        Some(Proportion { numerator, denominator, ..self.clone() })
    }
}
