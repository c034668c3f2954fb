//! Plan × Tally × date: the rows of judgement. Pure: the same inputs give the same rows.
//!
//! * `value`: what an indicator comes to for a unit and a window.
//! * `bounds`: where that stands to the goal.
//! * `uncertainty`: what chance could have made of it.
//! * `pace`: where a running window stands.
//! * `assessment`: the row that comes out.
//! * `cuts`: which days it tells apart.

mod assessment;
mod bounds;
mod cuts;
mod pace;
mod uncertainty;
mod value;

use chrono::NaiveDate;

pub use assessment::{Assessment, Certainty, Pace, Reason, Verdict};
use bounds::Bounds;
use uncertainty::Sampling;
use value::{Evaluated, Extent};

use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{
    ChangeAs, Formula, Goal, IndicatorIndex, MeasureIndex, Plan, Scope, Target, TargetWindow,
    UnitIndex, Variation,
};
use crate::stats::Confidence;
use crate::tally::{Rolled, Snapshot, Tally};

/// What belongs to one date of assessment.
pub(crate) struct Assessor<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) known: Snapshot<'a>,
    pub(crate) as_of: NaiveDate,
    confidence: Confidence,
}

/// A window and how much of it has passed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Frame {
    pub(crate) window: Window,
    pub(crate) to_date: Window,
}

impl Frame {
    pub(crate) fn is_final(&self) -> bool {
        self.window.same_days(&self.to_date)
    }
}

/// What one row is about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Subject {
    /// The target's place in the plan.
    pub(crate) target: usize,
    pub(crate) unit: UnitIndex,
    pub(crate) window: Window,
}

/// A value, the bounds it is held against, and what comes of it.
pub(crate) struct Judgement {
    pub(crate) evaluated: Evaluated,
    pub(crate) bounds: Option<Bounds>,
    /// The earlier value a relative goal starts from.
    pub(crate) then: Option<Evaluated>,
    pub(crate) verdict: Verdict,
    /// Why there is no verdict.
    pub(crate) reason: Option<Reason>,
}

impl<'a> Assessor<'a> {
    pub(crate) fn new(plan: &'a Plan, tally: &'a Tally, as_of: NaiveDate) -> Self {
        // A plan's confidence was checked when it was read.
        let confidence = Confidence::new(plan.confidence()).unwrap_or(Confidence::P95);
        Assessor { plan, known: tally.as_of(as_of), as_of, confidence }
    }

    /// What the rows are about: targets in the order of the plan, windows in order of time, units in the
    /// order of their table.
    pub(crate) fn subjects(plan: &Plan) -> Vec<Subject> {
        let mut subjects = Vec::new();
        for (index, target) in plan.targets().iter().enumerate() {
            for window in windows(plan, target) {
                let units = units(plan, &target.units, &window);
                subjects.extend(units.map(|unit| Subject { target: index, unit, window }));
            }
        }
        subjects
    }

    /// The row of one subject.
    pub(crate) fn assess(&self, subject: &Subject) -> Assessment {
        let target = &self.plan.targets()[subject.target];
        let unit = &self.plan.units()[subject.unit];
        let mut row = self.blank(target, subject);
        if !unit.is_valid_throughout(&subject.window) {
            row.reason = Some(Reason::UnitNotValid);
            return row;
        }
        let Some(frame) = self.frame(&subject.window) else {
            row.reason = Some(Reason::NotStarted);
            return row;
        };
        let minimum = target.minimum_completeness.or(self.plan.minimum_completeness());
        let judgement = self.judge(target.indicator, &target.goal, subject.unit, &frame, minimum);
        self.fill(&mut row, target, subject, &frame, &judgement);
        row
    }

    /// A window and how much of it has passed; none if it begins later.
    pub(crate) fn frame(&self, window: &Window) -> Option<Frame> {
        Some(Frame { window: *window, to_date: window.to_date(self.as_of)? })
    }

    /// Holds an indicator's value against a goal.
    pub(crate) fn judge(
        &self,
        indicator: IndicatorIndex,
        goal: &Goal,
        unit: UnitIndex,
        frame: &Frame,
        minimum_completeness: Option<f64>,
    ) -> Judgement {
        let evaluated = self.evaluate(indicator, unit, frame);
        let then = goal
            .reference()
            .and_then(|from| self.earlier(indicator, from, unit, frame, Extent::Whole));
        let then_value = then.as_ref().and_then(|then| then.value.as_ref().ok());
        let bounds = Bounds::of(goal, then_value);
        let too_few = |minimum: f64| evaluated.completeness.is_some_and(|share| share < minimum);
        let reason = match (&evaluated.value, &bounds) {
            (Err(reason), _) => Some(*reason),
            (Ok(_), None) => Some(Reason::NoBaseline),
            (Ok(_), Some(_)) => {
                minimum_completeness.is_some_and(too_few).then_some(Reason::Incomplete)
            }
        };
        let verdict = match (&evaluated.value, &bounds, reason) {
            (Ok(value), Some(bounds), None) => bounds.verdict(value),
            _ => Verdict::Indeterminate,
        };
        Judgement { evaluated, bounds, then, verdict, reason }
    }

