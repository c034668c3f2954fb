//! The plan and the outcomes of metadata, values and registrations.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::combos::{Choice, Combos};
use super::goals::{self, TargetValue};
use super::hierarchy::Hierarchy;
use super::indicators::{Elements, Formulas, formulas, is_narrowed, measure_of};
use super::metadata::{DataElement, DataSet, Metadata, Object, Objects};
use super::period::{NoPeriod, period};
use super::values::{self, DataValue, Form, registration_place, value_place};
use super::{Dhis2Options, IdScheme, Inner, Outside, Recorded};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
use crate::plan::document::Node;
use crate::sources::ids::Ids;
use crate::sources::note::{NoteCode, Notes};
use crate::sources::number::{float, machine_number};
use crate::sources::outcomes::{OutcomeRow, OutcomeTable};
use crate::sources::tree::{self, Map};
use crate::sources::{Imported, SourceFile};
use crate::tally::Rows;

/// The level of units that hold the values of a unit with units below it.
const ITSELF: &str = "itself";

pub(super) fn import(
    metadata_files: &[SourceFile],
    value_files: &[SourceFile],
    registration_files: &[SourceFile],
    options: &Dhis2Options,
) -> Result<Imported> {
    let (mut notes, mut faults) = (Notes::default(), Faults::default());
    for (files, what) in [(metadata_files, "metadata"), (value_files, "values")] {
        if files.is_empty() {
            let message = format!("there is no file of {what}");
            faults.push(Fault::new(FaultCode::TooFew, Place::Nowhere, message));
        }
    }
    let metadata = Metadata::read(metadata_files, &mut faults);
    let hierarchy = Hierarchy::of(&metadata, metadata_files, &mut notes, &mut faults);
    let combos = Combos::of(&metadata, options.labels);
    let mut build = Build {
        files: metadata_files,
        value_files,
        registration_files,
        options,
        unit_ids: Vec::new(),
        indicator_ids: Vec::new(),
        metadata: &metadata,
        hierarchy,
        combos,
        elements: Vec::new(),
        registered: FxHashMap::default(),
        registrations: Vec::new(),
        periods: FxHashMap::default(),
        rows: Vec::new(),
        combo_ids: Vec::new(),
        moved: BTreeSet::new(),
        notes,
        faults,
    };
    build.name_objects();
    build.classify_elements();
    build.read_registrations();
    build.read_values();
    build.refuse_repeated();
    build.fit_days();
    let elements = ElementTable { metadata: &metadata, elements: &build.elements };
    let formulas = formulas(
        &metadata,
        metadata_files,
        &elements,
        &build.indicator_ids,
        options,
        &mut build.notes,
    );
    let outcomes = build.outcomes(&formulas);
    let plan = build.plan(&formulas);
    build.general_notes();
    let Build { notes, faults, .. } = build;
    Imported::of(plan, outcomes, Rows::Figures, notes, faults, options.strict)
}

/// A data element: its measure, or why there is none.
struct Element {
    /// The id of the measure.
    id: String,
    left_out: Option<NoteCode>,
    /// How the measure becomes one over time, and over units.
    operators: (&'static str, &'static str),
    is_signed: bool,
    /// The strata by which it is recorded.
    strata: BTreeSet<usize>,
    /// The data sets that it belongs to.
    data_sets: Vec<usize>,
    /// The element or indicator that its values are targets of.
    target_of: Option<String>,
}

/// A value that is read.
struct ReadValue {
    file: u32,
    form: Form,
    at: usize,
    unit: usize,
    element: usize,
    start: NaiveDate,
    end: NaiveDate,
    /// The days of the period, before they are fitted to those of the unit.
    period: (NaiveDate, NaiveDate),
    value: f64,
    recorded_at: Option<NaiveDate>,
    combo: Option<u32>,
    attribute: Option<u32>,
}

/// A registration that is read.
struct ReadRegistration {
    file: usize,
    at: usize,
    data_set: usize,
    unit: usize,
    start: NaiveDate,
    end: NaiveDate,
}

