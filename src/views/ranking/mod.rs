//! Units of a level side by side: ranks and how sure they are, and who differs from the others beyond chance.
//!
//! * [`rows`]: the rows of a ranking and of a funnel.
//! * [`comparison`]: the counts of units, compared with their average on one scale.
//! * [`funnel`]: values against sizes, with the limits that are drawn around them.

mod comparison;
mod funnel;
mod rows;

use comparison::{Comparison, Counted, Kind};
pub use rows::{FunnelPart, FunnelRow, RankFinding, RankedUnit, RankingReason};
use rustc_hash::FxHashSet;

use crate::assess::{Assessor, Common, Frame, Reason, Sampling};
use crate::error::{Error, FaultCode, Result};
use crate::exact::Bound;
use crate::parallel::{self, check_stop, threads_for};
use crate::plan::{Better, UnitIndex};
use crate::report::{NamedWindow, Report, no_such_window_of};
use crate::stats::{
    BetterEnd, Confidence, NormalDraws, RankInterval, RankOptions, RankScope, RankTests, TiedRank,
    benjamini_hochberg, holm, ranks,
};

/// Which units [`Report::ranking`] and [`Report::funnel`] compare, and in which windows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RankingOptions {
    /// The level of the units; without it, those that the target is for.
    pub level: Option<String>,
    /// The codes of units that take no part.
    pub without: Vec<String>,
    /// A period's name, or a day in the window; without it, all windows.
    pub window: Option<String>,
}

impl RankingOptions {
    /// The units that the target is for, in all windows.
    pub fn new() -> Self {
        RankingOptions::default()
    }

    /// Ranks the units of a level.
    #[must_use]
    pub fn level(mut self, level: impl Into<String>) -> Self {
        self.level = Some(level.into());
        self
    }

    /// Leaves out units, such as those that hold what could not be placed anywhere.
    #[must_use]
    pub fn without<S: Into<String>>(mut self, codes: impl IntoIterator<Item = S>) -> Self {
        self.without.extend(codes.into_iter().map(Into::into));
        self
    }

    /// Ranks units in one window: that of this name, or the one that a day lies in; of rolling windows the one that ends with
    /// the day.
    #[must_use]
    pub fn window(mut self, window: impl Into<String>) -> Self {
        self.window = Some(window.into());
        self
    }
}

/// One window of a target, whose units are compared.
struct ComparedWindow<'r> {
    common: Common<'r>,
    frame: Frame,
    better: BetterEnd,
    units: Vec<UnitIndex>,
}

/// A unit with its value.
struct ValuedUnit {
    unit: UnitIndex,
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    completeness: Option<f64>,
    imputed: Option<f64>,
    /// Why there is no value, or none made of counts.
    reason: Option<Reason>,
}

/// The units of a window, those of them that have counts, and how counts make a value.
struct CountedUnits {
    units: Vec<ValuedUnit>,
    counted: Vec<Counted>,
    kind: Option<(Kind, f64)>,
}

