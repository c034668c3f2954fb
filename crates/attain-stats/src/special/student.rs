//! Student's t distribution.

use super::beta::{Split, beta_lower, beta_quantile, beta_upper};

/// The probability above `t` with `degrees` of freedom (above 0, whole or not); NaN elsewhere.
pub fn student_upper(degrees: f64, t: f64) -> f64 {
    if degrees <= 0.0 || degrees.is_nan() || t.is_nan() {
        return f64::NAN;
    }
    let square = t * t;
    // Whichever of the two is smaller keeps its digits.
    let outside = if square < degrees {
        beta_upper(0.5, 0.5 * degrees, square / (degrees + square))
    } else {
        beta_lower(0.5 * degrees, 0.5, 1.0 / (1.0 + square / degrees))
    };
    if t >= 0.0 { 0.5 * outside } else { 1.0 - 0.5 * outside }
}

/// The `t` below which Student's distribution with `degrees` of freedom has probability `p`.
///
/// 0 gives −∞ and 1 gives +∞; NaN outside degrees > 0, 0 ≤ p ≤ 1.
///
/// ```
/// // One degree of freedom is Cauchy's distribution.
/// let t = attain_stats::special::student_quantile(1.0, 0.75);
/// assert!((t - 1.0).abs() < 1e-14);
/// ```
pub fn student_quantile(degrees: f64, p: f64) -> f64 {
    if !(degrees > 0.0 && degrees.is_finite() && (0.0..=1.0).contains(&p)) {
        return f64::NAN;
    }
    if p > 0.5 {
        return -student_quantile(degrees, 1.0 - p);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    // degrees/(degrees + t²) is beta, and 2p of it lies below.
    let Split { at, rest } = beta_quantile(0.5 * degrees, 0.5, 2.0 * p);
    -(degrees * (rest / at)).sqrt()
}
