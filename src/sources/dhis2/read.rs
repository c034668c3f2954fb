//! Values and registrations, with the objects that they name, and fitted to the days of their units.

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::build::{Build, Interned, ReadRegistration, ReadValue, find};
use super::metadata::{Named, Object};
use super::values::{self, Content, DataValue, Form, ValueSource, registration_place, value_place};
use super::{Outside, Recorded};
use crate::error::{Fault, FaultCode, Faults, Place, quoted};
use crate::sources::SourceFile;
use crate::sources::note::NoteCode;
use crate::sources::number::{float, machine_number};

impl Build<'_> {
    pub(super) fn read_registrations(&mut self) {
        let mut unassigned: Vec<Place> = Vec::new();
        let assigned: Vec<Option<FxHashSet<&str>>> = self
            .metadata
            .data_sets
            .list
            .iter()
            .map(|set| Some(set.units.as_ref()?.iter().map(|unit| unit.id.as_str()).collect()))
            .collect();
        for (file_number, file) in self.registration_files.iter().enumerate() {
            for (at, found) in values::registrations(file, &mut self.faults).iter().enumerate() {
                let place = |field: &str| registration_place(file.name(), at, field);
                if found.completed.text() == Some("false") {
                    continue;
                }
                let metadata = self.metadata;
                let scheme = &self.options.ids;
                let faults = &mut self.faults;
                let mut missing = |field: &str| {
                    let message = format!("a registration has no `{field}`");
                    faults.push(Fault::new(FaultCode::MissingValue, place(field), message));
                };
                let (Some(set), Some(unit), Some(text)) =
                    (found.data_set.text(), found.organisation_unit.text(), found.period.text())
                else {
                    for (field, one) in [
                        ("dataSet", &found.data_set),
                        ("organisationUnit", &found.organisation_unit),
                        ("period", &found.period),
                    ] {
                        if one.text().is_none() {
                            missing(field);
                        }
                    }
                    continue;
                };
                let code = FaultCode::UnknownId;
                let set =
                    find(&metadata.data_sets, set, scheme, "data set", code, || place("dataSet"));
                let code = FaultCode::UnknownUnit;
                let of_unit =
                    find(&metadata.units, unit, scheme, "organisation unit", code, || {
                        place("organisationUnit")
                    });
                let days = Self::days_of(&mut self.periods, text, || place("period"));
                let (set, unit, (start, end)) = match (set, of_unit, days) {
                    (Ok(set), Ok(unit), Ok(days)) => (set, unit, days),
                    (set, unit, days) => {
                        [set.err(), unit.err(), days.err()]
                            .into_iter()
                            .flatten()
                            .for_each(|fault| self.faults.push(*fault));
                        continue;
                    }
                };
                let id = metadata.units.list.get(unit).map_or("", |unit| unit.id.as_str());
                let is_assigned =
                    assigned.get(set).and_then(Option::as_ref).is_none_or(|all| all.contains(id));
                if !is_assigned {
                    unassigned.push(place(""));
                    continue;
                }
                let date = found
                    .date
                    .text()
                    .and_then(|text| text.get(..10))
                    .and_then(crate::calendar::date);
                if date.is_none() && found.date.text().is_some() {
                    let fault = Fault::new(FaultCode::NotADate, place("date"), "this is no date");
                    let text = found.date.text().unwrap_or_default();
                    self.faults
                        .push(fault.found(quoted(text)).expected("a date such as 2024-01-31"));
                }
                self.registered.insert((set, unit, start), date);
                self.registrations.push(ReadRegistration {
                    file: file_number,
                    at,
                    data_set: set,
                    unit,
                    start,
                    end,
                });
            }
        }
        for place in unassigned {
            let did = "registrations of units that the data set is not assigned to are left out";
            self.notes.add(NoteCode::NotInAttain, did, || place);
        }
    }

    pub(super) fn read_values(&mut self) {
        let mut interned = Interned::default();
        let mut negative: FxHashSet<usize> = FxHashSet::default();
        let mut strata_seen: FxHashSet<(usize, u32)> = FxHashSet::default();
        for (number, file) in self.value_files.iter().enumerate() {
            let mut faults = std::mem::take(&mut self.faults);
            let content = values::read(file, &mut faults, |value, form, faults| {
                let read = self.value(value, form, number, file, &mut interned, faults);
                let Some(read) = read else { return };
                if read.value < 0.0 {
                    negative.insert(read.element);
                }
                for combo in [read.combo, read.attribute].into_iter().flatten() {
                    if strata_seen.insert((read.element, combo)) {
                        let text = interned.texts.get(combo as usize).map_or("", String::as_str);
                        let choices = self.combos.known(text);
                        if let Some(element) = self.elements.get_mut(read.element) {
                            element.strata.extend(choices.iter().map(|(stratum, _)| *stratum));
                        }
                    }
                }
                self.rows.push(read);
            });
            self.faults = faults;
            match content {
                Content::Values => self.has_values = true,
                Content::Analytics(grid) => self.read_grid(&grid, number, file),
                Content::Nothing => {}
            }
        }
        for (number, element) in self.elements.iter_mut().enumerate() {
            element.is_signed = negative.contains(&number);
        }
        self.combo_ids = interned.texts;
    }

    /// A value with its objects; a fault or a note if it can't be read.
    fn value(
        &mut self,
        value: &DataValue<'_>,
        form: Form,
        number: usize,
        file: &SourceFile,
        interned: &mut Interned,
        faults: &mut Faults,
    ) -> Option<ReadValue> {
        let place = |field: &str| value_place(file.name(), form, value.at, field);
        if value.is_deleted {
            let did = "deleted values are left out";
            self.notes.add(NoteCode::LeftOutDeleted, did, || place(""));
            return None;
        }
        let (Some(element_text), Some(unit_text), Some(period_text)) =
            (value.element, value.unit, value.period)
        else {
            for (text, field) in
                [(value.element, "dataElement"), (value.unit, "orgUnit"), (value.period, "period")]
            {
                if text.is_none() {
                    let message = format!("a value has no `{field}`");
                    faults.push(Fault::new(FaultCode::MissingValue, place(field), message));
                }
            }
            return None;
        };
        let scheme = &self.options.ids;
        let metadata = self.metadata;
        let code = FaultCode::UnknownMeasure;
        let element = find(&metadata.elements, element_text, scheme, "data element", code, || {
            place("dataElement")
        });
        let code = FaultCode::UnknownUnit;
        let unit = find(&metadata.units, unit_text, scheme, "organisation unit", code, || {
            place("orgUnit")
        });
        let days = Self::days_of(&mut self.periods, period_text, || place("period"));
        if let Ok(element) = &element
            && let Some(code) = self.elements.get(*element).and_then(|element| element.left_out)
        {
            let did = "values of data elements that are left out are left out";
            self.notes.add(code, did, || place("value"));
            return None;
        }
        let mut combo_of = |text: Option<&str>, field: &str, faults: &mut Faults| -> Option<u32> {
            let text = text?;
            // Expressions have ids, and values may have codes.
            let objects = &metadata.option_combos;
            let number = match objects.named_anyhow(text) {
                Named::One(number) => Some(number),
                Named::Several => objects.by_id(text),
                Named::No => None,
            };
            let id = number.and_then(|number| objects.list.get(number)).map_or(text, |one| &one.id);
            match self.combos.choices(metadata, id, || place(field)) {
                Ok([]) => None,
                Ok(_) => Some(interned.number(id)),
                Err(fault) => {
                    faults.push(*fault);
                    None
                }
            }
        };
        let combo = combo_of(value.combo, "categoryOptionCombo", faults);
        let attribute = combo_of(value.attribute, "attributeOptionCombo", faults);
        let (element, unit, (start, end)) = match (element, unit, days) {
            (Ok(element), Ok(unit), Ok(days)) => (element, unit, days),
            (element, unit, days) => {
                [element.err(), unit.err(), days.err()]
                    .into_iter()
                    .flatten()
                    .for_each(|fault| faults.push(*fault));
                return None;
            }
        };
        let object = metadata.elements.list.get(element)?;
        let Some(text) = value.value else {
            let did = "values without a number are left out";
            self.notes.add(NoteCode::LeftOutDeleted, did, || place("value"));
            return None;
        };
        let number_read = match (object.value_type.as_deref(), text) {
            (Some("BOOLEAN" | "TRUE_ONLY"), "true") => Some(1.0),
            (Some("BOOLEAN" | "TRUE_ONLY"), "false") => Some(0.0),
            (_, text) => machine_number(text).and_then(|number| float(&number)),
        };
        let Some(read) = number_read else {
            let fault = Fault::new(FaultCode::NotANumber, place("value"), "this is no number");
            faults.push(fault.found(quoted(text)).expected("a number"));
            return None;
        };
        let recorded_at = match self.options.recorded {
            Recorded::Never => None,
            Recorded::Created => {
                value.created.and_then(|text| text.get(..10)).and_then(crate::calendar::date)
            }
            Recorded::Registrations => {
                let sets = self.elements.get(element).map_or(&[][..], |one| &one.data_sets[..]);
                let days =
                    sets.iter().filter_map(|set| *self.registered.get(&(*set, unit, start))?);
                days.min()
            }
        };
        let recorded_at = match recorded_at {
            Some(day) if day < start => {
                let did = "values were recorded before their period: the day of record is left out";
                self.notes.add(NoteCode::RecordedAhead, did, || place("created")).found(day);
                None
            }
            day => day,
        };
        Some(ReadValue {
            file: number as u32,
            form,
            at: value.at,
            unit,
            element,
            start,
            end,
            period: (start, end),
            value: read,
            recorded_at,
            combo,
            attribute,
        })
    }

    pub(super) fn place_of(&self, row: &ReadValue, field: &str) -> Place {
        let file = self.value_files.get(row.file as usize).map_or("", SourceFile::name);
        value_place(file, row.form, row.at, field)
    }

    /// The place of a value as text.
    pub(super) fn source_of(&self, row: &ReadValue) -> ValueSource<'_> {
        let file = self.value_files.get(row.file as usize).map_or("", SourceFile::name);
        ValueSource { file, form: row.form, at: row.at }
    }

    /// Two values of the same element, unit, period and combinations.
    pub(super) fn refuse_repeated(&mut self) {
        type Key = (usize, usize, NaiveDate, NaiveDate, Option<u32>, Option<u32>);
        let mut seen: FxHashMap<Key, usize> =
            FxHashMap::with_capacity_and_hasher(self.rows.len(), Default::default());
        let mut found = Vec::new();
        for (at, row) in self.rows.iter().enumerate() {
            let key = (row.unit, row.element, row.start, row.end, row.combo, row.attribute);
            match seen.get(&key) {
                Some(first) => found.push((*first, at)),
                None => {
                    seen.insert(key, at);
                }
            }
        }
        for (first, second) in found {
            let (Some(first), Some(second)) = (self.rows.get(first), self.rows.get(second)) else {
                continue;
            };
            let message =
                "there are several values of the same element, unit, period and combinations";
            let fault = Fault::new(FaultCode::DuplicateRow, self.place_of(second, ""), message)
                .found(format!("the same as {}", self.place_of(first, "")))
                .hint("keep one of them; is the same file given twice?");
            self.faults.push(fault);
        }
    }

    /// Fits values to the days on which their units exist, or units to the days of their values.
    pub(super) fn fit_days(&mut self) {
        let metadata = self.metadata;
        for at in 0..self.rows.len() {
            let Some(row) = self.rows.get(at) else { continue };
            let Some(unit) = self.hierarchy.units.get(row.unit) else { continue };
            let (unit_at, days) = (row.unit, (row.start, row.end));
            let clipped = unit.clip(row.start, row.end);
            if clipped == Some(days) {
                continue;
            }
            let place = self.place_of(row, "period");
            match clipped.filter(|_| self.options.outside == Outside::Clip) {
                Some((start, end)) => {
                    let did = "values are of the days on which their unit exists";
                    let text = format!("[{}, {})", days.0, days.1);
                    self.notes.add(NoteCode::Clipped, did, || place).found(text);
                    if let Some(row) = self.rows.get_mut(at) {
                        (row.start, row.end) = (start, end);
                    }
                }
                None => {
                    let (notes, files) = (&mut self.notes, self.files);
                    self.hierarchy.widen(unit_at, days, |at| {
                        let did = "the days of units are extended to those of their values";
                        notes
                            .add(NoteCode::Widened, did, || {
                                metadata.units.place(files, at, "openingDate")
                            })
                            .found(
                                metadata
                                    .units
                                    .list
                                    .get(at)
                                    .and_then(Object::name)
                                    .unwrap_or_default(),
                            );
                    });
                }
            }
        }
    }
}
