//! Which series there are, over which periods and on which chart.

use super::drawn::Series;
use super::options::{SignalBaseline, SignalChart, SignalOptions};
use super::periods::{cut_into, periods, series};
use super::rows::CapabilityReason;
use crate::assess::{Accumulation, Assessor, Common};
use crate::calendar::{Every, Window};
use crate::error::{Error, FaultCode, Result};
use crate::exact::Bound;
use crate::plan::formula::ValueKind;
use crate::plan::{IndicatorIndex, Target, TargetWindow, UnitIndex};
use crate::report::{Report, refuse_too_many_of_view};
use crate::stats::BetterEnd;

/// What is common to the series of a target, or of one of its categories.
pub(super) struct Subject<'r> {
    pub(super) common: Common<'r>,
    indicator: IndicatorIndex,
    /// The kind of period that its series are cut into.
    pub(super) every: Every,
    pub(super) stratum: Option<String>,
    pub(super) units: Vec<UnitIndex>,
    pub(super) kind: SignalChart,
    pub(super) better: Option<BetterEnd>,
    /// The bounds of the goal for a period.
    pub(super) bounds: std::result::Result<Bound, CapabilityReason>,
}

impl Report {
    /// The series of a target's units, each on its chart.
    pub(super) fn series_of(
        &self,
        target: &str,
        options: &SignalOptions,
    ) -> Result<Vec<(Subject<'_>, Vec<Series>)>> {
        self.known_target(target)?;
        if let Some(code) = &options.unit {
            self.known_unit(code)?;
        }
        self.tally().refuse_other_windows()?;
        self.refuse(options)?;
        let rules = options.chosen_rules()?;
        let mut assessor = self.assessor();
        let subjects = self.subjects(&assessor, target, options)?;
        for subject in &subjects {
            self.refuse_baseline(options, subject.every)?;
        }
        let day_after = self.as_of().succ_opt().unwrap_or(self.as_of());
        let until = options.until.map_or(day_after, |until| until.min(day_after));
        let periods = subjects.iter().map(|subject| {
            let periods =
                periods(&assessor, subject.indicator, subject.every, options.since, until);
            (subject.indicator, periods)
        });
        let periods: Vec<(IndicatorIndex, Vec<Window>)> = periods.collect();
        let points = subjects.iter().zip(&periods);
        let points =
            points.map(|(subject, (_, periods))| periods.len() as u64 * subject.units.len() as u64);
        refuse_too_many_of_view("signals", points, self.tally().limits())?;
        cut_into(&mut assessor, &periods);
        let drawn = subjects.into_iter().zip(periods).map(|(subject, (indicator, periods))| {
            let target = subject.common.target;
            let minimum = target.minimum_completeness.or(self.plan().minimum_completeness());
            let all = series(&assessor, indicator, &periods, &subject.units, minimum);
            let all =
                all.into_iter().map(|values| Series::of(values, subject.kind, options, rules));
            let all = all.collect();
            (subject, all)
        });
        Ok(drawn.collect())
    }

    /// Refuses options that fit no series.
    fn refuse(&self, options: &SignalOptions) -> Result<()> {
        if let Some((since, until)) = options.since.zip(options.until)
            && since >= until
        {
            return Err(Error::request(
                FaultCode::EmptyRange,
                format!(
                    "no day lies from {since} to before {until}: `since` is the first day of the series, `until` the day after its last"
                ),
            ));
        }
        if options.least_points < 2 {
            return Err(Error::request(
                FaultCode::OutOfRange,
                format!(
                    "`least_points` is {}, expected 2 at least: fewer points have no limits",
                    options.least_points
                ),
            ));
        }
        if !(-100.0..=1_000.0).contains(&options.change) {
            return Err(Error::request(
                FaultCode::OutOfRange,
                format!(
                    "`change` is {}, expected a number of per cent from -100 to 1000",
                    options.change
                ),
            ));
        }
        if options.change_periods == 0 {
            return Err(Error::request(
                FaultCode::OutOfRange,
                "`change_periods` is 0, expected 1 at least".to_owned(),
            ));
        }
        Ok(())
    }

    /// Refuses a baseline of too few periods of a kind.
    fn refuse_baseline(&self, options: &SignalOptions, every: Every) -> Result<()> {
        let (points, which) = match options.baseline {
            SignalBaseline::Whole => (2, String::new()),
            SignalBaseline::First(points) => (points, format!("its first {points}")),
            SignalBaseline::Within(window) => {
                let inside = self.plan().calendar().periods_within(every, &window).len();
                (inside, format!("the {inside} of {window}"))
            }
        };
        if points < 2 {
            return Err(Error::request(
                FaultCode::TooFew,
                format!(
                    "the baseline holds too few of the series' periods, {which}: expected 2 at least"
                ),
            ));
        }
        Ok(())
    }

