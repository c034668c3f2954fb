//! What the keys of a plan file mean: from the located tree to the checked model.
//!
//! Each function reads one kind of thing, and on a fault notes it and reads on, so that a plan's
//! faults all come out in one go. A thing with a fault is left out of the model; since any fault
//! refuses the plan, what is left out is never missed.

use std::path::Path;

use chrono::NaiveDate;

use super::basis::Document;
use super::campaign::Campaign;
use super::document::{Entry, Node, Value};
use super::expression::{self, Expression, Slip, Term};
use super::goal::{Amount, Goal, Reference};
use super::indicator::{
    Annualised, Better, ChangeAs, Formula, Indicator, IndicatorIndex, Variation,
};
use super::measure::{Measure, MeasureIndex, OverTime, OverUnits};
use super::target::{Scope, Target, TargetWindow};
use super::unit::{Field, LevelIndex, Told, UnitRow, Units};
use super::{Inner, unit_table};
use crate::calendar::{self, Calendar, Every, NamedBy, Period, Window};
use crate::error::{Fault, Faults, Place, file_trouble, nearest, quoted};
use crate::exact::{self, Decimal, decimal};

/// The keys each kind of thing may have. The JSON Schema is tested against these lists.
pub(super) mod keys {
    pub(crate) const PLAN: &[&str] = &[
        "attain",
        "plan",
        "title",
        "note",
        "calendar",
        "confidence",
        "minimum_completeness",
        "units",
        "measures",
        "indicators",
        "campaigns",
        "targets",
    ];
    pub(crate) const CALENDAR: &[&str] = &["year_starts", "named_by"];
    pub(crate) const UNITS: &[&str] = &["levels", "table", "list"];
    pub(crate) const UNIT: &[&str] = &["id", "name", "level", "parent", "valid_from", "valid_to"];
    pub(crate) const MEASURE: &[&str] =
        &["title", "note", "unit", "over_time", "over_units", "signed", "recorded_at", "every"];
    pub(crate) const FORMULAS: &[&str] =
        &["count", "proportion", "ratio", "rate", "mean", "change", "share_of_units", "reported"];
    pub(crate) const INDICATOR: &[&str] = &[
        "title",
        "note",
        "better",
        "variation",
        "count",
        "proportion",
        "ratio",
        "rate",
        "mean",
        "change",
        "share_of_units",
        "reported",
    ];
    pub(crate) const FRACTION: &[&str] = &["numerator", "denominator", "per"];
    pub(crate) const RATE: &[&str] = &["numerator", "population", "per", "annualised"];
    pub(crate) const MEAN: &[&str] = &["of", "per"];
    pub(crate) const CHANGE: &[&str] = &["of", "from", "as"];
    pub(crate) const SHARE_OF_UNITS: &[&str] = &["of", "level", "goal"];
    pub(crate) const REPORTED: &[&str] = &["unit", "over_time"];
    pub(crate) const CAMPAIGN: &[&str] = &["title", "note", "window", "compare"];
    pub(crate) const TARGET: &[&str] = &[
        "title",
        "note",
        "indicator",
        "goal",
        "window",
        "campaign",
        "units",
        "basis",
        "minimum_completeness",
    ];
    pub(crate) const GOAL: &[&str] =
        &["at_least", "above", "at_most", "below", "between", "reduce_by", "increase_by"];
    pub(crate) const AMOUNT: &[&str] = &["percent", "absolute", "from"];
    pub(crate) const REFERENCE: &[&str] = &["window", "value"];
    pub(crate) const WINDOW: &[&str] = &["every", "within"];
    pub(crate) const SCOPE: &[&str] = &["level"];
    pub(crate) const DOCUMENT: &[&str] = &["document", "dated", "clause", "title", "source"];
}

/// Reads a whole plan. `directory` is where tables beside the plan are looked for.
/// `faults` are those the document has already.
pub(super) fn plan(root: &Node, directory: Option<&Path>, faults: Faults) -> Result<Inner, Faults> {
    let mut reader = Reader { faults, directory };
    let read = reader.plan(root);
    match read {
        Some(inner) if reader.faults.is_empty() => Ok(inner),
        Some(_) | None => Err(reader.faults),
    }
}

struct Reader<'d> {
    faults: Faults,
    directory: Option<&'d Path>,
}

/// The keys of one thing that has been checked for unknown ones.
struct Fields<'n> {
    place: &'n Place,
    entries: &'n [Entry],
    /// Keys that some unknown ones are taken to be meant as.
    meant: Vec<&'static str>,
}

impl<'n> Fields<'n> {
    fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Whether a key is there but misspelt, which is a fault already.
    fn is_misspelt(&self, key: &str) -> bool {
        self.meant.contains(&key)
    }
}

/// The things of one section, in the order of their ids.
struct Section<T> {
    things: Vec<T>,
    /// Whether all that is declared is here. If not, an id that isn't known is no fault of who refers to it.
    is_whole: bool,
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Section { things: Vec::new(), is_whole: true }
    }
}

/// Everything that ids may refer to while a plan is read.
#[derive(Default)]
struct Names<'n> {
    measures: Section<Measure>,
    indicators: Section<(&'n Entry, Option<Formula>)>,
    campaigns: Section<Campaign>,
}

/// What the section on units declares, as far as it could be read.
#[derive(Default)]
struct Declared {
    levels: Option<Vec<String>>,
    rows: Option<Vec<UnitRow>>,
}

/// The units, as far as they are known.
struct Ground {
    units: Units,
    knows_levels: bool,
    knows_units: bool,
}

