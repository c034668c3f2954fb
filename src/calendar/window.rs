//! A half-open span of days.

use std::fmt;

use chrono::{Days, NaiveDate};

use super::Period;

/// A half-open span of days `[start, end)`, never empty; it remembers the period it is, if it is one.
///
/// ```
/// use attain::calendar::Window;
/// use chrono::NaiveDate;
/// let day = |m, d| NaiveDate::from_ymd_opt(2023, m, d).unwrap();
/// let window = Window::new(day(1, 1), day(2, 1)).unwrap();
/// assert_eq!(window.days(), 31);
/// assert_eq!(window.to_string(), "2023-01-01 to 2023-01-31");
/// assert!(Window::new(day(2, 1), day(2, 1)).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Window {
    start: NaiveDate,
    end: NaiveDate,
    period: Option<Period>,
}

impl Window {
    /// The days from `start` up to but not including `end`; `None` if there are none.
    pub fn new(start: NaiveDate, end: NaiveDate) -> Option<Self> {
        (start < end).then_some(Window { start, end, period: None })
    }

    /// A single day; `None` for the last day that dates can hold.
    pub fn day(day: NaiveDate) -> Option<Self> {
        Window::new(day, day.succ_opt()?)
    }

    pub(super) fn of_period(start: NaiveDate, end: NaiveDate, period: Period) -> Option<Self> {
        (start < end).then_some(Window { start, end, period: Some(period) })
    }

    /// The first day.
    pub fn start(&self) -> NaiveDate {
        self.start
    }

    /// The day after the last.
    pub fn end(&self) -> NaiveDate {
        self.end
    }

    /// The period this window is, if it was named as one.
    pub fn period(&self) -> Option<Period> {
        self.period
    }

    /// The number of days, at least 1.
    pub fn days(&self) -> i64 {
        (self.end - self.start).num_days()
    }

    /// Whether all of `other`'s days belong to this window.
    pub fn contains(&self, other: &Window) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Window) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether both are the same days, whatever they are called.
    pub fn same_days(&self, other: &Window) -> bool {
        (self.start, self.end) == (other.start, other.end)
    }

    /// The part of the window up to and including `day`; `None` if the window begins later.
    pub fn to_date(&self, day: NaiveDate) -> Option<Window> {
        let Some(cut) = day.succ_opt() else { return Some(*self) };
        if cut >= self.end { Some(*self) } else { Window::new(self.start, cut) }
    }

    /// The first `days` days of the window, or all of it if it has fewer.
    pub fn first_days(&self, days: i64) -> Option<Window> {
        if days >= self.days() {
            return Some(*self);
        }
        let days = u64::try_from(days).ok()?;
        Window::new(self.start, self.start.checked_add_days(Days::new(days))?)
    }
}

impl fmt::Display for Window {
    /// First and last day, both included, as people say it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.end.pred_opt().unwrap_or(self.end);
        if last == self.start { write!(f, "{last}") } else { write!(f, "{} to {last}", self.start) }
    }
}
