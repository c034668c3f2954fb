//! How much of what a goal allows, or requires, is used up (`docs/semantics.md`, 26c).

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use crate::assess::{Assessor, ClosedEvents, Common, EventBudget, Row, Settling, Verdict, chance};
use crate::error::Result;
use crate::error::codes::codes;
use crate::exact::Bound;
use crate::parallel::check_stop;
use crate::plan::IndicatorIndex;
use crate::report::{NamedWindow, Report, no_such_window_of};
use crate::view::View;

/// The relative difference below which two quotients are equal.
const LAST_DIGITS: f64 = 1e-9;

codes! {
    /// What a budget counts.
    pub enum BudgetCounts as "counts of a budget" {
        /// The numerator's events, of which a ceiling allows some.
        EventsAllowed = "events_allowed",
        /// The numerator's events, of which a floor requires some.
        EventsRequired = "events_required",
        /// What is in the denominator and not in the numerator, of which a floor of a proportion allows some.
        BadEventsAllowed = "bad_events_allowed",
    }
}

codes! {
    /// How the use of a limit stands.
    pub enum BudgetAlert as "alert" {
        /// More events than are allowed.
        Exceeded = "exceeded",
        /// Of events that are allowed, both burns are above 1.
        Alert = "alert",
        /// Of events that are allowed, one of the burns is above 1.
        Watch = "watch",
        /// Of events that are allowed, no burn is above 1.
        Calm = "calm",
        /// The window has closed, with no more events than were allowed.
        Kept = "kept",
        /// As many events as are required.
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

/// The events of a target's window for one unit, against those its goal allows or requires.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "budget")]
#[non_exhaustive]
pub struct BudgetRow {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
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
    /// What `used` and `limit` count; none for `between`.
    pub counts: Option<BudgetCounts>,
    /// Events so far, of those that `counts` says. A case whose event is expected to be recorded still is no bad event.
    pub used: f64,
    /// Events at the window's end that just meet the goal, with the denominator expected by then; none for `between`.
    pub limit: Option<f64>,
    /// `limit` less `used`: still allowed, or still required.
    pub left: Option<f64>,
    /// How much of the denominator is expected to come; none where events are counted over time.
    pub denominator_left: Option<f64>,
    /// `used` ÷ `limit`, in per cent.
    pub used_share: Option<f64>,
    /// The share of the window's time that has passed, weighted as the trajectory says, in per cent: 100 once the window has
    /// closed and every report is made.
    pub elapsed_share: f64,
    /// `used_share` ÷ `elapsed_share`, of a share with the events that are expected to be recorded still: above 1, the limit is reached before the window ends.
    pub burn: Option<f64>,
    /// The same of the last part of the days so far alone: the last whole month, or week; of all days so far until three of
    /// these are over. None of a window that has closed.
    pub recent_burn: Option<f64>,
    /// The day on which the limit is reached at the burn so far, if that is in the window and yet to come.
    pub exhausted_on: Option<NaiveDate>,
    /// How the use of the limit stands; null for events that are required and not reached, and without a limit.
    pub alert: Option<BudgetAlert>,
    /// The chance that the goal is met, as in the assessments.
    pub chance: Option<f64>,
    /// Why there is no `used_share` and no burn: `two_bounds`, or `zero_limit`.
    pub reason: Option<BudgetReason>,
}

impl Report {
    /// How much of what a target's goal allows or requires is used up: a row for each unit and window that has begun, where the
    /// value is judged and made of events. With `window` only of the window of this name, or the one that a day lies in; of rolling
    /// windows the one that ends with the day.
    ///
    /// A ceiling allows events, a floor requires them. A floor of a proportion whose denominator accumulates is an error budget: it
    /// allows bad events, which are in the denominator and not in the numerator.
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
    /// let budget = &report.budget("fewer", None)?[0];
    /// assert_eq!((budget.limit, budget.left), (Some(12.0), Some(7.0)));
    /// assert_eq!(format!("{:.2}", budget.burn.unwrap()), "1.69"); // 5/12 of the deaths in 90/365 of the year
    /// assert_eq!(budget.exhausted_on, Some(day("2023-08-04"))); // 12/5 × 90 = 216 days
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target, or it no such window.
    pub fn budget(&self, target: &str, window: Option<&str>) -> Result<Vec<BudgetRow>> {
        self.known_target(target)?;
        let named = window.map(|name| NamedWindow::of(self.plan(), self.as_of(), name));
        let is_meant = |common: &Common<'_>| {
            common.target.id == target
                && named.is_none_or(|named| named.names(common.target, &common.window))
        };
        let blocks: Vec<_> = self.blocks().filter(|(common, _)| is_meant(common)).collect();
        if let Some(name) = window.filter(|_| blocks.is_empty()) {
            return Err(no_such_window_of(target, name));
        }
        let mut assessor = self.assessor();
        assessor.cut_for(|preparing| {
            for (common, _) in blocks.iter().filter(|(common, _)| common.is_final) {
                let mut closed = ClosedBlock::of(preparing, *common);
                let categories = common.target.categories.iter().map(|(_, indicator)| *indicator);
                for indicator in std::iter::once(common.target.indicator).chain(categories) {
                    closed.events(indicator);
                }
            }
        });
        let mut rows = Vec::new();
        for (common, block) in blocks {
            check_stop();
            let mut closed = ClosedBlock::of(&assessor, common);
            rows.extend(block.rows().filter_map(|row| {
                let outlook = row.projection.outlook.as_deref();
                let budget = match outlook.and_then(|outlook| outlook.events.as_ref()) {
                    Some(budget) => budget.clone(),
                    // Only a window that has closed needs no outlook.
                    None if common.is_final && outlook.is_none() => closed.budget(&row)?,
                    None => return None,
                };
                Some(self.budget_row(&common, &row, &budget))
            }));
        }
        Ok(rows)
    }

    fn budget_row(&self, common: &Common<'_>, row: &Row, budget: &EventBudget) -> BudgetRow {
        let (used, limit) = (budget.against.used, budget.against.limit.get());
        // Where nothing is allowed there is nothing to be a share of.
        let share_of = |part: f64| limit.filter(|limit| *limit > 0.0).map(|limit| part / limit);
        let used_share = share_of(used);
        let burn = share_of(used + budget.late).map(|used| used / budget.elapsed);
        let recent = budget.recent.filter(|(_, time)| *time > 0.0);
        let recent_burn = recent.and_then(|(used, time)| Some(share_of(used)? / time));
        let counts = match common.target.goal.bounds(|_| ()) {
            Bound::Floor { .. } if budget.against.is_rest => Some(BudgetCounts::BadEventsAllowed),
            Bound::Floor { .. } => Some(BudgetCounts::EventsRequired),
            Bound::Ceiling { .. } => Some(BudgetCounts::EventsAllowed),
            Bound::Between { .. } => None,
        };
        let alert = counts.zip(limit).and_then(|(counts, limit)| {
            let is_fast = |burn: Option<f64>| burn.is_some_and(|burn| burn > 1.0);
            match (counts, is_fast(burn), is_fast(recent_burn)) {
                (BudgetCounts::EventsRequired, _, _) => {
                    (used >= limit).then_some(BudgetAlert::Reached)
                }
                _ if used > limit => Some(BudgetAlert::Exceeded),
                _ if budget.recent.is_none() => Some(BudgetAlert::Kept),
                (_, true, true) => Some(BudgetAlert::Alert),
                (_, true, false) | (_, false, true) => Some(BudgetAlert::Watch),
                (_, false, false) => Some(BudgetAlert::Calm),
            }
        });
        let settling = Settling::of(self.plan(), common.target, common.is_final);
        let is_settled = settling.is_settled(row.completeness.or_nan(), row.certainty);
        let unit = &self.plan().units()[row.unit()];
        BudgetRow {
            target: common.target.id.clone(),
            stratum: common.stratum_of(None),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: self.plan().units().level_name(unit.level).to_owned(),
            window_start: common.window.start(),
            window_end: common.window.end(),
            goal: common.target.goal.to_string(),
            counts,
            used,
            limit,
            left: limit.map(|limit| limit - used),
            denominator_left: budget.remaining.get(),
            used_share: used_share.map(|share| 100.0 * share),
            elapsed_share: 100.0 * budget.elapsed,
            burn,
            recent_burn,
            exhausted_on: burn.and_then(|burn| self.exhausted_on(common, budget.elapsed, burn)),
            alert,
            chance: chance(row.projection.chance(), is_settled, row.verdict).get(),
            reason: match (limit, used_share) {
                (None, _) => Some(BudgetReason::TwoBounds),
                (Some(_), None) => Some(BudgetReason::ZeroLimit),
                (Some(_), Some(_)) => None,
            },
        }
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

/// The rows of a target and a window that has closed.
struct ClosedBlock<'a> {
    assessor: &'a Assessor<'a>,
    common: Common<'a>,
    /// By the indicator that decides a row.
    categories: HashMap<IndicatorIndex, Option<ClosedEvents<'a>>>,
}

impl<'a> ClosedBlock<'a> {
    fn of(assessor: &'a Assessor<'a>, common: Common<'a>) -> Self {
        ClosedBlock { assessor, common, categories: HashMap::new() }
    }

    fn events(&mut self, indicator: IndicatorIndex) -> Option<&ClosedEvents<'a>> {
        let ClosedBlock { assessor, common, categories } = self;
        let events = categories.entry(indicator).or_insert_with(|| {
            assessor.closed_events(common.target, indicator, &assessor.frame(&common.window)?)
        });
        events.as_ref()
    }

    fn budget(&mut self, row: &Row) -> Option<EventBudget> {
        if row.verdict == Verdict::Indeterminate {
            return None;
        }
        let target = self.common.target;
        let category = row.category().and_then(|place| target.categories.get(place));
        let indicator = category.map_or(target.indicator, |(_, indicator)| *indicator);
        self.events(indicator)?.budget(row.unit())
    }
}
