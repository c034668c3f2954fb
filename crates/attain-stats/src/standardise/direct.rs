//! Direct standardisation: the rate that a standard population would have.

use super::MissingStratum;
use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, finite, out_of_range, positive};
use crate::interval::CountMethod;
use crate::interval::count_interval;

/// The choices behind a directly standardised rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectOptions {
    /// The rate's multiplier: 100,000 by default, for a rate per 100,000.
    pub per: f64,
    /// The interval's confidence: 95 % by default.
    pub confidence: Confidence,
    /// With fewer events than this in all the rate is withheld, as England's public-health
    /// statistics do below 10 (the default). 0 withholds nothing.
    pub withhold_below: f64,
    /// What a missing count means.
    pub missing: MissingStratum,
    /// The interval for the total count that Dobson's method stretches.
    pub count_method: CountMethod,
}

impl Default for DirectOptions {
    fn default() -> Self {
        DirectOptions {
            per: 100_000.0,
            confidence: Confidence::P95,
            withhold_below: 10.0,
            missing: MissingStratum::default(),
            count_method: CountMethod::default(),
        }
    }
}

/// A standardised rate, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandardisedRate {
    /// Events over all strata.
    pub events: f64,
    /// Population over all strata.
    pub population: f64,
    /// The rate, unless it is withheld.
    pub value: Option<f64>,
    /// Its limits, unless they are withheld or undefined.
    pub interval: Option<Interval>,
    /// Whether and why anything is missing.
    pub status: StandardisedStatus,
}

/// Why a standardised rate is complete or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StandardisedStatus {
    /// Rate and limits are there.
    Complete,
    /// Withheld: fewer events in all than required.
    FewEvents,
    /// Withheld: a stratum's count is missing.
    MissingStratum,
    /// Undefined: a stratum has nobody in it, so it has no rate, but the standard gives it weight.
    EmptyStratum,
    /// Without any events the rate is 0 and Dobson's limits are undefined.
    NoEvents,
}

/// What a directly standardised rate is computed from: sums over strata, that can be added up in
/// any order and from parts.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DirectSums {
    events: f64,
    /// Σ f² persons with f events each; the number of events where every event is another person's.
    squares: f64,
    population: f64,
    standard: f64,
    /// Σ w·x/n.
    weighted: f64,
    /// Σ (w/n)²·Σ f² persons.
    variance: f64,
    missing: bool,
    empty: bool,
}

impl DirectSums {
    /// Takes in one stratum: its events (NaN where they are missing), its population and the
    /// standard population's size in that stratum.
    ///
    /// # Errors
    /// If the events are negative or infinite, the population is negative or not finite, or the
    /// standard is negative or not finite.
    #[inline]
    pub fn add(&mut self, events: f64, population: f64, standard: f64) -> Result<()> {
        self.add_with_squares(events, events, population, standard)
    }

    /// Takes in one stratum of events that are not independent: `squares` is Σ f² over persons with
    /// f events each.
    ///
    /// # Errors
    /// As [`add`](DirectSums::add).
    #[inline]
    pub fn add_with_squares(
        &mut self,
        events: f64,
        squares: f64,
        population: f64,
        standard: f64,
    ) -> Result<()> {
        if events < 0.0 || events.is_infinite() {
            return Err(out_of_range("events", events, "0 or more, or NaN for missing"));
        }
        if !(0.0..f64::INFINITY).contains(&population) {
            return Err(out_of_range("population", population, "a finite number, 0 or more"));
        }
        if !(0.0..f64::INFINITY).contains(&standard) {
            return Err(out_of_range("standard", standard, "a finite number, 0 or more"));
        }
        self.population += population;
        self.standard += standard;
        if events.is_nan() {
            self.missing = true;
            self.empty |= population == 0.0 && standard > 0.0;
            return Ok(());
        }
        self.events += events;
        self.squares += squares;
        if population > 0.0 {
            let weight = standard / population;
            self.weighted += weight * events;
            self.variance += weight * weight * squares;
        } else if events > 0.0 {
            return Err(out_of_range("population", population, "above 0 where there are events"));
        } else {
            self.empty |= standard > 0.0;
        }
        Ok(())
    }

    /// The sums of two parts that share no stratum.
    #[must_use]
    #[inline]
    pub fn merged(self, other: DirectSums) -> DirectSums {
        DirectSums {
            events: self.events + other.events,
            squares: self.squares + other.squares,
            population: self.population + other.population,
            standard: self.standard + other.standard,
            weighted: self.weighted + other.weighted,
            variance: self.variance + other.variance,
            missing: self.missing || other.missing,
            empty: self.empty || other.empty,
        }
    }

