//! The true value of each unit, estimated from its counts and those of the other units.

mod rows;

pub use rows::PooledValue;

use crate::assess::Verdict;
use crate::error::Result;
use crate::report::{NamedWindow, PooledGroup, PooledRow, Report, no_such_window_of};
use crate::stats::pool::reliable_list;

/// The share of wrong verdicts in the list.
const WRONG: f64 = 0.05;

impl Report {
    /// The rows of a target with true values that are estimated from all counts, and a list of reliable verdicts.
    ///
    /// The value of a small unit is mostly chance. Partial pooling estimates how much units differ in truth, and draws
    /// each value towards those of the others, the more the fewer counts it has
    /// ([`stats::pool`](crate::stats::pool) has the method). All units that the target is for in a window are pooled, level
    /// by level, also those whose rows the report was filtered by. `window` is the name of a window, or a day in it; without
    /// it, all windows. The list is one of all rows of the table.
    ///
    /// Shares and rates are pooled as such. Counts are divided by the numbers of their goals: units of different sizes have
    /// different goals.
    ///
    /// A row of a share of units keeps the units counted as its value. `pooled` is the expected share of units whose true values meet
    /// their goal: the units that it counts are pooled. Given the distribution among units, the number that meets it is a sum of
    /// independent events (the Poisson binomial distribution); that this distribution is estimated makes the limits wider. `p_meets` is the probability that this share meets the goal.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let units: Vec<String> = (0..20).map(|i| format!("{{id: d{i}, level: district}}")).collect();
    /// let plan = Plan::from_yaml(&format!(r#"
    /// attain: 1
    /// plan: p
    /// units: {{levels: [district], list: [{}]}}
    /// measures: {{done: {{}}, due: {{}}}}
    /// indicators: {{share: {{proportion: {{numerator: done, denominator: due}}}}}}
    /// targets: {{t: {{indicator: share, goal: {{at_least: 80}}, window: "2024"}}}}
    /// "#, units.join(", ")))?;
    /// let mut tally = Tally::new(&plan);
    /// for i in 0..20 {
    ///     // The first has 7 of 10, the others 86 of 100.
    ///     let (done, due) = if i == 0 { (7.0, 10.0) } else { (86.0, 100.0) };
    ///     let year = || When::Period("2024".to_owned());
    ///     tally.record(&Outcome::new(format!("d{i}"), year(), "done", done))?;
    ///     tally.record(&Outcome::new(format!("d{i}"), year(), "due", due))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-12-31").unwrap())?;
    /// let small = &report.pooled("t", None)?[0];
    /// assert_eq!((small.value, small.verdict.code()), (Some(70.0), "missed"));
    /// // It most likely meets the goal.
    /// assert!(small.pooled.unwrap() > 80.0 && small.p_meets.unwrap() > 0.8);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target, or if the target has no such window.
    pub fn pooled(&self, target: &str, window: Option<&str>) -> Result<Vec<PooledValue>> {
        self.known_target(target)?;
        let named = window.map(|name| NamedWindow::of(self.plan(), self.as_of(), name));
        let mut assessor = self.assessor();
        assessor.cut();
        let is_wanted = |common: &crate::assess::Common<'_>| {
            common.target.id == target
                && named.as_ref().is_none_or(|named| named.names(common.target, &common.window))
        };
        if let Some(name) = window
            && !self.blocks().any(|(common, _)| is_wanted(&common))
        {
            return Err(no_such_window_of(target, name));
        }
        let groups = self.pooled_groups(&assessor, is_wanted, true);
        let mut rows: Vec<PooledValue> = groups
            .iter()
            .flat_map(|group| group.rows.iter().map(|row| self.pooled_value(group, row)))
            .collect();
        let wrong: Vec<f64> = rows.iter().map(|row| row.p_wrong.unwrap_or(f64::NAN)).collect();
        for (row, is_listed) in rows.iter_mut().zip(reliable_list(&wrong, WRONG)) {
            row.in_list = row.p_wrong.map(|_| is_listed);
        }
        Ok(rows)
    }

    fn pooled_value(&self, group: &PooledGroup<'_>, found: &PooledRow) -> PooledValue {
        let (common, units) = (&group.common, self.plan().units());
        let PooledRow { row, pooled, reason } = found;
        let unit = &units[row.unit()];
        let p_meets = pooled.filter(|_| reason.is_none()).and_then(|pooled| pooled.meets);
        let verdict = |p: f64| if p >= 0.5 { Verdict::Met } else { Verdict::Missed };
        let extremes = group.pool.as_ref().and_then(|pool| pool.extremes);
        PooledValue {
            target: common.target.id.clone(),
            stratum: common.stratum_of(row.category()),
            window_start: common.window.start(),
            window_end: common.window.end(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(group.level).to_owned(),
            numerator: row.numerator.get(),
            denominator: row.denominator.get(),
            value: row.value.get(),
            goal: common.target.goal.to_string(),
            goal_value: row.goal_value.get(),
            goal_upper: common.goal_upper(),
            verdict: row.verdict,
            pooled: pooled.map(|pooled| pooled.value),
            pooled_lower: pooled.map(|pooled| pooled.lower),
            pooled_upper: pooled.map(|pooled| pooled.upper),
            p_meets,
            pooled_verdict: p_meets.map(verdict),
            p_wrong: p_meets.map(|p| p.min(1.0 - p)),
            in_list: None,
            pooled_units: group.pool.as_ref().map(|pool| pool.units as i64),
            between_sd: group.pool.as_ref().map(|pool| pool.sd),
            p_least: extremes.map(|extremes| extremes.least),
            p_greatest: extremes.map(|extremes| extremes.greatest),
            reason: *reason,
        }
    }
}
