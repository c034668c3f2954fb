//! How the days of rows, and the numbers of CSV files, are read.

use std::borrow::Cow;

use crate::calendar::Every;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};

/// How a tally reads rows that do not follow the rules of outcome tables: their days, and the separators and numbers of
/// CSV files.
///
/// A tally reads every row with its options, from structs, record batches and files alike: see
/// [`Tally::with_intake`](crate::Tally::with_intake).
///
/// ```
/// use attain::calendar::{Every, date};
/// use attain::{IntakeOptions, Outcome, Plan, Tally, When};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// let options = IntakeOptions::default().date_is(Every::Month);
/// let mut tally = Tally::new(&plan).with_intake(options);
/// let first = When::Date(date("2023-05-01").unwrap());
/// tally.record(&Outcome::new("01", first, "cases", 150.0))?;
/// assert_eq!(tally.last_day(), date("2023-05-31"));
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct IntakeOptions {
    /// Whether `end` is the last day of a span. By default it is the day after the last one.
    pub end_inclusive: bool,
    /// The kind of period that a `date` means: the period of the plan's calendar that contains the day, be it its
    /// first, its last or another one. By default a `date` is a single day.
    pub date_is: Option<Every>,
    /// What separates the columns of CSV files: a comma by default. Others are a semicolon, a tab and a bar.
    pub separator: Separator,
    /// How numbers are written in CSV files.
    pub numbers: NumberFormat,
}

/// What separates the columns of CSV files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Separator(u8);

impl Default for Separator {
    fn default() -> Self {
        Separator(b',')
    }
}

impl Separator {
    /// A comma, a semicolon, a tab or a bar.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] for anything else.
    pub fn new(separator: char) -> Result<Self> {
        match separator {
            ',' | ';' | '\t' | '|' => Ok(Separator(separator as u8)),
            _ => Err(refused(
                "`separator` does not separate columns",
                separator,
                "a comma, a semicolon, a tab or a bar",
            )),
        }
    }

    pub(crate) fn byte(self) -> u8 {
        self.0
    }
}

/// How numbers are written in CSV files: what stands before decimals, and what groups thousands.
///
/// ```
/// use attain::tally::NumberFormat;
/// use attain::{IntakeOptions, Plan, Tally, tally::TableColumns};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cost: {}}, indicators: {cost: {count: cost}},
/// #     targets: {low: {indicator: cost, goal: {at_most: 2000}, window: "2023"}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// use attain::tally::Separator;
///
/// let options = IntakeOptions::default()
///     .separator(Separator::new(';')?)
///     .numbers(NumberFormat::new(',', Some('.'))?);
/// let mut tally = Tally::new(&plan).with_intake(options);
/// let text = "unit;period;measure;value\n01;2023;cost;1.840,5\n";
/// tally.read_from(text.as_bytes(), "upload", &TableColumns::new())?;
/// let report = plan.assess(&tally, attain::calendar::date("2023-12-31").unwrap())?;
/// assert_eq!(report.rows()[0].value, Some(1840.5));
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NumberFormat {
    decimal: char,
    thousands: Option<char>,
}

impl Default for NumberFormat {
    fn default() -> Self {
        NumberFormat { decimal: '.', thousands: None }
    }
}

impl NumberFormat {
    /// `decimal` is a point or a comma. `thousands` is a point, a comma, an apostrophe or a blank, which includes
    /// no-break blanks. A number may have none of them, or one between all its groups of three digits.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] for other characters, and if both are the same.
    pub fn new(decimal: char, thousands: Option<char>) -> Result<Self> {
        if !matches!(decimal, '.' | ',') {
            let message = "`decimal` does not stand before decimals";
            return Err(refused(message, decimal, "a point or a comma"));
        }
        match thousands {
            None | Some('.' | ',' | '\'' | ' ') if thousands != Some(decimal) => {
                Ok(NumberFormat { decimal, thousands })
            }
            Some(mark) if mark == decimal => {
                let message = "`decimal` and `thousands` are the same character";
                Err(refused(message, mark, "two different ones"))
            }
            other => Err(refused(
                "`thousands` does not group digits",
                other.unwrap_or_default(),
                "a point, a comma, an apostrophe or a blank",
            )),
        }
    }

    /// Whether numbers are written as in outcome tables.
    pub(in crate::tally) fn is_usual(self) -> bool {
        self == NumberFormat::default()
    }

