//! The sums that counts and fractions are computed from.

use std::sync::Arc;

use super::matched::{Matchings, Sides, Standing, sides};
use super::{Request, Sum, SumPair};
use crate::assess::assessment::Reason;
use crate::exact::Exact;
use crate::plan::formula::ValueKind;
use crate::plan::{Expression, UnitIndex};
use crate::tally::Reports;

/// A sum, or a sum above the line and one below it.
pub(super) struct Sums<'a> {
    pub(super) kind: ValueKind,
    pub(super) above: Sum<'a>,
    pub(super) below: Option<Sum<'a>>,
    pub(super) matchings: Matchings<'a>,
    pub(super) per: Exact,
    pub(super) per_float: f64,
    pub(super) due: Vec<Arc<[Reports]>>,
}

impl<'a> Request<'a, '_> {
    pub(super) fn sums(
        &self,
        above: &Expression,
        below: Option<&Expression>,
        per: Exact,
    ) -> Sums<'a> {
        let Request { assessor, indicator, frame, .. } = *self;
        let rules = self.rules();
        let due: Vec<&Expression> = std::iter::once(above).chain(below).collect();
        Sums {
            kind: assessor.plan[indicator].formula.facts().value,
            above: assessor.sum(above, frame),
            below: below.map(|below| assessor.sum(below, frame)),
            matchings: assessor.matchings((above, below), &frame.to_date, rules),
            per_float: per.float(),
            per,
            due: assessor.due(&due, frame, rules.participants),
        }
    }
}

impl Sums<'_> {
    pub(super) fn sides(&self, unit: UnitIndex, standing: Standing) -> Sides {
        sides(&self.above, self.below.as_ref(), self.matchings.of(standing), unit)
    }
}

impl Sides {
    /// Why there is no value, if there is none: the gravest reason first.
    pub(super) fn reason(&self) -> Option<Reason> {
        let missing = self.above.as_ref().err().into_iter();
        let missing = missing.chain(self.below.as_ref().and_then(|below| below.as_ref().err()));
        missing.copied().min().map(Reason::from).or(self.refused)
    }

    pub(super) fn sum_pair(self) -> Result<SumPair, Reason> {
        if let Some(reason) = self.reason() {
            return Err(reason);
        }
        let below = self.below.transpose().map_err(Reason::from)?.map(|below| below.value);
        Ok(SumPair { numerator: self.above.map_err(Reason::from)?.value, denominator: below })
    }
}
