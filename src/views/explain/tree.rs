//! An explanation as a tree: from the verdict over goal and value to the measures, the units below and the figures that
//! were recorded.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    ConflictingFigure, Explanation, MOST_CONFLICTS, Source, conflict_of, reports_of, share_of_unit,
};
use crate::assess::{Assessor, Frame, Reason, Verdict};
use crate::calendar::Window;
use crate::error::codes::codes;
use crate::exact::Exact;
use crate::plan::formula::{Inputs, Names};
use crate::plan::{Expression, Factor, IndicatorIndex, MeasureIndex, UnitIndex};
use crate::scorecard::{Language, wording};
use crate::tally::{Breakdown, Missing, Participants, UsedFigure};

/// How much of an explanation's tree is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TreeOptions {
    /// How many levels of units below the row's own: all by default.
    pub depth: usize,
    /// How many units or figures are named at each place; the others are summed up. 12 by default.
    pub most: usize,
}

impl Default for TreeOptions {
    fn default() -> Self {
        TreeOptions { depth: usize::MAX, most: 12 }
    }
}

/// One thing that an explanation says, and what that rests on.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Node {
    /// What it is about.
    pub what: NodeKind,
    /// The measure's id or the unit's code.
    pub id: Option<String>,
    /// What it says, in words.
    pub label: String,
    /// Its number.
    pub value: Option<f64>,
    /// The number as the scorecard prints it, if not as a figure.
    #[serde(skip)]
    printed: Option<String>,
    /// The language of its line.
    #[serde(skip)]
    language: Language,
    /// Why it has none.
    pub reason: Option<Reason>,
    /// Whether it is taken away from what it is part of.
    pub subtracted: bool,
    /// Whether its children add up to its value, less those that are taken away.
    pub adds_up: bool,
    /// What it rests on.
    pub children: Vec<Node>,
}

codes! {
    /// What a node is about.
    pub enum NodeKind as "kind of node" {
        /// The verdict, in a sentence.
        Verdict = "verdict",
        /// What was promised.
        Goal = "goal",
        /// The value of an indicator.
        Value = "value",
        /// Measures added and subtracted, above or below a line.
        Sum = "sum",
        /// A measure.
        Measure = "measure",
        /// A unit that is part of it.
        Unit = "unit",
        /// A recorded figure.
        Figure = "figure",
        /// A recorded figure that crosses the edge of the days, or overlaps another.
        Conflict = "conflict",
        /// What is recorded and does not count, because its counterpart is missing.
        LeftOut = "left_out",
        /// Units or figures that are not named one by one.
        More = "more",
        /// Whether the figures could be chance.
        Certainty = "certainty",
        /// Where a running window stands.
        Pace = "pace",
        /// The forecast for a running window.
        Outlook = "outlook",
        /// What would turn the verdict.
        Flip = "flip",
    }
}

impl NodeKind {
    /// Whether the label says the number too.
    fn is_printed(self) -> bool {
        match self {
            NodeKind::Verdict
            | NodeKind::Goal
            | NodeKind::Certainty
            | NodeKind::Pace
            | NodeKind::Outlook
            | NodeKind::Flip => true,
            NodeKind::Value
            | NodeKind::Sum
            | NodeKind::Measure
            | NodeKind::Unit
            | NodeKind::Figure
            | NodeKind::Conflict
            | NodeKind::LeftOut
            | NodeKind::More => false,
        }
    }
}

impl Node {
    fn new(what: NodeKind, label: impl Into<String>, language: Language) -> Node {
        Node {
            what,
            id: None,
            label: wording::legible(&label.into()),
            value: None,
            printed: None,
            language,
            reason: None,
            subtracted: false,
            adds_up: false,
            children: Vec::new(),
        }
    }

