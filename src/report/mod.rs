//! The rows of judgement and the views on them.

mod assessment;
pub mod number;
pub mod scorecard;
pub mod text;
mod wording;

pub use assessment::{Assessment, Certainty, Pace, Reason, Verdict};

#[cfg(test)]
mod samples;
