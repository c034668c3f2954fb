//! Partial pooling, and the list of verdicts of which few are wrong.

use std::sync::Arc;

use arrow_array::BooleanArray;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::error::refused_by_stats;
use super::super::run::run;
use super::OrRaise;
use super::argument::{Argument, Choices, read};
use super::choice::choice;
use super::column::Column;
use super::rows::{common_length, numbers, status_of, table, texts};
use attain::binding::check_stop;
use attain::error::{Fault, FaultCode, Place};
use attain::stats::{
    self, Confidence, Pool, PoolGoal, PoolKind, PoolUnit, PooledUnit, StatsError, reliable_list,
};

/// The columns, by name; the first three have no missing number.
const COLUMNS: [&str; 5] = ["events", "denominator", "dispersion", "at_least", "at_most"];
const REQUIRED: usize = 3;

#[pyfunction]
pub(super) fn pooled<'py>(
    py: Python<'py>,
    events: Argument<'_, 'py>,
    denominator: Argument<'_, 'py>,
    choices: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    let choices = Choices(choices);
    let known = [("share", PoolKind::Share), ("rate", PoolKind::Rate)];
    let kind = choice("kind", &choices.get("kind")?, &known)?;
    let confidence = Confidence::new(choices.read("confidence")?).or_raise()?;
    let wrong_share = wrong_share(&choices.get("wrong")?)?;
    let given = [
        events.clone(),
        denominator.clone(),
        choices.get("dispersion")?,
        choices.get("at_least")?,
        choices.get("at_most")?,
    ];
    let mut columns = vec![];
    for (name, value) in COLUMNS.iter().zip(&given) {
        columns.push(Column::read(name, value)?);
    }
    let length = common_length(&COLUMNS, &columns)?.unwrap_or(1);
    let units: Vec<Result<PoolUnit, Refused>> =
        (0..length).map(|row| unit(kind, &columns, row)).collect();
    let pooled: Vec<PoolUnit> =
        units.iter().filter_map(|unit| unit.as_ref().ok().copied()).collect();
    if pooled.is_empty() {
        // What is wrong for every row.
        let errors = units.iter().filter_map(|unit| unit.as_ref().err());
        if let Some(Refused::Stats(error)) = errors.into_iter().next() {
            return Err(super::raised(error));
        }
    }
    let found = run(py, None, || {
        let pool = Pool::new(kind, &pooled, &check_stop);
        Ok(pool.map(|pool| {
            (
                pool.units(confidence, &check_stop),
                pool.extremes(&check_stop),
                pool.prior_mean(),
                pool.prior_sd(),
            )
        }))
    })?;
    let named = |error: StatsError| match error.argument() {
        "units" => error.with_argument("events"),
        _ => error,
    };
    let (found, extremes, mean, sd) = found.map_err(named).or_raise()?;
    let mut found = found.into_iter();
    let rows: Vec<Option<PooledUnit>> =
        units.iter().map(|unit| unit.is_ok().then(|| found.next()).flatten()).collect();
    let wrong: Vec<Option<f64>> = rows.iter().map(|row| row.and_then(|row| row.wrong())).collect();
    let of_all: Vec<f64> = wrong.iter().map(|p| p.unwrap_or(f64::NAN)).collect();
    let number = |of: fn(&PooledUnit) -> f64| numbers(rows.iter().map(|row| row.as_ref().map(of)));
    let status = units.iter().zip(&rows).map(|(unit, row)| match (unit, row) {
        (Err(refused), _) => Some(refused.to_string()),
        (Ok(_), Some(row)) if row.meets.is_none() => {
            Some("`at_least` and `at_most` are missing".to_owned())
        }
        (Ok(_), Some(row)) => status_of(None, &[Some(row.value), Some(row.lower), Some(row.upper)]),
        (Ok(_), None) => None,
    });
    let fields = PyDict::new(py);
    fields.set_item("prior_mean", mean)?;
    fields.set_item("prior_sd", sd)?;
    fields.set_item("p_least", extremes.least)?;
    fields.set_item("p_greatest", extremes.greatest)?;
    fields.set_item("confidence", confidence.share())?;
    let units = table(vec![
        ("value", number(|row| row.value)),
        ("lower", number(|row| row.lower)),
        ("upper", number(|row| row.upper)),
        ("p_meets", numbers(rows.iter().map(|row| row.and_then(|row| row.meets)))),
        ("p_wrong", numbers(wrong)),
        ("in_list", Arc::new(BooleanArray::from(reliable_list(&of_all, wrong_share)))),
        ("status", texts(status.collect())),
    ])?;
    fields.set_item("units", units)?;
    py.import("attain.stats")?.getattr("Pooled")?.call((), Some(&fields))
}

