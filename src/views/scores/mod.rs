//! Scores: several indicators of the units of a level in one number, ranks, and how they move with the weights.

mod compute;
mod rows;

use chrono::NaiveDate;

use crate::assess::{Assessor, windows_of};
use crate::calendar::Window;
use crate::error::{Error, FaultCode, Result};
use crate::exact::Exact;
use crate::parallel::check_stop;
use crate::plan::{Document, Plan, Score, UnitIndex};
use crate::report::{Report, unknown};
use crate::stats::engine::{composite_value, ranks_of_scores};
use crate::stats::{
    self, Aggregation, RankSensitivity, SensitivityOptions, StatsError, WeightScenario,
};
pub(super) use compute::{
    IndicatorValue, Scored, ScoredUnit, ValueCounts, points_of, ranked, score_units,
};
pub use rows::{ScoreScenario, ScoreSensitivity, UnitScore, UnitScorePart};

/// The scores of the units of a level: points, ranks, what they are made of, and how ranks move with the weights.
///
/// ```
/// use attain::{Outcome, Plan, Tally, When, calendar};
///
/// let plan = Plan::from_yaml(r#"
/// attain: 1
/// plan: p
/// units: {levels: [commune], list: [{id: a, level: commune}, {id: b, level: commune}]}
/// measures: {general: {}, tasks: {}}
/// indicators: {conduct: {count: general}, results: {count: tasks}}
/// scores:
///   rating:
///     level: commune
///     window: "2026"
///     parts:
///       conduct: {indicator: conduct, weight: 30, normalise: {goalposts: [0, 30]}}
///       results: {indicator: results, weight: 70, normalise: {goalposts: [0, 70]}}
///     grades: [{grade: excellent, at_least: 90}, {grade: good, at_least: 70}]
/// "#)?;
/// let mut tally = Tally::new(&plan);
/// for (unit, general, tasks) in [("a", 28.0, 62.0), ("b", 30.0, 80.0)] {
///     tally.record(&Outcome::new(unit, When::Period("2026".into()), "general", general))?;
///     tally.record(&Outcome::new(unit, When::Period("2026".into()), "tasks", tasks))?;
/// }
/// let scoring = plan.assess(&tally, calendar::date("2026-12-31").unwrap())?.score("rating", None)?;
/// let [a, b] = scoring.scores() else { panic!() };
/// assert_eq!((a.points, a.grade.as_deref()), (Some(90.0), Some("excellent")));
/// // What goes beyond the goalposts counts in `uncapped` alone.
/// assert_eq!((b.points, b.uncapped), (Some(100.0), Some(110.0)));
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Scoring {
    plan: Plan,
    score: usize,
    as_of: NaiveDate,
    scored: Vec<Scored>,
    scores: Vec<UnitScore>,
    parts: Vec<UnitScorePart>,
}

impl Report {
    /// The scores of all units of a score's level, in each of the score's windows or in the one that a day lies in.
    ///
    /// All units of the level are scored and compared, whatever rows the report has been
    /// [filtered](Report::filter) to.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such score, or it no such window.
    pub fn score(&self, score: &str, window: Option<NaiveDate>) -> Result<Scoring> {
        let scores = self.plan().scores();
        let Some(index) = scores.iter().position(|one| one.id == score) else {
            return Err(unknown(
                FaultCode::UnknownId,
                "score",
                score,
                scores.iter().map(|one| one.id.as_str()),
            ));
        };
        let score = &scores[index];
        let windows = self.windows_at("score", &score.id, &score.window, window)?;
        let mut assessor = self.assessor();
        assessor.cut_for(|assessor| {
            for window in &windows {
                score_units(assessor, score, window);
            }
        });
        let scored = windows.iter().map(|window| score_units(&assessor, score, window));
        Ok(Scoring::new(self.plan().clone(), index, self.as_of(), scored.collect()))
    }
}

impl Scoring {
    fn new(plan: Plan, score: usize, as_of: NaiveDate, scored: Vec<Scored>) -> Self {
        let mut scoring =
            Scoring { plan, score, as_of, scored, scores: Vec::new(), parts: Vec::new() };
        for window in &scoring.scored {
            for unit in &window.units {
                scoring.scores.push(scoring.unit_score(&window.window, unit));
                scoring.parts.extend(scoring.unit_parts(&window.window, unit));
            }
        }
        scoring
    }

    /// The score.
    pub fn score(&self) -> &Score {
        &self.plan.scores()[self.score]
    }

    /// One row a unit, in the order of the windows, then of the table of units.
    pub fn scores(&self) -> &[UnitScore] {
        &self.scores
    }

