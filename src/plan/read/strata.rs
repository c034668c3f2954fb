//! The section on strata, and what is narrowed to some of their categories.

use rustc_hash::{FxHashMap, FxHashSet};

use super::fields::Fields;
use super::references::unknown;
use super::values::Readable;
use super::{Names, Reader, Section};
use crate::error::{Fault, FaultCode, Place, quoted};
use crate::exact::Decimal;
use crate::plan::document::{Node, Value};
use crate::plan::formula::StandardisedRate;
use crate::plan::index::StratumIndex;
use crate::plan::keys::{self, STANDARD_FORM, ZeroOrMore};
use crate::plan::stratum::{MOST_COMBINATIONS, OUTCOME_COLUMNS, Selection, Stratum, digits};
use crate::plan::units::refuse_flaw;

const SECTION_FORM: &str = "columns and their categories, such as `sex: [f, m]`";
const SELECTION_FORM: &str = "strata, each with a category or a list of them, such as {sex: f}";

impl Reader<'_> {
    pub(super) fn strata(&mut self, fields: &Fields<'_>, names: &mut Names<'_>) {
        let Some(node) = fields.get(&keys::PLAN.strata) else {
            names.strata.is_whole = !fields.is_misspelt(&keys::PLAN.strata);
            return;
        };
        let (entries, is_whole) = self.section(node, "strata", SECTION_FORM);
        names.strata = Section::new(Vec::new(), is_whole);
        for entry in entries {
            self.key_id(entry);
            if let Some(column) = outcome_column(&entry.key) {
                let message = format!("outcomes have a column `{column}` already");
                self.faults.push(
                    Fault::new(FaultCode::InvalidId, entry.place.clone(), message)
                        .found(quoted(&entry.key))
                        .expected("another name for the stratum"),
                );
            }
            let (categories, places) = self.categories(&entry.value);
            names.strata.things.push(Stratum { id: entry.key.clone(), categories });
            names.categories.push(places);
        }
        let combinations = names
            .strata
            .things
            .iter()
            .try_fold(1_usize, |all, stratum| all.checked_mul(digits(stratum)));
        if combinations.is_none_or(|combinations| combinations > MOST_COMBINATIONS) {
            self.faults.push(
                Fault::new(
                    FaultCode::TooMany,
                    node.place.clone(),
                    "the strata have too many combinations of categories",
                )
                .found(combinations.map_or_else(
                    || "more than can be counted".to_owned(),
                    |combinations| format!("{combinations}, with none as a category of each"),
                ))
                .expected(format!("at most {MOST_COMBINATIONS}")),
            );
        }
    }

    /// The categories of a stratum, and their places.
    fn categories(&mut self, node: &Node) -> (Vec<String>, FxHashMap<String, usize>) {
        let mut categories: Vec<String> = Vec::new();
        let mut places = FxHashMap::default();
        let Some(items) = self.list(node, "the categories of a stratum", "texts such as [f, m]")
        else {
            return (categories, places);
        };
        if items.is_empty() {
            self.wrong(
                FaultCode::TooFew,
                node,
                "the categories of a stratum",
                "one category at least",
            );
        }
        for item in items {
            // One that is a number is known to who refers to it.
            let Some(category) = self.category_text(item) else { continue };
            refuse_flaw(&item.place, "a category", category, &mut self.faults);
            if places.contains_key(category) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateEntry,
                        item.place.clone(),
                        "this category stands twice",
                    )
                    .found(quoted(category)),
                );
                continue;
            }
            places.insert(category.to_owned(), categories.len());
            categories.push(category.to_owned());
        }
        (categories, places)
    }

    /// A category's name. A bare number is refused as a unit's code is: `05` and `5` are different texts.
    fn category_text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        if let Value::Number(number) = &node.value {
            self.faults.push(
                Fault::new(
                    FaultCode::NotAText,
                    node.place.clone(),
                    "a category is a text, not a number",
                )
                .found(number)
                .expected(format!("\"{number}\""))
                .hint("put it in quotes, so that it stays as it is written"),
            );
            return Some(number);
        }
        self.text(node, "a category")
    }

    /// The id of a stratum.
    pub(super) fn stratum(&mut self, node: &Node, names: &Names<'_>) -> Option<StratumIndex> {
        let id = self.text(node, "the id of a stratum")?;
        self.stratum_named(id, &node.place, names)
    }

    fn stratum_named(
        &mut self,
        id: &str,
        place: &Place,
        names: &Names<'_>,
    ) -> Option<StratumIndex> {
        let strata = &names.strata;
        let found = strata.place(id);
        if found.is_none() && strata.is_whole {
            let ids = strata.things.iter().map(|stratum| stratum.id.as_str());
            self.faults.push(match strata.things.is_empty() {
                true => Fault::new(
                    FaultCode::UnknownStratum,
                    place.clone(),
                    format!("there is no stratum {}", quoted(id)),
                )
                .hint("declare it at the top of the plan: `strata: {sex: [f, m]}`"),
                false => unknown(FaultCode::UnknownStratum, place, "stratum", id, ids),
            });
        }
        found.map(StratumIndex)
    }

    /// The strata that a measure is recorded by: all of the plan, if it doesn't say.
    pub(super) fn strata_of_measure(
        &mut self,
        fields: &Fields<'_>,
        names: &Names<'_>,
    ) -> Vec<StratumIndex> {
        let Some(node) = fields.get(&keys::MEASURE.strata) else {
            return (0..names.strata.things.len()).map(StratumIndex).collect();
        };
        let mut strata = self.list_of_strata(node, "the strata of a measure", names);
        strata.sort_unstable();
        strata
    }

    /// The strata that a key of a target names: one, or a list of them.
    pub(super) fn one_or_more_strata(
        &mut self,
        node: Option<&'_ Node>,
        names: &Names<'_>,
    ) -> Vec<StratumIndex> {
        match node {
            None => Vec::new(),
            Some(node) if node.as_list().is_some_and(<[Node]>::is_empty) => {
                self.wrong(FaultCode::TooFew, node, "a list of strata", "one stratum at least");
                Vec::new()
            }
            Some(node) if node.as_list().is_some() => {
                self.list_of_strata(node, "a list of strata", names)
            }
            Some(node) => self.stratum(node, names).into_iter().collect(),
        }
    }

    /// A list of strata, none of which stands twice.
    pub(super) fn list_of_strata(
        &mut self,
        node: &Node,
        what: &str,
        names: &Names<'_>,
    ) -> Vec<StratumIndex> {
        let mut strata = Vec::new();
        let Some(items) = self.list(node, what, "ids of strata such as [sex, age]") else {
            return strata;
        };
        for item in items {
            let Some(stratum) = self.stratum(item, names) else { continue };
            if strata.contains(&stratum) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateEntry,
                        item.place.clone(),
                        "this stratum stands twice",
                    )
                    .found(item.describe()),
                );
                continue;
            }
            strata.push(stratum);
        }
        strata
    }

    /// What the key `where` of an indicator or a target narrows it to.
    pub(super) fn selection(&mut self, node: Option<&Node>, names: &Names<'_>) -> Selection {
        let Some(node) = node else { return Selection::default() };
        let Value::Map(entries) = &node.value else {
            self.wrong(FaultCode::NotAMap, node, "what to narrow to", SELECTION_FORM);
            return Selection::default();
        };
        if entries.is_empty() {
            self.wrong(FaultCode::TooFew, node, "what to narrow to", SELECTION_FORM);
        }
        let mut chosen = Vec::new();
        for entry in entries {
            let Some(stratum) = self.stratum_named(&entry.key, &entry.place, names) else {
                continue;
            };
            let items = match &entry.value.value {
                Value::List(items) if items.is_empty() => {
                    self.wrong(
                        FaultCode::TooFew,
                        &entry.value,
                        "a list of categories",
                        "one category at least",
                    );
                    continue;
                }
                Value::List(items) => items.as_slice(),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Text(_)
                | Value::Map(_) => std::slice::from_ref(&entry.value),
            };
            let mut categories = Vec::new();
            let mut chosen_before = FxHashSet::default();
            for item in items {
                let Some(category) = self.category(item, stratum, names) else { continue };
                if !chosen_before.insert(category) {
                    self.faults.push(
                        Fault::new(
                            FaultCode::DuplicateEntry,
                            item.place.clone(),
                            "this category stands twice",
                        )
                        .found(item.describe()),
                    );
                    continue;
                }
                categories.push(category);
            }
            chosen.push((stratum, categories));
        }
        Selection::new(chosen)
    }

    /// A rate that is standardised by the categories of a stratum.
    pub(super) fn standardised_rate(
        &mut self,
        node: &Node,
        names: &Names<'_>,
    ) -> Option<StandardisedRate> {
        let fields = self.fields(node, &keys::STANDARDISED_RATE)?;
        let events = self.required_expression(&fields, &keys::STANDARDISED_RATE.events, names);
        let population =
            self.required_expression(&fields, &keys::STANDARDISED_RATE.population, names);
        let by = self.required(&fields, &keys::STANDARDISED_RATE.by);
        let by = by.and_then(|node| self.stratum(node, names));
        let standard = self.required(&fields, &keys::STANDARDISED_RATE.standard);
        let standard = standard.and_then(|node| self.standard(node, by, names));
        let per = self.value_or_default(&fields, &keys::STANDARDISED_RATE.per);
        let withhold_below =
            self.value_or_default(&fields, &keys::STANDARDISED_RATE.withhold_below);
        let (events, population) = (events?, population?);
        let sums = [
            (&keys::STANDARDISED_RATE.events, &events),
            (&keys::STANDARDISED_RATE.population, &population),
        ];
        for (key, sum) in sums {
            self.refuse_factors(&fields, key, sum, "a standardised rate");
        }
        Some(StandardisedRate {
            events,
            population,
            by: by?,
            standard: standard?,
            per: per?,
            withhold_below: withhold_below?,
            // They are there when the strata are looked up.
            categories: Vec::new(),
        })
    }

    /// The standard population of every category of a stratum.
    fn standard(
        &mut self,
        node: &Node,
        by: Option<StratumIndex>,
        names: &Names<'_>,
    ) -> Option<Vec<Decimal>> {
        let Value::Map(entries) = &node.value else {
            self.wrong(FaultCode::NotAMap, node, "a standard population", STANDARD_FORM);
            return None;
        };
        let before = self.faults.len();
        let stratum = &names.strata.things[by?.0];
        let mut weights: Vec<Option<Decimal>> = vec![None; stratum.categories.len()];
        for entry in entries {
            let weight = ZeroOrMore::read(self, &entry.value, "the population of a category");
            if let Some(category) = self.category_named(&entry.key, &entry.place, by?, names) {
                weights[category] = Some(weight.unwrap_or_default());
            }
        }
        let categories = stratum.categories.iter().zip(&weights);
        let missing: Vec<&str> = categories
            .filter_map(|(category, weight)| weight.is_none().then_some(category.as_str()))
            .collect();
        if !missing.is_empty() {
            let message = format!("the standard lacks categories of `{}`", stratum.id);
            self.faults.push(
                Fault::new(FaultCode::WrongWeights, node.place.clone(), message)
                    .found(format!("nothing for {}", missing.join(", ")))
                    .expected("the population of every category"),
            );
        } else if self.faults.len() == before && weights.iter().flatten().all(Decimal::is_zero) {
            self.wrong(
                FaultCode::WrongWeights,
                node,
                "a standard population",
                "somebody in one category at least",
            );
        }
        (self.faults.len() == before).then(|| weights.into_iter().flatten().collect())
    }

    fn category(&mut self, node: &Node, stratum: StratumIndex, names: &Names<'_>) -> Option<usize> {
        let name = self.category_text(node)?;
        self.category_named(name, &node.place, stratum, names)
    }

    /// The place of a category among those of its stratum.
    fn category_named(
        &mut self,
        name: &str,
        place: &Place,
        stratum: StratumIndex,
        names: &Names<'_>,
    ) -> Option<usize> {
        let found = names.categories[stratum.0].get(name).copied();
        let stratum = &names.strata.things[stratum.0];
        // A stratum without categories has its fault already.
        if found.is_none() && !stratum.categories.is_empty() {
            self.faults.push_with(|| stratum.no_category(place.clone(), name));
        }
        found
    }
}

/// The outcomes' column that a stratum's name would be taken for.
fn outcome_column(id: &str) -> Option<&'static str> {
    let plain = id.to_lowercase().replace('-', "_");
    OUTCOME_COLUMNS.into_iter().find(|column| plain == *column)
}
