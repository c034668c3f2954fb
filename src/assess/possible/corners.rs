//! Values that rise or fall with each of their measures: they are bounded by what they are where each measure stands at its
//! least or its greatest.

use super::{Possible, PossibleValues, Ranges, Reach, SensitivityReason, Span, Weights};
use crate::assess::{Frame, Reason};
use crate::exact::Exact;
use crate::plan::{Expression, IndicatorIndex, MeasureIndex, UnitIndex};
use crate::tally::Supposed;

/// Measures that reach their least and their greatest together, and whether each adds or takes away.
pub(super) type Axis = Vec<(MeasureIndex, bool)>;

/// Where more measures stand both above and below the line, their corners are too many to look at.
const MOST_AXES: usize = 8;

impl PossibleValues<'_> {
    /// Where each measure stands at its least or its greatest: a value that rises or falls with each of them lies between
    /// what it is there. None of the axes if it does not.
    pub(super) fn at_corners(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        units: &[UnitIndex],
        axes: Option<Vec<Axis>>,
    ) -> Vec<Possible> {
        let owed = self.owed(self.assessor.plan.measures_of(indicator), frame, units);
        let missing: Vec<MeasureIndex> =
            owed.iter().flat_map(|owed| &owed.gaps).map(|gap| gap.measure).collect();
        let axes = axes.map(|mut axes| {
            axes.retain(|axis| axis.iter().any(|(measure, _)| missing.contains(measure)));
            axes
        });
        let axes = axes.filter(|axes| axes.len() <= MOST_AXES);
        let mut ranges = Ranges::new();
        let ranges: Vec<Result<Vec<(f64, f64)>, SensitivityReason>> = owed
            .iter()
            .map(|owed| {
                if !owed.gaps.is_empty() && axes.is_none() {
                    return Err(SensitivityReason::NotBounded);
                }
                let gaps = &owed.gaps;
                let ranges = gaps.iter().map(|gap| self.range(*gap, gaps, frame, &mut ranges));
                ranges.collect::<Option<Vec<_>>>().ok_or(SensitivityReason::NoRange)
            })
            .collect();
        let axes = axes.unwrap_or_default();
        let mut spans: Vec<Found> = vec![Found::default(); units.len()];
        for corner in 0..1_usize << axes.len() {
            let is_greatest = |measure: MeasureIndex| {
                axes.iter().enumerate().any(|(place, axis)| {
                    let rises = axis.iter().find(|(one, _)| *one == measure);
                    rises.is_some_and(|(_, rises)| *rises == (corner >> place & 1 == 1))
                })
            };
            let mut supposed = Vec::new();
            for (owed, ranges) in owed.iter().zip(&ranges) {
                let Ok(ranges) = ranges else { continue };
                supposed.extend(owed.gaps.iter().zip(ranges).map(|(gap, (low, high))| {
                    gap.filled(if is_greatest(gap.measure) { *high } else { *low })
                }));
            }
            self.look(indicator, frame, units, &supposed, &mut spans);
        }
        let rows = owed.into_iter().zip(ranges).zip(spans);
        let rows = rows.map(|((owed, ranges), found)| Possible {
            misses: !owed.gaps.is_empty(),
            span: ranges.and_then(|_| found.span()),
        });
        rows.collect()
    }

    /// The values of an indicator with some reports supposed.
    pub(super) fn look(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        units: &[UnitIndex],
        supposed: &[Supposed],
        found: &mut [Found],
    ) {
        let then = self.assessor.knowing(self.assessor.known.supposing(supposed));
        let prepared = then.prepare(indicator, frame);
        for (unit, found) in units.iter().zip(found) {
            let evaluated = prepared.evaluate(*unit);
            found.add(evaluated.value, evaluated.denominator);
        }
    }
}

/// What a value was found to be, supposing one thing after another.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    span: Option<Span>,
    /// Whether what was divided by was positive.
    above_zero: Option<bool>,
    missing: Option<Reason>,
}

impl Found {
    pub(super) fn add(&mut self, value: Result<Exact, Reason>, divided_by: Option<f64>) {
        match value {
            Ok(value) => {
                self.span = Some(match self.span.take() {
                    None => Span::only(value),
                    Some(Span { low: Reach::At(low), high: Reach::At(high) }) => Span {
                        low: Reach::At(low.min(value.clone())),
                        high: Reach::At(high.max(value)),
                    },
                    Some(unlimited) => unlimited,
                });
            }
            Err(reason) => {
                self.missing.get_or_insert(reason);
            }
        }
        if let Some(divided_by) = divided_by {
            let is_above = divided_by > 0.0;
            // On the way from one to the other it is 0.
            if self.above_zero.is_some_and(|other| other != is_above) {
                self.missing.get_or_insert(Reason::ZeroDenominator);
            }
            self.above_zero = Some(is_above);
        }
    }

    pub(super) fn span(self) -> Result<Span, SensitivityReason> {
        match (self.span, self.missing) {
            (Some(span), None) => Ok(span),
            (_, Some(reason)) => Err(SensitivityReason::Row(reason)),
            (None, None) => Err(SensitivityReason::Row(Reason::NoData)),
        }
    }
}

/// How much each measure adds to a sum of expressions.
pub(super) fn weights(expressions: &[&Expression]) -> Weights {
    let mut weights = Weights::new();
    for term in expressions.iter().flat_map(|expression| &expression.terms) {
        let weight = weights.entry(term.measure).or_insert(Exact::ZERO);
        let factor = term.factor.exact();
        *weight = if term.subtracted { &*weight - &factor } else { &*weight + &factor };
    }
    weights
}

/// Measures that stand above the line alone move together, and so do those below it; each that stands in both moves by
/// itself.
pub(super) fn axes(above: &Weights, below: &Weights) -> Vec<Axis> {
    let alone = |these: &Weights, others: &Weights| -> Axis {
        let alone = these.iter().filter(|(measure, _)| !others.contains_key(measure));
        alone.map(|(measure, weight)| (*measure, weight.is_positive())).collect()
    };
    let shared = above.keys().filter(|measure| below.contains_key(measure));
    let mut axes: Vec<Axis> = shared.map(|measure| vec![(*measure, true)]).collect();
    axes.extend([alone(above, below), alone(below, above)]);
    axes
}