impl Reader<'_> {
    fn plan(&mut self, root: &Node) -> Option<Inner> {
        if is_nothing(root) {
            self.faults.push(
                Fault::new(root.place.clone(), "the plan is empty")
                    .expected("keys and values, at least attain, plan and units"),
            );
            return None;
        }
        let fields = self.fields(root, "a plan", keys::PLAN)?;
        self.version(&fields);
        let id = self.required(&fields, "plan", "the plan's id").and_then(|node| self.id(node));
        let title = self.optional_text(&fields, "title");
        let note = self.optional_text(&fields, "note");
        let calendar =
            fields.get("calendar").and_then(|node| self.calendar(node)).unwrap_or_default();
        let confidence = fields.get("confidence").and_then(|node| self.confidence(node));
        let minimum_completeness =
            fields.get("minimum_completeness").and_then(|node| self.per_cent(node));
        let ground = self.required(&fields, "units", "the units' levels and their table or list");
        let ground = self.ground(ground);

        let mut names = Names::default();
        self.campaigns(&fields, &calendar, &mut names);
        self.measures(&fields, &ground, &mut names);
        let indicators = self.indicators(&fields, &calendar, &ground, &mut names);
        let targets = self.targets(&fields, &calendar, &ground, &names);
        if !self.faults.is_empty() {
            return None;
        }
        let mut inner = Inner {
            id: id?,
            title,
            note,
            calendar,
            confidence: confidence.unwrap_or(0.95),
            minimum_completeness,
            units: ground.units,
            measures: names.measures.things,
            indicators,
            campaigns: names.campaigns.things,
            targets,
            reporting_periods: Vec::new(),
        };
        inner.reporting_periods = reporting_periods(&inner);
        Some(inner)
    }

    fn version(&mut self, fields: &Fields<'_>) {
        match fields.get("attain") {
            Some(Node { value: Value::Number(version), .. }) if version == "1" => {}
            Some(node) => {
                let place = node.place.clone();
                let fault = Fault::new(place, "this is not the version of the plan format")
                    .found(node.describe())
                    .expected("the number 1");
                self.faults.push(match node.as_text() {
                    Some("1") => fault.hint("take the quotes away"),
                    _ => fault,
                });
            }
            None => {
                self.required(fields, "attain", "the version of the plan format, 1");
            }
        }
    }

    // ---- calendar and windows ----

    fn calendar(&mut self, node: &Node) -> Option<Calendar> {
        let fields = self.fields(node, "the calendar", keys::CALENDAR)?;
        let named_by = match fields.get("named_by") {
            None => Some(NamedBy::End),
            Some(node) => {
                let all = [("start", NamedBy::Start), ("end", NamedBy::End)];
                self.choice(node, "the rule that names a year", &all)
            }
        };
        let Some(node) = fields.get("year_starts") else {
            return Calendar::new(1, 1, named_by?);
        };
        let day = node.as_text().and_then(|text| {
            let (month, day) = text.split_once('-')?;
            let two_digits =
                |text: &str| (text.len() == 2).then(|| text.parse::<u32>().ok()).flatten();
            Calendar::new(two_digits(month)?, two_digits(day)?, named_by.unwrap_or_default())
        });
        if day.is_none() {
            self.faults.push(
                Fault::new(node.place.clone(), "this is no day a reporting year can start on")
                    .found(node.describe())
                    .expected("month and day such as \"12-15\", the day not after the 28th"),
            );
        }
        named_by.and(day)
    }

    /// A period, a campaign's id or `[start, end)`.
    fn window(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: Option<&Section<Campaign>>,
    ) -> Option<(Window, Option<usize>)> {
        let forms = if campaigns.is_some() { WINDOW_FORMS } else { OWN_WINDOW_FORMS };
        match &node.value {
            Value::Text(name) | Value::Number(name) => {
                let known = campaigns.map_or(&[][..], |campaigns| &campaigns.things);
                if let Some(campaign) = known.iter().position(|campaign| campaign.id == *name) {
                    return Some((known[campaign].window, Some(campaign)));
                }
                if let Some(window) =
                    calendar.period(name).and_then(|period| calendar.window(period))
                {
                    return Some((window, None));
                }
                let fault = Fault::new(node.place.clone(), "this names no window")
                    .found(format!("`{name}`"))
                    .expected(forms);
                let fault = if calendar::date(name).is_some() {
                    fault.hint("for a single day, write [day, the day after]")
                } else if let Some(hint) = calendar.period_hint(name) {
                    fault.hint(hint)
                } else if campaigns.is_some_and(|campaigns| !campaigns.is_whole) {
                    return None;
                } else {
                    fault.near_miss(name, known.iter().map(|campaign| campaign.id.as_str()))
                };
                self.faults.push(fault);
                None
            }
            Value::List(ends) if ends.len() == 2 => {
                let start = self.date(&ends[0], "the window's first day");
                let end = self.date(&ends[1], "the day after the window's last");
                let (start, end) = (start?, end?);
                let window = Window::new(start, end);
                if window.is_none() {
                    self.faults.push(
                        Fault::new(ends[1].place.clone(), "the window holds no day")
                            .found(format!("{start} to before {end}"))
                            .expected("an end after the start")
                            .hint("the end is the first day that no longer belongs to the window"),
                    );
                }
                Some((window?, None))
            }
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                self.wrong(node, "a window", forms);
                None
            }
        }
    }

    fn reference(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: &Section<Campaign>,
    ) -> Option<Reference> {
        match &node.value {
            Value::Map(_) => {
                let fields = self.fields(node, "a comparison", keys::REFERENCE)?;
                match (fields.get("window"), fields.get("value")) {
                    (Some(window), None) => {
                        let (window, _) = self.window(window, calendar, Some(campaigns))?;
                        Some(Reference::Window(window))
                    }
                    (None, Some(value)) => {
                        Some(Reference::Value(self.number(value, "the earlier value")?))
                    }
                    (None, None) if fields.is_misspelt("window") || fields.is_misspelt("value") => {
                        None
                    }
                    (None, None) | (Some(_), Some(_)) => {
                        self.wrong(node, "a comparison", REFERENCE_FORMS);
                        None
                    }
                }
            }
            Value::Text(text) => match text.as_str() {
                "previous_period" => Some(Reference::PreviousPeriod),
                "same_window_last_year" => Some(Reference::SameWindowLastYear),
                text => {
                    let fault = Fault::new(node.place.clone(), "this is not a comparison")
                        .found(node.describe())
                        .expected(REFERENCE_FORMS);
                    let names_window = calendar.period(text).is_some()
                        || campaigns.things.iter().any(|campaign| campaign.id == text);
                    self.faults.push(if names_window {
                        fault.hint(format!("write {{window: \"{text}\"}}"))
                    } else {
                        fault.near_miss(text, ["previous_period", "same_window_last_year"])
                    });
                    None
                }
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => {
                self.wrong(node, "a comparison", REFERENCE_FORMS);
                None
            }
        }
    }

    // ---- units ----

    fn ground(&mut self, node: Option<&Node>) -> Ground {
        let Declared { levels, rows } = node.and_then(|node| self.units(node)).unwrap_or_default();
        let faults_before = self.faults.len();
        let (knows_levels, knows_rows) = (levels.is_some(), rows.is_some());
        // Levels can be referred to although the units are at fault.
        let units = Units::build(
            levels.unwrap_or_default(),
            rows.filter(|_| knows_levels).unwrap_or_default(),
            &mut self.faults,
        );
        let is_sound = self.faults.len() == faults_before;
        Ground { units, knows_levels, knows_units: knows_levels && knows_rows && is_sound }
    }

    /// The names of the levels, and the rows of the table or list.
    fn units(&mut self, node: &Node) -> Option<Declared> {
        let fields = self.fields(node, "the section on units", keys::UNITS)?;
        let levels = self.required(&fields, "levels", "the names of the levels, topmost first");
        let levels = levels.and_then(|node| self.levels(node));
        let faults_before = self.faults.len();
        let rows = match (fields.get("table"), fields.get("list")) {
            (Some(table), None) => self.unit_table(table),
            (None, Some(list)) => self.unit_list(list),
            (None, None) if fields.is_misspelt("table") || fields.is_misspelt("list") => None,
            (None, None) | (Some(_), Some(_)) => {
                let message = "the units stand either in a table or in a list";
                self.faults.push(
                    Fault::new(node.place.clone(), message)
                        .found(if fields.get("table").is_some() { "both" } else { "neither" })
                        .expected("either `table: units.csv` or `list: [...]`"),
                );
                None
            }
        };
        if rows.as_ref().is_some_and(Vec::is_empty) && self.faults.len() == faults_before {
            self.faults
                .push(Fault::new(node.place.clone(), "there is no unit").expected("at least one"));
        }
        Some(Declared { levels, rows })
    }

    fn levels(&mut self, node: &Node) -> Option<Vec<String>> {
        let mut levels: Vec<String> = Vec::new();
        let faults_before = self.faults.len();
        for item in self.list(node, "the levels", "names, topmost first")? {
            let Some(level) = self.text(item, "a level's name") else { continue };
            if levels.iter().any(|other| other == level) {
                self.faults.push(
                    Fault::new(item.place.clone(), "this level stands twice")
                        .found(format!("`{level}`")),
                );
            }
            levels.push(level.to_owned());
        }
        if levels.is_empty() && self.faults.len() == faults_before {
            self.wrong(node, "the levels", "at least one name");
        }
        (self.faults.len() == faults_before).then_some(levels)
    }

    fn unit_table(&mut self, node: &Node) -> Option<Vec<UnitRow>> {
        let name = self.text(node, "the unit table's file")?;
        let Some(directory) = self.directory else {
            self.faults.push(
                Fault::new(
                    node.place.clone(),
                    "a plan that is not read from a file has no table beside it",
                )
                .found(format!("`{name}`"))
                .expected("`list: [...]`")
                .hint("load the plan from its file, or list the units in it"),
            );
            return None;
        };
        let path = directory.join(name);
        match std::fs::read(&path) {
            Ok(bytes) => unit_table::read(&path.display().to_string(), &bytes, &mut self.faults),
            Err(cause) => {
                let message = format!("the unit table can't be read: {}", file_trouble(&cause));
                self.faults.push(
                    Fault::new(node.place.clone(), message)
                        .hint(format!("it is looked for at `{}`, beside the plan", path.display())),
                );
                None
            }
        }
    }

    fn unit_list(&mut self, node: &Node) -> Option<Vec<UnitRow>> {
        let mut rows = Vec::new();
        for item in self.list(
            node,
            "the list of units",
            "units such as {id: d1, name: D1, level: district, parent: c}",
        )? {
            let Some(fields) = self.fields(item, "a unit", keys::UNIT) else { continue };
            rows.push(UnitRow {
                place: item.place.clone(),
                id: self.unit_field(&fields, "id", Some("the unit's code"), Self::code),
                name: self.optional_text(&fields, "name"),
                level: self.unit_field(
                    &fields,
                    "level",
                    Some("the unit's level"),
                    |reader, node| reader.text(node, "a level"),
                ),
                parent: self.unit_field(&fields, "parent", None, Self::code),
                valid_from: self.optional_date(&fields, "valid_from", "the unit's first day"),
                valid_to: self.optional_date(
                    &fields,
                    "valid_to",
                    "the first day the unit is no longer valid",
                ),
            });
        }
        Some(rows)
    }

    /// A text of a unit; `required` says what a missing one should be.
    fn unit_field<'n>(
        &mut self,
        fields: &Fields<'n>,
        key: &str,
        required: Option<&str>,
        read: impl FnOnce(&mut Self, &'n Node) -> Option<&'n str>,
    ) -> Field<String> {
        let node = match required {
            Some(expected) => self.required(fields, key, expected).ok_or(Told)?,
            None => match fields.get(key).filter(|node| node.value != Value::Null) {
                Some(node) => node,
                None if fields.is_misspelt(key) => return Err(Told),
                None => return Ok(None),
            },
        };
        let text = read(self, node).ok_or(Told)?;
        Ok(Some((node.place.clone(), text.to_owned())))
    }

    // ---- measures ----

    fn measures<'n>(&mut self, fields: &Fields<'n>, ground: &Ground, names: &mut Names<'n>) {
        let Some(node) = fields.get("measures") else {
            names.measures.is_whole = !fields.is_misspelt("measures");
            return;
        };
        let form = "ids and what they count, such as `cases: {unit: case}`";
        let (entries, is_whole) = self.section(node, "measures", form);
        names.measures.is_whole = is_whole;
        for entry in entries {
            self.key_id(entry);
            // `cases:` with nothing behind it is a measure with all defaults.
            let empty = Node { place: entry.value.place.clone(), value: Value::Map(Vec::new()) };
            let value = if entry.value.value == Value::Null { &empty } else { &entry.value };
            // One that is at fault still has an id to refer to.
            let fields = self.fields(value, "a measure", keys::MEASURE).unwrap_or(Fields {
                place: &entry.place,
                entries: &[],
                meant: Vec::new(),
            });
            let measure = Measure {
                id: entry.key.clone(),
                title: self.optional_text(&fields, "title"),
                note: self.optional_text(&fields, "note"),
                unit: self.optional_text(&fields, "unit"),
                over_time: self
                    .optional_choice(
                        &fields,
                        "over_time",
                        "the operator over time",
                        &named(&OverTime::ALL, OverTime::name),
                    )
                    .unwrap_or_default(),
                over_units: self
                    .optional_choice(
                        &fields,
                        "over_units",
                        "the operator over units",
                        &named(&OverUnits::ALL, OverUnits::name),
                    )
                    .unwrap_or_default(),
                signed: fields.get("signed").and_then(|node| self.boolean(node)).unwrap_or(false),
                recorded_at: fields.get("recorded_at").and_then(|node| self.level(node, ground)),
                every: self.optional_choice(
                    &fields,
                    "every",
                    "the period reports are due for",
                    &named(&Every::ALL, Every::name),
                ),
                reported: false,
            };
            names.measures.things.push(measure);
        }
    }

    fn expression(&mut self, node: &Node, names: &Names<'_>) -> Option<Expression> {
        let Some(text) = node.as_text().filter(|text| !text.trim().is_empty()) else {
            self.wrong(node, "an expression", EXPRESSION_FORMS);
            return None;
        };
        let words = match expression::words(text) {
            Ok(words) => words,
            Err(Slip { message, hint }) => {
                let fault = Fault::new(node.place.clone(), message)
                    .found(format!("`{text}`"))
                    .expected(EXPRESSION_FORMS);
                self.faults.push(match hint {
                    Some(hint) => fault.hint(hint),
                    None => fault,
                });
                return None;
            }
        };
        let mut terms = Vec::with_capacity(words.len());
        for word in &words {
            // A published value has no place in a sum.
            let recorded = |measure: &&Measure| !measure.reported;
            let measures = &names.measures.things;
            match measures.iter().position(|one| recorded(&one) && one.id == word.id) {
                Some(measure) => {
                    terms.push(Term { measure: MeasureIndex(measure), subtracted: word.subtracted })
                }
                None if !names.measures.is_whole => {}
                None => {
                    let ids = measures.iter().filter(recorded).map(|measure| measure.id.as_str());
                    let fault = unknown(&node.place, "measure", word.id, ids.clone());
                    let is_difference = word.id.split_once('-').is_some_and(|(one, other)| {
                        ids.clone().any(|id| id == one) && ids.clone().any(|id| id == other)
                    });
                    self.faults.push(if is_difference {
                        fault.hint("write a space on each side of `-`, for ids may have hyphens")
                    } else if exact::decimal(word.id).is_some() {
                        fault.hint("numbers can't be added to measures")
                    } else if names.indicators.things.iter().any(|(one, _)| one.key == word.id) {
                        fault.hint("this is an indicator; expressions are made of measures")
                    } else {
                        fault
                    });
                }
            }
        }
        (terms.len() == words.len()).then_some(Expression { terms })
    }

    // ---- indicators ----

    fn indicators<'n>(
        &mut self,
        fields: &Fields<'n>,
        calendar: &Calendar,
        ground: &Ground,
        names: &mut Names<'n>,
    ) -> Vec<Indicator> {
        let Some(node) = fields.get("indicators") else {
            names.indicators.is_whole = !fields.is_misspelt("indicators");
            return Vec::new();
        };
        let form = "ids and formulas, such as `theft: {count: theft_cases}`";
        let (entries, is_whole) = self.section(node, "indicators", form);
        let things = entries.iter().map(|entry| (entry, None)).collect();
        names.indicators = Section { things, is_whole };
        let mut indicators = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let id = self.key_id(entry);
            let Some(fields) = self.fields(&entry.value, "an indicator", keys::INDICATOR) else {
                continue;
            };
            let formula = self.formula(entry, &fields, calendar, ground, names);
            names.indicators.things[index].1.clone_from(&formula);
            let title = self.optional_text(&fields, "title");
            let note = self.optional_text(&fields, "note");
            let better = self.optional_choice(
                &fields,
                "better",
                "the good direction",
                &named(&Better::ALL, Better::name),
            );
            let variation = self
                .optional_choice(
                    &fields,
                    "variation",
                    "the way counts vary",
                    &named(&Variation::ALL, Variation::name),
                )
                .unwrap_or_default();
            if let (Some(id), Some(formula)) = (id, formula) {
                indicators.push(Indicator { id, title, note, formula, better, variation });
            }
        }
        self.refuse_circles(names);
        self.refuse_impossible_goals_of_units(names);
        indicators
    }

    fn formula<'n>(
        &mut self,
        entry: &Entry,
        fields: &Fields<'n>,
        calendar: &Calendar,
        ground: &Ground,
        names: &mut Names<'n>,
    ) -> Option<Formula> {
        let given: Vec<&Entry> = fields
            .entries
            .iter()
            .filter(|entry| keys::FORMULAS.contains(&entry.key.as_str()))
            .collect();
        let [formula] = given[..] else {
            if given.is_empty() && keys::FORMULAS.iter().any(|key| fields.is_misspelt(key)) {
                return None;
            }
            let mut fault = Fault::new(
                given.get(1).map_or(entry.place.clone(), |second| second.place.clone()),
                format!("the indicator {} needs exactly one formula", quoted(&entry.key)),
            )
            .expected(format!("one of {}", keys::FORMULAS.join(", ")));
            if !given.is_empty() {
                let found: Vec<_> = given.iter().map(|entry| entry.key.as_str()).collect();
                fault = fault.found(found.join(" and "));
            }
            self.faults.push(fault);
            return None;
        };
        let node = &formula.value;
        match formula.key.as_str() {
            "count" => Some(Formula::Count(self.expression(node, names)?)),
            kind @ ("proportion" | "ratio") => {
                let fields = self.fields(node, &format!("a {kind}"), keys::FRACTION)?;
                let numerator = self.required_expression(&fields, "numerator", names);
                let denominator = self.required_expression(&fields, "denominator", names);
                let per = self.multiplier(&fields, 100);
                let (numerator, denominator, per) = (numerator?, denominator?, per?);
                Some(if kind == "proportion" {
                    Formula::Proportion { numerator, denominator, per }
                } else {
                    Formula::Ratio { numerator, denominator, per }
                })
            }
            "rate" => {
                let fields = self.fields(node, "a rate", keys::RATE)?;
                let numerator = self.required_expression(&fields, "numerator", names);
                let population = self.required_expression(&fields, "population", names);
                let per = self.multiplier(&fields, 100_000);
                let annualised = match fields.get("annualised") {
                    None => Annualised::None,
                    Some(node) => self.choice(
                        node,
                        "the way to bring a rate to a year",
                        &named(&Annualised::ALL, Annualised::name),
                    )?,
                };
                Some(Formula::Rate {
                    numerator: numerator?,
                    population: population?,
                    per: per?,
                    annualised,
                })
            }
            "mean" => {
                let fields = self.fields(node, "a mean", keys::MEAN)?;
                let of = self.required_expression(&fields, "of", names);
                let per = self.required_expression(&fields, "per", names);
                Some(Formula::Mean { of: of?, per: per? })
            }
            "change" => {
                let fields = self.fields(node, "a change", keys::CHANGE)?;
                let of = self.required(&fields, "of", "the indicator that changes");
                let of = of.and_then(|node| self.indicator(node, names));
                let from = self.required(&fields, "from", REFERENCE_FORMS);
                let from = from.and_then(|node| self.reference(node, calendar, &names.campaigns));
                let told_as = match fields.get("as") {
                    None => ChangeAs::Percent,
                    Some(node) => self.choice(
                        node,
                        "the way to tell a change",
                        &named(&ChangeAs::ALL, ChangeAs::name),
                    )?,
                };
                Some(Formula::Change { of: of?, from: from?, told_as })
            }
            "share_of_units" => {
                let fields = self.fields(node, "a share of units", keys::SHARE_OF_UNITS)?;
                let of = self.required(&fields, "of", "the indicator each unit is judged by");
                let of = of.and_then(|node| self.indicator(node, names));
                let level = self.required(&fields, "level", "the level of the units");
                let level = level.and_then(|node| self.level(node, ground));
                let goal = self.required(&fields, "goal", "the goal each unit has to meet");
                let goal = goal.and_then(|node| self.goal(node, calendar, &names.campaigns));
                Some(Formula::ShareOfUnits { of: of?, level: level?, goal: goal? })
            }
            "reported" => self.reported(entry, node, names),
            _ => None,
        }
    }

    fn reported(&mut self, entry: &Entry, node: &Node, names: &mut Names<'_>) -> Option<Formula> {
        let empty = Node { place: node.place.clone(), value: Value::Map(Vec::new()) };
        let node = if node.value == Value::Null { &empty } else { node };
        let fields = self.fields(node, "a reported indicator", keys::REPORTED)?;
        let unit = self.optional_text(&fields, "unit").unwrap_or_else(|| "%".to_owned());
        let latest = match fields.get("over_time") {
            None => false,
            Some(node) => self.choice(node, "the operator over time", &[("last", true)])?,
        };
        if names.measures.things.iter().any(|measure| measure.id == entry.key) {
            self.faults.push(
                Fault::new(
                    entry.place.clone(),
                    format!("`{}` is the id of a measure and of a reported indicator", entry.key),
                )
                .expected("different ids: outcomes name a reported indicator as their measure"),
            );
            return None;
        }
        names.measures.things.push(Measure {
            id: entry.key.clone(),
            title: None,
            note: None,
            unit: Some(unit.clone()),
            over_time: OverTime::Last,
            over_units: OverUnits::Sum,
            signed: true,
            recorded_at: None,
            every: None,
            reported: true,
        });
        let measure = MeasureIndex(names.measures.things.len() - 1);
        Some(Formula::Reported { measure, unit, latest })
    }

    /// An indicator that rests on itself, over however many steps, has no value. A circle is told once, at its first.
    fn refuse_circles(&mut self, names: &Names<'_>) {
        let indicators = &names.indicators.things;
        for start in 0..indicators.len() {
            let mut circle = vec![start];
            while let Some(next) = circle.last().and_then(|at| rests_on(&indicators[*at].1)) {
                if next == start {
                    let ids: Vec<String> =
                        circle[1..].iter().map(|at| quoted(&indicators[*at].0.key)).collect();
                    let entry = indicators[start].0;
                    let id = quoted(&entry.key);
                    let message = match &ids[..] {
                        [] => format!("the indicator {id} rests on itself"),
                        ids => format!(
                            "the indicator {id} rests on {} and so on itself",
                            ids.join(", ")
                        ),
                    };
                    self.faults.push(
                        Fault::new(entry.place.clone(), message)
                            .expected("an `of` that leads to measures"),
                    );
                    break;
                }
                // Circles that lead back to an earlier one, or into another, are told elsewhere.
                if next < start || circle.contains(&next) {
                    break;
                }
                circle.push(next);
            }
        }
    }

    /// The goals that units are judged by are as possible as those of targets. They may stand before the indicator they
    /// are about, so they are checked when all are known.
    fn refuse_impossible_goals_of_units(&mut self, names: &Names<'_>) {
        for (entry, formula) in &names.indicators.things {
            let Some(Formula::ShareOfUnits { of, goal, .. }) = formula else { continue };
            let node = entry.value.get("share_of_units").and_then(|node| node.get("goal"));
            if let Some(node) = node {
                self.refuse_impossible_goal(node, goal, names.indicators.things[of.0].1.as_ref());
            }
        }
    }

    // ---- campaigns, targets, goals ----

    fn campaigns(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        names: &mut Names<'_>,
    ) -> Option<()> {
        let Some(node) = fields.get("campaigns") else {
            names.campaigns.is_whole = !fields.is_misspelt("campaigns");
            return None;
        };
        let form = "ids and windows, such as `tet: {window: [2022-12-15, 2023-02-15]}`";
        let (entries, is_whole) = self.section(node, "campaigns", form);
        names.campaigns.is_whole = is_whole;
        for entry in entries {
            let id = self.key_id(entry);
            if id.as_deref().is_some_and(|id| Period::parse(id).is_some()) {
                self.faults.push(
                    Fault::new(entry.place.clone(), "a campaign can't be called like a period")
                        .found(format!("`{}`", entry.key)),
                );
            }
            // One that is at fault still has an id to refer to.
            let fields = self.fields(&entry.value, "a campaign", keys::CAMPAIGN);
            let window = fields.as_ref().and_then(|fields| {
                self.required(fields, "window", OWN_WINDOW_FORMS)
                    .and_then(|node| self.window(node, calendar, None))
            });
            let fields =
                fields.unwrap_or(Fields { place: &entry.place, entries: &[], meant: Vec::new() });
            let campaign = Campaign {
                id: entry.key.clone(),
                title: self.optional_text(&fields, "title"),
                note: self.optional_text(&fields, "note"),
                window: window
                    .map(|(window, _)| window)
                    .or_else(|| calendar.window(Period::Year(2000)))?,
                compare: None,
            };
            names.campaigns.things.push(campaign);
        }
        // A comparison may name any campaign's window, so it is read when all are known.
        for entry in entries {
            let Value::Map(fields) = &entry.value.value else { continue };
            let Some(compare) = fields.iter().find(|field| field.key == "compare") else {
                continue;
            };
            let compare = self.reference(&compare.value, calendar, &names.campaigns);
            let campaigns = &mut names.campaigns.things;
            if let Some(campaign) = campaigns.iter_mut().find(|campaign| campaign.id == entry.key) {
                campaign.compare = compare;
            }
        }
        Some(())
    }

    fn targets(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Vec<Target> {
        let Some(node) = fields.get("targets") else { return Vec::new() };
        let mut targets = Vec::new();
        let form = "ids and what they promise, each with an indicator, a goal and a window";
        for entry in self.section(node, "targets", form).0 {
            let id = self.key_id(entry);
            let Some(fields) = self.fields(&entry.value, "a target", keys::TARGET) else {
                continue;
            };
            let indicator = self.required(&fields, "indicator", "the id of an indicator");
            let indicator = indicator.and_then(|node| self.indicator(node, names));
            let goal_node = self.required(&fields, "goal", GOAL_FORMS);
            let goal = goal_node.and_then(|node| self.goal(node, calendar, &names.campaigns));
            let belongs_to = fields.get("campaign").and_then(|node| self.campaign(node, names));
            let window = match (fields.get("window"), belongs_to) {
                (Some(node), _) => self.target_window(node, calendar, &names.campaigns),
                (None, Some(campaign)) => Some(TargetWindow::Campaign(campaign)),
                (None, None) => {
                    // A campaign that is misspelt has its fault already.
                    if fields.get("campaign").is_none() {
                        self.required(&fields, "window", WINDOW_FORMS);
                    }
                    None
                }
            };
            let scope = match fields.get("units") {
                None => Some(Scope::Top),
                Some(node) => self.scope(node, ground),
            };
            let title = self.optional_text(&fields, "title");
            let note = self.optional_text(&fields, "note");
            let basis = fields.get("basis").map_or_else(Vec::new, |node| self.basis(node));
            let minimum_completeness =
                fields.get("minimum_completeness").and_then(|node| self.per_cent(node));
            if let (Some(indicator), Some(goal), Some(goal_node)) = (indicator, &goal, goal_node) {
                self.refuse_impossible_goal(
                    goal_node,
                    goal,
                    names.indicators.things[indicator.0].1.as_ref(),
                );
            }
            let (Some(id), Some(indicator), Some(goal), Some(window), Some(units)) =
                (id, indicator, goal, window, scope)
            else {
                continue;
            };
            let campaign = belongs_to.or(match &window {
                TargetWindow::Campaign(campaign) => Some(*campaign),
                TargetWindow::Every { campaign, .. } => *campaign,
                TargetWindow::Once(_) => None,
            });
            targets.push(Target {
                id,
                title,
                note,
                indicator,
                goal,
                window,
                campaign,
                units,
                basis,
                minimum_completeness,
            });
        }
        targets
    }

    fn target_window(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: &Section<Campaign>,
    ) -> Option<TargetWindow> {
        if !matches!(node.value, Value::Map(_)) {
            return self.window(node, calendar, Some(campaigns)).map(|(window, campaign)| {
                match campaign {
                    Some(campaign) => TargetWindow::Campaign(campaign),
                    None => TargetWindow::Once(window),
                }
            });
        }
        let fields = self.fields(node, "a window", keys::WINDOW)?;
        let every = self.required(&fields, "every", "month, quarter, half, year or week");
        let every = every.and_then(|node| {
            self.choice(node, "the kind of period", &named(&Every::ALL, Every::name))
        });
        let within = self.required(&fields, "within", WINDOW_FORMS);
        let within_node = within?;
        let (within, campaign) = self.window(within_node, calendar, Some(campaigns))?;
        let every = every?;
        // A decade of weeks is 522 rows a unit; a plan that asks for far more has a typing error.
        const MOST_WINDOWS: usize = 5_000;
        if within.days() > 366 * MOST_WINDOWS as i64 {
            self.wrong(within_node, "a window to cut into periods", "one of less than 5,000 years");
            return None;
        }
        let windows = calendar.periods_within(every, &within).len();
        if windows == 0 || windows > MOST_WINDOWS {
            self.faults.push(
                Fault::new(
                    node.place.clone(),
                    format!("{windows} periods of this kind lie wholly inside the window"),
                )
                .found(format!("every {} within {within}", every.name()))
                .expected(format!("between 1 and {MOST_WINDOWS}")),
            );
            return None;
        }
        Some(TargetWindow::Every { every, within, campaign })
    }

    fn scope(&mut self, node: &Node, ground: &Ground) -> Option<Scope> {
        let units = &ground.units;
        match &node.value {
            Value::Map(_) => {
                let fields = self.fields(node, "the scope of a target", keys::SCOPE)?;
                let level = self.required(&fields, "level", "the level of the units")?;
                Some(Scope::Level(self.level(level, ground)?))
            }
            Value::List(items) if !items.is_empty() => {
                let mut named = Vec::new();
                let faults_before = self.faults.len();
                for item in items {
                    let Some(code) = self.code(item) else { continue };
                    if !ground.knows_units {
                        continue;
                    }
                    let versions = units.versions(code);
                    if versions.is_empty() {
                        self.faults.push(unknown(&item.place, "unit", code, units.ids()));
                    } else if named.contains(&versions[0]) {
                        self.faults.push(
                            Fault::new(item.place.clone(), "this unit stands twice")
                                .found(format!("`{code}`")),
                        );
                    }
                    named.extend_from_slice(versions);
                }
                named.sort_unstable();
                (self.faults.len() == faults_before).then_some(Scope::Named(named))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                self.wrong(
                    node,
                    "the scope of a target",
                    "{level: commune} or a list of unit codes; without `units` it is the topmost units",
                );
                None
            }
        }
    }

    fn goal(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: &Section<Campaign>,
    ) -> Option<Goal> {
        if node.as_map().is_none() {
            self.wrong(node, "a goal", GOAL_FORMS);
            return None;
        }
        let fields = self.fields(node, "a goal", keys::GOAL)?;
        let [entry] = fields.entries else {
            self.wrong(node, "a goal", GOAL_FORMS);
            return None;
        };
        let value = &entry.value;
        match entry.key.as_str() {
            "at_least" => Some(Goal::AtLeast(self.number(value, "the goal")?)),
            "above" => Some(Goal::Above(self.number(value, "the goal")?)),
            "at_most" => Some(Goal::AtMost(self.number(value, "the goal")?)),
            "below" => Some(Goal::Below(self.number(value, "the goal")?)),
            "between" => {
                let Value::List(ends) = &value.value else {
                    self.wrong(value, "the two ends of a goal", "[lower, upper]");
                    return None;
                };
                let [low, high] = &ends[..] else {
                    self.wrong(value, "the two ends of a goal", "[lower, upper]");
                    return None;
                };
                let lower = self.number(low, "the lower end");
                let upper = self.number(high, "the upper end");
                let (lower, upper) = (lower?, upper?);
                if lower > upper {
                    self.faults.push(
                        Fault::new(value.place.clone(), "no value lies between these ends")
                            .found(format!("[{lower}, {upper}]"))
                            .expected("the lower end first"),
                    );
                    return None;
                }
                Some(Goal::Between(lower, upper))
            }
            key @ ("reduce_by" | "increase_by") => {
                let fields = self.fields(value, "a relative goal", keys::AMOUNT)?;
                let from = self.required(&fields, "from", REFERENCE_FORMS);
                let from = from.and_then(|node| self.reference(node, calendar, campaigns));
                let amount = match (fields.get("percent"), fields.get("absolute")) {
                    (Some(percent), None) => self.amount(percent, key, true).map(Amount::Percent),
                    (None, Some(absolute)) => {
                        self.amount(absolute, key, false).map(Amount::Absolute)
                    }
                    (None, None)
                        if fields.is_misspelt("percent") || fields.is_misspelt("absolute") =>
                    {
                        None
                    }
                    (None, None) | (Some(_), Some(_)) => {
                        self.wrong(
                            value,
                            "a relative goal",
                            "either `percent` or `absolute`, and `from`",
                        );
                        None
                    }
                };
                let (amount, from) = (amount?, from?);
                Some(if key == "reduce_by" {
                    Goal::ReduceBy(amount, from)
                } else {
                    Goal::IncreaseBy(amount, from)
                })
            }
            _ => None,
        }
    }

    fn amount(&mut self, node: &Node, key: &str, percent: bool) -> Option<Decimal> {
        let amount = self.number(node, "the amount")?;
        let other = if key == "reduce_by" { "increase_by" } else { "reduce_by" };
        if amount.is_sign_negative() && !amount.is_zero() {
            self.faults.push(
                Fault::new(node.place.clone(), format!("`{key}` takes no negative amount"))
                    .found(amount)
                    .expected("0 or more")
                    .hint(format!("`{other}` goes the other way")),
            );
            return None;
        }
        if percent && key == "reduce_by" && amount > Decimal::ONE_HUNDRED {
            self.faults.push(
                Fault::new(node.place.clone(), "nothing can be reduced by more than all of it")
                    .found(format!("{amount} %"))
                    .expected("0 to 100"),
            );
            return None;
        }
        Some(amount)
    }

    /// A proportion lies between 0 and its multiplier: a goal outside is a typing error (0.75 for
    /// 75 would be met by all, 750 by none; the first can't be told, the second can).
    fn refuse_impossible_goal(&mut self, node: &Node, goal: &Goal, formula: Option<&Formula>) {
        let top = match formula {
            Some(Formula::Proportion { per, .. }) => *per,
            Some(Formula::ShareOfUnits { .. }) => Decimal::ONE_HUNDRED,
            Some(
                Formula::Count(_)
                | Formula::Ratio { .. }
                | Formula::Rate { .. }
                | Formula::Mean { .. }
                | Formula::Change { .. }
                | Formula::Reported { .. },
            )
            | None => return,
        };
        // The ends are there, for the goal has been read from them.
        let Some(Entry { value, .. }) = node.as_map().and_then(<[Entry]>::first) else { return };
        let ends = value.as_list().unwrap_or(std::slice::from_ref(value));
        let numbers = match goal {
            Goal::AtLeast(number)
            | Goal::Above(number)
            | Goal::AtMost(number)
            | Goal::Below(number) => vec![*number],
            Goal::Between(low, high) => vec![*low, *high],
            Goal::ReduceBy(..) | Goal::IncreaseBy(..) => Vec::new(),
        };
        for (number, end) in numbers.iter().zip(ends) {
            if *number < Decimal::ZERO || *number > top {
                self.faults.push(
                    Fault::new(end.place.clone(), "this goal is beyond what a proportion can be")
                        .found(goal)
                        .expected(format!("a number from 0 to {top}")),
                );
            }
        }
        let bound = match goal {
            Goal::Above(number) if *number == top => "below",
            Goal::Below(number) if number.is_zero() => "above",
            Goal::AtLeast(_)
            | Goal::Above(_)
            | Goal::AtMost(_)
            | Goal::Below(_)
            | Goal::Between(..)
            | Goal::ReduceBy(..)
            | Goal::IncreaseBy(..) => return,
        };
        let number = numbers[0];
        self.faults.push(
            Fault::new(value.place.clone(), "no proportion can meet this goal")
                .found(goal)
                .expected(format!("a number {bound} {number}")),
        );
    }

    fn basis(&mut self, node: &Node) -> Vec<Document> {
        let mut documents = Vec::new();
        let Some(items) = self.list(
            node,
            "the basis",
            "documents such as {document: \"96/2019/QH14\", dated: 2019-11-27}",
        ) else {
            return documents;
        };
        for item in items {
            let Some(fields) = self.fields(item, "a document", keys::DOCUMENT) else { continue };
            let document = self.required(&fields, "document", "the document's number or name");
            let document = document
                .and_then(|node| self.text_or_number(node, "the document's number or name"));
            let dated = self.optional_date(&fields, "dated", "the day the document is dated");
            let clause =
                fields.get("clause").and_then(|node| self.text_or_number(node, "the clause"));
            let title = self.optional_text(&fields, "title");
            let source = self.optional_text(&fields, "source");
            if let Some(document) = document {
                documents.push(Document {
                    document: document.to_owned(),
                    dated: dated.ok().flatten().map(|(_, day)| day),
                    clause: clause.map(str::to_owned),
                    title,
                    source,
                });
            }
        }
        documents
    }

    // ---- references ----

    fn indicator(&mut self, node: &Node, names: &Names<'_>) -> Option<IndicatorIndex> {
        let id = self.text(node, "the id of an indicator")?;
        let indicators = &names.indicators;
        let found = indicators.things.iter().position(|(entry, _)| entry.key == id);
        if found.is_none() && indicators.is_whole {
            let ids = indicators.things.iter().map(|(entry, _)| entry.key.as_str());
            let mut fault = unknown(&node.place, "indicator", id, ids);
            if names.measures.things.iter().any(|measure| measure.id == id) {
                fault = fault.hint(format!(
                    "this is a measure; an indicator, {{count: {id}}}, makes a value of it"
                ));
            }
            self.faults.push(fault);
        }
        found.map(IndicatorIndex)
    }

    fn campaign(&mut self, node: &Node, names: &Names<'_>) -> Option<usize> {
        let id = self.text(node, "the id of a campaign")?;
        let campaigns = &names.campaigns;
        let found = campaigns.things.iter().position(|campaign| campaign.id == id);
        if found.is_none() && campaigns.is_whole {
            let ids = campaigns.things.iter().map(|campaign| campaign.id.as_str());
            self.faults.push(unknown(&node.place, "campaign", id, ids));
        }
        found
    }

    fn level(&mut self, node: &Node, ground: &Ground) -> Option<LevelIndex> {
        let name = self.text(node, "the name of a level")?;
        let level = ground.units.level(name);
        if level.is_none() && ground.knows_levels {
            let levels = ground.units.levels().iter().map(String::as_str);
            self.faults.push(unknown(&node.place, "level", name, levels));
        }
        level
    }

    // ---- values ----

    fn fields<'n>(
        &mut self,
        node: &'n Node,
        what: &str,
        known: &'static [&'static str],
    ) -> Option<Fields<'n>> {
        let Value::Map(entries) = &node.value else {
            self.wrong(node, what, &format!("keys and values: {}", known.join(", ")));
            return None;
        };
        let mut meant = Vec::new();
        for entry in entries {
            let key = entry.key.as_str();
            if known.contains(&key) {
                continue;
            }
            let fault =
                Fault::new(entry.place.clone(), format!("{what} has no key {}", quoted(key)));
            let is_digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
            self.faults.push(match key {
                ">=" | "≥" => fault.hint("write `at_least`"),
                ">" => fault.hint("write `above`"),
                "<=" | "≤" => fault.hint("write `at_most`"),
                "<" => fault.hint("write `below`"),
                _ if is_digits && entry.value.value == Value::Null => {
                    fault.hint("numbers are written without marks between thousands")
                }
                _ => {
                    meant.extend(nearest(key, known.iter().copied()));
                    fault.expected(known.join(", ")).near_miss(key, known.iter().copied())
                }
            });
        }
        Some(Fields { place: &node.place, entries, meant })
    }

    /// The entries of one of the plan's sections, and whether the section could be read.
    fn section<'n>(&mut self, node: &'n Node, name: &str, form: &str) -> (&'n [Entry], bool) {
        match &node.value {
            Value::Map(entries) => (entries, true),
            Value::Null => (&[], true),
            Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                self.wrong(node, &format!("the section on {name}"), form);
                (&[], false)
            }
        }
    }

    fn list<'n>(&mut self, node: &'n Node, what: &str, form: &str) -> Option<&'n [Node]> {
        match &node.value {
            Value::List(items) => Some(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
                self.wrong(node, what, &format!("a list of {form}"));
                None
            }
        }
    }

    /// A required key whose near miss stands among the keys has its fault already.
    fn required<'n>(&mut self, fields: &Fields<'n>, key: &str, what: &str) -> Option<&'n Node> {
        let found = fields.get(key);
        if found.is_none() && !fields.is_misspelt(key) {
            self.faults.push(
                Fault::new(fields.place.clone(), format!("the key `{key}` is missing"))
                    .expected(what),
            );
        }
        found
    }

    fn required_expression(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        names: &Names<'_>,
    ) -> Option<Expression> {
        let node = self.required(fields, key, EXPRESSION_FORMS)?;
        self.expression(node, names)
    }

    fn multiplier(&mut self, fields: &Fields<'_>, default: u32) -> Option<Decimal> {
        let Some(node) = fields.get("per") else { return Some(Decimal::from(default)) };
        let per = self.number(node, "the multiplier")?;
        if per <= Decimal::ZERO {
            self.wrong(node, "the multiplier", "a number above 0");
            return None;
        }
        Some(per)
    }

    fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text),
            Value::Bool(_) | Value::Number(_) => {
                let fault = Fault::new(node.place.clone(), format!("this is not {what}"));
                let fault = fault.found(node.describe()).expected("a text");
                self.faults.push(fault.hint("put it in quotes"));
                None
            }
            Value::Text(_) | Value::Null | Value::List(_) | Value::Map(_) => {
                self.wrong(node, what, "a text");
                None
            }
        }
    }

    /// Texts that people write as bare numbers: a document's, a clause's.
    fn text_or_number<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Number(number) => Some(number),
            Value::Text(_) | Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                self.text(node, what)
            }
        }
    }

    /// A unit's code. A bare number is refused: `1` and `01` are different codes, and a reader that
    /// takes one for a number may have dropped the zero.
    fn code<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        if let Value::Number(number) = &node.value {
            self.faults.push(
                Fault::new(node.place.clone(), "a unit's code is a text, not a number")
                    .found(number)
                    .expected(format!("\"{number}\""))
                    .hint("put it in quotes, so that leading zeros stay"),
            );
            // It is known nevertheless to whoever refers to it.
            return Some(number);
        }
        self.text(node, "a unit's code")
    }

    fn number(&mut self, node: &Node, what: &str) -> Option<Decimal> {
        let Value::Number(text) = &node.value else {
            let fault = Fault::new(node.place.clone(), format!("this is not {what}"));
            let fault = fault.found(node.describe()).expected("a number");
            let hint = node.as_text().and_then(|text| {
                let unpadded = text.trim_start_matches('0');
                match exact::decimal(text) {
                    Some(_) if unpadded != text && !unpadded.is_empty() => {
                        Some(format!("write {unpadded}, without zeros before it"))
                    }
                    Some(_) => Some("take the quotes away".to_owned()),
                    None => exact::number_hint(text),
                }
            });
            self.faults.push(match hint {
                Some(hint) => fault.hint(hint),
                None => fault,
            });
            return None;
        };
        let number = decimal(text);
        if number.is_none() {
            self.wrong(node, what, "a number of at most 28 digits");
        }
        number
    }

    fn per_cent(&mut self, node: &Node) -> Option<f64> {
        let number = self.number(node, "a share in per cent")?;
        if number < Decimal::ZERO || number > Decimal::ONE_HUNDRED {
            self.wrong(node, "a share in per cent", "a number from 0 to 100");
            return None;
        }
        number.to_string().parse().ok()
    }

    fn confidence(&mut self, node: &Node) -> Option<f64> {
        let number = self.number(node, "the confidence of intervals")?;
        if number <= Decimal::ZERO || number >= Decimal::ONE {
            let fault = Fault::new(node.place.clone(), "this is not the confidence of intervals")
                .found(node.describe())
                .expected("a share between 0 and 1, such as 0.95");
            let share = number / Decimal::ONE_HUNDRED;
            let is_per_cent = number >= Decimal::ONE && share < Decimal::ONE;
            self.faults.push(if is_per_cent {
                fault.hint(format!("{number} % is written {}", share.normalize()))
            } else {
                fault
            });
            return None;
        }
        number.to_string().parse().ok()
    }

    fn boolean(&mut self, node: &Node) -> Option<bool> {
        match node.value {
            Value::Bool(value) => Some(value),
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                self.wrong(node, "a yes or no", "true or false");
                None
            }
        }
    }

    fn date(&mut self, node: &Node, what: &str) -> Option<NaiveDate> {
        if let Value::Text(text) = &node.value
            && let Some(day) = calendar::date(text)
        {
            return Some(day);
        }
        let fault = Fault::new(node.place.clone(), format!("this is not {what}"));
        let fault = fault.found(node.describe()).expected("a day such as 2025-07-01");
        let hint = match &node.value {
            Value::Text(text) | Value::Number(text) => calendar::day_hint(text),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        };
        self.faults.push(match hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        });
        None
    }

    fn optional_date(&mut self, fields: &Fields<'_>, key: &str, what: &str) -> Field<NaiveDate> {
        match fields.get(key).filter(|node| node.value != Value::Null) {
            Some(node) => match self.date(node, what) {
                Some(day) => Ok(Some((node.place.clone(), day))),
                None => Err(Told),
            },
            None if fields.is_misspelt(key) => Err(Told),
            None => Ok(None),
        }
    }

    fn optional_text(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        let node = fields.get(key).filter(|node| node.value != Value::Null)?;
        self.text(node, &format!("the {key}")).map(str::to_owned)
    }

    fn choice<T: Copy>(&mut self, node: &Node, what: &str, all: &[(&str, T)]) -> Option<T> {
        let given = match &node.value {
            Value::Text(text) | Value::Number(text) => Some(text.as_str()),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        };
        let chosen = given.and_then(|given| all.iter().find(|(name, _)| *name == given));
        if chosen.is_none() {
            let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
            let mut fault = Fault::new(node.place.clone(), format!("this is not {what}"))
                .found(node.describe())
                .expected(match names[..] {
                    [only] => format!("`{only}`"),
                    _ => format!("one of {}", names.join(", ")),
                });
            if let Some(given) = given {
                fault = fault.near_miss(given, names.iter().copied());
            }
            self.faults.push(fault);
        }
        chosen.map(|(_, value)| *value)
    }

    fn optional_choice<T: Copy>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        what: &str,
        all: &[(&str, T)],
    ) -> Option<T> {
        fields.get(key).and_then(|node| self.choice(node, what, all))
    }

    /// Ids stand in expressions, file names and columns: letters, digits, `_`, `-` and `.` only.
    fn key_id(&mut self, entry: &Entry) -> Option<String> {
        self.checked_id(&entry.place, &entry.key)
    }

    fn id(&mut self, node: &Node) -> Option<String> {
        let id = self.text_or_number(node, "an id")?;
        self.checked_id(&node.place, id)
    }

    fn checked_id(&mut self, place: &Place, id: &str) -> Option<String> {
        let well_formed =
            id.chars().next().is_some_and(|first| first.is_alphanumeric() || first == '_')
                && id.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        if !well_formed {
            self.faults.push(
                Fault::new(place.clone(), "this can't be an id")
                    .found(if id.is_empty() {
                        "an empty text".to_owned()
                    } else {
                        format!("`{id}`")
                    })
                    .expected(
                        "letters, digits, `_`, `-` and `.`, beginning with a letter, digit or `_`",
                    ),
            );
        }
        well_formed.then(|| id.to_owned())
    }

    #[cold]
    fn wrong(&mut self, node: &Node, what: &str, expected: &str) {
        self.faults.push(
            Fault::new(node.place.clone(), format!("this is not {what}"))
                .found(node.describe())
                .expected(expected),
        );
    }
}

