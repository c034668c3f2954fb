//! What each column of SDMX-CSV is.

use crate::error::{Fault, FaultCode, Place, quoted};

use super::SdmxOptions;

/// The columns of a file, by place. Names that end in `label` are those of a code in the column before.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) flow: Option<usize>,
    pub(super) action: Option<usize>,
    pub(super) area: Option<usize>,
    /// The column with the names of the areas, behind that of their codes.
    pub(super) area_label: Option<usize>,
    pub(super) indicator: Option<usize>,
    pub(super) indicator_label: Option<usize>,
    pub(super) frequency: Option<usize>,
    pub(super) unit: Option<usize>,
    pub(super) multiplier: Option<usize>,
    pub(super) time: Option<usize>,
    pub(super) value: Option<usize>,
    pub(super) status: Option<usize>,
    pub(super) flag: Option<usize>,
    pub(super) confidentiality: Option<usize>,
    pub(super) nature: Option<usize>,
    pub(super) bounds: Vec<usize>,
    pub(super) year_start: Option<usize>,
    pub(super) updated: Option<usize>,
    /// The dimensions, with their ids.
    pub(super) dimensions: Vec<(usize, String)>,
    /// Columns that are not read.
    pub(super) unread: Vec<String>,
    /// By place: whether the header has a name behind the id. Cells then have one too.
    labelled: Vec<bool>,
}

const AREAS: [&str; 6] = ["REF_AREA", "GEO", "LOCATION", "COUNTRY", "REPORTER", "GEO_PICT"];
const INDICATORS: [&str; 4] = ["SERIES", "INDICATOR", "NA_ITEM", "MEASURE"];
/// Attributes that describe a value or a table, and change neither.
const ATTRIBUTES: [&str; 12] = [
    "DECIMALS",
    "SOURCE_DETAIL",
    "BASE_PER",
    "TIME_DETAIL",
    "TIME_COVERAGE",
    "TIME_FORMAT",
    "AVAILABILITY",
    "COLLECTION",
    "GEO_INFO_URL",
    "GEO_INFO_TYPE",
    "STRUCTURE",
    "STRUCTURE_NAME",
];

/// The id in a header `ID: name`, and the name.
pub(super) fn id_and_label(text: &str) -> (&str, Option<&str>) {
    match text.split_once(": ") {
        Some((id, label)) => (id.trim(), Some(label.trim())),
        None => (text.trim(), None),
    }
}

fn key(id: &str) -> String {
    id.to_uppercase().replace(['-', ' '], "_")
}

/// Whether a header can be the id of an SDMX component, and not its name.
fn is_component(id: &str) -> bool {
    id.starts_with(|first: char| first.is_ascii_alphabetic())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-$@".contains(&byte))
}

/// Parts of the names of columns that may be those of areas.
const PARTS_OF_AREAS: [&str; 10] =
    ["AREA", "GEO", "CTY", "COUNTRY", "REGION", "LOCATION", "REPORTER", "TERR", "PROVINCE", "NUTS"];

/// As many columns are named as may be meant.
const COLUMNS_OF_A_HINT: usize = 6;

/// How to name the column of the areas: the dimensions that sound like one, or all of them.
fn area_hint(ids: &[&str], keys: &[String], time: Option<usize>, known: &[usize]) -> String {
    let dimensions: Vec<(&str, bool)> = ids
        .iter()
        .zip(keys)
        .enumerate()
        .filter(|(at, (id, key))| {
            let is_dimension = time.is_none_or(|time| *at < time) && is_component(id);
            is_dimension && !known.contains(at) && !ATTRIBUTES.contains(&key.as_str())
        })
        .map(|(_, (id, key))| (*id, PARTS_OF_AREAS.iter().any(|part| key.contains(part))))
        .collect();
    let has_likely = dimensions.iter().any(|(_, is_likely)| *is_likely);
    let meant: Vec<&str> = dimensions
        .iter()
        .filter(|(_, is_likely)| *is_likely || !has_likely)
        .map(|(id, _)| *id)
        .collect();
    let hint = "name the column of the areas with `area`";
    match meant.as_slice() {
        [] => hint.to_owned(),
        [only] => format!("{hint}: it may be {only}"),
        _ if meant.len() > COLUMNS_OF_A_HINT => {
            let shown = meant.get(..COLUMNS_OF_A_HINT).unwrap_or_default();
            format!("{hint}: it may be one of {} …", shown.join(", "))
        }
        _ => format!("{hint}: it may be one of {}", meant.join(", ")),
    }
}

