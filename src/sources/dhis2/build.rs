//! The plan and the outcomes of metadata, values and registrations.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::combos::Combos;
use super::grid::Series;
use super::hierarchy::Hierarchy;
use super::indicators::{Elements, Formula, Formulas, formulas};
use super::metadata::{DataElement, Metadata, Named, Object, Objects};
use super::period::{NoPeriod, period};
use super::values::Form;
use super::{Dhis2Options, IdScheme};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
pub(super) use crate::exchange::ITSELF;
use crate::sources::ids::Ids;
use crate::sources::note::{NoteCode, Notes};
use crate::sources::{Imported, SourceFile};
use crate::tally::Rows;

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
    let metadata = Metadata::read(metadata_files, &options.ids, &mut notes, &mut faults);
    let hierarchy = Hierarchy::of(&metadata, metadata_files, &mut notes, &mut faults);
    let combos = Combos::of(&metadata, options.labels);
    let mut build = Build {
        files: metadata_files,
        value_files,
        registration_files,
        options,
        unit_ids: Vec::new(),
        indicator_ids: Vec::new(),
        taken_measures: Ids::default(),
        taken_indicators: Ids::default(),
        metadata: &metadata,
        hierarchy,
        combos,
        elements: Vec::new(),
        has_values: false,
        series: Vec::new(),
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
    build.note_elements();
    let computed = build.computed_indicators();
    build.refuse_repeated();
    build.fit_days();
    let mut formulas = build.formulas(&computed);
    formulas.list.extend(computed);
    let outcomes = build.outcomes(&formulas);
    let plan = build.plan(&formulas);
    build.general_notes();
    let Build { notes, faults, .. } = build;
    Imported::of(plan, outcomes, Rows::Figures, notes, faults, options.strict)
}

/// What the values of an element are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElementKind {
    /// What units reported.
    Recorded,
    /// The numerator or denominator of an indicator, computed for a unit with all units below it.
    Computed,
    /// The value of an indicator, computed for a unit with all units below it. It has no measure.
    Published,
}

/// A data element: its measure, or why there is none.
pub(super) struct Element {
    pub(super) kind: ElementKind,
    /// The id of the measure, or of the indicator of a published value.
    pub(super) id: String,
    pub(super) title: Option<String>,
    pub(super) left_out: Option<NoteCode>,
    /// How the measure becomes one over time, and over units.
    pub(super) operators: (&'static str, &'static str),
    pub(super) is_signed: bool,
    /// The strata by which it is recorded.
    pub(super) strata: BTreeSet<usize>,
    /// The data sets that it belongs to.
    pub(super) data_sets: Vec<usize>,
    /// The element or indicator that its values are targets of.
    pub(super) target_of: Option<String>,
    /// Whether an absent value is 0.
    pub(super) is_zero_if_absent: bool,
}

impl Element {
    pub(super) fn new(kind: ElementKind, id: String, title: Option<String>) -> Element {
        Element {
            kind,
            id,
            title,
            left_out: None,
            operators: ("sum", "sum"),
            is_signed: false,
            strata: BTreeSet::new(),
            data_sets: Vec::new(),
            target_of: None,
            is_zero_if_absent: false,
        }
    }
}

/// A value that is read.
pub(super) struct ReadValue {
    pub(super) file: u32,
    pub(super) form: Form,
    pub(super) at: usize,
    pub(super) unit: usize,
    pub(super) element: usize,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
    /// The days of the period, before they are fitted to those of the unit.
    pub(super) period: (NaiveDate, NaiveDate),
    pub(super) value: f64,
    pub(super) recorded_at: Option<NaiveDate>,
    pub(super) combo: Option<u32>,
    pub(super) attribute: Option<u32>,
}

/// A registration that is read.
pub(super) struct ReadRegistration {
    pub(super) file: usize,
    pub(super) at: usize,
    pub(super) data_set: usize,
    pub(super) unit: usize,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
}

