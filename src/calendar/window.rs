//! A half-open span of days.

use std::fmt;

use chrono::{Datelike, Days, NaiveDate};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Calendar, NamedBy, Period};

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
/// let json = serde_json::to_string(&window)?;
/// assert_eq!(json, r#"{"start":"2023-01-01","end":"2023-02-01"}"#);
/// assert_eq!(serde_json::from_str::<Window>(&json)?, window);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Window {
    start: NaiveDate,
    end: NaiveDate,
    period: Option<Period>,
}

/// How a window is serialised.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    start: NaiveDate,
    end: NaiveDate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
}

impl Serialize for Window {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Window { start, end, period } = *self;
        Bounds { start, end, period: period.map(|period| period.to_string()) }.serialize(serializer)
    }
}

/// Fails if the window has no days, or no calendar has such a period on these days.
impl<'de> Deserialize<'de> for Window {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Bounds { start, end, period } = Bounds::deserialize(deserializer)?;
        let window = Window::new(start, end)
            .ok_or_else(|| D::Error::custom(format!("no day lies from {start} to before {end}")))?;
        let Some(name) = period else { return Ok(window) };
        let found = Period::parse(&name).map(|period| Window { period: Some(period), ..window });
        found.filter(|window| window.is_period_of_a_calendar()).ok_or_else(|| {
            D::Error::custom(format!("`{name}` is no period from {start} to before {end}"))
        })
    }
}

impl Window {
    /// Whether its period has these days in some calendar.
    fn is_period_of_a_calendar(&self) -> bool {
        // Weeks, days and lengths begin on any day of a month, whatever the reporting year.
        let day = self.start.day().min(28);
        let has_it = |month: u32, named_by: NamedBy| {
            let calendar = Calendar::new(month, day, named_by);
            let calendar = calendar.map(|calendar| calendar.with_weeks_from(self.start.weekday()));
            calendar.and_then(|calendar| calendar.window(self.period?)) == Some(*self)
        };
        (1..=12).any(|month| has_it(month, NamedBy::Start) || has_it(month, NamedBy::End))
    }

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

    /// Whether a day is one of its days.
    pub(crate) fn contains_day(&self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }

    /// Its name: that of its period, or its first and last day. [`Calendar::named`] reads it.
    pub fn name(&self) -> String {
        match self.period {
            Some(period) => period.to_string(),
            None => format!("{} to {}", self.start, self.last()),
        }
    }

    /// The last day that belongs to it.
    pub(crate) fn last(&self) -> NaiveDate {
        self.end.pred_opt().unwrap_or(self.end)
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
        let last = self.last();
        if last == self.start { write!(f, "{last}") } else { write!(f, "{} to {last}", self.start) }
    }
}
