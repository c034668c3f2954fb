//! The doors through which a plan comes in.

use std::path::Path;
use std::sync::Arc;

use super::document::{self, Node};
use super::{Plan, read};
use crate::error::{Error, ErrorKind, Fault, Faults, Place, Result};

impl Plan {
    /// Reads a plan from a file; its ending says the format: `.yaml`, `.yml`, `.json` or `.toml`. A unit
    /// table is looked for beside it.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be read, [`Error::is_plan`] with every fault and its line
    /// and column if it is no plan.
    pub fn load(path: impl AsRef<Path>) -> Result<Plan> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|cause| {
            Error::one(
                ErrorKind::File,
                Fault::new(
                    Place::File { file: file.clone() },
                    format!("the plan can't be read: {cause}"),
                ),
            )
        })?;
        let text = document::decode_text(&bytes, Some(&file)).map_err(plan_error)?;
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let root = match ending.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => document::from_yaml(text, Some(&file)),
            "json" => document::from_json(text, Some(&file)),
            "toml" => document::from_toml(text, Some(&file)),
            _ => {
                return Err(Error::one(
                    ErrorKind::File,
                    Fault::new(Place::File { file }, "this ending names no format of plans")
                        .found(format!("`{ending}`"))
                        .expected(".yaml, .yml, .json or .toml"),
                ));
            }
        };
        Plan::from_tree(root, path.parent())
    }

    /// Reads a plan from YAML text. The units have to be listed in it.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its line and column.
    pub fn from_yaml(text: &str) -> Result<Plan> {
        Plan::from_tree(document::from_yaml(text, None), None)
    }

    /// Reads a plan from JSON text. The units have to be listed in it.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its line and column.
    pub fn from_json(text: &str) -> Result<Plan> {
        Plan::from_tree(document::from_json(text, None), None)
    }

    /// Reads a plan from TOML text. The units have to be listed in it.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its line and column.
    pub fn from_toml(text: &str) -> Result<Plan> {
        Plan::from_tree(document::from_toml(text, None), None)
    }

    /// Reads a plan from a tree that came from elsewhere, such as a Python dict. A unit table is
    /// looked for in `directory`.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its place.
    pub fn from_document(root: &Node, directory: Option<&Path>) -> Result<Plan> {
        match read::plan(root, directory) {
            Ok(inner) => Ok(Plan { inner: Arc::new(inner) }),
            Err(faults) => Err(Error::of(ErrorKind::Plan, faults)),
        }
    }

    fn from_tree(root: Result<Node, Vec<Fault>>, directory: Option<&Path>) -> Result<Plan> {
        Plan::from_document(&root.map_err(plan_error)?, directory)
    }
}

#[cold]
pub(super) fn plan_error(found: Vec<Fault>) -> Error {
    let mut faults = Faults::default();
    found.into_iter().for_each(|fault| faults.push(fault));
    Error::of(ErrorKind::Plan, faults)
}
