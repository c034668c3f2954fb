//! A target's way to its goal: the values so far, what was and is expected, and the forecast of the days to come.

mod rows;

use chrono::NaiveDate;
pub use rows::{TrajectoryPart, TrajectoryReason, TrajectoryRow};

use crate::assess::{Ahead, Common, Reason, Row, Verdict};
use crate::calendar::Window;
use crate::error::Result;
use crate::report::{NamedWindow, Report, no_such_window_of, refuse_too_many_of_view};
use crate::stats::Confidence;

/// The probabilities of the intervals of a forecast.
const FAN: [f64; 3] = [0.5, 0.8, 0.95];

impl Report {
    /// A target's way to its goal in one window: a row for the last day of each month of the window, for the report's day, and
    /// for the window's last day. Days that have passed have the value as it stood ([`history`](Self::history)); days to come
    /// have a forecast with intervals of 50, 80 and 95 %.
    ///
    /// The forecast of a day is that of the window's end (`docs/guides/outlook.md`), with the time up to that day in place of
    /// all time to come. `window` is the name of a window, or a day in it; without it, the latest window that has begun.
    ///
    /// ```
    /// use attain::views::TrajectoryPart;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: c, level: city}]}
    /// measures: {cases: {}}
    /// indicators: {cases: {count: cases}}
    /// targets: {t: {indicator: cases, goal: {at_most: 120}, window: "2023"}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for month in ["2023-01", "2023-02", "2023-03"] {
    ///     tally.record(&Outcome::new("c", When::Period(month.to_owned()), "cases", 10.0))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2023-03-31").unwrap())?;
    /// let rows = report.trajectory("t", Some("c"), None)?;
    /// assert_eq!(rows.len(), 12);
    /// let end = rows.last().unwrap();
    /// assert_eq!((end.part, end.expected), (TrajectoryPart::ToCome, Some(120.0)));
    /// assert_eq!(end.projected, report.rows()[0].projected);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`history`](Self::history), and if the target has no such window.
    pub fn trajectory(
        &self,
        target: &str,
        unit: Option<&str>,
        window: Option<&str>,
    ) -> Result<Vec<TrajectoryRow>> {
        self.known_target(target)?;
        let Some(window) = self.begun_window(target, window)? else { return Ok(Vec::new()) };
        let mut rows = Vec::new();
        for report in self.history_by_day(target, unit, Some(&window))? {
            for (common, block) in report.blocks() {
                rows.extend(block.rows().map(|row| self.so_far(&common, &row, report.as_of())));
            }
        }
        let days = self.days_to_come(&window);
        if !days.is_empty() {
            self.extend_by_days_to_come(&mut rows, target, unit, &window, &days)?;
        }
        // Stable: the days of each stay in order.
        rows.sort_by(|one, other| {
            (&one.unit, &one.stratum, one.day).cmp(&(&other.unit, &other.stratum, other.day))
        });
        Ok(rows)
    }

    /// The window with this name, or the latest one that has begun.
    fn begun_window(&self, target: &str, name: Option<&str>) -> Result<Option<Window>> {
        let named = name.map(|name| NamedWindow::of(self.plan(), self.as_of(), name));
        let windows = self.blocks().filter(|(common, _)| common.target.id == target);
        let windows = windows.filter(|(common, _)| {
            named.as_ref().is_none_or(|named| named.names(common.target, &common.window))
        });
        let windows: Vec<Window> = windows.map(|(common, _)| common.window).collect();
        if let Some(name) = name
            && windows.is_empty()
        {
            return Err(no_such_window_of(target, name));
        }
        let begun = windows.into_iter().filter(|window| window.start() <= self.as_of());
        Ok(begun.max_by_key(|window| (window.end(), window.start())))
    }

