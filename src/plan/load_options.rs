//! What a caller allows a plan: folders for its tables, and sizes.

use std::path::PathBuf;

use crate::limits::Limits;

/// Where a plan's tables may lie, and how large it may be.
///
/// ```
/// use attain::{LoadOptions, Plan};
///
/// // The plan names a table of another example: its folder has to be given.
/// assert!(Plan::load("examples/reform/plan.yaml").is_err());
/// let options = LoadOptions::default().tables("examples/hanoi");
/// let plan = Plan::load_with("examples/reform/plan.yaml", &options)?;
/// assert_eq!(plan.id(), "reform");
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadOptions {
    /// A folder, beside the plan's own, in which the tables that the plan names may lie.
    pub tables: Option<PathBuf>,
    /// How large the plan and each of its tables may be.
    pub limits: Limits,
}

impl LoadOptions {
    /// Allows tables in a folder as well as in the plan's own.
    #[must_use]
    pub fn tables(self, folder: impl Into<PathBuf>) -> Self {
        LoadOptions { tables: Some(folder.into()), ..self }
    }

    /// Sets how large the plan and each of its tables may be.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        LoadOptions { limits, ..self }
    }
}
