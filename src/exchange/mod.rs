//! Reports in the formats of other programs: samples for monitoring, test results for continuous integration, data values
//! for DHIS2, a package of tables that describes itself, observations for statistical offices, and results of
//! aid activities.
//!
//! Columns, codes and descriptions come from the declarations of [views](crate::view).
//!
//! * `iati`: results of activities in the XML of IATI.
//! * `openmetrics`: samples in the text format of OpenMetrics.
//! * `junit`: rows as test cases in JUnit XML.
//! * `dhis2`: rows as data values of DHIS2.
//! * `package`: a Data Package (feature `arrow`).
//! * `sdmx`: observations in SDMX-CSV, and the structure message that describes them.

mod dhis2;
mod iati;
mod junit;
mod openmetrics;
#[cfg(feature = "arrow")]
mod package;
mod sdmx;

use std::io::Write;
use std::path::Path;

use crate::error::Result;
use crate::output::{unwritable, write_whole};

pub use dhis2::Dhis2Value;
#[cfg(feature = "dhis2")]
pub(crate) use dhis2::ITSELF;
pub use iati::{IatiExport, IatiLeftOut, IatiLeftOutRow};
pub use openmetrics::OpenMetricsOptions;
#[cfg(feature = "arrow")]
pub use package::PACKAGE_FILES;
pub use sdmx::{SDMX_STRUCTURE_FILE, SdmxFlow};

/// Writes a text to a file, and replaces what was there.
fn write_text(path: &Path, text: &str) -> Result<()> {
    write_whole(path, |file| file.write_all(text.as_bytes()))
        .map_err(|cause| unwritable(path, cause))
}
