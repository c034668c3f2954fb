//! The section on units: their levels, and the table beside the plan or the list in it.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Reader;
use super::fields::Fields;
use crate::error::{AlreadyReported, Cause, Fault, FaultCode, file_trouble};
use crate::plan::document::{Node, Value};
use crate::plan::keys::{self, Key, PlanType};
use crate::plan::side_file::{Refused, too_large};
use crate::plan::unit_table;
use crate::plan::units::{BoundaryChange, PlacedField, UnitRow, Units, refuse_flaw};

/// As many levels as units may have. It bounds how deep anything goes that follows units down or up.
const MOST_LEVELS: usize = 64;

/// What the section on units declares, as far as it could be read.
#[derive(Default)]
struct Declared {
    levels: Option<Vec<String>>,
    rows: Option<Vec<UnitRow>>,
}

/// The units, as far as they are known.
pub(super) struct Ground {
    pub(super) units: Units,
    pub(super) knows_levels: bool,
    pub(super) knows_units: bool,
    /// Per id of weights, the changes that divide units and lack it, as far as they were needed.
    without: RefCell<FxHashMap<String, Rc<[usize]>>>,
}

impl Ground {
    /// The changes that divide units and have no weights of an id.
    pub(super) fn changes_without(&self, id: &str) -> Rc<[usize]> {
        let lacks = |change: &BoundaryChange| {
            let mut divided = FxHashSet::default();
            change.weights.iter().all(|weights| weights.id != id)
                && !change.passages.iter().all(|one| divided.insert(one.from))
        };
        let mut without = self.without.borrow_mut();
        let found = without.entry(id.to_owned()).or_insert_with(|| {
            let changes = self.units.changes().iter().enumerate();
            changes.filter(|(_, change)| lacks(change)).map(|(at, _)| at).collect()
        });
        Rc::clone(found)
    }
}

