//! Scores: the indicators of a level's units on one scale and in one number (`docs/guides/scores.md`).
//!
//! Scales between two numbers, ranks, and arithmetic and harmonic means are computed exactly, so that a score
//! exactly at a grade's least points earns it. Z-scores and geometric means are no rational numbers and mean
//! the decimal of 15 significant digits, as recorded values do.

use std::collections::HashMap;

use crate::assess::{
    Assessor, DispersionSource, Dispersions, Possible, Prepared, Reason, RowSpread, SampledCounts,
    Sampling,
};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Better, IndicatorIndex, Scale, Score, UnitIndex, Variation};
use crate::stats::engine::{
    arithmetic_mean, composite_value, harmonic_mean, position, worst_and_best,
};
use crate::stats::pool::{PoolGoal, PoolKind, PoolUnit};
use crate::stats::special::normal_quantile;
use crate::stats::{
    self, Aggregation, BetterEnd, Normalisation, NormalisedScale, StatsError, TiedRank,
};

/// The units of a score's level in one window.
#[derive(Debug, Clone)]
pub(crate) struct Scored {
    pub(crate) window: Window,
    /// In the order of the table of units; those that exist on some day of the window.
    pub(crate) units: Vec<ScoredUnit>,
}

#[derive(Debug, Clone)]
pub(crate) struct ScoredUnit {
    pub(crate) unit: UnitIndex,
    /// Empty for a unit that does not exist throughout the window.
    pub(crate) parts: Vec<PartValue>,
    pub(crate) deductions: Vec<IndicatorValue>,
    /// The weight of the parts it has values of, in per cent of all.
    pub(crate) coverage: Exact,
    /// What the parts make, each capped to the scale.
    pub(crate) before_deductions: Option<Exact>,
    /// What is taken off; known only if all of it is.
    pub(crate) deducted: Option<Exact>,
    pub(crate) points: Option<Exact>,
    /// The points with the missing reports at their worst and at their best; none where there is no limit.
    pub(crate) points_worst: Option<Exact>,
    pub(crate) points_best: Option<Exact>,
    /// The lowest completeness of what the points rest on, and the largest share of imputed figures.
    pub(crate) completeness: Option<f64>,
    pub(crate) imputed: Option<f64>,
    /// The same with parts beyond the scale counted as they are.
    pub(crate) uncapped: Option<Exact>,
    pub(crate) grade: Option<usize>,
    pub(crate) rank: Option<usize>,
    pub(crate) uncapped_rank: Option<usize>,
    /// Why there are no points; with points, that missing reports could change them.
    pub(crate) reason: Option<Reason>,
}

/// The counts that a value is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueCounts {
    pub(crate) kind: PoolKind,
    /// Divided by the dispersion.
    pub(crate) unit: PoolUnit,
    /// The value of a share, or of a rate, of 1.
    pub(crate) scale: f64,
}

/// An indicator's value, and how far chance could have moved it.
#[derive(Debug, Clone)]
pub(crate) struct IndicatorValue {
    pub(crate) value: Result<Exact, Reason>,
    /// Half the interval's length in standard deviations; none where there is no interval.
    pub(crate) standard_error: Option<f64>,
    /// None of a value that is no count and no share, or that does not vary by chance.
    pub(crate) counts: Option<ValueCounts>,
    /// Share of the due reports that were made, in per cent.
    pub(crate) completeness: Option<f64>,
    /// Share of imputed figures, in per cent.
    pub(crate) imputed: Option<f64>,
    /// The least and the greatest value that missing reports could lead to, where some are missing; none without limit.
    pub(crate) limits: Option<(Option<Exact>, Option<Exact>)>,
}

#[derive(Debug, Clone)]
pub(crate) struct PartValue {
    pub(crate) known: IndicatorValue,
    /// On the scale, and beyond it.
    pub(crate) scaled: Option<Exact>,
    /// On the scale.
    pub(crate) capped: Option<Exact>,
}

