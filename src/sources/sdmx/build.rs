//! Observations as a plan document and outcomes.

use std::collections::BTreeMap;

use super::areas;
use super::open_sdg::{self, COUNTRY};
use super::read::{Observation, Observations, read, strata};
use super::{SdmxDialect, SdmxOptions};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
use crate::plan::document::Node;
use crate::plan::stratum::OUTCOME_COLUMNS;
use crate::sources::ids::{Ids, slug};
use crate::sources::note::{NoteCode, Notes};
use crate::sources::outcomes::{OutcomeRow, OutcomeTable};
use crate::sources::tree::{self, Map};
use crate::sources::{Imported, SourceFile};
use crate::tally::Rows;

/// The level of areas without a tree.
const LEVEL: &str = "area";

/// Codes of units that are per cent.
const PER_CENT: [&str; 4] = ["PT", "PC", "PCT", "PERCENT"];

pub(super) fn import(files: &[SourceFile], options: &SdmxOptions) -> Result<Imported> {
    let (mut notes, mut faults) = (Notes::default(), Faults::default());
    let mut found = Observations::default();
    for (number, file) in files.iter().enumerate() {
        match options.dialect {
            SdmxDialect::Sdmx => {
                read(file, number, options, &mut found, &mut notes, &mut faults)?;
            }
            SdmxDialect::OpenSdg => {
                open_sdg::read(file, number, &mut found, &mut notes, &mut faults)?;
            }
        }
    }
    if files.is_empty() {
        let fault = Fault::new(FaultCode::TooFew, Place::Nowhere, "there are no files");
        faults.push(fault.expected("at least one file of SDMX-CSV"));
    }
    let config =
        options.config.as_ref().map(|file| open_sdg::config(file, &mut notes, &mut faults));
    let config = config.unwrap_or_default();
    let strata = strata(&found, files, &mut notes);
    let mut build = Build { files, options, found: &found, config, notes, faults, strata };
    let ids = build.indicator_ids();
    let strata_ids = build.strata_ids();
    let plan = build.plan(&ids, &strata_ids)?;
    let outcomes = build.outcomes(&ids, &strata_ids);
    let Build { notes, faults, .. } = build;
    Imported::of(plan, outcomes, Rows::Figures, notes, faults, options.strict)
}

struct Build<'b> {
    files: &'b [SourceFile],
    options: &'b SdmxOptions,
    found: &'b Observations,
    config: open_sdg::Config,
    notes: Notes,
    faults: Faults,
    strata: Vec<usize>,
}

/// What makes an indicator: flow, series and unit.
type Key = (usize, usize, Option<usize>);

/// The id in `AGENCY:ID(1.0)`.
fn flow_id(flow: &str) -> &str {
    let id = flow.rsplit_once(':').map_or(flow, |(_, id)| id);
    id.split_once('(').map_or(id, |(id, _)| id)
}

