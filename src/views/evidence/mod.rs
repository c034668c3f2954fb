//! Evidence against goals that may be looked at after every report.

mod rows;

use chrono::NaiveDate;
pub use rows::{EvidenceReason, EvidenceRow};

use crate::assess::{Assessor, Common, Evaluated, Frame, Reason, ReportedShare, Row, Sampling};
use crate::calendar::Window;
use crate::error::Result;
use crate::exact::{Bound, Exact};
use crate::parallel::check_stop;
use crate::plan::{Expression, OverTime, UnitIndex, Variation};
use crate::report::{NamedWindow, Report, apart, no_such_window_of, refuse_too_many_of_view};
use crate::stats::evidence::{
    GoalSide, alarm_at, count_evidence, evidence_benjamini_hochberg, share_evidence,
};

/// The share of the established rows that may be false.
const WRONG: f64 = 0.05;

/// A window with its rows and the windows up to each of its looks.
struct Looks<'r> {
    common: Common<'r>,
    frame: Frame,
    rows: Vec<Row>,
    days: Vec<Window>,
}

/// What a look finds.
struct Found {
    events: f64,
    whole: f64,
    /// The natural logarithm of the evidence.
    ln_evidence: f64,
}

impl Report {
    /// The evidence that a target's goal is missed, at the end of each period of its windows that has passed.
    ///
    /// An interval is right for one look. Who looks every month, and acts at the first bad one, is wrong far more often than
    /// its confidence says. This evidence stays right whenever it is looked at ([`stats::evidence`](crate::stats::evidence)
    /// has the method): as long as the truth meets the goal, an alarm is ever raised with a probability of 2.5 % at most, at
    /// the usual confidence of 95 %.
    ///
    /// A row for each row of the report and the end of each period of its measures, from the counts since the window's first
    /// day as they are known on the day of the report. Shares are compared with their goal; counts and rates that add up with
    /// what the trajectory of the target expects by that day. `window` is the name of a window, or a day in it; without it,
    /// all windows that have begun. Of rolling windows only those that share no day have rows, from the last one backwards:
    /// others would count the same events again.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: c, level: city}]}
    /// measures: {done: {every: month}, due: {every: month}}
    /// indicators: {share: {proportion: {numerator: done, denominator: due}}}
    /// targets: {t: {indicator: share, goal: {at_least: 80}, window: "2024"}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (month, done) in [("2024-01", 15.0), ("2024-02", 13.0), ("2024-03", 12.0)] {
    ///     let when = || When::Period(month.to_owned());
    ///     tally.record(&Outcome::new("c", when(), "done", done))?;
    ///     tally.record(&Outcome::new("c", when(), "due", 20.0))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-03-31").unwrap())?;
    /// let looks = report.evidence("t", None)?;
    /// let counts: Vec<_> = looks.iter().map(|row| (row.events.unwrap(), row.whole.unwrap())).collect();
    /// assert_eq!(counts, [(15.0, 20.0), (28.0, 40.0), (40.0, 60.0)]);
    /// let evidence: Vec<_> = looks.iter().map(|row| row.evidence.unwrap()).collect();
    /// assert!(evidence[0] < evidence[1] && evidence[1] < evidence[2] && evidence[2] < 40.0);
    /// assert_eq!(looks[2].alarm, Some(false));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target, if the target has no such window, if
    /// there would be more rows than the tally's [limits](crate::Tally::limits) allow, or if the tally was made for certain
    /// days.
    pub fn evidence(&self, target: &str, window: Option<&str>) -> Result<Vec<EvidenceRow>> {
        self.known_target(target)?;
        self.tally().refuse_other_windows()?;
        let mut assessor = self.assessor();
        let windows = self.looks(&assessor, target, window)?;
        let counts = windows.iter().map(|one| one.rows.len() as u64 * one.days.len() as u64);
        refuse_too_many_of_view("evidence", counts, self.tally().limits())?;
        assessor.cut_for(|assessor| {
            for Looks { common, frame, days, .. } in &windows {
                let indicator = common.target.indicator;
                assessor.prepare_for_goal(indicator, &common.target.goal, frame);
                assessor.target_dispersions(common.target, frame);
                for to_date in days {
                    let frame = Frame { window: frame.window, to_date: *to_date };
                    assessor.prepare_counts(indicator, &frame);
                    assessor.recorded_among(indicator, &frame);
                }
                assessor.reported_events(indicator, frame, days, &common.target.trajectory);
            }
        });
        let mut rows = Vec::new();
        let mut last_looks = Vec::new();
        for window in &windows {
            self.evidence_of(&assessor, window, &mut rows, &mut last_looks);
        }
        let last: Vec<f64> = last_looks
            .iter()
            .map(|place: &usize| rows[*place].evidence.unwrap_or(f64::NAN))
            .collect();
        for (place, is_established) in
            last_looks.iter().zip(evidence_benjamini_hochberg(&last, WRONG))
        {
            let row = &mut rows[*place];
            row.established = row.evidence.map(|_| is_established);
        }
        Ok(rows)
    }