    /// What the series are about: a target as of its last window that has begun, and of its categories where it has to be
    /// met in each.
    fn subjects(
        &self,
        assessor: &Assessor<'_>,
        target: &str,
        options: &SignalOptions,
    ) -> Result<Vec<Subject<'_>>> {
        let mut last_begun: Vec<(Common<'_>, Vec<UnitIndex>)> = Vec::new();
        for (common, units) in self.units_of(target) {
            match last_begun.last_mut() {
                // A target that is split by a stratum stands in the plan once for each category.
                Some(last) if last.0.stratum_of(None) == common.stratum_of(None) => {
                    if common.window.start() <= self.as_of() {
                        *last = (common, units);
                    }
                }
                Some(_) | None => last_begun.push((common, units)),
            }
        }
        let mut subjects = Vec::new();
        for (common, mut units) in last_begun {
            if let Some(code) = &options.unit {
                units.retain(|unit| self.plan().units()[*unit].id == *code);
            }
            if units.is_empty() {
                continue;
            }
            let categories = common.target.categories.iter().enumerate();
            let mut judged: Vec<_> =
                categories.map(|(place, (_, indicator))| (Some(place), *indicator)).collect();
            if judged.is_empty() {
                judged.push((None, common.target.indicator));
            }
            for (category, indicator) in judged {
                let accumulation = assessor.accumulation(indicator);
                let every = options.every.unwrap_or_else(|| assessor.usual_every(indicator));
                subjects.push(Subject {
                    stratum: common.stratum_of(category),
                    better: self.better_end(&common).ok(),
                    bounds: bounds_of_periods(common.target, accumulation, every),
                    kind: self.kind(&common, indicator, accumulation, options)?,
                    common,
                    indicator,
                    every,
                    units: units.clone(),
                });
            }
        }
        match (&options.unit, subjects.is_empty()) {
            (Some(code), true) => Err(Error::request(
                FaultCode::NoSuchRow,
                format!("the target `{target}` is not for the unit `{code}`"),
            )),
            (Some(_) | None, _) => Ok(subjects),
        }
    }

    /// The kind of chart that an indicator is drawn on.
    fn kind(
        &self,
        common: &Common<'_>,
        indicator: IndicatorIndex,
        accumulation: Accumulation,
        options: &SignalOptions,
    ) -> Result<SignalChart> {
        use SignalChart::{C, P, PPrime, Run, U, UPrime, Xmr};
        let grows = accumulation == Accumulation::Accumulates;
        let facts = self.plan()[indicator].formula.facts();
        let (usual, also): (SignalChart, &[SignalChart]) = match facts.value {
            ValueKind::Share => (PPrime, &[P, Xmr, Run]),
            ValueKind::Exposure => (UPrime, &[U, Xmr, Run]),
            ValueKind::Count if grows => (UPrime, &[U, C, Xmr, Run]),
            ValueKind::Count | ValueKind::Things | ValueKind::Derived => (Xmr, &[Run]),
        };
        match options.chart {
            None => Ok(usual),
            Some(requested) if requested == usual || also.contains(&requested) => Ok(requested),
            Some(requested) => {
                let fit = [&[usual], also].concat();
                let fit: Vec<&str> = fit.iter().map(|kind| kind.code()).collect();
                Err(Error::request(
                    FaultCode::UnsuitableIndicator,
                    format!(
                        "`{}` can't be drawn on a chart of the kind {}: expected {}",
                        common.indicator(),
                        requested.code(),
                        fit.join(", ")
                    ),
                ))
            }
        }
    }
}

fn bounds_of_periods(
    target: &Target,
    accumulation: Accumulation,
    every: Every,
) -> std::result::Result<Bound, CapabilityReason> {
    let bounds = Bound::of(&target.goal, None).ok_or(CapabilityReason::NoFixedGoal)?;
    if is_for_periods(target, accumulation, every) {
        Ok(bounds)
    } else {
        Err(CapabilityReason::OtherWindows)
    }
}

/// Whether a target's goal is one for a period of this kind: of what grows with the days, only that of windows as long.
fn is_for_periods(target: &Target, accumulation: Accumulation, requested: Every) -> bool {
    accumulation != Accumulation::Accumulates
        || match &target.window {
            TargetWindow::Every { every, .. } => *every == requested,
            TargetWindow::Once(window) => {
                window.period().is_some_and(|period| period.every() == Some(requested))
            }
            TargetWindow::Campaign(_)
            | TargetWindow::Consecutive { .. }
            | TargetWindow::Rolling { .. } => false,
        }
}
