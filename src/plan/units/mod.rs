//! Administrative units: a forest whose members are valid for a time, and changes of their boundaries.

mod boundary;
mod geography;
mod unit;

use rustc_hash::{FxHashMap, FxHashSet};

use std::sync::Arc;

use chrono::NaiveDate;

pub use boundary::{BoundaryChange, Destination, GivenAs, Passage, Weights};
use geography::Geography;
pub(crate) use geography::Piece;
pub use geography::{Mapping, Relation};
pub use unit::Unit;

use super::index::{LevelIndex, UnitIndex};
use crate::calendar::Window;
use crate::error::{AlreadyReported, Fault, FaultCode, Faults, Field, Place, quoted};
use crate::names::{Flaw, without_flaws};
use crate::parallel::check_stop;

/// The units of a plan and how they stand to one another.
#[derive(Debug, Clone)]
pub struct Units {
    levels: Vec<String>,
    units: Vec<Unit>,
    children: Vec<Vec<UnitIndex>>,
    /// The validities of each code, in order of time.
    by_id: FxHashMap<String, Vec<UnitIndex>>,
    /// From the first day on which all of them are valid to before the first on which one no longer is; as of a unit.
    all_valid: (Option<NaiveDate>, Option<NaiveDate>),
    /// The days on which one begins, or is no longer valid, in order.
    turns: Vec<NaiveDate>,
    changes: Vec<BoundaryChange>,
    /// The ids of the changes' weights, in the order in which they are first declared.
    weights: Vec<String>,
    /// The units that are judged, if not each on the days it is valid.
    geography: Option<Arc<Geography>>,
}

impl PartialEq for Units {
    fn eq(&self, other: &Self) -> bool {
        // The other fields follow from these.
        self.levels == other.levels
            && self.units == other.units
            && self.changes == other.changes
            && self.geography() == other.geography()
    }
}

/// A field of a unit: its content with its place, if it has any.
pub(super) type PlacedField<T> = Field<(Place, T)>;

/// A unit as a table gives it. What could not be read is linked to nothing, and the rest of the unit is checked as well.
#[derive(Debug)]
pub(super) struct UnitRow {
    pub(super) place: Place,
    pub(super) id: PlacedField<String>,
    pub(super) name: Option<String>,
    pub(super) level: PlacedField<String>,
    pub(super) parent: PlacedField<String>,
    pub(super) valid_from: PlacedField<NaiveDate>,
    pub(super) valid_to: PlacedField<NaiveDate>,
}

/// What of a row is sound enough to judge other things by.
#[derive(Debug, Clone, Copy)]
struct Sound {
    level: bool,
    validity: bool,
}

impl Units {
    /// Links the rows of a table; every row that can't be linked is a fault.
    pub(super) fn build(levels: Vec<String>, rows: Vec<UnitRow>, faults: &mut Faults) -> Units {
        let mut units = Vec::with_capacity(rows.len());
        let mut sound = Vec::with_capacity(rows.len());
        for row in &rows {
            let level = match &row.level {
                Ok(Some((place, name))) => find_level(&levels, place, name, faults),
                Ok(None) | Err(AlreadyReported) => None,
            };
            let day = |field: &PlacedField<NaiveDate>| {
                field.as_ref().ok().and_then(Option::as_ref).map(|(_, day)| *day)
            };
            let id =
                row.id.as_ref().ok().and_then(Option::as_ref).map_or("", |(_, id)| id.as_str());
            let mut validity = row.valid_from.is_ok() && row.valid_to.is_ok();
            if let (Some(from), Ok(Some((place, to)))) = (day(&row.valid_from), &row.valid_to)
                && from >= *to
            {
                validity = false;
                faults.push(
                    Fault::new(
                        FaultCode::EmptyRange,
                        place.clone(),
                        format!("unit `{id}` is never valid"),
                    )
                    .found(to)
                    .expected(format!("a day after valid_from, {from}"))
                    .hint("valid_to is the first day the unit is no longer valid"),
                );
            }
            sound.push(Sound { level: level.is_some(), validity });
            units.push(Unit {
                id: id.to_owned(),
                name: row.name.clone().unwrap_or_else(|| id.to_owned()),
                level: LevelIndex(level.unwrap_or(0)),
                parent: None,
                valid_from: day(&row.valid_from),
                valid_to: day(&row.valid_to),
            });
        }
        let mut by_id: FxHashMap<String, Vec<UnitIndex>> = FxHashMap::default();
        for (index, row) in rows.iter().enumerate() {
            if let Ok(Some((place, id))) = &row.id {
                refuse_flaw(place, "a unit's code", id, faults);
                by_id.entry(id.clone()).or_default().push(UnitIndex(index));
            }
        }
        for versions in by_id.values_mut().filter(|versions| versions.len() > 1) {
            versions.sort_by_key(|version| units[version.0].valid_from);
            refuse_overlaps(versions, &units, &sound, &rows, faults);
        }
        let mut parents = Vec::with_capacity(units.len());
        for (index, row) in rows.iter().enumerate() {
            check_stop();
            let link = Link { units: &units, sound: &sound, levels: &levels, by_id: &by_id, index };
            parents.push(link.parent(row, faults));
        }
        let mut children = vec![Vec::new(); units.len()];
        for (index, parent) in parents.into_iter().enumerate() {
            units[index].parent = parent;
            if let Some(parent) = parent {
                children[parent.0].push(UnitIndex(index));
            }
        }
        let (changes, weights) = (Vec::new(), Vec::new());
        let all_valid = (
            units.iter().filter_map(|unit| unit.valid_from).max(),
            units.iter().filter_map(|unit| unit.valid_to).min(),
        );
        let days = units.iter().flat_map(|unit| unit.valid_from.into_iter().chain(unit.valid_to));
        let mut turns: Vec<NaiveDate> = days.collect();
        turns.sort_unstable();
        turns.dedup();
        Units {
            levels,
            units,
            children,
            by_id,
            all_valid,
            turns,
            changes,
            weights,
            geography: None,
        }
    }

