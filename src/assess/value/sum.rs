//! Sums of measures of a unit over one frame.

use std::sync::Arc;

use crate::assess::{Assessor, Frame};
use crate::exact::Exact;
use crate::plan::{Absent, Expression, Factor, MeasureIndex, UnitIndex};
use crate::tally::{Missing, Over, Participants, Reports, Total};

/// Measures added and subtracted.
pub(in crate::assess) struct Sum<'a>(pub(super) Vec<Term<'a>>);

pub(super) struct Term<'a> {
    pub(super) over: Over<'a>,
    pub(super) measure: MeasureIndex,
    pub(super) subtracted: bool,
    /// What its total is multiplied by, where it is not counted as it is.
    pub(super) factor: Option<Exact>,
    /// Whether the measure is 0 where it has no figure.
    pub(super) absent_is_zero: bool,
}

impl Assessor<'_> {
    pub(in crate::assess) fn sum(&self, expression: &Expression, frame: &Frame) -> Sum<'_> {
        let terms = expression.terms.iter().map(|term| Term {
            over: self.known.over(term.measure, &frame.to_date),
            measure: term.measure,
            subtracted: term.subtracted,
            factor: (term.factor != Factor::ONE).then(|| term.factor.exact()),
            absent_is_zero: self.plan[term.measure].absent == Absent::Zero,
        });
        Sum(terms.collect())
    }

    /// The reports of every measure of which some may be due.
    pub(in crate::assess) fn due(
        &self,
        expressions: &[&Expression],
        frame: &Frame,
        participants: Participants,
    ) -> Vec<Arc<[Reports]>> {
        let terms = expressions.iter().flat_map(|expression| &expression.terms);
        let reports =
            terms.filter_map(|term| self.known.reports(term.measure, &frame.to_date, participants));
        reports.collect()
    }
}

impl Sum<'_> {
    pub(in crate::assess) fn total(&self, unit: UnitIndex) -> Result<Total, Missing> {
        let [first, others @ ..] = &self.0[..] else { return Err(Missing::NoData) };
        let mut total = first.total(unit);
        for term in others {
            total = match (total, term.total(unit)) {
                (Ok(one), Ok(other)) => Ok(Total {
                    value: one.value + &other.value,
                    imputed: one.imputed.max(other.imputed),
                    provisional: one.provisional || other.provisional,
                    parts_differ: one.parts_differ || other.parts_differ,
                    figures: one.figures.max(other.figures),
                }),
                // The most serious reason is reported.
                (Err(one), Err(other)) => Err(one.min(other)),
                (Err(missing), Ok(_)) | (Ok(_), Err(missing)) => Err(missing),
            };
        }
        total
    }
}

impl Term<'_> {
    fn total(&self, unit: UnitIndex) -> Result<Total, Missing> {
        let total = match self.over.total(unit) {
            Err(Missing::NoData) if self.absent_is_zero => Total::ZERO,
            total => total?,
        };
        let total = match &self.factor {
            Some(factor) => Total { value: &total.value * factor, ..total },
            None => total,
        };
        Ok(if self.subtracted {
            Total { value: &Exact::ZERO - &total.value, ..total }
        } else {
            total
        })
    }
}

/// The lowest share of due reports that were made, in per cent.
pub(in crate::assess) fn completeness(due: &[Arc<[Reports]>], unit: UnitIndex) -> Option<f64> {
    due.iter().filter_map(|reports| reports[unit.0].completeness()).reduce(f64::min)
}
