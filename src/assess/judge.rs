//! Judges one target in one window, unit by unit.

mod plain;

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

use super::assessment::{Certainty, Reason, Verdict};
use super::columns::BuilderSlice;
use super::dispersion::{DispersionSource, Dispersions, levels_of};
use super::judgement::Judgement;
use super::missing_reports::{DueReports, Missing, PossibleEnds};
use super::outlook::{Model, Prospects};
use super::pace::{self, WindowProgress};
use super::packed::Number;
use super::possible::End;
use super::projection::{Ahead, OnceRecorded};
use super::reported_time::ReportedTime;
use super::row::Row;
use super::spread::{Linked, RowSpread};
use super::uncertainty::{NamedInterval, Sampling};
use super::value::{Accumulation, Baseline, Evaluated, Extent, LANES, Prepared, compared};
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::{Bound, Exact, ExactArithmetic};
use crate::parallel;
use crate::plan::formula::Inputs;
use crate::plan::{Amount, ChangeAs, Goal, IndicatorIndex, Target, UnitIndex, Variation};
use crate::stats::Confidence;

/// Fewer events than this are nearer to none.
const AN_EVENT: f64 = 0.5;

/// An indicator over a frame, with its goal.
pub(crate) struct Judge<'a> {
    goal: &'a Goal,
    indicator: Prepared<'a>,
    /// The bounds of a goal that is not relative.
    fixed: Option<Bound>,
    /// What a relative goal starts from.
    then: Option<Baseline<'a>>,
    minimum_completeness: Option<f64>,
}

impl Assessor<'_> {
    /// The smallest change of events that would turn the verdict of a target for a unit; see [`Bound::events_to_flip`].
    pub(crate) fn flip(
        &self,
        target: &Target,
        indicator: IndicatorIndex,
        frame: &Frame,
        unit: UnitIndex,
    ) -> Option<i64> {
        let judge = self.prepare_judge(indicator, &target.goal, frame, None);
        let judgement = judge.judge(unit);
        if judgement.verdict == Verdict::Indeterminate {
            return None;
        }
        judgement.bounds.as_ref()?.events_to_flip(judgement.evaluated.events.as_ref()?)
    }

    /// An indicator over one frame and a goal, to be judged for many units.
    pub(crate) fn prepare_judge<'s>(
        &'s self,
        indicator: IndicatorIndex,
        goal: &'s Goal,
        frame: &Frame,
        minimum_completeness: Option<f64>,
    ) -> Judge<'s> {
        let (prepared, then) = self.prepare_for_goal(indicator, goal, frame);
        Judge {
            goal,
            indicator: prepared,
            fixed: Bound::of(goal, None),
            then,
            minimum_completeness,
        }
    }

    /// An indicator over one frame, and in the window that a relative goal compares it with.
    pub(crate) fn prepare_for_goal(
        &self,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
    ) -> (Prepared<'_>, Option<Baseline<'_>>) {
        let Some(from) = goal.reference() else {
            return (self.prepare(indicator, frame), None);
        };
        let (now, then) = self.prepare_compared(indicator, from, frame, Extent::Whole);
        (now, Some(then))
    }
}

impl Judge<'_> {
    /// Compares the indicator's value for a unit with the goal.
    pub(crate) fn judge(&self, unit: UnitIndex) -> Judgement<'_> {
        let (evaluated, then) = match &self.then {
            Some(then) => compared(&self.indicator, then, unit),
            None => (self.indicator.evaluate(unit), None),
        };
        let bounds = match &self.fixed {
            Some(bounds) => Some(Cow::Borrowed(bounds)),
            None => {
                let then_value = then.as_ref().and_then(|then| then.value.as_ref().ok());
                Bound::of(self.goal, then_value).map(Cow::Owned)
            }
        };
        self.judgement_of(evaluated, bounds, then)
    }

    /// Compares the indicator's value for a unit with bounds of its own, or none.
    pub(crate) fn judge_against<'j>(
        &'j self,
        unit: UnitIndex,
        bounds: Option<&'j Bound>,
    ) -> Judgement<'j> {
        self.judgement_of(self.indicator.evaluate(unit), bounds.map(Cow::Borrowed), None)
    }

    fn judgement_of<'j>(
        &'j self,
        evaluated: Evaluated,
        bounds: Option<Cow<'j, Bound>>,
        then: Option<Evaluated>,
    ) -> Judgement<'j> {
        let reason = match (&evaluated.value, &bounds) {
            (Err(reason), _) => Some(*reason),
            (Ok(_), None) if then.as_ref().is_some_and(Evaluated::is_suppressed) => {
                Some(Reason::Suppressed)
            }
            (Ok(_), None) => Some(Reason::NoBaseline),
            (Ok(_), Some(_)) => (!self.is_complete(&evaluated)).then_some(Reason::Incomplete),
        };
        let verdict = match (&evaluated.value, &bounds, reason) {
            (Ok(value), Some(bounds), None) => bounds.verdict(value),
            _ => Verdict::Indeterminate,
        };
        Judgement { evaluated, bounds, then, verdict, reason }
    }

    /// Whether as many reports were made as a verdict takes.
    pub(crate) fn has_enough(&self, judgement: &Judgement<'_>) -> bool {
        self.is_complete(&judgement.evaluated)
    }

    fn is_complete(&self, evaluated: &Evaluated) -> bool {
        let minimum = self.minimum_completeness.zip(evaluated.completeness);
        minimum.is_none_or(|(minimum, share)| share >= minimum)
    }
}

