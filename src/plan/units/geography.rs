//! The units of one day, and what each of them is made of on other days.
//!
//! Boundaries change: what was recorded of units that have ended is carried forward into those that came
//! after them, and what is recorded of new ones back into the old ones. The way leads through every change
//! between the two days; shares along it are multiplied, and those of several ways added. All of it is
//! exact: nothing is lost on the way, and a part has the ratios of its whole.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::Units;
use super::boundary::{BoundaryChange, Destination, GivenAs, Passage};
use crate::calendar::Window;
use crate::error::codes::codes;
use crate::exact::Exact;
use crate::plan::index::UnitIndex;

/// The units of one day.
#[derive(Debug, Clone)]
pub(crate) struct Geography {
    day: NaiveDate,
    /// Per unit of the table; none of one that is not valid on the day.
    members: Vec<Option<Member>>,
}

/// A unit of the day.
#[derive(Debug, Clone)]
struct Member {
    known: KnownDays,
    /// Per choice of weights what it is made of; none where it is itself all along.
    made_of: Vec<Option<Vec<Piece>>>,
}

/// The days on which it is known what a unit is made of.
#[derive(Debug, Clone, Copy, Default)]
struct KnownDays {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// A unit of whatever day, and how much of it went into another.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) unit: UnitIndex,
    /// A share of the unit; none where nobody says how much.
    pub(crate) share: Option<Exact>,
}

/// Which of a plan's weights are used: none, where a measure names none, for the first of each change.
pub(crate) type Choice = Option<usize>;

/// Where a unit's land lies on the day.
#[derive(Debug, Clone, Default)]
struct Whereabouts {
    parts: BTreeMap<UnitIndex, Option<Exact>>,
    /// The units somewhere below which more of it lies.
    within: Vec<UnitIndex>,
}

impl Whereabouts {
    fn whole(unit: UnitIndex) -> Self {
        Whereabouts { parts: BTreeMap::from([(unit, Some(Exact::ONE))]), within: Vec::new() }
    }

    /// Adds a share of what lies elsewhere.
    fn add(&mut self, other: &Whereabouts, share: Option<&Exact>) {
        for (unit, part) in &other.parts {
            let more = part.as_ref().zip(share).map(|(part, share)| part * share);
            self.parts
                .entry(*unit)
                .and_modify(|sum| *sum = sum.as_ref().zip(more.as_ref()).map(|(a, b)| a + b))
                .or_insert(more);
        }
        self.within.extend(&other.within);
    }

    /// What lies in one unit only lies there whole, whatever the shares on the way.
    fn settled(mut self) -> Self {
        if self.within.is_empty()
            && self.parts.len() == 1
            && let Some(mut only) = self.parts.first_entry()
        {
            only.insert(Some(Exact::ONE));
        }
        self
    }
}

/// Follows units through the changes.
struct Routes<'u> {
    units: &'u Units,
    day: NaiveDate,
    choice: Choice,
    /// The units that begin on a day, in the order of their table.
    begun: FxHashMap<NaiveDate, Vec<UnitIndex>>,
    /// Per unit, the change in which it ends, and that in which it begins.
    ends: Vec<Option<&'u BoundaryChange>>,
    begins: Vec<Option<&'u BoundaryChange>>,
    /// Per unit, the passages out of it and into it.
    out_of: Vec<Vec<&'u Passage>>,
    into: Vec<Vec<&'u Passage>>,
    found: Vec<Option<Whereabouts>>,
    /// Per unit, the first day of which it is told what it is made of, and the day after the last.
    from: Vec<Option<Option<NaiveDate>>>,
    to: Vec<Option<Option<NaiveDate>>>,
}

