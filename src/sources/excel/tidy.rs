//! Tidy workbooks: a row for each outcome, target, unit, indicator or measure, in columns with fixed names.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ExcelOptions;
use super::cells::{Content, Sheet, reference};
use super::format::Display;
use super::period;
use super::tracking::{base, stem};
use super::values::{Allowed, Amount, Values};
use super::words::{self, Tidy};
use crate::calendar::{Calendar, Window};
use crate::error::{Fault, FaultCode, Result};
use crate::parallel::check_stop;
use crate::plan::document::Node;
use crate::plan::stratum::OUTCOME_COLUMNS;
use crate::sources::ids::{Ids, slug};
use crate::sources::note::NoteCode;
use crate::sources::number;
use crate::sources::outcomes::{OutcomeRow, OutcomeTable};
use crate::sources::tree::{self, Map};
use crate::sources::{Imported, SourceFile};
use crate::tally::{Rows, Status};

/// The heads stand among the first rows.
const ROWS_OF_HEADS: usize = 20;

/// Columns that explain a row to people and are not read.
const NOT_READ: [&str; 6] =
    ["note", "unit_name", "title", "unit_of_value", "source", "baseline_on"];

/// The level of units that no sheet lists.
const LEVEL: &str = "unit";

impl Tidy {
    /// The columns that a sheet needs.
    fn required(self) -> &'static [&'static str] {
        match self {
            Tidy::Outcomes => &["unit", "measure", "value"],
            Tidy::Targets => &["target", "indicator", "window", "goal"],
            Tidy::Units => &["id", "level"],
            Tidy::Indicators => &["id", "kind"],
            Tidy::Measures => &["id"],
        }
    }

    /// The columns that it may have. Other columns of outcomes and targets are strata.
    fn optional(self) -> &'static [&'static str] {
        match self {
            Tidy::Outcomes => &["period", "date", "start", "end", "status", "recorded_at"],
            Tidy::Targets => &[
                "title",
                "unit",
                "level",
                "comparator",
                "goal_upper",
                "baseline",
                "document",
                "dated",
                "clause",
            ],
            Tidy::Units => &["name", "parent", "valid_from", "valid_to"],
            Tidy::Indicators => &["title", "numerator", "denominator", "per", "better", "unit"],
            Tidy::Measures => &["title", "unit", "over_time", "over_units", "every", "due"],
        }
    }

    fn knows(self, column: &str) -> bool {
        self.required().contains(&column) || self.optional().contains(&column)
    }
}

/// The row of heads and the columns by name, where all that a sheet needs are there.
fn heads(kind: Tidy, sheet: &Sheet) -> Option<(u32, Vec<(String, u32)>)> {
    sheet.rows().take(ROWS_OF_HEADS).find_map(|row| {
        let columns: Vec<(String, u32)> = sheet
            .columns(row)
            .filter_map(|column| Some((sheet.cell(row, column).label()?.to_lowercase(), column)))
            .collect();
        let has = |name: &&str| columns.iter().any(|(head, _)| head == name);
        kind.required().iter().all(has).then_some((row, columns))
    })
}

/// Whether a sheet is a table of outcomes.
pub(super) fn is_tidy(sheet: &Sheet) -> bool {
    is_tidy_of(Tidy::Outcomes, sheet)
}

/// Whether a sheet has the columns of a kind.
pub(super) fn is_tidy_of(kind: Tidy, sheet: &Sheet) -> bool {
    heads(kind, sheet).is_some()
}

/// A sheet with its columns.
struct Table<'s> {
    kind: Tidy,
    sheet: &'s Sheet,
    head_row: u32,
    columns: FxHashMap<String, u32>,
    /// Columns that are strata: their names and numbers.
    strata: Vec<(String, u32)>,
}

