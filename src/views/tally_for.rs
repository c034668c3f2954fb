//! Tallies for certain days: they distinguish the edges of every window that rows and views read on these days.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{awards, campaigns, cascade, certification, scores};
use crate::assess::{Assessor, Missing};
use crate::plan::Plan;
use crate::tally::{Read, Rows, Slots, Tally};

impl Plan {
    /// An empty tally for assessments on these days only, which lets plain events of days that no such assessment
    /// distinguishes share a cell. Its answers are those of any other tally, and it is the smaller and the faster the
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
        let cuts = self.cuts(as_of).into();
        Tally::with_slots(self, rows, Slots::Cut { cuts, as_of: as_of.into() })
    }

    /// The days that assessments on some days distinguish, in order: the first day of every window that rows and views read
    /// on these days, and the day after its last. Plain events between two of them may be added up. Where the dispersion of
    /// counts is estimated, the periods that show it are such windows too.
    ///
    /// ```
    /// use attain::{Plan, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, certainty: {dispersion: 1}, measures: {cases: {}}, indicators: {crime: {count: cases}},
    /// #     targets: {few: {indicator: crime, goal: {at_most: 9}, window: "2023"}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// let day = |text| calendar::date(text).unwrap();
    /// // Events are taken to be independent, and all of 2023 are recorded by 2025.
    /// assert_eq!(plan.cuts(&[day("2025-01-31")]), [day("2023-01-01"), day("2024-01-01")]);
    /// // How late events are recorded is seen from those of the last 365 days.
    /// let days = ["2023-01-01", "2023-02-01", "2024-01-01", "2024-02-01"].map(day);
    /// assert_eq!(plan.cuts(&[day("2024-01-31")]), days);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn cuts(&self, as_of: &[NaiveDate]) -> Vec<NaiveDate> {
        // Only events share slots; where figures stand beside them, rows read no more of the events.
        let tally = Tally::of(self, Rows::Events);
        let mut cuts = BTreeSet::new();
        for day in as_of {
            for read in Assessor::new(self, &tally, *day).reads_of(prepare_all).iter() {
                if let Read::Values(_, window) | Read::Figures(_, window) = read {
                    cuts.extend([window.start(), window.end()]);
                }
            }
        }
        cuts.into_iter().collect()
    }
}

/// Prepares the rows of all targets, and the views that read windows of their own.
fn prepare_all(assessor: &Assessor<'_>) {
    assessor.prepare_targets(Missing::Any);
    cascade::prepare(assessor);
    campaigns::prepare(assessor);
    certification::prepare(assessor);
    scores::prepare(assessor);
    awards::prepare(assessor, Missing::Any);
}