pub(super) struct Build<'b> {
    pub(super) files: &'b [SourceFile],
    pub(super) value_files: &'b [SourceFile],
    pub(super) registration_files: &'b [SourceFile],
    pub(super) options: &'b Dhis2Options,
    pub(super) metadata: &'b Metadata,
    pub(super) hierarchy: Hierarchy,
    pub(super) combos: Combos,
    pub(super) unit_ids: Vec<String>,
    pub(super) indicator_ids: Vec<String>,
    pub(super) taken_measures: Ids,
    pub(super) taken_indicators: Ids,
    /// The data elements of the metadata, in their order; behind them those of computed values.
    pub(super) elements: Vec<Element>,
    /// Whether there are files of data values.
    pub(super) has_values: bool,
    /// Computed values.
    pub(super) series: Vec<Series>,
    /// By data set, unit and first day: the day of the registration.
    pub(super) registered: FxHashMap<(usize, usize, NaiveDate), Option<NaiveDate>>,
    pub(super) registrations: Vec<ReadRegistration>,
    pub(super) periods: FxHashMap<String, std::result::Result<(NaiveDate, NaiveDate), NoPeriod>>,
    pub(super) rows: Vec<ReadValue>,
    /// The ids of the combinations of the rows, by their numbers.
    pub(super) combo_ids: Vec<String>,
    /// The inner units whose values are moved.
    pub(super) moved: BTreeSet<usize>,
    pub(super) notes: Notes,
    pub(super) faults: Faults,
}

/// Numbers of combinations, which rows hold in place of texts.
#[derive(Default)]
pub(super) struct Interned {
    pub(super) texts: Vec<String>,
    pub(super) index: FxHashMap<String, u32>,
}

