//! Life expectancy from deaths and populations by age band.

use super::direct::same_length;
use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, out_of_range};

/// The choices behind an abridged life table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifeTableOptions {
    /// The intervals' confidence: 95 % by default.
    pub confidence: Confidence,
    /// What part of its band a person who dies in the first one lives: 0.1 by default, because most
    /// infant deaths are soon after birth.
    pub lived_in_first_band: f64,
    /// What part of its band a person who dies in any other lives: half by default.
    pub lived_in_other_bands: f64,
    /// With a smaller population in all the expectancies are withheld: 5,000 in England, which is
    /// the default. 0 withholds nothing.
    pub withhold_below: f64,
    /// Expectancies whose 95 % interval is wider than this many years are withheld: 20 in England, which
    /// is the default. `None` withholds nothing.
    pub withhold_wider_than: Option<f64>,
}

impl Default for LifeTableOptions {
    fn default() -> Self {
        LifeTableOptions {
            confidence: Confidence::P95,
            lived_in_first_band: 0.1,
            lived_in_other_bands: 0.5,
            withhold_below: 5_000.0,
            withhold_wider_than: Some(20.0),
        }
    }
}

/// How long persons who have reached an age may expect to live on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectancy {
    /// The age, the start of a band.
    pub age: f64,
    /// Years to live from there, at the death rates found. `None` where the 95 % interval is wider than
    /// [`withhold_wider_than`](LifeTableOptions::withhold_wider_than).
    pub years: Option<f64>,
    /// Their limits, at least 0. They are there for withheld years too, as in England: they show why.
    pub interval: Interval,
    /// The variance of the years.
    pub variance: f64,
}

/// The life expectancies at the start of each age band: an abridged life table (Chiang 1984, method
/// II), with Silcocks' variance for the open last band (2001).
///
/// `ages` are the starts of the bands, rising; the last band is open. There may be any number of
/// bands, of any width. Returns `None` where all expectancies are withheld for a small population. One
/// by one, they are withheld where their 95 % interval is too wide.
///
/// ```
/// use attain_stats::{LifeTableOptions, life_expectancies};
///
/// // From 80 on 100 of 1,000 die each year: they live 10 years on average.
/// let options = LifeTableOptions { withhold_below: 0.0, ..LifeTableOptions::default() };
/// let table = life_expectancies(&[0.0, 80.0], &[50.0, 100.0], &[8_000.0, 1_000.0], &options)?.unwrap();
/// assert!((table[1].years.unwrap() - 10.0).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the slices differ in length, there are fewer than two bands, the ages do not rise, deaths are
/// negative, a population is not above 0, a band has more deaths than persons, nobody dies in the
/// last band (its rate is 0 and life there without end), a share of a band is not between 0 and 1, or
/// `withhold_wider_than` is not above 0.
pub fn life_expectancies(
    ages: &[f64],
    deaths: &[f64],
    population: &[f64],
    options: &LifeTableOptions,
) -> Result<Option<Vec<Expectancy>>> {
    same_length("deaths", deaths, "ages", ages)?;
    same_length("population", population, "ages", ages)?;
    if ages.len() < 2 {
        return Err(StatsError::TooFew { argument: "ages", found: ages.len(), expected: 2 });
    }
    let mut total = 0.0;
    for (band, ((&age, &died), &persons)) in ages.iter().zip(deaths).zip(population).enumerate() {
        if !age.is_finite() || (band > 0 && age <= ages[band - 1]) {
            return Err(out_of_range("ages", age, "an age above that of the band before"));
        }
        if !(persons > 0.0 && persons.is_finite()) {
            return Err(out_of_range("population", persons, "a finite number above 0"));
        }
        if !(0.0..=persons).contains(&died) {
            return Err(out_of_range("deaths", died, "a number from 0 to the band's population"));
        }
        total += persons;
    }
    for (argument, share) in [
        ("lived_in_first_band", options.lived_in_first_band),
        ("lived_in_other_bands", options.lived_in_other_bands),
    ] {
        if !(0.0..=1.0).contains(&share) {
            return Err(out_of_range(argument, share, "a share from 0 to 1"));
        }
    }
    if let Some(width) = options.withhold_wider_than
        && (width.is_nan() || width <= 0.0)
    {
        return Err(out_of_range("withhold_wider_than", width, "a number of years above 0"));
    }
    let last = ages.len() - 1;
    if deaths[last] == 0.0 {
        return Err(out_of_range("deaths", 0.0, "above 0 in the last, open band"));
    }
    if total < options.withhold_below {
        return Ok(None);
    }

    // Of those who reach a band: the share that survives it, and the years lived in it per person.
    let steps: Vec<Step> = (0..last)
        .map(|band| {
            let years = ages[band + 1] - ages[band];
            let lived =
                if band == 0 { options.lived_in_first_band } else { options.lived_in_other_bands };
            let rate = deaths[band] / population[band];
            let dying = (years * rate / (1.0 + years * (1.0 - lived) * rate)).min(1.0);
            let variance =
                if deaths[band] > 0.0 { dying * dying * (1.0 - dying) / deaths[band] } else { 0.0 };
            Step { years, lived, dying, variance }
        })
        .collect();
    let rate = deaths[last] / population[last];
    let z = options.confidence.z();
    let expectancy = |age: f64, years: f64, variance: f64| {
        let error = variance.sqrt();
        let half = z * error;
        // Nobody has lived less than no time.
        let interval = Interval { lower: (years - half).max(0.0), upper: years + half };
        let width = 2.0 * Confidence::P95.z() * error;
        let is_known = options.withhold_wider_than.is_none_or(|widest| width <= widest);
        Expectancy { age, years: is_known.then_some(years), interval, variance }
    };
    // Backwards: e = L + p·e′, and Var e = p²·Var e′ + ((1−a)n + e′)²·Var p.
    let mut years = 1.0 / rate;
    let mut variance = 1.0 / (rate * rate * deaths[last]);
    let mut table = vec![expectancy(ages[last], years, variance)];
    for (step, &age) in steps.iter().zip(ages).rev() {
        let surviving = 1.0 - step.dying;
        let lever = (1.0 - step.lived) * step.years + years;
        variance = surviving * surviving * variance + lever * lever * step.variance;
        years = step.years * (surviving + step.lived * step.dying) + surviving * years;
        table.push(expectancy(age, years, variance));
    }
    table.reverse();
    Ok(Some(table))
}

/// One closed band of a life table.
struct Step {
    years: f64,
    lived: f64,
    dying: f64,
    variance: f64,
}
