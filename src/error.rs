//! What can go wrong, in one place.
//!
//! Input is judged whole: a reader collects every [`Fault`] it finds, and only then answers with
//! an [`Error`] that holds them all. Nothing is half-read (law 9 of the design).

use std::fmt;

/// The `Result` of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything this crate refuses, with every fault that was found.
///
/// ```
/// let error = attain::Plan::from_yaml("attain: 1\nplan: p\ntarget: {}").unwrap_err();
/// assert!(error.is_plan());
/// assert!(error.to_string().contains("did you mean `targets`?"));
/// assert!(error.faults().iter().all(|fault| fault.place.line().is_some()));
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.summary())]
pub struct Error {
    kind: ErrorKind,
    faults: Vec<Fault>,
    /// Faults found beyond the [`FAULT_LIMIT`] that are counted but not kept.
    unlisted: usize,
}

/// Which input was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// A plan, or the unit table beside it.
    Plan,
    /// Outcomes: rows, columns or files of them.
    Outcomes,
    /// A request: an unknown target, unit or column, a date that is none.
    Request,
    /// A file that can't be read or written.
    File,
}

/// As many faults as one error keeps; the others are counted.
pub const FAULT_LIMIT: usize = 1_000;

/// One thing that is wrong, where it is, and what was expected there.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Fault {
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong, in one clause.
    pub message: String,
    /// What stands there, if something does.
    pub found: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
    /// How to mend it.
    pub hint: Option<String>,
}

/// Where a fault is.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
#[serde(untagged)]
pub enum Place {
    /// Nowhere in particular: a request, or the whole of an input.
    #[default]
    Nowhere,
    /// A line and column (both from 1) of a file, or of a text that has no file.
    Text {
        /// The file, if the text came from one.
        file: Option<String>,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// A line (from 1) of a CSV file, and the column's name.
    Cell {
        /// The file.
        file: String,
        /// The line, from 1; the header is line 1.
        line: usize,
        /// The column, if the fault is in one.
        column: Option<String>,
    },
    /// A row of a table (from 0, as dataframes count) and the column's name.
    Row {
        /// The row, from 0 over all batches of one call.
        row: usize,
        /// The column, if the fault is in one.
        column: Option<String>,
    },
    /// A row (from 0) of a file that has no lines, and the column's name.
    FileRow {
        /// The file.
        file: String,
        /// The row, from 0.
        row: usize,
        /// The column, if the fault is in one.
        column: Option<String>,
    },
    /// A whole column of a table.
    Column {
        /// The column's name.
        column: String,
    },
    /// A whole column of a file that has no lines.
    FileColumn {
        /// The file.
        file: String,
        /// The column's name.
        column: String,
    },
    /// A place in a document without lines, such as a Python dict: `targets.tet.goal`.
    Path {
        /// Keys and indices from the root, joined by dots.
        path: String,
    },
    /// A whole file.
    File {
        /// The file.
        file: String,
    },
}

impl Place {
    /// A line and column of a text; `file` where it came from one.
    pub fn text(file: Option<&str>, line: usize, column: usize) -> Self {
        Place::Text { file: file.map(str::to_owned), line, column }
    }

    /// A row, from 0, and the column in it.
    pub fn row(row: usize, column: &str) -> Self {
        Place::Row { row, column: Some(column.to_owned()) }
    }

    /// The line, from 1, where the place has one.
    pub fn line(&self) -> Option<usize> {
        match self {
            Place::Text { line, .. } | Place::Cell { line, .. } => Some(*line),
            Place::Nowhere
            | Place::Row { .. }
            | Place::FileRow { .. }
            | Place::Column { .. }
            | Place::FileColumn { .. }
            | Place::Path { .. }
            | Place::File { .. } => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Nowhere => Ok(()),
            Place::Text { file: Some(file), line, column } => write!(f, "{file}:{line}:{column}"),
            Place::Text { file: None, line, column } => write!(f, "line {line}, column {column}"),
            Place::Cell { file, line, column: Some(column) } => {
                write!(f, "{file}:{line}, column `{column}`")
            }
            Place::Cell { file, line, column: None } => write!(f, "{file}:{line}"),
            Place::Row { row, column: Some(column) } => write!(f, "row {row}, column `{column}`"),
            Place::FileRow { file, row, column: Some(column) } => {
                write!(f, "{file}, row {row}, column `{column}`")
            }
            Place::FileRow { file, row, column: None } => write!(f, "{file}, row {row}"),
            Place::Row { row, column: None } => write!(f, "row {row}"),
            Place::Column { column } => write!(f, "column `{column}`"),
            Place::FileColumn { file, column } => write!(f, "{file}, column `{column}`"),
            Place::Path { path } => write!(f, "{path}"),
            Place::File { file } => write!(f, "{file}"),
        }
    }
}

impl Fault {
    /// A fault at a place; add what was found, expected and how to mend it with the methods below.
    #[cold]
    pub fn new(place: Place, message: impl Into<String>) -> Self {
        Fault { place, message: message.into(), found: None, expected: None, hint: None }
    }

