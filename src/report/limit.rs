//! How many rows a report would have, counted before there are any.

use crate::assess::windows_of;
use crate::calendar::Window;
use crate::error::{Error, ErrorKind, Place, Result, grouped};
use crate::limits::{self, Limits};
use crate::plan::{LevelIndex, Plan, Scope, UnitIndex};

/// Refuses an assessment with more rows than the limits allow. The windows of standards and scores count too: they are
/// prepared with the targets'.
pub(super) fn refuse_too_many_rows(plan: &Plan, limits: &Limits) -> Result<()> {
    let most = limits.judgement_rows;
    let counter = Counter::new(plan);
    let mut rows: u64 = 0;
    for target in plan.targets() {
        for window in windows_of(plan, &target.window) {
            rows = rows.saturating_add(counter.rows(&target.in_force(&window).units, &window));
            if rows > most {
                return Err(too_many("the report", rows, most));
            }
        }
    }
    let standards = plan.standards().iter().map(|standard| (&standard.window, standard.level));
    let scores = plan.scores().iter().map(|score| (&score.window, score.level));
    for (window, level) in standards.chain(scores) {
        for window in windows_of(plan, window) {
            rows = rows.saturating_add(counter.rows(&Scope::Level(level), &window));
            if rows > most {
                return Err(too_many("the report", rows, most));
            }
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
    let most = limits.judgement_rows;
    let mut rows: u64 = 0;
    for part in parts {
        rows = rows.saturating_add(part);
        if rows > most {
            return Err(too_many(&format!("`{view}`"), rows, most));
        }
    }
    Ok(())
}

#[cold]
fn too_many(what: &str, rows: u64, most: u64) -> Error {
    let found = format!("{} rows and more", grouped(rows));
    let message = format!("{what} would have too many rows");
    let fault = limits::exceeded(Place::Nowhere, message, found, most, "rows", "judgement_rows");
    Error::one(ErrorKind::Request, fault)
}

/// Counts the units of scopes.
struct Counter<'p> {
    plan: &'p Plan,
    top: Vec<UnitIndex>,
    levels: Vec<Vec<UnitIndex>>,
}

impl<'p> Counter<'p> {
    fn new(plan: &'p Plan) -> Self {
        let mut levels = vec![Vec::new(); plan.units().levels().len()];
        let mut top = Vec::new();
        for (index, unit) in plan.units().iter() {
            let LevelIndex(level) = unit.level;
            levels[level].push(index);
            if unit.parent.is_none() {
                top.push(index);
            }
        }
        Counter { plan, top, levels }
    }

    /// The rows of a window, of which each has one at least: what is prepared for it takes memory too.
    fn rows(&self, scope: &Scope, window: &Window) -> u64 {
        let units = self.plan.units();
        let candidates = match scope {
            Scope::Top => &self.top,
            Scope::Level(level) => &self.levels[level.0],
            Scope::Named(named) => named,
        };
        let rows = if units.are_judged_throughout(window) || matches!(scope, Scope::Named(_)) {
            candidates.len()
        } else {
            candidates.iter().filter(|unit| units.is_judged_during(**unit, window)).count()
        };
        rows.max(1) as u64
    }
}
