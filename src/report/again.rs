//! A report after another: rows that did not change are kept.

#[cfg(feature = "tracing")]
use std::collections::HashSet;
#[cfg(feature = "tracing")]
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Filter, Report, limit};
use crate::assess::Assessor;
#[cfg(feature = "tracing")]
use crate::assess::Block;
use crate::error::{Error, FaultCode, Result};
use crate::plan::Plan;
use crate::tally::Tally;
use crate::trace::traced;

impl Plan {
    /// What [`assess`](Plan::assess) gives, in less time if there is an earlier report of the same plan: its rows are
    /// kept if nothing that they read has changed, and as much of their window has passed. Which outcomes were added, revised or left out meanwhile is found by comparing its tally
    /// with this one; they may be related in any way or in none.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {cases-known: {count: cases}},
    /// #     targets: {few: {indicator: cases-known, goal: {at_most: 9}, window: {every: month, within: "2023"}}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let day = |text| calendar::date(text).unwrap();
    /// let mut tally = Tally::of_events(&plan);
    /// tally.record(&Outcome::new("01", When::Date(day("2023-01-05")), "cases", 1.0))?;
    /// let yesterday = plan.assess(&tally, day("2023-06-14"))?;
    /// tally.record(&Outcome::new("01", When::Date(day("2023-06-15")), "cases", 1.0))?;
    /// let today = plan.assess_again(&yesterday, &tally, day("2023-06-15"))?;
    /// assert_eq!(today.rows(), plan.assess(&tally, day("2023-06-15"))?.rows());
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`assess`](Plan::assess), and [`Error::is_request`] if the earlier report is of another plan, or
    /// of the same in other boundaries.
    pub fn assess_again(
        &self,
        earlier: &Report,
        tally: &Tally,
        as_of: NaiveDate,
    ) -> Result<Report> {
        self.assess_again_if(earlier, tally, as_of, None)
    }

    /// The rows that a filter keeps: the report of [`assess_again`](Plan::assess_again) and then
    /// [`filter`](Report::filter). Targets, campaigns, windows, units and levels are chosen before rows are judged.
    ///
    /// # Errors
    ///
    /// Those of [`assess_again`](Plan::assess_again) and of [`filter`](Report::filter).
    pub fn assess_again_where(
        &self,
        earlier: &Report,
        tally: &Tally,
        as_of: NaiveDate,
        filter: &Filter,
    ) -> Result<Report> {
        self.assess_again_if(earlier, tally, as_of, Some(filter))
    }

    fn assess_again_if(
        &self,
        earlier: &Report,
        tally: &Tally,
        as_of: NaiveDate,
        filter: Option<&Filter>,
    ) -> Result<Report> {
        traced!(
            INFO, "attain.assess_again",
            {plan = self.id(), as_of = tracing::field::display(as_of), outcomes = tally.len() as u64},
            self.assess_again_chosen(earlier, tally, as_of, filter),
            |report| {rows = report.len() as u64, rows_kept = report.rows_shared_with(earlier) as u64}
        )
    }

    fn assess_again_chosen(
        &self,
        earlier: &Report,
        tally: &Tally,
        as_of: NaiveDate,
        filter: Option<&Filter>,
    ) -> Result<Report> {
        let tally = &self.tally_to_assess(tally, as_of)?;
        let choice = filter.map(|filter| self.choice_of(filter, as_of)).transpose()?;
        limit::refuse_too_many_rows(self, as_of, choice.as_ref(), tally.limits())?;
        if earlier.plan != *self {
            return Err(Error::request(
                FaultCode::OtherPlan,
                format!(
                    "the earlier report is of the plan `{}` as it was then, not of this one",
                    earlier.plan.id()
                ),
            ));
        }
        let before = Assessor::new(self, &earlier.tally, earlier.as_of);
        let mut assessor = Assessor::new(self, tally, as_of);
        let blocks = assessor.assess_again(&before, &earlier.blocks, choice.as_ref());
        assessor.known.refuse_undistinguished()?;
        let report = Report::of(self, tally, as_of, blocks);
        Ok(match filter.zip(choice) {
            None => report,
            Some((filter, choice)) if choice.deciding_columns().is_empty() => {
                Report { filters: vec![filter.clone()], ..report }
            }
            Some((filter, choice)) => report.with_rows_of(&*choice, filter),
        })
    }
}

