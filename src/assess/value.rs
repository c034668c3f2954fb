//! The value of an indicator for a unit and a window (`docs/semantics.md`, 16 to 20).
//!
//! | module | what it has |
//! |---|---|
//! | [`count`], [`fraction`], [`standardised_rate`], [`change`], [`share_of_units`], [`reporting`], [`reported`] | the engine part of the formulas |
//! | [`sum`], [`sums`], [`matched`] | sums of measures, and which figures are left out of them |
//! | [`baseline`] | values in the window that is compared |
//! | [`accumulation`] | how a value depends on time |
//! | [`plain`], [`lanes`] | the fast path |

mod accumulation;
mod baseline;
mod change;
mod count;
mod fraction;
mod lanes;
mod matched;
mod plain;
mod reported;
mod reporting;
mod share_of_units;
mod standardised_rate;
mod sum;
mod sums;

pub(crate) use accumulation::Accumulation;
pub(crate) use baseline::{Baseline, Extent};
pub(super) use lanes::{LANES, Lanes};
use matched::{Rules, Standing};
pub(super) use plain::{Gathered, Plain};
pub(super) use sum::Sum;
use sum::completeness;
use sums::Sums;

use super::assessment::Reason;
use super::uncertainty::Sampling;
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::parallel::check_stop;
use crate::plan::formula::{Formula, formulas};
use crate::plan::{IndicatorIndex, UnitIndex};
use crate::tally::{Missing, Pairs};

/// The value of an indicator for a unit and a window.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    pub(crate) numerator: Option<f64>,
    pub(crate) denominator: Option<f64>,
    /// The value, or why there is none.
    pub(crate) value: Result<Exact, Reason>,
    /// How events make the value, where events do.
    pub(crate) events: Option<Events>,
    /// How the value could have come out by chance.
    pub(crate) sampling: Sampling,
    /// The earlier value that a change is measured from.
    pub(crate) then: Option<Exact>,
    /// Share of the due reports that were made, in per cent.
    pub(crate) completeness: Option<f64>,
    /// Share of imputed figures, in per cent.
    pub(crate) imputed: Option<f64>,
    pub(crate) provisional: bool,
    /// Whether a unit's own total was used although its parts say otherwise.
    pub(crate) parts_differ: bool,
    /// How many pairs have both sides and how many have one, where the value is made of pairs.
    pub(crate) pairs: Option<Pairs>,
    /// The denominator as recorded, where it may differ from that of the pairs.
    pub(crate) recorded_below: Option<Exact>,
}

/// The value as a straight line over a number of events: value = slope × events + intercept.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    pub(crate) recorded: Exact,
    pub(crate) slope: Exact,
    pub(crate) intercept: Exact,
    /// The most events there can be: those of the whole.
    pub(crate) most: Option<Exact>,
}

impl Evaluated {
    /// Whether there is no value because a cell is suppressed.
    pub(super) fn is_suppressed(&self) -> bool {
        self.value == Err(Reason::Suppressed)
    }

    pub(super) fn without_value(reason: Reason) -> Self {
        Evaluated {
            numerator: None,
            denominator: None,
            value: Err(reason),
            events: None,
            sampling: Sampling::Unknown,
            then: None,
            completeness: None,
            imputed: None,
            provisional: false,
            parts_differ: false,
            pairs: None,
            recorded_below: None,
        }
    }
}

/// An indicator over one frame, to be evaluated unit by unit. What is the same for all units has been looked up.
pub(crate) struct Prepared<'a>(Box<dyn Value<'a> + 'a>);

/// The engine part of a formula.
trait Engine {
    /// Looks up what is the same for all units.
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a>;
}

/// A formula over one frame. Its kind is decided once, when it is prepared.
trait Value<'a> {
    /// The value for a unit, by itself or as it is compared with one of a second window.
    fn evaluate(&self, unit: UnitIndex, standing: Standing) -> Evaluated;

    /// The sums that the value is computed from by addition and one division: they have a fast path, and parts of them
    /// contribute to the value. None for other values.
    fn sums(&self) -> Option<&Sums<'a>> {
        None
    }

    /// The two values of a change. None for other values.
    fn change(&self) -> Option<&change::PreparedChange<'a>> {
        None
    }
}

/// The arguments of [`Engine::prepare`].
struct Request<'a, 'f> {
    assessor: &'a Assessor<'a>,
    indicator: IndicatorIndex,
    frame: &'f Frame,
    /// The window that the frame is compared with.
    other: Option<Window>,
    /// Whether pairs count, whatever the plan says of those that miss a side.
    only_pairs: bool,
}

impl Request<'_, '_> {
    /// Which figures count.
    fn rules(&self) -> Rules {
        let rules = self.assessor.rules(self.indicator, self.other);
        if self.only_pairs { rules.of_pairs() } else { rules }
    }
}