    /// A row that says nothing yet but what it is about.
    fn blank(&self, target: &Target, subject: &Subject) -> Assessment {
        let unit = &self.plan.units()[subject.unit];
        let campaign = target.campaign.map(|campaign| self.plan.campaigns()[campaign].id.clone());
        let documents: Vec<String> = target.basis.iter().map(ToString::to_string).collect();
        let bounds = Bounds::of(&target.goal, None);
        let numbers = bounds.as_ref().map(Bounds::numbers);
        Assessment {
            target: target.id.clone(),
            indicator: self.plan[target.indicator].id.clone(),
            campaign,
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: self.plan.units().level_name(unit.level).to_owned(),
            window_start: subject.window.start(),
            window_end: subject.window.end(),
            as_of: self.as_of,
            is_final: subject.window.to_date(self.as_of) == Some(subject.window),
            numerator: None,
            denominator: None,
            value: None,
            lower: None,
            upper: None,
            confidence: None,
            method: None,
            baseline: None,
            goal: target.goal.to_string(),
            goal_value: numbers.map(|(value, _)| value.float()),
            goal_upper: numbers.and_then(|(_, upper)| upper).map(Exact::float),
            expected_now: None,
            verdict: Verdict::Indeterminate,
            certainty: Certainty::Unknown,
            pace: None,
            chance: None,
            projected: None,
            projected_lower: None,
            projected_upper: None,
            gap: None,
            needed: None,
            attainment: None,
            completeness: None,
            imputed: None,
            reason: None,
            basis: (!documents.is_empty()).then(|| documents.join("; ")),
        }
    }

    fn fill(
        &self,
        row: &mut Assessment,
        target: &Target,
        subject: &Subject,
        frame: &Frame,
        judgement: &Judgement,
    ) {
        let evaluated = &judgement.evaluated;
        let indicator = &self.plan[target.indicator];
        row.numerator = evaluated.numerator;
        row.denominator = evaluated.denominator;
        row.completeness = evaluated.completeness;
        row.imputed = evaluated.imputed;
        let baseline = self.baseline(target, subject.unit, frame, judgement);
        row.baseline = baseline.as_ref().map(Exact::float);
        if let Some((value, upper)) = judgement.bounds.as_ref().map(Bounds::numbers) {
            row.goal_value = Some(value.float());
            row.goal_upper = upper.map(Exact::float);
        }
        row.verdict = judgement.verdict;
        row.reason = judgement.reason;
        let Ok(value) = &evaluated.value else { return };
        row.value = Some(value.float());

        let varies = match indicator.variation {
            Variation::Chance => true,
            Variation::None => false,
        };
        let interval = if varies { evaluated.sampling.interval(self.confidence) } else { None };
        row.lower = interval.map(|named| named.interval.lower);
        row.upper = interval.map(|named| named.interval.upper);
        row.confidence = interval.map(|_| self.confidence.share());
        let how = [
            interval.map(|named| named.method),
            evaluated.parts_differ.then_some("own total used, its parts differ"),
        ];
        let how: Vec<&str> = how.into_iter().flatten().collect();
        row.method = (!how.is_empty()).then(|| how.join("; "));

        let Some(bounds) = &judgement.bounds else { return };
        row.gap = Some(bounds.gap(value));
        row.needed = evaluated.events.as_ref().and_then(|events| bounds.needed(events));
        if !matches!(indicator.formula, Formula::Change { .. }) {
            row.attainment = bounds.attainment(value);
        }
        if row.verdict == Verdict::Indeterminate {
            return;
        }
        row.certainty = if varies {
            self.certainty(target, evaluated, judgement, bounds)
        } else {
            Certainty::Clear
        };
        if evaluated.provisional || judgement.then.as_ref().is_some_and(|then| then.provisional) {
            row.reason = Some(Reason::Provisional);
        } else if row.certainty == Certainty::Unknown {
            row.reason = Some(Reason::NoCounts);
        }
        if frame.is_final() {
            row.chance = Some(if row.verdict == Verdict::Met { 1.0 } else { 0.0 });
        } else if let Some(expected) =
            pace::expected_now(bounds, self.course(target.indicator), baseline.as_ref(), frame)
        {
            row.pace = pace::pace(bounds, value, &expected);
            row.expected_now = Some(expected.float());
        }
    }

