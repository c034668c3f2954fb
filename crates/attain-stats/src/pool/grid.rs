//! The points at which distributions are computed, and the likelihoods of counts there.

use super::{PoolKind, PoolUnit};

/// How many points a grid has.
pub(super) const POINTS: usize = 120;
/// How far the grid reaches beyond the values of units.
const MARGIN: f64 = 0.5;
/// How far it reaches beyond the values of units whose likelihood has no end on that side.
const OPEN_MARGIN: f64 = 3.0;
/// Likelihoods below are 0: so small a number times a [weight](LEAST_WEIGHT) stays a normal one, and
/// arithmetic with numbers that are not normal is slow.
const LEAST_LIKELIHOOD: f64 = 1e-140;
/// The weight of a point is at least this: no unit is impossible.
pub(super) const LEAST_WEIGHT: f64 = 1e-160;

/// A number at each point.
pub(super) type AtPoints = [f64; POINTS];

/// The counts of a unit, divided by its dispersion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Observed {
    pub(super) events: f64,
    /// The cases that are no events, or the exposure.
    pub(super) others: f64,
}

impl Observed {
    pub(super) fn of(kind: PoolKind, unit: &PoolUnit) -> Self {
        let others = match kind {
            PoolKind::Share => unit.denominator - unit.events,
            PoolKind::Rate => unit.denominator,
        };
        Observed { events: unit.events / unit.dispersion, others: others / unit.dispersion }
    }

    /// The logit of the share, or the logarithm of the rate; half an event keeps it finite.
    fn value(&self, kind: PoolKind) -> f64 {
        let others = match kind {
            PoolKind::Share => self.others + 0.5,
            PoolKind::Rate => self.others,
        };
        (self.events + 0.5).ln() - others.ln()
    }

    /// The variance of [`value`](Self::value).
    fn variance(&self, kind: PoolKind) -> f64 {
        let of_events = (self.events + 0.5).recip();
        match kind {
            PoolKind::Share => of_events + (self.others + 0.5).recip(),
            PoolKind::Rate => of_events,
        }
    }
}

/// Equally spaced points of the logit of a share, or of the logarithm of a rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub(super) kind: PoolKind,
    pub(super) start: f64,
    pub(super) step: f64,
    /// Between which numbers the mean of all units lies, by two ways to weight them.
    pub(super) centre: (f64, f64),
}

impl Grid {
    pub(super) fn of(kind: PoolKind, units: &[Observed]) -> Self {
        let mut all = Observed { events: 0.0, others: 0.0 };
        let (mut weights, mut weighted) = (0.0, 0.0);
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for unit in units {
            all.events += unit.events;
            all.others += unit.others;
            let value = unit.value(kind);
            // ¼ is the square of the scale of the prior of standard deviations.
            let weight = (unit.variance(kind) + 0.25).recip();
            weights += weight;
            weighted += weight * value;
            let below = if unit.events == 0.0 { OPEN_MARGIN } else { MARGIN };
            let has_no_end = kind == PoolKind::Share && unit.others == 0.0;
            let above = if has_no_end { OPEN_MARGIN } else { MARGIN };
            lowest = lowest.min(value - below);
            highest = highest.max(value + above);
        }
        let (together, mean) = (all.value(kind), weighted / weights);
        lowest = lowest.min(together - MARGIN);
        highest = highest.max(together + MARGIN);
        let step = (highest - lowest) / (POINTS - 1) as f64;
        Grid { kind, start: lowest, step, centre: (together.min(mean), together.max(mean)) }
    }

    pub(super) fn point(&self, place: usize) -> f64 {
        self.start + place as f64 * self.step
    }

    /// A part of the grid with as many points, from one place to another.
    pub(super) fn part(&self, first: usize, last: usize) -> Self {
        let step = (last - first) as f64 * self.step / (POINTS - 1) as f64;
        Grid { start: self.point(first), step, ..*self }
    }

    /// What the logarithm of a likelihood is a sum of: that of the share or rate, which events
    /// count, and that of the rest, or the rate itself, which other cases or the exposure count.
    pub(super) fn terms(&self) -> Terms {
        let mut terms = Terms { of_events: [0.0; POINTS], of_others: [0.0; POINTS] };
        for place in 0..POINTS {
            let point = self.point(place);
            (terms.of_events[place], terms.of_others[place]) = match self.kind {
                PoolKind::Share => (-ln_1p_exp(-point), -ln_1p_exp(point)),
                PoolKind::Rate => (point, -point.exp()),
            };
        }
        terms
    }

    /// The share or rate at a point.
    pub(super) fn natural(&self, point: f64) -> f64 {
        match self.kind {
            PoolKind::Share => share(point),
            PoolKind::Rate => point.exp(),
        }
    }

    /// The point of a share or rate; infinite at and beyond the ends.
    pub(super) fn of_natural(&self, value: f64) -> f64 {
        match self.kind {
            PoolKind::Share if value <= 0.0 => f64::NEG_INFINITY,
            PoolKind::Share if value >= 1.0 => f64::INFINITY,
            PoolKind::Share => value.ln() - (-value).ln_1p(),
            PoolKind::Rate if value <= 0.0 => f64::NEG_INFINITY,
            PoolKind::Rate => value.ln(),
        }
    }
}

/// The logarithms of likelihoods are sums of these, times the counts.
pub(super) struct Terms {
    of_events: AtPoints,
    of_others: AtPoints,
}

impl Terms {
    /// The likelihood of the counts of a unit, relative to its greatest on the grid.
    pub(super) fn likelihood(&self, unit: &Observed) -> AtPoints {
        let mut likelihood = [0.0; POINTS];
        let mut greatest = f64::NEG_INFINITY;
        let terms = self.of_events.iter().zip(&self.of_others);
        for (ln, (of_events, of_others)) in likelihood.iter_mut().zip(terms) {
            *ln = unit.events * of_events + unit.others * of_others;
            greatest = greatest.max(*ln);
        }
        for ln in &mut likelihood {
            let relative = (*ln - greatest).exp();
            *ln = if relative < LEAST_LIKELIHOOD { 0.0 } else { relative };
        }
        likelihood
    }
}

/// ln(1 + eˣ).
fn ln_1p_exp(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

fn share(logit: f64) -> f64 {
    if logit > 0.0 { (1.0 + (-logit).exp()).recip() } else { logit.exp() / (1.0 + logit.exp()) }
}

/// Σ aᵢbᵢ, in eight sums that the compiler adds at once.
pub(super) fn product_sum(one: &AtPoints, other: &AtPoints) -> f64 {
    let mut sums = [0.0; 8];
    for (one, other) in one.chunks_exact(8).zip(other.chunks_exact(8)) {
        for place in 0..8 {
            sums[place] += one[place] * other[place];
        }
    }
    sums.iter().sum()
}