impl Reader<'_> {
    pub(super) fn ground(&mut self, node: Option<&Node>) -> Ground {
        let Declared { levels, rows } = node.and_then(|node| self.units(node)).unwrap_or_default();
        let faults_before = self.faults.len();
        let (knows_levels, knows_rows) = (levels.is_some(), rows.is_some());
        // Levels can be referred to although the units are at fault.
        let units = Units::build(
            levels.unwrap_or_default(),
            rows.filter(|_| knows_levels).unwrap_or_default(),
            &mut self.faults,
        );
        let is_sound = self.faults.len() == faults_before;
        let knows_units = knows_levels && knows_rows && is_sound;
        let fields = node.and_then(|node| Some((node, node.as_map()?)));
        let (changes, day) = match fields {
            // Units that can't be trusted can't be followed through changes.
            Some((node, entries)) if knows_units => {
                let fields = Fields::checked(&node.place, entries, &keys::UNITS);
                let changes =
                    fields.get(&keys::UNITS.changes).map(|node| self.changes(node, &units));
                let day = self.optional_date(&fields, &keys::UNITS.geography);
                (changes.unwrap_or_default(), day.ok().flatten().map(|(_, day)| day))
            }
            Some(_) | None => (Vec::new(), None),
        };
        let units = units.with_changes(changes).in_geography(day);
        Ground { units, knows_levels, knows_units, without: RefCell::default() }
    }

    /// The names of the levels, and the rows of the table or list.
    fn units(&mut self, node: &Node) -> Option<Declared> {
        let fields = self.fields(node, &keys::UNITS)?;
        let levels = self.required(&fields, &keys::UNITS.levels);
        let levels = levels.and_then(|node| self.levels(node));
        let faults_before = self.faults.len();
        let rows = match (fields.get(&keys::UNITS.table), fields.get(&keys::UNITS.list)) {
            (Some(table), None) => self.unit_table(table),
            (None, Some(list)) => self.unit_list(list),
            (None, None)
                if fields.is_misspelt(&keys::UNITS.table)
                    || fields.is_misspelt(&keys::UNITS.list) =>
            {
                None
            }
            (None, None) | (Some(_), Some(_)) => {
                let message = "the units stand either in a table or in a list";
                self.faults.push(
                    Fault::new(FaultCode::ConflictingKeys, node.place.clone(), message)
                        .found(if fields.get(&keys::UNITS.table).is_some() {
                            "both"
                        } else {
                            "neither"
                        })
                        .expected("either `table: units.csv` or `list: [...]`"),
                );
                None
            }
        };
        if rows.as_ref().is_some_and(Vec::is_empty) && self.faults.len() == faults_before {
            self.faults.push(
                Fault::new(FaultCode::TooFew, node.place.clone(), "there is no unit")
                    .expected("at least one"),
            );
        }
        Some(Declared { levels, rows })
    }

    pub(super) fn levels(&mut self, node: &Node) -> Option<Vec<String>> {
        let mut levels: Vec<String> = Vec::new();
        let faults_before = self.faults.len();
        for item in self.list(node, "the levels", "names, topmost first")? {
            let Some(level) = self.text(item, "a level's name") else { continue };
            refuse_flaw(&item.place, "a level's name", level, &mut self.faults);
            if levels.iter().any(|other| other == level) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateEntry,
                        item.place.clone(),
                        "this level stands twice",
                    )
                    .found(format!("`{level}`")),
                );
            }
            levels.push(level.to_owned());
        }
        if levels.len() > MOST_LEVELS {
            self.faults.push(
                Fault::new(FaultCode::TooMany, node.place.clone(), "there are too many levels")
                    .found(levels.len())
                    .expected(format!("at most {MOST_LEVELS}")),
            );
        }
        if levels.is_empty() && self.faults.len() == faults_before {
            self.wrong(FaultCode::TooFew, node, "the levels", "at least one name");
        }
        (self.faults.len() == faults_before).then_some(levels)
    }

    fn unit_table(&mut self, node: &Node) -> Option<Vec<UnitRow>> {
        let (file, bytes) = self.beside_the_plan(node, "unit table")?;
        unit_table::read(&file, &bytes, &mut self.faults)
    }

    /// The name and content of a table in a file of its own.
    pub(super) fn beside_the_plan(&mut self, node: &Node, what: &str) -> Option<(String, Vec<u8>)> {
        let name = self.text(node, &format!("the {what}'s file"))?;
        let refused = match self.files.read(name) {
            Ok(file) => return Some(file),
            Err(refused) => refused,
        };
        let fault = |code, message: String| Fault::new(code, node.place.clone(), message);
        let fault = match refused {
            Refused::NoFolder => fault(
                FaultCode::ForbiddenFile,
                "a plan that is not read from a file has no table beside it".to_owned(),
            )
            .found(format!("`{name}`"))
            .expected("`list: [...]`")
            .hint("load the plan from its file, or write the rows into it"),
            Refused::Outside => fault(
                FaultCode::ForbiddenFile,
                format!("the {what} lies outside of the plan's folder"),
            )
            .found(format!("`{name}`"))
            .expected("a file in the folder of the plan, or below it")
            .hint("move it there, or load the plan with the option `tables` and its folder"),
            Refused::NotRegular => {
                fault(FaultCode::ForbiddenFile, format!("the {what} is not a regular file"))
                    .found(format!("`{name}`"))
            }
            Refused::TooLarge(most) => too_large(node.place.clone(), what, most),
            Refused::Unreadable(path, cause) => {
                let message = format!("the {what} can't be read: {}", file_trouble(&cause));
                let hint = format!("it is looked for at `{}`, beside the plan", path.display());
                let fault = fault(FaultCode::from(&cause), message).hint(hint);
                self.faults.caused_by(Cause::of_file(&path, cause));
                fault
            }
        };
        self.faults.push(fault);
        None
    }

    fn unit_list(&mut self, node: &Node) -> Option<Vec<UnitRow>> {
        let mut rows = Vec::new();
        for item in self.list(
            node,
            "the list of units",
            "units such as {id: d1, name: D1, level: district, parent: c}",
        )? {
            let Some(fields) = self.fields(item, &keys::UNIT) else { continue };
            rows.push(UnitRow {
                place: item.place.clone(),
                id: self.unit_field(&fields, &keys::UNIT.id, Self::code),
                name: self.value(&fields, &keys::UNIT.name),
                level: self.unit_field(&fields, &keys::UNIT.level, |reader, node| {
                    reader.text(node, &keys::UNIT.level.value_name())
                }),
                parent: self.unit_field(&fields, &keys::UNIT.parent, Self::code),
                valid_from: self.optional_date(&fields, &keys::UNIT.valid_from),
                valid_to: self.optional_date(&fields, &keys::UNIT.valid_to),
            });
        }
        Some(rows)
    }

    /// A text of a unit.
    pub(super) fn unit_field<'n, T: PlanType>(
        &mut self,
        fields: &Fields<'n>,
        key: &Key<T>,
        read: impl FnOnce(&mut Self, &'n Node) -> Option<&'n str>,
    ) -> PlacedField<String> {
        let node = match key.is_required {
            true => self.required(fields, key).ok_or(AlreadyReported)?,
            false => match fields.get(key).filter(|node| node.value != Value::Null) {
                Some(node) => node,
                None if fields.is_misspelt(key) => return Err(AlreadyReported),
                None => return Ok(None),
            },
        };
        let text = read(self, node).ok_or(AlreadyReported)?;
        Ok(Some((node.place.clone(), text.to_owned())))
    }
}
