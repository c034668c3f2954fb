//! What was promised: units, measures, indicators, campaigns and targets.
//!
//! A [`Plan`] is read once, checked whole and never changes. The words of the plan file live in
//! [`document`] (the located tree) and `read` (what the keys mean); the model they become, one
//! subject a file, is what everything after this floor works with.

mod basis;
mod boundary;
mod campaign;
pub mod document;
mod expression;
mod geography;
mod goal;
mod indicator;
mod load;
mod measure;
mod read;
mod schema;
mod side_table;
mod target;
mod unit;
mod unit_table;
mod write;

use std::sync::Arc;

pub use basis::Document;
pub use boundary::{BoundaryChange, Destination, GivenAs, Passage, Weights};
pub use campaign::Campaign;
pub use expression::{Expression, Term};
pub(crate) use geography::Piece;
pub use geography::{Mapping, Relation};
pub use goal::{Amount, Goal, Reference};
pub use indicator::{Annualised, Better, ChangeAs, Formula, Indicator, IndicatorIndex, Variation};
pub use measure::{Measure, MeasureIndex, OverTime, OverUnits};
pub use schema::json_schema;
pub use target::{Scope, Target, TargetWindow};
pub use unit::{LevelIndex, Unit, UnitIndex, Units};

use chrono::NaiveDate;

use crate::calendar::{Calendar, Every};
use crate::error::{Error, Result};

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

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    id: String,
    title: Option<String>,
    note: Option<String>,
    calendar: Calendar,
    confidence: f64,
    minimum_completeness: Option<f64>,
    units: Units,
    measures: Vec<Measure>,
    indicators: Vec<Indicator>,
    campaigns: Vec<Campaign>,
    targets: Vec<Target>,
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
        Plan { inner: Arc::new(inner) }
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
                Error::request(format!(
                    "the plan has no weights `{id}`; those of its changes of boundaries: {known}"
                ))
            })?),
        };
        Ok(self.units().mapping(from, to, choice))
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