    /// A number as outcome tables write it; none if it is not written in this format.
    pub(in crate::tally) fn usual(self, text: &str) -> Option<Cow<'_, str>> {
        if self.is_usual() {
            return Some(Cow::Borrowed(text));
        }
        let is_mark = |letter: char| match self.thousands {
            Some(' ') => matches!(letter, ' ' | '\u{a0}' | '\u{202f}'),
            Some(mark) => letter == mark,
            None => false,
        };
        let (whole, decimals) = match text.split_once(self.decimal) {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let digits = whole.trim_start_matches(['+', '-']);
        let mut groups = digits.split(is_mark);
        let first = groups.next().unwrap_or_default().len();
        let is_grouped = digits.contains(is_mark);
        if is_grouped && (!(1..=3).contains(&first) || !groups.all(|group| group.len() == 3)) {
            return None;
        }
        if decimals.is_some_and(|decimals| decimals.contains(['.', ','])) {
            return None;
        }
        let mut usual: String = whole.chars().filter(|letter| !is_mark(*letter)).collect();
        if usual.contains(['.', ',']) {
            return None;
        }
        if let Some(decimals) = decimals {
            usual.push('.');
            usual.push_str(decimals);
        }
        Some(Cow::Owned(usual))
    }

    /// A number in this format.
    pub(in crate::tally) fn example(self) -> String {
        let mark = self.thousands.map(String::from).unwrap_or_default();
        format!("1{mark}840 or 96{}4", self.decimal)
    }
}

fn refused(message: &str, found: char, expected: &str) -> Error {
    let fault = Fault::new(FaultCode::OutOfRange, Place::Nowhere, message);
    Error::one(
        ErrorKind::Request,
        fault.found(format!("`{}`", found.escape_debug())).expected(expected),
    )
}

impl IntakeOptions {
    /// Sets whether `end` is the last day of a span.
    #[must_use]
    pub fn end_inclusive(self, end_inclusive: bool) -> Self {
        IntakeOptions { end_inclusive, ..self }
    }

    /// Sets the kind of period that a `date` means.
    #[must_use]
    pub fn date_is(self, every: Every) -> Self {
        IntakeOptions { date_is: Some(every), ..self }
    }

    /// Sets what separates the columns of CSV files.
    #[must_use]
    pub fn separator(self, separator: Separator) -> Self {
        IntakeOptions { separator, ..self }
    }

    /// Sets how numbers are written in CSV files.
    #[must_use]
    pub fn numbers(self, numbers: NumberFormat) -> Self {
        IntakeOptions { numbers, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_the_format_that_is_declared() {
        let usual = |decimal, thousands, text: &str| {
            let format = NumberFormat::new(decimal, thousands).unwrap();
            format.usual(text).map(Cow::into_owned)
        };
        for (decimal, thousands, text, expected) in [
            (',', Some('.'), "1.234.567,5", Some("1234567.5")),
            (',', Some('.'), "-1.234", Some("-1234")),
            (',', Some('.'), "1234,5", Some("1234.5")),
            (',', Some('.'), "0,5e3", Some("0.5e3")),
            (',', Some('.'), "1.5", None),
            (',', Some('.'), "1234.567", None),
            (',', Some('.'), ".234", None),
            (',', Some('.'), "1..234", None),
            (',', Some('.'), "1,234.5", None),
            (',', None, "1,5", Some("1.5")),
            (',', None, "1.5", None),
            (',', None, "1,5,2", None),
            ('.', Some(','), "1,234.5", Some("1234.5")),
            ('.', Some(','), "1,5", None),
            ('.', Some(' '), "1\u{202f}234 567", Some("1234567")),
            ('.', Some('\''), "1'234.25", Some("1234.25")),
            ('.', None, "1,5", Some("1,5")),
        ] {
            let found = usual(decimal, thousands, text);
            assert_eq!(found.as_deref(), expected, "{text} with {decimal:?}, {thousands:?}");
        }
    }

    #[test]
    fn formats_that_contradict_themselves_are_refused() {
        for (decimal, thousands) in [(';', None), (',', Some(',')), ('.', Some('_'))] {
            assert!(NumberFormat::new(decimal, thousands).unwrap_err().is_request());
        }
        assert!(Separator::new('a').unwrap_err().is_request());
    }
}
