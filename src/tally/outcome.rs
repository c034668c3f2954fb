//! One recorded observation.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::codes::coded;
use crate::error::{Error, Result};
use crate::language::Language;

/// One recorded observation, as a service receives it or a row of a table holds it.
///
/// As JSON it has the columns of an outcome table: `unit`, `measure`, `value`, one of `date`,
/// `start` with `end`, or `period`, and optionally `status`, `recorded_at`, `illustrative` and `source`; its categories stand together, as
/// `"strata": {"sex": "f"}`.
///
/// ```
/// use attain::{Outcome, When};
/// let outcome: Outcome =
///     serde_json::from_str(r#"{"unit": "001", "period": "2023-05", "measure": "cases", "value": 12}"#)?;
/// assert_eq!(outcome, Outcome::new("001", When::Period("2023-05".into()), "cases", 12.0));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Columns", into = "Columns")]
pub struct Outcome {
    /// The unit's code.
    pub unit: String,
    /// The days it is about.
    pub when: When,
    /// The measure's id.
    pub measure: String,
    /// The value; may be missing if the status says why, and for events, which count 1.
    pub value: Option<f64>,
    /// By the ids of strata, the categories it is of; where a stratum is not named, it is of all of them, or of one
    /// that is not known.
    pub strata: BTreeMap<String, String>,
    /// What is to be known about the value.
    pub status: Option<Status>,
    /// The day it was recorded.
    pub recorded_at: Option<NaiveDate>,
    /// Whether it is made up to illustrate, and no figure of what happened.
    pub illustrative: bool,
    /// Where it stands, in words, such as `itt.xlsx!ITT!I6`: explanations cite it.
    pub source: Option<String>,
}

impl Outcome {
    /// A plain value.
    pub fn new(
        unit: impl Into<String>,
        when: When,
        measure: impl Into<String>,
        value: f64,
    ) -> Self {
        Outcome {
            unit: unit.into(),
            when,
            measure: measure.into(),
            value: Some(value),
            strata: BTreeMap::new(),
            status: None,
            recorded_at: None,
            illustrative: false,
            source: None,
        }
    }

    /// The outcome, of one category of a stratum.
    ///
    /// ```
    /// use attain::{Outcome, When};
    /// let women = Outcome::new("001", When::Period("2023-05".into()), "cases", 12.0)
    ///     .in_stratum("sex", "f")
    ///     .in_stratum("age", "15-29");
    /// assert_eq!(women.strata["age"], "15-29");
    /// ```
    #[must_use]
    pub fn in_stratum(mut self, stratum: impl Into<String>, category: impl Into<String>) -> Self {
        self.strata.insert(stratum.into(), category.into());
        self
    }
}

/// The days an outcome is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// One day; with [`IntakeOptions::date_is`](crate::IntakeOptions::date_is) the period that contains it.
    Date(NaiveDate),
    /// The days from `start` up to but not including `end`.
    Span {
        /// The first day.
        start: NaiveDate,
        /// The day after the last; with [`IntakeOptions::end_inclusive`](crate::IntakeOptions::end_inclusive) the last.
        end: NaiveDate,
    },
    /// A period of the plan's calendar or a campaign's id.
    Period(String),
}

/// What the rows of a tally are. There are no others: a match needs no further arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Rows {
    /// One value per unit, span, measure and stratum; a second one is a fault.
    #[default]
    Figures,
    /// Events, which add up; a missing value counts 1.
    Events,
}

impl Rows {
    /// Both kinds.
    pub const ALL: [Rows; 2] = [Rows::Figures, Rows::Events];

    /// The word for it: `figures` or `events`.
    pub const fn code(self) -> &'static str {
        match self {
            Rows::Figures => "figures",
            Rows::Events => "events",
        }
    }
}

impl FromStr for Rows {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self> {
        let found = Rows::ALL.into_iter().find(|rows| rows.code() == code);
        found.ok_or_else(|| Error::unknown_choice("kind of rows", code, KINDS_OF_ROWS))
    }
}

