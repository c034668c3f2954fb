//! Reports in the formats of other programs: samples for monitoring, test results for continuous integration, data values
//! for DHIS2, and a package of tables that describes itself.
//!
//! Columns, codes and descriptions come from the declarations of [views](crate::view).
//!
//! * `openmetrics`: samples in the text format of OpenMetrics.
//! * `junit`: rows as test cases in JUnit XML.
//! * `dhis2`: rows as data values of DHIS2.
//! * `package`: a Data Package (feature `arrow`).

mod dhis2;
mod junit;
mod openmetrics;
#[cfg(feature = "arrow")]
mod package;

use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::output::{unwritable, write_whole};

pub use dhis2::Dhis2Value;
#[cfg(feature = "dhis2")]
pub(crate) use dhis2::ITSELF;
pub use openmetrics::OpenMetricsOptions;
#[cfg(feature = "arrow")]
pub use package::PACKAGE_FILES;

/// Writes a text to a file, and replaces what was there.
fn write_text(path: &Path, text: &str) -> Result<()> {
    write_whole(path, |file| file.write_all(text.as_bytes()))
        .map_err(|cause| unwritable(path, cause))
}
