//! A target shared out among the units below.

mod apportion;
mod compute;
mod rows;

use serde::Serialize;

use crate::assess::Assessor;
use crate::error::{Error, FaultCode, Result};
use crate::exact::{Bound, Exact};
use crate::plan::{ShareBy, Target};
use crate::report::Report;
pub(super) use compute::shares;
use compute::{Shared, SharesOf};
pub use rows::{GoalSource, QuotaRounding, Share, SumFinding, SumOfShares};

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
            imputed: row.imputed,
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
