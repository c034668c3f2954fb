//! What a target is to have reached on the way, and how it changes from certain days on.

use super::cascades::SharedOut;
use super::fields::Fields;
use super::goals::is_written_as_share;
use super::references::unknown;
use super::targets::TOP_UNITS;
use super::{Ground, Names, Reader};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode};
use crate::plan::document::Node;
use crate::plan::keys;
use crate::plan::warnings::is_share_below_one;
use crate::plan::{Goal, Milestone, Target, TargetWindow};

impl Reader<'_> {
    /// The task of a target, which its campaign, or one that this is part of, declares.
    pub(super) fn task(
        &mut self,
        node: &Node,
        campaign: Option<usize>,
        names: &Names<'_>,
    ) -> Option<String> {
        let id = self.text(node, "the id of a task")?;
        let campaigns = &names.campaigns.things;
        let Some(campaign) = campaign else {
            if names.campaigns.is_whole {
                self.faults.push(
                    Fault::new(
                        FaultCode::MisplacedKey,
                        node.place.clone(),
                        "a target without a campaign has no task",
                    )
                    .found(format!("`{id}`"))
                    .expected("a `campaign` that declares it among its `tasks`"),
                );
            }
            return None;
        };
        let mut tasks = Vec::new();
        let mut at = Some(campaign);
        while let Some(campaign) = at {
            tasks.extend(campaigns[campaign].tasks.iter().map(|task| task.id.as_str()));
            at = campaigns[campaign].part_of;
        }
        if !tasks.contains(&id) {
            self.faults.push(unknown(
                FaultCode::UnknownId,
                &node.place,
                "task",
                id,
                tasks.into_iter(),
            ));
            return None;
        }
        Some(id.to_owned())
    }

    pub(super) fn milestones(
        &mut self,
        node: &Node,
        goal: Option<&Goal>,
        window: Option<&TargetWindow>,
        names: &Names<'_>,
    ) -> Vec<Milestone> {
        let mut milestones: Vec<Milestone> = Vec::new();
        let form = "values by a day, such as {by: 2023-06-30, reach: 40}";
        let Some(items) = self.list(node, "a target's milestones", form) else { return milestones };
        let days = match window {
            Some(TargetWindow::Once(window)) => Some(*window),
            Some(TargetWindow::Campaign(campaign)) => {
                Some(names.campaigns.things[*campaign].window)
            }
            Some(
                TargetWindow::Every { .. }
                | TargetWindow::Consecutive { .. }
                | TargetWindow::Rolling { .. },
            ) => {
                self.faults.push(
                    Fault::new(
                        FaultCode::MisplacedKey,
                        node.place.clone(),
                        "a target with a window for each period has no milestones",
                    )
                    .expected("one window, for which they are meant"),
                );
                return milestones;
            }
            None => None,
        };
        if goal.is_some_and(|goal| goal.is_between()) {
            self.faults.push(
                Fault::new(
                    FaultCode::UnsuitableGoal,
                    node.place.clone(),
                    "on the way to a `between` there are no milestones",
                )
                .expected("a goal with one number"),
            );
            return milestones;
        }
        for item in items {
            let Some(fields) = self.fields(item, &keys::MILESTONE) else { continue };
            let by = self.required_value(&fields, &keys::MILESTONE.by);
            let reach = self.required_value(&fields, &keys::MILESTONE.reach);
            let by_node = fields.get(&keys::MILESTONE.by);
            let (Some(by), Some(by_node), Some(reach)) = (by, by_node, reach) else { continue };
            let fault = Fault::new(
                FaultCode::OutsideWindow,
                by_node.place.clone(),
                "this is no day on the way",
            )
            .found(by);
            if let Some(days) = days
                && !days.contains_day(by)
            {
                self.faults.push(fault.expected(format!("a day of the window, {days}")));
            } else if let Some(last) = milestones.last().filter(|last| by <= last.by) {
                self.faults.push(fault.expected(format!("a day after {}", last.by)));
            } else {
                milestones.push(Milestone { by, reach });
            }
        }
        milestones
    }

    /// The versions of a target that was read whole, each with what it takes over from the one before.
    pub(super) fn versions(
        &mut self,
        fields: &Fields<'_>,
        target: &Target,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Vec<Target> {
        let mut versions: Vec<Target> = Vec::new();
        let Some(node) = fields.get(&keys::TARGET.versions) else { return versions };
        let form = "what changes from a day on, such as {from: 2024-07-01, goal: {at_least: 80}}";
        for item in self.list(node, "a target's versions", form).unwrap_or_default() {
            let Some(own) = self.fields(item, &keys::VERSION) else { continue };
            let from = self.required_value(&own, &keys::VERSION.from);
            let from_node = own.get(&keys::VERSION.from);
            let before = versions.last().unwrap_or(target);
            let mut version =
                Target { in_force_from: from, versions: Vec::new(), ..before.clone() };
            let formula = names.indicators.things[target.indicator.0].1.as_ref();
            if let Some(goal_node) = own.get(&keys::VERSION.goal)
                && let Some(goal) = self.goal(goal_node, formula, calendar, &names.campaigns)
            {
                self.refuse_impossible_goal(goal_node, &goal, formula);
                version.is_small_share = is_written_as_share(goal_node)
                    && formula.is_some_and(|formula| is_share_below_one(&goal, formula));
                version.goal = goal;
            }
            if let Some(units) = own.get(&keys::VERSION.units)
                && let Some(scope) = self.scope(units, ground, "the scope of a target", TOP_UNITS)
            {
                version.units = scope;
            }
            if let Some(basis) = own.get(&keys::VERSION.basis) {
                version.basis = self.basis(basis);
            }
            let before = versions.last().unwrap_or(target);
            let (Some(from), Some(from_node)) = (from, from_node) else { continue };
            if before.in_force_from.is_some_and(|before| from <= before) {
                self.faults.push(
                    Fault::new(
                        FaultCode::WrongOrder,
                        from_node.place.clone(),
                        "versions stand in order of time",
                    )
                    .found(from)
                    .expected(format!("a day after {}", before.in_force_from.unwrap_or(from))),
                );
                continue;
            }
            let changes = version.goal != before.goal
                || version.units != before.units
                || version.basis != before.basis;
            if !changes && own.misspelt.is_empty() {
                self.faults.push(
                    Fault::new(
                        FaultCode::MissingKey,
                        item.place.clone(),
                        "this version changes nothing",
                    )
                    .expected("another `goal`, other `units` or another `basis`"),
                );
                continue;
            }
            if let Some(cascade) = fields.get(&keys::TARGET.cascade) {
                // What could be shared out before may no longer be.
                let shared =
                    SharedOut { goal: Some(&version.goal), formula, scope: Some(&version.units) };
                version.cascade = self.cascade(cascade, &shared, calendar, ground, names);
            }
            versions.push(version);
        }
        versions
    }
}
