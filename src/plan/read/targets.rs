//! The section on targets: the units of each, and the documents it rests on.

use rustc_hash::FxHashSet;

use super::cascades::SharedOut;
use super::fields::Fields;
use super::goals::is_written_as_share;
use super::outlooks::TrajectoryContext;
use super::references::unknown;
use super::{Ground, Names, Reader, Section};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys;
use crate::plan::warnings::is_share_below_one;
use crate::plan::{
    Document, Formula, Goal, Scope, Selection, Target, TargetWindow, Trajectory, UnitIndex,
};

pub(super) const TOP_UNITS: &str = "it is the topmost units";

impl Reader<'_> {
    pub(super) fn targets(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Section<Target> {
        let mut targets = Section::default();
        let Some(node) = fields.get(&keys::PLAN.targets) else {
            targets.is_whole = !fields.is_misspelt(&keys::PLAN.targets);
            return targets;
        };
        let form = "ids and what they promise, each with an indicator, a goal and a window";
        let (entries, is_whole) = self.section(node, "targets", form);
        targets.is_whole = is_whole;
        let taken: FxHashSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        for entry in entries {
            match self.targets_of_table(entry, &taken, calendar, ground, names) {
                None => self.target(entry, calendar, ground, names, &mut targets),
                Some(several) => {
                    targets.is_whole &= !several.is_empty();
                    for one in &several {
                        self.target(one, calendar, ground, names, &mut targets);
                    }
                }
            }
        }
        targets
    }

    /// Reads one target.
    fn target(
        &mut self,
        entry: &Entry,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
        targets: &mut Section<Target>,
    ) {
        let id = self.key_id(entry);
        let Some(fields) = self.fields(&entry.value, &keys::TARGET) else {
            targets.is_whole = false;
            return;
        };
        let indicator = self.required(&fields, &keys::TARGET.indicator);
        let indicator = indicator.and_then(|node| self.indicator(node, names));
        let goal_node = self.required(&fields, &keys::TARGET.goal);
        let formula =
            indicator.and_then(|indicator| names.indicators.things[indicator.0].1.as_ref());
        let goal = goal_node.and_then(|node| self.goal(node, formula, calendar, &names.campaigns));
        let baseline = fields.get(&keys::TARGET.baseline).and_then(|node| {
            let baseline = self.reference(node, calendar, &names.campaigns);
            self.refuse_second_baseline(node, goal.as_ref(), formula);
            baseline
        });
        let belongs_to =
            fields.get(&keys::TARGET.campaign).and_then(|node| self.campaign(node, names));
        let window = match (fields.get(&keys::TARGET.window), belongs_to) {
            (Some(node), _) => self.target_window(node, calendar, &names.campaigns),
            (None, Some(campaign)) => Some(TargetWindow::Campaign(campaign)),
            (None, None) => {
                // A campaign that is misspelt has its fault already.
                if fields.get(&keys::TARGET.campaign).is_none() {
                    self.required(&fields, &keys::TARGET.window);
                }
                None
            }
        };
        let scope = match fields.get(&keys::TARGET.units) {
            None => Some(Scope::Top),
            Some(node) => self.scope(node, ground, "the scope of a target", TOP_UNITS),
        };
        let campaign = belongs_to.or(window.as_ref().and_then(TargetWindow::campaign));
        let task = match (fields.get(&keys::TARGET.task), &window) {
            (Some(node), Some(_)) => self.task(node, campaign, names),
            (Some(_), None) | (None, _) => None,
        };
        let milestones = fields.get(&keys::TARGET.milestones).map_or_else(Vec::new, |node| {
            self.milestones(node, goal.as_ref(), window.as_ref(), names)
        });
        let context = TrajectoryContext {
            goal: goal.as_ref(),
            window: window.as_ref(),
            // Those with a fault are left out, and told of already.
            has_milestones: fields.get(&keys::TARGET.milestones).is_some(),
        };
        let trajectory = match fields.get(&keys::TARGET.trajectory) {
            None => Trajectory::default(),
            Some(node) => self.trajectory(node, &context, calendar, names).unwrap_or_default(),
        };
        let pace = self.pace(fields.get(&keys::TARGET.pace));
        let outlook = self.outlook(fields.get(&keys::TARGET.outlook), formula);
        let certainty = self.certainty(fields.get(&keys::TARGET.certainty));
        let cascade = fields.get(&keys::TARGET.cascade).and_then(|node| {
            let target = SharedOut { goal: goal.as_ref(), formula, scope: scope.as_ref() };
            self.cascade(node, &target, calendar, ground, names)
        });
        let narrowed_to = self.selection(fields.get(&keys::TARGET.r#where), names);
        let by = self.one_or_more_strata(fields.get(&keys::TARGET.by), names);
        let in_every = self.one_or_more_strata(fields.get(&keys::TARGET.in_every), names);
        if let (Some(node), Some(twice)) = (
            fields.get(&keys::TARGET.in_every),
            by.iter().find(|stratum| in_every.contains(stratum)),
        ) {
            let stratum = &names.strata.things[twice.0].id;
            let message = format!("`{stratum}` stands in `by` and in `in_every`");
            self.faults.push(
                Fault::new(FaultCode::ConflictingKeys, node.place.clone(), message)
                    .expected("it in one of them")
                    .hint("by: a row for each category; in_every: one row that tells of the category that decides"),
            );
        }
        let title = self.value(&fields, &keys::TARGET.title);
        let note = self.value(&fields, &keys::TARGET.note);
        let basis = fields.get(&keys::TARGET.basis).map_or_else(Vec::new, |node| self.basis(node));
        let minimum_completeness = self.value(&fields, &keys::TARGET.minimum_completeness);
        if let (Some(goal), Some(goal_node)) = (&goal, goal_node) {
            self.refuse_impossible_goal(goal_node, goal, formula);
        }
        let (Some(id), Some(indicator), Some(goal), Some(window), Some(units)) =
            (id, indicator, goal, window, scope)
        else {
            targets.is_whole = false;
            return;
        };
        let mut target = Target {
            id,
            title,
            note,
            indicator,
            is_small_share: goal_node.is_some_and(is_written_as_share)
                && formula.is_some_and(|formula| is_share_below_one(&goal, formula)),
            goal,
            baseline,
            window,
            campaign,
            task,
            units,
            cascade,
            milestones,
            trajectory,
            pace,
            outlook,
            certainty,
            narrowed_to,
            by,
            in_every,
            category: Selection::default(),
            categories: Vec::new(),
            basis,
            minimum_completeness,
            in_force_from: None,
            versions: Vec::new(),
        };
        target.versions = self.versions(&fields, &target, calendar, ground, names);
        targets.things.push(target);
    }

    /// Refuses a baseline beside one that the goal or the indicator names.
    fn refuse_second_baseline(
        &mut self,
        node: &Node,
        goal: Option<&Goal>,
        formula: Option<&Formula>,
    ) {
        let message = if goal.is_some_and(|goal| goal.reference().is_some()) {
            "a relative goal starts from its own `from`"
        } else if formula.is_some_and(|formula| formula.facts().is_change()) {
            "a change starts from the `from` of its indicator"
        } else {
            return;
        };
        self.faults.push(
            Fault::new(FaultCode::ConflictingKeys, node.place.clone(), message).expected(
                "a `baseline` for goals such as `at_least` of values that are no changes",
            ),
        );
    }

    /// `without` says what it is where the key is left out.
    pub(super) fn scope(
        &mut self,
        node: &Node,
        ground: &Ground,
        what: &str,
        without: &str,
    ) -> Option<Scope> {
        match &node.value {
            Value::Map(_) => {
                let fields = self.fields_called(node, what, &keys::SCOPE)?;
                let level = self.required(&fields, &keys::SCOPE.level)?;
                Some(Scope::Level(self.level(level, ground)?))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                let forms = format!(
                    "{{level: commune}} or a list of unit codes; without `units` {without}"
                );
                self.unit_codes(node, ground, what, &forms).map(Scope::Named)
            }
        }
    }

    /// The units of a list of codes, with all their validities, in the order of the plan.
    pub(super) fn unit_codes(
        &mut self,
        node: &Node,
        ground: &Ground,
        what: &str,
        forms: &str,
    ) -> Option<Vec<UnitIndex>> {
        let units = &ground.units;
        let items = match &node.value {
            Value::List(items) if !items.is_empty() => items,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_)
            | Value::Map(_) => {
                self.wrong(FaultCode::WrongForm, node, what, forms);
                return None;
            }
        };
        let mut named = FxHashSet::default();
        let faults_before = self.faults.len();
        for item in items {
            let Some(code) = self.code(item) else { continue };
            if !ground.knows_units {
                continue;
            }
            let versions = units.versions(code);
            if versions.is_empty() {
                self.faults.push_with(|| {
                    unknown(FaultCode::UnknownUnit, &item.place, "unit", code, units.ids())
                });
            } else if named.contains(&versions[0]) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateEntry,
                        item.place.clone(),
                        "this unit stands twice",
                    )
                    .found(format!("`{code}`")),
                );
            }
            named.extend(versions);
        }
        let mut named: Vec<UnitIndex> = named.into_iter().copied().collect();
        named.sort_unstable();
        (self.faults.len() == faults_before).then_some(named)
    }

    pub(super) fn basis(&mut self, node: &Node) -> Vec<Document> {
        let mut documents = Vec::new();
        let Some(items) = self.list(
            node,
            "the basis",
            "documents such as {document: \"96/2019/QH14\", dated: 2019-11-27}",
        ) else {
            return documents;
        };
        for item in items {
            let Some(fields) = self.fields(item, &keys::DOCUMENT) else { continue };
            let document = self.required_value(&fields, &keys::DOCUMENT.document);
            let dated = self.value(&fields, &keys::DOCUMENT.dated);
            let clause = self.value(&fields, &keys::DOCUMENT.clause);
            let title = self.value(&fields, &keys::DOCUMENT.title);
            let source = self.value(&fields, &keys::DOCUMENT.source);
            if let Some(document) = document {
                documents.push(Document { document, dated, clause, title, source });
            }
        }
        documents
    }
}
