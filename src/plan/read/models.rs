//! The section on models and the places that took them up.

use super::fields::Fields;
use super::references::unknown;
use super::{Ground, Names, Reader};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode, quoted};
use crate::plan::document::Node;
use crate::plan::keys;
use crate::plan::{MeasureIndex, Models, OverUnits};

impl Reader<'_> {
    pub(super) fn models(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Vec<Models> {
        let Some(node) = fields.get(&keys::PLAN.models) else { return Vec::new() };
        let form = "ids and what counts their places, each with a stratum, a level and a window";
        let mut all = Vec::new();
        for entry in self.section(node, "models", form).0 {
            let id = self.key_id(entry);
            let Some(fields) = self.fields(&entry.value, &keys::MODELS) else {
                continue;
            };
            let title = self.value(&fields, &keys::MODELS.title);
            let note = self.value(&fields, &keys::MODELS.note);
            let places = self.required(&fields, &keys::MODELS.places);
            let places = places.and_then(|node| self.places(node, names));
            let by = self.required(&fields, &keys::MODELS.by);
            let by = by.and_then(|node| self.stratum(node, names));
            let level = self.required(&fields, &keys::MODELS.level);
            let level = level.and_then(|node| self.level(node, ground));
            let window = self.required(&fields, &keys::MODELS.window);
            let window =
                window.and_then(|node| self.separate_windows(node, calendar, &names.campaigns));
            let basis =
                fields.get(&keys::MODELS.basis).map_or_else(Vec::new, |node| self.basis(node));
            if let (Some(places), Some(by), Some(node)) = (places, by, fields.get(&keys::MODELS.by))
                && !names.measures.things[places.0].strata.contains(&by)
            {
                let measure = &names.measures.things[places.0];
                let stratum = &names.strata.things[by.0].id;
                let message = format!("{} is not recorded by `{stratum}`", quoted(&measure.id));
                self.faults.push(
                    Fault::new(FaultCode::StratumNotRecorded, node.place.clone(), message)
                        .expected("a stratum among the measure's `strata`"),
                );
                continue;
            }
            let (Some(id), Some(places), Some(by), Some(level), Some(window)) =
                (id, places, by, level, window)
            else {
                continue;
            };
            let of_each = Vec::new();
            all.push(Models { id, title, note, places, by, level, window, basis, of_each });
        }
        all
    }

    /// A measure of places, which add up over units.
    fn places(&mut self, node: &Node, names: &Names<'_>) -> Option<MeasureIndex> {
        let id = self.text(node, "the id of a measure")?;
        let measures = &names.measures.things;
        let Some(at) = names.measures.place(id) else {
            if names.measures.is_whole {
                let ids = measures.iter().filter(|one| !one.reported).map(|one| one.id.as_str());
                self.faults.push(unknown(
                    FaultCode::UnknownMeasure,
                    &node.place,
                    "measure",
                    id,
                    ids,
                ));
            }
            return None;
        };
        if measures[at].over_units != OverUnits::Sum {
            self.faults.push(
                Fault::new(
                    FaultCode::UnsuitableMeasure,
                    node.place.clone(),
                    "places are added up over units",
                )
                .found(format!("`{id}`, of which the {} is taken", measures[at].over_units.code()))
                .expected("a measure with `over_units: sum`"),
            );
            return None;
        }
        Some(MeasureIndex(at))
    }
}