    /// What each unit's score is made of, in the order of the scores.
    pub fn parts(&self) -> &[UnitScorePart] {
        &self.parts
    }

    /// How each unit's rank moves when weights do: one up or down, one part left out, all drawn anew.
    /// Units without points have no row. What is taken off stays as it is.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if `shift` is not above 0 and at most 1, or there are no draws.
    pub fn sensitivity(&self, options: &SensitivityOptions) -> Result<Vec<ScoreSensitivity>> {
        let weights = self.weights();
        let mut rows = Vec::new();
        for window in &self.scored {
            let units = WeightedUnits::of(self.score(), window);
            let found =
                stats::rank_sensitivity_of(units.len(), &weights, options, |unit, weights| {
                    check_stop();
                    units.points(unit, weights)
                });
            for (unit, found) in window.units.iter().zip(found.map_err(refused)?) {
                let Some(found) = found else { continue };
                rows.push(self.sensitivity_row(&window.window, unit.unit, &found));
            }
        }
        Ok(rows)
    }

    /// The points and ranks of all units under each of the weights that [`stats::weight_scenarios`] lists: each
    /// moved up by a share of itself, then down, then each part left out.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if `shift` is not above 0 and at most 1.
    pub fn scenarios(&self, shift: f64) -> Result<Vec<ScoreScenario>> {
        let scenarios = stats::weight_scenarios(&self.weights(), shift).map_err(refused)?;
        let mut rows = Vec::new();
        for window in &self.scored {
            let units = WeightedUnits::of(self.score(), window);
            for WeightScenario { part, factor, weights } in &scenarios {
                let points: Vec<Option<f64>> = (0..units.len())
                    .map(|unit| units.points(unit, weights).map_err(refused))
                    .collect::<Result<_>>()?;
                let ranks = ranks_of_scores(&points);
                for ((unit, points), rank) in window.units.iter().zip(points).zip(ranks) {
                    let named = &self.plan.units()[unit.unit];
                    rows.push(ScoreScenario {
                        score: self.score().id.clone(),
                        unit: named.id.clone(),
                        unit_name: named.name.clone(),
                        window_start: window.window.start(),
                        window_end: window.window.end(),
                        part: self.score().parts[*part].id.clone(),
                        factor: *factor,
                        points,
                        rank: rank.map(|rank| rank as i64),
                    });
                }
            }
        }
        Ok(rows)
    }

    fn weights(&self) -> Vec<f64> {
        let parts = self.score().parts.iter();
        parts.map(|part| Exact::of_decimal(part.weight).float()).collect()
    }

    fn unit_score(&self, window: &Window, unit: &ScoredUnit) -> UnitScore {
        let score = self.score();
        let units = self.plan.units();
        let named = &units[unit.unit];
        let basis: Vec<String> = score.basis.iter().map(Document::to_string).collect();
        let float = |exact: &Option<Exact>| exact.as_ref().map(Exact::float);
        let to_date = window.to_date(self.as_of);
        UnitScore {
            score: score.id.clone(),
            unit: named.id.clone(),
            unit_name: named.name.clone(),
            level: units.level_name(named.level).to_owned(),
            window_start: window.start(),
            window_end: window.end(),
            as_of: self.as_of,
            is_final: to_date.is_some_and(|to_date| to_date.same_days(window)),
            points: float(&unit.points),
            points_worst: float(&unit.points_worst),
            points_best: float(&unit.points_best),
            uncapped: float(&unit.uncapped),
            before_deductions: float(&unit.before_deductions),
            deducted: float(&unit.deducted),
            coverage: (!unit.parts.is_empty()).then(|| unit.coverage.float()),
            grade: unit.grade.map(|grade| score.grades[grade].grade.clone()),
            rank: unit.rank.map(|rank| rank as i64),
            uncapped_rank: unit.uncapped_rank.map(|rank| rank as i64),
            completeness: unit.completeness,
            imputed: unit.imputed,
            reason: unit.reason,
            basis: (!basis.is_empty()).then(|| basis.join("; ")),
        }
    }

