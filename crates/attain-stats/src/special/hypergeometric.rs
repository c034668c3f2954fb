//! The hypergeometric distribution: events in a sample drawn without replacement.

use std::f64::consts::TAU;

use super::elementary::{ln_1p_less_t, stirling_error};
use super::quadrature::log_concave_area;

/// From this variance on the sum over counts is an integral with a correction. What that leaves out
/// is of the order of 1/variance², below the last digits.
const SMOOTH: f64 = 1e6;

/// P(X ≤ `events_seen`): the probability of at most this number of events in a sample of `sample` from a
/// population of `population` that has `events` events.
///
/// All arguments are whole numbers. The relative error is below 10⁻¹¹ up to populations of 10⁹.
/// Returns NaN unless `sample` and `events` are from 0 to `population`.
///
/// ```
/// use attain_stats::special::hypergeometric_lower;
///
/// // None of 2 events in a sample of 80 of 100: both are among the 20 others.
/// let none = hypergeometric_lower(0.0, 80.0, 2.0, 100.0);
/// assert!((none - 20.0 * 19.0 / (100.0 * 99.0)).abs() < 1e-15);
/// ```
pub fn hypergeometric_lower(events_seen: f64, sample: f64, events: f64, population: f64) -> f64 {
    let (x, n, k, all) = (events_seen, sample, events, population);
    let inside = |value: f64| 0.0 <= value && value <= all;
    if !(inside(n) && inside(k) && all.is_finite() && !x.is_nan()) {
        return f64::NAN;
    }
    let fewest = (n + k - all).max(0.0);
    if x < fewest {
        return 0.0;
    }
    if x >= n.min(k) {
        return 1.0;
    }
    if x <= n * (k / all) {
        up_to(x, n, k, all)
    } else {
        // By symmetry, the complement: at most `n - x - 1` of the sample are no events.
        1.0 - up_to(n - x - 1.0, n, all - k, all)
    }
}

/// The sum of the probabilities from `x` down, for `x` at or below the mean and inside the range.
fn up_to(x: f64, n: f64, k: f64, all: f64) -> f64 {
    let share = k / all;
    let variance = n * share * (1.0 - share) * ((all - n) / (all - 1.0));
    if variance > SMOOTH {
        return up_to_by_integral(x, n, k, all);
    }
    let others = all - k - n;
    let (mut at, mut term, mut sum) = (x, 1.0, 1.0);
    while at > 0.0 && others + at > 0.0 {
        term *= at * (others + at) / ((k - at + 1.0) * (n - at + 1.0));
        sum += term;
        at -= 1.0;
        if term < 1e-17 * sum {
            break;
        }
    }
    (ln_hypergeometric(x, n, k, all) + f64::ln(sum)).exp()
}

/// Euler and Maclaurin's formula for the midpoints: the sum of f up to x is its integral up to
/// x + ½, less f′(x + ½)/24.
fn up_to_by_integral(x: f64, n: f64, k: f64, all: f64) -> f64 {
    let start = x + 0.5;
    let others = all - k - n;
    let height = ln_hypergeometric(start, n, k, all);
    // The derivative of ln f: ψ(y + 1) is ln(y + ½) but for 1/(24 y²).
    let rise =
        |at: f64| ((k - at + 0.5) / (at + 0.5)).ln() + ((n - at + 0.5) / (others + at + 0.5)).ln();
    let bend = 1.0 / start + 1.0 / (k - start) + 1.0 / (n - start) + 1.0 / (others + start);
    let area = log_concave_area(-rise(start), bend, |u| {
        let at = start - u;
        (ln_hypergeometric(at, n, k, all) - height, -rise(at))
    });
    height.exp() * (area - rise(start) / 24.0)
}

/// ln P(X = x), as a quotient of binomial probabilities (Loader 2000), in which nothing cancels.
/// −∞ outside the range.
pub(crate) fn ln_hypergeometric(x: f64, n: f64, k: f64, all: f64) -> f64 {
    let (p, q) = (n / all, (all - n) / all);
    ln_binomial(x, k, p, q) + ln_binomial(n - x, all - k, p, q) - ln_binomial(n, all, p, q)
}

