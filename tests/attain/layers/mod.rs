//! The layers of the crate: a module imports only from the layers below it. Within a folder, modules import each other
//! in one direction, but for the circles that are listed here.
//!
//! What counts is the text of `src/`: `use` and paths like `crate::plan::Plan`, without tests. A re-exported name
//! counts as an import from the file that defines it. A folder's `mod.rs` and the modules of the folder belong together
//! and may import each other.

mod graph;
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::layers::graph::{Import, circles, imports};
use crate::layers::source::Module;
use crate::support::Scratch;

/// The lowest layer first. Modules of one layer import nothing from each other.
const LAYERS: [&[&str]; 19] = [
    &["exact", "memo", "names", "view"],
    &["error"],
    &["language", "trace"],
    &["parallel"],
    &["calendar"],
    &["delimited", "limits", "output"],
    &["plan"],
    &["tally"],
    &["assess"],
    &["report"],
    &["scorecard"],
    &["views"],
    &["query"],
    &["interactive"],
    &["workbook"],
    &["arrow"],
    &["exchange", "files", "journal"],
    &["sources"],
    &["binding"],
];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn layer(module: &str) -> usize {
    let layer = LAYERS.iter().position(|modules| modules.contains(&module));
    layer.unwrap_or_else(|| panic!("`{module}` has no layer: add it to LAYERS"))
}

fn told(import: &Import) -> String {
    let Import { from, line, to } = import;
    format!("src/{}, line {line}: crate::{}", from.join("/"), to.join("::"))
}

#[test]
fn a_module_imports_only_from_the_layers_below_it() {
    let imports = imports(&source());
    let upwards: Vec<String> = imports
        .iter()
        .filter_map(|import| {
            // The root and `binding` re-export what others use.
            let (from, to) = (import.from.first()?, import.to.first()?);
            (from != to && layer(from) <= layer(to)).then(|| told(import))
        })
        .collect();
    assert!(
        upwards.is_empty(),
        "imports from the same layer or a higher one:\n{}",
        upwards.join("\n")
    );
    for module in LAYERS.iter().flat_map(|modules| modules.iter()) {
        let is_used = imports.iter().flat_map(|import| [&import.from, &import.to]);
        let mut names = is_used.filter_map(|path| path.first());
        assert!(names.any(|name| name == module), "`{module}` is no module: drop it from LAYERS");
    }
}

#[test]
fn modules_of_a_folder_import_each_other_in_one_direction() {
    let mut folders: BTreeMap<Module, BTreeSet<(String, String)>> = BTreeMap::new();
    let mut lines: BTreeMap<(String, String, String), String> = BTreeMap::new();
    for import in imports(&source()) {
        let shared = import.from.iter().zip(&import.to).take_while(|(from, to)| from == to).count();
        let (Some(from), Some(to)) = (import.from.get(shared), import.to.get(shared)) else {
            continue;
        };
        let folder = import.from[..shared].to_vec();
        let edge = (from.clone(), to.clone());
        lines.insert((folder.join("/"), from.clone(), to.clone()), told(&import));
        folders.entry(folder).or_default().insert(edge);
    }
    let mut found = String::new();
    for (folder, edges) in folders {
        let folder = folder.join("/");
        for circle in circles(&edges) {
            writeln!(found, "{folder}: {}", circle.join(", ")).unwrap();
            for ((of, from, to), line) in &lines {
                if *of == folder && circle.contains(from) && circle.contains(to) {
                    writeln!(found, "    {from} imports {to}: {line}").unwrap();
                }
            }
        }
    }
    assert!(found.is_empty(), "modules that reach each other by their imports:\n{found}");
}

#[test]
fn paths_are_found_in_every_form_and_re_exports_are_followed() {
    let scratch = Scratch::new("lib.rs");
    let write = |name: &str, text: &str| std::fs::write(scratch.folder().join(name), text).unwrap();
    std::fs::create_dir(scratch.folder().join("plan")).unwrap();
    write("lib.rs", "mod plan; mod tally; mod calendar;");
    write("plan/mod.rs", "mod unit;\npub use unit::Unit;\npub struct Plan;\n");
    write("plan/unit.rs", "use super::Plan;\npub struct Unit;\npub const SIGN: char = '\"';\n");
    write("calendar.rs", "pub struct Day;\npub fn day() {}\n// use crate::plan::Plan;\n");
    write(
        "tally.rs",
        r##"use crate::{calendar::{self, Day}, plan::Unit as Place};
pub(in crate::plan) fn first<'a>(_: &'a str) { calendar::day(); }
const TEXT: &str = "use crate::plan::Plan;";
const RAW: &str = r#"crate::plan::Plan "quoted""#;
fn second() -> crate::plan::Plan { crate::plan::Plan }
#[cfg(test)]
mod tests { use crate::plan::SIGN; }
mod inner { use super::super::plan::unit; use super::first; }
"##,
    );
    let found: Vec<String> = imports(scratch.folder()).iter().map(told).collect();
    assert_eq!(
        found,
        [
            "src/plan/unit, line 1: crate::plan",
            "src/tally, line 1: crate::calendar",
            "src/tally, line 1: crate::calendar",
            "src/tally, line 1: crate::plan::unit",
            "src/tally, line 2: crate::calendar",
            "src/tally, line 5: crate::plan",
            "src/tally, line 5: crate::plan",
            "src/tally, line 8: crate::plan::unit",
        ]
    );
    let edges = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")];
    let edges = edges.map(|(from, to)| (from.to_owned(), to.to_owned()));
    let circle = ["a", "b", "c"].map(ToOwned::to_owned).to_vec();
    assert_eq!(circles(&BTreeSet::from(edges)), BTreeSet::from([circle]));
}
