//! The report as samples in the text format of OpenMetrics, which Prometheus reads.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt::Write;
use std::path::Path;

use chrono::{NaiveDate, NaiveTime};

use super::write_text;
use crate::assess::{Assessment, Reason};
use crate::error::Result;
use crate::parallel::check_stop;
use crate::report::Report;
use crate::view::{Cell, Column, View};

/// Families of numbers: the name after `attain_`, and the column of the value.
const GAUGES: [(&str, &str); 9] = [
    ("value", "value"),
    ("goal", "goal_value"),
    ("goal_upper", "goal_upper"),
    ("lower", "lower"),
    ("upper", "upper"),
    ("chance", "chance"),
    ("completeness_percent", "completeness"),
    ("needed", "needed"),
    ("final", "final"),
];

/// Families of codes, named as their columns: each code is a sample of 0 or 1.
const STATE_SETS: [&str; 2] = ["verdict", "certainty"];

/// The column that is a sample with a label of its text.
const INFO: &str = "reason";

/// The columns that are labels of all samples of a row.
const LABELS: [&str; 6] = ["target", "indicator", "unit", "stratum", "window_start", "window_end"];

/// Which rows are samples.
///
/// ```
/// use attain::exchange::OpenMetricsOptions;
///
/// assert!(OpenMetricsOptions::new().latest);
/// assert!(!OpenMetricsOptions::new().latest(false).latest);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenMetricsOptions {
    /// Whether each target and unit has one window only: the one that runs, else the last one that has closed. With all
    /// windows, the number of time series grows with every window.
    pub latest: bool,
}

impl Default for OpenMetricsOptions {
    fn default() -> Self {
        OpenMetricsOptions { latest: true }
    }
}

impl OpenMetricsOptions {
    /// The latest window of each target and unit.
    pub fn new() -> Self {
        OpenMetricsOptions::default()
    }

    /// Sets `latest`.
    #[must_use]
    pub fn latest(self, latest: bool) -> Self {
        OpenMetricsOptions { latest }
    }
}

impl Report {
    /// The rows as samples in the text format of OpenMetrics 1.0.
    ///
    /// | family | type | samples of a row |
    /// |---|---|---|
    /// | `attain_value`, `attain_goal`, `attain_goal_upper`, `attain_lower`, `attain_upper`, `attain_chance`, `attain_completeness_percent`, `attain_needed`, `attain_final` | gauge | one; none where there is no number |
    /// | `attain_verdict`, `attain_certainty` | stateset | one for each code: 1 for the code of the row, else 0 |
    /// | `attain_reason` | info | `attain_reason_info` with the label `reason`; none where the row has no reason |
    /// | `attain_as_of_timestamp_seconds` | gauge | one for the report: the start of the day of the assessment in UTC |
    ///
    /// Labels are `plan`, `target`, `indicator`, `unit`, `stratum` (empty where the row is about all categories),
    /// `window_start` and `window_end`. A family without samples is left out. If two validities of a unit's code have rows
    /// of the same target and window, the one that is valid throughout the window is written.
    ///
    /// ```
    /// use attain::exchange::OpenMetricsOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 8.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let samples = report.to_openmetrics(&OpenMetricsOptions::new());
    /// assert!(samples.contains(
    ///     r#"attain_value{plan="p",target="few",indicator="known",unit="01",stratum="",window_start="2025-01-01",window_end="2025-04-01"} 8"#
    /// ));
    /// assert!(samples.ends_with("# EOF\n"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_openmetrics(&self, options: &OpenMetricsOptions) -> String {
        let rows = chosen(self.rows(), self.as_of(), options.latest);
        let plan = self.plan().id();
        let labels: Vec<String> = rows.iter().map(|row| labels(plan, row)).collect();
        let mut text = String::new();
        for (family, name) in GAUGES {
            let Some(column) = column(name) else { continue };
            write_family(&mut text, "gauge", family, column.doc, &rows, |samples, place, row| {
                if let Some(number) = number(&(column.cell)(row)) {
                    sample(samples, family, labels.get(place), None, &number);
                }
            });
        }
        for family in STATE_SETS {
            let Some(column) = column(family) else { continue };
            write_family(
                &mut text,
                "stateset",
                family,
                column.doc,
                &rows,
                |samples, place, row| {
                    let Cell::Text(code) = (column.cell)(row) else { return };
                    for choice in column.choices {
                        let state = (format!("attain_{family}"), *choice);
                        let is_state = if code == *choice { "1" } else { "0" };
                        sample(samples, family, labels.get(place), Some(state), is_state);
                    }
                },
            );
        }
        if let Some(column) = column(INFO) {
            write_family(&mut text, "info", INFO, column.doc, &rows, |samples, place, row| {
                if let Cell::Text(code) = (column.cell)(row) {
                    let label = (INFO.to_owned(), code.as_ref());
                    sample(samples, "reason_info", labels.get(place), Some(label), "1");
                }
            });
        }
        let doc = column("as_of").map_or("", |column| column.doc);
        head(&mut text, "gauge", "as_of_timestamp_seconds", doc);
        let seconds = self.as_of().and_time(NaiveTime::MIN).and_utc().timestamp().to_string();
        let label = format!("plan=\"{}\"", escaped(plan));
        sample(&mut text, "as_of_timestamp_seconds", Some(&label), None, &seconds);
        text.push_str("# EOF\n");
        text
    }

    /// Writes [the samples](Report::to_openmetrics) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_openmetrics(
        &self,
        path: impl AsRef<Path>,
        options: &OpenMetricsOptions,
    ) -> Result<()> {
        write_text(path.as_ref(), &self.to_openmetrics(options))
    }
}

