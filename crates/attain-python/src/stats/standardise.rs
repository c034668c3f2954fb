//! Units made comparable, and groups along a ranking.

use std::ops::Range;

use arrow_buffer::ScalarBuffer;
use pyo3::prelude::*;
use pyo3::types::PyMapping;

use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, read, refused, wrong};
use super::choice::choice;
use super::column::Column;
use super::groups::Groups;
use super::interval::{NOT_NEGATIVE, count_method, count_methods};
use super::levels::{Level, Levels};
use super::rows::{common_length, flags, nullable_table, numbers, status_of, texts};
use attain::stats::{
    self, Confidence, DirectDifferenceMethod, DirectMethod, DirectOptions, DirectSums, GroupOrder,
    IndirectOptions, Interval, MissingStratum, Repeats, StandardisedRate, StandardisedRatio,
    StandardisedStatus, StatsError,
};

/// Columns that run side by side, single numbers repeated except where they are `events`: rows of these are added up.
pub(super) fn side_by_side<const N: usize>(
    arguments: [(&'static str, Argument<'_, '_>); N],
    events: &[&str],
) -> PyResult<([ScalarBuffer<f64>; N], usize)> {
    let mut columns = Vec::with_capacity(N);
    for (name, value) in &arguments {
        columns.push(Column::read(name, value)?);
    }
    let length = common_length(&arguments.map(|(name, _)| name), &columns)?.unwrap_or(1);
    for ((name, _), column) in arguments.iter().zip(&columns) {
        if events.contains(name) {
            column.in_rows(name, length)?;
        }
    }
    Ok((std::array::from_fn(|place| columns[place].spread(length)), length))
}

fn missing_stratum(name: Argument<'_, '_>) -> PyResult<MissingStratum> {
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

/// How limits are made, by its name: a method of counts, which Dobson's limits stretch, or one of its own.
fn direct_method(name: Argument<'_, '_>, exact_below: f64) -> PyResult<DirectMethod> {
    let counts =
        count_methods(exact_below).map(|(name, method)| (name, DirectMethod::Dobson(method)));
    let mut known = counts.to_vec();
    known.extend([("fay_feuer", DirectMethod::FayFeuer), ("tiwari", DirectMethod::Tiwari)]);
    choice("method", name, &known)
}

/// The result of one group.
#[derive(Default)]
struct Group {
    numbers: [Option<f64>; 5],
    is_unstable: Option<bool>,
    status: Option<String>,
}

/// The first two columns are what the value was made from, then come value, lower and upper.
fn table_of_groups(names: [&str; 2], keys: &Groups, groups: &[Group]) -> PyResult<Table> {
    let column = |place: usize| numbers(groups.iter().map(|group| group.numbers[place]));
    let mut columns: Vec<_> = keys.column().into_iter().collect();
    columns.extend([
        (names[0], column(0)),
        (names[1], column(1)),
        ("value", column(2)),
        ("lower", column(3)),
        ("upper", column(4)),
    ]);
    if groups.iter().any(|group| group.is_unstable.is_some()) {
        columns.push(("unstable", flags(groups.iter().map(|group| group.is_unstable))));
    }
    columns.extend([("status", texts(groups.iter().map(|group| group.status.clone()).collect()))]);
    nullable_table(columns)
}

fn group_of_rate(found: Result<StandardisedRate, StatsError>, level: Level) -> Group {
    match found {
        Ok(rate) => {
            let [lower, upper] = limits(rate.interval, level);
            let numbers = [Some(rate.events), Some(rate.population), rate.value, lower, upper];
            let own = status_text(rate.status).map(str::to_owned);
            Group { numbers, is_unstable: Some(rate.is_unstable), status: status_of(own, &numbers) }
        }
        Err(refusal) => Group { status: Some(refusal.to_string()), ..Group::default() },
    }
}

fn group_of_ratio(found: Result<StandardisedRatio, StatsError>, level: Level) -> Group {
    match found {
        Ok(ratio) => {
            let [lower, upper] = limits(ratio.interval, level);
            let status = ratio.value.is_none().then_some("withheld: an observed count is missing");
            let numbers = [Some(ratio.observed), Some(ratio.expected), ratio.value, lower, upper];
            let status = status_of(status.map(str::to_owned), &numbers);
            Group { numbers, status, ..Group::default() }
        }
        Err(refusal) => Group { status: Some(refusal.to_string()), ..Group::default() },
    }
}

fn limits(interval: Option<Interval>, level: Level) -> [Option<f64>; 2] {
    let interval = interval.map(|limits| level.of(limits));
    [interval.map(|limits| limits.lower), interval.map(|limits| limits.upper)]
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn direct(
    events: Argument<'_, '_>,
    population: Argument<'_, '_>,
    standard: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    per: Argument<'_, '_>,
    withhold_below: Argument<'_, '_>,
    missing: Argument<'_, '_>,
    method: Argument<'_, '_>,
    exact_below: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
    side: Argument<'_, '_>,
) -> PyResult<Table> {
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let options = DirectOptions {
        per: read("per", per)?,
        confidence: Confidence::P95,
        withhold_below: read("withhold_below", withhold_below)?,
        missing: missing_stratum(missing)?,
        method: direct_method(method, read("exact_below", exact_below)?)?,
    };
    stats::directly_standardised_rate(&[1.0], &[1.0], &[1.0], &options).or_raise()?;
    let arguments = [("events", events), ("population", population), ("standard", standard)];
    let ([events, population, standard], length) = side_by_side(arguments, &["events"])?;
    let keys = Groups::read(by.as_ref(), length)?;
    let [events, population, standard] =
        [&events, &population, &standard].map(|column| keys.arranged(column));
    levels.table(|level| {
        let options = DirectOptions { confidence: level.confidence, ..options };
        let of_group = |rows: Range<usize>| {
            let found = stats::directly_standardised_rate(
                &events[rows.clone()],
                &population[rows.clone()],
                &standard[rows],
                &options,
            );
            group_of_rate(found, level)
        };
        let groups: Vec<_> = keys.ranges().map(of_group).collect();
        table_of_groups(["events", "population"], &keys, &groups)
    })
}

/// The sums of pairs of units over the strata of each.
struct SumsOfPairs {
    keys: Groups,
    events: Vec<f64>,
    other_events: Vec<f64>,
    sums: Vec<Result<(DirectSums, DirectSums), StatsError>>,
}

impl SumsOfPairs {
    /// The events and populations of a unit and of another one, and the standard population.
    fn read(arguments: [Argument<'_, '_>; 5], by: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let names = ["events", "population", "other_events", "other_population", "standard"];
        let arguments = std::array::from_fn(|at| (names[at], arguments[at]));
        let (columns, length) = side_by_side(arguments, &["events", "other_events"])?;
        let keys = Groups::read(by, length)?;
        let [events, population, other_events, other_population, standard] =
            columns.each_ref().map(|column| keys.arranged(column));
        let sums = |rows: Range<usize>, events: &[f64], population: &[f64]| {
            let mut sums = DirectSums::default();
            let strata = events[rows.clone()].iter().zip(&population[rows.clone()]);
            for ((events, population), standard) in strata.zip(&standard[rows]) {
                sums.add(*events, *population, *standard)?;
            }
            Ok(sums)
        };
        let of_pair = |rows: Range<usize>| {
            let here = sums(rows.clone(), &events, &population)?;
            let there = sums(rows, &other_events, &other_population);
            let there = there.map_err(|error: StatsError| {
                let argument = error.argument();
                error.with_argument(if argument == "events" {
                    "other_events"
                } else {
                    "other_population"
                })
            });
            Ok((here, there?))
        };
        let total = |events: &[f64]| {
            keys.ranges().map(|rows| events[rows].iter().sum()).collect::<Vec<f64>>()
        };
        Ok(SumsOfPairs {
            events: total(&events),
            other_events: total(&other_events),
            sums: keys.ranges().map(of_pair).collect(),
            keys,
        })
    }

    /// A row for each pair: its value and limits, and why there is no value.
    fn table(
        &self,
        level: Level,
        compared: impl Fn(&DirectSums, &DirectSums) -> Result<(Option<f64>, Interval), StatsError>,
        without_value: &str,
    ) -> PyResult<Table> {
        let of_pair = |(pair, sums): (usize, &Result<(DirectSums, DirectSums), StatsError>)| {
            let found = sums.clone().and_then(|(here, there)| compared(&here, &there));
            match found {
                Ok((value, interval)) => {
                    let [lower, upper] = limits(Some(interval), level);
                    let upper = upper.filter(|upper| upper.is_finite() || value.is_some());
                    let totals = [&self.events, &self.other_events].map(|of| of.get(pair).copied());
                    let numbers = [totals[0], totals[1], value, lower, upper];
                    let status = value.is_none().then(|| without_value.to_owned());
                    Group { numbers, status: status_of(status, &numbers), ..Group::default() }
                }
                Err(refusal) => Group { status: Some(refusal.to_string()), ..Group::default() },
            }
        };
        let groups: Vec<_> = self.sums.iter().enumerate().map(of_pair).collect();
        table_of_groups(["events", "other_events"], &self.keys, &groups)
    }
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn direct_ratio(
    events: Argument<'_, '_>,
    population: Argument<'_, '_>,
    other_events: Argument<'_, '_>,
    other_population: Argument<'_, '_>,
    standard: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    confidence: Argument<'_, '_>,
    side: Argument<'_, '_>,
) -> PyResult<Table> {
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let arguments = [events, population, other_events, other_population, standard];
    let pairs = SumsOfPairs::read(arguments, by.as_ref())?;
    levels.table(|level| {
        let compared = |here: &DirectSums, there: &DirectSums| {
            let ratio = stats::directly_standardised_ratio(here, there, level.confidence)?;
            Ok((ratio.value, ratio.interval))
        };
        pairs.table(level, compared, "undefined: the other unit has no events")
    })
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn direct_difference(
    events: Argument<'_, '_>,
    population: Argument<'_, '_>,
    other_events: Argument<'_, '_>,
    other_population: Argument<'_, '_>,
    standard: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    per: Argument<'_, '_>,
    method: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
    side: Argument<'_, '_>,
) -> PyResult<Table> {
    let known = [
        ("fay_feuer", DirectDifferenceMethod::FayFeuer),
        ("tiwari", DirectDifferenceMethod::Tiwari),
        ("wald", DirectDifferenceMethod::Wald),
    ];
    let method = choice("method", method, &known)?;
    let levels = Levels::read(confidence, side, [f64::NEG_INFINITY, f64::INFINITY])?;
    let per = read("per", per)?;
    // A fault of `per` is a fault of every row.
    let options = DirectOptions { per, ..DirectOptions::default() };
    stats::directly_standardised_rate(&[1.0], &[1.0], &[1.0], &options).or_raise()?;
    let arguments = [events, population, other_events, other_population, standard];
    let pairs = SumsOfPairs::read(arguments, by.as_ref())?;
    levels.table(|level| {
        let compared = |here: &DirectSums, there: &DirectSums| {
            let confidence = level.confidence;
            let found =
                stats::directly_standardised_difference(here, there, per, method, confidence)?;
            Ok((Some(found.value), found.interval))
        };
        pairs.table(level, compared, "")
    })
}

/// The error under the name that the argument has in Python.
fn named(error: StatsError) -> StatsError {
    if error.argument() == "events_each" { error.with_argument("persons") } else { error }
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn indirect(
    observed: Argument<'_, '_>,
    population: Argument<'_, '_>,
    reference_events: Argument<'_, '_>,
    reference_population: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    as_rate: bool,
    per: Argument<'_, '_>,
    missing: Argument<'_, '_>,
    method: Argument<'_, '_>,
    exact_below: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
    side: Argument<'_, '_>,
) -> PyResult<Table> {
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let options = IndirectOptions {
        per: read("per", per)?,
        confidence: Confidence::P95,
        count_method: count_method(method, read("exact_below", exact_below)?)?,
        missing: missing_stratum(missing)?,
    };
    stats::indirectly_standardised_ratio(&[1.0], &[1.0], &[1.0], &[1.0], &options).or_raise()?;
    // One number without groups is the total of all strata.
    let total = match Column::read("observed", observed)? {
        Column::One(total) if by.is_none() => Some([total]),
        Column::One(_) | Column::Many(_) => None,
    };
    let arguments = [
        ("observed", observed),
        ("population", population),
        ("reference_events", reference_events),
        ("reference_population", reference_population),
    ];
    let of_strata: &[&str] = if total.is_some() { &[] } else { &["observed"] };
    let ([observed, population, events, reference], length) = side_by_side(arguments, of_strata)?;
    let standardised = if as_rate {
        stats::indirectly_standardised_rate
    } else {
        stats::indirectly_standardised_ratio
    };
    let keys = Groups::read(by.as_ref(), length)?;
    let [observed, population, events, reference] =
        [&observed, &population, &events, &reference].map(|column| keys.arranged(column));
    levels.table(|level| {
        let options = IndirectOptions { confidence: level.confidence, ..options };
        let of_group = |rows: Range<usize>| {
            let found = standardised(
                total.as_ref().map_or(&observed[rows.clone()], |total| total),
                &population[rows.clone()],
                &events[rows.clone()],
                &reference[rows],
                &options,
            );
            group_of_ratio(found, level)
        };
        let groups: Vec<_> = keys.ranges().map(of_group).collect();
        table_of_groups(["observed", "expected"], &keys, &groups)
    })
}

#[pyfunction]
pub(super) fn quantile_groups(
    values: Argument<'_, '_>,
    groups: Argument<'_, '_>,
    order: Argument<'_, '_>,
) -> PyResult<Vec<Option<u32>>> {
    let known =
        [("highest_first", GroupOrder::HighestFirst), ("lowest_first", GroupOrder::LowestFirst)];
    let order = choice("order", order, &known)?;
    let groups = read("groups", groups)?;
    stats::quantile_groups(&Column::values("values", values)?, groups, order).or_raise()
}

/// `persons` maps a number of events to the persons with that many each.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn direct_of_repeats(
    persons: Argument<'_, '_>,
    population: Argument<'_, '_>,
    standard: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    per: Argument<'_, '_>,
    withhold_below: Argument<'_, '_>,
    missing: Argument<'_, '_>,
    method: Argument<'_, '_>,
    exact_below: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
    side: Argument<'_, '_>,
) -> PyResult<Table> {
    let levels = Levels::read(confidence, side, NOT_NEGATIVE)?;
    let options = DirectOptions {
        per: read("per", per)?,
        confidence: Confidence::P95,
        withhold_below: read("withhold_below", withhold_below)?,
        missing: missing_stratum(missing)?,
        method: direct_method(method, read("exact_below", exact_below)?)?,
    };
    let no_mapping = || wrong("persons", persons, "a dict from numbers of events to persons");
    let items = persons.cast::<PyMapping>().map_err(|_| no_mapping())?.items()?;
    let (mut events_each, mut persons) = (vec![], vec![]);
    for item in items {
        let (each, column) = item.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let each = read("persons", &each)?;
        let one = Repeats { events_each: each, persons: &[1.0] };
        stats::directly_standardised_rate_of_repeats(&[one], &[1.0], &[1.0], &options)
            .map_err(named)
            .or_raise()?;
        events_each.push(each);
        persons.push(column);
    }
    if persons.is_empty() {
        return Err(refused("persons", "too few numbers of events", "0", "at least 1"));
    }
    let mut columns =
        vec![Column::read("population", population)?, Column::read("standard", standard)?];
    let mut names = vec!["population", "standard"];
    for column in &persons {
        columns.push(Column::read("persons", column)?);
        names.push("persons");
    }
    let length = common_length(&names, &columns)?.unwrap_or(1);
    for column in &columns[2..] {
        column.in_rows("persons", length)?;
    }
    let keys = Groups::read(by.as_ref(), length)?;
    let arranged = |column: &Column| keys.arranged(&column.spread(length)).into_owned();
    let (population, standard) = (arranged(&columns[0]), arranged(&columns[1]));
    let persons: Vec<_> = columns[2..].iter().map(arranged).collect();
    levels.table(|level| {
        let options = DirectOptions { confidence: level.confidence, ..options };
        let of_group = |rows: Range<usize>| {
            let repeats: Vec<Repeats<'_>> = events_each
                .iter()
                .zip(&persons)
                .map(|(&events_each, persons)| Repeats {
                    events_each,
                    persons: &persons[rows.clone()],
                })
                .collect();
            let found = stats::directly_standardised_rate_of_repeats(
                &repeats,
                &population[rows.clone()],
                &standard[rows],
                &options,
            );
            group_of_rate(found, level)
        };
        let groups: Vec<_> = keys.ranges().map(of_group).collect();
        table_of_groups(["events", "population"], &keys, &groups)
    })
}
