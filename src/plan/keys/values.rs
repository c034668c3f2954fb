//! The types of values in plans: how each is described and written. How they are read is in `plan/read/values.rs`.

use std::marker::PhantomData;

use chrono::{NaiveDate, Weekday};
use serde_json::{Value as Json, json};

use super::Definitions;
#[cfg(test)]
use super::reference::Examples;
use crate::calendar::{Every, Length, NamedBy};
use crate::exact::Decimal;
use crate::plan::award::Ties;
use crate::plan::choices::{Annualised, Better, ChangeAs, ShareOfReports, Unmatched, Variation};
use crate::plan::document::{Node, Value};
use crate::plan::measure::{Absent, OverTime, OverUnits};
use crate::plan::units::GivenAs;
use crate::stats::Aggregation;

/// A type of values in plans.
pub trait PlanType {
    /// The value as it is written: of what refers to something, the id or name.
    type Value;
    /// Whether `null` is the same as nothing.
    const NULL_IS_NOTHING: bool = false;

    /// The JSON Schema of the value. Sections that it contains are added to the definitions.
    fn schema(definitions: &mut Definitions) -> Json;

    /// The type in words, as Markdown.
    fn form() -> String;

    /// The value in a document.
    fn write(value: &Self::Value) -> Node;

    /// Passes the sections in a value on.
    #[cfg(test)]
    fn walk(_node: &Node, _examples: &mut Examples) {}
}

