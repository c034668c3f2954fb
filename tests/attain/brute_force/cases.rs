//! Cases as a proptest strategy that makes a failing one smaller by taking things away.

use crate::brute_force::generate::{self, Draw};
use crate::brute_force::model::{
    Case, Decimal, Form, Goal, Measure, Plan, Scope, WindowName, Windows,
};
use crate::brute_force::{windows, yaml};
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::fmt;

/// Random plans with outcomes and days to judge them on.
#[derive(Debug)]
pub struct Cases;

impl Strategy for Cases {
    type Tree = Shrinking;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw::from(runner.rng());
        Ok(Shrinking::of(generate::case(&mut draw)))
    }
}

/// The same with rolling windows, windows of a length, and weeks that begin on any day.
#[derive(Debug)]
pub struct CasesOfLengths;

impl Strategy for CasesOfLengths {
    type Tree = Shrinking;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw::with_lengths(runner.rng());
        Ok(Shrinking::of(generate::case(&mut draw)))
    }
}

/// The same with stocks whose last figures are carried forward.
#[derive(Debug)]
pub struct CasesOfCarried;

impl Strategy for CasesOfCarried {
    type Tree = Shrinking;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw::with_carried(runner.rng());
        Ok(Shrinking::of(generate::case(&mut draw)))
    }
}

/// The same with means that weight figures by days.
#[derive(Debug)]
pub struct CasesOfWeighted;

impl Strategy for CasesOfWeighted {
    type Tree = Shrinking;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw::with_weighted(runner.rng());
        Ok(Shrinking::of(generate::case(&mut draw)))
    }
}

/// The same with totals of the year to date.
#[derive(Debug)]
pub struct CasesOfCumulative;

impl Strategy for CasesOfCumulative {
    type Tree = Shrinking;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw::with_cumulative(runner.rng());
        Ok(Shrinking::of(generate::case(&mut draw)))
    }
}

/// The same with measures that some units of a level report.
#[derive(Debug)]
pub struct CasesOfListed;

impl Strategy for CasesOfListed {
    type Tree = Shrinking;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw::with_listed(runner.rng());
        Ok(Shrinking::of(generate::case(&mut draw)))
    }
}

/// The same with baselines of targets.
#[derive(Debug)]
pub struct CasesOfBaselines;

impl Strategy for CasesOfBaselines {
    type Tree = Shrinking;
    type Value = Case;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut draw = Draw::with_baselines(runner.rng());
        Ok(Shrinking::of(generate::case(&mut draw)))
    }
}

/// A case and what may still be taken from it.
pub struct Shrinking {
    case: Case,
    /// The case before the last cut, in case the cut was one too many.
    before: Option<Case>,
    cuts: Vec<Cut>,
}

impl Shrinking {
    pub fn of(case: Case) -> Self {
        let mut cuts = cuts(&case);
        cuts.reverse();
        Shrinking { case, before: None, cuts }
    }
}

impl ValueTree for Shrinking {
    type Value = Case;

    fn current(&self) -> Case {
        self.case.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.before.take().is_some() {
            // The last cut succeeded: the rest may be cut in other ways.
            *self = Shrinking::of(self.case.clone());
        }
        while let Some(cut) = self.cuts.pop() {
            let mut smaller = self.case.clone();
            if cut.apply(&mut smaller) && generate::are_sound(&smaller) {
                self.before = Some(std::mem::replace(&mut self.case, smaller));
                return true;
            }
        }
        false
    }

    fn complicate(&mut self) -> bool {
        match self.before.take() {
            Some(before) => {
                self.case = before;
                true
            }
            None => false,
        }
    }
}

/// Something that can be taken from a case.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// All days of judgement but one.
    OnlyDay(usize),
    Target(usize),
    /// A position and the number of outcomes from it.
    Outcomes(usize, usize),
    Unit(usize),
    Code(usize, usize),
    OnlyUnit(usize, usize),
    OnlyWindow(usize, usize),
    Status(usize),
    RecordedAt(usize),
    ValueOne(usize),
    PlanMinimum,
    TargetMinimum(usize),
    RecordedAtLevel(usize),
    Every(usize),
    /// One of the keys of a measure that say what its figures are.
    Key(usize, usize),
    Unmatched,
    UnmatchedOf(usize),
    Terms(usize),
    Chance(usize),
    GoalZero(usize),
}

