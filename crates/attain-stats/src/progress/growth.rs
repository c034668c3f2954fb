//! Methods that compare yearly growth rates.

use std::cmp::Ordering;

use super::facts::{Course, Facts};
use super::{Answer, ProgressReason, ProgressStanding, ProgressUnit};
use crate::exact::Exact;

type Label = (&'static str, ProgressStanding);

/// The labels of a method whose value is set against thresholds, the best first.
struct Labels {
    met: Label,
    fast: Label,
    slower: Label,
    slow: Label,
    away: Label,
}

const OPEN_SDG: Labels = Labels {
    met: ("target_achieved", ProgressStanding::Met),
    fast: ("substantial_progress", ProgressStanding::OnTrack),
    slower: ("moderate_progress", ProgressStanding::TooSlow),
    slow: ("limited_progress", ProgressStanding::TooSlow),
    away: ("deterioration", ProgressStanding::Away),
};

const EUROSTAT: Labels = Labels {
    met: ("significant_progress", ProgressStanding::Met),
    fast: ("significant_progress", ProgressStanding::OnTrack),
    slower: ("moderate_progress", ProgressStanding::TooSlow),
    slow: ("insufficient_progress", ProgressStanding::TooSlow),
    away: ("movement_away", ProgressStanding::Away),
};

/// At these ratios of growth to growth needed, it is fast and slower, for Eurostat and Open SDG.
const RATIOS: (f64, f64) = (0.95, 0.60);

/// Open SDG's exponent of how near a limit the base is (its `ProgressMeasure`).
const NEARNESS: f64 = 4.44;

pub(super) fn open_sdg(facts: &Facts) -> Answer {
    let course = match facts.course() {
        Ok(course) => course,
        Err(reason) => return Answer::none(reason),
    };
    match facts.target() {
        Ok(target) => {
            let answer = against_target(facts, &course, target, &OPEN_SDG);
            let is_met = facts.meets(&course.last.value, target);
            let score = if is_met { Some(5.0) } else { answer.value.map(open_sdg_score_of_ratio) };
            Answer { score, ..answer }
        }
        Err(_) => open_sdg_without_target(facts, &course),
    }
}

pub(super) fn eurostat(facts: &Facts) -> Answer {
    let course = match facts.course() {
        Ok(course) => course,
        Err(reason) => return Answer::none(reason),
    };
    if let Ok(target) = facts.target() {
        return against_target(facts, &course, target, &EUROSTAT);
    }
    without_target(facts, &course, |compared, moved| {
        let one_per_cent = Exact::quotient(1, 100).map(|rate| compared(&rate));
        match (moved, one_per_cent) {
            (Ordering::Equal, _) => ("no_movement", ProgressStanding::TooSlow),
            (Ordering::Greater, Some(Ordering::Less) | None) => {
                ("moderate_progress", ProgressStanding::TooSlow)
            }
            (Ordering::Greater, Some(_)) => ("significant_progress", ProgressStanding::OnTrack),
            (Ordering::Less, Some(Ordering::Greater)) => {
                ("significant_movement_away", ProgressStanding::Away)
            }
            (Ordering::Less, _) => ("moderate_movement_away", ProgressStanding::Away),
        }
    })
}

pub(super) fn un_2023(facts: &Facts) -> Answer {
    let course = match facts.course() {
        Ok(course) => course,
        Err(reason) => return Answer::none(reason),
    };
    const MET: &str = "target_met_or_on_track";
    const FAIR: &str = "fair_progress";
    const NONE: &str = "stagnation_or_regression";
    let moved = facts.moved(&course);
    let stagnation = || match moved.is_negative() {
        true => (NONE, ProgressStanding::Away),
        false => (NONE, ProgressStanding::TooSlow),
    };
    let Ok(target) = facts.target() else {
        return without_target(facts, &course, |compared, moved| {
            let at_least = |above, below| {
                Exact::quotient(above, below).is_some_and(|rate| compared(&rate).is_ge())
            };
            match moved {
                Ordering::Greater if at_least(2, 100) => (MET, ProgressStanding::OnTrack),
                Ordering::Greater if at_least(5, 1000) => (FAIR, ProgressStanding::TooSlow),
                Ordering::Less | Ordering::Equal | Ordering::Greater => stagnation(),
            }
        });
    };
    let is_met = facts.meets(&course.last.value, target) || is_next_to_the_end(facts, &course);
    let value = facts.target_year().and_then(|until| {
        let grown = growth(&course)?;
        let left = (until - &course.last.year).float();
        let then = course.last.value.float() * (1.0 + grown).powf(left);
        let needed = facts.gained(&course.base.value, target).abs();
        if needed.is_zero() {
            return Err(ProgressReason::BaseAtTarget);
        }
        let gained = (then - course.base.value.float()).abs() / needed.float();
        Ok(if moved.is_negative() { -gained } else { gained })
    });
    let label = match value {
        _ if is_met => Some((MET, ProgressStanding::Met)),
        _ if moved.is_negative() => Some((NONE, ProgressStanding::Away)),
        Ok(value) if value >= 0.95 => Some((MET, ProgressStanding::OnTrack)),
        Ok(value) if value >= 0.10 => Some((FAIR, ProgressStanding::TooSlow)),
        Ok(_) => Some(stagnation()),
        Err(_) => None,
    };
    Answer::of(label, ProgressUnit::Ratio, value)
}

/// Within one point of 0 or 100 per cent, the United Nations' chart takes such a target for met. That values are
/// per cent is known by their limit or scale.
fn is_next_to_the_end(facts: &Facts, course: &Course<'_>) -> bool {
    let Ok(target) = facts.target() else { return false };
    let is_end = |number: &Exact| number.is_zero() || *number == Exact::HUNDRED;
    let is_percent = facts.limit.as_ref() == Some(&Exact::HUNDRED)
        || facts.scale.as_ref().is_some_and(|(worst, best)| is_end(worst) && is_end(best));
    let distance = facts.gained(&course.last.value, target);
    is_percent && !facts.is_band && is_end(target) && distance <= Exact::ONE
}

/// The growth a year, as a share of 1.
fn growth(course: &Course<'_>) -> Result<f64, ProgressReason> {
    rate(&course.base.value, &course.last.value, &course.years())
}

/// The yearly growth rate from one number to another over some years, as a share of 1.
fn rate(from: &Exact, to: &Exact, years: &Exact) -> Result<f64, ProgressReason> {
    if from.is_zero() {
        return Err(ProgressReason::ZeroBase);
    }
    let grown = to / from;
    if grown.is_negative() {
        return Err(ProgressReason::SignChange);
    }
    Ok(grown.float().powf(1.0 / years.float()) - 1.0)
}

/// Compares the size of the yearly growth with a rate: exactly, if the years are whole and at most `MOST_YEARS`.
fn growth_compared(course: &Course<'_>, grown: f64, limit: &Exact) -> Ordering {
    const MOST_YEARS: i64 = 200;
    let years = course.years().to_i64().filter(|years| *years <= MOST_YEARS);
    let Some(years) = years else { return grown.abs().total_cmp(&limit.float()) };
    let power = |factor: &Exact| (0..years).fold(Exact::ONE, |product, _| &product * factor);
    let ratio = &course.last.value / &course.base.value;
    if ratio >= Exact::ONE {
        ratio.cmp(&power(&(&Exact::ONE + limit)))
    } else {
        power(&(&Exact::ONE - limit)).cmp(&ratio)
    }
}

/// Growth over growth needed. A course away from the target needs no number to be labelled.
fn against_target(facts: &Facts, course: &Course<'_>, target: &Exact, labels: &Labels) -> Answer {
    let moved = facts.moved(course);
    let value = facts.target_year().and_then(|until| {
        let grown = growth(course)?;
        if target.is_zero() {
            return Err(ProgressReason::ZeroTarget);
        }
        let needed = rate(&course.base.value, target, &(until - &course.base.year))?;
        if course.base.value == *target {
            return Err(ProgressReason::BaseAtTarget);
        }
        let ratio = grown.abs() / needed.abs();
        Ok(if moved.is_negative() { -ratio } else { ratio })
    });
    let label = match value {
        _ if facts.meets(&course.last.value, target) => Some(labels.met),
        _ if moved.is_negative() => Some(labels.away),
        Ok(value) if value >= RATIOS.0 => Some(labels.fast),
        Ok(value) if value >= RATIOS.1 => Some(labels.slower),
        Ok(_) => Some(labels.slow),
        Err(_) => None,
    };
    Answer::of(label, ProgressUnit::Ratio, value)
}

/// Growth a year, positive towards the better end; labelled by how its size compares with rates, and by which way
/// the series moved.
fn without_target(
    facts: &Facts,
    course: &Course<'_>,
    label: impl Fn(&dyn Fn(&Exact) -> Ordering, Ordering) -> Label,
) -> Answer {
    let moved = facts.moved(course).cmp(&Exact::ZERO);
    match growth(course) {
        Err(reason) => Answer::none(reason),
        Ok(grown) => {
            let label = label(&|rate| growth_compared(course, grown, rate), moved);
            let value = if moved.is_lt() { -grown.abs() } else { grown.abs() };
            Answer::of(Some(label), ProgressUnit::GrowthPerYear, Ok(value))
        }
    }
}

fn open_sdg_without_target(facts: &Facts, course: &Course<'_>) -> Answer {
    let nearness = open_sdg_coefficient(facts, &course.base.value);
    let answer = without_target(facts, course, |compared, moved| {
        let grown = growth(course).unwrap_or(f64::NAN).abs();
        let at_least = |above: i64, below: i64| match Exact::quotient(above, below) {
            Some(rate) if nearness == 1.0 => compared(&rate).is_ge(),
            Some(rate) => grown >= rate.float() * nearness,
            None => false,
        };
        match moved {
            Ordering::Less => OPEN_SDG.away,
            Ordering::Equal | Ordering::Greater if at_least(15, 1000) => OPEN_SDG.fast,
            Ordering::Equal | Ordering::Greater if at_least(5, 1000) => OPEN_SDG.slower,
            Ordering::Equal | Ordering::Greater => OPEN_SDG.slow,
        }
    });
    Answer { score: answer.value.map(|grown| open_sdg_score_of_growth(grown, nearness)), ..answer }
}

/// How much of the thresholds of growth is left to a base near a limit that the series is on its way to: 0 at the
/// limit or beyond it, 1 far from it.
fn open_sdg_coefficient(facts: &Facts, base: &Exact) -> f64 {
    let Some(limit) = &facts.limit else { return 1.0 };
    if facts.gained(base, limit).is_negative() || base == limit {
        return 0.0;
    }
    if limit.is_zero() || base.is_negative() != limit.is_negative() {
        return 1.0;
    }
    let (base, limit) = (base.float().abs(), limit.float().abs());
    // As near below a limit as above it.
    let mirrored = if base <= limit { base / limit } else { 2.0 - base / limit };
    if mirrored <= 0.0 { 1.0 } else { 1.0 - mirrored.powf(NEARNESS) }
}

/// Straight lines through −5 at −0.6, 0 at 0.6 and 5 at 1.3.
fn open_sdg_score_of_ratio(ratio: f64) -> f64 {
    let (slow, fast) = (25.0 / 6.0 * ratio - 2.5, 50.0 / 7.0 * ratio - 30.0 / 7.0);
    if ratio < RATIOS.1 { slow.max(-5.0) } else { fast.min(5.0) }
}

/// Straight lines through −5 at −2 %, −2.5 at 0, 0 at 0.5 %, 2.5 at 1.5 % and 5 at 2 %; those above 0 shrink with
/// the thresholds.
fn open_sdg_score_of_growth(growth: f64, nearness: f64) -> f64 {
    if growth < 0.0 {
        return (125.0 * growth - 2.5).max(-5.0);
    }
    if nearness == 0.0 {
        return 5.0;
    }
    let growth = growth / nearness;
    if growth >= 0.015 {
        (500.0 * growth - 5.0).min(5.0)
    } else if growth >= 0.005 {
        250.0 * growth - 1.25
    } else {
        500.0 * growth - 2.5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_take_the_published_values_at_the_published_points() {
        let ratios = [(-0.6, -5.0), (0.0, -2.5), (0.6, 0.0), (0.95, 2.5), (1.3, 5.0), (9.0, 5.0)];
        for (ratio, score) in ratios {
            assert!((open_sdg_score_of_ratio(ratio) - score).abs() < 1e-12, "{ratio}");
        }
        let rates = [(-0.02, -5.0), (0.0, -2.5), (0.005, 0.0), (0.015, 2.5), (0.02, 5.0)];
        for (rate, score) in rates {
            assert!((open_sdg_score_of_growth(rate, 1.0) - score).abs() < 1e-12, "{rate}");
            assert!(
                (open_sdg_score_of_growth(rate.max(0.0) / 4.0, 0.25) - score.max(-2.5)).abs()
                    < 1e-12
            );
        }
    }
}
