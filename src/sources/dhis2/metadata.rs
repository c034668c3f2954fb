//! What the metadata of DHIS2 say.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::IdScheme;
use super::values::json_fault;
use crate::error::{Fault, FaultCode, Faults, Place, quoted};
use crate::sources::SourceFile;
use crate::sources::note::{NoteCode, Notes};

/// A reference to an object.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Reference {
    #[serde(default)]
    pub(super) id: String,
}

/// The value of an attribute of an object.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct AttributeValue {
    #[serde(default)]
    attribute: Reference,
    #[serde(default)]
    value: Option<String>,
}

/// What all objects have.
pub(super) trait Object {
    fn id(&self) -> &str;
    fn code(&self) -> Option<&str>;
    fn name(&self) -> Option<&str>;
    /// The value of an attribute, by the id of the attribute.
    fn attribute(&self, id: &str) -> Option<&str>;
}

/// Declares objects of the metadata with `id`, `code`, `name` and attributes, and further fields.
macro_rules! objects {
    ($($(#[$doc:meta])+ $name:ident { $($field:ident: $type:ty = $key:literal,)* })+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Default, Deserialize)]
        pub(super) struct $name {
            #[serde(default)]
            pub(super) id: String,
            #[serde(default)]
            pub(super) code: Option<String>,
            #[serde(default)]
            pub(super) name: Option<String>,
            #[serde(default, rename = "attributeValues")]
            attributes: Vec<AttributeValue>,
            $(#[serde(default, rename = $key)]
            pub(super) $field: $type,)*
        }

        impl Object for $name {
            fn id(&self) -> &str {
                &self.id
            }
            fn code(&self) -> Option<&str> {
                self.code.as_deref().filter(|code| !code.is_empty())
            }
            fn name(&self) -> Option<&str> {
                self.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
            }
            fn attribute(&self, id: &str) -> Option<&str> {
                let value = self.attributes.iter().find(|value| value.attribute.id == id)?;
                value.value.as_deref().map(str::trim).filter(|value| !value.is_empty())
            }
        }
    )+};
}

objects! {
    /// An organisation unit.
    OrganisationUnit {
        parent: Option<Reference> = "parent",
        level: Option<u32> = "level",
        opening_date: Option<String> = "openingDate",
        closed_date: Option<String> = "closedDate",
    }
    /// The name of a level of organisation units.
    Level {
        level: Option<u32> = "level",
    }
    /// A data element.
    DataElement {
        value_type: Option<String> = "valueType",
        aggregation_type: Option<String> = "aggregationType",
        domain_type: Option<String> = "domainType",
        zero_is_significant: Option<bool> = "zeroIsSignificant",
        category_combo: Option<Reference> = "categoryCombo",
    }
    /// An option of a category.
    CategoryOption {}
    /// A category.
    Category {
        options: Vec<Reference> = "categoryOptions",
    }
    /// A combination of categories.
    CategoryCombo {
        categories: Vec<Reference> = "categories",
    }
    /// A combination of options, one of each category.
    OptionCombo {
        category_combo: Option<Reference> = "categoryCombo",
        options: Vec<Reference> = "categoryOptions",
    }
    /// The type of indicators, with the multiplier.
    IndicatorType {
        factor: Option<i64> = "factor",
    }
    /// An indicator.
    Indicator {
        numerator: Option<String> = "numerator",
        denominator: Option<String> = "denominator",
        annualized: Option<bool> = "annualized",
        indicator_type: Option<Reference> = "indicatorType",
    }
    /// A data set: elements that units report together for a period.
    DataSet {
        period_type: Option<String> = "periodType",
        timely_days: Option<f64> = "timelyDays",
        elements: Vec<DataSetElement> = "dataSetElements",
        units: Option<Vec<Reference>> = "organisationUnits",
    }
}

/// An element of a data set.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct DataSetElement {
    #[serde(default, rename = "dataElement")]
    pub(super) element: Reference,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Document {
    organisation_units: Vec<OrganisationUnit>,
    organisation_unit_levels: Vec<Level>,
    data_elements: Vec<DataElement>,
    category_options: Vec<CategoryOption>,
    categories: Vec<Category>,
    category_combos: Vec<CategoryCombo>,
    category_option_combos: Vec<OptionCombo>,
    indicator_types: Vec<IndicatorType>,
    indicators: Vec<Indicator>,
    data_sets: Vec<DataSet>,
    program_indicators: Vec<Reference>,
}

/// Objects of one kind, in the order of the files; each id once, as the first file has it.
#[derive(Debug)]
pub(super) struct Objects<T> {
    pub(super) list: Vec<T>,
    /// Where each stands: the number of the file and in its array.
    places: Vec<(usize, usize)>,
    by_id: FxHashMap<String, usize>,
    by_code: FxHashMap<String, usize>,
    /// By the code or the value of an attribute, where these identify objects; else empty.
    by_name: FxHashMap<String, usize>,
    key: &'static str,
}

/// The objects that a text names.
pub(super) enum Named {
    No,
    One(usize),
    /// The text is the id of one object and another name of a second one.
    Several,
}

impl<T: Object> Objects<T> {
    fn new(key: &'static str) -> Self {
        Objects {
            list: Vec::new(),
            places: Vec::new(),
            by_id: FxHashMap::default(),
            by_code: FxHashMap::default(),
            by_name: FxHashMap::default(),
            key,
        }
    }

    fn add(&mut self, objects: Vec<T>, file: usize) {
        for (at, object) in objects.into_iter().enumerate() {
            if object.id().is_empty() || self.by_id.contains_key(object.id()) {
                continue;
            }
            self.by_id.insert(object.id().to_owned(), self.list.len());
            if let Some(code) = object.code() {
                self.by_code.entry(code.to_owned()).or_insert(self.list.len());
            }
            self.places.push((file, at));
            self.list.push(object);
        }
    }

    pub(super) fn by_id(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn by_code(&self, code: &str) -> Option<usize> {
        self.by_code.get(code).copied()
    }

    /// The object that a text names under a scheme.
    pub(super) fn named(&self, text: &str, scheme: &IdScheme) -> Named {
        let found = match scheme {
            IdScheme::Id => self.by_id(text),
            IdScheme::Code | IdScheme::Attribute(_) if self.by_name.is_empty() => self.by_id(text),
            IdScheme::Code | IdScheme::Attribute(_) => self.by_name.get(text).copied(),
            IdScheme::Any => return self.named_anyhow(text),
        };
        found.map_or(Named::No, Named::One)
    }

    /// The object that has a text as its id, its code, or the name under the scheme of the import.
    pub(super) fn named_anyhow(&self, text: &str) -> Named {
        let by_name = self.by_name.get(text).copied();
        let mut found = [self.by_id(text), self.by_code(text), by_name].into_iter().flatten();
        match found.next() {
            None => Named::No,
            Some(first) if found.all(|other| other == first) => Named::One(first),
            Some(_) => Named::Several,
        }
    }

    /// What identifies an object under a scheme: its code or the value of an attribute; its id where it has none.
    pub(super) fn name<'o>(object: &'o T, scheme: &IdScheme) -> &'o str {
        match scheme {
            IdScheme::Any | IdScheme::Id => None,
            IdScheme::Code => object.code(),
            IdScheme::Attribute(attribute) => object.attribute(attribute),
        }
        .unwrap_or(object.id())
    }

    /// Indexes the objects by their names under a scheme. Objects none of which has such a name keep their ids.
    fn name_by(
        &mut self,
        scheme: &IdScheme,
        files: &[SourceFile],
        notes: &mut Notes,
        faults: &mut Faults,
    ) -> bool {
        let (has_name, field): (&dyn Fn(&T) -> bool, &str) = match scheme {
            IdScheme::Any | IdScheme::Id => return false,
            IdScheme::Code => (&|one: &T| one.code().is_some(), "code"),
            IdScheme::Attribute(id) => (&|one: &T| one.attribute(id).is_some(), "attributeValues"),
        };
        if !self.list.iter().any(has_name) {
            return false;
        }
        let mut by_name: FxHashMap<String, usize> = FxHashMap::default();
        for (number, object) in self.list.iter().enumerate() {
            if !has_name(object) {
                let did = format!("objects without a value of `{field}` keep their id");
                notes
                    .add(NoteCode::IdKept, &did, || self.place(files, number, ""))
                    .found(object.name().unwrap_or(object.id()));
            }
            let name = Self::name(object, scheme);
            match by_name.get(name) {
                Some(first) => {
                    let message = "two objects have the same name: it identifies neither";
                    let place = self.place(files, number, field);
                    let fault = Fault::new(FaultCode::DuplicateId, place, message)
                        .found(format!("{}, as of {}", quoted(name), self.place(files, *first, "")))
                        .expected("a name of its own for each object")
                        .hint("name objects by their ids: `ids` \"id\"");
                    faults.push(fault);
                }
                None => {
                    by_name.insert(name.to_owned(), number);
                }
            }
        }
        self.by_name = by_name;
        true
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.list.get(self.by_id(id)?)
    }

    /// The place of an object, or of a field of it.
    pub(super) fn place(&self, files: &[SourceFile], number: usize, field: &str) -> Place {
        let (file, at) = self.places.get(number).copied().unwrap_or_default();
        let file = files.get(file).map_or("", SourceFile::name).to_owned();
        let field = if field.is_empty() { String::new() } else { format!("/{field}") };
        Place::Within { file, path: format!("/{}/{at}{field}", self.key) }
    }
}