    /// The windows of a target that have begun, with the ends of periods that have passed in each.
    fn looks(
        &self,
        assessor: &Assessor<'_>,
        target: &str,
        name: Option<&str>,
    ) -> Result<Vec<Looks<'_>>> {
        let named = name.map(|name| NamedWindow::of(self.plan(), self.as_of(), name));
        let mut found: Vec<(Common<'_>, Vec<Row>)> = Vec::new();
        for (common, block) in self.blocks().filter(|(common, _)| common.target.id == target) {
            if named.as_ref().is_some_and(|named| !named.names(common.target, &common.window)) {
                continue;
            }
            match found.last_mut() {
                Some((last, rows))
                    if last.place == common.place && last.window == common.window =>
                {
                    rows.extend(block.rows());
                }
                Some(_) | None => found.push((common, block.rows().collect())),
            }
        }
        if let Some(name) = name
            && found.is_empty()
        {
            return Err(no_such_window_of(target, name));
        }
        let begun: Vec<Window> = found
            .iter()
            .map(|(common, _)| common.window)
            .filter(|window| window.start() <= self.as_of())
            .collect();
        let kept = found.first().map(|(common, _)| apart(&common.target.window, &begun));
        let kept = kept.unwrap_or_default();
        let looks = found.into_iter().filter(|(common, _)| kept.contains(&common.window));
        let looks = looks.filter_map(|(common, rows)| {
            let frame = assessor.frame(&common.window)?;
            let days = self.period_ends(assessor, &common, &frame);
            Some(Looks { common, frame, rows, days })
        });
        Ok(looks.collect())
    }

    /// The window up to the end of each period of the indicator's measures that has passed, and up to its own end.
    fn period_ends(
        &self,
        assessor: &Assessor<'_>,
        common: &Common<'_>,
        frame: &Frame,
    ) -> Vec<Window> {
        let calendar = self.plan().calendar();
        let every = assessor.usual_every(common.target.indicator);
        let (start, until) = (common.window.start(), frame.to_date.end());
        // The first period may begin before the window.
        let first = calendar.period_at(every, start).and_then(|first| calendar.window(first));
        let from = first.map_or(start, |first| first.start().min(start));
        let span = Window::new(from, until);
        let periods = span.map_or_else(Vec::new, |span| calendar.periods_within(every, &span));
        let mut ends: Vec<NaiveDate> =
            periods.iter().map(Window::end).filter(|end| *end > start).collect();
        if frame.is_final() && ends.last() != Some(&until) {
            ends.push(until);
        }
        ends.into_iter()
            .filter_map(|end| {
                if end == common.window.end() {
                    Some(common.window)
                } else {
                    common.window.to_date(end.pred_opt()?)
                }
            })
            .collect()
    }

