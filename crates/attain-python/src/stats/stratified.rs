//! Two groups compared over strata.

use std::ops::Range;
use std::sync::Arc;

use arrow_array::{ArrayRef, UInt64Array};
use pyo3::prelude::*;

use super::super::table::Table;
use super::argument::{Argument, read};
use super::choice::choice;
use super::groups::Groups;
use super::levels::Levels;
use super::rows::{nullable_table, numbers, status_of, texts};
use super::standardise::side_by_side;
use attain::stats::{self, StatsError, StratifiedMeasure, Stratum};

const NAMES: [&str; 4] = ["events1", "denominator1", "events2", "denominator2"];

/// The strata of each pair of groups.
struct Strata {
    keys: Groups,
    /// Pair after pair.
    strata: Vec<Stratum>,
}

impl Strata {
    fn read(given: [Argument<'_, '_>; 4], by: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let arguments = std::array::from_fn(|place| (NAMES[place], given[place]));
        let (columns, length) = side_by_side::<4>(arguments, &["events1", "events2"])?;
        let keys = Groups::read(by, length)?;
        let [x1, n1, x2, n2] = columns.each_ref().map(|column| keys.arranged(column));
        let strata = (0..length).map(|row| Stratum {
            events1: x1[row],
            denominator1: n1[row],
            events2: x2[row],
            denominator2: n2[row],
        });
        let strata = strata.collect();
        Ok(Strata { keys, strata })
    }

    /// The answer for each pair of groups, or why there is none.
    fn each<T>(
        &self,
        answer: impl Fn(&[Stratum]) -> Result<T, StatsError>,
    ) -> Vec<Result<T, String>> {
        let of_pair = |rows: Range<usize>| {
            let strata = &self.strata[rows];
            let missing = strata.iter().find_map(|stratum| {
                let Stratum { events1, denominator1, events2, denominator2 } = *stratum;
                let given = [events1, denominator1, events2, denominator2];
                let named = given.into_iter().zip(NAMES);
                named.into_iter().find(|(value, _)| value.is_nan()).map(|(_, name)| name)
            });
            match missing {
                Some(name) => Err(format!("`{name}` is missing in a stratum")),
                None => answer(strata).map_err(|refusal| refusal.to_string()),
            }
        };
        self.keys.ranges().map(of_pair).collect()
    }

    /// A table with these numbers of each answer.
    fn table<T, const K: usize>(
        &self,
        names: [&'static str; K],
        found: Vec<Result<T, String>>,
        of_answer: impl Fn(T) -> [f64; K],
    ) -> PyResult<Table> {
        let found: Vec<Result<[f64; K], String>> =
            found.into_iter().map(|one| one.map(&of_answer)).collect();
        let mut columns: Vec<_> = self.keys.column().into_iter().collect();
        for (place, name) in names.into_iter().enumerate() {
            let values = found.iter().map(|one| one.as_ref().ok().map(|row| row[place]));
            let column: ArrayRef = if name == "degrees" {
                Arc::new(
                    values.map(|value| value.map(|value| value as u64)).collect::<UInt64Array>(),
                )
            } else {
                numbers(values)
            };
            columns.push((name, column));
        }
        let status = found.iter().map(|one| match one {
            Ok(row) => status_of(None, &row.map(Some)),
            Err(refusal) => Some(refusal.clone()),
        });
        columns.push(("status", texts(status.collect())));
        nullable_table(columns)
    }
}

fn measure_of(name: Argument<'_, '_>) -> PyResult<StratifiedMeasure> {
    let known = [
        ("odds_ratio", StratifiedMeasure::OddsRatio),
        ("proportion_ratio", StratifiedMeasure::ProportionRatio),
        ("proportion_difference", StratifiedMeasure::ProportionDifference),
        ("rate_ratio", StratifiedMeasure::RateRatio),
    ];
    choice("measure", name, &known)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn mantel_haenszel(
    events1: Argument<'_, '_>,
    denominator1: Argument<'_, '_>,
    events2: Argument<'_, '_>,
    denominator2: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    measure: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
    side: Argument<'_, '_>,
) -> PyResult<Table> {
    let measure = measure_of(measure)?;
    let range = match measure {
        StratifiedMeasure::ProportionDifference => [-1.0, 1.0],
        StratifiedMeasure::OddsRatio
        | StratifiedMeasure::ProportionRatio
        | StratifiedMeasure::RateRatio => [0.0, f64::INFINITY],
    };
    let levels = Levels::read(confidence, side, range)?;
    let strata = Strata::read([events1, denominator1, events2, denominator2], by.as_ref())?;
    levels.table(|level| {
        let found = strata.each(|strata| stats::mantel_haenszel(strata, measure, level.confidence));
        strata.table(["value", "lower", "upper"], found, |estimate| {
            let limits = level.of(estimate.interval);
            [estimate.value, limits.lower, limits.upper]
        })
    })
}

#[pyfunction]
pub(super) fn mantel_haenszel_test(
    events1: Argument<'_, '_>,
    denominator1: Argument<'_, '_>,
    events2: Argument<'_, '_>,
    denominator2: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    measure: Argument<'_, '_>,
    corrected: Argument<'_, '_>,
) -> PyResult<Table> {
    let (measure, corrected) = (measure_of(measure)?, read("corrected", corrected)?);
    let strata = Strata::read([events1, denominator1, events2, denominator2], by.as_ref())?;
    let found = strata.each(|strata| stats::mantel_haenszel_test(strata, measure, corrected));
    let names = ["p_below", "p_above", "p"];
    strata.table(names, found, |test| [test.p_below, test.p_above, test.p])
}

#[pyfunction]
pub(super) fn breslow_day_test(
    events1: Argument<'_, '_>,
    denominator1: Argument<'_, '_>,
    events2: Argument<'_, '_>,
    denominator2: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    tarone: Argument<'_, '_>,
) -> PyResult<Table> {
    let has_tarone_correction = read("tarone", tarone)?;
    let strata = Strata::read([events1, denominator1, events2, denominator2], by.as_ref())?;
    let found = strata.each(|strata| stats::breslow_day_test(strata, has_tarone_correction));
    let names = ["statistic", "degrees", "p"];
    strata.table(names, found, |test| [test.statistic, test.degrees as f64, test.p])
}
