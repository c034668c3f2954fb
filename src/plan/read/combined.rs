//! The section on goals over several targets.

use rustc_hash::FxHashSet;

use super::fields::Fields;
use super::references::unknown;
use super::{Names, Reader, Section};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode, quoted};
use crate::plan::document::{Entry, Node};
use crate::plan::keys;
use crate::plan::{Combined, Rule, Target};

const RULE_FORMS: &str =
    "one of {all: [TARGET, …]}, {any: [TARGET, …]}, {at_least: {count: 2, of: [TARGET, …]}}";

/// The keys of the rules, of which a combined goal has one.
const RULES: [&str; 3] = ["all", "any", "at_least"];

impl Reader<'_> {
    pub(super) fn combined(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        names: &Names<'_>,
        targets: &Section<Target>,
    ) -> Vec<Combined> {
        let Some(node) = fields.get(&keys::PLAN.combined) else { return Vec::new() };
        let mut all = Vec::new();
        let form = "ids and the targets they take together, such as `traffic: {all: [a, b, c]}`";
        for entry in self.section(node, "combined goals", form).0 {
            let id = self.key_id(entry);
            let Some(fields) = self.fields(&entry.value, &keys::COMBINED) else {
                continue;
            };
            let title = self.value(&fields, &keys::COMBINED.title);
            let note = self.value(&fields, &keys::COMBINED.note);
            let rules: Vec<&Entry> =
                fields.entries.iter().filter(|entry| RULES.contains(&entry.key.as_str())).collect();
            let [rule] = rules[..] else {
                let is_misspelt = RULES.iter().any(|key| fields.misspelt.contains(key));
                if rules.len() > 1 || !is_misspelt {
                    self.wrong(FaultCode::WrongForm, &entry.value, "a combined goal", RULE_FORMS);
                }
                continue;
            };
            let read = match rule.key.as_str() {
                "all" => self.together(&rule.value, targets).map(|of| (Rule::All, of)),
                "any" => self.together(&rule.value, targets).map(|of| (Rule::Any, of)),
                _ => self.at_least_of(&rule.value, targets),
            };
            let Some((rule, together)) = read else { continue };
            self.refuse_other_windows(&entry.value, calendar, names, targets, &together);
            if let Some(id) = id {
                all.push(Combined { id, title, note, rule, targets: together });
            }
        }
        all
    }

    fn at_least_of(
        &mut self,
        node: &Node,
        targets: &Section<Target>,
    ) -> Option<(Rule, Vec<usize>)> {
        let fields = self.fields(node, &keys::AT_LEAST)?;
        let count_node = self.required(&fields, &keys::AT_LEAST.count);
        let count = count_node.and_then(|node| self.number(node, "a number of targets"));
        let of = self.required(&fields, &keys::AT_LEAST.of);
        let of = of.and_then(|node| self.together(node, targets));
        let (count, of, count_node) = (count?, of?, count_node?);
        let whole = usize::try_from(count).ok().filter(|_| count.is_integer());
        let Some(count) = whole.filter(|count| (1..=of.len()).contains(count)) else {
            self.wrong(
                FaultCode::OutOfRange,
                count_node,
                "a number of targets",
                &format!("a whole number from 1 to {}", of.len()),
            );
            return None;
        };
        Some((Rule::AtLeast(count), of))
    }

    /// The targets of a list, two or more of them.
    fn together(&mut self, node: &Node, targets: &Section<Target>) -> Option<Vec<usize>> {
        let items = self.list(node, "the targets taken together", "the ids of targets")?;
        if items.len() < 2 {
            self.wrong(
                FaultCode::TooFew,
                node,
                "a list of targets taken together",
                "two or more ids of targets",
            );
            return None;
        }
        let mut together = Vec::new();
        let mut named = FxHashSet::default();
        let mut are_known = true;
        for item in items {
            let Some(id) = self.text(item, "the id of a target") else {
                are_known = false;
                continue;
            };
            match targets.place(id) {
                Some(target) if !named.insert(target) => {
                    are_known = false;
                    self.faults.push(
                        Fault::new(
                            FaultCode::DuplicateEntry,
                            item.place.clone(),
                            "this target stands twice",
                        )
                        .found(format!("`{id}`")),
                    );
                }
                Some(target) => {
                    are_known &= self.is_one_target(item, &targets.things[target]);
                    together.push(target);
                }
                None => {
                    are_known = false;
                    if targets.is_whole {
                        let ids = targets.things.iter().map(|target| target.id.as_str());
                        self.faults.push_with(|| {
                            unknown(FaultCode::UnknownTarget, &item.place, "target", id, ids)
                        });
                    }
                }
            }
        }
        are_known.then_some(together)
    }

    /// A target that is split by strata is several targets: its id alone names none of them.
    pub(super) fn is_one_target(&mut self, node: &Node, target: &Target) -> bool {
        if !target.by.is_empty() {
            let message = format!("{} is split by strata", quoted(&target.id));
            self.faults.push(
                Fault::new(FaultCode::UnsuitableTarget, node.place.clone(), message)
                    .expected("one target")
                    .hint("a target with `in_every` has to be met in every category"),
            );
        }
        target.by.is_empty()
    }

    /// Only what is judged over the same days is judged together.
    fn refuse_other_windows(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        names: &Names<'_>,
        targets: &Section<Target>,
        together: &[usize],
    ) {
        let of_campaign = |campaign: usize| names.campaigns.things[campaign].window;
        let days = |target: &Target| target.window.windows(calendar, of_campaign);
        let [first, others @ ..] = together else { return };
        let first = &targets.things[*first];
        let of_first = days(first);
        for other in others.iter().map(|other| &targets.things[*other]) {
            let of_other = days(other);
            let are_same = of_first.len() == of_other.len()
                && of_first.iter().zip(&of_other).all(|(one, other)| one.same_days(other));
            if !are_same {
                self.faults.push(
                    Fault::new(
                        FaultCode::InconsistentParts,
                        node.place.clone(),
                        "only targets of the same windows are judged together",
                    )
                    .found(format!("`{}` and `{}`", first.id, other.id))
                    .expected("the same days for all of them"),
                );
                return;
            }
        }
    }
}
