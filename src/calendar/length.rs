//! How long a window is that is no part of a year: a number of days, or of months.

use std::fmt;

use chrono::{Days, Months, NaiveDate};

/// A length of time in days or in months.
///
/// ```
/// use attain::calendar::Length;
///
/// let length = Length::parse("12 months").unwrap();
/// assert_eq!(length, Length::Months(12));
/// assert_eq!(length.to_string(), "12 months");
/// assert_eq!(length.code(), "P12M");
/// assert_eq!(Length::parse("4 weeks"), Some(Length::Days(28)));
/// assert_eq!(Length::parse("0 days"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Length {
    /// A number of days, from 1 on.
    Days(u32),
    /// A number of months, from 1 on.
    Months(u32),
}

impl Length {
    /// The most days: a hundred years of them.
    pub const MOST_DAYS: u32 = 36_525;
    /// The most months: a hundred years of them.
    pub const MOST_MONTHS: u32 = 1_200;

    /// A length, if it is one from 1 day to a hundred years.
    fn checked(self) -> Option<Length> {
        let is_within = match self {
            Length::Days(days) => (1..=Length::MOST_DAYS).contains(&days),
            Length::Months(months) => (1..=Length::MOST_MONTHS).contains(&months),
        };
        is_within.then_some(self)
    }

    /// Reads a number of days, weeks, months, quarters or years, as plans write it: `28 days`, `1 year`. `None` for anything
    /// else, and for no time or more than a hundred years.
    pub fn parse(text: &str) -> Option<Length> {
        let (count, unit) = text.split_once(' ')?;
        let count = number(count)?;
        let of = |each: u32| count.checked_mul(each);
        let length = match unit {
            "day" | "days" => Length::Days(count),
            "week" | "weeks" => Length::Days(of(7)?),
            "month" | "months" => Length::Months(count),
            "quarter" | "quarters" => Length::Months(of(3)?),
            "year" | "years" => Length::Months(of(12)?),
            _ => return None,
        };
        length.checked()
    }

    /// Reads the length in the name of a window: `P28D` or `P12M`.
    pub(super) fn parse_code(code: &str) -> Option<Length> {
        let count = code.strip_prefix('P')?;
        let length = match (count.strip_suffix('D'), count.strip_suffix('M')) {
            (Some(days), None) => Length::Days(number(days)?),
            (None, Some(months)) => Length::Months(number(months)?),
            (None, None) | (Some(_), Some(_)) => return None,
        };
        length.checked()
    }

    /// The length as the name of a window has it, a duration of ISO 8601: `P28D` or `P12M`.
    pub fn code(self) -> String {
        match self {
            Length::Days(days) => format!("P{days}D"),
            Length::Months(months) => format!("P{months}M"),
        }
    }

    /// The most days that it may have.
    pub(crate) fn most_days(self) -> i64 {
        match self {
            Length::Days(days) => i64::from(days),
            Length::Months(months) => 31 * i64::from(months),
        }
    }

    /// The day after a number of times of this length, which begin on a day.
    pub(super) fn end_after(self, start: NaiveDate, times: u32) -> Option<NaiveDate> {
        match self {
            Length::Days(days) => {
                start.checked_add_days(Days::new(u64::from(days) * u64::from(times)))
            }
            Length::Months(months) => {
                start.checked_add_months(Months::new(months.checked_mul(times)?))
            }
        }
    }

    /// The first day of a time of this length; `end` is the day after its last. A month that lacks the day has its last one in
    /// place of it.
    pub(crate) fn start_before(self, end: NaiveDate) -> Option<NaiveDate> {
        match self {
            Length::Days(days) => end.checked_sub_days(Days::new(u64::from(days))),
            Length::Months(months) => end.checked_sub_months(Months::new(months)),
        }
    }
}

/// A number without a sign or leading zeros.
fn number(text: &str) -> Option<u32> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Length::Days(days) => (days, "day"),
            Length::Months(months) => (months, "month"),
        };
        write!(f, "{count} {unit}{}", if *count == 1 { "" } else { "s" })
    }
}
