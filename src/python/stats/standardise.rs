//! Units made comparable, and groups along a ranking.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::super::error::refused_by_stats;
use super::super::table::Table;
use super::choice::choice;
use super::column::Column;
use super::interval::count_method;
use super::rows::{common_length, numbers, table, texts};
use crate::error::{Fault, Place};
use crate::stats::{
    self, Confidence, DirectOptions, GroupOrder, IndirectOptions, Interval, MissingStratum,
    Repeats, StandardisedRate, StandardisedStatus, StatsError,
};

type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

/// The rows of each group, groups in the order in which they first appear.
pub(super) fn rows_by_group(
    groups: Option<&Bound<'_, PyList>>,
    length: usize,
) -> PyResult<Vec<(Option<String>, Vec<usize>)>> {
    let Some(groups) = groups else { return Ok(vec![(None, (0..length).collect())]) };
    if groups.len() != length {
        let place = Place::Column { column: "by".to_owned() };
        let fault = Fault::new(place, "columns of unequal lengths")
            .found(format!("{} values", groups.len()))
            .expected(format!("{length}, as many as there are rows"));
        return Err(refused_by_stats(&fault));
    }
    let mut places = std::collections::HashMap::new();
    let mut found: Vec<(Option<String>, Vec<usize>)> = vec![];
    for (row, key) in groups.iter().enumerate() {
        let key = key.str()?.to_string();
        let place = *places.entry(key.clone()).or_insert_with(|| {
            found.push((Some(key), vec![]));
            found.len() - 1
        });
        found[place].1.push(row);
    }
    Ok(found)
}

