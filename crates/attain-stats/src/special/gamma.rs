//! The gamma distribution with scale 1, which counts of independent events follow.

use std::f64::consts::TAU;

use super::elementary::{
    CLOSE, TINIEST, exp_m1_less_u, ln_1p_less_t, refined_step, stirling_error,
};
use super::normal::normal_quantile;
use super::quadrature::log_concave_area;

/// From this shape on a tail is cheaper by quadrature than by series or continued fraction.
const LARGE: f64 = 20.0;

/// ln Γ(a) for a > 0; NaN elsewhere.
pub fn ln_gamma(a: f64) -> f64 {
    if a > 0.0 { if a.is_infinite() { a } else { libm::lgamma(a) } } else { f64::NAN }
}

/// P(a, x): the probability that a gamma variable of shape `a` lies below `x`.
///
/// For a whole number `a` it is the chance of `a` or more events where `x` are expected.
///
/// ```
/// let at_least_three = attain_stats::special::gamma_lower(3.0, 2.0);
/// let exactly = 1.0 - (-2.0f64).exp() * (1.0 + 2.0 + 2.0);
/// assert!((at_least_three - exactly).abs() < 1e-15);
/// ```
pub fn gamma_lower(a: f64, x: f64) -> f64 {
    tails(a, x).map_or(f64::NAN, |tails| tails.lower())
}

/// Q(a, x) = 1 − P(a, x), right relative to itself where it is small.
pub fn gamma_upper(a: f64, x: f64) -> f64 {
    tails(a, x).map_or(f64::NAN, |tails| tails.upper())
}

/// ln of P(a, x), or of Q(a, x), ÷ [x^a e^(−x) / Γ(a)]: a tail in units of the density of ln X.
/// NaN outside a > 0, x ≥ 0.
///
/// Both may be far below what a float holds; their quotient is not.
pub(crate) fn ln_gamma_tail_by_height(a: f64, x: f64, is_lower: bool) -> f64 {
    tails(a, x).map_or(f64::NAN, |tails| {
        if tails.outer_is_lower == is_lower {
            tails.outer.ln()
        } else {
            (-tails.outer_probability()).ln_1p() - tails.ln_height
        }
    })
}

/// The `x` below which a gamma variable of shape `a` lies with probability `p`.
///
/// Relative error below 10⁻¹² for shapes from ½ to 10¹² and any `p` that is not within rounding of
/// 0 or 1 (there the answer is as good as `p`); for a `p` near 1 ask for the upper tail instead.
/// NaN outside a > 0, 0 ≤ p ≤ 1.
pub fn gamma_lower_quantile(a: f64, p: f64) -> f64 {
    if !(a > 0.0 && a.is_finite() && (0.0..=1.0).contains(&p)) {
        f64::NAN
    } else if p > 0.5 {
        upper_quantile(a, 1.0 - p)
    } else {
        lower_quantile(a, p)
    }
}

/// The `x` above which a gamma variable of shape `a` lies with probability `q`.
pub fn gamma_upper_quantile(a: f64, q: f64) -> f64 {
    if !(a > 0.0 && a.is_finite() && (0.0..=1.0).contains(&q)) {
        f64::NAN
    } else if q > 0.5 {
        lower_quantile(a, 1.0 - q)
    } else {
        upper_quantile(a, q)
    }
}

/// ln of the Poisson probability of `events` where `expected` are expected; both above 0.
pub(crate) fn ln_poisson(events: f64, expected: f64) -> f64 {
    // x^a e^(−x)/Γ(a) is a times the probability of a events.
    ln_height(events, expected) - events.ln()
}

/// ln of x^a e^(−x)/Γ(a): the density of ln X, which is what both tails are measured in.
fn ln_height(a: f64, x: f64) -> f64 {
    let relative = (x - a) / a;
    let deviance = if relative > -0.3 { ln_1p_less_t(relative) } else { (x / a).ln() - relative };
    a * deviance + 0.5 * (a / TAU).ln() - stirling_error(a)
}

/// One tail as a multiple of the height, and the height.
struct Tails {
    ln_height: f64,
    /// The tail on the outer side of the mean, in units of the height.
    outer: f64,
    outer_is_lower: bool,
}

impl Tails {
    fn outer_probability(&self) -> f64 {
        (self.ln_height + self.outer.ln()).exp()
    }

    fn lower(&self) -> f64 {
        if self.outer_is_lower { self.outer_probability() } else { 1.0 - self.outer_probability() }
    }

    fn upper(&self) -> f64 {
        if self.outer_is_lower { 1.0 - self.outer_probability() } else { self.outer_probability() }
    }

