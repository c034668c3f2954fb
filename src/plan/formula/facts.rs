//! Facts about a formula that other modules use.

use super::{Annualised, ChangeAs, Variation};
use crate::exact::Decimal;
use crate::plan::{Expression, Goal, IndicatorIndex, LevelIndex, MeasureIndex, Reference};

/// The facts of a formula.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts<'f> {
    pub(crate) value: ValueKind,
    pub(crate) inputs: Inputs<'f>,
    /// The multiplier of a quotient.
    pub(crate) per: Decimal,
    /// Whether and how a rate is brought to a year.
    pub(crate) annualised: Annualised,
    /// Of a ratio, the share of the numerator's events that belong to events of the denominator in the same window.
    pub(crate) linked: Option<Decimal>,
    /// The greatest value there can be, of shares: the whole. A plan's goals are checked against it.
    pub(crate) greatest: Option<Decimal>,
    /// The way its counts vary unless the plan says otherwise.
    pub(crate) variation: Variation,
}

/// What kind of number a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueKind {
    /// A number of events or things. It adds up over units where its measures do.
    Count,
    /// A part of a whole.
    Share,
    /// Events per something that they are counted over.
    Exposure,
    /// A sum per thing, or a sum that is no number of events.
    Things,
    /// Any other number.
    Derived,
}

impl ValueKind {
    /// The kind of a number of events where these are a sum: measures that are multiplied are no events any more.
    pub(super) fn of_sum(self, events: &Expression) -> ValueKind {
        if events.has_factor() { ValueKind::Things } else { self }
    }
}

/// What a value is computed from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Inputs<'f> {
    /// A sum of measures, or one sum divided by another.
    Sums { above: Operand<'f>, below: Option<Operand<'f>> },
    /// Two sums of measures for each category of a stratum.
    Categories { above: Operand<'f>, below: Operand<'f>, each: &'f [(Expression, Expression)] },
    /// Another indicator, now and earlier.
    Change { of: IndicatorIndex, from: &'f Reference, change_unit: ChangeAs },
    /// The verdicts of units.
    Units { of: IndicatorIndex, level: LevelIndex, goal: &'f Goal },
    /// The reports of measures.
    Reports { of: &'f [MeasureIndex] },
    /// The published values of a measure.
    Published { measure: MeasureIndex, latest: bool },
}

/// A sum of measures in its role.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operand<'f> {
    /// The phrase that names the role in explanations.
    pub(crate) role: &'static str,
    pub(crate) sum: &'f Expression,
}

impl<'f> Facts<'f> {
    /// The facts of a formula without a multiplier, whose counts vary by chance.
    pub(super) fn new(value: ValueKind, inputs: Inputs<'f>) -> Facts<'f> {
        Facts {
            value,
            inputs,
            per: Decimal::ONE,
            annualised: Annualised::None,
            linked: None,
            greatest: None,
            variation: Variation::Chance,
        }
    }

    /// The facts of one sum over another, times `per`.
    pub(super) fn fraction(
        value: ValueKind,
        above: (&'static str, &'f Expression),
        below: (&'static str, &'f Expression),
        per: Decimal,
    ) -> Facts<'f> {
        let operand = |(role, sum)| Operand { role, sum };
        let inputs = Inputs::Sums { above: operand(above), below: Some(operand(below)) };
        Facts { per, ..Facts::new(value, inputs) }
    }

    /// The sum that a count is.
    pub(crate) fn count(&self) -> Option<&'f Expression> {
        self.numerator().filter(|_| self.value == ValueKind::Count)
    }

    /// The sum above the line, or the only one.
    pub(crate) fn numerator(&self) -> Option<&'f Expression> {
        match self.inputs {
            Inputs::Sums { above, .. } | Inputs::Categories { above, .. } => Some(above.sum),
            Inputs::Change { .. }
            | Inputs::Units { .. }
            | Inputs::Reports { .. }
            | Inputs::Published { .. } => None,
        }
    }

    /// The sums above and below the line.
    pub(crate) fn sides(&self) -> Option<(&'f Expression, &'f Expression)> {
        match self.inputs {
            Inputs::Sums { above, below: Some(below) }
            | Inputs::Categories { above, below, .. } => Some((above.sum, below.sum)),
            Inputs::Sums { below: None, .. }
            | Inputs::Change { .. }
            | Inputs::Units { .. }
            | Inputs::Reports { .. }
            | Inputs::Published { .. } => None,
        }
    }

    /// The sum of the part and the sum of the whole.
    pub(crate) fn part_and_whole(&self) -> Option<(&'f Expression, &'f Expression)> {
        self.sides().filter(|_| self.value == ValueKind::Share)
    }

    /// The indicator that it is computed from.
    pub(crate) fn rests_on(&self) -> Option<IndicatorIndex> {
        match self.inputs {
            Inputs::Change { of, .. } | Inputs::Units { of, .. } => Some(of),
            Inputs::Sums { .. }
            | Inputs::Categories { .. }
            | Inputs::Reports { .. }
            | Inputs::Published { .. } => None,
        }
    }

    /// The measures that it names itself, each as often as it is named.
    pub(crate) fn measures(&self) -> Vec<MeasureIndex> {
        let of = |sum: &Expression| sum.terms.iter().map(|term| term.measure).collect::<Vec<_>>();
        let sums = match self.inputs {
            Inputs::Sums { above, below } => vec![Some(above.sum), below.map(|below| below.sum)],
            Inputs::Categories { each, .. } => {
                each.iter().flat_map(|(above, below)| [Some(above), Some(below)]).collect()
            }
            Inputs::Change { .. } | Inputs::Units { .. } => Vec::new(),
            Inputs::Reports { of, .. } => return of.to_vec(),
            Inputs::Published { measure, .. } => return vec![measure],
        };
        sums.into_iter().flatten().flat_map(of).collect()
    }

    /// Whether it is a count or a quotient of events, so that more events raise it in proportion.
    pub(crate) fn is_of_events(&self) -> bool {
        match self.value {
            ValueKind::Count | ValueKind::Share | ValueKind::Exposure => {
                matches!(self.inputs, Inputs::Sums { .. })
            }
            ValueKind::Things | ValueKind::Derived => false,
        }
    }

    /// Whether it compares two windows.
    pub(crate) fn is_change(&self) -> bool {
        matches!(self.inputs, Inputs::Change { .. })
    }

    /// The indicator of which it is the change.
    pub(crate) fn changed(&self) -> Option<IndicatorIndex> {
        match self.inputs {
            Inputs::Change { of, .. } => Some(of),
            Inputs::Sums { .. }
            | Inputs::Units { .. }
            | Inputs::Published { .. }
            | Inputs::Categories { .. }
            | Inputs::Reports { .. } => None,
        }
    }

    /// Whether it counts units by their verdicts.
    pub(crate) fn is_of_units(&self) -> bool {
        matches!(self.inputs, Inputs::Units { .. })
    }

    /// Whether it counts reports.
    pub(crate) fn is_of_reports(&self) -> bool {
        matches!(self.inputs, Inputs::Reports { .. })
    }

    /// The measure whose published values it shows, and whether the latest one counts.
    pub(crate) fn published(&self) -> Option<(MeasureIndex, bool)> {
        match self.inputs {
            Inputs::Published { measure, latest } => Some((measure, latest)),
            Inputs::Sums { .. }
            | Inputs::Categories { .. }
            | Inputs::Change { .. }
            | Inputs::Units { .. }
            | Inputs::Reports { .. } => None,
        }
    }
}