const KINDS_OF_ROWS: &[&str] = &[Rows::ALL[0].code(), Rows::ALL[1].code()];
coded!(Rows, KINDS_OF_ROWS);

/// The observation status of SDMX (code list `CL_OBS_STATUS`) in one letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each letter's meaning is what `meaning` answers")]
pub enum Status {
    A,
    B,
    D,
    E,
    F,
    G,
    H,
    I,
    J,
    K,
    L,
    M,
    N,
    O,
    P,
    Q,
    S,
    U,
    V,
    W,
}

impl Status {
    /// All letters.
    pub const ALL: [Status; 20] = [
        Status::A,
        Status::B,
        Status::D,
        Status::E,
        Status::F,
        Status::G,
        Status::H,
        Status::I,
        Status::J,
        Status::K,
        Status::L,
        Status::M,
        Status::N,
        Status::O,
        Status::P,
        Status::Q,
        Status::S,
        Status::U,
        Status::V,
        Status::W,
    ];

    /// The status with this letter.
    pub fn from_letter(letter: char) -> Option<Status> {
        Status::ALL.into_iter().find(|status| status.letter() == letter)
    }

    /// Its letter.
    pub fn letter(self) -> char {
        char::from(self.code().as_bytes()[0])
    }

    /// Its letter as a text.
    pub const fn code(self) -> &'static str {
        match self {
            Status::A => "A",
            Status::B => "B",
            Status::D => "D",
            Status::E => "E",
            Status::F => "F",
            Status::G => "G",
            Status::H => "H",
            Status::I => "I",
            Status::J => "J",
            Status::K => "K",
            Status::L => "L",
            Status::M => "M",
            Status::N => "N",
            Status::O => "O",
            Status::P => "P",
            Status::Q => "Q",
            Status::S => "S",
            Status::U => "U",
            Status::V => "V",
            Status::W => "W",
        }
    }

    /// What it says of the value.
    pub fn meaning(self) -> &'static str {
        self.meaning_in(Language::English)
    }

    /// The same in a language.
    pub(crate) fn meaning_in(self, language: Language) -> &'static str {
        language.phrase(match self {
            Status::A => "status_a",
            Status::B => "status_b",
            Status::D => "status_d",
            Status::E => "status_e",
            Status::F => "status_f",
            Status::G => "status_g",
            Status::H => "status_h",
            Status::I => "status_i",
            Status::J => "status_j",
            Status::K => "status_k",
            Status::L => "status_l",
            Status::M => "status_m",
            Status::N => "status_n",
            Status::O => "status_o",
            Status::P => "status_p",
            Status::Q => "status_q",
            Status::S => "status_s",
            Status::U => "status_u",
            Status::V => "status_v",
            Status::W => "status_w",
        })
    }

    /// Whether a value may be missing under this status.
    pub fn explains_a_missing_value(self) -> bool {
        match self {
            Status::H | Status::K | Status::L | Status::M | Status::N | Status::O | Status::Q => {
                true
            }
            Status::A
            | Status::B
            | Status::D
            | Status::E
            | Status::F
            | Status::G
            | Status::I
            | Status::J
            | Status::P
            | Status::S
            | Status::U
            | Status::V
            | Status::W => false,
        }
    }

    /// Whether there can't be a value under this status.
    pub fn forbids_a_value(self) -> bool {
        matches!(self, Status::H | Status::L | Status::M | Status::O | Status::Q)
    }
}

impl FromStr for Status {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self> {
        let found = Status::ALL.into_iter().find(|status| status.code() == code);
        found.ok_or_else(|| Error::unknown_choice("observation status", code, STATUSES))
    }
}

const STATUSES: &[&str] = &{
    let mut codes = [""; Status::ALL.len()];
    let mut at = 0;
    while at < codes.len() {
        codes[at] = Status::ALL[at].code();
        at += 1;
    }
    codes
};
coded!(Status, STATUSES);

