//! Indirect standardisation: a unit's events against those that reference rates would give it.

use super::MissingStratum;
use super::direct::same_length;
use crate::confidence::{Confidence, Interval};
use crate::error::{Result, out_of_range, positive};
use crate::interval::{CountMethod, count_interval};

/// The choices behind an indirectly standardised ratio or rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IndirectOptions {
    /// A ratio's value if the observed count equals the expected count (1, or 100), or a rate's multiplier.
    pub per: f64,
    /// The interval's confidence: 95 % by default.
    pub confidence: Confidence,
    /// The interval for the observed count: Byar's, exact below 10, by default.
    pub count_method: CountMethod,
    /// What a missing observed count means.
    pub missing: MissingStratum,
}

impl Default for IndirectOptions {
    fn default() -> Self {
        IndirectOptions {
            per: 1.0,
            confidence: Confidence::P95,
            count_method: CountMethod::default(),
            missing: MissingStratum::default(),
        }
    }
}

/// Observed against expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandardisedRatio {
    /// Events that were seen.
    pub observed: f64,
    /// Events that the reference rates would give.
    pub expected: f64,
    /// Observed ÷ expected × per (times the reference's crude rate, for a rate); `None` where a
    /// stratum's count is missing.
    pub value: Option<f64>,
    /// Its limits: those of the observed count, on the same scale.
    pub interval: Option<Interval>,
}

/// The events that a population would have at the reference's rates: Σ n · x_ref/n_ref.
///
/// ```
/// let expected = attain_stats::expected_events(&[100.0, 50.0], &[10.0, 30.0], &[1_000.0, 1_000.0])?;
/// assert_eq!(expected, 2.5);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the slices differ in length, a number is negative or not finite, or a stratum of the reference
/// has nobody in it while the unit has somebody there.
pub fn expected_events(
    population: &[f64],
    reference_events: &[f64],
    reference_population: &[f64],
) -> Result<f64> {
    same_length("reference_events", reference_events, "population", population)?;
    same_length("reference_population", reference_population, "population", population)?;
    let mut expected = 0.0;
    for ((&n, &events), &reference) in
        population.iter().zip(reference_events).zip(reference_population)
    {
        let fine = |value: f64| (0.0..f64::INFINITY).contains(&value);
        for (argument, value) in
            [("population", n), ("reference_events", events), ("reference_population", reference)]
        {
            if !fine(value) {
                return Err(out_of_range(argument, value, "a finite number, 0 or more"));
            }
        }
        if reference > 0.0 {
            expected += n * (events / reference);
        } else if n > 0.0 {
            let needed = "above 0 in every stratum where the unit has population";
            return Err(out_of_range("reference_population", reference, needed));
        }
    }
    Ok(expected)
}

/// The indirectly standardised ratio: observed ÷ expected × per, with the count's limits.
///
/// One value per stratum in each slice. `observed` may have other strata than the rest (or one: the
/// total); NaN is missing.
///
/// ```
/// use attain_stats::{IndirectOptions, indirectly_standardised_ratio};
///
/// let ratio = indirectly_standardised_ratio(
///     &[12.0], &[100.0, 50.0], &[100.0, 0.0], &[1_000.0, 1_000.0], &IndirectOptions::default(),
/// )?;
/// assert_eq!((ratio.expected, ratio.value), (10.0, Some(1.2)));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`expected_events`], and if an observed count is negative or infinite, nothing is expected, or
/// `per` is not above 0.
pub fn indirectly_standardised_ratio(
    observed: &[f64],
    population: &[f64],
    reference_events: &[f64],
    reference_population: &[f64],
    options: &IndirectOptions,
) -> Result<StandardisedRatio> {
    standardised(observed, population, reference_events, reference_population, 1.0, options)
}

/// The indirectly standardised rate: the ratio times the reference's crude rate, times the multiplier `per`.
///
/// # Errors
/// As [`indirectly_standardised_ratio`].
///
/// ```
/// use attain_stats::{IndirectOptions, indirectly_standardised_rate};
///
/// let rate = indirectly_standardised_rate(
///     &[12.0], &[100.0, 50.0], &[100.0, 0.0], &[1_000.0, 1_000.0],
///     &IndirectOptions { per: 1_000.0, ..IndirectOptions::default() },
/// )?;
/// // 1.2 times the reference's 100 of 2,000.
/// assert!((rate.value.unwrap() - 60.0).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
pub fn indirectly_standardised_rate(
    observed: &[f64],
    population: &[f64],
    reference_events: &[f64],
    reference_population: &[f64],
    options: &IndirectOptions,
) -> Result<StandardisedRatio> {
    let events: f64 = reference_events.iter().sum();
    let persons = positive("reference_population", reference_population.iter().sum())?;
    let crude = events / persons;
    standardised(observed, population, reference_events, reference_population, crude, options)
}

fn standardised(
    observed: &[f64],
    population: &[f64],
    reference_events: &[f64],
    reference_population: &[f64],
    reference: f64,
    options: &IndirectOptions,
) -> Result<StandardisedRatio> {
    let per = positive("per", options.per)?;
    let expected = expected_events(population, reference_events, reference_population)?;
    let expected = positive("expected", expected)?;
    let (mut total, mut missing) = (0.0, false);
    for &events in observed {
        if events < 0.0 || events.is_infinite() {
            return Err(out_of_range("observed", events, "0 or more, or NaN for missing"));
        }
        if events.is_nan() {
            missing = true;
        } else {
            total += events;
        }
    }
    if missing && options.missing == MissingStratum::Withhold {
        return Ok(StandardisedRatio { observed: total, expected, value: None, interval: None });
    }
    let on_scale = |count: f64| count / expected * (reference * per);
    let interval = count_interval(total, options.count_method, options.confidence)?;
    Ok(StandardisedRatio {
        observed: total,
        expected,
        value: Some(on_scale(total)),
        interval: Some(Interval {
            lower: on_scale(interval.lower),
            upper: on_scale(interval.upper),
        }),
    })
}
