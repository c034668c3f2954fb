//! Life expectancies, group by group.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::super::table::Table;
use super::rows::{numbers, table, texts};
use super::standardise::{of_rows, rows_by_group, side_by_side};
use crate::stats::{self, Confidence, LifeTableOptions};

type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

/// Years to live at the start of each age band, group by group.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn life_expectancy(
    ages: Argument<'_, '_>,
    deaths: Argument<'_, '_>,
    population: Argument<'_, '_>,
    by: Option<Bound<'_, PyList>>,
    lived_in_first_band: f64,
    lived_in_other_bands: f64,
    withhold_below: f64,
    confidence: f64,
) -> PyResult<Table> {
    let options = LifeTableOptions {
        confidence: Confidence::new(confidence)?,
        lived_in_first_band,
        lived_in_other_bands,
        withhold_below,
    };
    stats::life_expectancies(&[0.0, 1.0], &[1.0, 1.0], &[2.0, 2.0], &options)?;
    let arguments = [("ages", ages), ("deaths", deaths), ("population", population)];
    let ([ages, deaths, population], length) = side_by_side(arguments)?;
    let is_grouped = by.is_some();
    let (mut keys, mut status) = (vec![], vec![]);
    let (mut age, mut years, mut lower, mut upper) = (vec![], vec![], vec![], vec![]);
    for (key, rows) in rows_by_group(by.as_ref(), length)? {
        let own_ages = of_rows(&ages, &rows);
        let found = stats::life_expectancies(
            &own_ages,
            &of_rows(&deaths, &rows),
            &of_rows(&population, &rows),
            &options,
        );
        let (bands, refusal) = match found {
            Ok(Some(bands)) => (bands, None),
            Ok(None) => (vec![], Some("withheld: a population below `withhold_below`".to_owned())),
            Err(refusal) => (vec![], Some(refusal.to_string())),
        };
        for (place, &start) in own_ages.iter().enumerate() {
            let band = bands.get(place);
            keys.push(key.clone());
            age.push(Some(start));
            years.push(band.map(|band| band.years));
            lower.push(band.map(|band| band.interval.lower));
            upper.push(band.map(|band| band.interval.upper));
            status.push(refusal.clone());
        }
    }
    let mut columns = vec![];
    if is_grouped {
        columns.push(("by", texts(keys)));
    }
    columns.extend([
        ("age", numbers(age)),
        ("years", numbers(years)),
        ("lower", numbers(lower)),
        ("upper", numbers(upper)),
        ("status", texts(status)),
    ]);
    table(columns)
}
