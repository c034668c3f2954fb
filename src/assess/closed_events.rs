//! The events of windows that have closed, against those that a goal allowed or required (`docs/semantics.md`, 26c).

use super::assessment::Verdict;
use super::course::Over;
use super::judge::Judge;
use super::outlook::{Whole, against};
use super::projection::EventBudget;
use super::{Assessor, Frame};
use crate::plan::formula::Inputs;
use crate::plan::{IndicatorIndex, Target, UnitIndex};

/// The events of a target in a window that has closed.
pub(crate) struct ClosedEvents<'a> {
    judge: Judge<'a>,
    over: Over,
}

impl Assessor<'_> {
    /// The events of a target in a window that has closed; none where its value is not made of events that accumulate.
    pub(crate) fn closed_events<'s>(
        &'s self,
        target: &'s Target,
        indicator: IndicatorIndex,
        frame: &Frame,
    ) -> Option<ClosedEvents<'s>> {
        let counted = match self.plan[indicator].formula.facts().inputs {
            Inputs::Sums { .. } => indicator,
            Inputs::Change { of, .. } => of,
            Inputs::Units { .. }
            | Inputs::Published { .. }
            | Inputs::Categories { .. }
            | Inputs::Reports { .. } => return None,
        };
        let over = self.over(counted)?;
        Some(ClosedEvents { judge: self.prepare_judge(indicator, &target.goal, frame, None), over })
    }
}

impl ClosedEvents<'_> {
    /// The events of a unit against those that its goal allowed or required; none where the unit is not judged, or the events
    /// are a difference below 0.
    pub(crate) fn budget(&self, unit: UnitIndex) -> Option<EventBudget> {
        let judgement = self.judge.judge(unit);
        let (bounds, events) = (judgement.bounds.as_ref()?, judgement.evaluated.events.as_ref()?);
        if judgement.verdict == Verdict::Indeterminate || events.recorded.is_negative() {
            return None;
        }
        let (counts_over_time, whole) = match self.over {
            Over::Time | Over::TimeAmong => (true, None),
            Over::Exposure => (false, None),
            Over::Whole => (false, events.most.as_ref()),
        };
        let whole = whole.map(|whole| Whole { now: whole.clone(), at_end: whole.clone() });
        Some(EventBudget {
            against: against(&bounds.on_events(events), &events.recorded, whole.as_ref()),
            late: 0.0,
            elapsed: 1.0,
            remaining: (!counts_over_time).then_some(0.0).into(),
            recent: None,
        })
    }
}
