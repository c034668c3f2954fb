//! Who answers for targets and units, and from when to when.

use chrono::NaiveDate;

use super::index::{LevelIndex, UnitIndex};
use super::target::{Scope, Target};
use super::{Plan, Units};
use crate::calendar::Window;

/// An office, or a role, that answers for a part of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Owner {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// The name of who holds it.
    pub name: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// The level in each unit of which it exists once; none where there is one office.
    pub each: Option<LevelIndex>,
    /// What it answers for.
    pub duties: Vec<Duty>,
}

/// What an office answers for: what fits all that is named.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Duty {
    /// The ids of targets; empty for all.
    pub targets: Vec<String>,
    /// The ids of indicators; empty for all.
    pub indicators: Vec<String>,
    /// Campaigns, by their places in the plan; empty for all.
    pub campaigns: Vec<usize>,
    /// The ids of tasks; empty for all.
    pub tasks: Vec<String>,
    /// Units; none for all.
    pub units: Option<Scope>,
    /// Units, each with its validities, that are answered for with all units below them; empty for all.
    pub within: Vec<UnitIndex>,
    /// The first day; none for always.
    pub from: Option<NaiveDate>,
    /// The last day; none for still.
    pub until: Option<NaiveDate>,
}

/// When an office answers for a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    /// Whether it answered on the first day of the window.
    pub(crate) on_first_day: bool,
    /// Whether it answered on the last day that counts.
    pub(crate) on_last_day: bool,
}

/// A unit and the units above it.
fn with_above(units: &Units, unit: UnitIndex) -> impl Iterator<Item = UnitIndex> {
    std::iter::once(unit).chain(units.above(unit))
}

impl Owner {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// Of an office that exists once in each unit of a level, the unit of the office that answers for a unit.
    pub(crate) fn seat(&self, units: &Units, unit: UnitIndex) -> Option<UnitIndex> {
        let level = self.each?;
        with_above(units, unit).find(|above| units[*above].level == level)
    }

    /// When it answers for a target in a window of a unit; none where it never does. `last` is the last day that counts.
    pub(crate) fn term(
        &self,
        plan: &Plan,
        target: &Target,
        unit: UnitIndex,
        window: &Window,
        last: NaiveDate,
    ) -> Option<Term> {
        if self.each.is_some() && self.seat(plan.units(), unit).is_none() {
            return None;
        }
        let mut term = Term { on_first_day: false, on_last_day: false };
        for duty in self.duties.iter().filter(|duty| duty.covers(plan, target, unit)) {
            term.on_first_day |= duty.is_in_force(window.start());
            term.on_last_day |= duty.is_in_force(last);
        }
        (term.on_first_day || term.on_last_day).then_some(term)
    }
}

impl Duty {
    fn is_in_force(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Whether it is about a target and a unit.
    fn covers(&self, plan: &Plan, target: &Target, unit: UnitIndex) -> bool {
        let units = plan.units();
        let names = |ids: &[String], id: Option<&str>| {
            ids.is_empty() || id.is_some_and(|id| ids.iter().any(|one| one == id))
        };
        let is_of_campaigns = || {
            self.campaigns.is_empty()
                || target.campaign.is_some_and(|of| {
                    self.campaigns.iter().any(|whole| plan.is_part_of(of, *whole))
                })
        };
        let is_named = || match &self.units {
            None => true,
            Some(Scope::Top) => units[unit].parent.is_none(),
            Some(Scope::Level(level)) => units[unit].level == *level,
            Some(Scope::Named(named)) => named.contains(&unit),
        };
        let is_within = || {
            self.within.is_empty()
                || with_above(units, unit).any(|above| self.within.contains(&above))
        };
        names(&self.targets, Some(&target.id))
            && names(&self.indicators, Some(&plan[target.indicator].id))
            && names(&self.tasks, target.task.as_deref())
            && is_of_campaigns()
            && is_named()
            && is_within()
    }
}
