//! The verdicts with the missing reports, at worst and at best, and without the late ones.

mod compute;
mod rows;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::assess::{
    Assumed, Common, MissingReports, PossibleValues, Reason, Row, SensitivityReason,
};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place, Result};
use crate::plan::MeasureIndex;
use crate::report::{Report, unknown};
use compute::{Sensitive, of_block};
pub use rows::SensitivityRow;

/// What is supposed of the reports that are missing.
///
/// ```
/// let options: attain::views::SensitivityOptions =
///     serde_json::from_str(r#"{"missing": "own_range"}"#)?;
/// assert_eq!(options.missing, attain::views::MissingReports::OwnRange);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensitivityOptions {
    /// Between which figures a missing report may lie.
    pub missing: MissingReports,
    /// The least and the greatest figure of a missing report of a measure, and number in a suppressed cell of it, by the
    /// measure's id; these stand before `missing` and before the plan's key `suppressed`.
    pub ranges: BTreeMap<String, (f64, f64)>,
}

impl Report {
    /// For each row of a target the verdict if the reports that are missing came in at their worst and at their best, and
    /// the verdict without those that came late. The rules are in `docs/semantics.md`, 38.
    ///
    /// ```
    /// use attain::views::SensitivityOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units:
    ///   levels: [city, district]
    ///   list:
    ///     - {id: city, level: city}
    ///     - {id: d1, level: district, parent: city}
    ///     - {id: d2, level: district, parent: city}
    /// measures: {cases: {recorded_at: district, every: month}}
    /// indicators: {known: {count: cases}}
    /// targets: {few: {indicator: known, goal: {at_most: 50}, window: 2025-Q1}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (unit, month, cases) in
    ///     [("d1", 1, 9), ("d1", 2, 7), ("d1", 3, 8), ("d2", 1, 6), ("d2", 2, 15)]
    /// {
    ///     let when = When::Period(format!("2025-{month:02}"));
    ///     tally.record(&Outcome::new(unit, when, "cases", f64::from(cases)))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let row = &report.sensitivity("few", &SensitivityOptions::default())?[0];
    /// // 45 so far; after 6 cases and 15, March may have had 29 more in the second district.
    /// assert_eq!((row.value, row.value_best, row.value_worst), (Some(45.0), Some(45.0), Some(74.0)));
    /// assert_eq!(row.verdict.code(), "met");
    /// assert_eq!(row.verdict_worst.map(|verdict| verdict.code()), Some("missed"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such target, a range is given for a measure that it does not use or is
    /// none, or the tally was made [for certain days](crate::Plan::tally_for).
    pub fn sensitivity(
        &self,
        target: &str,
        options: &SensitivityOptions,
    ) -> Result<Vec<SensitivityRow>> {
        self.known_target(target)?;
        self.tally().refuse_other_windows()?;
        let assumed = self.assumed(target, options)?;
        let assessor = self.assessor().with_suppressed_ranges(assumed.ranges.clone());
        let values = PossibleValues::new(&assessor, assumed);
        let mut rows = Vec::new();
        for (common, block) in self.blocks() {
            if common.target.id != target {
                continue;
            }
            let found = of_block(&assessor, &values, block);
            let both = block.rows().zip(found);
            rows.extend(both.map(|(row, found)| sensitivity_row(&common, &row, found)));
        }
        Ok(rows)
    }

    /// What is supposed, with the measures looked up.
    fn assumed(&self, target: &str, options: &SensitivityOptions) -> Result<Assumed> {
        let promised = self.plan().targets().iter().filter(|one| one.id == target);
        let versions = promised.flat_map(|one| std::iter::once(one).chain(&one.versions));
        let used = versions.flat_map(|version| version.judged());
        let used = used.flat_map(|indicator| self.plan().measures_of(indicator));
        let used: Vec<MeasureIndex> = used.map(|measure| self.plan().recorded(measure)).collect();
        let mut ranges = HashMap::new();
        let mut faults = Faults::default();
        for (id, (low, high)) in &options.ranges {
            let Some(at) = self.plan().measures().iter().position(|measure| measure.id == *id)
            else {
                let measures = self.plan().measures().iter().map(|measure| measure.id.as_str());
                return Err(unknown(FaultCode::UnknownMeasure, "measure", id, measures));
            };
            let measure = MeasureIndex(at);
            let mut refuse = |code, message: String, expected: &str| {
                let fault = Fault::new(code, Place::Nowhere, message);
                faults.push(fault.found(format!("{low} to {high}")).expected(expected));
            };
            if !used.contains(&measure) {
                refuse(
                    FaultCode::UnsuitableMeasure,
                    format!("a range is given for `{id}`, which `{target}` does not use"),
                    "ranges of its measures",
                );
            }
            if !(low.is_finite() && high.is_finite() && low <= high) {
                refuse(
                    FaultCode::EmptyRange,
                    format!("what a report of `{id}` may hold is no range"),
                    "two numbers, the smaller one first",
                );
            } else if *low < 0.0 && !self.plan()[measure].signed {
                refuse(
                    FaultCode::NegativeValue,
                    format!("a report of `{id}` can't hold a negative number"),
                    "numbers from 0 on, or `signed: true` in the plan",
                );
            }
            ranges.insert(measure, (*low, *high));
        }
        if faults.is_empty() {
            Ok(Assumed { missing: options.missing, ranges })
        } else {
            Err(Error::of(ErrorKind::Request, faults))
        }
    }
}

fn sensitivity_row(common: &Common<'_>, row: &Row, found: Option<Sensitive>) -> SensitivityRow {
    let units = common.plan.units();
    let unit = &units[row.unit()];
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let reports = found.as_ref().map(|found| found.reports);
    let in_time = found.as_ref().and_then(|found| found.in_time);
    let ends = found.as_ref().map(|found| &found.ends);
    let (worst, best) = match ends {
        Some(Ok((worst, best))) => (Some(worst), Some(best)),
        Some(Err(_)) | None => (None, None),
    };
    // That reports are missing is what all of the row is about.
    let own_reason = row.reason.filter(|reason| *reason != Reason::LateReports);
    let own_reason = own_reason.map(SensitivityReason::Row);
    SensitivityRow {
        target: common.target.id.clone(),
        stratum: common.stratum_of(row.category()),
        window_start: common.window.start(),
        window_end: common.window.end(),
        unit: unit.id.clone(),
        unit_name: unit.name.clone(),
        level: units.level_name(unit.level).to_owned(),
        verdict: row.verdict,
        value: row.value.get(),
        reports_due: reports.map(|reports| whole(reports.due)),
        reports_made: reports.map(|reports| whole(reports.made)),
        reports_late: in_time.and(reports).map(|reports| whole(reports.late)),
        reports_missing: reports.map(|reports| whole(reports.due - reports.made)),
        value_worst: worst.map(|end| end.value),
        verdict_worst: worst.map(|end| end.verdict),
        value_best: best.map(|end| end.value),
        verdict_best: best.map(|end| end.verdict),
        settled: worst
            .zip(best)
            .map(|(worst, best)| worst.verdict == row.verdict && best.verdict == row.verdict),
        value_on_time: in_time.and_then(|(value, _)| value),
        verdict_on_time: in_time.map(|(_, verdict)| verdict),
        reason: match ends {
            Some(Err(unbounded)) => Some(*unbounded),
            Some(Ok(_)) | None => own_reason,
        },
    }
}
