//! Outcomes by categories: their sums, their input formats, and the rejected ones.
mod doors;
mod events;
mod figures;
mod refusals;
mod rules;
mod sample;
mod standardised;
mod targets;