    /// What it says in one line, its number included.
    pub(super) fn line(&self) -> String {
        let language = self.language;
        let said = match (self.value, self.reason) {
            _ if self.what.is_printed() => String::new(),
            (Some(value), _) => {
                let figure = || language.figure(value);
                format!(": {}", self.printed.clone().unwrap_or_else(figure))
            }
            (None, Some(reason)) => {
                let reason = language.reason_code(reason);
                format!(": {}", language.say("no_number", &[("reason", reason)]))
            }
            (None, None) => String::new(),
        };
        let line = format!("{}{said}", self.label);
        if self.subtracted { language.say("less", &[("line", &line)]) } else { line }
    }

    /// Adds the lines of the node and all below it, each with its depth.
    pub(super) fn lines(&self, depth: usize, lines: &mut Vec<(usize, String)>) {
        lines.push((depth, self.line()));
        self.children.iter().for_each(|child| child.lines(depth + 1, lines));
    }

    /// The node on what it rests, which may add up to it.
    fn resting_on(self, children: Vec<Node>, may_add_up: bool) -> Node {
        let sum = children.iter().try_fold(Exact::ZERO, |sum, child| {
            let value = Exact::of(child.value.unwrap_or_default())?;
            Some(if child.subtracted { sum - &value } else { sum + &value })
        });
        let value = self.value.and_then(Exact::of);
        let adds_up = may_add_up && !children.is_empty() && value.is_some() && value == sum;
        Node { adds_up, children, ..self }
    }

    fn valued(self, value: Result<f64, Reason>) -> Node {
        Node { value: value.ok(), reason: value.err(), ..self }
    }
}

impl fmt::Display for Node {
    /// A line for each node, deeper ones further in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_node(f, self, 0)
    }
}

fn write_node(f: &mut fmt::Formatter<'_>, node: &Node, depth: usize) -> fmt::Result {
    writeln!(f, "{:indent$}{}", "", node.line(), indent = 2 * depth)?;
    node.children.iter().try_for_each(|child| write_node(f, child, depth + 1))
}

