//! Rules 21 to 26: what a value has to reach, by how much it does, and what it would take.

use crate::brute_force::calendar::{Span, Window};
use crate::brute_force::indicators::{self, Counting, Measured};
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{Amount, Exact, Form, From, Goal, OverTime, Target, exact};
use crate::brute_force::reasons::Reason;
use crate::brute_force::rows::Row;
use crate::brute_force::windows;
use num_traits::{Signed, ToPrimitive, Zero};

/// A goal as numbers.
#[derive(Debug, Clone)]
pub enum Bound {
    AtLeast(Exact),
    Above(Exact),
    AtMost(Exact),
    Below(Exact),
    Between(Exact, Exact),
}

impl Bound {
    pub fn is_met_by(&self, value: &Exact) -> bool {
        match self {
            Bound::AtLeast(goal) => value >= goal,
            Bound::Above(goal) => value > goal,
            Bound::AtMost(goal) => value <= goal,
            Bound::Below(goal) => value < goal,
            Bound::Between(lower, upper) => lower <= value && value <= upper,
        }
    }

    pub fn goal(&self) -> &Exact {
        match self {
            Bound::AtLeast(goal) | Bound::Above(goal) => goal,
            Bound::AtMost(goal) | Bound::Below(goal) => goal,
            Bound::Between(lower, _) => lower,
        }
    }

    pub fn upper(&self) -> Option<&Exact> {
        match self {
            Bound::Between(_, upper) => Some(upper),
            Bound::AtLeast(_) | Bound::Above(_) | Bound::AtMost(_) | Bound::Below(_) => None,
        }
    }

    /// Rule 23.
    pub fn gap(&self, value: &Exact) -> Exact {
        match self {
            Bound::AtLeast(goal) | Bound::Above(goal) => value - goal,
            Bound::AtMost(goal) | Bound::Below(goal) => goal - value,
            Bound::Between(lower, upper) => (value - lower).min(upper - value),
        }
    }

    /// Rule 25, but for changes.
    pub fn attainment(&self, value: &Exact) -> Option<Exact> {
        match self {
            Bound::Between(..) => None,
            Bound::AtLeast(goal)
            | Bound::Above(goal)
            | Bound::AtMost(goal)
            | Bound::Below(goal) => {
                (!value.is_negative() && goal.is_positive()).then(|| value / goal * exact(100))
            }
        }
    }

    /// Rule 24: looks for the number instead of computing it. The value grows with the count.
    pub fn needed(&self, counting: &Counting) -> Option<i64> {
        let counted = &counting.counted;
        if !counted.is_integer() {
            return None;
        }
        let value = (counting.value_of)(counted);
        let reaches = |count: &Exact| match self {
            Bound::AtLeast(goal) | Bound::Between(goal, _) => (counting.value_of)(count) >= *goal,
            Bound::Above(goal) => (counting.value_of)(count) > *goal,
            Bound::AtMost(_) | Bound::Below(_) => false,
        };
        let exceeds = |count: &Exact| match self {
            Bound::AtMost(goal) => (counting.value_of)(count) > *goal,
            Bound::Below(goal) => (counting.value_of)(count) >= *goal,
            Bound::AtLeast(_) | Bound::Above(_) | Bound::Between(..) => false,
        };
        let difference = match self {
            Bound::AtLeast(_) | Bound::Above(_) if self.is_met_by(&value) => exact(0),
            Bound::AtLeast(_) | Bound::Above(_) => {
                not_negative(first(reaches, &counting.most)?)? - counted
            }
            Bound::Between(..) if self.is_met_by(&value) => exact(0),
            Bound::Between(lower, _) if value < *lower => {
                let enough = not_negative(first(reaches, &counting.most)?)?;
                if !self.is_met_by(&(counting.value_of)(&enough)) {
                    return None;
                }
                enough - counted
            }
            Bound::Between(..) => return None,
            Bound::AtMost(_) | Bound::Below(_) => {
                let allowed = match first(exceeds, &counting.most) {
                    Some(too_many) => too_many - exact(1),
                    // Even the most that could be counted is allowed.
                    None => counting.most.clone()?,
                };
                counted - not_negative(allowed)?
            }
        };
        difference.to_i64()
    }

    /// Rule 26. Quotients of numbers that are not both positive say nothing, so the numbers themselves are compared first.
    /// `whole` is the most that a share can be.
    pub fn pace(&self, value: &Exact, expected: &Exact, whole: Option<&Exact>) -> Option<Pace> {
        let is_floor = matches!(self, Bound::AtLeast(_) | Bound::Above(_));
        if let Some(whole) = whole
            && is_floor
            && expected > &(whole / exact(2))
        {
            // What is left of the whole has a ceiling.
            return Bound::AtMost(whole - self.goal()).pace(
                &(whole - value),
                &(whole - expected),
                None,
            );
        }
        let (ahead, worse, better) = match self {
            Bound::AtLeast(_) | Bound::Above(_) => (value >= expected, value, expected),
            Bound::AtMost(_) | Bound::Below(_) => (value <= expected, expected, value),
            Bound::Between(..) => return None,
        };
        if ahead {
            return Some(Pace::Ahead);
        }
        let near = worse.is_positive()
            && better.is_positive()
            && worse / better >= Exact::new(95.into(), 100.into());
        Some(if near { Pace::OnTrack } else { Pace::Behind })
    }
}

