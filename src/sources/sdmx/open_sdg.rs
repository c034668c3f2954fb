//! The dialect of Open SDG: a CSV file for each indicator, and its configuration in YAML.
//!
//! | column | what it is |
//! |---|---|
//! | `Year` | the period |
//! | `Value` | the value |
//! | `GeoCode` | the area; nothing is the country |
//! | `Units`, `Series` | the unit and the series |
//! | `Progress` | not read |
//! | any other | a disaggregation, of which nothing is the total; or the name of the area, if it goes with `GeoCode` |

use std::io::Cursor;

use chrono::Datelike;
use csv::StringRecord;
use rustc_hash::FxHashMap;

use super::period::period;
use super::read::{NO_VALUE, Observation, Observations};
use crate::delimited::{Delimited, Row};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
use crate::plan::document::{Node, from_yaml};
use crate::sources::SourceFile;
use crate::sources::note::{NoteCode, Notes};
use crate::sources::number::{float, machine_number};
use crate::tally::{Status, unreadable};

/// The area of values without a code.
pub(super) const COUNTRY: &str = "country";

/// The years of a goal that names none.
const BASE_YEAR: i32 = 2015;
const TARGET_YEAR: i32 = 2030;

/// What the configuration of an indicator says.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) title: Option<String>,
    pub(super) unit: Option<String>,
    pub(super) goals: Vec<Goal>,
}

/// A goal of the progress measure.
#[derive(Debug)]
pub(super) struct Goal {
    pub(super) series: Option<String>,
    pub(super) unit: Option<String>,
    /// Whether more is better.
    pub(super) is_floor: bool,
    pub(super) base_year: i32,
    pub(super) target_year: i32,
    pub(super) target: String,
    pub(super) place: Place,
}

/// The columns of a file, by place.
struct Columns {
    year: usize,
    value: usize,
    area: Option<usize>,
    unit: Option<usize>,
    series: Option<usize>,
    /// Each with its number among all dimensions.
    dimensions: Vec<(usize, usize)>,
    area_name: Option<usize>,
}

/// Reads the rows of a file.
pub(super) fn read(
    file: &SourceFile,
    number: usize,
    into: &mut Observations,
    notes: &mut Notes,
    faults: &mut Faults,
) -> Result<()> {
    let Some(text) = file.text_or(faults) else { return Ok(()) };
    let io = |cause| unreadable(std::path::Path::new(file.name()), cause);
    let opened = Delimited::open(file.name(), Cursor::new(text.as_bytes()));
    let mut table = match opened.map_err(io)? {
        Ok(table) => table,
        Err(fault) => {
            faults.push(fault);
            return Ok(());
        }
    };
    let (header, line) = table.header();
    let header: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    let find = |name: &str| header.iter().position(|one| one.eq_ignore_ascii_case(name));
    let (Some(year), Some(value)) = (find("Year"), find("Value")) else {
        for name in ["Year", "Value"].into_iter().filter(|name| find(name).is_none()) {
            let place = Place::Cell { file: file.name().to_owned(), line, column: None };
            let fault = Fault::new(FaultCode::MissingColumn, place, "a column is missing");
            let near = header.iter().map(String::as_str);
            faults.push(fault.expected(quoted(name)).near_miss(name, near));
        }
        return Ok(());
    };
    let mut rows: Vec<(usize, StringRecord)> = Vec::new();
    while let Some(row) = table.next().map_err(io)? {
        crate::parallel::check_stop();
        match row {
            Row::Sound(line, record) => rows.push((line, record.clone())),
            Row::Faulty(fault) => faults.push(fault),
        }
    }
    let [area, unit, series] = ["GeoCode", "Units", "Series"].map(find);
    let known = [Some(year), Some(value), area, unit, series, find("Progress")];
    let others = (0..header.len()).filter(|at| !known.contains(&Some(*at)));
    let (mut dimensions, mut area_name) = (Vec::new(), None);
    for at in others {
        if area_name.is_none() && area.is_some_and(|area| names_areas(&rows, area, at)) {
            area_name = Some(at);
        } else if let Some(name) = header.get(at) {
            dimensions.push((at, into.dimension(name)));
        }
    }
    let columns = Columns { year, value, area, unit, series, dimensions, area_name };
    if find("Progress").is_some() {
        let did = "the column `Progress` is not read: progress is computed";
        notes.add(NoteCode::NotInAttain, did, || file.place());
    }
    let flow = into.flows.number(indicator_id(file.name()), None);
    for (line, record) in &rows {
        crate::parallel::check_stop();
        let place = |column: &str| Place::Cell {
            file: file.name().to_owned(),
            line: *line,
            column: Some(column.to_owned()),
        };
        let days = period(cell(record, Some(columns.year)), None, (1, 1));
        if days.is_err() {
            let fault = Fault::new(FaultCode::NotAPeriod, place("Year"), "this is no year");
            let found = quoted(cell(record, Some(columns.year)));
            faults.push(fault.found(found).expected("a year such as 2023, or a period of it"));
        }
        let text = cell(record, Some(columns.value));
        let read = machine_number(text).and_then(|number| float(&number));
        let is_missing = NO_VALUE.contains(&text);
        if read.is_none() && !is_missing {
            let fault = Fault::new(FaultCode::NotANumber, place("Value"), "this is no number");
            faults.push(fault.found(quoted(text)).expected("a number, or nothing"));
        }
        let Ok((start, end)) = days else { continue };
        let (code, name) = (cell(record, columns.area), cell(record, columns.area_name));
        let area = if code.is_empty() {
            into.areas.number(COUNTRY, None)
        } else {
            into.areas.number(code, Some(name))
        };
        let series = into.series.number(cell(record, columns.series), None);
        let unit = Some(cell(record, columns.unit)).filter(|unit| !unit.is_empty());
        let unit = unit.map(|unit| into.units.number(unit, None));
        let mut categories = vec![None; into.dimensions.len()];
        for (column, dimension) in &columns.dimensions {
            let category = cell(record, Some(*column));
            if !category.is_empty()
                && let Some((_, codes)) = into.dimensions.get_mut(*dimension)
                && let Some(of_dimension) = categories.get_mut(*dimension)
            {
                *of_dimension = Some(codes.number(category, None));
            }
        }
        into.rows.push(Observation {
            file: number,
            line: *line,
            flow,
            area,
            series,
            unit,
            start,
            end,
            value: read,
            status: is_missing.then_some(Status::O),
            recorded_at: None,
            categories,
        });
    }
    Ok(())
}

