//! Units of a level side by side: ranks and how sure they are, and who differs from the others beyond chance.

use chrono::NaiveDate;
use rustc_hash::FxHashSet;

use crate::assess::{Assessor, Common, Frame, Reason, Sampling};
use crate::error::codes::codes;
use crate::error::{Error, FaultCode, Result};
use crate::exact::Bound;
use crate::parallel::{self, check_stop, threads_for};
use crate::plan::{Better, UnitIndex};
use crate::report::{NamedWindow, Report, no_such_window_of};
use crate::stats::{
    BetterEnd, Confidence, FunnelScore, FunnelSignal, Interval, NormalDraws, Overdispersion,
    RankInterval, RankOptions, RankScope, RankTests, TailScaling, Tails, TiedRank,
    benjamini_hochberg, count_funnel_signal, holm, overdispersion, proportion_funnel_signal, ranks,
};
use crate::view::View;

codes! {
    /// How a unit's value compares with the average.
    pub enum RankFinding as "finding" {
        /// It is better, beyond chance.
        Better = "better",
        /// It is worse, beyond chance.
        Worse = "worse",
        /// The difference could be chance.
        NotToldApart = "not_told_apart",
    }
}

/// A unit among the others of its level.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "ranking")]
#[non_exhaustive]
pub struct RankedUnit {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// First day of the window.
    pub window_start: NaiveDate,
    /// The day after the window's last.
    pub window_end: NaiveDate,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// Its level.
    pub level: String,
    /// What was counted.
    pub numerator: Option<f64>,
    /// Out of what.
    pub denominator: Option<f64>,
    /// The indicator's value.
    pub value: Option<f64>,
    /// The average of all units: the sum of their numerators over that of their denominators.
    pub average: Option<f64>,
    /// The place of the value, 1 for the best; equal values share the best of their places.
    pub rank: Option<i64>,
    /// The best rank that its true one may be, looked at by itself.
    pub rank_best: Option<i64>,
    /// The worst.
    pub rank_worst: Option<i64>,
    /// The best rank that its true one may be, looked at together with all others.
    pub rank_best_of_all: Option<i64>,
    /// The worst.
    pub rank_worst_of_all: Option<i64>,
    /// Units whose possible ranks, of all at once, reach those of the best one among them; 1 is the group of the best.
    pub group: Option<i64>,
    /// Down to here chance, and as much as units differ anyway, would leave a unit of its size.
    pub lower: Option<f64>,
    /// Up to here.
    pub upper: Option<f64>,
    /// Where the value stands to such limits of the plan's confidence and of 99.8 %.
    pub signal: Option<FunnelSignal>,
    /// The same by chance alone, tested exactly.
    pub signal_by_chance: Option<FunnelSignal>,
    /// How many times more than by chance units differ, squared.
    pub phi: Option<f64>,
    /// The probability of so great a distance from the average, by chance and by as much as units differ anyway.
    pub p: Option<f64>,
    /// The same, adjusted so that hardly any unit is found by mistake (Holm).
    pub p_holm: Option<f64>,
    /// The same, adjusted so that few of those found are found by mistake (Benjamini and Hochberg).
    pub p_bh: Option<f64>,
    /// How the value compares with the average, by the last of these.
    pub finding: Option<RankFinding>,
    /// Why the unit has no value, or nothing but its rank.
    pub reason: Option<Reason>,
}

/// A unit with its events.
struct Counted {
    row: usize,
    events: f64,
    of: f64,
}

/// How the events of an indicator make its value.
#[derive(Clone, Copy)]
enum Kind {
    /// A share of a whole.
    Share,
    /// Events over something.
    Rate,
}

/// Which units [`Report::ranking`] ranks, and in which windows.
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