impl<'u> Routes<'u> {
    fn new(units: &'u Units, day: NaiveDate, choice: Choice) -> Self {
        let all = units.len();
        let mut begun: FxHashMap<NaiveDate, Vec<UnitIndex>> = FxHashMap::default();
        for (index, unit) in units.iter() {
            if let Some(day) = unit.valid_from {
                begun.entry(day).or_default().push(index);
            }
        }
        let mut routes = Routes {
            units,
            day,
            choice,
            begun,
            ends: vec![None; all],
            begins: vec![None; all],
            out_of: vec![Vec::new(); all],
            into: vec![Vec::new(); all],
            found: vec![None; all],
            from: vec![None; all],
            to: vec![None; all],
        };
        for change in units.changes() {
            for passage in &change.passages {
                routes.ends[passage.from.0] = Some(change);
                routes.out_of[passage.from.0].push(passage);
                for unit in routes.receivers(change, passage) {
                    routes.begins[unit.0] = Some(change);
                    routes.into[unit.0].push(passage);
                }
            }
        }
        routes
    }

    /// The units a passage leads into, or may lead into.
    fn receivers(&self, change: &BoundaryChange, passage: &Passage) -> Vec<UnitIndex> {
        match passage.to {
            Destination::Unit(unit) => vec![unit],
            Destination::Within(above) => {
                let level = self.units[passage.from].level;
                let begun = self.begun.get(&change.on).into_iter().flatten().copied();
                let is_receiver = |index: &UnitIndex| {
                    self.units[*index].level == level && self.units.is_within(*index, above)
                };
                begun.filter(is_receiver).collect()
            }
        }
    }

    /// Whether changes say what became of a unit, or what it came from.
    fn takes_part(&self, unit: UnitIndex) -> bool {
        self.ends[unit.0].is_some() || self.begins[unit.0].is_some()
    }

    /// Where a unit's land lies on the day.
    fn whereabouts(&mut self, unit: UnitIndex) -> Whereabouts {
        // A chain of changes may be longer than the stack is deep, so it is followed without recursion.
        let mut pending = vec![unit];
        while let Some(at) = pending.last().copied() {
            if self.found[at.0].is_none() {
                let next = self.next(at).into_iter();
                let unknown: Vec<UnitIndex> =
                    next.filter(|next| self.found[next.0].is_none()).collect();
                if !unknown.is_empty() {
                    pending.extend(unknown);
                    continue;
                }
                self.found[at.0] = Some(match self.direction(at) {
                    Direction::Here => Whereabouts::whole(at),
                    Direction::Forward => self.forward(at),
                    Direction::Back => self.back(at),
                });
            }
            pending.pop();
        }
        self.found[unit.0].clone().unwrap_or_default()
    }

    /// Where the way to the day leads from a unit.
    fn direction(&self, unit: UnitIndex) -> Direction {
        let validity = &self.units[unit];
        if validity.is_valid_on(self.day) {
            Direction::Here
        } else if validity.valid_to.is_some_and(|to| to <= self.day) {
            Direction::Forward
        } else {
            Direction::Back
        }
    }

    /// The next units on that way.
    fn next(&self, unit: UnitIndex) -> Vec<UnitIndex> {
        match self.direction(unit) {
            Direction::Here => Vec::new(),
            Direction::Forward => self.receivers_of(unit),
            Direction::Back => self.sources_of(unit),
        }
    }

    /// The units that a unit became, or may have become, when it ended.
    fn receivers_of(&self, unit: UnitIndex) -> Vec<UnitIndex> {
        let Some(change) = self.ends[unit.0] else { return Vec::new() };
        let passages = self.out_of[unit.0].iter();
        passages.flat_map(|passage| self.receivers(change, passage)).collect()
    }

    /// The units that a unit was made of when it began.
    fn sources_of(&self, unit: UnitIndex) -> Vec<UnitIndex> {
        self.into[unit.0].iter().map(|passage| passage.from).collect()
    }

    /// Adds a share of a unit that has been followed already.
    fn add_found(&self, sum: &mut Whereabouts, unit: UnitIndex, share: Option<&Exact>) {
        if let Some(found) = &self.found[unit.0] {
            sum.add(found, share);
        }
    }

    fn forward(&self, unit: UnitIndex) -> Whereabouts {
        let mut found = Whereabouts::default();
        let Some(change) = self.ends[unit.0] else { return found };
        let passages = &self.out_of[unit.0];
        for passage in passages {
            let share = match passage.to {
                Destination::Unit(_) => self.share(change, passage, passages),
                Destination::Within(above) => {
                    found.within.push(above);
                    None
                }
            };
            for receiver in self.receivers(change, passage) {
                self.add_found(&mut found, receiver, share.as_ref());
            }
        }
        found.settled()
    }