/// There are no fewer events than none.
fn not_negative(count: Exact) -> Option<Exact> {
    (!count.is_negative()).then_some(count)
}

/// The first whole number (up to `most`) for which something holds that holds for all later ones too, and for none before some
/// number.
fn first(holds: impl Fn(&Exact) -> bool, most: &Option<Exact>) -> Option<Exact> {
    if most.as_ref().is_some_and(|most| !holds(most)) {
        return None;
    }
    let mut holding = exact(1);
    while !holds(&holding) {
        holding *= exact(2);
    }
    let mut failing = exact(-1);
    while holds(&failing) {
        failing *= exact(2);
    }
    while &holding - &failing > exact(1) {
        let middle = ((&holding + &failing) / exact(2)).floor();
        if holds(&middle) {
            holding = middle;
        } else {
            failing = middle;
        }
    }
    Some(holding)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    Ahead,
    OnTrack,
    Behind,
}

impl Pace {
    pub fn code(self) -> &'static str {
        match self {
            Pace::Ahead => "ahead",
            Pace::OnTrack => "on_track",
            Pace::Behind => "behind",
        }
    }
}

/// A goal for a unit and a window.
pub struct Resolved {
    /// `None` where a baseline is missing.
    pub bound: Option<Bound>,
    pub baseline: Option<Exact>,
    /// The share of imputed figures in the baseline.
    pub imputed: Option<Exact>,
    pub is_provisional: bool,
    /// Whether the goal is a fixed number or rests on counts.
    pub has_counts: bool,
    /// Whether it is not known because what it starts from is suppressed.
    pub is_suppressed: bool,
}

/// Whether a goal is a number that the plan says.
pub fn is_fixed(goal: &Goal) -> bool {
    match goal {
        Goal::AtLeast(_)
        | Goal::Above(_)
        | Goal::AtMost(_)
        | Goal::Below(_)
        | Goal::Between(..) => true,
        Goal::ReduceBy(..) | Goal::IncreaseBy(..) => false,
    }
}

/// Rule 22.
pub fn resolve(
    knowledge: &Knowledge,
    goal: &Goal,
    indicator: usize,
    unit: usize,
    window: &Window,
) -> Resolved {
    let fixed = |bound| Resolved {
        bound: Some(bound),
        baseline: None,
        is_provisional: false,
        has_counts: true,
        is_suppressed: false,
        imputed: None,
    };
    match goal {
        Goal::AtLeast(goal) => fixed(Bound::AtLeast(goal.exact())),
        Goal::Above(goal) => fixed(Bound::Above(goal.exact())),
        Goal::AtMost(goal) => fixed(Bound::AtMost(goal.exact())),
        Goal::Below(goal) => fixed(Bound::Below(goal.exact())),
        Goal::Between(lower, upper) => fixed(Bound::Between(lower.exact(), upper.exact())),
        Goal::ReduceBy(_, from) | Goal::IncreaseBy(_, from) => {
            let then = match from {
                From::Value(value) => {
                    Measured { value: Some(value.exact()), has_counts: true, ..Measured::default() }
                }
                From::PreviousPeriod | From::SameWindowLastYear | From::Window(_) => {
                    earlier_window(knowledge, goal, unit, window)
                        .map(|then| {
                            indicators::measure(knowledge, indicator, unit, &then, then.span)
                        })
                        .unwrap_or_default()
                }
            };
            relative(goal, then)
        }
    }
}

fn change(amount: &Amount, then: &Exact) -> Exact {
    match amount {
        Amount::Percent(percent) => then.abs() * percent.exact() / exact(100),
        Amount::Absolute(amount) => amount.exact(),
    }
}

/// The earlier window of a relative goal, if it can be compared with.
pub fn earlier_window(
    knowledge: &Knowledge,
    goal: &Goal,
    unit: usize,
    window: &Window,
) -> Option<Window> {
    let (Goal::ReduceBy(_, from) | Goal::IncreaseBy(_, from)) = goal else { return None };
    windows::compared_with(knowledge.plan, from, window)
        .filter(|then| knowledge.has_ended(then.span))
        .filter(|then| knowledge.plan.valid_throughout(unit, then.span))
}

/// An indicator's value and its goal, of what counts for both (rule 39, M8).
pub fn judged(
    knowledge: &Knowledge,
    goal: &Goal,
    indicator: usize,
    unit: usize,
    window: &Window,
    to_date: Span,
) -> (Measured, Resolved) {
    match earlier_window(knowledge, goal, unit, window) {
        Some(then) => {
            let (now, then) = indicators::in_two_windows(
                knowledge,
                indicator,
                unit,
                (window, to_date),
                (&then, then.span),
            );
            let resolved = relative(goal, then);
            (now, resolved)
        }
        None => {
            let now = indicators::measure(knowledge, indicator, unit, window, to_date);
            (now, resolve(knowledge, goal, indicator, unit, window))
        }
    }
}

