//! What can go wrong, in one place.
//!
//! Input is judged whole: a reader collects every [`Fault`] it finds, and only then answers with
//! an [`Error`] that holds them all. Nothing is half-read (law 9 of the design).

pub(crate) mod codes;
mod fault_code;
mod paragraphs;
mod place_fields;
mod warning;

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::names::{escaped, with_leading_zeros};

pub use fault_code::FaultCode;
use paragraphs::{Kind, paragraphs};
pub use warning::{PLACES_OF_A_WARNING, Warning, WarningCode};

/// The `Result` of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything this crate refuses, with every fault that was found.
///
/// [`source`](StdError::source) gives the error of the operating system or of another library that caused it, if there
/// is one. It does not count where errors are compared.
///
/// ```
/// let error = attain::Plan::from_yaml("attain: 1\nplan: p\ntarget: {}").unwrap_err();
/// assert!(error.is_plan());
/// assert!(error.to_string().contains("did you mean `targets`?"));
/// assert!(error.faults().iter().all(|fault| fault.place.line().is_some()));
/// ```
#[derive(Debug, Clone)]
pub struct Error {
    kind: ErrorKind,
    faults: Vec<Fault>,
    /// Faults found beyond the [`FAULT_LIMIT`] that are counted but not kept.
    unlisted: usize,
    /// How many of these are of the kinds of the listed ones. Shared, so that errors are small and cheap to clone.
    of_kinds: Arc<HashMap<Kind, usize>>,
    cause: Option<Cause>,
}

/// The error that caused another one.
#[derive(Debug, Clone)]
pub(crate) struct Cause {
    error: Arc<dyn StdError + Send + Sync>,
    /// The file that could not be opened, read or written.
    path: Option<PathBuf>,
}

impl Cause {
    #[cold]
    pub(crate) fn of_file(path: &Path, error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Cause { path: Some(path.to_owned()), ..Cause::from(error.into()) }
    }
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for Cause {
    fn from(error: E) -> Self {
        Cause { error: error.into().into(), path: None }
    }
}

/// Which input was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// A plan, or the unit table beside it.
    Plan,
    /// Outcomes: rows, columns or files of them.
    Outcomes,
    /// A request: an unknown target, unit or column, a date that is none.
    Request,
    /// A file that can't be read or written.
    File,
    /// A call that was [stopped](crate::RunOptions::stop).
    Stopped,
}

/// As many faults as one error keeps; the others are counted.
pub const FAULT_LIMIT: usize = 1_000;

/// One thing that is wrong, where it is, and what was expected there.
///
/// In JSON it is an object with the fields of the place beside its own; what is not known is null.
///
/// ```
/// use attain::{Fault, Place, error::FaultCode};
///
/// let place = Place::Row { row: 3, column: Some("value".into()) };
/// let fault = Fault::new(FaultCode::WrongForm, place, "this is no number").found("12%");
/// let json = serde_json::json!({
///     "code": "wrong_form", "row": 3, "column": "value", "message": "this is no number",
///     "found": "12%", "expected": null, "hint": null,
/// });
/// assert_eq!(serde_json::to_value(&fault)?, json);
/// assert_eq!(serde_json::from_value::<Fault>(json)?, fault);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// What kind of fault it is.
    pub code: FaultCode,
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