/// The scores of all units of a score's level in a window.
pub(in crate::views) fn score_units(
    assessor: &Assessor<'_>,
    score: &Score,
    window: &Window,
) -> Scored {
    let frame = assessor.frame(window);
    let units = assessor.plan.units();
    let of_level = units
        .iter()
        .filter(|(_, unit)| unit.level == score.level && !assessor.known.only_prepares());
    let mut scored: Vec<ScoredUnit> = of_level
        .filter(|(at, _)| units.is_judged_during(*at, window))
        .map(|(at, _)| ScoredUnit::blank(at, units.is_judged_throughout(at, window)))
        .collect();
    let source = DispersionSource::of_plan(assessor.plan);
    let prepare = |indicator| {
        frame.as_ref().map(|frame| {
            let dispersions = assessor.dispersions(indicator, frame, &source);
            (assessor.prepare(indicator, frame), dispersions)
        })
    };
    let compared = |unit: &ScoredUnit| unit.reason.is_none();
    let possible = |indicator, scored: &[ScoredUnit]| {
        let units = scored.iter().filter(|unit| compared(unit)).map(|unit| unit.unit);
        let units: Vec<UnitIndex> = units.collect();
        let possible = frame.map(|frame| assessor.possible_values(indicator, &frame, &units));
        possible.unwrap_or_default()
    };
    for part in &score.parts {
        let prepared = prepare(part.indicator);
        let possible = possible(part.indicator, &scored);
        let whole = scored.iter_mut().filter(|unit| compared(unit));
        let known: Vec<(&mut ScoredUnit, IndicatorValue)> = whole
            .map(|unit| {
                let known =
                    known_of(assessor, part.indicator, (prepared.as_ref(), &possible), unit.unit);
                (unit, known)
            })
            .collect();
        let values: Vec<Option<Exact>> =
            known.iter().map(|(_, known)| known.value.clone().ok()).collect();
        let better = assessor.plan[part.indicator].better;
        for ((unit, known), scaled) in known.into_iter().zip(scaled(&values, better, part.scale)) {
            let capped = scaled.clone().map(|scaled| capped(scaled, part.scale));
            unit.parts.push(PartValue { known, scaled, capped });
        }
    }
    for deduction in &score.deductions {
        let prepared = prepare(deduction.indicator);
        let possible = possible(deduction.indicator, &scored);
        for unit in scored.iter_mut().filter(|unit| compared(unit)) {
            let known =
                known_of(assessor, deduction.indicator, (prepared.as_ref(), &possible), unit.unit);
            unit.deductions.push(known);
        }
    }
    for unit in scored.iter_mut().filter(|unit| compared(unit)) {
        unit.total(score);
    }
    let ranks = ranked(scored.len(), |unit| scored[unit].points.as_ref());
    let uncapped = ranked(scored.len(), |unit| scored[unit].uncapped.as_ref());
    for (unit, ranks) in scored.iter_mut().zip(ranks.into_iter().zip(uncapped)) {
        (unit.rank, unit.uncapped_rank) = ranks;
    }
    Scored { window: *window, units: scored }
}

