//! Suggests how to write a text that is no day, or names no period.

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::{Calendar, Every, NamedBy, Period, date};

/// Suggests how to write a text that is no day.
pub(crate) fn day_hint(text: &str) -> Option<String> {
    if let Some(day) = text.get(..10)
        && let Some(day) = date(day)
    {
        return Some(format!("leave out what follows the day, {day}"));
    }
    if let Some(days) = days_meant(text) {
        return Some(match days[..] {
            [] => "there is no such day".to_owned(),
            [one] => format!("write {one}"),
            [one, other, ..] => format!("write {one} or {other}, whichever is meant"),
        });
    }
    if text.len() == 5 && is_number(text) {
        return Some(
            "a spreadsheet shows its days so: format the column as dates like 2025-07-01"
                .to_owned(),
        );
    }
    Period::parse(text).map(|_| "this is a period; a day is expected here".to_owned())
}

/// The days that a text written like a day may mean; none if it is written otherwise.
fn days_meant(text: &str) -> Option<Vec<NaiveDate>> {
    if text.len() == 8 && is_number(text) {
        let day = date(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))?;
        return Some(vec![day]);
    }
    let day = |year: u32, month: u32, day: u32| {
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).filter(|_| year > 0)
    };
    let parts: Vec<&str> =
        text.split(['-', '/', '.', ' ', ',']).filter(|one| !one.is_empty()).collect();
    let &[first, second, third] = &parts[..] else { return None };
    // A month in letters leaves one meaning: 31-May-23, May 31, 2023, 2023-May-31.
    let named = match (month_named(first), month_named(second)) {
        (Some(month), None) => Some((third, month, second)),
        (None, Some(month)) if first.len() == 4 => Some((first, month, third)),
        (None, Some(month)) => Some((third, month, first)),
        (Some(_), Some(_)) | (None, None) => None,
    };
    if let Some((year, month, of_month)) = named {
        let (year, of_month) = (year_of_digits(year)?, number(of_month)?);
        return Some(day(year, month, of_month).into_iter().collect());
    }
    let (one, two, three) = (number(first)?, number(second)?, number(third)?);
    if first.len() == 4 {
        return Some(day(one, two, three).into_iter().collect());
    }
    if third.len() != 4 {
        return None;
    }
    // Some write the day first, some the month: only one of both may be a day.
    let mut days: Vec<NaiveDate> =
        [day(three, two, one), day(three, one, two)].into_iter().flatten().collect();
    days.dedup();
    Some(days)
}

/// A year of four digits, or of two as POSIX reads them: 69 to 99 are of the 20th century.
fn year_of_digits(text: &str) -> Option<u32> {
    match (text.len(), number(text)?) {
        (4, year) => Some(year),
        (2, year @ ..69) => Some(2000 + year),
        (2, year) => Some(1900 + year),
        _ => None,
    }
}

/// The number of a month by its English name or the first letters of it, at least three.
fn month_named(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let word = word.to_lowercase();
    let is_meant = |month: &&str| word.len() >= 3 && month.starts_with(&word);
    (1..).zip(MONTHS).find(|(_, month)| is_meant(month)).map(|(number, _)| number)
}

/// What a word says of the kind of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    Period(Every),
    /// The T of *trimestre* and of *tháng*.
    QuarterOrMonth,
    Financial,
}

/// What words of English, Vietnamese, French, Spanish and German call periods.
const KINDS: [(Kind, &[&str]); 6] = [
    (Kind::Period(Every::Half), &["h", "s", "half", "semester", "semestre", "hj", "halbjahr"]),
    (
        Kind::Period(Every::Quarter),
        &["q", "qtr", "quarter", "quý", "quy", "quartal", "trimestre", "trimester"],
    ),
    (Kind::Period(Every::Month), &["m", "month", "tháng", "thang", "mois", "mes", "monat"]),
    (Kind::Period(Every::Week), &["w", "wk", "week", "tuần", "tuan", "kw", "semaine", "semana"]),
    (Kind::QuarterOrMonth, &["t"]),
    (Kind::Financial, &["fy", "financial", "fiscal"]),
];

/// Words that say nothing of the kind.
const FILLERS: [&str; 12] =
    ["năm", "nam", "year", "of", "de", "the", "st", "nd", "rd", "th", "er", "no"];

