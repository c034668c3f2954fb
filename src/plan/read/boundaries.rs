//! Changes of boundaries: which unit went over into which, and by which weights.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::fields::Fields;
use super::references::unknown;
use super::{Ground, Names, Reader};
use crate::error::{AlreadyReported, Fault, FaultCode, Place};
use crate::exact::{self, Decimal};
use crate::parallel::check_stop;
use crate::plan::Expression;
use crate::plan::document::{Node, Value};
use crate::plan::index::UnitIndex;
use crate::plan::keys;
use crate::plan::side_table::SideTable;
use crate::plan::units::{BoundaryChange, Destination, GivenAs, Passage, Weights};
use crate::plan::units::{PlacedField, Unit, Units};

/// A passage as a table or list gives it.
struct PassageRow {
    place: Place,
    from: PlacedField<String>,
    to: PlacedField<String>,
    within: PlacedField<String>,
    weights: Vec<PlacedField<Decimal>>,
}

/// The columns of a table of passages; those behind them are weights.
const COLUMNS: [&str; 3] = ["from", "to", "within"];

/// Shares that were rounded add up to 1 nearly; they are brought to it.
const NEARLY: &str = "0.000001";

/// Per day, the units that end or begin on it and have none below them, in the order of their table.
fn lowest_by_day(units: &Units) -> FxHashMap<NaiveDate, Vec<UnitIndex>> {
    let mut by_day: FxHashMap<NaiveDate, Vec<UnitIndex>> = FxHashMap::default();
    for (index, unit) in units.iter().filter(|(index, _)| units.children(*index).is_empty()) {
        for day in unit.valid_from.into_iter().chain(unit.valid_to) {
            by_day.entry(day).or_default().push(index);
        }
    }
    by_day
}

