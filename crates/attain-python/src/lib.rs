//! The extension module `attain._attain`: what Python sees of this crate.
//!
//! This module only binds. A rule that can be tested in Rust belongs to the modules without Python.
//! Here Python values become Rust ones, results become Python ones, and errors become exceptions.
//!
//! | file | content |
//! |---|---|
//! | `error.rs` | [`Error`](attain::error::Error) → the exceptions of `attain.errors` |
//! | `data.rs` | explanations → dicts and lists |
//! | `date.rs` | `datetime.date` or ISO text → a day |
//! | `document.rs` | a plan given as a dict → the tree that YAML, JSON and TOML become too |
//! | `plan.rs`, `limits.rs` | the classes `Plan` and `Limits` |
//! | `tally.rs`, `report.rs` | the classes `Tally`, `Report`, `Assessment`, and what makes them |
//! | `importing.rs` | the class `Imported`, and what `attain.sources` calls |
//! | `judge.rs` | what `attain.judge` reads from a table |
//! | `wording.rs` | the words, numbers and days of scorecards, for `attain pack` |
//! | `batches.rs` | the class `AssessmentBatches`, and what makes it |
//! | `certification.rs` | the classes `Certification` and `CertificateExplanation` |
//! | `scoring.rs` | the class `Scoring` |
//! | `cascade.rs`, `campaigns.rs` | the classes `Cascade` and `Combined` |
//! | `columns.rs` | any table that speaks Arrow → record batches |
//! | `run.rs` | long calls: how many threads they use, and how an interrupt stops them |
//! | `query.rs` | SQL that adds up outcomes in an engine |
//! | `exchange.rs` | what goes wrong while data are handed over |
//! | `preview.rs` | the first rows of a table as text and as HTML |
//! | `table.rs` | record batches → a table that any dataframe library can take |
//! | `stats` | the statistics of [`attain::stats`] for numbers and for columns of them |

mod batches;
mod campaigns;
mod cascade;
mod certification;
mod columns;
mod data;
mod date;
mod document;
mod error;
mod exchange;
#[cfg(feature = "formats")]
mod importing;
mod judge;
mod limits;
mod plan;
mod preview;
mod query;
mod replication;
mod report;
mod run;
mod scoring;
mod sources;
mod stats;
mod table;
mod tally;
mod wording;

/// Columns of millions of rows need new memory. In pages of 4 KB, the allocation costs more than the writing of the
/// values. This allocator requests large pages, and keeps freed memory for a while.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pyo3::pymodule(name = "_attain")]
mod extension {
    use pyo3::exceptions::PyRuntimeWarning;
    use pyo3::prelude::*;

    #[pymodule_export]
    use super::batches::{AssessmentBatches, assess_batches};
    #[pymodule_export]
    use super::campaigns::Combined;
    #[pymodule_export]
    use super::cascade::Cascade;
    #[pymodule_export]
    use super::certification::{CertificateExplanation, Certification};
    #[pymodule_export]
    use super::error::{escaped, fault_lines, unknown_choice};
    #[cfg(feature = "formats")]
    #[pymodule_export]
    use super::importing::{Imported, importing};
    #[pymodule_export]
    use super::judge::judging;
    #[pymodule_export]
    use super::limits::Limits;
    #[pymodule_export]
    use super::plan::{Plan, schema};
    #[pymodule_export]
    use super::query::{cell_query, query_columns};
    #[pymodule_export]
    use super::replication::Replication;
    #[pymodule_export]
    use super::report::{Assessment, Explanation, Report, assess, package_files, sdmx_files};
    #[pymodule_export]
    use super::scoring::Scoring;
    #[pymodule_export]
    use super::sources::files;
    #[pymodule_export]
    use super::stats::stats;
    #[pymodule_export]
    use super::table::Table;
    #[pymodule_export]
    use super::tally::{Tally, make_tally};
    #[pymodule_export]
    use super::wording::wording;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        Assessment::add_columns(module.py())?;
        if cfg!(debug_assertions) {
            let py = module.py();
            PyErr::warn(
                py,
                &py.get_type::<PyRuntimeWarning>(),
                c"this build of attain is not optimised and will be slow: build it with `maturin develop --release`",
                1,
            )?;
        }
        Ok(())
    }
}
