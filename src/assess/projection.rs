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
}

/// What is expected and foretold on a later day of a running window.
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
    /// Where events make the value, what they are measured by.
    pub(crate) events: Option<EventsToCome>,
}

/// The events of a running window against its goal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventsToCome {
    pub(crate) seen: f64,
    /// The events at the window's end that just meet the goal; none for a `between`.
    pub(crate) limit: Number,
    /// The share of the window's time that has passed, weighted as the plan says.
    pub(crate) elapsed: f64,
    /// How much of the denominator is expected to come.
    pub(crate) remaining: Number,
    /// The events of the last part of the time elapsed, and its share of all time.
    pub(crate) recent: (f64, f64),
}
