//! Which units are chosen for an award, and how safe each choice is (`docs/guides/awards.md`).

use std::collections::{HashMap, HashSet};

use chrono::Months;

use super::rows::DrawnFrom;
use crate::assess::{Assessor, Missing, Reason, Verdict, candidates, is_meant, windows_of};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::parallel::check_stop;
use crate::plan::{Award, Better, Plan, Quota, QuotaBase, Score, StandardIndex, Ties, UnitIndex};
use crate::stats::StatsError;
use crate::stats::engine::ranks_of_scores;
use crate::stats::pool::{Pool, PoolUnit, Repeat};
use crate::stats::random::Random;
use crate::views::cascade::shares;
use crate::views::certification::certify;
use crate::views::scores::{
    IndicatorValue, Scored, ScoredUnit, ValueCounts, points_of, ranked, score_units,
};

/// The units of an award's score in one window.
#[derive(Debug)]
pub(crate) struct Awarded {
    pub(crate) scored: Scored,
    /// How many may be chosen.
    pub(crate) quota: usize,
    /// None where no safety is known.
    pub(crate) drawn_from: Option<DrawnFrom>,
    /// In the order of the scored units.
    pub(crate) units: Vec<AwardedUnit>,
}

#[derive(Debug)]
pub(crate) struct AwardedUnit {
    /// What it does not fulfil, and what is not known to be fulfilled.
    pub(crate) failed: Vec<Unfulfilled>,
    pub(crate) unknown: Vec<Unfulfilled>,
    /// Its rank among the eligible ones.
    pub(crate) rank: Option<usize>,
    pub(crate) chosen: bool,
    /// Whether it has the points of others with whom it would take more than the quota.
    pub(crate) tied: bool,
    /// How often it is chosen when chance is drawn anew, 0 to 1; none where chance plays no part that is known.
    pub(crate) safety: Option<f64>,
}

/// A rule of eligibility that a unit does not fulfil, or may not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unfulfilled {
    /// It has no points.
    Points(Option<Reason>),
    /// It does not exist long enough.
    TooNew,
    /// It has not the grade.
    Grade,
    Standard(StandardIndex, Option<Reason>),
    /// By the target's place in the plan.
    Target(usize, Option<Reason>),
    /// The target is not set for it.
    NotSet(usize),
}

impl AwardedUnit {
    /// Whether it may be chosen; none where that is not known.
    pub(crate) fn eligible(&self) -> Option<bool> {
        match (self.failed.is_empty(), self.unknown.is_empty()) {
            (false, _) => Some(false),
            (true, true) => Some(true),
            (true, false) => None,
        }
    }
}

/// How chance is drawn anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AwardOptions {
    /// How often: 1,000 times by default.
    pub draws: u32,
    /// Where the random numbers start; the same seed gives the same answer.
    pub seed: u64,
}

impl Default for AwardOptions {
    fn default() -> Self {
        AwardOptions { draws: 1_000, seed: 0 }
    }
}

/// Chooses among the units of an award's score in a window.
pub(super) fn award_units(
    assessor: &Assessor<'_>,
    award: &Award,
    window: &Window,
    options: &AwardOptions,
) -> Result<Awarded, StatsError> {
    let score = &assessor.plan.scores()[award.score];
    let scored = score_units(assessor, score, window);
    let mut units = candidates_of_award(assessor, award, window, &scored);
    let contest = Contest { award, score, plan: assessor.plan };
    let rated: Vec<bool> = scored
        .units
        .iter()
        .zip(&units)
        .map(|(unit, row)| unit.points.is_some() && !row.failed.contains(&Unfulfilled::TooNew))
        .collect();
    let grades: Vec<Option<usize>> = scored.units.iter().map(|unit| unit.grade).collect();
    let are_eligible = |units: &[AwardedUnit]| -> Vec<bool> {
        units.iter().map(|row| row.eligible() == Some(true)).collect()
    };
    let eligible = are_eligible(&units);
    let quota = contest.quota(&rated, &eligible, &grades);
    note_unsettled(&scored.units, &eligible, quota, &mut units);
    let eligible = are_eligible(&units);
    let ranks = ranks_among(&scored.units, &eligible);
    let quota = contest.quota(&rated, &eligible, &grades);
    let choice = choose(&ranks, quota, award.ties);
    for ((row, rank), (chosen, tied)) in units.iter_mut().zip(ranks).zip(choice) {
        (row.rank, row.chosen, row.tied) = (rank, chosen, tied);
    }
    let mut drawn_from = None;
    if let Some((from, safety)) = contest.safety(&scored, &units, &rated, options)? {
        drawn_from = Some(from);
        for (row, safety) in units.iter_mut().zip(safety) {
            row.safety = Some(safety);
        }
    }
    Ok(Awarded { scored, quota, drawn_from, units })
}

