//! The report as a Data Package: a folder of tables with a description of every column.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use rustc_hash::FxHashSet;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::write_text;
use crate::arrow::{CsvOptions, record_batch, write_csv};
use crate::assess::Assessment;
use crate::error::Result;
use crate::output::unwritable;
use crate::parallel::check_stop;
use crate::plan::Document;
use crate::report::Report;
use crate::view::{Column, ColumnType, View};
use crate::views::PlanUnit;

const DESCRIPTOR: &str = "datapackage.json";
const ASSESSMENTS: &str = "assessments.csv";
const UNITS: &str = "units.csv";
const PLAN: &str = "plan.yaml";

/// The files that [`Report::write_package`] writes.
pub const PACKAGE_FILES: [&str; 4] = [DESCRIPTOR, ASSESSMENTS, UNITS, PLAN];

impl Report {
    /// Writes the report as a [Data Package](https://datapackage.org) into a folder, which is made if it is not there.
    ///
    /// | file | content |
    /// |---|---|
    /// | `datapackage.json` | the description: columns with type, meaning and codes, keys, sizes and hashes of the files |
    /// | `assessments.csv` | the rows, as [`write_csv`](Report::write_csv) writes them |
    /// | `units.csv` | the units of the plan ([`Plan::unit_rows`](crate::Plan::unit_rows)) |
    /// | `plan.yaml` | the plan, its units listed in it |
    ///
    /// Files of these names are replaced, others stay. The description is written last. Equal reports give equal files.
    /// A table has a primary key if no two of its rows have the same one: a code of a unit that is used again names
    /// several units.
    ///
    /// The key `attain` of the description has the version of the program, the day, the plan, the fingerprints of plan and
    /// outcomes, whether outcomes are figures or events, and the day of the boundaries.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the folder can't be made or a file can't be written.
    pub fn write_package(&self, folder: impl AsRef<Path>) -> Result<()> {
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(|cause| unwritable(folder, cause))?;
        self.write_csv(folder.join(ASSESSMENTS))?;
        let units = self.plan().unit_rows();
        let batch = record_batch(&units);
        write_csv(
            &batch.schema(),
            std::slice::from_ref(&batch),
            &folder.join(UNITS),
            &CsvOptions::default(),
        )?;
        write_text(&folder.join(PLAN), &self.plan().to_yaml())?;

        let rows = self.rows().iter();
        let key = ["target", "unit", "window_start", "window_end"];
        let has_key =
            all_differ(rows.map(|row| (&row.target, &row.unit, row.window_start, row.window_end)));
        let unit_of = |column: &str, resource: &str| json!([{"fields": [column], "reference": {"resource": resource, "fields": ["unit"]}}]);
        let assessments = schema::<Assessment>(has_key.then_some(&key), unit_of("unit", "units"));
        let has_key = all_differ(units.iter().map(|row| &row.unit));
        let units = schema::<PlanUnit>(has_key.then_some(&["unit"]), unit_of("parent", ""));
        let resources = [
            table_resource(folder, "assessments", ASSESSMENTS, assessments)?,
            table_resource(folder, "units", UNITS, units)?,
            resource(folder, "plan", PLAN, "yaml", "application/yaml")?.into(),
        ];
        let description = self.description(&resources);
        write_text(&folder.join(DESCRIPTOR), &format!("{description:#}\n"))
    }

    fn description(&self, resources: &[Value]) -> Value {
        let plan = self.plan();
        let mut description = Map::new();
        let mut set = |key: &str, value: Value| description.insert(key.to_owned(), value);
        set("$schema", json!("https://datapackage.org/profiles/2.0/datapackage.json"));
        set("name", json!(format!("{}-assessments", package_name(plan.id()))));
        set("title", json!(plan.title()));
        if let Some(note) = plan.note() {
            set("description", json!(note));
        }
        set("created", json!(format!("{}T00:00:00Z", self.as_of())));
        let sources: Vec<Value> = self.sources().into_iter().map(source).collect();
        if !sources.is_empty() {
            set("sources", json!(sources));
        }
        set("resources", json!(resources));
        set(
            "attain",
            json!({
                "version": env!("CARGO_PKG_VERSION"),
                "as_of": self.as_of(),
                "plan": plan.id(),
                "plan_fingerprint": plan.fingerprint(),
                "outcomes_fingerprint": self.tally().contents_fingerprint(),
                "rows": self.tally().rows().code(),
                "geography": plan.units().geography(),
            }),
        );
        description.into()
    }

