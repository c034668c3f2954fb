//! Which files a path means: itself, all files of a folder, or those that a pattern matches; and what the names of its
//! folders say of a file.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::format::{Format, endings};
use crate::error::{Cause, Error, ErrorKind, Fault, FaultCode, Faults, Place, Result};
use crate::names::composed;
use crate::tally::{Column, PathColumn, TableColumns, Tally, unreadable};

/// The files of outcomes that a path means, in order of name.
///
/// | path | files |
/// |---|---|
/// | a file | itself |
/// | a folder | all files below it whose ending names a format |
/// | a pattern with `*`, `?`, `[…]` or `**` | all files that it matches, and those of the folders that it matches |
///
/// Files and folders whose names begin with `.` or `_` are left out, unless the path names them. In a pattern, `**`
/// is any number of folders, and follows no links. A path that exists is never a pattern.
///
/// # Errors
///
/// [`Error::is_file`] if there is no such file, no file of outcomes in the folder, or no match.
pub fn outcome_files(path: impl AsRef<Path>) -> Result<Vec<PathBuf>> {
    let path = path.as_ref();
    if let Some(scheme) = scheme_of(path) {
        return Err(remote(path, scheme));
    }
    if path.is_dir() {
        let mut files = Vec::new();
        add_files_below(path, &mut Vec::new(), &mut files)?;
        if files.is_empty() {
            return Err(nothing(path, "there is no file of outcomes in this folder")
                .hint_on_endings()
                .into_error(path));
        }
        return Ok(files);
    }
    if path.exists() || !is_pattern(path) {
        return Ok(vec![path.to_owned()]);
    }
    let mut matches = Vec::new();
    let components: Vec<Component<'_>> = path.components().collect();
    add_matches(PathBuf::new(), &components, &mut matches)?;
    let mut files = Vec::new();
    for found in matches {
        if found.is_dir() {
            add_files_below(&found, &mut Vec::new(), &mut files)?;
        } else {
            files.push(found);
        }
    }
    files.sort();
    files.dedup();
    if files.is_empty() {
        return Err(nothing(path, "no file matches this pattern")
            .expected("`*` for any part of a name, `?` for a letter, `[ab]` for one of several, `**` for folders")
            .into_error(path));
    }
    Ok(files)
}

/// Refuses files that are named twice, be it by a link: their events would count twice.
#[doc(hidden)]
pub fn refuse_repeated<'f>(files: impl IntoIterator<Item = &'f PathBuf>) -> Result<()> {
    let mut seen: HashMap<PathBuf, &PathBuf> = HashMap::new();
    let mut faults = Faults::default();
    for file in files {
        // What can't be resolved can't be opened either, which says more.
        let Ok(real) = fs::canonicalize(file) else { continue };
        if let Some(first) = seen.get(&real) {
            let place = Place::File { file: file.display().to_string() };
            let fault = Fault::new(FaultCode::DuplicateEntry, place, "the file is named twice");
            let fault = fault.found(format!("the same file as {}", first.display()));
            faults.push(fault.expected("each file once").hint("do folders or patterns overlap?"));
        } else {
            seen.insert(real, file);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::of(ErrorKind::File, faults)) }
}

/// A fault of a path that means no file.
fn nothing(path: &Path, message: &str) -> Fault {
    Fault::new(FaultCode::NoSuchFile, Place::File { file: path.display().to_string() }, message)
}

impl Fault {
    #[cold]
    fn hint_on_endings(self) -> Fault {
        self.expected(format!("a file that ends in {}", endings()))
            .hint("names that begin with `.` or `_` are left out")
    }

    #[cold]
    fn into_error(self, path: &Path) -> Error {
        let cause = io::Error::from(io::ErrorKind::NotFound);
        Error::one(ErrorKind::File, self).caused_by(Cause::of_file(path, cause))
    }
}

/// What stands before `:/` in an address such as `s3://bucket/file`; none of a path. A single letter is a drive.
fn scheme_of(path: &Path) -> Option<&str> {
    let (scheme, _) = path.to_str()?.split_once(":/")?;
    let is_scheme = scheme.len() > 1
        && scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    is_scheme.then_some(scheme)
}

#[cold]
fn remote(path: &Path, scheme: &str) -> Error {
    let place = Place::File { file: path.display().to_string() };
    let fault = Fault::new(FaultCode::UnreadableFile, place, "this is an address, not a path")
        .found(format!("`{scheme}:`"))
        .expected("a file that the operating system can open");
    let fault = match scheme {
        "file" => fault.hint("write the path alone"),
        _ => fault.hint(
            "in Python, open it with `fsspec.open(…).open()` and give the open file; elsewhere download it first",
        ),
    };
    Error::one(ErrorKind::File, fault)
}

/// Adds all files below a folder whose ending names a format. `above` are the real paths of the folders on the way.
fn add_files_below(
    folder: &Path,
    above: &mut Vec<PathBuf>,
    files: &mut Vec<PathBuf>,
) -> Result<()> {
    let real = fs::canonicalize(folder).map_err(|cause| unreadable(folder, cause))?;
    if above.contains(&real) {
        let place = Place::File { file: folder.display().to_string() };
        let fault = Fault::new(FaultCode::UnreadableFile, place, "this folder contains itself");
        return Err(Error::one(ErrorKind::File, fault.hint("remove the link")));
    }
    above.push(real);
    for name in names_in(folder)? {
        let path = folder.join(&name);
        if is_left_out(&name) {
            continue;
        }
        if path.is_dir() {
            add_files_below(&path, above, files)?;
        } else if Format::of_ending(&path).is_some() {
            files.push(path);
        }
    }
    above.pop();
    Ok(())
}

