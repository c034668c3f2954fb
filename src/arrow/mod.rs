//! Columns in and out; the only layer that knows Arrow. The crates of Arrow that signatures use are re-exported.
//!
//! * `outcomes`: record batches of outcomes enter a tally.
//! * `plain`: plain events among them, counted by index arithmetic on all threads.
//! * `column`: typed columns, read cell by cell.
//! * `validate`: texts that other libraries hand over, checked before they are read.
//! * `assessments`: a report as a record batch, a CSV file or a Parquet file.
//! * [`certification`]: certificates, criteria, changes and green zones.
//! * [`awards`]: who is chosen for awards.
//! * [`scoring`]: scores, their parts, and how ranks move with the weights.
//! * `blocks`: a report's rows as arrays.
//! * `due_reports`: who owes which report by when.
//! * `mappings`: where units of one day lie on another.
//! * `cascade`: a target shared out.
//! * `effect`: what a campaign changed.
//! * `budget`: what is used up of what a goal allows.
//! * `campaigns`: campaigns, milestones and combined goals.
//! * `replication`: models and their places.
//! * [`contributions`]: what parts add to a whole and to its change.
//! * `campaigns`: campaigns, milestones and combined goals.
//! * [`ranking`]: units side by side, and a target as it stood at each month's end.
//! * [`signals`]: series with their signals and trends.
//! * [`sensitivity`]: what missing and late reports do to verdicts.
//! * `table`: rows of structs as columns of any of these.
//! * `files`: a file by its ending.
//! * `parquet`: outcomes from Parquet files, record batches into them (cargo feature `parquet`).

pub use {arrow_array, arrow_schema};

pub mod assessments;
pub mod awards;
mod blocks;
mod budget;
mod campaigns;
mod cascade;
pub mod certification;
mod column;
pub mod contributions;
mod due_reports;
pub mod effect;
mod files;
mod mappings;
mod outcomes;
#[cfg(feature = "parquet")]
pub mod parquet;
mod plain;
pub mod ranking;
mod replication;
pub mod scoring;
pub mod sensitivity;
pub mod signals;
mod table;
mod validate;
#[cfg(feature = "python")]
pub(crate) use validate::unreadable_text;
