//! **Was what was promised attained, how sure are we, and what would it take?**
//!
//! `attain` compares recorded outcomes with targets. A [`Plan`] says what was promised: units,
//! measures, indicators, campaigns, and targets with the documents they rest on. A [`Tally`] holds
//! what happened. Together, as of a day, they make a [`Report`]: one row for each target, unit and
//! window, with verdict, certainty, pace, what is missing and what is still needed.
//!
//! ```
//! use attain::{Outcome, Plan, Tally, When, calendar};
//!
//! let plan = Plan::from_yaml(r#"
//! attain: 1
//! plan: hanoi-2023
//! units: {levels: [city], list: [{id: "01", name: Hà Nội, level: city}]}
//! measures: {cases: {unit: case}, cleared: {unit: case}}
//! indicators:
//!   clearance: {ratio: {numerator: cleared, denominator: cases}, better: higher}
//! targets:
//!   clearance-h1:
//!     {indicator: clearance, goal: {at_least: 75}, window: 2023-H1, basis: [{document: 96/2019/QH14}]}
//! "#)?;
//! let mut tally = Tally::new(&plan);
//! let half = When::Period("2023-H1".into());
//! tally.record(&Outcome::new("01", half.clone(), "cases", 1840.0))?;
//! tally.record(&Outcome::new("01", half, "cleared", 1670.0))?;
//!
//! let report = plan.assess(&tally, calendar::date("2023-06-30").unwrap())?;
//! let row = &report.rows()[0];
//! assert_eq!(row.verdict, attain::Verdict::Met);
//! assert_eq!(format!("{:.2}", row.value.unwrap()), "90.76");
//! println!("{}", report.text(100, false));
//! # Ok::<(), attain::Error>(())
//! ```
//!
//! # Overview
//!
//! | stop | what it is | begin at |
//! |---|---|---|
//! | plan | what was promised, from YAML, JSON or TOML, every fault located | [`Plan::load`], [`plan`] |
//! | sources | plan and outcomes from data that were collected elsewhere: DHIS2, IATI, SDMX | `sources` |
//! | tally | what happened, from structs, Arrow columns, and files of CSV, JSON lines, Parquet or Arrow | [`Tally::record`], [`Tally::ingest`], [`Tally::read`] |
//! | assess | values, verdicts, certainty, pace, needed | [`Plan::assess`], [`assess`] |
//! | report | rows as structs or Arrow | [`Report`], [`report`] |
//! | journal | a tally on disk that outlives its process | [`journal::Journal`] |
//! | views | explanations, rankings, certificates, signals and more; the scorecard, the interactive page and the workbook | [`views`], [`scorecard`], [`interactive`], `workbook` |
//! | exchange | the report for other programs: OpenMetrics, JUnit XML, a Data Package, SDMX-CSV, IATI | [`exchange`] |
//!
//! Beside the way stand [`calendar`] (windows, periods, reporting years), [`stats`] (intervals and
//! the statistics of official indicators, also a crate of their own: `attain-stats`), [`exact`] (decimals) and [`error`].
//!
//! # What it does not do
//!
//! It does not collect, store or correct data, draw maps, or forecast beyond what the rows say. A percentage that was
//! published without its counts is judged, never added up; what no source gives stays absent.
//!
//! # Features
//!
//! | feature | default | what it brings, what it costs |
//! |---|---|---|
//! | `arrow` | yes | columns in and out as Arrow record batches, CSV files of columns; the crates `arrow-array` and `arrow-schema` |
//! | `parquet` | yes | Parquet files in and out; the `parquet` crate and its compression libraries |
//! | `dhis2`, `iati`, `sdmx` | yes | [`sources`]: data of DHIS2, IATI activities and SDMX-CSV; `iati` costs the crate `quick-xml`, the others nothing |
//! | `excel` | yes | workbooks of Excel: [`workbook`] writes, [`sources`] reads; the crates `rust_xlsxwriter`, `zip` and `quick-xml` |
//! | `tracing` | no | spans of what calls do and how long they take, and events of the faults they return; the crate `tracing` |
//! | `binding` | no | what a binding to another language needs beyond the public interface; it may change in any release |

// Without Arrow, the parts of the engine that only columns need have no caller.
#![cfg_attr(not(feature = "arrow"), allow(dead_code, unused_imports))]

#[cfg(feature = "arrow")]
pub mod arrow;
pub mod assess;
#[cfg(feature = "binding")]
#[doc(hidden)]
pub mod binding;
pub mod calendar;
mod delimited;
pub mod error;
pub mod exact;
pub mod exchange;
pub mod files;
#[cfg(feature = "arrow")]
#[cfg(test)]
mod generated;
pub mod interactive;
#[cfg(feature = "arrow")]
pub mod journal;
mod language;
mod limits;
mod memo;
mod names;
mod output;
mod parallel;
pub mod plan;
pub mod query;
pub mod report;
pub mod scorecard;
#[cfg(feature = "arrow")]
pub mod sources;
pub mod tally;
mod trace;
pub mod view;
pub mod views;
#[cfg(feature = "excel")]
pub mod workbook;

pub use assess::{Assessment, Certainty, Pace, Reason, Verdict};
#[doc(inline)]
pub use attain_stats as stats;
pub use error::{Error, Fault, Place, Result, Warning, WarningCode};
pub use limits::Limits;
pub use parallel::RunOptions;
pub use plan::{LoadOptions, Plan};
pub use report::{Filter, Report};
pub use tally::{IntakeOptions, Outcome, Progress, Rows, Status, Tally, When};

/// The Rust code of documents is compiled and run with the other documentation tests.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/quickstart.md")]
    struct Quickstart;
    #[cfg(feature = "arrow")]
    #[doc = include_str!("../docs/guides/service.md")]
    struct Service;
    #[cfg(feature = "arrow")]
    #[doc = include_str!("../docs/guides/large-reports.md")]
    struct LargeReports;
}
