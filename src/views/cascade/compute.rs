//! A target's goal shared out among the units below, level by level, and the verdict of each unit on its share.

use std::borrow::Cow;
use std::collections::HashMap;

use super::apportion::{Part, divided, divided_whole};
use crate::assess::{
    Assessor, Frame, Judge, Possible, PossibleEnds, Reason, Verdict, candidates, is_meant, settled,
    windows,
};
use crate::calendar::Window;
use crate::exact::{Bound, Exact};
use crate::plan::{Cascade, ShareBy, Target, UnitIndex};
use crate::tally::Over;

/// The goal of one unit, and its value and verdict.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) unit: UnitIndex,
    /// The unit whose goal it is a share of; none for the target's own units.
    pub(crate) parent: Option<UnitIndex>,
    pub(crate) window: Window,
    /// What the share is in proportion to.
    pub(crate) weight: Option<Exact>,
    /// The share before it is rounded to a whole number.
    pub(crate) quota: Option<Exact>,
    pub(crate) bounds: Option<Bound>,
    pub(crate) value: Option<Exact>,
    pub(crate) completeness: Option<f64>,
    pub(crate) imputed: Option<f64>,
    pub(crate) verdict: Verdict,
    pub(crate) reason: Option<Reason>,
}

/// What the goals of a unit's children add up to, compared with the unit's own.
#[derive(Debug)]
pub(crate) struct SharesOf {
    pub(crate) unit: UnitIndex,
    pub(crate) window: Window,
    pub(crate) children: usize,
    pub(crate) without_share: usize,
    /// The unit's own number: the one that was shared out.
    pub(crate) whole: Option<Exact>,
    /// None where they can't be added up.
    pub(crate) parts: Option<Exact>,
    pub(crate) reason: Option<Reason>,
}

/// A goal's number is not known, and why.
type Unknown = Reason;

/// The shares of a target in all of its windows, in the order of the hierarchy; none of a target
/// that is not shared out.
pub(in crate::views) fn shares(
    assessor: &Assessor<'_>,
    target: &Target,
) -> (Vec<Shared>, Vec<SharesOf>) {
    let (mut rows, mut sums) = (Vec::new(), Vec::new());
    for window in windows(assessor.plan, target) {
        let target = target.in_force(&window);
        let Some(cascade) = &target.cascade else { continue };
        let sharing = Sharing::new(assessor, target, cascade, window);
        if assessor.known.only_prepares() {
            continue;
        }
        for unit in candidates(assessor.plan, &target.units) {
            if is_meant(assessor.plan, &target.units, unit, &window) {
                sharing.own(unit, &mut rows, &mut sums);
            }
        }
    }
    (rows, sums)
}

/// A target and one of its windows: what is the same for all units is known.
struct Sharing<'a> {
    assessor: &'a Assessor<'a>,
    target: &'a Target,
    cascade: &'a Cascade,
    window: Window,
    judge: Option<Judge<'a>>,
    /// What missing reports could lead to: against the goal that the plan states, and values for shares of it.
    possible: PossibleEnds,
    possible_values: HashMap<UnitIndex, Possible>,
    /// What shares are in proportion to, or why that is not known.
    weights: Option<Result<(Over<'a>, Window), Reason>>,
    /// Whether goals are made whole numbers.
    is_whole: bool,
    /// Whether the number of a unit is the sum of those of its children.
    adds_up: bool,
}

impl<'a> Sharing<'a> {
    fn new(
        assessor: &'a Assessor<'a>,
        target: &'a Target,
        cascade: &'a Cascade,
        window: Window,
    ) -> Self {
        let plan = assessor.plan;
        let minimum = target.minimum_completeness.or(plan.minimum_completeness());
        let frame = assessor.frame(&window);
        let judge = frame
            .map(|frame| assessor.prepare_judge(target.indicator, &target.goal, &frame, minimum));
        let exists = |unit: &UnitIndex| plan.units().is_judged_throughout(*unit, &window);
        let units: Vec<UnitIndex> = plan.units().iter().map(|(at, _)| at).filter(exists).collect();
        let possible = frame.map(|frame| {
            let (indicator, goal) = (target.indicator, &target.goal);
            let ends = assessor.possible_ends(indicator, goal, &frame, &units);
            (ends, assessor.possible_values(indicator, &frame, &units))
        });
        let (possible, possible_values) = possible.unwrap_or_default();
        let weights = match &cascade.by {
            ShareBy::Proportional { measure, window } => Some(match assessor.frame(window) {
                Some(frame) if frame.is_final() => {
                    Ok((assessor.known.over(*measure, window), *window))
                }
                Some(Frame { .. }) | None => Err(Reason::NoBaseline),
            }),
            ShareBy::Same | ShareBy::Equal | ShareBy::Explicit(_) => None,
        };
        let is_count = plan[target.indicator].formula.facts().count().is_some();
        let is_summed = plan
            .measures_of(target.indicator)
            .into_iter()
            .all(|measure| plan[measure].over_units == crate::plan::OverUnits::Sum);
        Sharing {
            assessor,
            target,
            cascade,
            window,
            judge,
            possible,
            possible_values,
            weights,
            is_whole: is_count && cascade.whole_numbers,
            adds_up: is_count && is_summed && !target.goal.is_between(),
        }
    }

