//! Organisation units: their levels and the days on which they exist.

use chrono::NaiveDate;

use super::metadata::{Metadata, Object};
use crate::error::{Fault, FaultCode, Faults, quoted};
use crate::sources::SourceFile;
use crate::sources::note::{NoteCode, Notes};

/// A unit of the tree.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) parent: Option<usize>,
    pub(super) children: usize,
    pub(super) depth: usize,
    /// The first day, and the day after the last.
    pub(super) from: Option<NaiveDate>,
    pub(super) to: Option<NaiveDate>,
    /// The same, as the metadata have them.
    opened: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    is_widened: bool,
}

impl Unit {
    /// Whether the unit was open on all these days, as the metadata have it.
    pub(super) fn is_open(&self, start: NaiveDate, end: NaiveDate) -> bool {
        self.opened.is_none_or(|from| from <= start) && self.closed.is_none_or(|to| end <= to)
    }

    /// The days of a span on which the unit exists, if there are any.
    pub(super) fn clip(&self, start: NaiveDate, end: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
        let start = self.from.map_or(start, |from| from.max(start));
        let end = self.to.map_or(end, |to| to.min(end));
        (start < end).then_some((start, end))
    }
}

/// The units, in the order of the metadata.
#[derive(Debug)]
pub(super) struct Hierarchy {
    pub(super) units: Vec<Unit>,
    /// The names of the levels, topmost first.
    pub(super) levels: Vec<String>,
}

/// A tree may be this deep.
const DEEPEST: usize = 60;

impl Hierarchy {
    pub(super) fn of(
        metadata: &Metadata,
        files: &[SourceFile],
        notes: &mut Notes,
        faults: &mut Faults,
    ) -> Hierarchy {
        let objects = &metadata.units;
        let mut units = Vec::with_capacity(objects.list.len());
        for (at, object) in objects.list.iter().enumerate() {
            let mut day = |text: &Option<String>, field: &str| -> Option<NaiveDate> {
                let text = text.as_deref().filter(|text| !text.is_empty())?;
                let day = text.get(..10).and_then(crate::calendar::date);
                if day.is_none() {
                    let place = objects.place(files, at, field);
                    let fault = Fault::new(FaultCode::NotADate, place, "this is no date");
                    faults.push(fault.found(quoted(text)).expected("a date such as 2024-01-31"));
                }
                day
            };
            let from = day(&object.opening_date, "openingDate");
            // A unit is open on its last day; the day after is the first without it.
            let to = day(&object.closed_date, "closedDate").and_then(|day| day.succ_opt());
            if let (Some(from), Some(to)) = (from, to)
                && to <= from
            {
                let place = objects.place(files, at, "closedDate");
                let fault =
                    Fault::new(FaultCode::EmptyRange, place, "the unit closes before it opens");
                faults.push(fault.found(quoted(object.closed_date.as_deref().unwrap_or_default())));
            }
            let parent = object.parent.as_ref().filter(|parent| !parent.id.is_empty());
            let known = parent.and_then(|parent| objects.by_id(&parent.id));
            if let (Some(parent), None) = (parent, known) {
                let did = "units whose parent is in no file are topmost units";
                notes
                    .add(NoteCode::DanglingReference, did, || objects.place(files, at, "parent"))
                    .found(&parent.id)
                    .hint("export the units above them too");
            }
            units.push(Unit {
                parent: known,
                children: 0,
                depth: 0,
                from,
                to,
                opened: from,
                closed: to,
                is_widened: false,
            });
        }
        let mut hierarchy = Hierarchy { units, levels: Vec::new() };
        for at in 0..hierarchy.units.len() {
            let depth = hierarchy.ancestors(at).count();
            if depth > DEEPEST {
                let place = objects.place(files, at, "parent");
                let message = "the units above this unit lead back to it, or are too many";
                faults.push(Fault::new(FaultCode::CircularReference, place, message));
            }
            if let Some(parent) = hierarchy.units.get(at).and_then(|unit| unit.parent)
                && let Some(parent) = hierarchy.units.get_mut(parent)
            {
                parent.children += 1;
            }
            if let Some(unit) = hierarchy.units.get_mut(at) {
                unit.depth = depth.min(DEEPEST);
            }
        }
        hierarchy.name_levels(metadata);
        let mut deepest_first: Vec<usize> = (0..hierarchy.units.len()).collect();
        deepest_first
            .sort_by_key(|at| std::cmp::Reverse(hierarchy.units.get(*at).map(|unit| unit.depth)));
        for at in deepest_first {
            let Some(unit) = hierarchy.units.get(at).cloned() else { continue };
            if let Some(parent) = unit.parent {
                hierarchy.extend(parent, unit.from, unit.to, |at| {
                    let did = "the days of units are extended to those of the units below them";
                    notes
                        .add(NoteCode::Widened, did, || objects.place(files, at, "openingDate"))
                        .found(objects.list.get(at).and_then(Object::name).unwrap_or_default());
                });
            }
        }
        hierarchy
    }

    /// The units above a unit, nearest first.
    pub(super) fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let parent = |at: &usize| self.units.get(*at).and_then(|unit| unit.parent);
        std::iter::successors(parent(&at), parent).take(DEEPEST + 1)
    }

    /// Extends the days of a unit, and calls `changed` when this happens to it for the first time.
    fn extend(
        &mut self,
        at: usize,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
        changed: impl FnOnce(usize),
    ) {
        let Some(unit) = self.units.get_mut(at) else { return };
        let begins_earlier = unit.from.is_some_and(|own| from.is_none_or(|from| from < own));
        let ends_later = unit.to.is_some_and(|own| to.is_none_or(|to| to > own));
        if begins_earlier {
            unit.from = from;
        }
        if ends_later {
            unit.to = to;
        }
        if (begins_earlier || ends_later) && !std::mem::replace(&mut unit.is_widened, true) {
            changed(at);
        }
    }

    /// Extends the days of a unit, and of those above it, to those of a value.
    pub(super) fn widen(
        &mut self,
        at: usize,
        (start, end): (NaiveDate, NaiveDate),
        mut changed: impl FnMut(usize),
    ) {
        let all: Vec<usize> = std::iter::once(at).chain(self.ancestors(at)).collect();
        for at in all {
            self.extend(at, Some(start), Some(end), &mut changed);
        }
    }

    fn name_levels(&mut self, metadata: &Metadata) {
        let depth = self.units.iter().map(|unit| unit.depth + 1).max().unwrap_or(1);
        // The topmost unit of a part of a tree is on a lower level.
        let roots = self.units.iter().zip(&metadata.units.list).filter(|(unit, _)| unit.depth == 0);
        let first = roots.filter_map(|(_, object)| object.level).min().unwrap_or(1);
        for depth in 0..depth {
            let level = first.saturating_add(u32::try_from(depth).unwrap_or_default());
            let named = metadata.levels.list.iter().find(|one| one.level == Some(level));
            let name = named.and_then(Object::name).map(str::to_owned);
            let name = name.filter(|name| !self.levels.contains(name));
            self.levels.push(name.unwrap_or_else(|| format!("level {level}")));
        }
    }
}