/// Roman numbers of quarters and months.
const ROMAN: [&str; 12] =
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/// The kind of period that a word such as `monthly` names.
pub(crate) fn every_meant(word: &str) -> Option<Every> {
    let word = word.trim().to_lowercase().replace(['-', ' ', '_'], "");
    match word.as_str() {
        "day" | "daily" | "days" | "eachday" | "everyday" => Some(Every::Day),
        "week" | "weekly" | "weeks" | "eachweek" | "everyweek" => Some(Every::Week),
        "month" | "monthly" | "months" | "eachmonth" | "everymonth" => Some(Every::Month),
        "quarter" | "quarterly" | "quarters" | "eachquarter" | "everyquarter" => {
            Some(Every::Quarter)
        }
        "half" | "halfyear" | "halfyearly" | "halves" | "biannual" | "semiannual" | "everyhalf" => {
            Some(Every::Half)
        }
        "year" | "yearly" | "years" | "annual" | "annually" | "eachyear" | "everyyear" => {
            Some(Every::Year)
        }
        _ => None,
    }
}

impl Calendar {
    /// Suggests how to write a text that is no day, in a column of the days that rows are about: a period has a column of
    /// its own.
    pub(crate) fn day_hint_of_row(&self, text: &str) -> Option<String> {
        day_hint(text).or_else(|| {
            let hint = self.period_hint(text)?;
            Some(format!("a period stands in the column `period`: {hint}"))
        })
    }

    /// Suggests how to write a text that names no period of this calendar.
    pub(crate) fn period_hint(&self, text: &str) -> Option<String> {
        // `2023.0` is what a table makes of 2023 when it takes it for a number.
        let text = text.strip_suffix(".0").unwrap_or(text).trim();
        if date(text).is_some() {
            return None;
        }
        if let Some(days) = days_meant(text) {
            let [day] = days[..] else { return None };
            let month = self.period_at(Every::Month, day)?;
            return Some(format!("this is the day {day}; its month is {month}"));
        }
        let text: String = text.nfc().flat_map(char::to_lowercase).collect();
        let mut words = parts(&text);
        words.retain(|word| !FILLERS.contains(word));
        // `Q42010` is the fourth quarter of 2010, and so is `Q20104`.
        if let [kind, digits] = words[..]
            && kind_of(kind).is_some_and(|kind| kind != Kind::Financial)
            && let Some((year, number)) = year_and_number(digits)
        {
            words = vec![kind, year, number];
        }
        if let [digits] = words[..]
            && digits.len() == 6
            && is_number(digits)
        {
            return self
                .written(&format!("{}-{}", &digits[..4], &digits[4..]), Some("months 01 to 12"));
        }
        if let Some(hint) = self.financial_year(&words) {
            return Some(hint);
        }
        if let [one, other] = words[..] {
            let named = |month, year| Some((month_named(month)?, year_of_digits(year)?));
            if let Some((month, year)) = named(one, other).or_else(|| named(other, one)) {
                return self.written(&format!("{year:04}-{month:02}"), None);
            }
        }
        let year = words.iter().position(|word| word.len() == 4 && is_number(word))?;
        let year = words.remove(year);
        if year == "0000" {
            return Some("years are 0001 to 9999".to_owned());
        }
        let kind = match words.iter().position(|word| kind_of(word).is_some()) {
            Some(at) => kind_of(words.remove(at)),
            None => None,
        };
        let of_roman = |word: &str| Some((1..).zip(ROMAN).find(|(_, one)| *one == word)?.0);
        let (kind, number) = match words[..] {
            [] if kind.is_none() => return self.written(year, None),
            [word] if word.len() <= 2 && is_number(word) => (kind, number(word)?),
            // Without a word that says more, quarters and months are written so.
            [word] => (kind.or(Some(Kind::QuarterOrMonth)), of_roman(word)?),
            _ => return None,
        };
        match kind {
            Some(Kind::Period(Every::Half)) => {
                self.written(&format!("{year}-H{number}"), Some("halves 1 and 2"))
            }
            Some(Kind::Period(Every::Quarter)) => {
                self.written(&format!("{year}-Q{number}"), Some("quarters 1 to 4"))
            }
            None | Some(Kind::Period(Every::Month)) => {
                self.written(&format!("{year}-{number:02}"), Some("months 01 to 12"))
            }
            Some(Kind::Period(Every::Week)) => {
                // Week 53 is in some years only.
                let last = if self.period(&format!("{year}-W53")).is_some() { 53 } else { 52 };
                let name = format!("{year}-W{number:02}");
                match self.period(&name) {
                    Some(period) => Some(format!("write {period}")),
                    None => Some(format!("{year} has the weeks 01 to {last}")),
                }
            }
            Some(Kind::QuarterOrMonth) => {
                let quarter = self.period(&format!("{year}-Q{number}"));
                let month = self.period(&format!("{year}-{number:02}"));
                Some(match (quarter, month) {
                    (Some(quarter), Some(month)) => {
                        format!("write {quarter} if it is a quarter, {month} if it is a month")
                    }
                    (None, Some(month)) => format!("write {month}"),
                    (_, None) => "a year has quarters 1 to 4 and months 01 to 12".to_owned(),
                })
            }
            Some(Kind::Period(Every::Day | Every::Year) | Kind::Financial) => None,
        }
    }

