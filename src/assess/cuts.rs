//! Which days an assessment tells apart: the edges of every window that it looks at.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::value::Extent;
use super::{Assessor, Frame, windows};
use crate::calendar::Window;
use crate::plan::{Expression, Formula, IndicatorIndex, MeasureIndex, Plan};
use crate::tally::{Rows, Slots, Tally};

impl Plan {
    /// An empty tally for assessments on these days only, which lets plain events of days that no such assessment
    /// tells apart share a cell. Its answers are those of any other tally, and it is the smaller and the faster the
    /// fewer windows the plan has; an assessment on another day is refused.
    ///
    /// ```
    /// use attain::{Plan, Rows, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let day = |text| calendar::date(text).unwrap();
    /// let tally = plan.tally_for(Rows::Events, &[day("2023-12-31")]);
    /// assert!(plan.assess(&tally, day("2023-12-31")).is_ok());
    /// assert!(plan.assess(&tally, day("2023-12-30")).unwrap_err().is_request());
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn tally_for(&self, rows: Rows, as_of: &[NaiveDate]) -> Tally {
        let tally = Tally::of(self, rows);
        let mut cuts = BTreeSet::new();
        for day in as_of {
            Looks { assessor: &Assessor::new(self, &tally, *day), cuts: &mut cuts }.all();
        }
        let cuts = cuts.into_iter().collect();
        Tally::with_slots(self, rows, Slots::Cut { cuts, as_of: as_of.into() })
    }
}

/// Follows an assessment from window to window.
struct Looks<'l, 'a> {
    assessor: &'l Assessor<'a>,
    cuts: &'l mut BTreeSet<NaiveDate>,
}

impl Looks<'_, '_> {
    fn all(&mut self) {
        let plan = self.assessor.plan;
        for target in plan.targets() {
            for window in windows(plan, target) {
                let Some(frame) = self.assessor.frame(&window) else { continue };
                self.at(target.indicator, &frame);
                let goal = target.goal.reference().map(|from| (from, Extent::Whole));
                let campaign = target.campaign.map(|campaign| &plan.campaigns()[campaign]);
                let compared = campaign.and_then(|campaign| campaign.compare.as_ref());
                for (from, extent) in
                    goal.into_iter().chain(compared.map(|from| (from, Extent::ToDate)))
                {
                    if let Some(earlier) = self.assessor.earlier_frame(from, &frame, extent) {
                        self.at(target.indicator, &earlier);
                    }
                }
            }
        }
    }

    /// Where the value of an indicator in a window is looked up.
    fn at(&mut self, indicator: IndicatorIndex, frame: &Frame) {
        let plan = self.assessor.plan;
        match &plan[indicator].formula {
            Formula::Count(of) => self.sums(&[of], frame),
            Formula::Proportion { numerator: one, denominator: other, .. }
            | Formula::Ratio { numerator: one, denominator: other, .. }
            | Formula::Rate { numerator: one, population: other, .. }
            | Formula::Mean { of: one, per: other } => self.sums(&[one, other], frame),
            Formula::Change { of, from, .. } => {
                self.at(*of, frame);
                if let Some(earlier) = self.assessor.earlier_frame(from, frame, Extent::ToDate) {
                    self.at(*of, &earlier);
                }
            }
            Formula::ShareOfUnits { of, goal, .. } => {
                self.at(*of, frame);
                if let Some(from) = goal.reference()
                    && let Some(earlier) = self.assessor.earlier_frame(from, frame, Extent::Whole)
                {
                    self.at(*of, &earlier);
                }
            }
            // Published values are no events.
            Formula::Reported { .. } => {}
        }
    }

    fn sums(&mut self, expressions: &[&Expression], frame: &Frame) {
        self.window(&frame.to_date);
        for term in expressions.iter().flat_map(|expression| &expression.terms) {
            self.reports(term.measure, &frame.to_date);
        }
    }

    /// Whether a measure was reported is looked up period by period.
    fn reports(&mut self, measure: MeasureIndex, to_date: &Window) {
        let plan = self.assessor.plan;
        if let Some(every) = plan.reporting_period(measure)
            && plan[measure].is_due()
        {
            for period in plan.calendar().periods_within(every, to_date) {
                self.window(&period);
            }
        }
    }

    fn window(&mut self, window: &Window) {
        self.cuts.extend([window.start(), window.end()]);
    }
}
