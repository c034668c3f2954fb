//! The rows of a view as sheets: a column for each column, under its name.

use rust_xlsxwriter::{Table, TableColumn, TableStyle, Workbook, Worksheet, XlsxError};

use super::excel_day;
use super::sheet::{Formats, MOST_ROWS, cell_text};
use crate::view::{Cell, ColumnType, View};

/// Rows of a sheet that are an Excel table. More have a filter only: a table keeps each of its cells in memory twice.
const MOST_ROWS_OF_TABLE: u32 = 50_000;

/// The names of a sheet and of those after it: `Assessments`, `Assessments 2`.
pub(super) fn sheet_name(name: &str, place: usize) -> String {
    if place == 0 { name.to_owned() } else { format!("{name} {}", place + 1) }
}

/// Writes rows on as many sheets as they need. Each sheet is a table with the name of the view.
pub(super) fn write<R: View, I: Iterator<Item = R>>(
    book: &mut Workbook,
    name: &str,
    table: &str,
    rows: I,
    formats: &Formats,
) -> Result<(), XlsxError> {
    write_split(book, name, table, rows, formats, MOST_ROWS)
}

/// The same with at most `most` rows on a sheet.
fn write_split<R: View, I: Iterator<Item = R>>(
    book: &mut Workbook,
    name: &str,
    table: &str,
    rows: I,
    formats: &Formats,
    most: usize,
) -> Result<(), XlsxError> {
    let mut rows = rows.peekable();
    for place in 0.. {
        let sheet = book.add_worksheet();
        sheet.set_name(sheet_name(name, place))?;
        let table = if place == 0 { table.to_owned() } else { format!("{table}_{}", place + 1) };
        write_sheet(sheet, &table, &mut rows.by_ref().take(most), formats)?;
        if rows.peek().is_none() {
            break;
        }
    }
    Ok(())
}

fn write_sheet<R: View>(
    sheet: &mut Worksheet,
    table: &str,
    rows: &mut impl Iterator<Item = R>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let mut last = 0;
    for (place, row) in (1_u32..).zip(rows) {
        last = place;
        for (at, column) in (0_u16..).zip(R::COLUMNS) {
            write_cell(sheet, place, at, &(column.cell)(&row), formats)?;
        }
    }
    for (at, column) in (0_u16..).zip(R::COLUMNS) {
        sheet.write_string_with_format(0, at, column.name, &formats.bold)?;
        let width: f64 = match column.column_type {
            ColumnType::Text => 18.0,
            ColumnType::Float64 | ColumnType::Int64 | ColumnType::UInt32 => 12.0,
            ColumnType::Boolean => 8.0,
            ColumnType::Date32 => 12.0,
        };
        sheet.set_column_width(at, width.max(column.name.chars().count() as f64 + 3.0))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_repeat_rows(0, 0)?;
    let Some(last_column) = u16::try_from(R::COLUMNS.len()).ok().and_then(|n| n.checked_sub(1))
    else {
        return Ok(());
    };
    match last {
        0 => {}
        1..=MOST_ROWS_OF_TABLE => {
            let columns: Vec<TableColumn> = R::COLUMNS
                .iter()
                .map(|column| TableColumn::new().set_header(column.name))
                .collect();
            let table =
                Table::new().set_name(table).set_style(TableStyle::Light1).set_columns(&columns);
            sheet.add_table(0, 0, last, last_column, &table)?;
        }
        _ => {
            sheet.autofilter(0, 0, last, last_column)?;
        }
    }
    Ok(())
}

/// Writes a cell as its own type: text is never read as a formula, and no value stays blank.
fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Null => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, cell_text(text))?;
        }
        // Excel has no infinite numbers.
        Cell::Float64(number) if !number.is_finite() => {
            sheet.write_string(row, column, number.to_string())?;
        }
        Cell::Float64(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Int64(number) => {
            sheet.write_number(row, column, *number as f64)?;
        }
        Cell::Boolean(truth) => {
            sheet.write_boolean(row, column, *truth)?;
        }
        Cell::Date32(day) => match excel_day(*day) {
            Some(date) => {
                sheet.write_datetime_with_format(row, column, &date, &formats.date)?;
            }
            None => {
                sheet.write_string(row, column, day.to_string())?;
            }
        },
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::views::Difference;

    #[test]
    fn rows_that_a_sheet_can_not_hold_continue_on_the_next() {
        let row = |unit: usize| Difference {
            unit: unit.to_string(),
            unit_name: "=1+1".to_owned(),
            level: "city".to_owned(),
            window_start: "2024-01-01".parse().unwrap(),
            window_end: "2025-01-01".parse().unwrap(),
            measure: "cases".to_owned(),
            parts_are: crate::assess::PartsAre::ALL[0],
            whole: 1.0,
            parts: 2.0,
            difference: f64::NEG_INFINITY,
        };
        for (rows, sheets) in [
            (0, &["Rows"][..]),
            (3, &["Rows"]),
            (4, &["Rows", "Rows 2"]),
            (7, &["Rows", "Rows 2", "Rows 3"]),
        ] {
            let mut book = Workbook::new();
            let formats = Formats::new(Language::English);
            write_split(&mut book, "Rows", "rows", (0..rows).map(row), &formats, 3).unwrap();
            let names: Vec<String> = book.worksheets().iter().map(Worksheet::name).collect();
            assert_eq!(names, sheets);
            assert!(!book.save_to_buffer().unwrap().is_empty());
        }
    }
}