struct Build<'b> {
    files: &'b [SourceFile],
    value_files: &'b [SourceFile],
    registration_files: &'b [SourceFile],
    options: &'b Dhis2Options,
    metadata: &'b Metadata,
    hierarchy: Hierarchy,
    combos: Combos,
    unit_ids: Vec<String>,
    indicator_ids: Vec<String>,
    elements: Vec<Element>,
    /// By data set, unit and first day: the day of the registration.
    registered: FxHashMap<(usize, usize, NaiveDate), Option<NaiveDate>>,
    registrations: Vec<ReadRegistration>,
    periods: FxHashMap<String, std::result::Result<(NaiveDate, NaiveDate), NoPeriod>>,
    rows: Vec<ReadValue>,
    /// The ids of the combinations of the rows, by their numbers.
    combo_ids: Vec<String>,
    /// The inner units whose values are moved.
    moved: BTreeSet<usize>,
    notes: Notes,
    faults: Faults,
}

/// Numbers of combinations, which rows hold in place of texts.
#[derive(Default)]
struct Interned {
    texts: Vec<String>,
    index: FxHashMap<String, u32>,
}

impl Interned {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.index.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        self.index.insert(text.to_owned(), number);
        self.texts.push(text.to_owned());
        number
    }
}

/// What formulas need to know of elements.
struct ElementTable<'e> {
    metadata: &'e Metadata,
    elements: &'e [Element],
}

impl ElementTable<'_> {
    fn element(&self, id: &str) -> Option<&Element> {
        self.elements.get(self.metadata.elements.by_id(id)?)
    }
}

impl Elements for ElementTable<'_> {
    fn measure(&self, element: &str) -> Option<std::result::Result<&str, NoteCode>> {
        let element = self.element(element)?;
        Some(match element.left_out {
            Some(code) => Err(code),
            None => Ok(&element.id),
        })
    }

    fn is_signed(&self, element: &str) -> bool {
        self.element(element).is_some_and(|element| element.is_signed)
    }
}

/// The object that a text names.
fn find<T: Object>(
    objects: &Objects<T>,
    text: &str,
    scheme: IdScheme,
    what: &str,
    code: FaultCode,
    place: impl Fn() -> Place,
) -> std::result::Result<usize, Box<Fault>> {
    let (by_id, by_code) = (objects.by_id(text), objects.by_code(text));
    let found = match scheme {
        IdScheme::Id => by_id,
        IdScheme::Code => by_code,
        IdScheme::Any => match (by_id, by_code) {
            (Some(one), Some(other)) if one != other => {
                let message = format!("the text is the id of one {what} and the code of another");
                let fault = Fault::new(FaultCode::AmbiguousRequest, place(), message);
                return Err(Box::new(
                    fault.found(quoted(text)).hint("say with `ids` which one is meant: id or code"),
                ));
            }
            (one, other) => one.or(other),
        },
    };
    found.ok_or_else(|| {
        let ids = objects.list.iter().map(|one| match scheme {
            IdScheme::Code => one.code().unwrap_or_default(),
            IdScheme::Any | IdScheme::Id => one.id(),
        });
        let fault = Fault::new(code, place(), format!("the metadata have no such {what}"));
        Box::new(fault.found(quoted(text)).near_miss(text, ids))
    })
}

