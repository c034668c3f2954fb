//! Data values and registrations, from JSON and CSV.

use std::borrow::Cow;
use std::fmt;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::error::{Fault, FaultCode, Faults, Place};
use crate::parallel::check_stop;
use crate::sources::SourceFile;

/// A text, or a number or truth value as a text; none if it is null or absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Scalar<'a>(pub(super) Option<Cow<'a, str>>);

impl<'a> Scalar<'a> {
    /// The text, unless it is empty.
    pub(super) fn text(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    fn or<'b>(&'b self, other: &'b Scalar<'a>) -> &'b Scalar<'a> {
        if self.text().is_some() { self } else { other }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Scalar<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;

        impl<'de> Visitor<'de> for ScalarVisitor {
            type Value = Scalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_bool<E>(self, truth: bool) -> Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Borrowed(if truth { "true" } else { "false" }))))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(number.to_string()))))
            }

            fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
                Ok(Scalar(None))
            }
        }

        deserializer.deserialize_any(ScalarVisitor)
    }
}

/// A value as it stands in a file.
#[derive(Debug)]
pub(super) struct DataValue<'a> {
    pub(super) element: Option<&'a str>,
    pub(super) period: Option<&'a str>,
    pub(super) unit: Option<&'a str>,
    pub(super) combo: Option<&'a str>,
    pub(super) attribute: Option<&'a str>,
    pub(super) value: Option<&'a str>,
    pub(super) created: Option<&'a str>,
    pub(super) is_deleted: bool,
    /// Its place in the array, from 0, or its line.
    pub(super) at: usize,
}

/// How the places of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Csv,
    /// The rows of `analytics`.
    Analytics,
}

/// The place of a value, or of a field of it.
pub(super) fn value_place(file: &str, form: Form, at: usize, field: &str) -> Place {
    let file = file.to_owned();
    match form {
        Form::Json if field.is_empty() => Place::Within { file, path: format!("/dataValues/{at}") },
        Form::Json => Place::Within { file, path: format!("/dataValues/{at}/{field}") },
        Form::Csv => {
            let column = (!field.is_empty()).then(|| field.to_lowercase());
            Place::Cell { file, line: at, column }
        }
        // Fields of a row are numbers.
        Form::Analytics if field.parse::<usize>().is_ok() => {
            Place::Within { file, path: format!("/rows/{at}/{field}") }
        }
        Form::Analytics => Place::Within { file, path: format!("/rows/{at}") },
    }
}

/// The place of a value as text: what [`value_place`] is printed as, for a name without signs that are not seen.
pub(super) struct ValueSource<'f> {
    pub(super) file: &'f str,
    pub(super) form: Form,
    pub(super) at: usize,
}

impl fmt::Display for ValueSource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ValueSource { file, form, at } = self;
        match form {
            Form::Json => write!(f, "{file}#/dataValues/{at}"),
            Form::Csv => write!(f, "{file}:{at}"),
            Form::Analytics => write!(f, "{file}#/rows/{at}"),
        }
    }
}

/// A text that is not the JSON that it should be.
#[cold]
pub(super) fn json_fault(file: &SourceFile, cause: &serde_json::Error, expected: &str) -> Fault {
    use serde_json::error::Category;
    let place = Place::text(Some(file.name()), cause.line().max(1), cause.column().max(1));
    let (code, message) = match cause.classify() {
        Category::Eof => (FaultCode::Unclosed, "the JSON ends before it is complete"),
        Category::Data => (FaultCode::WrongType, "a value in the JSON has another type"),
        Category::Syntax | Category::Io => (FaultCode::InvalidSyntax, "the text is no JSON"),
    };
    Fault::new(code, place, message).expected(expected)
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ValueSet<'a> {
    #[serde(borrow)]
    data_values: Option<Vec<JsonValue<'a>>>,
    #[serde(borrow)]
    period: Scalar<'a>,
    #[serde(borrow)]
    org_unit: Scalar<'a>,
    #[serde(borrow)]
    attribute_option_combo: Scalar<'a>,
    headers: Option<Vec<Header>>,
    #[serde(borrow)]
    rows: Option<Vec<Vec<Scalar<'a>>>>,
    meta_data: GridMetadata,
}

