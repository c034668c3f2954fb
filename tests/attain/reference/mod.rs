//! `attain::stats` against tables computed by other programs: mpmath at 50 digits, scipy,
//! statsmodels. Each table lies here with the script that wrote it.

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
mod two_groups;