/// Where a fault is. In JSON it is an object with the fields of its variant, which say which one it is; null if it is
/// nowhere in particular.
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
    /// A place in a document of a file: a pointer into JSON (`values.json#/dataValues/12`), or a sheet and a cell
    /// (`plan.xlsx!ITT!I6`).
    Within {
        /// The file.
        file: String,
        /// The pointer, or the sheet and the cell.
        path: String,
    },
    /// A whole file.
    File {
        /// The file.
        file: String,
    },
    /// The figures of a measure of a unit.
    Figures {
        /// The measure's id.
        measure: String,
        /// The unit's code.
        unit: String,
        /// The days they are about, if not all.
        window: Option<String>,
    },
    /// A row of a report.
    Judged {
        /// The target's id.
        target: String,
        /// The unit's code.
        unit: String,
        /// The window.
        window: String,
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

    /// Where the place comes in its input: the whole before its parts, a plan before its unit table, lines and rows in
    /// turn. Places in a document without lines (a dict) are met in their order already.
    fn order(&self) -> (bool, usize, usize) {
        match self {
            Place::Text { line, column, .. } => (false, *line, *column),
            Place::Cell { line: number, .. }
            | Place::Row { row: number, .. }
            | Place::FileRow { row: number, .. } => (true, *number, 0),
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
            | Place::Within { .. }
            | Place::File { .. }
            | Place::Figures { .. }
            | Place::Judged { .. } => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names may come from anywhere: what is not seen in them is escaped.
        let in_column = |name: &Option<String>| {
            let name = name.as_deref();
            name.map(|name| format!(", column `{}`", escaped(name))).unwrap_or_default()
        };
        match self {
            Place::Nowhere => Ok(()),
            Place::Text { file: Some(file), line, column } => {
                write!(f, "{}:{line}:{column}", escaped(file))
            }
            Place::Text { file: None, line, column } => write!(f, "line {line}, column {column}"),
            Place::Cell { file, line, column } => {
                write!(f, "{}:{line}{}", escaped(file), in_column(column))
            }
            Place::Row { row, column } => write!(f, "row {row}{}", in_column(column)),
            Place::FileRow { file, row, column } => {
                write!(f, "{}, row {row}{}", escaped(file), in_column(column))
            }
            Place::Column { column } => write!(f, "column `{}`", escaped(column)),
            Place::FileColumn { file, column } => {
                write!(f, "{}, column `{}`", escaped(file), escaped(column))
            }
            Place::Path { path } => f.write_str(&escaped(path)),
            Place::Within { file, path } => {
                // A pointer begins with a slash, or points to the whole.
                let is_pointer = path.is_empty() || path.starts_with('/');
                let mark = if is_pointer { '#' } else { '!' };
                write!(f, "{}{mark}{}", escaped(file), escaped(path))
            }
            Place::File { file } => f.write_str(&escaped(file)),
            Place::Figures { measure, unit, window } => {
                write!(f, "measure `{}`, unit `{}`", escaped(measure), escaped(unit))?;
                window.iter().try_for_each(|window| write!(f, ", {}", escaped(window)))
            }
            Place::Judged { target, unit, window } => {
                let [target, unit, window] = [target, unit, window].map(|name| escaped(name));
                write!(f, "target `{target}`, unit `{unit}`, {window}")
            }
        }
    }
}

impl Fault {
    /// A fault at a place; add what was found, expected and how to mend it with the methods below.
    #[cold]
    pub fn new(code: FaultCode, place: Place, message: impl Into<String>) -> Self {
        let message = legible(&message.into(), LONGEST_MESSAGE);
        Fault { code, place, message, found: None, expected: None, hint: None }
    }

    /// A text that is none of a closed list: says which there are, and the nearest one.
    #[cold]
    #[doc(hidden)]
    pub fn unknown_choice(place: Place, what: &str, found: &str, choices: &[&str]) -> Self {
        Fault::new(FaultCode::UnknownChoice, place, format!("there is no such {what}"))
            .found(quoted(found))
            .expected(choices.join(", "))
            .near_miss(found, choices.iter().copied())
    }

    /// Says what stands there.
    #[must_use]
    pub fn found(mut self, found: impl fmt::Display) -> Self {
        self.found = Some(legible(&found.to_string(), LONGEST_FOUND));
        self
    }

    /// Says what should stand there.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(legible(&expected.into(), LONGEST_MESSAGE));
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(legible(&hint.into(), LONGEST_MESSAGE));
        self
    }

    /// The same for codes, which may have lost their leading zeros.
    #[must_use]
    pub(crate) fn near_code<'a>(
        self,
        code: &str,
        known: impl IntoIterator<Item = &'a str> + Clone,
    ) -> Self {
        match with_leading_zeros(code, known.clone()) {
            Some(id) => {
                self.hint(format!("the code `{id}` has lost its leading zeros: write it as text"))
            }
            None => self.near_miss(code, known),
        }
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
        let (found, expected) = (self.found.as_deref(), self.expected.as_deref());
        f.write_str(&parts(&self.message, found, expected, self.hint.as_deref()))
    }
}

