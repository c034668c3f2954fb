//! Observations as a plan document and outcomes.

use std::collections::{BTreeMap, BTreeSet};

use super::areas;
use super::counts;
use super::open_sdg::{self, COUNTRY};
use super::read::{Observation, Observations, read, strata};
use super::{SdmxDialect, SdmxOptions, SeriesCounts};
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
    let counts = counts_of(options);
    let mut build = Build { files, options, found: &found, config, notes, faults, strata, counts };
    let ids = build.indicator_ids();
    let strata_ids = build.strata_ids();
    let quotients = build.quotients(&ids);
    let plan = build.plan(&ids, &strata_ids, &quotients)?;
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
    /// The series that are counts.
    counts: BTreeSet<&'b str>,
}

/// The series that are counts, by themselves or as a part of a quotient.
fn counts_of(options: &SdmxOptions) -> BTreeSet<&str> {
    let mut counts = BTreeSet::new();
    for (series, of) in &options.counts {
        match of {
            SeriesCounts::Count => {
                counts.insert(series.as_str());
            }
            SeriesCounts::Quotient { numerator, denominator } => {
                counts.extend([numerator.as_str(), denominator.as_str()]);
            }
        }
    }
    counts
}

/// A series that is the quotient of two others, in one flow.
struct Quotient {
    id: String,
    title: Option<String>,
    numerator: String,
    denominator: String,
    per: String,
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

    /// The indicators that are quotients of counts. A series that the files don't have, or have several times, is a fault.
    fn quotients(&mut self, ids: &BTreeMap<Key, String>) -> Vec<Quotient> {
        let (found, options) = (self.found, self.options);
        let mut taken = Ids::reserving([]);
        ids.values().for_each(|id| {
            taken.take(id);
        });
        let mut quotients = Vec::new();
        for (series, of) in &options.counts {
            let SeriesCounts::Quotient { numerator, denominator } = of else {
                self.keys_of(ids, series, series);
                continue;
            };
            let above = self.keys_of(ids, numerator, &format!("{series}.numerator"));
            let below = self.keys_of(ids, denominator, &format!("{series}.denominator"));
            let is_nested = [numerator, denominator].iter().any(|part| self.is_quotient(part));
            let has_both = above.keys().any(|flow| below.contains_key(flow));
            if is_nested || !above.is_empty() && !below.is_empty() && !has_both {
                let message = if is_nested {
                    "a part of the quotient is a quotient itself"
                } else {
                    "no flow has both series"
                };
                let place = counts::place(series);
                let fault = Fault::new(FaultCode::UnsuitableMeasure, place, message);
                let parts = format!("{} and {}", quoted(numerator), quoted(denominator));
                self.faults.push(fault.found(parts).expected("two series of counts of one flow"));
                continue;
            }
            for (flow, above) in &above {
                let Some(below) = below.get(flow) else { continue };
                let own: Vec<(&Key, &String)> = ids
                    .iter()
                    .filter(|(key, _)| key.0 == *flow && found.series.text(key.1) == series)
                    .collect();
                let (id, title, per) = match own.as_slice() {
                    [] => {
                        let wanted = series.as_str();
                        (taken.take(wanted).0, None, "100".to_owned())
                    }
                    [((_, of_series, unit), id), ..] => {
                        let unit = unit.map_or("", |unit| found.units.text(unit));
                        (
                            (*id).clone(),
                            found.series.label(*of_series).map(str::to_owned),
                            multiplier(unit),
                        )
                    }
                };
                let place = counts::place(series);
                if own.len() > 1 {
                    let message = "the series has several units";
                    let fault = Fault::new(FaultCode::AmbiguousRequest, place, message);
                    self.faults.push(fault.hint("read the rows of one unit"));
                    continue;
                }
                if !own.is_empty() {
                    let did =
                        "published values of series that are quotients of counts are not read";
                    let own = |row: &&Observation| {
                        row.flow == *flow && found.series.text(row.series) == series
                    };
                    for row in found.rows.iter().filter(own) {
                        let place = self.place(row);
                        self.notes.add(NoteCode::SeveralValues, did, || place).found(series);
                    }
                }
                let did = "quotients are ratios: that the numerator is a part of the denominator is not proven";
                self.notes
                    .add(NoteCode::AssumedKind, did, || place)
                    .found(&id)
                    .hint("write `proportion` in the plan in place of `ratio`");
                quotients.push(Quotient {
                    id,
                    title,
                    numerator: count_measure(above),
                    denominator: count_measure(below),
                    per,
                });
            }
        }
        quotients
    }

    /// The id of a series in each flow that has it.
    fn keys_of(
        &mut self,
        ids: &BTreeMap<Key, String>,
        series: &str,
        key: &str,
    ) -> BTreeMap<usize, String> {
        let found = self.found;
        let mut of_flows: BTreeMap<usize, String> = BTreeMap::new();
        let mut has_several = false;
        for ((flow, number, _), id) in ids {
            if found.series.text(*number) == series {
                has_several |= of_flows.insert(*flow, id.clone()).is_some();
            }
        }
        let is_part = key != series;
        if of_flows.is_empty() && !found.rows.is_empty() {
            let message = "the files have no such series";
            let fault = Fault::new(FaultCode::UnknownId, counts::place(key), message);
            let known = found.series.texts.iter().map(String::as_str);
            self.faults.push(fault.found(quoted(series)).near_miss(series, known));
        } else if has_several && is_part {
            let message = "the series has several units: which one is counted is not known";
            let fault = Fault::new(FaultCode::AmbiguousRequest, counts::place(key), message);
            self.faults.push(fault.found(quoted(series)).hint("read the rows of one unit"));
        }
        of_flows
    }

    fn plan(
        &mut self,
        ids: &BTreeMap<Key, String>,
        strata_ids: &[String],
        quotients: &[Quotient],
    ) -> Result<Node> {
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
            if self.is_quotient(found.series.text(*series)) {
                continue;
            }
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
        for quotient in quotients {
            let parts = Map::new()
                .with("numerator", tree::text(&quotient.numerator))
                .with("denominator", tree::text(&quotient.denominator))
                .with("per", tree::number(&quotient.per));
            let indicator =
                Map::new().with_some("title", quotient.title.as_deref().map(tree::text));
            indicators.put(&quotient.id, indicator.with("ratio", parts));
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
        self.counts.contains(series)
    }

    /// Whether a series is computed from counts, and its own values are not read.
    fn is_quotient(&self, series: &str) -> bool {
        matches!(self.options.counts.get(series), Some(SeriesCounts::Quotient { .. }))
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
        let mut rows: Vec<&Observation> = Vec::with_capacity(found.rows.len());
        for row in &found.rows {
            let Some(id) = ids.get(&(row.flow, row.series, row.unit)) else { continue };
            if self.is_quotient(found.series.text(row.series)) {
                continue;
            }
            rows.push(row);
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
            let (Some(first), Some(row)) = (rows.get(first), rows.get(second)) else {
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

/// The multiplier of a quotient in a unit: 100 of per cent, 1000 of `PER_1000_POP`.
fn multiplier(unit: &str) -> String {
    if PER_CENT.contains(&unit) {
        return "100".to_owned();
    }
    let number = unit.strip_prefix("PER_").and_then(|rest| rest.split('_').next());
    let number = number.filter(|text| text.starts_with(|first| ('1'..='9').contains(&first)));
    match number.and_then(|text| text.parse::<u32>().ok()) {
        Some(number) => number.to_string(),
        None => "1".to_owned(),
    }
}

/// The measure of a series of counts.
fn count_measure(id: &str) -> String {
    format!("{id}.n")
}