    /// The period with this name; if there is none, how many of its kind a year has.
    fn written(&self, name: &str, there_are: Option<&str>) -> Option<String> {
        match self.period(name) {
            Some(period) => Some(format!("write {period}")),
            None => there_are.map(|there_are| format!("a year has {there_are}")),
        }
    }

    /// What `FY2023` and `2022/23` may mean: the reporting years of the plan, if they are no calendar years.
    fn financial_year(&self, words: &[&str]) -> Option<String> {
        let is_financial = |word: &str| {
            KINDS.iter().any(|(kind, names)| *kind == Kind::Financial && names.contains(&word))
        };
        let says_so = words.iter().any(|word| is_financial(word));
        let numbers: Vec<&str> = words.iter().copied().filter(|word| !is_financial(word)).collect();
        let (first, second) = match numbers[..] {
            [one] if says_so => (year_of_digits(one)?, None),
            [one, other] if one.len() == 4 => {
                let (one, other) = (number(one)?, (other.len(), number(other)?));
                let follows = match other {
                    (4, other) => other == one + 1,
                    (2, other) => other == (one + 1) % 100,
                    _ => false,
                };
                (one, follows.then_some(one + 1))
            }
            _ => return None,
        };
        if second.is_none() && numbers.len() == 2 {
            return None;
        }
        let first = i32::try_from(first).ok()?;
        let year = |year: i32| Some((Period::Year(year), self.window(Period::Year(year))?));
        // A year with two numbers begins in the first; one with a single number may be named by either of its days.
        let next = i32::from(self.named_by() == NamedBy::End);
        let hint = match (self.year_starts(), second) {
            ((1, 1), None) => {
                format!(
                    "write {first:04} if it is the calendar year; for other years {CALENDAR_KEY}"
                )
            }
            ((1, 1), Some(second)) => format!(
                "for a financial year {CALENDAR_KEY}; then write {second:04}, or {first:04} if it is named by its first day"
            ),
            (_, None) => {
                let (own, window) = year(first)?;
                let (other, of_other) = year(first + 2 * next - 1)?;
                format!("write {own} for {window}, or {other} for {of_other}")
            }
            (_, Some(_)) => {
                let (period, window) = year(first + next)?;
                format!("write {period} for the reporting year {window}")
            }
        };
        let month = numbers.get(1).and_then(|month| self.period(&format!("{first:04}-{month}")));
        Some(match month {
            Some(month) => format!("write {month} if it is a month; {hint}"),
            None => hint,
        })
    }
}

/// What a plan says about years that are no calendar years.
const CALENDAR_KEY: &str = "the key `calendar` of the plan says when they start (`year_starts`) and which day names them (`named_by`)";

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

/// Splits a year with one or two digits before or after it, if only one of the two can be a year of data.
fn year_and_number(digits: &str) -> Option<(&str, &str)> {
    if !is_number(digits) || !(5..=6).contains(&digits.len()) {
        return None;
    }
    let is_year = |text: &str| ("1900".."2100").contains(&text);
    let (first, after) = digits.split_at(4);
    let (before, last) = digits.split_at(digits.len() - 4);
    match (is_year(first), is_year(last)) {
        (true, false) => Some((first, after)),
        (false, true) => Some((last, before)),
        (true, true) | (false, false) => None,
    }
}

fn kind_of(word: &str) -> Option<Kind> {
    KINDS.iter().find(|(_, names)| names.contains(&word)).map(|(kind, _)| *kind)
}