    fn back(&self, unit: UnitIndex) -> Whereabouts {
        let mut found = Whereabouts::default();
        let Some(change) = self.begins[unit.0] else { return found };
        let passages = &self.into[unit.0];
        let are_told = passages.iter().all(|one| matches!(one.to, Destination::Unit(_)));
        let is_amounts =
            self.column(change).is_some_and(|at| change.weights[at].given_as == GivenAs::Amounts);
        for passage in passages {
            let share = if !are_told {
                None
            } else if passages.len() == 1 {
                Some(Exact::ONE)
            } else if is_amounts {
                self.share(change, passage, passages)
            } else {
                None
            };
            self.add_found(&mut found, passage.from, share.as_ref());
        }
        if are_told { found.settled() } else { found }
    }

    /// Which of a change's weights are used.
    fn column(&self, change: &BoundaryChange) -> Option<usize> {
        match self.choice {
            None => (!change.weights.is_empty()).then_some(0),
            Some(choice) => {
                let id = &self.units.weights()[choice];
                change.weights.iter().position(|weights| weights.id == *id)
            }
        }
    }

    /// The share of one passage among several.
    fn share(&self, change: &BoundaryChange, passage: &Passage, all: &[&Passage]) -> Option<Exact> {
        if all.len() == 1 {
            return Some(Exact::ONE);
        }
        let at = self.column(change)?;
        let weight = |passage: &Passage| passage.weights[at].map(Exact::of_decimal);
        let mut sum = Exact::ZERO;
        for one in all {
            sum = sum + &weight(one)?;
        }
        (!sum.is_zero()).then_some(weight(passage)? / &sum)
    }

    /// The days of which it is told what a unit is made of: its own, and those before and after it as far
    /// as changes lead.
    fn known(&mut self, unit: UnitIndex) -> KnownDays {
        KnownDays { from: self.known_from(unit), to: self.known_to(unit) }
    }

    fn known_from(&mut self, unit: UnitIndex) -> Option<NaiveDate> {
        let mut pending = vec![unit];
        while let Some(at) = pending.last().copied() {
            if self.from[at.0].is_none() {
                let own = self.units[at].valid_from;
                let sources = if own.is_some() { self.sources_of(at) } else { Vec::new() };
                let mut earliest = None;
                let before = pending.len();
                for source in &sources {
                    match self.from[source.0] {
                        // None is earlier than any day.
                        Some(from) => earliest = earliest.max(Some(from)),
                        None => pending.push(*source),
                    }
                }
                if pending.len() > before {
                    continue;
                }
                self.from[at.0] = Some(earliest.unwrap_or(own));
            }
            pending.pop();
        }
        self.from[unit.0].flatten()
    }

    fn known_to(&mut self, unit: UnitIndex) -> Option<NaiveDate> {
        let mut pending = vec![unit];
        while let Some(at) = pending.last().copied() {
            if self.to[at.0].is_none() {
                let own = self.units[at].valid_to;
                let receivers = if own.is_some() { self.receivers_of(at) } else { Vec::new() };
                let mut latest: Option<NaiveDate> = None;
                let before = pending.len();
                for receiver in &receivers {
                    match self.to[receiver.0] {
                        // None is later than any day.
                        Some(to) => latest = latest.into_iter().chain(to).min(),
                        None => pending.push(*receiver),
                    }
                }
                if pending.len() > before {
                    continue;
                }
                self.to[at.0] = Some(if receivers.is_empty() { own } else { latest });
            }
            pending.pop();
        }
        self.to[unit.0].flatten()
    }
}

/// Where the way from a unit to a day leads.
enum Direction {
    /// The unit is valid on the day.
    Here,
    /// To the units that came after it.
    Forward,
    /// To the units that were before it.
    Back,
}

