//! Activities as a plan and outcomes.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::value::{self, Value};
use super::xml::{Element, Lines, activities};
use super::{IatiOptions, Percent};
use crate::error::{Fault, FaultCode, Faults, Place, Result, quoted};
use crate::plan::document::Node;
use crate::plan::stratum::OUTCOME_COLUMNS;
use crate::sources::ids::{Ids, slug};
use crate::sources::note::{NoteCode, Notes};
use crate::sources::number::{float, shifted};
use crate::sources::outcomes::{OutcomeRow, OutcomeTable};
use crate::sources::tree::{self, Map};
use crate::sources::{Imported, SourceFile};
use crate::tally::Rows;

const ACTIVITY: &str = "activity";
const LOCATION: &str = "location";

pub(super) fn import(files: &[SourceFile], options: &IatiOptions) -> Result<Imported> {
    let mut build = Build {
        options,
        plan_id: None,
        plan_title: None,
        activities: 0,
        units: Vec::new(),
        locations: Vec::new(),
        unit_ids: BTreeSet::new(),
        ids: Ids::default(),
        campaigns: Map::new(),
        strata: BTreeMap::new(),
        stratum_ids: BTreeMap::new(),
        taken_strata: Ids::reserving(OUTCOME_COLUMNS),
        measures: Map::new(),
        indicators: Map::new(),
        targets: Map::new(),
        rows: Vec::new(),
        notes: Notes::default(),
        faults: Faults::default(),
    };
    if files.is_empty() {
        let fault = Fault::new(FaultCode::TooFew, Place::Nowhere, "there are no files");
        build.faults.push(fault.expected("at least one file of IATI activities"));
    }
    for file in files {
        match file.text() {
            Ok(text) => {
                let lines = Lines::of(file.name(), text);
                let read = activities(file, text, &lines, |activity| {
                    build.activity(&activity, &lines, file.name());
                });
                if let Err(fault) = read {
                    build.faults.push(*fault);
                }
            }
            Err(found) => found.into_iter().for_each(|fault| build.faults.push(fault)),
        }
    }
    if build.activities == 0
        && build.faults.is_empty()
        && let Some(activity) = &options.activity
    {
        let message = "no file has this activity";
        let fault = Fault::new(FaultCode::UnknownId, Place::Nowhere, message);
        build.faults.push(fault.found(quoted(activity)).expected("an `iati-identifier`"));
    }
    let outcomes = build.outcomes();
    let plan = build.plan();
    let Build { notes, faults, .. } = build;
    Imported::of(plan, outcomes, Rows::Figures, notes, faults, options.strict)
}

/// A figure of a period.
struct Figure {
    unit: String,
    measure: String,
    days: (NaiveDate, NaiveDate),
    value: f64,
    categories: BTreeMap<String, String>,
    source: String,
}

struct Build<'o> {
    options: &'o IatiOptions,
    plan_id: Option<String>,
    plan_title: Option<String>,
    activities: usize,
    units: Vec<Node>,
    locations: Vec<Node>,
    unit_ids: BTreeSet<String>,
    ids: Ids,
    campaigns: Map,
    /// By id: the categories.
    strata: BTreeMap<String, Vec<String>>,
    /// By the slug of the name of a dimension: the id of the stratum.
    stratum_ids: BTreeMap<String, String>,
    taken_strata: Ids,
    measures: Map,
    indicators: Map,
    targets: Map,
    rows: Vec<Figure>,
    notes: Notes,
    faults: Faults,
}

/// What the parts of one activity share.
struct Activity<'a> {
    element: &'a Element,
    /// The code of the unit.
    unit: &'a str,
    /// The id of the campaign.
    id: &'a str,
    language: Option<&'a str>,
    lines: &'a Lines<'a>,
    file: &'a str,
}