/// The rows that are samples, in the order of the report. No two of them have the same labels.
fn chosen(rows: &[Assessment], as_of: NaiveDate, latest: bool) -> Vec<&Assessment> {
    let rank = |row: &Assessment| {
        let is_valid = row.reason != Some(Reason::UnitNotValid);
        (is_valid, !row.is_final, row.window_end, row.window_start)
    };
    let mut places: HashMap<_, usize> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        check_stop();
        if latest && row.window_start > as_of {
            continue;
        }
        let window = (!latest).then_some((row.window_start, row.window_end));
        match places.entry((row.target.as_str(), row.unit.as_str(), window)) {
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
            Entry::Occupied(mut entry) => {
                if rows.get(*entry.get()).is_none_or(|best| rank(best) < rank(row)) {
                    entry.insert(place);
                }
            }
        }
    }
    let mut places: Vec<usize> = places.into_values().collect();
    places.sort_unstable();
    places.into_iter().filter_map(|place| rows.get(place)).collect()
}

fn column(name: &str) -> Option<&'static Column<Assessment>> {
    Assessment::COLUMNS.iter().find(|column| column.name == name)
}

/// The labels that all samples of a row have.
fn labels(plan: &str, row: &Assessment) -> String {
    let mut labels = format!("plan=\"{}\"", escaped(plan));
    for column in LABELS.into_iter().filter_map(column) {
        let text = match (column.cell)(row) {
            Cell::Text(text) => escaped(&text),
            Cell::Date32(day) => day.to_string(),
            Cell::Null | Cell::Float64(_) | Cell::Int64(_) | Cell::Boolean(_) => String::new(),
        };
        let _ = write!(labels, ",{}=\"{text}\"", column.name);
    }
    labels
}

/// Writes a family with the samples of all rows, unless there are none.
fn write_family(
    text: &mut String,
    kind: &str,
    family: &str,
    doc: &str,
    rows: &[&Assessment],
    mut write: impl FnMut(&mut String, usize, &Assessment),
) {
    let mut samples = String::new();
    for (place, row) in rows.iter().enumerate() {
        check_stop();
        write(&mut samples, place, row);
    }
    if !samples.is_empty() {
        head(text, kind, family, doc);
        text.push_str(&samples);
    }
}

fn head(text: &mut String, kind: &str, family: &str, doc: &str) {
    let _ = writeln!(text, "# TYPE attain_{family} {kind}");
    for unit in ["percent", "seconds"] {
        if family.ends_with(&format!("_{unit}")) {
            let _ = writeln!(text, "# UNIT attain_{family} {unit}");
        }
    }
    let help = doc.split("\n\n").next().unwrap_or(doc).replace('\n', " ");
    let _ = writeln!(text, "# HELP attain_{family} {}", escaped(&help));
}

/// Writes a line: the name, the labels and one more label, and the value.
fn sample(
    text: &mut String,
    name: &str,
    labels: Option<&String>,
    further: Option<(String, &str)>,
    value: &str,
) {
    let _ = write!(text, "attain_{name}{{{}", labels.map_or("", String::as_str));
    if let Some((label, code)) = further {
        let _ = write!(text, ",{label}=\"{}\"", escaped(code));
    }
    let _ = writeln!(text, "}} {value}");
}

/// The number of a cell; true is 1. None for a null and for what is no number.
fn number(cell: &Cell<'_>) -> Option<String> {
    match cell {
        Cell::Float64(number) if number.is_nan() => None,
        Cell::Float64(number) if number.is_infinite() => {
            Some(if *number > 0.0 { "+Inf" } else { "-Inf" }.to_owned())
        }
        Cell::Float64(number) => Some(number.to_string()),
        Cell::Int64(number) => Some(number.to_string()),
        Cell::Boolean(truth) => Some(u8::from(*truth).to_string()),
        Cell::Null | Cell::Text(_) | Cell::Date32(_) => None,
    }
}

/// The text of a label or a description: backslashes, quotation marks and ends of lines are escaped.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_and_label_is_a_column() {
        let names = GAUGES.iter().map(|(_, name)| *name).chain(STATE_SETS).chain(LABELS);
        for name in names.chain([INFO, "as_of"]) {
            assert!(column(name).is_some(), "{name}");
        }
        for name in STATE_SETS {
            assert!(column(name).is_some_and(|column| !column.choices.is_empty()), "{name}");
        }
    }

    #[test]
    fn numbers_are_written_as_the_format_has_them() {
        for (cell, text) in [
            (Cell::Float64(0.1), Some("0.1")),
            (Cell::Float64(f64::INFINITY), Some("+Inf")),
            (Cell::Float64(f64::NEG_INFINITY), Some("-Inf")),
            (Cell::Float64(f64::NAN), None),
            (Cell::Int64(-3), Some("-3")),
            (Cell::Boolean(true), Some("1")),
            (Cell::Null, None),
        ] {
            assert_eq!(number(&cell).as_deref(), text, "{cell:?}");
        }
    }
}