/// An outcome as the columns of a table: how it travels as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Columns {
    unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    start: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    end: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    measure: String,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "without_point",
        deserialize_with = "countable"
    )]
    value: Option<f64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    strata: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<Status>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recorded_at: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    illustrative: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

/// Writes a value. 2^53 is written without a decimal point, as it is read.
fn without_point<S: Serializer>(value: &Option<f64>, to: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) if value.abs() == LARGEST_COUNTABLE as f64 => {
            to.serialize_some(&(*value as i64))
        }
        value => value.serialize(to),
    }
}

/// The greatest whole number up to which a float holds every whole number: above 2^53, 1 more is not seen.
const LARGEST_COUNTABLE: u64 = 1 << 53;

#[cold]
fn not_countable<E: de::Error>(found: impl fmt::Display, written: &str) -> E {
    E::custom(format!(
        "the value is too large to be counted exactly: found {found}, expected at most {LARGEST_COUNTABLE} (2^53){written}"
    ))
}

/// Reads a value, and refuses a whole number that a float would round.
fn countable<'de, D: Deserializer<'de>>(value: D) -> Result<Option<f64>, D::Error> {
    struct Countable;

    impl<'de> Visitor<'de> for Countable {
        type Value = Option<f64>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a number")
        }

        fn visit_none<E: de::Error>(self) -> Result<Option<f64>, E> {
            Ok(None)
        }

        fn visit_unit<E: de::Error>(self) -> Result<Option<f64>, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Option<f64>, D::Error> {
            value.deserialize_f64(self)
        }

        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Option<f64>, E> {
            // The text is not known here: 9007199254740993.0 is this number too. The intake refuses greater ones.
            if value.abs() == LARGEST_COUNTABLE as f64 {
                let found = format_args!("{value:.1}, or a number that rounds to it");
                return Err(not_countable(found, ", written without a decimal point"));
            }
            Ok(Some(value))
        }

        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Option<f64>, E> {
            self.visit_i128(value.into())
        }

        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Option<f64>, E> {
            self.visit_i128(value.into())
        }

        fn visit_i128<E: de::Error>(self, value: i128) -> Result<Option<f64>, E> {
            if value.unsigned_abs() > LARGEST_COUNTABLE.into() {
                return Err(not_countable(value, ""));
            }
            Ok(Some(value as f64))
        }
    }

    value.deserialize_option(Countable)
}

impl TryFrom<Columns> for Outcome {
    type Error = &'static str;

    fn try_from(columns: Columns) -> Result<Self, Self::Error> {
        let when = match (columns.date, columns.start, columns.end, columns.period) {
            (Some(date), None, None, None) => When::Date(date),
            (None, Some(start), Some(end), None) => When::Span { start, end },
            (None, None, None, Some(period)) => When::Period(period),
            _ => return Err("an outcome has either `date`, or `start` and `end`, or `period`"),
        };
        Ok(Outcome {
            unit: columns.unit,
            when,
            measure: columns.measure,
            value: columns.value,
            strata: columns.strata,
            status: columns.status,
            recorded_at: columns.recorded_at,
            illustrative: columns.illustrative,
            source: columns.source,
        })
    }
}

impl From<Outcome> for Columns {
    fn from(outcome: Outcome) -> Self {
        let (mut date, mut start, mut end, mut period) = (None, None, None, None);
        match outcome.when {
            When::Date(day) => date = Some(day),
            When::Span { start: first, end: after } => (start, end) = (Some(first), Some(after)),
            When::Period(name) => period = Some(name),
        }
        Columns {
            unit: outcome.unit,
            date,
            start,
            end,
            period,
            measure: outcome.measure,
            value: outcome.value,
            strata: outcome.strata,
            status: outcome.status,
            recorded_at: outcome.recorded_at,
            illustrative: outcome.illustrative,
            source: outcome.source,
        }
    }
}
