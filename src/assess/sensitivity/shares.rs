//! Shares of units: a unit that misses a report may turn out either way.

use super::{Counted, Possible, Sensitivity, Span, Unbounded};
use crate::assess::{Frame, Reason, Verdict};
use crate::exact::Exact;
use crate::plan::{Goal, IndicatorIndex, LevelIndex, UnitIndex};

/// Units of a level that are judged: whatever comes, and at worst and at best.
#[derive(Debug, Clone, Copy, Default)]
struct Members {
    judged: i32,
    surely_met: i32,
    perhaps_met: i32,
}

impl Sensitivity<'_> {
    /// The share of the units of a level at or below each unit that meet a goal.
    pub(super) fn shares(
        &self,
        of: IndicatorIndex,
        level: LevelIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<Possible> {
        let plan = self.assessor.plan;
        let judge = self.assessor.prepare_judge(of, goal, frame, plan.minimum_completeness());
        let of_each: Vec<Vec<UnitIndex>> = units
            .iter()
            .map(|unit| {
                let mut members = plan.units().of_level_within(level, *unit);
                members.retain(|unit| plan.units().is_judged_throughout(*unit, &frame.window));
                members
            })
            .collect();
        let all: Vec<UnitIndex> = of_each.iter().flatten().copied().collect();
        let mut possible = self.possible(of, frame, &all).into_iter();
        let rows = of_each.iter().map(|members| {
            let (mut reports, mut sum) = (Counted::default(), Members::default());
            for (member, possible) in members.iter().zip(&mut possible) {
                reports = reports.with(possible.reports);
                let judgement = judge.judge(*member);
                let verdicts = if !possible.misses() {
                    (judgement.verdict, judgement.verdict)
                } else {
                    match (&possible.span, &judgement.bounds) {
                        (Ok(span), Some(bounds)) => {
                            let (worst, best) = span.ends(bounds);
                            (worst.verdict, best.verdict)
                        }
                        // Nothing is known of it: it may meet the goal or not.
                        (Err(_), _) | (_, None) => (Verdict::Missed, Verdict::Met),
                    }
                };
                if verdicts.0 != Verdict::Indeterminate {
                    sum.judged += 1;
                    sum.surely_met += i32::from(verdicts.0 == Verdict::Met);
                    sum.perhaps_met += i32::from(verdicts.1 == Verdict::Met);
                }
            }
            let share =
                |met: i32| &(&Exact::whole(met) * &Exact::HUNDRED) / &Exact::whole(sum.judged);
            let span = if sum.judged == 0 {
                Err(Unbounded::Reason(Reason::NoData))
            } else {
                Ok(Span { low: share(sum.surely_met), high: share(sum.perhaps_met) })
            };
            Possible { reports, span }
        });
        rows.collect()
    }
}
