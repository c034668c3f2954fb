//! Data that were collected elsewhere: plan, outcomes and notes of each format, and the verdicts on them.

mod dhis2;
mod dhis2_analytics;
mod iati;
mod sdmx;

use std::path::{Path, PathBuf};

use attain::plan::document::{Node, from_yaml};
use attain::sources::{Imported, SourceFile};
use attain::{Assessment, Plan, Report};

use crate::support::day;

/// A file that was written for these tests.
fn fixture(name: &str) -> SourceFile {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interchange").join(name);
    let text = std::fs::read(path).unwrap();
    SourceFile::from_reader(name.rsplit('/').next().unwrap(), &mut text.as_slice()).unwrap()
}

fn text_file(name: &str, text: &str) -> SourceFile {
    SourceFile::from_reader(name, &mut text.as_bytes()).unwrap()
}

/// The plan document with further sections, in YAML.
fn plan_with(imported: &Imported, sections: &str) -> Plan {
    let yaml = format!("{}{sections}", imported.to_yaml());
    Plan::from_yaml(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}"))
}

fn assessed(imported: &Imported, sections: &str, as_of: &str) -> Report {
    let plan = plan_with(imported, sections);
    let tally = imported.tally(&plan).unwrap_or_else(|error| panic!("{error}"));
    plan.assess(&tally, day(as_of)).unwrap()
}

/// The rows of a target.
fn rows<'r>(report: &'r [Assessment], target: &str) -> Vec<&'r Assessment> {
    report.iter().filter(|row| &*row.target == target).collect()
}

/// The notes, each as its code and its number of places.
fn notes(imported: &Imported) -> Vec<(&'static str, usize)> {
    imported.notes.iter().map(|note| (note.code.code(), note.count)).collect()
}

/// The notes as text, one a line.
fn told(imported: &Imported) -> String {
    imported.notes.iter().map(|note| format!("{note}\n")).collect()
}

/// A section of the plan document.
fn section<'p>(imported: &'p Imported, keys: &[&str]) -> &'p Node {
    keys.iter().fold(&imported.plan, |node, key| {
        node.get(key).unwrap_or_else(|| panic!("no `{key}` in\n{}", imported.to_yaml()))
    })
}

/// Nothing that is read panics, and every fault has a place.
fn refused(result: attain::Result<Imported>) -> attain::Error {
    match result {
        Ok(imported) => panic!("not refused:\n{}", imported.to_yaml()),
        Err(error) => error,
    }
}

#[test]
fn the_document_reads_as_the_yaml_that_it_is_written_as() {
    let options = attain::sources::SdmxOptions::default();
    let imported = attain::sources::read_sdmx(&[fixture("sdmx/un.csv")], &options).unwrap();
    let read = from_yaml(&imported.to_yaml(), None).unwrap();
    assert!(read.same_content(&imported.plan));
}
