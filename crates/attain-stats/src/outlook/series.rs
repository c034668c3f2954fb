//! A published series that goes on: the level that it has reached, and how far the next value may lie beside it.

use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, finite, out_of_range};
use crate::root::falling_root;
use crate::special::{student_quantile, student_upper};

/// The shares of the variance of a step that are a change of the level: 0 of values around one level, 1 of a random walk.
const SHARES: [f64; 13] = [0.0, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 1.0];
/// Distributions with a smaller weight change no digit that matters.
const NEGLIGIBLE: f64 = 1e-9;
/// How far limits move after each value: by so much of the difference between misses and the stated share of them.
const LEARNING_RATE: f64 = 0.02;
/// The share of misses that limits aim at is no less than this part of the stated one.
const LEAST_AIM: f64 = 0.1;

/// The scale on which a series varies.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum SeriesScale {
    /// That of the values.
    #[default]
    Plain,
    /// The logit between two numbers that no value can pass: 0 and 100 of a share in per cent. A value at one of them
    /// counts as half as far from it as the nearest other value is.
    Logit {
        /// The least number.
        low: f64,
        /// The greatest one.
        high: f64,
    },
}

/// What the next value of a series may be: a level that moves, and values around it (the local level model: Harvey,
/// *Forecasting, Structural Time Series Models and the Kalman Filter*, 1989, 2.2 and 4.1; Durbin & Koopman, *Time Series
/// Analysis by State Space Methods*, 2nd edition, chapter 2).
///
/// The level takes independent normal steps, whose variance is proportional to the time between values; each value has an independent normal
/// deviation from it. The level has no trend: the last one is expected to stay. Which share of the variance the level has is
/// not known from few values. So each of 13 shares from 0 (values around one level) to 1 (a random walk) counts by its likelihood,
/// with a diffuse first level and an unknown variance (Student's t with one degree of freedom less than there are values).
///
/// From [`CONFORMAL_FROM`](Self::CONFORMAL_FROM) values on, limits are adaptive conformal ones (Gibbs & Candès 2021): each value
/// is compared with the limits that the values before it give. A miss makes the next limits wider, and a hit makes them
/// slightly narrower: α ← α + 0.02 (stated share of misses − is a miss). Limits hold as often as stated in the long run, also
/// where the model is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesOutlook {
    scale: SeriesScale,
    next: Mixture,
    /// The probability of less than each value, as the values before it gave it.
    placed: Vec<f64>,
}

impl SeriesOutlook {
    /// Fewer values do not show how a series varies.
    pub const FEWEST: usize = 5;
    /// From this number of values on, limits are adaptive.
    pub const CONFORMAL_FROM: usize = 24;

    /// From values at their times, for the time `at`, which is not before them; times are in any unit and any order.
    ///
    /// ```
    /// use attain_stats::Confidence;
    /// use attain_stats::outlook::{SeriesOutlook, SeriesScale};
    ///
    /// let years = [(2020.0, 97.1), (2021.0, 98.4), (2022.0, 97.9), (2023.0, 98.8), (2024.0, 99.2)];
    /// let share = SeriesScale::Logit { low: 0.0, high: 100.0 };
    /// let next = SeriesOutlook::new(&years, 2025.0, share)?;
    /// assert!((98.0..99.2).contains(&next.median()));
    /// assert!(next.interval(Confidence::P95).upper < 100.0);
    /// assert!(next.at_least(95.0) > 0.9 && next.at_least(99.9) < 0.1);
    /// # Ok::<(), attain_stats::StatsError>(())
    /// ```
    ///
    /// # Errors
    /// If there are fewer than [`FEWEST`](Self::FEWEST) values, one is not finite or outside of the scale, two are of one time, `at` is
    /// before the last one, or all values are equal: how they vary is not known then.
    pub fn new(values: &[(f64, f64)], at: f64, scale: SeriesScale) -> Result<Self> {
        if values.len() < Self::FEWEST {
            let found = values.len();
            return Err(StatsError::TooFew { argument: "values", found, expected: Self::FEWEST });
        }
        let at = finite("at", at)?;
        for (time, value) in values {
            finite("values", *time)?;
            finite("values", *value)?;
        }
        let mut values = scale.of_values(values)?;
        values.sort_by(|one, other| one.0.total_cmp(&other.0));
        let mut gaps: Vec<f64> = values.windows(2).map(|two| two[1].0 - two[0].0).collect();
        gaps.sort_by(f64::total_cmp);
        let unit = gaps[gaps.len() / 2];
        if gaps[0] <= 0.0 || !unit.is_finite() {
            let expected = "values of different times";
            return Err(out_of_range("values", values[0].0, expected));
        }
        let last = values[values.len() - 1].0;
        if at < last {
            return Err(out_of_range("at", at, "a time that is not before the last value"));
        }
        if values.iter().all(|(_, value)| *value == values[0].1) {
            let expected = "values that are not all equal";
            return Err(out_of_range("values", values[0].1, expected));
        }
        let next = Mixture::of(&values, at, unit).ok_or_else(|| {
            out_of_range("values", values[0].1, "values of one order of magnitude")
        })?;
        let placed = if values.len() < Self::CONFORMAL_FROM {
            Vec::new()
        } else {
            let before = |place: usize| {
                let (time, value) = values[place];
                Some(Mixture::of(&values[..place], time, unit)?.below(value))
            };
            (Self::FEWEST..values.len()).filter_map(before).collect()
        };
        Ok(SeriesOutlook { scale, next, placed })
    }

