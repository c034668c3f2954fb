//! What was promised: units, measures, indicators, campaigns, targets, standards, scores and awards.
//!
//! A [`Plan`] is read once, checked whole and never changes. The words of the plan file live in
//! [`document`] (the located tree) and `read` (what the keys mean); the model they become, one
//! subject a file, is what all later layers work with.

mod award;
mod basis;
pub mod build;
mod campaign;
mod cascade;
mod certainty;
mod choices;
mod combined;
pub mod document;
mod expression;
pub mod formula;
mod goal;
mod index;
mod indicator;
mod keys;
mod load;
mod load_options;
mod measure;
mod models;
mod nodes;
mod outlook;
mod owner;
mod read;
mod schema;
mod score;
mod shape;
mod side_file;
mod side_table;
mod standard;
pub(crate) mod stratum;
mod target;
mod unit_table;
mod units;
pub(crate) mod warnings;
mod write;

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

pub use award::{Award, Eligibility, Quota, QuotaBase, Ties};
pub use basis::Document;
pub use campaign::{Campaign, Deed, Task};
pub use cascade::{Cascade, ShareBy};
pub use certainty::{CertaintyRules, DispersionRule};
pub use choices::{Annualised, Better, ChangeAs, ShareOfReports, Unmatched, Variation};
pub use combined::{Combined, Rule, RuleKind};
pub use expression::{Expression, Factor, Term};
pub use formula::Formula;
pub(crate) use goal::GoalNumber;
pub use goal::{Amount, Goal, Reference};
pub use index::{IndicatorIndex, LevelIndex, MeasureIndex, StandardIndex, StratumIndex, UnitIndex};
pub use indicator::Indicator;
#[cfg(test)]
pub(crate) use keys::reference;
pub use load_options::LoadOptions;
pub use measure::{Absent, Measure, OverTime, OverUnits, Range, RecordedDays};
pub use models::Models;
pub use outlook::{OutlookRules, PaceThresholds, Prior, Trajectory};
use owner::Offices;
pub use owner::{Duty, Owner};
pub(crate) use owner::{Office, OfficesOfWindow};
pub use schema::json_schema;
pub use score::{Deduction, Grade, Scale, Score, ScorePart};
pub use standard::{Criterion, Share, Standard, StandardVersion};
use stratum::Strata;
pub use stratum::{Selection, Stratum};
pub use target::{Milestone, Scope, Target, TargetWindow};
pub(crate) use units::Piece;
pub use units::{
    BoundaryChange, Destination, GivenAs, Mapping, Passage, Relation, Unit, Units, Weights,
};

use chrono::NaiveDate;

use crate::calendar::{Anchor, Calendar, Every};
use crate::error::{Error, FaultCode, Result};
use crate::stats::Confidence;

/// What was promised: read once, validated whole, immutable, cheap to clone.
///
/// ```
/// let plan = attain::Plan::from_yaml(r#"
/// attain: 1
/// plan: tet
/// units: {levels: [city], list: [{id: "01", name: Hà Nội, level: city}]}
/// measures: {cases: {}, cleared: {}}
/// indicators: {clearance: {ratio: {numerator: cleared, denominator: cases}}}
/// targets:
///   clearance-2023: {indicator: clearance, goal: {at_least: 75}, window: "2023"}
/// "#)?;
/// assert_eq!(plan.targets()[0].goal.to_string(), "at least 75");
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Clone)]
pub struct Plan {
    inner: Arc<Inner>,
    /// The file that it was read from.
    file: Option<Arc<Path>>,
    /// The files of its tables.
    tables: Arc<[PathBuf]>,
    /// What its owners answer for; looked up when it is first asked for.
    offices: Arc<OnceLock<Offices>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    id: String,
    title: Option<String>,
    note: Option<String>,
    calendar: Calendar,
    anchors: Vec<Arc<Anchor>>,
    confidence: f64,
    minimum_completeness: Option<f64>,
    unmatched: Unmatched,
    pace: PaceThresholds,
    outlook: OutlookRules,
    certainty: CertaintyRules,
    units: Units,
    strata: Strata,
    /// Those that the plan declares; behind them stand those that it narrows to categories.
    measures: Vec<Measure>,
    indicators: Vec<Indicator>,
    /// How many of both are declared.
    declared: Declared,
    campaigns: Vec<Campaign>,
    targets: Vec<Target>,
    standards: Vec<Standard>,
    scores: Vec<Score>,
    awards: Vec<Award>,
    models: Vec<Models>,
    combined: Vec<Combined>,
    owners: Vec<Owner>,
    /// Per measure, the period its reports are due for; see [`Plan::reporting_period`].
    reporting_periods: Vec<Option<Every>>,
}

