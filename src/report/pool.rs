//! Partial pooling of the rows of a target: what the counts of all units of a level say about each of them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Report;
use crate::assess::{
    Accumulation, Assessor, Certainty, Common, DispersionSource, Evaluated, Frame, Judge, Reason,
    Row, SampledCounts, Verdict, candidates, is_meant, reasons,
};
use crate::calendar::Window;
use crate::exact::{Bound, Exact};
use crate::parallel::check_stop;
use crate::plan::formula::Inputs;
use crate::plan::{Goal, IndicatorIndex, LevelIndex, Plan, TargetWindow, UnitIndex, Variation};
use crate::stats::Interval;
use crate::stats::pool::{
    MeetingChances, Pool, PoolExtremes, PoolGoal, PoolKind, PoolUnit, PooledUnit,
};

reasons! {
    /// Why a row has no pooled value, or no probability that it meets its goal.
    pub enum PoolingReason as "reason of pooling" {
        /// It has no verdict, or its value has no counts: for the reason of the report's rows.
        Row,
        /// Fewer than eight units of its level have counts.
        TooFewUnits = "too_few_units",
        /// Its window still runs, and its events add up until the end.
        WindowRuns = "window_runs",
        /// The goal is met in each of several categories.
        InEvery = "in_every",
        /// No share lies beyond its goal, or no rate: a goal of 0 or 100 %.
        GoalAtTheEnd = "goal_at_the_end",
    }
}

/// The rows of a target, a window and a level, pooled.
pub(crate) struct PooledGroup<'r> {
    pub(crate) common: Common<'r>,
    pub(crate) level: LevelIndex,
    /// How many units were pooled, and how much their true values differ; none if they are too few.
    pub(crate) pool: Option<FittedPool>,
    pub(crate) rows: Vec<PooledRow>,
}

/// What is known of the units together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FittedPool {
    pub(crate) units: usize,
    pub(crate) sd: f64,
    /// None unless it is asked for: it takes longer than all else.
    pub(crate) extremes: Option<PoolExtremes>,
}

/// A row of the report with what pooling says.
pub(crate) struct PooledRow {
    pub(crate) row: Row,
    /// In the unit of the value.
    pub(crate) pooled: Option<PooledUnit>,
    pub(crate) reason: Option<PoolingReason>,
}

/// How many verdicts of a report chance is expected to make wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ExpectedWrong {
    /// The expected number of wrong verdicts among the pooled rows: the sum of the probabilities that they are wrong.
    pub wrong: f64,
    /// How many rows were pooled.
    pub pooled: usize,
    /// The expected number of clear verdicts that are wrong among the other rows that chance has a part in, if all true
    /// values were at their goals: their number times what the plan's confidence leaves. It is never more.
    pub most_wrong: f64,
    /// How many these others are.
    pub others: usize,
    /// Whether windows that share days with a later one were left out.
    pub skips_overlaps: bool,
}

/// How a verdict may be wrong by chance.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wrong {
    /// With this probability.
    Pooled(f64),
    /// With what the plan's confidence leaves, if the true value is at its goal.
    Clear,
}

impl Wrong {
    /// The probability that a pooled verdict is wrong; 0 for others.
    pub(crate) fn pooled(self) -> f64 {
        match self {
            Wrong::Pooled(chance) => chance,
            Wrong::Clear => 0.0,
        }
    }

    /// The most that the probability of another verdict can be; 0 for pooled ones.
    pub(crate) fn at_most(self, plan: &Plan) -> f64 {
        match self {
            Wrong::Pooled(_) => 0.0,
            Wrong::Clear => 1.0 - plan.confidence_level().share(),
        }
    }
}

/// Reports with more rows are not pooled as a whole: it would take longer than all else of a page.
const MOST_POOLED: usize = 50_000;

/// The counts of a unit.
struct Counts {
    kind: PoolKind,
    unit: PoolUnit,
    /// The value of a share, or a rate, of 1.
    scale: f64,
    /// Whether the goal has an end at which it is always, or never, met.
    is_at_the_end: bool,
}

/// A unit with its counts, or why it has none.
type CountedUnit = (UnitIndex, Result<Counts, PoolingReason>);