    /// One of the target's own units, and all below it.
    fn own(&self, unit: UnitIndex, rows: &mut Vec<Shared>, sums: &mut Vec<SharesOf>) {
        let bounds = if self.exists(unit) { self.stated(unit) } else { Err(Reason::UnitNotValid) };
        let row = self.judged(unit, None, None, None, &bounds);
        rows.push(row);
        self.below(unit, &bounds, rows, sums);
    }

    /// The target's own goal, as it is for a unit.
    fn stated(&self, unit: UnitIndex) -> Result<Bound, Unknown> {
        if let Some(bounds) = Bound::of(&self.target.goal, None) {
            return Ok(bounds);
        }
        let judge = self.judge.as_ref().ok_or(Reason::NotStarted)?;
        judge.judge(unit).bounds.map(Cow::into_owned).ok_or(Reason::NoBaseline)
    }

    fn exists(&self, unit: UnitIndex) -> bool {
        self.assessor.plan.units().is_judged_throughout(unit, &self.window)
    }

    /// Shares out the goal of a unit among its children, and theirs among their own.
    fn below(
        &self,
        unit: UnitIndex,
        whole: &Result<Bound, Unknown>,
        rows: &mut Vec<Shared>,
        sums: &mut Vec<SharesOf>,
    ) {
        let units = self.assessor.plan.units();
        let children: Vec<UnitIndex> = units
            .children(unit)
            .iter()
            .copied()
            .filter(|child| {
                units[*child].level <= self.cascade.to
                    && units.is_judged_during(*child, &self.window)
            })
            .collect();
        if children.is_empty() {
            return;
        }
        let number = whole.as_ref().ok().map(|bounds| self.number(bounds));
        let shares = self.shared_out(whole, number.as_ref(), &children);
        // The sum stands before the sums of the children, as the unit's row before theirs.
        let parts = shares.iter().filter_map(|share| share.bounds.as_ref().ok());
        let sum = parts.fold(Exact::ZERO, |sum, bounds| sum + &self.number(bounds));
        let without_share = shares.iter().filter(|share| share.bounds.is_err()).count();
        let reason = match whole {
            _ if !self.adds_up => Some(Reason::NotAdditive),
            Err(reason) => Some(*reason),
            Ok(_) if without_share > 0 => {
                shares.iter().find_map(|share| share.bounds.as_ref().err().copied())
            }
            Ok(_) => None,
        };
        sums.push(SharesOf {
            unit,
            window: self.window,
            children: children.len(),
            without_share,
            whole: number,
            parts: (self.adds_up && without_share < children.len()).then_some(sum),
            reason,
        });
        for (child, share) in children.into_iter().zip(shares) {
            let Share { weight, quota, bounds } = share;
            rows.push(self.judged(child, Some(unit), weight, quota, &bounds));
            if units[child].level < self.cascade.to {
                self.below(child, &bounds, rows, sums);
            }
        }
    }

    /// A goal's number; of counts the whole number that says the same.
    fn number(&self, bounds: &Bound) -> Exact {
        match bounds {
            Bound::Floor { at, .. } | Bound::Ceiling { at, .. } => {
                let (least, most) = bounds.whole_numbers();
                least.or(most).filter(|_| self.is_whole).unwrap_or_else(|| at.clone())
            }
            Bound::Between { low, .. } => low.clone(),
        }
    }

    fn shared_out(
        &self,
        whole: &Result<Bound, Unknown>,
        number: Option<&Exact>,
        children: &[UnitIndex],
    ) -> Vec<Share> {
        let each = |share: &dyn Fn(UnitIndex) -> Share| {
            children
                .iter()
                .map(|child| match self.exists(*child) {
                    true => share(*child),
                    false => Share::unknown(Reason::UnitNotValid),
                })
                .collect()
        };
        match (&self.cascade.by, &self.weights) {
            (ShareBy::Same, _) => {
                each(&|child| Share { bounds: self.stated(child), ..Share::default() })
            }
            (ShareBy::Explicit(numbers), _) => each(&|child| {
                let code = &self.assessor.plan.units()[child].id;
                let number = numbers.iter().find(|(unit, _)| unit == code);
                let number = number.map(|(_, number)| Exact::of_decimal(*number));
                let bounds = number.zip(Bound::of(&self.target.goal, None));
                Share {
                    bounds: bounds
                        .map(|(at, bounds)| bounds.map(|_| at.clone()))
                        .ok_or(Reason::NoBaseline),
                    ..Share::default()
                }
            }),
            (ShareBy::Equal, _) => self.divided(whole, number, children, &|_| Ok(Exact::ONE)),
            (ShareBy::Proportional { .. }, Some(Ok((over, window)))) => {
                let weight = |child: UnitIndex| {
                    if !self.assessor.plan.units().is_judged_throughout(child, window) {
                        return Err(Reason::UnitNotValid);
                    }
                    let weight = over.total(child).map_err(Reason::from)?.value;
                    if weight.is_negative() { Err(Reason::Incomplete) } else { Ok(weight) }
                };
                self.divided(whole, number, children, &weight)
            }
            (ShareBy::Proportional { .. }, Some(Err(reason))) => each(&|_| Share::unknown(*reason)),
            (ShareBy::Proportional { .. }, None) => each(&|_| Share::unknown(Reason::NoBaseline)),
        }
    }

