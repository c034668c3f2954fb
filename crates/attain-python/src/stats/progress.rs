//! Progress towards a target.

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::super::run::run;
use super::super::table::Table;
use super::argument::{Choices, read, wrong};
use super::choice::choice;
use super::column::Column;
use super::compare::better_end;
use super::groups::Groups;
use super::raised;
use super::rows::{nullable_table, numbers, texts};
use attain::binding::check_stop;
use attain::stats::{
    self, BandDistance, Progress, ProgressMethod, ProgressOptions, ProgressPath, ProgressTarget,
    StatsError,
};

fn options(choices: &Choices<'_, '_>) -> PyResult<ProgressOptions> {
    let better = better_end(&choices.get("better")?)?;
    let distances = [("gap", BandDistance::Gap), ("ratio", BandDistance::Ratio)];
    let distance = choice("distance", &choices.get("distance")?, &distances)?;
    let paths = [("linear", ProgressPath::Linear), ("geometric", ProgressPath::Geometric)];
    let target = choices.get("target")?;
    let aim = if target.is_none() {
        ProgressTarget::Direction(better)
    } else if let Ok(value) = read("target", &target) {
        ProgressTarget::Reach { value, better }
    } else if let Ok((lower, upper)) = read("target", &target) {
        ProgressTarget::Band { lower, upper, distance }
    } else {
        return Err(wrong("target", &target, "one number, or the two ends of a band"));
    };
    Ok(ProgressOptions {
        target_year: choices.read("target_year")?,
        base_year: choices.read("base_year")?,
        limit: choices.read("limit")?,
        predicted: choices.read("predicted")?,
        scale: choices.read("scale")?,
        path: choice("path", &choices.get("path")?, &paths)?,
        pace: choices.read("pace")?,
        ..ProgressOptions::new(aim)
    })
}

/// A row for each series and method.
#[pyfunction]
pub(super) fn progress(
    py: Python<'_>,
    values: &Bound<'_, PyAny>,
    years: &Bound<'_, PyAny>,
    standard_errors: Option<Bound<'_, PyAny>>,
    by: Option<Bound<'_, PyAny>>,
    choices: &Bound<'_, PyDict>,
) -> PyResult<Table> {
    let options = options(&Choices(choices))?;
    let values = Column::values("values", values)?;
    let years = Column::values("years", years)?;
    let errors = standard_errors.map(|errors| Column::values("standard_errors", &errors));
    let errors = errors.transpose()?;
    for (argument, column) in [("values", Some(&values)), ("standard_errors", errors.as_ref())] {
        if let Some(column) = column
            && column.len() != years.len()
        {
            let (found, expected) = (column.len(), years.len());
            let alongside = "years";
            let error = StatsError::UnequalLengths { argument, found, expected, alongside };
            return Err(raised(&error));
        }
    }
    let groups = Groups::read(by.as_ref(), years.len())?;
    let found = run(py, None, || {
        let (values, years) = (groups.arranged(&values), groups.arranged(&years));
        let errors = errors.as_deref().map(|errors| groups.arranged(errors));
        let series = groups.ranges().map(|rows| {
            check_stop();
            let errors = errors.as_ref().map(|errors| &errors[rows.clone()]);
            stats::progress(&years[rows.clone()], &values[rows], errors, &options)
        });
        Ok(series.collect::<Vec<Result<Vec<Progress>, StatsError>>>())
    })?;
    if by.is_none()
        && let Some(Err(error)) = found.first()
    {
        return Err(raised(error));
    }
    answers(&groups, &found)
}

fn answers(groups: &Groups, found: &[Result<Vec<Progress>, StatsError>]) -> PyResult<Table> {
    // A series that is refused has its rows too: without answers, and each says why.
    let rows: Vec<(ProgressMethod, Option<&Progress>, Option<String>)> = found
        .iter()
        .flat_map(|series| {
            ProgressMethod::ALL.into_iter().enumerate().map(move |(place, method)| match series {
                Ok(answers) => {
                    let answer = answers.get(place);
                    let reason = answer.and_then(|answer| answer.reason);
                    (method, answer, reason.map(|reason| reason.to_string()))
                }
                Err(error) => (method, None, Some(error.to_string())),
            })
        })
        .collect();
    let number = |of: fn(&Progress) -> Option<f64>| {
        numbers(rows.iter().map(|(_, answer, _)| of((*answer)?)))
    };
    let word = |of: fn(&Progress) -> Option<&'static str>| {
        texts(rows.iter().map(|(_, answer, _)| of((*answer)?)).collect())
    };
    let others = rows.iter().map(|(_, answer, _)| {
        let others = &answer.as_ref()?.disagrees_with;
        let names: Vec<&str> = others.iter().map(|other| other.name()).collect();
        (!names.is_empty()).then(|| names.join(", "))
    });
    let mut columns = vec![];
    if let Some((name, _)) = groups.column() {
        columns.push((name, groups.repeated(ProgressMethod::ALL.len())));
    }
    columns.extend([
        ("method", texts(rows.iter().map(|(method, _, _)| Some(method.name())).collect())),
        ("value", number(|answer| answer.value)),
        ("unit", word(|answer| answer.unit.map(|unit| unit.name()))),
        ("standard_error", number(|answer| answer.standard_error)),
        ("score", number(|answer| answer.score)),
        ("label", word(|answer| answer.label)),
        ("standing", word(|answer| answer.standing.map(|standing| standing.name()))),
        ("disagrees_with", texts(others.collect())),
        ("status", texts(rows.iter().map(|(_, _, status)| status.as_deref()).collect())),
    ]);
    nullable_table(columns)
}
