//! The section on standards: criteria and how they are combined, and which of them are in force when.

use super::fields::Fields;
use super::references::unknown;
use super::{Ground, Names, Reader, Section};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::index::StandardIndex;
use crate::plan::keys;
use crate::plan::{Criterion, LevelIndex, Share, Standard, StandardVersion};

const CRITERION_FORMS: &str = "one of {indicator: …, goal: …}, {units: {hold: …, at_least: …}}, {all: […]}, {any: […]}, {at_least: …, of: […]}";
const COMBINED_FORMS: &str = "one of `all: […]`, `any: […]`, `at_least: …` with `of: […]`";

/// The keys that combine criteria.
const COMBINING: [&str; 4] = ["all", "any", "at_least", "of"];

/// What criteria may refer to.
struct CriterionContext<'k> {
    calendar: &'k Calendar,
    names: &'k Names<'k>,
    /// Every standard that is declared, with its level as far as it is known.
    standards: &'k Section<(&'k Entry, Option<LevelIndex>)>,
}

impl Reader<'_> {
    pub(super) fn standards(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Vec<Standard> {
        let Some(node) = fields.get(&keys::PLAN.standards) else { return Vec::new() };
        let form = "ids and what they ask for, each with a level, a window and criteria";
        let entries = self.section(node, "standards", form).0;
        // Criteria may name standards that stand further down, so their levels are read first.
        let mut declared = Vec::new();
        let mut of_fields = Vec::new();
        for entry in entries {
            let fields = self.fields(&entry.value, &keys::STANDARD);
            let level = fields.as_ref().and_then(|fields| {
                self.required(fields, &keys::STANDARD.level)
                    .and_then(|node| self.level(node, ground))
            });
            declared.push((entry, level));
            of_fields.push(fields);
        }
        let declared = Section::new(declared, true);
        let known = CriterionContext { calendar, names, standards: &declared };
        let mut standards = Vec::new();
        for ((entry, fields), (_, level)) in entries.iter().zip(of_fields).zip(&declared.things) {
            let id = self.key_id(entry);
            let Some(fields) = fields else { continue };
            let title = self.value(&fields, &keys::STANDARD.title);
            let note = self.value(&fields, &keys::STANDARD.note);
            let window = self
                .required(&fields, &keys::STANDARD.window)
                .and_then(|node| self.separate_windows(node, calendar, &names.campaigns));
            let versions = self.standard_versions(&fields, *level, &known);
            if let (Some(id), Some(level), Some(window), Some(versions)) =
                (id, *level, window, versions)
            {
                standards.push(Standard { id, title, note, level, window, versions });
            }
        }
        if standards.len() == entries.len() {
            self.refuse_standards_held_too_early(entries, &standards);
        }
        standards
    }

    /// The versions of a standard, or the one it is itself.
    fn standard_versions(
        &mut self,
        fields: &Fields<'_>,
        level: Option<LevelIndex>,
        known: &CriterionContext<'_>,
    ) -> Option<Vec<StandardVersion>> {
        let Some(node) = fields.get(&keys::STANDARD.versions) else {
            let basis =
                fields.get(&keys::STANDARD.basis).map_or_else(Vec::new, |node| self.basis(node));
            let criterion = self.combination(fields, COMBINED_FORMS, level, known)?;
            return Some(vec![StandardVersion { from: None, basis, criterion }]);
        };
        for key in ["basis"].into_iter().chain(COMBINING) {
            if let Some(node) = fields.named(key) {
                self.faults.push(
                    Fault::new(
                        FaultCode::ConflictingKeys,
                        node.place.clone(),
                        format!("`{key}` stands beside `versions`"),
                    )
                    .expected("it in the version that it belongs to"),
                );
            }
        }
        let items = self.list(node, "the versions of a standard", "criteria, each with the day they came into force, such as {from: 2022-01-01, all: [...]}")?;
        if items.is_empty() {
            self.wrong(FaultCode::TooFew, node, "the versions of a standard", "at least one");
            return None;
        }
        let faults_before = self.faults.len();
        let mut versions: Vec<StandardVersion> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let Some(fields) = self.fields(item, &keys::STANDARD_VERSION) else {
                continue;
            };
            let from = self.optional_date(&fields, &keys::STANDARD_VERSION.from);
            let basis = fields
                .get(&keys::STANDARD_VERSION.basis)
                .map_or_else(Vec::new, |node| self.basis(node));
            let criterion = self.combination(&fields, COMBINED_FORMS, level, known);
            let Ok(from) = from else { continue };
            match (&from, versions.last().and_then(|version| version.from)) {
                (None, _) if place > 0 => {
                    self.required(&fields, &keys::STANDARD_VERSION.from);
                }
                (Some((place, from)), Some(before)) if *from <= before => {
                    self.faults.push(
                        Fault::new(
                            FaultCode::WrongOrder,
                            place.clone(),
                            "the versions of a standard stand in order",
                        )
                        .found(from)
                        .expected(format!("a day after {before}")),
                    );
                }
                (None | Some(_), _) => {}
            }
            if let Some(criterion) = criterion {
                let from = from.map(|(_, day)| day);
                versions.push(StandardVersion { from, basis, criterion });
            }
        }
        (self.faults.len() == faults_before).then_some(versions)
    }

    /// Criteria under one of the keys that combine them.
    fn combination(
        &mut self,
        fields: &Fields<'_>,
        forms: &str,
        level: Option<LevelIndex>,
        known: &CriterionContext<'_>,
    ) -> Option<Criterion> {
        let [all, any, at_least, of] = COMBINING.map(|key| fields.named(key));
        match (all, any, at_least, of) {
            (Some(node), None, None, None) => self.criteria(node, level, known).map(Criterion::All),
            (None, Some(node), None, None) => self.criteria(node, level, known).map(Criterion::Any),
            (None, None, Some(least), Some(of)) => {
                let least_read = self.number(least, "the number of criteria that have to be met");
                let criteria = self.criteria(of, level, known);
                let (number, criteria) = (least_read?, criteria?);
                let whole = usize::try_from(number).ok().filter(|_| number.fract().is_zero());
                match whole {
                    Some(whole) if (1..=criteria.len()).contains(&whole) => {
                        Some(Criterion::AtLeast(whole, criteria))
                    }
                    Some(_) | None => {
                        let expected = format!("a whole number from 1 to {}", criteria.len());
                        self.wrong(
                            FaultCode::OutOfRange,
                            least,
                            "a number of these criteria",
                            &expected,
                        );
                        None
                    }
                }
            }
            (None, None, None, None)
                if COMBINING.iter().any(|key| fields.misspelt.contains(key)) =>
            {
                None
            }
            (_, _, _, _) => {
                self.faults.push(
                    Fault::new(
                        FaultCode::ConflictingKeys,
                        fields.place.clone(),
                        "criteria are combined in one way",
                    )
                    .found(
                        match COMBINING.iter().filter(|key| fields.named(key).is_some()).count() {
                            0 => "none".to_owned(),
                            _ => COMBINING
                                .into_iter()
                                .filter(|key| fields.named(key).is_some())
                                .map(|key| format!("`{key}`"))
                                .collect::<Vec<_>>()
                                .join(" and "),
                        },
                    )
                    .expected(forms),
                );
                None
            }
        }
    }

    fn criteria(
        &mut self,
        node: &Node,
        level: Option<LevelIndex>,
        known: &CriterionContext<'_>,
    ) -> Option<Vec<Criterion>> {
        let items =
            self.list(node, "criteria", "criteria such as {indicator: users, goal: {at_most: 0}}")?;
        if items.is_empty() {
            self.wrong(FaultCode::TooFew, node, "criteria", "at least one");
            return None;
        }
        let criteria: Vec<Option<Criterion>> =
            items.iter().map(|item| self.criterion(item, level, known)).collect();
        criteria.into_iter().collect()
    }

    fn criterion(
        &mut self,
        node: &Node,
        level: Option<LevelIndex>,
        known: &CriterionContext<'_>,
    ) -> Option<Criterion> {
        let fields = self.fields(node, &keys::CRITERION)?;
        let has = |key: &str| fields.named(key).is_some();
        let combines = COMBINING.into_iter().any(has);
        let own = has("indicator") || has("goal");
        let below = has("units");
        if usize::from(combines) + usize::from(own) + usize::from(below) != 1 {
            if fields.misspelt.is_empty() {
                self.wrong(FaultCode::WrongForm, node, "a criterion", CRITERION_FORMS);
            }
            return None;
        }
        if combines {
            if let Some(title) = fields.get(&keys::CRITERION.title) {
                self.faults.push(
                    Fault::new(
                        FaultCode::MisplacedKey,
                        title.place.clone(),
                        "criteria that are combined have no title",
                    )
                    .hint("give one to each criterion in them"),
                );
            }
            return self.combination(&fields, CRITERION_FORMS, level, known);
        }
        let title = self.value(&fields, &keys::CRITERION.title);
        if let Some(units) = fields.get(&keys::CRITERION.units) {
            let (hold, share) = self.units_holding(units, level, known)?;
            return Some(Criterion::Units { title, hold, share });
        }
        let indicator = self.required(&fields, &keys::CRITERION.indicator);
        let indicator = indicator.and_then(|node| self.indicator(node, known.names));
        let goal_node = self.required(&fields, &keys::CRITERION.goal);
        let (calendar, names) = (known.calendar, known.names);
        let formula =
            indicator.and_then(|indicator| names.indicators.things[indicator.0].1.as_ref());
        let goal = goal_node.and_then(|node| self.goal(node, formula, calendar, &names.campaigns));
        let (indicator, goal, goal_node) = (indicator?, goal?, goal_node?);
        self.refuse_impossible_goal(goal_node, &goal, formula);
        Some(Criterion::Indicator { title, indicator, goal })
    }

    /// `{hold: safe-hamlet, at_least: 70}`.
    fn units_holding(
        &mut self,
        node: &Node,
        level: Option<LevelIndex>,
        known: &CriterionContext<'_>,
    ) -> Option<(StandardIndex, Share)> {
        let fields = self.fields(node, &keys::UNITS_HOLDING)?;
        let hold = self
            .required(&fields, &keys::UNITS_HOLDING.hold)
            .and_then(|node| self.standard_below(node, level, known));
        let share = match (
            fields.get(&keys::UNITS_HOLDING.at_least),
            fields.get(&keys::UNITS_HOLDING.above),
        ) {
            (Some(_), None) => {
                self.value(&fields, &keys::UNITS_HOLDING.at_least).map(Share::AtLeast)
            }
            (None, Some(_)) => self.value(&fields, &keys::UNITS_HOLDING.above).map(Share::Above),
            (None, None)
                if fields.is_misspelt(&keys::UNITS_HOLDING.at_least)
                    || fields.is_misspelt(&keys::UNITS_HOLDING.above) =>
            {
                None
            }
            (None, None) | (Some(_), Some(_)) => {
                let forms = "either `at_least` or `above`, a share of the units in per cent";
                self.wrong(FaultCode::WrongForm, node, "a share of units", forms);
                None
            }
        };
        Some((hold?, share?))
    }

    /// A standard that units of a lower level hold. That levels fall keeps standards from going in circles.
    fn standard_below(
        &mut self,
        node: &Node,
        level: Option<LevelIndex>,
        known: &CriterionContext<'_>,
    ) -> Option<StandardIndex> {
        let id = self.text(node, "the id of a standard")?;
        let Some(place) = known.standards.place(id) else {
            let ids = known.standards.things.iter().map(|(entry, _)| entry.key.as_str());
            self.faults
                .push_with(|| unknown(FaultCode::UnknownId, &node.place, "standard", id, ids));
            return None;
        };
        if let (Some(level), Some(held)) = (level, known.standards.things[place].1)
            && held <= level
        {
            self.faults.push(
                Fault::new(
                    FaultCode::WrongLevel,
                    node.place.clone(),
                    "the units of this standard are not of a lower level",
                )
                .found(format!("`{id}`"))
                .expected("a standard whose level stands further down among the plan's levels"),
            );
            return None;
        }
        Some(StandardIndex(place))
    }

    /// Where a version requires a standard that is not in force yet, nobody could hold it.
    fn refuse_standards_held_too_early(&mut self, entries: &[Entry], standards: &[Standard]) {
        for (entry, standard) in entries.iter().zip(standards) {
            let versions = entry.value.as_map().and_then(|fields| {
                fields.iter().find(|field| field.key == "versions")?.value.as_list()
            });
            for (at, version) in standard.versions.iter().enumerate() {
                let place = match versions.and_then(|versions| versions.get(at)) {
                    Some(Node { place, value: Value::Map(_) }) => place,
                    _ => &entry.place,
                };
                version.criterion.each_single(&mut |criterion| {
                    let Criterion::Units { hold, .. } = criterion else { return };
                    let held = &standards[hold.0];
                    let first = held.versions.first().and_then(|version| version.from);
                    let Some(first) = first else { return };
                    if version.from.is_none_or(|from| from < first) {
                        let message =
                            format!("units have to hold `{}` before it is in force", held.id);
                        self.faults.push(
                            Fault::new(FaultCode::OutsideValidity, place.clone(), message)
                                .found(match version.from {
                                    Some(from) => format!("in force from {from}"),
                                    None => "in force from the beginning".to_owned(),
                                })
                                .expected(format!("`from: {first}` or later"))
                                .hint(format!("or give `{}` an earlier version", held.id)),
                        );
                    }
                });
            }
        }
    }
}