/// Prepares all awards in all of their windows.
pub(in crate::views) fn prepare(assessor: &Assessor<'_>, missing: Missing) {
    let plan = assessor.plan;
    for award in plan.awards() {
        for window in windows_of(plan, &plan.scores()[award.score].window) {
            prepare_award(assessor, award, &window, missing);
        }
    }
}

/// Prepares an award in one window.
pub(super) fn prepare_award(
    assessor: &Assessor<'_>,
    award: &Award,
    window: &Window,
    missing: Missing,
) {
    let scored = score_units(assessor, &assessor.plan.scores()[award.score], window);
    candidates_of_award(assessor, award, window, &scored);
    for target in &award.eligible.targets {
        let target = assessor.plan.targets()[*target].in_force(window);
        assessor.prepare_rows(target, window, missing);
    }
}

/// The units of an award's score, and what keeps each of them from being chosen.
pub(super) fn candidates_of_award(
    assessor: &Assessor<'_>,
    award: &Award,
    window: &Window,
    scored: &Scored,
) -> Vec<AwardedUnit> {
    let score = &assessor.plan.scores()[award.score];
    let mut units: Vec<AwardedUnit> = scored
        .units
        .iter()
        .map(|unit| {
            let mut row = AwardedUnit {
                failed: Vec::new(),
                unknown: Vec::new(),
                rank: None,
                chosen: false,
                tied: false,
                safety: None,
            };
            if is_too_new(assessor.plan, unit.unit, award, window) {
                row.failed.push(Unfulfilled::TooNew);
            }
            if unit.points.is_none() {
                let of_unit = Unfulfilled::Points(unit.reason);
                // One that does not exist throughout the window never will have points.
                match unit.reason {
                    Some(Reason::UnitNotValid) => row.failed.push(of_unit),
                    Some(_) | None => row.unknown.push(of_unit),
                }
            } else if !is_grade_settled(award, score, unit) {
                row.unknown.push(Unfulfilled::Points(Some(Reason::MissingReports)));
            } else if !has_grade(award, unit.grade) {
                row.failed.push(Unfulfilled::Grade);
            }
            row
        })
        .collect();
    for standard in &award.eligible.standards {
        add_standard(assessor, *standard, window, scored, &mut units);
    }
    for target in &award.eligible.targets {
        add_target(assessor, *target, window, scored, &mut units);
    }
    units
}

fn add_standard(
    assessor: &Assessor<'_>,
    index: StandardIndex,
    window: &Window,
    scored: &Scored,
    units: &mut [AwardedUnit],
) {
    let certified = window.end().pred_opt().map(|day| certify(assessor, index, window, day));
    let of_standard = certified.as_ref().and_then(|certified| certified.get(&index));
    for (unit, row) in scored.units.iter().zip(units) {
        let (verdict, reason) = match of_standard {
            // Before the first criteria nobody can hold it.
            None => (Verdict::Missed, None),
            Some(of_standard) => match of_standard.of(unit.unit) {
                Some(found) => (found.verdict, found.reason),
                None => (Verdict::Indeterminate, Some(Reason::UnitNotValid)),
            },
        };
        row.note(verdict, Unfulfilled::Standard(index, reason));
    }
}

