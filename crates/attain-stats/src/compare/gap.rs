//! Who contributes what to a gap, and what a change is made of.

use crate::error::{self, Result, finite};

/// What a unit adds to a ratio's distance from its goal, in events: numerator − goal × denominator.
///
/// Units that share no events add up: the sum over all units is the whole's own distance, N − goal·D.
/// Positive is above the goal.
///
/// ```
/// use attain_stats::contribution_to_gap;
///
/// // 140 of 200 and 90 of 100 against 78 %: 16 short, 12 over, 4 short together.
/// let parts = [contribution_to_gap(140.0, 200.0, 0.78)?, contribution_to_gap(90.0, 100.0, 0.78)?];
/// assert_eq!(parts, [-16.0, 12.0]);
/// assert_eq!(parts[0] + parts[1], contribution_to_gap(230.0, 300.0, 0.78)?);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a number is not finite, or the denominator is negative.
pub fn contribution_to_gap(numerator: f64, denominator: f64, goal: f64) -> Result<f64> {
    let numerator = finite("numerator", numerator)?;
    let denominator = error::count("denominator", denominator)?;
    Ok(numerator - finite("goal", goal)? * denominator)
}

/// A unit's part in two windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WindowShare {
    /// Numerator in the earlier window.
    pub numerator_before: f64,
    /// Denominator in the earlier window.
    pub denominator_before: f64,
    /// Numerator in the later window.
    pub numerator_after: f64,
    /// Denominator in the later window.
    pub denominator_after: f64,
}

/// What a unit adds to the change of the whole's ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChangeEffects {
    /// Because its own ratio changed.
    pub within: f64,
    /// Because its part in the whole changed.
    pub mix: f64,
}

/// The change of a ratio between two windows, taken apart into what changed within units and what
/// changed in their mix (Kitagawa 1955). Over all units both effects together add up to the change.
///
/// A unit without a denominator in one of the windows has no ratio there, so nothing changed within
/// it: all of its effect is mix.
///
/// ```
/// use attain_stats::{WindowShare, change_effects};
///
/// let units = [
///     WindowShare { numerator_before: 50.0, denominator_before: 100.0, numerator_after: 60.0, denominator_after: 100.0 },
///     WindowShare { numerator_before: 90.0, denominator_before: 100.0, numerator_after: 270.0, denominator_after: 300.0 },
/// ];
/// let effects = change_effects(&units)?;
/// let sum: f64 = effects.iter().map(|effect| effect.within + effect.mix).sum();
/// assert!((sum - (330.0 / 400.0 - 140.0 / 200.0)).abs() < 1e-15);
/// assert_eq!(effects[1].within, 0.0);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a number is not finite, a denominator is negative, or a window's denominators add up to 0.
pub fn change_effects(units: &[WindowShare]) -> Result<Vec<ChangeEffects>> {
    let (mut before, mut after) = (0.0, 0.0);
    for unit in units {
        finite("numerator_before", unit.numerator_before)?;
        finite("numerator_after", unit.numerator_after)?;
        before += error::count("denominator_before", unit.denominator_before)?;
        after += error::count("denominator_after", unit.denominator_after)?;
    }
    let before = error::denominator("denominator_before", before)?;
    let after = error::denominator("denominator_after", after)?;
    let effects = units.iter().map(|unit| {
        let share_before = unit.denominator_before / before;
        let share_after = unit.denominator_after / after;
        let ratio =
            |numerator: f64, denominator: f64| (denominator > 0.0).then(|| numerator / denominator);
        let earlier = ratio(unit.numerator_before, unit.denominator_before);
        let later = ratio(unit.numerator_after, unit.denominator_after);
        match (earlier, later) {
            (Some(earlier), Some(later)) => ChangeEffects {
                within: (later - earlier) * 0.5 * (share_before + share_after),
                mix: (share_after - share_before) * 0.5 * (earlier + later),
            },
            (one, other) => ChangeEffects {
                within: 0.0,
                mix: (share_after - share_before) * one.or(other).unwrap_or(0.0),
            },
        }
    });
    Ok(effects.collect())
}
