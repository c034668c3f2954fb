//! The outcomes: a row for each value, sums over combinations, and reports that were made and due.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::build::{Build, Element, ElementKind, ITSELF, ReadRegistration, ReadValue};
use super::combos::Choice;
use super::indicators::{Formulas, is_narrowed, measure_of};
use super::metadata::{Metadata, Object};
use super::values::{registration_place, value_place};
use super::{Inner, Recorded, Zeros};
use crate::error::Place;
use crate::sources::SourceFile;
use crate::sources::note::NoteCode;
use crate::sources::outcomes::{OutcomeRow, OutcomeTable};

impl Build<'_> {
    /// The unit of a value in the outcomes.
    fn unit_of(&mut self, unit: usize) -> String {
        let id = self.unit_ids.get(unit).cloned().unwrap_or_default();
        let is_inner = self.hierarchy.units.get(unit).is_some_and(|unit| unit.children > 0);
        if !is_inner || self.options.inner == Inner::Total {
            return id;
        }
        if self.moved.insert(unit) {
            let place = self.metadata.units.place(self.files, unit, "");
            let did = "values of a unit that has units below it are those of a unit of its own: they add to the others";
            self.notes
                .add(NoteCode::MovedToItself, did, || place)
                .found(
                    self.metadata.units.list.get(unit).and_then(Object::name).unwrap_or_default(),
                )
                .hint("with `inner=\"total\"` they are the total of the unit");
        }
        format!("{id}.{ITSELF}")
    }

    pub(super) fn outcomes(&mut self, formulas: &Formulas) -> OutcomeTable {
        let used = self.used_strata();
        let ids = used.iter().filter_map(|at| Some(self.combos.strata.get(*at)?.id.clone()));
        let mut table = OutcomeTable::new(ids);
        let rows = std::mem::take(&mut self.rows);
        let units = self.units_of_rows(&rows);
        let combos: Vec<Vec<Choice>> =
            self.combo_ids.iter().map(|id| self.combos.known(id)).collect();
        let combo_ids = std::mem::take(&mut self.combo_ids);
        let mut sums = Sums::of(self.metadata, &self.elements, &combo_ids, formulas);
        let mut categories: Vec<Option<&str>> = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            crate::parallel::check_stop();
            let Some(element) = self.elements.get(row.element) else { continue };
            categories.clear();
            categories.resize(used.len(), None);
            for combo in [row.combo, row.attribute].into_iter().flatten() {
                for (stratum, category) in combos.get(combo as usize).into_iter().flatten() {
                    let column = used.iter().position(|one| one == stratum);
                    let cell = column.and_then(|column| categories.get_mut(column));
                    let of_stratum = self.combos.strata.get(*stratum);
                    let text = of_stratum.and_then(|one| one.categories.get(*category));
                    if let (Some(cell), Some(text)) = (cell, text) {
                        *cell = Some(text);
                    }
                }
            }
            // Computed values hold those of the units below.
            let of_unit = match element.kind {
                ElementKind::Recorded => units.get(&row.unit),
                ElementKind::Computed | ElementKind::Published => self.unit_ids.get(row.unit),
            };
            table.push(&OutcomeRow {
                unit: of_unit.map_or("", String::as_str),
                start: row.start,
                end: row.end,
                measure: &element.id,
                value: Some(row.value),
                status: None,
                recorded_at: row.recorded_at,
                categories: &categories,
                source: format_args!("{}", self.source_of(row)),
            });
            let is_total = categories.iter().all(Option::is_none);
            sums.add(row, at, !element.strata.is_empty(), is_total);
        }
        self.push_sums(&sums, &rows, &units, &mut table);
        match self.options.zeros {
            Some(Zeros::FromRegistrations) => self.push_zeros(&rows, &mut table),
            None => {}
        }
        self.push_reports(&rows, &mut table);
        self.rows = rows;
        table
    }

    /// The strata by which some measure is recorded.
    pub(super) fn used_strata(&mut self) -> Vec<usize> {
        let has_values = self.has_values;
        for element in
            self.elements.iter().filter(|element| has_values && element.left_out.is_none())
        {
            for stratum in &element.strata {
                if let Some(stratum) = self.combos.strata.get_mut(*stratum) {
                    stratum.is_used = true;
                }
            }
        }
        let used = self.combos.strata.iter().enumerate().filter(|(_, stratum)| stratum.is_used);
        used.map(|(at, _)| at).collect()
    }

    fn units_of_rows(&mut self, rows: &[ReadValue]) -> FxHashMap<usize, String> {
        let is_recorded = |row: &&ReadValue| {
            self.elements.get(row.element).is_some_and(|one| one.kind == ElementKind::Recorded)
        };
        let distinct: BTreeSet<usize> =
            rows.iter().filter(is_recorded).map(|row| row.unit).collect();
        distinct.into_iter().map(|unit| (unit, self.unit_of(unit))).collect()
    }

    /// Figures over all combinations, and those of operands with combinations.
    fn push_sums(
        &mut self,
        sums: &Sums<'_>,
        rows: &[ReadValue],
        units: &FxHashMap<usize, String>,
        table: &mut OutcomeTable,
    ) {
        let mut all: Vec<(&SumKey, &Sum)> = sums.found.iter().collect();
        // In the order of the values.
        all.sort_unstable_by_key(|(key, sum)| (sum.first, key.measure));
        for (key, sum) in all {
            let Some(row) = rows.get(sum.first) else { continue };
            let measure = match key.measure {
                None if sum.has_total => continue,
                None => self.elements.get(row.element).map_or("", |element| &element.id),
                Some(at) => sums.measures.get(at).map_or("", String::as_str),
            };
            table.push(&OutcomeRow {
                unit: units.get(&key.unit).map_or("", String::as_str),
                start: key.start,
                end: key.end,
                measure,
                value: Some(sum.value),
                status: None,
                recorded_at: sum.recorded_at,
                categories: &[],
                source: format_args!("{}", self.source_of(row)),
            });
            if key.measure.is_none() {
                let did = "figures without a category were added: the sums over the combinations that have a value";
                let files = self.value_files;
                let file = files.get(row.file as usize).map_or("", SourceFile::name);
                let place = || value_place(file, row.form, row.at, "");
                self.notes.add(NoteCode::TotalAdded, did, place);
            }
        }
    }

    /// Zeros where the data set of an element that stores none is registered as complete.
    fn push_zeros(&mut self, rows: &[ReadValue], table: &mut OutcomeTable) {
        let present: FxHashSet<(usize, usize, NaiveDate)> =
            rows.iter().map(|row| (row.unit, row.element, row.start)).collect();
        let mut pushed: FxHashSet<(usize, usize, NaiveDate)> = FxHashSet::default();
        let registrations = std::mem::take(&mut self.registrations);
        for registration in &registrations {
            let (unit, start) = (registration.unit, registration.start);
            for (number, object) in self.metadata.elements.list.iter().enumerate() {
                let Some(element) = self.elements.get(number) else { continue };
                let is_of_set = element.data_sets.contains(&registration.data_set);
                if !is_of_set
                    || element.left_out.is_some()
                    || object.zero_is_significant != Some(false)
                {
                    continue;
                }
                let key = (unit, number, start);
                if present.contains(&key) || !pushed.insert(key) {
                    continue;
                }
                let measure = element.id.clone();
                let date =
                    self.registered.get(&(registration.data_set, unit, start)).copied().flatten();
                let unit = self.unit_of(unit);
                let file =
                    self.registration_files.get(registration.file).map_or("", SourceFile::name);
                table.push(&OutcomeRow {
                    unit: &unit,
                    start,
                    end: registration.end,
                    measure: &measure,
                    value: Some(0.0),
                    status: None,
                    recorded_at: date.filter(|_| self.options.recorded == Recorded::Registrations),
                    categories: &[],
                    source: format_args!("{}", registration_place(file, registration.at, "")),
                });
            }
        }
        self.registrations = registrations;
    }

    /// Reports that were made, and those that were due, of each data set with registrations.
    fn push_reports(&mut self, rows: &[ReadValue], table: &mut OutcomeTable) {
        let registrations = std::mem::take(&mut self.registrations);
        let sets: BTreeSet<usize> = registrations.iter().map(|one| one.data_set).collect();
        let mut pushed: FxHashSet<(usize, usize, NaiveDate)> = FxHashSet::default();
        for registration in &registrations {
            let ReadRegistration { data_set, unit, start, end, .. } = *registration;
            if !pushed.insert((data_set, unit, start)) {
                continue;
            }
            let id = self.unit_of(unit);
            let file = self.registration_files.get(registration.file).map_or("", SourceFile::name);
            self.push_report(
                table,
                &id,
                (start, end),
                data_set,
                MADE,
                &registration_place(file, registration.at, ""),
            );
        }
        for set in sets {
            let Some(assigned) =
                self.metadata.data_sets.list.get(set).and_then(|set| set.units.as_ref())
            else {
                let place = self.metadata.data_sets.place(self.files, set, "");
                let did = "the reports that are due are not known: data sets have no list of units";
                self.notes.add(NoteCode::DanglingReference, did, || place);
                continue;
            };
            let periods = self.periods_of(set, &registrations, rows);
            let place = self.metadata.data_sets.place(self.files, set, "organisationUnits");
            for unit in assigned {
                let Some(unit) = self.metadata.units.by_id(&unit.id) else { continue };
                for (start, end) in &periods {
                    let is_open = self
                        .hierarchy
                        .units
                        .get(unit)
                        .is_some_and(|unit| unit.is_open(*start, *end));
                    if is_open {
                        let id = self.unit_of(unit);
                        self.push_report(table, &id, (*start, *end), set, DUE, &place);
                    }
                }
            }
        }
        self.registrations = registrations;
    }

    /// The periods of a data set for which reports are due: those of its registrations and of its values.
    fn periods_of(
        &self,
        set: usize,
        registrations: &[ReadRegistration],
        rows: &[ReadValue],
    ) -> BTreeSet<(NaiveDate, NaiveDate)> {
        let of_registrations =
            registrations.iter().filter(|one| one.data_set == set).map(|one| (one.start, one.end));
        let of_values = rows
            .iter()
            .filter(|row| self.elements.get(row.element).is_some_and(|one| one.data_sets == [set]))
            .map(|row| row.period);
        of_registrations.chain(of_values).collect()
    }

    /// The data sets whose reports were all made, as registrations say.
    pub(super) fn complete_sets(&self) -> BTreeSet<usize> {
        let is_complete = |set: &usize| {
            let object = self.metadata.data_sets.list.get(*set);
            let Some(assigned) = object.and_then(|set| set.units.as_ref()) else { return false };
            let periods = self.periods_of(*set, &self.registrations, &self.rows);
            assigned.iter().filter_map(|unit| self.metadata.units.by_id(&unit.id)).all(|unit| {
                periods.iter().all(|(start, end)| {
                    self.registered.contains_key(&(*set, unit, *start))
                        || !self
                            .hierarchy
                            .units
                            .get(unit)
                            .is_some_and(|one| one.is_open(*start, *end))
                })
            })
        };
        let sets: BTreeSet<usize> = self.registrations.iter().map(|one| one.data_set).collect();
        sets.into_iter().filter(is_complete).collect()
    }

    fn push_report(
        &self,
        table: &mut OutcomeTable,
        unit: &str,
        (start, end): (NaiveDate, NaiveDate),
        set: usize,
        what: &str,
        place: &Place,
    ) {
        let Some(set) = self.metadata.data_sets.list.get(set) else { return };
        table.push(&OutcomeRow {
            unit,
            start,
            end,
            measure: &format!("{}.{what}", set.id),
            value: Some(1.0),
            status: None,
            recorded_at: None,
            categories: &[],
            source: format_args!("{place}"),
        });
    }
}

