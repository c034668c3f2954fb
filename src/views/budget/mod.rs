//! How much of what a goal allows, or requires, is used up while its window runs.

use chrono::{Days, NaiveDate};

use crate::assess::{Common, Row};
use crate::error::Result;
use crate::error::codes::codes;
use crate::report::Report;
use crate::view::View;

/// The relative difference below which two quotients are equal.
const LAST_DIGITS: f64 = 1e-9;

codes! {
    /// How the use of a limit stands.
    pub enum BudgetAlert as "alert" {
        /// More events than a ceiling allows.
        Exceeded = "exceeded",
        /// Under a ceiling, both burns are above 1.
        Alert = "alert",
        /// Under a ceiling, one of the burns is above 1.
        Watch = "watch",
        /// Under a ceiling, no burn is above 1.
        Calm = "calm",
        /// The goal of a floor is reached.
        Reached = "reached",
    }
}

codes! {
    /// Why a limit has no share that is used.
    pub enum BudgetReason as "reason of a budget" {
        /// A goal between two numbers has no single limit.
        TwoBounds = "two_bounds",
        /// No event is allowed or required.
        ZeroLimit = "zero_limit",
    }
}

/// The events of a target's running window for one unit, against those its goal allows or requires.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "budget")]
#[non_exhaustive]
pub struct BudgetRow {
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
    /// The goal in words.
    pub goal: String,
    /// Events so far.
    pub used: f64,
    /// Events at the window's end that just meet the goal, with the denominator expected by then; none for `between`.
    pub limit: Option<f64>,
    /// `limit` less `used`: still allowed under a ceiling, still needed for a floor.
    pub left: Option<f64>,
    /// How much of the denominator is expected to come; none where events are counted over time.
    pub denominator_left: Option<f64>,
    /// `used` ÷ `limit`, in per cent.
    pub used_share: Option<f64>,
    /// The share of the window's time that has passed, weighted as the trajectory says, in per cent.
    pub elapsed_share: f64,
    /// `used_share` ÷ `elapsed_share`: above 1, the limit is reached before the window ends.
    pub burn: Option<f64>,
    /// The same of the last part of the days so far alone: the last whole month, or week; of all days so far until three of
    /// these are over.
    pub recent_burn: Option<f64>,
    /// The day on which the limit is reached at the burn so far, if that is in the window and yet to come.
    pub exhausted_on: Option<NaiveDate>,
    /// How the use of the limit stands; null for a floor that is not reached, and without a limit.
    pub alert: Option<BudgetAlert>,
    /// The chance that the goal is met.
    pub chance: Option<f64>,
    /// Why there is no `used_share` and no burn: `two_bounds`, or `zero_limit`.
    pub reason: Option<BudgetReason>,
}

impl Report {
    /// How much of what a target's goal allows or requires is used up: a row for each unit and window that runs and
    /// whose value is made of events.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: roads
    /// units: {levels: [city], list: [{id: c, level: city}]}
    /// measures: {deaths: {}}
    /// indicators: {fatal: {count: deaths}}
    /// targets: {fewer: {indicator: fatal, goal: {at_most: 12}, window: "2023"}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// let day = |text| calendar::date(text).unwrap();
    /// let days = When::Span { start: day("2023-01-01"), end: day("2023-04-01") };
    /// tally.record(&Outcome::new("c", days, "deaths", 5.0))?;
    /// let report = plan.assess(&tally, day("2023-03-31"))?;
    ///
    /// let budget = &report.budget("fewer")?[0];
    /// assert_eq!((budget.limit, budget.left), (Some(12.0), Some(7.0)));
    /// assert_eq!(format!("{:.2}", budget.burn.unwrap()), "1.69"); // 5/12 of the deaths in 90/365 of the year
    /// assert_eq!(budget.exhausted_on, Some(day("2023-08-04"))); // 12/5 × 90 = 216 days
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target.
    pub fn budget(&self, target: &str) -> Result<Vec<BudgetRow>> {
        self.known_target(target)?;
        let blocks = self.blocks().filter(|(common, _)| common.target.id == target);
        let rows = blocks.flat_map(|(common, block)| block.rows().map(move |row| (common, row)));
        Ok(rows.filter_map(|(common, row)| self.budget_row(&common, &row)).collect())
    }

    fn budget_row(&self, common: &Common<'_>, row: &Row) -> Option<BudgetRow> {
        let events = row.projection.outlook.as_ref()?.events.as_ref()?;
        let limit = events.limit.get();
        // Where nothing is allowed there is nothing to be a share of.
        let share_of = |part: f64| limit.filter(|limit| *limit > 0.0).map(|limit| part / limit);
        let used_share = share_of(events.seen);
        let burn = used_share.map(|used| used / events.elapsed);
        let (seen, time) = events.recent;
        let recent_burn = share_of(seen).filter(|_| time > 0.0).map(|used| used / time);
        let is_floor = common.target.goal.is_floor();
        let alert = limit.and_then(|limit| {
            let is_fast = |burn: Option<f64>| burn.is_some_and(|burn| burn > 1.0);
            match (is_fast(burn), is_fast(recent_burn)) {
                _ if is_floor => (events.seen >= limit).then_some(BudgetAlert::Reached),
                _ if events.seen > limit => Some(BudgetAlert::Exceeded),
                (true, true) => Some(BudgetAlert::Alert),
                (true, false) | (false, true) => Some(BudgetAlert::Watch),
                (false, false) => Some(BudgetAlert::Calm),
            }
        });
        let unit = &self.plan().units()[row.unit()];
        Some(BudgetRow {
            target: common.target.id.clone(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: self.plan().units().level_name(unit.level).to_owned(),
            window_start: common.window.start(),
            window_end: common.window.end(),
            goal: common.target.goal.to_string(),
            used: events.seen,
            limit,
            left: limit.map(|limit| limit - events.seen),
            denominator_left: events.remaining.get(),
            used_share: used_share.map(|share| 100.0 * share),
            elapsed_share: 100.0 * events.elapsed,
            burn,
            recent_burn,
            exhausted_on: burn.and_then(|burn| self.exhausted_on(common, events.elapsed, burn)),
            alert,
            chance: row.projection.outlook.as_ref()?.chance.get(),
            reason: match (limit, used_share) {
                (None, _) => Some(BudgetReason::TwoBounds),
                (Some(_), None) => Some(BudgetReason::ZeroLimit),
                (Some(_), Some(_)) => None,
            },
        })
    }

    /// The limit is reached when 1 ÷ burn of the window's time has passed. What is left of that time is spread over
    /// the days that are left.
    fn exhausted_on(&self, common: &Common<'_>, elapsed: f64, burn: f64) -> Option<NaiveDate> {
        let reached = burn.recip();
        let next = common.window.to_date(self.as_of())?.end();
        let days_left = (common.window.end() - next).num_days();
        // A last digit does not make another day.
        let is_within = elapsed < reached && reached <= 1.0 + LAST_DIGITS;
        if !is_within || elapsed >= 1.0 || days_left <= 0 {
            return None;
        }
        let days = (reached - elapsed) / (1.0 - elapsed) * days_left as f64;
        let whole = (days - LAST_DIGITS * days.abs()).ceil().clamp(1.0, days_left as f64);
        next.checked_add_days(Days::new(whole as u64 - 1))
    }
}
