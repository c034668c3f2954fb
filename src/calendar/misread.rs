//! How to write what a text that is no day, or names no period, is meant to be.

use chrono::NaiveDate;

use super::{Calendar, Period, date};

/// What may be meant by a text that is no day.
pub(crate) fn day_hint(text: &str) -> Option<String> {
    if let Some(day) = text.get(..10)
        && let Some(day) = date(day)
    {
        return Some(format!("leave out what follows the day, {day}"));
    }
    if is_number(text) {
        return day_of_a_bare_number(text);
    }
    let parts: Vec<&str> = text.split(['-', '/', '.', ' ']).collect();
    let number = |part: &str| is_number(part).then(|| part.parse::<u32>().ok()).flatten();
    let &[first, second, third] = &parts[..] else {
        return Period::parse(text).map(|_| "this is a period; a day is asked for here".to_owned());
    };
    let (one, two, three) = (number(first)?, number(second)?, number(third)?);
    let day = |year: u32, month: u32, day: u32| {
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| year > 0)
    };
    if first.len() == 4 {
        return Some(match day(one, two, three) {
            Some(day) => format!("write {day}"),
            None => "there is no such day".to_owned(),
        });
    }
    if third.len() != 4 {
        return None;
    }
    // Some write the day first, some the month: only one of both may be a day.
    Some(match (day(three, two, one), day(three, one, two)) {
        (Some(day), None) | (None, Some(day)) => format!("write {day}"),
        (Some(one), Some(two)) if one == two => format!("write {one}"),
        (Some(one), Some(two)) => format!("write {one} or {two}, whichever is meant"),
        (None, None) => "there is no such day".to_owned(),
    })
}

/// `20230514`, or a number of days as spreadsheets count them.
fn day_of_a_bare_number(text: &str) -> Option<String> {
    match text.len() {
        8 => date(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
            .map(|day| format!("write {day}")),
        5 => Some(
            "a spreadsheet shows its days so: format the column as dates like 2025-07-01"
                .to_owned(),
        ),
        4 => Some("this is a period; a day is asked for here".to_owned()),
        _ => None,
    }
}

impl Calendar {
    /// What may be meant by a text that names no period of this calendar.
    pub(crate) fn period_hint(&self, text: &str) -> Option<String> {
        // `2023.0` is what a table makes of 2023 when it takes it for a number.
        let text = text.strip_suffix(".0").unwrap_or(text).trim();
        let mut parts = parts(text);
        let year = parts.iter().position(|part| part.len() == 4 && is_number(part))?;
        let year = parts.remove(year);
        if year == "0000" {
            return Some("years are 0001 to 9999".to_owned());
        }
        let kind = match parts.iter().position(|part| !is_number(part)) {
            Some(at) => parts.remove(at).to_uppercase(),
            None => String::new(),
        };
        let number: Option<u32> = match parts[..] {
            [] => None,
            [number] if number.len() <= 2 => number.parse().ok(),
            _ => return None,
        };
        let (name, there_are) = match (kind.as_str(), number) {
            ("", None) => (year.to_owned(), None),
            ("H" | "S", Some(half)) => (format!("{year}-H{half}"), Some("halves 1 and 2")),
            ("Q", Some(quarter)) => (format!("{year}-Q{quarter}"), Some("quarters 1 to 4")),
            ("" | "M", Some(month)) => (format!("{year}-{month:02}"), Some("months 01 to 12")),
            ("W", Some(week)) => {
                let name = format!("{year}-W{week:02}");
                // Week 53 is in some years only.
                let last = if self.period(&format!("{year}-W53")).is_some() { 53 } else { 52 };
                if self.period(&name).is_none() {
                    return Some(format!("{year} has the weeks 01 to {last}"));
                }
                (name, None)
            }
            _ => return None,
        };
        match (self.period(&name), there_are) {
            (Some(period), _) => Some(format!("write {period}")),
            (None, Some(there_are)) => Some(format!("a year has {there_are}")),
            (None, None) => None,
        }
    }
}

/// Runs of letters and runs of digits, without the marks between them.
fn parts(text: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    for word in text.split(|letter: char| !letter.is_alphanumeric()) {
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let end =
                rest.find(|letter: char| letter.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            parts.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    parts
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_written_otherwise_is_told_as_it_should_be_written() {
        let cases = [
            ("14/05/2023", Some("write 2023-05-14")),
            ("5/14/2023", Some("write 2023-05-14")),
            ("05.06.2023", Some("write 2023-06-05 or 2023-05-06, whichever is meant")),
            ("05/05/2023", Some("write 2023-05-05")),
            ("31/04/2023", Some("there is no such day")),
            ("2023/5/4", Some("write 2023-05-04")),
            ("2023-02-29", Some("there is no such day")),
            ("0000-01-01", Some("there is no such day")),
            ("2023-05-14T00:00:00", Some("leave out what follows the day, 2023-05-14")),
            ("20230514", Some("write 2023-05-14")),
            ("20231314", None),
            (
                "45060",
                Some("a spreadsheet shows its days so: format the column as dates like 2025-07-01"),
            ),
            ("2023-05", Some("this is a period; a day is asked for here")),
            ("2023", Some("this is a period; a day is asked for here")),
            ("14/05/23", None),
            ("99999999999999999999/1/2023", None),
            ("yesterday", None),
            ("", None),
            ("đầu tháng", None),
        ];
        for (text, expected) in cases {
            assert_eq!(day_hint(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_period_written_otherwise_is_told_as_it_should_be_written() {
        let cases = [
            ("2023-Q5", Some("a year has quarters 1 to 4")),
            ("2023-H3", Some("a year has halves 1 and 2")),
            ("2023-W53", Some("2023 has the weeks 01 to 52")),
            ("2020-W54", Some("2020 has the weeks 01 to 53")),
            ("2023-W00", Some("2023 has the weeks 01 to 52")),
            ("2023-13", Some("a year has months 01 to 12")),
            ("2023-5", Some("write 2023-05")),
            ("05/2023", Some("write 2023-05")),
            ("2023M5", Some("write 2023-05")),
            ("2023-W7", Some("write 2023-W07")),
            ("2023w07", Some("write 2023-W07")),
            ("Q1 2023", Some("write 2023-Q1")),
            ("2023q1", Some("write 2023-Q1")),
            ("S2/2023", Some("write 2023-H2")),
            ("2023.0", Some("write 2023")),
            (" 2023 ", Some("write 2023")),
            ("23", None),
            ("May 2023", None),
            ("2023-05-14", None),
            ("2023-2024", None),
            ("2023-Q", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Calendar::default().period_hint(text).as_deref(), expected, "{text}");
        }
    }
}
