//! What a target had reached by its milestones.

use crate::assess::{Assessor, Frame, Reason, Verdict, candidates, is_meant, settled, windows};
use crate::calendar::Window;
use crate::exact::{Bound, Exact};
use crate::plan::{Goal, Milestone, Target, UnitIndex};

/// What a unit had reached by a milestone's day.
#[derive(Debug)]
pub(crate) struct Reached<'a> {
    pub(crate) milestone: &'a Milestone,
    pub(crate) unit: UnitIndex,
    /// Whether the day is over.
    pub(crate) is_due: bool,
    pub(crate) bounds: Bound,
    pub(crate) value: Option<Exact>,
    pub(crate) verdict: Verdict,
    /// Why a milestone that is due can't be judged.
    pub(crate) reason: Option<Reason>,
}

/// The milestones of a target for each of its units, in order of time.
pub(crate) fn reached<'a>(assessor: &Assessor<'_>, target: &'a Target) -> Vec<Reached<'a>> {
    let mut rows = Vec::new();
    for window in windows(assessor.plan, target) {
        let target = target.in_force(&window);
        let minimum = target.minimum_completeness.or(assessor.plan.minimum_completeness());
        for milestone in &target.milestones {
            let frame = frame_of_milestone(assessor, milestone, &window);
            let judge = frame.map(|frame| {
                assessor.prepare_judge(target.indicator, &target.goal, &frame, minimum)
            });
            let mut units = candidates(assessor.plan, &target.units);
            units.retain(|unit| is_meant(assessor.plan, &target.units, *unit, &window));
            let possible = frame
                .map(|frame| assessor.possible_values(target.indicator, &frame, &units))
                .unwrap_or_default();
            if assessor.known.only_prepares() {
                continue;
            }
            for unit in units {
                let mut row = Reached {
                    milestone,
                    unit,
                    is_due: judge.is_some(),
                    bounds: bounds(&target.goal, milestone),
                    value: None,
                    verdict: Verdict::Indeterminate,
                    reason: None,
                };
                if !assessor.plan.units().is_judged_throughout(unit, &window) {
                    row.reason = Some(Reason::UnitNotValid);
                } else if let Some(judge) = &judge {
                    let judgement = judge.judge_against(unit, Some(&row.bounds));
                    let (verdict, reason) = (judgement.verdict, judgement.reason);
                    row.value = judgement.evaluated.value.ok();
                    let of_unit = possible.get(&unit);
                    (row.verdict, row.reason) = settled((verdict, reason), |verdict| {
                        of_unit.is_some_and(|possible| possible.could_turn(&row.bounds, verdict))
                    });
                }
                rows.push(row);
            }
        }
    }
    rows
}

/// A window up to a milestone's day; none if that day is not over.
fn frame_of_milestone(
    assessor: &Assessor<'_>,
    milestone: &Milestone,
    window: &Window,
) -> Option<Frame> {
    if milestone.by > assessor.as_of {
        return None;
    }
    Some(Frame { window: *window, to_date: window.to_date(milestone.by)? })
}

/// A milestone is judged as the goal is: reached from below or kept to from above.
fn bounds(goal: &Goal, milestone: &Milestone) -> Bound {
    let at = Exact::of_decimal(milestone.reach);
    match goal.bounds(|_| ()) {
        Bound::Between { .. } => Bound::Floor { at, strict: false },
        bounds @ (Bound::Floor { .. } | Bound::Ceiling { .. }) => bounds.map(|()| at.clone()),
    }
}
