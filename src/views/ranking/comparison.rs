//! The counts of units, compared with their average on one scale.

use super::rows::RankingReason;
use crate::stats::{
    Confidence, CountFunnelMethod, FunnelScore, FunnelSignal, Interval, Overdispersion,
    TailScaling, Tails, count_funnel_limits, count_funnel_signal, overdispersion,
    proportion_funnel_limits, proportion_funnel_signal,
};

/// A unit with its events.
pub(super) struct Counted {
    /// The place of its row.
    pub(super) row: usize,
    pub(super) events: f64,
    /// Out of what, or per what.
    pub(super) of: f64,
}

/// How the events of an indicator make its value.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A share of a whole.
    Share,
    /// Events over something.
    Rate,
}

/// The scale on which all units are compared: Anscombe's (1948), on which chance spreads nearly normally, and as far for few
/// events as for none. arcsin √((x + ⅜)/(n + ¾)), of variance 1/(4n + 2), for x of n; √(x + ⅜), of variance ¼ and with the mean
/// √(E + ⅛), where E are expected, divided by √E so that units of all sizes are on one scale.
struct Scale {
    kind: Kind,
    /// The common share or rate.
    average: f64,
}

impl Scale {
    /// The middle and the standard error of a unit of so much.
    fn of(&self, size: f64) -> (f64, f64) {
        match self.kind {
            Kind::Share => (self.average.sqrt().asin(), (4.0 * size + 2.0).sqrt().recip()),
            Kind::Rate => {
                let expected = size * self.average;
                ((1.0 + 0.125 / expected).sqrt(), 0.5 / expected.sqrt())
            }
        }
    }

    fn score(&self, one: &Counted) -> FunnelScore {
        let (middle, standard_error) = self.of(one.of);
        let there = match self.kind {
            Kind::Share => ((one.events + 0.375) / (one.of + 0.75)).sqrt().asin(),
            Kind::Rate => ((one.events + 0.375) / (one.of * self.average)).sqrt(),
        };
        FunnelScore { z: (there - middle) / standard_error, standard_error }
    }

    /// The shares or rates that chance, and the variation between units, leave to a unit of this size.
    fn limits(&self, size: f64, spread: &Overdispersion, confidence: Confidence) -> Interval {
        let (middle, standard_error) = self.of(size);
        let half = confidence.z() * standard_error.hypot(spread.between_variance.sqrt());
        let back = |there: f64| match self.kind {
            Kind::Share => {
                let share = there.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
                ((share * (size + 0.75) - 0.375) / size).clamp(0.0, 1.0)
            }
            Kind::Rate => {
                let expected = size * self.average;
                ((there.max(0.0).powi(2) * expected - 0.375) / size).max(0.0)
            }
        };
        Interval { lower: back(middle - half), upper: back(middle + half) }
    }
}

/// Limits for a unit of one size.
pub(super) struct Limits {
    /// Of the plan's confidence.
    pub(super) inner: Interval,
    /// Of 99.8 %.
    pub(super) outer: Interval,
}

/// The average of units, and how far chance and the variation between units put each of them from it.
pub(super) struct Comparison<'c> {
    counted: &'c [Counted],
    scale: Scale,
    /// What a quotient is multiplied by to be a value.
    per: f64,
    confidence: Confidence,
    pub(super) scores: Vec<FunnelScore>,
    pub(super) spread: Overdispersion,
}

impl<'c> Comparison<'c> {
    /// On this scale, a standard error depends on a unit's size alone, so that a small unit without events is not taken
    /// for a certain one.
    pub(super) fn new(
        (kind, per): (Kind, f64),
        counted: &'c [Counted],
        confidence: Confidence,
    ) -> Result<Self, RankingReason> {
        let (events, of) =
            counted.iter().fold((0.0, 0.0), |(events, of), one| (events + one.events, of + one.of));
        let scale = Scale { kind, average: events / of };
        let scores: Vec<FunnelScore> = counted.iter().map(|one| scale.score(one)).collect();
        let spread = overdispersion(&scores, Tails::Winsorised(0.1), TailScaling::Rescaled);
        let spread = spread.map_err(|_| match counted.len() {
            0 | 1 => RankingReason::TooFewUnits,
            _ => RankingReason::NoEvents,
        })?;
        Ok(Comparison { counted, scale, per, confidence, scores, spread })
    }

    /// The value of all units together.
    pub(super) fn average(&self) -> f64 {
        self.scale.average * self.per
    }

    /// The denominators of the smallest and the largest unit.
    pub(super) fn sizes(&self) -> (f64, f64) {
        let sizes = self.counted.iter().map(|one| one.of);
        sizes.fold((f64::INFINITY, 0.0), |(least, most), of| (of.min(least), of.max(most)))
    }

    /// The values that chance and the variation between units leave to a unit of this size.
    pub(super) fn adjusted(&self, size: f64) -> Limits {
        let limits = |confidence| self.value(self.scale.limits(size, &self.spread, confidence));
        Limits { inner: limits(self.confidence), outer: limits(Confidence::P99_8) }
    }

    /// The values that chance alone leaves to a unit of this size.
    pub(super) fn by_chance(&self, size: f64) -> Option<Limits> {
        let limits = |confidence| match self.scale.kind {
            Kind::Share => {
                proportion_funnel_limits(self.scale.average, size, self.per, confidence).ok()
            }
            Kind::Rate => {
                let expected = size * self.scale.average;
                let method = CountFunnelMethod::Inverted;
                let Interval { lower, upper } =
                    count_funnel_limits(expected, method, confidence).ok()?;
                Some(self.value(Interval { lower: lower / size, upper: upper / size }))
            }
        };
        Some(Limits { inner: limits(self.confidence)?, outer: limits(Confidence::P99_8)? })
    }

    /// The position of a unit's value to the adjusted limits.
    pub(super) fn signal(&self, one: &Counted) -> FunnelSignal {
        let limits = |confidence| self.scale.limits(one.of, &self.spread, confidence);
        FunnelSignal::of(one.events / one.of, limits(self.confidence), limits(Confidence::P99_8))
    }

    /// The position of a unit's value to the limits of chance alone, tested exactly.
    pub(super) fn signal_by_chance(&self, one: &Counted) -> Option<FunnelSignal> {
        let (inner, outer) = (self.confidence, Confidence::P99_8);
        let average = self.scale.average;
        let found = match self.scale.kind {
            Kind::Share => proportion_funnel_signal(one.events, one.of, average, inner, outer),
            Kind::Rate => count_funnel_signal(one.events, one.of * average, inner, outer),
        };
        found.ok()
    }

    fn value(&self, limits: Interval) -> Interval {
        Interval { lower: limits.lower * self.per, upper: limits.upper * self.per }
    }
}