impl Columns {
    /// The columns of a header; or what is missing.
    pub(super) fn of(
        header: &[String],
        file: &str,
        line: usize,
        options: &SdmxOptions,
    ) -> Result<Columns, Vec<Fault>> {
        let ids: Vec<&str> = header.iter().map(|name| id_and_label(name).0).collect();
        let keys: Vec<String> = ids.iter().map(|id| key(id)).collect();
        let find = |name: &str| keys.iter().position(|key| key == name);
        let any = |names: &[&str]| names.iter().find_map(|name| find(name));
        let mut faults = Vec::new();
        let place = |column: &str| Place::Cell {
            file: file.to_owned(),
            line,
            column: Some(column.to_owned()),
        };
        let mut named = |name: &Option<String>, what: &str| -> Option<usize> {
            let name = name.as_ref()?;
            let found = ids.iter().position(|id| id == name).or_else(|| find(&key(name)));
            if found.is_none() {
                let fault = Fault::unknown_choice(place(name), what, name, &ids);
                faults.push(Fault { code: FaultCode::MissingColumn, ..fault });
            }
            found
        };
        let area = named(&options.area, "column of areas").or_else(|| any(&AREAS));
        let indicator = named(&options.indicator, "column of indicators")
            .or_else(|| any(&INDICATORS))
            .or_else(|| keys.iter().position(|key| key.starts_with("INDIC")));
        let mut strata = Vec::new();
        for name in &options.strata {
            strata.extend(named(&Some(name.clone()), "column of a stratum"));
        }
        let labelled = header.iter().map(|name| id_and_label(name).1.is_some()).collect();
        let mut columns = Columns {
            labelled,
            flow: any(&["DATAFLOW", "STRUCTURE_ID"]),
            action: find("ACTION"),
            area,
            indicator,
            frequency: find("FREQ"),
            unit: any(&["UNIT_MEASURE", "UNIT"]),
            multiplier: find("UNIT_MULT"),
            time: find("TIME_PERIOD"),
            value: find("OBS_VALUE"),
            status: find("OBS_STATUS"),
            flag: find("OBS_FLAG"),
            confidentiality: any(&["CONF_STATUS", "OBS_CONF"]),
            nature: find("NATURE"),
            bounds: ["UPPER_BOUND", "LOWER_BOUND"].into_iter().filter_map(find).collect(),
            year_start: find("REPORTING_YEAR_START_DAY"),
            updated: any(&["DATA_LAST_UPDATE", "LAST_UPDATE"]),
            ..Columns::default()
        };
        let mut missing = |name: &str, hint: &str| {
            let place = Place::Cell { file: file.to_owned(), line, column: None };
            let fault = Fault::new(FaultCode::MissingColumn, place, "a column is missing")
                .expected(quoted(name));
            let near = ids.iter().copied();
            faults.push(if hint.is_empty() {
                fault.near_miss(name, near)
            } else {
                fault.hint(hint)
            });
        };
        if columns.time.is_none() {
            missing("TIME_PERIOD", "");
        }
        if columns.value.is_none() {
            missing("OBS_VALUE", "");
        }
        if columns.area.is_none() && options.area.is_none() {
            missing("REF_AREA", &area_hint(&ids, &keys, columns.time, &columns.known()));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let known = columns.known();
        let mut before: Option<usize> = None;
        for (at, id) in ids.iter().enumerate() {
            if known.contains(&at) {
                before = Some(at);
                continue;
            }
            let is_label_of = |other: &usize| ids[*other].eq_ignore_ascii_case(id);
            if !is_component(id) || before.as_ref().is_some_and(is_label_of) {
                if before.is_some() && before == columns.area {
                    columns.area_label = Some(at);
                } else if before.is_some() && before == columns.indicator {
                    columns.indicator_label = Some(at);
                }
                continue;
            }
            before = Some(at);
            let is_attribute = ATTRIBUTES.contains(&keys[at].as_str())
                || keys[at].starts_with("COMMENT")
                || keys[at].starts_with("TITLE");
            if !options.strata.is_empty() {
                if strata.contains(&at) {
                    columns.dimensions.push((at, (*id).to_owned()));
                } else {
                    columns.unread.push((*id).to_owned());
                }
            } else if is_attribute {
                // They describe a value, and are left alone.
            } else if columns.time.is_some_and(|time| at < time) {
                columns.dimensions.push((at, (*id).to_owned()));
            } else {
                columns.unread.push((*id).to_owned());
            }
        }
        Ok(columns)
    }

    /// The id in a cell, and the name behind it if the column has names. A flow may have one whatever the header says.
    pub(super) fn id_and_label<'c>(
        &self,
        column: Option<usize>,
        cell: &'c str,
    ) -> (&'c str, Option<&'c str>) {
        let has_names = column.is_some_and(|at| self.labelled.get(at) == Some(&true));
        if has_names || (column.is_some() && column == self.flow) {
            id_and_label(cell)
        } else {
            (cell.trim(), None)
        }
    }

    /// The columns with a meaning of their own.
    fn known(&self) -> Vec<usize> {
        [
            self.flow,
            self.action,
            self.area,
            self.indicator,
            self.frequency,
            self.unit,
            self.multiplier,
            self.time,
            self.value,
            self.status,
            self.flag,
            self.confidentiality,
            self.nature,
            self.year_start,
            self.updated,
        ]
        .into_iter()
        .flatten()
        .chain(self.bounds.iter().copied())
        .collect()
    }
}