/// Adds the verdicts of units on a target: on its goal where it is set for them, on their share where it is shared out
/// among them.
fn add_target(
    assessor: &Assessor<'_>,
    index: usize,
    window: &Window,
    scored: &Scored,
    units: &mut [AwardedUnit],
) {
    let target = &assessor.plan.targets()[index];
    let in_force = target.in_force(window);
    let of_scope: HashSet<UnitIndex> =
        candidates(assessor.plan, &in_force.units).into_iter().collect();
    let all: Vec<UnitIndex> = scored.units.iter().map(|unit| unit.unit).collect();
    let is_set = |unit: &UnitIndex| {
        of_scope.contains(unit) && is_meant(assessor.plan, &in_force.units, *unit, window)
    };
    let in_scope: Vec<UnitIndex> = all.iter().copied().filter(is_set).collect();
    let mut found: HashMap<UnitIndex, (Verdict, Option<Reason>)> = HashMap::new();
    if in_force.cascade.is_some() {
        let shares = shares(assessor, target).0.into_iter();
        let of_window = shares.filter(|share| share.window.same_days(window));
        found.extend(of_window.map(|share| (share.unit, (share.verdict, share.reason))));
    }
    for row in assessor.rows_of(in_force, window, &in_scope) {
        found.insert(row.unit(), row.settled());
    }
    for (unit, row) in all.iter().zip(units) {
        match found.get(unit) {
            Some((verdict, reason)) => row.note(*verdict, Unfulfilled::Target(index, *reason)),
            None => row.failed.push(Unfulfilled::NotSet(index)),
        }
    }
}

impl AwardedUnit {
    fn note(&mut self, verdict: Verdict, of: Unfulfilled) {
        match verdict {
            Verdict::Met => {}
            Verdict::Missed => self.failed.push(of),
            Verdict::Indeterminate => self.unknown.push(of),
        }
    }
}

/// Whether a unit began too late for an award.
fn is_too_new(plan: &Plan, unit: UnitIndex, award: &Award, window: &Window) -> bool {
    let Some(months) = award.eligible.exists_for else { return false };
    let Some(latest) = window.end().checked_sub_months(Months::new(months)) else { return false };
    plan.units()[unit].valid_from.is_some_and(|from| from > latest)
}

/// Whether a grade is the required one or a better one; grades stand best first.
fn has_grade(award: &Award, grade: Option<usize>) -> bool {
    award.eligible.grade.is_none_or(|least| grade.is_some_and(|grade| grade <= least))
}

/// Whether missing reports leave it open whether a unit has the required grade.
fn is_grade_settled(award: &Award, score: &Score, unit: &ScoredUnit) -> bool {
    if award.eligible.grade.is_none() || unit.reason != Some(Reason::MissingReports) {
        return true;
    }
    let at = |points: &Option<Exact>| {
        points.as_ref().map(|points| has_grade(award, score.grade(points)))
    };
    let (worst, best) = (at(&unit.points_worst), at(&unit.points_best));
    worst.is_some() && worst == best
}

/// Notes the units of which missing reports leave open whether they are chosen: not chosen surely with their points at worst
/// and those of all others at best, nor surely left out the other way round.
fn note_unsettled(
    scored: &[ScoredUnit],
    eligible: &[bool],
    quota: usize,
    units: &mut [AwardedUnit],
) {
    let contestants = || scored.iter().zip(eligible).filter(|(_, eligible)| **eligible);
    let sorted = |of: fn(&ScoredUnit) -> Option<&Exact>| {
        let mut all: Vec<&Exact> = contestants().filter_map(|(unit, _)| of(unit)).collect();
        all.sort_unstable();
        all
    };
    let worst = sorted(|unit| unit.points_worst.as_ref());
    let best = sorted(|unit| unit.points_best.as_ref());
    let without_limit = contestants().count() - best.len();
    for ((unit, eligible), row) in scored.iter().zip(eligible).zip(units) {
        if !eligible || unit.reason != Some(Reason::MissingReports) {
            continue;
        }
        // The unit itself is one of those that reach its worst points.
        let is_chosen = unit.points_worst.as_ref().is_some_and(|points| {
            best.len() + without_limit - best.partition_point(|one| *one < points) <= quota
        });
        let is_left_out = unit.points_best.as_ref().is_some_and(|points| {
            worst.len() - worst.partition_point(|one| *one <= points) >= quota
        });
        if !(is_chosen || is_left_out) {
            row.unknown.push(Unfulfilled::Points(Some(Reason::MissingReports)));
        }
    }
}