/// How many measures and indicators a plan declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Declared {
    measures: usize,
    indicators: usize,
}

impl Inner {
    fn measures_of(&self, indicator: IndicatorIndex) -> Vec<MeasureIndex> {
        let facts = self.indicators[indicator.0].formula.facts();
        facts.rests_on().map_or_else(|| facts.measures(), |of| self.measures_of(of))
    }
}

/// How large the plan is: a plan of thousands of units would fill pages.
impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan")
            .field("id", &self.id())
            .field("units", &self.units().len())
            .field("targets", &self.targets().len())
            .finish_non_exhaustive()
    }
}

impl PartialEq for Plan {
    /// Plans are equal when they promise the same; where they were read from does not matter.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.inner == other.inner
    }
}

impl Plan {
    /// The files of the tables that it names, as they were read: its units and the changes of their boundaries.
    pub fn tables(&self) -> &[PathBuf] {
        &self.tables
    }

    /// All files that it was read from: its own, and those of its [tables](Plan::tables). A service that watches them knows
    /// when to read the plan again.
    pub fn files(&self) -> Vec<PathBuf> {
        let own = self.file.iter().map(|file| file.to_path_buf());
        own.chain(self.tables.iter().cloned()).collect()
    }

    /// The plan's id.
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The plan's title, or its id where it has none.
    pub fn title(&self) -> &str {
        self.inner.title.as_deref().unwrap_or(&self.inner.id)
    }

    /// What the plan's authors remark on it.
    pub fn note(&self) -> Option<&str> {
        self.inner.note.as_deref()
    }

    /// How the programme cuts time.
    pub fn calendar(&self) -> &Calendar {
        &self.inner.calendar
    }

    /// The feasts by which windows may be moved.
    pub fn anchors(&self) -> impl ExactSizeIterator<Item = &Anchor> {
        self.inner.anchors.iter().map(Arc::as_ref)
    }

    /// The confidence of intervals, a share of 1 (default 0.95).
    pub fn confidence(&self) -> f64 {
        self.inner.confidence
    }

    /// The same, as statistics take it. It was checked when the plan was read.
    pub(crate) fn confidence_level(&self) -> Confidence {
        Confidence::new(self.confidence()).unwrap_or(Confidence::P95)
    }

    /// Below this completeness, in per cent, no row is judged; a target may say otherwise.
    pub fn minimum_completeness(&self) -> Option<f64> {
        self.inner.minimum_completeness
    }

    /// What becomes of figures of a fraction without a counterpart; an indicator may say otherwise.
    pub fn unmatched(&self) -> Unmatched {
        self.inner.unmatched
    }

    /// From which share of what is expected a running window is ahead or on track; a target may say otherwise.
    pub fn pace(&self) -> PaceThresholds {
        self.inner.pace
    }

    /// What outlooks rest on; a target may say otherwise.
    pub fn outlook(&self) -> OutlookRules {
        self.inner.outlook
    }

    /// How much counts are taken to vary by chance; a target may say otherwise.
    pub fn certainty(&self) -> &CertaintyRules {
        &self.inner.certainty
    }

    /// The administrative units.
    pub fn units(&self) -> &Units {
        &self.inner.units
    }

