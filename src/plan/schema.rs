//! The JSON Schema of the plan file, format 1.

use serde_json::{Value, json};

use super::keys::{Definitions, PlanKeys};

/// The JSON Schema (draft 2020-12) of the plan file: for editors that complete and check while one writes.
///
/// It describes the shape only; that ids refer to something, windows hold days and goals can be
/// reached is checked when a plan is read.
pub fn json_schema() -> Value {
    let mut definitions = Definitions::default();
    let mut schema = definitions.describe::<PlanKeys>();
    if let Value::Object(schema) = &mut schema {
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!("attain plan, format 1"));
        schema.insert("$defs".to_owned(), Value::Object(definitions.schemas));
    }
    schema
}
