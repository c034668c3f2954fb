//! Files that can't be read at all, whatever is in them.

use std::path::{Path, PathBuf};

use attain::error::ErrorKind;
use attain::{Plan, Tally};

use crate::refusals::outcomes::{before, plan};
use crate::refusals::refusal::{Case, FOLDER, hold_all, scratch};

#[test]
fn a_file_that_cannot_be_read_is_told_by_its_name() {
    let here = |path: &str| Path::new(FOLDER).join(path);
    let plans = [
        ("plan-that-is-not-there", here("plans/hanoi.yaml")),
        ("plan-that-is-a-folder", here("plans")),
        ("plan-with-an-unknown-ending", here("outcomes/files/outcomes.xlsx")),
        ("plan-without-an-ending", here("outcomes/files/outcomes")),
    ];
    let outcomes = [
        ("outcomes-that-are-not-there", here("outcomes/2023.csv")),
        ("outcomes-that-are-not-there.parquet", here("outcomes/2023.parquet")),
        ("outcomes-that-are-a-folder", here("plans")),
        ("outcomes-of-a-spreadsheet", here("outcomes/files/outcomes.xlsx")),
        ("outcomes-that-are-packed", here("outcomes/files/outcomes.csv.gz")),
        ("outcomes-without-an-ending", here("outcomes/files/outcomes")),
        ("outcomes-of-text-called-parquet", here("outcomes/files/text.parquet")),
        ("outcomes-of-nothing-called-parquet", here("outcomes/files/empty.parquet")),
        ("outcomes-of-half-a-parquet-file", half_a_parquet_file()),
        ("outcomes-of-a-spoilt-parquet-file", spoilt_parquet_file()),
    ];
    let mut cases: Vec<Case<'_>> = Vec::new();
    for (name, path) in &plans {
        cases.push(Case::new(*name, ErrorKind::File, move || Plan::load(path).unwrap_err()));
    }
    for (name, path) in &outcomes {
        cases.push(Case::new(*name, ErrorKind::File, move || {
            let mut tally = before(attain::Rows::Figures);
            let error = tally.read(path).unwrap_err();
            assert_eq!(tally.len(), before(attain::Rows::Figures).len());
            error
        }));
    }
    hold_all("files", &cases);
}

fn sound_parquet_file() -> Vec<u8> {
    let path = scratch().join("refusals-sound.parquet");
    let report = plan().assess(&Tally::new(&plan()), crate::refusals::outcomes::as_of()).unwrap();
    report.write_parquet(&path).unwrap();
    std::fs::read(&path).unwrap()
}

fn half_a_parquet_file() -> PathBuf {
    let path = scratch().join("half.parquet");
    let whole = sound_parquet_file();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    path
}

/// A file whose end, which says what is where, is overwritten.
fn spoilt_parquet_file() -> PathBuf {
    let path = scratch().join("spoilt.parquet");
    let mut bytes = sound_parquet_file();
    let end = bytes.len() - 8;
    bytes[end - 200..end].fill(0xff);
    std::fs::write(&path, &bytes).unwrap();
    path
}
