//! Tracking tables: a row for each indicator or a part of it, with columns of targets and of what was achieved.

use rustc_hash::FxHashMap;

use super::ExcelOptions;
use super::cells::Sheet;
use super::head::{Column, Head, Span};
use super::period;
use super::values::{Allowed, Amount, Values};
use super::words::{self, Role};
use crate::calendar::{Calendar, Window};
use crate::error::{Fault, FaultCode, Result};
use crate::parallel::check_stop;
use crate::plan::document::Node;
use crate::sources::ids::{Ids, slug};
use crate::sources::note::NoteCode;
use crate::sources::number::{self, Comparator};
use crate::sources::outcomes::{OutcomeRow, OutcomeTable};
use crate::sources::tree::{self, Map};
use crate::sources::{Imported, SourceFile};
use crate::tally::Rows;

/// The unit of rows without a place, and its level.
const PROJECT: &str = "project";

/// The level of places.
const PLACE: &str = "place";

/// The stratum of the column of disaggregation.
const STRATUM: &str = "disaggregation";

/// An indicator with its rows.
struct Indicator {
    id: String,
    title: String,
    unit: Option<String>,
    /// Whether more is better, where a row says it.
    is_higher_better: Option<bool>,
    lines: Vec<Line>,
    /// The rows of the numerator and of the denominator.
    sides: [Option<Line>; 2],
    row: u32,
}

/// A row of a table.
struct Line {
    row: u32,
    place: Option<String>,
    category: Option<String>,
    baseline: Option<Amount>,
    values: Vec<(Column, Amount)>,
}

pub(super) fn import(file: &SourceFile, sheet: &Sheet, options: &ExcelOptions) -> Result<Imported> {
    let mut values = Values::new(options.decimal);
    let head = Head::find(sheet, &options.map, &mut values);
    let calendar =
        options.map.calendar.as_ref().map_or_else(Calendar::default, |(calendar, _)| *calendar);
    let mut table = Table {
        file,
        sheet,
        options,
        values,
        calendar,
        indicators: Vec::new(),
        ids: Ids::default(),
    };
    if let Some(head) = &head {
        table.check_periods(head);
        table.read_rows(head);
    }
    let (plan, outcomes) = table.document();
    let Values { notes, faults, .. } = table.values;
    Imported::of(plan, outcomes, Rows::Figures, notes, faults, options.strict)
}

struct Table<'t> {
    file: &'t SourceFile,
    sheet: &'t Sheet,
    options: &'t ExcelOptions,
    values: Values,
    calendar: Calendar,
    indicators: Vec<Indicator>,
    ids: Ids,
}