/// The names of the measures of reports, behind the id of a data set.
pub(super) const MADE: &str = "made";
pub(super) const DUE: &str = "due";

/// A sum: of all combinations of an element, or of those that a measure of its own is narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct SumKey {
    unit: usize,
    element: usize,
    start: NaiveDate,
    end: NaiveDate,
    /// The measure that is narrowed.
    measure: Option<usize>,
}

#[derive(Debug)]
struct Sum {
    value: f64,
    /// Whether a value over all combinations is recorded.
    has_total: bool,
    /// The first value.
    first: usize,
    recorded_at: Option<NaiveDate>,
}

/// A combination, an attribute and the number of the measure that is narrowed to them.
type Narrowed<'s> = (Option<&'s str>, Option<&'s str>, usize);

/// Sums over combinations.
struct Sums<'s> {
    found: FxHashMap<SumKey, Sum>,
    /// The measures that are narrowed.
    measures: Vec<String>,
    /// By element: the combination, the attribute and the measure.
    narrowed: FxHashMap<usize, Vec<Narrowed<'s>>>,
    combo_ids: &'s [String],
}

impl<'s> Sums<'s> {
    fn of(
        metadata: &Metadata,
        elements: &[Element],
        combo_ids: &'s [String],
        formulas: &'s Formulas,
    ) -> Sums<'s> {
        let mut sums = Sums {
            found: FxHashMap::default(),
            measures: Vec::new(),
            narrowed: FxHashMap::default(),
            combo_ids,
        };
        for operand in formulas.narrowed.iter().filter(|operand| is_narrowed(operand)) {
            let Some(number) = metadata.elements.by_id(&operand.element) else { continue };
            let Some(element) = elements.get(number) else { continue };
            let part = |combo: &'s Option<String>| {
                combo.as_deref().filter(|combo| !super::combos::is_default(combo))
            };
            let id = measure_of(operand, &element.id);
            if sums.measures.contains(&id) {
                continue;
            }
            let narrowed = (part(&operand.combo), part(&operand.attribute), sums.measures.len());
            sums.narrowed.entry(number).or_default().push(narrowed);
            sums.measures.push(id);
        }
        sums
    }

    fn add(&mut self, row: &ReadValue, at: usize, has_strata: bool, is_total: bool) {
        let mut key = SumKey {
            unit: row.unit,
            element: row.element,
            start: row.start,
            end: row.end,
            measure: None,
        };
        let mut add = |key: SumKey, is_total: bool| {
            let sum = self.found.entry(key).or_insert(Sum {
                value: 0.0,
                has_total: false,
                first: at,
                recorded_at: None,
            });
            sum.value += row.value;
            sum.has_total |= is_total;
            sum.recorded_at = sum.recorded_at.max(row.recorded_at);
        };
        if has_strata {
            add(key, is_total);
        }
        for (combo, attribute, measure) in self.narrowed.get(&row.element).into_iter().flatten() {
            let is = |wanted: &Option<&str>, number: Option<u32>| {
                let id = number
                    .and_then(|number| self.combo_ids.get(number as usize))
                    .map(String::as_str);
                wanted.is_none() || *wanted == id
            };
            if is(combo, row.combo) && is(attribute, row.attribute) {
                key.measure = Some(*measure);
                add(key, false);
            }
        }
    }
}