fn number(text: &str) -> Option<u32> {
    if is_number(text) { text.parse().ok() } else { None }
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
            ("2023-05", Some("this is a period; a day is expected here")),
            ("2023", Some("this is a period; a day is expected here")),
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
    fn a_period_in_a_column_of_days_is_told_as_it_should_be_written() {
        const COLUMN: &str = "a period stands in the column `period`: ";
        for (text, expected) in [
            ("Q1 2023", "write 2023-Q1"),
            ("2023-T1", "write 2023-Q1 if it is a quarter, 2023-01 if it is a month"),
            ("Quý I/2023", "write 2023-Q1"),
            ("Tháng 5/2023", "write 2023-05"),
            ("202305", "write 2023-05"),
            ("2023-Q5", "a year has quarters 1 to 4"),
        ] {
            let hint = Calendar::default().day_hint_of_row(text);
            assert_eq!(hint, Some(format!("{COLUMN}{expected}")), "{text}");
        }
        let year = Calendar::default().day_hint_of_row("FY2023").unwrap();
        assert!(year.starts_with(&format!("{COLUMN}write 2023 if it is the calendar year; ")));
        for text in ["14/05/2023", "2023-05", "45060", "31-May-23", "yesterday", "14/05/23", ""] {
            assert_eq!(Calendar::default().day_hint_of_row(text), day_hint(text), "{text}");
        }
    }

    #[test]
    fn a_period_written_otherwise_is_told_as_it_should_be_written() {
        let cases = [
            ("2023-Q5", Some("a year has quarters 1 to 4")),
            ("Q42010", Some("write 2010-Q4")),
            ("Q52010", Some("a year has quarters 1 to 4")),
            ("M122010", Some("write 2010-12")),
            ("Q20104", Some("write 2010-Q4")),
            ("M202312", Some("write 2023-12")),
            ("Q12012", Some("write 2012-Q1")),
            ("Q19", None),
            ("Q20191", Some("write 2019-Q1")),
            ("Q192019", None),
            ("FY202310", None),
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
            ("2023-05-14", None),
            ("202305", Some("write 2023-05")),
            ("202313", Some("a year has months 01 to 12")),
            ("2023M05", Some("write 2023-05")),
            ("May 2023", Some("write 2023-05")),
            ("May-23", Some("write 2023-05")),
            ("Sept. 1999", Some("write 1999-09")),
            ("31-May-23", Some("this is the day 2023-05-31; its month is 2023-05")),
            ("May 31, 2023", Some("this is the day 2023-05-31; its month is 2023-05")),
            ("20230531", Some("this is the day 2023-05-31; its month is 2023-05")),
            ("05.06.2023", None),
            ("Quý I/2023", Some("write 2023-Q1")),
            ("Quy\u{301} IV năm 2023", Some("write 2023-Q4")),
            ("Quý V/2023", Some("a year has quarters 1 to 4")),
            ("Tháng 5/2023", Some("write 2023-05")),
            ("thang 12 nam 2023", Some("write 2023-12")),
            ("T5/2023", Some("write 2023-05")),
            ("2023-T1", Some("write 2023-Q1 if it is a quarter, 2023-01 if it is a month")),
            ("II/2023", Some("write 2023-Q2 if it is a quarter, 2023-02 if it is a month")),
            ("1st quarter 2023", Some("write 2023-Q1")),
            ("Tuần 7/2023", Some("write 2023-W07")),
            ("may", None),
            ("2023 or so", None),
            ("2023-Q", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Calendar::default().period_hint(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_financial_year_is_a_reporting_year_of_the_plan() {
        let from_july = |named_by| Calendar::new(7, 1, named_by).unwrap();
        let hint = |calendar: Calendar, text: &str| calendar.period_hint(text).unwrap();
        for text in ["2022/23", "2022-23", "2022/2023", "FY2022/23", "FY 2022-23"] {
            assert_eq!(
                hint(from_july(NamedBy::End), text),
                "write 2023 for the reporting year 2022-07-01 to 2023-06-30",
                "{text}"
            );
            assert_eq!(
                hint(from_july(NamedBy::Start), text),
                "write 2022 for the reporting year 2022-07-01 to 2023-06-30",
                "{text}"
            );
            let unknown = hint(Calendar::default(), text);
            assert!(unknown.starts_with("for a financial year the key `calendar`"), "{unknown}");
            assert!(unknown.ends_with("write 2023, or 2022 if it is named by its first day"));
        }
        for text in ["FY2023", "FY 23", "Fiscal year 2023"] {
            assert_eq!(
                hint(from_july(NamedBy::End), text),
                "write 2023 for 2022-07-01 to 2023-06-30, or 2024 for 2023-07-01 to 2024-06-30"
            );
            assert_eq!(
                hint(from_july(NamedBy::Start), text),
                "write 2023 for 2023-07-01 to 2024-06-30, or 2022 for 2022-07-01 to 2023-06-30"
            );
            let unknown = hint(Calendar::default(), text);
            assert!(unknown.starts_with("write 2023 if it is the calendar year; "), "{unknown}");
        }
        let december = hint(from_july(NamedBy::End), "2011/12");
        assert_eq!(
            december,
            "write 2011-12 if it is a month; write 2012 for the reporting year 2011-07-01 to 2012-06-30"
        );
        // Two years that do not follow each other are no financial year.
        assert_eq!(
            Calendar::default().period_hint("2022/24"),
            Some("a year has months 01 to 12".into())
        );
        assert_eq!(Calendar::default().period_hint("2022-2024"), None);
    }

    #[test]
    fn a_word_for_how_often_is_a_kind_of_period() {
        for (word, every) in [
            ("monthly", Some(Every::Month)),
            ("Half-yearly", Some(Every::Half)),
            ("every month", Some(Every::Month)),
            ("annual", Some(Every::Year)),
            ("2023", None),
            ("daily", Some(Every::Day)),
            ("hourly", None),
        ] {
            assert_eq!(every_meant(word), every, "{word}");
        }
    }
}