const WINDOW_FORMS: &str = "a period such as \"2023\", \"2023-Q1\", \"2023-05\" or \"2023-W07\", a campaign's id, or [start, end)";
const OWN_WINDOW_FORMS: &str =
    "a period such as \"2023\", \"2023-Q1\", \"2023-05\" or \"2023-W07\", or [start, end)";
const EXPRESSION_FORMS: &str =
    "a measure, or measures added and subtracted, such as `cleared + cleared_old - transferred`";
const REFERENCE_FORMS: &str = "previous_period, same_window_last_year, {window: …} or {value: …}";
const GOAL_FORMS: &str = "one of {at_least: …}, {above: …}, {at_most: …}, {below: …}, {between: […, …]}, {reduce_by: …}, {increase_by: …}";

fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|value| (name(*value), *value)).collect()
}

fn unknown<'a>(
    place: &Place,
    what: &str,
    id: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Fault {
    // A handful of ids is worth listing; a thousand units are not.
    const MOST_LISTED: usize = 12;
    let fault = Fault::new(place.clone(), format!("there is no {what} {}", quoted(id)))
        .near_miss(id, known.clone());
    let listed: Vec<&str> = known.clone().take(MOST_LISTED).collect();
    match known.count() {
        0 => fault.hint(format!("the plan declares no {what}")),
        count if count > MOST_LISTED => fault,
        _ => fault.expected(listed.join(", ")),
    }
}

