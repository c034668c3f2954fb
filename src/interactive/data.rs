//! The rows of a page as columns: texts in dictionaries, printed numbers joined to one text, codes as single letters.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use super::map::{self, Map};
use super::steps::{Explained, Steps};
use super::{Details, PageOptions, SCRIPT};
use crate::assess::{Certainty, Texts, Verdict};
use crate::calendar::Window;
use crate::error::Result;
use crate::names::sort_key;
use crate::parallel::check_stop;
use crate::plan::{Plan, UnitIndex};
use crate::report::Report;
use crate::scorecard::card::{Entry, Series, Shared, by_distance};
use crate::scorecard::page::linked;
use crate::scorecard::{Language, wording};
use crate::views::{Explainer, TreeOptions};

/// Letters that stand for the numbers from 0 to 63.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The letter for no height.
const NO_HEIGHT: usize = 63;

/// Explanations go down one level of units: the page leads to the others.
const TREE: TreeOptions = TreeOptions { depth: 1, most: 12 };

/// All that the script reads.
#[derive(Serialize)]
pub(super) struct Data {
    labels: BTreeMap<&'static str, &'static str>,
    levels: Vec<String>,
    units: Units,
    targets: Vec<Target>,
    /// Name and label, the newest first.
    windows: Vec<(String, String)>,
    strata: Vec<String>,
    /// The key and the title of each office that answers for a row.
    offices: Vec<(String, String)>,
    /// Offices that answer together, by their places.
    teams: Vec<Vec<usize>>,
    series: AllSeries,
    /// The windows of a series, the oldest first; most series share a list.
    lists: Vec<Vec<usize>>,
    rows: Rows,
    texts: Vec<String>,
    steps: Steps,
    map: Option<Map>,
}

/// The units of rows and those above them, in the order of the plan.
#[derive(Serialize, Default)]
struct Units {
    name: Vec<String>,
    /// The code; of a code that is used again, with the first day of its validity.
    key: Vec<String>,
    level: Vec<usize>,
    /// −1 where there is none.
    parent: Vec<i64>,
    /// The place by name.
    order: Vec<usize>,
}

#[derive(Serialize)]
struct Target {
    key: String,
    title: String,
    indicator: String,
    unit: String,
    note: String,
    /// Each with its address, where it has one.
    documents: Vec<(String, Option<String>)>,
}

/// The rows of a target, a unit and a stratum, one for each window. They stand in the order of the plan.
#[derive(Serialize, Default)]
struct AllSeries {
    target: Vec<usize>,
    unit: Vec<usize>,
    stratum: Vec<usize>,
    list: Vec<usize>,
    /// The place of the latest window among those of the series.
    latest: Vec<usize>,
    /// Rows whose unit is another one: the code was used again.
    others: Vec<(usize, usize)>,
}

/// The rows, series by series, the oldest window first.
#[derive(Serialize, Default)]
struct Rows {
    /// Verdict + 3 × certainty + 12 if the window still runs + 24 if the first remark stands in place of the value.
    state: String,
    value: String,
    interval: String,
    fraction: String,
    gap: String,
    needed: Vec<usize>,
    goal: Vec<usize>,
    remarks: Vec<usize>,
    /// The place of the offices in charge among the teams. Empty in a plan without owners.
    team: Vec<usize>,
    /// The height of the value and of the goal in the sparkline.
    height: String,
    aim: String,
    /// The place in the order of clear misses.
    miss: Vec<usize>,
    /// The place by value among the rows of the target, equal values alike; 0 without a value.
    rank: Vec<usize>,
}

/// Texts, each once.
#[derive(Default)]
struct Dictionary {
    texts: Vec<String>,
    places: HashMap<String, usize>,
}

impl Dictionary {
    fn place(&mut self, text: String) -> usize {
        *self.places.entry(text).or_insert_with_key(|text| {
            self.texts.push(text.clone());
            self.texts.len() - 1
        })
    }
}

/// A text of numbers with ASCII in place of its narrow and its fixed blanks.
fn joined(column: &mut String, text: Option<String>) {
    for letter in text.unwrap_or_default().chars() {
        column.push(match letter {
            '\u{202f}' => '_',
            '\u{a0}' => '~',
            letter => letter,
        });
    }
    column.push('|');
}

fn letter(number: usize) -> char {
    char::from(LETTERS[number.min(LETTERS.len() - 1)])
}

impl Data {
    /// Whether an office answers for a row.
    pub(super) fn has_offices(&self) -> bool {
        !self.offices.is_empty()
    }
}