impl Explanation {
    /// The explanation as a tree, with the verdict as its root. Below the verdict are its goal and its value, how certain
    /// the value is, the state of a running window and what would turn the verdict. Below the value are the measures,
    /// below them the units that count, those that add most first, and below these the figures that were recorded. If
    /// `adds_up` is true, the children's values add up to the node's value, whether they are named or grouped.
    ///
    /// ```
    /// use attain::views::TreeOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units:
    ///   levels: [city, district]
    ///   list:
    ///     - {id: city, level: city}
    ///     - {id: d1, name: East, level: district, parent: city}
    ///     - {id: d2, name: West, level: district, parent: city}
    /// measures: {cases: {}}
    /// indicators: {known: {count: cases}}
    /// targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (unit, cases) in [("d1", 3.0), ("d2", 5.0)] {
    ///     tally.record(&Outcome::new(unit, When::Period("2025-Q1".into()), "cases", cases))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let tree = report.explain("few", None, None)?.tree(&TreeOptions::default());
    /// let value = &tree.children[1];
    /// let measure = &value.children[0];
    /// assert_eq!((measure.id.as_deref(), measure.value), (Some("cases"), Some(8.0)));
    /// let units: Vec<_> = measure.children.iter().map(|unit| (unit.label.as_str(), unit.value)).collect();
    /// assert_eq!(units, [("West", Some(5.0)), ("East", Some(3.0))]);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn tree(&self, options: &TreeOptions) -> Node {
        let source = &self.source;
        self.tree_of(&Assessor::new(&source.plan, &source.tally, source.as_of), options)
    }

    /// The same with an assessor of the same plan, tally and day, which serves many rows.
    pub(super) fn tree_of(&self, assessor: &Assessor<'_>, options: &TreeOptions) -> Node {
        let source = &self.source;
        let frame = assessor.frame(&source.window);
        let language = self.language;
        let planting = Planting { source, assessor, options, language };
        let row = &self.row;
        let mut children = vec![self.goal(&planting, frame.as_ref())];
        let target = source.plan.targets()[source.target].in_force(&source.window);
        let compared = target.goal.reference().and(frame.as_ref());
        let compared = compared.and_then(|frame| assessor.compared_frame(target, frame));
        let value = match &frame {
            Some(frame) => {
                let frames = (frame, compared.as_ref());
                planting.value(source.judged, source.unit, frames, &source.window)
            }
            None => planting.node(NodeKind::Value, self.indicator_title.clone()),
        };
        let reason = row.reason.filter(|reason| !reason.is_judged());
        children.push(match row.value {
            Some(_) => {
                Node { value: row.value, printed: self.value.clone(), reason: None, ..value }
            }
            None => Node { value: None, reason, adds_up: false, ..value },
        });
        if let Some(sentence) = self.certainty() {
            children.push(planting.node(NodeKind::Certainty, sentence));
        }
        if let Some(sentence) = self.pace() {
            let pace = planting.node(NodeKind::Pace, sentence);
            children.push(Node { value: row.expected_now, ..pace });
        }
        if let Some(sentence) = self.outlook() {
            let outlook = planting.node(NodeKind::Outlook, sentence);
            children.push(Node { value: row.chance, ..outlook });
        }
        if let Some((flip, sentence)) = self.flip.zip(self.flip_in_words()) {
            let node = planting.node(NodeKind::Flip, sentence);
            children.push(Node { value: Some(flip as f64), ..node });
        }
        Node { children, reason, ..planting.node(NodeKind::Verdict, self.judgement.clone()) }
    }

    /// The goal, and, where it is relative, the earlier value it starts from.
    fn goal(&self, planting: &Planting<'_>, frame: Option<&Frame>) -> Node {
        let Source { plan, target, window, judged, unit, .. } = &self.source;
        let target = plan.targets()[*target].in_force(window);
        let label = self.language.say("the_goal", &[("goal", &self.goal)]);
        let mut goal = Node { value: self.row.goal_value, ..planting.node(NodeKind::Goal, label) };
        let earlier = target.goal.reference().and(frame);
        let earlier = earlier.and_then(|frame| planting.assessor.compared_frame(target, frame));
        if let Some((earlier, frame)) = earlier.zip(frame) {
            let frames = (&earlier, Some(frame));
            let value = planting.value(*judged, *unit, frames, &earlier.window);
            goal.children.push(match self.row.baseline {
                Some(_) => Node { value: self.row.baseline, reason: None, ..value },
                None => {
                    let reason = Some(Reason::NoBaseline);
                    Node { value: None, reason, adds_up: false, ..value }
                }
            });
        }
        goal
    }
}

/// What a tree is made from.
struct Planting<'a> {
    source: &'a Source,
    assessor: &'a Assessor<'a>,
    options: &'a TreeOptions,
    language: Language,
}