impl Reader<'_> {
    pub(super) fn changes(&mut self, node: &Node, units: &Units) -> Vec<BoundaryChange> {
        let mut changes: Vec<BoundaryChange> = Vec::new();
        let mut days = FxHashSet::default();
        let lowest = lowest_by_day(units);
        let form = "changes such as {on: 2025-07-01, list: [{from: a, to: b}]}";
        let Some(items) = self.list(node, "the changes of boundaries", form) else {
            return changes;
        };
        for item in items {
            let Some(fields) = self.fields(item, &keys::CHANGE_OF_BOUNDARIES) else { continue };
            let on = self.required_value(&fields, &keys::CHANGE_OF_BOUNDARIES.on);
            let title = self.value(&fields, &keys::CHANGE_OF_BOUNDARIES.title);
            let basis = fields
                .get(&keys::CHANGE_OF_BOUNDARIES.basis)
                .map(|node| self.basis(node))
                .unwrap_or_default();
            let weights = fields
                .get(&keys::CHANGE_OF_BOUNDARIES.weights)
                .map(|node| self.weights(node))
                .unwrap_or_default();
            let rows = self.passage_rows(item, &fields, &weights);
            let (Some(on), Some(rows)) = (on, rows) else { continue };
            if !days.insert(on) {
                let fault = Fault::new(
                    FaultCode::DuplicateEntry,
                    item.place.clone(),
                    "two changes are of the same day",
                );
                let fault = fault.found(on).expected("one change a day, with all its passages");
                self.faults.push(fault);
                continue;
            }
            let faults_before = self.faults.len();
            let passages = self.passages(&rows, on, &weights, units);
            if self.faults.len() == faults_before {
                let lowest = lowest.get(&on).map_or(&[][..], Vec::as_slice);
                self.refuse_gaps(item, on, &passages, units, lowest);
            }
            changes.push(BoundaryChange { on, title, basis, weights, passages });
        }
        changes.sort_by_key(|change| change.on);
        changes
    }

    /// What the weights are called, and when they were taken.
    fn weights(&mut self, node: &Node) -> Vec<Weights> {
        let form = "ids and what they are, such as `population: {vintage: \"2019 census\"}`";
        let (entries, _) = self.section(node, "weights", form);
        let mut weights = Vec::new();
        for entry in entries {
            let Some(id) = self.key_id(entry) else { continue };
            if COLUMNS.contains(&id.as_str()) {
                let fault = Fault::new(
                    FaultCode::InvalidId,
                    entry.place.clone(),
                    "weights can't be called like this",
                );
                self.faults.push(fault.found(format!("`{id}`")));
            }
            let empty = Node { place: entry.value.place.clone(), value: Value::Map(Vec::new()) };
            let node = if entry.value.value == Value::Null { &empty } else { &entry.value };
            let Some(fields) = self.fields(node, &keys::WEIGHTS) else { continue };
            let vintage = self.value(&fields, &keys::WEIGHTS.vintage);
            let given_as = self.value_or_default(&fields, &keys::WEIGHTS.r#as);
            weights.push(Weights { id, vintage, given_as: given_as.unwrap_or_default() });
        }
        weights
    }

    fn passage_rows(
        &mut self,
        node: &Node,
        fields: &Fields<'_>,
        weights: &[Weights],
    ) -> Option<Vec<PassageRow>> {
        match (
            fields.get(&keys::CHANGE_OF_BOUNDARIES.table),
            fields.get(&keys::CHANGE_OF_BOUNDARIES.list),
        ) {
            (Some(table), None) => {
                let what = "table of passages";
                let (file, bytes) = self.beside_the_plan(table, what)?;
                let ids = weights.iter().map(|weights| weights.id.as_str());
                let columns: Vec<&str> = COLUMNS.into_iter().chain(ids.clone()).collect();
                let required: Vec<&str> = ["from"].into_iter().chain(ids).collect();
                let table = SideTable { file: &file, what, columns: &columns, required: &required };
                table.read(&bytes, &mut self.faults, |cells, faults| PassageRow {
                    place: cells.row(),
                    from: cells.required(0, "the code of the unit that ends", faults),
                    to: Ok(cells.text(1)),
                    within: Ok(cells.text(2)),
                    weights: (COLUMNS.len()..columns.len())
                        .map(|column| {
                            let Some(text) = cells.field(column) else { return Ok(None) };
                            let place = cells.place(column);
                            match exact::decimal(text) {
                                Some(number) => Ok(Some((place, number))),
                                None => {
                                    let fault = Fault::new(
                                        FaultCode::NotANumber,
                                        place,
                                        "this is no weight",
                                    )
                                    .found(format!("`{text}`"))
                                    .expected("a number");
                                    faults.push(match exact::number_hint(text) {
                                        Some(hint) => fault.hint(hint),
                                        None => fault,
                                    });
                                    Err(AlreadyReported)
                                }
                            }
                        })
                        .collect(),
                })
            }
            (None, Some(list)) => self.passage_list(list, weights),
            (None, None)
                if fields.is_misspelt(&keys::CHANGE_OF_BOUNDARIES.table)
                    || fields.is_misspelt(&keys::CHANGE_OF_BOUNDARIES.list) =>
            {
                None
            }
            (None, None) | (Some(_), Some(_)) => {
                let message = "the passages stand either in a table or in a list";
                self.faults.push(
                    Fault::new(FaultCode::ConflictingKeys, node.place.clone(), message)
                        .found(if fields.get(&keys::CHANGE_OF_BOUNDARIES.table).is_some() {
                            "both"
                        } else {
                            "neither"
                        })
                        .expected("either `table: changes.csv` or `list: [{from: a, to: b}]`"),
                );
                None
            }
        }
    }

    fn passage_list(&mut self, node: &Node, weights: &[Weights]) -> Option<Vec<PassageRow>> {
        let mut rows = Vec::new();
        let places: FxHashMap<&str, usize> =
            weights.iter().enumerate().map(|(at, weights)| (weights.id.as_str(), at)).collect();
        for item in self.list(node, "the passages", "passages such as {from: a, to: b}")? {
            let Some(fields) = self.fields(item, &keys::PASSAGE) else { continue };
            let mut row = PassageRow {
                place: item.place.clone(),
                from: self.unit_field(&fields, &keys::PASSAGE.from, Self::code),
                to: self.unit_field(&fields, &keys::PASSAGE.to, Self::code),
                within: self.unit_field(&fields, &keys::PASSAGE.within, Self::code),
                weights: vec![Ok(None); weights.len()],
            };
            if let Some(node) = fields.get(&keys::PASSAGE.weights) {
                let form = "ids and numbers, such as {population: 0.6}";
                for entry in self.section(node, "a passage's weights", form).0 {
                    match places.get(entry.key.as_str()).copied() {
                        Some(at) => {
                            let number = self.number(&entry.value, "a weight");
                            let place = entry.value.place.clone();
                            row.weights[at] =
                                number.map(|number| Some((place, number))).ok_or(AlreadyReported);
                        }
                        None => {
                            let ids = weights.iter().map(|weights| weights.id.as_str());
                            let fault = unknown(
                                FaultCode::UnknownId,
                                &entry.place,
                                "set of weights",
                                &entry.key,
                                ids,
                            );
                            self.faults.push(fault);
                        }
                    }
                }
            }
            rows.push(row);
        }
        Some(rows)
    }

    /// Links the rows to the units that end and begin on the day, and checks what they weigh.
    fn passages(
        &mut self,
        rows: &[PassageRow],
        on: NaiveDate,
        weights: &[Weights],
        units: &Units,
    ) -> Vec<Passage> {
        let mut linked: Vec<(&PassageRow, Passage)> = Vec::new();
        let mut pairs = FxHashSet::default();
        for row in rows {
            check_stop();
            let ends = |unit: &Unit| unit.valid_to == Some(on);
            let from = self.link(&row.from, on, units, ends, &format!("a unit that ends on {on}"));
            let begins = |unit: &Unit| unit.valid_from == Some(on);
            let is_valid = |unit: &Unit| unit.is_valid_on(on);
            let to = match (&row.to, &row.within) {
                (Ok(Some(_)), Ok(None)) => self
                    .link(&row.to, on, units, begins, &format!("a unit that begins on {on}"))
                    .map(Destination::Unit),
                (Ok(None), Ok(Some(_))) => self
                    .link(&row.within, on, units, is_valid, &format!("a unit valid on {on}"))
                    .map(Destination::Within),
                (Err(AlreadyReported), _) | (_, Err(AlreadyReported)) => None,
                (Ok(Some(_)), Ok(Some(_))) | (Ok(None), Ok(None)) => {
                    let fault = Fault::new(
                        FaultCode::ConflictingKeys,
                        row.place.clone(),
                        "a passage leads to one place",
                    );
                    let is_both = matches!(row.to, Ok(Some(_)));
                    self.faults.push(
                        fault.found(if is_both { "`to` and `within`" } else { "neither" }).expected(
                            "`to`, the unit that begins, or `within`, a unit above those it may be",
                        ),
                    );
                    None
                }
            };
            let (Some(from), Some(to)) = (from, to) else { continue };
            if !pairs.insert((from, to)) {
                let fault = Fault::new(
                    FaultCode::DuplicateEntry,
                    row.place.clone(),
                    "this passage stands twice",
                );
                self.faults.push(fault.expected("it once, with all that went over"));
            }
            let weights = row.weights.iter().map(|weight| weight.as_ref().ok()?.as_ref());
            let weights = weights.map(|weight| weight.map(|(_, number)| *number)).collect();
            linked.push((row, Passage { from, to, weights }));
        }
        if linked.len() == rows.len() {
            for (at, weights) in weights.iter().enumerate() {
                self.check_weights(at, weights, &linked, units);
            }
        }
        linked.into_iter().map(|(_, passage)| passage).collect()
    }

    fn link(
        &mut self,
        field: &PlacedField<String>,
        on: NaiveDate,
        units: &Units,
        fits: impl Fn(&Unit) -> bool,
        expected: &str,
    ) -> Option<UnitIndex> {
        let Ok(Some((place, code))) = field else { return None };
        let versions = units.versions(code);
        if versions.is_empty() {
            self.faults
                .push_with(|| unknown(FaultCode::UnknownUnit, place, "unit", code, units.ids()));
            return None;
        }
        let mut near = units.versions_near(code, on).iter().copied();
        let found = near.find(|unit| fits(&units[*unit]));
        if found.is_none() {
            self.faults.push_with(|| {
                let validities: Vec<String> =
                    versions.iter().map(|unit| units[*unit].validity()).collect();
                Fault::new(
                    FaultCode::OutsideValidity,
                    place.clone(),
                    "this unit takes no part in the change",
                )
                .found(format!("`{code}`, {}", validities.join(" and ")))
                .expected(expected)
                .hint("a unit whose boundaries change ends, and one of the same code may begin")
            });
        }
        found
    }

    /// Of each unit that ends, the weights are complete and, as shares, add up to 1.
    fn check_weights(
        &mut self,
        at: usize,
        weights: &Weights,
        linked: &[(&PassageRow, Passage)],
        units: &Units,
    ) {
        let mut by_unit: BTreeMap<UnitIndex, Vec<&(&PassageRow, Passage)>> = BTreeMap::new();
        for one in linked {
            by_unit.entry(one.1.from).or_default().push(one);
        }
        for (unit, passages) in by_unit {
            let given: Vec<_> = passages
                .iter()
                .filter_map(|(row, _)| row.weights[at].as_ref().ok()?.as_ref())
                .collect();
            let code = &units[unit].id;
            for (place, number) in &given {
                let is_share = weights.given_as == GivenAs::Shares;
                if *number < Decimal::ZERO || (is_share && *number > Decimal::ONE) {
                    let fault =
                        Fault::new(FaultCode::OutOfRange, place.clone(), "this is no weight")
                            .found(number);
                    self.faults.push(fault.expected(match weights.given_as {
                        GivenAs::Shares => "a share of the unit that ends, from 0 to 1",
                        GivenAs::Amounts => "an amount, 0 or more",
                    }));
                }
            }
            if given.is_empty() || passages.iter().any(|(row, _)| row.weights[at].is_err()) {
                continue;
            }
            if given.len() < passages.len() {
                let without =
                    passages.iter().filter(|(row, _)| matches!(row.weights[at], Ok(None)));
                for (row, _) in without {
                    let message = format!("this part of `{code}` has no weight");
                    self.faults.push(
                        Fault::new(FaultCode::WrongWeights, row.place.clone(), message)
                            .expected(format!("`{}`, which other parts of it have", weights.id)),
                    );
                }
                continue;
            }
            let sum: Decimal = given.iter().map(|(_, number)| *number).sum();
            let nearly = exact::decimal(NEARLY).unwrap_or_default();
            let message = match weights.given_as {
                GivenAs::Shares if (sum - Decimal::ONE).abs() > nearly => {
                    format!("the shares of `{code}` by {} don't add up to 1", weights.id)
                }
                GivenAs::Amounts if sum.is_zero() && given.len() > 1 => {
                    format!("the parts of `{code}` weigh nothing by {}", weights.id)
                }
                GivenAs::Shares | GivenAs::Amounts => continue,
            };
            let fault = Fault::new(FaultCode::WrongWeights, passages[0].0.place.clone(), message)
                .found(sum.normalize());
            self.faults.push(match weights.given_as {
                GivenAs::Shares => fault.expected("1"),
                GivenAs::Amounts => fault.expected("a sum above 0"),
            });
        }
    }

    /// Of each unit that ends or begins on the day and has none below it, it is told what became of it or what it
    /// came from.
    fn refuse_gaps(
        &mut self,
        change: &Node,
        on: NaiveDate,
        passages: &[Passage],
        units: &Units,
        lowest: &[UnitIndex],
    ) {
        let from: FxHashSet<UnitIndex> = passages.iter().map(|passage| passage.from).collect();
        let to: FxHashSet<Destination> = passages.iter().map(|passage| passage.to).collect();
        for index in lowest.iter().copied() {
            let unit = &units[index];
            let is_within = |above| to.contains(&Destination::Within(above));
            let gap = if unit.valid_to == Some(on) && !from.contains(&index) {
                ("ends", "says what became of it", "a passage from it")
            } else if unit.valid_from == Some(on)
                && !to.contains(&Destination::Unit(index))
                && !is_within(index)
                && !units.above(index).any(is_within)
            {
                ("begins", "says what it came from", "a passage to it")
            } else {
                continue;
            };
            let (ends, says, expected) = gap;
            let message = format!("unit `{}` {ends} on {on}, and no passage {says}", unit.id);
            self.faults.push(
                Fault::new(FaultCode::BoundaryGap, change.place.clone(), message)
                    .expected(expected),
            );
        }
    }

    /// The weights a measure names. Each change that divides units has to have them.
    pub(super) fn weights_id(&mut self, node: &Node, ground: &Ground) -> Option<String> {
        let id = self.text(node, "the id of weights")?;
        let units = &ground.units;
        if units.choice(id).is_none() {
            if ground.knows_units {
                let ids = units.weights().iter().map(String::as_str);
                self.faults.push(unknown(
                    FaultCode::UnknownId,
                    &node.place,
                    "set of weights",
                    id,
                    ids,
                ));
            }
            return None;
        }
        for at in ground.changes_without(id).iter() {
            self.faults.push_with(|| {
                let change = &units.changes()[*at];
                let known: Vec<&str> =
                    change.weights.iter().map(|weights| weights.id.as_str()).collect();
                let message = format!("the change of {} has no weights `{id}`", change.on);
                Fault::new(FaultCode::WrongWeights, node.place.clone(), message)
                    .found(if known.is_empty() { "none".to_owned() } else { known.join(", ") })
                    .expected("the same weights in every change that divides units")
            });
        }
        Some(id.to_owned())
    }

    /// What is divided by one another has to be shared out by weights of the same vintage.
    pub(super) fn refuse_mixed_vintages(&mut self, ground: &Ground, names: &Names<'_>) {
        let measures = &names.measures.things;
        let weights_of = |expression: &Expression| -> BTreeSet<Option<&str>> {
            let terms = expression.terms.iter().map(|term| &measures[term.measure.0]);
            terms.map(|measure| measure.apportion.as_deref()).collect()
        };
        // Many indicators are shared out by the same few weights.
        let mut known = FxHashMap::default();
        for (entry, formula) in &names.indicators.things {
            let sides = formula.as_ref().and_then(|formula| formula.facts().sides());
            let Some((above, below)) = sides else { continue };
            let of_sides = (weights_of(above), weights_of(below));
            let mixed = known
                .entry(of_sides)
                .or_insert_with_key(|(above, below)| mixed_vintages(ground, above, below));
            for (on, one, other) in mixed.iter() {
                self.faults.push_with(|| {
                    let told = |vintage: &Option<&str>| vintage.unwrap_or("none").to_owned();
                    let message = format!(
                        "numerator and denominator of `{}` would be shared out by weights of different vintages",
                        entry.key
                    );
                    Fault::new(FaultCode::InconsistentParts, entry.place.clone(), message)
                        .found(format!("{} and {}, on {on}", told(one), told(other)))
                        .expected("one vintage")
                        .hint("name weights of the same vintage with `apportion` of the measures")
                });
            }
        }
    }
}

/// The days of changes at which two sides would be shared out by different vintages, with both. A measure that names
/// no weights is shared out by the first.
fn mixed_vintages<'g>(
    ground: &'g Ground,
    above: &BTreeSet<Option<&str>>,
    below: &BTreeSet<Option<&str>>,
) -> Vec<(NaiveDate, Option<&'g str>, Option<&'g str>)> {
    let mixed_on = |change: &'g BoundaryChange| {
        let vintages = |side: &BTreeSet<Option<&str>>| -> Vec<Option<&'g str>> {
            let weights = side.iter().filter_map(|named| match named {
                Some(id) => change.weights.iter().find(|weights| weights.id == *id),
                None => change.weights.first(),
            });
            weights.map(|weights| weights.vintage.as_deref()).collect()
        };
        let (above, below) = (vintages(above), vintages(below));
        let mut pairs = above.iter().flat_map(|one| below.iter().map(move |other| (*one, *other)));
        let (one, other) = pairs.find(|(one, other)| one != other)?;
        Some((change.on, one, other))
    };
    ground.units.changes().iter().filter_map(mixed_on).collect()
}