impl<'s> Table<'s> {
    fn of(kind: Tidy, sheet: &'s Sheet, values: &mut Values) -> Option<Self> {
        let Some((head_row, heads)) = heads(kind, sheet) else {
            let message = "the sheet lacks columns";
            let fault = Fault::new(FaultCode::MissingColumn, sheet.whole(), message);
            values.faults.push(
                fault.expected(format!("a row with the heads {}", kind.required().join(", "))),
            );
            return None;
        };
        let mut table =
            Table { kind, sheet, head_row, columns: FxHashMap::default(), strata: Vec::new() };
        for (name, column) in heads {
            if kind.knows(&name) {
                if table.columns.insert(name, column).is_some() {
                    let message = "two columns have the same head";
                    values.fault(
                        sheet,
                        (head_row, column),
                        FaultCode::DuplicateColumn,
                        message,
                        |fault| fault,
                    );
                }
            } else if !NOT_READ.contains(&name.as_str()) {
                if matches!(kind, Tidy::Outcomes | Tidy::Targets) {
                    // A stratum has the name that its head has, capitals included.
                    let name = sheet.cell(head_row, column).label().unwrap_or(name);
                    table.strata.push((name, column));
                } else {
                    let did = "columns with other heads are not read";
                    values.note(NoteCode::NotInAttain, did, sheet, (head_row, column));
                }
            }
        }
        Some(table)
    }

    fn column(&self, name: &str) -> Option<u32> {
        self.columns.get(name).copied()
    }

    /// The rows below the heads that are read: those with merged cells are faults, and those of totals are left out.
    fn rows(&self, values: &mut Values) -> Vec<u32> {
        let read: Vec<u32> = self
            .columns
            .values()
            .chain(self.strata.iter().map(|(_, column)| column))
            .copied()
            .collect();
        let name = self.kind.required().first().and_then(|name| self.column(name)).unwrap_or(1);
        let mut rows = Vec::new();
        for row in self.sheet.rows().filter(|row| *row > self.head_row) {
            check_stop();
            if read.iter().all(|column| self.sheet.shown(row, *column).is_blank()) {
                continue;
            }
            let mut is_merged = false;
            for column in &read {
                if self.sheet.begins_merged(row, *column)
                    && !self.sheet.cell(row, *column).is_blank()
                {
                    values.merged(self.sheet, (row, *column));
                }
                is_merged |= self.sheet.is_merged(row, *column);
            }
            if is_merged {
                continue;
            }
            if self.sheet.is_hidden(row) {
                let did = "hidden rows are read like others";
                values.note(NoteCode::NotInAttain, did, self.sheet, (row, name));
            }
            if self.sheet.cell(row, name).label().is_some_and(|text| words::is_total(&text)) {
                let did = "rows of totals are left out";
                values.note(NoteCode::LeftOutHeading, did, self.sheet, (row, name));
                continue;
            }
            rows.push(row);
        }
        rows
    }

    fn text(&self, values: &mut Values, row: u32, name: &str) -> Option<String> {
        let column = self.column(name)?;
        values.label(self.sheet, self.sheet.cell(row, column), (row, column))
    }

    /// The text of a cell that must have one.
    fn required(&self, values: &mut Values, row: u32, name: &str) -> Option<String> {
        let column = self.column(name)?;
        let faults = values.faults.len();
        let text = self.text(values, row, name);
        if text.is_none() && values.faults.len() == faults {
            let message = format!("the cell of `{name}` is empty");
            values.fault(self.sheet, (row, column), FaultCode::MissingValue, &message, |fault| {
                fault.expected(format!("the row's {name}"))
            });
        }
        text
    }

    /// A cell as a value of a plan: a number, or a text.
    fn node(&self, values: &mut Values, row: u32, name: &str) -> Option<Node> {
        let text = self.text(values, row, name)?;
        let column = self.column(name)?;
        let cell = self.sheet.cell(row, column);
        Some(match (&cell.content, cell.display) {
            (Content::Number(number), Display::Number) if name != "id" && name != "parent" => {
                tree::number(number)
            }
            _ => tree::text(&text),
        })
    }
}