/// All objects of all files.
#[derive(Debug)]
pub(super) struct Metadata {
    pub(super) units: Objects<OrganisationUnit>,
    pub(super) levels: Objects<Level>,
    pub(super) elements: Objects<DataElement>,
    pub(super) options: Objects<CategoryOption>,
    pub(super) categories: Objects<Category>,
    pub(super) combos: Objects<CategoryCombo>,
    pub(super) option_combos: Objects<OptionCombo>,
    pub(super) indicator_types: Objects<IndicatorType>,
    pub(super) indicators: Objects<Indicator>,
    pub(super) data_sets: Objects<DataSet>,
    /// How many program indicators there are.
    pub(super) program_indicators: usize,
}

impl Metadata {
    /// The objects of the files, named by a scheme; files that are no metadata are faults.
    pub(super) fn read(
        files: &[SourceFile],
        scheme: &IdScheme,
        notes: &mut Notes,
        faults: &mut Faults,
    ) -> Metadata {
        let mut metadata = Metadata {
            units: Objects::new("organisationUnits"),
            levels: Objects::new("organisationUnitLevels"),
            elements: Objects::new("dataElements"),
            options: Objects::new("categoryOptions"),
            categories: Objects::new("categories"),
            combos: Objects::new("categoryCombos"),
            option_combos: Objects::new("categoryOptionCombos"),
            indicator_types: Objects::new("indicatorTypes"),
            indicators: Objects::new("indicators"),
            data_sets: Objects::new("dataSets"),
            program_indicators: 0,
        };
        for (number, file) in files.iter().enumerate() {
            let Some(text) = file.text_or(faults) else { continue };
            match serde_json::from_str::<Document>(text) {
                Ok(document) => metadata.add(document, number),
                Err(cause) => {
                    faults.push(json_fault(file, &cause, "an object of arrays of metadata"))
                }
            }
        }
        metadata.name_by(scheme, files, notes, faults);
        metadata
    }

