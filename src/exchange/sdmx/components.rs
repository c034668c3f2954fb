//! The components of an observation: dimensions, the measure, and attributes.

use std::borrow::Cow;

use super::time::{FREQUENCIES, time_period};
use crate::assess::{Assessment, Common, Comparator, Reason};
use crate::tally::Status;
use crate::view::{Cell, Column, ColumnType, View};

/// The code of all categories together.
const ALL_CATEGORIES: &str = "_T";
/// The code of per cent in `UNIT_MEASURE`.
const PER_CENT: &str = "PT";
/// Above this share in per cent of imputed figures, a value is an estimate.
const MOST_IMPUTED: f64 = 50.0;

/// What the observations of a target and a window have in common.
pub(super) struct Shared {
    frequency: &'static str,
    time_period: String,
    unit: String,
    comparator: String,
}

impl Shared {
    pub(super) fn of(common: &Common<'_>) -> Shared {
        let (frequency, time_period) = time_period(&common.window);
        let unit = common.plan.unit_of_value(common.target.indicator);
        Shared {
            frequency,
            time_period,
            unit: if unit == "%" { PER_CENT.to_owned() } else { unit },
            comparator: code_id(common.target.goal.bounds(|_| ()).comparator().code()),
        }
    }
}

/// A row as an observation.
pub(super) struct Observation<'r> {
    pub(super) row: &'r Assessment,
    pub(super) shared: &'r Shared,
}

/// Where a component stands in the data structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Dimension,
    Time,
    Measure,
    Attribute,
}

/// A column of observations.
pub(super) struct Component {
    pub(super) id: &'static str,
    pub(super) part: Part,
    content: Content,
}

enum Content {
    /// The cells of a column of [`Assessment`]; the second text stands where there is none.
    Column(&'static str, &'static str),
    Computed(Computed),
}

/// A component that is no column.
struct Computed {
    doc: &'static str,
    values: Values,
    text: for<'o> fn(&'o Observation<'_>) -> Cow<'o, str>,
}

/// The values of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Values {
    Text,
    Number,
    Integer,
    Boolean,
    Day,
    TimePeriod,
    /// The codes of the list of this name.
    Codes(&'static str),
}

/// A list of codes: each with its name.
pub(super) struct CodeList {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) codes: Vec<(String, String)>,
}

const fn column(id: &'static str, part: Part, name: &'static str) -> Component {
    Component { id, part, content: Content::Column(name, "") }
}

const fn computed(
    id: &'static str,
    part: Part,
    doc: &'static str,
    values: Values,
    text: for<'o> fn(&'o Observation<'_>) -> Cow<'o, str>,
) -> Component {
    Component { id, part, content: Content::Computed(Computed { doc, values, text }) }
}

use Part::{Attribute, Dimension, Measure, Time};

/// The columns of observations, in order.
pub(super) const COMPONENTS: [Component; 26] = [
    computed(
        "FREQ",
        Dimension,
        "How long the window is.",
        Values::Codes("CL_FREQ"),
        |observation| observation.shared.frequency.into(),
    ),
    column("REF_AREA", Dimension, "unit"),
    column("TARGET", Dimension, "target"),
    column("INDICATOR", Dimension, "indicator"),
    Component {
        id: "STRATUM",
        part: Dimension,
        content: Content::Column("stratum", ALL_CATEGORIES),
    },
    computed("TIME_PERIOD", Time, "The days of the window.", Values::TimePeriod, |observation| {
        observation.shared.time_period.as_str().into()
    }),
    Component { id: "OBS_VALUE", part: Measure, content: Content::Column("value", "NaN") },
    computed(
        "OBS_STATUS",
        Attribute,
        "What the value is, or why there is none.",
        Values::Codes("CL_OBS_STATUS"),
        |observation| status(observation.row).code().into(),
    ),
    computed(
        "UNIT_MEASURE",
        Attribute,
        "The unit of the value; PT is per cent.",
        Values::Text,
        |observation| observation.shared.unit.as_str().into(),
    ),
    computed(
        "UNIT_MULT",
        Attribute,
        "The power of ten that the value is multiplied by: always 0.",
        Values::Integer,
        |_| "0".into(),
    ),
    column("LOWER_BOUND", Attribute, "lower"),
    column("UPPER_BOUND", Attribute, "upper"),
    column("CONF_LEVEL", Attribute, "confidence"),
    column("GOAL", Attribute, "goal_value"),
    column("GOAL_UPPER", Attribute, "goal_upper"),
    computed(
        "GOAL_COMPARATOR",
        Attribute,
        "How the value compares with the goal where it is met.",
        Values::Codes("CL_COMPARATOR"),
        |observation| observation.shared.comparator.as_str().into(),
    ),
    column("BASELINE", Attribute, "baseline"),
    column("VERDICT", Attribute, "verdict"),
    column("CERTAINTY", Attribute, "certainty"),
    column("GAP", Attribute, "gap"),
    column("ATTAINMENT", Attribute, "attainment"),
    column("COMPLETENESS", Attribute, "completeness"),
    column("IMPUTED", Attribute, "imputed"),
    column("REASON", Attribute, "reason"),
    column("BASIS", Attribute, "basis"),
    column("AS_OF", Attribute, "as_of"),
];

/// The lists that columns of [`Assessment`] take their codes from.
const LISTS_OF_COLUMNS: [(&str, &str, &str); 3] = [
    ("verdict", "CL_VERDICT", "Verdicts"),
    ("certainty", "CL_CERTAINTY", "Certainties"),
    ("reason", "CL_REASON", "Reasons"),
];