/// The table that `analytics` gives.
#[derive(Debug)]
pub(super) struct Grid<'a> {
    pub(super) headers: Vec<Header>,
    pub(super) rows: Vec<Vec<Scalar<'a>>>,
    pub(super) metadata: GridMetadata,
}

/// A column of `analytics`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Header {
    pub(super) name: String,
    /// Whether the column is a dimension.
    pub(super) meta: bool,
}

/// Names, and the items of each dimension.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GridMetadata {
    items: FxHashMap<String, Item>,
    dimensions: FxHashMap<String, Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Item {
    name: Option<String>,
}

impl GridMetadata {
    pub(super) fn name(&self, item: &str) -> Option<&str> {
        self.items.get(item)?.name.as_deref().map(str::trim).filter(|name| !name.is_empty())
    }

    /// The only item of a dimension.
    pub(super) fn only(&self, dimension: &str) -> Option<&str> {
        match self.dimensions.get(dimension).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct JsonValue<'a> {
    #[serde(borrow)]
    data_element: Scalar<'a>,
    #[serde(borrow)]
    period: Scalar<'a>,
    #[serde(borrow)]
    org_unit: Scalar<'a>,
    #[serde(borrow)]
    category_option_combo: Scalar<'a>,
    #[serde(borrow)]
    attribute_option_combo: Scalar<'a>,
    #[serde(borrow)]
    value: Scalar<'a>,
    #[serde(borrow)]
    created: Scalar<'a>,
    #[serde(borrow)]
    deleted: Scalar<'a>,
}

/// What a file of values holds.
pub(super) enum Content<'f> {
    /// Data values, each of which was passed on.
    Values,
    Analytics(Grid<'f>),
    /// It can't be read.
    Nothing,
}

/// Passes on each data value of a file, or returns the table of `analytics`; what is neither is a fault.
pub(super) fn read<'f>(
    file: &'f SourceFile,
    faults: &mut Faults,
    mut each: impl FnMut(&DataValue<'_>, Form, &mut Faults),
) -> Content<'f> {
    let Some(text) = file.text_or(faults) else { return Content::Nothing };
    if text.trim_start().starts_with(['{', '[']) {
        read_json(file, text, faults, &mut each)
    } else {
        read_csv(file, text, faults, &mut each);
        Content::Values
    }
}

type Each<'e> = &'e mut dyn FnMut(&DataValue<'_>, Form, &mut Faults);

fn read_json<'f>(
    file: &SourceFile,
    text: &'f str,
    faults: &mut Faults,
    each: Each<'_>,
) -> Content<'f> {
    let set: ValueSet<'_> = match serde_json::from_str(text) {
        Ok(set) => set,
        Err(cause) => {
            faults.push(json_fault(file, &cause, "an object with an array `dataValues`"));
            return Content::Nothing;
        }
    };
    if let ValueSet { data_values: None, headers: Some(headers), rows, meta_data, .. } = set {
        return Content::Analytics(Grid {
            headers,
            rows: rows.unwrap_or_default(),
            metadata: meta_data,
        });
    }
    let Some(values) = &set.data_values else {
        let place = Place::Within { file: file.name().to_owned(), path: String::new() };
        let fault = Fault::new(FaultCode::MissingKey, place, "there are no data values");
        faults.push(fault.expected("an array `dataValues`, or `headers` and `rows` of analytics"));
        return Content::Nothing;
    };
    for (at, value) in values.iter().enumerate() {
        check_stop();
        let read = DataValue {
            element: value.data_element.text(),
            period: value.period.or(&set.period).text(),
            unit: value.org_unit.or(&set.org_unit).text(),
            combo: value.category_option_combo.text(),
            attribute: value.attribute_option_combo.or(&set.attribute_option_combo).text(),
            value: value.value.text(),
            created: value.created.text(),
            is_deleted: value.deleted.text() == Some("true"),
            at,
        };
        each(&read, Form::Json, faults);
    }
    Content::Values
}

