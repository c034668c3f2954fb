//! The formats of outcomes: by the ending of a file, or by the first bytes of a stream.

use std::path::Path;

use crate::error::{Error, Fault, FaultCode, Place, Result};
use crate::tally::Compression;

/// The format of a file of outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Csv(Compression),
    JsonLines(Compression),
    #[cfg(feature = "parquet")]
    Parquet,
    /// A file or a stream of Arrow IPC.
    #[cfg(feature = "arrow")]
    Arrow,
}

/// The endings of files that can be read, for messages.
const ENDINGS: &str = if cfg!(feature = "parquet") {
    ".csv, .jsonl, .ndjson (also with .gz or .zst), .parquet, .arrow, .feather, .arrows or .ipc"
} else if cfg!(feature = "arrow") {
    ".csv, .jsonl, .ndjson, .arrow, .feather, .arrows or .ipc"
} else {
    ".csv, .jsonl or .ndjson"
};

impl Format {
    /// The format that the ending of a path says, if it says one.
    pub(super) fn of_ending(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        #[cfg(feature = "parquet")]
        for (ending, compression) in [(".gz", Compression::Gzip), (".zst", Compression::Zstd)] {
            if let Some(name) = name.strip_suffix(ending) {
                return Format::of_text(ending_of(name), compression);
            }
        }
        match ending_of(&name) {
            #[cfg(feature = "parquet")]
            "parquet" => Some(Format::Parquet),
            #[cfg(feature = "arrow")]
            "arrow" | "feather" | "arrows" | "ipc" => Some(Format::Arrow),
            text => Format::of_text(text, Compression::None),
        }
    }

    fn of_text(ending: &str, compression: Compression) -> Option<Format> {
        match ending {
            "csv" => Some(Format::Csv(compression)),
            "jsonl" | "ndjson" => Some(Format::JsonLines(compression)),
            _ => None,
        }
    }

    /// The same; a path with another ending is refused.
    pub(super) fn of(path: &Path) -> Result<Format> {
        Format::of_ending(path).ok_or_else(|| unknown_ending(path))
    }
}

/// What follows the last dot of a name.
fn ending_of(name: &str) -> &str {
    Path::new(name).extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}

/// The format of a text by its first bytes: lines of JSON begin with an object.
pub(super) fn is_json_lines(start: &[u8]) -> bool {
    let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start);
    start.trim_ascii_start().starts_with(b"{")
}

/// What a file of outcomes may end in, as a message expects it.
pub(super) fn endings() -> &'static str {
    ENDINGS
}

#[cold]
fn unknown_ending(path: &Path) -> Error {
    let file = path.display().to_string();
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let ending = ending_of(name).to_ascii_lowercase();
    let found = if ending.is_empty() { "no ending".to_owned() } else { format!("`.{ending}`") };
    let fault = Fault::new(
        FaultCode::UnknownFormat,
        Place::File { file },
        "this ending names no format of outcomes",
    )
    .found(found)
    .expected(ENDINGS);
    let fault = match ending.as_str() {
        "gz" | "zst" | "zip" | "bz2" | "xz" => fault.hint("unpack the file first"),
        "parquet" => fault.hint("this build reads no Parquet: the cargo feature `parquet` is off"),
        "arrow" | "feather" | "arrows" | "ipc" => {
            fault.hint("this build reads no Arrow: the cargo feature `arrow` is off")
        }
        "json" => fault.hint("write one object on each line, in a file that ends in .jsonl"),
        "xlsx" | "xls" | "ods" | "tsv" | "txt" => fault.hint("save the table as CSV"),
        _ => fault,
    };
    Error::unknown_format(path, fault)
}
