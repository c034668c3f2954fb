//! Values against sizes, with the limits that are drawn around them.

use super::comparison::{Comparison, Limits};
use super::rows::{FunnelPart, FunnelRow, RankingReason};
use super::{ComparedWindow, CountedUnits, RankingOptions, counted_units};
use crate::assess::{Assessor, Common};
use crate::error::Result;
use crate::parallel::check_stop;
use crate::report::Report;

/// A line through as many points looks like a curve.
const LINE_POINTS: u32 = 100;

impl Report {
    /// A funnel: the value of each unit of a level against its denominator, and the limits around the average of all. Rows
    /// of units come first, the smallest denominator first; the points of the lines follow.
    ///
    /// Limits are of chance alone, and of chance and the variation between units ([`ranking`](Self::ranking) explains it), each
    /// for the plan's confidence and for 99.8 %.
    ///
    /// ```
    /// use attain::views::{FunnelPart, RankingOptions};
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [ward], list: [{id: a, level: ward}, {id: b, level: ward}, {id: c, level: ward}]}
    /// measures: {done: {}, due: {}}
    /// indicators: {share: {proportion: {numerator: done, denominator: due}}}
    /// targets: {t: {indicator: share, goal: {at_least: 80}, window: "2024"}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// let year = || When::Period("2024".to_owned());
    /// for (unit, done, due) in [("a", 80.0, 100.0), ("b", 330.0, 400.0), ("c", 390.0, 500.0)] {
    ///     tally.record(&Outcome::new(unit, year(), "done", done))?;
    ///     tally.record(&Outcome::new(unit, year(), "due", due))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-12-31").unwrap())?;
    /// let funnel = report.funnel("t", &RankingOptions::new())?;
    /// let points = funnel.iter().filter(|row| row.part == FunnelPart::Unit);
    /// let sizes: Vec<_> = points.map(|row| row.denominator.unwrap()).collect();
    /// assert_eq!(sizes, [100.0, 400.0, 500.0]);
    /// // 80 % ± 1.96 √(0.8 × 0.2 / 100)
    /// assert_eq!(format!("{:.2}", funnel[0].chance_lower.unwrap()), "72.16");
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`ranking`](Self::ranking).
    pub fn funnel(&self, target: &str, options: &RankingOptions) -> Result<Vec<FunnelRow>> {
        let mut assessor = self.assessor();
        assessor.cut();
        let windows = self.windows_to_compare(&assessor, target, options)?;
        let rows = windows.iter().flat_map(|window| self.funnel_of(&assessor, window));
        Ok(rows.collect())
    }

    fn funnel_of(&self, assessor: &Assessor<'_>, window: &ComparedWindow<'_>) -> Vec<FunnelRow> {
        check_stop();
        let CountedUnits { units, counted, kind } = counted_units(assessor, window);
        let all = self.plan().units();
        let mut rows: Vec<FunnelRow> = units
            .iter()
            .map(|one| FunnelRow {
                unit: Some(all[one.unit].id.clone()),
                unit_name: Some(all[one.unit].name.clone()),
                level: Some(all.level_name(all[one.unit].level).to_owned()),
                numerator: one.numerator,
                denominator: one.denominator,
                value: one.value,
                completeness: one.completeness,
                imputed: one.imputed,
                reason: one.reason.map(RankingReason::Row),
                ..FunnelRow::blank(&window.common, FunnelPart::Unit)
            })
            .collect();
        let Some(kind) = kind else { return rows };
        let mut line = Vec::new();
        match Comparison::new(kind, &counted, self.plan().confidence_level()) {
            Ok(comparison) => {
                for one in &counted {
                    let row = &mut rows[one.row];
                    row.set_limits(&comparison, one.of);
                    row.signal = Some(comparison.signal(one));
                    row.signal_by_chance = comparison.signal_by_chance(one);
                }
                line.extend(sizes(comparison.sizes()).map(|size| {
                    let mut point = FunnelRow::blank(&window.common, FunnelPart::Line);
                    point.set_limits(&comparison, size);
                    point
                }));
            }
            Err(reason) => {
                for one in &counted {
                    rows[one.row].reason = Some(reason);
                }
            }
        }
        rows.sort_by(|one, other| match (one.denominator, other.denominator) {
            (Some(one), Some(other)) => one.total_cmp(&other),
            (one, other) => one.is_none().cmp(&other.is_none()),
        });
        rows.extend(line);
        rows
    }
}

/// Denominators from the least to the most, each larger than the one before by the same factor.
fn sizes((least, most): (f64, f64)) -> impl Iterator<Item = f64> {
    let points = if least < most { LINE_POINTS } else { 1 };
    (0..points).map(move |point| match point {
        0 => least,
        last if last + 1 == points => most,
        between => least * (most / least).powf(f64::from(between) / f64::from(LINE_POINTS - 1)),
    })
}

impl FunnelRow {
    fn blank(common: &Common<'_>, part: FunnelPart) -> Self {
        FunnelRow {
            target: common.target.id.clone(),
            stratum: common.stratum_of(None),
            window_start: common.window.start(),
            window_end: common.window.end(),
            part,
            unit: None,
            unit_name: None,
            level: None,
            numerator: None,
            denominator: None,
            value: None,
            average: None,
            chance_lower: None,
            chance_upper: None,
            chance_lower_outer: None,
            chance_upper_outer: None,
            adjusted_lower: None,
            adjusted_upper: None,
            adjusted_lower_outer: None,
            adjusted_upper_outer: None,
            signal_by_chance: None,
            signal: None,
            completeness: None,
            imputed: None,
            reason: None,
        }
    }

    fn set_limits(&mut self, comparison: &Comparison<'_>, size: f64) {
        self.denominator = Some(size);
        self.average = Some(comparison.average());
        let Limits { inner, outer } = comparison.adjusted(size);
        self.adjusted_lower = Some(inner.lower);
        self.adjusted_upper = Some(inner.upper);
        self.adjusted_lower_outer = Some(outer.lower);
        self.adjusted_upper_outer = Some(outer.upper);
        if let Some(Limits { inner, outer }) = comparison.by_chance(size) {
            self.chance_lower = Some(inner.lower);
            self.chance_upper = Some(inner.upper);
            self.chance_lower_outer = Some(outer.lower);
            self.chance_upper_outer = Some(outer.upper);
        }
    }
}