    /// The units with the changes of their boundaries, which have been checked.
    pub(super) fn with_changes(mut self, changes: Vec<BoundaryChange>) -> Units {
        let mut known = FxHashSet::default();
        for weights in changes.iter().flat_map(|change| &change.weights) {
            if known.insert(&weights.id) {
                self.weights.push(weights.id.clone());
            }
        }
        self.changes = changes;
        self
    }

    /// The units as they are judged in the boundaries of one day, whatever the days of the outcomes.
    pub(super) fn in_geography(&self, day: Option<NaiveDate>) -> Units {
        let geography = day.map(|day| Arc::new(Geography::new(self, day)));
        Units { geography, ..self.clone() }
    }

    /// The levels, topmost first.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// The level with this name.
    pub fn level(&self, name: &str) -> Option<LevelIndex> {
        self.levels.iter().position(|level| level == name).map(LevelIndex)
    }

    /// The number of units, each validity of a code counted.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// All units, in the order of their table.
    pub fn iter(&self) -> impl Iterator<Item = (UnitIndex, &Unit)> {
        self.units.iter().enumerate().map(|(index, unit)| (UnitIndex(index), unit))
    }

    /// The units directly below one.
    pub fn children(&self, unit: UnitIndex) -> &[UnitIndex] {
        &self.children[unit.0]
    }

    /// All validities of a code, in order of time; empty if there is no such code.
    pub fn versions(&self, id: &str) -> &[UnitIndex] {
        self.by_id.get(id).map_or(&[], Vec::as_slice)
    }

    /// The validities of a code that end, begin or go on on a day, in order of time.
    pub(super) fn versions_near(&self, id: &str, day: NaiveDate) -> &[UnitIndex] {
        let versions = self.versions(id);
        let begun = begun(versions, &self.units, Some(day));
        &versions[begun.saturating_sub(2)..begun]
    }

    /// The changes of boundaries, in order of time.
    pub fn changes(&self) -> &[BoundaryChange] {
        &self.changes
    }

    /// The ids of the weights by which divided units can be shared out.
    pub fn weights(&self) -> &[String] {
        &self.weights
    }

    /// Which of them has an id.
    pub(crate) fn choice(&self, id: &str) -> Option<usize> {
        self.weights.iter().position(|weights| weights == id)
    }

    /// The day in whose boundaries everything is judged; none if each unit is judged on the days it is valid.
    pub fn geography(&self) -> Option<NaiveDate> {
        self.geography.as_ref().map(|geography| geography.day())
    }

    /// What a unit is made of in the boundaries of the day in which everything is judged; none if it is
    /// itself all along, or no day is named. `weights` are those by which divided units are shared out.
    pub(crate) fn pieces(&self, unit: UnitIndex, weights: Option<usize>) -> Option<&[Piece]> {
        self.geography.as_ref()?.pieces(unit, weights)
    }

    /// Whether a unit is judged on all days of a window.
    pub(crate) fn is_judged_throughout(&self, unit: UnitIndex, window: &Window) -> bool {
        match &self.geography {
            Some(geography) => geography.is_known_throughout(unit, window),
            None => self[unit].is_valid_throughout(window),
        }
    }

