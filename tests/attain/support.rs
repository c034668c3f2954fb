//! What tests of several subjects need: days, outcomes, plans and reports of a few words, and files.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use attain::{Outcome, Plan, Report, Rows, Tally, When, calendar};
use chrono::NaiveDate;

pub fn day(text: &str) -> NaiveDate {
    calendar::date(text).unwrap()
}

/// A period, a day, or `[start, end)` written as `start..end`.
pub fn when(text: &str) -> When {
    match text.split_once("..") {
        Some((start, end)) => When::Span { start: day(start), end: day(end) },
        None if text.len() == "2025-12-31".len() => When::Date(day(text)),
        None => When::Period(text.to_owned()),
    }
}

/// An outcome; `when` as for the function of that name.
pub fn outcome(unit: &str, when: &str, measure: &str, value: f64) -> Outcome {
    Outcome::new(unit, self::when(when), measure, value)
}

/// Outcomes, each `(unit, when, measure, value)`.
pub fn outcomes(figures: &[(&str, &str, &str, f64)]) -> Vec<Outcome> {
    figures
        .iter()
        .map(|(unit, when, measure, value)| outcome(unit, when, measure, *value))
        .collect()
}

/// A plan in YAML. A plan that is refused fails the test with its faults.
pub fn parse(text: &str) -> Plan {
    Plan::from_yaml(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The report on outcomes.
pub fn assess(plan: &Plan, rows: Rows, outcomes: &[Outcome], as_of: &str) -> Report {
    let mut tally = Tally::of(plan, rows);
    tally.record_all(outcomes).unwrap_or_else(|error| panic!("{error}"));
    plan.assess(&tally, day(as_of)).unwrap()
}

/// A file of an example.
pub fn example(name: &str, file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join(file)
}

/// A path in a folder of its own; the folder is removed when this goes out of scope.
pub struct Scratch(pub PathBuf);

impl Scratch {
    pub fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("attain-{}-{number}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        Scratch(folder.join(name))
    }

    pub fn with(name: &str, content: impl AsRef<[u8]>) -> Self {
        let scratch = Scratch::new(name);
        std::fs::write(&scratch.0, content).unwrap();
        scratch
    }

    pub fn folder(&self) -> &Path {
        self.0.parent().unwrap()
    }

    /// A message without the folder.
    pub fn cut(&self, message: &str) -> String {
        message.replace(&format!("{}/", self.folder().display()), "")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(self.folder()).unwrap();
    }
}
