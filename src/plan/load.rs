//! The entry points through which a plan comes in.

use std::path::Path;
use std::sync::Arc;

use super::document::{self, Node, Reading};
use super::load_options::LoadOptions;
use super::side_file::{SideFiles, read_within, too_large};
use super::{Plan, read};
use crate::error::{
    Cause, Error, ErrorKind, Fault, FaultCode, Faults, Place, Result, file_trouble,
};
use crate::trace::traced;

impl Plan {
    /// Reads a plan from a file; its ending says the format: `.yaml`, `.yml`, `.json` or `.toml`. Tables that it names
    /// lie in its own folder.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be read, [`Error::is_plan`] with every fault and its line
    /// and column if it is no plan.
    pub fn load(path: impl AsRef<Path>) -> Result<Plan> {
        Plan::load_with(path, &LoadOptions::default())
    }

    /// The same with tables in another folder, or other limits.
    ///
    /// # Errors
    ///
    /// As of [`load`](Plan::load).
    pub fn load_with(path: impl AsRef<Path>, options: &LoadOptions) -> Result<Plan> {
        let path = path.as_ref();
        traced!(
            INFO,
            "attain.load",
            { file = tracing::field::display(path.display()) },
            Plan::load_file(path, options)
        )
    }

    fn load_file(path: &Path, options: &LoadOptions) -> Result<Plan> {
        let file = path.display().to_string();
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        let read = match ending.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => document::read_yaml,
            "json" => document::read_json,
            "toml" => document::read_toml,
            _ => return Err(unknown_ending(&file, path, ending)),
        };
        let unreadable = |cause: std::io::Error| {
            let message = format!("the plan can't be read: {}", file_trouble(&cause));
            let place = Place::File { file: file.clone() };
            let fault = Fault::new(FaultCode::from(&cause), place, message);
            Error::one(ErrorKind::File, fault).caused_by(Cause::of_file(path, cause))
        };
        let opened = std::fs::File::open(path).map_err(unreadable)?;
        let most = options.limits.plan_bytes;
        let Some(bytes) = read_within(opened, most).map_err(unreadable)? else {
            let place = Place::File { file: file.clone() };
            return Err(Error::one(ErrorKind::File, too_large(place, "plan", most)));
        };
        let text = document::decode_text(&bytes, Some(&file)).map_err(plan_error)?;
        let tree = read(text, Some(&file));
        let plan = Plan::from_tree(tree, &SideFiles::new(path.parent(), options))?;
        Ok(Plan { file: Some(path.into()), ..plan })
    }

    /// Reads a plan from YAML text. The units have to be listed in it.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its line and column.
    pub fn from_yaml(text: &str) -> Result<Plan> {
        Plan::from_tree(
            document::read_yaml(text, None),
            &SideFiles::new(None, &LoadOptions::default()),
        )
    }

    /// Reads a plan from JSON text. The units have to be listed in it.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its line and column.
    pub fn from_json(text: &str) -> Result<Plan> {
        Plan::from_tree(
            document::read_json(text, None),
            &SideFiles::new(None, &LoadOptions::default()),
        )
    }

    /// Reads a plan from TOML text. The units have to be listed in it.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its line and column.
    pub fn from_toml(text: &str) -> Result<Plan> {
        Plan::from_tree(
            document::read_toml(text, None),
            &SideFiles::new(None, &LoadOptions::default()),
        )
    }

    /// Reads a plan from a tree that came from elsewhere, such as a Python dict. Tables that it names lie in
    /// `directory`.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`] with every fault and its place.
    pub fn from_document(root: &Node, directory: Option<&Path>) -> Result<Plan> {
        let options = LoadOptions::default();
        Plan::of(root, &SideFiles::new(directory, &options), Faults::default())
    }

    fn from_tree(reading: Reading, files: &SideFiles<'_>) -> Result<Plan> {
        match reading.root {
            Some(root) => Plan::of(&root, files, noted(reading.faults)),
            None => Err(plan_error(reading.faults)),
        }
    }

    /// Reads a tree that may have had faults already.
    fn of(root: &Node, files: &SideFiles<'_>, faults: Faults) -> Result<Plan> {
        traced!(
            DEBUG, "attain.plan", {},
            match read::plan(root, files, faults) {
                Ok(inner) => {
                    let tables = files.read_so_far().into();
                    let (inner, offices) = (Arc::new(inner), Arc::default());
                    Ok(Plan { inner, file: None, tables, offices })
                }
                Err(faults) => Err(Error::of(ErrorKind::Plan, faults)),
            },
            |plan| {
                plan = plan.id(),
                units = plan.units().len() as u64,
                targets = plan.targets().len() as u64
            }
        )
    }
}

#[cold]
fn unknown_ending(file: &str, path: &Path, ending: &str) -> Error {
    let place = Place::File { file: file.to_owned() };
    let found = match ending {
        _ if path.is_dir() => "a folder".to_owned(),
        "" => "no ending".to_owned(),
        ending => format!("`.{ending}`"),
    };
    let fault = Fault::new(FaultCode::UnknownFormat, place, "this ending names no format of plans")
        .found(found);
    Error::unknown_format(path, fault.expected(".yaml, .yml, .json or .toml"))
}

#[cold]
pub(super) fn plan_error(found: Vec<Fault>) -> Error {
    Error::of(ErrorKind::Plan, noted(found))
}

fn noted(found: Vec<Fault>) -> Faults {
    let mut faults = Faults::default();
    found.into_iter().for_each(|fault| faults.push(fault));
    faults
}
