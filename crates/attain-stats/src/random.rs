//! Random numbers that are the same on every machine: a seed always gives the same sequence.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::special::normal_quantile;

/// A generator of random numbers: Blackman & Vigna's xoshiro256++ (2019), seeded by their splitmix64.
///
/// It is made for simulation, not for secrets.
///
/// ```
/// use attain_stats::random::Random;
///
/// let (mut one, mut other) = (Random::seeded(7), Random::seeded(7));
/// let drawn = one.uniform();
/// assert!(drawn > 0.0 && drawn < 1.0);
/// assert_eq!(drawn, other.uniform());
/// ```
#[derive(Debug, Clone)]
pub struct Random(Xoshiro256PlusPlus);

impl Random {
    /// Returns a generator whose sequence depends on `seed` alone.
    pub fn seeded(seed: u64) -> Self {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// Draws a number above 0 and below 1, each equally likely.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        // The upper 53 bits, moved half a step off 0 and 1.
        ((self.0.next_u64() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Draws a standard normal number: mean 0, variance 1.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }

    /// Draws the number of successes of `trials` independent trials, each with the probability `share` of a success.
    ///
    /// `trials` is rounded to a whole number. Up to a mean of 30, of successes or of failures, the cumulative
    /// distribution is inverted; beyond it the normal approximation is rounded and kept from 0 to `trials`.
    ///
    /// ```
    /// use attain_stats::random::Random;
    ///
    /// let mut random = Random::seeded(7);
    /// let drawn: f64 = (0..1_000).map(|_| random.binomial(10.0, 0.3)).sum();
    /// assert!((drawn / 1_000.0 - 3.0).abs() < 0.2);
    /// ```
    pub fn binomial(&mut self, trials: f64, share: f64) -> f64 {
        let trials = trials.round();
        if share > 0.5 {
            return trials - self.binomial(trials, 1.0 - share);
        }
        if trials < 1.0 || share <= 0.0 {
            return 0.0;
        }
        let mean = trials * share;
        if mean > MOST_INVERTED {
            let sd = (mean * (1.0 - share)).sqrt();
            return (mean + sd * self.normal()).round().clamp(0.0, trials);
        }
        let odds = share / (1.0 - share);
        let none = (trials * (-share).ln_1p()).exp();
        self.invert(trials, none, |successes| odds * (trials - successes + 1.0) / successes)
    }

    /// Draws a Poisson number: how many independent events occur where `mean` are expected.
    ///
    /// Up to a mean of 30 the cumulative distribution is inverted; beyond it the normal approximation is rounded
    /// and kept at 0 or above.
    ///
    /// ```
    /// use attain_stats::random::Random;
    ///
    /// let mut random = Random::seeded(7);
    /// let drawn: f64 = (0..1_000).map(|_| random.poisson(2.5)).sum();
    /// assert!((drawn / 1_000.0 - 2.5).abs() < 0.2);
    /// ```
    pub fn poisson(&mut self, mean: f64) -> f64 {
        if mean > MOST_INVERTED {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0);
        }
        self.invert(f64::INFINITY, (-mean.max(0.0)).exp(), |events| mean / events)
    }

    /// The smallest whole number up to `most` whose cumulative probability is above a uniform number. `ratio` is the
    /// probability of a number over that of the one before.
    fn invert(&mut self, most: f64, none: f64, ratio: impl Fn(f64) -> f64) -> f64 {
        let mut left = self.uniform() - none;
        let (mut number, mut probability) = (0.0, none);
        while left > 0.0 && number < most {
            number += 1.0;
            probability *= ratio(number);
            // Rounding may leave a rest that no later number takes up.
            if probability < f64::MIN_POSITIVE {
                break;
            }
            left -= probability;
        }
        number
    }
}

/// Up to this mean, numbers are drawn by inversion.
const MOST_INVERTED: f64 = 30.0;

#[cfg(test)]
mod tests {
    use rand_xoshiro::rand_core::Rng;

    use super::Random;