impl Report {
    /// How many verdicts of the report chance is expected to make wrong; none where chance has no part in any. Computed on
    /// the first call.
    ///
    /// Rows of which at least eight units of a level have counts are [pooled](Report::pooled). Of the others, and of reports
    /// with more than 50,000 rows, only the most is known. Of windows that share days, the last one counts, and those that
    /// share none with one that counts.
    ///
    /// ```
    /// # use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {done: {}, due: {}},
    /// #     indicators: {share: {proportion: {numerator: done, denominator: due}}},
    /// #     targets: {t: {indicator: share, goal: {at_least: 80}, window: "2024"}},
    /// #     units: {levels: [city], list: [{id: c, level: city}]}}"#)?;
    /// # let mut tally = Tally::new(&plan);
    /// # for (measure, value) in [("done", 85.0), ("due", 100.0)] {
    /// #     tally.record(&Outcome::new("c", When::Period("2024".to_owned()), measure, value))?;
    /// # }
    /// let report = plan.assess(&tally, calendar::date("2024-12-31").unwrap())?;
    /// let expected = report.expected_wrong().unwrap();
    /// // One row, and too few units to pool.
    /// assert_eq!((expected.pooled, expected.others), (0, 1));
    /// assert!((expected.most_wrong - 0.05).abs() < 1e-12);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn expected_wrong(&self) -> Option<ExpectedWrong> {
        *self.expected_wrong.get_or_init(|| self.compute_expected_wrong())
    }

    fn compute_expected_wrong(&self) -> Option<ExpectedWrong> {
        let mut found = ExpectedWrong {
            wrong: 0.0,
            pooled: 0,
            most_wrong: 0.0,
            others: 0,
            skips_overlaps: false,
        };
        found.skips_overlaps = self.each_wrong(|_, _, wrong| match wrong {
            Wrong::Pooled(chance) => {
                found.wrong += chance;
                found.pooled += 1;
            }
            Wrong::Clear => found.others += 1,
        });
        found.most_wrong = found.others as f64 * (1.0 - self.plan().confidence_level().share());
        (found.pooled + found.others > 0).then_some(found)
    }

    /// Passes on each row whose verdict chance may make wrong, of windows that share no days. Returns whether others were
    /// left out.
    pub(crate) fn each_wrong(&self, mut see: impl FnMut(&Common<'_>, UnitIndex, Wrong)) -> bool {
        let mut kept: FxHashMap<usize, Vec<Window>> = FxHashMap::default();
        let mut windows: FxHashMap<usize, Vec<Window>> = FxHashMap::default();
        for block in self.stored_blocks() {
            windows.entry(block.target).or_default().push(block.window);
        }
        let mut skips_overlaps = false;
        for (target, mut all) in windows {
            all.dedup();
            let found = apart(&self.plan().targets()[target].window, &all);
            skips_overlaps |= found.len() < all.len();
            kept.insert(target, found);
        }
        let is_kept = |target: usize, window: &Window| {
            kept.get(&target).is_some_and(|windows| windows.contains(window))
        };
        if self.len() > MOST_POOLED {
            for (common, block) in self.blocks() {
                let indicator = common.target.indicator;
                let varies = self.plan()[indicator].variation == Variation::Chance;
                if varies && is_kept(block.target, &block.window) {
                    for place in block.places.clone() {
                        if is_by_chance(block.columns.certainty_of(place)) {
                            see(&common, block.columns.unit_of(place), Wrong::Clear);
                        }
                    }
                }
            }
            return skips_overlaps;
        }
        let mut assessor = self.assessor();
        assessor.cut();
        let places = self.plan().targets().len();
        let is_wanted = |common: &Common<'_>| is_kept(common.place % places, &common.window);
        for group in self.pooled_groups(&assessor, is_wanted, false) {
            let indicator = group.common.target.indicator;
            let varies = self.plan()[indicator].variation == Variation::Chance;
            // The verdict of a share of units is about the units counted.
            let counts_units = self.plan()[indicator].formula.facts().is_of_units();
            for PooledRow { row, pooled, reason } in group.rows {
                let meets = pooled
                    .filter(|_| reason.is_none() && !counts_units)
                    .and_then(|found| found.meets);
                let wrong = match (row.verdict, meets) {
                    (Verdict::Met, Some(meets)) => Wrong::Pooled(1.0 - meets),
                    (Verdict::Missed, Some(meets)) => Wrong::Pooled(meets),
                    (Verdict::Met | Verdict::Missed, None) => {
                        let runs = reason == Some(PoolingReason::WindowRuns);
                        let counts = varies && !runs && row.method.is_some();
                        if !counts || !is_by_chance(row.certainty) {
                            continue;
                        }
                        Wrong::Clear
                    }
                    (Verdict::Indeterminate, _) => continue,
                };
                see(&group.common, row.unit(), wrong);
            }
        }
        skips_overlaps
    }

    /// The rows of some blocks, pooled by target, window and level. All units that a target is for are pooled, whether
    /// the report has their rows or was filtered.
    pub(crate) fn pooled_groups(
        &self,
        assessor: &Assessor<'_>,
        is_wanted: impl Fn(&Common<'_>) -> bool,
        with_extremes: bool,
    ) -> Vec<PooledGroup<'_>> {
        let mut windows: Vec<(Common<'_>, FxHashMap<UnitIndex, Row>)> = Vec::new();
        // A filter leaves blocks without rows.
        let blocks = self.blocks().filter(|(_, block)| block.len() > 0);
        for (common, block) in blocks.filter(|(common, _)| is_wanted(common)) {
            let rows = block.rows().map(|row| (row.unit(), row));
            match windows.last_mut() {
                Some((last, of_last))
                    if last.place == common.place && last.window == common.window =>
                {
                    of_last.extend(rows);
                }
                Some(_) | None => windows.push((common, rows.collect())),
            }
        }
        let groups = windows.into_iter().map(|(common, rows)| {
            check_stop();
            self.pooled_window(assessor, common, rows, with_extremes)
        });
        groups.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn pooled_window<'r>(
        &'r self,
        assessor: &Assessor<'_>,
        common: Common<'r>,
        mut rows: FxHashMap<UnitIndex, Row>,
        with_extremes: bool,
    ) -> Vec<PooledGroup<'r>> {
        let (plan, target) = (self.plan(), common.target);
        if let Inputs::Units { of, level, goal } = plan[target.indicator].formula.facts().inputs {
            let members = self.pooled_members(assessor, &common, (of, level, goal), with_extremes);
            return self.pooled_shares_of_units(common, rows, members);
        }
        let units = candidates(plan, &target.units).into_iter();
        let units = units.filter(|unit| is_meant(plan, &target.units, *unit, &common.window));
        let frame = assessor.frame(&common.window);
        let minimum = target.minimum_completeness.or(plan.minimum_completeness());
        let judge = frame.as_ref().map(|frame| {
            let judge = assessor.prepare_judge(target.indicator, &target.goal, frame, minimum);
            (judge, assessor.target_dispersions(target, frame))
        });
        // In the order of the table of units.
        let mut levels: BTreeMap<usize, Vec<CountedUnit>> = BTreeMap::new();
        for unit in units {
            let found = match (&frame, &judge) {
                (Some(frame), Some((judge, dispersions))) => {
                    let dispersion = dispersions.of(unit).dispersion;
                    match rows.get(&unit) {
                        Some(row) if row.verdict == Verdict::Indeterminate => {
                            Err(PoolingReason::Row(row.reason.unwrap_or(Reason::NoData)))
                        }
                        Some(_) | None if !target.categories.is_empty() => {
                            Err(PoolingReason::InEvery)
                        }
                        Some(_) | None => {
                            let of = (target.indicator, &common.window);
                            counts(assessor, of, (frame, judge), unit, dispersion)
                        }
                    }
                }
                (None, _) | (_, None) => Err(PoolingReason::Row(Reason::NotStarted)),
            };
            levels.entry(plan.units()[unit].level.0).or_default().push((unit, found));
        }
        let groups = levels.into_iter().map(|(level, units)| {
            let pool = pool_of(units.iter().filter_map(|(_, found)| found.as_ref().ok()));
            let pooled_units = units.iter().filter(|(_, found)| found.is_ok()).count();
            let confidence = plan.confidence_level();
            let found =
                pool.as_ref().map(|pool| pool.units(confidence, &check_stop)).unwrap_or_default();
            let mut found = found.into_iter();
            let mut of_level = Vec::new();
            for (unit, counts) in units {
                let (pooled, reason) = match counts {
                    Err(reason) => (None, Some(reason)),
                    Ok(counts) => match found.next() {
                        None => (None, Some(PoolingReason::TooFewUnits)),
                        Some(found) => {
                            let reason =
                                counts.is_at_the_end.then_some(PoolingReason::GoalAtTheEnd);
                            let of = |number: f64| number * counts.scale;
                            let (value, lower, upper) =
                                (of(found.value), of(found.lower), of(found.upper));
                            (Some(PooledUnit { value, lower, upper, ..found }), reason)
                        }
                    },
                };
                of_level.extend(rows.remove(&unit).map(|row| PooledRow { row, pooled, reason }));
            }
            let pool = pool.map(|pool| FittedPool::of(&pool, pooled_units, with_extremes));
            PooledGroup { common, level: LevelIndex(level), pool, rows: of_level }
        });
        groups.filter(|group| !group.rows.is_empty()).collect()
    }

    /// The units that a share of units counts: for each one that is judged, the probability that its true value meets
    /// the goal, or why it is not known.
    fn pooled_members(
        &self,
        assessor: &Assessor<'_>,
        common: &Common<'_>,
        (indicator, level, goal): (IndicatorIndex, LevelIndex, &Goal),
        with_extremes: bool,
    ) -> PooledMembers {
        let (plan, window) = (self.plan(), &common.window);
        let mut members =
            PooledMembers { level, pool: None, chances: None, places: FxHashMap::default() };
        let Some(frame) = assessor.frame(window) else { return members };
        // As the value of the share judges them.
        let judge = assessor.prepare_judge(indicator, goal, &frame, plan.minimum_completeness());
        let source = DispersionSource::of_target(plan, common.target);
        let dispersions = assessor.dispersions(indicator, &frame, &source);
        let of_level = plan.units().iter().filter(|(unit, named)| {
            named.level == level && plan.units().is_judged_throughout(*unit, window)
        });
        let mut found: Vec<CountedUnit> = Vec::new();
        for (unit, _) in of_level {
            if judge.judge(unit).verdict != Verdict::Indeterminate {
                let dispersion = dispersions.of(unit).dispersion;
                let of = (indicator, window);
                found.push((unit, counts(assessor, of, (&frame, &judge), unit, dispersion)));
            }
        }
        let pool = pool_of(found.iter().filter_map(|(_, counts)| counts.as_ref().ok()));
        let mut places = 0..;
        for (unit, counts) in found {
            let place = counts.and_then(|counts| match places.next() {
                Some(place) if pool.is_some() && !counts.is_at_the_end => Ok(place),
                Some(_) | None if pool.is_some() => Err(PoolingReason::GoalAtTheEnd),
                Some(_) | None => Err(PoolingReason::TooFewUnits),
            });
            members.places.insert(unit, place);
        }
        let pooled_units = places.start;
        members.chances = pool.as_ref().map(|pool| pool.meeting_chances(&check_stop));
        members.pool = pool.map(|pool| FittedPool::of(&pool, pooled_units, with_extremes));
        members
    }

    /// Rows of shares of units: how many units meet their goals in truth is a sum of independent events with the
    /// probabilities of the units.
    fn pooled_shares_of_units<'r>(
        &self,
        common: Common<'r>,
        rows: FxHashMap<UnitIndex, Row>,
        members: PooledMembers,
    ) -> Vec<PooledGroup<'r>> {
        let units = self.plan().units();
        let mut rows: Vec<(UnitIndex, Row)> = rows.into_iter().collect();
        rows.sort_by_key(|(unit, _)| *unit);
        let mut levels: BTreeMap<usize, Vec<PooledRow>> = BTreeMap::new();
        for (unit, row) in rows {
            let (pooled, reason) = match self.pooled_share(&common, &row, &members) {
                Ok(pooled) => (Some(pooled), None),
                Err(reason) => (None, Some(reason)),
            };
            let of_level = levels.entry(units[unit].level.0).or_default();
            of_level.push(PooledRow { row, pooled, reason });
        }
        let group = |(level, rows)| PooledGroup {
            common,
            level: LevelIndex(level),
            pool: members.pool,
            rows,
        };
        levels.into_iter().map(group).collect()
    }

    fn pooled_share(
        &self,
        common: &Common<'_>,
        row: &Row,
        members: &PooledMembers,
    ) -> Result<PooledUnit, PoolingReason> {
        if row.verdict == Verdict::Indeterminate {
            return Err(PoolingReason::Row(row.reason.unwrap_or(Reason::NoData)));
        }
        if !common.target.categories.is_empty() {
            return Err(PoolingReason::InEvery);
        }
        let units = self.plan().units();
        let (mut places, mut below) = (Vec::new(), vec![row.unit()]);
        while let Some(unit) = below.pop() {
            if units[unit].level == members.level {
                if let Some(place) = members.places.get(&unit) {
                    places.push((*place)?);
                }
            } else {
                below.extend(units.children(unit));
            }
        }
        let judged = places.len() as f64;
        // The row counts other units, such as some that have ceased to exist.
        if judged == 0.0 || row.denominator.get() != Some(judged) {
            return Err(PoolingReason::Row(Reason::NoCounts));
        }
        let number = members.chances.as_ref().and_then(|chances| chances.number(&places).ok()?);
        let number = number.ok_or(PoolingReason::GoalAtTheEnd)?;
        let share = |number: f64| 100.0 * number / judged;
        let Interval { lower, upper } = number.interval(self.plan().confidence_level());
        // A goal that rests on an earlier share has no number that is known.
        let meets = Bound::of(&common.target.goal, None).and_then(|bounds| {
            let all = Exact::of(judged)?;
            let value = |units: usize| Some(&Exact::of(units as f64)? * &Exact::HUNDRED / &all);
            let is_met = |units: &usize| {
                value(*units).is_some_and(|value| bounds.verdict(&value) == Verdict::Met)
            };
            let mass = |units: usize| {
                let units = units as f64;
                number.at_most(units) - number.at_most(units - 1.0)
            };
            Some((0..=places.len()).filter(is_met).map(mass).sum::<f64>().clamp(0.0, 1.0))
        });
        Ok(PooledUnit {
            value: share(number.expected),
            lower: share(lower),
            upper: share(upper),
            meets,
        })
    }
}

