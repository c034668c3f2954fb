//! Shares of units: a unit that misses a report may turn out either way.

use super::{Possible, PossibleValues, Reach, SensitivityReason, Span};
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

impl PossibleValues<'_> {
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
        let mut bounds = self.bounds(of, goal, frame, &all).into_iter();
        let mut suppressed =
            self.assessor.suppressed_ends(&judge, of, goal, frame, &all).into_iter();
        let rows = of_each.iter().map(|members| {
            let (mut misses, mut sum) = (false, Members::default());
            for (member, ((possible, (misses_then, bounds)), suppressed)) in
                members.iter().zip((&mut possible).zip(&mut bounds).zip(&mut suppressed))
            {
                let misses_one = possible.misses || misses_then;
                misses |= misses_one;
                let judgement = judge.judge(*member);
                let verdicts = if !misses_one {
                    match suppressed.filter(|_| judge.has_enough(&judgement)) {
                        Some(ends) => (ends.worst.verdict, ends.best.verdict),
                        None => (judgement.verdict, judgement.verdict),
                    }
                } else {
                    match bounds.and_then(|bounds| possible.ends(&bounds, misses_then)) {
                        Ok((worst, best)) => (worst.verdict, best.verdict),
                        // Nothing is known of it: it may meet the goal or not.
                        Err(_) => (Verdict::Missed, Verdict::Met),
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
                Err(SensitivityReason::Row(Reason::NoData))
            } else {
                let (low, high) = (share(sum.surely_met), share(sum.perhaps_met));
                Ok(Span { low: Reach::At(low), high: Reach::At(high) })
            };
            Possible { misses, span }
        });
        rows.collect()
    }
}