/// The parts of a fault in one line; a message may be empty.
fn parts(message: &str, found: Option<&str>, expected: Option<&str>, hint: Option<&str>) -> String {
    let found = found.map(|found| format!("found {found}"));
    let expected = expected.map(|expected| format!("expected {expected}"));
    let facts: Vec<String> = found.into_iter().chain(expected).collect();
    let facts = facts.join(", ");
    let hint = hint.map(|hint| format!("({hint})")).unwrap_or_default();
    let sentence = match (message, &facts[..]) {
        (message, "") => message.to_owned(),
        ("", facts) => facts.to_owned(),
        (message, facts) => format!("{message}: {facts}"),
    };
    let is_joined = !sentence.is_empty() && !hint.is_empty();
    format!("{sentence}{}{hint}", if is_joined { " " } else { "" })
}

/// Faults in lines, as an [`Error`] prints them: a line for each. More than three of one kind are one paragraph with
/// their number, what is common to them, and the first three places. `unlisted` counts further faults.
///
/// ```
/// use attain::error::{FaultCode, lines};
/// use attain::{Fault, Place};
///
/// let fault = |row| {
///     Fault::new(FaultCode::NotANumber, Place::row(row, "value"), "this is no number").found("`<5`")
/// };
/// let faults: Vec<Fault> = (0..4440).map(fault).collect();
/// assert_eq!(lines(&faults[..1], 0), ["row 0, column `value`: this is no number: found `<5`"]);
/// assert_eq!(
///     lines(&faults, 0),
///     [
///         "this is no number, 4,440 times: found `<5`",
///         "  row 0, column `value`",
///         "  row 1, column `value`",
///         "  row 2, column `value`",
///         "  … and 4,437 more",
///     ]
/// );
/// ```
pub fn lines(faults: &[Fault], unlisted: usize) -> Vec<String> {
    paragraphs(faults, unlisted, &HashMap::new())
}

impl Error {
    /// An error of one kind with all its faults, of which there is at least one: in the order of the input, each once
    /// (what an alias repeats is wrong where it stands, not wherever it is referred to).
    #[cold]
    #[doc(hidden)]
    pub fn of(kind: ErrorKind, faults: Faults) -> Self {
        let Faults { mut listed, unlisted, of_kinds, cause } = faults;
        listed.sort_by_key(|fault| fault.place.order());
        let mut distinct: Vec<Fault> = Vec::with_capacity(listed.len());
        for fault in listed {
            let mut of_this_place = distinct
                .iter()
                .rev()
                .take_while(|other| other.place.order() == fault.place.order());
            if !of_this_place.any(|other| *other == fault) {
                distinct.push(fault);
            }
        }
        Error { kind, faults: distinct, unlisted, of_kinds: Arc::new(of_kinds), cause }
    }

    /// An error with a single fault.
    #[cold]
    #[doc(hidden)]
    pub fn one(kind: ErrorKind, fault: Fault) -> Self {
        Error { kind, faults: vec![fault], unlisted: 0, of_kinds: Arc::default(), cause: None }
    }

