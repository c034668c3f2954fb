//! The warnings that were given when rows were read, as JSON: a stored tally keeps them.

use serde::{Deserialize, Serialize};

use super::Tally;
use crate::error::{Place, Warning, WarningCode};

#[derive(Serialize, Deserialize)]
struct StoredWarning {
    code: WarningCode,
    message: String,
    hint: Option<String>,
    count: usize,
    places: Vec<StoredPlace>,
}

#[derive(Serialize, Deserialize)]
struct StoredPlace(#[serde(with = "PlaceFields")] Place);

/// The fields of [`Place`], whose own serialisation does not name the variant.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Place", rename_all = "snake_case")]
enum PlaceFields {
    Nowhere,
    Text { file: Option<String>, line: usize, column: usize },
    Cell { file: String, line: usize, column: Option<String> },
    Row { row: usize, column: Option<String> },
    FileRow { file: String, row: usize, column: Option<String> },
    Column { column: String },
    FileColumn { file: String, column: String },
    Path { path: String },
    Within { file: String, path: String },
    File { file: String },
    Figures { measure: String, unit: String, window: Option<String> },
    Judged { target: String, unit: String, window: String },
}

impl Tally {
    /// The warnings that were given when its rows were read, as JSON; none if there are none.
    pub(crate) fn noted_as_json(&self) -> Option<String> {
        let noted = &self.recorded.noted;
        let stored: Vec<StoredWarning> = noted.iter().map(StoredWarning::from).collect();
        if stored.is_empty() { None } else { serde_json::to_string(&stored).ok() }
    }
}

/// The warnings of such a JSON text; none if it is another one.
pub(crate) fn noted_of_json(json: &str) -> Option<Vec<Warning>> {
    let stored: Vec<StoredWarning> = serde_json::from_str(json).ok()?;
    Some(stored.into_iter().map(Warning::from).collect())
}

impl From<&Warning> for StoredWarning {
    fn from(warning: &Warning) -> Self {
        StoredWarning {
            code: warning.code,
            message: warning.message.clone(),
            hint: warning.hint.clone(),
            count: warning.count,
            places: warning.places.iter().cloned().map(StoredPlace).collect(),
        }
    }
}

impl From<StoredWarning> for Warning {
    fn from(stored: StoredWarning) -> Self {
        Warning {
            code: stored.code,
            message: stored.message,
            hint: stored.hint,
            count: stored.count,
            places: stored.places.into_iter().map(|StoredPlace(place)| place).collect(),
        }
    }
}