    fn extend_by_days_to_come(
        &self,
        rows: &mut Vec<TrajectoryRow>,
        target: &str,
        unit: Option<&str>,
        window: &Window,
        days: &[Window],
    ) -> Result<()> {
        let units = self.plan().units();
        let mut assessor = self.assessor();
        let blocks: Vec<_> = self
            .blocks()
            .filter(|(common, _)| common.target.id == target && common.window.same_days(window))
            .collect();
        let requested = |row: &Row| unit.is_none_or(|code| units[row.unit()].id == code);
        let judged = blocks.iter().map(|(_, block)| block.rows().filter(&requested).count() as u64);
        refuse_too_many_of_view(
            "trajectory",
            judged.map(|units| units * days.len() as u64),
            self.tally().limits(),
        )?;
        assessor.cut();
        let fan = FAN.map(|share| Confidence::new(share).unwrap_or(Confidence::P95));
        for (common, block) in &blocks {
            for row in block.rows().filter(&requested) {
                let is_valid = row.reason != Some(Reason::UnitNotValid);
                let days_to_judge = if is_valid { days } else { &[] };
                let ahead = assessor.ahead(common.target, window, row.unit(), days_to_judge, &fan);
                let mut ahead = ahead.into_iter();
                rows.extend(days.iter().map(|day| self.to_come(common, &row, day, ahead.next())));
            }
        }
        assessor.known.refuse_undistinguished()
    }

    /// The window up to each of its days to come: the last ones of months, and its own last.
    fn days_to_come(&self, window: &Window) -> Vec<Window> {
        self.month_ends(window)
            .into_iter()
            .filter(|day| *day > self.as_of())
            .filter_map(|day| window.to_date(day))
            .collect()
    }

    fn so_far(&self, common: &Common<'_>, row: &Row, day: NaiveDate) -> TrajectoryRow {
        let value = row.value.get();
        TrajectoryRow {
            value,
            expected: row.projection.expected_now().get(),
            pace: row.projection.pace(),
            reason: match value {
                Some(_) => None,
                None => row.reason.map(TrajectoryReason::Row),
            },
            ..self.blank(common, row, day, TrajectoryPart::SoFar)
        }
    }

    fn to_come(
        &self,
        common: &Common<'_>,
        row: &Row,
        day: &Window,
        ahead: Option<Ahead>,
    ) -> TrajectoryRow {
        let day = day.end().pred_opt().unwrap_or(day.end());
        let mut found = self.blank(common, row, day, TrajectoryPart::ToCome);
        let Ahead { expected, outlooks } =
            ahead.unwrap_or(Ahead { expected: None, outlooks: Vec::new() });
        found.expected = expected;
        let has_verdict = row.verdict != Verdict::Indeterminate;
        let outlook =
            |place: usize| outlooks.get(place).filter(|_| has_verdict).and_then(Option::as_ref);
        let interval = |place: usize| {
            let ends = outlook(place).map(|outlook| (outlook.lower.get(), outlook.upper.get()));
            ends.unwrap_or_default()
        };
        found.projected = outlook(0).and_then(|outlook| outlook.projected.get());
        (found.lower_50, found.upper_50) = interval(0);
        (found.lower_80, found.upper_80) = interval(1);
        (found.lower_95, found.upper_95) = interval(2);
        if found.projected.is_none() {
            found.reason = Some(match row.reason {
                Some(reason) if !has_verdict => TrajectoryReason::Row(reason),
                Some(_) | None => TrajectoryReason::NoForecast,
            });
        }
        found
    }

    fn blank(
        &self,
        common: &Common<'_>,
        row: &Row,
        day: NaiveDate,
        part: TrajectoryPart,
    ) -> TrajectoryRow {
        let units = self.plan().units();
        let unit = &units[row.unit()];
        TrajectoryRow {
            target: common.target.id.clone(),
            indicator: common.indicator().to_owned(),
            stratum: common.stratum_of(None),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(unit.level).to_owned(),
            window_start: common.window.start(),
            window_end: common.window.end(),
            day,
            part,
            value: None,
            expected: None,
            pace: None,
            goal: common.target.goal.to_string(),
            goal_value: row.goal_value.get(),
            goal_upper: common.goal_upper(),
            projected: None,
            lower_50: None,
            upper_50: None,
            lower_80: None,
            upper_80: None,
            lower_95: None,
            upper_95: None,
            reason: None,
        }
    }
}
