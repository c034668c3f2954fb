//! A target as it stood at each month's end.

use chrono::NaiveDate;

use crate::assess::{Assessment, Assessor, Block, Texts};
use crate::calendar::{Every, Window};
use crate::error::Result;
use crate::parallel::check_stop;
use crate::report::{Report, refuse_too_many_of_view};

impl Report {
    /// The rows of a target as they stood at the end of each month, and as they stand: what was known on that day of what had
    /// happened by then, judged on that day. `as_of` says which day that was.
    ///
    /// Months are those of the plan's calendar. Rows stand in the order of the report's own, each in the order of time. Each day is
    /// read once, for the requested units only.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: c, level: city}]}
    /// measures: {cases: {}}
    /// indicators: {cases: {count: cases, better: lower}}
    /// targets: {t: {indicator: cases, goal: {at_most: 20}, window: "2024", units: {level: city}}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (month, cases) in [("2024-01", 5.0), ("2024-02", 9.0), ("2024-03", 8.0)] {
    ///     tally.record(&Outcome::new("c", When::Period(month.to_owned()), "cases", cases))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-03-31").unwrap())?;
    /// let history = report.history("t", Some("c"))?;
    /// let told: Vec<_> = history.iter().map(|row| (row.value.unwrap(), row.verdict.code())).collect();
    /// assert_eq!(told, [(5.0, "met"), (14.0, "met"), (22.0, "missed")]);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target or unit, if there would be more rows than the
    /// tally's [limits](crate::Tally::limits) allow, or if the tally was made for certain days and one of these is not among them.
    pub fn history(&self, target: &str, unit: Option<&str>) -> Result<Vec<Assessment>> {
        let texts = Texts::of(self.plan());
        let mut rows: Vec<Assessment> = Vec::new();
        for report in self.history_by_day(target, unit, None)? {
            let blocks = report.blocks();
            rows.extend(
                blocks.flat_map(|(common, block)| common.assessments(block.rows(), &texts)),
            );
        }
        // Stable: the days of each stay in order.
        let place = |row: &Assessment| (row.window_start, row.window_end);
        rows.sort_by(|one, other| {
            (place(one), &*one.unit, &one.stratum).cmp(&(
                place(other),
                &*other.unit,
                &other.stratum,
            ))
        });
        Ok(rows)
    }

    /// A report of a target's rows, of all windows or of one, for each of the days.
    pub(crate) fn history_by_day(
        &self,
        target: &str,
        unit: Option<&str>,
        window: Option<&Window>,
    ) -> Result<Vec<Report>> {
        self.known_target(target)?;
        if let Some(code) = unit {
            self.known_unit(code)?;
        }
        let units = self.plan().units();
        let blocks: Vec<(&Block, Vec<_>)> = self
            .blocks()
            .filter(|(common, _)| common.target.id == target)
            .filter(|(common, _)| window.is_none_or(|window| common.window.same_days(window)))
            .map(|(_, block)| {
                let requested =
                    block.units().filter(|at| unit.is_none_or(|code| units[*at].id == code));
                (block, requested.collect())
            })
            .collect();
        let rows = blocks.iter().map(|(block, requested)| match requested.len() {
            0 => 0,
            units => self.days_of(&block.window).len() as u64 * units as u64,
        });
        refuse_too_many_of_view("history", rows, self.tally().limits())?;
        let mut days: Vec<NaiveDate> =
            blocks.iter().flat_map(|(block, _)| self.days_of(&block.window)).collect();
        days.sort_unstable();
        days.dedup();
        let mut reports = Vec::with_capacity(days.len());
        for day in days {
            self.tally().refuse_other_days(day)?;
            let mut assessor = Assessor::new(self.plan(), self.tally(), day);
            let running =
                blocks.iter().filter(|(block, _)| self.days_of(&block.window).contains(&day));
            let running: Vec<_> = running.collect();
            // Sums of all units are worth making for many of them.
            const FEW_UNITS: usize = 8;
            if running.iter().map(|(_, requested)| requested.len()).sum::<usize>() > FEW_UNITS {
                assessor.cut();
            }
            let judged = running.into_iter().filter_map(|(block, requested)| {
                check_stop();
                assessor.assess_block(block, requested.clone())
            });
            let judged = judged.collect();
            assessor.known.refuse_undistinguished()?;
            reports.push(Report::of(self.plan(), self.tally(), day, judged));
        }
        Ok(reports)
    }

    /// The last days of the months that end inside a window, and the window's own last day, up to the report's day; that day, while
    /// the window runs.
    fn days_of(&self, window: &Window) -> Vec<NaiveDate> {
        let mut days = self.month_ends(window);
        days.push(self.as_of());
        days.retain(|day| window.start() <= *day && *day < window.end() && *day <= self.as_of());
        days.sort_unstable();
        days.dedup();
        days
    }

    /// The last days of the months that end inside a window, and the window's own last day.
    pub(crate) fn month_ends(&self, window: &Window) -> Vec<NaiveDate> {
        let calendar = self.plan().calendar();
        let last = |window: &Window| window.end().pred_opt().unwrap_or(window.end());
        let month_before = calendar
            .period_at(Every::Month, window.start())
            .and_then(|month| calendar.window(month))
            .map_or(window.start(), |month| month.start());
        let around = Window::new(month_before, window.end()).unwrap_or(*window);
        let months = calendar.periods_within(Every::Month, &around);
        let mut days: Vec<NaiveDate> = months.iter().map(last).collect();
        days.push(last(window));
        days.retain(|day| *day >= window.start());
        days.sort_unstable();
        days.dedup();
        days
    }
}
