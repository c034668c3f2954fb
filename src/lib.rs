//! attain answers one question: was the target met, how sure are we, and what would it take?

pub mod arrow;
pub mod assess;
pub mod calendar;
pub mod error;
pub mod exact;
pub mod plan;
#[cfg(feature = "python")]
mod python;
pub mod report;
pub mod stats;
pub mod tally;

pub use assess::{Assessment, Certainty, Pace, Reason, Verdict};
pub use error::{Error, Fault, Place, Result};
pub use plan::Plan;
pub use report::{Filter, Report};
pub use tally::{Outcome, Progress, Rows, Status, Tally, When};
