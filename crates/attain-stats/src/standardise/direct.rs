//! Direct standardisation: the rate that a standard population would have.

use super::MissingStratum;
use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, finite, out_of_range, positive};
use crate::interval::{CountMethod, count_interval, difference_interval};
use crate::special::{beta_quantile, gamma_lower_quantile, gamma_upper_quantile};

/// How the limits of a directly standardised rate are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DirectMethod {
    /// Dobson, Kuulasmaa, Eberle & Scherer (1991): the limits of the total count, stretched to the rate's variance. Too
    /// narrow where few events carry most of the weight: see [`DirectSums::is_unstable`].
    Dobson(CountMethod),
    /// Fay & Feuer (1997): gamma limits, the upper one as if one more event had the greatest weight of all strata. They
    /// hold at least what they promise, and more where weights differ much.
    FayFeuer,
    /// Tiwari, Clegg & Zou (2006): the same, with one more event of the mean weight. Shorter, and close to what they
    /// promise.
    Tiwari,
}

impl Default for DirectMethod {
    /// Dobson's, of Byar's limits.
    fn default() -> Self {
        DirectMethod::Dobson(CountMethod::default())
    }
}

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
    /// How the limits are made.
    pub method: DirectMethod,
}

impl Default for DirectOptions {
    fn default() -> Self {
        DirectOptions {
            per: 100_000.0,
            confidence: Confidence::P95,
            withhold_below: 10.0,
            missing: MissingStratum::default(),
            method: DirectMethod::default(),
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
    /// Whether one more event of the heaviest stratum would change the rate by more than half of its standard error:
    /// see [`DirectSums::is_unstable`].
    pub is_unstable: bool,
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
    /// Without any events the rate is 0, and Dobson's limits are undefined. The others are not.
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
    /// Σ w/n, Σ (w/n)² and the greatest w/n, over strata with somebody in them.
    weights: f64,
    weight_squares: f64,
    greatest: f64,
    strata: f64,
    missing: bool,
    empty: bool,
}

/// A weighted sum of counts and its variance, which a gamma distribution has.
#[derive(Debug, Clone, Copy)]
struct Gamma {
    mean: f64,
    variance: f64,
}

impl Gamma {
    fn shape(self) -> f64 {
        self.mean / self.variance * self.mean
    }

    fn scale(self) -> f64 {
        self.variance / self.mean
    }
}

impl DirectSums {
    /// The sums of counts that vary `dispersion` times as much as independent events: those of as many times fewer events
    /// among fewer persons. The rate is the same, its variance `dispersion` times as large.
    ///
    /// ```
    /// use attain_stats::{DirectOptions, DirectSums};
    ///
    /// let (mut sums, mut fewer) = (DirectSums::default(), DirectSums::default());
    /// for (events, population, standard) in [(40.0, 1000.0, 5.0), (90.0, 800.0, 3.0)] {
    ///     sums.add(events, population, standard)?;
    ///     fewer.add(events / 4.0, population / 4.0, standard)?;
    /// }
    /// let options = DirectOptions { withhold_below: 0.0, ..DirectOptions::default() };
    /// let (one, other) = (sums.with_dispersion(4.0).rate(&options)?, fewer.rate(&options)?);
    /// assert_eq!(one.value, other.value);
    /// assert_eq!(one.interval, other.interval);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    #[must_use]
    pub fn with_dispersion(self, dispersion: f64) -> Self {
        DirectSums {
            events: self.events / dispersion,
            squares: self.squares / dispersion,
            population: self.population / dispersion,
            variance: self.variance * dispersion,
            weights: self.weights * dispersion,
            weight_squares: self.weight_squares * dispersion * dispersion,
            greatest: self.greatest * dispersion,
            ..self
        }
    }

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
        if population > 0.0 {
            let weight = standard / population;
            self.weights += weight;
            self.weight_squares += weight * weight;
            self.greatest = self.greatest.max(weight);
            self.strata += 1.0;
        }
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
            weights: self.weights + other.weights,
            weight_squares: self.weight_squares + other.weight_squares,
            greatest: self.greatest.max(other.greatest),
            strata: self.strata + other.strata,
            missing: self.missing || other.missing,
            empty: self.empty || other.empty,
        }
    }

    /// Whether the variance says too little of how far the rate may lie from its expectation: one more event of the
    /// heaviest stratum would change the rate by more than half of the standard error, (max w/n)² > Σ(w/n)²x / 4. Dobson's
    /// limits are then too narrow.
    pub fn is_unstable(&self) -> bool {
        self.greatest * self.greatest > self.variance / 4.0
    }

