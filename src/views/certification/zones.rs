//! Green zones: where all units hold a standard.

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Certification;
use crate::assess::Verdict;
use crate::calendar::Window;
use crate::error::{FaultCode, Result};
use crate::plan::UnitIndex;
use crate::report::unknown;
use crate::view::View;

/// Units that all hold a standard and belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, View)]
#[view(name = "green_zones", own_serialize)]
#[non_exhaustive]
pub struct GreenZone {
    /// The standard's id.
    pub standard: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// Its number in the window, from 1 on.
    pub zone: i64,
    /// The code of the unit that is a zone as a whole; none where neighbours make the zone.
    pub unit: Option<String>,
    /// That unit's name.
    pub unit_name: Option<String>,
    /// That unit's level.
    pub level: Option<String>,
    /// How many units of the standard's level it holds.
    pub units: i64,
    /// Their names, in the order of the table of units.
    pub members: Vec<String>,
}

impl Certification {
    /// The units above the standard's level of which every unit of that level holds the standard, in each
    /// window; of such units inside each other the topmost. One undecided unit, or one that does not exist
    /// throughout the window, is enough to leave a unit out.
    pub fn green_zones(&self) -> Vec<GreenZone> {
        let units = self.plan.units();
        let mut zones = Vec::new();
        for (window, certificates) in self.by_window() {
            // Per unit above: how many units of the level it has, and how many of them hold the standard.
            let mut counts: HashMap<UnitIndex, (usize, usize)> = HashMap::new();
            for (unit, verdict) in &certificates {
                let mut above = units[*unit].parent;
                while let Some(at) = above {
                    let (all, holding) = counts.entry(at).or_default();
                    *all += 1;
                    *holding += usize::from(*verdict == Verdict::Met);
                    above = units[at].parent;
                }
            }
            let is_green =
                |unit: &UnitIndex| counts.get(unit).is_some_and(|(all, holding)| all == holding);
            let mut green: Vec<UnitIndex> = counts
                .keys()
                .filter(|unit| {
                    is_green(unit) && units[**unit].parent.is_none_or(|above| !is_green(&above))
                })
                .copied()
                .collect();
            green.sort_unstable();
            for (number, unit) in green.into_iter().enumerate() {
                let members = certificates.iter().filter(|(one, _)| units.is_within(*one, unit));
                let members: Vec<UnitIndex> = members.map(|(one, _)| *one).collect();
                zones.push(self.zone(&window, number, Some(unit), &members));
            }
        }
        zones
    }

    /// The largest sets of units that hold the standard and can be walked through from neighbour to
    /// neighbour without leaving the set, in each window; a unit without such neighbours is a set of its own.
    /// `neighbours` are pairs of codes, in either order.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no unit of such a code.
    pub fn green_zones_of_neighbours<'n>(
        &self,
        neighbours: impl IntoIterator<Item = (&'n str, &'n str)>,
    ) -> Result<Vec<GreenZone>> {
        let units = self.plan.units();
        let mut beside: HashMap<&str, Vec<&str>> = HashMap::new();
        for (one, other) in neighbours {
            for code in [one, other] {
                if units.versions(code).is_empty() {
                    return Err(unknown(FaultCode::UnknownUnit, "unit", code, units.ids()));
                }
            }
            beside.entry(one).or_default().push(other);
            beside.entry(other).or_default().push(one);
        }
        let mut zones = Vec::new();
        for (window, certificates) in self.by_window() {
            // A code names one unit on any day of the window, and only units that exist on all of them hold it.
            let holding: Vec<UnitIndex> = certificates
                .iter()
                .filter(|(_, verdict)| *verdict == Verdict::Met)
                .map(|(unit, _)| *unit)
                .collect();
            let place: HashMap<&str, usize> = holding
                .iter()
                .enumerate()
                .map(|(place, unit)| (units[*unit].id.as_str(), place))
                .collect();
            let mut seen = vec![false; holding.len()];
            let mut number = 0;
            for first in 0..holding.len() {
                if std::mem::replace(&mut seen[first], true) {
                    continue;
                }
                let mut members = vec![first];
                let mut next = 0;
                while let Some(at) = members.get(next).copied() {
                    next += 1;
                    let code = units[holding[at]].id.as_str();
                    for other in beside.get(code).into_iter().flatten() {
                        if let Some(other) = place.get(other)
                            && !std::mem::replace(&mut seen[*other], true)
                        {
                            members.push(*other);
                        }
                    }
                }
                members.sort_unstable();
                let members: Vec<UnitIndex> = members.iter().map(|at| holding[*at]).collect();
                zones.push(self.zone(&window, number, None, &members));
                number += 1;
            }
        }
        Ok(zones)
    }

    /// Each window with what came out for its units.
    fn by_window(&self) -> Vec<(Window, Vec<(UnitIndex, Verdict)>)> {
        let mut found: Vec<(Window, Vec<(UnitIndex, Verdict)>)> = Vec::new();
        for (certificate, unit) in self.certificates.iter().zip(&self.units) {
            let Some(window) = Window::new(certificate.window_start, certificate.window_end) else {
                continue;
            };
            match found.last_mut() {
                Some((last, rows)) if last.same_days(&window) => {
                    rows.push((*unit, certificate.verdict));
                }
                Some(_) | None => found.push((window, vec![(*unit, certificate.verdict)])),
            }
        }
        found
    }

    fn zone(
        &self,
        window: &Window,
        number: usize,
        unit: Option<UnitIndex>,
        members: &[UnitIndex],
    ) -> GreenZone {
        let units = self.plan.units();
        let whole = unit.map(|unit| &units[unit]);
        GreenZone {
            standard: self.standard().id.clone(),
            window_start: window.start(),
            window_end: window.end(),
            zone: number as i64 + 1,
            unit: whole.map(|whole| whole.id.clone()),
            unit_name: whole.map(|whole| whole.name.clone()),
            level: whole.map(|whole| units.level_name(whole.level).to_owned()),
            units: members.len() as i64,
            members: members.iter().map(|unit| units[*unit].name.clone()).collect(),
        }
    }
}
