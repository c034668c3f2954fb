//! The CSV table of units beside a plan.

use super::unit::UnitRow;
use crate::error::{Fault, Faults, Place};

/// The columns a unit table may have; further ones are left alone.
pub(super) const COLUMNS: [&str; 6] = ["id", "name", "level", "parent", "valid_from", "valid_to"];

/// Reads a unit table. Each row's fields know their line and column.
pub(super) fn read(file: &str, bytes: &[u8], faults: &mut Faults) -> Vec<UnitRow> {
    let text = match super::document::decode_text(bytes, Some(file)) {
        Ok(text) => text,
        Err(found) => {
            found.into_iter().for_each(|fault| faults.push(fault));
            return Vec::new();
        }
    };
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            faults.push(crate::error::csv_fault(file, &error));
            return Vec::new();
        }
    };
    let header_place = |column: Option<&str>| Place::Cell {
        file: file.to_owned(),
        line: 1,
        column: column.map(str::to_owned),
    };
    let mut at = [None; COLUMNS.len()];
    for (index, header) in headers.iter().enumerate() {
        let Some(column) = COLUMNS.iter().position(|column| *column == header.trim()) else {
            continue;
        };
        if at[column].is_some() {
            faults
                .push(Fault::new(header_place(Some(COLUMNS[column])), "this column stands twice"));
        }
        at[column] = Some(index);
    }
    for required in ["id", "level"] {
        let column = COLUMNS.iter().position(|column| *column == required);
        if column.is_some_and(|column| at[column].is_none()) {
            faults.push(
                Fault::new(
                    header_place(None),
                    format!("the unit table has no column `{required}`"),
                )
                .found(headers.iter().collect::<Vec<_>>().join(", "))
                .expected(COLUMNS.join(", "))
                .near_miss(required, headers.iter()),
            );
        }
    }
    if !faults.is_empty() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                faults.push(crate::error::csv_fault(file, &error));
                break;
            }
        }
        let line = record.position().map_or(0, |position| position.line() as usize);
        let place = |column: Option<&str>| Place::Cell {
            file: file.to_owned(),
            line,
            column: column.map(str::to_owned),
        };
        let field = |column: usize| {
            at[column]
                .and_then(|index| record.get(index))
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let mut required = |column: usize| match field(column) {
            Some(text) => text.to_owned(),
            None => {
                faults.push(
                    Fault::new(place(Some(COLUMNS[column])), "nothing stands here")
                        .expected(format!("the unit's {}", COLUMNS[column])),
                );
                String::new()
            }
        };
        let (id, level) = (required(0), required(2));
        let mut date = |column: usize| {
            let text = field(column)?;
            let date = crate::calendar::date(text);
            if date.is_none() {
                faults.push(
                    Fault::new(place(Some(COLUMNS[column])), "this is no date")
                        .found(format!("`{text}`"))
                        .expected("a day such as 2025-07-01"),
                );
            }
            date
        };
        let (valid_from, valid_to) = (date(4), date(5));
        if id.is_empty() || level.is_empty() {
            continue;
        }
        rows.push(UnitRow {
            place: place(None),
            id: (place(Some("id")), id),
            name: field(1).map(str::to_owned),
            level: (place(Some("level")), level),
            parent: field(3).map(|parent| (place(Some("parent")), parent.to_owned())),
            valid_from,
            valid_to: valid_to.map(|to| (place(Some("valid_to")), to)),
        });
    }
    rows
}
