//! The rules of `docs/semantics.md` once more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

mod calendar;
mod cases;
mod comparison;
mod completeness;
mod generate;
mod goals;
mod hand_computed;
mod indicators;
mod knowledge;
mod model;
mod reach;
mod reasons;
mod rollup;
mod rows;
mod windows;
mod yaml;