    /// A number divided by weights among the children that have one.
    fn divided(
        &self,
        whole: &Result<Bound, Unknown>,
        number: Option<&Exact>,
        children: &[UnitIndex],
        weight: &dyn Fn(UnitIndex) -> Result<Exact, Reason>,
    ) -> Vec<Share> {
        let weights: Vec<Result<Exact, Reason>> = children
            .iter()
            .map(
                |child| {
                    if self.exists(*child) { weight(*child) } else { Err(Reason::UnitNotValid) }
                },
            )
            .collect();
        let known: Vec<Exact> = weights.iter().filter_map(|weight| weight.clone().ok()).collect();
        let divide = if self.is_whole { divided_whole } else { divided };
        let parts = number.map(|number| divide(number, &known));
        let mut parts = parts.map(|parts| parts.map(Vec::into_iter));
        weights
            .into_iter()
            .map(|weight| {
                let weight = match weight {
                    Err(reason) => return Share::unknown(reason),
                    Ok(weight) => weight,
                };
                let part = match (&mut parts, whole) {
                    (Some(Some(parts)), Ok(bounds)) => {
                        let part = parts.next();
                        part.map(|part| (part, bounds)).ok_or(Reason::ZeroDenominator)
                    }
                    (Some(_), Ok(_)) => Err(Reason::ZeroDenominator),
                    // The unit above has no number to share out.
                    (None, _) | (_, Err(_)) => Err(Reason::NoBaseline),
                };
                match part {
                    Err(reason) => Share { weight: Some(weight), ..Share::unknown(reason) },
                    Ok((Part { quota, share }, bounds)) => Share {
                        weight: Some(weight),
                        quota: Some(quota),
                        bounds: Ok(if self.is_whole {
                            bounds.map(|_| share.clone()).inclusive()
                        } else {
                            bounds.map(|_| share.clone())
                        }),
                    },
                }
            })
            .collect()
    }

    /// A unit compared with its share.
    fn judged(
        &self,
        unit: UnitIndex,
        parent: Option<UnitIndex>,
        weight: Option<Exact>,
        quota: Option<Exact>,
        bounds: &Result<Bound, Unknown>,
    ) -> Shared {
        let mut row = Shared {
            unit,
            parent,
            window: self.window,
            weight,
            quota,
            bounds: bounds.as_ref().ok().cloned(),
            value: None,
            completeness: None,
            imputed: None,
            verdict: Verdict::Indeterminate,
            reason: bounds.as_ref().err().copied(),
        };
        if !self.exists(unit) {
            row.reason = Some(Reason::UnitNotValid);
            return row;
        }
        let Some(judge) = &self.judge else {
            row.reason = row.reason.or(Some(Reason::NotStarted));
            return row;
        };
        let judgement = judge.judge_against(unit, row.bounds.as_ref());
        row.completeness = judgement.evaluated.completeness;
        row.imputed = judgement.evaluated.imputed;
        row.verdict = judgement.verdict;
        // The target's own goal, and the same goal elsewhere, are judged as any row is; of a share it
        // matters most why there is none.
        let is_stated = parent.is_none() || self.cascade.by == ShareBy::Same;
        row.reason = match judgement.reason {
            Some(reason) if is_stated => Some(reason),
            reason => row.reason.or(reason),
        };
        row.value = judgement.evaluated.value.ok();
        if let Some(bounds) = &row.bounds {
            (row.verdict, row.reason) = settled((row.verdict, row.reason), |verdict| {
                if is_stated {
                    return self.possible.could_turn(unit, verdict);
                }
                let possible = self.possible_values.get(&unit);
                possible.is_some_and(|possible| possible.could_turn(bounds, verdict))
            });
        }
        row
    }
}

/// A unit's share before the unit is compared with it.
struct Share {
    weight: Option<Exact>,
    quota: Option<Exact>,
    bounds: Result<Bound, Unknown>,
}

impl Default for Share {
    fn default() -> Self {
        Share::unknown(Reason::NoBaseline)
    }
}

impl Share {
    fn unknown(reason: Reason) -> Self {
        Share { weight: None, quota: None, bounds: Err(reason) }
    }
}

impl Bound {
    /// The number itself included: whole numbers were chosen so that it is.
    fn inclusive(self) -> Bound {
        match self {
            Bound::Floor { at, .. } => Bound::Floor { at, strict: false },
            Bound::Ceiling { at, .. } => Bound::Ceiling { at, strict: false },
            Bound::Between { .. } => self,
        }
    }
}
