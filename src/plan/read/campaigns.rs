//! The section on campaigns.

use super::fields::Fields;
use super::windows::OWN_WINDOW_FORMS;
use super::{Names, Reader, keys};
use crate::calendar::{Calendar, Period};
use crate::error::Fault;
use crate::plan::Campaign;
use crate::plan::document::Value;

impl Reader<'_> {
    pub(super) fn campaigns(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        names: &mut Names<'_>,
    ) -> Option<()> {
        let Some(node) = fields.get("campaigns") else {
            names.campaigns.is_whole = !fields.is_misspelt("campaigns");
            return None;
        };
        let form = "ids and windows, such as `tet: {window: [2022-12-15, 2023-02-15]}`";
        let (entries, is_whole) = self.section(node, "campaigns", form);
        names.campaigns.is_whole = is_whole;
        for entry in entries {
            let id = self.key_id(entry);
            if id.as_deref().is_some_and(|id| Period::parse(id).is_some()) {
                self.faults.push(
                    Fault::new(entry.place.clone(), "a campaign can't be called like a period")
                        .found(format!("`{}`", entry.key)),
                );
            }
            // One that is at fault still has an id to refer to.
            let fields = self.fields(&entry.value, "a campaign", keys::CAMPAIGN);
            let window = fields.as_ref().and_then(|fields| {
                self.required(fields, "window", OWN_WINDOW_FORMS)
                    .and_then(|node| self.window(node, calendar, None))
            });
            let fields =
                fields.unwrap_or(Fields { place: &entry.place, entries: &[], meant: Vec::new() });
            let campaign = Campaign {
                id: entry.key.clone(),
                title: self.optional_text(&fields, "title"),
                note: self.optional_text(&fields, "note"),
                window: window
                    .map(|(window, _)| window)
                    .or_else(|| calendar.window(Period::Year(2000)))?,
                compare: None,
            };
            names.campaigns.things.push(campaign);
        }
        // A comparison may name any campaign's window, so it is read when all are known.
        for entry in entries {
            let Value::Map(fields) = &entry.value.value else { continue };
            let Some(compare) = fields.iter().find(|field| field.key == "compare") else {
                continue;
            };
            let compare = self.reference(&compare.value, calendar, &names.campaigns);
            let campaigns = &mut names.campaigns.things;
            if let Some(campaign) = campaigns.iter_mut().find(|campaign| campaign.id == entry.key) {
                campaign.compare = compare;
            }
        }
        Some(())
    }
}