pub(super) fn import(
    file: &SourceFile,
    sheets: &[(Tidy, Sheet)],
    options: &ExcelOptions,
) -> Result<Imported> {
    let mut values = Values::new(options.decimal);
    let calendar =
        options.map.calendar.as_ref().map_or_else(Calendar::default, |(calendar, _)| *calendar);
    let mut tables: Vec<Table<'_>> = Vec::new();
    for (kind, sheet) in sheets {
        tables.extend(Table::of(*kind, sheet, &mut values));
    }
    let table = |kind: Tidy| tables.iter().find(|table| table.kind == kind);
    let mut found = match table(Tidy::Outcomes) {
        Some(table) => read_outcomes(file, table, calendar, &mut values),
        None => Found::default(),
    };
    let mut plan = Map::new()
        .with("attain", tree::number("1"))
        .with("plan", tree::text(&slug(stem(file.name()))));
    if let Some((_, [starts, named_by])) = &options.map.calendar {
        let calendar = Map::new()
            .with("year_starts", tree::text(starts))
            .with("named_by", tree::text(named_by));
        plan.put("calendar", calendar);
    }
    plan.put(
        "units",
        match table(Tidy::Units) {
            Some(table) => listed_units(table, &mut values),
            None => found_units(&found),
        },
    );
    let measures = match table(Tidy::Measures) {
        Some(table) => section(
            table,
            &["title", "unit", "over_time", "over_units", "every", "due"],
            &mut values,
        ),
        None => found_measures(&found, table(Tidy::Indicators)),
    };
    let indicators =
        table(Tidy::Indicators).map(|table| indicators(table, &mut values)).unwrap_or_default();
    let targets = table(Tidy::Targets)
        .map(|table| targets(table, &mut found, &mut values))
        .unwrap_or_default();
    let mut strata = Map::new();
    for (id, categories) in &found.strata {
        strata.put(id, tree::texts(categories));
    }
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
    let Values { notes, faults, .. } = values;
    Imported::of(plan.into(), found.outcomes, Rows::Figures, notes, faults, options.strict)
}

/// What the outcomes are about.
#[derive(Default)]
struct Found {
    outcomes: OutcomeTable,
    units: Vec<String>,
    measures: Vec<String>,
    /// The strata with their categories, in their order.
    strata: Vec<(String, Vec<String>)>,
}

/// An outcome before it is known what its percentages mean.
struct Row {
    row: u32,
    unit: String,
    measure: String,
    window: Window,
    amount: Option<Amount>,
    status: Option<Status>,
    recorded_at: Option<chrono::NaiveDate>,
    categories: Vec<Option<String>>,
}