impl Interned {
    pub(super) fn number(&mut self, text: &str) -> u32 {
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
pub(super) struct ElementTable<'e> {
    pub(super) metadata: &'e Metadata,
    pub(super) elements: &'e [Element],
}

impl ElementTable<'_> {
    pub(super) fn element(&self, id: &str) -> Option<&Element> {
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

/// A text that names two objects.
#[cold]
pub(super) fn ambiguous(text: &str, what: &str, place: Place) -> Fault {
    let message = format!("the text is the id of one {what} and the code of another");
    Fault::new(FaultCode::AmbiguousRequest, place, message)
        .found(quoted(text))
        .hint("say with `ids` which one is meant: id or code")
}

/// The object that a text names.
pub(super) fn find<T: Object>(
    objects: &Objects<T>,
    text: &str,
    scheme: &IdScheme,
    what: &str,
    code: FaultCode,
    place: impl Fn() -> Place,
) -> std::result::Result<usize, Box<Fault>> {
    match objects.named(text, scheme) {
        Named::One(found) => Ok(found),
        Named::Several => Err(Box::new(ambiguous(text, what, place()))),
        Named::No => {
            let names = objects.list.iter().map(|one| Objects::name(one, scheme));
            let fault = Fault::new(code, place(), format!("the metadata have no such {what}"));
            Err(Box::new(fault.found(quoted(text)).near_miss(text, names)))
        }
    }
}

impl Build<'_> {
    /// What each object is called in the plan.
    fn name_objects(&mut self) {
        let (scheme, metadata) = (&self.options.ids, self.metadata);
        // Names of units are texts of any signs.
        let unit_ids = metadata.units.list.iter();
        self.unit_ids = unit_ids.map(|one| Objects::name(one, scheme).to_owned()).collect();
        for (number, indicator) in metadata.indicators.list.iter().enumerate() {
            let wanted = Objects::name(indicator, scheme);
            let (id, is_changed) = self.taken_indicators.take(wanted);
            if is_changed {
                let place = metadata.indicators.place(self.files, number, "code");
                self.note_id(wanted, &id, place);
            }
            self.indicator_ids.push(id);
        }
        for (number, element) in metadata.elements.list.iter().enumerate() {
            let wanted = Objects::name(element, scheme);
            let (id, is_changed) = self.taken_measures.take(wanted);
            if is_changed {
                let place = metadata.elements.place(self.files, number, "code");
                self.note_id(wanted, &id, place);
            }
            let title = element.name().map(str::to_owned);
            self.elements.push(Element::new(ElementKind::Recorded, id, title));
        }
    }

    /// Whether the values of an element are in the result.
    pub(super) fn is_used(&self, element: &Element) -> bool {
        element.left_out.is_none() && (self.has_values || element.kind != ElementKind::Recorded)
    }

    /// The indicators of the metadata that a plan can express, but those that are computed.
    fn formulas(&mut self, computed: &[Formula]) -> Formulas {
        if !self.has_values {
            return Formulas::default();
        }
        let elements = ElementTable { metadata: self.metadata, elements: &self.elements };
        let is_wanted = |number: usize| computed.iter().all(|one| one.number != Some(number));
        let (ids, options) = (&self.indicator_ids, self.options);
        let found = formulas(
            self.metadata,
            self.files,
            &elements,
            ids,
            options,
            is_wanted,
            &mut self.notes,
        );
        self.read_absence(&found);
        found
    }

    pub(super) fn note_id(&mut self, wanted: &str, id: &str, place: Place) {
        let did = "ids are rewritten to the signs that plans allow";
        self.notes.add(NoteCode::IdChanged, did, || place).found(format!("{wanted} → {id}"));
    }

    fn classify_elements(&mut self) {
        let metadata = self.metadata;
        for (element, object) in self.elements.iter_mut().zip(&metadata.elements.list) {
            if !is_numeric(object) {
                element.left_out = Some(NoteCode::LeftOutType);
                continue;
            }
            match operators(object.aggregation_type.as_deref().unwrap_or("SUM")) {
                Some(operators) => element.operators = operators,
                None => {
                    element.left_out = Some(NoteCode::LeftOutAggregation);
                    continue;
                }
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
            match find(&metadata.elements, target, &IdScheme::Any, what, code, place) {
                Ok(element) => {
                    if let Some(element) = self.elements.get_mut(element) {
                        element.target_of = Some(of.clone());
                    }
                }
                Err(fault) => self.faults.push(*fault),
            }
        }
    }

    /// Notes on the data elements, unless only computed values are read.
    fn note_elements(&mut self) {
        if !self.has_values {
            return;
        }
        let metadata = self.metadata;
        for (number, (element, object)) in
            self.elements.iter().zip(&metadata.elements.list).enumerate()
        {
            let place = |field: &str| metadata.elements.place(self.files, number, field);
            let name = object.name().unwrap_or(&object.id);
            let (did, field, found) = match element.left_out {
                Some(NoteCode::LeftOutType) => (
                    "data elements are left out: their values are no numbers, or those of a tracker",
                    "valueType",
                    object.value_type.as_deref().unwrap_or("no type"),
                ),
                Some(_) => (
                    "data elements are left out: they are aggregated in a way that plans don't have",
                    "aggregationType",
                    object.aggregation_type.as_deref().unwrap_or_default(),
                ),
                None if object.zero_is_significant == Some(false) => {
                    let did = "zeros of data elements are not stored: an absent value may be 0";
                    self.notes
                        .add(NoteCode::ZerosNotStored, did, || place("zeroIsSignificant"))
                        .found(name)
                        .hint("with `zeros=\"from_registrations\"` they are 0 where the data set is registered as complete");
                    continue;
                }
                None => continue,
            };
            if let Some(code) = element.left_out {
                let note = self.notes.add(code, did, || place(field));
                note.found(format!("{found} of {name}"));
            }
        }
    }

    /// Elements that stand in a sum are 0 where they are absent, as in DHIS2, if all reports of their data sets that are due
    /// are registered as complete.
    fn read_absence(&mut self, formulas: &Formulas) {
        let complete = self.complete_sets();
        let metadata = self.metadata;
        for id in formulas.in_sums() {
            let Some(number) = metadata.elements.by_id(id) else { continue };
            let Some(element) = self.elements.get_mut(number) else { continue };
            let sets = &element.data_sets;
            if !sets.is_empty() && sets.iter().all(|set| complete.contains(set)) {
                element.is_zero_if_absent = true;
                let did = "absent values of elements that stand in a sum are 0, as DHIS2 reads them: all reports of their data sets are registered as complete";
                self.notes
                    .add(NoteCode::ZerosNotStored, did, || {
                        metadata.elements.place(self.files, number, "")
                    })
                    .found(element.title.as_deref().unwrap_or(&element.id))
                    .hint("without `absent: zero` an absent value is not known");
            }
        }
        for (number, element_ids) in &formulas.sums {
            let is_zero = |id: &String| {
                let element = metadata.elements.by_id(id).and_then(|at| self.elements.get(at));
                element.is_some_and(|element| element.is_zero_if_absent)
            };
            if element_ids.iter().all(is_zero) {
                continue;
            }
            let did = "in sums of elements an absent element leaves a unit without a value, where DHIS2 reads 0";
            let id = self.indicator_ids.get(*number).map_or("", String::as_str);
            let name = metadata.indicators.list.get(*number).and_then(Object::name).unwrap_or(id);
            self.notes
                .add(NoteCode::NotInAttain, did, || {
                    metadata.indicators.place(self.files, *number, "numerator")
                })
                .found(name)
                .hint("write `absent: zero` for measures whose absence means 0");
        }
    }

    pub(super) fn days_of(
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