/// A target and one of its windows: what is the same for all units is known.
pub(super) struct Judging<'a> {
    assessor: &'a Assessor<'a>,
    target: &'a Target,
    /// The target's indicator, or what it is in a category.
    judged: IndicatorIndex,
    window: Window,
    /// The goal's number, where it is not relative.
    goal_value: Number,
    varies: bool,
    is_change: bool,
    /// Whether the indicator counts units by their verdicts.
    is_of_units: bool,
    accumulation: Accumulation,
    /// Whether values are on a way from a baseline to the goal.
    has_progress: bool,
    /// Whether it is counted over a stock that weighs as much as was reported beside it: then the value is already one of
    /// the periods that were reported.
    is_per_period: bool,
    /// Whether some of its measures may be negative.
    is_signed: bool,
    /// Whether all that is counted is recorded as events.
    counts_events: bool,
    /// The categories in each of which the goal has to be met; 1 if there are none.
    categories: u32,
    dispersion: DispersionSource,
    linked: Option<Linked>,
    started: Option<StartedWindow<'a>>,
    /// Whether rows that are plain may be made in a shorter way.
    may_be_plain: bool,
    /// Per unit, the worst and the best that missing reports could lead to, where some are missing; computed when the
    /// first row misses one.
    possible: OnceCell<PossibleEnds>,
    /// Per unit, its verdict whatever suppressed cells hold; computed when the first row needs such a cell.
    suppressed: OnceCell<HashMap<UnitIndex, Verdict>>,
}

/// What there is once a window has begun.
struct StartedWindow<'a> {
    frame: Frame,
    judge: Judge<'a>,
    /// The earlier value a campaign's rows are seen against.
    compared: Option<Baseline<'a>>,
    /// What outlooks rest on while the window runs, or while reports are missing.
    prospects: OnceCell<Option<Prospects<'a>>>,
    /// How much of the time elapsed reports cover, where no outlook says so.
    reported: OnceCell<ReportedTime>,
    /// Whether the window has closed and events of it are still being recorded.
    is_late: OnceCell<bool>,
    /// How much more the counts of now, and of the window that is compared, vary than independent events.
    dispersions: OnceCell<(Dispersions, Dispersions)>,
    /// The reports that the verdict rests on, of the window and of one that it is compared with.
    due: DueReports,
}

