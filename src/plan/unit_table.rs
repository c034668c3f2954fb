//! The CSV table of units beside a plan.

use super::unit::{Field, Told, UnitRow};
use crate::calendar;
use crate::delimited::{Delimited, Row};
use crate::error::{Fault, Faults, Place, file_trouble, nearest};

/// The columns a unit table may have; further ones are left alone.
const COLUMNS: [&str; 6] = ["id", "name", "level", "parent", "valid_from", "valid_to"];
const ID: usize = 0;
const NAME: usize = 1;
const LEVEL: usize = 2;
const PARENT: usize = 3;
const VALID_FROM: usize = 4;
const VALID_TO: usize = 5;

/// Reads a unit table, each field with its line and column; none if its columns are at fault.
pub(super) fn read(file: &str, bytes: &[u8], faults: &mut Faults) -> Option<Vec<UnitRow>> {
    let mut table = match Delimited::open(file, bytes) {
        Ok(Ok(table)) => table,
        Ok(Err(fault)) => {
            faults.push(fault);
            return None;
        }
        Err(cause) => {
            faults.push(unreadable(file, &cause));
            return None;
        }
    };
    let (names, line) = table.header();
    let at = columns(file, names, line, faults)?;
    let mut rows = Vec::new();
    loop {
        match table.next() {
            Ok(Some(Row::Sound(line, record))) => {
                let field = |column: usize| {
                    let text = at[column].and_then(|index| record.get(index)).map(str::trim);
                    text.filter(|text| !text.is_empty())
                };
                rows.push(unit(file, line, field, faults));
            }
            Ok(Some(Row::Faulty(fault))) => faults.push(fault),
            Ok(None) => return Some(rows),
            Err(cause) => {
                faults.push(unreadable(file, &cause));
                return None;
            }
        }
    }
}

/// Where each of the columns stands.
fn columns(
    file: &str,
    names: &[String],
    line: usize,
    faults: &mut Faults,
) -> Option<[Option<usize>; COLUMNS.len()]> {
    let place = |column: Option<&str>| cell(file, line, column);
    let faults_before = faults.len();
    let mut at = [None; COLUMNS.len()];
    for (index, name) in names.iter().enumerate() {
        let Some(column) = COLUMNS.iter().position(|column| column == name) else { continue };
        if at[column].is_some() {
            let fault = Fault::new(place(Some(name)), "this column stands twice");
            faults.push(fault.expected("it once"));
        }
        at[column] = Some(index);
    }
    let others = names.iter().filter(|name| !COLUMNS.contains(&name.as_str()));
    for (column, name) in COLUMNS.iter().enumerate().filter(|(column, _)| at[*column].is_none()) {
        let meant = others.clone().find(|other| nearest(other, COLUMNS) == Some(name));
        // A table may do without the other columns, but not by a slip of the pen.
        if !matches!(column, ID | LEVEL) && meant.is_none() {
            continue;
        }
        let fault = Fault::new(place(None), format!("the unit table has no column `{name}`"))
            .found(format!("the columns {}", names.join(", ")));
        faults.push(match meant {
            Some(meant) => fault.hint(format!(
                "if `{meant}` is meant, rename it to `{name}`; else give it another name"
            )),
            None => fault,
        });
    }
    (faults.len() == faults_before).then_some(at)
}

fn unit<'t>(
    file: &str,
    line: usize,
    field: impl Fn(usize) -> Option<&'t str>,
    faults: &mut Faults,
) -> UnitRow {
    let place = |column: usize| cell(file, line, Some(COLUMNS[column]));
    let text = |column: usize| field(column).map(|text| (place(column), text.to_owned()));
    let mut required = |column: usize| -> Field<String> {
        text(column).map(Some).ok_or_else(|| {
            let fault = Fault::new(place(column), "nothing stands here");
            faults.push(fault.expected(format!("the unit's {}", COLUMNS[column])));
            Told
        })
    };
    let (id, level) = (required(ID), required(LEVEL));
    let mut day = |column: usize| {
        let Some(text) = field(column) else { return Ok(None) };
        match calendar::date(text) {
            Some(day) => Ok(Some((place(column), day))),
            None => {
                let fault = Fault::new(place(column), "this is no date").found(format!("`{text}`"));
                let fault = fault.expected("a day such as 2025-07-01");
                faults.push(match calendar::day_hint(text) {
                    Some(hint) => fault.hint(hint),
                    None => fault,
                });
                Err(Told)
            }
        }
    };
    let (valid_from, valid_to) = (day(VALID_FROM), day(VALID_TO));
    UnitRow {
        place: cell(file, line, None),
        id,
        name: field(NAME).map(str::to_owned),
        level,
        parent: Ok(text(PARENT)),
        valid_from,
        valid_to,
    }
}

fn cell(file: &str, line: usize, column: Option<&str>) -> Place {
    Place::Cell { file: file.to_owned(), line, column: column.map(str::to_owned) }
}

#[cold]
fn unreadable(file: &str, cause: &std::io::Error) -> Fault {
    let place = Place::File { file: file.to_owned() };
    Fault::new(place, format!("the unit table can't be read: {}", file_trouble(cause)))
}
