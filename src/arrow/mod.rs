//! Columns in and out; the only floor that knows Arrow.
//!
//! * `outcomes`: record batches of outcomes enter a tally.
//! * `plain`: plain events among them, counted by index arithmetic on all threads.
//! * `column`: typed columns, read cell by cell.
//! * `assessments`: a report as a record batch, a CSV file or a Parquet file.
//! * `blocks`: a report's rows as arrays.
//! * `mappings`: where units of one day lie on another.
//! * `table`: rows of structs as columns of any of these.
//! * `files`: a file by its ending.
//! * `parquet`: outcomes from Parquet files, record batches into them (cargo feature `parquet`).

pub mod assessments;
mod blocks;
mod column;
mod files;
mod mappings;
mod outcomes;
#[cfg(feature = "parquet")]
pub mod parquet;
mod plain;
mod table;
