//! What formulas of one sum over another share.

use super::{Names, Narrowing};
use crate::error::{Fault, FaultCode, Place};
use crate::exact::Decimal;
use crate::plan::nodes::Map;
use crate::plan::{Expression, Plan, Selection, keys};

/// The sum above the line, and the categories to which it alone is narrowed.
pub(super) type Numerator<'n> = (&'n Expression, &'n Selection);

/// `cleared ÷ cases × 100`.
pub(super) fn text(
    names: &Names<'_>,
    numerator: Numerator<'_>,
    below: &Expression,
    per: Decimal,
) -> String {
    format!("{} ÷ {} × {}", above(names, numerator), names.operand(below), names.decimal(per))
}

/// The numerator in a formula; titles don't tell what it alone is narrowed to.
pub(super) fn above(names: &Names<'_>, (sum, only): Numerator<'_>) -> String {
    let text = names.operand(sum);
    if only.is_empty() || !names.by_title {
        return text;
    }
    format!("{text} ({})", only.name(names.plan.strata()))
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
    (numerator, only): Numerator<'_>,
    denominator: &Expression,
    per: Decimal,
) -> Map {
    let mut node = Map::default();
    node.put(&keys::FRACTION.numerator, plan.expression_node(numerator));
    plan.put_selection(&keys::FRACTION.numerator_where, only, &mut node);
    node.put(&keys::FRACTION.denominator, plan.expression_node(denominator));
    node.set(&keys::FRACTION.per, &per);
    node
}

/// Both sums of what is in a selection of categories, and above the line of what the numerator alone is narrowed to. Notes
/// the faults of both.
pub(super) fn narrow(
    ((above, only), below): (Numerator<'_>, &Expression),
    narrowing: &mut impl Narrowing,
    selection: &Selection,
    place: &Place,
) -> Option<(Expression, Expression)> {
    if let Some((stratum, _)) = only.iter().find(|(one, _)| selection.of(*one).is_some()) {
        let stratum = narrowing.stratum(stratum).id;
        let message = format!("`{stratum}` narrows the numerator alone already");
        let fault = Fault::new(FaultCode::ConflictingKeys, place.clone(), message)
            .expected(format!("`{stratum}` in one place"))
            .hint("take it out of `numerator_where`, or out of this one");
        narrowing.refuse(fault);
        return None;
    }
    let above = narrowing.expression(above, &selection.and(only), place);
    let below = narrowing.expression(below, selection, place);
    above.zip(below)
}
