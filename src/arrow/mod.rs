//! Columns in and out; the only layer that knows Arrow. The crates of Arrow that signatures use are re-exported.
//!
//! * `outcomes`: record batches of outcomes enter a tally; `outcome_columns`: their typed columns.
//! * `table_columns`: record batches of outcomes with other names of columns, or with a column for each measure.
//! * `periods`: columns of periods that are not texts.
//! * `contents`: what a table is about, before there is a plan.
//! * `cells`: a tally as a table, and back; `cell_files`: as a file or a stream.
//! * `plain`: plain events among them, counted by index arithmetic on all threads.
//! * `column`: typed columns, read cell by cell.
//! * `validate`: texts that other libraries hand over, checked before they are read.
//! * `assessments`: a report as a record batch, a CSV file or a Parquet file.
//! * `assessment_batches`: rows of judgement as a stream of record batches, judged part by part.
//! * `blocks`: rows of judgement as arrays.
//! * `table`: the rows of any [view](crate::view) as a record batch.
//! * `mappings`: where units of one day lie on another.
//! * `history`: a target as it stood at each month's end.
//! * `ipc`: outcomes from files and streams of Arrow IPC; `guarded`: calls into readers that may panic.
//! * `parquet`: outcomes from Parquet files, record batches into them (cargo feature `parquet`).

pub use {arrow_array, arrow_schema};

mod assessment_batches;
pub mod assessments;
mod blocks;
mod cell_files;
mod cells;
mod column;
#[cfg(feature = "binding")]
mod contents;
mod guarded;
mod history;
pub(crate) mod ipc;
mod mappings;
mod outcome_columns;
mod outcomes;
#[cfg(feature = "parquet")]
pub mod parquet;
mod periods;
mod plain;
mod table;
mod table_columns;
mod validate;

pub use crate::tally::TableColumns;
pub use assessment_batches::{AssessmentBatches, BatchOptions};
pub use cells::{CellBatches, CellOptions};
#[cfg(feature = "binding")]
pub use contents::{Contents, Question};
pub use mappings::MappingRow;
pub(crate) use table::write_csv;
pub use table::{CsvOptions, record_batch, schema};
#[cfg(feature = "binding")]
pub use validate::unreadable_text;