/// A period of an indicator with its values.
struct Period<'e> {
    days: (NaiveDate, NaiveDate),
    /// Its number among the periods of the indicator, from 1.
    number: usize,
    targets: Vec<Value<'e>>,
    actuals: Vec<Value<'e>>,
}

fn is_true(text: Option<&str>) -> Option<bool> {
    match text {
        Some("1" | "true") => Some(true),
        Some("0" | "false") => Some(false),
        _ => None,
    }
}

impl Build<'_> {
    /// The text of an element `title`, in the wanted language if there is one.
    fn narrative(&self, of: Option<&Element>, language: Option<&str>) -> Option<String> {
        let of = of?;
        let all: Vec<&Element> = of.all("narrative").collect();
        let in_language = |language: Option<&str>| {
            let language = language?;
            all.iter().find(|one| one.attribute("xml:lang") == Some(language))
        };
        let own = || all.iter().find(|one| one.attribute("xml:lang").is_none());
        let found = in_language(self.options.language.as_deref())
            .or_else(|| in_language(language))
            .or_else(own)
            .or(all.first())?;
        let text = found.text.split_whitespace().collect::<Vec<_>>().join(" ");
        (!text.is_empty()).then_some(text)
    }

    fn activity(&mut self, element: &Element, lines: &Lines<'_>, file: &str) {
        let identifier = element.first("iati-identifier").map_or("", |one| one.text.trim());
        if self.options.activity.as_deref().is_some_and(|only| only != identifier) {
            return;
        }
        let place = || lines.place(element.offset);
        if identifier.is_empty() {
            let fault =
                Fault::new(FaultCode::MissingValue, place(), "an activity has no identifier");
            self.faults.push(fault.expected("an element `iati-identifier`"));
            return;
        }
        if !self.unit_ids.insert(identifier.to_owned()) {
            let fault = Fault::new(
                FaultCode::DuplicateId,
                place(),
                "two activities have the same identifier",
            );
            self.faults.push(fault.found(quoted(identifier)));
            return;
        }
        self.activities += 1;
        let language = element.attribute("xml:lang");
        let title = self.narrative(element.first("title"), language);
        let (id, _) = self.ids.take(&slug(identifier));
        self.plan_id.get_or_insert_with(|| id.clone());
        if self.plan_title.is_none() {
            self.plan_title = title.clone();
        }
        let node = Map::new()
            .with("id", tree::text(identifier))
            .with_some("name", title.as_deref().map(tree::text))
            .with("level", tree::text(ACTIVITY));
        self.units.push(node.into());
        let activity = Activity { element, unit: identifier, id: &id, language, lines, file };
        let before = std::mem::take(&mut self.campaigns);
        let mut days: Option<(NaiveDate, NaiveDate)> = None;
        for (number, result) in element.all("result").enumerate() {
            if let Some(of_result) = self.result(&activity, result, number + 1) {
                days = Some(around(days, of_result));
            }
        }
        let of_results = std::mem::replace(&mut self.campaigns, before);
        // A campaign has days: without a period with a target there is none.
        if let Some(days) = days {
            let campaign = Map::new()
                .with_some("title", title.as_deref().map(tree::text))
                .with("window", window(days));
            self.campaigns.put(&id, campaign);
            self.campaigns.append(of_results);
        }
    }

    /// Reads a result; gives the days of its periods.
    fn result(
        &mut self,
        activity: &Activity<'_>,
        result: &Element,
        number: usize,
    ) -> Option<(NaiveDate, NaiveDate)> {
        let id = format!("{}.r{number}", activity.id);
        let mut days: Option<(NaiveDate, NaiveDate)> = None;
        let codes: Vec<Option<&str>> = result.all("indicator").map(own_code).collect();
        for (at, indicator) in result.all("indicator").enumerate() {
            // A code that another indicator has too is none.
            let code = codes.get(at).copied().flatten();
            let code = code.filter(|code| {
                let all = activity.element.all("result").flat_map(|one| one.all("indicator"));
                all.filter(|one| own_code(one) == Some(code)).count() == 1
            });
            if let Some(found) = self.indicator(activity, result, indicator, (&id, at + 1), code) {
                days = Some(around(days, found));
            }
        }
        let days = days?;
        let kind = match result.attribute("type") {
            Some("1") => "output",
            Some("2") => "outcome",
            Some("3") => "impact",
            _ => "other",
        };
        let title = self.narrative(result.first("title"), activity.language);
        let campaign = Map::new()
            .with_some("title", title.as_deref().map(tree::text))
            .with("note", tree::text(kind))
            .with("window", window(days))
            .with("part_of", tree::text(activity.id));
        self.campaigns.put(&id, campaign);
        Some(days)
    }

    fn indicator(
        &mut self,
        activity: &Activity<'_>,
        result: &Element,
        indicator: &Element,
        (campaign, number): (&str, usize),
        code: Option<&str>,
    ) -> Option<(NaiveDate, NaiveDate)> {
        let lines = activity.lines;
        let place = || lines.place(indicator.offset);
        let title = self.narrative(indicator.first("title"), activity.language);
        let measure_kind = indicator.attribute("measure").unwrap_or_default();
        if !matches!(measure_kind, "1" | "2") {
            if matches!(measure_kind, "3" | "4" | "5") {
                let did = "indicators that are judged in words are left out";
                self.notes
                    .add(NoteCode::LeftOutWords, did, place)
                    .found(title.as_deref().unwrap_or_default());
            } else {
                let choices = ["1", "2", "3", "4", "5"];
                self.faults.push(Fault::unknown_choice(place(), "measure", measure_kind, &choices));
            }
            return None;
        }
        let wanted = match code {
            Some(code) => format!("{}.{}", activity.id, code),
            None => format!("{campaign}i{number}"),
        };
        let (id, is_changed) = self.ids.take(&wanted);
        if is_changed {
            let did = "ids are rewritten to the signs that plans allow";
            self.notes.add(NoteCode::IdChanged, did, place).found(format!("{wanted} → {id}"));
        }
        if code.is_none() {
            let did = "ids are made of positions: they change when the publisher changes the order";
            self.notes.add(NoteCode::IdChanged, did, place).found(&id);
        }
        let ascending = is_true(indicator.attribute("ascending"));
        if ascending.is_none() {
            let did = "higher is better: indicators do not say which direction is good";
            self.notes
                .add(NoteCode::AssumedDirection, did, place)
                .found(title.as_deref().unwrap_or(&id))
                .hint("write `at_most` in place of `at_least` where lower is better");
        }
        let is_ascending = ascending.unwrap_or(true);
        let (baselines, periods) = self.values(activity, indicator);
        let mut baselines = baselines;
        let mut periods = periods;
        if measure_kind == "2" {
            self.percentages(&mut baselines, &mut periods, lines);
        }
        let aggregates = is_true(indicator.attribute("aggregation-status"))
            .or(is_true(result.attribute("aggregation-status")))
            .unwrap_or(false);
        let is_count = measure_kind == "1" && aggregates && !self.options.cumulative;
        let measure = if is_count { format!("{id}.n") } else { id.clone() };
        let all = || periods.iter().flat_map(|period| period.targets.iter().chain(&period.actuals));
        let strata: BTreeSet<String> =
            all().flat_map(|value| value.categories.keys().cloned()).collect();
        let strata: Vec<String> =
            strata.into_iter().map(|name| self.stratum(&name, lines, indicator)).collect();
        let mut node = Map::new()
            .with_some("title", title.as_deref().map(tree::text))
            .with("better", tree::text(if is_ascending { "higher" } else { "lower" }));
        if is_count {
            let measure_node = Map::new()
                .with_some("title", title.as_deref().map(tree::text))
                .with("strata", tree::texts(&strata));
            self.measures.put(&measure, measure_node);
            node.put("count", tree::text(&measure));
        } else {
            let unit = if measure_kind == "2" { "%" } else { "value" };
            node.put("reported", Map::new().with("unit", tree::text(unit)));
        }
        self.indicators.put(&id, node);
        let mut days: Option<(NaiveDate, NaiveDate)> = None;
        for period in &periods {
            days = Some(around(days, period.days));
            self.period(
                activity,
                period,
                &baselines,
                (&id, &measure, campaign),
                (is_ascending, is_count),
                title.as_deref(),
            );
        }
        days
    }

    /// The id of the stratum of a dimension.
    fn stratum(&mut self, name: &str, lines: &Lines<'_>, indicator: &Element) -> String {
        if let Some(id) = self.stratum_ids.get(name) {
            return id.clone();
        }
        let (id, is_changed) = self.taken_strata.take(name);
        if is_changed {
            let did = "ids of strata are rewritten: outcomes have a column of that name";
            self.notes
                .add(NoteCode::IdChanged, did, || lines.place(indicator.offset))
                .found(format!("{name} → {id}"));
        }
        self.stratum_ids.insert(name.to_owned(), id.clone());
        self.strata.entry(id.clone()).or_default();
        id
    }

    /// The baselines and the periods of an indicator.
    fn values<'e>(
        &mut self,
        activity: &Activity<'_>,
        indicator: &'e Element,
    ) -> (Vec<Value<'e>>, Vec<Period<'e>>) {
        let (lines, options) = (activity.lines, self.options);
        let mut baselines: Vec<Value<'e>> = Vec::new();
        for element in indicator.all("baseline") {
            let read = value::read(element, options, lines, &mut self.notes, &mut self.faults);
            if read.decimal.is_none() {
                continue;
            }
            let same = |other: &Value<'_>| {
                (&other.categories, &other.locations) == (&read.categories, &read.locations)
            };
            match baselines.iter().position(same) {
                None => baselines.push(read),
                Some(at) => {
                    let did = "of several baselines the latest is read";
                    self.notes.add(NoteCode::SeveralValues, did, || lines.place(element.offset));
                    let day =
                        |value: &Value<'_>| value.element.attribute("iso-date").map(str::to_owned);
                    if let Some(known) = baselines.get_mut(at)
                        && day(&read) > day(known)
                    {
                        *known = read;
                    }
                }
            }
        }
        let mut periods = Vec::new();
        for (number, element) in indicator.all("period").enumerate() {
            let Some(days) = self.days(element, lines) else { continue };
            let mut read = |name: &'static str| -> Vec<Value<'e>> {
                let all = element.all(name);
                all.map(|one| value::read(one, options, lines, &mut self.notes, &mut self.faults))
                    .collect()
            };
            let (targets, actuals) = (read("target"), read("actual"));
            periods.push(Period { days, number: number + 1, targets, actuals });
        }
        (baselines, periods)
    }

    /// The days of a period: its end is included.
    fn days(&mut self, period: &Element, lines: &Lines<'_>) -> Option<(NaiveDate, NaiveDate)> {
        let ends = ["period-start", "period-end"].map(|name| {
            let element = period.first(name);
            (name, element.and_then(|one| one.attribute("iso-date")), element)
        });
        let mut days = Vec::new();
        for (name, text, element) in ends {
            let Some(text) = text else {
                let did = "periods without a start or an end are left out";
                self.notes
                    .add(NoteCode::LeftOutNoPeriod, did, || lines.place(period.offset))
                    .found(format!("no {name}"));
                return None;
            };
            let day = text.get(..10).and_then(crate::calendar::date);
            let Some(day) = day else {
                let place = lines.place(element.map_or(period.offset, |one| one.offset));
                let fault = Fault::new(FaultCode::NotADate, place, "this is no date");
                self.faults.push(fault.found(quoted(text)).expected("a date such as 2024-12-31"));
                return None;
            };
            days.push(day);
        }
        let (Some(start), Some(end)) =
            (days.first().copied(), days.get(1).and_then(|day| day.succ_opt()))
        else {
            return None;
        };
        if end <= start {
            let place = lines.place(period.offset);
            let fault = Fault::new(FaultCode::EmptyRange, place, "a period ends before it starts");
            self.faults.push(fault.found(format!(
                "{start} to {}",
                days.last().map(ToString::to_string).unwrap_or_default()
            )));
            return None;
        }
        Some((start, end))
    }

    /// Brings parts of one to per cent, if they are wanted; refuses values that look like them.
    fn percentages<'e>(
        &mut self,
        baselines: &mut [Value<'e>],
        periods: &mut [Period<'e>],
        lines: &Lines<'_>,
    ) {
        let of_periods = periods
            .iter_mut()
            .flat_map(|period| period.targets.iter_mut().chain(&mut period.actuals));
        let mut values: Vec<&mut Value<'e>> = baselines.iter_mut().chain(of_periods).collect();
        let number = |value: &Value<'_>| value.decimal.as_deref().and_then(float);
        let numbers: Vec<f64> = values.iter().filter_map(|value| number(value)).collect();
        let has_signs = values.iter().any(|value| value.is_percent);
        match self.options.percent {
            Percent::Number => {
                let are_parts = !has_signs
                    && numbers.iter().all(|number| number.abs() <= 1.0)
                    && numbers.iter().any(|number| *number != 0.0);
                if are_parts && let Some(first) = values.first() {
                    let place = lines.place(first.element.offset);
                    let message = "all values of an indicator of percentages are 1 or less";
                    let fault = Fault::new(FaultCode::OutOfRange, place, message)
                        .found(quoted(first.element.attribute("value").unwrap_or_default()))
                        .expected("percentages such as 75")
                        .hint("if 0.75 means 75 %, read the file with `percent=\"fraction\"`");
                    self.faults.push(fault);
                }
            }
            Percent::Fraction => {
                for value in values.iter_mut().filter(|value| !value.is_percent) {
                    if let Some(decimal) = &value.decimal {
                        value.decimal = shifted(decimal, 2);
                        let did = "parts of one are multiplied by 100";
                        self.notes.add(NoteCode::AssumedPercent, did, || {
                            lines.place(value.element.offset)
                        });
                    }
                }
            }
        }
    }

    /// The unit of a value: the activity, a location, or several together.
    fn unit(&mut self, activity: &Activity<'_>, value: &Value<'_>) -> String {
        if value.locations.is_empty() {
            return activity.unit.to_owned();
        }
        let id = value.locations.join("+");
        // Two activities may have locations of the same reference.
        let id = if self.activities > 1 { format!("{}/{id}", activity.unit) } else { id };
        if self.unit_ids.contains(&id) {
            return id;
        }
        let lines = activity.lines;
        let place = || lines.place(value.element.offset);
        if value.locations.len() > 1 {
            let did = "a value is of several locations together: they are one unit";
            self.notes.add(NoteCode::SeveralValues, did, place).found(&id);
        }
        let mut names = Vec::new();
        for reference in &value.locations {
            let declared = activity
                .element
                .all("location")
                .find(|one| one.attribute("ref") == Some(reference));
            if declared.is_none() {
                let did = "locations are not declared by the activity: they have no name";
                self.notes.add(NoteCode::DanglingReference, did, place).found(reference);
            }
            let name =
                self.narrative(declared.and_then(|one| one.first("name")), activity.language);
            names.push(name.unwrap_or_else(|| reference.clone()));
        }
        let node = Map::new()
            .with("id", tree::text(&id))
            .with("name", tree::text(&names.join(", ")))
            .with("level", tree::text(LOCATION))
            .with("parent", tree::text(activity.unit));
        self.locations.push(node.into());
        self.unit_ids.insert(id.clone());
        id
    }

    fn period(
        &mut self,
        activity: &Activity<'_>,
        period: &Period<'_>,
        baselines: &[Value<'_>],
        (indicator, measure, campaign): (&str, &str, &str),
        (is_ascending, is_count): (bool, bool),
        title: Option<&str>,
    ) {
        let lines = activity.lines;
        let mut seen: Vec<&Value<'_>> = Vec::new();
        let same = |one: &Value<'_>, other: &Value<'_>| {
            (&one.categories, &one.locations) == (&other.categories, &other.locations)
        };
        for target in &period.targets {
            let Some(goal) = &target.decimal else { continue };
            if seen.iter().any(|other| same(other, target)) {
                let message = "two targets of a period have the same dimensions and locations";
                self.faults.push(Fault::new(
                    FaultCode::DuplicateEntry,
                    lines.place(target.element.offset),
                    message,
                ));
                continue;
            }
            seen.push(target);
            let unit = self.unit(activity, target);
            let categories = self.categories(&target.categories);
            let comparator = match target.comparator {
                Some(comparator) => comparator.key(),
                None if is_ascending => "at_least",
                None => "at_most",
            };
            let parts: Vec<String> =
                categories.values().chain(&target.locations).map(|part| slug(part)).collect();
            let suffix =
                if parts.is_empty() { String::new() } else { format!(".{}", parts.join(".")) };
            let (id, _) = self.ids.take(&format!("{indicator}.p{}{suffix}", period.number));
            let baseline = baselines
                .iter()
                .find(|one| same(one, target))
                .and_then(|one| one.decimal.as_deref());
            let baseline = baseline.map(|number| Map::new().with("value", tree::number(number)));
            let note = self.narrative(target.element.first("comment"), activity.language);
            let basis = self.basis(target.element, activity.language);
            let mut of_categories = Map::new();
            for (stratum, category) in &categories {
                of_categories.put(stratum, tree::text(category));
            }
            let node = Map::new()
                .with_some("title", title.map(tree::text))
                .with_some("note", note.as_deref().map(tree::text))
                .with("indicator", tree::text(indicator))
                .with("goal", Map::new().with(comparator, tree::number(goal)))
                .with_some("baseline", baseline)
                .with("window", window(period.days))
                .with("campaign", tree::text(campaign))
                .with("units", tree::texts([&unit]))
                .with_some("where", (!of_categories.is_empty()).then_some(of_categories))
                .with_some("basis", (!basis.is_empty()).then(|| tree::list(basis)));
            self.targets.put(&id, node);
        }
        let first = self.rows.len();
        for actual in &period.actuals {
            let Some(number) = actual.decimal.as_deref().and_then(float) else { continue };
            let unit = self.unit(activity, actual);
            let categories = self.categories(&actual.categories);
            let place = || lines.place(actual.element.offset);
            let of_period = self.rows.get_mut(first..).unwrap_or_default();
            let known =
                of_period.iter_mut().find(|row| row.unit == unit && row.categories == categories);
            match known {
                None => self.rows.push(Figure {
                    unit,
                    measure: measure.to_owned(),
                    days: period.days,
                    value: number,
                    categories,
                    source: format!("{}:{}", activity.file, lines.line(actual.element.offset)),
                }),
                Some(row) if self.options.events && is_count => {
                    row.value += number;
                    let did = "several actual values of a period are added up";
                    self.notes.add(NoteCode::SeveralValues, did, place);
                }
                Some(row) => {
                    let message =
                        "two actual values of a period have the same dimensions and locations";
                    let fault = Fault::new(FaultCode::DuplicateRow, place(), message)
                        .found(format!("the same as {}", row.source))
                        .hint(
                            "if they are parts of a count that add up, read the file with `events`",
                        );
                    self.faults.push(fault);
                }
            }
        }
    }

    /// The categories by the ids of strata. They are categories of the plan from now on.
    fn categories(&mut self, of_value: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut categories = BTreeMap::new();
        for (name, category) in of_value {
            let Some(id) = self.stratum_ids.get(name) else { continue };
            let known = self.strata.entry(id.clone()).or_default();
            if !known.contains(category) {
                known.push(category.clone());
            }
            categories.insert(id.clone(), category.clone());
        }
        categories
    }

    /// The documents that a target links to.
    fn basis(&self, target: &Element, language: Option<&str>) -> Vec<Node> {
        target
            .all("document-link")
            .filter_map(|link| {
                let url = link.attribute("url");
                let title = self.narrative(link.first("title"), language);
                let document = title.or_else(|| url.map(str::to_owned))?;
                let dated = link.first("document-date").and_then(|one| one.attribute("iso-date"));
                let dated = dated.and_then(|text| text.get(..10)).and_then(crate::calendar::date);
                let node = Map::new()
                    .with("document", tree::text(&document))
                    .with_some("dated", dated.map(|day| tree::text(&day.to_string())))
                    .with_some("source", url.map(tree::text));
                Some(node.into())
            })
            .collect()
    }

    fn outcomes(&mut self) -> OutcomeTable {
        let ids: Vec<&String> = self.strata.keys().collect();
        let mut table = OutcomeTable::new(ids.iter().copied().cloned());
        for row in &self.rows {
            let categories: Vec<Option<&str>> =
                ids.iter().map(|id| row.categories.get(*id).map(String::as_str)).collect();
            table.push(&OutcomeRow {
                unit: &row.unit,
                start: row.days.0,
                end: row.days.1,
                measure: &row.measure,
                value: Some(row.value),
                status: None,
                recorded_at: None,
                categories: &categories,
                source: format_args!("{}", row.source),
            });
        }
        if !self.rows.is_empty() {
            let did = "values are of their period alone: it is not said whether they hold what came before";
            self.notes
                .add(NoteCode::NotInAttain, did, || Place::Nowhere)
                .hint("with `cumulative` no value is added to another");
        }
        table
    }

    fn plan(&mut self) -> Node {
        let mut levels = vec![ACTIVITY];
        if !self.locations.is_empty() {
            levels.push(LOCATION);
        }
        let units = self.units.drain(..).chain(self.locations.drain(..));
        let units = Map::new().with("levels", tree::texts(levels)).with("list", tree::list(units));
        let mut strata = Map::new();
        for (id, categories) in self.strata.iter().filter(|(_, categories)| !categories.is_empty())
        {
            strata.put(id, tree::texts(categories));
        }
        let (id, title) = match self.activities {
            1 => (self.plan_id.take(), self.plan_title.take()),
            _ => (None, None),
        };
        let mut plan = Map::new()
            .with("attain", tree::number("1"))
            .with("plan", tree::text(id.as_deref().unwrap_or("iati")))
            .with_some("title", title.as_deref().map(tree::text))
            .with("units", units);
        for (key, section) in [
            ("strata", strata),
            ("measures", std::mem::take(&mut self.measures)),
            ("indicators", std::mem::take(&mut self.indicators)),
            ("campaigns", std::mem::take(&mut self.campaigns)),
            ("targets", std::mem::take(&mut self.targets)),
        ] {
            if !section.is_empty() {
                plan.put(key, section);
            }
        }
        plan.into()
    }
}

/// The publisher's own code of an indicator.
fn own_code(indicator: &Element) -> Option<&str> {
    let own = indicator.all("reference").find(|one| one.attribute("vocabulary") == Some("99"));
    own?.attribute("code")
}

/// The days around two spans.
fn around(
    days: Option<(NaiveDate, NaiveDate)>,
    (start, end): (NaiveDate, NaiveDate),
) -> (NaiveDate, NaiveDate) {
    days.map_or((start, end), |days| (days.0.min(start), days.1.max(end)))
}

fn window((start, end): (NaiveDate, NaiveDate)) -> Node {
    tree::texts([start.to_string(), end.to_string()])
}
