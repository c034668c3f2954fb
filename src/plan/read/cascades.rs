//! How a target is shared out: which goals can be, to whom, and by what.

use super::references::unknown;
use super::{Ground, Names, Reader};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode};
use crate::exact::Decimal;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{self, SHARE_FORMS, WINDOW_FORMS};
use crate::plan::{
    Cascade, Formula, Goal, LevelIndex, MeasureIndex, OverUnits, Scope, ShareBy, UnitIndex, Units,
};

/// What is known of the target whose goal is shared out.
pub(super) struct SharedOut<'t> {
    pub(super) goal: Option<&'t Goal>,
    pub(super) formula: Option<&'t Formula>,
    pub(super) scope: Option<&'t Scope>,
}

impl Reader<'_> {
    pub(super) fn cascade(
        &mut self,
        node: &Node,
        target: &SharedOut<'_>,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Option<Cascade> {
        let fields = self.fields(node, &keys::CASCADE)?;
        let to_node = self.required(&fields, &keys::CASCADE.to);
        let to = to_node.and_then(|node| self.level(node, ground));
        if let (Some(node), Some(to), Some(scope)) = (to_node, to, target.scope)
            && ground.knows_units
        {
            self.refuse_shares_upwards(node, to, scope, &ground.units);
        }
        let whole_numbers = self.value_or_default(&fields, &keys::CASCADE.whole_numbers);
        let by_node = self.required(&fields, &keys::CASCADE.by);
        let by = by_node.and_then(|by| match &by.value {
            Value::Text(name) if name == "same" => Some(ShareBy::Same),
            Value::Text(name) if name == "equal" => Some(ShareBy::Equal),
            Value::Map(_) => {
                let shares = self.fields(by, &keys::SHARE)?;
                let [Entry { key, value, .. }] = shares.entries else {
                    self.wrong(FaultCode::WrongForm, by, "what a share is made by", SHARE_FORMS);
                    return None;
                };
                if key == "explicit" {
                    return self.explicit(value, target, to, ground);
                }
                if key != "proportional" {
                    return None;
                }
                let measure = self.weight(value, names);
                let window = self.required(&fields, &keys::CASCADE.window);
                let window =
                    window.and_then(|node| self.window(node, calendar, Some(&names.campaigns)));
                Some(ShareBy::Proportional { measure: measure?, window: window?.0 })
            }
            Value::Text(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => {
                self.wrong(FaultCode::WrongForm, by, "what a share is made by", SHARE_FORMS);
                None
            }
        });
        let is_proportional = by_node.is_some_and(|by| {
            by.as_map().is_some_and(|map| map.iter().any(|entry| entry.key == "proportional"))
        });
        if let (Some(window), Some(_), false) =
            (fields.get(&keys::CASCADE.window), by_node, is_proportional)
        {
            self.faults.push(
                Fault::new(
                    FaultCode::MisplacedKey,
                    window.place.clone(),
                    "a window is for shares in proportion to a measure",
                )
                .expected(format!("no window, or `by: {{proportional: …}}` with {WINDOW_FORMS}")),
            );
        }
        if let (Some(node), Some(by)) = (by_node, &by) {
            self.refuse_shares_of_what_is_no_sum(node, by, target, names);
        }
        Some(Cascade { to: to?, by: by?, whole_numbers: whole_numbers? })
    }

    /// Shares go down: the lowest level lies below all units of the target.
    fn refuse_shares_upwards(&mut self, node: &Node, to: LevelIndex, scope: &Scope, units: &Units) {
        let of_units = units.iter().filter(|(at, unit)| match scope {
            Scope::Top => unit.parent.is_none(),
            Scope::Level(level) => unit.level == *level,
            Scope::Named(named) => named.binary_search(at).is_ok(),
        });
        let lowest = of_units.map(|(_, unit)| unit.level).max();
        if let Some(lowest) = lowest.filter(|lowest| to <= *lowest) {
            let below: Vec<String> =
                units.levels()[lowest.0 + 1..].iter().map(|level| format!("`{level}`")).collect();
            self.faults.push(
                Fault::new(
                    FaultCode::WrongLevel,
                    node.place.clone(),
                    "a target is shared out to units below its own",
                )
                .found(format!("`{}`", units.level_name(to)))
                .expected(match &below[..] {
                    [] => format!(
                        "a level below `{}`, of which there is none",
                        units.level_name(lowest)
                    ),
                    below => format!(
                        "a level below `{}`: {}",
                        units.level_name(lowest),
                        below.join(", ")
                    ),
                }),
            );
        }
    }

    /// The measure that shares are in proportion to.
    fn weight(&mut self, node: &Node, names: &Names<'_>) -> Option<MeasureIndex> {
        let id = self.text(node, "the id of a measure")?;
        let measures = &names.measures;
        let declared = || measures.things.iter().filter(|measure| !measure.reported);
        let Some(found) = names.measures.place(id) else {
            if measures.is_whole {
                let ids: Vec<&str> = declared().map(|measure| measure.id.as_str()).collect();
                self.faults.push(unknown(
                    FaultCode::UnknownMeasure,
                    &node.place,
                    "measure",
                    id,
                    ids.into_iter(),
                ));
            }
            return None;
        };
        if measures.things[found].signed {
            self.faults.push(
                Fault::new(
                    FaultCode::UnsuitableMeasure,
                    node.place.clone(),
                    "nothing can be in proportion to this measure",
                )
                .found(format!("`{id}`, whose values may be negative"))
                .expected("a measure that is not `signed`"),
            );
            return None;
        }
        Some(MeasureIndex(found))
    }

    fn explicit(
        &mut self,
        node: &Node,
        target: &SharedOut<'_>,
        to: Option<LevelIndex>,
        ground: &Ground,
    ) -> Option<ShareBy> {
        let entries = node.as_map().filter(|entries| !entries.is_empty());
        let Some(entries) = entries else {
            self.wrong(
                FaultCode::NotAMap,
                node,
                "a list of shares",
                "units and their numbers: {d1: 40, d2: 60}",
            );
            return None;
        };
        let faults_before = self.faults.len();
        let units = &ground.units;
        let mut shares = Vec::new();
        for Entry { place, key, value } in entries {
            let number = self.number(value, "the goal's number for this unit");
            if ground.knows_units {
                let versions = units.versions(key);
                if versions.is_empty() {
                    self.faults.push_with(|| {
                        unknown(FaultCode::UnknownUnit, place, "unit", key, units.ids())
                    });
                } else if let (Some(to), Some(scope)) = (to, target.scope)
                    && !versions.iter().any(|unit| gets_a_share(units, *unit, scope, to))
                {
                    self.faults.push(
                        Fault::new(
                            FaultCode::WrongLevel,
                            place.clone(),
                            "this unit gets no share of the target",
                        )
                        .found(format!("`{key}`"))
                        .expected(format!(
                            "a unit below one of the target's, of the level `{}` or above it",
                            units.level_name(to)
                        )),
                    );
                }
            }
            shares.extend(number.map(|number: Decimal| (key.clone(), number)));
        }
        (self.faults.len() == faults_before).then_some(ShareBy::Explicit(shares))
    }

    /// Only a sum can be shared out in parts: what is divided or averaged has the same goal everywhere.
    fn refuse_shares_of_what_is_no_sum(
        &mut self,
        node: &Node,
        by: &ShareBy,
        target: &SharedOut<'_>,
        names: &Names<'_>,
    ) {
        if *by == ShareBy::Same {
            return;
        }
        let fault = Fault::new(
            FaultCode::UnsuitableGoal,
            node.place.clone(),
            "this goal can't be shared out in parts",
        )
        .found(format!("`{}`", by.name()));
        let Some(formula) = target.formula else { return };
        let Some(of) = formula.facts().count() else {
            self.faults.push(fault.expected("`same`").hint(
                "only a count is a sum of what it is in the units below; for other goals in some of them, give these a target of their own",
            ));
            return;
        };
        let measures = &names.measures.things;
        let mut of = of.terms.iter().map(|term| &measures[term.measure.0]);
        if let Some(measure) = of.find(|measure| measure.over_units != OverUnits::Sum) {
            self.faults.push(fault.expected("`same`").hint(format!(
                "`{}` of a unit is no sum of what it is in the units below: {}",
                measure.id,
                measure.over_units.code()
            )));
            return;
        }
        match (target.goal, by) {
            (Some(goal), _) if goal.is_between() => self.faults.push(
                fault.expected("`same`").hint("the two ends of a `between` don't share out alike"),
            ),
            (Some(goal), ShareBy::Explicit(_)) if goal.reference().is_some() => {
                self.faults.push(fault.expected("`same`, `equal` or `{proportional: …}`").hint(
                    "the number of a relative goal is not known beforehand; give the units targets of their own",
                ));
            }
            _ => {}
        }
    }
}

/// Whether a unit stands below one of the target's units, and no deeper than the cascade goes.
fn gets_a_share(units: &Units, unit: UnitIndex, scope: &Scope, to: LevelIndex) -> bool {
    if units[unit].level > to {
        return false;
    }
    let mut above = units[unit].parent;
    while let Some(at) = above {
        let is_meant = match scope {
            Scope::Top => units[at].parent.is_none(),
            Scope::Level(level) => units[at].level == *level,
            Scope::Named(named) => named.binary_search(&at).is_ok(),
        };
        if is_meant {
            return true;
        }
        above = units[at].parent;
    }
    false
}