fn known_of(
    assessor: &Assessor<'_>,
    indicator: IndicatorIndex,
    (prepared, possible): (Option<&(Prepared<'_>, Dispersions)>, &HashMap<UnitIndex, Possible>),
    unit: UnitIndex,
) -> IndicatorValue {
    let Some((prepared, dispersions)) = prepared else {
        return IndicatorValue {
            value: Err(Reason::NotStarted),
            standard_error: None,
            counts: None,
            completeness: None,
            imputed: None,
            limits: None,
        };
    };
    let evaluated = prepared.evaluate(unit);
    let minimum = assessor.plan.minimum_completeness();
    let is_incomplete =
        evaluated.completeness.zip(minimum).is_some_and(|(share, minimum)| share < minimum);
    let value = match evaluated.value {
        Ok(_) if is_incomplete => Err(Reason::Incomplete),
        value => value,
    };
    let (interval, counts) = match assessor.plan[indicator].variation {
        Variation::Chance => {
            // Where a part is a change, the earlier window is taken to vary as much as the window.
            let spread = dispersions.of(unit);
            let linked = assessor.linked(indicator);
            let spread = RowSpread { now: spread, then: spread, linked };
            let counts = counts_of(&evaluated.sampling, spread);
            (assessor.interval(&evaluated.sampling, spread), counts)
        }
        Variation::None => (None, None),
    };
    let deviations = 2.0 * normal_quantile(0.5 + 0.5 * assessor.plan.confidence());
    let standard_error =
        interval.map(|named| (named.interval.upper - named.interval.lower) / deviations);
    let counts = counts.filter(|_| {
        let facts = assessor.plan[indicator].formula.facts();
        value.is_ok() && !facts.is_of_units() && !facts.is_of_reports()
    });
    let standard_error = standard_error.filter(|error| error.is_finite());
    IndicatorValue {
        value,
        standard_error,
        counts,
        completeness: evaluated.completeness,
        imputed: evaluated.imputed,
        limits: possible.get(&unit).map(Possible::limits),
    }
}

fn counts_of(sampling: &Sampling, spread: RowSpread) -> Option<ValueCounts> {
    let SampledCounts { kind, events, denominator, scale, variance } =
        sampling.counted(spread.linked)?;
    let dispersion = spread.now.dispersion * variance;
    let unit = PoolUnit {
        events: events / dispersion,
        denominator: denominator / dispersion,
        dispersion: 1.0,
        goal: PoolGoal::default(),
    };
    unit.check(kind).ok().map(|()| ValueCounts { kind, unit, scale })
}

impl ScoredUnit {
    fn blank(unit: UnitIndex, is_whole: bool) -> Self {
        ScoredUnit {
            unit,
            parts: Vec::new(),
            deductions: Vec::new(),
            coverage: Exact::ZERO,
            before_deductions: None,
            deducted: None,
            points: None,
            points_worst: None,
            points_best: None,
            completeness: None,
            imputed: None,
            uncapped: None,
            grade: None,
            rank: None,
            uncapped_rank: None,
            reason: (!is_whole).then_some(Reason::UnitNotValid),
        }
    }

    fn total(&mut self, score: &Score) {
        let known = self.parts.iter().map(|part| &part.known).chain(&self.deductions);
        self.completeness = known.clone().filter_map(|one| one.completeness).reduce(f64::min);
        self.imputed = known.filter_map(|one| one.imputed).reduce(f64::max);
        let weights: Vec<Exact> =
            score.parts.iter().map(|part| Exact::of_decimal(part.weight)).collect();
        let sum = |weights: &mut dyn Iterator<Item = &Exact>| {
            weights.fold(Exact::ZERO, |sum, weight| sum + weight)
        };
        let has_value = |at: &usize| self.parts[*at].capped.is_some();
        let present: Vec<usize> = (0..self.parts.len()).filter(has_value).collect();
        let weight = sum(&mut present.iter().map(|at| &weights[*at]));
        // No weight is 0.
        self.coverage = weight * &Exact::HUNDRED / &sum(&mut weights.iter());
        let missing = || {
            let part = self.parts.iter().find(|part| part.capped.is_none())?;
            // A value without a place: all units have the same, and nothing spreads the scale.
            Some(part.known.value.as_ref().err().copied().unwrap_or(Reason::ZeroDenominator))
        };
        if self.coverage < Exact::of_decimal(score.coverage) || present.is_empty() {
            self.reason = missing().or(Some(Reason::NoData));
            return;
        }
        let weights: Vec<Exact> = present.iter().map(|at| weights[*at].clone()).collect();
        let mean = |of: &dyn Fn(usize) -> Option<Exact>| {
            let parts: Option<Vec<Exact>> = present.iter().map(|at| of(*at)).collect();
            mean(&parts?, &weights, score.aggregation)
        };
        let before_deductions = mean(&|at| self.parts[at].capped.clone());
        let uncapped = mean(&|at| self.parts[at].scaled.clone());
        let ends = |at: usize| self.parts[at].ends(score.parts[at].scale);
        let worst = mean(&|at| ends(at)?.0);
        let best = mean(&|at| ends(at)?.1);
        self.before_deductions = before_deductions;
        let mut deducted = Exact::ZERO;
        for (deduction, known) in score.deductions.iter().zip(&self.deductions) {
            match &known.value {
                Ok(value) => deducted = deducted + &deduction.taken_off(value),
                Err(reason) => {
                    self.reason = Some(*reason);
                    return;
                }
            }
        }
        let points = |base: &Exact, deducted: &Exact| {
            let points = base - deducted;
            // Z-scores, which lie around 0, have no deductions.
            if points.is_negative() && !score.deductions.is_empty() { Exact::ZERO } else { points }
        };
        self.points = self.before_deductions.as_ref().map(|base| points(base, &deducted));
        let deductions = score.deductions.iter().zip(&self.deductions);
        let taken = deductions.map(|(deduction, known)| known.taken_off(deduction));
        let (least, most): (Vec<_>, Vec<_>) = taken.unzip();
        let sum = |taken: Vec<Option<Exact>>| {
            taken.into_iter().try_fold(Exact::ZERO, |sum, one| Some(sum + &one?))
        };
        if self.points.is_some() {
            self.points_worst = worst.zip(sum(most)).map(|(base, most)| points(&base, &most));
            self.points_best = best.zip(sum(least)).map(|(base, least)| points(&base, &least));
            // An end that has no limit is another than one that has one.
            if self.points_worst.is_none() || self.points_worst != self.points_best {
                self.reason = Some(Reason::MissingReports);
            }
        }
        self.uncapped = uncapped.map(|base| base - &deducted);
        self.deducted = Some(deducted);
        self.grade = self.points.as_ref().and_then(|points| score.grade(points));
    }
}

impl PartValue {
    /// The least and the greatest that the part could be on the scale with the missing reports, which is what it is where none is
    /// missing. Between goalposts it is computed; the ends of other scales depend on all units, and it may lie anywhere
    /// between them. None where the scale has no ends.
    fn ends(&self, scale: Scale) -> Option<(Option<Exact>, Option<Exact>)> {
        let Some((low, high)) = &self.known.limits else {
            return Some((self.capped.clone(), self.capped.clone()));
        };
        let (zero, hundred) = (Exact::ZERO, Exact::HUNDRED);
        match scale {
            Scale::Goalposts(from, to) => {
                let (from, to) = (Exact::of_decimal(from), Exact::of_decimal(to));
                let rises = from < to;
                let at = |value: &Option<Exact>, is_high: bool| match value {
                    Some(value) => capped(position(value, &from, &to, &Exact::HUNDRED), scale),
                    None if is_high == rises => hundred.clone(),
                    None => zero.clone(),
                };
                let (one, other) = (at(low, false), at(high, true));
                Some(if rises { (Some(one), Some(other)) } else { (Some(other), Some(one)) })
            }
            Scale::MinMax | Scale::Rank | Scale::DistanceTo(_) => Some((Some(zero), Some(hundred))),
            Scale::ZScore => None,
        }
    }
}

impl IndicatorValue {
    /// The least and the most that a deduction takes off with the missing reports; none where there is no limit.
    fn taken_off(&self, deduction: &crate::plan::Deduction) -> (Option<Exact>, Option<Exact>) {
        let taken_off = |value: &Exact| deduction.taken_off(value);
        match &self.limits {
            None => {
                let taken = self.value.as_ref().ok().map(taken_off);
                (taken.clone(), taken)
            }
            Some((low, high)) => {
                let most = || deduction.at_most.map(Exact::of_decimal);
                (
                    Some(low.as_ref().map_or(Exact::ZERO, taken_off)),
                    high.as_ref().map(taken_off).or_else(most),
                )
            }
        }
    }
}

impl crate::plan::Deduction {
    /// What is taken off for so much: nothing for less than none.
    pub(crate) fn taken_off(&self, value: &Exact) -> Exact {
        let points = value * &Exact::of_decimal(self.points);
        let most = self.at_most.map(Exact::of_decimal);
        let points = if points.is_negative() { Exact::ZERO } else { points };
        match most {
            Some(most) if points > most => most,
            Some(_) | None => points,
        }
    }
}

/// Values on a scale from 0 to 100, and beyond it; see [`stats::normalise`].
fn scaled(values: &[Option<Exact>], better: Option<Better>, scale: Scale) -> Vec<Option<Exact>> {
    let better = match better {
        Some(Better::Lower) => BetterEnd::Lowest,
        // Goalposts don't ask; a plan in which others would have to is refused when it is read.
        Some(Better::Higher) | None => BetterEnd::Highest,
    };
    let known: Vec<Exact> = values.iter().flatten().cloned().collect();
    let ends = match scale {
        Scale::MinMax => worst_and_best(&known, better).filter(|(worst, best)| worst != best),
        Scale::Goalposts(from, to) => Some((Exact::of_decimal(from), Exact::of_decimal(to))),
        Scale::DistanceTo(target) => {
            let target = Exact::of_decimal(target);
            let worst = worst_and_best(&known, better).map(|(worst, _)| worst);
            let is_short = |worst: &Exact| match better {
                BetterEnd::Highest => *worst < target,
                BetterEnd::Lowest => *worst > target,
            };
            worst.filter(is_short).map(|worst| (worst, target.clone()))
        }
        Scale::ZScore => return by_floats(values, better),
        Scale::Rank => return by_rank(values, better),
    };
    let on_scale = |value: &Option<Exact>| {
        let (from, to) = ends.as_ref()?;
        value.as_ref().map(|value| position(value, from, to, &Exact::HUNDRED))
    };
    values.iter().map(on_scale).collect()
}

fn by_floats(values: &[Option<Exact>], better: BetterEnd) -> Vec<Option<Exact>> {
    let floats: Vec<Option<f64>> =
        values.iter().map(|value| value.as_ref().map(Exact::float)).collect();
    let found =
        stats::normalise(&floats, better, Normalisation::ZScore, NormalisedScale::default());
    found.map_or_else(
        |_| vec![None; values.len()],
        |found| found.into_iter().map(|value| value.and_then(Exact::of)).collect(),
    )
}

fn by_rank(values: &[Option<Exact>], better: BetterEnd) -> Vec<Option<Exact>> {
    let known = values.iter().flatten().count();
    let floats: Vec<f64> =
        values.iter().map(|value| value.as_ref().map_or(f64::NAN, Exact::float)).collect();
    let ranks = stats::ranks(&floats, better, TiedRank::Middle);
    let is_spread = ranks.iter().flatten().any(|rank| Some(rank) != ranks.iter().flatten().next());
    let last = Exact::of(known as f64);
    let place = |rank: Option<f64>| {
        let (rank, last) = (Exact::of(rank.filter(|_| is_spread)?)?, last.clone()?);
        Some(&(&last - &rank) * &Exact::HUNDRED / &(&last - &Exact::ONE))
    };
    ranks.into_iter().map(place).collect()
}

/// The part of a scale's value that lies on it. Z-scores have no ends.
fn capped(scaled: Exact, scale: Scale) -> Exact {
    match scale {
        Scale::ZScore => scaled,
        Scale::MinMax | Scale::Rank | Scale::Goalposts(..) | Scale::DistanceTo(_) => {
            scaled.max(Exact::ZERO).min(Exact::HUNDRED)
        }
    }
}

/// The weighted mean of parts; none where parts below 0 leave it undefined.
fn mean(parts: &[Exact], weights: &[Exact], aggregation: Aggregation) -> Option<Exact> {
    let is_below = parts.iter().any(Exact::is_negative);
    match aggregation {
        Aggregation::Arithmetic => arithmetic_mean(parts, weights),
        Aggregation::Geometric | Aggregation::Harmonic if is_below => None,
        Aggregation::Harmonic if parts.iter().any(Exact::is_zero) => Some(Exact::ZERO),
        Aggregation::Harmonic => harmonic_mean(parts, weights),
        Aggregation::Geometric => {
            let floats =
                |numbers: &[Exact]| -> Vec<f64> { numbers.iter().map(Exact::float).collect() };
            let mean = stats::aggregate(&floats(parts), &floats(weights), aggregation);
            mean.ok().and_then(Exact::of)
        }
    }
}

/// The rank of each of several things, the most first; equal ones share the best of their places.
pub(in crate::views) fn ranked<'e>(
    things: usize,
    of: impl Fn(usize) -> Option<&'e Exact>,
) -> Vec<Option<usize>> {
    let mut order: Vec<usize> = (0..things).filter(|thing| of(*thing).is_some()).collect();
    order.sort_by(|one, other| of(*other).cmp(&of(*one)));
    let mut ranks = vec![None; things];
    let mut rank = 0;
    for (place, thing) in order.iter().enumerate() {
        if place == 0 || of(order[place - 1]) != of(*thing) {
            rank = place + 1;
        }
        ranks[*thing] = Some(rank);
    }
    ranks
}

/// The points of units whose parts and deductions have these values, computed in floats: for draws by the
/// thousand.
pub(in crate::views) fn points_of(
    score: &Score,
    better: &[Option<Better>],
    parts: &[Vec<Option<f64>>],
    deductions: &[Vec<Option<f64>>],
) -> Result<Vec<Option<f64>>, StatsError> {
    let float = |decimal| Exact::of_decimal(decimal).float();
    let units = parts.first().map_or(0, Vec::len);
    let mut scaled = vec![Vec::with_capacity(score.parts.len()); units];
    for ((part, values), better) in score.parts.iter().zip(parts).zip(better) {
        let better = match better {
            Some(Better::Lower) => BetterEnd::Lowest,
            Some(Better::Higher) | None => BetterEnd::Highest,
        };
        let method = match part.scale {
            Scale::MinMax => Normalisation::MinMax,
            Scale::ZScore => Normalisation::ZScore,
            Scale::Rank => Normalisation::Rank,
            Scale::Goalposts(from, to) => {
                Normalisation::Goalposts { from: float(from), to: float(to) }
            }
            Scale::DistanceTo(target) => Normalisation::DistanceToTarget { target: float(target) },
        };
        let within = NormalisedScale { truncated: true, ..NormalisedScale::default() };
        let values = stats::normalise(values, better, method, within)?;
        for (unit, value) in scaled.iter_mut().zip(values) {
            unit.push(value);
        }
    }
    let weights: Vec<f64> = score.parts.iter().map(|part| float(part.weight)).collect();
    let coverage = float(score.coverage);
    scaled
        .iter()
        .enumerate()
        .map(|(unit, parts)| {
            let found = composite_value(parts, &weights, score.aggregation, coverage)?;
            let mut taken = Some(0.0);
            for (deduction, values) in score.deductions.iter().zip(deductions) {
                let most = deduction.at_most.map_or(f64::INFINITY, float);
                taken = taken.zip(values[unit]).map(|(taken, value)| {
                    taken + (value * float(deduction.points)).clamp(0.0, most)
                });
            }
            let points = found.zip(taken).map(|(points, taken)| points - taken);
            Ok(points.map(
                |points| {
                    if score.deductions.is_empty() { points } else { points.max(0.0) }
                },
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::plan::Plan;
    use crate::tally::{Outcome, Tally, When};

    fn plan(normalise: &str, aggregate: &str, coverage: u32) -> Plan {
        let text = format!(
            "{{attain: 1, plan: p, units: {{levels: [u], list: [{{id: a, level: u}}, {{id: b, level: u}}, {{id: e, level: u}}]}}, \
             measures: {{x: {{}}, y: {{}}, z: {{}}, w: {{}}}}, \
             indicators: {{x: {{count: x, better: higher}}, y: {{count: y, better: lower}}, z: {{count: z, better: higher}}, w: {{count: w}}}}, \
             scores: {{s: {{level: u, window: '2025', normalise: {normalise}, aggregate: {aggregate}, coverage: {coverage}, \
             parts: {{x: {{indicator: x, weight: 0.3}}, y: {{indicator: y, weight: 2}}, z: {{indicator: z}}}}, \
             deductions: [{{indicator: w, points: 0.5, at_most: 4}}]}}}}}}"
        );
        Plan::from_yaml(&text).unwrap()
    }

    proptest! {
        /// The floats of draws agree with the exact numbers of rows.
        #[test]
        fn points_in_floats_are_the_exact_ones(
            values in prop::collection::vec(prop::option::weighted(0.9, 0_u32..100), 12),
            way in 0_usize..3,
            scale in 0_usize..4,
            coverage in prop::sample::select(vec![50_u32, 100]),
        ) {
            let scale = ["min_max", "rank", "{goalposts: [10, 60]}", "{distance_to: 50}"][scale];
            let plan = plan(scale, Aggregation::ALL[way].name(), coverage);
            let mut tally = Tally::new(&plan);
            let day = crate::calendar::date("2025-12-31").unwrap();
            for (at, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let (unit, measure) = (["a", "b", "e"][at / 4], ["x", "y", "z", "w"][at % 4]);
                let when = When::Period("2025".into());
                tally.record(&Outcome::new(unit, when, measure, f64::from(*value))).unwrap();
            }
            let score = plan.score("s").unwrap();
            let assessor = Assessor::new(&plan, &tally, day);
            let window = crate::assess::windows_of(&plan, &score.window)[0];
            let scored = score_units(&assessor, score, &window);
            let column = |measure: usize| -> Vec<Option<f64>> {
                (0..3).map(|unit| values[4 * unit + measure].map(f64::from)).collect()
            };
            let better: Vec<_> = score.parts.iter().map(|part| plan[part.indicator].better).collect();
            let parts = [column(0), column(1), column(2)];
            let found = points_of(score, &better, &parts, &[column(3)]).unwrap();
            for (unit, found) in scored.units.iter().zip(found) {
                let exact = unit.points.as_ref().map(Exact::float);
                match (exact, found) {
                    (None, None) => {}
                    (Some(exact), Some(found)) => prop_assert!((exact - found).abs() < 1e-9, "{exact} {found}"),
                    other => prop_assert!(false, "{other:?}"),
                }
            }
        }
    }
}
