//! Campaigns, targets, combined targets, and the offices that answer for them.

use crate::calendar::{Every, Length, Window};
use crate::plan::document::Node;
use crate::plan::keys::{self, CertaintyKeys, Key, LengthOfTime, OutlookKeys, PlanType, Windows};
use crate::plan::nodes::{
    Map, decimal, document_node, goal_node, goal_node_with, list, reference, window,
};
use crate::plan::outlook::{OutlookRules, PaceThresholds, Prior, Trajectory};
use crate::plan::{
    Campaign, Cascade, CertaintyRules, Combined, Deed, DispersionRule, Duty, Milestone, Owner,
    Plan, Rule, Scope, ShareBy, Target, TargetWindow, UnitIndex,
};

impl Plan {
    /// Writes a target's or a standard's window; gives the campaign whose window that is.
    pub(super) fn put_window(
        &self,
        node: &mut Map,
        key: &Key<Windows>,
        of: &TargetWindow,
    ) -> Option<usize> {
        match of {
            TargetWindow::Once(days) => {
                node.put(key, window(days));
                None
            }
            TargetWindow::Campaign(campaign) => {
                node.put(key, Node::text(&self.campaigns()[*campaign].id));
                Some(*campaign)
            }
            TargetWindow::Every { every, within, campaign } => {
                node.put(key, self.periods(None, Every::write(every), within, *campaign));
                *campaign
            }
            TargetWindow::Consecutive { length, within, campaign } => {
                node.put(key, self.periods(None, LengthOfTime::write(length), within, *campaign));
                *campaign
            }
            TargetWindow::Rolling { length, every, within, campaign } => {
                node.put(key, self.periods(Some(length), Every::write(every), within, *campaign));
                *campaign
            }
        }
    }

    fn periods(
        &self,
        length: Option<&Length>,
        every: Node,
        within: &Window,
        campaign: Option<usize>,
    ) -> Node {
        let mut periods = Map::default();
        if let Some(length) = length {
            periods.set(&keys::WINDOW.rolling, length);
        }
        periods.put(&keys::WINDOW.every, every);
        let within = match campaign {
            Some(campaign) => Node::text(&self.campaigns()[campaign].id),
            None => window(within),
        };
        periods.put(&keys::WINDOW.within, within);
        periods.into_node()
    }

