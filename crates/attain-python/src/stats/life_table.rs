//! Life expectancies, group by group.

use pyo3::prelude::*;

use super::super::table::Table;
use super::OrRaise;
use super::argument::{Argument, read};
use super::groups::Groups;
use super::rows::{numbers, table, texts};
use super::standardise::side_by_side;
use attain::stats::{self, Confidence, LifeTableOptions};

/// Years to live at the start of each age band, group by group.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn life_expectancy(
    ages: Argument<'_, '_>,
    deaths: Argument<'_, '_>,
    population: Argument<'_, '_>,
    by: Option<Bound<'_, PyAny>>,
    lived_in_first_band: Argument<'_, '_>,
    lived_in_other_bands: Argument<'_, '_>,
    withhold_below: Argument<'_, '_>,
    withhold_wider_than: Argument<'_, '_>,
    confidence: Argument<'_, '_>,
) -> PyResult<Table> {
    let options = LifeTableOptions {
        confidence: Confidence::new(read("confidence", confidence)?).or_raise()?,
        lived_in_first_band: read("lived_in_first_band", lived_in_first_band)?,
        lived_in_other_bands: read("lived_in_other_bands", lived_in_other_bands)?,
        withhold_below: read("withhold_below", withhold_below)?,
        withhold_wider_than: read("withhold_wider_than", withhold_wider_than)?,
    };
    stats::life_expectancies(&[0.0, 1.0], &[1.0, 1.0], &[2.0, 2.0], &options).or_raise()?;
    let arguments = [("ages", ages), ("deaths", deaths), ("population", population)];
    let ([ages, deaths, population], length) = side_by_side(arguments, &[])?;
    let keys = Groups::read(by.as_ref(), length)?;
    let [ages, deaths, population] =
        [&ages, &deaths, &population].map(|column| keys.arranged(column));
    let (mut years, mut lower, mut upper) = (vec![], vec![], vec![]);
    let mut status = vec![];
    for rows in keys.ranges() {
        let found = stats::life_expectancies(
            &ages[rows.clone()],
            &deaths[rows.clone()],
            &population[rows.clone()],
            &options,
        );
        let (bands, refusal) = match found {
            Ok(Some(bands)) => (bands, None),
            Ok(None) => (vec![], Some("withheld: a population below `withhold_below`".to_owned())),
            Err(refusal) => (vec![], Some(refusal.to_string())),
        };
        for place in 0..rows.len() {
            let band = bands.get(place);
            years.push(band.and_then(|band| band.years));
            lower.push(band.map(|band| band.interval.lower));
            upper.push(band.map(|band| band.interval.upper));
            let is_withheld = band.is_some_and(|band| band.years.is_none());
            let too_wide =
                || "withheld: a 95 % interval wider than `withhold_wider_than`".to_owned();
            status.push(refusal.clone().or_else(|| is_withheld.then(too_wide)));
        }
    }
    let mut columns: Vec<_> = keys.column_of_rows().into_iter().collect();
    columns.extend([
        ("age", numbers(ages.iter().copied().map(Some))),
        ("years", numbers(years)),
        ("lower", numbers(lower)),
        ("upper", numbers(upper)),
        ("status", texts(status)),
    ]);
    table(columns)
}
