//! Methods that compare amounts: what is added each year.

use super::facts::Facts;
use super::{Answer, ProgressPath, ProgressReason, ProgressStanding, ProgressUnit};
use crate::exact::Exact;
use crate::special::normal_quantile;

type Label = (&'static str, ProgressStanding);

/// From here on a change is one, where nothing is known of chance (Healthy People).
const TENTH: (i64, i64) = (10, 100);

pub(super) fn share_of_plan(facts: &Facts) -> Answer {
    let (last, target) = match facts.last().and_then(|last| Ok((&last.value, facts.target()?))) {
        Ok(both) => both,
        Err(reason) => return Answer::none(reason),
    };
    let label = match facts.meets(last, target) {
        true => ("met", ProgressStanding::Met),
        false => ("not_met", ProgressStanding::NotMet),
    };
    let value = if facts.is_band {
        Err(ProgressReason::TwoSided)
    } else if target.is_zero() {
        Err(ProgressReason::ZeroTarget)
    } else if target.is_negative() {
        Err(ProgressReason::NegativeTarget)
    } else {
        Ok((&(last * &Exact::HUNDRED) / target).float())
    };
    Answer::of(Some(label), ProgressUnit::Percent, value)
}

pub(super) fn share_of_change(facts: &Facts) -> Answer {
    let (course, target) = match facts.target().and_then(|target| Ok((facts.course()?, target))) {
        Ok(both) => both,
        Err(reason) => return Answer::none(reason),
    };
    let (base, last) = (&course.base.value, &course.last.value);
    let moved = facts.moved(&course);
    let needed = facts.gained(base, target);
    let errors = course.base.standard_error.zip(course.last.standard_error);
    let label = if facts.meets(last, target) {
        ("target_met", ProgressStanding::Met)
    } else {
        let is_detectable = match errors {
            Some((one, other)) => {
                let error = one.hypot(other);
                moved.float().abs() > normal_quantile(0.975) * error
            }
            // Of the change that was wanted; or, of a change for the worse, of the base.
            None => {
                let whole = if moved.is_negative() { base.abs() } else { needed.clone() };
                Exact::quotient(TENTH.0, TENTH.1)
                    .is_some_and(|tenth| !moved.is_zero() && moved.abs() >= &whole * &tenth)
            }
        };
        match (is_detectable, moved.is_negative()) {
            (true, false) => ("improving", ProgressStanding::Toward),
            (true, true) => ("getting_worse", ProgressStanding::Away),
            (false, _) => ("little_or_no_detectable_change", ProgressStanding::LittleChange),
        }
    };
    if !needed.is_positive() {
        return Answer::of(Some(label), ProgressUnit::Percent, Err(ProgressReason::BaseMet));
    }
    let share = &moved / &needed;
    // The base is in the numerator and in the denominator: the derivatives by the last value and by the base.
    let standard_error = errors.map(|(of_base, of_last)| {
        let by_base = (&share - &Exact::ONE).float() * of_base;
        100.0 * by_base.hypot(of_last) / needed.float()
    });
    let value = Ok((&share * &Exact::HUNDRED).float());
    Answer { standard_error, ..Answer::of(Some(label), ProgressUnit::Percent, value) }
}

pub(super) fn unescap_current(facts: &Facts) -> Answer {
    let (course, target) = match facts.target().and_then(|target| Ok((facts.course()?, target))) {
        Ok(both) => both,
        Err(reason) => return Answer::none(reason),
    };
    let moved = facts.moved(&course);
    let needed = facts.gained(&course.base.value, target).abs();
    let label = if facts.meets(&course.last.value, target) {
        ("achieved", ProgressStanding::Met)
    } else if moved.is_negative() {
        ("regressed", ProgressStanding::Away)
    } else if moved.is_zero() {
        ("unchanged", ProgressStanding::TooSlow)
    } else {
        ("progressed", ProgressStanding::Toward)
    };
    let value = match needed.is_zero() {
        true => Err(ProgressReason::BaseAtTarget),
        false => Ok((&(&moved * &Exact::whole(10)) / &needed).float()),
    };
    Answer::of(Some(label), ProgressUnit::Tenths, value)
}

pub(super) fn unescap_anticipated(facts: &Facts) -> Answer {
    let given = facts.target().and_then(|target| {
        let course = facts.course()?;
        Ok((course, target, facts.prediction()?))
    });
    let (course, target, predicted) = match given {
        Ok(given) => given,
        Err(reason) => return Answer::none(reason),
    };
    let base = &course.base.value;
    let needed = facts.gained(base, target).abs();
    // To be beyond the target leaves no gap.
    let gap = match facts.meets(&predicted, target) {
        true => Exact::ZERO,
        false => facts.gained(&predicted, target),
    };
    let is_worse_than_base = facts.gained(base, &predicted).is_negative();
    let of_needed =
        |percent: i64| Exact::quotient(percent, 100).is_some_and(|share| gap <= &needed * &share);
    let label = if gap.is_zero() {
        ("maintain", ProgressStanding::OnTrack)
    } else if is_worse_than_base {
        ("reverse", ProgressStanding::Away)
    } else if of_needed(10) {
        ("maintain", ProgressStanding::OnTrack)
    } else if of_needed(100) {
        ("accelerate", ProgressStanding::TooSlow)
    } else {
        ("reverse", ProgressStanding::Away)
    };
    let value = match needed.is_zero() {
        true => Err(ProgressReason::BaseAtTarget),
        false => Ok((&(&gap * &Exact::HUNDRED) / &needed).float()),
    };
    Answer::of(Some(label), ProgressUnit::Percent, value)
}

pub(super) fn sdsn(facts: &Facts) -> Answer {
    let given = facts.target().and_then(|target| {
        let course = facts.course()?;
        Ok((course, target, facts.target_year()?))
    });
    let (course, target, until) = match given {
        Ok(given) => given,
        Err(reason) => return Answer::none(reason),
    };
    let (base, last) = (&course.base.value, &course.last.value);
    let scaled = |value: &Exact| match &facts.scale {
        None => value.clone(),
        Some((worst, best)) => {
            let share = &(value - worst) / &(best - worst);
            share.max(Exact::ZERO).min(Exact::ONE)
        }
    };
    // On a scale, more is better.
    let gained = |from: &Exact, to: &Exact| match &facts.scale {
        None => facts.gained(from, to),
        Some(_) => &scaled(to) - &scaled(from),
    };
    let needed = gained(base, target).abs();
    let ratio = match needed.is_zero() {
        true => Err(ProgressReason::BaseAtTarget),
        false => {
            let each_year = &gained(base, last) / &course.years();
            Ok(&each_year / &(&needed / &(until - &course.base.year)))
        }
    };
    let half = Exact::quotient(1, 2).unwrap_or(Exact::ONE);
    let label: Option<Label> = match &ratio {
        _ if facts.meets(last, target) => {
            Some(("on_track_or_maintaining_achievement", ProgressStanding::Met))
        }
        _ if facts.moved(&course).is_negative() => Some(("decreasing", ProgressStanding::Away)),
        Ok(ratio) if *ratio >= Exact::ONE => {
            Some(("on_track_or_maintaining_achievement", ProgressStanding::OnTrack))
        }
        Ok(ratio) if *ratio >= half => Some(("moderately_improving", ProgressStanding::TooSlow)),
        Ok(_) => Some(("stagnating", ProgressStanding::TooSlow)),
        Err(_) => None,
    };
    Answer::of(label, ProgressUnit::Ratio, ratio.map(|ratio| ratio.float()))
}

pub(super) fn pace(facts: &Facts) -> Answer {
    let given = facts.target().and_then(|target| {
        let course = facts.course()?;
        let until = facts.target_year()?;
        let passed = &course.years() / &(until - &course.base.year);
        Ok((course, target, expected(facts.path, &course.base.value, target, &passed)?))
    });
    let (course, target, expected) = match given {
        Ok(given) => given,
        Err(reason) => return Answer::none(reason),
    };
    let last = &course.last.value;
    let (part, whole) =
        if facts.higher_is_better() { (last, &expected) } else { (&expected, last) };
    let is_ratio = part.is_positive() && whole.is_positive();
    // Without a ratio, there is ahead and behind.
    let at_least = |share: &Exact| match is_ratio {
        true => *part >= whole * share,
        false => facts.meets(last, &expected),
    };
    let label = if facts.meets(last, target) {
        ("met", ProgressStanding::Met)
    } else if facts.moved(&course).is_negative() {
        ("behind", ProgressStanding::Away)
    } else if at_least(&facts.pace.0) {
        ("ahead", ProgressStanding::OnTrack)
    } else if at_least(&facts.pace.1) {
        ("on_track", ProgressStanding::OnTrack)
    } else {
        ("behind", ProgressStanding::TooSlow)
    };
    let value = match is_ratio {
        true => Ok((part / whole).float()),
        false => Err(ProgressReason::NotPositive),
    };
    Answer::of(Some(label), ProgressUnit::Ratio, value)
}

/// Where a path from the base to the target is after a share of the time.
fn expected(
    path: ProgressPath,
    base: &Exact,
    target: &Exact,
    passed: &Exact,
) -> Result<Exact, ProgressReason> {
    match path {
        ProgressPath::Linear => Ok(base + &(&(target - base) * passed)),
        ProgressPath::Geometric => {
            if base.is_zero() {
                return Err(ProgressReason::ZeroBase);
            }
            if target.is_zero() {
                return Err(ProgressReason::ZeroTarget);
            }
            let grown = target / base;
            if grown.is_negative() {
                return Err(ProgressReason::SignChange);
            }
            let then = base.float() * grown.float().powf(passed.float());
            Exact::of(then).ok_or(ProgressReason::OutOfRange)
        }
    }
}