    /// The value that is exceeded with a probability of one half.
    pub fn median(&self) -> f64 {
        self.scale.to_value(self.next.quantile(0.5))
    }

    /// Between which values it lies with the given confidence.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        let tail = self.aim(2.0 * confidence.tail()) / 2.0;
        let end = |probability: f64| self.scale.to_value(self.next.quantile(probability));
        Interval { lower: end(tail), upper: end(1.0 - tail) }
    }

    /// The share of misses that limits aim at, so that the stated share of them misses.
    fn aim(&self, stated: f64) -> f64 {
        let least = LEAST_AIM * stated;
        self.placed.iter().fold(stated, |aim: f64, below| {
            let misses = *below < 0.5 * aim || *below > 1.0 - 0.5 * aim;
            let is_miss = f64::from(u8::from(misses));
            (aim + LEARNING_RATE * (stated - is_miss)).clamp(least, 1.0)
        })
    }

    /// The probability that it is at least `limit`.
    pub fn at_least(&self, limit: f64) -> f64 {
        1.0 - self.at_most(limit)
    }

    /// The probability that it is at most `limit`.
    pub fn at_most(&self, limit: f64) -> f64 {
        match self.scale {
            SeriesScale::Logit { low, .. } if limit <= low => 0.0,
            SeriesScale::Logit { high, .. } if limit >= high => 1.0,
            SeriesScale::Plain | SeriesScale::Logit { .. } => {
                self.next.below(self.scale.of_value(limit))
            }
        }
    }
}

impl SeriesScale {
    fn of_value(self, value: f64) -> f64 {
        match self {
            SeriesScale::Plain => value,
            SeriesScale::Logit { low, high } => ((value - low) / (high - value)).ln(),
        }
    }

    fn to_value(self, number: f64) -> f64 {
        match self {
            SeriesScale::Plain => number,
            SeriesScale::Logit { low, high } => {
                let share = (1.0 + (-number).exp()).recip();
                (low + (high - low) * share).clamp(low, high)
            }
        }
    }

    fn of_values(self, values: &[(f64, f64)]) -> Result<Vec<(f64, f64)>> {
        let SeriesScale::Logit { low, high } = self else { return Ok(values.to_vec()) };
        if !(low < high && (high - low).is_finite()) {
            return Err(out_of_range("low", low, "a number below `high`"));
        }
        if let Some((_, value)) = values.iter().find(|(_, value)| *value < low || *value > high) {
            return Err(out_of_range("values", *value, "values from `low` to `high`"));
        }
        // From the end to the nearest value that is not at it.
        let nearest = |distance: &dyn Fn(f64) -> f64| {
            let distances = values.iter().map(|(_, value)| distance(*value));
            distances.filter(|distance| *distance > 0.0).fold(high - low, f64::min)
        };
        let from_low = 0.5 * nearest(&|value| value - low);
        let from_high = 0.5 * nearest(&|value| high - value);
        let inside = |value: f64| {
            if value == low {
                low + from_low
            } else if value == high {
                high - from_high
            } else {
                value
            }
        };
        Ok(values.iter().map(|(time, value)| (*time, self.of_value(inside(*value)))).collect())
    }
}

/// What the filter finds for one share of the variance, in multiples of the variance.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Filtered {
    /// The level after the last value, and its variance.
    level: f64,
    variance: f64,
    /// The sum of the logarithms of the variances of innovations, and of their squares over these variances.
    ln_variances: f64,
    squares: f64,
}