    fn evidence_of(
        &self,
        assessor: &Assessor<'_>,
        window: &Looks<'_>,
        rows: &mut Vec<EvidenceRow>,
        last_looks: &mut Vec<usize>,
    ) {
        let Looks { common, frame, rows: judged, days } = window;
        let target = common.target;
        let reason = self.reason_of_target(common);
        let units: Vec<UnitIndex> = judged.iter().map(Row::unit).collect();
        let judge = assessor.prepare_judge(target.indicator, &target.goal, frame, None);
        let dispersions = assessor.target_dispersions(target, frame);
        let bounds: Vec<Option<Bound<f64>>> = units
            .iter()
            .map(|unit| judge.judge(*unit).bounds.map(|bounds| bounds.map(Exact::float)))
            .collect();
        let expected = match reason {
            None => assessor.expected_on(target, &common.window, &units, days),
            Some(_) => Vec::new(),
        };
        let reported = match reason {
            None => assessor.reported_events(target.indicator, frame, days, &target.trajectory),
            Some(_) => None,
        };
        let mut found: Vec<Vec<std::result::Result<Found, EvidenceReason>>> =
            units.iter().map(|_| Vec::with_capacity(days.len())).collect();
        for (look, to_date) in days.iter().enumerate() {
            let frame = Frame { window: common.window, to_date: *to_date };
            let prepared = assessor.prepare_counts(target.indicator, &frame);
            let among = assessor.recorded_among(target.indicator, &frame);
            for (place, unit) in units.iter().enumerate() {
                check_stop();
                let row = &judged[place];
                let evidence = match (reason, row.reason) {
                    (Some(reason), _) => Err(reason),
                    (None, Some(Reason::UnitNotValid)) => {
                        Err(EvidenceReason::Row(Reason::UnitNotValid))
                    }
                    (None, _) => {
                        let expected = expected.get(place).and_then(|days| days[look]);
                        let of_look = || match &reported {
                            Some(reported) => reported.share(*unit, look),
                            None => Some(ReportedShare::of_recorded(among.of(*unit))),
                        };
                        evidence(
                            &prepared.evaluate(*unit),
                            bounds[place].as_ref(),
                            expected,
                            of_look,
                            dispersions.of(*unit).dispersion,
                        )
                    }
                };
                found[place].push(evidence);
            }
        }
        let alarm = alarm_at(self.plan().confidence_level()).ln();
        for (row, found) in judged.iter().zip(found) {
            let mut is_raised = false;
            for (to_date, found) in days.iter().zip(found) {
                let mut look = self.look(common, row, to_date);
                match found {
                    Ok(Found { events, whole, ln_evidence }) => {
                        is_raised |= ln_evidence >= alarm;
                        look.events = Some(events);
                        look.whole = Some(whole);
                        look.evidence = Some(ln_evidence.exp().min(f64::MAX));
                    }
                    Err(reason) => look.reason = Some(reason),
                }
                // An alarm that was raised stays.
                look.alarm = (look.evidence.is_some() || is_raised).then_some(is_raised);
                rows.push(look);
            }
            if !days.is_empty() {
                last_looks.push(rows.len() - 1);
            }
        }
    }

    /// Why no row of a target has evidence.
    fn reason_of_target(&self, common: &Common<'_>) -> Option<EvidenceReason> {
        let plan = self.plan();
        let indicator = &plan[common.target.indicator];
        let facts = indicator.formula.facts();
        if !common.target.categories.is_empty() {
            return Some(EvidenceReason::InEvery);
        }
        let is_counted = facts.rests_on().is_none() && !facts.is_of_reports();
        if indicator.variation == Variation::None || !is_counted {
            return Some(EvidenceReason::Row(Reason::NoCounts));
        }
        let adds_up = |sum: &Expression| {
            sum.terms.iter().all(|term| plan[term.measure].over_time == OverTime::Sum)
        };
        let above = facts.numerator().is_some_and(adds_up);
        let below = facts.part_and_whole().is_none_or(|(_, whole)| adds_up(whole));
        (!(above && below)).then_some(EvidenceReason::NotCumulative)
    }