impl Geography {
    /// The units of a day. `choices` are the weights that measures name.
    pub(super) fn new(units: &Units, day: NaiveDate) -> Geography {
        let mut members: Vec<Option<Member>> = vec![None; units.len()];
        let choices = std::iter::once(None).chain((0..units.weights().len()).map(Some));
        for choice in choices {
            let mut routes = Routes::new(units, day, choice);
            let made_of = made_of(&mut routes);
            for (index, made_of) in made_of.into_iter().enumerate() {
                let unit = UnitIndex(index);
                if !units[unit].is_valid_on(day) {
                    continue;
                }
                let member = members[index].get_or_insert_with(|| Member {
                    known: known_with_below(&mut routes, unit, made_of.is_some()),
                    made_of: Vec::new(),
                });
                member.made_of.push(made_of);
            }
        }
        Geography { day, members }
    }

    /// The day whose units these are.
    pub(crate) fn day(&self) -> NaiveDate {
        self.day
    }

    /// What a unit is made of; none if it is itself all along, or not one of the day's.
    pub(crate) fn pieces(&self, unit: UnitIndex, choice: Choice) -> Option<&[Piece]> {
        let at = choice.map_or(0, |choice| choice + 1);
        self.members[unit.0].as_ref()?.made_of[at].as_deref()
    }

    /// Whether it is one of the day's units, and told what it is made of on all days of a window.
    pub(crate) fn is_known_throughout(&self, unit: UnitIndex, window: &Window) -> bool {
        self.members[unit.0].as_ref().is_some_and(|member| {
            member.known.from.is_none_or(|from| from <= window.start())
                && member.known.to.is_none_or(|to| window.end() <= to)
        })
    }

    /// Whether it is one of the day's units, and told what it is made of on some day of a window.
    pub(crate) fn is_known_during(&self, unit: UnitIndex, window: &Window) -> bool {
        self.members[unit.0].as_ref().is_some_and(|member| {
            member.known.from.is_none_or(|from| from < window.end())
                && member.known.to.is_none_or(|to| window.start() < to)
        })
    }
}

/// Per unit, what it is made of; none of one that is itself all along.
fn made_of(routes: &mut Routes<'_>) -> Vec<Option<Vec<Piece>>> {
    let units = routes.units;
    let mut own: Vec<Vec<Piece>> = vec![Vec::new(); units.len()];
    // The same of units above, made of those without any below.
    let mut above: Vec<Vec<Piece>> = vec![Vec::new(); units.len()];
    let mut is_changed = vec![false; units.len()];
    for (index, _) in units.iter() {
        let found = routes.whereabouts(index);
        for (unit, share) in &found.parts {
            own[unit.0].push(Piece { unit: index, share: share.clone() });
        }
        let is_lost = found.parts.is_empty() && found.within.is_empty();
        // Of a unit that no change tells of, nobody says that it left the unit above it.
        if is_lost || !units.children(index).is_empty() {
            continue;
        }
        let was_in: Vec<UnitIndex> = units.above(index).collect();
        let is_in = shares_above(units, &found);
        for (unit, share) in &is_in {
            let is_whole = share.as_ref() == Some(&Exact::ONE);
            is_changed[unit.0] |= !(is_whole && was_in.contains(unit));
        }
        for unit in was_in {
            is_changed[unit.0] |= !is_in.contains_key(&unit);
        }
        for (unit, share) in is_in {
            above[unit.0].push(Piece { unit: index, share });
        }
    }
    let all = own.into_iter().zip(above).enumerate();
    all.map(|(index, (own, above))| {
        let unit = UnitIndex(index);
        if units.children(unit).is_empty() || routes.takes_part(unit) {
            let is_itself = matches!(&own[..], [only] if only.unit == unit);
            (!is_itself).then_some(own)
        } else {
            is_changed[index].then_some(above)
        }
    })
    .collect()
}

