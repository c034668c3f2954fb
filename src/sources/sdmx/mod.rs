//! Observations from SDMX-CSV: versions 1.0, 2.0 and 2.1, the form of Eurostat, and the files of Open SDG.
//!
//! Series become reported indicators, areas units, and dimensions strata. There are no targets in SDMX; Open SDG has some in its
//! configuration.
//!
//! * `columns`: what each column is.
//! * `period`: time periods.
//! * `status`: statuses and flags.
//! * `read`: rows to observations.
//! * `counts`: series that are counts.
//! * `open_sdg`: the files of Open SDG.
//! * `areas`: the tree of areas in a file beside the observations.

mod areas;
mod build;
mod columns;
mod counts;
mod open_sdg;
mod period;
mod read;
mod status;

use std::collections::BTreeMap;

pub use counts::SeriesCounts;

use super::{Imported, SourceFile};
use crate::error::Result;
use crate::error::codes::codes;

codes! {
    /// The form of the files.
    #[derive(Default)]
    pub enum SdmxDialect as "dialect of SDMX-CSV" {
        /// SDMX-CSV, and the form of Eurostat.
        #[default]
        Sdmx = "sdmx",
        /// Open SDG: the columns `Year` and `Value`, and a column for each disaggregation.
        OpenSdg = "open-sdg",
    }
}

options! {
    /// How SDMX-CSV is read.
    pub struct SdmxOptions {
        /// The form of the files.
        dialect: SdmxDialect = SdmxDialect::Sdmx,
        /// The configuration of an indicator of Open SDG in YAML: its title, unit and goals.
        config: Option<SourceFile> = None,
        /// The column of the areas, where it has none of the usual names.
        area: Option<String> = None,
        /// The column of the indicators, where it has none of the usual names.
        indicator: Option<String> = None,
        /// The columns that are strata. Without it they are all dimensions with several values.
        strata: Vec<String> = Vec::new(),
        /// Series that are counts, which add up over areas and time, and series that are quotients of two of them, by their
        /// ids.
        counts: BTreeMap<String, SeriesCounts> = BTreeMap::new(),
        /// The tree of areas: a CSV file with the columns `id`, `level`, and optionally `name` and `parent`.
        units: Option<SourceFile> = None,
        /// Whether the day of the last update is the day on which each value was recorded.
        recorded: bool = false,
        /// Whether what is left out is a fault.
        strict: bool = false,
    }
}

/// Reads observations from SDMX-CSV.
///
/// ```
/// use attain::sources::{SdmxOptions, SourceFile, read_sdmx};
///
/// let text = "DATAFLOW,FREQ,GEO,TIME_PERIOD,OBS_VALUE,OBS_FLAG\nXX:RATE(1.0),A,NA,2023,70.2,p\n";
/// let file = SourceFile::from_reader("rate.csv", &mut text.as_bytes())?;
/// let imported = read_sdmx(&[file], &SdmxOptions::default())?;
/// assert_eq!(imported.len(), 1);
/// assert!(imported.to_yaml().contains("RATE"));
/// # Ok::<(), attain::Error>(())
/// ```
///
/// # Errors
///
/// [`Error::is_outcomes`](crate::Error::is_outcomes) with every fault of every row.
pub fn read_sdmx(files: &[SourceFile], options: &SdmxOptions) -> Result<Imported> {
    build::import(files, options)
}
