//! The rules of `docs/semantics.md` once more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

mod at_the_goal;
mod calendar;
mod cases;
mod comparison;
mod completeness;
mod exposure;
mod generate;
mod goals;
mod hand_computed;
mod indicators;
mod knowledge;
mod missing;
mod model;
mod pairs;
mod reach;
mod reasons;
mod rollup;
mod rows;
mod windows;
mod yaml;
