//! Events against those that a goal allows or requires (`docs/semantics.md`, 26c).

use super::Over;
use crate::assess::judge::Judge;
use crate::assess::projection::{Against, EventBudget};
use crate::assess::{Assessor, Frame, Verdict};
use crate::exact::{Bound, Exact};
use crate::plan::formula::Inputs;
use crate::plan::{IndicatorIndex, Target, UnitIndex};

/// The whole of a share.
#[derive(Debug, Clone)]
pub(super) struct Whole {
    pub(super) now: Exact,
    pub(super) at_end: Exact,
}

/// The numbers of events that just meet bounds on events: that of a floor or a ceiling, or the two of a `between`.
/// Events come in ones, from what was recorded on; where that is a whole number, so are the limits.
pub(super) fn limits(events: &Bound, recorded: &Exact) -> (Option<Exact>, Option<Exact>) {
    if recorded.is_whole() {
        let mut ends = <[_; 2]>::from(events.whole_numbers()).into_iter().flatten();
        (ends.next(), ends.next())
    } else {
        let (limit, upper) = events.numbers();
        (Some(limit.clone()), upper.cloned())
    }
}

/// Events recorded against bounds on events. A goal of at least a share limits the rest of its whole: of
/// 1,000, at least 999 leave 1.
pub(super) fn against(events: &Bound, recorded: &Exact, whole: Option<&Whole>) -> Against {
    let limit = match events {
        Bound::Floor { .. } | Bound::Ceiling { .. } => limits(events, recorded).0,
        Bound::Between { .. } => None,
    };
    match (events, whole) {
        (Bound::Floor { .. }, Some(Whole { now, at_end })) => Against {
            is_rest: true,
            used: (now - recorded).float(),
            // No more than all of them can be allowed.
            limit: limit.map(|limit| (at_end - &limit).min(at_end.clone()).float()).into(),
        },
        (Bound::Floor { .. } | Bound::Ceiling { .. } | Bound::Between { .. }, _) => Against {
            is_rest: false,
            used: recorded.float(),
            limit: limit.map(|limit| limit.float()).into(),
        },
    }
}

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
            elapsed: 1.0,
            remaining: (!counts_over_time).then_some(0.0).into(),
            recent: None,
        })
    }
}