fn counted_units(assessor: &Assessor<'_>, window: &ComparedWindow<'_>) -> CountedUnits {
    let prepared = assessor.prepare(window.common.target.indicator, &window.frame);
    let common = &window.common;
    let minimum = common.target.minimum_completeness.or(common.plan.minimum_completeness());
    let mut found = CountedUnits {
        units: Vec::with_capacity(window.units.len()),
        counted: Vec::new(),
        kind: None,
    };
    for &unit in &window.units {
        let evaluated = prepared.evaluate(unit);
        let is_complete = minimum
            .zip(evaluated.completeness)
            .is_none_or(|(minimum, completeness)| completeness >= minimum);
        let value = match &evaluated.value {
            Ok(value) if is_complete => Ok(value.float()),
            Ok(_) => Err(Reason::Incomplete),
            Err(reason) => Err(*reason),
        };
        let counts = match (&evaluated.sampling, evaluated.denominator) {
            (Sampling::Proportion { events, whole, per }, _) => {
                Some((Kind::Share, *per, *events, *whole))
            }
            (Sampling::Count { events, per_event }, Some(of)) => {
                Some((Kind::Rate, per_event * of, *events, of))
            }
            (
                Sampling::Count { .. }
                | Sampling::Standardised { .. }
                | Sampling::Change { .. }
                | Sampling::Fixed
                | Sampling::Unknown,
                _,
            ) => None,
        };
        let row = found.units.len();
        let reason = match (&value, counts) {
            (Err(reason), _) => Some(*reason),
            (Ok(_), Some((kind, per, events, of))) if of > 0.0 && events >= 0.0 => {
                found.kind = Some((kind, per));
                found.counted.push(Counted { row, events, of });
                None
            }
            (Ok(_), _) => Some(Reason::NoCounts),
        };
        found.units.push(ValuedUnit {
            unit,
            numerator: evaluated.numerator,
            denominator: evaluated.denominator,
            value: value.ok(),
            completeness: evaluated.completeness,
            imputed: evaluated.imputed,
            reason,
        });
    }
    found
}

/// Fewer units are ranked sooner than a thread has started.
const UNITS_WORTH_A_THREAD: usize = 100;

impl Report {
    /// The units of a level, the best first: with the ranks that their true ones may be, the groups without a clear difference,
    /// and whether each differs from the average, beyond chance and beyond as much as units differ anyway.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such target, level or unit, if the target has no such window, if its goal
    /// does not say which way is better and its indicator neither, or if the indicator is a count: units of different sizes
    /// are not ranked by counts.
    pub fn ranking(&self, target: &str, options: &RankingOptions) -> Result<Vec<RankedUnit>> {
        let mut assessor = self.assessor();
        assessor.cut();
        let windows = self.windows_to_compare(&assessor, target, options)?;
        let sizes = windows.iter().map(|window| window.units.len());
        let threads = threads_for(sizes.clone().sum(), UNITS_WORTH_A_THREAD).min(windows.len());
        let RankOptions { draws, seed, .. } = RankOptions::default();
        let count = sizes.max().unwrap_or(0).saturating_mul(draws as usize);
        let normals = NormalDraws::new(seed, count, &check_stop);
        let ranked = parallel::map(threads, windows, |window| {
            self.ranked_window(&assessor, &window, &normals)
        });
        Ok(ranked.concat())
    }