impl Build<'_> {
    fn place(&self, row: &Observation) -> Place {
        let file = self.files.get(row.file).map_or("", SourceFile::name);
        Place::Cell { file: file.to_owned(), line: row.line, column: None }
    }

    /// The id of each indicator: that of the series, with that of its flow and of its unit where there are several.
    fn indicator_ids(&mut self) -> BTreeMap<Key, String> {
        let found = self.found;
        let mut keys: Vec<Key> = Vec::new();
        let mut first: BTreeMap<Key, &Observation> = BTreeMap::new();
        for row in &found.rows {
            let key = (row.flow, row.series, row.unit);
            first.entry(key).or_insert_with(|| {
                keys.push(key);
                row
            });
        }
        let has_flows = keys.iter().any(|key| Some(key.0) != keys.first().map(|first| first.0));
        let mut taken = Ids::default();
        let mut ids = BTreeMap::new();
        for key in &keys {
            let (flow, series, unit) = *key;
            let has_units =
                keys.iter().any(|other| (other.0, other.1) == (flow, series) && other != key);
            let of_flow = flow_id(found.flows.text(flow));
            let mut parts = Vec::new();
            if has_flows || found.series.text(series).is_empty() {
                parts.push(if of_flow.is_empty() { "value" } else { of_flow });
            }
            if !found.series.text(series).is_empty() {
                parts.push(found.series.text(series));
            }
            if has_units && let Some(unit) = unit {
                parts.push(found.units.text(unit));
            }
            let wanted = parts.join(".");
            let (id, is_changed) = taken.take(&wanted);
            if is_changed && let Some(row) = first.get(key) {
                let place = self.place(row);
                let did = "ids of indicators are rewritten to the signs that plans allow";
                self.notes
                    .add(NoteCode::IdChanged, did, || place)
                    .found(format!("{wanted} → {id}"));
            }
            ids.insert(*key, id);
        }
        ids
    }

    fn strata_ids(&mut self) -> Vec<String> {
        let mut taken = Ids::reserving(OUTCOME_COLUMNS);
        let mut ids = Vec::new();
        for at in &self.strata {
            let Some((wanted, _)) = self.found.dimensions.get(*at) else { continue };
            let (id, is_changed) = taken.take(wanted);
            if is_changed {
                let place = self.files.first().map(SourceFile::place).unwrap_or_default();
                let did = "ids of strata are rewritten: outcomes have a column of that name, or plans don't allow it";
                self.notes
                    .add(NoteCode::IdChanged, did, || place)
                    .found(format!("{wanted} → {id}"));
            }
            ids.push(id);
        }
        ids
    }

    fn plan(&mut self, ids: &BTreeMap<Key, String>, strata_ids: &[String]) -> Result<Node> {
        let found = self.found;
        let flow = found.rows.first().map_or(0, |row| row.flow);
        let flow_text = found.flows.text(flow);
        let units = self.units()?;
        let mut strata = Map::new();
        for (at, id) in self.strata.iter().zip(strata_ids) {
            if let Some((_, codes)) = found.dimensions.get(*at) {
                strata.put(id, tree::texts(&codes.texts));
            }
        }
        let (mut measures, mut indicators) = (Map::new(), Map::new());
        // In the order of the rows.
        let mut in_order: Vec<(&Key, &String)> = ids.iter().collect();
        in_order.sort_by_key(|(key, _)| (key.0, key.1, key.2));
        for ((flow, series, unit), id) in in_order {
            let label = found.series.label(*series);
            let label = label.or_else(|| {
                found.series.text(*series).is_empty().then(|| found.flows.label(*flow)).flatten()
            });
            let label = label.or(self.config.title.as_deref());
            let code = unit.map_or("", |unit| found.units.text(unit));
            let unit_text = match unit.and_then(|unit| found.units.label(unit)) {
                _ if PER_CENT.contains(&code) => "%",
                Some(label) => label,
                None if code.is_empty() => self.config.unit.as_deref().unwrap_or("value"),
                None => code,
            };
            let mut indicator = Map::new().with_some("title", label.map(tree::text));
            if self.is_count(found.series.text(*series)) {
                let measure = count_measure(id);
                measures.put(&measure, Map::new().with("unit", tree::text(unit_text)));
                indicator.put("count", tree::text(&measure));
            } else {
                let has_goal = self.goals_of(*series, *unit).next().is_some();
                let reported = Map::new().with("unit", tree::text(unit_text));
                let latest = has_goal.then(|| tree::text("last"));
                indicator.put("reported", reported.with_some("over_time", latest));
            }
            indicators.put(id, indicator);
        }
        let targets = self.targets(ids);
        let mut plan = Map::new()
            .with("attain", tree::number("1"))
            .with("plan", tree::text(&slug(flow_id(flow_text))))
            .with_some("title", found.flows.label(flow).map(tree::text))
            .with("units", units);
        for (key, section) in [
            ("strata", strata),
            ("measures", measures),
            ("indicators", indicators),
            ("targets", targets),
        ] {
            if !section.is_empty() {
                plan.put(key, section);
            }
        }
        Ok(plan.into())
    }

    /// The goals of the configuration for a series and a unit.
    fn goals_of(
        &self,
        series: usize,
        unit: Option<usize>,
    ) -> impl Iterator<Item = &open_sdg::Goal> {
        let series = self.found.series.text(series);
        let unit = unit.map(|unit| self.found.units.text(unit));
        self.config.goals.iter().filter(move |goal| {
            goal.series.as_deref().is_none_or(|of| of == series)
                && goal.unit.as_deref().is_none_or(|of| Some(of) == unit)
        })
    }

    /// The targets that the configuration has: the latest value from the base year to the target year.
    fn targets(&mut self, ids: &BTreeMap<Key, String>) -> Map {
        let found = self.found;
        let has_country = found.areas.texts.iter().any(|code| code == COUNTRY);
        let (mut targets, mut taken) = (Map::new(), Ids::default());
        for ((_, series, unit), id) in ids {
            for goal in self.goals_of(*series, *unit) {
                let comparator = if goal.is_floor { "at_least" } else { "at_most" };
                let days = [
                    format!("{:04}-01-01", goal.base_year),
                    format!("{:04}-01-01", goal.target_year + 1),
                ];
                let node = Map::new()
                    .with("indicator", tree::text(id))
                    .with("goal", Map::new().with(comparator, tree::number(&goal.target)))
                    .with(
                        "baseline",
                        Map::new().with("window", tree::text(&goal.base_year.to_string())),
                    )
                    .with("window", tree::texts(days))
                    .with("trajectory", tree::text("geometric"))
                    .with_some("units", has_country.then(|| tree::texts([COUNTRY])));
                let (target, _) = taken.take(&format!("{id}.{}", goal.target_year));
                targets.put(&target, node);
            }
        }
        let unused = self.config.goals.iter().filter(|goal| {
            !ids.keys().any(|(_, series, unit)| {
                self.goals_of(*series, *unit).any(|one| std::ptr::eq(one, *goal))
            })
        });
        let places: Vec<Place> = unused.map(|goal| goal.place.clone()).collect();
        for place in places {
            let did = "goals name a series or a unit that no row has: they are left out";
            self.notes.add(NoteCode::DanglingReference, did, || place);
        }
        targets
    }

    fn is_count(&self, series: &str) -> bool {
        self.options.counts.iter().any(|count| count == series)
    }

    /// The units: those of the tree, or one level of all areas.
    fn units(&mut self) -> Result<Node> {
        let found = self.found;
        if let Some(file) = &self.options.units {
            let areas = areas::read(file, &mut self.faults)?;
            let mut reported = vec![false; found.areas.texts.len()];
            for row in &found.rows {
                let code = found.areas.text(row.area);
                let is_new =
                    reported.get_mut(row.area).is_some_and(|seen| !std::mem::replace(seen, true));
                if is_new && !areas.ids.contains_key(code) {
                    let fault = Fault::new(
                        FaultCode::UnknownUnit,
                        self.place(row),
                        "the area is not in the file of units",
                    );
                    let known = areas.ids.keys().map(String::as_str);
                    self.faults.push(fault.found(quoted(code)).near_miss(code, known));
                }
            }
            let units = Map::new().with("levels", tree::texts(&areas.levels));
            return Ok(units.with("list", tree::list(areas.nodes)).into());
        }
        let list = found.areas.texts.iter().enumerate().map(|(at, code)| {
            Map::new()
                .with("id", tree::text(code))
                .with_some("name", found.areas.label(at).map(tree::text))
                .with("level", tree::text(LEVEL))
                .into()
        });
        Ok(Map::new().with("levels", tree::texts([LEVEL])).with("list", tree::list(list)).into())
    }

    fn outcomes(&mut self, ids: &BTreeMap<Key, String>, strata_ids: &[String]) -> OutcomeTable {
        let found = self.found;
        let mut table = OutcomeTable::new(strata_ids);
        for row in &found.rows {
            let Some(id) = ids.get(&(row.flow, row.series, row.unit)) else { continue };
            let categories: Vec<Option<&str>> = self
                .strata
                .iter()
                .map(|at| {
                    let (_, codes) = found.dimensions.get(*at)?;
                    row.categories.get(*at).copied().flatten().map(|code| codes.text(code))
                })
                .collect();
            let count = self.is_count(found.series.text(row.series)).then(|| count_measure(id));
            table.push(&OutcomeRow {
                unit: found.areas.text(row.area),
                start: row.start,
                end: row.end,
                measure: count.as_deref().unwrap_or(id),
                value: row.value,
                status: row.status,
                recorded_at: row.recorded_at,
                categories: &categories,
                source: format_args!(
                    "{}:{}",
                    self.files.get(row.file).map_or("", SourceFile::name),
                    row.line
                ),
            });
        }
        for (first, second) in table.repeated() {
            let (Some(first), Some(row)) = (found.rows.get(first), found.rows.get(second)) else {
                continue;
            };
            let fault = Fault::new(
                FaultCode::DuplicateRow,
                self.place(row),
                "two rows have the same area, period, indicator and dimensions",
            )
            .found(format!("the same as {}", self.place(first)))
            .hint("do they differ in a column that is not read? name it with `strata`");
            self.faults.push(fault);
        }
        table
    }
}

/// The measure of a series of counts.
fn count_measure(id: &str) -> String {
    format!("{id}.n")
}