/// Columns that run side by side, single numbers repeated.
pub(super) fn side_by_side<const N: usize>(
    arguments: [(&'static str, Argument<'_, '_>); N],
) -> PyResult<([Vec<f64>; N], usize)> {
    let mut columns = Vec::with_capacity(N);
    for (name, value) in &arguments {
        columns.push(Column::read(name, value)?);
    }
    let length = common_length(&arguments.map(|(name, _)| name), &columns)?.unwrap_or(1);
    let spread = |place: usize| (0..length).map(|row| columns[place].at(row)).collect();
    Ok((std::array::from_fn(spread), length))
}

pub(super) fn of_rows(values: &[f64], rows: &[usize]) -> Vec<f64> {
    rows.iter().map(|&row| values[row]).collect()
}

fn missing_stratum(name: &str) -> PyResult<MissingStratum> {
    let known =
        [("withhold", MissingStratum::Withhold), ("counts_as_zero", MissingStratum::CountsAsZero)];
    choice("missing", name, &known)
}

fn status_text(status: StandardisedStatus) -> Option<&'static str> {
    match status {
        StandardisedStatus::Complete => None,
        StandardisedStatus::FewEvents => Some("withheld: fewer events than `withhold_below`"),
        StandardisedStatus::MissingStratum => Some("withheld: a stratum's events are missing"),
        StandardisedStatus::EmptyStratum => {
            Some("undefined: a stratum that the standard gives weight has no population")
        }
        StandardisedStatus::NoEvents => Some("without any events there are no limits"),
    }
}

/// What one group comes to.
#[derive(Default)]
struct Group {
    numbers: [Option<f64>; 5],
    status: Option<String>,
}

/// The first two columns are what the value was made from, then come value, lower and upper.
fn table_of_groups(
    names: [&str; 2],
    keys: Vec<Option<String>>,
    groups: Vec<Group>,
) -> PyResult<Table> {
    let column = |place: usize| numbers(groups.iter().map(|group| group.numbers[place]));
    let mut columns = vec![];
    if keys.iter().any(Option::is_some) {
        columns.push(("by", texts(keys)));
    }
    columns.extend([
        (names[0], column(0)),
        (names[1], column(1)),
        ("value", column(2)),
        ("lower", column(3)),
        ("upper", column(4)),
        ("status", texts(groups.iter().map(|group| group.status.clone()).collect())),
    ]);
    table(columns)
}

fn group_of_rate(found: Result<StandardisedRate, StatsError>) -> Group {
    match found {
        Ok(rate) => {
            let [lower, upper] = limits(rate.interval);
            Group {
                numbers: [Some(rate.events), Some(rate.population), rate.value, lower, upper],
                status: status_text(rate.status).map(str::to_owned),
            }
        }
        Err(refusal) => Group { status: Some(refusal.to_string()), ..Group::default() },
    }
}

fn limits(interval: Option<Interval>) -> [Option<f64>; 2] {
    [interval.map(|limits| limits.lower), interval.map(|limits| limits.upper)]
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn direct(
    events: Argument<'_, '_>,
    population: Argument<'_, '_>,
    standard: Argument<'_, '_>,
    by: Option<Bound<'_, PyList>>,
    per: f64,
    withhold_below: f64,
    missing: &str,
    method: &str,
    exact_below: f64,
    confidence: f64,
) -> PyResult<Table> {
    let options = DirectOptions {
        per,
        confidence: Confidence::new(confidence)?,
        withhold_below,
        missing: missing_stratum(missing)?,
        count_method: count_method(method, exact_below)?,
    };
    stats::directly_standardised_rate(&[1.0], &[1.0], &[1.0], &options)?;
    let arguments = [("events", events), ("population", population), ("standard", standard)];
    let ([events, population, standard], length) = side_by_side(arguments)?;
    let mut keys = vec![];
    let mut groups = vec![];
    for (key, rows) in rows_by_group(by.as_ref(), length)? {
        keys.push(key);
        let found = stats::directly_standardised_rate(
            &of_rows(&events, &rows),
            &of_rows(&population, &rows),
            &of_rows(&standard, &rows),
            &options,
        );
        groups.push(group_of_rate(found));
    }
    table_of_groups(["events", "population"], keys, groups)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn indirect(
    observed: Argument<'_, '_>,
    population: Argument<'_, '_>,
    reference_events: Argument<'_, '_>,
    reference_population: Argument<'_, '_>,
    by: Option<Bound<'_, PyList>>,
    as_rate: bool,
    per: f64,
    missing: &str,
    method: &str,
    exact_below: f64,
    confidence: f64,
) -> PyResult<Table> {
    let options = IndirectOptions {
        per,
        confidence: Confidence::new(confidence)?,
        count_method: count_method(method, exact_below)?,
        missing: missing_stratum(missing)?,
    };
    stats::indirectly_standardised_ratio(&[1.0], &[1.0], &[1.0], &[1.0], &options)?;
    let arguments = [
        ("observed", observed),
        ("population", population),
        ("reference_events", reference_events),
        ("reference_population", reference_population),
    ];
    let ([observed, population, events, reference], length) = side_by_side(arguments)?;
    let standardised = if as_rate {
        stats::indirectly_standardised_rate
    } else {
        stats::indirectly_standardised_ratio
    };
    let mut keys = vec![];
    let mut groups = vec![];
    for (key, rows) in rows_by_group(by.as_ref(), length)? {
        keys.push(key);
        let found = standardised(
            &of_rows(&observed, &rows),
            &of_rows(&population, &rows),
            &of_rows(&events, &rows),
            &of_rows(&reference, &rows),
            &options,
        );
        groups.push(match found {
            Ok(ratio) => {
                let [lower, upper] = limits(ratio.interval);
                let status =
                    ratio.value.is_none().then_some("withheld: an observed count is missing");
                Group {
                    numbers: [
                        Some(ratio.observed),
                        Some(ratio.expected),
                        ratio.value,
                        lower,
                        upper,
                    ],
                    status: status.map(str::to_owned),
                }
            }
            Err(refusal) => Group { status: Some(refusal.to_string()), ..Group::default() },
        });
    }
    table_of_groups(["observed", "expected"], keys, groups)
}

#[pyfunction]
pub(super) fn quantile_groups(
    values: Argument<'_, '_>,
    groups: u32,
    order: &str,
) -> PyResult<Vec<Option<u32>>> {
    let known =
        [("highest_first", GroupOrder::HighestFirst), ("lowest_first", GroupOrder::LowestFirst)];
    let order = choice("order", order, &known)?;
    Ok(stats::quantile_groups(&Column::values("values", values)?, groups, order)?)
}

/// `events_each[i]` are the events of each of the persons in column `persons[i]`.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn direct_of_repeats(
    events_each: Vec<f64>,
    persons: Vec<Bound<'_, PyAny>>,
    population: Argument<'_, '_>,
    standard: Argument<'_, '_>,
    by: Option<Bound<'_, PyList>>,
    per: f64,
    withhold_below: f64,
    missing: &str,
    method: &str,
    exact_below: f64,
    confidence: f64,
) -> PyResult<Table> {
    let options = DirectOptions {
        per,
        confidence: Confidence::new(confidence)?,
        withhold_below,
        missing: missing_stratum(missing)?,
        count_method: count_method(method, exact_below)?,
    };
    for &each in &events_each {
        let one = Repeats { events_each: each, persons: &[1.0] };
        stats::directly_standardised_rate_of_repeats(&[one], &[1.0], &[1.0], &options)?;
    }
    let mut columns =
        vec![Column::read("population", population)?, Column::read("standard", standard)?];
    let mut names = vec!["population", "standard"];
    for column in &persons {
        columns.push(Column::read("persons", column)?);
        names.push("persons");
    }
    let length = common_length(&names, &columns)?.unwrap_or(1);
    let columns: Vec<Vec<f64>> =
        columns.iter().map(|column| (0..length).map(|row| column.at(row)).collect()).collect();
    let mut keys = vec![];
    let mut groups = vec![];
    for (key, rows) in rows_by_group(by.as_ref(), length)? {
        keys.push(key);
        let own: Vec<Vec<f64>> = columns.iter().map(|column| of_rows(column, &rows)).collect();
        let [population, standard, persons @ ..] = own.as_slice() else { continue };
        let repeats: Vec<Repeats<'_>> = events_each
            .iter()
            .zip(persons)
            .map(|(&events_each, persons)| Repeats { events_each, persons })
            .collect();
        groups.push(group_of_rate(stats::directly_standardised_rate_of_repeats(
            &repeats, population, standard, &options,
        )));
    }
    table_of_groups(["events", "population"], keys, groups)
}
