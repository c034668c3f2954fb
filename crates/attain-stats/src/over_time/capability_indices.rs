//! What a stable process makes of a specification, in indices with limits.

use std::f64::consts::{FRAC_2_SQRT_PI, PI};

use crate::confidence::{Confidence, Interval};
use crate::error::{Result, StatsError, finite, out_of_range};
use crate::special::{gamma_lower_quantile, gamma_upper_quantile};

/// The values that are wanted of a process; at least one limit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Specification {
    /// No value below this one.
    pub lower: Option<f64>,
    /// No value above this one.
    pub upper: Option<f64>,
    /// The best value.
    pub target: Option<f64>,
}

/// An index of capability or performance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CapabilityIndexKind {
    /// C_p: the width of the specification over six standard deviations within subgroups.
    Cp,
    /// C_pk: the distance of the mean from the nearer limit over three standard deviations within subgroups.
    Cpk,
    /// C_pm: the width of the specification over six roots of the mean square around the target.
    Cpm,
    /// P_p: as C_p, with the standard deviation of all values.
    Pp,
    /// P_pk: as C_pk, with the standard deviation of all values.
    Ppk,
}

impl CapabilityIndexKind {
    /// Every value, in the order of the declaration.
    pub const ALL: [CapabilityIndexKind; 5] = [
        CapabilityIndexKind::Cp,
        CapabilityIndexKind::Cpk,
        CapabilityIndexKind::Cpm,
        CapabilityIndexKind::Pp,
        CapabilityIndexKind::Ppk,
    ];

    /// Its name in columns.
    pub const fn code(self) -> &'static str {
        match self {
            CapabilityIndexKind::Cp => "cp",
            CapabilityIndexKind::Cpk => "cpk",
            CapabilityIndexKind::Cpm => "cpm",
            CapabilityIndexKind::Pp => "pp",
            CapabilityIndexKind::Ppk => "ppk",
        }
    }
}

/// An index and its limits, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CapabilityIndex {
    /// Which index.
    pub kind: CapabilityIndexKind,
    /// Its value and its limits.
    pub found: std::result::Result<(f64, Interval), &'static str>,
}

/// The indices of a process: C_p, C_pk, C_pm, P_p and P_pk, in this order.
///
/// Of several `subgroups` the standard deviation within them is the pooled one; of one alone it is the mean moving range ÷
/// (2/√π), values in order of time. The limits are those of normal values: by χ² for C_p and P_p, Bissell's (1990) for
/// C_pk and P_pk, Boyles's (1991) for C_pm. The mean moving range has the degrees of freedom of a χ distribution with its
/// relative variance.
///
/// ```
/// use attain_stats::{Confidence, Specification, capability_indices};
///
/// let (a, b) = ([9.0, 11.0], [10.0, 12.0]);
/// let wanted = Specification { lower: Some(4.0), upper: Some(16.0), target: None };
/// let found = capability_indices(&[&a, &b], wanted, Confidence::P95)?;
/// // Both subgroups have the variance 2, with two degrees of freedom; the mean is 10.5.
/// let deviation = 2f64.sqrt();
/// assert!((found[0].found.unwrap().0 - 12.0 / (6.0 * deviation)).abs() < 1e-12);
/// assert!((found[1].found.unwrap().0 - 5.5 / (3.0 * deviation)).abs() < 1e-12);
/// assert_eq!(found[2].found, Err("undefined without a target"));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a value, a limit or the target is not finite, there is no limit, the lower one is not below the upper one, or there
/// are fewer than two values.
pub fn capability_indices(
    subgroups: &[&[f64]],
    wanted: Specification,
    confidence: Confidence,
) -> Result<[CapabilityIndex; 5]> {
    for (argument, value) in
        [("lower", wanted.lower), ("upper", wanted.upper), ("target", wanted.target)]
    {
        value.map(|value| finite(argument, value)).transpose()?;
    }
    match (wanted.lower, wanted.upper) {
        (None, None) => {
            let why = "a lower or an upper limit, or both";
            return Err(StatsError::Undetermined { argument: "lower", why });
        }
        (Some(lower), Some(upper)) if lower >= upper => {
            return Err(out_of_range("lower", lower, "a number below the upper limit"));
        }
        _ => {}
    }
    let all: Vec<f64> = subgroups.iter().copied().flatten().copied().collect();
    for &value in &all {
        finite("values", value)?;
    }
    if all.len() < 2 {
        return Err(StatsError::TooFew { argument: "values", found: all.len(), expected: 2 });
    }
    let (mean, squares) = mean_and_squares(&all);
    let n = all.len() as f64;
    let overall = Spread { deviation: (squares / (n - 1.0)).sqrt(), degrees: n - 1.0 };
    let within = match subgroups {
        [values] => Some(by_moving_ranges(values)),
        _ => pooled(subgroups),
    };
    let without_spread = "undefined: no subgroup has two values";
    let indices = Indices { wanted, mean, n, confidence };
    let of = |kind| {
        let found = match kind {
            CapabilityIndexKind::Cp => {
                within.ok_or(without_spread).and_then(|spread| indices.of_width(spread))
            }
            CapabilityIndexKind::Cpk => {
                within.ok_or(without_spread).and_then(|spread| indices.of_nearer(spread))
            }
            CapabilityIndexKind::Cpm => indices.around_target(squares / n),
            CapabilityIndexKind::Pp => indices.of_width(overall),
            CapabilityIndexKind::Ppk => indices.of_nearer(overall),
        };
        CapabilityIndex { kind, found }
    };
    Ok(CapabilityIndexKind::ALL.map(of))
}

