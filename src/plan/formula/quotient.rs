//! What formulas of one sum over another share.

use super::{Names, Narrowing};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::nodes::Map;
use crate::plan::{Expression, Plan, Selection, keys};

/// `cleared ÷ cases × 100`.
pub(super) fn text(
    names: &Names<'_>,
    above: &Expression,
    below: &Expression,
    per: Decimal,
) -> String {
    format!("{} ÷ {} × {}", names.operand(above), names.operand(below), names.decimal(per))
}

/// The unit of a quotient times `per`: `%` for 100, none for 1.
pub(super) fn unit_of_value(per: Decimal) -> String {
    match per.to_string().as_str() {
        "100" => "%".to_owned(),
        "1" => String::new(),
        per => format!("per {per}"),
    }
}

/// `{numerator: …, denominator: …, per: …}` in a written plan.
pub(super) fn map(
    plan: &Plan,
    numerator: &Expression,
    denominator: &Expression,
    per: Decimal,
) -> Map {
    let mut node = Map::default();
    node.put(&keys::FRACTION.numerator, plan.expression_node(numerator));
    node.put(&keys::FRACTION.denominator, plan.expression_node(denominator));
    node.set(&keys::FRACTION.per, &per);
    node
}

/// Both sums of what is in a selection of categories. Notes the faults of both.
pub(super) fn narrow(
    (above, below): (&Expression, &Expression),
    narrowing: &mut impl Narrowing,
    selection: &Selection,
    place: &Place,
) -> Option<(Expression, Expression)> {
    let above = narrowing.expression(above, selection, place);
    let below = narrowing.expression(below, selection, place);
    above.zip(below)
}
