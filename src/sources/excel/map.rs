//! A map: what the columns of a tracking table are, where a rule can't know.

use crate::calendar::{self, Calendar, NamedBy, Window};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result};
use crate::plan::document::{Node, from_yaml};

use super::cells::column_number;
use super::period::{self, NamedPeriod};
use super::words::Role;
use crate::sources::SourceFile;

/// What a tracking table means, where its heads do not say it.
///
/// ```
/// use attain::sources::ExcelMap;
///
/// let map = ExcelMap::from_yaml(r#"
/// header: [3, 4]
/// columns: {B: title, C: unit, H: target 2024, I: actual 2024}
/// unit: project
/// calendar: {year_starts: "10-01", named_by: end}
/// "#, None)?;
/// assert!(ExcelMap::from_yaml("headers: [3]", None).is_err());
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct ExcelMap {
    /// The sheet; the first one where it is not given.
    pub(super) sheet: Option<String>,
    /// The row or the two rows of heads, from 1.
    pub(super) header: Vec<u32>,
    /// The first row below the heads.
    pub(super) first_row: Option<u32>,
    /// Columns by number, with what they hold, and the period.
    pub(super) columns: Vec<(u32, Role, Option<NamedPeriod>)>,
    /// The unit of the rows that name no place.
    pub(super) unit: Option<String>,
    pub(super) calendar: Option<(Calendar, [String; 2])>,
    /// The days of the whole project.
    pub(super) whole_project: Option<Window>,
    /// The period of a target and an actual column without one.
    pub(super) window: Option<String>,
}

const KEYS: [&str; 8] =
    ["sheet", "header", "first_row", "columns", "unit", "calendar", "lop", "window"];

impl ExcelMap {
    /// Reads a map from YAML; JSON is read too.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] with every fault.
    pub fn from_yaml(text: &str, file: Option<&str>) -> Result<ExcelMap> {
        match from_yaml(text, file) {
            Ok(document) => ExcelMap::from_document(&document),
            Err(found) => Err(refused(found)),
        }
    }

    /// Reads a map from a file of YAML or JSON.
    ///
    /// # Errors
    ///
    /// As [`ExcelMap::from_yaml`].
    pub fn from_file(file: &SourceFile) -> Result<ExcelMap> {
        ExcelMap::from_yaml(file.text().map_err(refused)?, Some(file.name()))
    }

    /// Reads a map from a document.
    ///
    /// # Errors
    ///
    /// As [`ExcelMap::from_yaml`].
    pub fn from_document(document: &Node) -> Result<ExcelMap> {
        let mut faults = Faults::default();
        let map = read(document, &mut faults);
        if faults.is_empty() { Ok(map) } else { Err(Error::of(ErrorKind::Request, faults)) }
    }
}

#[cold]
fn refused(found: Vec<Fault>) -> Error {
    let mut faults = Faults::default();
    found.into_iter().for_each(|fault| faults.push(fault));
    Error::of(ErrorKind::Request, faults)
}

fn wrong(place: &Place, key: &str, expected: &str, found: &Node) -> Fault {
    let fault = Fault::new(FaultCode::WrongForm, place.clone(), format!("`{key}` can't be read"));
    fault.found(found.describe()).expected(expected)
}

