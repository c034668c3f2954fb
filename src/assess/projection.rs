//! What is projected for a window that still runs, or that misses reports.

use super::assessment::Pace;
use super::packed::Number;

/// What is projected for a window that still runs, or that misses reports.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Projection {
    pub(crate) pace: Option<Pace>,
    /// What the trajectory expects as of now.
    pub(crate) expected_now: Number,
    /// The forecast for the end of the window.
    pub(crate) outlook: Option<Box<Outlook>>,
}

impl Projection {
    pub(super) fn is_empty(&self) -> bool {
        *self == Projection::default()
    }

    /// A number of the outlook, if there is one.
    fn of_outlook(&self, number: impl Fn(&Outlook) -> Number) -> Number {
        self.outlook.as_deref().map_or(Number::NONE, number)
    }

    pub(crate) fn pace(&self) -> Option<Pace> {
        self.pace
    }

    pub(crate) fn expected_now(&self) -> Number {
        self.expected_now
    }

    pub(crate) fn chance(&self) -> Number {
        self.of_outlook(|outlook| outlook.chance)
    }

    pub(crate) fn projected(&self) -> Number {
        self.of_outlook(|outlook| outlook.projected)
    }

    pub(crate) fn projected_lower(&self) -> Number {
        self.of_outlook(|outlook| outlook.lower)
    }

    pub(crate) fn projected_upper(&self) -> Number {
        self.of_outlook(|outlook| outlook.upper)
    }

    pub(crate) fn exposure(&self) -> Number {
        self.of_outlook(|outlook| outlook.exposure)
    }

    pub(crate) fn nowcast(&self) -> Number {
        self.of_outlook(|outlook| outlook.nowcast)
    }

    /// The value so far, once all its events are recorded; none where they are. Of a window that has closed, that is the
    /// value at its end.
    pub(super) fn once_recorded(&self, is_closed: bool) -> Option<OnceRecorded> {
        let outlook = self.outlook.as_deref()?;
        if is_closed {
            return outlook
                .chance
                .get()
                .zip(outlook.projected.get())
                .map(|(chance, value)| OnceRecorded { chance, value });
        }
        outlook.once_recorded
    }
}

/// What is expected and forecast on a later day of a running window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ahead {
    /// What the trajectory expects by then.
    pub(crate) expected: Option<f64>,
    /// The forecast, by confidence.
    pub(crate) outlooks: Vec<Option<Outlook>>,
}

/// The forecast of the row of a running window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outlook {
    pub(crate) chance: Number,
    pub(crate) projected: Number,
    pub(crate) lower: Number,
    pub(crate) upper: Number,
    /// The share of the window's time that reports cover.
    pub(crate) exposure: Number,
    /// The events of the time elapsed that are expected to be reported still.
    pub(crate) nowcast: Number,
    /// The value so far, once all events among what is reported are recorded; none where they are.
    pub(crate) once_recorded: Option<OnceRecorded>,
    /// Where events make the value, how much of those that the goal allows or requires is used.
    pub(crate) events: Option<EventBudget>,
}

/// A value of which some events are not recorded yet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct OnceRecorded {
    /// The probability that it meets the goal.
    pub(crate) chance: f64,
    /// What is to be expected of it.
    pub(crate) value: f64,
}

/// The events of a window against those that its goal allows or requires.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventBudget {
    pub(crate) against: Against,
    /// How many more are expected to be recorded of the time elapsed, where that does not allow for them.
    pub(crate) late: f64,
    /// The share of the window's time that has passed, weighted as the plan says.
    pub(crate) elapsed: f64,
    /// How much of the denominator is expected to come.
    pub(crate) remaining: Number,
    /// Those of the last part of the time elapsed, and its share of all time; none of a window that has closed.
    pub(crate) recent: Option<(f64, f64)>,
}

/// A number of events and its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Against {
    /// Whether they are the rest of a whole, of which a floor requires the others.
    pub(crate) is_rest: bool,
    /// Those so far.
    pub(crate) used: f64,
    /// Those at the window's end that just meet the goal; none for a `between`.
    pub(crate) limit: Number,
}