/// A relative goal made from the value of the earlier window.
fn relative(goal: &Goal, then: Measured) -> Resolved {
    let bound = |then: &Exact| match goal {
        Goal::ReduceBy(amount, _) => Bound::AtMost(then - change(amount, then)),
        Goal::IncreaseBy(amount, _) => Bound::AtLeast(then + change(amount, then)),
        Goal::AtLeast(_)
        | Goal::Above(_)
        | Goal::AtMost(_)
        | Goal::Below(_)
        | Goal::Between(..) => unreachable!("fixed goals are not relative"),
    };
    Resolved {
        bound: then.value.as_ref().map(bound),
        is_suppressed: then.problems.contains(&Reason::Suppressed),
        imputed: then.value.as_ref().and(then.imputed),
        baseline: then.value,
        is_provisional: then.is_provisional,
        has_counts: then.has_counts,
    }
}

/// How a value comes about while a window runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// It grows with the days.
    Accumulates,
    /// It stands at some level.
    Stock,
    /// It is a ratio of things of the same kind, or a change.
    Level,
}

/// Rule 26: how an indicator's value comes about.
pub fn course(knowledge: &Knowledge, indicator: usize) -> Course {
    let plan = knowledge.plan;
    let flows = |expression: &crate::brute_force::model::Expression| {
        expression.terms.iter().all(|term| plan.measures[term.measure].over_time == OverTime::Sum)
    };
    let quotient = |above, below| {
        if flows(above) && !flows(below) { Course::Accumulates } else { Course::Level }
    };
    match &plan.indicators[indicator].form {
        Form::Count(of) if flows(of) => Course::Accumulates,
        Form::Count(_) => Course::Stock,
        Form::Proportion { numerator, denominator, .. }
        | Form::Ratio { numerator, denominator, .. } => quotient(numerator, denominator),
        Form::Rate { numerator, population, annualised, .. } => match annualised {
            crate::brute_force::model::Annualised::None => quotient(numerator, population),
            crate::brute_force::model::Annualised::Days365
            | crate::brute_force::model::Annualised::Exact => Course::Level,
        },
        Form::Mean { of, per } => quotient(of, per),
        Form::Change { .. } | Form::ShareOfUnits { .. } => Course::Level,
        Form::Reported { .. } => Course::Level,
    }
}

/// Rule 26: the most that the value of a share of what is recorded so far can be.
pub fn whole(knowledge: &Knowledge, indicator: usize) -> Option<Exact> {
    match &knowledge.plan.indicators[indicator].form {
        Form::Proportion { per, .. } if course(knowledge, indicator) == Course::Level => {
            Some(per.exact())
        }
        Form::ShareOfUnits { .. } => Some(exact(100)),
        _ => None,
    }
}

/// The value that a target names as the start of progress.
pub fn own_baseline(
    knowledge: &Knowledge,
    target: &Target,
    unit: usize,
    window: &Window,
) -> Option<Measured> {
    match target.baseline.as_ref()? {
        From::Value(value) => Some(Measured { value: Some(value.exact()), ..Measured::default() }),
        from @ (From::PreviousPeriod | From::SameWindowLastYear | From::Window(_)) => {
            let then = windows::compared_with(knowledge.plan, from, window)?;
            let is_known =
                knowledge.has_ended(then.span) && knowledge.plan.valid_throughout(unit, then.span);
            if !is_known {
                return None;
            }
            let then = indicators::measure(knowledge, target.indicator, unit, &then, then.span);
            then.value.is_some().then_some(then)
        }
    }
}

/// The part of the way from a baseline to a goal.
pub fn progress(knowledge: &Knowledge, target: &Target, row: &Row) -> Option<Exact> {
    if is_fixed(&target.goal) && target.baseline.is_none() {
        return None;
    }
    if let Goal::Between(..) = target.goal {
        return None;
    }
    if !row.is_final && course(knowledge, target.indicator) == Course::Accumulates {
        return None;
    }
    let (value, baseline) = (row.value.as_ref()?, row.baseline.as_ref()?);
    let whole = row.goal_value.as_ref()? - baseline;
    (!whole.is_zero()).then(|| (value - baseline) * exact(100) / whole)
}

/// Rule 26: what is expected after the share `elapsed` of a window.
pub fn expected_now(
    course: Course,
    bound: &Bound,
    baseline: Option<&Exact>,
    elapsed: &Exact,
) -> Option<Exact> {
    if let Bound::Between(..) = bound {
        return None;
    }
    let goal = bound.goal();
    match course {
        Course::Accumulates => Some(goal * elapsed),
        Course::Level if baseline.is_none() => Some(goal.clone()),
        Course::Stock | Course::Level => {
            baseline.map(|baseline| baseline + (goal - baseline) * elapsed)
        }
    }
}
