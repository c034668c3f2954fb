//! The report as data values of DHIS2, which its web API imports.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::write_text;
use crate::assess::{Assessment, Verdict};
use crate::error::codes::codes;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result, quoted};
use crate::parallel::check_stop;
use crate::report::Report;

/// The last part of the id of a unit that holds the values of a unit with units below it, and its level.
pub(crate) const ITSELF: &str = "itself";

codes! {
    /// A number of a row that becomes a data value of DHIS2.
    #[derive(PartialOrd, Ord)]
    pub enum Dhis2Value as "value for DHIS2" {
        /// The value of the indicator.
        Value = "value",
        /// What was counted.
        Numerator = "numerator",
        /// Out of what, or per what.
        Denominator = "denominator",
        /// The goal as a number.
        Goal = "goal",
        /// 1 if the goal is met, 0 if it is missed.
        Verdict = "verdict",
    }
}

impl Dhis2Value {
    fn of(self, row: &Assessment) -> Option<f64> {
        match self {
            Dhis2Value::Value => row.value,
            Dhis2Value::Numerator => row.numerator,
            Dhis2Value::Denominator => row.denominator,
            Dhis2Value::Goal => row.goal_value,
            Dhis2Value::Verdict => match row.verdict {
                Verdict::Met => Some(1.0),
                Verdict::Missed => Some(0.0),
                Verdict::Indeterminate => None,
            },
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DataValues<'r> {
    data_values: Vec<DataValue<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DataValue<'r> {
    data_element: &'r str,
    period: String,
    org_unit: &'r str,
    value: String,
}

impl Report {
    /// The rows as data values of DHIS2 (`dataValueSets`): for each number the data element that takes it, by its id.
    ///
    /// The units of the plan have the ids of organisation units. What is not known is absent: a null value, and the verdict
    /// of an indeterminate row. Rows of the level `itself`, which an import of DHIS2 makes, are left out.
    ///
    /// ```
    /// use attain::exchange::Dhis2Value;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: ImspTQPwCqd, name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("ImspTQPwCqd", When::Period("2025-Q1".into()), "cases", 12.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let values = report.to_dhis2(&[(Dhis2Value::Verdict, "s46m5MS0hxu".into())].into())?;
    /// let expected = r#"{"dataElement":"s46m5MS0hxu","period":"2025Q1","orgUnit":"ImspTQPwCqd","value":"0"}"#;
    /// assert!(values.contains(expected));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] with every row that DHIS2 has no place for: its window is no period of DHIS2, it is of a stratum, or
    /// it has the unit and the window of another row. [`Report::filter`] chooses rows.
    pub fn to_dhis2(&self, elements: &BTreeMap<Dhis2Value, String>) -> Result<String> {
        let mut faults = Faults::default();
        if elements.is_empty() {
            let message = "no data element is named";
            let expected = Dhis2Value::ALL.iter().map(|one| one.code()).collect::<Vec<_>>();
            let fault = Fault::new(FaultCode::TooFew, elements_place(None), message);
            faults.push(fault.expected(format!("an element for {}", expected.join(", "))));
        }
        let mut named: FxHashMap<&str, Dhis2Value> = FxHashMap::default();
        for (of, element) in elements {
            if element.trim().is_empty() {
                let message = "a data element has no id";
                faults.push(Fault::new(
                    FaultCode::MissingValue,
                    elements_place(Some(*of)),
                    message,
                ));
            } else if let Some(other) = named.insert(element, *of) {
                let message = "one data element would take two numbers";
                let fault = Fault::new(FaultCode::DuplicateId, elements_place(Some(*of)), message);
                faults.push(fault.found(format!("{}, as of {other}", quoted(element))));
            }
        }
        let rows: Vec<&Assessment> =
            self.rows().iter().filter(|row| &*row.level != ITSELF).collect();
        let mut periods: FxHashMap<(NaiveDate, NaiveDate), Option<String>> = FxHashMap::default();
        let mut first: FxHashMap<(&str, NaiveDate, NaiveDate), &Assessment> = FxHashMap::default();
        let mut data_values = Vec::new();
        for row in rows {
            check_stop();
            let days = (row.window_start, row.window_end);
            let period = periods.entry(days).or_insert_with(|| period(days.0, days.1)).clone();
            let place = || Place::Path { path: format!("{}.{}", row.target, row.unit) };
            let Some(period) = period else {
                let message = "the window is no period of DHIS2";
                let fault = Fault::new(FaultCode::UnsuitableTarget, place(), message);
                faults.push(
                    fault
                        .found(format!("[{}, {})", days.0, days.1))
                        .expected("a day, week, month, two months, a quarter, half-year or year")
                        .hint("choose targets with `filter`"),
                );
                continue;
            };
            if let Some(stratum) = &row.stratum {
                let message = "the row is of a stratum, for which a data element has no place";
                let fault = Fault::new(FaultCode::UnsuitableTarget, place(), message);
                faults.push(fault.found(stratum).hint("choose targets with `filter`"));
                continue;
            }
            if let Some(other) = first.insert((&row.unit, days.0, days.1), row) {
                let message =
                    "two rows have the same unit and window: a data element has one value";
                let fault = Fault::new(FaultCode::DuplicateRow, place(), message);
                faults.push(
                    fault
                        .found(format!("{period}, as of the target {}", other.target))
                        .hint("choose one target with `filter`, and write each by itself"),
                );
                continue;
            }
            for (of, element) in elements {
                let Some(value) = of.of(row) else { continue };
                let period = period.clone();
                let value = value.to_string();
                data_values.push(DataValue {
                    data_element: element,
                    period,
                    org_unit: &row.unit,
                    value,
                });
            }
        }
        if !faults.is_empty() {
            return Err(Error::of(ErrorKind::Request, faults));
        }
        serde_json::to_string(&DataValues { data_values }).map_err(|cause| {
            let message = "the values can't be written as JSON";
            let fault = Fault::new(FaultCode::DamagedData, Place::Nowhere, message);
            Error::one(ErrorKind::Request, fault.found(&cause)).caused_by(cause)
        })
    }

    /// Writes [the data values](Report::to_dhis2) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// As [`Report::to_dhis2`]; [`Error::is_file`] if the file can't be written.
    pub fn write_dhis2(
        &self,
        path: impl AsRef<Path>,
        elements: &BTreeMap<Dhis2Value, String>,
    ) -> Result<()> {
        write_text(path.as_ref(), &self.to_dhis2(elements)?)
    }
}

fn elements_place(of: Option<Dhis2Value>) -> Place {
    let path = match of {
        Some(of) => format!("elements.{of}"),
        None => "elements".to_owned(),
    };
    Place::Path { path }
}

/// The words for the first months of financial years that are named by the year in which they begin.
const FINANCIAL: [(u32, &str); 6] =
    [(2, "Feb"), (4, "April"), (7, "July"), (8, "Aug"), (9, "Sep"), (10, "Oct")];

/// The name of a period of DHIS2. None if the days are no such period.
fn period(start: NaiveDate, end: NaiveDate) -> Option<String> {
    let (year, month) = (start.year(), start.month());
    if !(1000..=9999).contains(&year) {
        return None;
    }
    let lasts_days = |days: u64| start.checked_add_days(Days::new(days)) == Some(end);
    if lasts_days(1) {
        return Some(format!("{year}{month:02}{:02}", start.day()));
    }
    if lasts_days(7) && start.weekday() == Weekday::Mon {
        let week = start.iso_week();
        return Some(format!("{}W{}", week.year(), week.week()));
    }
    let lasts = |months: u32| {
        start.day() == 1 && start.checked_add_months(Months::new(months)) == Some(end)
    };
    if lasts(1) {
        return Some(format!("{year}{month:02}"));
    }
    if lasts(2) && month % 2 == 1 {
        return Some(format!("{year}{:02}B", month.div_ceil(2)));
    }
    if lasts(3) && month % 3 == 1 {
        return Some(format!("{year}Q{}", month.div_ceil(3)));
    }
    if lasts(6) {
        return match month {
            1 => Some(format!("{year}S1")),
            7 => Some(format!("{year}S2")),
            4 => Some(format!("{year}AprilS1")),
            10 => Some(format!("{year}AprilS2")),
            _ => None,
        };
    }
    if lasts(12) {
        return match month {
            1 => Some(format!("{year}")),
            // Named by the year in which it ends.
            11 => Some(format!("{}Nov", year + 1)),
            _ => {
                let (_, word) = FINANCIAL.iter().find(|(first, _)| *first == month)?;
                Some(format!("{year}{word}"))
            }
        };
    }
    None
}
