//! Columns in and out; the only floor that knows Arrow.
//!
//! * `outcomes`: record batches of outcomes enter a tally.
//! * `plain`: plain events among them, counted by index arithmetic on all threads.
//! * `column`: typed columns, read cell by cell.
//! * `assessments`: a report as a record batch, a CSV file or a Parquet file.
//! * `blocks`: a report's rows as arrays.
//! * `cascade`: a target shared out.
//! * `effect`: what a campaign changed.
//! * `campaigns`: campaigns, milestones and combined goals.
//! * `table`: rows of structs as columns of any of these.
//! * `files`: a file by its ending.
//! * `parquet`: outcomes from Parquet files, record batches into them (cargo feature `parquet`).

pub mod assessments;
mod blocks;
mod campaigns;
mod cascade;
mod column;
pub mod effect;
mod files;
mod outcomes;
#[cfg(feature = "parquet")]
pub mod parquet;
mod plain;
mod table;
