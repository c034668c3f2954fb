//! The rows of judgement and the views on them.

mod assessment;
pub mod number;

pub use assessment::{Assessment, Certainty, Pace, Reason, Verdict};