pub(super) fn data(report: &Report, texts: &Texts, options: &PageOptions) -> Result<Data> {
    let plan = report.plan();
    let targets = report.target_rows(texts);
    let (units, places) = units(report);
    let (windows, window_places) = windows(report);
    let mut maker = Maker {
        units: &places,
        windows: &window_places,
        strata: Dictionary::default(),
        lists: HashMap::new(),
        teams: HashMap::new(),
        texts: Dictionary::default(),
        series: AllSeries::default(),
        rows: Rows::default(),
        steps: Vec::new(),
        orders: Orders::default(),
        details: options.details,
        language: options.language,
        explainer: (options.details != Details::None)
            .then(|| Explainer::of(report, options.language)),
    };
    // The place of no text.
    maker.strata.place(String::new());
    maker.texts.place(String::new());
    let mut named = Vec::new();
    for (place, (rows, documents)) in targets.iter().enumerate() {
        let opened = rows.open();
        let Some(line) = opened.first() else { continue };
        let indicator = wording::legible(&line.indicator_title);
        let title = wording::legible(&line.target_title);
        named.push(Target {
            key: line.assessment.target.to_string(),
            indicator: if indicator == title { String::new() } else { indicator },
            title,
            unit: options.language.unit_of_value(&line.unit_of_value),
            note: line.note.as_deref().map(wording::legible).unwrap_or_default(),
            documents: documents
                .iter()
                .map(|line| (options.language.document(line), linked(line)))
                .collect(),
        });
        for series in opened.levels.iter().flat_map(|level| &level.series) {
            maker.add(place, series);
        }
    }
    maker.orders.write(&mut maker.rows);
    let map = options.map.as_deref();
    let map = map.map(|map| map::read(map, &options.code, &units.key)).transpose()?;
    let mut lists: Vec<(Vec<usize>, usize)> = maker.lists.into_iter().collect();
    lists.sort_unstable_by_key(|(_, place)| *place);
    let (offices, teams) = offices(plan, maker.teams);
    let catalogue = options.language.catalogue();
    Ok(Data {
        labels: catalogue
            .iter()
            .filter(|(key, _)| is_label(key))
            .map(|(key, text)| (key.as_str(), text.as_str()))
            .collect(),
        levels: plan.units().levels().iter().map(|level| wording::legible(level)).collect(),
        units,
        targets: named,
        windows: windows
            .iter()
            .map(|window| (window.name(), options.language.period(window.start(), window.end())))
            .collect(),
        strata: maker.strata.texts,
        offices,
        teams,
        series: maker.series,
        lists: lists.into_iter().map(|(list, _)| list).collect(),
        rows: maker.rows,
        texts: maker.texts.texts,
        steps: Steps::of(maker.steps),
        map,
    })
}

/// Whether the script says a phrase: it names it, or makes its key from that of a verdict.
fn is_label(key: &str) -> bool {
    SCRIPT.contains(&format!("\"{key}\"")) || key.ends_with("_so_far") || key == "group"
}

/// The units of the rows and those above them, and the place of each.
fn units(report: &Report) -> (Units, HashMap<UnitIndex, usize>) {
    let units = report.plan().units();
    let mut used = BTreeSet::new();
    for block in report.stored_blocks() {
        for unit in block.units() {
            if used.insert(unit) {
                used.extend(units.above(unit));
            }
        }
    }
    let used: Vec<UnitIndex> = used.into_iter().collect();
    let places: HashMap<UnitIndex, usize> =
        used.iter().enumerate().map(|(place, unit)| (*unit, place)).collect();
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut names: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for unit in &used {
        *ids.entry(&units[*unit].id).or_default() += 1;
        names.entry(&units[*unit].name).or_default().insert(&units[*unit].id);
    }
    let mut columns = Units::default();
    let mut keys = Vec::new();
    for unit in &used {
        let one = &units[*unit];
        let is_again = ids.get(one.id.as_str()).is_some_and(|times| *times > 1);
        let since = one.valid_from.filter(|_| is_again);
        let key = since.map_or_else(|| one.id.clone(), |day| format!("{}@{day}", one.id));
        let has_namesake = names.get(one.name.as_str()).is_some_and(|ids| ids.len() > 1);
        columns.name.push(match (one.name.trim().is_empty(), has_namesake) {
            (true, _) => wording::legible(&one.id),
            (false, true) => {
                format!("{} ({})", wording::legible(&one.name), wording::legible(&one.id))
            }
            (false, false) => wording::legible(&one.name),
        });
        columns.key.push(wording::legible(&key));
        columns.level.push(one.level.0);
        let parent = one.parent.and_then(|parent| places.get(&parent));
        columns.parent.push(parent.map_or(-1, |parent| *parent as i64));
        keys.push((sort_key(&one.name), sort_key(&one.id)));
    }
    let mut by_name: Vec<usize> = (0..used.len()).collect();
    by_name.sort_by(|one, other| keys[*one].cmp(&keys[*other]));
    columns.order = vec![0; used.len()];
    for (order, unit) in by_name.into_iter().enumerate() {
        columns.order[unit] = order;
    }
    (columns, places)
}