/// The ranks of the eligible units' points; exact.
fn ranks_among(units: &[ScoredUnit], eligible: &[bool]) -> Vec<Option<usize>> {
    let of = |unit: usize| units[unit].points.as_ref().filter(|_| eligible[unit]);
    ranked(units.len(), of)
}

/// Who is chosen of those with a rank, and who is tied at the edge of the quota.
fn choose(ranks: &[Option<usize>], quota: usize, ties: Ties) -> Vec<(bool, bool)> {
    // Ranks go up to the number of units.
    let mut with = vec![0; ranks.len() + 1];
    for rank in ranks.iter().flatten() {
        with[*rank] += 1;
    }
    let chosen = |rank: &Option<usize>| {
        let Some(rank) = *rank else { return (false, false) };
        let last = rank - 1 + with[rank];
        if last <= quota {
            (true, false)
        } else if rank <= quota {
            (ties == Ties::AllIn, true)
        } else {
            (false, false)
        }
    };
    ranks.iter().map(chosen).collect()
}

/// An award and the score that ranks for it.
struct Contest<'a> {
    award: &'a Award,
    score: &'a Score,
    plan: &'a Plan,
}

impl Contest<'_> {
    fn quota(&self, rated: &[bool], eligible: &[bool], grades: &[Option<usize>]) -> usize {
        let base = match self.award.quota {
            Quota::Count(_) => 0,
            Quota::Share(_, QuotaBase::Rated) => rated.iter().filter(|rated| **rated).count(),
            Quota::Share(_, QuotaBase::Eligible) => eligible.iter().filter(|one| **one).count(),
            Quota::Share(_, QuotaBase::Grade(least)) => {
                let graded = rated
                    .iter()
                    .zip(grades)
                    .filter(|(rated, grade)| **rated && grade.is_some_and(|grade| grade <= least));
                graded.count()
            }
        };
        self.award.quota.of(base)
    }

    /// How often each unit is chosen when the values that its points rest on are drawn anew, and what they are drawn from;
    /// what else makes it eligible stays as it is. None where no value varies.
    fn safety(
        &self,
        scored: &Scored,
        rows: &[AwardedUnit],
        rated: &[bool],
        options: &AwardOptions,
    ) -> Result<Option<(DrawnFrom, Vec<f64>)>, StatsError> {
        if options.draws == 0 {
            return Ok(None);
        }
        let units = &scored.units;
        let parts: Vec<Vec<Drawn>> = (0..self.score.parts.len())
            .map(|part| drawn(units, |unit| unit.parts.get(part).map(|part| &part.known)))
            .collect();
        let deductions: Vec<Vec<Drawn>> = (0..self.score.deductions.len())
            .map(|deduction| drawn(units, |unit| unit.deductions.get(deduction)))
            .collect();
        let Some(drawn_from) = DrawnFrom::of(parts.iter().chain(&deductions).flatten()) else {
            return Ok(None);
        };
        let better: Vec<Option<Better>> =
            self.score.parts.iter().map(|part| self.plan[part.indicator].better).collect();
        // What points do not decide.
        let otherwise: Vec<bool> = rows
            .iter()
            .map(|row| {
                row.unknown.is_empty() && row.failed.iter().all(|one| *one == Unfulfilled::Grade)
            })
            .collect();
        let mut random = Random::seeded(options.seed);
        let mut times = vec![0_u32; units.len()];
        for _ in 0..options.draws {
            check_stop();
            let mut anew = |values: &[Vec<Drawn>]| -> Vec<Vec<Option<f64>>> {
                values
                    .iter()
                    .map(|units| units.iter().map(|value| value.anew(&mut random)).collect())
                    .collect()
            };
            let (parts, deductions) = (anew(&parts), anew(&deductions));
            let points = points_of(self.score, &better, &parts, &deductions)?;
            let grades: Vec<Option<usize>> = points
                .iter()
                .map(|points| points.and_then(Exact::of).and_then(|exact| self.score.grade(&exact)))
                .collect();
            let eligible: Vec<bool> = points
                .iter()
                .zip(&grades)
                .zip(&otherwise)
                .map(|((points, grade), otherwise)| {
                    *otherwise && points.is_some() && has_grade(self.award, *grade)
                })
                .collect();
            let of_eligible: Vec<Option<f64>> = points
                .iter()
                .zip(&eligible)
                .map(|(points, eligible)| points.filter(|_| *eligible))
                .collect();
            let quota = self.quota(rated, &eligible, &grades);
            let choice = choose(&ranks_of_scores(&of_eligible), quota, self.award.ties);
            for (times, (chosen, _)) in times.iter_mut().zip(choice) {
                *times += u32::from(chosen);
            }
        }
        let draws = f64::from(options.draws);
        let safety = times.into_iter().map(|times| f64::from(times) / draws).collect();
        Ok(Some((drawn_from, safety)))
    }
}

