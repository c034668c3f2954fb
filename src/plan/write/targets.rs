//! Campaigns, targets, and what several come to together.

use crate::plan::document::{Node, Value};
use crate::plan::nodes::{
    Map, bare, decimal, document_node, goal_node, list, number, reference, text, window,
};
use crate::plan::outlook::{OutlookRules, PaceThresholds, Prior, Trajectory};
use crate::plan::{
    Campaign, Cascade, Combined, Deed, Milestone, Plan, Rule, Scope, ShareBy, Target, TargetWindow,
};

impl Plan {
    /// Writes a target's or a standard's window; gives the campaign whose window that is.
    pub(super) fn put_window(&self, node: &mut Map, of: &TargetWindow) -> Option<usize> {
        match of {
            TargetWindow::Once(days) => {
                node.put("window", window(days));
                None
            }
            TargetWindow::Campaign(campaign) => {
                node.put("window", text(&self.campaigns()[*campaign].id));
                Some(*campaign)
            }
            TargetWindow::Every { every, within, campaign } => {
                let mut periods = Map::default();
                periods.put("every", text(every.code()));
                periods.put(
                    "within",
                    match campaign {
                        Some(campaign) => text(&self.campaigns()[*campaign].id),
                        None => window(within),
                    },
                );
                node.put("window", periods.into_node());
                *campaign
            }
        }
    }

    pub(super) fn target_node(&self, target: &Target) -> Node {
        let mut node = Map::default();
        node.put_text("title", target.title.as_deref());
        node.put_text("note", target.note.as_deref());
        node.put("indicator", text(&self[target.indicator].id));
        node.put("goal", goal_node(&target.goal));
        let window_campaign = self.put_window(&mut node, &target.window);
        if target.campaign != window_campaign {
            let campaign = target.campaign.map(|campaign| self.campaigns()[campaign].id.as_str());
            node.put_text("campaign", campaign);
        }
        node.put_text("task", target.task.as_deref());
        if let Some(scope) = self.scope_node(&target.units) {
            node.put("units", scope);
        }
        if let Some(cascade) = &target.cascade {
            node.put("cascade", self.cascade_node(cascade));
        }
        if !target.milestones.is_empty() {
            node.put("milestones", list(target.milestones.iter().map(milestone_node)));
        }
        if let Some(trajectory) = trajectory_node(&target.trajectory) {
            node.put("trajectory", trajectory);
        }
        if let Some(pace) = &target.pace {
            node.put("pace", pace_node(pace));
        }
        put_outlook(&mut node, &target.outlook);
        self.put_selection(&target.narrowed_to, &mut node);
        for (key, strata) in [("by", &target.by), ("in_every", &target.in_every)] {
            match &strata[..] {
                [] => {}
                [only] => node.put(key, text(&self[*only].id)),
                several => node.put(key, self.strata_node(several)),
            }
        }
        if !target.basis.is_empty() {
            node.put("basis", list(target.basis.iter().map(document_node)));
        }
        if let Some(minimum) = target.minimum_completeness {
            node.put("minimum_completeness", number(&minimum.to_string()));
        }
        if !target.versions.is_empty() {
            let before = std::iter::once(target).chain(&target.versions);
            let versions = before.zip(&target.versions);
            node.put(
                "versions",
                list(versions.map(|(before, one)| self.version_node(before, one))),
            );
        }
        node.into_node()
    }

    /// What a version changes.
    pub(super) fn version_node(&self, before: &Target, version: &Target) -> Node {
        let mut node = Map::default();
        node.put_text("from", version.in_force_from.map(|day| day.to_string()).as_deref());
        if version.goal != before.goal {
            node.put("goal", goal_node(&version.goal));
        }
        if version.units != before.units
            && let Some(scope) = self.scope_node(&version.units)
        {
            node.put("units", scope);
        }
        if version.basis != before.basis {
            node.put("basis", list(version.basis.iter().map(document_node)));
        }
        node.into_node()
    }

    /// None for the topmost units, which are meant where nothing is said.
    pub(super) fn scope_node(&self, scope: &Scope) -> Option<Node> {
        match scope {
            Scope::Top => None,
            Scope::Level(level) => {
                let mut scope = Map::default();
                scope.put("level", text(self.units().level_name(*level)));
                Some(scope.into_node())
            }
            Scope::Named(units) => {
                let mut codes: Vec<&str> =
                    units.iter().map(|unit| self.units()[*unit].id.as_str()).collect();
                let mut seen = std::collections::HashSet::new();
                codes.retain(|code| seen.insert(*code));
                Some(list(codes.into_iter().map(text)))
            }
        }
    }

