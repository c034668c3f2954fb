//! Whether the smallest and the largest value fit the prior distribution.

use super::grid::{AtPoints, Grid};
use super::{PoolKind, PoolUnit};
use crate::{TailMethod, count_tail_above, count_tail_below, share_tail_above, share_tail_below};

/// Points with less weight do not count.
const NEGLIGIBLE: f64 = 1e-7;
/// Rounding of value × denominator, relative.
const ROUNDING: f64 = 1e-12;

/// How probable values at least as extreme as the observed ones are, for units of the same sizes
/// whose true values are drawn from the prior distribution.
///
/// A small probability says that a unit does not fit among the others. Its pooled value is then
/// drawn too far towards them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolExtremes {
    /// The probability that the smallest value is at most the observed smallest.
    pub least: f64,
    /// The probability that the largest value is at least the observed largest.
    pub greatest: f64,
}

pub(super) fn extremes(
    grid: &Grid,
    units: &[PoolUnit],
    weights: &AtPoints,
    check: &dyn Fn(),
) -> PoolExtremes {
    let values = units.iter().map(|unit| unit.events / unit.denominator);
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let greatest = values.fold(f64::NEG_INFINITY, f64::max);
    let points: Vec<(f64, f64)> = (0..weights.len())
        .filter(|place| weights[*place] > NEGLIGIBLE)
        .map(|place| (weights[place], grid.natural(grid.point(place))))
        .collect();
    // ln of the probability that no unit is as extreme.
    let (mut none_below, mut none_above) = (0.0, 0.0);
    for unit in units {
        check();
        let (n, dispersion) = (unit.denominator, unit.dispersion);
        let at_most = (least * n * (1.0 + ROUNDING)).floor() / dispersion;
        let at_least = (greatest * n * (1.0 - ROUNDING)).ceil() / dispersion;
        let n = n / dispersion;
        let (mut below, mut above) = (0.0, 0.0);
        for (weight, value) in &points {
            let (one, other) = match grid.kind {
                PoolKind::Share => (
                    share_tail_below(at_most.min(n), n, *value, TailMethod::Exact),
                    if at_least > n {
                        0.0
                    } else {
                        share_tail_above(at_least, n, *value, TailMethod::Exact)
                    },
                ),
                PoolKind::Rate => (
                    count_tail_below(at_most, n * value, TailMethod::Exact),
                    count_tail_above(at_least, n * value, TailMethod::Exact),
                ),
            };
            below += weight * one;
            above += weight * other;
        }
        none_below += (-below.min(1.0)).ln_1p();
        none_above += (-above.min(1.0)).ln_1p();
    }
    PoolExtremes { least: -none_below.exp_m1(), greatest: -none_above.exp_m1() }
}