/// Everything that could be taken away, the largest things first.
fn cuts(case: &Case) -> Vec<Cut> {
    let plan = &case.plan;
    let mut cuts = Vec::new();
    if case.as_of.len() > 1 {
        cuts.extend((0..case.as_of.len()).map(Cut::OnlyDay));
    }
    if plan.targets.len() > 1 {
        cuts.extend((0..plan.targets.len()).map(Cut::Target));
    }
    for (position, target) in plan.targets.iter().enumerate() {
        if !matches!(target.windows, Windows::One(_)) {
            let windows = windows::windows(plan, &target.windows).len();
            cuts.extend((0..windows).map(|window| Cut::OnlyWindow(position, window)));
        }
        match &target.scope {
            Scope::Level(_) => {
                cuts.extend((0..plan.units.len()).map(|unit| Cut::OnlyUnit(position, unit)));
            }
            Scope::Codes(codes) if codes.len() > 1 => {
                cuts.extend((0..codes.len()).map(|code| Cut::Code(position, code)));
            }
            Scope::Codes(_) => {}
        }
    }
    let mut length = case.outcomes.len().next_power_of_two();
    while length > 0 {
        let starts = (0..case.outcomes.len()).step_by(length);
        cuts.extend(starts.map(|start| Cut::Outcomes(start, length)));
        length /= 2;
    }
    cuts.extend((0..plan.units.len()).map(Cut::Unit));
    cuts.push(Cut::PlanMinimum);
    cuts.extend((0..plan.targets.len()).map(Cut::TargetMinimum));
    for measure in 0..plan.measures.len() {
        cuts.extend([Cut::RecordedAtLevel(measure), Cut::Every(measure)]);
        cuts.extend((0..KEYS).map(|key| Cut::Key(measure, key)));
    }
    cuts.push(Cut::Unmatched);
    for indicator in 0..plan.indicators.len() {
        cuts.extend([Cut::Terms(indicator), Cut::Chance(indicator), Cut::UnmatchedOf(indicator)]);
    }
    for outcome in 0..case.outcomes.len() {
        cuts.extend([Cut::Status(outcome), Cut::RecordedAt(outcome), Cut::ValueOne(outcome)]);
    }
    cuts.extend((0..plan.targets.len()).map(Cut::GoalZero));
    cuts
}

impl Cut {
    /// Takes it away; tells whether that changed anything.
    fn apply(self, case: &mut Case) -> bool {
        let one = Decimal::whole(1);
        let plan = &mut case.plan;
        match self {
            Cut::OnlyDay(day) => case.as_of = vec![case.as_of[day]],
            Cut::Target(target) => {
                plan.targets.remove(target);
                tidy(case);
            }
            Cut::Outcomes(start, length) => {
                let end = (start + length).min(case.outcomes.len());
                case.outcomes.drain(start..end);
            }
            Cut::Unit(unit) => return remove_unit(case, unit),
            Cut::Code(target, code) => {
                if let Scope::Codes(codes) = &mut plan.targets[target].scope {
                    codes.remove(code);
                }
            }
            Cut::OnlyUnit(target, unit) => {
                plan.targets[target].scope = Scope::Codes(vec![plan.units[unit].code.clone()]);
            }
            Cut::OnlyWindow(target, window) => {
                let window = windows::windows(plan, &plan.targets[target].windows)[window].clone();
                let name = window.rolling_name().or(window.period.map(|(_, name)| name));
                plan.targets[target].windows = Windows::One(match name {
                    Some(name) => WindowName::Period(name),
                    None => WindowName::Span(window.span),
                });
                tidy(case);
            }
            Cut::Status(outcome) => {
                let outcome = &mut case.outcomes[outcome];
                outcome.value.get_or_insert(one);
                return outcome.status.take().is_some();
            }
            Cut::RecordedAt(outcome) => {
                return case.outcomes[outcome].recorded_at.take().is_some();
            }
            Cut::ValueOne(outcome) => {
                let value = &mut case.outcomes[outcome].value;
                return value.is_some_and(|value| value != one) && value.replace(one).is_some();
            }
            Cut::PlanMinimum => return plan.minimum_completeness.take().is_some(),
            Cut::TargetMinimum(target) => {
                return plan.targets[target].minimum_completeness.take().is_some();
            }
            Cut::RecordedAtLevel(measure) => {
                let measure = &mut plan.measures[measure];
                return measure.recorded_by.take().is_some()
                    || measure.recorded_at.take().is_some();
            }
            Cut::Every(measure) => {
                let measure = &mut plan.measures[measure];
                return !measure.cumulative && measure.every.take().is_some();
            }
            Cut::Key(measure, key) => return plan.measures[measure].drop_key(key),
            Cut::Unmatched => return plan.unmatched.take().is_some(),
            Cut::UnmatchedOf(indicator) => {
                return plan.indicators[indicator].unmatched.take().is_some();
            }
            Cut::Terms(indicator) => {
                let cut = shorten(&mut plan.indicators[indicator].form);
                tidy(case);
                return cut;
            }
            Cut::Chance(indicator) => {
                let chance = &mut plan.indicators[indicator].chance;
                return !std::mem::replace(chance, true);
            }
            Cut::GoalZero(target) => {
                let goal = &mut plan.targets[target].goal;
                let is_zero = matches!(goal, Goal::AtLeast(goal) if goal.digits == 0);
                *goal = Goal::AtLeast(Decimal::whole(0));
                tidy(case);
                return !is_zero;
            }
        }
        true
    }
}

/// Keys that a measure can do without.
const KEYS: usize = 10;

