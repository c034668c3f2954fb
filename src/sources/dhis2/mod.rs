//! DHIS2: metadata, data values, analytics and registrations of complete data sets.
//!
//! Organisation units become units, data elements measures, categories strata, and indicators indicators. Values come from
//! `dataValueSets` as JSON or CSV, and from `analytics`.
//!
//! * `metadata`: what the metadata say, and what objects are called.
//! * `values`: data values and registrations; `grid` and `analytics`: values that DHIS2 computed.
//! * `period`: periods.
//! * `expression`: numerators and denominators.
//! * `hierarchy`: organisation units and their days.
//! * `combos`: combinations of category options.
//! * `build`: what all parts share; `read`: values and registrations with their objects; `rows`: the outcomes; `plan`: the
//!   plan, with `indicators` and `goals`.

mod analytics;
mod build;
mod combos;
mod expression;
mod goals;
mod grid;
mod hierarchy;
mod indicators;
mod metadata;
mod period;
mod plan;
mod read;
mod rows;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::{Imported, SourceFile};
use crate::error::codes::codes;
use crate::error::{Error, Result};

codes! {
    /// What becomes of values on days on which their unit does not exist.
    pub enum Outside as "treatment of values outside the days of a unit" {
        /// The value is of the days on which the unit exists.
        Clip = "clip",
        /// The unit exists on all days of the value.
        Widen = "widen",
    }
}

codes! {
    /// Where the day on which a value was recorded comes from.
    pub enum Recorded as "source of the recorded days" {
        /// The day on which the data set of the value was registered as complete.
        Registrations = "registrations",
        /// The day on which the value was created.
        Created = "created",
        /// It is not read: all values are known at any time.
        Never = "never",
    }
}

codes! {
    /// What becomes of values of a unit that has units below it.
    pub enum Inner as "treatment of values at inner units" {
        /// They are added to those of the units below, as DHIS2 does.
        Itself = "itself",
        /// They are the total of the unit.
        Total = "total",
    }
}

/// Which of its names identifies an object, in the values and in the plan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdScheme {
    /// The id, or the code where there is no such id. The plan has ids.
    #[default]
    Any,
    /// The id.
    Id,
    /// The code. The plan has codes.
    Code,
    /// The value of the attribute with this id. The plan has these values. Objects of a kind none of which has a value are
    /// identified by their ids.
    Attribute(String),
}

/// What stands before the id of an attribute.
const ATTRIBUTE: &str = "attribute:";

impl FromStr for IdScheme {
    type Err = Error;

    /// `any`, `id`, `code` or `attribute:ID`.
    fn from_str(text: &str) -> Result<Self> {
        match (text, text.strip_prefix(ATTRIBUTE)) {
            ("any", _) => Ok(IdScheme::Any),
            ("id", _) => Ok(IdScheme::Id),
            ("code", _) => Ok(IdScheme::Code),
            (_, Some(id)) if !id.is_empty() => Ok(IdScheme::Attribute(id.to_owned())),
            _ => {
                let choices = ["any", "id", "code", "attribute:ID"];
                Err(Error::unknown_choice("id scheme", text, &choices))
            }
        }
    }
}

impl fmt::Display for IdScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdScheme::Any => f.write_str("any"),
            IdScheme::Id => f.write_str("id"),
            IdScheme::Code => f.write_str("code"),
            IdScheme::Attribute(id) => write!(f, "{ATTRIBUTE}{id}"),
        }
    }
}

codes! {
    /// Where zeros that DHIS2 does not store come from.
    pub enum Zeros as "source of zeros that are not stored" {
        /// An absent value of an element that does not store zeros is 0 where its data set is registered as complete.
        FromRegistrations = "from_registrations",
    }
}

codes! {
    /// Which text of an option is the category.
    pub enum Labels as "label of categories" {
        /// The name.
        Name = "name",
        /// The code.
        Code = "code",
    }
}

codes! {
    /// The kind of an indicator.
    pub enum Kind as "kind of an indicator" {
        /// A quotient of two counts.
        Ratio = "ratio",
        /// A part of a whole.
        Proportion = "proportion",
    }
}

options! {
    /// How data of DHIS2 are read.
    pub struct Dhis2Options {
        /// The id or code of each data element that holds targets, and that of the data element or indicator which the targets are
        /// for.
        targets: BTreeMap<String, String> = BTreeMap::new(),
        /// The data elements among them whose numbers are limits that should not be exceeded.
        at_most: Vec<String> = Vec::new(),
        /// The kind of indicators, by id or code, where it is not proven by the formula.
        kinds: BTreeMap<String, Kind> = BTreeMap::new(),
        /// What becomes of values on days on which their unit does not exist.
        outside: Outside = Outside::Clip,
        /// Where the day on which a value was recorded comes from.
        recorded: Recorded = Recorded::Registrations,
        /// What becomes of values of a unit that has units below it.
        inner: Inner = Inner::Itself,
        /// Which of its names identifies an object.
        ids: IdScheme = IdScheme::Any,
        /// Which text of an option is the category.
        labels: Labels = Labels::Name,
        /// Whether targets of counts are added up for the units above.
        roll_up: bool = true,
        /// Where zeros that are not stored come from; without it absent values are not known.
        zeros: Option<Zeros> = None,
        /// Whether what is left out is a fault.
        strict: bool = false,
    }
}

/// Reads data of DHIS2: files of metadata (`/api/metadata.json`), of values (`/api/dataValueSets.json` or `.csv`, and
/// `/api/analytics.json`) and of registrations (`/api/completeDataSetRegistrations.json`).
///
/// Values of `analytics` are computed by DHIS2 for a unit with all units below it. With `includeNumDen=true` a numerator and
/// a denominator stand beside each: they are two measures. Without them a value is a `reported` indicator, which is never
/// added up. Data elements and formulas of the metadata are not in the plan if there are no other values.
///
/// # Errors
///
/// [`Error::is_outcomes`](crate::Error::is_outcomes) with every fault, each with its pointer into the JSON.
pub fn read_dhis2(
    metadata: &[SourceFile],
    values: &[SourceFile],
    registrations: &[SourceFile],
    options: &Dhis2Options,
) -> Result<Imported> {
    build::import(metadata, values, registrations, options)
}