    /// The earlier value a row is seen against: that of its goal, its indicator or its campaign.
    fn baseline(
        &self,
        target: &Target,
        unit: UnitIndex,
        frame: &Frame,
        judgement: &Judgement,
    ) -> Option<Exact> {
        if target.goal.reference().is_some() {
            return judgement.then.as_ref().and_then(|then| then.value.clone().ok());
        }
        if let Formula::Change { .. } = self.plan[target.indicator].formula {
            return judgement.evaluated.then.clone();
        }
        let campaign = &self.plan.campaigns()[target.campaign?];
        let then =
            self.earlier(target.indicator, campaign.compare.as_ref()?, unit, frame, Extent::ToDate);
        then.and_then(|then| then.value.ok())
    }

    /// The window a target's goal, indicator or campaign compares with, and how much of it.
    pub(crate) fn compared_frame(&self, target: &Target, frame: &Frame) -> Option<Frame> {
        if let Some(from) = target.goal.reference() {
            return self.earlier_frame(from, frame, Extent::Whole);
        }
        if let Formula::Change { from, .. } = &self.plan[target.indicator].formula {
            return self.earlier_frame(from, frame, Extent::ToDate);
        }
        let campaign = &self.plan.campaigns()[target.campaign?];
        self.earlier_frame(campaign.compare.as_ref()?, frame, Extent::ToDate)
    }

    /// What a measure adds to a row: its rolled-up sum, or its published value.
    pub(crate) fn input(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Result<Rolled, Reason> {
        let published = self.plan.indicators().iter().find_map(|one| match one.formula {
            Formula::Reported { measure: of, latest, .. } if of == measure => Some(latest),
            _ => None,
        });
        let rolled = match published {
            Some(latest) => {
                self.known.published(measure, unit, &frame.window, &frame.to_date, latest)
            }
            None => self.known.rolled(measure, unit, &frame.to_date),
        };
        rolled.map_err(Reason::from)
    }

    /// Whether chance could have made the verdict. A relative goal is held against the interval of the
    /// change: both of its values could have come out otherwise.
    fn certainty(
        &self,
        target: &Target,
        evaluated: &Evaluated,
        judgement: &Judgement,
        bounds: &Bounds,
    ) -> Certainty {
        let (Goal::ReduceBy(by, _) | Goal::IncreaseBy(by, _)) = &target.goal else {
            return match evaluated.sampling.interval(self.confidence) {
                Some(named) => bounds.certainty(&named.interval, judgement.verdict),
                None => Certainty::Unknown,
            };
        };
        let (Some(then), Ok(value)) = (&judgement.then, &evaluated.value) else {
            return Certainty::Unknown;
        };
        let Ok(then_value) = &then.value else { return Certainty::Unknown };
        let told_as = match by {
            crate::plan::Amount::Percent(_) => ChangeAs::Percent,
            crate::plan::Amount::Absolute(_) => ChangeAs::Absolute,
        };
        let change = Sampling::change(
            evaluated.sampling.clone(),
            then.sampling.clone(),
            value,
            then_value,
            told_as,
        );
        match (change.interval(self.confidence), bounds.as_change(then_value, told_as)) {
            (Some(named), Some(required)) => required.certainty(&named.interval, judgement.verdict),
            (Some(_), None) | (None, _) => Certainty::Unknown,
        }
    }
}

/// The windows of a target, in order of time.
pub(crate) fn windows(plan: &Plan, target: &Target) -> Vec<Window> {
    match &target.window {
        TargetWindow::Once(window) => vec![*window],
        TargetWindow::Campaign(campaign) => vec![plan.campaigns()[*campaign].window],
        TargetWindow::Every { every, within, .. } => plan.calendar().periods_within(*every, within),
    }
}

/// The units a target is for in a window. Of a named code's validities those count that the window
/// touches; if it touches none, the first, so that the row can say so.
fn units<'p>(
    plan: &'p Plan,
    scope: &'p Scope,
    window: &Window,
) -> impl Iterator<Item = UnitIndex> + use<'p> {
    let window = *window;
    let units = plan.units();
    units.iter().filter_map(move |(index, unit)| {
        let touched = unit.is_valid_during(&window);
        let wanted = match scope {
            Scope::Top => unit.parent.is_none() && touched,
            Scope::Level(level) => unit.level == *level && touched,
            Scope::Named(named) => {
                named.contains(&index)
                    && (touched || {
                        let versions = units.versions(&unit.id);
                        versions.first() == Some(&index)
                            && !versions
                                .iter()
                                .any(|version| units[*version].is_valid_during(&window))
                    })
            }
        };
        wanted.then_some(index)
    })
}
