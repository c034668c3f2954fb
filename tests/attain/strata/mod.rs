//! Outcomes told apart by categories: what they add up to, how they come in, and what is refused.
mod doors;
mod events;
mod figures;
mod refusals;
mod rules;
mod sample;
mod standardised;
mod targets;
