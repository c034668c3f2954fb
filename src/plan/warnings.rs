//! What in a plan looks like a mistake.

use rustc_hash::FxHashMap;

use super::{Formula, Goal, IndicatorIndex, Plan, Target};
use crate::error::{Place, Warning, WarningCode};
use crate::exact::Decimal;
use crate::names::folded;

/// The names that differ from an earlier one only in capitals or compatible letters.
fn alike<'n>(names: &[&'n str]) -> impl Iterator<Item = &'n str> {
    let mut first: FxHashMap<String, &str> = FxHashMap::default();
    names.iter().copied().filter(move |name| *first.entry(folded(name)).or_insert(name) != *name)
}

/// The cure for a goal that looks like a share of 1.
pub(crate) const PER_CENT_HINT: &str = "the value is in per cent: 90 % is written 90, not 0.9; a goal that is this small is written with its sign, such as \"0.9 %\"";

impl Plan {
    /// What in the plan looks like a mistake. Without outcomes nothing tells a goal of 0.9 that should be 90 % from a
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
        let goals = Warning::about(WarningCode::GoalBelowOne, places, message, PER_CENT_HINT);
        goals.into_iter().chain(self.alike_names()).collect()
    }

    /// Names of one kind of things that differ only in capitals or compatible letters.
    fn alike_names(&self) -> Option<Warning> {
        let (strata, units) = (self.strata(), self.units());
        let mut kinds: Vec<(String, Vec<&str>)> = vec![
            ("measures".into(), self.measures().iter().map(|one| one.id.as_str()).collect()),
            ("indicators".into(), self.indicators().iter().map(|one| one.id.as_str()).collect()),
            ("targets".into(), self.targets().iter().map(|one| one.id.as_str()).collect()),
            ("campaigns".into(), self.campaigns().iter().map(|one| one.id.as_str()).collect()),
            ("strata".into(), strata.iter().map(|one| one.id.as_str()).collect()),
            ("units".into(), units.ids().collect()),
        ];
        kinds.extend(strata.iter().map(|stratum| {
            let categories = stratum.categories.iter().map(String::as_str).collect();
            (format!("strata.{}", stratum.id), categories)
        }));
        let places = kinds.iter().flat_map(|(kind, names)| {
            alike(names).map(move |name| Place::Path { path: format!("{kind}.{name}") })
        });
        let message = |count| match count {
            1 => "another name differs only in capitals or in the form of letters".to_owned(),
            count => format!(
                "{count} names differ from another only in capitals or in the form of letters"
            ),
        };
        Warning::about(
            WarningCode::AlikeNames,
            places,
            message,
            "rename one of the two if they mean the same",
        )
    }

    /// Whether a version of a target has a goal of at least 1 % or less of a share, and does not say that it is in per cent.
    pub(crate) fn has_goal_below_one(&self, target: &Target) -> bool {
        std::iter::once(target).chain(&target.versions).any(|version| {
            let is_below_one = |indicator: IndicatorIndex| {
                is_share_below_one(&version.goal, &self[indicator].formula)
            };
            !version.is_small_share && version.judged().into_iter().all(is_below_one)
        })
    }
}

/// Whether a goal is at least 1 % or less of a share in per cent.
pub(super) fn is_share_below_one(goal: &Goal, formula: &Formula) -> bool {
    match goal {
        Goal::AtLeast(number) | Goal::Above(number) => {
            Decimal::ZERO < *number
                && *number <= Decimal::ONE
                && formula.facts().greatest == Some(Decimal::ONE_HUNDRED)
        }
        Goal::AtMost(_)
        | Goal::Below(_)
        | Goal::Between(..)
        | Goal::ReduceBy(..)
        | Goal::IncreaseBy(..) => false,
    }
}
