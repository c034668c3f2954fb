//! What the keys of a plan file mean: from the located tree to the checked model.
//!
//! Each function reads one kind of thing, and on a fault notes it and reads on, so that a plan's
//! faults all come out in one go. A thing with a fault is left out of the model; since any fault
//! refuses the plan, what is left out is never missed.
//!
//! | module | what it reads |
//! |---|---|
//! | [`fields`] | maps, lists and sections, whatever stands in them |
//! | [`values`] | single values: texts, codes, numbers, days, choices, ids |
//! | [`references`] | ids that refer to something declared elsewhere in the plan |
//! | [`windows`] | the calendar, windows, comparisons |
//! | [`goals`] | the forms of goals, and those that nothing can meet |
//! | [`units`], [`strata`], [`measures`], [`indicators`], [`campaigns`], [`targets`], [`combined`], [`standards`], [`scores`], [`awards`], [`models`], [`owners`] | the plan's sections, one each |
//! | [`boundaries`] | what became of units when boundaries changed |
//! | [`cascades`], [`versions`] | how a target is shared out, and how it changes on the way |
//! | [`certainty`] | how much counts vary by chance |
//! | [`outlooks`] | the path to a goal, and what a running window's outlook rests on |
//! | [`anchors`] | feasts that move windows |
//! | [`circles`] | things that refer to themselves, over however many steps |
//! | [`narrow`] | what `where` makes of measures and indicators |
//!
//! # Adding a section
//!
//! A section is a module here and has its place in three others:
//!
//! 1. its keys in `plan/keys/`, its own name among those of the plan: the schema and the reference follow from them;
//! 2. its reader in a module of its own, called from `Reader::plan` below after all that it refers
//!    to; if others refer to its things, they stand in [`Names`] and are looked up in [`references`];
//! 3. its way back into a document in `plan/write/`;
//! 4. what it becomes in `plan/`, as a field of `Inner`.

mod anchors;
mod awards;
mod boundaries;
mod campaigns;
mod cascades;
mod certainty;
mod circles;
mod combined;
mod fields;
mod goal_tables;
mod goals;
mod indicators;
mod measures;
mod models;
mod narrow;
mod outlooks;
mod owners;
mod references;
mod scores;
mod standards;
mod strata;
mod targets;
mod units;
mod values;
mod versions;
mod windows;

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use self::awards::Rewarded;
use self::fields::{Fields, is_nothing};
use self::units::Ground;
use super::document::{Entry, Node, Value, composed};
use super::keys;
use super::side_file::SideFiles;
use super::stratum::{Strata, Stratum};
use super::{Campaign, Declared, Formula, Inner, Measure, Score, Standard, Target, TargetWindow};
use crate::calendar::{Anchor, Every};
use crate::error::{Fault, FaultCode, Faults};

/// Reads a whole plan. `files` are the tables that it may name.
/// `faults` are those the document has already.
pub(super) fn plan(root: &Node, files: &SideFiles<'_>, faults: Faults) -> Result<Inner, Faults> {
    let mut reader = Reader { faults, files, anchors: Section::default() };
    let composed = composed(root, &mut reader.faults);
    let read = reader.plan(composed.as_ref().unwrap_or(root));
    match read {
        Some(inner) if reader.faults.is_empty() => Ok(inner),
        Some(_) | None => Err(reader.faults),
    }
}

struct Reader<'d> {
    faults: Faults,
    files: &'d SideFiles<'d>,
    /// The feasts by which windows may be moved.
    anchors: Section<Arc<Anchor>>,
}

/// The things of one section, in the order of the plan. Things are only ever added at the end.
struct Section<T> {
    things: Vec<T>,
    /// Whether all that is declared is here. If not, an id that isn't known is no fault of who refers to it.
    is_whole: bool,
    index: RefCell<Index>,
}

/// The places of things by their ids.
#[derive(Default)]
struct Index {
    places: FxHashMap<String, usize>,
    /// How many things it includes.
    things: usize,
}

impl<T> Section<T> {
    fn new(things: Vec<T>, is_whole: bool) -> Self {
        Section { things, is_whole, index: RefCell::default() }
    }
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Section::new(Vec::new(), true)
    }
}

impl<T: HasId> Section<T> {
    /// The place of the first thing with an id.
    fn place(&self, id: &str) -> Option<usize> {
        let mut index = self.index.borrow_mut();
        for (place, thing) in self.things.iter().enumerate().skip(index.things) {
            if let Some(id) = thing.id() {
                index.places.entry(id.to_owned()).or_insert(place);
            }
        }
        index.things = self.things.len();
        index.places.get(id).copied()
    }
}

/// What other parts of a plan refer to.
trait HasId {
    /// Its id; none if no other part of the plan can refer to it.
    fn id(&self) -> Option<&str>;
}

impl HasId for Measure {
    /// Outcomes name a reported indicator as their measure, formulas don't.
    fn id(&self) -> Option<&str> {
        (!self.reported).then_some(&self.id)
    }
}

impl<T> HasId for (&Entry, T) {
    fn id(&self) -> Option<&str> {
        Some(&self.0.key)
    }
}

impl HasId for Arc<Anchor> {
    fn id(&self) -> Option<&str> {
        Some(Anchor::id(self))
    }
}

