//! What the rows are about, in the order of the rows: targets as the plan lists them, windows in order of time, units in the
//! order of their table.

use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Columns, Common, candidates, is_meant, windows};
use crate::calendar::Window;
use crate::plan::{Plan, Scope, UnitIndex};

/// Says which rows are wanted.
pub(crate) trait Choice: Send + Sync {
    /// Whether rows of a target and a window are.
    fn has_block(&self, common: &Common<'_>) -> bool;

    /// Whether rows of a unit are.
    fn has_unit(&self, unit: UnitIndex) -> bool;

    /// The columns that decide after a row was judged; none if the two questions above decide alone.
    fn deciding_columns(&self) -> Vec<&'static str>;

    /// Whether a judged row is.
    fn keeps(&self, common: &Common<'_>, columns: &Columns, place: usize) -> bool;
}

/// The rows of one block that are to be judged.
pub(super) struct Subjects {
    pub(super) target: usize,
    pub(super) window: Window,
    /// Shared by the windows that are about the same units.
    units: Arc<[UnitIndex]>,
    pub(super) places: Range<usize>,
}

/// A window with more units is divided among threads.
pub(super) const MOST_UNITS: usize = 1 << 14;

impl Subjects {
    /// All of some units.
    pub(super) fn of_units(target: usize, window: Window, units: Vec<UnitIndex>) -> Subjects {
        let places = 0..units.len();
        Subjects { target, window, units: units.into(), places }
    }

    pub(super) fn units(&self) -> &[UnitIndex] {
        &self.units[self.places.clone()]
    }

    /// How many rows they have.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    pub(super) fn is_about(&self, target: usize, window: &Window) -> bool {
        (self.target, &self.window) == (target, window)
    }
}

/// The wanted units of a window.
#[derive(Clone)]
struct WantedUnits {
    units: Arc<[UnitIndex]>,
    /// Where each block of them begins and ends. The units of the window are divided before some are chosen, so that the
    /// blocks are those of a report whose rows are chosen later.
    blocks: Arc<[Range<usize>]>,
}

impl WantedUnits {
    fn of(units: &[UnitIndex], most_units: usize, choice: Option<&dyn Choice>) -> WantedUnits {
        let is_wanted = |unit: &UnitIndex| choice.is_none_or(|choice| choice.has_unit(*unit));
        let mut wanted = Vec::new();
        let mut blocks = Vec::new();
        for some in units.chunks(most_units) {
            let first = wanted.len();
            wanted.extend(some.iter().copied().filter(is_wanted));
            blocks.push(first..wanted.len());
        }
        WantedUnits { units: wanted.into(), blocks: blocks.into() }
    }
}

/// The subjects of a plan's targets, computed one after the other. Those of which no unit is wanted are empty.
pub(super) struct AllSubjects {
    pub(super) plan: Plan,
    pub(super) as_of: NaiveDate,
    pub(super) choice: Option<Arc<dyn Choice>>,
    /// The most units of a block.
    most_units: usize,
    /// How many targets have begun.
    targets: usize,
    /// The windows of the last of them that have not begun.
    windows: std::vec::IntoIter<Window>,
    /// The window that has begun last, its units, and how many blocks of them were given.
    current: Option<(Window, WantedUnits, usize)>,
    of_levels: Vec<Option<WantedUnits>>,
}

impl AllSubjects {
    /// Those of `choice`, or all.
    pub(super) fn of(plan: &Plan, as_of: NaiveDate, choice: Option<&Arc<dyn Choice>>) -> Self {
        AllSubjects {
            plan: plan.clone(),
            as_of,
            choice: choice.cloned(),
            most_units: MOST_UNITS,
            targets: 0,
            windows: Vec::new().into_iter(),
            current: None,
            of_levels: vec![None; plan.units().levels().len()],
        }
    }

    /// The same in blocks of at most `most_units` units.
    #[cfg(test)]
    pub(super) fn in_blocks_of(self, most_units: usize) -> Self {
        AllSubjects { most_units, ..self }
    }

    fn is_wanted(&self, target: usize, window: &Window) -> bool {
        self.choice.as_ref().is_none_or(|choice| {
            choice.has_block(&Common::of(&self.plan, target, *window, self.as_of))
        })
    }

    /// The wanted units of a target in a window.
    fn wanted_units(&mut self, target: usize, window: &Window) -> WantedUnits {
        let plan = &self.plan;
        let scope = &plan.targets()[target].in_force(window).units;
        let wanted =
            |units: &[UnitIndex]| WantedUnits::of(units, self.most_units, self.choice.as_deref());
        if plan.units().are_judged_throughout(window) {
            return match scope {
                Scope::Level(level) => {
                    let of_level = || wanted(&candidates(plan, scope));
                    self.of_levels[level.0].get_or_insert_with(of_level).clone()
                }
                Scope::Top | Scope::Named(_) => wanted(&candidates(plan, scope)),
            };
        }
        let mut units = candidates(plan, scope);
        units.retain(|unit| is_meant(plan, scope, *unit, window));
        wanted(&units)
    }
}

impl Iterator for AllSubjects {
    type Item = Subjects;

    fn next(&mut self) -> Option<Subjects> {
        loop {
            if let Some((window, wanted, given)) = &mut self.current
                && let Some(places) = wanted.blocks.get(*given)
            {
                *given += 1;
                return Some(Subjects {
                    target: self.targets - 1,
                    window: *window,
                    units: Arc::clone(&wanted.units),
                    places: places.clone(),
                });
            }
            self.current = None;
            match self.windows.next() {
                Some(window) if self.is_wanted(self.targets - 1, &window) => {
                    let wanted = self.wanted_units(self.targets - 1, &window);
                    self.current = Some((window, wanted, 0));
                }
                Some(_) => {}
                None => {
                    let target = self.plan.targets().get(self.targets)?;
                    self.windows = windows(&self.plan, target).into_iter();
                    self.targets += 1;
                }
            }
        }
    }
}

/// What the rows of each block have in common, if no row is left out. A window of many units has several blocks.
pub(crate) fn all_blocks(plan: &Plan, as_of: NaiveDate) -> impl Iterator<Item = Common<'_>> {
    AllSubjects::of(plan, as_of, None)
        .map(move |subjects| Common::of(plan, subjects.target, subjects.window, as_of))
}