impl<'a> Judging<'a> {
    /// Judges the target's indicator, or the same in some categories.
    pub(super) fn new(
        assessor: &'a Assessor<'a>,
        target: &'a Target,
        judged: IndicatorIndex,
        window: &Window,
    ) -> Self {
        let plan = assessor.plan;
        let indicator = &plan[judged];
        let minimum = target.minimum_completeness.or(plan.minimum_completeness());
        let facts = indicator.formula.facts();
        let is_change = facts.is_change();
        let measures = plan.measures_of(judged);
        let started = assessor.frame(window).map(|frame| StartedWindow {
            frame,
            judge: assessor.prepare_judge(judged, &target.goal, &frame, minimum),
            compared: if target.goal.reference().is_some() || is_change {
                None
            } else {
                assessor
                    .compared(target)
                    .map(|(from, extent)| assessor.baseline(judged, from, &frame, extent))
            },
            prospects: OnceCell::new(),
            reported: OnceCell::new(),
            is_late: OnceCell::new(),
            dispersions: OnceCell::new(),
            due: assessor.due_reports(judged, Some(&target.goal), &frame),
        });
        let bounds = Bound::of(&target.goal, None);
        let accumulation = assessor.accumulation(judged);
        let has_baseline = target.baseline.is_some() || target.goal.reference().is_some();
        let is_final = started.as_ref().is_some_and(|started| started.frame.is_final());
        let is_along = is_final || accumulation != Accumulation::Accumulates;
        Judging {
            assessor,
            target,
            window: *window,
            goal_value: bounds.as_ref().map(|bounds| bounds.numbers().0.float()).into(),
            varies: match indicator.variation {
                Variation::Chance => true,
                Variation::None => false,
            },
            is_change,
            is_of_units: facts.is_of_units(),
            accumulation,
            has_progress: has_baseline && !target.goal.is_between() && is_along,
            is_per_period: assessor.is_per_period(judged),
            is_signed: measures.iter().any(|measure| plan[*measure].signed),
            counts_events: assessor.counts_events(judged),
            categories: 1,
            dispersion: DispersionSource::of_target(plan, target),
            linked: assessor.linked(judged),
            started,
            may_be_plain: true,
            possible: OnceCell::new(),
            suppressed: OnceCell::new(),
            judged,
        }
    }

    /// The same as one of several categories in each of which the goal has to be met.
    pub(super) fn among(self, categories: u32) -> Self {
        Judging { categories, ..self }
    }

    /// The same, which takes no row for plain.
    #[cfg(test)]
    pub(super) fn without_plain_rows(self) -> Self {
        Judging { may_be_plain: false, ..self }
    }

    /// The rows of units.
    pub(super) fn rows(&self, units: &[UnitIndex], slice: &mut BuilderSlice<'_>) {
        let plan = self.assessor.plan.units();
        let are_judged = plan.are_judged_throughout(&self.window);
        let is_judged =
            |unit: UnitIndex| are_judged || plan.is_judged_throughout(unit, &self.window);
        let plain = self.plain_rows();
        let all = units;
        for (chunk, units) in units.chunks(LANES).enumerate() {
            parallel::check_stop();
            let first = chunk * LANES;
            let mut are_plain = [plain.is_some(); LANES];
            if let Some(plain) = &plain {
                plain.write(units, first, slice, &mut are_plain);
            }
            for (place, (unit, is_plain)) in (first..).zip(units.iter().zip(are_plain)) {
                let is_judged = is_judged(*unit);
                if !(is_plain && is_judged) {
                    slice.set(place, self.row(*unit, is_judged, all));
                }
            }
        }
    }

    /// What the trajectory expects of units on some days. Each of `days` is the window up to such a day.
    pub(super) fn expected_on(
        &self,
        units: &[UnitIndex],
        days: &[Window],
    ) -> Vec<Vec<Option<f64>>> {
        let Some(started) = &self.started else { return Vec::new() };
        let plan = self.assessor.plan;
        let days: Vec<_> = days
            .iter()
            .map(|to_date| {
                let frame = Frame { window: started.frame.window, to_date: *to_date };
                let trajectory = &self.target.trajectory;
                let clock =
                    self.assessor.later_day(self.judged, &started.frame, *to_date, trajectory);
                (frame, clock)
            })
            .collect();
        let of_unit = |unit: &UnitIndex| {
            parallel::check_stop();
            let judgement = started.judge.judge(*unit);
            let (baseline, _) = self.baseline(*unit, started, &judgement);
            let expected = days.iter().map(|(frame, clock)| {
                let progress = WindowProgress {
                    calendar: plan.calendar(),
                    target: self.target,
                    frame,
                    season: clock.as_ref().and_then(|clock| clock.share(plan, *unit)),
                    reported: Exact::ONE,
                };
                let bounds = judgement.bounds.as_deref()?;
                let expected =
                    progress.expected_now(bounds, self.accumulation, baseline.as_deref());
                expected.as_ref().map(Exact::float)
            });
            expected.collect()
        };
        units.iter().map(of_unit).collect()
    }

