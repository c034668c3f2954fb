//! Goals that differ by unit or window: each row of a table is a target of its own.
//!
//! `goal: {table: goals.csv}` names a CSV file beside the plan, `goal: {list: [...]}` has the same rows in the plan. Each
//! row becomes an ordinary target, which is read as if it were written in the plan, so that every rule of targets holds.

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::references::unknown;
use super::{Ground, Names, Reader};
use crate::calendar::{Calendar, Window};
use crate::error::{Fault, FaultCode, PLACES_OF_A_WARNING, Place, quoted};
use crate::exact::decimal;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{self, GOAL_ROW_FORMS};
use crate::plan::side_table::{Cells, SideTable};
use crate::plan::{Scope, TargetWindow};

/// The columns of a table of goals, which are the keys of a row in a list.
const COLUMNS: [&str; 9] = [
    "unit",
    "window",
    "at_least",
    "above",
    "at_most",
    "below",
    "reduce_by",
    "increase_by",
    "baseline",
];
const UNIT: usize = 0;
const WINDOW: usize = 1;
const NUMBERS: std::ops::Range<usize> = 2..8;
const BASELINE: usize = 8;

/// A row of a table of goals.
struct GoalRow {
    place: Place,
    /// What stands in each of the columns.
    cells: [Option<Node>; COLUMNS.len()],
}

/// What a row says of its target.
struct RowGoal {
    goal: Node,
    /// What progress starts from, where the goal is no change.
    baseline: Option<Node>,
}

/// For whom and when a row is.
type Subject = (Option<String>, Option<Window>);

/// The same, equal for windows of the same days.
type SubjectKey = (Option<String>, Option<(NaiveDate, NaiveDate)>);

/// The subjects of the rows, each with its row.
type Subjects = FxHashMap<SubjectKey, (Subject, Place)>;

