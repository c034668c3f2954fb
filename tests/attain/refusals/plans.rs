//! Plans that are refused.

use std::path::Path;

use attain::error::ErrorKind;
use attain::{Error, Fault, Place, Plan};

use crate::refusals::refusal::{Case, FOLDER, files, hold_all, name};

fn refused(path: &Path) -> Error {
    match Plan::load(path) {
        Ok(_) => panic!("{} was read", path.display()),
        Err(error) => error,
    }
}

#[test]
fn every_fault_of_a_bad_plan_is_told_in_one_go() {
    let paths = files("plans");
    assert!(paths.len() >= 60);
    let cases: Vec<Case<'_>> = paths
        .iter()
        .map(|path| Case::new(name(path), ErrorKind::Plan, move || refused(path)))
        .collect();
    hold_all("plans", &cases);
}

#[test]
fn a_plan_is_refused_alike_as_a_file_and_as_a_text() {
    let mut compared = 0;
    for path in files("plans") {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let read = match path.extension().unwrap().to_str().unwrap() {
            "yaml" => Plan::from_yaml,
            "json" => Plan::from_json,
            "toml" => Plan::from_toml,
            ending => panic!("{ending}"),
        };
        // A text has no table beside it, and is no longer bytes.
        if text.contains("table") || name(&path).starts_with("encoding") || text.contains('\0') {
            continue;
        }
        let of_text = read(&text).unwrap_err();
        let same = |error: &Error| error.faults().iter().map(without_file).collect::<Vec<_>>();
        assert_eq!(same(&of_text), same(&refused(&path)), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 60);
}

/// A fault without the name of its file, which may also stand in what was expected.
fn without_file(fault: &Fault) -> Fault {
    let mut fault = Fault { expected: None, ..fault.clone() };
    if let Place::Text { file, .. } = &mut fault.place {
        *file = None;
    }
    fault
}

#[test]
fn a_plan_that_is_not_read_from_a_file_has_no_table_beside_it() {
    let text = std::fs::read_to_string(Path::new(FOLDER).join("plans/table-links.yaml")).unwrap();
    let error = Plan::from_yaml(&text).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 3, column 42: a plan that is not read from a file has no table beside it: found \
         `tables/links.csv`, expected `list: [...]` (load the plan from its file, or write the rows into it)"
    );
}
