//! A target shared out among the units below.

use chrono::NaiveDate;
use serde::Serialize;

mod apportion;
mod compute;

pub(super) use compute::shares;

use crate::assess::{Assessor, Comparator, Reason, Verdict};
use crate::error::codes::codes;
use crate::error::{Error, FaultCode, Result};
use crate::exact::{Bound, Exact};
use crate::plan::{ShareBy, Target};
use crate::report::Report;
use crate::view::View;
use compute::{Shared, SharesOf};

/// A target's goal shared out among the units below, and whether the shares add up; made by
/// [`Report::cascade`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Cascade {
    /// The goal of each unit and what the unit made of it: the target's own units with the goal as it
    /// was stated, each followed by those below it.
    pub shares: Vec<Share>,
    /// For each unit with units below it, what their goals add up to.
    pub sums: Vec<SumOfShares>,
}

codes! {
    /// Where the goal of a unit comes from.
    pub enum GoalSource as "source of a goal" {
        /// The plan states it.
        Stated = "stated",
        /// It is the same as that of the unit above.
        Same = "same",
        /// It is an equal share.
        Equal = "equal",
        /// It is a share in proportion to a measure.
        Proportional = "proportional",
        /// The plan lists the shares.
        Explicit = "explicit",
    }
}

impl GoalSource {
    fn of(by: &ShareBy) -> Self {
        match by {
            ShareBy::Same => GoalSource::Same,
            ShareBy::Equal => GoalSource::Equal,
            ShareBy::Proportional { .. } => GoalSource::Proportional,
            ShareBy::Explicit(_) => GoalSource::Explicit,
        }
    }
}

codes! {
    /// How a quota was made a whole number.
    pub enum QuotaRounding as "rounding" {
        /// Rounded up.
        Up = "up",
        /// Rounded down.
        Down = "down",
        /// Left as it is.
        None = "none",
    }
}

codes! {
    /// How the goals of a unit's children compare with the unit's own.
    pub enum SumFinding as "finding" {
        /// They add up to it.
        Agrees = "agrees",
        /// They add up to less.
        Short = "short",
        /// They add up to more.
        Beyond = "beyond",
    }
}

/// The goal of one unit in one window, and what the unit made of it.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "cascade_shares")]
#[non_exhaustive]
pub struct Share {
    /// The target's id.
    pub target: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// The code of the unit whose goal this is a share of; none for the target's own units.
    pub parent: Option<String>,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// Whether the window has closed.
    #[view(rename = "final")]
    pub is_final: bool,
    /// Where the goal comes from.
    pub by: GoalSource,
    /// What the share is in proportion to: the measure's value, or 1 for equal shares.
    pub weight: Option<f64>,
    /// The share before it is rounded to a whole number.
    pub quota: Option<f64>,
    /// `up` or `down` where the quota was made a whole number by largest remainder, `none` where it
    /// was left as it is.
    pub rounded: Option<QuotaRounding>,
    /// How the value compares with the number where the goal is met.
    pub comparator: Option<Comparator>,
    /// The number the value has to reach or keep below; the lower one of a `between`.
    pub goal_value: Option<f64>,
    /// The indicator's value for the unit itself.
    pub value: Option<f64>,
    /// Distance to the goal, positive on the good side.
    pub gap: Option<f64>,
    /// Share of the due reports that were made, in per cent.
    pub completeness: Option<f64>,
    /// What the figures say of the unit against its share.
    pub verdict: Verdict,
    /// Why the unit has no share or can't be judged.
    pub reason: Option<Reason>,
}

/// What the goals of a unit's children add up to, beside the unit's own, which they never replace.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "cascade_sums")]
#[non_exhaustive]
pub struct SumOfShares {
    /// The target's id.
    pub target: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// How many children the unit has.
    pub children: i64,
    /// How many of them have no share.
    pub without_share: i64,
    /// The unit's own goal; of counts, the whole number that says the same.
    pub whole: Option<f64>,
    /// What the children's goals add up to.
    pub parts: Option<f64>,
    /// whole − parts.
    pub difference: Option<f64>,
    /// `agrees`; `short` where the parts add up to less than the whole, `beyond` where to more.
    pub finding: Option<SumFinding>,
    /// Why there is no difference, or why a child has no share.
    pub reason: Option<Reason>,
}