/// The Kalman filter with a diffuse first level: after the first value it is that value. Values are in order of time, and
/// `unit` is the time of one step.
fn filtered(values: &[(f64, f64)], unit: f64, share: f64) -> Filtered {
    let noise = 1.0 - share;
    let start = Filtered { level: values[0].1, variance: noise, ln_variances: 0.0, squares: 0.0 };
    values.windows(2).fold(start, |found, two| {
        let predicted = found.variance + share * (two[1].0 - two[0].0) / unit;
        let of_innovation = predicted + noise;
        let innovation = two[1].1 - found.level;
        let gain = predicted / of_innovation;
        Filtered {
            level: found.level + gain * innovation,
            variance: predicted * (1.0 - gain),
            ln_variances: found.ln_variances + of_innovation.ln(),
            squares: found.squares + innovation * innovation / of_innovation,
        }
    })
}

/// Student's t distributions of different places and widths.
#[derive(Debug, Clone, PartialEq)]
struct Mixture {
    degrees: f64,
    components: Vec<Component>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Component {
    weight: f64,
    middle: f64,
    deviation: f64,
}

impl Mixture {
    /// Of values in order of time; none if they are all equal.
    fn of(values: &[(f64, f64)], at: f64, unit: f64) -> Option<Mixture> {
        let degrees = (values.len() - 1) as f64;
        let ahead = (at - values[values.len() - 1].0) / unit;
        let found = SHARES.map(|share| (share, filtered(values, unit, share)));
        let ln_weight =
            |found: &Filtered| -0.5 * found.ln_variances - 0.5 * degrees * found.squares.ln();
        let greatest =
            found.iter().map(|(_, found)| ln_weight(found)).fold(f64::NEG_INFINITY, f64::max);
        let mut components = Vec::with_capacity(SHARES.len());
        for (share, found) in &found {
            let weight = (ln_weight(found) - greatest).exp();
            let variance = found.variance + share * ahead + 1.0 - share;
            let deviation = (variance * found.squares / degrees).sqrt();
            if weight > NEGLIGIBLE && deviation > 0.0 && deviation.is_finite() {
                components.push(Component { weight, middle: found.level, deviation });
            }
        }
        let total: f64 = components.iter().map(|one| one.weight).sum();
        for component in &mut components {
            component.weight /= total;
        }
        (!components.is_empty()).then_some(Mixture { degrees, components })
    }

    /// The probability of less.
    fn below(&self, number: f64) -> f64 {
        let of = |one: &Component| {
            one.weight * student_upper(self.degrees, (one.middle - number) / one.deviation)
        };
        self.components.iter().map(of).sum()
    }