    fn unit_parts(&self, window: &Window, unit: &ScoredUnit) -> Vec<UnitScorePart> {
        let score = self.score();
        let named = &self.plan.units()[unit.unit];
        let row = |title: &str, indicator| UnitScorePart {
            score: score.id.clone(),
            unit: named.id.clone(),
            unit_name: named.name.clone(),
            window_start: window.start(),
            window_end: window.end(),
            part: None,
            title: title.to_owned(),
            indicator,
            value: None,
            scaled: None,
            capped: None,
            weight: None,
            points: None,
            completeness: None,
            imputed: None,
            reason: None,
        };
        let present = score.parts.iter().zip(&unit.parts).filter(|(_, part)| part.capped.is_some());
        let weight =
            present.fold(Exact::ZERO, |sum, (part, _)| sum + &Exact::of_decimal(part.weight));
        let adds_up =
            score.aggregation == Aggregation::Arithmetic && unit.before_deductions.is_some();
        let mut rows = Vec::new();
        for (part, found) in score.parts.iter().zip(&unit.parts) {
            let own = Exact::of_decimal(part.weight);
            let points = found
                .capped
                .as_ref()
                .filter(|_| adds_up)
                .map(|capped| (capped * &own / &weight).float());
            rows.push(UnitScorePart {
                part: Some(part.id.clone()),
                value: found.known.value.as_ref().ok().map(Exact::float),
                scaled: found.scaled.as_ref().map(Exact::float),
                capped: found.capped.as_ref().map(Exact::float),
                weight: Some(own.float()),
                points,
                completeness: found.known.completeness,
                imputed: found.known.imputed,
                reason: found.known.value.as_ref().err().copied(),
                ..row(part.title(), self.plan[part.indicator].id.clone())
            });
        }
        for (deduction, known) in score.deductions.iter().zip(&unit.deductions) {
            let title = deduction.title.as_deref();
            let title = title.unwrap_or_else(|| self.plan[deduction.indicator].title());
            let taken = known
                .value
                .as_ref()
                .ok()
                .map(|value| (&Exact::ZERO - &deduction.taken_off(value)).float());
            rows.push(UnitScorePart {
                value: known.value.as_ref().ok().map(Exact::float),
                points: taken,
                completeness: known.completeness,
                imputed: known.imputed,
                reason: known.value.as_ref().err().copied(),
                ..row(title, self.plan[deduction.indicator].id.clone())
            });
        }
        rows
    }

    fn sensitivity_row(
        &self,
        window: &Window,
        unit: UnitIndex,
        found: &RankSensitivity,
    ) -> ScoreSensitivity {
        let named = &self.plan.units()[unit];
        ScoreSensitivity {
            score: self.score().id.clone(),
            unit: named.id.clone(),
            unit_name: named.name.clone(),
            window_start: window.start(),
            window_end: window.end(),
            rank: found.rank as i64,
            shifted_best: found.one_shifted.0 as i64,
            shifted_worst: found.one_shifted.1 as i64,
            left_out_best: found.one_left_out.0 as i64,
            left_out_worst: found.one_left_out.1 as i64,
            drawn_lower: found.drawn.0 as i64,
            drawn_median: found.drawn_median as i64,
            drawn_upper: found.drawn.1 as i64,
        }
    }
}

/// The parts of one window's units, to be put together by other weights.
struct WeightedUnits {
    /// Per unit: its parts on the scale, and what is taken off; none where that is unknown.
    units: Vec<(Vec<Option<f64>>, Option<f64>)>,
    aggregation: Aggregation,
    coverage: f64,
    deducts: bool,
}

impl WeightedUnits {
    fn of(score: &Score, window: &Scored) -> Self {
        let units = window.units.iter().map(|unit| {
            let capped = unit.parts.iter().map(|part| part.capped.as_ref().map(Exact::float));
            (capped.collect(), unit.deducted.as_ref().map(Exact::float))
        });
        WeightedUnits {
            units: units.collect(),
            aggregation: score.aggregation,
            coverage: Exact::of_decimal(score.coverage).float(),
            deducts: !score.deductions.is_empty(),
        }
    }

    fn len(&self) -> usize {
        self.units.len()
    }

    /// Units without points by the plan's weights have none by others.
    fn points(&self, unit: usize, weights: &[f64]) -> std::result::Result<Option<f64>, StatsError> {
        let (parts, Some(deducted)) = &self.units[unit] else { return Ok(None) };
        let found = composite_value(parts, weights, self.aggregation, self.coverage)?;
        Ok(found.map(|points| if self.deducts { (points - deducted).max(0.0) } else { points }))
    }
}

#[cold]
pub(super) fn refused(error: StatsError) -> Error {
    Error::request(FaultCode::from(&error), error.to_string())
}

/// Prepares all scores in all of their windows.
pub(super) fn prepare(assessor: &Assessor<'_>) {
    for score in assessor.plan.scores() {
        for window in windows_of(assessor.plan, &score.window) {
            score_units(assessor, score, &window);
        }
    }
}