    fn look(&self, common: &Common<'_>, row: &Row, to_date: &Window) -> EvidenceRow {
        let units = self.plan().units();
        let unit = &units[row.unit()];
        EvidenceRow {
            target: common.target.id.clone(),
            stratum: common.stratum_of(row.category()),
            window_start: common.window.start(),
            window_end: common.window.end(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(unit.level).to_owned(),
            day: to_date.end().pred_opt().unwrap_or(to_date.end()),
            events: None,
            whole: None,
            goal: common.target.goal.to_string(),
            evidence: None,
            alarm: None,
            established: None,
            reason: None,
        }
    }
}

/// The evidence of the counts up to a day; `reported` is the share of the events that is reported by then, where that is
/// known.
fn evidence(
    evaluated: &Evaluated,
    bounds: Option<&Bound<f64>>,
    expected: Option<f64>,
    reported: impl FnOnce() -> Option<ReportedShare>,
    dispersion: f64,
) -> std::result::Result<Found, EvidenceReason> {
    if let Err(reason) = &evaluated.value {
        return Err(EvidenceReason::Row(*reason));
    }
    let Some(bounds) = bounds else { return Err(EvidenceReason::Row(Reason::NoBaseline)) };
    let no_counts = |_| EvidenceReason::Row(Reason::NoCounts);
    let reported = || reported().ok_or(EvidenceReason::Row(Reason::LateReports));
    match evaluated.sampling {
        Sampling::Proportion { events, whole, per } => {
            let ReportedShare { share, variance } = reported()?;
            // Events that are recorded before their cases are those of more cases.
            let whole = (whole * share.max(1.0)).max(events);
            let against = |goal: f64, side| {
                let goal = goal / per;
                if goal > 0.0 && goal < 1.0 {
                    let goal = goal * share.min(1.0);
                    let dispersion = dispersion * (1.0 + whole * goal * variance / (1.0 - goal));
                    share_evidence(events, whole, goal, dispersion, side).map_err(no_counts)
                } else {
                    Err(EvidenceReason::GoalAtTheEnd)
                }
            };
            let ln_evidence = by_side(bounds, against)?;
            Ok(Found { events, whole, ln_evidence })
        }
        Sampling::Count { events, per_event } => {
            // Of two numbers the trajectory expects none in between: each is shared out by itself.
            let (goal, side) = match *bounds {
                Bound::Floor { at, .. } => (at, GoalSide::AtLeast),
                Bound::Ceiling { at, .. } => (at, GoalSide::AtMost),
                Bound::Between { .. } => return Err(EvidenceReason::NoTrajectory),
            };
            if goal <= 0.0 {
                return Err(EvidenceReason::GoalAtTheEnd);
            }
            let Some(expected) = expected else { return Err(EvidenceReason::NoTrajectory) };
            let ReportedShare { share, variance } = reported()?;
            let whole = expected / per_event * share;
            // The count varies by chance, and what is expected is not known for certain.
            let dispersion = dispersion * (1.0 + whole * variance);
            let ln_evidence = count_evidence(events, whole, dispersion, side).map_err(no_counts)?;
            Ok(Found { events, whole, ln_evidence })
        }
        Sampling::Standardised { .. }
        | Sampling::Change { .. }
        | Sampling::Fixed
        | Sampling::Unknown => Err(EvidenceReason::Row(Reason::NoCounts)),
    }
}

/// The evidence against each number of a goal; of two numbers the mean of both, which is evidence too.
fn by_side(
    bounds: &Bound<f64>,
    against: impl Fn(f64, GoalSide) -> std::result::Result<f64, EvidenceReason>,
) -> std::result::Result<f64, EvidenceReason> {
    match *bounds {
        Bound::Floor { at, .. } => against(at, GoalSide::AtLeast),
        Bound::Ceiling { at, .. } => against(at, GoalSide::AtMost),
        Bound::Between { low, high } => {
            let (one, other) = (against(low, GoalSide::AtLeast)?, against(high, GoalSide::AtMost)?);
            let (less, more) = (one.min(other), one.max(other));
            Ok(more + (less - more).exp().ln_1p() - std::f64::consts::LN_2)
        }
    }
}
