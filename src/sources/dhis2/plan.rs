//! The plan: units, measures, indicators, and targets that are values.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::IdScheme;
use super::build::{Build, Element, ElementKind, ITSELF, find};
use super::goals::{self, TargetValue};
use super::indicators::{Formulas, measure_of};
use super::metadata::{DataSet, Named, Object};
use super::rows::{DUE, MADE};
use crate::error::{Fault, FaultCode, Place};
use crate::plan::document::Node;
use crate::sources::ids::Ids;
use crate::sources::note::NoteCode;
use crate::sources::tree::{self, Map};

impl Build<'_> {
    pub(super) fn plan(&mut self, formulas: &Formulas) -> Node {
        let used = self.used_strata();
        let mut strata = Map::new();
        for stratum in used.iter().filter_map(|at| self.combos.strata.get(*at)) {
            strata.put(&stratum.id, tree::texts(&stratum.categories));
        }
        let mut measures = self.measures(!strata.is_empty());
        let mut indicators = Map::new();
        for formula in &formulas.list {
            indicators.put(&formula.id, formula.node.clone());
        }
        let mut narrowed: BTreeSet<String> = BTreeSet::new();
        for operand in &formulas.narrowed {
            let Some(number) = self.metadata.elements.by_id(&operand.element) else { continue };
            let Some(element) = self.elements.get(number) else { continue };
            let id = measure_of(operand, &element.id);
            if narrowed.insert(id.clone()) {
                let parts = [&operand.combo, &operand.attribute].into_iter().flatten();
                let names: Vec<&str> = parts
                    .map(|combo| {
                        self.metadata
                            .option_combos
                            .get(combo)
                            .and_then(Object::name)
                            .unwrap_or(combo)
                    })
                    .collect();
                let title = element.title.as_deref().unwrap_or(&element.id);
                let title = format!("{title}: {}", names.join(", "));
                let measure = self.measure(element, &title, !strata.is_empty(), &BTreeSet::new());
                measures.put(&id, measure);
            }
        }
        let with_reports: BTreeSet<usize> =
            self.registrations.iter().map(|one| one.data_set).collect();
        for set in with_reports.iter().filter_map(|set| self.metadata.data_sets.list.get(*set)) {
            if set.units.is_none() {
                continue;
            }
            let name = set.name().unwrap_or(&set.id);
            let [made, due] = [MADE, DUE].map(|what| format!("{}.{what}", set.id));
            for (id, what) in [(&made, "reports that were made"), (&due, "reports that were due")] {
                let measure = Map::new()
                    .with("title", tree::text(&format!("{name}: {what}")))
                    .with("absent", tree::text("zero"))
                    .with_some("strata", (!strata.is_empty()).then(|| tree::list([])));
                measures.put(id, measure);
            }
            let quotient = Map::new()
                .with("numerator", tree::text(&made))
                .with("denominator", tree::text(&due))
                .with("per", tree::number("100"));
            let indicator = Map::new()
                .with("title", tree::text(&format!("{name}: reports made, of those due")))
                .with("variation", tree::text("none"))
                .with("ratio", quotient);
            indicators.put(&format!("{}.reporting", set.id), indicator);
        }
        let targets = self.targets(formulas, &mut indicators);
        let mut plan = Map::new()
            .with("attain", tree::number("1"))
            .with("plan", tree::text("dhis2"))
            .with_some("calendar", self.calendar().map(|(calendar, _)| calendar))
            .with("unmatched", tree::text("as_recorded"))
            .with("units", self.units());
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
        plan.into()
    }

    fn units(&self) -> Node {
        let mut levels = self.hierarchy.levels.clone();
        let mut list: Vec<Node> = Vec::with_capacity(self.unit_ids.len());
        let mut moved: Vec<Node> = Vec::new();
        for (at, (unit, object)) in
            self.hierarchy.units.iter().zip(&self.metadata.units.list).enumerate()
        {
            let id = self.unit_ids.get(at).map_or("", String::as_str);
            let name = object.name().map(tree::text);
            let days = |map: Map| {
                let day = |day: Option<NaiveDate>| day.map(|day| tree::text(&day.to_string()));
                map.with_some("valid_from", day(unit.from)).with_some("valid_to", day(unit.to))
            };
            let parent = unit.parent.and_then(|parent| self.unit_ids.get(parent));
            let node = Map::new()
                .with("id", tree::text(id))
                .with_some("name", name.clone())
                .with("level", tree::text(levels.get(unit.depth).map_or("", String::as_str)))
                .with_some("parent", parent.map(|parent| tree::text(parent)));
            list.push(days(node).into());
            if self.moved.contains(&at) {
                let node = Map::new()
                    .with("id", tree::text(&format!("{id}.{ITSELF}")))
                    .with_some("name", name)
                    .with("level", tree::text(ITSELF))
                    .with("parent", tree::text(id));
                moved.push(days(node).into());
            }
        }
        if !moved.is_empty() {
            levels.push(ITSELF.to_owned());
        }
        list.extend(moved);
        Map::new().with("levels", tree::texts(levels)).with("list", tree::list(list)).into()
    }

    fn measures(&mut self, has_strata: bool) -> Map {
        let mut measures = Map::new();
        let mut several_levels: Vec<Place> = Vec::new();
        for (number, element) in self.elements.iter().enumerate() {
            if !self.is_used(element) || element.kind == ElementKind::Published {
                continue;
            }
            let title = element.title.as_deref().unwrap_or(&element.id);
            measures.put(&element.id, self.measure(element, title, has_strata, &element.strata));
            if self.reporters(element).is_err() {
                several_levels.push(self.metadata.elements.place(self.files, number, ""));
            }
        }
        for place in several_levels {
            let did = "who has to report is not in the plan: the units of a data set are of several levels";
            self.notes.add(NoteCode::NotInAttain, did, || place);
        }
        measures
    }

    fn measure(
        &self,
        element: &Element,
        title: &str,
        has_strata: bool,
        strata: &BTreeSet<usize>,
    ) -> Map {
        let (over_time, over_units) = element.operators;
        let mut measure = Map::new().with("title", tree::text(title));
        for (key, operator) in [("over_time", over_time), ("over_units", over_units)] {
            if operator != "sum" {
                measure.put(key, tree::text(operator));
            }
        }
        if element.is_signed {
            measure.put("signed", tree::flag(true));
        }
        if has_strata {
            let ids = strata.iter().filter_map(|at| Some(&self.combos.strata.get(*at)?.id));
            measure.put("strata", tree::texts(ids));
        }
        if element.target_of.is_some() {
            measure.put("known_ahead", tree::flag(true));
        }
        if element.is_zero_if_absent {
            measure.put("absent", tree::text("zero"));
        }
        let sets =
            element.data_sets.iter().filter_map(|set| self.metadata.data_sets.list.get(*set));
        let finest = sets
            .filter_map(|set| Some((self.every(set)?, set)))
            .min_by_key(|((order, _), _)| *order);
        if let Some(((_, every), set)) = finest {
            if let Ok(Some((key, reporters))) = self.reporters(element) {
                measure.put(key, reporters);
            }
            measure.put("every", tree::text(every));
            let due =
                set.timely_days.filter(|days| days.is_finite() && (0.0..=3_650.0).contains(days));
            if let Some(days) = due {
                measure.put("due", tree::number(&days.trunc().to_string()));
            }
        }
        measure
    }

    /// The key and value for the units that have to report an element. An error if they are of several levels.
    fn reporters(
        &self,
        element: &Element,
    ) -> std::result::Result<Option<(&'static str, Node)>, ()> {
        let mut assigned: BTreeSet<usize> = BTreeSet::new();
        for set in element.data_sets.iter().filter_map(|set| self.metadata.data_sets.list.get(*set))
        {
            let units = set.units.iter().flatten();
            assigned.extend(units.filter_map(|unit| self.metadata.units.by_id(&unit.id)));
        }
        let depth = |unit: &usize| self.hierarchy.units.get(*unit).map(|unit| unit.depth);
        let Some(level) = assigned.first().and_then(depth) else { return Ok(None) };
        if assigned.iter().any(|unit| depth(unit) != Some(level)) {
            return Err(());
        }
        let of_level = self.hierarchy.units.iter().filter(|unit| unit.depth == level).count();
        if of_level == assigned.len() {
            let name = self.hierarchy.levels.get(level).map_or("", String::as_str);
            return Ok(Some(("recorded_at", tree::text(name))));
        }
        let ids = assigned.iter().filter_map(|unit| self.unit_ids.get(*unit));
        Ok(Some(("recorded_by", tree::texts(ids))))
    }

    /// The kind of period of a data set, with its place in the order from the shortest on.
    pub(super) fn every(&self, set: &DataSet) -> Option<(u8, &'static str)> {
        let period_type = set.period_type.as_deref()?;
        let of_calendar = self.calendar().map(|(_, of_calendar)| of_calendar);
        Some(match period_type {
            "Daily" => (0, "day"),
            "Weekly" => (1, "week"),
            "Monthly" => (2, "month"),
            "Quarterly" => (3, "quarter"),
            "SixMonthly" => (4, "half"),
            "Yearly" if of_calendar.is_none() => (5, "year"),
            other if Some(other) == of_calendar => (5, "year"),
            _ => return None,
        })
    }

    /// The calendar of financial years that all data sets agree on, and the type of its years; none for calendar years.
    fn calendar(&self) -> Option<(Node, &'static str)> {
        let types: BTreeSet<&str> = self
            .metadata
            .data_sets
            .list
            .iter()
            .filter_map(|set| set.period_type.as_deref())
            .collect();
        let mut years =
            types.iter().filter(|one| **one == "Yearly" || one.starts_with("Financial"));
        let (only, others) = (years.next()?, years.next());
        if others.is_some() {
            return None;
        }
        let (period_type, first, quarters_fit, halves_fit) = match *only {
            "FinancialFeb" => ("FinancialFeb", "02-01", false, false),
            "FinancialApril" => ("FinancialApril", "04-01", true, false),
            "FinancialJuly" => ("FinancialJuly", "07-01", true, true),
            "FinancialAug" => ("FinancialAug", "08-01", false, false),
            "FinancialSep" => ("FinancialSep", "09-01", false, false),
            "FinancialOct" => ("FinancialOct", "10-01", true, false),
            "FinancialNov" => ("FinancialNov", "11-01", false, false),
            _ => return None,
        };
        if types.contains("Quarterly") && !quarters_fit
            || types.contains("SixMonthly") && !halves_fit
        {
            return None;
        }
        let named_by = if period_type == "FinancialNov" { "end" } else { "start" };
        let calendar = Map::new()
            .with("year_starts", tree::text(first))
            .with("named_by", tree::text(named_by));
        Some((calendar.into(), period_type))
    }

    /// Goals of the elements whose values are targets, each with the indicator that they are for.
    fn targets(&mut self, formulas: &Formulas, indicators: &mut Map) -> Map {
        let mut targets = Map::new();
        let mut taken = Ids::default();
        let mut counts: BTreeSet<usize> = BTreeSet::new();
        if !self.has_values {
            if !self.options.targets.is_empty() && !self.series.is_empty() {
                let place = Place::Path { path: "targets".to_owned() };
                let message = "targets are data values, and there is no file of them";
                let fault = Fault::new(FaultCode::TooFew, place, message);
                self.faults
                    .push(fault.expected("a file of `dataValueSets` beside that of analytics"));
            }
            return targets;
        }
        let limits: BTreeSet<usize> = self
            .options
            .at_most
            .iter()
            .filter_map(|name| match self.metadata.elements.named_anyhow(name) {
                Named::One(number) => Some(number),
                Named::No | Named::Several => None,
            })
            .collect();
        for number in 0..self.metadata.elements.list.len() {
            let Some(of) = self.elements.get(number).and_then(|one| one.target_of.clone()) else {
                continue;
            };
            let Some(object) = self.metadata.elements.list.get(number) else { continue };
            let place = || Place::Path { path: format!("targets.{of}") };
            let named = match self.metadata.indicators.named_anyhow(&of) {
                Named::One(number) => Some(number),
                Named::No | Named::Several => None,
            };
            let indicator = formulas.list.iter().find(|formula| {
                formula.id == of || formula.number.is_some() && formula.number == named
            });
            let (indicator, is_count) = match indicator {
                Some(formula) => (formula.id.clone(), formula.is_count),
                None => {
                    let what = "data element or indicator";
                    let code = FaultCode::UnknownIndicator;
                    let found =
                        find(&self.metadata.elements, &of, &IdScheme::Any, what, code, place);
                    let found = match found {
                        Ok(found) => found,
                        Err(fault) => {
                            self.faults.push(*fault);
                            continue;
                        }
                    };
                    let Some(element) =
                        self.elements.get(found).filter(|one| one.left_out.is_none())
                    else {
                        let message = "targets are for a data element that is left out";
                        self.faults.push(Fault::new(
                            FaultCode::UnsuitableMeasure,
                            place(),
                            message,
                        ));
                        continue;
                    };
                    let id = format!("{}.count", element.id);
                    if counts.insert(found) {
                        let indicator = Map::new()
                            .with_some("title", element.title.as_deref().map(tree::text))
                            .with("count", tree::text(&element.id));
                        indicators.put(&id, indicator);
                    }
                    (id, element.operators == ("sum", "sum"))
                }
            };
            let values: Vec<TargetValue> = self
                .rows
                .iter()
                .filter(|row| row.element == number)
                .map(|row| {
                    let (start, end) = row.period;
                    TargetValue { unit: row.unit, start, end, value: row.value }
                })
                .collect();
            if values.is_empty() {
                continue;
            }
            let comparator = if limits.contains(&number) { "at_most" } else { "at_least" };
            let rolls_up = is_count && self.options.roll_up;
            let rows = goals::rows(&values, &self.hierarchy, &self.unit_ids, comparator, rolls_up);
            let (id, _) = taken.take(object.code().unwrap_or(&object.id));
            let target = Map::new()
                .with_some("title", object.name().map(tree::text))
                .with("indicator", tree::text(&indicator))
                .with("goal", Map::new().with("list", tree::list(rows)));
            targets.put(&id, target);
        }
        targets
    }

    /// Notes on what no export says.
    pub(super) fn general_notes(&mut self) {
        if let Some(file) = self.files.first() {
            if self.hierarchy.units.iter().any(|unit| unit.parent.is_some()) {
                let did =
                    "units have the parents of today on all days: earlier ones are not exported";
                self.notes.add(NoteCode::NotInAttain, did, || file.place());
            }
            if self.has_values && self.metadata.program_indicators > 0 {
                let did = "program indicators are left out: they are computed from a tracker";
                let place = || Place::Within {
                    file: file.name().to_owned(),
                    path: "/programIndicators".to_owned(),
                };
                self.notes
                    .add(NoteCode::LeftOutExpression, did, place)
                    .found(self.metadata.program_indicators);
            }
        }
        let metadata = self.metadata;
        if !self.has_values {
            return;
        }
        for (number, set) in metadata.data_sets.list.iter().enumerate() {
            if self.every(set).is_none()
                && let Some(period_type) = &set.period_type
            {
                let did = "data sets have periods of a kind that plans don't have: their reports are not due";
                self.notes
                    .add(NoteCode::NotInAttain, did, || {
                        metadata.data_sets.place(self.files, number, "periodType")
                    })
                    .found(period_type);
            }
        }
    }
}