/// The shares of a unit's land that lie in the units above those it lies in.
fn shares_above(units: &Units, found: &Whereabouts) -> BTreeMap<UnitIndex, Option<Exact>> {
    let mut shares: BTreeMap<UnitIndex, (Option<Exact>, usize)> = BTreeMap::new();
    for (part, share) in &found.parts {
        for unit in units.above(*part) {
            shares
                .entry(unit)
                .and_modify(|(sum, parts)| {
                    *sum = sum.as_ref().zip(share.as_ref()).map(|(sum, share)| sum + share);
                    *parts += 1;
                })
                .or_insert((share.clone(), 1));
        }
    }
    for within in &found.within {
        for unit in std::iter::once(*within).chain(units.above(*within)) {
            shares.entry(unit).or_insert((None, 0)).1 += 1;
        }
    }
    // All that is told to lie in it lies there whole, however it is shared out below.
    let all = found.parts.len() + found.within.len();
    let settled = shares
        .into_iter()
        .map(|(unit, (share, parts))| (unit, if parts == all { Some(Exact::ONE) } else { share }));
    settled.collect()
}

/// The days of which it is told what a unit is made of; of one that is made of those below it, the days
/// that all of these are known.
fn known_with_below(
    routes: &mut Routes<'_>,
    unit: UnitIndex,
    is_made_of_others: bool,
) -> KnownDays {
    let units = routes.units;
    if units.children(unit).is_empty() || routes.takes_part(unit) || !is_made_of_others {
        return routes.known(unit);
    }
    let mut known = KnownDays::default();
    let mut pending: Vec<UnitIndex> = units.children(unit).to_vec();
    while let Some(below) = pending.pop() {
        if !units[below].is_valid_on(routes.day) {
            continue;
        }
        if units.children(below).is_empty() {
            let more = routes.known(below);
            known.from = known.from.max(more.from);
            known.to = known.to.into_iter().chain(more.to).min();
        }
        pending.extend(units.children(below));
    }
    known
}

codes! {
    /// How a unit of one day stands to a unit of another.
    pub enum Relation as "relation of units" {
        /// It is the same unit, with the same land.
        Same = "same",
        /// It went over whole, and nothing else did: another name, code or parent.
        OneToOne = "one_to_one",
        /// It went over whole, with others.
        Whole = "whole",
        /// Part of it went over.
        Part = "part",
        /// Some of it may have gone over; nobody says how much.
        Unknown = "unknown",
        /// No change says where it went.
        Lost = "lost",
    }
}

/// A unit of one day and a unit of another into which it leads.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// The unit of the first day.
    pub from: UnitIndex,
    /// The unit of the other day; none where no change says where it went.
    pub to: Option<UnitIndex>,
    /// The share of the first unit that lies in the other, 0 to 1; none where nobody says.
    pub share: Option<f64>,
    /// How the two stand to each other.
    pub relation: Relation,
}

impl Units {
    /// Where each unit of one day lies on another day, before it or after it, in the order of the table; by
    /// the weights with this id, or the first of each change.
    ///
    /// Units that have others below them are left out unless a change names them: they are what these are.
    pub(in crate::plan) fn mapping(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        choice: Choice,
    ) -> Vec<Mapping> {
        let mut routes = Routes::new(self, to, choice);
        let chosen: Vec<UnitIndex> = self
            .iter()
            .filter(|(index, unit)| {
                unit.is_valid_on(from)
                    && (self.children(*index).is_empty() || routes.takes_part(*index))
            })
            .map(|(index, _)| index)
            .collect();
        let found: Vec<(UnitIndex, Whereabouts)> =
            chosen.into_iter().map(|unit| (unit, routes.whereabouts(unit))).collect();
        let mut sources: BTreeMap<UnitIndex, usize> = BTreeMap::new();
        for to in found.iter().flat_map(|(_, found)| found.parts.keys()) {
            *sources.entry(*to).or_default() += 1;
        }
        let mut rows = Vec::new();
        for (from, found) in found {
            if found.parts.is_empty() {
                rows.push(Mapping { from, to: None, share: None, relation: Relation::Lost });
            }
            for (to, share) in found.parts {
                let is_whole = share.as_ref() == Some(&Exact::ONE);
                let relation = match &share {
                    None => Relation::Unknown,
                    Some(_) if !is_whole => Relation::Part,
                    Some(_) if sources[&to] > 1 => Relation::Whole,
                    Some(_) if from == to => Relation::Same,
                    Some(_) => Relation::OneToOne,
                };
                let share = share.as_ref().map(Exact::float);
                rows.push(Mapping { from, to: Some(to), share, relation });
            }
        }
        rows
    }
}