    /// What is expected and forecast of a unit on later days of a window that runs. Each of `days` is the window up to such a
    /// day, `confidences` are those of the intervals.
    pub(super) fn ahead(
        &self,
        unit: UnitIndex,
        days: &[Window],
        confidences: &[Confidence],
    ) -> Vec<Ahead> {
        let Some(started) = &self.started else { return Vec::new() };
        let judgement = started.judge.judge(unit);
        let Some(bounds) = judgement.bounds.as_deref() else { return Vec::new() };
        let (baseline, _) = self.baseline(unit, started, &judgement);
        let is_judged = judgement.verdict != Verdict::Indeterminate;
        let prospects = if is_judged { self.prospects(started) } else { None };
        let plan = self.assessor.plan;
        let ahead = days.iter().map(|to_date| {
            parallel::check_stop();
            let trajectory = &self.target.trajectory;
            let frame = Frame { window: started.frame.window, to_date: *to_date };
            let later = self.assessor.later_day(self.judged, &started.frame, *to_date, trajectory);
            let progress = WindowProgress {
                calendar: plan.calendar(),
                target: self.target,
                frame: &frame,
                season: later.as_ref().and_then(|later| later.share(plan, unit)),
                reported: Exact::ONE,
            };
            let expected = progress.expected_now(bounds, self.accumulation, baseline.as_deref());
            let outlook = |confidence: Confidence| {
                let later = later.as_ref().filter(|_| !frame.is_final());
                // Without a later day, the outlook is on the window's end.
                let prospects = prospects.filter(|_| later.is_some() || frame.is_final())?;
                prospects.outlook_on(later, unit, &judgement, confidence)
            };
            Ahead {
                expected: expected.as_ref().map(Exact::float),
                outlooks: confidences.iter().map(|confidence| outlook(*confidence)).collect(),
            }
        });
        ahead.collect()
    }

    /// Prepares whatever rows may need.
    pub(super) fn prepare(&self, missing: Missing) {
        let Some(started) = &self.started else { return };
        if self.varies {
            self.dispersions(started);
        }
        let may_change = || {
            let is_late = match missing {
                Missing::Due => self.is_late(started),
                Missing::Any => {
                    self.assessor.may_be_recorded_late(self.judged, &started.frame.to_date)
                }
            };
            is_late || self.assessor.may_miss(self.judged, missing)
        };
        if started.frame.is_final() && !may_change() {
            return;
        }
        self.prospects(started);
        self.reported_time(started);
        self.possible(&[], started);
    }

    /// The row of a unit, in whatever way it has to be made.
    fn row(&self, unit: UnitIndex, is_judged: bool, all: &[UnitIndex]) -> Row {
        let mut row = Row { goal_value: self.goal_value, ..Row::blank(unit) };
        match &self.started {
            Some(started) if is_judged => self.fill(&mut row, unit, all, started),
            None if is_judged => row.reason = Some(Reason::NotStarted),
            Some(_) | None => row.reason = Some(Reason::UnitNotValid),
        }
        row
    }

