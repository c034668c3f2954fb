//! Shares of the units that meet a goal of their own.

use super::{Engine, Evaluated, Events, Prepared, Request, Standing, Value};
use crate::assess::assessment::{Reason, Verdict};
use crate::assess::uncertainty::Sampling;
use crate::assess::{Assessor, Frame};
use crate::exact::Exact;
use crate::plan::formula::ShareOfUnits;
use crate::plan::{Goal, IndicatorIndex, LevelIndex, UnitIndex};

/// Per unit, how the units of the level at or below it were judged.
struct PreparedShare(Vec<Members>);

/// The units of one level at or below a unit: valid throughout the window, judged, and having met their
/// goal.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::assess) struct Members {
    eligible: i32,
    judged: i32,
    met: i32,
    /// Of those judged, the units that meet their goal or not as their suppressed cells may hold.
    either: i32,
    imputed: f64,
    provisional: bool,
    parts_differ: bool,
}

impl Members {
    fn add(&mut self, other: &Members) {
        self.eligible += other.eligible;
        self.judged += other.judged;
        self.met += other.met;
        self.either += other.either;
        self.imputed = self.imputed.max(other.imputed);
        self.provisional |= other.provisional;
        self.parts_differ |= other.parts_differ;
    }

    /// The least and the greatest share, as suppressed cells may hold; none where no unit is judged.
    pub(in crate::assess) fn shares(&self) -> Option<(Exact, Exact)> {
        let share = |met: i32| &(&Exact::whole(met) * &Exact::HUNDRED) / &Exact::whole(self.judged);
        (self.judged > 0).then(|| (share(self.met), share(self.met + self.either)))
    }
}

impl Engine for ShareOfUnits {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let Request { assessor, frame, .. } = *request;
        Prepared::new(PreparedShare(assessor.members(self.of, self.level, &self.goal, frame)))
    }
}

impl Value<'_> for PreparedShare {
    fn evaluate(&self, unit: UnitIndex, _: Standing) -> Evaluated {
        share_of_units(&self.0[unit.0])
    }
}

impl Assessor<'_> {
    /// Judges the units of a level, and counts them for every unit.
    pub(in crate::assess) fn members(
        &self,
        of: IndicatorIndex,
        level: LevelIndex,
        goal: &Goal,
        frame: &Frame,
    ) -> Vec<Members> {
        let units = self.plan.units();
        let judge = self.prepare_judge(of, goal, frame, self.plan.minimum_completeness());
        if self.known.only_prepares() {
            return Vec::new();
        }
        let mut all = vec![Members::default(); units.len()];
        let mut suppressed = Vec::new();
        for unit in self.known.below_first() {
            let is_member =
                units[*unit].level == level && units.is_judged_throughout(*unit, &frame.window);
            if !is_member {
                continue;
            }
            let judgement = judge.judge(*unit);
            let members = &mut all[unit.0];
            members.eligible = 1;
            if judgement.verdict != Verdict::Indeterminate {
                members.judged = 1;
                members.met = i32::from(judgement.verdict == Verdict::Met);
                members.imputed = judgement.evaluated.imputed.unwrap_or(0.0).max(0.0);
                members.provisional = judgement.evaluated.provisional;
                members.parts_differ = judgement.evaluated.parts_differ;
            } else if judgement.reason == Some(Reason::Suppressed) && judge.has_enough(&judgement) {
                suppressed.push(*unit);
            }
        }
        let ends = self.suppressed_ends(&judge, of, goal, frame, &suppressed);
        for (unit, ends) in suppressed.iter().zip(ends) {
            let Some(ends) = ends else { continue };
            let members = &mut all[unit.0];
            members.judged = 1;
            members.met = i32::from(ends.verdict() == Some(Verdict::Met));
            members.either = i32::from(ends.verdict().is_none());
        }
        for unit in self.known.below_first() {
            if units[*unit].level != level {
                let mut members = Members::default();
                for child in units.children(*unit) {
                    members.add(&all[child.0]);
                }
                all[unit.0] = members;
            }
        }
        all
    }
}

fn share_of_units(members: &Members) -> Evaluated {
    let Members { eligible, judged, met, either, imputed, provisional, parts_differ } = *members;
    let completeness = (eligible > 0).then(|| 100.0 * f64::from(judged) / f64::from(eligible));
    if judged == 0 {
        return Evaluated { completeness, ..Evaluated::without_value(Reason::NoData) };
    }
    if either > 0 {
        return Evaluated { completeness, ..Evaluated::without_value(Reason::Suppressed) };
    }
    let slope = &Exact::HUNDRED / &Exact::whole(judged);
    Evaluated {
        numerator: Some(f64::from(met)),
        denominator: Some(f64::from(judged)),
        value: Ok(&Exact::whole(met) * &slope),
        events: Some(Events {
            recorded: Exact::whole(met),
            slope,
            intercept: Exact::ZERO,
            most: Some(Exact::whole(judged)),
        }),
        sampling: Sampling::Proportion {
            events: f64::from(met),
            whole: f64::from(judged),
            per: 100.0,
        },
        then: None,
        completeness,
        imputed: Some(imputed),
        provisional,
        parts_differ,
        pairs: None,
        recorded_below: None,
    }
}