impl Table<'_> {
    /// Periods that need what only a map says.
    fn check_periods(&mut self, head: &Head) {
        let sheet = self.sheet;
        for column in head.values() {
            let at = (head.row, column.number);
            match &column.span {
                Some(Span::WholeProject) if self.options.map.whole_project.is_none() => {
                    let message = "the days of the whole project are not known";
                    self.values.fault(sheet, at, FaultCode::MissingValue, message, |fault| {
                        fault
                            .expected("the key `lop` of a map")
                            .hint("lop: [2023-10-01, 2026-10-01]")
                    });
                }
                Some(Span::Named(period))
                    if period.is_fiscal && self.options.map.calendar.is_none() =>
                {
                    let did = "reporting years are read as calendar years";
                    let note = self.values.note(NoteCode::AssumedKind, did, sheet, at);
                    note.hint("say in a map when they begin: calendar: {year_starts: \"10-01\", named_by: end}");
                }
                Some(_) | None => {}
            }
        }
    }

    /// The text of the column of a role. A merged range has its text in all of its rows.
    fn label(&mut self, head: &Head, row: u32, role: Role) -> Option<String> {
        let column = head.column(role)?;
        let sheet = self.sheet;
        self.values.label(sheet, sheet.shown_below(row, column), (row, column))
    }

    fn read_rows(&mut self, head: &Head) {
        let sheet = self.sheet;
        let read: Vec<u32> = head
            .columns
            .iter()
            .filter(|one| one.role != Role::Ignored)
            .map(|one| one.number)
            .collect();
        for row in sheet.rows().filter(|row| *row >= head.first_row) {
            check_stop();
            if read.iter().all(|column| sheet.shown_below(row, *column).is_blank()) {
                continue;
            }
            if sheet.is_hidden(row) {
                let first = (row, read.iter().min().copied().unwrap_or(1));
                self.values.note(
                    NoteCode::NotInAttain,
                    "hidden rows are read like others",
                    sheet,
                    first,
                );
            }
            self.read_row(head, row);
        }
    }

    fn read_row(&mut self, head: &Head, row: u32) {
        let sheet = self.sheet;
        let [code, title, unit, category] = [Role::Code, Role::Title, Role::Unit, Role::Stratum]
            .map(|role| self.label(head, row, role));
        let named = title.as_ref().or(code.as_ref());
        let name_column = head.column(Role::Title).or(head.column(Role::Code)).unwrap_or(1);
        let code_column = head.column(Role::Code).filter(|_| code.is_some()).unwrap_or(name_column);
        if [&code, &title].into_iter().flatten().any(|text| words::is_total(text)) {
            let did = "rows of totals are left out";
            self.values.note(NoteCode::LeftOutHeading, did, sheet, (row, code_column));
            return;
        }
        let is_value =
            |column: &&Column| matches!(column.role, Role::Target | Role::Actual | Role::Baseline);
        let has_values = head
            .columns
            .iter()
            .filter(is_value)
            .any(|column| !sheet.cell(row, column.number).is_blank());
        if named.is_some() && unit.is_none() && category.is_none() && !has_values {
            let did = "rows of headings are left out";
            self.values.note(NoteCode::LeftOutHeading, did, sheet, (row, code_column));
            return;
        }
        if let Some(is_numerator) = title.as_deref().and_then(words::is_numerator)
            && !self.indicators.is_empty()
        {
            let line = self.line(head, row, None, None);
            if let Some(indicator) = self.indicators.last_mut() {
                indicator.sides[usize::from(!is_numerator)] = Some(line);
            }
            return;
        }
        // A row below, whose name is that of a merged range, is a part of the same indicator.
        let is_part = named.is_none() || sheet.continues(row, name_column);
        if !is_part || self.indicators.is_empty() {
            let Some(named) = named else {
                let message = "a row has values and no indicator";
                self.values.fault(
                    sheet,
                    (row, name_column),
                    FaultCode::MissingValue,
                    message,
                    |fault| fault.expected("the name of an indicator, in this row or above"),
                );
                return;
            };
            let (code, title) = match (code.clone(), split_code(named)) {
                (Some(code), _) => (Some(code), named.clone()),
                (None, Some((code, title))) => (Some(code), title),
                (None, None) => (None, named.clone()),
            };
            let wanted = match &code {
                Some(code) if code.starts_with(|first: char| first.is_ascii_digit()) => {
                    format!("i{code}")
                }
                Some(code) => code.clone(),
                // Long titles are long ids.
                None => slug(&title).chars().take(40).collect(),
            };
            let (id, is_changed) = self.ids.take(&wanted);
            if is_changed && code.is_some() {
                let did = "ids of indicators are rewritten to the signs that plans allow";
                let note = self
                    .values
                    .notes
                    .add(NoteCode::IdChanged, did, || sheet.place(row, code_column));
                note.found(format!("{wanted} → {id}"));
            }
            self.indicators.push(Indicator {
                id,
                title,
                unit: unit.clone(),
                is_higher_better: None,
                lines: Vec::new(),
                sides: [None, None],
                row,
            });
        }
        let direction = self.direction(head, row);
        let of_indicator = self.indicators.last().and_then(|indicator| indicator.unit.clone());
        let category = category.filter(|category| !words::is_total(category));
        let line = self.line(head, row, category, unit.or(of_indicator).as_deref());
        if let Some(indicator) = self.indicators.last_mut() {
            indicator.is_higher_better = indicator.is_higher_better.or(direction);
            if indicator.unit.is_none() && line.values.iter().any(|(_, amount)| amount.is_percent) {
                indicator.unit = Some("%".to_owned());
            }
            indicator.lines.push(line);
        }
    }

    fn direction(&mut self, head: &Head, row: u32) -> Option<bool> {
        let text = self.label(head, row, Role::Direction)?;
        let direction = words::direction(&text);
        if direction.is_none() {
            let column = head.column(Role::Direction)?;
            let message = "the direction is not known";
            self.values.fault(
                self.sheet,
                (row, column),
                FaultCode::UnknownChoice,
                message,
                |fault| fault.expected("+ or −, increase or decrease, ↑ or ↓, tăng or giảm"),
            );
        }
        direction
    }

    fn line(
        &mut self,
        head: &Head,
        row: u32,
        category: Option<String>,
        unit: Option<&str>,
    ) -> Line {
        let sheet = self.sheet;
        let place = self.label(head, row, Role::Place);
        let mut amounts: Vec<(Column, Amount)> = Vec::new();
        let wanted = [
            (Role::Baseline, Allowed::Dated),
            (Role::Target, Allowed::Goal),
            (Role::Actual, Allowed::Figure),
        ];
        for column in &head.columns {
            let allowed = wanted.iter().find(|(role, _)| *role == column.role);
            let Some((_, allowed)) = allowed else { continue };
            if let Some(amount) = self.values.amount(sheet, (row, column.number), *allowed) {
                amounts.push((column.clone(), amount));
            }
        }
        if unit.is_some_and(words::is_percent) {
            self.shares(row, &mut amounts);
        } else if unit.is_some() {
            for (column, _) in amounts.iter().filter(|(_, amount)| amount.is_percent) {
                let did =
                    "numbers that show per cent are read so, although the unit is another one";
                self.values.note(NoteCode::AssumedPercent, did, sheet, (row, column.number));
            }
        }
        let year =
            head.column(Role::BaselineYear).filter(|column| !sheet.cell(row, *column).is_blank());
        let (baseline, values): (Vec<_>, Vec<_>) =
            amounts.into_iter().partition(|(column, _)| column.role == Role::Baseline);
        let baseline = baseline.into_iter().next().map(|(_, amount)| amount);
        if let (Some(column), Some(_)) = (year, &baseline) {
            let did = "years of baselines are left out: plans have the value alone";
            self.values.note(NoteCode::NotInAttain, did, sheet, (row, column));
        }
        Line { row, place, category, baseline, values }
    }

    /// Shares of one in a row of per cent: all values are such, or those that are may be one per cent or a hundred.
    fn shares(&mut self, row: u32, amounts: &mut [(Column, Amount)]) {
        let sheet = self.sheet;
        let is_zero = |amount: &Amount| number::float(&amount.decimal) == Some(0.0);
        let are_shares = amounts.iter().all(|(_, amount)| amount.may_be_share() || is_zero(amount));
        for (column, amount) in amounts.iter_mut().filter(|(_, amount)| amount.may_be_share()) {
            let at = (row, column.number);
            if !are_shares {
                let message = "the number may be a share of one, in a row of per cent";
                self.values.fault(sheet, at, FaultCode::OutOfRange, message, |fault| {
                    fault
                        .expected("all values of the row in per cent, or all as shares of one")
                        .hint("give the cell the format of per cent, or write 0.5 % as text")
                });
                continue;
            }
            if let Some(shifted) = number::shifted(&amount.decimal, 2) {
                amount.decimal = shifted;
                let did = "shares of one in rows of per cent are a hundred times as much";
                self.values.note(NoteCode::AssumedPercent, did, sheet, at);
            }
        }
    }

    /// The days of a value: those of its column, of the year beside it, or of the map.
    fn span(&mut self, row: u32, column: &Column, amount: &Amount) -> Option<(String, Window)> {
        let map = &self.options.map;
        let name = match (&column.span, amount.year) {
            (Some(Span::WholeProject), _) => {
                let window = map.whole_project?;
                return Some((String::new(), window));
            }
            (Some(Span::Named(period)), _) => period.name.clone(),
            (None, Some(year)) => year.to_string(),
            (None, None) => match &map.window {
                Some(window) => window.clone(),
                None => {
                    let message = "the period of the value is not known";
                    let (sheet, at) = (self.sheet, (row, column.number));
                    self.values.fault(sheet, at, FaultCode::NotAPeriod, message, |fault| {
                        fault
                            .expected("a period in the head of the column")
                            .hint("or say it in a map: window: \"2024\"")
                    });
                    return None;
                }
            },
        };
        let window = period::window(&self.calendar, &name);
        if window.is_none() {
            let (sheet, at) = (self.sheet, (row, column.number));
            let message = format!("`{name}` is no period of the calendar");
            self.values.fault(sheet, at, FaultCode::NotAPeriod, &message, |fault| fault);
        }
        Some((name, window?))
    }

    /// The plan and the outcomes.
    fn document(&mut self) -> (Node, OutcomeTable) {
        let indicators = std::mem::take(&mut self.indicators);
        let categories = categories(&indicators);
        let (places, has_project) = places(&indicators);
        let mut place_ids = Ids::default();
        let project = self.options.map.unit.clone().unwrap_or_else(|| PROJECT.to_owned());
        let (project_id, _) = place_ids.take(&project);
        let ids: FxHashMap<&str, String> =
            places.iter().map(|place| (place.as_str(), place_ids.take(place).0)).collect();
        let unit_of = |line: &Line| match line.place.as_deref().and_then(|place| ids.get(place)) {
            Some(id) => id.clone(),
            None => project_id.clone(),
        };
        let strata: &[&str] = if categories.is_empty() { &[] } else { &[STRATUM] };
        let mut outcomes = OutcomeTable::new(strata.iter().copied());
        let (mut measures, mut documents, mut targets) = (Map::new(), Map::new(), Map::new());
        let mut target_ids = Ids::default();
        // The cells of targets, by indicator, place, category and period.
        let mut cells: FxHashMap<Vec<String>, (u32, u32)> = FxHashMap::default();
        let mut rows: Vec<(u32, u32)> = Vec::new();
        for indicator in &indicators {
            let has_sides = indicator.sides.iter().all(Option::is_some);
            let is_higher = self.is_higher_better(indicator);
            let mut document = Map::new().with("title", tree::text(&indicator.title));
            if has_sides {
                let [numerator, denominator] =
                    ["n", "d"].map(|side| format!("{}.{side}", indicator.id));
                for measure in [&numerator, &denominator] {
                    measures.put(measure, Map::new());
                }
                let fraction = Map::new()
                    .with("numerator", tree::text(&numerator))
                    .with("denominator", tree::text(&denominator));
                document.put("proportion", fraction);
            } else {
                let unit = indicator.unit.as_deref().map(tree::text);
                document.put("reported", Map::new().with_some("unit", unit));
            }
            document.put("better", tree::text(if is_higher { "higher" } else { "lower" }));
            documents.put(&indicator.id, document);
            for line in &indicator.lines {
                let unit = unit_of(line);
                for (column, amount) in &line.values {
                    let Some((name, window)) = self.span(line.row, column, amount) else {
                        continue;
                    };
                    if column.role == Role::Target {
                        let (of_place, of_category) =
                            (line.place.as_deref(), line.category.as_deref());
                        let parts = [of_place, of_category].into_iter().flatten().map(slug);
                        let mut parts: Vec<String> = parts.collect();
                        parts.insert(0, indicator.id.clone());
                        parts.push(if name.is_empty() {
                            "whole-project".to_owned()
                        } else {
                            name.clone()
                        });
                        let at = (line.row, column.number);
                        if let Some(first) = cells.insert(parts.clone(), at) {
                            self.refuse_repeated(first, at);
                            continue;
                        }
                        let (id, _) = target_ids.take(&parts.join("-"));
                        let place_unit = line.place.as_ref().map(|_| unit.as_str()).or_else(|| {
                            // Without places there is one unit, which need not be named.
                            (!ids.is_empty()).then_some(project_id.as_str())
                        });
                        let target = self
                            .target(indicator, line, amount, is_higher, &name, &window, place_unit);
                        targets.put(&id, target);
                        continue;
                    }
                    if has_sides {
                        let did = "percentages beside a numerator and a denominator are not read";
                        self.values.note(
                            NoteCode::SeveralValues,
                            did,
                            self.sheet,
                            (line.row, column.number),
                        );
                        continue;
                    }
                    let category = line.category.as_deref();
                    rows.push((line.row, column.number));
                    self.push(
                        &mut outcomes,
                        &unit,
                        &indicator.id,
                        &window,
                        amount,
                        category,
                        rows.last(),
                    );
                }
            }
            if has_sides {
                let unit = indicator.lines.first().map_or_else(|| project_id.clone(), unit_of);
                for (side, line) in ["n", "d"].iter().zip(indicator.sides.iter().flatten()) {
                    let measure = format!("{}.{side}", indicator.id);
                    for (column, amount) in
                        line.values.iter().filter(|(one, _)| one.role == Role::Actual)
                    {
                        let Some((_, window)) = self.span(line.row, column, amount) else {
                            continue;
                        };
                        rows.push((line.row, column.number));
                        self.push(
                            &mut outcomes,
                            &unit,
                            &measure,
                            &window,
                            amount,
                            None,
                            rows.last(),
                        );
                    }
                }
            }
        }
        for (first, second) in outcomes.repeated() {
            let (Some(first), Some(second)) = (rows.get(first), rows.get(second)) else { continue };
            self.refuse_repeated(*first, *second);
        }
        let mut plan = Map::new()
            .with("attain", tree::number("1"))
            .with("plan", tree::text(&slug(stem(self.file.name()))));
        if let Some((_, [starts, named_by])) = &self.options.map.calendar {
            let calendar = Map::new()
                .with("year_starts", tree::text(starts))
                .with("named_by", tree::text(named_by));
            plan.put("calendar", calendar);
        }
        plan.put("units", units(&project, &project_id, &places, &ids, has_project));
        if !categories.is_empty() {
            plan.put("strata", Map::new().with(STRATUM, tree::texts(&categories)));
        }
        for (key, section) in
            [("measures", measures), ("indicators", documents), ("targets", targets)]
        {
            if !section.is_empty() {
                plan.put(key, section);
            }
        }
        (plan.into(), outcomes)
    }

    fn refuse_repeated(&mut self, first: (u32, u32), second: (u32, u32)) {
        let message = "two cells have the same indicator, place, category and period";
        let place = self.sheet.place(second.0, second.1);
        let found = format!("the same as {}", self.sheet.place(first.0, first.1));
        self.values.faults.push(Fault::new(FaultCode::DuplicateRow, place, message).found(found));
    }

    fn is_higher_better(&mut self, indicator: &Indicator) -> bool {
        if let Some(is_higher) = indicator.is_higher_better {
            return is_higher;
        }
        let sheet = self.sheet;
        let place = || sheet.place(indicator.row, 1);
        let note =
            self.values.notes.add(NoteCode::AssumedDirection, "more is taken to be better", place);
        note.found(&indicator.title);
        if words::sounds_bad(&indicator.title) {
            note.hint("of some of these less may be better: add a column `Direction` with + or −");
        }
        true
    }

    #[expect(clippy::too_many_arguments, reason = "a target is made of these")]
    fn target(
        &self,
        indicator: &Indicator,
        line: &Line,
        amount: &Amount,
        is_higher: bool,
        name: &str,
        window: &Window,
        unit: Option<&str>,
    ) -> Map {
        let usual = if is_higher { Comparator::AtLeast } else { Comparator::AtMost };
        let comparator = amount.comparator.unwrap_or(usual);
        let window = if name.is_empty() {
            tree::texts([window.start().to_string(), window.end().to_string()])
        } else {
            tree::text(name)
        };
        let mut target = Map::new()
            .with("title", tree::text(&indicator.title))
            .with("indicator", tree::text(&indicator.id))
            .with("goal", Map::new().with(comparator.key(), tree::number(&amount.decimal)))
            .with("window", window);
        if let Some(unit) = unit {
            target.put("units", tree::texts([unit]));
        }
        if let Some(category) = &line.category {
            target.put("where", Map::new().with(STRATUM, tree::text(category)));
        }
        // From a baseline that is the goal there is no way to go.
        if let Some(baseline) =
            line.baseline.as_ref().filter(|baseline| baseline.decimal != amount.decimal)
        {
            target.put("baseline", Map::new().with("value", tree::number(&baseline.decimal)));
        }
        target
    }

    #[expect(clippy::too_many_arguments, reason = "an outcome is made of these")]
    fn push(
        &self,
        outcomes: &mut OutcomeTable,
        unit: &str,
        measure: &str,
        window: &Window,
        amount: &Amount,
        category: Option<&str>,
        at: Option<&(u32, u32)>,
    ) {
        let (row, column) = at.copied().unwrap_or_default();
        let (file, sheet) = (base(self.file.name()), &self.sheet.name);
        outcomes.push(&OutcomeRow {
            unit,
            start: window.start(),
            end: window.end(),
            measure,
            value: number::float(&amount.decimal),
            status: None,
            recorded_at: None,
            categories: &[category],
            source: format_args!("{file}!{sheet}!{}", super::cells::reference(row, column)),
        });
    }
}