    /// The days on which a unit begins, or is no longer valid, in order.
    pub(crate) fn turns(&self) -> &[NaiveDate] {
        &self.turns
    }

    /// Whether a unit begins or ends inside a window.
    pub(crate) fn turn_within(&self, window: &Window) -> bool {
        let next = self.turns.partition_point(|turn| *turn <= window.start());
        self.turns.get(next).is_some_and(|turn| *turn < window.end())
    }

    /// Whether each of them is judged on all days of a window. It may be that each is although this says no.
    pub(crate) fn are_judged_throughout(&self, window: &Window) -> bool {
        let (from, to) = self.all_valid;
        self.geography.is_none()
            && from.is_none_or(|from| from <= window.start())
            && to.is_none_or(|to| window.end() <= to)
    }

    /// Whether a unit is judged on some day of a window.
    pub(crate) fn is_judged_during(&self, unit: UnitIndex, window: &Window) -> bool {
        match &self.geography {
            Some(geography) => geography.is_known_during(unit, window),
            None => self[unit].is_valid_during(window),
        }
    }

    /// The units above one, its parent first.
    pub(crate) fn above(&self, unit: UnitIndex) -> impl Iterator<Item = UnitIndex> {
        std::iter::successors(self[unit].parent, |unit| self[*unit].parent)
    }

    /// The unit a code names on all days of a window.
    pub fn named_throughout(&self, id: &str, window: &Window) -> Option<UnitIndex> {
        let versions = self.versions(id);
        let last = begun(versions, &self.units, Some(window.start())).checked_sub(1)?;
        Some(versions[last]).filter(|unit| self[*unit].is_valid_throughout(window))
    }

    /// Whether a unit is another one or stands somewhere below it.
    pub fn is_within(&self, unit: UnitIndex, ancestor: UnitIndex) -> bool {
        unit == ancestor || self.above(unit).any(|unit| unit == ancestor)
    }

    /// The units of one level at or below a unit, in the order of their table.
    pub fn of_level_within(&self, level: LevelIndex, unit: UnitIndex) -> Vec<UnitIndex> {
        let mut found = Vec::new();
        let mut pending = vec![unit];
        while let Some(unit) = pending.pop() {
            if self[unit].level == level {
                found.push(unit);
            } else {
                pending.extend(self.children(unit));
            }
        }
        found.sort_unstable();
        found
    }

    /// The name of a unit's level.
    pub fn level_name(&self, level: LevelIndex) -> &str {
        &self.levels[level.0]
    }

    /// All codes, for near misses.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> + Clone {
        self.units.iter().map(|unit| unit.id.as_str())
    }
}

impl std::ops::Index<UnitIndex> for Units {
    type Output = Unit;
    fn index(&self, index: UnitIndex) -> &Unit {
        &self.units[index.0]
    }
}

/// Refuses a name that has a flaw. `what` is what the fault calls it.
pub(super) fn refuse_flaw(place: &Place, what: &str, name: &str, faults: &mut Faults) {
    if let Some(flaw) = Flaw::of(name) {
        let message = format!("{what} {}", flaw.describe());
        faults.push(
            Fault::new(FaultCode::InvalidId, place.clone(), message)
                .found(quoted(name))
                .expected(quoted(&without_flaws(name))),
        );
    }
}

/// How many of a code's validities begin on a day or before it; no day is before all others.
fn begun(versions: &[UnitIndex], units: &[Unit], day: Option<NaiveDate>) -> usize {
    versions.partition_point(|version| units[version.0].valid_from <= day)
}

/// The validities of a code, in order of time, lie apart.
fn refuse_overlaps(
    versions: &[UnitIndex],
    units: &[Unit],
    sound: &[Sound],
    rows: &[UnitRow],
    faults: &mut Faults,
) {
    let mut versions = versions.iter().filter(|version| sound[version.0].validity);
    let Some(mut longest) = versions.next() else { return };
    for version in versions {
        if units[longest.0].overlaps(&units[version.0]) {
            // The later row is the one that is wrong.
            let (first, second) = (longest.min(version), longest.max(version));
            let (twin, unit) = (&units[first.0], &units[second.0]);
            let place = match &rows[second.0].id {
                Ok(Some((place, _))) => place,
                Ok(None) | Err(AlreadyReported) => &rows[second.0].place,
            };
            faults.push_with(|| {
                Fault::new(
                    FaultCode::DuplicateId,
                    place.clone(),
                    format!("the code `{}` names two units at the same time", unit.id),
                )
                .found(format!("`{}`, {}", unit.name, unit.validity()))
                .expected(format!(
                    "a validity apart from that of `{}` ({}), {}",
                    twin.name,
                    rows[first.0].place,
                    twin.validity()
                ))
            });
        }
        let end = |version: &UnitIndex| units[version.0].valid_to.unwrap_or(NaiveDate::MAX);
        if end(version) > end(longest) {
            longest = version;
        }
    }
}