/// ln of the binomial probability of x of n, for an event of probability p and its complement q.
pub(crate) fn ln_binomial(x: f64, n: f64, p: f64, q: f64) -> f64 {
    if x < 0.0 || x > n {
        return f64::NEG_INFINITY;
    }
    let rest = n - x;
    if x == 0.0 {
        return if n == 0.0 { 0.0 } else { n * ln_of(q, p) };
    }
    if rest == 0.0 {
        return n * ln_of(p, q);
    }
    // x ln(np/x) + x − np.
    let deviance = |x: f64, expected: f64| {
        let relative = (expected - x) / x;
        x * if relative.abs() < 0.3 {
            ln_1p_less_t(relative)
        } else {
            (expected / x).ln() - relative
        }
    };
    stirling_error(n) - stirling_error(x) - stirling_error(rest)
        + deviance(x, n * p)
        + deviance(rest, n * q)
        + 0.5 * (n / (TAU * x * rest)).ln()
}

/// ln of a probability, right also where its complement is small.
fn ln_of(probability: f64, complement: f64) -> f64 {
    if complement < 0.5 { (-complement).ln_1p() } else { probability.ln() }
}

/// Binomial coefficients by Pascal's triangle.
#[cfg(test)]
pub(crate) fn pascal(size: usize) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![1.0]];
    for n in 1..=size {
        let before = &rows[n - 1];
        let inner = before.windows(2).map(|pair| pair[0] + pair[1]);
        rows.push([1.0].into_iter().chain(inner).chain([1.0]).collect());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_that_of_all_samples_counted() {
        let choose = pascal(60);
        for all in 1..=60usize {
            for n in 0..=all {
                for k in 0..=all {
                    let mut sum = 0.0;
                    for x in 0..=n {
                        if x <= k && n - x <= all - k {
                            sum += choose[k][x] * choose[all - k][n - x] / choose[all][n];
                        }
                        let found = hypergeometric_lower(x as f64, n as f64, k as f64, all as f64);
                        let error = (found - sum).abs();
                        assert!(error <= 1e-12 * sum, "{x} {n} {k} {all}: {found:e} {sum:e}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_integral_meets_the_sum_where_they_part() {
        for (n, k, all) in [(8e6, 5e6, 1e7), (6e6, 3e6, 1.2e7), (5e7, 5e7, 1e9)] {
            let mean = n * (k / all);
            let deviation = f64::sqrt(mean * (1.0 - k / all) * (1.0 - n / all));
            for away in [0.1, 1.0, 2.0, 3.0, 6.0] {
                let x = f64::floor(mean - away * deviation);
                let (mut at, mut term, mut sum) = (x, 1.0, 1.0);
                while term > 1e-18 * sum {
                    term *= at * (all - k - n + at) / ((k - at + 1.0) * (n - at + 1.0));
                    sum += term;
                    at -= 1.0;
                }
                let summed = (ln_hypergeometric(x, n, k, all) + sum.ln()).exp();
                let found = up_to_by_integral(x, n, k, all);
                // Rounding in some 10⁴ terms, and in the probability that both start from.
                assert!(
                    (found / summed - 1.0).abs() < 2e-11,
                    "{n} {k} {all} {away}: {found:e} {summed:e}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_sample_of_a_population_has_no_probability() {
        for (x, n, k, all) in [
            (1.0, 11.0, 5.0, 10.0),
            (1.0, 5.0, 11.0, 10.0),
            (1.0, -1.0, 5.0, 10.0),
            (f64::NAN, 5.0, 5.0, 10.0),
            (1.0, 5.0, 5.0, f64::INFINITY),
        ] {
            assert!(hypergeometric_lower(x, n, k, all).is_nan());
        }
        assert_eq!(hypergeometric_lower(-1.0, 5.0, 5.0, 10.0), 0.0);
        assert_eq!(hypergeometric_lower(5.0, 5.0, 5.0, 10.0), 1.0);
    }
}