    pub(super) fn target_node(&self, target: &Target) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::TARGET.title, target.title.as_deref());
        node.put_text(&keys::TARGET.note, target.note.as_deref());
        node.put(&keys::TARGET.indicator, Node::text(&self[target.indicator].id));
        node.put(&keys::TARGET.goal, goal_of(target));
        if let Some(baseline) = &target.baseline {
            node.put(&keys::TARGET.baseline, reference(baseline));
        }
        let window_campaign = self.put_window(&mut node, &keys::TARGET.window, &target.window);
        if target.campaign != window_campaign {
            let campaign = target.campaign.map(|campaign| self.campaigns()[campaign].id.as_str());
            node.put_text(&keys::TARGET.campaign, campaign);
        }
        node.put_text(&keys::TARGET.task, target.task.as_deref());
        if let Some(scope) = self.scope_node(&target.units) {
            node.put(&keys::TARGET.units, scope);
        }
        if let Some(cascade) = &target.cascade {
            node.put(&keys::TARGET.cascade, self.cascade_node(cascade));
        }
        node.put_list(&keys::TARGET.milestones, target.milestones.iter().map(milestone_node));
        if let Some(trajectory) = trajectory_node(&target.trajectory) {
            node.put(&keys::TARGET.trajectory, trajectory);
        }
        if let Some(pace) = &target.pace {
            node.put(&keys::TARGET.pace, pace_map(pace).into_node());
        }
        put_outlook(&mut node, &keys::TARGET.outlook, &target.outlook);
        put_certainty(&mut node, &keys::TARGET.certainty, &target.certainty);
        self.put_selection(&keys::TARGET.r#where, &target.narrowed_to, &mut node);
        for (key, strata) in
            [(&keys::TARGET.by, &target.by), (&keys::TARGET.in_every, &target.in_every)]
        {
            match &strata[..] {
                [] => {}
                [only] => node.put(key, Node::text(&self[*only].id)),
                several => node.put(key, self.strata_node(several)),
            }
        }
        node.put_list(&keys::TARGET.basis, target.basis.iter().map(document_node));
        node.set_some(&keys::TARGET.minimum_completeness, target.minimum_completeness.as_ref());
        let before = std::iter::once(target).chain(&target.versions);
        let versions = before.zip(&target.versions);
        node.put_list(
            &keys::TARGET.versions,
            versions.map(|(before, one)| self.version_node(before, one)),
        );
        node.into_node()
    }

    pub(super) fn owner_node(&self, owner: &Owner) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::OWNER.title, owner.title.as_deref());
        node.put_text(&keys::OWNER.name, owner.name.as_deref());
        node.put_text(&keys::OWNER.note, owner.note.as_deref());
        if let Some(level) = owner.each {
            node.put(&keys::OWNER.each, Node::text(self.units().level_name(level)));
        }
        if owner.duties != [Duty::default()] {
            node.put_list(
                &keys::OWNER.duties,
                owner.duties.iter().map(|duty| self.duty_node(duty)),
            );
        }
        node.into_node()
    }

    fn duty_node(&self, duty: &Duty) -> Node {
        let mut node = Map::default();
        fn ids(ids: &[String]) -> impl Iterator<Item = Node> {
            ids.iter().map(|id| Node::text(id))
        }
        node.put_list(&keys::DUTY.targets, ids(&duty.targets));
        node.put_list(&keys::DUTY.indicators, ids(&duty.indicators));
        let campaigns = duty.campaigns.iter().map(|at| Node::text(&self.campaigns()[*at].id));
        node.put_list(&keys::DUTY.campaigns, campaigns);
        node.put_list(&keys::DUTY.tasks, ids(&duty.tasks));
        if let Some(units) = duty.units.as_ref().and_then(|units| self.scope_node(units)) {
            node.put(&keys::DUTY.units, units);
        }
        if let Some(within) = self.scope_node(&Scope::Named(duty.within.clone()))
            && !duty.within.is_empty()
        {
            node.put(&keys::DUTY.within, within);
        }
        node.set_some(&keys::DUTY.from, duty.from.as_ref());
        node.set_some(&keys::DUTY.until, duty.until.as_ref());
        node.into_node()
    }

    /// What a version changes.
    pub(super) fn version_node(&self, before: &Target, version: &Target) -> Node {
        let mut node = Map::default();
        node.set_some(&keys::VERSION.from, version.in_force_from.as_ref());
        if (&version.goal, version.is_small_share) != (&before.goal, before.is_small_share) {
            node.put(&keys::VERSION.goal, goal_of(version));
        }
        if version.units != before.units
            && let Some(scope) = self.scope_node(&version.units)
        {
            node.put(&keys::VERSION.units, scope);
        }
        if version.basis != before.basis {
            node.put(&keys::VERSION.basis, list(version.basis.iter().map(document_node)));
        }
        node.into_node()
    }

    /// None for the topmost units, which are the default.
    pub(super) fn scope_node(&self, scope: &Scope) -> Option<Node> {
        match scope {
            Scope::Top => None,
            Scope::Level(level) => {
                let mut scope = Map::default();
                scope.put(&keys::SCOPE.level, Node::text(self.units().level_name(*level)));
                Some(scope.into_node())
            }
            Scope::Named(units) => Some(self.unit_codes_node(units)),
        }
    }

    /// The codes of units, each once.
    pub(super) fn unit_codes_node(&self, units: &[UnitIndex]) -> Node {
        let mut codes: Vec<&str> =
            units.iter().map(|unit| self.units()[*unit].id.as_str()).collect();
        let mut seen = std::collections::HashSet::new();
        codes.retain(|code| seen.insert(*code));
        list(codes.into_iter().map(Node::text))
    }

    pub(super) fn campaign_node(&self, campaign: &Campaign) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::CAMPAIGN.title, campaign.title.as_deref());
        node.put_text(&keys::CAMPAIGN.note, campaign.note.as_deref());
        node.put(&keys::CAMPAIGN.window, window(&campaign.window));
        let whole = campaign.part_of.map(|whole| self.campaigns()[whole].id.as_str());
        node.put_text(&keys::CAMPAIGN.part_of, whole);
        if let Some(scope) = campaign.units.as_ref().and_then(|units| self.scope_node(units)) {
            node.put(&keys::CAMPAIGN.units, scope);
        }
        if let Some(compare) = &campaign.compare {
            node.put(&keys::CAMPAIGN.compare, reference(compare));
        }
        node.put_all(
            &keys::CAMPAIGN.tasks,
            campaign.tasks.iter().map(|task| (&task.id, Node::text(task.title()))),
        );
        node.put_list(&keys::CAMPAIGN.milestones, campaign.milestones.iter().map(deed_node));
        node.into_node()
    }

    pub(super) fn combined_node(&self, combined: &Combined) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::COMBINED.title, combined.title.as_deref());
        node.put_text(&keys::COMBINED.note, combined.note.as_deref());
        let ids = combined.targets.iter().map(|target| Node::text(&self.targets()[*target].id));
        match combined.rule {
            Rule::All => node.put(&keys::COMBINED.all, list(ids)),
            Rule::Any => node.put(&keys::COMBINED.any, list(ids)),
            Rule::AtLeast(count) => {
                let mut rule = Map::default();
                rule.put(&keys::AT_LEAST.count, Node::number(&count.to_string()));
                rule.put(&keys::AT_LEAST.of, list(ids));
                node.put(&keys::COMBINED.at_least, rule.into_node());
            }
        }
        node.into_node()
    }

    pub(super) fn cascade_node(&self, cascade: &Cascade) -> Node {
        let mut node = Map::default();
        node.put(&keys::CASCADE.to, Node::text(self.units().level_name(cascade.to)));
        let mut share = Map::default();
        match &cascade.by {
            ShareBy::Same | ShareBy::Equal => {
                node.put(&keys::CASCADE.by, Node::text(cascade.by.name()))
            }
            ShareBy::Proportional { measure, window: days } => {
                share.put(&keys::SHARE.proportional, Node::text(&self[*measure].id));
                node.put(&keys::CASCADE.by, share.into_node());
                node.put(&keys::CASCADE.window, window(days));
            }
            ShareBy::Explicit(shares) => {
                let mut units = Map::default();
                shares.iter().for_each(|(unit, number)| units.insert(unit, decimal(*number)));
                share.put(&keys::SHARE.explicit, units.into_node());
                node.put(&keys::CASCADE.by, share.into_node());
            }
        }
        node.set(&keys::CASCADE.whole_numbers, &cascade.whole_numbers);
        node.into_node()
    }
}

