//! What a binding to another language needs beyond the public interface.
//!
//! Items here may change in any release. `crates/attain-python` is the binding of this project.

pub use crate::arrow::{Contents, Question, unreadable_text};
pub use crate::error::codes::find;
pub use crate::error::{Faults, legible};
pub use crate::names::escaped;
pub use crate::parallel::check_stop;
pub use crate::plan::document::{Budget, DEPTH_LIMIT, Entry, Node, Value, too_deep};
pub use crate::tally::{Accepted, number_in_column_hint};
