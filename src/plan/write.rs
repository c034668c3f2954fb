//! A plan as a document again: what it writes reads back equal.

use super::boundary::{BoundaryChange, Destination, GivenAs, Passage};
use super::document::{self, Entry, Node, Value};
use super::goal::{Amount, Goal, Reference};
use super::indicator::{Annualised, ChangeAs, Formula, ShareOfReports};
use super::measure::{MeasureIndex, OverTime, OverUnits};
use super::outlook::{OutlookRules, PaceThresholds, Prior, Trajectory};
use super::target::{Milestone, Scope, Target, TargetWindow};
use super::{
    Campaign, Cascade, Combined, Deed, Document, Expression, Indicator, Measure, Models, Plan,
    Rule, Selection, ShareBy, StratumIndex,
};
use crate::calendar::{Anchor, NamedBy, Window};
use crate::error::{Place, Result};
use crate::exact::Decimal;

impl Plan {
    /// The plan as YAML, its units listed in it; [`Plan::from_yaml`] reads it back equal.
    ///
    /// ```
    /// # let text = "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}]}}";
    /// let plan = attain::Plan::from_yaml(text)?;
    /// assert_eq!(attain::Plan::from_yaml(&plan.to_yaml())?, plan);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_yaml(&self) -> String {
        document::to_yaml(&self.to_document())
    }

    /// The plan as JSON; [`Plan::from_json`] reads it back equal.
    pub fn to_json(&self) -> String {
        document::to_json(&self.to_document())
    }

    /// The plan as TOML; [`Plan::from_toml`] reads it back equal.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`](crate::Error::is_plan) if a goal is a number that TOML can't hold: an integer beyond 64 bits.
    pub fn to_toml(&self) -> Result<String> {
        document::to_toml(&self.to_document()).map_err(super::load::plan_error)
    }

    /// The plan as a tree of keys and values without places.
    pub fn to_document(&self) -> Node {
        let mut plan = Map::default();
        plan.put("attain", number("1"));
        plan.put("plan", text(&self.inner.id));
        plan.put_text("title", self.inner.title.as_deref());
        plan.put_text("note", self.inner.note.as_deref());
        plan.put("calendar", self.calendar_node());
        if self.confidence() != 0.95 {
            plan.put("confidence", number(&self.confidence().to_string()));
        }
        if let Some(minimum) = self.minimum_completeness() {
            plan.put("minimum_completeness", number(&minimum.to_string()));
        }
        if self.pace() != PaceThresholds::default() {
            plan.put("pace", pace_node(&self.pace()));
        }
        put_outlook(&mut plan, &self.outlook());
        plan.put("units", self.units_node());
        let strata = self.strata().iter().map(|stratum| {
            let categories = stratum.categories.iter().map(|category| text(category));
            (&stratum.id, list(categories))
        });
        plan.put_all("strata", strata);
        let declared = self.measures().iter().filter(|measure| !measure.reported);
        plan.put_all("measures", declared.map(|measure| (&measure.id, self.measure_node(measure))));
        let indicators = self.indicators().iter();
        plan.put_all("indicators", indicators.map(|one| (&one.id, self.indicator_node(one))));
        plan.put_all(
            "campaigns",
            self.campaigns().iter().map(|one| (&one.id, self.campaign_node(one))),
        );
        let standards = self.standards().iter();
        plan.put_all("standards", standards.map(|one| (&one.id, self.standard_node(one))));
        plan.put_all("scores", self.scores().iter().map(|one| (&one.id, self.score_node(one))));
        plan.put_all("awards", self.awards().iter().map(|one| (&one.id, self.award_node(one))));
        plan.put_all("models", self.models().iter().map(|one| (&one.id, self.models_node(one))));
        plan.put_all(
            "combined",
            self.combined().iter().map(|one| (&one.id, self.combined_node(one))),
        );
        // One that is told apart by strata is written once.
        let firsts = self.targets().chunk_by(|one, next| one.id == next.id).map(|same| &same[0]);
        plan.put_all("targets", firsts.map(|one| (&one.id, self.target_node(one))));
        plan.into_node()
    }

    fn calendar_node(&self) -> Node {
        let (month, day) = self.calendar().year_starts();
        let mut calendar = Map::default();
        calendar.put("year_starts", text(&format!("{month:02}-{day:02}")));
        let named_by = match self.calendar().named_by() {
            NamedBy::Start => "start",
            NamedBy::End => "end",
        };
        calendar.put("named_by", text(named_by));
        let days = |anchor: &Anchor| list(anchor.days().iter().map(|day| text(&day.to_string())));
        let ids: Vec<String> = self.anchors().map(|anchor| anchor.id().to_owned()).collect();
        calendar.put_all("anchors", ids.iter().zip(self.anchors().map(days)));
        calendar.into_node()
    }

    fn units_node(&self) -> Node {
        let units = self.units();
        let mut node = Map::default();
        node.put("levels", list(units.levels().iter().map(|level| text(level))));
        let rows = units.iter().map(|(_, unit)| {
            let mut row = Map::default();
            row.put("id", text(&unit.id));
            if unit.name != unit.id {
                row.put("name", text(&unit.name));
            }
            row.put("level", text(units.level_name(unit.level)));
            row.put_text("parent", unit.parent.map(|parent| units[parent].id.as_str()));
            row.put_text("valid_from", unit.valid_from.map(|day| day.to_string()).as_deref());
            row.put_text("valid_to", unit.valid_to.map(|day| day.to_string()).as_deref());
            row.into_node()
        });
        node.put("list", list(rows));
        if !units.changes().is_empty() {
            let changes = units.changes().iter();
            node.put("changes", list(changes.map(|change| self.change_node(change))));
        }
        node.put_text("geography", units.geography().map(|day| day.to_string()).as_deref());
        node.into_node()
    }

    fn change_node(&self, change: &BoundaryChange) -> Node {
        let mut node = Map::default();
        node.put("on", text(&change.on.to_string()));
        node.put_text("title", change.title.as_deref());
        if !change.basis.is_empty() {
            node.put("basis", list(change.basis.iter().map(document_node)));
        }
        node.put_all(
            "weights",
            change.weights.iter().map(|weights| {
                let mut node = Map::default();
                node.put_text("vintage", weights.vintage.as_deref());
                if weights.given_as != GivenAs::Shares {
                    node.put("as", text(weights.given_as.name()));
                }
                (&weights.id, node.into_node())
            }),
        );
        let passage = |passage: &Passage| {
            let mut node = Map::default();
            node.put("from", text(&self.units()[passage.from].id));
            let (key, unit) = match passage.to {
                Destination::Unit(unit) => ("to", unit),
                Destination::Within(unit) => ("within", unit),
            };
            node.put(key, text(&self.units()[unit].id));
            let weights = change.weights.iter().zip(&passage.weights);
            node.put_all(
                "weights",
                weights.filter_map(|(of, weight)| Some((&of.id, decimal((*weight)?)))),
            );
            node.into_node()
        };
        node.put("list", list(change.passages.iter().map(passage)));
        node.into_node()
    }

    fn measure_node(&self, measure: &Measure) -> Node {
        let mut node = Map::default();
        node.put_text("title", measure.title.as_deref());
        node.put_text("note", measure.note.as_deref());
        node.put_text("unit", measure.unit.as_deref());
        if measure.over_time != OverTime::Sum {
            node.put("over_time", text(measure.over_time.name()));
        }
        if measure.over_units != OverUnits::Sum {
            node.put("over_units", text(measure.over_units.name()));
        }
        if measure.signed {
            node.put("signed", bare(Value::Bool(true)));
        }
        node.put_text(
            "recorded_at",
            measure.recorded_at.map(|level| self.units().level_name(level)),
        );
        node.put_text("every", measure.every.map(|every| every.name()));
        if let Some(days) = measure.due {
            node.put("due", number(&days.to_string()));
        }
        node.put_text("apportion", measure.apportion.as_deref());
        if measure.strata.len() < self.strata().len() {
            node.put("strata", self.strata_node(&measure.strata));
        }
        node.into_node()
    }

    fn strata_node(&self, strata: &[StratumIndex]) -> Node {
        list(strata.iter().map(|stratum| text(&self[*stratum].id)))
    }

    /// Adds what something is narrowed to, if it is.
    fn put_selection(&self, selection: &Selection, node: &mut Map) {
        if selection.is_empty() {
            return;
        }
        let mut chosen = Map::default();
        for (stratum, categories) in selection.iter() {
            let stratum = &self[stratum];
            let name = |category: &usize| text(&stratum.categories[*category]);
            chosen.put(
                &stratum.id,
                match categories {
                    [only] => name(only),
                    several => list(several.iter().map(name)),
                },
            );
        }
        node.put("where", chosen.into_node());
    }

    fn indicator_node(&self, indicator: &Indicator) -> Node {
        let mut node = Map::default();
        node.put_text("title", indicator.title.as_deref());
        node.put_text("note", indicator.note.as_deref());
        let (key, formula) = self.formula_node(&indicator.formula);
        node.put(key, formula);
        node.put_text("better", indicator.better.map(|better| better.name()));
        if indicator.variation != indicator.formula.usual_variation() {
            node.put("variation", text(indicator.variation.name()));
        }
        self.put_selection(&indicator.narrowed_to, &mut node);
        node.into_node()
    }

    fn formula_node(&self, formula: &Formula) -> (&'static str, Node) {
        let mut node = Map::default();
        let key = match formula {
            Formula::Count(of) => return ("count", self.expression_node(of)),
            Formula::Proportion { numerator, denominator, per }
            | Formula::Ratio { numerator, denominator, per } => {
                node.put("numerator", self.expression_node(numerator));
                node.put("denominator", self.expression_node(denominator));
                node.put("per", decimal(*per));
                match formula {
                    Formula::Proportion { .. } => "proportion",
                    _ => "ratio",
                }
            }
            Formula::Rate { numerator, population, per, annualised } => {
                node.put("numerator", self.expression_node(numerator));
                node.put("population", self.expression_node(population));
                node.put("per", decimal(*per));
                if *annualised != Annualised::None {
                    node.put("annualised", text(annualised.name()));
                }
                "rate"
            }
            Formula::StandardisedRate {
                events,
                population,
                by,
                standard,
                per,
                withhold_below,
                ..
            } => {
                node.put("events", self.expression_node(events));
                node.put("population", self.expression_node(population));
                node.put("by", text(&self[*by].id));
                let mut weights = Map::default();
                for (category, weight) in self[*by].categories.iter().zip(standard) {
                    weights.put(category, decimal(*weight));
                }
                node.put("standard", weights.into_node());
                node.put("per", decimal(*per));
                if *withhold_below != Decimal::TEN {
                    node.put("withhold_below", decimal(*withhold_below));
                }
                "standardised_rate"
            }
            Formula::Mean { of, per } => {
                node.put("of", self.expression_node(of));
                node.put("per", self.expression_node(per));
                "mean"
            }
            Formula::Change { of, from, told_as } => {
                node.put("of", text(&self[*of].id));
                node.put("from", reference(from));
                if *told_as != ChangeAs::Percent {
                    node.put("as", text(told_as.name()));
                }
                "change"
            }
            Formula::ShareOfUnits { of, level, goal } => {
                node.put("of", text(&self[*of].id));
                node.put("level", text(self.units().level_name(*level)));
                node.put("goal", goal_node(goal));
                "share_of_units"
            }
            Formula::Reporting { of, share } => {
                node.put("of", list(of.iter().map(|measure| text(&self[*measure].id))));
                if *share != ShareOfReports::OnTime {
                    node.put("share", text(share.name()));
                }
                "reporting"
            }
            Formula::Reported { unit, latest, .. } => {
                node.put("unit", text(unit));
                if *latest {
                    node.put("over_time", text(OverTime::Last.name()));
                }
                "reported"
            }
        };
        (key, node.into_node())
    }

    /// An expression as it is written in a plan: `cleared + cleared_old - transferred`.
    fn expression_node(&self, expression: &Expression) -> Node {
        text(&self.written(expression, |measure| self.recorded(measure)))
    }

    /// An expression in words, with what its measures are narrowed to: `cleared (sex=f) - transferred (sex=f)`.
    pub fn expression_text(&self, expression: &Expression) -> String {
        self.written(expression, |measure| measure)
    }

    fn written(
        &self,
        expression: &Expression,
        named: impl Fn(MeasureIndex) -> MeasureIndex,
    ) -> String {
        let mut written = String::new();
        for term in &expression.terms {
            if !written.is_empty() {
                written.push_str(if term.subtracted { " - " } else { " + " });
            }
            written.push_str(&self[named(term.measure)].id);
        }
        written
    }

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
                periods.put("every", text(every.name()));
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

    fn models_node(&self, models: &Models) -> Node {
        let mut node = Map::default();
        node.put_text("title", models.title.as_deref());
        node.put_text("note", models.note.as_deref());
        node.put("places", text(&self[models.places].id));
        node.put("by", text(&self[models.by].id));
        node.put("level", text(self.units().level_name(models.level)));
        self.put_window(&mut node, &models.window);
        if !models.basis.is_empty() {
            node.put("basis", list(models.basis.iter().map(document_node)));
        }
        node.into_node()
    }

    fn target_node(&self, target: &Target) -> Node {
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
    fn version_node(&self, before: &Target, version: &Target) -> Node {
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
    fn scope_node(&self, scope: &Scope) -> Option<Node> {
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

    fn campaign_node(&self, campaign: &Campaign) -> Node {
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

    fn combined_node(&self, combined: &Combined) -> Node {
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

    fn cascade_node(&self, cascade: &Cascade) -> Node {
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

fn milestone_node(milestone: &Milestone) -> Node {
    let mut node = Map::default();
    node.put("by", text(&milestone.by.to_string()));
    node.put("reach", decimal(milestone.reach));
    node.into_node()
}

fn deed_node(deed: &Deed) -> Node {
    let mut node = Map::default();
    node.put("what", text(&deed.what));
    node.put("by", text(&deed.by.to_string()));
    node.put_text("done", deed.done.map(|day| day.to_string()).as_deref());
    node.into_node()
}

pub(super) fn document_node(document: &Document) -> Node {
    let mut node = Map::default();
    node.put("document", text(&document.document));
    node.put_text("dated", document.dated.map(|day| day.to_string()).as_deref());
    node.put_text("clause", document.clause.as_deref());
    node.put_text("title", document.title.as_deref());
    node.put_text("source", document.source.as_deref());
    node.into_node()
}

pub(super) fn goal_node(goal: &Goal) -> Node {
    let mut node = Map::default();
    match goal {
        Goal::AtLeast(value) => node.put("at_least", decimal(*value)),
        Goal::Above(value) => node.put("above", decimal(*value)),
        Goal::AtMost(value) => node.put("at_most", decimal(*value)),
        Goal::Below(value) => node.put("below", decimal(*value)),
        Goal::Between(low, high) => {
            node.put("between", list([decimal(*low), decimal(*high)].into_iter()));
        }
        Goal::ReduceBy(by, from) => node.put("reduce_by", amount(by, from)),
        Goal::IncreaseBy(by, from) => node.put("increase_by", amount(by, from)),
    }
    node.into_node()
}

fn amount(by: &Amount, from: &Reference) -> Node {
    let mut node = Map::default();
    match by {
        Amount::Percent(percent) => node.put("percent", decimal(*percent)),
        Amount::Absolute(absolute) => node.put("absolute", decimal(*absolute)),
    }
    node.put("from", reference(from));
    node.into_node()
}

fn reference(reference: &Reference) -> Node {
    let mut node = Map::default();
    match reference {
        Reference::PreviousPeriod => return text("previous_period"),
        Reference::SameWindowLastYear => return text("same_window_last_year"),
        Reference::SameWindowMovedBy(anchor) => {
            let mut moved = Map::default();
            moved.put("moved_by", text(anchor.id()));
            node.put("same_window_last_year", moved.into_node());
        }
        Reference::SameWindowOf(year) => node.put("same_window_of", number(&year.to_string())),
        Reference::Window(days) => node.put("window", window(days)),
        Reference::Value(value) => node.put("value", decimal(*value)),
    }
    node.into_node()
}

fn window(window: &Window) -> Node {
    match window.period() {
        Some(period) => text(&period.to_string()),
        None => {
            list([text(&window.start().to_string()), text(&window.end().to_string())].into_iter())
        }
    }
}

fn bare(value: Value) -> Node {
    Node { place: Place::Nowhere, value }
}

pub(super) fn text(text: &str) -> Node {
    bare(Value::Text(text.to_owned()))
}

pub(super) fn number(number: &str) -> Node {
    bare(Value::Number(number.to_owned()))
}

pub(super) fn decimal(decimal: Decimal) -> Node {
    number(&decimal.to_string())
}

pub(super) fn list(items: impl Iterator<Item = Node>) -> Node {
    bare(Value::List(items.collect()))
}

/// Keys and values in the making.
#[derive(Default)]
pub(super) struct Map {
    pub(super) entries: Vec<Entry>,
}

impl Map {
    pub(super) fn put(&mut self, key: &str, value: Node) {
        self.entries.push(Entry { place: Place::Nowhere, key: key.to_owned(), value });
    }

    pub(super) fn put_text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(key, text(value));
        }
    }

    pub(super) fn put_all<'a>(
        &mut self,
        key: &str,
        things: impl Iterator<Item = (&'a String, Node)>,
    ) {
        let mut map = Map::default();
        things.for_each(|(id, node)| map.put(id, node));
        if !map.entries.is_empty() {
            self.put(key, map.into_node());
        }
    }

    pub(super) fn into_node(self) -> Node {
        bare(Value::Map(self.entries))
    }
}

/// None for the straight line, which is meant where nothing is said.
fn trajectory_node(trajectory: &Trajectory) -> Option<Node> {
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
        Trajectory::Steps(every) => under("steps", text(every.name())),
        Trajectory::Seasonal { years } => {
            let years = years.iter().map(|year| text(&format!("{year:04}")));
            under("seasonal", under("from", list(years)))
        }
    })
}

fn pace_node(pace: &PaceThresholds) -> Node {
    let mut node = Map::default();
    node.put("ahead", decimal(pace.ahead));
    node.put("on_track", decimal(pace.on_track));
    node.into_node()
}

/// Adds what an outlook rests on, where it is said.
fn put_outlook(node: &mut Map, rules: &OutlookRules) {
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
