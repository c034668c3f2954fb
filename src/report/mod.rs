//! The rows of judgement and the views on them.
//!
//! * `explain`: why a row says what it says.
//! * `cascade`: a goal shared out among the units below.
//! * `effect`: what a campaign changed.
//! * `campaigns`, `combined`: where campaigns stand, their milestones, and goals over several indicators.
//! * `reconcile`: where a whole and its parts differ.
//! * [`scorecard`]: what the views show, made of a report by `views`.
//! * [`text`], [`page`]: the views, for a terminal, a notebook, a printer; `number` is how they print numbers.

mod bullet;
mod campaigns;
mod cascade;
mod combined;
mod effect;
mod explain;
pub mod number;
pub mod page;
mod reconcile;
#[cfg(test)]
mod samples;
pub mod scorecard;
pub mod text;
mod views;
mod wording;

use std::sync::OnceLock;

use chrono::NaiveDate;

pub use crate::assess::EffectRow;
pub use campaigns::{CampaignRow, MilestoneRow};
pub use cascade::{Cascade, Share, SumOfShares};
pub use combined::{Combined, CombinedPart, CombinedVerdict};
pub use explain::{Explanation, Input, Part};
pub use reconcile::Difference;

use crate::assess::{Assessment, Assessor, Block, Common, Row, Texts};
pub use crate::assess::{Certainty, Pace, Reason, Verdict};
use crate::error::{Error, Result, nearest};
use crate::plan::{Plan, UnitIndex};
use crate::tally::Tally;

/// The rows of judgement of a plan's targets on a tally, as of a day.
///
/// Rows stand in the order of the plan's targets, then of time, then of the table of units.
///
/// ```
/// use attain::{Outcome, Plan, Tally, When, calendar};
///
/// let plan = Plan::from_yaml(r#"
/// attain: 1
/// plan: tet
/// units: {levels: [city], list: [{id: "01", name: Hà Nội, level: city}]}
/// measures: {cases: {}, cleared: {}}
/// indicators: {clearance: {ratio: {numerator: cleared, denominator: cases}}}
/// targets:
///   at-least: {indicator: clearance, goal: {at_least: 75}, window: ["2024-02-08", "2024-02-15"]}
///   above:    {indicator: clearance, goal: {above: 75},    window: ["2024-02-08", "2024-02-15"]}
/// "#)?;
/// let mut tally = Tally::new(&plan);
/// let tet = When::Span {
///     start: calendar::date("2024-02-08").unwrap(),
///     end: calendar::date("2024-02-15").unwrap(),
/// };
/// tally.record(&Outcome::new("01", tet.clone(), "cases", 28.0))?;
/// tally.record(&Outcome::new("01", tet, "cleared", 21.0))?;
///
/// let report = plan.assess(&tally, calendar::date("2024-02-15").unwrap())?;
/// let verdicts: Vec<_> = report.rows().iter().map(|row| row.verdict.code()).collect();
/// assert_eq!(verdicts, ["met", "missed"]); // 21 of 28 is exactly 75 %.
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Report {
    plan: Plan,
    tally: Tally,
    as_of: NaiveDate,
    blocks: Vec<Block>,
    /// The rows with their texts, made when they are first asked for.
    rows: OnceLock<Vec<Assessment>>,
}

impl Plan {
    /// Judges every target for every unit and window on what was known at the end of a day.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the tally holds the outcomes of another plan, or was made
    /// [for other days](Plan::tally_for).
    pub fn assess(&self, tally: &Tally, as_of: NaiveDate) -> Result<Report> {
        if tally.plan() != self {
            return Err(Error::request(format!(
                "the tally holds outcomes of the plan `{}`, not of `{}`",
                tally.plan().id(),
                self.id()
            )));
        }
        tally.refuse_other_days(as_of)?;
        let blocks = Assessor::new(self, tally, as_of).assess_all();
        Ok(Report {
            plan: self.clone(),
            tally: tally.clone(),
            as_of,
            blocks,
            rows: OnceLock::new(),
        })
    }
}

/// Which rows to keep; what is not said is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The id of a target.
    pub target: Option<String>,
    /// A unit's code.
    pub unit: Option<String>,
    /// The name of a level.
    pub level: Option<String>,
    /// The id of a campaign.
    pub campaign: Option<String>,
    /// A verdict.
    pub verdict: Option<Verdict>,
}

impl Report {
    /// The rows. They are made of a more compact form when they are first asked for: whoever wants columns
    /// of millions, or only their number, does well not to ask.
    pub fn rows(&self) -> &[Assessment] {
        self.rows.get_or_init(|| {
            let texts = Texts::of(&self.plan);
            let blocks = self.blocks();
            blocks.flat_map(|(common, block)| common.assessments(&block.rows, &texts)).collect()
        })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.rows.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows in their compact form, with what those of a block have in common.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (Common<'_>, &Block)> {
        self.blocks.iter().map(|block| (Common::of(&self.plan, block, self.as_of), block))
    }

    /// The plan that was assessed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The day up to and including which outcomes were taken into account.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The report with some of its rows only.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such target, unit, level or campaign.
    pub fn filter(&self, filter: &Filter) -> Result<Report> {
        if let Some(id) = &filter.target {
            self.known_target(id)?;
        }
        if let Some(code) = &filter.unit {
            self.known_unit(code)?;
        }
        if let Some(name) = &filter.level
            && self.plan.units().level(name).is_none()
        {
            let levels = self.plan.units().levels().iter().map(String::as_str);
            return Err(unknown("level", name, levels));
        }
        if let Some(id) = &filter.campaign
            && self.plan.campaign(id).is_none()
        {
            let campaigns = self.plan.campaigns().iter().map(|campaign| campaign.id.as_str());
            return Err(unknown("campaign", id, campaigns));
        }
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted == found)
        };
        let units = self.plan.units();
        let blocks = self.blocks().filter_map(|(common, block)| {
            let keeps_all = is(&filter.target, &common.target.id)
                && is(&filter.campaign, common.campaign().unwrap_or_default());
            let keeps = |row: &&Row| {
                let unit = &units[row.unit()];
                is(&filter.unit, &unit.id)
                    && is(&filter.level, units.level_name(unit.level))
                    && filter.verdict.is_none_or(|verdict| verdict == row.verdict)
            };
            keeps_all.then(|| Block {
                rows: block.rows.iter().filter(keeps).cloned().collect(),
                ..*block
            })
        });
        Ok(Report {
            plan: self.plan.clone(),
            tally: self.tally.clone(),
            as_of: self.as_of,
            blocks: blocks.collect(),
            rows: OnceLock::new(),
        })
    }

    fn known_target(&self, id: &str) -> Result<()> {
        if self.plan.target(id).is_some() {
            return Ok(());
        }
        let targets = self.plan.targets().iter().map(|target| target.id.as_str());
        Err(unknown("target", id, targets))
    }

    fn known_unit(&self, code: &str) -> Result<&[UnitIndex]> {
        match self.plan.units().versions(code) {
            [] => Err(unknown("unit", code, self.plan.units().ids())),
            versions => Ok(versions),
        }
    }
}

#[cold]
fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let hint = match nearest(name, known) {
        Some(near) => format!(": did you mean `{near}`?"),
        None => String::new(),
    };
    Error::request(format!("the plan has no {what} `{name}`{hint}"))
}