/// Calls the engine part of each formula.
macro_rules! dispatch {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        impl Engine for Formula {
            fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
                match self { $(Formula::$name(formula) => formula.prepare(request),)+ }
            }
        }
    };
}
formulas!(dispatch);

impl Assessor<'_> {
    /// An indicator over one frame, to be evaluated for many units.
    pub(crate) fn prepare(&self, indicator: IndicatorIndex, frame: &Frame) -> Prepared<'_> {
        self.prepare_beside(indicator, frame, None)
    }

    /// The same, of units that reported in a second window too, where the two are compared.
    pub(crate) fn prepare_beside(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        other: Option<Window>,
    ) -> Prepared<'_> {
        let request = Request { assessor: self, indicator, frame, other, only_pairs: false };
        self.plan[indicator].formula.prepare(&request)
    }

    /// The same over pairs, also where the plan counts what is recorded on one side only.
    pub(crate) fn prepare_pairs(&self, indicator: IndicatorIndex, frame: &Frame) -> Prepared<'_> {
        let request = Request { assessor: self, indicator, frame, other: None, only_pairs: true };
        self.plan[indicator].formula.prepare(&request)
    }
}

impl<'a> Prepared<'a> {
    fn new(value: impl Value<'a> + 'a) -> Prepared<'a> {
        Prepared(Box::new(value))
    }

    /// The value for a unit.
    pub(crate) fn evaluate(&self, unit: UnitIndex) -> Evaluated {
        self.evaluate_as(unit, Standing::Alone)
    }

    /// The value for a unit as a comparison with another window uses it: of what was reported in both windows, where both
    /// have values and something is left of them.
    pub(crate) fn evaluate_beside(&self, other: &Prepared<'_>, unit: UnitIndex) -> Evaluated {
        let alone = self.evaluate(unit);
        if alone.value.is_err() || other.evaluate(unit).value.is_err() {
            return alone;
        }
        let both = self.evaluate_as(unit, Standing::Compared);
        let other = other.evaluate_as(unit, Standing::Compared);
        if is_unmatched(&both) || is_unmatched(&other) { alone } else { both }
    }

    fn evaluate_as(&self, unit: UnitIndex, standing: Standing) -> Evaluated {
        check_stop();
        self.0.evaluate(unit, standing)
    }

    /// What the quotient is multiplied by to be the value; none where the value is no quotient of sums and no sum.
    pub(crate) fn per(&self) -> Option<Exact> {
        self.0.sums().map(|sums| sums.per.clone())
    }

    /// The exact sums of a unit, as [`per`](Prepared::per) tells; of a unit that is compared with a second window those of
    /// what was reported in both.
    pub(crate) fn sum_pair(&self, unit: UnitIndex) -> Option<Result<SumPair, Reason>> {
        let compared = self.sum_pair_as(unit, Standing::Compared)?;
        match compared {
            Err(Reason::Unmatched) => self.sum_pair_as(unit, Standing::Alone),
            compared => Some(compared),
        }
    }

    fn sum_pair_as(&self, unit: UnitIndex, standing: Standing) -> Option<Result<SumPair, Reason>> {
        check_stop();
        Some(self.0.sums()?.sides(unit, standing).sum_pair())
    }
}

/// The numerator and the denominator of a value that is a quotient of sums; the numerator alone, where it is a sum.
#[derive(Debug, Clone)]
pub(crate) struct SumPair {
    pub(crate) numerator: Exact,
    pub(crate) denominator: Option<Exact>,
}

/// A value and the one that it is compared with: of what was reported in both windows, where both have values.
pub(super) fn compared(
    now: &Prepared<'_>,
    then: &Baseline<'_>,
    unit: UnitIndex,
) -> (Evaluated, Option<Evaluated>) {
    let (alone, then_alone) = (now.evaluate(unit), then.evaluate(unit));
    let Baseline::Window { prepared, .. } = then else { return (alone, then_alone) };
    if alone.value.is_err() || then_alone.as_ref().is_none_or(|then| then.value.is_err()) {
        return (alone, then_alone);
    }
    let both = now.evaluate_as(unit, Standing::Compared);
    let then_both = prepared.evaluate_as(unit, Standing::Compared);
    if is_unmatched(&both) || is_unmatched(&then_both) {
        // What is known of each is shown.
        let value = Err(Reason::Unmatched);
        return (Evaluated { value, pairs: both.pairs, ..alone }, then_alone);
    }
    (both, Some(then_both))
}

fn is_unmatched(value: &Evaluated) -> bool {
    value.value == Err(Reason::Unmatched)
}

impl From<Missing> for Reason {
    fn from(missing: Missing) -> Reason {
        match missing {
            Missing::Suppressed => Reason::Suppressed,
            Missing::Straddles => Reason::Straddles,
            Missing::Overlaps => Reason::Overlaps,
            Missing::NotAdditive => Reason::NotAdditive,
            Missing::NoData => Reason::NoData,
        }
    }
}
