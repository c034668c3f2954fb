//! The path to a goal, its pace, and the model of the chance to reach it.

use super::{
    AboveZero, List, Number, Or, PlainPrior, PlainTrajectory, Rule, ShareOfExpected, Times, Year,
    ZeroOrMore, section,
};
use crate::calendar::Every;
use crate::plan::PaceThresholds;

/// A trajectory: a word, or with its parameters.
pub type AnyTrajectory = Or<PlainTrajectory, TrajectoryKeys>;

/// A prior: a word, or numbers.
pub type AnyPrior = Or<PlainPrior, PriorKeys>;

section! {
    /// The path to the goal inside the window.
    TRAJECTORY: TrajectoryKeys = "trajectory", "a trajectory", Rule::Single;
    /// A straight line.
    linear: StartKeys;
    /// By the same per cent every day.
    geometric: GrowthKeys;
    /// A straight line, taken a period at a time.
    steps: Every => what("the kind of period");
    /// As the same days of earlier years went.
    seasonal: SeasonalKeys;
}

section! {
    /// The start of a straight line.
    START: StartKeys = "start", "the start of a trajectory", Rule::Any;
    /// The value on the window's first morning.
    from: Number => what("the value a trajectory starts from"), required("the value on the window's first morning");
}

section! {
    /// The start of a path that grows by the same per cent every day.
    GROWTH: GrowthKeys = "growth", "the start of a trajectory", Rule::Any;
    /// The value on the window's first morning.
    from: AboveZero => what("the value a trajectory starts from"), required("the value on the window's first morning");
}

section! {
    /// The years of a seasonal trajectory.
    SEASONAL: SeasonalKeys = "seasonal", "a seasonal trajectory", Rule::Any;
    /// The reporting years whose course is taken.
    from: List<Year, 1, true> => required("the years whose course is taken");
}

section! {
    /// Shares of what is expected of a running window.
    PACE: PaceKeys = "pace", "the thresholds of pace", Rule::Any;
    /// From this share on a window is ahead.
    ahead: ShareOfExpected => what("a share of what is expected"), default(|| PaceThresholds::default().ahead);
    /// From this share on a window is on track.
    on_track: ShareOfExpected => what("a share of what is expected"), default(|| PaceThresholds::default().on_track);
}

section! {
    /// The model of the chance that a running window meets its goal. Keys that a target leaves out are taken from the plan.
    OUTLOOK: OutlookKeys = "outlook", "an outlook", Rule::Any;
    /// The prior of the rate or share.
    prior: AnyPrior => usually("`history`");
    /// The variance of counts, in multiples of that of independent events. `dispersion` of `certainty` goes before it.
    dispersion: Times => what("a number of times the variance of independent events"), usually("estimated from the figures");
    /// The standard deviation, in per cent, of the change from the rate so far to the rate to come.
    drift: ZeroOrMore => what("a drift in per cent"), usually("0");
}

section! {
    /// A prior as if a number of events had been seen.
    PRIOR: PriorKeys = "prior", "a prior", Rule::Any;
    /// The number of events.
    events: AboveZero => what("a number of events"), required("how many events were as good as seen");
    /// The denominator: among how many, or over how much, they were seen.
    of: AboveZero => what("a denominator"), required("among or over how many");
}