impl Reader<'_> {
    /// The targets of a table of goals; none if its goal is no table. `taken` are the ids of
    /// the targets of the plan.
    pub(super) fn targets_of_table(
        &mut self,
        entry: &Entry,
        taken: &FxHashSet<&str>,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Option<Vec<Entry>> {
        let goal = entry.value.get(keys::TARGET.goal.name)?;
        let is_table = |key: &str| goal.get(key).is_some();
        if !is_table(keys::GOAL_TABLE.table.name) && !is_table(keys::GOAL_TABLE.list.name) {
            return None;
        }
        let faults_before = self.faults.len();
        let rows = self.goal_rows(goal).unwrap_or_default();
        if rows.is_empty() && self.faults.len() == faults_before {
            self.faults.push(
                Fault::new(FaultCode::TooFew, goal.place.clone(), "there is no goal")
                    .expected("at least one row"),
            );
        }
        if let Some(versions) = entry.value.get(keys::TARGET.versions.name) {
            self.faults.push(
                Fault::new(
                    FaultCode::ConflictingKeys,
                    versions.place.clone(),
                    "a target with a table of goals has no versions",
                )
                .expected("the goals of each window in the table"),
            );
        }
        let has = |column: usize| rows.iter().any(|row| row.cells[column].is_some());
        let (has_units, has_windows) = (has(UNIT), has(WINDOW));
        if !rows.is_empty() && !has_units && !has_windows {
            self.faults.push(
                Fault::new(
                    FaultCode::MissingKey,
                    goal.place.clone(),
                    "the goals differ neither by unit nor by window",
                )
                .expected("a `unit` or a `window` in each row")
                .hint("one goal for all is written {at_least: …}"),
            );
        }
        let mut subjects = Subjects::default();
        let mut targets = Vec::new();
        for row in &rows {
            let unit = self.subject_unit(row, has_units, ground);
            let window = self.subject_window(row, has_windows, calendar, names);
            let goal = self.goal_of_row(row);
            let (Some(unit), Some(window), Some(goal)) = (unit, window, goal) else { continue };
            let subject = (unit, window);
            if let Some((_, first)) = subjects.get(&key_of(&subject)) {
                let message = "a second goal for the same unit and window";
                self.faults.push(
                    Fault::new(FaultCode::DuplicateEntry, row.place.clone(), message)
                        .found(describe(&subject))
                        .expected(format!("one goal; the first is {first}")),
                );
                continue;
            }
            targets.push(target_of_row(entry, row, &subject, goal));
            subjects.insert(key_of(&subject), (subject, row.place.clone()));
        }
        if self.faults.len() > faults_before {
            return Some(Vec::new());
        }
        self.refuse_missing_goals(entry, &subjects, calendar, ground, names);
        self.refuse_equal_ids(&targets, taken);
        Some(if self.faults.len() > faults_before { Vec::new() } else { targets })
    }

    /// The rows of a table or a list; none if one is at fault.
    fn goal_rows(&mut self, goal: &Node) -> Option<Vec<GoalRow>> {
        let fields = self.fields(goal, &keys::GOAL_TABLE)?;
        let (table, list) =
            (fields.get(&keys::GOAL_TABLE.table), fields.get(&keys::GOAL_TABLE.list));
        match (table, list) {
            (Some(table), None) => {
                const WHAT: &str = "table of goals";
                let (file, bytes) = self.beside_the_plan(table, WHAT)?;
                let table = SideTable { file: &file, what: WHAT, columns: &COLUMNS, required: &[] };
                table.read(&bytes, &mut self.faults, |cells, _| GoalRow::of_cells(&cells))
            }
            (None, Some(list)) => {
                let mut rows = Vec::new();
                for item in self.list(list, "the list of goals", GOAL_ROW_FORMS)? {
                    let fields = self.fields(item, &keys::GOAL_ROW)?;
                    // A row with a misspelt key has its fault already.
                    if !fields.misspelt.is_empty() {
                        continue;
                    }
                    let cell = |name: &str| {
                        let entry = fields.entries.iter().find(|entry| entry.key == name)?;
                        Some(entry.value.clone()).filter(|node| node.value != Value::Null)
                    };
                    rows.push(GoalRow { place: item.place.clone(), cells: COLUMNS.map(cell) });
                }
                Some(rows)
            }
            (None, None) | (Some(_), Some(_)) => {
                self.wrong(
                    FaultCode::ConflictingKeys,
                    goal,
                    "a table of goals",
                    "either `table: goals.csv` or `list: [...]`",
                );
                None
            }
        }
    }

    /// The unit of a row: `Some(None)` where goals do not differ by unit.
    fn subject_unit(
        &mut self,
        row: &GoalRow,
        has_units: bool,
        ground: &Ground,
    ) -> Option<Option<String>> {
        let Some(node) = &row.cells[UNIT] else {
            return (!has_units).then_some(None).or_else(|| self.no_subject(row, "unit"));
        };
        let code = self.code(node)?.to_owned();
        if ground.knows_units && ground.units.versions(&code).is_empty() {
            let ids = || ground.units.ids();
            self.faults
                .push_with(|| unknown(FaultCode::UnknownUnit, &node.place, "unit", &code, ids()));
            return None;
        }
        Some(Some(code))
    }

    /// The window of a row: `Some(None)` where goals do not differ by window.
    fn subject_window(
        &mut self,
        row: &GoalRow,
        has_windows: bool,
        calendar: &Calendar,
        names: &Names<'_>,
    ) -> Option<Option<Window>> {
        let Some(node) = &row.cells[WINDOW] else {
            return (!has_windows).then_some(None).or_else(|| self.no_subject(row, "window"));
        };
        self.window(node, calendar, Some(&names.campaigns)).map(|(window, _)| Some(window))
    }

    #[cold]
    fn no_subject<T>(&mut self, row: &GoalRow, column: &str) -> Option<T> {
        let message = format!("this goal has no `{column}`, and others have one");
        self.faults.push(
            Fault::new(FaultCode::MissingValue, row.place.clone(), message)
                .expected(format!("a `{column}` in each row, or in none")),
        );
        None
    }

    /// The goal of a row, as a plan writes it, and a baseline beside it.
    fn goal_of_row(&mut self, row: &GoalRow) -> Option<RowGoal> {
        let numbers: Vec<(&str, &Node)> = NUMBERS
            .filter_map(|column| Some((COLUMNS[column], row.cells[column].as_ref()?)))
            .collect();
        let goal = |key: &str, value: Value| {
            let entry = Entry {
                place: row.place.clone(),
                key: key.to_owned(),
                value: Node::new(row.place.clone(), value),
            };
            Node::new(row.place.clone(), Value::Map(vec![entry]))
        };
        let mut baseline = row.cells[BASELINE].as_ref().map(number_as_reference);
        let mut map = match &numbers[..] {
            [("at_least", low), ("at_most", high)] => {
                let between = Value::List(vec![(*low).clone(), (*high).clone()]);
                return Some(RowGoal { goal: goal("between", between), baseline });
            }
            [(key @ ("reduce_by" | "increase_by"), amount)] => {
                let (kind, by) = amount_of(amount);
                if let Some(from) = baseline.take() {
                    let by = [(kind, by), (keys::AMOUNT.from.name, from)].map(|(key, value)| {
                        Entry { place: value.place.clone(), key: key.to_owned(), value }
                    });
                    let goal = goal(key, Value::Map(by.into()));
                    return Some(RowGoal { goal, baseline });
                }
                self.faults.push(
                    Fault::new(
                        FaultCode::MissingValue,
                        amount.place.clone(),
                        "a change needs what it starts from",
                    )
                    .expected("a number as `baseline`"),
                );
                return None;
            }
            [(key, number)] => goal(key, number.value.clone()),
            _ => {
                let found: Vec<&str> = numbers.iter().map(|(key, _)| *key).collect();
                let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
                self.faults.push(
                    Fault::new(FaultCode::WrongForm, row.place.clone(), "this is not a goal")
                        .found(found)
                        .expected(GOAL_ROW_FORMS),
                );
                return None;
            }
        };
        // Faults of the number name its own place.
        if let (Value::Map(entries), [(_, number)]) = (&mut map.value, &numbers[..]) {
            entries[0].value.place = number.place.clone();
        }
        Some(RowGoal { goal: map, baseline })
    }

    /// Refuses units and windows of the target that have no goal, and goals of others.
    fn refuse_missing_goals(
        &mut self,
        entry: &Entry,
        subjects: &Subjects,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) {
        let windows = entry.value.get(keys::TARGET.window.name).and_then(|node| {
            let window = self.target_window(node, calendar, &names.campaigns)?;
            let of_campaign = |campaign: usize| names.campaigns.things[campaign].window;
            Some(TargetWindow::windows(&window, calendar, of_campaign))
        });
        let scope = entry.value.get(keys::TARGET.units.name).and_then(|node| {
            self.scope(node, ground, "the scope of a target", super::targets::TOP_UNITS)
        });
        let all = || subjects.values().map(|(subject, place)| (subject, place));
        let has_units = all().any(|((unit, _), _)| unit.is_some());
        let has_windows = all().any(|((_, window), _)| window.is_some());
        let scope = scope.filter(|_| has_units && ground.knows_units);
        let units: Option<FxHashSet<&str>> = scope.map(|scope| {
            let all = ground.units.iter();
            match scope {
                Scope::Top => all
                    .filter(|(_, unit)| unit.parent.is_none())
                    .map(|(_, unit)| unit.id.as_str())
                    .collect(),
                Scope::Level(level) => all
                    .filter(|(_, unit)| unit.level == level)
                    .map(|(_, unit)| unit.id.as_str())
                    .collect(),
                Scope::Named(named) => {
                    named.into_iter().map(|unit| ground.units[unit].id.as_str()).collect()
                }
            }
        });
        let days = |window: &Window| (window.start(), window.end());
        let days_of_windows: Option<FxHashSet<_>> =
            windows.as_ref().map(|windows| windows.iter().map(days).collect());
        for ((unit, window), place) in all() {
            if let (Some(unit), Some(units)) = (unit, &units)
                && !units.contains(unit.as_str())
            {
                let message = "the target does not judge this unit";
                self.faults.push(
                    Fault::new(FaultCode::UnknownUnit, place.clone(), message)
                        .found(format!("`{unit}`"))
                        .expected("one of its `units`")
                        .hint("without `units`, those of the table are judged"),
                );
            }
            if let (Some(window), Some(known)) = (window, &days_of_windows)
                && !known.contains(&days(window))
            {
                let message = "the target has no such window";
                self.faults.push(
                    Fault::new(FaultCode::OutsideWindow, place.clone(), message)
                        .found(window.name())
                        .expected("one of the windows that its `window` names"),
                );
            }
        }
        let mut needed: Vec<Option<String>> = match &units {
            Some(units) => units.iter().map(|unit| Some((*unit).to_owned())).collect(),
            // Those of the table, or no unit at all.
            None => all().map(|((unit, _), _)| unit.clone()).collect(),
        };
        needed.sort();
        needed.dedup();
        let all_windows: Vec<Option<Window>> = match (&windows, has_windows) {
            (Some(windows), true) => windows.iter().copied().map(Some).collect(),
            (None, true) => Vec::new(),
            (_, false) => vec![None],
        };
        let is_valid = |unit: &Option<String>, window: &Option<Window>| match (unit, window) {
            (Some(unit), Some(window)) => {
                let versions = ground.units.versions(unit);
                versions.iter().any(|one| ground.units.is_judged_during(*one, window))
            }
            _ => true,
        };
        let mut missing = Vec::new();
        for unit in &needed {
            for window in &all_windows {
                let subject = (unit.clone(), *window);
                if !subjects.contains_key(&key_of(&subject)) && is_valid(unit, window) {
                    missing.push(describe(&subject));
                }
            }
        }
        if let Some(goal) = entry.value.get(keys::TARGET.goal.name)
            && !missing.is_empty()
        {
            let count = missing.len();
            let first = missing[..count.min(PLACES_OF_A_WARNING)].join("; ");
            let found = if count > PLACES_OF_A_WARNING {
                format!("none for {first} and {} more", count - PLACES_OF_A_WARNING)
            } else {
                format!("none for {first}")
            };
            self.faults.push(
                Fault::new(FaultCode::MissingValue, goal.place.clone(), "goals are missing")
                    .found(found)
                    .expected("a row for each unit and window that the target judges"),
            );
        }
    }

    /// Refuses targets that would have one id.
    fn refuse_equal_ids(&mut self, targets: &[Entry], taken: &FxHashSet<&str>) {
        let mut ids: FxHashSet<&str> = taken.clone();
        for target in targets {
            if !ids.insert(&target.key) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateId,
                        target.place.clone(),
                        "another target has the id of this row's target",
                    )
                    .found(quoted(&target.key))
                    .expected("an id of its own")
                    .hint("the id is that of the target in the plan, the unit and the window"),
                );
            }
        }
    }
}