    pub(super) fn campaign_node(&self, campaign: &Campaign) -> Node {
        let mut node = Map::default();
        node.put_text("title", campaign.title.as_deref());
        node.put_text("note", campaign.note.as_deref());
        node.put("window", window(&campaign.window));
        let whole = campaign.part_of.map(|whole| self.campaigns()[whole].id.as_str());
        node.put_text("part_of", whole);
        if let Some(scope) = campaign.units.as_ref().and_then(|units| self.scope_node(units)) {
            node.put("units", scope);
        }
        if let Some(compare) = &campaign.compare {
            node.put("compare", reference(compare));
        }
        node.put_all("tasks", campaign.tasks.iter().map(|task| (&task.id, text(task.title()))));
        if !campaign.milestones.is_empty() {
            node.put("milestones", list(campaign.milestones.iter().map(deed_node)));
        }
        node.into_node()
    }

    pub(super) fn combined_node(&self, combined: &Combined) -> Node {
        let mut node = Map::default();
        node.put_text("title", combined.title.as_deref());
        node.put_text("note", combined.note.as_deref());
        let ids = combined.targets.iter().map(|target| text(&self.targets()[*target].id));
        match combined.rule {
            Rule::All | Rule::Any => node.put(combined.rule.name(), list(ids)),
            Rule::AtLeast(count) => {
                let mut rule = Map::default();
                rule.put("count", number(&count.to_string()));
                rule.put("of", list(ids));
                node.put(combined.rule.name(), rule.into_node());
            }
        }
        node.into_node()
    }

    pub(super) fn cascade_node(&self, cascade: &Cascade) -> Node {
        let mut node = Map::default();
        node.put("to", text(self.units().level_name(cascade.to)));
        let mut share = Map::default();
        match &cascade.by {
            ShareBy::Same | ShareBy::Equal => node.put("by", text(cascade.by.name())),
            ShareBy::Proportional { measure, window: days } => {
                share.put("proportional", text(&self[*measure].id));
                node.put("by", share.into_node());
                node.put("window", window(days));
            }
            ShareBy::Explicit(shares) => {
                let mut units = Map::default();
                shares.iter().for_each(|(unit, number)| units.put(unit, decimal(*number)));
                share.put("explicit", units.into_node());
                node.put("by", share.into_node());
            }
        }
        if !cascade.whole_numbers {
            node.put("whole_numbers", bare(Value::Bool(false)));
        }
        node.into_node()
    }
}

pub(super) fn milestone_node(milestone: &Milestone) -> Node {
    let mut node = Map::default();
    node.put("by", text(&milestone.by.to_string()));
    node.put("reach", decimal(milestone.reach));
    node.into_node()
}

pub(super) fn deed_node(deed: &Deed) -> Node {
    let mut node = Map::default();
    node.put("what", text(&deed.what));
    node.put("by", text(&deed.by.to_string()));
    node.put_text("done", deed.done.map(|day| day.to_string()).as_deref());
    node.into_node()
}

/// None for the straight line, which is meant where nothing is said.
pub(super) fn trajectory_node(trajectory: &Trajectory) -> Option<Node> {
    let under = |key: &str, node: Node| {
        let mut map = Map::default();
        map.put(key, node);
        map.into_node()
    };
    Some(match trajectory {
        Trajectory::Linear { from: None } => return None,
        Trajectory::None => text("none"),
        Trajectory::Geometric { from: None } => text("geometric"),
        Trajectory::Milestones => text("milestones"),
        Trajectory::Linear { from: Some(from) } => under("linear", under("from", decimal(*from))),
        Trajectory::Geometric { from: Some(from) } => {
            under("geometric", under("from", decimal(*from)))
        }
        Trajectory::Steps(every) => under("steps", text(every.code())),
        Trajectory::Seasonal { years } => {
            let years = years.iter().map(|year| text(&format!("{year:04}")));
            under("seasonal", under("from", list(years)))
        }
    })
}

pub(super) fn pace_node(pace: &PaceThresholds) -> Node {
    let mut node = Map::default();
    node.put("ahead", decimal(pace.ahead));
    node.put("on_track", decimal(pace.on_track));
    node.into_node()
}

/// Adds what an outlook rests on, where it is said.
pub(super) fn put_outlook(node: &mut Map, rules: &OutlookRules) {
    let mut outlook = Map::default();
    match rules.prior {
        None => {}
        Some(Prior::Jeffreys) => outlook.put("prior", text("jeffreys")),
        Some(Prior::Uniform) => outlook.put("prior", text("uniform")),
        Some(Prior::Counted { events, of }) => {
            let mut prior = Map::default();
            prior.put("events", decimal(events));
            prior.put("of", decimal(of));
            outlook.put("prior", prior.into_node());
        }
    }
    if let Some(dispersion) = rules.dispersion {
        outlook.put("dispersion", decimal(dispersion));
    }
    if let Some(drift) = rules.drift {
        outlook.put("drift", decimal(drift));
    }
    if *rules != OutlookRules::default() {
        node.put("outlook", outlook.into_node());
    }
}
