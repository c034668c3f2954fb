//! Ids that refer to something declared elsewhere in the plan.

use super::{Ground, Names, Reader};
use crate::error::{Fault, FaultCode, Place, quoted};
use crate::plan::document::Node;
use crate::plan::{IndicatorIndex, LevelIndex};

impl Reader<'_> {
    pub(super) fn indicator(&mut self, node: &Node, names: &Names<'_>) -> Option<IndicatorIndex> {
        let id = self.text(node, "the id of an indicator")?;
        let indicators = &names.indicators;
        let found = indicators.place(id);
        if found.is_none() && indicators.is_whole {
            self.faults.push_with(|| {
                let ids = indicators.things.iter().map(|(entry, _)| entry.key.as_str());
                let fault = unknown(FaultCode::UnknownIndicator, &node.place, "indicator", id, ids);
                if names.measures.things.iter().all(|measure| measure.id != id) {
                    return fault;
                }
                fault.hint(format!(
                    "this is a measure; an indicator, {{count: {id}}}, makes a value of it"
                ))
            });
        }
        found.map(IndicatorIndex)
    }

    pub(super) fn campaign(&mut self, node: &Node, names: &Names<'_>) -> Option<usize> {
        let id = self.text(node, "the id of a campaign")?;
        let campaigns = &names.campaigns;
        let found = campaigns.place(id);
        if found.is_none() && campaigns.is_whole {
            let ids = campaigns.things.iter().map(|campaign| campaign.id.as_str());
            let place = &node.place;
            self.faults.push_with(|| unknown(FaultCode::UnknownId, place, "campaign", id, ids));
        }
        found
    }

    pub(super) fn level(&mut self, node: &Node, ground: &Ground) -> Option<LevelIndex> {
        let name = self.text(node, "the name of a level")?;
        let level = ground.units.level(name);
        if level.is_none() && ground.knows_levels {
            let levels = ground.units.levels().iter().map(String::as_str);
            let place = &node.place;
            self.faults
                .push_with(|| unknown(FaultCode::UnknownLevel, place, "level", name, levels));
        }
        level
    }
}

pub(super) fn unknown<'a>(
    code: FaultCode,
    place: &Place,
    what: &str,
    id: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Fault {
    // A handful of ids is worth listing; a thousand units are not.
    const MOST_LISTED: usize = 12;
    let fault = Fault::new(code, place.clone(), format!("there is no {what} {}", quoted(id)))
        .near_code(id, known.clone());
    let listed: Vec<&str> = known.clone().take(MOST_LISTED).collect();
    match known.count() {
        0 => fault.hint(format!("the plan declares no {what}")),
        count if count > MOST_LISTED => fault,
        _ => fault.expected(listed.join(", ")),
    }
}
