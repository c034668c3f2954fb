//! Reads files of outcomes: each in the format that its ending says, several together, folders, patterns, and streams.

mod format;
mod paths;

use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use self::format::{Format, is_json_lines};
pub use self::paths::{outcome_files, refuse_repeated};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::tally::{
    Accepted, Compression, Input, Progress, TableColumns, Tally, Watch, unreadable,
};
use crate::trace::traced;

impl Tally {
    /// Adds the outcomes of a file, of all files of a folder, or of all that match a pattern, all or none.
    ///
    /// A file's ending says the format:
    ///
    /// | ending | format |
    /// |---|---|
    /// | `.csv` | a table with a header |
    /// | `.jsonl`, `.ndjson` | an object such as an [`Outcome`](crate::Outcome) on each line |
    /// | `.csv.gz`, `.csv.zst`, `.jsonl.gz` … | the same, compressed (cargo feature `parquet`) |
    /// | `.parquet` | Parquet (cargo feature `parquet`) |
    /// | `.arrow`, `.feather`, `.arrows`, `.ipc` | a file or a stream of Arrow IPC (cargo feature `arrow`) |
    ///
    /// [`outcome_files`] says which files a folder or a pattern means. Folders that are
    /// called `column=value` add a column to the files below them, if outcomes or the plan's strata have a column of
    /// this name.
    ///
    /// ```
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}, {id: "02", level: city}]}}"#)?;
    /// # let folder = std::env::temp_dir().join(format!("attain-doc-folder-{}", std::process::id()));
    /// std::fs::create_dir_all(folder.join("unit=01"))?;
    /// std::fs::create_dir_all(folder.join("unit=02"))?;
    /// std::fs::write(folder.join("unit=01/2023.csv"), "period,measure,value\n2023,cases,1840\n")?;
    /// std::fs::write(
    ///     folder.join("unit=02/2023.jsonl"),
    ///     r#"{"period": "2023", "measure": "cases", "value": 1210}"#,
    /// )?;
    /// let mut tally = attain::Tally::new(&plan);
    /// tally.read(&folder)?;
    /// # std::fs::remove_dir_all(&folder)?;
    /// assert_eq!(tally.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As of [`read_csv`](Tally::read_csv) and `read_parquet`; [`Error::is_file`] for other endings, a folder without
    /// files of outcomes, and a pattern without a match. Faults of all files are reported together.
    pub fn read(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.read_all([path], &TableColumns::default(), None)
    }

    /// The same, with regular calls of `progress`, which report how much is read. If `progress` breaks, the reading
    /// stops and the tally is as before.
    ///
    /// # Errors
    ///
    /// As of [`read`](Tally::read); [`Error::is_request`] if `progress` stopped the reading.
    pub fn read_with_progress(
        &mut self,
        path: impl AsRef<Path>,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<()> {
        self.read_all([path], &TableColumns::default(), Some(progress))
    }

    /// Adds the outcomes of files whose columns have names of their own, all or none: see [`TableColumns`]. The path is
    /// that of a file or a folder, or a pattern, as of [`read`](Tally::read).
    ///
    /// # Errors
    ///
    /// As of [`read_with_progress`](Tally::read_with_progress); faults name the columns of the file.
    pub fn read_table(
        &mut self,
        path: impl AsRef<Path>,
        columns: &TableColumns,
        progress: Option<&mut dyn FnMut(Progress) -> ControlFlow<()>>,
    ) -> Result<()> {
        self.read_all([path], columns, progress)
    }

    /// Adds the outcomes of several paths, all or none. Each is that of a file or a folder, or a pattern.
    ///
    /// # Errors
    ///
    /// As of [`read_table`](Tally::read_table); [`Error::is_request`] if there is no path; [`Error::is_file`] if a file is named
    /// twice, be it by a link, a folder or a pattern. Faults of all files are reported together.
    pub fn read_all(
        &mut self,
        paths: impl IntoIterator<Item = impl AsRef<Path>>,
        columns: &TableColumns,
        progress: Option<&mut dyn FnMut(Progress) -> ControlFlow<()>>,
    ) -> Result<()> {
        let mut files = Vec::new();
        for path in paths {
            files.extend(outcome_files(path)?);
        }
        traced!(
            INFO,
            "attain.read",
            { files = files.len() as u64 },
            self.read_files(&files, columns, progress),
            |_read| { rows = self.len() as u64 }
        )
    }

    fn read_files(
        &mut self,
        files: &[PathBuf],
        columns: &TableColumns,
        progress: Watch<'_>,
    ) -> Result<()> {
        match files {
            [] => {
                let fault =
                    Fault::new(FaultCode::TooFew, Place::Nowhere, "there is no file to read");
                Err(Error::one(ErrorKind::Request, fault.expected("at least one path")))
            }
            [file] => {
                let accepted = self.check_file(file, columns, progress)?;
                self.add_accepted(accepted);
                Ok(())
            }
            [_, _, ..] => {
                *self = self.with_files(files, columns, progress)?;
                Ok(())
            }
        }
    }

    /// Adds the outcomes of a stream, all or none. Its first bytes say the format: Parquet, Arrow IPC, gzip or zstd, an
    /// object of JSON, and CSV otherwise. Parquet and files of Arrow IPC are read into memory first. Faults name the
    /// stream as a file of this name.
    ///
    /// ```
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// use attain::tally::TableColumns;
    ///
    /// let text = "unit,period,measure,value\n01,2023,cases,many\n";
    /// let mut tally = attain::Tally::new(&plan);
    /// let error = tally.read_from(text.as_bytes(), "upload", &TableColumns::new()).unwrap_err();
    /// assert!(error.to_string().starts_with("upload:2, column `value`"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As of [`read_table`](Tally::read_table).
    pub fn read_from(&mut self, from: impl Read, name: &str, columns: &TableColumns) -> Result<()> {
        traced!(
            INFO,
            "attain.read",
            { stream = name },
            self.check_stream(from, name, columns).map(|accepted| self.add_accepted(accepted)),
            |_read| { rows = self.len() as u64 }
        )
    }

    /// Checks the outcomes of a file without adding any.
    #[doc(hidden)]
    pub fn check_file(
        &self,
        path: &Path,
        columns: &TableColumns,
        progress: Watch<'_>,
    ) -> Result<Accepted> {
        let path_columns = self.path_columns(path, columns);
        match Format::of(path)? {
            Format::Csv(compression) => {
                let input = Input::open(path, progress)?.with_path_columns(&path_columns);
                self.check_csv(input.decompressed(compression)?, columns)
            }
            Format::JsonLines(compression) => {
                let input = Input::open(path, progress)?.with_path_columns(&path_columns);
                self.check_json_lines(input.decompressed(compression)?, columns)
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => self.check_parquet(path, columns, &path_columns, progress),
            #[cfg(feature = "arrow")]
            Format::Arrow => self.check_arrow(path, columns, &path_columns, progress),
        }
    }

    /// The tally with the outcomes of several files. Faults of all files are reported together.
    #[doc(hidden)]
    pub fn with_files(
        &self,
        files: &[PathBuf],
        columns: &TableColumns,
        mut progress: Watch<'_>,
    ) -> Result<Tally> {
        refuse_repeated(files)?;
        let length = |file: &PathBuf| std::fs::metadata(file).map_or(0, |found| found.len());
        let bytes_total = files.iter().map(length).sum();
        let mut bytes_before = 0;
        let mut tally = self.clone();
        let mut refused: Option<Error> = None;
        for file in files {
            let length = length(file);
            let mut all = |one: Progress| match progress.as_mut() {
                // Of some formats fewer bytes are read than the file has.
                Some(progress) => progress(Progress {
                    bytes_read: (bytes_before + one.bytes_read.min(length)).min(bytes_total),
                    bytes_total,
                }),
                None => ControlFlow::Continue(()),
            };
            let checked = tally.check_file(file, columns, Some(&mut all));
            bytes_before += length;
            match (checked, refused.take()) {
                (Ok(accepted), None) => tally.add_accepted(accepted),
                (Ok(_), Some(before)) => refused = Some(before),
                (Err(error), _) if error.is_request() || error.is_stopped() => return Err(error),
                (Err(error), None) => refused = Some(error),
                (Err(error), Some(before)) => refused = Some(before.and(error)),
            }
        }
        match refused {
            Some(error) => Err(error),
            None => Ok(tally),
        }
    }

    /// Checks the outcomes of a stream without adding any.
    #[doc(hidden)]
    pub fn check_stream(
        &self,
        mut from: impl Read,
        name: &str,
        columns: &TableColumns,
    ) -> Result<Accepted> {
        let start = first_bytes(&mut from, name)?;
        #[cfg(feature = "parquet")]
        if start.starts_with(crate::arrow::parquet::MARK) {
            let content = whole(start, from, name)?;
            return self.check_parquet_bytes(content, name, columns);
        }
        #[cfg(feature = "arrow")]
        if start.starts_with(crate::arrow::ipc::MARK_OF_FILE) {
            let content = whole(start, from, name)?;
            return self.check_arrow_bytes(content, name, columns);
        }
        #[cfg(feature = "arrow")]
        if start.starts_with(crate::arrow::ipc::MARK_OF_STREAM) {
            return self.check_arrow_stream(Cursor::new(start).chain(from), name, columns);
        }
        let compression = match start.as_slice() {
            #[cfg(feature = "parquet")]
            [0x1F, 0x8B, ..] => Compression::Gzip,
            #[cfg(feature = "parquet")]
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Compression::Zstd,
            _ => Compression::None,
        };
        let input = Input::of_stream(name, Cursor::new(start).chain(from));
        let mut input = input.decompressed(compression)?;
        let mut text = input.take_text();
        let start = first_bytes(&mut text, name)?;
        let is_json = is_json_lines(&start);
        let input = Input::of_stream(name, Cursor::new(start).chain(text));
        if is_json { self.check_json_lines(input, columns) } else { self.check_csv(input, columns) }
    }
}

/// The first bytes of a stream, which say its format.
fn first_bytes(from: &mut impl Read, name: &str) -> Result<Vec<u8>> {
    const ENOUGH: u64 = 64;
    let mut start = Vec::new();
    let read = from.take(ENOUGH).read_to_end(&mut start);
    read.map_err(|cause| unreadable(Path::new(name), cause))?;
    Ok(start)
}

/// All bytes of a stream.
#[cfg(feature = "arrow")]
fn whole(mut start: Vec<u8>, mut from: impl Read, name: &str) -> Result<Vec<u8>> {
    let read = from.read_to_end(&mut start);
    read.map_err(|cause| unreadable(Path::new(name), cause))?;
    Ok(start)
}