    /// The plan as it is judged in the boundaries of one day: its units are those of that day in all windows, and
    /// outcomes recorded of units that ended before it or began after it are carried over, whole or shared
    /// out by the weights of the [changes](Units::changes). With `None`, each unit is judged on the days it is valid.
    ///
    /// Its targets are judged on [tallies](crate::Tally::in_geography) in the same boundaries.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: merger
    /// units:
    ///   levels: [city, commune]
    ///   list:
    ///     - {id: c, level: city}
    ///     - {id: a, level: commune, parent: c, valid_to: 2025-07-01}
    ///     - {id: b, level: commune, parent: c, valid_to: 2025-07-01}
    ///     - {id: ab, level: commune, parent: c, valid_from: 2025-07-01}
    ///   changes:
    ///     - {on: 2025-07-01, list: [{from: a, to: ab}, {from: b, to: ab}]}
    /// measures: {cases: {}}
    /// indicators: {crime: {count: cases}}
    /// targets: {fewer: {indicator: crime, goal: {at_most: 30}, window: "2024", units: {level: commune}}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("a", When::Period("2024".into()), "cases", 12.0))?;
    /// tally.record(&Outcome::new("b", When::Period("2024".into()), "cases", 8.0))?;
    ///
    /// let after = calendar::date("2025-07-01").unwrap();
    /// let report = plan.in_geography(Some(after)).assess(&tally.in_geography(Some(after)), after)?;
    /// let rows: Vec<_> = report.rows().iter().map(|row| (&*row.unit, row.value)).collect();
    /// assert_eq!(rows, [("ab", Some(20.0))]);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn in_geography(&self, day: Option<NaiveDate>) -> Plan {
        if self.units().geography() == day {
            return self.clone();
        }
        let mut inner = Inner::clone(&self.inner);
        inner.units = inner.units.in_geography(day);
        Plan { inner: Arc::new(inner), offices: Arc::default(), ..self.clone() }
    }

    /// Where the units of one day lie on another day, before it or after it: which stay, which map one to one, which
    /// are merged or divided, and by which shares. `weights` names those by which divided units are shared out; without
    /// it, they are the first of each change.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if no change has such weights.
    pub fn mapping(
        &self,
        from: NaiveDate,
        to: NaiveDate,
        weights: Option<&str>,
    ) -> Result<Vec<Mapping>> {
        let choice = match weights {
            None => None,
            Some(id) => Some(self.units().choice(id).ok_or_else(|| {
                let known = self.units().weights().join(", ");
                let known = if known.is_empty() { "none" } else { &known };
                Error::request(FaultCode::UnknownId, format!(
                    "the plan has no weights `{id}`; those of its changes of boundaries: {known}"
                ))
            })?),
        };
        Ok(self.units().mapping(from, to, choice))
    }

    /// The strata by which outcomes may be split, in the order of the plan.
    ///
    /// ```
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, strata: {sex: [f, m]},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// assert_eq!((plan.strata()[0].id.as_str(), &plan.strata()[0].categories[..]), ("sex", &["f".into(), "m".into()][..]));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn strata(&self) -> &[Stratum] {
        self.inner.strata.all()
    }

    /// The strata, and the numbers of their combinations.
    pub(crate) fn combinations(&self) -> &Strata {
        &self.inner.strata
    }

    /// The measures, in the order of the plan.
    pub fn measures(&self) -> &[Measure] {
        &self.inner.measures[..self.inner.declared.measures]
    }

    /// The declared measures, and after them those narrowed to categories, which targets and indicators ask for.
    pub(crate) fn all_measures(&self) -> &[Measure] {
        &self.inner.measures
    }

    /// The measure that outcomes name: itself, or the one that it is narrowed from.
    pub(crate) fn recorded(&self, measure: MeasureIndex) -> MeasureIndex {
        self[measure].narrowed.as_ref().map_or(measure, |narrowed| narrowed.measure)
    }

    /// The indicators, in the order of the plan.
    pub fn indicators(&self) -> &[Indicator] {
        &self.inner.indicators[..self.inner.declared.indicators]
    }

    /// The declared indicators, and after them those narrowed to categories.
    pub(crate) fn all_indicators(&self) -> &[Indicator] {
        &self.inner.indicators
    }

    /// The campaigns, in the order of the plan.
    pub fn campaigns(&self) -> &[Campaign] {
        &self.inner.campaigns
    }

    /// The targets, in the order of the plan. One that is split `by` strata stands there once for each of their
    /// categories, one after the other.
    pub fn targets(&self) -> &[Target] {
        &self.inner.targets
    }

    /// The standards, in the order of the plan.
    pub fn standards(&self) -> &[Standard] {
        &self.inner.standards
    }

    /// The scores, in the order of the plan.
    pub fn scores(&self) -> &[Score] {
        &self.inner.scores
    }

    /// The offices that answer for targets and units, in the order of the plan.
    pub fn owners(&self) -> &[Owner] {
        &self.inner.owners
    }

    /// The sets of models, in the order of the plan.
    pub fn models(&self) -> &[Models] {
        &self.inner.models
    }

    /// The awards, in the order of the plan.
    pub fn awards(&self) -> &[Award] {
        &self.inner.awards
    }

    /// What several targets are to reach together, in the order of the plan.
    pub fn combined(&self) -> &[Combined] {
        &self.inner.combined
    }

    /// The measure with this id. Reported indicators have one of the same id.
    pub fn measure(&self, id: &str) -> Option<MeasureIndex> {
        self.measures().iter().position(|measure| measure.id == id).map(MeasureIndex)
    }

    /// The indicator with this id.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators().iter().find(|indicator| indicator.id == id)
    }

    /// The target with this id; of one that is split by strata, that of the first category.
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.inner.targets.iter().find(|target| target.id == id)
    }

    /// The standard with this id.
    pub fn standard(&self, id: &str) -> Option<&Standard> {
        self.inner.standards.iter().find(|standard| standard.id == id)
    }

    /// The score with this id.
    pub fn score(&self, id: &str) -> Option<&Score> {
        self.inner.scores.iter().find(|score| score.id == id)
    }

    /// The award with this id.
    pub fn award(&self, id: &str) -> Option<&Award> {
        self.inner.awards.iter().find(|award| award.id == id)
    }

    /// The campaign with this id.
    pub fn campaign(&self, id: &str) -> Option<&Campaign> {
        self.inner.campaigns.iter().find(|campaign| campaign.id == id)
    }

    /// Whether a campaign is another one or part of it; both by their places.
    pub(crate) fn is_part_of(&self, part: usize, whole: usize) -> bool {
        let mut at = Some(part);
        while let Some(campaign) = at {
            if campaign == whole {
                return true;
            }
            at = self.campaigns()[campaign].part_of;
        }
        false
    }

    /// The measures an indicator rests on, each as often as it is named.
    pub fn measures_of(&self, indicator: IndicatorIndex) -> Vec<MeasureIndex> {
        self.inner.measures_of(indicator)
    }

    /// An indicator, the one that its change or share of units is of, and so on down to one that is computed from measures.
    pub(crate) fn down_to_measures(
        &self,
        indicator: IndicatorIndex,
    ) -> impl Iterator<Item = IndicatorIndex> {
        std::iter::successors(Some(indicator), |indicator| {
            self[*indicator].formula.facts().rests_on()
        })
    }

    /// The period a measure's reports are due for: its own `every`, else the finest among the
    /// windows of the targets that use it.
    pub fn reporting_period(&self, measure: MeasureIndex) -> Option<Every> {
        self.inner.reporting_periods[measure.0]
    }
}