fn read_outcomes(
    file: &SourceFile,
    table: &Table<'_>,
    calendar: Calendar,
    values: &mut Values,
) -> Found {
    let sheet = table.sheet;
    let has_days = ["period", "date", "start"].iter().any(|name| table.column(name).is_some());
    if !has_days {
        let fault = Fault::new(
            FaultCode::MissingColumn,
            sheet.place(table.head_row, 1),
            "a column of time is missing",
        );
        values.faults.push(fault.expected("`period`, `date`, or `start` and `end`"));
        return Found::default();
    }
    let mut rows: Vec<Row> = Vec::new();
    for row in table.rows(values) {
        // A blank value is not reported; with a status it is known why.
        let value = table.column("value").unwrap_or(1);
        let status = read_status(table, row, values);
        if sheet.cell(row, value).is_blank() && status.is_none() {
            continue;
        }
        let unit = table.required(values, row, "unit");
        let measure = table.required(values, row, "measure");
        let window = read_window(table, row, calendar, values);
        let amount = values.amount(sheet, (row, value), Allowed::Figure);
        let recorded_at =
            table.column("recorded_at").and_then(|column| values.day(sheet, (row, column)));
        let categories = table
            .strata
            .iter()
            .map(|(_, column)| values.label(sheet, sheet.cell(row, *column), (row, *column)));
        let categories: Vec<Option<String>> = categories.collect();
        if let (Some(unit), Some(measure), Some(window)) = (unit, measure, window)
            && (amount.is_some() || status.is_some())
        {
            rows.push(Row { row, unit, measure, window, amount, status, recorded_at, categories });
        }
    }
    refuse_lost_zeros(table, &rows, values);
    refuse_shares(table, &rows, values);
    let mut found = Found::default();
    let mut ids = Ids::reserving(OUTCOME_COLUMNS);
    let used: Vec<usize> = (0..table.strata.len())
        .filter(|at| rows.iter().any(|row| row.categories.get(*at).is_some_and(Option::is_some)))
        .collect();
    for at in &used {
        let Some((name, column)) = table.strata.get(*at) else { continue };
        let (id, is_changed) = ids.take(name);
        if is_changed {
            let did = "ids of strata are rewritten: outcomes have a column of that name, or plans don't allow it";
            values.note(NoteCode::IdChanged, did, sheet, (table.head_row, *column));
        }
        found.strata.push((id, Vec::new()));
    }
    found.outcomes = OutcomeTable::new(found.strata.iter().map(|(id, _)| id.as_str()));
    let (mut units, mut measures) = (FxHashSet::default(), FxHashSet::default());
    let value_column = table.column("value").unwrap_or(1);
    let (file, name) = (base(file.name()), &sheet.name);
    for row in &rows {
        let categories: Vec<Option<&str>> =
            used.iter().map(|at| row.categories.get(*at).and_then(Option::as_deref)).collect();
        for ((_, known), category) in found.strata.iter_mut().zip(&categories) {
            if let Some(category) = category
                && !known.iter().any(|one| one == category)
            {
                known.push((*category).to_owned());
            }
        }
        if units.insert(row.unit.clone()) {
            found.units.push(row.unit.clone());
        }
        if measures.insert(row.measure.clone()) {
            found.measures.push(row.measure.clone());
        }
        found.outcomes.push(&OutcomeRow {
            unit: &row.unit,
            start: row.window.start(),
            end: row.window.end(),
            measure: &row.measure,
            value: row.amount.as_ref().and_then(|amount| number::float(&amount.decimal)),
            status: row.status,
            recorded_at: row.recorded_at,
            categories: &categories,
            source: format_args!("{file}!{name}!{}", reference(row.row, value_column)),
        });
    }
    found
}

fn read_status(table: &Table<'_>, row: u32, values: &mut Values) -> Option<Status> {
    let text = table.text(values, row, "status")?;
    let status = text.parse::<Status>().ok();
    if status.is_none() {
        let column = table.column("status")?;
        let message = "the status is not known";
        values.fault(table.sheet, (row, column), FaultCode::UnknownChoice, message, |fault| {
            let codes: Vec<&str> = Status::ALL.iter().map(|status| status.code()).collect();
            fault.expected(format!("one of {}", codes.join(", ")))
        });
    }
    status
}

