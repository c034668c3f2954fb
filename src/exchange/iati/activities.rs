//! The activities of a file, and which units belong to them.

use rustc_hash::FxHashMap;

use crate::plan::{Plan, UnitIndex};

/// An activity.
pub(super) struct Activity<'p> {
    pub(super) identifier: &'p str,
    pub(super) title: &'p str,
}

/// The activities, and the one of each unit.
pub(super) struct Activities<'p> {
    pub(super) all: Vec<Activity<'p>>,
    /// By unit: the place of its activity, and whether it is the activity itself and no location of it.
    units: Vec<Option<(usize, bool)>>,
}

impl<'p> Activities<'p> {
    /// The activities of a plan: the one that is named, or all units without a parent.
    pub(super) fn of(plan: &'p Plan, named: Option<&'p str>) -> Activities<'p> {
        let units = plan.units();
        let named_unit = named.filter(|code| !units.versions(code).is_empty());
        let mut all: Vec<Activity<'p>> = Vec::new();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        let mut of_units = Vec::with_capacity(units.len());
        let top_of = |unit: UnitIndex| units.above(unit).last().unwrap_or(unit);
        let mut tops = units.iter().filter(|(_, unit)| unit.parent.is_none());
        let first = tops.next().map(|(_, unit)| unit.id.as_str());
        let has_one_top = tops.all(|(_, unit)| Some(unit.id.as_str()) == first);
        for (index, unit) in units.iter() {
            let belongs = match (named, named_unit) {
                (None, _) => {
                    Some((units[top_of(index)].id.as_str(), units[top_of(index)].name.as_str()))
                }
                (Some(_), Some(code)) => std::iter::once(index)
                    .chain(units.above(index))
                    .find(|above| units[*above].id == code)
                    .map(|above| (code, units[above].name.as_str())),
                (Some(identifier), None) => Some((identifier, plan.title())),
            };
            of_units.push(belongs.map(|(identifier, title)| {
                let place = *places.entry(identifier).or_insert_with(|| {
                    all.push(Activity { identifier, title });
                    all.len() - 1
                });
                let is_only_top = named_unit.is_none() && has_one_top && unit.parent.is_none();
                (place, unit.id == identifier || is_only_top)
            }));
        }
        if let [only] = &mut all[..] {
            only.title = plan.title();
        }
        Activities { all, units: of_units }
    }

    /// The activity of a unit, and whether the unit is the activity itself.
    pub(super) fn of_unit(&self, unit: UnitIndex) -> Option<(usize, bool)> {
        self.units.get(unit.0).copied().flatten()
    }

    /// The reference of a location: a code that begins with the identifier of its activity is written without it.
    pub(super) fn reference<'c>(&self, activity: &Activity<'_>, code: &'c str) -> &'c str {
        let short = code.strip_prefix(activity.identifier).and_then(|rest| rest.strip_prefix('/'));
        short.filter(|short| self.all.len() > 1 && !short.is_empty()).unwrap_or(code)
    }
}
