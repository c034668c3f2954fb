//! The beta distribution, which shares follow.

use std::f64::consts::TAU;

use super::elementary::{
    CLOSE, TINIEST, exp_m1_less_u, ln_1p_less_t, refined_step, stirling_error,
};
use super::normal::normal_quantile;
use super::quadrature::log_concave_area;

/// From this first parameter on the lower tail is cheaper by quadrature than by continued fraction.
const LARGE: f64 = 20.0;

/// A point that splits [0, 1]: how much lies before it and how much after it, each right relative
/// to itself, because 1 − x loses the digits of an x near 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// The point.
    pub at: f64,
    /// What is left of 1.
    pub rest: f64,
}

impl Split {
    /// The same split seen from the other end.
    #[must_use]
    #[inline]
    pub fn reversed(self) -> Self {
        Split { at: self.rest, rest: self.at }
    }
}

/// I_x(a, b): the probability that a beta variable lies below `x`. NaN outside a, b > 0, 0 ≤ x ≤ 1.
///
/// ```
/// let below = attain_stats::special::beta_lower(2.0, 3.0, 0.4);
/// assert!((below - 0.5248).abs() < 1e-15);
/// ```
pub fn beta_lower(a: f64, b: f64, x: f64) -> f64 {
    tails(a, b, Split { at: x, rest: 1.0 - x }).map_or(f64::NAN, |tails| tails.probability(true))
}

/// 1 − I_x(a, b), right relative to itself where it is small.
pub fn beta_upper(a: f64, b: f64, x: f64) -> f64 {
    tails(a, b, Split { at: x, rest: 1.0 - x }).map_or(f64::NAN, |tails| tails.probability(false))
}

/// ln of I_x(a, b) ÷ [x^a (1−x)^b / B(a, b)]: the lower tail in units of the density of the logit.
/// `rest` is 1 − x. NaN outside a, b > 0, 0 ≤ x ≤ 1.
///
/// Both may be far below what a float holds; their quotient is not.
pub(crate) fn ln_beta_lower_by_height(a: f64, b: f64, x: f64, rest: f64) -> f64 {
    tails(a, b, Split { at: x, rest }).map_or(f64::NAN, |tails| {
        if tails.outer_is_lower {
            tails.outer.ln()
        } else {
            (-tails.outer_probability()).ln_1p() - tails.ln_height
        }
    })
}

/// The point below which a beta variable lies with probability `p`, and its distance from 1.
///
/// Relative error of both below 10⁻¹² for parameters from ½ to 10¹². For a `p` near 1 ask for the
/// other tail: `beta_quantile(b, a, q).reversed()`. NaN outside a, b > 0, 0 ≤ p ≤ 1.
///
/// ```
/// // Nobody of 1,000 million: the upper limit is 3.7 of a thousand million.
/// let split = attain_stats::special::beta_quantile(1e9, 1.0, 0.025);
/// assert!((split.rest / 3.688879447309494e-9 - 1.0).abs() < 1e-12);
/// ```
pub fn beta_quantile(a: f64, b: f64, p: f64) -> Split {
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite() && (0.0..=1.0).contains(&p)) {
        Split { at: f64::NAN, rest: f64::NAN }
    } else if p > 0.5 {
        lower_quantile(b, a, 1.0 - p).reversed()
    } else {
        lower_quantile(a, b, p)
    }
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

    fn probability(&self, lower: bool) -> f64 {
        let outer = self.outer_probability();
        if self.outer_is_lower == lower { outer } else { 1.0 - outer }
    }

    /// ln of the lower tail, and its slope on the scale of ln(x/(1−x)).
    fn ln_lower_and_slope(&self) -> (f64, f64) {
        if self.outer_is_lower {
            (self.ln_height + self.outer.ln(), 1.0 / self.outer)
        } else {
            let other = self.outer_probability();
            ((-other).ln_1p(), self.ln_height.exp() / (1.0 - other))
        }
    }
}

fn tails(a: f64, b: f64, point: Split) -> Option<Tails> {
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite() && (0.0..=1.0).contains(&point.at)) {
        return None;
    }
    if point.at == 0.0 || point.rest == 0.0 {
        return Some(Tails {
            ln_height: f64::NEG_INFINITY,
            outer: 1.0,
            outer_is_lower: point.at == 0.0,
        });
    }
    let ahead = a * point.rest - b * point.at;
    let (outer, outer_is_lower) = if ahead >= 0.0 {
        (lower_outer(a, b, point, ahead), true)
    } else {
        (lower_outer(b, a, point.reversed(), -ahead), false)
    };
    Some(Tails { ln_height: ln_height(a, b, point, ahead), outer, outer_is_lower })
}

/// ln of x^a (1−x)^b / B(a, b): the density of ln(X/(1−X)). `ahead` is a − (a+b)x, how far x lies
/// below the mean.
fn ln_height(a: f64, b: f64, point: Split, ahead: f64) -> f64 {
    let total = a + b;
    let deviance = |parameter: f64, relative: f64, ratio: f64| {
        let ln = if relative > -0.3 { ln_1p_less_t(relative) } else { ratio.ln() - relative };
        parameter * ln
    };
    deviance(a, -ahead / a, point.at * (total / a))
        + deviance(b, ahead / b, point.rest * (total / b))
        + 0.5 * (a * (b / total) / TAU).ln()
        + stirling_error(total)
        - stirling_error(a)
        - stirling_error(b)
}

