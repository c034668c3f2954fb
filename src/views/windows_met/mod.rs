//! How many windows of a target met its goal.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::assess::{Certainty, Verdict};
use crate::calendar::Window;
use crate::error::{Error, FaultCode, Result};
use crate::parallel::check_stop;
use crate::plan::UnitIndex;
use crate::report::Report;
use crate::view::View;

/// The windows of a target that have closed, for one unit: in how many the goal was met.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "windows_met")]
#[non_exhaustive]
pub struct WindowsMet {
    /// The target's id.
    pub target: String,
    /// The categories it is about; none where it is about all.
    pub stratum: Option<String>,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// First day of the first window.
    pub first_day: NaiveDate,
    /// Last day of the last window.
    pub last_day: NaiveDate,
    /// How many windows have closed.
    pub windows: i64,
    /// In how many of them the goal was met.
    pub met: i64,
    /// In how many it was missed.
    pub missed: i64,
    /// In how many there is no verdict.
    pub indeterminate: i64,
    /// How many of the verdicts a missing report could turn.
    pub unsettled: i64,
    /// `met` ÷ (`met` + `missed`), in per cent; none where no window has a verdict.
    pub met_share: Option<f64>,
    /// In how many windows up to the last one, one after the other, the goal was met.
    pub met_in_a_row: i64,
}

impl Report {
    /// In how many of its windows that have closed a target was met: "in 10 of 12 months". A row for each unit, and each category that the
    /// target is for, in the order of the report; with `within` of the windows that lie inside these days.
    ///
    /// A window that still runs does not count. Windows that share days, as rolling ones do, count one by one: they are not
    /// independent.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: c, level: city}]}
    /// measures: {cases: {}}
    /// indicators: {cases: {count: cases}}
    /// targets: {few: {indicator: cases, goal: {at_most: 9}, window: {every: month, within: "2024"}}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (month, cases) in [("2024-01", 5.0), ("2024-02", 12.0), ("2024-03", 8.0), ("2024-04", 9.0)] {
    ///     tally.record(&Outcome::new("c", When::Period(month.to_owned()), "cases", cases))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-05-15").unwrap())?;
    /// let row = &report.windows_met("few", None)?[0];
    /// assert_eq!((row.met, row.windows, row.met_share), (3, 4, Some(75.0)));
    /// assert_eq!(row.met_in_a_row, 2);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such target, or the report no window of it that has closed inside `within`.
    pub fn windows_met(&self, target: &str, within: Option<&Window>) -> Result<Vec<WindowsMet>> {
        self.known_target(target)?;
        let units = self.plan().units();
        let mut rows: Vec<WindowsMet> = Vec::new();
        let mut places: HashMap<(UnitIndex, Option<String>), usize> = HashMap::new();
        for (common, block) in self.blocks() {
            let window = common.window;
            let is_inside = within.is_none_or(|days| days.contains(&window));
            if common.target.id != target || !common.is_final || !is_inside {
                continue;
            }
            check_stop();
            let last_day = window.end().pred_opt().unwrap_or(window.end());
            let stratum = common.stratum_of(None);
            for row in block.rows() {
                let place = *places.entry((row.unit(), stratum.clone())).or_insert_with(|| {
                    let unit = &units[row.unit()];
                    rows.push(WindowsMet {
                        target: common.target.id.clone(),
                        stratum: stratum.clone(),
                        unit: unit.id.clone(),
                        unit_name: unit.name.clone(),
                        level: units.level_name(unit.level).to_owned(),
                        first_day: window.start(),
                        last_day,
                        windows: 0,
                        met: 0,
                        missed: 0,
                        indeterminate: 0,
                        unsettled: 0,
                        met_share: None,
                        met_in_a_row: 0,
                    });
                    rows.len() - 1
                });
                let so_far = &mut rows[place];
                // Windows come in order of time.
                so_far.last_day = last_day;
                so_far.windows += 1;
                so_far.met_in_a_row += 1;
                match row.verdict {
                    Verdict::Met => so_far.met += 1,
                    Verdict::Missed => so_far.missed += 1,
                    Verdict::Indeterminate => so_far.indeterminate += 1,
                }
                if row.verdict != Verdict::Met {
                    so_far.met_in_a_row = 0;
                }
                so_far.unsettled += i64::from(row.certainty == Certainty::Unsettled);
            }
        }
        if let Some(days) = within.filter(|_| rows.is_empty()) {
            return Err(Error::request(
                FaultCode::OutsideWindow,
                format!(
                    "the report has no window of the target `{target}` that has closed inside {days}: expected days that \
                     hold one of its windows as a whole"
                ),
            ));
        }
        for row in &mut rows {
            let judged = row.met + row.missed;
            row.met_share = (judged > 0).then(|| 100.0 * row.met as f64 / judged as f64);
        }
        Ok(rows)
    }
}
