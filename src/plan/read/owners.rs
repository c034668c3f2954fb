//! The section on owners: the offices that answer for targets and units.

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
            let targets = targets.is_whole.then_some(of_targets);
            let targets = self.ids(
                fields.get(&keys::DUTY.targets),
                FaultCode::UnknownTarget,
                "target",
                targets,
            );
            let indicators = names.indicators.things.iter().map(|(entry, _)| entry.key.as_str());
            let indicators = names.indicators.is_whole.then_some(indicators);
            let node = fields.get(&keys::DUTY.indicators);
            let indicators = self.ids(node, FaultCode::UnknownIndicator, "indicator", indicators);
            let campaigns = fields.get(&keys::DUTY.campaigns).map_or_else(Vec::new, |node| {
                let nodes = self.list(node, "campaigns", "ids").unwrap_or_default();
                nodes.iter().filter_map(|node| self.campaign(node, names)).collect()
            });
            let tasks = names.campaigns.things.iter().flat_map(|campaign| &campaign.tasks);
            let tasks = names.campaigns.is_whole.then_some(tasks.map(|task| task.id.as_str()));
            let node = fields.get(&keys::DUTY.tasks);
            let tasks = self.ids(node, FaultCode::UnknownId, "task", tasks);
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

    /// The ids of a list, each known and named once. Without `known` nobody can tell.
    fn ids<'k>(
        &mut self,
        node: Option<&Node>,
        code: FaultCode,
        what: &str,
        known: Option<impl Iterator<Item = &'k str> + Clone>,
    ) -> Vec<String> {
        let Some(node) = node else { return Vec::new() };
        let mut ids: Vec<String> = Vec::new();
        for item in self.list(node, &format!("a list of {what}s"), "ids").unwrap_or_default() {
            let Some(id) = self.text(item, &format!("the id of a {what}")) else { continue };
            if let Some(known) = &known
                && known.clone().all(|one| one != id)
            {
                self.faults.push_with(|| unknown(code, &item.place, what, id, known.clone()));
            } else if ids.iter().any(|one| one == id) {
                let message = format!("this {what} stands twice");
                self.faults.push(
                    Fault::new(FaultCode::DuplicateEntry, item.place.clone(), message)
                        .found(quoted(id)),
                );
            } else {
                ids.push(id.to_owned());
            }
        }
        ids
    }
}