/// A value that can be drawn anew.
enum Drawn {
    Missing,
    /// It does not vary by chance.
    Fixed(f64),
    /// From a normal distribution around itself.
    Own {
        value: f64,
        standard_error: f64,
    },
    /// From what the counts of all units say about its true value.
    Pooled {
        repeat: Box<Repeat>,
        scale: f64,
    },
}

impl Drawn {
    fn anew(&self, random: &mut Random) -> Option<f64> {
        // What does not vary takes no number from the others.
        match self {
            Drawn::Missing => None,
            Drawn::Fixed(value) => Some(*value),
            Drawn::Own { value, standard_error } => Some(value + standard_error * random.normal()),
            Drawn::Pooled { repeat, scale } => Some(scale * repeat.value(random)),
        }
    }
}

impl DrawnFrom {
    /// None where no value varies.
    fn of<'d>(values: impl Iterator<Item = &'d Drawn>) -> Option<DrawnFrom> {
        let (mut pooled, mut own) = (false, false);
        for value in values {
            pooled |= matches!(value, Drawn::Pooled { .. });
            own |= matches!(value, Drawn::Own { .. });
        }
        match (pooled, own) {
            (false, false) => None,
            (true, false) => Some(DrawnFrom::Pooled),
            (false, true) => Some(DrawnFrom::OwnValues),
            (true, true) => Some(DrawnFrom::Both),
        }
    }
}

/// The values of one indicator. Those with counts are pooled, if there are enough of them.
fn drawn(units: &[ScoredUnit], of: impl Fn(&ScoredUnit) -> Option<&IndicatorValue>) -> Vec<Drawn> {
    let known: Vec<Option<&IndicatorValue>> = units.iter().map(of).collect();
    let counts: Vec<ValueCounts> =
        known.iter().filter_map(|known| known.and_then(|known| known.counts)).collect();
    let pooled: Vec<PoolUnit> = counts.iter().map(|counts| counts.unit).collect();
    // One indicator has shares alone, or rates alone.
    let kind = counts.first().map(|counts| counts.kind).unwrap_or_default();
    let pool = Pool::new(kind, &pooled, &check_stop).ok();
    let mut place = 0;
    let mut next_repeat = |known: &IndicatorValue| {
        let counts = known.counts?;
        place += 1;
        let repeat = pool.as_ref()?.repeat(place - 1)?;
        Some(Drawn::Pooled { repeat: Box::new(repeat), scale: counts.scale })
    };
    let of_unit = |known: Option<&IndicatorValue>| {
        let Some(known) = known else { return Drawn::Missing };
        let pooled = next_repeat(known);
        let Ok(value) = known.value.as_ref().map(Exact::float) else { return Drawn::Missing };
        pooled.unwrap_or(match known.standard_error {
            Some(standard_error) if standard_error > 0.0 => Drawn::Own { value, standard_error },
            Some(_) | None => Drawn::Fixed(value),
        })
    };
    known.into_iter().map(of_unit).collect()
}
