//! Files are written whole or not at all.
//!
//! Content goes to a temporary file in the same folder, reaches the disk, and takes the name of the old file in one
//! step. Whatever fails before, the old file stays as it was.

use std::error::Error as StdError;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::{Cause, Error, ErrorKind, Fault, FaultCode, Place};

/// Writes a file by `write`; replaces what was there once all is written.
///
/// A link stays a link: the file it leads to is replaced. Pipes, terminals and devices have no content to keep and are
/// written to directly. So is a file that may be written in a folder that may not.
pub(crate) fn write_whole<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&mut File) -> Result<(), E>,
) -> Result<(), E> {
    let old = match fs::metadata(path) {
        Ok(old) if old.is_file() => Some(old),
        // A folder can't be opened for writing, and says so.
        Ok(_) => return write(&mut OpenOptions::new().write(true).open(path)?),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => None,
        Err(cause) => return Err(cause.into()),
    };
    let target = if old.is_some() {
        // Fails where the file may not be written; a rename would pass.
        OpenOptions::new().write(true).open(path)?;
        path.canonicalize()?
    } else if path.is_symlink() {
        // It leads to a file that is not there yet.
        return write(&mut File::create(path)?);
    } else {
        path.to_path_buf()
    };
    let (mut file, temporary) = match Temporary::beside(&target) {
        Ok(created) => created,
        Err(cause) if old.is_some() && cause.kind() == io::ErrorKind::PermissionDenied => {
            return write(&mut File::create(path)?);
        }
        Err(cause) => return Err(cause.into()),
    };
    write(&mut file)?;
    if let Some(old) = old {
        file.set_permissions(old.permissions())?;
    }
    file.sync_all()?;
    drop(file);
    temporary.rename_to(&target)?;
    Ok(())
}

/// A file that is deleted unless it gets its name.
struct Temporary {
    path: PathBuf,
    is_renamed: bool,
}

impl Temporary {
    /// A new file in the folder of another one.
    fn beside(target: &Path) -> io::Result<(File, Temporary)> {
        /// As many names are tried before it is somebody else's fault that all are taken.
        const TRIES: u32 = 1_000;
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
        // The name may be as long as the system allows already.
        let name: String = name.chars().take(40).collect();
        let mut taken = None;
        for number in 0..TRIES {
            let name = format!(".{name}.{}-{number}.tmp", std::process::id());
            let path = target.with_file_name(name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((file, Temporary { path, is_renamed: false })),
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => taken = Some(cause),
                Err(cause) => return Err(cause),
            }
        }
        Err(taken.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into()))
    }

    fn rename_to(mut self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)?;
        self.is_renamed = true;
        // The new name reaches the disk with the folder; some systems can't open one, and need not.
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Ok(folder) = File::open(folder.unwrap_or(Path::new("."))) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.is_renamed {
            // What can't be deleted is no reason to hide why the writing failed.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A file that can't be written.
#[cold]
pub(crate) fn unwritable(path: &Path, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    let cause: Box<dyn StdError + Send + Sync> = cause.into();
    let place = Place::File { file: path.display().to_string() };
    let code = match cause.downcast_ref::<io::Error>().map(FaultCode::from) {
        None | Some(FaultCode::UnreadableFile) => FaultCode::UnwritableFile,
        Some(code) => code,
    };
    let text = cause.to_string();
    // The system's own number does not help to correct a path.
    let why = text.split(" (os error").next().unwrap_or(&text);
    let fault = Fault::new(code, place, format!("the file can't be written: {why}"));
    Error::one(ErrorKind::File, fault).caused_by(Cause::of_file(path, cause))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder =
            std::env::temp_dir().join(format!("attain-output-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn write(path: &Path, text: &str) -> io::Result<()> {
        write_whole(path, |file| file.write_all(text.as_bytes()))
    }

    fn files(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn a_file_that_can_not_be_written_to_the_end_leaves_the_old_one() {
        let folder = folder("failure");
        let path = folder.join("page.html");
        write(&path, "old").unwrap();
        let failed: io::Result<()> = write_whole(&path, |file| {
            file.write_all(b"the first half")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(files(&folder), ["page.html"]);
        let panicked = std::panic::catch_unwind(|| {
            let _ = write_whole(&path, |_| -> io::Result<()> { panic!("while it writes") });
        });
        assert!(panicked.is_err());
        assert_eq!(files(&folder), ["page.html"]);
        write(&path, "new").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn permissions_links_and_pipes_stay_what_they_are() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = folder("links");
        let path = folder.join("rows.csv");
        write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.join("link.csv");
        symlink("rows.csv", &link).unwrap();
        write(&link, "new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        let dangling = folder.join("later.csv");
        symlink("not-there-yet.csv", &dangling).unwrap();
        write(&dangling, "first").unwrap();
        assert_eq!(fs::read_to_string(folder.join("not-there-yet.csv")).unwrap(), "first");
        write(Path::new("/dev/null"), "gone").unwrap();
        assert!(write(&folder, "a folder").is_err());
        assert!(write(&folder.join("none/rows.csv"), "no folder").is_err());
        // A name as long as the system allows.
        write(&folder.join("n".repeat(255)), "long").unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
