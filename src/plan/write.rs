//! A plan as a document again: what it writes reads back equal.

use super::document::{self, Entry, Node, Value};
use super::goal::{Amount, Goal, Reference};
use super::indicator::{Annualised, ChangeAs, Formula, Variation};
use super::measure::{MeasureIndex, OverTime, OverUnits};
use super::target::{Scope, Target, TargetWindow};
use super::{Campaign, Document, Expression, Indicator, Measure, Plan};
use crate::calendar::{NamedBy, Window};
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
        plan.put("units", self.units_node());
        let declared = self.measures().iter().filter(|measure| !measure.reported);
        plan.put_all("measures", declared.map(|measure| (&measure.id, self.measure_node(measure))));
        let indicators = self.indicators().iter();
        plan.put_all("indicators", indicators.map(|one| (&one.id, self.indicator_node(one))));
        plan.put_all("campaigns", self.campaigns().iter().map(|one| (&one.id, campaign(one))));
        plan.put_all("targets", self.targets().iter().map(|one| (&one.id, self.target_node(one))));
        let standards = self.standards().iter();
        plan.put_all("standards", standards.map(|one| (&one.id, self.standard_node(one))));
        plan.put_all("scores", self.scores().iter().map(|one| (&one.id, self.score_node(one))));
        plan.put_all("awards", self.awards().iter().map(|one| (&one.id, self.award_node(one))));
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
        node.into_node()
    }

    fn indicator_node(&self, indicator: &Indicator) -> Node {
        let mut node = Map::default();
        node.put_text("title", indicator.title.as_deref());
        node.put_text("note", indicator.note.as_deref());
        let (key, formula) = self.formula_node(&indicator.formula);
        node.put(key, formula);
        node.put_text("better", indicator.better.map(|better| better.name()));
        if indicator.variation != Variation::Chance {
            node.put("variation", text(indicator.variation.name()));
        }
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

    fn expression_node(&self, expression: &Expression) -> Node {
        text(&self.expression_text(expression))
    }

    /// An expression as it is written in a plan: `cleared + cleared_old - transferred`.
    pub fn expression_text(&self, expression: &Expression) -> String {
        let mut written = String::new();
        for term in &expression.terms {
            if !written.is_empty() {
                written.push_str(if term.subtracted { " - " } else { " + " });
            }
            let MeasureIndex(measure) = term.measure;
            written.push_str(&self.measures()[measure].id);
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
        match &target.units {
            Scope::Top => {}
            Scope::Level(level) => {
                let mut scope = Map::default();
                scope.put("level", text(self.units().level_name(*level)));
                node.put("units", scope.into_node());
            }
            Scope::Named(units) => {
                let mut codes: Vec<&str> =
                    units.iter().map(|unit| self.units()[*unit].id.as_str()).collect();
                let mut seen = std::collections::HashSet::new();
                codes.retain(|code| seen.insert(*code));
                node.put("units", list(codes.into_iter().map(text)));
            }
        }
        if !target.basis.is_empty() {
            node.put("basis", list(target.basis.iter().map(document_node)));
        }
        if let Some(minimum) = target.minimum_completeness {
            node.put("minimum_completeness", number(&minimum.to_string()));
        }
        node.into_node()
    }
}

fn campaign(campaign: &Campaign) -> Node {
    let mut node = Map::default();
    node.put_text("title", campaign.title.as_deref());
    node.put_text("note", campaign.note.as_deref());
    node.put("window", window(&campaign.window));
    if let Some(compare) = &campaign.compare {
        node.put("compare", reference(compare));
    }
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