    /// The documents that targets of the report rest on, each once, in the order of the plan.
    fn sources(&self) -> Vec<&Document> {
        let mut documents: Vec<&Document> = Vec::new();
        for (common, block) in self.blocks() {
            if block.len() > 0 {
                for document in &common.target.basis {
                    if !documents.contains(&document) {
                        documents.push(document);
                    }
                }
            }
        }
        documents
    }
}

/// A document as a source of the package. `path` is an address; other citations are no paths.
fn source(document: &Document) -> Value {
    let mut source = Map::new();
    source.insert("title".to_owned(), json!(document.to_string()));
    let is_address = |text: &&String| text.starts_with("https://") || text.starts_with("http://");
    if let Some(address) = document.source.as_ref().filter(is_address) {
        source.insert("path".to_owned(), json!(address));
    }
    source.into()
}

/// An id as the name of a package: small letters, digits, points, underscores and hyphens.
fn package_name(id: &str) -> String {
    let letter = |letter: char| match letter.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9' | '.' | '_' | '-') => letter,
        _ => '-',
    };
    id.chars().map(letter).collect()
}

fn all_differ<T: std::hash::Hash + Eq>(mut keys: impl Iterator<Item = T>) -> bool {
    let mut seen = FxHashSet::default();
    keys.all(|key| seen.insert(key))
}

/// The description of the columns of a view, which its declaration gives.
fn schema<R: View>(key: Option<&[&str]>, foreign_keys: Value) -> Value {
    let fields: Vec<Value> = R::COLUMNS.iter().map(field).collect();
    let mut schema = Map::new();
    schema.insert("fields".to_owned(), json!(fields));
    if let Some(key) = key {
        schema.insert("primaryKey".to_owned(), json!(key));
    }
    schema.insert("foreignKeys".to_owned(), foreign_keys);
    schema.insert("missingValues".to_owned(), json!([""]));
    schema.into()
}

fn field<R>(column: &Column<R>) -> Value {
    let column_type = match column.column_type {
        ColumnType::Text => "string",
        ColumnType::Float64 => "number",
        ColumnType::Int64 | ColumnType::UInt32 => "integer",
        ColumnType::Boolean => "boolean",
        ColumnType::Date32 => "date",
    };
    let mut field = Map::new();
    field.insert("name".to_owned(), json!(column.name));
    field.insert("type".to_owned(), json!(column_type));
    let words: Vec<&str> = column.doc.split_whitespace().collect();
    field.insert("description".to_owned(), json!(words.join(" ")));
    let mut constraints = Map::new();
    if !column.is_nullable {
        constraints.insert("required".to_owned(), json!(true));
    }
    if !column.choices.is_empty() {
        constraints.insert("enum".to_owned(), json!(column.choices));
    }
    if !constraints.is_empty() {
        field.insert("constraints".to_owned(), constraints.into());
    }
    field.into()
}

fn table_resource(folder: &Path, name: &str, file: &str, schema: Value) -> Result<Value> {
    let mut table = resource(folder, name, file, "csv", "text/csv")?;
    table.insert("type".to_owned(), json!("table"));
    table.insert("schema".to_owned(), schema);
    Ok(table.into())
}

/// The description of a file, with its size and its hash as it is on the disk.
fn resource(
    folder: &Path,
    name: &str,
    file: &str,
    format: &str,
    media_type: &str,
) -> Result<Map<String, Value>> {
    let path = folder.join(file);
    let (bytes, hash) = hash(&path).map_err(|cause| unwritable(&path, cause))?;
    let mut resource = Map::new();
    for (key, value) in [
        ("name", json!(name)),
        ("path", json!(file)),
        ("format", json!(format)),
        ("mediatype", json!(media_type)),
        ("encoding", json!("utf-8")),
        ("bytes", json!(bytes)),
        ("hash", json!(format!("sha256:{hash}"))),
    ] {
        resource.insert(key.to_owned(), value);
    }
    Ok(resource)
}

/// The number of bytes of a file, and their SHA-256 digest.
fn hash(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let (mut digest, mut bytes) = (Sha256::new(), 0);
    let mut part = vec![0; 1 << 16];
    loop {
        check_stop();
        let length = file.read(&mut part)?;
        let Some(read) = part.get(..length).filter(|read| !read.is_empty()) else { break };
        digest.update(read);
        bytes += length as u64;
    }
    Ok((bytes, digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
}
