//! Periods that are not written by their names: years and months as numbers, and first days of months.

use chrono::{Datelike, NaiveDate};

use crate::calendar::{self, Period};
use crate::error::{Fault, FaultCode, Place};

/// Why a cell names no period.
pub(crate) struct NoPeriod {
    pub(crate) found: String,
    pub(crate) expected: &'static str,
    pub(crate) hint: Option<&'static str>,
}

impl NoPeriod {
    #[cold]
    pub(crate) fn fault(self, place: Place) -> Fault {
        let fault =
            Fault::new(FaultCode::NotAPeriod, place, "this names no period").found(self.found);
        let fault = fault.expected(self.expected);
        match self.hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    }
}

/// What a number in a column of periods may be.
pub(crate) const PERIOD_NUMBERS: &str =
    "a year of four digits such as 2024, or a month such as 202405";

/// What a day in a column of periods may be.
pub(crate) const PERIOD_DAYS: &str = "the first day of a month";

/// The period of a number.
pub(crate) fn period_of_number(number: f64) -> Result<Period, NoPeriod> {
    let period = match number as i64 {
        whole if whole as f64 != number => None,
        // Smaller numbers count something else, such as quarters since a beginning.
        year @ 1_000..=9_999 => Some(Period::Year(year as i32)),
        month @ 100_001..=999_912 if (1..=12).contains(&(month % 100)) => {
            Some(Period::Month((month / 100) as i32, (month % 100) as u32))
        }
        _ => None,
    };
    let found = number.to_string();
    period.ok_or(NoPeriod { found, expected: PERIOD_NUMBERS, hint: None })
}

/// The month that begins on a day.
pub(crate) fn month_of_first_day(day: NaiveDate) -> Result<Period, NoPeriod> {
    if day.day() == 1 {
        return Ok(Period::Month(day.year(), day.month()));
    }
    let hint =
        "name the column of days with `date`; the option `date_is` says which period each means";
    Err(NoPeriod { found: day.to_string(), expected: PERIOD_DAYS, hint: Some(hint) })
}

/// The period of a text that holds a number or a day; none where the text is another one.
pub(crate) fn period_of_text(text: &str) -> Result<Option<Period>, NoPeriod> {
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = text.parse()
    {
        return period_of_number(number).map(Some);
    }
    calendar::date(text).map(month_of_first_day).transpose()
}
