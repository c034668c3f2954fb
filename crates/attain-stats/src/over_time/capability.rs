//! What a process does to a target.

use crate::compare::BetterEnd;
use crate::confidence::Interval;
use crate::error::{Result, finite};

/// Whether a stable process can be expected to meet a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Both limits are on the target's good side, or on the target: it will be met every time.
    Capable,
    /// Both limits are beyond the target on its bad side: it will be missed every time, until the
    /// process itself is changed.
    Incapable,
    /// The target lies between the limits: whether it is met is chance.
    HitAndMiss,
}

impl Capability {
    /// Every value, in the order of the declaration.
    pub const ALL: [Capability; 3] =
        [Capability::Capable, Capability::Incapable, Capability::HitAndMiss];

    /// Its name in columns.
    pub const fn code(self) -> &'static str {
        match self {
            Capability::Capable => "capable",
            Capability::Incapable => "incapable",
            Capability::HitAndMiss => "hit_and_miss",
        }
    }
}

/// Whether a process that stays within `limits` will meet a target.
///
/// ```
/// use attain_stats::{BetterEnd, Capability, Interval, capability};
///
/// let limits = Interval { lower: 82.0, upper: 94.0 };
/// assert_eq!(capability(limits, 80.0, BetterEnd::Highest)?, Capability::Capable);
/// assert_eq!(capability(limits, 95.0, BetterEnd::Highest)?, Capability::Incapable);
/// assert_eq!(capability(limits, 90.0, BetterEnd::Highest)?, Capability::HitAndMiss);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a limit or the target is not finite.
pub fn capability(limits: Interval, target: f64, better: BetterEnd) -> Result<Capability> {
    let lower = finite("limits", limits.lower)?;
    let upper = finite("limits", limits.upper)?;
    let target = finite("target", target)?;
    let (always, never) = match better {
        BetterEnd::Highest => (lower >= target, upper < target),
        BetterEnd::Lowest => (upper <= target, lower > target),
    };
    Ok(match (always, never) {
        (true, _) => Capability::Capable,
        (_, true) => Capability::Incapable,
        (false, false) => Capability::HitAndMiss,
    })
}
