//! What is said of plans and outcomes that can't be read.
//!
//! Each file of `plans` and `outcomes` is one way to go wrong; where a file can't express it, a case
//! in Rust does. The snapshot of the same name holds every fault that is told, beside the line it
//! speaks of. What is asked of all refusals alike (law 9) stands in `refusal`.

// One of the codes is that of a Parquet file.
#[cfg(feature = "parquet")]
mod codes;
mod columns;
// Half of these files are Parquet.
#[cfg(feature = "parquet")]
mod files;
mod outcomes;
mod plans;
mod records;
mod refusal;