    fn fill(&self, row: &mut Row, unit: UnitIndex, all: &[UnitIndex], started: &StartedWindow<'a>) {
        let judgement = started.judge.judge(unit);
        let evaluated = &judgement.evaluated;
        row.numerator = evaluated.numerator.into();
        row.denominator = evaluated.denominator.into();
        row.completeness = evaluated.completeness.into();
        (row.matched, row.unmatched) =
            evaluated.pairs.map(|pairs| (pairs.matched, pairs.unmatched)).unzip();
        let (baseline, of_baseline) = self.baseline(unit, started, &judgement);
        row.baseline = baseline.as_deref().map(Exact::float).into();
        row.imputed = evaluated.imputed.into_iter().chain(of_baseline).reduce(f64::max).into();
        if started.judge.fixed.is_none()
            && let Some(bounds) = &judgement.bounds
        {
            row.goal_value = Some(bounds.numbers().0.float()).into();
        }
        row.verdict = judgement.verdict;
        row.reason = judgement.reason;
        if row.reason == Some(Reason::Suppressed)
            && started.judge.has_enough(&judgement)
            && let Some(verdict) = self.suppressed_verdict(unit, all, started)
        {
            row.verdict = verdict;
            row.certainty = if self.misses(unit, all, started) {
                Certainty::Unsettled
            } else if !self.varies && started.frame.is_final() {
                Certainty::Clear
            } else {
                Certainty::Unknown
            };
        }
        let Ok(value) = &evaluated.value else { return };
        row.value = Some(value.float()).into();

        let interval = if self.varies {
            evaluated.sampling.interval(&self.assessor.intervals, self.spread(unit, started))
        } else {
            None
        };
        if interval.is_some() {
            row.dispersion = self.dispersions(started).0.known(unit).into();
        }
        row.lower = interval.map(|named| named.interval.lower).into();
        row.upper = interval.map(|named| named.interval.upper).into();
        row.method = interval.map(|named| named.method);
        row.parts_differ = evaluated.parts_differ;

        let Some(bounds) = &judgement.bounds else { return };
        row.gap = Some(bounds.gap(value)).into();
        row.needed =
            evaluated.events.as_ref().and_then(|events| bounds.events_needed(events)).into();
        if let Some(baseline) = baseline.as_deref().filter(|_| self.has_progress) {
            row.progress = bounds.progress(&mut ExactArithmetic, value, baseline).into();
        }
        if !self.is_change {
            row.attainment = bounds.attainment(&mut ExactArithmetic, value).into();
        }
        if row.verdict == Verdict::Indeterminate {
            return;
        }
        let misses = self.misses(unit, all, started);
        let possible = misses.then(|| self.possible(all, started));
        row.certainty = self.certainty(&judgement, bounds, (unit, interval), possible);
        let is_late = self.is_late(started);
        if !started.frame.is_final() || misses || is_late {
            self.pace(row, started, bounds, evaluated, baseline.as_deref());
            let prospects = self.prospects(started);
            row.projection.outlook =
                prospects.and_then(|all| all.outlook(unit, &judgement)).map(Box::new);
            let chance = row.projection.chance().get();
            row.projection.pace = pace::with_chance(row.projection.pace, chance);
            if let Some(OnceRecorded { chance, value }) = row.projection.once_recorded(is_late) {
                let is_clear = || {
                    Exact::of(value).is_some_and(|value| {
                        let end = End::of(&value, bounds);
                        self.is_clear_at(&end, &judgement, bounds, (unit, interval))
                    })
                };
                if self.could_turn(row.verdict, chance) {
                    row.certainty = Certainty::Unsettled;
                } else if self.varies && row.certainty == Certainty::Clear && !is_clear() {
                    row.certainty = Certainty::WithinChance;
                }
            }
        }
        let is_provisional =
            evaluated.provisional || judgement.then.as_ref().is_some_and(|then| then.provisional);
        let from_zero =
            judgement.then.as_ref().is_some_and(|then| !matches!(then.sampling, Sampling::Fixed))
                && baseline.as_deref().is_some_and(Exact::is_zero);
        let awaits_events =
            || row.projection.nowcast().get().is_some_and(|events| events >= AN_EVENT);
        row.reason = if (misses && row.projection.outlook.is_some())
            || (self.counts_events && awaits_events())
        {
            Some(Reason::LateReports)
        } else if is_provisional {
            Some(Reason::Provisional)
        } else if from_zero {
            Some(Reason::ZeroBaseline)
        } else if row.method.is_none() && self.varies {
            Some(Reason::NoCounts)
        } else {
            None
        };
    }

    /// Whether the window has closed and events of it are still being recorded.
    fn is_late(&self, started: &StartedWindow<'a>) -> bool {
        *started.is_late.get_or_init(|| {
            let Frame { to_date, .. } = &started.frame;
            started.frame.is_final() && self.assessor.is_recorded_late(self.judged, to_date)
        })
    }

    /// Whether events that are still being recorded could turn a verdict, with the chance that the goal is met in the end.
    fn could_turn(&self, verdict: Verdict, chance: f64) -> bool {
        let tail = self.assessor.plan.confidence_level().tail();
        match verdict {
            Verdict::Met => chance < 1.0 - tail,
            Verdict::Missed => chance > tail,
            Verdict::Indeterminate => false,
        }
    }

    /// The verdict on a unit that is the same whatever its suppressed cells hold; `all` are the units that are judged.
    fn suppressed_verdict(
        &self,
        unit: UnitIndex,
        all: &[UnitIndex],
        started: &StartedWindow<'_>,
    ) -> Option<Verdict> {
        let verdicts = self.suppressed.get_or_init(|| {
            let (goal, frame) = (&self.target.goal, &started.frame);
            let judge = &started.judge;
            let ends = self.assessor.suppressed_ends(judge, self.judged, goal, frame, all);
            let verdicts = all.iter().zip(ends);
            verdicts.filter_map(|(unit, ends)| Some((*unit, ends?.verdict()?))).collect()
        });
        verdicts.get(&unit).copied()
    }

