//! `attain::stats` against tables computed by other programs: mpmath at 50 digits, scipy,
//! statsmodels. Each table lies here with the script that wrote it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod columns;
mod compare;
mod effects;
mod intervals;
mod over_time;
mod properties;
mod quantiles;
mod ranks;
mod standardised;
mod table;