impl Build<'_> {
    /// The id or code of each object, as the plan has it.
    fn name_objects(&mut self) {
        let scheme = self.options.ids;
        fn wanted<T: Object>(object: &T, scheme: IdScheme) -> String {
            let code = if scheme == IdScheme::Code { object.code() } else { None };
            code.unwrap_or(object.id()).to_owned()
        }
        // Codes of units are texts of any signs.
        self.unit_ids = self.metadata.units.list.iter().map(|one| wanted(one, scheme)).collect();
        let mut taken = Ids::default();
        for (number, indicator) in self.metadata.indicators.list.iter().enumerate() {
            let wanted = wanted(indicator, scheme);
            let (id, is_changed) = taken.take(&wanted);
            if is_changed {
                let place = self.metadata.indicators.place(self.files, number, "code");
                self.note_id(&wanted, &id, place);
            }
            self.indicator_ids.push(id);
        }
        let mut taken = Ids::default();
        for (number, element) in self.metadata.elements.list.iter().enumerate() {
            let wanted = wanted(element, scheme);
            let (id, is_changed) = taken.take(&wanted);
            if is_changed {
                let place = self.metadata.elements.place(self.files, number, "code");
                self.note_id(&wanted, &id, place);
            }
            self.elements.push(Element {
                id,
                left_out: None,
                operators: ("sum", "sum"),
                is_signed: false,
                strata: BTreeSet::new(),
                data_sets: Vec::new(),
                target_of: None,
            });
        }
    }

    fn note_id(&mut self, wanted: &str, id: &str, place: Place) {
        let did = "ids are rewritten to the signs that plans allow";
        self.notes.add(NoteCode::IdChanged, did, || place).found(format!("{wanted} → {id}"));
    }

    fn classify_elements(&mut self) {
        let metadata = self.metadata;
        for (number, (element, object)) in
            self.elements.iter_mut().zip(&metadata.elements.list).enumerate()
        {
            let place = |field: &str| metadata.elements.place(self.files, number, field);
            let name = object.name().unwrap_or(&object.id);
            if !is_numeric(object) {
                element.left_out = Some(NoteCode::LeftOutType);
                let did = "data elements are left out: their values are no numbers, or those of a tracker";
                let found = object.value_type.as_deref().unwrap_or("no type");
                self.notes
                    .add(NoteCode::LeftOutType, did, || place("valueType"))
                    .found(format!("{found} of {name}"));
                continue;
            }
            match operators(object.aggregation_type.as_deref().unwrap_or("SUM")) {
                Some(operators) => element.operators = operators,
                None => {
                    element.left_out = Some(NoteCode::LeftOutAggregation);
                    let did = "data elements are left out: they are aggregated in a way that plans don't have";
                    let found = object.aggregation_type.as_deref().unwrap_or_default();
                    self.notes
                        .add(NoteCode::LeftOutAggregation, did, || place("aggregationType"))
                        .found(format!("{found} of {name}"));
                    continue;
                }
            }
            if object.zero_is_significant == Some(false) {
                let did = "zeros of data elements are not stored: an absent value may be 0";
                self.notes
                    .add(NoteCode::ZerosNotStored, did, || place("zeroIsSignificant"))
                    .found(name)
                    .hint("with `zeros=\"from_registrations\"` they are 0 where the data set is registered as complete");
            }
            let combo = object.category_combo.as_ref().map(|combo| combo.id.as_str());
            element.strata.extend(self.combos.strata_of(metadata, combo));
        }
        for (number, set) in metadata.data_sets.list.iter().enumerate() {
            for of_set in &set.elements {
                let element = metadata.elements.by_id(&of_set.element.id);
                if let Some(element) = element.and_then(|element| self.elements.get_mut(element)) {
                    element.data_sets.push(number);
                }
            }
        }
        for (target, of) in &self.options.targets {
            let place = || Place::Path { path: format!("targets.{target}") };
            let what = "data element";
            let code = FaultCode::UnknownMeasure;
            match find(&metadata.elements, target, IdScheme::Any, what, code, place) {
                Ok(element) => {
                    if let Some(element) = self.elements.get_mut(element) {
                        element.target_of = Some(of.clone());
                    }
                }
                Err(fault) => self.faults.push(*fault),
            }
        }
    }

    fn days_of(
        periods: &mut FxHashMap<String, std::result::Result<(NaiveDate, NaiveDate), NoPeriod>>,
        text: &str,
        place: impl FnOnce() -> Place,
    ) -> std::result::Result<(NaiveDate, NaiveDate), Box<Fault>> {
        let found = match periods.get(text) {
            Some(found) => *found,
            None => {
                let found = period(text);
                periods.insert(text.to_owned(), found);
                found
            }
        };
        found.map_err(|why| {
            Box::new(match why {
                NoPeriod::WrongForm => Fault::new(
                    FaultCode::NotAPeriod,
                    place(),
                    "this is no period of DHIS2",
                )
                .found(quoted(text))
                .expected(
                    "a period such as 2024, 202401, 2024Q1, 2024S1, 2024W7, 20240131 or 2024April",
                ),
                NoPeriod::OtherCalendar => Fault::new(
                    FaultCode::NotAPeriod,
                    place(),
                    "the year is none that data are about",
                )
                .found(quoted(text))
                .expected("a year from 1900 to 30 years from now")
                .hint(
                    "is it a period of another calendar? `/api/system/info` says which one is used",
                ),
            })
        })
    }

    fn read_registrations(&mut self) {
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
                let scheme = self.options.ids;
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

    fn read_values(&mut self) {
        let mut interned = Interned::default();
        let mut negative: FxHashSet<usize> = FxHashSet::default();
        let mut strata_seen: FxHashSet<(usize, u32)> = FxHashSet::default();
        for (number, file) in self.value_files.iter().enumerate() {
            let mut faults = std::mem::take(&mut self.faults);
            values::read(file, &mut faults, |value, form, faults| {
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
        let scheme = self.options.ids;
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
            let number = objects.by_id(text).or_else(|| objects.by_code(text));
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

    fn place_of(&self, row: &ReadValue, field: &str) -> Place {
        let file = self.value_files.get(row.file as usize).map_or("", SourceFile::name);
        value_place(file, row.form, row.at, field)
    }

    /// Two values of the same element, unit, period and combinations.
    fn refuse_repeated(&mut self) {
        type Key = (usize, usize, NaiveDate, NaiveDate, Option<u32>, Option<u32>);
        let mut seen: FxHashMap<Key, usize> = FxHashMap::default();
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
    fn fit_days(&mut self) {
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

    fn outcomes(&mut self, formulas: &Formulas) -> OutcomeTable {
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
            table.push(&OutcomeRow {
                unit: units.get(&row.unit).map_or("", String::as_str),
                start: row.start,
                end: row.end,
                measure: &element.id,
                value: Some(row.value),
                status: None,
                recorded_at: row.recorded_at,
                categories: &categories,
                source: format_args!("{}", self.place_of(row, "")),
            });
            let is_total = categories.iter().all(Option::is_none);
            sums.add(row, at, !element.strata.is_empty(), is_total);
        }
        self.push_sums(&sums, &rows, &units, &mut table);
        if self.options.zeros_from_registrations {
            self.push_zeros(&rows, &mut table);
        }
        self.push_reports(&rows, &mut table);
        self.rows = rows;
        table
    }

    /// The strata by which some measure is recorded.
    fn used_strata(&mut self) -> Vec<usize> {
        for element in self.elements.iter().filter(|element| element.left_out.is_none()) {
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
        let distinct: BTreeSet<usize> = rows.iter().map(|row| row.unit).collect();
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
            let place = self.place_of(row, "");
            table.push(&OutcomeRow {
                unit: units.get(&key.unit).map_or("", String::as_str),
                start: key.start,
                end: key.end,
                measure,
                value: Some(sum.value),
                status: None,
                recorded_at: sum.recorded_at,
                categories: &[],
                source: format_args!("{place}"),
            });
            if key.measure.is_none() {
                let did = "figures without a category were added: the sums over the combinations that have a value";
                self.notes.add(NoteCode::TotalAdded, did, || place);
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
            let of_registrations = registrations
                .iter()
                .filter(|one| one.data_set == set)
                .map(|one| (one.start, one.end));
            let of_values = rows
                .iter()
                .filter(|row| {
                    self.elements.get(row.element).is_some_and(|one| one.data_sets == [set])
                })
                .map(|row| row.period);
            let periods: BTreeSet<(NaiveDate, NaiveDate)> =
                of_registrations.chain(of_values).collect();
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

    fn plan(&mut self, formulas: &Formulas) -> Node {
        let used = self.used_strata();
        let mut strata = Map::new();
        for stratum in used.iter().filter_map(|at| self.combos.strata.get(*at)) {
            strata.put(&stratum.id, tree::texts(&stratum.categories));
        }
        let mut measures = self.measures(!strata.is_empty());
        let mut indicators = Map::new();
        for formula in &formulas.list {
            indicators.put(&formula.id, formula.node.clone());
        }
        let mut narrowed: BTreeSet<String> = BTreeSet::new();
        for operand in &formulas.narrowed {
            let Some(number) = self.metadata.elements.by_id(&operand.element) else { continue };
            let Some(element) = self.elements.get(number) else { continue };
            let id = measure_of(operand, &element.id);
            if narrowed.insert(id.clone()) {
                let parts = [&operand.combo, &operand.attribute].into_iter().flatten();
                let names: Vec<&str> = parts
                    .map(|combo| {
                        self.metadata
                            .option_combos
                            .get(combo)
                            .and_then(Object::name)
                            .unwrap_or(combo)
                    })
                    .collect();
                let object = self.metadata.elements.list.get(number);
                let title = object.and_then(Object::name).unwrap_or(&element.id);
                let title = format!("{title}: {}", names.join(", "));
                let measure = self.measure(element, &title, !strata.is_empty(), &BTreeSet::new());
                measures.put(&id, measure);
            }
        }
        let with_reports: BTreeSet<usize> =
            self.registrations.iter().map(|one| one.data_set).collect();
        for set in with_reports.iter().filter_map(|set| self.metadata.data_sets.list.get(*set)) {
            if set.units.is_none() {
                continue;
            }
            let name = set.name().unwrap_or(&set.id);
            let [made, due] = [MADE, DUE].map(|what| format!("{}.{what}", set.id));
            for (id, what) in [(&made, "reports that were made"), (&due, "reports that were due")] {
                let measure = Map::new()
                    .with("title", tree::text(&format!("{name}: {what}")))
                    .with("absent", tree::text("zero"))
                    .with_some("strata", (!strata.is_empty()).then(|| tree::list([])));
                measures.put(id, measure);
            }
            let quotient = Map::new()
                .with("numerator", tree::text(&made))
                .with("denominator", tree::text(&due))
                .with("per", tree::number("100"));
            let indicator = Map::new()
                .with("title", tree::text(&format!("{name}: reports made, of those due")))
                .with("variation", tree::text("none"))
                .with("ratio", quotient);
            indicators.put(&format!("{}.reporting", set.id), indicator);
        }
        let targets = self.targets(formulas, &mut indicators);
        let mut plan = Map::new()
            .with("attain", tree::number("1"))
            .with("plan", tree::text("dhis2"))
            .with_some("calendar", self.calendar().map(|(calendar, _)| calendar))
            .with("unmatched", tree::text("as_recorded"))
            .with("units", self.units());
        for (key, section) in [
            ("strata", strata),
            ("measures", measures),
            ("indicators", indicators),
            ("targets", targets),
        ] {
            if !section.is_empty() {
                plan.put(key, section);
            }
        }
        plan.into()
    }

    fn units(&self) -> Node {
        let mut levels = self.hierarchy.levels.clone();
        let mut list: Vec<Node> = Vec::with_capacity(self.unit_ids.len());
        let mut moved: Vec<Node> = Vec::new();
        for (at, (unit, object)) in
            self.hierarchy.units.iter().zip(&self.metadata.units.list).enumerate()
        {
            let id = self.unit_ids.get(at).map_or("", String::as_str);
            let name = object.name().map(tree::text);
            let days = |map: Map| {
                let day = |day: Option<NaiveDate>| day.map(|day| tree::text(&day.to_string()));
                map.with_some("valid_from", day(unit.from)).with_some("valid_to", day(unit.to))
            };
            let parent = unit.parent.and_then(|parent| self.unit_ids.get(parent));
            let node = Map::new()
                .with("id", tree::text(id))
                .with_some("name", name.clone())
                .with("level", tree::text(levels.get(unit.depth).map_or("", String::as_str)))
                .with_some("parent", parent.map(|parent| tree::text(parent)));
            list.push(days(node).into());
            if self.moved.contains(&at) {
                let node = Map::new()
                    .with("id", tree::text(&format!("{id}.{ITSELF}")))
                    .with_some("name", name)
                    .with("level", tree::text(ITSELF))
                    .with("parent", tree::text(id));
                moved.push(days(node).into());
            }
        }
        if !moved.is_empty() {
            levels.push(ITSELF.to_owned());
        }
        list.extend(moved);
        Map::new().with("levels", tree::texts(levels)).with("list", tree::list(list)).into()
    }

    fn measures(&mut self, has_strata: bool) -> Map {
        let mut measures = Map::new();
        let mut several_levels: Vec<Place> = Vec::new();
        for (number, element) in self.elements.iter().enumerate() {
            if element.left_out.is_some() {
                continue;
            }
            let title = self.metadata.elements.list.get(number).and_then(Object::name);
            let title = title.unwrap_or(&element.id);
            measures.put(&element.id, self.measure(element, title, has_strata, &element.strata));
            if self.reporters(element).is_err() {
                several_levels.push(self.metadata.elements.place(self.files, number, ""));
            }
        }
        for place in several_levels {
            let did = "who has to report is not in the plan: the units of a data set are of several levels";
            self.notes.add(NoteCode::NotInAttain, did, || place);
        }
        measures
    }

    fn measure(
        &self,
        element: &Element,
        title: &str,
        has_strata: bool,
        strata: &BTreeSet<usize>,
    ) -> Map {
        let (over_time, over_units) = element.operators;
        let mut measure = Map::new().with("title", tree::text(title));
        for (key, operator) in [("over_time", over_time), ("over_units", over_units)] {
            if operator != "sum" {
                measure.put(key, tree::text(operator));
            }
        }
        if element.is_signed {
            measure.put("signed", tree::flag(true));
        }
        if has_strata {
            let ids = strata.iter().filter_map(|at| Some(&self.combos.strata.get(*at)?.id));
            measure.put("strata", tree::texts(ids));
        }
        if element.target_of.is_some() {
            measure.put("known_ahead", tree::flag(true));
        }
        let sets =
            element.data_sets.iter().filter_map(|set| self.metadata.data_sets.list.get(*set));
        let finest = sets
            .filter_map(|set| Some((self.every(set)?, set)))
            .min_by_key(|((order, _), _)| *order);
        if let Some(((_, every), set)) = finest {
            if let Ok(Some((key, reporters))) = self.reporters(element) {
                measure.put(key, reporters);
            }
            measure.put("every", tree::text(every));
            let due =
                set.timely_days.filter(|days| days.is_finite() && (0.0..=3_650.0).contains(days));
            if let Some(days) = due {
                measure.put("due", tree::number(&days.trunc().to_string()));
            }
        }
        measure
    }

    /// The key and value for the units that have to report an element. An error if they are of several levels.
    fn reporters(
        &self,
        element: &Element,
    ) -> std::result::Result<Option<(&'static str, Node)>, ()> {
        let mut assigned: BTreeSet<usize> = BTreeSet::new();
        for set in element.data_sets.iter().filter_map(|set| self.metadata.data_sets.list.get(*set))
        {
            let units = set.units.iter().flatten();
            assigned.extend(units.filter_map(|unit| self.metadata.units.by_id(&unit.id)));
        }
        let depth = |unit: &usize| self.hierarchy.units.get(*unit).map(|unit| unit.depth);
        let Some(level) = assigned.first().and_then(depth) else { return Ok(None) };
        if assigned.iter().any(|unit| depth(unit) != Some(level)) {
            return Err(());
        }
        let of_level = self.hierarchy.units.iter().filter(|unit| unit.depth == level).count();
        if of_level == assigned.len() {
            let name = self.hierarchy.levels.get(level).map_or("", String::as_str);
            return Ok(Some(("recorded_at", tree::text(name))));
        }
        let ids = assigned.iter().filter_map(|unit| self.unit_ids.get(*unit));
        Ok(Some(("recorded_by", tree::texts(ids))))
    }

    /// The kind of period of a data set, with its place in the order from the shortest on.
    fn every(&self, set: &DataSet) -> Option<(u8, &'static str)> {
        let period_type = set.period_type.as_deref()?;
        let of_calendar = self.calendar().map(|(_, of_calendar)| of_calendar);
        Some(match period_type {
            "Daily" => (0, "day"),
            "Weekly" => (1, "week"),
            "Monthly" => (2, "month"),
            "Quarterly" => (3, "quarter"),
            "SixMonthly" => (4, "half"),
            "Yearly" if of_calendar.is_none() => (5, "year"),
            other if Some(other) == of_calendar => (5, "year"),
            _ => return None,
        })
    }

    /// The calendar of financial years that all data sets agree on, and the type of its years; none for calendar years.
    fn calendar(&self) -> Option<(Node, &'static str)> {
        let types: BTreeSet<&str> = self
            .metadata
            .data_sets
            .list
            .iter()
            .filter_map(|set| set.period_type.as_deref())
            .collect();
        let mut years =
            types.iter().filter(|one| **one == "Yearly" || one.starts_with("Financial"));
        let (only, others) = (years.next()?, years.next());
        if others.is_some() {
            return None;
        }
        let (period_type, first, quarters_fit, halves_fit) = match *only {
            "FinancialFeb" => ("FinancialFeb", "02-01", false, false),
            "FinancialApril" => ("FinancialApril", "04-01", true, false),
            "FinancialJuly" => ("FinancialJuly", "07-01", true, true),
            "FinancialAug" => ("FinancialAug", "08-01", false, false),
            "FinancialSep" => ("FinancialSep", "09-01", false, false),
            "FinancialOct" => ("FinancialOct", "10-01", true, false),
            "FinancialNov" => ("FinancialNov", "11-01", false, false),
            _ => return None,
        };
        if types.contains("Quarterly") && !quarters_fit
            || types.contains("SixMonthly") && !halves_fit
        {
            return None;
        }
        let named_by = if period_type == "FinancialNov" { "end" } else { "start" };
        let calendar = Map::new()
            .with("year_starts", tree::text(first))
            .with("named_by", tree::text(named_by));
        Some((calendar.into(), period_type))
    }

    /// Goals of the elements whose values are targets, each with the indicator that they are for.
    fn targets(&mut self, formulas: &Formulas, indicators: &mut Map) -> Map {
        let mut targets = Map::new();
        let mut taken = Ids::default();
        let mut counts: BTreeSet<usize> = BTreeSet::new();
        for number in 0..self.elements.len() {
            let Some(of) = self.elements.get(number).and_then(|one| one.target_of.clone()) else {
                continue;
            };
            let Some(object) = self.metadata.elements.list.get(number) else { continue };
            let place = || Place::Path { path: format!("targets.{of}") };
            let indicator = formulas.list.iter().find(|formula| {
                let object = self.metadata.indicators.list.get(formula.number);
                object.is_some_and(|object| object.id == of || object.code() == Some(&of))
            });
            let (indicator, is_count) = match indicator {
                Some(formula) => (formula.id.clone(), formula.is_count),
                None => {
                    let what = "data element or indicator";
                    let code = FaultCode::UnknownIndicator;
                    let found =
                        find(&self.metadata.elements, &of, IdScheme::Any, what, code, place);
                    let found = match found {
                        Ok(found) => found,
                        Err(fault) => {
                            self.faults.push(*fault);
                            continue;
                        }
                    };
                    let Some(element) =
                        self.elements.get(found).filter(|one| one.left_out.is_none())
                    else {
                        let message = "targets are for a data element that is left out";
                        self.faults.push(Fault::new(
                            FaultCode::UnsuitableMeasure,
                            place(),
                            message,
                        ));
                        continue;
                    };
                    let id = format!("{}.count", element.id);
                    if counts.insert(found) {
                        let title = self.metadata.elements.list.get(found).and_then(Object::name);
                        let indicator = Map::new()
                            .with_some("title", title.map(tree::text))
                            .with("count", tree::text(&element.id));
                        indicators.put(&id, indicator);
                    }
                    (id, element.operators == ("sum", "sum"))
                }
            };
            let values: Vec<TargetValue> = self
                .rows
                .iter()
                .filter(|row| row.element == number)
                .map(|row| {
                    let (start, end) = row.period;
                    TargetValue { unit: row.unit, start, end, value: row.value }
                })
                .collect();
            if values.is_empty() {
                continue;
            }
            let is_limit = self
                .options
                .at_most
                .iter()
                .any(|name| *name == object.id || Some(name.as_str()) == object.code());
            let comparator = if is_limit { "at_most" } else { "at_least" };
            let rolls_up = is_count && self.options.roll_up;
            let rows = goals::rows(&values, &self.hierarchy, &self.unit_ids, comparator, rolls_up);
            let (id, _) = taken.take(object.code().unwrap_or(&object.id));
            let target = Map::new()
                .with_some("title", object.name().map(tree::text))
                .with("indicator", tree::text(&indicator))
                .with("goal", Map::new().with("list", tree::list(rows)));
            targets.put(&id, target);
        }
        targets
    }

    /// Notes on what no export says.
    fn general_notes(&mut self) {
        if let Some(file) = self.files.first() {
            if self.hierarchy.units.iter().any(|unit| unit.parent.is_some()) {
                let did =
                    "units have the parents of today on all days: earlier ones are not exported";
                self.notes.add(NoteCode::NotInAttain, did, || file.place());
            }
            if self.metadata.program_indicators > 0 {
                let did = "program indicators are left out: they are computed from a tracker";
                let place = || Place::Within {
                    file: file.name().to_owned(),
                    path: "/programIndicators".to_owned(),
                };
                self.notes
                    .add(NoteCode::LeftOutExpression, did, place)
                    .found(self.metadata.program_indicators);
            }
        }
        let metadata = self.metadata;
        for (number, set) in metadata.data_sets.list.iter().enumerate() {
            if self.every(set).is_none()
                && let Some(period_type) = &set.period_type
            {
                let did = "data sets have periods of a kind that plans don't have: their reports are not due";
                self.notes
                    .add(NoteCode::NotInAttain, did, || {
                        metadata.data_sets.place(self.files, number, "periodType")
                    })
                    .found(period_type);
            }
        }
    }
}

/// The names of the measures of reports, behind the id of a data set.
const MADE: &str = "made";
const DUE: &str = "due";

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

/// Whether the values of an element are numbers that units report.
fn is_numeric(element: &DataElement) -> bool {
    const NUMERIC: [&str; 9] = [
        "INTEGER",
        "INTEGER_POSITIVE",
        "INTEGER_NEGATIVE",
        "INTEGER_ZERO_OR_POSITIVE",
        "NUMBER",
        "PERCENTAGE",
        "UNIT_INTERVAL",
        "BOOLEAN",
        "TRUE_ONLY",
    ];
    let is_tracked = element.domain_type.as_deref() == Some("TRACKER");
    !is_tracked && element.value_type.as_deref().is_none_or(|one| NUMERIC.contains(&one))
}

/// The operators over time and over units of a type of aggregation.
fn operators(aggregation: &str) -> Option<(&'static str, &'static str)> {
    Some(match aggregation {
        "SUM" => ("sum", "sum"),
        "AVERAGE_SUM_ORG_UNIT" => ("mean", "sum"),
        "AVERAGE" => ("mean", "mean"),
        "LAST" | "LAST_IN_PERIOD" => ("last", "sum"),
        "LAST_AVERAGE_ORG_UNIT" | "LAST_IN_PERIOD_AVERAGE_ORG_UNIT" => ("last", "mean"),
        "MAX" => ("max", "max"),
        "MAX_SUM_ORG_UNIT" => ("max", "sum"),
        _ => return None,
    })
}