/// The units that a share of units counts.
struct PooledMembers {
    level: LevelIndex,
    pool: Option<FittedPool>,
    chances: Option<MeetingChances>,
    /// Of those that are judged, the places in the pool.
    places: FxHashMap<UnitIndex, Result<usize, PoolingReason>>,
}

impl FittedPool {
    fn of(pool: &Pool, units: usize, with_extremes: bool) -> FittedPool {
        let extremes = with_extremes.then(|| pool.extremes(&check_stop));
        FittedPool { units, sd: pool.prior_sd(), extremes }
    }
}

/// The pool of the counts of units; none of fewer units than it takes.
fn pool_of<'c>(counts: impl Iterator<Item = &'c Counts> + Clone) -> Option<Pool> {
    let kind = counts.clone().map(|counts| counts.kind).next().unwrap_or_default();
    let units: Vec<PoolUnit> = counts.map(|counts| counts.unit).collect();
    // Counts that were accepted are numbers.
    Pool::new(kind, &units, &check_stop).ok()
}

/// The counts of a unit, or why there are none.
fn counts(
    assessor: &Assessor<'_>,
    (indicator, window): (IndicatorIndex, &Window),
    (frame, judge): (&Frame, &Judge<'_>),
    unit: UnitIndex,
    dispersion: f64,
) -> Result<Counts, PoolingReason> {
    let plan = assessor.plan;
    let facts = plan[indicator].formula.facts();
    if plan[indicator].variation == Variation::None || facts.is_of_units() || facts.is_of_reports()
    {
        return Err(PoolingReason::Row(Reason::NoCounts));
    }
    if !plan.units().is_judged_throughout(unit, window) {
        return Err(PoolingReason::Row(Reason::UnitNotValid));
    }
    let judgement = judge.judge(unit);
    if let Some(reason) = judgement.reason {
        return Err(PoolingReason::Row(reason));
    }
    let Some(bounds) = judgement.bounds.as_deref() else {
        return Err(PoolingReason::Row(Reason::NoBaseline));
    };
    let bounds = bounds.map(Exact::float);
    let Evaluated { sampling, denominator, completeness, .. } = &judgement.evaluated;
    let Some(mut counted) = sampling.counted(assessor.linked(indicator)) else {
        return Err(PoolingReason::Row(Reason::NoCounts));
    };
    if counted.kind == PoolKind::Rate {
        if assessor.accumulation(indicator) == Accumulation::Accumulates {
            if !frame.is_final() {
                return Err(PoolingReason::WindowRuns);
            }
            if completeness.is_some_and(|share| share < 100.0) {
                return Err(PoolingReason::Row(Reason::LateReports));
            }
        }
        if denominator.is_none() {
            // Units of different sizes: what each has of the number that its goal allows or takes.
            let goal = match bounds {
                Bound::Floor { at, .. } | Bound::Ceiling { at, .. } => at,
                Bound::Between { low, high } => 0.5 * (low + high),
            };
            if goal <= 0.0 {
                return Err(PoolingReason::GoalAtTheEnd);
            }
            counted.denominator *= goal;
            counted.scale = goal;
        }
    }
    let recorded = assessor.recorded_among(indicator, frame).of(unit);
    let SampledCounts { kind, mut events, mut denominator, scale, mut variance } = counted;
    match kind {
        PoolKind::Share => {
            let of_recorded;
            (events, denominator, of_recorded) = recorded.alone(events, denominator);
            variance *= of_recorded;
        }
        PoolKind::Rate => {
            denominator *= recorded.share;
            variance *= 1.0 + events * recorded.deviation.powi(2);
        }
    }
    // Counts that vary less than independent ones are pooled as if they did not.
    let dispersion = (dispersion * variance).max(1.0);
    let goal = goal_of(kind, &bounds.map(|number| number / scale));
    let unit = PoolUnit { events, denominator, dispersion, goal: goal.unwrap_or_default() };
    match unit.check(kind) {
        Ok(()) => Ok(Counts { kind, unit, scale, is_at_the_end: goal.is_none() }),
        Err(_) => Err(PoolingReason::Row(Reason::NoCounts)),
    }
}

/// The goal as numbers that true values lie on both sides of; none if all of them, or none, meet it.
fn goal_of(kind: PoolKind, bounds: &Bound<f64>) -> Option<PoolGoal> {
    let most = match kind {
        PoolKind::Share => 1.0,
        PoolKind::Rate => f64::INFINITY,
    };
    let inside = |number: f64| (number > 0.0 && number < most).then_some(number);
    let goal = match *bounds {
        Bound::Floor { at, .. } => PoolGoal { at_least: Some(inside(at)?), at_most: None },
        Bound::Ceiling { at, .. } => PoolGoal { at_least: None, at_most: Some(inside(at)?) },
        Bound::Between { low, high } if high <= 0.0 || low >= most => return None,
        Bound::Between { low, high } => PoolGoal { at_least: inside(low), at_most: inside(high) },
    };
    (goal != PoolGoal::default()).then_some(goal)
}

/// Whether a verdict was tested against chance.
fn is_by_chance(certainty: Certainty) -> bool {
    match certainty {
        Certainty::Clear | Certainty::WithinChance => true,
        Certainty::Unsettled | Certainty::Unknown => false,
    }
}

/// The windows of a target that share no day: from the last one backwards, each that ends before the one after it
/// begins. All of them, unless they roll.
pub(crate) fn apart(window: &TargetWindow, all: &[Window]) -> Vec<Window> {
    let mut sorted = all.to_vec();
    if !matches!(window, TargetWindow::Rolling { .. }) {
        return sorted;
    }
    sorted.sort_by_key(|window| std::cmp::Reverse((window.end(), window.start())));
    let mut kept: Vec<Window> = Vec::new();
    for window in sorted {
        if kept.last().is_none_or(|next| window.end() <= next.start()) {
            kept.push(window);
        }
    }
    kept
}