/// The columns of CSV, in the order that files without a header have.
const COLUMNS: [&str; 11] = [
    "dataelement",
    "period",
    "orgunit",
    "categoryoptioncombo",
    "attributeoptioncombo",
    "value",
    "storedby",
    "lastupdated",
    "comment",
    "followup",
    "deleted",
];

fn read_csv(file: &SourceFile, text: &str, faults: &mut Faults, each: Each<'_>) {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    let mut is_first = true;
    let mut record = csv::StringRecord::new();
    loop {
        check_stop();
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                let line = reader.position().line() as usize;
                let place = Place::Cell { file: file.name().to_owned(), line, column: None };
                faults.push(Fault::new(FaultCode::InvalidSyntax, place, "the row can't be read"));
                break;
            }
        }
        // Blanks before a quote keep it from being one.
        let clean = |text: &str| text.trim().trim_matches('"').to_owned();
        if std::mem::take(&mut is_first) {
            let names: Vec<String> = record.iter().map(|name| clean(name).to_lowercase()).collect();
            if names.iter().any(|name| name == "dataelement") {
                columns = names;
                continue;
            }
        }
        let fields: Vec<String> = record.iter().map(clean).collect();
        let cell = |name: &str| {
            let at = columns.iter().position(|column| column == name)?;
            fields.get(at).map(String::as_str).filter(|text| !text.is_empty())
        };
        let line = record.position().map_or(0, |position| position.line() as usize);
        let read = DataValue {
            element: cell("dataelement"),
            period: cell("period"),
            unit: cell("orgunit"),
            combo: cell("categoryoptioncombo"),
            attribute: cell("attributeoptioncombo"),
            value: cell("value"),
            created: cell("created").or_else(|| cell("lastupdated")).or_else(|| cell("timestamp")),
            is_deleted: cell("deleted") == Some("true"),
            at: line,
        };
        each(&read, Form::Csv, faults);
    }
    if is_first {
        let fault = Fault::new(FaultCode::EmptyInput, file.place(), "the file is empty");
        faults.push(fault.expected("data values as JSON or CSV"));
    }
}

/// A registration of a data set as complete.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Registration<'a> {
    #[serde(borrow)]
    pub(super) data_set: Scalar<'a>,
    #[serde(borrow)]
    pub(super) period: Scalar<'a>,
    #[serde(borrow)]
    pub(super) organisation_unit: Scalar<'a>,
    #[serde(borrow)]
    pub(super) date: Scalar<'a>,
    #[serde(borrow)]
    pub(super) completed: Scalar<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RegistrationSet<'a> {
    #[serde(borrow)]
    complete_data_set_registrations: Option<Vec<Registration<'a>>>,
}

/// The place of a registration, or of a field of it.
pub(super) fn registration_place(file: &str, at: usize, field: &str) -> Place {
    let field = if field.is_empty() { String::new() } else { format!("/{field}") };
    let path = format!("/completeDataSetRegistrations/{at}{field}");
    Place::Within { file: file.to_owned(), path }
}

/// The registrations of a file.
pub(super) fn registrations<'f>(
    file: &'f SourceFile,
    faults: &mut Faults,
) -> Vec<Registration<'f>> {
    let Some(text) = file.text_or(faults) else { return Vec::new() };
    let expected = "an object with an array `completeDataSetRegistrations`";
    match serde_json::from_str::<RegistrationSet<'_>>(text) {
        Ok(RegistrationSet { complete_data_set_registrations: Some(found) }) => found,
        Ok(_) => {
            let place = Place::Within { file: file.name().to_owned(), path: String::new() };
            let fault = Fault::new(FaultCode::MissingKey, place, "there are no registrations");
            faults.push(fault.expected(expected));
            Vec::new()
        }
        Err(cause) => {
            faults.push(json_fault(file, &cause, expected));
            Vec::new()
        }
    }
}