    /// Says what stands there.
    #[must_use]
    pub fn found(mut self, found: impl fmt::Display) -> Self {
        self.found = Some(shorten(&found.to_string()));
        self
    }

    /// Says what should stand there.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds "did you mean …?" where one of `known` is close to `word`.
    #[must_use]
    pub fn near_miss<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match nearest(word, known) {
            Some(near) => self.hint(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Nowhere => {}
            place => write!(f, "{place}: ")?,
        }
        write!(f, "{}", self.message)?;
        if let Some(found) = &self.found {
            write!(f, ": found {found}")?;
        }
        if let Some(expected) = &self.expected {
            let joint = if self.found.is_some() { ", expected" } else { ": expected" };
            write!(f, "{joint} {expected}")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, " ({hint})")?;
        }
        Ok(())
    }
}

impl Error {
    /// An error of one kind with all its faults, of which there is at least one.
    #[cold]
    pub(crate) fn of(kind: ErrorKind, faults: Faults) -> Self {
        Error { kind, faults: faults.listed, unlisted: faults.unlisted }
    }

    /// An error with a single fault.
    #[cold]
    pub(crate) fn one(kind: ErrorKind, fault: Fault) -> Self {
        Error { kind, faults: vec![fault], unlisted: 0 }
    }

    /// A refused request.
    #[cold]
    pub(crate) fn request(message: impl Into<String>) -> Self {
        Error::one(ErrorKind::Request, Fault::new(Place::Nowhere, message))
    }

    /// Every fault that was found, in the order of the input (at most [`FAULT_LIMIT`]).
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many faults were found beyond those listed.
    pub fn unlisted(&self) -> usize {
        self.unlisted
    }

    /// Which input was refused.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Is a plan at fault?
    pub fn is_plan(&self) -> bool {
        self.kind == ErrorKind::Plan
    }

    /// Are outcomes at fault?
    pub fn is_outcomes(&self) -> bool {
        self.kind == ErrorKind::Outcomes
    }

    /// Was the request at fault (an unknown name, an impossible date)?
    pub fn is_request(&self) -> bool {
        self.kind == ErrorKind::Request
    }

    /// Could a file not be read or written?
    pub fn is_file(&self) -> bool {
        self.kind == ErrorKind::File
    }

    fn summary(&self) -> String {
        let total = self.faults.len() + self.unlisted;
        if total == 1 {
            return self.faults[0].to_string();
        }
        let what = match self.kind {
            ErrorKind::Plan => "the plan has",
            ErrorKind::Outcomes => "the outcomes have",
            ErrorKind::Request => "the request has",
            ErrorKind::File => "there are",
        };
        let mut text = format!("{what} {total} faults");
        for fault in &self.faults {
            text.push_str("\n  ");
            text.push_str(&fault.to_string());
        }
        if self.unlisted > 0 {
            text.push_str(&format!("\n  … and {} more", self.unlisted));
        }
        text
    }
}

/// The faults of one reading, as they are found.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    listed: Vec<Fault>,
    unlisted: usize,
}

impl Faults {
    #[cold]
    pub(crate) fn push(&mut self, fault: Fault) {
        if self.listed.len() < FAULT_LIMIT {
            self.listed.push(fault);
        } else {
            self.unlisted += 1;
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.listed.len() + self.unlisted
    }
}

/// The closest of `known` to a misspelt `word`, if one is close enough to be meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A word of n letters may be off by about a third of them; longer distances suggest nonsense.
    let limit = (word.chars().count() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Long texts are cut in messages: a fault is for reading.
fn shorten(text: &str) -> String {
    const LIMIT: usize = 80;
    if text.chars().count() <= LIMIT {
        text.to_owned()
    } else {
        let mut short: String = text.chars().take(LIMIT - 1).collect();
        short.push('…');
        short
    }
}

/// What a CSV reader refuses, in our words and with the line.
pub(crate) fn csv_fault(file: &str, error: &csv::Error) -> Fault {
    let line = error.position().map_or(1, |position| position.line() as usize);
    let place = Place::Cell { file: file.to_owned(), line, column: None };
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            Fault::new(place, "this row has another number of fields than the header")
                .found(format!("{len} fields"))
                .expected(format!("{expected_len}"))
                .hint("a text with a comma in it needs quotes")
        }
        csv::ErrorKind::Utf8 { .. } => {
            Fault::new(place, "this row is not UTF-8 text").hint("save the file as UTF-8")
        }
        csv::ErrorKind::Io(cause) => {
            Fault::new(Place::File { file: file.to_owned() }, format!("the file can't be read: {cause}"))
        }
        _ => Fault::new(place, format!("this row can't be read: {error}")),
    }
}