macro_rules! has_id {
    ($($thing:ty),+) => {$(
        impl HasId for $thing {
            fn id(&self) -> Option<&str> {
                Some(&self.id)
            }
        }
    )+};
}

has_id!(Campaign, Score, Standard, Stratum, Target);

/// Everything that ids may refer to while a plan is read.
#[derive(Default)]
struct Names<'n> {
    strata: Section<Stratum>,
    measures: Section<Measure>,
    indicators: Section<(&'n Entry, Option<Formula>)>,
    campaigns: Section<Campaign>,
    /// Per stratum, the places of its categories.
    categories: Vec<FxHashMap<String, usize>>,
}

impl Reader<'_> {
    fn plan(&mut self, root: &Node) -> Option<Inner> {
        if is_nothing(root) {
            self.faults.push(
                Fault::new(FaultCode::EmptyInput, root.place.clone(), "the plan is empty")
                    .expected("keys and values, at least attain, plan and units"),
            );
            return None;
        }
        let fields = self.fields(root, &keys::PLAN)?;
        self.version(&fields);
        let id = self.required(&fields, &keys::PLAN.plan).and_then(|node| self.id(node));
        let title = self.value(&fields, &keys::PLAN.title);
        let note = self.value(&fields, &keys::PLAN.note);
        let calendar = fields
            .get(&keys::PLAN.calendar)
            .and_then(|node| self.calendar(node))
            .unwrap_or_default();
        let confidence = self.value_or_default(&fields, &keys::PLAN.confidence);
        let minimum_completeness = self.value(&fields, &keys::PLAN.minimum_completeness);
        let unmatched = self.value_or_default(&fields, &keys::PLAN.unmatched);
        let pace = self.pace(fields.get(&keys::PLAN.pace)).unwrap_or_default();
        let outlook = self.outlook(fields.get(&keys::PLAN.outlook), None);
        let certainty = self.certainty(fields.get(&keys::PLAN.certainty));
        let ground = self.required(&fields, &keys::PLAN.units);
        let ground = self.ground(ground);

        let mut names = Names::default();
        self.campaigns(&fields, &calendar, &ground, &mut names);
        self.strata(&fields, &mut names);
        self.measures(&fields, &ground, &mut names);
        let indicators = self.indicators(&fields, &calendar, &ground, &mut names);
        self.refuse_mixed_vintages(&ground, &names);
        let targets = self.targets(&fields, &calendar, &ground, &names);
        let combined = self.combined(&fields, &calendar, &names, &targets);
        let standards = self.standards(&fields, &calendar, &ground, &names);
        let scores = self.scores(&fields, &calendar, &ground, &names);
        let standards = Section::new(standards, true);
        let scores = Section::new(scores, true);
        let rewarded = Rewarded { standards: &standards, scores: &scores, targets: &targets };
        let awards = self.awards(&fields, &rewarded);
        let models = self.models(&fields, &calendar, &ground, &names);
        let owners = self.owners(&fields, &ground, &names, &targets);
        if !self.faults.is_empty() {
            return None;
        }
        let declared =
            Declared { measures: names.measures.things.len(), indicators: indicators.len() };
        let mut inner = Inner {
            id: id?,
            title,
            note,
            calendar,
            anchors: std::mem::take(&mut self.anchors.things),
            confidence: confidence?,
            minimum_completeness,
            unmatched: unmatched?,
            pace,
            outlook,
            certainty,
            units: ground.units,
            strata: Strata::new(names.strata.things),
            declared,
            measures: names.measures.things,
            indicators,
            campaigns: names.campaigns.things,
            targets: targets.things,
            combined,
            standards: standards.things,
            scores: scores.things,
            awards,
            models,
            owners,
            reporting_periods: Vec::new(),
        };
        self.narrow(&mut inner, root);
        self.refuse_cut_reports(&inner, root);
        if !self.faults.is_empty() {
            return None;
        }
        inner.reporting_periods = reporting_periods(&inner);
        Some(inner)
    }

    fn version(&mut self, fields: &Fields<'_>) {
        match fields.get(&keys::PLAN.attain) {
            Some(Node { value: Value::Number(version), .. }) if version == "1" => {}
            Some(node) => {
                let place = node.place.clone();
                let fault = Fault::new(
                    FaultCode::UnknownVersion,
                    place,
                    "this is not the version of the plan format",
                )
                .found(node.describe())
                .expected("the number 1");
                self.faults.push(match node.as_text() {
                    Some("1") => fault.hint("take the quotes away"),
                    _ => fault,
                });
            }
            None => {
                self.required(fields, &keys::PLAN.attain);
            }
        }
    }
}

/// For each measure, the period its reports are due for.
fn reporting_periods(inner: &Inner) -> Vec<Option<Every>> {
    let mut periods: Vec<Option<Every>> = vec![None; inner.measures.len()];
    for target in &inner.targets {
        let TargetWindow::Every { every, .. } = target.window else { continue };
        let judged = target.judged().into_iter();
        for measure in judged.flat_map(|indicator| inner.measures_of(indicator)) {
            let finest = periods[measure.0].map_or(every, |other| other.min(every));
            periods[measure.0] = Some(finest);
        }
    }
    for (period, measure) in periods.iter_mut().zip(&inner.measures) {
        *period = measure.every.or(*period);
    }
    periods
}
