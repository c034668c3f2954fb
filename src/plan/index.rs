//! Places in the tables of a plan. An index is of the plan that gave it: of another plan it names another thing, or none,
//! and then indexing panics. Across plans, look ids up.

/// The place of a level in its plan; 0 is the topmost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LevelIndex(pub(crate) usize);

/// The place of a unit in its plan's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitIndex(pub(crate) usize);

impl UnitIndex {
    /// How many units stand before it.
    pub(crate) fn place(self) -> usize {
        self.0
    }
}

/// The place of a stratum in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StratumIndex(pub(crate) usize);

/// The place of a measure in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MeasureIndex(pub(crate) usize);

/// The place of an indicator in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IndicatorIndex(pub(crate) usize);

/// The place of a standard in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StandardIndex(pub(crate) usize);
