//! Differences of elementary functions that must not cancel.

/// Parameters below this have reciprocals beyond `f64`.
pub(super) const TINIEST: f64 = 1e-300;

/// A miss that the next of Halley's steps cubes to below the last digit.
pub(super) const CLOSE: f64 = 3e-6;

/// The step towards a root: Newton's from afar, Halley's near it. `bend` is the second derivative
/// over the first. `None` where there is no slope.
#[inline]
pub(super) fn refined_step(miss: f64, slope: f64, bend: f64) -> Option<f64> {
    let step = miss / slope;
    if step.is_nan() {
        return None;
    }
    let damping = 1.0 + 0.5 * step * bend;
    let step = if miss.abs() < 0.5 && damping > 0.5 { step / damping } else { step };
    Some(step.clamp(-100.0, 100.0))
}

/// ln(1 + t) − t for t > −1, right to the last digits also near 0, where it is about −t²/2.
#[inline]
pub(super) fn ln_1p_less_t(t: f64) -> f64 {
    if !(-0.3..=0.45).contains(&t) {
        return t.ln_1p() - t;
    }
    // With r = t/(2+t): ln(1+t) = 2(r + r³/3 + r⁵/5 + …) and 2r − t = −t·r.
    // |r| ≤ 0.184, so r² ≤ 0.034 and eleven terms reach 1e-17.
    let r = t / (2.0 + t);
    let s = r * r;
    let series = 1.0 / 3.0
        + s * (1.0 / 5.0
            + s * (1.0 / 7.0
                + s * (1.0 / 9.0
                    + s * (1.0 / 11.0
                        + s * (1.0 / 13.0
                            + s * (1.0 / 15.0
                                + s * (1.0 / 17.0
                                    + s * (1.0 / 19.0 + s * (1.0 / 21.0 + s / 23.0)))))))));
    r * (2.0 * s * series - t)
}

/// exp(u) − 1 − u, right to the last digits also near 0, where it is about u²/2.
#[inline]
pub(crate) fn exp_m1_less_u(u: f64) -> f64 {
    if u.abs() > 0.5 {
        return u.exp_m1() - u;
    }
    // Taylor's series; 0.5¹⁴·2/16! < 1e-17.
    let mut sum = 1.0;
    for k in (3..=15u32).rev() {
        sum = 1.0 + sum * u / f64::from(k);
    }
    0.5 * u * u * sum
}

/// What Stirling's formula leaves out: ln Γ(a) − [(a − ½) ln a − a + ½ ln 2π], for a > 0.
pub(super) fn stirling_error(a: f64) -> f64 {
    let mut a = a;
    let mut shifted = 0.0;
    // Γ(a+1) = a·Γ(a) carries small arguments to where the asymptotic series is exact in f64.
    while a < 10.0 {
        shifted += (a + 0.5) * (1.0 / a).ln_1p() - 1.0;
        a += 1.0;
    }
    let s = 1.0 / (a * a);
    // Bernoulli numbers B₂ₖ/(2k(2k−1)), k = 1…8.
    let series = 1.0 / 12.0
        - s * (1.0 / 360.0
            - s * (1.0 / 1260.0
                - s * (1.0 / 1680.0
                    - s * (1.0 / 1188.0
                        - s * (691.0 / 360_360.0
                            - s * (1.0 / 156.0 - s * (3617.0 / 122_400.0)))))));
    shifted + series / a
}