    /// The rate of the strata added so far.
    ///
    /// # Errors
    /// If `per` is not a finite number above 0, no stratum of the standard has anybody in it, a population is so
    /// small that the rate is not finite, or the count method refuses.
    pub fn rate(&self, options: &DirectOptions) -> Result<StandardisedRate> {
        let per = positive("per", options.per)?;
        let total = positive("standard", self.standard)?;
        let without = |status| StandardisedRate {
            events: self.events,
            population: self.population,
            value: None,
            interval: None,
            status,
        };
        if self.missing && options.missing == MissingStratum::Withhold {
            return Ok(without(StandardisedStatus::MissingStratum));
        }
        if self.empty {
            return Ok(without(StandardisedStatus::EmptyStratum));
        }
        if self.events < options.withhold_below {
            return Ok(without(StandardisedStatus::FewEvents));
        }
        let value = finite("population", self.weighted / total * per)?;
        if self.events == 0.0 {
            return Ok(StandardisedRate {
                value: Some(value),
                ..without(StandardisedStatus::NoEvents)
            });
        }
        let count = count_interval(self.events, options.count_method, options.confidence)?;
        // Dobson et al. 1991: the count's limits, stretched from its own variance to the rate's.
        let stretch = (self.variance / self.events).sqrt() / total * per;
        let interval = Interval {
            lower: value + stretch * (count.lower - self.events),
            upper: value + stretch * (count.upper - self.events),
        };
        finite("population", interval.lower)?;
        finite("population", interval.upper)?;
        Ok(StandardisedRate {
            value: Some(value),
            interval: Some(interval),
            ..without(StandardisedStatus::Complete)
        })
    }
}

/// The directly standardised rate of one unit: Σ(w·x/n)/Σw · per, with Dobson's limits (1991).
///
/// One value per stratum in each slice: events (NaN where missing), population, and the standard
/// population's size. Limits near 0 may come out below it: Dobson's method does not know that
/// rates are not negative.
///
/// ```
/// use attain_stats::{DirectOptions, directly_standardised_rate};
///
/// let rate = directly_standardised_rate(
///     &[10.0, 20.0], &[1_000.0, 500.0], &[60.0, 40.0],
///     &DirectOptions { per: 1_000.0, ..DirectOptions::default() },
/// )?;
/// // 0.6 · 10 per 1,000 and 0.4 · 40 per 1,000.
/// assert!((rate.value.unwrap() - 22.0).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the slices differ in length, a stratum's numbers are negative or infinite, a stratum has
/// events but no population, the standard is empty, or `per` is not above 0.
pub fn directly_standardised_rate(
    events: &[f64],
    population: &[f64],
    standard: &[f64],
    options: &DirectOptions,
) -> Result<StandardisedRate> {
    same_length("population", population, "events", events)?;
    same_length("standard", standard, "events", events)?;
    let mut sums = DirectSums::default();
    for ((&events, &population), &standard) in events.iter().zip(population).zip(standard) {
        sums.add(events, population, standard)?;
    }
    sums.rate(options)
}

/// Persons who had the same number of events each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeats<'a> {
    /// Events per person.
    pub events_each: f64,
    /// Such persons by stratum; NaN where missing.
    pub persons: &'a [f64],
}

/// The directly standardised rate of events that come several to a person, such as admissions.
///
/// The rate is the same as without regard to persons; its variance is Σ f² · (variance of the rate
/// of persons with f events), because a person's events are not independent.
///
/// ```
/// use attain_stats::{DirectOptions, Repeats, directly_standardised_rate_of_repeats};
///
/// let rate = directly_standardised_rate_of_repeats(
///     &[Repeats { events_each: 1.0, persons: &[8.0] }, Repeats { events_each: 3.0, persons: &[4.0] }],
///     &[1_000.0], &[1.0], &DirectOptions { per: 1_000.0, ..DirectOptions::default() },
/// )?;
/// assert_eq!((rate.events, rate.value), (20.0, Some(20.0)));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`directly_standardised_rate`], and if `events_each` is not above 0.
pub fn directly_standardised_rate_of_repeats(
    repeats: &[Repeats<'_>],
    population: &[f64],
    standard: &[f64],
    options: &DirectOptions,
) -> Result<StandardisedRate> {
    same_length("standard", standard, "population", population)?;
    for repeat in repeats {
        positive("events_each", repeat.events_each)?;
        same_length("persons", repeat.persons, "population", population)?;
    }
    let mut sums = DirectSums::default();
    for (stratum, (&population, &standard)) in population.iter().zip(standard).enumerate() {
        let (mut events, mut squares) = (0.0, 0.0);
        let mut missing = false;
        for repeat in repeats {
            let persons = repeat.persons[stratum];
            if persons.is_nan() {
                missing = true;
                if options.missing == MissingStratum::CountsAsZero {
                    continue;
                }
            }
            if persons < 0.0 {
                return Err(out_of_range("persons", persons, "0 or more, or NaN for missing"));
            }
            events += repeat.events_each * persons;
            squares += repeat.events_each * repeat.events_each * persons;
        }
        sums.missing |= missing;
        sums.add_with_squares(events, squares, population, standard)?;
    }
    sums.rate(options)
}

/// Do two columns run side by side?
pub(super) fn same_length(
    argument: &'static str,
    column: &[f64],
    alongside: &'static str,
    other: &[f64],
) -> Result<()> {
    if column.len() == other.len() {
        Ok(())
    } else {
        Err(StatsError::UnequalLengths {
            argument,
            found: column.len(),
            expected: other.len(),
            alongside,
        })
    }
}