/// The windows of all rows, the newest first, and the place of each by its days.
fn windows(report: &Report) -> (Vec<Window>, HashMap<(NaiveDate, NaiveDate), usize>) {
    let blocks = report.stored_blocks().iter().filter(|block| block.len() > 0);
    let mut all: Vec<Window> = blocks.map(|block| block.window).collect();
    all.sort_by_key(|window| std::cmp::Reverse((window.end(), window.start())));
    all.dedup_by(|one, other| one.same_days(other));
    let days = all.iter().map(|window| (window.start(), window.end()));
    let places = days.enumerate().map(|(place, days)| (days, place)).collect();
    (all, places)
}

/// The offices of the teams, in the order of the plan, and the teams with their places among these.
fn offices(
    plan: &Plan,
    teams: HashMap<Vec<usize>, usize>,
) -> (Vec<(String, String)>, Vec<Vec<usize>>) {
    let used: Vec<usize> =
        teams.keys().flatten().copied().collect::<BTreeSet<usize>>().into_iter().collect();
    let offices = used.iter().map(|at| {
        let owner = &plan.owners()[*at];
        (wording::legible(&owner.id), wording::legible(owner.title()))
    });
    let mut teams: Vec<(Vec<usize>, usize)> = teams.into_iter().collect();
    teams.sort_unstable_by_key(|(_, place)| *place);
    let place = |at: &usize| used.binary_search(at).ok();
    let teams = teams.iter().map(|(team, _)| team.iter().filter_map(place).collect());
    (offices.collect(), teams.collect())
}

/// The rows while they are collected.
struct Maker<'a> {
    units: &'a HashMap<UnitIndex, usize>,
    windows: &'a HashMap<(NaiveDate, NaiveDate), usize>,
    strata: Dictionary,
    lists: HashMap<Vec<usize>, usize>,
    /// Offices that answer together, by their places in the plan.
    teams: HashMap<Vec<usize>, usize>,
    texts: Dictionary,
    series: AllSeries,
    rows: Rows,
    /// The lines of each row's explanation, with the number of target and window; none if it has none.
    steps: Vec<Explained<(usize, usize)>>,
    orders: Orders,
    details: Details,
    language: Language,
    explainer: Option<Explainer<'a>>,
}

impl Maker<'_> {
    fn add(&mut self, target: usize, series: &Series<'_>) {
        let entries = series.all();
        let unit = self.unit(series.latest);
        let latest = series.latest.window();
        let list: Vec<usize> =
            entries.iter().filter_map(|entry| self.windows.get(&entry.window()).copied()).collect();
        let lists = self.lists.len();
        self.series.target.push(target);
        self.series.unit.push(unit);
        let stratum = series.latest.stratum().map(wording::legible).unwrap_or_default();
        self.series.stratum.push(self.strata.place(stratum));
        self.series.list.push(*self.lists.entry(list).or_insert(lists));
        let place = entries.iter().position(|entry| entry.window() == latest);
        self.series.latest.push(place.unwrap_or(0));
        let scale = Scale::of(&entries);
        for entry in entries {
            check_stop();
            if self.unit(entry) != unit {
                self.series.others.push((self.rows.state.len(), self.unit(entry)));
            }
            let height = entry.value().map_or(NO_HEIGHT, |value| scale.height(value));
            self.rows.height.push(letter(height));
            let aim = entry.goals().next().map_or(NO_HEIGHT, |goal| scale.height(goal));
            self.rows.aim.push(letter(aim));
            self.row(target, entry, (entry.window() == latest).then_some(series));
        }
    }

    fn unit(&self, entry: Entry<'_>) -> usize {
        let unit = entry.unit_index().and_then(|unit| self.units.get(&unit));
        unit.copied().unwrap_or_default()
    }

    fn row(&mut self, target: usize, entry: Entry<'_>, latest_of: Option<&Series<'_>>) {
        let line = &*entry.line();
        let row = &line.assessment;
        // What all rows of the target share stands in the panel of a row.
        let shared = Shared { goal: true, goal_words: true, window: true, basis: true, note: true };
        let mut remarks = self.language.remarks(line, shared);
        let is_reason = row.value.is_none() && row.reason.is_some();
        if let Some(series) = latest_of {
            remarks.extend(self.language.still_running(series.running()));
            remarks.extend(self.language.not_started(series.not_started()));
        }
        self.rows.state.push(letter(
            verdict_place(row.verdict)
                + 3 * certainty_place(row.certainty)
                + 12 * usize::from(!row.is_final)
                + 24 * usize::from(is_reason),
        ));
        joined(&mut self.rows.value, self.language.value(line));
        joined(&mut self.rows.interval, self.language.interval(line, false));
        joined(&mut self.rows.fraction, self.language.fraction(row));
        joined(&mut self.rows.gap, self.language.gap(line));
        self.rows.needed.push(self.texts.place(self.language.needed(line).unwrap_or_default()));
        self.rows.goal.push(self.texts.place(self.language.goal(line)));
        self.rows.remarks.push(self.texts.place(remarks.join("\n")));
        if let Some(team) = entry.offices() {
            let teams = self.teams.len();
            self.rows.team.push(*self.teams.entry(team).or_insert(teams));
        }
        self.orders.add(target, entry);
        let is_explained = match self.details {
            Details::All => true,
            Details::Missed => row.verdict == Verdict::Missed,
            Details::None => false,
        };
        let explainer = self.explainer.as_ref().filter(|_| is_explained);
        self.steps.push(explainer.zip(entry.stored()).map(|(explainer, (block, place))| {
            let window = self.windows.get(&entry.window()).copied().unwrap_or_default();
            ((target, window), explainer.lines(block, place, &TREE))
        }));
    }
}