    /// Names the objects that values and registrations refer to. An attribute that no object has is a fault.
    fn name_by(
        &mut self,
        scheme: &IdScheme,
        files: &[SourceFile],
        notes: &mut Notes,
        faults: &mut Faults,
    ) {
        let mut is_found = self.units.name_by(scheme, files, notes, faults);
        is_found |= self.elements.name_by(scheme, files, notes, faults);
        is_found |= self.indicators.name_by(scheme, files, notes, faults);
        is_found |= self.data_sets.name_by(scheme, files, notes, faults);
        if let IdScheme::Attribute(id) = scheme {
            is_found |= self.option_combos.name_by(scheme, files, notes, faults);
            if !is_found && !files.is_empty() {
                let place = Place::Path { path: "ids".to_owned() };
                let message = "no object has a value of this attribute";
                let fault = Fault::new(FaultCode::UnknownId, place, message).found(quoted(id));
                faults.push(fault.expected("the id of an attribute").hint(
                    "export `attributeValues` with the metadata; `/api/attributes` lists the ids",
                ));
            }
        }
    }

    fn add(&mut self, document: Document, file: usize) {
        self.units.add(document.organisation_units, file);
        self.levels.add(document.organisation_unit_levels, file);
        self.elements.add(document.data_elements, file);
        self.options.add(document.category_options, file);
        self.categories.add(document.categories, file);
        self.combos.add(document.category_combos, file);
        self.option_combos.add(document.category_option_combos, file);
        self.indicator_types.add(document.indicator_types, file);
        self.indicators.add(document.indicators, file);
        self.data_sets.add(document.data_sets, file);
        self.program_indicators += document.program_indicators.len();
    }
}
