//! Files that can't be read at all, whatever is in them.

use std::error::Error as _;
use std::path::{Path, PathBuf};

use attain::error::{ErrorKind, FaultCode};
use attain::{Error, Plan, Tally};

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
        ("outcomes-in-a-folder-without-any", here("snapshots")),
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

#[test]
fn an_error_of_a_file_has_the_error_of_the_system_as_its_source() {
    let missing = scratch().join("no-such-folder");
    let report = plan().assess(&Tally::new(&plan()), crate::refusals::outcomes::as_of()).unwrap();
    let table = Path::new(FOLDER).join("plans/table-missing-file.yaml");
    let looked_for = Path::new(FOLDER).join("plans/tables/units.csv");
    // A folder without files of outcomes.
    let none = Path::new(FOLDER).join("snapshots");
    let cases: Vec<(PathBuf, Error)> = [
        ("plan.yaml", Plan::load(missing.join("plan.yaml")).unwrap_err()),
        ("rows.csv", Tally::new(&plan()).read(missing.join("rows.csv")).unwrap_err()),
        ("rows.parquet", Tally::new(&plan()).read(missing.join("rows.parquet")).unwrap_err()),
        ("out.csv", report.write_csv(missing.join("out.csv")).unwrap_err()),
        ("out.parquet", report.write_parquet(missing.join("out.parquet")).unwrap_err()),
        ("page.html", report.write_html(missing.join("page.html")).unwrap_err()),
    ]
    .into_iter()
    .map(|(name, error)| (missing.join(name), error))
    .chain([
        (looked_for, Plan::load(table).unwrap_err()),
        (none.clone(), Tally::new(&plan()).read(&none).unwrap_err()),
    ])
    .collect();
    for (path, error) in cases {
        // A clone has the same source, and the source does not count where errors are compared.
        let error = error.clone();
        assert_eq!(error.path(), Some(path.as_path()), "{error}");
        let source = error.source().unwrap().downcast_ref::<std::io::Error>().unwrap();
        assert_eq!(source.kind(), std::io::ErrorKind::NotFound, "{error}");
        assert_eq!(error.faults()[0].code, FaultCode::NoSuchFile, "{error}");
    }
    let folder = Path::new(FOLDER);
    for error in [Plan::load(folder).unwrap_err(), report.write_csv(folder).unwrap_err()] {
        assert_eq!(error.path(), Some(folder), "{error}");
        let source = error.source().unwrap().downcast_ref::<std::io::Error>().unwrap();
        assert_eq!(source.kind(), std::io::ErrorKind::IsADirectory, "{error}");
        assert_eq!(error.faults()[0].code, FaultCode::IsAFolder, "{error}");
    }
    let unknown = "met or missed".parse::<attain::Verdict>().unwrap_err();
    assert!(unknown.source().is_none() && unknown.path().is_none());
}

#[test]
fn errors_of_arrow_and_parquet_are_sources() {
    let error = Tally::new(&plan()).read(spoilt_parquet_file()).unwrap_err();
    assert!(error.source().is_some(), "{error}");
    assert!(error.path().is_none());
    let closed = arrow_schema::ArrowError::IpcError("the connection was closed".into());
    let error = Tally::new(&plan()).ingest_all([Err(closed)]).unwrap_err();
    let source = error.source().unwrap().downcast_ref::<arrow_schema::ArrowError>();
    assert!(matches!(source, Some(arrow_schema::ArrowError::IpcError(_))), "{error}");
}