/// The code before a title: `1.1 People reached`.
fn split_code(title: &str) -> Option<(String, String)> {
    let (code, rest) = title.split_once(' ')?;
    let code = code.trim_end_matches(['.', ':', ')']);
    let is_code = code.starts_with(|first: char| first.is_ascii_digit())
        && code.contains('.')
        && code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_code.then(|| (code.to_owned(), rest.trim().to_owned()))
}

/// The categories of all rows, in their order.
fn categories(indicators: &[Indicator]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let lines = indicators.iter().flat_map(|indicator| &indicator.lines);
    for category in lines.filter_map(|line| line.category.as_ref()) {
        if !all.contains(category) {
            all.push(category.clone());
        }
    }
    all
}

/// The places of all rows, in their order, and whether some rows have none.
fn places(indicators: &[Indicator]) -> (Vec<String>, bool) {
    let mut all: Vec<String> = Vec::new();
    let mut has_project = false;
    for line in indicators.iter().flat_map(|indicator| &indicator.lines) {
        match &line.place {
            Some(place) if !all.contains(place) => all.push(place.clone()),
            Some(_) => {}
            None => has_project = true,
        }
    }
    (all, has_project)
}

fn units(
    project: &str,
    project_id: &str,
    places: &[String],
    ids: &FxHashMap<&str, String>,
    has_project: bool,
) -> Map {
    let top = has_project || places.is_empty();
    let mut levels = Vec::new();
    let mut list: Vec<Node> = Vec::new();
    if top {
        levels.push(PROJECT);
        let unit = Map::new()
            .with("id", tree::text(project_id))
            .with("name", tree::text(project))
            .with("level", tree::text(PROJECT));
        list.push(unit.into());
    }
    if !places.is_empty() {
        levels.push(PLACE);
    }
    for place in places {
        let Some(id) = ids.get(place.as_str()) else { continue };
        let mut unit = Map::new()
            .with("id", tree::text(id))
            .with("name", tree::text(place))
            .with("level", tree::text(PLACE));
        if top {
            unit.put("parent", tree::text(project_id));
        }
        list.push(unit.into());
    }
    Map::new().with("levels", tree::texts(levels)).with("list", tree::list(list))
}

/// The name of a file without its folder.
pub(super) fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The same without its ending.
pub(super) fn stem(name: &str) -> &str {
    let base = base(name);
    base.rsplit_once('.').map_or(base, |(stem, _)| stem)
}
