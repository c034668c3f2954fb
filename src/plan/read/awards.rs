//! The section on awards: who may be chosen, how many, and what becomes of ties.

use super::fields::Fields;
use super::references::unknown;
use super::{HasId, Reader, Section};
use crate::error::{Fault, FaultCode};
use crate::plan::award::{Award, Eligibility, Quota, QuotaBase};
use crate::plan::document::{Node, Value};
use crate::plan::index::StandardIndex;
use crate::plan::keys::{self, Key, PlanType, QUOTA_FORMS};
use crate::plan::{Score, Standard, Target};

/// What awards refer to. A section with faults has fewer things than entries; then ids that aren't found are no
/// fault of who refers to them.
pub(super) struct Rewarded<'r> {
    pub(super) standards: &'r Section<Standard>,
    pub(super) scores: &'r Section<Score>,
    pub(super) targets: &'r Section<Target>,
}

impl Reader<'_> {
    pub(super) fn awards(&mut self, fields: &Fields<'_>, known: &Rewarded<'_>) -> Vec<Award> {
        let Some(node) = fields.get(&keys::PLAN.awards) else { return Vec::new() };
        let form = "ids and how they are given, each with a score and a quota";
        let mut awards = Vec::new();
        for entry in self.section(node, "awards", form).0 {
            let id = self.key_id(entry);
            let Some(of) = self.fields(&entry.value, &keys::AWARD) else { continue };
            let title = self.value(&of, &keys::AWARD.title);
            let note = self.value(&of, &keys::AWARD.note);
            let basis = of.get(&keys::AWARD.basis).map_or_else(Vec::new, |node| self.basis(node));
            let score = self.required(&of, &keys::AWARD.score);
            let declared = fields.get(&keys::PLAN.scores);
            let score = score.and_then(|node| self.declared(node, "score", known.scores, declared));
            let of_score = score.map(|score| &known.scores.things[score]);
            let eligible = match of.get(&keys::AWARD.eligible) {
                None => Some(Eligibility::default()),
                Some(node) => self.eligibility(node, fields, known, of_score),
            };
            let quota = self.required(&of, &keys::AWARD.quota);
            let quota = quota.and_then(|node| self.quota(node, of_score));
            let ties = self.value_or_default(&of, &keys::AWARD.ties);
            if let (Some(id), Some(score), Some(eligible), Some(quota), Some(ties)) =
                (id, score, eligible, quota, ties)
            {
                awards.push(Award { id, title, note, basis, score, eligible, quota, ties });
            }
        }
        awards
    }

    /// The place of a thing that is declared in another section.
    fn declared<T: HasId>(
        &mut self,
        node: &Node,
        what: &str,
        known: &Section<T>,
        section: Option<&Node>,
    ) -> Option<usize> {
        let id = self.text(node, &format!("the id of a {what}"))?;
        let found = known.place(id);
        // One that is at fault itself is declared nevertheless.
        let is_declared = || section.is_some_and(|section| section.get(id).is_some());
        if found.is_none() && (!self.faults.are_listed() || !is_declared()) {
            let ids = known.things.iter().filter_map(HasId::id);
            self.faults.push_with(|| unknown(FaultCode::UnknownId, &node.place, what, id, ids));
        }
        found
    }

    fn eligibility(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        known: &Rewarded<'_>,
        score: Option<&Score>,
    ) -> Option<Eligibility> {
        let of = self.fields(node, &keys::ELIGIBLE)?;
        let faults_before = self.faults.len();
        let mut eligible = Eligibility::default();
        for node in self.one_or_more(&of, &keys::ELIGIBLE.standards) {
            let declared = fields.get(&keys::PLAN.standards);
            let found = self.declared(node, "standard", known.standards, declared);
            let Some(index) = found else { continue };
            let standard = &known.standards.things[index];
            let level = standard.level;
            if score.is_some_and(|score| score.level != level) {
                self.faults.push(
                    Fault::new(
                        FaultCode::WrongLevel,
                        node.place.clone(),
                        "the standard is not one of the score's level",
                    )
                    .found(format!("`{}`", standard.id))
                    .expected("a standard of the level whose units are scored"),
                );
            }
            eligible.standards.push(StandardIndex(index));
        }
        for node in self.one_or_more(&of, &keys::ELIGIBLE.targets) {
            let declared = fields.get(&keys::PLAN.targets);
            let target = self.declared(node, "target", known.targets, declared);
            let target = target.filter(|at| self.is_one_target(node, &known.targets.things[*at]));
            eligible.targets.extend(target);
        }
        if let (Some(node), Some(score)) = (of.get(&keys::ELIGIBLE.grade), score) {
            eligible.grade = self.grade_of(node, score);
        }
        eligible.exists_for = self.value(&of, &keys::ELIGIBLE.exists_for);
        (self.faults.len() == faults_before).then_some(eligible)
    }

    /// An id, or a list of them.
    fn one_or_more<'n, T: PlanType>(&mut self, fields: &Fields<'n>, key: &Key<T>) -> &'n [Node] {
        match fields.get(key) {
            None => &[],
            Some(node) => match &node.value {
                Value::List(items) => items,
                Value::Text(_) => std::slice::from_ref(node),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => {
                    self.wrong(
                        FaultCode::WrongForm,
                        node,
                        &format!("what `{}` names", key.name),
                        "an id or a list of ids",
                    );
                    &[]
                }
            },
        }
    }

    fn grade_of(&mut self, node: &Node, score: &Score) -> Option<usize> {
        let name = self.text(node, "the name of a grade")?;
        let found = score.grades.iter().position(|grade| grade.grade == name);
        if found.is_none() {
            let names = score.grades.iter().map(|grade| grade.grade.as_str());
            self.faults.push(unknown(FaultCode::UnknownId, &node.place, "grade", name, names));
        }
        found
    }

    fn quota(&mut self, node: &Node, score: Option<&Score>) -> Option<Quota> {
        let fields = self.fields(node, &keys::QUOTA)?;
        match (
            fields.get(&keys::QUOTA.count),
            fields.get(&keys::QUOTA.share),
            fields.get(&keys::QUOTA.of),
        ) {
            (Some(_), None, None) => self.value(&fields, &keys::QUOTA.count).map(Quota::Count),
            (None, Some(_), Some(of)) => {
                let number = self.value(&fields, &keys::QUOTA.share);
                let of = if of.as_map().is_some() {
                    let fields = self.fields(of, &keys::QUOTA_OF)?;
                    let grade = self.required(&fields, &keys::QUOTA_OF.grade)?;
                    self.grade_of(grade, score?).map(QuotaBase::Grade)
                } else {
                    let all = [("rated", QuotaBase::Rated), ("eligible", QuotaBase::Eligible)];
                    self.choice(of, "the base of the share", &all)
                };
                Some(Quota::Share(number?, of?))
            }
            (None, Some(_), None) => {
                self.required(&fields, &keys::QUOTA.of);
                None
            }
            (_, _, _) => {
                if fields.misspelt.is_empty() {
                    self.wrong(FaultCode::WrongForm, node, "a quota", QUOTA_FORMS);
                }
                None
            }
        }
    }
}
