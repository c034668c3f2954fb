//! Time periods of SDMX.
//!
//! | text | days |
//! |---|---|
//! | `2023`, `2023-A1` | the year |
//! | `2023-S1`, `2023-T1`, `2023-Q1` | six, four, three months |
//! | `2023-M05`, `2023-05` | the month; `2023-05` of a frequency such as `Q` begins a longer period |
//! | `2023-W07` | the week of ISO 8601 |
//! | `2023-D045`, `2023-02-14`, `2023-02-14T10:00:00` | the day |
//! | `2023-01-01/P1Y` | from a day on, so long |
//!
//! Forms with a letter count from the first day of the reporting year.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Why a text is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPeriod {
    WrongForm,
    /// A time with a zone: the day depends on the place.
    WithZone,
}

pub(super) type Days2 = (NaiveDate, NaiveDate);

/// The days of a period, from the first to the one after the last.
pub(super) fn period(
    text: &str,
    frequency: Option<&str>,
    year_starts: (u32, u32),
) -> Result<Days2, NoPeriod> {
    if let Some((start, length)) = text.split_once('/') {
        let start = moment(start)?;
        return end_after(start, length).map(|end| (start, end)).ok_or(NoPeriod::WrongForm);
    }
    if text.len() > "2023-02-14".len() || text.ends_with('Z') {
        let day = moment(text)?;
        return one_day(day).ok_or(NoPeriod::WrongForm);
    }
    plain(text, frequency, year_starts).ok_or(NoPeriod::WrongForm)
}

fn plain(text: &str, frequency: Option<&str>, (month, day): (u32, u32)) -> Option<Days2> {
    let (year, rest) = match text.split_once('-') {
        Some((year, rest)) => (year, Some(rest)),
        None => (text, None),
    };
    let year: i32 = number(year, 4)?.try_into().ok()?;
    let Some(rest) = rest else {
        let start = NaiveDate::from_ymd_opt(year, 1, 1)?;
        return months(start, 12);
    };
    let first = NaiveDate::from_ymd_opt(year, month, day)?;
    let letter = rest.chars().next()?;
    let nth = |digits: &str, width: usize, most: u32| {
        number(digits, width).filter(|nth| (1..=most).contains(nth))
    };
    let part = |width: usize, most: u32, length: u32| -> Option<Days2> {
        let nth = nth(rest.get(1..)?, width, most)?;
        months(first.checked_add_months(Months::new((nth - 1) * length))?, length)
    };
    match letter {
        'A' => part(1, 1, 12),
        'S' => part(1, 2, 6),
        'T' => part(1, 3, 4),
        'Q' => part(1, 4, 3),
        'M' => part(2, 12, 1),
        'W' => {
            let nth = nth(rest.get(1..)?, 2, 53)?;
            let start = if (month, day) == (1, 1) {
                NaiveDate::from_isoywd_opt(year, nth, Weekday::Mon)?
            } else {
                // The first week has at least four days of the reporting year.
                let fourth = first.checked_add_days(Days::new(3))?;
                let days = u64::from(fourth.weekday().num_days_from_monday());
                let week = fourth.checked_sub_days(Days::new(days))?;
                week.checked_add_days(Days::new(u64::from(nth - 1) * 7))?
            };
            Some((start, start.checked_add_days(Days::new(7))?))
        }
        'D' => {
            let nth = nth(rest.get(1..)?, 3, 366)?;
            let start = first.checked_add_days(Days::new(u64::from(nth - 1)))?;
            (start < first.checked_add_months(Months::new(12))?).then_some(())?;
            one_day(start)
        }
        _ if rest.len() == 2 => {
            let start = NaiveDate::from_ymd_opt(year, number(rest, 2)?, 1)?;
            let length = match frequency {
                Some("A") => 12,
                Some("S") => 6,
                Some("T") => 4,
                Some("Q") => 3,
                _ => 1,
            };
            months(start, length)
        }
        _ => one_day(crate::calendar::date(text)?),
    }
}