impl Measure {
    fn drop_key(&mut self, key: usize) -> bool {
        match key {
            0 => std::mem::take(&mut self.absent_zero),
            1 => std::mem::take(&mut self.known_ahead),
            2 => self.range.take().is_some(),
            3 => self.suppressed.take().is_some(),
            4 => self.recorded_from.take().is_some(),
            5 => self.recorded_until.take().is_some(),
            6 => self.carry.take().is_some(),
            7 => std::mem::take(&mut self.weight_by_days),
            8 => std::mem::take(&mut self.cumulative),
            _ => std::mem::take(&mut self.signed),
        }
    }
}

/// Leaves one term in every expression.
fn shorten(form: &mut Form) -> bool {
    let expressions = match form {
        Form::Count(of) => vec![of],
        Form::Proportion { numerator, denominator, .. }
        | Form::Ratio { numerator, denominator, .. } => vec![numerator, denominator],
        Form::Rate { numerator, population, .. } => vec![numerator, population],
        Form::Mean { of, per } => vec![of, per],
        Form::Change { .. } | Form::ShareOfUnits { .. } | Form::Reported { .. } => vec![],
    };
    let mut cut = false;
    for expression in expressions {
        cut |= expression.terms.len() > 1;
        expression.terms.truncate(1);
    }
    cut
}

/// Takes away a unit that nothing stands on.
fn remove_unit(case: &mut Case, unit: usize) -> bool {
    let plan = &mut case.plan;
    let code = &plan.units[unit].code;
    let is_named = plan.targets.iter().any(|target| match &target.scope {
        Scope::Codes(codes) => codes.contains(code),
        Scope::Level(_) => false,
    });
    if is_named || !plan.children(unit).is_empty() || plan.units.len() == 1 {
        return false;
    }
    plan.units.remove(unit);
    for other in &mut plan.units {
        other.parent = other.parent.map(|parent| parent - usize::from(parent > unit));
    }
    true
}

/// Takes away indicators, measures and outcomes that no target uses.
fn tidy(case: &mut Case) {
    let plan = &mut case.plan;
    let mut used: Vec<usize> = plan.targets.iter().map(|target| target.indicator).collect();
    let mut position = 0;
    while position < used.len() {
        match plan.indicators[used[position]].form {
            Form::Change { of, .. } | Form::ShareOfUnits { of, .. } => used.push(of),
            Form::Count(_)
            | Form::Proportion { .. }
            | Form::Ratio { .. }
            | Form::Rate { .. }
            | Form::Mean { .. }
            | Form::Reported { .. } => {}
        }
        position += 1;
    }
    used.sort_unstable();
    used.dedup();
    let place = |indicator: usize| used.iter().position(|&kept| kept == indicator).unwrap();
    plan.indicators = used.iter().map(|&kept| plan.indicators[kept].clone()).collect();
    for target in &mut plan.targets {
        target.indicator = place(target.indicator);
    }
    let mut measures = Vec::new();
    for indicator in &mut plan.indicators {
        match &mut indicator.form {
            Form::Change { of, .. } | Form::ShareOfUnits { of, .. } => *of = place(*of),
            Form::Count(of) => measures.push(of),
            Form::Proportion { numerator, denominator, .. }
            | Form::Ratio { numerator, denominator, .. } => {
                measures.extend([numerator, denominator]);
            }
            Form::Rate { numerator, population, .. } => measures.extend([numerator, population]),
            Form::Mean { of, per } => measures.extend([of, per]),
            Form::Reported { .. } => {}
        }
    }
    let mut terms: Vec<&mut usize> = measures
        .into_iter()
        .flat_map(|expression| expression.terms.iter_mut().map(|term| &mut term.measure))
        .collect();
    let mut kept: Vec<usize> = terms.iter().map(|measure| **measure).collect();
    kept.sort_unstable();
    kept.dedup();
    for measure in &mut terms {
        **measure = kept.iter().position(|kept| kept == *measure).unwrap();
    }
    plan.measures = kept.iter().map(|&kept| plan.measures[kept].clone()).collect();
    let Plan { measures, indicators, .. } = plan;
    case.outcomes.retain(|outcome| {
        measures.iter().any(|measure| measure.id == outcome.measure)
            || indicators.iter().any(|indicator| indicator.id == outcome.measure)
    });
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", yaml::plan(&self.plan))?;
        writeln!(f, "as of {:?}", self.as_of)?;
        for measure in self.plan.measures.iter().filter(|measure| measure.events) {
            writeln!(f, "{} is of events", measure.id)?;
        }
        for outcome in &self.outcomes {
            let value = outcome.value.map_or("-".to_owned(), |value| value.to_string());
            write!(f, "  {} {:?} {} {value}", outcome.unit, outcome.when, outcome.measure)?;
            if let Some(status) = outcome.status {
                write!(f, " status {status}")?;
            }
            if let Some(recorded_at) = outcome.recorded_at {
                write!(f, " recorded {recorded_at}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
