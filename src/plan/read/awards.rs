//! The section on awards: who may be chosen, how many, and what becomes of ties.

use super::fields::Fields;
use super::references::unknown;
use super::values::named;
use super::{Reader, keys};
use crate::error::{Fault, FaultCode};
use crate::exact::Decimal;
use crate::plan::award::{Award, Eligibility, Of, Quota, Ties};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::index::StandardIndex;
use crate::plan::{Score, Standard, Target};

const QUOTA_FORMS: &str =
    "either {count: …} or {share: …, of: …}, of rated, eligible or {grade: …}";

/// What awards refer to. A section with faults has fewer things than entries; then ids that aren't found are no
/// fault of who refers to them.
pub(super) struct Rewarded<'r> {
    pub(super) standards: &'r [Standard],
    pub(super) scores: &'r [Score],
    pub(super) targets: &'r [Target],
}

impl Reader<'_> {
    pub(super) fn awards(&mut self, fields: &Fields<'_>, known: &Rewarded<'_>) -> Vec<Award> {
        let Some(node) = fields.get("awards") else { return Vec::new() };
        let form = "ids and how they are given, each with a score and a quota";
        let mut awards = Vec::new();
        for entry in self.section(node, "awards", form).0 {
            let id = self.key_id(entry);
            let Some(of) = self.fields(&entry.value, "an award", keys::AWARD) else { continue };
            let title = self.optional_text(&of, "title");
            let note = self.optional_text(&of, "note");
            let basis = of.get("basis").map_or_else(Vec::new, |node| self.basis(node));
            let score = self.required(&of, "score", "the id of the score that ranks the units");
            let ids = known.scores.iter().map(|score| score.id.as_str());
            let score =
                score.and_then(|node| self.declared(node, "score", ids, fields.get("scores")));
            let of_score = score.map(|score| &known.scores[score]);
            let eligible = match of.get("eligible") {
                None => Some(Eligibility::default()),
                Some(node) => self.eligibility(node, fields, known, of_score),
            };
            let quota = self.required(&of, "quota", QUOTA_FORMS);
            let quota = quota.and_then(|node| self.quota(node, of_score));
            let rules = named(Ties::ALL, Ties::code);
            let ties = match of.get("ties") {
                None => Some(Ties::default()),
                Some(node) => self.choice(node, "a rule for ties", &rules),
            };
            if let (Some(id), Some(score), Some(eligible), Some(quota), Some(ties)) =
                (id, score, eligible, quota, ties)
            {
                awards.push(Award { id, title, note, basis, score, eligible, quota, ties });
            }
        }
        awards
    }

    /// The place of a thing that is declared in another section.
    fn declared<'i>(
        &mut self,
        node: &Node,
        what: &str,
        ids: impl Iterator<Item = &'i str> + Clone,
        section: Option<&Node>,
    ) -> Option<usize> {
        let id = self.text(node, &format!("the id of a {what}"))?;
        let found = ids.clone().position(|known| known == id);
        let entries = section.and_then(Node::as_map).unwrap_or_default();
        // One that is at fault itself is declared nevertheless.
        if found.is_none() && !entries.iter().any(|entry: &Entry| entry.key == id) {
            self.faults.push(unknown(FaultCode::UnknownId, &node.place, what, id, ids));
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
        let of = self.fields(node, "a rule of eligibility", keys::ELIGIBLE)?;
        let faults_before = self.faults.len();
        let mut eligible = Eligibility::default();
        for node in self.one_or_more(&of, "standards") {
            let ids = known.standards.iter().map(|standard| standard.id.as_str());
            let found = self.declared(node, "standard", ids, fields.get("standards"));
            let Some(index) = found else { continue };
            let level = known.standards[index].level;
            if score.is_some_and(|score| score.level != level) {
                self.faults.push(
                    Fault::new(
                        FaultCode::WrongLevel,
                        node.place.clone(),
                        "the standard is not one of the score's level",
                    )
                    .found(format!("`{}`", known.standards[index].id))
                    .expected("a standard of the level whose units are scored"),
                );
            }
            eligible.standards.push(StandardIndex(index));
        }
        for node in self.one_or_more(&of, "targets") {
            let ids = known.targets.iter().map(|target| target.id.as_str());
            let target = self.declared(node, "target", ids, fields.get("targets"));
            let target = target.filter(|at| self.is_one_target(node, &known.targets[*at]));
            eligible.targets.extend(target);
        }
        if let (Some(node), Some(score)) = (of.get("grade"), score) {
            eligible.grade = self.grade_of(node, score);
        }
        if let Some(node) = of.get("exists_for") {
            let months = self.number(node, "a number of months");
            let whole = months.filter(|months| months.fract().is_zero());
            let whole = whole.and_then(|months| u32::try_from(months).ok());
            eligible.exists_for = whole.filter(|months| (1..=1_200).contains(months));
            if months.is_some() && eligible.exists_for.is_none() {
                self.wrong(
                    FaultCode::OutOfRange,
                    node,
                    "a number of months",
                    "a whole number from 1 to 1200",
                );
            }
        }
        (self.faults.len() == faults_before).then_some(eligible)
    }

    /// An id, or a list of them.
    fn one_or_more<'n>(&mut self, fields: &Fields<'n>, key: &str) -> &'n [Node] {
        match fields.get(key) {
            None => &[],
            Some(node) => match &node.value {
                Value::List(items) => items,
                Value::Text(_) => std::slice::from_ref(node),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Map(_) => {
                    self.wrong(
                        FaultCode::WrongForm,
                        node,
                        &format!("what `{key}` names"),
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
        let fields = self.fields(node, "a quota", keys::QUOTA)?;
        match (fields.get("count"), fields.get("share"), fields.get("of")) {
            (Some(node), None, None) => {
                let count = self.number(node, "the number of awards")?;
                let whole = Some(count).filter(|count| count.fract().is_zero());
                let whole = whole.and_then(|count| u32::try_from(count).ok());
                let count = whole.filter(|count| *count > 0);
                if count.is_none() {
                    self.wrong(
                        FaultCode::OutOfRange,
                        node,
                        "the number of awards",
                        "a whole number above 0",
                    );
                }
                count.map(Quota::Count)
            }
            (None, Some(share), Some(of)) => {
                let number = self.number(share, "a share in per cent");
                let number = number.filter(|number| {
                    let possible = *number > Decimal::ZERO && *number <= Decimal::ONE_HUNDRED;
                    if !possible {
                        let expected = "a number above 0, up to 100";
                        self.wrong(FaultCode::OutOfRange, share, "a share in per cent", expected);
                    }
                    possible
                });
                let of = if of.as_map().is_some() {
                    let fields = self.fields(of, "what the share is of", keys::QUOTA_OF)?;
                    let grade = self.required(&fields, "grade", "the name of a grade")?;
                    self.grade_of(grade, score?).map(Of::Grade)
                } else {
                    let all = [("rated", Of::Rated), ("eligible", Of::Eligible)];
                    self.choice(of, "what the share is of", &all)
                };
                Some(Quota::Share(number?, of?))
            }
            (None, Some(_), None) => {
                self.required(&fields, "of", "rated, eligible or {grade: …}");
                None
            }
            (_, _, _) => {
                if fields.meant.is_empty() {
                    self.wrong(FaultCode::WrongForm, node, "a quota", QUOTA_FORMS);
                }
                None
            }
        }
    }
}
