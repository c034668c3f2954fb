//! The shares of several categories, group by group.

use std::ops::Range;

use pyo3::prelude::*;

use super::super::run::run;
use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, read};
use super::choice::choice;
use super::column::Column;
use super::groups::Groups;
use super::rows::{nullable_table, numbers, texts};
use attain::binding::check_stop;
use attain::stats::{self, Confidence, Interval, MultinomialMethod};

/// A category's share and its limits, or why there are none.
type Category = Result<(f64, Interval), String>;

#[pyfunction]
pub(super) fn multinomial(
    py: Python<'_>,
    events: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    method: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
) -> PyResult<Table> {
    let known =
        [("goodman", MultinomialMethod::Goodman), ("sison_glaz", MultinomialMethod::SisonGlaz)];
    let method = choice("method", method, &known)?;
    let confidence = Confidence::new(read("confidence", confidence)?).or_raise()?;
    let events = Column::values("events", events)?;
    let keys = Groups::read(by.as_ref(), events.len())?;
    let events = keys.arranged(&events);
    let categories = |rows: Range<usize>| -> Vec<Category> {
        check_stop();
        let counts = &events[rows];
        if counts.iter().any(|count| count.is_nan()) {
            return vec![Err("`events` is missing in a category".to_owned()); counts.len()];
        }
        match stats::multinomial_intervals(counts, method, confidence) {
            Ok(limits) => {
                let all: f64 = counts.iter().sum();
                let shares = counts.iter().map(|count| count / all);
                shares.zip(limits).map(Ok).collect()
            }
            Err(refusal) => {
                vec![Err(refusal.with_argument("events").to_string()); counts.len()]
            }
        }
    };
    let found: Vec<Category> = run(py, None, || Ok(keys.ranges().flat_map(categories).collect()))?;
    let column = |part: &dyn Fn(&(f64, Interval)) -> f64| {
        numbers(found.iter().map(|category| category.as_ref().ok().map(part)))
    };
    let mut columns: Vec<_> = keys.column_of_rows().into_iter().collect();
    columns.extend([
        ("value", column(&|(share, _)| *share)),
        ("lower", column(&|(_, limits)| limits.lower)),
        ("upper", column(&|(_, limits)| limits.upper)),
        ("status", texts(found.iter().map(|category| category.as_ref().err()).collect())),
    ]);
    nullable_table(columns)
}
