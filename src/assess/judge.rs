//! A target and a window, held against each other for unit after unit.

mod plain;

use std::borrow::Cow;

use super::assessment::{Certainty, Reason, Verdict};
use super::bounds::Bounds;
use super::outlook::Prospects;
use super::pace::{self, Way};
use super::row::{Number, Row};
use super::sheet::Part;
use super::uncertainty::{NamedInterval, Sampling};
use super::value::{Course, Earlier, Evaluated, Extent, LANES, Prepared};
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Amount, ChangeAs, Formula, Goal, IndicatorIndex, Target, UnitIndex, Variation};

/// An indicator over a frame, to be held against a goal.
pub(super) struct Judge<'a> {
    goal: &'a Goal,
    indicator: Prepared<'a>,
    /// The bounds of a goal that is not relative.
    fixed: Option<Bounds>,
    /// What a relative goal starts from.
    then: Option<Earlier<'a>>,
    minimum_completeness: Option<f64>,
}

/// A value, the bounds it is held against, and what comes of it.
pub(super) struct Judgement<'j> {
    pub(super) evaluated: Evaluated,
    pub(super) bounds: Option<Cow<'j, Bounds>>,
    /// The earlier value a relative goal starts from.
    pub(super) then: Option<Evaluated>,
    pub(super) verdict: Verdict,
    /// Why there is no verdict.
    pub(super) reason: Option<Reason>,
}

impl Assessor<'_> {
    /// The smallest change of events that would turn the verdict of a target for a unit; see [`Bounds::flip`].
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
        judgement.bounds.as_ref()?.flip(judgement.evaluated.events.as_ref()?)
    }

    /// An indicator over one frame and a goal, to be judged for many units.
    pub(super) fn prepare_judge<'s>(
        &'s self,
        indicator: IndicatorIndex,
        goal: &'s Goal,
        frame: &Frame,
        minimum_completeness: Option<f64>,
    ) -> Judge<'s> {
        let then = goal.reference().map(|from| self.earlier(indicator, from, frame, Extent::Whole));
        Judge {
            goal,
            indicator: self.prepare(indicator, frame),
            fixed: Bounds::of(goal, None),
            then,
            minimum_completeness,
        }
    }
}

impl Judge<'_> {
    /// Holds the indicator's value for a unit against the goal.
    pub(super) fn judge(&self, unit: UnitIndex) -> Judgement<'_> {
        let evaluated = self.indicator.evaluate(unit);
        let then = self.then.as_ref().and_then(|then| then.evaluate(unit));
        let bounds = match &self.fixed {
            Some(bounds) => Some(Cow::Borrowed(bounds)),
            None => {
                let then_value = then.as_ref().and_then(|then| then.value.as_ref().ok());
                Bounds::of(self.goal, then_value).map(Cow::Owned)
            }
        };
        self.held(evaluated, bounds, then)
    }

    /// Holds the indicator's value for a unit against bounds of its own, or none.
    pub(super) fn judge_against<'j>(
        &'j self,
        unit: UnitIndex,
        bounds: Option<&'j Bounds>,
    ) -> Judgement<'j> {
        self.held(self.indicator.evaluate(unit), bounds.map(Cow::Borrowed), None)
    }

    fn held<'j>(
        &'j self,
        evaluated: Evaluated,
        bounds: Option<Cow<'j, Bounds>>,
        then: Option<Evaluated>,
    ) -> Judgement<'j> {
        let too_few = |minimum: f64| evaluated.completeness.is_some_and(|share| share < minimum);
        let reason = match (&evaluated.value, &bounds) {
            (Err(reason), _) => Some(*reason),
            (Ok(_), None) => Some(Reason::NoBaseline),
            (Ok(_), Some(_)) => {
                self.minimum_completeness.is_some_and(too_few).then_some(Reason::Incomplete)
            }
        };
        let verdict = match (&evaluated.value, &bounds, reason) {
            (Ok(value), Some(bounds), None) => bounds.verdict(value),
            _ => Verdict::Indeterminate,
        };
        Judgement { evaluated, bounds, then, verdict, reason }
    }
}

