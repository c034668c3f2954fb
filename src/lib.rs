//! attain answers one question: was the target met, how sure are we, and what would it take?

pub mod error;
pub mod plan;
pub mod report;
pub mod stats;