    /// It lies between the quantiles of the components.
    fn quantile(&self, probability: f64) -> f64 {
        let deviations = student_quantile(self.degrees, probability);
        let ends = self.components.iter().map(|one| one.middle + deviations * one.deviation);
        let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), end| {
            (low.min(end), high.max(end))
        });
        falling_root(low, high, |number| probability - self.below(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const YEARS: [(f64, f64); 6] = [
        (2018.0, 61.0),
        (2019.0, 63.5),
        (2020.0, 60.2),
        (2021.0, 66.0),
        (2023.0, 68.1),
        (2024.0, 67.4),
    ];

    /// statsmodels 0.14: `UnobservedComponents(y, "llevel", use_exact_diffuse=True)`, filtered with the variances 1 − share and
    /// share; 2022 is missing. Its log-likelihood is that of variances that are known: −½ (ln 2π of six values + the two sums).
    #[test]
    fn the_filter_is_that_of_statsmodels() {
        for (share, log_likelihood, ln_variances, squares, level, ahead) in [
            (
                0.1,
                -28.999093091861333,
                1.9453371277671125,
                45.02558665749948,
                65.64217887675655,
                1.3870574429065794,
            ),
            (
                0.5,
                -24.249344866683067,
                1.8669828904656427,
                35.604444444444425,
                67.25555555555556,
                1.816425120772947,
            ),
            (
                0.9,
                -29.01774392073656,
                1.0485498154566824,
                45.95967562756036,
                67.45197423524012,
                1.9908673878836942,
            ),
        ] {
            let found = filtered(&YEARS, 1.0, share);
            let near = |found: f64, expected: f64| {
                assert!((found - expected).abs() < 1e-9 * expected.abs(), "{found} {expected}");
            };
            near(found.ln_variances, ln_variances);
            near(found.squares, squares);
            near(found.level, level);
            // Two years ahead.
            near(found.variance + 2.0 * share + 1.0 - share, ahead);
            let constant = 6.0 * std::f64::consts::TAU.ln();
            near(-0.5 * (constant + found.ln_variances + found.squares), log_likelihood);
        }
    }

    /// The same filter for each share; the mixture of Student's t distributions in scipy 1.16.
    #[test]
    fn the_prediction_weights_the_shares_by_their_likelihoods() {
        let next = SeriesOutlook::new(&YEARS, 2026.0, SeriesScale::Plain).unwrap();
        let Interval { lower, upper } = next.interval(Confidence::P95);
        let share = SeriesScale::Logit { low: 0.0, high: 100.0 };
        let shares = [97.1, 98.4, 97.9, 98.8, 99.2]
            .iter()
            .enumerate()
            .map(|(at, value)| (at as f64, *value));
        let of_share = SeriesOutlook::new(&shares.collect::<Vec<_>>(), 5.0, share).unwrap();
        let ends = of_share.interval(Confidence::P95);
        for (found, expected) in [
            (next.median(), 66.79309276978178),
            (lower, 56.67538770530263),
            (upper, 77.1888525762097),
            (next.at_least(75.0), 0.04906686345918654),
            (of_share.median(), 99.0351632376771),
            (ends.lower, 95.79089214743904),
            (ends.upper, 99.76152972815433),
            (of_share.at_least(95.0), 0.9824569439978077),
        ] {
            assert!((found - expected).abs() < 1e-8, "{found} {expected}");
        }
        assert!((next.at_least(70.0) + next.at_most(70.0) - 1.0).abs() < 1e-15);
    }

    /// One step ahead, over many series: how often limits hold, and how many of the upper limits are above 100.
    fn coverage(
        length: usize,
        scale: SeriesScale,
        mut series: impl FnMut(&mut Random, usize) -> Vec<f64>,
    ) -> f64 {
        const SERIES: usize = 700;
        let mut random = Random::seeded(2_025);
        let mut inside = 0;
        for _ in 0..SERIES {
            let all = series(&mut random, length + 1);
            let values: Vec<(f64, f64)> = (0..length).map(|at| (at as f64, all[at])).collect();
            let next = SeriesOutlook::new(&values, length as f64, scale).unwrap();
            let interval = next.interval(Confidence::P95);
            inside += usize::from(interval.holds(all[length]));
            if let SeriesScale::Logit { low, high } = scale {
                assert!(low <= interval.lower && interval.upper <= high, "{interval:?}");
            }
        }
        inside as f64 / SERIES as f64
    }

    fn autoregressive(random: &mut Random, length: usize, keeps: f64) -> Vec<f64> {
        let start = if keeps < 1.0 { (1.0 - keeps * keeps).sqrt().recip() } else { 1.0 };
        let mut value = start * random.normal();
        (0..length)
            .map(|_| {
                value = keeps * value + random.normal();
                value
            })
            .collect()
    }

    /// Straight lines hold 53–73 % of random walks and 71–82 % of these autoregressive series.
    #[test]
    fn limits_hold_random_walks_autoregressive_series_and_values_around_a_level() {
        for length in [5, 12, 36] {
            for (keeps, name) in [(1.0, "walk"), (0.8, "autoregressive"), (0.0, "level")] {
                let share = coverage(length, SeriesScale::Plain, |random, length| {
                    autoregressive(random, length, keeps)
                });
                assert!((0.92..0.98).contains(&share), "{name} of {length}: {share}");
            }
        }
    }

    /// Shares that walk near 100 %: on the logit scale, recorded with one decimal.
    #[test]
    fn limits_of_shares_near_their_end_hold_and_stay_below_it() {
        let scale = SeriesScale::Logit { low: 0.0, high: 100.0 };
        for length in [6, 12, 24] {
            let share = coverage(length, scale, |random, length| {
                let walk = autoregressive(random, length, 0.8);
                let of = |logit: f64| 100.0 / (1.0 + (-4.0 - 0.4 * logit).exp());
                walk.into_iter().map(|logit| (10.0 * of(logit)).round() / 10.0).collect()
            });
            assert!((0.92..0.98).contains(&share), "{length}: {share}");
        }
    }

    /// A series whose steps double again and again: the model takes them for alike.
    #[test]
    fn adaptive_limits_hold_nearer_to_what_they_state_where_the_model_is_wrong() {
        let growing = |random: &mut Random, length: usize| -> Vec<f64> {
            let mut value = 0.0;
            let step = |at: usize| 2_f64.powf(at as f64 / 8.0);
            (0..length)
                .map(|at| {
                    value += step(at) * random.normal();
                    value
                })
                .collect()
        };
        let mut random = Random::seeded(5);
        let (mut plain, mut adaptive) = (0, 0);
        const SERIES: usize = 500;
        for _ in 0..SERIES {
            let all = growing(&mut random, 49);
            let values: Vec<(f64, f64)> = (0..48).map(|at| (at as f64, all[at])).collect();
            let next = SeriesOutlook::new(&values, 48.0, SeriesScale::Plain).unwrap();
            let without = SeriesOutlook { placed: Vec::new(), ..next.clone() };
            adaptive += usize::from(next.interval(Confidence::P95).holds(all[48]));
            plain += usize::from(without.interval(Confidence::P95).holds(all[48]));
        }
        let (plain, adaptive) = (plain as f64 / SERIES as f64, adaptive as f64 / SERIES as f64);
        assert!(plain < 0.85 && adaptive > plain + 0.04, "{plain} {adaptive}");
    }

    /// Over thousands of series that vary around a level that moves, from the fewest values to many.
    #[test]
    fn chances_come_true_as_often_as_they_say() {
        const SERIES: usize = 6_000;
        let mut random = Random::seeded(2_026);
        let mut met_of_tenth = [(0.0_f64, 0.0, 0.0); 10];
        for series in 0..SERIES {
            let number = SeriesOutlook::FEWEST + series % 12;
            let walk = random.uniform();
            let mut level = 70.0;
            let all: Vec<f64> = (0..=number)
                .map(|_| {
                    level += 3.0 * walk.sqrt() * random.normal();
                    level + 3.0 * (1.0 - walk).sqrt() * random.normal()
                })
                .collect();
            let values: Vec<(f64, f64)> =
                (0..number).map(|time| (time as f64, all[time])).collect();
            let next = SeriesOutlook::new(&values, number as f64, SeriesScale::Plain).unwrap();
            let goal = next.median() + 4.0 * random.normal();
            let chance = next.at_least(goal);
            let tenth = &mut met_of_tenth[((10.0 * chance) as usize).min(9)];
            let truth = all[number];
            *tenth =
                (tenth.0 + 1.0, tenth.1 + chance, tenth.2 + f64::from(u8::from(truth >= goal)));
        }
        for (number, said, met) in met_of_tenth {
            // Four standard errors.
            let far = 4.0 * (0.25 / number).sqrt();
            assert!((said / number - met / number).abs() < far, "{said} {met} of {number}");
        }
    }

    #[test]
    fn a_share_at_its_end_is_half_as_far_from_it_as_the_nearest_other() {
        let share = SeriesScale::Logit { low: 0.0, high: 100.0 };
        let at_end = [99.0, 100.0, 99.8, 99.5, 100.0].map(|value| (value, value));
        let values: Vec<(f64, f64)> =
            at_end.iter().enumerate().map(|(at, (value, _))| (at as f64, *value)).collect();
        let inside: Vec<(f64, f64)> = values
            .iter()
            .map(|(at, value)| (*at, if *value == 100.0 { 99.9 } else { *value }))
            .collect();
        let [one, other] =
            [&values, &inside].map(|values| SeriesOutlook::new(values, 5.0, share).unwrap());
        assert!((one.median() - other.median()).abs() < 1e-9);
        assert_eq!((one.at_most(100.0), one.at_least(0.0)), (1.0, 1.0));
        assert!(SeriesOutlook::new(&[(1.0, 101.0); 5], 6.0, share).is_err());
    }

    #[test]
    fn what_says_nothing_of_how_it_varies_is_refused() {
        let new = |values: &[(f64, f64)], at| SeriesOutlook::new(values, at, SeriesScale::Plain);
        assert!(new(&YEARS[..4], 2026.0).is_err());
        let steady: Vec<(f64, f64)> = (0..8).map(|year| (f64::from(year), 90.0)).collect();
        assert!(new(&steady, 9.0).is_err());
        assert!(new(&[(1.0, 2.0), (1.0, 3.0), (2.0, 3.0), (3.0, 1.0), (4.0, 2.0)], 5.0).is_err());
        assert!(new(&[(1.0, f64::NAN); 5], 9.0).is_err());
        assert!(new(&YEARS, 2023.0).is_err());
        // The order of values does not matter.
        let mut reversed = YEARS;
        reversed.reverse();
        assert_eq!(new(&YEARS, 2026.0), new(&reversed, 2026.0));
    }
}