/// The days of a row: its start and end, its date, or its period.
fn read_window(
    table: &Table<'_>,
    row: u32,
    calendar: Calendar,
    values: &mut Values,
) -> Option<Window> {
    let sheet = table.sheet;
    let filled =
        |name: &str| table.column(name).filter(|column| !sheet.cell(row, *column).is_blank());
    if let (Some(start), Some(end)) = (filled("start"), filled("end")) {
        let (first, end_day) = (values.day(sheet, (row, start))?, values.day(sheet, (row, end))?);
        let window = Window::new(first, end_day);
        if window.is_none() {
            let message = "the span ends before it starts";
            values.fault(sheet, (row, end), FaultCode::EmptyRange, message, |fault| {
                fault
                    .expected(format!("a day after {first}"))
                    .hint("`end` is the day after the last one")
            });
        }
        return window;
    }
    if let Some(date) = filled("date") {
        return Window::day(values.day(sheet, (row, date))?);
    }
    let Some(column) = table.column("period") else {
        let column = ["date", "start"].iter().find_map(|name| table.column(name)).unwrap_or(1);
        let message = "the row has no days";
        values.fault(sheet, (row, column), FaultCode::MissingValue, message, |fault| {
            fault.expected("a date, or a start and an end")
        });
        return None;
    };
    let cell = sheet.cell(row, column);
    if let (Content::Date(_), Display::Day) = (&cell.content, cell.display) {
        let message = "a day stands in place of a period";
        values.fault(sheet, (row, column), FaultCode::NotAPeriod, message, |fault| {
            fault
                .expected("a period: 2024, 2024-Q1, 2024-05")
                .hint("if the month is meant, give the cell the format mmm-yy; a program may have made a day of a text")
        });
        return None;
    }
    let text = table.required(values, row, "period")?;
    let named = period::window(&calendar, &text)
        .or_else(|| period::window(&calendar, &period::period(&text)?.name));
    if named.is_none() {
        values.fault(sheet, (row, column), FaultCode::NotAPeriod, "not a period", |fault| {
            fault.expected("a period: 2024, 2024-Q1, 2024-05")
        });
    }
    named
}

/// Codes that are numbers where others are texts with zeros before them.
fn refuse_lost_zeros(table: &Table<'_>, rows: &[Row], values: &mut Values) {
    let Some(column) = table.column("unit") else { return };
    let longest =
        rows.iter().filter(|row| row.unit.starts_with('0')).map(|row| row.unit.len()).max();
    let Some(longest) = longest else { return };
    for row in rows {
        let cell = table.sheet.cell(row.row, column);
        let is_number =
            matches!((&cell.content, cell.display), (Content::Number(_), Display::Number));
        if is_number && row.unit.len() < longest {
            let message = "a code was read as a number and has lost its zeros";
            values.fault(table.sheet, (row.row, column), FaultCode::WrongForm, message, |fault| {
                fault.expected(format!("a text such as `{:0>longest$}`", row.unit))
            });
        }
    }
}

/// Numbers of at most one without a sign for per cent, of measures that have one elsewhere.
fn refuse_shares(table: &Table<'_>, rows: &[Row], values: &mut Values) {
    let Some(column) = table.column("value") else { return };
    let amounts = || rows.iter().filter_map(|row| Some((row, row.amount.as_ref()?)));
    let of_percent: FxHashSet<&str> = amounts()
        .filter(|(_, amount)| amount.is_percent)
        .map(|(row, _)| row.measure.as_str())
        .collect();
    for (row, amount) in amounts() {
        if amount.may_be_share() && of_percent.contains(row.measure.as_str()) {
            let message =
                "the number may be a share of one: other cells of the measure show per cent";
            values.fault(table.sheet, (row.row, column), FaultCode::OutOfRange, message, |fault| {
                fault
                    .expected("a number with the format of per cent")
                    .hint("write 0.5 % as text if that is meant")
            });
        }
    }
}

fn found_units(found: &Found) -> Map {
    let list = found.units.iter().map(|unit| {
        Map::new().with("id", tree::text(unit)).with("level", tree::text(LEVEL)).into()
    });
    Map::new().with("levels", tree::texts([LEVEL])).with("list", tree::list(list))
}

/// The measures of the outcomes, without those that are published values of an indicator.
fn found_measures(found: &Found, indicators: Option<&Table<'_>>) -> Map {
    let reported = |measure: &str| {
        let Some(table) = indicators else { return false };
        let (Some(id), Some(kind)) = (table.column("id"), table.column("kind")) else {
            return false;
        };
        table.sheet.rows().any(|row| {
            table.sheet.cell(row, id).label().as_deref() == Some(measure)
                && table.sheet.cell(row, kind).label().as_deref() == Some("reported")
        })
    };
    let mut measures = Map::new();
    for measure in found.measures.iter().filter(|measure| !reported(measure)) {
        measures.put(measure, Map::new());
    }
    measures
}