impl Planting<'_> {
    fn node(&self, what: NodeKind, label: impl Into<String>) -> Node {
        Node::new(what, label, self.language)
    }

    /// The value of an indicator for a unit and a window, beside another window that it is compared with.
    fn value(
        &self,
        indicator: IndicatorIndex,
        unit: UnitIndex,
        (frame, beside): (&Frame, Option<&Frame>),
        window: &Window,
    ) -> Node {
        let plan = &self.source.plan;
        let title = plan[indicator].title();
        let formula = plan.formula_with_titles(indicator, self.language);
        let days = self.language.days(frame.to_date.start(), frame.to_date.end());
        let label = format!("{title} = {formula}, {days}");
        let prepare = |frame: &Frame, beside: Option<&Frame>| {
            self.assessor.prepare_beside(indicator, frame, beside.map(|other| other.to_date))
        };
        let prepared = prepare(frame, beside);
        let evaluated = match beside {
            Some(other) => prepared.evaluate_beside(&prepare(other, Some(frame)), unit),
            None => prepared.evaluate(unit),
        };
        let participants = self.assessor.known.participants(&plan.measures_of(indicator));
        let node = self
            .node(NodeKind::Value, label)
            .valued(evaluated.value.as_ref().map(Exact::float).map_err(|reason| *reason));
        let unit_of_value = self.language.unit_of_value(&plan.unit_of_value(indicator));
        let printed =
            |value| wording::with_unit(&self.language.rounded(value, &[]), &unit_of_value);
        let node = Node { printed: node.value.map(printed), ..node };
        let facts = plan[indicator].formula.facts();
        let children = match facts.inputs {
            Inputs::Sums { above, below: None } => {
                let mut children = self.terms(above.sum, participants, unit, frame);
                // Only a count is the sum itself.
                if facts.count().is_some() {
                    let recorded = self.assessor.sum_of(above.sum, unit, frame).ok();
                    children.extend(self.left_out_node(recorded, node.value));
                }
                return node.resting_on(children, facts.count().is_some());
            }
            Inputs::Sums { above, below: Some(below) } => {
                // Of pairs those with both sides count.
                let counted = [evaluated.numerator, evaluated.denominator];
                let lines = [above, below].into_iter().zip(counted).map(|(operand, counted)| {
                    self.sum(
                        (self.language.phrase(operand.role), counted),
                        operand.sum,
                        participants,
                        unit,
                        frame,
                    )
                });
                lines.collect()
            }
            Inputs::Categories { above, below, each } => each
                .iter()
                .flat_map(|(of_above, of_below)| [(above.role, of_above), (below.role, of_below)])
                .map(|(role, sum)| (self.language.phrase(role), sum))
                .map(|(line, sum)| self.sum((line, None), sum, participants, unit, frame))
                .collect(),
            Inputs::Change { of, from, .. } => {
                let extent = crate::assess::Extent::ToDate;
                let earlier = self.assessor.baseline_frame(from, frame, extent);
                let now = self.value(of, unit, (frame, earlier.as_ref()), window);
                let then = earlier.as_ref();
                let then = then.map(|then| self.value(of, unit, (then, Some(frame)), &then.window));
                std::iter::once(now).chain(then).collect()
            }
            Inputs::Units { of, level, goal } => {
                let units = plan.units();
                let mut members = units.of_level_within(level, unit);
                members.retain(|unit| units.is_judged_throughout(*unit, window));
                self.members(of, goal, &members, frame)
            }
            Inputs::Reports { .. } => {
                let number = |label: &'static str, number: Option<f64>| Node {
                    value: number,
                    ..self.node(NodeKind::Sum, self.language.phrase(label))
                };
                vec![
                    number("reports_counted", evaluated.numerator),
                    number("reports_known", evaluated.denominator),
                ]
            }
            Inputs::Published { measure, .. } => {
                let figure = node.value.and_then(|value| {
                    self.assessor.known.published_figure(measure, unit, window, value)
                });
                let children: Vec<Node> = figure.iter().map(|figure| self.figure(figure)).collect();
                return node.resting_on(children, true);
            }
        };
        node.resting_on(children, false)
    }

    /// Measures added and subtracted, with what is left out of their sum.
    fn sum(
        &self,
        (line, counted): (&str, Option<f64>),
        sum: &Expression,
        participants: Participants,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Node {
        let text = Names::with_titles(&self.source.plan, self.language).sum(sum);
        let total = self.assessor.sum_of(sum, unit, frame);
        let left_out = self.left_out_node(total.ok(), counted);
        let total = if left_out.is_some() { counted.ok_or(Reason::NoData) } else { total };
        let node = self.node(NodeKind::Sum, format!("{line}, {text}")).valued(total);
        let mut children = self.terms(sum, participants, unit, frame);
        children.extend(left_out);
        node.resting_on(children, true)
    }

    fn terms(
        &self,
        sum: &Expression,
        participants: Participants,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Vec<Node> {
        let terms = sum.terms.iter();
        let nodes = terms.map(|term| {
            let measure = self.measure(term.measure, participants, unit, frame);
            let node = if term.factor == Factor::ONE {
                measure
            } else {
                let name = Names::with_titles(&self.source.plan, self.language);
                let value = measure.value.and_then(Exact::of);
                let value = value.map(|value| (value * &term.factor.exact()).float());
                let value = value.ok_or(measure.reason.unwrap_or(Reason::NoData));
                let node = self.node(NodeKind::Sum, name.term(term)).valued(value);
                node.resting_on(vec![measure], false)
            };
            Node { subtracted: term.subtracted, ..node }
        });
        nodes.collect()
    }

    fn measure(
        &self,
        measure: MeasureIndex,
        participants: Participants,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Node {
        let (plan, known) = (&self.source.plan, &self.assessor.known);
        let kind = &plan[measure];
        let mut label = Names::with_titles(plan, self.language).measure(measure).into_owned();
        let reports = known.reports(measure, &frame.to_date, participants);
        let reports = reports.map(|reports| reports[unit.place()]);
        if let Some(reports) = reports.filter(|reports| reports.due > 0) {
            let reports = reports_of(reports.made, reports.due, self.language);
            label.push_str(&format!(", {reports}"));
        }
        let made = known.breakdown(measure, unit, &frame.to_date, self.options.depth);
        let mut node = self.broken_down(made, NodeKind::Measure, label);
        if let Some((why, what)) = node.reason.and_then(conflict_of) {
            let most = self.options.most.min(MOST_CONFLICTS);
            let found = known.conflicts(measure, unit, &frame.to_date, why, most);
            let source = (plan, &self.source.tally);
            node.children.extend(found.iter().map(|conflict| {
                let figure = ConflictingFigure::of(source, conflict);
                let what = self.language.phrase(what);
                let label = format!("{what}: {}", figure.label(self.language));
                self.node(NodeKind::Conflict, label).valued(figure.value.ok_or(Reason::Suppressed))
            }));
        }
        Node { id: Some(kind.id.clone()), ..node }
    }

    fn broken_down(&self, made: Breakdown, what: NodeKind, label: String) -> Node {
        let node = self.node(what, label).valued(made.value.map_err(Reason::from));
        if made.value == Err(Missing::NoData) {
            // Nor do those below it add anything.
            return node;
        }
        let units = self.limited(made.parts, |part| {
            let unit = &self.source.plan.units()[part.unit];
            let name = if unit.name.is_empty() { &unit.id } else { &unit.name };
            let label = match &part.share {
                Some(share) if *share != Exact::ONE => {
                    share_of_unit(share.float(), name, self.language)
                }
                Some(_) | None => name.clone(),
            };
            let code = unit.id.clone();
            Node { id: Some(code), ..self.broken_down(part, NodeKind::Unit, label) }
        });
        let mut children = self.figures(&made.figures);
        children.extend(units);
        node.resting_on(children, made.adds_up)
    }

    /// Units, those that add most first; the rest together.
    fn limited(&self, mut parts: Vec<Breakdown>, node: impl Fn(Breakdown) -> Node) -> Vec<Node> {
        let size = |part: &Breakdown| part.value.map_or(-1.0, f64::abs);
        parts.sort_by(|one, other| size(other).total_cmp(&size(one)));
        let rest = parts.split_off(parts.len().min(self.options.most));
        let mut nodes: Vec<Node> = parts.into_iter().map(node).collect();
        let values: Vec<Option<f64>> = rest.iter().map(|part| part.value.ok()).collect();
        nodes.extend(self.more(&values));
        nodes
    }

    /// Recorded figures in order of time; the rest together.
    fn figures(&self, figures: &[UsedFigure]) -> Vec<Node> {
        let (named, rest) = figures.split_at(figures.len().min(self.options.most));
        let mut nodes: Vec<Node> = named.iter().map(|figure| self.figure(figure)).collect();
        nodes.extend(self.more(&rest.iter().map(|figure| figure.value).collect::<Vec<_>>()));
        nodes
    }

    /// The units that a share of units is about, with their verdicts: those without one first, then those that missed.
    fn members(
        &self,
        of: IndicatorIndex,
        goal: &crate::plan::Goal,
        members: &[UnitIndex],
        frame: &Frame,
    ) -> Vec<Node> {
        let units = self.source.plan.units();
        let judged = self.assessor.judged_units(of, goal, frame, members);
        let mut nodes: Vec<(Verdict, Node)> = members
            .iter()
            .zip(judged)
            .map(|(member, (verdict, value))| {
                let unit = &units[*member];
                let name = if unit.name.is_empty() { &unit.id } else { &unit.name };
                let said = self.language.bare_verdict(verdict);
                let node = self.node(NodeKind::Unit, format!("{name}, {said}")).valued(value);
                (verdict, Node { id: Some(unit.id.clone()), ..node })
            })
            .collect();
        nodes.sort_by_key(|(verdict, _)| match verdict {
            Verdict::Indeterminate => 0,
            Verdict::Missed => 1,
            Verdict::Met => 2,
        });
        let rest = nodes.split_off(nodes.len().min(self.options.most));
        let mut named: Vec<Node> = nodes.into_iter().map(|(_, node)| node).collect();
        if !rest.is_empty() {
            let count = |of: Verdict| {
                let units = rest.iter().filter(|(verdict, _)| *verdict == of);
                self.language.count(units.count())
            };
            let label = self.language.say(
                "and_more_units",
                &[
                    ("more", &self.language.count(rest.len())),
                    ("met", &count(Verdict::Met)),
                    ("missed", &count(Verdict::Missed)),
                    ("none", &count(Verdict::Indeterminate)),
                ],
            );
            named.push(self.node(NodeKind::More, label));
        }
        named
    }
    /// What is recorded and does not count, because its counterpart is missing.
    fn left_out_node(&self, recorded: Option<f64>, counted: Option<f64>) -> Option<Node> {
        let left_out = left_out(recorded, counted)?;
        let node = self.node(NodeKind::LeftOut, self.language.phrase("left_out"));
        Some(Node { value: Some(left_out), subtracted: true, ..node })
    }

    /// What is not named one by one, summed up.
    fn more(&self, values: &[Option<f64>]) -> Option<Node> {
        if values.is_empty() {
            return None;
        }
        let known: Vec<f64> = values.iter().flatten().copied().collect();
        let more = self.language.count(values.len());
        let label = match values.len() - known.len() {
            0 => self.language.say("and_more", &[("more", &more)]),
            unknown => {
                let unknown = self.language.count(unknown);
                self.language.say("and_more_unknown", &[("more", &more), ("unknown", &unknown)])
            }
        };
        let sum = known.iter().try_fold(Exact::ZERO, |sum, value| Some(sum + &Exact::of(*value)?));
        let value = sum.filter(|_| !known.is_empty()).map(|sum| sum.float());
        Some(Node { value, ..self.node(NodeKind::More, label) })
    }

    /// A recorded figure: its days, when it was recorded, its status.
    fn figure(&self, figure: &UsedFigure) -> Node {
        let language = self.language;
        let mut label = language.days(figure.start, figure.end);
        let totals = figure.totals.map(|(total, before)| {
            (language.figure(total), before.map(|before| language.figure(before)))
        });
        if let Some((total, before)) = totals {
            let said = match before {
                Some(before) => {
                    language.say("total_less", &[("total", &total), ("before", &before)])
                }
                None => language.phrase("total_to_date").to_owned(),
            };
            label.push_str(&format!(", {said}"));
        }
        if let Some(day) = figure.recorded_at {
            let recorded = language.say("recorded", &[("day", &language.day(day))]);
            label.push_str(&format!(", {recorded}"));
        }
        if let Some(status) = figure.status.filter(|status| *status != crate::tally::Status::A) {
            label.push_str(&format!(", {}", status.meaning_in(language)));
        }
        let source = figure.origin.and_then(|origin| self.source.tally.cited(origin));
        if let Some(source) = source {
            let source = language.say("cited", &[("source", source)]);
            label.push_str(&format!(", {source}"));
        }
        self.node(NodeKind::Figure, label).valued(figure.value.ok_or(Reason::Suppressed))
    }
}

/// What is recorded and does not count, because its counterpart is missing.
pub(super) fn left_out(recorded: Option<f64>, counted: Option<f64>) -> Option<f64> {
    let (recorded, counted) = recorded.zip(counted).filter(|(one, other)| one != other)?;
    Some((Exact::of(recorded)? - &Exact::of(counted)?).float())
}