/// Declares types of single values: the Rust type, the type in words, the schema, and the way into a document.
macro_rules! single_values {
    ($($(#[$doc:meta])+ $name:ident: $value:ty = $form:literal, $schema:tt, $write:path
        $(, null is $null:literal)?;)+) => {$(
        $(#[$doc])+
        pub struct $name;

        impl PlanType for $name {
            type Value = $value;
            $(const NULL_IS_NOTHING: bool = $null;)?

            fn schema(_: &mut Definitions) -> Json {
                json!($schema)
            }

            fn form() -> String {
                $form.to_owned()
            }

            fn write(value: &$value) -> Node {
                $write(value)
            }
        }
    )+};
}

// What letters are differs between the dialects of regular expressions; what can't be in an id does not.
const ID: &str = r"^[^\s+*/().\-][^\s+*/()]*$";
const LENGTH: &str = r"^[1-9]\d* (day|week|month|quarter|year)s?$";
const DAY: &str = r"^\d{4}-\d{2}-\d{2}$";

fn written_flag(flag: &bool) -> Node {
    Node::nowhere(Value::Bool(*flag))
}

fn written_version(version: &u32) -> Node {
    Node::number(&version.to_string())
}

fn written_length(length: &Length) -> Node {
    Node::text(&length.to_string())
}

fn written_day(day: &NaiveDate) -> Node {
    Node::text(&day.to_string())
}

single_values! {
    /// A text that is not empty.
    Text: String = "text", {"type": "string", "minLength": 1}, Node::text, null is true;
    /// A text; a number is read as text.
    Name: String = "text or number", {"type": ["string", "number"]}, Node::text;
    /// The id of the plan.
    PlanId: String = "id", {"anyOf": [{"type": "string", "pattern": ID}, {"type": "number"}]}, Node::text;
    /// The version of the plan format.
    Version: u32 = "`1`", {"const": 1}, written_version;
    /// A file beside the plan.
    FileName: String = "name of a CSV file beside the plan", {"type": "string", "minLength": 1}, Node::text;
    /// The code of a unit.
    UnitCode: String = "code of a unit", {"type": "string", "minLength": 1}, Node::text;
    /// The code of a unit, or nothing.
    OptionalUnitCode: String = "code of a unit", {"type": ["string", "null"]}, Node::text, null is true;
    /// The name of a level.
    LevelName: String = "name of a level", {"type": "string", "minLength": 1}, Node::text;
    /// The id of a measure.
    MeasureId: String = "id of a measure", {"type": "string", "pattern": ID}, Node::text;
    /// The id of an indicator.
    IndicatorId: String = "id of an indicator", {"type": "string", "pattern": ID}, Node::text;
    /// The id of a stratum.
    StratumId: String = "id of a stratum", {"type": "string", "pattern": ID}, Node::text;
    /// The id of a campaign.
    CampaignId: String = "id of a campaign", {"type": "string", "pattern": ID}, Node::text;
    /// The id of a task of a campaign.
    TaskId: String = "id of a task", {"type": "string", "pattern": ID}, Node::text;
    /// The id of a target.
    TargetId: String = "id of a target", {"type": "string", "pattern": ID}, Node::text;
    /// The id of a standard.
    StandardId: String = "id of a standard", {"type": "string", "pattern": ID}, Node::text;
    /// The id of a score.
    ScoreId: String = "id of a score", {"type": "string", "pattern": ID}, Node::text;
    /// The id of one of the weights of a change of boundaries.
    WeightsId: String = "id of weights", {"type": "string", "pattern": ID}, Node::text;
    /// The id of one of the calendar's anchors.
    AnchorId: String = "id of an anchor", {"type": "string", "pattern": ID}, Node::text;
    /// The id of a part of a score.
    PartId: String = "id of a part", {"type": "string", "pattern": ID}, Node::text;
    /// A category of a stratum.
    Category: String = "category", {"type": "string", "minLength": 1}, Node::text;
    /// The name of a grade.
    GradeName: String = "name of a grade", {"type": "string", "minLength": 1}, Node::text;
    /// Measures added and subtracted.
    Sum: String = "expression", {"type": "string", "minLength": 1}, Node::text;
    /// `true` or `false`.
    Flag: bool = "`true` or `false`", {"type": "boolean"}, written_flag;
    /// A day.
    Day: NaiveDate = "day", {"type": "string", "pattern": DAY}, written_day;
    /// A day, or nothing.
    OptionalDay: NaiveDate = "day",
        {"anyOf": [{"type": "string", "pattern": DAY}, {"type": "null"}]}, written_day, null is true;
    /// A day of every year.
    DayOfYear: String = "month and day", {"type": "string", "pattern": r"^\d{2}-\d{2}$"}, Node::text;
    /// A share in per cent, with its sign.
    Percentage: String = "percentage, such as `\"90 %\"`",
        {"type": "string", "pattern": r"^\d+(\.\d+)?\s*%$"}, Node::text;
    /// An earlier reporting year.
    Year: String = "reporting year", {"type": ["integer", "string"]}, Node::number;
    /// How long something is.
    LengthOfTime: Length = "number of days, weeks, months, quarters or years",
        {"type": "string", "pattern": LENGTH}, written_length;
    /// A period or days.
    OwnDays: Node = "period or `[start, end)`", {
        "anyOf": [
            {"type": "string"}, {"type": "integer"},
            {"type": "array", "items": {"type": "string", "pattern": DAY}, "minItems": 2, "maxItems": 2}
        ]
    }, Node::clone;
    /// A period, a campaign or days.
    Days: Node = "period, id of a campaign, or `[start, end)`", {
        "anyOf": [
            {"type": "string"}, {"type": "integer"},
            {"type": "array", "items": {"type": "string", "pattern": DAY}, "minItems": 2, "maxItems": 2}
        ]
    }, Node::clone;
}

/// A number with bounds.
pub trait NumberType: PlanType {
    /// The numbers that are allowed, in words.
    const EXPECTED: &'static str;

    /// The number, if it is within the bounds.
    fn checked(number: Decimal) -> Option<Self::Value>;
}

/// Declares types of numbers: the Rust type, the type in words, the type and bounds in the schema, the numbers that are
/// allowed in words.
macro_rules! numbers {
    ($($(#[$doc:meta])+ $name:ident: $value:ty = $form:literal, $json:literal
        [$($bound:ident $limit:literal),*], $expected:literal;)+) => {$(
        $(#[$doc])+
        pub struct $name;

        impl PlanType for $name {
            type Value = $value;

            fn schema(_: &mut Definitions) -> Json {
                json!({"type": $json, $((stringify!($bound)): $limit),*})
            }

            fn form() -> String {
                $form.to_owned()
            }

            fn write(value: &$value) -> Node {
                Node::number(&value.to_string())
            }
        }

        impl NumberType for $name {
            const EXPECTED: &'static str = $expected;

            fn checked(number: Decimal) -> Option<$value> {
                let is_whole = number.fract().is_zero();
                let number = if is_whole && $json == "integer" { number.trunc() } else { number };
                let is_within = true $(&& bounds::$bound(number, Decimal::from($limit)))*;
                is_within.then(|| number.to_string().parse().ok()).flatten()
            }
        }
    )+};
}

/// The bounds of JSON Schema.
#[expect(non_snake_case, reason = "the names are keywords of JSON Schema")]
mod bounds {
    use crate::exact::Decimal;

    pub fn minimum(number: Decimal, limit: Decimal) -> bool {
        number >= limit
    }

    pub fn maximum(number: Decimal, limit: Decimal) -> bool {
        number <= limit
    }

    pub fn exclusiveMinimum(number: Decimal, limit: Decimal) -> bool {
        number > limit
    }

    pub fn exclusiveMaximum(number: Decimal, limit: Decimal) -> bool {
        number < limit
    }
}

numbers! {
    /// A number.
    Number: Decimal = "number", "number" [], "a number";
    /// A number above 0.
    AboveZero: Decimal = "number above 0", "number" [exclusiveMinimum 0], "a number above 0";
    /// A number, 0 or more.
    ZeroOrMore: Decimal = "number, 0 or more", "number" [minimum 0], "0 or more";
    /// A share of what is expected.
    ShareOfExpected: Decimal = "number above 0", "number" [exclusiveMinimum 0], "a number above 0, such as 0.95";
    /// A number of times the variance of independent events.
    Times: Decimal = "number, 1 or more", "number" [minimum 1], "1 or more; without it the figures show it";
    /// The confidence of intervals.
    Confidence: f64 = "number above 0 and below 1", "number" [exclusiveMinimum 0, exclusiveMaximum 1],
        "a share between 0 and 1, such as 0.95";
    /// A part of 1.
    PartOfOne: Decimal = "number from 0 to 1", "number" [minimum 0, maximum 1], "a number from 0 to 1";
    /// A share in per cent.
    PerCent: f64 = "number from 0 to 100", "number" [minimum 0, maximum 100], "a number from 0 to 100";
    /// A share in per cent that is more than nothing.
    SomePerCent: Decimal = "number above 0, up to 100", "number" [exclusiveMinimum 0, maximum 100],
        "a number above 0, up to 100";
    /// A share in per cent that is less than all.
    NotAllPerCent: Decimal = "number from 0 to below 100", "number" [minimum 0, exclusiveMaximum 100],
        "a number from 0 to below 100";
    /// A whole number, 0 or more.
    Whole: u32 = "whole number, 0 or more", "integer" [minimum 0], "a whole number, 0 or more";
    /// A whole number above 0.
    Count: u32 = "whole number above 0", "integer" [minimum 1], "a whole number above 0";
    /// A number of months.
    Months: u32 = "whole number from 1 to 1200", "integer" [minimum 1, maximum 1_200],
        "a whole number from 1 to 1200";
}

/// An enum whose values stand in plans by their codes.
pub trait Choice: Copy + 'static {
    /// Every value with its code.
    fn choices() -> Vec<(&'static str, Self)>;
}

fn one_of<'c>(codes: impl Iterator<Item = &'c str>) -> String {
    codes.map(|code| format!("`{code}`")).collect::<Vec<_>>().join(", ")
}

fn codes<C: Choice>() -> Vec<&'static str> {
    C::choices().into_iter().map(|(code, _)| code).collect()
}

/// Declares enums whose values stand in plans, with all values and their codes.
macro_rules! choices {
    ($($choice:ty = $all:expr, $code:expr;)+) => {$(
        impl Choice for $choice {
            fn choices() -> Vec<(&'static str, Self)> {
                let code: fn($choice) -> &'static str = $code;
                $all.iter().map(|one| (code(*one), *one)).collect()
            }
        }

        impl PlanType for $choice {
            type Value = $choice;

            fn schema(_: &mut Definitions) -> Json {
                let mut codes: Vec<Json> = codes::<$choice>().iter().map(|code| json!(code)).collect();
                // 365 needs no quotes.
                if let Some(at) = codes.iter().position(|code| code == "365") {
                    codes.insert(at + 1, json!(365));
                }
                json!({"enum": codes})
            }

            fn form() -> String {
                one_of(codes::<$choice>().into_iter())
            }

            fn write(value: &$choice) -> Node {
                let code: fn($choice) -> &'static str = $code;
                Node::text(code(*value))
            }
        }
    )+};
}

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

choices! {
    Every = Every::ALL, Every::code;
    NamedBy = [NamedBy::Start, NamedBy::End], |named_by| match named_by {
        NamedBy::Start => "start",
        NamedBy::End => "end",
    };
    Weekday = WEEKDAYS, |day| match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    };
    OverTime = OverTime::ALL, OverTime::code;
    OverUnits = OverUnits::ALL, OverUnits::code;
    Absent = Absent::ALL, Absent::code;
    GivenAs = GivenAs::ALL, GivenAs::code;
    Better = Better::ALL, Better::code;
    Variation = Variation::ALL, Variation::code;
    Unmatched = Unmatched::ALL, Unmatched::code;
    Annualised = Annualised::ALL, Annualised::code;
    ChangeAs = ChangeAs::ALL, ChangeAs::code;
    ShareOfReports = ShareOfReports::ALL, ShareOfReports::code;
    Ties = Ties::ALL, Ties::code;
    Aggregation = Aggregation::ALL, Aggregation::name;
}

/// Words that are values where other values are maps.
macro_rules! words {
    ($($(#[$doc:meta])+ $name:ident = $($word:literal),+;)+) => {$(
        $(#[$doc])+
        pub struct $name;

        impl $name {
            /// The words, in the order in which messages list them.
            pub const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl PlanType for $name {
            type Value = &'static str;

            fn schema(_: &mut Definitions) -> Json {
                json!({"enum": Self::WORDS})
            }

            fn form() -> String {
                one_of(Self::WORDS.iter().copied())
            }

            fn write(word: &&'static str) -> Node {
                Node::text(word)
            }
        }
    )+};
}

words! {
    /// The latest value.
    LatestOnly = "last";
    /// Comparisons without a parameter.
    PlainReference = "previous_period", "same_window_last_year";
    /// Trajectories without a parameter.
    PlainTrajectory = "none", "linear", "geometric", "milestones";
    /// Priors without a parameter.
    PlainPrior = "history", "jeffreys", "uniform";
    /// Dispersions without a number.
    PlainDispersion = "auto";
    /// Shares that need no numbers.
    PlainShares = "same", "equal";
    /// Scales without a parameter.
    PlainScale = "min_max", "z_score", "rank";
    /// Units that a quota is a share of.
    PlainQuotaOf = "rated", "eligible";
}

/// Declares types that contain others: the parameters, the type in words, the schema, and the sections inside.
macro_rules! containers {
    ($($(#[$doc:meta])+ $name:ident<$($inner:ident),+> $([$($number:ident: $kind:ty = $usual:literal),+])?
        = $form:expr, $schema:expr, $walk:expr;)+) => {$(
        $(#[$doc])+
        pub struct $name<$($inner),+ $($(, const $number: $kind = $usual)+)?>(PhantomData<($($inner,)+)>);

        impl<$($inner: PlanType),+ $($(, const $number: $kind)+)?> PlanType for $name<$($inner),+ $($(, $number)+)?> {
            type Value = Node;

            fn schema(definitions: &mut Definitions) -> Json {
                let schema: fn(&mut Definitions) -> Json = $schema;
                schema(definitions)
            }

            fn form() -> String {
                $form
            }

            fn write(node: &Node) -> Node {
                node.clone()
            }

            #[cfg(test)]
            fn walk(node: &Node, examples: &mut Examples) {
                let walk: fn(&Node, &mut Examples) = $walk;
                walk(node, examples);
            }
        }
    )+};
}

containers! {
    /// A list of at least `MIN`, perhaps of different ones.
    List<T> [MIN: usize = 0, UNIQUE: bool = false] = format!("list ({})", T::form()), |definitions| {
        let mut list = json!({"type": "array", "items": T::schema(definitions)});
        if MIN > 0 {
            list["minItems"] = json!(MIN);
        }
        if UNIQUE {
            list["uniqueItems"] = json!(true);
        }
        list
    }, |node, examples| node.as_list().unwrap_or_default().iter().for_each(|item| T::walk(item, examples));
    /// A list of two.
    Pair<T> = format!("`[{0}, {0}]`", T::form()), |definitions| {
        json!({"type": "array", "items": T::schema(definitions), "minItems": 2, "maxItems": 2})
    }, |_, _| {};
    /// A map from ids to values; it may be empty.
    ById<T> = format!("ids, each with {}", T::form()), |definitions| {
        json!({"type": ["object", "null"], "additionalProperties": T::schema(definitions)})
    }, |node, examples| {
        node.as_map().unwrap_or_default().iter().for_each(|entry| T::walk(&entry.value, examples));
    };
    /// A map from keys of the plan's choice to values, with at least one entry.
    Map<K, T> [MIN: usize = 0] = format!("map: {} to {}", K::form(), T::form()), |definitions| {
        let mut map = json!({"type": "object"});
        if MIN > 0 {
            map["minProperties"] = json!(MIN);
        }
        map["additionalProperties"] = T::schema(definitions);
        map
    }, |node, examples| {
        node.as_map().unwrap_or_default().iter().for_each(|entry| T::walk(&entry.value, examples));
    };
    /// One of two forms.
    Or<A, B> = match (A::form(), B::form()) {
        (one, several) if several == format!("list ({one})") => format!("{one}, or a list"),
        (one, other) => format!("{one}, or {other}"),
    }, |definitions| {
        json!({"anyOf": [A::schema(definitions), B::schema(definitions)]})
    }, |node, examples| {
        A::walk(node, examples);
        B::walk(node, examples);
    };
    /// A value, or nothing.
    OrNull<T> = T::form(), |definitions| {
        let mut schema = T::schema(definitions);
        match schema.get("type") {
            Some(Json::String(of)) => schema["type"] = json!([of, "null"]),
            _ => schema = json!({"anyOf": [schema, {"type": "null"}]}),
        }
        schema
    }, T::walk;
}

/// One, or a list of them.
pub type OneOrMore<T, const MIN: usize = 0, const UNIQUE: bool = false> =
    Or<T, List<T, MIN, UNIQUE>>;
