//! Periods of DHIS2, as days from the first to the one after the last.
//!
//! Financial years and their quarters and halves are named by the year in which they begin; those that begin in November
//! are named by the year in which they end.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Why a text is no period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPeriod {
    WrongForm,
    /// The year is none of those that data are about: the period may be of another calendar.
    OtherCalendar,
}

/// The earliest year.
const FIRST_YEAR: i32 = 1900;
/// How many years a period may lie in the future.
const YEARS_AHEAD: i32 = 30;

/// The first months of financial years, with the words for them.
const MONTHS: [(&str, u32); 6] =
    [("Feb", 2), ("April", 4), ("July", 7), ("Aug", 8), ("Sep", 9), ("Oct", 10)];

const WEEKDAYS: [(&str, Weekday); 5] = [
    ("Wed", Weekday::Wed),
    ("Thu", Weekday::Thu),
    ("Fri", Weekday::Fri),
    ("Sat", Weekday::Sat),
    ("Sun", Weekday::Sun),
];

fn this_year() -> i32 {
    const SECONDS_OF_A_YEAR: u64 = 31_556_952;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    1970 + i32::try_from(now / SECONDS_OF_A_YEAR).unwrap_or_default()
}

/// The days of a period.
pub(super) fn period(text: &str) -> Result<(NaiveDate, NaiveDate), NoPeriod> {
    let (start, end) = days(text).ok_or(NoPeriod::WrongForm)?;
    let years = FIRST_YEAR..=this_year() + YEARS_AHEAD;
    if !years.contains(&start.year()) {
        return Err(NoPeriod::OtherCalendar);
    }
    Ok((start, end))
}

fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let year = i32::try_from(number(text.get(..4)?)?).ok()?;
    let rest = text.get(4..)?;
    if rest.is_empty() {
        return months(first(year, 1)?, 12);
    }
    if rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return plain(year, rest, text);
    }
    if let Some(of_two) = rest.strip_suffix('B') {
        let nth = nth(of_two, 2, 6)?;
        return months(first(year, nth * 2 - 1)?, 2);
    }
    if let Some(weeks) = rest.strip_prefix("BiW") {
        let nth = nth(weeks, 2, 26)?;
        return weeks_from(iso_week(year, nth * 2 - 1)?, 2);
    }
    for (word, weekday) in WEEKDAYS {
        if let Some(week) = rest.strip_prefix(word) {
            let nth = nth(week.strip_prefix('W')?, 2, 53)?;
            return weeks_from(week_from(year, nth, weekday)?, 1);
        }
    }
    // Behind the weekdays, of which one begins with the same letter.
    if let Some(week) = rest.strip_prefix('W') {
        return weeks_from(iso_week(year, nth(week, 2, 53)?)?, 1);
    }
    // Months in which years, quarters and halves begin.
    let (start, part) = if let Some(part) = rest.strip_prefix("Nov") {
        (first(year - 1, 11)?, part)
    } else {
        match MONTHS.iter().find_map(|(word, month)| Some((rest.strip_prefix(word)?, *month))) {
            // A word that is the beginning of another part has none of its letters left.
            Some((part, month)) => (first(year, month)?, part),
            None => (first(year, 1)?, rest),
        }
    };
    match part.as_bytes().first() {
        None => months(start, 12),
        Some(b'Q') => {
            let nth = nth(part.get(1..)?, 1, 4)?;
            months(start.checked_add_months(Months::new((nth - 1) * 3))?, 3)
        }
        Some(b'S') => {
            let nth = nth(part.get(1..)?, 1, 2)?;
            months(start.checked_add_months(Months::new((nth - 1) * 6))?, 6)
        }
        Some(_) => None,
    }
}

/// `yyyyMM`, `yyyy-MM`, `yyyyMMdd`, `yyyy-MM-dd`.
fn plain(year: i32, rest: &str, text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let digits: String = match (rest.len(), rest.starts_with('-')) {
        (2 | 4, false) => rest.to_owned(),
        (3, true) => rest.get(1..)?.to_owned(),
        (6, true) => {
            crate::calendar::date(text)?;
            format!("{}{}", rest.get(1..3)?, rest.get(4..6)?)
        }
        _ => return None,
    };
    let month = number(digits.get(..2)?)?;
    match digits.get(2..)? {
        "" => months(first(year, month)?, 1),
        day => {
            let day = NaiveDate::from_ymd_opt(year, month, number(day)?)?;
            Some((day, day.succ_opt()?))
        }
    }
}