/// One window of a target, whose units are to be ranked.
struct RankedWindow<'r> {
    common: Common<'r>,
    frame: Frame,
    better: BetterEnd,
    units: Vec<UnitIndex>,
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
        self.known_target(target)?;
        let units = self.plan().units();
        let level = options.level.as_deref().map(|name| self.known_level(name)).transpose()?;
        let mut without: FxHashSet<UnitIndex> = FxHashSet::default();
        for code in &options.without {
            without.extend(self.known_unit(code)?);
        }
        let mut assessor = self.assessor();
        assessor.cut();
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
            windows.push(RankedWindow { common, frame, better, units });
        }
        let sizes = windows.iter().map(|window| window.units.len());
        let threads = threads_for(sizes.clone().sum(), UNITS_WORTH_A_THREAD).min(windows.len());
        let RankOptions { draws, seed, .. } = RankOptions::default();
        let count = sizes.max().unwrap_or(0).saturating_mul(draws as usize);
        let normals = NormalDraws::new(seed, count, &check_stop);
        let ranked = parallel::map(threads, windows, |window| {
            self.ranked_window(&assessor, window, &normals)
        });
        Ok(ranked.concat())
    }

    fn ranked_window(
        &self,
        assessor: &Assessor<'_>,
        window: RankedWindow<'_>,
        normals: &NormalDraws,
    ) -> Vec<RankedUnit> {
        let RankedWindow { common, frame, better, units } = window;
        let prepared = assessor.prepare(common.target.indicator, &frame);
        let mut rows: Vec<RankedUnit> = Vec::with_capacity(units.len());
        let mut counted = Vec::new();
        let mut kind = None;
        for unit in units {
            let evaluated = prepared.evaluate(unit);
            let mut row = self.ranked_unit(&common, unit);
            row.numerator = evaluated.numerator;
            row.denominator = evaluated.denominator;
            match &evaluated.value {
                Ok(value) => row.value = Some(value.float()),
                Err(reason) => row.reason = Some(*reason),
            }
            if row.value.is_some() {
                let (of, events) = match (&evaluated.sampling, evaluated.denominator) {
                    (Sampling::Proportion { events, whole, per }, _) => {
                        kind = Some((Kind::Share, *per));
                        (*whole, *events)
                    }
                    (Sampling::Count { events, per_event }, Some(of)) => {
                        kind = Some((Kind::Rate, per_event * of));
                        (of, *events)
                    }
                    (
                        Sampling::Count { .. }
                        | Sampling::Standardised { .. }
                        | Sampling::Change { .. }
                        | Sampling::Fixed
                        | Sampling::Unknown,
                        _,
                    ) => (f64::NAN, f64::NAN),
                };
                if of > 0.0 && events >= 0.0 {
                    counted.push(Counted { row: rows.len(), events, of });
                } else {
                    row.reason = Some(Reason::NoCounts);
                }
            }
            rows.push(row);
        }
        let values: Vec<f64> = rows.iter().map(|row| row.value.unwrap_or(f64::NAN)).collect();
        for (row, rank) in rows.iter_mut().zip(ranks(&values, better, TiedRank::Best)) {
            row.rank = rank.map(|rank| rank as i64);
        }
        if let Some((kind, per)) = kind {
            let confidence = Confidence::new(self.plan().confidence()).unwrap_or(Confidence::P95);
            let field = Field { kind, per, better, confidence, normals };
            // Fewer than two, or nothing counted anywhere, is nothing to compare.
            let _ = field.compare(&mut rows, &counted);
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

    fn ranked_unit(&self, common: &Common<'_>, unit: UnitIndex) -> RankedUnit {
        let units = self.plan().units();
        RankedUnit {
            target: common.target.id.clone(),
            stratum: common.stratum_of(None),
            window_start: common.window.start(),
            window_end: common.window.end(),
            unit: units[unit].id.clone(),
            unit_name: units[unit].name.clone(),
            level: units.level_name(units[unit].level).to_owned(),
            numerator: None,
            denominator: None,
            value: None,
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
            reason: None,
        }
    }
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

    /// Between which shares or rates a unit stays by chance, and by as much as units differ anyway.
    fn limits(&self, one: &Counted, spread: &Overdispersion, confidence: Confidence) -> Interval {
        let (middle, standard_error) = self.of(one.of);
        let half = confidence.z() * standard_error.hypot(spread.between_variance.sqrt());
        let back = |there: f64| match self.kind {
            Kind::Share => {
                let share = there.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2);
                ((share * (one.of + 0.75) - 0.375) / one.of).clamp(0.0, 1.0)
            }
            Kind::Rate => {
                let expected = one.of * self.average;
                ((there.max(0.0).powi(2) * expected - 0.375) / one.of).max(0.0)
            }
        };
        Interval { lower: back(middle - half), upper: back(middle + half) }
    }
}