impl GoalRow {
    fn of_cells(cells: &Cells<'_>) -> Self {
        let node = |column: usize| {
            let (place, text) = cells.text(column)?;
            let is_number = NUMBERS.chain([BASELINE]).any(|number| number == column)
                && decimal(&text).is_some();
            let value = if is_number { Value::Number(text) } else { Value::Text(text) };
            Some(Node::new(place, value))
        };
        GoalRow { place: cells.row(), cells: std::array::from_fn(node) }
    }
}

/// Whether an amount is in per cent, and the amount: `"10 %"` or `5`.
fn amount_of(node: &Node) -> (&'static str, Node) {
    let percent = node.as_text().and_then(|text| text.trim().strip_suffix('%'));
    match percent {
        Some(number) => {
            let number = Value::Number(number.trim_end().to_owned());
            ("percent", Node::new(node.place.clone(), number))
        }
        // A column with percentages holds texts.
        None => match node.as_text().filter(|text| decimal(text).is_some()) {
            Some(number) => {
                ("absolute", Node::new(node.place.clone(), Value::Number(number.to_owned())))
            }
            None => ("absolute", node.clone()),
        },
    }
}

/// A number as a plan writes what is compared with.
fn number_as_reference(number: &Node) -> Node {
    let place = || number.place.clone();
    let key = keys::REFERENCE.value.name.to_owned();
    Node::new(place(), Value::Map(vec![Entry { place: place(), key, value: number.clone() }]))
}

