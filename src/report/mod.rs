//! The rows of judgement and the views on them.

mod assessment;
mod bullet;
pub mod number;
pub mod page;
pub mod scorecard;
pub mod text;
mod wording;

pub use assessment::{Assessment, Certainty, Pace, Reason, Verdict};

#[cfg(test)]
mod samples;