    /// The windows of a target with the units of each that are compared.
    fn windows_to_compare(
        &self,
        assessor: &Assessor<'_>,
        target: &str,
        options: &RankingOptions,
    ) -> Result<Vec<ComparedWindow<'_>>> {
        self.known_target(target)?;
        let units = self.plan().units();
        let level = options.level.as_deref().map(|name| self.known_level(name)).transpose()?;
        let mut without: FxHashSet<UnitIndex> = FxHashSet::default();
        for code in &options.without {
            without.extend(self.known_unit(code)?);
        }
        let mut windows = Vec::new();
        for (common, of_target) in self.units_of_window(target, options.window.as_deref())? {
            let Some(frame) = assessor.frame(&common.window) else { continue };
            let better = self.better_end(&common)?;
            if self.plan()[common.target.indicator].formula.facts().count().is_some() {
                return Err(Error::request(
                    FaultCode::UnsuitableIndicator,
                    format!(
                        "`{}` is a count, and units of different sizes are not ranked by counts: expected a proportion, a \
                     ratio or a rate",
                        common.indicator()
                    ),
                ));
            }
            let all: Vec<UnitIndex> = match level {
                None => of_target,
                Some(level) => {
                    let all = units.iter().filter(|(_, unit)| unit.level == level);
                    all.map(|(unit, _)| unit).collect()
                }
            };
            let takes_part = |unit: &UnitIndex| {
                units.is_judged_throughout(*unit, &common.window) && !without.contains(unit)
            };
            let units = all.into_iter().filter(takes_part).collect();
            windows.push(ComparedWindow { common, frame, better, units });
        }
        Ok(windows)
    }

    fn ranked_window(
        &self,
        assessor: &Assessor<'_>,
        window: &ComparedWindow<'_>,
        normals: &NormalDraws,
    ) -> Vec<RankedUnit> {
        let CountedUnits { units, counted, kind } = counted_units(assessor, window);
        let mut rows: Vec<RankedUnit> =
            units.iter().map(|unit| self.ranked_unit(&window.common, unit)).collect();
        let values: Vec<f64> = rows.iter().map(|row| row.value.unwrap_or(f64::NAN)).collect();
        for (row, rank) in rows.iter_mut().zip(ranks(&values, window.better, TiedRank::Best)) {
            row.rank = rank.map(|rank| rank as i64);
        }
        if let Some(kind) = kind {
            let confidence = self.plan().confidence_level();
            match Comparison::new(kind, &counted, confidence) {
                Ok(comparison) => {
                    compare(&comparison, &mut rows, &counted);
                    test(&comparison, window.better, confidence, &mut rows, &counted);
                    let options =
                        RankOptions { better: window.better, confidence, ..RankOptions::default() };
                    rank(&comparison, &options, normals, &mut rows, &counted);
                }
                Err(reason) => {
                    for one in &counted {
                        rows[one.row].reason = Some(reason);
                    }
                }
            }
        }
        rows.sort_by_key(|row| (row.rank.unwrap_or(i64::MAX), row.group.unwrap_or(i64::MAX)));
        rows
    }

    /// The blocks of a target with their units, in all windows or in one: a period's, or the one that a day lies in.
    fn units_of_window(
        &self,
        target: &str,
        window: Option<&str>,
    ) -> Result<Vec<(Common<'_>, Vec<UnitIndex>)>> {
        let mut found = self.units_of(target);
        let Some(name) = window else { return Ok(found) };
        let named = NamedWindow::of(self.plan(), self.as_of(), name);
        found.retain(|(common, _)| named.names(common.target, &common.window));
        if found.is_empty() {
            return Err(no_such_window_of(target, name));
        }
        Ok(found)
    }

    /// The blocks of a target with their units; those that stand in several, together.
    pub(super) fn units_of(&self, target: &str) -> Vec<(Common<'_>, Vec<UnitIndex>)> {
        let mut found: Vec<(Common<'_>, Vec<UnitIndex>)> = Vec::new();
        for (common, block) in self.blocks().filter(|(common, _)| common.target.id == target) {
            let units = block.units();
            match found.last_mut() {
                Some((last, of_last))
                    if last.place == common.place && last.window == common.window =>
                {
                    of_last.extend(units);
                }
                Some(_) | None => found.push((common, units.collect())),
            }
        }
        found
    }

    pub(super) fn better_end(&self, common: &Common<'_>) -> Result<BetterEnd> {
        match common.target.goal.bounds(|_| ()) {
            Bound::Floor { .. } => Ok(BetterEnd::Highest),
            Bound::Ceiling { .. } => Ok(BetterEnd::Lowest),
            Bound::Between { .. } => match self.plan()[common.target.indicator].better {
                Some(Better::Higher) => Ok(BetterEnd::Highest),
                Some(Better::Lower) => Ok(BetterEnd::Lowest),
                None => Err(Error::request(
                    FaultCode::MissingKey,
                    format!(
                        "the goal of `{}` is between two numbers, and its indicator `{}` does not say which way is `better`",
                        common.target.id,
                        common.indicator()
                    ),
                )),
            },
        }
    }

    fn ranked_unit(&self, common: &Common<'_>, one: &ValuedUnit) -> RankedUnit {
        let units = self.plan().units();
        let unit = &units[one.unit];
        RankedUnit {
            target: common.target.id.clone(),
            stratum: common.stratum_of(None),
            window_start: common.window.start(),
            window_end: common.window.end(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(unit.level).to_owned(),
            numerator: one.numerator,
            denominator: one.denominator,
            value: one.value,
            average: None,
            rank: None,
            rank_best: None,
            rank_worst: None,
            rank_best_of_all: None,
            rank_worst_of_all: None,
            group: None,
            lower: None,
            upper: None,
            signal: None,
            signal_by_chance: None,
            phi: None,
            p: None,
            p_holm: None,
            p_bh: None,
            finding: None,
            completeness: one.completeness,
            imputed: one.imputed,
            reason: one.reason.map(RankingReason::Row),
        }
    }
}

/// Writes the average, and the limits and signals of each unit.
fn compare(comparison: &Comparison<'_>, rows: &mut [RankedUnit], counted: &[Counted]) {
    for one in counted {
        let row = &mut rows[one.row];
        let limits = comparison.adjusted(one.of).inner;
        row.average = Some(comparison.average());
        row.phi = Some(comparison.spread.phi);
        row.lower = Some(limits.lower);
        row.upper = Some(limits.upper);
        row.signal = Some(comparison.signal(one));
        row.signal_by_chance = comparison.signal_by_chance(one);
    }
}

/// Tests whether each differs from the average, and which differences remain after adjustment for all tests.
fn test(
    comparison: &Comparison<'_>,
    better: BetterEnd,
    confidence: Confidence,
    rows: &mut [RankedUnit],
    counted: &[Counted],
) {
    let widened: Vec<f64> = comparison
        .scores
        .iter()
        .map(|score| {
            let error = score.standard_error;
            score.z * error / error.hypot(comparison.spread.between_variance.sqrt())
        })
        .collect();
    let p_values: Vec<f64> =
        widened.iter().map(|z| 2.0 * crate::stats::special::normal_upper(z.abs())).collect();
    let (few, hardly_any) = (benjamini_hochberg(&p_values), holm(&p_values));
    for (place, one) in counted.iter().enumerate() {
        let row = &mut rows[one.row];
        row.p = Some(p_values[place]);
        row.p_holm = hardly_any[place];
        row.p_bh = few[place];
        let is_above = widened[place] > 0.0;
        let is_found = few[place].is_some_and(|p| p < 1.0 - confidence.share());
        row.finding = Some(match (is_found, is_above == (better == BetterEnd::Highest)) {
            (false, _) => RankFinding::NoClearDifference,
            (true, true) => RankFinding::Better,
            (true, false) => RankFinding::Worse,
        });
    }
}

/// Writes between which ranks the true ones are, and which units do not clearly differ from the best that is left.
fn rank(
    comparison: &Comparison<'_>,
    options: &RankOptions,
    normals: &NormalDraws,
    rows: &mut [RankedUnit],
    counted: &[Counted],
) {
    let scores = &comparison.scores;
    let estimates: Vec<f64> = scores.iter().map(|score| score.z * score.standard_error).collect();
    let errors: Vec<f64> = scores.iter().map(|score| score.standard_error).collect();
    // Scores that were compared are finite.
    let Ok(tests) = RankTests::new(&estimates, &errors, options, normals) else { return };
    let alone = tests.intervals(RankScope::Marginal, &check_stop);
    let together = tests.intervals(RankScope::Simultaneous, &check_stop);
    let mut order: Vec<usize> = (0..counted.len()).collect();
    order.sort_by_key(|&place| rows[counted[place].row].rank);
    let mut group = 0;
    let mut best: Option<RankInterval> = None;
    for place in order {
        // Where the possible ranks of the group's best one end, its group ends.
        if best.is_none_or(|best| together[place].best > best.worst) {
            group += 1;
            best = Some(together[place]);
        }
        let row = &mut rows[counted[place].row];
        row.group = Some(group);
        row.rank_best = Some(alone[place].best as i64);
        row.rank_worst = Some(alone[place].worst as i64);
        row.rank_best_of_all = Some(together[place].best as i64);
        row.rank_worst_of_all = Some(together[place].worst as i64);
    }
}
