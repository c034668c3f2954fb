//! What was promised: units, measures, indicators, campaigns and targets.
//!
//! A [`Plan`] is read once, checked whole and never changes. The words of the plan file live in
//! [`document`] (the located tree) and `read` (what the keys mean); the model they become, one
//! subject a file, is what everything after this floor works with.

mod basis;
mod campaign;
mod cascade;
mod combined;
pub mod document;
mod expression;
mod goal;
mod indicator;
mod load;
mod measure;
mod read;
mod schema;
mod target;
mod unit;
mod unit_table;
mod write;

use std::sync::Arc;

pub use basis::Document;
pub use campaign::{Campaign, Deed, Task};
pub use cascade::{Cascade, ShareBy};
pub use combined::{Combined, Rule};
pub use expression::{Expression, Term};
pub use goal::{Amount, Goal, Reference};
pub use indicator::{Annualised, Better, ChangeAs, Formula, Indicator, IndicatorIndex, Variation};
pub use measure::{Measure, MeasureIndex, OverTime, OverUnits};
pub use schema::json_schema;
pub use target::{Milestone, Scope, Target, TargetWindow};
pub use unit::{LevelIndex, Unit, UnitIndex, Units};

use crate::calendar::{Anchor, Calendar, Every};

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
#[derive(Debug, Clone)]
pub struct Plan {
    inner: Arc<Inner>,
}

#[derive(Debug, PartialEq)]
struct Inner {
    id: String,
    title: Option<String>,
    note: Option<String>,
    calendar: Calendar,
    anchors: Vec<Arc<Anchor>>,
    confidence: f64,
    minimum_completeness: Option<f64>,
    units: Units,
    measures: Vec<Measure>,
    indicators: Vec<Indicator>,
    campaigns: Vec<Campaign>,
    targets: Vec<Target>,
    combined: Vec<Combined>,
    /// Per measure, the period its reports are due for; see [`Plan::reporting_period`].
    reporting_periods: Vec<Option<Every>>,
}

impl Inner {
    fn measures_of(&self, indicator: IndicatorIndex) -> Vec<MeasureIndex> {
        let both = |a: &Expression, b: &Expression| {
            a.terms.iter().chain(&b.terms).map(|term| term.measure).collect()
        };
        match &self.indicators[indicator.0].formula {
            Formula::Count(of) => of.terms.iter().map(|term| term.measure).collect(),
            Formula::Proportion { numerator, denominator, .. }
            | Formula::Ratio { numerator, denominator, .. } => both(numerator, denominator),
            Formula::Rate { numerator, population, .. } => both(numerator, population),
            Formula::Mean { of, per } => both(of, per),
            Formula::Change { of, .. } | Formula::ShareOfUnits { of, .. } => self.measures_of(*of),
            Formula::Reported { measure, .. } => vec![*measure],
        }
    }
}

impl PartialEq for Plan {
    /// Plans are equal when they promise the same; where they were read from does not matter.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) || self.inner == other.inner
    }
}

impl Plan {
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

    /// Below this completeness, in per cent, no row is judged; a target may say otherwise.
    pub fn minimum_completeness(&self) -> Option<f64> {
        self.inner.minimum_completeness
    }

    /// The administrative units.
    pub fn units(&self) -> &Units {
        &self.inner.units
    }

    /// The measures, in the order of the plan.
    pub fn measures(&self) -> &[Measure] {
        &self.inner.measures
    }

    /// The indicators, in the order of the plan.
    pub fn indicators(&self) -> &[Indicator] {
        &self.inner.indicators
    }

    /// The campaigns, in the order of the plan.
    pub fn campaigns(&self) -> &[Campaign] {
        &self.inner.campaigns
    }

    /// The targets, in the order of the plan.
    pub fn targets(&self) -> &[Target] {
        &self.inner.targets
    }

    /// What several targets are to reach together, in the order of the plan.
    pub fn combined(&self) -> &[Combined] {
        &self.inner.combined
    }

    /// The measure with this id. Reported indicators have one of the same id.
    pub fn measure(&self, id: &str) -> Option<MeasureIndex> {
        self.inner.measures.iter().position(|measure| measure.id == id).map(MeasureIndex)
    }

    /// The indicator with this id.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.inner.indicators.iter().find(|indicator| indicator.id == id)
    }

    /// The target with this id.
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.inner.targets.iter().find(|target| target.id == id)
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

    /// The period a measure's reports are due for: its own `every`, else the finest among the
    /// windows of the targets that use it.
    pub fn reporting_period(&self, measure: MeasureIndex) -> Option<Every> {
        self.inner.reporting_periods[measure.0]
    }
}

impl std::ops::Index<MeasureIndex> for Plan {
    type Output = Measure;
    fn index(&self, index: MeasureIndex) -> &Measure {
        &self.inner.measures[index.0]
    }
}

impl std::ops::Index<IndicatorIndex> for Plan {
    type Output = Indicator;
    fn index(&self, index: IndicatorIndex) -> &Indicator {
        &self.inner.indicators[index.0]
    }
}
