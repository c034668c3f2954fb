//! How the value of an indicator depends on time.

use crate::assess::{Assessor, Frame};
use crate::exact::Exact;
use crate::plan::{
    Absent, Annualised, Expression, IndicatorIndex, MeasureIndex, OverTime, OverUnits, Plan,
    Unmatched,
};

/// How a value stands to the days of a window that still runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Accumulation {
    /// It grows with the days.
    Accumulates,
    /// It is what it is on each day, and moves from a baseline.
    Stock,
    /// It does not depend on how many days have passed.
    Level,
}

impl Assessor<'_> {
    /// The window to date in years, as a rate's way of annualising counts them.
    pub(in crate::assess) fn years(&self, annualised: Annualised, frame: &Frame) -> Exact {
        let parts = match annualised {
            Annualised::None => return Exact::ONE,
            Annualised::Days365 => vec![(frame.to_date.days(), 365)],
            Annualised::Exact => self.plan.calendar().years(&frame.to_date),
        };
        let parts = parts.into_iter().filter_map(|(days, of)| Exact::quotient(days, of));
        parts.fold(Exact::ZERO, |years, part| years + &part)
    }

    /// Whether the stock below the line of a fraction weighs as much as was reported of the flow above it.
    pub(in crate::assess) fn is_per_period(&self, indicator: IndicatorIndex) -> bool {
        let binds = |measure: MeasureIndex| {
            !self.known.is_events(measure) && self.plan[measure].absent == Absent::Missing
        };
        let indicator = &self.plan[indicator];
        let Some((above, below)) = indicator.formula.facts().sides() else { return false };
        let binds_as = |expression: &Expression, is_flow: bool| {
            expression.terms.iter().any(|term| {
                let adds_over_units = self.plan[term.measure].over_units == OverUnits::Sum;
                let is_sum = self.plan[term.measure].over_time == OverTime::Sum;
                binds(term.measure) && adds_over_units && is_sum == is_flow
            })
        };
        indicator.unmatched.unwrap_or(self.plan.unmatched()) != Unmatched::AsRecorded
            && binds_as(above, true)
            && binds_as(below, false)
    }

    /// How an indicator's value stands to the days of a running window.
    pub(crate) fn accumulation(&self, indicator: IndicatorIndex) -> Accumulation {
        Accumulation::of(self.plan, indicator)
    }
}

impl Accumulation {
    /// How an indicator's value stands to the days of a running window.
    pub(crate) fn of(plan: &Plan, indicator: IndicatorIndex) -> Accumulation {
        let all = |expression: &Expression, is: fn(OverTime) -> bool| {
            expression.terms.iter().all(|term| is(plan[term.measure].over_time))
        };
        let flows = |expression: &Expression| all(expression, |over| over == OverTime::Sum);
        let stocks = |expression: &Expression| all(expression, |over| over != OverTime::Sum);
        let facts = plan[indicator].formula.facts();
        // Of counts and other sums there is nothing below the line.
        let sum = facts.numerator().filter(|_| facts.sides().is_none());
        match (sum, facts.sides()) {
            (Some(of), _) if flows(of) => Accumulation::Accumulates,
            (Some(_), _) => Accumulation::Stock,
            (None, Some((above, below)))
                if facts.annualised == Annualised::None && flows(above) && stocks(below) =>
            {
                Accumulation::Accumulates
            }
            (None, _) => Accumulation::Level,
        }
    }
}