fn first(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)
}

fn months(start: NaiveDate, length: u32) -> Option<(NaiveDate, NaiveDate)> {
    Some((start, start.checked_add_months(Months::new(length))?))
}

fn weeks_from(start: NaiveDate, weeks: u64) -> Option<(NaiveDate, NaiveDate)> {
    Some((start, start.checked_add_days(Days::new(weeks * 7))?))
}

/// The Monday of a week of ISO 8601.
fn iso_week(year: i32, nth: u32) -> Option<NaiveDate> {
    NaiveDate::from_isoywd_opt(year, nth, Weekday::Mon)
}

/// The first day of a week that begins on another day. The first week holds 4 January.
fn week_from(year: i32, nth: u32, weekday: Weekday) -> Option<NaiveDate> {
    let fourth = NaiveDate::from_ymd_opt(year, 1, 4)?;
    let start_of = |day: NaiveDate| {
        let days = day.weekday().days_since(weekday);
        day.checked_sub_days(Days::new(u64::from(days)))
    };
    let start = start_of(fourth)?.checked_add_days(Days::new(u64::from(nth - 1) * 7))?;
    let next = start_of(NaiveDate::from_ymd_opt(year + 1, 1, 4)?)?;
    (start < next).then_some(start)
}

fn nth(digits: &str, width: usize, most: u32) -> Option<u32> {
    let found = number(digits).filter(|found| (1..=most).contains(found))?;
    (digits.len() <= width).then_some(found)
}

fn number(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_has_its_days() {
        for (text, expected) in [
            ("2017", "2017-01-01 2018-01-01"),
            ("201702", "2017-02-01 2017-03-01"),
            ("2017-02", "2017-02-01 2017-03-01"),
            ("20170214", "2017-02-14 2017-02-15"),
            ("2017-02-14", "2017-02-14 2017-02-15"),
            ("201706B", "2017-11-01 2018-01-01"),
            ("201701B", "2017-01-01 2017-03-01"),
            ("2017Q1", "2017-01-01 2017-04-01"),
            ("2017NovQ1", "2016-11-01 2017-02-01"),
            ("2017S2", "2017-07-01 2018-01-01"),
            ("2017AprilS2", "2017-10-01 2018-04-01"),
            ("2017NovS1", "2016-11-01 2017-05-01"),
            ("2017Feb", "2017-02-01 2018-02-01"),
            ("2017April", "2017-04-01 2018-04-01"),
            ("2017July", "2017-07-01 2018-07-01"),
            ("2017Aug", "2017-08-01 2018-08-01"),
            ("2017Sep", "2017-09-01 2018-09-01"),
            ("2017Oct", "2017-10-01 2018-10-01"),
            ("2017Nov", "2016-11-01 2017-11-01"),
            ("2017W1", "2017-01-02 2017-01-09"),
            ("2020W53", "2020-12-28 2021-01-04"),
            ("2017SunW1", "2017-01-01 2017-01-08"),
            ("2017WedW1", "2017-01-04 2017-01-11"),
            ("2017BiW26", "2017-12-18 2018-01-01"),
            ("2017BiW1", "2017-01-02 2017-01-16"),
        ] {
            let found = period(text).map(|(start, end)| format!("{start} {end}"));
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "17",
            "2017Q5",
            "2017Q0",
            "201713",
            "20170230",
            "2021W53",
            "2017SunW53",
            "2017W0",
            "201707B",
            "2017BiW27",
            "2017S3",
            "2017AprilQ5",
            "2017Dec",
            "2017-2",
            "2017-02-1",
            "2017é",
            "LAST_12_MONTHS",
            "2017QQ",
            "+017",
            "2017W001",
            "2017FebW1",
            "2017-0214",
        ] {
            assert_eq!(period(text), Err(NoPeriod::WrongForm), "{text}");
        }
        for text in ["2080-01", "208001", "1899", "1816Q1"] {
            assert_eq!(period(text), Err(NoPeriod::OtherCalendar), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_period_has_days_or_is_refused(text in "[12][0-9]{3}[A-Za-z0-9-]{0,7}") {
            if let Ok((start, end)) = period(&text) {
                prop_assert!(start < end);
            }
        }
    }
}