/// A section of a plan: a map for each row, by the id of its first column, with the columns that have a value.
fn section(table: &Table<'_>, columns: &[&str], values: &mut Values) -> Map {
    let mut section = Map::new();
    for row in table.rows(values) {
        let Some(id) = table.required(values, row, "id") else { continue };
        let mut map = Map::new();
        for name in columns {
            if let Some(node) = table.node(values, row, name) {
                map.put(name, node);
            }
        }
        section.put(&id, map);
    }
    section
}

fn listed_units(table: &Table<'_>, values: &mut Values) -> Map {
    let mut levels: Vec<String> = Vec::new();
    let mut list: Vec<Node> = Vec::new();
    for row in table.rows(values) {
        let (id, level) = (table.required(values, row, "id"), table.required(values, row, "level"));
        let (Some(id), Some(level)) = (id, level) else { continue };
        let mut unit = Map::new().with("id", tree::text(&id));
        for name in ["name", "parent", "valid_from", "valid_to"] {
            if let Some(text) = table.text(values, row, name) {
                unit.put(name, tree::text(&text));
            }
        }
        unit.put("level", tree::text(&level));
        if !levels.contains(&level) {
            levels.push(level);
        }
        list.push(unit.into());
    }
    Map::new().with("levels", tree::texts(levels)).with("list", tree::list(list))
}

fn indicators(table: &Table<'_>, values: &mut Values) -> Map {
    const KINDS: [&str; 6] = ["count", "reported", "proportion", "ratio", "rate", "mean"];
    let mut section = Map::new();
    for row in table.rows(values) {
        let (id, kind) = (table.required(values, row, "id"), table.required(values, row, "kind"));
        let (Some(id), Some(kind)) = (id, kind) else { continue };
        let mut formula = |names: &[(&str, &str)]| {
            let mut formula = Map::new();
            for (key, column) in names {
                if let Some(node) = table.node(values, row, column) {
                    formula.put(key, node);
                }
            }
            formula
        };
        let formula: Node = match kind.as_str() {
            "count" => match table.text(values, row, "numerator") {
                Some(measure) => tree::text(&measure),
                None => tree::text(&id),
            },
            "reported" => formula(&[("unit", "unit")]).into(),
            "proportion" | "ratio" => formula(&[
                ("numerator", "numerator"),
                ("denominator", "denominator"),
                ("per", "per"),
            ])
            .into(),
            "rate" => formula(&[
                ("numerator", "numerator"),
                ("population", "denominator"),
                ("per", "per"),
            ])
            .into(),
            "mean" => formula(&[("of", "numerator"), ("per", "denominator")]).into(),
            other => {
                let column = table.column("kind").unwrap_or(1);
                let fault = Fault::unknown_choice(
                    table.sheet.place(row, column),
                    "kind of indicator",
                    other,
                    &KINDS,
                );
                values.faults.push(fault);
                continue;
            }
        };
        let mut indicator = Map::new();
        if let Some(title) = table.text(values, row, "title") {
            indicator.put("title", tree::text(&title));
        }
        indicator.put(&kind, formula);
        if let Some(better) = table.text(values, row, "better") {
            let word = match words::direction(&better) {
                Some(true) => "higher".to_owned(),
                Some(false) => "lower".to_owned(),
                None => better,
            };
            indicator.put("better", tree::text(&word));
        }
        section.put(&id, indicator);
    }
    section
}

