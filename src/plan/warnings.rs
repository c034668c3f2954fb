//! What in a plan looks like a mistake.

use super::{Goal, IndicatorIndex, Plan, Target};
use crate::error::{Place, Warning, WarningCode};
use crate::exact::Decimal;

/// What corrects a goal that is meant as a share of 1.
pub(crate) const PER_CENT_HINT: &str = "the value is in per cent: 90 % is written 90, not 0.9";

impl Plan {
    /// What in the plan looks like a mistake. Without outcomes nothing tells a goal of 0.9 that is meant as 90 % from a
    /// goal of 0.9 %: [`Report::warnings`](crate::Report::warnings) decides that by the values.
    pub fn warnings(&self) -> Vec<Warning> {
        let targets = self.targets().iter().filter(|target| self.has_goal_below_one(target));
        let mut ids: Vec<&str> = targets.map(|target| target.id.as_str()).collect();
        // One that is split by strata has one id.
        ids.dedup();
        let places = ids.iter().map(|id| Place::Path { path: format!("targets.{id}.goal") });
        let message = |count| match count {
            1 => "the goal of a share in per cent is 1 or less".to_owned(),
            count => format!("{count} goals of shares in per cent are 1 or less"),
        };
        Warning::about(WarningCode::GoalBelowOne, places, message, PER_CENT_HINT)
            .into_iter()
            .collect()
    }

    /// Whether a version of a target asks for at least 1 % or less of a share.
    pub(crate) fn has_goal_below_one(&self, target: &Target) -> bool {
        std::iter::once(target).chain(&target.versions).any(|version| match version.goal {
            Goal::AtLeast(goal) | Goal::Above(goal) => {
                Decimal::ZERO < goal
                    && goal <= Decimal::ONE
                    && version.judged().into_iter().all(|indicator| self.is_in_per_cent(indicator))
            }
            Goal::AtMost(_)
            | Goal::Below(_)
            | Goal::Between(..)
            | Goal::ReduceBy(..)
            | Goal::IncreaseBy(..) => false,
        })
    }

    fn is_in_per_cent(&self, indicator: IndicatorIndex) -> bool {
        self[indicator].formula.facts().greatest == Some(Decimal::ONE_HUNDRED)
    }
}
