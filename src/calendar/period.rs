//! Named stretches of time: years, halves, quarters, months, weeks and days.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use super::{Length, date, years_before_end, years_before_start};
use crate::error::codes::codes;

/// A named stretch of a calendar. The numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// A reporting year.
    Year(i32),
    /// A half of a reporting year.
    Half(i32, u32),
    /// A quarter of a reporting year.
    Quarter(i32, u32),
    /// A month, named by the calendar.
    Month(i32, u32),
    /// A week, named by the calendar: an ISO week if weeks begin on Monday.
    Week(i32, u32),
    /// A day.
    Day(NaiveDate),
    /// The time of some length that ends with a day, this day included.
    Ending(NaiveDate, Length),
}

codes! {
    /// A kind of period, shortest first.
    #[derive(PartialOrd, Ord)]
    pub enum Every as "kind of period" {
        /// Days.
        Day = "day",
        /// Weeks.
        Week = "week",
        /// Months.
        Month = "month",
        /// Quarters of the reporting year.
        Quarter = "quarter",
        /// Halves of the reporting year.
        Half = "half",
        /// Reporting years.
        Year = "year",
    }
}

impl Every {
    /// Several periods of the kind.
    pub(crate) fn plural(self) -> &'static str {
        match self {
            Every::Day => "days",
            Every::Week => "weeks",
            Every::Month => "months",
            Every::Quarter => "quarters",
            Every::Half => "halves",
            Every::Year => "years",
        }
    }

    /// The days of the longest period of the kind.
    pub(crate) fn most_days(self) -> i64 {
        match self {
            Every::Day => 1,
            Every::Week => 7,
            Every::Month => 31,
            Every::Quarter => 92,
            Every::Half => 184,
            Every::Year => 366,
        }
    }
}

impl Period {
    /// Reads `2023`, `2023-H1`, `2023-Q1`, `2023-05`, `2023-W07`, `2023-05-14`, or a last day and a length: `2023-05-31/P28D`.
    /// Years have four digits.
    pub fn parse(name: &str) -> Option<Period> {
        if let Some((last, length)) = name.split_once('/') {
            return Some(Period::Ending(date(last)?, Length::parse_code(length)?));
        }
        if let Some(day) = date(name) {
            return Some(Period::Day(day));
        }
        let digits = |text: &str, length: usize| {
            (text.len() == length && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse::<u32>().ok())
                .flatten()
        };
        let (year, rest) = match name.split_once('-') {
            Some((year, rest)) => (year, Some(rest)),
            None => (name, None),
        };
        let year = i32::try_from(digits(year, 4)?).ok()?;
        let Some(rest) = rest else { return Some(Period::Year(year)) };
        let (period, number, count) = if let Some(half) = rest.strip_prefix('H') {
            let half = digits(half, 1)?;
            (Period::Half(year, half), half, 2)
        } else if let Some(quarter) = rest.strip_prefix('Q') {
            let quarter = digits(quarter, 1)?;
            (Period::Quarter(year, quarter), quarter, 4)
        } else if let Some(week) = rest.strip_prefix('W') {
            let week = digits(week, 2)?;
            (Period::Week(year, week), week, 53)
        } else {
            let month = digits(rest, 2)?;
            (Period::Month(year, month), month, 12)
        };
        (1..=count).contains(&number).then_some(period)
    }

    /// The kind of period; `None` for one of a length.
    pub fn every(self) -> Option<Every> {
        Some(match self {
            Period::Year(_) => Every::Year,
            Period::Half(..) => Every::Half,
            Period::Quarter(..) => Every::Quarter,
            Period::Month(..) => Every::Month,
            Period::Week(..) => Every::Week,
            Period::Day(_) => Every::Day,
            Period::Ending(..) => return None,
        })
    }

    /// The year in the period's name.
    pub fn year(self) -> i32 {
        match self {
            Period::Year(year)
            | Period::Half(year, _)
            | Period::Quarter(year, _)
            | Period::Month(year, _)
            | Period::Week(year, _) => year,
            Period::Day(day) | Period::Ending(day, _) => day.year(),
        }
    }

    /// The same part of an earlier year; of 29 February, the 28th. What ends with February keeps ending with it.
    pub(super) fn of_earlier_year(self, year: i32) -> Option<Period> {
        Some(match self {
            Period::Year(_) => Period::Year(year),
            Period::Half(_, half) => Period::Half(year, half),
            Period::Quarter(_, quarter) => Period::Quarter(year, quarter),
            Period::Month(_, month) => Period::Month(year, month),
            Period::Week(_, week) => Period::Week(year, week),
            Period::Day(day) => {
                Period::Day(years_before_start(day, day.year().checked_sub(year)?)?)
            }
            Period::Ending(last, length) => {
                let back = last.year().checked_sub(year)?;
                Period::Ending(years_before_end(last.succ_opt()?, back)?.pred_opt()?, length)
            }
        })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Period::Year(year) => write!(f, "{year:04}"),
            Period::Half(year, half) => write!(f, "{year:04}-H{half}"),
            Period::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Period::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Period::Week(year, week) => write!(f, "{year:04}-W{week:02}"),
            Period::Day(day) => write!(f, "{day}"),
            Period::Ending(last, length) => write!(f, "{last}/{}", length.code()),
        }
    }
}