/// The lower tail in units of the height, for a point at or below the mean.
fn lower_outer(a: f64, b: f64, point: Split, ahead: f64) -> f64 {
    if a >= LARGE { lower_area(a, b, point, ahead) } else { lower_fraction(a, b, point, ahead) }
}

/// The continued fraction of Didonato & Morris (1992, equation 9), by Lentz's method.
fn lower_fraction(a: f64, b: f64, point: Split, ahead: f64) -> f64 {
    let Split { at: x, rest: y } = point;
    let denominator = |n: f64| {
        n + n * (b - n) * x / (a + 2.0 * n - 1.0)
            + (a + n) / (a + 2.0 * n + 1.0) * (ahead + 1.0 + n * (1.0 + y))
    };
    let first = a / (a + 1.0) * (ahead + 1.0);
    let mut c = first;
    let mut d = 0.0;
    let mut fraction = first;
    for n in 1..100_000u32 {
        let n = f64::from(n);
        let wide = a + 2.0 * n - 1.0;
        let numerator = (a + n - 1.0) / wide * ((a + b + n - 1.0) / wide) * n * (b - n) * x * x;
        if numerator == 0.0 {
            break;
        }
        let below = denominator(n);
        d = 1.0 / (below + numerator * d);
        c = below + numerator / c;
        let factor = c * d;
        fraction *= factor;
        if (factor - 1.0).abs() <= f64::EPSILON {
            break;
        }
    }
    1.0 / fraction
}

/// The lower tail on the scale of θ = ln(x/(1−x)), going down from x:
/// g(u) = −au − (a+b) ln(x e^(−u) + y).
fn lower_area(a: f64, b: f64, point: Split, ahead: f64) -> f64 {
    let Split { at: x, rest: y } = point;
    let total = a + b;
    log_concave_area(-ahead, total * x * y, |u| {
        // ln(x e^(−u) + y) + xu, from the end on which nothing cancels; and x e^(−u)/(x e^(−u) + y).
        let (bend, share) = if x < y {
            let curve = exp_m1_less_u(-u);
            let change = x * (curve - u);
            (ln_1p_less_t(change) + x * curve, (x + change) / (1.0 + change))
        } else {
            let curve = exp_m1_less_u(u);
            let change = y * (curve + u);
            (ln_1p_less_t(change) + y * curve, x / (1.0 + change))
        };
        (-ahead * u - total * bend, -a + total * share)
    })
}

fn lower_quantile(a: f64, b: f64, p: f64) -> Split {
    if p == 0.0 {
        return Split { at: 0.0, rest: 1.0 };
    }
    // Where 1/a would overflow all of the distribution is at one end.
    if a < TINIEST || b < TINIEST {
        return if a < b { Split { at: 0.0, rest: 1.0 } } else { Split { at: 1.0, rest: 0.0 } };
    }
    let goal = p.ln();
    // Where to start, as ln(x/(1−x)). Near normal on that scale, but for a small a, where the lower
    // tail is a power of x.
    let mut start = (a / b).ln() + normal_quantile(p) * (1.0 / a + 1.0 / b).sqrt();
    if a < 2.0 {
        let ln_beta = {
            let total = a + b;
            0.5 * (TAU / a * (total / b)).ln()
                + a * (a / total).ln()
                + b * (b / total).ln()
                + stirling_error(a)
                + stirling_error(b)
                - stirling_error(total)
        };
        let power = (goal + a.ln() + ln_beta) / a;
        if a < 1.0 || power > start {
            start = power.min(700.0);
        }
    }
    let mut point = Split { at: 1.0 / (1.0 + (-start).exp()), rest: 1.0 / (1.0 + start.exp()) };
    // The logarithm of the tail is concave on this scale for all a and b: Newton's steps cannot go
    // astray, and near the root Halley's cube the miss.
    for _ in 0..100 {
        let Some(tails) = tails(a, b, point) else { break };
        let (ln_tail, slope) = tails.ln_lower_and_slope();
        let miss = goal - ln_tail;
        let bend = a * point.rest - b * point.at - slope;
        // Where the tail has underflowed there is no slope; back towards the middle.
        let odds = refined_step(miss, slope, bend).unwrap_or(3.0).exp();
        let whole = point.at * odds + point.rest;
        point = Split { at: point.at * odds / whole, rest: point.rest / whole };
        if miss.abs() < CLOSE || point.at == 0.0 || point.rest == 0.0 {
            break;
        }
    }
    // The smaller part is the one that was found; the other is what it leaves of 1, to the last bit.
    if point.at <= point.rest {
        Split { at: point.at, rest: 1.0 - point.at }
    } else {
        Split { at: 1.0 - point.rest, rest: point.rest }
    }
}
