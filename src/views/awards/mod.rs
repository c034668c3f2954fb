//! Awards: who may be chosen, who is, and how safe each choice is.

mod compute;
mod rows;

use chrono::NaiveDate;

use super::scores::{ScoredUnit, refused};
use crate::assess::{Missing, Reason};
use crate::calendar::Window;
use crate::error::{FaultCode, Result};
use crate::exact::Exact;
use crate::plan::{Award, Document, Ties};
use crate::report::{Report, unknown};
pub use compute::AwardOptions;
pub(super) use compute::prepare;
use compute::{Awarded, AwardedUnit, Unfulfilled, award_units, prepare_award};
pub use rows::{AwardRow, DrawnFrom};

impl Report {
    /// Who may be chosen for an award and who is, in each window of its score or in the one that a day lies in;
    /// units in the order of their table.
    ///
    /// ```
    /// use attain::views::AwardOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [team], list: [{id: a, level: team}, {id: b, level: team}, {id: c, level: team}]}
    /// measures: {done: {}, due: {}}
    /// indicators: {tasks: {proportion: {numerator: done, denominator: due}}}
    /// scores:
    ///   work: {level: team, window: "2026", parts: {tasks: {indicator: tasks, normalise: {goalposts: [0, 100]}}}}
    /// awards:
    ///   best: {score: work, quota: {share: 50, of: rated}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (unit, done) in [("a", 90.0), ("b", 89.0), ("c", 20.0)] {
    ///     tally.record(&Outcome::new(unit, When::Period("2026".into()), "done", done))?;
    ///     tally.record(&Outcome::new(unit, When::Period("2026".into()), "due", 100.0))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2026-12-31").unwrap())?;
    /// let rows = report.awards("best", None, &AwardOptions::default())?;
    /// // Half of three, rounded down, is one; that it is A and not B is hardly more than chance.
    /// assert_eq!(rows.iter().map(|row| row.chosen).collect::<Vec<_>>(), [true, false, false]);
    /// assert!(rows[0].safety.unwrap() < 0.7 && rows[2].safety == Some(0.0));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such award, or its score no such window.
    pub fn awards(
        &self,
        award: &str,
        window: Option<NaiveDate>,
        options: &AwardOptions,
    ) -> Result<Vec<AwardRow>> {
        let Some(award) = self.plan().award(award) else {
            let known = self.plan().awards().iter().map(|award| award.id.as_str());
            return Err(unknown(FaultCode::UnknownId, "award", award, known));
        };
        let score = &self.plan().scores()[award.score];
        let windows = self.windows_at("score", &score.id, &score.window, window)?;
        let mut assessor = self.assessor();
        assessor.cut_for(|assessor| {
            for window in &windows {
                prepare_award(assessor, award, window, Missing::Due);
            }
        });
        let mut rows = Vec::new();
        for window in windows {
            let awarded = award_units(&assessor, award, &window, options).map_err(refused)?;
            let units = awarded.scored.units.iter().zip(&awarded.units);
            rows.extend(
                units.map(|(scored, unit)| self.award_row(award, &window, &awarded, scored, unit)),
            );
        }
        Ok(rows)
    }

    fn award_row(
        &self,
        award: &Award,
        window: &Window,
        awarded: &Awarded,
        scored: &ScoredUnit,
        unit: &AwardedUnit,
    ) -> AwardRow {
        let score = &self.plan().scores()[award.score];
        let units = self.plan().units();
        let named = &units[scored.unit];
        let basis: Vec<String> = award.basis.iter().map(Document::to_string).collect();
        let to_date = window.to_date(self.as_of());
        AwardRow {
            award: award.id.clone(),
            unit: named.id.clone(),
            unit_name: named.name.clone(),
            level: units.level_name(named.level).to_owned(),
            window_start: window.start(),
            window_end: window.end(),
            as_of: self.as_of(),
            is_final: to_date.is_some_and(|to_date| to_date.same_days(window)),
            eligible: unit.eligible(),
            why_not: self.why_not(award, awarded, unit),
            points: scored.points.as_ref().map(Exact::float),
            points_worst: scored.points_worst.as_ref().map(Exact::float),
            points_best: scored.points_best.as_ref().map(Exact::float),
            completeness: scored.completeness,
            grade: scored.grade.map(|grade| score.grades[grade].grade.clone()),
            rank: unit.rank.map(|rank| rank as i64),
            quota: awarded.quota as i64,
            chosen: unit.chosen,
            tied: unit.tied,
            safety: unit.safety,
            drawn_from: awarded.drawn_from,
            basis: (!basis.is_empty()).then(|| basis.join("; ")),
        }
    }

    fn why_not(&self, award: &Award, awarded: &Awarded, unit: &AwardedUnit) -> Option<String> {
        if unit.chosen {
            return None;
        }
        let listed = |of: &[Unfulfilled], is_known: bool| {
            let texts: Vec<String> =
                of.iter().map(|one| self.unfulfilled(award, *one, is_known)).collect();
            texts.join("; ")
        };
        Some(match (unit.eligible(), unit.tied) {
            (Some(false), _) => listed(&unit.failed, true),
            (None, _) => listed(&unit.unknown, false),
            (Some(true), true) if award.ties == Ties::AllOut => {
                format!("tied where {} are chosen: all of the tied are left out", awarded.quota)
            }
            (Some(true), _) => match unit.rank {
                Some(rank) => format!("has rank {rank} where {} are chosen", awarded.quota),
                None => "has no rank".to_owned(),
            },
        })
    }

    fn unfulfilled(&self, award: &Award, of: Unfulfilled, is_known: bool) -> String {
        let because = |reason: Option<Reason>| {
            reason
                .filter(|_| !is_known)
                .map_or_else(String::new, |reason| format!(" ({})", reason.explanation()))
        };
        let not = if is_known { "does not" } else { "may not" };
        match of {
            Unfulfilled::Points(reason) => match reason {
                Some(reason @ Reason::MissingReports) => {
                    format!("may not be chosen ({})", reason.explanation())
                }
                Some(reason) => format!("has no points ({})", reason.explanation()),
                None => "has no points".to_owned(),
            },
            Unfulfilled::TooNew => {
                let months = award.eligible.exists_for.unwrap_or_default();
                format!("exists for less than {months} months")
            }
            Unfulfilled::Grade => {
                let grades = &self.plan().scores()[award.score].grades;
                let least = award.eligible.grade.map_or("", |grade| grades[grade].grade.as_str());
                format!("is not rated “{least}” or better")
            }
            Unfulfilled::Standard(standard, reason) => {
                let title = self.plan()[standard].title();
                format!("{not} hold “{title}”{}", because(reason))
            }
            Unfulfilled::NotSet(target) => {
                format!("has no target “{}”", self.plan().targets()[target].title())
            }
            Unfulfilled::Target(target, reason) => {
                let title = self.plan().targets()[target].title();
                format!("{not} meet “{title}”{}", because(reason))
            }
        }
    }
}
