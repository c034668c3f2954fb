//! The section on campaigns.

use super::circles::circles;
use super::fields::Fields;
use super::{Ground, Names, Reader};
use crate::calendar::{Calendar, Period};
use crate::error::{Fault, FaultCode};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys;
use crate::plan::{Campaign, Deed, Task};

impl Reader<'_> {
    pub(super) fn campaigns(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        ground: &Ground,
        names: &mut Names<'_>,
    ) -> Option<()> {
        let Some(node) = fields.get(&keys::PLAN.campaigns) else {
            names.campaigns.is_whole = !fields.is_misspelt(&keys::PLAN.campaigns);
            return None;
        };
        let form = "ids and windows, such as `tet: {window: [2022-12-15, 2023-02-15]}`";
        let (entries, is_whole) = self.section(node, "campaigns", form);
        names.campaigns.is_whole = is_whole;
        // Whose window is its own, and not only there so that others may refer to the campaign.
        let mut has_window = Vec::new();
        for entry in entries {
            let id = self.key_id(entry);
            if id.as_deref().is_some_and(|id| Period::parse(id).is_some()) {
                self.faults.push(
                    Fault::new(
                        FaultCode::InvalidId,
                        entry.place.clone(),
                        "a campaign can't be called like a period",
                    )
                    .found(format!("`{}`", entry.key)),
                );
            }
            // One that is at fault still has an id to refer to.
            let fields = self.fields(&entry.value, &keys::CAMPAIGN);
            let window = fields.as_ref().and_then(|fields| {
                self.required(fields, &keys::CAMPAIGN.window)
                    .and_then(|node| self.window(node, calendar, None))
            });
            has_window.push(window.is_some());
            let fields = fields.unwrap_or(Fields::checked(&entry.place, &[], &keys::CAMPAIGN));
            let campaign = Campaign {
                id: entry.key.clone(),
                title: self.value(&fields, &keys::CAMPAIGN.title),
                note: self.value(&fields, &keys::CAMPAIGN.note),
                window: window
                    .map(|(window, _)| window)
                    .or_else(|| calendar.window(Period::Year(2000)))?,
                part_of: None,
                units: fields.get(&keys::CAMPAIGN.units).and_then(|node| {
                    self.scope(node, ground, "the units of a campaign", "it is all units")
                }),
                compare: None,
                tasks: fields
                    .get(&keys::CAMPAIGN.tasks)
                    .map_or_else(Vec::new, |node| self.tasks(node)),
                milestones: fields
                    .get(&keys::CAMPAIGN.milestones)
                    .map_or_else(Vec::new, |node| self.deeds(node)),
            };
            names.campaigns.things.push(campaign);
        }
        // These may name any campaign, so they are read when all are known.
        for (place, entry) in entries.iter().enumerate() {
            let Value::Map(fields) = &entry.value.value else { continue };
            let field = |key: &str| fields.iter().find(|field| field.key == key);
            let compare = field(keys::CAMPAIGN.compare.name)
                .and_then(|entry| self.reference(&entry.value, calendar, &names.campaigns));
            let part_of = field(keys::CAMPAIGN.part_of.name)
                .and_then(|entry| self.campaign(&entry.value, names));
            if let (Some(whole), Some(field), true) =
                (part_of, field(keys::CAMPAIGN.part_of.name), has_window[place])
                && has_window[whole]
            {
                self.refuse_a_part_outside(&field.value, names, place, whole);
            }
            if let Some(campaign) = names.campaigns.things.get_mut(place) {
                campaign.compare = compare;
                campaign.part_of = part_of;
            }
        }
        self.refuse_parts_of_themselves(entries, names);
        Some(())
    }

    fn refuse_a_part_outside(&mut self, node: &Node, names: &Names<'_>, part: usize, whole: usize) {
        let (part, whole) = (&names.campaigns.things[part], &names.campaigns.things[whole]);
        if !whole.window.contains(&part.window) {
            self.faults.push(
                Fault::new(
                    FaultCode::OutsideWindow,
                    node.place.clone(),
                    "a part of a campaign runs on days of the campaign",
                )
                .found(format!("`{}`, {}", part.id, part.window))
                .expected(format!("days within `{}`, {}", whole.id, whole.window))
                .hint("campaigns that merely overlap need no `part_of`"),
            );
        }
    }

    /// A campaign can't be part of itself, however many stand between.
    fn refuse_parts_of_themselves(&mut self, entries: &[Entry], names: &mut Names<'_>) {
        let campaigns = &mut names.campaigns.things;
        let next: Vec<Option<usize>> = campaigns.iter().map(|campaign| campaign.part_of).collect();
        for first in circles(&next).into_iter().filter_map(|circle| circle.first().copied()) {
            let entry = &entries[first];
            self.faults.push(
                Fault::new(
                    FaultCode::CircularReference,
                    entry.place.clone(),
                    "a campaign is part of itself",
                )
                .found(format!("`{}`", entry.key)),
            );
            // Reported once, and cut open.
            campaigns[first].part_of = None;
        }
    }

    /// Ids and titles; a title may be left out.
    fn tasks(&mut self, node: &Node) -> Vec<Task> {
        let form = "ids and titles, such as `prevention: Phòng ngừa`";
        let mut tasks = Vec::new();
        for entry in self.section(node, "a campaign's tasks", form).0 {
            let id = self.key_id(entry);
            let title = match &entry.value.value {
                Value::Null => None,
                _ => self.text(&entry.value, "a task's title").map(str::to_owned),
            };
            // Where there is no other title, the id is it.
            tasks.extend(id.map(|id| Task { title: title.filter(|title| *title != id), id }));
        }
        tasks
    }

    fn deeds(&mut self, node: &Node) -> Vec<Deed> {
        let form = "deeds such as {what: Plan issued, by: 2025-11-15, done: 2025-11-10}";
        let mut deeds = Vec::new();
        for item in self.list(node, "a campaign's milestones", form).unwrap_or_default() {
            let Some(fields) = self.fields(item, &keys::DEED) else { continue };
            let what = self.required_value(&fields, &keys::DEED.what);
            let by = self.required_value(&fields, &keys::DEED.by);
            let done = self.value(&fields, &keys::DEED.done);
            if let (Some(what), Some(by)) = (what, by) {
                deeds.push(Deed { what, by, done });
            }
        }
        deeds
    }
}