    /// How much more counts vary than independent events: those of the window, and those of the window that is compared.
    fn dispersions<'b>(&self, started: &'b StartedWindow<'a>) -> &'b (Dispersions, Dispersions) {
        started.dispersions.get_or_init(|| {
            let (assessor, target) = (self.assessor, self.target);
            let of = |frame: &Frame| assessor.dispersions(self.judged, frame, &self.dispersion);
            let is_compared = target.goal.reference().is_some() || self.is_change;
            let then =
                if is_compared { assessor.compared_frame(target, &started.frame) } else { None };
            (of(&started.frame), then.map_or(Dispersions::Unknown, |frame| of(&frame)))
        })
    }

    /// The dispersions of a unit.
    fn spread(&self, unit: UnitIndex, started: &StartedWindow<'a>) -> RowSpread {
        let (now, then) = self.dispersions(started);
        RowSpread { now: now.of(unit), then: then.of(unit), linked: self.linked }
    }

    /// What outlooks rest on.
    fn prospects<'b>(&self, started: &'b StartedWindow<'a>) -> Option<&'b Prospects<'a>> {
        let prospects = started.prospects.get_or_init(|| {
            let rules = self.target.outlook.or(self.assessor.plan.outlook());
            let model =
                Model { trajectory: &self.target.trajectory, rules, dispersion: &self.dispersion };
            let levels = levels_of(self.assessor.plan, &self.target.units);
            let (goal, frame) = (&self.target.goal, &started.frame);
            self.assessor.prospects(self.judged, goal, frame, model, &levels)
        });
        prospects.as_ref()
    }

    /// Whether a report is missing that the verdict of a unit rests on; `all` are the units that are judged.
    fn misses(&self, unit: UnitIndex, all: &[UnitIndex], started: &StartedWindow<'_>) -> bool {
        // A share of units rests on the reports of the units that are judged.
        if self.is_of_units {
            started.due.misses_any() && self.possible(all, started).misses(unit)
        } else {
            started.due.misses(unit)
        }
    }

    /// Per unit that misses a report, the worst and the best that missing reports could lead to.
    fn possible(&self, all: &[UnitIndex], started: &StartedWindow<'_>) -> &PossibleEnds {
        self.possible.get_or_init(|| {
            let (goal, frame) = (&self.target.goal, &started.frame);
            self.assessor.possible_ends_beside(&started.due, self.judged, goal, frame, all)
        })
    }

    /// Where a window that still runs, or of which reports are missing, stands.
    fn pace(
        &self,
        row: &mut Row,
        started: &StartedWindow<'a>,
        bounds: &Bound,
        evaluated: &Evaluated,
        baseline: Option<&Exact>,
    ) {
        let Ok(value) = &evaluated.value else { return };
        let prospects = self.prospects(started);
        let unit = row.unit();
        let reported = prospects.and_then(|prospects| prospects.reported(unit));
        let reported = reported.filter(|_| !self.is_per_period);
        let reported = reported.unwrap_or_else(|| {
            self.reported_time(started).map_or(Exact::ONE, |reported| reported.share(unit))
        });
        let progress = WindowProgress {
            calendar: self.assessor.plan.calendar(),
            target: self.target,
            frame: &started.frame,
            season: prospects.and_then(|prospects| prospects.share(unit)),
            reported,
        };
        let mut expected = progress.expected_now(bounds, self.accumulation, baseline);
        if let Some(recorded) = prospects.and_then(|prospects| prospects.recorded(unit)) {
            let then = evaluated.then.as_ref();
            expected = expected.map(|value| self.so_far(&value, &recorded, then));
        }
        if let Some(expected) = expected {
            let thresholds = self.target.pace.unwrap_or(self.assessor.plan.pace());
            let whole = self.whole();
            row.projection.pace = pace::pace(bounds, value, &expected, &thresholds, whole.as_ref());
            row.projection.expected_now = Some(expected.float()).into();
        }
    }

    /// What is to be seen so far of a value of which a share of the events is recorded; `then` is what a change is from.
    fn so_far(&self, value: &Exact, recorded: &Exact, then: Option<&Exact>) -> Exact {
        let from = match (self.assessor.plan[self.judged].formula.facts().inputs, then) {
            (Inputs::Change { change_unit: ChangeAs::Percent, .. }, _) => &Exact::HUNDRED,
            (Inputs::Change { change_unit: ChangeAs::Absolute, .. }, Some(then)) => then,
            (_, _) => &Exact::ZERO,
        };
        &(&(value + from) * recorded) - from
    }

    /// The most that a value can be, where it is a share of what was recorded so far.
    fn whole(&self) -> Option<Exact> {
        let facts = self.assessor.plan[self.judged].formula.facts();
        let whole = match facts.part_and_whole() {
            Some(_) => Some(Exact::of_decimal(facts.per)),
            None => self.is_of_units.then_some(Exact::HUNDRED),
        };
        whole.filter(|_| self.accumulation == Accumulation::Level)
    }

    /// How much of the time elapsed reports cover; none where that does not matter.
    fn reported_time<'b>(&self, started: &'b StartedWindow<'a>) -> Option<&'b ReportedTime> {
        let counted = self.assessor.plan[self.judged].formula.facts().numerator()?;
        let matters = self.accumulation == Accumulation::Accumulates && !self.is_per_period;
        matters.then(|| {
            started.reported.get_or_init(|| {
                self.assessor.reported_time(self.judged, counted, &started.frame, None)
            })
        })
    }

    /// The earlier value a row is seen against: that of its goal, its indicator or its campaign; and the share of imputed
    /// figures in it, where that is not part of the value's own.
    fn baseline<'j>(
        &self,
        unit: UnitIndex,
        started: &StartedWindow<'_>,
        judgement: &'j Judgement<'_>,
    ) -> (Option<Cow<'j, Exact>>, Option<f64>) {
        if self.target.goal.reference().is_some() {
            let then = judgement.then.as_ref();
            return match then.map(|then| (&then.value, then.imputed)) {
                Some((Ok(value), imputed)) => (Some(Cow::Borrowed(value)), imputed),
                Some((Err(_), _)) | None => (None, None),
            };
        }
        if self.is_change {
            return (judgement.evaluated.then.as_ref().map(Cow::Borrowed), None);
        }
        let then = started.compared.as_ref().and_then(|then| then.evaluate(unit));
        match then.map(|then| (then.value, then.imputed)) {
            Some((Ok(value), imputed)) => (Some(Cow::Owned(value)), imputed),
            Some((Err(_), _)) | None => (None, None),
        }
    }

    /// How certain a verdict is (`docs/semantics.md`, 28). `possible` are the ends that missing reports leave, where some are
    /// missing.
    fn certainty(
        &self,
        judgement: &Judgement<'_>,
        bounds: &Bound,
        (unit, interval): (UnitIndex, Option<NamedInterval>),
        possible: Option<&PossibleEnds>,
    ) -> Certainty {
        let Some(started) = &self.started else { return Certainty::Unknown };
        let is_running = !started.frame.is_final();
        if possible.is_some_and(|possible| possible.could_turn(unit, judgement.verdict)) {
            Certainty::Unsettled
        } else if is_running && self.accumulation == Accumulation::Accumulates && !self.is_signed {
            match &judgement.evaluated.value {
                Ok(value) if bounds.is_final_for(value) => Certainty::Clear,
                Ok(_) | Err(_) => Certainty::Unknown,
            }
        } else if !self.varies {
            Certainty::Clear
        } else {
            let certainty = self.chance(judgement, bounds, interval, self.spread(unit, started));
            let ends = possible.and_then(|possible| possible.of(unit));
            let is_clear_at =
                |end: &End| self.is_clear_at(end, judgement, bounds, (unit, interval));
            match (certainty, ends) {
                // What is missing would move the value, and may bring it nearer to the goal.
                (Certainty::Clear, Some((worst, best)))
                    if !(is_clear_at(worst) && is_clear_at(best)) =>
                {
                    Certainty::WithinChance
                }
                (certainty, _) => certainty,
            }
        }
    }

    /// Whether chance could not have made the verdict if the value were that of an end.
    fn is_clear_at(
        &self,
        end: &End,
        judgement: &Judgement<'_>,
        bounds: &Bound,
        (unit, interval): (UnitIndex, Option<NamedInterval>),
    ) -> bool {
        let Some(started) = &self.started else { return false };
        let spread = self.spread(unit, started);
        let at_end = self.judgement_at(end, judgement, bounds, interval, spread);
        at_end.is_none_or(|(judgement, interval)| {
            self.chance(&judgement, bounds, interval, spread) == Certainty::Clear
        })
    }

    /// The judgement with the missing reports at one end of what they may hold, and its interval; none where there is no
    /// limit.
    fn judgement_at<'j>(
        &self,
        end: &End,
        judgement: &'j Judgement<'_>,
        bounds: &'j Bound,
        interval: Option<NamedInterval>,
        spread: RowSpread,
    ) -> Option<(Judgement<'j>, Option<NamedInterval>)> {
        let evaluated = &judgement.evaluated;
        let value = evaluated.value.as_ref().ok()?.float();
        // A relative goal is another at this end: the distance from it counts.
        let at_end = match (self.target.goal.reference(), bounds) {
            (None, _) | (Some(_), Bound::Between { .. }) => end.value,
            (Some(_), Bound::Floor { at, .. }) => at.float() + end.gap,
            (Some(_), Bound::Ceiling { at, .. }) => at.float() - end.gap,
        };
        let exact = Exact::of(at_end)?;
        let by = at_end - value;
        // Reports of a part and its whole add to both; a unit that misses one may turn out either way.
        let plan = self.assessor.plan;
        let is_quotient = plan.down_to_measures(self.judged).all(|indicator| {
            let facts = plan[indicator].formula.facts();
            facts.is_change() || (facts.numerator().is_some() && facts.count().is_none())
        });
        let sampling = evaluated.sampling.moved(by, is_quotient && !self.is_of_units);
        let interval = match &sampling {
            Sampling::Standardised { .. } => interval.map(|named| named.moved(by)),
            Sampling::Proportion { .. }
            | Sampling::Count { .. }
            | Sampling::Change { .. }
            | Sampling::Fixed
            | Sampling::Unknown => sampling.interval(&self.assessor.intervals, spread),
        };
        let judgement = Judgement {
            evaluated: Evaluated { value: Ok(exact), sampling, ..evaluated.clone() },
            bounds: Some(Cow::Borrowed(bounds)),
            then: judgement.then.clone(),
            verdict: judgement.verdict,
            reason: judgement.reason,
        };
        Some((judgement, interval))
    }

    /// Whether chance could have made the verdict. A relative goal is compared with the interval of the
    /// change: both of its values could have come out otherwise.
    fn chance(
        &self,
        judgement: &Judgement<'_>,
        bounds: &Bound,
        interval: Option<NamedInterval>,
        spread: RowSpread,
    ) -> Certainty {
        let intervals = &self.assessor.intervals;
        let evaluated = &judgement.evaluated;
        let Some(interval) = interval else { return Certainty::Unknown };
        let is_met = judgement.verdict == Verdict::Met;
        let certainty = |is_clear: bool| match is_clear {
            true => Certainty::Clear,
            false => Certainty::WithinChance,
        };
        let tested = |sampling: &Sampling, bounds: &Bound| {
            let tests = intervals.tests(self.categories, spread.now);
            tests
                .is_clear(sampling, spread.now.dispersion, spread.linked, bounds, judgement.verdict)
                .map(certainty)
        };
        if let Sampling::Change { now, then, change_unit } = &evaluated.sampling
            && let (Sampling::Fixed, Some(then)) = (&then.sampling, &evaluated.then)
            && let Some(before) = bounds.before_change(then, *change_unit)
            && let Some(certainty) = tested(&now.sampling, &before)
        {
            // Compared with a number that is known, the value itself is tested.
            return certainty;
        }
        let Some((by, _)) = self.target.goal.relative() else {
            return tested(&evaluated.sampling, bounds)
                .unwrap_or_else(|| bounds.map(Exact::float).certainty(interval.interval, is_met));
        };
        let (Some(then), Ok(value)) = (&judgement.then, &evaluated.value) else {
            return Certainty::Unknown;
        };
        let Ok(then_value) = &then.value else { return Certainty::Unknown };
        if let Sampling::Fixed = then.sampling
            && let Some(certainty) = tested(&evaluated.sampling, bounds)
        {
            return certainty;
        }
        let change_unit = match by {
            Amount::Percent(_) => ChangeAs::Percent,
            Amount::Absolute(_) => ChangeAs::Absolute,
        };
        let change = Sampling::change(
            evaluated.sampling.clone(),
            then.sampling.clone(),
            value,
            then_value,
            change_unit,
        );
        match (change.interval(intervals, spread), bounds.as_change(then_value, change_unit)) {
            (Some(named), Some(required)) => {
                required.map(Exact::float).certainty(named.interval, is_met)
            }
            (Some(_), None) | (None, _) => Certainty::Unknown,
        }
    }
}
