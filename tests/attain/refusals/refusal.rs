//! What is asked of every refusal, and how its words are held.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use attain::error::ErrorKind;
use attain::{Error, Fault, Place};

/// The folder of this test, from the root of the package, where tests run.
pub const FOLDER: &str = "tests/attain/refusals";

/// A folder for files that a test makes.
pub fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// The files of a folder of this test, in order of their names; folders inside it are left out.
pub fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(Path::new(FOLDER).join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

pub fn name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// One way to go wrong: the snapshot's name, and what makes the refusal.
pub struct Case<'c> {
    pub name: String,
    pub kind: ErrorKind,
    pub refusal: Box<dyn Fn() -> Error + 'c>,
}

impl<'c> Case<'c> {
    pub fn new(
        name: impl Into<String>,
        kind: ErrorKind,
        refusal: impl Fn() -> Error + 'c,
    ) -> Case<'c> {
        Case { name: name.into(), kind, refusal: Box::new(refusal) }
    }
}

/// Holds each case's refusal; names all cases that fail, and all snapshots without a case.
pub fn hold_all(group: &str, cases: &[Case<'_>]) {
    let mut failed: Vec<&str> = Vec::new();
    for case in cases {
        let held = catch_unwind(AssertUnwindSafe(|| {
            hold(group, &case.name, case.kind, &(case.refusal)());
        }));
        if held.is_err() {
            failed.push(&case.name);
        }
    }
    assert!(failed.is_empty(), "{} of {} {group} fail: {failed:?}", failed.len(), cases.len());
    let names: BTreeSet<String> = cases.iter().map(|case| format!("{}.snap", case.name)).collect();
    assert_eq!(names.len(), cases.len(), "two {group} have the same name");
    let snapshots: BTreeSet<String> =
        files(&format!("snapshots/{group}")).iter().map(|path| name(path)).collect();
    let stale: Vec<&String> = snapshots.difference(&names).collect();
    assert!(stale.is_empty(), "there is no case for these snapshots of {group}: {stale:?}");
}

/// Asks of a refusal what is asked of all of them, and compares its words with its snapshot.
fn hold(group: &str, name: &str, kind: ErrorKind, error: &Error) {
    let told = tell(error);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("snapshots/{group}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), told));

    assert_eq!(error.kind(), kind, "{error}");
    assert!(!error.faults().is_empty());
    for fault in error.faults() {
        assert!(is_located(fault, kind), "no line, row, column or file: {fault:?}");
        assert!(is_of_a_person(&fault.to_string()), "not in the words of a person: {fault}");
        // More than three of a kind are one paragraph with the first places.
        let is_summed_up = error.to_string().contains(" times");
        assert!(is_summed_up || error.to_string().contains(&fault.to_string()), "{fault}");
    }
    for (index, fault) in error.faults().iter().enumerate() {
        assert!(!error.faults()[..index].contains(fault), "told twice: {fault}");
    }
    let order: Vec<(bool, usize, usize)> = error.faults().iter().map(order).collect();
    assert!(order.is_sorted(), "not in the order of the input:\n{error}");
}

/// Plans are texts, and each of their faults has a line and a column; only a file of which nothing
/// can be read has none. Outcomes have a line or a row, or it is a whole column that is at fault.
fn is_located(fault: &Fault, kind: ErrorKind) -> bool {
    match (&fault.place, kind) {
        (Place::Text { line, column, .. }, ErrorKind::Plan) => *line > 0 && *column > 0,
        (Place::Cell { line, .. }, ErrorKind::Plan | ErrorKind::Outcomes) => *line > 0,
        (
            Place::Row { .. }
            | Place::FileRow { .. }
            | Place::Column { .. }
            | Place::FileColumn { .. },
            ErrorKind::Outcomes,
        )
        | (Place::File { .. }, _) => true,
        // No batch of columns, or one that broke off, is no row and no column.
        (Place::Nowhere, ErrorKind::Outcomes | ErrorKind::Request) => true,
        _ => false,
    }
}

/// No word of a library or of the system, nothing a terminal would take for a command, and no more
/// than a person reads.
fn is_of_a_person(message: &str) -> bool {
    const JARGON: [&str; 14] = [
        "os error",
        "utf8",
        "UTF8",
        "serde",
        "deserial",
        "parse",
        "invalid digit",
        "expected value",
        "token",
        "stream did not",
        "Some(",
        "None",
        "Err(",
        "::",
    ];
    !JARGON.iter().any(|word| message.contains(word))
        && !message.chars().any(char::is_control)
        && !message.contains("``")
        && message.chars().count() < 700
}

/// The plan before its unit table; what has no line or row before what has one.
fn order(fault: &Fault) -> (bool, usize, usize) {
    match &fault.place {
        Place::Text { line, column, .. } => (false, *line, *column),
        Place::Cell { line, .. } => (true, *line, 0),
        Place::Row { row, .. } | Place::FileRow { row, .. } => (true, *row, 0),
        Place::Nowhere
        | Place::Column { .. }
        | Place::FileColumn { .. }
        | Place::Path { .. }
        | Place::Within { .. }
        | Place::File { .. }
        | Place::Figures { .. }
        | Place::Judged { .. } => (false, 0, 0),
    }
}

/// The faults as they are told, each with the line it speaks of and a mark under its column.
fn tell(error: &Error) -> String {
    let count = error.faults().len() + error.unlisted();
    let mut told = format!("{:?}: {count}\n", error.kind());
    for fault in error.faults().iter().take(60) {
        told.push('\n');
        let message = fault.to_string().replace(&format!("{FOLDER}/"), "");
        told.push_str(&message.replace(&format!("{}/", scratch().display()), ""));
        told.push('\n');
        match &fault.place {
            Place::Text { file: Some(file), line, column } => {
                quote(&mut told, file, *line, Some(*column));
            }
            Place::Cell { file, line, .. } => quote(&mut told, file, *line, None),
            Place::Text { file: None, .. }
            | Place::Nowhere
            | Place::Row { .. }
            | Place::FileRow { .. }
            | Place::Column { .. }
            | Place::FileColumn { .. }
            | Place::Path { .. }
            | Place::Within { .. }
            | Place::File { .. }
            | Place::Figures { .. }
            | Place::Judged { .. } => {}
        }
    }
    told
}

fn quote(told: &mut String, file: &str, line: usize, column: Option<usize>) {
    const WIDTH: usize = 100;
    let bytes = std::fs::read(file).unwrap();
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let quoted =
        text.split('\n').nth(line - 1).unwrap_or_else(|| panic!("{file} has no line {line}"));
    let quoted: Vec<char> = quoted.chars().map(visible).collect();
    let at = column.unwrap_or(1) - 1;
    assert!(at <= quoted.len(), "line {line} of {file} has no column {}", at + 1);
    let from = at.saturating_sub(WIDTH / 2).min(quoted.len().saturating_sub(WIDTH));
    let part: String = quoted[from..].iter().take(WIDTH).collect();
    let _ = writeln!(told, "    |{part}");
    if column.is_some() {
        let _ = writeln!(told, "    |{}^", " ".repeat(at - from));
    }
}

/// A control character's picture, so that each character takes one place.
fn visible(character: char) -> char {
    match u32::from(character) {
        control @ 0..0x20 => char::from_u32(0x2400 + control).unwrap(),
        0x7f => '\u{2421}',
        _ => character,
    }
}
