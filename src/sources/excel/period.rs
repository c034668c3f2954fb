//! Periods as people write them in the heads of columns.

use crate::calendar::{Calendar, Every, Period, Window};
use crate::names::composed;

/// A period in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NamedPeriod {
    /// Its name in plans: `2024`, `2024-Q1`, `2024-01`.
    pub(super) name: String,
    /// Whether the text says that the year is a reporting year: `FY24`.
    pub(super) is_fiscal: bool,
}

const MONTHS: [[&str; 4]; 12] = [
    ["jan", "january", "janv", "janvier"],
    ["feb", "february", "févr", "février"],
    ["mar", "march", "mars", "mars"],
    ["apr", "april", "avr", "avril"],
    ["may", "may", "mai", "mai"],
    ["jun", "june", "juin", "juin"],
    ["jul", "july", "juil", "juillet"],
    ["aug", "august", "août", "août"],
    ["sep", "september", "sept", "septembre"],
    ["oct", "october", "oct", "octobre"],
    ["nov", "november", "nov", "novembre"],
    ["dec", "december", "déc", "décembre"],
];

/// The period that a text names, if it names one.
///
/// | text | name |
/// |---|---|
/// | `2024`, `FY24`, `FY 2024`, `Năm 2024` | `2024` |
/// | `2024-Q1`, `Q1 2024`, `Quý I/2024`, `FY24 Q1` | `2024-Q1` |
/// | `2024-H1`, `H1 2024`, `6 tháng 2024`, `6 tháng đầu năm 2024` | `2024-H1` |
/// | `2024-01`, `01/2024`, `Jan-24`, `January 2024`, `Tháng 1/2024` | `2024-01` |
/// | `2024-W07` | `2024-W07` |
pub(super) fn period(text: &str) -> Option<NamedPeriod> {
    let text = composed(text.trim()).to_lowercase();
    // Names of plans are written with capitals.
    let every = Period::parse(&text.to_uppercase()).and_then(Period::every);
    // A day is no period that a table is headed with.
    if every.is_some_and(|every| every != Every::Day) {
        return Some(NamedPeriod { name: text.to_uppercase(), is_fiscal: false });
    }
    let spaced: String =
        text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    let mut words: Vec<&str> = spaced.split_whitespace().collect();
    let mut is_fiscal = false;
    let filler = ["năm", "year", "the", "of", "année", "đầu"];
    words.retain(|word| !filler.contains(word));
    // `FY24` is one word, `FY 2024` two.
    let fiscal: Vec<&str> = words
        .iter()
        .filter_map(|word| match word.strip_prefix("fy") {
            Some(rest) => {
                is_fiscal = true;
                (!rest.is_empty()).then_some(rest)
            }
            None => Some(word),
        })
        .collect();
    let name = match fiscal.as_slice() {
        [only] => year(only, is_fiscal)?.to_string(),
        ["quý", part, of] | [of, "quý", part] => {
            format!("{}-Q{}", year(of, false)?, ordinal(part, 4)?)
        }
        ["tháng", part, of] => format!("{}-{:02}", year(of, false)?, ordinal(part, 12)?),
        ["6", "tháng", of] => format!("{}-H1", year(of, false)?),
        ["6", "tháng", "cuối", of] => format!("{}-H2", year(of, false)?),
        [one, other] => two_words(one, other, is_fiscal)?,
        _ => return None,
    };
    Period::parse(&name).is_some().then_some(NamedPeriod { name, is_fiscal })
}

fn two_words(one: &str, other: &str, is_fiscal: bool) -> Option<String> {
    let part = |part: &str, of: &str| {
        // Of a year in two digits it is not clear which of two numbers is the year.
        let is_named = part.starts_with(|letter: char| letter.is_alphabetic());
        let year = year(of, is_fiscal || is_named)?;
        let numbered = |letter: char, most: u32| {
            part.strip_prefix(letter).and_then(|number| ordinal(number, most))
        };
        if let Some(quarter) = numbered('q', 4) {
            return Some(format!("{year}-Q{quarter}"));
        }
        if let Some(half) = numbered('h', 2) {
            return Some(format!("{year}-H{half}"));
        }
        let month = MONTHS.iter().position(|names| names.contains(&part));
        let month = month.and_then(|place| u32::try_from(place + 1).ok());
        let month = month.or_else(|| ordinal(part, 12).filter(|_| !is_named && part.len() <= 2))?;
        Some(format!("{year}-{month:02}"))
    };
    part(one, other).or_else(|| part(other, one))
}

/// A year of four digits, or of two where that is allowed.
fn year(text: &str, of_two_digits: bool) -> Option<u32> {
    let number: u32 =
        text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?;
    match text.len() {
        4 => Some(number),
        2 if of_two_digits => Some(2000 + number),
        _ => None,
    }
}

/// The number of a part of a year, from 1, in digits or in Roman numerals.
fn ordinal(text: &str, most: u32) -> Option<u32> {
    const ROMAN: [&str; 4] = ["i", "ii", "iii", "iv"];
    let roman = ROMAN.iter().position(|numeral| *numeral == text);
    let number = match roman {
        Some(place) => u32::try_from(place + 1).ok()?,
        None => text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))?,
    };
    (1..=most).contains(&number).then_some(number)
}

/// Whether a text names the whole duration of a project.
pub(super) fn is_whole_project(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    ["lop", "life of project", "end of project", "eop", "final", "cả giai đoạn", "fin de projet"]
        .contains(&&*text)
}

/// The days of a period in a calendar.
pub(super) fn window(calendar: &Calendar, name: &str) -> Option<Window> {
    calendar.named(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_people_write_them() {
        for (text, name, is_fiscal) in [
            ("2024", "2024", false),
            ("FY24", "2024", true),
            ("FY2024", "2024", true),
            ("FY 2024", "2024", true),
            ("Năm 2024", "2024", false),
            ("2024-Q1", "2024-Q1", false),
            ("2024-q1", "2024-Q1", false),
            ("Q1 2024", "2024-Q1", false),
            ("Q1-2024", "2024-Q1", false),
            ("Q1/24", "2024-Q1", false),
            ("FY24 Q1", "2024-Q1", true),
            ("Quý I/2024", "2024-Q1", false),
            ("Quý IV năm 2024", "2024-Q4", false),
            ("2024-H1", "2024-H1", false),
            ("H2 2024", "2024-H2", false),
            ("6 tháng 2024", "2024-H1", false),
            ("6 tháng đầu năm 2024", "2024-H1", false),
            ("6 tháng cuối năm 2024", "2024-H2", false),
            ("2024-01", "2024-01", false),
            ("01/2024", "2024-01", false),
            ("1/2024", "2024-01", false),
            ("Jan-24", "2024-01", false),
            ("May-24", "2024-05", false),
            ("January 2024", "2024-01", false),
            ("Tháng 1/2024", "2024-01", false),
            ("tháng 12 năm 2024", "2024-12", false),
            ("févr. 2024", "2024-02", false),
            ("2024-W07", "2024-W07", false),
        ] {
            let found = period(text);
            assert_eq!(found, Some(NamedPeriod { name: name.to_owned(), is_fiscal }), "{text}");
        }
        for text in [
            "",
            "24",
            "Target",
            "01/24",
            "13/2024",
            "Q5 2024",
            "2024/25",
            "2024-01-05",
            "Jan",
            "Quý V/2024",
            "²024",
        ] {
            assert_eq!(period(text), None, "{text}");
        }
    }
}