fn read(document: &Node, faults: &mut Faults) -> ExcelMap {
    let mut map = ExcelMap::default();
    let Some(entries) = document.as_map() else {
        let fault = Fault::new(FaultCode::NotAMap, document.place.clone(), "the map has no keys");
        faults.push(fault.found(document.describe()).expected(KEYS.join(", ")));
        return map;
    };
    for entry in entries {
        let (place, value) = (&entry.value.place, &entry.value);
        let text = || value.as_text().map(str::to_owned);
        match entry.key.as_str() {
            "sheet" => map.sheet = text(),
            "unit" => map.unit = text().or_else(|| value.as_number().map(str::to_owned)),
            "window" => map.window = text().or_else(|| value.as_number().map(str::to_owned)),
            "first_row" => match row_number(value) {
                Some(row) => map.first_row = Some(row),
                None => {
                    faults.push(wrong(place, "first_row", "the number of a row, from 1", value))
                }
            },
            "header" => {
                let rows: Option<Vec<u32>> = match value.as_list() {
                    Some(list) => list.iter().map(row_number).collect(),
                    None => row_number(value).map(|row| vec![row]),
                };
                match rows
                    .filter(|rows| matches!(rows.as_slice(), [_] | [_, _]) && rows.is_sorted())
                {
                    Some(rows) => map.header = rows,
                    None => {
                        let expected = "a row or two rows one below the other: 3 or [3, 4]";
                        faults.push(wrong(place, "header", expected, value));
                    }
                }
            }
            "columns" => read_columns(value, &mut map, faults),
            "calendar" => match read_calendar(value) {
                Some(calendar) => map.calendar = Some(calendar),
                None => {
                    let expected = "{year_starts: \"10-01\", named_by: end}";
                    faults.push(wrong(place, "calendar", expected, value));
                }
            },
            "lop" => match days(value) {
                Some(window) => map.whole_project = Some(window),
                None => {
                    let expected =
                        "the first day and the day after the last: [2023-10-01, 2026-10-01]";
                    faults.push(wrong(place, "lop", expected, value));
                }
            },
            other => {
                let message = format!("a map of a workbook has no key `{other}`");
                let fault = Fault::new(FaultCode::UnknownKey, entry.place.clone(), message);
                faults.push(fault.near_miss(other, KEYS));
            }
        }
        let is_text = matches!(entry.key.as_str(), "sheet" | "unit" | "window");
        if is_text && value.as_text().is_none() && value.as_number().is_none() {
            faults.push(wrong(place, &entry.key, "a text", value));
        }
    }
    map
}

fn read_columns(value: &Node, map: &mut ExcelMap, faults: &mut Faults) {
    let expected = "{B: title, C: unit, H: target 2024, I: actual 2024}";
    let Some(entries) = value.as_map() else {
        faults.push(wrong(&value.place, "columns", expected, value));
        return;
    };
    for entry in entries {
        let Some(column) = column_number(&entry.key) else {
            let message = format!("`{}` is no column of a sheet", entry.key);
            let fault = Fault::new(FaultCode::WrongForm, entry.place.clone(), message);
            faults.push(fault.expected("letters: A, B, AA"));
            continue;
        };
        let text = entry.value.as_text().unwrap_or_default().trim().to_owned();
        let (name, rest) = text.split_once(' ').unwrap_or((&text, ""));
        let period = period::period(rest);
        match Role::named(name) {
            Some(role) if rest.is_empty() || period.is_some() => {
                map.columns.push((column, role, period));
            }
            _ => {
                let names: Vec<&str> = Role::names().collect();
                let fault = wrong(&entry.value.place, &entry.key, &names.join(", "), &entry.value);
                faults.push(fault.hint("a target and an actual may have a period: `target 2024`"));
            }
        }
    }
}

fn row_number(node: &Node) -> Option<u32> {
    node.as_number()?.parse().ok().filter(|row| (1..=1_048_576).contains(row))
}

fn read_calendar(node: &Node) -> Option<(Calendar, [String; 2])> {
    let entries = node.as_map()?;
    if entries.iter().any(|entry| !matches!(entry.key.as_str(), "year_starts" | "named_by")) {
        return None;
    }
    let starts = node.get("year_starts").map_or(Some("01-01"), Node::as_text)?;
    let named_by = node.get("named_by").map_or(Some("end"), Node::as_text)?;
    let (month, day) = starts.split_once('-')?;
    let by = match named_by {
        "start" => NamedBy::Start,
        "end" => NamedBy::End,
        _ => return None,
    };
    let calendar = Calendar::new(month.parse().ok()?, day.parse().ok()?, by)?;
    Some((calendar, [starts.to_owned(), named_by.to_owned()]))
}

fn days(node: &Node) -> Option<Window> {
    let [start, end] = node.as_list()? else { return None };
    Window::new(calendar::date(start.as_text()?)?, calendar::date(end.as_text()?)?)
}
