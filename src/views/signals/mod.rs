//! A target's indicator over time: what is beyond chance in it, whether there is a trend, and what the process makes of
//! the goal.
//!
//! * `options`: the options of a series.
//! * `rows`: the rows for a series, and for each of its periods.
//! * `subject`: which series there are, over which periods and on which chart.
//! * `periods`: the values in one period after another.
//! * `drawn`: a unit's series on its chart.
//! * `rates`: how often its chart is wrong.
//! * `icons`: small pictures of a series.
//! * `trend`: whether it has a trend, and what the process makes of the goal.
//! * this file: the rows.

mod drawn;
mod icons;
mod options;
mod periods;
mod rates;
mod rows;
mod subject;
mod trend;

pub use options::{SignalBaseline, SignalChart, SignalOptions, TrendTest};
pub use rows::{CapabilityReason, ChartRow, SignalMeaning, SignalReason, SignalRow, Trend};

use crate::error::Result;
use crate::exact::Bound;
use crate::plan::UnitIndex;
use crate::report::Report;
use crate::stats::{BetterEnd, Confidence, Rules, benjamini_hochberg};
use drawn::{Drawn, Series, meaning};
use rates::rates;
use subject::Subject;
use trend::{capability_of, tested};

impl Report {
    /// A target's indicator over time, for each unit that the target is for: whether its latest period is part of a pattern
    /// that chance hardly makes, how often such a chart is wrong, whether there is a trend, and what the process makes of the goal.
    ///
    /// Periods are those of the plan's calendar that were over on the report's day; each has the value of the indicator over its own
    /// days. A period without a value is left out, never taken for zero. Of a target that has to be met in each of some
    /// categories, each has its row.
    ///
    /// ```
    /// use attain::views::{SignalMeaning, SignalOptions};
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: c, level: city}]}
    /// measures: {cases: {}, cleared: {}}
    /// indicators: {clearance: {proportion: {numerator: cleared, denominator: cases}, better: higher}}
    /// targets: {t: {indicator: clearance, goal: {at_least: 50}, window: "2024", units: {level: city}}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (month, cleared) in (1..).zip([80, 82, 78, 81, 79, 80, 82, 81, 78, 80, 79, 55]) {
    ///     let period = || When::Period(format!("2024-{month:02}"));
    ///     tally.record(&Outcome::new("c", period(), "cases", 100.0))?;
    ///     tally.record(&Outcome::new("c", period(), "cleared", f64::from(cleared)))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-12-31").unwrap())?;
    /// let rows = report.signals("t", &SignalOptions::default())?;
    /// assert_eq!((rows[0].points, rows[0].value), (12, Some(55.0)));
    /// assert_eq!(rows[0].signal.as_deref(), Some("outside_limits"));
    /// assert_eq!(rows[0].meaning, Some(SignalMeaning::Deterioration));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target or unit, or the target is not for the unit; if no day lies from
    /// `since` to before `until`; if a baseline, or the least points, are below 2; if the set of rules has not the rules, or not the run
    /// lengths, that are chosen; if the change is outside its range; if the indicator can't be drawn on the chart
    /// that is requested; if all series together would have more points than the tally's [limits](crate::Tally::limits) allow rows; or
    /// if the tally was made [for certain days](crate::Plan::tally_for).
    pub fn signals(&self, target: &str, options: &SignalOptions) -> Result<Vec<SignalRow>> {
        let confidence = self.plan().confidence_level();
        let rules = options.chosen_rules()?;
        let mut rows = Vec::new();
        let mut better = Vec::new();
        for (subject, all) in self.series_of(target, options)? {
            for (unit, series) in subject.units.iter().zip(all) {
                rows.push(self.signal_row(&subject, *unit, &series, options, rules, confidence));
                better.push(subject.better);
            }
        }
        let p_values: Vec<f64> = rows.iter().map(|row| row.p.unwrap_or(f64::NAN)).collect();
        let adjusted = benjamini_hochberg(&p_values);
        for ((row, p_bh), better) in rows.iter_mut().zip(adjusted).zip(better) {
            row.p_bh = p_bh;
            row.trend = p_bh.zip(row.tau).map(|(p, tau)| {
                let rises = tau > 0.0;
                match better {
                    _ if p >= 1.0 - confidence.share() => Trend::None,
                    None if rises => Trend::Rising,
                    None => Trend::Falling,
                    Some(better) if rises == (better == BetterEnd::Highest) => Trend::Improving,
                    Some(_) => Trend::Worsening,
                }
            });
            let is_null = row.trend.is_none();
            row.trend_reason = row.trend_reason.filter(|_| is_null);
        }
        Ok(rows)
    }

    /// The periods of a unit's series with its chart, as [`signals`](Report::signals) looks at them: to be drawn.
    ///
    /// ```
    /// # use attain::views::SignalOptions;
    /// # use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: c, level: city}]}, indicators: {cases: {count: cases}},
    /// #     targets: {t: {indicator: cases, goal: {at_most: 20}, window: {every: month, within: "2024"}, units: {level: city}}}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// for month in (1..=12).filter(|month| *month != 7) {
    ///     let period = When::Period(format!("2024-{month:02}"));
    ///     tally.record(&Outcome::new("c", period, "cases", 10.0 + f64::from(month % 3)))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-12-31").unwrap())?;
    /// let mut options = SignalOptions::default();
    /// options.least_points = 11;
    /// let chart = report.chart("t", "c", &options)?;
    /// assert_eq!(chart.len(), 12);
    /// assert_eq!((chart[0].value, chart[0].goal), (Some(11.0), Some(20.0)));
    /// // Nothing was recorded for July: no value, and no zero.
    /// assert_eq!((chart[6].value, chart[6].reason.unwrap().code()), (None, "no_data"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`signals`](Report::signals).
    pub fn chart(
        &self,
        target: &str,
        unit: &str,
        options: &SignalOptions,
    ) -> Result<Vec<ChartRow>> {
        let options = SignalOptions { unit: Some(unit.to_owned()), ..options.clone() };
        let mut rows = Vec::new();
        for (subject, all) in self.series_of(target, &options)? {
            for (unit, series) in subject.units.iter().zip(all) {
                rows.append(&mut self.chart_rows(&subject, *unit, &series));
            }
        }
        Ok(rows)
    }

    fn signal_row(
        &self,
        subject: &Subject<'_>,
        unit: UnitIndex,
        series: &Series,
        options: &SignalOptions,
        rules: Rules,
        confidence: Confidence,
    ) -> SignalRow {
        let units = self.plan().units();
        let drawn = series.drawn.as_ref().ok();
        let lines = drawn.and_then(Drawn::latest);
        let limits = lines.and_then(|lines| lines.limits);
        let latest = series.places.len().checked_sub(1);
        let signal_here = drawn.zip(latest).and_then(|(drawn, latest)| drawn.at(latest));
        let last_in_pattern =
            drawn.and_then(|drawn| drawn.signals.iter().map(|signal| signal.last).max());
        let start = |point: usize| series.period(point).start();
        let rates = drawn.map(|drawn| rates(drawn, subject.kind, options, rules));
        let (test, trend) = tested(series, subject.every, options, confidence);
        let (found, line) = trend.unzip();
        let missing = series.periods.iter().rev().find_map(|period| period.value.err());
        let capability = match (limits, &subject.bounds) {
            (None, _) => Err(CapabilityReason::NoLimits),
            (Some(_), Err(reason)) => Err(*reason),
            (Some(limits), Ok(bounds)) => {
                capability_of(limits, bounds).ok_or(CapabilityReason::NoLimits)
            }
        };
        SignalRow {
            target: subject.common.target.id.clone(),
            indicator: subject.common.indicator().to_owned(),
            stratum: subject.stratum.clone(),
            unit: units[unit].id.clone(),
            unit_name: units[unit].name.clone(),
            level: units.level_name(units[unit].level).to_owned(),
            every: subject.every,
            series_start: latest.map(|_| start(0)),
            series_end: latest.and_then(|_| Some(series.periods.last()?.period.end())),
            points: series.places.len() as i64,
            missing: latest.map_or(0, |_| (series.periods.len() - series.places.len()) as i64),
            missing_reason: missing.filter(|_| latest.is_some()),
            latest: latest.map(start),
            value: series.latest().and_then(|period| period.value.ok()),
            chart: subject.kind,
            centre: lines.map(|lines| lines.centre),
            lower: limits.map(|limits| limits.lower),
            upper: limits.map(|limits| limits.upper),
            signal_since: signal_here.as_ref().map(|signal_here| start(signal_here.first)),
            side: signal_here.as_ref().map(|signal_here| signal_here.side),
            meaning: signal_here
                .as_ref()
                .and_then(|signal_here| meaning(signal_here.side, subject.better)),
            signal: signal_here.map(|signal_here| signal_here.rules),
            signals: drawn.map(|drawn| drawn.signals.len() as i64),
            latest_signal: last_in_pattern.map(start),
            false_signal: rates.map(|rates| rates.false_signal),
            power: rates.map(|rates| rates.power),
            change: options.change,
            change_periods: options.change_periods as i64,
            trend_test: test,
            tau: found.map(|found| found.tau),
            p: found.and_then(|found| found.p),
            p_bh: None,
            slope: line.map(|line| line.slope),
            slope_lower: line.map(|line| line.interval.lower),
            slope_upper: line.map(|line| line.interval.upper),
            trend: None,
            trend_reason: Some(match (series.places.len(), &series.drawn) {
                (0, Err(reason)) => *reason,
                _ if found.is_none() => SignalReason::TooFewPoints,
                _ => SignalReason::NoVariance,
            }),
            capability: capability.as_ref().ok().copied(),
            capability_reason: capability.err(),
            reason: series.drawn.as_ref().err().copied(),
        }
    }

    fn chart_rows(&self, subject: &Subject<'_>, unit: UnitIndex, series: &Series) -> Vec<ChartRow> {
        let units = self.plan().units();
        let drawn = series.drawn.as_ref().ok();
        let goal = subject.bounds.as_ref().ok().map(Bound::numbers);
        let rows = series.periods.iter().enumerate().map(|(place, period)| {
            let at = series.places.binary_search(&place).ok();
            let drawn = drawn.zip(at);
            let lines = drawn.map(|(drawn, point)| drawn.lines(point));
            let limits = lines.and_then(|lines| lines.limits);
            let signal_here = drawn.and_then(|(drawn, point)| drawn.at(point));
            ChartRow {
                target: subject.common.target.id.clone(),
                indicator: subject.common.indicator().to_owned(),
                stratum: subject.stratum.clone(),
                unit: units[unit].id.clone(),
                unit_name: units[unit].name.clone(),
                level: units.level_name(units[unit].level).to_owned(),
                period_start: period.period.start(),
                period_end: period.period.end(),
                numerator: period.numerator,
                denominator: period.denominator,
                value: period.value.ok(),
                chart: subject.kind,
                centre: lines.map(|lines| lines.centre),
                lower: limits.map(|limits| limits.lower),
                upper: limits.map(|limits| limits.upper),
                lower_1sd: lines.and_then(|lines| Some(lines.one_sigma?.lower)),
                upper_1sd: lines.and_then(|lines| Some(lines.one_sigma?.upper)),
                lower_2sd: lines.and_then(|lines| Some(lines.two_sigma?.lower)),
                upper_2sd: lines.and_then(|lines| Some(lines.two_sigma?.upper)),
                goal: goal.map(|(goal, _)| goal.float()),
                goal_upper: goal.and_then(|(_, upper)| Some(upper?.float())),
                side: signal_here.as_ref().map(|signal_here| signal_here.side),
                meaning: signal_here
                    .as_ref()
                    .and_then(|signal_here| meaning(signal_here.side, subject.better)),
                signal: signal_here.map(|signal_here| signal_here.rules),
                reason: period.value.err(),
            }
        });
        rows.collect()
    }
}