fn cell(record: &StringRecord, column: Option<usize>) -> &str {
    column.and_then(|column| record.get(column)).unwrap_or_default().trim()
}

/// Whether a column has the names of areas: a row has one if it has a code, and each code has one name.
fn names_areas(rows: &[(usize, StringRecord)], area: usize, column: usize) -> bool {
    let mut names: FxHashMap<&str, &str> = FxHashMap::default();
    let is_name = rows.iter().all(|(_, record)| {
        let (code, name) = (cell(record, Some(area)), cell(record, Some(column)));
        code.is_empty() == name.is_empty() && *names.entry(code).or_insert(name) == name
    });
    is_name && names.keys().any(|code| !code.is_empty())
}

/// The id of an indicator in the name of its file: `1-1-1` of `indicator_1-1-1.csv`.
fn indicator_id(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let name = name.split_once('.').map_or(name, |(stem, _)| stem);
    name.strip_prefix("indicator_").unwrap_or(name)
}

/// Reads the configuration of an indicator.
pub(super) fn config(file: &SourceFile, notes: &mut Notes, faults: &mut Faults) -> Config {
    let node = match file.text().and_then(|text| from_yaml(text, Some(file.name()))) {
        Ok(node) => node,
        Err(found) => {
            found.into_iter().for_each(|fault| faults.push(fault));
            return Config::default();
        }
    };
    let title = ["indicator_name", "graph_title"].iter().find_map(|key| text(&node, key));
    let mut config = Config {
        title: title.map(str::to_owned),
        unit: text(&node, "computation_units").map(str::to_owned),
        goals: Vec::new(),
    };
    for line in node.get("graph_target_lines").and_then(Node::as_list).unwrap_or_default() {
        let did = "lines of targets in graphs are no goals";
        let note = notes.add(NoteCode::NotInAttain, did, || line.place.clone());
        note.found(text(line, "value").unwrap_or_default());
    }
    let goals = node.get("progress_calculation_options").and_then(Node::as_list);
    for options in goals.unwrap_or_default() {
        config.goals.extend(goal(options, notes, faults));
    }
    config
}

/// A text or a number of a map.
fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    let value = node.get(key)?;
    let text = value.as_text().or_else(|| value.as_number())?.trim();
    (!text.is_empty()).then_some(text)
}

fn goal(options: &Node, notes: &mut Notes, faults: &mut Faults) -> Option<Goal> {
    let place = |key: &str| options.get(key).map_or(&options.place, |node| &node.place).clone();
    let is_floor = match text(options, "direction") {
        None | Some("negative") => false,
        Some("positive") => true,
        Some(other) => {
            let choices = ["negative", "positive"];
            faults.push(Fault::unknown_choice(place("direction"), "direction", other, &choices));
            return None;
        }
    };
    let mut year = |key: &str, usual: i32| match text(options, key) {
        None => Some(usual),
        Some(found) => match period(found, None, (1, 1)) {
            Ok((start, _)) if found.len() == 4 => Some(start.year()),
            _ => {
                let fault = Fault::new(FaultCode::NotAPeriod, place(key), "this is no year");
                faults.push(fault.found(quoted(found)).expected("a year such as 2030"));
                None
            }
        },
    };
    let base_year = year("base_year", BASE_YEAR)?;
    let target_year = year("target_year", TARGET_YEAR)?;
    if target_year < base_year {
        let fault = Fault::new(
            FaultCode::EmptyRange,
            place("target_year"),
            "the target is of a year before the base year",
        );
        faults.push(fault.found(format!("{base_year} to {target_year}")));
        return None;
    }
    let Some(target) = text(options, "target") else {
        let did = "progress without a target is no goal";
        notes.add(NoteCode::NotInAttain, did, || options.place.clone());
        return None;
    };
    let Some(target) = machine_number(target) else {
        let fault = Fault::new(FaultCode::NotANumber, place("target"), "this is no number");
        faults.push(fault.found(quoted(target)).expected("a number"));
        return None;
    };
    if let Some(of) = text(options, "disaggregation") {
        let did = "goals of a disaggregation are left out";
        notes.add(NoteCode::NotInAttain, did, || options.place.clone()).found(of);
        return None;
    }
    if text(options, "limit").is_some() {
        let did = "limits of progress are not read";
        notes.add(NoteCode::NotInAttain, did, || place("limit"));
    }
    Some(Goal {
        series: text(options, "series").map(str::to_owned),
        unit: text(options, "unit").map(str::to_owned),
        is_floor,
        base_year,
        target_year,
        target,
        place: options.place.clone(),
    })
}
