//! The tests of the crate's public interface, one module per subject.
//!
//! All of them are one binary, because linking takes longer than compiling. To run one subject:
//!
//! ```text
//! cargo test --test attain laws::
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod awards;
mod baselines;
mod boundaries;
mod brute_force;
mod builder;
mod campaigns;
mod cascade;
mod certification;
mod chosen_rows;
mod cited;
mod columns;
mod composite;
mod contributions;
mod costs;
mod cumulative;
mod edited_plans;
mod effect;
mod escapes;
mod evidence;
mod examples;
mod excel;
mod explanation;
mod exports;
mod expressions;
mod goal_tables;
mod goals;
mod hints;
mod history;
mod illustrative;
mod incomplete;
mod incremental;
mod journal;
mod late_shares;
mod laws;
mod layers;
mod maryland;
mod names;
mod null_answers;
mod outlook;
mod owners;
mod pictures;
mod pooled;
mod progress;
mod ranking;
mod reference;
mod refusals;
mod replication;
mod robustness;
mod scores;
mod semantics;
mod sensitivity;
mod serialisation;
mod signals;
mod sources;
mod stored_tallies;
mod strata;
mod support;
mod timeliness;
mod warnings;
mod windows;