/// The code lists of all components.
pub(super) fn code_lists() -> Vec<CodeList> {
    let own = |(code, name): (&str, &str)| (code.to_owned(), name.to_owned());
    let statuses = Status::ALL.iter().map(|status| own((status.code(), status.meaning())));
    let comparators = Comparator::ALL.iter().map(|one| (code_id(one.code()), one.to_string()));
    let mut lists = vec![
        CodeList {
            id: "CL_FREQ",
            name: "Frequencies",
            codes: FREQUENCIES.into_iter().map(own).collect(),
        },
        CodeList { id: "CL_OBS_STATUS", name: "Observation statuses", codes: statuses.collect() },
        CodeList { id: "CL_COMPARATOR", name: "Comparators", codes: comparators.collect() },
    ];
    for (column, id, name) in LISTS_OF_COLUMNS {
        let Some(column) = assessed(column) else { continue };
        let codes = column.choices.iter().map(|code| {
            let meaning = code.parse::<Reason>().map(Reason::explanation);
            (code_id(code), meaning.map_or_else(|_| code.replace('_', " "), str::to_owned))
        });
        lists.push(CodeList { id, name, codes: codes.collect() });
    }
    lists
}

/// A column of assessments.
fn assessed(name: &str) -> Option<&'static Column<Assessment>> {
    Assessment::COLUMNS.iter().find(|column| column.name == name)
}

/// A code as SDMX allows it: without blanks.
fn code_id(code: &str) -> String {
    code.replace(' ', "_")
}

impl Component {
    /// What it says, in one line.
    pub(super) fn doc(&self) -> String {
        let doc = match &self.content {
            Content::Column(name, _) => assessed(name).map_or("", |column| column.doc),
            Content::Computed(computed) => computed.doc,
        };
        let first = doc.split("\n\n").next().unwrap_or(doc);
        first.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn values(&self) -> Values {
        match &self.content {
            Content::Computed(computed) => computed.values.clone(),
            Content::Column(name, _) => {
                let list = LISTS_OF_COLUMNS.iter().find(|(column, ..)| column == name);
                match (list, assessed(name).map(|column| column.column_type)) {
                    (Some((_, list, _)), _) => Values::Codes(list),
                    (None, Some(ColumnType::Float64)) => Values::Number,
                    (None, Some(ColumnType::Int64 | ColumnType::UInt32)) => Values::Integer,
                    (None, Some(ColumnType::Boolean)) => Values::Boolean,
                    (None, Some(ColumnType::Date32)) => Values::Day,
                    (None, Some(ColumnType::Text) | None) => Values::Text,
                }
            }
        }
    }

    /// Whether every observation has it.
    pub(super) fn is_mandatory(&self) -> bool {
        match &self.content {
            Content::Column(name, _) => assessed(name).is_some_and(|column| !column.is_nullable),
            Content::Computed(_) => self.id != "UNIT_MEASURE",
        }
    }

    /// How its cells are read.
    pub(super) fn cell(&self) -> ComponentCell {
        match &self.content {
            Content::Computed(computed) => ComponentCell::Computed(computed.text),
            Content::Column(name, missing) => ComponentCell::Column(assessed(name), missing),
        }
    }
}

/// How the cells of a component are read: looked up once for all observations.
pub(super) enum ComponentCell {
    Column(Option<&'static Column<Assessment>>, &'static str),
    Computed(for<'o> fn(&'o Observation<'_>) -> Cow<'o, str>),
}

impl ComponentCell {
    /// The text of an observation.
    pub(super) fn text<'o>(&self, observation: &'o Observation<'_>) -> Cow<'o, str> {
        match self {
            ComponentCell::Computed(text) => text(observation),
            ComponentCell::Column(column, missing) => {
                match column.map(|column| (column.cell)(observation.row)) {
                    None | Some(Cell::Null) => Cow::Borrowed(*missing),
                    Some(Cell::Text(text)) => text,
                    Some(Cell::Float64(number)) if number.is_nan() => Cow::Borrowed(*missing),
                    Some(Cell::Float64(number)) => number.to_string().into(),
                    Some(Cell::Int64(number)) => number.to_string().into(),
                    Some(Cell::Boolean(is_true)) => is_true.to_string().into(),
                    Some(Cell::Date32(day)) => day.to_string().into(),
                }
            }
        }
    }
}

/// The status of a row: see [`Report::write_sdmx`](crate::Report::write_sdmx).
fn status(row: &Assessment) -> Status {
    match (row.value, row.reason) {
        (None, Some(Reason::Suppressed | Reason::FewEvents)) => Status::Q,
        (None, Some(Reason::UnitNotValid)) => Status::M,
        (None, _) => Status::O,
        (Some(_), Some(Reason::Provisional)) => Status::P,
        (Some(_), _) if row.imputed.is_some_and(|share| share > MOST_IMPUTED) => Status::E,
        (Some(_), _) => Status::A,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_has_a_meaning_and_its_codes() {
        let lists = code_lists();
        for component in &COMPONENTS {
            assert!(!component.doc().is_empty(), "{}", component.id);
            if let Values::Codes(list) = component.values() {
                let list = lists.iter().find(|known| known.id == list);
                assert!(list.is_some_and(|list| list.codes.len() > 1), "{}", component.id);
            }
            if let Content::Column(name, _) = component.content {
                assert!(assessed(name).is_some(), "{name}");
            }
        }
        for list in &lists {
            let is_id =
                |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            assert!(
                list.codes.iter().all(|(id, name)| is_id(id) && !name.is_empty()),
                "{}",
                list.id
            );
        }
    }
}
