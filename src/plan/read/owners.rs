//! The section on owners: the offices that answer for targets and units.

use rustc_hash::FxHashSet;

use super::fields::Fields;
use super::references::unknown;
use super::{Ground, Names, Reader, Section};
use crate::error::{Fault, FaultCode, quoted};
use crate::plan::document::Node;
use crate::plan::keys;
use crate::plan::{Duty, Owner, Target};

impl Reader<'_> {
    pub(super) fn owners(
        &mut self,
        fields: &Fields<'_>,
        ground: &Ground,
        names: &Names<'_>,
        targets: &Section<Target>,
    ) -> Vec<Owner> {
        let Some(node) = fields.get(&keys::PLAN.owners) else { return Vec::new() };
        let form =
            "ids and offices, such as `police: {title: City police, duties: [{tasks: [patrols]}]}`";
        let mut owners = Vec::new();
        for entry in self.section(node, "owners", form).0 {
            let id = self.key_id(entry);
            let Some(fields) = self.fields(&entry.value, &keys::OWNER) else { continue };
            let title = self.value(&fields, &keys::OWNER.title);
            let name = self.value(&fields, &keys::OWNER.name);
            let note = self.value(&fields, &keys::OWNER.note);
            let each = fields.get(&keys::OWNER.each).and_then(|node| self.level(node, ground));
            let duties = match fields.get(&keys::OWNER.duties) {
                None => vec![Duty::default()],
                Some(node) => self.duties(node, ground, names, targets),
            };
            owners.extend(id.map(|id| Owner { id, title, name, note, each, duties }));
        }
        owners
    }

    fn duties(
        &mut self,
        node: &Node,
        ground: &Ground,
        names: &Names<'_>,
        targets: &Section<Target>,
    ) -> Vec<Duty> {
        let form = "duties such as {targets: [clearance], from: 2023-08-02}";
        let mut duties = Vec::new();
        let items = self.list(node, "the duties of an office", form);
        if items.is_some_and(<[Node]>::is_empty) {
            self.wrong(
                FaultCode::TooFew,
                node,
                "a list of the duties of an office",
                "one duty at least; without `duties` it answers for everything",
            );
        }
        for item in items.unwrap_or_default() {
            let Some(fields) = self.fields(item, &keys::DUTY) else { continue };
            let of_targets = targets.things.iter().map(|target| target.id.as_str());
            let known = Known { code: FaultCode::UnknownTarget, what: "target", ids: of_targets };
            let named = fields.get(&keys::DUTY.targets);
            let targets =
                self.ids(named, known, |id| targets.place(id).is_some(), targets.is_whole);
            let indicators = &names.indicators;
            let ids = indicators.things.iter().map(|(entry, _)| entry.key.as_str());
            let known = Known { code: FaultCode::UnknownIndicator, what: "indicator", ids };
            let named = fields.get(&keys::DUTY.indicators);
            let is_known = |id: &str| indicators.place(id).is_some();
            let indicators = self.ids(named, known, is_known, indicators.is_whole);
            let campaigns = fields.get(&keys::DUTY.campaigns).map_or_else(Vec::new, |node| {
                let nodes = self.list(node, "campaigns", "ids").unwrap_or_default();
                nodes.iter().filter_map(|node| self.campaign(node, names)).collect()
            });
            let tasks = names.campaigns.things.iter().flat_map(|campaign| &campaign.tasks);
            let ids = tasks.map(|task| task.id.as_str());
            let all: FxHashSet<&str> = ids.clone().collect();
            let known = Known { code: FaultCode::UnknownId, what: "task", ids };
            let named = fields.get(&keys::DUTY.tasks);
            let is_known = |id: &str| all.contains(id);
            let tasks = self.ids(named, known, is_known, names.campaigns.is_whole);
            let units = fields.get(&keys::DUTY.units).and_then(|node| {
                self.scope(node, ground, "the units of a duty", "it is about all units")
            });
            let within = fields.get(&keys::DUTY.within).and_then(|node| {
                self.unit_codes(node, ground, "the units of a duty", "a list of unit codes")
            });
            let from = self.value(&fields, &keys::DUTY.from);
            let until = self.value(&fields, &keys::DUTY.until);
            if let (Some(from), Some(until), Some(node)) =
                (from, until, fields.get(&keys::DUTY.until))
                && until < from
            {
                self.faults.push(
                    Fault::new(
                        FaultCode::WrongOrder,
                        node.place.clone(),
                        "a duty ends before it begins",
                    )
                    .found(until)
                    .expected(format!("{from} or later")),
                );
            }
            let within = within.unwrap_or_default();
            duties.push(Duty { targets, indicators, campaigns, tasks, units, within, from, until });
        }
        duties
    }

    /// The ids of a list, each known and named once. Where the section is not whole, nobody can tell which are known.
    fn ids<'k>(
        &mut self,
        node: Option<&Node>,
        known: Known<impl Iterator<Item = &'k str> + Clone>,
        is_known: impl Fn(&str) -> bool,
        is_whole: bool,
    ) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        let what = known.what;
        let mut named: FxHashSet<&str> = FxHashSet::default();
        for item in self.list(node, &format!("a list of {what}s"), "ids").unwrap_or_default() {
            let Some(id) = self.text(item, &format!("the id of a {what}")) else { continue };
            if is_whole && !is_known(id) {
                let ids = || known.ids.clone();
                self.faults.push_with(|| unknown(known.code, &item.place, what, id, ids()));
            } else if !named.insert(id) {
                let message = format!("this {what} stands twice");
                self.faults.push(
                    Fault::new(FaultCode::DuplicateEntry, item.place.clone(), message)
                        .found(quoted(id)),
                );
            }
        }
        let items = node.as_list().unwrap_or_default().iter();
        items.filter_map(|item| item.as_text().map(str::to_owned)).collect()
    }
}

/// What ids refer to, and all that there are.
struct Known<I> {
    code: FaultCode,
    what: &'static str,
    ids: I,
}