#[cfg(feature = "tracing")]
impl Report {
    /// The number of rows that were kept from an earlier report.
    fn rows_shared_with(&self, earlier: &Report) -> usize {
        let columns = |block: &Block| Arc::as_ptr(&block.columns);
        let of_earlier: HashSet<_> = earlier.blocks.iter().map(columns).collect();
        let is_kept = |block: &&Block| of_earlier.contains(&columns(block));
        self.blocks.iter().filter(is_kept).map(Block::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::calendar;
    use crate::tally::{Outcome, When};

    fn day(text: &str) -> NaiveDate {
        calendar::date(text).unwrap()
    }

    fn plan() -> Plan {
        Plan::from_yaml(
            "{attain: 1, plan: p, measures: {cases: {}, calls: {}},
              indicators: {known: {count: cases}, asked: {count: calls}},
              targets: {
                few: {indicator: known, goal: {at_most: 9}, window: {every: month, within: '2023'}},
                many: {indicator: asked, goal: {at_least: 9}, window: {every: month, within: '2023'}}},
              units: {levels: [city], list: [{id: '01', level: city}, {id: '02', level: city}]}}",
        )
        .unwrap()
    }

    fn event(date: &str, measure: &str) -> Outcome {
        Outcome::new("01", When::Date(day(date)), measure, 1.0)
    }

    #[test]
    fn only_windows_that_the_new_day_touches_are_judged_again() {
        let plan = plan();
        let mut tally = Tally::of_events(&plan);
        for measure in ["cases", "calls"] {
            for date in ["2023-01-05", "2023-06-14"] {
                tally.record(&event(date, measure)).unwrap();
            }
        }
        let before = plan.assess(&tally, day("2023-06-14")).unwrap();
        tally.record(&event("2023-03-31", "cases")).unwrap();
        let again = plan.assess_again(&before, &tally, day("2023-06-15")).unwrap();
        let month = |number: u32| {
            let period = plan.calendar().period(&format!("2023-{number:02}")).unwrap();
            plan.calendar().window(period).unwrap().to_string()
        };
        assert_eq!(judged_again(&before, &again), [(0, month(3)), (0, month(6)), (1, month(6))]);
        assert_eq!(again.rows(), plan.assess(&tally, day("2023-06-15")).unwrap().rows());
    }

    /// The blocks of a report that are not those of an earlier one.
    fn judged_again(before: &Report, again: &Report) -> Vec<(usize, String)> {
        let both = before.blocks.iter().zip(&again.blocks);
        both.filter(|(one, other)| !Arc::ptr_eq(&one.columns, &other.columns))
            .map(|(_, block)| (block.target, block.window.to_string()))
            .collect()
    }

    #[test]
    fn one_more_day_leaves_all_closed_windows_as_they_are() {
        let target = |indicator: &str, goal: &str| {
            format!(
                "{{indicator: {indicator}, goal: {{{goal}}}, units: {{level: district}},
                   window: {{every: month, within: ['2022-01-01', '2024-01-01']}}}}"
            )
        };
        let plan = Plan::from_yaml(&format!(
            "{{attain: 1, plan: p, measures: {{cases: {{}}, calls: {{}}, found: {{every: month}}}},
              indicators: {{
                known: {{count: cases}}, due: {{count: found}},
                share: {{proportion: {{numerator: cases, denominator: calls}}}},
                change: {{change: {{of: known, from: same_window_last_year, as: percent}}}},
                met: {{share_of_units: {{of: known, level: district, goal: {{at_most: 3}}}}}}}},
              targets: {{a: {}, b: {}, c: {}, d: {}, e: {}}},
              units: {{levels: [city, district], list: [{{id: '0', level: city}},
                {{id: '01', level: district, parent: '0'}}, {{id: '02', level: district, parent: '0'}}]}}}}",
            target("known", "at_most: 9"),
            target("due", "at_least: 1"),
            target("share", "at_least: 50"),
            target("change", "at_most: 5"),
            target("met", "at_least: 50"),
        ))
        .unwrap();
        let mut tally = Tally::of_events(&plan);
        for year in [2021, 2022, 2023] {
            for month in 1..=12 {
                let rows =
                    ["cases", "calls", "found"].map(|measure| [("01", measure), ("02", measure)]);
                for (unit, measure) in rows.into_iter().flatten() {
                    let day = day(&format!("{year}-{month:02}-11"));
                    tally.record(&Outcome::new(unit, When::Date(day), measure, 1.0)).unwrap();
                }
            }
        }
        let before = plan.assess(&tally, day("2023-12-30")).unwrap();
        for measure in ["cases", "calls", "found"] {
            let event = Outcome::new("02", When::Date(day("2023-12-31")), measure, 1.0);
            tally.record(&event).unwrap();
        }
        let again = plan.assess_again(&before, &tally, day("2023-12-31")).unwrap();
        let last = |target| (target, "2023-12-01 to 2023-12-31".to_owned());
        assert_eq!(judged_again(&before, &again), (0..5).map(last).collect::<Vec<_>>());
        assert_eq!(again.rows(), plan.assess(&tally, day("2023-12-31")).unwrap().rows());
    }

    #[test]
    fn rows_that_a_report_left_out_are_judged() {
        let plan = plan();
        let mut tally = Tally::of_events(&plan);
        tally.record(&event("2023-01-05", "cases")).unwrap();
        let whole = plan.assess(&tally, day("2023-12-31")).unwrap();
        for filter in [Filter::default().target("many"), Filter::default().unit("02")] {
            let some = whole.filter(&filter).unwrap();
            let again = plan.assess_again(&some, &tally, day("2023-12-31")).unwrap();
            assert_eq!(again.rows(), whole.rows());
        }
    }

    #[test]
    fn a_report_of_another_plan_is_refused() {
        let (plan, other) = (
            plan(),
            Plan::from_yaml(
                "{attain: 1, plan: q, units: {levels: [city], list: [{id: '01', level: city}]}}",
            )
            .unwrap(),
        );
        let report = other.assess(&Tally::new(&other), day("2023-12-31")).unwrap();
        let error = plan.assess_again(&report, &Tally::new(&plan), day("2023-12-31")).unwrap_err();
        assert!(error.is_request(), "{error}");
    }
}