pub(super) fn milestone_node(milestone: &Milestone) -> Node {
    let mut node = Map::default();
    node.set(&keys::MILESTONE.by, &milestone.by);
    node.set(&keys::MILESTONE.reach, &milestone.reach);
    node.into_node()
}

pub(super) fn deed_node(deed: &Deed) -> Node {
    let mut node = Map::default();
    node.set(&keys::DEED.what, &deed.what);
    node.set(&keys::DEED.by, &deed.by);
    node.set_some(&keys::DEED.done, deed.done.as_ref());
    node.into_node()
}

/// None for the straight line, which is the default.
pub(super) fn trajectory_node(trajectory: &Trajectory) -> Option<Node> {
    fn under<T: PlanType>(key: &Key<T>, node: Node) -> Node {
        let mut map = Map::default();
        map.put(key, node);
        map.into_node()
    }
    let of = &keys::TRAJECTORY;
    Some(match trajectory {
        Trajectory::Linear { from: None } => return None,
        Trajectory::None => Node::text("none"),
        Trajectory::Geometric { from: None } => Node::text("geometric"),
        Trajectory::Milestones => Node::text("milestones"),
        Trajectory::Linear { from: Some(from) } => {
            under(&of.linear, under(&keys::START.from, decimal(*from)))
        }
        Trajectory::Geometric { from: Some(from) } => {
            under(&of.geometric, under(&keys::GROWTH.from, decimal(*from)))
        }
        Trajectory::Steps(every) => under(&of.steps, Every::write(every)),
        Trajectory::Seasonal { years } => {
            let years = years.iter().map(|year| Node::text(&format!("{year:04}")));
            under(&of.seasonal, under(&keys::SEASONAL.from, list(years)))
        }
    })
}

pub(super) fn pace_map(pace: &PaceThresholds) -> Map {
    let mut node = Map::default();
    node.set(&keys::PACE.ahead, &pace.ahead);
    node.set(&keys::PACE.on_track, &pace.on_track);
    node
}

/// Adds what an outlook rests on, where it is said.
pub(super) fn put_outlook(node: &mut Map, key: &Key<OutlookKeys>, rules: &OutlookRules) {
    let mut outlook = Map::default();
    match rules.prior {
        None => {}
        Some(Prior::History) => outlook.put(&keys::OUTLOOK.prior, Node::text("history")),
        Some(Prior::Jeffreys) => outlook.put(&keys::OUTLOOK.prior, Node::text("jeffreys")),
        Some(Prior::Uniform) => outlook.put(&keys::OUTLOOK.prior, Node::text("uniform")),
        Some(Prior::Counted { events, of }) => {
            let mut prior = Map::default();
            prior.set(&keys::PRIOR.events, &events);
            prior.set(&keys::PRIOR.of, &of);
            outlook.put(&keys::OUTLOOK.prior, prior.into_node());
        }
    }
    outlook.set_some(&keys::OUTLOOK.dispersion, rules.dispersion.as_ref());
    outlook.set_some(&keys::OUTLOOK.drift, rules.drift.as_ref());
    node.put_map(key, outlook);
}

/// Adds what certainty rests on, where it is said.
pub(super) fn put_certainty(node: &mut Map, key: &Key<CertaintyKeys>, rules: &CertaintyRules) {
    let mut certainty = Map::default();
    match &rules.dispersion {
        None => {}
        Some(DispersionRule::Auto) => {
            certainty.put(&keys::CERTAINTY.dispersion, Node::text("auto"));
        }
        Some(DispersionRule::Times(times)) => {
            certainty.put(&keys::CERTAINTY.dispersion, decimal(*times));
        }
    }
    if let Some(years) = &rules.from {
        certainty.put(
            &keys::CERTAINTY.from,
            list(years.iter().map(|year| Node::text(&format!("{year:04}")))),
        );
    }
    node.put_map(key, certainty);
}

/// The goal of a target. A small share keeps its sign, by which it is known to be meant.
fn goal_of(target: &Target) -> Node {
    match target.is_small_share {
        true => goal_node_with(&target.goal, |number| Node::text(&format!("{number} %"))),
        false => goal_node(&target.goal),
    }
}