/// A target and one of its windows: what is the same for all units is known.
pub(super) struct Judging<'a> {
    assessor: &'a Assessor<'a>,
    target: &'a Target,
    window: Window,
    /// The goal's number, where it is not relative.
    goal_value: Number,
    varies: bool,
    is_change: bool,
    course: Course,
    begun: Option<Begun<'a>>,
    /// Whether rows that are plain may be made in a shorter way.
    may_be_plain: bool,
}

/// What there is once a window has begun.
struct Begun<'a> {
    frame: Frame,
    judge: Judge<'a>,
    /// The earlier value a campaign's rows are seen against.
    compared: Option<Earlier<'a>>,
    /// What outlooks rest on while the window runs.
    prospects: Option<Prospects<'a>>,
}

impl<'a> Judging<'a> {
    /// Of the target's indicator, or of what it comes to in some categories.
    pub(super) fn new(
        assessor: &'a Assessor<'a>,
        target: &'a Target,
        judged: IndicatorIndex,
        window: &Window,
    ) -> Self {
        let plan = assessor.plan;
        let indicator = &plan[judged];
        let minimum = target.minimum_completeness.or(plan.minimum_completeness());
        let is_change = matches!(indicator.formula, Formula::Change { .. });
        let begun = assessor.frame(window).map(|frame| Begun {
            frame,
            judge: assessor.prepare_judge(judged, &target.goal, &frame, minimum),
            compared: if target.goal.reference().is_some() || is_change {
                None
            } else {
                assessor
                    .compared(target)
                    .map(|(from, extent)| assessor.earlier(judged, from, &frame, extent))
            },
            prospects: if frame.is_final() {
                None
            } else {
                let course = (&target.trajectory, target.outlook.or(plan.outlook()));
                assessor.prospects(judged, &target.goal, &frame, course)
            },
        });
        let bounds = Bounds::of(&target.goal, None);
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
            course: assessor.course(judged),
            begun,
            may_be_plain: true,
        }
    }

    /// The same, which takes no row for plain.
    #[cfg(test)]
    pub(super) fn without_plain_rows(self) -> Self {
        Judging { may_be_plain: false, ..self }
    }

    /// The rows of units.
    pub(super) fn rows(&self, units: &[UnitIndex], part: &mut Part<'_>) {
        let plan = self.assessor.plan.units();
        let are_judged = plan.are_judged_throughout(&self.window);
        let is_judged =
            |unit: UnitIndex| are_judged || plan.is_judged_throughout(unit, &self.window);
        let plain = self.plain_rows();
        for (chunk, units) in units.chunks(LANES).enumerate() {
            let first = chunk * LANES;
            let mut are_plain = [plain.is_some(); LANES];
            if let Some(plain) = &plain {
                plain.write(units, first, part, &mut are_plain);
            }
            for (place, (unit, is_plain)) in (first..).zip(units.iter().zip(are_plain)) {
                let is_judged = is_judged(*unit);
                if !(is_plain && is_judged) {
                    part.set(place, self.row(*unit, is_judged));
                }
            }
        }
    }

    /// The row of a unit, in whatever way it has to be made.
    fn row(&self, unit: UnitIndex, is_judged: bool) -> Row {
        let mut row = Row::blank(unit, self.goal_value);
        match &self.begun {
            Some(begun) if is_judged => self.fill(&mut row, unit, begun),
            None if is_judged => row.reason = Some(Reason::NotStarted),
            Some(_) | None => row.reason = Some(Reason::UnitNotValid),
        }
        row
    }

    fn fill(&self, row: &mut Row, unit: UnitIndex, begun: &Begun<'_>) {
        let judgement = begun.judge.judge(unit);
        let evaluated = &judgement.evaluated;
        row.numerator = evaluated.numerator.into();
        row.denominator = evaluated.denominator.into();
        row.completeness = evaluated.completeness.into();
        row.imputed = evaluated.imputed.into();
        let baseline = self.baseline(unit, begun, &judgement);
        row.baseline = baseline.as_deref().map(Exact::float).into();
        if begun.judge.fixed.is_none()
            && let Some(bounds) = &judgement.bounds
        {
            row.goal_value = Some(bounds.numbers().0.float()).into();
        }
        row.verdict = judgement.verdict;
        row.reason = judgement.reason;
        let Ok(value) = &evaluated.value else { return };
        row.value = Some(value.float()).into();

        let intervals = &self.assessor.intervals;
        let interval = if self.varies { evaluated.sampling.interval(intervals) } else { None };
        row.lower = interval.map(|named| named.interval.lower).into();
        row.upper = interval.map(|named| named.interval.upper).into();
        row.method = interval.map(|named| named.method);
        row.parts_differ = evaluated.parts_differ;

        let Some(bounds) = &judgement.bounds else { return };
        row.gap = Some(bounds.gap(value)).into();
        row.needed = evaluated.events.as_ref().and_then(|events| bounds.needed(events)).into();
        if !self.is_change {
            row.attainment = bounds.attainment(value).into();
        }
        if row.verdict == Verdict::Indeterminate {
            return;
        }
        row.certainty = if self.varies {
            self.certainty(&judgement, bounds, interval)
        } else {
            Certainty::Clear
        };
        if evaluated.provisional || judgement.then.as_ref().is_some_and(|then| then.provisional) {
            row.reason = Some(Reason::Provisional);
        } else if row.certainty == Certainty::Unknown {
            row.reason = Some(Reason::NoCounts);
        }
        if !begun.frame.is_final() {
            self.pace(row, begun, bounds, value, baseline.as_deref());
            let prospects = begun.prospects.as_ref();
            row.ahead.outlook =
                prospects.and_then(|all| all.outlook(unit, &judgement)).map(Box::new);
        }
    }

    /// Where a window that still runs stands.
    fn pace(
        &self,
        row: &mut Row,
        begun: &Begun<'_>,
        bounds: &Bounds,
        value: &Exact,
        baseline: Option<&Exact>,
    ) {
        let way = Way {
            calendar: self.assessor.plan.calendar(),
            target: self.target,
            frame: &begun.frame,
            season: begun.prospects.as_ref().and_then(|prospects| prospects.share(row.unit())),
        };
        if let Some(expected) = way.expected_now(bounds, self.course, baseline) {
            let thresholds = self.target.pace.unwrap_or(self.assessor.plan.pace());
            row.ahead.pace = pace::pace(bounds, value, &expected, &thresholds);
            row.ahead.expected_now = Some(expected.float()).into();
        }
    }

    /// The earlier value a row is seen against: that of its goal, its indicator or its campaign.
    fn baseline<'j>(
        &self,
        unit: UnitIndex,
        begun: &Begun<'_>,
        judgement: &'j Judgement<'_>,
    ) -> Option<Cow<'j, Exact>> {
        if self.target.goal.reference().is_some() {
            let then = judgement.then.as_ref()?;
            return then.value.as_ref().ok().map(Cow::Borrowed);
        }
        if self.is_change {
            return judgement.evaluated.then.as_ref().map(Cow::Borrowed);
        }
        let then = begun.compared.as_ref()?.evaluate(unit)?;
        then.value.ok().map(Cow::Owned)
    }

    /// Whether chance could have made the verdict. A relative goal is held against the interval of the
    /// change: both of its values could have come out otherwise.
    fn certainty(
        &self,
        judgement: &Judgement<'_>,
        bounds: &Bounds,
        interval: Option<NamedInterval>,
    ) -> Certainty {
        let evaluated = &judgement.evaluated;
        let (Goal::ReduceBy(by, _) | Goal::IncreaseBy(by, _)) = &self.target.goal else {
            return match interval {
                Some(named) => bounds.certainty(&named.interval, judgement.verdict),
                None => Certainty::Unknown,
            };
        };
        let (Some(then), Ok(value)) = (&judgement.then, &evaluated.value) else {
            return Certainty::Unknown;
        };
        let Ok(then_value) = &then.value else { return Certainty::Unknown };
        let told_as = match by {
            Amount::Percent(_) => ChangeAs::Percent,
            Amount::Absolute(_) => ChangeAs::Absolute,
        };
        let change = Sampling::change(
            evaluated.sampling.clone(),
            then.sampling.clone(),
            value,
            then_value,
            told_as,
        );
        match (change.interval(&self.assessor.intervals), bounds.as_change(then_value, told_as)) {
            (Some(named), Some(required)) => required.certainty(&named.interval, judgement.verdict),
            (Some(_), None) | (None, _) => Certainty::Unknown,
        }
    }
}
