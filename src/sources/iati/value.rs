//! Target, actual and baseline values, their dimensions and places.

use std::collections::BTreeMap;

use super::IatiOptions;
use super::xml::{Element, Lines};
use crate::error::{Fault, FaultCode, Faults, quoted};
use crate::sources::ids::slug;
use crate::sources::note::{NoteCode, Notes};
use crate::sources::number::{Comparator, Content, content};

/// A value, and what it is about.
#[derive(Debug)]
pub(super) struct Value<'e> {
    pub(super) element: &'e Element,
    /// The number as a decimal; none if there is none.
    pub(super) decimal: Option<String>,
    pub(super) comparator: Option<Comparator>,
    pub(super) is_percent: bool,
    /// By the id of the stratum: the category.
    pub(super) categories: BTreeMap<String, String>,
    /// The references of locations, in order.
    pub(super) locations: Vec<String>,
}

/// Words in place of the name or the value of a dimension.
const PLACEHOLDERS: [&str; 4] = ["tbd", "n/a", "-", "none"];

/// Reads an element `target`, `actual` or `baseline`.
pub(super) fn read<'e>(
    element: &'e Element,
    options: &IatiOptions,
    lines: &Lines<'_>,
    notes: &mut Notes,
    faults: &mut Faults,
) -> Value<'e> {
    let place = || lines.place(element.offset);
    let mut value = Value {
        element,
        decimal: None,
        comparator: None,
        is_percent: false,
        categories: BTreeMap::new(),
        locations: Vec::new(),
    };
    let text = element.attribute("value").unwrap_or_default();
    match content(text, options.decimal) {
        Some(Content::Blank) => {}
        Some(Content::Word) => {
            let did = "words in place of a number are read as no value";
            notes.add(NoteCode::LeftOutWords, did, place).found(text);
        }
        Some(Content::Number(number)) => {
            if number.is_assumed {
                let did = "marks between thousands and decimal marks are read by a rule";
                notes
                    .add(NoteCode::AssumedDecimal, did, place)
                    .found(format!("{text} as {}", number.decimal))
                    .hint("say with `decimal` which mark stands before decimals");
            }
            if number.is_percent {
                let did = "signs for per cent are left out: the number is a percentage";
                notes.add(NoteCode::AssumedPercent, did, place).found(text);
            }
            if let Some(comparator) = number.comparator {
                if element.name == "target" {
                    value.comparator = Some(comparator);
                } else {
                    let message = format!("a comparison stands in the value of `{}`", element.name);
                    let fault = Fault::new(FaultCode::NotANumber, place(), message);
                    faults.push(fault.found(quoted(text)).expected("a number"));
                    return value;
                }
            }
            value.is_percent = number.is_percent;
            value.decimal = Some(number.decimal);
        }
        None => {
            let message = format!("the value of `{}` is no number", element.name);
            let fault = Fault::new(FaultCode::NotANumber, place(), message);
            faults.push(fault.found(quoted(text)).expected("a number such as 1260, 1,260 or 74.5"));
        }
    }
    for dimension in element.all("dimension") {
        let (name, category) = (dimension.attribute("name"), dimension.attribute("value"));
        let is_placeholder = |text: &str| PLACEHOLDERS.contains(&&*text.to_lowercase());
        let (name, category) = match (name, category) {
            (Some(name), Some(category)) if !is_placeholder(name) && !is_placeholder(category) => {
                (name, category)
            }
            (name, category) => {
                let did = "dimensions without a name or a value are left out";
                let found =
                    format!("{} = {}", name.unwrap_or_default(), category.unwrap_or_default());
                let place = || lines.place(dimension.offset);
                notes.add(NoteCode::LeftOutWords, did, place).found(found);
                continue;
            }
        };
        if value.categories.insert(slug(name), category.to_owned()).is_some() {
            let message = "a value has a dimension twice";
            let fault =
                Fault::new(FaultCode::DuplicateEntry, lines.place(dimension.offset), message);
            faults.push(fault.found(quoted(name)));
        }
    }
    for location in element.all("location") {
        if let Some(reference) = location.attribute("ref")
            && !value.locations.iter().any(|known| known == reference)
        {
            value.locations.push(reference.to_owned());
        }
    }
    value.locations.sort();
    value
}