    /// A file whose ending names no format. A folder has no format either.
    #[cold]
    pub(crate) fn unknown_format(path: &Path, fault: Fault) -> Self {
        if !path.is_dir() {
            return Error::one(ErrorKind::File, fault);
        }
        let cause = io::Error::from(io::ErrorKind::IsADirectory);
        let fault = Fault { code: FaultCode::from(&cause), ..fault };
        Error::one(ErrorKind::File, fault).caused_by(Cause::of_file(path, cause))
    }

    /// The faults of two readings of the same rows.
    #[cold]
    pub(crate) fn and(self, other: Error) -> Self {
        let mut faults = Faults { cause: self.cause.or(other.cause), ..Faults::default() };
        self.faults.into_iter().chain(other.faults).for_each(|fault| faults.push(fault));
        faults.unlisted += self.unlisted + other.unlisted;
        Error::of(self.kind, faults)
    }

    /// Adds the error that caused this one.
    #[cold]
    #[must_use]
    pub(crate) fn caused_by(self, cause: impl Into<Cause>) -> Self {
        Error { cause: Some(cause.into()), ..self }
    }

    /// A refused request.
    #[cold]
    #[doc(hidden)]
    pub fn request(code: FaultCode, message: impl Into<String>) -> Self {
        Error::one(ErrorKind::Request, Fault::new(code, Place::Nowhere, message))
    }

    /// A text that is none of a closed list.
    #[cold]
    #[doc(hidden)]
    pub fn unknown_choice(what: &str, found: &str, choices: &[&str]) -> Self {
        Error::one(ErrorKind::Request, Fault::unknown_choice(Place::Nowhere, what, found, choices))
    }

    /// Every fault that was found, in the order of the input (at most [`FAULT_LIMIT`]).
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// How many faults were found beyond those listed.
    pub fn unlisted(&self) -> usize {
        self.unlisted
    }

    /// The file that could not be opened, read or written, if a file caused the error.
    pub fn path(&self) -> Option<&Path> {
        self.cause.as_ref()?.path.as_deref()
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

    /// A call that its caller stopped.
    #[cold]
    pub(crate) fn stopped() -> Self {
        Error::one(
            ErrorKind::Stopped,
            Fault::new(FaultCode::Stopped, Place::Nowhere, "the call was stopped"),
        )
    }

    /// Was the call stopped by its caller?
    pub fn is_stopped(&self) -> bool {
        self.kind == ErrorKind::Stopped
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
            ErrorKind::Stopped => "stopping has",
        };
        let mut text = format!("{what} {} faults", grouped(total as u64));
        for line in paragraphs(&self.faults, self.unlisted, &self.of_kinds) {
            text.push_str("\n  ");
            text.push_str(&line);
        }
        text
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let cause = self.cause.as_ref()?;
        Some(cause.error.as_ref())
    }
}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, &self.faults, self.unlisted) == (other.kind, &other.faults, other.unlisted)
    }
}

/// The faults of one reading, as they are found.
#[derive(Debug, Default)]
#[doc(hidden)]
pub struct Faults {
    listed: Vec<Fault>,
    unlisted: usize,
    /// How many of these are of the kinds of the listed ones; made when the first one is not listed.
    of_kinds: HashMap<Kind, usize>,
    cause: Option<Cause>,
}

impl Faults {
    #[cold]
    #[doc(hidden)]
    pub fn push(&mut self, fault: Fault) {
        if self.listed.len() < FAULT_LIMIT {
            self.listed.push(fault);
            return;
        }
        self.unlisted += 1;
        if self.of_kinds.is_empty() {
            self.of_kinds = self.listed.iter().map(|listed| (Kind::of(listed), 0)).collect();
        }
        if let Some(count) = self.of_kinds.get_mut(&Kind::of(&fault)) {
            *count += 1;
        }
    }

    /// The same for a fault that takes time to describe: one beyond the limit is only counted.
    #[cold]
    pub(crate) fn push_with(&mut self, fault: impl FnOnce() -> Fault) {
        if self.are_listed() {
            self.listed.push(fault());
        } else {
            self.unlisted += 1;
        }
    }

