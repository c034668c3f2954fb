//! The tree of areas in a CSV file beside the observations.

use std::io::Cursor;

use rustc_hash::FxHashMap;

use crate::delimited::{Delimited, Row};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
use crate::plan::document::Node;
use crate::sources::SourceFile;
use crate::sources::tree::{self, Map};
use crate::tally::unreadable;

/// Areas, their levels from the topmost on, and the ids.
#[derive(Debug, Default)]
pub(super) struct Areas {
    pub(super) nodes: Vec<Node>,
    pub(super) levels: Vec<String>,
    pub(super) ids: FxHashMap<String, usize>,
}

/// The areas of a file with the columns `id` and `level`, and optionally `name` and `parent`.
pub(super) fn read(file: &SourceFile, faults: &mut Faults) -> Result<Areas> {
    let mut areas = Areas::default();
    let io = |cause| unreadable(std::path::Path::new(file.name()), cause);
    let mut table = match Delimited::open(file.name(), Cursor::new(file.bytes())).map_err(io)? {
        Ok(table) => table,
        Err(fault) => {
            faults.push(fault);
            return Ok(areas);
        }
    };
    let (header, line) = table.header();
    let column = |name: &str| header.iter().position(|one| one == name);
    let [id, name, level, parent] = ["id", "name", "level", "parent"].map(column);
    let (Some(id), Some(level)) = (id, level) else {
        for (name, column) in [("id", id), ("level", level)] {
            if column.is_none() {
                let place = Place::Cell { file: file.name().to_owned(), line, column: None };
                let fault = Fault::new(FaultCode::MissingColumn, place, "a column is missing");
                faults.push(fault.expected(quoted(name)));
            }
        }
        return Ok(areas);
    };
    let mut rows: Vec<[Option<String>; 3]> = Vec::new();
    while let Some(row) = table.next().map_err(io)? {
        match row {
            Row::Faulty(fault) => faults.push(fault),
            Row::Sound(line, record) => {
                let cell = |column: Option<usize>| {
                    let text = column.and_then(|column| record.get(column)).map(str::trim);
                    text.filter(|text| !text.is_empty())
                };
                let (Some(code), Some(of_level)) = (cell(Some(id)), cell(Some(level))) else {
                    let place = Place::Cell { file: file.name().to_owned(), line, column: None };
                    let message = "an area has no id or no level";
                    faults.push(Fault::new(FaultCode::MissingValue, place, message));
                    continue;
                };
                let node = Map::new()
                    .with("id", tree::text(code))
                    .with_some("name", cell(name).map(tree::text))
                    .with("level", tree::text(of_level))
                    .with_some("parent", cell(parent).map(tree::text));
                areas.ids.insert(code.to_owned(), areas.nodes.len());
                areas.nodes.push(node.into());
                rows.push(
                    [Some(code), Some(of_level), cell(parent)].map(|one| one.map(str::to_owned)),
                );
            }
        }
    }
    // The level of a parent stands before that of its parts: levels are sorted by the depth of their deepest area.
    let mut depths: Vec<(usize, String)> = Vec::new();
    for row in &rows {
        let [_, Some(of_level), _] = row else { continue };
        let mut depth = 0;
        let mut above = row[2].as_deref();
        while let Some(parent) = above
            && depth < 64
        {
            depth += 1;
            above = areas
                .ids
                .get(parent)
                .and_then(|at| rows.get(*at))
                .and_then(|row| row[2].as_deref());
        }
        match depths.iter_mut().find(|(_, level)| level == of_level) {
            Some((deepest, _)) => *deepest = (*deepest).max(depth),
            None => depths.push((depth, of_level.clone())),
        }
    }
    depths.sort_by_key(|(depth, _)| *depth);
    areas.levels = depths.into_iter().map(|(_, level)| level).collect();
    Ok(areas)
}