    #[test]
    fn a_seed_gives_the_sequence_of_the_published_algorithms() {
        // Computed in Python from the authors' descriptions of splitmix64 and xoshiro256++.
        let sequences = [
            (0, [5987356902031041503, 7051070477665621255, 6633766593972829180]),
            (7, [1021219803524665661, 3174977118032272916, 13236943193235544178]),
            (u64::MAX, [6254647548650071986, 16610832622747802512, 16422857234328439435]),
        ];
        for (seed, expected) in sequences {
            let mut random = Random::seeded(seed);
            assert_eq!([(); 3].map(|()| random.0.next_u64()), expected, "seed {seed}");
        }
    }

    #[test]
    fn normal_numbers_have_mean_0_and_variance_1() {
        let mut random = Random::seeded(7);
        let drawn: Vec<f64> = (0..200_000).map(|_| random.normal()).collect();
        let n = drawn.len() as f64;
        let mean = drawn.iter().sum::<f64>() / n;
        let variance = drawn.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / n;
        assert!(mean.abs() < 4.0 / n.sqrt(), "{mean}");
        assert!((variance - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "{variance}");
        let beyond = drawn.iter().filter(|z| z.abs() > 1.959963984540054).count() as f64 / n;
        assert!((beyond - 0.05).abs() < 4.0 * (0.05 * 0.95 / n).sqrt(), "{beyond}");
    }

    /// Compares how often each number was drawn with its probability: Pearson's χ² beside its expectation.
    fn check_frequencies(drawn: &[f64], probability: impl Fn(usize) -> f64) {
        let total = drawn.len() as f64;
        let most = drawn.iter().copied().fold(0.0, f64::max) as usize;
        let (mut chi_squared, mut classes) = (0.0_f64, 0.0_f64);
        for number in 0..=most {
            let expected = total * probability(number);
            if expected < 5.0 {
                continue;
            }
            let found = drawn.iter().filter(|one| **one == number as f64).count() as f64;
            chi_squared += (found - expected).powi(2) / expected;
            classes += 1.0;
        }
        let bound = classes + 4.0 * (2.0 * classes).sqrt();
        assert!(classes > 2.0 && chi_squared < bound, "{chi_squared} {classes}");
    }

    #[test]
    fn binomial_numbers_have_their_probabilities() {
        let mut random = Random::seeded(3);
        for (trials, share) in [(5_u32, 0.3), (40, 0.9), (60, 0.5)] {
            let drawn: Vec<f64> =
                (0..100_000).map(|_| random.binomial(f64::from(trials), share)).collect();
            check_frequencies(&drawn, |number| {
                let choose: f64 =
                    (1..=number).map(|k| (f64::from(trials) + 1.0 - k as f64) / k as f64).product();
                choose
                    * share.powi(number as i32)
                    * (1.0_f64 - share).powi(trials as i32 - number as i32)
            });
        }
        assert_eq!((random.binomial(9.0, 0.0), random.binomial(9.0, 1.0)), (0.0, 9.0));
    }

    #[test]
    fn poisson_numbers_have_their_probabilities() {
        let mut random = Random::seeded(4);
        for mean in [0.4, 3.0, 29.0] {
            let drawn: Vec<f64> = (0..100_000).map(|_| random.poisson(mean)).collect();
            check_frequencies(&drawn, |number| {
                (1..=number).map(|k| mean / k as f64).product::<f64>() * (-mean).exp()
            });
        }
        assert_eq!(random.poisson(0.0), 0.0);
    }

    #[test]
    fn large_numbers_have_the_mean_and_the_variance_of_their_distributions() {
        let mut random = Random::seeded(5);
        let mut check = |mean: f64, variance: f64, draw: &dyn Fn(&mut Random) -> f64| {
            let drawn: Vec<f64> = (0..50_000).map(|_| draw(&mut random)).collect();
            let n = drawn.len() as f64;
            let found = drawn.iter().sum::<f64>() / n;
            let squares = drawn.iter().map(|x| (x - found).powi(2)).sum::<f64>() / n;
            assert!((found - mean).abs() < 4.0 * (variance / n).sqrt(), "{found} {mean}");
            assert!((squares / variance - 1.0).abs() < 0.03, "{squares} {variance}");
        };
        check(200.0, 100.0, &|random| random.binomial(400.0, 0.5));
        check(1_800.0, 180.0, &|random| random.binomial(2_000.0, 0.9));
        check(500.0, 500.0, &|random| random.poisson(500.0));
    }
}
