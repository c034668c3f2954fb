//! Series that are counts, and quotients of them.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result, quoted};
use crate::plan::document::Node;

/// What a series is made of, where it is no published value alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeriesCounts {
    /// It is a count, which adds up over areas and time.
    Count,
    /// It is the quotient of two series, which are counts. Its own values are not read.
    Quotient {
        /// The series of the numerator.
        numerator: String,
        /// The series of the denominator.
        denominator: String,
    },
}

const FORM: &str = "`count`, or a map with `numerator` and `denominator`";

impl SeriesCounts {
    /// Reads series from a document: a list of those that are counts, or a map from series to `count` or to a map with
    /// `numerator` and `denominator`.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] with every fault.
    pub fn from_document(document: &Node) -> Result<BTreeMap<String, SeriesCounts>> {
        let mut faults = Faults::default();
        let mut found = BTreeMap::new();
        if let Some(list) = document.as_list() {
            for (at, series) in list.iter().enumerate() {
                match series.as_text() {
                    Some(series) => {
                        found.insert(series.to_owned(), SeriesCounts::Count);
                    }
                    None => faults.push(wrong(&at.to_string(), series, "the id of a series")),
                }
            }
        } else if let Some(map) = document.as_map() {
            for entry in map {
                match of(&entry.key, &entry.value, &mut faults) {
                    Some(counts) => {
                        found.insert(entry.key.clone(), counts);
                    }
                    None => continue,
                }
            }
        } else {
            faults.push(wrong("", document, "a list of series, or a map of them"));
        }
        if faults.is_empty() { Ok(found) } else { Err(Error::of(ErrorKind::Request, faults)) }
    }
}

/// The place of a key below `counts`.
pub(super) fn place(key: &str) -> Place {
    let path = if key.is_empty() { "counts".to_owned() } else { format!("counts.{key}") };
    Place::Path { path }
}

fn wrong(key: &str, found: &Node, expected: &str) -> Fault {
    Fault::new(FaultCode::WrongForm, place(key), "the counts can't be read")
        .found(found.describe())
        .expected(expected)
}

fn of(series: &str, value: &Node, faults: &mut Faults) -> Option<SeriesCounts> {
    let Some(parts) = value.as_map() else {
        if value.as_text() == Some("count") {
            return Some(SeriesCounts::Count);
        }
        faults.push(wrong(series, value, FORM));
        return None;
    };
    for part in parts.iter().filter(|one| !["numerator", "denominator"].contains(&&*one.key)) {
        let place = place(&format!("{series}.{}", part.key));
        let fault = Fault::new(FaultCode::UnknownKey, place, "the counts have no such key");
        faults.push(fault.found(quoted(&part.key)).expected("numerator, denominator"));
    }
    let mut part = |key: &str| {
        let found = value.get(key);
        let text = found.and_then(Node::as_text).filter(|text| !text.is_empty());
        if text.is_none() {
            let place = place(&format!("{series}.{key}"));
            let fault = Fault::new(FaultCode::MissingKey, place, format!("there is no `{key}`"));
            faults.push(fault.expected("the id of a series"));
        }
        text.map(str::to_owned)
    };
    let (numerator, denominator) = (part("numerator"), part("denominator"));
    Some(SeriesCounts::Quotient { numerator: numerator?, denominator: denominator? })
}