fn verdict_place(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Met => 0,
        Verdict::Missed => 1,
        Verdict::Indeterminate => 2,
    }
}

fn certainty_place(certainty: Certainty) -> usize {
    match certainty {
        Certainty::Clear => 0,
        Certainty::WithinChance => 1,
        Certainty::Unsettled => 2,
        Certainty::Unknown => 3,
    }
}

/// The scale of a sparkline: from the least to the greatest value or goal.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    fn of(entries: &[Entry<'_>]) -> Scale {
        let values = entries.iter().filter_map(|entry| entry.value());
        let goals = entries.iter().filter_map(|entry| entry.goals().next());
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for number in values.chain(goals).filter(|number| number.is_finite()) {
            (low, high) = (low.min(number), high.max(number));
        }
        Scale { low, high }
    }

    /// From 0 to 62.
    fn height(&self, number: f64) -> usize {
        let share = (number - self.low) / (self.high - self.low);
        let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 };
        (share * (NO_HEIGHT - 1) as f64).round() as usize
    }
}

/// What rows are ordered by.
#[derive(Default)]
struct Orders {
    misses: Vec<Miss>,
    values: Vec<(usize, Option<f64>)>,
}

/// Missed before met before none; the newest window first, clear misses first, then by target and distance.
type Miss = ((usize, std::cmp::Reverse<(bool, NaiveDate, NaiveDate)>, bool, usize), Option<f64>);

impl Orders {
    fn add(&mut self, target: usize, entry: Entry<'_>) {
        let (class, distance) = match entry.verdict() {
            Verdict::Missed => (0, entry.clear_distance().map(|distance| -distance)),
            Verdict::Met => (1, entry.gap()),
            Verdict::Indeterminate => (2, None),
        };
        let is_unclear = class == 0 && entry.certainty() != Certainty::Clear;
        let window = std::cmp::Reverse(entry.window_order());
        self.misses.push(((class, window, is_unclear, target), distance));
        self.values.push((target, entry.value().filter(|value| !value.is_nan())));
    }

    fn write(&self, rows: &mut Rows) {
        let mut order: Vec<usize> = (0..self.misses.len()).collect();
        order.sort_by(|one, other| {
            let (one, other) = (&self.misses[*one], &self.misses[*other]);
            one.0.cmp(&other.0).then_with(|| by_distance(one.1, other.1))
        });
        rows.miss = vec![0; order.len()];
        for (place, row) in order.iter().enumerate() {
            rows.miss[*row] = place;
        }
        order.sort_by(|one, other| {
            let (one, other) = (self.values[*one], self.values[*other]);
            one.0.cmp(&other.0).then_with(|| by_distance(one.1, other.1))
        });
        rows.rank = vec![0; order.len()];
        let (mut rank, mut before) = (0, None);
        for row in order {
            let (target, Some(value)) = self.values[row] else { continue };
            if before != Some((target, value)) {
                rank += 1;
                before = Some((target, value));
            }
            rows.rank[row] = rank;
        }
    }
}
