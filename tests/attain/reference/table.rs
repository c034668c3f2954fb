//! Reads the tables of this folder.

use std::collections::HashMap;
use std::path::Path;

/// One row of a table: its cells by column, and which row it is.
pub struct Row {
    name: String,
    cells: HashMap<String, String>,
}

impl Row {
    pub fn text(&self, column: &str) -> &str {
        self.cells.get(column).unwrap_or_else(|| panic!("{} has no column `{column}`", self.name))
    }

    pub fn number(&self, column: &str) -> f64 {
        let text = self.text(column);
        text.parse().unwrap_or_else(|_| panic!("{}: `{text}` is no number", self.name))
    }

    /// Numbers that share a cell, separated by spaces.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.text(column)
            .split_whitespace()
            .map(|text| text.parse().unwrap_or_else(|_| panic!("{}: `{text}`", self.name)))
            .collect()
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut cells: Vec<_> = self.cells.iter().collect();
        cells.sort();
        write!(f, "{} {cells:?}", self.name)
    }
}

/// All rows of `tests/attain/reference/{name}`; a table without rows would test nothing.
pub fn rows(name: &str) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attain/reference").join(name);
    let mut reader = csv::Reader::from_path(&path).unwrap();
    let header = reader.headers().unwrap().clone();
    let rows: Vec<Row> = reader
        .records()
        .enumerate()
        .map(|(index, record)| Row {
            name: format!("{name}:{}", index + 2),
            cells: header
                .iter()
                .zip(record.unwrap().iter())
                .map(|(column, cell)| (column.to_owned(), cell.to_owned()))
                .collect(),
        })
        .collect();
    assert!(!rows.is_empty(), "{name} is empty");
    rows
}

/// How far `found` is from `expected`, relative to `expected`; equal infinities and zeros are 0 off.
pub fn relative_error(found: f64, expected: f64) -> f64 {
    if found == expected {
        0.0
    } else if expected == 0.0 {
        found.abs()
    } else {
        ((found - expected) / expected).abs()
    }
}

/// Fails with the row if `found` is further from `expected` than `tolerance`, relatively.
#[track_caller]
pub fn assert_close(found: f64, expected: f64, tolerance: f64, row: &Row) {
    let error = relative_error(found, expected);
    // A NaN must fail, so the comparison is this way round.
    assert!(
        error <= tolerance,
        "found {found:e}, expected {expected:e}, off by {error:e}\n{row:?}"
    );
}