    /// The standard population, if no stratum is missing or empty.
    fn complete_standard(&self) -> Result<f64> {
        let without = "a population above 0 and known events in every stratum";
        if self.missing || self.empty {
            return Err(out_of_range("population", self.population, without));
        }
        positive("standard", self.standard)
    }

    /// What the lower limit is a quantile of; none without events.
    fn below(&self) -> Option<Gamma> {
        (self.weighted > 0.0).then_some(Gamma { mean: self.weighted, variance: self.variance })
    }

    /// What the upper limit is a quantile of: the sum with one event more, of the greatest or of the mean weight.
    fn above(&self, has_mean_weight: bool) -> Gamma {
        let (weight, square) = if has_mean_weight {
            (self.weights / self.strata, self.weight_squares / self.strata)
        } else {
            (self.greatest, self.greatest * self.greatest)
        };
        Gamma { mean: self.weighted + weight, variance: self.variance + square }
    }

    /// The limits of Σ w·x/n by gamma distributions.
    fn gamma_interval(&self, has_mean_weight: bool, confidence: Confidence) -> Interval {
        let tail = confidence.tail();
        let lower = self
            .below()
            .map_or(0.0, |below| below.scale() * gamma_lower_quantile(below.shape(), tail));
        let above = self.above(has_mean_weight);
        Interval { lower, upper: above.scale() * gamma_upper_quantile(above.shape(), tail) }
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
            is_unstable: self.is_unstable(),
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
        let interval = match options.method {
            DirectMethod::Dobson(_) if self.events == 0.0 => {
                return Ok(StandardisedRate {
                    value: Some(value),
                    ..without(StandardisedStatus::NoEvents)
                });
            }
            DirectMethod::Dobson(method) => {
                let count = count_interval(self.events, method, options.confidence)?;
                // The count's limits, stretched from its own variance to the rate's.
                let stretch = (self.variance / self.events).sqrt() / total * per;
                Interval {
                    lower: value + stretch * (count.lower - self.events),
                    upper: value + stretch * (count.upper - self.events),
                }
            }
            DirectMethod::FayFeuer => {
                self.gamma_interval(false, options.confidence).scaled(per / total)
            }
            DirectMethod::Tiwari => {
                self.gamma_interval(true, options.confidence).scaled(per / total)
            }
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

/// The directly standardised rate of one unit: Σ(w·x/n)/Σw · per, with limits by a [`DirectMethod`].
///
/// One value per stratum in each slice: events (NaN where missing), population, and the standard
/// population's size. Dobson's limits near 0 may come out below it: his method does not know that
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

/// The ratio of two directly standardised rates with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectRatio {
    /// The first unit's rate by the second's; none where the second has no events.
    pub value: Option<f64>,
    /// Its limits. The upper one is infinite where the second has no events.
    pub interval: Interval,
}

/// The ratio of two directly standardised rates, the first unit's by the second's, with the same standard population.
///
/// Fay (1999): the quantiles of an F distribution, with one more event of the greatest weight in the rate that the limit is
/// not to overstate. At least what is promised is held. The lower limit is 0 where the first unit has no events, and
/// the upper limit is infinite where the second has none.
///
/// ```
/// use attain_stats::{Confidence, DirectSums, directly_standardised_ratio};
///
/// let (mut here, mut there) = (DirectSums::default(), DirectSums::default());
/// for (events, others, population, standard) in [(30.0, 20.0, 1_000.0, 60.0), (20.0, 10.0, 500.0, 40.0)] {
///     here.add(events, population, standard)?;
///     there.add(others, population, standard)?;
/// }
/// let ratio = directly_standardised_ratio(&here, &there, Confidence::P95)?;
/// let value = (60.0 * 0.03 + 40.0 * 0.04) / (60.0 * 0.02 + 40.0 * 0.02);
/// assert!((ratio.value.unwrap() - value).abs() < 1e-12);
/// assert!(0.9 < ratio.interval.lower && ratio.interval.upper < 3.5);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If one of the two has a missing or an empty stratum, or nobody in any stratum, or if neither has an event.
pub fn directly_standardised_ratio(
    here: &DirectSums,
    there: &DirectSums,
    confidence: Confidence,
) -> Result<DirectRatio> {
    for sums in [here, there] {
        sums.complete_standard()?;
    }
    let events = here.events + there.events;
    if events == 0.0 {
        return Err(out_of_range("events", events, "above 0 in one of the two"));
    }
    let tail = confidence.tail();
    // The quantile of a quotient of two gamma distributions with means of 1: F with 2a and 2b degrees of freedom.
    let quotient = |a: f64, b: f64, upper: bool| {
        let split =
            if upper { beta_quantile(b, a, tail).reversed() } else { beta_quantile(a, b, tail) };
        split.at / split.rest * b / a
    };
    let (one, other) = (here.above(false), there.above(false));
    let scale = there.standard / here.standard;
    let lower = here.below().map_or(0.0, |below| {
        below.mean / other.mean * quotient(below.shape(), other.shape(), false)
    });
    let upper = there.below().map_or(f64::INFINITY, |below| {
        one.mean / below.mean * quotient(one.shape(), below.shape(), true)
    });
    let value = (there.weighted > 0.0).then(|| here.weighted / there.weighted * scale);
    Ok(DirectRatio { value, interval: Interval { lower: lower * scale, upper: upper * scale } })
}

/// How the limits of a difference of two directly standardised rates are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DirectDifferenceMethod {
    /// Square-and-add (Zou & Donner 2008) of each rate's limits by Fay & Feuer (1997).
    #[default]
    FayFeuer,
    /// The same of the limits by Tiwari, Clegg & Zou (2006), which are shorter.
    Tiwari,
    /// d ∓ z√(v₁ + v₂) with the variances v of both rates (Breslow & Day 1987). Too narrow where events are few.
    Wald,
}

/// The difference of two directly standardised rates with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DirectDifference {
    /// The first unit's rate less the second's.
    pub value: f64,
    /// The root of the sum of both variances, Σ(w/n)²x/(Σw)² each.
    pub standard_error: f64,
    /// Its limits.
    pub interval: Interval,
}