impl Report {
    /// How a target's goal is shared out among the units below, and what each made of its share.
    ///
    /// ```
    /// use attain::views::SumFinding;
    /// use attain::{Plan, Tally, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: models
    /// units: {levels: [city, district], list: [{id: c, level: city},
    ///   {id: d1, level: district, parent: c}, {id: d2, level: district, parent: c},
    ///   {id: d3, level: district, parent: c}]}
    /// measures: {models: {}}
    /// indicators: {kept: {count: models}}
    /// targets:
    ///   models-2023:
    ///     {indicator: kept, goal: {at_least: 100}, window: "2023", cascade: {to: district, by: equal}}
    /// "#)?;
    /// let report = plan.assess(&Tally::new(&plan), calendar::date("2023-12-31").unwrap())?;
    /// let cascade = report.cascade("models-2023")?;
    /// let goals: Vec<f64> = cascade.shares.iter().filter_map(|share| share.goal_value).collect();
    /// assert_eq!(goals, [100.0, 34.0, 33.0, 33.0]);
    /// assert_eq!(cascade.sums[0].finding, Some(SumFinding::Agrees));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such target, or does not share it out.
    pub fn cascade(&self, target: &str) -> Result<Cascade> {
        self.known_target(target)?;
        let found = self.plan().target(target).and_then(|one| Some((one, one.cascade.as_ref()?)));
        let Some((target, shared)) = found else {
            return Err(Error::request(
                FaultCode::UnsuitableTarget,
                format!("the target `{target}` is not shared out: it has no `cascade`"),
            ));
        };
        let mut assessor = self.assessor();
        assessor.cut_for(|assessor| {
            shares(assessor, target);
        });
        let (rows, sums) = shares(&assessor, target);
        let by = GoalSource::of(&shared.by);
        Ok(Cascade {
            shares: rows.iter().map(|row| self.share(target, by, row)).collect(),
            sums: sums.iter().map(|sum| self.sum_of_shares(target, sum)).collect(),
        })
    }

    fn share(&self, target: &Target, by: GoalSource, row: &Shared) -> Share {
        let units = self.plan().units();
        let unit = &units[row.unit];
        let numbers = row.bounds.as_ref().map(|bounds| bounds.numbers().0);
        let rounded =
            row.quota.as_ref().zip(numbers).map(|(quota, share)| match share.cmp(quota) {
                std::cmp::Ordering::Less => QuotaRounding::Down,
                std::cmp::Ordering::Equal => QuotaRounding::None,
                std::cmp::Ordering::Greater => QuotaRounding::Up,
            });
        Share {
            target: target.id.clone(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(unit.level).to_owned(),
            parent: row.parent.map(|parent| units[parent].id.clone()),
            window_start: row.window.start(),
            window_end: row.window.end(),
            is_final: row.window.to_date(self.as_of()) == Some(row.window),
            by: if row.parent.is_some() { by } else { GoalSource::Stated },
            weight: row.weight.as_ref().map(Exact::float),
            quota: row.quota.as_ref().map(Exact::float),
            rounded,
            comparator: row.bounds.as_ref().map(Bound::comparator),
            goal_value: numbers.map(Exact::float),
            value: row.value.as_ref().map(Exact::float),
            gap: row.bounds.as_ref().zip(row.value.as_ref()).map(|(goal, value)| goal.gap(value)),
            completeness: row.completeness,
            verdict: row.verdict,
            reason: row.reason,
        }
    }

    fn sum_of_shares(&self, target: &Target, sum: &SharesOf) -> SumOfShares {
        let units = self.plan().units();
        let unit = &units[sum.unit];
        let difference =
            sum.whole.as_ref().zip(sum.parts.as_ref()).map(|(whole, parts)| whole - parts);
        SumOfShares {
            target: target.id.clone(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(unit.level).to_owned(),
            window_start: sum.window.start(),
            window_end: sum.window.end(),
            // No table of units is that long.
            children: sum.children as i64,
            without_share: sum.without_share as i64,
            whole: sum.whole.as_ref().map(Exact::float),
            parts: sum.parts.as_ref().map(Exact::float),
            finding: difference.as_ref().map(|difference| {
                if difference.is_zero() {
                    SumFinding::Agrees
                } else if difference.is_positive() {
                    SumFinding::Short
                } else {
                    SumFinding::Beyond
                }
            }),
            difference: difference.as_ref().map(Exact::float),
            reason: sum.reason,
        }
    }
}

/// Prepares the shares of all targets.
pub(super) fn prepare(assessor: &Assessor<'_>) {
    for target in assessor.plan.targets() {
        shares(assessor, target);
    }
}