/// The facts that the compared units share.
struct Field<'n> {
    kind: Kind,
    /// What a quotient is multiplied by to be a value.
    per: f64,
    better: BetterEnd,
    confidence: Confidence,
    /// The numbers that intervals of ranks are drawn from.
    normals: &'n NormalDraws,
}

impl Field<'_> {
    /// Fills in what comes of comparing the units. On their scale, a standard error depends on a unit's size alone, so that
    /// a small unit without events is not taken for a certain one.
    fn compare(
        &self,
        rows: &mut [RankedUnit],
        counted: &[Counted],
    ) -> std::result::Result<(), crate::stats::StatsError> {
        let (events, of) =
            counted.iter().fold((0.0, 0.0), |(events, of), one| (events + one.events, of + one.of));
        let average = events / of;
        let scale = Scale { kind: self.kind, average };
        let scores: Vec<FunnelScore> = counted.iter().map(|one| scale.score(one)).collect();
        let spread: Overdispersion =
            overdispersion(&scores, Tails::Winsorised(0.1), TailScaling::Rescaled)?;
        let outer = Confidence::new(0.998)?;
        for one in counted {
            let row = &mut rows[one.row];
            row.average = Some(average * self.per);
            row.phi = Some(spread.phi);
            let limits = |confidence| scale.limits(one, &spread, confidence);
            let (inner_limits, outer_limits) = (limits(self.confidence), limits(outer));
            row.lower = Some(inner_limits.lower * self.per);
            row.upper = Some(inner_limits.upper * self.per);
            let signal = FunnelSignal::of(one.events / one.of, inner_limits, outer_limits);
            row.signal = Some(signal);
            let by_chance = match self.kind {
                Kind::Share => {
                    let (inner, x, n) = (self.confidence, one.events, one.of);
                    proportion_funnel_signal(x, n, average, inner, outer)?
                }
                Kind::Rate => {
                    let expected = one.of * average;
                    count_funnel_signal(one.events, expected, self.confidence, outer)?
                }
            };
            row.signal_by_chance = Some(by_chance);
        }
        self.test(rows, counted, &scores, &spread);
        self.rank(rows, counted, &scores)
    }

    /// Tests whether each differs from the average, and which differences remain after adjustment for all tests.
    fn test(
        &self,
        rows: &mut [RankedUnit],
        counted: &[Counted],
        scores: &[FunnelScore],
        spread: &Overdispersion,
    ) {
        let widened: Vec<f64> = scores
            .iter()
            .map(|score| {
                let error = score.standard_error;
                score.z * error / error.hypot(spread.between_variance.sqrt())
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
            let is_found = few[place].is_some_and(|p| p < 1.0 - self.confidence.share());
            row.finding = Some(match (is_found, is_above == (self.better == BetterEnd::Highest)) {
                (false, _) => RankFinding::NotToldApart,
                (true, true) => RankFinding::Better,
                (true, false) => RankFinding::Worse,
            });
        }
    }

    /// Between which ranks the true ones are, and which units do not clearly differ from the best that is left.
    fn rank(
        &self,
        rows: &mut [RankedUnit],
        counted: &[Counted],
        scores: &[FunnelScore],
    ) -> std::result::Result<(), crate::stats::StatsError> {
        let estimates: Vec<f64> =
            scores.iter().map(|score| score.z * score.standard_error).collect();
        let errors: Vec<f64> = scores.iter().map(|score| score.standard_error).collect();
        let (better, confidence) = (self.better, self.confidence);
        let options = RankOptions { better, confidence, ..RankOptions::default() };
        let tests = RankTests::new(&estimates, &errors, &options, self.normals)?;
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
        Ok(())
    }
}
