//! Who answers for targets and units, and from when to when.

use std::collections::HashSet;

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

impl Owner {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
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

impl Duty {
    fn is_in_force(&self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// The duties of a plan's owners, with what they are about looked up: see [`Plan::offices`].
#[derive(Debug)]
pub(crate) struct Offices(Vec<KnownDuty>);

#[derive(Debug)]
struct KnownDuty {
    /// By its place in the plan.
    owner: usize,
    duty: Duty,
    targets: HashSet<String>,
    /// Whether each unit is one of those of the duty.
    covers: Vec<bool>,
}

/// The offices that may answer for the rows of a target and a window.
pub(crate) struct OfficesOfWindow<'p> {
    plan: &'p Plan,
    duties: Vec<DutyInWindow<'p>>,
}

struct DutyInWindow<'p> {
    owner: usize,
    covers: &'p [bool],
    on_first_day: bool,
    on_last_day: bool,
}

/// An office that answers for a row, on its first day or its last.
pub(crate) struct Office<'p> {
    /// By its place in the plan.
    pub(crate) at: usize,
    pub(crate) owner: &'p Owner,
    /// The unit of the office, where there is one in each unit of a level.
    pub(crate) seat: Option<UnitIndex>,
    /// Whether it answers on the first day of the window.
    pub(crate) on_first_day: bool,
    /// Whether it answers on the last day that counts.
    pub(crate) on_last_day: bool,
}

impl Offices {
    pub(super) fn of(plan: &Plan) -> Offices {
        let owners = plan.owners().iter().enumerate();
        let duties = owners.flat_map(|(at, owner)| {
            owner.duties.iter().map(move |duty| KnownDuty {
                owner: at,
                duty: duty.clone(),
                targets: duty.targets.iter().cloned().collect(),
                covers: covered(plan.units(), owner, duty),
            })
        });
        Offices(duties.collect())
    }
}

impl Plan {
    /// The offices that may answer for the rows of a target and a window; `last` is the last day that counts.
    pub(crate) fn offices(
        &self,
        target: &Target,
        window: &Window,
        last: NaiveDate,
    ) -> OfficesOfWindow<'_> {
        let Offices(duties) = self.offices.get_or_init(|| Offices::of(self));
        let known = duties.iter().filter(|known| known.is_about(self, target));
        let duties = known.map(|known| DutyInWindow {
            owner: known.owner,
            covers: &known.covers,
            on_first_day: known.duty.is_in_force(window.start()),
            on_last_day: known.duty.is_in_force(last),
        });
        let duties = duties.filter(|duty| duty.on_first_day || duty.on_last_day).collect();
        OfficesOfWindow { plan: self, duties }
    }
}

impl KnownDuty {
    fn is_about(&self, plan: &Plan, target: &Target) -> bool {
        let Duty { indicators, campaigns, tasks, .. } = &self.duty;
        let names = |ids: &[String], id: Option<&str>| {
            ids.is_empty() || id.is_some_and(|id| ids.iter().any(|one| one == id))
        };
        let is_of_campaigns = || {
            let part_of = |of| campaigns.iter().any(|whole| plan.is_part_of(of, *whole));
            campaigns.is_empty() || target.campaign.is_some_and(part_of)
        };
        (self.targets.is_empty() || self.targets.contains(target.id.as_str()))
            && names(indicators, Some(&plan[target.indicator].id))
            && names(tasks, target.task.as_deref())
            && is_of_campaigns()
    }
}

/// Whether each unit is one of those that a duty is about.
fn covered(units: &Units, owner: &Owner, duty: &Duty) -> Vec<bool> {
    let named: HashSet<UnitIndex> = match &duty.units {
        Some(Scope::Named(named)) => named.iter().copied().collect(),
        Some(Scope::Top | Scope::Level(_)) | None => HashSet::new(),
    };
    let within: HashSet<UnitIndex> = duty.within.iter().copied().collect();
    let is_covered = |(at, _)| {
        let is_named = match &duty.units {
            None => true,
            Some(Scope::Top) => units[at].parent.is_none(),
            Some(Scope::Level(level)) => units[at].level == *level,
            Some(Scope::Named(_)) => named.contains(&at),
        };
        is_named
            && (within.is_empty() || with_above(units, at).any(|above| within.contains(&above)))
            && (owner.each.is_none() || seat(units, owner, at).is_some())
    };
    units.iter().map(is_covered).collect()
}

/// A unit and the units above it.
fn with_above(units: &Units, unit: UnitIndex) -> impl Iterator<Item = UnitIndex> {
    std::iter::once(unit).chain(units.above(unit))
}

/// Of an office that exists once in each unit of a level, the unit of the office that answers for a unit.
fn seat(units: &Units, owner: &Owner, unit: UnitIndex) -> Option<UnitIndex> {
    let level = owner.each?;
    with_above(units, unit).find(|above| units[*above].level == level)
}

impl<'p> OfficesOfWindow<'p> {
    /// The offices that answer for the row of a unit, each once, in the order of the plan.
    pub(crate) fn of(&self, unit: UnitIndex) -> impl Iterator<Item = Office<'p>> {
        let covers = move |duty: &&DutyInWindow<'_>| duty.covers[unit.place()];
        let of_unit = self.duties.iter().filter(covers);
        let mut offices: Vec<Office<'p>> = Vec::new();
        for duty in of_unit {
            match offices.last_mut().filter(|last| last.at == duty.owner) {
                Some(last) => {
                    last.on_first_day |= duty.on_first_day;
                    last.on_last_day |= duty.on_last_day;
                }
                None => {
                    let owner = &self.plan.owners()[duty.owner];
                    offices.push(Office {
                        at: duty.owner,
                        owner,
                        seat: seat(self.plan.units(), owner, unit),
                        on_first_day: duty.on_first_day,
                        on_last_day: duty.on_last_day,
                    });
                }
            }
        }
        offices.into_iter()
    }

    /// The ids of the offices in charge of the row of a unit: `police, chairs`; none where there is none.
    pub(crate) fn ids(&self, unit: UnitIndex) -> Option<String> {
        let ids: Vec<&str> = self.in_charge(unit).map(|office| office.owner.id.as_str()).collect();
        (!ids.is_empty()).then(|| ids.join(", "))
    }

    /// The offices that answer for the row of a unit on the last day that counts.
    pub(crate) fn in_charge(&self, unit: UnitIndex) -> impl Iterator<Item = Office<'p>> {
        self.of(unit).filter(|office| office.on_last_day)
    }
}