/// Whether a document holds nothing at all.
fn is_nothing(root: &Node) -> bool {
    root.is_null() || root.as_map().is_some_and(<[Entry]>::is_empty)
}

/// The indicator that another one is made of.
fn rests_on(formula: &Option<Formula>) -> Option<usize> {
    match formula {
        Some(Formula::Change { of, .. } | Formula::ShareOfUnits { of, .. }) => Some(of.0),
        Some(
            Formula::Count(_)
            | Formula::Proportion { .. }
            | Formula::Ratio { .. }
            | Formula::Rate { .. }
            | Formula::Mean { .. }
            | Formula::Reported { .. },
        )
        | None => None,
    }
}

/// For each measure, the period its reports are due for.
fn reporting_periods(inner: &Inner) -> Vec<Option<Every>> {
    let mut periods: Vec<Option<Every>> = vec![None; inner.measures.len()];
    for target in &inner.targets {
        let TargetWindow::Every { every, .. } = target.window else { continue };
        for measure in inner.measures_of(target.indicator) {
            let finest = periods[measure.0].map_or(every, |other| other.min(every));
            periods[measure.0] = Some(finest);
        }
    }
    for (period, measure) in periods.iter_mut().zip(&inner.measures) {
        *period = measure.every.or(*period);
    }
    periods
}
