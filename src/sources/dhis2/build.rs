//! The plan and the outcomes of metadata, values and registrations.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::combos::Combos;
use super::hierarchy::Hierarchy;
use super::indicators::{Elements, formulas};
use super::metadata::{DataElement, Metadata, Object, Objects};
use super::period::{NoPeriod, period};
use super::values::Form;
use super::{Dhis2Options, IdScheme};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
use crate::sources::ids::Ids;
use crate::sources::note::{NoteCode, Notes};
use crate::sources::{Imported, SourceFile};
use crate::tally::Rows;

/// The level of units that hold the values of a unit with units below it.
pub(super) const ITSELF: &str = "itself";

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
pub(super) struct Element {
    /// The id of the measure.
    pub(super) id: String,
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
    pub(super) elements: Vec<Element>,
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
pub(super) fn find<T: Object>(
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

    pub(super) fn note_id(&mut self, wanted: &str, id: &str, place: Place) {
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