/// Indexes come from a plan and count its things: that of another plan names another measure, or panics where there are
/// fewer. Across plans, look ids up.
impl std::ops::Index<MeasureIndex> for Plan {
    type Output = Measure;
    fn index(&self, index: MeasureIndex) -> &Measure {
        &self.inner.measures[index.0]
    }
}

/// Indexes come from a plan and count its things: that of another plan names another standard, or panics where there are
/// fewer. Across plans, look ids up.
impl std::ops::Index<StandardIndex> for Plan {
    type Output = Standard;
    fn index(&self, index: StandardIndex) -> &Standard {
        &self.inner.standards[index.0]
    }
}

/// Indexes come from a plan and count its things: that of another plan names another stratum, or panics where there are
/// fewer. Across plans, look ids up.
impl std::ops::Index<StratumIndex> for Plan {
    type Output = Stratum;
    fn index(&self, index: StratumIndex) -> &Stratum {
        &self.strata()[index.0]
    }
}

/// Indexes come from a plan and count its things: that of another plan names another indicator, or panics where there are
/// fewer. Across plans, look ids up.
impl std::ops::Index<IndicatorIndex> for Plan {
    type Output = Indicator;
    fn index(&self, index: IndicatorIndex) -> &Indicator {
        &self.inner.indicators[index.0]
    }
}