/// The names in a folder, in order.
fn names_in(folder: &Path) -> Result<Vec<OsString>> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let failed = |cause| unreadable(here, cause);
    let mut names = Vec::new();
    for entry in fs::read_dir(here).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name());
    }
    names.sort();
    Ok(names)
}

fn is_left_out(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with(['.', '_'])
}

fn is_pattern(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.contains(['*', '?', '[']))
}

/// Adds the paths that match the components of a pattern, below a path that matches those before.
fn add_matches(
    above: PathBuf,
    components: &[Component<'_>],
    matches: &mut Vec<PathBuf>,
) -> Result<()> {
    let Some((component, further)) = components.split_first() else {
        matches.push(above);
        return Ok(());
    };
    let name = match component {
        Component::Normal(name) => name.to_str().unwrap_or_default(),
        Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => "",
    };
    if !name.contains(['*', '?', '[']) {
        let path = above.join(component);
        return if path.exists() { add_matches(path, further, matches) } else { Ok(()) };
    }
    let is_any_folders = name == "**";
    if is_any_folders {
        match further {
            // `**` at the end is all that is there.
            [] => matches.push(above.clone()),
            [_, ..] => add_matches(above.clone(), further, matches)?,
        }
    }
    if !above.as_os_str().is_empty() && !above.is_dir() {
        return Ok(());
    }
    let pattern: Vec<char> = name.chars().collect();
    for found in names_in(&above)? {
        let path = above.join(&found);
        // What is no Unicode is matched by `?` and `*`.
        let letters: Vec<char> = found.to_string_lossy().chars().collect();
        if is_left_out(&found) && !letters.starts_with(&pattern[..1]) {
            continue;
        }
        if is_any_folders {
            // A link to a folder could lead back to where it stands.
            if path.is_dir() && !path.is_symlink() && !further.is_empty() {
                add_matches(path, components, matches)?;
            }
        } else if matches_name(&pattern, &letters) {
            add_matches(path, further, matches)?;
        }
    }
    Ok(())
}

/// Whether a name matches a pattern of `*`, `?` and `[…]`.
fn matches_name(pattern: &[char], name: &[char]) -> bool {
    // The place behind the last `*`, and what it has matched up to.
    let mut star: Option<(usize, usize)> = None;
    let (mut at, mut read) = (0, 0);
    while read < name.len() {
        let step = match pattern.get(at) {
            Some('*') => {
                star = Some((at + 1, read));
                at += 1;
                continue;
            }
            Some('?') => Some(1),
            Some('[') => match class(&pattern[at..], name[read]) {
                Some((length, is_in)) => is_in.then_some(length),
                None => (name[read] == '[').then_some(1),
            },
            Some(letter) => (*letter == name[read]).then_some(1),
            None => None,
        };
        match (step, star) {
            (Some(step), _) => {
                at += step;
                read += 1;
            }
            // The last `*` takes one letter more.
            (None, Some((behind, matched))) => {
                star = Some((behind, matched + 1));
                at = behind;
                read = matched + 1;
            }
            (None, None) => return false,
        }
    }
    pattern[at..].iter().all(|letter| *letter == '*')
}

/// The length of a class such as `[a-z]` or `[!0-9]` at the start of a pattern, and whether a letter is in it; none
/// if it has no end.
fn class(pattern: &[char], letter: char) -> Option<(usize, bool)> {
    let is_negated = pattern.get(1) == Some(&'!');
    let first = if is_negated { 2 } else { 1 };
    // A bracket that stands first is one of the letters.
    let end = (first + 1..pattern.len()).find(|at| pattern[*at] == ']')?;
    let letters = &pattern[first..end];
    let mut is_in = false;
    let mut at = 0;
    while at < letters.len() {
        if let [from, '-', to, ..] = &letters[at..] {
            is_in |= (*from..=*to).contains(&letter);
            at += 3;
        } else {
            is_in |= letters[at] == letter;
            at += 1;
        }
    }
    Some((end + 1, is_in != is_negated))
}

/// What stands in a path in place of a missing value.
const MISSING: &str = "__HIVE_DEFAULT_PARTITION__";

impl Tally {
    /// The columns that the folders of a path add: `unit=001` is the unit of each row. Other keys than columns of
    /// outcomes, strata of the plan, and columns that the caller named, are not read, and neither are columns that the
    /// file has itself.
    pub(super) fn path_columns(&self, path: &Path, columns: &TableColumns) -> Vec<PathColumn> {
        let Some(folder) = path.parent() else { return Vec::new() };
        let keys = folder.components().filter_map(|component| match component {
            Component::Normal(name) => name.to_str()?.split_once('='),
            Component::Prefix(_)
            | Component::RootDir
            | Component::CurDir
            | Component::ParentDir => None,
        });
        let mut found: Vec<PathColumn> = Vec::new();
        for (key, value) in keys {
            let name = decoded(key);
            let is_stratum =
                self.plan().strata().iter().any(|stratum| stratum.id == composed(&name));
            let is_usual = Column::ALL.into_iter().any(|column| column.name() == name);
            if is_usual || is_stratum || columns.is_named(&name) {
                let value = (value != MISSING).then(|| decoded(value));
                // The folder next to the file says it last.
                found.retain(|other| other.name != name);
                found.push(PathColumn { name, value });
            }
        }
        found
    }
}

/// A name of a folder in which characters stand as `%` and their hexadecimal code, as Spark writes them.
fn decoded(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let code = behind.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| name.to_owned())
}
