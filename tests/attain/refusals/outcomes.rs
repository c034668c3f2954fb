//! CSV files of outcomes that are refused.

use std::path::Path;

use attain::error::{ErrorKind, FAULT_LIMIT};
use attain::{Error, Outcome, Plan, Result, Rows, Tally, When};
use chrono::NaiveDate;

use crate::refusals::refusal::{Case, FOLDER, files, hold_all, name, scratch};
use crate::support::day;

/// The plan whose outcomes all files hold.
pub fn plan() -> Plan {
    Plan::load(Path::new(FOLDER).join("outcomes/plan.yaml")).unwrap()
}

pub fn as_of() -> NaiveDate {
    day("2024-12-31")
}

pub fn of_2022(unit: &str, measure: &str, value: f64) -> Outcome {
    Outcome::new(unit, When::Period("2022".into()), measure, value)
}

/// A tally that holds some figures already; where it is of events, they came in by another tally.
pub fn before(rows: Rows) -> Tally {
    let mut figures = Tally::new(&plan());
    figures
        .record_all(&[
            of_2022("001", "cases", 1900.0),
            of_2022("004", "cleared", 3.0),
            of_2022("01", "published", 76.0),
        ])
        .unwrap();
    let mut tally = Tally::of(&plan(), rows);
    tally.merge(&figures).unwrap();
    tally
}

/// The error of an action on a tally; the tally must not have changed.
pub fn refused(mut tally: Tally, act: impl FnOnce(&mut Tally) -> Result<()>) -> Error {
    let rows = |tally: &Tally| {
        let report = tally.plan().assess(tally, as_of()).unwrap();
        format!("{:?}", report.rows())
    };
    let (len, report) = (tally.len(), rows(&tally));
    let error = match act(&mut tally) {
        Ok(()) => panic!("it was let in"),
        Err(error) => error,
    };
    assert_eq!(tally.len(), len);
    assert_eq!(rows(&tally), report);
    error
}

fn rows_of(path: &Path) -> Rows {
    if name(path).starts_with("events") { Rows::Events } else { Rows::Figures }
}

#[test]
fn every_fault_of_bad_outcomes_is_told_in_one_go_and_none_is_let_in() {
    let mut paths = files("outcomes");
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    assert!(paths.len() >= 40);
    let cases: Vec<Case<'_>> = paths
        .iter()
        .map(|path| {
            Case::new(name(path), ErrorKind::Outcomes, move || {
                refused(before(rows_of(path)), |tally| tally.read(path))
            })
        })
        .collect();
    hold_all("outcomes", &cases);
}

#[test]
fn what_only_looks_odd_is_let_in() {
    for path in files("outcomes/accepted") {
        let mut tally = before(Rows::Figures);
        let len = tally.len();
        tally.read(&path).unwrap_or_else(|error| panic!("{error}"));
        let rows = usize::from(name(&path) != "header-only.csv");
        assert_eq!(tally.len(), len + rows, "{}", path.display());
    }
}

#[test]
fn a_refused_file_is_let_in_once_it_is_mended() {
    let path = scratch().join("refusals-mended.csv");
    let mut tally = before(Rows::Figures);
    let len = tally.len();
    std::fs::write(&path, "unit,period,measure,value\n001,2023,cases,5\n001,2023,cleared,x\n")
        .unwrap();
    tally.read(&path).unwrap_err();
    std::fs::write(&path, "unit,period,measure,value\n001,2023,cases,5\n001,2023,cleared,4\n")
        .unwrap();
    tally.read(&path).unwrap();
    assert_eq!(tally.len(), len + 2);
}

#[test]
fn more_faults_than_a_person_reads_are_counted() {
    let path = scratch().join("refusals-many.csv");
    let mut text = String::from("unit,period,measure,value\n");
    for _ in 0..3_000 {
        text.push_str("999,2023-05,cases,x\n");
    }
    std::fs::write(&path, text).unwrap();
    let error = refused(before(Rows::Figures), |tally| tally.read(&path));
    assert_eq!(error.faults().len(), FAULT_LIMIT);
    assert_eq!(error.unlisted(), 6_000 - FAULT_LIMIT);
    // Two kinds, each with its number and the first three places.
    let message = error.to_string().replace(&format!("{}/", scratch().display()), "");
    assert_eq!(message.lines().count(), 11, "{message}");
    assert!(message.starts_with("the outcomes have 6,000 faults\n"), "{message}");
    assert!(message.contains("  this is no number, 3,000 times: found `x`, "), "{message}");
    assert!(message.contains("\n    refusals-many.csv:4, column `value`\n    … and 2,997 more"));
}
