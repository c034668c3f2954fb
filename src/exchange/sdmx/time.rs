//! Windows as time periods of SDMX.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::calendar::Window;

/// The codes of frequencies that are written, and their names.
pub(super) const FREQUENCIES: [(&str, &str); 7] = [
    ("A", "Annual"),
    ("S", "Half-yearly"),
    ("Q", "Quarterly"),
    ("M", "Monthly"),
    ("W", "Weekly"),
    ("D", "Daily"),
    ("_O", "Other"),
];

/// The frequency and the time period of a window.
///
/// | days | frequency | time period |
/// |---|---|---|
/// | a Gregorian year, half, quarter, month | `A`, `S`, `Q`, `M` | `2023`, `2023-S1`, `2023-Q1`, `2023-05` |
/// | a week of ISO 8601, a day | `W`, `D` | `2023-W07`, `2023-02-14` |
/// | any other | `_O` | the first day and the number of days: `2022-12-15/P62D` |
pub(super) fn time_period(window: &Window) -> (&'static str, String) {
    let (start, end) = (window.start(), window.end());
    let months = whole_months(start, end);
    let part = |length: i32| {
        (start.month0() as i32 % length == 0).then(|| start.month0() as i32 / length + 1)
    };
    let year = start.year();
    let named = match months {
        Some(12) => part(12).map(|_| ("A", format!("{year:04}"))),
        Some(6) => part(6).map(|half| ("S", format!("{year:04}-S{half}"))),
        Some(3) => part(3).map(|quarter| ("Q", format!("{year:04}-Q{quarter}"))),
        Some(1) => Some(("M", format!("{year:04}-{:02}", start.month()))),
        _ => None,
    };
    named.unwrap_or_else(|| match window.days() {
        1 => ("D", start.to_string()),
        7 if start.weekday() == Weekday::Mon => {
            let week = start.iso_week();
            ("W", format!("{:04}-W{:02}", week.year(), week.week()))
        }
        days => ("_O", format!("{start}/P{days}D")),
    })
}

/// The number of months between two first days of months.
fn whole_months(start: NaiveDate, end: NaiveDate) -> Option<i32> {
    let month = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
    (start.day() == 1 && end.day() == 1).then(|| month(end) - month(start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::date;

    #[test]
    fn windows_that_are_periods_have_their_names() {
        for (start, end, frequency, text) in [
            ("2023-01-01", "2024-01-01", "A", "2023"),
            ("2023-07-01", "2024-01-01", "S", "2023-S2"),
            ("2023-04-01", "2023-07-01", "Q", "2023-Q2"),
            ("2023-12-01", "2024-01-01", "M", "2023-12"),
            ("2024-12-30", "2025-01-06", "W", "2025-W01"),
            ("2023-02-14", "2023-02-15", "D", "2023-02-14"),
            ("2022-12-15", "2023-02-15", "_O", "2022-12-15/P62D"),
            ("2023-02-01", "2023-05-01", "_O", "2023-02-01/P89D"),
            ("2023-04-01", "2024-04-01", "_O", "2023-04-01/P366D"),
            ("2023-02-14", "2023-02-21", "_O", "2023-02-14/P7D"),
            ("2015-01-01", "2031-01-01", "_O", "2015-01-01/P5844D"),
        ] {
            let window = Window::new(date(start).unwrap(), date(end).unwrap()).unwrap();
            assert_eq!(time_period(&window), (frequency, text.to_owned()));
            assert!(FREQUENCIES.iter().any(|(code, _)| *code == frequency));
        }
    }
}
