//! Reads a file of outcomes in the format that its ending says.

use std::ops::ControlFlow;
use std::path::Path;

use crate::error::{Error, Fault, FaultCode, Place, Result};
use crate::tally::{Accepted, Progress, TableColumns, Tally, Watch};

impl Tally {
    /// Adds the outcomes of a file, all or none. The file's ending says the format: `.csv` or `.parquet`.
    ///
    /// # Errors
    ///
    /// As of [`read_csv`](Tally::read_csv) and `read_parquet`; [`Error::is_file`] for other endings.
    pub fn read(&mut self, path: impl AsRef<Path>) -> Result<()> {
        let accepted = self.check_file(path.as_ref(), &TableColumns::default(), None)?;
        self.add_accepted(accepted);
        Ok(())
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
        let accepted = self.check_file(path.as_ref(), &TableColumns::default(), Some(progress))?;
        self.add_accepted(accepted);
        Ok(())
    }

    /// Adds the outcomes of a file whose columns have names of their own, all or none: see [`TableColumns`]. The file's
    /// ending says the format: `.csv` or `.parquet`.
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
        let accepted = self.check_file(path.as_ref(), columns, progress)?;
        self.add_accepted(accepted);
        Ok(())
    }

    /// Checks the outcomes of a file without adding any.
    #[doc(hidden)]
    pub fn check_file(
        &self,
        path: &Path,
        columns: &TableColumns,
        progress: Watch<'_>,
    ) -> Result<Accepted> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "csv" => self.check_csv(path, columns, progress),
            #[cfg(feature = "parquet")]
            "parquet" => self.check_parquet(path, columns, progress),
            other => Err(unknown_ending(path, other)),
        }
    }
}

#[cold]
fn unknown_ending(path: &Path, ending: &str) -> Error {
    let file = path.display().to_string();
    let found = if ending.is_empty() { "no ending".to_owned() } else { format!("`.{ending}`") };
    let fault = Fault::new(
        FaultCode::UnknownFormat,
        Place::File { file },
        "this ending names no format of outcomes",
    )
    .found(found)
    .expected(if cfg!(feature = "parquet") { ".csv or .parquet" } else { ".csv" });
    let fault = match ending {
        "gz" | "zst" | "zip" | "bz2" | "xz" => fault.hint("unpack the file first"),
        "parquet" => fault.hint("this build reads no Parquet: the cargo feature `parquet` is off"),
        "xlsx" | "xls" | "ods" | "tsv" | "txt" => fault.hint("save the table as CSV"),
        _ => fault,
    };
    Error::unknown_format(path, fault)
}