/// The difference of two directly standardised rates, the first unit's less the second's, times `per`.
///
/// ```
/// use attain_stats::{Confidence, DirectDifferenceMethod, DirectSums, directly_standardised_difference};
///
/// let (mut here, mut there) = (DirectSums::default(), DirectSums::default());
/// for (events, others, population, standard) in [(30.0, 20.0, 1_000.0, 60.0), (20.0, 10.0, 500.0, 40.0)] {
///     here.add(events, population, standard)?;
///     there.add(others, population, standard)?;
/// }
/// let method = DirectDifferenceMethod::Wald;
/// let found = directly_standardised_difference(&here, &there, 100.0, method, Confidence::P95)?;
/// assert!((found.value - (60.0 * 0.01 + 40.0 * 0.02)).abs() < 1e-12);
/// // Variances of 0.6²·0.05/1000 and 0.4²·0.06/500.
/// assert!((found.standard_error - 100.0 * (18e-6f64 + 19.2e-6).sqrt()).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If one of the two has a missing or an empty stratum, or nobody in any stratum, or if `per` is not a finite number
/// above 0.
pub fn directly_standardised_difference(
    here: &DirectSums,
    there: &DirectSums,
    per: f64,
    method: DirectDifferenceMethod,
    confidence: Confidence,
) -> Result<DirectDifference> {
    let per = positive("per", per)?;
    let rate = |sums: &DirectSums| {
        let factor = finite("per", per / sums.complete_standard()?)?;
        let value = finite("population", sums.weighted * factor)?;
        Ok((value, sums.variance * factor * factor, factor))
    };
    let ((one, variance1, factor1), (other, variance2, factor2)) = (rate(here)?, rate(there)?);
    let standard_error = finite("population", (variance1 + variance2).sqrt())?;
    let by_limits = |has_mean_weight| {
        let limits = |sums: &DirectSums, value: f64, factor| {
            let Interval { lower, upper } =
                sums.gamma_interval(has_mean_weight, confidence).scaled(factor);
            // At a confidence near 0 both limits may lie on one side of the rate.
            Interval { lower: lower.min(value), upper: upper.max(value) }
        };
        let (first, second) = (limits(here, one, factor1), limits(there, other, factor2));
        difference_interval(one, first, other, second)
    };
    let interval = match method {
        DirectDifferenceMethod::FayFeuer => by_limits(false)?,
        DirectDifferenceMethod::Tiwari => by_limits(true)?,
        DirectDifferenceMethod::Wald => {
            let half = confidence.z() * standard_error;
            Interval { lower: one - other - half, upper: one - other + half }
        }
    };
    Ok(DirectDifference { value: one - other, standard_error, interval })
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