/// Why a row takes no part.
enum Refused {
    Missing(&'static str),
    Stats(StatsError),
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refused::Missing(argument) => write!(f, "`{argument}` is missing"),
            Refused::Stats(error) => error.fmt(f),
        }
    }
}

fn unit(kind: PoolKind, columns: &[Column], row: usize) -> Result<PoolUnit, Refused> {
    let at = |place: usize| columns[place].at(row);
    if let Some(place) = (0..REQUIRED).find(|place| at(*place).is_nan()) {
        return Err(Refused::Missing(COLUMNS[place]));
    }
    let goal = |place: usize| Some(at(place)).filter(|goal| !goal.is_nan());
    let unit = PoolUnit {
        events: at(0),
        denominator: at(1),
        dispersion: at(2),
        goal: PoolGoal { at_least: goal(3), at_most: goal(4) },
    };
    unit.check(kind).map(|()| unit).map_err(Refused::Stats)
}

#[pyfunction(name = "reliable_list")]
pub(super) fn list_of_few_wrong(
    p_wrong: Argument<'_, '_>,
    wrong: Argument<'_, '_>,
) -> PyResult<Vec<Option<bool>>> {
    let wrong = wrong_share(wrong)?;
    let p_wrong = probabilities("p_wrong", p_wrong)?;
    Ok(known(&p_wrong, reliable_list(&p_wrong, wrong)))
}

#[pyfunction]
pub(super) fn evidence_benjamini_hochberg(
    evidence: Argument<'_, '_>,
    wrong: Argument<'_, '_>,
) -> PyResult<Vec<Option<bool>>> {
    let wrong = wrong_share(wrong)?;
    let evidence = Column::values("evidence", evidence)?;
    if let Some(found) = evidence.iter().find(|e| **e < 0.0) {
        return Err(out_of_range("evidence", *found, "0 or more"));
    }
    let established = stats::evidence_benjamini_hochberg(&evidence, wrong);
    Ok(known(&evidence, established))
}

/// The answers for numbers that are not missing.
fn known(numbers: &[f64], answers: Vec<bool>) -> Vec<Option<bool>> {
    let answers = numbers.iter().zip(answers);
    answers.map(|(number, answer)| (!number.is_nan()).then_some(answer)).collect()
}

/// The share of the rows that may be wrong.
fn wrong_share(value: Argument<'_, '_>) -> PyResult<f64> {
    let share: f64 = read("wrong", value)?;
    if share > 0.0 && share < 1.0 {
        Ok(share)
    } else {
        Err(out_of_range("wrong", share, "a share above 0 and below 1, such as 0.05"))
    }
}

/// Numbers from 0 to 1, and missing ones.
fn probabilities(name: &'static str, value: Argument<'_, '_>) -> PyResult<Vec<f64>> {
    let values = Column::values(name, value)?;
    match values.iter().find(|p| !p.is_nan() && !(0.0..=1.0).contains(*p)) {
        Some(found) => Err(out_of_range(name, *found, "a probability from 0 to 1")),
        None => Ok(values),
    }
}

fn out_of_range(name: &str, found: f64, expected: &str) -> PyErr {
    let place = Place::Column { column: name.to_owned() };
    let fault = Fault::new(FaultCode::OutOfRange, place, "this has no answer");
    refused_by_stats(&fault.found(found).expected(expected))
}
