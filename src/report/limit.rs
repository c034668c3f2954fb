//! How many rows a report would have, counted before there are any.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::assess::{Choice, Common, windows_of};
use crate::calendar::Window;
use crate::error::{Error, ErrorKind, Place, Result, grouped};
use crate::limits::{self, Limits};
use crate::plan::{LevelIndex, Plan, Scope, UnitIndex};

/// Refuses an assessment with more rows than the limits allow: all, or those of a choice. The windows of standards and scores
/// count too: their views are about all units, whatever rows were chosen.
pub(super) fn refuse_too_many_rows(
    plan: &Plan,
    as_of: NaiveDate,
    choice: Option<&Arc<dyn Choice>>,
    limits: &Limits,
) -> Result<()> {
    let mut limit = RowLimit::of_report(limits);
    let counter = Counter::new(plan, choice.map(|choice| &**choice));
    for (place, target) in plan.targets().iter().enumerate() {
        for window in windows_of(plan, &target.window) {
            let is_chosen = choice
                .is_none_or(|choice| choice.has_block(&Common::of(plan, place, window, as_of)));
            if is_chosen {
                limit.add(counter.rows(&target.in_force(&window).units, &window))?;
            }
        }
    }
    let counter = Counter::new(plan, None);
    let standards = plan.standards().iter().map(|standard| (&standard.window, standard.level));
    let scores = plan.scores().iter().map(|score| (&score.window, score.level));
    for (window, level) in standards.chain(scores) {
        for window in windows_of(plan, window) {
            limit.add(counter.rows(&Scope::Level(level), &window))?;
        }
    }
    Ok(())
}

/// Refuses rows of a view that would be more than the limits allow: those of some parts of it, counted before there are any.
pub(crate) fn refuse_too_many_of_view(
    view: &str,
    parts: impl IntoIterator<Item = u64>,
    limits: &Limits,
) -> Result<()> {
    let mut limit = RowLimit { what: format!("`{view}`"), rows: 0, most: limits.judgement_rows };
    parts.into_iter().try_for_each(|part| limit.add(part))
}

/// Counts rows up to a limit.
pub(super) struct RowLimit {
    /// What has the rows.
    what: String,
    rows: u64,
    most: u64,
}

impl RowLimit {
    pub(super) fn of_report(limits: &Limits) -> RowLimit {
        RowLimit { what: "the report".to_owned(), rows: 0, most: limits.judgement_rows }
    }

    /// Counts more rows; refuses more than the limit allows.
    pub(super) fn add(&mut self, rows: u64) -> Result<()> {
        self.rows = self.rows.saturating_add(rows);
        if self.rows > self.most { Err(too_many(&self.what, self.rows, self.most)) } else { Ok(()) }
    }
}

#[cold]
fn too_many(what: &str, rows: u64, most: u64) -> Error {
    let found = format!("{} rows and more", grouped(rows));
    let message = format!("{what} would have too many rows");
    let fault = limits::exceeded(Place::Nowhere, message, found, most, "rows", "judgement_rows");
    Error::one(ErrorKind::Request, fault)
}

/// Counts the units of scopes, or the chosen ones among them.
struct Counter<'p> {
    plan: &'p Plan,
    choice: Option<&'p dyn Choice>,
    top: Vec<UnitIndex>,
    levels: Vec<Vec<UnitIndex>>,
}

impl<'p> Counter<'p> {
    fn new(plan: &'p Plan, choice: Option<&'p dyn Choice>) -> Self {
        let mut levels = vec![Vec::new(); plan.units().levels().len()];
        let mut top = Vec::new();
        let is_chosen = |unit: UnitIndex| choice.is_none_or(|choice| choice.has_unit(unit));
        for (index, unit) in plan.units().iter().filter(|(index, _)| is_chosen(*index)) {
            let LevelIndex(level) = unit.level;
            levels[level].push(index);
            if unit.parent.is_none() {
                top.push(index);
            }
        }
        Counter { plan, choice, top, levels }
    }

    /// The rows of a window, of which each has one at least: what is prepared for it takes memory too.
    fn rows(&self, scope: &Scope, window: &Window) -> u64 {
        let units = self.plan.units();
        let candidates = match scope {
            Scope::Top => &self.top,
            Scope::Level(level) => &self.levels[level.0],
            Scope::Named(named) => {
                let is_chosen =
                    |unit: &&UnitIndex| self.choice.is_none_or(|choice| choice.has_unit(**unit));
                return named.iter().filter(is_chosen).count().max(1) as u64;
            }
        };
        let rows = if units.are_judged_throughout(window) {
            candidates.len()
        } else {
            candidates.iter().filter(|unit| units.is_judged_during(**unit, window)).count()
        };
        rows.max(1) as u64
    }
}