/// A target as the plan could have written it for one row.
fn target_of_row(entry: &Entry, row: &GoalRow, (unit, window): &Subject, goal: RowGoal) -> Entry {
    let written = entry.value.as_map().unwrap_or_default();
    // What the row says. The rest is copied from the target, without its table of all goals.
    let mut own: Vec<Entry> = Vec::new();
    let mut put = |key: &str, value: Node| {
        own.push(Entry { place: value.place.clone(), key: key.to_owned(), value });
    };
    put(keys::TARGET.goal.name, goal.goal);
    if let Some(baseline) = goal.baseline {
        put(keys::TARGET.baseline.name, baseline);
    }
    let mut subject = Vec::new();
    if let (Some(unit), Some(node)) = (unit, &row.cells[UNIT]) {
        subject.push(unit.clone());
        let code = Node::new(node.place.clone(), Value::Text(unit.clone()));
        put(keys::TARGET.units.name, Node::new(node.place.clone(), Value::List(vec![code])));
    }
    if let (Some(window), Some(node)) = (window, &row.cells[WINDOW]) {
        subject.push(window.name());
        let every = written.iter().find(|entry| entry.key == keys::TARGET.window.name);
        let every = every.and_then(|entry| entry.value.get(keys::WINDOW.every.name));
        let is_period = every.is_some_and(|every| {
            every.as_text().is_some_and(|text| text.parse::<crate::calendar::Every>().is_ok())
        });
        // Periods stay periods: reports are due for them.
        let value = match every.filter(|_| is_period && window.period().is_some()) {
            Some(every) => {
                let pair = |key: &str, value: Node| Entry {
                    place: value.place.clone(),
                    key: key.to_owned(),
                    value,
                };
                Value::Map(vec![
                    pair(keys::WINDOW.every.name, every.clone()),
                    pair(keys::WINDOW.within.name, node.clone()),
                ])
            }
            None => node.value.clone(),
        };
        put(keys::TARGET.window.name, Node::new(node.place.clone(), value));
    }
    if let Some(title) = entry.value.get(keys::TARGET.title.name)
        && let Some(text) = title.as_text()
    {
        let text = format!("{text} ({})", subject.join(", "));
        put(keys::TARGET.title.name, Node::new(title.place.clone(), Value::Text(text)));
    }
    let id = std::iter::once(entry.key.as_str()).chain(subject.iter().map(String::as_str));
    let id: Vec<String> = id.map(as_part_of_id).collect();
    let is_own = |key: &str| own.iter().any(|entry| entry.key == key);
    let mut map: Vec<Entry> = written.iter().filter(|entry| !is_own(&entry.key)).cloned().collect();
    map.extend(own);
    let value = Node::new(entry.value.place.clone(), Value::Map(map));
    Entry { place: row.place.clone(), key: id.join("."), value }
}

fn describe((unit, window): &Subject) -> String {
    let unit = unit.as_ref().map(|unit| format!("`{unit}`"));
    unit.into_iter().chain(window.as_ref().map(Window::name)).collect::<Vec<_>>().join(" in ")
}

/// A unit and the days of a window, however it is named.
fn key_of((unit, window): &Subject) -> SubjectKey {
    (unit.clone(), window.map(|window| (window.start(), window.end())))
}

/// A text as a part of an id: characters that ids do not have become hyphens.
fn as_part_of_id(text: &str) -> String {
    let allowed = |letter: char| letter.is_alphanumeric() || "_-.".contains(letter);
    text.chars().map(|letter| if allowed(letter) { letter } else { '-' }).collect()
}