    /// ln of a tail, and the height in units of that tail (the slope of that logarithm in ln x).
    fn ln_and_slope(&self, lower: bool) -> (f64, f64) {
        if self.outer_is_lower == lower {
            (self.ln_height + self.outer.ln(), 1.0 / self.outer)
        } else {
            let other = self.outer_probability();
            ((-other).ln_1p(), self.ln_height.exp() / (1.0 - other))
        }
    }
}

/// The tails where both arguments are in the domain and neither tail is certain.
fn tails(a: f64, x: f64) -> Option<Tails> {
    if !(a > 0.0 && a.is_finite() && x >= 0.0) {
        return None;
    }
    if x == 0.0 || x.is_infinite() {
        return Some(Tails { ln_height: f64::NEG_INFINITY, outer: 1.0, outer_is_lower: x == 0.0 });
    }
    // Below 1 the series is quick whichever side of the mean x is on.
    let outer_is_lower = x <= a.max(1.0);
    let outer = match (outer_is_lower, a >= LARGE) {
        (true, true) => lower_area(a, x),
        (true, false) => lower_series(a, x),
        (false, true) => upper_area(a, x),
        (false, false) => upper_fraction(a, x),
    };
    Some(Tails { ln_height: ln_height(a, x), outer, outer_is_lower })
}

/// Σ xⁿ / (a(a+1)…(a+n)).
fn lower_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0 / a;
    let mut sum = term;
    let mut n = a;
    while term > sum * 1e-17 {
        n += 1.0;
        term *= x / n;
        sum += term;
    }
    sum
}

/// Legendre's continued fraction, by Lentz's method.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut d = 1.0 / b;
    let mut c = f64::INFINITY;
    let mut fraction = d;
    for n in 1..10_000u32 {
        let n = f64::from(n);
        let step = n * (a - n);
        b += 2.0;
        d = 1.0 / (b + step * d);
        c = b + step / c;
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    fraction
}

/// The lower tail on the scale of ln x, going down from x: g(u) = (x − a)u − x(e^(−u) − 1 + u).
fn lower_area(a: f64, x: f64) -> f64 {
    log_concave_area(x - a, x, |u| {
        let bend = exp_m1_less_u(-u);
        ((x - a) * u - x * bend, x - a - x * (u - bend))
    })
}

/// The upper tail on the scale of ln x, going up from x: g(u) = (a − x)u − x(e^u − 1 − u).
fn upper_area(a: f64, x: f64) -> f64 {
    log_concave_area(a - x, x, |u| {
        let bend = exp_m1_less_u(u);
        ((a - x) * u - x * bend, a - x - x * (u + bend))
    })
}

fn lower_quantile(a: f64, p: f64) -> f64 {
    if p == 0.0 {
        return 0.0;
    }
    // For a small shape the lower tail is a power of x; it starts below the root.
    let power = ((p.ln() + ln_gamma(a + 1.0)) / a).exp();
    let start = if a < 1.0 { power } else { wilson_hilferty(a, normal_quantile(p)).max(power) };
    solve(a, start, p, true)
}

fn upper_quantile(a: f64, q: f64) -> f64 {
    if q == 0.0 {
        return f64::INFINITY;
    }
    let start = wilson_hilferty(a, -normal_quantile(q)).max(0.1 * a);
    solve(a, start, q, false)
}

/// Wilson & Hilferty's cube: a gamma variable's cube root is nearly normal.
fn wilson_hilferty(a: f64, z: f64) -> f64 {
    let root = 1.0 - 1.0 / (9.0 * a) + z / (3.0 * a.sqrt());
    if root > 0.0 { a * root * root * root } else { 0.0 }
}

/// The root of ln tail − ln probability over ln x.
///
/// That function is concave (the density of ln X is log-concave), so Newton's steps cannot go
/// astray; near the root Halley's cube the miss.
fn solve(a: f64, start: f64, probability: f64, lower: bool) -> f64 {
    if a < TINIEST {
        // Where 1/a would overflow all of the distribution is at 0.
        return 0.0;
    }
    let goal = probability.ln();
    let mut x = start.max(f64::MIN_POSITIVE);
    for _ in 0..100 {
        let Some(tails) = tails(a, x) else { return f64::NAN };
        let (ln_tail, slope) = tails.ln_and_slope(lower);
        let miss = if lower { goal - ln_tail } else { ln_tail - goal };
        // The height's own slope, less (or more) the tail's: second derivative over first.
        let bend = if lower { a - x - slope } else { a - x + slope };
        // Where the tail has underflowed there is no slope; back towards the middle.
        let back = if lower { 3.0 } else { -3.0 };
        x *= refined_step(miss, slope, bend).unwrap_or(back).exp();
        if miss.abs() < CLOSE || x == 0.0 {
            break;
        }
    }
    x
}
