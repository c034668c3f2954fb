//! Files that a plan names: which it may name, and how they are read.
//!
//! A plan may come from a stranger, and what stands in a file is quoted by messages. So a plan names files in its own
//! folder, or in one that the caller gives, and nowhere else: not by `..`, not by an absolute path, not by a link.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use super::load_options::LoadOptions;
use crate::error::{Fault, Place, grouped};
use crate::limits;

/// The folders in which the files of a plan may lie.
pub(super) struct SideFiles<'p> {
    /// The plan's own folder; none where the plan came from no file.
    directory: Option<&'p Path>,
    options: &'p LoadOptions,
    /// The files that were read.
    read: RefCell<Vec<PathBuf>>,
}

/// Why a file that a plan names is not read.
pub(super) enum Refused {
    /// The plan has no folder.
    NoFolder,
    /// It lies in none of the folders.
    Outside,
    /// It is a device or a pipe.
    NotRegular,
    /// It has more bytes than this.
    TooLarge(u64),
    /// It is looked for here, and can't be read.
    Unreadable(PathBuf, io::Error),
}

impl<'p> SideFiles<'p> {
    pub(super) fn new(directory: Option<&'p Path>, options: &'p LoadOptions) -> Self {
        SideFiles { directory, options, read: RefCell::default() }
    }

    /// The files that were read so far.
    pub(super) fn read_so_far(&self) -> Vec<PathBuf> {
        self.read.borrow().clone()
    }

    /// The file of a name, as messages call it, and its content.
    pub(super) fn read(&self, name: &str) -> Result<(String, Vec<u8>), Refused> {
        let directory = self.directory.ok_or(Refused::NoFolder)?;
        let path = directory.join(name);
        let trouble = |cause| Refused::Unreadable(path.clone(), cause);
        // The parent of a file that is named without a folder is empty.
        let here = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let own = here.canonicalize().map_err(trouble)?;
        let given = self.options.tables.as_deref().map(Path::canonicalize);
        let given = given.transpose().map_err(trouble)?;
        let is_inside = |path: &Path| {
            path.starts_with(&own) || given.as_ref().is_some_and(|given| path.starts_with(given))
        };
        // Judged by its name first: whether there is a file elsewhere is nothing that a plan may find out.
        if !is_inside(&without_steps_back(&own.join(name))) {
            return Err(Refused::Outside);
        }
        let real = path.canonicalize().map_err(trouble)?;
        if !is_inside(&real) {
            return Err(Refused::Outside);
        }
        // Opening a pipe would wait for a writer.
        let kind = std::fs::metadata(&real).map_err(trouble)?.file_type();
        if kind.is_dir() {
            return Err(trouble(io::ErrorKind::IsADirectory.into()));
        }
        if !kind.is_file() {
            return Err(Refused::NotRegular);
        }
        let most = self.options.limits.plan_bytes;
        match File::open(&real).and_then(|file| read_within(file, most)).map_err(trouble)? {
            Some(bytes) => {
                let name = path.display().to_string();
                self.read.borrow_mut().push(path);
                Ok((name, bytes))
            }
            None => Err(Refused::TooLarge(most)),
        }
    }
}

/// A plan or a table with more bytes than its limit.
#[cold]
pub(super) fn too_large(place: Place, what: &str, most: u64) -> Fault {
    let found = format!("more than {} bytes", grouped(most));
    limits::exceeded(place, format!("the {what} is too large"), found, most, "bytes", "plan_bytes")
}

/// A path without `.` and `..`, as if there were no links.
fn without_steps_back(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                plain.push(component)
            }
        }
    }
    plain
}

/// All bytes of a file; `None` if there are more than allowed.
pub(super) fn read_within(file: File, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}
