//! Smooth functions as short sums of powers.

use std::f64::consts::PI;

/// Terms below this, of a function that is about 1, may be left out: each is a tenth of the one
/// before it or less, where they die out at all.
const NEGLIGIBLE: f64 = 5e-14;

/// A function between two ends, as a polynomial of `TERMS` terms.
#[derive(Debug, Clone)]
pub(crate) struct Series<const TERMS: usize> {
    scale: Scale,
    powers: [f64; TERMS],
}

impl<const TERMS: usize> Series<TERMS> {
    /// The polynomial through the function's values at Chebyshev's points between two ends. `None`
    /// if `TERMS` terms are too few for the function's precision: the last two have to be negligible.
    pub(crate) fn of(ends: (f64, f64), function: impl Fn(f64) -> f64) -> Option<Self> {
        let scale = Scale::between(ends);
        let values = nodes().map(|node| function(scale.place_of(node)));
        let terms = chebyshev_terms(values);
        died_out(&terms).then(|| Series { scale, powers: powers_of(terms) })
    }

    /// The function's value.
    #[inline]
    pub(crate) fn at(&self, place: f64) -> f64 {
        let place = self.scale.to_unit(place);
        self.powers.iter().rev().fold(0.0, |sum, power| sum * place + power)
    }
}

/// A function of two places, as a polynomial in both: `FIRST` × `SECOND` terms.
#[derive(Debug, Clone)]
pub(super) struct DoubleSeries<const FIRST: usize, const SECOND: usize> {
    first: Scale,
    second: Scale,
    /// By the power of the second place, then of the first: sums over the second run side by side.
    powers: [[f64; FIRST]; SECOND],
}

impl<const FIRST: usize, const SECOND: usize> DoubleSeries<FIRST, SECOND> {
    /// As [`Series::of`], between two ends each.
    pub(super) fn of(ends: [(f64, f64); 2], function: impl Fn(f64, f64) -> f64) -> Option<Self> {
        let [first, second] = ends.map(Scale::between);
        let mut powers = [[0.0; FIRST]; SECOND];
        for (row, node) in powers.iter_mut().zip(nodes::<SECOND>()) {
            let fixed = second.place_of(node);
            *row = chebyshev_terms(nodes().map(|node| function(first.place_of(node), fixed)));
            if !died_out(row) {
                return None;
            }
        }
        for place in 0..FIRST {
            let terms = chebyshev_terms(powers.map(|row| row[place]));
            if !died_out(&terms) {
                return None;
            }
            for (row, power) in powers.iter_mut().zip(powers_of(terms)) {
                row[place] = power;
            }
        }
        let powers = powers.map(powers_of);
        Some(DoubleSeries { first, second, powers })
    }

    /// The function's value.
    #[inline]
    pub(super) fn at(&self, first: f64, second: f64) -> f64 {
        let (first, second) = (self.first.to_unit(first), self.second.to_unit(second));
        let mut sums = [0.0; FIRST];
        for row in self.powers.iter().rev() {
            for (sum, power) in sums.iter_mut().zip(row) {
                *sum = *sum * second + power;
            }
        }
        sums.iter().rev().fold(0.0, |total, sum| total * first + sum)
    }
}

/// A stretch of the line, laid on [−1, 1].
#[derive(Debug, Clone, Copy)]
struct Scale {
    factor: f64,
    shift: f64,
}

impl Scale {
    fn between((low, high): (f64, f64)) -> Self {
        Scale { factor: 2.0 / (high - low), shift: (high + low) / (low - high) }
    }

    #[inline]
    fn to_unit(self, place: f64) -> f64 {
        place * self.factor + self.shift
    }

    fn place_of(self, place: f64) -> f64 {
        (place - self.shift) / self.factor
    }
}

/// Where Chebyshev's polynomial of degree N is 0.
fn nodes<const N: usize>() -> [f64; N] {
    std::array::from_fn(|node| wave::<N>(1, node))
}

/// Chebyshev's polynomial of such a degree at one of the nodes.
fn wave<const N: usize>(degree: usize, node: usize) -> f64 {
    // Whole turns are taken off while the angle is a whole number of parts.
    let part = degree * (2 * node + 1) % (4 * N);
    (PI * part as f64 / (2 * N) as f64).cos()
}

/// The coefficients of Chebyshev's polynomials for a function with such values at the nodes.
fn chebyshev_terms<const N: usize>(values: [f64; N]) -> [f64; N] {
    std::array::from_fn(|degree| {
        let products =
            values.iter().enumerate().map(|(node, value)| value * wave::<N>(degree, node));
        let sum: f64 = products.sum();
        if degree == 0 { sum / N as f64 } else { 2.0 * sum / N as f64 }
    })
}

/// NaNs have not.
fn died_out(terms: &[f64]) -> bool {
    terms.iter().rev().take(2).all(|term| term.abs() <= NEGLIGIBLE)
}

/// The coefficients of the powers of the place, from those of Chebyshev's polynomials.
fn powers_of<const N: usize>(terms: [f64; N]) -> [f64; N] {
    let mut powers = [0.0; N];
    // T₀ = 1, T₁ = t, Tₖ₊₁ = 2t·Tₖ − Tₖ₋₁.
    let (mut before, mut polynomial) = ([0.0; N], [0.0; N]);
    polynomial[0] = 1.0;
    for (degree, term) in terms.into_iter().enumerate() {
        for (power, part) in powers.iter_mut().zip(polynomial) {
            *power += term * part;
        }
        let leading = if degree == 0 { 1.0 } else { 2.0 };
        let mut next = [0.0; N];
        for place in 0..N {
            let shifted = if place > 0 { polynomial[place - 1] } else { 0.0 };
            next[place] = leading * shifted - before[place];
        }
        (before, polynomial) = (polynomial, next);
    }
    powers
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;

    #[test]
    fn a_series_has_the_digits_of_a_smooth_function() {
        let series = Series::<20>::of((1.0, 2.0), f64::ln).unwrap();
        for place in [1.0, 1.234, 1.5, 1.999, 2.0f64] {
            assert!((series.at(place) - place.ln()).abs() < 1e-14, "{place}");
        }
        let series = Series::<14>::of((-0.5, 0.25), f64::exp).unwrap();
        for place in [-0.5, -0.1, 0.0, 0.25f64] {
            assert!((series.at(place) - place.exp()).abs() < 1e-15, "{place}");
        }
    }

    #[test]
    fn a_series_that_is_too_short_is_refused() {
        assert!(Series::<6>::of((0.0, 1.0), f64::exp).is_none());
        assert!(Series::<12>::of((-1.0, 1.0), f64::abs).is_none());
        assert!(Series::<12>::of((-1.0, 1.0), |_| f64::NAN).is_none());
        assert!(
            DoubleSeries::<12, 6>::of([(0.0, 0.1), (0.0, 1.0)], |x, y| (x + y).exp()).is_none()
        );
        assert!(
            DoubleSeries::<6, 12>::of([(0.0, 1.0), (0.0, 0.1)], |x, y| (x + y).exp()).is_none()
        );
    }

    #[test]
    fn a_double_series_has_the_digits_of_a_smooth_function() {
        let product = |x: f64, y: f64| (x * y).cos();
        let series = DoubleSeries::<14, 16>::of([(0.0, 1.0), (-1.0, 1.0)], product).unwrap();
        for (x, y) in [(0.0, 0.0), (0.3, -0.7), (1.0, 1.0), (0.99, -1.0), (0.5, 0.5)] {
            assert!((series.at(x, y) - product(x, y)).abs() < 2e-15, "{x} {y}");
        }
    }
}