fn find_level(levels: &[String], place: &Place, name: &str, faults: &mut Faults) -> Option<usize> {
    let level = levels.iter().position(|level| level == name);
    if level.is_none() {
        faults.push_with(|| {
            Fault::new(FaultCode::UnknownLevel, place.clone(), "unknown level")
                .found(format!("`{name}`"))
                .expected(format!("one of the plan's levels: {}", levels.join(", ")))
                .near_miss(name, levels.iter().map(String::as_str))
        });
    }
    level
}

/// A unit that is to be linked to its parent.
struct Link<'u> {
    units: &'u [Unit],
    sound: &'u [Sound],
    levels: &'u [String],
    by_id: &'u FxHashMap<String, Vec<UnitIndex>>,
    index: usize,
}

impl Link<'_> {
    /// The unit a row names as its parent, if it can be one.
    fn parent(&self, row: &UnitRow, faults: &mut Faults) -> Option<UnitIndex> {
        let Link { units, sound, levels, by_id, index } = *self;
        let unit = &units[index];
        let (place, id) = match &row.parent {
            Ok(Some((place, id))) => (place, id),
            Ok(None) => {
                if sound[index].level && unit.level.0 > 0 {
                    faults.push(
                        Fault::new(
                            FaultCode::MissingParent,
                            row.place.clone(),
                            format!("unit `{}` has no parent", unit.id),
                        )
                        .expected(self.above())
                        .hint(format!("only units of the topmost level, {}, have none", levels[0])),
                    );
                }
                return None;
            }
            Err(AlreadyReported) => return None,
        };
        let versions = by_id.get(id).map_or(&[][..], Vec::as_slice);
        if versions.is_empty() {
            faults.push_with(|| {
                Fault::new(
                    FaultCode::UnknownUnit,
                    place.clone(),
                    format!("the parent of unit `{}` is unknown", unit.id),
                )
                .found(format!("`{id}`"))
                .expected("the id of a unit")
                .near_code(id, by_id.keys().map(String::as_str))
            });
            return None;
        }
        // Whose days are at fault is not told of other days as well.
        let fits = |parent: &UnitIndex| {
            !sound[parent.0].validity || !sound[index].validity || units[parent.0].covers(unit)
        };
        // Of validities that lie apart, only the last that begins before the unit can cover it.
        let last = begun(versions, units, unit.valid_from).checked_sub(1).map(|at| versions[at]);
        // One at fault itself may stand anywhere. A fault that is only counted is not worth the search.
        let mut any = faults.are_listed().then(|| versions.iter().copied()).into_iter().flatten();
        let parent = last.filter(fits).or_else(|| any.find(fits));
        let Some(parent) = parent else {
            faults.push_with(|| {
                let validities: Vec<_> =
                    versions.iter().map(|version| units[version.0].validity()).collect();
                Fault::new(
                    FaultCode::OutsideValidity,
                    place.clone(),
                    format!("unit `{}` is valid when its parent `{id}` is not", unit.id),
                )
                .found(format!("{}, the parent {}", unit.validity(), validities.join(" and ")))
                .expected("a parent that is valid as long as the unit")
                .hint("end the unit with its parent, or give it one row per parent")
            });
            return None;
        };
        let both_known = sound[parent.0].level && sound[index].level;
        if both_known && units[parent.0].level >= unit.level {
            let message = match unit.level.0 {
                _ if parent.0 == index => format!("unit `{id}` is its own parent"),
                0 => format!(
                    "unit `{}` is of the topmost level, {}, and has a parent",
                    unit.id, levels[0]
                ),
                _ => format!("the parent of unit `{}` is not of a level above it", unit.id),
            };
            faults.push(
                Fault::new(FaultCode::WrongLevel, place.clone(), message)
                    .found(format!(
                        "`{id}`, a unit of the level {}",
                        levels[units[parent.0].level.0]
                    ))
                    .expected(self.above()),
            );
            return None;
        }
        Some(parent)
    }

    /// What a parent of the unit has to be.
    fn above(&self) -> String {
        match self.units[self.index].level.0 {
            0 => "none".to_owned(),
            level => {
                let above: Vec<String> =
                    self.levels[..level].iter().rev().map(|level| format!("`{level}`")).collect();
                format!("a unit of the level {}", above.join(" or "))
            }
        }
    }
}
