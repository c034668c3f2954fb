//! Random numbers that are the same on every machine: a seed always gives the same sequence.

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
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// Returns a generator whose sequence depends on `seed` alone.
    pub fn seeded(seed: u64) -> Self {
        let mut mix = seed;
        let mut next = || {
            mix = mix.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = mix;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        };
        Random { state: [next(), next(), next(), next()] }
    }

    #[inline]
    fn next(&mut self) -> u64 {
        let s = &mut self.state;
        let result = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        result
    }

    /// Draws a number above 0 and below 1, each equally likely.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        // The upper 53 bits, moved half a step off 0 and 1.
        ((self.next() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// Draws a standard normal number: mean 0, variance 1.
    pub fn normal(&mut self) -> f64 {
        normal_quantile(self.uniform())
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn the_generator_is_the_published_one() {
        // The first outputs for the state 1, 2, 3, 4, from the authors' reference implementation.
        let mut random = Random { state: [1, 2, 3, 4] };
        let drawn = [random.next(), random.next(), random.next(), random.next()];
        assert_eq!(drawn, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
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
}
