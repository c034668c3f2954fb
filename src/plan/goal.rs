//! What a target promises: a comparator and a number.

use std::fmt;
use std::sync::Arc;

use crate::calendar::{Anchor, Window};
use crate::exact::{Bound, Decimal};

/// The comparator and value of a target.
#[derive(Debug, Clone, PartialEq)]
pub enum Goal {
    /// The value reaches this number or more.
    AtLeast(Decimal),
    /// The value is above this number.
    Above(Decimal),
    /// The value is this number or less.
    AtMost(Decimal),
    /// The value is below this number.
    Below(Decimal),
    /// The value lies between two numbers, ends included.
    Between(Decimal, Decimal),
    /// The value is at most the earlier value less this amount.
    ReduceBy(Amount, Reference),
    /// The value is at least the earlier value plus this amount.
    IncreaseBy(Amount, Reference),
}

/// By how much a value is to change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Amount {
    /// Per cent of the earlier value.
    Percent(Decimal),
    /// In the indicator's own unit.
    Absolute(Decimal),
}

/// What an earlier value is taken from.
#[derive(Debug, Clone, PartialEq)]
pub enum Reference {
    /// The period, or the same number of days, directly before.
    PreviousPeriod,
    /// The same window one year back.
    SameWindowLastYear,
    /// The window that lies to a feast of the year before as this window lies to its own.
    SameWindowMovedBy(Arc<Anchor>),
    /// The same window of an earlier reporting year.
    SameWindowOf(i32),
    /// A window of its own.
    Window(Window),
    /// A number, known without outcomes.
    Value(Decimal),
}

impl Goal {
    /// Its bounds on the value, each number converted by `number`.
    pub(crate) fn bounds<N>(&self, number: impl Fn(GoalNumber) -> N) -> Bound<N> {
        let given = |decimal: &Decimal| number(GoalNumber::Given(*decimal));
        match self {
            Goal::AtLeast(at) => Bound::Floor { at: given(at), strict: false },
            Goal::Above(at) => Bound::Floor { at: given(at), strict: true },
            Goal::AtMost(at) => Bound::Ceiling { at: given(at), strict: false },
            Goal::Below(at) => Bound::Ceiling { at: given(at), strict: true },
            Goal::Between(low, high) => Bound::Between { low: given(low), high: given(high) },
            Goal::ReduceBy(by, _) => {
                Bound::Ceiling { at: number(GoalNumber::Less(*by)), strict: false }
            }
            Goal::IncreaseBy(by, _) => {
                Bound::Floor { at: number(GoalNumber::More(*by)), strict: false }
            }
        }
    }

    /// Whether more is better: a floor is met from its number upwards.
    pub fn is_floor(&self) -> bool {
        matches!(self.bounds(|_| ()), Bound::Floor { .. })
    }

    /// Whether it has a lower and an upper end.
    pub(crate) fn is_between(&self) -> bool {
        matches!(self.bounds(|_| ()), Bound::Between { .. })
    }

    /// By how much the value is to change and from which earlier value, where the goal is relative to one.
    pub(crate) fn relative(&self) -> Option<(Amount, &Reference)> {
        match self {
            Goal::ReduceBy(by, from) | Goal::IncreaseBy(by, from) => Some((*by, from)),
            Goal::AtLeast(_)
            | Goal::Above(_)
            | Goal::AtMost(_)
            | Goal::Below(_)
            | Goal::Between(..) => None,
        }
    }

    /// What an earlier value is needed from, where the goal is relative to one.
    pub fn reference(&self) -> Option<&Reference> {
        self.relative().map(|(_, from)| from)
    }
}

/// A number of a goal.
#[derive(Debug, Clone, Copy)]
pub(crate) enum GoalNumber {
    /// It is given.
    Given(Decimal),
    /// It is an earlier value less an amount.
    Less(Amount),
    /// It is an earlier value plus an amount.
    More(Amount),
}

impl fmt::Display for Goal {
    /// `at least 75`, `reduce by 5 % from the previous period`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Goal::AtLeast(number) => write!(f, "at least {number}"),
            Goal::Above(number) => write!(f, "above {number}"),
            Goal::AtMost(number) => write!(f, "at most {number}"),
            Goal::Below(number) => write!(f, "below {number}"),
            Goal::Between(low, high) => write!(f, "between {low} and {high}"),
            Goal::ReduceBy(amount, from) => write!(f, "reduce by {amount} from {from}"),
            Goal::IncreaseBy(amount, from) => write!(f, "increase by {amount} from {from}"),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Amount::Percent(percent) => write!(f, "{percent} %"),
            Amount::Absolute(amount) => write!(f, "{amount}"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::PreviousPeriod => f.write_str("the previous period"),
            Reference::SameWindowLastYear => f.write_str("the same window last year"),
            Reference::SameWindowMovedBy(anchor) => {
                write!(f, "the same window last year, moved by {}", anchor.id())
            }
            Reference::SameWindowOf(year) => write!(f, "the same window of {year}"),
            Reference::Window(window) => match window.period() {
                Some(period) => write!(f, "{period}"),
                None => write!(f, "{window}"),
            },
            Reference::Value(value) => write!(f, "{value}"),
        }
    }
}
