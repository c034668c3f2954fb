//! Indicators in an earlier window, with which a value or a goal is compared.

use super::{Evaluated, Prepared, SumPair};
use crate::assess::assessment::Reason;
use crate::assess::uncertainty::Sampling;
use crate::assess::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{IndicatorIndex, Plan, Reference, UnitIndex};

/// An indicator in an earlier window.
pub(crate) enum Baseline<'a> {
    /// There is no such window, or it has not ended yet.
    Unknown,
    Given(Exact),
    Window {
        plan: &'a Plan,
        prepared: Box<Prepared<'a>>,
        to_date: Window,
    },
}

/// How much of an earlier window is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All of it.
    Whole,
    /// As much of it as has passed of the window that runs.
    ToDate,
}

impl Assessor<'_> {
    /// An indicator in the window a reference names; unknown if the window can't be, or has not ended
    /// yet.
    pub(crate) fn baseline(
        &self,
        indicator: IndicatorIndex,
        from: &Reference,
        frame: &Frame,
        extent: Extent,
    ) -> Baseline<'_> {
        self.baseline_in(indicator, from, self.baseline_frame(from, frame, extent), None)
    }

    /// An indicator in a frame and in the window that a reference names, of the units that reported in both.
    pub(crate) fn prepare_compared(
        &self,
        indicator: IndicatorIndex,
        from: &Reference,
        frame: &Frame,
        extent: Extent,
    ) -> (Prepared<'_>, Baseline<'_>) {
        let earlier = self.baseline_frame(from, frame, extent);
        let now = self.prepare_beside(indicator, frame, earlier.map(|earlier| earlier.to_date));
        (now, self.baseline_in(indicator, from, earlier, Some(frame.to_date)))
    }

    fn baseline_in(
        &self,
        indicator: IndicatorIndex,
        from: &Reference,
        earlier: Option<Frame>,
        other: Option<Window>,
    ) -> Baseline<'_> {
        if let Reference::Value(value) = from {
            return Baseline::Given(Exact::of_decimal(*value));
        }
        match earlier {
            None => Baseline::Unknown,
            Some(earlier) => Baseline::Window {
                plan: self.plan,
                prepared: Box::new(self.prepare_beside(indicator, &earlier, other)),
                to_date: earlier.to_date,
            },
        }
    }

    /// The window a reference names, and how much of it is compared.
    pub(crate) fn baseline_frame(
        &self,
        from: &Reference,
        frame: &Frame,
        extent: Extent,
    ) -> Option<Frame> {
        let calendar = self.plan.calendar();
        let whole = match from {
            Reference::PreviousPeriod => calendar.previous_period(&frame.window)?,
            Reference::SameWindowLastYear => calendar.same_window_last_year(&frame.window)?,
            Reference::SameWindowMovedBy(anchor) => anchor.a_year_before(&frame.window)?,
            Reference::SameWindowOf(year) => calendar.same_window_of(&frame.window, *year)?,
            Reference::Window(window) => *window,
            Reference::Value(_) => return None,
        };
        let to_date = if frame.is_final() || extent == Extent::Whole {
            whole
        } else if *from == Reference::SameWindowLastYear {
            calendar.same_window_last_year_to_date(&frame.window, &frame.to_date)?
        } else {
            whole.first_days(frame.to_date.days())?
        };
        self.known.is_over(to_date.end()).then_some(Frame { window: whole, to_date })
    }
}

impl Baseline<'_> {
    /// The exact sums of a unit in the earlier window; none where it had no such window.
    pub(crate) fn sum_pair(&self, unit: UnitIndex) -> Option<Result<SumPair, Reason>> {
        match self {
            Baseline::Unknown | Baseline::Given(_) => None,
            Baseline::Window { prepared, .. } => prepared.sum_pair(unit),
        }
    }

    /// The value for a unit.
    pub(crate) fn evaluate(&self, unit: UnitIndex) -> Option<Evaluated> {
        match self {
            Baseline::Unknown => None,
            Baseline::Given(value) => Some(Evaluated {
                value: Ok(value.clone()),
                sampling: Sampling::Fixed,
                ..Evaluated::without_value(Reason::NoData)
            }),
            Baseline::Window { plan, prepared, to_date } => {
                // A unit that did not exist has no value, not even a zero of events.
                let existed = plan.units().is_judged_throughout(unit, to_date);
                existed.then(|| prepared.evaluate(unit))
            }
        }
    }
}