/// The day of a date, or of a time without a zone.
fn moment(text: &str) -> Result<NaiveDate, NoPeriod> {
    let (day, time) = match text.split_once('T') {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    if let Some(time) = time {
        if time.contains(['Z', '+', '-']) {
            return Err(NoPeriod::WithZone);
        }
        let is_time = time.len() >= 5
            && time.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
        if !is_time {
            return Err(NoPeriod::WrongForm);
        }
    }
    crate::calendar::date(day).ok_or(NoPeriod::WrongForm)
}

fn end_after(start: NaiveDate, length: &str) -> Option<NaiveDate> {
    let length = length.strip_prefix('P')?;
    let unit = length.chars().last()?;
    let count: u32 = length.strip_suffix(unit)?.parse().ok().filter(|count| *count > 0)?;
    let end = match unit {
        'Y' => start.checked_add_months(Months::new(count.checked_mul(12)?)),
        'M' => start.checked_add_months(Months::new(count)),
        'W' => start.checked_add_days(Days::new(u64::from(count) * 7)),
        'D' => start.checked_add_days(Days::new(count.into())),
        _ => None,
    };
    // Dates have years of four digits.
    end.filter(|end| end.year() <= 9_999)
}

fn months(start: NaiveDate, length: u32) -> Option<Days2> {
    Some((start, start.checked_add_months(Months::new(length))?))
}

fn one_day(day: NaiveDate) -> Option<Days2> {
    Some((day, day.succ_opt()?))
}

fn number(digits: &str, width: usize) -> Option<u32> {
    let is_number = digits.len() == width && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The first day of reporting years, from `--04-01`.
pub(super) fn year_start(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.strip_prefix("--")?.split_once('-')?;
    let (month, day) = (number(month, 2)?, number(day, 2)?);
    // A day that every year has.
    NaiveDate::from_ymd_opt(2023, month, day).map(|_| (month, day))
}

/// The day of an update: `2026-03-24T00:00:00`, `2026-03-24`, or `24/03/26 11:00:00`.
pub(super) fn update_day(text: &str) -> Option<NaiveDate> {
    if let Some(day) = text.get(..10).and_then(crate::calendar::date) {
        return Some(day);
    }
    let mut parts = text.split_whitespace().next()?.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let year = match year.len() {
        2 => 2000 + number(year, 2)?,
        _ => number(year, 4)?,
    };
    NaiveDate::from_ymd_opt(year.try_into().ok()?, number(month, 2)?, number(day, 2)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_its_days() {
        let found = |text, frequency, starts| {
            period(text, frequency, starts).map(|(start, end)| format!("{start} {end}"))
        };
        for (text, frequency, days) in [
            ("2023", None, "2023-01-01 2024-01-01"),
            ("2023-A1", None, "2023-01-01 2024-01-01"),
            ("2023-S2", None, "2023-07-01 2024-01-01"),
            ("2023-T3", None, "2023-09-01 2024-01-01"),
            ("2023-Q1", None, "2023-01-01 2023-04-01"),
            ("2023-M05", None, "2023-05-01 2023-06-01"),
            ("2023-05", None, "2023-05-01 2023-06-01"),
            ("2023-05", Some("M"), "2023-05-01 2023-06-01"),
            ("2023-04", Some("Q"), "2023-04-01 2023-07-01"),
            ("2023-W07", None, "2023-02-13 2023-02-20"),
            ("2023-D045", None, "2023-02-14 2023-02-15"),
            ("2023-02-14", None, "2023-02-14 2023-02-15"),
            ("2023-02-14T10:00:00", None, "2023-02-14 2023-02-15"),
            ("2023-01-01/P1Y", None, "2023-01-01 2024-01-01"),
            ("2022-12-15/P62D", None, "2022-12-15 2023-02-15"),
            ("2015-01-01/P5844D", None, "2015-01-01 2031-01-01"),
            ("2023-01-01T00:00:00/P3M", None, "2023-01-01 2023-04-01"),
        ] {
            assert_eq!(found(text, frequency, (1, 1)).as_deref(), Ok(days), "{text}");
        }
        assert_eq!(found("2023-Q1", None, (4, 1)).as_deref(), Ok("2023-04-01 2023-07-01"));
        assert_eq!(found("2023-W01", None, (4, 1)).as_deref(), Ok("2023-04-03 2023-04-10"));
        assert_eq!(found("2023-02-14T10:00:00Z", None, (1, 1)), Err(NoPeriod::WithZone));
        assert_eq!(found("2023-02-14T10:00:00+07:00", None, (1, 1)), Err(NoPeriod::WithZone));
        for text in [
            "",
            "23",
            "2023-Q5",
            "2023-W53",
            "2023-M13",
            "2023-13",
            "2023-D366",
            "2023-02-30",
            "2023-01-01/P1X",
            "2023-01-01/P0D",
            "2023-01-01/P4294967295Y",
            "2023-01-01/P4294967295D",
            "2023-01-01/P9000Y",
            "2023Q1",
            "2023-",
            "9999-A1/",
            "－",
            "2023-é1",
        ] {
            assert_eq!(found(text, None, (1, 1)), Err(NoPeriod::WrongForm), "{text}");
        }
        assert_eq!(year_start("--04-01"), Some((4, 1)));
        assert_eq!(year_start("--02-29"), None);
        assert_eq!(update_day("10/02/26 11:00:00"), NaiveDate::from_ymd_opt(2026, 2, 10));
        assert_eq!(update_day("2026-03-24T00:00:00"), NaiveDate::from_ymd_opt(2026, 3, 24));
    }
}
