//! Reports in the formats of other programs: samples for monitoring, test results for continuous integration, and a
//! package of tables that describes itself.
//!
//! Columns, codes and descriptions come from the declarations of [views](crate::view).
//!
//! * `openmetrics`: samples in the text format of OpenMetrics.
//! * `junit`: rows as test cases in JUnit XML.
//! * `package`: a Data Package (feature `arrow`).

mod junit;
mod openmetrics;
#[cfg(feature = "arrow")]
mod package;

use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::output::{unwritable, write_whole};

pub use openmetrics::OpenMetricsOptions;
#[cfg(feature = "arrow")]
pub use package::PACKAGE_FILES;

/// Writes a text to a file, and replaces what was there.
fn write_text(path: &Path, text: &str) -> Result<()> {
    write_whole(path, |file| file.write_all(text.as_bytes()))
        .map_err(|cause| unwritable(path, cause))
}