/// A standard deviation and its degrees of freedom.
#[derive(Debug, Clone, Copy)]
struct Spread {
    deviation: f64,
    degrees: f64,
}

fn mean_and_squares(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    // Divided first: the sum of large values may be beyond floats.
    let mean: f64 = values.iter().map(|value| value / n).sum();
    (mean, values.iter().map(|value| (value - mean) * (value - mean)).sum())
}

fn pooled(subgroups: &[&[f64]]) -> Option<Spread> {
    let (mut squares, mut degrees) = (0.0, 0.0);
    for values in subgroups.iter().filter(|values| values.len() > 1) {
        squares += mean_and_squares(values).1;
        degrees += values.len() as f64 - 1.0;
    }
    (degrees > 0.0).then(|| Spread { deviation: (squares / degrees).sqrt(), degrees })
}

/// The mean moving range over that of normal values with a standard deviation of 1, 2/√π.
fn by_moving_ranges(values: &[f64]) -> Spread {
    let ranges = values.len() as f64 - 1.0;
    let mean: f64 = values.windows(2).map(|two| (two[1] - two[0]).abs() / ranges).sum();
    // Of two ranges that share a value, with a correlation of −½ between the differences.
    let square = FRAC_2_SQRT_PI * FRAC_2_SQRT_PI;
    let shared = square * (0.75f64.sqrt() + PI / 12.0 - 1.0);
    let variance = (ranges * (2.0 - square) + 2.0 * (ranges - 1.0) * shared) / ranges / ranges;
    Spread { deviation: mean / FRAC_2_SQRT_PI, degrees: square / (2.0 * variance) }
}

/// An index and its limits, or why there is none.
type Found = std::result::Result<(f64, Interval), &'static str>;

struct Indices {
    wanted: Specification,
    mean: f64,
    n: f64,
    confidence: Confidence,
}

const EQUAL: &str = "undefined: the values do not differ";
const ONE_SIDED: &str = "undefined without both limits";
const BEYOND: &str = "undefined: the numbers are too large or too small to compute with";

impl Indices {
    fn width(&self) -> std::result::Result<f64, &'static str> {
        match (self.wanted.lower, self.wanted.upper) {
            (Some(lower), Some(upper)) => Ok(upper - lower),
            _ => Err(ONE_SIDED),
        }
    }

    fn of_width(&self, spread: Spread) -> Found {
        let width = self.width()?;
        if spread.deviation == 0.0 {
            return Err(EQUAL);
        }
        self.by_chi_squared(width / spread.deviation / 6.0, spread.degrees)
    }

    fn of_nearer(&self, spread: Spread) -> Found {
        if spread.deviation == 0.0 {
            return Err(EQUAL);
        }
        let above = self.wanted.lower.map_or(f64::INFINITY, |lower| self.mean - lower);
        let below = self.wanted.upper.map_or(f64::INFINITY, |upper| upper - self.mean);
        let value = above.min(below) / spread.deviation / 3.0;
        let variance = 1.0 / (9.0 * self.n) + value * value / (2.0 * spread.degrees);
        let half = self.confidence.z() * variance.sqrt();
        known(value, Interval { lower: value - half, upper: value + half })
    }

    /// `square` is the mean square around the mean.
    fn around_target(&self, square: f64) -> Found {
        let target = self.wanted.target.ok_or("undefined without a target")?;
        let width = self.width()?;
        let off = (self.mean - target) * (self.mean - target);
        if square == 0.0 {
            return Err(EQUAL);
        }
        // n(1 + ξ²)²/(1 + 2ξ²), ξ² = off/square.
        let whole = square + off;
        let degrees = self.n * (whole / (square + 2.0 * off)) * (whole / square);
        self.by_chi_squared(width / whole.sqrt() / 6.0, degrees)
    }

    fn by_chi_squared(&self, value: f64, degrees: f64) -> Found {
        let (half, tail) = (0.5 * degrees, self.confidence.tail());
        let limit = |quantile: f64| value * (quantile / half).sqrt();
        let lower = limit(gamma_lower_quantile(half, tail));
        known(value, Interval::between(lower, limit(gamma_upper_quantile(half, tail))))
    }
}

fn known(value: f64, interval: Interval) -> Found {
    let is_known = value.is_finite() && interval.lower.is_finite() && interval.upper.is_finite();
    if is_known { Ok((value, interval)) } else { Err(BEYOND) }
}