    /// Whether the next fault is listed, not only counted.
    pub(crate) fn are_listed(&self) -> bool {
        self.listed.len() < FAULT_LIMIT
    }

    /// Keeps the error that caused a fault, unless another one came before.
    #[cold]
    pub(crate) fn caused_by(&mut self, cause: impl Into<Cause>) {
        self.cause.get_or_insert(cause.into());
    }

    #[doc(hidden)]
    pub fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.listed.len() + self.unlisted
    }
}

/// The closest of `known` to a misspelt `word`, if one is close enough to be meant. Capitals don't count.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The time to compare grows with the square of the length, and no name is that long.
    const LONGEST: usize = 64;
    let word = word.to_lowercase();
    let length = word.chars().count();
    if length > LONGEST {
        return None;
    }
    // A word of n letters may be off by about a third of them; longer distances suggest nonsense.
    let limit = (length / 3).clamp(1, 3);
    let letters = Letters::of(&word);
    known
        .into_iter()
        .filter_map(|candidate| {
            // Most of ten thousand codes are ruled out by their length.
            if candidate.is_ascii() && candidate.len().abs_diff(length) > limit {
                return None;
            }
            let lowercase = candidate.to_lowercase();
            if letters.missing_from(&lowercase) > limit {
                return None;
            }
            let distance = strsim::damerau_levenshtein(&word, &lowercase);
            (distance <= limit).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// How often each letter stands in a word, by a few bits of it: what two words do not share bounds from below how
/// many letters have to be changed, and most of ten thousand codes are ruled out by it.
struct Letters([i16; Letters::KINDS]);

impl Letters {
    const KINDS: usize = 64;

    fn of(word: &str) -> Self {
        let mut letters = Letters([0; Letters::KINDS]);
        word.chars().for_each(|letter| letters.0[Letters::kind(letter)] += 1);
        letters
    }

    fn kind(letter: char) -> usize {
        letter as usize % Letters::KINDS
    }

    /// How many letters of one word are not in the other, in whichever there are more.
    fn missing_from(&self, other: &str) -> usize {
        let other = Letters::of(other);
        let (mut mine, mut theirs) = (0, 0);
        for (one, two) in self.0.iter().zip(&other.0) {
            mine += usize::from(one.saturating_sub(*two).max(0).unsigned_abs());
            theirs += usize::from(two.saturating_sub(*one).max(0).unsigned_abs());
        }
        mine.max(theirs)
    }
}

/// A whole number with commas between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// As many characters as a message shows of what stands in the input, and as it has at most in one of its parts.
const LONGEST_FOUND: usize = 80;
const LONGEST_MESSAGE: usize = 500;

/// A name as a message shows it.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", legible(name, LONGEST_FOUND))
}

/// A text as a person can read it: long ones are cut, for a fault is for reading; and nothing in it is invisible or
/// speaks to a terminal, for the text may come from anywhere.
#[doc(hidden)]
pub fn legible(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        None => escaped(text).into_owned(),
        Some(_) => {
            let start: String = text.chars().take(longest.saturating_sub(1)).collect();
            format!("{}…", escaped(&start))
        }
    }
}

/// Why a file can't be read or written, in words that fit behind a colon.
pub(crate) fn file_trouble(cause: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match cause.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "that is not allowed here".to_owned(),
        ErrorKind::IsADirectory => "it is a folder".to_owned(),
        ErrorKind::NotADirectory => "part of the path is a file, not a folder".to_owned(),
        _ => {
            let cause = cause.to_string();
            // The system's own number does not help to correct a path.
            cause.split(" (os error").next().unwrap_or(&cause).to_owned()
        }
    }
}

/// A value is missing or wrong, and its fault is reported already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AlreadyReported;

/// The content of a field or a cell, if it has any.
pub(crate) type Field<T> = std::result::Result<Option<T>, AlreadyReported>;