fn targets(table: &Table<'_>, found: &mut Found, values: &mut Values) -> Map {
    let sheet = table.sheet;
    let mut section = Map::new();
    for row in table.rows(values) {
        let [id, indicator, window] =
            ["target", "indicator", "window"].map(|name| table.required(values, row, name));
        let goal = goal(table, row, values);
        let (Some(id), Some(indicator), Some(window), Some(goal)) = (id, indicator, window, goal)
        else {
            continue;
        };
        let mut target = Map::new();
        if let Some(title) = table.text(values, row, "title") {
            target.put("title", tree::text(&title));
        }
        target.put("indicator", tree::text(&indicator));
        target.put("goal", goal);
        let window = period::period(&window).map_or(window, |period| period.name);
        target.put("window", tree::text(&window));
        if let Some(level) = table.text(values, row, "level") {
            target.put("units", Map::new().with("level", tree::text(&level)));
        } else if let Some(unit) = table.text(values, row, "unit") {
            target.put("units", tree::texts([unit]));
        }
        let mut narrowed = Map::new();
        for (name, column) in &table.strata {
            let Some(category) = values.label(sheet, sheet.cell(row, *column), (row, *column))
            else {
                continue;
            };
            let place =
                found.strata.iter().position(|(known, _)| known == name).unwrap_or_else(|| {
                    found.strata.push((name.clone(), Vec::new()));
                    found.strata.len() - 1
                });
            if let Some((_, known)) = found.strata.get_mut(place)
                && !known.contains(&category)
            {
                known.push(category.clone());
            }
            narrowed.put(name, tree::text(&category));
        }
        if !narrowed.is_empty() {
            target.put("where", narrowed);
        }
        let baseline = table
            .column("baseline")
            .and_then(|column| values.amount(sheet, (row, column), Allowed::Dated));
        if let Some(baseline) = baseline {
            target.put("baseline", Map::new().with("value", tree::number(&baseline.decimal)));
        }
        if let Some(document) = table.text(values, row, "document") {
            let mut basis = Map::new().with("document", tree::text(&document));
            for name in ["dated", "clause"] {
                if let Some(text) = table.text(values, row, name) {
                    basis.put(name, tree::text(&text));
                }
            }
            target.put("basis", tree::list([basis.into()]));
        }
        section.put(&id, target);
    }
    section
}

/// The goal of a row: its comparator and its number, or two numbers of `between`.
fn goal(table: &Table<'_>, row: u32, values: &mut Values) -> Option<Map> {
    const COMPARATORS: [&str; 5] = ["at_least", "above", "at_most", "below", "between"];
    let sheet = table.sheet;
    let column = table.column("goal")?;
    let faults = values.faults.len();
    let Some(amount) = values.amount(sheet, (row, column), Allowed::Goal) else {
        if values.faults.len() == faults {
            let message = "the target has no goal";
            values.fault(sheet, (row, column), FaultCode::MissingValue, message, |fault| {
                fault.expected("a number")
            });
        }
        return None;
    };
    let said = table.text(values, row, "comparator");
    let key = match said.as_deref() {
        Some("≥" | ">=") => "at_least",
        Some(">") => "above",
        Some("≤" | "<=") => "at_most",
        Some("<") => "below",
        Some(word) => match COMPARATORS.iter().find(|known| **known == word.replace(' ', "_")) {
            Some(known) => known,
            None => {
                let place = sheet.place(row, table.column("comparator").unwrap_or(1));
                values.faults.push(Fault::unknown_choice(place, "comparator", word, &COMPARATORS));
                return None;
            }
        },
        None => amount.comparator.map_or("at_least", |comparator| comparator.key()),
    };
    if key != "between" {
        return Some(Map::new().with(key, tree::number(&amount.decimal)));
    }
    let upper = table
        .column("goal_upper")
        .and_then(|column| values.amount(sheet, (row, column), Allowed::Figure));
    let Some(upper) = upper else {
        let message = "a goal between two numbers has one number";
        values.fault(sheet, (row, column), FaultCode::MissingValue, message, |fault| {
            fault.expected("the upper one in the column `goal_upper`")
        });
        return None;
    };
    Some(
        Map::new().with(
            "between",
            tree::list([tree::number(&amount.decimal), tree::number(&upper.decimal)]),
        ),
    )
}
